//! `annexa check`: the main job.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::cli::args::{CheckArguments, OutcomeArgument, SeverityArgument};
use crate::cli::load_rules;
use crate::cli::output::{self, Exit, Failure};
use crate::cli::prepare::{self, Prepared};
use crate::cli::progress::Progress;
use crate::control::ControlId;
use crate::discover;
use crate::document::{Level, Problem};
use crate::evaluate::{Engine, Outcome};
use crate::lower::one_of;
use crate::posture;
use crate::report::{self, Format, Options, Report, Summary};
use crate::rule::Severity;
use crate::rule::set::{Card, RuleSet};
use crate::scan::{self, Extracted, Parsed};
use crate::source::{Source, Workspace};
use crate::triage::baseline::Baseline;
use crate::triage::suppression::Names;
use crate::triage::{self, Context, Finding};

/// Where one rendering goes.
struct Target {
    format: &'static Format,
    file: Option<String>,
}

/// Runs the command.
pub fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let started = Instant::now();
    let targets = targets(&arguments.format)?;
    let controls = controls(&arguments.only_controls)?;
    arguments.input.threads.map(threads).transpose()?;
    let progress = Progress::start("annexa: scanning".to_owned());
    let mut prepared = prepare(arguments)?;
    let mut problems = std::mem::take(&mut prepared.problems);
    let Prepared { root, settings, workspace, .. } = &mut prepared;
    let (mut set, sources) =
        load_rules::with_user_rules(root, settings, &arguments.input.rules, workspace.adopted(), &mut problems);
    workspace.adopt(sources);
    let names = choose(&mut set, arguments, &controls, &prepared)?;
    let parsed = scan::parse(&prepared.workspace);
    let extracted = scan::extract(&prepared.workspace, &parsed, &prepared.inputs);
    problems.extend(parsed.problems.iter().cloned().chain(extracted.problems.iter().cloned()));
    if parsed.files == 0
        && extracted.resources.is_empty()
        && problems.iter().all(|problem| problem.level == Level::Notice)
    {
        let shown: Vec<String> = arguments.paths.iter().map(|path| path.display().to_string()).collect();
        problems.push(
            Problem::error("discover::nothing", "", None, format!("nothing to check in {}", shown.join(", ")))
                .help("no file there is of a kind that annexa knows; `annexa rules list` shows what it looks at"),
        );
    }
    let (rules, refused) = load_rules::needed(&set, &extracted.resources);
    problems.extend(refused);
    let today = arguments.input.today.unwrap_or_else(output::today);
    let engine_options =
        crate::evaluate::Options { today, explain_passes: wants(arguments, Outcome::Pass), coverage: false };
    let engine = Engine::new(&rules, &extracted.resources, engine_options);
    let judgements = scan::judge(&engine, extracted.resources.len());
    let rules_evaluated = engine.applicable().count();
    let mut suppressions =
        (!arguments.no_suppressions).then(|| scan::suppressions(&prepared.workspace, &parsed, &names, today));
    let context = Context { rules: &rules, resources: &extracted.resources, workspace: &prepared.workspace };
    let mut findings = triage::triage(judgements, context, suppressions.as_mut());
    if let Some(suppressions) = &suppressions {
        let told = suppressions.problems().iter().cloned().chain(suppressions.unused());
        problems.extend(told.filter(|problem| is_judged(&prepared.workspace, problem)));
    }
    apply_baseline(arguments, &mut findings, &mut problems)?;
    problems.sort();
    problems.dedup();
    let standings = posture::standings(set.cards().map(|card| card.controls.as_slice()), &findings);
    let mut summary = summarise(&findings, &problems, &parsed, &extracted);
    summary.rules_evaluated = rules_evaluated;
    summary.elapsed = started.elapsed();
    let fail_at = arguments.fail_at.map(severity).or(prepared.settings.fail_at).unwrap_or(Severity::Medium);
    let exit = verdict(&findings, &problems, fail_at, arguments.strict || prepared.settings.strict);
    let report =
        Report { workspace: &prepared.workspace, findings, problems, standings, summary, rules_hash: set.hash() };
    drop(progress);
    render(&report, arguments, &targets)?;
    Ok(exit)
}

