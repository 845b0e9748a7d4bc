//! The `.env` file beside a Compose file.

use rustc_hash::FxHashMap;

use super::interpolate;
use crate::kernel::budget::{Budget, Share};
use crate::source::{Source, Span};

/// The variables that a project's `.env` decides, and what may still be filled in: variables made of variables grow without
/// end.
#[derive(Default)]
pub(super) struct Environment {
    variables: FxHashMap<String, Variable>,
    budget: Budget,
}

/// A variable and where it was set.
pub(super) struct Variable {
    pub(super) value: String,
    pub(super) span: Span,
}

impl Environment {
    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    /// One without variables.
    pub(super) fn within(share: Share) -> Environment {
        Environment { budget: Budget::of(share), ..Environment::default() }
    }

    /// Takes what a value is that is filled in; false where there is not so much left.
    pub(super) fn keep(&self, value: &str) -> bool {
        !self.budget.is_spent() && self.budget.keep(value.len()) && {
            self.budget.spend(1);
            true
        }
    }

    /// Whether something was not filled in for want of room.
    pub(super) fn is_short(&self) -> bool {
        self.budget.spent().is_short
    }

    /// Reads the lines `NAME=value`; later ones may use earlier ones.
    pub(super) fn read(source: &Source, share: Share) -> Environment {
        let mut environment = Environment::within(share);
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            let start = at;
            at += line.len();
            let Some((name, written)) = assignment(line) else { continue };
            let Some(value) = environment.value(written) else { continue };
            let span = source.span(start, start + line.trim_end().len());
            environment.variables.insert(name.to_owned(), Variable { value, span });
        }
        environment
    }

    /// The value as written, without quotes and comments; nothing where it depends on what is not known.
    fn value(&self, written: &str) -> Option<String> {
        if let Some(rest) = written.strip_prefix('\'') {
            return Some(rest.split('\'').next().unwrap_or("").to_owned());
        }
        let text = match written.strip_prefix('"') {
            Some(rest) => unescape(rest),
            None => written.split(" #").next().unwrap_or("").trim_end().to_owned(),
        };
        interpolate::plain(&text, self)
    }
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    if line.starts_with('#') {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end();
    let sound = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    sound.then_some((name, value.trim_start()))
}

/// The text up to the closing quote.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}
