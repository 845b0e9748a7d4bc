//! What a job takes from those it extends, and from the defaults.

use std::sync::Arc;

use super::configuration::{Configuration, Fault, lay};
use super::{leave_open, with_entries};
use crate::document::{Entry, Node, Value};

/// Jobs extend jobs to this length of chain, as in GitLab.
const MAX_CHAIN: usize = 11;

/// Most jobs that one job extends itself.
const MAX_PARENTS: usize = 64;

/// Keys that `default` may set.
const DEFAULTS: &[&str] = &[
    "after_script",
    "artifacts",
    "before_script",
    "cache",
    "hooks",
    "id_tokens",
    "image",
    "interruptible",
    "retry",
    "services",
    "tags",
    "timeout",
];

/// Those that may also stand at the top.
const TOP: &[&str] = &["after_script", "before_script", "cache", "image", "services"];

/// A job with all that it extends.
pub(super) fn extended(configuration: &Configuration, entry: &Entry, depth: usize) -> Node {
    let name = &entry.key.name;
    let known = configuration.extended.borrow().get(name).cloned();
    match known {
        Some(Some(done)) => return done,
        Some(None) => return fault(configuration, entry, format!("job `{name}` extends itself")),
        None if depth > MAX_CHAIN => {
            let message = format!("job `{name}` is extended by way of more than {MAX_CHAIN} others");
            return fault(configuration, entry, message);
        }
        None => {}
    }
    configuration.extended.borrow_mut().insert(Arc::clone(name), None);
    let body = joined(configuration, entry, depth);
    configuration.extended.borrow_mut().insert(Arc::clone(name), Some(body.clone()));
    body
}

fn joined(configuration: &Configuration, entry: &Entry, depth: usize) -> Node {
    let own = &entry.value;
    let Some(extends) = own.get("extends") else { return own.clone() };
    let mut base: Option<Node> = None;
    let mut missing = None;
    let parents = std::iter::once(extends).chain(extends.items());
    for parent in parents.filter(|parent| !matches!(parent.value, Value::List(_))).take(MAX_PARENTS) {
        let name = parent.as_str().unwrap_or("");
        let found = configuration.entry(name).filter(|entry| entry.value.as_map().is_some());
        if let Some(found) = found {
            let next = inherited(&extended(configuration, found, depth + 1));
            if !configuration.spend(entry.key.span, &next) {
                let mut body = own.clone();
                leave_open(&mut body, "extends", "the jobs of the pipeline inherit too much");
                return body;
            }
            base = Some(base.map_or(next.clone(), |base| lay(&base, &next)));
            continue;
        }
        if !configuration.foreign && parent.as_str().is_some() {
            let message = format!("there is no job `{name}` to extend");
            let help = "GitLab refuses the file; correct the name";
            configuration.faults.borrow_mut().push(Fault { at: parent.span, message, help, error: false });
        }
        missing = Some(name);
    }
    let mut body = base.map_or_else(|| own.clone(), |base| lay(&base, own));
    if let Some(name) = missing {
        leave_open(&mut body, "extends", &format!("it extends `{name}`, which is not in this repository"));
    }
    body
}

/// A job as others inherit it.
fn inherited(base: &Node) -> Node {
    let entries = base.entries().iter().filter(|entry| &*entry.key.name != "extends");
    with_entries(base, entries.cloned().collect())
}

/// Says that a job cannot be put together; what it does not say itself is then unknown.
fn fault(configuration: &Configuration, entry: &Entry, message: String) -> Node {
    let mut body = entry.value.clone();
    leave_open(&mut body, "extends", &message);
    let help = "break the circle or chain of `extends`";
    configuration.faults.borrow_mut().push(Fault { at: entry.key.span, message, help, error: true });
    body
}

/// The job with what it does not say itself: an entry that is null counts as not there.
pub(super) fn with_defaults(configuration: &Configuration, job: &Node) -> Node {
    let mut entries: Vec<Entry> =
        job.entries().iter().filter(|entry| !matches!(entry.value.value, Value::Null)).cloned().collect();
    let inherit = job.at(&["inherit", "default"]);
    for key in DEFAULTS {
        let has = entries.iter().any(|entry| &*entry.key.name == *key);
        if has || job.get("trigger").is_some() || !is_inherited(inherit, key) {
            continue;
        }
        let default = configuration.get("default").and_then(|default| default.entry(key));
        let default = default.or_else(|| configuration.entry(key).filter(|_| TOP.contains(key)));
        entries.extend(default.cloned());
    }
    let mut body = with_entries(job, entries);
    let runs = ["script", "trigger", "run"].iter().any(|key| body.get(key).is_some());
    if configuration.foreign && !runs {
        leave_open(&mut body, "", "it is a part of a job that a file from elsewhere completes");
    }
    body
}

/// What `inherit` says of a name: all is inherited, nothing, or what is listed.
pub(super) fn is_inherited(inherit: Option<&Node>, name: &str) -> bool {
    let Some(inherit) = inherit else { return true };
    match &inherit.value {
        Value::Bool(all) => *all,
        Value::List(names) => names.iter().any(|listed| listed.as_str() == Some(name)),
        _ => true,
    }
}
