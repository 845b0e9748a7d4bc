//! Judgements in words.

use super::names::Names;
use super::said::Said;
use super::sight::Sight;
use super::written::{Written, below_view, leads_on};
use crate::document::{Node, Unresolved, Value};
use crate::rule::message::{Message, Part};
use crate::rule::path::{Path, Start, Step};
use crate::rule::walk::Place;
use crate::rule::{Ask, Comparison, Predicate, Quantifier};
use crate::secrecy::{MASK, concealed, named, tree, values};
use crate::source::Span;

/// Most cases that one message tells.
const MOST: usize = 3;

/// Most items of a list that one message tells.
const MOST_ITEMS: usize = 4;

/// Longest value that is shown, in characters.
const LONGEST: usize = 60;

/// The same of a single word, such as a path or an image, in a message of a rule: a part of one is of no use.
const LONGEST_WORD: usize = 200;

/// Longest name by which an item of a list goes, in characters.
const LONGEST_NAME: usize = 40;

/// The path from the resource to a place, as a rule would write it. An item of a list goes by the name that its dialect
/// knows it by, never by its number, which changes with what stands before it; an only item by nothing.
pub(super) fn path(names: Names<'_>, place: &Place<'_>) -> String {
    path_of(names, place.chain())
}

/// The same from a node above it on.
pub(super) fn path_below(names: Names<'_>, place: &Place<'_>, above: &Node) -> String {
    path_of(names, place.chain().take_while(|place| !std::ptr::eq(place.node, above)))
}

/// The path of places, the deepest first.
fn path_of<'a, 'p: 'a>(names: Names<'_>, places: impl Iterator<Item = &'a Place<'p>>) -> String {
    let mut places: Vec<&Place<'_>> = places.collect();
    places.reverse();
    let mut keys: Vec<&str> = Vec::new();
    let mut parts = Vec::new();
    for place in places {
        if let Some(key) = place.key {
            keys.push(&key.name);
            parts.push(key_text(&key.name));
        } else if place.item.is_some_and(|(_, length)| length > 1) {
            parts.push(item_text(names, &keys, place.node));
        }
    }
    joined(parts.into_iter())
}

