//! What the commands that judge have in common: from arguments to a report.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jiff::civil::Date;

use crate::cli::args::InputArguments;
use crate::cli::base::{self, Before, Origin, Touched};
use crate::cli::consequence;
use crate::cli::load_rules;
use crate::cli::moved::Moved;
use crate::cli::output::{self, Failure};
use crate::cli::prepare::{self, Against, Prepared};
use crate::cli::progress::Progress;
use crate::cli::unseen::Unseen;
use crate::control::{self, ControlId, NoSuchControl};
use crate::dialect::coverage::NotRead;
use crate::discover::{self, door};
use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::governance::{self, Record};
use crate::posture;
use crate::report::{About, Published, Report, Since, Summary};
use crate::rule::Severity;
use crate::rule::card::Card;
use crate::rule::set::RuleSet;
use crate::scan;
use crate::scan::assess::{self, Assessment, Held, Request};
use crate::settings::{NewlyOpen, Settings};
use crate::source::{Part, Source, Span, Workspace};
use crate::triage::baseline::Baseline;
use crate::triage::since::{self, Excused};
use crate::triage::suppression::Names;
use crate::triage::{Finding, cause, in_order};

/// What a command asks for.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Asked<'a> {
    /// Files and directories; `-` alone is standard input.
    pub paths: &'a [PathBuf],
    /// What to read.
    pub input: &'a InputArguments,
    /// Which files of a repository it is about.
    pub against: Against<'a>,
    /// The path that standard input is read under.
    pub stdin_path: Option<&'a str>,
    /// Rules by id or a peer's name; all where there are none.
    pub only_rules: &'a [String],
    /// Controls; all where there are none.
    pub only_controls: &'a [String],
    /// Whether comments in files silence findings.
    pub suppressions: bool,
    /// Whether what was there before is reported where its line changed.
    pub touched: bool,
    /// A file of findings that were accepted earlier.
    pub baseline: Option<&'a Path>,
    /// Files of waivers from outside of what is scanned.
    pub accept: &'a [PathBuf],
    /// Whether passes say what they rest on.
    pub explain_passes: bool,
    /// Whether it is wanted how failing findings could be mended.
    pub mend: bool,
    /// The severity that stops a change, where the settings do not decide that.
    pub fail_at: Option<Severity>,
    /// Whether the ledger and the hash of the rules are wanted.
    pub ledger: bool,
    /// Whether passes are wanted one by one.
    pub passes: bool,
}

impl<'a> Asked<'a> {
    /// Every rule over the files on disk, with suppressions and without a ledger.
    pub fn new(paths: &'a [PathBuf], input: &'a InputArguments) -> Asked<'a> {
        Asked {
            paths,
            input,
            against: Against::Nothing,
            stdin_path: None,
            only_rules: &[],
            only_controls: &[],
            suppressions: true,
            touched: false,
            baseline: None,
            accept: &[],
            explain_passes: false,
            mend: false,
            fail_at: None,
            ledger: false,
            passes: true,
        }
    }
}

/// A run that is over.
pub struct Run {
    /// What was read, and the settings.
    pub prepared: Prepared,
    /// The rules.
    pub rules: RuleSet,
    /// What it came to.
    pub assessment: Assessment,
    again: Again,
    since: Option<Since>,
    summary: Summary,
    with_hash: bool,
}

/// What a run needs to be made again.
struct Again {
    names: Names,
    baseline: Option<Baseline>,
    today: Date,
    every_rule: bool,
    suppressions: bool,
    mend: bool,
}

