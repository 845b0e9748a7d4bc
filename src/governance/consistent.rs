//! Whether what a record says can be so: days that follow each other, numbers that add up, people who decide for
//! others; and whether records of one file fit together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::control::ControlId;
use crate::document::Problem;
use crate::governance::record::Record;
use crate::governance::{Governance, Register};
use crate::lower::Faults;
use crate::source::Workspace;

/// Pairs of days: the second may not lie before the first.
const DAYS: &[(&str, &str)] = &[
    ("approved_on", "expires"),
    ("period_to", "approved_on"),
    ("period_to", "expires"),
    ("assessed_on", "next_review"),
    ("reviewed_on", "next_review"),
    ("held_on", "next"),
    ("period_from", "period_to"),
    ("from", "to"),
    ("found_on", "due"),
    ("found_on", "checked_on"),
    ("found_on", "closed_on"),
    ("checked_on", "closed_on"),
    ("done_on", "reported_on"),
];

/// Pairs of numbers: the second may not be more than the first, with what to say.
const NUMBERS: &[(&str, &str, &str)] = &[
    ("invited", "completed", "more completed than were invited"),
    ("asked", "acknowledged", "more confirmed than were asked"),
    ("rights", "withdrawn", "more were withdrawn than were looked at"),
];

/// Pairs of roles: who asks may not be who decides.
const ROLES: &[(&str, &str)] = &[("requested_by", "approved_by"), ("made_by", "approved_by")];

/// Keys that say something only beside another.
const TOGETHER: &[(&str, &str)] = &[
    ("residual_likelihood", "residual_impact"),
    ("residual_impact", "residual_likelihood"),
    ("contract_end", "contract"),
    ("certificate_expires", "certificate"),
    ("secure_development", "development"),
    ("value", "measured_on"),
    ("measured_on", "value"),
    ("checked_by", "checked_on"),
    ("effective", "checked_on"),
    ("effect", "checked_on"),
    ("seed", "sample"),
    ("reported_on", "reported_to"),
];

/// Everything that cannot be so. Records that contradict themselves are marked as faulty.
pub(super) fn check(workspace: &Workspace, governance: &mut Governance) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, register) in &mut governance.registers {
        let mut faults = Faults::new("governance::consistent", workspace.path(register.file));
        for record in register.head.iter_mut().chain(&mut register.records) {
            within(record, &mut faults);
        }
        match *name {
            "plan" => plan(register, &mut faults),
            "raci" => raci(register, &mut faults),
            "suppliers" => suppliers(register, &mut faults),
            "context" => context(register, &mut faults),
            "nonconformities" => nonconformities(register, &mut faults),
            _ => {}
        }
        problems.extend(faults.into_problems());
    }
    problems
}

/// What cannot be so within one record, which is marked as faulty. Of one of which something could not be read no more is told.
pub(super) fn within(record: &mut Record, faults: &mut Faults) {
    if record.faulty {
        return;
    }
    let before = faults.errors();
    people_and_days(record, faults);
    lengths(record, faults);
    record.faulty |= faults.errors() > before;
}

fn people_and_days(record: &Record, faults: &mut Faults) {
    for (asks, decides) in ROLES {
        if let (Some(one), Some(other)) = (record.text(asks), record.text(decides))
            && one == other
        {
            let message = format!("`{decides}` is the same role as `{asks}`");
            faults.add(record.at(decides), message, "someone else has to decide");
        }
    }
    for (first, last) in DAYS {
        if let (Some(from), Some(to)) = (record.date(first), record.date(last))
            && to < from
        {
            let message = format!("`{last}` ({to}) lies before `{first}` ({from})");
            faults.add(record.at(last), message, "check the two days");
        }
    }
    for (whole, part, message) in NUMBERS {
        if let (Some(all), Some(some)) = (record.number(whole), record.number(part))
            && some > all
        {
            faults.add(record.at(part), format!("{message}: {some} of {all}"), "check the two numbers");
        }
    }
    for (key, needs) in TOGETHER {
        if record.held(key).is_some() && record.held(needs).is_none() {
            faults.add(record.at(key), format!("`{key}` says nothing without `{needs}`"), format!("add `{needs}`"));
        }
    }
    if record.text("held_by").is_some_and(|held| is_mail(held)) {
        let message = "`held_by` is a person's address; registers do without personal data";
        faults.notice(record.at("held_by"), message, "name a team or an account: `@example/security`");
    }
}

/// Pairs of lengths of time: the second may not be less than the first.
const LENGTHS: &[(&str, &str)] = &[("keep", "delete_after")];

fn lengths(record: &Record, faults: &mut Faults) {
    for (least, most) in LENGTHS {
        if let (Some(at_least), Some(at_most)) = (record.hours(least), record.hours(most))
            && at_most < at_least
        {
            faults.add(record.at(most), format!("`{most}` is less than `{least}`"), "check the two lengths of time");
        }
    }
}

/// Whether a text looks like an e-mail address.
fn is_mail(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.') && !text.contains(' '))
}

/// Actions that are done and say so twice, and actions that wait for each other.
fn plan(register: &Register, faults: &mut Faults) {
    for action in register.records.iter().filter(|action| action.held("status").is_some()) {
        let status = action.text("status").map_or("", |status| status);
        if action.held("done_on").is_some() && status != "done" {
            let message = format!("an action has `done_on` and the status `{status}`");
            faults.add(action.at("done_on"), message, "write `status = \"done\"`, or leave `done_on` out");
        }
        for (before, at) in action.texts("after") {
            if **before == *action.id {
                faults.add(*at, format!("`{}` waits for itself", action.id), "leave it out");
            } else if let (Some(first), Some(then)) =
                (find(register, before).and_then(|before| before.date("due")), action.date("due"))
                && then < first
            {
                let message =
                    format!("`{}` is due on {then}, before `{before}` that it waits for ({first})", action.id);
                faults.add(*at, message, "check the two days");
            }
        }
    }
    for (action, circle) in circles(register) {
        let message = format!("actions wait for each other: {}", circle.join(" → "));
        faults.add(action.at("after"), message, "one of them has to come first");
    }
}

