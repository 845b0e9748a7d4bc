//! The values of keys, read by their shapes.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::control::{self, ControlId, clause};
use crate::document::{Node, Value};
use crate::governance::evidence;
use crate::governance::record::{Bearing, Held};
use crate::governance::schema::{Field, Shape};
use crate::lower::{Faults, nearest, one_of};
use crate::source::Span;

/// Longest text of a key, in characters: what is longer belongs in a document.
const MAX_TEXT: usize = 4000;

/// Most items of a list.
const MAX_ITEMS: usize = 1000;

/// Days that can be meant lie in these years.
const YEARS: std::ops::RangeInclusive<i16> = 1980..=2100;

/// Longest length of time, in hours: ten years.
const MAX_HOURS: i64 = 24 * 3660;

/// Reads the keys of a table by their shapes.
pub fn read_fields(
    node: &Node,
    what: &'static str,
    known: &'static [Field],
    faults: &mut Faults,
) -> Option<BTreeMap<&'static str, (Span, Held)>> {
    let mut fields = faults.fields(node, what)?;
    let mut values = BTreeMap::new();
    for field in known {
        let found = if field.required { fields.required(field.key, faults) } else { fields.optional(field.key) };
        if let Some(found) = found
            && let Some(held) = read_value(found, field, faults)
        {
            values.insert(field.key, (found.span, held));
        }
    }
    fields.finish(faults);
    Some(values)
}

fn read_value(node: &Node, field: &Field, faults: &mut Faults) -> Option<Held> {
    let key = field.key;
    let held = match field.shape {
        Shape::Id => Held::Text(identifier(node, key, faults)?),
        Shape::Text | Shape::Role | Shape::Link(_) => Held::Text(text(node, key, faults)?),
        Shape::Texts | Shape::Links(_) => Held::Texts(texts(node, key, faults)),
        Shape::Paths => {
            let paths = texts(node, key, faults);
            Held::Texts(paths.into_iter().filter(|(path, span)| is_within(path, *span, faults)).collect())
        }
        Shape::Date | Shape::PastDay => Held::Date(date(node, key, faults)?),
        Shape::Flag => Held::Flag(faults.boolean(node, key)?),
        Shape::Number(low, high) => Held::Number(faults.integer(node, key, low..=high)?),
        Shape::Word(words) => {
            let pairs: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
            Held::Text(faults.word(node, key, &pairs)?.into())
        }
        Shape::Words(words) => Held::Texts(some_words(node, key, words, faults)),
        Shape::Controls => Held::Controls(controls(node, key, faults)),
        Shape::Clauses => Held::Texts(clauses(node, key, faults)),
        Shape::Span => Held::Hours(hours(node, key, faults)?),
        Shape::Files => Held::Evidence(evidence::files(node, faults)),
        Shape::Evidence => Held::Evidence(evidence::listed(node, faults)),
        Shape::Bearings => Held::Bearings(bearings(node, key, faults)?),
    };
    if field.required && matches!(&held, Held::Controls(_)) && node.items().is_empty() {
        faults.add(node.span, format!("`{key}` is empty"), "name at least one control, such as \"8.24\"");
    }
    Some(held)
}

/// A text of bounded length.
pub fn text(node: &Node, key: &str, faults: &mut Faults) -> Option<Arc<str>> {
    let text = faults.text(node, key)?;
    if text.chars().count() <= MAX_TEXT {
        return Some(text);
    }
    let help = "put it into a document and name that";
    faults.add(node.span, format!("`{key}` is longer than {MAX_TEXT} characters"), help);
    None
}

/// Texts with their places, each once.
fn texts(node: &Node, key: &str, faults: &mut Faults) -> Vec<(Arc<str>, Span)> {
    let read = bounded(node, key, faults, |faults, item| Some((text(item, key, faults)?, item.span)));
    each_once(read, faults)
}

/// The items of a list of bounded length.
pub fn bounded<T>(
    node: &Node,
    key: &str,
    faults: &mut Faults,
    item: impl Fn(&mut Faults, &Node) -> Option<T>,
) -> Vec<T> {
    if node.items().len() > MAX_ITEMS {
        faults.add(node.span, format!("`{key}` has more than {MAX_ITEMS} items"), "a glob or a folder says the same");
        return Vec::new();
    }
    faults.list(node, key, item)
}

fn identifier(node: &Node, key: &str, faults: &mut Faults) -> Option<Arc<str>> {
    let text = faults.text(node, key)?;
    let sound = text.len() <= 80 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if sound {
        return Some(text);
    }
    faults.add(
        node.span,
        format!("`{text}` is not an id"),
        "use letters, digits, `-`, `_` and `.`, at most 80 of them",
    );
    None
}

