//! The list of the files of one run, and the one way to their texts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::kept::{Identity, Kept};
use super::seen::{Passing, Seen};
use super::{FileId, LinkedFolders, Source, Unreadable};

/// The first id of files that are not listed but adopted: settings and rules from anywhere.
const FIRST_ADOPTED: u32 = 1 << 31;

/// Reads one file's bytes; the only way to the outside. Implemented by `discover` for a directory, a git revision, the
/// index and memory.
pub trait Loader: Send + Sync {
    /// The bytes of the file at `path` (relative to the root, with `/`).
    fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable>;

    /// An id of the file's content, where one is known without reading it.
    fn identity(&self, _path: &str) -> Option<Identity> {
        None
    }
}

/// What a run has to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Nothing: it is read only where another file leads to it.
    Apart,
    /// It is read where it is of a dialect that has something to judge: it may decide that.
    Beside,
    /// It is judged, because it hangs together with a file that is asked for.
    Tied,
    /// What is found in it is asked for.
    Asked,
}

impl Part {
    fn of(asked: bool) -> Part {
        if asked { Part::Asked } else { Part::Beside }
    }
}

/// The files of one run, in the order of their paths.
pub struct Workspace {
    loader: Arc<dyn Loader>,
    files: Vec<File>,
    adopted: Vec<Source>,
    whole: bool,
    by_path: BTreeMap<Arc<str>, FileId>,
    texts: Option<Arc<Kept<Source>>>,
    linked: LinkedFolders,
    tops: BTreeSet<String>,
    passing: Passing,
}

struct File {
    path: Arc<str>,
    part: Part,
    /// Whether the file is in this workspace; else it only takes a place among those of other workspaces.
    there: bool,
    source: OnceLock<Result<Source, Unreadable>>,
    /// Whether somebody had an interest in it, though its text is not kept.
    noted: OnceLock<()>,
}

impl Workspace {
    /// A workspace over `paths`: relative to the root, with `/`. The second part says whether the file is judged, or
    /// only there to be read by reference (a module under `.terraform`, a file outside the paths asked for).
    pub fn new(loader: Box<dyn Loader>, paths: impl IntoIterator<Item = (String, bool)>) -> Workspace {
        let sorted: BTreeMap<String, bool> = paths.into_iter().collect();
        let files: Vec<File> = sorted
            .into_iter()
            .map(|(path, judged)| File {
                path: path.into(),
                part: Part::of(judged),
                there: true,
                source: OnceLock::new(),
                noted: OnceLock::new(),
            })
            .collect();
        Workspace::of(loader, files, None)
    }

    /// A workspace over some of the paths of a sorted list. A path has the same id in every workspace over that list, and
    /// what one of them read of a content the next one has from `texts`.
    pub fn among(
        loader: Box<dyn Loader>,
        paths: &BTreeMap<String, bool>,
        list: &BTreeSet<Arc<str>>,
        texts: Arc<Kept<Source>>,
    ) -> Workspace {
        let file = |path: &Arc<str>| {
            let judged = paths.get(&**path).copied();
            let (path, there) = (Arc::clone(path), judged.is_some());
            let part = Part::of(judged.unwrap_or(false));
            File { path, part, there, source: OnceLock::new(), noted: OnceLock::new() }
        };
        Workspace::of(loader, list.iter().map(file).collect(), Some(texts))
    }

    fn of(loader: Box<dyn Loader>, files: Vec<File>, texts: Option<Arc<Kept<Source>>>) -> Workspace {
        let ids = files.iter().zip(0u32..).filter(|(file, _)| file.there);
        let by_path = ids.map(|(file, id)| (Arc::clone(&file.path), FileId(id))).collect();
        let (linked, tops, passing) = <(LinkedFolders, BTreeSet<String>, Passing)>::default();
        Workspace {
            loader: loader.into(),
            files,
            adopted: Vec::new(),
            whole: false,
            by_path,
            texts,
            linked,
            tops,
            passing,
        }
    }

