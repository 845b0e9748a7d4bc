//! Finds any of many short texts in a long one.
//!
//! A text of four bytes or more has two neighbouring windows of three bytes, one of which begins at an even offset wherever
//! the text stands. So only every second offset is looked at, and there only whether its window is one of those: a bit in
//! a table that stays in the fastest memory. How many texts there are costs nothing until one in fifty windows is theirs,
//! which is why the windows are taken where a text is rarest.

use std::ops::ControlFlow;

/// The table has two to the power of this many bits.
const BITS: u32 = 17;

/// How many words hold the bits.
const WORDS: usize = (1 << BITS) / 64;

/// What may follow a text of three bytes.
const FOLLOWS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/%~";

/// A search for texts.
pub(super) struct Sieve {
    bits: Box<[u64; WORDS]>,
    /// Each window with the text that it is of and its offset there, in order.
    windows: Vec<(u32, u16, u16)>,
    texts: Vec<&'static str>,
}

impl Sieve {
    /// A search for texts of three bytes or more. One of three bytes is found where a letter, a digit or one of
    /// `-_.+/%~` follows it.
    pub(super) fn new(texts: Vec<&'static str>) -> Sieve {
        let mut windows = Vec::new();
        for (text, number) in texts.iter().zip(0_u16..) {
            match text.as_bytes() {
                &[a, b, c] => {
                    windows.push((window(a, b, c), number, 0));
                    windows.extend(FOLLOWS.bytes().map(|next| (window(b, c, next), number, 1)));
                }
                bytes => windows.extend(rarest(bytes).map(|(window, at)| (window, number, at))),
            }
        }
        windows.sort_unstable();
        let mut bits = Box::new([0; WORDS]);
        for (window, ..) in &windows {
            let (word, bit) = place(*window);
            if let Some(word) = bits.get_mut(word) {
                *word |= 1 << bit;
            }
        }
        Sieve { bits, windows, texts }
    }

    /// Shows each place at which a text begins, with the number of the text, until `see` has seen enough.
    pub(super) fn each(&self, bytes: &[u8], see: &mut dyn FnMut(usize, usize) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut rest = bytes;
        let mut at = 0;
        // Four windows at a time, of ten bytes.
        while let Some(&[a, b, c, d, e, f, g, h, i, ..]) = rest.first_chunk::<10>() {
            let four = [window(a, b, c), window(c, d, e), window(e, f, g), window(g, h, i)];
            if four.iter().fold(0, |any, window| any | self.has(*window)) != 0 {
                for (window, ahead) in four.into_iter().zip([0, 2, 4, 6]) {
                    self.look(bytes, at + ahead, window, see)?;
                }
            }
            at += 8;
            rest = rest.get(8..).unwrap_or(&[]);
        }
        while let Some(&[a, b, c]) = rest.first_chunk::<3>() {
            self.look(bytes, at, window(a, b, c), see)?;
            at += 2;
            rest = rest.get(2..).unwrap_or(&[]);
        }
        ControlFlow::Continue(())
    }

    /// One where a window is that of a text, or has the same bit as one.
    fn has(&self, window: u32) -> u64 {
        let (word, bit) = place(window);
        self.bits.get(word).map_or(0, |word| word >> bit & 1)
    }

    fn look(
        &self,
        bytes: &[u8],
        at: usize,
        window: u32,
        see: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if self.has(window) == 0 {
            return ControlFlow::Continue(());
        }
        let first = self.windows.partition_point(|(other, ..)| *other < window);
        for (_, number, ahead) in self.windows.iter().skip(first).take_while(|(other, ..)| *other == window) {
            let number = usize::from(*number);
            let start = at.checked_sub(usize::from(*ahead));
            let text = self.texts.get(number).map_or("", |text| text);
            if let Some(start) =
                start.filter(|start| bytes.get(*start..).is_some_and(|rest| rest.starts_with(text.as_bytes())))
            {
                see(start, number)?;
            }
        }
        ControlFlow::Continue(())
    }
}

fn window(a: u8, b: u8, c: u8) -> u32 {
    u32::from(a) | u32::from(b) << 8 | u32::from(c) << 16
}

/// The word and the bit of a window in the table.
fn place(window: u32) -> (usize, u32) {
    let slot = window.wrapping_mul(0x9E37_79B1) >> (u32::BITS - BITS);
    ((slot / 64) as usize, slot % 64)
}

/// The two windows of a text that other texts have least, with their offsets.
fn rarest(bytes: &[u8]) -> impl Iterator<Item = (u32, u16)> {
    /// How often a byte stands in texts, roughly.
    fn often(byte: u8) -> u32 {
        match byte {
            b'a'..=b'z' => 3,
            b'_' | b'-' | b'.' | b'/' => 2,
            b'A'..=b'Z' | b'0'..=b'9' => 1,
            _ => 0,
        }
    }
    let fours = bytes.windows(4).zip(0_u16..);
    let chosen = fours.min_by_key(|(four, _)| four.iter().map(|byte| often(*byte)).sum::<u32>());
    let both = chosen.and_then(|(four, at)| <[u8; 4]>::try_from(four).ok().map(|four| (four, at)));
    both.into_iter().flat_map(|([a, b, c, d], at)| [(window(a, b, c), at), (window(b, c, d), at + 1)])
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "the texts are ASCII")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXTS: [&str; 6] = ["ab_", "abc_", "b_cd", "::ab", "abcabc", "_ab_ab_"];

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        let mut found = Vec::new();
        let _ = Sieve::new(TEXTS.to_vec()).each(text.as_bytes(), &mut |start, number| {
            found.push((start, TEXTS[number]));
            ControlFlow::Continue(())
        });
        found.sort_unstable();
        found
    }

    proptest! {
        #[test]
        fn every_place_of_every_text_is_found(text in "[abc_:]{0,60}( [ab_]{3})?") {
            let followed = |at: usize, part: &str| {
                part.len() > 3 || text[at + part.len()..].starts_with(|next: char| FOLLOWS.contains(next))
            };
            let mut wanted: Vec<(usize, &'static str)> = Vec::new();
            for part in TEXTS {
                let places = (0..text.len()).filter(|at| text[*at..].starts_with(part));
                wanted.extend(places.filter(|at| followed(*at, part)).map(|at| (at, part)));
            }
            wanted.sort_unstable();
            // One of three bytes is also found at an even offset where something else follows.
            let found: Vec<_> = found(&text).into_iter().filter(|(at, part)| followed(*at, part)).collect();
            prop_assert_eq!(found, wanted, "{}", text);
        }
    }

    #[test]
    fn a_search_ends_when_enough_was_seen() {
        let mut seen = 0;
        let ended = Sieve::new(TEXTS.to_vec()).each(b"abcabcabc_abc_", &mut |_, _| {
            seen += 1;
            ControlFlow::Break(())
        });
        assert!(ended.is_break());
        assert_eq!(seen, 1);
    }
}
