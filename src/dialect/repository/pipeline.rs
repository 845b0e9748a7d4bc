//! What runs by itself: workflows with their actions and commands, hooks before a commit, the pipelines of other
//! services and the scripts that all of them call.
//!
//! Rules ask whether a tool is run anywhere. Where a pipeline calls something that cannot be followed, they can only be
//! sure that it is, never that it is not; so everything that may be called is among the texts.

use std::collections::BTreeSet;

use super::super::{Corpus, file_name, has_extension};
use super::watched;
use super::{entry, flag, list, path_node};
use crate::document::{Document, Entry, MAX_DEPTH, Node};
use crate::source::{FileId, Span, Workspace};
use crate::syntax::lines::lines;

/// Longest script that is read, in bytes, and most scripts.
const MAX_BYTES: usize = 128 * 1024;
const MAX_SCRIPTS: usize = 300;

/// Ecosystems of packages, of which advisories are published.
const PACKAGES: &[&str] = &["npm", "cargo", "pip", "gomod", "maven", "gradle", "bundler", "composer", "nuget"];

/// `workflows` and `scripts`, each a list; and, where anything runs by itself, `pipelines`: a list of one map with the
/// workflows and `texts`, everything that is run. `pipelines` is there only for repositories with code, and `builds`, the
/// same, only for those with packages: rules judge nothing elsewhere.
pub(super) fn read(corpus: &Corpus<'_>, files: &[FileId], ecosystems: &BTreeSet<&str>) -> Vec<Entry> {
    let documents = |dialect: &str| corpus.documents.get(dialect).map_or(&[][..], Vec::as_slice).iter().copied();
    let judged = |document: &&Document| corpus.workspace.is_judged(document.file);
    let code = watched::Code::of(files.iter().map(|file| corpus.workspace.path(*file)));
    let is_workflow = |document: &&Document| document.roots.first().is_some_and(|root| root.get("jobs").is_some());
    let workflows: Vec<Node> =
        documents("github-actions").filter(judged).filter(is_workflow).filter_map(|one| workflow(one, &code)).collect();
    let hooks: Vec<Node> = documents("pre-commit").filter(judged).flat_map(hooks).collect();
    let (mut others, mut scripts) = (Vec::new(), Vec::new());
    for file in files {
        let path = corpus.workspace.path(*file);
        if is_pipeline(path) {
            others.extend(commands(corpus.workspace, *file));
        } else if scripts.len() < MAX_SCRIPTS && is_script(path) {
            scripts.extend(commands(corpus.workspace, *file));
        }
    }
    let run = workflows.iter().flat_map(|workflow| workflow.get("texts").map_or(&[][..], Node::items));
    let texts: Vec<Node> = run.chain(&hooks).chain(&others).chain(&scripts).cloned().collect();
    let workflows = list(workflows.into_iter());
    let mut entries = vec![entry("workflows", workflows.clone()), entry("scripts", list(scripts.into_iter()))];
    let own = ecosystems.iter().any(|name| *name != "github-actions");
    if own && !texts.is_empty() {
        let has_workflows = !workflows.items().is_empty();
        let all = vec![entry("workflows", workflows), entry("texts", list(texts.into_iter()))];
        let all = list(std::iter::once(Node::map(all, super::NOWHERE)));
        if has_workflows && ecosystems.iter().any(|name| PACKAGES.contains(name)) {
            entries.push(entry("builds", all.clone()));
        }
        entries.push(entry("pipelines", all));
    }
    entries
}

/// Path, events, whether it runs by the clock, what it runs, and what of that may release something.
fn workflow(document: &Document, code: &watched::Code<'_>) -> Option<Node> {
    let root = document.roots.first()?;
    let top = Span::new(document.file, 0, 0);
    let on = root.get("on");
    let events: Vec<Node> = match on {
        Some(on) if on.as_str().is_some() => vec![on.clone()],
        Some(on) if on.as_map().is_some() => {
            on.entries().iter().map(|event| Node::text(&*event.key.name, event.key.span)).collect()
        }
        Some(on) => on.items().to_vec(),
        None => Vec::new(),
    };
    let scheduled = events.iter().any(|event| event.as_str() == Some("schedule"));
    let (mut texts, mut released) = (Vec::new(), Vec::new());
    for job in root.get("jobs").map_or(&[][..], Node::entries) {
        ran(&job.value, &|_| true, &mut texts, 0);
        ran(&job.value, &|step| !only_builds(step), &mut released, 0);
    }
    let passed_over = on.and_then(|on| code.passed_over(on));
    let mut entries = vec![
        entry("path", Node::text(&*document.path, top)),
        entry("events", Node::list(events, top)),
        entry("scheduled", flag(scheduled, top)),
        entry("texts", Node::list(texts, top)),
        entry("released_by", Node::list(released, top)),
    ];
    entries.extend(passed_over.map(|folders| entry("passes_over", folders)));
    Some(Node::map(entries, top))
}

/// Actions that build an image, and publish it where they are told to.
const BUILDERS: &[&str] = &["docker/build-push-action", "docker/bake-action"];

