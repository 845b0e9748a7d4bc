//! The index: what the next commit would hold.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use gix::ObjectId;
use gix::index::entry::{Flags, Mode, Stage};
use gix::index::extension::Tree;
use gix::object::tree::EntryKind;

use super::listing::{Below, Listing, MAX_FILES, MAX_LINKS, Trees, not_utf8};
use super::unfolding::Unfolding;
use super::{Commit, Difference, Refused, Repository, told};
use crate::discover::Request;
use crate::discover::door::{Door, Entry};
use crate::document::Problem;
use crate::source::{LinkedFolders, Unreadable};

/// Folders deeper than this are compared file by file.
const MAX_DEPTH: usize = 256;

/// What git tracks below a root.
#[derive(Debug, Default)]
pub struct Indexed {
    /// The files, and links to files.
    pub files: BTreeSet<String>,
    /// Folders that are other repositories.
    pub submodules: Vec<String>,
}

impl Repository {
    /// The files of the index and those of HEAD, below the root.
    pub fn staged(&self, request: &Request) -> Result<Difference, Refused> {
        let mut listing = Listing { on_disk: true, ..Listing::default() };
        let mut head_files = BTreeMap::new();
        let mut changed = BTreeSet::new();
        let mut folders = None;
        if let Some(index) = self.index()? {
            self.list_index(&index, &mut listing)?;
            let mut head = self.head_tree()?;
            let settled = settled(&index, &mut head)?;
            let is_settled = |path: &str| settled.iter().any(|folder| super::super::is_under(path, folder));
            head_files.clone_from(&listing.files);
            for (path, id) in listing.files.iter().filter(|(path, _)| !listing.linked.contains_key(*path)) {
                let known = self.in_git(path);
                if is_settled(&known) {
                    continue;
                }
                let before = head.file(&known)?;
                if before != Some(*id) {
                    changed.insert(path.clone());
                    head_files.remove(path);
                    head_files.extend(before.map(|before| (path.clone(), before)));
                }
            }
            let (files, links) = head.files_outside(&settled, &mut listing)?;
            for (path, id) in files {
                let Some(path) = self.below_root(&path).filter(|path| !listing.files.contains_key(*path)) else {
                    continue;
                };
                changed.insert(path.to_owned());
                head_files.insert(path.to_owned(), id);
            }
            for (link, target) in &listing.linked {
                let was_link = head.is_link(&self.in_git(link))?;
                if changed.contains(target) || !was_link {
                    changed.insert(link.clone());
                    head_files.remove(link);
                    let before = head.file(&self.in_git(if was_link { target } else { link }))?;
                    head_files.extend(before.map(|before| (link.clone(), before)));
                }
            }
            if self.links_differ(&index, &mut head, &links)? {
                let then = self.head().and_then(|head| self.listing(&head, Trees::new())).map(|then| then.folders);
                let then = then.unwrap_or_default();
                changed.extend(relinked(&then, &listing));
                folders = Some(then);
            }
        }
        let folders = folders.unwrap_or_else(|| listing.folders.clone());
        let head = Listing { files: head_files, on_disk: true, folders, ..Listing::default() };
        let now = self.workspace(listing, request);
        let before = self.workspace(head, request).workspace;
        Ok(Difference::new(now, before, &changed))
    }

    /// The files of the index that are on disk, below the root, whatever ignore files on disk say of them: what a commit
    /// has left out counts instead.
    pub fn tracked(&self, base: &Commit, request: &Request) -> Result<BTreeSet<String>, Refused> {
        let kept = self.kept_as_of(base, self.indexed()?.files, request)?;
        let door = Door::new(&self.shared.root);
        let on_disk = |path: &String| matches!(door.entry(path), Entry::File | Entry::LinkToFile);
        Ok(kept.into_iter().filter(on_disk).collect())
    }

    /// What git tracks below the root.
    pub fn indexed(&self) -> Result<Indexed, Refused> {
        let mut listing = Listing::default();
        if let Some(index) = self.index()? {
            self.list_index(&index, &mut listing)?;
        }
        Ok(Indexed { files: listing.files.into_keys().collect(), submodules: listing.submodules })
    }

    /// The bytes of a staged file, or of the staged file that a link at this path leads to; none where nothing is staged there.
    pub fn staged_file(&self, path: &str) -> Result<Option<Result<Vec<u8>, Unreadable>>, Refused> {
        let Some(index) = self.index()? else { return Ok(None) };
        let mut at = path.to_owned();
        for _ in 0..MAX_LINKS {
            let known = self.in_git(&at);
            let Some(entry) = index.entry_by_path(known.as_str().into()) else { return Ok(None) };
            if entry.mode != Mode::SYMLINK {
                return Ok(Some(self.blob(entry.id)));
            }
            match self.target(&at, entry.id) {
                Some(target) => at = target,
                None => return Ok(Some(Err(Unreadable::Outside))),
            }
        }
        Ok(None)
    }

