//! Records as resources: the table as written, and what follows from it.

use super::super::Resource;
use super::books::Books;
use super::cycle;
use super::usage::Usage;
use super::{control_ids, day, evidence, flag, list, number, resource, text};
use crate::control;
use crate::document::{Node, Value};
use crate::governance::front_matter::day_of;
use crate::governance::schema::Schema;
use crate::governance::succession::{Succession, is_renewed};

/// The resource of a record; none where it has no id, which is told elsewhere.
pub(super) fn record(schema: &Schema, record: &Node, books: &Books<'_>, used: &[Usage]) -> Option<Resource> {
    let id = record.entry("id")?;
    let name = id.value.as_str()?;
    let header = id.span();
    let mut body = record.clone();
    let facts = match schema.record {
        "waiver" => waiver(record),
        "attestation" => attestation(record, books),
        "review" => newest(schema.file, record, books).into_iter().collect(),
        "risk" => risk(record, name, books),
        "course" => course(record, books),
        "acknowledgement" => acknowledgement(record, books),
        "asset" => asset(record, name, books),
        "supplier" => supplier(record, name, books, used),
        "exercise" => exercise(record, books),
        "role" => role(record, name, books),
        "retention" => retention(record),
        "audit" => cycle::audit(record, name, books),
        "nonconformity" => cycle::nonconformity(record, books),
        "management-review" => cycle::management_review(record, books),
        "objective" => cycle::objective(record),
        _ => Vec::new(),
    };
    for (key, place, fact) in facts {
        let span = record.get(place).map_or(header, |node| node.span);
        match fact {
            Fact::Number(value) => body.derive(key, number(value, span)),
            Fact::Flag(value) => body.derive(key, flag(value, span)),
            Fact::Node(node) => body.derive(key, node),
        }
    }
    if let Some(controls) = record.get("controls").or_else(|| record.get("covers")) {
        let items = controls.items().iter().filter_map(|item| Some((control_ids(item.as_str()?), item.span)));
        let ids = items.flat_map(|(ids, span)| ids.into_iter().map(move |id| Node::text(id, span)));
        body.derive("control_ids", Node::list(ids.collect(), controls.span));
    }
    Some(resource(schema.record, name, body, header))
}

/// What follows from a record.
pub(super) enum Fact {
    Number(i64),
    Flag(bool),
    Node(Node),
}

/// The name of a fact, the key whose place it is shown at, and the fact.
pub(super) type Facts = Vec<(&'static str, &'static str, Fact)>;

/// The days from one key's date to another's.
fn days(record: &Node, from: &str, to: &str) -> Option<i64> {
    let (from, to) = (day(record, from)?, day(record, to)?);
    let days = from.duration_until(to).as_hours() / 24;
    Some(days)
}

fn waiver(record: &Node) -> Facts {
    let mut facts = Facts::new();
    facts.push(("scoped", "rule", Fact::Flag(is_scoped(record))));
    facts.extend(days(record, "approved_on", "expires").map(|days| ("days", "expires", Fact::Number(days))));
    facts
}

/// Whether a waiver has limits: a glob that everything matches is none.
fn is_scoped(waiver: &Node) -> bool {
    // An empty glob is told where governance files are read.
    let limits = |glob: &str| glob.is_empty() || glob.bytes().any(|byte| !matches!(byte, b'*' | b'/' | b'.'));
    let mut paths = list(waiver, "paths").peekable();
    let by_paths = paths.peek().is_some() && paths.all(limits);
    by_paths || text(waiver, "resource").is_some_and(limits) || waiver.get("fingerprint").is_some()
}

/// Whether no later record of the same thing is there.
pub(super) fn newest(file: &str, record: &Node, books: &Books<'_>) -> Option<(&'static str, &'static str, Fact)> {
    let Succession { thing, day: held, .. } = Succession::of(file)?;
    let of = |record| thing.map(|thing| text(record, thing));
    let same = books.records(file).iter().filter(|other| of(other) == of(record));
    let last = same.filter_map(|other| day(other, held)).max();
    Some(("newest", held, Fact::Flag(last <= day(record, held))))
}

/// Whether others that hold longer state each of the controls of an attestation.
fn is_stated_anew(attestation: &Node, books: &Books<'_>) -> bool {
    let stated = |of| Some((day(of, "expires")?, list(of, "controls").flat_map(control::named).collect::<Vec<_>>()));
    let others = books.records("attestations").iter().filter_map(stated);
    stated(attestation).is_some_and(|(ends, own)| is_renewed(ends, &own, others))
}

