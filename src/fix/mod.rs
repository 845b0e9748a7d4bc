//! Mends what a rule knows how to mend, by changing as few bytes of a file as possible.
//!
//! A rule names places below the node that was judged, and what is to stand there. [`propose`] turns that into edits of
//! the file, where the place is written in the file itself: what comes from a variable, an anchor or a template is
//! refused with the reason. Whether the edits mend the finding is for the caller to see by judging the changed text.
//!
//! To add a format: a file in `write`, a line in its table.

mod aim;
pub mod settle;
mod write;

use std::sync::Arc;

use crate::dialect;
use crate::dialect::Resource;
use crate::document::{Node, Value};
use crate::evaluate::Stop;
use crate::rule::{Fix, Ways};
use crate::source::{Source, Span, Workspace};
use crate::triage::Finding;

use aim::Aim;
use write::Writer;

/// A change of a file: the bytes of a place become this text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The place; empty where something is inserted.
    pub span: Span,
    /// What stands there then.
    pub text: String,
    /// The map and the key in it that come to be by this, where it makes one: another edit that makes the same one has to
    /// wait until it is there.
    pub makes: Option<(Span, Arc<str>)>,
}

impl Edit {
    /// An edit that makes no key.
    fn new(span: Span, text: String) -> Edit {
        Edit { span, text, makes: None }
    }
}

/// What can be done about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The fingerprint of the finding.
    pub fingerprint: String,
    /// The edits, or why there are none: a clause.
    pub edits: Result<Vec<Edit>, String>,
}

/// What can be done about a failing finding; none where its rule knows no way.
pub fn propose(finding: &Finding, resource: &Resource, workspace: &Workspace) -> Option<Proposal> {
    let fix = finding.rule.checks.get(finding.check)?.fix_with.as_ref()?;
    let edits = edits(finding, fix, resource, workspace);
    Some(Proposal { fingerprint: finding.fingerprint.clone(), edits })
}

fn edits(finding: &Finding, fix: &Fix, resource: &Resource, workspace: &Workspace) -> Result<Vec<Edit>, String> {
    let way = finding.unit.as_ref().ok_or("it stands in a document within a string")?;
    let unit = descend(&resource.body, way).ok_or("it is not written where it was found")?;
    let file = Paper::of(resource, workspace)?;
    let mut edits = Vec::new();
    for (ways, value) in &fix.set {
        edits.extend(file.set(unit, ways, value)?);
    }
    for ways in &fix.remove {
        edits.extend(file.remove(unit, ways)?);
    }
    for (ways, value) in &fix.add {
        edits.extend(file.add(unit, ways, value)?);
    }
    Ok(edits)
}

fn descend<'n>(node: &'n Node, way: &[Stop]) -> Option<&'n Node> {
    way.iter().try_fold(node, |node, stop| match stop {
        Stop::Key(key) => node.get(key),
        Stop::Item(index) => node.items().get(*index),
    })
}

/// The file that a resource is written in, and how it is written.
struct Paper<'a> {
    source: &'a Source,
    writer: &'static Writer,
}

impl<'a> Paper<'a> {
    fn of(resource: &Resource, workspace: &'a Workspace) -> Result<Paper<'a>, String> {
        let file = resource.span.file;
        let path = workspace.path(file);
        if !workspace.is_judged(file) {
            return Err(format!("`{path}` is not among the files that are judged"));
        }
        let source = workspace.source(file).map_err(ToString::to_string)?;
        if !source.is_verbatim() {
            return Err(format!("`{path}` is not plain UTF-8"));
        }
        let dialect = resource.kind.split('/').next().and_then(dialect::named);
        let syntax = dialect.and_then(|dialect| (dialect.syntax)(path)).unwrap_or("");
        let writer = write::named(syntax).ok_or_else(|| format!("files such as `{path}` are not changed"))?;
        if source.text().contains("{{") && resource.kind.starts_with("kubernetes/") {
            return Err(format!("`{path}` is a template"));
        }
        Ok(Paper { source, writer })
    }

    fn set(&self, unit: &Node, ways: &Ways, value: &Node) -> Result<Option<Edit>, String> {
        match aim::at(unit, ways, self.source.id())? {
            Aim::There(_, entry) => {
                let text = (self.writer.literal)(value).ok_or("the value cannot be written here")?;
                Ok(Some(Edit::new(entry.value.span, text)))
            }
            Aim::Missing(map, rest) => self.make(map, rest, value).map(Some),
        }
    }

    fn remove(&self, unit: &Node, ways: &Ways) -> Result<Option<Edit>, String> {
        match aim::at(unit, ways, self.source.id())? {
            Aim::There(map, entry) => (self.writer.remove)(self.source, map, entry).map(Some),
            Aim::Missing(..) => Ok(None),
        }
    }

    fn add(&self, unit: &Node, ways: &Ways, value: &Node) -> Result<Option<Edit>, String> {
        let items = if matches!(value.value, Value::List(_)) { value.items() } else { std::slice::from_ref(value) };
        match aim::at(unit, ways, self.source.id())? {
            Aim::There(_, entry) => {
                let is_there = |item: &Node| entry.value.items().iter().any(|there| is_same(there, item));
                let further: Vec<&Node> = items.iter().filter(|item| !is_there(item)).collect();
                if further.is_empty() {
                    return Ok(None);
                }
                (self.writer.push)(self.source, &entry.value, &further).map(Some)
            }
            Aim::Missing(map, rest) => {
                let list = Node::list(items.to_vec(), value.span);
                self.make(map, rest, &list).map(Some)
            }
        }
    }

    fn make(&self, map: &Node, keys: &[Arc<str>], value: &Node) -> Result<Edit, String> {
        let edit = (self.writer.insert)(self.source, map, keys, value)?;
        Ok(Edit { makes: keys.first().map(|key| (map.span, Arc::clone(key))), ..edit })
    }
}

fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Str(one), Value::Str(other)) => one.as_str() == other.as_str(),
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        _ => false,
    }
}

/// A text with edits made; equal edits count once. The error is the first of two that change the same bytes.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, Edit> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort();
    sorted.dedup();
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        let range = edit.span.range();
        match text.get(at..range.start).filter(|_| range.start >= at && range.end <= text.len()) {
            Some(before) => changed.push_str(before),
            None => return Err(edit.clone()),
        }
        changed.push_str(&edit.text);
        at = range.end;
    }
    changed.push_str(text.get(at..).unwrap_or(""));
    Ok(changed)
}

#[cfg(test)]
mod tests;
