use super::*;
use crate::evaluate::Engine;

/// Conditions that say what a check is about, by a key that many checks ask for or beside it.
const ABOUT: &[&str] = &[
    "p = \"a\"",
    "p = { one-of = [\"a\", \"b\"] }",
    "p = { not = \"a\" }",
    "p = { matches = \"^[ab]$\" }",
    "p = \"c\", q = 1",
    "all = [{ p = \"b\" }, { r = { present = true } }]",
    "any = [{ p = \"a\" }, { q = 1 }]",
    "not = { p = \"a\" }",
    "\"p|q\" = \"a\"",
    "p = { equals = \"a\", default = \"a\" }",
    "p = { present = false }",
    "p = { count = 1 }",
    "p = { none-of = [\"a\"] }",
    "p = { length = 1 }",
    "p = { ignore-case = { equals = \"A\" } }",
    "\"@kind\" = \"any/thing\"",
];

/// Values that the key may have, as JSON; absent where there is none.
const VALUES: &[&str] = &[
    "\"a\"",
    "\"b\"",
    "\"c\"",
    "\"A\"",
    "\"\"",
    "1",
    "null",
    "[\"a\", \"b\"]",
    "\"${x}\"",
    "\"${a|b}\"",
    "\"${a…}\"",
    "",
];

fn rules() -> Vec<Arc<Rule>> {
    let check = |about: &str| format!("[[check]]\nkind = \"any/thing\"\nwhen = {{ {about} }}\ndeny = {{ bad = true }}");
    let equal = (0..8).map(|_| "p = \"a\"");
    equal.chain(ABOUT.iter().copied()).map(|about| rule(&check(about))).collect()
}

fn resources(copies: usize) -> Vec<Resource> {
    let body = |value: &str, more: &str| match value {
        "" => format!("{{{more}\"bad\": true}}"),
        _ => format!("{{\"p\": {value}, {more}\"bad\": true}}"),
    };
    let of = |value: &&str| ["", "\"q\": 1, ", "\"${}\": 0, "].map(|more| tree(&body(value, more)));
    let bodies: Vec<Node> = VALUES.iter().flat_map(of).collect();
    let with =
        |body: Node| [Typing::Strict, Typing::Loose].map(|typing| resource("any/thing", "t", body.clone(), typing));
    (0..copies).flat_map(|_| bodies.iter().cloned().flat_map(with)).collect()
}

fn said(engine: &Engine<'_>, index: usize) -> Vec<(usize, Outcome, String)> {
    engine.judge_resource(index).into_iter().map(|found| (found.rule, found.outcome, found.message)).collect()
}

#[test]
fn many_resources_are_judged_as_each_would_be_alone() {
    let (rules, resources) = (rules(), resources(3));
    let together = Engine::new(&rules, &resources, options());
    for (index, one) in resources.iter().enumerate() {
        let alone = Engine::new(&rules, std::slice::from_ref(one), options());
        assert_eq!(said(&together, index), said(&alone, 0), "{:?} {:?}", one.body, one.typing);
    }
}

#[test]
fn what_a_check_is_about_is_asked_once_for_each_value() {
    let rules: Vec<Arc<Rule>> = (0..20)
        .map(|number| {
            rule(&format!("[[check]]\nkind = \"any/thing\"\nwhen = {{ p = \"{number}\" }}\ndeny = {{ bad = true }}"))
        })
        .collect();
    let body = |value: usize| tree(&format!("{{\"p\": \"{value}\", \"bad\": true}}"));
    let resources: Vec<Resource> =
        (0..1_000).map(|at| resource("any/thing", "t", body(at % 40), Typing::Strict)).collect();
    let engine = Engine::new(&rules, &resources, options());
    assert!((0..resources.len()).all(|index| engine.judge_resource(index).len() == usize::from(index % 40 < 20)));
    let asked: Vec<usize> = (0..40).map(|value| engine.checks_about(value)).collect();
    assert_eq!(asked, [vec![1; 20], vec![0; 20]].concat());
}
