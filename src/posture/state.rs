//! From what is known of a control to its state.

use std::cmp::Reverse;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::Date;

use super::nonconformity::{Grade, Nonconformity};
use super::others::OfOthers;
use super::standing::{Attestation, Claim, Judged, Shown, State, TopicStanding};
use super::tally::{Tally, count};
use crate::control::Rating;
use crate::governance::Record;
use crate::governance::soa::Implementation;
use crate::rule::{Severity, Strength};

/// What is known of a control.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// The most that a scan may claim of it.
    pub ceiling: Rating,
    /// What its direct rules came to.
    pub tally: Tally,
    /// What falls to each of its topics.
    pub topics: &'a [TopicStanding],
    /// What each rule came to.
    pub rules: &'a [Judged],
    /// What the Statement of Applicability says of it.
    pub claim: Option<&'a Claim>,
    /// What people state of it.
    pub attestations: &'a [Attestation],
    /// Files that the Statement names.
    pub evidence: &'a [Shown],
    /// Something that the Statement names and that is kept elsewhere, where nobody looked at it.
    pub kept_elsewhere: Option<&'a Arc<str>>,
    /// Whether something is written of it that is not in force.
    pub drafts: bool,
    /// Open nonconformities against it, the gravest first.
    pub nonconformities: &'a [&'a Nonconformity],
    /// What other tools found of it.
    pub others: &'a OfOthers<'a>,
    /// How the supplier it is inherited from stands to that.
    pub inherited: Option<Inherited<'a>>,
    /// Whether claims can be held against what was found: all of the repository was looked at, by every rule.
    pub whole: bool,
}

/// The supplier that a control is inherited from.
#[derive(Clone, Copy)]
pub(super) struct Inherited<'a> {
    /// Its id.
    pub supplier: &'a str,
    /// Whether its register entry says that it covers the control.
    pub covers: bool,
    /// What its register entry names to show that.
    pub assurance: Assurance,
}

/// A supplier's certificate or report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assurance {
    /// None is named: that something is inherited is then no more than said.
    Unnamed,
    /// It held until a day that has passed; or it has no last day, and nobody assessed the supplier within a year.
    Over,
    /// It holds.
    Current,
}

impl Assurance {
    /// That of a record of the register.
    pub fn of(supplier: &Record, today: Date) -> Assurance {
        if supplier.text("certificate").is_none() {
            return Assurance::Unnamed;
        }
        let assessed = || supplier.date("assessed_on").map(|day| day.saturating_add(ASSESSED_FOR));
        let last = supplier.date("certificate_expires").or_else(assessed);
        if last.is_some_and(|last| today <= last) { Assurance::Current } else { Assurance::Over }
    }
}

/// How long an assessment of a supplier is relied on.
const ASSESSED_FOR: SignedDuration = SignedDuration::from_hours(365 * 24);

/// The state and its reason: the worst that speaks against the control, else the best that speaks for it.
pub(super) fn decide(known: Known<'_>) -> (State, String) {
    let (state, reason) = against(known).unwrap_or_else(|| best(known));
    let said = known.nonconformities.first().map(|worst| worst.standing()).filter(|said| !reason.contains(&**said));
    let Some(said) = said else { return (state, reason) };
    // Checks may pass and a person still find that it is not met.
    let state = if state == State::Evidenced { State::PartiallyEvidenced } else { state };
    (state, format!("{reason}, and {said}"))
}

/// What speaks against it, worst first.
fn against(known: Known<'_>) -> Option<(State, String)> {
    let Tally { failed, open, suppressed, waived, .. } = known.tally;
    let named = |of: fn(&Tally) -> usize| named(known.rules, of);
    if failed > 0 {
        let own = format!("{} {}{}", count(failed, "finding"), stand(failed), named(|tally| tally.failed));
        let text = known.others.failing().map_or(own.clone(), |others| format!("{own}; and {others}"));
        return Some(match said_to_be_met(known) {
            Some(said) => (State::Contradicted, format!("{said}, and {text}")),
            None => (State::Gap, text),
        });
    }
    if let Some(text) = known.others.failing() {
        return Some(match said_to_be_met(known) {
            Some(said) => (State::Contradicted, format!("{said}, and {text}")),
            None => (State::Gap, text),
        });
    }
    if let Some(major) = known.nonconformities.iter().find(|of| of.grade == Grade::Major) {
        let text = major.standing();
        return Some(match said_to_be_met(known) {
            Some(said) => (State::Contradicted, format!("{said}, and {text}")),
            None => (State::Gap, text),
        });
    }
    if let Some(text) = contradiction(known) {
        return Some((State::Contradicted, text));
    }
    if open > 0 {
        let text = format!("{} not decided by the repository{}", count(open, "check"), named(|tally| tally.open));
        return Some((State::Open, text));
    }
    if let Some(text) = known.others.open() {
        return Some((State::Open, text));
    }
    if let Some(text) = stale(known) {
        return Some((State::Stale, text));
    }
    if waived > 0 {
        let text = format!("nothing fails but {} waived{}", count(waived, "finding"), named(|tally| tally.waived));
        return Some((State::Waived, text));
    }
    let silenced = || format!("{} silenced{}", count(suppressed, "finding"), named(|tally| tally.suppressed));
    if suppressed > 0 {
        return Some((State::Waived, format!("nothing fails but {}", silenced())));
    }
    known.others.silenced().map(|text| (State::Waived, format!("nothing fails but {text}")))
}

