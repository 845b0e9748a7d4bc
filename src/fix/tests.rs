use std::sync::Arc;

use super::write::named;
use super::*;
use crate::rule::Ways;
use crate::source::FileId;
use crate::syntax;

/// A change as it is written in the tables: `set a.b = value`, `remove a.b`, `add a.b = value`; the value is TOML.
fn changed(syntax: &str, text: &str, change: &str) -> Result<String, String> {
    let source = Source::from_text(FileId(0), "file", text);
    let root = (syntax::named(syntax).unwrap().parse)(&source).roots.remove(0);
    let paper = Paper { source: &source, writer: named(syntax).unwrap() };
    let (verb, rest) = change.split_once(' ').unwrap();
    let (ways, value) = rest.split_once(" = ").unwrap_or((rest, "true"));
    let keys = |way: &str| way.split('.').map(Arc::from).collect();
    let ways: Ways = ways.split('|').map(keys).collect();
    let literal = Source::from_text(FileId(1), "rule.toml", &format!("value = {value}"));
    let value = (syntax::named("toml").unwrap().parse)(&literal).roots[0].get("value").unwrap().clone();
    let mut made = Vec::new();
    let edit = match verb {
        "set" => paper.set(&root, &ways, &value, &mut made)?,
        "remove" => paper.remove(&root, &ways)?,
        _ => paper.add(&root, &ways, &value, &mut made)?,
    };
    let mut edits = Vec::from_iter(edit);
    for new in together(made) {
        edits.push(paper.make(new.map, &new.keys, &new.value)?);
    }
    Ok(apply(text, &edits).unwrap())
}

