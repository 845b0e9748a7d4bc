//! Text and patterns.

use super::{Table, arg, last, size, text};
use crate::dialect::helm::template::exec::{Engine, Fault};
use crate::dialect::helm::template::text::{Build, Str};
use crate::dialect::helm::template::value::{Kind, Val};

/// Longest text that `repeat` and `indent` make.
const MAX_LENGTH: usize = 4 * 1024 * 1024;

pub const TABLE: Table = &[
    ("toString", |_, arguments| Ok(Val::str(last(arguments)?.printed()))),
    ("print", |_, arguments| Ok(Val::str(print(arguments, false)))),
    ("println", |_, arguments| {
        let mut out = Build::default();
        out.push_str(&print(arguments, true));
        out.push_along("\n");
        Ok(Val::str(out.finish()))
    }),
    ("printf", |_, arguments| printf(arguments)),
    ("cat", |_, arguments| Ok(Val::str(print(arguments, true)))),
    ("trim", |_, arguments| part(arguments, 0, |text, _| text.trim())),
    ("trimAll", |_, arguments| part(arguments, 1, |text, set| text.trim_matches(|char| set.contains(char)))),
    ("trimall", |_, arguments| part(arguments, 1, |text, set| text.trim_matches(|char| set.contains(char)))),
    ("trimPrefix", |_, arguments| part(arguments, 1, |text, fix| text.strip_prefix(fix).unwrap_or(text))),
    ("trimSuffix", |_, arguments| part(arguments, 1, |text, fix| text.strip_suffix(fix).unwrap_or(text))),
    ("upper", |_, arguments| changed(arguments, str::to_uppercase)),
    ("lower", |_, arguments| changed(arguments, str::to_lowercase)),
    ("title", |_, arguments| changed(arguments, title)),
    ("untitle", |_, arguments| changed(arguments, |text| recased(text, char::to_lowercase))),
    ("camelcase", |_, arguments| changed(arguments, |text| words(text).iter().map(|word| title(word)).collect())),
    ("snakecase", |_, arguments| changed(arguments, |text| words(text).join("_"))),
    ("kebabcase", |_, arguments| changed(arguments, |text| words(text).join("-"))),
    ("swapcase", |_, arguments| {
        changed(arguments, |text| {
            let swap =
                |char: char| if char.is_uppercase() { char.to_ascii_lowercase() } else { char.to_ascii_uppercase() };
            text.chars().map(swap).collect()
        })
    }),
    ("nospace", |_, arguments| changed(arguments, |text| text.split_whitespace().collect())),
    ("initials", |_, arguments| {
        changed(arguments, |text| text.split_whitespace().filter_map(|word| word.chars().next()).collect())
    }),
    ("repeat", |engine, arguments| {
        let (count, unit) = (size(arguments, 0)?, text(arguments, 1)?);
        if count.saturating_mul(unit.as_str().len()) > MAX_LENGTH {
            return Err("the text gets too long".into());
        }
        engine.charge(count, count * unit.as_str().len())?;
        Ok(Val::str(Str::at(unit.as_str().repeat(count), unit.place())))
    }),
    ("substr", |_, arguments| {
        let value = text(arguments, 2)?;
        let length = value.as_str().len();
        let start = size(arguments, 0)?.min(length);
        let end = super::whole(arguments, 1)?;
        let end = usize::try_from(end).map_or(length, |end| end.min(length));
        Ok(Val::str(value.slice(start.min(end), end)))
    }),
    ("trunc", |_, arguments| {
        let count = super::whole(arguments, 0)?;
        let value = text(arguments, 1)?;
        let length = value.as_str().len();
        let keep = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX).min(length);
        let (start, end) = if count < 0 { (length - keep, length) } else { (0, keep) };
        Ok(Val::str(value.slice(boundary(value.as_str(), start), boundary(value.as_str(), end))))
    }),
    ("abbrev", |_, arguments| {
        let (width, value) = (size(arguments, 0)?, text(arguments, 1)?);
        if value.as_str().len() <= width || width < 4 {
            return Ok(Val::str(value));
        }
        let mut out = Build::default();
        out.push_part(&value, 0, boundary(value.as_str(), width - 3));
        out.push_along("...");
        Ok(Val::str(out.finish()))
    }),
    ("contains", |_, arguments| asks(arguments, |text, wanted| text.contains(wanted))),
    ("hasPrefix", |_, arguments| asks(arguments, |text, wanted| text.starts_with(wanted))),
    ("hasSuffix", |_, arguments| asks(arguments, |text, wanted| text.ends_with(wanted))),
    ("quote", |_, arguments| {
        Ok(quoted(arguments, "\"", |part| {
            let written = serde_json::Value::from(part).to_string();
            written.get(1..written.len() - 1).unwrap_or("").to_owned()
        }))
    }),
    ("squote", |_, arguments| Ok(quoted(arguments, "'", str::to_owned))),
    ("indent", |engine, arguments| indent(engine, arguments, false)),
    ("nindent", |engine, arguments| indent(engine, arguments, true)),
    ("replace", |engine, arguments| {
        let (old, new, value) = (text(arguments, 0)?, text(arguments, 1)?, text(arguments, 2)?);
        let mut out = Build::default();
        let mut at = 0;
        for (found, _) in value.as_str().match_indices(old.as_str()) {
            out.push_part(&value, at, found);
            out.push_at(new.as_str(), new.place().or_else(|| value.place()));
            at = found + old.as_str().len();
            engine.charge(1, new.as_str().len())?;
        }
        out.push_part(&value, at, value.as_str().len());
        Ok(Val::str(out.finish()))
    }),
    ("plural", |_, arguments| {
        let chosen = usize::from(super::whole(arguments, 2)? != 1);
        arg(arguments, chosen).cloned()
    }),
    ("split", |_, arguments| {
        let (separator, value) = (text(arguments, 0)?, text(arguments, 1)?);
        let parts = pieces(&value, separator.as_str(), usize::MAX);
        Ok(Val::map(parts.into_iter().enumerate().map(|(at, part)| (format!("_{at}").into(), part)).collect()))
    }),
    ("splitn", |_, arguments| {
        let (separator, count, value) = (text(arguments, 0)?, size(arguments, 1)?, text(arguments, 2)?);
        let parts = pieces(&value, separator.as_str(), count);
        Ok(Val::map(parts.into_iter().enumerate().map(|(at, part)| (format!("_{at}").into(), part)).collect()))
    }),
    ("splitList", |_, arguments| {
        let (separator, value) = (text(arguments, 0)?, text(arguments, 1)?);
        Ok(Val::list(pieces(&value, separator.as_str(), usize::MAX)))
    }),
    ("wrap", |_, arguments| Ok(Val::str(text(arguments, 1)?))),
    ("html", |_, arguments| {
        changed(arguments, |text| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            text.replace('"', "&#34;").replace('\'', "&#39;")
        })
    }),
    ("base", |_, arguments| {
        part(arguments, 0, |text, _| text.trim_end_matches('/').rsplit('/').next().unwrap_or(text))
    }),
    ("dir", |_, arguments| part(arguments, 0, |text, _| text.rsplit_once('/').map_or(".", |(before, _)| before))),
    ("ext", |_, arguments| part(arguments, 0, |text, _| text.rfind('.').and_then(|at| text.get(at..)).unwrap_or(""))),
    ("clean", |_, arguments| part(arguments, 0, |text, _| text.trim_end_matches('/'))),
    ("isAbs", |_, arguments| Ok(Val::bool(text(arguments, 0)?.as_str().starts_with('/')))),
];

