//! Terragrunt: which module a folder deploys, and the values that it hands to it.
//!
//! A unit (a folder with `terragrunt.hcl`) is a root module of its own: the module that it names is judged with the inputs
//! of the unit and of what it includes. What only a run of Terragrunt decides (outputs of dependencies, the environment,
//! commands) is unknown. What `generate` and `remote_state` would write is not followed.

mod config;
mod function;
mod place;

use std::collections::BTreeSet;

use super::declarations::is_configuration;
use super::functions::Refusal;
use super::library::Library;
use super::module::Named;
use super::value::{Type, Value};
use crate::dialect::{Corpus, file_name};
use crate::document::{Document, Problem};
use crate::source::{FileId, Span};

pub use function::call;
pub use place::{Place, below_root};

/// The names of the configuration of a unit, in the order in which they are looked for.
const UNITS: [&str; 2] = ["terragrunt.hcl", "terragrunt.hcl.json"];

/// The name of a configuration that units include.
const ROOT: &str = "root.hcl";

/// Whether a path is of a configuration of Terragrunt, by its name.
pub fn is_named(path: &str) -> bool {
    is_unit(path) || file_name(path) == ROOT
}

fn is_unit(path: &str) -> bool {
    UNITS.contains(&file_name(path))
}

/// A folder that deploys a module.
#[derive(Debug)]
pub struct Unit {
    /// The folder.
    pub directory: String,
    /// The configuration.
    pub file: FileId,
    /// The directory of the module.
    pub module: String,
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
    /// The value that the unit hands to a variable of its module.
    pub fn value(&self, name: &str) -> Option<Named> {
        config::member(&self.inputs, name).map(|value| (value, "input of Terragrunt".into()))
    }
}

impl Units {
    /// Reads the configurations among these documents.
    pub fn read(corpus: &Corpus<'_>, library: &Library, documents: &[&Document]) -> Units {
        let files: Vec<FileId> =
            documents.iter().filter(|document| is_unit(&document.path)).map(|document| document.file).collect();
        let read = corpus.map(files.len(), |at| {
            let place = Place::of_unit(corpus, library, *files.get(at)?);
            config::read(&place).map(|config| (place.directory, place.file, config))
        });
        let read: Vec<(String, FileId, config::Config)> = read.into_iter().flatten().collect();
        let included: BTreeSet<FileId> = read.iter().flat_map(|(_, _, config)| &config.included).copied().collect();
        let mut found = Units::default();
        for (directory, file, config) in read {
            // What others include is no unit, though it may be called like one.
            if included.contains(&file) {
                continue;
            }
            found.problems.extend(config.problems);
            let Some((source, at)) = config.source else {
                let own = corpus.workspace.in_directory(&directory);
                if own.into_iter().any(|file| is_configuration(corpus.workspace.path(file))) {
                    found.units.push(Unit { module: directory.clone(), directory, file, inputs: config.inputs });
                }
                continue;
            };
            match module_of(library, &directory, &source) {
                Ok(module) => found.units.push(Unit { directory, file, module, inputs: config.inputs }),
                Err(because) => found.problems.push(not_followed(corpus, at, &because)),
            }
        }
        found.problems.sort();
        found.problems.dedup();
        found
    }
}

/// The directory of the module that a source names.
fn module_of(library: &Library, directory: &str, source: &Value) -> Result<String, String> {
    let Some(text) = source.as_str() else {
        return Err("its source is known when Terragrunt runs".into());
    };
    let found = place::resolve(directory, text).and_then(|directory| library.get(&directory));
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
