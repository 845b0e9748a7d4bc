//! Which code the path filters of a workflow leave out.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushpull_requestpull_request_targetpathspaths-ignore>

use std::collections::{BTreeMap, BTreeSet};

use globset::{GlobBuilder, GlobMatcher};

use crate::dialect::{file_name, is_sample};
use crate::document::Node;

/// Endings of files in languages that scanners look at.
const LANGUAGES: &[&str] =
    &["py", "js", "jsx", "ts", "tsx", "go", "rb", "java", "kt", "cs", "c", "cc", "cpp", "rs", "php", "swift", "scala"];

/// Events that changes of code start.
const EVENTS: &[&str] = &["push", "pull_request", "pull_request_target", "merge_group"];

/// Most files that filters are held against, and most folders that are told.
const MOST: usize = 50_000;
const MOST_TOLD: usize = 20;

/// The files of a repository that hold code, by the ending of their names.
pub(super) struct Code<'p>(BTreeMap<&'static str, Vec<&'p str>>);

impl<'p> Code<'p> {
    pub(super) fn of(paths: impl Iterator<Item = &'p str>) -> Code<'p> {
        let mut found: BTreeMap<&'static str, Vec<&'p str>> = BTreeMap::new();
        for path in paths.filter(|path| !is_beside(path)).take(MOST) {
            let ending = file_name(path).rsplit_once('.').map_or("", |(_, ending)| ending);
            if let Some(language) = LANGUAGES.iter().find(|language| **language == ending) {
                found.entry(language).or_default().push(path);
            }
        }
        Code(found)
    }

    /// The folders at the top with code that no event of a workflow looks at, of a language that it looks at elsewhere; none
    /// where some event has no filter, or the clock starts it as well.
    pub(super) fn passed_over(&self, on: &Node) -> Option<Node> {
        let mut filters = Vec::new();
        for event in on.entries() {
            match &*event.key.name {
                "schedule" => return None,
                name if EVENTS.contains(&name) => filters.push(Filter::read(&event.value)?),
                _ => {}
            }
        }
        if filters.is_empty() {
            return None;
        }
        let mut folders: BTreeSet<&str> = BTreeSet::new();
        for files in self.0.values() {
            let (seen, unseen): (Vec<&str>, Vec<&str>) =
                files.iter().partition(|path| filters.iter().any(|filter| filter.holds(path)));
            let known: BTreeSet<&str> = seen.iter().map(|path| top(path)).collect();
            if !seen.is_empty() {
                folders.extend(
                    unseen.iter().map(|path| top(path)).filter(|folder| !folder.is_empty() && !known.contains(folder)),
                );
            }
        }
        let span = on.span;
        let told = folders.iter().take(MOST_TOLD).map(|folder| Node::text(*folder, span));
        (!folders.is_empty()).then(|| Node::list(told.collect(), span))
    }
}

/// The folder at the top that a path lies in.
fn top(path: &str) -> &str {
    path.split_once('/').map_or("", |(folder, _)| folder)
}

/// What is no product: tests, examples, documentation, tools of the repository itself.
fn is_beside(path: &str) -> bool {
    const FOLDERS: &[&str] =
        &["docs", "doc", "documentation", "scripts", "script", "tools", "hack", "benchmarks", "bench", "e2e"];
    let folders = path.strip_suffix(file_name(path)).unwrap_or("");
    is_sample(path) || folders.split('/').any(|part| FOLDERS.contains(&part) || part.starts_with('.'))
}

/// The paths of an event.
struct Filter {
    /// Patterns in their order, each with whether it takes paths out again.
    patterns: Vec<(bool, GlobMatcher)>,
    /// Whether paths that match are left out.
    ignores: bool,
}

impl Filter {
    /// None where every change starts the event.
    fn read(event: &Node) -> Option<Filter> {
        let (list, ignores) = match (event.get("paths"), event.get("paths-ignore")) {
            (Some(list), _) => (list, false),
            (None, Some(list)) => (list, true),
            (None, None) => return None,
        };
        let listed = if list.as_str().is_some() { std::slice::from_ref(list) } else { list.items() };
        let pattern = |node: &Node| {
            let text = node.as_str()?;
            let (out, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
            // `**.py` goes through folders too.
            let text = text.replace("**.", "**/*.");
            Some((out, GlobBuilder::new(&text).literal_separator(true).build().ok()?.compile_matcher()))
        };
        // A pattern that is not understood might hold anything.
        let patterns: Option<Vec<_>> = listed.iter().map(pattern).collect();
        Some(Filter { patterns: patterns?, ignores })
    }

    /// Whether a change of a path starts the event.
    fn holds(&self, path: &str) -> bool {
        let matched = self.patterns.iter().rev().find(|(_, glob)| glob.is_match(path));
        match matched {
            Some((out, _)) => *out == self.ignores,
            None => self.ignores,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Source};

    #[test]
    fn folders_that_no_event_looks_at_are_told() {
        let code = Code::of(["src/a.py", "lib/b.py", "lib/tests/c.py", "web/d.ts", "e.py"].into_iter());
        for (on, want) in [
            ("push: { paths: ['src/**'] }", Some("lib")),
            ("push: { paths: ['**.py'] }", None),
            ("push: { paths: ['**'] }", None),
            ("push: { paths: ['src/**', 'lib/**'] }", None),
            ("push: { paths-ignore: ['lib/**'] }", Some("lib")),
            ("push: { paths: ['**', '!lib/**'] }", Some("lib")),
            ("push: { paths: ['src/**'] }\npull_request:", None),
            ("push: { paths: ['src/**'] }\nschedule: []", None),
            ("push: { paths: ['docs/**'] }", None),
            ("workflow_dispatch:", None),
        ] {
            let source = Source::from_text(FileId(0), "on.yml", on);
            let parsed = (crate::syntax::named("yaml").unwrap().parse)(&source);
            let found = code.passed_over(&parsed.roots[0]);
            let told = found.map(|found| found.items().iter().filter_map(Node::as_str).collect::<Vec<_>>().join(","));
            assert_eq!(told.as_deref(), want, "{on}");
        }
    }
}
