//! The files of a tree of git, as a walk of the same files on disk would list them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use gix::ObjectId;
use gix::object::tree::EntryKind;

use super::objects::Objects;
use super::unfolding::Unfolding;
use super::{Commit, Refused, Repository, told};
use crate::discover::archive;
use crate::discover::door::Door;
use crate::discover::exclude::{self, Filter, Own};
use crate::discover::{Discovered, Request, is_judged, is_under};
use crate::document::Problem;
use crate::source::kept::Kept;
use crate::source::{LinkedFolders, Source, Unreadable, Workspace, join};

/// More files than this in one revision are not listed: a tree can be made to name the same few objects without end.
pub(super) const MAX_FILES: usize = 1_000_000;

/// Longest target of a link, in bytes.
const MAX_LINK_BYTES: usize = 4096;

/// Links that lead to links are followed so often.
pub(super) const MAX_LINKS: usize = 8;

/// Deeper folders than this are not listed.
const MAX_DEPTH: usize = 256;

/// Files by their paths relative to the root, with the ids of their contents.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) files: BTreeMap<String, ObjectId>,
    pub(super) problems: Vec<Problem>,
    /// Whether files on disk are likely to be the same.
    pub(super) on_disk: bool,
    /// Symbolic links that were not followed yet, with the ids of what they say.
    pub(super) links: Vec<(String, ObjectId)>,
    /// Files that are links, and the files that they lead to.
    pub(super) linked: BTreeMap<String, String>,
    /// Folders that are links.
    pub(super) folders: LinkedFolders,
    /// Folders that are other repositories.
    pub(super) submodules: Vec<String>,
    /// Whether a limit was reached.
    pub(super) full: bool,
    /// What is in the trees that were read.
    pub(super) trees: Trees,
    /// How far trees were unfolded.
    pub(super) unfolding: Unfolding,
    /// Whether trees were left out that repeat.
    pub(super) skips: bool,
}

/// An entry of a tree: its name, its kind and its id.
type TreeEntry = (Vec<u8>, EntryKind, ObjectId);

/// The entries of trees.
pub(super) type Trees = HashMap<ObjectId, Arc<Vec<TreeEntry>>>;

/// A file's path and its bytes.
pub(super) type Below = (String, Result<Vec<u8>, Unreadable>);

/// What a revision has.
struct Listed {
    /// Its files and whether they are judged.
    paths: BTreeMap<String, bool>,
    /// The ids of their contents.
    ids: HashMap<String, ObjectId>,
    /// The folders that are links.
    linked: LinkedFolders,
    /// What could not be listed.
    problems: Vec<Problem>,
}

/// The files of several revisions, of which each has the same ids in all their workspaces.
pub struct Revisions {
    repository: Repository,
    listings: Vec<Listed>,
    list: BTreeSet<Arc<str>>,
    texts: Arc<Kept<Source>>,
}

impl Revisions {
    /// The workspace of a revision, by its place among those that were asked for.
    pub fn workspace(&self, at: usize) -> Option<Workspace> {
        let Listed { paths, ids, linked, .. } = self.listings.get(at)?;
        let loader = Objects { repository: self.repository.clone(), ids: ids.clone(), on_disk: None };
        self.texts.turn();
        let workspace = Workspace::among(Box::new(loader), paths, &self.list, Arc::clone(&self.texts));
        Some(workspace.with_linked_folders(linked.clone()).with_tops(self.repository.tops()).whole())
    }

    /// What of a revision could not be listed.
    pub fn problems(&self, at: usize) -> &[Problem] {
        self.listings.get(at).map_or(&[], |listed| &listed.problems)
    }
}

impl Repository {
    /// The files of a revision, below the root. Submodules are left out, and so is what the request excludes; a link to a
    /// file of the revision is that file under another name. `.gitignore` says nothing of files that are tracked.
    pub fn revision(&self, commit: &Commit, request: &Request) -> Result<Discovered, Refused> {
        Ok(self.workspace(self.listing(commit, Trees::new())?, request))
    }

