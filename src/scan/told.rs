//! What a run tells of its resources beside what rules say of them: small records, which stay when the resources are dropped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::dialect::places::Present;
use crate::dialect::{self, Dialect, Resource};
use crate::source::{FileId, NO_FILE, Span, Workspace};

/// The files in which resources stand, with what deploys these and their heads.
pub type Bearing = BTreeMap<Arc<str>, BTreeSet<(Arc<str>, Span)>>;

/// What is told of some resources.
#[derive(Default)]
pub struct Told {
    /// How many there are of each kind.
    pub kinds: BTreeMap<Arc<str>, usize>,
    /// How many of each kind stand in a file.
    pub by_file: BTreeMap<(FileId, Arc<str>), usize>,
    /// The kinds whose resources state facts, which rules judge in their place.
    pub owners: BTreeSet<Arc<str>>,
    /// The files in which a resource stands that is not just a word in a text.
    pub bearing: Bearing,
    /// What deploys some of them.
    pub deployments: BTreeSet<Arc<str>>,
    /// The places in them.
    pub places: Present,
}

/// Dialects whose resources are made of others, or of the repository: none is a file's own.
pub const WITHOUT_FILES: [&str; 4] = ["deployment", "fact", "posture", "repository"];

impl Told {
    /// What is told of these.
    pub fn of(resources: &[Resource], workspace: &Workspace) -> Told {
        let mut told = Told { places: Present::of(resources), ..Told::default() };
        for resource in resources {
            let Resource { kind, span, .. } = resource;
            *told.kinds.entry(Arc::clone(kind)).or_default() += 1;
            *told.by_file.entry((span.file, Arc::clone(kind))).or_default() += 1;
            if kind.starts_with("fact/")
                && let Some(owner) = resource.body.at(&["owner", "kind"]).and_then(|owner| owner.as_str())
                && !told.owners.contains(owner)
            {
                told.owners.insert(owner.into());
            }
            if !told.deployments.contains(&resource.deployment) {
                told.deployments.insert(Arc::clone(&resource.deployment));
            }
            told.bear(resource, workspace);
        }
        told
    }

    fn bear(&mut self, resource: &Resource, workspace: &Workspace) {
        let path = workspace.path(resource.span.file);
        let dialect = resource.kind.split('/').next().and_then(dialect::named);
        let is_word = |of: &Dialect| WITHOUT_FILES.contains(&of.name) || (of.syntax)(path) == Some("text");
        if resource.span.file != NO_FILE && dialect.is_some_and(|dialect| !is_word(dialect)) {
            let heads = self.bearing.entry(path.into()).or_default();
            heads.insert((Arc::clone(&resource.deployment), resource.header));
        }
    }

    /// Adds what is told of others.
    pub fn add(&mut self, other: Told) {
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        for (kind, count) in other.by_file {
            *self.by_file.entry(kind).or_default() += count;
        }
        for (path, heads) in other.bearing {
            self.bearing.entry(path).or_default().extend(heads);
        }
        self.owners.extend(other.owners);
        self.deployments.extend(other.deployments);
        self.places.add(other.places);
    }
}