/// Syntaxes, texts, changes and what becomes of the texts.
const CHANGES: &[(&str, &str, &str, &str)] = &[
    ("hcl", "a = 1 # why\nb = 2\n", "set a = true", "a = true # why\nb = 2\n"),
    ("hcl", "long = 1\n", "set b = \"x${y}\\\"\"", "long = 1\nb    = \"x$${y}\\\"\"\n"),
    ("hcl", "a = 1\n", "set longer = 2", "a = 1\nlonger = 2\n"),
    ("hcl", "a {\n  b = 1\n\n  c {\n  }\n}\n", "set a.d = 1", "a {\n  b = 1\n  d = 1\n\n  c {\n  }\n}\n"),
    ("hcl", "a {\n}\n", "set a.b.c = 1", "a {\n  b {\n    c = 1\n  }\n}\n"),
    ("hcl", "x {\n  a {}\n}\n", "set x.a.b = 1", "x {\n  a {\n    b = 1\n  }\n}\n"),
    ("hcl", "a {\n  # note\n  b {\n  }\n}\n", "set a.c = 1", "a {\n  c = 1\n  # note\n  b {\n  }\n}\n"),
    ("hcl", "a = <<E\nx\nE\nb {}\n", "set c = 1", "a = <<E\nx\nE\nc = 1\nb {}\n"),
    ("hcl", "a = 1\r\nb = 2\r\n", "set c = 3", "a = 1\r\nb = 2\r\nc = 3\r\n"),
    ("hcl", "a = 1", "set b = 2", "a = 1\nb = 2"),
    ("hcl", "a = 1 # x\nb = 2\n", "remove a", "b = 2\n"),
    ("hcl", "a {\n  b = 1\n}\nc = 2\n", "remove a", "c = 2\n"),
    ("hcl", "a = [\n  1,\n  2,\n]\n", "add a = [2, 3]", "a = [\n  1,\n  2,\n  3,\n]\n"),
    ("hcl", "a = []\n", "add a = [\"x\", \"y\"]", "a = [\"x\", \"y\"]\n"),
    ("hcl", "b = 1\n", "add a = \"x\"", "b = 1\na = [\"x\"]\n"),
    ("hcl", "old = 1\n", "set new|old = 2", "old = 2\n"),
    ("yaml", "a: 'x' # why\n", "set a = \"no\"", "a: \"no\" # why\n"),
    ("yaml", "a: x\nb:\n  c: 1\n", "set d.e = true", "a: x\nd:\n  e: true\nb:\n  c: 1\n"),
    (
        "yaml",
        "b:\n  - n: 1\n    m: |\n      t\nz: {}\n",
        "set b.o = 2",
        "b:\n  - n: 1\n    o: 2\n    m: |\n      t\nz: {}\n",
    ),
    ("yaml", "b:\n  c:\n    d: 1\n", "set b.e = 2", "b:\n  c:\n    d: 1\n  e: 2\n"),
    ("yaml", "a: {b: 1}\n", "set a.c.d = 2", "a: {b: 1, c: { d: 2 }}\n"),
    ("yaml", "a: {}\n", "set a.c = [\"x\"]", "a: { c: [x] }\n"),
    ("yaml", "a: 1", "set b = 2", "a: 1\nb: 2"),
    (
        "yaml",
        "l:\n- a: x\n  b:\n  - c: d\n    e: \"0\"",
        "set l.f.g = 1",
        "l:\n- a: x\n  f:\n    g: 1\n  b:\n  - c: d\n    e: \"0\"",
    ),
    ("yaml", "a:\n- x\n- y\nb: 1\n", "add a = \"z: 1\"", "a:\n- x\n- y\n- \"z: 1\"\nb: 1\n"),
    ("yaml", "a: [x]\n", "add a = [\"z\", \"y\"]", "a: [x, z, \"y\"]\n"),
    ("yaml", "a: [x]\n", "add a = \"x\"", "a: [x]\n"),
    ("yaml", "a:\n  b: 1\n  c: 2\nd: 3\n", "remove a", "d: 3\n"),
    ("json", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "set c = \"x\"", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": \"x\"\n}\n"),
    ("json", "{\"a\": {}}", "set a.b.c = true", "{\"a\": { \"b\": { \"c\": true } }}"),
    ("json", "{\"a\": 1, \"b\": 2}", "remove a", "{\"b\": 2}"),
    ("json", "{\"a\": 1, \"b\": 2}", "remove b", "{\"a\": 1}"),
    ("json", "{\"a\": [1]}", "add a = [1, 2]", "{\"a\": [1, 2]}"),
    ("ini", "[S]\nA=a\nB=b\n\n[I]\nW=x\n", "set S.C = true", "[S]\nA=a\nB=b\nC=true\n\n[I]\nW=x\n"),
    ("ini", "[S]\nA = a\n", "set S.C = 1", "[S]\nA = a\nC = 1\n"),
    ("ini", "[S]\nA = a\n", "set T.C = \"x\"", "[S]\nA = a\n\n[T]\nC = x\n"),
    ("ini", "[S]\n", "set S.C = 1", "[S]\nC=1\n"),
    ("ini", "a=1\nb=2\n", "set c = 3", "a=1\nb=2\nc=3\n"),
    ("ini", "[S]\nA = On ; why\n", "set S.A = \"Off\"", "[S]\nA = Off ; why\n"),
    ("ini", "[S]\nA=a\nB=b\n", "remove S.A", "[S]\nB=b\n"),
    ("named-lines", "a = 1\nb = 2\n", "set a = 3", "a = 3\nb = 2\n"),
    ("named-lines", "a=1\n", "set c = \"yes\"", "a=1\nc=yes\n"),
    ("named-lines", "a 1", "set c = 2", "a 1\nc 2"),
    ("named-lines", "UMASK 022\n", "set encrypt_method = \"SHA512\"", "UMASK 022\nENCRYPT_METHOD SHA512\n"),
    ("yaml", "x: &x\n  r: 1\ny:\n  <<: *x\n  b: 1\n", "set y.c = 2", "x: &x\n  r: 1\ny:\n  <<: *x\n  b: 1\n  c: 2\n"),
    ("named-lines", "a = 'off'\nb = 2\n", "set a = \"on\"", "a = 'on'\nb = 2\n"),
    ("named-lines", "a = 'off' # why\nb = 2\n", "remove a", "b = 2\n"),
    (
        "apache",
        "ServerTokens Full\nTraceEnable On\n",
        "set traceenable = \"Off\"",
        "ServerTokens Full\nTraceEnable Off\n",
    ),
    (
        "nginx",
        "sendfile on;\nhttp {\n}\n",
        "set server_tokens = \"off\"",
        "sendfile on;\nserver_tokens off;\nhttp {\n}\n",
    ),
    ("nginx", "a on; # why\nb off;\n", "set a = \"off\"", "a off; # why\nb off;\n"),
    ("nginx", "a on; # why\nb off;\n", "remove a", "b off;\n"),
    ("toml", "a = 1\n[b]\nc = 2\n", "set b.d = \"x\"", "a = 1\n[b]\nc = 2\nd = \"x\"\n"),
    ("toml", "a = 1 # why\n\n[b]\nc = 2\n", "set d = [\"x\"]", "a = 1 # why\nd = [\"x\"]\n\n[b]\nc = 2\n"),
    ("toml", "a = 1\n", "set b.c.d = false", "a = 1\n\n[b.c]\nd = false\n"),
    ("toml", "[a]\nb = 1\n", "set a.c.d = 2", "[a]\nb = 1\n\n[a.c]\nd = 2\n"),
    ("toml", "[b]\nc = 2\n", "set a = 1", "a = 1\n\n[b]\nc = 2\n"),
    ("toml", "a = [1]\n", "add a = 2", "a = [1, 2]\n"),
    ("toml", "a = 1\nb = 2\n", "remove a", "b = 2\n"),
    (
        "sshd-config",
        "Port 22\n# c\nMatch User a\n",
        "set permitrootlogin = \"no\"",
        "Port 22\nPermitRootLogin no\n# c\nMatch User a\n",
    ),
    (
        "sshd-config",
        "# c\nInclude a\nPort 22\n",
        "set permitrootlogin = \"no\"",
        "# c\nPermitRootLogin no\nInclude a\nPort 22\n",
    ),
    ("yaml", "a: 1\n", "set b = \"4h0m\"", "a: 1\nb: 4h0m\n"),
    ("yaml", "a: 1\n", "set b = \"1e3\"", "a: 1\nb: \"1e3\"\n"),
];

