//! What tells a secret from something that only looks like one.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Words that no generated secret holds, in lower case.
const PLACEHOLDERS: &[&str] = &[
    "example",
    "placeholder",
    "dummy",
    "changeme",
    "change_me",
    "change-me",
    "redacted",
    "xxxx",
    "fake",
    "sample",
    "your_",
    "your-",
    "yourtoken",
    "yourkey",
    "insert",
    "notreal",
    "not-real",
    "mytoken",
    "my-token",
    "my_token",
    "12345678",
    "abcdefgh",
    "deadbeef",
    "0123456",
    "aaaaaa",
    "000000",
    "foobar",
    "secretkey",
    "password",
];

/// Keys that products publish for everybody, and those of their documentation.
const PUBLISHED: &[&str] = &[
    // The key of Supabase on one's own machine, and the free one of Socket.
    "N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz",
    "t_--RAN5U4ivauy4w37-6aoKyYPDt5ZbaT5JBVMqiwKo_api",
    // Examples of Mailgun, Paddle and Dynatrace.
    "3ax6xnjp29jd6fds4gc373sgvjxteol0",
    "01gtgztp8f4kek3yd4g1wrksa3_q6TGTJyvoIz7LDtXT65bX7_AQO",
    "ST2EY72KQINMH574WMNVI7YN.G3DFPBEJYMODIDAEX454M7YWBUVEFOWKPRVMWFASS64NFH52PX6BNDVFFM572RZM",
    // The storage emulators of Azure.
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    // The database emulator of Azure.
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
];

/// Whether a text stands for a secret that the reader is to put in.
pub(super) fn is_placeholder(secret: &str) -> bool {
    let lower = secret.to_ascii_lowercase();
    PLACEHOLDERS.iter().any(|word| lower.contains(word)) || is_published(secret) || longest_run(secret) >= 5
}

/// Whether a text is a secret that the maker of a program has published, and which opens nothing of anybody.
pub(super) fn is_published(secret: &str) -> bool {
    PUBLISHED.contains(&secret)
}

pub(super) fn longest_run(text: &str) -> usize {
    longest_run_of(text.as_bytes())
}

/// How often a byte stands in a row, at most.
pub(super) fn longest_run_of(bytes: &[u8]) -> usize {
    let mut longest = 0;
    let mut run = 0;
    let mut last = None;
    for &byte in bytes {
        run = if last == Some(byte) { run + 1 } else { 1 };
        last = Some(byte);
        longest = longest.max(run);
    }
    longest
}

/// Shannon entropy, in bits per character.
pub fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    counts.iter().filter(|count| **count > 0).fold(0.0, |sum, count| {
        let share = f64::from(*count) / length;
        sum - share * share.log2()
    })
}

/// Whether the last six characters are the checksum of those before, as GitHub forms it.
pub(super) fn has_checksum(secret: &str) -> bool {
    let Some((random, checksum)) = secret.len().checked_sub(6).and_then(|at| secret.split_at_checked(at)) else {
        return false;
    };
    base62(crc32fast::hash(random.as_bytes())) == checksum
}

/// Six digits of base 62: digits, upper case, lower case.
pub(super) fn base62(mut number: u32) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = [b'0'; 6];
    for place in digits.iter_mut().rev() {
        *place = DIGITS.get(number as usize % 62).copied().unwrap_or(b'0');
        number /= 62;
    }
    String::from_utf8_lossy(&digits).into_owned()
}

/// Whether the last four characters are the checksum of the eighty before, as Microsoft's annotated keys have it: its first
/// bytes in base 64, or its digits in base 62.
pub(super) fn has_marvin_checksum(key: &str) -> bool {
    let Some((signed, checksum)) = key.split_at_checked(80) else { return false };
    let Ok(bytes) = STANDARD.decode(signed) else { return false };
    let sum = marvin(&bytes, u64::from_be_bytes(*b"Default0")).to_le_bytes();
    let digits = base62(u32::from_be_bytes(sum));
    checksum.len() == 4
        && (STANDARD.encode(sum).starts_with(checksum)
            || format!("{:0<6}", digits.trim_start_matches('0')).starts_with(checksum))
}

/// The checksum Marvin32.
pub(super) fn marvin(bytes: &[u8], seed: u64) -> u32 {
    let mut state = ((seed & 0xffff_ffff) as u32, (seed >> 32) as u32);
    let mut mixed = |word: u32| {
        let (mut low, mut high) = state;
        low = low.wrapping_add(word);
        high ^= low;
        low = low.rotate_left(20).wrapping_add(high);
        high = high.rotate_left(9) ^ low;
        low = low.rotate_left(27).wrapping_add(high);
        high = high.rotate_left(19);
        state = (low, high);
    };
    let mut words = bytes.chunks_exact(4);
    for word in words.by_ref() {
        mixed(word.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte)));
    }
    mixed(words.remainder().iter().rev().fold(0x80, |word, byte| word << 8 | u32::from(*byte)));
    mixed(0);
    state.0 ^ state.1
}

/// Whether a text is a JSON web token that somebody signed, and not the one that every tutorial shows.
pub(super) fn is_web_token(token: &str) -> bool {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap_or_default());
    let header = parts.next().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let payload = parts.next().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let algorithm = header.as_ref().and_then(|header| header.get("alg")?.as_str());
    let shown = payload.as_ref().is_some_and(|payload| {
        payload.get("sub").and_then(|sub| sub.as_str()) == Some("1234567890")
            || payload.get("name").and_then(|name| name.as_str()) == Some("John Doe")
    });
    algorithm.is_some_and(|algorithm| !algorithm.eq_ignore_ascii_case("none")) && payload.is_some() && !shown
}

/// Whether the host of a URL is one that is only reached from within, or that stands for any.
pub(super) fn is_nobodys_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let ends = [".local", ".localhost", ".test", ".example", ".invalid", ".internal", ".svc", ".lan", ".docker"];
    host.contains("example")
        || host.contains("domain.")
        || host.contains("host.")
        || ends.iter().any(|end| host.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_real_tokens() {
        // A revoked token that was published; put together so that nobody finds it here.
        assert!(has_checksum(&["zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"].concat()));
        assert!(!has_checksum(&["zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq18"].concat()));
    }

    #[test]
    fn marvin_is_that_of_its_published_examples() {
        for (seed, text, want) in [
            (0xd53c_d9ce_cd08_93b7, "abc", 0x6be0_2a86),
            (0x0ddd_deee_efff_f000, "abcdefghijklmnopqrstuvwxyz", 0xd348_47dc),
            (0x004f_b61a_001b_dbcc, "", 0x3020_09bc),
        ] {
            assert_eq!(marvin(text.as_bytes(), seed), want, "{text}");
        }
    }

    #[test]
    fn placeholders_are_not_secrets() {
        for (text, want) in [
            ("AKIAIOSFODNN7EXAMPLE", true),
            ("xxxxxxxxxxxxxxxxxxxx", true),
            ("your-token-goes-here", true),
            ("aB3dE5gH7jK9mN1pQ4sT", false),
        ] {
            assert_eq!(is_placeholder(text), want, "{text}");
        }
    }

    #[test]
    fn entropy_grows_with_variety() {
        for (text, want) in [("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0), ("abcdefgh", 3.0)] {
            assert!((entropy(text) - want).abs() < 1e-9, "{text}");
        }
    }
}
