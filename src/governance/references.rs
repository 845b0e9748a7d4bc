//! Whether the ids that governance files name exist.

use std::sync::Arc;

use crate::document::Problem;
use crate::governance::Governance;
use crate::governance::record::{Held, Record};
use crate::governance::schema::{Field, SCHEMAS, Shape};
use crate::governance::soa::{Entry, Reason};
use crate::lower::{Faults, one_of};
use crate::source::{FileId, Span, Workspace};

/// Every reference that leads nowhere.
pub fn check(workspace: &Workspace, governance: &Governance) -> Vec<Problem> {
    let mut problems = Vec::new();
    for schema in SCHEMAS {
        let Some(register) = governance.registers.get(schema.file) else { continue };
        let mut checker = Checker::new(workspace, governance, register.file);
        for record in &register.records {
            for field in schema.fields {
                checker.field(record, field);
            }
            checker.pairs(record);
        }
        problems.extend(checker.faults.into_problems());
    }
    if let Some(statement) = &governance.statement
        && let Some(span) = statement.span
    {
        let mut checker = Checker::new(workspace, governance, span.file);
        if let Some((role, at)) = &statement.approved_by {
            checker.link("raci", role, *at);
        }
        for entry in statement.entries.values().chain(statement.custom.iter().map(|(_, entry)| entry)) {
            checker.entry(entry);
        }
        problems.extend(checker.faults.into_problems());
    }
    problems
}

struct Checker<'a> {
    workspace: &'a Workspace,
    governance: &'a Governance,
    faults: Faults,
}

impl<'a> Checker<'a> {
    fn new(workspace: &'a Workspace, governance: &'a Governance, file: FileId) -> Checker<'a> {
        Checker { workspace, governance, faults: Faults::new("governance::reference", workspace.path(file)) }
    }

    fn field(&mut self, record: &Record, field: &Field) {
        match (field.shape, record.held(field.key)) {
            (Shape::Role, Some(Held::Text(role))) => self.link("raci", role, record.at(field.key)),
            (Shape::Link(file), Some(Held::Text(id))) => self.link(file, id, record.at(field.key)),
            (Shape::Links(file), Some(Held::Texts(ids))) => {
                for (id, span) in ids {
                    self.link(file, id, *span);
                }
            }
            (Shape::Paths, Some(Held::Texts(globs))) => {
                for (glob, span) in globs {
                    self.path(glob, *span);
                }
            }
            (Shape::Evidence, Some(Held::Evidence(evidence))) => {
                for item in evidence {
                    self.path(&item.path, item.span);
                }
            }
            _ => {}
        }
    }

    /// Pairs of roles and of days that a record may not turn around.
    fn pairs(&mut self, record: &Record) {
        for (asks, decides) in [("requested_by", "approved_by"), ("made_by", "approved_by")] {
            if let (Some(one), Some(other)) = (record.text(asks), record.text(decides))
                && one == other
            {
                let message = format!("`{decides}` is the same role as `{asks}`");
                self.faults.add(record.at(decides), message, "someone else has to decide");
            }
        }
        for (first, last) in [("approved_on", "expires"), ("period_from", "period_to"), ("period_to", "expires")] {
            if let (Some(from), Some(to)) = (record.date(first), record.date(last))
                && to < from
            {
                let message = format!("`{last}` ({to}) lies before `{first}` ({from})");
                self.faults.add(record.at(last), message, "check the two days");
            }
        }
        if let (Some(invited), Some(completed)) = (record.number("invited"), record.number("completed"))
            && completed > invited
        {
            self.faults.add(record.at("completed"), "more completed than were invited", "check the two numbers");
        }
    }

    fn entry(&mut self, entry: &Entry) {
        for (role, at) in entry.owner.iter().chain(&entry.accountable) {
            self.link("raci", role, *at);
        }
        if let Some((supplier, at)) = &entry.inherited_from {
            self.link("suppliers", supplier, *at);
        }
        for item in &entry.evidence {
            self.path(&item.path, item.span);
        }
        for (reason, at) in &entry.reasons {
            match reason {
                Reason::Risk(id) => self.link("risks", id, *at),
                Reason::Legal(id) | Reason::Contract(id) => self.link("legal", id, *at),
                Reason::Practice(_) => {}
            }
        }
    }

    fn link(&mut self, file: &'static str, id: &Arc<str>, at: Span) {
        if self.governance.record(file, id).is_some() {
            return;
        }
        let known: Vec<&str> = self.governance.records(file).iter().map(|record| &*record.id).collect();
        let help =
            if known.is_empty() { format!("there is no {file}.toml, or nothing in it") } else { one_of(id, &known) };
        self.faults.add(at, format!("`{id}` is not in {file}.toml"), help);
    }

    fn path(&mut self, glob: &Arc<str>, at: Span) {
        if self.workspace.find(glob).is_some() || self.workspace.under(glob.trim_end_matches('/')).next().is_some() {
            return;
        }
        let matcher = match globset::GlobBuilder::new(glob).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => {
                self.faults.add(
                    at,
                    format!("`{glob}` is not a glob: {}", error.kind()),
                    "write a path of the repository",
                );
                return;
            }
        };
        if !self.workspace.ids().any(|id| matcher.is_match(self.workspace.path(id))) {
            self.faults.add(
                at,
                format!("no file of the repository is at `{glob}`"),
                "correct the path, or take it out",
            );
        }
    }
}
