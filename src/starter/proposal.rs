//! What is proposed for each control before anybody has decided it: what was found, and what is guessed of that.

use std::collections::BTreeMap;

use super::found::{Found, FoundPolicy};
use super::library::{CloudProvider, Profile, library};
use crate::control::{ControlId, catalogue};
use crate::governance::soa::Implementation;
use crate::posture::State;

/// What proposals are made of.
#[derive(Clone, Copy)]
pub struct Basis<'a> {
    /// What the repository tells of itself.
    pub found: &'a Found,
    /// What checks found of each control, with the reason.
    pub standings: &'a BTreeMap<ControlId, (State, String)>,
    /// The sort of organisation, where it is known.
    pub profile: Option<&'a Profile>,
    /// Providers that somebody has assessed, by the ids of their records.
    pub assessed: &'a [String],
    /// Chosen risks, by the controls that answer them.
    pub risks: &'a BTreeMap<ControlId, Vec<String>>,
    /// The role that owns what nobody else does.
    pub lead: &'a str,
    /// The role that owns the controls of each theme, in the order of the clauses; the lead where nobody was named.
    pub owners: Option<&'a [String; 4]>,
}

/// What is proposed for a control. Nothing of it counts until a person has said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The control.
    pub id: ControlId,
    /// Why it would not apply; none where it would.
    pub exclusion: Option<String>,
    /// Why it would apply: `risk:ID` or `practice:WORD`.
    pub reasons: Vec<String>,
    /// How far it seems to be.
    pub implementation: Implementation,
    /// The role that would own it.
    pub owner: String,
    /// Files that seem to show it.
    pub evidence: Vec<String>,
    /// The supplier that does it.
    pub inherited_from: Option<String>,
    /// What was found, in sentences without a full stop.
    pub found: Vec<String>,
    /// What is only guessed, likewise.
    pub guessed: Vec<String>,
}

/// A proposal for each control, in order.
pub fn proposals(basis: Basis<'_>) -> Vec<Proposal> {
    catalogue().iter().map(|control| proposal(basis, control.id)).collect()
}

fn proposal(basis: Basis<'_>, id: ControlId) -> Proposal {
    let mut proposal = Proposal {
        id,
        exclusion: None,
        reasons: vec!["practice:baseline".to_owned()],
        implementation: Implementation::Planned,
        owner: owner(basis, id),
        evidence: Vec::new(),
        inherited_from: None,
        found: Vec::new(),
        guessed: Vec::new(),
    };
    if let Some(risks) = basis.risks.get(&id) {
        proposal.reasons = risks.iter().map(|risk| format!("risk:{risk}")).collect();
    }
    proposal.standing(basis);
    proposal.policies(&basis.found.policies);
    proposal.premises(basis);
    proposal.question(basis.found);
    proposal
}

/// The role that owns the controls of the theme.
fn owner(basis: Basis<'_>, id: ControlId) -> String {
    let place = usize::from(id.clause().saturating_sub(5));
    let named = basis.owners.and_then(|owners| owners.get(place)).cloned();
    // One team that owns code answers for what is technical.
    let team = || match &*basis.found.roles() {
        [(role, _)] if id.clause() == 8 => Some(role.clone()),
        _ => None,
    };
    named.or_else(team).unwrap_or_else(|| basis.lead.to_owned())
}

impl Proposal {
    fn standing(&mut self, basis: Basis<'_>) {
        let Some((state, reason)) = basis.standings.get(&self.id) else { return };
        if *state == State::NotAssessed {
            return;
        }
        self.found.push(format!("checks say {}: {reason}", state.words()));
        self.implementation = match state {
            State::Evidenced => Implementation::Implemented,
            State::PartiallyEvidenced | State::Documented => Implementation::Partial,
            _ => Implementation::Planned,
        };
    }

    fn policies(&mut self, policies: &[FoundPolicy]) {
        for policy in policies {
            if policy.declared.contains(&self.id) {
                self.found.push(format!("`{}` names it in its front matter", policy.path));
            } else if policy.words_of().any(|topic| topic.controls.contains(&self.id)) {
                self.guessed.push(format!("`{}` is about it by its words", policy.path));
            } else {
                continue;
            }
            self.evidence.push(policy.path.clone());
            self.implementation = self.implementation.max(Implementation::Partial);
            if let Some(owner) = policy.owner.as_ref().filter(|owner| super::found::is_id(owner)) {
                self.owner.clone_from(owner);
            }
        }
    }

    /// What the profile leaves out, or a provider does.
    fn premises(&mut self, basis: Basis<'_>) {
        let does = |provider: &&CloudProvider| provider.inherited.contains(&self.id);
        let used: Vec<&CloudProvider> = providers(basis.found).filter(does).collect();
        let Some(profile) = basis.profile.filter(|profile| profile.excluded.contains(&self.id)) else {
            self.guessed.extend(
                used.iter()
                    .map(|provider| format!("in its data centres {} does it ({})", provider.title, provider.source)),
            );
            return;
        };
        if let Some(provider) = used.iter().find(|provider| basis.assessed.contains(&provider.id)) {
            self.implementation = Implementation::Implemented;
            self.inherited_from = Some(provider.id.clone());
            self.guessed.push(format!("{} does it in its data centres ({})", provider.title, provider.source));
        } else {
            self.exclusion = Some(profile.because.clone());
            self.guessed.push(format!("the profile `{}` has no premises that it is about", profile.id));
        }
    }

    /// What to ask about a control that organisations often exclude.
    fn question(&mut self, found: &Found) {
        let question = match self.id.to_string().as_str() {
            "8.30" => "it does not apply where nothing is developed outside of the organisation",
            "5.23" if providers(found).next().is_none() => "no cloud provider was found in the code",
            _ => return,
        };
        self.guessed.push(question.to_owned());
    }
}

/// The providers that code uses.
pub fn providers(found: &Found) -> impl Iterator<Item = &'static CloudProvider> {
    library().providers.iter().filter(|provider| provider.names.iter().any(|name| found.services.contains_key(name)))
}
