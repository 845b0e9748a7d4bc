//! Go's `text/template` with the functions that Helm gives it, over values that remember their place.
//!
//! No template can do harm: there is no way out to files other than the chart's own, nothing is looked up, and every
//! loop, recursion and text has a limit. What a template would make up (a password, a certificate, the time) is text
//! that says of itself that nobody knows it.

mod asked;
mod doubt;
mod exec;
mod function;
mod lex;
mod parse;
mod text;
mod value;
mod yaml;

pub use asked::Asked;
pub use exec::{Engine, Fault};
pub use text::{Build, Place, Str, Via};
pub use value::{Kind, Object, STAND_IN, Val};

/// The version of Kubernetes that is rendered for.
pub const KUBE_VERSION: &str = "v1.33.0";

/// The version of Helm that this engine stands in for.
pub const HELM_VERSION: &str = "v3.18.0";

#[cfg(test)]
mod tests;
