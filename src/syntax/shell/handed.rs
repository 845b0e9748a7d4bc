//! What the words of a command hand on to be run by another user, on another machine, or for each file that is found.

use super::program::{MAX_CARRIED, SHELLS, base_name, started};
use crate::document::Node;

/// Options of ssh that are followed by a word of their own.
const SSH_OPTIONS: &str = "BbcDEeFIiJLlmOoPpQRSWw";

/// Programs that hand words to a shell elsewhere: in a container, in a pod.
const RUNNERS: &[&str] = &["docker", "podman", "nerdctl", "kubectl", "oc", "docker-compose"];

/// Tests of `find` after which a command stands, up to `;` or `+`.
const EXECUTING: &[&str] = &["-exec", "-execdir", "-ok", "-okdir"];

/// The place of the program that runs in the end, and its name.
fn program(argv: &[Node]) -> Option<(usize, &str)> {
    let word = |at: usize| argv.get(at).map(|word| word.as_str().unwrap_or(""));
    let at = started(word)?;
    Some((at, base_name(word(at)?)))
}

/// The script that words hand to a shell: `sh -c SCRIPT`, also behind `sudo` and the like.
pub(crate) fn script_of(argv: &[Node]) -> Option<&Node> {
    let is_shell = |name: &str| SHELLS.contains(&name);
    let at = match program(argv)? {
        (at, name) if RUNNERS.contains(&name) => {
            let mut after = argv.iter().take(MAX_CARRIED).enumerate().skip(at);
            after.find(|(_, word)| word.as_str().is_some_and(|word| is_shell(base_name(word))))?.0
        }
        (at, name) => Some(at).filter(|_| is_shell(name))?,
    };
    let mut after = argv.get(at + 1..)?.iter();
    // Options may stand before the one that is followed by the script: `bash -e -c`, `bash -lc`, `bash -euo pipefail -c`.
    while let Some(option) = after.next().and_then(Node::as_str) {
        if !option.starts_with(['-', '+']) || option.len() < 2 {
            return None;
        }
        if ends_in_c(option) {
            return after.next();
        }
        let takes_word =
            !option.starts_with("--") && option.ends_with(['o', 'O']) || matches!(option, "--rcfile" | "--init-file");
        if takes_word {
            after.next();
        }
    }
    None
}

/// Whether an option of a shell, or the last of some that stand together, is the one that a script follows: `-c`, `-lc`.
pub(super) fn ends_in_c(option: &str) -> bool {
    option.starts_with('-') && !option.starts_with("--") && option.ends_with('c')
}

/// The script that words hand to PowerShell in one of them: `powershell -Command "SCRIPT"`.
pub(crate) fn script_of_powershell(argv: &[Node]) -> Option<&Node> {
    let word = |node: &Node| node.as_str().unwrap_or("").to_ascii_lowercase();
    let at = argv.iter().take(MAX_CARRIED).position(|node| {
        let name = word(node);
        let name = name.rsplit(['/', '\\']).next().unwrap_or("");
        matches!(name.trim_end_matches(".exe"), "powershell" | "pwsh")
    })?;
    let after = argv.get(at + 1..)?;
    let option = after.iter().position(|node| matches!(&*word(node), "-command" | "-c"))?;
    after.get(option + 1).filter(|script| word(script).contains(' '))
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

/// The script that `su` and `runuser` hand to the shell of another user, and `flock` to one that it waits for.
pub(crate) fn script_of_user(argv: &[Node]) -> Option<&Node> {
    let (at, _) = program(argv).filter(|(_, name)| ["su", "runuser", "flock"].contains(name))?;
    let after = argv.get(at + 1..)?;
    let is_command = |word: &str| word == "--command" || ends_in_c(word);
    let option = after.iter().position(|word| word.as_str().is_some_and(is_command))?;
    after.get(option + 1)
}

/// What ssh tells another machine to run: the words of a command, or one that is a script.
pub(crate) fn on_another_machine(argv: &[Node]) -> Option<&[Node]> {
    let (at, _) = program(argv).filter(|(_, name)| *name == "ssh")?;
    let after = argv.get(at + 1..)?;
    after.get(before_told(after.iter().map_while(Node::as_str))..).filter(|words| !words.is_empty())
}

/// How many words after `ssh` stand before what it tells the other machine to run: its options and the host.
pub(super) fn before_told<'w>(after: impl Iterator<Item = &'w str>) -> usize {
    let mut is_operand = false;
    let is_before = |word: &str| {
        let is_passed = is_operand || word.starts_with('-');
        let takes_word = word.len() == 2 && word.chars().nth(1).is_some_and(|letter| SSH_OPTIONS.contains(letter));
        is_operand = !is_operand && is_passed && takes_word;
        is_passed
    };
    after.map(is_before).take_while(|is_passed| *is_passed).count() + 1
}
