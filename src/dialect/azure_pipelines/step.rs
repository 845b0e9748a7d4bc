//! One step of a job, with its views: what it runs, and what is put into that.

use super::function::plain;
use super::is_script_key;
use super::jobs::alternatives;
use super::macros::{Macros, Origin};
use crate::dialect::github_actions::find_expressions;
use crate::dialect::{given, lost};
use crate::document::{Entry, Node, Text, Trail, Value};
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled;

/// What runs a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Interpreter {
    Posix,
    Cmd,
    PowerShell,
    /// A program of its own, such as the database's.
    Other,
}

impl Interpreter {
    const fn name(self) -> &'static str {
        match self {
            Interpreter::Posix => "sh",
            Interpreter::Cmd => "cmd",
            Interpreter::PowerShell => "powershell",
            Interpreter::Other => "other",
        }
    }
}

/// Tasks whose scripts are of a shell, in lower case.
const POSIX_TASKS: &[&str] = &["bash", "shellscript", "ssh"];
const POWERSHELL_TASKS: &[&str] = &[
    "powershell",
    "azurepowershell",
    "powershellontargetmachines",
    "sqlazuredacpacdeployment",
    "servicefabricpowershell",
];

/// The steps as rules see them.
pub(super) fn steps(steps: &Node, windows: bool, macros: &Macros<'_>) -> Node {
    let items = steps.items().iter().flat_map(alternatives).filter(|step| step.as_map().is_some() && !never_runs(step));
    let items = items.map(|item| step(item, windows, macros)).collect();
    Node { value: Node::list(items, steps.span).value, ..steps.clone() }
}

/// Whether a step is switched off.
fn never_runs(step: &Node) -> bool {
    let is_false = |key: &str| {
        let node = step.get(key);
        let text = node.and_then(Node::as_str).map(str::trim);
        node.and_then(Node::as_bool) == Some(false) || text.is_some_and(|text| text.eq_ignore_ascii_case("false"))
    };
    is_false("enabled") || is_false("condition")
}

fn step(step: &Node, windows: bool, macros: &Macros<'_>) -> Node {
    let mut step = step.clone();
    if let Some(Node { value: Value::Str(task), span, .. }) = step.get("task").cloned() {
        let at = task.as_str().find('@').unwrap_or(task.as_str().len());
        let name = spelled::node(spelled::part(&task, 0, at), span);
        step.derive("task_name", name);
        if at < task.as_str().len() {
            step.derive("task_version", spelled::node(spelled::part(&task, at + 1, task.as_str().len()), span));
        }
    }
    let mut commands = Vec::new();
    let mut written = Vec::new();
    let mut texts_used = Vec::new();
    let mut shell = None;
    for (script, interpreter) in scripts(&step, windows) {
        let Value::Str(text) = &script.value else { continue };
        shell.get_or_insert(interpreter);
        written.push(script.clone());
        texts_used.extend(pasted(text, &script, macros));
        let replaced = macros.hidden(text);
        let read = match interpreter {
            Interpreter::Posix => lenient(shell::commands(&replaced, script.span, Shell::Posix), replaced.as_str()),
            Interpreter::Cmd => shell::commands(&replaced, script.span, Shell::Windows),
            Interpreter::PowerShell => {
                let read = shell::commands(&replaced, script.span, Shell::Windows);
                let is_lost = lost::ends_well(replaced.as_str()) || ignores_status(&step);
                if is_lost { lost::ignored_where(&read, |_| true) } else { read }
            }
            Interpreter::Other => continue,
        };
        commands.extend(read.items().iter().map(|command| traced(command, &script.trail, 0)));
    }
    let place = written.iter().map(|script| script.span).next().unwrap_or(step.span);
    if let Some(shell) = shell {
        step.derive("shell", Node::text(shell.name(), place));
        step.derive("scripts", Node::list(written, place));
        let own = step.get("env").map_or(&[][..], Node::entries);
        let set: Vec<_> = given::named(macros.variables).map(as_environment).chain(given::named(own)).collect();
        step.derive("commands", given::with(&Node::list(commands, place), set, place));
        step.derive("texts_used", Node::list(texts_used, place));
    }
    step
}

/// A variable of a pipeline as the environment of a script has it.
/// <https://learn.microsoft.com/azure/devops/pipelines/process/variables>
fn as_environment((name, value): (String, Node)) -> (String, Node) {
    (name.to_ascii_uppercase().replace(['.', ' '], "_"), value)
}

/// The commands of a script that is run without `-e` and `pipefail`: what fails before a pipe to a program that succeeds stops
/// nothing, and nothing does in a script that ends in success whatever came before.
fn lenient(commands: Node, script: &str) -> Node {
    let commands = if lost::ends_well(script) { lost::ignored_where(&commands, |_| true) } else { commands };
    lost::in_pipes(commands, script)
}

/// Whether a step of PowerShell does not ask how its last program ended.
/// <https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/powershell-v2>
fn ignores_status(step: &Node) -> bool {
    let is_told = |node: &Node| {
        let told = node.entries().iter().filter(|entry| entry.key.name.eq_ignore_ascii_case("ignoreLASTEXITCODE"));
        told.map(|entry| &entry.value).any(|value| {
            value.as_bool() == Some(true) || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
        })
    };
    is_told(step) || step.get("inputs").is_some_and(is_told)
}

