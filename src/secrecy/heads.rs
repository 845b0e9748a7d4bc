//! Words by their first two letters: the search for them begins without a table that takes time to build.

/// How many places there are for pairs of letters; a power of two.
const PLACES: usize = 4096;

/// Words to look for in texts without regard to the case of ASCII letters, none shorter than two bytes.
pub(super) struct Heads {
    /// Where the words of each place begin and end in `words`.
    places: Box<[(u16, u16); PLACES]>,
    /// The words with their numbers, by place, and in the order of numbers there.
    words: Vec<(u16, &'static str)>,
}

/// The place of a word that begins so.
fn place(first: u8, second: u8) -> usize {
    (usize::from(first.to_ascii_lowercase()) << 5 ^ usize::from(second.to_ascii_lowercase())) & (PLACES - 1)
}

fn place_of(word: &str) -> Option<usize> {
    let [first, second, ..] = word.as_bytes() else { return None };
    Some(place(*first, *second))
}

impl Heads {
    pub(super) fn new(words: impl Iterator<Item = &'static str>) -> Heads {
        let numbered = words.enumerate().filter_map(|(number, word)| Some((u16::try_from(number).ok()?, word)));
        let mut words: Vec<(u16, &str)> = numbered.filter(|(_, word)| word.len() >= 2).collect();
        words.sort_by_key(|(number, word)| (place_of(word), *number));
        let mut places = Box::new([(0, 0); PLACES]);
        for (at, (_, word)) in (0..).zip(&words) {
            if let Some(range) = place_of(word).and_then(|place| places.get_mut(place)) {
                *range = if range.1 == 0 { (at, at + 1) } else { (range.0, at + 1) };
            }
        }
        Heads { places, words }
    }

    /// The numbers of the words that stand in a text from a byte on, with the bytes at which they begin: in the order of bytes, and at
    /// each in that of the list.
    pub(super) fn all<'t>(&'t self, text: &'t str, from: usize) -> impl Iterator<Item = (usize, usize)> + 't {
        let pairs = text.as_bytes().get(from..).unwrap_or(&[]).windows(2).zip(from..);
        pairs.flat_map(move |(pair, at)| {
            let words = if let [first, second] = pair { self.at(*first, *second) } else { &[] };
            words
                .iter()
                .filter(move |(_, word)| stands(text, at, word))
                .map(move |(number, _)| (usize::from(*number), at))
        })
    }

    /// The words that may begin so.
    fn at(&self, first: u8, second: u8) -> &[(u16, &'static str)] {
        let (start, end) = self.places.get(place(first, second)).copied().unwrap_or_default();
        self.words.get(usize::from(start)..usize::from(end)).unwrap_or(&[])
    }
}

fn stands(text: &str, at: usize, word: &str) -> bool {
    text.as_bytes().get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_word_is_found_where_it_stands(text in "[aAbBc:é]{0,40}", from in 0usize..8) {
            let words = ["ab", "abc", "bc", "::", "c:", "aa", "ab"];
            let heads = Heads::new(words.into_iter());
            let found: Vec<(usize, usize)> = heads.all(&text, from).collect();
            let stands = |at: usize, word: &str| text.as_bytes()[at..].to_ascii_lowercase().starts_with(word.as_bytes());
            let wanted: Vec<(usize, usize)> = (from..text.len())
                .flat_map(|at| (0..words.len()).filter(move |number| stands(at, words[*number])).map(move |number| (number, at)))
                .collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
