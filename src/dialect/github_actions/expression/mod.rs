//! `${{ … }}` in strings: where the expressions stand, what they are made of, and which values the file says they can take.

mod matrix;
mod parse;
mod tree;
mod ways;

use std::ops::Range;
use std::sync::Arc;

use crate::document::{Guard, Node, PartialText, Text, TextPart, Unresolved, Value};
use crate::kernel::lift::relocated;
use crate::syntax::spelled;

pub(super) use matrix::Matrix;
pub(super) use parse::parse;
pub(super) use tree::{Comparison, Expression, Kind, Literal, Root, Step};
pub(super) use ways::Site;

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

/// A string that an expression decides becomes unresolved, with what it comes to in each run, as far as that is known; any
/// other value stays as it is.
pub(super) fn resolved(node: &Node, site: &Site) -> Node {
    let Some(text) = node.as_str() else { return node.clone() };
    let expressions = find(text);
    let Some(first) = expressions.first() else { return node.clone() };
    let expression = text.get(first.clone()).unwrap_or("");
    let whole = expressions.len() == 1 && text.trim().starts_with("${{") && text.trim().ends_with("}}");
    let open = Unresolved {
        expression: text.into(),
        because: format!("`{expression}` is known only when the workflow runs").into(),
        partial: (!whole).then(|| Box::new(around(text, &expressions))),
        ..Unresolved::default()
    };
    let unresolved = match ways::of_text(text, node.span, site) {
        Some(ways) if ways.iter().any(|(value, _)| value.is_some()) => in_ways(open, ways, node),
        _ => open,
    };
    Node { value: Value::Unresolved(Arc::new(unresolved)), ..node.clone() }
}

/// The same with a value for each run.
fn in_ways(open: Unresolved, ways: Vec<(Option<Node>, Guard)>, node: &Node) -> Unresolved {
    let unknown = Node { value: Value::Unresolved(Arc::new(open.clone())), ..node.clone() };
    let placed = |value: Node| {
        if value.span == node.span { value } else { relocated(&value, node.span, "value that is filled in") }
    };
    let (alternatives, guards): (Vec<Node>, Vec<Guard>) =
        ways.into_iter().map(|(value, guard)| (value.map_or_else(|| unknown.clone(), placed), guard)).unzip();
    Unresolved { alternatives, guards, ..open }
}

