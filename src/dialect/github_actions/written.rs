//! What stands in a workflow or an action as it is written, whatever it comes to.

use super::expression::{self, Expression, Kind, Matrix, Root, Step};
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::source::Source;
use crate::syntax::spelled;

/// Every expression below a node: its text, the key that it stands under, and whether it names the secrets that it takes. A
/// condition is one without braces too.
pub(super) fn expressions(root: &Node) -> Node {
    let mut found = Vec::new();
    below(root, &Place { key: "", matrix: None }, 0, &mut found);
    Node::list(found, root.span)
}

/// Where an expression stands: under a key, and in a job of which all runs are known.
struct Place<'p> {
    key: &'p str,
    matrix: Option<&'p Matrix>,
}

fn below(node: &Node, place: &Place<'_>, depth: usize, found: &mut Vec<Node>) {
    if depth > MAX_DEPTH {
        return;
    }
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| below(item, place, depth + 1, found)),
        Value::Map(map) => {
            let own = node.at(&["strategy", "matrix"]).and_then(|matrix| Matrix::read("", matrix));
            let matrix = own.as_ref().or(place.matrix);
            map.written()
                .for_each(|entry| below(&entry.value, &Place { key: &entry.key.name, matrix }, depth + 1, found));
        }
        Value::Str(text) => {
            let ranges = expression::find(text.as_str());
            if ranges.is_empty() && place.key == "if" {
                found.push(one(node.clone(), place));
            }
            let texts = ranges.into_iter().map(|range| spelled::part(text, range.start, range.end));
            found.extend(texts.map(|text| one(spelled::node(text, node.span), place)));
        }
        _ => {}
    }
}

fn one(text: Node, place: &Place<'_>) -> Node {
    let span = text.span;
    let named = text.as_str().and_then(expression::parse).is_some_and(|whole| names_secrets(&whole, place.matrix));
    let entries = vec![
        Entry::new("text", span, text),
        Entry::new("at", span, Node::text(place.key, span)),
        Entry::new("names_secrets", span, Node::new(Value::Bool(named), span)),
    ];
    Node::map(entries, span)
}

/// Whether each secret that an expression takes is named: by its key, or by what the file writes out.
fn names_secrets(whole: &Expression, matrix: Option<&Matrix>) -> bool {
    match &whole.kind {
        Kind::Literal(_) => true,
        Kind::Path(Root::Context(context), steps) if context.eq_ignore_ascii_case("secrets") => match steps.first() {
            Some(Step::Key(_)) => true,
            Some(Step::Index(index)) => is_written_out(index, matrix),
            Some(Step::Every) | None => false,
        },
        Kind::Path(root, steps) => {
            let within = match root {
                Root::Context(_) => true,
                Root::Value(value) => names_secrets(value, matrix),
            };
            let step = |step: &Step| match step {
                Step::Index(index) => names_secrets(index, matrix),
                Step::Key(_) | Step::Every => true,
            };
            within && steps.iter().all(step)
        }
        Kind::Not(inner) => names_secrets(inner, matrix),
        Kind::Call(_, parts) | Kind::Compare(parts, _) | Kind::All(parts) | Kind::Any(parts) => {
            parts.iter().all(|part| names_secrets(part, matrix))
        }
    }
}

/// Whether all that an expression can come to stands in the file.
fn is_written_out(index: &Expression, matrix: Option<&Matrix>) -> bool {
    match &index.kind {
        Kind::Literal(_) => true,
        Kind::Path(Root::Context(context), steps) if context.eq_ignore_ascii_case("matrix") => {
            let path: Option<Vec<&str>> = steps
                .iter()
                .map(|step| match step {
                    Step::Key(key) => Some(key.as_str()),
                    Step::Every | Step::Index(_) => None,
                })
                .collect();
            let Some((matrix, [first, rest @ ..])) = matrix.zip(path.as_deref()) else { return false };
            matrix.runs().all(|(run, _)| {
                let value = run.iter().rev().find(|entry| entry.key.name.eq_ignore_ascii_case(first));
                value.is_none_or(|entry| entry.value.at(rest).is_none_or(|value| value.as_map().is_none()))
            })
        }
        Kind::Call(name, parts) if ["format", "join"].iter().any(|known| known.eq_ignore_ascii_case(name)) => {
            parts.iter().all(|part| is_written_out(part, matrix))
        }
        Kind::Any(parts) | Kind::All(parts) => parts.iter().all(|part| is_written_out(part, matrix)),
        Kind::Path(..) | Kind::Call(..) | Kind::Not(_) | Kind::Compare(..) => false,
    }
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
