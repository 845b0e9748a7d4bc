//! What failed in the base revision, is written still, and fails no longer only because nothing looks at it, or not in the
//! way in which it was deployed.
//!
//! A comparison of texts, whatever the language: whoever mends something changes it or deletes it, whoever hides it leaves
//! it as it is. [`Moved`](super::moved::Moved) tells of files that are gone; here it is about texts that stand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cli::base::Before;
use crate::cli::prepare::Prepared;
use crate::dialect::{deployment_paths, has_extension};
use crate::discover::door::Door;
use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::rule::Severity;
use crate::scan::assess::Assessment;
use crate::source::{FileId, NO_FILE, Source, Span, Workspace};
use crate::triage::Finding;

mod written;

use written::Written;

/// Of more findings than this that are gone it is not asked whether they are written still.
const MAX_FINDINGS: usize = 5000;

/// In more files than this that came or changed it is not looked for what went elsewhere, and in none that is longer.
const MAX_FILES: usize = 2000;
const MAX_BYTES: usize = 1 << 20;

/// The prefixes of kinds that are found in any text, whatever else it is.
const OF_ANY_TEXT: [&str; 2] = ["secrets", "personal-data"];

/// The languages in which a condition of the file decides whether something is deployed. Elsewhere what decides is a
/// default, which whoever deploys may set.
const CONDITIONAL: [&str; 6] = ["terraform", "cloudformation", "arm", "ansible", "azure-pipelines", "gitlab-ci"];

/// The code of what is told, as of any loss.
const CODE: &str = "base::lost";

