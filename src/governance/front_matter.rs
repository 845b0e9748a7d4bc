//! The keys that rules know in the front matter of policies, records and runbooks, and what is wrong with what stands there.
//!
//! Unlike the governance files, documents may have any other key as well: they are often written for a site generator
//! too. A key is refused where it is nearly one of ours; one that neither we nor generators of sites know is told.

use jiff::civil::Date;

use super::value;
use crate::document::{Node, Value};
use crate::lower::Faults;

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

/// Whether a policy with such front matter is in force on a day: somebody owns it, it says who approved it and when, and nothing says
/// that it does not hold. What is not is a draft.
pub fn is_in_force(front: Option<&Node>, today: Date) -> bool {
    let says = |key: &&str| {
        front.and_then(|front| front.get(key)).is_some_and(|node| match &node.value {
            Value::Null => false,
            Value::Str(_) => node.as_str().is_none_or(|text| !text.trim().is_empty()),
            _ => true,
        })
    };
    let text = |key: &str| front.and_then(|front| front.get(key)).and_then(Node::as_str);
    let approved = front.and_then(|front| day_of(front, "approved_on"));
    let is_draft = front.and_then(|front| front.get("draft")).and_then(Node::as_bool) == Some(true);
    let plain = |status: &str| status.trim().to_lowercase().replace(['-', '_'], " ");
    let stands = text("status").is_none_or(|status| !NOT_IN_FORCE.contains(&&*plain(status)));
    ["owner", "approved_by", "approved_on"].iter().all(says)
        && approved.is_none_or(|day| day <= today)
        && !is_draft
        && stands
}

/// The day that a key holds, alone or with a time after it.
pub fn day_of(front: &Node, key: &str) -> Option<Date> {
    front.get(key).and_then(Node::as_str)?.trim().get(..10)?.parse().ok()
}

/// The day that a key holds of what was done, where it is not still to come.
pub fn done_by(today: Date, front: &Node, key: &str) -> Option<Date> {
    day_of(front, key).filter(|day| *day <= today)
}

/// What `status` says of a document that does not hold yet, or no longer.
const NOT_IN_FORCE: &[&str] = &[
    "draft",
    "proposed",
    "proposal",
    "in review",
    "wip",
    "work in progress",
    "in progress",
    "pending",
    "pending approval",
    "not approved",
    "not in force",
    "rejected",
    "revoked",
    "expired",
    "withdrawn",
    "superseded",
    "replaced",
    "obsolete",
    "retired",
    "deprecated",
    "archived",
    "entwurf",
    "vorschlag",
    "in prüfung",
    "in arbeit",
    "in bearbeitung",
    "nicht freigegeben",
    "nicht in kraft",
    "außer kraft",
    "ausser kraft",
    "aufgehoben",
    "abgelehnt",
    "abgelaufen",
    "zurückgezogen",
    "abgelöst",
    "ersetzt",
    "veraltet",
    "ungültig",
];

/// Every key that a rule asks for.
pub const KEYS: &[Key] = &[
    key("type", "policies", "what kind of policy it is, where its title does not say so: `access-control`, `backup` …"),
    key("title", "all", "what the document is called; else its first heading counts"),
    key("owner", "policies, runbooks", "the role or team that keeps it current"),
    key("controls", "policies, runbooks", "ids of the controls it is about, in quotes: `[\"5.15\", \"5.18\"]`"),
    key("classification", "policies", "a level of the classification scheme: who may read it"),
    key("approved_by", "policies, audits, tests", "a role of `raci.toml` (id, title or holder) that approved it"),
    key("approved_on", "policies", "the day of the approval; text that changes later is not approved"),
    key(
        "tls_minimum",
        "policies",
        "in the policy on cryptography: the oldest version of TLS that is allowed, `1.2` or `1.3`",
    ),
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
    key(
        "nonconformities",
        "audits",
        "what was found: a list of `id`, `clause` or `control`, `grade` (`major`, `minor`, `observation`), `owner`, `due`, \
         `root_cause`, `correction`, `corrective_action` and, when it is over, `closed_on`",
    ),
];

/// Keys that generators of sites, wikis and editors read, and what an organisation numbers its documents by.
const OF_OTHERS: &[&str] = &[
    "aliases",
    "author",
    "authors",
    "categories",
    "category",
    "created",
    "cssclasses",
    "description",
    "doc_id",
    "document_id",
    "draft",
    "grand_parent",
    "has_children",
    "hide",
    "icon",
    "id",
    "image",
    "keywords",
    "lang",
    "language",
    "last_modified_at",
    "lastmod",
    "layout",
    "linktitle",
    "menu",
    "nav_exclude",
    "nav_order",
    "number",
    "order",
    "outline",
    "parent",
    "permalink",
    "publish",
    "redirect_from",
    "reference",
    "sidebar",
    "sidebar_label",
    "sidebar_position",
    "slug",
    "status",
    "subject",
    "subtitle",
    "summary",
    "tags",
    "template",
    "toc",
    "updated",
    "url",
    "version",
    "weight",
];

