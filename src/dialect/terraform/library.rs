//! What all root modules of a run share: the declarations of every directory, and what is the same whoever asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::declarations::{Declarations, is_configuration};
use super::functions::{Notation, Refusal};
use super::value::Value;
use crate::dialect::Corpus;
use crate::source::{FileId, LinkedFolders, Part};
use crate::syntax::hcl::ast::Expr;

/// Shortest text whose decoded value is kept, in bytes.
const WORTH_KEEPING: usize = 200;

/// Most bytes of texts whose decoded values are kept.
const MOST_KEPT: usize = 16 << 20;

/// The declarations of every directory of a run.
///
/// Modules that load files (a library of policies, a hundred templates) do so in every instance. What such a file holds
/// is worked out once; only how long it takes depends on it, never a value.
#[derive(Default)]
pub struct Library {
    directories: BTreeMap<String, Declarations>,
    /// Directories that are reached by links, by those paths.
    linked: LinkedFolders,
    templates: Mutex<FxHashMap<FileId, Arc<Expr>>>,
    decoded: Mutex<Decoded>,
}

#[derive(Default)]
struct Decoded {
    values: FxHashMap<(Notation, Arc<str>), Value>,
    bytes: usize,
}

impl Library {
    /// Reads every directory with a configuration.
    pub fn read(corpus: &Corpus<'_>) -> Library {
        let workspace = corpus.workspace;
        let read = workspace.ids().filter(|file| workspace.part(*file) > Part::Apart);
        let paths = read.map(|file| workspace.path(file)).filter(|path| is_configuration(path));
        let directories: BTreeSet<&str> =
            paths.map(|path| path.rsplit_once('/').map_or("", |(directory, _)| directory)).collect();
        let directories: Vec<&str> = directories.into_iter().collect();
        let read = corpus.map(directories.len(), |at| {
            let directory = directories.get(at).copied().unwrap_or("");
            (directory.to_owned(), Declarations::read(corpus, directory))
        });
        let linked = workspace.linked_folders().clone();
        Library { directories: read.into_iter().collect(), linked, ..Library::default() }
    }

    /// The declarations of a directory, behind links too.
    pub fn get(&self, directory: &str) -> Option<&Declarations> {
        self.directories.get(directory).or_else(|| self.directories.get(&*self.linked.real(directory)))
    }

    /// Every directory, in order, with its declarations.
    pub fn directories(&self) -> impl Iterator<Item = (&str, &Declarations)> + Clone {
        self.directories.iter().map(|(directory, declarations)| (directory.as_str(), declarations))
    }

    /// The template that a file is, parsed when it is first asked for.
    pub fn template(&self, file: FileId, parse: impl FnOnce() -> Result<Expr, Refusal>) -> Result<Arc<Expr>, Refusal> {
        let known = self.templates.lock().unwrap_or_else(PoisonError::into_inner).get(&file).cloned();
        if let Some(template) = known {
            return Ok(template);
        }
        let template = Arc::new(parse()?);
        self.templates.lock().unwrap_or_else(PoisonError::into_inner).insert(file, Arc::clone(&template));
        Ok(template)
    }

    /// What a text holds, decoded when it is first asked for. The value has no place yet.
    pub fn decoded(
        &self,
        notation: Notation,
        text: &Arc<str>,
        decode: &dyn Fn() -> Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        if text.len() < WORTH_KEEPING {
            return decode();
        }
        let key = (notation, Arc::clone(text));
        let known = self.decoded.lock().unwrap_or_else(PoisonError::into_inner).values.get(&key).cloned();
        if let Some(value) = known {
            return Ok(value);
        }
        let value = decode()?;
        let mut decoded = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
        if decoded.bytes + text.len() <= MOST_KEPT && decoded.values.insert(key, value.clone()).is_none() {
            decoded.bytes += text.len();
        }
        Ok(value)
    }
}
