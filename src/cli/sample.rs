//! `annexa sample`: verdicts drawn by a seed, for the working paper of an audit.

use std::sync::Arc;

use crate::cli::args::SampleArguments;
use crate::cli::output::{Exit, Failure};
use crate::cli::run::Run;
use crate::cli::{gap, run as runs, target};
use crate::control::ControlId;
use crate::discover::git::Repository;
use crate::posture::sample::{self, Sample};
use crate::report::sample::{SAMPLE_FORMATS, Samples};
use crate::source::NO_FILE;

/// Runs the command.
pub fn run(arguments: &SampleArguments) -> Result<Exit, Failure> {
    let SampleArguments { ledger: of, control, all, size, seed } = arguments;
    let targets = target::targets(&of.format, SAMPLE_FORMATS)?;
    let controls = if *all { Vec::new() } else { runs::controls(control)? };
    let mut run = gap::judged(&of.paths, &of.input, true)?;
    let today = run.assessment.ledger.as_ref().map(|ledger| ledger.today.to_string()).unwrap_or_default();
    let seed = seed.clone().unwrap_or(today);
    let findings = &run.assessment.findings;
    let draw = |id: ControlId| sample::draw(findings, id, *size, &seed);
    let samples: Vec<Sample> = match controls.as_slice() {
        // Of controls of which nothing was judged there is nothing to draw, and 93 of them say nothing.
        [] => ControlId::all().map(draw).filter(|sample| sample.all() > 0).collect(),
        some => some.iter().copied().map(draw).collect(),
    };
    let commits = commits(&run, &samples);
    let options = gap::options(of, &run);
    let mut report = gap::report(&mut run);
    report.about.commits.extend(commits);
    report.about.samples = Some(Samples { seed, size: *size, samples });
    target::render(&report, &options, of.color, &targets)?;
    Ok(gap::exit(&report.problems))
}

/// The commits that last changed the files of what was drawn.
fn commits(run: &Run, samples: &[Sample]) -> Vec<(Arc<str>, String)> {
    let prepared = &run.prepared;
    let changed = Repository::open(&prepared.root).and_then(|repository| repository.changed(&prepared.workspace));
    let (Ok(changed), Some(history)) = (changed, &prepared.inputs.history) else { return Vec::new() };
    let drawn = samples.iter().flat_map(|sample| &sample.drawn);
    let files = drawn.filter_map(|place| run.assessment.findings.get(*place)).map(|finding| finding.span.file);
    let paths = files.filter(|file| *file != NO_FILE).map(|file| prepared.workspace.path(file));
    let known = paths.filter(|path| !changed.contains(*path)).filter_map(|path| {
        let change = history.last_change(path)?;
        Some((Arc::from(path), change.commit.to_string()))
    });
    known.collect()
}