    /// The files of a commit below the root; `trees` are known already.
    pub(super) fn listing(&self, commit: &Commit, trees: Trees) -> Result<Listing, Refused> {
        let mut listing = Listing { trees, ..Listing::default() };
        if let Some(tree) = self.root_tree(commit)? {
            self.list(tree, "", &mut listing)?;
        }
        self.follow_links(&mut listing);
        Ok(listing)
    }

    /// Adds the links of a listing that come to a file of it, under their own names, as a walk does.
    pub(super) fn follow_links(&self, listing: &mut Listing) {
        let links = listing.links.iter();
        let targets: HashMap<String, String> =
            links.filter_map(|(path, id)| Some((path.clone(), self.target(path, *id)?))).collect();
        for (link, folder) in targets.iter().filter(|(link, folder)| !is_under(link, folder)) {
            let inside = format!("{folder}/");
            let first = listing.files.range(inside.clone()..).next();
            if targets.contains_key(folder) || first.is_some_and(|(path, _)| path.starts_with(&inside)) {
                listing.folders.insert(link.clone(), folder.clone());
            }
        }
        for (path, _) in std::mem::take(&mut listing.links) {
            let mut at = &path;
            for _ in 0..MAX_LINKS {
                let Some(next) = targets.get(at) else { break };
                at = next;
            }
            let at = listing.folders.real(at).into_owned();
            if let Some(id) = listing.files.get(&at).copied().filter(|_| at != path) {
                listing.linked.insert(path.clone(), at);
                listing.add(path, id);
            }
        }
    }

    /// The files of several revisions, as [`Repository::revision`] lists those of one. What cannot be listed is left
    /// out, and among the problems.
    pub fn revisions(&self, commits: &[Commit], request: &Request) -> Result<Revisions, Refused> {
        let mut listings = Vec::new();
        let mut list: BTreeSet<Arc<str>> = BTreeSet::new();
        let mut trees = Trees::new();
        for commit in commits {
            let mut listing = self.listing(commit, trees)?;
            trees = std::mem::take(&mut listing.trees);
            let linked = std::mem::take(&mut listing.folders);
            let problems = std::mem::take(&mut listing.problems);
            let ids = self.kept(listing, request, &mut Vec::new());
            for path in ids.keys() {
                if !list.contains(path.as_str()) {
                    list.insert(path.as_str().into());
                }
            }
            let paths = ids.keys().map(|path| (path.clone(), is_judged(path, request, true))).collect();
            listings.push(Listed { paths, ids, linked, problems });
        }
        Ok(Revisions { repository: self.clone(), listings, list, texts: Arc::default() })
    }

    /// The files with an ending (any, where it is empty) at or below a path relative to the root, in order, with their
    /// bytes. What the settings leave out is there too.
    pub fn files_below(&self, commit: &Commit, path: &str, extension: &str) -> Result<Vec<Below>, Refused> {
        let Some(found) = self.at_end_of_links(commit, path)? else { return Ok(Vec::new()) };
        let mut listing = Listing::default();
        match found {
            (EntryKind::Tree, tree) => self.list(tree, path.trim_matches('/'), &mut listing)?,
            (EntryKind::Blob | EntryKind::BlobExecutable, id) => listing.add(path.to_owned(), id),
            (EntryKind::Link | EntryKind::Commit, _) => {}
        }
        let ending = format!(".{extension}");
        let wanted = listing.files.into_iter().filter(|(path, _)| extension.is_empty() || path.ends_with(&ending));
        Ok(wanted.map(|(path, id)| (path, self.blob(id))).collect())
    }

