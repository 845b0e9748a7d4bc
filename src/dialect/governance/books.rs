//! The governance files of a run, looked up by name.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use super::super::{Corpus, Resource, is_sample, policies};
use super::{list, text};
use crate::document::{Document, Node};
use crate::governance::schema::SCHEMAS;
use crate::governance::{STATEMENT, path_of, soa};
use crate::source::{FileId, Workspace};

/// What the governance files say, and all else that may be looked at.
pub(super) struct Books<'a> {
    pub corpus: &'a Corpus<'a>,
    pub workspace: &'a Workspace,
    folder: &'a str,
    /// The files that could be read, by their names without `.toml`.
    documents: BTreeMap<&'static str, &'a Document>,
    /// All files that are there, in the order of the schemas.
    present: Vec<(&'static str, FileId)>,
    /// The risks that actions reduce, gathered when first asked for.
    planned: OnceCell<HashSet<&'a str>>,
}

impl<'a> Books<'a> {
    pub fn of(corpus: &'a Corpus<'a>) -> Books<'a> {
        let folder = corpus.inputs.compliance.as_str();
        let names = SCHEMAS.iter().map(|schema| schema.file).chain([STATEMENT]);
        let present: Vec<(&'static str, FileId)> =
            names.filter_map(|name| Some((name, corpus.workspace.find(&path_of(folder, name))?))).collect();
        let read = |(name, file): &(&'static str, FileId)| Some((*name, corpus.document("governance", *file)?));
        let documents = present.iter().filter_map(read).collect();
        Books { corpus, workspace: corpus.workspace, folder, documents, present, planned: OnceCell::new() }
    }

    /// Whether an action that was not dropped reduces a risk.
    pub fn is_planned(&self, risk: &str) -> bool {
        let planned = self.planned.get_or_init(|| {
            let actions = self.records("plan").iter().filter(|action| text(action, "status") != Some("dropped"));
            actions.flat_map(|action| list(action, "risks")).collect()
        });
        planned.contains(risk)
    }

    pub fn is_empty(&self) -> bool {
        self.present.is_empty()
    }

    /// The folder of the files, `""` for the root.
    pub fn folder(&self) -> &str {
        self.folder
    }

    /// Whether a file is there, readable or not.
    pub fn has(&self, file: &str) -> bool {
        self.present.iter().any(|(name, _)| *name == file)
    }

    /// Whether a Statement of Applicability is kept: its file is there and decides something. One that cannot be read may.
    pub fn keeps_statement(&self) -> bool {
        let kept = |document: &Document| document.roots.first().is_some_and(soa::decides);
        self.has(STATEMENT) && self.document(STATEMENT).is_none_or(kept)
    }

    /// The files that are there.
    pub fn present(&self) -> &[(&'static str, FileId)] {
        &self.present
    }

    /// A file that could be read.
    pub fn document(&self, file: &str) -> Option<&'a Document> {
        self.documents.get(file).copied()
    }

    /// The top of a file that could be read.
    pub fn root(&self, file: &str) -> Option<&'a Node> {
        self.document(file)?.roots.first()
    }

    /// The tables of a register, in the order written.
    pub fn records(&self, file: &str) -> &'a [Node] {
        let schema = SCHEMAS.iter().find(|schema| schema.file == file);
        let list = schema.and_then(|schema| self.root(file)?.get(schema.record));
        list.map_or(&[], Node::items)
    }

    /// The documents that a dialect has, without those of tests and examples.
    pub fn real(&self, dialect: &str) -> impl Iterator<Item = &'a Document> {
        let documents = self.corpus.documents.get(dialect).map_or(&[][..], Vec::as_slice);
        documents
            .iter()
            .copied()
            .filter(|document| self.workspace.is_judged(document.file) && !is_sample(&document.path))
    }

    /// What the repository states of a matter, without what tests and examples do.
    pub fn facts(&self, kind: &str) -> impl Iterator<Item = &'a Resource> {
        let of_kind = self.corpus.facts.iter().filter(move |fact| &*fact.kind == kind);
        of_kind.filter(|fact| !is_sample(self.workspace.path(fact.span.file)))
    }

    /// The documents of the management system with their kinds.
    pub fn writings(&self) -> Vec<(&'a Document, &'static str)> {
        policies::writings(self.corpus)
    }
}
