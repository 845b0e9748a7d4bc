//! The files of one run: what they are called, what is in them, and where a byte of them stands.
//!
//! A [`Workspace`] lists every file of the scan in a fixed order before any of them is read; the place in that list is
//! the [`FileId`], so ids and therefore all output are the same however many threads read. Texts are loaded on first
//! use, kept where somebody has an interest in them, and only through the [`Loader`] the workspace was made with: nothing else in the crate but
//! `discover` and `main` touches the file system.

mod encoding;
pub mod history;
pub mod kept;
mod linked;
pub mod renamed;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use encoding::{Decoded, Encoding};
use kept::{Identity, Kept};

pub use encoding::Oddity;
pub use linked::LinkedFolders;

/// The first id of files that are not listed but adopted: settings and rules from anywhere.
const FIRST_ADOPTED: u32 = 1 << 31;

/// Longest file that is read at all, in bytes; a longer one is a problem in the report, never silently skipped.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;

/// A file of the [`Workspace`]: its place in the sorted list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// The file of a span that is in no file: the repository itself.
pub const NO_FILE: FileId = FileId(u32::MAX);

/// A range of bytes in the *decoded* text of a file; half open. Invariant: `start <= end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the range is in.
    pub file: FileId,
    /// First byte, counted from 0 in the decoded text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`; an end before the start is taken for an empty range.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX).max(start);
        Span { file, start, end }
    }

    /// The whole of `self` and `other`, when both are in one file; else `self`.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies within this range.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// The range as indices of the decoded text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// The path of a file that is named relative to a directory (both `/`-separated, the directory relative to the root);
/// none when it is absolute, a URL, or outside the root.
pub fn join(directory: &str, relative: &str) -> Option<String> {
    if relative.starts_with('/') || relative.contains("://") || relative.contains('\\') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(relative.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A place as a person or an editor names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1. Lines end with LF, CRLF or a lone CR.
    pub line: u32,
    /// Column, from 1, in Unicode characters.
    pub column: u32,
    /// Offset in the file as it is on disk, in bytes from 0 (a byte order mark and UTF-16 are accounted for).
    pub offset: u64,
}

/// A file that was read: its text, and the way back to lines and bytes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Source {
    id: FileId,
    path: Arc<str>,
    /// Shared, and not an `Arc<str>`: what was read is not copied.
    text: Arc<String>,
    encoding: Encoding,
    oddity: Option<Oddity>,
    lines: OnceLock<Vec<u32>>,
    blocks: OnceLock<Vec<Counts>>,
}

/// Bytes between two [`Counts`] of a text.
const BLOCK: usize = 1024;

/// How many characters, and how many units of UTF-16, stand before a byte of a text. Noted once for each block, so that
/// a place far along a long line is found without reading the line again.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    characters: u32,
    units: u32,
}

impl Counts {
    fn plus(self, bytes: &[u8]) -> Counts {
        bytes.iter().fold(self, |counts, byte| Counts {
            // Every byte but a continuation begins a character, and one of four bytes is two units.
            characters: counts.characters + u32::from(byte & 0xC0 != 0x80),
            units: counts.units + u32::from(byte & 0xC0 != 0x80) + u32::from(*byte >= 0xF0),
        })
    }
}

/// Why a file has no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The operating system (or the object store) refused.
    #[error("cannot be read: {0}")]
    Io(String),
    /// Many bytes are control characters: not a text file.
    #[error("is a binary file")]
    Binary,
    /// A pipe, a device, a socket or a directory.
    #[error("is {0} and no file, so it is not read")]
    NotAFile(&'static str),
    /// A link leads out of the scanned directory.
    #[error("is a symbolic link that leads outside of the scanned directory, so it is not read")]
    Outside,
    /// A file that is written for this program has to be text beyond doubt.
    #[error("{0}, and has to be UTF-8")]
    Odd(Oddity),
    /// Longer than [`MAX_FILE_BYTES`].
    #[error("is longer than the 64 MiB that are read ({0} bytes)")]
    TooLong(u64),
}

