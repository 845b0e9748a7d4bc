//! Terragrunt: which module a folder deploys, and the values that it hands to it.
//!
//! A unit (a folder with `terragrunt.hcl`) is a root module of its own: the module that it names is judged with the inputs
//! of the unit and of what it includes, and with what the modules of other units put out (`dependency`). What only a run of
//! Terragrunt decides (the environment, commands) is unknown. What is written beside the module before Terraform runs (`generate`, `remote_state`) counts as if it
//! stood there.

mod arguments;
mod config;
mod dependency;
mod function;
mod generated;
mod place;
mod stack;

use std::collections::BTreeSet;
use std::sync::Arc;

use arguments::Arguments;
use config::Config;
use generated::Written;
use stack::Copies;

use super::declarations::is_configuration;
use super::functions::Refusal;
use super::library::Library;
use super::module::Named;
use super::value::{Type, Value};
use crate::dialect::{Corpus, file_name};
use crate::document::{Document, Problem};
use crate::source::{FileId, Span};

pub use function::call;
pub use generated::{Overlaid, filling};
pub use place::{Place, below_root};

/// The names of the configuration of a unit, in the order in which they are looked for.
const UNITS: [&str; 2] = ["terragrunt.hcl", "terragrunt.hcl.json"];

/// The name of a configuration that units include.
const ROOT: &str = "root.hcl";

/// The name of a stack of units.
const STACK: &str = "terragrunt.stack.hcl";

/// Whether a path is of a configuration of Terragrunt, by its name.
pub fn is_named(path: &str) -> bool {
    is_unit(path) || matches!(file_name(path), ROOT | STACK)
}

fn is_unit(path: &str) -> bool {
    UNITS.contains(&file_name(path))
}

/// A folder that deploys a module.
#[derive(Debug)]
pub struct Unit {
    /// The folder.
    pub directory: String,
    /// The configuration, or the stack that copies it.
    pub file: FileId,
    /// The directory of the module.
    pub module: String,
    /// Where its own files are, which lie beside those of the module when Terraform runs.
    pub folder: String,
    /// The variable files that it names; or why they are not known.
    pub variable_files: Result<Vec<FileId>, Arc<str>>,
    written: Written,
    arguments: Arguments,
    inputs: Value,
}

/// What the configurations of a run say.
#[derive(Debug, Default)]
pub struct Units {
    /// Those that deploy a module of the repository, in order.
    pub units: Vec<Unit>,
    /// What could not be followed.
    pub problems: Vec<Problem>,
}

impl Unit {
    /// The value that the unit hands to a variable of its module on the command line.
    pub fn on_line(&self, name: &str) -> Option<Named> {
        self.arguments.on_line(name).map(|value| (value.clone(), "argument of Terragrunt".into()))
    }

    /// The value that the unit hands to a variable of its module.
    pub fn value(&self, name: &str) -> Option<Named> {
        if let Some(value) = self.arguments.in_environment(name) {
            return Some((value.clone(), "variable of the environment, set by Terragrunt".into()));
        }
        config::member(&self.inputs, name).map(|value| (value, "input of Terragrunt".into()))
    }

    /// The declarations of its module with what is written beside it, where something is. Made when they are evaluated: a
    /// thousand units may deploy one module.
    pub fn overlaid(&self, corpus: &Corpus<'_>) -> Option<Overlaid> {
        self.written.overlaid(corpus, &self.module)
    }

    /// The directories of the modules that what is written beside its module calls.
    pub fn called(&self) -> Vec<String> {
        self.written.called(&self.module)
    }
}

/// A configuration that may deploy a module.
struct Candidate<'c> {
    place: Place<'c>,
    config: Config,
    /// The configuration, or the stack that copies it.
    file: FileId,
}

