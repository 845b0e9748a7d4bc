//! Strings, and the way from their characters back to the file.

use std::ops::Deref;
use std::sync::Arc;

/// A string, and the way from its characters back to the file.
#[derive(Clone, Debug)]
pub struct Text(Form);

/// Nearly all strings stand in the source as they are, or have no way back: these take one allocation, and a [`Value`](super::Value)
/// is no longer than they are. The flag has the room in which the kind of a value is kept.
#[derive(Clone, Debug)]
enum Form {
    /// Text in one run from a byte of the source on, where it is traced.
    Plain { text: Arc<str>, source: u32, traced: bool },
    /// Text with several runs, or with escapes.
    Spelled(Arc<Spelled>),
}

#[derive(Debug)]
struct Spelled {
    text: Arc<str>,
    runs: Box<[Run]>,
}

/// From byte `text` of a string on, its bytes stand in the file from byte `source` on, one to one, until the next run.
/// A byte written as an escape is a run of its own whose `verbatim` is false: all of it maps to `source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Offset in the decoded string.
    pub text: u32,
    /// Offset in the source.
    pub source: u32,
    /// Whether the bytes of the run stand in the source as they are.
    pub verbatim: bool,
}

impl Run {
    /// Whether its bytes stand where they would if all of the text stood in the source from a byte on.
    fn continues(&self, start: u32) -> bool {
        self.verbatim && self.source.checked_sub(self.text) == Some(start)
    }
}

/// The runs of a text.
#[derive(Clone, Copy, Debug)]
pub enum Runs<'t> {
    /// That of a text that stands in the source as it is.
    One([Run; 1]),
    /// Those of a text that is spelled otherwise.
    Many(&'t [Run]),
}

impl Deref for Runs<'_> {
    type Target = [Run];

    fn deref(&self) -> &[Run] {
        match self {
            Runs::One(run) => run,
            Runs::Many(runs) => runs,
        }
    }
}

impl Text {
    /// Text that stands in the source as it is, from `source` on.
    pub fn verbatim(text: impl Into<Arc<str>>, source: u32) -> Text {
        Text(Form::Plain { text: text.into(), source, traced: true })
    }

    /// Text with runs back to the source, in the order of the text.
    pub fn with_runs(text: impl Into<Arc<str>>, runs: Vec<Run>) -> Text {
        match runs.first() {
            Some(Run { text: 0, source, .. }) if runs.iter().all(|run| run.continues(*source)) => {
                Text::verbatim(text, *source)
            }
            _ => Text(Form::Spelled(Arc::new(Spelled { text: text.into(), runs: runs.into() }))),
        }
    }

    /// Text that cannot be followed back byte by byte.
    pub fn opaque(text: impl Into<Arc<str>>) -> Text {
        Text(Form::Plain { text: text.into(), source: 0, traced: false })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Form::Plain { text, .. } => text,
            Form::Spelled(spelled) => &spelled.text,
        }
    }

    /// The shared text.
    pub fn shared(&self) -> Arc<str> {
        match &self.0 {
            Form::Plain { text, .. } => Arc::clone(text),
            Form::Spelled(spelled) => Arc::clone(&spelled.text),
        }
    }

    /// The runs that lead back to the source, when there are any.
    pub fn runs(&self) -> Option<Runs<'_>> {
        match &self.0 {
            Form::Plain { traced: false, .. } => None,
            Form::Plain { source, .. } => Some(Runs::One([Run { text: 0, source: *source, verbatim: true }])),
            Form::Spelled(spelled) => Some(Runs::Many(&spelled.runs)),
        }
    }

    /// Where the text begins in the source, when all of it stands there as it is.
    pub fn verbatim_at(&self) -> Option<u32> {
        match self.0 {
            Form::Plain { source, traced: true, .. } => Some(source),
            _ => None,
        }
    }

    /// Whether ranges of this text can be followed back to the source.
    pub fn is_traced(&self) -> bool {
        !matches!(self.0, Form::Plain { traced: false, .. })
    }

    /// The range of the source in which the bytes `start..end` of this text were written, when that is known.
    pub fn trace(&self, start: usize, end: usize) -> Option<(u32, u32)> {
        let start = u32::try_from(start).ok()?;
        let end = u32::try_from(end).ok()?.max(start);
        let runs = match &self.0 {
            Form::Plain { traced: false, .. } => return None,
            Form::Plain { source, .. } => return Some((source.saturating_add(start), source.saturating_add(end))),
            Form::Spelled(spelled) => &*spelled.runs,
        };
        let from = source_of(runs, start)?;
        let to = if end == start { from } else { source_after(runs, end - 1)? };
        Some((from, to.max(from)))
    }
}

fn run_at(runs: &[Run], offset: u32) -> Option<(usize, &Run)> {
    let index = runs.partition_point(|run| run.text <= offset).checked_sub(1)?;
    Some((index, runs.get(index)?))
}

fn source_of(runs: &[Run], offset: u32) -> Option<u32> {
    let (_, run) = run_at(runs, offset)?;
    Some(if run.verbatim { run.source + (offset - run.text) } else { run.source })
}

/// The first byte of the source after the one that spells byte `last` of the text.
fn source_after(runs: &[Run], last: u32) -> Option<u32> {
    let (index, run) = run_at(runs, last)?;
    if run.verbatim {
        return Some(run.source + (last - run.text) + 1);
    }
    // An escape ends where the next run begins; the last run of a text is closed by an empty verbatim run.
    Some(runs.get(index + 1).map_or(run.source, |next| next.source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_followed_back_through_escapes() {
        // Written at byte 10 as `a\nb`: a at 10, the escape at 11..13, b at 13, closed at 14.
        let runs = [(0, 10, true), (1, 11, false), (2, 13, true)];
        let runs = runs.map(|(text, source, verbatim)| Run { text, source, verbatim });
        let text = Text::with_runs("a\nb", runs.to_vec());
        for (start, end, want) in
            [(0, 1, (10, 11)), (1, 2, (11, 13)), (0, 3, (10, 14)), (2, 3, (13, 14)), (1, 1, (11, 11))]
        {
            assert_eq!(text.trace(start, end), Some(want), "{start}..{end}");
        }
        assert_eq!(Text::opaque("x").trace(0, 1), None);
        assert_eq!(Text::verbatim("xyz", 5).trace(1, 3), Some((6, 8)));
    }
}
