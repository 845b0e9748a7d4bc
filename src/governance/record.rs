//! Records of the governance files, read by their [`Schema`] with every fault at its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::control::ControlId;
use crate::document::{Node, Value};
use crate::governance::schema::{Field, Schema, Shape};
use crate::lower::{Faults, one_of};
use crate::source::Span;

/// Most records that one file may hold.
const MAX_RECORDS: usize = 20_000;

/// A record that is sound in itself; references to other files are checked once all are read.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id, unique in its file.
    pub id: Arc<str>,
    /// The table.
    pub span: Span,
    values: BTreeMap<&'static str, (Span, Held)>,
}

/// What a key of a record holds.
#[derive(Clone, Debug)]
pub enum Held {
    /// A text, a word, a link or a role.
    Text(Arc<str>),
    /// Several texts, links or paths, each with its place.
    Texts(Vec<(Arc<str>, Span)>),
    /// A day.
    Date(Date),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Controls, each with its place.
    Controls(Vec<(ControlId, Span)>),
    /// A length of time, in hours.
    Hours(i64),
    /// Files that show something.
    Evidence(Vec<Evidence>),
}

/// A file that shows something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its path, relative to the root.
    pub path: Arc<str>,
    /// The SHA-256 of its bytes when it was looked at, in hex.
    pub sha256: Option<Arc<str>>,
    /// Where it is named.
    pub span: Span,
}

impl Record {
    /// The place of a key's value; the record itself where the key is absent.
    pub fn at(&self, key: &str) -> Span {
        self.values.get(key).map_or(self.span, |(span, _)| *span)
    }

    /// What a key holds.
    pub fn held(&self, key: &str) -> Option<&Held> {
        self.values.get(key).map(|(_, held)| held)
    }