pub const PATTERNS: Table = &[
    ("regexMatch", |engine, arguments| {
        Ok(Val::bool(engine.pattern(&text(arguments, 0)?)?.is_match(text(arguments, 1)?.as_str())))
    }),
    ("mustRegexMatch", |engine, arguments| {
        Ok(Val::bool(engine.pattern(&text(arguments, 0)?)?.is_match(text(arguments, 1)?.as_str())))
    }),
    ("regexFind", find),
    ("mustRegexFind", find),
    ("regexFindAll", find_all),
    ("mustRegexFindAll", find_all),
    ("regexReplaceAll", |engine, arguments| replace_all(engine, arguments, false)),
    ("mustRegexReplaceAll", |engine, arguments| replace_all(engine, arguments, false)),
    ("regexReplaceAllLiteral", |engine, arguments| replace_all(engine, arguments, true)),
    ("mustRegexReplaceAllLiteral", |engine, arguments| replace_all(engine, arguments, true)),
    ("regexSplit", |engine, arguments| {
        let (pattern, value) = (engine.pattern(&text(arguments, 0)?)?, text(arguments, 1)?);
        let count = super::whole(arguments, 2)?;
        let limit = usize::try_from(count).ok().filter(|count| *count > 0).unwrap_or(usize::MAX);
        Ok(Val::list(pattern.splitn(value.as_str(), limit).map(|part| Val::str(value.part(part))).collect()))
    }),
    ("regexQuoteMeta", |_, arguments| changed(arguments, regex::escape)),
];