fn prepare(arguments: &CheckArguments) -> Result<Prepared, Failure> {
    let from_input = arguments.paths.iter().any(|path| path.as_os_str() == "-");
    if !from_input {
        if arguments.stdin_path.is_some() {
            return Err(Failure::Message("`--as` names standard input; give `-` as the path".into()));
        }
        return prepare::prepare(&arguments.paths, &arguments.input);
    }
    let Some(path) = &arguments.stdin_path else {
        return Err(Failure::Message(
            "standard input has no name; say what it is with `--as PATH`, such as `--as main.tf`".into(),
        ));
    };
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    prepare::prepare_text(path, bytes, &arguments.input)
}

fn targets(wanted: &[String]) -> Result<Vec<Target>, Failure> {
    let names: Vec<&str> = report::FORMATS.iter().map(|format| format.name).collect();
    let pretty = ["pretty".to_owned()];
    let wanted = if wanted.is_empty() { &pretty } else { wanted };
    let mut targets = Vec::new();
    for text in wanted {
        let (name, file) =
            text.split_once('=').map_or((text.as_str(), None), |(name, file)| (name, Some(file.to_owned())));
        let Some(format) = report::named(name) else {
            return Err(Failure::Message(format!("there is no format `{name}`: {}", one_of(name, &names))));
        };
        targets.push(Target { format, file });
    }
    if targets.iter().filter(|target| target.file.is_none()).count() > 1 {
        return Err(Failure::Message(
            "only one format can go to standard output; write the others to files with NAME=FILE".into(),
        ));
    }
    Ok(targets)
}

fn controls(wanted: &[String]) -> Result<Vec<ControlId>, Failure> {
    wanted
        .iter()
        .map(|text| text.parse().map_err(|error: crate::control::NoSuchControl| Failure::Message(error.to_string())))
        .collect()
}

/// Leaves in the set only the rules that were asked for; all names stay known for suppressions.
fn choose(
    set: &mut RuleSet,
    arguments: &CheckArguments,
    controls: &[ControlId],
    prepared: &Prepared,
) -> Result<Names, Failure> {
    let known: Vec<&str> = set.cards().map(|card| &*card.id).collect();
    let mut only: BTreeSet<Arc<str>> = BTreeSet::new();
    for name in &arguments.only_rules {
        let Some(card) = set.find(name) else {
            return Err(Failure::Message(format!("there is no rule `{name}`; {}", hint(name, &known))));
        };
        only.insert(Arc::clone(&card.id));
    }
    let mut disabled = BTreeSet::new();
    for rule in &prepared.settings.disabled {
        if set.find(&rule.rule).is_none() {
            let text = format!(
                "annexa.toml disables the rule `{}`, which does not exist; {}",
                rule.rule,
                hint(&rule.rule, &known)
            );
            return Err(Failure::Message(text));
        }
        disabled.insert(Arc::clone(&rule.rule));
    }
    let wanted = |card: &Card| {
        (only.is_empty() || only.contains(&card.id))
            && !disabled.contains(&card.id)
            && (controls.is_empty() || card.controls.iter().any(|(id, _)| controls.contains(id)))
    };
    let names = Names::new(set.cards().map(|card| (&card.id, card.aliases.as_slice(), wanted(card))));
    set.retain(|card| wanted(card));
    Ok(names)
}

fn hint(name: &str, known: &[&str]) -> String {
    match crate::lower::nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`annexa rules list` shows them all".to_owned(),
    }
}

fn is_judged(workspace: &Workspace, problem: &Problem) -> bool {
    workspace.find(&problem.path).is_none_or(|file| workspace.is_judged(file))
}

