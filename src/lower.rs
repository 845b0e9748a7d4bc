//! Reading configuration files of our own (settings, governance) from the spanned tree by hand.
//!
//! Derived decoding loses spans and stops at the first fault; here every fault of a file is found in one go, each with
//! the place, what was expected and the nearest valid name.

use std::str::FromStr;
use std::sync::Arc;

use crate::document::{Entry, Level, Map, Node, Problem, Value};
use crate::source::Span;

/// Collects the faults of one file.
#[derive(Debug)]
pub struct Faults {
    code: &'static str,
    path: Arc<str>,
    problems: Vec<Problem>,
}

/// The entries of a table while they are read: what nobody asked for by the end is unknown.
#[derive(Debug)]
pub struct Fields<'a> {
    /// The table.
    pub node: &'a Node,
    what: &'static str,
    asked: Vec<&'static str>,
}

impl Faults {
    /// No faults yet; `code` is the dotted name that its problems carry.
    pub fn new(code: &'static str, path: impl Into<Arc<str>>) -> Faults {
        Faults { code, path: path.into(), problems: Vec::new() }
    }

    /// Adds a fault at a place.
    pub fn add(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let help = help.into();
        let problem = Problem::error(self.code, Arc::clone(&self.path), Some(span), message);
        self.problems.push(if help.is_empty() { problem } else { problem.help(help) });
    }

    /// Adds something worth knowing, which is no fault.
    pub fn notice(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let problem = Problem::notice(self.code, Arc::clone(&self.path), Some(span), message);
        self.problems.push(problem.help(help));
    }

    /// How many faults there are, notices not counted.
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.level == Level::Error).count()
    }

    /// Adds problems that were found elsewhere.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.problems.extend(problems);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.problems.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// The faults, in the order of the file.
    pub fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.span);
        self.problems
    }

    /// A text.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<Arc<str>> {
        match &node.value {
            Value::Str(text) if !text.as_str().trim().is_empty() => Some(text.shared()),
            Value::Str(_) => {
                self.add(node.span, format!("`{what}` is empty"), "write it, or leave the key out");
                None
            }
            _ => {
                self.wrong_kind(node, what, "a text in quotes");
                None
            }
        }
    }

    /// A value of a type that reads itself from text.
    pub fn parsed<T: FromStr>(&mut self, node: &Node, what: &str, expected: &str) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.text(node, what)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(node.span, format!("`{what}`: {error}"), format!("expected {expected}"));
                None
            }
        }
    }

    /// One of a few words.
    pub fn word<T: Copy>(&mut self, node: &Node, what: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(node, what)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == &*text) {
            return Some(*value);
        }
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.add(node.span, format!("`{text}` is not a value of `{what}`"), one_of(&text, &names));
        None
    }

    /// True or false.
    pub fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        let value = node.as_bool();
        if value.is_none() {
            self.wrong_kind(node, what, "true or false");
        }
        value
    }

    /// A whole number in a range.
    pub fn integer(&mut self, node: &Node, what: &str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        match node.value {
            Value::Int(value) if range.contains(&value) => Some(value),
            Value::Int(value) => {
                let message =
                    format!("`{what}` is {value}, expected a whole number from {} to {}", range.start(), range.end());
                self.add(node.span, message, "");
                None
            }
            _ => {
                self.wrong_kind(node, what, &format!("a whole number from {} to {}", range.start(), range.end()));
                None
            }
        }
    }

    /// A list, each item read by `item`; items that are refused are left out.
    pub fn list<T>(
        &mut self,
        node: &Node,
        what: &str,
        mut item: impl FnMut(&mut Faults, &Node) -> Option<T>,
    ) -> Vec<T> {
        if let Value::List(items) = &node.value {
            return items.iter().filter_map(|node| item(self, node)).collect();
        }
        self.wrong_kind(node, what, "a list in brackets");
        Vec::new()
    }

    /// A list of texts.
    pub fn texts(&mut self, node: &Node, what: &str) -> Vec<Arc<str>> {
        self.list(node, what, |faults, item| faults.text(item, what))
    }

    /// The entries of a table.
    pub fn fields<'a>(&mut self, node: &'a Node, what: &'static str) -> Option<Fields<'a>> {
        if matches!(node.value, Value::Map(_)) {
            return Some(Fields { node, what, asked: Vec::new() });
        }
        self.wrong_kind(node, what, "a table");
        None
    }

    fn wrong_kind(&mut self, node: &Node, what: &str, expected: &str) {
        let found = node.value.kind();
        self.add(node.span, format!("`{what}` is a {found}, expected {expected}"), "");
    }
}

impl<'a> Fields<'a> {
    /// The value of a key that may be left out.
    pub fn optional(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        self.node.get(key)
    }

    /// The value of a key that must be there.
    pub fn required(&mut self, key: &'static str, faults: &mut Faults) -> Option<&'a Node> {
        let found = self.optional(key);
        if found.is_none() {
            faults.add(self.node.span, format!("{} has no `{key}`", self.what), format!("add `{key} = …`"));
        }
        found
    }

    /// Refuses the keys that nobody asked for.
    pub fn finish(self, faults: &mut Faults) {
        for Entry { key, .. } in self.node.as_map().into_iter().flat_map(Map::written) {
            if !self.asked.contains(&&*key.name) {
                faults.add(
                    key.span,
                    format!("unknown key `{}` in {}", key.name, self.what),
                    one_of(&key.name, &self.asked),
                );
            }
        }
    }
}

/// "did you mean `x`?" where a name is near; else the valid ones.
pub fn one_of(name: &str, valid: &[&str]) -> String {
    match nearest(name, valid.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if valid.len() <= 20 => {
            let listed: Vec<String> = valid.iter().map(|word| format!("`{word}`")).collect();
            format!("expected one of {}", listed.join(", "))
        }
        None => String::new(),
    }
}

/// The nearest of some names, when one is near enough to be meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = 1 + name.chars().count() / 4;
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let valid = ["exclude", "fail-at", "rules"];
        assert_eq!(nearest("exlude", valid), Some("exclude"));
        assert_eq!(nearest("fail_at", valid), Some("fail-at"));
        assert_eq!(nearest("colour", valid), None);
    }
}
