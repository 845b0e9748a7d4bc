//! Shell scripts as lists of simple commands: what RUN, CI steps and entry points start.
//!
//! A lexer, not a shell: it knows quotes, operators, keywords, substitutions and heredocs well enough to say which
//! programs are called with which words, and leaves variables as they stand. Commands in substitutions and subshells are
//! listed like all others. It reads every text to its end, in linear time.

mod lexer;
#[cfg(test)]
mod tests;

use crate::document::{Entry, Node, Text};
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

/// Most words before the program that `sudo`, `env` and the like start.
const MAX_CARRIED: usize = 64;

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
/// apply, `assignments`, `redirects`, `piped_to` (the next program of the pipe, without `sudo` and path) and `within`
/// (the program that a substitution hands its output to).
pub(crate) fn commands(script: &Text, within: Span, shell: Shell) -> Node {
    let commands = lexer::read(script, shell);
    Node::list(commands.into_iter().map(|command| command_node(script, within, command)).collect(), within)
}

fn command_node(script: &Text, within: Span, command: Command) -> Node {
    let whole = span(script, command.start, command.end, within);
    let words = |words: Vec<Word>| {
        let nodes: Vec<Node> = words.into_iter().map(|word| word_node(script, within, word)).collect();
        let span = nodes.iter().map(|node| node.span).reduce(Span::to).unwrap_or(whole);
        Node::list(nodes, span)
    };
    let argv = words(command.words);
    let mut entries = Vec::new();
    entries.extend(argv.items().first().map(|name| Entry::new("name", name.span, name.clone())));
    entries.push(Entry::new("argv", argv.span, argv));
    let text = crate::syntax::spelled::node(part(script, command.start, command.end), whole);
    entries.push(Entry::new("text", whole, text));
    for (name, list) in [("assignments", command.assignments), ("redirects", command.redirects)] {
        if !list.is_empty() {
            let list = words(list);
            entries.push(Entry::new(name, list.span, list));
        }
    }
    for (name, program) in [("piped_to", command.piped_to), ("within", command.within)] {
        entries.extend(program.map(|program| Entry::new(name, whole, Node::text(program, whole))));
    }
    Node::map(entries, whole)
}

fn word_node(script: &Text, within: Span, word: Word) -> Node {
    let place = span(script, word.start, word.end, within);
    Node::new(crate::document::Value::Str(word.text), place)
}

impl Command {
    /// The program that runs in the end: without what only changes how it runs, and without its path.
    fn program(&self) -> Option<String> {
        const CARRIERS: &[&str] = &["sudo", "doas", "env", "exec", "command", "nohup", "time", "nice"];
        let mut words = self.words.iter().take(MAX_CARRIED).map(|word| word.text.as_str());
        let mut program = words.next()?;
        while CARRIERS.contains(&base_name(program)) {
            let takes_user = matches!(base_name(program), "sudo" | "doas");
            program = loop {
                let word = words.next()?;
                if takes_user && matches!(word, "-u" | "-g" | "--user" | "--group") {
                    words.next();
                } else if !word.starts_with('-') && !word.contains('=') {
                    break word;
                }
            };
        }
        Some(base_name(program).to_owned())
    }
}

fn base_name(program: &str) -> &str {
    program.rsplit_once('/').map_or(program, |(_, name)| name)
}
