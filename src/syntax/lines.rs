//! A text line by line, with the place of each line.
//!
//! Lines end with LF, CRLF or a lone CR, as [`Source`](crate::source::Source) counts them.

/// A line without its line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// What stands on it.
    pub text: &'a str,
    /// Offset of its first byte.
    pub start: usize,
    /// Offset of the first byte after its line end.
    pub next: usize,
}

impl Line<'_> {
    /// Offset of the first byte after the text, before the line end.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether nothing but blanks stands on it.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// How many bytes of white space it begins with.
    pub fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }
}

/// The lines of a text; a text that ends with a line end has no further, empty line.
#[derive(Clone, Debug)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    at: usize,
}

/// The lines of a text.
pub(crate) fn lines(text: &str) -> Lines<'_> {
    Lines { text, at: 0 }
}

/// The lines of a text from an offset on, which must be on a character boundary.
pub(crate) fn lines_from(text: &str, at: usize) -> Lines<'_> {
    Lines { text, at }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        let (text, after) = rest.split_at_checked(end)?;
        let ending = match after.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        let line = Line { text, start: self.at, next: self.at + end + ending };
        self.at = line.next;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_counts_once() {
        let got: Vec<_> = lines("a\r\nb\rc\n\nd").map(|line| (line.text, line.start, line.next)).collect();
        assert_eq!(got, [("a", 0, 3), ("b", 3, 5), ("c", 5, 7), ("", 7, 8), ("d", 8, 9)]);
        assert_eq!(lines("").count(), 0);
        assert_eq!(lines("a\n").count(), 1);
    }
}
