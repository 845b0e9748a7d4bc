//! The manual of the rules: a page for each rule, each pack and each control, and an index that searches them.
//!
//! Every page is a file of its own that loads nothing, so that the folder can be read from a disk, served or mailed. Without
//! scripts everything is visible; with them the index searches, and what is to be copied has a button. The same rules give
//! the same bytes.

mod control;
mod example;
mod frame;
mod index;
mod list;
mod pack;
mod reads;
mod rule;
mod silence;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::control as controls;
use crate::rule::card::Card;
use crate::rule::fixture::Fixture;
use crate::rule::{self as rules, Severity};
use crate::source::Source;

/// The page that everything begins at.
pub const INDEX: &str = "index.html";

/// A rule with all that its page shows.
pub struct Described<'s> {
    /// What is known without reading it.
    pub card: &'s Card,
    /// The rule.
    pub rule: Arc<rules::Rule>,
    /// Its file.
    pub source: &'s Source,
    /// The files that show what it does.
    pub fixtures: Vec<Fixture>,
}

/// A file of the manual.
pub struct Page {
    /// Where it goes, below the folder of the manual.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// The path of a rule's page.
pub fn path_of(rule: &str) -> String {
    format!("rules/{rule}.html")
}

/// The manual of some rules, in the order of their ids.
pub fn manual(described: &[Described<'_>]) -> Vec<Page> {
    let mut packs: BTreeMap<&str, Vec<&Described<'_>>> = BTreeMap::new();
    for one in described {
        packs.entry(&one.rule.pack).or_default().push(one);
    }
    let mut pages = vec![Page { path: INDEX.to_owned(), text: index::page(described, &packs) }];
    pages.extend(described.iter().map(|one| Page { path: path_of(&one.rule.id), text: rule::page(one) }));
    pages.extend(
        packs.iter().map(|(name, rules)| Page { path: format!("packs/{name}.html"), text: pack::page(name, rules) }),
    );
    let of_controls = controls::catalogue().iter();
    pages.extend(
        of_controls.map(|of| Page { path: format!("controls/{}.html", of.id), text: control::page(of, described) }),
    );
    pages
}

/// How many of some rules are of each severity, the worst first.
fn by_severity(described: &[&Described<'_>]) -> Vec<(Severity, usize)> {
    let count = |severity| described.iter().filter(|one| one.rule.severity == severity).count();
    Severity::WORST_FIRST
        .into_iter()
        .map(|severity| (severity, count(severity)))
        .filter(|(_, count)| *count > 0)
        .collect()
}
