//! What becomes of a judgement: silenced with a reason, accepted earlier, below the threshold, or a finding to act on.

pub mod baseline;
mod became;
pub mod cause;
pub mod disable;
pub mod fingerprint;
mod likeness;
mod nearer;
mod pairing;
mod planned;
pub mod reach;
mod renames;
pub mod since;
pub mod suppression;
pub mod waiver;

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::dialect::{self, Resource, deployment_paths, has_extension};
use crate::document::{Step, Trail};
use crate::evaluate::{Judgement, Outcome, Related, Stop};
use crate::rule::alias::Part;
use crate::rule::{Rule, Severity};
use crate::source::{NO_FILE, Span, Workspace};
use fingerprint::{Fingerprints, Subject};
use rustc_hash::{FxHashMap, FxHasher};
use suppression::{Silence, Silenceable, Suppressions};

/// So many days before its last day an exception is told.
const WARNED: i32 = 14;

/// A judgement on its way to the reader.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: Arc<Rule>,
    /// Which of its checks.
    pub check: usize,
    /// The conclusion.
    pub outcome: Outcome,
    /// The place that decided it.
    pub span: Span,
    /// Further places.
    pub related: Vec<Related>,
    /// Where the change is that brought it, when that is elsewhere.
    pub cause: Option<Box<Related>>,
    /// What is the case.
    pub message: String,
    /// What would decide it, where it is open.
    pub open_because: Option<String>,
    /// The resource; findings about one share it.
    pub resource: Arc<ResourceRef>,
    /// Why it does not count, where it does not.
    pub suppressed: Option<Box<Suppressed>>,
    /// Its identity across edits: made of rule, deployment, resource and item, never of line numbers. 32 hex digits.
    pub fingerprint: String,
    /// The facets of the check that it is of.
    pub facets: Vec<Arc<str>>,
    /// What tells it from other findings of the rule about the resource; empty where it is about the resource itself.
    pub item: Arc<str>,
    /// By what it is known again.
    pub standing: Standing,
    /// A hash of the value that decided it, where that is a single one which stands at the place.
    pub decided: Option<u64>,
    /// A hash that is equal for findings of its check that have one cause, where the check says which are one.
    pub one: Option<u64>,
    /// The way from the resource's body to the node that was judged, where the rule knows how to mend it.
    pub unit: Option<Arc<[Stop]>>,
    /// It passed, and there was nothing that could have failed it: it shows nothing.
    pub vacuous: bool,
    /// It stands in what only shows, tries or tests something.
    pub is_for_show: bool,
}

impl Finding {
    /// How bad it is where it stands.
    pub fn severity(&self) -> Severity {
        if self.is_for_show { self.rule.severity_for_show() } else { self.rule.severity }
    }

    /// Whether it is advice where it stands, and would be more elsewhere.
    pub fn is_advice_there(&self) -> bool {
        self.severity() == Severity::Info && self.rule.severity != Severity::Info
    }

    /// What peers call what it says: those names of its rule that are about its kind of resource and its facets. What passes
    /// and is of no facet is of all.
    pub fn names_of_peers(&self) -> impl Iterator<Item = &str> {
        let of_its_facets = |part: &Part| {
            (self.outcome == Outcome::Pass && self.facets.is_empty())
                || part.facets.is_empty()
                || part.facets.iter().any(|facet| self.facets.contains(facet))
        };
        let says = move |part: &Part| part.is_about(&self.resource.kind) && of_its_facets(part);
        self.rule.aliases.iter().filter(move |alias| alias.relation.part().is_none_or(says)).map(|alias| &*alias.id)
    }

    /// Whether it was there before the change that is looked at.
    pub fn is_known(&self) -> bool {
        self.suppressed.as_ref().is_some_and(|suppressed| suppressed.by == SuppressedBy::Known)
    }

    /// Whether it fails, and nothing silences it.
    pub fn counts(&self) -> bool {
        self.outcome == Outcome::Fail && self.suppressed.is_none()
    }

    /// Whether a waiver accepts it.
    pub fn is_waived(&self) -> bool {
        self.suppressed.as_ref().is_some_and(|suppressed| suppressed.by == SuppressedBy::Waiver)
    }
}

/// By what a finding is known again that has no longer its fingerprint, and what tells that it is worse.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The place that it stands in (a step, a stage, a container), with the address of what that is in.
    pub place: Option<Arc<str>>,
    /// The part of the resource's address that is a mere label.
    pub label: Arc<str>,
    /// What the resource was called before, where its file says so.
    pub was: Option<Arc<str>>,
    /// What makes it more than it was, as short hashes: where one is added, it is worse.
    pub measure: Arc<[u32]>,
}

