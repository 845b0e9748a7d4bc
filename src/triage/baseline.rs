//! Findings that were there before: a file that lists them, so that a run counts only what is new.
//!
//! An entry accepts the finding of its fingerprint that says the same and is no worse, or is undecided now: what was undecided
//! when the baseline was made and fails now is new, and so is another value, a worse severity, a further right or another
//! secret. An entry whose fingerprint is no longer there accepts one finding of its rule, resource and deployment that says the
//! same in its file, or in the file that this has become. Rule, path and resource are there
//! for the people who review the file as well. The file is written in one order with a finding a line, so that a change of
//! it can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::became::{What, moved};
use super::pairing::{self, Known, Setting};
use super::renames::Renames;
use super::{Finding, Suppressed, SuppressedBy, fingerprint};
use crate::dialect::deployment_paths;
use crate::dialect::places::Present;
use crate::document::{Level, Node, Problem, Value};
use crate::evaluate::Outcome;
use crate::lower::{Faults, Fields};
use crate::rule::Severity;
use crate::source::{Source, Workspace};
use crate::syntax;

/// The version that is written, and the only one that is read: that of the identity of findings.
const VERSION: i64 = fingerprint::VERSION as i64;

/// Findings that were accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<Arc<str>, Entry>,
}

/// A finding that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The rule's id.
    pub rule: Arc<str>,
    /// The path of the file that the resource is in, relative to the root; empty for the repository itself.
    pub path: Arc<str>,
    /// What the resource is called.
    pub resource: Arc<str>,
    /// What deploys it.
    pub deployment: Arc<str>,
    /// A hash of what is said of it.
    pub said: Arc<str>,
    /// How bad its rule said it is.
    pub severity: Severity,
    /// The place that it stands in, with the address of what that is in; empty where there is none.
    pub place: Arc<str>,
    /// The part of the resource's address that is a mere label.
    pub label: Arc<str>,
    /// What makes it more than it was.
    pub measure: Arc<[u32]>,
    /// `Fail` or `Open`.
    pub outcome: Outcome,
}

impl Baseline {
    /// The failing and undecided findings of a run that nothing else silences.
    pub fn of(findings: &[Finding], workspace: &Workspace) -> Baseline {
        let counted = findings.iter().filter(|finding| finding.outcome != Outcome::Pass);
        let counted = counted.filter(|finding| match &finding.suppressed {
            Some(suppressed) => suppressed.by == SuppressedBy::Baseline,
            None => true,
        });
        let entries = counted.map(|finding| {
            let entry = Entry {
                rule: Arc::clone(&finding.rule.id),
                path: workspace.path(finding.resource.span.file).into(),
                resource: Arc::clone(&finding.resource.address),
                deployment: Arc::clone(&finding.resource.deployment),
                said: pairing::said(&finding.message).into(),
                severity: finding.severity(),
                place: finding.standing.place.clone().unwrap_or_default(),
                label: Arc::clone(&finding.standing.label),
                measure: Arc::clone(&finding.standing.measure),
                outcome: finding.outcome,
            };
            (Arc::from(finding.fingerprint.as_str()), entry)
        });
        Baseline { entries: entries.collect() }
    }

    /// Reads a baseline file; all its faults at once.
    pub fn read(source: &Source) -> Result<Baseline, Vec<Problem>> {
        let mut faults = Faults::new("baseline", source.path());
        let parsed = syntax::named("json").map(|json| (json.parse)(source)).unwrap_or_default();
        faults.extend(parsed.problems.into_iter().filter(|problem| problem.level == Level::Error));
        let mut baseline = Baseline::default();
        match parsed.roots.first() {
            Some(root) => baseline.lower(root, &mut faults),
            None if faults.is_empty() => faults.add(source.whole(), "the baseline is empty", REMAKE),
            None => {}
        }
        if faults.is_empty() { Ok(baseline) } else { Err(faults.into_problems()) }
    }

    fn lower(&mut self, root: &Node, faults: &mut Faults) {
        let Some(mut fields) = faults.fields(root, "the baseline") else { return };
        if let Some(version) = fields.required("version", faults)
            && !matches!(version.value, Value::Int(VERSION))
        {
            // Nothing else that is wrong with it is worth a word.
            faults.add(version.span, other_version(version), REMAKE);
            return;
        }
        let findings = fields.required("findings", faults);
        fields.finish(faults);
        let Some(findings) = findings else { return };
        let entries = faults.list(findings, "findings", |faults, item| {
            let fields = faults.fields(item, "a finding of the baseline")?;
            entry(fields, faults)
        });
        self.entries.extend(entries);
    }

