//! What files refer to: what led to something that was judged, and leads out of the repository now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{CODE, Unseen};
use crate::dialect::terraform::declarations::is_configuration;
use crate::dialect::ties::{Tie, Ties};
use crate::dialect::{DIALECTS, deployment_paths};
use crate::document::{Level, Problem};
use crate::source::{NO_FILE, Workspace};
use crate::triage::Finding;

/// The codes of references that put resources into the file that has them.
const SPLICING: [&str; 1] = ["cloudformation::transform"];

impl<'a> Unseen<'a> {
    /// References that led to something that was judged, and lead out of the repository now.
    pub(super) fn no_longer_followed(&self) -> Vec<Problem> {
        let new: Vec<&Problem> = self.new_references().collect();
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
            let (path, spliced) = (lost(problem), self.spliced(problem));
            let message = match (path, spliced) {
                (Some(path), _) => {
                    format!("{}; in the base revision it led to what was judged (`{path}`)", problem.message)
                }
                (None, Some(rule)) => {
                    format!("{}; what failed here in the base revision ({rule}) may be among them", problem.message)
                }
                (None, None) => return None,
            };
            let told = Problem::error(CODE, Arc::clone(&problem.path), problem.span, message);
            Some(told.help("keep what it leads to in the repository, or check that where it is written now"))
        });
        told.collect()
    }

    /// What is told where a file is gone, and what led to it refers to something now that lies elsewhere.
    pub(super) fn fate_of_referred(&self, path: &str) -> Option<String> {
        let is_led_to = |tie: &Tie| match tie {
            Tie::File(file) => file == path,
            Tie::Tree(folder) | Tie::Folder(folder) => {
                path.strip_prefix(&**folder).is_some_and(|rest| rest.starts_with('/'))
            }
            Tie::Content(_) | Tie::Name(_) => false,
        };
        if self.workspace.find(path).is_some() || self.renamed.contains_key(path) {
            return None;
        }
        self.came().iter().find_map(|(other, now)| {
            let before = self.before.glance(self.before.find(other)?).ok()?;
            let ties = DIALECTS.iter().filter_map(|of| of.ties).filter(|ties| (ties.names)(other));
            let led = |ties: &&Ties| (ties.named)(other, before.text()).iter().any(is_led_to);
            let mut led = ties.filter(led).peekable();
            led.peek()?;
            let new = led.find_map(|ties| {
                let known = (ties.elsewhere)(other, before.text());
                (ties.elsewhere)(other, now.text()).into_iter().find(|named| !known.contains(named))
            });
            let told =
                || self.new_references().find(|problem| &*problem.path == other).map(|problem| problem.message.clone());
            let leads = new.map(|named| format!("`{named}`, which is not in this repository")).or_else(told)?;
            Some(format!("is gone with its file; `{other}`, which led to it, says now: {leads}"))
        })
    }

    /// References of the run that lead out of the repository and did not in the base.
    fn new_references(&self) -> impl Iterator<Item = &'a Problem> {
        let key = |problem: &Problem| (problem.code, problem.path.clone(), problem.message.clone());
        let known: BTreeSet<_> = self.then.problems.iter().map(key).collect();
        self.now.problems.iter().filter(move |problem| {
            problem.level == Level::Notice
                && problem.span.is_some()
                && is_reference(problem.code)
                && !known.contains(&key(problem))
        })
    }

    /// The rule that failed in a file before something was put into it from elsewhere, and that judges nothing there now.
    fn spliced(&self, problem: &Problem) -> Option<&str> {
        let is_there = |finding: &&Finding| self.before.path(finding.span.file) == &*problem.path;
        let mut gone = self.gone().into_iter().filter(|_| SPLICING.contains(&problem.code)).filter(is_there);
        gone.find(|finding| {
            let file = self.workspace.find(&problem.path);
            let now = file.and_then(|file| self.judged.get(&file));
            !now.into_iter().flatten().any(|now| now.resource.address == finding.resource.address)
        })
        .map(|finding| &*finding.rule.id)
    }
}

/// Whether problems of a code are of something that a file refers to.
fn is_reference(code: &str) -> bool {
    !["suppression::", "discover::", "settings::", "syntax::", "base::"].iter().any(|of| code.starts_with(of))
}

/// Whether a file is of the same module as another one: of Terraform all files of a folder are.
fn is_beside(path: &str, other: &str) -> bool {
    let directory = crate::dialect::ties::directory;
    is_configuration(other) && directory(path) == directory(other)
}

/// The files in which something stands that a deployment deploys.
fn parts<'f>(findings: &'f [Finding], workspace: &'f Workspace) -> BTreeMap<&'f str, BTreeSet<&'f str>> {
    let mut parts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.resource.span.file != NO_FILE) {
        let files = parts.entry(&finding.resource.deployment).or_default();
        let related = finding.related.iter().map(|related| related.span.file);
        let places = [finding.span.file, finding.resource.span.file].into_iter().chain(related);
        files.extend(places.filter(|file| *file != NO_FILE).map(|file| workspace.path(file)));
    }
    parts
}
