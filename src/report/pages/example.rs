//! What is wrong and what is right, out of the fixtures of a rule.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use crate::report::html::excerpt;
use crate::report::text::{counted, visible};
use crate::report::window::Label;
use crate::rule::fixture::{Fixture, Mark, Shows, WORDS};
use crate::secrecy;

/// Most pairs of a page.
const MOST_PAIRS: usize = 6;
/// Most files of an example that are shown with their lines.
const MOST_FILES: usize = 3;
/// Most lines of a file.
const MOST_LINES: usize = 36;
/// Lines that are kept before the first marked one where a file is cut.
const BEFORE: usize = 12;

/// A wrong example and the right one that is most like it, in one language.
#[derive(Debug)]
pub struct Pair<'f> {
    /// The language: how the names of its files end.
    pub language: String,
    /// What fails.
    pub wrong: &'f Fixture,
    /// The near miss.
    pub right: Option<&'f Fixture>,
}

/// A pair for each language that there are failing fixtures of, the one with most of them first.
pub fn pairs<'f>(fixtures: &'f [Fixture], rule: &str) -> Vec<Pair<'f>> {
    let mut failing: BTreeMap<String, Vec<&Fixture>> = BTreeMap::new();
    for fixture in of(fixtures, Shows::Fail) {
        failing.entry(language(fixture, rule)).or_default().push(fixture);
    }
    let mut pairs: Vec<(usize, Pair<'_>)> = Vec::new();
    for (language, failing) in failing {
        let speaks = |right: &&Fixture| right.files.iter().any(|(path, _)| ending(path) == language);
        let near: Vec<&Fixture> = of(fixtures, Shows::Pass).filter(speaks).collect();
        let number = failing.len();
        let best = failing.into_iter().map(|wrong| {
            let right = near.iter().map(|right| (likeness(wrong, right), *right)).max_by_key(|(likeness, _)| *likeness);
            // A small one that has a near miss shows most.
            let lines = wrong.files.iter().map(|(_, text)| text.lines().count()).sum::<usize>();
            let likeness = right.map_or(0, |(likeness, _)| likeness);
            (likeness.saturating_sub(lines * 10), wrong, right.map(|(_, right)| right))
        });
        if let Some((_, wrong, right)) = best.max_by_key(|(worth, ..)| *worth) {
            pairs.push((number, Pair { language, wrong, right }));
        }
    }
    pairs.sort_by_key(|(number, pair)| (pair.right.is_none(), Reverse(*number)));
    let mut pairs: Vec<Pair<'_>> = pairs.into_iter().map(|(_, pair)| pair).take(MOST_PAIRS).collect();
    // What passes may lack the very file that is wrong.
    if let Some(first) = pairs.first_mut().filter(|first| first.right.is_none()) {
        first.right = of(fixtures, Shows::Pass).max_by_key(|right| likeness(first.wrong, right));
    }
    pairs
}

fn of(fixtures: &[Fixture], shows: Shows) -> impl Iterator<Item = &Fixture> {
    fixtures.iter().filter(move |fixture| fixture.shows() == Some(shows))
}

/// An example of what the files do not decide: the shortest.
pub fn undecided(fixtures: &[Fixture]) -> Option<&Fixture> {
    of(fixtures, Shows::Open).min_by_key(|fixture| fixture.files.iter().map(|(_, text)| text.len()).sum::<usize>())
}

/// The language of the first marked file.
fn language(fixture: &Fixture, rule: &str) -> String {
    let marks = fixture.expected(rule).marks;
    let marked = marks.iter().map(|(path, _)| path.as_str()).find(|path| !path.is_empty());
    ending(marked.or_else(|| fixture.files.first().map(|(path, _)| path.as_str())).unwrap_or("")).to_owned()
}

/// How the name of a file ends, or the name where it has no ending.
fn ending(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    match name.rsplit_once('.') {
        Some((_, "yml")) => "yaml",
        Some((stem, ending)) if !stem.is_empty() => ending,
        _ => name,
    }
}

