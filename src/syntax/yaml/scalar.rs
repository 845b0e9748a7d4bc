//! What a plain scalar means.

use crate::document::Value;

/// Which edition of YAML decides what a plain scalar means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The core schema of YAML 1.2.
    Core,
    /// The same, with the booleans and octal numbers of YAML 1.1.
    Old,
}

/// The value of a plain scalar, when it is not text.
pub(super) fn resolve(written: &str, schema: Schema) -> Option<Value> {
    let first = written.bytes().next();
    match first {
        None => return Some(Value::Null),
        Some(b'0'..=b'9' | b'-' | b'+' | b'.') => return number(written, schema),
        _ => {}
    }
    match written {
        "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ if schema == Schema::Core => None,
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => Some(Value::Bool(true)),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn number(written: &str, schema: Schema) -> Option<Value> {
    let (negative, digits) = match written.strip_prefix(['+', '-']) {
        Some(digits) => (written.starts_with('-'), digits),
        None => (false, written),
    };
    match digits {
        ".inf" | ".Inf" | ".INF" => {
            return Some(Value::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY }));
        }
        ".nan" | ".NaN" | ".NAN" if digits == written => return Some(Value::Float(f64::NAN)),
        _ => {}
    }
    if let Some((digits, radix)) = prefixed(digits, schema) {
        return whole(digits, radix, negative);
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return whole(digits, 10, negative);
    }
    is_float(digits).then(|| written.parse().ok().map(Value::Float)).flatten()
}

/// The digits of a number in another base, and the base.
fn prefixed(digits: &str, schema: Schema) -> Option<(&str, u32)> {
    if let Some(digits) = digits.strip_prefix("0x") {
        return Some((digits, 16));
    }
    if let Some(digits) = digits.strip_prefix("0o") {
        return Some((digits, 8));
    }
    if schema == Schema::Core {
        return None;
    }
    if let Some(digits) = digits.strip_prefix("0b") {
        return Some((digits, 2));
    }
    let octal = digits.strip_prefix('0')?;
    (!octal.is_empty() && octal.bytes().all(|byte| matches!(byte, b'0'..=b'7'))).then_some((octal, 8))
}

fn whole(digits: &str, radix: u32, negative: bool) -> Option<Value> {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    if let Ok(value) = i128::from_str_radix(digits, radix)
        && let Ok(value) = i64::try_from(if negative { -value } else { value })
    {
        return Some(Value::Int(value));
    }
    let by_digit = |sum: f64, digit: char| sum * f64::from(radix) + f64::from(digit.to_digit(radix).unwrap_or(0));
    let size = if radix == 10 { digits.parse().ok()? } else { digits.chars().fold(0.0, by_digit) };
    Some(Value::Float(if negative { -size } else { size }))
}

/// `(\. [0-9]+ | [0-9]+ (\. [0-9]*)?) ([eE] [-+]? [0-9]+)?`
fn is_float(digits: &str) -> bool {
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && all_digits(exponent)
    });
    all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits
}
