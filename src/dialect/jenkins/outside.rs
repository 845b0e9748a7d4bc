//! What flows from outside into a script.
//!
//! A text in double quotes is filled in by Groovy before the shell sees it, so that what is filled in becomes a part of the program. In
//! single quotes the shell fills in a variable of the environment, which is a word; that is only told where it is run once more.

use std::collections::BTreeSet;

use super::names::{Filled, Names};
use super::secrets::{Bound, is_secret};
use super::tree::of_environment;
use crate::dialect::reread::Deciders;
use crate::document::{Entry, Node, Step, Value};
use crate::source::Span;

/// Who decides the variables of Jenkins and of the plugins that start its builds.
pub(super) const DECIDERS: Deciders = Deciders { outsiders: OUTSIDERS, writers: WRITERS };

/// Variables that hold what anybody may write who opens a pull request, or comments one.
/// <https://www.jenkins.io/doc/book/pipeline/multibranch/#additional-environment-variables>
const OUTSIDERS: &[&str] = &[
    "CHANGE_AUTHOR_DISPLAY_NAME",
    "CHANGE_AUTHOR_EMAIL",
    "CHANGE_BRANCH",
    "CHANGE_FORK",
    "CHANGE_TITLE",
    "GERRIT_CHANGE_OWNER_NAME",
    "GERRIT_CHANGE_SUBJECT",
    "GERRIT_EVENT_COMMENT_TEXT",
    "GERRIT_PATCHSET_UPLOADER_NAME",
    "GERRIT_TOPIC",
    "ghprbActualCommitAuthor",
    "ghprbActualCommitAuthorEmail",
    "ghprbCommentBody",
    "ghprbPullAuthorEmail",
    "ghprbPullDescription",
    "ghprbPullLongDescription",
    "ghprbPullTitle",
    "ghprbSourceBranch",
    "gitlabMergeRequestDescription",
    "gitlabMergeRequestTitle",
    "gitlabSourceBranch",
    "gitlabTriggerPhrase",
    "gitlabUserEmail",
    "gitlabUserName",
    "pullRequest.body",
    "pullRequest.headRef",
    "pullRequest.title",
];

/// Variables that hold what only those write who may write to the repository.
const WRITERS: &[&str] = &[
    "BRANCH_NAME",
    "CHANGE_TARGET",
    "GIT_BRANCH",
    "GIT_LOCAL_BRANCH",
    "TAG_NAME",
    "ghprbTargetBranch",
    "gitlabBranch",
    "gitlabTargetBranch",
];

/// Calls after which a text is as dangerous as before.
const KEEPING: &[&str] = &[
    "trim",
    "toLowerCase",
    "toUpperCase",
    "toString",
    "capitalize",
    "stripIndent",
    "take",
    "drop",
    "substring",
    "split",
    "tokenize",
    "last",
    "first",
];

/// So many names are followed for one value, each once.
const MOST_NAMES: usize = 64;

/// Who decides a value, from the harmless on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Constant,
    Writer,
    Outsider,
}

/// What a value is made of that matters most.
struct Origin {
    by: By,
    name: String,
    trail: Vec<Step>,
}

/// The values that are filled into a script, as maps with the fields of `fact/expression`.
pub(super) fn uses(filled: &[Filled], names: &Names<'_>) -> Vec<Node> {
    let used = |filled: &Filled| {
        let origin = worst(&filled.expression, names, &mut BTreeSet::new())?;
        let by = match origin.by {
            By::Constant => "constant",
            By::Writer => "writer",
            By::Outsider => "outsider",
        };
        let span = filled.span;
        let trail = (!origin.trail.is_empty()).then(|| std::sync::Arc::new(origin.trail));
        let entries = [
            ("expression", Node::text(shown(&filled.expression), span)),
            ("used", Node::text("script", span)),
            ("by", Node { trail, ..Node::text(by, span) }),
            ("names", Node::list(vec![Node::text(origin.name, span)], span)),
        ];
        Some(Node::map(entries.into_iter().map(|(name, value)| Entry::new(name, span, value)).collect(), span))
    };
    filled.iter().filter_map(used).collect()
}