fn attestation(record: &Node, books: &Books<'_>) -> Facts {
    let mut facts = vec![("renewed", "expires", Fact::Flag(is_stated_anew(record, books)))];
    let since = day(record, "approved_on").or_else(|| day(record, "period_to"));
    facts.extend(evidence::items(record, since, books).map(|items| ("evidence_items", "evidence", Fact::Node(items))));
    facts.extend(days(record, "period_to", "expires").map(|days| ("days", "expires", Fact::Number(days))));
    facts
}

fn risk(record: &Node, id: &str, books: &Books<'_>) -> Facts {
    let mut facts = Facts::new();
    let whole = |key: &str| match record.get(key)?.value {
        Value::Int(value) => Some(value),
        _ => None,
    };
    let product = |one: &str, other: &str| whole(one)?.checked_mul(whole(other)?);
    let score = product("likelihood", "impact");
    let residual = product("residual_likelihood", "residual_impact");
    facts.extend(score.map(|score| ("score", "likelihood", Fact::Number(score))));
    facts.extend(residual.map(|score| ("residual_score", "residual_likelihood", Fact::Number(score))));
    if let (Some(score), Some(residual)) = (score, residual) {
        facts.push(("reduced", "residual_likelihood", Fact::Flag(residual < score)));
    }
    facts.push(("planned", "treatment", Fact::Flag(books.is_planned(id))));
    facts.extend(acceptance(record, residual.or(score), books));
    facts
}

/// Who accepts what remains of a risk, and whether that is more than its owner may accept.
fn acceptance(risk: &Node, remains: Option<i64>, books: &Books<'_>) -> Facts {
    let Some(by) = text(risk, "accepted_by") else { return Facts::new() };
    // A role that is not in the register is told as a problem.
    let Some(role) = books.records("raci").iter().find(|role| text(role, "id") == Some(by)) else {
        return Facts::new();
    };
    let manages = role.get("management").and_then(Node::as_bool) == Some(true);
    let mut facts = vec![
        ("accepted_by_owner", "accepted_by", Fact::Flag(text(risk, "owner") == Some(by))),
        ("accepted_by_management", "accepted_by", Fact::Flag(manages)),
    ];
    let criteria = books.root("risks").and_then(|root| root.get("criteria"));
    let most = criteria.and_then(|criteria| match criteria.get("owners_accept_up_to")?.value {
        Value::Int(most) => Some(most),
        _ => None,
    });
    if let (Some(remains), Some(most)) = (remains, most) {
        facts.push(("remains", "accepted_by", Fact::Number(remains)));
        facts.push(("beyond_owners", "accepted_by", Fact::Flag(remains > most)));
    }
    facts
}

fn course(record: &Node, books: &Books<'_>) -> Facts {
    newest("training", record, books).into_iter().chain(share(record, "completed", "invited")).collect()
}

fn acknowledgement(record: &Node, books: &Books<'_>) -> Facts {
    let mut facts: Facts = newest("acknowledgements", record, books).into_iter().collect();
    facts.extend(share(record, "acknowledged", "asked"));
    facts.extend(approved_since(record, books).map(|since| ("approved_since", "policies", Fact::Node(since))));
    facts
}

/// The policies that were approved after the day on which confirmations of them were counted. None where that day is not known.
fn approved_since(record: &Node, books: &Books<'_>) -> Option<Node> {
    let counted = day(record, "counted_on")?;
    let mut globs = globset::GlobSetBuilder::new();
    for glob in list(record, "policies").filter_map(|glob| globset::Glob::new(glob).ok()) {
        globs.add(glob);
    }
    let globs = globs.build().ok()?;
    let at = record.get("policies")?.span;
    let writings = books.writings();
    let newer = writings.iter().map(|(document, _)| document).filter(|document| {
        let front = document.roots.first().and_then(|root| root.get("front_matter"));
        globs.is_match(&*document.path)
            && front.and_then(|front| day_of(front, "approved_on")).is_some_and(|approved| approved > counted)
    });
    Some(Node::list(newer.map(|document| Node::text(&*document.path, at)).collect(), at))
}

