//! Which files there are, and their bytes.
//!
//! The only part of the library that touches the file system: files are opened in [`door`] and nowhere else, and folders
//! are listed here. A walk honours `.gitignore` (and `.ignore`), leaves out `.git`, and follows a symbolic link only to a
//! file of the same tree; the order in which the file system lists entries never shows, since a [`Workspace`] sorts.

mod archive;
pub mod door;
mod exclude;
pub mod git;
mod ignored;
mod walk;

use std::path::{Path, PathBuf};

use crate::document::Problem;
use crate::source::Workspace;

pub use door::read;
pub use exclude::left_out;
pub use walk::{all_files_below, files_below, others_below, walk, walk_with};

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
/// `annexa.toml`, else the directory itself (the parent of a file). What stands behind a link does not count where the
/// link stands in a tree with such a mark: no link makes another place the root.
pub fn root_of(paths: &[PathBuf]) -> PathBuf {
    let common = common_folder(paths);
    let is_link = |folder: &&Path| folder.symlink_metadata().is_ok_and(|found| found.is_symlink());
    let around = common.ancestors().filter(is_link).filter_map(|link| link.parent().and_then(marked)).last();
    around.or_else(|| marked(&common)).unwrap_or(&common).to_path_buf()
}

/// The nearest folder from this one up that holds `.git` or `annexa.toml`.
fn marked(folder: &Path) -> Option<&Path> {
    let holds = |folder: &Path, name: &str| folder.join(name).symlink_metadata().is_ok();
    folder.ancestors().find(|folder| holds(folder, ".git") || holds(folder, "annexa.toml"))
}

/// The folder that all of these paths are in. A link is in the folder that it stands in.
pub fn common_folder(paths: &[PathBuf]) -> PathBuf {
    let folder = |path: &PathBuf| {
        let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
        if is_folder { path.clone() } else { path.parent().unwrap_or(path).to_path_buf() }
    };
    paths.iter().map(folder).reduce(|one, other| shared_ancestor(&one, &other)).unwrap_or_default()
}

/// A path as it is asked for, or where it leads if it is a link to a directory that stands in no scanned tree: there is
/// nothing then that it could lead out of.
pub fn settled(path: PathBuf) -> PathBuf {
    let is_link = path.symlink_metadata().is_ok_and(|found| found.is_symlink());
    let stands_in_tree = path.parent().and_then(marked).is_some();
    if is_link && !stands_in_tree && path.is_dir() { path.canonicalize().unwrap_or(path) } else { path }
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

/// Whether findings in a file are wanted. What `terraform init` put beside a configuration is only read; what git tracks
/// there is somebody's own.
fn is_judged(path: &str, request: &Request, is_tracked: bool) -> bool {
    (is_tracked || !is_installed(path)) && request.wanted.iter().any(|wanted| is_under(path, wanted))
}

fn is_installed(path: &str) -> bool {
    path.starts_with(".terraform/") || path.contains("/.terraform/")
}

fn is_under(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
