//! Finds the tokens of a text by their formats.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};
use regex::Regex;

use super::checks;
use super::formats::{Check, FORMATS, Format};
use crate::pem;

/// A secret and what is known of it.
pub struct Found {
    /// The format's name.
    pub name: &'static str,
    /// The token with its prefix.
    pub range: Range<usize>,
    /// The part of it that is secret.
    pub secret: Range<usize>,
    /// Whether its checksum proves that it was issued.
    pub verified: bool,
    /// Bits per character of the secret part.
    pub entropy: f64,
}

impl Found {
    /// Enough of the token to recognise its kind, and nothing of use.
    pub fn masked(&self, text: &str) -> String {
        format!("{}…", text.get(self.range.start..self.hidden(text).start).unwrap_or(""))
    }

    /// The part that is not shown: all but the beginning.
    pub fn hidden(&self, text: &str) -> Range<usize> {
        let hint = if self.name == "private-key" { 0 } else { 2 };
        let secret = text.get(self.secret.clone()).unwrap_or("");
        self.secret.start + secret.chars().take(hint).map(char::len_utf8).sum::<usize>()..self.secret.end
    }
}

/// All literals at once.
static LITERALS: LazyLock<Literals> = LazyLock::new(|| {
    let literals = || FORMATS.iter().flat_map(|format| format.literals).copied().chain(["-----BEGIN "]);
    let mut vectorised = packed::Config::new().match_kind(packed::MatchKind::LeftmostFirst).builder();
    match vectorised.extend(literals()).build() {
        Some(searcher) => Literals::Vectorised(searcher),
        None => Literals::Other(AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals()).ok()),
    }
});

/// The search for all literals.
enum Literals {
    /// By vectors.
    Vectorised(packed::Searcher),
    /// Where the machine has none for it.
    Other(Option<AhoCorasick>),
}

impl Literals {
    /// The first literal at or after an offset.
    fn next(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let found = match self {
            Literals::Vectorised(searcher) => searcher.find_in(text.as_bytes(), Span { start: from, end: text.len() }),
            Literals::Other(table) => table.as_ref()?.find(Input::new(text).range(from..text.len())),
        };
        found.map(|found| found.range())
    }
}

/// The pattern of each format, built when its literal is first met.
static PATTERNS: [OnceLock<Option<Regex>>; FORMATS.len()] = [const { OnceLock::new() }; FORMATS.len()];

/// A format and its pattern.
type Tried = (&'static Format, &'static OnceLock<Option<Regex>>);

/// The formats that a literal may begin, with their patterns.
static BY_LITERAL: LazyLock<HashMap<&'static [u8], Vec<Tried>>> = LazyLock::new(|| {
    let mut index: HashMap<&'static [u8], Vec<_>> = HashMap::new();
    for (format, pattern) in FORMATS.iter().zip(&PATTERNS) {
        for literal in format.literals {
            index.entry(literal.as_bytes()).or_default().push((format, pattern));
        }
    }
    index
});

/// An AWS secret key between characters that cannot belong to it.
static AWS_SECRET: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[^A-Za-z0-9/+=])([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)").ok());

/// Longest token, with what a pattern asks for before it, in bytes.
const MAX_TOKEN: usize = 2048;

/// How far from the identifier of an AWS key its secret is looked for, in bytes.
const NEAR: usize = 300;

/// The secrets of a text, in order and without overlaps; only the first when that is enough to know.
pub fn all(text: &str, only_first: bool) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut keys = false;
    let mut from = 0;
    while let Some(hit) = LITERALS.next(text, from) {
        from = hit.end;
        let literal = text.as_bytes().get(hit.clone()).unwrap_or(&[]);
        if literal == b"-----BEGIN " {
            // All blocks are read at once, at the first.
            if !std::mem::replace(&mut keys, true) {
                found.extend(private_keys(text));
            }
        } else {
            let formats = BY_LITERAL.get(literal).map_or(&[][..], Vec::as_slice);
            found.extend(formats.iter().filter_map(|(format, pattern)| token(format, pattern, text, hit.clone())));
        }
        if only_first && !found.is_empty() {
            return found;
        }
    }
    found.sort_by_key(|found| (found.range.start, found.range.end));
    let mut end = 0;
    found.retain(|found| {
        let apart = found.range.start >= end;
        end = end.max(found.range.end);
        apart
    });
    found
}