    /// What stands in a commit at a path relative to the root, or where a link at that path leads below the root.
    fn at_end_of_links(&self, commit: &Commit, path: &str) -> Result<Option<(EntryKind, ObjectId)>, Refused> {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            match self.at(commit, &self.in_git(&path))? {
                Some((EntryKind::Link, id)) => match self.target(&path, id) {
                    Some(target) => path = target,
                    None => return Ok(None),
                },
                found => return Ok(found),
            }
        }
        Ok(None)
    }

    /// Where a link leads below the root, by what it says.
    pub(super) fn target(&self, link: &str, id: ObjectId) -> Option<String> {
        let text = String::from_utf8(self.blob_at_most(id, MAX_LINK_BYTES).ok()?).ok()?;
        join(link.rsplit_once('/').map_or("", |(folder, _)| folder), &text)
    }

    /// What stands in a commit at a path of git; the empty path is the top.
    pub(super) fn at(&self, commit: &Commit, path: &str) -> Result<Option<(EntryKind, ObjectId)>, Refused> {
        let mut found = (EntryKind::Tree, commit.tree);
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let (EntryKind::Tree, tree) = found else { return Ok(None) };
            let Some(entry) = self.entry(tree, part)? else { return Ok(None) };
            found = entry;
        }
        Ok(Some(found))
    }

    /// The tree of the scanned root in a commit; none where it was not there.
    pub(super) fn root_tree(&self, commit: &Commit) -> Result<Option<ObjectId>, Refused> {
        let found = self.at(commit, &self.shared.prefix)?;
        Ok(found.filter(|(kind, _)| *kind == EntryKind::Tree).map(|(_, tree)| tree))
    }

    /// What a tree has under a name.
    pub(super) fn entry(&self, tree: ObjectId, name: &str) -> Result<Option<(EntryKind, ObjectId)>, Refused> {
        self.with(|git| {
            let tree = git.find_tree(tree).map_err(|error| damaged(tree, &error))?;
            Ok(tree.find_entry(name).map(|entry| (entry.mode().kind(), entry.object_id())))
        })
    }

    /// Adds the files of a tree that stands at `folder` (relative to the root) to a listing. What stands in several places
    /// is listed in the first of them before all else, so that a tree that repeats without end leaves the others alone.
    pub(super) fn list(&self, tree: ObjectId, folder: &str, listing: &mut Listing) -> Result<(), Refused> {
        let mut open = vec![(tree, folder.to_owned(), 0)];
        let mut again = Vec::new();
        loop {
            let is_new = !open.is_empty();
            let Some((tree, folder, depth)) = open.pop().or_else(|| again.pop()) else { return Ok(()) };
            if is_new && !listing.unfolding.is_new(tree) {
                again.push((tree, folder, depth));
                continue;
            }
            let entries = self.known_entries(tree, listing)?;
            if !listing.unfolding.may_list(entries.len(), is_new, folder.len()) {
                listing.skip(&folder);
                continue;
            }
            for (name, kind, id) in entries.iter() {
                let Ok(name) = std::str::from_utf8(name) else {
                    listing.problems.push(not_utf8(&folder));
                    continue;
                };
                let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                let id = *id;
                match kind {
                    EntryKind::Tree if name == ".git" => {}
                    EntryKind::Tree if depth < MAX_DEPTH => {
                        let within = if is_new { &mut open } else { &mut again };
                        within.push((id, path, depth + 1));
                    }
                    EntryKind::Tree => listing.fill(format!("folders deeper than {MAX_DEPTH} are not read"), &path),
                    EntryKind::Blob | EntryKind::BlobExecutable => {
                        listing.add(path, id);
                    }
                    EntryKind::Link => listing.links.push((path, id)),
                    EntryKind::Commit => listing.submodules.push(path),
                }
                if listing.full {
                    return Ok(());
                }
            }
        }
    }

    fn known_entries(&self, tree: ObjectId, listing: &mut Listing) -> Result<Arc<Vec<TreeEntry>>, Refused> {
        if let Some(known) = listing.trees.get(&tree) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(self.entries(tree)?);
        listing.trees.insert(tree, Arc::clone(&read));
        Ok(read)
    }

    pub(super) fn entries(&self, tree: ObjectId) -> Result<Vec<(Vec<u8>, EntryKind, ObjectId)>, Refused> {
        self.with(|git| {
            let found = git.find_tree(tree).map_err(|error| damaged(tree, &error))?;
            let decoded = found.decode().map_err(|error| damaged(tree, &error))?;
            let entries = decoded.entries.iter();
            Ok(entries.map(|entry| (entry.filename.to_vec(), entry.mode.kind(), entry.oid.to_owned())).collect())
        })
    }

    /// The root, where it is the top of the repository.
    fn tops(&self) -> BTreeSet<String> {
        self.shared.prefix.is_empty().then(String::new).into_iter().collect()
    }

    /// A workspace of what is listed, without what the request excludes.
    pub(super) fn workspace(&self, mut listing: Listing, request: &Request) -> Discovered {
        let mut problems = std::mem::take(&mut listing.problems);
        let on_disk = listing.on_disk;
        let linked = std::mem::take(&mut listing.folders);
        let ids = self.kept(listing, request, &mut problems);
        let paths: Vec<(String, bool)> =
            ids.keys().map(|path| (path.clone(), is_judged(path, request, true))).collect();
        let on_disk = on_disk.then(|| Door::new(&self.shared.root));
        let objects = Box::new(Objects { repository: self.clone(), ids, on_disk });
        let (loader, paths) = archive::opened(objects, paths, &mut problems);
        let workspace = Workspace::new(loader, paths);
        let workspace = workspace.with_linked_folders(linked).with_tops(self.tops());
        let whole = request.wanted.iter().any(String::is_empty);
        let workspace = if whole { workspace.whole() } else { workspace };
        problems.sort();
        Discovered { workspace, problems }
    }

    /// The files of a listing without those that the request and `.ignore` files leave out.
    fn kept(&self, listing: Listing, request: &Request, problems: &mut Vec<Problem>) -> HashMap<String, ObjectId> {
        let filter = self.filter(&listing, request, problems);
        listing.files.into_iter().filter(|(path, _)| filter.keeps(path)).collect()
    }

    /// Of some paths those that the request and the `.ignore` files of a commit do not leave out.
    pub(super) fn kept_as_of(
        &self,
        commit: &Commit,
        paths: BTreeSet<String>,
        request: &Request,
    ) -> Result<BTreeSet<String>, Refused> {
        let filter = self.filter(&self.listing(commit, Trees::new())?, request, &mut Vec::new());
        Ok(paths.into_iter().filter(|path| filter.keeps(path)).collect())
    }

    fn filter(&self, listing: &Listing, request: &Request, problems: &mut Vec<Problem>) -> Filter<'static> {
        let overrides = exclude::overrides(&request.root, &request.exclude, problems);
        let ignore_files = self.ignore_files(listing);
        Filter::new(overrides, move |folder| Own { ignore: ignore_files.get(folder).cloned(), ..Own::default() })
    }

    /// The `.ignore` files of a listing, by their folders. One that cannot be read leaves nothing out.
    fn ignore_files(&self, listing: &Listing) -> HashMap<String, Vec<u8>> {
        let files = listing.files.iter().filter_map(|(path, id)| {
            let folder = if path == ".ignore" { "" } else { path.strip_suffix("/.ignore")? };
            Some((folder.to_owned(), self.blob(*id).ok()?))
        });
        files.collect()
    }
}

