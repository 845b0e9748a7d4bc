//! What the tests of dialects share: files of a workspace, read and extracted as in a run.

#![expect(clippy::missing_panics_doc, reason = "tests panic where they fail")]

use std::collections::BTreeMap;

use super::{Corpus, Dialect, Extraction, Group, Inputs, Resource, Unit};
use crate::document::Document;
use crate::source::Workspace;
use crate::syntax;

/// The documents of a workspace that a dialect takes for its own.
pub fn documents(dialect: &Dialect, workspace: &Workspace) -> Vec<Document> {
    let read = |id| {
        let source = workspace.source(id).ok()?;
        let name = (dialect.syntax)(source.path()).filter(|_| (dialect.candidate)(source.path(), source.text()))?;
        let document = syntax::parse(syntax::named(syntax::fitting(name, source.text())).unwrap(), source);
        (dialect.recognise)(&document).then_some(document)
    };
    workspace.ids().filter_map(read).collect()
}

/// What dialects find in a workspace, each with the documents of all of them beside its own.
pub fn extract(dialects: &[&Dialect], workspace: &Workspace, inputs: &Inputs) -> Extraction {
    let read: Vec<Vec<Document>> = dialects.iter().map(|dialect| documents(dialect, workspace)).collect();
    let named = dialects.iter().zip(&read).map(|(dialect, documents)| (dialect.name, documents.iter().collect()));
    let by_dialect: BTreeMap<&'static str, Vec<&Document>> = named.collect();
    let corpus = Corpus::new(workspace, &by_dialect, inputs);
    let mut all = Extraction::default();
    for dialect in dialects {
        let documents = &by_dialect[dialect.name];
        let units: Vec<Vec<&Document>> = match dialect.group {
            Group::File => documents.iter().map(|document| vec![*document]).collect(),
            Group::Repository | Group::Tied => vec![documents.clone()],
        };
        for documents in units {
            let mut found = (dialect.extract)(&Unit { documents, corpus: &corpus });
            all.resources.append(&mut found.resources);
            all.problems.append(&mut found.problems);
        }
    }
    all
}

/// What a dialect finds in files.
pub fn found(dialect: &Dialect, files: &[(&str, &str)]) -> (Workspace, Extraction) {
    let workspace = Workspace::in_memory(files.iter().copied());
    let extraction = extract(&[dialect], &workspace, &Inputs::default());
    (workspace, extraction)
}

/// The resource at an address.
pub fn at<'r>(resources: &'r [Resource], address: &str) -> &'r Resource {
    let found = resources.iter().find(|resource| &*resource.address == address);
    found.unwrap_or_else(|| {
        let all: Vec<&str> = resources.iter().map(|resource| &*resource.address).collect();
        panic!("no {address} among {all:?}")
    })
}
