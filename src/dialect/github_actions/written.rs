//! What stands in a workflow or an action as it is written, whatever it comes to.

use super::expression;
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::source::Source;
use crate::syntax::spelled;

/// Every expression below a node: its text, and the key that it stands under. A condition is one without braces too.
pub(super) fn expressions(root: &Node) -> Node {
    let mut found = Vec::new();
    below(root, "", 0, &mut found);
    Node::list(found, root.span)
}

fn below(node: &Node, key: &str, depth: usize, found: &mut Vec<Node>) {
    if depth > MAX_DEPTH {
        return;
    }
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| below(item, key, depth + 1, found)),
        Value::Map(map) => map.written().for_each(|entry| below(&entry.value, &entry.key.name, depth + 1, found)),
        Value::Str(text) => {
            let ranges = expression::find(text.as_str());
            if ranges.is_empty() && key == "if" {
                found.push(one(node.clone(), key));
            }
            let texts = ranges.into_iter().map(|range| spelled::part(text, range.start, range.end));
            found.extend(texts.map(|text| one(spelled::node(text, node.span), key)));
        }
        _ => {}
    }
}

fn one(text: Node, key: &str) -> Node {
    let span = text.span;
    let entries = vec![Entry::new("text", span, text), Entry::new("at", span, Node::text(key, span))];
    Node::map(entries, span)
}

/// The permissions of a map, and whether a comment explains each: on its line, or on the one above.
pub(super) fn permissions(written: &Node, source: &Source) -> Node {
    let one = |entry: &Entry| {
        let span = entry.span();
        let fields = [
            ("name", Node::text(&*entry.key.name, entry.key.span)),
            ("value", entry.value.clone()),
            ("explained", Node::new(Value::Bool(has_comment(entry, source)), span)),
        ];
        Node::map(fields.into_iter().map(|(key, value)| Entry::new(key, value.span, value)).collect(), span)
    };
    Node::list(written.entries().iter().map(one).collect(), written.span)
}

fn has_comment(entry: &Entry, source: &Source) -> bool {
    let (text, span) = (source.text(), entry.span());
    let rest = text.get(span.end as usize..).and_then(|rest| rest.lines().next()).unwrap_or("");
    let before = text.get(..span.start as usize).unwrap_or("");
    let above = before.rfind('\n').and_then(|end| before.get(..end)).and_then(|before| before.lines().next_back());
    says(rest) || above.is_some_and(|line| line.trim_start().starts_with('#') && says(line))
}

/// Whether a line ends in a comment with words that are not for a tool.
fn says(line: &str) -> bool {
    let comment = line.split_once('#').map_or("", |(_, comment)| comment.trim());
    !comment.is_empty() && !comment.starts_with("zizmor:") && !comment.starts_with("annexa:")
}
