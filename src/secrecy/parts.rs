//! The parts of a value that are written out, where others are filled in: `"${var.prefix}S3cret"`,
//! `lookup(var.passwords, "db", "S3cret")`, `[concat('S3cret', parameters('x'))]`, `{{ .Values.pw | default "S3cret" }}`.
//!
//! Languages are not told apart: what stands in quotes is a part, unless it is handed to a function that only names
//! something with it; what stands outside of holes is one too. Linear but for the search of the call around a quote,
//! which looks back a bounded way.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::lexical::floor;

/// Functions whose arguments may become the value. The arguments of others name something: a parameter, a file, a key.
#[rustfmt::skip] // Words fill lines.
const CARRIERS: &[&str] = &[
    "concat", "format", "join", "lookup", "coalesce", "coalescelist", "try", "can", "if", "iif", "base64",
    "base64encode", "base64gzip", "b64enc", "string", "tostring", "sensitive", "nonsensitive", "ephemeralasnull", "upper", "lower",
    "toupper", "tolower", "title", "trim", "trimspace", "trimprefix", "trimsuffix", "chomp", "indent", "replace", "default",
    "d", "quote", "squote", "ternary", "merge", "element", "jsonencode", "yamlencode", "createobject", "createarray",
    "uri", "uricomponent", "urlencode", "sub", "select", "printf", "print", "cat", "tomap", "tolist", "toset", "union",
    "object", "array", "or", "b64encode", "md5", "sha1", "sha256", "sha512", "bcrypt", "htpasswd", "one", "flatten",
];

/// Longest text that is looked at, in bytes.
const MAX_TEXT: usize = 16 * 1024;

/// Most parts of one text.
const MAX_PARTS: usize = 64;

/// How far before a quote the call that it is an argument of is looked for, in bytes.
const BACK: usize = 512;

/// How texts say that something is filled in, and how that ends.
const HOLES: &[(&str, &str)] = &[("${{", "}}"), ("${", "}"), ("{{", "}}"), ("%{", "}"), ("#{", "}"), ("<%", "%>")];

/// The parts of a text that are written out, in order; nothing where all of it is, or none.
pub(super) fn written_out(text: &str) -> Vec<Range<usize>> {
    let text = text.get(..floor(text, MAX_TEXT)).unwrap_or("");
    let mut found = Vec::new();
    let inner = text.trim();
    let lead = text.len() - text.trim_start().len();
    if inner.starts_with('[') && inner.ends_with(']') {
        // An expression of a template of Azure.
        expression(text, lead + 1..lead + inner.len() - 1, &mut found, 0);
    } else if opens(inner).is_none() && is_expression(inner) {
        expression(text, lead..lead + inner.len(), &mut found, 0);
    } else {
        template(text, 0..text.len(), &mut found, 0);
    }
    found.retain(|part| !part.is_empty());
    found.truncate(MAX_PARTS);
    found
}

/// Whether a text is one of code: a call, a choice or a text in quotes, and no text with holes.
fn is_expression(text: &str) -> bool {
    let quoted = text.starts_with(['"', '\'']);
    let head = text.find(['"', '\'']).and_then(|at| text.get(..at)).unwrap_or("");
    quoted
        || head.trim_end().ends_with(['(', ',', '?', ':', '[', '{', '|', '=', '+', '<', '>', '&', '-'])
        || head.starts_with('!') && head.ends_with(' ')
}

fn opens(text: &str) -> Option<&'static (&'static str, &'static str)> {
    HOLES.iter().find(|(open, _)| text.starts_with(open))
}

/// What stands outside of the holes of a text, and what is written out in them.
fn template(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>, depth: usize) {
    let mut start = range.start;
    let mut at = range.start;
    let mut holes = false;
    while at < range.end {
        let rest = text.get(at..range.end).unwrap_or("");
        let Some((open, close)) = opens(rest) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        holes = true;
        found.push(start..at);
        let inner = at + open.len();
        let end = closing(text, inner..range.end, close);
        if depth < 8 {
            shell_default(text, inner..end, found);
            expression(text, inner..end, found, depth + 1);
        }
        at = (end + close.len()).min(range.end);
        start = at;
    }
    // Without a hole the text is no part but all there is; a text in quotes of an expression is one.
    if holes || depth > 0 {
        found.push(start.min(range.end)..range.end);
    }
}

