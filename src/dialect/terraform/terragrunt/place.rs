//! Where a configuration stands, and paths as its functions give them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::dialect::terraform::declarations::join;
use crate::dialect::terraform::library::Library;
use crate::dialect::terraform::value::Value;
use crate::dialect::{Corpus, ties};
use crate::source::FileId;

/// Stands for the absolute path of the repository in paths that functions give, and is never shown.
const REPOSITORY: &str = "/\u{f8ff}";

/// Most configurations that are read for one unit.
const MOST_READ: u32 = 200;

/// Configurations read each other to this depth.
const DEEPEST: u32 = 8;

/// A configuration that is read for a unit.
#[derive(Clone)]
pub struct Place<'c> {
    /// The run.
    pub corpus: &'c Corpus<'c>,
    /// The modules of the run.
    pub library: &'c Library,
    /// The configuration.
    pub file: FileId,
    /// Its directory.
    pub directory: String,
    /// The directory of the unit.
    pub unit: String,
    /// Whether it is read as a part of the unit's own configuration.
    pub included: bool,
    /// The directories of the configurations that it includes, by the names of the blocks.
    pub parents: Vec<(String, String)>,
    /// What a stack gives to the unit.
    pub values: Option<Value>,
    /// What the units that it depends on put out, by their directories.
    pub outputs: Arc<BTreeMap<String, Value>>,
    /// For what a stack copies: the directory that it is copied from.
    copied: Option<String>,
    read: Arc<AtomicU32>,
    depth: u32,
}

impl<'c> Place<'c> {
    /// The configuration of a unit.
    pub fn of_unit(corpus: &'c Corpus<'c>, library: &'c Library, file: FileId) -> Place<'c> {
        let directory = ties::directory(corpus.workspace.path(file)).to_owned();
        Place {
            corpus,
            library,
            file,
            unit: directory.clone(),
            directory,
            included: false,
            parents: Vec::new(),
            values: None,
            outputs: Arc::default(),
            copied: None,
            read: Arc::default(),
            depth: 0,
        }
    }

    /// A configuration that a stack copies to a directory, with what it gives to it; none when too many were read.
    pub fn copying(&self, file: FileId, directory: String, values: Option<Value>) -> Option<Place<'c>> {
        let from = ties::directory(self.corpus.workspace.path(file)).to_owned();
        let place = Place { file, unit: directory.clone(), directory, ..self.clone() };
        self.counted(Place { parents: Vec::new(), values, copied: Some(from), ..place })
    }

    /// The same as one that is read on its own.
    #[must_use]
    pub fn apart(self) -> Place<'c> {
        Place { read: Arc::default(), depth: 0, ..self }
    }

    /// The same, read on its own with what units of these directories put out.
    #[must_use]
    pub fn given(self, outputs: BTreeMap<String, Value>) -> Place<'c> {
        Place { outputs: Arc::new(outputs), ..self.apart() }
    }

    /// A configuration that this one includes; none when too many were read.
    pub fn including(&self, file: FileId) -> Option<Place<'c>> {
        let directory = ties::directory(self.corpus.workspace.path(file)).to_owned();
        self.counted(Place { file, directory, included: true, parents: Vec::new(), ..self.clone() })
    }

    /// A configuration that this one reads as one of its own; none when too many were read.
    pub fn reading(&self, file: FileId) -> Option<Place<'c>> {
        self.counted(Place { read: Arc::clone(&self.read), ..Place::of_unit(self.corpus, self.library, file) })
    }

    fn counted(&self, place: Place<'c>) -> Option<Place<'c>> {
        let read = self.read.fetch_add(1, Ordering::Relaxed);
        let place = Place { depth: self.depth + 1, ..place };
        (read < MOST_READ && place.depth <= DEEPEST).then_some(place)
    }

    /// The file at a path as the configuration writes it.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.corpus.workspace.find(&self.real(&resolve(&self.directory, path)?))
    }

    /// The file at a path that begins at the unit, wherever it is written.
    pub fn find_from_unit(&self, path: &str) -> Option<FileId> {
        self.corpus.workspace.find(&self.real(&resolve(&self.unit, path)?))
    }

    /// Where a path leads in the repository: what a stack copies is where it is copied from.
    pub fn real<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let Some(from) = &self.copied else { return Cow::Borrowed(path) };
        match path.strip_prefix(self.unit.as_str()) {
            Some("") => Cow::Owned(from.clone()),
            Some(rest) if rest.starts_with('/') => Cow::Owned(format!("{from}{rest}")),
            _ => Cow::Borrowed(path),
        }
    }
}

/// The absolute path of what stands at a path relative to the repository.
pub fn absolute(path: &str) -> String {
    if path.is_empty() { REPOSITORY.to_owned() } else { format!("{REPOSITORY}/{path}") }
}

/// The path relative to the repository, of an absolute one that leads there.
pub fn below_root(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(REPOSITORY)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// The path relative to the repository, of one that is written in a directory.
pub fn resolve(directory: &str, path: &str) -> Option<String> {
    match below_root(path) {
        Some(rest) => join("", rest),
        None if path.starts_with('/') || path.contains("://") => None,
        None => join(directory, path),
    }
}

/// The parts of a text around absolute paths of the repository; none where there are none.
pub fn around_root(text: &str) -> Option<Vec<&str>> {
    text.contains(REPOSITORY).then(|| text.split(REPOSITORY).collect())
}