/// Whether a step builds an image that goes nowhere: nothing pushes it, not even what the run decides.
fn only_builds(step: &Node) -> bool {
    let action = step.get("uses").and_then(Node::as_str).and_then(|uses| uses.split('@').next()).unwrap_or("");
    if !BUILDERS.iter().any(|builder| action.eq_ignore_ascii_case(builder)) {
        return false;
    }
    let inputs = step.get("with").map_or(&[][..], Node::entries).iter();
    let mut pushing = inputs.filter(|input| match &*input.key.name.to_ascii_lowercase() {
        "push" => {
            let text = input.value.as_str().map(|text| text.trim_start_matches("${{").trim_end_matches("}}").trim());
            input.value.as_bool() != Some(false) && !text.is_some_and(|text| text.eq_ignore_ascii_case("false"))
        }
        "outputs" => {
            input.value.as_str().is_none_or(|text| ["push", "registry", "${{"].iter().any(|word| text.contains(word)))
        }
        "set" => input.value.as_str().is_none_or(|text| text.contains("push")),
        _ => false,
    });
    pushing.next().is_none()
}

/// The actions and commands of a job, with what they are given; of the steps that count.
fn ran(job: &Node, counts: &dyn Fn(&Node) -> bool, texts: &mut Vec<Node>, depth: usize) {
    if depth > MAX_DEPTH || !counts(job) {
        return;
    }
    for Entry { key, value, .. } in job.entries() {
        if matches!(&*key.name, "uses" | "run" | "image") && value.as_str().is_some() {
            texts.push(value.clone());
        } else if &*key.name == "with" {
            texts.extend(value.entries().iter().map(|Entry { key, value, .. }| {
                let given = value.as_bool().map(|value| value.to_string());
                let given = given.or_else(|| value.as_str().map(str::to_owned)).unwrap_or_default();
                Node::text(format!("{}: {given}", key.name), value.span)
            }));
        } else {
            ran(value, counts, texts, depth + 1);
        }
    }
    job.items().iter().for_each(|item| ran(item, counts, texts, depth + 1));
}

/// The hooks of pre-commit: repository and id.
fn hooks(document: &Document) -> Vec<Node> {
    let repos = document.roots.first().and_then(|root| root.get("repos")).map_or(&[][..], Node::items);
    let mut hooks = Vec::new();
    for repo in repos {
        let url = repo.get("repo").and_then(Node::as_str).unwrap_or("");
        for hook in repo.get("hooks").map_or(&[][..], Node::items) {
            let id = hook.get("id").and_then(Node::as_str).unwrap_or("");
            let entry = hook.get("entry").and_then(Node::as_str).unwrap_or("");
            hooks.push(Node::text(format!("{url} {id} {entry}"), hook.span));
        }
    }
    hooks
}

/// The text of a file without the lines that are comments.
fn commands(workspace: &Workspace, file: FileId) -> Option<Node> {
    // What nobody else reads is not read for being looked at here.
    let source = workspace.glance(file).ok().filter(|source| source.text().len() <= MAX_BYTES)?;
    let mut text = String::new();
    for line in lines(source.text()) {
        let trimmed = line.text.trim_start();
        if !trimmed.starts_with('#') && !trimmed.starts_with("//") {
            text.push_str(line.text);
            text.push('\n');
        }
    }
    let place = path_node(workspace, file);
    Some(Node::text(text, place.span))
}

/// Pipelines of other services, which are read as text.
fn is_pipeline(path: &str) -> bool {
    let name = file_name(path);
    let yaml = has_extension(name, &[".yml", ".yaml"]);
    has_extension(name, &[".gitlab-ci.yml", ".gitlab-ci.yaml"])
        || ["Jenkinsfile", "bitbucket-pipelines.yml", ".travis.yml", ".drone.yml", ".cirrus.yml"].contains(&name)
        || (yaml
            && (name.starts_with("azure-pipelines") || name.starts_with("cloudbuild") || name.starts_with("buildspec")))
        || (yaml
            && [".circleci/", ".buildkite/", ".woodpecker", ".azure-pipelines/", ".gitlab/", ".gitlab-ci/"]
                .iter()
                .any(|start| path.starts_with(start)))
}

/// Scripts and task files that pipelines call.
fn is_script(path: &str) -> bool {
    const NAMES: &[&str] = &[
        "Makefile",
        "makefile",
        "GNUmakefile",
        "justfile",
        "Justfile",
        ".justfile",
        "Taskfile.yml",
        "Taskfile.yaml",
        "tox.ini",
        "noxfile.py",
        "package.json",
        ".goreleaser.yml",
        ".goreleaser.yaml",
        "goreleaser.yml",
        "lefthook.yml",
        "Earthfile",
        "dagger.json",
        "mise.toml",
        ".mise.toml",
        "renovate.json",
    ];
    const FOLDERS: &[&str] = &[
        ".ci/",
        "ci/",
        "scripts/",
        "script/",
        "hack/",
        "tools/",
        ".github/scripts/",
        ".github/actions/",
        ".husky/",
        "build/",
    ];
    let depth = path.matches('/').count();
    (NAMES.contains(&file_name(path)) && depth <= 1)
        || (FOLDERS.iter().any(|folder| path.starts_with(folder)) && depth <= 3)
}
