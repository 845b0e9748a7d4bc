//! CODEOWNERS, as GitHub and GitLab read it.

use super::entry;
use crate::document::Node;
use crate::source::Source;
use crate::syntax::lines::lines;

/// Where the file is looked for, in this order.
pub(super) const PATHS: &[&str] = &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// Path, and the rules in order: a pattern and its owners. A rule without owners takes those of its section.
pub(super) fn read(source: &Source) -> Node {
    let mut rules = Vec::new();
    let mut section_owners: Vec<Node> = Vec::new();
    for line in lines(source.text()) {
        let words = words(source, line.text, line.start);
        let Some((first, owners)) = words.split_first() else { continue };
        if line.text.trim_start().starts_with(['[', '^']) && line.text.contains(']') {
            let owner = |node: &&Node| node.as_str().is_some_and(|text| text.contains('@'));
            section_owners = words.iter().filter(owner).cloned().collect();
            continue;
        }
        let owners = if owners.is_empty() { section_owners.clone() } else { owners.to_vec() };
        let span = source.span(line.start + line.indent(), line.start + line.text.trim_end().len());
        let list = Node::list(owners, span);
        rules.push(Node::map(vec![entry("pattern", first.clone()), entry("owners", list)], span));
    }
    let whole = source.whole();
    let path = Node::text(source.path(), source.span(0, 0));
    Node::map(vec![entry("path", path), entry("rules", Node::list(rules, whole))], whole)
}

/// Where what pipelines do is written: names of files and beginnings of paths.
const PIPELINES: &[&str] = &[
    ".github/workflows/",
    ".github/actions/",
    ".gitlab-ci.yml",
    ".gitlab/ci/",
    ".circleci/",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "Jenkinsfile",
];

/// Most paths that are listed.
const MOST_UNOWNED: usize = 20;

/// The paths of files that say what pipelines do and whose last rule gives them no owner.
pub(super) fn unowned_pipelines<'a>(read: &Node, paths: impl Iterator<Item = &'a str>, source: &Source) -> Node {
    let rules = read.get("rules").map_or(&[][..], Node::items);
    let defines = |path: &&str| {
        PIPELINES
            .iter()
            .any(|start| path.strip_prefix(start).is_some_and(|rest| start.ends_with('/') || rest.is_empty()))
    };
    let unowned = paths.filter(defines).filter(|path| !owns(rules, path)).take(MOST_UNOWNED);
    Node::list(unowned.map(|path| Node::text(path, source.span(0, 0))).collect(), source.whole())
}

/// Whether the last rule that matches a path gives it an owner, as GitHub reads the file.
pub(super) fn owns(rules: &[Node], path: &str) -> bool {
    let matching = rules.iter().rev().find(|rule| {
        let pattern = rule.get("pattern").and_then(Node::as_str).unwrap_or("");
        let mut builder = ignore::gitignore::GitignoreBuilder::new("");
        let matcher = builder.add_line(None, pattern).and_then(|builder| builder.build());
        matcher.is_ok_and(|matcher| matcher.matched_path_or_any_parents(path, false).is_ignore())
    });
    matching.and_then(|rule| rule.get("owners")).is_some_and(|owners| !owners.items().is_empty())
}

/// The patterns of a `.gitignore`.
pub(super) fn patterns(source: &Source) -> Node {
    let patterns = lines(source.text()).filter_map(|line| {
        let text = line.text.trim();
        let start = line.start + line.indent();
        let span = source.span(start, start + text.len());
        (!text.is_empty() && !text.starts_with('#')).then(|| Node::verbatim(text, span, 0))
    });
    Node::list(patterns.collect(), source.whole())
}

/// The words of a line up to a comment; a backslash keeps a blank or a hash in the word.
fn words(source: &Source, line: &str, at: usize) -> Vec<Node> {
    let mut words = Vec::new();
    let mut start = None;
    let mut escaped = false;
    let word = |start: usize, end: usize| {
        let span = source.span(at + start, at + end);
        Node::verbatim(source.slice(span), span, 0)
    };
    for (offset, c) in line.char_indices() {
        if !escaped && start.is_none() && c == '#' {
            break;
        }
        if !escaped && c.is_whitespace() {
            words.extend(start.take().map(|start| word(start, offset)));
        } else if start.is_none() {
            start = Some(offset);
        }
        escaped = c == '\\' && !escaped;
    }
    words.extend(start.map(|start| word(start, line.len())));
    words
}
