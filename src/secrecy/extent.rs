//! How far the value of a name reaches in a text whose syntax is not known.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lexical::floor;

/// Longest value, in bytes.
const MAX_VALUE: usize = 16 * 1024;

/// Most values under one name.
const MAX_VALUES: usize = 64;

/// A key whose value is that of the name around it.
static INNER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?im-u)(?:^|[ \t\r\n"'{,])(?:value|default_?value|default|plaintext|stringvalue)["']?[ \t\r\n]*[:=]"#)
        .ok()
});

/// The values of a name that stands at a place; none where no value follows it.
pub(super) fn after(text: &str, name: Range<usize>, flag: bool) -> Option<Vec<Range<usize>>> {
    let quote = quotes(text, name.end);
    let quoted = quote.end > quote.start;
    let mut at = quote.end;
    at += blanks(text, at, " \t])");
    let rest = text.get(at..)?;
    if text.get(..name.start)?.ends_with("${") {
        return shell_default(text, at);
    }
    for separator in [":=", "=>", "?=", "+=", "="] {
        if let Some(next) = rest.strip_prefix(separator) {
            if separator == "=" && next.starts_with(['=', '~']) {
                return None;
            }
            if flag && at == quote.end && next.starts_with([' ', '\t', '\n', '\r']) {
                // A flag with nothing behind its sign: what follows is another one (`-Dpassword= -Duser=…`).
                return Some(Vec::new());
            }
            let spaced = at > quote.end || next.starts_with([' ', '\t']);
            return Some(value_in(
                text,
                at + separator.len(),
                Spelling { line: spaced && !in_flow(text, name.start), flow: in_flow(text, name.start), yaml: false },
            ));
        }
    }
    if rest.starts_with(':') && !rest.starts_with("::") && !rest.starts_with("://") {
        let before = name.start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let next = rest.get(1..).unwrap_or("");
        if matches!(before, Some(b':' | b'/' | b'!' | b'+')) && !next.starts_with([' ', '\t']) || next.starts_with(',')
        {
            // The parts of an ARN and of a list of ciphers (`!PSK:!RC4`) are no names, and the long options that a script
            // takes (`pass:,user:,help`) have no values.
            return None;
        }
        if flag && rest.get(1..).is_some_and(|rest| rest.starts_with([' ', '\t'])) {
            // What a flag is for, as programs tell it (`--token: the token of the project`).
            return None;
        }
        let flow = in_flow(text, name.start);
        return Some(value_in(text, at + 1, Spelling { line: !flow, flow, yaml: true }));
    }
    if rest.starts_with('>') && text.get(..name.start).is_some_and(|before| before.ends_with('<')) {
        let start = at + 1;
        let end = text.get(start..floor(text, start + MAX_VALUE))?.find('<')?;
        return Some(vec![trimmed(text, start..start + end)]);
    }
    if let Some(next) = rest.strip_prefix("</key>") {
        let lead = rest.len() - next.trim_start().len();
        let start = at + lead + next.trim_start().find('>').filter(|_| next.trim_start().starts_with('<'))? + 1;
        let end = text.get(start..floor(text, start + MAX_VALUE))?.find('<')?;
        return Some(vec![trimmed(text, start..start + end)]);
    }
    if flag {
        return argument(text, quote.end, quoted, quoted || in_flow(text, name.start));
    }
    let directive = at > quote.end && !quoted && begins_directive(text, name.start);
    directive.then(|| value_in(text, at, Spelling { line: true, flow: false, yaml: false }))
}

/// The default in `${NAME:-default}`; what asks for a variable has none.
fn shell_default(text: &str, at: usize) -> Option<Vec<Range<usize>>> {
    let rest = text.get(at..floor(text, at + MAX_VALUE))?;
    let lead = [":-", ":=", "-"].into_iter().find(|lead| rest.starts_with(lead))?.len();
    let end = rest.find(['}', '\n'])?;
    let default = at + lead..at + end.max(lead);
    Some(Vec::from([default]))
}

