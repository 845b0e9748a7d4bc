//! What every evaluator of a language needs, and none has of its own.
//!
//! Nothing here knows of a technology or of rules.

pub mod addresses;
pub mod budget;
pub mod holes;
pub mod joined;
pub mod lift;
pub mod matcher;
pub mod pattern;
pub mod ports;
pub mod schedule;
pub mod text;
pub mod world;
