//! The door to the file system: every file that is read is opened here, and every file that is written is made here.
//!
//! Only regular files are opened: what is a pipe, a device or a socket is refused before it could hold a run up. No more
//! of a file is read than [`MAX_FILE_BYTES`]. What the repository names (paths of the settings, links in the tree) stays
//! below the root; only what the user names on the command line may lie elsewhere.

use std::collections::HashMap;
use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use crate::source::{Loader, MAX_FILE_BYTES, Unreadable};

/// Reads a file that the user names, wherever it lies and whatever links lead there.
pub fn read(path: &Path) -> Result<Vec<u8>, Unreadable> {
    regular(path, MAX_FILE_BYTES)
}

/// Whether something stands at a path that the user names, behind links too.
pub fn is_there(path: &Path) -> bool {
    path.exists()
}

/// Whether a directory stands at a path that the user names.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Whether a file stands at a path that the user names.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Reads a file that the user names, and that may not be as long as others.
pub(super) fn read_at_most(path: &Path, most: usize) -> Result<Vec<u8>, Unreadable> {
    regular(path, most)
}

/// Opens a file that the user names and that is read piece by piece, however long it is.
pub fn stream(path: &Path) -> Result<impl Read, Unreadable> {
    let refused = |error: io::Error| Unreadable::Io(reason(&error));
    refuse_other(&fs::metadata(path).map_err(refused)?, usize::MAX)?;
    let file = open(path).map_err(refused)?;
    refuse_other(&file.metadata().map_err(refused)?, usize::MAX)?;
    Ok(file)
}

/// Reads all of a stream, as far as a file would be read.
pub fn read_stream(stream: impl Read) -> Result<Vec<u8>, Unreadable> {
    bounded(stream, 0, MAX_FILE_BYTES)
}

/// What stands at a path below the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing, or it cannot be asked.
    Nothing,
    /// A regular file.
    File,
    /// A directory.
    Folder,
    /// A link, or something behind a linked directory, that comes to a regular file below the root.
    LinkToFile,
    /// The same, for a directory.
    LinkToFolder,
    /// A link that leads to nothing.
    Broken,
    /// A link that leads out of the root, or into `.git`.
    Outside,
    /// A pipe, a device or a socket.
    Special(&'static str),
}

/// The files below a root. Nothing that is asked of it leads out of the root.
#[derive(Clone, Debug)]
pub struct Door {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    /// The root without links; none where it cannot be had.
    real: OnceLock<Option<PathBuf>>,
    /// Whether a folder below the root is reached without links.
    plain: Mutex<HashMap<PathBuf, bool>>,
}

impl Door {
    /// The door to what is below a root.
    pub fn new(root: &Path) -> Door {
        let shared = Shared { root: root.to_path_buf(), real: OnceLock::new(), plain: Mutex::default() };
        Door { shared: Arc::new(shared) }
    }

    /// What stands at a path relative to the root.
    pub fn entry(&self, relative: &str) -> Entry {
        self.look(relative).map_or(Entry::Outside, |(entry, _)| entry)
    }

    /// Reads a file at a path relative to the root. A link is followed to a file below the root and no further.
    pub fn read(&self, relative: &str) -> Result<Vec<u8>, Unreadable> {
        self.read_at_most(relative, MAX_FILE_BYTES)
    }

    /// The same, for files that may not be that long.
    pub fn read_at_most(&self, relative: &str, most: usize) -> Result<Vec<u8>, Unreadable> {
        let (entry, path) = self.look(relative).ok_or(Unreadable::Outside)?;
        match entry {
            Entry::Outside => Err(Unreadable::Outside),
            Entry::Special(what) => Err(Unreadable::NotAFile(what)),
            Entry::Folder | Entry::LinkToFolder => Err(Unreadable::NotAFile("a directory")),
            Entry::Broken => Err(Unreadable::Io("a symbolic link that leads to nothing".into())),
            Entry::Nothing | Entry::File | Entry::LinkToFile => regular(&path, most),
        }
    }

    /// The bytes of a regular file, as fast as they can be had: nothing is asked of the folders that lead there, so they count
    /// only where something else says that they are the right ones, such as their hash.
    pub fn glimpse(&self, relative: &str) -> Option<Vec<u8>> {
        let mut file = open(&self.shared.root.join(relative)).ok()?;
        let found = file.metadata().ok()?;
        refuse_other(&found, MAX_FILE_BYTES).ok()?;
        // What one reading does not bring is missed by whoever looks at the hash.
        let mut bytes = vec![0; usize::try_from(found.len()).ok()?];
        let length = file.read(&mut bytes).ok()?;
        bytes.truncate(length);
        Some(bytes)
    }