/// How frameworks say what holds where a variable is not set: the default of Jinja, of Ruby's environment, of PHP's and Python's, and of a
/// placeholder of Spring.
static DEFAULTS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        r#"\|\s*(?:default|d)\(\s*(?:'([^'{}]+)'|"([^"{}]+)")"#,
        r#"\bENV\.fetch\(\s*["'][A-Z0-9_]+["']\s*,\s*(?:'([^']+)'|"([^"]+)")"#,
        r#"\b(?:env|getenv|environ\.get)\(\s*["'][A-Z0-9_]+["']\s*,\s*(?:'([^']+)'|"([^"]+)")"#,
        r"^\$\{[A-Za-z0-9_]+:[-=]([^${}]+)\}$",
        r"^\$\{(?:[A-Z0-9]+_[A-Z0-9_]+|[a-z0-9]+(?:[.-][A-Za-z0-9-]+)+):([^${}:/?+=-][^${}]*)\}$",
    ];
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

/// What a text holds where nothing is filled in, if it says that.
pub(super) fn default(text: &str) -> Option<Range<usize>> {
    let text = text.get(..floor(text, MAX_TEXT)).filter(|text| text.contains(['$', '{', '<', '(']))?;
    let is_own = |captured: &Captures<'_>| captured.get(0).is_some_and(|whole| !is_looked_up_with(text, whole.start()));
    let captured = DEFAULTS.iter().find_map(|pattern| pattern.captures_iter(text).take(MAX_PARTS).find(is_own))?;
    captured.iter().skip(1).flatten().next().map(|part| part.range())
}

/// Calls whose arguments say where a value is found.
const LOOKUPS: &[&str] = &["lookup", "query", "q"];

/// Whether what stands at a place is a part of the arguments by which a value is looked up: `lookup("password", path + (port | d("5432")))`.
fn is_looked_up_with(text: &str, at: usize) -> bool {
    let from = floor(text, at.saturating_sub(BACK));
    let before = text.get(from..at).unwrap_or("");
    let (mut depth, mut quote) = (0_u32, None);
    for (place, byte) in before.bytes().enumerate().rev() {
        match (quote, byte) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != byte),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b')') => depth += 1,
            (None, b'(') if depth > 0 => depth -= 1,
            (None, b'(') => {
                let head = before.get(..place).unwrap_or("");
                let called = head.rsplit(|one: char| !one.is_ascii_alphanumeric() && one != '_').next().unwrap_or("");
                if LOOKUPS.contains(&called) {
                    return true;
                }
            }
            (None, _) => {}
        }
    }
    false
}

/// The literal in `${NAME:-literal}`.
fn shell_default(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let inner = text.get(range.clone()).unwrap_or("");
    let name = inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let rest = inner.get(name..).unwrap_or("");
    let lead = [":-", ":=", "-"].into_iter().find(|lead| rest.starts_with(lead));
    if let Some(lead) = lead.filter(|_| name > 0 && !rest.contains(['"', '\''])) {
        found.push(range.start + name + lead.len()..range.end);
    }
}

/// Where a hole ends, others in it and quotes aside.
fn closing(text: &str, range: Range<usize>, close: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut quote, mut at) = (0_u32, None, range.start);
    while at < range.end {
        let byte = bytes.get(at).copied().unwrap_or(b' ');
        match quote {
            Some(_) if byte == b'\\' => at += 1,
            Some(open) => quote = Some(open).filter(|open| *open != byte),
            None if depth == 0 && bytes.get(at..range.end).is_some_and(|rest| rest.starts_with(close.as_bytes())) => {
                return at;
            }
            None if byte == b'"' => quote = Some(byte),
            None if byte == b'{' => depth += 1,
            None if byte == b'}' => depth = depth.saturating_sub(1),
            None => {}
        }
        at += 1;
    }
    range.end
}