/// How much two fixtures have in common, in thousandths of their lines.
fn likeness(one: &Fixture, other: &Fixture) -> usize {
    let lines = |fixture: &Fixture| -> Vec<String> {
        let texts = fixture.files.iter().flat_map(|(_, text)| text.lines());
        texts.filter_map(unmarked).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    let (one, other) = (lines(one), lines(other));
    let known: BTreeSet<&String> = one.iter().collect();
    let shared = other.iter().filter(|line| known.contains(line)).count();
    shared * 2000 / (one.len() + other.len()).max(1)
}

/// A line without the comment that marks it; none where there is nothing else on it.
fn unmarked(line: &str) -> Option<&str> {
    const LEADERS: [&str; 12] = ["<!--", "{{/*", "/*", "//", "--", "{#", "#", ";;", ";", "!", "'", "*"];
    for (word, _) in WORDS {
        let Some((before, rest)) = line.split_once(word) else { continue };
        let is_mark = rest.trim_start().starts_with(|first: char| first.is_ascii_lowercase());
        let before = before.trim_end();
        if let Some(code) = LEADERS.iter().find_map(|leader| before.strip_suffix(leader)).filter(|_| is_mark) {
            let code = code.trim_end_matches(['#', '/', ';']).trim_end();
            return (!code.is_empty()).then_some(code);
        }
    }
    Some(line)
}

/// A file as it is shown: its lines without marks, and which of them are pointed at.
struct Shown<'f> {
    path: &'f str,
    lines: Vec<(String, bool)>,
}

impl<'f> Shown<'f> {
    fn of(path: &'f str, text: &str, marks: &BTreeSet<Mark>) -> Shown<'f> {
        let concealed = secrecy::concealed(text);
        let same = concealed.lines().count() == text.lines().count();
        let text = if same { &*concealed } else { text };
        let mut lines = Vec::new();
        // A line that is nothing but a mark stands for the next one.
        let mut pending = false;
        for (line, number) in text.lines().zip(1u32..) {
            let marked = pending || marks.contains(&(path.to_owned(), number));
            let shown = unmarked(line);
            pending = marked && shown.is_none();
            lines.extend(shown.map(|line| (visible(line).into_owned(), marked)));
        }
        Shown { path, lines }
    }

    /// Points at the lines that another example does not have.
    fn against(mut self, other: &Fixture) -> Shown<'f> {
        let known: BTreeSet<&str> =
            other.files.iter().flat_map(|(_, text)| text.lines()).filter_map(unmarked).map(str::trim).collect();
        for (line, marked) in &mut self.lines {
            *marked = !known.contains(line.trim()) && !line.trim().is_empty() && !is_comment(line);
        }
        self
    }

    fn is_marked(&self) -> bool {
        self.lines.iter().any(|(_, marked)| *marked)
    }

    fn figure(&self) -> Markup {
        let first = self.lines.iter().position(|(_, marked)| *marked).unwrap_or(0);
        let start = if self.lines.len() > MOST_LINES { first.saturating_sub(BEFORE) } else { 0 };
        let kept: Vec<&(String, bool)> = self.lines.iter().skip(start).take(MOST_LINES).collect();
        let (mut text, mut labels) = (String::new(), Vec::new());
        for (number, (line, marked)) in kept.iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            let lead = line.len() - line.trim_start().len();
            if *marked {
                labels.push(Label { start: text.len() + lead, end: text.len() + line.len(), text: "" });
            }
            text.push_str(line);
        }
        let name = match self.lines.len() - kept.len() {
            0 => self.path.to_owned(),
            left => format!("{} ({} of {})", self.path, counted(kept.len(), "line"), kept.len() + left),
        };
        excerpt::figure(&visible(&name), start, &text, &labels)
    }
}

fn is_comment(line: &str) -> bool {
    ["#", "//", "<!--", "/*", "--", ";"].iter().any(|leader| line.trim_start().starts_with(leader))
}

