//! The ledgers of many repositories, merged: where each control stands over all of them, beside what the repository of the
//! management system says.
//!
//! Ledgers are taken in one by one, and nothing is kept of one but numbers and, of the worst, its name: what is held does not grow
//! with their number, but for eight bytes each that tell a repository which was given twice.

pub mod read;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};

use jiff::civil::Date;

use super::State;
use crate::control::ControlId;
use crate::governance::soa::Implementation;
use read::{ClaimRead, ControlRead, LedgerRead};

/// Most repositories that are listed: the worst.
pub const MOST_REPOSITORIES: usize = 200;
/// Most repositories that are named at one control.
const MOST_NAMED: usize = 5;
/// Most owners that are told apart; those that come later count together.
const MOST_OWNERS: usize = 500;
/// Most pairs of version and rules that are told apart.
const MOST_VERSIONS: usize = 20;
/// Most repositories of which one that comes twice is told.
const MOST_KNOWN: usize = 2_000_000;
/// Most characters of a name that are kept.
const MAX_NAME: usize = 200;

/// How many of something are in each state, in the order of [`State::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateCounts([usize; State::ALL.len()]);

/// The merged ledgers.
#[derive(Clone, Debug)]
pub struct OrgLedger {
    /// The day that dates are compared with.
    pub today: Date,
    /// After how many days a ledger is stale.
    pub stale_after: u32,
    /// What the repository of the management system says; none where none was given.
    pub isms: Option<Isms>,
    /// How many ledgers were merged.
    pub merged: usize,
    /// How many of them are older than that.
    pub stale: usize,
    /// How many of them have files that could not be read.
    pub incomplete: usize,
    /// How many pairs of version and rules there are, with the number of ledgers made with each.
    pub versions: BTreeMap<(String, String), usize>,
    /// Ledgers of further versions.
    pub further_versions: usize,
    /// Controls over all repositories, by owner; of nobody under no name.
    pub owners: BTreeMap<Option<String>, StateCounts>,
    /// Those of further owners.
    pub further_owners: StateCounts,
    controls: BTreeMap<ControlId, ControlCounts>,
    worst: BTreeSet<RepositoryRow>,
    known: rustc_hash::FxHashSet<u64>,
}

/// What the repository of the management system says.
#[derive(Clone, Debug)]
pub struct Isms {
    /// Its name.
    pub name: String,
    /// The day that it speaks of.
    pub today: Date,
    /// Whether that is too long ago.
    pub is_stale: bool,
    controls: BTreeMap<ControlId, ControlRead>,
}

#[derive(Clone, Debug, Default)]
struct ControlCounts {
    counts: StateCounts,
    /// The repositories in which it stands worst, by state and name.
    worst: BTreeSet<(State, String)>,
    /// Other tools of which a failure speaks against it, each with in how many repositories.
    elsewhere: BTreeMap<String, usize>,
}

/// One of the worst repositories. Sorts the worst first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryRow {
    rank: Reverse<[usize; 4]>,
    /// Its name.
    pub name: String,
    /// The day that its ledger speaks of.
    pub today: Date,
    /// The version of annexa that made it.
    pub version: String,
    /// Whether its ledger is too old.
    pub is_stale: bool,
    /// Files of it that could not be read.
    pub errors: usize,
    /// Its controls by state.
    pub counts: StateCounts,
}

/// Where a control stands over all repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgStanding {
    /// The control.
    pub id: ControlId,
    /// The worst that is so in any of them, or that the Statement makes of it.
    pub state: State,
    /// Why, in one sentence without a full stop.
    pub reason: String,
    /// The repositories by the state of the control there.
    pub counts: StateCounts,
    /// Some of the repositories in which it stands worst.
    pub worst_in: Vec<String>,
    /// Its state in the repository of the management system.
    pub isms: Option<State>,
    /// What the Statement there says of it.
    pub claim: Option<ClaimRead>,
    /// The role that owns it there.
    pub owner: Option<String>,
    /// Some of the other tools of which a failure speaks against it, each with in how many repositories.
    pub failing_elsewhere: BTreeMap<String, usize>,
}

impl StateCounts {
    /// Counts one more.
    pub fn add(&mut self, state: State) {
        if let Some(count) = self.0.get_mut(state as usize) {
            *count += 1;
        }
    }

    /// How many are in a state.
    pub fn of(&self, state: State) -> usize {
        self.0.get(state as usize).copied().unwrap_or_default()
    }

    /// How many are in any of some states.
    pub fn of_any(&self, states: &[State]) -> usize {
        states.iter().map(|state| self.of(*state)).sum()
    }

    /// How many there are.
    pub fn all(&self) -> usize {
        self.0.iter().sum()
    }

    /// How many something was found out of.
    pub fn looked_at(&self) -> usize {
        self.all() - self.of_any(&[State::NotAssessed, State::NotApplicable])
    }