/// Keys of the items of [`LISTS`].
const KEYS_OF_ITEMS: &[&str] = &[
    "action",
    "clause",
    "closed_on",
    "control",
    "correction",
    "corrective_action",
    "done_on",
    "due",
    "effective",
    "finding",
    "grade",
    "id",
    "owner",
    "root_cause",
    "status",
    "title",
];

/// Keys whose values are days.
const DAYS: &[&str] =
    &["approved_on", "next_review", "reviewed_on", "date", "held_on", "occurred", "detected", "contained", "closed"];

/// Keys of the items of lists whose values are days.
const DAYS_OF_ITEMS: &[&str] = &["due", "done_on", "closed_on"];

/// What a record can be a record of.
const KINDS: &[&str] = &[
    "incident",
    "audit",
    "penetration-test",
    "security-test",
    "management-review",
    "exercise",
    "access-review",
    "change",
];

/// Keys whose values are lists of what is to be done.
const LISTS: &[&str] = &["actions", "nonconformities"];

/// How grave a nonconformity is.
const GRADES: &[(&str, ())] = &[("major", ()), ("minor", ()), ("observation", ())];

/// Tells what is wrong with the front matter of a document: days that are none, controls that there are not, keys that are
/// nearly one of ours. What is left empty is left to the rules that ask for it.
pub fn check(front: &Node, faults: &mut Faults) {
    for entry in front.entries() {
        let (name, value) = (&*entry.key.name, &entry.value);
        let known = KEYS.iter().any(|key| key.name == name) || DAYS.contains(&name);
        if matches!(value.value, Value::Null) {
            continue;
        }
        if DAYS.contains(&name) {
            day(value, name, faults);
        } else if name == "controls" {
            value::controls(value, name, faults);
        } else if LISTS.contains(&name) {
            faults.list(value, name, |faults, item| {
                check_item(item, faults);
                Some(())
            });
        } else if name == "attendees" {
            faults.list(value, name, |_, _| Some(()));
        } else if name == "independent" {
            faults.boolean(value, name);
        } else if name == "kind" {
            check_kind(value, faults);
        } else if !known && let Some(near) = KEYS.iter().find(|key| super::stray::is_near(name, key.name)) {
            let message = format!("nothing reads `{name}`");
            faults.add(entry.key.span, message, format!("did you mean `{}`?", near.name));
        } else if !known && !OF_OTHERS.contains(&&*name.to_lowercase()) && !name.starts_with("x-") {
            let help = "docs/governance.md lists the keys of documents; `x-…` is never told";
            faults.notice(entry.key.span, format!("nothing reads `{name}`"), help);
        }
    }
}

/// A word that is nearly one of those that records are told by; other words are somebody's own.
fn check_kind(value: &Node, faults: &mut Faults) {
    let Some(word) = value.as_str() else { return drop(faults.text(value, "kind")) };
    let near = KINDS.iter().find(|kind| super::stray::is_near(word, kind)).filter(|kind| **kind != word);
    if let Some(near) = near {
        faults.add(value.span, format!("`{word}` is not a kind of record"), format!("did you mean `{near}`?"));
    }
}

fn check_item(item: &Node, faults: &mut Faults) {
    for entry in item.entries() {
        let (name, value) = (&*entry.key.name, &entry.value);
        if matches!(value.value, Value::Null) {
            continue;
        }
        if DAYS_OF_ITEMS.contains(&name) {
            day(value, name, faults);
        } else if name == "grade" {
            faults.word(value, name, GRADES);
        } else if name == "control" {
            value::controls(&Node::list(vec![value.clone()], value.span), name, faults);
        } else if !KEYS_OF_ITEMS.contains(&name) {
            let near = KEYS_OF_ITEMS.iter().find(|known| super::stray::is_near(name, known));
            let message = format!("nothing reads `{name}`");
            match near {
                Some(near) => faults.add(entry.key.span, message, format!("did you mean `{near}`?")),
                None => faults.notice(entry.key.span, message, "docs/governance.md lists the keys of what follows"),
            }
        }
    }
}

/// A day, alone or with a time after it.
fn day(node: &Node, key: &str, faults: &mut Faults) {
    let day = node.as_str().and_then(|text| text.split_once(['T', ' ']));
    let day = day.filter(|(day, time)| day.len() == 10 && time.starts_with(|first: char| first.is_ascii_digit()));
    match day {
        Some((day, _)) => value::date(&Node::text(day, node.span), key, faults),
        None => value::date(node, key, faults),
    };
}
