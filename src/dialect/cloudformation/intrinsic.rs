//! The intrinsic functions: one table, each entry a function of the call.
//!
//! YAML's short forms arrive as the long ones. To add a function: one entry in [`INTRINSICS`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::call::Call;
use super::condition::Verdict;
use super::loops::{self, LOOP};
use super::stack::TOO_MUCH;
use super::text::{self, Builder, Piece};
use crate::dialect::iam::is_policy_text;
use crate::document::{Map, Node, PartialText, Text, TextPart, Unresolved, Value};
use crate::kernel::holes::{mark, opened};
use crate::kernel::lift::{Alternatives, Evaluated, Fault, known_in_part, merged, partial, relocated};
use crate::source::Span;
use crate::syntax::json::parse_embedded;
use crate::truth::Truth;

/// How many bytes of a text that is put together cost a step.
const BYTES_A_STEP: usize = 64;

/// An intrinsic function.
pub struct Intrinsic {
    /// Its name: the only key of the map that calls it.
    pub name: &'static str,
    /// Its value.
    pub evaluate: fn(&Call<'_, '_>) -> Evaluated,
}

/// Every intrinsic function that gives a value. (`Fn::ForEach` gives entries of a map: see `Stack::members`.)
pub const INTRINSICS: &[Intrinsic] = &[
    Intrinsic { name: "Ref", evaluate: reference },
    Intrinsic { name: "Fn::GetAtt", evaluate: attribute },
    Intrinsic { name: "Fn::Sub", evaluate: substitute },
    Intrinsic { name: "Fn::Join", evaluate: join },
    Intrinsic { name: "Fn::Split", evaluate: split },
    Intrinsic { name: "Fn::Select", evaluate: select },
    Intrinsic { name: "Fn::FindInMap", evaluate: find_in_map },
    Intrinsic { name: "Fn::If", evaluate: choose },
    Intrinsic { name: "Fn::Equals", evaluate: condition },
    Intrinsic { name: "Fn::And", evaluate: condition },
    Intrinsic { name: "Fn::Or", evaluate: condition },
    Intrinsic { name: "Fn::Not", evaluate: condition },
    Intrinsic { name: "Fn::Base64", evaluate: base64 },
    Intrinsic { name: "Fn::Cidr", evaluate: super::cidr::cidr },
    Intrinsic { name: "Fn::Length", evaluate: length },
    Intrinsic { name: "Fn::ToJsonString", evaluate: to_json },
    Intrinsic { name: "Fn::GetAZs", evaluate: zones },
    Intrinsic { name: "Fn::ImportValue", evaluate: import },
    Intrinsic { name: "Fn::Transform", evaluate: transform },
];

/// A function that this table does not know, or a tag that a preprocessor (`rain`) replaces.
const UNKNOWN: Intrinsic = Intrinsic { name: "Fn::", evaluate: unknown };

