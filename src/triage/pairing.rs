//! Which findings of two runs are the same one.
//!
//! Those of one fingerprint that say the same are; what is left over on both sides is paired by rule, resource and what is
//! said within a file and a deployment, and then along files and folders that were moved. One finding is paired with one.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::Finding;
use super::fingerprint::{self, Subject};
use super::renames::Renames;
use crate::evaluate::Outcome;
use crate::hex;
use crate::source::Workspace;

/// What is known of a finding of an earlier run.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Its fingerprint.
    pub fingerprint: &'a str,
    /// The rule's id.
    pub rule: &'a str,
    /// The resource's address.
    pub resource: &'a str,
    /// What deploys the resource.
    pub deployment: &'a str,
    /// The path of the file that the resource is in.
    pub path: &'a str,
    /// What it says, see [`said`].
    pub said: String,
    /// `Fail` or `Open`.
    pub outcome: Outcome,
}

impl<'a> Known<'a> {
    /// What is known of a finding.
    pub fn of(finding: &'a Finding, workspace: &'a Workspace) -> Known<'a> {
        Known {
            fingerprint: &finding.fingerprint,
            rule: &finding.rule.id,
            resource: &finding.resource.address,
            deployment: &finding.resource.deployment,
            path: workspace.path(finding.resource.span.file),
            said: said(&finding.message),
            outcome: finding.outcome,
        }
    }

    fn key(&self) -> Key {
        let text = |text: &str| text.to_owned();
        [text(self.rule), text(self.resource), text(self.deployment), text(self.path), self.said.clone()]
    }

    /// The key under which a finding stood before its files were moved; none where they were not.
    fn key_before(&self, renames: &Renames) -> Option<Key> {
        let path = renames.file(self.path);
        let deployment = renames.deployment(self.deployment);
        if path.is_none() && deployment.is_none() {
            return None;
        }
        let was = path.unwrap_or(self.path);
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let resource = if self.path.is_empty() || self.resource.contains(self.path) {
            self.resource.replace(self.path, was)
        } else {
            self.resource.replace(&name(self.path), &name(was))
        };
        let deployment = deployment.unwrap_or_else(|| self.deployment.to_owned());
        Some([self.rule.to_owned(), resource, deployment, was.to_owned(), self.said.clone()])
    }
}

/// Rule, resource, deployment, path, and what is said.
type Key = [String; 5];

/// A short hash of a message. Of the way to what is judged only its end counts: what items of lists are called, and how
/// much of the way is written down, change with what stands before or beside them.
pub fn said(message: &str) -> String {
    let parts = message.split('`').enumerate();
    let parts: Vec<String> =
        parts.map(|(index, part)| if index % 2 == 1 { end_of_path(part) } else { part.into() }).collect();
    hex::encode(Sha256::digest(parts.join("`")).get(..8).unwrap_or(&[]))
}

/// The last key of a path; anything else as it is.
fn end_of_path(quoted: &str) -> String {
    let plain = without_items(quoted);
    let is_path = plain.chars().all(|c| c.is_ascii_alphanumeric() || "_-.*".contains(c));
    let last = plain.rsplit('.').next().filter(|last| is_path && !last.is_empty());
    last.unwrap_or(quoted).to_owned()
}

/// A path without which items of lists it leads through.
fn without_items(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        let Some((_, after)) = after.split_once(']') else {
            plain.push('[');
            rest = after;
            break;
        };
        rest = after;
    }
    plain + rest
}

/// What the two runs are besides their findings.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// Fingerprints of what passed then: what of it fails now is new.
    pub passed: &'a BTreeSet<&'a str>,
    /// Whether a finding stands on a line that changed: of several that say the same those are the new ones.
    pub touched: &'a dyn Fn(&Finding) -> bool,
    /// What was moved between the two; asked only where something is left over.
    pub renames: &'a dyn Fn() -> Renames,
}

/// For each of these findings the one it was then, no worse than that. Passes have none.
pub fn pair(now: &[Finding], workspace: &Workspace, then: &[Known<'_>], setting: Setting<'_>) -> Vec<Option<usize>> {
    let mut run = Run { then, used: vec![false; then.len()], of: vec![None; now.len()] };
    let views: Vec<Known<'_>> = now.iter().map(|finding| Known::of(finding, workspace)).collect();
    run.exact(&views);
    let mended: BTreeSet<&str> =
        views.iter().filter(|view| view.outcome == Outcome::Pass).map(|view| view.fingerprint).collect();
    let mut pool = run.left_over(&mended);
    let left = |run: &Run<'_, '_>| -> Vec<usize> {
        let of = views.iter().zip(&run.of).enumerate().filter(|(_, (view, of))| {
            of.is_none() && view.outcome != Outcome::Pass && !setting.passed.contains(view.fingerprint)
        });
        of.map(|(index, _)| index).collect()
    };
    let mut order = left(&run);
    if order.is_empty() || pool.is_empty() {
        return run.of;
    }
    order.sort_by_cached_key(|index| (now.get(*index).is_some_and(|finding| (setting.touched)(finding)), *index));
    for index in order {
        if let Some(view) = views.get(index) {
            run.take(index, view, &view.key(), &mut pool);
        }
    }
    if left(&run).is_empty() || pool.is_empty() {
        return run.of;
    }
    run.along(now, &views, &(setting.renames)(), setting.passed, &mut pool);
    run.of
}

struct Run<'t, 'k> {
    then: &'t [Known<'k>],
    used: Vec<bool>,
    of: Vec<Option<usize>>,
}

