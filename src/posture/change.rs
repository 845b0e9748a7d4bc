//! How the states of controls differ between two runs.

use super::standing::{Standing, State};
use crate::control::ControlId;

/// A control whose state is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The control.
    pub id: ControlId,
    /// Its state before.
    pub from: State,
    /// Its state now.
    pub to: State,
    /// Why it is so now.
    pub reason: String,
}

impl Change {
    /// Whether the state is a worse one than before.
    pub fn is_worse(&self) -> bool {
        self.to < self.from
    }
}

/// The controls whose state is another one than before: those that became worse first, then in the order of `now`. A
/// control that was not among those before has not changed.
pub fn changes(before: &[Standing], now: &[Standing]) -> Vec<Change> {
    let states = now.iter().filter_map(|standing| {
        let was = before.iter().find(|other| other.id == standing.id)?;
        let (from, to) = (was.state, standing.state);
        (from != to).then(|| Change { id: standing.id, from, to, reason: standing.reason.clone() })
    });
    let mut changes: Vec<Change> = states.collect();
    changes.sort_by_key(|change| !change.is_worse());
    changes
}

#[cfg(test)]
mod tests {
    use super::super::{Inputs, Ledger};
    use super::*;
    use crate::governance::Governance;
    use crate::source::Workspace;

    fn standings() -> Vec<Standing> {
        let ledger = Ledger::of(Inputs {
            rules: &[],
            findings: &[],
            governance: &Governance::default(),
            waivers: &[],
            nonconformities: &[],
            elsewhere: &crate::elsewhere::Elsewhere::default(),
            drafts: &crate::posture::drafts::Drafts::default(),
            workspace: &Workspace::in_memory([]),
            today: jiff::civil::date(2026, 1, 15),
            whole: true,
        });
        ledger.controls
    }

    fn set(standings: &mut [Standing], id: &str, state: State) {
        let id: ControlId = id.parse().unwrap();
        standings.iter_mut().find(|standing| standing.id == id).unwrap().state = state;
    }

    #[test]
    fn only_what_changed_is_told_and_the_worse_first() {
        let (mut before, mut now) = (standings(), standings());
        assert_eq!(changes(&before, &now), []);
        set(&mut now, "5.1", State::Documented);
        set(&mut before, "8.24", State::Evidenced);
        set(&mut now, "8.24", State::Contradicted);
        for side in [&mut before, &mut now] {
            set(side, "8.9", State::Open);
        }
        let found: Vec<String> = changes(&before, &now)
            .iter()
            .map(|change| format!("{} {} {} {}", change.id, change.from.name(), change.to.name(), change.is_worse()))
            .collect();
        assert_eq!(found, ["8.24 evidenced contradicted true", "5.1 not-assessed documented false"]);
        before.retain(|standing| standing.id.to_string() != "5.1");
        assert_eq!(changes(&before, &now).len(), 1);
    }
}
