//! The keys that rules know in the front matter of policies, records and runbooks.
//!
//! Unlike the governance files, documents may have any other key as well: they are often written for a site generator
//! too. What is misspelt here is therefore told by the rule that misses the key.

/// A key of the front matter of documents.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// In which documents it is read.
    pub of: &'static str,
    /// What it says.
    pub doc: &'static str,
}

const fn key(name: &'static str, of: &'static str, doc: &'static str) -> Key {
    Key { name, of, doc }
}

/// Every key that a rule asks for.
pub const KEYS: &[Key] = &[
    key("title", "all", "what the document is called; else its first heading counts"),
    key("owner", "policies, runbooks", "the role or team that keeps it current"),
    key("controls", "policies, runbooks", "ids of the controls it is about, in quotes: `[\"5.15\", \"5.18\"]`"),
    key("classification", "policies", "a level of the classification scheme: who may read it"),
    key("approved_by", "policies, audits, tests", "a role of `raci.toml` (id, title or holder) that approved it"),
    key("approved_on", "policies", "the day of the approval; text that changes later is not approved"),
    key("next_review", "policies", "the day by which it is looked at again"),
    key("reviewed_on", "runbooks, records", "the day on which somebody last walked through it"),
    key(
        "kind",
        "records",
        "`incident`, `audit`, `penetration-test`, `security-test`, `management-review`, `exercise`, \
         `access-review` or `change`; else the folder says it (`incidents`, `audits`, `management-review` …)",
    ),
    key("date", "records", "the day it is about (or `held_on`)"),
    key("severity", "incidents", "a level of the incident plan: `critical`, `high`, `medium`, `low`, or `sev1` …"),
    key("lead", "incidents", "the role that led the response"),
    key("occurred", "incidents", "the day it began, where that is known"),
    key("detected", "incidents", "the day it was noticed"),
    key("contained", "incidents", "the day the damage stopped"),
    key("closed", "incidents", "the day the work on it ended"),
    key(
        "actions",
        "records",
        "what follows: a list of `title`, `owner`, `due` and, when it is done, `done_on` or `status: done`",
    ),
    key("attendees", "management reviews", "the roles that took part, no names"),
    key("reviewer", "audits", "who did it: a role or a firm"),
    key("independent", "audits", "`true` where the reviewer does not answer for what was looked at"),
    key("scope", "audits, tests", "what was looked at, or might be touched"),
    key("window", "audits, tests", "the days on which systems might be touched"),
];