    /// How many fail.
    pub fn failing(&self) -> usize {
        self.of_any(&FAILING)
    }

    /// The worst state of something that was looked at.
    pub fn worst(&self) -> Option<State> {
        State::ALL.into_iter().filter(|state| is_found(*state)).find(|state| self.of(*state) > 0)
    }

    /// The states that occur, each with how many, from worst to best.
    pub fn occurring(&self) -> impl Iterator<Item = (State, usize)> {
        State::ALL.into_iter().map(|state| (state, self.of(state))).filter(|(_, count)| *count > 0)
    }
}

const FAILING: [State; 2] = [State::Contradicted, State::Gap];

/// What only files that are there can show: an exclusion beside it is contradicted.
const OF_FILES: [State; 5] =
    [State::Contradicted, State::Gap, State::Open, State::PartiallyEvidenced, State::Evidenced];

fn is_found(state: State) -> bool {
    !matches!(state, State::NotAssessed | State::NotApplicable)
}

/// What an old ledger says of a control: what spoke for it is stale.
fn aged(state: State, is_stale: bool) -> State {
    if is_stale && is_found(state) { state.min(State::Stale) } else { state }
}

impl OrgLedger {
    /// Nothing merged yet.
    pub fn new(today: Date, stale_after: u32) -> OrgLedger {
        OrgLedger {
            today,
            stale_after,
            isms: None,
            merged: 0,
            stale: 0,
            incomplete: 0,
            versions: BTreeMap::new(),
            further_versions: 0,
            owners: BTreeMap::new(),
            further_owners: StateCounts::default(),
            controls: ControlId::all().map(|id| (id, ControlCounts::default())).collect(),
            worst: BTreeSet::new(),
            known: rustc_hash::FxHashSet::default(),
        }
    }

    /// Takes the ledger of the repository of the management system, before any other.
    pub fn set_isms(&mut self, name: &str, ledger: LedgerRead) -> Result<(), String> {
        if !ledger.has_statement {
            return Err("has no Statement of Applicability".to_owned());
        }
        let is_stale = self.is_stale(ledger.today)?;
        self.count_version(&ledger);
        let controls = ledger.controls.into_iter();
        let controls = controls.map(|of| (of.id, ControlRead { state: aged(of.state, is_stale), ..of })).collect();
        self.isms = Some(Isms { name: kept(name), today: ledger.today, is_stale, controls });
        Ok(())
    }

    /// Takes the ledger of one more repository.
    pub fn add(&mut self, name: &str, ledger: LedgerRead) -> Result<(), String> {
        let is_stale = self.is_stale(ledger.today)?;
        self.refuse_second(name)?;
        self.count_version(&ledger);
        self.merged += 1;
        self.stale += usize::from(is_stale);
        self.incomplete += usize::from(ledger.errors > 0);
        let name = kept(name);
        let mut counts = StateCounts::default();
        for of in ledger.controls {
            let state = aged(of.state, is_stale);
            counts.add(state);
            self.count_owner(of.id, of.owner, state);
            if let Some(control) = self.controls.get_mut(&of.id) {
                control.counts.add(state);
                for tool in of.failing_elsewhere.iter().map(|tool| kept(tool)) {
                    if control.elsewhere.len() < MOST_NAMED || control.elsewhere.contains_key(&tool) {
                        *control.elsewhere.entry(tool).or_default() += 1;
                    }
                }
                if is_found(state) {
                    control.worst.insert((state, name.clone()));
                    keep(&mut control.worst, MOST_NAMED);
                }
            }
        }
        let rank = [State::Contradicted, State::Gap, State::Open, State::Stale].map(|state| counts.of(state));
        let [contradicted, gaps, open, stale] = rank;
        self.worst.insert(RepositoryRow {
            rank: Reverse([contradicted + gaps, contradicted, open, stale]),
            name,
            today: ledger.today,
            version: kept(&ledger.version),
            is_stale,
            errors: ledger.errors,
            counts,
        });
        keep(&mut self.worst, MOST_REPOSITORIES);
        Ok(())
    }

    fn is_stale(&self, day: Date) -> Result<bool, String> {
        if day > self.today {
            return Err(format!("speaks of {day}, which is still to come"));
        }
        let age = self.today.since(day).map_or(i32::MAX, |span| span.get_days());
        Ok(i64::from(age) > i64::from(self.stale_after))
    }

    fn refuse_second(&mut self, name: &str) -> Result<(), String> {
        let mut hasher = rustc_hash::FxHasher::default();
        name.hash(&mut hasher);
        if self.known.len() < MOST_KNOWN && !self.known.insert(hasher.finish()) {
            return Err(format!("is a second ledger of `{name}`; the first counts"));
        }
        Ok(())
    }