/// The secrets that are filled into a script, as maps of `variable` and `expression`.
pub(super) fn secrets(filled: &[Filled], bound: &[Bound<'_>]) -> Vec<Node> {
    let told = |filled: &Filled| {
        let paths = paths(&filled.expression);
        let name = paths.iter().map(|path| first_of(path)).find(|name| is_secret(name, bound))?.to_owned();
        Some(secret(&name, &filled.expression, filled.span))
    };
    filled.iter().filter_map(told).collect()
}

fn secret(name: &str, expression: &str, span: Span) -> Node {
    let entries = [("variable", Node::text(name, span)), ("expression", Node::text(shown(expression), span))];
    Node::map(entries.into_iter().map(|(name, value)| Entry::new(name, span, value)).collect(), span)
}

fn shown(expression: &str) -> String {
    format!("${{{expression}}}")
}

/// The variable that a path begins with.
fn first_of(path: &str) -> &str {
    let path = of_environment(path);
    path.split(['.', '[']).next().unwrap_or(path)
}

/// What of an expression matters most; none where it has no names. `seen` are the names that were looked at.
fn worst(expression: &str, names: &Names<'_>, seen: &mut BTreeSet<String>) -> Option<Origin> {
    let origins = paths(expression).into_iter().map(|path| origin(&path, names, seen));
    origins.reduce(|worst, origin| if origin.by > worst.by { origin } else { worst })
}

fn origin(path: &str, names: &Names<'_>, seen: &mut BTreeSet<String>) -> Origin {
    let name = of_environment(path);
    let parameter = name.strip_prefix("params.").or_else(|| names.parameters.contains_key(name).then_some(name));
    let is_open = parameter.is_some_and(|own| names.parameters.get(own).copied().unwrap_or(!names.is_library));
    let by = match name {
        _ if DECIDERS.outsiders.contains(&name) => By::Outsider,
        _ if DECIDERS.writers.contains(&name) || is_open => By::Writer,
        _ => By::Constant,
    };
    let shown = parameter.map_or_else(|| name.to_owned(), |own| format!("params.{own}"));
    let mut worst_of_all = Origin { by, name: shown, trail: Vec::new() };
    if by != By::Constant || seen.len() >= MOST_NAMES || !names.spend(0) || !seen.insert(name.to_owned()) {
        return worst_of_all;
    }
    for value in names.values(name) {
        let written = written(value).filter(|written| names.spend(written.len()));
        let Some(mut origin) = written.and_then(|written| worst(&written, names, seen)) else { continue };
        if origin.by > worst_of_all.by {
            origin.trail.insert(0, Step { span: value.span, what: format!("`{name}` is set here").into() });
            worst_of_all = origin;
        }
    }
    worst_of_all
}

/// The expression that a name is given, as far as it hands on what others write.
fn written(value: &Node) -> Option<String> {
    match &value.value {
        Value::Unresolved(open) => Some(open.expression.to_string()),
        Value::Map(_) => {
            let (called, last) = value.get("call")?.as_str()?.rsplit_once('.')?;
            KEEPING.contains(&last).then(|| called.to_owned())
        }
        _ => None,
    }
}

/// The names with dots that the value of an expression comes from: of a condition what it chooses from, of a text what is filled in, and of
/// what is called on a name nothing, unless that hands the text on.
fn paths(expression: &str) -> Vec<String> {
    let chosen = chosen(expression);
    let mut found = Vec::new();
    let mut at = 0;
    let mut quote: Option<char> = None;
    while let Some(c) = chosen.get(at..).and_then(|rest| rest.chars().next()) {
        let length = c.len_utf8();
        match (quote, c) {
            (_, '\\') => {
                at += length + chosen.get(at + 1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            }
            // A text in double quotes is filled in too.
            (Some('"'), '$') => {
                let rest = chosen.get(at + 1..).unwrap_or("");
                let braces = rest.strip_prefix('{').and_then(|inner| inner.split('}').next());
                let inner = braces.unwrap_or_else(|| path_of(rest));
                if !inner.contains(['"', '$']) {
                    found.extend(paths(inner));
                }
                at += 1 + inner.len();
            }
            (Some(open), _) if open == c => {
                quote = None;
                at += length;
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                at += length;
            }
            (None, _) if c.is_alphabetic() || c == '_' => {
                let path = path_of(chosen.get(at..).unwrap_or(""));
                at += path.len();
                let is_call = chosen.get(at..).is_some_and(|rest| rest.starts_with('('));
                found.extend(if is_call { handed_on(path) } else { Some(plain(path)) });
            }
            _ => at += length,
        }
    }
    found
}

/// What is called, where its text is handed on.
fn handed_on(path: &str) -> Option<String> {
    let (called, last) = path.rsplit_once('.')?;
    KEEPING.contains(&last).then(|| plain(called.trim_end_matches('?')))
}

/// A path in one spelling: `params.X` of `params['X']` and of `params?.X`.
fn plain(path: &str) -> String {
    path.replace("?.", ".").replace("['", ".").replace("[\"", ".").replace(['\'', '"', ']'], "")
}

/// The name with dots, or with a name in brackets, at the beginning of a text.
fn path_of(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let mut at = 0;
    loop {
        at += bytes.get(at..).unwrap_or(&[]).iter().take_while(|byte| is_part(byte)).count();
        let rest = text.get(at..).unwrap_or("");
        let dots = if rest.starts_with("?.") { 2 } else { usize::from(rest.starts_with('.')) };
        if dots > 0 && bytes.get(at + dots).is_some_and(is_part) {
            at += dots;
            continue;
        }
        let quote = ["['", "[\""].iter().find(|open| rest.starts_with(**open));
        let Some(end) = quote.and_then(|_| rest.find(']')) else { return text.get(..at).unwrap_or("") };
        at += end + 1;
    }
}

/// What a condition chooses from.
fn chosen(expression: &str) -> &str {
    match expression.find(" ? ") {
        Some(at) => expression.get(at + 3..).unwrap_or(""),
        None if [" == ", " != ", ".contains(", ".startsWith(", ".equals("]
            .iter()
            .any(|word| expression.contains(word)) =>
        {
            ""
        }
        None => expression,
    }
}