/// How a value is written.
#[derive(Clone, Copy)]
struct Spelling {
    /// It reaches to the end of the line.
    line: bool,
    /// It stands among others in braces or brackets.
    flow: bool,
    /// It may be a block below.
    yaml: bool,
}

/// The values that begin at a place, after a separator.
pub(super) fn value(text: &str, at: usize, flow: bool) -> Vec<Range<usize>> {
    let flow = flow && in_flow(text, at);
    value_in(text, at, Spelling { line: !flow, flow, yaml: true })
}

fn value_in(text: &str, at: usize, spelling: Spelling) -> Vec<Range<usize>> {
    let start = at + blanks(text, at, " \t");
    let start = after_marks(text, start);
    let opening = quotes(text, start);
    if opening.end > opening.start {
        return vec![quoted(text, opening)];
    }
    let rest = text.get(start..).unwrap_or("");
    let indent = indent_of(text, at);
    if let Some(marker) = rest.strip_prefix("<<") {
        return heredoc(text, start, marker).into_iter().collect();
    }
    match rest.chars().next() {
        Some('|' | '>') if spelling.yaml => {
            let body = line_end(text, start) + 1;
            let end = lines_within(text, body, indent).last().map_or(body, |(start, line)| start + line.len());
            if end > body { vec![trimmed(text, body..end)] } else { Vec::new() }
        }
        Some('\r' | '\n' | '#') if spelling.yaml => below(text, line_end(text, start) + 1, indent),
        None | Some('\r' | '\n') => Vec::new(),
        Some('{') => inner(text, start, '}'),
        Some('[') => listed(text, start),
        Some(_) => vec![plain(text, start, spelling)],
    }
}

/// Tags and anchors before a value.
fn after_marks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    let mark = rest.starts_with("!!")
        || ["!Sub", "!Join", "!If", "!Select", "!Base64", "!Split"].iter().any(|tag| rest.starts_with(tag))
        || rest.strip_prefix('&').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let end = rest.find([' ', '\n']).filter(|_| mark);
    end.map_or(at, |end| at + end + blanks(text, at + end, " \t"))
}

/// The opening or closing quotes at a place, with the backslashes that stand before them in a string.
fn quotes(text: &str, at: usize) -> Range<usize> {
    let rest = text.as_bytes().get(at..).unwrap_or(&[]);
    let slashes = rest.iter().take(8).take_while(|byte| **byte == b'\\').count();
    match rest.get(slashes) {
        Some(b'"' | b'\'' | b'`') => at..at + slashes + 1,
        _ => at..at,
    }
}

/// What stands between the quotes that open at a place and those that close; to the end of the line where none do.
fn quoted(text: &str, opening: Range<usize>) -> Range<usize> {
    let quote = text.get(opening.clone()).unwrap_or("\"");
    let start = opening.end;
    let window = text.get(start..floor(text, start + MAX_VALUE)).unwrap_or("");
    let bare = quote.len() == 1;
    let mut from = 0;
    while let Some(found) = window.get(from..).and_then(|rest| rest.find(quote)) {
        let at = from + found;
        let escapes =
            window.as_bytes().get(..at).unwrap_or(&[]).iter().rev().take_while(|byte| **byte == b'\\').count();
        if !bare || quote == "'" || escapes % 2 == 0 {
            // A text that is not closed would take the next one's quote for its end.
            let value = window.get(..at).unwrap_or("");
            let runs_on = value.contains('\n')
                && !value.contains("-----")
                && value.lines().skip(1).any(|line| line.contains(": ") || line.contains(" = "));
            return if runs_on { start..line_end(text, start) } else { start..start + at };
        }
        from = at + 1;
    }
    start..line_end(text, start)
}