fn find<'a>(register: &'a Register, id: &str) -> Option<&'a Record> {
    register.by_id.get(id).and_then(|index| register.records.get(*index))
}

/// Each circle of actions once, with its first action in the order of the file. Without recursion: a plan may be long.
fn circles(register: &Register) -> Vec<(&Record, Vec<&str>)> {
    let mut found = Vec::new();
    let mut settled: BTreeSet<&str> = BTreeSet::new();
    for start in &register.records {
        // The way from the start, and for each step how many of its successors were tried.
        let mut way: Vec<(&Record, usize)> = vec![(start, 0)];
        let mut on_way: BTreeSet<&str> = BTreeSet::from([&*start.id]);
        if settled.contains(&*start.id) {
            continue;
        }
        while let Some((action, tried)) = way.last_mut() {
            let next = action.texts("after").get(*tried);
            *tried += 1;
            let Some((next, _)) = next else {
                settled.insert(&action.id);
                on_way.remove(&*action.id);
                way.pop();
                continue;
            };
            if **next == *action.id || settled.contains(&**next) {
                continue;
            }
            if on_way.contains(&**next) {
                let from = way.iter().position(|(action, _)| action.id == *next).unwrap_or(0);
                let circle: Vec<&Record> = way.iter().skip(from).map(|(action, _)| *action).collect();
                let names = circle.iter().map(|action| &*action.id).chain(circle.first().map(|first| &*first.id));
                found.extend(circle.first().map(|first| (*first, names.collect())));
            } else if let Some(next) = find(register, next) {
                on_way.insert(&next.id);
                way.push((next, 0));
            }
        }
    }
    found
}

/// Two roles that both answer for one control, and a role that has two parts in one.
fn raci(register: &Register, faults: &mut Faults) {
    for role in &register.records {
        let answers: BTreeSet<ControlId> = role.controls("controls").iter().map(|(id, _)| *id).collect();
        let consulted: BTreeSet<ControlId> = role.controls("consulted").iter().map(|(id, _)| *id).collect();
        for (id, at) in role.controls("consulted").iter().filter(|(id, _)| answers.contains(id)) {
            faults.add(*at, format!("`{}` answers for control {id}, and is consulted on it", role.id), "leave one out");
        }
        for (id, at) in
            role.controls("informed").iter().filter(|(id, _)| answers.contains(id) || consulted.contains(id))
        {
            let part = if answers.contains(id) { "answers for" } else { "is consulted on" };
            let message = format!("`{}` {part} control {id}, and is informed of it", role.id);
            faults.add(*at, message, "leave it out here: who answers or is consulted knows");
        }
    }
    let mut answers: BTreeMap<ControlId, &Record> = BTreeMap::new();
    for role in &register.records {
        for (control, at) in role.controls("controls") {
            match answers.get(control) {
                Some(other) if other.id != role.id => {
                    let message = format!("`{}` and `{}` both answer for control {control}", other.id, role.id);
                    faults.add(*at, message, "one role answers; others own or carry out");
                }
                _ => drop(answers.insert(*control, role)),
            }
        }
    }
}

/// Two suppliers that both provide what code calls by one name.
fn suppliers(register: &Register, faults: &mut Faults) {
    let mut provided: BTreeMap<String, &Arc<str>> = BTreeMap::new();
    for supplier in &register.records {
        for (name, at) in supplier.texts("provides") {
            if let Some(other) = provided.insert(name.to_lowercase(), &supplier.id)
                && *other != supplier.id
            {
                faults.add(*at, format!("`{name}` is provided by `{other}` already"), "leave it at one of them");
            }
        }
    }
}

/// What only one sort of entry says, and feedback of what is no party.
fn context(register: &Register, faults: &mut Faults) {
    for entry in &register.records {
        let Some(kind) = entry.text("kind").map(|kind| &**kind) else { continue };
        for (key, of) in
            [("requirements", "interested-party"), ("obligations", "interested-party"), ("party", "feedback")]
        {
            if entry.held(key).is_some() && kind != of {
                let message = format!("`{key}` belongs to an entry of kind `{of}`, and this one is of kind `{kind}`");
                faults.add(entry.at(key), message, "leave it out, or correct the kind");
            }
        }
        let party = entry.text("party").and_then(|party| find(register, party));
        if let Some(kind) = party.and_then(|party| party.text("kind")).filter(|kind| &***kind != "interested-party") {
            let message = format!("`party` names an entry of kind `{kind}`");
            faults.add(entry.at("party"), message, "name an entry of kind `interested-party`");
        }
    }
}

/// Findings of an audit that say that they come from elsewhere.
fn nonconformities(register: &Register, faults: &mut Faults) {
    for found in &register.records {
        let Some(source) = found.text("source").map(|source| &**source) else { continue };
        if found.held("audit").is_some() && !matches!(source, "audit" | "certification") {
            let message = format!("`audit` is named, and the source is `{source}`");
            faults.add(found.at("audit"), message, "write `source = \"audit\"`, or leave `audit` out");
        }
    }
}
