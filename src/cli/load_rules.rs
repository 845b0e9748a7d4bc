//! The rules of a run: the built-in ones and the user's.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::dialect::DIALECTS;
use crate::discover;
use crate::document::Problem;
use crate::rule::set::RuleSet;
use crate::settings::Settings;
use crate::source::{Source, Workspace};

/// The built-in rules and those of the folders that the settings and the command line name.
///
/// The second part are the user's files, to be adopted by the workspace after its `adopted` sources so far.
pub fn with_user_rules(
    root: &Path,
    settings: &Settings,
    folders: &[PathBuf],
    adopted: usize,
    problems: &mut Vec<Problem>,
) -> (RuleSet, Vec<Source>) {
    let mut set = RuleSet::builtin(DIALECTS);
    let mut sources = Vec::new();
    let set_folders = settings.rules.iter().map(|folder| root.join(&**folder));
    for folder in set_folders.chain(folders.iter().cloned()) {
        add_folder(&mut set, &folder, adopted, &mut sources, problems);
    }
    (set, sources)
}

/// Adds every rule file of a folder (or one file).
pub fn add_folder(
    set: &mut RuleSet,
    folder: &Path,
    adopted: usize,
    sources: &mut Vec<Source>,
    problems: &mut Vec<Problem>,
) {
    let shown = folder.to_string_lossy().into_owned();
    if !folder.exists() {
        let problem = Problem::error("rule::folder", shown, None, "no such folder of rules");
        problems.push(problem.help("check the path for a typing error"));
        return;
    }
    for path in discover::files_below(folder, "toml") {
        let name: Arc<str> = path.to_string_lossy().replace('\\', "/").into();
        let id = Workspace::adopted_id(adopted + sources.len());
        match discover::read(&path).and_then(|bytes| Source::decode(id, Arc::clone(&name), bytes)) {
            Ok(source) => {
                sources.push(source.clone());
                set.add(source, true);
            }
            Err(error) => problems.push(Problem::error("rule::read", name, None, error.to_string())),
        }
    }
}
