//! TOML as a spanned tree.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::document::{Entry, Node, Value};
use crate::rule::fault::{Fault, What};
use crate::source::{Source, Span};

/// The table of a file, and what is wrong with its spelling.
pub fn read(source: &Source) -> (Node, Vec<Fault>) {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    let faults = errors.into_iter().map(|error| {
        let range = error.span().unwrap_or(0..0);
        let at = source.span(range.start, range.end);
        Fault { what: What::Syntax(error.message().replace('\n', ", ")), at, help: None }
    });
    (map(source, table.get_ref(), source.whole()), faults.collect())
}

fn map(source: &Source, table: &DeTable<'_>, span: Span) -> Node {
    let entries = table.iter().map(|(key, value)| {
        let at = source.span(key.span().start, key.span().end);
        Entry::new(&**key.get_ref(), at, node(source, value))
    });
    let mut entries: Vec<Entry> = entries.collect();
    entries.sort_by_key(|entry| entry.key.span.start);
    Node::map(entries, span)
}

fn node(source: &Source, value: &Spanned<DeValue<'_>>) -> Node {
    let span = source.span(value.span().start, value.span().end);
    let value = match value.get_ref() {
        DeValue::String(text) => return Node::text(&**text, span),
        DeValue::Datetime(date) => return Node::text(date.to_string(), span),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Float(f64::NAN), Value::Int)
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Array(items) => return Node::list(items.iter().map(|item| node(source, item)).collect(), span),
        DeValue::Table(table) => return map(source, table, span),
    };
    Node::new(value, span)
}
