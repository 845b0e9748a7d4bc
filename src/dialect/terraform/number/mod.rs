//! Numbers as Terraform computes them: binary floating point with 512 bits, rounded to nearest even.
//!
//! Whole numbers that fit 64 bits are kept as such; everything else goes through the wide form. The text of a number
//! is the shortest one that reads back as the same number, without an exponent, as Terraform prints it.

mod decimal;

use std::cmp::Ordering;
use std::sync::Arc;

use num_bigint::BigUint;

pub use decimal::Digits;

/// Bits of the significand.
const PRECISION: u64 = 512;

/// Largest decimal exponent that is read; beyond it a literal is refused rather than written out in digits.
const MAX_EXPONENT: i64 = 4096;

/// Largest binary exponent that an operation may reach before the result counts as infinite.
const MAX_SCALE: i64 = 1 << 16;

/// A number.
#[derive(Clone, Debug)]
pub struct Number(Repr);

#[derive(Clone, Debug)]
enum Repr {
    Int(i64),
    Wide(Arc<Wide>),
    Infinite { negative: bool },
}

/// `mantissa * 2^exponent`. Invariant: the mantissa is odd and no longer than [`PRECISION`] bits, or zero for a
/// negative zero.
#[derive(Clone, Debug)]
struct Wide {
    negative: bool,
    mantissa: BigUint,
    exponent: i64,
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number(Repr::Int(value))
    }
}