    /// The text of the file.
    pub fn write(&self) -> String {
        let mut entries: Vec<(&Arc<str>, &Entry)> = self.entries.iter().collect();
        entries.sort_by_key(|(fingerprint, entry)| (&entry.path, &entry.rule, &entry.resource, *fingerprint));
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (index, (fingerprint, entry)) in entries.into_iter().enumerate() {
            let Entry { rule, path, resource, deployment, said, outcome, severity, .. } = entry;
            let comma = if index == 0 { "" } else { "," };
            let severity = Severity::ALL.iter().find(|(_, other)| other == severity).map_or("info", |(word, _)| word);
            let measure = measured(&entry.measure);
            let more = [("place", &*entry.place), ("label", &*entry.label), ("measure", &*measure)];
            let more = more.into_iter().filter(|(_, value)| !value.is_empty());
            let more: Vec<String> = more.map(|(key, value)| format!("\"{key}\": {}, ", quoted(value))).collect();
            let more = more.concat();
            let texts = [fingerprint, rule, path, resource, deployment, said];
            let [fingerprint, rule, path, resource, deployment, said] = texts.map(|text| quoted(text));
            let outcome = OUTCOMES.iter().find(|(_, other)| other == outcome).map_or("fail", |(word, _)| word);
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "{comma}\n    {{ \"path\": {path}, \"rule\": {rule}, \"resource\": {resource}, \
                 \"deployment\": {deployment}, \"outcome\": \"{outcome}\", \
                 \"severity\": \"{severity}\", \"said\": {said}, {more}\
                 \"fingerprint\": {fingerprint} }}"
            );
        }
        text.push_str(if self.entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        text
    }

    /// Silences the findings that were accepted, and returns what was accepted and is no longer found, in the order of
    /// paths, rules and resources: it should leave the file. Findings that something else silences are left as they are.
    pub fn apply(&self, findings: &mut [Finding], workspace: &Workspace, places: &Present) -> Vec<&Entry> {
        let mut gone: BTreeMap<&str, &Entry> = self.entries.iter().map(|(print, entry)| (&**print, entry)).collect();
        let paired = self.paired(findings, workspace, places);
        for (finding, print) in findings.iter_mut().zip(paired) {
            if finding.outcome != Outcome::Pass {
                // What is worse now is not gone.
                gone.remove(finding.fingerprint.as_str());
            }
            let Some(print) = print else { continue };
            gone.remove(print);
            if finding.suppressed.is_none() {
                let reason = "accepted in the baseline".to_owned();
                finding.suppressed = Some(Box::new(Suppressed { by: SuppressedBy::Baseline, reason, span: None }));
            }
        }
        let mut gone: Vec<&Entry> = gone.into_values().collect();
        gone.sort_by_key(|entry| (&entry.path, &entry.rule, &entry.resource));
        gone
    }

    /// The fingerprint under which each finding was accepted.
    fn paired(&self, findings: &[Finding], workspace: &Workspace, places: &Present) -> Vec<Option<&str>> {
        let known: Vec<Known<'_>> = self.entries.iter().map(|(print, entry)| entry.known(print)).collect();
        let renames = || self.renames(findings, workspace);
        let nothing = BTreeSet::new();
        let setting = Setting {
            passed: &nothing,
            touched: &|_| false,
            renames: &renames,
            places,
            places_then: None,
            nearer: &|_, _| false,
        };
        let pairs = pairing::pair(findings, workspace, &known, setting);
        let of = findings.iter().zip(pairs).map(|(finding, pair)| {
            let milder = || {
                let (print, entry) = self.entries.get_key_value(finding.fingerprint.as_str())?;
                let milder = entry.outcome < finding.outcome && finding.outcome != Outcome::Pass;
                milder.then_some(&**print)
            };
            pair.and_then(|index| known.get(index)).map(|known| known.fingerprint).or_else(milder)
        });
        of.collect()
    }

    /// Which files and folders those of the baseline have become. Their texts are not known any more, but what was found in
    /// them is.
    fn renames(&self, findings: &[Finding], workspace: &Workspace) -> Renames {
        let failing: Vec<&Finding> = findings.iter().filter(|finding| finding.outcome != Outcome::Pass).collect();
        let said: Vec<String> = failing.iter().map(|finding| pairing::said(&finding.message)).collect();
        let then = |place: fn(&Entry) -> &str| self.entries.values().map(move |entry| (place(entry), entry.what()));
        let now = |place: &dyn Fn(&Finding) -> Arc<str>| -> Vec<(Arc<str>, What<'_>)> {
            let all = failing.iter().zip(&said);
            let what = all.map(|(finding, said)| {
                let path = workspace.path(finding.resource.span.file);
                (place(finding), (&*finding.rule.id, said.as_str(), without(&finding.resource.address, path)))
            });
            what.collect()
        };
        let files = moved(
            then(|entry| &entry.path),
            now(&|finding| workspace.path(finding.resource.span.file).into()),
            &|path| workspace.find(path).is_some(),
        );
        let deployments = moved(
            then(|entry| &entry.deployment),
            now(&|finding| Arc::clone(&finding.resource.deployment)),
            &|deployment| deployment_paths(deployment).all(|path| workspace.holds(path)),
        );
        Renames::of(files, deployments)
    }

