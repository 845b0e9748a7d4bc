//! Which files there are, and their bytes.
//!
//! The only part of the library that touches the file system. A walk honours `.gitignore` (and `.ignore`), never
//! follows symbolic links, and leaves out `.git`; the order in which the file system lists entries never shows, since a
//! [`Workspace`] sorts.

mod exclude;
pub mod git;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::document::Problem;
use crate::source::{Loader, MAX_FILE_BYTES, Unreadable, Workspace};

/// What to scan.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The directory that all paths are relative to.
    pub root: PathBuf,
    /// Files and directories whose findings are wanted, relative to the root, with `/`; `""` is the root itself.
    pub wanted: Vec<String>,
    /// Globs of paths to leave out, in the syntax of `.gitignore`.
    pub exclude: Vec<String>,
}

/// What a walk found.
pub struct Discovered {
    /// The files.
    pub workspace: Workspace,
    /// Entries that could not be listed.
    pub problems: Vec<Problem>,
}

/// The directory that a scan of these paths is relative to: the nearest ancestor of them all that holds `.git` or
/// `annexa.toml`, else the directory itself (the parent of a file).
pub fn root_of(paths: &[PathBuf]) -> PathBuf {
    let mut common: Option<PathBuf> = None;
    for path in paths {
        let directory = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(path) };
        common = Some(match common {
            None => directory.to_path_buf(),
            Some(before) => shared_ancestor(&before, directory),
        });
    }
    let common = common.unwrap_or_default();
    let marked =
        common.ancestors().find(|directory| directory.join(".git").exists() || directory.join("annexa.toml").exists());
    marked.unwrap_or(&common).to_path_buf()
}

fn shared_ancestor(a: &Path, b: &Path) -> PathBuf {
    a.components().zip(b.components()).take_while(|(x, y)| x == y).map(|(x, _)| x).collect()
}

/// A path relative to the root, with `/`; none when it is outside.
pub fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> =
        path.strip_prefix(root).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// Reads one file of the file system from outside the workspace (settings, user rules, parameter files).
pub fn read(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let length = std::fs::metadata(path).map_err(|error| Unreadable::Io(reason(&error)))?.len();
    if length > MAX_FILE_BYTES as u64 {
        return Err(Unreadable::TooLong(length));
    }
    std::fs::read(path).map_err(|error| Unreadable::Io(reason(&error)))
}

/// The files below a folder, in order; the file itself where the path is one.
pub fn all_files_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    walk.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path)
}

/// The files with an ending below a folder, in order; the file itself where the path is one.
pub fn files_below(folder: &Path, extension: &str) -> impl Iterator<Item = PathBuf> {
    all_files_below(folder).filter(move |path| path.extension().is_some_and(|found| found == extension))
}

/// Lists the files of a directory tree.
pub fn walk(request: &Request) -> Discovered {
    walk_with(request, Vec::new())
}

/// Lists the files of a directory tree, and these, whatever ignore files say of them.
pub fn walk_with(request: &Request, also: Vec<String>) -> Discovered {
    if request.wanted.is_empty() {
        let workspace = Workspace::new(Box::new(Directory { root: request.root.clone() }), []);
        return Discovered { workspace, problems: Vec::new() };
    }
    let found = Mutex::new((Vec::new(), Vec::new()));
    let mut problems = Vec::new();
    let overrides = exclude::overrides(&request.root, &request.exclude, &mut problems);
    let mut builder = WalkBuilder::new(&request.root);
    builder.hidden(false).require_git(false).git_global(false).parents(true).follow_links(false).threads(2);
    builder.filter_entry(|entry| entry.file_name() != ".git");
    builder.overrides(overrides);
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            let outcome = listed(&request.root, entry);
            if let (Some(outcome), Ok(mut found)) = (outcome, found.lock()) {
                match outcome {
                    Ok(path) => found.0.push(path),
                    Err(problem) => found.1.push(problem),
                }
            }
            WalkState::Continue
        })
    });
    let (mut paths, more) = found.into_inner().unwrap_or_default();
    problems.extend(more);
    paths.extend(explicit_files(request));
    paths.extend(also);
    paths.extend(installed_modules(&request.root, &paths));
    let paths = paths.into_iter().map(|path| {
        let wanted = is_judged(&path, request);
        (path, wanted)
    });
    let workspace = Workspace::new(Box::new(Directory { root: request.root.clone() }), paths);
    let whole = request.wanted.iter().any(String::is_empty);
    let workspace = if whole { workspace.whole() } else { workspace };
    problems.sort();
    Discovered { workspace, problems }
}

