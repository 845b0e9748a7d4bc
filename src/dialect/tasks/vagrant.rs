//! Scripts that stand in a Vagrantfile, as far as they are written out: `inline: "…"`, a heredoc, or a name that is given one.
//! <https://developer.hashicorp.com/vagrant/docs/provisioning/shell>

use super::posix;
use super::texts::Found;
use crate::document::Text;
use crate::syntax::lines::lines_from;
use crate::syntax::spelled::Spelled;

/// Most scripts of one file.
const MOST: usize = 1_000;

/// The scripts of the provisioners of a Vagrantfile.
pub(super) fn scripts(text: &Text) -> Found {
    let written = text.as_str();
    let mut found = Found::default();
    for (at, word) in written.match_indices("inline").take(MOST) {
        let line = written.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or("");
        let is_word = !line.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if !is_word || line.trim_start().starts_with('#') {
            continue;
        }
        let Some(value) = assigned(written, at + word.len()) else { continue };
        let script = literal(text, value).or_else(|| {
            let name = name_at(written, value)?;
            let begins = written.match_indices(name).find_map(|(at, _)| {
                let before = written.get(..at).unwrap_or("");
                let is_name = before.is_empty() || before.ends_with(['\n', ' ']);
                assigned(written, at + name.len()).filter(|value| is_name && begins_literal(written, *value))
            })?;
            literal(text, begins)
        });
        // What several provisioners have by its name stands there once.
        let starts = |script: &Text| script.trace(0, 0);
        let known = |script: &Text| found.scripts.iter().any(|own| starts(&own.text) == starts(script));
        let script = script.filter(|script| !known(script));
        found.scripts.extend(script.map(|script| posix("inline", script)));
    }
    found
}

/// Where the value begins that stands behind a key or a name: after `:`, `=` or `=>`.
fn assigned(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let own = rest.trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t']);
    let value = ["=>", ":", "="].iter().find_map(|mark| own.strip_prefix(mark))?;
    let value = value.trim_start_matches([' ', '\t']);
    (!value.starts_with(['=', '~'])).then_some(text.len() - value.len())
}

/// The name of a variable or constant that stands at a place.
fn name_at(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '$' | '@')).unwrap_or(rest.len());
    rest.get(..length).filter(|name| name.len() > 1)
}

/// Whether a text is written out at a place.
fn begins_literal(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(['"', '\'']) || rest.starts_with("<<"))
}

/// The text that is written out at a place, where one is.
fn literal(text: &Text, at: usize) -> Option<Text> {
    let written = text.as_str();
    let rest = written.get(at..)?;
    match rest.chars().next()? {
        quote @ ('"' | '\'') => quoted(text, at + 1, quote),
        '<' => heredoc(text, at, rest.strip_prefix("<<")?),
        _ => None,
    }
}

/// A text in quotes. What Ruby fills in is a variable of a shell.
fn quoted(text: &Text, start: usize, quote: char) -> Option<Text> {
    let written = text.as_str();
    let mut script = Spelled::default();
    let mut characters = written.get(start..)?.char_indices().peekable();
    let origin = text.verbatim_at().unwrap_or(0) as usize;
    while let Some((at, c)) = characters.next() {
        let place = origin + start + at;
        match c {
            '\\' => {
                let (_, escaped) = characters.next()?;
                let meant = match escaped {
                    'n' if quote == '"' => "\n".to_owned(),
                    't' if quote == '"' => "\t".to_owned(),
                    '"' | '\'' | '\\' => escaped.to_string(),
                    other => format!("\\{other}"),
                };
                script.escape(&meant, place, place + 1 + escaped.len_utf8());
            }
            '#' if quote == '"' && characters.peek().is_some_and(|(_, next)| *next == '{') => {
                script.escape("$", place, place + 1);
            }
            c if c == quote => return Some(script.finish()),
            c => script.verbatim(c.encode_utf8(&mut [0; 4]), place),
        }
    }
    None
}

/// The lines of a heredoc; `tag` is what follows its mark.
fn heredoc(text: &Text, at: usize, tag: &str) -> Option<Text> {
    let written = text.as_str();
    let tag = tag.trim_start_matches(['-', '~']);
    let is_plain = tag.starts_with('\'');
    let tag = tag.trim_start_matches(['"', '\'']);
    let length = tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(tag.len());
    let tag = tag.get(..length).filter(|tag| !tag.is_empty())?;
    let start = at + written.get(at..)?.find('\n')? + 1;
    let end = lines_from(written, start).find(|line| line.text.trim() == tag)?.start;
    let origin = text.verbatim_at().unwrap_or(0) as usize;
    let mut script = Spelled::default();
    let mut from = start;
    for (mark, _) in written.get(start..end)?.match_indices("#{").filter(|_| !is_plain) {
        script.verbatim(written.get(from..start + mark)?, origin + from);
        script.escape("$", origin + start + mark, origin + start + mark + 1);
        from = start + mark + 1;
    }
    script.verbatim(written.get(from..end)?, origin + from);
    Some(script.finish())
}
