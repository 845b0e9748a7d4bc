//! Many words, searched for at once without regard to case.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

use super::heads::Heads;

/// After so many bytes the table that is searched fastest has paid for the time that it takes to build.
const WORTHWHILE: usize = 256 * 1024;

/// What has to stand around a word that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// Anything.
    None,
    /// No letter, digit or underscore before it.
    Before,
    /// None after it.
    After,
}

/// A word of two bytes or more to search for; of those that begin at one place, the first of the list counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub text: &'static str,
    pub edge: Edge,
}

/// A search for words, whose table is built when a text is first searched. Its matches do not overlap.
pub(super) struct Finder {
    words: fn() -> Vec<Word>,
    list: OnceLock<Vec<Word>>,
    quickly_built: OnceLock<Heads>,
    quickly_searched: OnceLock<Option<AhoCorasick>>,
    searched: AtomicUsize,
}

impl Finder {
    pub(super) const fn new(words: fn() -> Vec<Word>) -> Finder {
        Finder {
            words,
            list: OnceLock::new(),
            quickly_built: OnceLock::new(),
            quickly_searched: OnceLock::new(),
            searched: AtomicUsize::new(0),
        }
    }

    /// Whether a text has one of the words.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.next(text, 0).is_some()
    }

    /// Where the words stand in a text.
    pub(super) fn all<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        let mut at = 0;
        std::iter::from_fn(move || {
            let found = self.next(text, at)?;
            at = found.end;
            Some(found)
        })
    }

    /// The first word at or after an offset.
    fn next(&self, text: &str, mut at: usize) -> Option<Range<usize>> {
        let list = self.list.get_or_init(self.words);
        let Some(table) = self.table(list, text.len() - at.min(text.len())) else {
            let heads = self.quickly_built.get_or_init(|| Heads::new(list.iter().map(|word| word.text)));
            let stands = |(number, at): (usize, usize)| {
                list.get(number).filter(|word| word.stands_at(text, at)).map(|word| (word, at))
            };
            return heads.all(text, at).find_map(stands).map(|(word, at)| at..at + word.text.len());
        };
        while let Some(found) = table.find(Input::new(text).range(at..text.len())) {
            let from = list.get(found.pattern().as_usize()..).unwrap_or(&[]);
            let word = from.iter().find(|word| word.stands_at(text, found.start()));
            if let Some(word) = word {
                return Some(found.start()..found.start() + word.text.len());
            }
            at = found.start() + 1;
        }
        None
    }

    /// The table, once it is worth its building.
    fn table(&self, list: &[Word], bytes: usize) -> Option<&AhoCorasick> {
        // Once it is there nobody counts any more: threads that count one number wait for each other.
        if let Some(table) = self.quickly_searched.get() {
            return table.as_ref();
        }
        let searched = self.searched.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let build = || {
            let mut table = AhoCorasick::builder();
            let table = table.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostFirst);
            table.kind(Some(AhoCorasickKind::DFA)).build(list.iter().map(|word| word.text)).ok()
        };
        if searched > WORTHWHILE { self.quickly_searched.get_or_init(build).as_ref() } else { None }
    }
}

impl Word {
    pub(super) fn anywhere(text: &'static str) -> Word {
        Word { text, edge: Edge::None }
    }

    fn stands_at(&self, text: &str, at: usize) -> bool {
        let bytes = text.as_bytes();
        let end = at + self.text.len();
        let is_word = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        let edge = match self.edge {
            Edge::None => true,
            Edge::Before => !is_word(at.checked_sub(1)),
            Edge::After => !is_word(Some(end)),
        };
        edge && bytes.get(at..end).is_some_and(|found| found.eq_ignore_ascii_case(self.text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::bytes::Regex;

    use super::*;

    fn words() -> Vec<Word> {
        let word = |text, edge| Word { text, edge };
        vec![
            word("ab", Edge::Before),
            word("abc", Edge::None),
            word("ca", Edge::After),
            word("b-", Edge::None),
            word("<<<", Edge::None),
            word("<<", Edge::None),
        ]
    }

    proptest! {
        #[test]
        fn finds_what_the_pattern_finds(texts in prop::collection::vec("[aAbc_<é -]{0,24}", 1..4)) {
            let pattern = Regex::new(r"(?i-u)\bab|abc|ca\b|b-|<<<|<<").unwrap();
            let finder = Finder::new(words);
            for text in texts {
                for searched in [0, WORTHWHILE] {
                    finder.searched.store(searched, Ordering::Relaxed);
                    let found: Vec<Range<usize>> = finder.all(&text).collect();
                    let wanted: Vec<Range<usize>> = pattern.find_iter(text.as_bytes()).map(|found| found.range()).collect();
                    prop_assert_eq!(&found, &wanted, "{}", &text);
                    prop_assert_eq!(finder.is_in(&text), !wanted.is_empty());
                }
            }
        }
    }
}
