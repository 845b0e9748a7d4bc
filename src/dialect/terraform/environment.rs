//! Variable files that the settings name as deployments of a root module: one for each stage, say.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};

use super::library::Library;
use crate::dialect::ties::ancestors;
use crate::dialect::{Corpus, has_extension};
use crate::document::Problem;
use crate::source::Part;

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
        for path in files.filter(|path| has_extension(path, &[".tfvars", ".tfvars.json"])) {
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
