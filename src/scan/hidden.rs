//! Which secrets a run has met, and its findings and problems without them.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Parsed;
use crate::dialect::Resource;
use crate::document::Problem;
use crate::evaluate::Outcome;
use crate::secrecy::Secrets;
use crate::source::{FileId, NO_FILE, Source, Workspace};
use crate::triage::Finding;

/// The secrets of the files that some findings and problems are about. Files that nothing is said of are not searched: a
/// clean run costs nothing.
pub(super) fn secrets(
    workspace: &Workspace,
    parsed: &Parsed,
    resources: &[Resource],
    findings: &[Finding],
    problems: &[Problem],
) -> Secrets {
    let mut files: BTreeSet<FileId> = problems.iter().filter_map(|problem| Some(problem.span?.file)).collect();
    for finding in findings.iter().filter(|finding| finding.outcome != Outcome::Pass || !finding.related.is_empty()) {
        files.insert(finding.span.file);
        files.insert(finding.resource.span.file);
        files.extend(finding.related.iter().map(|related| related.span.file));
    }
    files.remove(&NO_FILE);
    let source = |id: FileId| workspace.source(id).ok();
    let documents = parsed.documents.par_iter().filter(|(document, _)| files.contains(&document.file) && document.syntax != "text");
    let trees = documents.map(|(document, _)| {
        let mut secrets = Secrets::default();
        document.roots.iter().for_each(|root| secrets.add_tree(root, None, &source));
        secrets
    });
    let bodies = resources.par_iter().filter(|resource| files.contains(&resource.span.file)).map(|resource| {
        let mut secrets = Secrets::default();
        secrets.add_tree(&resource.body, Some(resource.own_name()), &source);
        secrets
    });
    let mut secrets = Secrets::default();
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
    secrets
}

/// The words of findings without secrets.
pub(super) fn conceal(findings: &mut [Finding], secrets: &Secrets) {
    findings.par_iter_mut().for_each(|finding| {
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
        let shown = secrets.guard(&finding.resource.address);
        if *shown != *finding.resource.address {
            finding.resource.address = shown.into();
        }
    });
}

fn replace(text: &mut String, secrets: &Secrets) {
    let shown = secrets.conceal(text);
    if *shown != *text {
        *text = shown.into_owned();
    }
}