/// The token of a format one of whose literals stands at `hit`.
fn token(format: &'static Format, pattern: &OnceLock<Option<Regex>>, text: &str, hit: Range<usize>) -> Option<Found> {
    if format.check == Check::Url && !has_password(text, hit.end) {
        return None;
    }
    let start = hit.start.checked_sub(format.lead)?;
    if format.alone && start.checked_sub(1).and_then(|at| text.as_bytes().get(at)).copied().is_some_and(is_word) {
        return None;
    }
    let pattern = pattern.get_or_init(|| Regex::new(format.pattern).ok()).as_ref()?;
    let captures = pattern.captures(text.get(start..boundary(text, start + MAX_TOKEN))?)?;
    let whole = captures.get(0)?;
    let part = captures.iter().skip(1).flatten().next().unwrap_or(whole);
    let range = start + whole.start()..start + whole.end();
    let secret = start + part.start()..start + part.end();
    if text.as_bytes().get(range.end).copied().is_some_and(is_word) {
        return None;
    }
    judge(format, text, range, secret)
}

/// Whether a name and a colon stand where a URL has its host: a cheap look, since most URLs have none.
fn has_password(text: &str, at: usize) -> bool {
    let rest = text.as_bytes().get(at..).unwrap_or(&[]);
    let name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
    let length = rest.iter().take(65).take_while(name).count();
    length > 0 && rest.get(length) == Some(&b':')
}

/// The first offset from `at` on that is between two characters.
fn boundary(text: &str, at: usize) -> usize {
    (at..at + 4).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether what looks like a token is one.
fn judge(format: &'static Format, text: &str, range: Range<usize>, secret: Range<usize>) -> Option<Found> {
    let value = text.get(secret.clone())?;
    let mut found = Found { name: format.name, entropy: checks::entropy(value), range, secret, verified: false };
    match format.check {
        Check::AwsPair => return aws_pair(text, &found),
        Check::Checksum | Check::PerhapsChecksum => found.verified = checks::has_checksum(value),
        Check::WebToken if !checks::is_web_token(value) => return None,
        Check::Url => {
            let host = text.get(found.secret.end + 1..found.range.end)?;
            let decided = !value.contains('%') && value.bytes().any(|byte| byte.is_ascii_digit());
            if checks::is_nobodys_host(host) || !decided {
                return None;
            }
        }
        Check::WebToken | Check::Looks => {}
    }
    let issued = found.verified || format.check != Check::Checksum;
    (issued && !checks::is_placeholder(value) && found.entropy >= format.entropy).then_some(found)
}

/// The secret key that stands near the identifier of an AWS key.
fn aws_pair(text: &str, id: &Found) -> Option<Found> {
    let value = text.get(id.range.clone())?;
    let from = boundary(text, id.range.start.saturating_sub(NEAR));
    let to = boundary(text, id.range.end + NEAR);
    let near = text.get(from..to)?;
    let fits = |secret: &str| {
        let mixed = [char::is_uppercase, char::is_lowercase, char::is_numeric as fn(char) -> bool];
        mixed.iter().all(|class| secret.contains(*class))
            && checks::entropy(secret) >= 4.2
            && !checks::is_placeholder(secret)
    };
    let part = AWS_SECRET
        .as_ref()?
        .captures_iter(near)
        .filter_map(|captures| captures.get(1))
        .find(|part| fits(part.as_str()))?;
    let range = from + part.start()..from + part.end();
    let entropy = checks::entropy(part.as_str());
    (!checks::is_placeholder(value)).then(|| Found {
        entropy,
        secret: range.clone(),
        range,
        name: id.name,
        verified: false,
    })
}

/// Private keys that no passphrase protects.
fn private_keys(text: &str) -> Vec<Found> {
    let key = |block: &pem::Block<'_>| {
        let plain = block.label.ends_with("PRIVATE KEY") && block.label != "ENCRYPTED PRIVATE KEY";
        let bytes = block.bytes().filter(|bytes| plain && bytes.len() >= 48)?;
        let open = !block.headers().contains("ENCRYPTED") && !is_encrypted_openssh(&bytes);
        let entropy = checks::entropy(block.body.trim());
        // What is made up by hand repeats itself.
        (open && entropy >= 4.0).then(|| Found {
            name: "private-key",
            secret: block.header.end..block.range.end,
            range: block.header.clone(),
            verified: false,
            entropy,
        })
    };
    pem::blocks(text).iter().filter_map(key).collect()
}

