//! Records of the governance files, read by their [`Schema`] with every fault at its place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::control::ControlId;
use crate::document::Node;
use crate::governance::schema::{Field, Head, Schema, Shape};
use crate::governance::value::read_fields;
use crate::lower::Faults;
use crate::source::Span;

/// Most records that one file may hold.
const MAX_RECORDS: usize = 20_000;

/// A record, with all of it that could be read; references to other files are checked once all are read.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id, unique in its file; of a head its key.
    pub id: Arc<str>,
    /// The table.
    pub span: Span,
    /// Whether something of it is wrong, which has been told: it is there for whoever names it, and speaks against what it is
    /// about, but it excuses and shows nothing.
    pub faulty: bool,
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
    /// What shows something.
    Evidence(Vec<Evidence>),
    /// Names or globs of names, each with its place and the controls that it is about, in the order written.
    Bearings(Vec<Bearing>),
}

/// A name or a glob of names, its place, and the controls that it is about.
pub type Bearing = (Arc<str>, Span, Vec<ControlId>);

/// What shows something, and what is written of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where it is kept.
    pub kept: Kept,
    /// The SHA-256 of its bytes when it was looked at, in hex.
    pub sha256: Option<Arc<str>>,
    /// When and by whom it was collected.
    pub collected: Collected,
    /// Where it is named.
    pub span: Span,
}

/// Where evidence is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// In the repository: a path or a glob, relative to the root.
    Here(Arc<str>),
    /// At an address.
    At(Arc<str>),
    /// In a ticket of another system, by its id.
    Ticket(Arc<str>),
}

/// When evidence was collected, by whom, and of which days it speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// The day.
    pub on: Option<Date>,
    /// The role that collected it, with its place.
    pub by: Option<(Arc<str>, Span)>,
    /// First day it speaks of.
    pub from: Option<Date>,
    /// Last day it speaks of.
    pub to: Option<Date>,
}

impl Kept {
    /// The path, the address or the id.
    pub fn name(&self) -> &Arc<str> {
        match self {
            Kept::Here(name) | Kept::At(name) | Kept::Ticket(name) => name,
        }
    }

    /// The path or glob of what is in the repository.
    pub fn path(&self) -> Option<&Arc<str>> {
        match self {
            Kept::Here(path) => Some(path),
            Kept::At(_) | Kept::Ticket(_) => None,
        }
    }
}

impl Record {
    /// The keys with days that are still to come on a day, each with its place, in order.
    pub fn days_to_come(&self, fields: &'static [Field], today: Date) -> Vec<(&'static str, Span, Date)> {
        let past = fields.iter().filter(|field| matches!(field.shape, Shape::PastDay));
        let days = past.filter_map(|field| Some((field.key, self.at(field.key), self.date(field.key)?)));
        days.filter(|(_, _, day)| *day > today).collect()
    }

    /// Leaves out what a key holds.
    pub fn forget(&mut self, key: &'static str) {
        self.values.remove(key);
        self.faulty = true;
    }

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
    /// The table beside the records, where it is there.
    pub head: Option<Record>,
    /// The records with an id, in the order written.
    pub listed: Vec<Record>,
    /// Ids that are none: who names one of them makes no second mistake.
    pub misnamed: BTreeSet<Arc<str>>,
}

/// Reads the records of one file.
pub fn read(root: &Node, schema: &'static Schema, faults: &mut Faults) -> Records {
    let Some(mut fields) = faults.fields(root, schema.file) else { return Records::default() };
    let mut records = Records::default();
    if let Some(list) = fields.optional(schema.record) {
        records.listed = read_list(list, schema, faults);
        let id = |item: &Node| item.get("id").and_then(Node::as_str).map(Arc::from);
        records.misnamed = list.items().iter().take(MAX_RECORDS).filter_map(id).collect();
        for record in &records.listed {
            records.misnamed.remove(&record.id);
        }
    }
    if let Some(head) = schema.head {
        records.head = fields.optional(head.key).and_then(|node| read_head(node, head, faults));
    }
    fields.finish(faults);
    refuse_duplicates(&mut records.listed, schema, faults);
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
    Some(Record { id: head.key.into(), span: node.span, faulty: faults.errors() > before, values })
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
fn refuse_duplicates(records: &mut [Record], schema: &Schema, faults: &mut Faults) {
    let mut seen: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for record in records {
        let Some(first) = seen.insert(record.id.to_lowercase(), Arc::clone(&record.id)) else { continue };
        record.faulty = true;
        let message = if first == record.id {
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
    Some(Record { id, span: node.span, faulty: faults.errors() > before, values })
}
