use proptest::prelude::*;

use super::TOML;
use crate::document::testing::CODE;
use crate::document::{Document, Node, Value};
use crate::source::{FileId, Source, Span};

fn read(text: &str) -> Document {
    crate::syntax::parse(&TOML, &Source::from_text(FileId(0), "a.toml", text))
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap()
}

fn show(node: &Node) -> String {
    CODE.of(node)
}

#[test]
fn values_and_tables_keep_the_order_of_the_file() {
    for (text, want) in [
        ("b = 1\na = 0x1F\n", "{b: 1, a: 31}"),
        (
            "[t]\nx = 1.5\n[[l]]\ny = true\n[[l]]\n[t.u]\nz = 1979-05-27T07:32:00Z\n",
            "{t: {x: 1.5, u: {z: \"1979-05-27T07:32:00Z\"}}, l: [{y: true}, {}]}",
        ),
        ("a.b.c = 'x'\na.d = {e = [1, 2]}\n", "{a: {b: {c: \"x\"}, d: {e: [1, 2]}}}"),
        ("", "{}"),
    ] {
        let document = read(text);
        assert_eq!(show(&document.roots[0]), want, "{text}");
        assert!(document.problems.is_empty(), "{text}");
    }
}

#[test]
fn keys_and_values_have_their_places() {
    let text = "[t]\n\"a b\" = 'v'\n[t.u]\nk.l = [1,\n 2]\n";
    let document = read(text);
    let table = document.roots[0].get("t").unwrap();
    assert_eq!(slice(text, table.entries()[0].key.span), "\"a b\"");
    assert_eq!(slice(text, table.get("a b").unwrap().span), "'v'");
    assert_eq!(slice(text, document.roots[0].at(&["t", "u", "k", "l"]).unwrap().span), "[1,\n 2]");
}

#[test]
fn every_fault_is_reported_and_costs_only_its_value() {
    let document = read("a = x\nb = 1\nc = \"\\q\"\nb = 2\n[t]\nd = 3\n[t\n");
    assert!(document.problems.len() >= 4, "{:?}", document.problems);
    assert!(document.problems.iter().all(|problem| problem.span.is_some()));
    for key in ["a", "c"] {
        assert!(document.roots[0].get(key).is_some_and(|node| node.as_unresolved().is_some()), "{key}");
    }
    assert!(document.roots[0].at(&["t", "d"]).is_some());
}

#[test]
fn strings_are_followed_back_to_the_file() {
    for (text, value, part, want) in [
        (r#"k = "a\tb""#, "a\tb", "\tb", r"\tb"),
        ("k = '''\nx\ny'''", "x\ny", "y", "y"),
        ("k = \"\"\"\na\\\n   b\\u0041\"\"\"", "abA", "A", r"\u0041"),
        ("k = 'plain'", "plain", "ai", "ai"),
    ] {
        let document = read(text);
        let Some(Value::Str(string)) = document.roots[0].get("k").map(|node| &node.value) else { panic!("{text}") };
        assert_eq!(string.as_str(), value, "{text}");
        let at = value.find(part).unwrap();
        let (start, end) = string.trace(at, at + part.len()).unwrap_or_else(|| panic!("no way back: {text}"));
        assert_eq!(text.get(start as usize..end as usize), Some(want), "{text}");
    }
}

#[test]
fn deep_nesting_is_a_problem_and_no_more() {
    for text in [
        format!("a = {}{}", "[".repeat(5000), "]".repeat(5000)),
        format!("{}a = 1", "a.".repeat(5000)),
        format!("[{}a]", "a.".repeat(5000)),
    ] {
        let document = read(&text);
        assert!(!document.problems.is_empty());
    }
}

fn sound(node: &Node, within: Span, text: &str) {
    assert!(text.get(node.span.range()).is_some(), "span off a boundary in {text:?}");
    assert!(within.contains(node.span), "{within:?} does not hold {:?} in {text:?}", node.span);
    for item in node.items() {
        sound(item, node.span, text);
    }
    for entry in node.entries() {
        assert!(node.span.contains(entry.key.span), "{:?} {:?} {text:?}", node.span, entry.key);
        sound(&entry.value, node.span, text);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_harm(lines in prop::collection::vec(
        "(\\[|\\[\\[|)(a|b|'c'|\"d\\\\n\"|a\\.b)?(\\]|\\]\\]|)( = |)(1|x|\"y|'z'|\\[1,|\\{a=1\\}|\"\"\"|1979-05-27|#|\\\\|)", 0..10)) {
        let text = lines.join("\n");
        let source = Source::from_text(FileId(0), "a.toml", &text);
        let document = crate::syntax::parse(&TOML, &source);
        for root in &document.roots {
            sound(root, source.whole(), &text);
        }
    }
}
