//! Regular expressions asked of few short texts by most runs, and of many by some.
//!
//! Most of what it takes to make one goes into two things: the letters of all scripts that `\w`, `(?i)` and `[^a]` stand for, and
//! what makes long searches fast, which are the literals that a match has to hold and an automaton that reads backwards. Nearly all
//! texts are ASCII, in which the others do not occur; and a rule that looks at a file asks a few times, so that the making is all of
//! the work. So one of three is made when it is first asked for: for few short texts of ASCII, for long ones and many, and for all
//! others. They say the same.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex::{Regex, RegexBuilder};
use regex_automata::meta;
use regex_automata::util::syntax;

/// How many bytes are searched before one that is made for it is worth making.
const FEW: usize = 16 * 1024;

/// Longest text that is searched without it, in bytes.
const SHORT: usize = 2 * 1024;

/// A regular expression that matches somewhere in a text.
pub struct Matcher {
    pattern: String,
    ignore_case: bool,
    /// Largest one, in bytes.
    limit: usize,
    plain: OnceLock<Option<meta::Regex>>,
    ascii: OnceLock<Option<meta::Regex>>,
    whole: OnceLock<Option<Regex>>,
    searched: AtomicUsize,
}

impl Matcher {
    /// An expression that is not made yet; `limit` is how many bytes it may take.
    pub fn new(pattern: &str, ignore_case: bool, limit: usize) -> Matcher {
        let (plain, ascii, whole) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Matcher { pattern: pattern.to_owned(), ignore_case, limit, plain, ascii, whole, searched: AtomicUsize::new(0) }
    }

    /// Whether it matches; none where it cannot be made, or outgrows the limit.
    pub fn is_match(&self, text: &str) -> Option<bool> {
        // A lost count makes the one for many texts a little later.
        let searched = self.searched.load(Ordering::Relaxed).saturating_add(text.len());
        self.searched.store(searched, Ordering::Relaxed);
        let is_few = searched <= FEW && text.len() <= SHORT;
        let of_ascii = text.is_ascii().then(|| match is_few {
            true => self.plain.get_or_init(|| self.of_ascii(Self::walking())),
            false => self.ascii.get_or_init(|| self.of_ascii(meta::Config::new())),
        });
        match of_ascii {
            Some(Some(regex)) => Some(regex.is_match(text)),
            _ => self.whole.get_or_init(|| self.whole()).as_ref().map(|regex| regex.is_match(text)),
        }
    }

    /// How a text is walked sign by sign.
    fn walking() -> meta::Config {
        meta::Config::new().auto_prefilter(false).hybrid(false).dfa(false).onepass(false)
    }

    /// One for texts of ASCII: its classes have none of the other signs. None where the pattern asks for them.
    fn of_ascii(&self, config: meta::Config) -> Option<meta::Regex> {
        let syntax = syntax::Config::new().case_insensitive(self.ignore_case).unicode(false).utf8(false);
        let config = config.utf8_empty(false).nfa_size_limit(Some(self.limit));
        meta::Builder::new().configure(config).syntax(syntax).build(&self.pattern).ok()
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
            prop_assert_eq!(matcher.is_match(&text), whole);
            if text.is_ascii() {
                for config in [Matcher::walking(), meta::Config::new()] {
                    let of_ascii = matcher.of_ascii(config).map(|regex| regex.is_match(&text));
                    prop_assert!(of_ascii.is_none() || of_ascii == whole);
                }
            }
        }
    }
}