impl Source {
    /// Decodes the bytes of a file.
    pub fn decode(id: FileId, path: Arc<str>, bytes: Vec<u8>) -> Result<Source, Unreadable> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(Unreadable::TooLong(bytes.len() as u64));
        }
        let Decoded { text, encoding, oddity } = encoding::decode(bytes)?;
        let text = Arc::new(text);
        Ok(Source { id, path, text, encoding, oddity, lines: OnceLock::new(), blocks: OnceLock::new() })
    }

    /// As [`Source::decode`], for a file that is written for this program: one that is odd is refused.
    pub fn decode_own(id: FileId, path: Arc<str>, bytes: Vec<u8>) -> Result<Source, Unreadable> {
        let source = Source::decode(id, path, bytes)?;
        source.undoubted().map(|_| ())?;
        Ok(source)
    }

    /// The source, unless its bytes are odd.
    pub fn undoubted(&self) -> Result<&Source, Unreadable> {
        self.oddity.map_or(Ok(self), |oddity| Err(Unreadable::Odd(oddity)))
    }

    /// What is odd about the bytes, where they are read all the same.
    pub fn oddity(&self) -> Option<Oddity> {
        self.oddity
    }

    /// Whether the text is the file's bytes: UTF-8 without a byte order mark.
    pub fn is_verbatim(&self) -> bool {
        self.encoding == Encoding::Utf8 { bom: false }
    }

    /// A source made from text that is already decoded.
    pub fn from_text(id: FileId, path: &str, text: &str) -> Source {
        Source {
            id,
            path: path.into(),
            text: Arc::new(text.to_owned()),
            encoding: Encoding::Utf8 { bom: false },
            oddity: None,
            lines: OnceLock::new(),
            blocks: OnceLock::new(),
        }
    }

    /// The file's id.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// Path relative to the scanned root, with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The decoded text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a range of this file; empty where the range is not on character boundaries or not in the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// A range of this file.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, start, end)
    }

    /// The whole file.
    pub fn whole(&self) -> Span {
        Span::new(self.id, 0, self.text.len())
    }

    /// Where the byte at `offset` of the decoded text stands; past the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text.len());
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start as usize <= offset).max(1);
        // `line >= 1`, and the first line starts at 0, so there is a start at `line - 1`.
        let start = starts.get(line - 1).copied().unwrap_or(0) as usize;
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: self.characters(start, offset) + 1,
            offset: self.file_offset(offset),
        }
    }

    /// The lines that a range touches, as byte ranges of the decoded text without their line ends.
    pub fn line_range(&self, line: u32) -> Option<std::ops::Range<usize>> {
        let index = (line as usize).checked_sub(1)?;
        let starts = self.line_starts();
        let start = *starts.get(index)? as usize;
        let end = starts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        let text = self.text.get(start..end)?;
        Some(start..start + text.trim_end_matches(['\r', '\n']).len())
    }

    /// How many lines there are; a text that ends with a line end has no further, empty line.
    pub fn line_count(&self) -> u32 {
        let starts = self.line_starts().len();
        let trailing = self.text.ends_with(['\n', '\r']);
        u32::try_from(if trailing { starts - 1 } else { starts }).unwrap_or(u32::MAX)
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut starts = vec![0];
            for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
                let crlf = bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
                if !crlf {
                    starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
                }
            }
            starts
        })
    }

    /// The characters between two places; a range that ends within one counts it.
    fn characters(&self, start: usize, end: usize) -> u32 {
        if end - start <= BLOCK {
            let bytes = self.text.as_bytes().get(start..end).unwrap_or(&[]);
            return Counts::default().plus(bytes).characters;
        }
        self.counts(end).characters - self.counts(start).characters
    }

    fn counts(&self, offset: usize) -> Counts {
        let bytes = self.text.as_bytes();
        let blocks = self.blocks.get_or_init(|| {
            bytes
                .chunks(BLOCK)
                .scan(Counts::default(), |counts, block| {
                    let before = *counts;
                    *counts = counts.plus(block);
                    Some(before)
                })
                .collect()
        });
        // A text that ends with a whole block has no entry for its end; the last one serves.
        let block = (offset / BLOCK).min(blocks.len().saturating_sub(1));
        let before = blocks.get(block).copied().unwrap_or_default();
        before.plus(bytes.get(block * BLOCK..offset).unwrap_or(&[]))
    }

    fn file_offset(&self, offset: usize) -> u64 {
        match self.encoding {
            Encoding::Utf8 { bom } => offset as u64 + if bom { 3 } else { 0 },
            Encoding::Utf16 { bom } => 2 * (u64::from(bom) + u64::from(self.counts(offset).units)),
            Encoding::Windows1252 { bom } => u64::from(self.counts(offset).characters) + if bom { 3 } else { 0 },
        }
    }
}

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
}

