//! Keys of Firebase, which every visitor of a site and every user of an app is given: they name the project, and who may do what is
//! up to its rules (<https://firebase.google.com/docs/projects/api-keys>).

use std::ops::Range;

use super::tokens::{self, Found};
use crate::document::Node;

/// How files of settings begin that Firebase writes for apps.
const FILES: &[&str] = &["google-services", "GoogleService-Info", "firebase_options."];

/// Words beside a key that only settings of Firebase have.
const BESIDE: &[&str] = &[
    "authDomain",
    "auth_domain",
    "messagingSenderId",
    "messaging_sender_id",
    "mobilesdk_app_id",
    "GOOGLE_APP_ID",
    ".firebaseapp.com",
    ".firebasestorage.app",
    "MESSAGING_SENDER_ID",
    "FIREBASE_API_KEY",
];

/// How many lines before and after a key are looked at.
const NEAR: usize = 10;

/// How many bytes before and after a key are looked at, at most.
const FURTHEST: usize = 2_048;

/// The format of tokens that the keys have, as those of other interfaces of Google do.
const FORMAT: &str = "google-api-key";

/// How long such a key is, in bytes.
const LENGTH: usize = 39;

/// Whether a token is the key of a project of Firebase, as the file or the lines around it say.
pub fn is_public(found: &Found, text: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or("");
    let of_file = || FILES.iter().any(|start| name.starts_with(start));
    let around = || text.get(near(text, &found.range)).unwrap_or("");
    found.name == FORMAT && (of_file() || BESIDE.iter().any(|word| around().contains(word)))
}

/// Whether a value is such a key, as its name or what stands beside it in a map says.
pub fn is_public_value(value: &str, name: &str, beside: Option<&Node>) -> bool {
    let says = |text: &str| BESIDE.iter().any(|word| text.contains(word));
    let entries = || beside.map_or(&[][..], Node::entries).iter();
    let is_told = || entries().any(|entry| says(&entry.key.name) || entry.value.as_str().is_some_and(says));
    let is_key = |found: &Found| found.name == FORMAT && found.range == (0..value.len());
    value.len() == LENGTH
        && tokens::all(value, true).first().is_some_and(is_key)
        && (name.to_ascii_lowercase().contains("firebase") || is_told())
}

/// The lines around a place.
fn near(text: &str, place: &Range<usize>) -> Range<usize> {
    let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = boundary(place.start.saturating_sub(FURTHEST));
    let end = boundary(text.len().min(place.end + FURTHEST));
    let before = text.get(start..place.start).unwrap_or("");
    let first = memchr::memrchr_iter(b'\n', before.as_bytes()).nth(NEAR).map_or(0, |at| at + 1);
    let after = text.get(place.end..end).unwrap_or("");
    let last = memchr::memchr_iter(b'\n', after.as_bytes()).nth(NEAR).unwrap_or(after.len());
    start + first..place.end + last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Entry;
    use crate::source::{FileId, Span};

    fn key() -> String {
        ["AI", "zaSyD4kQ7wXn2ZrT8vLm5HbC1gPf9JsE6uYoA"].concat()
    }

    #[test]
    fn keys_of_firebase_are_public() {
        let key = key();
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
            assert_eq!(is_public(found, text, path), want, "{path}: {text}");
        }
    }

    #[test]
    fn a_value_is_told_by_its_name_and_by_what_stands_beside_it() {
        let (key, at) = (key(), Span::new(FileId(0), 0, 0));
        let map = |name: &str, value: &str| Node::map(vec![Entry::new(name, at, Node::text(value, at))], at);
        for (value, name, beside, want) in [
            (&*key, "FIREBASE_API_KEY", None, true),
            (&key, "apiKey", Some(map("authDomain", "x")), true),
            (&key, "API_KEY", Some(map("DOMAIN", "shop.firebaseapp.com")), true),
            (&key, "API_KEY", Some(map("DOMAIN", "shop.example.org")), false),
            (&key, "MAPS_API_KEY", None, false),
            ("correct horse", "FIREBASE_API_KEY", None, false),
            (&format!("{key} and more"), "FIREBASE_API_KEY", None, false),
        ] {
            assert_eq!(is_public_value(value, name, beside.as_ref()), want, "{name}");
        }
    }
}
