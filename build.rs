//! Embeds the built-in rules.
fn main() {}
