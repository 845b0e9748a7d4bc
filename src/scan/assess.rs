//! A whole run, from files to findings and the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use super::apart::{Apart, Settled};
use super::extract::{Extracted, append, extract_asked};
use super::texts::Texts;
use super::told::Told;
use super::{Demand, Parsed, Reuse, drafts, hidden, judge, parse_with, suppressions};
use crate::control::ControlId;
use crate::dialect::coverage::Coverage;
use crate::dialect::places::Present;
use crate::dialect::{self, Inputs, Resource};
use crate::document::{Level, Problem};
use crate::elsewhere::{self, Elsewhere};
use crate::evaluate::{Engine, Options, Outcome};
use crate::fix::{self, Proposal};
use crate::governance::{self, Governance, Record};
use crate::posture::drafts::Drafts;
use crate::posture::{self, Ledger, Nonconformity, agenda, facts, nonconformity, review};
use crate::rule::set::{Fallen, RuleSet};
use crate::rule::{Rule, Strength};
use crate::secrecy::Secrets;
use crate::source::{FileId, Part, Span, Workspace};
use crate::triage::baseline::{Baseline, Entry};
use crate::triage::disable::{self, Disabled};
use crate::triage::since::{self, Excused};
use crate::triage::suppression::{Names, Suppressions};
use crate::triage::waiver::{self, Longest, Named, Waiver};
use crate::triage::{Context, Finding, in_order, triage};

/// What is asked of a run.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Request<'a> {
    /// The rules to evaluate.
    pub rules: &'a RuleSet,
    /// Every name that suppressions may use, those of rules that are not evaluated included.
    pub names: &'a Names,
    /// Whether `rules` are all there are, so that what nothing shows is not just what was not asked for.
    pub every_rule: bool,
    /// What dialects are told.
    pub inputs: &'a Inputs,
    /// The day that dates are compared with.
    pub today: Date,
    /// Whether passes say what they rest on.
    pub explain_passes: bool,
    /// Whether comments in files silence findings.
    pub suppressions: bool,
    /// How long waivers may live.
    pub longest: Longest,
    /// Rules that do not count on some paths.
    pub disabled: &'a [Disabled],
    /// Whether it is wanted how failing findings could be mended.
    pub mend: bool,
    /// Findings that were accepted earlier.
    pub baseline: Option<&'a Baseline>,
    /// Whether the ledger is wanted.
    pub ledger: bool,
    /// Waivers from outside of what is scanned, which count beside those of the governance files.
    pub accepted: &'a [Record],
    /// What the run is held against.
    pub held: Option<Held<'a>>,
    /// What may be used again of runs over other revisions.
    pub reuse: Option<&'a Reuse>,
    /// Whether passes are wanted one by one, and not only their number; a ledger, and whatever compares, needs them in any case.
    pub passes: bool,
}

impl<'a> Request<'a> {
    /// A run by every rule over files as they are, with suppressions and without a ledger.
    pub fn new(rules: &'a RuleSet, names: &'a Names, inputs: &'a Inputs, today: Date) -> Request<'a> {
        Request {
            rules,
            names,
            every_rule: true,
            inputs,
            today,
            explain_passes: false,
            suppressions: true,
            longest: Longest::default(),
            disabled: &[],
            mend: false,
            baseline: None,
            ledger: false,
            accepted: &[],
            held: None,
            reuse: None,
            passes: true,
        }
    }
}

/// A run that is held against an earlier revision: what excuses findings is taken from there.
#[derive(Clone, Copy)]
pub struct Held<'a> {
    /// Whether a comment that stands there is new.
    pub is_new: &'a dyn Fn(Span) -> bool,
    /// What comments silenced there.
    pub excused: &'a Excused,
}

