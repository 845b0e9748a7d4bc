//! Shell scripts as lists of simple commands: what RUN, CI steps and entry points start.
//!
//! A lexer, not a shell: it knows quotes, operators, keywords, substitutions and heredocs well enough to say which
//! programs are called with which words, and leaves variables as they stand. Commands in substitutions and subshells are
//! listed like all others. It reads every text to its end, in linear time.

mod files;
mod handed;
mod lexer;
mod program;
mod recipes;
mod reread;
#[cfg(test)]
mod tests;
mod word;

use std::sync::Arc;

pub(crate) use files::HANDED_TO_CLUSTER;
pub(crate) use handed::{script_of, script_of_powershell, scripts_told, started_by_find, told};
use program::is_option;
pub(crate) use program::{SHELLS, base_name, program_of};
pub(crate) use recipes::{goes_on, recipes, variables};
pub(crate) use reread::reread;

use crate::document::{Entry, Node, Text, Value};
use crate::source::Span;
use crate::syntax::spelled::{part, span};

/// Which shell the text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    /// The Bourne shell and its family.
    Posix,
    /// cmd and PowerShell: a backslash and a backtick are characters like others.
    Windows,
}

/// A command with its words.
#[derive(Debug, Default)]
struct Command {
    /// Variables set for this command alone; or for the shell, when there are no words.
    assignments: Vec<Word>,
    /// The program and its arguments, without quotes.
    words: Vec<Word>,
    /// Redirections as written.
    redirects: Vec<Word>,
    start: usize,
    end: usize,
    /// The program that reads what this one prints.
    piped_to: Option<String>,
    /// The program whose arguments this command makes, in a substitution.
    within: Option<String>,
    /// The command that is run where this one fails: what follows `||`.
    otherwise: Option<String>,
    /// Whether its status is a condition.
    asked: bool,
    /// Where the `if` ends whose condition it is.
    decides_until: Option<usize>,
    /// Whether nobody waits for it: it is followed by `&`.
    background: bool,
    /// The function that it is a command of.
    function: Option<Arc<str>>,
    /// The lines that it is handed.
    heredoc: Option<files::Heredoc>,
}

/// A word and where it is written, quotes included.
#[derive(Debug)]
struct Word {
    text: Text,
    start: usize,
    end: usize,
    /// Whether any of it was quoted or escaped: it is then no keyword.
    quoted: bool,
}

/// The simple commands of a script, as a list of maps: `name`, `argv` (the name included), `text`; and where they
/// apply, `program` (that runs in the end: without its path, and without `sudo` and the like before it), `assignments`,
/// `redirects`, `piped_to` (the next program of the pipe), `within` (the program that a substitution hands its output
/// to), `otherwise` (what is run where the command fails: after `||`), `asked` (its status is the condition of an `if`), `branch` (at the
/// place of what that decides about), `background` (it is followed by `&`) and `function` (whose command it is). Where the first word is an option there is no `name`.
pub(crate) fn commands(script: &Text, within: Span, shell: Shell) -> Node {
    let commands = lexer::read(script, shell);
    Node::list(commands.into_iter().map(|command| command_node(script, within, command)).collect(), within)
}

/// The commands of a script, and the files that they write whole: each with `path` and `content`.
pub(crate) fn commands_and_files(script: &Text, within: Span, shell: Shell) -> (Node, Option<Node>) {
    let commands = lexer::read(script, shell);
    let files = files::written(script, within, &commands);
    let nodes = commands.into_iter().map(|command| command_node(script, within, command)).collect();
    (Node::list(nodes, within), (!files.is_empty()).then(|| Node::list(files, within)))
}

