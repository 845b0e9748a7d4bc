use super::*;
use crate::secrecy::concealed;

/// Tokens are put together here, so that a search of this file finds none.
fn joined(parts: &[&str]) -> String {
    parts.concat()
}

#[test]
fn a_secret_is_never_shown() {
    let token = joined(&["ghp", "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"]);
    let [found] = &tokens::all(&token, false)[..] else { panic!() };
    assert!(found.verified);
    assert_eq!(found.masked(&token), "ghp_zQ…");
    assert_eq!(found.range, 0..40);
    assert_eq!(concealed(&format!("a {token} b")), "a ghp_zQ*** b");
    assert_eq!(concealed("nothing here"), "nothing here");
}

#[test]
fn files_that_are_no_text_are_not_searched() {
    for (path, want) in [
        ("src/main.rs", true),
        ("Dockerfile", true),
        ("a/Cargo.lock", true),
        ("package-lock.json", true),
        ("x.min.js", true),
        ("x.js.map", true),
        ("bun.lockb", false),
        ("logo.PNG", false),
        ("node_modules/a/b.js", false),
    ] {
        assert_eq!(may_hold(path), want, "{path}");
    }
}

#[test]
fn the_comment_above_a_secret_ends_with_the_first_line_that_is_none() {
    for (before, want) in [
        ("# for tests\nkey = \"", Some("for tests")),
        ("// for\n   // tests only\n", Some("for tests only")),
        ("# apart\n\nkey = ", None),
        ("# of another\nother = 1\nkey = ", None),
        ("-----END CERTIFICATE-----\n", None),
        ("", None),
        ("key = ", None),
    ] {
        assert_eq!(comment(before).as_deref(), want, "{before:?}");
    }
    let long = format!("# {}\n", "ü".repeat(10_000));
    assert_eq!(comment(&long), None, "of a line that begins far before nothing is said");
}
