//! Functions of a script that fetch something, and what that is where they are called.

use std::collections::BTreeMap;

use crate::document::{Entry, Node};

/// The commands that fetch something for functions of a script, by the names of these.
pub(super) struct Functions<'c>(BTreeMap<&'c str, Option<&'c Node>>);

/// What of a command belongs to the place where it is called.
const OF_CALL: &[&str] = &["text", "piped_to", "within", "function"];

/// Most words of a call, and of the command that it comes to: each call makes these anew.
const MOST: usize = 64;

impl<'c> Functions<'c> {
    /// Those of commands that run one after the other. A function that checks what it fetches, or hands it on to another program,
    /// fetches nothing for others.
    pub fn of(commands: &'c [Node], fetches: fn(&Node) -> bool, checks: fn(&Node) -> bool) -> Functions<'c> {
        let mut all: BTreeMap<&str, Option<&Node>> = BTreeMap::new();
        for command in commands {
            let Some(name) = command.get("function").and_then(Node::as_str) else { continue };
            let hands_on = command.get("piped_to").is_some();
            if checks(command) || fetches(command) && hands_on {
                all.insert(name, None);
            } else if fetches(command) {
                all.entry(name).or_insert(Some(command));
            }
        }
        Functions(all)
    }

    /// What a call of one of them runs: the words of the call in the place of `$1` and the others.
    pub fn called(&self, call: &Node) -> Option<Node> {
        let argv = call.get("argv")?.items();
        let name = argv.first()?.as_str()?;
        let length = |command: &Node| command.get("argv").map_or(0, |argv| argv.items().len());
        let body = (*self.0.get(name)?)?;
        if argv.len() > MOST || length(body) > MOST {
            return None;
        }
        let words = |key: &str| {
            let list = body.get(key)?;
            let filled = list.items().iter().flat_map(|word| filled(word, argv)).take(MOST).collect();
            Some(Entry::new(key, list.span, Node::list(filled, list.span)))
        };
        let own = |entry: &&Entry| !OF_CALL.contains(&&*entry.key.name);
        let mut entries: Vec<Entry> = body.entries().iter().filter(own).cloned().collect();
        for list in ["argv", "redirects"].iter().filter_map(|key| words(key)) {
            entries.retain(|entry| entry.key.name != list.key.name);
            entries.push(list);
        }
        entries.extend(call.entries().iter().filter(|entry| OF_CALL.contains(&&*entry.key.name)).cloned());
        Some(Node { value: Node::map(entries, call.span).value, ..call.clone() })
    }
}

/// A word of a function with the words of a call for its parameters.
fn filled(word: &Node, call: &[Node]) -> Vec<Node> {
    let written = word.as_str().unwrap_or("");
    let (before, parameter) = written.split_once('$').unwrap_or((written, ""));
    let parameter = parameter.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(parameter);
    let is_redirect = before.trim_matches(['>', ' ', '"']).is_empty();
    match parameter.trim_end_matches('"') {
        "@" | "*" if before.is_empty() => call.get(1..).unwrap_or(&[]).to_vec(),
        digits if is_redirect => {
            let value = digits.parse::<usize>().ok().and_then(|at| call.get(at)?.as_str());
            let before = before.trim_end_matches('"');
            vec![value.map_or_else(|| word.clone(), |value| Node::text(format!("{before}{value}"), word.span))]
        }
        _ => vec![word.clone()],
    }
}
