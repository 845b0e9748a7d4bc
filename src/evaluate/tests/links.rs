use super::*;
use Outcome::{Fail, Open, Pass};

fn bucket(address: &str, name: &str) -> Resource {
    let mut bucket = resource(
        "any/bucket",
        address,
        tree(&format!("{{\"name\": \"{name}\", \"prefix\": \"${{var.name}}\"}}")),
        Typing::Loose,
    );
    bucket.names = vec![name.into()];
    bucket
}

fn versioning(json: &str) -> Resource {
    resource("any/versioning", "versioning.v", tree(json), Typing::Loose)
}

#[track_caller]
fn judged(link: &str, others: &[Resource], want: Outcome) {
    let rules = [rule(&format!("[[check]]\nkind = \"any/bucket\"\nassert = {{ linked = {link} }}"))];
    let mut resources = vec![bucket("bucket.logs[0]", "the-logs")];
    resources.extend(others.iter().cloned());
    let found = judge_all(&rules, &resources, options());
    assert_eq!(found[0].outcome, want, "{link} with {others:?}");
}

#[test]
fn the_other_refers_to_this_one_by_address_or_name() {
    const LINK: &str = "{ kind = \"any/versioning\", by = \"bucket\", with = { on = true } }";
    for (json, want) in [
        (r#"{"bucket": "${->bucket.logs[0]}", "on": true}"#, Pass),
        (r#"{"bucket": "${->bucket.logs}", "on": true}"#, Pass),
        (r#"{"bucket": "the-logs", "on": true}"#, Pass),
        (r#"{"bucket": "the-logs", "on": false}"#, Fail),
        (r#"{"bucket": "the-logs", "on": "${x}"}"#, Open),
        (r#"{"bucket": "${->bucket.logs[1]}", "on": true}"#, Fail),
        (r#"{"bucket": "${->bucket.other}", "on": true}"#, Fail),
        (r#"{"bucket": "other", "on": true}"#, Fail),
        // Any bucket might be meant as well as this one.
        (r#"{"bucket": "${var.x}", "on": true}"#, Fail),
        (r#"{"bucket": "${var.name}", "on": true}"#, Open),
        (r#"{"bucket": "${var.name}", "on": false}"#, Fail),
        (r#"{"bucket": "${the-logs|other}", "on": true}"#, Open),
        (r#"{"on": true}"#, Fail),
    ] {
        judged(LINK, &[versioning(json)], want);
    }
    judged(LINK, &[], Fail);
    let sure = versioning(r#"{"bucket": "the-logs", "on": true}"#);
    judged(LINK, &[versioning(r#"{"bucket": "${var.x}", "on": true}"#), sure.clone()], Pass);
    judged(LINK, &[Resource { scope: "elsewhere".into(), ..sure.clone() }], Fail);
    judged(LINK, &[Resource { condition: Some(Arc::new(unresolved("var.y"))), ..sure }], Open);
}

#[test]
fn this_one_refers_to_the_other() {
    let rules = [rule(
        "[[check]]\nkind = \"any/versioning\"\nassert = { linked = { kind = \"any/bucket\", to = \"bucket\" } }",
    )];
    for (json, want) in [
        (r#"{"bucket": "${->bucket.logs}"}"#, Pass),
        (r#"{"bucket": "the-logs"}"#, Pass),
        (r#"{"bucket": "other"}"#, Fail),
        (r#"{"bucket": "${var.x}"}"#, Open),
        ("{}", Fail),
    ] {
        let found = judge_all(&rules, &[versioning(json), bucket("bucket.logs[0]", "the-logs")], options());
        assert_eq!(found[0].outcome, want, "{json}");
    }
}

#[test]
fn values_in_common_and_mere_company_join_too() {
    judged("{ kind = \"any/versioning\", on = [\"name\", \"b\"] }", &[versioning(r#"{"b": "the-logs"}"#)], Pass);
    judged("{ kind = \"any/versioning\", on = [\"name\", \"b\"] }", &[versioning(r#"{"b": "x"}"#)], Fail);
    judged("{ kind = \"any/versioning\", on = [\"name\", \"b\"] }", &[versioning(r#"{"b": "${x}"}"#)], Fail);
    judged("{ kind = \"any/versioning\", on = [\"name\", \"b\"] }", &[versioning(r#"{"b": "${var.name}"}"#)], Open);
    judged("{ kind = \"any/versioning\" }", &[versioning("{}")], Pass);
    judged("{ kind = \"any/bucket\" }", &[], Fail);
}

#[test]
fn many_links_are_looked_up_and_not_searched() {
    let rules = [rule(
        "[[check]]\nkind = \"any/bucket\"\nassert = { linked = { kind = \"any/versioning\", by = \"bucket\" } }",
    )];
    let count = 3000;
    let mut resources = Vec::new();
    for index in 0..count {
        resources.push(bucket(&format!("bucket.b{index}"), "x"));
        let json = format!("{{\"bucket\": \"${{->bucket.b{index}}}\"}}");
        resources.push(versioning(&json));
    }
    let started = std::time::Instant::now();
    let found = judge_all(&rules, &resources, options());
    assert!(found.len() == count && found.iter().all(|found| found.outcome == Pass));
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

/// A check of `any/thing` with a link, over some others of kind `any/other`.
#[track_caller]
fn thing_judged(link: &str, thing: &str, others: &[&str], want: Outcome) {
    let rules = [rule(&format!("[[check]]\nkind = \"any/thing\"\nassert = {{ linked = {link} }}"))];
    let mut resources = vec![resource("any/thing", "thing.a", tree(thing), Typing::Strict)];
    let other = |(at, json): (usize, &&str)| resource("any/other", &format!("other.{at}"), tree(json), Typing::Strict);
    resources.extend(others.iter().enumerate().map(other));
    let found = judge_all(&rules, &resources, options());
    assert_eq!(found[0].outcome, want, "{link} of {thing} with {others:?}: {}", found[0].message);
}

#[test]
fn several_pairs_have_all_to_be_equal() {
    const LINK: &str = r#"{ kind = "any/other", on = [["name", "of"], ["space", "space"]] }"#;
    const THING: &str = r#"{"name": "web", "space": "shop"}"#;
    for (others, want) in [
        (&[r#"{"of": "web", "space": "shop"}"#][..], Pass),
        (&[r#"{"of": "web", "space": "other"}"#, r#"{"of": "x", "space": "shop"}"#], Fail),
        (&[r#"{"of": "web"}"#], Fail),
        // It could be of any namespace.
        (&[r#"{"of": "web", "space": "${var.x}"}"#], Fail),
        (&[r#"{"of": "web", "space": "${shop|test}"}"#], Open),
        (&[r#"{"of": "${var.x}", "space": "${var.y}"}"#, r#"{"of": "web", "space": "shop"}"#], Pass),
    ] {
        thing_judged(LINK, THING, others, want);
    }
    thing_judged(LINK, r#"{"name": "web", "space": "${var.s}"}"#, &[r#"{"of": "web", "space": "shop"}"#], Open);
    thing_judged(LINK, r#"{"name": "web", "space": "${var.s}"}"#, &[r#"{"of": "x", "space": "shop"}"#], Fail);
}

#[test]
fn selectors_select_as_kubernetes_reads_them() {
    const LINK: &str = r#"{ kind = "any/other", selected-by = ["labels", "selector"] }"#;
    const WEB: &str = r#"{"labels": {"app": "web", "tier": "${var.tier}"}}"#;
    for (thing, selector, want) in [
        (WEB, r#"{"matchLabels": {"app": "web"}}"#, Pass),
        (WEB, r#"{"app": "web"}"#, Pass),
        (WEB, r#"{"matchLabels": {"app": "db"}}"#, Fail),
        (WEB, r#"{"matchLabels": {"app": "web", "x": "y"}}"#, Fail),
        (WEB, "{}", Pass),
        (WEB, "null", Fail),
        (WEB, r#""${var.selector}""#, Fail),
        (WEB, r#"{"matchLabels": {"app": "${var.app}"}}"#, Open),
        (WEB, r#"{"matchLabels": {"app": "${w…}"}}"#, Open),
        (WEB, r#"{"matchLabels": {"app": "${d…}"}}"#, Fail),
        (WEB, r#"{"matchLabels": {"tier": "front"}}"#, Open),
        (WEB, r#"{"matchLabels": {"${}": 1}}"#, Open),
        (WEB, r#"{"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "api"]}]}"#, Pass),
        (WEB, r#"{"matchExpressions": [{"key": "app", "operator": "In", "values": ["api"]}]}"#, Fail),
        (WEB, r#"{"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["api"]}]}"#, Pass),
        (WEB, r#"{"matchExpressions": [{"key": "x", "operator": "NotIn", "values": ["api"]}]}"#, Pass),
        (WEB, r#"{"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["api"]}]}"#, Open),
        (WEB, r#"{"matchExpressions": [{"key": "tier", "operator": "Exists"}]}"#, Pass),
        (WEB, r#"{"matchExpressions": [{"key": "x", "operator": "Exists"}]}"#, Fail),
        (WEB, r#"{"matchExpressions": [{"key": "x", "operator": "DoesNotExist"}]}"#, Pass),
        (WEB, r#"{"matchExpressions": [{"key": "app", "operator": "${op}", "values": []}]}"#, Open),
        (WEB, r#"{"matchLabels": {"app": "db"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]}"#, Fail),
        ("{}", r#"{"matchLabels": {"app": "web"}}"#, Fail),
        ("{}", "{}", Pass),
        (r#"{"labels": "${var.labels}"}"#, r#"{"app": "web"}"#, Open),
        (r#"{"labels": {"${}": 1}}"#, r#"{"app": "web"}"#, Open),
    ] {
        thing_judged(LINK, thing, &[&format!("{{\"selector\": {selector}}}")], want);
    }
    let selects = r#"{ kind = "any/other", selects = ["selector", "labels"], on = ["space", "space"] }"#;
    let thing = r#"{"space": "a", "selector": {"app": "web"}}"#;
    thing_judged(selects, thing, &[r#"{"space": "a", "labels": {"app": "web"}}"#], Pass);
    thing_judged(selects, thing, &[r#"{"space": "b", "labels": {"app": "web"}}"#], Fail);
    // What our own selector means is the question.
    thing_judged(selects, r#"{"space": "a", "selector": "${x}"}"#, &[r#"{"space": "a", "labels": {}}"#], Open);
}

#[test]
fn linked_resources_are_counted() {
    const LINK: &str = r#"{ kind = "any/other", on = ["id", "of"], with = { on = true }, count = { at-least = 2 } }"#;
    let sure = r#"{"of": "a", "on": true}"#;
    let perhaps = r#"{"of": "a", "on": "${x}"}"#;
    let off = r#"{"of": "a", "on": false}"#;
    for (others, want) in [
        (&[sure, sure][..], Pass),
        (&[sure, off], Fail),
        (&[sure, perhaps], Open),
        (&[sure, sure, perhaps], Pass),
        (&[perhaps, off], Fail),
        (&[], Fail),
    ] {
        thing_judged(LINK, r#"{"id": "a"}"#, others, want);
    }
    let none = r#"{ kind = "any/other", on = ["id", "of"], count = 0 }"#;
    thing_judged(none, r#"{"id": "a"}"#, &[], Pass);
    thing_judged(none, r#"{"id": "a"}"#, &[sure], Fail);
    let exactly = r#"{ kind = "any/other", with = { on = true }, count = { value-of = "n" } }"#;
    thing_judged(exactly, r#"{"n": 2}"#, &[sure, sure, off], Pass);
    thing_judged(exactly, r#"{"n": 3}"#, &[sure, sure, off], Fail);
}

#[test]
fn what_stands_in_linked_resources_is_taken_together() {
    const OPEN: &str = r#"{ kind = "any/other", on = ["id", "of"], together = { cidr = { covers-internet = true } } }"#;
    let halves = [r#"{"of": "a", "cidr": ["0.0.0.0/1"]}"#, r#"{"of": "a", "cidr": ["128.0.0.0/1", "10.0.0.0/8"]}"#];
    thing_judged(OPEN, r#"{"id": "a"}"#, &halves, Pass);
    thing_judged(OPEN, r#"{"id": "a"}"#, &halves[..1], Fail);
    thing_judged(OPEN, r#"{"id": "a"}"#, &[halves[0], r#"{"of": "a", "cidr": "${var.x}"}"#], Open);
    thing_judged(OPEN, r#"{"id": "a"}"#, &[halves[0], r#"{"of": "b", "cidr": "128.0.0.0/1"}"#], Fail);
    let zones = r#"{ kind = "any/other", together = { zone = { distinct = { at-least = 2 } } } }"#;
    thing_judged(zones, "{}", &[r#"{"zone": "a"}"#, r#"{"zone": "b"}"#], Pass);
    thing_judged(zones, "{}", &[r#"{"zone": "a"}"#, r#"{"zone": "a"}"#, "{}"], Fail);
    thing_judged(zones, "{}", &[r#"{"zone": "a"}"#, r#"{"zone": "${z}"}"#], Open);
    thing_judged(zones, "{}", &[r#"{"zone": "a"}"#, r#"{"zone": "b"}"#, r#"{"zone": "${z}"}"#], Pass);
    thing_judged(zones, "{}", &[], Fail);
}

#[test]
fn links_may_lead_out_of_the_scope() {
    let rules = |within: &str| {
        [rule(&format!(
            "[[check]]\nkind = \"any/thing\"\nassert = {{ linked = {{ kind = \"any/other\", on = [\"file\", \"@address\"]{within} }} }}"
        ))]
    };
    let thing = resource("any/thing", "thing.a", tree(r#"{"file": "app/Dockerfile"}"#), Typing::Strict);
    let other =
        Resource { scope: "elsewhere".into(), ..resource("any/other", "app/Dockerfile", tree("{}"), Typing::Strict) };
    let resources = [thing, other];
    assert_eq!(judge_all(&rules(""), &resources, options())[0].outcome, Fail);
    assert_eq!(judge_all(&rules(", within = \"repository\""), &resources, options())[0].outcome, Pass);
}

#[test]
fn two_values_of_a_resource_are_compared() {
    for (check, json, want) in [
        (r#"assert = { limit = { at-least = { value-of = "request" } } }"#, r#"{"limit": 2, "request": 1}"#, Pass),
        (r#"assert = { limit = { at-least = { value-of = "request" } } }"#, r#"{"limit": 2, "request": 3}"#, Fail),
        (r#"assert = { limit = { at-least = { value-of = "request" } } }"#, r#"{"limit": 2}"#, Fail),
        (r#"assert = { limit = { at-least = { value-of = "request" } } }"#, r#"{"limit": 2, "request": "${x}"}"#, Open),
        (
            r#"assert = { a = { limit = { value-of = "request" } } }"#,
            r#"{"a": {"limit": 2, "request": 2}, "request": 3}"#,
            Pass,
        ),
        (
            r#"assert = { a = { limit = { value-of = "@resource.request" } } }"#,
            r#"{"a": {"limit": 2, "request": 2}, "request": 3}"#,
            Fail,
        ),
        (r#"deny = { names = { contains = { value-of = "name" } } }"#, r#"{"names": ["a", "b"], "name": "b"}"#, Fail),
        (r#"assert = { name = { one-of = { value-of = "names" } } }"#, r#"{"names": ["a", "b"], "name": "b"}"#, Pass),
        (
            r#"assert = { name = { one-of = { value-of = "names" } } }"#,
            r#"{"names": ["a", "${x}"], "name": "b"}"#,
            Open,
        ),
        (r#"assert = { name = { not = { value-of = "old" } } }"#, r#"{"old": "a", "name": "b"}"#, Pass),
        (r#"assert = { name = { starts-with = { value-of = "old" } } }"#, r#"{"old": "a", "name": "${ab…}"}"#, Pass),
        (r#"assert = { name = { starts-with = { value-of = "old" } } }"#, r#"{"old": "b", "name": "${ab…}"}"#, Fail),
        (r#"assert = { m = { quantity = { at-most = { value-of = "n" } } } }"#, r#"{"m": "512Mi", "n": "1Gi"}"#, Pass),
        (r#"assert = { m = { quantity = { at-most = { value-of = "n" } } } }"#, r#"{"m": "2Gi", "n": "1Gi"}"#, Fail),
    ] {
        assert_eq!(outcome(check, json), Some(want), "{check} on {json}");
    }
}
