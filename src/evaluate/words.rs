//! Judgements in words.

use std::fmt::Write as _;

use super::blame::Case;
use super::compare::Sight;
use super::written::{Written, below_view, leads_on};
use crate::dialect::Dialect;
use crate::document::{Node, Unresolved, Value};
use crate::evaluate::Outcome;
use crate::rule::message::{Message, Part};
use crate::rule::path::{Path, Start, Step};
use crate::rule::walk::Place;
use crate::rule::{Ask, Comparison, Condition, Predicate, Quantifier};
use crate::secrecy::{MASK, Matter, concealed, named, tree, values};
use crate::source::Span;

/// Most cases that one message tells.
const MOST: usize = 3;

/// Longest value that is shown, in characters.
const LONGEST: usize = 60;

/// Longest name by which an item of a list goes, in characters.
const LONGEST_NAME: usize = 40;

/// The path from the resource to a place, as a rule would write it. An item of a list goes by the name that its dialect
/// knows it by, never by its number, which changes with what stands before it; an only item by nothing.
pub(super) fn path(dialect: Option<&Dialect>, place: &Place<'_>) -> String {
    path_of(dialect, place.chain())
}

/// The same from a node above it on.
pub(super) fn path_below(dialect: Option<&Dialect>, place: &Place<'_>, above: &Node) -> String {
    path_of(dialect, place.chain().take_while(|place| !std::ptr::eq(place.node, above)))
}

/// The path of places, the deepest first.
fn path_of<'a, 'p: 'a>(dialect: Option<&Dialect>, places: impl Iterator<Item = &'a Place<'p>>) -> String {
    let mut places: Vec<&Place<'_>> = places.collect();
    places.reverse();
    let mut keys: Vec<&str> = Vec::new();
    let mut parts = Vec::new();
    for place in places {
        if let Some(key) = place.key {
            keys.push(&key.name);
            parts.push(key_text(&key.name));
        } else if place.item.is_some_and(|(_, length)| length > 1) {
            parts.push(item_text(dialect, &keys, place.node));
        }
    }
    joined(parts.into_iter())
}

/// How an item of the list that keys lead to stands in a path: `[web]`, `["Check out"]`; `[]` where it has no name.
pub(super) fn item_text(dialect: Option<&Dialect>, keys: &[&str], item: &Node) -> String {
    let named =
        dialect.and_then(|dialect| dialect.items_of(keys)).filter(|items| matches!(items.key, [key] if *key != "."));
    let name = named.and_then(|items| items.name(item)).unwrap_or_default();
    let name = concealed(&name);
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./@:".contains(c);
    match name {
        name if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(['"', '`', '[', ']']) => {
            "[]".to_owned()
        }
        name if name.chars().all(plain) => format!("[{name}]"),
        name => format!("[\"{name}\"]"),
    }
}

pub(super) fn key_text(key: &str) -> String {
    if key.contains(['.', '[', ' ']) { format!("[\"{key}\"]") } else { key.to_owned() }
}

/// Parts of a path, one below the other.
pub(super) fn joined(parts: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for part in parts.filter(|part| !part.is_empty()) {
        if !text.is_empty() && !part.starts_with('[') {
            text.push('.');
        }
        text.push_str(&part);
    }
    text
}

/// The path at which nothing stands, when the deepest thing that stands is at `place`, which is written at `stands`.
pub(super) fn missing_path(paths: &[Path], place: &Place<'_>, stands: String) -> String {
    match paths {
        [only] if place.parent.is_some() && only.start() == Start::Here => {
            let left = below(only, place).map(|left| left.iter().map(|key| key_text(key)).collect::<Vec<_>>());
            left.map_or_else(|| only.text().to_owned(), |left| joined(std::iter::once(stands).chain(left)))
        }
        _ => paths.iter().map(Path::text).collect::<Vec<_>>().join("` and `"),
    }
}

/// What of a path is left below a place that it led to, where it goes by keys alone: as much of it as the last keys of the
/// place say was walked already.
fn below<'p>(path: &'p Path, place: &Place<'_>) -> Option<Vec<&'p str>> {
    let steps: Option<Vec<Option<&str>>> = path
        .steps()
        .iter()
        .map(|step| match step {
            Step::Key(key) => Some(Some(&**key)),
            Step::Any => Some(None),
            Step::Item(_) | Step::Deep => None,
        })
        .collect();
    let steps = steps?;
    let keys: Vec<&str> = place.chain().filter_map(|place| place.key).map(|key| &*key.name).collect();
    // The keys come from the place up.
    let walked = |count: &usize| {
        let steps = steps.iter().take(*count).rev();
        steps.zip(&keys).all(|(step, key)| step.is_none_or(|step| step == *key))
    };
    let count = (0..=steps.len().min(keys.len())).rev().find(walked)?;
    steps.into_iter().skip(count).collect()
}

