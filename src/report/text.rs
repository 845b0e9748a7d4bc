//! Text from scanned files on its way to a terminal or a page: nothing in it may act on the reader's machine.
//!
//! Control characters (terminal escapes among them) and characters that reorder or hide text are replaced by visible
//! ones; everything else is kept.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

/// The text with every control and invisible character made visible; line feeds and tabs are kept.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push_visible(&mut shown, character);
    }
    Cow::Owned(shown)
}

/// The same on one line: runs of line ends and tabs become one blank.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\t']) {
        return visible(text);
    }
    let words: Vec<&str> = text.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect();
    Cow::Owned(visible(&words.join(" ")).into_owned())
}

/// At most `most` characters of the text; a cut is marked by an ellipsis.
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((at, _)) => Cow::Owned(format!("{}…", text.get(..at).unwrap_or(""))),
        None => Cow::Borrowed(text),
    }
}

/// Appends a character, or what stands for it where it could not be seen.
pub fn push_visible(shown: &mut String, character: char) {
    match character {
        '\n' | '\t' => shown.push(character),
        '\u{7f}' => shown.push('\u{2421}'),
        '\0'..='\u{1f}' => shown.push(char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}')),
        _ if is_hidden(character) => {
            // Writing to a string cannot fail.
            let _ = write!(shown, "<U+{:04X}>", u32::from(character));
        }
        _ => shown.push(character),
    }
}

fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{61c}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fffe}'
        | '\u{ffff}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => character.is_control(),
    }
}

/// Writes JSON on: characters that could act on a terminal or hide text become escapes, which lose nothing.
///
/// Outside its strings JSON has none of these characters, and `serde_json` hands over whole characters.
pub struct Escaping<W>(pub W);

impl<W: io::Write> io::Write for Escaping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.chars().any(is_hidden) => self.0.write_all(escaped_json(text).as_bytes())?,
            _ => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// JSON whose strings have escapes for the characters that could act on a terminal or hide text.
pub fn escaped_json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Words.
    Plain(&'a str),
    /// What stood between backticks.
    Code(&'a str),
}

/// The parts of a message; a backtick without a partner is one of the words.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((words, code, after)) = rest.split_once('`').and_then(|(words, after)| {
        let (code, after) = after.split_once('`')?;
        Some((words, code, after))
    }) {
        parts.extend([Part::Plain(words), Part::Code(code)]);
        rest = after;
    }
    parts.push(Part::Plain(rest));
    parts.retain(|part| !matches!(part, Part::Plain("") | Part::Code("")));
    parts
}

/// "1 file", "2 files".
pub fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// A path as a relative URI reference: what is not allowed in a path segment is percent-encoded.
pub fn uri(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' | b'=' | b',' => {
                encoded.push(char::from(byte));
            }
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// The text for XML and HTML, in attributes too.
pub fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in visible(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_act_on_a_terminal_is_shown_instead() {
        for (text, want) in [
            ("plain ä 𝒳 👩‍💻", "plain ä 𝒳 👩‍💻"),
            ("\u{1b}[31mred\u{7}", "␛[31mred␇"),
            ("a\r\nb\tc", "a␍\nb\tc"),
            ("\u{9b}31m\u{7f}", "<U+009B>31m␡"),
            ("user\u{202e}nimda", "user<U+202E>nimda"),
            ("\u{feff}x\u{e0041}", "<U+FEFF>x<U+E0041>"),
        ] {
            assert_eq!(visible(text), want, "{text:?}");
        }
        assert_eq!(one_line("a\r\n  b\tc\n"), "a b c");
    }

    #[test]
    fn json_keeps_what_it_escapes() {
        let text = "\u{1b}\u{7f}\u{9b}\u{202e}\u{e0041} ä 𝒳";
        let mut bytes = Vec::new();
        serde_json::to_writer(Escaping(&mut bytes), text).unwrap();
        let json = String::from_utf8(bytes).unwrap();
        assert!(!json.contains(is_hidden), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn a_cut_falls_between_characters() {
        assert_eq!(shortened("ääää", 2), "ää…");
        assert_eq!(shortened("ää", 2), "ää");
    }

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a b/ä#1:%.tf"), "a%20b/%C3%A4%231%3A%25.tf");
    }

    #[test]
    fn markup_is_escaped_and_what_xml_forbids_is_replaced() {
        assert_eq!(xml("<a b='c'>\"&\u{1}\u{ffff}"), "&lt;a b=&#39;c&#39;&gt;&quot;&amp;␁&lt;U+FFFF&gt;");
    }
}