/// Runs what is asked for. Wrong arguments are a failure; what went wrong with files is in the assessment.
pub fn run(asked: Asked<'_>) -> Result<Run, Failure> {
    let started = Instant::now();
    let controls = controls(asked.only_controls)?;
    threads(asked.input.threads)?;
    let progress = Progress::start("annexa: scanning".to_owned());
    let mut prepared = prepare(asked)?;
    // What the command line says goes before the settings, in whatever asks what stops a change.
    prepared.settings.fail_at = asked.fail_at.or(prepared.settings.fail_at);
    let mut problems = std::mem::take(&mut prepared.problems);
    let mut rules = rules(&mut prepared, asked, &mut problems)?;
    let today = asked.input.today.unwrap_or_else(output::today);
    problems.extend(set_rules(&mut rules, &prepared.settings));
    choose(&mut rules, asked.only_rules, &controls, &prepared.settings, today)?;
    consequence::narrow(&mut prepared, &rules);
    let names = names(&rules);
    let accepted = accepted(&mut prepared, asked.accept, today, &mut problems)?;
    let baseline = read_baseline(asked.baseline, &mut problems)?;
    let every_rule = asked.only_rules.is_empty() && controls.is_empty();
    let request = Request {
        every_rule,
        explain_passes: asked.explain_passes,
        suppressions: asked.suppressions,
        longest: prepared.settings.longest_waiver,
        disabled: &prepared.settings.disabled,
        mend: asked.mend,
        baseline: baseline.as_ref(),
        accepted: &accepted,
        ledger: asked.ledger || prepared.base().is_some(),
        passes: asked.passes || prepared.before.is_some() || prepared.about.is_some(),
        ..Request::new(&rules, &names, &prepared.inputs, today)
    };
    let (mut assessment, since, known) = assessed(&prepared, request, asked.touched);
    if let Some(about) = &prepared.about {
        about.leave_own(&mut assessment.findings, &prepared.workspace);
    }
    tell_gone(asked.baseline, assessment.gone, &mut problems);
    problems.append(&mut assessment.problems);
    if matches!(asked.against, Against::Nothing | Against::Base(_)) {
        tell_nothing(asked.paths, &prepared, &assessment, &mut problems);
    }
    problems.sort();
    problems.dedup();
    assessment.problems = problems;
    assessment.coverage.note(&assessment.problems);
    let mut summary = summarise(&assessment);
    summary.known = known;
    summary.elapsed = started.elapsed();
    drop(progress);
    let Asked { suppressions, mend, ledger: with_hash, .. } = asked;
    let again = Again { names, baseline, today, every_rule, suppressions, mend };
    Ok(Run { prepared, rules, assessment, again, since, summary, with_hash })
}

/// The rules; what the user's are read from is adopted, and so are the governance files of what the run is held against.
fn rules(prepared: &mut Prepared, asked: Asked<'_>, problems: &mut Vec<Problem>) -> Result<RuleSet, Failure> {
    let Prepared { root, settings, workspace, inputs, before, .. } = prepared;
    let base = before.as_ref().and_then(|before| before.base.as_ref());
    let origin = match (base, asked.against) {
        (Some(base), _) => Origin::Revision(base),
        (None, Against::Staged) => Origin::Index,
        (None, _) => Origin::Disk,
    };
    let (rules, sources) =
        load_rules::with_user_rules(root, settings, &asked.input.rules, origin, workspace.adopted(), problems)?;
    workspace.adopt(sources);
    if let Some(base) = base {
        let governance = base.governance(&inputs.compliance, workspace.adopted(), problems)?;
        workspace.adopt(governance);
    }
    Ok(rules)
}

/// The names that suppressions may use.
pub fn names(rules: &RuleSet) -> Names {
    Names::new(rules.names())
}

/// Whether a place stands on a line that changed, and whether what was there before is told again where it does.
type Touching<'a> = (&'a dyn Fn(Span) -> bool, bool);

/// Runs everything; held against an earlier revision, what was there before is left out and counted.
fn assessed(prepared: &Prepared, request: Request<'_>, again: bool) -> (Assessment, Option<Since>, Option<usize>) {
    let Prepared { workspace, about, .. } = prepared;
    let Some(before) = &prepared.before else {
        let mut now = assess::assess(workspace, request);
        if let Some(about) = about {
            about.leave_new(&mut now.problems, &[], workspace);
            cause::name(&mut now.findings, &|span| workspace.part(span.file) == Part::Asked);
        }
        return (now, None, None);
    };
    let touched = Touched::new(&before.workspace, workspace);
    let is_touched = |span| touched.at(span);
    let then = assess::assess(&before.workspace, Request { inputs: &before.inputs, ..request });
    let (mut now, known) = match &before.base {
        Some(_) => since_base(prepared, before, &then, (&is_touched, again), request),
        None => since_head(workspace, before, &then, (&is_touched, again), request),
    };
    if let Some(about) = about {
        about.leave_new(&mut now.problems, &then.problems, workspace);
    }
    cause::name(&mut now.findings, &is_touched);
    let controls = |of: &Assessment| of.ledger.as_ref().map(|ledger| ledger.controls.clone()).unwrap_or_default();
    let changes = posture::change::changes(&controls(&then), &controls(&now));
    let since = before.base.as_ref().map(|base| Since { commit: base.id(), changes });
    (now, since, Some(known))
}

