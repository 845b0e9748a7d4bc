//! What an organisation says of its controls: applicability, risks, waivers, attestations, plan and registers.
//!
//! Read from TOML files of one folder (by default `compliance/`). A record with a fault loses only what is wrong in it; each fault is
//! told with its place. What is faulty speaks against what it is about as before, and excuses nothing ([`Record::faulty`]). Whether what
//! is said still holds is not judged here.

mod consistent;
pub mod difference;
mod evidence;
pub mod front_matter;
pub mod json_schema;
pub mod parts;
pub mod paths;
pub mod record;
pub mod reference;
pub mod references;
pub mod schema;
pub mod soa;
mod stray;
pub mod succession;
mod to_come;
pub mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::document::{Node, Problem};
use crate::lower::Faults;
use crate::source::{FileId, Source, Workspace};
use crate::syntax;

pub use record::Record;
use schema::{SCHEMAS, Schema};
pub use soa::Statement;

/// Where governance files live unless the settings say otherwise.
pub const DEFAULT_FOLDER: &str = "compliance";

/// The name of the Statement of Applicability without `.toml`.
pub const STATEMENT: &str = "soa";

/// Everything that the governance files say.
#[derive(Clone, Debug, Default)]
pub struct Governance {
    /// The Statement of Applicability, when there is one.
    pub statement: Option<Statement>,
    /// The records of each file that is there, by the file's name without `.toml`, in the order written.
    registers: BTreeMap<&'static str, Register>,
}

/// The records of one file.
#[derive(Clone, Debug)]
pub struct Register {
    /// The file.
    pub file: FileId,
    /// The table beside its records, where there is one.
    pub head: Option<Record>,
    /// Its records, in the order written.
    pub records: Vec<Record>,
    /// The places of the records in that list, by their ids.
    by_id: BTreeMap<Arc<str>, usize>,
    /// Ids that are none, of records which are not in the list.
    misnamed: BTreeSet<Arc<str>>,
}

impl Register {
    fn new(file: FileId, read: record::Records) -> Register {
        let record::Records { head, listed: records, misnamed } = read;
        // The first of two with one id counts; the second has been told of.
        let ids = records.iter().enumerate().rev().map(|(index, record)| (Arc::clone(&record.id), index));
        Register { file, by_id: ids.collect(), head, records, misnamed }
    }
}

impl Governance {
    /// The records of a file; none when the file is not there.
    pub fn records(&self, file: &str) -> &[Record] {
        self.registers.get(file).map_or(&[], |register| &register.records)
    }

    /// The record of an id in a file.
    pub fn record(&self, file: &str, id: &str) -> Option<&Record> {
        let register = self.registers.get(file)?;
        register.records.get(*register.by_id.get(id)?)
    }

    /// The table beside the records of a file.
    pub fn head(&self, file: &str) -> Option<&Record> {
        self.registers.get(file)?.head.as_ref()
    }

    /// Whether a record of a file has this id, be it one with a fault.
    pub fn knows(&self, file: &str, id: &str) -> bool {
        self.registers.get(file).is_some_and(|of| of.by_id.contains_key(id) || of.misnamed.contains(id))
    }

    /// The file of a register.
    pub fn file(&self, file: &str) -> Option<FileId> {
        self.registers.get(file).map(|register| register.file)
    }

    /// The names of the files that are there, without `.toml`, in order.
    pub fn files(&self) -> impl Iterator<Item = &'static str> {
        let statement = self.statement.as_ref().map(|_| STATEMENT);
        let mut names: Vec<&'static str> = self.registers.keys().copied().chain(statement).collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// Whether a file is there.
    pub fn has(&self, file: &str) -> bool {
        self.registers.contains_key(file)
    }

    /// Whether nothing is said at all.
    pub fn is_empty(&self) -> bool {
        self.statement.is_none() && self.registers.is_empty()
    }
}

/// The path of a governance file in a folder (relative to the root, `""` for the root itself), by its name without
/// `.toml`.
pub fn path_of(folder: &str, name: &str) -> String {
    if folder.is_empty() { format!("{name}.toml") } else { format!("{folder}/{name}.toml") }
}

/// Reads the governance files of a folder (relative to the root, with `/`).
pub fn read(workspace: &Workspace, folder: &str) -> (Governance, Vec<Problem>) {
    read_found(workspace, folder, &|path| workspace.find(path))
}

/// Reads the governance files of a folder that the workspace adopted: those of another revision.
pub fn read_adopted(workspace: &Workspace, folder: &str) -> (Governance, Vec<Problem>) {
    read_found(workspace, folder, &|path| workspace.find_adopted(path))
}

/// Reads the waivers of a file that stands in no folder of governance files, as they are on a day.
pub fn read_waivers(source: &Source, today: Date) -> (Vec<Record>, Vec<Problem>) {
    let mut faults = Faults::new("governance", source.path());
    let parsed = parse(source);
    faults.extend(parsed.problems);
    let records = parsed.roots.first().map(|root| record::read(root, &schema::WAIVERS, &mut faults));
    let mut waivers = records.unwrap_or_default().listed;
    for waiver in &mut waivers {
        consistent::within(waiver, &mut faults);
        to_come::leave_out(waiver, schema::WAIVERS.fields, today, &mut faults);
    }
    (waivers, faults.into_problems())
}

fn read_found(
    workspace: &Workspace,
    folder: &str,
    find: &dyn Fn(&str) -> Option<FileId>,
) -> (Governance, Vec<Problem>) {
    let mut governance = Governance::default();
    let mut problems = Vec::new();
    for schema in SCHEMAS {
        if let Some(file) = find(&path_of(folder, schema.file)) {
            let records = read_register(workspace, file, schema, &mut problems);
            governance.registers.insert(schema.file, Register::new(file, records));
        }
    }
    if let Some(file) = find(&path_of(folder, STATEMENT)) {
        governance.statement = read_statement(workspace, file, &mut problems);
    }
    problems.extend(references::check(workspace, &governance));
    problems.extend(consistent::check(workspace, &mut governance));
    problems.extend(stray::files(workspace, folder));
    problems.sort();
    (governance, problems)
}

fn read_register(
    workspace: &Workspace,
    file: FileId,
    schema: &'static Schema,
    problems: &mut Vec<Problem>,
) -> record::Records {
    let mut faults = Faults::new("governance", workspace.path(file));
    let records = with_tree(workspace, file, &mut faults, |root, faults| record::read(root, schema, faults));
    problems.extend(faults.into_problems());
    records.unwrap_or_default()
}

fn read_statement(workspace: &Workspace, file: FileId, problems: &mut Vec<Problem>) -> Option<Statement> {
    let mut faults = Faults::new("governance", workspace.path(file));
    let statement = with_tree(workspace, file, &mut faults, soa::read);
    problems.extend(faults.into_problems());
    statement
}

fn with_tree<T>(
    workspace: &Workspace,
    file: FileId,
    faults: &mut Faults,
    read: impl FnOnce(&Node, &mut Faults) -> T,
) -> Option<T> {
    let source = workspace.source(file).map_err(Clone::clone);
    let parsed = match source.and_then(Source::undoubted) {
        Ok(source) => parse(source),
        Err(error) => {
            let problem = Problem::error("governance", workspace.path(file), None, error.to_string());
            faults.extend([problem]);
            return None;
        }
    };
    faults.extend(parsed.problems);
    parsed.roots.first().map(|root| read(root, faults))
}

fn parse(source: &Source) -> syntax::Parsed {
    syntax::named("toml").map(|toml| (toml.parse)(source)).unwrap_or_default()
}
