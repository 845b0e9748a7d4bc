//! The gap analysis: where each control stands, what is to be done, and what was and was not looked at.
//!
//! To add a format: one file beside this one, one line in [`GAP_FORMATS`]. A renderer is a pure function of the report;
//! a report without a ledger has nothing to say.

pub mod axes;
mod csv;
pub mod framework;
mod html;
mod json;
mod markdown;
pub mod others;
pub mod overview;
mod pretty;

pub use html::what_and_how;
pub use json::record;
pub use markdown::{Page, what};

use super::Format;
use super::oscal::OSCAL;

/// The ledger for programs.
pub const JSON: &Format = &json::JSON;

/// Every format of the gap analysis.
pub const GAP_FORMATS: &[&Format] =
    &[&pretty::PRETTY, &markdown::MARKDOWN, &json::JSON, &csv::CSV, &html::HTML, &OSCAL];

#[cfg(test)]
mod tests;