/// Files that were asked for by name are scanned even where `.gitignore` leaves them out.
fn explicit_files(request: &Request) -> Vec<String> {
    request.wanted.iter().filter(|wanted| !wanted.is_empty() && request.root.join(wanted).is_file()).cloned().collect()
}

/// The modules that `terraform init` put beside a configuration: read where calls lead to them, but not judged, and
/// there although `.gitignore` leaves them out as a rule.
fn installed_modules(root: &Path, paths: &[String]) -> Vec<String> {
    let outside = paths.iter().filter(|path| !is_installed(path)).map(Path::new);
    let configurations = outside.filter(|path| path.extension().is_some_and(|extension| extension == "tf"));
    let directories: BTreeSet<&Path> = configurations.filter_map(Path::parent).collect();
    let folders = directories.into_iter().map(|directory| root.join(directory).join(".terraform/modules"));
    let files =
        folders.filter(|folder| folder.is_dir()).flat_map(|folder| all_files_below(&folder).collect::<Vec<_>>());
    files.filter_map(|file| relative(root, &file)).collect()
}

/// Whether findings in a file are wanted.
fn is_judged(path: &str, request: &Request) -> bool {
    !is_installed(path) && request.wanted.iter().any(|wanted| is_under(path, wanted))
}

fn is_installed(path: &str) -> bool {
    path.starts_with(".terraform/") || path.contains("/.terraform/")
}

fn is_under(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn listed(root: &Path, entry: Result<DirEntry, ignore::Error>) -> Option<Result<String, Problem>> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            return Some(Err(Problem::error("discover::list", "", None, format!("cannot be listed: {error}"))));
        }
    };
    let kind = entry.file_type()?;
    if kind.is_symlink() {
        return stray_link(root, entry.path()).map(Err);
    }
    if !kind.is_file() {
        return None;
    }
    Some(relative(root, entry.path()).ok_or_else(|| {
        let shown = entry.path().to_string_lossy().into_owned();
        Problem::error("discover::name", shown, None, "the file's name is not UTF-8, so it is not read")
            .help("rename the file, or leave it out with `exclude` in annexa.toml")
    }))
}

/// A link that leads to another file of the tree costs nothing, since that file is listed itself; any other is told.
fn stray_link(root: &Path, link: &Path) -> Option<Problem> {
    let path = relative(root, link)?;
    let notice = |message: String| Some(Problem::notice("discover::link", path.clone(), None, message));
    match link.canonicalize() {
        Err(error) => notice(format!("symbolic link is not followed: {}", reason(&error))),
        Ok(target) => {
            let inside = root.canonicalize().is_ok_and(|root| target.starts_with(root));
            if inside {
                None
            } else {
                notice("symbolic link leads outside of the scanned directory and is not followed".into())
            }
        }
    }
}

/// The words of the operating system, without its error number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

struct Directory {
    root: PathBuf,
}

impl Loader for Directory {
    fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        read(&self.root.join(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_loops_are_told() {
        let root = tree(&[("real/a.tf", "")]);
        std::os::unix::fs::symlink("loop", root.path().join("loop")).unwrap();
        std::os::unix::fs::symlink("real", root.path().join("alias")).unwrap();
        std::os::unix::fs::symlink("..", root.path().join("real/up")).unwrap();
        let request = Request { root: root.path().into(), wanted: vec![String::new()], exclude: vec![] };
        let found = walk(&request);
        let told: Vec<&str> = found.problems.iter().map(|problem| &*problem.path).collect();
        assert_eq!(told, ["loop"]);
        assert_eq!(found.workspace.ids().count(), 1);
    }
}
