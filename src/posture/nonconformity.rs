//! Nonconformities: of the register, and of the front matter of records.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::control::{self, ControlId};
use crate::dialect::Resource;
use crate::document::Node;
use crate::governance::front_matter::{day_of, done_by};
use crate::governance::{Governance, Record};
use crate::source::{Span, Workspace};

/// How grave a nonconformity is, from worst to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// The management system does not do what it is for, or a requirement is not met at all.
    Major,
    /// A requirement is not met in part.
    Minor,
    /// What may become one.
    Observation,
}

impl Grade {
    /// The word, as registers have it.
    pub fn name(self) -> &'static str {
        match self {
            Grade::Major => "major",
            Grade::Minor => "minor",
            Grade::Observation => "observation",
        }
    }

    /// "major nonconformity", "observation"
    pub fn words(self) -> &'static str {
        match self {
            Grade::Major => "major nonconformity",
            Grade::Minor => "minor nonconformity",
            Grade::Observation => "observation",
        }
    }

    fn named(word: &str) -> Option<Grade> {
        [Grade::Major, Grade::Minor, Grade::Observation].into_iter().find(|grade| grade.name() == word)
    }
}

/// Something that was found not to be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonconformity {
    /// Its id; with its file where another one has the same.
    pub id: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// The file that it stands in.
    pub path: Arc<str>,
    /// What was found.
    pub title: Arc<str>,
    /// How grave it is.
    pub grade: Grade,
    /// Where it comes from.
    pub source: Arc<str>,
    /// The audit that found it, in the register.
    pub audit: Option<Arc<str>>,
    /// When it was found.
    pub found_on: Option<Date>,
    /// Until when it is to be closed.
    pub due: Option<Date>,
    /// When it was closed.
    pub closed_on: Option<Date>,
    /// Whether it is not closed, or was closed although its actions were not effective; a major one also where no cause or no corrective
    /// action is told.
    pub is_open: bool,
    /// Whether it is open and its day has passed.
    pub overdue: bool,
    /// The role that answers for it.
    pub owner: Option<Arc<str>>,
    /// The controls that are not met.
    pub controls: Vec<ControlId>,
    /// The clauses that are not met, without their prefix.
    pub clauses: Vec<Arc<str>>,
    /// Why it came about.
    pub root_cause: Option<Arc<str>>,
    /// Ids of the corrective actions, in the plan.
    pub actions: Vec<Arc<str>>,
    /// Whether these were effective, where somebody looked.
    pub effective: Option<bool>,
}

impl Nonconformity {
    /// Whether it is a major one that is overdue: what ends a certificate.
    pub fn is_pressing(&self) -> bool {
        self.grade == Grade::Major && self.overdue
    }

    /// "the major nonconformity `n1` is overdue since 2026-01-14"
    pub fn standing(&self) -> String {
        let name = format!("the {} `{}`", self.grade.words(), self.id);
        match self.due.filter(|_| self.overdue) {
            _ if self.closed_on.is_some() && self.effective == Some(false) => {
                format!("{name} is closed, and its actions were not effective")
            }
            _ if self.closed_on.is_some() => {
                format!("{name} is closed, and its cause or its corrective actions are not told")
            }
            Some(due) => format!("{name} is overdue since {due}"),
            None => format!("{name} stands"),
        }
    }

    /// The requirements that are not met: "clause 9.2.1, control 5.18".
    pub fn requirements(&self) -> String {
        let clauses = self.clauses.iter().map(|clause| format!("clause {clause}"));
        clauses.chain(self.controls.iter().map(|id| format!("control {id}"))).collect::<Vec<_>>().join(", ")
    }

    /// How far it is, in a word or two.
    pub fn progress(&self) -> &'static str {
        match (self.is_open, self.overdue, self.effective) {
            (false, _, Some(true)) => "closed, effective",
            (false, _, Some(false)) => "closed, not effective",
            (false, _, None) => "closed, effect not checked",
            (true, true, _) => "overdue",
            (true, false, _) => "open",
        }
    }

    /// What is to be done next.
    pub fn next_step(&self) -> &'static str {
        match (self.root_cause.is_some(), self.actions.is_empty(), self.effective) {
            (false, ..) => {
                "Find the root cause (root_cause), correct what stands, and plan what removes the cause (actions, due)."
            }
            (true, true, _) => {
                "Plan what removes the cause: corrective actions in plan.toml, named in actions, with a due."
            }
            (true, false, Some(false)) => {
                "The actions were not effective: look at the cause again, and plan further ones."
            }
            (true, false, None) => {
                "Finish the corrective actions; then let somebody else check whether they were effective (checked_by, checked_on, \
                 effective), and close it."
            }
            (true, false, Some(true)) => "Close it: add closed_on.",
        }
    }
}

/// Every nonconformity: those of the register in the order written, then those of documents.
pub fn all(governance: &Governance, resources: &[Resource], workspace: &Workspace, today: Date) -> Vec<Nonconformity> {
    let path = governance.file("nonconformities").map(|file| Arc::from(workspace.path(file)));
    let mut found: Vec<Nonconformity> = Vec::new();
    let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
    let registered = governance.records("nonconformities").iter().filter_map(|record| {
        let path: &Arc<str> = path.as_ref()?;
        Some(of_record(record, Arc::clone(path), today))
    });
    let documents = resources.iter().filter(|resource| &*resource.kind == "document/record");
    for mut of in registered.chain(documents.flat_map(|resource| of_document(resource, workspace, today))) {
        // Documents number theirs on their own.
        if !seen.insert(Arc::clone(&of.id)) {
            of.id = format!("{} ({})", of.id, of.path).into();
        }
        found.push(of);
    }
    found
}

