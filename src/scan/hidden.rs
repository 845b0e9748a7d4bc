//! Which secrets a run has met, and its findings and problems without them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::Parsed;
use crate::dialect::{self, Resource};
use crate::document::{Document, MAX_DEPTH, Node, Problem, Value};
use crate::evaluate::Outcome;
use crate::rule::path::Step;
use crate::secrecy::{MASK, Secrets};
use crate::source::{FileId, NO_FILE, Source, Workspace};
use crate::syntax;
use crate::triage::Finding;

/// So many documents or resources are searched by one thread at a time.
const TOGETHER: usize = 16;

/// The secrets of the files that some findings and problems are about, passes among them where they are shown. Files that
/// nothing is said of are not searched: a clean run costs nothing.
pub(super) fn secrets(
    workspace: &Workspace,
    parsed: &Parsed,
    resources: &[Resource],
    findings: &[Finding],
    problems: &[Problem],
    passes: bool,
) -> Secrets {
    let mut files: BTreeSet<FileId> = problems.iter().filter_map(|problem| Some(problem.span?.file)).collect();
    let told = |finding: &&Finding| passes || finding.outcome != Outcome::Pass || !finding.related.is_empty();
    for finding in findings.iter().filter(told) {
        files.insert(finding.span.file);
        files.insert(finding.resource.span.file);
        files.extend(finding.related.iter().map(|related| related.span.file));
    }
    files.remove(&NO_FILE);
    let source = |id: FileId| workspace.source(id).ok();
    let mut secrets = if files.is_empty() { Secrets::default() } else { declared(workspace, parsed, resources) };
    let told = |document: &Document| files.contains(&document.file) && document.syntax != "text";
    let trees = parsed.documents.par_chunks(TOGETHER).map(|documents| {
        let mut secrets = Secrets::default();
        for (document, _) in documents.iter().filter(|(document, _)| told(document)) {
            let whole = super::files::whole(document, workspace);
            whole.iter().for_each(|root| secrets.add_tree(root, None, None, &source));
        }
        secrets
    });
    let bodies = resources.par_chunks(TOGETHER).map(|resources| {
        let mut secrets = Secrets::default();
        for resource in resources.iter().filter(|resource| files.contains(&resource.span.file)) {
            secrets.add_tree(&resource.body, Some(resource.own_name()), Some(&resource.kind), &source);
        }
        secrets
    });
    for found in trees.chain(bodies).collect::<Vec<Secrets>>() {
        secrets.extend(found);
    }
    let sources: Vec<&Source> = files.iter().filter_map(|file| source(*file)).collect();
    let told = &secrets;
    let ranges: Vec<_> = sources.par_iter().map(|source| told.hidden(source)).collect();
    for (source, ranges) in sources.iter().zip(ranges) {
        for range in ranges.iter() {
            secrets.add_text(source.text().get(range.clone()).unwrap_or(""));
        }
    }
    // Keys of instances may be anything, names of resources are chosen to be read.
    let names = resources.iter().filter_map(|resource| resource.address.split(['[', '"']).next());
    secrets.leave(workspace.ids().map(|file| workspace.path(file)).chain(names));
    secrets
}

/// What any file of a run declares to be secret, and where that is given.
pub fn declared(workspace: &Workspace, parsed: &Parsed, resources: &[Resource]) -> Secrets {
    let source = |id: FileId| workspace.source(id).ok();
    let documents =
        || parsed.documents.iter().map(|(document, _)| document).filter(|document| document.syntax != "text");
    let declaring: Vec<_> = documents().filter(|document| parsed.declaring.contains(&document.file)).collect();
    let mut secrets = Secrets::default();
    for root in declaring.iter().flat_map(|document| &document.roots) {
        secrets.add_declared(root, &source);
    }
    // What is declared may be an expression, of which only the resource has the value.
    let files: BTreeSet<FileId> = declaring.iter().map(|document| document.file).collect();
    for resource in resources.iter().filter(|resource| files.contains(&resource.span.file)) {
        secrets.add_declared(&resource.body, &source);
    }
    for document in documents() {
        let is_given = dialect::has_extension(&document.path, &[".tfvars", ".tfvars.json"]);
        document.roots.iter().for_each(|root| secrets.add_given(root, is_given, &source));
    }
    // Files of parameters are read by the templates that they are for.
    if let Some(json) = syntax::named("json-relaxed").filter(|_| secrets.names_any()) {
        let read: BTreeSet<FileId> = documents().map(|document| document.file).collect();
        let is_parameters = |id: &FileId| workspace.path(*id).ends_with("parameters.json") && !read.contains(id);
        for source in workspace.ids().filter(is_parameters).filter_map(source) {
            let document = syntax::parse(json, source);
            document.roots.iter().for_each(|root| secrets.add_given(root, false, &|id| workspace.source(id).ok()));
        }
    }
    secrets
}

