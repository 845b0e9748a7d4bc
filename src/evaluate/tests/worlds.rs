//! Worlds: what is concluded is what judging every assignment of the conditions on its own comes to.

use std::sync::Arc;

use proptest::prelude::*;

use super::sound::{conditions, map};
use super::*;
use crate::document::{Guard, Question};
use Outcome::{Fail, Open, Pass};

/// The answers of one world: to `a`, to `b`, and to `env`.
type Answers = (bool, bool, &'static str);

const WORLDS: [Answers; 12] = [
    (false, false, "x"),
    (false, false, "y"),
    (false, false, "z"),
    (false, true, "x"),
    (false, true, "y"),
    (false, true, "z"),
    (true, false, "x"),
    (true, false, "y"),
    (true, false, "z"),
    (true, true, "x"),
    (true, true, "y"),
    (true, true, "z"),
];

fn truth(name: &str) -> Guard {
    Guard::holds(&Arc::new(Question::of_truth(name, name)))
}

fn env(answer: &str) -> Guard {
    Guard::Is(Arc::new(Question::new("env", "env")), format!("\"{answer}\"").into())
}

fn guards() -> impl Strategy<Value = Guard> {
    let leaf = prop_oneof![Just(truth("a")), Just(truth("b")), Just(env("x")), Just(env("y"))];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|guard| guard.negated()),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Guard::all([a, b]).unwrap()),
            (inner.clone(), inner).prop_map(|(a, b)| Guard::any([a, b]).unwrap()),
        ]
    })
}

fn holds(guard: &Guard, (a, b, env): Answers) -> bool {
    match guard {
        Guard::Decided(holds) => *holds,
        Guard::Is(question, answer) => match &*question.id {
            "a" => a,
            "b" => b,
            _ => **answer == *format!("\"{env}\""),
        },
        Guard::Not(inner) => !holds(inner, (a, b, env)),
        Guard::All(parts) => parts.iter().all(|part| holds(part, (a, b, env))),
        Guard::Any(parts) => parts.iter().any(|part| holds(part, (a, b, env))),
    }
}

fn choice(guard: &Guard, then: Node, otherwise: Node) -> Node {
    let open = Unresolved {
        expression: "choice".into(),
        because: "nobody says".into(),
        alternatives: vec![then, otherwise],
        guards: vec![guard.clone(), guard.negated()],
        ..Unresolved::default()
    };
    Node::new(Value::Unresolved(Arc::new(open)), span())
}

/// Trees in which nothing is open but choices.
fn trees() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        2 => (0..3_i64).prop_map(|int| Node::new(Value::Int(int), span())),
        2 => prop_oneof![Just("x"), Just("y"), Just("xy"), Just("")].prop_map(|text| Node::text(text, span())),
        1 => any::<bool>().prop_map(|value| Node::new(Value::Bool(value), span())),
        1 => Just(Node::new(Value::Null, span())),
    ];
    let key = || prop_oneof![Just("a"), Just("b"), Just("c")];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            3 => (guards(), inner.clone(), inner.clone()).prop_map(|(guard, a, b)| choice(&guard, a, b)),
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(|items| Node::list(items, span())),
            2 => prop::collection::vec((key(), inner), 0..4).prop_map(|entries| map(entries, None)),
        ]
    })
}

fn bodies() -> impl Strategy<Value = Node> {
    prop::collection::vec((prop_oneof![Just("a"), Just("b"), Just("c")], trees()), 1..4)
        .prop_map(|entries| map(entries, None))
}

/// The value that is chosen in a world; none for a null that was chosen: it is not there.
fn seen(node: &Node, answers: Answers) -> Option<Node> {
    match &node.value {
        Value::Unresolved(open) => {
            let (chosen, _) = open.guarded().find(|(_, guard)| holds(guard, answers)).unwrap();
            seen(chosen, answers).filter(|node| !matches!(node.value, Value::Null))
        }
        Value::List(items) => Some(Node::list(items.iter().filter_map(|item| seen(item, answers)).collect(), span())),
        Value::Map(map) => {
            let entries = map.entries.iter();
            let entries =
                entries.filter_map(|entry| Some(Entry { value: seen(&entry.value, answers)?, ..entry.clone() }));
            Some(Node::map(entries.collect(), span()))
        }
        _ => Some(node.clone()),
    }
}

