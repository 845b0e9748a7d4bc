//! Functions that read other notations: JSON, YAML and CSV.

use std::sync::Arc;

use super::{Accepts, Call, Function, Notation, Param, Refusal};
use crate::dialect::terraform::number::Number;
use crate::dialect::terraform::value::{Members, Origin, Type, Value};
use crate::document::{MAX_DEPTH, Node, Value as Written};
use crate::source::{NO_FILE, Source};
use crate::syntax::yaml::YAML;

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "csvdecode", params: &[Param::one("str", Accepts::String)], gives: Accepts::Any, call: csvdecode },
    Function {
        name: "jsondecode",
        params: &[Param::one("str", Accepts::String)],
        gives: Accepts::Any,
        call: |call| decode(call, Notation::Json, &json),
    },
    Function {
        name: "yamldecode",
        params: &[Param::one("src", Accepts::String)],
        gives: Accepts::Any,
        call: |call| decode(call, Notation::Yaml, &yaml),
    },
];

/// What the argument holds, written where the text was written.
fn decode(
    call: &mut Call<'_>,
    notation: Notation,
    read: &dyn Fn(&str) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let Some(text) = call.arg(0).as_text() else { return read(call.str(0)) };
    let value = call.host.decoded(notation, &text.shared(), &|| read(text.as_str()))?;
    Ok(value.with_origin(Origin { structure: None, ..call.arg(0).origin.clone() }))
}

fn json(text: &str) -> Result<Value, Refusal> {
    let mut reader = Json { text, at: 0 };
    let value = reader.value(0)?;
    reader.blank();
    if reader.at == text.len() { Ok(value) } else { Err(reader.refused()) }
}

/// A reader of strict JSON.
struct Json<'a> {
    text: &'a str,
    at: usize,
}

