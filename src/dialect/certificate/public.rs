//! The public part of a key, by which a certificate and its private key meet that lie in one folder.

use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Class, Decode, Reader, SliceReader, Tag, Tagged};

use crate::fact::short;
use crate::hex;

/// Most wrappings around a private key: PKCS #8 has one.
const MAX_WRAPPED: usize = 2;

/// A short hash of the public part of a private key of RSA, or of one on a curve that has it; none of others.
pub(super) fn id_of_private(folder: &str, bytes: &[u8]) -> Option<String> {
    let mut bytes = bytes;
    for _ in 0..MAX_WRAPPED {
        let parts = parts(AnyRef::from_der(bytes).ok()?.value())?;
        match parts.as_slice() {
            // PKCS #1: numbers alone, of which the second is the modulus.
            [_, modulus, _, ..] if parts.iter().all(|part| part.tag() == Tag::Integer) => {
                return Some(id(folder, modulus.value()));
            }
            // PKCS #8: a version, the algorithm, and the key as octets.
            [_, algorithm, key, ..] if algorithm.tag() == Tag::Sequence && key.tag() == Tag::OctetString => {
                bytes = key.value();
            }
            // SEC 1: a version, the secret number, and under the tag 1 the point.
            [_, secret, rest @ ..] if secret.tag() == Tag::OctetString => {
                let is_point = |part: &&AnyRef<'_>| {
                    part.tag().class() == Class::ContextSpecific && part.tag().number().value() == 1
                };
                let point = AnyRef::from_der(rest.iter().find(is_point)?.value()).ok()?;
                return Some(id(folder, point.value().get(1..)?));
            }
            _ => return None,
        }
    }
    None
}

/// The same of the public key of a certificate.
pub(super) fn id_of_public(folder: &str, algorithm: &str, key: &[u8]) -> Option<String> {
    match algorithm {
        "rsa" | "rsassa-pss" => Some(id(folder, parts(AnyRef::from_der(key).ok()?.value())?.first()?.value())),
        _ => Some(id(folder, key)),
    }
}

fn parts(content: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(content).ok()?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        parts.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(parts)
}

/// A hash of eight digits; zeros at the beginning of a number do not count.
fn id(folder: &str, part: &[u8]) -> String {
    let zeros = part.iter().take_while(|byte| **byte == 0).count();
    let digits = hex::encode(part.get(zeros..).unwrap_or(&[]));
    format!("{:08x}", short([folder, &*digits]))
}
