//! What becomes of a judgement: silenced with a reason, accepted earlier, below the threshold, or a finding to act on.

use std::sync::Arc;

use crate::evaluate::{Outcome, Related};
use crate::rule::Rule;
use crate::source::Span;

/// A judgement on its way to the reader.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: Arc<Rule>,
    /// Which of its checks.
    pub check: usize,
    /// The conclusion.
    pub outcome: Outcome,
    /// The place that decided it.
    pub span: Span,
    /// Further places.
    pub related: Vec<Related>,
    /// What is the case.
    pub message: String,
    /// What would decide it, where it is open.
    pub open_because: Option<String>,
    /// The resource.
    pub resource: ResourceRef,
    /// Why it does not count, where it does not.
    pub suppressed: Option<Suppressed>,
    /// Its identity across edits: made of rule, path, resource and discriminator, never of line numbers. 32 hex digits.
    pub fingerprint: String,
}

/// What a report says of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceRef {
    /// Dialect and kind.
    pub kind: Arc<str>,
    /// What its users call it.
    pub address: Arc<str>,
    /// The whole of it.
    pub span: Span,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// How.
    pub by: SuppressedBy,
    /// The reason given.
    pub reason: String,
    /// Where it is said, when in a file of the scan.
    pub span: Option<Span>,
}

/// How a finding was silenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SuppressedBy {
    /// A comment in the file, ours or a peer's.
    Comment,
    /// An entry of the waivers file.
    Waiver,
    /// An earlier run.
    Baseline,
}
