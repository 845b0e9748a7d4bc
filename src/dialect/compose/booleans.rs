//! What Compose takes for true and false: in these fields a text is as good as the value that it spells.

use std::sync::Arc;

use crate::document::{Entry, Guard, Node, Question, Unresolved, Value};

/// The fields of a project that are true or false. `*` is every key or item.
const FIELDS: &[&str] = &[
    "configs.*.external",
    "networks.*.attachable",
    "networks.*.enable_ipv4",
    "networks.*.enable_ipv6",
    "networks.*.external",
    "networks.*.internal",
    "secrets.*.external",
    "services.*.build.no_cache",
    "services.*.build.privileged",
    "services.*.build.pull",
    "services.*.depends_on.*.required",
    "services.*.depends_on.*.restart",
    "services.*.healthcheck.disable",
    "services.*.init",
    "services.*.oom_kill_disable",
    "services.*.post_start.*.privileged",
    "services.*.pre_stop.*.privileged",
    "services.*.privileged",
    "services.*.read_only",
    "services.*.stdin_open",
    "services.*.tty",
    "services.*.use_api_socket",
    "services.*.volumes.*.bind.create_host_path",
    "services.*.volumes.*.read_only",
    "services.*.volumes.*.volume.nocopy",
    "volumes.*.external",
];

/// A tree of which these fields are read as Compose reads them.
pub(super) fn typed(root: &Node) -> Node {
    below(root, "")
}

/// The same of a service.
pub(super) fn typed_service(service: &Node) -> Node {
    below(service, "services.*.")
}

fn below(node: &Node, prefix: &str) -> Node {
    let fields: Vec<&str> = FIELDS.iter().filter_map(|field| field.strip_prefix(prefix)).collect();
    changed(node, &fields).unwrap_or_else(|| node.clone())
}

/// The tree, where one of these fields is a text that spells a truth. As deep as the fields are.
fn changed(node: &Node, fields: &[&str]) -> Option<Node> {
    let within = |key: &str| -> Vec<&str> {
        let inner = fields.iter().filter_map(|field| {
            let (first, rest) = field.split_once('.').unwrap_or((field, ""));
            (first == key || first == "*").then_some(rest)
        });
        inner.collect()
    };
    let value = match &node.value {
        Value::Str(text) if fields.contains(&"") => Value::Bool(truth(text.as_str())?),
        Value::Unresolved(open) if fields.contains(&"") => return in_question(node, open),
        Value::List(items) if !fields.is_empty() => {
            let inner = within("*");
            let new: Vec<Option<Node>> = items.iter().map(|item| changed(item, &inner)).collect();
            if new.iter().all(Option::is_none) {
                return None;
            }
            Value::List(Arc::new(items.iter().zip(new).map(|(old, new)| new.unwrap_or_else(|| old.clone())).collect()))
        }
        Value::Map(map) if !fields.is_empty() => {
            let of = |entry: &Entry| changed(&entry.value, &within(&entry.key.name));
            let new: Vec<Option<Node>> = map.entries.iter().map(of).collect();
            if new.iter().all(Option::is_none) {
                return None;
            }
            let whole = map.entries.iter().zip(new).map(|(old, new)| match new {
                Some(value) => Entry { value, ..old.clone() },
                None => old.clone(),
            });
            super::with_entries(map, whole.collect())
        }
        _ => return None,
    };
    Some(Node { value, span: node.span, trail: node.trail.clone() })
}

/// A truth that is not decided: one variable is the same truth wherever it stands.
fn in_question(node: &Node, open: &Unresolved) -> Option<Node> {
    if !open.alternatives.is_empty() {
        let typed = |one: &Node| changed(one, &[""]).unwrap_or_else(|| one.clone());
        let open = Unresolved { alternatives: open.alternatives.iter().map(typed).collect(), ..open.clone() };
        return Some(Node { value: Value::Unresolved(Arc::new(open)), ..node.clone() });
    }
    let asked = open.question.as_ref()?;
    let question = Arc::new(Question::of_truth(format!("truth of {}", asked.shown), &*asked.shown));
    let open = open.clone().true_where(&Guard::holds(&question), node.span);
    Some(Node { value: Value::Unresolved(Arc::new(open)), ..node.clone() })
}

/// The truth that a text spells.
fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "y" | "yes" | "on" => Some(true),
        "false" | "0" | "n" | "no" | "off" => Some(false),
        _ => None,
    }
}