    /// Writes a file below the root anew. What is reached by a link is not written.
    pub fn write(&self, relative: &str, bytes: &[u8]) -> io::Result<()> {
        let refused = |why: &str| Err(io::Error::other(why.to_owned()));
        match self.entry(relative) {
            Entry::File => {}
            Entry::Nothing if self.is_plain(Path::new(relative).parent().unwrap_or(Path::new(""))) => {}
            Entry::Nothing => return refused("its folder is not there, or a symbolic link"),
            Entry::Folder | Entry::LinkToFolder => return refused("it is a directory"),
            Entry::LinkToFile | Entry::Broken | Entry::Outside => return refused("a symbolic link leads there"),
            Entry::Special(what) => return refused(what),
        }
        fs::write(self.shared.root.join(relative), bytes)
    }

    /// Writes a file below the root that is not there yet, the folders to it included; false where one is. Nothing is
    /// written through a link.
    pub fn write_new(&self, relative: &str, bytes: &[u8]) -> io::Result<bool> {
        if self.entry(relative) == Entry::Outside {
            return Err(io::Error::other("a symbolic link leads out of the directory"));
        }
        let mut way = self.shared.root.clone();
        for part in Path::new(relative).parent().into_iter().flat_map(Path::components) {
            way.push(part);
            match fs::symlink_metadata(&way) {
                Ok(found) if found.is_dir() => {}
                Ok(_) => return Err(io::Error::other("its folder is a symbolic link, or no folder")),
                Err(_) => fs::create_dir(&way)?,
            }
        }
        write_new(&self.shared.root.join(relative), bytes)
    }

    /// What stands at a path, and where its bytes are; none for a path that is not below the root as it is written.
    fn look(&self, relative: &str) -> Option<(Entry, PathBuf)> {
        let named = Path::new(relative);
        if !named.components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let path = self.shared.root.join(named);
        let Ok(found) = fs::symlink_metadata(&path) else { return Some((Entry::Nothing, path)) };
        if !found.is_symlink() && self.is_plain(named.parent().unwrap_or(Path::new(""))) {
            return Some((self::entry(&found), path));
        }
        let Ok(real) = path.canonicalize() else { return Some((Entry::Broken, path)) };
        let within = self.real().and_then(|root| real.strip_prefix(root).ok());
        let inside = within.is_some_and(|path| !path.components().any(|part| part.as_os_str() == ".git"));
        let entry = match fs::symlink_metadata(&real).map(|found| self::entry(&found)) {
            _ if !inside => Entry::Outside,
            Ok(Entry::File) => Entry::LinkToFile,
            Ok(Entry::Folder) => Entry::LinkToFolder,
            Ok(other) => other,
            Err(_) => Entry::Broken,
        };
        Some((entry, real))
    }

    /// The path that a link comes to, relative to the root; none where it leads elsewhere.
    pub fn target(&self, relative: &str) -> Option<String> {
        let (_, path) = self.look(relative)?;
        super::relative(self.real()?, &path)
    }

    fn real(&self) -> Option<&Path> {
        self.shared.real.get_or_init(|| self.shared.root.canonicalize().ok()).as_deref()
    }

    /// Whether no part of the way from the root to a folder is a link.
    fn is_plain(&self, folder: &Path) -> bool {
        if folder.as_os_str().is_empty() {
            return true;
        }
        let known = self.shared.plain.lock().ok().and_then(|plain| plain.get(folder).copied());
        if let Some(known) = known {
            return known;
        }
        let mut way = PathBuf::new();
        let plain = folder.components().all(|part| {
            way.push(part);
            fs::symlink_metadata(self.shared.root.join(&way)).is_ok_and(|found| found.is_dir())
        });
        if let Ok(mut known) = self.shared.plain.lock() {
            known.insert(folder.to_path_buf(), plain);
        }
        plain
    }
}

impl Loader for Door {
    fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        self.read(path)
    }
}

fn entry(found: &Metadata) -> Entry {
    if found.is_file() {
        Entry::File
    } else if found.is_dir() {
        Entry::Folder
    } else {
        Entry::Special(special(found.file_type()))
    }
}

/// What something is that is neither a file nor a directory.
#[cfg(unix)]
fn special(found: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if found.is_fifo() {
        "a named pipe"
    } else if found.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

/// What something is that is neither a file nor a directory.
#[cfg(not(unix))]
fn special(_found: FileType) -> &'static str {
    "no regular file"
}

/// Reads a regular file; nothing else is opened.
fn regular(path: &Path, most: usize) -> Result<Vec<u8>, Unreadable> {
    let refused = |error: io::Error| Unreadable::Io(reason(&error));
    refuse_other(&fs::metadata(path).map_err(refused)?, most)?;
    let file = open(path).map_err(refused)?;
    // Between the two it may have become another one.
    let found = file.metadata().map_err(refused)?;
    refuse_other(&found, most)?;
    bounded(file, usize::try_from(found.len()).unwrap_or(0), most)
}

fn refuse_other(found: &Metadata, most: usize) -> Result<(), Unreadable> {
    match entry(found) {
        Entry::File if found.len() > most as u64 => Err(Unreadable::TooLong(found.len())),
        Entry::File => Ok(()),
        Entry::Special(what) => Err(Unreadable::NotAFile(what)),
        _ => Err(Unreadable::NotAFile("a directory")),
    }
}

/// Opens a file so that even a pipe put in its place would not hold anything up.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    options.open(path)
}

