//! What stands in a file and is no setting of the program: comments behind values, and marks of templates.

use std::sync::Arc;

use crate::document::{Node, Unresolved, Value};

/// Programs that read a comment behind a value, with the marks of one.
const COMMENTS: &[(&str, &[char])] = &[("php", &[';']), ("grafana", &[';', '#']), ("supervisor", &[';'])];

/// How lines of templates begin.
const MARKS: [&str; 4] = ["{%", "{{", "<%", "{#"];

/// Takes comments off the values of a program that reads them so.
pub(super) fn tidy(kind: &str, body: &mut Node) {
    if let Some((_, marks)) = COMMENTS.iter().find(|(of, _)| *of == kind) {
        without_comments(body, marks, 0);
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
