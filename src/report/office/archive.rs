//! A ZIP archive of a few small files (APPNOTE 6.3, without anything that came after version 2.0).
//!
//! Every entry has the day on which the format's calendar begins, so the same files give the same bytes.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// The first day of the format's calendar, 1980-01-01: month and day.
const FIRST_DAY: u16 = (1 << 5) | 1;

/// The version of the format that is needed: 2.0, for deflate.
const VERSION: u16 = 20;

/// Names are in UTF-8.
const FLAGS: u16 = 1 << 11;

/// The number of the method deflate.
const DEFLATE: u16 = 8;

/// An archive that is being written.
#[derive(Default)]
pub struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    entries: u16,
}

impl Archive {
    /// Adds a file.
    pub fn add(&mut self, path: &str, content: &[u8]) -> io::Result<()> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content)?;
        let packed = encoder.finish()?;
        let offset = size(self.bytes.len())?;
        let name = u16::try_from(path.len()).map_err(io::Error::other)?;
        let mut described = Vec::new();
        for number in [VERSION, FLAGS, DEFLATE, 0, FIRST_DAY] {
            described.extend(number.to_le_bytes());
        }
        for number in [crc32fast::hash(content), size(packed.len())?, size(content.len())?] {
            described.extend(number.to_le_bytes());
        }
        described.extend(name.to_le_bytes());
        described.extend(0_u16.to_le_bytes());

        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&described);
        self.bytes.extend(path.as_bytes());
        self.bytes.extend(packed);

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&described);
        // No comment, the first disk, and no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(path.as_bytes());
        self.entries = self.entries.checked_add(1).ok_or_else(too_large)?;
        Ok(())
    }

    /// The bytes of the whole archive.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        let (offset, length) = (size(self.bytes.len())?, size(self.directory.len())?);
        self.bytes.append(&mut self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.entries.to_le_bytes());
        self.bytes.extend(self.entries.to_le_bytes());
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(offset.to_le_bytes());
        self.bytes.extend([0; 2]);
        Ok(self.bytes)
    }
}

fn size(length: usize) -> io::Result<u32> {
    u32::try_from(length).map_err(|_| too_large())
}

fn too_large() -> io::Error {
    io::Error::other("the document is larger than 4 GiB")
}

/// The files of an archive that this module wrote, by their paths.
#[cfg(test)]
pub fn read(bytes: &[u8]) -> Vec<(String, String)> {
    use std::io::Read as _;
    let number = |at: usize, width: usize| {
        bytes[at..at + width].iter().rev().fold(0, |number, byte| number * 256 + usize::from(*byte))
    };
    let end = bytes.len() - 22;
    let mut at = number(end + 16, 4);
    let mut files = Vec::new();
    for _ in 0..number(end + 10, 2) {
        let (packed, length, name, start) =
            (number(at + 20, 4), number(at + 24, 4), number(at + 28, 2), number(at + 42, 4));
        let path = String::from_utf8(bytes[at + 46..at + 46 + name].to_vec()).unwrap();
        let content = start + 30 + name;
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(&bytes[content..content + packed]).read_to_string(&mut text).unwrap();
        assert_eq!((text.len(), number(at + 16, 4)), (length, crc32fast::hash(text.as_bytes()) as usize), "{path}");
        files.push((path, text));
        at += 46 + name;
    }
    files
}
