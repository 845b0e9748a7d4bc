//! A release of something that others maintain: which one is in use, and until which day it gets fixes.

pub mod table;

use std::sync::Arc;

use super::{Fact, OWNER, Register, entry};
use crate::document::{Entry, Node, Unresolved, Value};
use crate::schema::view;
use table::{Cycle, HOLE, Named, Product};

/// The register of releases.
pub const RELEASE: Register = Register {
    name: "release",
    doc: "a release of something that others maintain (a language, a system, an engine), and until when it gets fixes",
    fields: &[
        view("product", "s", "what it is of, as in `data/end-of-life.toml`", "nodejs"),
        view("name", "s", "what people call that", "Node.js"),
        view("version", "s", "the version, as it is written", "20.11-alpine"),
        view("cycle", "s", "the line of releases that it is of, where the version names a known one", "20"),
        view("ends", "s", "the last day on which that gets fixes, where it is known", "2026-04-30"),
        view(
            "used",
            "s",
            "what for: `image` (what an image is of), `system` (the system in an image of something else), `runtime` (of a function \
             or web application), `engine` (of a database), `cluster`, `machine` (the system of a virtual machine), `tool` (a step or a file sets it up), `runner` (a machine of a \
             pipeline)",
            "image",
        ),
        OWNER,
    ],
    find: None,
};

/// The fact that a version of a product is in use. What of the version is open leaves the cycle and the day open.
pub fn of_version(product: &'static Product, version: &Node, used: &'static str) -> Fact {
    let word = |text: &'static str| Node { value: Node::text(text, version.span).value, ..version.clone() };
    let mut says = vec![
        entry("product", word(product.id)),
        entry("name", word(product.name)),
        entry("version", version.clone()),
        entry("used", word(used)),
    ];
    let shown = |cycle: &'static Cycle| if cycle.name == "*" { "of any version" } else { cycle.name };
    says.extend(told(product, version, &shown).map(|cycle| entry("cycle", cycle)));
    says.extend(told(product, version, &|cycle| cycle.ends).map(|ends| entry("ends", ends)));
    Fact::said(&RELEASE, product.id, version, says)
}

/// The fact that some version is in use, of a product that is not decided either.
pub fn undecided(version: &Node, used: &'static str) -> Option<Fact> {
    version.as_unresolved()?;
    let mut says: Vec<Entry> =
        ["product", "name", "version", "cycle", "ends"].iter().map(|key| entry(key, version.clone())).collect();
    says.push(entry("used", Node { value: Node::text(used, version.span).value, ..version.clone() }));
    Some(Fact::said(&RELEASE, "", version, says))
}

/// What is told of the cycle of a version.
fn told(product: &Product, version: &Node, say: &dyn Fn(&'static Cycle) -> &'static str) -> Option<Node> {
    let of = |text: &str| match product.cycle(text) {
        Named::Cycle(cycle) => Some(Node { value: Node::text(say(cycle), version.span).value, ..version.clone() }),
        Named::None => None,
        Named::Open => Some(Node { value: Value::Unresolved(Arc::new(open(version))), ..version.clone() }),
    };
    match &version.value {
        Value::Str(text) => of(text.as_str()),
        Value::Int(number) => of(&number.to_string()),
        Value::Float(number) => of(&number.to_string()),
        Value::Unresolved(unresolved) if !unresolved.alternatives.is_empty() => {
            let one = |node: &Node| told(product, node, say).unwrap_or_else(|| Node::new(Value::Null, node.span));
            let alternatives = unresolved.alternatives.iter().map(one).collect();
            let either = Unresolved { alternatives, partial: None, ..Unresolved::clone(unresolved) };
            Some(Node { value: Value::Unresolved(Arc::new(either)), ..version.clone() })
        }
        Value::Unresolved(unresolved) => {
            of(&unresolved.partial.as_ref().map_or_else(|| HOLE.to_owned(), |partial| partial.filled(HOLE)))
        }
        _ => None,
    }
}

/// An open version as an open value of something else.
fn open(version: &Node) -> Unresolved {
    let unresolved = version.as_unresolved().cloned().unwrap_or_default();
    Unresolved { alternatives: Vec::new(), guards: Vec::new(), question: None, partial: None, ..unresolved }
}

/// The products that a text may name, each with the version that it then says; a choice among texts is a choice among
/// versions, with null for those of another product. `read` takes one text apart.
pub fn by_product(
    written: &Node,
    read: &dyn Fn(&str) -> Option<(&'static Product, String)>,
) -> Vec<(&'static Product, Node)> {
    let version = |node: &Node| {
        let (product, version) = read(node.as_str()?)?;
        Some((product, Node { value: Node::text(version, node.span).value, ..node.clone() }))
    };
    let Value::Unresolved(unresolved) = &written.value else { return version(written).into_iter().collect() };
    let ways: Vec<Option<(&'static Product, Node)>> = unresolved.alternatives.iter().map(version).collect();
    let mut found: Vec<(&'static Product, Node)> = Vec::new();
    for (product, _) in ways.iter().flatten() {
        if found.iter().any(|(known, _)| known.id == product.id) {
            continue;
        }
        let own = |(way, written): (&Option<(&'static Product, Node)>, &Node)| match way {
            Some((of, version)) if of.id == product.id => version.clone(),
            _ => Node::new(Value::Null, written.span),
        };
        let alternatives = ways.iter().zip(&unresolved.alternatives).map(own).collect();
        let either = Unresolved { alternatives, partial: None, ..Unresolved::clone(unresolved) };
        found.push((product, Node { value: Value::Unresolved(Arc::new(either)), ..written.clone() }));
    }
    found
}