/// What a change brings that asks to be let through: it may excuse nothing by itself. With the number of known findings.
fn since_base(
    prepared: &Prepared,
    before: &Before,
    then: &Assessment,
    (is_touched, again): Touching<'_>,
    request: Request<'_>,
) -> (Assessment, usize) {
    let moved = Moved::between(before, prepared);
    let excused = Excused::of(&then.findings, &before.workspace, &moved.renamed);
    let held = Some(Held { is_new: is_touched, excused: &excused });
    let mut now = assess::assess(&prepared.workspace, Request { held, ..request });
    let unseen = Unseen::new((prepared, &now), (before, then), &moved.renamed, request).told();
    let mut lost = moved.lost(then, &now);
    lost.retain(|problem| !unseen.iter().any(|told| told.path == problem.path));
    now.problems.extend(unseen.into_iter().chain(lost));
    let fails = prepared.settings.newly_open == NewlyOpen::Fail;
    let turned = since::newly_open(&mut now.findings, &then.findings, fails);
    let before_change = held_against(before, then, (is_touched, again));
    let whole = (&prepared.workspace, &now.places);
    let parted = since::select(std::mem::take(&mut now.findings), whole, before_change);
    now.findings = parted.reported;
    if !turned.is_empty() {
        now.findings.extend(turned);
        now.findings.sort_by(in_order);
    }
    (now, parted.known)
}

/// What a commit brings: whoever makes it may excuse that, with a reason. With the number of known findings.
fn since_head(
    workspace: &Workspace,
    before: &Before,
    then: &Assessment,
    (touched, again): Touching<'_>,
    request: Request<'_>,
) -> (Assessment, usize) {
    let mut now = assess::assess(workspace, request);
    let before = held_against(before, then, (touched, again));
    let parted = since::select(std::mem::take(&mut now.findings), (workspace, &now.places), before);
    now.findings = parted.reported;
    (now, parted.known)
}

fn held_against<'a>(before: &'a Before, then: &'a Assessment, (touched, again): Touching<'a>) -> since::Before<'a> {
    since::Before { findings: &then.findings, workspace: &before.workspace, places: &then.places, touched, again }
}

/// The waivers of files that `--accept` names.
fn accepted(
    prepared: &mut Prepared,
    files: &[PathBuf],
    today: Date,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Record>, Failure> {
    let mut records = Vec::new();
    for file in files {
        let path = prepare::absolute(file)?;
        let base = prepared.base();
        let shown: Arc<str> = file.to_string_lossy().into();
        let refused = |reason: String| Failure::Message(format!("{shown}: {reason}"));
        let Some(bytes) = base::read(&prepared.root, &path, base)? else {
            let there = if base.is_some() { "there is no such file in the base revision" } else { "no such file" };
            return Err(refused(there.to_owned()));
        };
        let id = Workspace::adopted_id(prepared.workspace.adopted());
        let source = bytes.and_then(|bytes| Source::decode_own(id, Arc::clone(&shown), bytes));
        let source = source.map_err(|error| refused(error.to_string()))?;
        let (found, faults) = governance::read_waivers(&source, today);
        prepared.workspace.adopt([source]);
        records.extend(found);
        problems.extend(faults);
    }
    Ok(records)
}

impl Run {
    /// The same run over other texts of the same files.
    pub fn again(&self, workspace: &Workspace) -> Assessment {
        let Again { names, baseline, today, every_rule, suppressions, mend } = &self.again;
        let request = Request {
            every_rule: *every_rule,
            suppressions: *suppressions,
            longest: self.prepared.settings.longest_waiver,
            disabled: &self.prepared.settings.disabled,
            mend: *mend,
            baseline: baseline.as_ref(),
            ..Request::new(&self.rules, names, &self.prepared.inputs, *today)
        };
        assess::assess(workspace, request)
    }

    /// The report, which takes the findings, the problems and the ledger out of the assessment.
    pub fn report(&mut self) -> Report<'_> {
        let Assessment { findings, problems, ledger, kinds, coverage, secrets, .. } = &mut self.assessment;
        for problem in problems.iter_mut() {
            problem.conceal(secrets);
        }
        coverage.excluded.clone_from(&self.prepared.settings.exclude);
        for of in &mut coverage.not_judged {
            of.because = secrets.conceal(&of.because).into_owned();
        }
        Report {
            workspace: &self.prepared.workspace,
            findings: std::mem::take(findings),
            problems: std::mem::take(problems),
            ledger: ledger.take(),
            summary: self.summary.clone(),
            since: self.since.take(),
            rules_hash: if self.with_hash { self.rules.hash() } else { String::new() },
            about: About {
                published: Published::at(self.prepared.settings.rules_url.as_ref()),
                kinds: std::mem::take(kinds),
                coverage: std::mem::take(coverage),
                ..About::default()
            },
            secrets: std::mem::take(secrets),
        }
    }
}