/// What a run came to.
pub struct Assessment {
    /// How many judged files were read.
    pub files: usize,
    /// The judged files that were read as more than any text.
    pub read: BTreeSet<Arc<str>>,
    /// The files in which resources stand that a rule could judge, with what deploys these and their heads.
    pub bearing: BTreeMap<Arc<str>, BTreeSet<(Arc<str>, Span)>>,
    /// What deploys some resource.
    pub deployments: BTreeSet<Arc<str>>,
    /// How many resources were judged, by kind.
    pub kinds: BTreeMap<Arc<str>, usize>,
    /// How many of each kind stand in a file.
    pub by_file: BTreeMap<(FileId, Arc<str>), usize>,
    /// How many rules applied to some resource.
    pub rules_evaluated: usize,
    /// The places in the resources.
    pub places: Present,
    /// Every judgement in the order of file, place and rule; passes included, but for those that are only counted.
    pub findings: Vec<Finding>,
    /// How many passes are only counted.
    pub passed: usize,
    /// What could not be done, and what is told of suppressions, in order.
    pub problems: Vec<Problem>,
    /// What the governance files say.
    pub governance: Governance,
    /// The nonconformities, those of documents included, where all of the repository was looked at.
    pub nonconformities: Vec<Nonconformity>,
    /// Where each control stands, where it was asked for.
    pub ledger: Option<Ledger>,
    /// How findings could be mended, where it was asked for.
    pub proposals: Vec<Proposal>,
    /// Findings of the baseline that are no longer there.
    pub gone: usize,
    /// What must not be shown of the files.
    pub secrets: Secrets,
    /// What was not judged.
    pub coverage: Coverage,
}

/// Runs everything.
pub fn assess(workspace: &Workspace, request: Request<'_>) -> Assessment {
    let mut run = Run::new(workspace, request, request.ledger || request.explain_passes);
    let governance = run.governance();
    run.subjects |= run.is_whole() && !governance.is_empty();
    let apart = Apart::of(workspace, request, (run.options(), run.counts_passes()));
    let demand = Demand::of(request.rules, request.inputs);
    let mut parsed = parse_with(workspace, &demand, request.reuse, apart.as_ref());
    parsed.settled.counts_passes(run.counts_passes());
    let asked = |kind: &str| request.rules.asks(kind);
    let extracted = extract_asked(workspace, &parsed.documents, request.inputs, &asked, &parsed.settled.before);
    let Extracted { resources, problems } = extracted;
    run.nonconformities = nonconformity::all(&governance, &resources, workspace, request.today);
    run.problems.extend(problems);
    run.problems.append(&mut parsed.problems);
    run.look_elsewhere(&governance);
    let read = || suppressions(workspace, &parsed, &resources, request.names, request.today);
    run.suppressions = request.suppressions.then(read);
    let mut findings = run.judged(&resources, &mut parsed.settled);
    run.drafts = drafts::discounted(&mut findings, &resources, workspace, run.options());
    let mut counted = parsed.settled.held.passed.take();
    let files = counted.as_ref().map(|counted| &counted.files);
    let told = hidden::told_files(&findings, &run.problems, request.explain_passes, files);
    let mut secrets = hidden::secrets(workspace, &mut parsed, &resources, &told);
    let telling = counted.as_ref().map(|counted| &*counted.telling);
    hidden::by_rules(&mut findings, telling, &resources, &Texts::of(workspace), &mut secrets);
    if let Some(counted) = &mut counted {
        counted.take_from(&mut findings);
    }
    hidden::conceal(&mut findings, &secrets, workspace);
    let mut told = std::mem::take(&mut parsed.settled.told);
    told.add(Told::of(&resources, workspace));
    let accept = |findings: &mut [Finding]| {
        let gone = request.baseline.map(|baseline| baseline.apply(findings, workspace, &told.places));
        // What only says that other findings stand goes as soon as these are accepted.
        let stood = |entry: &&Entry| !request.rules.find(&entry.rule).is_some_and(posture::tells_of_findings);
        gone.map_or(0, |gone| gone.into_iter().filter(stood).count())
    };
    let mut gone = accept(&mut findings);
    if run.is_whole() && !governance.is_empty() {
        let facts = facts::resources(&run.ledger(&governance, &findings), &governance, &findings);
        let mut further = run.judged(&facts, &mut Settled::default());
        hidden::conceal(&mut further, &secrets, workspace);
        findings.extend(further);
        findings.sort_by(in_order);
        gone = accept(&mut findings);
    }
    let proposals = if request.mend { proposals(&findings, &resources, workspace) } else { Vec::new() };
    let ledger = request.ledger.then(|| {
        let documents = agenda::of_documents(&resources, workspace, request.today);
        let records = review::records(&resources, workspace, request.today);
        Ledger { documents, records, ..run.ledger(&governance, &findings) }
    });
    run.tell_suppressions();
    let nonconformities = if run.is_whole() { std::mem::take(&mut run.nonconformities) } else { Vec::new() };
    let Run { mut problems, rules_evaluated, .. } = run;
    for problem in &mut problems {
        problem.conceal(&secrets);
        stops_nothing_aside(problem);
    }
    problems.sort();
    problems.dedup();
    let Told { kinds, by_file, owners, bearing, deployments, places } = told;
    let mut coverage = super::coverage(workspace, &parsed);
    let judged = request.rules.judged(&kinds.keys().map(|kind| &**kind).collect());
    let no_rule = |kind: &&Arc<str>| !judged.contains(&***kind) && !owners.contains(&***kind);
    coverage.without_rule = kinds.keys().filter(no_rule).cloned().collect();
    Assessment {
        files: parsed.files,
        read: read_of(workspace, &parsed),
        bearing,
        deployments,
        places,
        kinds,
        by_file,
        rules_evaluated,
        findings,
        passed: counted.map_or(0, |counted| counted.count),
        problems,
        governance,
        nonconformities,
        ledger,
        proposals,
        gone,
        secrets,
        coverage,
    }
}

