//! What the history of a document says of its front matter: whether the text changed after it was approved, and whether
//! dates moved without a text.

use jiff::civil::Date;

use crate::document::{Entry, Node, Value};
use crate::source::history::{Change, History, Past};
use crate::source::{FileId, Source, Span};
use crate::syntax;

/// Keys of the front matter that say when the document was looked at, or will be.
const DATES: [&str; 3] = ["approved_on", "reviewed_on", "next_review"];

/// What is compared of a version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    /// The text without front matter, as its words: how lines are broken is no change.
    body: Vec<String>,
    /// The values of [`DATES`].
    dates: [Option<String>; 3],
}

/// A version: who made it, where that is a commit, and what it is.
struct Version {
    change: Option<Change>,
    content: Content,
}

/// The versions of a document, the newest first; the file as it stands counts as one where it is not what was
/// committed last.
struct Versions<'h> {
    history: &'h dyn History,
    path: &'h str,
    current: Option<Content>,
    back: usize,
}

/// The next version back.
enum Next {
    Version(Version),
    /// There is none: the document began here.
    Beginning,
    Unknown,
}

/// The view `history` of a document. Without a history, or where it does not go back far enough, its entries are
/// unresolved.
pub(super) fn view(source: &Source, root: &Node, history: Option<&dyn History>) -> Node {
    let span = root.entry("front_matter").map_or(Span::new(source.id(), 0, 0), |entry| entry.key.span);
    let at = |key: &str| root.at(&["front_matter", key]).map_or(span, |node| node.span);
    let flag = |key, verdict: Option<bool>, span| Entry::new(key, span, decided(verdict, history.is_some(), span));
    let mut entries = Vec::new();
    if let Some(Change { date, commit }) = history.and_then(|history| history.last_change(source.path())) {
        entries.push(Entry::new("changed_on", span, Node::text(date.to_string(), span)));
        entries.push(Entry::new("commit", span, Node::text(commit, span)));
    }
    let current = content(source, root);
    let versions = |history| Versions::new(history, source.path(), &current);
    if let Some(approved) = approved_on(&current) {
        let verdict = history.and_then(|history| changed_after(versions(history), approved));
        entries.push(flag("changed_after_approval", verdict, at("approved_on")));
    }
    if current.dates.iter().any(Option::is_some) {
        let moved = DATES.iter().copied().rev().find(|key| root.at(&["front_matter", key]).is_some());
        let verdict = history.and_then(|history| dates_only(versions(history)));
        entries.push(flag("dates_only", verdict, moved.map_or(span, at)));
    }
    Node::map(entries, span)
}

fn decided(verdict: Option<bool>, history: bool, span: Span) -> Node {
    match verdict {
        Some(verdict) => Node::new(Value::Bool(verdict), span),
        None if history => {
            Node::unresolved("git log", "the history of git does not go back far enough (a shallow clone?)", span)
        }
        None => Node::unresolved("git log", "the files are read without a history of git", span),
    }
}

fn content(source: &Source, root: &Node) -> Content {
    let start = root.entry("front_matter").map_or(0, |entry| entry.key.span.end as usize);
    let body = source.text().get(start..).unwrap_or("").split_whitespace().map(str::to_owned).collect();
    let dates = DATES.map(|key| root.at(&["front_matter", key]).and_then(Node::as_str).map(str::to_owned));
    Content { body, dates }
}

fn approved_on(content: &Content) -> Option<Date> {
    content.dates.first()?.as_ref()?.get(..10)?.parse().ok()
}

