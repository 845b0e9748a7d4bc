//! `value-of`: arguments of operators that stand in the resource itself.

use super::Loader;
use crate::document::{Node, Value};
use crate::lower::one_of;
use crate::rule::Predicate;
use crate::rule::fault::What;
use crate::rule::operator::{self, Operator, Test};
use crate::rule::path::STARTS;
use crate::rule::predicate::{Beside, Level};
use crate::source::{FileId, Source};
use crate::syntax;

/// The operators that take what stands in a resource as their argument.
const TAKERS: &[&str] = &[
    "equals",
    "one-of",
    "none-of",
    "contains",
    "starts-with",
    "ends-with",
    "at-least",
    "at-most",
    "above",
    "below",
    "subset-of",
    "superset-of",
    "disjoint-from",
    "within-cidr",
    "overlaps-cidr",
    "includes",
];

impl Loader<'_> {
    /// An operator with what stands at a path as its argument.
    pub(super) fn value_of(&mut self, name: &str, path: &Node) -> Option<Predicate> {
        if !TAKERS.contains(&name) {
            let reason = "what stands in a resource is no argument of it".to_owned();
            self.refuse(path.span, What::BadArgument(name.to_owned(), reason), one_of(name, TAKERS));
            return None;
        }
        let operator = operator::named(name)?;
        let text = self.text(path, "value-of")?;
        let outer = std::mem::replace(&mut self.base, self.table.clone());
        let read = self.path(&text, path.span);
        self.led(read.as_slice(), path.span);
        self.base = outer;
        let (takes_list, level) = taken(operator)?;
        Some(Predicate::Beside(Box::new(Beside {
            operator,
            path: read?,
            takes_list,
            level,
            views: self.views.clone(),
        })))
    }

    /// Refuses a path where a value is compared as it is written: it would never match.
    pub(super) fn no_path_as_value(&mut self, argument: &Node) -> Option<()> {
        let items = if argument.items().is_empty() { std::slice::from_ref(argument) } else { argument.items() };
        let is_path = |text: &str| {
            STARTS
                .iter()
                .any(|(word, _)| text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
        };
        let found = items.iter().find_map(|item| Some((item, item.as_str().filter(|text| is_path(text))?)));
        let Some((item, text)) = found else { return Some(()) };
        let help = format!(
            "a value is compared as it is written; to compare with what stands at a path, write `{{ value-of = \"{text}\" }}`"
        );
        self.refuse(item.span, What::Misplaced(text.to_owned()), help);
        None
    }
}

/// Whether an operator takes a list, and what of a list it is asked of: as its first example shows.
fn taken(operator: &'static Operator) -> Option<(bool, Level)> {
    let (argument, ..) = operator.examples.first()?;
    let source = Source::from_text(FileId(0), "example.toml", &format!("argument = {argument}"));
    let parsed = (syntax::named("toml")?.parse)(&source);
    let argument = parsed.roots.first()?.get("argument")?;
    let level = match (operator.build)(argument).ok()? {
        Test::One(_) | Test::View(_) => Level::Items,
        Test::Whole(_) | Test::Set(_) => Level::Whole,
    };
    Some((matches!(argument.value, Value::List(_)), level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_that_takes_a_value_of_the_resource_shows_how() {
        for name in TAKERS {
            assert!(taken(operator::named(name).unwrap()).is_some(), "{name}");
        }
    }
}
