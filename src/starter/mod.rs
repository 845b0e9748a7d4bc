//! A starting set of settings and governance files, fitted to what a repository holds.
//!
//! Nothing in it is invented: what stands there as a record was found in the repository, what only people can know is a
//! commented template made from the schemas, and every day is the day given. Pure: the caller writes the files.

mod found;
mod register;
pub mod rule;
mod settings;
mod statement;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

pub use found::{Found, find};

use crate::governance::schema::SCHEMAS;
use crate::governance::{STATEMENT, path_of};

/// The role that owns what nobody else does yet.
const LEAD: &str = "security-lead";
/// The role that decides.
const MANAGEMENT: &str = "management";

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path, relative to the root.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A rule that what is drafted fails, since nobody has decided it yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The rule.
    pub rule: String,
    /// Its title.
    pub title: String,
}

/// The settings file alone. What is drafted stops no commit: its rules are `low` until somebody takes that away.
pub fn settings(found: &Found, drafts: &[Draft]) -> File {
    File { path: crate::settings::FILE_NAME.to_owned(), text: settings::text(found, drafts) }
}

/// The whole set: settings, the Statement of Applicability and every register, in a folder relative to the root.
pub fn files(found: &Found, today: Date, folder: &str, drafts: &[Draft]) -> Vec<File> {
    let at = |name: &str| path_of(folder, name);
    let mut files = vec![settings(found, drafts), File { path: at(STATEMENT), text: statement::text(found, today) }];
    for schema in SCHEMAS {
        files.push(File { path: at(schema.file), text: register::text(schema, found, today) });
    }
    files
}

/// The day a year later.
fn next_year(day: Date) -> Date {
    day.saturating_add(jiff::Span::new().years(1))
}

/// A text as TOML writes it: as JSON does, but for one character that JSON leaves as it is.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
