//! What is due, expires or is to be looked at again, and when.
//!
//! Everything that has a day is in one list, whichever file it is from. An entry's id stays the same as long as its day does,
//! so that whoever is reminded by it is reminded once.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::ledger::{Ledger, ids};
use crate::dialect::Resource;
use crate::document::Node;
use crate::governance::record::Held;
use crate::governance::schema::SCHEMAS;
use crate::governance::succession::{self, Succession};
use crate::governance::{Governance, Record, STATEMENT, front_matter};
use crate::source::Workspace;

/// Something that has a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaEntry {
    /// Made of where it stands, what it is and its day.
    pub id: String,
    /// The day.
    pub day: Date,
    /// What is the case, or to be done, on that day: "expires".
    pub what: &'static str,
    /// What it is about: "risk: Orders are stolen".
    pub title: String,
    /// Who looks after it.
    pub owner: Option<Arc<str>>,
    /// The file that says so.
    pub path: Arc<str>,
    /// Whether the day has passed.
    pub overdue: bool,
}

/// A day in the front matter of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentDay {
    /// The document.
    pub path: Arc<str>,
    /// The key that holds the day, with what tells it from others of the document.
    pub key: String,
    /// What is the case on that day.
    pub what: &'static str,
    /// What it is about.
    pub title: String,
    /// Who looks after it.
    pub owner: Option<Arc<str>>,
    /// The day.
    pub day: Date,
    /// The register that may have the same thing, and its id there.
    pub record: Option<(&'static str, Arc<str>)>,
}

/// A key of a register that holds a day.
struct DueKey {
    file: &'static str,
    key: &'static str,
    what: &'static str,
    /// Days from what is written until something has to be done.
    later: i64,
    /// The key that says how long after what is written that is.
    every: Option<&'static str>,
    /// The table beside the records that has the key.
    head: bool,
}

const fn due(file: &'static str, key: &'static str, what: &'static str) -> DueKey {
    DueKey { file, key, what, later: 0, every: None, head: false }
}

/// Days after which what is looked at each year is to be looked at again.
const YEAR: i64 = 365;

const DUE: [DueKey; 23] = [
    due("plan", "due", "due"),
    due("attestations", "expires", "expires"),
    due("suppliers", "next_review", "review"),
    due("suppliers", "contract_end", "contract ends"),
    due("suppliers", "certificate_expires", "certificate expires"),
    due("access-reviews", "next_review", "review"),
    due("exercises", "next", "try again"),
    DueKey { later: YEAR, ..due("risks", "reviewed_on", "look at it again") },
    DueKey { later: YEAR, ..due("assets", "reviewed_on", "look at it again") },
    DueKey { later: YEAR, ..due("legal", "reviewed_on", "look at it again") },
    DueKey { later: YEAR, ..due("contacts", "verified_on", "try again") },
    DueKey { later: YEAR, ..due("training", "period_end", "hold it again") },
    DueKey { later: YEAR, ..due("acknowledgements", "counted_on", "ask again") },
    DueKey { later: YEAR, ..due("suppliers", "assessed_on", "assess again") },
    due("nonconformities", "due", "close it"),
    due("nonconformities", "check_due", "check the effectiveness"),
    due("audits", "planned_on", "audit"),
    DueKey { head: true, ..due("audits", "to", "the programme ends") },
    due("management-reviews", "next", "hold it again"),
    DueKey { every: Some("interval"), ..due("objectives", "measured_on", "measure again") },
    due("objectives", "due", "to be reached"),
    DueKey { later: YEAR, ..due("context", "reviewed_on", "look at it again") },
    DueKey { later: YEAR, head: true, ..due("context", "reviewed_on", "look at it again") },
];

