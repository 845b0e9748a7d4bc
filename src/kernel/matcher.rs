//! Regular expressions asked of few short texts by most runs, and of many by some.
//!
//! Most of what it takes to make one goes into what makes long searches fast: the literals that a match has to hold, an automaton
//! that reads backwards. A rule that looks at a file asks a few times, so that the making is all of the work; what is asked of more
//! text is made whole then. Both say the same.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex::{Regex, RegexBuilder};
use regex_automata::meta;
use regex_automata::util::syntax;

/// How many bytes are searched before the whole is worth making.
const FEW: usize = 16 * 1024;

/// Longest text that is searched by the plain one, in bytes.
const SHORT: usize = 2 * 1024;

/// A regular expression that matches somewhere in a text.
pub struct Matcher {
    pattern: String,
    ignore_case: bool,
    /// Largest one, in bytes.
    limit: usize,
    plain: OnceLock<Option<meta::Regex>>,
    whole: OnceLock<Option<Regex>>,
    searched: AtomicUsize,
}

impl Matcher {
    /// An expression that is not made yet; `limit` is how many bytes it may take.
    pub fn new(pattern: &str, ignore_case: bool, limit: usize) -> Matcher {
        let (plain, whole) = (OnceLock::new(), OnceLock::new());
        Matcher { pattern: pattern.to_owned(), ignore_case, limit, plain, whole, searched: AtomicUsize::new(0) }
    }

    /// Whether it matches; none where it cannot be made, or outgrows the limit.
    pub fn is_match(&self, text: &str) -> Option<bool> {
        // A lost count makes the whole one a little later.
        let searched = self.searched.load(Ordering::Relaxed).saturating_add(text.len());
        self.searched.store(searched, Ordering::Relaxed);
        if searched > FEW || text.len() > SHORT {
            return self.whole.get_or_init(|| self.whole()).as_ref().map(|regex| regex.is_match(text));
        }
        self.plain.get_or_init(|| self.plain()).as_ref().map(|regex| regex.is_match(text))
    }

    /// One that walks the text sign by sign.
    fn plain(&self) -> Option<meta::Regex> {
        let config = meta::Config::new()
            .auto_prefilter(false)
            .hybrid(false)
            .dfa(false)
            .onepass(false)
            .nfa_size_limit(Some(self.limit));
        let syntax = syntax::Config::new().case_insensitive(self.ignore_case);
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
    fn what_is_too_large_matches_nothing_either_way() {
        let matcher = Matcher::new(r"\w{400}", false, 1 << 16);
        assert_eq!(matcher.is_match("a"), None);
        assert_eq!(matcher.is_match(&"a".repeat(FEW)), None);
        assert_eq!(Matcher::new("(", false, 1 << 16).is_match("a"), None);
    }

    proptest! {
        #[test]
        fn both_say_the_same(
            pattern in "[\\^]?(a|b|\\.|\\.\\*|[ab]|[^a]|a\\+|\\(a\\|b\\)|é|\\\\w|\\\\b|\\\\s){0,5}[$]?",
            text in "[abAB é\n]{0,12}",
            ignore_case in any::<bool>(),
        ) {
            let matcher = Matcher::new(&pattern, ignore_case, 1 << 20);
            let plain = matcher.plain().map(|regex| regex.is_match(&text));
            let whole = matcher.whole().map(|regex| regex.is_match(&text));
            prop_assert_eq!(plain, whole);
            prop_assert_eq!(matcher.is_match(&text), whole);
        }
    }
}