/// Whether the text changed after the day of its approval, while that day stayed the same. A change that came with a
/// new date of approval is what was approved.
fn changed_after(mut versions: Versions<'_>, approved: Date) -> Option<bool> {
    let Next::Version(mut newer) = versions.next() else { return Some(false) };
    let [date, ..] = newer.content.dates.clone();
    loop {
        if newer.change.as_ref().is_some_and(|change| change.date <= approved) {
            return Some(false);
        }
        match versions.next() {
            Next::Version(older) if older.content.dates.first() != Some(&date) => return Some(false),
            Next::Version(older) if older.content.body != newer.content.body => return Some(true),
            Next::Version(older) => newer = older,
            Next::Beginning => return Some(false),
            Next::Unknown => return None,
        }
    }
}

/// Whether the newest change of a date left the text as it was when the dates were set before.
fn dates_only(mut versions: Versions<'_>) -> Option<bool> {
    let Next::Version(newest) = versions.next() else { return Some(false) };
    let mut set = newest.content;
    let mut older = loop {
        match versions.next() {
            Next::Version(older) if older.content.dates != set.dates => break older.content,
            // The version that set the dates is the oldest that has them.
            Next::Version(older) => set = older.content,
            Next::Beginning => return Some(false),
            Next::Unknown => return None,
        }
    };
    if older.dates.iter().all(Option::is_none) {
        return Some(false);
    }
    loop {
        match versions.next() {
            Next::Version(version) if version.content.dates == older.dates => older = version.content,
            Next::Version(_) | Next::Beginning => return Some(older.body == set.body),
            Next::Unknown => return None,
        }
    }
}

impl<'h> Versions<'h> {
    fn new(history: &'h dyn History, path: &'h str, current: &Content) -> Versions<'h> {
        let committed = match history.version(path, 0) {
            Past::Version(_, text) => Some(of_text(path, &text)),
            Past::Absent | Past::Unknown => None,
        };
        let differs = committed.as_ref() != Some(current);
        Versions { history, path, current: differs.then(|| current.clone()), back: 0 }
    }

    fn next(&mut self) -> Next {
        if let Some(content) = self.current.take() {
            return Next::Version(Version { change: None, content });
        }
        let past = self.history.version(self.path, self.back);
        self.back += 1;
        match past {
            Past::Version(change, text) => {
                Next::Version(Version { change: Some(change), content: of_text(self.path, &text) })
            }
            Past::Absent => Next::Beginning,
            Past::Unknown => Next::Unknown,
        }
    }
}

