//! The page of a pack: its rules.

use maud::html;

use super::frame::{self, Place};
use super::{Described, by_severity, list};
use crate::report::text::counted;

/// The page.
pub fn page(name: &str, rules: &[&Described<'_>]) -> String {
    let counts = by_severity(rules);
    let words: Vec<String> = counts.iter().map(|(severity, count)| format!("{count} {}", severity.name())).collect();
    let content = html! {
        header {
            h1 { "Rules about " (name) }
            p { (counted(rules.len(), "rule")) ": " (words.join(", ")) ". " a href=(Place::Below.search("pack", name)) { "Search them" } }
        }
        section {
            h2.hidden { "All of them" }
            (list::of(rules, Place::Below))
        }
    };
    frame::page(Place::Below, name, &[], &content, None)
}
