//! Checks that are written once for several formats: every path is read in the spelling of the twin.

use super::Loader;
use crate::document::{Node, Value};
use crate::rule::fault::What;
use crate::schema::twin::{self, Twin};
use crate::source::Span;

/// How paths are spelt where the loader is.
#[derive(Clone, Debug)]
pub(super) struct Spelling {
    twin: &'static Twin,
    /// Where the node is whose condition is read, in both spellings.
    here: (String, String),
}

impl Spelling {
    /// At a resource of a twin.
    pub(super) fn of(twin: &'static Twin) -> Spelling {
        Spelling { twin, here: (String::new(), String::new()) }
    }

    /// The path that a written one stands for; none where it has no twin.
    fn spelt(&self, written: &str) -> Option<String> {
        if written == "." || (written.starts_with('@') && !written.starts_with("@resource.")) {
            return Some(written.to_owned());
        }
        let (start, rest, (ours, theirs)) = match written.strip_prefix("@resource.") {
            Some(rest) => ("@resource.", rest, ("", "")),
            None => ("", written, (self.here.0.as_str(), self.here.1.as_str())),
        };
        let whole = joined(ours, rest);
        let (_, paired) = self.twin.paths.iter().find(|(ours, _)| *ours == whole)?;
        let below = if theirs.is_empty() { paired } else { paired.strip_prefix(theirs)?.strip_prefix('.')? };
        Some(format!("{start}{below}"))
    }

    /// At what a path in the spelling of the twin leads to.
    pub(super) fn at(&self, spelt: &str) -> Spelling {
        let theirs = match spelt.strip_prefix("@resource.") {
            Some(rest) => rest.to_owned(),
            None if spelt == "." => self.here.1.clone(),
            None => joined(&self.here.1, spelt),
        };
        let ours = self.twin.paths.iter().find(|(_, paired)| *paired == theirs).map_or("", |(ours, _)| ours);
        Spelling { twin: self.twin, here: (ours.to_owned(), theirs) }
    }
}

fn joined(above: &str, below: &str) -> String {
    if above.is_empty() { below.to_owned() } else { format!("{above}.{below}") }
}

impl Loader<'_> {
    /// The twins of a check, where it asks for them.
    pub(super) fn twins(&mut self, node: &Node) -> Vec<&'static Twin> {
        let Some(wanted) = node.get("twins") else { return Vec::new() };
        match wanted.as_bool() {
            None => {
                self.wrong_type(wanted, "twins", "true or false");
                return Vec::new();
            }
            Some(false) => return Vec::new(),
            Some(true) => {}
        }
        let kind = node.get("kind");
        let kinds: Vec<&str> = match kind.map(|kind| &kind.value) {
            Some(Value::List(items)) => items.iter().filter_map(Node::as_str).collect(),
            _ => kind.and_then(Node::as_str).into_iter().collect(),
        };
        let mut found: Vec<&'static Twin> = Vec::new();
        for twin in kinds.into_iter().flat_map(twin::twins_of) {
            if !found.iter().any(|known| known.to == twin.to) {
                found.push(twin);
            }
        }
        if found.is_empty() {
            let help = "twins are listed in data/twins.toml, by the kind of Terraform";
            self.refuse(wanted.span, What::Untwinned("this kind".to_owned()), help);
        }
        found
    }

    /// A text of paths in the spelling that holds where the loader is. Of alternatives those that have a twin count.
    pub(super) fn respelt(&mut self, text: &str, span: Span) -> Option<String> {
        let Some(spelling) = &self.base.spelling else { return Some(text.to_owned()) };
        let mut spelt: Vec<String> = Vec::new();
        for path in text.split('|').filter_map(|path| spelling.spelt(path.trim())) {
            if !spelt.contains(&path) {
                spelt.push(path);
            }
        }
        if spelt.is_empty() {
            let help = "pair it in data/twins.toml, or write a check for each format";
            self.refuse(span, What::Untwinned(format!("`{text}`")), help);
            return None;
        }
        Some(spelt.join("|"))
    }

    /// Refuses what cannot be said of a twin.
    pub(super) fn not_of_twins(&mut self, what: &str, span: Span) {
        if self.base.spelling.is_some() {
            self.refuse(span, What::Untwinned(format!("`{what}`")), "write a check for each format");
        }
    }
}
