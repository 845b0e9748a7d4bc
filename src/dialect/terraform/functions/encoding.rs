//! Functions that write and read other notations.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Accepts, Function, Param, Refusal};
use crate::dialect::terraform::value::{Data, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "jsonencode",
    params: &[Param::one("val", Accepts::Any).open().nullable()],
    gives: Accepts::String,
    call: |call| jsonencode(call.arg(0)),
}];

/// The structure stays with the text, so that a policy is judged as what was written; it does so too when parts of it
/// are not known.
fn jsonencode(value: &Value) -> Result<Value, Refusal> {
    if has_infinity(value) {
        return Err(Refusal::new("JSON has no infinite numbers"));
    }
    let mut rendered =
        if value.is_wholly_known() { json_text(value) } else { Value::unknown_from(Type::String, [value]) };
    rendered.origin.structure = Some(Arc::new(value.clone()));
    Ok(rendered)
}

fn has_infinity(value: &Value) -> bool {
    match (value.as_number(), value.items(), value.members()) {
        (Some(number), _, _) => !number.is_finite(),
        (_, Some(items), _) => items.iter().any(has_infinity),
        (_, _, Some(members)) => members.values().any(has_infinity),
        _ => false,
    }
}

/// The JSON text of a value that is wholly known.
pub(super) fn json_text(value: &Value) -> Value {
    let mut text = String::new();
    write_json(value, &mut text);
    Value::string(text)
}

fn write_json(value: &Value, out: &mut String) {
    match value.data() {
        Data::Null(_) | Data::Unknown(_) => out.push_str("null"),
        Data::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Data::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Data::Text(text) => write_json_string(text.as_str(), out),
        Data::List(_, items) | Data::Set(_, items) | Data::Tuple(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Data::Map(_, members) | Data::Object(members) => {
            out.push('{');
            for (at, (key, member)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json_string(key, out);
                out.push(':');
                write_json(member, out);
            }
            out.push('}');
        }
    }
}

/// A JSON string as Go writes it: characters that matter to HTML are escaped.
fn write_json_string(text: &str, out: &mut String) {
    out.push('"');
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(ch));
            }
            _ => out.push(ch),
        }
    }
    out.push('"');
}
