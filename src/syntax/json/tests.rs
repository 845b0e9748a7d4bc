use proptest::prelude::*;

use super::{JSON, JSON_RELAXED, parse_embedded};
use crate::document::testing::CODE;
use crate::document::{Document, Level, Node, Text, Value};
use crate::source::{FileId, Source, Span};

fn read_as(path: &str, text: &str) -> Document {
    crate::syntax::parse(&JSON, &Source::from_text(FileId(0), path, text))
}

fn read(text: &str) -> Document {
    read_as("a.json", text)
}

fn slice(text: &str, start: u32, end: u32) -> &str {
    text.get(start as usize..end as usize).unwrap()
}

fn show(node: &Node) -> String {
    CODE.of(node)
}

#[test]
fn values_are_what_json_says() {
    for (text, want) in [
        (r#"{"a": [1, -2, 3.5, 1e3, true, false, null, "x"]}"#, r#"{a: [1, -2, 3.5, 1000.0, true, false, null, "x"]}"#),
        (" [] ", "[]"),
        ("0", "0"),
        ("9223372036854775807", "9223372036854775807"),
        ("92233720368547758080", "9.223372036854776e19"),
        (r#""\u00e4\ud834\udd1e\n\/\"""#, r#""ä𝄞\n/\"""#),
        (r#""\ud834""#, "\"\u{FFFD}\""),
        ("// a\n{/* b */\"k\" : /* c */ 1 // d\n}", "{k: 1}"),
        (r#"{"a": 1, "a": 2}"#, "{a: 1, a: 2}"),
    ] {
        let document = read(text);
        assert_eq!(document.roots.iter().map(show).collect::<Vec<_>>(), [want], "{text}");
        assert!(document.problems.iter().all(|problem| problem.level == Level::Notice), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_named_and_costs_only_itself() {
    for (text, want, problems) in [
        ("{\"a\": x, \"b\": 1}", "{a: ?x, b: 1}", &["this is not a value of JSON"][..]),
        (
            "{\"a\": 'x', \"b\": 01}",
            "{a: ?'x', b: ?01}",
            &["strings of JSON stand in double quotes", "this is not a number of JSON"],
        ),
        ("{\"a\": 1 \"b\": 2}", "{a: 1, b: 2}", &["expected a comma before this"]),
        ("{\"a\" 1, \"b\": 2}", "{a: 1, b: 2}", &["expected `:` and a value after this key"]),
        ("{\"a\", \"b\": 2}", "{b: 2}", &["expected `:` and a value after this key"]),
        ("{a: 1, \"b\": 2}", "{b: 2}", &["expected a key in double quotes"]),
        (
            "{\"a\": [1, 2, \"b\": 2}",
            "{a: [1, 2, \"b\", ?: 2]}",
            &["expected a comma before this", "this is not a value of JSON", "`[` is not closed"],
        ),
        ("{\"a\": {\"b\": [1", "{a: {b: [1]}}", &["`[` is not closed"]),
        ("{\"a\": \"x\n, \"b\": 1}", "{a: \"x\", b: 1}", &["string is not closed on its line"]),
        ("[,1,,2]", "[1, 2]", &["comma without an item before it", "comma without an item before it"]),
        ("[1] [2]", "[1]", &["text after the end of the value"]),
        ("[\"\\x\"]", "[\"\\\\x\"]", &["JSON has no such escape"]),
        ("", "", &["there is no value in this file"]),
        ("]", "?", &["expected a value"]),
        ("/* x", "", &["comment is not closed", "there is no value in this file"]),
    ] {
        let document = read(text);
        assert_eq!(document.roots.iter().map(show).collect::<String>(), want, "{text}");
        let messages: Vec<&str> = document.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, problems, "{text}");
        assert!(document.problems.iter().all(|problem| problem.level == Level::Error && problem.help.is_some()));
    }
}

#[test]
fn trailing_commas_are_noticed_where_the_tool_refuses_them() {
    for (path, want) in
        [("a.json", 2), ("x.tf.json", 2), ("tsconfig.json", 0), ("a.jsonc", 0), (".vscode/settings.json", 0)]
    {
        let document = read_as(path, "{\"a\": [1, 2,],}");
        assert_eq!(show(&document.roots[0]), "{a: [1, 2]}");
        assert_eq!(document.problems.len(), want, "{path}");
        assert!(document.problems.iter().all(|problem| problem.level == Level::Notice), "{path}");
    }
}

#[test]
fn relaxed_strings_may_go_over_lines() {
    for (text, want, problems) in [
        ("{\"a\": \"b\nc\", \"d\": 1,}", r#"{a: "b\nc", d: 1}"#, 0),
        ("[\"b\\\"\n\\\"c\n\"]", r#"["b\"\n\"c\n"]"#, 0),
        ("{\"a\": \"b\n\"d\": 1}", r#"{a: "b", d: 1}"#, 2),
        ("[\"a\nb\" // c\n]", r#"["a\nb"]"#, 0),
        ("[\"a\n", r#"["a"]"#, 2),
    ] {
        let document = crate::syntax::parse(&JSON_RELAXED, &Source::from_text(FileId(0), "a.json", text));
        let shown: Vec<String> = document.roots.iter().map(show).collect();
        assert_eq!((shown.join(" "), document.problems.len()), (want.to_owned(), problems), "{text}");
    }
}

#[test]
fn lines_hold_one_document_each() {
    let document = read_as("a.jsonl", "{\"a\": 1}\n{\"a\": 2}\n\n[3]\n");
    assert_eq!(document.roots.iter().map(show).collect::<Vec<_>>(), ["{a: 1}", "{a: 2}", "[3]"]);
    assert!(document.problems.is_empty());
}

#[test]
fn nesting_beyond_the_limit_is_unresolved() {
    let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    let document = read(&format!("{{\"a\": {deep}, \"b\": 1}}"));
    assert_eq!(document.problems.len(), 1, "{:?}", document.problems);
    assert_eq!(document.roots[0].get("b").map(show).as_deref(), Some("1"));
}

#[test]
fn an_escape_is_followed_back_to_its_place() {
    let text = r#"{"a": "x\ny\u0041z"}"#;
    let document = read(text);
    let Some(Value::Str(string)) = document.roots[0].get("a").map(|node| &node.value) else { panic!("no string") };
    assert_eq!(string.as_str(), "x\nyAz");
    for (start, end, want) in
        [(0, 1, "x"), (1, 2, "\\n"), (2, 3, "y"), (3, 4, "\\u0041"), (4, 5, "z"), (0, 5, r"x\ny\u0041z")]
    {
        let (from, to) = string.trace(start, end).unwrap();
        assert_eq!(slice(text, from, to), want);
    }
}

#[test]
fn json_in_a_string_has_its_spans_in_the_file() {
    let text = r#"{"policy": "{ \"Action\": [\"s3:*\", \"a\\nb\"] }"}"#;
    let document = read(text);
    let host = document.roots[0].get("policy").unwrap();
    let Value::Str(string) = &host.value else { panic!("no string") };
    let inner = parse_embedded(string, host.span).unwrap();
    let action = inner.entry("Action").unwrap();
    assert_eq!(slice(text, action.key.span.start, action.key.span.end), r#"\"Action\""#);
    let first = action.value.items()[0].span;
    assert_eq!(slice(text, first.start, first.end), r#"\"s3:*\""#);
    let Value::Str(second) = &action.value.items()[1].value else { panic!("no string") };
    let (from, to) = second.trace(1, 2).unwrap();
    assert_eq!((second.as_str(), slice(text, from, to)), ("a\nb", r"\\n"));
    let computed = parse_embedded(&Text::opaque("{\"a\": [1]}"), host.span).unwrap();
    assert_eq!(computed.at(&["a"]).unwrap().items()[0].span, host.span);
    for not_json in ["", "x", "{{ template }}", "{\"a\": }", "[1] 2"] {
        assert!(parse_embedded(&Text::opaque(not_json), host.span).is_none(), "{not_json}");
    }
}

#[test]
fn only_objects_of_kubernetes_stand_one_after_the_other() {
    let object = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}";
    for (text, roots, problems) in [
        (format!("{object}\n{object}{object}"), 3, 0),
        (format!("{object} {{}}"), 1, 1),
        (format!("{{}} {object}"), 1, 1),
        (format!("{object} }}"), 1, 1),
        ("{} {}".to_owned(), 1, 1),
    ] {
        let source = Source::from_text(FileId(0), "a.json", &text);
        let document = crate::syntax::parse(&JSON, &source);
        assert_eq!((document.roots.len(), document.problems.len()), (roots, problems), "{text}");
    }
}

fn sound(node: &Node, within: Span, text: &str) {
    assert!(within.contains(node.span), "{within:?} {:?}", node.span);
    assert!(text.get(node.span.range()).is_some(), "span off a boundary");
    for item in node.items() {
        sound(item, node.span, text);
    }
    for entry in node.entries() {
        assert!(node.span.contains(entry.key.span));
        let written = text.get(entry.key.span.range()).unwrap();
        if !written.contains('\\') {
            assert_eq!(written.trim_start_matches('"').trim_end_matches('"'), &*entry.key.name);
        }
        sound(&entry.value, node.span, text);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_harm(text in "[\\[\\]{}:,\"\\\\ntu0-9ae/* \n'.äx-]{0,80}") {
        let source = Source::from_text(FileId(0), "a.json", &text);
        let document = crate::syntax::parse(&JSON, &source);
        for root in &document.roots {
            sound(root, source.whole(), &text);
        }
        for root in &crate::syntax::parse(&JSON_RELAXED, &source).roots {
            sound(root, source.whole(), &text);
        }
        for problem in &document.problems {
            prop_assert!(problem.span.is_none_or(|span| text.get(span.range()).is_some()));
        }
        // What a strict reader takes, this one takes too, with the same value.
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) {
            prop_assert!(document.problems.iter().all(|problem| problem.level == Level::Notice));
            if let Some(string) = value.as_str() {
                prop_assert_eq!(document.roots[0].as_str(), Some(string));
            }
        }
        let embedded = Text::verbatim(text.as_str(), 0);
        if let Some(node) = parse_embedded(&embedded, source.whole()) {
            prop_assert_eq!(show(&node), show(&document.roots[0]));
        }
    }
}
