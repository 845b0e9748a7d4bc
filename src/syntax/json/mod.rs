//! JSON, read forgivingly.
//!
//! A broken member costs that member, not the file: what stands in the place of a value and cannot be read becomes
//! [`Value::Unresolved`](crate::document::Value), and reading goes on at the next comma. Comments are accepted
//! everywhere; a trailing comma is accepted silently where the file's own tool accepts it (`*.jsonc`, `tsconfig.json`
//! and editor settings) and noticed elsewhere.

mod embedded;
mod reader;
mod string;
#[cfg(test)]
mod tests;

use crate::document::{Node, Problem};
use crate::source::Source;
use crate::syntax::{Parsed, Syntax};

pub use embedded::parse_embedded;
use reader::Reader;

/// The syntax.
pub const JSON: Syntax = Syntax {
    name: "json",
    doc: "JSON; comments and trailing commas are tolerated, `*.jsonl` and `*.ndjson` hold one document a line",
    comments: &["//"],
    parse,
};

/// The syntax as more forgiving tools take it.
pub const JSON_RELAXED: Syntax = Syntax {
    name: "json-relaxed",
    doc: "JSON with comments, trailing commas and strings over several lines",
    comments: &["//"],
    parse: |source| {
        parse_with(Reader::new(source.id(), source.text(), true).with_line_breaks(), Dialect::Relaxed, source)
    },
};

/// The stable name of this syntax's problems.
const CODE: &str = "syntax::json";

/// How forgiving to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    /// Trailing commas are noticed, one value makes the file, unless it is an object of Kubernetes.
    Plain,
    /// Trailing commas are part of the language.
    Relaxed,
    /// One value after another.
    Lines,
}

fn dialect_of(path: &str) -> Dialect {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let ends_with = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let editor = path.split('/').any(|part| matches!(part, ".vscode" | ".devcontainer"));
    if ends_with(&[".jsonl", ".ndjson"]) {
        Dialect::Lines
    } else if editor
        || ends_with(&[".jsonc", ".json5", ".code-workspace", ".eslintrc", ".eslintrc.json"])
        || ["tsconfig", "jsconfig", "devcontainer", "renovate"].iter().any(|stem| name.starts_with(stem))
    {
        Dialect::Relaxed
    } else {
        Dialect::Plain
    }
}

fn parse(source: &Source) -> Parsed {
    let dialect = dialect_of(source.path());
    parse_with(Reader::new(source.id(), source.text(), dialect == Dialect::Relaxed), dialect, source)
}

fn parse_with(mut reader: Reader<'_>, dialect: Dialect, source: &Source) -> Parsed {
    let mut roots = Vec::new();
    reader.skip_blank();
    while !reader.at_end() {
        if !roots.is_empty() && dialect != Dialect::Lines && !roots.last().is_some_and(is_manifest) {
            reader.trailing_text();
            break;
        }
        let mark = reader.mark();
        let root = reader.root();
        if !roots.is_empty() && dialect != Dialect::Lines && !is_manifest(&root) {
            reader.back_to(mark);
            reader.trailing_text();
            break;
        }
        roots.push(root);
        reader.skip_blank();
    }
    if roots.is_empty() {
        reader.nothing_written();
    }
    let problems = reader.finish().into_iter().map(|problem| Problem { path: source.path().into(), ..problem });
    Parsed { roots, problems: problems.collect() }
}

/// Objects of Kubernetes may stand one after the other in a file of any name: kubectl reads all of them.
fn is_manifest(root: &Node) -> bool {
    root.get("apiVersion").is_some() && root.get("kind").is_some()
}
