//! Questions about texts of which parts are known.
//!
//! Every answer is that for all texts that the holes may make of it, or unknown.

use crate::document::PartialText;
use crate::truth::Truth;

/// Whether the text is this one.
pub fn equals(partial: &PartialText, text: &str) -> Truth {
    let Some(middle) = between(partial, text) else { return Truth::False };
    let mut rest = middle;
    // The first place is the best one for each piece: it leaves the most for the others.
    for piece in inner(partial) {
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or(""),
            None => return Truth::False,
        }
    }
    Truth::Unknown
}

/// Whether the text begins with this one.
pub fn begins(partial: &PartialText, text: &str) -> Truth {
    if partial.prefix().starts_with(text) {
        Truth::True
    } else if text.starts_with(partial.prefix()) {
        Truth::Unknown
    } else {
        Truth::False
    }
}

/// Whether the text ends with this one.
pub fn ends(partial: &PartialText, text: &str) -> Truth {
    if partial.suffix().ends_with(text) {
        Truth::True
    } else if text.ends_with(partial.suffix()) {
        Truth::Unknown
    } else {
        Truth::False
    }
}

/// Whether this text stands in it somewhere; a hole may always hold it.
pub fn contains(partial: &PartialText, text: &str) -> Truth {
    if partial.pieces().any(|piece| piece.contains(text)) { Truth::True } else { Truth::Unknown }
}

/// Whether there is nothing in it.
pub fn is_empty(partial: &PartialText) -> Truth {
    if partial.is_blank() { Truth::Unknown } else { Truth::False }
}

/// Fewest characters that it may have.
pub fn least_length(partial: &PartialText) -> usize {
    partial.pieces().map(|piece| piece.chars().count()).sum()
}

/// The part of a text that the first hole and the last one and all between would make; none where the ends do not fit.
fn between<'t>(partial: &PartialText, text: &'t str) -> Option<&'t str> {
    text.strip_prefix(partial.prefix())?.strip_suffix(partial.suffix())
}

/// The known pieces that stand between two holes.
fn inner(partial: &PartialText) -> impl Iterator<Item = &str> {
    let mut pieces = partial.pieces();
    pieces.next();
    pieces.next_back();
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::testing::in_part;
    use Truth::{False, True, Unknown};

    #[test]
    fn pieces_decide_what_they_can() {
        type Ask = fn(&PartialText, &str) -> Truth;
        let (equals, begins, ends, contains): (Ask, Ask, Ask, Ask) = (equals, begins, ends, contains);
        for (ask, written, text, want) in [
            (equals, "arn:…/*", "*", False),
            (equals, "arn:…/*", "arn:/*", Unknown),
            (equals, "arn:…/*", "arn:x/*", Unknown),
            (equals, "arn:…/*", "arn:*", False),
            (equals, "ab…ba", "aba", False),
            (equals, "a…b…c", "axbyc", Unknown),
            (equals, "a…b…c", "abc", Unknown),
            (equals, "a…b…c", "ac", False),
            (equals, "a…bc…bd…e", "abdbce", False),
            (begins, "arn:…", "ar", True),
            (begins, "arn:…", "arn:aws", Unknown),
            (begins, "arn:…", "s3", False),
            (ends, "…/*", "*", True),
            (ends, "…/*", "x/*", Unknown),
            (ends, "…/*", "x", False),
            (contains, "a…key…b", "key", True),
            (contains, "a…ke…y", "key", Unknown),
        ] {
            assert_eq!(ask(&in_part(written), text), want, "{written} {text}");
        }
        assert_eq!((is_empty(&in_part("…")), is_empty(&in_part("a…"))), (Unknown, False));
        assert_eq!(least_length(&in_part("é…b…cd")), 4);
    }
}
