//! PEM blocks in any text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use std::ops::Range;

/// A block from its BEGIN line to its END line.
pub struct Block<'a> {
    /// What it says it is: `CERTIFICATE`, `RSA PRIVATE KEY`.
    pub label: &'a str,
    /// All of it.
    pub range: Range<usize>,
    /// The BEGIN line.
    pub header: Range<usize>,
    /// The text between the lines.
    pub body: &'a str,
}

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// Longest label with the dashes after it, in bytes.
const MAX_LABEL: usize = 64;

/// Longest block, in bytes.
const MAX_BLOCK: usize = 64 * 1024;

/// Shortest row of characters in base 64 that a key is told by.
const SHORTEST: usize = 12;

/// Whether a text may hold a block.
pub fn mentions(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), BEGIN.as_bytes()).is_some()
}

/// The blocks of a text, in order; one that is not ended is left out.
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = find(text, at, BEGIN) {
        at = start + BEGIN.len();
        let line = text.as_bytes().get(at..text.len().min(at + MAX_LABEL)).unwrap_or(&[]);
        let label = memchr::memmem::find(line, DASHES.as_bytes()).and_then(|length| text.get(at..at + length));
        let Some(label) = label.filter(|label| !label.is_empty() && !label.contains(['\n', '\r'])) else { continue };
        let open = at + label.len() + DASHES.len();
        // The next END line of any kind: a block does not reach over another.
        let near = text.as_bytes().get(open..text.len().min(open + MAX_BLOCK)).unwrap_or(&[]);
        let Some(end) = memchr::memmem::find(near, b"-----END ").map(|length| open + length) else { continue };
        let close = format!("-----END {label}-----");
        let body = text.get(open..end).unwrap_or("");
        if text.get(end..).is_some_and(|rest| rest.starts_with(&close)) && !body.contains(BEGIN) {
            at = end + close.len();
            found.push(Block { label, range: start..at, header: start..open, body });
        }
    }
    found
}

fn find(text: &str, from: usize, needle: &str) -> Option<usize> {
    let rest = text.get(from..)?;
    memchr::memmem::find(rest.as_bytes(), needle.as_bytes()).map(|at| from + at)
}

impl Block<'_> {
    /// The headers before an empty line, as old formats have them (`Proc-Type: 4,ENCRYPTED`).
    pub fn headers(&self) -> &str {
        let first = self.body.trim_start().lines().next().unwrap_or("");
        if !first.contains(':') {
            return "";
        }
        let end = ["\n\n", "\r\n\r\n"].iter().find_map(|blank| self.body.trim_start().find(blank));
        end.and_then(|end| self.body.trim_start().get(..end)).unwrap_or("")
    }

    /// The bytes that the block encodes, when it is well formed.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let encoded = self.body.trim_start().get(self.headers().len()..)?;
        // In a string of JSON or a variable the line ends are written as escapes.
        let encoded = encoded.replace("\\n", "").replace("\\r", "");
        let packed: Vec<u8> = encoded.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        STANDARD.decode(packed).ok().filter(|bytes| !bytes.is_empty())
    }

    /// Whether something stands between the lines that is yet to be put in place of what the block is for: nothing in base 64 is there
    /// that is long enough for the shortest of keys, or one character alone, or what no line of it has (RFC 7468, section 3).
    pub fn is_placeholder(&self) -> bool {
        let body = self.body.trim_start().get(self.headers().len()..).unwrap_or("");
        let of_template = |c: char| matches!(c, '<' | '>' | '{' | '}' | '$' | '…' | '[' | ']');
        let longest =
            body.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '/')).max_by_key(|run| run.len());
        let longest = longest.unwrap_or("");
        let is_one =
            longest.chars().next().is_some_and(|first| longest.chars().all(|c| c.eq_ignore_ascii_case(&first)));
        body.contains(of_template) || body.contains("...") || longest.len() < SHORTEST || is_one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_between_their_lines() {
        let text = "x\n-----BEGIN A-----\nQUJD\n-----END A-----\n-----BEGIN B KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n\r\nQUI=\r\n-----END B KEY-----\n-----BEGIN C-----\nQQ";
        let found = blocks(text);
        let labels: Vec<_> = found.iter().map(|block| (block.label, block.bytes().unwrap())).collect();
        assert_eq!(labels, [("A", b"ABC".to_vec()), ("B KEY", b"AB".to_vec())]);
        assert_eq!(found[1].headers(), "Proc-Type: 4,ENCRYPTED");
        assert_eq!(text.get(found[0].header.clone()), Some("-----BEGIN A-----"));
        let escaped = blocks("{\"k\": \"-----BEGIN A-----\\nQUJD\\n-----END A-----\\n\"}");
        assert_eq!(escaped[0].bytes().unwrap(), b"ABC");
        assert!(blocks("-----BEGIN A-----\n-----BEGIN A-----\n-----END B-----").is_empty());
    }

    #[test]
    fn what_is_yet_to_be_put_in_is_told_from_what_is_there() {
        for (body, want) in [
            ("MC4CAQAwBQYDK2VwBCIEIFf3", false),
            ("MC4CAQAwBQYDK2Vw\r\nBCIEIFf3", false),
            ("Proc-Type: 4,ENCRYPTED\n\nMC4CAQAwBQYDK2Vw", false),
            ("# MC4CAQAwBQYDK2Vw", false),
            ("MC4CAQAwBQYDK2Vw=\n=aB3d", false),
            ("", true),
            ("###########\n   <YOUR_PKEY>\n##########", true),
            ("MIIEpAIBAAKCAQEA...", true),
            ("{{ private_key }}", true),
            ("${PRIVATE_KEY}", true),
            ("your key here", true),
            ("XXXXXXXXXXXXXXXXXXXXXXXX", true),
        ] {
            let text = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
            assert_eq!(blocks(&text)[0].is_placeholder(), want, "{body}");
        }
    }
}