/// Makes a notice of what is wrong with a file of tests or of somebody else: many are broken on purpose, and nothing is deployed of them.
fn stops_nothing_aside(problem: &mut Problem) {
    let is_of_file = problem.code.starts_with("syntax::") || problem.code == "dialect::certificate";
    if problem.level == Level::Error && is_of_file && dialect::may_be_broken(&problem.path) {
        problem.level = Level::Notice;
        problem.help =
            Some("nothing of it is judged; it stops nothing, since it lies among tests or code of others".to_owned());
    }
}

/// Resources for the proof of a rule: those of the files, and for rules about the ledger those of the ledger that the
/// built-in rules make of them.
pub fn resources_for(workspace: &Workspace, rule: &Rule, today: Date) -> (Vec<Resource>, Vec<Problem>) {
    let files = rule.checks.iter().filter_map(|check| check.files.clone()).collect();
    let (resources, problems) = super::resources_with(workspace, &Demand { files, ..Demand::default() });
    if !rule.checks.iter().flat_map(|check| &check.kinds).any(|kind| is_of_ledger(&kind.text)) {
        return (resources, problems);
    }
    let set = RuleSet::builtin(dialect::DIALECTS);
    let names = Names::default();
    let inputs = Inputs::default();
    let request = Request { suppressions: false, ..Request::new(&set, &names, &inputs, today) };
    let mut run = Run::new(workspace, request, true);
    run.problems.extend(problems);
    let governance = run.governance();
    run.nonconformities = nonconformity::all(&governance, &resources, workspace, today);
    run.look_elsewhere(&governance);
    let mut findings = run.judged(&resources, &mut Settled::default());
    run.drafts = drafts::discounted(&mut findings, &resources, workspace, run.options());
    let facts = facts::resources(&run.ledger(&governance, &findings), &governance, &findings);
    (facts, run.problems)
}

/// The judged files that were read as more than any text.
fn read_of(workspace: &Workspace, parsed: &Parsed) -> BTreeSet<Arc<str>> {
    let judged = parsed.documents.iter().filter(|(document, _)| workspace.is_judged(document.file));
    let of_documents = judged.map(|(document, _)| (document.syntax, &document.path));
    let settled = parsed.settled.documents.iter().map(|settled| (settled.syntax, &settled.path));
    of_documents.chain(settled).filter(|(syntax, _)| *syntax != "text").map(|(_, path)| Arc::clone(path)).collect()
}

/// Whether resources of a kind are made of the ledger.
fn is_of_ledger(kind: &str) -> bool {
    kind.starts_with("posture/")
}

/// How the findings that count could be mended.
fn proposals(findings: &[Finding], resources: &[Resource], workspace: &Workspace) -> Vec<Proposal> {
    // What is stated of a resource may have its place and its address.
    let key = |resource: &'_ Resource| (resource.span, Arc::clone(&resource.kind), Arc::clone(&resource.address));
    let by_span: BTreeMap<(Span, Arc<str>, Arc<str>), &Resource> =
        resources.iter().map(|resource| (key(resource), resource)).collect();
    let is_asked = |finding: &&Finding| workspace.part(finding.span.file) == Part::Asked;
    let count = findings.iter().filter(|of| of.outcome == Outcome::Fail && of.suppressed.is_none()).filter(is_asked);
    let proposed = count.filter_map(|finding| {
        let of = &finding.resource;
        let resource = by_span.get(&(of.span, Arc::clone(&of.kind), Arc::clone(&of.address)))?;
        fix::propose(finding, resource, workspace)
    });
    proposed.collect()
}

