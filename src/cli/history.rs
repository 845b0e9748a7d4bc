//! `annexa history`: the state of each control over past revisions, read straight from git.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use crate::cli::args::{ColourArgument, Every, HistoryArguments};
use crate::cli::output::{self, Exit, Failure};
use crate::cli::prepare;
use crate::cli::progress::Progress;
use crate::cli::run::Run;
use crate::cli::{base, load_rules};
use crate::cli::{rules, run as runs, target};
use crate::dialect::Inputs;
use crate::discover::Request;
use crate::discover::git::{Commit, Repository};
use crate::document::Level;
use crate::posture::history::{History, Point};
use crate::report::history::HISTORY_FORMATS;
use crate::report::{Options, Report};
use crate::rule::set::RuleSet;
use crate::scan::Reuse;
use crate::scan::assess::{self, Assessment};
use crate::settings::Settings;
use crate::source::{Source, Workspace};

/// Which revisions are looked at.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    /// The earliest day.
    pub since: Option<Date>,
    /// The newest commit of each of these periods.
    pub every: Every,
    /// No more than so many, the newest ones.
    pub limit: usize,
}

/// Runs the command.
pub fn run(arguments: &HistoryArguments) -> Result<Exit, Failure> {
    runs::threads(arguments.threads)?;
    let targets = target::targets(&arguments.format, HISTORY_FORMATS)?;
    let progress = Progress::start("annexa: reading past revisions".to_owned());
    let root = prepare::root(&arguments.path)?;
    let (settings, rules) = settings_and_rules(&root, arguments)?;
    let measure = Measure {
        root: &root,
        settings: &settings,
        exclude: settings.exclude.iter().map(ToString::to_string).collect(),
        rules: &rules,
        inputs: &prepare::set_inputs(&settings),
    };
    let past = Past { since: arguments.since, every: arguments.every, limit: arguments.limit };
    let history = measure.history(past)?;
    drop(progress);
    let incomplete = history.points.iter().any(|point| point.problems > 0);
    let workspace = Workspace::in_memory([]);
    let mut report = Report::of_problems(&workspace, Vec::new());
    report.rules_hash = rules.hash();
    report.about.history = Some(history);
    target::render(&report, &Options::default(), ColourArgument::Never, &targets)?;
    Ok(if incomplete { Exit::Incomplete } else { Exit::Clean })
}

/// The states at past revisions of what a run looked at, by the rules of that run.
pub fn of_run(run: &Run, exclude: &[String], past: Past) -> Result<History, Failure> {
    let settings = &run.prepared.settings;
    let set = settings.exclude.iter().map(ToString::to_string);
    let exclude = set.chain(exclude.iter().cloned()).collect();
    let (root, inputs) = (&run.prepared.root, &run.prepared.inputs);
    let _progress = Progress::start("annexa: reading past revisions".to_owned());
    Measure { root, settings, exclude, rules: &run.rules, inputs }.history(past)
}

/// An earlier revision, judged.
pub struct Judged {
    /// The day of the commit.
    pub date: Date,
    /// The commit's full id.
    pub commit: Arc<str>,
    /// What it came to, by dates as they were on the day that was asked for.
    pub assessment: Assessment,
}

/// The newest revision up to a day, judged by the rules of a run with that day's eyes; none where there is no commit.
pub fn up_to(run: &Run, exclude: &[String], day: Date) -> Result<Option<Judged>, Failure> {
    let settings = &run.prepared.settings;
    let set = settings.exclude.iter().map(ToString::to_string);
    let exclude = set.chain(exclude.iter().cloned()).collect();
    let (root, inputs) = (&run.prepared.root, &run.prepared.inputs);
    let _progress = Progress::start("annexa: reading a past revision".to_owned());
    Measure { root, settings, exclude, rules: &run.rules, inputs }.up_to(day)
}

fn settings_and_rules(root: &Path, arguments: &HistoryArguments) -> Result<(Settings, RuleSet), Failure> {
    let mut problems = Vec::new();
    let (settings, source) = prepare::read_settings(root, arguments.settings.as_deref(), None, &mut problems)?;
    let mut sources: Vec<Source> = source.into_iter().collect();
    let (mut rules, more) = load_rules::with_user_rules(
        root,
        &settings,
        &arguments.rules,
        base::Origin::Disk,
        sources.len(),
        &mut problems,
    )?;
    sources.extend(more);
    problems.extend(assess::faults_of(&rules.for_kinds([]).read().1));
    problems.extend(runs::set_rules(&mut rules, &settings));
    if problems.iter().any(|problem| problem.level == Level::Error) {
        rules::tell(sources, problems)?;
        return Err(Failure::Told);
    }
    runs::choose(&mut rules, &[], &[], &settings, output::today())?;
    Ok((settings, rules))
}

/// What every revision is measured with: the rules and settings as they are now, so that the revisions compare.
struct Measure<'a> {
    root: &'a Path,
    settings: &'a Settings,
    exclude: Vec<String>,
    rules: &'a RuleSet,
    inputs: &'a Inputs,
}

