//! The catalogue: the 93 controls of ISO/IEC 27002:2022 as facts, read from one replaceable data file.
//!
//! Ids are strings (`5.10` is not `5.1`). `A.8.2` is accepted for the control `8.2`; `clause:8.2` is a clause of
//! ISO/IEC 27001 and never a control.

pub mod clause;
pub mod crosswalk;
pub mod topic;

use std::sync::{Arc, LazyLock};

/// The data file; replace it to serve another catalogue with the same fields.
pub const CATALOGUE: &str = include_str!("../../data/controls.toml");

/// Clause and number of the last control in each clause of ISO/IEC 27002:2022.
const LAST_IN_CLAUSE: [(u8, u8); 4] = [(5, 37), (6, 8), (7, 14), (8, 34)];

/// A control of ISO/IEC 27002:2022. Invariant: one of the 93; sorts 8.9 before 8.10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ControlId {
    clause: u8,
    number: u8,
}

/// The text is not the id of a control.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no control `{0}` in ISO/IEC 27002:2022")]
pub struct NoSuchControl(pub String);

impl ControlId {
    /// The 93 controls, in order.
    pub fn all() -> impl Iterator<Item = ControlId> {
        LAST_IN_CLAUSE.into_iter().flat_map(|(clause, last)| (1..=last).map(move |number| ControlId { clause, number }))
    }

    /// The clause: 5 organizational, 6 people, 7 physical, 8 technological.
    pub fn clause(self) -> u8 {
        self.clause
    }
}

impl std::fmt::Display for ControlId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.clause, self.number)
    }
}

impl serde::Serialize for ControlId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl std::str::FromStr for ControlId {
    type Err = NoSuchControl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.strip_prefix("A.").unwrap_or(text);
        let no_such = || NoSuchControl(text.to_owned());
        let (clause, number) = bare.split_once('.').ok_or_else(no_such)?;
        let id = ControlId {
            clause: clause.parse().map_err(|_| no_such())?,
            number: number.parse().map_err(|_| no_such())?,
        };
        // Neither `+5` nor `05` is how a number of a control is written.
        let is_plain = |number: &str| number.starts_with(|first: char| first.is_ascii_digit() && first != '0');
        let is_known = is_plain(clause) && is_plain(number) && ControlId::all().any(|known| known == id);
        if is_known { Ok(id) } else { Err(no_such()) }
    }
}

/// What is known of a control.
#[derive(Clone, Debug)]
pub struct Control {
    /// Its id.
    pub id: ControlId,
    /// Its short name.
    pub title: Arc<str>,
    /// `organizational`, `people`, `physical` or `technological`.
    pub theme: Arc<str>,
    /// What it is for, in one line of our own.
    pub purpose: Arc<str>,
    /// The most that a scan of a repository can show of it.
    pub evidence: Rating,
    /// Added in the 2022 edition.
    pub new_in_2022: bool,
    /// The five attributes, in the standard's order.
    pub attributes: Attributes,
    /// Ids of the controls of the 2013 edition it follows.
    pub predecessors: Vec<Arc<str>>,
}

/// The most that a scan of a repository can show of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rating {
    /// Nothing: a person has to say so.
    AttestationOnly,
    /// That a document says so.
    DocumentEvidence,
    /// A part of it.
    Partial,
    /// What matters of it.
    Strong,
}

impl Rating {
    /// Its name in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Rating::AttestationOnly => "attestation-only",
            Rating::DocumentEvidence => "document-evidence",
            Rating::Partial => "partial",
            Rating::Strong => "strong",
        }
    }

    /// The rating of a name in the catalogue.
    fn named(name: &str) -> Option<Rating> {
        Some(match name {
            "attestation-only" => Rating::AttestationOnly,
            "document-evidence" => Rating::DocumentEvidence,
            "partial" => Rating::Partial,
            "strong" => Rating::Strong,
            _ => return None,
        })
    }
}

