//! Which findings of two runs are the same one.
//!
//! Those of one fingerprint that say the same are; what is left over on both sides is paired by rule, resource and what is
//! said within a file and a deployment, then along files and folders that were moved, and then by what else makes two
//! resources one (see [`likeness`](super::likeness)). One finding is paired with one. What stood in a place that is still
//! there (a step, a stage, a container) is not what stands in another one now, and nothing is the same that is worse.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::Finding;
use super::fingerprint::{self, Subject};
use super::likeness::{LIKENESSES, Likeness};
use super::renames::Renames;
use crate::dialect::places::Present;
use crate::evaluate::Outcome;
use crate::hex;
use crate::rule::Severity;
use crate::source::Workspace;

/// What is known of a finding.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Its fingerprint.
    pub fingerprint: &'a str,
    /// The rule's id.
    pub rule: &'a str,
    /// How bad the rule said it is.
    pub severity: Severity,
    /// The resource's address.
    pub resource: &'a str,
    /// The part of the address that is a mere label.
    pub label: &'a str,
    /// What the resource was called before, where its file says so.
    pub was: Option<&'a str>,
    /// What deploys the resource.
    pub deployment: &'a str,
    /// The path of the file that the resource is in.
    pub path: &'a str,
    /// The place that it stands in, with the address of what that is in.
    pub place: Option<&'a str>,
    /// What it says, see [`said`].
    pub said: String,
    /// What makes it more than it was.
    pub measure: &'a [u32],
    /// `Fail` or `Open`.
    pub outcome: Outcome,
}

impl<'a> Known<'a> {
    /// What is known of a finding.
    pub fn of(finding: &'a Finding, workspace: &'a Workspace) -> Known<'a> {
        Known {
            fingerprint: &finding.fingerprint,
            rule: &finding.rule.id,
            severity: finding.severity(),
            resource: &finding.resource.address,
            label: &finding.standing.label,
            was: finding.standing.was.as_deref(),
            deployment: &finding.resource.deployment,
            path: workspace.path(finding.resource.span.file),
            place: finding.standing.place.as_deref(),
            said: said(&finding.message),
            measure: &finding.standing.measure,
            outcome: finding.outcome,
        }
    }

    /// Whether this, as it was, is as bad as that is now, or worse: as far as can be told.
    pub fn covers(&self, now: &Known<'_>) -> bool {
        let more = now.measure.iter().any(|part| !self.measure.contains(part));
        self.outcome <= now.outcome && self.severity >= now.severity && !more
    }

    /// The place, where it is not just that which the label names.
    fn inner(&self) -> Option<&str> {
        self.place.filter(|_| self.labelled() != self.place)
    }

    /// The address of what the label names.
    fn labelled(&self) -> Option<&str> {
        let place = self.place.filter(|_| !self.label.is_empty())?;
        place.get(..place.find(self.label)? + self.label.len())
    }

    fn key(&self) -> Key {
        let text = |text: &str| text.to_owned();
        [text(self.rule), one_address(self.resource), text(self.deployment), text(self.path), self.said.clone()]
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
        Some([self.rule.to_owned(), one_address(&resource), deployment, was.to_owned(), self.said.clone()])
    }
}

/// Rule, resource, deployment, path, and what is said.
type Key = [String; 5];

/// What is written as a list or as a map, by the name that it has as a list and the one that it has as a map.
const LISTED: &[(&str, &str)] = &[("#environment_map.", "#environment.")];

/// The address of a resource, whichever way it is written.
fn one_address(address: &str) -> String {
    LISTED.iter().fold(address.to_owned(), |address, (list, map)| address.replace(list, map))
}

/// A short hash of a message. Of the way to what is judged only its end counts: what items of lists are called, and how
/// much of the way is written down, change with what stands before or beside them. Whether a number, or a word for yes or no,
/// stands in quotes makes no difference either, nor does the order of items of a list.
pub fn said(message: &str) -> String {
    let parts = message.split('`').enumerate();
    let parts: Vec<String> = parts
        .map(
            |(index, part)| if index % 2 == 1 { in_order(&end_of_path(part)) } else { lists_in_order(&unquoted(part)) },
        )
        .collect();
    hex::encode(Sha256::digest(parts.join("`")).get(..8).unwrap_or(&[]))
}

/// The items of a text in one order, whichever they have.
fn in_order(items: &str) -> String {
    let mut items: Vec<&str> = items.split(", ").collect();
    items.sort_unstable();
    items.join(", ")
}

/// A text with the items of the lists in it (`["b", "a"]`) in one order.
fn lists_in_order(text: &str) -> String {
    let mut ordered = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        ordered.push_str(before);
        ordered.push('[');
        rest = after;
        if let Some((items, behind)) = after.split_once(']').filter(|(items, _)| !items.contains('[')) {
            ordered.push_str(&in_order(items));
            ordered.push(']');
            rest = behind;
        }
    }
    ordered + rest
}

