//! The variables of a job: those of the pipeline and its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::inherit::is_inherited;
use crate::document::{Entry, Node, Value};
use crate::syntax::variables::{Budget, Known, Rules, Scope, expand};

/// Variables lead to variables to this depth.
const MAX_DEPTH: usize = 16;

/// What is known of the variables of one job.
pub(super) struct Variables {
    set: BTreeMap<Arc<str>, Entry>,
    /// Names that have one value or another, and what decides.
    varying: BTreeMap<Arc<str>, &'static str>,
    /// Values that were looked up; none while one is.
    values: RefCell<BTreeMap<Arc<str>, Option<Node>>>,
    budget: Budget,
}

impl Variables {
    pub(super) fn of_job(job: &Node, pipeline: &Node) -> Variables {
        let inherit = job.at(&["inherit", "variables"]);
        let global = pipeline.get("variables").map_or(&[][..], Node::entries);
        let global = global.iter().filter(|entry| is_inherited(inherit, &entry.key.name));
        let own = job.get("variables").map_or(&[][..], Node::entries);
        let set = global.chain(own).map(|entry| (Arc::clone(&entry.key.name), plain(entry))).collect();
        let mut varying = BTreeMap::new();
        let rules = [job.get("rules"), pipeline.at(&["workflow", "rules"])];
        for rule in rules.into_iter().flatten().flat_map(Node::items) {
            let names = rule.get("variables").map_or(&[][..], Node::entries).iter();
            varying.extend(names.map(|entry| (Arc::clone(&entry.key.name), "a rule sets it")));
        }
        for row in job.at(&["parallel", "matrix"]).map_or(&[][..], Node::items) {
            let names = row.entries().iter();
            varying.extend(names.map(|entry| (Arc::clone(&entry.key.name), "the matrix of the job sets it")));
        }
        Variables { set, varying, values: RefCell::default(), budget: Budget::default() }
    }

    /// All of them, with the ones that they are made of filled in.
    pub(super) fn all(&self) -> Vec<Entry> {
        let value = |entry: &Entry| Entry { value: self.expanded(&entry.value, 0), ..entry.clone() };
        self.set.values().map(value).collect()
    }

    /// A string with its variables filled in; any other value as it is.
    pub(super) fn expand(&self, node: &Node) -> Node {
        self.expanded(node, 0)
    }

    fn expanded(&self, node: &Node, depth: usize) -> Node {
        let Value::Str(text) = &node.value else { return node.clone() };
        // Two dollar signs stand for one, which is no variable.
        if !text.as_str().contains('$') || text.as_str().contains("$$") {
            return node.clone();
        }
        let rules = Rules { quotes: false, escape: None, control: false };
        let lookup = |name: &str| self.known(name, depth);
        let scope = Scope { lookup: &lookup, budget: &self.budget };
        let expanded = expand(text, 0..text.as_str().len(), node.span, rules, &scope);
        let mut steps = expanded.steps().to_vec();
        steps.extend(node.steps().iter().cloned());
        Node { span: node.span, trail: (!steps.is_empty()).then(|| Arc::new(steps)), ..expanded }
    }

    fn known(&self, name: &str, depth: usize) -> Known {
        if let Some(because) = self.varying.get(name) {
            return Known::Elsewhere(format!("what `{name}` is depends on the run: {because}"));
        }
        let Some(entry) = self.set.get(name) else {
            let by_gitlab = ["CI_", "GITLAB_"].iter().any(|start| name.starts_with(start));
            let by = if by_gitlab { "GitLab" } else { "the settings of the project or group, if at all" };
            return Known::Elsewhere(format!("variable `{name}` is set by {by}"));
        };
        let what: Arc<str> = format!("variable `{name}`").into();
        let known = self.values.borrow().get(name).cloned();
        match known {
            Some(Some(value)) => return Known::Value(value, what),
            None if depth < MAX_DEPTH => {}
            _ => return Known::Elsewhere(format!("variable `{name}` is made of itself")),
        }
        self.values.borrow_mut().insert(Arc::clone(&entry.key.name), None);
        let value = self.expanded(&entry.value, depth + 1);
        self.values.borrow_mut().insert(Arc::clone(&entry.key.name), Some(value.clone()));
        Known::Value(value, what)
    }
}

/// A variable with its plain value: the long form says more about it.
pub(super) fn plain(entry: &Entry) -> Entry {
    let value = entry.value.get("value").unwrap_or(&entry.value);
    let text = match value.value {
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    };
    let text = text.map(|text| Node { trail: value.trail.clone(), ..Node::text(text, value.span) });
    Entry { value: text.unwrap_or_else(|| value.clone()), ..entry.clone() }
}