/// The five attributes that ISO/IEC 27002:2022 tags each control with.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    /// `preventive`, `detective`, `corrective`.
    pub control_types: Vec<Arc<str>>,
    /// `confidentiality`, `integrity`, `availability`.
    pub properties: Vec<Arc<str>>,
    /// `identify`, `protect`, `detect`, `respond`, `recover`.
    pub concepts: Vec<Arc<str>>,
    /// Such as `identity_and_access_management`.
    pub capabilities: Vec<Arc<str>>,
    /// Such as `protection`.
    pub domains: Vec<Arc<str>>,
}

static CONTROLS: LazyLock<Vec<Control>> = LazyLock::new(|| read(CATALOGUE));

/// The controls, in order. Read on first use.
pub fn catalogue() -> &'static [Control] {
    &CONTROLS
}

/// A control's entry in the catalogue.
pub fn control(id: ControlId) -> Option<&'static Control> {
    catalogue().iter().find(|control| control.id == id)
}

/// The controls that a written id stands for: itself, or those that a control of the 2013 edition (`2013:12.4.1`) went
/// into. None for what is no id.
pub fn named(text: &str) -> Vec<ControlId> {
    match text.strip_prefix("2013:") {
        Some(old) => {
            let follows = |control: &&Control| control.predecessors.iter().any(|id| &**id == old);
            catalogue().iter().filter(follows).map(|control| control.id).collect()
        }
        None => text.parse().into_iter().collect(),
    }
}

/// Reads a catalogue. An entry whose id is not a control is left out; a test asserts that ours has all 93.
fn read(text: &str) -> Vec<Control> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let entries = table.get("control").and_then(toml::Value::as_array);
    let mut controls: Vec<Control> = entries.into_iter().flatten().filter_map(read_control).collect();
    controls.sort_by_key(|control| control.id);
    controls
}

fn read_control(entry: &toml::Value) -> Option<Control> {
    let text = |key: &str| -> Option<Arc<str>> { Some(entry.get(key)?.as_str()?.into()) };
    let texts = |key: &str| -> Vec<Arc<str>> {
        let items = entry.get(key).and_then(toml::Value::as_array);
        items.into_iter().flatten().filter_map(toml::Value::as_str).map(Arc::from).collect()
    };
    Some(Control {
        id: text("id")?.parse().ok()?,
        title: text("title")?,
        theme: text("theme")?,
        purpose: text("purpose")?,
        evidence: entry.get("evidence").and_then(toml::Value::as_str).and_then(Rating::named)?,
        new_in_2022: entry.get("new_in_2022").and_then(toml::Value::as_bool).unwrap_or(false),
        attributes: Attributes {
            control_types: texts("control_types"),
            properties: texts("information_security_properties"),
            concepts: texts("cybersecurity_concepts"),
            capabilities: texts("operational_capabilities"),
            domains: texts("security_domains"),
        },
        predecessors: texts("iso27002_2013"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_has_every_control_once_and_complete() {
        let ids: Vec<ControlId> = catalogue().iter().map(|control| control.id).collect();
        assert_eq!(ids, ControlId::all().collect::<Vec<_>>());
        assert_eq!(ids.len(), 93);
        for control in catalogue() {
            assert!(control.purpose.len() > 20, "{}", control.id);
            assert!(!control.attributes.control_types.is_empty(), "{}", control.id);
        }
    }

    #[test]
    fn ids_of_2013_stand_for_what_they_went_into() {
        let shown = |text: &str| named(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(shown("2013:12.4.1"), ["8.15"]);
        assert_eq!(shown("12.4.1"), Vec::<String>::new(), "without the edition nobody knows");
        assert_eq!(shown("2013:99.1.1"), Vec::<String>::new());
        assert_eq!(shown("A.8.2"), ["8.2"]);
    }

    #[test]
    fn ids_are_strings_and_sort_by_number() {
        let id = |text: &str| text.parse::<ControlId>();
        assert!(id("8.9").unwrap() < id("8.10").unwrap());
        assert_eq!(id("A.5.10").unwrap().to_string(), "5.10");
        for wrong in ["5.38", "5.01", "8", "5.1.1", "clause:8.2", "", "A.", "+5.1"] {
            assert!(id(wrong).is_err(), "{wrong}");
        }
    }
}
