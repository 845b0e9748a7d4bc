//! What a text certainly does not say, before it is parsed.
//!
//! Whether a document is of a dialect is decided on its parsed keys. A text is only asked whether it can have those keys
//! at all, and no spelling of a key may fool that: what could be written with escapes is taken for possible.

use memchr::{memchr_iter, memmem};

/// Whether a word of ASCII may be among the keys and values of a text in YAML or JSON: written out, or with escapes.
pub(crate) fn may_say(text: &str, word: &str) -> bool {
    says(text, word) || has_escapes(text)
}

/// As [`may_say`], for some of several words.
pub(crate) fn may_say_one(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| says(text, word)) || has_escapes(text)
}

/// Whether one of these words may be a key of a text in YAML, JSON or TOML: it stands before a colon, an equals sign, a dot
/// or the end of a header, or an escape or a key that stands by itself (`? key`) may hide it.
pub(crate) fn may_have_key(text: &str, words: &[&str]) -> bool {
    let is_key = |word: &&str| {
        memmem::find_iter(text.as_bytes(), word.as_bytes()).any(|at| {
            let after = text.get(at + word.len()..).unwrap_or_default();
            after.trim_start_matches(['"', '\'']).trim_start().starts_with([':', '=', '.', ']'])
        })
    };
    words.iter().any(is_key)
        || may_say_one(text, words) && (says(text, "\n?") || text.starts_with('?'))
        || has_escapes(text)
}

/// As [`may_say`], for a word that counts in any case.
pub(crate) fn may_say_in_any_case(text: &str, word: &str) -> bool {
    let (bytes, word) = (text.as_bytes(), word.as_bytes());
    let Some(first) = word.first() else { return true };
    let mut starts = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), bytes);
    starts.any(|at| bytes.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
        || has_escapes(text)
}

/// Whether a word is written out in a text.
pub(crate) fn says(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// Whether a text has an escape that stands for a character of a key or of a name (`\u0052`, `\x6f`), or a line break that
/// joins two parts of a word.
pub(crate) fn has_escapes(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr_iter(b'\\', bytes).any(|at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        bytes.get(at + 1..).is_some_and(|rest| spells_name(before, rest))
    })
}

/// Whether what follows a backslash may be a part of a name.
fn spells_name(before: Option<&u8>, rest: &[u8]) -> bool {
    let digits = match rest.first() {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        Some(b'\n' | b'\r') => return before.is_some_and(u8::is_ascii_alphanumeric) && joins(rest),
        _ => return false,
    };
    let digits = rest.get(1..=digits).and_then(|digits| std::str::from_utf8(digits).ok());
    let code = digits.and_then(|digits| u8::from_str_radix(digits.trim_start_matches('0'), 16).ok());
    code.is_some_and(|code| code.is_ascii_alphanumeric() || b"$-./:_".contains(&code))
}

/// Whether a text goes on with a word on the next line.
fn joins(rest: &[u8]) -> bool {
    rest.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether lines of a text are those of a template (`{{ if }}`, `{% for %}`, `<% end %>`), from which the file is yet to
/// be made. Such lines also stand within strings: only of a text that cannot be parsed do they say something.
pub(crate) fn has_template_lines(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        ["{{", "{%", "<%", "{#"].iter().any(|mark| line.starts_with(mark))
    }) || says(text, "{% ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_of_a_word_is_missed() {
        for (text, want) in [
            ("kind: Pod", true),
            (r#""k\u0069nd": "Pod""#, true),
            (r#""\x6bind": Pod"#, true),
            (r#""\U0000006bind": Pod"#, true),
            (r#"? "ki\"#, false),
            ("? \"ki\\\n  nd\"\n: Pod", true),
            ("? \"ki\\\r\n  nd\"\r\n: Pod", true),
            (r#"{"AWS\u003a:S3": 1}"#, true),
            ("run: |\n  curl \\\n    --fail \\\n    https://example.org", false),
            (r#"{"name": "caf\u00e9", "html": "\u003cb\u003e", "path": "C:\\temp\n"}"#, false),
            (r#""\x""#, false),
            ("", false),
        ] {
            assert_eq!(may_say(text, "kind"), want, "{text}");
        }
    }

    #[test]
    fn lines_of_templates_are_told() {
        for (text, want) in [
            ("a: 1\n  {{- if .Values.x }}\nb: 2\n", true),
            ("[\n{% for p in ports %}\n]", true),
            ("a: {% if x %}1{% endif %}", true),
            ("<% 3.times do %>", true),
            ("a: \"{{ x }}\"\n", false),
            ("a: {b: {c: 1}}\n", false),
        ] {
            assert_eq!(has_template_lines(text), want, "{text}");
        }
    }
}