    /// The staged files with an ending at or below a path relative to the root, in order, with their bytes. What the settings
    /// leave out is there too.
    pub fn staged_below(&self, path: &str, extension: &str) -> Result<Vec<Below>, Refused> {
        let mut listing = Listing::default();
        if let Some(index) = self.index()? {
            self.list_index(&index, &mut listing)?;
        }
        let folder = listing.folders.real(path.trim_matches('/')).into_owned();
        let ending = format!(".{extension}");
        let wanted = |path: &str| path.ends_with(&ending) && super::super::is_under(path, &folder);
        Ok(listing.files.into_iter().filter(|(path, _)| wanted(path)).map(|(path, id)| (path, self.blob(id))).collect())
    }

    /// Whether a link is staged that HEAD does not have so, or HEAD has one that is not staged.
    fn links_differ(
        &self,
        index: &gix::index::File,
        head: &mut Revision<'_>,
        links: &[String],
    ) -> Result<bool, Refused> {
        let mut staged = index.entries().iter().filter(|entry| entry.mode == Mode::SYMLINK);
        let mut differs = |entry: &gix::index::Entry| -> Result<bool, Refused> {
            let Ok(path) = std::str::from_utf8(entry.path(index)) else { return Ok(false) };
            Ok(self.below_root(path).is_some() && head.find(path)? != Some((EntryKind::Link, entry.id)))
        };
        let is_staged =
            |path: &String| index.entry_by_path(path.as_str().into()).is_some_and(|entry| entry.mode == Mode::SYMLINK);
        Ok(links.iter().any(|path| !is_staged(path))
            || staged.try_fold(false, |any, entry| Ok(any || differs(entry)?))?)
    }

    /// The index, if there is one yet. In a hook, git may name another file of its folder for it.
    pub(super) fn index(&self) -> Result<Option<gix::index::File>, Refused> {
        let repository = &self.shared.repository;
        if repository.work_dir().is_none() {
            return Err(Refused::Bare);
        }
        let own = repository.git_dir().join("index");
        let path = self.index_of_hook().unwrap_or(own);
        if !path.exists() {
            return Ok(None);
        }
        let hash = self.with(gix::Repository::object_hash);
        let read = gix::index::File::at(path, hash, false, gix::index::decode::Options::default());
        read.map(Some).map_err(|error| Refused::Damaged("the index".into(), told(&error)))
    }

    /// `GIT_INDEX_FILE`, where it lies beside this repository's own index; else it is about another repository.
    fn index_of_hook(&self) -> Option<PathBuf> {
        let named = std::env::current_dir().ok()?.join(std::env::var_os("GIT_INDEX_FILE")?);
        let folder = named.parent()?.canonicalize().ok()?;
        let own = self.shared.repository.git_dir().canonicalize().ok()?;
        (folder == own).then_some(named)
    }

    fn list_index(&self, index: &gix::index::File, listing: &mut Listing) -> Result<(), Refused> {
        let mut conflicts = BTreeSet::new();
        for entry in index.entries() {
            let Ok(path) = std::str::from_utf8(entry.path(index)) else {
                listing.problems.push(not_utf8(""));
                continue;
            };
            let Some(path) = self.below_root(path.trim_end_matches('/')) else { continue };
            if entry.stage() != Stage::Unconflicted {
                conflicts.insert(path.to_owned());
            } else if entry.flags.contains(Flags::INTENT_TO_ADD) {
                // Announced, and nothing of it is staged.
            } else if entry.mode.is_sparse() {
                self.list(entry.id, path, listing)?;
            } else if entry.mode == Mode::FILE || entry.mode == Mode::FILE_EXECUTABLE {
                listing.add(path.to_owned(), entry.id);
            } else if entry.mode == Mode::SYMLINK {
                listing.links.push((path.to_owned(), entry.id));
            } else if entry.mode == Mode::COMMIT {
                listing.submodules.push(path.to_owned());
            }
        }
        self.follow_links(listing);
        let told = conflicts.into_iter().map(|path| {
            Problem::error("discover::conflict", path, None, "the file is in conflict, so nothing of it is staged")
                .help("resolve the conflict and add the file")
        });
        listing.problems.extend(told);
        Ok(())
    }

    /// A path of git relative to the root; none where it is outside.
    pub(super) fn below_root<'p>(&self, path: &'p str) -> Option<&'p str> {
        let prefix = &self.shared.prefix;
        if prefix.is_empty() { Some(path) } else { path.strip_prefix(prefix.as_str())?.strip_prefix('/') }
    }

    /// The files of HEAD; none before the first commit.
    pub(super) fn head_tree(&self) -> Result<Revision<'_>, Refused> {
        match self.head() {
            Ok(head) => Ok(Revision::new(self, Some(&head))),
            Err(Refused::NoCommit) => Ok(Revision::new(self, None)),
            Err(error) => Err(error),
        }
    }
}

/// Folders of git that are in the index as they are in HEAD, by what git noted of them in the index.
fn settled(index: &gix::index::File, head: &mut Revision<'_>) -> Result<Vec<String>, Refused> {
    let mut settled = Vec::new();
    let mut open: Vec<(&Tree, String, usize)> = index.tree().map(|tree| (tree, String::new(), 0)).into_iter().collect();
    while let Some((noted, path, depth)) = open.pop() {
        if noted.num_entries.is_some() && head.folder_id(&path)? == Some(noted.id) {
            settled.push(path);
            continue;
        }
        for child in noted.children.iter().filter(|_| depth < MAX_DEPTH) {
            if let Ok(name) = std::str::from_utf8(&child.name) {
                let path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
                open.push((child, path, depth + 1));
            }
        }
    }
    Ok(settled)
}

