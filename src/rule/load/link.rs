//! Links: which other resources a rule asks about, and what.

use std::sync::OnceLock;

use super::Loader;
use super::condition::all;
use super::known::Base;
use crate::document::{Entry, Node, Value};
use crate::rule::fault::What;
use crate::rule::{Condition, Join, Link, Path, Quantifier, Wanted};

/// The keys of a link.
pub(in crate::rule) const LINK_KEYS: &[&str] = &[
    "kind",
    "by",
    "to",
    "on",
    "selects",
    "selected-by",
    "covers",
    "covered-by",
    "within",
    "with",
    "count",
    "together",
];

/// A way to join two resources by a pair of paths.
type Pairing = fn(Path, Path) -> Join;

impl Loader<'_> {
    /// One link, or several that all have to hold.
    pub(super) fn linked(&mut self, node: &Node, depth: usize) -> Option<Condition> {
        match &node.value {
            Value::List(items) if !items.is_empty() => {
                let links: Vec<Option<Condition>> = items.iter().map(|item| self.link(item, depth)).collect();
                links.into_iter().collect::<Option<Vec<_>>>().map(all)
            }
            _ => self.link(node, depth),
        }
    }

    fn link(&mut self, node: &Node, depth: usize) -> Option<Condition> {
        if !matches!(node.value, Value::Map(_)) {
            self.wrong_type(node, "linked", "a table: { kind = \"…\", by = \"…\", with = { … } }");
            return None;
        }
        let faults = self.faults.len();
        self.keys(node, LINK_KEYS);
        self.not_of_twins("linked", node.span);
        let kinds = if let Some(kind) = node.get("kind") {
            self.kinds(kind)
        } else {
            self.refuse(node.span, What::MissingKey("`linked`", "kind"), "name the kind of the other resource");
            Vec::new()
        };
        let theirs = self.base_of(&kinds, node.get("kind").map_or(node.span, |kind| kind.span)).asked_from(&self.base);
        let joins = self.joins(node, &theirs);
        let reaches = [("scope", (false, false)), ("repository", (true, false)), ("earlier", (true, true))];
        let (everywhere, earlier) =
            node.get("within").and_then(|node| self.word(node, "reach", &reaches)).unwrap_or_default();
        if let (true, Some(entry)) = (everywhere, node.entry("by").or(node.entry("to"))) {
            let help = "references lead to resources of one scope; join by values, `on = [\"image\", \"image\"]`";
            self.refuse(entry.key.span, What::Misplaced(entry.key.name.to_string()), help);
        }
        let with = node.get("with").and_then(|with| {
            let read = |loader: &mut Self| loader.condition_at(with, "with", Quantifier::Some, depth + 1);
            self.within(theirs.clone(), read)
        });
        let wanted = self.wanted(node, theirs, depth);
        let link = Link { kinds, joins, everywhere, earlier, with, wanted, span: node.span, words: OnceLock::new() };
        (self.faults.len() == faults).then(|| Condition::Linked(Box::new(link)))
    }

    /// What is asked of the linked resources; `theirs` is what each can hold.
    fn wanted(&mut self, node: &Node, theirs: Base, depth: usize) -> Wanted {
        match (node.entry("count"), node.entry("together")) {
            (Some(_), Some(second)) => {
                let help = "a link asks for a number of resources or for what stands in them; write two links";
                self.refuse(second.key.span, What::Misplaced("together".to_owned()), help);
                Wanted::One
            }
            (Some(count), None) => self.number(&count.value, "count").map_or(Wanted::One, Wanted::Count),
            (None, Some(together)) => {
                let read =
                    |loader: &mut Self| loader.condition_at(&together.value, "together", Quantifier::Some, depth + 1);
                let read = self.within(theirs, read);
                if read.as_ref().is_some_and(has_link) {
                    let help = "`together` is about values of all of them; say in `with` what each is linked with";
                    self.refuse(together.value.span, What::Misplaced("linked".to_owned()), help);
                }
                read.map_or(Wanted::One, Wanted::Together)
            }
            (None, None) => Wanted::One,
        }
    }

    /// `theirs` is what the other resource can hold.
    fn joins(&mut self, node: &Node, theirs: &Base) -> Vec<Join> {
        let mut joins = Vec::new();
        if let (Some(_), Some(second)) = (node.entry("by"), node.entry("to")) {
            let help = "one of `by` (the other one refers to this) and `to` (this refers to the other)";
            self.refuse(second.key.span, What::Misplaced("to".to_owned()), help);
        }
        if let Some(path) = node.entry("by").and_then(|entry| self.end(entry)) {
            self.led_from(theirs, std::slice::from_ref(&path), node.span);
            joins.push(Join::By(path));
        }
        if let Some(entry) = node.entry("to")
            && let Some(path) = self.end(entry)
        {
            self.led_either(&path, entry.value.span);
            joins.push(Join::To(path));
        }
        let pairings: [(&'static str, Pairing); 5] = [
            ("on", Join::On),
            ("selects", Join::Selects),
            ("selected-by", Join::SelectedBy),
            ("covers", Join::Covers),
            ("covered-by", Join::CoveredBy),
        ];
        for (key, join) in pairings {
            if let Some(entry) = node.entry(key) {
                let pairs = self.pairs(entry, theirs);
                joins.extend(pairs.into_iter().map(|(ours, theirs)| join(ours, theirs)));
            }
        }
        joins
    }

    fn end(&mut self, entry: &Entry) -> Option<Path> {
        let text = self.text(&entry.value, &entry.key.name)?;
        self.path(&text, entry.value.span)
    }

    /// One pair of paths, or a list of pairs.
    fn pairs(&mut self, entry: &Entry, theirs: &Base) -> Vec<(Path, Path)> {
        let items = self.items(&entry.value, &entry.key.name);
        if items.iter().all(|item| matches!(item.value, Value::List(_))) && !items.is_empty() {
            return items.iter().filter_map(|item| self.pair(item, &entry.key.name, theirs)).collect();
        }
        self.pair(&entry.value, &entry.key.name, theirs).into_iter().collect()
    }

    fn pair(&mut self, node: &Node, key: &str, theirs: &Base) -> Option<(Path, Path)> {
        let [ours_at, theirs_at] = node.items() else {
            self.wrong_type(node, key, "two paths, [\"ours\", \"theirs\"], or a list of such pairs");
            return None;
        };
        let ours = self.text(ours_at, key).and_then(|text| self.path(&text, ours_at.span));
        let other = self.text(theirs_at, key).and_then(|text| self.path(&text, theirs_at.span));
        let (ours, other) = (ours?, other?);
        self.led_either(&ours, ours_at.span);
        self.led_from(theirs, std::slice::from_ref(&other), theirs_at.span);
        Some((ours, other))
    }
}

fn has_link(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(has_link),
        Condition::Not(part) => has_link(part),
        Condition::Linked(_) => true,
        Condition::At(_) => false,
    }
}
