//! `annexa evidence`: a bundle that an auditor can check later.

use std::path::Path;

use crate::cli::args::EvidenceArguments;
use crate::cli::gap;
use crate::cli::output::{self, Exit, Failure};
use crate::discover::door;
use crate::report::{evidence, one_line};
use crate::settings;

/// Runs the command. The directory must be new or empty, so that nothing of an earlier bundle is among the files.
pub fn run(arguments: &EvidenceArguments) -> Result<Exit, Failure> {
    let out = &arguments.out;
    refuse_full(out)?;
    let mut run = gap::judged(&arguments.paths, &arguments.input, true)?;
    let folder = run.prepared.inputs.compliance.clone();
    let mut report = gap::report(&mut run);
    report.about.repository.clone_from(&arguments.repository);
    let files = evidence::bundle(&report, &folder, settings::FILE_NAME)?;
    for file in &files {
        output::write_file(&out.join(&file.path), &file.bytes)?;
    }
    output::print(format!("wrote {} files to {}\n", files.len(), one_line(&out.to_string_lossy())).as_bytes())?;
    Ok(gap::exit(&report.problems))
}

fn refuse_full(out: &Path) -> Result<(), Failure> {
    let refused = |reason: String| Failure::Message(format!("{}: {reason}", out.display()));
    match door::is_vacant(out) {
        Ok(true) => Ok(()),
        Ok(false) => Err(refused("is not empty; name a directory that is new or empty".to_owned())),
        Err(error) => Err(refused(error.to_string())),
    }
}