struct File {
    path: Arc<str>,
    part: Part,
    /// Whether the file is in this workspace; else it only takes a place among those of other workspaces.
    there: bool,
    source: OnceLock<Result<Source, Unreadable>>,
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
            File { path, part: Part::of(judged.unwrap_or(false)), there, source: OnceLock::new() }
        };
        Workspace::of(loader, list.iter().map(file).collect(), Some(texts))
    }

    fn of(loader: Box<dyn Loader>, files: Vec<File>, texts: Option<Arc<Kept<Source>>>) -> Workspace {
        let ids = files.iter().zip(0u32..).filter(|(file, _)| file.there);
        let by_path = ids.map(|(file, id)| (Arc::clone(&file.path), FileId(id))).collect();
        let linked = LinkedFolders::default();
        Workspace { loader: loader.into(), files, adopted: Vec::new(), whole: false, by_path, texts, linked }
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
        let files =
            self.files.iter().map(|file| File { source: OnceLock::new(), path: Arc::clone(&file.path), ..*file });
        let loader = Box::new(Changed(Arc::clone(&self.loader), texts));
        let mut changed = Workspace::of(loader, files.collect(), None);
        changed.adopted.clone_from(&self.adopted);
        changed.whole = self.whole;
        changed.linked.clone_from(&self.linked);
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

    /// Whether the text of a file was read and is kept: somebody has an interest in it.
    pub fn was_read(&self, id: FileId) -> bool {
        self.files.get(id.0 as usize).is_some_and(|file| file.source.get().is_some_and(Result::is_ok))
    }

    /// The text of a file that may be of no interest: what nobody [keeps](Workspace::keep) is read anew when it is asked
    /// for again.
    pub fn glance(&self, id: FileId) -> Result<Cow<'_, Source>, Unreadable> {
        match self.files.get(id.0 as usize) {
            Some(file) if file.there && file.source.get().is_none() => self.load(id, file).map(Cow::Owned),
            _ => self.source(id).map(Cow::Borrowed).map_err(Clone::clone),
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

    fn at(bytes: &[u8], needle: &str) -> (u32, u32, u64) {
        let source = Source::decode(FileId(0), "a".into(), bytes.to_vec()).unwrap();
        let offset = source.text().find(needle).unwrap();
        let position = source.position(u32::try_from(offset).unwrap());
        (position.line, position.column, position.offset)
    }

    fn utf16(text: &str, read: fn(u16) -> [u8; 2]) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(read).collect()
    }

    #[test]
    fn lines_columns_and_offsets_are_those_of_the_file_on_disk() {
        let text = "ä = 1\r\n𝒳 é needle\r\n";
        let plain = (2, 5, text.find("needle").unwrap() as u64);
        assert_eq!(at(text.as_bytes(), "needle"), plain, "UTF-8 with CRLF");
        let bom = ["\u{feff}", text].concat();
        assert_eq!(at(bom.as_bytes(), "needle"), (2, 5, plain.2 + 3), "byte order mark");
        let wide = 2 + 2 * "ä = 1\r\n𝒳 é ".encode_utf16().count() as u64;
        assert_eq!(at(&utf16(text, u16::to_le_bytes), "needle"), (2, 5, wide), "UTF-16 LE");
        assert_eq!(at(&utf16(text, u16::to_be_bytes), "needle"), (2, 5, wide), "UTF-16 BE");
        assert_eq!(at(b"a\rneedle", "needle"), (2, 1, 2), "lone CR");
    }

    #[test]
    fn places_far_along_a_line_are_counted_the_same() {
        for filler in ["x", "ä", "𝒳", "aä𝒳"] {
            for repeats in [1, 1000, 1024, 4096, 5000] {
                let line = filler.repeat(repeats);
                let text = format!("𝒳\n{line}needle");
                let columns = u32::try_from(line.chars().count()).unwrap() + 1;
                let units = text.encode_utf16().count() as u64 - 6;
                let offset = (text.len() - 6) as u64;
                assert_eq!(at(text.as_bytes(), "needle"), (2, columns, offset), "{filler} {repeats}");
                assert_eq!(
                    at(&utf16(&text, u16::to_le_bytes), "needle"),
                    (2, columns, 2 + 2 * units),
                    "{filler} {repeats}"
                );
                let source = Source::from_text(FileId(0), "a", &text);
                let end = source.position(u32::try_from(text.len()).unwrap());
                assert_eq!((end.line, end.column), (2, columns + 6), "{filler} {repeats}");
            }
        }
    }

    #[test]
    fn places_of_other_encodings_are_those_of_the_file_on_disk() {
        let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
        assert_eq!(at(&latin("é = 1\nüé needle"), "needle"), (2, 4, 9), "windows-1252");
        let text = "x: 1\nlonger words needle";
        let unmarked = |read: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(read).collect::<Vec<u8>>();
        assert_eq!(at(&unmarked(u16::to_le_bytes), "needle"), (2, 14, 36), "UTF-16 LE without a mark");
        assert_eq!(at(&unmarked(u16::to_be_bytes), "needle"), (2, 14, 36), "UTF-16 BE without a mark");
        let lone =
            [&utf16("ab", u16::to_le_bytes)[..], &[0x00, 0xD8], &utf16("needle", u16::to_le_bytes)[2..]].concat();
        assert_eq!(at(&lone, "needle"), (1, 4, 8), "half of a pair");
    }

    #[test]
    fn what_is_odd_is_read_and_told() {
        let read = |bytes: &[u8]| {
            let source = Source::decode(FileId(0), "a".into(), bytes.to_vec());
            source.map(|source| (source.text().to_owned(), source.oddity()))
        };
        let text = |text: &str, oddity| Ok((text.to_owned(), oddity));
        assert_eq!(read(b""), text("", None));
        assert_eq!(read(b"abc\xff"), text("abcÿ", Some(Oddity::NotUtf8(3))));
        assert_eq!(read(b"\x93quoted\x94 \x81"), text("“quoted” \u{81}", Some(Oddity::NotUtf8(0))));
        assert_eq!(read(b"\xff\xfea\x00b\x00\x00"), text("ab", Some(Oddity::BrokenUtf16)), "half a unit at the end");
        let nul = [&b"key = value\0"[..], &[b'x'; 100]].concat();
        assert_eq!(read(&nul).unwrap().1, Some(Oddity::Nul(11)));
        let late = [&[b'x'; 9000][..], b"\0"].concat();
        assert_eq!(read(&late).unwrap().1, Some(Oddity::Nul(9000)), "beyond the head");
        assert_eq!(read(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0"), Err(Unreadable::Binary));
        assert_eq!(read(&[0; 64]), Err(Unreadable::Binary));
        let compressed: Vec<u8> =
            (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
        assert_eq!(read(&compressed), Err(Unreadable::Binary));
    }

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
