//! Keys of Firebase, which every visitor of a site and every user of an app is given: they name the project, and who may do what is
//! up to its rules (<https://firebase.google.com/docs/projects/api-keys>).

use std::ops::Range;

use crate::dialect::file_name;
use crate::secrecy::tokens::Found;

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

/// Whether a token is the key of a project of Firebase.
pub(super) fn is_public(found: &Found, text: &str, path: &str) -> bool {
    let name = file_name(path);
    let of_file = || FILES.iter().any(|start| name.starts_with(start));
    let around = || text.get(near(text, &found.range)).unwrap_or("");
    found.name == "google-api-key" && (of_file() || BESIDE.iter().any(|word| around().contains(word)))
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
