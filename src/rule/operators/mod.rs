//! The operators, by family, and what they share: equality, and the reading of arguments.

pub mod argument;
pub mod equality;
pub mod number;
pub mod set;
pub mod text;

#[cfg(test)]
mod tests;