/// A run and its base.
pub struct Unseen<'a> {
    workspace: &'a Workspace,
    before: &'a Workspace,
    then: &'a Assessment,
    now: &'a Assessment,
    renamed: &'a BTreeMap<String, String>,
    fail_at: Severity,
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
        let (workspace, before) = (&prepared.workspace, &before.workspace);
        Unseen { workspace, before, then, now, renamed, fail_at, judged, deployed }
    }

    /// Everything that is to be told, at most once of each file. To be asked before anything else reads files of the run
    /// that were not read for it.
    pub fn told(&self, prepared: &Prepared) -> Vec<Problem> {
        let unread = self.unread();
        let mut told = self.no_longer_followed();
        let mut known: BTreeSet<Arc<str>> =
            unread.iter().map(|(path, _)| Arc::clone(path)).chain(self.told_already()).collect();
        let mut fates = unread;
        let gone = self.gone();
        let mut came: Option<Vec<(String, Source)>> = None;
        for finding in gone {
            let path: Arc<str> = self.before.path(finding.span.file).into();
            if known.contains(&path) {
                continue;
            }
            let Some(written) = Written::of(finding, self.before) else { continue };
            let fate = match self.fate_in_place(finding, &written) {
                InPlace::Seen => None,
                InPlace::Unseen(fate) => Some(fate),
                InPlace::NotWritten => {
                    let came = came.get_or_insert_with(|| self.came(prepared));
                    self.fate_elsewhere(finding, &written, came)
                }
            };
            if let Some(fate) = fate {
                let message = format!("failed in the base revision ({}) and {fate}", finding.rule.id);
                fates.push((Arc::clone(&path), message));
                known.insert(path);
            }
        }
        told.extend(fates.into_iter().map(|(path, message)| {
            Problem::error(CODE, path, None, message).help(
                "mend it or delete it; to leave it out for good, name it in `exclude` of the base revision's annexa.toml first",
            )
        }));
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
                && finding.rule.severity >= self.fail_at
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
        let is_read = self.then.read.contains(path) && self.now.read.contains(path);
        let is_decided = is_read && self.has_conditions(path);
        if any.is_empty() && !is_decided {
            return InPlace::Unseen("is written there still, where nothing judges it any more".to_owned());
        }
        InPlace::Seen
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

    /// Where the text of a finding went, if the rule judges it in none of the files that came or changed.
    fn fate_elsewhere(&self, finding: &Finding, written: &Written, came: &[(String, Source)]) -> Option<String> {
        let path = self.before.path(finding.span.file);
        let mut unseen = None;
        for (new, source) in came.iter().filter(|(new, _)| new != path) {
            let places = written.places_elsewhere(source);
            if places.is_empty() {
                continue;
            }
            let file = self.workspace.find(new);
            if file.is_some_and(|file| !self.at(file, &places, |now| now.rule.id == finding.rule.id).is_empty()) {
                return None;
            }
            unseen = unseen.or(Some(format!("went to `{new}`, where it is not judged")));
        }
        unseen
    }

    /// The judgements at some places of a file.
    fn at(&self, file: FileId, places: &[Span], of: impl Fn(&Finding) -> bool) -> Vec<&'a Finding> {
        let meets = |span: Span, place: &Span| span.file == file && span.start < place.end && place.start < span.end;
        let here = self.judged.get(&file).into_iter().flatten().copied().filter(|now| of(now));
        here.filter(|now| places.iter().any(|at| meets(now.resource.span, at) || meets(now.span, at))).collect()
    }

    /// The files that came, or hold another text now, also those that the run leaves out; without prose.
    fn came(&self, prepared: &Prepared) -> Vec<(String, Source)> {
        let door = Door::new(&prepared.root);
        let indexed = prepared.base().and_then(|base| base.indexed().ok()).unwrap_or_default();
        let listed = self.workspace.ids().map(|file| self.workspace.path(file).to_owned());
        let paths: BTreeSet<String> = listed.chain(indexed.files).collect();
        let is_prose = |path: &str| has_extension(path, &[".md", ".mdx", ".rst", ".adoc"]);
        let mut came = Vec::new();
        for path in paths.into_iter().filter(|path| !is_prose(path)) {
            let bytes = door.read(&path);
            let Some(bytes) = bytes.ok().filter(|bytes| bytes.len() <= MAX_BYTES) else { continue };
            let Ok(source) = Source::decode_own(FileId(0), path.as_str().into(), bytes) else { continue };
            let before = self.before.find(&path).and_then(|file| self.before.glance(file).ok());
            if before.is_none_or(|before| before.text() != source.text()) {
                came.push((path, source));
            }
            if came.len() >= MAX_FILES {
                break;
            }
        }
        came
    }

    /// References that led to something that was judged, and lead out of the repository now.
    fn no_longer_followed(&self) -> Vec<Problem> {
        let key = |problem: &Problem| (problem.code, problem.path.clone(), problem.message.clone());
        let known: BTreeSet<_> = self.then.problems.iter().map(key).collect();
        let new = self.now.problems.iter().filter(|problem| {
            problem.level == Level::Notice
                && problem.span.is_some()
                && is_reference(problem.code)
                && !known.contains(&key(problem))
        });
        let new: Vec<&Problem> = new.collect();
        if new.is_empty() {
            return Vec::new();
        }
        let (then, now) = (parts(&self.then.findings, self.before), parts(&self.now.findings, self.workspace));
        let none = BTreeSet::new();
        let lost = |problem: &&Problem| {
            let directory = crate::dialect::ties::directory(&problem.path);
            let own = then.iter().filter(|(deployment, _)| {
                deployment_paths(deployment)
                    .any(|path| path == &*problem.path || path == directory || (path == "." && directory.is_empty()))
            });
            own.flat_map(|(deployment, files)| {
                let kept = now.get(deployment).unwrap_or(&none);
                files.iter().filter(move |path| {
                    let moved = self.renamed.get(**path).is_some_and(|new| kept.contains(&**new));
                    !kept.contains(*path) && !moved
                })
            })
            .find(|path| **path != &*problem.path && !is_beside(path, &problem.path))
            .map(|path| (*path).to_owned())
        };
        let told = new.iter().filter_map(|problem| {
            let path = lost(problem)?;
            let message = format!("{}; in the base revision it led to what was judged (`{path}`)", problem.message);
            let told = Problem::error(CODE, Arc::clone(&problem.path), problem.span, message);
            Some(told.help("keep what it leads to in the repository, or check that where it is written now"))
        });
        told.collect()
    }
}

/// What a text is to the run that stands where it stood.
enum InPlace {
    /// It is judged, or a condition has decided that it is not deployed.
    Seen,
    /// What became of it.
    Unseen(String),
    /// It does not stand there.
    NotWritten,
}

/// Whether problems of a code are of something that a file refers to.
fn is_reference(code: &str) -> bool {
    !["suppression::", "discover::", "settings::", "syntax::", "base::"].iter().any(|of| code.starts_with(of))
}

/// Whether a file is of the same module as another one: of Terraform all files of a folder are.
fn is_beside(path: &str, other: &str) -> bool {
    let directory = crate::dialect::ties::directory;
    has_extension(other, &[".tf", ".tofu", ".tf.json"]) && directory(path) == directory(other)
}

/// The files in which something stands that a deployment deploys.
fn parts<'f>(findings: &'f [Finding], workspace: &'f Workspace) -> BTreeMap<&'f str, BTreeSet<&'f str>> {
    let mut parts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.resource.span.file != NO_FILE) {
        let files = parts.entry(&finding.resource.deployment).or_default();
        let places = [finding.span.file, finding.resource.span.file].into_iter();
        files.extend(places.filter(|file| *file != NO_FILE).map(|file| workspace.path(file)));
    }
    parts
}

/// The dialect that a finding's resource is of.
fn dialect(finding: &Finding) -> &str {
    finding.resource.kind.split('/').next().unwrap_or("")
}
