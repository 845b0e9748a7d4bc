//! Short texts that were found to hold no secret not long ago: most of what a run says of resources, it says many times.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many texts a thread remembers.
const TEXTS: usize = 256;

/// Longest text that is remembered, in bytes.
const LONGEST: usize = 400;

thread_local! {
    /// Each text in the place that its hash gives; a later one takes the place of an earlier one.
    static CLEAN: RefCell<Vec<Box<str>>> = const { RefCell::new(Vec::new()) };
}

/// Whether a text is one of those.
pub(super) fn is_known(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST
        && CLEAN.with_borrow(|texts| texts.get(place(text)).is_some_and(|known| **known == *text))
}

/// Remembers a text that holds no secret.
pub(super) fn remember(text: &str) {
    if text.is_empty() || text.len() > LONGEST {
        return;
    }
    CLEAN.with_borrow_mut(|texts| {
        texts.resize_with(TEXTS, Box::default);
        if let Some(known) = texts.get_mut(place(text)) {
            *known = text.into();
        }
    });
}

fn place(text: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    usize::try_from(hasher.finish() % TEXTS as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_remembered_word_for_word_is_known() {
        assert!(!is_known("") && !is_known("a"));
        remember("a");
        assert!(is_known("a") && !is_known("b") && !is_known(""));
        let long = "a".repeat(LONGEST + 1);
        remember(&long);
        assert!(!is_known(&long));
        for number in 0..10 * TEXTS {
            remember(&number.to_string());
            assert!(is_known(&number.to_string()));
        }
    }
}
