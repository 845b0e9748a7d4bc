//! What follows from the records of the audit cycle: who audits their own work, what no audit of the programme looks at,
//! who checks what they did themselves, what a review left out.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::books::Books;
use super::derive::{Fact, Facts, hours, newest};
use super::{Resource, control_ids, day, list, resource, statement, text, texts};
use crate::control::clause;
use crate::document::{Node, Value};
use crate::governance::schema::{Head, INPUTS};
use crate::source::Span;

/// The resource of a table that stands once beside the records of a file.
pub(super) fn head(file: &'static str, head: Head, books: &Books<'_>) -> Option<Resource> {
    let entry = books.root(file)?.entry(head.key)?;
    entry.value.as_map()?;
    let mut body = entry.value.clone();
    if head.key == "programme" {
        for (key, names) in uncovered(&entry.value, books) {
            body.derive(key, texts(names.iter().map(String::as_str), entry.key.span));
        }
    }
    Some(resource(head.key, file, body, entry.key.span))
}

/// The controls that apply, and the clauses, that no audit of the cycle looks at: neither one that was held nor one that
/// is planned.
fn uncovered(programme: &Node, books: &Books<'_>) -> [(&'static str, Vec<String>); 2] {
    let cycle = day(programme, "from").zip(day(programme, "to"));
    let mut controls: BTreeSet<String> = BTreeSet::new();
    let mut clauses: BTreeSet<&str> = BTreeSet::new();
    for audit in books.records("audits").iter().filter(|audit| is_internal(audit)) {
        let held = day(audit, "done_on").or_else(|| day(audit, "planned_on"));
        let within = cycle.zip(held).is_some_and(|((from, to), held)| from <= held && held <= to);
        if within {
            controls.extend(list(audit, "controls").flat_map(control_ids).map(|id| id.to_string()));
            clauses.extend(list(audit, "clauses").flat_map(clause::named).map(clause::Clause::number));
        }
    }
    let (applicable, _) = statement::applicable(books);
    let controls = applicable.into_keys().filter(|id| is_of_standard(id) && !controls.contains(id));
    let every = clause::clauses().iter().map(clause::Clause::number);
    let clauses = every.filter(|number| !clauses.contains(number)).map(str::to_owned);
    [("uncovered_controls", controls.collect()), ("uncovered_clauses", clauses.collect())]
}

fn is_of_standard(id: &str) -> bool {
    id.parse::<crate::control::ControlId>().is_ok()
}

/// Whether the organisation wants the audit itself.
fn is_internal(audit: &Node) -> bool {
    text(audit, "kind").is_none_or(|kind| kind == "internal")
}

/// What of the audited the auditor answers for, and how many nonconformities name the audit.
pub(super) fn audit(record: &Node, id: &str, books: &Books<'_>) -> Facts {
    let mut facts = Facts::new();
    if let (Some(auditor), Some(at)) = (text(record, "auditor"), record.get("auditor")) {
        let own = own_work(record, auditor, books);
        facts.push(("own_work", "auditor", Fact::Node(texts(own.iter().map(String::as_str), at.span))));
    }
    // Without the register they stand in the front matter of the report, or nowhere.
    if books.has("nonconformities") {
        let found = books.records("nonconformities").iter().filter(|of| text(of, "audit") == Some(id)).count();
        facts.push(("registered", "result", Fact::Number(i64::try_from(found).unwrap_or(i64::MAX))));
    }
    facts
}

