//! Which secrets a run has met, and its findings and problems without them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::extract::Spread;
use super::passed::Telling;
use super::texts::Texts;
use super::{Parsed, Recognised};
use crate::dialect::{self, Resource};
use crate::document::{Document, MAX_DEPTH, Node, Problem, Value};
use crate::evaluate::Outcome;
use crate::rule::Rule;
use crate::rule::path::Step;
use crate::secrecy::{MASK, Secrets};
use crate::source::{FileId, NO_FILE, Workspace};
use crate::syntax;
use crate::triage::Finding;

/// So many documents or resources are searched by one thread at a time.
const TOGETHER: usize = 16;

/// The files that some findings and problems are about, passes among them where they are shown; with those that passes tell of
/// which are only counted.
pub(super) fn told_files(
    findings: &[Finding],
    problems: &[Problem],
    passes: bool,
    others: Option<&BTreeSet<FileId>>,
) -> BTreeSet<FileId> {
    let mut files: BTreeSet<FileId> = problems.iter().filter_map(|problem| Some(problem.span?.file)).collect();
    files.extend(others.into_iter().flatten());
    let told = |finding: &&Finding| passes || finding.outcome != Outcome::Pass || !finding.related.is_empty();
    for finding in findings.iter().filter(told) {
        files.insert(finding.span.file);
        files.insert(finding.resource.span.file);
        files.extend(finding.related.iter().map(|related| related.span.file));
    }
    files.remove(&NO_FILE);
    files
}

/// The secrets of the files that something is told of. Files that nothing is said of are not searched: a clean run costs nothing.
pub(super) fn secrets(
    workspace: &Workspace,
    parsed: &mut Parsed,
    resources: &[Resource],
    files: &BTreeSet<FileId>,
) -> Secrets {
    let texts = Texts::of(workspace);
    let mut secrets = Secrets::default();
    if !files.is_empty() {
        secrets.extend(std::mem::take(&mut parsed.settled.secrets));
        secrets.extend(declarations(&texts, &parsed.documents, &parsed.declaring, resources));
        given(workspace, parsed, &mut secrets);
    }
    trees((workspace, &texts), &parsed.documents, resources, (files, Spread::Threads(1)), &mut secrets);
    let files: Vec<FileId> = files.iter().copied().collect();
    let told = &secrets;
    let hidden = files.par_iter().filter_map(|file| {
        let source = workspace.seen(*file)?;
        let text = |range: &Range<usize>| source.text().get(range.clone()).unwrap_or("").to_owned();
        Some(told.hidden(&source).iter().map(text).collect())
    });
    for text in hidden.collect::<Vec<Vec<String>>>().into_iter().flatten() {
        secrets.add_text(&text);
    }
    // Keys of instances may be anything, names of resources are chosen to be read.
    let names = resources
        .iter()
        .map(|resource| named(&resource.address))
        .chain(parsed.settled.names.iter().map(|name| &**name));
    secrets.leave(workspace.ids().map(|file| workspace.path(file)), names);
    secrets
}

/// What an address says without the keys of instances.
pub(super) fn named(address: &str) -> &str {
    address.split(['[', '"']).next().unwrap_or(address)
}

