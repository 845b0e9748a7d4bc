//! Variable files that the settings name as deployments of a root module, one for each stage, say; and those that they do not.

use std::collections::{BTreeMap, BTreeSet};

use globset::{GlobBuilder, GlobMatcher};

use super::declarations::body_of;
use super::inputs;
use super::library::Library;
use crate::dialect::ties::ancestors;
use crate::dialect::{Corpus, file_name, has_extension, is_sample};
use crate::document::{Document, Problem, named};
use crate::source::{FileId, Part};

/// Endings of files that give values to variables.
const VARIABLE_FILES: &[&str] = &[".tfvars", ".tfvars.json"];

/// A root module with the variable files of one deployment.
#[derive(Debug)]
pub struct Environment {
    /// The directory of the module.
    pub directory: String,
    /// The files, in order.
    pub files: Vec<String>,
}

/// The deployments that the settings name. A pattern of files makes one of each file, one of folders one of each folder with
/// all of its variable files; the module is the nearest one that they lie in.
pub fn read(corpus: &Corpus<'_>, library: &Library) -> (Vec<Environment>, Vec<Problem>) {
    let workspace = corpus.workspace;
    let mut problems = Vec::new();
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for pattern in &corpus.inputs.deployments {
        // The settings file refuses patterns that cannot be read.
        let glob = GlobBuilder::new(pattern.trim_end_matches('/')).literal_separator(true).build();
        let Ok(glob) = glob.map(|glob| glob.compile_matcher()) else { continue };
        let files = workspace.ids().filter(|file| workspace.part(*file) > Part::Apart).map(|file| workspace.path(file));
        for path in files.filter(|path| has_extension(path, VARIABLE_FILES)) {
            let Some(unit) = matched(&glob, path) else { continue };
            match ancestors(path).find(|folder| library.get(folder).is_some()) {
                Some(module) => found.entry((module.to_owned(), unit.to_owned())).or_default().push(path.to_owned()),
                None => problems.push(told(path, "there is no module that the variable file could be for")),
            }
        }
    }
    let environments = found.into_iter().map(|((directory, _), mut files)| {
        files.sort();
        files.dedup();
        Environment { directory, files }
    });
    (environments.collect(), problems)
}

/// The part of a path that a pattern means: the file, or the folder that it lies in.
fn matched<'p>(glob: &GlobMatcher, path: &'p str) -> Option<&'p str> {
    let folder = ancestors(path).next().filter(|folder| !folder.is_empty());
    [Some(path), folder].into_iter().flatten().find(|part| glob.is_match(part))
}

fn told(path: &str, message: &str) -> Problem {
    Problem::notice("terraform::deployment", path, None, message).help("correct `deployments` under [terraform]")
}

/// What is told of root modules that are judged without variable files that lie in them and give them values; `given` are the
/// files that something else names.
pub fn not_given<'d>(
    corpus: &Corpus<'_>,
    library: &Library,
    (roots, given): (&BTreeSet<&str>, &BTreeSet<FileId>),
    documents: impl Iterator<Item = &'d Document>,
) -> Vec<Problem> {
    let mut left_out: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for document in documents.filter(|of| has_extension(&of.path, VARIABLE_FILES) && !given.contains(&of.file)) {
        let path = corpus.workspace.path(document.file);
        let is_model = is_sample(path) || file_name(path).contains("example") || file_name(path).contains("sample");
        let module = ancestors(path).find_map(|folder| Some((folder, library.get(folder)?)));
        let Some((folder, declared)) = module.filter(|(folder, _)| !is_model && roots.contains(folder)) else {
            continue;
        };
        let is_named = corpus.inputs.variable_files.iter().any(|named| named == path);
        if is_named || inputs::takes(corpus.workspace, folder, document.file) {
            continue;
        }
        let values = body_of(corpus, document.file).map(|body| body.attributes).unwrap_or_default();
        if values.iter().any(|value| declared.variables.contains_key(&value.name.text)) {
            left_out.entry(folder).or_default().push(path);
        }
    }
    left_out.into_values().filter_map(|mut paths| without(&mut paths)).collect()
}

fn without(paths: &mut [&str]) -> Option<Problem> {
    paths.sort_unstable();
    let message = format!("the module is judged without the values of {}", named(paths));
    let help = "judge it with each of them: name them in `deployments` under [terraform] in annexa.toml";
    Some(Problem::notice("terraform::deployment", *paths.first()?, None, message).help(help))
}
