//! What is recognised and not read: technologies that matter to a reader of the report, and that no dialect evaluates
//! yet. Such a file is named among what was not looked at, instead of passing for one of no interest.
//!
//! One entry a technology in the table. When a dialect starts reading one, its entry goes.

mod table;
#[cfg(test)]
mod tests;

use crate::document::{Document, Node};
use crate::source::{Source, Workspace};
use crate::syntax;

use super::{DIALECTS, has_extension, helm, kubernetes, kustomize, wording};
pub use table::UNREAD;

/// A technology that is recognised and not read.
#[derive(Debug)]
pub struct Unread {
    /// Its name, as reports have it.
    pub name: &'static str,
    /// What it is, and what of it is not looked at.
    pub doc: &'static str,
    /// How it is told.
    pub told: Told,
    /// Whether such a file is a part of others: where one of those refers to it, it is judged through that.
    pub part: bool,
    /// Whether a dialect reads some of such a file, and this names the rest.
    pub rest: bool,
}

/// How a technology is told: by name *and* content.
#[derive(Debug)]
pub enum Told {
    /// By the path, and by what is written in the text.
    Text {
        /// Whether the path may be of it.
        path: fn(&str) -> bool,
        /// Whether the text is.
        says: fn(&str) -> bool,
    },
    /// By the path, and by the keys that the parsed file has.
    Keys {
        /// Whether the path may be of it.
        path: fn(&str) -> bool,
        /// Of these words one is in every such file.
        words: &'static [&'static str],
        /// Whether the first tree is of it.
        has: fn(&Node) -> bool,
    },
    /// By the group of the API that an object of Kubernetes is of; subdomains count too.
    Group(&'static [&'static str]),
}

impl PartialEq for Unread {
    fn eq(&self, other: &Unread) -> bool {
        self.name == other.name
    }
}

impl Eq for Unread {}

impl PartialOrd for Unread {
    fn partial_cmp(&self, other: &Unread) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Unread {
    fn cmp(&self, other: &Unread) -> std::cmp::Ordering {
        self.name.cmp(other.name)
    }
}

/// A file from which others are made: what stands in it is no document yet.
pub static TEMPLATE: Unread = Unread {
    name: "template",
    doc: "a template, from which the file that counts is yet to be made",
    told: Told::Text { path: is_named_template, says: |_| true },
    part: true,
    rest: false,
};

/// A workflow that no service runs. What it sets is in the repository all the same, so it is read as settings are.
pub static NEVER_RUN: Unread = Unread {
    name: "workflow-never-run",
    doc: "a workflow in a folder below the top of the repository, where no service looks for one",
    told: Told::Text { path: |_| false, says: |_| false },
    part: false,
    rest: false,
};

/// Endings of templates.
const TEMPLATES: &[&str] = &[
    ".j2",
    ".jinja",
    ".jinja2",
    ".tmpl",
    ".tpl",
    ".gotmpl",
    ".tftpl",
    ".erb",
    ".epp",
    ".ejs",
    ".mustache",
    ".hbs",
    ".m4",
    ".in",
];

/// Whether a file is named as the template of one that some dialect reads.
fn is_named_template(path: &str) -> bool {
    if !has_extension(path, TEMPLATES) {
        return false;
    }
    let made = path.rsplit_once('.').map_or("", |(made, _)| made);
    let syntaxes = DIALECTS.iter().filter_map(|dialect| (dialect.syntax)(made));
    syntaxes.into_iter().any(|syntax| syntax != syntax::text::TEXT.name)
}

/// Every entry, the one for templates last.
fn every() -> impl Iterator<Item = &'static Unread> {
    UNREAD.iter().chain(std::iter::once(&TEMPLATE))
}

/// Whether the path alone leaves it possible that a file is told by the table.
pub fn may_be(path: &str) -> bool {
    every().any(|entry| match entry.told {
        Told::Text { path: is, .. } | Told::Keys { path: is, .. } => is(path),
        Told::Group(_) => false,
    })
}

/// What a file is that no dialect reads, or what of a file that one does (`is_read`), if the table tells it: the first entry
/// that fits.
pub fn of_file(source: &Source, is_read: bool) -> Option<&'static Unread> {
    let (path, text) = (source.path(), source.text());
    let mut parsed: Option<Document> = None;
    every().filter(|entry| entry.rest || !is_read).find(|entry| match entry.told {
        Told::Text { path: is, says } => is(path) && says(text),
        Told::Keys { path: is, words, has } => {
            is(path) && wording::may_have_key(text, words) && {
                let document = parsed.get_or_insert_with(|| parse(source));
                document.roots.first().is_some_and(has)
            }
        }
        Told::Group(_) => false,
    })
}

fn parse(source: &Source) -> Document {
    let syntax = if has_extension(source.path(), &[".json"]) {
        &syntax::json::JSON
    } else if has_extension(source.path(), &[".toml"]) {
        &syntax::toml::TOML
    } else {
        &syntax::yaml::YAML
    };
    syntax::parse(syntax, source)
}

/// The objects of a document that are read as objects only: what they deploy or run is not.
pub fn in_manifests(document: &Document, workspace: &Workspace) -> Vec<&'static Unread> {
    let mut found = Vec::new();
    for (object, kind) in document.roots.iter().flat_map(kubernetes::parts) {
        if kubernetes::workflow::is_workflow(object, kind) {
            continue;
        }
        let group = object.get("apiVersion").and_then(Node::as_str).and_then(|version| version.split_once('/'));
        let is_followed = helm::is_followed(object, workspace) || kustomize::is_followed(object, workspace);
        let Some((group, _)) = group.filter(|_| !is_followed) else { continue };
        let within =
            |known: &&str| group.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        let entry = UNREAD.iter().find(|entry| match entry.told {
            Told::Group(groups) => groups.iter().any(within),
            _ => false,
        });
        found.extend(entry);
    }
    found.sort();
    found.dedup();
    found
}