    /// How many findings were accepted.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Entry {
    fn what(&self) -> What<'_> {
        (&self.rule, &self.said, without(&self.resource, &self.path))
    }

    fn known<'e>(&'e self, fingerprint: &'e str) -> Known<'e> {
        Known {
            fingerprint,
            rule: &self.rule,
            severity: self.severity,
            resource: &self.resource,
            label: &self.label,
            was: None,
            deployment: &self.deployment,
            path: &self.path,
            place: Some(&*self.place).filter(|place| !place.is_empty()),
            said: self.said.to_string(),
            measure: &self.measure,
            outcome: self.outcome,
        }
    }
}

fn without(address: &str, path: &str) -> String {
    if path.is_empty() { address.to_owned() } else { address.replace(path, "") }
}

/// What to do about a file that is no baseline of this version.
const REMAKE: &str = "write it anew with `annexa baseline --out FILE`, at a commit whose findings are accepted";

fn other_version(version: &Node) -> String {
    match version.value {
        Value::Int(older) if older < VERSION => {
            format!("the baseline is of version {older} of the identity of findings, and {VERSION} is in force")
        }
        _ => format!("the baseline is not of version {VERSION}"),
    }
}

/// Reads an entry, with its fingerprint.
fn entry(mut fields: Fields<'_>, faults: &mut Faults) -> Option<(Arc<str>, Entry)> {
    let mut text = |key, faults: &mut Faults| fields.required(key, faults).and_then(|node| faults.text(node, key));
    let fingerprint = text("fingerprint", faults);
    let (rule, resource) = (text("rule", faults), text("resource", faults));
    let said = text("said", faults);
    let mut at = |key, faults: &mut Faults| fields.required(key, faults).and_then(|node| place(node, key, faults));
    let (path, deployment) = (at("path", faults), at("deployment", faults));
    let outcome = fields.required("outcome", faults).and_then(|node| faults.word(node, "outcome", &OUTCOMES));
    let severity = fields.required("severity", faults);
    let severity = severity.and_then(|node| faults.word(node, "severity", Severity::ALL));
    let mut more = |key, faults: &mut Faults| fields.optional(key).and_then(|node| faults.text(node, key));
    let (place, label) = (more("place", faults).unwrap_or_default(), more("label", faults).unwrap_or_default());
    let measure = more("measure", faults).unwrap_or_default();
    fields.finish(faults);
    let measure = measure.split(' ').filter_map(|part| u32::from_str_radix(part, 16).ok()).collect();
    let (rule, path, resource) = (rule?, path?, resource?);
    let (deployment, said, outcome, severity) = (deployment?, said?, outcome?, severity?);
    let entry = Entry { rule, path, resource, deployment, said, severity, place, label, measure, outcome };
    Some((fingerprint?, entry))
}

fn measured(measure: &[u32]) -> String {
    measure.iter().map(|part| format!("{part:x}")).collect::<Vec<_>>().join(" ")
}

const OUTCOMES: [(&str, Outcome); 2] = [("fail", Outcome::Fail), ("open", Outcome::Open)];

