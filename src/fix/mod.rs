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
use crate::document::{Entry, Node, Value};
use crate::evaluate::Stop;
use crate::rule::files::FORMATS;
use crate::rule::{Fix, Ways};
use crate::source::{Source, Span, Workspace};
use crate::syntax;
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
    let mut made = Vec::new();
    for (ways, value) in &fix.set {
        edits.extend(file.set(unit, ways, value, &mut made)?);
    }
    for ways in &fix.remove {
        edits.extend(if is_whole(ways) {
            Some(file.remove_whole(&resource.body, way)?)
        } else {
            file.remove(unit, ways)?
        });
    }
    for (ways, value) in &fix.add {
        edits.extend(file.add(unit, ways, value, &mut made)?);
    }
    for New { map, keys, value } in together(made) {
        edits.push(file.make(map, &keys, &value)?);
    }
    Ok(edits)
}

/// Whether ways lead to the judged node itself.
fn is_whole(ways: &Ways) -> bool {
    ways.iter().any(Vec::is_empty)
}

/// Something that a map is to have.
struct New<'n> {
    map: &'n Node,
    /// The keys, the last of which is that of the value.
    keys: Vec<Arc<str>>,
    value: Node,
}

/// What begins with the same key of the same map, as one thing to make.
fn together(made: Vec<New<'_>>) -> Vec<New<'_>> {
    let mut all: Vec<New<'_>> = Vec::new();
    for new in made {
        let is_same = |other: &&mut New<'_>| {
            other.map.span == new.map.span && other.keys.first() == new.keys.first() && new.keys.len() > 1
        };
        match all.iter_mut().find(is_same) {
            Some(other) => {
                let entries = [nested(&other.keys, &other.value), nested(&new.keys, &new.value)];
                other.value = joined(entries.into_iter().flatten().collect(), other.value.span);
                other.keys.truncate(1);
            }
            None => all.push(new),
        }
    }
    all
}

/// What stands under the first of some keys, as the entries of a map.
fn nested(keys: &[Arc<str>], value: &Node) -> Vec<Entry> {
    match keys {
        [_, key] => vec![Entry::new(Arc::clone(key), value.span, value.clone())],
        [_, rest @ ..] if rest.len() > 1 => {
            let inner = nested(rest, value);
            rest.first()
                .map(|key| Entry::new(Arc::clone(key), value.span, Node::map(inner, value.span)))
                .into_iter()
                .collect()
        }
        _ => value.entries().to_vec(),
    }
}

/// A map of entries, in which those of one key are one.
fn joined(entries: Vec<Entry>, span: Span) -> Node {
    let mut all: Vec<Entry> = Vec::new();
    for entry in entries {
        match all.iter_mut().find(|other| other.key.name == entry.key.name) {
            Some(other) => {
                let inner = other.value.entries().iter().chain(entry.value.entries()).cloned().collect();
                other.value = joined(inner, span);
            }
            None => all.push(entry),
        }
    }
    Node::map(all, span)
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
        // A file that rules name is read as they say.
        let named = FORMATS.iter().find(|format| format.kind == &*resource.kind).map(|format| format.syntax);
        let syntax = named.or_else(|| dialect.and_then(|dialect| (dialect.syntax)(path))).unwrap_or("");
        let syntax = syntax::fitting(syntax, source.text());
        let writer = write::named(syntax).ok_or_else(|| format!("files such as `{path}` are not changed"))?;
        if source.text().contains("{{") && resource.kind.starts_with("kubernetes/") {
            return Err(format!("`{path}` is a template"));
        }
        Ok(Paper { source, writer })
    }

    fn set<'n>(
        &self,
        unit: &'n Node,
        ways: &Ways,
        value: &Node,
        made: &mut Vec<New<'n>>,
    ) -> Result<Option<Edit>, String> {
        let literal = || (self.writer.literal)(value).ok_or_else(|| "the value cannot be written here".to_owned());
        if is_whole(ways) {
            aim::here(unit, "it", self.source.id())?;
            return match &unit.value {
                Value::Map(_) | Value::List(_) => Err("it is no single value".to_owned()),
                _ => Ok(Some(Edit::new(unit.span, literal()?))),
            };
        }
        match aim::at(unit, ways, self.source.id())? {
            Aim::There(_, entry) if write::is_repeated(self.writer, self.source, entry) => {
                Err(format!("`{}` is set in several places", entry.key.name))
            }
            Aim::There(_, entry) => {
                let place = write::place(self.writer, self.source, &entry.value);
                Ok(Some(Edit::new(place, literal()?)))
            }
            Aim::Missing(map, rest) => {
                self.is_free(map, rest)?;
                made.push(New { map, keys: rest.to_vec(), value: value.clone() });
                Ok(None)
            }
        }
    }

    /// Takes out what the way leads to: an entry of a map, or an item that stands on lines of its own.
    fn remove_whole(&self, body: &Node, way: &[Stop]) -> Result<Edit, String> {
        let (last, before) = way.split_last().ok_or("it is the whole resource")?;
        let parent = descend(body, before).ok_or("it is not written where it was found")?;
        let node = descend(parent, std::slice::from_ref(last)).ok_or("it is not written where it was found")?;
        aim::here(node, "it", self.source.id())?;
        if let Stop::Key(key) = last {
            let entry = parent.as_map().and_then(|map| map.entry(key)).ok_or("it is not written where it was found")?;
            if write::is_repeated(self.writer, self.source, entry) {
                return Err(format!("`{key}` is set in several places"));
            }
            return (self.writer.remove)(self.source, parent, entry);
        }
        let text = self.source.text();
        let range = node.span.range();
        let start = write::lines::start(text, range.start);
        let lead = text.get(start..range.start).unwrap_or("").trim();
        let dash = if lead == "-" { range.start - start } else { 0 };
        let range = write::lines::whole(text, range.start - dash..range.end, &["#", "//"]);
        let range = range.filter(|_| parent.items().len() > 1 || lead != "-");
        let range = range.ok_or("other things stand on its line")?;
        Ok(Edit::new(Span::new(self.source.id(), range.start, range.end), String::new()))
    }

    fn remove(&self, unit: &Node, ways: &Ways) -> Result<Option<Edit>, String> {
        match aim::at(unit, ways, self.source.id())? {
            Aim::There(_, entry) if write::is_repeated(self.writer, self.source, entry) => {
                Err(format!("`{}` is set in several places", entry.key.name))
            }
            Aim::There(map, entry) => (self.writer.remove)(self.source, map, entry).map(Some),
            Aim::Missing(..) => Ok(None),
        }
    }

    fn add<'n>(
        &self,
        unit: &'n Node,
        ways: &Ways,
        value: &Node,
        made: &mut Vec<New<'n>>,
    ) -> Result<Option<Edit>, String> {
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
                self.is_free(map, rest)?;
                made.push(New { map, keys: rest.to_vec(), value: Node::list(items.to_vec(), value.span) });
                Ok(None)
            }
        }
    }

    /// Refuses what may be there in another world: a block that is made by a `dynamic` one.
    fn is_free(&self, map: &Node, keys: &[Arc<str>]) -> Result<(), String> {
        let Some(name) = keys.first() else { return Ok(()) };
        let made = format!("dynamic \"{name}\"");
        if self.writer.syntaxes.contains(&"hcl") && self.source.slice(map.span).contains(&made) {
            return Err(format!("`{name}` is made by a `dynamic` block"));
        }
        Ok(())
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
