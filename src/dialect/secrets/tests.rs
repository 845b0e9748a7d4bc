#![expect(clippy::string_slice, reason = "the texts are ASCII")]

use super::*;

/// Tokens are put together here, so that a search of this file finds none.
fn joined(parts: &[&str]) -> String {
    parts.concat()
}

fn names(text: &str) -> Vec<&'static str> {
    find::all(text, false).iter().map(|found| found.name).collect()
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
fn a_secret_is_never_shown() {
    let token = joined(&["ghp", "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"]);
    let [found] = &find::all(&token, false)[..] else { panic!() };
    assert!(found.verified);
    assert_eq!(found.masked(&token), "ghp_zQ…");
    assert_eq!(found.range, 0..40);
    assert_eq!(concealed(&format!("a {token} b")), "a ghp_zQ… b");
    assert_eq!(concealed("nothing here"), "nothing here");
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

#[test]
fn machine_written_files_are_not_searched() {
    for (path, want) in [
        ("src/main.rs", true),
        ("Dockerfile", true),
        ("a/Cargo.lock", false),
        ("package-lock.json", false),
        ("x.min.js", false),
        ("logo.PNG", false),
        ("node_modules/a/b.js", false),
    ] {
        assert_eq!(may_hold(path), want, "{path}");
    }
}
