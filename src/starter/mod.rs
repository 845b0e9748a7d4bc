//! A starting set of settings and governance files, fitted to what a repository holds.
//!
//! Nothing in it is invented: what stands there as a record was found in the repository or said by a person, what only people
//! can know is a comment to be completed, and every day is the day given. Pure: the caller writes the files.

mod answered;
mod found;
pub mod interview;
pub mod library;
pub mod policy;
mod proposal;
mod register;
pub mod rule;
mod settings;
mod statement;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use answered::additions;
pub use found::{Found, find};

use crate::control::ControlId;
use crate::governance::schema::SCHEMAS;
use crate::governance::{STATEMENT, path_of};
use crate::posture::State;
use interview::Answers;
use library::Profile;
use proposal::{Basis, Proposal, proposals};

/// The role that owns what nobody else does yet.
pub const LEAD: &str = "security-lead";
/// The role that decides.
pub const MANAGEMENT: &str = "management";

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

/// What the set is made from.
#[derive(Clone, Copy)]
pub struct Beginning<'a> {
    /// What the repository tells of itself.
    pub found: &'a Found,
    /// What checks found of each control, with the reason.
    pub standings: &'a BTreeMap<ControlId, (State, String)>,
    /// The sort of organisation, where it is known.
    pub profile: Option<&'a Profile>,
    /// What a person answered, where one was asked.
    pub answers: Option<&'a Answers>,
    /// The day that is written.
    pub today: Date,
    /// The folder of the governance files, relative to the root.
    pub folder: &'a str,
}

/// The whole set: settings, the Statement of Applicability and every register, with what a person answered.
pub fn files(of: Beginning<'_>, drafts: &[Draft]) -> Vec<File> {
    let at = |name: &str| path_of(of.folder, name);
    let mut files = vec![settings(of.found, drafts), File { path: at(STATEMENT), text: statement(of) }];
    for schema in SCHEMAS {
        files.push(File { path: at(schema.file), text: register::text(schema, of.found, of.today) });
    }
    if let Some(answers) = of.answers {
        for (path, text) in additions(answers, of.today, of.folder) {
            let register = files.iter_mut().find(|file| file.path == path && path != at(STATEMENT));
            if let Some(file) = register {
                file.text.push_str(&text);
            }
        }
    }
    files
}

fn statement(of: Beginning<'_>) -> String {
    let Some(answers) = of.answers else {
        let basis = Basis {
            found: of.found,
            standings: of.standings,
            profile: of.profile,
            assessed: &[],
            risks: &BTreeMap::new(),
            lead: LEAD,
            owners: None,
        };
        return statement::text(&proposals(basis), &|_| false, None, of.today);
    };
    let mut all: Vec<Proposal> = answers.decided.iter().chain(&answers.undecided).cloned().collect();
    all.sort_by_key(|proposal| proposal.id);
    let decided = |proposal: &Proposal| answers.decided.iter().any(|of| of.id == proposal.id);
    statement::text(&all, &decided, answers.scope.as_deref(), of.today)
}

/// The day a year later.
fn next_year(day: Date) -> Date {
    day.saturating_add(jiff::Span::new().years(1))
}

/// A text as TOML writes it: as JSON does, but for one character that JSON leaves as it is.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
