//! The files of one pipeline: the one that GitLab starts with and those that it includes from the same repository.

use std::sync::Arc;

use globset::GlobBuilder;

use super::super::{Corpus, join};
use super::with_entries;
use crate::document::{Document, Node, PartialText, TextPart, Unresolved, Value};
use crate::source::{FileId, Span};
use crate::syntax;

/// Most files of one pipeline, as GitLab allows.
const MAX_FILES: usize = 150;

/// Keys under which text is a script: inputs stay in it as written.
const SCRIPTS: &[&str] = &["script", "before_script", "after_script", "pre_get_sources_script"];

/// A file of a pipeline.
pub(super) struct File {
    pub id: FileId,
    pub path: String,
    /// The configuration, without the header of `spec`.
    pub root: Node,
}

/// The files, each after those that it includes: later ones win.
pub(super) struct Files {
    pub list: Vec<File>,
    /// Whether something is included that is not in this repository.
    pub foreign: bool,
}

impl Files {
    pub(super) fn read(document: &Document, corpus: &Corpus<'_>) -> Files {
        Files::beginning_with(document.file, body(&document.roots, None), document.directory(), corpus)
    }

    /// The files of a pipeline that a job of another one starts; its paths begin where those of the other one do.
    pub(super) fn of_child(file: FileId, base: &str, corpus: &Corpus<'_>) -> Files {
        let root = Reading { corpus, base, begun: Vec::new(), foreign: false }.load(file, None);
        Files::beginning_with(file, root, base, corpus)
    }

    fn beginning_with(id: FileId, root: Option<Node>, base: &str, corpus: &Corpus<'_>) -> Files {
        let mut reading = Reading { corpus, base, begun: vec![id], foreign: false };
        let mut list = Vec::new();
        if let Some(root) = root {
            let file = File { id, path: corpus.workspace.path(id).to_owned(), root };
            reading.add(file, &mut list, 0);
        }
        Files { list, foreign: reading.foreign }
    }

    /// The files of this repository that jobs start as pipelines.
    pub(super) fn children(&self, base: &str, corpus: &Corpus<'_>) -> Vec<FileId> {
        let reading = Reading { corpus, base, begun: Vec::new(), foreign: false };
        let started = self.list.iter().flat_map(|file| started(&file.root));
        started.flat_map(|local| reading.find(local)).take(MAX_FILES).collect()
    }
}

struct Reading<'a> {
    corpus: &'a Corpus<'a>,
    /// Where the paths of local files begin.
    base: &'a str,
    begun: Vec<FileId>,
    foreign: bool,
}

impl Reading<'_> {
    /// Adds the files that a file includes, and then itself.
    fn add(&mut self, file: File, list: &mut Vec<File>, depth: usize) {
        let include = file.root.get("include").cloned();
        for item in include.iter().flat_map(items) {
            let Some(local) = local(item) else {
                self.foreign = true;
                continue;
            };
            let wanted = self.find(local);
            self.foreign |= wanted.is_empty();
            for id in wanted {
                // What is begun already is not followed again, which also ends circles.
                if self.begun.contains(&id) {
                    continue;
                }
                if depth >= MAX_FILES || self.begun.len() >= MAX_FILES {
                    self.foreign = true;
                    break;
                }
                self.begun.push(id);
                // What is included several times is given several values.
                let again = include.iter().flat_map(items).filter(|other| self::local(other) == Some(local)).take(2);
                let given = (again.count() == 1).then(|| Given { inputs: item.get("inputs") });
                match self.load(id, given) {
                    Some(root) => {
                        let path = self.corpus.workspace.path(id).to_owned();
                        self.add(File { id, path, root }, list, depth + 1);
                    }
                    None => self.foreign = true,
                }
            }
        }
        list.push(file);
    }

    /// The files that a path or glob of `include: local:` means.
    fn find(&self, local: &str) -> Vec<FileId> {
        let workspace = self.corpus.workspace;
        let relative = local.trim_start_matches('/');
        if !relative.contains('*') {
            let of = |base: &str| workspace.find(&join(base, relative)?);
            return of(self.base).or_else(|| of("")).into_iter().collect();
        }
        let Some(path) = join(self.base, relative) else { return Vec::new() };
        let Ok(glob) = GlobBuilder::new(&path).literal_separator(true).build() else { return Vec::new() };
        let glob = glob.compile_matcher();
        workspace.ids().filter(|id| glob.is_match(workspace.path(*id))).take(MAX_FILES).collect()
    }

    fn load(&self, id: FileId, given: Option<Given<'_>>) -> Option<Node> {
        if let Some(document) = self.corpus.document("gitlab-ci", id) {
            return body(&document.roots, given);
        }
        let source = self.corpus.workspace.source(id).ok()?;
        body(&syntax::parse(syntax::named(super::SYNTAX)?, source).roots, given)
    }
}

/// The items of `include`: one, or a list of them.
fn items(include: &Node) -> impl Iterator<Item = &Node> {
    let all = std::slice::from_ref(include).iter().chain(include.items());
    all.filter(|item| !matches!(item.value, Value::List(_)))
}