/// A path as the subject of a sentence.
pub(super) fn subject(path: &str) -> String {
    if path.is_empty() || path == "." { "it".to_owned() } else { format!("`{path}`") }
}

/// What is the case at a path.
pub(super) fn case(
    path: &str,
    sight: Sight<'_>,
    place: &Place<'_>,
    comparison: &Comparison,
    expected: Option<&str>,
) -> String {
    if let (Sight::Value, Quantifier::Some, Value::List(items), Some(expected)) =
        (sight, comparison.quantifier, &place.node.value, expected)
        && items.len() > 1
    {
        return format!("none of the {} `{path}` {expected}", items.len());
    }
    let subject = subject(path);
    let mut text = match (sight, &comparison.ask) {
        (Sight::Undecided(open), _) => return not_decided(&subject, open),
        (Sight::Absent, _) => return format!("{subject} is not set"),
        (Sight::Value, Ask::Present(_)) => return format!("{subject} is set"),
        (Sight::Default(node), _) => format!("{subject} is not set and defaults to {}", value(node)),
        (Sight::NoItems, _) => format!("{subject} is an empty list"),
        (Sight::Number(1), _) => format!("there is 1 `{path}`"),
        (Sight::Number(number), _) => format!("there are {number} `{path}`"),
        (Sight::Value, _) if is_secret(place, comparison) => format!("{subject} is set to a value that is not shown"),
        (Sight::Value, _) => format!("{subject} is {}", value(place.node)),
    };
    if let Some(expected) = expected {
        let _ = write!(text, ", expected {expected}");
    }
    text
}

/// What is the case where a view is made of something written: what is written, and which part of it counts.
pub(super) fn case_of_view(
    dialect: Option<&Dialect>,
    written: &Written<'_>,
    place: &Place<'_>,
    comparison: &Comparison,
    expected: Option<&str>,
) -> String {
    let subject = subject(&written.path);
    let here = Place { node: written.node, ..*place };
    let scalar = !leads_on(written.node);
    if is_secret(place, comparison) || (scalar && is_secret(&here, comparison)) {
        return format!("{subject} is set to a value that is not shown");
    }
    match (place.node.as_str(), written.node.as_str()) {
        (Some(part), Some(whole)) if part.len() < whole.len() && whole.contains(part) => {
            format!("{subject} has \"{}\"", clip(part))
        }
        _ if written.exact && is_same(place.node, written.node) => {
            case(&written.path, Sight::Value, place, comparison, expected)
        }
        _ if scalar => format!("{subject} is {}", value(written.node)),
        _ => parts_of(written, place.node.span)
            .unwrap_or_else(|| case(&below_view(dialect, place), Sight::Value, place, comparison, expected)),
    }
}

