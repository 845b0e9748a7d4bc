//! `soa.toml`: the Statement of Applicability (ISO/IEC 27001:2022, 6.1.3 d).
//!
//! One table for each control: whether it is applicable, why, how far it is implemented, and by whom.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::control::ControlId;
use crate::document::Node;
use crate::governance::evidence;
use crate::governance::record::Evidence;
use crate::governance::value;
use crate::lower::{Faults, Fields, nearest};
use crate::source::Span;

/// The Statement of Applicability.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// Its version.
    pub version: Option<Arc<str>>,
    /// What it covers.
    pub scope: Option<Arc<str>>,
    /// The role that approved it.
    pub approved_by: Option<(Arc<str>, Span)>,
    /// When that was.
    pub approved_on: Option<(Date, Span)>,
    /// When it is reviewed next.
    pub next_review: Option<(Date, Span)>,
    /// What it says of each control.
    pub entries: BTreeMap<ControlId, Entry>,
    /// Controls of the organisation's own.
    pub custom: Vec<(Arc<str>, Entry)>,
    /// The whole file.
    pub span: Option<Span>,
    /// Whether it [decides] anything.
    pub is_kept: bool,
}

/// Whether a Statement decides anything: it says more than which version it is and when the next one comes. One that is all comments
/// is kept by nobody; one with a fault is.
pub fn decides(root: &Node) -> bool {
    const UNDECIDED: [&str; 2] = ["version", "next_review"];
    root.entries().iter().any(|entry| !UNDECIDED.contains(&&*entry.key.name))
}

/// What the Statement says of one control.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its table.
    pub span: Span,
    /// The name, for a control of the organisation's own.
    pub title: Option<Arc<str>>,
    /// Whether it applies.
    pub applicable: bool,
    /// Why it was chosen: `risk:`, `legal:`, `contract:` or `practice:` and an id or a word.
    pub reasons: Vec<(Reason, Span)>,
    /// Why it was excluded.
    pub exclusion: Option<Arc<str>>,
    /// How far it is implemented.
    pub implementation: Option<Implementation>,
    /// The role that owns it.
    pub owner: Option<(Arc<str>, Span)>,
    /// The role that answers for it.
    pub accountable: Option<(Arc<str>, Span)>,
    /// How it is implemented.
    pub how: Option<Arc<str>>,
    /// What shows it.
    pub evidence: Vec<Evidence>,
    /// The supplier it is inherited from.
    pub inherited_from: Option<(Arc<str>, Span)>,
    /// Maturity now, from 0 to 5, set by a person.
    pub current_level: Option<i64>,
    /// Maturity aimed at, from 0 to 5, set by a person.
    pub target_level: Option<i64>,
}

/// Why a control was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It answers a risk of `risks.toml`.
    Risk(Arc<str>),
    /// An obligation of `legal.toml` asks for it.
    Legal(Arc<str>),
    /// A contract of `legal.toml` asks for it.
    Contract(Arc<str>),
    /// It is good practice; the word says which.
    Practice(Arc<str>),
}

/// How far a control is implemented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Implementation {
    /// Nothing of it yet.
    Planned,
    /// Some of it.
    Partial,
    /// All of it.
    Implemented,
}

const IMPLEMENTATIONS: [(&str, Implementation); 3] = [
    ("planned", Implementation::Planned),
    ("partial", Implementation::Partial),
    ("implemented", Implementation::Implemented),
];

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Risk(id) => write!(f, "risk:{id}"),
            Reason::Legal(id) => write!(f, "legal:{id}"),
            Reason::Contract(id) => write!(f, "contract:{id}"),
            Reason::Practice(word) => write!(f, "practice:{word}"),
        }
    }
}

impl Implementation {
    /// The word.
    pub fn name(self) -> &'static str {
        IMPLEMENTATIONS.iter().find(|(_, of)| *of == self).map_or("", |(word, _)| word)
    }
}

