//! The page that says what to do about an alert.

use crate::dialect::has_extension;
use crate::document::{Document, Entry, Node, Value};
use crate::source::{Workspace, join};

/// Endings of pages.
const PAGES: &[&str] = &[".md", ".adoc", ".rst"];

/// Where the link stands among the annotations.
const KEYS: &[&str] = &["runbook_url", "runbook", "runbook_link"];

/// The link, and where it names a file of this repository whether that is there.
pub(super) fn view(rule: &Node, document: &Document, workspace: &Workspace) -> Option<Node> {
    let annotations = rule.get("annotations")?;
    let link = KEYS.iter().find_map(|key| annotations.get(key))?;
    let text = link.as_str()?.trim();
    let span = link.span;
    let mut entries = vec![Entry::new("link", span, Node::text(text, span))];
    if let Some(found) = is_found(text, document.directory(), workspace) {
        entries.push(Entry::new("found", span, Node::new(Value::Bool(found), span)));
    }
    Some(Node::map(entries, span))
}

/// Whether the file of a link is there; none where it may lie elsewhere.
fn is_found(link: &str, directory: &str, workspace: &Workspace) -> Option<bool> {
    if link.contains(['{', '$', '<', ' ']) || link.is_empty() {
        return None;
    }
    let bare = link.split(['#', '?']).next().unwrap_or(link);
    if !bare.contains("://") {
        let is_page = has_extension(bare, PAGES);
        let candidates = [join(directory, bare), Some(bare.trim_start_matches(['/', '.']).to_owned())];
        let found = || candidates.iter().flatten().any(|path| workspace.find(path).is_some());
        return is_page.then(found);
    }
    // Of pages of a forge those are of this repository that lie in a folder in which it has pages.
    let path = ["/blob/", "/tree/"]
        .iter()
        .find_map(|mark| bare.split_once(mark))
        .and_then(|(_, rest)| rest.split_once('/'))?
        .1;
    let (folder, _) = path.rsplit_once('/')?;
    let has_pages = || workspace.in_directory(folder).any(|file| has_extension(workspace.path(file), PAGES));
    (has_extension(path, PAGES) && has_pages()).then(|| workspace.find(path).is_some())
}
