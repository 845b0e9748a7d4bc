//! Policy as code for ISO/IEC 27002:2022.
//!
//! ```text
//! discover → syntax → dialect → evaluate → triage → posture → report
//!  paths     Node     Resource   Judgement  Finding   per control   bytes
//! ```
//!
//! A module imports only from modules to its left, plus the ground floor (`truth`, `hex`, `source`, `document`, `control`);
//! `rule` stands between `dialect` and `evaluate`; `scan` drives the whole. `tests/architecture.rs` holds this.

#[cfg_attr(rules_embedded, expect(dead_code, reason = "what is embedded was made when the program was built"))]
mod catalogue;
pub mod cli;
pub mod control;
pub mod dialect;
pub mod discover;
pub mod document;
pub mod elsewhere;
pub mod evaluate;
pub mod fact;
pub mod fix;
pub mod governance;
pub mod hex;
pub mod kernel;
pub mod lower;
pub mod pem;
pub mod posture;
pub mod proof;
pub mod report;
pub mod rule;
pub mod scan;
pub mod schema;
pub mod secrecy;
pub mod settings;
pub mod source;
pub mod starter;
pub mod syntax;
pub mod triage;
pub mod truth;