/// The nearest character boundary at or before an offset.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A function that takes a part of the text at `index`; what stands before the text is a word for it.
fn part(arguments: &[Val], index: usize, choose: for<'t> fn(&'t str, &str) -> &'t str) -> Result<Val, Fault> {
    let value = text(arguments, index)?;
    let word = if index > 0 { text(arguments, index - 1)? } else { Str::plain("") };
    let chosen = choose(value.as_str(), word.as_str());
    let inside = value.as_str().as_bytes().as_ptr_range().contains(&chosen.as_ptr());
    Ok(Val::str(if inside { value.part(chosen) } else { Str::at(chosen, value.place()) }))
}

fn changed(arguments: &[Val], change: impl Fn(&str) -> String) -> Result<Val, Fault> {
    let value = last(arguments)?.printed();
    Ok(Val::str(Str::at(change(value.as_str()), value.place())))
}

fn asks(arguments: &[Val], holds: fn(&str, &str) -> bool) -> Result<Val, Fault> {
    let (wanted, value) = (text(arguments, 0)?, text(arguments, 1)?);
    Ok(Val { place: value.place(), ..Val::bool(holds(value.as_str(), wanted.as_str())) })
}

fn recased<I: Iterator<Item = char>>(text: &str, first: fn(char) -> I) -> String {
    let mut at_start = true;
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if at_start {
            out.extend(first(char));
        } else {
            out.push(char);
        }
        at_start = char.is_whitespace();
    }
    out
}

fn title(text: &str) -> String {
    recased(text, char::to_uppercase)
}

/// The words of a name, in lower case: separated by signs, or by capitals.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before_lower = false;
    let mut fresh = true;
    for char in text.chars() {
        if matches!(char, '_' | '-' | ' ' | '.') {
            fresh = true;
        } else {
            if fresh || (before_lower && char.is_uppercase()) {
                words.push(String::new());
            }
            fresh = false;
            if let Some(word) = words.last_mut() {
                word.extend(char.to_lowercase());
            }
        }
        before_lower = char.is_lowercase() || char.is_ascii_digit();
    }
    words
}

fn print(arguments: &[Val], spaced: bool) -> Str {
    let mut out = Build::default();
    let mut before_text = true;
    for (index, value) in arguments.iter().enumerate() {
        let is_text = value.as_str().is_some();
        // `print` separates what is not text.
        if index > 0 && (spaced || (!is_text && !before_text)) {
            out.push(" ");
        }
        before_text = is_text;
        out.push_str(&value.printed());
    }
    out.finish()
}

fn quoted(arguments: &[Val], quote: &str, escape: fn(&str) -> String) -> Val {
    let mut out = Build::default();
    let mut first = true;
    for value in arguments.iter().filter(|value| !matches!(value.kind, Kind::Nil)) {
        if !first {
            out.push(" ");
        }
        first = false;
        let text = value.printed();
        out.push_at(quote, text.place());
        out.push_str(&text.map(escape));
        out.push_at(quote, text.place());
    }
    Val::str(out.finish())
}

fn indent(engine: &mut Engine<'_>, arguments: &[Val], fresh: bool) -> Result<Val, Fault> {
    let (width, value) = (size(arguments, 0)?.min(1000), text(arguments, 1)?);
    let spaces = " ".repeat(width);
    let lines = value.as_str().split_inclusive('\n').count();
    engine.charge(lines, lines * width + value.as_str().len())?;
    let mut out = Build::default();
    let place = value.pieces().first().and_then(|piece| piece.place.clone());
    out.push_at(if fresh { "\n" } else { "" }, place.clone());
    out.push_at(&spaces, place);
    let mut at = 0;
    for line in value.as_str().split_inclusive('\n') {
        out.push_part(&value, at, at + line.len());
        at += line.len();
        if line.ends_with('\n') {
            out.push_along(&spaces);
        }
    }
    Ok(Val::str(out.finish()))
}

fn pieces(value: &Str, separator: &str, limit: usize) -> Vec<Val> {
    if separator.is_empty() {
        return value.as_str().chars().map(|char| Val::text(char.to_string())).collect();
    }
    value.as_str().splitn(limit.max(1), separator).map(|part| Val::str(value.part(part))).collect()
}

fn find(engine: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    let (pattern, value) = (engine.pattern(&text(arguments, 0)?)?, text(arguments, 1)?);
    let found = pattern.find(value.as_str());
    Ok(found.map_or_else(|| Val::text(""), |found| Val::str(value.slice(found.start(), found.end()))))
}

fn find_all(engine: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    let (pattern, value) = (engine.pattern(&text(arguments, 0)?)?, text(arguments, 1)?);
    let count = if arguments.len() > 2 { super::whole(arguments, 2)? } else { -1 };
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let found = pattern.find_iter(value.as_str()).take(limit);
    Ok(Val::list(found.map(|found| Val::str(value.slice(found.start(), found.end()))).collect()))
}

