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
mod seen;
mod workspace;

use std::sync::{Arc, OnceLock};

use encoding::{Decoded, Encoding};

pub use encoding::Oddity;
pub use linked::LinkedFolders;
pub use seen::Seen;
pub use workspace::{Loader, Part, Workspace};

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
}
