//! What the words of a command hand on to be run by another user, on another machine, or for each file that is found.

use super::{CARRIERS, MAX_CARRIED, base_name};
use crate::document::Node;

/// Options of ssh that are followed by a word of their own.
pub(super) const SSH_OPTIONS: &str = "BbcDEeFIiJLlmOoPpQRSWw";

/// Tests of `find` after which a command stands, up to `;` or `+`.
const EXECUTING: &[&str] = &["-exec", "-execdir", "-ok", "-okdir"];

/// The place of the program that runs, behind `sudo` and the like.
fn program(argv: &[Node]) -> Option<(usize, &str)> {
    let words = argv.iter().take(MAX_CARRIED).map(|word| word.as_str().unwrap_or("")).enumerate();
    let is_carrier = |word: &str| CARRIERS.contains(&base_name(word)) || word.starts_with('-') || word.contains('=');
    words.map(|(at, word)| (at, base_name(word))).find(|(_, word)| !is_carrier(word))
}

/// The words of the commands that `find` starts.
pub(crate) fn started_by_find(argv: &[Node]) -> Vec<&[Node]> {
    let Some((at, "find")) = program(argv) else { return Vec::new() };
    let is = |word: &Node, wanted: &[&str]| word.as_str().is_some_and(|word| wanted.contains(&word));
    let mut rest = argv.get(at + 1..).unwrap_or(&[]);
    let mut started = Vec::new();
    while let Some(begin) = rest.iter().position(|word| is(word, EXECUTING)) {
        let words = rest.get(begin + 1..).unwrap_or(&[]);
        let end = words.iter().position(|word| is(word, &[";", "+"])).unwrap_or(words.len());
        started.extend(words.get(..end).filter(|words| !words.is_empty()));
        rest = words.get(end..).unwrap_or(&[]);
    }
    started
}

/// The script that `su` and `runuser` hand to the shell of another user.
pub(crate) fn script_of_user(argv: &[Node]) -> Option<&Node> {
    let (at, _) = program(argv).filter(|(_, name)| ["su", "runuser"].contains(name))?;
    let after = argv.get(at + 1..)?;
    let option = after.iter().position(|word| matches!(word.as_str(), Some("-c" | "--command")))?;
    after.get(option + 1)
}

/// What ssh tells another machine to run: the words of a command, or one that is a script.
pub(crate) fn on_another_machine(argv: &[Node]) -> Option<&[Node]> {
    let (at, _) = program(argv).filter(|(_, name)| *name == "ssh")?;
    let mut next = at + 1;
    while let Some(option) = argv.get(next).and_then(Node::as_str).filter(|word| word.starts_with('-')) {
        let takes_word = option.len() == 2 && option.chars().nth(1).is_some_and(|letter| SSH_OPTIONS.contains(letter));
        next += if takes_word { 2 } else { 1 };
    }
    argv.get(next + 1..).filter(|words| !words.is_empty())
}