    /// The text of a key.
    pub fn text(&self, key: &str) -> Option<&Arc<str>> {
        match self.held(key)? {
            Held::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a key; none where it is absent.
    pub fn texts(&self, key: &str) -> &[(Arc<str>, Span)] {
        match self.held(key) {
            Some(Held::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// The day of a key.
    pub fn date(&self, key: &str) -> Option<Date> {
        match self.held(key)? {
            Held::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// The truth value of a key.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.held(key)? {
            Held::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The number of a key.
    pub fn number(&self, key: &str) -> Option<i64> {
        match self.held(key)? {
            Held::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The controls of a key; none where it is absent.
    pub fn controls(&self, key: &str) -> &[(ControlId, Span)] {
        match self.held(key) {
            Some(Held::Controls(controls)) => controls,
            _ => &[],
        }
    }

    /// The evidence of a key; none where it is absent.
    pub fn evidence(&self, key: &str) -> &[Evidence] {
        match self.held(key) {
            Some(Held::Evidence(evidence)) => evidence,
            _ => &[],
        }
    }
}

/// Reads the records of one file.
pub fn read(root: &Node, schema: &'static Schema, faults: &mut Faults) -> Vec<Record> {
    let Some(mut fields) = faults.fields(root, schema.file) else { return Vec::new() };
    let mut records: Vec<Record> = Vec::new();
    if let Some(list) = fields.optional(schema.record) {
        if list.items().len() > MAX_RECORDS {
            faults.add(list.span, format!("more than {MAX_RECORDS} records"), "split the register");
        }
        let read = faults.list(list, schema.record, |faults, item| record(item, schema, faults));
        records.extend(read.into_iter().take(MAX_RECORDS));
    }
    fields.finish(faults);
    refuse_duplicates(&records, schema, faults);
    records
}

fn refuse_duplicates(records: &[Record], schema: &Schema, faults: &mut Faults) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for record in records {
        if seen.insert(&record.id, record.span).is_some() {
            let message = format!("there are two of `{}` in {}.toml", record.id, schema.file);
            faults.add(record.at("id"), message, "give each its own id");
        }
    }
}

fn record(node: &Node, schema: &'static Schema, faults: &mut Faults) -> Option<Record> {
    let before = faults.len();
    let values = read_fields(node, schema.record, schema.fields, faults)?;
    let id = match values.get("id") {
        Some((_, Held::Text(id))) => Arc::clone(id),
        _ => return None,
    };
    (faults.len() == before).then_some(Record { id, span: node.span, values })
}

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
    Some(match field.shape {
        Shape::Id => Held::Text(identifier(node, key, faults)?),
        Shape::Text | Shape::Role | Shape::Link(_) => Held::Text(faults.text(node, key)?),
        Shape::Texts | Shape::Links(_) | Shape::Paths => Held::Texts(faults.list(node, key, |faults, item| {
            let text = faults.text(item, key)?;
            Some((text, item.span))
        })),
        Shape::Date => Held::Date(faults.parsed(node, key, "a day such as 2026-01-31")?),
        Shape::Flag => Held::Flag(faults.boolean(node, key)?),
        Shape::Number(low, high) => Held::Number(faults.integer(node, key, low..=high)?),
        Shape::Word(words) => {
            let pairs: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
            Held::Text(faults.word(node, key, &pairs)?.into())
        }
        Shape::Controls => Held::Controls(controls(node, key, faults)),
        Shape::Span => Held::Hours(hours(node, key, faults)?),
        Shape::Evidence => Held::Evidence(faults.list(node, key, evidence)),
    })
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

/// Ids of controls; a number without quotes and a control of the 2013 edition are told as such.
pub fn controls(node: &Node, key: &str, faults: &mut Faults) -> Vec<(ControlId, Span)> {
    let mut seen = Vec::new();
    for (id, span) in faults.list(node, key, |faults, item| Some((control(item, faults)?, item.span))) {
        if seen.iter().any(|(known, _)| *known == id) {
            faults.add(span, format!("control {id} stands here twice"), "leave one out");
        } else {
            seen.push((id, span));
        }
    }
    seen
}

/// The id of one control.
pub fn control(node: &Node, faults: &mut Faults) -> Option<ControlId> {
    match &node.value {
        Value::Str(text) => control_named(text.as_str(), node.span, faults),
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

/// The control of a written id.
pub fn control_named(text: &str, span: Span, faults: &mut Faults) -> Option<ControlId> {
    if let Ok(id) = text.parse() {
        return Some(id);
    }
    let help = if text.starts_with("clause:") {
        "this is a clause of ISO/IEC 27001; name a control, such as \"8.2\"".to_owned()
    } else {
        let ids: Vec<String> = ControlId::all().map(|id| id.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let near = one_of(text, &ids);
        if near.is_empty() { "controls are 5.1–5.37, 6.1–6.8, 7.1–7.14 and 8.1–8.34".to_owned() } else { near }
    };
    faults.add(span, format!("there is no control `{text}` in ISO/IEC 27002:2022"), help);
    None
}

/// A length of time in hours.
fn hours(node: &Node, key: &str, faults: &mut Faults) -> Option<i64> {
    let text = faults.text(node, key)?;
    let parsed =
        text.strip_suffix('h').map(|number| (number, 1)).or_else(|| text.strip_suffix('d').map(|number| (number, 24)));
    let value =
        parsed.and_then(|(number, unit)| number.parse::<i64>().ok()?.checked_mul(unit)).filter(|value| *value >= 0);
    if value.is_none() {
        faults.add(node.span, format!("`{text}` is not a length of time"), "write hours or days: `4h`, `30d`");
    }
    value
}

/// A file that shows something: a path, or a table with its hash.
pub fn evidence(faults: &mut Faults, node: &Node) -> Option<Evidence> {
    if let Value::Str(_) = node.value {
        return Some(Evidence { path: faults.text(node, "evidence")?, sha256: None, span: node.span });
    }
    let mut fields = faults.fields(node, "evidence")?;
    let path = fields.required("path", faults).and_then(|node| faults.text(node, "path"));
    let sha256 = fields.optional("sha256").and_then(|node| {
        let text = faults.text(node, "sha256")?;
        let sound = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !sound {
            faults.add(node.span, "`sha256` is not 64 hexadecimal digits", "`sha256sum FILE` prints it");
        }
        sound.then_some(text)
    });
    fields.finish(faults);
    Some(Evidence { path: path?, sha256, span: node.span })
}