/// The paths of files in the same repository that a configuration includes.
pub(super) fn included(root: &Node) -> impl Iterator<Item = &str> {
    root.get("include").into_iter().flat_map(items).filter_map(local)
}

/// The paths of files in the same repository that the jobs of a configuration start as pipelines.
pub(super) fn started(root: &Node) -> impl Iterator<Item = &str> {
    let triggers = root.entries().iter().filter_map(|entry| entry.value.at(&["trigger", "include"]));
    triggers.flat_map(items).filter_map(local)
}

/// The path of a file in the same repository that an item of `include` names.
fn local(item: &Node) -> Option<&str> {
    match item.as_str() {
        Some(path) => (!path.contains("://")).then_some(path),
        None => item.get("local").and_then(Node::as_str),
    }
}

/// What the only one who includes a file gives for its inputs.
#[derive(Clone, Copy)]
struct Given<'a> {
    inputs: Option<&'a Node>,
}

/// What the inputs of a file are.
#[derive(Clone, Copy)]
struct Inputs<'a> {
    given: Option<&'a Node>,
    /// What the file says of them itself.
    told: Option<&'a Node>,
}

/// Longest text that inputs are filled into.
const LONGEST: usize = 64 << 10;

impl Inputs<'_> {
    /// The value of an input: what is given, else its default.
    fn value(&self, name: &str) -> Option<&Node> {
        let given = self.given.and_then(|given| given.get(name));
        let value = given.or_else(|| self.told?.get(name)?.get("default"))?;
        value.as_unresolved().is_none().then_some(value)
    }

    /// A text with its inputs filled in, where all of them are known.
    fn filled(&self, text: &str, span: Span) -> Option<Node> {
        let mut parts = String::new();
        let mut rest = text;
        let mut trail = None;
        while let Some((before, after)) = rest.split_once("$[[") {
            let (inner, after) = after.split_once("]]")?;
            let name = inner.trim().strip_prefix("inputs.")?;
            let value = self.value(name)?;
            let used = value.used_at(span, format!("input `{name}`"));
            if before.is_empty() && after.is_empty() && parts.is_empty() {
                return Some(used);
            }
            parts.push_str(before);
            match &value.value {
                Value::Str(text) => parts.push_str(text.as_str()),
                Value::Int(number) => parts.push_str(&number.to_string()),
                Value::Bool(value) => parts.push_str(if *value { "true" } else { "false" }),
                _ => return None,
            }
            trail = used.trail;
            rest = after;
            if parts.len() > LONGEST {
                return None;
            }
        }
        trail.as_ref()?;
        parts.push_str(rest);
        Some(Node { trail, ..Node::text(parts, span) })
    }
}

/// The configuration in a file; the part before it may say which inputs the file takes.
fn body(roots: &[Node], given: Option<Given<'_>>) -> Option<Node> {
    let header = roots.first().filter(|root| root.get("spec").is_some() && roots.len() > 1);
    let root = roots.get(usize::from(header.is_some()))?;
    let told = header.and_then(|header| header.at(&["spec", "inputs"]));
    let known = given.filter(|_| told.is_some()).map(|given| Inputs { given: given.inputs, told });
    Some(inputs(root, known, false))
}

/// A tree with its inputs where they are known, whose plain values are unresolved where another input decides them. As deep as the
/// syntax allows.
fn inputs(node: &Node, known: Option<Inputs<'_>>, is_script: bool) -> Node {
    match &node.value {
        Value::Str(text) => {
            let is_filled = text.as_str().contains("$[[");
            let filled = known.filter(|_| is_filled).and_then(|known| known.filled(text.as_str(), node.span));
            match filled {
                Some(filled) => filled,
                None if is_script || !is_filled => node.clone(),
                None => input(node, text.as_str()),
            }
        }
        Value::List(items) => {
            let items = items.iter().map(|item| inputs(item, known, is_script)).collect();
            Node { value: Value::List(Arc::new(items)), ..node.clone() }
        }
        Value::Map(map) => {
            let entries = map.entries.iter().cloned().map(|mut entry| {
                let name = known.filter(|_| entry.key.name.contains("$[["));
                let name = name.and_then(|known| known.filled(&entry.key.name, entry.key.span));
                if let Some(name) = name.as_ref().and_then(Node::as_str) {
                    entry.key.name = name.into();
                }
                let is_script = is_script || SCRIPTS.contains(&&*entry.key.name);
                entry.value = inputs(&entry.value, known, is_script);
                entry
            });
            with_entries(node, entries.collect())
        }
        _ => node.clone(),
    }
}

fn input(node: &Node, text: &str) -> Node {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, (_, after))) = rest.split_once("$[[").and_then(|(b, a)| Some((b, a.split_once("]]")?))) {
        parts.extend([TextPart::known(before), TextPart::Hole]);
        rest = after;
    }
    parts.push(TextPart::known(rest));
    let Some(partial) = PartialText::joined(parts) else { return node.clone() };
    let unresolved = Unresolved {
        expression: text.into(),
        because: "whoever includes the file gives its inputs".into(),
        partial: (!partial.is_blank()).then(|| Box::new(partial)),
        ..Unresolved::default()
    };
    Node { value: Value::Unresolved(Arc::new(unresolved)), ..node.clone() }
}
