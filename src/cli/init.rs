//! `annexa init`: writes a starting set of settings and governance files, and asks nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use crate::cli::args::{InitArguments, InputArguments};
use crate::cli::output::{self, Exit, Failure};
use crate::cli::prepare::{self, Against, Prepared};
use crate::cli::run as runs;
use crate::dialect::DIALECTS;
use crate::discover::door::{self, Door};
use crate::governance::path_of;
use crate::governance::schema::{ASSETS, SUPPLIERS};
use crate::report::one_line;
use crate::rule::Severity;
use crate::rule::set::RuleSet;
use crate::scan;
use crate::scan::assess::{Request, assess};
use crate::settings;
use crate::source::{Loader, Unreadable, Workspace};
use crate::starter::{self, Draft, File, Found};
use crate::triage::Finding;

/// Runs the command: at the root that a run over the directory has, since governance is that of a whole repository. Files
/// that are there already are kept.
pub fn run(arguments: &InitArguments) -> Result<Exit, Failure> {
    let input = InputArguments::default();
    let prepared = prepare::prepare(std::slice::from_ref(&arguments.path), &input, Against::Nothing)?;
    if !door::is_folder(&arguments.path) {
        return Err(Failure::Message(format!("{}: no such directory", arguments.path.display())));
    }
    let root = &prepared.root;
    let found = found(&prepared);
    let today = arguments.today.unwrap_or_else(output::today);
    let folder = &prepared.inputs.compliance;
    let files = if arguments.minimal {
        vec![starter::settings(&found, &[])]
    } else {
        let drafts = starter::files(&found, today, folder, &[]);
        let open = failing(&prepared, &drafts, today);
        starter::files(&found, today, folder, &open)
    };
    let mut told = String::new();
    if *root != std::env::current_dir()? {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(told, "In {}:", one_line(&root.to_string_lossy()));
    }
    let kept_settings = prepared.workspace.find(settings::FILE_NAME).is_some();
    for file in &files {
        let written = write(root, file)?;
        let _ = writeln!(told, "{} {}", if written { "wrote" } else { "kept " }, file.path);
    }
    if kept_settings && !arguments.minimal {
        told.push_str("The drafts fail some rules until they are filled in: `annexa check` shows which.\n");
    }
    if files.len() > 1 {
        told.push_str(
            "Next: `annexa gap` shows where each control stands; files that were there already are kept as they are.\n",
        );
    }
    output::print(told.as_bytes())?;
    Ok(Exit::Clean)
}

/// The rules that would stop a commit of these files and of nothing else, with their titles: what is drafted is not done.
fn failing(prepared: &Prepared, files: &[File], today: Date) -> Vec<Draft> {
    let before = &prepared.workspace;
    let drafts: BTreeMap<String, Vec<u8>> = files
        .iter()
        .filter(|file| before.find(&file.path).is_none())
        .map(|file| (file.path.clone(), file.text.clone().into_bytes()))
        .collect();
    let there = before.ids().map(|id| (before.path(id).to_owned(), before.is_judged(id)));
    let paths: Vec<(String, bool)> = there.chain(drafts.keys().map(|path| (path.clone(), true))).collect();
    let workspace = Workspace::new(Box::new(Beside { door: Door::new(&prepared.root), drafts }), paths).whole();
    let rules = RuleSet::builtin(DIALECTS);
    let names = runs::names(&rules);
    let judged = |workspace: &Workspace| assess(workspace, Request::new(&rules, &names, &prepared.inputs, today));
    let fails = |finding: &&Finding| {
        finding.counts() && finding.rule.severity >= prepared.settings.fail_at.unwrap_or(Severity::Medium)
    };
    let known: BTreeSet<Arc<str>> =
        judged(before).findings.iter().filter(fails).map(|finding| Arc::clone(&finding.rule.id)).collect();
    let found = judged(&workspace);
    let new = found.findings.iter().filter(fails).filter(|finding| !known.contains(&finding.rule.id));
    let new: BTreeMap<&Arc<str>, &str> = new.map(|finding| (&finding.rule.id, &*finding.rule.title)).collect();
    new.into_iter().map(|(rule, title)| Draft { rule: rule.to_string(), title: title.to_owned() }).collect()
}

/// Whether it was written; a file that is there already is not.
fn write(root: &Path, file: &File) -> Result<bool, Failure> {
    let written = door::write_new(&root.join(&file.path), file.text.as_bytes());
    written.map_err(|error| Failure::Message(format!("cannot write {}: {error}", file.path)))
}

/// What the repository tells of itself. What is deployed and which services are used is told beside the registers that
/// would hold it, so those are there for this reading, empty where the repository has none.
fn found(prepared: &Prepared) -> Found {
    let Prepared { root, workspace, inputs, .. } = prepared;
    let registers = [&ASSETS, &SUPPLIERS].map(|schema| path_of(&inputs.compliance, schema.file));
    let there = workspace.ids().map(|id| (workspace.path(id).to_owned(), workspace.is_judged(id)));
    let missing = registers.into_iter().filter(|path| workspace.find(path).is_none());
    let drafts: BTreeMap<String, Vec<u8>> = missing.map(|path| (path, Vec::new())).collect();
    let paths: Vec<(String, bool)> = there.chain(drafts.keys().map(|path| (path.clone(), true))).collect();
    let beside = Beside { door: Door::new(root), drafts };
    let workspace = Workspace::new(Box::new(beside), paths).whole();
    let parsed = scan::parse(&workspace);
    starter::find(&scan::extract(&workspace, &parsed, inputs).resources)
}

/// The files of a directory, and others beside them that are not there yet.
struct Beside {
    door: Door,
    drafts: BTreeMap<String, Vec<u8>>,
}

impl Loader for Beside {
    fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        self.drafts.get(path).map_or_else(|| self.door.read(path), |text| Ok(text.clone()))
    }
}
