//! `kind = "file"`: which files of their own an organisation judges.

use std::sync::Arc;

use super::Loader;
use crate::document::Node;
use crate::lower::one_of;
use crate::rule::KindPattern;
use crate::rule::fault::What;
use crate::rule::files::{FORMATS, Files, Format};

/// The kind that stands for all formats.
const FILE: &str = "file";

impl Loader<'_> {
    /// The kinds of a check, and the files that it judges where they are given by their paths.
    pub(super) fn judged(&mut self, check: &Node, kind: &Node) -> (Vec<KindPattern>, Option<Arc<Files>>) {
        let is_file = kind.as_str() == Some(FILE);
        let named = kind.as_str().and_then(|kind| FORMATS.iter().find(|format| format.kind == kind));
        if !is_file && named.is_none() {
            for key in ["files", "format"] {
                if let Some(entry) = check.entry(key) {
                    let help = "only a check of kind `file` says which files it judges";
                    self.refuse(entry.key.span, What::Misplaced(key.to_owned()), help);
                }
            }
            return (self.kinds(kind), None);
        }
        let format = match (check.entry("format"), named) {
            (None, Some(format)) => Some(format),
            (None, None) => {
                let help = format!("add `format = …`: one of {}", format_names().join(", "));
                self.refuse(kind.span, What::MissingKey("the check", "format"), help);
                None
            }
            (Some(entry), _) => self.format(&entry.value),
        };
        let Some(globs) = check.get("files") else {
            let help = "add `files = \"deploy/*.yml\"`: the paths that are judged, from the root on";
            self.refuse(kind.span, What::MissingKey("the check", "files"), help);
            return (Vec::new(), None);
        };
        let files = format.and_then(|format| self.files(globs, format));
        (files.iter().filter_map(|files| KindPattern::new(files.format.kind).ok()).collect(), files)
    }

    fn format(&mut self, node: &Node) -> Option<&'static Format> {
        let text = self.text(node, "format")?;
        let found = FORMATS.iter().find(|format| format.name == text);
        if found.is_none() {
            self.refuse(node.span, What::UnknownWord(text.clone(), "format"), one_of(&text, &format_names()));
        }
        found
    }

    fn files(&mut self, node: &Node, format: &'static Format) -> Option<Arc<Files>> {
        let items = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
        let globs: Vec<String> = items.iter().filter_map(|item| self.text(item, "files")).collect();
        if globs.len() < items.len() {
            return None;
        }
        let texts: Vec<&str> = globs.iter().map(String::as_str).collect();
        match Files::new(&texts, format) {
            Ok(files) => Some(files),
            Err((at, reason)) => {
                let (item, glob) = (items.get(at).unwrap_or(node), globs.get(at).cloned().unwrap_or_default());
                self.refuse(item.span, What::BadGlob(glob, reason), "`*` stays within a folder, `**` goes through any");
                None
            }
        }
    }
}

fn format_names() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.name).collect()
}
