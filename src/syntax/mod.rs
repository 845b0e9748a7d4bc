//! Bytes to one spanned tree, whatever the language.
//!
//! Parsing never fails: a parser returns what it could read and the problems it met. No parser panics, recurses deeper
//! than [`MAX_DEPTH`](crate::document::MAX_DEPTH) or returns a span outside its file.
//!
//! To add a syntax: one file beside this one, one line in [`SYNTAXES`].

pub mod assigned;
pub mod bicep;
pub mod directives;
pub mod dockerfile;
mod embedded;
pub mod entries;
pub mod groovy;
pub mod hcl;
#[cfg(test)]
pub(crate) mod invariants;
pub mod json;
mod keys;
pub mod keyvalue;
pub(crate) mod lines;
pub mod markdown;
pub mod nginx;
pub mod plist;
pub(crate) mod shell;
pub(crate) mod spelled;
pub mod sql;
pub mod text;
pub mod toml;
pub(crate) mod variables;
pub mod xml;
pub mod yaml;

use crate::document::{Document, Node, Problem, Text};
use crate::source::{Source, Span};

/// A language that files are written in.
pub struct Syntax {
    /// Its name, as dialects ask for it.
    pub name: &'static str,
    /// What it reads, for the reference.
    pub doc: &'static str,
    /// What begins a comment, longest first; inline suppressions are looked for after these.
    pub comments: &'static [&'static str],
    /// The parser.
    pub parse: fn(&Source) -> Parsed,
}

/// What a parser returns.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The trees, in the order of the file.
    pub roots: Vec<Node>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Every syntax.
pub const SYNTAXES: &[&Syntax] = &[
    &assigned::ASSIGNED,
    &bicep::BICEP,
    &directives::APACHE,
    &directives::BRACED,
    &directives::BRACKETED,
    &directives::HAPROXY,
    &directives::INDENTED,
    &directives::NAMED_LINES,
    &directives::SSH_CLIENT,
    &dockerfile::DOCKERFILE,
    entries::ENTRIES,
    &groovy::GROOVY,
    &hcl::HCL,
    &keyvalue::SSHD_CONFIG,
    &keyvalue::INI,
    &keyvalue::DOTENV,
    &keyvalue::WORDS,
    &keyvalue::PG_HBA,
    &keyvalue::SUDOERS,
    &keyvalue::ZONE,
    &markdown::MARKDOWN,
    &nginx::NGINX,
    &nginx::NAMED_CONF,
    &plist::PLIST,
    &sql::SQL,
    &text::TEXT,
    &json::JSON,
    &json::JSON_RELAXED,
    &toml::TOML,
    &xml::XML,
    &yaml::YAML,
    &yaml::YAML_1_1,
];

/// The syntax of a name.
pub fn named(name: &str) -> Option<&'static Syntax> {
    SYNTAXES.iter().copied().find(|syntax| syntax.name == name)
}

/// The name of what is JSON where its text begins as JSON does (with a bracket, then a quote), else YAML 1.1.
pub const JSON_OR_YAML: &str = "json-or-yaml";

/// The syntax to read a text in, where a name leaves that to the text.
pub fn fitting(name: &'static str, text: &str) -> &'static str {
    match name {
        JSON_OR_YAML => {
            let inner = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || "[{".contains(c));
            let json = inner.len() < text.trim_start().len() && inner.starts_with('"');
            if json { json::JSON.name } else { yaml::YAML_1_1.name }
        }
        name => name,
    }
}

/// What a file of this language is where it is no text, for languages that have such a form: nothing went wrong then.
pub fn not_text(name: &str) -> Option<&'static str> {
    (name == plist::PLIST.name).then_some(plist::NOT_TEXT)
}

/// Parses a file.
pub fn parse(syntax: &'static Syntax, source: &Source) -> Document {
    let Parsed { roots, problems } = (syntax.parse)(source);
    Document { file: source.id(), path: source.path().into(), syntax: syntax.name, roots, problems }
}

/// Parses a text that stands in another file as a file of its own, which lies at `path`. Its trees have spans in the file that
/// `host` is a place of, where the text stands; its problems have none.
pub fn parse_within(syntax: &'static Syntax, path: &str, text: &Text, host: Span) -> Document {
    let source = Source::from_text(host.file, path, text.as_str());
    let document = parse(syntax, &source);
    let within = embedded::Host { text, span: host };
    let roots = document.roots.into_iter().map(|root| within.node(root)).collect();
    let problems = document.problems.into_iter().map(|problem| Problem { span: None, ..problem }).collect();
    Document { roots, problems, ..document }
}