struct Run<'a> {
    workspace: &'a Workspace,
    request: Request<'a>,
    problems: Vec<Problem>,
    suppressions: Option<Suppressions>,
    waivers: Vec<Waiver>,
    /// How many findings each entry of the settings silences.
    silenced: Vec<usize>,
    nonconformities: Vec<Nonconformity>,
    /// What other tools found.
    elsewhere: Elsewhere,
    /// What people wrote that is not in force.
    drafts: Drafts,
    /// Whether it matters of a pass that something could have failed it: where passes are shown, or a ledger is made.
    subjects: bool,
    /// How many rules applied to some resource.
    rules_evaluated: usize,
}

impl<'a> Run<'a> {
    fn new(workspace: &'a Workspace, request: Request<'a>, subjects: bool) -> Run<'a> {
        Run {
            workspace,
            request,
            problems: Vec::new(),
            suppressions: None,
            waivers: Vec::new(),
            silenced: Vec::new(),
            nonconformities: Vec::new(),
            elsewhere: Elsewhere::default(),
            drafts: Drafts::default(),
            subjects,
            rules_evaluated: 0,
        }
    }

    fn options(&self) -> Options {
        let Request { today, explain_passes, .. } = self.request;
        Options { today, explain_passes, subjects: self.subjects, coverage: false }
    }

    /// Whether passes are only counted: nothing looks at one of them.
    fn counts_passes(&self) -> bool {
        let Request { passes, mend, baseline, held, reuse, .. } = self.request;
        !passes && !self.subjects && !mend && baseline.is_none() && held.is_none() && reuse.is_none()
    }

    fn is_whole(&self) -> bool {
        self.workspace.is_whole() && self.request.every_rule
    }

    /// Reads the governance files. Their faults are told where all of the repository is looked at, or the file is asked for.
    /// Where the run is held against a revision, what counts are the files of that revision, which the workspace adopted;
    /// the faults that are told are still those of the files as they are now.
    fn governance(&mut self) -> Governance {
        let folder = &self.request.inputs.compliance;
        let (mut governance, mut faults) = governance::read(self.workspace, folder);
        faults.extend(governance.as_of(self.request.today, self.workspace));
        if self.request.held.is_some() {
            governance = governance::read_adopted(self.workspace, folder).0;
            // What is told is told of the files as they are now.
            drop(governance.as_of(self.request.today, self.workspace));
        }
        let set = self.request.rules;
        let named = |name: &str| {
            let (card, part) = set.excused(name)?;
            let is_about_ledger = card.kinds.iter().any(|kind| is_of_ledger(kind));
            Some(Named { id: Arc::clone(&card.id), part, severity: card.severity?, is_about_ledger })
        };
        let known = || set.every_card().map(|card| &*card.id).collect();
        let records = governance.records("waivers").iter().chain(self.request.accepted).filter(|record| !record.faulty);
        let (waivers, more) = waiver::read(records, self.workspace, &named, &known, self.request.longest);
        faults.extend(more);
        self.waivers = waivers;
        let workspace = self.workspace;
        self.problems.extend(faults.into_iter().filter(|problem| is_judged(workspace, problem)));
        governance
    }

    /// Reads what other tools found, where a ledger is made of it.
    fn look_elsewhere(&mut self, governance: &Governance) {
        if self.request.ledger || self.is_whole() {
            let Request { rules, today, .. } = self.request;
            self.elsewhere = elsewhere::collect(self.workspace, governance, rules.every_card(), today);
            let workspace = self.workspace;
            let problems = std::mem::take(&mut self.elsewhere.problems);
            self.problems.extend(problems.into_iter().filter(|problem| is_judged(workspace, problem)));
        }
    }

    /// Findings about some resources, with those of files that stood alone; silenced where a comment or a waiver says so.
    fn judged(&mut self, resources: &[Resource], settled: &mut Settled) -> Vec<Finding> {
        let (rules, refused) = needed(self.request.rules, resources);
        self.problems.extend(refused);
        let engine = Engine::new(&rules, resources, self.options()).over(self.workspace);
        let judgements = judge(&engine, resources, &mut settled.held);
        self.problems.extend(settled.held.problems(self.workspace, self.request.explain_passes));
        settled.rules.extend(engine.applicable().filter_map(|rule| rules.get(rule)).map(|rule| Arc::clone(&rule.id)));
        self.rules_evaluated += settled.rules.len();
        let context = Context { rules: &rules, resources, workspace: self.workspace };
        let mut findings = triage(judgements, context, self.suppressions.as_mut());
        if !settled.findings.is_empty() {
            append(&mut findings, std::mem::take(&mut settled.findings));
            // No file has findings of both, so that the order of those at one place stays as it is.
            findings.sort_by_key(|finding| (finding.span.file, finding.span.start));
        }
        if let Some(suppressions) = &mut self.suppressions {
            suppressions.add(std::mem::take(&mut settled.suppressions));
        }
        if let Some(held) = self.request.held {
            let places = since::distrust(&mut findings, self.workspace, held.excused, held.is_new);
            let told = places.into_iter().map(|place| distrusted(self.workspace, place, (held.is_new)(place)));
            self.problems.extend(told);
        }
        let silenced = disable::apply(self.request.disabled, &mut findings, self.workspace, self.request.today);
        self.silenced.resize(silenced.len(), 0);
        self.silenced.iter_mut().zip(silenced).for_each(|(all, more)| *all += more);
        waiver::apply(&mut self.waivers, &mut findings, self.workspace, self.request.today);
        findings
    }

    fn ledger(&self, governance: &Governance, findings: &[Finding]) -> Ledger {
        // Who keeps waivers elsewhere, for many repositories, is not told here that some do nothing.
        let elsewhere = |waiver: &Waiver| self.request.accepted.iter().any(|record| record.span == waiver.span);
        let waivers: Vec<Waiver> =
            self.waivers.iter().filter(|waiver| waiver.used > 0 || !elsewhere(waiver)).cloned().collect();
        let rules: Vec<&[(ControlId, Strength)]> =
            self.request.rules.cards().map(|card| card.controls.as_slice()).collect();
        Ledger::of(posture::Inputs {
            rules: &rules,
            findings,
            governance,
            waivers: &waivers,
            nonconformities: &self.nonconformities,
            elsewhere: &self.elsewhere,
            drafts: &self.drafts,
            workspace: self.workspace,
            today: self.request.today,
            whole: self.is_whole(),
        })
    }

    fn tell_suppressions(&mut self) {
        let looked = self.is_whole() && self.request.held.is_none();
        let entries = self.request.disabled.iter().zip(&self.silenced);
        let told = entries.filter_map(|(entry, used)| {
            entry.told(self.workspace.path(entry.span.file), *used, looked, self.request.today)
        });
        self.problems.extend(told);
        if let Some(suppressions) = &self.suppressions {
            let told = suppressions.problems().iter().cloned().chain(suppressions.told(self.request.today));
            let workspace = self.workspace;
            self.problems.extend(told.filter(|problem| is_judged(workspace, problem)));
        }
    }
}