fn command_node(script: &Text, within: Span, command: Command) -> Node {
    let whole = span(script, command.start, command.end, within);
    let program = command.program();
    let words = |words: Vec<Word>| {
        let nodes: Vec<Node> = words.into_iter().map(|word| word_node(script, within, word)).collect();
        let span = nodes.iter().map(|node| node.span).reduce(Span::to).unwrap_or(whole);
        Node::list(nodes, span)
    };
    let argv = words(command.words);
    let mut entries = Vec::new();
    entries.extend(name_of(argv.items()));
    entries.push(Entry::new("argv", argv.span, argv));
    let text = crate::syntax::spelled::node(part(script, command.start, command.end), whole);
    entries.push(Entry::new("text", whole, text));
    for (name, list) in [("assignments", command.assignments), ("redirects", command.redirects)] {
        if !list.is_empty() {
            let list = words(list);
            entries.push(Entry::new(name, list.span, list));
        }
    }
    let texts = [
        ("program", program),
        ("piped_to", command.piped_to),
        ("within", command.within),
        ("otherwise", command.otherwise),
    ];
    for (name, text) in texts {
        entries.extend(text.map(|text| Entry::new(name, whole, Node::text(text, whole))));
    }
    entries.extend(command.function.map(|name| Entry::new("function", whole, Node::text(name, whole))));
    let branch = command.decides_until.map(|end| span(script, command.end, end, within));
    let marks = [
        ("asked", command.asked.then_some(whole)),
        ("branch", branch),
        ("background", command.background.then_some(whole)),
    ];
    let marks = marks.into_iter().filter_map(|(name, at)| Some((name, at?)));
    entries.extend(marks.map(|(name, at)| Entry::new(name, at, Node::new(Value::Bool(true), at))));
    Node::map(entries, whole)
}

/// The commands of a program that is started with its words, without a shell: the one it is, or those of the script that
/// it is handed where it is a shell itself.
pub(crate) fn of_words(argv: &Node, shell: Shell) -> Node {
    if let Some(script) = script_of(argv.items())
        && let Value::Str(text) = &script.value
    {
        return commands(text, script.span, shell);
    }
    let Some(first) = argv.items().first() else { return Node::list(Vec::new(), argv.span) };
    let words: Vec<&str> = argv.items().iter().filter_map(Node::as_str).collect();
    let text = Node::text(words.join(" "), argv.span);
    let mut entries: Vec<Entry> = name_of(argv.items()).into_iter().collect();
    entries.extend([Entry::new("argv", argv.span, argv.clone()), Entry::new("text", argv.span, text)]);
    let program = program_of(words.iter().copied());
    entries.extend(program.map(|program| Entry::new("program", first.span, Node::text(program, first.span))));
    Node::list(vec![Node::map(entries, argv.span)], argv.span)
}

/// The first word, where it can be a program: an option belongs to one that is named elsewhere, as by the entry point of an
/// image.
fn name_of(argv: &[Node]) -> Option<Entry> {
    let first = argv.first().filter(|first| !first.as_str().is_some_and(is_option))?;
    Some(Entry::new("name", first.span, first.clone()))
}

fn word_node(script: &Text, within: Span, word: Word) -> Node {
    let place = span(script, word.start, word.end, within);
    Node::new(Value::Str(word.text), place)
}

impl Command {
    /// Its words, with a blank between them.
    fn line(&self) -> String {
        // What only sets variables has no other words.
        let written = if self.words.is_empty() { &self.assignments } else { &self.words };
        let words: Vec<&str> = written.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }

    /// Whether it is a shell that runs what it reads.
    fn reads_script(&self) -> bool {
        let is_shell = self.program().is_some_and(|program| SHELLS.contains(&program.as_str()));
        let options =
            self.words.iter().map(|word| word.text.as_str()).skip_while(|word| !SHELLS.contains(&base_name(word)));
        is_shell && options.skip(1).all(|word| word.starts_with('-') && !handed::ends_in_c(word))
    }

    /// The program that runs in the end: without what only changes how it runs, and without its path.
    fn program(&self) -> Option<String> {
        program_of(self.words.iter().map(|word| word.text.as_str()))
    }
}