fn is_encrypted_openssh(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"openssh-key-v1\0") else { return false };
    rest.get(4..8) != Some(b"none")
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "the texts are ASCII")]
mod tests {
    use super::super::formats;
    use super::*;

    /// Tokens are put together here, so that a search of this file finds none.
    fn joined(parts: &[&str]) -> String {
        parts.concat()
    }

    fn names(text: &str) -> Vec<&'static str> {
        all(text, false).iter().map(|found| found.name).collect()
    }

    #[test]
    fn tokens_are_told_by_their_format() {
        let random = "q8Zt3LmW9xRb2Kc7Vn5Yp4Hd6Js1Gf0AqTeUiOoPlK";
        let forty = "wT9xKq3LmZ7RbN2cVy5Hd8Js1GfU6eIoP4aXtEgB";
        for (text, want) in [
            (joined(&["token: ghp", "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"]), "github-token"),
            (joined(&["glp", "at-q8Zt3LmW9xRb2Kc7Vn5Y"]), "gitlab-token"),
            (joined(&["sk_", "live_", &random[..30]]), "stripe-key"),
            (joined(&["'AI", "za", &random[..35], "'"]), "google-api-key"),
            (joined(&["aws_secret_", "access_key = \"", forty, "\""]), "aws-secret-access-key"),
            (joined(&["AK", "IAQ3EGTLZPWMN7XR5K\nsecret: ", forty]), "aws-access-key"),
            (joined(&["postgres:", "//app:s3cr3tPw9x@db.acme.io/x"]), "password-in-url"),
            (joined(&["https://hooks.", "slack.com/services/T0AB1CD2E/B0AB1CD2E/", &random[..24]]), "slack-webhook"),
            (joined(&["hv", "s.", &random[..30]]), "vault-token"),
        ] {
            assert_eq!(names(&text), [want], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_token_is_left_alone() {
        for text in [
            joined(&["ghp", "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18"]),
            joined(&["ghp", "_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]),
            joined(&["AK", "IAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"]),
            joined(&["AK", "IAQ3EGTLZPWMN7XR5K alone"]),
            "postgres://user:${PASSWORD}@db.acme.io".into(),
            "postgres://postgres:postgres1@localhost/x".into(),
            "https://user:passw0rd9@db.example.com".into(),
            joined(&["xghp", "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"]),
            joined(&["sk_", "test_q8Zt3LmW9xRb2Kc7Vn5Yp4Hd6Js1Gf"]),
            joined(&[
                "ey",
                "JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            ]),
        ] {
            assert_eq!(names(&text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn every_pattern_can_be_built() {
        for format in formats::FORMATS {
            assert!(regex::Regex::new(format.pattern).is_ok(), "{}", format.name);
        }
    }

    #[test]
    fn the_literals_stay_on_the_fast_path() {
        let literals: Vec<&str> = formats::FORMATS.iter().flat_map(|format| format.literals).copied().collect();
        // One more is looked for: the first line of private keys.
        assert!(literals.len() < 64, "{}", literals.len());
        assert!(literals.iter().all(|literal| literal.len() >= 3));
    }
}
