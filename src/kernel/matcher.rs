//! Regular expressions asked of few short texts by most runs, and of many by some.
//!
//! Most of what it takes to make one goes into two things: the letters of all scripts that `\w`, `(?i)` and `[^a]` stand for, and
//! what makes long searches fast. Nearly all texts are ASCII, in which the others do not occur; and a rule that looks at a file asks
//! a few times, so that the making is all of the work. So a light one is made first, which knows ASCII and walks a text sign by
//! sign, and the whole one only where a text holds more than that or there is much to search. Both say the same.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use regex::{Regex, RegexBuilder};

/// How many bytes are searched before the whole one is worth making: it takes ten times what the light one takes, which searches
/// twenty times as slowly.
const FEW: usize = 16 * 1024;

/// Longest text that is remembered, in bytes. All facts of a file are asked for its path.
const REMEMBERED: usize = 256;

/// A regular expression that matches somewhere in a text.
pub struct Matcher {
    pattern: String,
    ignore_case: bool,
    /// Largest one, in bytes.
    limit: usize,
    light: OnceLock<Option<regex_lite::Regex>>,
    whole: OnceLock<Option<Regex>>,
    searched: AtomicUsize,
    /// The text that was asked last, and the answer.
    last: Mutex<(String, Option<bool>)>,
}

impl Matcher {
    /// An expression that is not made yet; `limit` is how many bytes it may take.
    pub fn new(pattern: &str, ignore_case: bool, limit: usize) -> Matcher {
        let (light, whole) = (OnceLock::new(), OnceLock::new());
        let (searched, last) = (AtomicUsize::new(0), Mutex::default());
        Matcher { pattern: pattern.to_owned(), ignore_case, limit, light, whole, searched, last }
    }

    /// Whether it matches; none where it cannot be made, or outgrows the limit.
    pub fn is_match(&self, text: &str) -> Option<bool> {
        if text.is_empty() || text.len() > REMEMBERED {
            return self.found(text);
        }
        // Who does not get at it asks anew.
        let remembered = self.last.try_lock().ok().filter(|last| last.0 == text).map(|last| last.1);
        remembered.unwrap_or_else(|| {
            let found = self.found(text);
            if let Ok(mut last) = self.last.try_lock() {
                last.0.clear();
                last.0.push_str(text);
                last.1 = found;
            }
            found
        })
    }

    fn found(&self, text: &str) -> Option<bool> {
        // A lost count makes the whole one a little later.
        let searched = self.searched.load(Ordering::Relaxed).saturating_add(text.len());
        self.searched.store(searched, Ordering::Relaxed);
        let is_light = searched <= FEW && text.is_ascii();
        match is_light.then(|| self.light.get_or_init(|| self.light())) {
            Some(Some(regex)) => Some(regex.is_match(text)),
            _ => self.whole.get_or_init(|| self.whole()).as_ref().map(|regex| regex.is_match(text)),
        }
    }

    /// The light one; none of a pattern that speaks of other signs than those of ASCII, some of which stand for these.
    fn light(&self) -> Option<regex_lite::Regex> {
        let escapes = ["\\x", "\\u", "\\U"];
        if !self.pattern.is_ascii() || escapes.iter().any(|escape| self.pattern.contains(escape)) {
            return None;
        }
        let mut builder = regex_lite::RegexBuilder::new(&self.pattern);
        builder.size_limit(self.limit).case_insensitive(self.ignore_case).build().ok()
    }

    fn whole(&self) -> Option<Regex> {
        RegexBuilder::new(&self.pattern).size_limit(self.limit).case_insensitive(self.ignore_case).build().ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_too_large_matches_nothing_any_way() {
        let matcher = Matcher::new(r"(a{200}){200}", false, 1 << 16);
        for text in ["a", "ä", &"a".repeat(FEW)] {
            assert_eq!(matcher.is_match(text), None);
        }
        assert_eq!(Matcher::new("(", false, 1 << 16).is_match("a"), None);
    }

    #[test]
    fn what_asks_for_signs_beyond_ascii_matches_as_ever() {
        for (pattern, text, want) in [
            (r"^\p{Lu}+$", "ABC", true),
            ("^(ä|a)$", "a", true),
            ("^(ä|a)$", "ä", true),
            ("^[^ä]$", "a", true),
            ("(?i)^straße", "STRASSE", false),
            ("(?i)^k$", "\u{212a}", true),
            ("^.$", "ä", true),
            (r"^\w\b", "é", true),
        ] {
            let found = Matcher::new(pattern, false, 1 << 20).is_match(text);
            assert_eq!(found, Some(want), "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn all_say_the_same(
            pattern in "[\\^]?(a|b|\\.|\\.\\*|[ab]|[^a]|a\\+|\\(a\\|b\\)|é|\\\\w|\\\\W|\\\\b|\\\\B|\\\\s|\\\\d|x\\*){0,5}[$]?",
            text in "[abkAB é\n]{0,12}",
            ignore_case in any::<bool>(),
        ) {
            let matcher = Matcher::new(&pattern, ignore_case, 1 << 20);
            let whole = matcher.whole().map(|regex| regex.is_match(&text));
            for _ in 0..2 {
                prop_assert_eq!(matcher.is_match(&text), whole);
            }
            if text.is_ascii() {
                let light = matcher.light().map(|regex| regex.is_match(&text));
                prop_assert!(light.is_none() || light == whole);
            }
        }
    }
}