#[test]
fn as_few_bytes_as_possible_change() {
    for (syntax, before, change, after) in CHANGES {
        assert_eq!(changed(syntax, before, change).as_deref(), Ok(*after), "{syntax} {change}\n{before}");
    }
}

#[test]
fn what_cannot_be_written_safely_is_refused() {
    for (syntax, text, change, reason) in [
        ("hcl", "a { b = 1 }\n", "set a.c = 1", "it stands on one line with others"),
        ("hcl", "a = { b = 1 }\n", "set a.c = 1", "it stands on one line with others"),
        ("hcl", "a {\n}\na {\n}\n", "set a.c = 1", "there is more than one `a`"),
        ("hcl", "a = 1\n", "set a.b = 1", "`b` cannot stand in a number"),
        ("hcl", "a = { b = 1, c = 2 }\n", "remove a.b", "other things stand on its line"),
        ("yaml", "x: &x { a: 1 }\ny:\n  <<: *x\n", "set y.a = 2", "`a` comes from elsewhere"),
        ("yaml", "- a: 1\n- b: 2\n", "set a = 2", "there is more than one `it`"),
        ("yaml", "a:\n  b: 1\n", "remove a.b", "nothing would be left where it stands"),
        (
            "hcl",
            "a {\n  dynamic \"b\" {\n    for_each = []\n  }\n  c = 1\n}\n",
            "set a.b.c = 1",
            "`b` is made by a `dynamic` block",
        ),
        ("dotenv", "A=1\n", "set B = \"y\"", "it is not there"),
        ("apache", "A 1\n", "set b = \"y\"", "it is not there"),
        ("nginx", "a on; b off;\n", "remove a", "other things stand on its line"),
        ("nginx", "a on;\na off;\n", "set a = \"x\"", "`a` is set in several places"),
        ("nginx", "a on;\na off;\n", "remove a", "`a` is set in several places"),
        ("toml", "a = { b = 1 }\n", "set a.c = 1", "it stands on one line with others"),
        ("toml", "a.b = 1\n", "set a.c = 1", "it stands on one line with others"),
        ("toml", "[a]\nb = 1\n", "remove a", "it is a table of its own"),
    ] {
        let got = changed(syntax, text, change).unwrap_err();
        assert!(got.starts_with(reason), "{syntax} {change}: {got}");
    }
}

