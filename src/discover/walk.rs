//! Walks of directories.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::door::{Door, Entry, reason};
use super::git::Repository;
use super::ignored::Counting;
use super::{Discovered, Request, archive, exclude, ignored, is_installed, is_judged, is_under, relative};
use crate::document::Problem;
use crate::source::{LinkedFolders, Workspace};

/// The files below a folder, in order; the file itself where the path is one.
pub fn all_files_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    walk.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path)
}

/// What lies below a folder and is neither a file nor a folder: links and the like, in order.
pub fn others_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let is_other = |entry: &walkdir::DirEntry| !entry.file_type().is_file() && !entry.file_type().is_dir();
    walk.filter(is_other).map(walkdir::DirEntry::into_path)
}

/// The files with an ending below a folder, in order; the file itself where the path is one. Links and the like are there
/// too, to be told when they are read.
pub fn files_below(folder: &Path, extension: &str) -> impl Iterator<Item = PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = walk.filter(|entry| !entry.file_type().is_dir()).map(walkdir::DirEntry::into_path);
    files.filter(move |path| path.extension().is_some_and(|found| found == extension))
}

/// Lists the files of a directory tree.
pub fn walk(request: &Request) -> Discovered {
    walk_with(request, None)
}

/// Lists the files of a directory tree, and those that git tracks, whatever ignore files say of them.
pub fn walk_with(request: &Request, tracked: Option<BTreeSet<String>>) -> Discovered {
    let door = Door::new(&request.root);
    if request.wanted.is_empty() {
        return Discovered { workspace: Workspace::new(Box::new(door), []), problems: Vec::new() };
    }
    let mut problems = Vec::new();
    let Listed { mut paths, linked, tops, leaves_out } = listed(request, &door, &mut problems);
    paths.extend(explicit_files(request, &door));
    match &tracked {
        Some(tracked) => paths.extend(tracked.iter().cloned()),
        None if leaves_out => paths.extend(tracked_though_ignored(request, &door, &paths)),
        None => {}
    }
    paths.extend(installed_modules(&request.root, &door, &paths));
    let tracked = tracked.unwrap_or_else(|| tracked_modules(request, &paths));
    let paths = paths.into_iter().map(|path| {
        let wanted = is_judged(&path, request, tracked.contains(&path));
        (path, wanted)
    });
    let (loader, paths) = archive::opened(Box::new(door), paths.collect(), &mut problems);
    let workspace = Workspace::new(loader, paths).with_linked_folders(linked).with_tops(tops);
    let whole = request.wanted.iter().any(String::is_empty);
    let workspace = if whole { workspace.whole() } else { workspace };
    problems.sort();
    problems.dedup();
    Discovered { workspace, problems }
}

/// What stands below the root and nothing leaves out.
#[derive(Default)]
struct Listed {
    paths: Vec<String>,
    linked: LinkedFolders,
    /// The folders that hold `.git`.
    tops: BTreeSet<String>,
    /// Whether something was left out.
    leaves_out: bool,
}

/// What the walk meets, but for directories.
enum Item {
    /// A file, or a link to one.
    File(String),
    /// A link to a directory, and that.
    LinkedFolder(String, String),
}

fn listed(request: &Request, door: &Door, problems: &mut Vec<Problem>) -> Listed {
    let found = Mutex::new((Listed::default(), Vec::new()));
    let overrides = exclude::overrides(&request.root, &request.exclude, problems);
    let (filter, told) = ignored::filter(door, &request.root, overrides, Counting::All);
    let leaves_out = Arc::new(AtomicBool::new(false));
    let some = Arc::clone(&leaves_out);
    let mut builder = WalkBuilder::new(&request.root);
    // The walker would open whatever is called `.gitignore`, also above the root.
    builder.standard_filters(false).follow_links(false).threads(walkers(&request.root));
    let root = request.root.clone();
    let tops = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&tops);
    builder.filter_entry(move |entry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let passed_over = |path: String| !path.is_empty() && filter.passes_over(&path, is_folder);
        let is_git = entry.file_name() == ".git";
        if let (true, Some(top), Ok(mut seen)) =
            (is_git, entry.path().parent().and_then(|folder| relative(&root, folder)), seen.lock())
        {
            seen.insert(top);
        }
        let is_left_out = !is_git && relative(&root, entry.path()).is_some_and(passed_over);
        if is_left_out {
            some.store(true, Ordering::Relaxed);
        }
        !is_git && !is_left_out
    });
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            let outcome = item(&request.root, door, entry);
            if let (Some(outcome), Ok(mut found)) = (outcome, found.lock()) {
                match outcome {
                    Ok(Item::File(path)) => found.0.paths.push(path),
                    Ok(Item::LinkedFolder(link, folder)) => found.0.linked.insert(link, folder),
                    Err(problem) => found.1.push(problem),
                }
            }
            WalkState::Continue
        })
    });
    let (mut listed, more) = found.into_inner().unwrap_or_default();
    listed.leaves_out = leaves_out.load(Ordering::Relaxed);
    listed.tops = tops.lock().map(|mut tops| std::mem::take(&mut *tops)).unwrap_or_default();
    problems.extend(more);
    problems.extend(told.lock().map(|mut told| std::mem::take(&mut *told)).unwrap_or_default());
    listed
}

