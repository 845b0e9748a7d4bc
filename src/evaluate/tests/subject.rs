//! Which passes show something: those that something could have failed.

use std::cell::Cell;

use super::{judgements, options, resource, rule, tree_in};
use crate::dialect::Typing;
use crate::document::Node;
use crate::evaluate::names::Names;
use crate::evaluate::{Outcome, judge_all, written};
use crate::rule::walk::Place;
use crate::source::NO_FILE;

#[test]
fn a_pass_is_vacuous_where_nothing_could_have_failed_it() {
    for (check, json, vacuous) in [
        ("deny = { a = true }", r#"{"a": false}"#, false),
        ("deny = { a = true }", "{}", true),
        ("deny = { a = { equals = true, default = false } }", "{}", false),
        ("deny = { a = { present = false } }", r#"{"a": 1}"#, false),
        ("deny = { a = { present = true } }", "{}", true),
        ("deny = { a = 1, b = 1 }", r#"{"a": 1, "b": 2}"#, false),
        ("deny = { a = 1, b = 1 }", r#"{"b": 2}"#, false),
        ("deny.any = [{ a = 1 }, { b = 1 }]", "{}", true),
        ("deny = { a = { some = { b = 1 } } }", r#"{"a": []}"#, true),
        ("deny = { a = { some = { b = 1 } } }", r#"{"a": [{"b": 2}]}"#, false),
        ("deny = { a = { count = { above = 2 } } }", r#"{"a": []}"#, false),
        ("each = \"a\"\ndeny = { b = 1 }", r#"{"a": [{"c": 1}]}"#, true),
        ("each = \"a\"\ndeny = { b = 1 }", r#"{"a": [{"b": 2}]}"#, false),
        ("assert = { a = true }", r#"{"a": true}"#, false),
        ("assert = { a = { present = false } }", "{}", true),
        ("assert.any = [{ a = { present = false } }, { a = { b = 1 } }]", r#"{"a": {"b": 1}}"#, false),
        ("deny.not = { a = 1 }", r#"{"a": 1}"#, false),
    ] {
        let found = judgements(&format!("[[check]]\nkind = \"any/thing\"\n{check}"), json, Typing::Strict);
        assert_eq!(found.len(), 1, "{check} on {json}");
        for judgement in found {
            assert_eq!((judgement.outcome, judgement.vacuous), (Outcome::Pass, vacuous), "{check} on {json}");
        }
    }
}

#[test]
fn of_the_repository_itself_only_what_is_there_shows_something() {
    let wanted = "assert = { files = { some = { matches-glob = \"SECURITY.*\" } } }";
    let nothing_or =
        "assert.any = [{ languages = { count = 0 } }, { files = { some = { matches-glob = \"*.lock\" } } }]";
    let none = "assert = { files = { none = { matches-glob = \"*.pem\" } } }";
    let each = "each = \"files\"\ndeny = { \".\" = { matches-glob = \"*.pem\" } }";
    let picked = "each = \"manifests\"\nassert = { lock = true }";
    for (check, json, vacuous) in [
        (wanted, r#"{"files": ["README.md", "SECURITY.md"]}"#, false),
        (nothing_or, r#"{"files": ["README.md"], "languages": []}"#, true),
        (nothing_or, r#"{"files": ["a.lock"], "languages": ["a"]}"#, false),
        (none, r#"{"files": ["README.md"]}"#, true),
        (each, r#"{"files": ["README.md"]}"#, true),
        (picked, r#"{"manifests": [{"lock": true}]}"#, false),
    ] {
        let body = Node { span: crate::source::Span::new(NO_FILE, 0, 0), ..tree_in(NO_FILE, json) };
        let rule = rule(&format!("[[check]]\nkind = \"any/thing\"\n{check}"));
        let found = judge_all(&[rule], &[resource("any/thing", "all", body, Typing::Strict)], options());
        assert_eq!(found.len(), 1, "{check} on {json}");
        for judgement in found {
            assert_eq!((judgement.outcome, judgement.vacuous), (Outcome::Pass, vacuous), "{check} on {json}");
        }
    }
}

#[test]
fn what_a_view_was_made_of_is_found_by_its_span() {
    let left = Cell::new(1_000);
    let no_names = Names { dialect: None, kind: "", left: &left };
    let mut body = super::tree(r#"{"spec": {"steps": [{"uses": "a/b@v4"}, {"from": 20, "to": 25}]}}"#);
    let steps = body.at(&["spec", "steps"]).unwrap().clone();
    let [uses, ports] = steps.items() else { panic!() };
    let span = uses.get("uses").unwrap().span;
    let ends = ports.get("from").unwrap().span.to(ports.get("to").unwrap().span);
    for (name, view) in [("kind_of_ref", Node::text("tag", span)), ("ports", Node::text("20-25", ends))] {
        body.derive(name, view);
    }
    let root = Place::root(&body);
    for (name, path, exact) in [("kind_of_ref", "spec.steps[].uses", true), ("ports", "spec.steps[]", false)] {
        let entry = body.entry(name).unwrap();
        let place = Place { node: &entry.value, key: Some(&entry.key), item: None, parent: Some(&root), found: false };
        let written = written::of(no_names, &place).unwrap();
        assert_eq!((&*written.path, written.exact), (path, exact), "{name}");
    }
    let entry = body.entry("spec").unwrap();
    let place = Place { node: &entry.value, key: Some(&entry.key), item: None, parent: Some(&root), found: false };
    assert!(written::of(no_names, &place).is_none(), "what is written is no view");
    // What nobody may look for any more is told by the place around it.
    left.set(0);
    let entry = body.entry("kind_of_ref").unwrap();
    let place = Place { node: &entry.value, key: Some(&entry.key), item: None, parent: Some(&root), found: false };
    let written = written::of(no_names, &place).unwrap();
    assert_eq!((&*written.path, written.exact), ("", false));
}
