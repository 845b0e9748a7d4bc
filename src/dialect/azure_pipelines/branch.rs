//! Keys that are directives (`${{ if … }}`, `${{ each … }}`), and the branches of a condition.

use std::sync::Arc;

use super::SECTIONS;
use super::expand::Made;
use super::expression::{self, truth};
use super::scope::Scope;
use crate::document::{Entry, Node, Unresolved, Value};
use crate::source::Span;
use crate::truth::Truth;

/// What a key between `${{` and `}}` says about what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// It is there where a condition holds.
    If(String),
    /// It is there where none of those before holds, and this one does.
    ElseIf(String),
    /// It is there where none of those before holds.
    Else,
    /// It is there once for each item: the name of the item, and of what it is one.
    Each(String, String),
    /// Its entries are.
    Insert,
    /// It is the value of a key whose name is made.
    Name(String),
}

impl Directive {
    /// The condition; none where there is none.
    pub(super) fn condition(self) -> Option<String> {
        match self {
            Directive::If(condition) | Directive::ElseIf(condition) => Some(condition),
            Directive::Else | Directive::Each(..) | Directive::Insert | Directive::Name(_) => None,
        }
    }
}

/// Whether a key is a directive.
pub(super) fn is_directive(key: &str) -> bool {
    key.trim().starts_with("${{") && key.trim().ends_with("}}")
}

/// The directive that a key is.
pub(super) fn directive(key: &str) -> Option<Directive> {
    let inner = key.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let (word, rest) = inner.split_once([' ', '(']).unwrap_or((inner, ""));
    let after = |word: &str| inner.get(word.len()..).unwrap_or("").trim().to_owned();
    Some(match word.to_ascii_lowercase().as_str() {
        "if" => Directive::If(after(word)),
        "elseif" => Directive::ElseIf(after(word)),
        "else" if rest.is_empty() => Directive::Else,
        "insert" if rest.is_empty() => Directive::Insert,
        "each" => match rest.split_once(" in ") {
            Some((name, over)) => Directive::Each(name.trim().to_owned(), over.trim().to_owned()),
            None => Directive::Name(inner.to_owned()),
        },
        _ => Directive::Name(inner.to_owned()),
    })
}

/// The branches of `if`, `elseif` and `else`, one after the other.
#[derive(Default)]
pub(super) struct Branches {
    /// Whether one of them is the last that can be taken.
    taken: bool,
    /// What is below those that are perhaps taken.
    open: Vec<Made>,
    /// What would decide it, and the condition as it is written.
    asked: Option<(Box<str>, Box<str>)>,
}

impl Branches {
    /// Whether what stands below a branch is there in some run; `else` has no condition.
    pub(super) fn applies(&mut self, condition: Option<&str>, at: Span, scope: &Scope) -> bool {
        if self.taken {
            return false;
        }
        let value = condition.map(|condition| expression::value(condition, at, &scope.for_any_run()));
        match value.as_ref().map_or(Truth::True, truth) {
            Truth::False => false,
            Truth::True => {
                self.taken = true;
                true
            }
            Truth::Unknown => {
                let because = value.as_ref().and_then(Node::as_unresolved).map_or("", |open| &open.because);
                self.asked.get_or_insert_with(|| (because.into(), condition.unwrap_or("").into()));
                true
            }
        }
    }

    /// Takes what is below a branch that applies.
    pub(super) fn add(&mut self, branch: Made, made: &mut Made) {
        if self.taken && self.open.is_empty() {
            made.entries.extend(branch.entries);
            made.rest = made.rest.take().or(branch.rest);
        } else {
            self.open.push(branch);
        }
    }

    /// Gives what is below those of which one is perhaps taken: choices for each key.
    pub(super) fn give(self, made: &mut Made) {
        let Some((because, condition)) = self.asked else { return };
        let mut keys: Vec<&Entry> = Vec::new();
        for entry in self.open.iter().flat_map(|branch| &branch.entries) {
            if !keys.iter().any(|known| known.key.name == entry.key.name) {
                keys.push(entry);
            }
        }
        for first in keys {
            let of =
                |branch: &Made| branch.entries.iter().rev().find(|entry| entry.key.name == first.key.name).cloned();
            let found: Vec<Option<Entry>> = self.open.iter().map(of).collect();
            let is_section = SECTIONS.contains(&&*first.key.name);
            let lists = found.iter().flatten().all(|entry| matches!(entry.value.value, Value::List(_)));
            let value = if is_section && lists {
                let items = found.iter().flatten().flat_map(|entry| entry.value.items()).cloned().collect();
                Node::list(items, first.value.span)
            } else {
                let absent = !self.taken || found.iter().any(Option::is_none);
                let absent = absent.then(|| Node::new(Value::Null, first.value.span));
                let alternatives = found.into_iter().flatten().map(|entry| entry.value).chain(absent).collect();
                let open = Unresolved {
                    expression: condition.clone(),
                    because: because.clone(),
                    alternatives,
                    ..Unresolved::default()
                };
                Node::new(Value::Unresolved(Arc::new(open)), first.value.span)
            };
            made.entries.push(Entry { value, ..first.clone() });
        }
        made.rest = made.rest.take().or_else(|| self.open.iter().find_map(|branch| branch.rest.clone()));
    }
}
