//! Kinds of resource in rule files: a kind that no dialect lists could never be judged.

use super::Loader;
use crate::dialect::{Dialect, Kinds};
use crate::document::{Node, Value};
use crate::lower::{nearest, one_of};
use crate::rule::KindPattern;
use crate::rule::fault::What;
use crate::rule::kind::MARKS;

impl Loader<'_> {
    pub(super) fn kinds(&mut self, node: &Node) -> Vec<KindPattern> {
        let texts: Vec<&Node> = match &node.value {
            Value::List(items) => items.iter().collect(),
            _ => vec![node],
        };
        if texts.is_empty() {
            self.refuse(node.span, What::Blank("kind".to_owned()), "name the kind of resource that is judged");
        }
        texts.into_iter().filter_map(|text| self.kind(text)).collect()
    }

    fn kind(&mut self, node: &Node) -> Option<KindPattern> {
        let text = self.text(node, "kind")?;
        let pattern = match KindPattern::new(&text) {
            Ok(pattern) => pattern,
            Err(reason) => {
                self.refuse(node.span, What::BadGlob(text, reason), "`*` is any part of a name, `{a,b}` either");
                return None;
            }
        };
        if !self.is_embedded && !self.dialects.iter().any(|dialect| lists(dialect, &pattern)) {
            let help = self.near_kind(&text);
            self.refuse(node.span, What::UnknownKind(text), help);
            return None;
        }
        Some(pattern)
    }

    fn near_kind(&self, text: &str) -> String {
        let (name, rest) = text.split_once('/').unwrap_or((text, ""));
        let Some(dialect) = self.dialects.iter().find(|dialect| dialect.name == name) else {
            let names: Vec<&str> = self.dialects.iter().map(|dialect| dialect.name).collect();
            return nearest(name, names.iter().copied()).map_or_else(
                || format!("the dialects are {}", names.join(", ")),
                |near| format!("did you mean `{near}/…`?"),
            );
        };
        match dialect.kinds {
            Kinds::Closed(kinds) => match nearest(rest, kinds.iter().copied()) {
                Some(near) => format!("did you mean `{name}/{near}`?"),
                None => one_of(rest, kinds),
            },
            Kinds::Open { example, .. } => format!("a kind of {name} is spelt like `{name}/{example}`"),
        }
    }
}

/// Whether a dialect may list a kind that the text, or its glob, matches. A kind of a dialect that has only one is the
/// dialect's name alone (`repository`).
fn lists(dialect: &Dialect, pattern: &KindPattern) -> bool {
    let text = &*pattern.text;
    let full = |kind: &str| if kind.is_empty() { dialect.name.to_owned() } else { format!("{}/{kind}", dialect.name) };
    // A dialect has dozens of kinds, and each kind of a rule is held against all of them.
    let is_full = |kind: &str| {
        let rest = text.strip_prefix(dialect.name);
        if kind.is_empty() { rest == Some("") } else { rest.and_then(|rest| rest.strip_prefix('/')) == Some(kind) }
    };
    match (dialect.kinds, pattern.is_glob()) {
        (Kinds::Closed(kinds), false) => {
            kinds.iter().any(|kind| is_full(kind) || (*kind == text && *kind == dialect.name))
        }
        (Kinds::Closed(kinds), true) => kinds.iter().any(|kind| pattern.matches(&full(kind))),
        (Kinds::Open { accepts, .. }, false) => {
            text.split_once('/').is_some_and(|(name, kind)| name == dialect.name && accepts(kind))
        }
        // Which names an open set has nobody knows; the dialect's part has to match.
        (Kinds::Open { .. }, true) => match text.split_once('/') {
            Some((name, _)) if !name.contains(MARKS) => name == dialect.name,
            _ => pattern.matches(&format!("{}/x", dialect.name)) || text.contains('*'),
        },
    }
}
