//! The rules of a run: the built-in ones and the user's.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::base::{self, Found, Origin};
use crate::cli::output::Failure;
use crate::cli::prepare;
use crate::dialect::DIALECTS;
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
    origin: Origin<'_>,
    adopted: usize,
    problems: &mut Vec<Problem>,
) -> Result<(RuleSet, Vec<Source>), Failure> {
    let mut set = RuleSet::builtin(DIALECTS);
    let mut sources = Vec::new();
    for folder in settings.rules.iter().map(|folder| root.join(&**folder)) {
        let files = base::below(root, &folder, "toml", origin)?;
        add_files(&mut set, &folder, files, adopted, &mut sources, problems);
    }
    for folder in folders {
        let files = match origin {
            Origin::Disk => base::on_disk(folder, "toml"),
            Origin::Revision(_) | Origin::Index => base::below(root, &prepare::absolute(folder)?, "toml", origin)?,
        };
        add_files(&mut set, folder, files, adopted, &mut sources, problems);
    }
    Ok((set, sources))
}

/// Adds every rule file of a folder (or one file).
pub fn add_folder(
    set: &mut RuleSet,
    folder: &Path,
    adopted: usize,
    sources: &mut Vec<Source>,
    problems: &mut Vec<Problem>,
) {
    add_files(set, folder, base::on_disk(folder, "toml"), adopted, sources, problems);
}

fn add_files(
    set: &mut RuleSet,
    folder: &Path,
    files: Found,
    adopted: usize,
    sources: &mut Vec<Source>,
    problems: &mut Vec<Problem>,
) {
    let files = match files {
        Ok(files) => files,
        Err(why) => {
            let shown = folder.to_string_lossy().into_owned();
            let problem = Problem::error("rule::folder", shown, None, why);
            problems.push(problem.help("check the path for a typing error"));
            return;
        }
    };
    for (name, bytes) in files {
        let id = Workspace::adopted_id(adopted + sources.len());
        match bytes.and_then(|bytes| Source::decode_own(id, Arc::clone(&name), bytes)) {
            Ok(source) => {
                sources.push(source.clone());
                set.add(source, true);
            }
            Err(error) => problems.push(Problem::error("rule::read", name, None, error.to_string())),
        }
    }
}
