//! How the bytes of a file spell its text.
//!
//! A byte order mark decides; without one a text is UTF-8, else UTF-16 where every other byte is NUL as in Latin
//! letters, else windows-1252 (Latin-1 with letters in the place of its second block of control characters). What is
//! odd about a text never hides it: it is read, and the [`Oddity`] says what was made of it.

use super::Unreadable;

/// How the bytes of a file spell its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8 {
        bom: bool,
    },
    Utf16 {
        bom: bool,
    },
    /// One byte a character.
    Windows1252 {
        bom: bool,
    },
}

/// What is odd about a text that was read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Oddity {
    /// It is not UTF-8; the offset is of the first byte that does not fit.
    #[error("is not UTF-8 (byte {0}), so it is read as windows-1252, a superset of Latin-1")]
    NotUtf8(usize),
    /// Some units of its UTF-16 are no characters.
    #[error("is UTF-16 with units that are no characters; U+FFFD stands for them")]
    BrokenUtf16,
    /// There are NUL bytes between its characters; the offset is of the first.
    #[error("holds NUL bytes (the first is byte {0})")]
    Nul(usize),
}

/// A text with what is known of its bytes.
pub(super) struct Decoded {
    pub text: String,
    pub encoding: Encoding,
    pub oddity: Option<Oddity>,
}

/// How many bytes at the start of a file tell whether it is text.
const HEAD: usize = 8192;

/// What windows-1252 has from byte 0x80 on; where it has nothing, the control character of Latin-1 stands.
const FROM_0X80: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of a file.
pub(super) fn decode(bytes: Vec<u8>) -> Result<Decoded, Unreadable> {
    match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, ..] => return eight_bits(bytes, true),
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, u16::from_le_bytes, true),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, u16::from_be_bytes, true),
        _ => {}
    }
    match unmarked_utf16(&bytes) {
        Some(read) => utf16(&bytes, read, false),
        None => eight_bits(bytes, false),
    }
}

/// UTF-8, else windows-1252, unless there are so many control characters that it is no text.
fn eight_bits(bytes: Vec<u8>, bom: bool) -> Result<Decoded, Unreadable> {
    let nul = memchr::memchr(0, &bytes);
    let (text, encoding, misfit) = match String::from_utf8(bytes) {
        Ok(mut text) => {
            let nul_in_head = nul.is_some_and(|at| at < HEAD);
            if nul_in_head && !is_text(text.as_bytes()) {
                return Err(Unreadable::Binary);
            }
            text.drain(..if bom { 3 } else { 0 });
            (text, Encoding::Utf8 { bom }, None)
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            if !is_text(&bytes) {
                return Err(Unreadable::Binary);
            }
            let text = bytes.into_iter().skip(if bom { 3 } else { 0 }).map(windows_1252).collect();
            (text, Encoding::Windows1252 { bom }, Some(Oddity::NotUtf8(at)))
        }
    };
    Ok(Decoded { text, encoding, oddity: nul.map(Oddity::Nul).or(misfit) })
}

fn windows_1252(byte: u8) -> char {
    let high = byte.checked_sub(0x80).and_then(|index| FROM_0X80.get(usize::from(index)));
    high.copied().unwrap_or(char::from(byte))
}

/// Whether bytes may be text in an encoding of eight bits: few of them are control characters. Of compressed data every
/// ninth is one.
fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(HEAD)).unwrap_or(&[]);
    let control = |byte: &&u8| matches!(byte, 0..=7 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F);
    head.iter().filter(control).count() * 100 <= head.len() * 8
}

/// How units are read where bytes look like UTF-16 without a mark: letters of Latin have a NUL byte each, at one side.
fn unmarked_utf16(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    let (pairs, _) = bytes.get(..bytes.len().min(HEAD))?.as_chunks::<2>();
    let count = |is: fn(&[u8; 2]) -> bool| pairs.iter().filter(|pair| is(pair)).count();
    if pairs.len() < 2 || count(|pair| *pair == [0, 0]) > 0 {
        return None;
    }
    let most = |count: usize| count * 10 >= pairs.len() * 7;
    if most(count(|pair| pair[1] == 0)) {
        Some(u16::from_le_bytes)
    } else if most(count(|pair| pair[0] == 0)) {
        Some(u16::from_be_bytes)
    } else {
        None
    }
}

fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16, bom: bool) -> Result<Decoded, Unreadable> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut broken = 0;
    for unit in char::decode_utf16(pairs.iter().map(|pair| read(*pair))) {
        broken += usize::from(unit.is_err());
        // One unit stands for one unit, so that places stay right.
        text.push(unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if broken * 4 > pairs.len() {
        return Err(Unreadable::Binary);
    }
    let nul = memchr::memchr(0, text.as_bytes()).map(Oddity::Nul);
    let misfit = (broken > 0 || !rest.is_empty()).then_some(Oddity::BrokenUtf16);
    Ok(Decoded { text, encoding: Encoding::Utf16 { bom }, oddity: nul.or(misfit) })
}
