//! `annexa init`: writes a starting set of settings and governance files, and asks nothing.

use std::fmt::Write as _;

use crate::cli::args::{InitArguments, InputArguments};
use crate::cli::output::{self, Exit, Failure};
use crate::cli::prepare::{self, Against, Prepared};
use crate::discover::door::{self, Door};
use crate::governance::path_of;
use crate::governance::schema::{ASSETS, SUPPLIERS};
use crate::report::one_line;
use crate::scan;
use crate::source::{Loader, Unreadable, Workspace};
use crate::starter::{self, File, Found};

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
    let files = if arguments.minimal {
        vec![starter::settings(&found)]
    } else {
        starter::files(&found, today, &prepared.inputs.compliance)
    };
    let mut told = String::new();
    if *root != std::env::current_dir()? {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(told, "In {}:", one_line(&root.to_string_lossy()));
    }
    let door = Door::new(root);
    for file in &files {
        let written = write(&door, file)?;
        let _ = writeln!(told, "{} {}", if written { "wrote" } else { "kept " }, file.path);
    }
    if files.len() > 1 {
        told.push_str(
            "Next: `annexa gap` shows where each control stands; files that were there already are kept as they are.\n",
        );
    }
    output::print(told.as_bytes())?;
    Ok(Exit::Clean)
}

/// Whether it was written; a file that is there already is not.
fn write(door: &Door, file: &File) -> Result<bool, Failure> {
    let written = door.write_new(&file.path, file.text.as_bytes());
    written.map_err(|error| Failure::Message(format!("cannot write {}: {error}", file.path)))
}

/// What the repository tells of itself. What is deployed and which services are used is told beside the registers that
/// would hold it, so those are there for this reading, empty where the repository has none.
fn found(prepared: &Prepared) -> Found {
    let Prepared { root, workspace, inputs, .. } = prepared;
    let registers = [&ASSETS, &SUPPLIERS].map(|schema| path_of(&inputs.compliance, schema.file));
    let there = workspace.ids().map(|id| (workspace.path(id).to_owned(), workspace.is_judged(id)));
    let missing: Vec<String> = registers.into_iter().filter(|path| workspace.find(path).is_none()).collect();
    let paths: Vec<(String, bool)> = there.chain(missing.iter().map(|path| (path.clone(), true))).collect();
    let beside = Beside { door: Door::new(root), missing };
    let workspace = Workspace::new(Box::new(beside), paths).whole();
    let parsed = scan::parse(&workspace);
    starter::find(&scan::extract(&workspace, &parsed, inputs).resources)
}

/// The files of a directory, and empty ones beside them.
struct Beside {
    door: Door,
    missing: Vec<String>,
}

impl Loader for Beside {
    fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        if self.missing.iter().any(|missing| missing == path) {
            return Ok(Vec::new());
        }
        self.door.read(path)
    }
}
