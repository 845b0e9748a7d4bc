//! The states of the controls over past revisions.

use std::sync::Arc;

use jiff::civil::Date;

use super::standing::{Standing, State};
use crate::control::ControlId;

/// The states of the controls at some revisions, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The revisions.
    pub points: Vec<Point>,
}

/// The states of the controls at one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The day of the commit, with which dates were compared.
    pub date: Date,
    /// The commit's full id, in hex digits.
    pub commit: Arc<str>,
    /// The state of each control, in the order of the catalogue.
    pub states: Vec<(ControlId, State)>,
    /// Failing findings that count, by severity: critical, high, medium, low, info.
    pub failed: [usize; 5],
    /// Undecided ones that count.
    pub open: usize,
    /// What could not be read: problems of level error.
    pub problems: usize,
}

impl Point {
    /// The states of these standings.
    pub fn states_of(standings: &[Standing]) -> Vec<(ControlId, State)> {
        standings.iter().map(|standing| (standing.id, standing.state)).collect()
    }

    /// How many controls are in a state.
    pub fn count(&self, state: State) -> usize {
        self.states.iter().filter(|(_, found)| *found == state).count()
    }

    /// The state of a control.
    pub fn state(&self, id: ControlId) -> Option<State> {
        self.states.iter().find(|(found, _)| *found == id).map(|(_, state)| *state)
    }
}

impl History {
    /// The states of one control, the oldest first.
    pub fn of(&self, id: ControlId) -> impl Iterator<Item = State> {
        self.points.iter().filter_map(move |point| point.state(id))
    }

    /// The controls, in the order of the catalogue.
    pub fn controls(&self) -> impl Iterator<Item = ControlId> {
        self.points.last().into_iter().flat_map(|point| point.states.iter().map(|(id, _)| *id))
    }
}