/// How many threads list the files below a root. Where two do, one that finds nothing to do sleeps for a millisecond before it looks
/// again, which a folder without others would wait for.
fn walkers(root: &Path) -> usize {
    let below = walkdir::WalkDir::new(root).min_depth(1).max_depth(1).into_iter().filter_map(Result::ok);
    let mut folders = below.filter(|entry| entry.file_type().is_dir() && entry.file_name() != ".git");
    if folders.next().is_some() { 2 } else { 1 }
}

/// Files that were asked for by name are scanned even where `.gitignore` leaves them out.
fn explicit_files(request: &Request, door: &Door) -> Vec<String> {
    let named = request.wanted.iter().filter(|wanted| !wanted.is_empty());
    named.filter(|wanted| matches!(door.entry(wanted), Entry::File | Entry::LinkToFile)).cloned().collect()
}

/// The modules that `terraform init` put beside a configuration: read where calls lead to them, but not judged, and
/// there although `.gitignore` leaves them out as a rule.
fn installed_modules(root: &Path, door: &Door, paths: &[String]) -> Vec<String> {
    let outside = paths.iter().filter(|path| !is_installed(path)).map(Path::new);
    let configurations = outside.filter(|path| path.extension().is_some_and(|extension| extension == "tf"));
    let directories: BTreeSet<&Path> = configurations.filter_map(Path::parent).collect();
    let folders = directories.into_iter().filter_map(|directory| {
        let folder = directory.join(".terraform/modules");
        (door.entry(folder.to_str()?) == Entry::Folder).then(|| root.join(folder))
    });
    let files = folders.flat_map(|folder| all_files_below(&folder).collect::<Vec<_>>());
    files.filter_map(|file| relative(root, &file)).collect()
}

/// What git tracks although a `.gitignore` names it: git ignores nothing that it tracks, and neither does who clones the repository.
fn tracked_though_ignored(request: &Request, door: &Door, paths: &[String]) -> Vec<String> {
    let Ok(tracked) = Repository::open(&request.root).and_then(|repository| repository.indexed()) else {
        return Vec::new();
    };
    let listed: HashSet<&str> = paths.iter().map(String::as_str).collect();
    let overrides = exclude::overrides(&request.root, &request.exclude, &mut Vec::new());
    let (filter, _) = ignored::filter(door, &request.root, overrides, Counting::NotOfGit);
    let is_file = |path: &str| matches!(door.entry(path), Entry::File | Entry::LinkToFile);
    let missing = tracked.files.into_iter().filter(|path| !listed.contains(path.as_str()));
    missing.filter(|path| filter.keeps(path) && is_file(path)).collect()
}

/// Of the files where `terraform init` puts modules those that git tracks. Git is asked only where there are any.
fn tracked_modules(request: &Request, paths: &[String]) -> BTreeSet<String> {
    if !paths.iter().any(|path| is_installed(path)) {
        return BTreeSet::new();
    }
    Repository::open(&request.root).and_then(|repository| repository.indexed()).unwrap_or_default().files
}

fn item(root: &Path, door: &Door, entry: Result<DirEntry, ignore::Error>) -> Option<Result<Item, Problem>> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            return Some(Err(Problem::error("discover::list", "", None, format!("cannot be listed: {error}"))));
        }
    };
    let kind = entry.file_type()?;
    if kind.is_dir() || entry.depth() == 0 {
        return None;
    }
    let Some(path) = relative(root, entry.path()) else {
        let shown = entry.path().to_string_lossy().into_owned();
        let problem = Problem::error("discover::name", shown, None, "the file's name is not UTF-8, so it is not read");
        return Some(Err(problem.help("rename the file, or leave it out with `exclude` in annexa.toml")));
    };
    if kind.is_file() {
        return Some(Ok(Item::File(path)));
    }
    other(path, door, &entry).transpose()
}