impl Listing {
    /// Adds a file; nothing more where there are too many.
    pub(super) fn add(&mut self, path: String, id: ObjectId) {
        if self.files.len() < MAX_FILES {
            self.files.insert(path, id);
        } else {
            self.fill(format!("more than {MAX_FILES} files are not read"), &path);
        }
    }

    /// Tells, once, that a folder is left out since its content repeats too often.
    pub(super) fn skip(&mut self, folder: &str) {
        if !std::mem::replace(&mut self.skips, true) {
            let message = "the content of this folder stands in too many places of the revision: it is not read here, \
                           nor in those after it";
            let problem = Problem::error("discover::limit", folder, None, message);
            self.problems.push(problem.help("leave it out with `exclude` in annexa.toml, or remove what repeats"));
        }
    }

    fn fill(&mut self, message: String, path: &str) {
        self.full = true;
        self.problems.push(Problem::error("discover::limit", path, None, message));
    }
}

pub(super) fn not_utf8(folder: &str) -> Problem {
    let message = "a file of this folder has a name that is not UTF-8, so it is not read";
    Problem::error("discover::name", folder, None, message)
        .help("rename the file, or leave it out with `exclude` in annexa.toml")
}

fn damaged(tree: ObjectId, error: &gix::Error) -> Refused {
    Refused::Damaged(format!("tree {tree}"), told(error))
}
