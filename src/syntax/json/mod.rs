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

use crate::document::Problem;
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

/// The stable name of this syntax's problems.
const CODE: &str = "syntax::json";

/// How forgiving to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    /// Trailing commas are noticed, one value makes the file.
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
    let mut reader = Reader::new(source.id(), source.text(), dialect == Dialect::Relaxed);
    let mut roots = Vec::new();
    reader.skip_blank();
    while !reader.at_end() {
        if !roots.is_empty() && dialect != Dialect::Lines {
            reader.trailing_text();
            break;
        }
        roots.push(reader.root());
        reader.skip_blank();
    }
    if roots.is_empty() {
        reader.nothing_written();
    }
    let problems = reader.finish().into_iter().map(|problem| Problem { path: source.path().into(), ..problem });
    Parsed { roots, problems: problems.collect() }
}