fn prepare(asked: Asked<'_>) -> Result<Prepared, Failure> {
    let from_input = asked.paths.iter().any(|path| path.as_os_str() == "-");
    if !from_input {
        if asked.stdin_path.is_some() {
            return Err(Failure::Message("`--as` names standard input; give `-` as the path".into()));
        }
        return prepare::prepare(asked.paths, asked.input, asked.against);
    }
    let Some(path) = asked.stdin_path else {
        return Err(Failure::Message(
            "standard input has no name; say what it is with `--as PATH`, such as `--as main.tf`".into(),
        ));
    };
    let bytes = door::read_stream(std::io::stdin().lock());
    let bytes = bytes.map_err(|error| Failure::Message(format!("standard input {error}")))?;
    prepare::prepare_text(path, bytes, asked.input)
}

/// Controls as they are named on the command line; what became of one of the 2013 edition is told.
pub fn controls(wanted: &[String]) -> Result<Vec<ControlId>, Failure> {
    let mut found = Vec::new();
    for text in wanted {
        let ids = control::named(text);
        if ids.is_empty() {
            return Err(Failure::Message(NoSuchControl(text.clone()).to_string()));
        }
        if text.starts_with("2013:") {
            let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let _ = writeln!(anstream::stderr(), "annexa: {text} is {} in the edition of 2022", names.join(", "));
        }
        found.extend(ids);
    }
    Ok(found)
}

/// Gives rules the severities that the settings say; a rule that the settings name and that does not exist is a problem.
pub fn set_rules(rules: &mut RuleSet, settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (rule, span) in settings.rules_named() {
        let rule = &rule;
        if !rules.every_card().any(|card| card.id == *rule) {
            let known: Vec<&str> = rules.every_card().map(|card| &*card.id).collect();
            let help = match rules.find(rule) {
                Some(card) => format!("that is another name for `{}`", card.id),
                None => hint(rule, &known),
            };
            let message = format!("there is no rule `{rule}`");
            let path = Arc::clone(&settings.path);
            problems.push(Problem::error("settings::unknown-rule", path, Some(span), message).help(help));
        }
    }
    for entry in settings.disabled.iter().filter(|entry| !entry.controls.is_empty()) {
        let card = entry.rule.as_ref().and_then(|rule| rules.every_card().find(|card| card.id == *rule));
        if let Some(card) = card.filter(|card| !card.controls.iter().any(|(id, _)| entry.controls.contains(id))) {
            let message = format!("`{}` bears on none of these controls", card.id);
            let path = Arc::clone(&settings.path);
            let help = "leave `controls` out, or name one of those that `annexa rules show` lists for the rule";
            problems.push(Problem::error("settings::controls", path, Some(entry.span), message).help(help));
        }
    }
    for (rule, severity, _) in &settings.severities {
        rules.set_severity(rule, *severity);
    }
    problems
}

/// Evaluates only the rules that were asked for, without those that the settings leave out.
pub fn choose(
    rules: &mut RuleSet,
    only_rules: &[String],
    controls: &[ControlId],
    settings: &Settings,
    today: Date,
) -> Result<(), Failure> {
    if only_rules.is_empty() && controls.is_empty() && settings.disabled.is_empty() {
        return Ok(());
    }
    let mut only: BTreeSet<Arc<str>> = BTreeSet::new();
    for name in only_rules {
        let cards = rules.named(name);
        if cards.is_empty() {
            let known: Vec<&str> = rules.every_card().map(|card| &*card.id).collect();
            return Err(Failure::Message(format!("there is no rule `{name}`; {}", hint(name, &known))));
        }
        only.extend(cards.into_iter().map(|card| Arc::clone(&card.id)));
    }
    let left_out = |card: &Card| {
        let mut entries = settings.disabled.iter().filter(|entry| entry.is_everywhere() && !entry.is_over(today));
        entries.any(|entry| entry.is_about(&card.id, &card.controls))
    };
    rules.choose(|card: &Card| {
        (only.is_empty() || only.contains(&card.id))
            && !left_out(card)
            && (controls.is_empty() || card.controls.iter().any(|(id, _)| controls.contains(id)))
    });
    Ok(())
}