impl Units {
    /// Reads the configurations among these documents.
    pub fn read(corpus: &Corpus<'_>, library: &Library, documents: &[&Document]) -> Units {
        let named = |is: fn(&str) -> bool| -> Vec<FileId> {
            documents.iter().filter(|document| is(&document.path)).map(|document| document.file).collect()
        };
        let (files, stacks) = (named(is_unit), named(|path| file_name(path) == STACK));
        let mut found = Units::default();
        let (mut copies, mut inner) = (Vec::new(), BTreeSet::new());
        for stack in stacks {
            let mut made = Copies::default();
            made.add(&Place::of_unit(corpus, library, stack));
            inner.extend(made.stacks);
            copies.push((stack, made.units, made.problems));
        }
        // What a stack is made of is judged as that copies it.
        let mut places: Vec<(FileId, Place<'_>)> = Vec::new();
        for (stack, units, problems) in copies.into_iter().filter(|(stack, ..)| !inner.contains(stack)) {
            found.problems.extend(problems);
            places.extend(units.into_iter().map(|place| (stack, place)));
        }
        let used: BTreeSet<FileId> = places.iter().map(|(_, place)| place.file).collect();
        let own = files.into_iter().filter(|file| !used.contains(file));
        places.extend(own.map(|file| (file, Place::of_unit(corpus, library, file))));
        let read = corpus.map(places.len(), |at| {
            let (file, place) = places.get(at)?;
            config::read(place).map(|config| Candidate { place: place.clone(), config, file: *file })
        });
        let read: Vec<Candidate<'_>> = read.into_iter().flatten().collect();
        let included: BTreeSet<FileId> = read.iter().flat_map(|one| &one.config.included).copied().collect();
        // What others include is no unit, though it may be called like one.
        let read: Vec<Candidate<'_>> = read.into_iter().filter(|one| !included.contains(&one.place.file)).collect();
        for (units, problems) in dependency::settled(corpus, &read) {
            found.units.extend(units);
            found.problems.extend(problems);
        }
        found.problems.sort();
        found.problems.dedup();
        found
    }
}

/// The units of a configuration: one for each module that it may deploy.
fn units_of(candidate: Candidate<'_>) -> (Vec<Unit>, Vec<Problem>) {
    let Candidate { place, config, file } = candidate;
    let (corpus, library) = (place.corpus, place.library);
    let mut problems = config.problems;
    let directory = &place.directory;
    let modules = if let Some((source, at)) = &config.source {
        modules_of(library, &place, source).map_err(|because| (*at, because))
    } else {
        let folder = place.real(directory).into_owned();
        let is_there = corpus.workspace.in_directory(&folder).any(|file| is_configuration(corpus.workspace.path(file)));
        Ok(if is_there || config.written.deploys() { vec![folder] } else { Vec::new() })
    };
    let modules = modules.unwrap_or_else(|(at, because)| {
        problems.push(not_followed(corpus, at, &because));
        Vec::new()
    });
    let unit = |module: String| Unit {
        directory: directory.clone(),
        file,
        folder: place.real(directory).into_owned(),
        variable_files: config.arguments.files(&place, &module),
        module,
        written: config.written.clone(),
        arguments: config.arguments.clone(),
        inputs: config.inputs.clone(),
    };
    (modules.into_iter().map(unit).collect(), problems)
}

/// The directories of the modules that a source names: where it is one of several, those that are in the repository.
fn modules_of(library: &Library, place: &Place<'_>, source: &Value) -> Result<Vec<String>, String> {
    let (mut found, mut missing) = (Vec::new(), None);
    let ways = source.ways().map(|ways| ways.into_iter().map(|(way, _)| way).collect());
    for way in ways.unwrap_or_else(|| vec![source]) {
        match module_of(library, place, way) {
            Ok(module) if found.contains(&module) => {}
            Ok(module) => found.push(module),
            Err(because) => missing = missing.or(Some(because)),
        }
    }
    if found.is_empty() { Err(missing.unwrap_or_default()) } else { Ok(found) }
}

/// The directory of the module that a source names.
fn module_of(library: &Library, place: &Place<'_>, source: &Value) -> Result<String, String> {
    let Some(text) = source.as_str() else {
        return Err("its source is known when Terragrunt runs".into());
    };
    let found = place::resolve(&place.directory, text).and_then(|directory| library.get(&place.real(&directory)));
    let shown = below_root(text).unwrap_or(text);
    found.map(|found| found.directory.clone()).ok_or_else(|| format!("there is no module `{shown}` in the repository"))
}

fn not_followed(corpus: &Corpus<'_>, at: Span, because: &str) -> Problem {
    let path = corpus.workspace.path(at.file);
    let message = format!("the module of this unit is not judged: {because}");
    Problem::notice("terraform::module", path, Some(at), message)
        .help("scan a repository that holds the module, or the plan that Terragrunt makes of it")
}

/// A value, or an unknown one that says why Terragrunt would refuse it.
fn or_open(value: Result<Value, Refusal>) -> Value {
    value.unwrap_or_else(|refusal| Value::unknown(Type::Dynamic, refusal.message))
}
