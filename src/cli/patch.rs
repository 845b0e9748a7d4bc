//! A change of a text as a patch. What is secret is masked in it; a line of context that holds such a thing is left out, with
//! what lies beyond it, so that the patch applies all the same.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use similar::{ChangeTag, TextDiff};

/// Most lines of context on either side of a change.
const CONTEXT: usize = 3;

/// The hunks of a patch, and what is to be known to apply them.
#[derive(Debug, Default)]
pub struct Patch {
    /// The hunks.
    pub hunks: String,
    /// Whether a line that changes is not shown as it is.
    pub masked: bool,
    /// Whether a hunk ends with a change, though the file goes on.
    pub bare: bool,
}

/// A line of both texts, or of one.
struct Line<'t> {
    tag: ChangeTag,
    shown: Cow<'t, str>,
    masked: bool,
    unended: bool,
}

impl Line<'_> {
    fn changes(&self) -> bool {
        self.tag != ChangeTag::Equal
    }
}

impl Patch {
    /// What leads from one text to another; `shown` says how a line may be shown, by its place in the old text if it is there.
    pub fn of<'t>(old: &'t str, new: &'t str, shown: impl Fn(Option<usize>, &'t str) -> Cow<'t, str>) -> Patch {
        let difference = TextDiff::from_lines(old, new);
        let lines: Vec<Line<'t>> = difference
            .iter_all_changes()
            .map(|change| {
                let shown = shown(change.old_index(), change.value());
                let masked = shown != change.value();
                Line { tag: change.tag(), masked, unended: change.missing_newline(), shown }
            })
            .collect();
        let mut patch = Patch::default();
        let (mut at, mut before) = (0, (0, 0));
        for hunk in hunks(&lines) {
            before = counted(lines.get(at..hunk.start).unwrap_or(&[]), before);
            let within = lines.get(hunk.clone()).unwrap_or(&[]);
            let after = counted(within, before);
            let span =
                |before: usize, after: usize| format!("{},{}", before + usize::from(after > before), after - before);
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(patch.hunks, "@@ -{} +{} @@", span(before.0, after.0), span(before.1, after.1));
            for line in within {
                let _ = write!(patch.hunks, "{}{}", line.tag, line.shown);
                if line.unended {
                    patch.hunks.push_str("\n\\ No newline at end of file\n");
                }
            }
            patch.masked |= within.iter().any(|line| line.changes() && line.masked);
            patch.bare |= within.last().is_some_and(Line::changes) && hunk.end < lines.len();
            (at, before) = (hunk.end, after);
        }
        patch
    }
}

/// How many lines of the old and of the new text there are up to the end of some.
fn counted(lines: &[Line<'_>], before: (usize, usize)) -> (usize, usize) {
    let of = |other: ChangeTag| lines.iter().filter(|line| line.tag != other).count();
    (before.0 + of(ChangeTag::Insert), before.1 + of(ChangeTag::Delete))
}

/// The lines that change, with context up to the next line that cannot be shown.
fn hunks(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let mut kept: Vec<bool> = lines.iter().map(Line::changes).collect();
    let mut mark = |at: usize, left: &mut usize| {
        let (Some(line), Some(kept)) = (lines.get(at), kept.get_mut(at)) else { return };
        *left = match (line.changes(), line.masked) {
            (true, _) => CONTEXT + 1,
            (false, true) => 0,
            (false, false) => *left,
        };
        *kept |= *left > 0;
        *left = left.saturating_sub(1);
    };
    let mut left = 0;
    (0..lines.len()).for_each(|at| mark(at, &mut left));
    left = 0;
    (0..lines.len()).rev().for_each(|at| mark(at, &mut left));
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in kept.iter().enumerate().filter(|(_, kept)| **kept).map(|(at, _)| at) {
        match found.last_mut().filter(|last| last.end == at) {
            Some(last) => last.end = at + 1,
            None => found.push(at..at + 1),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(old: &str, new: &str) -> Patch {
        let is_hidden = |line: &str| line.contains("hidden");
        Patch::of(
            old,
            new,
            |_, line| if is_hidden(line) { Cow::Owned("***\n".to_owned()) } else { Cow::Borrowed(line) },
        )
    }

    #[test]
    fn context_ends_before_what_cannot_be_shown() {
        for (old, new, hunks, bare) in [
            ("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n", "@@ -1,5 +1,5 @@\n a\n b\n-c\n+X\n d\n e\n", false),
            ("a\nhidden\nc\nd\ne\n", "a\nhidden\nc\nX\ne\n", "@@ -3,3 +3,3 @@\n c\n-d\n+X\n e\n", false),
            ("a\nhidden\nc\n", "a\nhidden\nX\n", "@@ -3,1 +3,1 @@\n-c\n+X\n", false),
            ("a\nhidden\nc\n", "X\nhidden\nY\n", "@@ -1,1 +1,1 @@\n-a\n+X\n@@ -3,1 +3,1 @@\n-c\n+Y\n", true),
            ("a\nhidden\n", "a\nb\nhidden\n", "@@ -1,1 +1,2 @@\n a\n+b\n", true),
            ("hidden\n", "b\nhidden\n", "@@ -0,0 +1,1 @@\n+b\n", true),
            (
                "a\nb",
                "a\nc",
                "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n",
                false,
            ),
        ] {
            let patch = patch(old, new);
            assert_eq!((&*patch.hunks, patch.bare, patch.masked), (hunks, bare, false), "{old:?} to {new:?}");
        }
        assert!(patch("hidden\n", "b\n").masked);
    }
}