/// The function that a map calls, with its argument; none when the map is just a map.
pub fn of(map: &Map) -> Option<(&'static Intrinsic, &Node)> {
    let [entry] = map.entries.as_slice() else { return None };
    let name = &*entry.key.name;
    let known = INTRINSICS.iter().find(|intrinsic| intrinsic.name == name);
    let foreign = name.starts_with('!') || name.starts_with("Rain::");
    let strange = || {
        let is_function = name.starts_with("Fn::") && !name.starts_with(LOOP);
        (is_function || foreign).then_some(&UNKNOWN)
    };
    Some((known.or_else(strange)?, &entry.value))
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn unknown(call: &Call<'_, '_>) -> Evaluated {
    let name = call.node.entries().first().map_or("", |entry| &*entry.key.name);
    Some(call.open(format!("`{name}` is no function that is known here")))
}

fn reference(call: &Call<'_, '_>) -> Evaluated {
    match call.value(call.argument)?.as_str() {
        Some(name) => call.stack.reference(name, call.node.span, call.scope),
        None => Some(call.open("`Ref` takes a name")),
    }
}

fn attribute(call: &Call<'_, '_>) -> Evaluated {
    const WANTED: &str = "`Fn::GetAtt` takes a resource and an attribute";
    let (name, attribute) = if let Value::List(items) = &call.argument.value {
        let [name, attribute] = items.as_slice() else { return Some(call.open(WANTED)) };
        (call.value(name), call.value(attribute))
    } else {
        let whole = call.value(call.argument)?;
        let Some((name, attribute)) = whole.as_str().and_then(|text| text.split_once('.')) else {
            return Some(call.open(WANTED));
        };
        (Some(Node::text(name, whole.span)), Some(Node::text(attribute, whole.span)))
    };
    let (Some(name), attribute) = (name.as_ref().and_then(Node::as_str), attribute.as_ref().and_then(Node::as_str))
    else {
        return Some(call.open(WANTED));
    };
    Some(call.stack.attribute(name, attribute.unwrap_or("?"), call.node.span))
}

fn substitute(call: &Call<'_, '_>) -> Evaluated {
    const WANTED: &str = "`Fn::Sub` takes a string, or a string and a map";
    let (template, map) = match &call.argument.value {
        Value::List(items) => match items.as_slice() {
            [template, map] => (template, Some(map)),
            [template] => (template, None),
            _ => return Some(call.open(WANTED)),
        },
        _ => (call.argument, None),
    };
    let Value::Str(written) = &template.value else { return Some(call.open(WANTED)) };
    let template = loops::text(template, written, call.scope);
    let Value::Str(written) = &template.value else { return Some(call.open(WANTED)) };
    let pieces = text::pieces(written.as_str());
    if matches!(pieces.as_slice(), [] | [Piece::Literal(_)]) {
        return Some(template);
    }
    let given: BTreeMap<&str, Evaluated> =
        map.map_or(&[][..], Node::entries).iter().map(|entry| (&*entry.key.name, call.value(&entry.value))).collect();
    let place = |range: &std::ops::Range<usize>| match written.trace(range.start, range.end) {
        Some((start, end)) if template.trail.is_none() => crate::source::Span { start, end, ..template.span },
        _ => template.span,
    };
    let values: Vec<Evaluated> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Variable(name, range) => Some((*name, place(range))),
            Piece::Literal(_) => None,
        })
        .map(|(name, at)| match given.get(name) {
            Some(value) => value.clone(),
            None => match name.split_once('.') {
                Some((resource, attribute)) => Some(call.stack.attribute(resource, attribute, at)),
                None => call.stack.reference(name, at, call.scope),
            },
        })
        .collect();
    let known_parts = || {
        let mut values = values.iter();
        partial(pieces.iter().map(|piece| match piece {
            Piece::Literal(range) => TextPart::known(written.as_str().get(range.clone()).unwrap_or("")),
            Piece::Variable(..) => known(call, values.next().and_then(Option::as_ref)),
        }))
    };
    let result = call.lift(&values, &|values| {
        let mut builder = Builder::new(call.node.span);
        let mut values = values.iter();
        for piece in &pieces {
            match piece {
                Piece::Literal(range) => builder.written(written, range.clone(), template.span),
                Piece::Variable(_, range) => {
                    let Some(Some(value)) = values.next() else {
                        return Err(Fault::Refused("a value within `Fn::Sub` is removed".into()));
                    };
                    builder.value(value, &scalar(call, value)?, place(range));
                }
            }
        }
        finished(call, builder)
    });
    if result.as_ref().is_some_and(|node| node.as_unresolved().is_some_and(|open| open.alternatives.is_empty()))
        && is_policy_text(written.as_str())
    {
        let mut values = values.iter();
        let parts = pieces.iter().map(|piece| match piece {
            Piece::Literal(range) => Some(Part::Written(written, range.clone(), template.span)),
            Piece::Variable(..) => values.next()?.as_ref().map(|value| Part::Value(value, template.span)),
        });
        if let Some(document) = parts.collect::<Option<Vec<_>>>().and_then(|parts| document_with_holes(call, parts)) {
            return Some(document);
        }
    }
    known_in_part(result, known_parts)
}

/// A part that a document is put together from, with its place.
enum Part<'n> {
    Written(&'n Text, std::ops::Range<usize>, Span),
    Value(&'n Node, Span),
}

/// The policy that a text holds of which some parts are not known; none where it holds none.
fn document_with_holes(call: &Call<'_, '_>, parts: Vec<Part<'_>>) -> Option<Node> {
    let mut builder = Builder::new(call.node.span);
    let mut holes = Vec::new();
    for part in parts {
        match part {
            Part::Written(text, range, at) => builder.written(text, range, at),
            Part::Value(value, at) => {
                let text = call.stack.scalar(value).unwrap_or_else(|_| mark(holes.len()));
                builder.value(value, &text, at);
                holes.push(value.clone());
            }
        }
    }
    let node = builder.finish();
    let Value::Str(text) = &node.value else { return None };
    let document = is_policy_text(text.as_str()).then(|| parse_embedded(text, node.span)).flatten()?;
    Some(opened(&document, &holes))
}

/// The text of a part, or what is known of it.
fn known<'n>(call: &Call<'_, '_>, part: Option<&'n Node>) -> TextPart<'n> {
    let Some(part) = part else { return TextPart::known("") };
    let partly = || TextPart::partly(part.as_unresolved().and_then(|open| open.partial.as_deref()));
    call.stack.scalar(part).map_or_else(|_| partly(), TextPart::known)
}

