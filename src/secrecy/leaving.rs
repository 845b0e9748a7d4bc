//! The last look at what leaves the program, while it is written.

use std::io::{self, Write};
use std::mem;

use super::lexical::floor;
use super::{Secrets, mask};

/// So many bytes are looked at together, at least.
const PIECE: usize = 64 * 1024;

/// Passes text on without the secrets that are known: what comes out is what it would be if all of it were looked at at
/// once, and no more of it is held than the longest secret may need.
pub struct Leaving<'s, W> {
    secrets: &'s Secrets,
    out: W,
    /// What is not passed on yet: it may be the beginning of a secret.
    held: Vec<u8>,
    /// So much is held before it is looked at.
    enough: usize,
    /// The length of the longest secret.
    longest: usize,
}

impl<'s, W: Write> Leaving<'s, W> {
    pub(super) fn new(secrets: &'s Secrets, out: W) -> Leaving<'s, W> {
        Leaving { secrets, out, held: Vec::new(), enough: PIECE, longest: secrets.longest() }
    }

    /// Passes on what is left, and gives back where it went.
    pub fn finish(mut self) -> io::Result<W> {
        self.pass_on(true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// Passes on all that cannot be a part of a secret which is not here whole.
    fn pass_on(&mut self, all: bool) -> io::Result<()> {
        let mut held = mem::take(&mut self.held);
        let valid = std::str::from_utf8(&held).map_or_else(|error| error.valid_up_to(), str::len);
        let text = held.get(..valid).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("");
        let places = mask::joined(self.secrets.occurrences(text));
        let mut end = if all { valid } else { floor(text, valid.saturating_sub(self.longest)) };
        // A place that goes on, or that another one may follow without a gap, is masked as one.
        if let Some(cut) = places.iter().find(|place| !all && place.start < end && place.end >= end) {
            end = cut.start;
        }
        let before: Vec<_> = places.into_iter().take_while(|place| place.end <= end).collect();
        self.out.write_all(mask::without(text.get(..end).unwrap_or(""), &before).as_bytes())?;
        if all {
            // No rendering is anything but UTF-8.
            return self.out.write_all(held.get(valid..).unwrap_or(&[]));
        }
        held.drain(..end);
        self.enough = PIECE.max(held.len().saturating_mul(2));
        self.held = held;
        Ok(())
    }
}

impl<W: Write> Write for Leaving<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= self.enough {
            self.pass_on(false)?;
        }
        Ok(bytes.len())
    }

    /// What may be the beginning of a secret stays until [`Leaving::finish`].
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What leaves when a text is written in parts of a length.
    fn left(secrets: &Secrets, text: &str, part: usize) -> String {
        let mut leaving = Leaving { enough: 1, ..Leaving::new(secrets, Vec::new()) };
        for bytes in text.as_bytes().chunks(part) {
            leaving.write_all(bytes).unwrap();
            // The smallest pieces are the hardest.
            leaving.pass_on(false).unwrap();
        }
        String::from_utf8(leaving.finish().unwrap()).unwrap()
    }

    #[test]
    fn what_leaves_in_pieces_is_what_leaves_at_once() {
        let mut secrets = Secrets::default();
        for text in ["hunter2hunter2", "r2hunter2hunte", "pässwörd-1234", "a1a1a1a1a1"] {
            secrets.add_text(text);
        }
        for text in [
            "",
            "hunter2hunter2",
            "x hunter2hunter2hunter2hunter2 y hunter2hunte",
            "ä pässwörd-1234pässwörd-1234 ö pässwörd-123",
            "a1a1a1a1a1a1a1a1a1a1a1a1a1 a1a1a1a1a",
            "nothing of the kind, nichts dergleichen, ничего",
        ] {
            let whole = secrets.guard(text);
            for part in 1..=text.len().max(1) {
                assert_eq!(left(&secrets, text, part), whole, "{text} in parts of {part}");
            }
        }
    }

    #[test]
    fn little_is_held_of_a_long_text() {
        let mut secrets = Secrets::default();
        secrets.add_text("hunter2hunter2");
        let mut leaving = secrets.leaving(io::sink());
        for _ in 0..1_000 {
            leaving.write_all(&[b'x'; 1_024]).unwrap();
            assert!(leaving.held.len() <= PIECE);
        }
    }
}
