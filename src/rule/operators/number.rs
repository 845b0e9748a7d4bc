//! Numbers: their reading, their order without rounding, and the operators that compare them.

use std::cmp::Ordering;

use super::argument::refused;
use crate::dialect::Typing;
use crate::document::{Node, Value};
use crate::rule::operator::{Operator, Partly, Test};
use crate::truth::Truth;

/// `at-least`.
pub const AT_LEAST: Operator = Operator {
    name: "at-least",
    expects: "at least",
    doc: "The number is the argument or greater. A string that spells a number counts as one where the format itself \
          converts strings.",
    build: |argument| compared(argument, Ordering::is_ge),
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("90", "90", Truth::True),
        ("90", "89.99", Truth::False),
        ("90", "\"365\"", Truth::True),
        ("90", "\"a year\"", Truth::False),
        ("90", "null", Truth::False),
    ],
};

/// `at-most`.
pub const AT_MOST: Operator = Operator {
    name: "at-most",
    expects: "at most",
    doc: "The number is the argument or less.",
    build: |argument| compared(argument, Ordering::is_le),
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("3600", "3600", Truth::True),
        ("3600", "3601", Truth::False),
        ("3600", "-1", Truth::True),
        ("0.5", "\"0.25\"", Truth::True),
        ("3600", "true", Truth::False),
    ],
};

/// `above`.
pub const ABOVE: Operator = Operator {
    name: "above",
    expects: "more than",
    doc: "The number is greater than the argument.",
    build: |argument| compared(argument, Ordering::is_gt),
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("0", "1", Truth::True),
        ("0", "0", Truth::False),
        ("0", "0.001", Truth::True),
        ("0", "\"\"", Truth::False),
    ],
};

/// `below`.
pub const BELOW: Operator = Operator {
    name: "below",
    expects: "less than",
    doc: "The number is less than the argument.",
    build: |argument| compared(argument, Ordering::is_lt),
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("7", "6", Truth::True),
        ("7", "7.0", Truth::False),
        ("7", "\"1e1\"", Truth::False),
        ("7", "[6, 5]", Truth::True),
    ],
};

fn compared(argument: &Node, holds: fn(Ordering) -> bool) -> Result<Test, String> {
    let bound = Number::of(&argument.value)
        .filter(|bound| !matches!(bound, Number::Float(float) if float.is_nan()))
        .ok_or_else(|| refused("a number", argument))?;
    Ok(Test::One(Box::new(move |node, setting| {
        let number = Number::read(&node.value, setting.typing);
        Truth::from(number.and_then(|number| number.compare(bound)).is_some_and(holds))
    })))
}

/// A number of either kind.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// Any other.
    Float(f64),
}

impl Number {
    /// The number that a value is.
    pub fn of(value: &Value) -> Option<Number> {
        match value {
            Value::Int(int) => Some(Number::Int(*int)),
            Value::Float(float) => Some(Number::Float(*float)),
            _ => None,
        }
    }

    /// The number that a value is, or that it spells where the format converts strings.
    pub fn read(value: &Value, typing: Typing) -> Option<Number> {
        match value {
            Value::Str(text) if typing == Typing::Loose => Number::parse(text.as_str()),
            other => Number::of(other),
        }
    }

    /// The number that a text spells in decimal notation.
    pub fn parse(text: &str) -> Option<Number> {
        let decimal =
            text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
        if !decimal {
            return None;
        }
        text.parse().map(Number::Int).or_else(|_| text.parse().map(Number::Float)).ok()
    }

    /// The order of two numbers by value, without rounding; none for what is not a number.
    pub fn compare(self, other: Number) -> Option<Ordering> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => Some(a.cmp(&b)),
            (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b),
            (Number::Int(a), Number::Float(b)) => compare_mixed(a, b),
            (Number::Float(a), Number::Int(b)) => compare_mixed(b, a).map(Ordering::reverse),
        }
    }
}

fn compare_mixed(int: i64, float: f64) -> Option<Ordering> {
    // 2^63 is the first float above every 64-bit integer, and -2^63 the least integer itself.
    const ABOVE: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() {
        return None;
    }
    if float >= ABOVE {
        return Some(Ordering::Less);
    }
    if float < -ABOVE {
        return Some(Ordering::Greater);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the float is within the range of the integer")]
    let whole = float.trunc() as i64;
    let rest = float.fract();
    Some(int.cmp(&whole).then(0.0_f64.total_cmp(&(rest + 0.0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_without_rounding() {
        use Ordering::{Equal, Greater, Less};
        for (int, float, want) in [
            (1, 1.0, Some(Equal)),
            (1, 1.5, Some(Less)),
            (-1, -1.5, Some(Greater)),
            (-1, -1.0, Some(Equal)),
            (0, -0.5, Some(Greater)),
            (i64::MAX, 9_223_372_036_854_775_808.0, Some(Less)),
            (i64::MIN, -9_223_372_036_854_775_808.0, Some(Equal)),
            (i64::MIN, f64::NEG_INFINITY, Some(Greater)),
            (0, f64::NAN, None),
        ] {
            assert_eq!(Number::Int(int).compare(Number::Float(float)), want, "{int} and {float}");
        }
    }
}