fn of_text(path: &str, text: &str) -> Content {
    let source = Source::from_text(FileId(0), path, text);
    let parsed = syntax::named("markdown").map(|markdown| (markdown.parse)(&source)).unwrap_or_default();
    match parsed.roots.first() {
        Some(root) => content(&source, root),
        None => Content { body: text.split_whitespace().map(str::to_owned).collect(), dates: [None, None, None] },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Unresolved;

    /// Versions of one file, the newest first, by their days; the last is followed by what comes before it.
    #[derive(Debug)]
    struct Told(Vec<(&'static str, String)>, Past);

    impl History for Told {
        fn last_change(&self, _path: &str) -> Option<Change> {
            let (day, _) = self.0.first()?;
            Some(Change { date: day.parse().unwrap(), commit: "c".into() })
        }

        fn version(&self, _path: &str, back: usize) -> Past {
            match self.0.get(back) {
                Some((day, text)) => {
                    Past::Version(Change { date: day.parse().unwrap(), commit: "c".into() }, text.as_str().into())
                }
                None => self.1.clone(),
            }
        }
    }

    fn text((approved, next, body): (&str, &str, &str)) -> String {
        format!("---\napproved_on: {approved}\nnext_review: {next}\n---\n{body}\n")
    }

    type Row = (&'static str, (&'static str, &'static str, &'static str));

    fn seen(current: (&str, &str, &str), versions: &[Row], end: Past) -> (Option<bool>, Option<bool>) {
        let told = Told(versions.iter().map(|(day, version)| (*day, text(*version))).collect(), end);
        let source = Source::from_text(FileId(0), "policies/a.md", &text(current));
        let parsed = (syntax::named("markdown").unwrap().parse)(&source);
        let view = view(&source, &parsed.roots[0], Some(&told));
        let flag = |key| view.get(key).and_then(Node::as_bool);
        (flag("changed_after_approval"), flag("dates_only"))
    }

    #[test]
    fn text_that_changed_after_its_approval_is_told_apart() {
        let (jan, feb, y6, y7) = ("2025-01-10", "2025-02-10", "2026-01", "2027-01");
        let (same, other) = ((jan, y6, "a b"), (jan, y6, "a  c"));
        for (what, current, versions, end, want) in [
            ("approved when it was written", same, vec![("2025-01-12", same)], Past::Absent, Some(false)),
            ("edited later", other, vec![("2025-03-01", other), ("2025-01-12", same)], Past::Absent, Some(true)),
            ("edited and not committed", other, vec![("2025-01-12", same)], Past::Absent, Some(true)),
            ("edited on the day", other, vec![(jan, other), ("2025-01-09", same)], Past::Absent, Some(false)),
            (
                "approved anew with the change",
                (feb, y6, "a c"),
                vec![("2025-03-01", (feb, y6, "a c")), ("2025-01-12", same)],
                Past::Unknown,
                Some(false),
            ),
            (
                "lines broken otherwise",
                (jan, y6, "a\nb"),
                vec![("2025-03-01", (jan, y6, "a\nb")), (jan, same)],
                Past::Unknown,
                Some(false),
            ),
            ("not known how it was", other, vec![("2025-03-01", other)], Past::Unknown, None),
            ("not tracked", same, vec![], Past::Absent, Some(false)),
            (
                "only the next review",
                (jan, y7, "a b"),
                vec![("2025-03-01", (jan, y7, "a b")), (jan, same)],
                Past::Unknown,
                Some(false),
            ),
        ] {
            assert_eq!(seen(current, &versions, end).0, want, "{what}");
        }
    }

    #[test]
    fn dates_that_moved_without_the_text_are_told_apart() {
        let old = ("2024-01-10", "2025-01", "a");
        let new = ("2025-01-10", "2026-01", "a");
        let revised = ("2025-01-10", "2026-01", "a b");
        for (what, current, versions, end, want) in [
            ("moved alone", new, vec![("2025-01-12", new), ("2024-01-12", old)], Past::Absent, Some(true)),
            (
                "moved with the text",
                revised,
                vec![("2025-01-12", revised), ("2024-01-12", old)],
                Past::Absent,
                Some(false),
            ),
            (
                "the text changed before in the same period",
                revised,
                vec![("2025-01-12", revised), ("2024-12-01", ("2024-01-10", "2025-01", "a b")), ("2024-01-12", old)],
                Past::Absent,
                Some(false),
            ),
            (
                "the text changed later",
                revised,
                vec![("2025-02-01", revised), ("2025-01-12", new), ("2024-01-12", old)],
                Past::Absent,
                Some(true),
            ),
            ("never moved", old, vec![("2024-01-12", old)], Past::Absent, Some(false)),
            ("moved and not committed", new, vec![("2024-01-12", old)], Past::Absent, Some(true)),
            ("not known", new, vec![("2025-01-12", new), ("2024-01-12", old)], Past::Unknown, None),
        ] {
            assert_eq!(seen(current, &versions, end).1, want, "{what}");
        }
    }

    #[test]
    fn without_a_history_nothing_is_decided() {
        let source = Source::from_text(FileId(0), "policies/a.md", &text(("2025-01-10", "2026-01-10", "a")));
        let parsed = (syntax::named("markdown").unwrap().parse)(&source);
        let shown = view(&source, &parsed.roots[0], None);
        let because =
            |key| shown.get(key).and_then(Node::as_unresolved).map(|Unresolved { because, .. }| because.to_string());
        assert!(because("changed_after_approval").is_some() && because("dates_only").is_some());
        assert!(shown.get("changed_on").is_none());
    }
}
