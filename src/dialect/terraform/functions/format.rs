//! `format` and `formatlist`.

use std::fmt::Write as _;
use std::sync::Arc;

use num_bigint::BigUint;
use unicode_segmentation::UnicodeSegmentation;

use super::{Accepts, Call, Function, Param, Refusal, json_text};
use crate::dialect::terraform::convert::convert;
use crate::dialect::terraform::number::{Digits, Number};
use crate::dialect::terraform::value::{Data, MAX_TEXT, Partial, Type, Value};

const FORMAT: Param = Param::one("format", Accepts::String);
const ARGS: Param = Param::one("args", Accepts::Any).open().nullable().any_number();

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "format", params: &[FORMAT, ARGS], gives: Accepts::String, call: format },
    Function { name: "formatlist", params: &[FORMAT.open(), ARGS], gives: Accepts::ListOfString, call: formatlist },
];

fn format(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let parts = Directive::all(call.str(0))?;
    let args: Vec<&Value> = call.args.iter().skip(1).collect();
    formatted(&parts, &args)
}

fn formatlist(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let Some((format, args)) = call.args.split_first() else { return Err(Refusal::new("a format is required")) };
    if let Some(open) = args.iter().find(|arg| may_be_list(arg)) {
        return Ok(Value::unknown_from(Type::list(Type::String), [open]));
    }
    let mut count = None;
    for list in args.iter().filter_map(Value::items) {
        if *count.get_or_insert(list.len()) != list.len() {
            return Err(Refusal::new("the lists are of different lengths"));
        }
    }
    if format.as_str().is_none() {
        return Ok(Value::unknown_from(Type::list(Type::String), [format]));
    }
    let mut all = Vec::new();
    if count == Some(0) {
        return Ok(Value::list(Type::String, all));
    }
    let parts = Directive::all(format.as_str().unwrap_or(""))?;
    for at in 0..count.unwrap_or(1) {
        let row: Vec<&Value> =
            args.iter().map(|arg| arg.items().map_or(Some(arg), |items| items.get(at)).unwrap_or(arg)).collect();
        all.push(formatted(&parts, &row)?);
    }
    Ok(Value::list(Type::String, all))
}

fn may_be_list(arg: &Value) -> bool {
    arg.as_unknown().is_some_and(|unknown| unknown.ty == Type::Dynamic || unknown.ty.is_sequence())
}

