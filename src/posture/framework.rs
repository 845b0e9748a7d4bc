//! Where the requirements of another framework stand, told by the controls that are related to them.
//!
//! A relation is no equality: a requirement is at best as well shown as the weakest of its related controls, and may ask for
//! more than all of them. What is excluded shows nothing of it.

use std::sync::Arc;

use super::ledger::Ledger;
use super::standing::State;
use crate::control::ControlId;
use crate::control::crosswalk::{Framework, Requirement};

/// Where the requirements of a framework stand.
#[derive(Clone, Debug)]
pub struct FrameworkLedger {
    /// The framework.
    pub framework: &'static Framework,
    /// Its requirements, in order.
    pub requirements: Vec<RequirementStanding>,
}

/// Where a requirement of another framework stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementStanding {
    /// Its id there.
    pub id: Arc<str>,
    /// What it is about, in our own words, where these are known.
    pub title: Option<Arc<str>>,
    /// Why no control answers it, where somebody looked.
    pub unanswered: Option<Arc<str>>,
    /// The state of the weakest related control that is not excluded; `not-assessed` where there is none.
    pub state: State,
    /// The related controls with their states, the weakest first.
    pub controls: Vec<(ControlId, State)>,
}

impl FrameworkLedger {
    /// Reads it off a ledger.
    pub fn of(ledger: &Ledger, framework: &'static Framework) -> FrameworkLedger {
        let requirements = framework.requirements().iter().map(|requirement| standing(ledger, requirement)).collect();
        FrameworkLedger { framework, requirements }
    }

    /// How many requirements are in each state that occurs, from worst to best.
    pub fn counts(&self) -> Vec<(State, usize)> {
        let count = |state: State| self.requirements.iter().filter(|of| of.state == state).count();
        State::ALL.into_iter().map(|state| (state, count(state))).filter(|(_, count)| *count > 0).collect()
    }
}

fn standing(ledger: &Ledger, requirement: &Requirement) -> RequirementStanding {
    let state = |id: ControlId| ledger.control(id).map_or(State::NotAssessed, |standing| standing.state);
    let controls = requirement.controls.iter().map(|id| (*id, state(*id))).collect();
    RequirementStanding::of(requirement, controls)
}

impl RequirementStanding {
    fn of(requirement: &Requirement, mut controls: Vec<(ControlId, State)>) -> RequirementStanding {
        controls.sort_by_key(|(id, state)| (*state, *id));
        let weakest = controls.iter().map(|(_, state)| *state).find(|state| *state != State::NotApplicable);
        let Requirement { id, title, unanswered, .. } = requirement.clone();
        RequirementStanding { id, title, unanswered, state: weakest.unwrap_or(State::NotAssessed), controls }
    }

    /// Why, in one sentence without a full stop.
    pub fn reason(&self) -> String {
        let excluded = self.controls.iter().filter(|(_, state)| *state == State::NotApplicable).count();
        let counted = self.controls.len() - excluded;
        match self.controls.first().filter(|_| counted > 0) {
            _ if self.controls.is_empty() => match &self.unanswered {
                Some(because) => format!("no control answers it: {because}"),
                None => "no related control is known".to_owned(),
            },
            None => "all related controls are excluded, which says nothing of it".to_owned(),
            Some((id, state)) if counted == 1 => format!("its related control is {id} ({})", state.words()),
            Some((id, state)) => format!("the weakest of {counted} related controls is {id} ({})", state.words()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(unanswered: Option<&str>) -> Requirement {
        Requirement { id: "X-1".into(), title: None, controls: Vec::new(), unanswered: unanswered.map(Into::into) }
    }

    #[test]
    fn what_no_control_answers_says_why() {
        let found = RequirementStanding::of(&requirement(Some("it binds nobody")), Vec::new());
        assert_eq!((found.state, &*found.reason()), (State::NotAssessed, "no control answers it: it binds nobody"));
    }

    #[test]
    fn the_reason_names_the_weakest_and_what_is_excluded_shows_nothing() {
        for (states, state, reason) in [
            (&[][..], State::NotAssessed, "no related control is known"),
            (
                &[("7.1", State::NotApplicable)],
                State::NotAssessed,
                "all related controls are excluded, which says nothing of it",
            ),
            (&[("8.1", State::Evidenced)], State::Evidenced, "its related control is 8.1 (evidenced)"),
            (
                &[("8.1", State::Evidenced), ("8.2", State::NotAssessed), ("7.1", State::NotApplicable)],
                State::NotAssessed,
                "the weakest of 2 related controls is 8.2 (not assessed)",
            ),
            (&[("8.1", State::Gap), ("8.2", State::Gap)], State::Gap, "the weakest of 2 related controls is 8.1 (gap)"),
        ] {
            let named = states.iter().map(|(id, state)| (id.parse().unwrap(), *state)).collect();
            let found = RequirementStanding::of(&requirement(None), named);
            assert_eq!((found.state, found.reason().as_str()), (state, reason), "{states:?}");
        }
    }
}