fn judged(rules: &[Arc<Rule>], body: &Node) -> Vec<Outcome> {
    let found = judge_all(rules, &[resource("any/thing", "x", body.clone(), Typing::Strict)], options());
    found.iter().map(|judgement| judgement.outcome).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(800),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_judgement_is_what_all_worlds_agree_on(
        body in bodies(),
        condition in conditions(),
        when in prop::option::weighted(0.3, conditions()),
        assert in any::<bool>(),
    ) {
        let when = when.map_or(String::new(), |when| format!("when = {when}\n"));
        let test = if assert { "assert" } else { "deny" };
        let rules = [rule(&format!("[[check]]\nkind = \"any/thing\"\n{when}{test} = {condition}"))];
        let worlds: Vec<Option<Outcome>> = WORLDS
            .iter()
            .map(|answers| judged(&rules, &seen(&body, *answers).unwrap()).first().copied())
            .collect();
        let (fails, passes) = (worlds.contains(&Some(Fail)), worlds.contains(&Some(Pass)));
        let want = match (fails, passes || worlds.contains(&None)) {
            (true, false) => Some(Fail),
            (true, true) => Some(Open),
            (false, _) if passes => Some(Pass),
            (false, _) => None,
        };
        let got = judged(&rules, &body).first().copied();
        // Whether the check is about it is not asked where it passes anyhow.
        let got = if want.is_none() && got == Some(Pass) { None } else { got };
        prop_assert_eq!(got, want, "{}{} = {}\n{:#?}", when, test, condition, body);
    }

    #[test]
    fn nodes_fail_where_some_node_fails_in_every_world(body in bodies(), condition in conditions(), assert in any::<bool>()) {
        let test = if assert { "assert" } else { "deny" };
        let rules = [rule(&format!("[[check]]\nkind = \"any/thing\"\neach = \"a\"\n{test} = {condition}"))];
        let worlds: Vec<Vec<Outcome>> =
            WORLDS.iter().map(|answers| judged(&rules, &seen(&body, *answers).unwrap())).collect();
        let got = judged(&rules, &body);
        if got.contains(&Fail) {
            prop_assert!(worlds.iter().all(|world| world.contains(&Fail)), "{} = {}\n{:#?}", test, condition, body);
        }
        if !got.contains(&Fail) && !got.contains(&Open) {
            prop_assert!(!worlds.iter().any(|world| world.contains(&Fail)), "{} = {}\n{:#?}", test, condition, body);
        }
    }

    #[test]
    fn checks_of_a_rule_fail_where_one_of_them_fails_in_every_world(
        body in bodies(),
        first in conditions(),
        second in conditions(),
        each in any::<bool>(),
    ) {
        let each = if each { "each = \"a\"\n" } else { "" };
        let check = |condition: &str| format!("[[check]]\nkind = \"any/thing\"\n{each}deny = {condition}\n");
        let rules = [rule(&format!("{}{}", check(&first), check(&second)))];
        let worlds: Vec<Vec<Outcome>> =
            WORLDS.iter().map(|answers| judged(&rules, &seen(&body, *answers).unwrap())).collect();
        let got = judged(&rules, &body);
        if got.contains(&Fail) {
            prop_assert!(worlds.iter().all(|world| world.contains(&Fail)), "{} and {}\n{:#?}", first, second, body);
        }
        if !got.contains(&Fail) && !got.contains(&Open) {
            prop_assert!(!worlds.iter().any(|world| world.contains(&Fail)), "{} and {}\n{:#?}", first, second, body);
        }
        if each.is_empty() && worlds.iter().all(|world| world.contains(&Fail)) {
            prop_assert!(got.contains(&Fail), "{} and {}\n{:#?}", first, second, body);
        }
    }
}

