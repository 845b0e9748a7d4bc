//! Finds texts that are known to be secret.
//!
//! A run may know tens of thousands of them, and some are pages long: a table of all their letters would take more memory than
//! what it is searched for. So it is made of how they begin, and the rest is compared.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

/// So many bytes of a text are in the table.
const BEGINNING: usize = 16;

/// Finds some of the texts of a set, which may have become smaller since.
#[derive(Debug)]
pub(super) struct Known {
    beginnings: AhoCorasick,
    /// How long the texts are that begin in each way, in bytes.
    lengths: Vec<Vec<usize>>,
}

impl Known {
    /// A table of the texts; none where there are too many.
    pub fn of(texts: &BTreeSet<Arc<str>>) -> Option<Known> {
        let (mut beginnings, mut lengths): (Vec<&[u8]>, Vec<Vec<usize>>) = <_>::default();
        // Those that begin in the same way stand side by side.
        for text in texts {
            let begin = text.as_bytes().get(..BEGINNING).unwrap_or(text.as_bytes());
            match lengths.last_mut().filter(|_| beginnings.last() == Some(&begin)) {
                Some(of) if of.contains(&text.len()) => {}
                Some(of) => of.push(text.len()),
                None => {
                    beginnings.push(begin);
                    lengths.push(vec![text.len()]);
                }
            }
        }
        Some(Known { beginnings: AhoCorasick::new(beginnings).ok()?, lengths })
    }

    /// Where those that are still in the set stand in a text, overlapping ones too.
    pub fn places_in(&self, text: &str, texts: &BTreeSet<Arc<str>>) -> Vec<Range<usize>> {
        let found = self.beginnings.find_overlapping_iter(text);
        let of = |begin: aho_corasick::Match| {
            let lengths = self.lengths.get(begin.pattern().as_usize()).map_or(&[][..], Vec::as_slice);
            lengths.iter().map(move |length| begin.start()..begin.start() + length)
        };
        found.flat_map(of).filter(|place| text.get(place.clone()).is_some_and(|found| texts.contains(found))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_whole_however_they_begin_and_overlap() {
        let texts = [
            "abcdefgh",
            "abcdefghijklmnop",
            "abcdefghijklmnopq",
            "abcdefghijklmnop-and-more",
            "opq-rstu",
            "ünüsüäl-söcrät-wörds",
        ];
        let texts: BTreeSet<Arc<str>> = texts.into_iter().map(Arc::from).collect();
        let known = Known::of(&texts).unwrap();
        let all = |text: &str| {
            let places = texts.iter().flat_map(|secret| text.match_indices(&**secret));
            places.map(|(at, found)| (at, at + found.len())).collect::<BTreeSet<(usize, usize)>>()
        };
        for text in [
            "abcdefghijklmnopq-rstu",
            "abcdefghijklmnop-and-mor",
            "abcdefghijklmnop-and-more abcdefgh",
            "x ünüsüäl-söcrät-wörds y",
            "ünüsüäl-söcrät-wörd",
            "abcdefg",
            "",
        ] {
            let found: BTreeSet<(usize, usize)> =
                known.places_in(text, &texts).into_iter().map(|place| (place.start, place.end)).collect();
            assert_eq!(found, all(text), "{text}");
        }
        let fewer: BTreeSet<Arc<str>> = texts.iter().filter(|text| text.len() > 8).cloned().collect();
        assert!(known.places_in("abcdefgh", &fewer).is_empty());
    }
}
