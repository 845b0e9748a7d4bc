//! Finds the tokens of a text by their formats.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::{LazyLock, OnceLock};

use regex::Regex;

use super::checks;
use super::formats::{self, Check, Format};
use super::sieve::Sieve;
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

/// A format and its pattern, which is built when a literal of it is first met.
struct Tried {
    format: &'static Format,
    pattern: OnceLock<Option<Regex>>,
}

/// All formats, and the search for their literals.
struct Search {
    sieve: Sieve,
    tried: Vec<Tried>,
    /// The formats of each literal, as places in the list.
    formats: Vec<Vec<usize>>,
    /// The number of the literal that private keys begin with.
    key: usize,
}

/// What PEM blocks begin with.
const KEY: &str = "-----BEGIN ";

static SEARCH: LazyLock<Search> = LazyLock::new(|| {
    let tried: Vec<Tried> = formats::every().map(|format| Tried { format, pattern: OnceLock::new() }).collect();
    let mut by_literal: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (at, Tried { format, .. }) in tried.iter().enumerate() {
        for literal in format.literals {
            by_literal.entry(literal).or_default().push(at);
        }
    }
    let key = by_literal.len();
    let texts = by_literal.keys().copied().chain([KEY]).collect();
    Search { sieve: Sieve::new(texts), tried, formats: by_literal.into_values().collect(), key }
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
    let search = &*SEARCH;
    let mut found: Vec<Found> = Vec::new();
    let mut keys = false;
    let _ = search.sieve.each(text.as_bytes(), &mut |start, literal| {
        if literal == search.key {
            // All blocks are read at once, at the first.
            if !std::mem::replace(&mut keys, true) {
                found.extend(private_keys(text));
            }
        } else {
            let formats = search.formats.get(literal).into_iter().flatten().filter_map(|at| search.tried.get(*at));
            found.extend(formats.filter_map(|tried| token(tried, text, start)));
        }
        if only_first && !found.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    // Of two at one place the longer one counts, and of equals the one that the tables name first.
    found.sort_by_key(|found| (found.range.start, Reverse(found.range.end)));
    let mut end = 0;
    found.retain(|found| {
        let apart = found.range.start >= end;
        end = end.max(found.range.end);
        apart
    });
    found
}

/// The token of a format one of whose literals stands at a place.
fn token(tried: &'static Tried, text: &str, at: usize) -> Option<Found> {
    let Tried { format, pattern } = tried;
    let start = at.checked_sub(format.lead)?;
    if format.alone && start.checked_sub(1).and_then(|at| text.as_bytes().get(at)).copied().is_some_and(is_word) {
        return None;
    }
    if format.check == Check::Url && !has_password(text, at + "://".len()) {
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
        Check::PerhapsMarvin => found.verified = checks::has_marvin_checksum(value),
        Check::WebToken if !checks::is_web_token(value) => return None,
        Check::Url => {
            let host = text.get(found.secret.end + 1..found.range.end)?;
            let decided = !value.contains('%') && value.bytes().any(|byte| byte.is_ascii_digit());
            let is_public = || super::urls::is_reporting(text, found.range.start, found.secret.end);
            if checks::is_nobodys_host(host) || !decided || is_public() {
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
    fn a_web_token_that_somebody_signed_is_one() {
        use base64::Engine as _;
        let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let signature = "q8Zt3LmW9xRb2Kc7Vn5Yp4Hd6Js1Gf0AqTeUiOoPlK";
        for (header, want) in [(r#"{"alg":"RS256","typ":"JWT"}"#, 1), (r#"{"alg":"none"}"#, 0)] {
            let token = [part(header), part(r#"{"sub":"svc-7","exp":1790000000}"#), signature.to_owned()].join(".");
            assert_eq!(names(&token).len(), want, "{header}");
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
            "https://0d1e2f30415263748596a7b8c9dae0f1:f1e2d3c4b5a697887960504132231405@sentry.io/4501".into(),
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
}