/// Everything that has a day up to `until`, what is overdue included: by day, then by id.
pub fn entries(ledger: &Ledger, governance: &Governance, workspace: &Workspace, until: Date) -> Vec<AgendaEntry> {
    let today = ledger.today;
    let mut entries: Vec<AgendaEntry> = DUE.iter().flat_map(|due| of_register(due, governance, workspace)).collect();
    entries.extend(ledger.waivers.iter().map(|waiver| {
        let path: Arc<str> = workspace.path(waiver.span.file).into();
        let owner = governance.record("waivers", &waiver.id).and_then(owner);
        entry(path, &waiver.id, "expires", waiver.holds_until, format!("waiver: {}", waiver.id), owner)
    }));
    entries.extend(ledger.statement.as_ref().and_then(|head| {
        let owner = head.approved_by.clone();
        let title = "Statement of Applicability".to_owned();
        Some(entry(Arc::clone(&head.path), STATEMENT, "review", head.next_review?, title, owner))
    }));
    entries.extend(
        ledger
            .documents
            .iter()
            // What a register has too is told once, with the day that stands there.
            .filter(|of| of.record.as_ref().is_none_or(|(file, id)| !governance.knows(file, id)))
            .map(|of| entry(Arc::clone(&of.path), &of.key, of.what, of.day, of.title.clone(), of.owner.clone())),
    );
    let register: Option<Arc<str>> = governance.file("evidence").map(|file| workspace.path(file).into());
    entries.extend(ledger.origins.iter().filter_map(|origin| {
        let key = format!("{}:{}:{}", origin.record, origin.path, origin.tool);
        let title = format!("results of {}: {}", origin.tool, origin.path);
        Some(entry(
            register.clone()?,
            &key,
            "collect again",
            origin.valid_until?,
            title,
            Some(Arc::clone(&origin.owner)),
        ))
    }));
    entries.retain(|entry| entry.day <= until);
    for entry in &mut entries {
        entry.overdue = entry.day < today;
    }
    entries.sort_by(|a, b| (a.day, &a.id).cmp(&(b.day, &b.id)));
    entries.dedup_by(|a, b| a.id == b.id);
    entries
}

fn of_register(due: &'static DueKey, governance: &Governance, workspace: &Workspace) -> Vec<AgendaEntry> {
    let Some(file) = governance.file(due.file) else { return Vec::new() };
    let path: Arc<str> = workspace.path(file).into();
    let succession = Succession::of(due.file);
    // By what it is of: the day that says how new a record is, the day on which something is due, and the record. One with a
    // fault takes the place of none.
    let mut last: BTreeMap<(bool, &str), (Option<Date>, Date, &Record)> = BTreeMap::new();
    let heads = governance.head(due.file).filter(|_| due.head);
    let records = if due.head { &[][..] } else { governance.records(due.file) };
    for record in heads.into_iter().chain(records).filter(|record| is_open(record, due.key)) {
        let Some(day) = day(record, due).filter(|_| !is_renewed(record, due, records)) else { continue };
        let thing = match succession.filter(|_| !record.faulty) {
            Some(of) => of.thing.map_or("", |key| record.text(key).map_or(&*record.id, |text| text)),
            None => &*record.id,
        };
        let held = succession.and_then(|of| record.date(of.day));
        let newest = last.entry((record.faulty, thing)).or_insert((held, day, record));
        if (newest.0, newest.1) < (held, day) {
            *newest = (held, day, record);
        }
    }
    let sort = SCHEMAS.iter().find(|schema| schema.file == due.file).map_or(due.file, |schema| schema.record);
    let entries = last.into_values().map(|(_, day, record)| {
        let title = record.text("title").or_else(|| record.text("system")).or_else(|| record.text("statement"));
        let title = format!("{sort}: {}", title.map_or(&*record.id, |title| title));
        entry(Arc::clone(&path), &format!("{}:{}", record.id, due.key), due.what, day, title, owner(record))
    });
    entries.collect()
}

/// The day on which something is to be done.
fn day(record: &Record, due: &DueKey) -> Option<Date> {
    let day = record.date(due.key)?.checked_add(due.later.days()).ok()?;
    let Some(every) = due.every else { return Some(day) };
    match record.held(every) {
        Some(Held::Hours(hours)) => day.checked_add((hours.checked_add(23)? / 24).days()).ok(),
        _ => None,
    }
}

/// Whether something is still to be done about a record on the day of a key: an action that is done has no day any more, nor
/// has what was closed, held or checked.
fn is_open(record: &Record, key: &str) -> bool {
    let status = record.text("status").is_none_or(|status| matches!(&**status, "open" | "doing"));
    let over = ["done_on", "closed_on"].iter().any(|key| record.held(key).is_some());
    let checked = key == "check_due" && record.held("checked_on").is_some();
    // What somebody said is no standing matter.
    let passing = record.text("kind").is_some_and(|kind| &**kind == "feedback");
    let is_done = over || checked || passing || key == "due" && is_reached(record);
    status && !is_done
}