/// What a string comes to where every run is known; none where some is not, and where there is no expression.
pub(super) fn decided(node: &Node, site: &Site) -> Option<Node> {
    let text = node.as_str().filter(|text| !find(text).is_empty())?;
    let ways = ways::of_text(text, node.span, site)?;
    ways.iter().all(|(value, _)| value.is_some()).then(|| resolved(node, site))
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

/// What a text comes to that is one expression and nothing else, where the expression is a value that is written out.
pub(super) fn constant(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix("${{")?.strip_suffix("}}")?;
    Some(parse(inner)?.literal()?.text().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::kernel::world::World;
    use crate::source::{FileId, Source, Span};

    /// The values of a text with their runs, `?` for one that is not known.
    fn shown(text: &str, matrix: &str, events: &[&str]) -> Vec<String> {
        let source = Source::from_text(FileId(0), "a.yml", matrix);
        let parsed = crate::syntax::parse(crate::syntax::named("yaml").unwrap(), &source);
        let matrix = parsed.roots.first().and_then(|matrix| Matrix::read("j", matrix)).map(Arc::new);
        let events = events.iter().map(|event| Arc::from(*event)).collect();
        let site = Site { job: "j".into(), matrix, events, ..Site::default() };
        let node = resolved(&Node::text(text, Span::new(FileId(0), 0, 0)), &site);
        let open = node.as_unresolved().unwrap();
        open.alternatives
            .iter()
            .zip(&open.guards)
            .map(|(value, guard)| {
                let shown = match &value.value {
                    Value::Unresolved(_) => "?".to_owned(),
                    Value::Bool(truth) => truth.to_string(),
                    Value::Int(number) => number.to_string(),
                    Value::Null => "null".to_owned(),
                    _ => value.as_str().unwrap().to_owned(),
                };
                let runs = World::default().where_holds(guard).words(&World::default());
                if runs.is_empty() { shown } else { format!("{shown} where {runs}") }
            })
            .collect()
    }

    #[test]
    fn what_a_condition_chooses_is_known() {
        for (expression, want) in [
            ("github.fork && 'a' || 'b'", &["a where `github.fork` is true", "b where `github.fork` is false"][..]),
            ("x && '' || 'b'", &["b"]),
            ("!x && 'a' || 'b'", &["a where `x` is false", "b where `x` is true"]),
            ("x || 'b'", &["? where `x` is true", "b where `x` is false"]),
            ("x == 'Y' && 'a' || x != 'y' && 'b' || 'c'", &["a where `x` is \"y\"", "b where `x` is not \"y\""]),
            ("x == 'y' && (x == 'z' && 'a' || 'b') || 'c'", &["b where `x` is \"y\"", "c where `x` is not \"y\""]),
            ("'a'", &["a"]),
            ("1 == '1' && true", &["true"]),
            ("github.event_name == 'push' && 'a' || 'b'", &["a"]),
            ("github.event_name == 'issues' && 'a' || 'b'", &["b"]),
            ("x", &[]),
        ] {
            assert_eq!(shown(&format!("${{{{ {expression} }}}}"), "", &["push"]), want, "{expression}");
        }
    }

    /// What an expression of the names `x` and `y` comes to where these are texts, worked out as it is read.
    fn naive(expression: &Expression, names: &[(&str, &str)]) -> Literal {
        let truth = |literal: &Literal| !literal.is_false();
        match &expression.kind {
            Kind::Literal(literal) => literal.clone(),
            Kind::Path(Root::Context(name), _) => {
                let value = names.iter().find(|(known, _)| known == name).unwrap().1;
                Literal::Text(value.to_owned())
            }
            Kind::Not(inner) => Literal::Bool(!truth(&naive(inner, names))),
            Kind::Compare(operands, comparisons) => {
                let [left, right] = [0, 1].map(|at| naive(&operands[at], names));
                let same = match (&left, &right) {
                    (Literal::Text(left), Literal::Text(right)) => left == right,
                    _ => number(&left) == number(&right),
                };
                Literal::Bool(same == (comparisons[0] == Comparison::Equal))
            }
            Kind::All(operands) | Kind::Any(operands) => {
                let decisive = matches!(expression.kind, Kind::Any(_));
                let values = operands.iter().map(|operand| naive(operand, names));
                let mut last = Literal::Null;
                for value in values {
                    last = value;
                    if truth(&last) == decisive {
                        break;
                    }
                }
                last
            }
            _ => panic!("{expression:?}"),
        }
    }

    fn number(literal: &Literal) -> Option<i64> {
        match literal {
            Literal::Bool(truth) => Some((*truth).into()),
            Literal::Text(text) if text.is_empty() => Some(0),
            _ => None,
        }
    }

    /// Whether a condition holds where the names are texts.
    fn holds(guard: &Guard, names: &[(&str, &str)]) -> bool {
        match guard {
            Guard::Decided(holds) => *holds,
            Guard::Not(inner) => !holds(inner, names),
            Guard::All(parts) => parts.iter().all(|part| holds(part, names)),
            Guard::Any(parts) => parts.iter().any(|part| holds(part, names)),
            Guard::Is(question, answer) => {
                let value = naive(&parse(&question.shown).unwrap(), names);
                let is_truth = question.answers.len() == 2;
                let given = if is_truth { (!value.is_false()).to_string() } else { format!("{:?}", value.text()) };
                given == **answer
            }
        }
    }

    fn expressions() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(vec!["x", "y", "'a'", "'b'", "''", "true", "false"]).prop_map(str::to_owned);
        leaf.prop_recursive(4, 16, 2, |inner| {
            let pair = (inner.clone(), inner.clone(), prop::sample::select(vec!["&&", "||", "==", "!="]));
            prop_oneof![
                pair.prop_map(|(left, right, operator)| format!("({left} {operator} {right})")),
                inner.prop_map(|inner| format!("!({inner})")),
            ]
        })
    }

    proptest! {
        #[test]
        fn ways_are_those_of_a_naive_evaluator(written in expressions()) {
            let node = resolved(&Node::text(format!("${{{{ {written} }}}}"), Span::new(FileId(0), 0, 0)), &Site::default());
            let parsed = parse(&written).unwrap();
            let open = node.as_unresolved().unwrap();
            for x in ["", "a", "c"] {
                for y in ["", "a", "b"] {
                    let names = [("x", x), ("y", y)];
                    let own: Vec<&Node> =
                        open.guarded().filter(|(_, guard)| holds(guard, &names)).map(|(node, _)| node).collect();
                    if open.alternatives.is_empty() {
                        continue;
                    }
                    prop_assert_eq!(own.len(), 1, "{} {:?}", written, names);
                    let want = naive(&parsed, &names);
                    let shown = match &own[0].value {
                        Value::Unresolved(_) => continue,
                        Value::Bool(truth) => truth.to_string(),
                        _ => own[0].as_str().unwrap_or("").to_owned(),
                    };
                    prop_assert_eq!(shown, want.text(), "{} {:?}", written, names);
                }
            }
        }
    }

    #[test]
    fn every_combination_of_a_matrix_is_a_run() {
        let pair = "a: [1, 2]\nb: [x, y]\n";
        for (matrix, text, want) in [
            (pair, "${{ matrix.a }}", &["1", "2"][..]),
            (
                pair,
                "i:${{ matrix.a }}-${{ matrix.b }}",
                &[
                    "i:1-x where `matrix` is a: 1, b: x",
                    "i:1-y where `matrix` is a: 1, b: y",
                    "i:2-x where `matrix` is a: 2, b: x",
                    "i:2-y where `matrix` is a: 2, b: y",
                ],
            ),
            ("a: [1, 2]\nexclude:\n  - a: 2\n", "${{ matrix.a }}", &["1"]),
            (
                "a: [1]\ninclude:\n  - {a: 1, c: z}\n  - {a: 3}\n",
                "${{ matrix.c }}",
                &["z where `matrix` is a: 1, c: z", "null where `matrix` is a: 3"],
            ),
            ("include:\n  - {a: {n: q}}\n", "${{ matrix.a.n }}", &["q"]),
            (
                pair,
                "${{ matrix.a == 1 && matrix.b || 'w' }}",
                &["x where `matrix` is a: 1, b: x", "y where `matrix` is a: 1, b: y", "w"],
            ),
            (pair, "${{ matrix.c }}", &[]),
            ("a: ${{ fromJSON(x) }}\n", "${{ matrix.a }}", &[]),
        ] {
            assert_eq!(shown(text, matrix, &[]), want, "{matrix} {text}");
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