fn bounded(stream: impl Read, expected: usize, most: usize) -> Result<Vec<u8>, Unreadable> {
    // Of a file that is as long as it said no byte more is taken.
    let mut bytes = Vec::with_capacity(expected.min(most));
    let read = stream.take(most as u64 + 1).read_to_end(&mut bytes);
    let length = read.map_err(|error| Unreadable::Io(reason(&error)))?;
    if length > most { Err(Unreadable::TooLong(length as u64)) } else { Ok(bytes) }
}

/// A file that the user names, made anew or emptied, the folders to it included.
pub fn create(path: &Path) -> io::Result<File> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    File::create(path)
}

/// The first entry of a folder that is neither a regular file nor a directory, behind links too, as a path below the folder;
/// with those in folders that `within` takes in. Whoever else opens it would wait for ever.
pub(super) fn special_in(folder: &Path, within: impl Fn(&str) -> bool) -> Option<(String, &'static str)> {
    let mut open = vec![String::new()];
    while let Some(at) = open.pop() {
        let Ok(entries) = fs::read_dir(folder.join(&at)) else { continue };
        for found in entries.flatten() {
            let Some(name) = found.file_name().to_str().map(str::to_owned) else { continue };
            let path = if at.is_empty() { name } else { format!("{at}/{name}") };
            let Ok(kind) = found.file_type() else { continue };
            if kind.is_dir() {
                open.extend(within(&path).then_some(path));
            } else if !kind.is_file()
                && let Some(Entry::Special(what)) = fs::metadata(found.path()).ok().map(|found| entry(&found))
            {
                return Some((path, what));
            }
        }
    }
    None
}

/// What stands at a path that is no part of a scanned tree, if it is neither a file nor a directory.
pub(super) fn special_at(path: &Path) -> Option<&'static str> {
    match fs::metadata(path).ok().map(|found| entry(&found)) {
        Some(Entry::Special(what)) => Some(what),
        _ => None,
    }
}

/// Writes a file that the user names and that is not there yet, the folders to it included; false where one is.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    match File::create_new(path) {
        Ok(mut file) => file.write_all(bytes).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a directory that the user names is empty, or not there.
pub fn is_vacant(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// The words of the operating system, without its error number.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
        create(path)?.write_all(bytes)
    }

    #[test]
    fn nothing_below_a_root_leads_out_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        for (path, text) in
            [("root/a.tf", "a"), ("root/sub/b.tf", "b"), ("root/.git/config", "token"), ("outside/secret", "secret")]
        {
            write(&folder.path().join(path), text.as_bytes()).unwrap();
        }
        for (target, link) in [
            ("a.tf", "inside"),
            ("../outside/secret", "out"),
            ("../outside", "folder"),
            ("sub", "alias"),
            (".git/config", "git"),
            ("nothing", "broken"),
            ("loop", "loop"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        let socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        let door = Door::new(&root);
        for (path, want, text) in [
            ("a.tf", Entry::File, Some("a")),
            ("sub", Entry::Folder, None),
            ("sub/b.tf", Entry::File, Some("b")),
            ("inside", Entry::LinkToFile, Some("a")),
            ("alias", Entry::LinkToFolder, None),
            ("alias/b.tf", Entry::LinkToFile, Some("b")),
            ("out", Entry::Outside, None),
            ("folder", Entry::Outside, None),
            ("folder/secret", Entry::Outside, None),
            ("git", Entry::Outside, None),
            ("broken", Entry::Broken, None),
            ("loop", Entry::Broken, None),
            ("socket", Entry::Special("a socket"), None),
            ("none", Entry::Nothing, None),
            ("../outside/secret", Entry::Outside, None),
            ("/etc/hostname", Entry::Outside, None),
        ] {
            assert_eq!(door.entry(path), want, "{path}");
            assert_eq!(door.read(path).ok().as_deref(), text.map(str::as_bytes), "{path}");
            let before = std::fs::read(folder.path().join("outside/secret")).unwrap();
            assert_eq!(door.write(path, b"x").is_ok(), matches!(want, Entry::File | Entry::Nothing), "{path}");
            assert_eq!(std::fs::read(folder.path().join("outside/secret")).unwrap(), before, "{path}");
            if let Some(text) = text.filter(|_| want == Entry::File) {
                door.write(path, text.as_bytes()).unwrap();
            }
        }
        drop(socket);
    }

    #[test]
    fn no_more_is_read_than_is_allowed() {
        let root = tempfile::tempdir().unwrap();
        write(&root.path().join("a"), b"abcd").unwrap();
        let door = Door::new(root.path());
        assert_eq!(door.read_at_most("a", 4), Ok(b"abcd".to_vec()));
        assert_eq!(door.read_at_most("a", 3), Err(Unreadable::TooLong(4)));
        assert_eq!(bounded(io::repeat(0), 0, 10), Err(Unreadable::TooLong(11)));
        assert_eq!(read(Path::new("/dev/null")), Err(Unreadable::NotAFile("a device")));
    }
}