fn apply_baseline(
    arguments: &CheckArguments,
    findings: &mut [Finding],
    problems: &mut Vec<Problem>,
) -> Result<(), Failure> {
    let Some(path) = &arguments.baseline else { return Ok(()) };
    match read_baseline(path)? {
        Ok(baseline) => {
            let gone = baseline.apply(findings).len();
            if gone > 0 {
                let message = format!("{gone} of the findings that the baseline lists are no longer there");
                let notice = Problem::notice("baseline::gone", path.to_string_lossy(), None, message);
                problems.push(notice.help("take them out, so that they are new if they come back"));
            }
        }
        Err(faults) => problems.extend(faults.into_iter().map(|fault| Problem { span: None, ..fault })),
    }
    Ok(())
}

fn read_baseline(path: &Path) -> Result<Result<Baseline, Vec<Problem>>, Failure> {
    let shown = path.display().to_string();
    let source = discover::read(path)
        .and_then(|bytes| Source::decode(Workspace::adopted_id(usize::MAX), shown.as_str().into(), bytes));
    let source = source.map_err(|error| Failure::Message(format!("{shown}: {error}")))?;
    Ok(Baseline::read(&source))
}

fn summarise(findings: &[Finding], problems: &[Problem], parsed: &Parsed, extracted: &Extracted) -> Summary {
    let mut summary = Summary {
        files: parsed.files,
        resources: extracted.resources.len(),
        problems: problems.iter().filter(|problem| problem.level == Level::Error).count(),
        ..Summary::default()
    };
    for finding in findings {
        match finding.outcome {
            Outcome::Pass => summary.passed += 1,
            _ if finding.suppressed.is_some() => summary.suppressed += 1,
            Outcome::Open => summary.open += 1,
            Outcome::Fail => {
                if let Some(count) =
                    summary.failed.get_mut(Severity::Critical as usize - finding.rule.severity as usize)
                {
                    *count += 1;
                }
            }
        }
    }
    summary
}

fn verdict(findings: &[Finding], problems: &[Problem], fail_at: Severity, strict: bool) -> Exit {
    let counts = |finding: &Finding| {
        let failing = finding.outcome == Outcome::Fail || (strict && finding.outcome == Outcome::Open);
        failing && finding.suppressed.is_none() && finding.rule.severity >= fail_at
    };
    if findings.iter().any(counts) {
        return Exit::Findings;
    }
    if problems.iter().any(|problem| problem.level == Level::Error) { Exit::Incomplete } else { Exit::Clean }
}

fn render(report: &Report<'_>, arguments: &CheckArguments, targets: &[Target]) -> Result<(), Failure> {
    let outcomes: Vec<Outcome> = arguments.outcomes.iter().map(|outcome| self::outcome(*outcome)).collect();
    for target in targets {
        let mut bytes = Vec::new();
        let colour = target.file.is_none() && output::colour(arguments.color);
        let options = Options { colour, width: output::width(), outcomes: outcomes.clone() };
        (target.format.render)(report, &options, &mut bytes)?;
        match &target.file {
            None => output::print(&bytes)?,
            Some(file) => std::fs::File::create(file)
                .and_then(|mut out| out.write_all(&bytes))
                .map_err(|error| Failure::Message(format!("cannot write {file}: {error}")))?,
        }
    }
    Ok(())
}

fn wants(arguments: &CheckArguments, outcome: Outcome) -> bool {
    arguments.outcomes.iter().any(|wanted| self::outcome(*wanted) == outcome)
}

fn outcome(argument: OutcomeArgument) -> Outcome {
    match argument {
        OutcomeArgument::Fail => Outcome::Fail,
        OutcomeArgument::Open => Outcome::Open,
        OutcomeArgument::Pass => Outcome::Pass,
    }
}

fn severity(argument: SeverityArgument) -> Severity {
    match argument {
        SeverityArgument::Info => Severity::Info,
        SeverityArgument::Low => Severity::Low,
        SeverityArgument::Medium => Severity::Medium,
        SeverityArgument::High => Severity::High,
        SeverityArgument::Critical => Severity::Critical,
    }
}

fn threads(count: usize) -> Result<(), Failure> {
    if count == 0 {
        return Err(Failure::Message("`--threads` takes a number from 1 on".into()));
    }
    scan::use_threads(count).map_err(Failure::Message)
}
