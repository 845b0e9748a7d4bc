//! What was observed: what each rule came to, each finding with its place, what people state and which files show it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Writer, add, midnight, prop, set, text, tool, uuid};
use crate::elsewhere::{ForeignRule, Origin};
use crate::evaluate::Outcome;
use crate::governance::record::Kept;
use crate::posture::{Judged, Standing};
use crate::report::text::uri;
use crate::triage::Finding;

/// Every observation once.
pub fn all(writer: &Writer<'_>) -> Vec<Value> {
    let mut rules: BTreeMap<&str, &Judged> = BTreeMap::new();
    for judged in writer.ledger.controls.iter().flat_map(|standing| &standing.rules) {
        rules.insert(&judged.rule, judged);
    }
    let mut observations: Vec<Value> = rules.into_values().map(|judged| of_rule(writer, judged)).collect();
    let mut seen = BTreeSet::new();
    let findings = writer.report.findings.iter().filter(|finding| is_observed(finding));
    observations.extend(findings.filter(|of| seen.insert(&of.fingerprint)).map(|finding| of_finding(writer, finding)));
    for standing in &writer.ledger.controls {
        observations.extend(of_evidence(writer, standing));
    }
    observations.extend(attestations(writer));
    observations.extend(foreign(writer).into_values().map(|rule| of_others(writer, rule)));
    observations
}

fn is_observed(finding: &Finding) -> bool {
    finding.outcome != Outcome::Pass
}

/// The UUIDs of the observations that a control rests on: of its rules, its findings, its evidence and its attestations.
pub fn related(writer: &Writer<'_>, standing: &Standing) -> Vec<Value> {
    let rules = standing.rules.iter().map(|judged| uuid("rule", &judged.rule));
    let findings = crate::report::gap::overview::findings(writer.report, standing.id);
    let mut seen = BTreeSet::new();
    let findings = findings.into_iter().filter(|of| seen.insert(of.fingerprint.clone()));
    let findings = findings.map(|finding| uuid("observation", &finding.fingerprint));
    let evidence = (!standing.evidence.is_empty()).then(|| uuid("evidence", &standing.id.to_string()));
    let attestations = standing.attestations.iter().map(|attestation| uuid("attestation", &attestation.id));
    let others = standing.elsewhere.iter().map(|rule| foreign_id(rule));
    let all = rules.chain(findings).chain(evidence).chain(attestations).chain(others);
    all.map(|id| json!({ "observation-uuid": id })).collect()
}

fn of_rule(writer: &Writer<'_>, judged: &Judged) -> Value {
    let tally = judged.tally;
    let silenced = tally.suppressed + tally.waived;
    let mut observation = json!({
        "uuid": uuid("rule", &judged.rule),
        "title": format!("Rule {}", judged.rule),
        "description": format!(
            "Looks for: {}. {} passed, {} had nothing to fail, {} failed, {} open, {silenced} silenced.",
            text(&judged.title), tally.passed, tally.vacuous, tally.failed, tally.open
        ),
        "props": [
            prop("rule", &judged.rule),
            prop("severity", judged.severity.name()),
            prop("passed", &tally.passed.to_string()),
            prop("failed", &tally.failed.to_string()),
            prop("open", &tally.open.to_string()),
            prop("silenced", &silenced.to_string()),
            prop("resources", &tally.basis.subjects.to_string()),
        ],
        "methods": ["TEST"],
        "types": ["control-objective"],
    });
    collected(writer, &mut observation);
    observation
}

/// One finding, with the line it points at.
pub fn of_finding(writer: &Writer<'_>, finding: &Finding) -> Value {
    let report = writer.report;
    let mut props = vec![
        prop("rule", &finding.rule.id),
        prop("severity", finding.severity().name()),
        prop("outcome", finding.outcome.name()),
        prop("fingerprint", &finding.fingerprint),
    ];
    if !finding.resource.deployment.is_empty() {
        props.push(prop("deployment", &finding.resource.deployment));
    }
    if let Some(suppressed) = &finding.suppressed {
        props.push(prop("silenced", &suppressed.reason));
    }
    let mut observation = json!({
        "uuid": uuid("observation", &finding.fingerprint),
        "title": text(&finding.rule.title),
        "description": text(&format!("{}: {}", report.spot(finding.span), finding.sentence())),
        "props": props,
        "methods": ["TEST"],
        "types": ["discovery"],
    });
    let line = report.location(finding.span).map(|at| format!("#L{}", at.start.line)).unwrap_or_default();
    let href = uri(report.path(finding.span)) + &line;
    add(&mut observation, "relevant-evidence", vec![json!({ "href": href, "description": text(&finding.message) })]);
    collected(writer, &mut observation);
    observation
}

/// The UUID of what a rule of another tool came to in one file.
fn foreign_id(rule: &ForeignRule) -> String {
    uuid("foreign", &format!("{}\n{}\n{}", rule.origin.path, rule.origin.tool, rule.id))
}

/// The rules of other tools that speak of some control, each once.
fn foreign<'w>(writer: &'w Writer<'_>) -> BTreeMap<String, &'w ForeignRule> {
    let all = writer.ledger.controls.iter().flat_map(|standing| &standing.elsewhere);
    all.map(|rule| (foreign_id(rule), &**rule)).collect()
}

