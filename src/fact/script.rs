//! What a script runs that is not written as it runs: options and programs that stand in a variable of the script, what
//! `eval` is told, and what `echo` hands to a shell.
//!
//! Only what the script itself decides: a variable that is set to one value alone, and texts without variables.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::document::{Entry, Node, Text, Value};
use crate::syntax::shell::{self, Shell};

/// Longest value of a variable that is filled in, and longest text that is read once more, in bytes.
const MAX_VALUE: usize = 256;
const MAX_TEXT: usize = 64 << 10;

/// So many words are filled in for one script; the others stay as they are written.
const MAX_WORDS: usize = 10_000;

/// Commands that set variables of the script.
const SETTERS: &[&str] = &["export", "readonly", "local", "declare", "typeset"];

/// Variables with the value that they have throughout, none where they are set to several; and aliases under what they are
/// called with [`ALIAS`] before it, which no variable is.
type Variables = BTreeMap<String, Option<String>>;

/// The command that gives others another name.
const ALIAS: &str = "alias ";

/// The commands as they run, with those that they make of texts after them; `set` are the variables of their environment.
pub(super) fn as_it_runs(commands: &[Node], set: &[(String, String)]) -> Vec<Node> {
    let variables = variables(commands, set);
    let mut left = MAX_WORDS;
    let mut all = Vec::with_capacity(commands.len());
    for (at, command) in commands.iter().enumerate() {
        let command = filled(command, &variables, &mut left);
        let told = told(&command, commands.get(at + 1));
        all.push(command);
        let Some(told) = told.filter(|told| told.as_str().is_some_and(|text| text.len() <= MAX_TEXT)) else { continue };
        if let Value::Str(text) = &told.value {
            let inner = shell::commands(text, told.span, Shell::Posix);
            all.extend(inner.items().iter().map(|inner| filled(inner, &variables, &mut left)));
        }
    }
    all
}

fn words(command: &Node) -> &[Node] {
    command.get("argv").map_or(&[][..], Node::items)
}

fn word(command: &Node, at: usize) -> &str {
    words(command).get(at).and_then(Node::as_str).unwrap_or("")
}

/// The variables that a script sets, and those of its environment that it leaves alone.
fn variables(commands: &[Node], environment: &[(String, String)]) -> Variables {
    let mut variables = Variables::new();
    for command in commands {
        let argv = words(command);
        let (prefix, set) = match argv.first().and_then(Node::as_str) {
            None => ("", command.get("assignments").map_or(&[][..], Node::items)),
            Some(name) if SETTERS.contains(&name) => ("", argv.get(1..).unwrap_or(&[])),
            Some(name) if name == ALIAS.trim() => (ALIAS, argv.get(1..).unwrap_or(&[])),
            Some(_) => continue,
        };
        for (name, value) in set.iter().filter_map(|word| word.as_str()?.split_once('=')) {
            let listed = value.strip_prefix('(').and_then(|value| value.strip_suffix(')'));
            let value = listed.unwrap_or(value);
            let is_plain = value.len() <= MAX_VALUE && !value.contains(['$', '`']);
            let value = is_plain.then(|| value.to_owned());
            let known = variables.entry([prefix, name.trim_end_matches('+')].concat()).or_insert_with(|| value.clone());
            if *known != value || name.ends_with('+') {
                *known = None;
            }
        }
    }
    // What stands nearest to the script is said last. Of what is empty here it is not told what it holds.
    for (name, value) in environment.iter().rev() {
        variables.entry(name.clone()).or_insert_with(|| Some(value.clone()).filter(|value| !value.is_empty()));
    }
    variables
}

/// A command with its options, its program and the hosts of its addresses, where those are variables. Other words stay as they are
/// written: what they stand for may be a secret, which those are not.
fn filled(command: &Node, variables: &Variables, left: &mut usize) -> Node {
    let argv = words(command);
    if variables.is_empty() && !argv.iter().any(|word| word.as_str().is_some_and(|word| word.contains(":-"))) {
        return command.clone();
    }
    let mut filled = Vec::with_capacity(argv.len());
    let mut is_other = false;
    for (at, word) in argv.iter().enumerate() {
        let alias = || variables.get(&[ALIAS, word.as_str()?].concat()).cloned().flatten().filter(|_| at == 0);
        let value = word.as_str().and_then(|word| referred(word, variables)).or_else(alias).filter(|_| *left > 0);
        match value.filter(|value| value.starts_with('-') || (at == 0 && is_command(value))) {
            Some(value) => {
                is_other = true;
                let parts = value.split_ascii_whitespace().map(|part| part.trim_matches(['"', '\'']));
                let before = filled.len();
                filled.extend(parts.map(|part| Node::text(part, word.span)));
                *left = left.saturating_sub(filled.len() - before);
            }
            None => match word.as_str().and_then(|word| address(word, variables)).filter(|_| *left > 0) {
                Some(address) => {
                    is_other = true;
                    *left = left.saturating_sub(1);
                    filled.push(Node::text(address, word.span));
                }
                None => filled.push(word.clone()),
            },
        }
    }
    if !is_other {
        return command.clone();
    }
    let program = shell::program_of(filled.iter().filter_map(Node::as_str));
    let mut entries: Vec<Entry> = command
        .entries()
        .iter()
        .filter(|entry| !["name", "argv", "program"].contains(&&*entry.key.name))
        .cloned()
        .collect();
    entries.extend(filled.first().map(|name| Entry::new("name", name.span, name.clone())));
    entries.extend(program.map(|program| Entry::new("program", command.span, Node::text(program, command.span))));
    entries.push(Entry::new("argv", command.span, Node::list(filled, command.span)));
    Node { value: Node::map(entries, command.span).value, ..command.clone() }
}

