//! What every rendering of the ledger counts and says in the same words.

use std::collections::BTreeMap;

use crate::control::clause::Clause;
use crate::control::{self, ControlId};
use crate::document::{Level, Problem};
use crate::governance::STATEMENT;
use crate::governance::schema::SCHEMAS;
use crate::posture::{Item, Ledger, Nonconformity, Part, Role, Standing, State};
use crate::report::Report;
use crate::report::words::Language;
use crate::triage::Finding;

/// The themes of the controls, in the order of their clauses, with the clause.
pub const THEMES: [(u8, &str); 4] = [(5, "organizational"), (6, "people"), (7, "physical"), (8, "technological")];

/// How many controls are in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The state.
    pub state: State,
    /// How many, by theme, in the order of [`THEMES`].
    pub by_theme: [usize; 4],
}

impl Count {
    /// How many in all.
    pub fn total(&self) -> usize {
        self.by_theme.iter().sum()
    }
}

/// How many controls are in each state, from worst to best.
pub fn counts(ledger: &Ledger) -> [Count; State::ALL.len()] {
    State::ALL.map(|state| Count {
        state,
        by_theme: THEMES.map(|(clause, _)| {
            ledger.controls.iter().filter(|of| of.state == state && of.id.clause() == clause).count()
        }),
    })
}

/// "93 controls: 3 contradicted, 1 open, …": the states that occur.
pub fn headline(ledger: &Ledger) -> String {
    let occurring = counts(ledger).into_iter().filter(|count| count.total() > 0);
    let parts: Vec<String> = occurring.map(|count| count.state.counted(count.total())).collect();
    format!("{} controls: {}", ledger.controls.len(), parts.join(", "))
}

/// The controls of a theme, in order.
pub fn of_theme(ledger: &Ledger, clause: u8) -> impl Iterator<Item = &Standing> {
    ledger.controls.iter().filter(move |standing| standing.id.clause() == clause)
}

/// The nonconformities: those that are overdue, other open ones, then closed ones; of each the gravest first.
pub fn nonconformities(ledger: &Ledger) -> Vec<&Nonconformity> {
    let mut all: Vec<&Nonconformity> = ledger.nonconformities.iter().collect();
    all.sort_by_key(|of| (!of.overdue, !of.is_open, of.grade));
    all
}

/// "1 major nonconformity is overdue: nc-1 since 2026-01-14 (control 5.18)"; none where none is.
pub fn pressing(ledger: &Ledger) -> Option<String> {
    let pressing: Vec<&Nonconformity> = ledger.nonconformities.iter().filter(|of| of.is_pressing()).collect();
    let named = pressing.iter().map(|of| {
        let since = of.due.map(|due| format!(" since {due}")).unwrap_or_default();
        let of_what = Some(of.requirements()).filter(|text| !text.is_empty()).map(|text| format!(" ({text})"));
        format!("{}{since}{}", of.id, of_what.unwrap_or_default())
    });
    let named: Vec<String> = named.collect();
    match named.len() {
        0 => None,
        1 => Some(format!("1 major nonconformity is overdue: {}", named.concat())),
        many => Some(format!("{many} major nonconformities are overdue: {}", named.join(", "))),
    }
}

/// What a state says, in one sentence.
pub fn meaning(state: State) -> &'static str {
    match state {
        State::Contradicted => "A claim and what was found disagree.",
        State::Gap => "A check fails, and nobody says that the control is met.",
        State::Open => "The repository does not decide a check.",
        State::Stale => "What it rests on has expired or changed.",
        State::Waived => "A check fails, and the failure is accepted for a time.",
        State::NotAssessed => "Nothing looked at it.",
        State::Attested => "A person says so, until a day.",
        State::Documented => "A document says so.",
        State::PartiallyEvidenced => "Checks passed that show a part of it: not every topic was judged on something.",
        State::Evidenced => "Every topic of it was judged on something, and nothing failed.",
        State::NotApplicable => "Excluded, with a justification.",
    }
}

/// The title of a clause; a word that means something else elsewhere is looked for with the number of the clause.
pub fn clause_title(language: Language, clause: &Clause) -> String {
    let number = clause.id.trim_start_matches("clause:");
    let named = format!("{number} {}", clause.title);
    match language.say(&named) {
        said if *said == named => language.say(&clause.title).into_owned(),
        said => said.into_owned(),
    }
}