/// The open ones that speak against a control, the gravest first.
pub fn against(all: &[Nonconformity], id: ControlId) -> Vec<&Nonconformity> {
    let mut against: Vec<&Nonconformity> =
        all.iter().filter(|of| of.is_open && of.grade != Grade::Observation && of.controls.contains(&id)).collect();
    against.sort_by_key(|of| (of.grade, !of.overdue));
    against
}

/// What is missing of the record has been told, and takes nothing from what was found.
fn of_record(record: &Record, path: Arc<str>, today: Date) -> Nonconformity {
    let texts = |key| record.texts(key).iter().map(|(text, _)| Arc::clone(text)).collect();
    let (due, closed_on, effective) = (record.date("due"), record.date("closed_on"), record.flag("effective"));
    // What cannot be read of its grade makes it no milder.
    let grade = record.text("grade").and_then(|grade| Grade::named(grade));
    let grade = grade.unwrap_or(if record.faulty { Grade::Major } else { UNGRADED });
    let is_acted = !record.texts("actions").is_empty() || effective == Some(true);
    let told = record.text("root_cause").is_some() && is_acted && !record.faulty;
    let is_open = is_open(closed_on.is_some(), effective) || (grade == Grade::Major && !told);
    Nonconformity {
        id: Arc::clone(&record.id),
        span: record.span,
        path,
        title: Arc::clone(record.text("title").unwrap_or(&record.id)),
        grade,
        source: record.text("source").map_or_else(|| "other".into(), Arc::clone),
        audit: record.text("audit").cloned(),
        found_on: record.date("found_on"),
        due,
        closed_on,
        is_open,
        overdue: is_open && due.is_some_and(|due| due < today),
        owner: record.text("owner").cloned(),
        controls: record.controls("controls").iter().map(|(id, _)| *id).collect(),
        clauses: texts("clauses"),
        root_cause: record.text("root_cause").cloned(),
        actions: texts("actions"),
        effective,
    }
}

/// What is not graded is treated as a rule treats it: not as a major one.
const UNGRADED: Grade = Grade::Minor;

/// Whether it is still to be done about: what was closed and did not help is not over.
fn is_open(closed: bool, effective: Option<bool>) -> bool {
    !closed || effective == Some(false)
}

/// Most nonconformities of one document.
const MOST: usize = 200;

fn of_document(resource: &Resource, workspace: &Workspace, today: Date) -> Vec<Nonconformity> {
    let Some(front) = resource.body.get("front_matter") else { return Vec::new() };
    let path: Arc<str> = workspace.path(resource.span.file).into();
    let found_on = day_of(front, "date").or_else(|| day_of(front, "held_on"));
    let kind: Arc<str> = resource.body.get("kind").and_then(Node::as_str).unwrap_or("record").into();
    let items = front.get("nonconformities").map_or(&[][..], Node::items).iter().take(MOST).enumerate();
    let read = items.map(|(place, item)| {
        let text = |key: &str| item.get(key).and_then(Node::as_str).filter(|text| !text.trim().is_empty());
        let id: Arc<str> = text("id").map_or_else(|| format!("{}", place + 1).into(), Arc::from);
        let closed_on = done_by(today, item, "closed_on");
        let effective = item.get("effective").and_then(Node::as_bool);
        let closed = closed_on.is_some() || matches!(text("status"), Some("closed" | "done"));
        let is_open = is_open(closed, effective);
        let due = day_of(item, "due");
        let named = |key: &str| text(key).map(control::named).unwrap_or_default();
        let (annex, clause) = match text("clause") {
            Some(clause) if clause.starts_with("A.") => (Some(clause), None),
            clause => (None, clause),
        };
        Nonconformity {
            title: text("title").or_else(|| text("finding")).map_or_else(|| Arc::clone(&id), Arc::from),
            id,
            span: item.span,
            path: Arc::clone(&path),
            grade: text("grade").map_or(UNGRADED, |grade| Grade::named(grade).unwrap_or(Grade::Major)),
            source: Arc::clone(&kind),
            audit: None,
            found_on,
            due,
            closed_on,
            is_open,
            overdue: is_open && due.is_some_and(|due| due < today),
            owner: text("owner").map(Arc::from),
            // `clause: A.5.18` is a control of Annex A.
            controls: named("control").into_iter().chain(annex.map(control::named).unwrap_or_default()).collect(),
            clauses: clause.map(|clause| Arc::from(clause.trim_start_matches("clause:"))).into_iter().collect(),
            root_cause: text("root_cause").map(Arc::from),
            actions: Vec::new(),
            effective,
        }
    });
    read.collect()
}

/// The ids of those that speak against a control.
pub(super) fn ids(against: &[&Nonconformity]) -> Vec<Arc<str>> {
    against.iter().map(|of| Arc::clone(&of.id)).collect()
}
