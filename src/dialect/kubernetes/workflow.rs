//! Argo Workflows: the pods that the templates of a workflow become, and what is pasted into their scripts.
//!
//! A pod of a template is listed as a job of its own, so that all that is asked of pods is asked of it. What parameters make of an
//! image or a user is known as far as the object says it.

mod patches;
mod texts;

use std::sync::Arc;

use crate::document::{Entry, MAX_DEPTH, Map, Node, Text, Unresolved, Value};
use crate::kernel::joined::Joined;
use crate::source::Span;
use crate::syntax::shell;

use patches::patched;
pub(super) use texts::derive;
use texts::{Parameters, placeholders};

/// Whether an object is a workflow, or a template or schedule of one.
pub(crate) fn is_workflow(object: &Node, kind: &str) -> bool {
    let group = object.get("apiVersion").and_then(Node::as_str).and_then(|version| version.split('/').next());
    group == Some("argoproj.io")
        && ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"].contains(&kind)
}

/// What a workflow does: its spec, which a schedule has further down.
pub(super) fn spec(object: &Node) -> Option<&Node> {
    let spec = object.get("spec")?;
    spec.get("workflowSpec").or(Some(spec))
}

/// Keys of a workflow that hold for its pods; a template may say otherwise.
const OF_POD: &[&str] = &[
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "hostAliases",
    "hostNetwork",
    "imagePullSecrets",
    "nodeSelector",
    "priorityClassName",
    "schedulerName",
    "securityContext",
    "serviceAccountName",
    "tolerations",
];

/// A job that a template becomes.
pub(super) struct Job {
    /// The name of the template.
    pub name: String,
    pub span: Span,
    pub header: Span,
    pub body: Node,
}

/// The jobs that the templates of a workflow become.
pub(super) fn jobs(object: &Node) -> Vec<Job> {
    let Some(spec) = spec(object) else { return Vec::new() };
    let parameters = Parameters::of(object, spec);
    let defaults = spec.get("templateDefaults");
    let templates = spec.get("templates").map_or(&[][..], Node::items).iter();
    let mut left = patches::MOST;
    templates.filter_map(|template| job(object, spec, defaults, template, &parameters, &mut left)).collect()
}

/// The job of a template; `left` is how many bytes of patches may still be laid over pods.
fn job(
    object: &Node,
    spec: &Node,
    defaults: Option<&Node>,
    template: &Node,
    known: &Parameters<'_>,
    left: &mut usize,
) -> Option<Job> {
    let (first, header) = ["container", "script", "containerSet"].iter().find_map(|key| {
        let entry = template.entry(key)?;
        Some((entry, entry.key.span))
    })?;
    let said = |key: &str| {
        let of_template = template.entry(key).or_else(|| defaults?.entry(key));
        of_template.or_else(|| spec.entry(key)).cloned()
    };
    let mut pod: Vec<Entry> = OF_POD.iter().filter_map(|key| said(key)).collect();
    let own = first.value.get("containers").map_or(std::slice::from_ref(&first.value), Node::items);
    let beside = template.get("sidecars").map_or(&[][..], Node::items);
    let containers = own.iter().chain(beside).map(|container| container_of(container, header)).collect();
    pod.push(Entry::new("containers", header, Node::list(containers, first.value.span)));
    pod.extend(template.entry("initContainers").cloned());
    let volumes: Vec<&Entry> = [spec, template].iter().filter_map(|part| part.entry("volumes")).collect();
    if let Some(last) = volumes.last() {
        let all = volumes.iter().flat_map(|entry| entry.value.items()).cloned().collect();
        pod.push(Entry::new("volumes", last.key.span, Node::list(all, last.value.span)));
    }
    let map = Map { entries: pod, rest: None };
    let name = template.get("name").and_then(Node::as_str).unwrap_or("?").to_owned();
    let mut pod = Node::new(Value::Map(Arc::new(map)), template.span);
    for written in [spec, template].iter().filter_map(|part| part.get("podSpecPatch")) {
        pod = patched(pod, written, left, |placeholder| known.value(placeholder, &name));
    }
    let pod = known.decided(&pod, &name, 0);
    let entry = |name: &str, value: Node| Entry::new(name, header, value);
    let mut of_pod: Vec<Entry> = template.entry("metadata").cloned().into_iter().collect();
    of_pod.push(entry("spec", pod));
    let within = Node::map(vec![entry("template", Node::map(of_pod, template.span))], template.span);
    // What is not written stands nowhere but in the whole, so that nothing else is taken for it.
    let whole = template.span;
    let made = |name: &str, value: &str| Entry::new(name, whole, Node::text(value, whole));
    let mut metadata = vec![made("name", &name)];
    metadata.extend(object.get("metadata").and_then(|metadata| metadata.entry("namespace")).cloned());
    let body = vec![
        made("apiVersion", "batch/v1"),
        made("kind", "Job"),
        Entry::new("metadata", whole, Node::map(metadata, whole)),
        entry("spec", within),
    ];
    Some(Job { name, span: template.span, header, body: Node::map(body, template.span) })
}

