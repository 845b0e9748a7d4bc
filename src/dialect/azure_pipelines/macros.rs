//! `$(name)`: variables that are put into a text right before a task runs.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::function::plain;
use crate::dialect::github_actions::find_expressions;
use crate::document::{Entry, Node, PartialText, Text, TextPart, Unresolved, Value};
use crate::source::{FileId, Span};
use crate::syntax::spelled::Spelled;

/// Variables made of variables are followed to this depth.
const MAX_DEPTH: usize = 8;

/// How many bytes longer than the text the value of a variable in it may be.
const MAX_GROWTH: usize = 256;

/// Variables of the service, or what their names begin with, in lower case, and who decides what they hold: `outsider` who
/// opens a pull request, `writer` who may push to the repository. What nobody decides is a `constant`: a number, a path.
/// <https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables>
const SERVICE: &[(&str, &str)] = &[
    ("build.sourceversionmessage", "outsider"),
    ("build.sourceversionauthor", "outsider"),
    ("build.requestedfor", "outsider"),
    ("build.queuedby", "outsider"),
    ("system.pullrequest.sourcebranch", "outsider"),
    ("system.pullrequest.title", "outsider"),
    ("system.pullrequest.description", "outsider"),
    ("build.sourcebranch", "writer"),
    ("build.artifactstagingdirectory", "constant"),
    ("build.binariesdirectory", "constant"),
    ("build.buildid", "constant"),
    ("build.reason", "constant"),
    ("build.sourcesdirectory", "constant"),
    ("build.sourceversion", "constant"),
    ("build.stagingdirectory", "constant"),
    ("agent.", "constant"),
    ("common.testresultsdirectory", "constant"),
    ("pipeline.workspace", "constant"),
    ("system.artifactsdirectory", "constant"),
    ("system.defaultworkingdirectory", "constant"),
    ("system.pullrequest.pullrequestid", "constant"),
    ("system.pullrequest.pullrequestnumber", "constant"),
];

/// Who decides what is put into a text, and what that is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub by: &'static str,
    pub name: String,
}

impl Origin {
    fn of_service(name: &str) -> Option<Origin> {
        let lower = name.to_ascii_lowercase();
        let known = SERVICE.iter().find(|(start, _)| lower.starts_with(start));
        known.map(|(_, by)| Origin { by, name: name.to_owned() })
    }
}

/// Programs whose output scripts take: `$(pwd)` is no variable of the pipeline.
const PROGRAMS: &[&str] = &[
    "arch", "basename", "cat", "date", "getconf", "hostname", "id", "ls", "mktemp", "nproc", "pwd", "tty", "uname",
    "whoami",
];

/// The variables of a job.
pub(super) struct Macros<'a> {
    pub variables: &'a [Entry],
    /// Where expressions begin that whoever starts the run may make any text of.
    pub chosen: &'a BTreeSet<(FileId, u32)>,
}