/// The texts in quotes of an expression which may become its value.
fn expression(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>, depth: usize) {
    let bytes = text.as_bytes();
    let mut at = range.start;
    while at < range.end && found.len() < MAX_PARTS {
        let Some(quote) = bytes.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`')) else {
            at += 1;
            continue;
        };
        let mut end = at + 1;
        while end < range.end && bytes.get(end) != Some(&quote) {
            end += if bytes.get(end) == Some(&b'\\') { 2 } else { 1 };
        }
        let end = end.min(range.end);
        if depth < 8 && !is_named(text, range.start, at) && is_carried(text, range.start, at) {
            template(text, at + 1..end, found, depth + 1);
        }
        at = end + 1;
    }
}

/// Keys of CloudFormation under which it is named where a value comes from.
const REFERENCES: &[&str] = &["Ref", "Fn::GetAtt", "Fn::ImportValue", "Fn::FindInMap", "Condition"];

/// Whether a text in quotes names where a value comes from: it stands under such a key, or in the list under one.
fn is_named(text: &str, from: usize, quote: usize) -> bool {
    let before = text.get(from.max(floor(text, quote.saturating_sub(BACK)))..quote).unwrap_or("").trim_end();
    let in_list = before.rfind('[').filter(|at| !before.get(*at..).unwrap_or("").contains([']', '{']));
    let before = in_list.and_then(|at| before.get(..at)).unwrap_or(before).trim_end();
    let Some(key) = before.strip_suffix(':') else { return false };
    let key = key.trim_end().trim_end_matches(['"', '\'']);
    REFERENCES.iter().any(|name| key.ends_with(name))
}

/// Whether a text in quotes may become the value: its call carries it, and it is neither a key nor compared with.
fn is_carried(text: &str, from: usize, quote: usize) -> bool {
    let bytes = text.as_bytes();
    let from = from.max(quote.saturating_sub(BACK));
    let before = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
    let mut at = quote;
    while at > from && before(at - 1).is_ascii_whitespace() {
        at -= 1;
    }
    if at == from {
        return true;
    }
    if is_word(before(at - 1)) {
        return carries(text, from, at) || follows_choice(text, from, at);
    }
    if before(at - 1) == b'=' && at >= from + 2 && matches!(before(at - 2), b'=' | b'!') {
        return false;
    }
    let mut open = 0_u32;
    while at > from {
        at -= 1;
        match before(at) {
            b')' | b']' | b'}' => open += 1,
            b'(' | b'[' | b'{' if open > 0 => open -= 1,
            b'(' if at > from && is_word(before(at - 1)) => return carries(text, from, at),
            // An index, unless it is a list.
            b'[' if at > from && (is_word(before(at - 1)) || matches!(before(at - 1), b')' | b']')) => return false,
            _ => {}
        }
    }
    true
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a word of a choice ends at a place: `'a' if x else 'b'`, `x or 'b'`.
fn follows_choice(text: &str, from: usize, end: usize) -> bool {
    let before = text.get(from..end).unwrap_or("");
    let start = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    matches!(before.get(start..), Some("else" | "or" | "then"))
}

/// Whether the name that ends at a place is that of a function whose arguments may become the value.
fn carries(text: &str, from: usize, end: usize) -> bool {
    let name = text.get(from..end).unwrap_or("");
    let start = name.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    let name = name.get(start..).unwrap_or("");
    CARRIERS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_what_holds_where_nothing_is_set() {
        for (text, want) in [
            ("${PW:-S3cretOne}", Some("S3cretOne")),
            ("${DB_PASSWORD:S3cretOne}", Some("S3cretOne")),
            ("${spring.db.password:S3cretOne}", Some("S3cretOne")),
            ("${DB_PASSWORD:}", None),
            ("${env:DB_PASSWORD}", None),
            ("${ssm:/db/password}", None),
            ("${DB_PASSWORD:?is not set}", None),
            ("{{ pw | default('S3cretOne') }}", Some("S3cretOne")),
            ("{{ pw | d(\"S3cretOne\", true) }}", Some("S3cretOne")),
            ("{{ pw | default(other) }}", None),
            ("{{ lookup('env', 'PW') | default('') }}", None),
            ("<%= ENV.fetch(\"PW\", \"S3cretOne\") %>", Some("S3cretOne")),
            ("<%= ENV['PW'] %>", None),
            ("env('PW', 'S3cretOne')", Some("S3cretOne")),
        ] {
            assert_eq!(default(text).and_then(|part| text.get(part)), want, "{text}");
        }
    }

    #[test]
    fn what_is_written_out_is_told_from_what_is_filled_in() {
        for (text, want) in [
            ("${var.p}S3cretOne", vec!["S3cretOne"]),
            ("\"${var.p}S3cretOne\"", vec!["S3cretOne"]),
            ("S3cretOne-${Env}", vec!["S3cretOne-"]),
            ("lookup(var.m, \"pw\", \"S3cretOne\")", vec!["pw", "S3cretOne"]),
            ("var.p ? \"S3cretOne\" : \"other\"", vec!["S3cretOne", "other"]),
            ("var.env == \"prod\" ? \"S3cretOne\" : var.x", vec!["S3cretOne"]),
            ("[concat('S3cretOne', parameters('p'))]", vec!["S3cretOne"]),
            ("[parameters('adminPassword')]", vec![]),
            ("[reference(resourceId('Microsoft.KeyVault/vaults', 'x')).secret]", vec![]),
            ("{{ .Values.pw | default \"S3cretOne\" | quote }}", vec!["S3cretOne"]),
            ("{{ include \"x.password\" . }}", vec![]),
            ("{{ required \"a password is needed\" .Values.x }}", vec![]),
            ("{{ 'S3cretOne' | password_hash('sha512') }}", vec!["S3cretOne"]),
            ("{{ 'S3cretOne' if staging else 'other' }}", vec!["S3cretOne", "other"]),
            ("{{ x.pw or 'S3cretOne' }}", vec!["S3cretOne"]),
            ("{{ lookup('file', '/etc/pw') }}", vec!["file", "/etc/pw"]),
            ("${{ secrets.PW || 'S3cretOne' }}", vec!["S3cretOne"]),
            ("${PW:-S3cretOne}", vec!["S3cretOne"]),
            ("${PW:?is not set}", vec![]),
            ("!Sub \"S3cretOne-${Env}\"", vec!["S3cretOne-"]),
            ("!Join [\"-\", [\"S3cretOne\", !Ref Env]]", vec!["-", "S3cretOne"]),
            ("data.x.y[\"password\"]", vec![]),
            ("file(\"${path.module}/pw.txt\")", vec![]),
            ("var.db_password", vec![]),
            ("!Ref DbPassword", vec![]),
            ("{\"Fn::GetAtt\": [\"TheFunctionOfTokens\", \"Arn\"]}", vec!["Fn::GetAtt"]),
            ("{ \"Ref\": \"DbPassword\" }", vec!["Ref"]),
            ("{\"Fn::Join\": [\"\", [\"S3cretOne\", {\"Ref\": \"Env\"}]]}", vec!["Fn::Join", "S3cretOne", "Ref"]),
            ("plain S3cretOne", vec![]),
        ] {
            let found: Vec<&str> = written_out(text).into_iter().map(|part| text.get(part).unwrap()).collect();
            assert_eq!(found, want, "{text}");
        }
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        let parts = ["${", "}", "{{", "}}", "\"", "'", "\\", "(", ")", "[", "]", "concat", "ä", " ", "=", "%>", "<%"];
        let mut seed = 11_u64;
        for _ in 0..4000 {
            let mut text = String::new();
            for _ in 0..12 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(parts[(seed >> 33) as usize % parts.len()]);
            }
            assert!(written_out(&text).iter().all(|part| text.get(part.clone()).is_some()), "{text:?}");
        }
    }
}