/// "`from_port` is 20 and `to_port` is 25": the entries of a map that a view was made of.
fn parts_of(written: &Written<'_>, view: Span) -> Option<String> {
    let entries = written.node.as_map()?.written().filter(|entry| view.contains(entry.value.span));
    let scalars: Vec<_> = entries.filter(|entry| !leads_on(&entry.value)).collect();
    // What one line of a template makes has one place: which part of it counts cannot be told.
    if scalars.windows(2).any(|pair| matches!(pair, [one, other] if one.value.span == other.value.span)) {
        return None;
    }
    let texts: Vec<String> = scalars
        .into_iter()
        .take(MOST)
        .map(|entry| {
            let path = joined([written.path.clone(), key_text(&entry.key.name)].into_iter());
            format!("{} is {}", subject(&path), value(&entry.value))
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join(" and "))
}

/// Whether a view has the value that is written.
fn is_same(view: &Node, written: &Node) -> bool {
    match (&view.value, &written.value) {
        (Value::Str(view), Value::Str(written)) => view.as_str().eq_ignore_ascii_case(written.as_str()),
        (Value::Bool(view), Value::Bool(written)) => view == written,
        (Value::Int(view), Value::Int(written)) => view == written,
        (Value::List(_), Value::List(_)) | (Value::Map(_), Value::Map(_)) => true,
        _ => false,
    }
}

/// Whether a value must not be repeated in a report.
fn is_secret(place: &Place<'_>, comparison: &Comparison) -> bool {
    let Some(text) = place.node.as_str() else { return false };
    let measured = matches!(&comparison.ask, Ask::Nodes(predicate) if measures_entropy(predicate));
    let spoken = place
        .item
        .zip(place.parent)
        .is_some_and(|((index, _), list)| tree::secret_words(list.node.items()).contains(&index));
    measured || spoken || told(place).is_some_and(|matter| values::nature(text, matter).is_hidden())
}

/// What the keys that lead to a place say of its value.
fn told(place: &Place<'_>) -> Option<Matter> {
    let mut keyed = place.chain().filter_map(|place| Some((place.key?, place.parent)));
    let (key, parent) = keyed.next()?;
    let beside = || tree::pair_name(parent?.node).map(|(_, matter)| matter);
    let above = || keyed.next().and_then(|(key, _)| named(&key.name));
    let of_value = || if tree::is_value_key(&key.name) { beside().or_else(above) } else { None };
    named(&key.name).or_else(of_value)
}

/// A message with its values, each looked for in the nodes in their order.
pub(super) fn filled(message: &Message, nodes: &[&Node]) -> String {
    let shown = |keys: &[String]| {
        let path: Vec<&str> = keys.iter().map(String::as_str).collect();
        let found = nodes.iter().find_map(|node| node.at(&path));
        match found.map(|node| &node.value) {
            None => "nothing".to_owned(),
            Some(Value::Str(text)) if is_hidden(keys.last(), text.as_str()) => "a value that is not shown".to_owned(),
            Some(Value::Str(text)) => clip(text.as_str()),
            Some(_) => found.map(value).unwrap_or_default(),
        }
    };
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Value(keys) => shown(keys),
    };
    message.parts().iter().map(part).collect()
}

fn is_hidden(key: Option<&String>, text: &str) -> bool {
    key.and_then(|key| named(key)).is_some_and(|matter| values::nature(text, matter).is_hidden())
}

fn measures_entropy(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::View { operator, .. } => operator.name == "entropy",
        Predicate::All(parts) => parts.iter().any(measures_entropy),
        Predicate::Not(part) | Predicate::IgnoringCase(part) => measures_entropy(part),
        Predicate::Test { .. } | Predicate::Nested(_) | Predicate::Length(_) | Predicate::Empty(_) => false,
    }
}

/// What a comparison asks for, in words; none where the path says it all.
pub(super) fn expected(comparison: &Comparison) -> Option<String> {
    let words = match &comparison.ask {
        Ask::Present(_) => return None,
        Ask::Count(predicate) | Ask::Nodes(predicate) => predicate_words(predicate)?,
    };
    Some(match comparison.quantifier {
        Quantifier::None => format!("none {words}"),
        Quantifier::Every | Quantifier::Some => words,
    })
}

fn predicate_words(predicate: &Predicate) -> Option<String> {
    Some(match predicate {
        Predicate::All(parts) => {
            let parts: Vec<String> = parts.iter().filter_map(predicate_words).collect();
            parts.join(" and ")
        }
        Predicate::Test { operator, argument, .. } => match (operator.name, &argument.value) {
            ("equals", _) => value(argument),
            (name, Value::Bool(true)) => name.replace('-', " "),
            (name, _) => format!("{} {}", name.replace('-', " "), value(argument)),
        },
        Predicate::View { operator, of, .. } => {
            format!("{} {}", operator.name.replace('-', " "), predicate_words(of).unwrap_or_default())
        }
        Predicate::Not(part) => format!("not {}", predicate_words(part)?),
        Predicate::IgnoringCase(part) => format!("{} in any case", predicate_words(part)?),
        Predicate::Length(part) => format!("length {}", predicate_words(part)?),
        Predicate::Empty(true) => "nothing in it".to_owned(),
        Predicate::Empty(false) => "something in it".to_owned(),
        Predicate::Nested(condition) => condition_words(condition)?,
    })
}

/// What a condition of one node asks for; none where a link is a part of it.
fn condition_words(condition: &Condition) -> Option<String> {
    let joined = |parts: &[Condition], word: &str| {
        let parts: Option<Vec<String>> = parts.iter().map(condition_words).collect();
        Some(parts?.join(word)).filter(|text| !text.is_empty())
    };
    match condition {
        Condition::All(parts) => joined(parts, " and "),
        Condition::Any(parts) => joined(parts, " or "),
        Condition::Not(part) => Some(format!("not {}", condition_words(part)?)),
        Condition::Linked(_) => None,
        Condition::At(comparison) => {
            let path = comparison.paths.first()?.text();
            let words = expected(comparison).unwrap_or_else(|| "set".to_owned());
            Some(format!("`{path}` {words}"))
        }
    }
}