/// Most rules that a reason names.
const MOST_NAMED: usize = 2;

/// The direct rules that have something of this, the worst first: ": `one`, `other` and 3 more rules".
fn named(rules: &[Judged], of: fn(&Tally) -> usize) -> String {
    let counts = |judged: &&Judged| {
        judged.strength == Strength::Direct && judged.severity != Severity::Info && of(&judged.tally) > 0
    };
    let mut having: Vec<&Judged> = rules.iter().filter(counts).collect();
    having.sort_by_key(|judged| (Reverse(judged.severity), Reverse(of(&judged.tally)), Arc::clone(&judged.rule)));
    let names: Vec<String> = having.iter().take(MOST_NAMED).map(|judged| format!("`{}`", judged.rule)).collect();
    match having.len().saturating_sub(MOST_NAMED) {
        _ if names.is_empty() => String::new(),
        0 => format!(": {}", names.join(", ")),
        more => format!(": {} and {}", names.join(", "), count(more, "more rule")),
    }
}

/// Who says that a control is met, or none of ours; none where nobody does.
fn said_to_be_met(known: Known<'_>) -> Option<String> {
    if known.claim.is_some_and(|claim| !claim.applicable) {
        return Some("excluded".to_owned());
    }
    if known.claim.is_some_and(|claim| claim.implementation == Some(Implementation::Implemented)) {
        return Some("said to be implemented".to_owned());
    }
    let current = known.attestations.iter().filter(|attestation| !attestation.expired);
    let last = current.max_by_key(|attestation| attestation.expires)?;
    Some(format!("attested by `{}`", last.id))
}

/// What the Statement of Applicability says and is not so.
fn contradiction(known: Known<'_>) -> Option<String> {
    let claim = known.claim.filter(|_| known.whole)?;
    if !claim.applicable {
        if claim.exclusion.is_none() {
            return Some("excluded, and nothing says why".to_owned());
        }
        let subjects = known.tally.basis.things;
        let own = (subjects > 0).then(|| format!("excluded, although {} it is about", things(subjects)));
        return own.or_else(|| known.others.passing().map(|text| format!("excluded, although {text}")));
    }
    let claimed = claim.implementation == Some(Implementation::Implemented);
    let nothing = best(Known { claim: None, ..known }).0 == State::NotAssessed;
    let what = match (inherited(known, Assurance::Unnamed), known.kept_elsewhere) {
        (Some(supplier), _) => format!("no assurance is named of `{supplier}`, from which it is inherited"),
        (None, _) if known.drafts => "what is written of it is a draft".to_owned(),
        (None, Some(name)) => {
            format!("what is named of it is kept elsewhere (`{name}`), and nobody attests it")
        }
        (None, None) => "nothing shows it".to_owned(),
    };
    (claimed && nothing && stale(known).is_none()).then(|| format!("said to be implemented, and {what}"))
}

/// What it rests on and no longer holds.
fn stale(known: Known<'_>) -> Option<String> {
    if let Some(shown) = known.evidence.iter().find(|shown| !shown.there) {
        return Some(format!("the evidence `{}` is not there", shown.name()));
    }
    if let Some(shown) = known.evidence.iter().find(|shown| shown.empty) {
        return Some(format!("the evidence `{}` is empty", shown.name()));
    }
    if let Some(shown) = known.evidence.iter().find(|shown| shown.changed) {
        return Some(format!("the evidence `{}` has changed since it was looked at", shown.name()));
    }
    if let Some(attestation) = known.attestations.iter().find(|attestation| !attestation.expired && attestation.changed)
    {
        return Some(format!("evidence changed since the attestation `{}`", attestation.id));
    }
    if let Some(text) = known.others.stale() {
        return Some(text);
    }
    if let Some(supplier) = inherited(known, Assurance::Over) {
        return Some(format!("the assurance of `{supplier}`, from which it is inherited, is no longer current"));
    }
    let (expired, current): (Vec<_>, Vec<_>) = known.attestations.iter().partition(|attestation| attestation.expired);
    let last = expired.iter().max_by_key(|attestation| attestation.expires).filter(|_| current.is_empty())?;
    Some(format!("attestation expired on {} (`{}`)", last.expires, last.id))
}