/// A text with numbers, and words for yes and no, taken out of quotes.
fn unquoted(text: &str) -> String {
    let parts: Vec<&str> = text.split('"').collect();
    let plain = parts.iter().enumerate().map(|(at, part)| {
        let (is_quoted, is_closed) = (at % 2 == 1, at + 1 < parts.len());
        let is_number = || !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        match truth(part).or_else(|| is_number().then_some(*part)).filter(|_| is_quoted && is_closed) {
            Some(bare) => bare.to_owned(),
            None if is_quoted && is_closed => format!("\"{part}\""),
            None if is_quoted => format!("\"{part}"),
            None => (*part).to_owned(),
        }
    });
    plain.collect()
}

/// What a word for yes or no means, in any of the spellings of YAML, Terraform and `CloudFormation`.
pub fn truth(word: &str) -> Option<&'static str> {
    let is = |words: &[&str]| words.iter().any(|own| word.eq_ignore_ascii_case(own));
    let meant = is(&["true", "yes", "on"]).then_some("true");
    meant.or_else(|| is(&["false", "no", "off"]).then_some("false"))
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
    /// The places that there are now.
    pub places: &'a Present,
    /// Those that there were, where that is known.
    pub places_then: Option<&'a Present>,
    /// Whether a finding of now is rather about something else than the one of then with this index.
    pub nearer: &'a dyn Fn(usize, &Finding) -> bool,
}

/// For each of these findings the one it was then, no worse than that. Passes have none.
pub fn pair(now: &[Finding], workspace: &Workspace, then: &[Known<'_>], setting: Setting<'_>) -> Vec<Option<usize>> {
    let views: Vec<Known<'_>> = now.iter().map(|finding| Known::of(finding, workspace)).collect();
    let mut run = Run { now, views: &views, then, setting, used: vec![false; then.len()], of: vec![None; now.len()] };
    run.exact();
    run.leave_mended();
    if run.goes_on() {
        run.by_what_is_said();
    }
    if run.goes_on() {
        run.along(&(setting.renames)());
    }
    for likeness in LIKENESSES {
        if run.goes_on() {
            run.by_likeness(likeness);
        }
    }
    run.of
}

struct Run<'t, 'k, 'v> {
    now: &'v [Finding],
    views: &'v [Known<'v>],
    then: &'t [Known<'k>],
    setting: Setting<'t>,
    /// Which of those of then are paired, or can be no more.
    used: Vec<bool>,
    of: Vec<Option<usize>>,
}

