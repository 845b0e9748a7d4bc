//! What is said of the controls against what was found, and how far the stages of an audit are, in the same words for
//! every format.

use crate::governance::soa::Implementation;
use crate::posture::{Claim, Ledger, StagePoint, Standing, State};

/// What can be found of a control, from worst to best.
pub const FOUND: [&str; 5] = ["fails", "open or stale", "nothing found", "stated", "shown"];

/// What can be said of a control.
pub const SAID: [&str; 5] =
    ["implemented", "partly implemented", "planned or no more said", "excluded", "nothing said"];

/// A row of claims: what is said, and of how many such controls was found what, in the order of [`FOUND`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AxesRow {
    /// What is said.
    pub said: &'static str,
    /// How many, by what was found.
    pub found: [usize; FOUND.len()],
}

/// The rows of which there are controls.
pub fn rows(ledger: &Ledger) -> Vec<AxesRow> {
    let mut rows = SAID.map(|said| AxesRow { said, found: [0; FOUND.len()] });
    for standing in &ledger.controls {
        let cell = rows.get_mut(said_of(standing)).and_then(|row| row.found.get_mut(found_of(standing.state)));
        if let Some(count) = cell {
            *count += 1;
        }
    }
    rows.into_iter().filter(|row| row.found.iter().sum::<usize>() > 0).collect()
}

fn said_of(standing: &Standing) -> usize {
    match standing.claim.as_ref() {
        None => 4,
        Some(Claim { applicable: false, .. }) => 3,
        Some(Claim { implementation: Some(Implementation::Implemented), .. }) => 0,
        Some(Claim { implementation: Some(Implementation::Partial), .. }) => 1,
        Some(Claim { implementation: Some(Implementation::Planned) | None, .. }) => 2,
    }
}

fn found_of(state: State) -> usize {
    match state {
        State::Contradicted | State::Gap => 0,
        State::Open | State::Stale | State::Waived => 1,
        State::NotAssessed | State::NotApplicable => 2,
        State::Attested | State::Documented => 3,
        State::PartiallyEvidenced | State::Evidenced => 4,
    }
}

/// What the Statement says of a control, in a word or two; none where it says nothing.
pub fn said(standing: &Standing) -> Option<&'static str> {
    let claim = standing.claim.as_ref()?;
    if !claim.applicable {
        return Some("excluded");
    }
    Some(match claim.implementation {
        Some(Implementation::Implemented) => "implemented",
        Some(Implementation::Partial) => "partly implemented",
        Some(Implementation::Planned) => "planned",
        None => "applies",
    })
}

/// "28 of 30"
pub fn figure(point: &StagePoint) -> String {
    format!("{} of {}", point.there, point.wanted)
}

/// Most of what is missing that is named.
const MOST_MISSING: usize = 12;

/// "5.1, 5.2 and 3 more"; nothing where nothing is missing.
pub fn missing(point: &StagePoint) -> String {
    let named: Vec<&str> = point.missing.iter().take(MOST_MISSING).map(String::as_str).collect();
    match point.missing.len().saturating_sub(MOST_MISSING) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
