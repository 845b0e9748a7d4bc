//! What builds images of the Dockerfiles of a repository beside Compose, and the arguments that it gives them: targets of a bake file,
//! commands in scripts, steps of workflows, artifacts of Skaffold, tasks of Ansible.
//!
//! A build counts where it is certain which file of the repository it is of. What a variable gives is not known.

mod bake;
mod commands;
mod steps;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::built;
use crate::dialect::{Corpus, file_name, has_extension, join};
use crate::document::{Document, Entry, Node, Text, Value};
use crate::source::{Source, Workspace};
use crate::syntax;

/// A build of a Dockerfile.
pub(super) struct Built {
    /// The Dockerfile, from the root on.
    pub file: String,
    /// What a reader knows it by.
    pub told: String,
    pub arguments: Vec<(Arc<str>, Option<Node>)>,
}

/// The builds of a repository.
#[derive(Default)]
pub(super) struct Found {
    pub builds: Vec<Built>,
    /// Arguments that are given to what may be any file.
    pub elsewhere: BTreeSet<String>,
    /// How many builds are known by the same words.
    known_by: BTreeMap<String, usize>,
}

/// What builds an image, as it is written.
struct Written<'w> {
    told: String,
    /// The folder of the build, and the file; relative to any of the bases.
    context: Option<&'w str>,
    file: Option<&'w str>,
    bases: &'w [String],
    /// Whether these are all the folders that it may be run in.
    is_certain: bool,
    arguments: Vec<(Arc<str>, Option<Node>)>,
}

/// What a build is of.
enum Target {
    /// A file of the repository.
    File(String),
    /// None of it.
    Elsewhere,
    /// It may be any.
    Unknown,
}

/// Names of the folder that a repository is checked out to.
#[rustfmt::skip] // Words fill lines.
const ROOTS: &[&str] = &[
    "$CI_PROJECT_DIR", "${CI_PROJECT_DIR}", "$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}", "${{ github.workspace }}", "$PWD", "${PWD}",
    "$BITBUCKET_CLONE_DIR", "$(Build.SourcesDirectory)", "{{defaultContext}}", "dir://",
];

/// All of them.
pub(super) fn all(corpus: &Corpus<'_>) -> Found {
    let mut found = Found::default();
    for source in built::texts(corpus) {
        let name = file_name(source.path()).to_ascii_lowercase();
        if name.starts_with("docker-bake.") {
            bake::add(&source, corpus.workspace, &mut found);
        } else if name.starts_with("skaffold.") {
            steps::add_artifacts(&source, corpus.workspace, &mut found);
        } else if source.text().contains("build") {
            commands::add(&source, corpus.workspace, &mut found);
        }
    }
    for document in documents(corpus, "github-actions") {
        document.roots.iter().for_each(|root| steps::add_of_workflow(root, document, corpus.workspace, &mut found));
    }
    for document in documents(corpus, "ansible") {
        document.roots.iter().for_each(|root| steps::add_of_tasks(root, document, corpus.workspace, &mut found));
    }
    found
}

fn documents<'c, 'a>(corpus: &'c Corpus<'a>, dialect: &str) -> impl Iterator<Item = &'a Document> + use<'c, 'a> {
    corpus.documents.get(dialect).into_iter().flatten().copied()
}

/// The trees of a file that no dialect reads.
fn trees(source: &Source) -> Vec<Node> {
    let json = has_extension(source.path(), &[".json"]);
    let hcl = has_extension(source.path(), &[".hcl"]);
    let name = if json {
        "json"
    } else if hcl {
        "hcl"
    } else {
        "yaml-1.1"
    };
    syntax::named(name).map_or_else(Vec::new, |syntax| syntax::parse(syntax, source).roots)
}

/// The path below the root, without a name of the folder that the repository is in; none where a variable is in it.
fn plain(path: &str) -> Option<Cow<'_, str>> {
    let stripped = ROOTS.iter().find_map(|root| path.strip_prefix(root));
    let path = stripped.map_or(Cow::Borrowed(path), |rest| Cow::Owned(format!("./{}", rest.trim_start_matches('/'))));
    let is_elsewhere = path.contains(['$', '`']) || path.contains("{{") || path.contains("://") || path.as_ref() == "-";
    (!is_elsewhere && !path.starts_with('/')).then_some(path)
}

impl Found {
    /// Adds a build of a file that is certain; the arguments of another one may be those of any.
    fn add(&mut self, written: Written<'_>, workspace: &Workspace) {
        if written.arguments.is_empty() {
            return;
        }
        match written.of(workspace) {
            Target::Elsewhere => {}
            Target::File(file) => {
                let same = self.known_by.entry(written.told.clone()).or_default();
                *same += 1;
                let told = if *same == 1 { written.told } else { format!("{} ({same})", written.told) };
                self.builds.push(Built { file, told, arguments: written.arguments });
            }
            Target::Unknown => self.elsewhere.extend(written.arguments.into_iter().map(|(name, _)| name.to_string())),
        }
    }
}

impl Written<'_> {
    /// What it is of.
    fn of(&self, workspace: &Workspace) -> Target {
        self.path(workspace).unwrap_or(Target::Unknown)
    }

    fn path(&self, workspace: &Workspace) -> Option<Target> {
        let context = plain(self.context.unwrap_or("."))?;
        let file = self.file.map_or(Some(Cow::Owned(format!("{context}/Dockerfile"))), plain)?;
        let mut found: BTreeSet<String> = self.bases.iter().filter_map(|base| join(base, &file)).collect();
        found.retain(|path| workspace.find(path).is_some());
        match found.len() {
            0 => self.is_certain.then_some(Target::Elsewhere),
            1 => found.pop_first().map(Target::File),
            _ => None,
        }
    }
}

/// `NAME=value`, or a name whose value the environment has.
fn assignment(node: &Node) -> Option<(Arc<str>, Option<Node>)> {
    let Value::Str(text) = &node.value else { return None };
    let written = text.as_str().trim();
    let (name, value) = written.split_once('=').map_or((written, None), |(name, value)| (name, Some(value)));
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let known = value.filter(|value| is_plain(value));
    is_name.then(|| (name.into(), known.map(|value| Node::new(Value::Str(Text::opaque(value)), node.span))))
}

/// Whether nothing is filled into a text before it is used.
fn is_plain(text: &str) -> bool {
    !text.contains(['$', '`']) && !text.contains("{{")
}

/// The arguments of a map, or of a list of assignments.
fn arguments(node: &Node) -> Vec<(Arc<str>, Option<Node>)> {
    let of_entry = |entry: &Entry| (Arc::clone(&entry.key.name), known(&entry.value));
    match &node.value {
        Value::List(items) => items.iter().filter_map(assignment).collect(),
        _ => node.entries().iter().map(of_entry).collect(),
    }
}

/// A value as the text that it is given as; none where something is filled into it, or it is none.
fn known(value: &Node) -> Option<Node> {
    match &value.value {
        Value::Str(text) => is_plain(text.as_str()).then(|| value.clone()),
        Value::Int(number) => Some(Node::text(number.to_string(), value.span)),
        Value::Bool(truth) => Some(Node::text(truth.to_string(), value.span)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
