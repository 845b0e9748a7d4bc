//! What failed in the base revision, is written still, and fails no longer only because nothing looks at it, or not in the
//! way in which it was deployed.
//!
//! A comparison of texts, whatever the language: whoever mends something changes it or deletes it, whoever hides it leaves
//! it as it is. [`Moved`](super::moved::Moved) tells of files that are gone; here it is about texts that stand. What texts do
//! not tell, the same run under [other circumstances](otherwise) does.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cli::base::Before;
use crate::cli::prepare::Prepared;
use crate::cli::written::{self, Tree, Written};
use crate::dialect::deployment_paths;
use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::rule::Severity;
use crate::scan::assess::{Assessment, Request};
use crate::source::{FileId, NO_FILE, Source, Span, Workspace};
use crate::triage::Finding;

mod aside;
mod elsewhere;
mod otherwise;
mod referred;

use otherwise::{Otherwise, Switch};

/// Of more findings than this that are gone it is not asked whether they are written still.
const MAX_FINDINGS: usize = 5000;

/// The prefixes of kinds that are found in any text, whatever else it is.
const OF_ANY_TEXT: [&str; 2] = ["secrets", "personal-data"];

/// The languages in which a condition of the file decides whether something is deployed.
pub(super) const CONDITIONAL: [&str; 7] =
    ["terraform", "cloudformation", "arm", "ansible", "azure-pipelines", "circleci", "gitlab-ci"];

/// The heads of so many resources of a file are looked at.
const MAX_HEADS: usize = 500;

/// The code of what is told, as of any loss.
const CODE: &str = "base::lost";

