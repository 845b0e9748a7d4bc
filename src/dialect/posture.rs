//! What the ledger says of controls, waivers and rules, as resources: claims that do not hold are judged by rules like
//! anything else.
//!
//! No file is of this dialect. Its resources come from `posture::facts` once everything else has been judged.

use super::{Dialect, Extraction, Group, Kinds, Typing};

/// The dialect of the ledger.
pub const POSTURE: Dialect = Dialect {
    name: "posture",
    doc: "The ledger of controls, once everything else is judged: `posture/control` (what is claimed of a control and \
          what was found), `posture/waiver` (a waiver and what it does), `posture/rule` (a rule that fails, and whether \
          an action is planned)",
    syntax: |_| None,
    candidate: |_, _| false,
    recognise: |_| false,
    group: Group::Repository,
    with: &[],
    ties: None,
    extract: |_| Extraction::default(),
    typing: Typing::Strict,
    items: &[],
    kinds: Kinds::Closed(&["control", "waiver", "rule"]),
    offers: crate::dialect::offers::posture::OFFERS,
};
