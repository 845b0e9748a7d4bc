//! Terraform and OpenTofu: modules evaluated as the tool would, every value with the trail of where it came from.

pub mod convert;
pub mod functions;
pub mod number;
pub mod value;
