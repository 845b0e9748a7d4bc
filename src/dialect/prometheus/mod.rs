//! Alerts of Prometheus, in files of rules and in objects of its operator; and where they go by the configuration of
//! Alertmanager that stands in the same repository.

mod runbook;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::alertmanager::{Ending, Routes, receiver_tells};
use super::wording::may_have_key;
use super::{Corpus, Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Entry, Node, Value};

/// The dialect of alerts.
pub const PROMETHEUS: Dialect = Dialect {
    name: "prometheus",
    doc: "alerts of Prometheus, in files of rules and in `PrometheusRule` objects: `prometheus/alert`, as it is written, with \
          `receivers` where the repository has one configuration of Alertmanager, and `runbook`",
    syntax: |path| has_extension(path, &[".yml", ".yaml", ".rules"]).then_some("yaml"),
    candidate: |_, text| may_have_key(text, &["groups"]) && may_have_key(text, &["alert"]),
    recognise: |document| document.roots.iter().any(|root| groups(root).iter().any(has_alert)),
    group: Group::File,
    with: &["alertmanager"],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[Items::by("receivers", &["name"])],
    kinds: Kinds::Closed(&["alert"]),
    offers: crate::dialect::offers::prometheus::OFFERS,
};

/// The groups of rules of a file, or of an object of the operator.
fn groups(root: &Node) -> &[Node] {
    let is_object = root.get("kind").and_then(Node::as_str) == Some("PrometheusRule");
    let groups = if is_object { root.at(&["spec", "groups"]) } else { root.get("groups") };
    groups.map_or(&[][..], Node::items)
}

fn rules(group: &Node) -> &[Node] {
    group.get("rules").map_or(&[][..], Node::items)
}

fn has_alert(group: &Node) -> bool {
    rules(group).iter().any(|rule| rule.get("alert").is_some() && rule.get("expr").is_some())
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let config = alertmanager(unit.corpus).and_then(|root| Some((root, Routes::read(root)?)));
    let resources = unit.documents.iter().flat_map(|document| alerts(document, config.as_ref(), unit.corpus)).collect();
    Extraction { resources, ..Extraction::default() }
}

/// The configuration of Alertmanager, where there is one and no other, and all of the repository is looked at.
fn alertmanager<'a>(corpus: &Corpus<'a>) -> Option<&'a Node> {
    let documents = corpus.documents.get("alertmanager").filter(|_| corpus.workspace.is_whole())?;
    let [only] = documents.as_slice() else { return None };
    only.roots.first()
}

fn alerts(document: &Document, config: Option<&(&Node, Routes<'_>)>, corpus: &Corpus<'_>) -> Vec<Resource> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for group in document.roots.iter().flat_map(groups) {
        for rule in rules(group) {
            let Some(alert) = rule.entry("alert") else { continue };
            let Some(name) = alert.value.as_str() else { continue };
            let group = group.get("name").and_then(Node::as_str).unwrap_or("");
            let label = format!("#{group}/{name}");
            let times = seen.entry(label.clone()).or_default();
            *times += 1;
            let label = if *times > 1 { format!("{label}[{times}]") } else { label };
            let mut body = rule.clone();
            if let Some(receivers) = config.and_then(|config| receivers(rule, name, config)) {
                body.derive("receivers", receivers);
            }
            if let Some(runbook) = runbook::view(rule, document, corpus.workspace) {
                body.derive("runbook", runbook);
            }
            let mut resource = Resource::of_file(document, "prometheus/alert", body, alert.value.span, Typing::Strict);
            resource.address = format!("{}{label}", document.path).into();
            resource.span = rule.span;
            resource.identity.label = label.into();
            resource.names = vec![Arc::from(name)];
            found.push(resource);
        }
    }
    found
}

/// Who gets an alert: each receiver, whether it tells somebody, and whether no route names the alert. Labels of the series
/// that it is about are not known.
fn receivers(rule: &Node, name: &str, (config, routes): &(&Node, Routes<'_>)) -> Option<Node> {
    let label = |asked: &str| match asked {
        "alertname" => Some(name),
        asked => rule.at(&["labels", asked]).and_then(Node::as_str).filter(|value| !value.contains("{{")),
    };
    let span = rule.entry("alert").map_or(rule.span, |alert| alert.value.span);
    let Some(endings) = routes.endings(&label) else {
        return Some(Node::unresolved("labels", "labels of the series decide who gets the alert", span));
    };
    let one = |ending: Ending<'_>| {
        let receiver = ending.receiver.as_str()?;
        let tells = receiver_tells(config, receiver)?;
        let entries = vec![
            Entry::new("name", span, Node::text(receiver, span)),
            Entry::new("tells", span, Node::new(Value::Bool(tells), span)),
            Entry::new("by_default", span, Node::new(Value::Bool(ending.by_default), span)),
        ];
        Some(Node::map(entries, span))
    };
    let all: Option<Vec<Node>> = endings.into_iter().map(one).collect();
    all.map(|all| Node::list(all, span))
}
