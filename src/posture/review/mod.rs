//! What a management review looks at, made of what registers, records and checks say at both ends of a period.
//!
//! Each part of clause 9.3.2 of ISO/IEC 27001 is a section; what nothing is known of is said, and nothing is judged: that is for
//! those who hold the review.

mod sections;

use std::sync::Arc;

use jiff::civil::Date;

use super::ledger::Ledger;
use crate::dialect::Resource;
use crate::document::Node;
use crate::governance::Governance;
use crate::governance::front_matter::{day_of, done_by};
use crate::source::Workspace;

/// The inputs of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The first day of the period.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// What was looked at for the start: the commit and its day, or why there is none.
    pub start: Result<(Arc<str>, Date), String>,
    /// What was looked at for the end: the commit where it is one, and the day.
    pub end: (Option<Arc<str>>, Date),
    /// What the management system covers, where the Statement says so.
    pub scope: Option<Arc<str>>,
    /// The sections, in the order of the clause.
    pub sections: Vec<ReviewSection>,
}

impl Review {
    /// The words of the inputs of which something is known.
    pub fn known(&self) -> impl Iterator<Item = &'static str> {
        self.sections.iter().filter(|section| !section.tables.is_empty()).map(|section| section.input)
    }
}

/// A part of clause 9.3.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewSection {
    /// The word that stands for it in `management-reviews.toml`.
    pub input: &'static str,
    /// The part of the clause: `9.3.2 a`.
    pub clause: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// What is known.
    pub tables: Vec<ReviewTable>,
    /// What is not known, or was not done.
    pub missing: Vec<String>,
}

/// Rows of one sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewTable {
    /// What they are.
    pub title: String,
    /// The heads of the columns.
    pub head: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// What was said and found at one end of the period.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// What the governance files say.
    pub governance: &'a Governance,
    /// Where controls stand.
    pub ledger: &'a Ledger,
    /// Failing findings that count, by severity: critical, high, medium, low, info.
    pub failed: [usize; 5],
}

/// A record of the management system that is written in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenRecord {
    /// Its path.
    pub path: Arc<str>,
    /// What it is a record of.
    pub kind: Arc<str>,
    /// What it is called.
    pub title: Arc<str>,
    /// The day that it is about.
    pub day: Option<Date>,
    /// Of an incident, how grave it was.
    pub severity: Option<Arc<str>>,
    /// Of an incident, when it was over.
    pub closed: Option<Date>,
    /// What follows from it.
    pub actions: Vec<WrittenAction>,
}

/// Something that follows from a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenAction {
    /// What is done.
    pub title: Arc<str>,
    /// Who does it.
    pub owner: Option<Arc<str>>,
    /// Until when.
    pub due: Option<Date>,
    /// Whether it is over.
    pub done: bool,
}

/// What is known of the start of a period: the moment, and which commit that was or why none is known.
type Start<'m> = (Option<Moment<'m>>, Result<(Arc<str>, Date), String>);

/// The inputs of a review of a period: of its start nothing is known where there is no moment.
pub fn review((from, to): (Date, Date), start: Start<'_>, end: (Moment<'_>, (Option<Arc<str>>, Date))) -> Review {
    let (before, start) = start;
    let (now, end) = end;
    let look = sections::Look { from, to, before, now };
    let scope = now.ledger.statement.as_ref().and_then(|head| head.scope.clone());
    Review { from, to, start, end, scope, sections: look.sections() }
}

/// Most records that are read, and most actions of one.
const MOST: usize = 1000;

/// The records that documents hold.
pub fn records(resources: &[Resource], workspace: &Workspace, today: Date) -> Vec<WrittenRecord> {
    let records = resources.iter().filter(|resource| &*resource.kind == "document/record").take(MOST);
    records.filter_map(|resource| record(resource, workspace, today)).collect()
}

fn record(resource: &Resource, workspace: &Workspace, today: Date) -> Option<WrittenRecord> {
    let front = resource.body.get("front_matter");
    let path: Arc<str> = workspace.path(resource.span.file).into();
    let text =
        |node: &Node, key: &str| node.get(key).and_then(Node::as_str).filter(|text| !text.is_empty()).map(Arc::from);
    let heading = || resource.body.get("headings")?.items().first()?.get("text")?.as_str().map(Arc::from);
    let days = ["date", "held_on", "detected", "occurred", "reviewed_on"];
    let actions = front.and_then(|front| front.get("actions")).map_or(&[][..], Node::items).iter().take(MOST);
    let actions = actions.map(|action| WrittenAction {
        title: text(action, "title").or_else(|| text(action, "action")).unwrap_or_else(|| "?".into()),
        owner: text(action, "owner"),
        due: day_of(action, "due"),
        done: done_by(today, action, "done_on").is_some()
            || matches!(action.get("status").and_then(Node::as_str), Some("done" | "dropped")),
    });
    Some(WrittenRecord {
        kind: resource.body.get("kind").and_then(Node::as_str)?.into(),
        title: front.and_then(|front| text(front, "title")).or_else(heading).unwrap_or_else(|| Arc::clone(&path)),
        day: front.and_then(|front| days.iter().find_map(|key| day_of(front, key))),
        severity: front.and_then(|front| text(front, "severity")),
        closed: front.and_then(|front| done_by(today, front, "closed")),
        actions: actions.collect(),
        path,
    })
}