/// The files in folders that a link led to before, or leads to now, and not both.
fn relinked(then: &LinkedFolders, now: &Listing) -> BTreeSet<String> {
    let folders: BTreeSet<String> = then.differing(&now.folders).map(|folder| format!("{folder}/")).collect();
    let inside = folders.iter().flat_map(|folder| {
        let files = now.files.range(folder.clone()..).map(|(path, _)| path);
        files.take_while(|path| path.starts_with(folder.as_str())).cloned()
    });
    inside.collect()
}

/// Files with their contents, and links.
type Outside = (Vec<(String, ObjectId)>, Vec<String>);

type Entries = BTreeMap<String, (EntryKind, ObjectId)>;

/// Looks up paths of git in a revision, reading no more folders than it is asked of.
pub(super) struct Revision<'r> {
    repository: &'r Repository,
    tree: Option<ObjectId>,
    folders: HashMap<String, Arc<Entries>>,
}

impl<'r> Revision<'r> {
    pub(super) fn new(repository: &'r Repository, commit: Option<&Commit>) -> Revision<'r> {
        Revision { repository, tree: commit.map(|commit| commit.tree), folders: HashMap::new() }
    }

    /// The content of the file at a path.
    pub(super) fn file(&mut self, path: &str) -> Result<Option<ObjectId>, Refused> {
        let found = self.find(path)?;
        let file = found.filter(|(kind, _)| matches!(kind, EntryKind::Blob | EntryKind::BlobExecutable));
        Ok(file.map(|(_, id)| id))
    }

    /// Whether a link stands at a path.
    pub(super) fn is_link(&mut self, path: &str) -> Result<bool, Refused> {
        Ok(self.find(path)?.is_some_and(|(kind, _)| kind == EntryKind::Link))
    }

    /// The tree at a path; the empty path is the top.
    fn folder_id(&mut self, path: &str) -> Result<Option<ObjectId>, Refused> {
        if path.is_empty() {
            return Ok(self.tree);
        }
        Ok(self.find(path)?.filter(|(kind, _)| *kind == EntryKind::Tree).map(|(_, id)| id))
    }

    /// Every file that is in none of these folders, and every link.
    fn files_outside(&mut self, settled: &[String], listing: &mut Listing) -> Result<Outside, Refused> {
        let (mut files, mut links) = (Vec::new(), Vec::new());
        let mut unfolding = Unfolding::default();
        let mut open = vec![(String::new(), 0)];
        while let Some((folder, depth)) = open.pop() {
            if settled.contains(&folder) {
                continue;
            }
            let Some(tree) = self.folder_id(&folder)? else { continue };
            let entries = self.folder(&folder)?;
            let is_new = unfolding.is_new(tree);
            if !unfolding.may_list(entries.len(), is_new, folder.len()) {
                listing.skip(&folder);
                continue;
            }
            for (name, (kind, id)) in entries.iter() {
                let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
                match kind {
                    EntryKind::Tree if depth < MAX_DEPTH => open.push((path, depth + 1)),
                    EntryKind::Blob | EntryKind::BlobExecutable if files.len() < MAX_FILES => files.push((path, *id)),
                    EntryKind::Link if links.len() < MAX_FILES => links.push(path),
                    _ => {}
                }
            }
        }
        Ok((files, links))
    }

    pub(super) fn find(&mut self, path: &str) -> Result<Option<(EntryKind, ObjectId)>, Refused> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok(self.folder(folder)?.get(name).copied())
    }

    /// The entries of a folder. From the top down, so that a long path needs no deep calls.
    fn folder(&mut self, path: &str) -> Result<Arc<Entries>, Refused> {
        if let Some(known) = self.folders.get(path) {
            return Ok(Arc::clone(known));
        }
        let mut tree = self.tree;
        let mut entries = self.read("", tree)?;
        let mut at = String::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            tree = entries.get(part).filter(|(kind, _)| *kind == EntryKind::Tree).map(|(_, id)| *id);
            if !at.is_empty() {
                at.push('/');
            }
            at.push_str(part);
            entries = self.read(&at, tree)?;
        }
        Ok(entries)
    }

    fn read(&mut self, path: &str, tree: Option<ObjectId>) -> Result<Arc<Entries>, Refused> {
        if let Some(known) = self.folders.get(path) {
            return Ok(Arc::clone(known));
        }
        let mut entries = Entries::new();
        if let Some(tree) = tree {
            for (name, kind, id) in self.repository.entries(tree)? {
                // No path that is asked for has a name that is not UTF-8.
                if let Ok(name) = String::from_utf8(name) {
                    entries.insert(name, (kind, id));
                }
            }
        }
        let entries = Arc::new(entries);
        self.folders.insert(path.to_owned(), Arc::clone(&entries));
        Ok(entries)
    }
}