/// How an item of the list that keys lead to stands in a path: `[web]`, `["Check out"]`; `[]` where it has no name.
pub(super) fn item_text(names: Names<'_>, keys: &[&str], item: &Node) -> String {
    let items = names.items_of(keys).filter(|items| matches!(items.key, [key] if *key != "."));
    let name = items.and_then(|items| items.name(item)).unwrap_or_default();
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

/// The paths at which nothing stands, when the deepest thing that stands is at `place`, which is written at `stands`.
pub(super) fn missing_paths(names: Names<'_>, paths: &[Path], place: &Place<'_>, stands: String) -> Vec<String> {
    match paths {
        [only] if place.parent.is_some() && only.start() == Start::Here => {
            let left = below(only, place).map(|left| left.iter().map(|key| key_text(key)).collect::<Vec<_>>());
            vec![left.map_or_else(|| spelled(names, only), |left| joined(std::iter::once(stands).chain(left)))]
        }
        _ => paths.iter().map(|path| spelled(names, path)).collect(),
    }
}

/// A path of a rule, from the view on that it leads through as users write that.
pub(super) fn spelled(names: Names<'_>, path: &Path) -> String {
    let key = |step: &Step| if let Step::Key(key) = step { Some(key.to_string()) } else { None };
    let keys: Option<Vec<String>> = path.steps().iter().map(key).collect();
    let keys = keys.filter(|_| path.start() == Start::Here).unwrap_or_default();
    let found = (1..=keys.len()).rev().find_map(|count| {
        let (view, below) = keys.split_at(count);
        let view: Vec<&str> = view.iter().map(String::as_str).collect();
        Some((names.spelling(&view)?, below))
    });
    let whole = |(spelling, below): (&str, &[String])| {
        joined(std::iter::once(spelling.to_owned()).chain(below.iter().map(|key| key_text(key))))
    };
    found.map_or_else(|| path.text().to_owned(), whole)
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

/// That nothing stands at any of some paths, or what counts instead.
pub(super) fn missing(paths: &[String], sight: Sight<'_>, expected: Option<&str>) -> Said {
    match (sight, paths) {
        (Sight::Default(node), [_]) => {
            Said::missing(paths, Some(format!(" and defaults to {}", value(node)))).expecting(expected)
        }
        (Sight::Default(node), _) => {
            Said::missing(paths, Some(format!(", which means {}", value(node)))).expecting(expected)
        }
        _ => Said::missing(paths, None),
    }
}

/// How many there are.
pub(super) fn number(path: &str, number: usize, expected: Option<&str>) -> Said {
    match number {
        0 => Said::whole(format!("there is no `{path}`")).expecting(expected.filter(|text| !asks_for_any(text))),
        1 => Said::whole(format!("there is 1 `{path}`")).expecting(expected),
        number => Said::whole(format!("there are {number} `{path}`")).expecting(expected),
    }
}

/// Whether one of something is enough: that there is none says it all.
fn asks_for_any(expected: &str) -> bool {
    matches!(expected, "1" | "at least 1" | "more than 0")
}

/// What is the case at a path.
pub(super) fn case(
    path: &str,
    sight: Sight<'_>,
    place: &Place<'_>,
    comparison: &Comparison,
    expected: Option<&str>,
) -> Said {
    if let (Sight::Value, Quantifier::Some, Value::List(items), Some(expected)) =
        (sight, comparison.quantifier, &place.node.value, expected)
        && items.len() > 1
    {
        return Said::whole(format!("none of the {} `{path}` is what was expected: {expected}", items.len()));
    }
    let subject = subject(path);
    match (sight, &comparison.ask) {
        (Sight::Undecided(open), _) => not_decided(subject, open),
        (Sight::Absent | Sight::Default(_), _) => missing(&[path.to_owned()], sight, expected),
        (Sight::Number(count), _) => number(path, count, expected),
        (Sight::Value, Ask::Present(_)) => Said::new(subject, "is set"),
        (Sight::NoItems, _) => Said::new(subject, "is an empty list").expecting(expected),
        (Sight::Value, _) if is_secret(place, comparison) => {
            Said::new(subject, "is set to a value that is not shown").expecting(expected)
        }
        (Sight::Value, _) => match list_of(path, place) {
            Some(list) => Said::new(format!("`{list}`"), format!("has {}", value(place.node))).expecting(expected),
            None => Said::new(subject, format!("is {}", value(place.node))).expecting(expected),
        },
    }
}

/// The path of the list that a word is an item of.
fn list_of<'t>(path: &'t str, place: &Place<'_>) -> Option<&'t str> {
    let list = path.strip_suffix("[]").unwrap_or(path);
    let is_word = (place.item.is_some() || list.len() < path.len())
        && !leads_on(place.node)
        && place.node.as_unresolved().is_none();
    (is_word && !list.is_empty() && !list.ends_with(']')).then_some(list)
}

/// What is the case where a view is made of something written: what is written, and which part of it counts.
pub(super) fn case_of_view(
    names: Names<'_>,
    written: &Written<'_>,
    place: &Place<'_>,
    comparison: &Comparison,
    expected: Option<&str>,
) -> Said {
    let list = written.path.strip_suffix("[]").filter(|list| !list.is_empty());
    let here = Place { node: written.node, ..*place };
    let scalar = !leads_on(written.node);
    if is_secret(place, comparison) || (scalar && is_secret(&here, comparison)) {
        return Said::new(subject(&written.path), "is set to a value that is not shown");
    }
    match (place.node.as_str(), written.node.as_str()) {
        (Some(part), Some(whole)) if part.len() < whole.len() && whole.contains(part) => {
            Said::new(subject(list.unwrap_or(&written.path)), format!("has \"{}\"", clip(part)))
        }
        _ if written.exact && is_same(place.node, written.node) => {
            case(&written.path, Sight::Value, place, comparison, expected)
        }
        _ if scalar => match list {
            Some(list) => Said::new(subject(list), format!("has {}", value(written.node))),
            None => Said::new(subject(&written.path), format!("is {}", value(written.node))),
        },
        _ => parts_of(written, place.node.span)
            .map_or_else(|| case(&below_view(names, place), Sight::Value, place, comparison, expected), Said::whole),
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
    let spoken =
        place.item.zip(place.parent).is_some_and(|((index, _), list)| tree::is_secret_word(list.node.items(), index));
    measured || spoken || name(place).is_some_and(|name| values::hides(name, text))
}

/// The name among the keys that lead to a place which says that its value is secret.
fn name<'n>(place: &Place<'n>) -> Option<&'n str> {
    let mut keyed = place.chain().filter_map(|place| Some((place.key?, place.parent)));
    let (key, parent) = keyed.next()?;
    let beside = || tree::pair_name(parent?.node).map(|(name, _)| name);
    let above = || keyed.next().map(|(key, _)| &*key.name).filter(|name| named(name).is_some());
    let of_value = || if tree::is_value_key(&key.name) { beside().or_else(above) } else { None };
    Some(&*key.name).filter(|name| named(name).is_some()).or_else(of_value)
}

/// A message with its values, each looked for in the nodes in their order.
pub(super) fn filled(message: &Message, nodes: &[&Node]) -> String {
    let shown = |keys: &[String]| {
        let path: Vec<&str> = keys.iter().map(String::as_str).collect();
        let found = nodes.iter().find_map(|node| node.at(&path));
        match found.map(|node| &node.value) {
            None => "nothing".to_owned(),
            Some(Value::Str(text)) if is_hidden(keys.last(), text.as_str()) => "a value that is not shown".to_owned(),
            Some(Value::List(items)) if !items.is_empty() => spoken_list(items),
            Some(Value::Unresolved(open)) if let Some(words) = choice_of_words(open, keys.last()) => words,
            Some(_) => found.map(spoken).unwrap_or_default(),
        }
    };
    let mut text = String::new();
    for part in message.parts() {
        match part {
            Part::Text(part) => text.push_str(part),
            // The message has its own marks around what an expression is shown in.
            Part::Value(keys) if text.ends_with('`') => text.push_str(shown(keys).trim_matches('`')),
            Part::Value(keys) => text.push_str(&shown(keys)),
        }
    }
    text
}

/// The texts that an open value is one of, where these are few and may be shown.
fn choice_of_words(open: &Unresolved, key: Option<&String>) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    for alternative in open.alternatives.iter().filter(|alternative| !matches!(alternative.value, Value::Null)) {
        let word = alternative.as_str().filter(|word| !is_hidden(key, word))?;
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let words: Vec<String> = words.into_iter().map(|word| clip_at(word, LONGEST_WORD)).collect();
    (1..=3).contains(&words.len()).then(|| words.join(" or "))
}

/// The first items of a list in a sentence.
fn spoken_list(items: &[Node]) -> String {
    let secret = tree::secret_words(items);
    let word = |(index, item)| if secret.contains(&index) { MASK.to_owned() } else { spoken(item) };
    let mut words: Vec<String> = items.iter().enumerate().take(MOST_ITEMS).map(word).collect();
    if items.len() > words.len() {
        words.push("…".to_owned());
    }
    words.join(", ")
}

/// A value in a sentence: texts without quotes.
fn spoken(node: &Node) -> String {
    let shown = |text: &str| {
        let is_word = !text.contains(char::is_whitespace);
        clip_at(text, if is_word { LONGEST_WORD } else { LONGEST })
    };
    node.as_str().map_or_else(|| value(node), shown)
}

fn is_hidden(key: Option<&String>, text: &str) -> bool {
    key.is_some_and(|key| values::hides(key, text))
}

fn measures_entropy(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::View { operator, .. } => operator.name == "entropy",
        Predicate::All(parts) => parts.iter().any(measures_entropy),
        Predicate::Not(part) | Predicate::IgnoringCase(part) => measures_entropy(part),
        Predicate::Test { .. }
        | Predicate::Nested(_)
        | Predicate::Length(_)
        | Predicate::Empty(_)
        | Predicate::Beside(_) => false,
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
            let mut shown: Vec<String> = items.iter().enumerate().take(MOST_ITEMS).map(word).collect();
            if items.len() > shown.len() {
                shown.push("…".to_owned());
            }
            format!("[{}]", shown.join(", "))
        }
    }
}

