//! What an X.509 certificate says.

use x509_cert::Certificate;
use x509_cert::der::asn1::{ObjectIdentifier, UintRef};
use x509_cert::der::{Decode, Reader, SliceReader};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, SubjectAltName};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use super::{entry, public};
use crate::document::{Entry, Node, Value};
use crate::source::Span;

/// Object identifiers of keys and signatures, with the names that standards give them.
const NAMES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.1", "rsa"),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption"),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    ("1.2.840.113549.1.1.10", "rsassa-pss"),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption"),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption"),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption"),
    ("1.2.840.10040.4.1", "dsa"),
    ("1.2.840.10040.4.3", "dsa-with-sha1"),
    ("2.16.840.1.101.3.4.3.2", "dsa-with-sha256"),
    ("1.2.840.10045.2.1", "ec"),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224"),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
    ("1.3.101.112", "ed25519"),
    ("1.3.101.113", "ed448"),
];

/// Elliptic curves and the length of their keys in bits.
const CURVES: &[(&str, &str, i64)] = &[
    ("1.2.840.10045.3.1.1", "secp192r1", 192),
    ("1.3.132.0.33", "secp224r1", 224),
    ("1.2.840.10045.3.1.7", "secp256r1", 256),
    ("1.3.132.0.10", "secp256k1", 256),
    ("1.3.132.0.34", "secp384r1", 384),
    ("1.3.132.0.35", "secp521r1", 521),
];

const SUBJECT_ALT_NAME: &str = "2.5.29.17";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";

/// The body of a certificate's resource; nothing when the bytes are no certificate.
pub(super) fn read(bytes: &[u8], folder: &str, place: Span) -> Option<Vec<Entry>> {
    let certificate = Certificate::from_der(bytes).ok()?;
    let content = &certificate.tbs_certificate;
    let text = |text: String| Node::text(text, place);
    let flag = |value: bool| Node::new(Value::Bool(value), place);
    let extension = |id: &str| {
        let extensions = content.extensions.as_deref().unwrap_or(&[]);
        extensions.iter().find(|extension| extension.extn_id.to_string() == id).map(|found| found.extn_value.as_bytes())
    };
    let ca = extension(BASIC_CONSTRAINTS).and_then(|value| BasicConstraints::from_der(value).ok());
    let names = extension(SUBJECT_ALT_NAME).and_then(|value| SubjectAltName::from_der(value).ok());
    let names = names.map_or_else(Vec::new, |names| names.0.iter().filter_map(general_name).map(&text).collect());
    let signature = name(&certificate.signature_algorithm.oid);
    let mut entries = vec![
        entry("subject", text(content.subject.to_string())),
        entry("issuer", text(content.issuer.to_string())),
        entry("not_before", text(content.validity.not_before.to_date_time().to_string())),
        entry("not_after", text(content.validity.not_after.to_date_time().to_string())),
        entry("key", Node::map(key(&content.subject_public_key_info, folder, place), place)),
    ];
    entries.extend(hash(&signature).map(|hash| entry("signature_hash", text(hash.into()))));
    entries.push(entry("signature", text(signature)));
    entries.push(entry("san", Node::list(names, place)));
    entries.push(entry("self_signed", flag(content.subject == content.issuer)));
    entries.push(entry("is_ca", flag(ca.is_some_and(|constraints| constraints.ca))));
    Some(entries)
}

fn name(id: &ObjectIdentifier) -> String {
    let id = id.to_string();
    NAMES.iter().find(|(known, _)| *known == id).map_or(id, |(_, name)| (*name).to_owned())
}

/// The hash that a signature's name names.
fn hash(signature: &str) -> Option<&'static str> {
    let signature = signature.to_ascii_lowercase();
    ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].into_iter().find(|hash| signature.contains(hash))
}

/// Algorithm, curve and length of a public key.
fn key(key: &SubjectPublicKeyInfoOwned, folder: &str, place: Span) -> Vec<Entry> {
    let algorithm = name(&key.algorithm.oid);
    let parameters = key.algorithm.parameters.as_ref();
    let curve = parameters.and_then(|value| value.decode_as::<ObjectIdentifier>().ok()).map(|id| id.to_string());
    let curve = curve.and_then(|id| CURVES.iter().find(|(known, ..)| *known == id));
    let bits = match algorithm.as_str() {
        "rsa" | "rsassa-pss" => modulus_bits(key.subject_public_key.raw_bytes()),
        "ec" => curve.map(|(_, _, bits)| *bits),
        "ed25519" => Some(256),
        "ed448" => Some(456),
        _ => None,
    };
    let id = public::id_of_public(folder, &algorithm, key.subject_public_key.raw_bytes());
    let mut entries = vec![entry("algorithm", Node::text(algorithm, place))];
    entries.extend(id.map(|id| entry("id", Node::text(id, place))));
    entries.extend(curve.map(|(_, name, _)| entry("curve", Node::text(*name, place))));
    entries.extend(bits.map(|bits| entry("bits", Node::new(Value::Int(bits), place))));
    entries
}

/// The length of the first number of an RSA public key.
fn modulus_bits(bytes: &[u8]) -> Option<i64> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let bits = reader.sequence(|inner| {
        let modulus: UintRef<'_> = inner.decode()?;
        let bytes = modulus.as_bytes();
        let _exponent: UintRef<'_> = inner.decode()?;
        let zeros = bytes.first().map_or(0, |first| first.leading_zeros());
        Ok(i64::try_from(bytes.len()).unwrap_or(0) * 8 - i64::from(zeros))
    });
    bits.ok()
}

fn general_name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) | GeneralName::Rfc822Name(name) | GeneralName::UniformResourceIdentifier(name) => {
            Some(name.to_string())
        }
        GeneralName::IpAddress(address) => match address.as_bytes() {
            [a, b, c, d] => Some(format!("{a}.{b}.{c}.{d}")),
            bytes => {
                let groups: Vec<String> =
                    bytes.as_chunks::<2>().0.iter().map(|pair| format!("{:x}", u16::from_be_bytes(*pair))).collect();
                (groups.len() == 8).then(|| groups.join(":"))
            }
        },
        _ => None,
    }
}
