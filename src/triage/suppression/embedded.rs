//! Suppressions that are data of a file: annotations of Kubernetes objects, metadata of templates.
//!
//! They are read from the parsed tree, so that they count however it is written: in blocks, in braces, in JSON.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Commented, FileSuppressions, Names, Reach, Said, Target};
use crate::document::{Entry, MAX_DEPTH, Node, Problem, Value};
use crate::rule::alias::Peer;
use crate::source::{Source, Span};

/// Words without one of which there is nothing to look for.
const WORDS: [&str; 4] = ["checkov", "kube-linter.io/", "annexa", "SuppressedRules"];

/// What kube-linter's annotations begin with, before the name of the check.
const KUBE_LINTER: &str = "ignore-check.kube-linter.io/";

/// Most places of a file that are read.
const MOST: usize = 10_000;

/// Whether a text can hold any.
pub(super) fn may_be_in(text: &str) -> bool {
    WORDS.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// Reads what stands in the trees of a file.
pub(super) fn read(file: Commented<'_>, names: &Names, today: Date, into: &mut FileSuppressions) {
    // What a template puts into annotations may stand elsewhere.
    let is_filled_in = || !file.rendered.is_empty() && file.source.text().contains("annotations");
    if !may_be_in(file.source.text()) && !is_filled_in() {
        return;
    }
    let mut reader = Reader { source: file.source, names, today, file: into, seen: BTreeSet::new() };
    let roots = file.documents.iter().flat_map(|document| &document.roots);
    let rendered = file.rendered.iter().copied();
    for root in roots.filter(|_| file.rendered.is_empty()).chain(rendered) {
        reader.walk(root, root.span, 0);
    }
}

struct Reader<'a> {
    source: &'a Source,
    names: &'a Names,
    today: Date,
    file: &'a mut FileSuppressions,
    seen: BTreeSet<(Span, String)>,
}

impl Reader<'_> {
    /// `around` is the map that what is found here would be metadata of.
    fn walk(&mut self, node: &Node, around: Span, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.walk(item, around, depth + 1)),
            Value::Map(map) => {
                for entry in map.written() {
                    match &*entry.key.name {
                        "annotations" => {
                            entry.value.entries().iter().for_each(|own| self.annotation(own, entry.key.span));
                        }
                        "metadata" | "Metadata" => {
                            // That of the file as a whole is about no resource.
                            if depth > 0 {
                                self.metadata(&entry.value, around);
                            }
                            self.walk(&entry.value, around, depth + 1);
                        }
                        _ => self.walk(&entry.value, entry.span(), depth + 1),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::Unresolved(_) => {}
        }
    }

    /// `checkov.io/skip1: CKV_K8S_20=reason`, `ignore-check.kube-linter.io/host-pid: reason`; one that comes from the values of a chart
    /// stands where the template has its annotations, which is `within`.
    fn annotation(&mut self, entry: &Entry, within: Span) {
        let (key, value) = (&*entry.key.name, entry.value.as_str().unwrap_or(""));
        let own = entry.key.span;
        let (span, around) = if own.file != self.source.id() {
            (within, within)
        } else if entry.value.span.file == own.file {
            (entry.span(), own)
        } else {
            (own, own)
        };
        if key.strip_prefix("checkov.io/skip").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
            let (name, reason) = value.split_once('=').unwrap_or((value, ""));
            self.peer(Peer::Checkov, &[name.trim()], reason.trim(), span, around);
        } else if let Some(name) = key.strip_prefix(KUBE_LINTER) {
            self.peer(Peer::KubeLinter, &[name], value.trim(), span, around);
        } else if key == "kube-linter.io/ignore-all" {
            self.peer(Peer::KubeLinter, &[], value.trim(), span, around);
        }
    }

    /// `checkov: { skip: [{ id: …, comment: … }] }`, `guard: { SuppressedRules: [NAME] }` and `annexa: { ignore: [{ rule: …, reason: …, until: … }] }`
    fn metadata(&mut self, node: &Node, around: Span) {
        for item in node.get("checkov").and_then(|checkov| checkov.get("skip")).map_or(&[][..], Node::items) {
            let Some(id) = item.get("id").and_then(Node::as_str) else { continue };
            let reason = item.get("comment").and_then(Node::as_str).unwrap_or("");
            self.peer(Peer::Checkov, &[id.trim()], reason.trim(), item.span, around);
        }
        for item in node.at(&["guard", "SuppressedRules"]).map_or(&[][..], Node::items) {
            let Some(name) = item.as_str() else { continue };
            self.peer(Peer::Guard, &[name.trim()], "", item.span, around);
        }
        for item in node.get("annexa").and_then(|annexa| annexa.get("ignore")).map_or(&[][..], Node::items) {
            self.ours(item, around);
        }
    }

    fn peer(&mut self, peer: Peer, names: &[&str], reason: &str, span: Span, around: Span) {
        let targets = self.names.of_peer(peer, names);
        if !targets.is_empty() {
            self.push(targets, &Said { reason, until: None }, span, around, false);
        }
    }

    fn ours(&mut self, item: &Node, around: Span) {
        let text = |key: &str| item.get(key).and_then(Node::as_str).map(str::trim).filter(|text| !text.is_empty());
        let (Some(rule), Some(reason)) = (text("rule"), text("reason")) else {
            let message = "this suppression lacks its rule or its reason and is not applied";
            self.problem("suppression::reason", item.span, message, "write `{ \"rule\": …, \"reason\": … }`");
            return;
        };
        let written = item.get("until").map(|node| node.as_str().and_then(|text| text.trim().parse::<Date>().ok()));
        let Ok(until) = written.map_or(Ok(None), |day| day.map(Some).ok_or(())) else {
            let message = "`until` is no day, and this suppression is not applied";
            self.problem("suppression::marker", item.span, message, "write a day such as \"2027-03-31\"");
            return;
        };
        let Some((target, evaluated)) = self.names.of_ours(rule) else {
            let (message, help) = self.names.unknown(rule);
            self.problem("suppression::unknown-rule", item.span, message, &help);
            return;
        };
        if self.file.holds(self.source, item.span, until, self.today) {
            self.push(vec![target], &Said { reason, until }, item.span, around, evaluated);
        }
    }

    /// A tree may lead several times to one place (an anchor, a template that is rendered in a loop).
    fn push(&mut self, targets: Vec<Target>, said: &Said<'_>, span: Span, around: Span, owed: bool) {
        let what = || format!("{targets:?}");
        let is_new = span.file == self.source.id() && self.seen.len() < MOST && self.seen.insert((span, what()));
        if is_new {
            let reach = Reach::Resource(span.range().start, around.range());
            self.file.push(self.source, span, targets, said, reach, owed);
        }
    }

    fn problem(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: &str) {
        let problem = Problem::error(code, self.source.path(), Some(span), message).help(help);
        if !self.file.problems.contains(&problem) {
            self.file.problems.push(problem);
        }
    }
}
