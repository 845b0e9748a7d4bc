//! Functions on regular expressions.
//!
//! Terraform's expressions are Go's. They are rewritten to mean the same here: classes such as `\d` are ASCII, and what
//! only this side understands is refused.

use std::fmt::Write as _;
use std::sync::Arc;

use regex::{Captures, Regex, RegexBuilder};

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::value::{Members, Type, Value};

const PATTERN: Param = Param::one("pattern", Accepts::String);
const TEXT: Param = Param::one("string", Accepts::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "regex", params: &[PATTERN, TEXT], gives: Accepts::Any, call: first_match },
    Function { name: "regexall", params: &[PATTERN, TEXT], gives: Accepts::Any, call: all_matches },
    Function {
        name: "replace",
        params: &[
            Param::one("str", Accepts::String),
            Param::one("substr", Accepts::String),
            Param::one("replace", Accepts::String),
        ],
        gives: Accepts::String,
        call: replace,
    },
];

fn first_match(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let pattern = compiled(call.str(0))?;
    let shape = Shape::of(&pattern)?;
    match pattern.captures(call.str(1)) {
        Some(found) => Ok(shape.value(&found)),
        None => Err(Refusal::new("the pattern does not match")),
    }
}

fn all_matches(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let pattern = compiled(call.str(0))?;
    let shape = Shape::of(&pattern)?;
    let found: Vec<Value> = pattern.captures_iter(call.str(1)).map(|found| shape.value(&found)).collect();
    Ok(Value::list(shape.ty(), found))
}

fn replace(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (text, part, by) = (call.str(0), call.str(1), call.str(2));
    if let Some(inner) = part.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        let pattern = compiled(inner)?;
        return Ok(Value::string(pattern.replace_all(text, by).into_owned()));
    }
    Ok(Value::string(text.replace(part, by)))
}

/// What a match gives: the text, a tuple of groups, or an object of named groups.
enum Shape {
    Whole,
    Groups(usize),
    Named(Vec<Arc<str>>),
}

impl Shape {
    fn of(pattern: &Regex) -> Result<Shape, Refusal> {
        let groups = pattern.captures_len() - 1;
        let named: Vec<Arc<str>> = pattern.capture_names().flatten().map(Arc::from).collect();
        match (groups, named.len()) {
            (0, _) => Ok(Shape::Whole),
            (_, 0) => Ok(Shape::Groups(groups)),
            (all, some) if all == some => Ok(Shape::Named(named)),
            _ => Err(Refusal::new("either all groups have a name or none")),
        }
    }

    fn ty(&self) -> Type {
        match self {
            Shape::Whole => Type::String,
            Shape::Groups(count) => Type::Tuple(Arc::new(vec![Type::String; *count])),
            Shape::Named(names) => Type::object(names.iter().map(|name| (Arc::clone(name), Type::String))),
        }
    }

    fn value(&self, found: &Captures<'_>) -> Value {
        let text = |group: Option<regex::Match<'_>>| match group {
            Some(group) => Value::string(group.as_str()),
            None => Value::null(Type::String),
        };
        match self {
            Shape::Whole => text(found.get(0)),
            Shape::Groups(count) => Value::tuple((1..=*count).map(|at| text(found.get(at))).collect()),
            Shape::Named(names) => {
                let members: Members = names.iter().map(|name| (Arc::clone(name), text(found.name(name)))).collect();
                Value::object(members)
            }
        }
    }
}

/// A pattern of Go, compiled.
fn compiled(pattern: &str) -> Result<Regex, Refusal> {
    let translated = translate(pattern)?;
    RegexBuilder::new(&translated)
        .size_limit(1 << 20)
        .nest_limit(100)
        .build()
        .map_err(|_| Refusal::new(format!("`{pattern}` is not a regular expression")))
}

fn translate(pattern: &str) -> Result<String, Refusal> {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut repeated = false;
    while let Some(ch) = rest.chars().next() {
        let after = rest.get(ch.len_utf8()..).unwrap_or("");
        let mut repeats = false;
        rest = match ch {
            '\\' => escape(after, false, &mut out)?,
            '[' => class(after, &mut out)?,
            '{' if repetition(after).is_none() => {
                out.push_str("\\{");
                after
            }
            '*' | '+' | '?' | '{' => {
                if repeated {
                    return Err(Refusal::new(format!("`{pattern}` repeats a repetition")));
                }
                repeats = true;
                let end = if ch == '{' { repetition(after).unwrap_or(0) } else { 0 };
                out.push(ch);
                out.push_str(after.get(..end).unwrap_or(""));
                let after = after.get(end..).unwrap_or("");
                match after.strip_prefix('?') {
                    Some(lazy) => {
                        out.push('?');
                        lazy
                    }
                    None => after,
                }
            }
            _ => {
                out.push(ch);
                after
            }
        };
        repeated = repeats;
        if ch == '('
            && let Some(flags) = rest.strip_prefix('?')
        {
            out.push('?');
            rest = flags;
            let head: String = flags.chars().take_while(|ch| !matches!(ch, ')' | ':' | '<')).collect();
            if !head.chars().all(|flag| matches!(flag, 'i' | 'm' | 's' | 'U' | '-' | 'P')) {
                return Err(Refusal::new(format!("`{pattern}` has flags that Terraform does not know")));
            }
        }
    }
    Ok(out)
}

