//! How random a text looks.

use std::collections::BTreeMap;

use super::argument::refused;
use crate::document::{Node, Value};
use crate::rule::operator::{Operator, Partly, Test};
use crate::truth::Truth;

/// `entropy`.
pub const ENTROPY: Operator = Operator {
    name: "entropy",
    expects: "an entropy of",
    doc: "The Shannon entropy of the string, in bits per character, satisfies the argument, a number or operators. Words \
          have about 3, random hexadecimal digits near 4, random base64 near 5.5; short strings have less.",
    build: |argument| match argument.value {
        Value::Int(_) | Value::Float(_) | Value::Map(_) => Ok(Test::View(|node| {
            let value = Value::Float(entropy(node.as_str()?));
            Some(Node { value, ..node.clone() })
        })),
        _ => Err(refused("a number of bits per character, or operators on it such as `{ at-least = 4.0 }`", argument)),
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("0", "\"aaaaaaaa\"", Truth::True),
        ("1", "\"abababab\"", Truth::True),
        ("{ at-least = 4.0 }", "\"changeme\"", Truth::False),
        ("{ at-least = 4.0 }", "\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"", Truth::True),
        ("0", "\"\"", Truth::True),
        ("{ at-least = 0 }", "12345", Truth::False),
    ],
};

/// Shannon entropy in bits per character.
#[expect(clippy::cast_precision_loss, reason = "no text has 2^52 characters")]
fn entropy(text: &str) -> f64 {
    // In the order of the characters, so that rounding is the same every time.
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for character in text.chars() {
        *counts.entry(character).or_default() += 1;
    }
    let total = counts.values().sum::<usize>() as f64;
    let bits: f64 = counts.values().map(|count| *count as f64 / total).map(|share| -share * share.log2()).sum();
    // No character at all sums up to minus zero.
    bits.max(0.0)
}
