//! Facts whose fields are properties of one resource: a row says what each is called there.
//!
//! Terraform's names are written; a row with `twins` is made for the kinds of `data/twins.toml` as well. To add a kind: a row
//! in the table of its register.

mod endpoints;
mod logs;
mod read;
mod stores;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::openings::parts;
use super::resource;
use crate::dialect::Resource;
use crate::document::{Entry, Node, Value};
use crate::fact::{self, Register};
use crate::schema::twin::{self, Twin};
use crate::source::Workspace;
use read::{Read, Site};

/// A kind of resource that is what a register lists, and where its properties stand.
struct Row {
    kinds: &'static [&'static str],
    /// Whether the row holds for the other spellings of the kinds too.
    twins: bool,
    /// Where the things are in the body; it is one itself where this is empty.
    each: &'static str,
    /// Only where this says true.
    when: Option<Read>,
    /// The fields.
    says: &'static [(&'static str, Read)],
}

const ROW: Row = Row { kinds: &[], twins: false, each: "", when: None, says: &[] };

const TABLES: &[(&Register, &[Row])] =
    &[(&fact::endpoint::ENDPOINT, endpoints::ROWS), (&fact::log::LOG, logs::ROWS), (&fact::store::STORE, stores::ROWS)];

/// Resources that say more of others, by whom they name.
struct Companions<'r> {
    by_owner: BTreeMap<(&'r str, &'r str, &'r str), Vec<&'r Resource>>,
}

impl<'r> Companions<'r> {
    fn among(resources: &'r [Resource]) -> Companions<'r> {
        let mut by_owner: BTreeMap<(&str, &str, &str), Vec<&Resource>> = BTreeMap::new();
        for of in resources {
            let Some((kind, key)) = read::COMPANIONS.iter().find(|(kind, _)| *kind == &*of.kind) else { continue };
            let owner = match of.body.get(key).map(|node| &node.value) {
                Some(Value::Str(text)) => text.as_str(),
                Some(Value::Unresolved(open)) => open.references.first().map_or("", |reference| reference),
                _ => continue,
            };
            by_owner.entry((&*of.scope, kind, owner)).or_default().push(of);
        }
        Companions { by_owner }
    }

    /// What of a kind says more of a resource.
    fn of(&self, owner: &Resource, kind: &str) -> impl Iterator<Item = &'r Resource> {
        let names = std::iter::once(&owner.address).chain(&owner.names);
        let found = names.flat_map(|name| self.by_owner.get(&(&*owner.scope, kind, &**name)).into_iter().flatten());
        found.copied().collect::<Vec<_>>().into_iter()
    }
}

/// A row with the register it is of, and the twin that tells the names of a kind.
type Found = (&'static Register, &'static Row, Option<&'static Twin>);

/// The rows of the registers that are asked for, by kind.
fn rows(asked: &dyn Fn(&str) -> bool) -> FxHashMap<&'static str, Vec<Found>> {
    let mut by_kind: FxHashMap<&'static str, Vec<Found>> = FxHashMap::default();
    for (register, rows) in TABLES.iter().filter(|(register, _)| asked(&format!("fact/{}", register.name))) {
        for row in *rows {
            for kind in row.kinds {
                by_kind.entry(kind).or_default().push((register, row, None));
            }
            let is_twin = |twin: &&'static Twin| twin.from.iter().any(|from| row.kinds.contains(from));
            for twin in twin::twins().iter().filter(|_| row.twins).filter(is_twin) {
                for kind in twin.to {
                    by_kind.entry(kind).or_default().push((register, row, Some(twin)));
                }
            }
        }
    }
    by_kind
}

/// The facts that properties of resources are, as resources, of the registers that are asked for.
pub fn described_by(resources: &[Resource], workspace: &Workspace, asked: &dyn Fn(&str) -> bool) -> Vec<Resource> {
    let rows = rows(asked);
    if rows.is_empty() {
        return Vec::new();
    }
    let companions = Companions::among(resources);
    let mut facts = Vec::new();
    for of in resources {
        for (register, row, twin) in rows.get(&*of.kind).into_iter().flatten() {
            facts.extend(row.facts(register, of, *twin, &companions, workspace));
        }
    }
    facts
}

impl Row {
    fn facts(
        &self,
        register: &Register,
        of: &Resource,
        twin: Option<&'static Twin>,
        companions: &Companions<'_>,
        workspace: &Workspace,
    ) -> Vec<Resource> {
        let things = match self.each {
            "" => vec![of.body.clone()],
            path => parts::rules(parts::part(&of.body, path)),
        };
        let mut facts = Vec::new();
        for (place, thing) in things.iter().enumerate() {
            let span = if self.each.is_empty() { of.header } else { thing.span };
            let site = Site { of, thing, span, twin, companions };
            let when = self.when.as_ref().map(|when| when.value(&site));
            let condition = match when.flatten().map(|node| node.value) {
                None if self.when.is_some() => continue,
                Some(Value::Bool(false)) => continue,
                Some(Value::Unresolved(open)) => Some(open),
                _ => parts::may_be_missing(thing),
            };
            let says = self.says.iter().filter_map(|(name, read)| {
                let value = read.value(&site)?;
                Some(Entry::new(*name, value.span, value))
            });
            let mut says: Vec<Entry> = says.collect();
            if register.name == fact::store::STORE.name && says.iter().all(|entry| &*entry.key.name != "place") {
                says.extend(region(of).map(|region| Entry::new("place", span, region)));
            }
            let at = Node { span, value: Value::Null, trail: thing.trail.clone() };
            let key = if place == 0 { register.name.to_owned() } else { format!("{}[{place}]", register.name) };
            let fact = register.stated(&key, &at, says, condition);
            facts.push(resource(of, &fact, &format!("{}#{key}", of.address), workspace));
        }
        facts
    }
}

/// The region that the provider of a resource is set to, where resources of that provider are in one.
fn region(of: &Resource) -> Option<Node> {
    let regional = ["terraform/aws_", "terraform/google_"].iter().any(|start| of.kind.starts_with(start));
    of.body.at(&["provider_settings", "region"]).filter(|_| regional).cloned()
}

/// A word at a place.
fn word(text: impl Into<Arc<str>>, at: &Node) -> Node {
    Node { value: Node::text(text, at.span).value, ..at.clone() }
}