/// The component that stands for another tool, whose verdicts these are.
pub fn other_tool(origin: &Origin) -> (String, Value) {
    let id = uuid("component", &format!("{}\n{}", origin.tool, origin.version.as_deref().unwrap_or_default()));
    let mut component = json!({
        "uuid": id,
        "type": "software",
        "title": text(&origin.tool),
        "description": "Another tool, whose results were read.",
        "status": { "state": "operational" },
    });
    add(
        &mut component,
        "props",
        origin.version.as_deref().map(|of| json!({ "name": "version", "value": text(of) })).into_iter().collect(),
    );
    (id, component)
}

/// What a rule of another tool came to, with where that is from.
fn of_others(writer: &Writer<'_>, rule: &ForeignRule) -> Value {
    let (counts, origin) = (rule.counts, &rule.origin);
    let mut props = vec![
        prop("foreign-rule", &rule.id),
        prop("severity", rule.severity.name()),
        prop("passed", &counts.passed.to_string()),
        prop("failed", &counts.failed.to_string()),
        prop("open", &counts.open.to_string()),
        prop("silenced", &counts.silenced.to_string()),
        prop("format", &origin.format),
    ];
    props.extend(origin.doubt.as_deref().map(|doubt| prop("doubt", doubt)));
    let mut observation = json!({
        "uuid": foreign_id(rule),
        "title": text(&format!("{} of {}", rule.id, origin.tool_words())),
        "description": text(&format!(
            "{}: {} passed, {} failed, {} open, {} accepted there, {} not judged.",
            rule.title, counts.passed, counts.failed, counts.open, counts.silenced, counts.unjudged
        )),
        "props": props,
        "methods": ["TEST"],
        "types": ["control-objective"],
    });
    let mut file = json!({ "href": uri(&origin.path), "description": text(&origin.file_words()) });
    add(&mut file, "props", vec![prop("sha256", &origin.sha256)]);
    add(&mut observation, "relevant-evidence", vec![file]);
    collected(writer, &mut observation);
    let actor = json!([{ "actors": [{ "type": "tool", "actor-uuid": other_tool(origin).0 }] }]);
    set(&mut observation, "origins", actor);
    if let Some(day) = origin.day {
        set(&mut observation, "collected", midnight(day).into());
    }
    if let Some(day) = origin.valid_until {
        set(&mut observation, "expires", midnight(day).into());
    }
    observation
}

fn collected(writer: &Writer<'_>, observation: &mut Value) {
    let actor = json!({ "actors": [{ "type": "tool", "actor-uuid": tool().0 }] });
    observation["origins"] = Value::Array(vec![actor]);
    observation["subjects"] = json!([{ "subject-uuid": super::system(writer).0, "type": "component" }]);
    observation["collected"] = Value::from(writer.moment.as_str());
}

/// The files that show a control, where there are any.
fn of_evidence(writer: &Writer<'_>, standing: &Standing) -> Option<Value> {
    if standing.evidence.is_empty() {
        return None;
    }
    let files = standing.evidence.iter().map(|shown| {
        let mut props = Vec::new();
        props.extend(shown.sha256.as_deref().map(|sha256| prop("sha256", sha256)));
        props.extend(writer.report.about.commits.get(shown.name()).map(|commit| prop("commit", commit)));
        props.extend(shown.empty.then(|| prop("empty", "yes")));
        props.extend((!shown.there).then(|| prop("missing", "yes")));
        props.extend(shown.changed.then(|| prop("changed", "yes")));
        let collected = &shown.collected;
        props.extend(collected.on.map(|day| prop("collected-on", &day.to_string())));
        props.extend(collected.by.as_ref().map(|(role, _)| prop("collected-by", role)));
        props.extend(collected.from.map(|day| prop("period-from", &day.to_string())));
        props.extend(collected.to.map(|day| prop("period-to", &day.to_string())));
        props.extend((!shown.is_here()).then(|| prop("kept-elsewhere", "yes")));
        let mut file = json!({ "description": text(shown.name()) });
        let href = match &shown.kept {
            Kept::Here(path) => Some(uri(path)),
            Kept::At(address) => Some(address.to_string()),
            Kept::Ticket(_) => None,
        };
        if let Some(href) = href {
            set(&mut file, "href", Value::from(href));
        }
        add(&mut file, "props", props);
        file
    });
    let mut observation = json!({
        "uuid": uuid("evidence", &standing.id.to_string()),
        "title": format!("Files named as evidence for {}", standing.id),
        "description": "Files that the Statement of Applicability or an attestation names.",
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
    });
    add(&mut observation, "relevant-evidence", files.collect());
    collected(writer, &mut observation);
    Some(observation)
}

/// What people state, each statement once.
fn attestations(writer: &Writer<'_>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let all = writer.ledger.controls.iter().flat_map(|standing| &standing.attestations);
    all.filter(|attestation| seen.insert(&attestation.id))
        .map(|attestation| {
            let mut observation = json!({
                "uuid": uuid("attestation", &attestation.id),
                "title": text(&format!("Attestation {}", attestation.id)),
                "description": text(&attestation.statement),
                "props": [prop("made-by", &attestation.made_by), prop("approved-by", &attestation.approved_by)],
                "methods": ["INTERVIEW"],
                "types": ["control-objective"],
            });
            collected(writer, &mut observation);
            set(&mut observation, "expires", midnight(attestation.expires).into());
            observation
        })
        .collect()
}
