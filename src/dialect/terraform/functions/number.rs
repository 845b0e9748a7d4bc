//! Functions on numbers.

use num_bigint::BigUint;

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::number::Number;
use crate::dialect::terraform::value::{Type, Value};

const NUM: Param = Param::one("num", Accepts::Number);

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "abs",
        params: &[NUM],
        gives: Accepts::Number,
        call: |call| {
            let number = call.number(0);
            Ok(Value::number(if number.is_negative() { number.neg() } else { number }))
        },
    },
    Function {
        name: "ceil",
        params: &[NUM],
        gives: Accepts::Number,
        call: |call| Ok(Value::number(without_negative_zero(call.number(0).ceil()))),
    },
    Function {
        name: "floor",
        params: &[NUM],
        gives: Accepts::Number,
        call: |call| Ok(Value::number(without_negative_zero(call.number(0).floor()))),
    },
    Function {
        name: "log",
        params: &[NUM, Param::one("base", Accepts::Number)],
        gives: Accepts::Number,
        call: |call| double(logarithm(call.number(0).to_f64()) / logarithm(call.number(1).to_f64())),
    },
    Function {
        name: "max",
        params: &[Param::one("numbers", Accepts::Number).any_number()],
        gives: Accepts::Number,
        call: |call| extreme(call.args.iter().filter_map(Value::as_number).max()),
    },
    Function {
        name: "min",
        params: &[Param::one("numbers", Accepts::Number).any_number()],
        gives: Accepts::Number,
        call: |call| extreme(call.args.iter().filter_map(Value::as_number).min()),
    },
    Function {
        name: "parseint",
        params: &[Param::one("number", Accepts::Any), Param::one("base", Accepts::Number)],
        gives: Accepts::Number,
        call: parseint,
    },
    Function {
        name: "pow",
        params: &[NUM, Param::one("power", Accepts::Number)],
        gives: Accepts::Number,
        call: |call| double(power(call.number(0).to_f64(), call.number(1).to_f64())),
    },
    Function {
        name: "signum",
        params: &[NUM],
        gives: Accepts::Number,
        call: |call| Ok(Value::number(call.whole(0)?.signum())),
    },
];

fn without_negative_zero(number: Number) -> Number {
    if number.as_i64() == Some(0) { Number::from(0) } else { number }
}

fn extreme(found: Option<&Number>) -> Result<Value, Refusal> {
    found.map(|number| Value::number(number.clone())).ok_or_else(|| Refusal::new("at least one number is required"))
}

fn double(value: f64) -> Result<Value, Refusal> {
    Number::from_f64(value).map(Value::number).ok_or_else(|| Refusal::new("the result is not a number"))
}

/// `value` is mantissa · 2^exponent, the mantissa at least a half and below one.
fn split_exponent(value: f64) -> (f64, i32) {
    if value.abs() <= 0.0 || !value.is_finite() {
        return (value, 0);
    }
    let (scaled, extra) = if value.abs() < f64::MIN_POSITIVE { (value * 2f64.powi(52), -52) } else { (value, 0) };
    let bits = scaled.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0) - 1022 + extra;
    (f64::from_bits((bits & !(0x7ff << 52)) | (1022 << 52)), exponent)
}

/// The natural logarithm, by the algorithm that Go computes it with (FreeBSD's), so that the last digit agrees too.
fn logarithm(value: f64) -> f64 {
    const LN2_HI: f64 = 6.931_471_803_691_238_164_90e-1;
    const LN2_LO: f64 = 1.908_214_929_270_587_700_02e-10;
    if value.is_nan() || value.is_infinite() && value > 0.0 {
        return value;
    }
    if value < 0.0 {
        return f64::NAN;
    }
    if value <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut mantissa, mut exponent) = split_exponent(value);
    if mantissa < std::f64::consts::FRAC_1_SQRT_2 {
        mantissa *= 2.0;
        exponent -= 1;
    }
    let f = mantissa - 1.0;
    let k = f64::from(exponent);
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = [
        6.666_666_666_666_735_130e-1,
        2.857_142_874_366_239_149e-1,
        1.818_357_216_161_805_012e-1,
        1.479_819_860_511_658_591e-1,
    ];
    let even = [3.999_999_999_940_941_908e-1, 2.222_219_843_214_978_396e-1, 1.531_383_769_920_937_332e-1];
    let horner = |terms: &[f64]| terms.iter().rev().fold(0.0, |sum, term| term + s4 * sum);
    let rest = s2 * horner(&odd) + s4 * horner(&even);
    let half_square = 0.5 * f * f;
    k * LN2_HI - ((half_square - (s * (f + rest) + k * LN2_LO)) - f)
}

/// A power, with whole exponents by repeated squaring as Go does it.
fn power(base: f64, exponent: f64) -> f64 {
    let whole = exponent.abs();
    if whole.fract() > 0.0 || whole > 1e9 || base.abs() <= 0.0 || !base.is_finite() {
        return base.powf(exponent);
    }
    let (mut square, mut square_exponent) = split_exponent(base);
    let (mut product, mut scale) = (1.0, 0i32);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number between 0 and 1e9")]
    let mut left = whole as u64;
    while left != 0 {
        if square_exponent.abs() > 1 << 12 {
            scale = scale.saturating_add(square_exponent);
            break;
        }
        if left & 1 == 1 {
            product *= square;
            scale += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        left >>= 1;
    }
    if exponent < 0.0 {
        (product, scale) = (1.0 / product, -scale);
    }
    // In two steps, because one factor alone may lie beyond the doubles where the result does not.
    let half = scale.clamp(-2200, 2200) / 2;
    product * 2f64.powi(half) * 2f64.powi(scale.clamp(-2200, 2200) - half)
}

fn parseint(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let Some(text) = call.arg(0).as_str() else { return Err(Refusal::new("the first argument must be a string")) };
    let base = call.whole(1)?;
    let Some(base) = u32::try_from(base).ok().filter(|base| (2..=62).contains(base)) else {
        return Err(Refusal::new("the base must be between 2 and 62"));
    };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let refused = || Refusal::new(format!("`{text}` is not a whole number in base {base}"));
    if digits.is_empty() {
        return Err(refused());
    }
    if digits.len() > 1024 {
        return Ok(Value::unknown(Type::Number, "the number has more than 1,024 digits, the limit here"));
    }
    let mut value = BigUint::ZERO;
    for ch in digits.chars() {
        let digit = digit_of(ch, base).filter(|digit| *digit < base).ok_or_else(refused)?;
        value = value * base + digit;
    }
    Ok(Value::number(Number::from_magnitude(negative && value != BigUint::ZERO, value)))
}

/// Beyond base 36, small and capital letters are different digits.
fn digit_of(ch: char, base: u32) -> Option<u32> {
    match ch {
        'A'..='Z' if base > 36 => Some(u32::from(ch) - u32::from('A') + 36),
        _ => ch.to_digit(36),
    }
}