impl Measure<'_> {
    /// The revisions, the oldest first, each measured on its own day.
    fn history(self, past: Past) -> Result<History, Failure> {
        let repository = Repository::open(self.root)?;
        let head = repository.head()?;
        let mut chosen = chosen(repository.first_parents(&head), past);
        if chosen.is_empty() {
            let since = past.since.map(|since| format!(" since {since}")).unwrap_or_default();
            return Err(Failure::Message(format!("there is no commit{since}")));
        }
        chosen.reverse();
        let commits: Vec<Commit> = chosen.iter().map(|(_, commit)| commit.clone()).collect();
        let request = Request { root: self.root.to_owned(), wanted: vec![String::new()], exclude: self.exclude };
        let revisions = repository.revisions(&commits, &request)?;
        let changes = Arc::new(repository.history(&head));
        let names = runs::names(self.rules);
        let reuse = Reuse::default();
        let mut points = Vec::new();
        for (at, (back, commit)) in chosen.iter().enumerate() {
            let Some(workspace) = revisions.workspace(at) else { continue };
            let inputs = Inputs { history: Some(changes.earlier(*back)), ..self.inputs.clone() };
            let request = assess::Request {
                longest: self.settings.longest_waiver,
                disabled: &self.settings.disabled,
                ledger: true,
                reuse: Some(&reuse),
                ..assess::Request::new(self.rules, &names, &inputs, commit.date)
            };
            let unread = revisions.problems(at).len();
            points.push(point(commit, &assess::assess(&workspace, request), unread));
            reuse.turn();
        }
        Ok(History { points })
    }
}

impl Measure<'_> {
    fn up_to(self, day: Date) -> Result<Option<Judged>, Failure> {
        let repository = Repository::open(self.root)?;
        let head = repository.head()?;
        let found = repository.first_parents(&head).enumerate().find(|(_, commit)| commit.date <= day);
        let Some((back, commit)) = found else { return Ok(None) };
        let request = Request { root: self.root.to_owned(), wanted: vec![String::new()], exclude: self.exclude };
        let revisions = repository.revisions(std::slice::from_ref(&commit), &request)?;
        let Some(workspace) = revisions.workspace(0) else { return Ok(None) };
        let inputs = Inputs { history: Some(Arc::new(repository.history(&head)).earlier(back)), ..self.inputs.clone() };
        let names = runs::names(self.rules);
        let request = assess::Request {
            longest: self.settings.longest_waiver,
            disabled: &self.settings.disabled,
            ledger: true,
            ..assess::Request::new(self.rules, &names, &inputs, day)
        };
        let assessment = assess::assess(&workspace, request);
        Ok(Some(Judged { date: commit.date, commit: commit.id(), assessment }))
    }
}

fn point(commit: &Commit, assessment: &Assessment, unread: usize) -> Point {
    let summary = runs::summarise(assessment);
    let states = assessment.ledger.as_ref().map(|ledger| Point::states_of(&ledger.controls)).unwrap_or_default();
    Point {
        date: commit.date,
        commit: commit.id(),
        states,
        failed: summary.failed,
        open: summary.open,
        problems: summary.problems + unread,
    }
}

/// Of a walk back from the newest commit, the newest commit of each period, with their places in the walk.
fn chosen(walk: impl Iterator<Item = Commit>, past: Past) -> Vec<(usize, Commit)> {
    let mut chosen: Vec<(usize, Commit)> = Vec::new();
    let recent = walk.enumerate().take_while(|(_, commit)| past.since.is_none_or(|since| commit.date >= since));
    let mut last = None;
    for (back, commit) in recent {
        let period = period(commit.date, back, past.every);
        // Days of commits may go back and forth; a period that was passed is not entered again.
        if last.is_none_or(|last| period < last) {
            last = Some(period);
            chosen.push((back, commit));
        }
        if chosen.len() >= past.limit {
            break;
        }
    }
    chosen
}

/// A number that is lower for earlier periods.
fn period(date: Date, back: usize, every: Every) -> i64 {
    let days = i64::from((date - Date::constant(1970, 1, 1)).get_days());
    match every {
        Every::Day => days,
        // 1970 began on a Thursday; weeks begin on Monday.
        Every::Week => (days + 3).div_euclid(7),
        Every::Month => i64::from(date.year()) * 12 + i64::from(date.month()),
        Every::Commit => -i64::try_from(back).unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_fall_into_periods() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        for (one, other, every, same) in [
            ("2026-01-12", "2026-01-18", Every::Week, true),
            ("2026-01-11", "2026-01-12", Every::Week, false),
            ("2025-12-29", "2026-01-04", Every::Week, true),
            ("1969-12-29", "1970-01-04", Every::Week, true),
            ("2026-01-01", "2026-01-31", Every::Month, true),
            ("2025-12-31", "2026-01-01", Every::Month, false),
            ("2026-01-01", "2026-01-01", Every::Day, true),
            ("2026-01-01", "2026-01-02", Every::Day, false),
        ] {
            let (one_period, other_period) = (period(date(one), 1, every), period(date(other), 0, every));
            assert_eq!(one_period == other_period, same, "{one} {other} {every:?}");
            assert!(one_period <= other_period, "{one} {other} {every:?}");
        }
    }
}