/// Reads the file.
pub fn read(root: &Node, faults: &mut Faults) -> Statement {
    let mut statement = Statement { span: Some(root.span), is_kept: decides(root), ..Statement::default() };
    let Some(mut fields) = faults.fields(root, "soa.toml") else { return statement };
    statement.version = text(&mut fields, "version", faults).map(|(text, _)| text);
    statement.scope = text(&mut fields, "scope", faults).map(|(text, _)| text);
    statement.approved_by = text(&mut fields, "approved_by", faults);
    statement.approved_on = date(&mut fields, "approved_on", faults);
    statement.next_review = date(&mut fields, "next_review", faults);
    if let (Some((approved, _)), Some((next, at))) = (statement.approved_on, statement.next_review)
        && next < approved
    {
        faults.add(at, format!("`next_review` ({next}) lies before `approved_on` ({approved})"), "check the two days");
    }
    if let Some(controls) = fields.optional("control") {
        for (name, span, node) in tables(controls, "control", faults) {
            control(&mut statement, &name, span, node, faults);
        }
    }
    if let Some(custom) = fields.optional("custom") {
        for (name, span, node) in tables(custom, "custom", faults) {
            if name.parse::<ControlId>().is_ok() {
                faults.add(span, format!("`{name}` is a control of the standard"), "write it under [control.…]");
            }
            let entry = entry(node, faults);
            if entry.as_ref().is_some_and(|entry| entry.title.is_none()) {
                faults.add(span, format!("`{name}` has no `title`"), "add `title = \"…\"`: what it asks for");
            }
            statement.custom.extend(entry.map(|entry| (name, entry)));
        }
    }
    fields.finish(faults);
    statement
}

/// Takes in the table of one control.
fn control(statement: &mut Statement, name: &str, span: Span, node: &Node, faults: &mut Faults) {
    // `[control.5.10]` without quotes is a table in a table.
    let clause = name.len() == 1 && name.bytes().all(|byte| byte.is_ascii_digit());
    if clause && node.entries().iter().all(|entry| entry.value.as_map().is_some()) {
        let below = node.entries().first().map_or("1", |entry| &*entry.key.name);
        let message = format!(
            "the id of a control stands without quotes: [control.{name}.{below}] is a table `{below}` in a table `{name}`"
        );
        faults.add(span, message, format!("write [control.\"{name}.{below}\"]"));
        return;
    }
    let ids = value::control_named(name, span, faults);
    let [id] = ids.as_slice() else {
        if let [_, ..] = ids.as_slice() {
            let message = format!("`{name}` went into several controls");
            faults.add(span, message, "write a table for each control of the 2022 edition");
        }
        return;
    };
    if statement.entries.contains_key(id) {
        faults.add(span, format!("control {id} stands here twice"), "leave one out; `A.8.2` and `8.2` are the same");
    } else if let Some(entry) = entry(node, faults) {
        statement.entries.insert(*id, entry);
    }
}

fn tables<'a>(node: &'a Node, what: &'static str, faults: &mut Faults) -> Vec<(Arc<str>, Span, &'a Node)> {
    if faults.fields(node, what).is_none() {
        return Vec::new();
    }
    node.entries().iter().map(|entry| (Arc::clone(&entry.key.name), entry.key.span, &entry.value)).collect()
}

fn entry(node: &Node, faults: &mut Faults) -> Option<Entry> {
    let mut fields = faults.fields(node, "a control")?;
    let applicable = fields.required("applicable", faults).and_then(|node| faults.boolean(node, "applicable"));
    let reasons = fields.optional("reasons").map(|node| reasons(node, faults)).unwrap_or_default();
    let implementation =
        fields.optional("implementation").and_then(|node| faults.word(node, "implementation", &IMPLEMENTATIONS));
    let evidence = fields.optional("evidence").map(|node| evidence::listed(node, faults)).unwrap_or_default();
    let entry = Entry {
        span: node.span,
        title: text(&mut fields, "title", faults).map(|(text, _)| text),
        applicable: applicable.unwrap_or(true),
        reasons,
        exclusion: text(&mut fields, "exclusion", faults).map(|(text, _)| text),
        implementation,
        owner: text(&mut fields, "owner", faults),
        accountable: text(&mut fields, "accountable", faults),
        how: text(&mut fields, "how", faults).map(|(text, _)| text),
        evidence,
        inherited_from: text(&mut fields, "inherited_from", faults),
        current_level: level(&mut fields, "current_level", faults),
        target_level: level(&mut fields, "target_level", faults),
    };
    if let (Some(current), Some(target)) = (entry.current_level, entry.target_level)
        && target < current
    {
        let at = node.get("target_level").map_or(node.span, |node| node.span);
        faults.notice(at, "`target_level` is below `current_level`", "check the two; aiming at less may be meant");
    }
    fields.finish(faults);
    applicable?;
    refuse_contradictions(&entry, faults);
    Some(entry)
}

