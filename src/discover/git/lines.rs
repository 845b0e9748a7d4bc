//! Which lines of a text are new.

use gix_imara_diff::{Algorithm, Diff, InternedInput};

use crate::source::Source;

/// Lines of a text, from 1, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
}

/// The lines of `after` that `before` does not have there, in order. How lines end is no difference.
pub fn changed(before: &Source, after: &Source) -> Vec<Lines> {
    let mut input: InternedInput<&str> = InternedInput::default();
    input.update_before(lines(before));
    input.update_after(lines(after));
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let added = diff.hunks().filter(|hunk| !hunk.after.is_empty());
    added.map(|hunk| Lines { first: hunk.after.start + 1, last: hunk.after.end }).collect()
}

fn lines(source: &Source) -> impl Iterator<Item = &str> {
    let count = if source.text().is_empty() { 0 } else { source.line_count() };
    (1..=count).filter_map(|line| source.text().get(source.line_range(line)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn only_new_lines_are_told() {
        for (before, after, want) in [
            ("a\nb\nc\n", "a\nb\nc\n", &[][..]),
            ("a\nb\nc\n", "a\r\nb\r\nc", &[]),
            ("a\nb\nc\n", "a\nx\nc\n", &[(2, 2)]),
            ("a\nc\n", "a\nb\nb\nc\nd\n", &[(2, 3), (5, 5)]),
            ("a\nb\nc\n", "a\nc\n", &[]),
            ("", "a\nb\n", &[(1, 2)]),
            ("a\n", "", &[]),
        ] {
            let source = |text| Source::from_text(FileId(0), "x", text);
            let found: Vec<(u32, u32)> =
                changed(&source(before), &source(after)).iter().map(|lines| (lines.first, lines.last)).collect();
            assert_eq!(found, want, "{before:?} to {after:?}");
        }
    }
}