    /// The same files, but for some whose text is another one.
    #[must_use]
    pub fn changed(&self, texts: BTreeMap<Arc<str>, String>) -> Workspace {
        struct Changed(Arc<dyn Loader>, BTreeMap<Arc<str>, String>);
        impl Loader for Changed {
            fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
                self.1.get(path).map_or_else(|| self.0.load(path), |text| Ok(text.clone().into_bytes()))
            }
        }
        let files = self.files.iter().map(|file| File {
            path: Arc::clone(&file.path),
            source: OnceLock::new(),
            noted: OnceLock::new(),
            ..*file
        });
        let loader = Box::new(Changed(Arc::clone(&self.loader), texts));
        let mut changed = Workspace::of(loader, files.collect(), None);
        changed.adopted.clone_from(&self.adopted);
        changed.whole = self.whole;
        changed.linked.clone_from(&self.linked);
        changed.tops.clone_from(&self.tops);
        changed
    }

    /// A workspace in memory.
    pub fn in_memory<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Workspace {
        struct Memory(BTreeMap<String, String>);
        impl Loader for Memory {
            fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
                let text = self.0.get(path).ok_or_else(|| Unreadable::Io("no such file".into()))?;
                Ok(text.clone().into_bytes())
            }
        }
        let files: BTreeMap<String, String> = files.into_iter().map(|(p, t)| (p.into(), t.into())).collect();
        let paths: Vec<(String, bool)> = files.keys().map(|path| (path.clone(), true)).collect();
        Workspace::new(Box::new(Memory(files)), paths).whole()
    }

    /// The same workspace, in which files are found behind linked folders too.
    #[must_use]
    pub fn with_linked_folders(self, linked: LinkedFolders) -> Workspace {
        Workspace { linked, ..self }
    }

    /// The same workspace, of which it is known which folders are the top of a repository.
    #[must_use]
    pub fn with_tops(self, tops: BTreeSet<String>) -> Workspace {
        Workspace { tops, ..self }
    }

    /// Whether a folder is the top of a repository; none where no repository is known.
    pub fn is_top(&self, folder: &str) -> Option<bool> {
        (!self.tops.is_empty()).then(|| self.tops.contains(folder))
    }

    /// The folders that are links.
    pub fn linked_folders(&self) -> &LinkedFolders {
        &self.linked
    }

    /// A path without linked folders on its way.
    pub fn real<'p>(&self, path: &'p str) -> Cow<'p, str> {
        self.linked.real(path)
    }

    /// The id that the `index`th adopted source has to be read with.
    pub fn adopted_id(index: usize) -> FileId {
        FileId(FIRST_ADOPTED.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    /// How many sources were adopted so far.
    pub fn adopted(&self) -> usize {
        self.adopted.len()
    }

    /// Takes in sources that are not part of the scan but that problems point into, in the order of their ids.
    pub fn adopt(&mut self, sources: impl IntoIterator<Item = Source>) {
        self.adopted.extend(sources);
    }

    /// Every file, in order.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        let there = self.files.iter().zip(0u32..).filter(|(file, _)| file.there);
        there.map(|(_, id)| FileId(id)).collect::<Vec<FileId>>().into_iter()
    }

    /// An id of a file's content, where one is known without reading it.
    pub fn identity(&self, id: FileId) -> Option<Identity> {
        self.files.get(id.0 as usize).and_then(|file| self.loader.identity(&file.path))
    }

    /// The path of a file, relative to the root, with `/`.
    pub fn path(&self, id: FileId) -> &str {
        match id.0.checked_sub(FIRST_ADOPTED) {
            Some(index) => self.adopted.get(index as usize).map_or("", |source| &source.path),
            None => self.files.get(id.0 as usize).map_or("", |file| &file.path),
        }
    }

    /// Whether findings in this file are wanted.
    pub fn is_judged(&self, id: FileId) -> bool {
        self.part(id) >= Part::Tied
    }

    /// What a run has to do with a file.
    pub fn part(&self, id: FileId) -> Part {
        self.files.get(id.0 as usize).map_or(Part::Apart, |file| file.part)
    }

    /// The same workspace, in which the repository itself is judged too: all of it is there, and wanted.
    #[must_use]
    pub fn whole(self) -> Workspace {
        Workspace { whole: true, ..self }
    }

    /// The same workspace, in which of the judged files only these are judged, and not the repository itself.
    #[must_use]
    pub fn narrowed(mut self, to: &BTreeSet<String>) -> Workspace {
        for file in &mut self.files {
            let asked = file.part == Part::Asked && to.contains(&*file.path);
            file.part = Part::of(asked);
        }
        self.whole = false;
        self
    }

    /// Judges these files too, because of those that are asked for; all others are to the run what `rest` says.
    pub fn tie(&mut self, to: &BTreeSet<Arc<str>>, rest: Part) {
        for file in self.files.iter_mut().filter(|file| file.part != Part::Asked) {
            file.part = if to.contains(&file.path) { Part::Tied } else { rest };
        }
        self.whole = false;
    }

    /// Whether findings about the repository itself are wanted.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The file at a path (relative to the root, with `/`, normalised), or behind a linked folder on its way.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).or_else(|| self.by_path.get(&*self.real(path))).copied()
    }

    /// Whether there is a file, or a folder with files, at a path; `.` is the root.
    pub fn holds(&self, path: &str) -> bool {
        path == "." || self.find(path).is_some() || self.under(path).next().is_some()
    }

    /// The adopted source of a path.
    pub fn find_adopted(&self, path: &str) -> Option<FileId> {
        self.adopted.iter().find(|source| source.path() == path).map(Source::id)
    }

    /// The files directly in a directory (`""` is the root), in order.
    pub fn in_directory<'a>(&'a self, directory: &'a str) -> impl Iterator<Item = FileId> + 'a {
        let directory = self.real(directory);
        self.under(&directory).filter(move |id| {
            let rest = self.path(*id).get(directory.len()..).unwrap_or("");
            !rest.trim_start_matches('/').contains('/')
        })
    }

    /// The files anywhere under a directory (`""` is the root), in order.
    pub fn under(&self, directory: &str) -> impl Iterator<Item = FileId> + use<'_> {
        let directory = self.real(directory);
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let first = self.files.partition_point(|file| *file.path < *prefix);
        self.files
            .iter()
            .zip(0u32..)
            .skip(first)
            .take_while(move |(file, _)| file.path.starts_with(&prefix))
            .filter(|(file, _)| file.there)
            .map(|(_, id)| FileId(id))
    }

    /// The bytes of a file as they are on disk, read anew.
    pub fn bytes(&self, id: FileId) -> Result<Vec<u8>, Unreadable> {
        let file = self.files.get(id.0 as usize).ok_or(Unreadable::Binary)?;
        self.loader.load(&file.path)
    }

    /// The text of a file, read on first use.
    pub fn source(&self, id: FileId) -> Result<&Source, &Unreadable> {
        const GONE: &Unreadable = &Unreadable::Binary;
        if let Some(index) = id.0.checked_sub(FIRST_ADOPTED) {
            return self.adopted.get(index as usize).ok_or(GONE);
        }
        let Some(file) = self.files.get(id.0 as usize).filter(|file| file.there) else { return Err(GONE) };
        file.source.get_or_init(|| self.load(id, file)).as_ref()
    }

    /// Whether the text of a file was read and somebody has an interest in it.
    pub fn was_read(&self, id: FileId) -> bool {
        let of = |file: &File| file.noted.get().is_some() || file.source.get().is_some_and(Result::is_ok);
        self.files.get(id.0 as usize).is_some_and(of)
    }

    /// The text of a file that may be of no interest: what nobody [keeps](Workspace::keep) is read anew when it is asked
    /// for again.
    pub fn glance(&self, id: FileId) -> Result<Cow<'_, Source>, Unreadable> {
        match self.files.get(id.0 as usize) {
            Some(file) if file.there && file.source.get().is_none() => self.load(id, file).map(Cow::Owned),
            _ => self.source(id).map(Cow::Borrowed).map_err(Clone::clone),
        }
    }

    /// The text of a file that is looked at again and need not stay: what nobody [keeps](Workspace::keep) is there until others
    /// were looked at.
    pub fn seen(&self, id: FileId) -> Option<Seen<'_>> {
        match self.files.get(id.0 as usize) {
            Some(file) if file.there && file.source.get().is_none() => {
                let made = || self.load(id, file).ok().map(|source| self.passing.add(source));
                let seen = self.passing.get(id).or_else(made)?;
                self.note(id);
                Some(Seen::Passing(seen))
            }
            _ => self.source(id).ok().map(Seen::Kept),
        }
    }

    /// Keeps the text of a file that was [glanced](Workspace::glance) at.
    pub fn keep(&self, source: Cow<'_, Source>) {
        if let Cow::Owned(source) = source
            && let Some(file) = self.files.get(source.id.0 as usize)
        {
            // Somebody may have read it in the meantime; it is the same text.
            let _ = file.source.set(Ok(source));
        }
    }

    /// Notes that a file that was [glanced](Workspace::glance) at is of interest, though its text is not kept: who needs it
    /// again reads it again.
    pub fn note(&self, id: FileId) {
        if let Some(file) = self.files.get(id.0 as usize) {
            let _ = file.noted.set(());
        }
    }

    fn load(&self, id: FileId, file: &File) -> Result<Source, Unreadable> {
        let read = || Source::decode(id, Arc::clone(&file.path), self.loader.load(&file.path)?);
        match self.texts.as_ref().zip(self.loader.identity(&file.path)) {
            Some((texts, content)) => texts.try_get_or(id, content, read),
            None => read(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_list_what_is_in_them_and_under_them() {
        let workspace = Workspace::in_memory([("a/b/c", ""), ("a/d", ""), ("ab/e", ""), ("f", "")]);
        let names = |ids: Vec<FileId>| ids.iter().map(|id| workspace.path(*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(names(workspace.in_directory("").collect()), ["f"]);
        assert_eq!(names(workspace.in_directory("a").collect()), ["a/d"]);
        assert_eq!(names(workspace.under("a").collect()), ["a/b/c", "a/d"]);
        assert_eq!(workspace.find("ab/e"), Some(FileId(2)));
    }
}
