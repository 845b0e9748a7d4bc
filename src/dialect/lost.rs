//! Commands whose failure stops nothing, as whoever runs their script goes on.

use crate::document::{Node, Value};

/// Programs that succeed whatever they read.
const PASSING: &[&str] = &["cat", "column", "head", "sort", "tail", "tee"];

/// The commands of a script whose shell is started without `pipefail`: what fails before the last one of a pipe stops nothing, unless
/// the script sets that itself.
pub fn in_pipes(commands: Node, script: &str) -> Node {
    let passes =
        |command: &Node| command.get("piped_to").and_then(Node::as_str).is_some_and(|to| PASSING.contains(&to));
    if script.contains("pipefail") { commands } else { ignored_where(&commands, passes) }
}

/// Commands of which some stop nothing where they fail.
pub fn ignored_where(commands: &Node, is_ignored: impl Fn(&Node) -> bool) -> Node {
    let items = commands.items().iter().map(|command| {
        let mut command = command.clone();
        if is_ignored(&command) {
            command.derive("ignored", Node::new(Value::Bool(true), command.span));
        }
        command
    });
    Node { value: Node::list(items.collect(), commands.span).value, ..commands.clone() }
}

/// Whether a script ends in success whatever came before.
pub fn ends_well(script: &str) -> bool {
    let is_last = script.trim_end().rsplit(['\n', ';']).next().is_some_and(|last| last.trim() == "exit 0");
    let decides = ["set -e", "errexit", "if ", "||"].iter().any(|word| script.contains(word));
    let words = script.split(|letter: char| letter.is_whitespace() || letter == ';');
    is_last && !decides && words.filter(|word| *word == "exit").count() == 1
}