impl Number {
    /// The number of a count; counts here are far below the limit of 64 bits.
    pub fn count(value: usize) -> Number {
        Number::from(i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// Reads a decimal literal: digits, an optional fraction and exponent, an optional sign. None for anything else,
    /// and for exponents beyond what could ever be printed.
    pub fn parse(text: &str) -> Option<Number> {
        if let Ok(value) = text.parse::<i64>()
            && !(text.starts_with('+') || text.starts_with('-') && value == 0)
        {
            return Some(Number::from(value));
        }
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if matches!(rest, "Inf" | "inf") {
            return Some(Number(Repr::Infinite { negative }));
        }
        let (digits, exponent) = match rest.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() || digits.len() > 4096 {
            return None;
        }
        if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mantissa = BigUint::parse_bytes([whole, fraction].concat().as_bytes(), 10)?;
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        if exponent.abs() > MAX_EXPONENT {
            return None;
        }
        let power = BigUint::from(10u8).pow(u32::try_from(exponent.unsigned_abs()).ok()?);
        Some(if exponent >= 0 {
            Number::scaled(negative, mantissa * power, 0, false)
        } else {
            Number::quotient(negative, &mantissa, &power, 0)
        })
    }

    /// The nearest number to a double; none for NaN.
    pub fn from_f64(value: f64) -> Option<Number> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Number(Repr::Infinite { negative: value < 0.0 }));
        }
        let bits = value.to_bits();
        let exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) =
            if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
        Some(Number::scaled(value.is_sign_negative(), BigUint::from(mantissa), exponent, false))
    }

    /// The nearest double.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            // Through the text, so that rounding is done once and correctly.
            Repr::Int(value) => value.to_string().parse().unwrap_or(0.0),
            Repr::Infinite { negative } => {
                if *negative {
                    f64::NEG_INFINITY
                } else {
                    f64::INFINITY
                }
            }
            Repr::Wide(_) => self.to_string().parse().unwrap_or(0.0),
        }
    }

    /// The whole number, when this is one that fits 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int(value) => Some(*value),
            Repr::Wide(wide) if wide.mantissa == BigUint::ZERO => Some(0),
            _ => None,
        }
    }

    /// The whole number as an index or length, when this is one.
    pub fn as_usize(&self) -> Option<usize> {
        usize::try_from(self.as_i64()?).ok()
    }

    /// Whether there is no fraction.
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Repr::Int(_) => true,
            Repr::Wide(wide) => wide.exponent >= 0 || wide.mantissa == BigUint::ZERO,
            Repr::Infinite { .. } => false,
        }
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Int(value) => *value < 0,
            Repr::Wide(wide) => wide.negative && wide.mantissa != BigUint::ZERO,
            Repr::Infinite { negative } => *negative,
        }
    }

    /// Whether it is a number at all, rather than an infinity.
    pub fn is_finite(&self) -> bool {
        !matches!(self.0, Repr::Infinite { .. })
    }

    /// The magnitude in binary, when the number is whole and finite.
    pub fn magnitude(&self) -> Option<BigUint> {
        match &self.0 {
            Repr::Int(value) => Some(BigUint::from(value.unsigned_abs())),
            Repr::Wide(wide) if self.is_whole() => {
                Some(&wide.mantissa << u64::try_from(wide.exponent.max(0)).unwrap_or(0))
            }
            _ => None,
        }
    }

    /// A whole number of any length.
    pub fn from_magnitude(negative: bool, magnitude: BigUint) -> Number {
        Number::scaled(negative, magnitude, 0, false)
    }

    /// The number without its fraction, towards zero.
    #[must_use]
    pub fn trunc(&self) -> Number {
        match &self.0 {
            Repr::Wide(wide) if wide.exponent < 0 => {
                let whole = &wide.mantissa >> wide.exponent.unsigned_abs();
                if whole == BigUint::ZERO {
                    return Number::from(0);
                }
                Number::scaled(wide.negative, whole, 0, false)
            }
            _ => self.clone(),
        }
    }

    /// The largest whole number not above this.
    #[must_use]
    pub fn floor(&self) -> Number {
        let whole = self.trunc();
        if self.is_negative() && !self.is_whole() && self.is_finite() {
            whole.sub(&Number::from(1)).unwrap_or(whole)
        } else {
            whole
        }
    }

    /// The smallest whole number not below this.
    #[must_use]
    pub fn ceil(&self) -> Number {
        self.neg().floor().neg()
    }

    /// The number with the other sign. Zero becomes a negative zero, as in Terraform.
    #[must_use]
    pub fn neg(&self) -> Number {
        match &self.0 {
            Repr::Int(value) => match value.checked_neg() {
                Some(negated) if negated != 0 => Number::from(negated),
                _ => Number::scaled(*value >= 0, BigUint::from(value.unsigned_abs()), 0, false),
            },
            Repr::Wide(wide) => Number::scaled(!wide.negative, wide.mantissa.clone(), wide.exponent, false),
            Repr::Infinite { negative } => Number(Repr::Infinite { negative: !negative }),
        }
    }

    /// The sum; none where it is not defined (opposite infinities).
    pub fn add(&self, other: &Number) -> Option<Number> {
        if let (Repr::Int(a), Repr::Int(b)) = (&self.0, &other.0)
            && let Some(sum) = a.checked_add(*b)
        {
            return Some(Number::from(sum));
        }
        match (self.infinite(), other.infinite()) {
            (Some(a), Some(b)) if a != b => return None,
            (Some(negative), _) | (_, Some(negative)) => return Some(Number(Repr::Infinite { negative })),
            _ => {}
        }
        let (a, b) = (self.wide(), other.wide());
        let low = a.exponent.min(b.exponent);
        let shift = |wide: &Wide| &wide.mantissa << u64::try_from(wide.exponent - low).unwrap_or(0);
        let (x, y) = (shift(&a), shift(&b));
        Some(if a.negative == b.negative {
            Number::scaled(a.negative, x + y, low, false)
        } else {
            match x.cmp(&y) {
                Ordering::Equal => Number::from(0),
                Ordering::Greater => Number::scaled(a.negative, x - y, low, false),
                Ordering::Less => Number::scaled(b.negative, y - x, low, false),
            }
        })
    }

    /// The difference; none where it is not defined.
    pub fn sub(&self, other: &Number) -> Option<Number> {
        if let (Repr::Int(a), Repr::Int(b)) = (&self.0, &other.0)
            && let Some(difference) = a.checked_sub(*b)
        {
            return Some(Number::from(difference));
        }
        self.add(&other.neg())
    }

    /// The product; none where it is not defined (zero times infinity).
    pub fn mul(&self, other: &Number) -> Option<Number> {
        if let (Repr::Int(a), Repr::Int(b)) = (&self.0, &other.0)
            && let Some(product) = a.checked_mul(*b)
        {
            return Some(Number::from(product));
        }
        let (a, b) = (self.wide(), other.wide());
        if self.infinite().is_some() || other.infinite().is_some() {
            let negative = self.is_negative() != other.is_negative();
            return (!self.is_zero() && !other.is_zero()).then_some(Number(Repr::Infinite { negative }));
        }
        Some(Number::scaled(a.negative != b.negative, &a.mantissa * &b.mantissa, a.exponent + b.exponent, false))
    }

    /// The quotient; none for zero by zero and infinity by infinity. A number by zero is infinite, as in Terraform.
    pub fn div(&self, other: &Number) -> Option<Number> {
        let negative = self.sign() != other.sign();
        match (self.infinite(), other.infinite()) {
            (Some(_), Some(_)) => return None,
            (Some(_), None) => return Some(Number(Repr::Infinite { negative })),
            (None, Some(_)) => return Some(Number::from(0)),
            (None, None) => {}
        }
        if other.is_zero() {
            return (!self.is_zero()).then_some(Number(Repr::Infinite { negative }));
        }
        let (a, b) = (self.wide(), other.wide());
        Some(Number::quotient(negative, &a.mantissa, &b.mantissa, a.exponent - b.exponent))
    }

    /// The remainder of a division towards zero, computed as Terraform does.
    pub fn rem(&self, other: &Number) -> Option<Number> {
        if let (Repr::Int(a), Repr::Int(b)) = (&self.0, &other.0)
            && *b != 0
        {
            return a.checked_rem(*b).map(Number::from);
        }
        // Terraform gives the dividend back when the divisor is zero.
        if other.is_zero() || self.is_finite() && !other.is_finite() {
            return Some(self.clone());
        }
        if !self.is_finite() {
            return None;
        }
        self.sub(&other.mul(&self.div(other)?.trunc())?)
    }

    fn sign(&self) -> bool {
        match &self.0 {
            Repr::Int(value) => *value < 0,
            Repr::Wide(wide) => wide.negative,
            Repr::Infinite { negative } => *negative,
        }
    }

    fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Int(value) => *value == 0,
            Repr::Wide(wide) => wide.mantissa == BigUint::ZERO,
            Repr::Infinite { .. } => false,
        }
    }

    fn infinite(&self) -> Option<bool> {
        match self.0 {
            Repr::Infinite { negative } => Some(negative),
            _ => None,
        }
    }

    fn wide(&self) -> Arc<Wide> {
        match &self.0 {
            Repr::Int(value) => {
                Arc::new(Wide { negative: *value < 0, mantissa: BigUint::from(value.unsigned_abs()), exponent: 0 })
            }
            Repr::Wide(wide) => Arc::clone(wide),
            Repr::Infinite { negative } => Arc::new(Wide { negative: *negative, mantissa: BigUint::ZERO, exponent: 0 }),
        }
    }

    /// `mantissa * 2^exponent`, rounded; `sticky` says that bits below the mantissa are lost already.
    fn scaled(negative: bool, mut mantissa: BigUint, mut exponent: i64, sticky: bool) -> Number {
        let bits = mantissa.bits();
        if bits > PRECISION {
            let drop = bits - PRECISION;
            let half = mantissa.bit(drop - 1);
            let below = sticky || mantissa.trailing_zeros().is_some_and(|zeros| zeros < drop - 1);
            mantissa >>= drop;
            exponent += i64::try_from(drop).unwrap_or(i64::MAX);
            if half && (below || mantissa.bit(0)) {
                mantissa += 1u8;
            }
        }
        let zeros = mantissa.trailing_zeros().unwrap_or(0);
        mantissa >>= zeros;
        exponent += i64::try_from(zeros).unwrap_or(0);
        if mantissa == BigUint::ZERO {
            return if negative {
                Number(Repr::Wide(Arc::new(Wide { negative, mantissa, exponent: 0 })))
            } else {
                Number::from(0)
            };
        }
        if exponent > MAX_SCALE {
            return Number(Repr::Infinite { negative });
        }
        if exponent >= 0 && mantissa.bits() + exponent.unsigned_abs() < 63 {
            let whole = &mantissa << exponent.unsigned_abs();
            if let Ok(value) = i64::try_from(whole) {
                return Number::from(if negative { -value } else { value });
            }
        }
        if exponent < -MAX_SCALE {
            return Number::from(0);
        }
        Number(Repr::Wide(Arc::new(Wide { negative, mantissa, exponent })))
    }

    fn quotient(negative: bool, dividend: &BigUint, divisor: &BigUint, exponent: i64) -> Number {
        // Enough bits for the significand and one to round with, whatever the lengths.
        let shift = (PRECISION + 2 + divisor.bits()).saturating_sub(dividend.bits());
        let wide = dividend << shift;
        let quotient = &wide / divisor;
        let exact = &quotient * divisor == wide;
        Number::scaled(negative, quotient, exponent - i64::try_from(shift).unwrap_or(0), !exact)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        if let (Repr::Int(a), Repr::Int(b)) = (&self.0, &other.0) {
            return a.cmp(b);
        }
        match (self.infinite(), other.infinite()) {
            (Some(a), Some(b)) => return b.cmp(&a),
            (Some(negative), None) => return if negative { Ordering::Less } else { Ordering::Greater },
            (None, Some(negative)) => return if negative { Ordering::Greater } else { Ordering::Less },
            (None, None) => {}
        }
        match self.sub(other) {
            Some(difference) if difference.is_zero() => Ordering::Equal,
            Some(difference) if difference.is_negative() => Ordering::Less,
            _ => Ordering::Greater,
        }
    }
}

#[cfg(test)]
mod tests;
