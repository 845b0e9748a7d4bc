//! Numbers as decimal digits.

use num_bigint::BigUint;

use super::{Number, PRECISION, Repr, Wide};

/// How many digits of a number are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// As few as read back as the same number.
    Shortest,
    /// This many after the point.
    Places(usize),
    /// This many in all.
    Significant(usize),
}

impl Number {
    /// The digits of the magnitude without zeros at either end, and how many of them stand before the point; no digits
    /// for zero.
    pub fn digits(&self, wanted: Digits) -> (String, i64) {
        let wide = self.wide();
        let mut decimal = match wanted {
            Digits::Shortest => Decimal::shortest(&wide),
            Digits::Places(_) | Digits::Significant(_) => Decimal::exact(&wide.mantissa, wide.exponent),
        };
        match wanted {
            Digits::Shortest => {}
            Digits::Significant(count) => decimal.round(count),
            Digits::Places(places) => {
                let keep = decimal.point.saturating_add(i64::try_from(places).unwrap_or(i64::MAX));
                match usize::try_from(keep) {
                    Ok(keep) => decimal.round(keep),
                    Err(_) => decimal.digits.clear(),
                }
            }
        }
        (decimal.digits.iter().map(|digit| char::from(*digit)).collect(), decimal.point)
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Repr::Int(value) => write!(f, "{value}"),
            Repr::Infinite { negative } => f.write_str(if *negative { "-Inf" } else { "+Inf" }),
            Repr::Wide(wide) => {
                if wide.negative {
                    f.write_str("-")?;
                }
                f.write_str(&Decimal::shortest(wide).positional())
            }
        }
    }
}

/// `0.digits * 10^point`, without trailing zeros.
struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    fn exact(mantissa: &BigUint, exponent: i64) -> Decimal {
        let (scaled, shift) = if exponent >= 0 {
            (mantissa << exponent.unsigned_abs(), 0)
        } else {
            let power = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
            (mantissa * BigUint::from(5u8).pow(power), exponent)
        };
        let mut digits = scaled.to_str_radix(10).into_bytes();
        let point = i64::try_from(digits.len()).unwrap_or(0) + shift;
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        Decimal { digits, point }
    }

    /// The shortest digits that lie nearer to the number than to its neighbours of the same precision.
    fn shortest(wide: &Wide) -> Decimal {
        let mut exact = Decimal::exact(&wide.mantissa, wide.exponent);
        if wide.mantissa == BigUint::ZERO {
            return exact;
        }
        // The last bit of `mantissa` is half a unit of the last place.
        let shift = (PRECISION + 1).saturating_sub(wide.mantissa.bits());
        let mantissa = &wide.mantissa << shift;
        let exponent = wide.exponent - i64::try_from(shift).unwrap_or(0);
        let lower = Decimal::exact(&(&mantissa - 1u8), exponent);
        let upper = Decimal::exact(&(&mantissa + 1u8), exponent);
        let inclusive = !mantissa.bit(1);
        let at = |digits: &[u8], index: usize| digits.get(index).copied().unwrap_or(b'0');
        for index in 0..exact.digits.len() {
            let (low, digit, high) = (at(&lower.digits, index), at(&exact.digits, index), at(&upper.digits, index));
            let down = low != digit || inclusive && index + 1 == lower.digits.len();
            let up = digit != high && (inclusive || digit + 1 < high || index + 1 < upper.digits.len());
            match (down, up) {
                (true, true) => exact.round(index + 1),
                (true, false) => exact.round_down(index + 1),
                (false, true) => exact.round_up(index + 1),
                (false, false) => continue,
            }
            break;
        }
        exact
    }

    fn round(&mut self, keep: usize) {
        let next = self.digits.get(keep).copied().unwrap_or(b'0');
        let exactly_half = next == b'5' && keep + 1 == self.digits.len();
        let odd =
            keep.checked_sub(1).and_then(|last| self.digits.get(last)).is_some_and(|digit| (digit - b'0') % 2 == 1);
        if if exactly_half { odd } else { next >= b'5' } {
            self.round_up(keep);
        } else {
            self.round_down(keep);
        }
    }

    fn round_down(&mut self, keep: usize) {
        self.digits.truncate(keep);
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
    }

    fn round_up(&mut self, keep: usize) {
        if keep >= self.digits.len() {
            return;
        }
        self.digits.truncate(keep);
        while let Some(last) = self.digits.pop() {
            if last < b'9' {
                self.digits.push(last + 1);
                return;
            }
        }
        self.digits.push(b'1');
        self.point += 1;
    }

    fn positional(&self) -> String {
        let mut text = String::new();
        let whole = usize::try_from(self.point).unwrap_or(0);
        let digits = self.digits.iter().map(|digit| char::from(*digit));
        if self.digits.is_empty() {
            return "0".into();
        }
        if whole == 0 {
            text.push_str("0.");
            text.extend(std::iter::repeat_n('0', usize::try_from(-self.point).unwrap_or(0)));
            text.extend(digits);
            return text;
        }
        text.extend(digits.clone().take(whole));
        text.extend(std::iter::repeat_n('0', whole.saturating_sub(self.digits.len())));
        if self.digits.len() > whole {
            text.push('.');
            text.extend(digits.skip(whole));
        }
        text
    }
}
