//! The operators, by family, and what they share: equality, and the reading of arguments.

pub mod equality;