#[test]
fn a_new_entry_of_json_stands_behind_all_of_the_last_value() {
    let text = "{\"a\": {\"b\": {\"Fn::Sub\": \"x } y\"}}}";
    let source = Source::from_text(FileId(0), "file", text);
    let root = (syntax::named("json").unwrap().parse)(&source).roots.remove(0);
    // As an evaluator leaves it: the value of the function in the place of its text.
    let inner = root.at(&["a", "b", "Fn::Sub"]).unwrap().clone();
    let key = root.at(&["a"]).unwrap().entry("b").unwrap().key.clone();
    let map = Node::map(vec![Entry { key, value: inner, derived: false }], root.get("a").unwrap().span);
    let paper = Paper { source: &source, writer: named("json").unwrap() };
    let value = Node::text("z", Span::new(FileId(1), 0, 0));
    let edit = paper.make(&map, &["c".into()], &value).unwrap();
    assert_eq!(apply(text, &[edit]).unwrap(), "{\"a\": {\"b\": {\"Fn::Sub\": \"x } y\"}, \"c\": \"z\"}}");
}

#[test]
fn what_is_missing_below_one_map_is_made_at_once() {
    let made = |syntax: &str, text: &str, changes: &[(&str, &str)]| {
        let source = Source::from_text(FileId(0), "file", text);
        let root = (syntax::named(syntax).unwrap().parse)(&source).roots.remove(0);
        let paper = Paper { source: &source, writer: named(syntax).unwrap() };
        let mut made = Vec::new();
        for (keys, value) in changes {
            let ways: Ways = vec![keys.split('.').map(Arc::from).collect()].into_iter().collect();
            paper.set(&root, &ways, &Node::text(*value, Span::new(FileId(1), 0, 0)), &mut made).unwrap();
        }
        let edits = together(made).into_iter().map(|new| paper.make(new.map, &new.keys, &new.value).unwrap());
        apply(text, &edits.collect::<Vec<_>>()).unwrap()
    };
    let changes = [("a.b.c", "x"), ("a.b.d", "y"), ("a.e", "z")];
    for (syntax, text, want) in [
        ("hcl", "o = 1\n", "o = 1\na {\n  b {\n    c = \"x\"\n    d = \"y\"\n  }\n  e = \"z\"\n}\n"),
        ("yaml", "o: 1\n", "o: 1\na:\n  b:\n    c: x\n    d: \"y\"\n  e: z\n"),
        ("json", "{\"o\": 1}", "{\"o\": 1, \"a\": { \"b\": { \"c\": \"x\", \"d\": \"y\" }, \"e\": \"z\" }}"),
    ] {
        assert_eq!(made(syntax, text, &changes), want, "{syntax}");
    }
}

#[test]
fn two_edits_of_the_same_bytes_are_told() {
    let edit = |start, end, text: &str| Edit::new(Span::new(FileId(0), start, end), text.to_owned());
    assert_eq!(apply("abc", &[edit(1, 2, "x"), edit(1, 2, "x"), edit(0, 0, "y")]).as_deref(), Ok("yaxc"));
    assert_eq!(apply("abc", &[edit(0, 2, "x"), edit(1, 3, "y")]), Err(edit(1, 3, "y")));
    assert_eq!(apply("abc", &[edit(2, 9, "x")]), Err(edit(2, 9, "x")));
    assert_eq!(apply("äb", &[edit(1, 2, "x")]), Err(edit(1, 2, "x")));
}
