//! Files beside the governance files that were meant to be one of them, and are not read as such.

use crate::document::Problem;
use crate::governance::STATEMENT;
use crate::governance::schema::{EVIDENCE, SCHEMAS};
use crate::source::Workspace;

/// A problem for each file whose name is nearly that of a governance file, or that is one in another format.
pub(super) fn files(workspace: &Workspace, folder: &str) -> Vec<Problem> {
    // At the root of a repository other files may well have such names.
    if folder.is_empty() {
        return Vec::new();
    }
    let known: Vec<&str> = SCHEMAS.iter().map(|schema| schema.file).chain([STATEMENT]).collect();
    let mut problems = Vec::new();
    for file in workspace.in_directory(folder) {
        let path = workspace.path(file);
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let Some((stem, ending)) = name.rsplit_once('.') else { continue };
        let problem = |message: String| Problem::error("governance::file", path, None, message);
        if ending == "toml" && !known.contains(&stem) {
            // Files are called after many records; who has one may call it after that.
            let of_record = SCHEMAS.iter().find(|schema| schema.record == stem).map(|schema| schema.file);
            if let Some(near) = of_record.or_else(|| known.iter().copied().find(|name| is_near(stem, name))) {
                let message = format!("`{name}` is not the name of a governance file, so nothing of it counts");
                problems.push(problem(message).help(format!("did you mean `{near}.toml`?")));
            }
        } else if ["yaml", "yml", "json"].contains(&ending)
            && known.contains(&stem)
            // Results of other tools may well be called so, beside the register that names them.
            && !(stem == EVIDENCE.file && workspace.find(&super::path_of(folder, stem)).is_some())
        {
            let message = format!("governance files are TOML; nothing of `{name}` counts");
            problems.push(problem(message).help(format!("write it as `{stem}.toml`")));
        }
    }
    problems
}

/// Whether one name can hardly be meant for anything but the other.
pub(super) fn is_near(written: &str, known: &str) -> bool {
    let allowed = if known.len() >= 8 { 2 } else { 1 };
    strsim::osa_distance(&written.to_lowercase(), known) <= allowed
}