fn heredoc(text: &str, at: usize, marker: &str) -> Option<Range<usize>> {
    let word = marker.trim_start_matches('-').lines().next()?.trim().trim_matches(['"', '\'']);
    let start = line_end(text, at) + 1;
    let window = text.get(start..floor(text, start + MAX_VALUE))?;
    let mut end = start;
    for line in window.split_inclusive('\n') {
        if line.trim() == word {
            break;
        }
        end += line.len();
    }
    Some(trimmed(text, start..end))
}

/// The values of the keys below a name, in lines that are further in.
fn below(text: &str, at: usize, indent: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (start, line) in lines_within(text, at, indent).into_iter().take(MAX_VALUES) {
        let lead = line.len() - line.trim_start().len();
        let item = line.trim_start().strip_prefix("- ");
        if let Some(item) = item.filter(|item| !item.contains(": ")) {
            found.extend(value(text, start + lead + 2, false).into_iter().filter(|_| !item.is_empty()));
        } else if let Some(key) = INNER.as_ref().and_then(|pattern| pattern.find(line)) {
            found.extend(value(text, start + key.end(), false));
        }
    }
    found
}

/// The values in braces under keys that say so.
fn inner(text: &str, at: usize, closing: char) -> Vec<Range<usize>> {
    let window = text.get(at..floor(text, at + 2048)).unwrap_or("");
    let window = window.find(closing).and_then(|end| window.get(..end)).unwrap_or(window);
    let Some(pattern) = INNER.as_ref() else { return Vec::new() };
    let keys = pattern.find_iter(window).take(MAX_VALUES);
    keys.flat_map(|key| value_in(text, at + key.end(), Spelling { line: false, flow: true, yaml: false })).collect()
}

