//! Variables that a pipeline gives to the commands of a job or a step.

use crate::document::{Entry, Node, Value};
use crate::fact::command::GIVEN;
use crate::source::Span;

/// Commands with the variables that they are given, where those are set at `span`: commands of different places share none. Of
/// several of one name the last one counts.
pub fn with(commands: &Node, variables: impl IntoIterator<Item = (String, Node)>, span: Span) -> Node {
    let entry = |(name, value): (String, Node)| {
        // What is no option, and no program with its options, is not told to commands: it may be secret.
        let is_told = value.as_str().is_some_and(|text| text.starts_with('-') || is_of_program(text));
        let value = if is_told { value } else { Node::new(Value::Null, span) };
        Entry::new(&*name, span, value)
    };
    let given = Node::map(variables.into_iter().map(entry).collect(), span);
    let items = commands.items().iter().map(|command| match command.value {
        Value::Map(_) => {
            let mut command = command.clone();
            command.derive(GIVEN, given.clone());
            command
        }
        _ => command.clone(),
    });
    Node { value: Node::list(items.collect(), commands.span).value, ..commands.clone() }
}

/// Programs that scripts have in variables, with options that all their calls share.
const PROGRAMS: &[&str] =
    &["aws", "curl", "docker", "git", "helm", "kubectl", "podman", "scp", "ssh", "terraform", "wget"];

/// Whether a text is such a program and nothing but options.
fn is_of_program(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    words.next().is_some_and(|first| PROGRAMS.contains(&first)) && words.all(|word| word.starts_with('-'))
}

/// Variables under their own names.
pub fn named(entries: &[Entry]) -> impl Iterator<Item = (String, Node)> {
    entries.iter().map(|entry| (entry.key.name.to_string(), entry.value.clone()))
}