fn distrusted(workspace: &Workspace, place: Span, is_new: bool) -> Problem {
    let message = if is_new {
        "this suppression is new since the base revision, so it silences nothing here"
    } else {
        "this suppression silenced something else in the base revision, so what is new here counts"
    };
    Problem::notice("suppression::new", workspace.path(place.file), Some(place), message).help(
        "a waiver in the base revision or of `--accept` silences; so does this comment once it is part of the base",
    )
}

fn is_judged(workspace: &Workspace, problem: &Problem) -> bool {
    workspace.find(&problem.path).is_none_or(|file| workspace.part(file) == Part::Asked)
}

/// The rules that may judge these resources, and the faults of those that were refused.
pub fn needed(set: &RuleSet, resources: &[Resource]) -> (Vec<Arc<Rule>>, Vec<Problem>) {
    let kinds: BTreeSet<&str> = resources.iter().map(|resource| &*resource.kind).collect();
    let asked = set.for_kinds(kinds);
    asked.readers().into_par_iter().for_each(|read| read());
    let (rules, fallen) = asked.read();
    (rules, faults_of(&fallen))
}

/// The faults of refused rule files, as problems of the report.
pub fn faults_of(fallen: &[Fallen<'_>]) -> Vec<Problem> {
    let faults = fallen.iter().flat_map(|fallen| fallen.faults.iter().map(move |fault| (fallen, fault)));
    faults.map(|(fallen, fault)| fault.problem(fallen.source, fallen.in_workspace)).collect()
}
