//! The files of the repository that show something: policies, records, what the Statement and attestations name, and results of
//! other tools. They are copied as they are; should somebody have written a secret into one, without it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{File, Report};
use crate::source::FileId;

/// Where copies lie in the bundle, each below its path in the repository.
pub const FOLDER: &str = "files";

/// Most bytes of all copies.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// Most files of one path or glob.
const MAX_FILES: usize = 200;

/// A file that shows something.
pub struct Copied {
    /// Its path in the repository.
    pub path: Arc<str>,
    /// What it is: "policy", "named by the Statement".
    pub what: Vec<&'static str>,
    /// The copy; none where the file could not be read, or all of them would be too large.
    pub file: Option<File>,
    /// Whether secrets were taken out of the copy.
    pub redacted: bool,
}

/// All such files, in the order of their paths.
pub fn all(report: &Report<'_>) -> Vec<Copied> {
    let mut left = MAX_BYTES;
    named(report).into_iter().map(|(file, what)| copied(report, file, what, &mut left)).collect()
}

fn copied(report: &Report<'_>, file: FileId, what: Vec<&'static str>, left: &mut usize) -> Copied {
    let path: Arc<str> = report.workspace.path(file).into();
    let (bytes, redacted) = bytes(report, file);
    let bytes = bytes.filter(|bytes| bytes.len() <= *left);
    *left -= bytes.as_ref().map_or(0, Vec::len);
    let file = bytes.map(|bytes| File { path: format!("{FOLDER}/{path}"), bytes });
    Copied { path, what, file, redacted }
}

/// The bytes of a file without what is secret in it, and whether something was.
pub(super) fn bytes(report: &Report<'_>, file: FileId) -> (Option<Vec<u8>>, bool) {
    let redacted = report.workspace.glance(file).ok().and_then(|source| match report.secrets.redacted(&source) {
        Cow::Owned(text) => Some(text.into_bytes()),
        Cow::Borrowed(_) => None,
    });
    let is_redacted = redacted.is_some();
    (redacted.or_else(|| report.workspace.bytes(file).ok()), is_redacted)
}

fn named(report: &Report<'_>) -> BTreeMap<FileId, Vec<&'static str>> {
    let mut named: BTreeMap<FileId, Vec<&'static str>> = BTreeMap::new();
    let mut add = |file: FileId, what: &'static str| {
        let known = named.entry(file).or_default();
        if !known.contains(&what) {
            known.push(what);
        }
    };
    for resource in report.findings.iter().map(|finding| &finding.resource) {
        let what = match &*resource.kind {
            "document/policy" => "policy",
            "document/record" => "record",
            "document/runbook" => "runbook",
            _ => continue,
        };
        add(resource.span.file, what);
    }
    let Some(ledger) = &report.ledger else { return named };
    let shown = ledger.controls.iter().map(|standing| &standing.evidence);
    for shown in shown.chain(ledger.custom.iter().map(|custom| &custom.evidence)).flatten() {
        for file in shown.kept.path().map(|path| at(report, path)).unwrap_or_default() {
            add(file, shown.by.words());
        }
    }
    for origin in &ledger.origins {
        if let Some(file) = report.workspace.find(&origin.path) {
            add(file, "results of another tool");
        }
    }
    named
}

/// The files at a path, in a folder, or that a glob matches.
fn at(report: &Report<'_>, path: &str) -> Vec<FileId> {
    let workspace = report.workspace;
    let bare = path.trim_start_matches("./").trim_end_matches('/');
    if let Some(file) = workspace.find(bare) {
        return vec![file];
    }
    if !bare.contains(['*', '?', '[', '{']) {
        return if bare.is_empty() { Vec::new() } else { workspace.under(bare).take(MAX_FILES).collect() };
    }
    let glob = globset::GlobBuilder::new(bare).literal_separator(true).build().map(|glob| glob.compile_matcher());
    let Ok(glob) = glob else { return Vec::new() };
    workspace.ids().filter(|file| glob.is_match(workspace.path(*file))).take(MAX_FILES).collect()
}