type Pool = BTreeMap<Key, Vec<usize>>;

impl Run<'_, '_> {
    /// Pairs what has one fingerprint and says the same.
    fn exact(&mut self, views: &[Known<'_>]) {
        let mut by_print: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, known) in self.then.iter().enumerate() {
            by_print.entry(known.fingerprint).or_default().push(index);
        }
        for (view, of) in views.iter().zip(&mut self.of).filter(|(view, _)| view.outcome != Outcome::Pass) {
            let candidates = by_print.get(view.fingerprint).into_iter().flatten();
            let same = candidates.copied().find(|index| {
                let free = self.used.get(*index) == Some(&false);
                let known = self.then.get(*index);
                free && known.is_some_and(|known| known.said == view.said && known.outcome <= view.outcome)
            });
            if let Some(used) = same.and_then(|index| self.used.get_mut(index)) {
                *used = true;
                *of = same;
            }
        }
    }

    /// What is not paired yet, but for what is known to pass now.
    fn left_over(&self, mended: &BTreeSet<&str>) -> Pool {
        let mut pool = Pool::new();
        for (index, (known, used)) in self.then.iter().zip(&self.used).enumerate() {
            if !used && !mended.contains(known.fingerprint) {
                pool.entry(known.key()).or_default().push(index);
            }
        }
        pool
    }

    /// Pairs what stands in files and deployments that were moved: by the fingerprint that it had there, and then by what
    /// is said.
    fn along(
        &mut self,
        now: &[Finding],
        views: &[Known<'_>],
        renames: &Renames,
        passed: &BTreeSet<&str>,
        pool: &mut Pool,
    ) {
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for index in pool.values().flatten() {
            left.extend(self.then.get(*index).map(|known| (known.fingerprint, *index)));
        }
        let mut said = Vec::new();
        let unpaired = self.of.iter().enumerate().filter(|(_, of)| of.is_none()).map(|(index, _)| index);
        for index in unpaired.collect::<Vec<_>>() {
            let (Some(finding), Some(view)) = (now.get(index), views.get(index)) else { continue };
            let Some(key) = view.key_before(renames) else { continue };
            let [rule, address, deployment, ..] = &key;
            let (kind, item) = (&*finding.resource.kind, &*finding.item);
            let print = fingerprint::alone(Subject { rule, deployment, kind, address, item });
            let was = left.remove(&*print);
            if let Some((was, known)) = was.and_then(|was| Some((was, self.then.get(was)?))) {
                if let Some(candidates) = pool.get_mut(&known.key()) {
                    candidates.retain(|candidate| *candidate != was);
                }
                let same = known.outcome <= view.outcome && known.said == view.said && view.outcome != Outcome::Pass;
                if let (true, Some(of)) = (same, self.of.get_mut(index)) {
                    *of = Some(was);
                }
            } else if view.outcome != Outcome::Pass && !passed.contains(&*print) && !passed.contains(view.fingerprint) {
                said.push((index, view, key));
            }
        }
        for (index, view, key) in said {
            self.take(index, view, &key, pool);
        }
    }

    fn take(&mut self, index: usize, view: &Known<'_>, key: &Key, pool: &mut Pool) {
        let Some(candidates) = pool.get_mut(key) else { return };
        let no_better = |known: &usize| self.then.get(*known).is_some_and(|known| known.outcome <= view.outcome);
        if let Some(at) = candidates.iter().position(no_better)
            && let Some(of) = self.of.get_mut(index)
        {
            *of = Some(candidates.remove(at));
        }
        if candidates.is_empty() {
            pool.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_item_is_no_part_of_what_is_said() {
        for (one, other, same) in [
            ("`a[0].b` is 1", "`a[12].b` is 1", true),
            ("`a[web].b` is 1", "`a[\"the web\"].b` is 1", true),
            ("`a[web].b` is 1", "`a[].c` is 1", false),
            ("`a` is not decided: `x[0]`", "`a` is not decided: `x[1]`", true),
            ("`a` is not decided: `f(x[0])`", "`a` is not decided: `f(x[1])`", false),
            ("`a[0].b` is 1", "`a.b` is 1", true),
            ("`a[0].b` is 1", "`a[0].b` is 2", false),
            ("[1]", "[2]", false),
            ("[", "[", true),
        ] {
            assert_eq!(said(one) == said(other), same, "{one} and {other}");
        }
    }
}