/// Hides what the rules of findings say is secret, and takes it out of their words.
pub(super) fn by_rules(findings: &mut [Finding], resources: &[Resource], workspace: &Workspace, secrets: &mut Secrets) {
    let of_rule =
        |finding: &&mut Finding| finding.rule.checks.get(finding.check).is_some_and(|check| !check.secret.is_empty());
    let mut by_address: BTreeMap<(&str, &str), Vec<&Resource>> = BTreeMap::new();
    for finding in findings.iter_mut().filter(of_rule) {
        if by_address.is_empty() {
            for resource in resources {
                by_address.entry((&resource.kind, &resource.address)).or_default().push(resource);
            }
        }
        let rule = Arc::clone(&finding.rule);
        let Some(check) = rule.checks.get(finding.check) else { continue };
        let of = finding.resource.clone();
        for resource in by_address.get(&(&*of.kind, &*of.address)).into_iter().flatten() {
            let mut roots = vec![&resource.body];
            if let Some(each) = &check.each {
                roots = each.iter().flat_map(|path| standing(&resource.body, path.steps())).collect();
            }
            let nodes = roots.iter().flat_map(|root| check.secret.iter().flat_map(|path| standing(root, path.steps())));
            for node in nodes {
                hide(node, workspace, secrets, finding, 0);
            }
        }
    }
}

/// Hides a value with all that is in it.
fn hide(node: &Node, workspace: &Workspace, secrets: &mut Secrets, finding: &mut Finding, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match &node.value {
        Value::Map(map) => map.written().for_each(|entry| hide(&entry.value, workspace, secrets, finding, depth + 1)),
        Value::List(items) => items.iter().for_each(|item| hide(item, workspace, secrets, finding, depth + 1)),
        _ => {
            let spans = std::iter::once(node.span).chain(node.steps().iter().map(|step| step.span));
            spans.for_each(|span| secrets.add_value(span, &|id| workspace.source(id).ok()));
            let Some(text) = node.as_str().filter(|text| !text.trim().is_empty()) else { return };
            secrets.add_text(text);
            // Messages quote a value on one line, and its beginning alone where it is long.
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let begin: String = line.chars().take(60).collect();
            for quoted in [text, &line, &begin] {
                finding.message = finding.message.replace(quoted, MASK);
            }
        }
    }
}

/// The nodes at some steps below a node, through lists by themselves; a text that cannot be followed stands for all in it.
fn standing<'n>(node: &'n Node, steps: &[Step]) -> Vec<&'n Node> {
    let Some((step, rest)) = steps.split_first() else { return vec![node] };
    let through = |nodes: &mut dyn Iterator<Item = &'n Node>| nodes.flat_map(|node| standing(node, rest)).collect();
    match (&node.value, step) {
        // A text may be followed further, and anything below may be meant.
        (Value::Str(_), _) | (_, Step::Deep) => vec![node],
        (Value::List(items), Step::Item(at)) => {
            let length = i64::try_from(items.len()).unwrap_or(0);
            let at = if *at < 0 { length + at } else { *at };
            through(&mut usize::try_from(at).ok().and_then(|at| items.get(at)).into_iter())
        }
        (Value::List(items), Step::Any) => through(&mut items.iter()),
        (Value::List(items), Step::Key(_)) => items.iter().flat_map(|item| standing(item, steps)).collect(),
        (Value::Map(map), Step::Key(key)) => through(&mut map.entry(key).map(|entry| &entry.value).into_iter()),
        (Value::Map(map), Step::Any) => through(&mut map.written().map(|entry| &entry.value)),
        _ => Vec::new(),
    }
}

/// The words of findings without secrets.
pub(super) fn conceal(findings: &mut [Finding], secrets: &Secrets, workspace: &Workspace) {
    findings.par_iter_mut().for_each(|finding| {
        let places = || std::iter::once(finding.span).chain(finding.related.iter().map(|related| related.span));
        let told = |text: &str| secrets.told_of(text, places(), &|id| workspace.source(id).ok()).into_owned();
        let (message, because) = (told(&finding.message), finding.open_because.as_deref().map(told));
        finding.message = message;
        finding.open_because = because;
        replace(&mut finding.message, secrets);
        if let Some(because) = &mut finding.open_because {
            replace(because, secrets);
        }
        for related in &mut finding.related {
            let shown = secrets.conceal(&related.message);
            if *shown != *related.message {
                related.message = shown.into();
            }
        }
        let shown = secrets.conceal(&finding.resource.address);
        if *shown != *finding.resource.address {
            Arc::make_mut(&mut finding.resource).address = shown.into();
        }
    });
}

fn replace(text: &mut String, secrets: &Secrets) {
    let shown = secrets.conceal(text);
    if *shown != *text {
        *text = shown.into_owned();
    }
}
