//! Where each of the 93 controls stands: what checks found, what people state, and what the Statement of Applicability
//! says, put together.
//!
//! [`Ledger::of`] is the one way in. The worst of what speaks against a control wins; else the best of what speaks for
//! it, up to the ceiling of its rating. Nothing assessed is never met.

pub mod agenda;
mod cause;
pub mod change;
pub mod clause;
pub mod drafts;
mod exposure;
pub mod facts;
pub mod framework;
pub mod history;
mod ledger;
pub mod nonconformity;
pub mod org;
mod others;
mod plan;
pub mod readiness;
pub mod review;
pub mod roadmap;
mod roles;
pub mod sample;
mod standing;
mod state;
pub mod tally;
#[cfg(test)]
mod tests;

pub use cause::tells_of_findings;
pub use exposure::Exposure;
pub use ledger::{Action, Custom, Head, Inputs, Ledger, Risk, Titled};
pub use nonconformity::{Grade, Nonconformity};
pub use plan::{FORMULA, Item};
pub use readiness::{AuditStage, StagePoint};
pub use roles::{Part, Role};
pub use standing::{Attestation, Claim, Judged, Shown, ShownBy, Standing, State, TopicStanding};
pub use tally::{Basis, Tally};
