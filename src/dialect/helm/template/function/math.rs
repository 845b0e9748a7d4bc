//! Numbers.

use super::{Table, arg, last, origin, text, whole};
use crate::dialect::helm::template::exec::Fault;
use crate::dialect::helm::template::value::{Kind, Val};

pub const TABLE: Table = &[
    ("add", |_, arguments| fold(arguments, i64::wrapping_add)),
    ("add1", |_, arguments| Ok(integer(to_int(last(arguments)?).wrapping_add(1), arguments))),
    ("sub", |_, arguments| fold(arguments, i64::wrapping_sub)),
    ("mul", |_, arguments| fold(arguments, i64::wrapping_mul)),
    ("div", |_, arguments| divide(arguments, i64::checked_div)),
    ("mod", |_, arguments| divide(arguments, i64::checked_rem)),
    ("max", |_, arguments| fold(arguments, std::cmp::max)),
    ("biggest", |_, arguments| fold(arguments, std::cmp::max)),
    ("min", |_, arguments| fold(arguments, std::cmp::min)),
    ("addf", |_, arguments| fold_float(arguments, |a, b| a + b)),
    ("add1f", |_, arguments| Ok(float(to_float(last(arguments)?) + 1.0, arguments))),
    ("subf", |_, arguments| fold_float(arguments, |a, b| a - b)),
    ("mulf", |_, arguments| fold_float(arguments, |a, b| a * b)),
    ("divf", |_, arguments| fold_float(arguments, |a, b| a / b)),
    ("maxf", |_, arguments| fold_float(arguments, f64::max)),
    ("minf", |_, arguments| fold_float(arguments, f64::min)),
    ("floor", |_, arguments| Ok(float(to_float(last(arguments)?).floor(), arguments))),
    ("ceil", |_, arguments| Ok(float(to_float(last(arguments)?).ceil(), arguments))),
    ("round", |_, arguments| {
        let scale = 10f64.powi(i32::try_from(whole(arguments, 1)?.clamp(-15, 15)).unwrap_or(0));
        Ok(float((to_float(arg(arguments, 0)?) * scale).round() / scale, arguments))
    }),
    ("int", |_, arguments| Ok(integer(to_int(last(arguments)?), arguments))),
    ("int64", |_, arguments| Ok(integer(to_int(last(arguments)?), arguments))),
    ("atoi", |_, arguments| Ok(integer(text(arguments, 0)?.as_str().trim().parse().unwrap_or(0), arguments))),
    ("float64", |_, arguments| Ok(float(to_float(last(arguments)?), arguments))),
    ("toDecimal", |_, arguments| {
        let written = text(arguments, 0)?;
        Ok(integer(i64::from_str_radix(written.as_str().trim(), 8).unwrap_or(0), arguments))
    }),
];

fn integer(value: i64, arguments: &[Val]) -> Val {
    Val { kind: Kind::Int(value), place: origin(arguments) }
}

fn float(value: f64, arguments: &[Val]) -> Val {
    Val { kind: Kind::Float(value), place: origin(arguments) }
}

fn fold(arguments: &[Val], join: fn(i64, i64) -> i64) -> Result<Val, Fault> {
    let first = to_int(arg(arguments, 0)?);
    Ok(integer(arguments.iter().skip(1).map(to_int).fold(first, join), arguments))
}

fn fold_float(arguments: &[Val], join: fn(f64, f64) -> f64) -> Result<Val, Fault> {
    let first = to_float(arg(arguments, 0)?);
    Ok(float(arguments.iter().skip(1).map(to_float).fold(first, join), arguments))
}

fn divide(arguments: &[Val], join: fn(i64, i64) -> Option<i64>) -> Result<Val, Fault> {
    let value = join(whole(arguments, 0)?, whole(arguments, 1)?).ok_or("divides by zero")?;
    Ok(integer(value, arguments))
}

/// A value as a whole number; what is none is 0.
pub fn to_int(value: &Val) -> i64 {
    match &value.kind {
        Kind::Int(value) => *value,
        #[expect(clippy::cast_possible_truncation, reason = "templates cut off the fraction; a large number saturates")]
        Kind::Float(value) => *value as i64,
        Kind::Bool(value) => i64::from(*value),
        Kind::Str(text) => {
            let written = text.as_str().trim();
            let whole = written.split('.').next().unwrap_or("");
            written.parse().or_else(|_| whole.parse()).unwrap_or(0)
        }
        _ => 0,
    }
}

/// A value as a number; what is none is 0.
pub fn to_float(value: &Val) -> f64 {
    match &value.kind {
        Kind::Str(text) => text.as_str().trim().parse().unwrap_or(0.0),
        Kind::Bool(value) => f64::from(u8::from(*value)),
        _ => value.number().unwrap_or(0.0),
    }
}