/// That a value is one of several, whichever it will be.
pub(super) fn one_of(path: &str, alternatives: &[Node]) -> Said {
    let last = path.rsplit('.').next().unwrap_or(path).to_owned();
    let hidden = |node: &Node| node.as_str().is_some_and(|text| is_hidden(Some(&last), text));
    if alternatives.iter().any(hidden) {
        return Said::new(subject(path), "is one of several values that are not shown");
    }
    let unset = |node: &Node| if matches!(node.value, Value::Null) { "not set".to_owned() } else { value(node) };
    let mut shown: Vec<String> = alternatives.iter().take(4).map(unset).collect();
    shown.dedup();
    if alternatives.len() > 4 {
        shown.push("…".to_owned());
    }
    let is = match shown.as_slice() {
        [only] => format!("is {only} in any case"),
        _ => format!("is {}", shown.join(" or ")),
    };
    Said::new(subject(path), is)
}

/// That a value is what is known of it already.
pub(super) fn begun(path: &str, open: &Unresolved) -> Said {
    Said::new(subject(path), format!("is `{}`", clip(&open.expression)))
}

/// One line of a text, shortened, and without the secrets in it.
pub(super) fn clip(text: &str) -> String {
    clip_at(text, LONGEST)
}

fn clip_at(text: &str, longest: usize) -> String {
    let line: String = concealed(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(longest) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or("")),
        None => line,
    }
}

/// "`a` is not decided: `var.a`".
pub(super) fn not_decided(subject: String, open: &Unresolved) -> Said {
    if open.expression.is_empty() {
        return Said::new(subject, "is not decided");
    }
    Said::new(subject, format!("is not decided: `{}`", clip(&open.expression)))
}

/// What would decide an unresolved value.
pub(super) fn reason(open: &Unresolved) -> String {
    if open.because.is_empty() {
        format!("`{}` is not decided", clip(&open.expression))
    } else {
        open.because.to_string()
    }
}
