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
fn keys_of_firebase_are_public() {
    let key = joined(&["AI", "zaSyD4kQ7wXn2ZrT8vLm5HbC1gPf9JsE6uYoA"]);
    let settings =
        format!("const firebaseConfig = {{\n  apiKey: '{key}',\n  authDomain: 'shop.firebaseapp.com',\n}}\n");
    let far = format!("key = '{key}'\n{}authDomain: 'shop'\n", "\n".repeat(30));
    for (path, text, want) in [
        ("src/app.ts", &*settings, true),
        ("android/app/google-services.json", &format!("\"current_key\": \"{key}\""), true),
        ("src/maps.ts", &format!("const key = '{key}';"), false),
        ("src/maps.ts", &far, false),
    ] {
        let [found] = &tokens::all(text, false)[..] else { panic!("{text}") };
        assert_eq!(firebase::is_public(found, text, path), want, "{path}: {text}");
    }
}