    fn count_version(&mut self, ledger: &LedgerRead) {
        let key = (kept(&ledger.version), kept(&ledger.rules_hash));
        if self.versions.len() < MOST_VERSIONS || self.versions.contains_key(&key) {
            *self.versions.entry(key).or_default() += 1;
        } else {
            self.further_versions += 1;
        }
    }

    /// The owner is that of the ledger, else that of the Statement.
    fn count_owner(&mut self, id: ControlId, owner: Option<String>, state: State) {
        let of_statement = || self.isms.as_ref()?.controls.get(&id)?.owner.clone();
        let owner = owner.or_else(of_statement).as_deref().map(kept);
        if self.owners.len() < MOST_OWNERS || self.owners.contains_key(&owner) {
            self.owners.entry(owner).or_default().add(state);
        } else {
            self.further_owners.add(state);
        }
    }

    /// The worst repositories, the worst first.
    pub fn repositories(&self) -> impl ExactSizeIterator<Item = &RepositoryRow> {
        self.worst.iter()
    }

    /// The 93 controls, in order.
    pub fn standings(&self) -> Vec<OrgStanding> {
        self.controls.iter().map(|(id, of)| self.standing(*id, of)).collect()
    }

    fn standing(&self, id: ControlId, of: &ControlCounts) -> OrgStanding {
        let isms = self.isms.as_ref().and_then(|isms| isms.controls.get(&id));
        let claim = isms.and_then(|of| of.claim);
        let (state, reason) = decide(of.counts, claim, isms.map(|of| of.state));
        let reason = reason + &found_by(&of.elsewhere);
        let worst = of.worst.first().map(|(state, _)| *state);
        let worst_in = of.worst.iter().take_while(|(state, _)| Some(*state) == worst);
        OrgStanding {
            id,
            state,
            reason,
            counts: of.counts,
            worst_in: worst_in.map(|(_, name)| name.clone()).collect(),
            isms: isms.map(|of| of.state),
            claim,
            owner: isms.and_then(|of| of.owner.clone()),
            failing_elsewhere: of.elsewhere.clone(),
        }
    }

    /// How many texts and rows are held.
    #[cfg(test)]
    fn held(&self) -> usize {
        let named: usize = self.controls.values().map(|of| of.worst.len()).sum();
        named + self.worst.len() + self.owners.len() + self.versions.len()
    }
}

/// Leaves only the first of a set.
fn keep<T: Ord>(set: &mut BTreeSet<T>, most: usize) {
    while set.len() > most {
        set.pop_last();
    }
}

/// The part of a name that is kept.
fn kept(name: &str) -> String {
    name.chars().take(MAX_NAME).collect()
}

/// "; failures of Prowler in 2 repositories, of Trivy in 1 repository"; nothing where there are none.
fn found_by(tools: &BTreeMap<String, usize>) -> String {
    let named: Vec<String> =
        tools.iter().map(|(tool, count)| format!("of {tool} in {}", repositories(*count))).collect();
    if named.is_empty() { String::new() } else { format!("; failures {}", named.join(", ")) }
}

/// The state over all repositories, and why.
fn decide(counts: StateCounts, claim: Option<ClaimRead>, isms: Option<State>) -> (State, String) {
    let of_all = |count: usize| format!("{count} of {}", repositories(counts.all()));
    let failing = counts.failing();
    if claim.is_some_and(|claim| !claim.applicable) {
        let there = counts.of_any(&OF_FILES);
        if there > 0 {
            let text = format!("excluded by the Statement, although {} have things that it is about", of_all(there));
            return (State::Contradicted, text);
        }
        return (State::NotApplicable, "excluded by the Statement, with a justification".to_owned());
    }
    let implemented = claim.is_some_and(|claim| claim.implementation == Some(Implementation::Implemented));
    if failing > 0 && implemented {
        let text = format!("said to be implemented, and a check fails in {}", of_all(failing));
        return (State::Contradicted, text);
    }
    let own = isms.filter(|state| is_found(*state));
    match (counts.worst(), own) {
        (None, None) => (State::NotAssessed, "nothing looked at it anywhere".to_owned()),
        (worst, Some(own)) if worst.is_none_or(|worst| own <= worst) => {
            (own, format!("{} in the repository of the management system", own.words()))
        }
        (Some(worst), _) => {
            let rest = counts.all() - counts.looked_at();
            let unseen = if rest > 0 { format!(", and nothing is known of {rest}") } else { String::new() };
            (worst, format!("{} in {}{unseen}", worst.words(), of_all(counts.of(worst))))
        }
        (None, Some(own)) => (own, own.words()),
    }
}

fn repositories(count: usize) -> String {
    if count == 1 { "1 repository".to_owned() } else { format!("{count} repositories") }
}

#[cfg(test)]
mod tests;
