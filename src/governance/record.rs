//! Records of the governance files, read by their [`Schema`] with every fault at its place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::control::ControlId;
use crate::document::Node;
use crate::governance::schema::{Head, Schema};
use crate::governance::value::read_fields;
use crate::lower::Faults;
use crate::source::Span;

/// Most records that one file may hold.
const MAX_RECORDS: usize = 20_000;

/// A record that is sound in itself; references to other files are checked once all are read.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id, unique in its file; of a head its key.
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
    /// Names or globs of names, each with its place and the controls that it is about, in the order written.
    Bearings(Vec<Bearing>),
}

/// A name or a glob of names, its place, and the controls that it is about.
pub type Bearing = (Arc<str>, Span, Vec<ControlId>);

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

    /// The controls by name of a key; none where it is absent.
    pub fn bearings(&self, key: &str) -> &[Bearing] {
        match self.held(key) {
            Some(Held::Bearings(bearings)) => bearings,
            _ => &[],
        }
    }

    /// The length of time of a key, in hours.
    pub fn hours(&self, key: &str) -> Option<i64> {
        match self.held(key)? {
            Held::Hours(hours) => Some(*hours),
            _ => None,
        }
    }
}

/// What was read of one file.
#[derive(Debug, Default)]
pub struct Records {
    /// The table beside the records, where it is there and sound.
    pub head: Option<Record>,
    /// The records, in the order written.
    pub sound: Vec<Record>,
    /// The ids of those with a fault: nothing that they say counts, and who names one of them makes no second mistake.
    pub fallen: BTreeSet<Arc<str>>,
}

/// Reads the records of one file.
pub fn read(root: &Node, schema: &'static Schema, faults: &mut Faults) -> Records {
    let Some(mut fields) = faults.fields(root, schema.file) else { return Records::default() };
    let mut records = Records::default();
    if let Some(list) = fields.optional(schema.record) {
        records.sound = read_list(list, schema, faults);
        let id = |item: &Node| item.get("id").and_then(Node::as_str).map(Arc::from);
        records.fallen = list.items().iter().take(MAX_RECORDS).filter_map(id).collect();
        for sound in &records.sound {
            records.fallen.remove(&sound.id);
        }
    }
    if let Some(head) = schema.head {
        records.head = fields.optional(head.key).and_then(|node| read_head(node, head, faults));
    }
    fields.finish(faults);
    refuse_duplicates(&records.sound, schema, faults);
    records
}

fn read_head(node: &Node, head: Head, faults: &mut Faults) -> Option<Record> {
    if matches!(node.value, crate::document::Value::List(_)) {
        let message = format!("`{}` is a list of tables, expected one table", head.key);
        faults.add(node.span, message, format!("write it once, with single brackets: [{}]", head.key));
        return None;
    }
    let before = faults.errors();
    let values = read_fields(node, head.key, head.fields, faults)?;
    (faults.errors() == before).then(|| Record { id: head.key.into(), span: node.span, values })
}

fn read_list(list: &Node, schema: &'static Schema, faults: &mut Faults) -> Vec<Record> {
    let name = schema.record;
    if list.as_map().is_some() {
        let message = format!("`{name}` is a table, expected a list of tables");
        faults.add(list.span, message, format!("write each with double brackets: [[{name}]]"));
        return Vec::new();
    }
    if list.items().len() > MAX_RECORDS {
        faults.add(list.span, format!("more than {MAX_RECORDS} records"), "split the register");
    }
    let mut taken = 0;
    faults.list(list, name, |faults, item| {
        taken += 1;
        if taken > MAX_RECORDS { None } else { record(item, schema, faults) }
    })
}

/// Ids that are the same, or differ only in the case of letters and are sure to be mistaken for each other.
fn refuse_duplicates(records: &[Record], schema: &Schema, faults: &mut Faults) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for record in records {
        let Some(first) = seen.insert(record.id.to_lowercase(), &record.id) else { continue };
        let message = if first == &*record.id {
            format!("there are two of `{}` in {}.toml", record.id, schema.file)
        } else {
            format!("`{}` differs from `{first}` only in the case of letters", record.id)
        };
        faults.add(record.at("id"), message, "give each its own id");
    }
}

fn record(node: &Node, schema: &'static Schema, faults: &mut Faults) -> Option<Record> {
    let before = faults.errors();
    let values = read_fields(node, schema.record, schema.fields, faults)?;
    let id = match values.get("id") {
        Some((_, Held::Text(id))) => Arc::clone(id),
        _ => return None,
    };
    (faults.errors() == before).then_some(Record { id, span: node.span, values })
}
