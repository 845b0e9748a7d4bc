//! Text that remembers where it came from.
//!
//! What a chart renders is put together from literal parts of templates and from values. Every [`Piece`] of a text knows
//! its [`Place`]: the template line that wrote it and, behind that, the helper and the line of the values file.

use std::rc::Rc;
use std::sync::Arc;

use crate::document::Step;
use crate::source::Span;

/// Where a piece of text was written.
#[derive(Clone, Debug)]
pub struct Place {
    /// The literal text, the action, or the value.
    pub span: Span,
    /// What it is, for a label.
    pub what: Arc<str>,
    /// Where it came from before, nearest first.
    pub via: Option<Rc<Via>>,
    /// Why nobody knows the text, where it stands in for what is made up at installation.
    pub unknown: Option<Arc<str>>,
}

/// A link of the chain of places behind a [`Place`].
#[derive(Clone, Debug)]
pub struct Via {
    /// The place.
    pub step: Step,
    /// The one behind it.
    pub next: Option<Rc<Via>>,
}

/// Longest name of a value that nobody knows which keys are added to.
const LONGEST_NAME: usize = 200;

/// From byte `at` of a text on, up to the next piece.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Offset in the text.
    pub at: usize,
    /// Offset in the source, where the piece stands there as it is.
    pub source: Option<usize>,
    /// Where it was written; nothing for text that a function or a template's string constant makes.
    pub place: Option<Rc<Place>>,
}

/// A text and its pieces.
#[derive(Clone, Debug)]
pub struct Str {
    text: Rc<str>,
    pieces: Rc<[Piece]>,
}

/// A text that is being put together.
#[derive(Debug, Default)]
pub struct Build {
    text: String,
    pieces: Vec<Piece>,
}

impl Place {
    /// A place with nothing behind it.
    pub fn new(span: Span, what: Arc<str>) -> Rc<Place> {
        Rc::new(Place { span, what, via: None, unknown: None })
    }

    /// The place of an entry of a map that nobody knows.
    pub fn below(self: &Rc<Place>, key: &str) -> Rc<Place> {
        if self.what.len() > LONGEST_NAME {
            return Rc::clone(self);
        }
        let what = format!("{}.{key}`", self.what.trim_end_matches('`')).into();
        Rc::new(Place { what, ..Place::clone(self) })
    }

    /// The place of an action that prints what came from `self`.
    fn behind(&self, action: &Place, narrowed: Span) -> Rc<Place> {
        let step = Step { span: narrowed, what: Arc::clone(&self.what) };
        Rc::new(Place {
            span: action.span,
            what: Arc::clone(&action.what),
            via: Some(Rc::new(Via { step, next: self.via.clone() })),
            unknown: self.unknown.clone().or_else(|| action.unknown.clone()),
        })
    }
}

impl Str {
    /// Text of no place.
    pub fn plain(text: impl Into<Rc<str>>) -> Str {
        Str { text: text.into(), pieces: Rc::new([]) }
    }