impl Json<'_> {
    fn refused(&self) -> Refusal {
        Refusal::new(format!("not JSON at byte {}", self.at))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, wanted: u8) -> bool {
        self.blank();
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<Value, Refusal> {
        if depth >= MAX_DEPTH {
            return Err(Refusal::new("the JSON is nested too deeply"));
        }
        self.blank();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(Value::string(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                for (word, value) in
                    [("true", Value::bool(true)), ("false", Value::bool(false)), ("null", Value::null(Type::Dynamic))]
                {
                    if self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                Err(self.refused())
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Refusal> {
        let mut members = Members::new();
        self.at += 1;
        if self.take(b'}') {
            return Ok(Value::object(members));
        }
        loop {
            self.blank();
            if self.peek() != Some(b'"') {
                return Err(self.refused());
            }
            let name = self.string()?;
            if !self.take(b':') {
                return Err(self.refused());
            }
            let value = self.value(depth + 1)?;
            members.insert(Arc::from(name), value);
            if self.take(b'}') {
                return Ok(Value::object(members));
            }
            if !self.take(b',') {
                return Err(self.refused());
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Refusal> {
        let mut items = Vec::new();
        self.at += 1;
        if self.take(b']') {
            return Ok(Value::tuple(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(Value::tuple(items));
            }
            if !self.take(b',') {
                return Err(self.refused());
            }
        }
    }

    fn number(&mut self) -> Result<Value, Refusal> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let end =
            rest.bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')).count();
        let text = rest.get(..end).unwrap_or("");
        // The grammar is JSON's own; the value is ours, because no digit may be lost.
        if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            return Err(self.refused());
        }
        self.at += end;
        Number::parse(text).map(Value::number).ok_or_else(|| Refusal::new("a number is out of range"))
    }

    fn string(&mut self) -> Result<String, Refusal> {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or(&[]);
        let mut escaped = false;
        for (length, byte) in rest.iter().enumerate() {
            match byte {
                b'\\' => escaped = !escaped,
                b'"' if !escaped => {
                    let literal = self.text.get(self.at..self.at + length + 2).unwrap_or("");
                    let text = serde_json::from_str::<String>(literal).map_err(|_| self.refused())?;
                    self.at += length + 2;
                    return Ok(text);
                }
                _ => escaped = false,
            }
        }
        Err(self.refused())
    }
}

fn yaml(text: &str) -> Result<Value, Refusal> {
    let source = Source::from_text(NO_FILE, "yamldecode", text);
    let parsed = (YAML.parse)(&source);
    if let Some(problem) = parsed.problems.iter().find(|problem| problem.level == crate::document::Level::Error) {
        return Err(Refusal::new(problem.message.clone()));
    }
    match parsed.roots.as_slice() {
        [] => Err(Refusal::new("there is no YAML document")),
        [root] => from_node(root, &source),
        _ => Err(Refusal::new("more than one YAML document")),
    }
}

fn from_node(node: &Node, source: &Source) -> Result<Value, Refusal> {
    Ok(match &node.value {
        Written::Null => Value::null(Type::Dynamic),
        Written::Bool(truth) => Value::bool(*truth),
        Written::Int(number) => Value::number(*number),
        Written::Float(number) => {
            let written = source.slice(node.span).trim();
            let exact = Number::parse(written).or_else(|| Number::from_f64(*number));
            Value::number(exact.ok_or_else(|| Refusal::new("a value is not a number"))?)
        }
        Written::Str(text) if source.slice(node.span) == text.as_str() => plain(text.as_str()),
        Written::Str(text) => Value::string(text.shared()),
        Written::List(items) => {
            Value::tuple(items.iter().map(|item| from_node(item, source)).collect::<Result<_, _>>()?)
        }
        Written::Map(_) if source.slice(node.span).starts_with('!') => {
            return Err(Refusal::new("the YAML has a tag that Terraform does not know"));
        }
        Written::Map(map) => {
            let mut members = Members::new();
            for entry in map.written() {
                members.insert(Arc::clone(&entry.key.name), from_node(&entry.value, source)?);
            }
            Value::object(members)
        }
        Written::Unresolved(unresolved) => Value::unknown(Type::Dynamic, &*unresolved.because),
    })
}

/// Text without quotes; some words are truth values to Terraform, and dates become times.
fn plain(text: &str) -> Value {
    match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::bool(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => Value::bool(false),
        _ if is_date(text) => Value::unknown(Type::String, "how Terraform writes a YAML date is not computed here"),
        _ => Value::string(text),
    }
}

fn is_date(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.by_ref().take(4).filter(u8::is_ascii_digit).count() == 4
        && bytes.next() == Some(b'-')
        && bytes.next().is_some_and(|byte| byte.is_ascii_digit())
        && bytes
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b'+' | b' ' | b't' | b'T' | b'Z'))
}

fn csvdecode(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut rows = csv_rows(call.str(0))?.into_iter();
    let Some(header) = rows.next() else { return Err(Refusal::new("the header line is missing")) };
    let names: Vec<Arc<str>> = header.into_iter().map(Arc::from).collect();
    let ty = Type::object(names.iter().map(|name| (Arc::clone(name), Type::String)));
    let mut found = Vec::new();
    for row in rows {
        if row.len() != names.len() {
            return Err(Refusal::new("a line has another number of fields than the header"));
        }
        let members: Members = names.iter().cloned().zip(row.into_iter().map(Value::string)).collect();
        if members.len() != names.len() {
            return Err(Refusal::new("two columns have the same name"));
        }
        found.push(Value::object(members));
    }
    Ok(Value::list(ty, found))
}

/// The rows of a text; lines without anything do not count.
fn csv_rows(text: &str) -> Result<Vec<Vec<String>>, Refusal> {
    let text = text.replace("\r\n", "\n");
    let mut rows = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('\n') {
            rest = after;
            continue;
        }
        let mut row = Vec::new();
        loop {
            let (field, after) = csv_field(rest)?;
            row.push(field);
            if let Some(after) = after.strip_prefix(',') {
                rest = after;
            } else {
                rest = after.strip_prefix('\n').unwrap_or(after);
                break;
            }
        }
        rows.push(row);
    }
    Ok(rows)
}

/// One field, and what follows it: a comma, the end of the line or of the text.
fn csv_field(text: &str) -> Result<(String, &str), Refusal> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\n']).unwrap_or(text.len());
        let field = text.get(..end).unwrap_or("");
        if field.contains('"') {
            return Err(Refusal::new("a quote stands within a field without quotes"));
        }
        return Ok((field.to_owned(), text.get(end..).unwrap_or("")));
    };
    let mut field = String::new();
    loop {
        let Some((part, after)) = rest.split_once('"') else { return Err(Refusal::new("a quote is not closed")) };
        field.push_str(part);
        match after.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None if after.is_empty() || after.starts_with([',', '\n']) => return Ok((field, after)),
            None => return Err(Refusal::new("text follows a closed quote")),
        }
    }
}
