//! `annexa gap` and `annexa soa`: where each control stands, what is to be done, and what is said of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::args::{GapArguments, InputArguments, LedgerArguments, MAX_REVISIONS, StatementArguments};
use crate::cli::history::{self, Past};
use crate::cli::output::{Exit, Failure};
use crate::cli::prepare::Prepared;
use crate::cli::rules;
use crate::cli::run::{self, Asked, Run};
use crate::cli::target;
use crate::discover::git::Repository;
use crate::discover::{Discovered, Request};
use crate::document::{Level, Problem};
use crate::governance;
use crate::governance::difference::{Difference, differences};
use crate::posture::framework::FrameworkLedger;
use crate::report::gap::GAP_FORMATS;
use crate::report::gap::framework::FRAMEWORK_FORMATS;
use crate::report::soa::{SOA_FORMATS, TO_FILES};
use crate::report::words::Language;
use crate::report::{About, Options, Report};

/// Runs `annexa gap`.
pub fn run(arguments: &GapArguments) -> Result<Exit, Failure> {
    let GapArguments { ledger: arguments, since, every, framework, repository } = arguments;
    let framework = framework.as_deref().map(rules::framework).transpose()?;
    let formats = if framework.is_some() { FRAMEWORK_FORMATS } else { GAP_FORMATS };
    let targets = target::targets(&arguments.format, formats)?;
    let mut run = judged(&arguments.paths, &arguments.input, false)?;
    let past = since.map(|since| Past { since: Some(since), every: *every, limit: MAX_REVISIONS });
    let history = past.map(|past| history::of_run(&run, &arguments.input.exclude, past)).transpose()?;
    let options = options(arguments, &run);
    let mut report = report(&mut run);
    report.about.history = history;
    report.about.repository.clone_from(repository);
    report.about.framework =
        report.ledger.as_ref().zip(framework).map(|(ledger, framework)| FrameworkLedger::of(ledger, framework));
    target::render(&report, &options, arguments.color, &targets)?;
    Ok(exit(&report.problems))
}

/// Runs `annexa soa`.
pub fn statement(arguments: &StatementArguments) -> Result<Exit, Failure> {
    let StatementArguments { ledger: arguments, base } = arguments;
    let targets = target::targets(&arguments.format, SOA_FORMATS)?;
    target::only_to_files(&targets, TO_FILES)?;
    let mut run = judged(&arguments.paths, &arguments.input, false)?;
    let since = base.as_deref().map(|base| since(&run.prepared, base)).transpose()?;
    let options = options(arguments, &run);
    let mut report = report(&mut run);
    report.about.differences = since;
    target::render(&report, &options, arguments.color, &targets)?;
    Ok(exit(&report.problems))
}

/// How what is handed over is rendered: in the language that was asked for, else in that of the settings.
pub fn options(arguments: &LedgerArguments, run: &Run) -> Options {
    let language = arguments.language.map(Language::from).or(run.prepared.settings.language).unwrap_or_default();
    Options { language, ..Options::default() }
}

/// Judges everything that was asked for, by every rule; `explain_passes` as in [`Asked`].
pub fn judged(paths: &[PathBuf], input: &InputArguments, explain_passes: bool) -> Result<Run, Failure> {
    run::run(Asked { explain_passes, ledger: true, ..Asked::new(paths, input) })
}

/// The report of a run, with the commits that it is about where a repository tells them.
pub fn report(run: &mut Run) -> Report<'_> {
    let (commit, commits) = commits(run);
    let mut report = run.report();
    report.about = About { commit, commits, ..report.about };
    report
}

/// A page of where things stand is no gate: only input that could not be read shows in the status.
pub fn exit(problems: &[Problem]) -> Exit {
    if problems.iter().any(|problem| problem.level == Level::Error) { Exit::Incomplete } else { Exit::Clean }
}

/// The commit that was looked at, and for each file that is evidence the one that last changed it. Neither where files
/// are changed since, since what was looked at is in no commit then.
fn commits(run: &Run) -> (Option<String>, BTreeMap<Arc<str>, String>) {
    let Prepared { root, workspace, inputs, .. } = &run.prepared;
    let (Ok(repository), Some(ledger)) = (Repository::open(root), &run.assessment.ledger) else {
        return (None, BTreeMap::new());
    };
    let Ok(changed) = repository.changed(workspace) else { return (None, BTreeMap::new()) };
    let commit = repository.head().ok().filter(|_| changed.is_empty()).map(|head| head.id().to_string());
    let mut commits = BTreeMap::new();
    let named = ledger.controls.iter().flat_map(|standing| &standing.evidence);
    for shown in named.chain(ledger.custom.iter().flat_map(|custom| &custom.evidence)) {
        let Some(path) = shown.kept.path() else { continue };
        let known = || inputs.history.as_ref()?.last_change(path);
        if !changed.contains(&**path)
            && !commits.contains_key(path)
            && let Some(change) = known()
        {
            commits.insert(Arc::clone(path), change.commit.to_string());
        }
    }
    (commit, commits)
}

/// What the Statement of Applicability says otherwise than at a revision.
fn since(prepared: &Prepared, revision: &str) -> Result<(String, Vec<Difference>), Failure> {
    let repository = Repository::open(&prepared.root)?;
    let commit = repository.resolve(revision)?;
    let request = Request { root: prepared.root.clone(), wanted: vec![String::new()], exclude: Vec::new() };
    let Discovered { workspace, .. } = repository.revision(&commit, &request)?;
    let folder = &prepared.inputs.compliance;
    let (then, _) = governance::read(&workspace, folder);
    let (now, _) = governance::read(&prepared.workspace, folder);
    let found = differences(&then.statement.unwrap_or_default(), &now.statement.unwrap_or_default());
    Ok((revision.to_owned(), found))
}