fn own_work(audit: &Node, auditor: &str, books: &Books<'_>) -> BTreeSet<String> {
    let mut owned: BTreeSet<String> = BTreeSet::new();
    let entries = books.root("soa").and_then(|root| root.get("control")).map_or(&[][..], Node::entries);
    let answers = |entry: &Node| ["owner", "accountable"].iter().any(|key| text(entry, key) == Some(auditor));
    for entry in entries.iter().filter(|entry| answers(&entry.value)) {
        owned.extend(control_ids(&entry.key.name).iter().map(ToString::to_string));
    }
    let role = books.records("raci").iter().find(|role| text(role, "id") == Some(auditor));
    owned.extend(
        role.into_iter().flat_map(|role| list(role, "controls")).flat_map(control_ids).map(|id| id.to_string()),
    );
    let mut own: BTreeSet<String> = list(audit, "controls")
        .flat_map(control_ids)
        .map(|id| id.to_string())
        .filter(|id| owned.contains(id))
        .collect();
    let programme = books.root("audits").and_then(|root| root.get("programme"));
    if programme.is_some_and(|programme| text(programme, "owner") == Some(auditor)) {
        let audited = list(audit, "clauses").flat_map(clause::named);
        own.extend(audited.filter(|of| of.number().starts_with("9.2.")).map(|of| of.id.to_string()));
    }
    own
}

/// Whether a requirement is named, whether who acted also looked whether that worked, and what is still to be done.
pub(super) fn nonconformity(record: &Node, books: &Books<'_>) -> Facts {
    let is_named = |key: &str| list(record, key).next().is_some();
    let linked: Vec<&str> = list(record, "actions").collect();
    let actions = || books.records("plan").iter().filter(|of| text(of, "id").is_some_and(|id| linked.contains(&id)));
    let open = actions().filter(|action| matches!(text(action, "status"), Some("open" | "doing"))).count();
    let mut facts = vec![
        ("requirement", "title", Fact::Flag(is_named("clauses") || is_named("controls"))),
        ("open_actions", "actions", Fact::Number(i64::try_from(open).unwrap_or(i64::MAX))),
    ];
    if let Some(checker) = text(record, "checked_by") {
        let acted =
            text(record, "owner") == Some(checker) || actions().any(|action| text(action, "owner") == Some(checker));
        facts.push(("checked_by_actor", "checked_by", Fact::Flag(acted)));
    }
    facts
}

/// The inputs that a review left out, whether a role of management led it, and whether a later one was held.
pub(super) fn management_review(record: &Node, books: &Books<'_>) -> Facts {
    let looked_at: Vec<&str> = list(record, "inputs").collect();
    let at = |key: &str| record.get(key).map_or(record.span, |node| node.span);
    let missing = INPUTS.iter().copied().filter(|input| !looked_at.contains(input));
    let mut facts = vec![("missing_inputs", "inputs", Fact::Node(texts(missing, at("inputs"))))];
    let chair = text(record, "chair");
    let role = books.records("raci").iter().find(|role| chair.is_some() && text(role, "id") == chair);
    if let Some(role) = role {
        let manages = role.get("management").and_then(Node::as_bool) == Some(true);
        facts.push(("led_by_management", "chair", Fact::Flag(manages)));
    }
    facts.extend(newest("management-reviews", record, books));
    facts
}

/// Whether the target is reached, and the day by which it is measured again.
pub(super) fn objective(record: &Node) -> Facts {
    let mut facts = Facts::new();
    let whole = |key: &str| match record.get(key)?.value {
        Value::Int(value) => Some(value),
        _ => None,
    };
    if let (Some(value), Some(target)) = (whole("value"), whole("target")) {
        let reached = if text(record, "better") == Some("lower") { value <= target } else { value >= target };
        facts.push(("reached", "value", Fact::Flag(reached)));
    }
    let again = || -> Option<(Date, Span)> {
        let days = hours(record, "interval")?.checked_add(23)? / 24;
        let measured = day(record, "measured_on")?;
        // A length of time that is beyond the calendar is told where governance files are read.
        Some((measured.checked_add(i32::try_from(days).ok()?.days()).ok()?, record.get("measured_on")?.span))
    };
    if let Some((day, at)) = again() {
        facts.push(("measure_again", "measured_on", Fact::Node(Node::text(day.to_string(), at))));
    }
    facts
}