impl Run<'_, '_, '_> {
    fn goes_on(&self) -> bool {
        self.used.contains(&false) && !self.left().is_empty()
    }

    /// What may have been there then and is not paired yet; what stands on a changed line comes last.
    fn left(&self) -> Vec<usize> {
        let unpaired = self.views.iter().zip(&self.of).enumerate().filter(|(_, (view, of))| {
            of.is_none() && view.outcome != Outcome::Pass && !self.setting.passed.contains(view.fingerprint)
        });
        let mut left: Vec<usize> = unpaired.map(|(index, _)| index).collect();
        let touched = |index: &usize| self.now.get(*index).is_some_and(|finding| (self.setting.touched)(finding));
        left.sort_by_cached_key(|index| (touched(index), *index));
        left
    }

    /// Those of then that are not paired yet, by a key.
    fn free<K: Ord>(&self, key: impl Fn(&Known<'_>) -> Option<K>) -> BTreeMap<K, Vec<usize>> {
        let mut free: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for (index, (known, used)) in self.then.iter().zip(&self.used).enumerate() {
            if !used && let Some(key) = key(known) {
                free.entry(key).or_default().push(index);
            }
        }
        free
    }

    /// Pairs what has one fingerprint and says the same.
    fn exact(&mut self) {
        let by_print = self.free(|known| Some(known.fingerprint.to_owned()));
        for (index, view) in self.views.iter().enumerate().filter(|(_, view)| view.outcome != Outcome::Pass) {
            let candidates = by_print.get(view.fingerprint).map_or(&[][..], Vec::as_slice);
            self.take(index, candidates, |known| known.said == view.said);
        }
    }

    /// What is known to pass now is not there any more.
    fn leave_mended(&mut self) {
        let passing = self.views.iter().filter(|view| view.outcome == Outcome::Pass);
        let mended: BTreeSet<&str> = passing.map(|view| view.fingerprint).collect();
        for (known, used) in self.then.iter().zip(&mut self.used) {
            *used |= mended.contains(known.fingerprint);
        }
    }

    fn by_what_is_said(&mut self) {
        let free = self.free(|known| Some(known.key()));
        for index in self.left() {
            let Some(view) = self.views.get(index) else { continue };
            let candidates = free.get(&view.key()).map_or(&[][..], Vec::as_slice);
            self.take_near(index, candidates);
        }
    }

    /// Pairs what stands in files and deployments that were moved: by the fingerprint that it had there, and then by what
    /// is said.
    fn along(&mut self, renames: &Renames) {
        let by_print = self.free(|known| Some(known.fingerprint.to_owned()));
        let mut said = Vec::new();
        let unpaired = self.of.iter().enumerate().filter(|(_, of)| of.is_none()).map(|(index, _)| index);
        for index in unpaired.collect::<Vec<_>>() {
            let (Some(finding), Some(view)) = (self.now.get(index), self.views.get(index)) else { continue };
            let Some(key) = view.key_before(renames) else { continue };
            let [rule, address, deployment, ..] = &key;
            let (kind, item) = (&*finding.resource.kind, &*finding.item);
            let print = fingerprint::alone(Subject { rule, deployment, kind, address, item });
            let fails = view.outcome != Outcome::Pass;
            match by_print.get(&print) {
                Some(candidates) => {
                    if fails {
                        self.take(index, candidates, |known| known.said == view.said);
                    }
                    // Whatever became of it, nothing else was it.
                    for candidate in candidates {
                        self.used.get_mut(*candidate).into_iter().for_each(|used| *used = true);
                    }
                }
                None if fails && ![&*print, view.fingerprint].iter().any(|of| self.setting.passed.contains(of)) => {
                    said.push((index, key));
                }
                None => {}
            }
        }
        let free = self.free(|known| Some(known.key()));
        for (index, key) in said {
            self.take_near(index, free.get(&key).map_or(&[][..], Vec::as_slice));
        }
    }

    /// Pairs what is no more with what was not there, where the two are one resource.
    fn by_likeness(&mut self, likeness: &Likeness) {
        let now: BTreeSet<&str> = self.views.iter().map(|view| view.fingerprint).collect();
        let then: BTreeSet<&str> = self.then.iter().map(|known| known.fingerprint).collect();
        let key = |of: &Known<'_>| (likeness.key)(of).map(|key| (of.rule.to_owned(), of.said.clone(), key));
        let free = self.free(|known| if now.contains(known.fingerprint) { None } else { key(known) });
        for index in self.left() {
            let Some(view) = self.views.get(index).filter(|view| !then.contains(view.fingerprint)) else { continue };
            let Some(candidates) = key(view).and_then(|key| free.get(&key)) else { continue };
            let places = self.setting;
            self.take(index, candidates, |known| (likeness.fits)(known, view, &places) && places.agree(known, view));
        }
    }

    /// Pairs a finding with one of these that stood in its place, else with one whose place has another name now.
    fn take_near(&mut self, index: usize, candidates: &[usize]) {
        let Some(view) = self.views.get(index) else { return };
        let setting = self.setting;
        if !self.take(index, candidates, |known| known.place == view.place) {
            self.take(index, candidates, |known| setting.agree(known, view));
        }
    }

    fn take(&mut self, index: usize, candidates: &[usize], fits: impl Fn(&Known<'_>) -> bool) -> bool {
        let Some(view) = self.views.get(index) else { return false };
        let found = candidates.iter().copied().find(|at| {
            let free = self.used.get(*at) == Some(&false);
            let nearer = || self.now.get(index).is_some_and(|finding| (self.setting.nearer)(*at, finding));
            free && self.then.get(*at).is_some_and(|known| known.covers(view) && fits(known)) && !nearer()
        });
        if let Some(used) = found.and_then(|at| self.used.get_mut(at))
            && let Some(of) = self.of.get_mut(index)
        {
            *used = true;
            *of = found;
        }
        found.is_some()
    }
}

impl Setting<'_> {
    /// Whether what had a label of its own is no more, and what has another one was not there.
    pub fn renamed(&self, known: &Known<'_>, view: &Known<'_>) -> bool {
        let is_there = known.labelled().is_some_and(|place| self.places.has(known.deployment, place));
        let was_there =
            view.labelled().zip(self.places_then).is_some_and(|(place, then)| then.has(view.deployment, place));
        !is_there && !was_there
    }

    /// Whether what stood in one place may stand in another one now: the first is no more, and the second was not there.
    fn agree(&self, known: &Known<'_>, view: &Known<'_>) -> bool {
        let is_there = known.inner().is_some_and(|place| self.places.has(known.deployment, place));
        let was_there =
            view.inner().zip(self.places_then).is_some_and(|(place, then)| then.has(view.deployment, place));
        known.place == view.place || !is_there && !was_there
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
            ("`a` is \"False\"", "`a` is false", true),
            ("`a` is \"yes\", expected false", "`a` is true, expected false", true),
            ("`a` is \"0\"", "`a` is 0", true),
            ("`a` is \"x\"", "`a` is x", false),
            ("\"a\" and \"no", "\"a\" and no", false),
            ("[", "[", true),
            ("`a` is [\"b\", \"c\"], expected \"d\"", "`a` is [\"c\", \"b\"], expected \"d\"", true),
            ("`a` is [\"b\", \"c\"]", "`a` is [\"b\", \"d\"]", false),
            ("`a` is [[\"c\"], [\"b\"", "`a` is [[\"b\"], [\"c\"", false),
            ("`10.0.0.0/8, 0.0.0.0/0` reach `22`", "`0.0.0.0/0, 10.0.0.0/8` reach `22`", true),
            ("`10.0.0.0/8, 0.0.0.0/0` reach `22`", "`0.0.0.0/0` reach `22`", false),
        ] {
            assert_eq!(said(one) == said(other), same, "{one} and {other}");
        }
    }
}