/// Whether others that hold longer state each of the controls of an attestation.
fn is_renewed(attestation: &Record, due: &DueKey, records: &[Record]) -> bool {
    if due.file != "attestations" {
        return false;
    }
    let stated = |of: &Record| Some((of.date(due.key)?, ids(of)));
    let others = records.iter().filter(|of| !of.faulty).filter_map(stated);
    stated(attestation).is_some_and(|(ends, own)| succession::is_renewed(ends, &own, others))
}

/// Whether an objective has the value that is aimed at.
fn is_reached(record: &Record) -> bool {
    let lower = record.text("better").is_some_and(|better| &**better == "lower");
    let values = record.number("value").zip(record.number("target"));
    values.is_some_and(|(value, target)| if lower { value <= target } else { value >= target })
}

fn owner(record: &Record) -> Option<Arc<str>> {
    let keys = ["owner", "auditor", "chair", "decided_by", "made_by", "reviewer", "requested_by"];
    keys.iter().find_map(|key| record.text(key)).cloned()
}

fn entry(
    path: Arc<str>,
    key: &str,
    what: &'static str,
    day: Date,
    title: String,
    owner: Option<Arc<str>>,
) -> AgendaEntry {
    AgendaEntry { id: format!("annexa:{path}:{key}:{day}"), day, what, title, owner, path, overdue: false }
}

/// Most days of one document.
const MOST_DAYS: usize = 200;

/// The days in the front matter of policies and records, of what is left to do.
pub fn of_documents(resources: &[Resource], workspace: &Workspace, today: Date) -> Vec<DocumentDay> {
    let documents = resources.iter().filter(|resource| resource.kind.starts_with("document/"));
    documents.flat_map(|resource| of_document(resource, workspace, today)).collect()
}

fn of_document(resource: &Resource, workspace: &Workspace, today: Date) -> Vec<DocumentDay> {
    let path: Arc<str> = workspace.path(resource.span.file).into();
    let Some(front) = resource.body.get("front_matter") else { return Vec::new() };
    let title = text(front, "title").map_or_else(|| path.to_string(), |title| title.to_string());
    let owner = text(front, "owner");
    let entry = |key: String, what, title: String, owner, day: Option<Date>, record| {
        Some(DocumentDay { path: Arc::clone(&path), key, what, title, owner, day: day?, record })
    };
    let review = front_matter::day_of(front, "next_review");
    let review = entry("next_review".into(), "review", title.clone(), owner, review, None);
    let listed = ["actions", "nonconformities"].iter().flat_map(|list| {
        let items = front.get(list).map_or(&[][..], Node::items).iter().enumerate();
        let items = items.filter(|(_, item)| is_left(item, today));
        items.map(move |(place, item)| (*list, place, item))
    });
    let listed = listed.take(MOST_DAYS).filter_map(|(list, place, item)| {
        let named = text(item, "title").or_else(|| text(item, "action")).or_else(|| text(item, "id"));
        let about = named.map_or_else(|| format!("{list} {}", place + 1), |named| named.to_string());
        let key = text(item, "id").map_or_else(|| format!("{list}:{}", place + 1), |id| format!("{list}:{id}"));
        let due = front_matter::day_of(item, "due");
        let register = if list == "actions" { "plan" } else { "nonconformities" };
        let record = text(item, "id").map(|id| (register, id));
        entry(key, "due", format!("{about} ({title})"), text(item, "owner"), due, record)
    });
    review.into_iter().chain(listed).collect()
}

/// Whether an item of a record is still to be done.
fn is_left(item: &Node, today: Date) -> bool {
    let is_done = ["done_on", "closed_on"].iter().any(|key| front_matter::done_by(today, item, key).is_some());
    let status = item.get("status").and_then(Node::as_str).unwrap_or_default();
    !is_done && !matches!(status, "done" | "closed" | "dropped")
}

fn text(node: &Node, key: &str) -> Option<Arc<str>> {
    node.get(key).and_then(Node::as_str).filter(|text| !text.is_empty()).map(Arc::from)
}
