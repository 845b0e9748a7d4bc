//! Functions that write other notations, and encodings of bytes.

use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet::STANDARD as STANDARD_ALPHABET;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::{Accepts, Function, Param, Refusal};
use crate::dialect::terraform::value::{Data, Type, Value};

const STR: Param = Param::one("str", Accepts::String);

/// As Go's decoder: padding is required, bits beyond the last byte are not looked at.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD_ALPHABET, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "base64decode",
        params: &[STR],
        gives: Accepts::String,
        call: |call| {
            let text = String::from_utf8(from_base64(call.str(0))?);
            text.map(Value::string).map_err(|_| Refusal::new("the bytes are not UTF-8"))
        },
    },
    Function {
        name: "base64encode",
        params: &[STR],
        gives: Accepts::String,
        call: |call| Ok(Value::string(BASE64.encode(call.str(0)))),
    },
    Function {
        name: "base64gzip",
        params: &[STR],
        gives: Accepts::String,
        call: |_| Ok(Value::unknown(Type::String, "the bytes that Terraform compresses to are not computed here")),
    },
    Function {
        name: "jsonencode",
        params: &[Param::one("val", Accepts::Any).open().nullable()],
        gives: Accepts::String,
        call: |call| jsonencode(call.arg(0)),
    },
    Function {
        name: "textdecodebase64",
        params: &[Param::one("source", Accepts::String), Param::one("encoding", Accepts::String)],
        gives: Accepts::String,
        call: |call| Ok(decoded(&from_base64(call.str(0))?, call.str(1))),
    },
    Function {
        name: "textencodebase64",
        params: &[Param::one("string", Accepts::String), Param::one("encoding", Accepts::String)],
        gives: Accepts::String,
        call: |call| encoded(call.str(0), call.str(1)),
    },
    Function {
        name: "urlencode",
        params: &[STR],
        gives: Accepts::String,
        call: |call| Ok(Value::string(url_encoded(call.str(0)))),
    },
];

fn from_base64(text: &str) -> Result<Vec<u8>, Refusal> {
    BASE64.decode(text.replace(['\r', '\n'], "")).map_err(|_| Refusal::new("the text is not base64"))
}

fn unknown_encoding(name: &str) -> Value {
    Value::unknown(Type::String, format!("the encoding `{name}` is not known here"))
}

fn decoded(bytes: &[u8], encoding: &str) -> Value {
    let pairs = || bytes.chunks(2).map(|pair| [pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)]);
    let units: Vec<u16> = match encoding.to_ascii_uppercase().as_str() {
        "UTF-8" => return Value::string(String::from_utf8_lossy(bytes)),
        "UTF-16LE" if bytes.len().is_multiple_of(2) => pairs().map(u16::from_le_bytes).collect(),
        "UTF-16BE" if bytes.len().is_multiple_of(2) => pairs().map(u16::from_be_bytes).collect(),
        _ => return unknown_encoding(encoding),
    };
    Value::string(String::from_utf16_lossy(&units))
}

fn encoded(text: &str, encoding: &str) -> Result<Value, Refusal> {
    let bytes: Vec<u8> = match encoding.to_ascii_uppercase().as_str() {
        "UTF-8" => text.as_bytes().to_vec(),
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "ISO-8859-1" => {
            let narrow = text.chars().map(|ch| u8::try_from(u32::from(ch))).collect::<Result<_, _>>();
            narrow.map_err(|_| Refusal::new("a character is not of the encoding"))?
        }
        _ => return Ok(unknown_encoding(encoding)),
    };
    Ok(Value::string(BASE64.encode(bytes)))
}

fn url_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

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