fn hint(name: &str, known: &[&str]) -> String {
    match crate::lower::nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`annexa rules list` shows them all".to_owned(),
    }
}

fn read_baseline(path: Option<&Path>, problems: &mut Vec<Problem>) -> Result<Option<Baseline>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let shown = path.display().to_string();
    let source = discover::read(path)
        .and_then(|bytes| Source::decode_own(Workspace::adopted_id(usize::MAX), shown.as_str().into(), bytes));
    let source = source.map_err(|error| Failure::Message(format!("{shown}: {error}")))?;
    match Baseline::read(&source) {
        Ok(baseline) => Ok(Some(baseline)),
        Err(faults) => {
            problems.extend(faults.into_iter().map(|fault| Problem { span: None, ..fault }));
            Ok(None)
        }
    }
}

fn tell_gone(baseline: Option<&Path>, gone: usize, problems: &mut Vec<Problem>) {
    if let Some(path) = baseline.filter(|_| gone > 0) {
        let message = format!("{gone} of the findings that the baseline lists are no longer there");
        let notice = Problem::notice("baseline::gone", path.to_string_lossy(), None, message);
        problems.push(notice.help("take them out, so that they are new if they come back"));
    }
}

/// Folders in which there is nothing to check are a mistake, as a rule of the settings; files that are none of ours are what
/// a hook is handed every day.
fn tell_nothing(paths: &[PathBuf], prepared: &Prepared, assessment: &Assessment, problems: &mut Vec<Problem>) {
    let quiet = problems.iter().all(|problem| problem.level == Level::Notice);
    if assessment.files > 0 || !assessment.kinds.is_empty() || !quiet {
        return;
    }
    let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let mut message = format!("nothing to check in {}", shown.join(", "));
    if let Some(NotRead { path, what }) = assessment.coverage.not_read.first() {
        // Writing to a string cannot fail.
        let _ = write!(message, ": {path} is recognised and not read ({})", what.doc);
    }
    let problem = match prepared.about {
        Some(_) => Problem::notice("discover::nothing", "", None, message),
        None => Problem::error("discover::nothing", "", None, message),
    };
    let help = "no file there is of a kind that annexa reads; `annexa doctor PATH` tells what it makes of each";
    problems.push(problem.help(help));
}

/// The counts of a run.
pub fn summarise(assessment: &Assessment) -> Summary {
    let errors = assessment.problems.iter().filter(|problem| problem.level == Level::Error);
    let mut summary = Summary {
        files: assessment.files,
        resources: assessment.kinds.values().sum(),
        rules_evaluated: assessment.rules_evaluated,
        problems: errors.count(),
        not_read: assessment.coverage.not_read.len(),
        not_judged: assessment.coverage.not_judged.len(),
        passed: assessment.passed,
        pressing: assessment.nonconformities.iter().filter(|of| of.is_pressing()).count(),
        ..Summary::default()
    };
    for finding in &assessment.findings {
        count(finding, &mut summary);
    }
    summary
}

fn count(finding: &Finding, summary: &mut Summary) {
    match finding.outcome {
        Outcome::Pass => summary.passed += 1,
        _ if finding.is_known() => {}
        _ if finding.is_waived() => summary.waived += 1,
        _ if finding.suppressed.is_some() => summary.suppressed += 1,
        Outcome::Open => summary.open += 1,
        Outcome::Fail => {
            let place = Severity::Critical as usize - finding.severity() as usize;
            if let Some(count) = summary.failed.get_mut(place) {
                *count += 1;
            }
        }
    }
}

/// Uses so many threads, or one for each core; a count of none is refused.
pub fn threads(count: Option<usize>) -> Result<(), Failure> {
    if count == Some(0) {
        return Err(Failure::Message("`--threads` takes a number from 1 on".into()));
    }
    scan::use_threads(count).map_err(Failure::Message)
}
