//! Which records take the place of earlier ones of their file.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::control::ControlId;

/// Records of one thing, of which the newest counts.
#[derive(Clone, Copy, Debug)]
pub struct Succession {
    /// The file, without `.toml`.
    pub file: &'static str,
    /// The key that says of what the records are; none where all of a file are of one thing.
    pub thing: Option<&'static str>,
    /// The key with the day that says which is newest.
    pub day: &'static str,
}

const SUCCESSIONS: [Succession; 5] = [
    Succession { file: "access-reviews", thing: Some("system"), day: "reviewed_on" },
    Succession { file: "exercises", thing: Some("kind"), day: "held_on" },
    Succession { file: "acknowledgements", thing: Some("title"), day: "counted_on" },
    Succession { file: "training", thing: Some("title"), day: "period_end" },
    Succession { file: "management-reviews", thing: None, day: "held_on" },
];

impl Succession {
    /// That of a file.
    pub fn of(file: &str) -> Option<Succession> {
        SUCCESSIONS.into_iter().find(|of| of.file == file)
    }
}

/// Whether others that hold longer state each of the controls of an attestation; `others` are days and controls of all.
pub fn is_renewed(ends: Date, own: &[ControlId], others: impl Iterator<Item = (Date, Vec<ControlId>)>) -> bool {
    let stated: BTreeSet<ControlId> =
        others.filter(|(day, _)| *day > ends).flat_map(|(_, controls)| controls).collect();
    !own.is_empty() && own.iter().all(|id| stated.contains(id))
}
