//! Functions on text.

use unicode_segmentation::UnicodeSegmentation;

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::value::{MAX_TEXT, Members, Type, Value};

const STR: Param = Param::one("str", Accepts::String);

/// A function from texts to a text.
macro_rules! text {
    ($name:literal, [$($param:expr),*], $call:expr) => {
        Function {
            name: $name,
            params: &[$($param),*],
            gives: Accepts::String,
            call: |call| {
                let make: fn(&Call<'_>) -> String = $call;
                Ok(Value::string(make(call)))
            },
        }
    };
}

/// A question about a text and a part of it.
macro_rules! question {
    ($name:literal, $part:literal, $call:expr) => {
        Function {
            name: $name,
            params: &[STR, Param::one($part, Accepts::String)],
            gives: Accepts::Bool,
            call: |call| {
                let ask: fn(&str, &str) -> bool = $call;
                Ok(Value::bool(ask(call.str(0), call.str(1))))
            },
        }
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    text!("chomp", [STR], |call| call.str(0).trim_end_matches(['\r', '\n']).to_owned()),
    question!("endswith", "suffix", |text, part| text.ends_with(part)),
    Function {
        name: "indent",
        params: &[Param::one("spaces", Accepts::Number), STR],
        gives: Accepts::String,
        call: indent,
    },
    text!("lower", [STR], |call| call.str(0).chars().map(lower).collect()),
    question!("startswith", "prefix", |text, part| text.starts_with(part)),
    question!("strcontains", "substr", |text, part| text.contains(part)),
    text!("strrev", [STR], |call| call.str(0).graphemes(true).rev().collect()),
    Function {
        name: "substr",
        params: &[STR, Param::one("offset", Accepts::Number), Param::one("length", Accepts::Number)],
        gives: Accepts::String,
        call: substr,
    },
    Function {
        name: "templatestring",
        params: &[Param::one("template", Accepts::String), Param::one("vars", Accepts::Any).open()],
        gives: Accepts::String,
        call: |call| match (call.arg(1).members(), call.arg(1).is_known()) {
            (Some(variables), _) => call.host.render(call.arg(0), &renamed(variables)?),
            (None, false) => Ok(Value::unknown_from(Type::String, [call.arg(1)])),
            (None, true) => Err(Refusal::new("the variables must be a map or an object")),
        },
    },
    text!("title", [STR], |call| title(call.str(0))),
    text!("trim", [STR, Param::one("cutset", Accepts::String)], |call| {
        call.str(0).trim_matches(|ch| call.str(1).contains(ch)).to_owned()
    }),
    text!("trimprefix", [STR, Param::one("prefix", Accepts::String)], |call| {
        call.str(0).strip_prefix(call.str(1)).unwrap_or(call.str(0)).to_owned()
    }),
    text!("trimspace", [STR], |call| call.str(0).trim().to_owned()),
    text!("trimsuffix", [STR, Param::one("suffix", Accepts::String)], |call| {
        call.str(0).strip_suffix(call.str(1)).unwrap_or(call.str(0)).to_owned()
    }),
    text!("upper", [STR], |call| call.str(0).chars().map(upper).collect()),
];

/// The variables of a template; their names must be identifiers.
pub(super) fn renamed(variables: &Members) -> Result<Members, Refusal> {
    let is_name = |name: &str| {
        name.starts_with(|ch: char| ch.is_alphabetic() || ch == '_')
            && name.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '-'))
    };
    match variables.keys().find(|name| !is_name(name)) {
        Some(name) => Err(Refusal::new(format!("`{name}` is not the name of a variable"))),
        None => Ok(variables.clone()),
    }
}

/// One character for one, as Go maps them.
fn lower(ch: char) -> char {
    ch.to_lowercase().next().unwrap_or(ch)
}

fn upper(ch: char) -> char {
    let mut mapped = ch.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(only), None) => only,
        _ => titled(ch),
    }
}

/// Greek letters with an iota below have one capital; other letters that become several stay as they are.
fn titled(ch: char) -> char {
    let code = u32::from(ch);
    let offset = match code {
        0x1f80..=0x1faf if code & 8 == 0 => 8,
        0x1fb3 | 0x1fc3 | 0x1ff3 => 9,
        _ => 0,
    };
    char::from_u32(code + offset).unwrap_or(ch)
}

fn title(text: &str) -> String {
    let mut before = ' ';
    let mut titled = String::with_capacity(text.len());
    for ch in text.chars() {
        let within = before.is_alphanumeric() || before == '_' || !before.is_ascii() && !before.is_whitespace();
        titled.push(if within { ch } else { upper(ch) });
        before = ch;
    }
    titled
}

fn indent(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let Ok(spaces) = usize::try_from(call.whole(0)?) else {
        return Err(Refusal::new("the number of spaces must not be negative"));
    };
    let text = call.str(1);
    if spaces.saturating_mul(text.matches('\n').count() + 1) > MAX_TEXT {
        return Ok(Value::unknown(Type::String, "the text is longer than 1 MiB, the limit here"));
    }
    Ok(Value::string(text.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

fn substr(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (offset, length) = (call.whole(1)?, call.whole(2)?);
    let text = call.str(0);
    let clusters = text.graphemes(true);
    let from = if offset < 0 {
        // A length of zero counts as none when the offset is from the end.
        usize::try_from(i64::try_from(clusters.clone().count()).unwrap_or(i64::MAX).saturating_add(offset)).unwrap_or(0)
    } else if length == 0 {
        return Ok(Value::string(""));
    } else {
        usize::try_from(offset).unwrap_or(usize::MAX)
    };
    let rest = clusters.skip(from);
    Ok(Value::string(match usize::try_from(length) {
        Ok(length) if length > 0 => rest.take(length).collect::<String>(),
        _ => rest.collect(),
    }))
}