impl Macros<'_> {
    /// The names of the macros of a text.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(start) = text.get(at..).and_then(|rest| rest.find("$(")).map(|start| at + start + 2) {
            let rest = text.get(start..).unwrap_or("");
            let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).unwrap_or(rest.len());
            let closed = rest.get(name..).is_some_and(|after| after.starts_with(')'));
            let word = rest.get(..name).unwrap_or("");
            let starts = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            if closed && starts && (self.variable(word).is_some() || !PROGRAMS.contains(&word)) {
                found.push(start..start + name);
            }
            at = start + name;
        }
        found
    }

    fn variable(&self, name: &str) -> Option<&Node> {
        self.variables.iter().rev().find(|entry| entry.key.name.eq_ignore_ascii_case(name)).map(|entry| &entry.value)
    }

    /// The text with its macros as variables of a shell, which they are to one who looks for commands: what they hold is
    /// not run as a command of its own.
    pub(super) fn hidden(&self, text: &Text) -> Text {
        let whole = text.as_str();
        let found = self.find(whole);
        if found.is_empty() {
            return text.clone();
        }
        let mut changed = String::with_capacity(whole.len());
        let mut from = 0;
        for range in found {
            changed.push_str(whole.get(from..range.start.saturating_sub(1)).unwrap_or(""));
            changed.push('{');
            changed.push_str(whole.get(range.clone()).unwrap_or(""));
            changed.push('}');
            from = range.end + 1;
        }
        changed.push_str(whole.get(from..).unwrap_or(""));
        match text.runs() {
            Some(runs) => Text::with_runs(changed, runs.to_vec()),
            None => Text::opaque(changed),
        }
    }

    /// Who decides what a macro of this name holds, as far as that is known.
    pub(super) fn origin(&self, name: &str) -> Option<Origin> {
        self.followed(name, 0)
    }

    fn followed(&self, name: &str, depth: usize) -> Option<Origin> {
        let Some(value) = self.variable(name) else { return Origin::of_service(name) };
        let text = plain(value).filter(|_| depth < MAX_DEPTH)?;
        let inner = self.find(&text).into_iter().filter_map(|range| self.followed(text.get(range)?, depth + 1));
        let expressions = find_expressions(&text).into_iter().filter_map(|range| match &value.value {
            Value::Str(text) => self.origin_in_expression(text, &range, value.span),
            _ => None,
        });
        let all: Vec<Origin> = inner.chain(expressions).collect();
        let worst = ["outsider", "writer"].iter().find_map(|by| all.iter().find(|origin| origin.by == *by).cloned());
        worst.or_else(|| (!text.contains('$')).then(|| Origin { by: "constant", name: name.to_owned() }))
    }

    /// The same for a template expression that was left in a text: it asks for a variable of the run
    /// (`variables['Build.SourceBranchName']`), or for a parameter that may be any text.
    pub(super) fn origin_in_expression(&self, text: &Text, range: &Range<usize>, within: Span) -> Option<Origin> {
        let expression = text.as_str().get(range.clone())?;
        let lower = expression.to_ascii_lowercase();
        let name = |word: &str| {
            let at = lower.find(word)? + word.len();
            let rest = expression.get(at..)?.trim_start_matches(['[', '\'', '.', ' ']);
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).unwrap_or(rest.len());
            rest.get(..end).filter(|name| !name.is_empty())
        };
        let start = text.trace(range.start, range.end).map(|(start, _)| (within.file, start));
        if start.is_some_and(|start| self.chosen.contains(&start)) {
            let name = name("parameters").map_or_else(|| expression.to_owned(), |name| format!("parameters.{name}"));
            return Some(Origin { by: "writer", name });
        }
        Origin::of_service(name("variables")?)
    }

    /// A text with those macros filled in whose variables the files decide.
    pub(super) fn filled(&self, node: &Node) -> Node {
        let Value::Str(text) = &node.value else { return node.clone() };
        let whole = text.as_str();
        if whole.contains("$[") {
            return Node {
                value: Node::unresolved(whole, "it is computed when the pipeline runs", node.span).value,
                ..node.clone()
            };
        }
        let mut pieces: Vec<Option<String>> = Vec::new();
        let mut spelled = Spelled::default();
        let (mut from, mut asked, mut trail) = (0, None, None);
        for range in self.find(whole) {
            let (start, end) = (range.start.saturating_sub(2), range.end + 1);
            let name = whole.get(range).unwrap_or("");
            pieces.push(whole.get(from..start).map(str::to_owned));
            spelled.part(text, from, start);
            let value = self.variable(name).filter(|value| !plain(value).is_none_or(|text| text.contains('$')));
            if let Some(filled) = value.and_then(plain).filter(|text| text.len() <= whole.len() + MAX_GROWTH) {
                if let Some((from, to)) = text.trace(start, end) {
                    spelled.escape(&filled, from as usize, to as usize);
                }
                pieces.push(Some(filled));
                let way = value.and_then(|value| value.used_at(node.span, format!("variable `{name}`")).trail);
                trail = trail.or(way);
            } else {
                pieces.push(None);
                asked.get_or_insert_with(|| name.to_owned());
            }
            from = end;
        }
        pieces.push(whole.get(from..).map(str::to_owned));
        spelled.part(text, from, whole.len());
        let Some(name) = asked else {
            let filled = if text.is_traced() {
                spelled.finish()
            } else {
                Text::opaque(pieces.into_iter().flatten().collect::<String>())
            };
            return Node { value: Value::Str(filled), trail: trail.or_else(|| node.trail.clone()), ..node.clone() };
        };
        let parts = pieces.into_iter().map(|piece| piece.map_or(TextPart::Hole, TextPart::known));
        let open = Unresolved {
            expression: whole.into(),
            because: format!("variable `{name}` is set outside of the files of this pipeline, if at all").into(),
            partial: PartialText::joined(parts).filter(|partial| !partial.is_blank()).map(Box::new),
            ..Unresolved::default()
        };
        Node { value: Value::Unresolved(Arc::new(open)), ..node.clone() }
    }
}
