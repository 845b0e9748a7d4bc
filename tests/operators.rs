//! Every example of the rule language's reference, as a rule on a resource: loaded and evaluated like any other.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

use std::sync::Arc;

use annexa::dialect::{Dialect, Extraction, Group, Kinds, Resource, Typing};
use annexa::document::{Entry, Map, Node, PartialText, TextPart, Unresolved, Value};
use annexa::evaluate::Outcome;
use annexa::evaluate::engine::{Options, judge_all};
use annexa::rule::operator::OPERATORS;
use annexa::rule::structure::STRUCTURES;
use annexa::rule::{Rule, load};
use annexa::source::{FileId, Source};
use annexa::syntax;
use annexa::truth::Truth;

/// A dialect of nothing but examples.
static EXAMPLES: Dialect = Dialect {
    name: "example",
    doc: "",
    syntax: |_| None,
    candidate: |_, _| false,
    recognise: |_| false,
    group: Group::File,
    with: &[],
    ties: None,
    extract: |_| Extraction::default(),
    typing: Typing::Loose,
    items: &[],
    kinds: Kinds::Closed(&["thing"]),
    offers: &[],
};

fn rule(table: &str) -> Rule {
    let text = format!(
        "title = \"t\"\nseverity = \"low\"\ncontrols = {{ \"8.9\" = \"direct\" }}\nwhy = \"w\"\nfix = \"f\"\n\
         [[check]]\nkind = \"example/thing\"\nassert = {{ value = {table} }}\n"
    );
    let source = Source::from_text(FileId(0), "rules/test/example-does-not-hold.toml", &text);
    load::rule(&source, "test", &[&EXAMPLES], load::Against::Language)
        .unwrap_or_else(|faults| panic!("{table}: {faults:?}"))
}

/// A resource with the value of an example; an empty one is none.
fn resource(json: &str) -> Resource {
    let text = if json.is_empty() { "{}".to_owned() } else { format!("{{\"value\": {json}}}") };
    let source = Source::from_text(FileId(1), "thing.json", &text);
    let document = syntax::parse(syntax::named("json").unwrap(), &source);
    assert_eq!(document.problems, [], "{json}");
    let body = opened(document.roots.first().unwrap());
    let span = body.span;
    Resource {
        identity: annexa::dialect::Identity::default(),
        kind: "example/thing".into(),
        address: "thing".into(),
        scope: "".into(),
        deployment: "".into(),
        body,
        span,
        header: span,
        typing: Typing::Loose,
        names: Vec::new(),
        condition: None,
        trail: None,
    }
}

/// The tree with unresolved values in place of the strings that stand for them.
fn opened(node: &Node) -> Node {
    let value = match &node.value {
        Value::Str(text) if text.as_str().starts_with("${") => {
            return Node::unresolved(text.as_str(), "nobody says", node.span);
        }
        Value::Str(text) if text.as_str().contains('…') => {
            let pieces = text.as_str().split('…').flat_map(|piece| [TextPart::Hole, TextPart::known(piece)]).skip(1);
            let partial = PartialText::joined(pieces).map(Box::new);
            Value::Unresolved(Arc::new(Unresolved {
                expression: text.as_str().into(),
                partial,
                ..Unresolved::default()
            }))
        }
        Value::List(items) => Value::List(Arc::new(items.iter().map(opened).collect())),
        Value::Map(map) => {
            let entries = map.entries.iter().map(|entry| Entry { value: opened(&entry.value), ..entry.clone() });
            Value::Map(Arc::new(Map { entries: entries.collect(), rest: map.rest.clone() }))
        }
        other => other.clone(),
    };
    Node { value, ..node.clone() }
}

fn outcome(table: &str, json: &str) -> Truth {
    let options =
        Options { today: jiff::civil::date(2026, 1, 15), explain_passes: false, subjects: false, coverage: false };
    let judged = judge_all(&[Arc::new(rule(table))], &[resource(json)], options);
    let [only] = judged.as_slice() else { panic!("{table} on {json}: {judged:?}") };
    match only.outcome {
        Outcome::Pass => Truth::True,
        Outcome::Fail => Truth::False,
        Outcome::Open => Truth::Unknown,
    }
}

#[test]
fn the_examples_of_operators_hold_in_rules() {
    let mut wrong = Vec::new();
    for operator in OPERATORS {
        for (argument, json, want) in operator.examples {
            let got = outcome(&format!("{{ {} = {argument} }}", operator.name), json);
            if got != *want {
                wrong.push(format!("{} = {argument} on {json}: {got:?}, not {want:?}", operator.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_examples_of_structural_words_hold_in_rules() {
    let mut wrong = Vec::new();
    for word in STRUCTURES {
        for (table, json, want) in word.examples {
            let got = outcome(table, json);
            if got != *want {
                wrong.push(format!("{table} on {json}: {got:?}, not {want:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