/// A run and its base.
pub struct Unseen<'a> {
    prepared: &'a Prepared,
    earlier: &'a Before,
    request: Request<'a>,
    workspace: &'a Workspace,
    before: &'a Workspace,
    then: &'a Assessment,
    now: &'a Assessment,
    renamed: &'a BTreeMap<String, String>,
    fail_at: Severity,
    /// The files that came, or hold another text now, once they were asked for.
    came: OnceCell<Vec<(String, Source)>>,
    /// What was judged now, by file.
    judged: BTreeMap<FileId, Vec<&'a Finding>>,
    /// The dialects and deployments of which something is judged.
    deployed: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Unseen<'a> {
    /// Looks at a run beside that of its base. `renamed` are the new paths of files that stand elsewhere now.
    pub fn new(
        (prepared, now): (&'a Prepared, &'a Assessment),
        (before, then): (&'a Before, &'a Assessment),
        renamed: &'a BTreeMap<String, String>,
        request: Request<'a>,
    ) -> Unseen<'a> {
        let mut judged: BTreeMap<FileId, Vec<&Finding>> = BTreeMap::new();
        for finding in &now.findings {
            let files: BTreeSet<FileId> = [finding.span.file, finding.resource.span.file].into();
            for file in files {
                judged.entry(file).or_default().push(finding);
            }
        }
        let deployed = now.findings.iter().map(|now| (dialect(now), &*now.resource.deployment)).collect();
        let fail_at = prepared.settings.fail_at.unwrap_or(Severity::Medium);
        let (workspace, earlier, before) = (&prepared.workspace, before, &before.workspace);
        let came = OnceCell::new();
        Unseen { prepared, earlier, request, workspace, before, then, now, renamed, fail_at, came, judged, deployed }
    }

    /// Everything that is to be told, at most once of each file. To be asked before anything else reads files of the run
    /// that were not read for it.
    pub fn told(&self) -> Vec<Problem> {
        let mut told = self.no_longer_followed();
        let unread = self.unread();
        let mut known: BTreeSet<Arc<str>> =
            unread.iter().map(|(path, _)| Arc::clone(path)).chain(self.told_already()).collect();
        told.extend(unread.into_iter().map(|(path, message)| lost(path, message)));
        let (mut switched, mut others) = (Vec::new(), Vec::new());
        let gone = self.gone();
        let mut sought = if gone.is_empty() { 0 } else { self.sought() };
        for finding in gone {
            let path: Arc<str> = self.before.path(finding.span.file).into();
            let Some(written) = Written::of(finding, self.before).filter(|_| !known.contains(&path)) else { continue };
            let fate = match self.fate_in_place(finding, &written) {
                InPlace::Seen => None,
                InPlace::Unseen(fate) => Some(fate),
                InPlace::NotJudged(places) => {
                    switched.push(Switched { finding, path, places });
                    continue;
                }
                InPlace::NotWritten if sought == 0 => {
                    told.push(not_sought());
                    break;
                }
                InPlace::NotWritten => {
                    sought -= 1;
                    self.fate_elsewhere(finding, &written).or_else(|| self.fate_of_referred(&path))
                }
            };
            match fate {
                Some(fate) => {
                    told.push(lost(Arc::clone(&path), failed(finding, &fate)));
                    known.insert(path);
                }
                None => others.push((finding, path)),
            }
        }
        told.extend(self.told_otherwise(&switched, others, &mut known));
        told
    }

    /// What the same run tells under other circumstances of findings that are gone: of those that are written still and
    /// judged no more, and of the others.
    fn told_otherwise(
        &self,
        switched: &[Switched<'a>],
        mut others: Vec<(&'a Finding, Arc<str>)>,
        known: &mut BTreeSet<Arc<str>>,
    ) -> Vec<Problem> {
        let (mut told, mut notices) = (Vec::new(), Vec::new());
        let all = switched.iter().map(|of| of.finding).chain(others.iter().map(|(finding, _)| *finding));
        let otherwise = Otherwise::new(self, all.collect());
        for of in switched {
            if known.contains(&of.path) {
                continue;
            }
            let problem = match otherwise.switch(of) {
                Some(switch) if switch.tells_only(self.prepared.settings.newly_open) => {
                    notices.push(switched_off(of, switch));
                    None
                }
                Some(switch) => Some(lost(Arc::clone(&of.path), failed(of.finding, switch.fate()))),
                None if self.is_decided(&of.path) => self.of_another_kind(of),
                None => Some(lost(Arc::clone(&of.path), failed(of.finding, NOWHERE))),
            };
            match problem {
                Some(problem) => {
                    known.insert(Arc::clone(&of.path));
                    told.push(problem);
                }
                None => others.push((of.finding, Arc::clone(&of.path))),
            }
        }
        others.retain(|(_, path)| !known.contains(path));
        for (finding, path, fate) in otherwise.reworded(&others).into_iter().chain(otherwise.given_aside(&others)) {
            if known.insert(Arc::clone(&path)) {
                told.push(lost(path, failed(finding, &fate)));
            }
        }
        told.extend(notices.into_iter().filter(|notice| !known.contains(&notice.path)));
        told
    }

    fn told_already(&self) -> impl Iterator<Item = Arc<str>> + '_ {
        self.now.problems.iter().filter(|problem| problem.level == Level::Error).map(|problem| problem.path.clone())
    }

    /// Files in which something was judged that another file led to, and that nobody reads any more.
    fn unread(&self) -> Vec<(Arc<str>, String)> {
        let lost = self.then.bearing.keys().filter(|path| {
            !self.now.bearing.contains_key(*path) && !self.then.read.contains(*path) && !self.now.read.contains(*path)
        });
        let unread = lost.filter(|path| {
            // A template that was read and came to nothing is switched off, which hides nothing unless something failed in it.
            let is_told = |file: &FileId| !self.workspace.was_read(*file) || self.has_conditions(path);
            let file = self.workspace.find(path).filter(is_told);
            let source = file.and_then(|file| self.workspace.glance(file).ok());
            source.is_some_and(|source| written::says_something(source.text()))
        });
        let fate = "was judged in the base revision and stands there still, where nothing leads to it any more";
        unread.map(|path| (Arc::clone(path), fate.to_owned())).collect()
    }

    /// The failing findings of the base that count, of which none like them is left.
    fn gone(&self) -> Vec<&'a Finding> {
        let key =
            |finding: &'a Finding| (&finding.rule.id, &finding.resource.kind, &finding.resource.address, &finding.item);
        let left = self.now.findings.iter().filter(|finding| finding.outcome != Outcome::Pass);
        let left: BTreeSet<_> = left.map(key).collect();
        let counts = self.then.findings.iter().filter(|finding| {
            finding.outcome == Outcome::Fail
                && finding.suppressed.is_none()
                && finding.severity() >= self.fail_at
                && finding.span.file != NO_FILE
                && self.before.find(self.before.path(finding.span.file)) == Some(finding.span.file)
                && !OF_ANY_TEXT.contains(&dialect(finding))
        });
        counts.filter(|finding| !left.contains(&key(finding))).take(MAX_FINDINGS).collect()
    }

    /// What became of a finding where its file is what it was.
    fn fate_in_place(&self, finding: &Finding, written: &Written) -> InPlace {
        let path = self.before.path(finding.span.file);
        let Some(file) = self.workspace.find(path) else { return InPlace::NotWritten };
        let Ok(source) = self.workspace.glance(file) else { return InPlace::Seen };
        let places = written.places(&source);
        if places.is_empty() {
            return InPlace::NotWritten;
        }
        let of_rule = self.at(file, &places, |now| now.rule.id == finding.rule.id);
        if of_rule.iter().any(|now| now.outcome != Outcome::Pass) {
            return InPlace::Seen;
        }
        if let Some(other) = self.overriding(finding, path).filter(|_| written.stands_unchanged(&source)) {
            return InPlace::Unseen(format!(
                "is written there still; only `{other}` says otherwise, which a deployment may leave out"
            ));
        }
        let deployment = &finding.resource.deployment;
        let is_there = |of: &str| of == "." || self.workspace.holds(of) || self.workspace.under(of).next().is_some();
        let is_known = self.deployed.contains(&(dialect(finding), &**deployment));
        let deploys_nothing = !is_known && deployment_paths(deployment).all(is_there);
        let is_same = written.stands_unchanged(&source) && self.stand_related(finding);
        if deploys_nothing && !deployment.is_empty() && is_same {
            let others: BTreeSet<&str> = of_rule.iter().map(|now| &*now.resource.deployment).collect();
            if let Some(other) = others.first() {
                return InPlace::Unseen(format!(
                    "is written there still; it is looked at only as `{other}` deploys it, and no longer as `{deployment}` does"
                ));
            }
        }
        let any = self.at(file, &places, |now| dialect(now) == dialect(finding));
        if any.is_empty() { InPlace::NotJudged(places) } else { InPlace::Seen }
    }

    /// The file beside one of Compose that came, or changed, and is laid over it where nobody names files.
    fn overriding(&self, finding: &Finding, path: &str) -> Option<&str> {
        let is_own = finding.span.file == finding.resource.span.file && dialect(finding) == "compose";
        let (stem, _) = path.rsplit_once('.').filter(|_| is_own)?;
        let lies_over = |of: &str| {
            let rest = of.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.'));
            rest.is_some_and(|rest| rest.contains('.')) && self.now.read.contains(of)
        };
        self.came().iter().map(|(other, _)| other.as_str()).find(|other| lies_over(other))
    }

    /// Whether a condition of its language may have decided about what stands in a file.
    fn is_decided(&self, path: &str) -> bool {
        self.then.read.contains(path) && self.now.read.contains(path) && self.has_conditions(path)
    }

    /// What is told of a text that stands in something else than it did: in what is of a kind of which no rule judges it, or
    /// where nothing is read.
    fn of_another_kind(&self, of: &Switched<'_>) -> Option<Problem> {
        let (then, now) = (self.before.find(&of.path)?, self.workspace.find(&of.path)?);
        let syntax = crate::dialect::named(dialect(of.finding)).and_then(|dialect| (dialect.syntax)(&of.path))?;
        let before = Tree::of(self.before.source(then).ok()?, syntax)?;
        let tree = Tree::of(&*self.workspace.glance(now).ok()?, syntax)?;
        let was = before.keys(of.finding.span.start);
        let is = tree.keys(of.places.first()?.end.saturating_sub(1));
        let heads = self.now.bearing.get(&of.path).into_iter().flatten().map(|(_, head)| head.end.saturating_sub(1));
        let is_around = |head: u32| {
            let keys = tree.keys(head);
            !keys.is_empty() && is.starts_with(&keys)
        };
        let fate = if heads.take(MAX_HEADS).any(is_around) {
            "is written there still, in something of another kind now, of which no rule judges it"
        } else if written::is_within(&was, &is) {
            return None;
        } else {
            NOWHERE
        };
        Some(lost(Arc::clone(&of.path), failed(of.finding, fate)))
    }

    /// Whether all that a finding was found in stands in its file as it was.
    fn stands_as_it_was(&self, finding: &Finding) -> bool {
        let file = self.workspace.find(self.before.path(finding.span.file));
        let source = file.and_then(|file| self.workspace.glance(file).ok());
        let written = Written::of(finding, self.before);
        source.zip(written).is_some_and(|(source, written)| written.stands_unchanged(&source))
    }

    /// Whether the other places that had a part in a finding (a default, say) are written as they were.
    fn stand_related(&self, finding: &Finding) -> bool {
        let path = |place: Span| self.before.path(place.file);
        let stands = |place: Span| {
            let (then, now) = (self.before.find(path(place))?, self.workspace.find(path(place))?);
            let (then, now) = (self.before.source(then).ok()?, self.workspace.glance(now).ok()?);
            Some(written::stands(then, place, &now))
        };
        let places = finding.related.iter().map(|related| related.span).filter(|place| place.file != NO_FILE);
        places.filter(|place| self.before.find(path(*place)).is_some()).all(|place| stands(place).unwrap_or(false))
    }

    /// Whether something in a file of the base is of a language with conditions.
    fn has_conditions(&self, path: &str) -> bool {
        let file = self.before.find(path);
        let kinds = self.then.by_file.keys().filter(|(of, _)| Some(*of) == file);
        kinds.filter_map(|(_, kind)| kind.split('/').next()).any(|dialect| CONDITIONAL.contains(&dialect))
    }

    /// The judgements at some places of a file.
    fn at(&self, file: FileId, places: &[Span], of: impl Fn(&Finding) -> bool) -> Vec<&'a Finding> {
        let meets = |span: Span, place: &Span| span.file == file && span.start < place.end && place.start < span.end;
        let here = self.judged.get(&file).into_iter().flatten().copied().filter(|now| of(now));
        here.filter(|now| places.iter().any(|at| meets(now.resource.span, at) || meets(now.span, at))).collect()
    }
}