/// How many of a hundred did, and whether that is the target.
fn share(record: &Node, did: &'static str, of: &str) -> Facts {
    let whole = |key: &str| match record.get(key)?.value {
        Value::Int(value) if value >= 0 => Some(value),
        _ => None,
    };
    let percent = || whole(did)?.checked_mul(100)?.checked_div(whole(of)?);
    let Some(percent) = percent() else { return Facts::new() };
    let reached = whole("target_percent").map(|target| ("reached", did, Fact::Flag(percent >= target)));
    std::iter::once(("percent", did, Fact::Number(percent))).chain(reached).collect()
}

fn asset(record: &Node, id: &str, books: &Books<'_>) -> Facts {
    let mut facts = Facts::new();
    facts.extend(hours(record, "recovery_time").map(|hours| ("recovery_hours", "recovery_time", Fact::Number(hours))));
    facts.extend(hours(record, "recovery_point").map(|hours| ("point_hours", "recovery_point", Fact::Number(hours))));
    let mut exercises = books.records("exercises").iter();
    let tried = exercises.any(|exercise| list(exercise, "assets").any(|asset| asset == id));
    facts.push(("exercised", "recovery_time", Fact::Flag(tried)));
    facts
}

fn supplier(record: &Node, id: &str, books: &Books<'_>, used: &[Usage]) -> Facts {
    let provides: Vec<&str> = list(record, "provides").collect();
    let in_use = used.iter().any(|usage| usage.is_from(&provides));
    let mut assets = books.records("assets").iter().filter(|asset| list(asset, "suppliers").any(|named| named == id));
    let personal = assets.any(|asset| asset.get("personal_data").and_then(Node::as_bool) == Some(true));
    let entries = ["control", "custom"].iter().filter_map(|key| books.root("soa")?.get(key)).flat_map(Node::entries);
    let inherited = entries.into_iter().any(|entry| text(&entry.value, "inherited_from") == Some(id));
    vec![
        ("used", "provides", Fact::Flag(in_use)),
        ("personal_data", "title", Fact::Flag(personal)),
        ("inherited", "title", Fact::Flag(inherited)),
    ]
}

/// How long in days, and what must be deleted in days.
fn retention(record: &Node) -> Facts {
    let days = |key: &str| hours(record, key).map(|hours| hours / 24);
    let keep = days("keep").map(|days| ("keep_days", "keep", Fact::Number(days)));
    let delete = days("delete_after").map(|days| ("delete_days", "delete_after", Fact::Number(days)));
    keep.into_iter().chain(delete).collect()
}

fn exercise(record: &Node, books: &Books<'_>) -> Facts {
    let mut facts = Facts::new();
    let taken = hours(record, "recovery_time");
    facts.extend(taken.map(|hours| ("recovery_hours", "recovery_time", Fact::Number(hours))));
    let tried: Vec<&str> = list(record, "assets").collect();
    let assets = books.records("assets").iter().filter(|asset| text(asset, "id").is_some_and(|id| tried.contains(&id)));
    let promised = assets.filter_map(|asset| hours(asset, "recovery_time")).min();
    if let (Some(taken), Some(promised)) = (taken, promised) {
        facts.push(("promised_hours", "recovery_time", Fact::Number(promised)));
        facts.push(("in_time", "recovery_time", Fact::Flag(taken <= promised)));
    }
    facts
}

fn role(record: &Node, id: &str, books: &Books<'_>) -> Facts {
    let entries = books.root("soa").and_then(|root| root.get("control")).map_or(&[][..], Node::entries);
    let owns = entries.iter().any(|entry| {
        let applicable = entry.value.get("applicable").and_then(Node::as_bool) == Some(true);
        applicable && ["owner", "accountable"].iter().any(|key| text(&entry.value, key) == Some(id))
    });
    let registers = ["assets", "suppliers", "risks", "plan"];
    let owns =
        owns || registers.iter().any(|file| books.records(file).iter().any(|record| text(record, "owner") == Some(id)));
    vec![("owns", "id", Fact::Flag(owns)), ("vacant", "held_by", Fact::Flag(text(record, "held_by").is_none()))]
}

/// A length of time, `4h` or `30d`, in hours.
pub(super) fn hours(record: &Node, key: &str) -> Option<i64> {
    let text = text(record, key)?;
    let (number, unit) = text
        .strip_suffix('h')
        .map(|number| (number, 1))
        .or_else(|| text.strip_suffix('d').map(|number| (number, 24)))?;
    number.parse::<i64>().ok()?.checked_mul(unit).filter(|hours| *hours >= 0)
}