/// Keys of a container that only workflows have.
const OF_WORKFLOWS: &[&str] = &["dependencies", "mirrorVolumeMounts", "source"];

/// A container as a pod has it: named, and with its script as what its shell is handed.
fn container_of(written: &Node, header: Span) -> Node {
    let Value::Map(map) = &written.value else { return written.clone() };
    let mut entries = map.entries.clone();
    if map.entry("name").is_none() {
        entries.insert(0, Entry::new("name", header, Node::text("main", header)));
    }
    if let Some(source) = map.entry("source").filter(|_| runs_shell(map.entry("command"))) {
        entries.retain(|entry| &*entry.key.name != "args");
        let option = Node::text("-c", source.key.span);
        let args = Node::list(vec![option, source.value.clone()], source.value.span);
        entries.push(Entry::new("args", source.key.span, args));
    }
    entries.retain(|entry| !OF_WORKFLOWS.contains(&&*entry.key.name));
    Node { value: Value::Map(Arc::new(Map { entries, rest: map.rest.clone() })), ..written.clone() }
}

fn runs_shell(command: Option<&Entry>) -> bool {
    let first = command.and_then(|command| command.value.items().first()).and_then(Node::as_str);
    first.is_some_and(|program| shell::SHELLS.contains(&shell::base_name(program)))
}

/// Keys whose texts are programs: what is pasted into those stays as it is written.
const SCRIPTS: &[&str] = &["args", "command", "source"];

impl Parameters<'_> {
    /// A tree with its parameters filled in, as deep as the syntax allows.
    fn decided(&self, node: &Node, template: &str, depth: usize) -> Node {
        if depth > MAX_DEPTH {
            return node.clone();
        }
        match &node.value {
            Value::Str(text) if text.as_str().contains("{{") => self.filled(node, text, template),
            Value::List(items) => {
                let items = items.iter().map(|item| self.decided(item, template, depth + 1)).collect();
                Node { value: Value::List(Arc::new(items)), ..node.clone() }
            }
            Value::Map(map) => {
                let entries = map.entries.iter().map(|entry| {
                    let is_script = SCRIPTS.contains(&&*entry.key.name);
                    let value =
                        if is_script { entry.value.clone() } else { self.decided(&entry.value, template, depth + 1) };
                    Entry { value, ..entry.clone() }
                });
                let map = Map { entries: entries.collect(), rest: map.rest.clone() };
                Node { value: Value::Map(Arc::new(map)), ..node.clone() }
            }
            _ => node.clone(),
        }
    }

    fn filled(&self, node: &Node, text: &Text, template: &str) -> Node {
        let whole = text.as_str();
        let mut joined = Joined::default();
        let mut from = 0;
        for (range, name) in placeholders(whole) {
            joined.part(text, from, range.start);
            match self.value(name, template).and_then(|value| Some((value, value.as_str()?))) {
                Some((_, filled)) if !self.budget.keep(filled.len()) => return super::too_large(node),
                Some((value, filled)) if !filled.contains("{{") => {
                    let value = value.used_at(node.span, format!("`{name}`"));
                    joined.filled(text, range.start, range.end, filled, &value);
                }
                _ => {
                    let because = format!("`{name}` is known when the workflow runs").into();
                    let open = Unresolved { expression: whole.into(), because, ..Unresolved::default() };
                    joined.hole(&Arc::new(open));
                }
            }
            from = range.end;
        }
        joined.part(text, from, whole.len());
        joined.node(node)
    }
}
