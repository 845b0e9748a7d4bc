//! The operators, by family, and what they share: equality, and the reading of arguments.

pub mod argument;
pub mod date;
pub mod entropy;
pub mod equality;
pub mod image;
pub mod key;
pub mod network;
pub mod number;
pub mod port;
pub mod quantity;
pub mod schedule;
pub mod set;
pub mod text;
pub mod version;

#[cfg(test)]
mod tests;
