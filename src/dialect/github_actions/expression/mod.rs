//! `${{ … }}` in strings: where the expressions stand, what they are made of, and which values the file says they can take.

mod parse;
mod tree;

use std::ops::Range;
use std::sync::Arc;

use crate::document::{Node, PartialText, Text, TextPart, Unresolved, Value};
use crate::syntax::spelled;

pub(super) use parse::parse;
pub(super) use tree::{Expression, Kind, Literal, Root, Step};

/// The expressions of a text, without braces and the blanks around them. A closing brace in a string of the expression
/// does not close it.
pub(crate) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| memchr::memmem::find(rest.as_bytes(), b"${{")) {
        let start = at + open + 3;
        let Some(end) = closing(text, start) else { break };
        let inner = text.get(start..end).unwrap_or("");
        let first = start + (inner.len() - inner.trim_start().len());
        found.push(first..first + inner.trim().len());
        at = end + 2;
    }
    found
}

fn closing(text: &str, start: usize) -> Option<usize> {
    let mut quoted = false;
    let bytes = text.as_bytes().get(start..)?;
    for (offset, byte) in bytes.iter().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && bytes.get(offset + 1) == Some(&b'}') => return Some(start + offset),
            _ => {}
        }
    }
    None
}

/// The expressions of a string as nodes, each at its place in the file.
pub(super) fn nodes(node: &Node) -> Vec<Node> {
    let Value::Str(text) = &node.value else { return Vec::new() };
    find(text.as_str()).into_iter().map(|range| spelled::node(part(text, range), node.span)).collect()
}

fn part(text: &Text, range: Range<usize>) -> Text {
    spelled::part(text, range.start, range.end)
}

/// A string that an expression decides becomes unresolved, with the values that the job's matrix gives it; any other
/// value stays as it is.
pub(super) fn resolved(node: &Node, matrix: Option<&Node>) -> Node {
    let Some(text) = node.as_str() else { return node.clone() };
    let expressions = find(text);
    let Some(first) = expressions.first() else { return node.clone() };
    let expression = text.get(first.clone()).unwrap_or("");
    let whole = expressions.len() == 1 && text.trim().starts_with("${{") && text.trim().ends_with("}}");
    let mut alternatives = if whole { of_matrix(expression, matrix) } else { Vec::new() };
    if whole && let Some(choices) = choices(expression) {
        alternatives = choices.into_iter().map(|choice| Node::text(choice, node.span)).collect();
    }
    let unresolved = Unresolved {
        expression: text.into(),
        because: format!("`{expression}` is known only when the workflow runs").into(),
        alternatives,
        partial: (!whole).then(|| Box::new(around(text, &expressions))),
        ..Unresolved::default()
    };
    Node { value: Value::Unresolved(Arc::new(unresolved)), ..node.clone() }
}

/// What is known of a text in which these expressions stand.
fn around(text: &str, expressions: &[Range<usize>]) -> PartialText {
    let mut parts = Vec::new();
    let mut from = 0;
    for expression in expressions {
        let before = text.get(from..expression.start).unwrap_or("").trim_end();
        parts.extend([TextPart::known(before.strip_suffix("${{").unwrap_or(before)), TextPart::Hole]);
        let rest = text.get(expression.end..).unwrap_or("");
        from = expression.end + rest.find("}}").map_or(rest.len(), |at| at + 2);
    }
    parts.push(TextPart::known(text.get(from..).unwrap_or("")));
    PartialText::joined(parts).unwrap_or_default()
}

/// The strings that `condition && 'one' || 'other'` chooses from; none for any other expression.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#operators>
fn choices(expression: &str) -> Option<Vec<String>> {
    let Kind::Any(operands) = parse(expression)?.kind else { return None };
    let (last, others) = operands.split_last()?;
    let mut choices = Vec::new();
    for operand in others {
        let Kind::All(parts) = &operand.kind else { return None };
        let choice = string(parts.last()?)?;
        // An empty string counts as false, and the choice goes on.
        if !choice.is_empty() {
            choices.push(choice.to_owned());
        }
    }
    choices.push(string(last)?.to_owned());
    Some(choices)
}

/// The text of a string that is written out.
fn string(expression: &Expression) -> Option<&str> {
    match expression.literal()? {
        Literal::Text(text) => Some(text),
        _ => None,
    }
}

/// What a text comes to that is one expression and nothing else, where the expression is a value that is written out.
pub(super) fn constant(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix("${{")?.strip_suffix("}}")?;
    Some(parse(inner)?.literal()?.text().to_owned())
}

/// The values that `matrix.name` takes; none when the matrix does not write all of them out.
fn of_matrix(expression: &str, matrix: Option<&Node>) -> Vec<Node> {
    let Some((matrix, name)) = matrix.zip(matrix_key(expression)) else { return Vec::new() };
    let name = name.as_str();
    let included = matrix.get("include");
    if included.is_some_and(|included| !matches!(included.value, Value::List(_))) {
        return Vec::new();
    }
    let more = included.map_or(&[][..], Node::items);
    if more.iter().any(|item| item.as_map().is_none()) {
        return Vec::new();
    }
    let own = match matrix.get(name) {
        Some(Node { value: Value::List(items), .. }) => items.as_slice(),
        Some(_) => return Vec::new(),
        None => &[],
    };
    let values: Vec<Node> = own.iter().chain(more.iter().filter_map(|item| item.get(name))).cloned().collect();
    let literal = |node: &Node| match &node.value {
        Value::Str(text) => find(text.as_str()).is_empty(),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => true,
        _ => false,
    };
    if values.iter().all(literal) { values } else { Vec::new() }
}

/// The key of the matrix that an expression is.
fn matrix_key(expression: &str) -> Option<String> {
    match parse(expression)?.kind {
        Kind::Path(Root::Context(context), mut steps) if context.eq_ignore_ascii_case("matrix") => match steps.pop()? {
            Step::Key(key) if steps.is_empty() => Some(key),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_a_condition_chooses_from_are_known() {
        for (expression, want) in [
            ("github.fork && 'a' || 'b'", Some(vec!["a", "b"])),
            ("x == 'q || r' && 'a' || (y && z) && 'b' || 'it''s'", Some(vec!["a", "b", "it's"])),
            ("x && '' || 'b'", Some(vec!["b"])),
            ("x || 'b'", None),
            ("x && 'a' || inputs.runner", None),
            ("x && 'a'", None),
            ("'a'", None),
            ("x && 'a' || 'b' && 'c'", None),
            ("", None),
        ] {
            let want = want.map(|want| want.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(choices(expression), want, "{expression}");
        }
    }

    #[test]
    fn expressions_are_found_to_their_own_closing_brace() {
        for (text, want) in [
            ("echo ${{ github.head_ref }} ${{a}}", vec!["github.head_ref", "a"]),
            ("${{ format('}} {0}', x) }} }}", vec!["format('}} {0}', x)"]),
            ("${{ open", vec![]),
            ("${x} {{ y }}", vec![]),
            ("${{ 'it''s' }}", vec!["'it''s'"]),
        ] {
            let got: Vec<_> = find(text).into_iter().map(|range| text.get(range).unwrap()).collect();
            assert_eq!(got, want, "{text}");
        }
    }
}