fn join(call: &Call<'_, '_>) -> Evaluated {
    let [delimiter, list] = call.argument.items() else {
        return Some(call.open("`Fn::Join` takes a delimiter and a list"));
    };
    let mut arguments = vec![call.value(delimiter)];
    match call.value(list) {
        Some(Node { value: Value::List(items), trail: None, .. }) => {
            arguments.extend(items.iter().map(|item| Some(item.clone())));
        }
        other => arguments.push(other),
    }
    let result = call.lift(&arguments, &|values| {
        let [Some(delimiter), items @ ..] = values else {
            return Err(Fault::Refused("the delimiter is removed".into()));
        };
        let delimiter_text = scalar(call, delimiter)?;
        let mut builder = Builder::new(call.node.span);
        let mut first = true;
        for item in items.iter().flatten().flat_map(|item| match &item.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(item),
        }) {
            if !first {
                builder.placed(&delimiter_text, delimiter.span);
            }
            first = false;
            builder.value(item, &scalar(call, item)?, item.span);
            if builder.is_too_long() {
                break;
            }
        }
        finished(call, builder)
    });
    if arguments.iter().flatten().any(may_be_none) {
        return result;
    }
    if result.as_ref().is_some_and(|node| node.as_unresolved().is_some_and(|open| open.alternatives.is_empty()))
        && let Some(document) = document_with_holes(call, joined_parts(&arguments))
    {
        return Some(document);
    }
    known_in_part(result, || joined(call, &arguments))
}

/// The items of a list with the delimiter, which is the first of the arguments, between them.
fn joined_parts(arguments: &[Evaluated]) -> Vec<Part<'_>> {
    let Some((delimiter, items)) = arguments.split_first() else { return Vec::new() };
    let mut parts = Vec::new();
    for item in items.iter().flatten().flat_map(|item| match &item.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(item),
    }) {
        if !parts.is_empty() {
            parts.extend(delimiter.as_ref().map(|delimiter| Part::Value(delimiter, delimiter.span)));
        }
        parts.push(Part::Value(item, item.span));
    }
    parts
}

/// Whether a part of a list may be no item, or several.
fn may_be_none(node: &Node) -> bool {
    let several = |node: &Node| matches!(node.value, Value::Null | Value::List(_));
    node.as_unresolved()
        .is_some_and(|open| open.spread || open.alternatives.iter().any(several) || open.partial.is_none())
}

fn joined(call: &Call<'_, '_>, arguments: &[Evaluated]) -> PartialText {
    let parts = joined_parts(arguments);
    let parts = parts.iter().filter_map(|part| match part {
        Part::Value(value, _) => Some(known(call, Some(*value))),
        Part::Written(..) => None,
    });
    partial(parts)
}

/// The text of a value; an open part of it is a reason, anything else a refusal.
fn scalar(call: &Call<'_, '_>, value: &Node) -> Result<String, Fault> {
    call.stack.scalar(value).map_err(Fault::Open)
}

fn finished(call: &Call<'_, '_>, builder: Builder) -> Result<Evaluated, Fault> {
    if builder.is_too_long() {
        return Err(Fault::Open(format!("the text is longer than {} bytes", text::MAX_TEXT)));
    }
    call.stack.budget.spend(u32::try_from(builder.size() / BYTES_A_STEP).unwrap_or(u32::MAX));
    if !call.stack.budget.keep(builder.size()) {
        return Err(Fault::Open(TOO_MUCH.into()));
    }
    Ok(Some(builder.finish()))
}

