//! The size of cryptographic keys.

use super::argument::refused;
use crate::document::{Node, Value};
use crate::rule::operator::{Operator, Partly, Test};
use crate::truth::Truth;

/// `bits`.
pub const BITS: Operator = Operator {
    name: "bits",
    expects: "",
    doc: "The number of bits of a key satisfies the argument, a number or operators. The value is the number, or the name \
          of an algorithm with its key size or curve: `RSA_2048`, `rsa4096`, `ecdsa-p256`, `secp384r1`, `ed25519`.",
    build: |argument| match argument.value {
        Value::Int(_) | Value::Map(_) => Ok(Test::View(|node| {
            let bits = match &node.value {
                Value::Int(bits) => *bits,
                Value::Str(text) => bits(text.as_str())?,
                _ => return None,
            };
            Some(Node { value: Value::Int(bits), ..node.clone() })
        })),
        _ => Err(refused("a number of bits, or operators on it such as `{ at-least = 2048 }`", argument)),
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("{ at-least = 2048 }", "\"RSA_2048\"", Truth::True),
        ("{ at-least = 2048 }", "1024", Truth::False),
        ("{ at-least = 3072 }", "\"RSA_SIGN_PKCS1_4096_SHA512\"", Truth::True),
        ("256", "\"ecdsa-p256\"", Truth::True),
        ("{ below = 256 }", "\"secp192r1\"", Truth::True),
        ("{ at-least = 2048 }", "\"RSA\"", Truth::False),
    ],
};

/// The number of bits that the name of an algorithm tells.
fn bits(name: &str) -> Option<i64> {
    let name = name.to_ascii_lowercase();
    // The curves of these have sizes that differ from the numbers in their names.
    for (word, bits) in [("25519", 256), ("ed448", 448), ("x448", 448)] {
        if name.contains(word) {
            return Some(bits);
        }
    }
    let mut rest = name.as_str();
    while let Some(at) = rest.find(|character: char| character.is_ascii_digit()) {
        let (before, from) = rest.split_at_checked(at)?;
        let end = from.find(|character: char| !character.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at_checked(end)?;
        if let Some(bits) = digits.parse().ok().filter(|bits| *bits >= SMALLEST && !is_of_a_hash(before)) {
            return Some(bits);
        }
        rest = after;
    }
    None
}

/// No key has fewer bits; smaller numbers in names are versions and parameters.
const SMALLEST: i64 = 80;

/// Whether the number after this belongs to a hash function.
fn is_of_a_hash(before: &str) -> bool {
    let before = before.trim_end_matches(['-', '_', ' ']);
    ["sha", "sha2", "sha3", "shake", "blake"].iter().any(|word| before.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_size_is_found_among_other_numbers() {
        for (name, want) in [
            ("RSA_2048", Some(2048)),
            ("rsa4096", Some(4096)),
            ("2048", Some(2048)),
            ("RSA_SIGN_PSS_3072_SHA256", Some(3072)),
            ("RSA_DECRYPT_OAEP_4096_SHA512", Some(4096)),
            ("EC_SIGN_P384_SHA384", Some(384)),
            ("sha256WithRSAEncryption", None),
            ("SHA256-RSA-2048", Some(2048)),
            ("EC_prime256v1", Some(256)),
            ("secp521r1", Some(521)),
            ("P-224", Some(224)),
            ("ECC_NIST_P256", Some(256)),
            ("ECC_SECG_P256K1", Some(256)),
            ("ssh-ed25519", Some(256)),
            ("Ed448", Some(448)),
            ("aes256-gcm", Some(256)),
            ("AES_128", Some(128)),
            ("ML_DSA_65", None),
            ("RSA", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(bits(name), want, "{name}");
        }
    }
}