/// A finding of the base whose text stands at some places, where nothing is judged any more.
struct Switched<'a> {
    finding: &'a Finding,
    path: Arc<str>,
    places: Vec<Span>,
}

/// What became of a text that stands where it stood, and that nothing looks at.
const NOWHERE: &str = "is written there still, where nothing judges it any more";

fn failed(finding: &Finding, fate: &str) -> String {
    format!("failed in the base revision ({}) and {fate}", finding.rule.id)
}

fn lost(path: Arc<str>, message: String) -> Problem {
    Problem::error(CODE, path, None, message).help(
        "mend it or delete it; to leave it out for good, name it in `exclude` of the base revision's annexa.toml first",
    )
}

/// What is told where too much changed to be looked through.
fn not_sought() -> Problem {
    let message = "so much failed in the base revision and changed that it is not looked where all of it went";
    Problem::error("base::limit", "", None, message).help("split the change")
}

/// What is told of something that a default switches off.
fn switched_off(of: &Switched<'_>, switch: Switch) -> Problem {
    let span = of.places.first().copied();
    Problem::notice("base::switched-off", Arc::clone(&of.path), span, failed(of.finding, switch.fate()))
        .help("whoever deploys it may switch it on: mend it or delete it where nobody needs it")
}

/// What a text is to the run that stands where it stood.
enum InPlace {
    /// It is judged.
    Seen,
    /// What became of it.
    Unseen(String),
    /// It stands at these places, where nothing is judged: it is hidden, or a condition decides that it is not deployed.
    NotJudged(Vec<Span>),
    /// It does not stand there.
    NotWritten,
}

/// The dialect that a finding's resource is of.
fn dialect(finding: &Finding) -> &str {
    finding.resource.kind.split('/').next().unwrap_or("")
}