fn split(call: &Call<'_, '_>) -> Evaluated {
    let Some(arguments) = call.arguments::<2>() else {
        return Some(call.open("`Fn::Split` takes a delimiter and a string"));
    };
    call.lift(&arguments, &|values| {
        let [Some(delimiter), Some(source)] = values else {
            return Err(Fault::Refused("an argument of `Fn::Split` is removed".into()));
        };
        let (Some(delimiter), Value::Str(text)) = (delimiter.as_str(), &source.value) else {
            return Err(Fault::Refused("`Fn::Split` takes a delimiter and a string".into()));
        };
        if delimiter.is_empty() {
            return Err(Fault::Refused("the delimiter is empty".into()));
        }
        let mut start = 0;
        let mut parts = Vec::new();
        for part in text.as_str().split(delimiter) {
            parts.push(text::part_of(source, text, start..start + part.len()));
            start += part.len() + delimiter.len();
        }
        Ok(Some(Node { trail: source.trail.clone(), ..Node::list(parts, source.span) }))
    })
}

fn select(call: &Call<'_, '_>) -> Evaluated {
    let Some(arguments) = call.arguments::<2>() else {
        return Some(call.open("`Fn::Select` takes an index and a list"));
    };
    let result = call.lift(&arguments, &|values| {
        let [Some(index), Some(list)] = values else {
            return Err(Fault::Refused("an argument of `Fn::Select` is removed".into()));
        };
        let (Some(at), Value::List(items)) = (whole_number(index), &list.value) else {
            return Err(Fault::Refused("`Fn::Select` takes an index and a list".into()));
        };
        let spread = |item: &Node| item.as_unresolved().is_some_and(|open| open.spread);
        if items.iter().take(at.saturating_add(1)).any(spread) {
            return Err(Fault::Open("the list may have more items".into()));
        }
        match items.get(at) {
            Some(item) => Ok(Some(item.clone())),
            None => Err(Fault::Refused(format!("the list has no item {at}, only {}", items.len()))),
        }
    });
    // Without an item in its place nothing is deployed.
    let is_open = |open: &Unresolved| open.alternatives.is_empty() && open.partial.is_none();
    match result.as_ref().and_then(Node::as_unresolved) {
        Some(open) if is_open(open) => known_in_part(result, PartialText::default),
        _ => result,
    }
}

/// A number that counts or points, also written as a string.
pub fn whole_number(node: &Node) -> Option<usize> {
    match &node.value {
        Value::Int(value) => usize::try_from(*value).ok(),
        Value::Str(text) => text.as_str().trim().parse().ok(),
        _ => None,
    }
}

fn find_in_map(call: &Call<'_, '_>) -> Evaluated {
    const WANTED: &str = "`Fn::FindInMap` takes a mapping and two keys";
    let items = call.argument.items();
    let [mapping, top, second, options @ ..] = items else { return Some(call.open(WANTED)) };
    let default = options.first().and_then(|options| options.get("DefaultValue"));
    let default = default.map(|default| call.value(default));
    let mappings = call.stack.template.root.get("Mappings");
    let mut arguments = [call.value(mapping), call.value(top), call.value(second)];
    if let Some(mapping) = arguments.first().and_then(|name| mappings?.get(name.as_ref()?.as_str()?)) {
        let (mut tops, mut seconds) = (Vec::new(), Vec::new());
        for entry in mapping.entries() {
            add_key(&mut tops, &entry.key.name, call);
            for inner in entry.value.entries() {
                add_key(&mut seconds, &inner.key.name, call);
            }
        }
        let [_, top, second] = &mut arguments;
        limit_to(top, tops);
        limit_to(second, seconds);
    }
    call.lift(&arguments, &|values| {
        let names: Vec<String> = values.iter().flatten().map(|value| scalar(call, value)).collect::<Result<_, _>>()?;
        let [mapping, top, second] = names.as_slice() else { return Err(Fault::Refused(WANTED.into())) };
        let found = mappings.and_then(|mappings| mappings.at(&[mapping, top, second]));
        match (found, &default) {
            (Some(value), _) => {
                let value = call.value(value);
                Ok(value.map(|value| relocated(&value, call.node.span, format!("mapping `{mapping}`"))))
            }
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(Fault::Refused(format!("mapping `{mapping}` has no entry `{top}`, `{second}`"))),
        }
    })
}

fn add_key(keys: &mut Vec<Node>, name: &Arc<str>, call: &Call<'_, '_>) {
    if !keys.iter().any(|known| known.as_str() == Some(name)) {
        keys.push(Node::text(Arc::clone(name), call.node.span));
    }
}