/// What fails, with the lines that findings point at.
pub fn wrong(fixture: &Fixture, rule: &str) -> Markup {
    let marks = fixture.expected(rule).marks;
    let about_all = marks.iter().all(|(path, _)| path.is_empty());
    let mut files: Vec<Shown<'_>> = fixture.files.iter().map(|(path, text)| Shown::of(path, text, &marks)).collect();
    files.sort_by_key(|file| !file.is_marked());
    html! {
        (figures(&files))
        @if about_all { p.aside { "The finding is about the repository itself, not about a line." } }
    }
}

/// What passes, with the lines that the wrong example does not have.
pub fn right(fixture: &Fixture, wrong: &Fixture) -> Markup {
    let alike = likeness(wrong, fixture) >= 400;
    let none = BTreeSet::new();
    let shown = fixture.files.iter().map(|(path, text)| {
        let shown = Shown::of(path, text, &none);
        if alike { shown.against(wrong) } else { shown }
    });
    let mut files: Vec<Shown<'_>> = shown.collect();
    files.sort_by_key(|file| !file.is_marked());
    figures(&files)
}

fn figures(files: &[Shown<'_>]) -> Markup {
    html! {
        @for file in files.iter().take(MOST_FILES) { (file.figure()) }
        (others(&files.iter().skip(MOST_FILES).map(|file| file.path).collect::<Vec<_>>()))
    }
}

/// The names of files that are not shown.
fn others(names: &[&str]) -> Markup {
    html! {
        @if !names.is_empty() {
            p.aside { "Beside " @for (number, name) in names.iter().enumerate() { @if number > 0 { ", " } code { (visible(name)) } } "." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::fixture::fixtures;

    #[test]
    fn marks_are_not_shown() {
        for (line, want) in [
            ("  acl = \"public\" # expect: s3-public", Some("  acl = \"public\"")),
            ("# expect-next: s3-public", None),
            ("<p> <!-- expect: x-y, z-z -->", Some("<p>")),
            ("a: 1 // expect: x-y", Some("a: 1")),
            ("  expect: something", Some("  expect: something")),
            ("; expect: x-y", None),
            ("plain", Some("plain")),
        ] {
            assert_eq!(unmarked(line), want, "{line}");
        }
    }

    #[test]
    fn a_line_of_nothing_but_a_mark_stands_for_the_next() {
        let file = ("fail-a.toml".to_owned(), "# expect: r-r\nname = 1\nother = 2\n".to_owned());
        let page = wrong(fixtures([file]).first().unwrap(), "r-r").into_string();
        assert!(page.contains("<mark>name = 1</mark>") && !page.contains("<mark>other"), "{page}");
    }

    #[test]
    fn a_pair_is_the_nearest_miss_in_the_same_language() {
        let files = [
            ("fail-long.tf", "a\nb\nc\nd\n"),
            ("fail-short.tf", "a\nx # expect: r-r\n"),
            ("fail-t.yaml", "k: 1\n"),
            ("open-v.tf", "v\n"),
            ("pass-far.tf", "q\n"),
            ("pass-near.tf", "a\ny\n"),
        ];
        let found = fixtures(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let pairs = pairs(&found, "r-r");
        let shown: Vec<(&str, &str, Option<&str>)> = pairs
            .iter()
            .map(|pair| (pair.language.as_str(), pair.wrong.name.as_str(), pair.right.map(|right| right.name.as_str())))
            .collect();
        assert_eq!(shown, [("tf", "fail-short.tf", Some("pass-near.tf")), ("yaml", "fail-t.yaml", None)]);
        assert_eq!(undecided(&found).map(|open| open.name.as_str()), Some("open-v.tf"));
        let page = wrong(pairs[0].wrong, "r-r").into_string();
        assert!(page.contains("<mark>x</mark>") && !page.contains("expect"), "{page}");
        let page = right(pairs[0].right.unwrap(), pairs[0].wrong).into_string();
        assert!(page.contains("<mark>y</mark>") && !page.contains("<mark>a</mark>"), "{page}");
    }
}