/// `regexReplaceAll pattern value replacement`
fn replace_all(engine: &mut Engine<'_>, arguments: &[Val], literal: bool) -> Result<Val, Fault> {
    let (pattern, value, new) = (engine.pattern(&text(arguments, 0)?)?, text(arguments, 1)?, text(arguments, 2)?);
    let mut out = Build::default();
    let mut at = 0;
    for captures in pattern.captures_iter(value.as_str()) {
        let Some(whole) = captures.get(0) else { continue };
        let mut replaced = String::new();
        if literal {
            replaced.push_str(new.as_str());
        } else {
            captures.expand(new.as_str(), &mut replaced);
        }
        engine.charge(1, replaced.len())?;
        out.push_part(&value, at, whole.start());
        out.push_at(&replaced, new.place().or_else(|| value.place()));
        at = whole.end();
    }
    out.push_part(&value, at, value.as_str().len());
    Ok(Val::str(out.finish()))
}

/// `%s`, `%d`, `%q` and the other verbs, with width, precision and the flags `-`, `0` and `+`.
fn printf(arguments: &[Val]) -> Result<Val, Fault> {
    let format = text(arguments, 0)?;
    let mut values = arguments.iter().skip(1);
    let mut out = Build::default();
    let mut at = 0;
    while let Some(found) = format.as_str().get(at..).and_then(|rest| rest.find('%')) {
        out.push_part(&format, at, at + found);
        let rest = format.as_str().get(at + found + 1..).unwrap_or("");
        let flags =
            rest.len() - rest.trim_start_matches(|char: char| char.is_ascii_digit() || "-+# .".contains(char)).len();
        let Some(verb) = rest.get(flags..).and_then(|rest| rest.chars().next()) else { break };
        at += found + 1 + flags + verb.len_utf8();
        if verb == '%' {
            out.push("%");
            continue;
        }
        let flags = rest.get(..flags).unwrap_or("");
        match values.next() {
            Some(value) => formatted(&mut out, flags, verb, value)?,
            None => out.push(&format!("%!{verb}(MISSING)")),
        }
    }
    out.push_part(&format, at, format.as_str().len());
    Ok(Val::str(out.finish()))
}

fn formatted(out: &mut Build, flags: &str, verb: char, value: &Val) -> Result<(), Fault> {
    let (width, precision) = flags.split_once('.').map_or((flags, None), |(width, digits)| (width, Some(digits)));
    let left = width.contains('-');
    let zero = width.trim_start_matches(['-', '+', '#', ' ']).starts_with('0') && !left;
    let width: usize = width.trim_start_matches(['-', '+', '#', ' ', '0']).parse().unwrap_or(0).min(1000);
    let precision: Option<usize> = precision.map(|digits| digits.parse().unwrap_or(0).min(100));
    let printed = value.printed();
    let text = match verb {
        // What fmt of Go writes for nothing.
        'v' | 'T' if matches!(value.kind, Kind::Nil) => Str::plain("<nil>"),
        'd' | 'f' | 'F' | 'x' | 'o' | 'q' | 's' | 't' | 'g' | 'e' | 'c' if matches!(value.kind, Kind::Nil) => {
            Str::at(format!("%!{verb}(<nil>)"), value.origin())
        }
        'd' if value.number().is_some() => Str::at(super::math::to_int(value).to_string(), value.origin()),
        'f' | 'F' => Str::at(format!("{:.*}", precision.unwrap_or(6), super::math::to_float(value)), value.origin()),
        'x' => Str::at(format!("{:x}", super::math::to_int(value)), value.origin()),
        'o' => Str::at(format!("{:o}", super::math::to_int(value)), value.origin()),
        'q' => Str::at(serde_json::Value::from(printed.as_str()).to_string(), printed.place()),
        'T' => Str::plain(value.kind_name()),
        's' if precision.is_some() => {
            let end = boundary(printed.as_str(), precision.unwrap_or(0));
            printed.slice(0, end)
        }
        's' | 'v' | 'd' | 't' | 'g' | 'e' | 'c' => printed,
        other => return Err(format!("there is no verb `%{other}`").into()),
    };
    let missing = width.saturating_sub(text.as_str().chars().count());
    let padding = if zero { "0" } else { " " }.repeat(missing);
    if left {
        out.push_str(&text);
        out.push_along(&padding);
    } else {
        out.push_at(&padding, text.place());
        out.push_str(&text);
    }
    Ok(())
}
