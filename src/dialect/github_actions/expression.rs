//! `${{ … }}` in strings: where the expressions stand, and which values the file says they can take.

use std::ops::Range;
use std::sync::Arc;

use crate::document::{Node, Text, Unresolved, Value};
use crate::syntax::spelled;

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
    let alternatives = if whole { of_matrix(expression, matrix) } else { Vec::new() };
    let unresolved = Unresolved {
        expression: text.into(),
        because: format!("`{expression}` is known only when the workflow runs").into(),
        alternatives,
        ..Unresolved::default()
    };
    Node { value: Value::Unresolved(Arc::new(unresolved)), ..node.clone() }
}

/// The values that `matrix.name` takes; none when the matrix does not write all of them out.
fn of_matrix(expression: &str, matrix: Option<&Node>) -> Vec<Node> {
    let Some((matrix, name)) = matrix.zip(expression.strip_prefix("matrix.")) else { return Vec::new() };
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

#[cfg(test)]
mod tests {
    use super::*;

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
