//! What the projects of a repository build images of, and the arguments that they give these builds.

use std::sync::Arc;

use super::merge::assignments;
use super::project::{self, Project};
use super::{COMPOSE, views};
use crate::dialect::Corpus;
use crate::dialect::ties::directory;
use crate::document::{Document, Entry, Node};

/// A build of a Dockerfile.
pub(crate) struct Built {
    /// The Dockerfile, from the root on.
    pub file: String,
    /// The service that it is for, and the file that says so.
    pub service: Arc<str>,
    pub path: Arc<str>,
    /// The arguments that it is given, after `extends`, override files and `.env`.
    pub arguments: Vec<Entry>,
}

/// The builds of all projects; none where no build is given arguments.
pub(crate) fn all(corpus: &Corpus<'_>) -> Vec<Built> {
    let documents = corpus.documents.get(COMPOSE.name).map_or(&[][..], Vec::as_slice);
    if !documents.iter().any(|document| gives_arguments(document)) {
        return Vec::new();
    }
    let whole = documents.iter().filter(|document| !project::is_merged_elsewhere(document, corpus));
    whole.flat_map(|document| of(document, corpus)).collect()
}

fn gives_arguments(document: &Document) -> bool {
    let services = document.roots.iter().filter_map(|root| root.get("services")).flat_map(Node::entries);
    services.into_iter().any(|service| service.value.at(&["build", "args"]).is_some())
}

fn of(document: &Document, corpus: &Corpus<'_>) -> Vec<Built> {
    let mut project = Project::read(document, corpus);
    let mut found = Vec::new();
    for (path, root) in project.files() {
        for entry in root.get("services").map_or(&[][..], Node::entries) {
            let mut service = project.service(&path, &root, entry);
            views::derive(&mut service, directory(&path));
            let Some(file) = service.get("build_file").and_then(Node::as_str) else { continue };
            let arguments = service.at(&["build", "args"]).map(assignments);
            found.push(Built {
                file: file.to_owned(),
                service: Arc::clone(&entry.key.name),
                path: path.as_str().into(),
                arguments: arguments.map_or_else(Vec::new, |arguments| arguments.entries().to_vec()),
            });
        }
    }
    found
}
