//! What peers call a rule, and the facets of its checks that their names are about.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Loader;
use crate::document::{Node, Value};
use crate::lower::{nearest, one_of};
use crate::rule::alias::{Alias, Part, Peer, Relation, spelling};
use crate::rule::fault::What;
use crate::rule::{Check, Facets, KindPattern, Quantifier};
use crate::source::Span;

/// An alias with its place, and whether its relation was written down.
struct Written {
    alias: Alias,
    at: Span,
    plain: bool,
}

impl Loader<'_> {
    /// The aliases of a rule. Two plain names of one peer are refused: both can hardly be all of the rule.
    pub(super) fn aliases(&mut self, node: &Node, checks: &[Check]) -> Vec<Alias> {
        let mut aliases: Vec<Written> = Vec::new();
        let mut spellings: BTreeSet<String> = BTreeSet::new();
        for item in self.items(node, "aliases") {
            for written in self.alias(item) {
                if self.is_embedded {
                    aliases.push(written);
                    continue;
                }
                if !spellings.insert(spelling(&written.alias.id)) {
                    let name = written.alias.id.to_string();
                    let what = What::Duplicate { what: "alias", name, by: "this rule".to_owned() };
                    self.refuse(written.at, what, "remove one of them");
                    continue;
                }
                if let Some(other) = aliases.iter().find(|other| are_rivals(other, &written)) {
                    let what = What::SecondName(written.alias.id.to_string(), other.alias.id.to_string());
                    let help =
                        "say how each relates to the rule: `{ id = \"…\", facet = \"…\" }`, `kind`, or `relation`";
                    self.refuse(written.at, what, help);
                }
                self.is_part(&written, checks);
                aliases.push(written);
            }
        }
        aliases.into_iter().map(|written| written.alias).collect()
    }

    /// The aliases of an item of the list: a text, or a table with one or several ids.
    fn alias(&mut self, item: &Node) -> Vec<Written> {
        if !matches!(item.value, Value::Map(_)) {
            let id = self.text(item, "aliases");
            let alias = id.map(|id| Alias { id: id.into(), relation: Relation::Same });
            return alias.map(|alias| Written { alias, at: item.span, plain: true }).into_iter().collect();
        }
        self.keys(item, &["id", "relation", "facet", "kind"]);
        let Some(relation) = self.relation(item) else { return Vec::new() };
        let Some(ids) = item.get("id") else {
            self.refuse(super::header(item), What::MissingKey("the alias", "id"), "add `id = …`: the peer's name");
            return Vec::new();
        };
        let each: Vec<&Node> = if let Value::List(items) = &ids.value { items.iter().collect() } else { vec![ids] };
        let mut written = Vec::new();
        for node in each {
            let Some(id) = self.text(node, "id") else { continue };
            let alias = Alias { id: id.into(), relation: relation.clone() };
            written.push(Written { alias, at: node.span, plain: false });
        }
        written
    }

    fn relation(&mut self, item: &Node) -> Option<Relation> {
        let part = Part { facets: self.limits(item, "facet"), kinds: self.limits(item, "kind") };
        let limited = !part.facets.is_empty() || !part.kinds.is_empty();
        let Some(word) = item.get("relation") else {
            if limited {
                return Some(Relation::Part(part));
            }
            let help = "`relation` is `same`, `stricter`, `laxer` or `part`; a `facet` or `kind` says which part";
            self.refuse(super::header(item), What::MissingKey("the alias", "relation"), help);
            return None;
        };
        let make = self.word(word, "relation", Relation::WORDS)?;
        let relation = make(part);
        if limited && relation == Relation::Same {
            let text = relation.word().to_owned();
            self.refuse(
                word.span,
                What::Misplaced(text),
                "what is limited by a `facet` or a `kind` is a `part`, `stricter` or `laxer`",
            );
            return None;
        }
        Some(relation)
    }

    /// The texts of a key that limits a part: one, or a list of them.
    fn limits(&mut self, item: &Node, key: &'static str) -> Vec<Arc<str>> {
        let nodes: Vec<&Node> = match item.get(key) {
            Some(node) if matches!(node.value, Value::List(_)) => node.items().iter().collect(),
            node => node.into_iter().collect(),
        };
        nodes.into_iter().filter_map(|node| self.text(node, key)).map(Arc::from).collect()
    }

    /// Refuses a part that no check of the rule has.
    fn is_part(&mut self, written: &Written, checks: &[Check]) {
        let Some(Part { facets, kinds }) = written.alias.relation.part() else { return };
        for facet in facets {
            let known: Vec<&str> = checks.iter().flat_map(|check| check.facets.names()).collect();
            if !known.contains(&&**facet) {
                let help = match known.as_slice() {
                    [] => "no check has a `facet`; add it to the check that this part is".to_owned(),
                    known => one_of(facet, known),
                };
                self.refuse(written.at, What::UnknownWord(facet.to_string(), "facet of this rule"), help);
            }
        }
        let judged: Vec<&KindPattern> = checks.iter().flat_map(|check| &check.kinds).collect();
        for kind in kinds {
            let Ok(pattern) = KindPattern::new(kind) else {
                self.refuse(written.at, What::BadGlob(kind.to_string(), "it cannot be read".to_owned()), "");
                continue;
            };
            let meets = |other: &&&KindPattern| pattern.matches(&other.text) || other.matches(kind);
            if !judged.iter().any(|other| meets(&other)) {
                let near = nearest(kind, judged.iter().map(|kind| &*kind.text));
                let help = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                self.refuse(written.at, What::UnknownWord(kind.to_string(), "kind that this rule judges"), help);
            }
        }
    }

    /// The facets of a check: one name for all that it finds, or a table of names and what a judged node of each is like.
    pub(super) fn facets(&mut self, node: &Node) -> Facets {
        if !matches!(node.value, Value::Map(_)) {
            let name = self.text(node, "facet").and_then(|name| self.facet_name(&name, node.span));
            return name.map_or(Facets::None, Facets::Whole);
        }
        let mut parts = Vec::new();
        for entry in node.entries() {
            let name = self.facet_name(&entry.key.name, entry.key.span);
            let condition = self.condition(&entry.value, "facet", Quantifier::Some);
            parts.extend(name.zip(condition));
        }
        Facets::Parts(parts)
    }

    fn facet_name(&mut self, name: &str, at: Span) -> Option<Arc<str>> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !name.is_empty() && name.bytes().all(plain) {
            return Some(name.into());
        }
        self.refuse(at, What::Misplaced(name.to_owned()), "a facet is named by lower-case words joined by hyphens");
        None
    }
}

/// Whether two plain names are of one peer and one generation of its names: tfsec gave its checks short ones first.
fn are_rivals(one: &Written, other: &Written) -> bool {
    let generation = |written: &Written| Some((Peer::of(&written.alias.id)?, written.alias.id.contains('-')));
    one.plain && other.plain && generation(one).is_some() && generation(one) == generation(other)
}
