//! Where a configuration stands, and paths as its functions give them.

use std::cell::Cell;
use std::rc::Rc;

use crate::dialect::terraform::declarations::join;
use crate::dialect::terraform::library::Library;
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
    read: Rc<Cell<u32>>,
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
            read: Rc::default(),
            depth: 0,
        }
    }

    /// A configuration that this one includes; none when too many were read.
    pub fn including(&self, file: FileId) -> Option<Place<'c>> {
        let directory = ties::directory(self.corpus.workspace.path(file)).to_owned();
        self.counted(Place { file, directory, included: true, parents: Vec::new(), ..self.clone() })
    }

    /// A configuration that this one reads as one of its own; none when too many were read.
    pub fn reading(&self, file: FileId) -> Option<Place<'c>> {
        self.counted(Place { read: Rc::clone(&self.read), ..Place::of_unit(self.corpus, self.library, file) })
    }

    fn counted(&self, place: Place<'c>) -> Option<Place<'c>> {
        self.read.set(self.read.get().saturating_add(1));
        let place = Place { depth: self.depth + 1, ..place };
        (self.read.get() <= MOST_READ && place.depth <= DEEPEST).then_some(place)
    }

    /// The file at a path as the configuration writes it.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.corpus.workspace.find(&resolve(&self.directory, path)?)
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
