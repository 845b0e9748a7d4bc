//! TOML, with every fault of a file at once.
//!
//! Dates are strings as written. A value that the parser complains about is unresolved, never what the parser made of
//! it. Tables span from their first key to their last value, wherever in the file they are continued.

pub mod packed;
#[cfg(test)]
mod tests;
mod text;

use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeInteger, DeTable, DeValue};

use crate::document::{Entry, MAX_DEPTH, Node, Problem, Value};
use crate::source::{Source, Span};
use crate::syntax::{Parsed, Syntax};

/// The syntax.
pub const TOML: Syntax = Syntax { name: "toml", doc: "TOML 1.1; dates are strings", comments: &["#"], parse };

/// The stable name of this syntax's problems.
const CODE: &str = "syntax::toml";

/// Most problems that are listed for one file.
const MAX_PROBLEMS: usize = 25;

fn parse(source: &Source) -> Parsed {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    let places = errors.iter().map(|error| error.span().unwrap_or(0..0)).collect();
    let mut lowering = Lowering { source, faults: Faults::new(places), problems: Vec::new() };
    for error in errors.iter().take(MAX_PROBLEMS) {
        let span = error.span().map(|range| lowering.span(&range));
        lowering.problems.push(Problem::error(CODE, source.path(), span, error.message().trim_end_matches('.')));
    }
    let root = lowering.table(table.get_ref(), 0..0, 0);
    let root = Node { span: source.whole(), ..root };
    Parsed { roots: vec![root], problems: lowering.problems }
}

/// From the parser's tables to trees.
struct Lowering<'a> {
    source: &'a Source,
    faults: Faults,
    problems: Vec<Problem>,
}

impl Lowering<'_> {
    fn table(&mut self, table: &DeTable<'_>, own: Range<usize>, depth: usize) -> Node {
        let mut written: Vec<_> = table.iter().collect();
        written.sort_by_key(|(key, _)| key.span().start);
        let mut span = self.span(&own);
        let mut entries = Vec::with_capacity(written.len());
        for (key, value) in written {
            let key_span = self.span(&key.span());
            let value = self.value(value, depth + 1);
            span = if span.is_empty() { key_span } else { span.to(key_span) }.to(value.span);
            entries.push(Entry::new(key.get_ref().as_ref(), key_span, value));
        }
        Node::map(entries, span)
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Node {
        let range = value.span();
        let span = self.span(&range);
        if depth > MAX_DEPTH {
            let because = format!("it is nested deeper than {MAX_DEPTH} levels");
            self.problems.push(Problem::error(CODE, self.source.path(), Some(span), because.clone()));
            return Node::unresolved("", because, span);
        }
        let scalar = match value.get_ref() {
            DeValue::Table(table) => return self.table(table, range, depth),
            DeValue::Array(items) => {
                let nodes: Vec<Node> = items.iter().map(|item| self.value(item, depth + 1)).collect();
                let span = nodes.iter().fold(span, |whole, item| whole.to(item.span));
                return Node::list(nodes, span);
            }
            DeValue::String(value) => Some(Value::Str(text::of(value, self.source.slice(span), range.start))),
            DeValue::Integer(value) => integer(value),
            DeValue::Float(value) => value.as_str().parse().ok().map(Value::Float),
            DeValue::Boolean(value) => Some(Value::Bool(*value)),
            DeValue::Datetime(_) => return Node::verbatim(self.source.slice(span), span, 0),
        };
        match scalar.filter(|_| !self.faults.touch(&range)) {
            Some(value) => Node::new(value, span),
            None => Node::unresolved(self.source.slice(span), "it is not TOML", span),
        }
    }

    fn span(&self, range: &Range<usize>) -> Span {
        let length = self.source.text().len();
        self.source.span(range.start.min(length), range.end.min(length))
    }
}

fn integer(value: &DeInteger<'_>) -> Option<Value> {
    if let Ok(whole) = i64::from_str_radix(value.as_str(), value.radix()) {
        return Some(Value::Int(whole));
    }
    value.as_str().parse().ok().map(Value::Float)
}

/// The places of the errors: which values they make doubtful.
struct Faults {
    starts: Vec<usize>,
    /// The furthest end of the errors up to each.
    ends: Vec<usize>,
}

impl Faults {
    fn new(mut places: Vec<Range<usize>>) -> Faults {
        places.sort_by_key(|place| place.start);
        let mut furthest = 0;
        let mut ends = Vec::with_capacity(places.len());
        for place in &places {
            furthest = furthest.max(place.end);
            ends.push(furthest);
        }
        Faults { starts: places.iter().map(|place| place.start).collect(), ends }
    }

    /// Whether an error lies in a range, or touches it.
    fn touch(&self, range: &Range<usize>) -> bool {
        let before = self.starts.partition_point(|start| *start <= range.end);
        before.checked_sub(1).and_then(|last| self.ends.get(last)).is_some_and(|end| *end >= range.start)
    }
}
