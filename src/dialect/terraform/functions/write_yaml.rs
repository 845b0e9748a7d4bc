//! `yamlencode`: YAML as Terraform writes it, with every string quoted and collections in blocks.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Accepts, Function, Param};
use crate::dialect::terraform::value::{Data, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "yamlencode",
    params: &[Param::one("value", Accepts::Any).open().nullable()],
    gives: Accepts::String,
    call: |call| {
        let value = call.arg(0);
        let mut rendered = if value.is_wholly_known() {
            let mut text = String::new();
            write(value, 0, Place::Start, &mut text);
            Value::string(text)
        } else {
            Value::unknown_from(Type::String, [value])
        };
        rendered.origin.structure = Some(Arc::new(value.clone()));
        Ok(rendered)
    },
}];

/// What stands before a value on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing.
    Start,
    /// A dash.
    Item,
    /// A key and its colon.
    Member,
}

/// Writes a value and the end of its line; `column` is where the lines of a block begin.
fn write(value: &Value, column: usize, place: Place, out: &mut String) {
    match (value.items(), value.members()) {
        (Some(items), _) if !items.is_empty() => {
            // A list within a map is not set in; within a list it is.
            let column = if place == Place::Member { column.saturating_sub(2) } else { column };
            begin(place, out);
            for (at, item) in items.iter().enumerate() {
                lead(at, column, place, out);
                out.push('-');
                write(item, column + 2, Place::Item, out);
            }
        }
        (_, Some(members)) if !members.is_empty() => {
            begin(place, out);
            for (at, (key, member)) in members.iter().enumerate() {
                lead(at, column, place, out);
                quoted(key, out);
                out.push(':');
                write(member, column + 2, Place::Member, out);
            }
        }
        _ => {
            if place != Place::Start {
                out.push(' ');
            }
            scalar(value, if place == Place::Start { 2 } else { column }, out);
            out.push('\n');
        }
    }
}

fn begin(place: Place, out: &mut String) {
    match place {
        Place::Start => {}
        Place::Item => out.push(' '),
        Place::Member => out.push('\n'),
    }
}

fn lead(at: usize, column: usize, place: Place, out: &mut String) {
    if at > 0 || place == Place::Member {
        out.extend(std::iter::repeat_n(' ', column));
    }
}

fn scalar(value: &Value, column: usize, out: &mut String) {
    match value.data() {
        Data::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Data::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Data::Text(text) if may_be_literal(text.as_str()) => literal(text.as_str(), column, out),
        Data::Text(text) => quoted(text.as_str(), out),
        Data::List(..) | Data::Set(..) | Data::Tuple(_) => out.push_str("[]"),
        Data::Map(..) | Data::Object(_) => out.push_str("{}"),
        Data::Null(_) | Data::Unknown(_) => out.push_str("null"),
    }
}

/// Text of several lines stands in a block, unless the block would lose something.
fn may_be_literal(text: &str) -> bool {
    text.contains('\n')
        && !text.ends_with(' ')
        && !text.contains(" \n")
        && text.chars().all(|ch| ch == '\n' || !ch.is_control())
}

fn literal(text: &str, column: usize, out: &mut String) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    match text.strip_suffix('\n') {
        None => out.push('-'),
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => out.push('+'),
        Some(_) => {}
    }
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', column));
            out.push_str(line);
        }
    }
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\u{1b}' => out.push_str("\\e"),
            '\u{85}' => out.push_str("\\N"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            '\u{feff}' => out.push_str("\\uFEFF"),
            _ if ch.is_control() => {
                let _ = write!(out, "\\x{:02X}", u32::from(ch));
            }
            _ => out.push(ch),
        }
    }
    out.push('"');
}