fn flag(value: bool) -> Node {
    Node::new(Value::Bool(value), span())
}

#[test]
fn what_differs_says_where_it_fails() {
    let rules = [rule("[[check]]\nkind = \"any/thing\"\nassert = { on = true }")];
    for (guard, want) in [
        (truth("a"), "fails where `a` is true"),
        (truth("a").negated(), "fails where `a` is false"),
        (env("x"), "fails where `env` is \"x\""),
        (env("x").negated(), "fails where `env` is not \"x\""),
        (Guard::all([truth("a"), env("x")]).unwrap(), "fails where `a` is true and `env` is \"x\""),
    ] {
        let body = map(vec![("on", choice(&guard, flag(false), flag(true)))], None);
        let found = judge_all(&rules, &[resource("any/thing", "x", body, Typing::Strict)], options());
        assert_eq!((found[0].outcome, found[0].open_because.as_deref()), (Open, Some(want)), "{guard:?}");
    }
}

#[test]
fn more_conditions_than_are_followed_leave_it_open_with_that_reason() {
    let rules = [rule("[[check]]\nkind = \"any/thing\"\nassert = { list = { length = 5 } }")];
    let item = |at: usize| choice(&truth(&format!("q{at}")), flag(true), Node::new(Value::Null, span()));
    let body = map(vec![("list", Node::list((0..10).map(item).collect(), span()))], None);
    let found = judge_all(&rules, &[resource("any/thing", "x", body, Typing::Strict)], options());
    let because = found[0].open_because.as_deref().unwrap();
    assert!(found[0].outcome == Open && because.contains("more conditions than the 64 combinations"), "{because}");
}

#[test]
fn a_companion_under_the_same_condition_belongs_to_it() {
    let rules = [rule(
        "[[check]]\nkind = \"any/bucket\"\nassert = { linked = { kind = \"any/versioning\", by = \"bucket\", with = { on = true } } }",
    )];
    let existing = |resource: Resource, guard: Option<&Guard>| {
        let condition = guard.map(|guard| Arc::new(unresolved("count").true_where(guard, span())));
        Resource { condition, ..resource }
    };
    let versioning = |json: &str| resource("any/versioning", "versioning.v", tree(json), Typing::Loose);
    let linked = versioning(r#"{"bucket": "logs", "on": true}"#);
    let chosen = |guard: &Guard| {
        let bucket = choice(guard, Node::text("logs", span()), Node::text("other", span()));
        let body = map(vec![("bucket", bucket), ("on", flag(true))], None);
        resource("any/versioning", "versioning.v", body, Typing::Loose)
    };
    let either = |guard: &Guard| {
        let body =
            map(vec![("bucket", Node::text("logs", span())), ("on", choice(guard, flag(true), flag(false)))], None);
        resource("any/versioning", "versioning.w", body, Typing::Loose)
    };
    let a = truth("a");
    for (bucket, others, want) in [
        (None, vec![existing(linked.clone(), Some(&a))], Open),
        (Some(&a), vec![existing(linked.clone(), Some(&a))], Pass),
        (Some(&a), vec![existing(linked.clone(), Some(&a.negated()))], Open),
        (None, vec![existing(linked.clone(), Some(&a)), existing(linked.clone(), Some(&a.negated()))], Pass),
        (None, vec![chosen(&a)], Open),
        (Some(&a), vec![chosen(&a)], Pass),
        (None, vec![either(&a), either(&a.negated())], Pass),
        (None, vec![either(&a)], Open),
    ] {
        let mut own = resource("any/bucket", "bucket.logs", tree(r#"{"name": "logs"}"#), Typing::Loose);
        own.names = vec!["logs".into()];
        let mut resources = vec![existing(own, bucket)];
        resources.extend(others);
        let found = judge_all(&rules, &resources, options());
        assert_eq!(found[0].outcome, want, "{:?}", resources.iter().map(|it| &it.condition).collect::<Vec<_>>());
    }
}