/// Adds what keys tell of documents and resources that stand in some files.
pub(super) fn trees(
    (workspace, texts): (&Workspace, &Texts<'_>),
    documents: &[Recognised],
    resources: &[Resource],
    (files, spread): (&BTreeSet<FileId>, Spread),
    secrets: &mut Secrets,
) {
    if files.is_empty() {
        return;
    }
    let source = |id: FileId| texts.source(id);
    let told = |document: &Document| files.contains(&document.file) && document.syntax != "text";
    let trees = spread.map(&documents.chunks(TOGETHER).collect::<Vec<_>>(), |documents| {
        let mut secrets = Secrets::default();
        for (document, _) in documents.iter().filter(|(document, _)| told(document)) {
            let whole = super::files::whole(document, workspace);
            whole.iter().for_each(|root| secrets.add_tree(root, None, None, &source));
        }
        secrets
    });
    let bodies = spread.map(&resources.chunks(TOGETHER).collect::<Vec<_>>(), |resources| {
        let mut secrets = Secrets::default();
        for resource in resources.iter().filter(|resource| files.contains(&resource.span.file)) {
            secrets.add_tree(&resource.body, Some(resource.own_name()), Some(&resource.kind), &source);
        }
        secrets
    });
    trees.into_iter().chain(bodies).for_each(|found| secrets.extend(found));
}

/// What any file of a run declares to be secret, and where that is given.
pub fn declared(workspace: &Workspace, parsed: &Parsed, resources: &[Resource]) -> Secrets {
    let mut secrets = declarations(&Texts::of(workspace), &parsed.documents, &parsed.declaring, resources);
    given(workspace, parsed, &mut secrets);
    secrets
}

/// What files that may declare something declare to be secret.
pub(super) fn declarations(
    texts: &Texts<'_>,
    documents: &[Recognised],
    declaring: &BTreeSet<FileId>,
    resources: &[Resource],
) -> Secrets {
    let source = |id: FileId| texts.source(id);
    let mut secrets = Secrets::default();
    let declares = |document: &&Document| declaring.contains(&document.file) && document.syntax != "text";
    let declaring: Vec<&Document> = documents.iter().map(|(document, _)| document).filter(declares).collect();
    for root in declaring.iter().flat_map(|document| &document.roots) {
        secrets.add_declared(root, &source);
    }
    // What is declared may be an expression, of which only the resource has the value.
    let files: BTreeSet<FileId> = declaring.iter().map(|document| document.file).collect();
    for resource in resources.iter().filter(|resource| files.contains(&resource.span.file)) {
        secrets.add_declared(&resource.body, &source);
    }
    secrets
}

/// Adds the values that are given to what was declared to be secret.
fn given(workspace: &Workspace, parsed: &Parsed, secrets: &mut Secrets) {
    let source = |id: FileId| workspace.source(id).ok();
    given_in(&Texts::of(workspace), &parsed.documents, secrets);
    if !secrets.names_any() {
        return;
    }
    // What is no longer there is read again where it gives a value to a name that another file declares.
    for settled in &parsed.settled.documents {
        if !secrets.names_one_of(&settled.gives) {
            continue;
        }
        let read = syntax::named(settled.syntax).zip(workspace.glance(settled.file).ok());
        let Some(document) = read.map(|(syntax, source)| syntax::parse(syntax, &source)) else { continue };
        let texts = Texts::passing(workspace, std::iter::once(settled.file));
        document.roots.iter().for_each(|root| secrets.add_given(root, is_given(&document), &|id| texts.source(id)));
    }
    // Files of parameters are read by the templates that they are for.
    if let Some(json) = syntax::named("json-relaxed") {
        let read: BTreeSet<FileId> =
            parsed.read().filter(|(_, syntax)| *syntax != "text").map(|(file, _)| file).collect();
        let is_parameters = |id: &FileId| workspace.path(*id).ends_with("parameters.json") && !read.contains(id);
        for source in workspace.ids().filter(is_parameters).filter_map(source) {
            let document = syntax::parse(json, source);
            document.roots.iter().for_each(|root| secrets.add_given(root, false, &|id| workspace.source(id).ok()));
        }
    }
}

/// Adds the values that some documents give to what was declared to be secret so far.
pub(super) fn given_in(texts: &Texts<'_>, documents: &[Recognised], secrets: &mut Secrets) {
    for (document, _) in documents.iter().filter(|(document, _)| document.syntax != "text") {
        document.roots.iter().for_each(|root| secrets.add_given(root, is_given(document), &|id| texts.source(id)));
    }
}

/// Whether all of a document are names with their values.
pub(super) fn is_given(document: &Document) -> bool {
    dialect::has_extension(&document.path, &[".tfvars", ".tfvars.json"])
}

/// Hides what the rules of findings, and of passes that are only counted, say is secret, and takes it out of the words of findings.
pub(super) fn by_rules(
    findings: &mut [Finding],
    passes: Option<&[Telling]>,
    resources: &[Resource],
    texts: &Texts<'_>,
    secrets: &mut Secrets,
) {
    let of_rule =
        |finding: &&mut Finding| finding.rule.checks.get(finding.check).is_some_and(|check| !check.secret.is_empty());
    let mut by_address: BTreeMap<(&str, &str), Vec<&Resource>> = BTreeMap::new();
    let findings: Vec<&mut Finding> = findings.iter_mut().filter(of_rule).collect();
    let passes = passes.unwrap_or_default();
    if findings.is_empty() && passes.is_empty() {
        return;
    }
    for resource in resources {
        by_address.entry((&resource.kind, &resource.address)).or_default().push(resource);
    }
    let mut hide_in = |(rule, check): (&Rule, usize), (kind, address): (&str, &str), said: &mut String| {
        let Some(check) = rule.checks.get(check) else { return };
        for resource in by_address.get(&(kind, address)).into_iter().flatten() {
            let mut roots = vec![&resource.body];
            if let Some(each) = &check.each {
                roots = each.iter().flat_map(|path| standing(&resource.body, path.steps())).collect();
            }
            let nodes = roots.iter().flat_map(|root| check.secret.iter().flat_map(|path| standing(root, path.steps())));
            for node in nodes {
                hide(node, texts, secrets, said, 0);
            }
        }
    };
    for finding in findings {
        let of = Arc::clone(&finding.resource);
        hide_in((&finding.rule, finding.check), (&of.kind, &of.address), &mut finding.message);
    }
    let mut done: BTreeSet<(&str, usize, &str, &str)> = BTreeSet::new();
    for Telling { rule, check, resource } in passes {
        if let Some(Resource { kind, address, .. }) = resources.get(*resource)
            && done.insert((&rule.id, *check, kind, address))
        {
            hide_in((rule, *check), (kind, address), &mut String::new());
        }
    }
}

/// Hides a value with all that is in it, in some words too.
fn hide(node: &Node, texts: &Texts<'_>, secrets: &mut Secrets, said: &mut String, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match &node.value {
        Value::Map(map) => map.written().for_each(|entry| hide(&entry.value, texts, secrets, said, depth + 1)),
        Value::List(items) => items.iter().for_each(|item| hide(item, texts, secrets, said, depth + 1)),
        _ => {
            let spans = std::iter::once(node.span).chain(node.steps().iter().map(|step| step.span));
            spans.for_each(|span| secrets.add_value(span, &|id| texts.source(id)));
            let Some(text) = node.as_str().filter(|text| !text.trim().is_empty()) else { return };
            secrets.add_text(text);
            // Messages quote a value on one line, and its beginning alone where it is long.
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let begin: String = line.chars().take(60).collect();
            for quoted in [text, &line, &begin] {
                if said.contains(quoted) {
                    *said = said.replace(quoted, MASK);
                }
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
        let told = |text: &str| secrets.told_of(text, places(), &|id| workspace.seen(id)).into_owned();
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