/// An open key must be one of those that the mapping has: with any other, nothing is deployed.
fn limit_to(key: &mut Evaluated, keys: Vec<Node>) {
    if let Some(Node { value: Value::Unresolved(open), .. }) = key
        && open.alternatives.is_empty()
    {
        Arc::make_mut(open).alternatives = keys;
    }
}

fn choose(call: &Call<'_, '_>) -> Evaluated {
    let [condition, then, otherwise] = call.argument.items() else {
        return Some(call.open("`Fn::If` takes a condition and two values"));
    };
    let verdict = call.stack.holds(condition, call.scope);
    match verdict.truth {
        Truth::True => call.value(then),
        Truth::False => call.value(otherwise),
        Truth::Unknown => undecided(call, condition, &verdict, then, otherwise),
    }
}

fn undecided(call: &Call<'_, '_>, condition: &Node, verdict: &Verdict, then: &Node, otherwise: &Node) -> Evaluated {
    let (yes, no) = match condition.as_str() {
        Some(name) => (call.stack.assume(call.scope, name, true), call.stack.assume(call.scope, name, false)),
        None => (call.scope.clone(), call.scope.clone()),
    };
    if let Some(name) = condition.as_str()
        && !call.stack.conditions.contains_key(name)
    {
        call.stack.undeclared(condition.span, format!("condition `{name}` is not declared"));
    }
    let branches = [call.stack.value(then, &yes), call.stack.value(otherwise, &no)];
    if branches.iter().all(Option::is_none) {
        return None;
    }
    let own = Unresolved { because: verdict.because.clone(), ..Unresolved::default() };
    let open: Vec<&Unresolved> =
        std::iter::once(&own).chain(branches.iter().flatten().filter_map(Node::as_unresolved)).collect();
    let mut unresolved = merged(call.stack.run.expression(call.node.span), &open);
    unresolved.because = own.because;
    let mut alternatives = Alternatives::default();
    let guard = verdict.guard.clone();
    let guards = [guard.clone(), guard.map(|guard| guard.negated())];
    for (branch, guard) in branches.into_iter().zip(guards) {
        alternatives.add(branch, guard, call.node.span);
    }
    alternatives.give(&mut unresolved);
    Some(Node::new(Value::Unresolved(Arc::new(unresolved)), call.node.span))
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn condition(call: &Call<'_, '_>) -> Evaluated {
    let verdict = call.stack.holds(call.node, call.scope);
    Some(match verdict.truth {
        Truth::Unknown => {
            let mut node = call.open(verdict.because.clone());
            if let Value::Unresolved(open) = &mut node.value {
                *open = Arc::new(verdict.tell((**open).clone(), call.node.span));
            }
            node
        }
        decided => Node::new(Value::Bool(decided == Truth::True), call.node.span),
    })
}

/// The plain text: Base64 is an envelope that the receiving service takes off again, and what is in it is what is
/// judged.
fn base64(call: &Call<'_, '_>) -> Evaluated {
    call.value(call.argument)
}

fn length(call: &Call<'_, '_>) -> Evaluated {
    call.lift(&[call.value(call.argument)], &|values| match values {
        [Some(Node { value: Value::List(items), .. })] => {
            if items.iter().any(|item| item.as_unresolved().is_some_and(|open| open.spread)) {
                return Err(Fault::Open("the list may have more items".into()));
            }
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            Ok(Some(Node::new(Value::Int(length), call.node.span)))
        }
        _ => Err(Fault::Refused("`Fn::Length` takes a list".into())),
    })
}

/// The structure itself: a path goes through JSON in a string as through a structure, and this one keeps its places.
fn to_json(call: &Call<'_, '_>) -> Evaluated {
    call.value(call.argument)
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn zones(call: &Call<'_, '_>) -> Evaluated {
    Some(call.open("the availability zones of a region are known at deployment"))
}

fn import(call: &Call<'_, '_>) -> Evaluated {
    let name = call.value(call.argument);
    let exported = name.as_ref().and_then(Node::as_str).map(|name| format!("another stack exports it as `{name}`"));
    let open = call.open(exported.unwrap_or_else(|| "another stack exports it".to_owned()));
    known_in_part(Some(open), PartialText::default)
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn transform(call: &Call<'_, '_>) -> Evaluated {
    let first = call.argument.items().first().unwrap_or(call.argument);
    let name = first.get("Name").and_then(Node::as_str).unwrap_or("?");
    Some(call.open(format!("macro `{name}` makes it at deployment")))
}