/// The best that speaks for it, up to its ceiling.
fn best(known: Known<'_>) -> (State, String) {
    if known.claim.is_some_and(|claim| !claim.applicable) {
        return (State::NotApplicable, "excluded with a justification".to_owned());
    }
    let own = shown(known);
    let found = match (own, known.others.shown(known.ceiling)) {
        // What other tools found goes along with what is shown here, and stands alone where that is more.
        (Some((state, text)), Some((theirs, more))) => Some((state.max(theirs), format!("{text}; and {more}"))),
        (own, theirs) => own.or(theirs),
    };
    found.or_else(|| stated(known)).unwrap_or_else(|| (State::NotAssessed, unassessed(known)))
}

/// What checks and documents show.
fn shown(known: Known<'_>) -> Option<(State, String)> {
    let Tally { passed, passed_technically, noted, basis, .. } = known.tally;
    let checks = count(passed, "check");
    let none = if noted == 0 { "none failed".to_owned() } else { format!("{} to note", count(noted, "finding")) };
    if passed > 0 && known.ceiling >= Rating::Partial && passed_technically > 0 {
        let said = known.claim.and_then(|claim| claim.implementation);
        let grounds = format!("{checks} passed, {none}; {}, {}", basis.topics_words(), basis.subjects_words());
        let whole = basis.topics_known > 0 && basis.topics == basis.topics_known;
        let but = match (known.ceiling, said) {
            (Rating::Strong, Some(Implementation::Partial)) => {
                ", and the Statement says it is partly implemented".into()
            }
            (Rating::Strong, Some(Implementation::Planned)) => ", and the Statement says it is only planned".into(),
            (Rating::Strong, _) if whole && basis.kinds < 2 => {
                ", of a single kind, which shows only a part of it".into()
            }
            (Rating::Strong, _) if whole => return Some((State::Evidenced, grounds)),
            _ if whole => ", and a repository shows only a part of it".into(),
            _ => missing(known.topics),
        };
        return Some((State::PartiallyEvidenced, format!("{grounds}{but}")));
    }
    if known.ceiling == Rating::AttestationOnly {
        return None;
    }
    if passed > 0 {
        let checks = count(passed, "document check");
        let text = format!("{checks} passed, {none}; {}{}", basis.topics_words(), missing(known.topics));
        return Some((State::Documented, text));
    }
    let named = known.evidence.len();
    (named > 0)
        .then(|| (State::Documented, format!("the Statement names {} that {} it", count(named, "file"), show(named))))
}

/// The topics that nothing was judged of: ", nothing of `keys`".
fn missing(topics: &[TopicStanding]) -> String {
    let missing = topics.iter().filter(|topic| !topic.is_judged());
    let names: Vec<String> = missing.map(|topic| format!("`{}`", topic.topic.id)).collect();
    if names.is_empty() { String::new() } else { format!(", nothing of {}", names.join(", ")) }
}

/// What people state.
fn stated(known: Known<'_>) -> Option<(State, String)> {
    let current = known.attestations.iter().filter(|attestation| !attestation.expired);
    if let Some(last) = current.max_by_key(|attestation| attestation.expires) {
        return Some((State::Attested, format!("attested by `{}` until {}", last.id, last.expires)));
    }
    let supplier = inherited(known, Assurance::Current)?;
    Some((State::Attested, format!("inherited from the supplier `{supplier}`")))
}

/// The supplier that covers the control, where its assurance is that.
fn inherited(known: Known<'_>, assurance: Assurance) -> Option<&str> {
    known.inherited.filter(|of| of.covers && of.assurance == assurance).map(|of| of.supplier)
}

fn unassessed(known: Known<'_>) -> String {
    let Tally { rules, passed, vacuous, .. } = known.tally;
    if let Some(supplier) = inherited(known, Assurance::Unnamed) {
        return format!("no assurance is named of `{supplier}`, from which it is inherited");
    }
    if known.ceiling == Rating::AttestationOnly {
        return "a repository cannot show it: a person has to attest it".to_owned();
    }
    if known.drafts {
        return "what is written of it is a draft: a policy counts once it is in force, with an owner and an approval"
            .to_owned();
    }
    match rules {
        0 => "no rule bears on it directly".to_owned(),
        _ if passed > 0 => "what passed shows nothing of it".to_owned(),
        1 if vacuous > 0 => "1 rule bears on it, and nothing here could fail it".to_owned(),
        _ if vacuous > 0 => format!("{rules} rules bear on it, and nothing here could fail them"),
        1 => "1 rule bears on it, and nothing here to judge".to_owned(),
        _ => format!("{rules} rules bear on it, and nothing here to judge"),
    }
}

fn things(number: usize) -> String {
    if number == 1 { "there is 1 thing".to_owned() } else { format!("there are {number} things") }
}

fn stand(number: usize) -> &'static str {
    if number == 1 { "stands" } else { "stand" }
}

fn show(number: usize) -> &'static str {
    if number == 1 { "shows" } else { "show" }
}
