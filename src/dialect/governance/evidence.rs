//! Files that are named as evidence: whether they are there, and whether they are still what was looked at.

use std::fmt::Write as _;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::books::Books;
use super::{entry, flag};
use crate::document::{Node, Value};
use crate::source::FileId;

/// Most files of one record that are looked at.
const MOST: usize = 200;

/// A list of maps of `path`, `exists`, `sha256` and `sha256_matches`; and, where no hash decides it, `changed_on` and
/// whether that is later than `since`. None where the record names no evidence.
pub(super) fn items(record: &Node, since: Option<Date>, books: &Books<'_>) -> Option<Node> {
    let list = record.get("evidence")?;
    let items = list.items().iter().take(MOST).filter_map(|item| self::item(item, since, books));
    Some(Node::list(items.collect(), list.span))
}

fn item(item: &Node, since: Option<Date>, books: &Books<'_>) -> Option<Node> {
    let path = item.get("path").unwrap_or(item);
    let named = path.as_str()?;
    let file = books.workspace.find(named);
    let exists = file.is_some() || is_there(named, books);
    let mut entries = vec![entry("path", path.clone()), entry("exists", flag(exists, path.span))];
    if let Some(sha256) = item.get("sha256") {
        entries.push(entry("sha256", sha256.clone()));
        if let Some(file) = file {
            entries.push(entry("sha256_matches", matches(sha256, file, books)));
        }
    } else if let (Some(_), Some(since)) = (file, since) {
        entries.extend(changed(path, named, since, books));
    }
    Some(Node::map(entries, item.span))
}

fn is_there(path: &str, books: &Books<'_>) -> bool {
    if books.workspace.under(path.trim_end_matches('/')).next().is_some() {
        return true;
    }
    let glob =
        path.contains(['*', '?', '[', '{']).then(|| globset::GlobBuilder::new(path).literal_separator(true).build());
    let Some(Ok(glob)) = glob else { return false };
    let matcher = glob.compile_matcher();
    books.workspace.ids().any(|file| matcher.is_match(books.workspace.path(file)))
}

fn matches(sha256: &Node, file: FileId, books: &Books<'_>) -> Node {
    match books.workspace.bytes(file) {
        Ok(bytes) => {
            let same = sha256.as_str().is_some_and(|given| given.eq_ignore_ascii_case(&hash(&bytes)));
            flag(same, sha256.span)
        }
        Err(error) => Node::unresolved("", format!("the file cannot be read: {error}"), sha256.span),
    }
}

/// The SHA-256 of some bytes in hex.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn changed(path: &Node, named: &str, since: Date, books: &Books<'_>) -> Vec<crate::document::Entry> {
    let history = books.corpus.inputs.history.as_ref();
    if let Some(change) = history.and_then(|history| history.last_change(named)) {
        return vec![
            entry("changed_on", Node::text(change.date.to_string(), path.span)),
            entry("commit", Node::text(change.commit, path.span)),
            entry("changed_since", Node::new(Value::Bool(change.date > since), path.span)),
        ];
    }
    let because = "no history says when the file was changed; a sha256 beside the path would";
    vec![entry("changed_since", Node::unresolved("", because, path.span))]
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn hashes_are_those_of_sha256sum() {
        assert_eq!(hash(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