/// The length of `n}`, `n,}` or `n,m}`; the numbers are at most 1000.
fn repetition(text: &str) -> Option<usize> {
    let end = text.find('}')?;
    let inner = text.get(..end)?;
    let (low, high) = inner.split_once(',').unwrap_or((inner, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (!low.is_empty() && digits(low) && digits(high)).then_some(end + 1)
}

/// What stands for an escape, whose text begins behind the backslash.
fn escape<'a>(text: &'a str, in_class: bool, out: &mut String) -> Result<&'a str, Refusal> {
    let Some(ch) = text.chars().next() else { return Err(Refusal::new("a backslash ends the pattern")) };
    let rest = text.get(ch.len_utf8()..).unwrap_or("");
    let ascii = match ch {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => "\\t\\n\\f\\r ",
        'D' => "^0-9",
        'W' => "^0-9A-Za-z_",
        'S' => "^\\t\\n\\f\\r ",
        _ => "",
    };
    if !ascii.is_empty() {
        if in_class && !ascii.starts_with('^') {
            out.push_str(ascii);
        } else {
            let _ = write!(out, "[{ascii}]");
        }
        return Ok(rest);
    }
    match ch {
        'b' if !in_class => out.push_str("(?-u:\\b)"),
        'B' | 'A' | 'z' if !in_class => {
            out.push('\\');
            out.push(ch);
        }
        'Q' if !in_class => {
            let (literal, rest) = rest.split_once("\\E").unwrap_or((rest, ""));
            out.push_str(&regex::escape(literal));
            return Ok(rest);
        }
        'p' | 'P' | 'x' | 'a' | 'f' | 't' | 'n' | 'r' | 'v' => {
            out.push('\\');
            out.push(ch);
        }
        '0'..='7' => {
            let octal: String = text.chars().take(3).take_while(|ch| ch.is_digit(8)).collect();
            if ch != '0' && octal.len() < 2 {
                return Err(Refusal::new("back references are not supported"));
            }
            let _ = write!(out, "\\x{{{:x}}}", u32::from_str_radix(&octal, 8).unwrap_or(0));
            return Ok(text.get(octal.len()..).unwrap_or(""));
        }
        _ if ch.is_ascii() && !ch.is_ascii_alphanumeric() => {
            if regex_syntax_needs(ch) {
                out.push('\\');
            }
            out.push(ch);
        }
        _ => return Err(Refusal::new(format!("`\\{ch}` is not an escape"))),
    }
    Ok(rest)
}

/// Characters that mean something here, within a class or outside.
fn regex_syntax_needs(ch: char) -> bool {
    matches!(
        ch,
        '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' | '#' | '&' | '-' | '~'
    )
}

/// A class, whose text begins behind the bracket.
fn class<'a>(text: &'a str, out: &mut String) -> Result<&'a str, Refusal> {
    out.push('[');
    let mut rest = text;
    if let Some(negated) = rest.strip_prefix('^') {
        out.push('^');
        rest = negated;
    }
    let mut first = true;
    loop {
        let Some(ch) = rest.chars().next() else { return Err(Refusal::new("a class of the pattern is not closed")) };
        let after = rest.get(ch.len_utf8()..).unwrap_or("");
        rest = match ch {
            ']' if !first => {
                out.push(']');
                return Ok(after);
            }
            '\\' => escape(after, true, out)?,
            '[' if after.starts_with(':') && after.contains(":]") => {
                let end = after.find(":]").unwrap_or(0) + 2;
                let _ = write!(out, "[{}", after.get(..end).unwrap_or(""));
                after.get(end..).unwrap_or("")
            }
            '-' if first || after.starts_with(']') || after.starts_with('-') => {
                out.push_str("\\-");
                after
            }
            '[' | ']' | '&' | '~' | '^' => {
                out.push('\\');
                out.push(ch);
                after
            }
            _ => {
                out.push(ch);
                after
            }
        };
        first = false;
    }
}
