#![allow(clippy::pedantic, clippy::string_slice, reason = "tests state their expectations bluntly")]

use super::*;
use crate::document::MAX_DEPTH;
use crate::rule::structure::STRUCTURES;
use Outcome::{Fail, Open, Pass};

/// What `assert` and `deny` make of a condition.
#[track_caller]
fn holds(condition: &str, json: &str, assert: Outcome, deny: Outcome) {
    assert_eq!(outcome(&format!("assert = {condition}"), json), Some(assert), "assert = {condition} on {json}");
    assert_eq!(outcome(&format!("deny = {condition}"), json), Some(deny), "deny = {condition} on {json}");
}

#[test]
fn one_value_is_there_absent_null_or_open() {
    for (condition, json, assert, deny) in [
        ("{ a = 1 }", r#"{"a": 1}"#, Pass, Fail),
        ("{ a = 1 }", r#"{"a": 2}"#, Fail, Pass),
        ("{ a = 1 }", "{}", Fail, Pass),
        ("{ a = 1 }", r#"{"a": null}"#, Fail, Pass),
        ("{ a = 1 }", r#"{"a": "${x}"}"#, Open, Open),
        ("{ a = 1 }", r#"{"${}": 0}"#, Open, Open),
        ("{ \"a.b\" = 1 }", r#"{"a": "${x}"}"#, Open, Open),
        ("{ \"a.b\" = 1 }", r#"{"a": 3}"#, Fail, Pass),
        ("{ a = { not = 1 } }", r#"{"a": 2}"#, Pass, Fail),
        ("{ a = { not = 1 } }", r#"{"a": 1}"#, Fail, Pass),
        ("{ a = { not = 1 } }", "{}", Fail, Pass),
        ("{ a = { not = 1 } }", r#"{"a": "${x}"}"#, Open, Open),
        ("{ not = { a = 1 } }", "{}", Pass, Fail),
        ("{ not = { a = 1 } }", r#"{"a": "${x}"}"#, Open, Open),
        ("{ a = { present = true } }", "{}", Fail, Pass),
        ("{ a = { present = false } }", "{}", Pass, Fail),
        ("{ a = { present = true } }", r#"{"a": null}"#, Pass, Fail),
        ("{ a = { present = true } }", r#"{"${}": 0}"#, Open, Open),
        ("{ a = { equals = 1, default = 1 } }", "{}", Pass, Fail),
        ("{ a = { equals = 1, default = 2 } }", "{}", Fail, Pass),
        ("{ a = { equals = 1, default = 1 } }", r#"{"${}": 0}"#, Open, Open),
        ("{ a = { at-least = 1, at-most = 3 } }", r#"{"a": 2}"#, Pass, Fail),
        ("{ a = { at-least = 1, at-most = 3 } }", r#"{"a": 4}"#, Fail, Pass),
        ("{ a = { at-least = 1 } }", r#"{"a": "word"}"#, Fail, Pass),
        ("{ \".\" = { length = 2 } }", r#"{"a": 1, "b": 2}"#, Pass, Fail),
        ("{ \"@address\" = \"thing.a\" }", "{}", Pass, Fail),
        ("{ \"@name\" = \"a\", \"@kind\" = \"any/thing\" }", "{}", Pass, Fail),
        ("{ \"a|b\" = 1 }", r#"{"b": 1}"#, Pass, Fail),
        ("{ \"a|b\" = 1 }", r#"{"a": 2, "b": 1}"#, Fail, Pass),
        ("{ \"a|b\" = 1 }", r#"{"${}": 0, "b": 1}"#, Open, Open),
        ("{ \"a.x|a\" = \"z\" }", r#"{"a": "${u|v}"}"#, Fail, Pass),
        ("{ \"a.x|a\" = \"u\" }", r#"{"a": "${u|v}"}"#, Open, Open),
        ("{ \"a.x|b\" = 1 }", r#"{"a": "${u|v}", "b": 1}"#, Pass, Fail),
    ] {
        holds(condition, json, assert, deny);
    }
}

#[test]
fn null_is_absent_where_the_format_takes_it_for_unset() {
    for (condition, strict, loose) in [
        ("{ a = { present = true } }", Pass, Fail),
        ("{ a = { present = false } }", Fail, Pass),
        ("{ a = { equals = 1, default = 1 } }", Fail, Pass),
        ("{ a = { count = 0 } }", Fail, Pass),
    ] {
        let check = format!("[[check]]\nkind = \"any/thing\"\nassert = {condition}");
        let json = r#"{"a": null}"#;
        assert_eq!(outcomes(&check, json, Typing::Strict), [strict], "{condition}, strict");
        assert_eq!(outcomes(&check, json, Typing::Loose), [loose], "{condition}, loose");
    }
}

#[test]
fn what_is_not_decided_may_be_unset_where_null_is() {
    let check = "[[check]]\nkind = \"any/thing\"\nassert = { a = { present = true } }";
    for (value, strict, loose) in
        [("${var.x}", Pass, Open), ("${->key.main}", Pass, Pass), ("${a|b}", Pass, Pass), ("${a|null}", Open, Open)]
    {
        let json = format!("{{\"a\": \"{value}\"}}");
        assert_eq!(outcomes(check, &json, Typing::Strict), [strict], "{value}, strict");
        assert_eq!(outcomes(check, &json, Typing::Loose), [loose], "{value}, loose");
    }
}

#[test]
fn several_values_by_polarity_and_by_quantifier() {
    let ones = r#"{"a": [1, 1]}"#;
    let mixed = r#"{"a": [1, 2]}"#;
    let twos = r#"{"a": [2, 2]}"#;
    let none = r#"{"a": []}"#;
    let open_item = r#"{"a": [1, "${x}"]}"#;
    let open_other = r#"{"a": [2, "${x}"]}"#;
    let spread = r#"{"a": ["${*}"]}"#;
    for (condition, json, assert, deny) in [
        ("{ a = 1 }", ones, Pass, Fail),
        ("{ a = 1 }", mixed, Fail, Fail),
        ("{ a = 1 }", twos, Fail, Pass),
        ("{ a = 1 }", none, Fail, Pass),
        ("{ a = 1 }", open_item, Open, Fail),
        ("{ a = 1 }", open_other, Fail, Open),
        ("{ a = 1 }", spread, Open, Open),
        ("{ a = { every = 1 } }", mixed, Fail, Pass),
        ("{ a = { every = 1 } }", ones, Pass, Fail),
        ("{ a = { every = 1 } }", none, Fail, Pass),
        ("{ a = { every = 1 } }", open_item, Open, Open),
        ("{ a = { some = 1 } }", mixed, Pass, Fail),
        ("{ a = { some = 1 } }", twos, Fail, Pass),
        ("{ a = { some = 1 } }", "{}", Fail, Pass),
        ("{ a = { some = 1 } }", open_item, Pass, Fail),
        ("{ a = { none = 1 } }", mixed, Fail, Pass),
        ("{ a = { none = 1 } }", twos, Pass, Fail),
        ("{ a = { none = 1 } }", "{}", Pass, Fail),
        ("{ a = { none = 1 } }", none, Pass, Fail),
        ("{ a = { none = 1 } }", open_other, Open, Open),
        ("{ a = { not = 1 } }", mixed, Fail, Fail),
        ("{ a = { not = 1 } }", twos, Pass, Fail),
        // `not` turns the reading around: this is "not some 1" under assert, "not every 1" under deny.
        ("{ not = { a = 1 } }", mixed, Fail, Fail),
        ("{ not = { a = 1 } }", twos, Pass, Fail),
        ("{ not = { a = 1 } }", ones, Fail, Pass),
        ("{ a = { count = 2 } }", mixed, Pass, Fail),
        ("{ a = { count = 0 } }", "{}", Pass, Fail),
        ("{ a = { count = { at-least = 1 } } }", r#"{"a": [1, "${*}"]}"#, Pass, Fail),
        ("{ a = { count = { at-most = 0 } } }", r#"{"a": [1, "${*}"]}"#, Fail, Pass),
        ("{ a = { count = { at-least = 2 } } }", r#"{"a": [1, "${*}"]}"#, Open, Open),
        ("{ a = { count = { above = 1.5 } } }", r#"{"a": [1, 2, "${*}"]}"#, Pass, Fail),
        ("{ a = { length = 2 } }", mixed, Pass, Fail),
        ("{ a = { empty = true } }", none, Pass, Fail),
        ("{ a = { empty = true } }", spread, Open, Open),
        ("{ a = { empty = false } }", r#"{"a": [1, "${*}"]}"#, Pass, Fail),
        ("{ a = { equals = [1, 2] } }", mixed, Pass, Fail),
        ("{ a = { contains = 1 } }", mixed, Pass, Fail),
    ] {
        holds(condition, json, assert, deny);
    }
}

#[test]
fn every_branch_of_a_path_counts() {
    let both = r#"{"a": [{"b": 1}, {"b": 1}]}"#;
    let lacking = r#"{"a": [{"b": 1}, {}]}"#;
    for (condition, json, assert, deny) in [
        ("{ \"a.b\" = 1 }", both, Pass, Fail),
        ("{ \"a.b\" = 1 }", lacking, Fail, Fail),
        ("{ \"a.b\" = { equals = 1, default = 1 } }", lacking, Pass, Fail),
        ("{ \"a.b\" = { equals = 2, default = 2 } }", lacking, Fail, Fail),
        ("{ \"a.b\" = { present = true } }", lacking, Fail, Fail),
        ("{ \"a.b\" = { present = false } }", lacking, Fail, Fail),
        ("{ \"a.b\" = { present = false } }", both, Fail, Pass),
        ("{ \"a.b\" = 1 }", r#"{"a": []}"#, Fail, Pass),
        ("{ \"a[0].b\" = 1 }", lacking, Pass, Fail),
        ("{ \"a[-1].b\" = 1 }", lacking, Fail, Pass),
        ("{ \"a[0].b\" = 1 }", r#"{"a": ["${*}", {"b": 1}]}"#, Open, Open),
        ("{ \"a[-1].b\" = 1 }", r#"{"a": ["${*}", {"b": 1}]}"#, Pass, Fail),
        ("{ \"a.b\" = 1 }", r#"{"a": [[{"b": 1}], {"b": 1}]}"#, Pass, Fail),
        ("{ \"*.b\" = 1 }", r#"{"x": {"b": 1}, "y": {"b": 1}, "z": 3}"#, Pass, Fail),
        ("{ \"*.b\" = 1 }", r#"{"x": {"b": 1}, "y": {}}"#, Fail, Fail),
        ("{ \"**.b\" = 1 }", r#"{"x": {"b": 1}, "y": {"z": [{"b": 1}, {}]}}"#, Pass, Fail),
        ("{ \"**.b\" = 1 }", r#"{"x": {"c": 1}}"#, Fail, Pass),
        ("{ \"**\" = { contains = \"s3cret\" } }", r#"{"x": ["a", {"y": "the s3cret"}]}"#, Fail, Fail),
        ("{ \"[\\\"a.b\\\"].c\" = 1 }", r#"{"a.b": {"c": 1}}"#, Pass, Fail),
    ] {
        holds(condition, json, assert, deny);
    }
}

#[test]
fn a_nested_condition_is_about_one_node() {
    let apart = r#"{"tls": [{"version": 1, "cipher": "y"}, {"version": 2, "cipher": "x"}]}"#;
    let together = r#"{"tls": [{"version": 1, "cipher": "x"}, {"version": 2, "cipher": "y"}]}"#;
    let condition = "{ tls = { '[\"version\"]' = 1, cipher = \"x\" } }";
    holds(condition, apart, Fail, Pass);
    holds(condition, together, Fail, Fail);
    holds("{ \"tls.version\" = 1, \"tls.cipher\" = \"x\" }", apart, Fail, Fail);
    holds("{ tls = { some = { '[\"version\"]' = 1, cipher = \"x\" } } }", together, Pass, Fail);
    holds("{ tls = { none = { '[\"version\"]' = 1, cipher = \"x\" } } }", apart, Pass, Fail);
    // One item satisfies both operators, not each a different one.
    holds("{ a = { some = { at-least = 3, at-most = 5 } } }", r#"{"a": [1, 9]}"#, Fail, Pass);
    holds("{ a = { some = { at-least = 3, at-most = 5 } } }", r#"{"a": [1, 4]}"#, Pass, Fail);
}

#[test]
fn sets_are_lists_or_the_single_values_of_a_path() {
    for (condition, json, assert, deny) in [
        ("{ a = { subset-of = [1, 2, 3] } }", r#"{"a": [1, 2]}"#, Pass, Fail),
        ("{ \"a.b\" = { unique = true } }", r#"{"a": [{"b": 1}, {"b": 2}]}"#, Pass, Fail),
        ("{ \"a.b\" = { unique = true } }", r#"{"a": [{"b": 1}, {"b": 1}]}"#, Fail, Pass),
        ("{ \"a.b\" = { unique = true } }", r#"{"a": [{"b": 1}, {"b": 2}, {}]}"#, Pass, Fail),
        ("{ \"a.b\" = { unique = true } }", r#"{"a": [{"b": 1}, {"b": "${x}"}]}"#, Open, Open),
        ("{ \"a.b\" = { unique = true } }", r#"{"a": [{"b": 1}, {"b": 1}, {"b": "${x}"}]}"#, Fail, Open),
        ("{ \"a.b\" = { unique = true } }", r#"{"a": [{}]}"#, Fail, Pass),
        ("{ \"a.b\" = { superset-of = [1, 2] } }", r#"{"a": [{"b": 1}, {"b": 2}]}"#, Pass, Fail),
        ("{ \"a.b\" = { superset-of = [1, 2] } }", r#"{"a": [{"b": [1]}, {"b": [2]}]}"#, Fail, Pass),
    ] {
        holds(condition, json, assert, deny);
    }
}

#[test]
fn a_verdict_on_which_all_alternatives_agree_stands() {
    for (condition, json, assert, deny) in [
        ("{ a = { starts-with = \"x\" } }", r#"{"a": "${x1|x2}"}"#, Pass, Fail),
        ("{ a = { starts-with = \"x\" } }", r#"{"a": "${x1|y2}"}"#, Open, Open),
        ("{ a = { starts-with = \"x\" } }", r#"{"a": "${y1|y2}"}"#, Fail, Pass),
        ("{ a = { starts-with = \"x\" } }", r#"{"a": "${y1|null}"}"#, Fail, Pass),
        ("{ a = { starts-with = \"x\" } }", r#"{"a": "${x1|null}"}"#, Open, Open),
        ("{ a = { starts-with = \"x\", default = \"x\" } }", r#"{"a": "${x1|null}"}"#, Pass, Fail),
        ("{ a = { starts-with = \"x\" } }", r#"{"a": ["x", "${x1|null}"]}"#, Pass, Fail),
        ("{ a = { starts-with = \"x\" } }", r#"{"a": ["${x1|null}"]}"#, Open, Open),
        ("{ \"a.b\" = 1 }", r#"{"a": "${x1|y2}"}"#, Fail, Pass),
    ] {
        holds(condition, json, assert, deny);
    }
}

#[test]
fn json_in_strings_is_stepped_into() {
    let json = r#"{"policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\"}]}"}"#;
    holds("{ \"policy.Statement.Action\" = \"*\" }", json, Pass, Fail);
    holds("{ \"**.Action\" = \"*\" }", json, Pass, Fail);
    holds("{ policy = { Statement = { Effect = \"Allow\", Action = \"*\" } } }", json, Pass, Fail);
    let list = r#"{"containers": "[{\"name\": \"a\"}, {\"name\": \"b\"}]"}"#;
    let check = "[[check]]\nkind = \"any/thing\"\neach = \"containers\"\nassert = { name = \"a\" }";
    assert_eq!(outcomes(check, list, Typing::Strict), [Pass, Fail]);
    holds("{ containers = { some = { name = \"b\" } } }", list, Pass, Fail);
}

#[test]
fn when_where_and_each_say_what_is_judged() {
    for (check, json, want) in [
        ("when = { e = 1 }\nassert = { a = 1 }", r#"{"e": 1, "a": 1}"#, &[Pass][..]),
        ("when = { e = 1 }\nassert = { a = 1 }", r#"{"e": 2, "a": 2}"#, &[]),
        ("when = { e = 1 }\nassert = { a = 1 }", r#"{"e": "${x}", "a": 2}"#, &[Open]),
        ("when = { e = 1 }\nassert = { a = 1 }", r#"{"e": "${x}", "a": 1}"#, &[Pass]),
        ("where = { e = 1 }\ndeny = { a = 1 }", r#"{"e": "${x}", "a": 1}"#, &[Open]),
        (
            "each = \"i\"\nassert = { a = 1 }",
            r#"{"i": [{"a": 1}, {"a": 2}, {"a": "${x}"}, {}]}"#,
            &[Pass, Fail, Open, Fail],
        ),
        ("each = \"i\"\nassert = { a = 1 }", "{}", &[]),
        ("each = \"i\"\nassert = { a = 1 }", r#"{"i": "${x}"}"#, &[Open]),
        ("each = \"i\"\nassert = { a = 1 }", r#"{"i": [{"a": 1}, "${*}", "${*}"]}"#, &[Pass, Open]),
        ("each = \"i\"\nwhere = { b = 1 }\ndeny = { a = 1 }", r#"{"i": [{"a": 1}, {"a": 1, "b": 1}]}"#, &[Fail]),
        ("each = \"i\"\ndeny = { \".\" = \"x\" }", r#"{"i": ["x", "y"]}"#, &[Fail, Pass]),
        ("each = \"i\"\ndeny = { \".\" = \"x1\" }", r#"{"i": ["${x1|y}"]}"#, &[Open, Pass]),
        ("each = [\"j\", \"i\"]\ndeny = { \".\" = \"x\" }", r#"{"i": ["x"]}"#, &[Fail]),
        ("each = \"*\"\ndeny = { \"@key\" = \"x\" }", r#"{"x": 1, "y": [2]}"#, &[Fail, Pass]),
        (
            "each = \"i\"\ndeny = { \"@resource.e\" = 1, a = 1 }",
            r#"{"e": 1, "i": [{"a": 1}, {"a": 2}]}"#,
            &[Fail, Pass],
        ),
        ("assert = { a = 1 }\nopen = { as = \"fail\", reason = \"r\" }", r#"{"a": "${x}"}"#, &[Fail]),
        ("assert = { a = 1 }\nopen = { as = \"pass\", reason = \"r\" }", r#"{"a": "${x}"}"#, &[Pass]),
    ] {
        let found = outcomes(&format!("[[check]]\nkind = \"any/thing\"\n{check}"), json, Typing::Strict);
        assert_eq!(found, want, "{check} on {json}");
    }
}

#[test]
fn a_resource_that_may_not_exist_cannot_fail() {
    let rules = [rule("[[check]]\nkind = \"any/*\"\nassert = { a = 1 }")];
    let mut thing = resource("any/thing", "thing.a", tree("{}"), Typing::Strict);
    thing.condition = Some(Arc::new(unresolved("var.create")));
    let found = judge_all(&rules, &[thing], options());
    assert_eq!(found[0].outcome, Open);
    assert_eq!(found[0].open_because.as_deref(), Some("whether `thing.a` exists: nobody says what `var.create` is"));
}

#[test]
fn the_examples_of_structural_words_are_true() {
    for structural in STRUCTURES {
        for (table, value, truth) in structural.examples {
            let json = if value.is_empty() { "{}".to_owned() } else { format!("{{\"x\": {value}}}") };
            let want = if *truth == crate::truth::Truth::True { Pass } else { Fail };
            assert_eq!(outcome(&format!("assert = {{ x = {table} }}"), &json), Some(want), "{table} on {value}");
        }
    }
}

#[test]
fn items_without_a_name_are_told_apart_by_what_is_judged_of_them() {
    let check = "[[check]]\nkind = \"any/thing\"\neach = \"i\"\nassert = { a = 1 }";
    let names = |json: &str| -> Vec<String> {
        judgements(check, json, Typing::Strict).iter().map(|found| found.item.to_string()).collect()
    };
    let there = names(r#"{"i": [{"a": 1, "b": 2}, {"a": 2}]}"#);
    let moved = names(r#"{"z": 0, "i": [{"a": 2, "c": 5}, {"b": 3, "a": 1}]}"#);
    assert_eq!(there, [moved[1].clone(), moved[0].clone()]);
    assert!(there[0].starts_with("i#") && there[0] != there[1], "{there:?}");
    assert_eq!(names(r#"{"i": [{"a": 1}]}"#), ["i"], "there is nothing to tell it from");
}

#[test]
fn further_checks_of_a_rule_are_told_from_the_first() {
    let check = "[[check]]\nkind = \"any/thing\"\nassert = { a = 1 }\n[[check]]\nkind = \"any/*\"\nassert = { b = 1 }";
    let found = judgements(check, "{}", Typing::Strict);
    assert_eq!(found.iter().map(|found| &*found.item).collect::<Vec<_>>(), ["", "2:"]);
}

#[test]
fn deep_trees_and_long_paths_are_walked_without_harm() {
    let mut node = tree("{\"b\": 1}");
    for _ in 0..MAX_DEPTH {
        node = Node::list(vec![node], span());
    }
    let body = Node::map(vec![Entry::new("a", span(), node)], span());
    let rules = [rule("[[check]]\nkind = \"any/thing\"\nassert = { \"**.b\" = 1, \"a.b\" = 1 }")];
    let found = judge_all(&rules, &[resource("any/thing", "x", body, Typing::Strict)], options());
    assert_eq!(found[0].outcome, Pass);
}

#[test]
fn a_tree_with_shared_parts_is_left_open_where_it_is_too_large() {
    let mut node = tree("{\"b\": 2}");
    for _ in 0..40 {
        node = Node::list(vec![node.clone(), node], span());
    }
    let body = Node::map(vec![Entry::new("a", span(), node)], span());
    let rules = [rule("[[check]]\nkind = \"any/thing\"\ndeny = { \"a.b\" = 1 }")];
    let found = judge_all(&rules, &[resource("any/thing", "x", body, Typing::Strict)], options());
    assert_eq!(found[0].outcome, Open);
}

#[test]
fn what_a_check_asks_of_the_resource_is_asked_once() {
    let items = vec![r#"{"a": 1}"#; 6_000].join(", ");
    let json = format!(r#"{{"items": [{items}]}}"#);
    let when = "when = { items = { none = { a = 2 } } }\neach = \"items\"\ndeny = { a = 1 }";
    let found = outcomes(&format!("[[check]]\nkind = \"any/thing\"\n{when}"), &json, Typing::Strict);
    assert!(found.len() == 6_000 && found.iter().all(|outcome| *outcome == Fail), "{:?}", found.last());
}

#[test]
fn what_grows_with_the_square_of_the_items_ends_as_open() {
    let items = vec![r#"{"a": 1}"#; 6_000].join(", ");
    let json = format!(r#"{{"items": [{items}]}}"#);
    let check =
        "[[check]]\nkind = \"any/thing\"\neach = \"items\"\ndeny = { \"@resource.items\" = { some = { a = 2 } } }";
    let found = judgements(check, &json, Typing::Strict);
    assert_eq!(found.first().map(|judgement| judgement.outcome), Some(Pass));
    let last = found.last().unwrap();
    assert_eq!(last.outcome, Open);
    assert_eq!(last.open_because.as_deref(), Some("the tree is larger or deeper than annexa looks"));
}
