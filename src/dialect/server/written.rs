//! What stands in a file and is no setting of the program: comments behind values, what a later line replaces, and marks of
//! templates.

use std::sync::Arc;

use crate::document::{Node, Unresolved, Value};

/// Programs that read a comment behind a value, with the marks of one.
const COMMENTS: &[(&str, &[char])] = &[("php", &[';']), ("grafana", &[';', '#']), ("supervisor", &[';'])];

/// How lines of templates begin.
const MARKS: [&str; 4] = ["{%", "{{", "<%", "{#"];

/// Which settings that are written several times have the last value.
enum Last {
    All,
    Of(&'static [&'static str]),
}

/// Programs that take the last value of a setting in a file, or in a block of it.
const LAST: &[(&str, Last)] = &[
    ("vsftpd", Last::All),
    ("sysctl", Last::All),
    ("postfix", Last::All),
    ("login-defs", Last::All),
    ("ufw", Last::All),
    (
        "apache",
        Last::Of(&[
            "servertokens",
            "serversignature",
            "sslciphersuite",
            "sslengine",
            "sslprotocol",
            "sslproxyprotocol",
            "sslproxyverify",
            "sslverifyclient",
            "traceenable",
            "proxyrequests",
        ]),
    ),
];

/// Takes comments off the values of a program that reads them so, and what later lines replace.
pub(super) fn tidy(kind: &str, body: &mut Node) {
    if let Some((_, marks)) = COMMENTS.iter().find(|(of, _)| *of == kind) {
        without_comments(body, marks, 0);
    }
    if let Some((_, last)) = LAST.iter().find(|(of, _)| *of == kind) {
        with_last(body, last, 0);
    }
}

/// Leaves of texts that came one after the other under a name the one that holds.
fn with_last(node: &mut Node, last: &Last, depth: usize) {
    // Blocks in blocks.
    const DEEPEST: usize = 8;
    match &mut node.value {
        Value::List(items) if depth < DEEPEST => {
            for item in Arc::make_mut(items) {
                with_last(item, last, depth + 1);
            }
        }
        Value::Map(map) if depth < DEEPEST => {
            for entry in &mut Arc::make_mut(map).entries {
                let is_replaced = match last {
                    Last::All => true,
                    Last::Of(names) => names.contains(&&*entry.key.name),
                };
                let holds = match entry.value.items() {
                    items @ [.., holds] if is_replaced && items.iter().all(|item| item.as_str().is_some()) => {
                        holds.clone()
                    }
                    _ => {
                        with_last(&mut entry.value, last, depth + 1);
                        continue;
                    }
                };
                entry.key.span = holds.span;
                entry.value = holds;
            }
        }
        _ => {}
    }
}

fn without_comments(node: &mut Node, marks: &[char], depth: usize) {
    // Sections, their keys, and lists of what comes again.
    const DEEPEST: usize = 4;
    match &mut node.value {
        Value::Str(text) => {
            let written = text.as_str();
            let at = written.match_indices(marks).map(|(at, _)| at).find(|at| {
                let before = written.get(..*at).unwrap_or("");
                before.ends_with([' ', '\t']) && before.matches('"').count() % 2 == 0
            });
            if let Some(value) = at.and_then(|at| written.get(..at)) {
                let value = value.trim().trim_matches('"').to_owned();
                *node = Node { trail: node.trail.clone(), ..Node::text(value, node.span) };
            }
        }
        Value::List(items) if depth < DEEPEST => {
            for item in Arc::make_mut(items) {
                without_comments(item, marks, depth + 1);
            }
        }
        Value::Map(map) if depth < DEEPEST => {
            for entry in &mut Arc::make_mut(map).entries {
                without_comments(&mut entry.value, marks, depth + 1);
            }
        }
        _ => {}
    }
}

/// Why it is not certain what of a file there will be: it has lines of a template, all of whose branches are read.
pub(super) fn template(root: &Node) -> Option<Arc<Unresolved>> {
    let is_mark = |text: &str| MARKS.iter().any(|mark| text.trim_start().starts_with(mark));
    let keyed = root.entries().iter().find(|entry| is_mark(&entry.key.name)).map(|entry| &*entry.key.name);
    let lines = root.get("lines").map_or(&[][..], Node::items).iter();
    let text = keyed.or_else(|| lines.filter_map(|line| line.get("text")?.as_str()).find(|text| is_mark(text)))?;
    let because = "the file is yet to be made from a template, of which all branches are read";
    Some(Arc::new(Unresolved { expression: text.into(), because: because.into(), ..Unresolved::default() }))
}