    /// Text of one place.
    pub fn at(text: impl Into<Rc<str>>, place: Option<Rc<Place>>) -> Str {
        match place {
            None => Str::plain(text),
            Some(place) => {
                let piece = Piece { at: 0, source: None, place: Some(place) };
                Str { text: text.into(), pieces: Rc::new([piece]) }
            }
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn shared(&self) -> Rc<str> {
        Rc::clone(&self.text)
    }

    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The first place, for text that is made of this one in a way that cannot be followed; an unknown one goes first.
    pub fn place(&self) -> Option<Rc<Place>> {
        let places = || self.pieces.iter().filter_map(|piece| piece.place.as_ref());
        places().find(|place| place.unknown.is_some()).or_else(|| places().next()).cloned()
    }

    /// The pieces that make up a range, each with its own range.
    pub fn within(&self, start: usize, end: usize) -> impl Iterator<Item = (usize, usize, &Piece)> {
        let first = self.pieces.partition_point(|piece| piece.at <= start).saturating_sub(1);
        let pieces = self.pieces.iter().enumerate().skip(first);
        pieces
            .take_while(move |(_, piece)| piece.at < end || piece.at <= start)
            .map(move |(index, piece)| {
                let stop = self.pieces.get(index + 1).map_or(self.text.len(), |next| next.at);
                (piece.at.max(start), stop.min(end), piece)
            })
            .filter(|(from, to, _)| from <= to)
    }

    /// A part of the text; the whole range of bytes has to be on character boundaries, or it is empty.
    pub fn slice(&self, start: usize, end: usize) -> Str {
        if start == 0 && end == self.text.len() {
            return self.clone();
        }
        let mut build = Build::default();
        build.push_part(self, start, end);
        build.finish()
    }

    /// The part that a function of the standard library made of `as_str`: `part` must be a slice of this very text.
    pub fn part(&self, part: &str) -> Str {
        let start = part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        self.slice(start.min(self.text.len()), (start + part.len()).min(self.text.len()))
    }

    /// Every piece changed on its own.
    pub fn map(&self, change: impl Fn(&str) -> String) -> Str {
        if self.pieces.is_empty() {
            return Str::plain(change(&self.text));
        }
        let mut build = Build::default();
        for (start, end, piece) in self.within(0, self.text.len()) {
            let old = self.text.get(start..end).unwrap_or("");
            let new = change(old);
            let source = piece.source.filter(|_| new == old);
            build.push_piece(&new, source, piece.place.clone());
        }
        build.finish()
    }
}

impl Build {
    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn finish(self) -> Str {
        Str { text: self.text.into(), pieces: self.pieces.into() }
    }

    /// Literal text of a template.
    pub fn push_literal(&mut self, text: &str, source: Option<usize>, place: &Rc<Place>) {
        self.push_piece(text, source, Some(Rc::clone(place)));
    }

    /// Text that a function makes.
    pub fn push(&mut self, text: &str) {
        if !text.is_empty() {
            // Between two pieces of the same place it belongs to them; else to no place.
            self.push_piece(text, None, None);
        }
    }

    /// Text that goes with what stands before it (the indentation of a line).
    pub fn push_along(&mut self, text: &str) {
        let place = self.pieces.last().and_then(|piece| piece.place.clone());
        self.push_piece(text, None, place);
    }

    /// Text of a place.
    pub fn push_at(&mut self, text: &str, place: Option<Rc<Place>>) {
        self.push_piece(text, None, place);
    }

    /// Another text.
    pub fn push_str(&mut self, text: &Str) {
        self.push_part(text, 0, text.text.len());
    }

    /// A part of another text.
    pub fn push_part(&mut self, text: &Str, start: usize, end: usize) {
        if text.pieces.is_empty() {
            self.push(text.text.get(start..end).unwrap_or(""));
            return;
        }
        for (from, to, piece) in text.within(start, end) {
            let source = piece.source.map(|source| source + (from - piece.at));
            self.push_piece(text.text.get(from..to).unwrap_or(""), source, piece.place.clone());
        }
    }

    /// What an action prints: it stands where the action is, and came from where it was.
    pub fn push_output(&mut self, text: &Str, action: &Rc<Place>) {
        if text.pieces.is_empty() {
            self.push_piece(&text.text, None, Some(Rc::clone(action)));
            return;
        }
        // Pieces of one place, as a loop makes them, share the new place too.
        let mut last: Option<(Rc<Place>, Rc<Place>)> = None;
        for (from, to, piece) in text.within(0, text.text.len()) {
            let part = text.text.get(from..to).unwrap_or("");
            let Some(old) = &piece.place else {
                self.push_piece(part, None, Some(Rc::clone(action)));
                continue;
            };
            let place = match (piece.source, &last) {
                (None, Some((before, new))) if Rc::ptr_eq(before, old) => Rc::clone(new),
                (None, _) => old.behind(action, old.span),
                (Some(source), _) => {
                    let at = source + (from - piece.at);
                    old.behind(action, Span::new(old.span.file, at, at + to - from))
                }
            };
            if piece.source.is_none() {
                last = Some((Rc::clone(old), Rc::clone(&place)));
            }
            self.push_piece(part, None, Some(place));
        }
    }

    fn push_piece(&mut self, text: &str, source: Option<usize>, place: Option<Rc<Place>>) {
        if text.is_empty() {
            return;
        }
        let at = self.text.len();
        self.text.push_str(text);
        if self.pieces.is_empty() && place.is_none() {
            return;
        }
        if let Some(last) = self.pieces.last() {
            let same_place = match (&last.place, &place) {
                (None, None) => true,
                (Some(a), Some(b)) => Rc::ptr_eq(a, b),
                _ => false,
            };
            let continues = match (last.source, source) {
                (None, None) => true,
                (Some(before), Some(now)) => before + (at - last.at) == now,
                _ => false,
            };
            if same_place && continues {
                return;
            }
        } else if at > 0 {
            self.pieces.push(Piece { at: 0, source: None, place: None });
        }
        self.pieces.push(Piece { at, source, place });
    }
}