/// What is neither a file nor a directory. A link to a file of the tree is read under its own name, since that is where
/// tools find it; what is in a linked directory is listed where it is, and found behind the link. Any other is told.
fn other(path: String, door: &Door, entry: &DirEntry) -> Result<Option<Item>, Problem> {
    let notice = |code, message: String| Err(Problem::notice(code, path.clone(), None, message));
    match door.entry(&path) {
        Entry::File | Entry::LinkToFile => Ok(Some(Item::File(path))),
        Entry::Folder | Entry::Nothing => Ok(None),
        Entry::LinkToFolder => match door.target(&path) {
            Some(folder) if is_under(&path, &folder) => {
                notice("discover::loop", "symbolic link leads to a folder that it is in itself".to_owned())
            }
            folder => Ok(folder.map(|folder| Item::LinkedFolder(path, folder))),
        },
        Entry::Broken => {
            let why = entry.path().canonicalize().err().map(|error| reason(&error)).unwrap_or_default();
            notice("discover::link", format!("symbolic link is not followed: {why}"))
        }
        Entry::Outside => {
            let message = "symbolic link leads outside of the scanned directory and is not followed";
            notice("discover::link", message.to_owned())
        }
        Entry::Special(what) => notice("discover::special", format!("is {what}, so it is not read")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    fn paths(request: &Request) -> Vec<(String, bool)> {
        let workspace = walk(request).workspace;
        workspace.ids().map(|id| (workspace.path(id).to_owned(), workspace.is_judged(id))).collect()
    }

    #[test]
    fn installed_terraform_modules_are_there_to_be_read() {
        let root = tree(&[
            (".gitignore", ".terraform\n"),
            ("a/main.tf", ""),
            ("a/.terraform/modules/modules.json", "{}"),
            ("a/.terraform/providers/x", ""),
        ]);
        let request = Request { root: root.path().into(), wanted: vec![String::new()], exclude: Vec::new() };
        let found = paths(&request);
        assert!(found.contains(&("a/.terraform/modules/modules.json".into(), false)), "{found:?}");
        assert!(!found.iter().any(|(path, _)| path.ends_with("providers/x")), "{found:?}");
    }

    #[test]
    fn ignored_and_excluded_files_are_left_out_unless_named() {
        let root =
            tree(&[(".gitignore", "*.log\n"), ("a.tf", ""), ("b.log", ""), ("vendor/c.tf", ""), (".git/config", "")]);
        let mut request =
            Request { root: root.path().into(), wanted: vec![String::new()], exclude: vec!["vendor/".into()] };
        let names = |request: &Request| paths(request).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        assert_eq!(names(&request), [".gitignore", "a.tf"]);
        request.wanted = vec!["b.log".into()];
        assert_eq!(names(&request), [".gitignore", "a.tf", "b.log"]);
    }

    #[test]
    fn only_what_was_asked_for_is_judged() {
        let root = tree(&[("a/x.tf", ""), ("ab/y.tf", "")]);
        let request = Request { root: root.path().into(), wanted: vec!["a".into()], exclude: vec![] };
        assert_eq!(paths(&request), [("a/x.tf".to_owned(), true), ("ab/y.tf".to_owned(), false)]);
    }

    #[test]
    fn folders_with_a_repository_of_their_own_are_known() {
        for (paths, want) in [
            (&["a/x.tf"][..], [None, None]),
            (&[".git/config", "a/x.tf"], [Some(true), Some(false)]),
            (&[".git/config", "a/.git", "a/x.tf"], [Some(true), Some(true)]),
            (&["a/.git/config", "a/x.tf"], [Some(false), Some(true)]),
        ] {
            let root = tree(&paths.iter().map(|path| (*path, "")).collect::<Vec<_>>());
            let request = Request { root: root.path().into(), wanted: vec![String::new()], exclude: vec![] };
            let found = walk(&request).workspace;
            assert_eq!(["", "a"].map(|folder| found.is_top(folder)), want, "{paths:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn linked_folders_lead_on_and_loops_are_told() {
        let root = tree(&[("real/a.tf", ""), ("real/sub/b.tf", "")]);
        std::os::unix::fs::symlink("loop", root.path().join("loop")).unwrap();
        std::os::unix::fs::symlink("real", root.path().join("alias")).unwrap();
        std::os::unix::fs::symlink("..", root.path().join("real/up")).unwrap();
        let request = Request { root: root.path().into(), wanted: vec![String::new()], exclude: vec![] };
        let found = walk(&request);
        let told: Vec<&str> = found.problems.iter().map(|problem| &*problem.path).collect();
        assert_eq!(told, ["loop", "real/up"]);
        let workspace = &found.workspace;
        let names = |ids: Vec<FileId>| ids.iter().map(|id| workspace.path(*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(names(workspace.ids().collect()), ["real/a.tf", "real/sub/b.tf"], "each once");
        assert_eq!(workspace.find("alias/sub/b.tf"), workspace.find("real/sub/b.tf"));
        assert_eq!(names(workspace.in_directory("alias").collect()), ["real/a.tf"]);
        assert_eq!(names(workspace.under("alias").collect()), ["real/a.tf", "real/sub/b.tf"]);
        assert_eq!(workspace.find("alias/up/real/a.tf"), None, "a loop is not followed");
    }
}