/// A value as a reader would write it, shortened.
pub(super) fn value(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Str(text) => format!("\"{}\"", clip(text.as_str())),
        Value::Unresolved(open) if open.expression.is_empty() => "not decided".to_owned(),
        Value::Unresolved(open) => format!("`{}`", clip(&open.expression)),
        Value::Map(map) if map.written().next().is_none() => "an empty map".to_owned(),
        Value::Map(_) => "a map".to_owned(),
        Value::List(items) => {
            let secret = tree::secret_words(items);
            let word = |(index, item)| if secret.contains(&index) { MASK.to_owned() } else { value(item) };
            let mut shown: Vec<String> = items.iter().enumerate().take(4).map(word).collect();
            if items.len() > shown.len() {
                shown.push("…".to_owned());
            }
            format!("[{}]", shown.join(", "))
        }
    }
}

/// That a value is one of several, whichever it will be.
pub(super) fn one_of(path: &str, alternatives: &[Node]) -> String {
    let last = path.rsplit('.').next().unwrap_or(path).to_owned();
    let hidden = |node: &Node| node.as_str().is_some_and(|text| is_hidden(Some(&last), text));
    if alternatives.iter().any(hidden) {
        return format!("{} is one of several values that are not shown", subject(path));
    }
    let unset = |node: &Node| if matches!(node.value, Value::Null) { "not set".to_owned() } else { value(node) };
    let mut shown: Vec<String> = alternatives.iter().take(4).map(unset).collect();
    shown.dedup();
    if alternatives.len() > 4 {
        shown.push("…".to_owned());
    }
    let subject = subject(path);
    match shown.as_slice() {
        [only] => format!("{subject} is {only} in any case"),
        _ => format!("{subject} is {}", shown.join(" or ")),
    }
}

/// That a value is what is known of it already.
pub(super) fn begun(path: &str, open: &Unresolved) -> String {
    format!("{} is `{}`", subject(path), clip(&open.expression))
}

/// One line of a text, shortened, and without the secrets in it.
pub(super) fn clip(text: &str) -> String {
    let line: String = concealed(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or("")),
        None => line,
    }
}

/// "`a` is not decided: `var.a`".
pub(super) fn not_decided(subject: &str, open: &Unresolved) -> String {
    if open.expression.is_empty() {
        return format!("{subject} is not decided");
    }
    format!("{subject} is not decided: `{}`", clip(&open.expression))
}

/// What would decide an unresolved value.
pub(super) fn reason(open: &Unresolved) -> String {
    if open.because.is_empty() {
        format!("`{}` is not decided", clip(&open.expression))
    } else {
        open.because.to_string()
    }
}

/// Says of what fails where it does; `worlds` are the ones in which it fails, `chosen` the places of what is chosen.
pub(super) fn fails_where(cases: &mut [Case], worlds: &[String], chosen: &[Span]) {
    let [shown @ .., last] = worlds else { return };
    let mut place = shown.iter().take(MOST - 1).cloned().collect::<Vec<_>>();
    place.push(last.clone());
    let place = format!("fails where {}", place.join(", or where "));
    let is_chosen = |case: &Case| chosen.contains(&case.span);
    let all = !cases.iter().any(is_chosen);
    for case in cases.iter_mut() {
        let because = (all || is_chosen(case)).then(|| place.clone());
        case.because = because;
    }
}

/// What several cases say together.
pub(super) fn message(cases: &[Case], outcome: Outcome) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for case in cases.iter().filter(|case| !case.text.is_empty()) {
        if !texts.contains(&case.text.as_str()) {
            texts.push(&case.text);
        }
    }
    if texts.is_empty() {
        return match outcome {
            Outcome::Pass => "the requirement is met".to_owned(),
            Outcome::Fail => "the requirement is not met".to_owned(),
            Outcome::Open => "the files do not decide it".to_owned(),
        };
    }
    let more = texts.len().saturating_sub(MOST);
    texts.truncate(MOST);
    let mut text = texts.join(" and ");
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// What would decide the cases that are open.
pub(super) fn because(cases: &[Case]) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for reason in cases.iter().filter_map(|case| case.because.as_deref()) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() { "the value is only partly decided".to_owned() } else { reasons.join("; ") }
}