/// The text; where an argument is not known, what is known of the text.
fn formatted(parts: &[Directive<'_>], args: &[&Value]) -> Result<Value, Refusal> {
    let mut pieces: Vec<Value> = Vec::new();
    let mut text = String::new();
    let mut used = 0;
    let mut open: Vec<&Value> = Vec::new();
    for part in parts {
        let (verb, at) = match part {
            Directive::Literal(literal) => {
                text.push_str(literal);
                continue;
            }
            Directive::Verb(verb, at) => (verb, *at),
        };
        used = used.max(at + 1);
        let Some(arg) = args.get(at) else {
            return Err(Refusal::new(format!("the format has a verb for argument {}, which is missing", at + 1)));
        };
        if arg.is_wholly_known() {
            verb.append(arg, &mut text)?;
        } else {
            open.push(arg);
            pieces.push(Value::string(std::mem::take(&mut text)));
            let plain = arg.as_unknown().is_some_and(|unknown| unknown.ty.is_primitive()) && verb.is_plain();
            pieces.push(if plain { (*arg).clone() } else { Value::unknown_from(Type::String, [*arg]) });
        }
        if text.len() > MAX_TEXT {
            return Ok(Value::unknown(Type::String, "the text is longer than 1 MiB, the limit here"));
        }
    }
    if used < args.len() {
        return Err(Refusal::new(format!("the format uses {used} arguments of {}", args.len())));
    }
    if open.is_empty() {
        return Ok(Value::string(text));
    }
    pieces.push(Value::string(text));
    pieces.retain(|piece| piece.as_str() != Some(""));
    Ok(Value::unknown_from(Type::String, open).with_partial(Partial::Template(Arc::new(pieces))))
}

/// A part of a format.
enum Directive<'a> {
    Literal(&'a str),
    Verb(Verb, usize),
}

/// How one argument is written.
#[derive(Default)]
struct Verb {
    sharp: bool,
    minus: bool,
    plus: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    mode: char,
}

impl<'a> Directive<'a> {
    fn all(format: &'a str) -> Result<Vec<Directive<'a>>, Refusal> {
        let mut parts = Vec::new();
        let mut rest = format;
        let mut next = 0usize;
        while let Some((literal, after)) = rest.split_once('%') {
            parts.push(Directive::Literal(literal));
            if let Some(after) = after.strip_prefix('%') {
                parts.push(Directive::Literal("%"));
                rest = after;
                continue;
            }
            let (verb, explicit, after) = Verb::parse(after)?;
            let at = explicit.unwrap_or(next);
            next = at + 1;
            parts.push(Directive::Verb(verb, at));
            rest = after;
        }
        parts.push(Directive::Literal(rest));
        Ok(parts)
    }
}

/// A number at the beginning, at most 10,000.
fn number(text: &str) -> Result<(Option<usize>, &str), Refusal> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = (text.get(..end).unwrap_or(""), text.get(end..).unwrap_or(""));
    if digits.is_empty() {
        return Ok((None, rest));
    }
    match digits.parse() {
        Ok(value) if value <= 10_000 => Ok((Some(value), rest)),
        _ => Err(Refusal::new("a width in the format is larger than 10,000")),
    }
}

impl Verb {
    fn parse(text: &str) -> Result<(Verb, Option<usize>, &str), Refusal> {
        let mut verb = Verb::default();
        let mut rest = text;
        while let Some(flag) = rest.chars().next() {
            match flag {
                '0' => verb.zero = true,
                '#' => verb.sharp = true,
                '-' => verb.minus = true,
                '+' => verb.plus = true,
                ' ' => verb.space = true,
                _ => break,
            }
            rest = rest.get(1..).unwrap_or("");
        }
        (verb.width, rest) = number(rest)?;
        if let Some(after) = rest.strip_prefix('.') {
            (verb.precision, rest) = number(after)?;
            if verb.precision.is_none() {
                return Err(Refusal::new("the format has a point without a precision"));
            }
        }
        let mut explicit = None;
        if let Some(after) = rest.strip_prefix('[') {
            let (index, after) = number(after)?;
            let (Some(index), Some(after)) = (index.and_then(|index| index.checked_sub(1)), after.strip_prefix(']'))
            else {
                return Err(Refusal::new("the format has an index of an argument that is not a number from 1"));
            };
            explicit = Some(index);
            rest = after;
        }
        let Some(mode) = rest.chars().next().filter(char::is_ascii_alphabetic) else {
            return Err(Refusal::new("a `%` in the format is not followed by a verb"));
        };
        verb.mode = mode;
        Ok((verb, explicit, rest.get(1..).unwrap_or("")))
    }

    /// Whether the argument's own text is what is written.
    fn is_plain(&self) -> bool {
        self.mode == 's' && self.width.is_none() && self.precision.is_none()
    }

    fn append(&self, arg: &Value, out: &mut String) -> Result<(), Refusal> {
        if self.mode != 'v' && arg.is_null() {
            return Err(Refusal::new(format!("null cannot be written with `%{}`", self.mode)));
        }
        match self.mode {
            'v' => self.append_any(arg, out),
            't' => {
                let value = convert(arg, &Type::Bool)?;
                self.pad(if value.as_bool() == Some(true) { "true" } else { "false" }, out);
            }
            'b' | 'd' | 'o' | 'x' | 'X' => {
                let value = convert(arg, &Type::Number)?;
                self.append_whole(value.as_number().unwrap_or(&Number::from(0)), out)?;
            }
            'e' | 'E' | 'f' | 'g' | 'G' => {
                let value = convert(arg, &Type::Number)?;
                self.append_number(value.as_number().unwrap_or(&Number::from(0)), out);
            }
            's' | 'q' => {
                let value = convert(arg, &Type::String)?;
                let text = value.as_str().unwrap_or("");
                let kept: String = match self.precision {
                    Some(count) => text.graphemes(true).take(count).collect(),
                    None => text.to_owned(),
                };
                let json = || json_text(&Value::string(kept.as_str())).as_str().unwrap_or("").to_owned();
                self.pad(&if self.mode == 'q' { json() } else { kept }, out);
            }
            other => return Err(Refusal::new(format!("the format has the verb `%{other}`, which does not exist"))),
        }
        Ok(())
    }

    fn append_any(&self, arg: &Value, out: &mut String) {
        match arg.data() {
            Data::Text(text) if !self.sharp => self.pad(text.as_str(), out),
            Data::Number(number) if !self.sharp => self.pad(&general(number, None, 'e'), out),
            _ => self.pad(json_text(arg).as_str().unwrap_or(""), out),
        }
    }

    fn pad(&self, text: &str, out: &mut String) {
        let missing = self.width.unwrap_or(0).saturating_sub(text.graphemes(true).count());
        let filler = std::iter::repeat_n(if self.zero { '0' } else { ' ' }, missing);
        if self.minus {
            out.push_str(text);
            out.extend(filler);
        } else {
            out.extend(filler);
            out.push_str(text);
        }
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }

    fn append_signed(&self, sign: &str, digits: &str, zeros: bool, out: &mut String) {
        let missing = self.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
        let (left, inner, right) = match (self.minus, zeros) {
            (true, _) => (0, 0, missing),
            (false, true) => (0, missing, 0),
            (false, false) => (missing, 0, 0),
        };
        out.extend(std::iter::repeat_n(' ', left));
        out.push_str(sign);
        out.extend(std::iter::repeat_n('0', inner));
        out.push_str(digits);
        out.extend(std::iter::repeat_n(' ', right));
    }

    fn append_whole(&self, number: &Number, out: &mut String) -> Result<(), Refusal> {
        let Some(magnitude) = number.trunc().magnitude() else {
            return Err(Refusal::new("an infinite number cannot be written with digits"));
        };
        let (radix, prefix) = match self.mode {
            'b' => (2, "0b"),
            'o' => (8, "0"),
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            _ => (10, ""),
        };
        let mut digits = magnitude.to_str_radix(radix);
        if self.mode == 'X' {
            digits.make_ascii_uppercase();
        }
        if self.precision == Some(0) && magnitude == BigUint::ZERO {
            return Ok(());
        }
        let missing = self.precision.unwrap_or(0).saturating_sub(digits.len());
        digits.insert_str(0, &"0".repeat(missing));
        let negative = number.is_negative() && magnitude != BigUint::ZERO;
        let sign = format!("{}{}", self.sign(negative), if self.sharp { prefix } else { "" });
        self.append_signed(&sign, &digits, self.zero && self.precision.is_none(), out);
        Ok(())
    }

    fn append_number(&self, number: &Number, out: &mut String) {
        let negative = number.to_string().starts_with('-');
        if !number.is_finite() {
            let sign = if negative { "-" } else { "+" };
            self.append_signed(sign, "Inf", false, out);
            return;
        }
        let magnitude = if negative { number.neg() } else { number.clone() };
        let digits = match self.mode {
            'f' => fixed(&magnitude, Digits::Places(self.precision.unwrap_or(6)), self.precision.unwrap_or(6)),
            'e' | 'E' => {
                let places = self.precision.unwrap_or(6);
                exponential(&magnitude.digits(Digits::Significant(places + 1)), places, self.mode)
            }
            'G' => general(&magnitude, self.precision, 'E'),
            _ => general(&magnitude, self.precision, 'e'),
        };
        self.append_signed(self.sign(negative), &digits, self.zero, out);
    }
}

/// A number without an exponent, with this many places.
fn fixed(number: &Number, digits: Digits, places: usize) -> String {
    let (digits, point) = number.digits(digits);
    let mut digits = digits.chars();
    let mut text = String::new();
    let before = usize::try_from(point).unwrap_or(0);
    if before == 0 || digits.as_str().is_empty() {
        text.push('0');
    } else {
        text.extend((0..before).map(|_| digits.next().unwrap_or('0')));
    }
    if places > 0 {
        text.push('.');
        let zeros = usize::try_from(point.saturating_neg()).unwrap_or(0).min(places);
        text.extend(std::iter::repeat_n('0', zeros));
        text.extend((zeros..places).map(|_| digits.next().unwrap_or('0')));
    }
    text
}

/// A number with an exponent and this many places.
fn exponential((digits, point): &(String, i64), places: usize, letter: char) -> String {
    let mut left = digits.chars();
    let mut text = String::from(left.next().unwrap_or('0'));
    if places > 0 {
        text.push('.');
        text.extend((0..places).map(|_| left.next().unwrap_or('0')));
    }
    let exponent = if digits.is_empty() { 0 } else { point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(text, "{letter}{sign}{:02}", exponent.abs());
    text
}

/// A number with an exponent where that is shorter, as Go decides it.
fn general(number: &Number, precision: Option<usize>, letter: char) -> String {
    let negative = number.to_string().starts_with('-');
    if !number.is_finite() {
        return if negative { "-Inf" } else { "+Inf" }.to_owned();
    }
    let wanted = precision.map_or(Digits::Shortest, |count| Digits::Significant(count.max(1)));
    let found = number.digits(wanted);
    let length = i64::try_from(found.0.len()).unwrap_or(i64::MAX);
    let mut most = precision.map_or(6, |count| i64::try_from(count.max(1)).unwrap_or(i64::MAX));
    if precision.is_some() && most > length && length >= found.1 {
        most = length;
    }
    let exponent = found.1 - 1;
    let text = if exponent < -4 || exponent >= most {
        exponential(&found, found.0.len().saturating_sub(1), letter)
    } else {
        fixed(number, wanted, usize::try_from(length - found.1).unwrap_or(0))
    };
    if negative { format!("-{text}") } else { text }
}
