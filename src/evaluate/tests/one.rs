use super::*;

/// Which of the findings of a check on two resources have one cause: none where there are none.
fn same(one: &str, bodies: [&str; 2]) -> Option<bool> {
    let check = format!("[[check]]\nkind = \"any/thing\"\n{one}\ndeny = {{ bad = true }}");
    let of = |body: &str| {
        let found = judgements(&check, body, Typing::Strict);
        found.first().and_then(|judgement| judgement.one)
    };
    let [first, second] = bodies.map(of);
    Some(first? == second?)
}

#[test]
fn findings_of_the_same_values_have_one_cause() {
    for (one, first, second, want) in [
        ("one = [\"a\"]", "{\"bad\": true, \"a\": 1}", "{\"bad\": true, \"a\": 1, \"b\": 2}", Some(true)),
        ("one = \"a\"", "{\"bad\": true, \"a\": 1}", "{\"bad\": true, \"a\": 2}", Some(false)),
        ("one = [\"a\"]", "{\"bad\": true, \"a\": 1}", "{\"bad\": true, \"a\": \"1\"}", Some(false)),
        ("one = [\"a\", \"b\"]", "{\"bad\": true, \"a\": 1}", "{\"bad\": true, \"a\": 1, \"b\": 2}", Some(false)),
        (
            "one = [\"a\", \"b\"]",
            "{\"bad\": true, \"a\": 1, \"b\": 2}",
            "{\"bad\": true, \"a\": 1, \"b\": 2}",
            Some(true),
        ),
        ("one = [\"a|b\"]", "{\"bad\": true, \"a\": 1}", "{\"bad\": true, \"b\": 1}", Some(true)),
        // What nobody wrote is nothing in common, and neither is what passes.
        ("one = [\"a\"]", "{\"bad\": true}", "{\"bad\": true}", None),
        ("one = [\"a\"]", "{\"bad\": false, \"a\": 1}", "{\"bad\": true, \"a\": 1}", None),
        ("", "{\"bad\": true, \"a\": 1}", "{\"bad\": true, \"a\": 1}", None),
        // The same expression is the same value, whatever it comes to.
        ("one = [\"a\"]", "{\"bad\": true, \"a\": \"${x}\"}", "{\"bad\": true, \"a\": \"${x}\"}", Some(true)),
        ("one = [\"a\"]", "{\"bad\": true, \"a\": \"${x}\"}", "{\"bad\": true, \"a\": \"${y}\"}", Some(false)),
        (
            "one = { same = \"a\", within = \"deployment\" }",
            "{\"bad\": true, \"a\": 1}",
            "{\"bad\": true, \"a\": 1}",
            Some(true),
        ),
        ("one = [\"@kind\"]", "{\"bad\": true, \"a\": 1}", "{\"bad\": true, \"a\": 2}", Some(true)),
    ] {
        assert_eq!(same(one, [first, second]), want, "{one} on {first} and {second}");
    }
}

#[test]
fn a_cause_ends_with_its_file_its_deployment_or_the_repository() {
    let of = |within: &str| {
        let check = format!(
            "[[check]]\nkind = \"any/thing\"\none = {{ same = \"a\", within = \"{within}\" }}\ndeny = {{ bad = true }}"
        );
        let body = |file: u32| tree_in(FileId(file), "{\"bad\": true, \"a\": 1}");
        let deployed = |file: u32, deployment: &str| Resource {
            deployment: deployment.into(),
            ..resource("any/thing", &format!("thing.{file}.{deployment}"), body(file), Typing::Strict)
        };
        let resources = [deployed(0, "x"), deployed(1, "x"), deployed(0, "y")];
        let found = judge_all(&[rule(&check)], &resources, options());
        let [one, two, three] = <[Judgement; 3]>::try_from(found).unwrap().map(|judgement| judgement.one);
        (one == two, one == three)
    };
    assert_eq!(of("file"), (false, true));
    assert_eq!(of("deployment"), (true, false));
    assert_eq!(of("repository"), (true, true));
}
