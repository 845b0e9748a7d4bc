//! Resources that are a file, all of it or the part of it that is known.

use std::sync::Arc;

use super::{Extraction, Resource, Typing, Unit};
use crate::document::{Document, Node, Unresolved};
use crate::source::Span;

impl Resource {
    /// The resource that a file is: its address, scope and deployment are the path. `header` is what to point at when something
    /// is absent.
    pub(super) fn of_file(document: &Document, kind: &str, body: Node, header: Span, typing: Typing) -> Resource {
        Resource {
            identity: crate::dialect::Identity::default(),
            kind: kind.into(),
            address: document.path.clone(),
            scope: document.path.clone(),
            deployment: document.path.clone(),
            span: document.roots.first().map_or(Span::new(document.file, 0, 0), |root| root.span),
            body,
            header,
            typing,
            names: Vec::new(),
            condition: None,
            trail: None,
        }
    }
}

/// The files of a unit as they are written. Where something is absent they are pointed at by a key, else by their first.
pub(super) fn as_written(unit: &Unit<'_>, kind: &str, key: &str) -> Extraction {
    let resource = |document: &&Document| {
        let root = document.roots.first()?;
        let entry = root.entry(key).or(root.entries().first());
        let header = entry.map_or(Span::new(document.file, 0, 0), |entry| entry.key.span);
        Some(Resource::of_file(document, kind, root.clone(), header, Typing::Strict))
    };
    Extraction { resources: unit.documents.iter().filter_map(resource).collect(), ..Extraction::default() }
}

/// Stands for the keys that a map may have beyond those in the file.
pub(super) fn further(expression: &str, because: String) -> Arc<Unresolved> {
    Arc::new(Unresolved { expression: expression.into(), because: because.into(), ..Unresolved::default() })
}
