use super::ast::ExprKind;
use super::*;
use crate::document::Node;
use crate::source::FileId;

fn source(text: &str) -> Source {
    Source::from_text(FileId(0), "main.tf", text)
}

fn read(text: &str) -> (Body, Vec<Problem>) {
    parse_body(&source(text))
}

fn inside(node: &Node, source: &Source) -> bool {
    source.whole().contains(node.span)
        && node.items().iter().all(|item| inside(item, source))
        && node.entries().iter().all(|entry| inside(&entry.value, source))
}

#[test]
fn what_terraform_accepts_is_read() {
    for text in [
        "a = x.0.y\n",
        "a = x.*.id[0]\nb = x[*].y[0].z\n",
        "a = provider::x::y(1, z...)\n",
        "a = (\n  true\n  ? 1\n  : 2\n)\n",
        "a = [1,\n 2\n ,3,]\n",
        "e = { a : 1, \"b\" = 2, (c) = 3, 5 = 6\n \"x${y}\" = 1 }\n",
        "e = {\n a = 1\n # comment\n b = 2, // another\n c = 3 /* more */\n}\n",
        "f = {for x in y : (x) => x...}\n",
        "f = [for k, v in y : k if v != null && k == \"a\"]\n",
        "a = \"%{ if a }x%{ else }y%{ endif }\"\n",
        "a = \"nested ${\"deep ${\"deeper\"}\"}\"\n",
        "a = \"${\n x\n}\"\n",
        "a = -x + !y ? 1 : b ? 2 : 3\n",
        "a = b == c &&\n",
        "block \"l\" m { a = 1 }\nblock {}\nblock {\n}\n",
        "a = <<EOT\n ${x}\nEOT\nb = 1\n",
        "a = f(<<-EOT\n  x\n  EOT\n  , 2)\n",
        "a = foo (1)\n",
        "a = \"$${x} %%{y} $x %y $\" \n",
        "a = 1\r\nb = <<EOT\r\nx\r\nEOT\r\n",
        "é = \"ü\"\n",
    ] {
        let (_, problems) = read(text);
        let wanted = usize::from(text.ends_with("&&\n"));
        assert_eq!(problems.len(), wanted, "{text}: {problems:?}");
    }
}

#[test]
fn a_broken_block_does_not_lose_the_others() {
    let (body, problems) = read(
        "resource \"a\" \"x\" {\n  k = 1\n}\nresource \"a\" \"y\" {\n  k = = 2\n  l = [\n}\nresource \"a\" \"z\" {\n  k = 3\n}\n",
    );
    let labels: Vec<&str> = body.blocks.iter().map(|block| &*block.labels[1].text).collect();
    assert_eq!(labels, ["x", "z"]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn an_attribute_set_twice_is_a_problem() {
    let (_, problems) = read("a {\n  b = 1\n  b = 2\n}\n");
    assert!(problems[0].message.contains("set twice"), "{problems:?}");
}

#[test]
fn text_is_followed_back_through_escapes_and_indentation() {
    for (text, want) in [
        ("a = \"x\\ty needle\"\n", "x\ty needle"),
        ("a = <<-EOT\n    first\n      needle\n    EOT\n", "first\n  needle\n"),
        ("a = <<EOT\n  \u{fc} needle $${x}\nEOT\n", "  \u{fc} needle ${x}\n"),
    ] {
        let source = source(text);
        let (body, problems) = parse_body(&source);
        assert!(problems.is_empty(), "{problems:?}");
        let ExprKind::Text(found) = &body.attributes[0].value.kind else { panic!("{text}") };
        assert_eq!(found.as_str(), want);
        let at = want.find("needle").unwrap();
        let (start, end) = found.trace(at, at + 6).unwrap();
        assert_eq!(source.slice(source.span(start as usize, end as usize)), "needle", "{text}");
    }
}

#[test]
fn the_root_holds_constants_and_leaves_the_rest_unresolved() {
    let source = source("a = -1\nb = [\"x\", var.y]\nc \"l\" {\n  d = { e = null }\n}\nc \"m\" {}\n");
    let root = lower::body(&parse_body(&source).0, &source);
    assert!(matches!(root.get("a").unwrap().value, crate::document::Value::Int(-1)));
    assert_eq!(&*root.get("b").unwrap().items()[1].as_unresolved().unwrap().expression, "var.y");
    assert_eq!(root.get("c").map(|c| c.items().len()), Some(2));
    assert!(root.get("c").and_then(|c| c.items()[0].at(&["l", "d", "e"])).is_some());
    assert!(inside(&root, &source));
}

#[test]
fn no_text_makes_the_parser_panic_or_recurse_without_end() {
    let deep = ["(", "[", "{a=", "\"${", "-", "a(", "a[", "{for x in ", "a ? "]
        .map(|open| format!("a = {}", open.repeat(5000)));
    let long = [".a", "[*]", " + 1", ".*"].map(|step| format!("a = b{}\n", step.repeat(5000)));
    let odd = [
        "a = \"${",
        "a = <<",
        "a = <<E\n",
        "a {",
        "a = \"\\u12\"",
        "a = %",
        "\u{0}",
        "a = \"%{ if x }\"",
        "a = x.",
        "é",
    ];
    for text in deep.iter().chain(&long).map(String::as_str).chain(odd) {
        let (_, problems) = read(text);
        assert!(!problems.is_empty(), "{}", text.chars().take(20).collect::<String>());
    }
}
