use proptest::prelude::*;

use super::super::tests::extract;
use crate::document::{Guard, Node, Value};

/// The message of a task, made of a template.
fn message(template: &str) -> Option<Node> {
    let quoted = serde_json::Value::from(template);
    let play = format!(
        "- hosts: all\n  vars: {{port: 80, name: web}}\n  tasks:\n    - name: t\n      debug: {{msg: {quoted}}}\n"
    );
    let (_, found) = extract(&[("site.yml", &play)]);
    let task = found.into_iter().find(|one| &*one.address == "t").unwrap();
    task.body.at(&["args", "msg"]).cloned()
}

fn show(node: &Node) -> String {
    match &node.value {
        Value::Null => "nothing".into(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Str(text) => format!("\"{}\"", text.as_str()),
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Unresolved(open) if open.alternatives.is_empty() => "?".into(),
        Value::Unresolved(open) => open.alternatives.iter().map(show).collect::<Vec<_>>().join(" or "),
        other => format!("{other:?}"),
    }
}

#[test]
fn what_an_expression_says_by_itself_is_known() {
    for (template, want) in [
        ("{{ '0777' }}", "\"0777\""),
        ("{{ false }}", "false"),
        ("{{ port + 1 }}", "81"),
        ("{{ name ~ ':' ~ port }}", "\"web:80\""),
        ("{{ [name, 'b'] + ['c'] }}", "[\"web\", \"b\", \"c\"]"),
        ("{{ 'a' if port == 80 else 'b' }}", "\"a\""),
        ("{{ (name in ['db', 'mq']) | ternary('a', 'b') }}", "\"b\""),
        ("{{ name | upper | default('x') }}", "\"WEB\""),
        ("{{ 'Yes' | bool }}", "true"),
        ("{{ '' | default('x', true) }}", "\"x\""),
        ("{{ elsewhere | default(7) }}", "7"),
        ("{{ elsewhere | default(name) }}", "\"web\""),
        ("{{ elsewhere | default(omit) }}", "absent"),
        ("{{ 'x' if ansible_check_mode else 'x' }}", "\"x\" or \"x\""),
        ("{{ ansible_os_family == 'Debian' }}", "true or false"),
        ("{{ ansible_os_family | ternary('a', 'b') }}", "\"a\" or \"b\""),
        ("{{ elsewhere is defined }}", "true or false"),
        ("{{ port is defined }}", "true"),
        ("{{ false and ansible_check_mode }}", "false"),
        ("http{{ 's' if ansible_check_mode else '' }}://x", "\"https://x\" or \"http://x\""),
        ("{{ omit if ansible_check_mode else 'x' }}", "nothing or \"x\""),
        ("{{ ansible_hostname }}", "?"),
        ("{{ elsewhere }}", "?"),
        ("{{ lookup('env', 'X') | default('y') }}", "?"),
        ("{{ ansible_hostname | lower }}", "?"),
        ("{{ 'a' + 1 }}", "?"),
    ] {
        assert_eq!(message(template).as_ref().map_or("absent".into(), show), want, "{template}");
    }
}

/// What nobody knows: two facts that are true or false, and one that is a text.
type World = (bool, bool, &'static str);

/// An expression, and what it comes to in a world.
#[derive(Clone, Debug)]
enum Made {
    Text(&'static str),
    Truth(bool),
    Fact(bool),
    Is(&'static str, bool),
    Choice(Box<[Made; 3]>),
    Not(Box<Made>),
    Both(Box<[Made; 2]>),
    Either(Box<[Made; 2]>),
    Joined(Box<[Made; 2]>),
    Ternary(Box<[Made; 3]>),
}

#[derive(Clone, Debug, PartialEq)]
enum Came {
    Text(String),
    Truth(bool),
}

impl Made {
    fn write(&self) -> String {
        match self {
            Made::Text(text) => format!("'{text}'"),
            Made::Truth(truth) => truth.to_string(),
            Made::Fact(first) => if *first { "ansible_a" } else { "ansible_b" }.to_owned(),
            Made::Is(text, true) => format!("(ansible_c == '{text}')"),
            Made::Is(text, false) => format!("('{text}' != ansible_c)"),
            Made::Choice(parts) => {
                let [condition, then, otherwise] = parts.each_ref().map(Made::write);
                format!("({then} if {condition} else {otherwise})")
            }
            Made::Not(inner) => format!("(not {})", inner.write()),
            Made::Both(parts) => format!("({})", parts.each_ref().map(Made::write).join(" and ")),
            Made::Either(parts) => format!("({})", parts.each_ref().map(Made::write).join(" or ")),
            Made::Joined(parts) => format!("({})", parts.each_ref().map(Made::write).join(" ~ ")),
            Made::Ternary(parts) => {
                let [condition, then, otherwise] = parts.each_ref().map(Made::write);
                format!("({condition} | ternary({then}, {otherwise}))")
            }
        }
    }

    fn parts(&self) -> &[Made] {
        match self {
            Made::Text(_) | Made::Truth(_) | Made::Fact(_) | Made::Is(..) => &[],
            Made::Choice(parts) | Made::Ternary(parts) => &**parts,
            Made::Both(parts) | Made::Either(parts) | Made::Joined(parts) => &**parts,
            Made::Not(inner) => std::slice::from_ref(inner),
        }
    }

    /// Whether a fact stands in it as a value, or in a text that is asked for: those are not followed.
    fn uses_facts(&self) -> bool {
        let of = |parts: &[Made]| parts.iter().any(Made::uses_facts);
        match self {
            Made::Fact(_) => true,
            Made::Choice(parts) | Made::Ternary(parts) => parts[0].joins_facts() || of(&parts[1..]),
            Made::Not(inner) => inner.joins_facts(),
            other => of(other.parts()),
        }
    }

    fn joins_facts(&self) -> bool {
        let here = matches!(self, Made::Joined(_)) && self.uses_facts();
        here || self.parts().iter().any(Made::joins_facts)
    }

    fn comes_to(&self, (a, b, c): World) -> Came {
        let of = |made: &Made| made.comes_to((a, b, c));
        match self {
            Made::Text(text) => Came::Text((*text).to_owned()),
            Made::Truth(truth) => Came::Truth(*truth),
            Made::Fact(first) => Came::Truth(if *first { a } else { b }),
            Made::Is(text, wanted) => Came::Truth((c == *text) == *wanted),
            Made::Choice(parts) | Made::Ternary(parts) => {
                let [condition, then, otherwise] = &**parts;
                of(if of(condition).counts() { then } else { otherwise })
            }
            Made::Not(inner) => Came::Truth(!of(inner).counts()),
            Made::Both(parts) => of(if of(&parts[0]).counts() { &parts[1] } else { &parts[0] }),
            Made::Either(parts) => of(if of(&parts[0]).counts() { &parts[0] } else { &parts[1] }),
            Made::Joined(parts) => Came::Text(parts.each_ref().map(|part| of(part).printed()).concat()),
        }
    }
}

impl Came {
    fn counts(&self) -> bool {
        match self {
            Came::Text(text) => !text.is_empty(),
            Came::Truth(truth) => *truth,
        }
    }

    fn printed(&self) -> String {
        match self {
            Came::Text(text) => text.clone(),
            Came::Truth(truth) => if *truth { "True" } else { "False" }.to_owned(),
        }
    }
}

fn expressions() -> impl Strategy<Value = Made> {
    let leaf = prop_oneof![
        prop_oneof![Just("x"), Just("y"), Just("")].prop_map(Made::Text),
        any::<bool>().prop_map(Made::Truth),
        any::<bool>().prop_map(Made::Fact),
        (prop_oneof![Just("x"), Just("y")], any::<bool>()).prop_map(|(text, wanted)| Made::Is(text, wanted)),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let three = (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| Box::new([a, b, c]));
        let two = (inner.clone(), inner.clone()).prop_map(|(a, b)| Box::new([a, b]));
        prop_oneof![
            2 => three.clone().prop_map(Made::Choice),
            1 => three.prop_map(Made::Ternary),
            1 => inner.prop_map(|inner| Made::Not(Box::new(inner))),
            1 => two.clone().prop_map(Made::Both),
            1 => two.clone().prop_map(Made::Either),
            1 => two.prop_map(Made::Joined),
        ]
    })
}

/// Whether a condition holds in a world; none where it asks for something else.
fn holds(guard: &Guard, world: World) -> Option<bool> {
    Some(match guard {
        Guard::Decided(holds) => *holds,
        Guard::Is(question, answer) => match &*question.shown {
            "ansible_a" => world.0 == (&**answer == "true"),
            "ansible_b" => world.1 == (&**answer == "true"),
            "ansible_c" => **answer == *format!("\"{}\"", world.2),
            _ => return None,
        },
        Guard::Not(inner) => !holds(inner, world)?,
        Guard::All(parts) => parts.iter().try_fold(true, |so_far, part| Some(holds(part, world)? && so_far))?,
        Guard::Any(parts) => parts.iter().try_fold(false, |so_far, part| Some(holds(part, world)? || so_far))?,
    })
}

/// What a value is in a world; none where it is not told.
fn seen(node: &Node, world: World) -> Option<Came> {
    match &node.value {
        Value::Str(text) => Some(Came::Text(text.as_str().to_owned())),
        Value::Bool(truth) => Some(Came::Truth(*truth)),
        Value::Unresolved(open) => {
            let mut found = open.guarded().map(|(node, guard)| Some((node, holds(guard, world)?)));
            if found.any(|way| way.is_none()) {
                return None;
            }
            let mut ways = open.guarded().filter(|(_, guard)| holds(guard, world) == Some(true));
            let found = seen(ways.next()?.0, world);
            assert!(ways.all(|(other, _)| seen(other, world) == found), "{node:?}");
            found
        }
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_expression_is_in_each_world_what_it_comes_to_there(made in expressions(), as_text in any::<bool>()) {
        let template = if as_text { format!("a{{{{ {} }}}}b", made.write()) } else { format!("{{{{ {} }}}}", made.write()) };
        let node = message(&template).unwrap();
        for world in [true, false].into_iter().flat_map(|a| {
            [true, false].into_iter().flat_map(move |b| ["x", "y", "z"].map(|c| (a, b, c)))
        }) {
            let came = made.comes_to(world);
            let want = if as_text { Came::Text(format!("a{}b", came.printed())) } else { came };
            // Facts themselves in a value are not followed, only what they decide.
            if let Some(got) = seen(&node, world) {
                prop_assert_eq!(got, want, "{} {:?}", template, world);
            } else {
                prop_assert!(made.uses_facts(), "{}", template);
            }
        }
    }
}