/// What cannot be so within one entry.
fn refuse_contradictions(entry: &Entry, faults: &mut Faults) {
    if !entry.applicable {
        if entry.exclusion.is_none() {
            faults.add(
                entry.span,
                "a control is excluded without a justification",
                "add `exclusion = \"…\"`: why it does not apply",
            );
        }
        if entry.implementation.is_some() {
            faults.add(
                entry.span,
                "a control is excluded and has an implementation",
                "leave out `implementation`, or make it applicable",
            );
        }
        return;
    }
    if entry.exclusion.is_some() {
        faults.add(
            entry.span,
            "a control is applicable and has an exclusion",
            "leave out `exclusion`, or set `applicable = false`",
        );
    }
    if entry.reasons.is_empty() {
        faults.add(
            entry.span,
            "a control is applicable without a reason",
            "add `reasons = [\"risk:…\"]`: why it was chosen",
        );
    }
    if entry.implementation.is_none() {
        faults.add(
            entry.span,
            "an applicable control does not say how far it is implemented",
            "add `implementation = \"planned\"`, `\"partial\"` or `\"implemented\"`",
        );
    }
}

/// Reasons, each once.
fn reasons(node: &Node, faults: &mut Faults) -> Vec<(Reason, Span)> {
    let mut seen: Vec<(Reason, Span)> = Vec::new();
    for (reason, span) in faults.list(node, "reasons", reason) {
        if seen.iter().any(|(known, _)| *known == reason) {
            faults.add(span, "a reason stands here twice", "leave one out");
        } else {
            seen.push((reason, span));
        }
    }
    seen
}

fn reason(faults: &mut Faults, node: &Node) -> Option<(Reason, Span)> {
    let text = faults.text(node, "reasons")?;
    let (kind, id) = text.split_once(':').map_or((&*text, ""), |(kind, id)| (kind, id.trim()));
    let id: Arc<str> = id.into();
    let reason = match kind {
        _ if id.is_empty() => None,
        "risk" => Some(Reason::Risk(id)),
        "legal" => Some(Reason::Legal(id)),
        "contract" => Some(Reason::Contract(id)),
        "practice" => Some(Reason::Practice(id)),
        _ => None,
    };
    if reason.is_none() {
        let known = ["risk", "legal", "contract", "practice"];
        let near = nearest(kind, known).filter(|near| *near != kind && text.contains(':'));
        let help = near.map_or_else(
            || "write `risk:ID`, `legal:ID`, `contract:ID` or `practice:WORD`".to_owned(),
            |near| format!("did you mean `{near}:`?"),
        );
        faults.add(node.span, format!("`{text}` is not a reason"), help);
    }
    reason.map(|reason| (reason, node.span))
}

fn text(fields: &mut Fields<'_>, key: &'static str, faults: &mut Faults) -> Option<(Arc<str>, Span)> {
    let node = fields.optional(key)?;
    Some((value::text(node, key, faults)?, node.span))
}

fn date(fields: &mut Fields<'_>, key: &'static str, faults: &mut Faults) -> Option<(Date, Span)> {
    let node = fields.optional(key)?;
    Some((value::date(node, key, faults)?, node.span))
}

fn level(fields: &mut Fields<'_>, key: &'static str, faults: &mut Faults) -> Option<i64> {
    fields.optional(key).and_then(|node| faults.integer(node, key, 0..=5))
}
