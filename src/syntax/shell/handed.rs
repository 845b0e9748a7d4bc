//! What the words of a command hand on to be run by another user, on another machine, or for each file that is found.

use super::program::{MAX_CARRIED, SHELLS, base_name, started};
use crate::document::{Node, Value};
use crate::syntax::json;
use crate::syntax::spelled::{node, part};

/// Options of ssh that are followed by a word of their own.
const SSH_OPTIONS: &str = "BbcDEeFIiJLlmOoPpQRSWw";

/// Programs that hand words to a shell elsewhere: in a container, in a pod.
const RUNNERS: &[&str] = &[
    "crictl",
    "distrobox",
    "docker",
    "docker-compose",
    "incus",
    "kubectl",
    "lxc",
    "machinectl",
    "multipass",
    "nerdctl",
    "nsenter",
    "oc",
    "podman",
    "toolbox",
    "wsl",
];

/// Programs that hand a text to a shell, the options that it follows, and a word that is among those before where they do.
const HANDING: &[(&str, &[&str], &str)] = &[
    ("az", &["--scripts"], "run-command"),
    ("flock", &["-c", "--command"], ""),
    ("gcloud", &["--command"], "ssh"),
    ("nix-shell", &["--run", "--command"], ""),
    ("runuser", &["-c", "--command"], ""),
    ("script", &["-c", "--command"], ""),
    ("su", &["-c", "--command"], ""),
    ("vagrant", &["-c", "--command"], "ssh"),
];

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

/// The texts that words hand to a shell otherwise than by `sh -c`: to that of another user or machine, or to one that is started
/// later, or again and again.
pub(crate) fn scripts_told(argv: &[Node]) -> Vec<Node> {
    let Some((at, name)) = program(argv) else { return Vec::new() };
    let after = argv.get(at + 1..).unwrap_or(&[]);
    let is_script = |node: &&Node| node.as_str().is_some_and(|text| text.trim().contains(char::is_whitespace));
    match name {
        // The name of a function is no script.
        "trap" => {
            after.iter().find(|word| word.as_str() != Some("--")).filter(is_script).cloned().into_iter().collect()
        }
        "parallel" if before_values(after).is_empty() => {
            let values = after.iter().skip_while(|word| !is_separator(word)).skip(1);
            values.filter(is_script).cloned().collect()
        }
        "aws" => sent_by_aws(after),
        _ => HANDING
            .iter()
            .filter(|(own, _, beside)| {
                *own == name && (beside.is_empty() || after.iter().any(|word| is(word, &[beside])))
            })
            .filter_map(|(_, options, _)| behind(after, options))
            .collect(),
    }
}

/// What stands behind an option, in its word or in the next one.
fn behind(words: &[Node], options: &[&str]) -> Option<Node> {
    let takes_short = options.contains(&"-c");
    words.iter().enumerate().find_map(|(at, word)| {
        let Value::Str(text) = &word.value else { return None };
        let written = text.as_str();
        if options.contains(&written) || takes_short && ends_in_c(written) {
            return words.get(at + 1).cloned();
        }
        let joined = options.iter().find_map(|option| written.strip_prefix(option)?.strip_prefix('='))?;
        Some(node(part(text, written.len() - joined.len(), written.len()), word.span))
    })
}

/// The commands that AWS Systems Manager is told to run on machines: `--parameters 'commands=["…"]'`, or the same in JSON.
fn sent_by_aws(words: &[Node]) -> Vec<Node> {
    if !words.iter().any(|word| is(word, &["send-command"])) {
        return Vec::new();
    }
    let Some(Node { value: Value::Str(text), span, .. }) = behind(words, &["--parameters"]) else { return Vec::new() };
    let written = text.as_str();
    let listed = written.strip_prefix("commands=");
    let from = written.len() - listed.unwrap_or(written).len();
    let given = part(&text, from, written.len());
    let parsed = json::parse_embedded(&given, span);
    let commands = parsed.as_ref().and_then(|node| node.get("commands").or_else(|| listed.and(Some(node))));
    match commands {
        Some(commands) => commands.items().to_vec(),
        None if listed.is_some() => vec![node(given, span)],
        None => Vec::new(),
    }
}

fn is(word: &Node, wanted: &[&str]) -> bool {
    word.as_str().is_some_and(|word| wanted.contains(&word))
}

/// Options of `watch` and `parallel` that are followed by a word of their own.
const WATCH_OPTIONS: &[&str] = &["-n", "--interval", "-q", "--equexit"];
const PARALLEL_OPTIONS: &[&str] = &[
    "-j",
    "--jobs",
    "-P",
    "-N",
    "-n",
    "-S",
    "--sshlogin",
    "-a",
    "--arg-file",
    "-I",
    "--colsep",
    "--timeout",
    "--joblog",
];

/// Whether the values of `parallel` begin after a word.
fn is_separator(word: &Node) -> bool {
    is(word, &[":::", "::::", ":::+", "::::+"])
}

/// The command that `parallel` starts for each of some values.
fn before_values(after: &[Node]) -> &[Node] {
    let words = after.get(options_of(after, PARALLEL_OPTIONS)..).unwrap_or(&[]);
    let end = words.iter().position(is_separator).unwrap_or(words.len());
    words.get(..end).unwrap_or(&[])
}

/// How many words are options and what belongs to them.
fn options_of(words: &[Node], with_word: &[&str]) -> usize {
    let mut at = 0;
    while let Some(word) = words.get(at).and_then(Node::as_str).filter(|word| word.starts_with('-')) {
        at += 1 + usize::from(with_word.contains(&word));
    }
    at
}

/// What words tell a shell that is started elsewhere, or again and again: the words of a command, or one that is a script.
pub(crate) fn told(argv: &[Node]) -> Option<&[Node]> {
    let (at, name) = program(argv)?;
    let after = argv.get(at + 1..)?;
    let words = match name {
        "ssh" => after.get(before_told(after.iter().map_while(Node::as_str))..)?,
        "watch" => after.get(options_of(after, WATCH_OPTIONS)..)?,
        "parallel" => before_values(after),
        _ => return None,
    };
    (!words.is_empty()).then_some(words)
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