/// A command with the way that its words came, where what was put into the script is a part of them.
fn traced(node: &Node, trail: &Trail, depth: usize) -> Node {
    let inner = |node: &Node| traced(node, trail, depth + 1);
    match &node.value {
        _ if trail.is_none() || depth > WORDS => node.clone(),
        Value::Str(text) if text.runs().is_some_and(|runs| runs.iter().any(|run| !run.verbatim)) => {
            Node { trail: trail.clone(), ..node.clone() }
        }
        Value::List(items) => {
            Node { value: Node::list(items.iter().map(inner).collect(), node.span).value, ..node.clone() }
        }
        Value::Map(map) => {
            let entries =
                map.entries.iter().map(|entry| Entry { value: inner(&entry.value), ..entry.clone() }).collect();
            let made = Node::map(entries, node.span);
            let trail = made.get("text").and_then(|text| text.trail.clone());
            Node { trail, ..made }
        }
        _ => node.clone(),
    }
}

/// How deep the words of a command stand in it.
const WORDS: usize = 3;

/// The scripts of a step, each with what runs it.
fn scripts(step: &Node, windows: bool) -> Vec<(Node, Interpreter)> {
    let command_line = if windows { Interpreter::Cmd } else { Interpreter::Posix };
    let mut found = Vec::new();
    let mut add = |node: &Node, interpreter: Interpreter| {
        let texts = alternatives(node).filter(|node| node.as_str().is_some());
        found.extend(texts.map(|text| (text.clone(), interpreter)));
    };
    for (key, interpreter) in [
        ("script", command_line),
        ("bash", Interpreter::Posix),
        ("pwsh", Interpreter::PowerShell),
        ("powershell", Interpreter::PowerShell),
    ] {
        step.get(key).into_iter().for_each(|script| add(script, interpreter));
    }
    let Some(task) = step.get("task_name").and_then(Node::as_str) else { return found };
    let task = task.rsplit('.').next().unwrap_or(task).to_ascii_lowercase();
    let inputs = step.get("inputs").map_or(&[][..], Node::entries);
    let input = |name: &str| inputs.iter().find(|entry| entry.key.name.eq_ignore_ascii_case(name));
    let interpreter = match task.as_str() {
        "cmdline" => command_line,
        "azurecli" => {
            let kind =
                input("scriptType").and_then(|entry| plain(&entry.value)).unwrap_or_default().to_ascii_lowercase();
            match kind.as_str() {
                "ps" | "pscore" => Interpreter::PowerShell,
                "batch" => Interpreter::Cmd,
                "bash" => Interpreter::Posix,
                _ => command_line,
            }
        }
        name if POSIX_TASKS.contains(&name) => Interpreter::Posix,
        name if POWERSHELL_TASKS.contains(&name) => Interpreter::PowerShell,
        _ => Interpreter::Other,
    };
    // A file that is run needs no script: what stands in the other input is left over.
    let is_file = input("targetType").or_else(|| input("scriptLocation")).or_else(|| input("runOptions"));
    let is_file = is_file.and_then(|entry| plain(&entry.value)).unwrap_or_default().to_ascii_lowercase();
    let default_is_file = ["bash", "powershell"].contains(&task.as_str());
    let is_file = match is_file.as_str() {
        "" => default_is_file,
        "inline" | "inlinescript" | "commands" => false,
        _ => true,
    };
    let is_input = |entry: &&Entry| is_script_key(&entry.key.name) && !entry.key.name.eq_ignore_ascii_case("arguments");
    inputs.iter().filter(is_input).filter(|_| !is_file).for_each(|entry| add(&entry.value, interpreter));
    found
}

/// What is put into a script before it runs, as maps with the fields of `fact/expression`.
fn pasted(text: &Text, script: &Node, macros: &Macros<'_>) -> Vec<Node> {
    let whole = text.as_str();
    let mut found = Vec::new();
    let mut add = |start: usize, end: usize, origin: Origin| {
        let written = spelled::node(spelled::part(text, start, end), script.span);
        let span = written.span;
        let node = |text: &str| Node::text(text, span);
        let fields = [
            ("expression", written),
            ("used", node("script")),
            ("by", node(origin.by)),
            ("names", Node::list(vec![node(&origin.name)], span)),
        ];
        found.push(Node::map(fields.map(|(name, value)| Entry::new(name, span, value)).into(), span));
    };
    for range in macros.find(whole) {
        if let Some(origin) = whole.get(range.clone()).and_then(|name| macros.origin(name)) {
            add(range.start.saturating_sub(2), range.end + 1, origin);
        }
    }
    for range in find_expressions(whole) {
        if let Some(origin) = macros.origin_in_expression(text, &range, script.span) {
            add(range.start, range.end, origin);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Text;
    use crate::source::{FileId, Span};

    #[test]
    fn without_options_a_script_goes_on() {
        for (script, want) in [
            ("npm audit | tee report.txt", true),
            ("set -o pipefail\nnpm audit | tee report.txt", false),
            ("npm audit\nexit 0", true),
            ("npm audit; exit 0", true),
            ("npm audit --exit-code 1; exit 0", true),
            ("npm audit\nexit 0; npm test", false),
            ("set -e\nnpm audit\nexit 0", false),
            ("npm audit || exit 1\nexit 0", false),
            ("if ! npm audit; then exit 1; fi\nexit 0", false),
            ("npm audit", false),
        ] {
            let span = Span::new(FileId(0), 0, script.len());
            let commands = lenient(shell::commands(&Text::verbatim(script, 0), span, Shell::Posix), script);
            let is_audit = |command: &&Node| command.get("name").and_then(Node::as_str) == Some("npm");
            let audit = commands.items().iter().find(is_audit).unwrap();
            assert_eq!(audit.get("ignored").is_some(), want, "{script}");
        }
    }
}
