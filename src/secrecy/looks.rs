//! What looks as if a machine had drawn it: hidden wherever it stands, under any name and in any text, and never taken for
//! evidence of anything.
//!
//! Passwords and tokens of which nothing else tells are mostly generated, and generated texts change between digits,
//! capitals and small letters all the time. What people name does not: `ELBSecurityPolicy-TLS13-1-2-2021-06`,
//! `AmazonEC2ContainerRegistryReadOnly`. Hashes in hexadecimal digits, fingerprints and public keys are no secrets.

use std::ops::Range;

/// Shortest run of letters and digits that is told by its looks; no token is shorter.
pub(super) const SHORTEST: usize = 16;

/// Longest run that is looked at: what is longer is a file in base 64, of which a part is enough to be seen.
const LONGEST: usize = 512;

/// Changes of the kind of character, for each hundred characters, from which on a run was not named by a person.
const CHANGES: usize = 42;

/// What stands right before digits of base 64 that everybody may know.
const PUBLIC: &[&str] =
    &["SHA256:", "sha256-", "sha384-", "sha512-", "sha1-", "h1:", "ssh-rsa ", "ssh-ed25519 ", "ssh-dss "];

/// The parts of a text that look drawn, in order.
pub(super) fn drawn(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            at += 1;
            continue;
        }
        let run = bytes.get(at..).unwrap_or(&[]).iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let start = at;
        at += run;
        if run >= SHORTEST && is_drawn(bytes.get(start..start + run.min(LONGEST)).unwrap_or(&[])) {
            let range = around(bytes, start..at);
            at = at.max(range.end);
            if !is_public(text, range.start) {
                found.push(range);
            }
        }
    }
    found
}

/// With what belongs to it in base 64 and its relatives.
fn around(bytes: &[u8], run: Range<usize>) -> Range<usize> {
    let more = |byte: &u8| byte.is_ascii_alphanumeric() || b"+=".contains(byte);
    let before = bytes
        .get(..run.start)
        .unwrap_or(&[])
        .iter()
        .rev()
        .take(LONGEST)
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'+');
    let after = bytes.get(run.end..).unwrap_or(&[]).iter().take_while(|byte| more(byte));
    run.start - before.count()..run.end + after.count()
}

fn is_public(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    // The digits of a key may hold slashes, which end a run.
    let word = before.rfind([' ', '"', '\'', '=', '\n', ',']).map_or(0, |at| at + 1);
    let word = before.get(word..).unwrap_or("");
    PUBLIC.iter().any(|public| before.ends_with(public) || word.starts_with(public)) || word.starts_with("AAAA")
}

/// Whether a run of letters and digits changes between their kinds as nothing does that a person named.
fn is_drawn(run: &[u8]) -> bool {
    let kind = |byte: &u8| match byte {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    };
    let count = |wanted: u8| run.iter().filter(|byte| kind(byte) == wanted).count();
    if count(0) < 2 || count(1) < 2 || count(2) < 2 || super::checks::longest_run_of(run) >= 5 {
        return false;
    }
    let changes = run.windows(2).filter(|pair| matches!(pair, [one, other] if kind(one) != kind(other))).count();
    changes * 100 >= CHANGES * (run.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_told_from_what_is_named() {
        for (text, want) in [
            ("mAdeUp7vT4mK9p08xW2rL8c", Some("mAdeUp7vT4mK9p08xW2rL8c")),
            ("door: aB3dE5gH7jK9mN1p!", Some("aB3dE5gH7jK9mN1p")),
            ("x='Zk83hfQpL2wXt6RbN2cVy5Hd8Js1Gf'", Some("Zk83hfQpL2wXt6RbN2cVy5Hd8Js1Gf")),
            ("ELBSecurityPolicy-TLS13-1-2-2021-06", None),
            ("AmazonEC2ContainerRegistryReadOnly2", None),
            ("AWSServiceRoleForECS2AndEKS1", None),
            ("arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf", None),
            ("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", None),
            ("E2FA5C1D0B9A8877665544332211AABBCCDDEEFF", None),
            ("SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8", None),
            ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7vbqajDh", None),
            ("6f8d7c3e-4b2a-4c1d-9e0f-1a2b3c4d5e6f", None),
            ("vpc-0a1b2c3d4e5f67890", None),
            ("Microsoft.Storage/storageAccounts@2021-11-01", None),
            ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", None),
            ("eu-west-1_AbCd12345", None),
            ("com.apple.screensaver.ByHost.x86", None),
        ] {
            let found = drawn(text);
            assert_eq!(found.first().and_then(|range| text.get(range.clone())), want, "{text}");
        }
    }
}