/// The role that owns a control: as the Statement says, else the owner of an open action for it.
pub fn owner<'l>(ledger: &'l Ledger, standing: &'l Standing) -> Option<&'l str> {
    let claimed = standing.claim.as_ref().and_then(|claim| claim.owner.as_deref());
    let acting = || ledger.actions.iter().find(|action| action.is_open && action.controls.contains(&standing.id));
    claimed.or_else(|| acting().map(|action| &*action.owner))
}

/// The findings that bear on a control directly, failing ones first, then by severity; passes are none.
pub fn findings<'r>(report: &'r Report<'_>, id: ControlId) -> Vec<&'r Finding> {
    let bears = |finding: &&Finding| {
        let direct = |(on, strength): &(ControlId, _)| *on == id && *strength == crate::rule::Strength::Direct;
        finding.outcome != crate::evaluate::Outcome::Pass && finding.rule.controls.iter().any(direct)
    };
    let mut findings: Vec<&Finding> = report.findings.iter().filter(bears).collect();
    findings
        .sort_by_key(|finding| (finding.suppressed.is_some(), finding.outcome, std::cmp::Reverse(finding.severity())));
    findings
}

/// "60 = 20 × 1 × 3"
pub fn priority(item: &Item) -> String {
    let [weight, exposure, gap] = item.factors;
    format!("{} = {weight} × {exposure} × {gap}", item.priority)
}

/// The day of an item, or within how many days it should be done; nothing for advice.
pub fn due(item: &Item) -> String {
    match (item.due, item.days) {
        (Some(due), _) => due.to_string(),
        (None, Some(days)) => format!("within {days} days"),
        (None, None) => String::new(),
    }
}

/// The controls of an item: "8.20, 8.22".
pub fn ids(controls: &[ControlId]) -> String {
    controls.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The roles with a part in a control, each with its controls in the order of [`Part::ALL`]. None where the register says no more
/// than who owns what, which the pages of owners show.
pub fn roles(ledger: &Ledger) -> Vec<(&Role, [Vec<ControlId>; 4])> {
    let roles = ledger.roles.iter().map(|role| (role, Part::ALL.map(|part| ledger.parts(role, part))));
    let roles: Vec<_> = roles.filter(|(_, parts)| parts.iter().any(|ids| !ids.is_empty())).collect();
    let says_more = roles.iter().any(|(_, [_, further @ ..])| further.iter().any(|ids| !ids.is_empty()));
    if says_more { roles } else { Vec::new() }
}

/// The controls that no loaded rule bears on directly.
pub fn without_rule(ledger: &Ledger) -> Vec<ControlId> {
    ledger.controls.iter().filter(|standing| standing.tally.rules == 0).map(|standing| standing.id).collect()
}

/// The governance files that are not there, without `.toml`, in order.
pub fn missing_registers(ledger: &Ledger) -> Vec<&'static str> {
    let every = SCHEMAS.iter().map(|schema| schema.file).chain([STATEMENT]);
    let mut missing: Vec<&'static str> = every.filter(|name| !ledger.registers.contains(name)).collect();
    missing.sort_unstable();
    missing
}

/// The files that something is wrong with, each with how many errors, in order.
pub fn files_with_problems<'r>(report: &'r Report<'_>) -> BTreeMap<&'r str, usize> {
    let mut files = BTreeMap::new();
    for problem in report.problems.iter().filter(|problem| problem.level == Level::Error) {
        *files.entry(name(problem)).or_default() += 1;
    }
    files
}

fn name(problem: &Problem) -> &str {
    if problem.path.is_empty() { "." } else { &problem.path }
}

/// The attributes of a control by name, each with its values, in the standard's order.
pub fn attributes(id: ControlId) -> [(&'static str, &'static [std::sync::Arc<str>]); 5] {
    let Some(control) = control::control(id) else { return ATTRIBUTES.map(|(_, name)| (name, &[][..])) };
    let of = &control.attributes;
    let values = [&of.control_types, &of.properties, &of.concepts, &of.capabilities, &of.domains];
    let mut values = values.into_iter();
    ATTRIBUTES.map(|(_, name)| (name, values.next().map_or(&[][..], Vec::as_slice)))
}

/// The five attributes: a short key and the name.
pub const ATTRIBUTES: [(&str, &str); 5] = [
    ("type", "Control type"),
    ("property", "Information security property"),
    ("concept", "Cybersecurity concept"),
    ("capability", "Operational capability"),
    ("domain", "Security domain"),
];

/// An attribute's value in words: "identity and access management".
pub fn value(name: &str) -> String {
    name.replace('_', " ")
}
