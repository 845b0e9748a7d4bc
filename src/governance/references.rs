//! Whether the ids and paths that governance files name exist.

use std::sync::Arc;

use crate::document::Problem;
use crate::governance::Governance;
use crate::governance::paths::{Found, MAX_GLOBS, Paths};
use crate::governance::record::{Evidence, Held, Record};
use crate::governance::schema::{Field, SCHEMAS, Shape};
use crate::governance::soa::{Entry, Reason};
use crate::lower::{Faults, one_of};
use crate::source::{FileId, Span, Workspace};

/// Every reference that leads nowhere.
pub fn check(workspace: &Workspace, governance: &Governance) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut paths = Paths::new(workspace);
    for schema in SCHEMAS {
        let Some(register) = governance.registers.get(schema.file) else { continue };
        let mut checker = Checker::new(workspace, governance, register.file, &mut paths);
        let heads = register.head.iter().zip(schema.head).map(|(record, head)| (record, head.fields));
        let records = register.records.iter().map(|record| (record, schema.fields));
        for (record, fields) in heads.chain(records) {
            for field in fields {
                checker.field(record, field);
            }
        }
        problems.extend(checker.faults.into_problems());
    }
    if let Some(statement) = &governance.statement
        && let Some(span) = statement.span
    {
        let mut checker = Checker::new(workspace, governance, span.file, &mut paths);
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

struct Checker<'a, 'p> {
    governance: &'a Governance,
    paths: &'p mut Paths<'a>,
    faults: Faults,
}

impl<'a, 'p> Checker<'a, 'p> {
    fn new(
        workspace: &'a Workspace,
        governance: &'a Governance,
        file: FileId,
        paths: &'p mut Paths<'a>,
    ) -> Checker<'a, 'p> {
        Checker { governance, paths, faults: Faults::new("governance::reference", workspace.path(file)) }
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
            (Shape::Files | Shape::Evidence, Some(Held::Evidence(evidence))) => {
                for item in evidence {
                    self.evidence(item);
                }
            }
            _ => {}
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
            self.evidence(item);
        }
        for (reason, at) in &entry.reasons {
            match reason {
                Reason::Risk(id) => self.link("risks", id, *at),
                Reason::Legal(id) => self.obligation(id, false, *at),
                Reason::Contract(id) => self.obligation(id, true, *at),
                Reason::Practice(_) => {}
            }
        }
    }

    fn evidence(&mut self, item: &Evidence) {
        if let Some(path) = item.kept.path() {
            self.path(path, item.span);
        }
        if let Some((role, at)) = &item.collected.by {
            self.link("raci", role, *at);
        }
    }

    /// An obligation of `legal.toml` that is a contract where one is named as such, and is none where it is not.
    fn obligation(&mut self, id: &Arc<str>, contract: bool, at: Span) {
        self.link("legal", id, at);
        let kind = self.governance.record("legal", id).and_then(|record| record.text("kind"));
        let Some(kind) = kind.filter(|kind| (&***kind == "contract") != contract) else { return };
        let (written, meant) = if contract { ("contract", "legal") } else { ("legal", "contract") };
        let message = format!("`{id}` is of kind {kind}, not named by `{written}:`");
        self.faults.add(at, message, format!("write `{meant}:{id}`"));
    }

    fn link(&mut self, file: &'static str, id: &Arc<str>, at: Span) {
        if self.governance.knows(file, id) {
            return;
        }
        // Until a Statement of Applicability is kept, no register is asked for because another one names it.
        if self.governance.records(file).is_empty()
            && !self.governance.statement.as_ref().is_some_and(|statement| statement.is_kept)
        {
            return;
        }
        let known: Vec<&str> = self.governance.records(file).iter().map(|record| &*record.id).collect();
        let help =
            if known.is_empty() { format!("there is no {file}.toml, or nothing in it") } else { one_of(id, &known) };
        self.faults.add(at, format!("`{id}` is not in {file}.toml"), help);
    }

    fn path(&mut self, path: &Arc<str>, at: Span) {
        match self.paths.find(path) {
            Found::Something => {}
            Found::Nothing => {
                let message = format!("no file of the repository is at `{path}`");
                self.faults.add(at, message, "correct the path, or take it out");
            }
            Found::NoGlob(reason) => {
                self.faults.add(at, format!("`{path}` is not a glob: {reason}"), "write a path of the repository");
            }
            Found::TooMany => {
                let message = format!("more than {MAX_GLOBS} globs; `{path}` is not looked for");
                self.faults.add(at, message, "name folders in place of globs");
            }
        }
    }
}