/// The texts of a list in brackets.
fn listed(text: &str, at: usize) -> Vec<Range<usize>> {
    let window = text.get(at..floor(text, at + 4096)).unwrap_or("");
    let end = window.find(']').unwrap_or(window.len());
    let mut found = Vec::new();
    let mut from = at + 1;
    while from < at + end && found.len() < MAX_VALUES {
        let opening = quotes(text, from);
        if opening.is_empty() {
            from += text.get(from..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        } else {
            let value = quoted(text, opening);
            from = value.end + 1;
            found.push(value);
        }
    }
    found
}

/// A value without quotes.
fn plain(text: &str, start: usize, spelling: Spelling) -> Range<usize> {
    let end = line_end(text, start).min(floor(text, start + MAX_VALUE));
    let line = text.get(start..end).unwrap_or("");
    let comment = line.find(" #").unwrap_or(line.len());
    let line = line.get(..comment).unwrap_or(line);
    let stops: &[char] = match spelling {
        Spelling { flow: true, .. } => &[',', '}', ']', '"', '\''],
        Spelling { line: true, yaml: true, .. } => &['"', '`'],
        Spelling { line: true, .. } => &['"', '`', ';'],
        Spelling { .. } => &[' ', '\t', '"', '\'', ';', '&', '`', ',', '<', '\\'],
    };
    let mut length = line.find(stops).unwrap_or(line.len());
    // A call or a choice goes on behind the first text in quotes.
    if spelling.line && line.get(..length).is_some_and(|head| head.trim_end().ends_with(['(', ',', '?', ':', '[', '+']))
    {
        length = line.len();
    }
    // `${NAME:-…}` and the like may hold what would end a value.
    if line.starts_with("${") || line.starts_with("{{") || line.starts_with("$(") {
        length = line.rfind(['}', ')']).map_or(length, |at| at + 1);
    }
    trimmed(text, start..start + length)
}

/// The argument of a flag: the next word, whatever stands between the two in a list.
fn argument(text: &str, at: usize, quoted_name: bool, listed: bool) -> Option<Vec<Range<usize>>> {
    let between: usize = text
        .get(at..floor(text, at + 120))?
        .chars()
        .take_while(|character| character.is_whitespace() || (listed && *character == ',') || *character == '-')
        .map(char::len_utf8)
        .sum();
    let gap = text.get(at..at + between)?;
    // A dash between the two is that of the next item, and nothing else.
    let item = gap.contains('\n') && gap.trim() == "-";
    // A quoted flag in a sentence is none of a command.
    let told = quoted_name && !gap.contains(',') && !item;
    if between == 0 || told || (gap.contains('-') && !item) || (gap.contains('\n') && !item && !quoted_name) {
        return None;
    }
    Some(value_in(text, at + between, Spelling { line: item, flow: false, yaml: false }))
}

/// Whether a word is the last of a sentence or of something in quotes.
fn quoted_end(word: &str) -> bool {
    word.ends_with(['.', ',', ':', '"', '\'', '`', ')'])
}

/// Words before a name whose value follows it.
const SETTING: &[&str] = &[
    "ENV",
    "env",
    "ARG",
    "set",
    "setenv",
    "export",
    "set $",
    "proxy_set_header",
    "add_header",
    "fastcgi_param",
    "uwsgi_param",
    "scgi_param",
    "grpc_set_header",
    "SetEnv",
    "RequestHeader set",
];

/// Whether a name is the first word of a line, or comes after one that sets something.
fn begins_directive(text: &str, at: usize) -> bool {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let before = text.get(start..at).unwrap_or("").trim();
    let name = text.get(at..).and_then(|rest| rest.split_whitespace().next()).unwrap_or("");
    let sets = SETTING.contains(&before);
    let line = text.get(at..line_end(text, at)).unwrap_or("");
    let two = line.split_whitespace().count() == 2;
    let login = before.starts_with("machine ") && name == "password";
    // A sentence may begin with "Password"; the directives of a server are known.
    let variable = before.is_empty()
        && two
        && name.contains('_')
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    // A file of properties may do without a sign: `server.ssl.key-store-password X`.
    let property = before.is_empty() && two && name.contains('.') && !quoted_end(name);
    sets || login
        || property
        || variable
        || (before.is_empty()
            && two
            && ["requirepass", "masterauth", "rootpw", "bindpw", "password", "passwd"].contains(&name))
}

/// Whether a place is among braces or brackets that open on its line.
fn in_flow(text: &str, at: usize) -> bool {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let before = text.get(start.max(floor(text, at.saturating_sub(2048)))..at).unwrap_or("");
    let count = |characters: [char; 2]| before.matches(characters).count();
    count(['{', '[']) > count(['}', ']'])
}

/// The lines from a place on that are further in than an indentation, with their places; empty lines among them.
pub(super) fn lines_within(text: &str, at: usize, indent: usize) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = at;
    for line in text.get(at..floor(text, at + MAX_VALUE)).unwrap_or("").split_inclusive('\n') {
        let lead = line.len() - line.trim_start().len();
        if line.trim().is_empty() {
            start += line.len();
            continue;
        }
        // Items of a list may stand as far in as the key above them.
        if lead < indent || (lead == indent && !line.trim_start().starts_with("- ")) {
            break;
        }
        found.push((start, line.trim_end()));
        start += line.len();
    }
    found
}

fn indent_of(text: &str, at: usize) -> usize {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = text.get(start..).unwrap_or("");
    let lead = line.len() - line.trim_start_matches([' ', '\t']).len();
    // A key of an item stands after its dash.
    if line.get(lead..).is_some_and(|rest| rest.starts_with("- ")) { lead + 1 } else { lead }
}

fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', text.as_bytes().get(at..).unwrap_or(&[])).map_or(text.len(), |length| at + length)
}

fn blanks(text: &str, at: usize, which: &str) -> usize {
    let rest = text.get(at..).unwrap_or("");
    rest.len() - rest.trim_start_matches(|character| which.contains(character)).len()
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let value = text.get(range.clone()).unwrap_or("");
    let start = range.start + (value.len() - value.trim_start().len());
    start..start + value.trim().len()
}