/// What a report says of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceRef {
    /// Dialect and kind.
    pub kind: Arc<str>,
    /// What its users call it.
    pub address: Arc<str>,
    /// The path of the root that it is deployed by.
    pub deployment: Arc<str>,
    /// The whole of it; of a fact that of its owner.
    pub span: Span,
    /// Where it stands; of a fact what states it.
    pub extent: Span,
    /// The calls that deploy it, nearest first.
    pub trail: Trail,
}

impl ResourceRef {
    fn of(resource: &Resource) -> ResourceRef {
        ResourceRef {
            kind: Arc::clone(&resource.kind),
            address: Arc::clone(&resource.address),
            deployment: Arc::clone(&resource.deployment),
            span: resource.span,
            extent: resource.extent(),
            trail: resource.trail.clone(),
        }
    }
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// How.
    pub by: SuppressedBy,
    /// The reason given.
    pub reason: String,
    /// Where it is said, when in a file of the scan.
    pub span: Option<Span>,
}

/// How a finding was silenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SuppressedBy {
    /// A comment in the file, ours or a peer's.
    Comment,
    /// An entry of the waivers file.
    Waiver,
    /// An earlier run.
    Baseline,
    /// An entry of the settings.
    Settings,
    /// It was there before the change that is looked at.
    Known,
}

/// What judgements are turned into findings with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The rules that were evaluated, as judgements count them.
    pub rules: &'a [Arc<Rule>],
    /// The resources that were evaluated, as judgements count them.
    pub resources: &'a [Resource],
    /// The files.
    pub workspace: &'a Workspace,
}

/// Turns judgements into findings, in the order of file, place and rule, with fingerprints, and silenced where a comment
/// says so. A judgement of a rule or resource that is not there has nothing to be about and is left out.
pub fn triage(
    mut judgements: Vec<Judgement>,
    context: Context<'_>,
    mut suppressions: Option<&mut Suppressions>,
) -> Vec<Finding> {
    let of =
        |judgement: &Judgement| Some((context.rules.get(judgement.rule)?, context.resources.get(judgement.resource)?));
    // There may be hundreds of thousands: they are put in order where they are, and become findings one by one.
    judgements.retain(|judgement| of(judgement).is_some());
    planned::settle(&mut judgements, &context);
    judgements.sort_by(|a, b| {
        let place = |judgement: &Judgement| (judgement.span.file, judgement.span.start);
        let named = |judgement: &Judgement| of(judgement).map(|(rule, resource)| (&*rule.id, &*resource.address));
        let rest = |judgement: &Judgement| (judgement.check, judgement.outcome, judgement.span.end);
        place(a)
            .cmp(&place(b))
            .then_with(|| named(a).cmp(&named(b)))
            .then_with(|| a.item.cmp(&b.item))
            .then_with(|| rest(a).cmp(&rest(b)))
    });
    judgements.dedup_by(|next, last| {
        let again = is_said(last, next);
        if again {
            // What is open for several facets is silenced once all of them are.
            let others: Vec<Arc<str>> =
                next.facets.iter().filter(|facet| !last.facets.contains(facet)).cloned().collect();
            last.facets.extend(others);
        }
        again
    });
    let prints = fingerprints(&judgements, &of);
    let mut told: FxHashMap<usize, (Arc<ResourceRef>, bool)> = FxHashMap::default();
    let mut findings = Vec::with_capacity(judgements.len());
    for (judgement, print) in judgements.into_iter().zip(prints) {
        let Some((rule, resource)) = of(&judgement) else { continue };
        let silenced = match &mut suppressions {
            Some(suppressions) if judgement.outcome != Outcome::Pass => suppressions.find(&Silenceable {
                rule: &rule.id,
                kind: &resource.kind,
                facets: &judgement.facets,
                span: judgement.span,
                resource: resource.span,
                trail: &trail(&judgement, resource, context.workspace),
            }),
            _ => Silence::default(),
        };
        let (reference, is_for_show) = told
            .entry(judgement.resource)
            .or_insert_with(|| (Arc::new(ResourceRef::of(resource)), is_for_show(resource, context.workspace)));
        findings.push(finding(judgement, rule, (resource, Arc::clone(reference)), *is_for_show, silenced, print));
    }
    findings
}

/// Whether a resource stands, or is deployed by what stands, in a folder that shows, tries or tests something.
fn is_for_show(resource: &Resource, workspace: &Workspace) -> bool {
    let deployed = deployment_paths(&resource.deployment).next().unwrap_or_default();
    dialect::is_for_show(workspace.path(resource.span.file)) || dialect::is_for_show(&format!("{deployed}/"))
}

/// Where a resource comes from, and the named templates of charts that what decides comes from: what is said there holds wherever
/// they are included.
fn trail<'r>(judgement: &Judgement, resource: &'r Resource, workspace: &Workspace) -> Cow<'r, [Step]> {
    let own = resource.trail.as_ref().map_or(&[][..], |trail| trail.as_slice());
    let is_helper = |span: Span| has_extension(workspace.path(span.file), &[".tpl"]);
    let mut included = judgement.related.iter().filter(|related| is_helper(related.span)).peekable();
    if included.peek().is_none() {
        return Cow::Borrowed(own);
    }
    let step = |related: &Related| Step { span: related.span, what: Arc::clone(&related.message) };
    Cow::Owned(own.iter().cloned().chain(included.map(step)).collect())
}

