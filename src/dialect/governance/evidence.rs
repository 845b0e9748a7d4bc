//! Files that are named as evidence: whether they are there, and whether they are still what was looked at.

use jiff::civil::Date;

use super::books::Books;
use super::{entry, flag};
use crate::document::{Node, Value};
use crate::governance::paths::{Found, Paths};
use crate::hex;
use crate::source::FileId;

/// Most files of one record that are looked at.
const MOST: usize = 200;

/// A list of maps of `path`, `exists`, `sha256` and `sha256_matches`; and, where no hash decides it, `changed_on` and
/// whether that is later than `since`. None where the record names no evidence.
pub(super) fn items(record: &Node, since: Option<Date>, books: &Books<'_>) -> Option<Node> {
    let list = record.get("evidence")?;
    let mut paths = Paths::new(books.workspace);
    let items = list.items().iter().take(MOST).filter_map(|item| self::item(item, since, books, &mut paths));
    Some(Node::list(items.collect(), list.span))
}

fn item(item: &Node, since: Option<Date>, books: &Books<'_>, paths: &mut Paths<'_>) -> Option<Node> {
    let path = item.get("path").unwrap_or(item);
    let named = path.as_str()?;
    let file = books.workspace.find(named);
    let exists = paths.find(named) == Found::Something;
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

fn matches(sha256: &Node, file: FileId, books: &Books<'_>) -> Node {
    match books.workspace.bytes(file) {
        Ok(bytes) => {
            let same = sha256.as_str().is_some_and(|given| given.eq_ignore_ascii_case(&hex::sha256(&bytes)));
            flag(same, sha256.span)
        }
        Err(error) => Node::unresolved("", format!("the file cannot be read: {error}"), sha256.span),
    }
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
