use super::*;
use crate::dialect::testing;

/// Made with `openssl req -x509`: a curve of 256 bits and two names; RSA with 1024 bits and SHA-1.
const EC: &str = include_str!("ec.pem");
const RSA: &str = include_str!("rsa1024.pem");

fn read(text: &str) -> Extraction {
    testing::found(&CERTIFICATE, &[("tls/a.pem", text)]).1
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Str(text) => text.as_str().into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        _ => node.items().iter().map(shown).collect::<Vec<_>>().join(" "),
    }
}

#[test]
fn a_certificate_says_what_it_is() {
    let extraction = read(&[EC, RSA].concat());
    let [ec, rsa] = &extraction.resources[..] else { panic!("{:?}", extraction.problems) };
    assert_eq!((&*ec.address, &*rsa.address), ("tls/a.pem#1", "tls/a.pem#2"));
    for (body, path, want) in [
        (&ec.body, &["subject"][..], "CN=new.example"),
        (&ec.body, &["key", "algorithm"], "ec"),
        (&ec.body, &["key", "bits"], "256"),
        (&ec.body, &["signature"], "ecdsa-with-SHA256"),
        (&ec.body, &["signature_hash"], "sha256"),
        (&ec.body, &["san"], "new.example 10.0.0.1"),
        (&ec.body, &["is_ca"], "false"),
        (&ec.body, &["self_signed"], "true"),
        (&rsa.body, &["key", "algorithm"], "rsa"),
        (&rsa.body, &["key", "bits"], "1024"),
        (&rsa.body, &["signature_hash"], "sha1"),
        (&rsa.body, &["is_ca"], "true"),
    ] {
        assert_eq!(body.at(path).map(shown).as_deref(), Some(want), "{path:?}");
    }
    let date = ec.body.get("not_after").and_then(Node::as_str).unwrap();
    assert!(date.starts_with("20") && date.ends_with('Z') && date.contains('T'), "{date}");
}

#[test]
fn private_keys_say_whether_they_are_encrypted() {
    let none = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ==";
    let aes = "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAG";
    for (label, body, want) in [
        ("RSA PRIVATE KEY", "QUJDREVGR0hJSktM", false),
        ("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nQUJDREVGR0hJSktM", true),
        ("ENCRYPTED PRIVATE KEY", "QUJDREVGR0hJSktM", true),
        ("PRIVATE KEY", "QUJDREVGR0hJSktM", false),
        ("OPENSSH PRIVATE KEY", none, false),
        ("OPENSSH PRIVATE KEY", aes, true),
    ] {
        let extraction = read(&format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"));
        let [key] = &extraction.resources[..] else { panic!("{label}") };
        assert_eq!(key.body.get("encrypted").and_then(Node::as_bool), Some(want), "{label} {body}");
    }
}

#[test]
fn a_broken_certificate_is_a_problem() {
    let extraction = read("-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n");
    assert_eq!((extraction.resources.len(), extraction.problems.len()), (0, 1));
}

#[test]
fn a_key_and_its_certificate_meet_by_what_is_public() {
    let of = |file: &str| std::fs::read_to_string(format!("fixtures/private-key-in-file/{file}")).unwrap();
    let (own, others) = ("pass-own-machine", "fail-own-signature");
    for (folder, key, certificate, want) in [
        // On a curve, in PKCS #8 and in SEC 1, and RSA in PKCS #1.
        (own, "web/tls.key", "web/tls.crt", true),
        (own, "proxy/server.pem", "proxy/cert.pem", true),
        (own, "old/tls.key", "old/tls.crt", true),
        (others, "d/tls.key", "d/tls.crt", true),
        (others, "c/tls.key", "c/tls.crt", false),
        // What a passphrase protects shows nothing.
        (own, "web/other.key", "web/tls.crt", false),
    ] {
        let [key, certificate] = [key, certificate].map(|file| {
            let extraction = read(&of(&format!("{folder}/{file}")));
            extraction.resources.into_iter().next().unwrap().body
        });
        let id = key.get("key_id").and_then(Node::as_str);
        let of_certificate = certificate.at(&["key", "id"]).and_then(Node::as_str);
        assert!(of_certificate.is_some_and(|id| id.len() == 8));
        assert_eq!(id == of_certificate, want, "{folder}: {id:?} and {of_certificate:?}");
    }
}

#[test]
fn bytes_that_are_no_key_have_no_public_part() {
    for bytes in
        [&[][..], &[0x30], &[0x30, 0x80], &[0x30, 0x03, 0x02, 0x01], &[0x30, 0x06, 2, 1, 0, 4, 1, 7], &[0x04, 1, 0]]
    {
        assert_eq!(public::id_of_private("tls", bytes), None, "{bytes:?}");
    }
}
