//! Lines of a file with the labelled parts marked.

use maud::{Markup, html};

use super::shell::prose;
use crate::report::window::{Label, Window};

/// Every excerpt of a window.
pub fn of(window: &Window) -> Markup {
    html! {
        @for (excerpt, labels) in window.excerpts() {
            (figure(&excerpt.name, excerpt.first_line, &excerpt.text, &labels))
        }
    }
}

/// Lines of a file, the first of them counted from 0, with the labelled parts marked.
pub fn figure(name: &str, first_line: usize, text: &str, labels: &[Label<'_>]) -> Markup {
    let mut start = 0;
    let lines = text.split('\n').zip(first_line + 1..).map(|(text, number)| {
        let line = Line { number, start, text };
        start += text.len() + 1;
        line
    });
    html! {
        figure {
            figcaption { (name) }
            ol.lines { @for line in lines { (line.shown(labels)) } }
        }
    }
}

struct Line<'a> {
    number: usize,
    /// Where it begins in the excerpt.
    start: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn shown(&self, labels: &[Label<'_>]) -> Markup {
        let end = self.start + self.text.len();
        let notes = labels.iter().filter(|label| (self.start..=end).contains(&label.end) && !label.text.is_empty());
        html! {
            li value=(self.number) {
                code { @for (text, marked) in self.parts(labels) {
                    @if marked { mark { (text) } } @else { (text) }
                } }
                @for note in notes { span.note { (prose(note.text)) } }
            }
        }
    }

    /// The line in pieces, each marked or not; where labels overlap the first one counts.
    fn parts(&self, labels: &[Label<'_>]) -> Vec<(&'a str, bool)> {
        let mut parts = Vec::new();
        let mut at = 0;
        for label in labels {
            let start = label.start.saturating_sub(self.start).max(at);
            let end = label.end.saturating_sub(self.start).min(self.text.len());
            if start < end {
                parts.push((self.text.get(at..start).unwrap_or(""), false));
                parts.push((self.text.get(start..end).unwrap_or(""), true));
                at = end;
            }
        }
        parts.push((self.text.get(at..).unwrap_or(""), false));
        parts.retain(|(text, _)| !text.is_empty());
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_marked_line_by_line() {
        let label = |start, end| Label { start, end, text: "x" };
        let line = |start, text| Line { number: 1, start, text };
        for (labels, want) in [
            (vec![], vec![("abcdef", false)]),
            (vec![label(10, 16)], vec![("abcdef", true)]),
            (vec![label(11, 13), label(12, 14)], vec![("a", false), ("bc", true), ("d", true), ("ef", false)]),
            (vec![label(0, 12), label(15, 99)], vec![("ab", true), ("cde", false), ("f", true)]),
            (vec![label(0, 9), label(30, 40)], vec![("abcdef", false)]),
        ] {
            assert_eq!(line(10, "abcdef").parts(&labels), want);
        }
    }
}