/// Whether a judgement says nothing that another one of the same rule and resource does not: two checks came across one
/// open value.
fn is_said(one: &Judgement, other: &Judgement) -> bool {
    let said = |judgement: &Judgement| (judgement.rule, judgement.resource, judgement.outcome, judgement.span);
    one.outcome != Outcome::Pass
        && said(one) == said(other)
        // A failure of one facet is not said by that of another one, nor what is of a facet by what is of none.
        && (one.facets == other.facets || (one.outcome == Outcome::Open && are_faceted(one, other)))
        && one.message == other.message
        && one.open_because == other.open_because
}

fn are_faceted(one: &Judgement, other: &Judgement) -> bool {
    !one.facets.is_empty() && !other.facets.is_empty()
}

/// The order of findings of several passes: file, place, rule and resource.
pub fn in_order(one: &Finding, other: &Finding) -> std::cmp::Ordering {
    let place = |finding: &Finding| (finding.span.file, finding.span.start);
    place(one)
        .cmp(&place(other))
        .then_with(|| one.rule.id.cmp(&other.rule.id))
        .then_with(|| one.resource.address.cmp(&other.resource.address))
}

/// What a judgement is about.
type About<'a> = (&'a Arc<Rule>, &'a Resource);

/// The fingerprint of each judgement. Passes are numbered after everything else of the same subject, so that a check that
/// begins to pass does not take the identity of another one that goes on failing.
fn fingerprints<'a>(judgements: &[Judgement], of: &dyn Fn(&Judgement) -> Option<About<'a>>) -> Vec<String> {
    let mut prints = Fingerprints::default();
    let mut found = vec![String::new(); judgements.len()];
    for passes in [false, true] {
        for (judgement, print) in judgements.iter().zip(&mut found) {
            let Some((rule, resource)) = of(judgement).filter(|_| (judgement.outcome == Outcome::Pass) == passes)
            else {
                continue;
            };
            *print = prints.of(Subject {
                rule: &rule.id,
                deployment: &resource.deployment,
                kind: &resource.kind,
                address: &resource.address,
                item: &item(judgement, resource),
            });
        }
    }
    found
}

/// What tells a judgement from others of its rule and resource, and the resource from others of its address.
fn item(judgement: &Judgement, resource: &Resource) -> Arc<str> {
    let own = &resource.identity.item;
    if own.is_empty() { Arc::clone(&judgement.item) } else { format!("{}{own}", judgement.item).into() }
}

/// A hash that is equal for what a rule of severity low finds in one file of one deployment: whoever changes the file mends it in all
/// places, so that it is told once. What is about an organisation, or the repository, is a matter each.
fn once_in_file(rule: &Rule, judgement: &Judgement, resource: &Resource) -> Option<u64> {
    let is_technical = !["governance/", "posture/", "repository"].iter().any(|kind| resource.kind.starts_with(kind));
    let is_low = rule.severity == Severity::Low && !rule.is_severity_chosen && rule.is_built_in();
    (judgement.outcome == Outcome::Fail && is_low && is_technical && judgement.span.file != NO_FILE).then(|| {
        let mut hash = FxHasher::default();
        (judgement.span.file.0, &*resource.deployment).hash(&mut hash);
        hash.finish()
    })
}

fn finding(
    judgement: Judgement,
    rule: &Arc<Rule>,
    (resource, reference): (&Resource, Arc<ResourceRef>),
    is_for_show: bool,
    silenced: Silence,
    fingerprint: String,
) -> Finding {
    let (item, place) = (item(&judgement, resource), resource.place_of(judgement.span));
    let one = judgement.one.or_else(|| once_in_file(rule, &judgement, resource));
    let mut message = judgement.message;
    if let Some(note) = silenced.partly(&judgement.facets) {
        message = format!("{message}; {note}");
    }
    Finding {
        rule: Arc::clone(rule),
        check: judgement.check,
        outcome: judgement.outcome,
        span: judgement.span,
        related: judgement.related,
        cause: None,
        message,
        open_because: judgement.open_because,
        resource: reference,
        suppressed: silenced.whole.map(Box::new),
        fingerprint,
        facets: judgement.facets,
        item,
        standing: Standing {
            place,
            label: Arc::clone(&resource.identity.label),
            was: resource.identity.was.clone(),
            measure: Arc::clone(&resource.identity.measure),
        },
        decided: judgement.decided,
        one,
        unit: judgement.unit,
        vacuous: judgement.vacuous,
        is_for_show,
    }
}

#[cfg(test)]
pub(crate) mod tests;