/// Whether a text is a program and its options.
fn is_command(text: &str) -> bool {
    let is_name = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let mut words = text.split_ascii_whitespace();
    words.next().is_some_and(is_name) && words.all(|word| word.starts_with('-'))
}

/// The value of a word that is a variable and nothing else: `$NAME`, `${NAME}`, `${NAME[@]}`, `${NAME:-VALUE}`.
fn referred(word: &str, variables: &Variables) -> Option<String> {
    let inner = word.strip_prefix('$')?;
    // What a workflow fills in of its environment.
    let filled_in = inner.strip_prefix("{{").and_then(|inner| inner.strip_suffix("}}"));
    if let Some(name) = filled_in.and_then(|inner| inner.trim().strip_prefix("env.")) {
        return variables.get(name)?.clone();
    }
    let inner = inner.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(inner);
    let (name, default) = inner.split_once(":-").map_or((inner, None), |(name, default)| (name, Some(default)));
    let name = name.strip_suffix("[@]").or_else(|| name.strip_suffix("[*]")).unwrap_or(name);
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match variables.get(name).filter(|_| is_name) {
        Some(value) => value.clone(),
        None => default.filter(|default| is_name && !default.contains(['$', '`'])).map(str::to_owned),
    }
}

/// An address that begins with a variable (`$BASE/status`), or whose host is one (`https://${HOST}:8443`). None where the value may
/// hold a secret: an account, or a query.
fn address(word: &str, variables: &Variables) -> Option<String> {
    let (scheme, rest) = word.split_once("://").unwrap_or(("", word));
    let reference = rest.strip_prefix('$')?;
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (name, after) = match reference.strip_prefix('{') {
        Some(inner) => inner.split_once('}')?,
        None => reference.split_at_checked(reference.find(|c| !is_of_name(c)).unwrap_or(reference.len()))?,
    };
    let value = variables.get(name)?.as_ref()?;
    let whole = if scheme.is_empty() { format!("{value}{after}") } else { format!("{scheme}://{value}{after}") };
    let is_scheme = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_plain =
        !value.contains(['@', '?', ' ', '\t']) && (after.is_empty() || after.starts_with(['/', ':', '?', '#']));
    (is_plain && is_scheme(whole.split_once("://")?.0)).then_some(whole)
}

/// The script that a command makes: of the words of `eval`, and of what `echo` hands to a shell, also in base 64.
fn told(command: &Node, next: Option<&Node>) -> Option<Node> {
    let argv = words(command);
    let joined = |words: &[Node]| match words {
        [] => None,
        [only] => Some(only.clone()),
        words => {
            let text: Vec<&str> = words.iter().filter_map(Node::as_str).collect();
            Some(Node::text(text.join(" "), command.span))
        }
    };
    match word(command, 0) {
        "eval" => joined(argv.get(1..)?),
        "echo" | "printf" => {
            let said = joined(
                argv.get(1..)?.iter().skip_while(|word| is_option(word)).cloned().collect::<Vec<_>>().as_slice(),
            )?;
            let reader = command.get("piped_to").and_then(Node::as_str)?;
            if shell::SHELLS.contains(&reader) {
                return Some(said);
            }
            let next = next.filter(|next| reader == "base64" && word(next, 0) == "base64")?;
            let decodes =
                words(next).iter().any(|word| matches!(word.as_str(), Some("-d" | "-D" | "--decode" | "-di")));
            let into = next.get("piped_to").and_then(Node::as_str)?;
            let text: String = said.as_str()?.split_ascii_whitespace().collect();
            let bytes = STANDARD.decode(text).ok().filter(|_| decodes && shell::SHELLS.contains(&into))?;
            let text = String::from_utf8(bytes).ok()?;
            Some(Node { value: Value::Str(Text::opaque(text)), ..said })
        }
        _ => here_string(command),
    }
}

/// The text that a shell reads from `<<<`.
fn here_string(command: &Node) -> Option<Node> {
    command.get("program").and_then(Node::as_str).filter(|program| shell::SHELLS.contains(program))?;
    let mut redirects = command.get("redirects").map_or(&[][..], Node::items).iter();
    redirects.find_map(|redirect| {
        let written = redirect.as_str()?.strip_prefix("<<<")?.trim();
        let quoted = |quote: char| written.strip_prefix(quote)?.strip_suffix(quote);
        let text = quoted('\'').or_else(|| quoted('"')).unwrap_or(written);
        Some(Node::text(text, redirect.span))
    })
}

fn is_option(word: &Node) -> bool {
    word.as_str().is_some_and(|word| word.starts_with('-') || word == "%s")
}
