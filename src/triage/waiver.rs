//! Findings that people with the authority to do so accept for a time: the waivers file, applied.

use std::sync::Arc;

use globset::GlobMatcher;
use jiff::civil::Date;

use super::reach::is_reached;
use super::{Finding, Suppressed, SuppressedBy};
use crate::document::Problem;
use crate::evaluate::Outcome;
use crate::governance::Record;
use crate::lower::nearest;
use crate::rule::Severity;
use crate::rule::alias::Part;
use crate::source::{Span, Workspace};

/// The longest life of a waiver in days, by the severity of its rule: how long a known weakness may stand before it is
/// decided again. `annexa.toml` may set other numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Longest {
    /// Critical, high, medium, low, info.
    pub days: [i64; 5],
}

impl Default for Longest {
    fn default() -> Longest {
        Longest { days: [30, 90, 180, 365, 365] }
    }
}

impl Longest {
    /// The days for a severity.
    pub fn of(self, severity: Severity) -> i64 {
        let [critical, high, medium, low, info] = self.days;
        match severity {
            Severity::Critical => critical,
            Severity::High => high,
            Severity::Medium => medium,
            Severity::Low => low,
            Severity::Info => info,
        }
    }
}

/// What is known of a rule that a waiver names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Arc<str>,
    /// Which of its findings; all, unless it was named as a peer calls a part of it.
    pub part: Part,
    /// How bad its findings are.
    pub severity: Severity,
    /// Whether its findings are about the ledger: they come after it was counted what waivers do.
    pub is_about_ledger: bool,
}

/// A waiver, and what it does in this run.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Its id.
    pub id: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// The rule whose findings it accepts.
    pub rule: Named,
    /// Why.
    pub reason: Arc<str>,
    /// What sort of decision it is.
    pub kind: Arc<str>,
    /// The role that decided.
    pub approved_by: Arc<str>,
    /// The last day as it is written.
    pub expires: Date,
    /// The last day it does anything: that, or the longest life from its approval.
    pub holds_until: Date,
    /// Its life as written, in days.
    pub days: i64,
    /// The longest life for its rule's severity, in days.
    pub longest: i64,
    /// How many findings it accepts in this run.
    pub used: usize,
    /// How many findings it would accept had it not ended.
    pub missed: usize,
    reach: Reach,
}

/// What a waiver holds for; every part that is there has to match.
#[derive(Clone, Debug, Default)]
struct Reach {
    paths: Vec<GlobMatcher>,
    resource: Option<GlobMatcher>,
    fingerprint: Option<Arc<str>>,
}

impl Waiver {
    /// Whether it has ended.
    pub fn is_over(&self, today: Date) -> bool {
        self.holds_until < today
    }
}

/// Reads the records of the waivers file. `named` knows the rules by id or by what peers call them. A waiver of a rule
/// that does not exist, or with a glob that cannot be read, is a problem and does nothing.
pub fn read<'r>(
    records: impl IntoIterator<Item = &'r Record>,
    workspace: &Workspace,
    named: &dyn Fn(&str) -> Option<Named>,
    known: &dyn Fn() -> Vec<&'r str>,
    longest: Longest,
) -> (Vec<Waiver>, Vec<Problem>) {
    let (mut waivers, mut problems) = (Vec::new(), Vec::new());
    for record in records {
        match waiver(record, named, longest) {
            Ok(waiver) => waivers.extend(waiver),
            Err(fault) => {
                let path = workspace.path(record.span.file);
                let (key, message) = fault;
                let problem = Problem::error("governance::waiver", path, Some(record.at(key)), message);
                let near = record.text("rule").and_then(|name| nearest(name, known())).filter(|_| key == "rule");
                problems.push(problem.help(near.map_or_else(
                    || "`annexa rules list` shows the rules; globs are those of .gitignore".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                )));
            }
        }
    }
    (waivers, problems)
}

type Fault = (&'static str, String);

/// None where the record lacks what its schema demands; that has been told.
fn waiver(record: &Record, named: &dyn Fn(&str) -> Option<Named>, longest: Longest) -> Result<Option<Waiver>, Fault> {
    let (Some(rule), Some(reason), Some(kind)) = (record.text("rule"), record.text("reason"), record.text("kind"))
    else {
        return Ok(None);
    };
    let (Some(approved_by), Some(approved_on), Some(expires)) =
        (record.text("approved_by"), record.date("approved_on"), record.date("expires"))
    else {
        return Ok(None);
    };
    let Some(rule) = named(rule) else { return Err(("rule", format!("there is no rule `{rule}`"))) };
    let days = (expires - approved_on).get_days().into();
    let longest = longest.of(rule.severity);
    let latest = approved_on.saturating_add(jiff::Span::new().days(longest));
    let paths = record.texts("paths").iter().map(|(glob, _)| matcher(glob, true));
    let resource = record.text("resource").map(|glob| matcher(glob, false)).transpose();
    Ok(Some(Waiver {
        id: Arc::clone(&record.id),
        span: record.span,
        rule,
        reason: Arc::clone(reason),
        kind: Arc::clone(kind),
        approved_by: Arc::clone(approved_by),
        expires,
        holds_until: expires.min(latest),
        days,
        longest,
        used: 0,
        missed: 0,
        reach: Reach {
            paths: paths.collect::<Result<_, _>>().map_err(|message| ("paths", message))?,
            resource: resource.map_err(|message| ("resource", message))?,
            fingerprint: record.text("fingerprint").cloned(),
        },
    }))
}

/// A glob over paths, or over names.
pub fn matcher(glob: &str, path: bool) -> Result<GlobMatcher, String> {
    let built = globset::GlobBuilder::new(glob).literal_separator(path).build();
    built.map(|glob| glob.compile_matcher()).map_err(|error| format!("`{glob}` is not a glob: {}", error.kind()))
}

/// Marks the findings that waivers accept, and counts on the waivers what they do. Passes and findings that are silenced
/// already are nobody's business here.
pub fn apply(waivers: &mut [Waiver], findings: &mut [Finding], workspace: &Workspace, today: Date) {
    if waivers.is_empty() {
        return;
    }
    for finding in
        findings.iter_mut().filter(|finding| finding.outcome != Outcome::Pass && finding.suppressed.is_none())
    {
        let matching = waivers.iter_mut().filter(|waiver| waiver.reaches(finding, workspace));
        let (mut over, mut holding): (Vec<&mut Waiver>, Vec<&mut Waiver>) =
            matching.partition(|waiver| waiver.is_over(today));
        if let Some(waiver) = holding.first_mut() {
            waiver.used += 1;
            let reason = format!("{}: {} (until {})", waiver.id, waiver.reason, waiver.holds_until);
            finding.suppressed =
                Some(Box::new(Suppressed { by: SuppressedBy::Waiver, reason, span: Some(waiver.span) }));
        } else if let Some(waiver) = over.first_mut() {
            waiver.missed += 1;
        }
    }
}

impl Waiver {
    fn reaches(&self, finding: &Finding, workspace: &Workspace) -> bool {
        let Reach { paths, resource, fingerprint } = &self.reach;
        self.rule.id == finding.rule.id
            && self.rule.part.covers(&finding.resource.kind, &finding.facets)
            && (paths.is_empty() || is_reached(finding, paths, workspace))
            && resource.as_ref().is_none_or(|glob| glob.is_match(&*finding.resource.address))
            && fingerprint.as_ref().is_none_or(|print| **print == *finding.fingerprint)
    }
}