/// A day, written `2026-01-31`.
pub fn date(node: &Node, key: &str, faults: &mut Faults) -> Option<Date> {
    let text = faults.text(node, key)?;
    let shaped = text.len() == 10
        && text.chars().enumerate().all(|(at, c)| match at {
            4 | 7 => c == '-',
            _ => c.is_ascii_digit(),
        });
    let parsed: Result<Date, String> = if shaped {
        text.parse().map_err(|_: jiff::Error| format!("the calendar has no day `{text}`"))
    } else {
        Err(format!("`{text}` is not a day"))
    };
    match parsed {
        Ok(date) if YEARS.contains(&date.year()) => Some(date),
        Ok(date) => {
            let message = format!("`{key}`: the year {} cannot be meant", date.year());
            faults.add(node.span, message, format!("expected a day from {} to {}", YEARS.start(), YEARS.end()));
            None
        }
        Err(error) => {
            faults.add(node.span, format!("`{key}`: {error}"), "expected a day such as 2026-01-31");
            None
        }
    }
}

/// Words of a few, each once.
fn some_words(node: &Node, key: &str, words: &'static [&'static str], faults: &mut Faults) -> Vec<(Arc<str>, Span)> {
    let pairs: Vec<(&str, &'static str)> = words.iter().map(|word| (*word, *word)).collect();
    let read = bounded(node, key, faults, |faults, item| Some((faults.word(item, key, &pairs)?.into(), item.span)));
    each_once(read, faults)
}

/// Ids of clauses without their prefix, each once.
fn clauses(node: &Node, key: &str, faults: &mut Faults) -> Vec<(Arc<str>, Span)> {
    let read = bounded(node, key, faults, |faults, item| Some((clause_of(item, faults)?, item.span)));
    each_once(read, faults)
}

fn clause_of(node: &Node, faults: &mut Faults) -> Option<Arc<str>> {
    let Some(written) = node.as_str() else {
        let message = format!("the id of a clause is a text, found a {}", node.value.kind());
        faults.add(node.span, message, "put it in quotes: \"9.2\"");
        return None;
    };
    clause_named(written, node.span, faults)
}

/// The id of a clause without its prefix; what is none is told.
pub fn clause_named(written: &str, span: Span, faults: &mut Faults) -> Option<Arc<str>> {
    let bare = written.strip_prefix("clause:").unwrap_or(written);
    if !clause::named(bare).is_empty() {
        return Some(bare.into());
    }
    let help = if written.starts_with("A.") {
        "a control of Annex A belongs to `controls`".to_owned()
    } else {
        let numbers: Vec<&str> = clause::clauses().iter().map(clause::Clause::number).collect();
        let near = nearest(bare, numbers.iter().copied()).filter(|_| bare.len() > 2);
        let known = || "clauses are 4.1 to 10.2, and `9` stands for all of 9".to_owned();
        near.map_or_else(known, |near| format!("did you mean `{near}`?"))
    };
    faults.add(span, format!("there is no clause `{bare}` in ISO/IEC 27001:2022"), help);
    None
}

fn each_once(read: Vec<(Arc<str>, Span)>, faults: &mut Faults) -> Vec<(Arc<str>, Span)> {
    let mut seen: Vec<(Arc<str>, Span)> = Vec::new();
    for (text, span) in read {
        if seen.iter().any(|(known, _)| *known == text) {
            faults.add(span, format!("`{text}` stands here twice"), "leave one out");
        } else {
            seen.push((text, span));
        }
    }
    seen
}

/// Ids of controls; a number without quotes is told as such, and a control of the 2013 edition is translated.
pub fn controls(node: &Node, key: &str, faults: &mut Faults) -> Vec<(ControlId, Span)> {
    let mut seen: Vec<(ControlId, Span)> = Vec::new();
    for (ids, span) in bounded(node, key, faults, |faults, item| Some((control(item, faults)?, item.span))) {
        for id in ids {
            if seen.iter().any(|(known, _)| *known == id) {
                faults.add(span, format!("control {id} stands here twice"), "leave one out");
            } else {
                seen.push((id, span));
            }
        }
    }
    seen
}

/// What one written id stands for.
fn control(node: &Node, faults: &mut Faults) -> Option<Vec<ControlId>> {
    match &node.value {
        Value::Str(text) => Some(control_named(text.as_str(), node.span, faults)),
        Value::Float(_) | Value::Int(_) => {
            faults.add(
                node.span,
                "the id of a control is a text, not a number",
                "put it in quotes: 5.10 would be read as 5.1",
            );
            None
        }
        other => {
            faults.add(
                node.span,
                format!("expected the id of a control, found a {}", other.kind()),
                "such as \"8.24\"",
            );
            None
        }
    }
}

/// The controls of a written id: one, or those that a control of the 2013 edition went into. None where it is no id,
/// which is told.
pub fn control_named(text: &str, span: Span, faults: &mut Faults) -> Vec<ControlId> {
    let ids = control::named(text);
    match text.strip_prefix("2013:") {
        Some(_) if !ids.is_empty() => {
            let read: Vec<String> = ids.iter().map(ToString::to_string).collect();
            faults.notice(
                span,
                format!("{text} was read as {}", read.join(" and ")),
                "write the id of the 2022 edition",
            );
        }
        Some(old) => {
            let message = format!("there is no control `{old}` in ISO/IEC 27002:2013 that the 2022 edition follows");
            faults.add(span, message, "write the id of the 2022 edition, such as \"8.24\"");
        }
        None if ids.is_empty() => no_control(text, span, faults),
        None => {}
    }
    ids
}

fn no_control(text: &str, span: Span, faults: &mut Faults) {
    let known = |text: &str| !control::named(text).is_empty();
    let bare = text.trim().trim_start_matches(['A', 'a']).trim_start_matches('.');
    let help = if text.starts_with("clause:") {
        "this is a clause of ISO/IEC 27001; name a control, such as \"8.2\"".to_owned()
    } else if text.contains(" - ") || text.contains('–') || text.split_once('-').is_some_and(|(one, _)| known(one)) {
        "ranges are not read; name each control".to_owned()
    } else if known(bare) {
        format!("did you mean `{bare}`?")
    } else if known(&format!("2013:{bare}")) {
        format!("a control of the 2013 edition is written `2013:{bare}`")
    } else {
        let ids: Vec<String> = ControlId::all().map(|id| id.to_string()).collect();
        let near = one_of(text, &ids.iter().map(String::as_str).collect::<Vec<_>>());
        if near.is_empty() { "controls are 5.1–5.37, 6.1–6.8, 7.1–7.14 and 8.1–8.34".to_owned() } else { near }
    };
    faults.add(span, format!("there is no control `{text}` in ISO/IEC 27002:2022"), help);
}

/// A length of time in hours.
fn hours(node: &Node, key: &str, faults: &mut Faults) -> Option<i64> {
    let text = faults.text(node, key)?;
    let parsed =
        text.strip_suffix('h').map(|number| (number, 1)).or_else(|| text.strip_suffix('d').map(|number| (number, 24)));
    let digits = |number: &&str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let value = parsed
        .filter(|(number, _)| digits(number))
        .and_then(|(number, unit)| number.parse::<i64>().ok()?.checked_mul(unit))
        .filter(|hours| *hours <= MAX_HOURS);
    if value.is_none() {
        faults.add(node.span, format!("`{text}` is not a length of time"), "write hours or days: `4h`, `30d`");
    }
    value
}

/// Controls by the names of what is about them.
fn bearings(node: &Node, key: &str, faults: &mut Faults) -> Option<Vec<Bearing>> {
    if node.as_map().is_none() {
        let message = format!("`{key}` is a {}, expected a table", node.value.kind());
        faults.add(node.span, message, "write the id of each rule and its controls: { \"CVE-*\" = [\"8.8\"] }");
        return None;
    }
    if node.entries().len() > MAX_ITEMS {
        faults.add(node.span, format!("`{key}` has more than {MAX_ITEMS} entries"), "a glob stands for many rules");
        return None;
    }
    let read = node.entries().iter().map(|entry| {
        let name = &entry.key.name;
        if let Err(error) = globset::Glob::new(name) {
            faults.add(entry.key.span, format!("`{name}` is not a glob: {}", error.kind()), "write the id of a rule");
        }
        let named = controls(&entry.value, name, faults).into_iter().map(|(id, _)| id).collect();
        (Arc::from(name.as_ref()), entry.key.span, named)
    });
    Some(read.collect())
}

/// Whether a path can be one of the repository.
pub fn is_within(path: &str, span: Span, faults: &mut Faults) -> bool {
    let help = "write it relative to the root of the repository, with `/`";
    let fault = if path.contains("://") {
        "is an address, not a path of the repository; evidence that is kept elsewhere is written { url = \"…\", collected_on = …, collected_by = … }"
    } else if path.contains('\\') {
        "has backslashes"
    } else if path.starts_with('/') || path.starts_with('~') {
        "is not relative to the root of the repository"
    } else if path.split('/').any(|part| part == "..") {
        "leads out of the repository"
    } else {
        return true;
    };
    faults.add(span, format!("`{path}` {fault}"), help);
    false
}
