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
