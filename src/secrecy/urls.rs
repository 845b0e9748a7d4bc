//! The user information of addresses: `scheme://user:password@host`.

use std::ops::Range;

use super::names::Matter;
use super::values::{self, Nature};

/// Longest user information, in bytes.
const LONGEST: usize = 512;

/// The password in the first address of a text, where it has one that is written out.
pub fn user_information(text: &str) -> Option<Range<usize>> {
    let at = memchr::memmem::find(text.as_bytes(), b"://")?;
    password(text, at)
}

/// The secret in the user information of the address whose `://` stands at an offset.
pub(super) fn password(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + 3;
    let window = text.as_bytes().get(start..text.len().min(start + LONGEST))?;
    // A password may hold an `@`, the host may not.
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"/?#\"'`<>,;|\\".contains(byte);
    let length = window.iter().position(ends).unwrap_or(window.len());
    let user = memchr::memrchr(b'@', window.get(..length)?)?;
    let information = text.get(start..start + user)?;
    if is_reporting(text, at, start + user) {
        return None;
    }
    let (range, matter) = match information.find(':') {
        Some(colon) => (start + colon + 1..start + user, Matter::Password),
        None if values::is_random(information) => (start..start + user, Matter::Token),
        None => return None,
    };
    let value = text.get(range.clone())?;
    // A port, as in `host:80@other`, is never written so; what is filled in elsewhere is no secret.
    matches!(
        values::nature(value, matter),
        Nature::Literal | Nature::WellKnown | Nature::Place | Nature::Name | Nature::Hash
    )
    .then_some(range)
}

/// Digits of each of the keys to which reports of errors may be sent.
const REPORTING_KEY: usize = 32;

/// Whether user information and what follows it are those of an address to which errors are reported, which is no secret: it can be
/// written to and not read, and stands in every page that reports. Before Sentry 9 such addresses had a second key, which is asked
/// for no longer (docs.sentry.io/concepts/key-terms/dsn-explainer).
///
/// The `://` of the address stands at one offset, the end of its user information at another.
pub(super) fn is_reporting(text: &str, at: usize, end: usize) -> bool {
    let is_key = |key: &str| {
        key.len() == REPORTING_KEY && key.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
    };
    let is_web = text.get(..at).is_some_and(|before| before.ends_with("http") || before.ends_with("https"));
    let information = text.get(at + 3..end).unwrap_or("");
    if !is_web || !information.splitn(2, ':').all(is_key) {
        return false;
    }
    let rest = text.get(end + 1..).unwrap_or("");
    let of_address = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(byte);
    let address = rest.get(..rest.bytes().position(|byte| !of_address(&byte)).unwrap_or(rest.len())).unwrap_or("");
    let project = address.rsplit_once('/').map_or("", |(_, project)| project);
    !project.is_empty() && project.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_are_found() {
        for (text, want) in [
            ("postgres://app:JfBGC5JU0wbm@db:5432/app", Some("JfBGC5JU0wbm")),
            ("redis://:hunter2@cache:6379/0", Some("hunter2")),
            ("jdbc:postgresql://db.example.com/shop", None),
            ("https://deploy:p@55w0rd@h", Some("p@55w0rd")),
            ("amqp://guest:guest@mq", Some("guest")),
            ("https://user:${PASSWORD}@host/x", None),
            ("https://aB3dE5gH7jK9mN1pQ4sT@git.example.org/x", Some("aB3dE5gH7jK9mN1pQ4sT")),
            ("https://git@github.com/x/y", None),
            ("mongodb+srv://u:p%40ss9@c.example.net", Some("p%40ss9")),
            ("see https://example.org and mail a:b@c", None),
            ("https://0d1e2f30415263748596a7b8c9dae0f1@o42.ingest.sentry.io/4501", None),
            ("'https://0d1e2f30415263748596a7b8c9dae0f1:f1e2d3c4b5a697887960504132231405@sentry.io/4501'", None),
            ("https://0d1e2f30415263748596a7b8c9dae0f1@errors.example.org:8443/in/7 x", None),
            (
                "amqp://0d1e2f30415263748596a7b8c9dae0f1:f1e2d3c4b5a697887960504132231405@mq.example.org/1",
                Some("f1e2d3c4b5a697887960504132231405"),
            ),
            (
                "https://0d1e2f30415263748596a7b8c9dae0f1:f1e2d3c4b5a697887960504132231405@git.example.org/a.git",
                Some("f1e2d3c4b5a697887960504132231405"),
            ),
        ] {
            let found = user_information(text).map(|range| text.get(range).unwrap());
            assert_eq!(found, want, "{text}");
        }
    }
}