/// A path, which is empty for the repository itself.
fn place(node: &Node, key: &str, faults: &mut Faults) -> Option<Arc<str>> {
    if node.as_str() == Some("") { Some("".into()) } else { faults.text(node, key) }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finding, workspace};
    use super::*;
    use crate::source::FileId;

    fn read(text: &str) -> Result<Baseline, Vec<Problem>> {
        Baseline::read(&Source::from_text(FileId(0), "baseline.json", text))
    }

    #[test]
    fn what_is_written_is_read_again() {
        let findings = [
            finding("storage", "b.tf", "x.\"odd\"", Outcome::Fail),
            finding("storage", "a.tf", "x.y", Outcome::Open),
            finding("public", "a.tf", "x.y", Outcome::Fail),
            finding("public", "a.tf", "x.z", Outcome::Pass),
        ];
        let baseline = Baseline::of(&findings, &workspace());
        let text = baseline.write();
        assert_eq!(read(&text).unwrap(), baseline);
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("path")).collect();
        let starts = [
            r#"    { "path": "a.tf", "rule": "public", "resource": "x.y", "deployment": "a.tf", "outcome": "fail","#,
            r#"    { "path": "a.tf", "rule": "storage", "resource": "x.y", "deployment": "a.tf", "outcome": "open","#,
            r#"    { "path": "b.tf", "rule": "storage", "resource": "x.\"odd\"", "deployment": "b.tf", "outcome": "fail","#,
        ];
        assert_eq!(lines.len(), starts.len(), "{text}");
        for (line, start) in lines.iter().zip(starts) {
            assert!(line.starts_with(start), "{line}");
        }
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
        assert_eq!(read(&Baseline::default().write()).unwrap(), Baseline::default());
    }

    #[test]
    fn what_was_accepted_is_silenced_and_what_is_worse_or_new_is_not() {
        let then = |outcome| Baseline::of(&[finding("storage", "a.tf", "x.y", outcome)], &workspace());
        for (accepted, found, silenced) in [
            (Outcome::Fail, Outcome::Fail, true),
            (Outcome::Fail, Outcome::Open, true),
            (Outcome::Open, Outcome::Open, true),
            (Outcome::Open, Outcome::Fail, false),
        ] {
            let mut now = [finding("storage", "a.tf", "x.y", found), finding("public", "a.tf", "x.y", Outcome::Fail)];
            let baseline = then(accepted);
            let gone = baseline.apply(&mut now, &workspace(), &Present::default());
            assert_eq!(gone.len(), 0, "{accepted:?} then {found:?}");
            let by = now[0].suppressed.as_ref().map(|suppressed| suppressed.by);
            assert_eq!(by, silenced.then_some(SuppressedBy::Baseline), "{accepted:?} then {found:?}");
            assert_eq!(now[1].suppressed, None);
        }
    }

    #[test]
    fn what_is_no_longer_found_is_told() {
        let baseline = Baseline::of(&[finding("storage", "a.tf", "x.y", Outcome::Fail)], &workspace());
        let mut now = [finding("storage", "a.tf", "x.y", Outcome::Pass)];
        let gone = baseline.apply(&mut now, &workspace(), &Present::default());
        assert_eq!(gone.iter().map(|entry| &*entry.rule).collect::<Vec<_>>(), ["storage"]);
        assert_eq!(now[0].suppressed, None);
    }

    #[test]
    fn a_comment_speaks_before_the_baseline_and_keeps_a_finding_out_of_it() {
        let mut commented = finding("storage", "a.tf", "x.y", Outcome::Fail);
        let baseline = Baseline::of(std::slice::from_ref(&commented), &workspace());
        let comment = Box::new(Suppressed { by: SuppressedBy::Comment, reason: "old".into(), span: None });
        commented.suppressed = Some(comment.clone());
        assert!(Baseline::of(std::slice::from_ref(&commented), &workspace()).is_empty());
        let mut now = [commented];
        baseline.apply(&mut now, &workspace(), &Present::default());
        assert_eq!(now[0].suppressed, Some(comment));
        let mut again = [finding("storage", "a.tf", "x.y", Outcome::Fail)];
        baseline.apply(&mut again, &workspace(), &Present::default());
        assert_eq!(Baseline::of(&again, &workspace()), baseline, "made anew under itself, it stays the same");
    }

    #[test]
    fn a_file_that_is_no_baseline_is_refused() {
        for (text, want) in [
            ("[]", "`the baseline` is a list, expected a table"),
            ("{}", "the baseline has no `version`; the baseline has no `findings`"),
            (
                r#"{"version": 1, "findings": [{}]}"#,
                "the baseline is of version 1 of the identity of findings, and 3 is in force",
            ),
            (r#"{"version": 4, "findings": []}"#, "the baseline is not of version 3"),
            (r#"{"version": 3, "findings": [], "finding": []}"#, "unknown key `finding` in the baseline"),
            (
                r#"{"version": 3, "findings": [{"fingerprint": "0", "rule": "r", "path": "", "resource": "x", "deployment": "", "said": "0", "severity": "low", "outcome": "pass"}]}"#,
                "`pass` is not a value of `outcome`",
            ),
            (
                r#"{"version": 3, "findings": [{"rule": 1}]}"#,
                "a finding of the baseline has no `fingerprint`; a finding of the baseline has no `resource`; a finding of the baseline has no `said`; a finding of the baseline has no `path`; a finding of the baseline has no `deployment`; a finding of the baseline has no `outcome`; a finding of the baseline has no `severity`; `rule` is a number, expected a text in quotes",
            ),
        ] {
            let refused = read(text).unwrap_err();
            let messages: Vec<&str> = refused.iter().map(|problem| problem.message.as_str()).collect();
            assert_eq!(messages.join("; "), want, "{text}");
        }
        for text in ["", r#"{"version": 3, "findings": ["#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
