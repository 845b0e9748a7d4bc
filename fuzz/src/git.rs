//! Repositories of git with one thing in them that may be anything.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use annexa::discover::Request;
use annexa::discover::git::Repository;
use sha1::{Digest, Sha1};

/// A tree of the newest commit that holds anything.
pub fn git_tree(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for the repository");
    let git = skeleton(folder.path());
    let tree = object(&git, "tree", bytes);
    let commit = format!("tree {tree}\nauthor a <a@example.org> 0 +0000\ncommitter a <a@example.org> 0 +0000\n\na\n");
    let commit = object(&git, "commit", commit.as_bytes());
    fs::write(git.join("refs/heads/main"), format!("{commit}\n")).expect("a branch");
    let Ok(repository) = Repository::open(folder.path()) else { return };
    let Ok(head) = repository.head() else { return };
    let request = request(folder.path());
    if let Ok(found) = repository.revision(&head, &request) {
        for id in found.workspace.ids() {
            let _ = found.workspace.source(id);
        }
    }
    let _ = repository.staged(&request);
}

/// An index that is anything.
pub fn git_index(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for the repository");
    let git = skeleton(folder.path());
    // An index ends with its hash, which is no obstacle for whoever writes one.
    let mut index = bytes.to_vec();
    index.extend(Sha1::digest(bytes));
    fs::write(git.join("index"), index).expect("an index");
    let Ok(repository) = Repository::open(folder.path()) else { return };
    let _ = repository.staged(&request(folder.path()));
}

fn request(root: &Path) -> Request {
    Request { root: root.to_path_buf(), ..Request::default() }
}

fn skeleton(root: &Path) -> std::path::PathBuf {
    let git = root.join(".git");
    for name in ["objects", "refs/heads"] {
        fs::create_dir_all(git.join(name)).expect("a folder of the repository");
    }
    fs::write(git.join("HEAD"), "ref: refs/heads/main\n").expect("a head");
    fs::write(git.join("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = false\n").expect("settings");
    git
}

fn object(git: &Path, kind: &str, bytes: &[u8]) -> String {
    let mut whole = format!("{kind} {}\0", bytes.len()).into_bytes();
    whole.extend(bytes);
    let id: String = Sha1::digest(&whole).iter().map(|byte| format!("{byte:02x}")).collect();
    let (folder, file) = id.split_at(2);
    fs::create_dir_all(git.join("objects").join(folder)).expect("a folder of objects");
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&whole).and_then(|()| packed.flush()).expect("what is in memory is written");
    fs::write(git.join("objects").join(folder).join(file), packed.finish().expect("the end")).expect("an object");
    id
}
