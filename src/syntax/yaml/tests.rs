use std::fmt::Write as _;

use proptest::prelude::*;

use super::{MAX_ALIASED, YAML, YAML_1_1};
use crate::document::testing::CODE;
use crate::document::{Document, Level, MAX_DEPTH, Node, Value};
use crate::source::{FileId, Source, Span};

fn read(text: &str) -> Document {
    crate::syntax::parse(&YAML, &Source::from_text(FileId(0), "a.yaml", text))
}

fn show(node: &Node) -> String {
    CODE.of(node)
}

fn shown(document: &Document) -> Vec<String> {
    document.roots.iter().map(show).collect()
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap()
}

#[test]
fn scalars_follow_the_core_schema() {
    for (text, want) in [
        ("[~, null, Null, , 'null']", r#"[null, null, null, "null"]"#),
        ("[true, True, FALSE, yes, off, y]", r#"[true, true, false, "yes", "off", "y"]"#),
        ("[1, -2, +3, 0o17, 0x1F, 017, 1_000]", r#"[1, -2, 3, 15, 31, 17, "1_000"]"#),
        ("[1.5, .5, 1., 1e3, -.inf, 1.2.3, 1e, .]", r#"[1.5, 0.5, 1.0, 1000.0, -inf, "1.2.3", "1e", "."]"#),
        ("[9223372036854775807, 9223372036854775808]", "[9223372036854775807, 9.223372036854775808e18]"),
        ("[!!str 1, !!int 1, ! 1, !!binary eA==, !!python/none x]", r#"["1", 1, "1", "eA==", "x"]"#),
        ("[2001-01-01, 12:30:45, 10.0.0.0/8, -, a]", r#"["2001-01-01", "12:30:45", "10.0.0.0/8", "-", "a"]"#),
    ] {
        let want = want.replace("9.223372036854775808e18", "9.223372036854776e18");
        let text = text.replace(", ,", ",").replace("-, a", "'-', a");
        assert_eq!(shown(&read(&text)), [want], "{text}");
    }
}

#[test]
fn the_older_edition_reads_more_values_but_no_keys() {
    let text = "{on: yes, y: n, mode: 0644, quoted: 'no', s: !!str on, zero: 0, port: 08}";
    let source = Source::from_text(FileId(0), "a.yaml", text);
    let document = crate::syntax::parse(&YAML_1_1, &source);
    assert_eq!(shown(&document), [r#"{on: true, y: false, mode: 420, quoted: "no", s: "on", zero: 0, port: 8}"#]);
    assert_eq!(shown(&read("{on: yes, mode: 0644}")), [r#"{on: "yes", mode: 644}"#]);
}

#[test]
fn keys_are_text_whatever_they_look_like() {
    let document = read("1: a\ntrue: b\n~: c\n'<<': d\n? [x, y]\n: e\n&k z: f\n");
    assert_eq!(shown(&document), [r#"{1: "a", true: "b", ~: "c", <<: "d", [x, y]: "e", z: "f"}"#]);
}

#[test]
fn aliases_stand_where_they_are_written_and_lead_to_their_anchor() {
    let text = "base: &b {x: 1}\nuse: *b\n";
    let document = read(text);
    let used = document.roots[0].get("use").unwrap();
    assert_eq!(slice(text, used.span), "*b");
    assert_eq!(slice(text, used.steps()[0].span), "{x: 1}");
    assert_eq!(&*used.steps()[0].what, "anchor `b`");
    assert_eq!(slice(text, used.get("x").unwrap().span), "1");
}

#[test]
fn merge_keys_bring_in_what_is_not_there() {
    let text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 5\nd:\n  x: 6\n  <<: {w: 7, x: 0}\n";
    let document = read(text);
    assert_eq!(show(document.roots[0].get("c").unwrap()), "{x: 5, y: 2, z: 4}");
    assert_eq!(show(document.roots[0].get("d").unwrap()), "{x: 6, w: 7}");
    let merged = document.roots[0].at(&["c", "z"]).unwrap();
    assert_eq!(slice(text, merged.span), "*b");
    assert_eq!(slice(text, merged.steps()[0].span), "4");
    assert!(document.problems.is_empty());
}

#[test]
fn what_a_broken_merge_would_bring_is_unknown() {
    let document = read("a:\n  <<: *nope\n  x: 1\nb:\n  <<: text\n");
    assert_eq!(show(document.roots[0].get("a").unwrap()), "{x: 1, ...}");
    let messages: Vec<&str> = document.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["there is no anchor `nope` above", "a merge key needs a map"]);
}

#[test]
fn tags_become_keys() {
    for (text, want) in [
        ("!Ref Bucket", "{Ref: \"Bucket\"}"),
        ("!Sub '${A}'", "{Fn::Sub: \"${A}\"}"),
        (
            "!If [c, !GetAtt A.B, !Ref 'AWS::NoValue']",
            "{Fn::If: [\"c\", {Fn::GetAtt: \"A.B\"}, {Ref: \"AWS::NoValue\"}]}",
        ),
        ("!Base64\n  Fn::Sub: x", "{Fn::Base64: {Fn::Sub: \"x\"}}"),
        ("!reference [a, b]", "{!reference: [\"a\", \"b\"]}"),
        ("!vault |\n  $ANSIBLE\n", "{!vault: \"$ANSIBLE\\n\"}"),
        ("!!map {a: 1}", "{a: 1}"),
    ] {
        let text = format!("k: {text}\n");
        let document = read(&text);
        assert_eq!(shown(&document), [format!("{{k: {want}}}")], "{text}");
        assert!(document.problems.is_empty());
    }
    let text = "k: !Sub '${A}'";
    let document = read(text);
    let entry = &document.roots[0].get("k").unwrap().entries()[0];
    assert_eq!((slice(text, entry.key.span), slice(text, entry.value.span)), ("!Sub", "'${A}'"));
}

#[test]
fn every_character_is_followed_back_to_the_file() {
    for (text, value, part, want) in [
        ("k: plain text", "plain text", "text", "text"),
        ("k: plain\n  folded", "plain folded", "folded", "folded"),
        ("k: 'it''s\n\n  two'", "it's\ntwo", "s\ntwo", "s\n\n  two"),
        (r#"k: "a\tb\u00e4\x41""#, "a\tbäA", "bä", r"b\u00e4"),
        ("k: \"a\\\n   b\"", "ab", "b", "b"),
        (r#"k: "\uD834\uDD1Ex""#, "𝄞x", "𝄞", r"\uD834\uDD1E"),
        ("k: |\n  one\n   two\n\n  three\n", "one\n two\n\nthree\n", "three", "three"),
        ("k: |\r\n  one\r\n  two\r\n", "one\ntwo\n", "two", "two"),
        ("k: >-\n  one\n  two\n\n  three", "one two\nthree", "two", "two"),
        ("k: >-\n  one\n  two", "one two", "e two", "e\n  two"),
        ("k: >\r\n  one\r\n  two\r\n", "one two\n", "two", "two"),
        ("k: |+\n  x\n\n", "x\n\n", "x", "x"),
    ] {
        let document = read(text);
        let node = document.roots[0].get("k").unwrap();
        let Value::Str(string) = &node.value else { panic!("{text}") };
        assert_eq!(string.as_str(), value, "{text}");
        let at = value.find(part).unwrap();
        let (start, end) = string.trace(at, at + part.len()).unwrap_or_else(|| panic!("no way back: {text}"));
        assert_eq!(text.get(start as usize..end as usize), Some(want), "{text}");
    }
}

#[test]
fn an_error_costs_the_rest_of_its_document_only() {
    for (text, want, message) in [
        ("a:\n  b: c\n d: e\n---\nx: 1\n", &["{a: {b: \"c\", ...}, ...}", "{x: 1}"][..], "this line does not continue"),
        ("a: [1, 2\n---\nx: 1\n", &["{a: [1, ?], ...}", "{x: 1}"], "`[` is not closed"),
        ("a: 1\nb: \"x\n---\nx: 1\n", &["{a: 1, b: ?, ...}", "{x: 1}"], "string is not closed"),
        ("a: 1\nb: 2\n\tc: 2\n", &["{a: 1, b: ?, ...}"], "a tab cannot indent YAML"),
        ("a: 1\nb: @x\n", &["{a: 1, b: ?, ...}"], "plain text cannot start with this character"),
        ("a: b: c\n", &["{a: ?, ...}"], "a key cannot stand here"),
        ("x: 1\n---\n%\n---\ny: 2", &["{x: 1}", "{y: 2}"], "a line that starts with `%` is a directive"),
    ] {
        let document = read(text);
        assert_eq!(shown(&document), want, "{text}");
        assert!(document.problems[0].message.starts_with(message), "{text} {:?}", document.problems);
    }
}

#[test]
fn a_key_written_twice_is_noticed() {
    let document = read("a: 1\nb: {c: 1, c: 2}\na: 2\n");
    assert_eq!(document.problems.len(), 2);
    assert!(document.problems.iter().all(|problem| problem.level == Level::Notice));
    assert_eq!(document.roots[0].get("a").map(show).as_deref(), Some("2"));
}

#[test]
fn aliases_cannot_multiply_without_bound() {
    let mut text = String::from("a0: &a0 [x]\n");
    for level in 1..40 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{items}]").unwrap();
    }
    let document = read(&text);
    assert!(document.problems.iter().any(|problem| problem.message.contains("stand for more than is read")));
    let mut count = 0usize;
    let mut todo: Vec<&Node> = document.roots.iter().collect();
    while let Some(node) = todo.pop() {
        count += 1;
        todo.extend(node.items());
        todo.extend(node.entries().iter().map(|entry| &entry.value));
    }
    assert!(count < 3 * MAX_ALIASED, "{count}");
}

#[test]
fn nothing_is_nested_deeper_than_the_limit() {
    fn depth(node: &Node) -> usize {
        let items = node.items().iter().map(depth);
        let values = node.entries().iter().map(|entry| depth(&entry.value));
        1 + items.chain(values).max().unwrap_or(0)
    }
    let flow = format!("a: {}1{}\nb: 2\n", "[".repeat(200), "]".repeat(200));
    let mut block = String::new();
    for level in 0..200 {
        writeln!(block, "{}a:", " ".repeat(level)).unwrap();
    }
    let mut chain = String::from("a0: &a0 [x]\n");
    for level in 1..500 {
        writeln!(chain, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    for text in [flow, block, chain, format!("a: {}", "[".repeat(100_000))] {
        let document = read(&text);
        assert!(!document.problems.is_empty());
        assert!(document.roots.iter().all(|root| depth(root) <= MAX_DEPTH + 2));
    }
}

fn sound(node: &Node, within: Span, text: &str) {
    assert!(text.get(node.span.range()).is_some(), "span off a boundary in {text:?}");
    assert!(within.contains(node.span), "{within:?} does not hold {:?} in {text:?}", node.span);
    if node.trail.is_some() {
        return;
    }
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
    fn any_text_is_read_without_harm(text in "[\\[\\]{}:,\"'\\\\ab1 \n\t&*!|>#%~<?.äx-]{0,60}") {
        let source = Source::from_text(FileId(0), "a.yaml", &text);
        let document = crate::syntax::parse(&YAML, &source);
        for root in &document.roots {
            sound(root, source.whole(), &text);
        }
        for problem in &document.problems {
            prop_assert!(problem.span.is_none_or(|span| text.get(span.range()).is_some()));
        }
    }

    #[test]
    fn plausible_yaml_is_read_without_harm(lines in prop::collection::vec("( ){0,6}(- ){0,2}(a|b|\"c\"|'d'|<<|&x|\\*x|!T)?(: |:|)(1|x y|\\[1,|\\]|\\{a: b\\}|\\||>-|\\*x|&x|'it''s'|\"\\\\n\"|)", 0..12)) {
        let text = lines.join("\n");
        let source = Source::from_text(FileId(0), "a.yaml", &text);
        let document = crate::syntax::parse(&YAML, &source);
        for root in &document.roots {
            sound(root, source.whole(), &text);
        }
    }
}
