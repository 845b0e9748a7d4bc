//! Azure Pipelines: pipelines, their templates and their jobs.
//!
//! A job is judged as it would run: with the templates of the same repository put in, their parameters and defaults, and
//! with conditions and loops of template expressions where the files decide them. What is written in a file is also listed
//! once, on the pipeline of that file, however many jobs it becomes. What templates of other repositories would add is
//! unknown, not absent.

mod branch;
mod expand;
mod expression;
mod function;
mod jobs;
mod macros;
mod scope;
mod step;
#[cfg(test)]
mod tests;
mod text;
mod ties;
mod views;

use std::collections::BTreeSet;

use super::tasks;
use super::wording::may_have_key;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Node, Problem, Value};
use crate::kernel::budget::{Share, Spent};
use crate::source::FileId;

use super::written::Written;
use expand::Expander;
use views::Containers;

/// The name of the dialect.
const NAME: &str = "azure-pipelines";

/// What stages, jobs and steps are called.
const STAGE: &[&str] = &["stage|template"];
const JOB: &[&str] = &["job|deployment|template"];
const STEP: &[&str] = &["name|displayName|task_name|task|checkout|template"];

/// The dialect.
pub const AZURE_PIPELINES: Dialect = Dialect {
    name: NAME,
    doc: "pipelines of Azure DevOps: `azure-pipelines/pipeline` for each file, a template too (with the lists `scripts`, `images`, \
          `variables_set`, `templates`, `repositories` and `connections` of all that is written in it) and \
          `azure-pipelines/job` for each job, after templates of the same repository, parameters, conditions and loops (with \
          `id`, `stage`, `pool_effective`, `images`, `variables_effective` and, for each of its `steps`, `task_name`, \
          `task_version`, `shell`, `scripts`, `commands` and `texts_used`)",
    syntax: |path| (is_yaml(path) && !tasks::are_told_by(path)).then_some("yaml"),
    candidate: |path, text| is_named(path) || may_have_key(text, SECTIONS) || may_have_key(text, &["extends"]),
    recognise,
    group: Group::Repository,
    with: &[],
    ties: Some(&ties::TIES),
    extract,
    typing: Typing::Loose,
    items: &[
        Items::place("stages", STAGE),
        Items::place("jobs", JOB),
        Items::place("stages.jobs", JOB),
        Items::place("steps", STEP),
        Items::place("jobs.steps", STEP),
        Items::place("stages.jobs.steps", STEP),
        Items::by("commands", &["name"]),
        Items::by("scripts", &["name|displayName|task_name"]),
        Items::by("images", &["."]),
        Items::by("texts_used", &["expression"]),
        Items::by("repositories", &["repository"]),
        Items::by("resources.containers", &["container"]),
        Items::one("container.options"),
        Items::by("templates", &["path", "repository"]),
        Items::by("connections", &["input", "name"]),
        Items::by("variables_set", &["name"]),
    ],
    kinds: Kinds::Closed(&["pipeline", "job"]),
    offers: crate::dialect::offers::azure_pipelines::OFFERS,
};

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::azure_pipelines";

/// The lists of a pipeline, which templates may hold too.
const SECTIONS: &[&str] = &["steps", "jobs", "stages", "variables"];

/// Keys of a pipeline or of a template of one, beside its lists.
const BESIDE: &[&str] = &[
    "appendCommitMessageToRunName",
    "cancelTimeoutInMinutes",
    "container",
    "continueOnError",
    "extends",
    "lockBehavior",
    "name",
    "parameters",
    "pool",
    "pr",
    "resources",
    "schedules",
    "services",
    "strategy",
    "timeoutInMinutes",
    "trigger",
    "workspace",
];

/// Keys that no template has: whoever has one is run.
const OF_PIPELINES: &[&str] = &["trigger", "pr", "schedules", "resources", "pool", "name", "extends", "lockBehavior"];

/// What steps, and what jobs and stages begin with.
const STEPS: &[&str] = &[
    "task",
    "script",
    "bash",
    "pwsh",
    "powershell",
    "checkout",
    "download",
    "downloadBuild",
    "getPackage",
    "publish",
    "template",
    "reviewApp",
];
const PARTS: &[&str] = &["job", "deployment", "stage", "template"];

/// Inputs and keys whose text is run: in lower case.
const SCRIPTS: &[&str] =
    &["arguments", "bash", "commands", "inline", "inlinescript", "powershell", "pwsh", "script", "scriptarguments"];

fn is_script_key(key: &str) -> bool {
    SCRIPTS.contains(&&*key.to_ascii_lowercase())
}

fn is_yaml(path: &str) -> bool {
    has_extension(path, &[".yml", ".yaml"])
}

fn is_named(path: &str) -> bool {
    is_yaml(path) && file_name(path).to_ascii_lowercase().starts_with("azure-pipelines")
}

/// Whether a path says that a file belongs to pipelines.
fn is_among_pipelines(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["pipeline", "azuredevops", "azure-devops", ".vsts", ".ado/"].iter().any(|word| path.contains(word))
}

fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    if broken && is_named(&document.path) {
        return true;
    }
    let Some(root) = document.roots.first().filter(|_| document.roots.len() == 1) else { return false };
    let known = |key: &str| BESIDE.contains(&key) || SECTIONS.contains(&key) || branch::is_directive(key);
    if root.entries().is_empty() || !root.entries().iter().all(|entry| known(&entry.key.name)) {
        return false;
    }
    let has = |key: &str, words: &[&str]| root.get(key).is_some_and(|list| is_list_of(list, words));
    let extends = root.get("extends").is_some_and(|extends| extends.get("template").is_some());
    extends
        || has("steps", STEPS)
        || has("jobs", PARTS)
        || has("stages", PARTS)
        || root.get("variables").is_some_and(|variables| is_variables(root, variables, &document.path))
}

/// Whether items are maps with one of some keys, or directives.
fn is_list_of(list: &Node, words: &[&str]) -> bool {
    list.items().iter().any(|item| {
        words.iter().any(|word| item.get(word).is_some())
            || item.entries().first().is_some_and(|entry| branch::is_directive(&entry.key.name))
            || item.as_str().is_some_and(branch::is_directive)
    })
}

/// Whether a file is a template of variables, which has few marks of its own.
fn is_variables(root: &Node, variables: &Node, path: &str) -> bool {
    let alone = root.entries().iter().all(|entry| ["variables", "parameters"].contains(&&*entry.key.name));
    let listed = is_list_of(variables, &["group", "template"])
        || !variables.items().is_empty()
            && variables.items().iter().all(|item| item.get("name").is_some() && item.get("value").is_some());
    let plain = |node: &Node| !matches!(node.value, Value::List(_) | Value::Map(_));
    let mapped = !variables.entries().is_empty() && variables.entries().iter().all(|entry| plain(&entry.value));
    is_named(path) || alone && (listed || mapped && is_among_pipelines(path))
}

/// Whether a file is run, and not only used by others.
fn is_run(document: &Document, root: &Node) -> bool {
    is_named(&document.path) || OF_PIPELINES.iter().any(|key| root.get(key).is_some())
}

/// A file with its templates put in.
struct Expanded {
    root: Node,
    /// The files that were put in.
    reached: BTreeSet<FileId>,
    /// Where expressions begin that whoever starts the run may make any text of.
    chosen: BTreeSet<(FileId, u32)>,
    /// Whether a part is missing.
    is_cut: bool,
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let documents: Vec<(&Document, &Node)> =
        unit.documents.iter().filter_map(|document| Some((*document, document.roots.first()?))).collect();
    let share = Share::of(Share::RUN, documents.len(), Share::SCOPE);
    let expand = |(_, root): (&Document, &Node), share: Share| {
        let expander = Expander::new(unit.corpus, share.for_input(root.span.len()));
        let root = expander.pipeline(root);
        let spent = expander.budget.spent();
        let made = Expanded {
            root,
            reached: expander.reached.into_inner(),
            chosen: expander.chosen.into_inner(),
            is_cut: expander.is_cut.get(),
        };
        (Some(made), spent)
    };
    // A template that others use is judged as they use it; what is used by none, or only by itself, is judged alone.
    let named = ties::targets(&documents);
    let (templates, mut begun): (Vec<_>, Vec<_>) = documents
        .iter()
        .copied()
        .partition(|(document, root)| named.contains(&*document.path) && !is_run(document, root));
    // What is written once is looked at first as a run has it.
    begun.sort_by_key(|(document, root)| !is_run(document, root));
    let mut done = unit.corpus.divided(begun.len(), Share::SCOPE, |at, share| match begun.get(at) {
        Some(begun) => expand(*begun, share),
        None => (None, Spent::default()),
    });
    let mut reached: BTreeSet<FileId> = done.iter().flatten().flat_map(|expanded| &expanded.reached).copied().collect();
    for template in templates {
        if !reached.contains(&template.0.file) {
            begun.push(template);
            let (expanded, _) = expand(template, share);
            reached.extend(expanded.iter().flat_map(|expanded| &expanded.reached));
            done.push(expanded);
        }
    }
    let mut found = Extraction::default();
    let mut written = Written::default();
    for ((document, root), expanded) in begun.iter().zip(done.iter_mut().flatten()) {
        // What the callers of a template pass to it is judged where they are.
        if !is_run(document, root) {
            expanded.chosen.clear();
        }
        list(document, expanded, &mut written, &mut found);
        if expanded.is_cut {
            let message = "the pipeline is too large: a part of it is not judged".to_owned();
            let problem = Problem::error(CODE, &*document.path, Some(root.span), message);
            found.problems.push(problem.help("split the pipeline, or let templates use fewer templates"));
        }
    }
    for (document, root) in documents {
        let mut body = root.clone();
        views::of_pipeline(&mut body, document.file, &written);
        let header = root.entries().first().map_or(root.span, |entry| entry.key.span);
        found.resources.push(Resource::of_file(document, "azure-pipelines/pipeline", body, header, Typing::Loose));
    }
    found.resources.sort_by_key(|resource| {
        (resource.span.file, resource.span.start, &*resource.kind != "azure-pipelines/pipeline")
    });
    found
}

/// Lists the jobs of an expanded file.
fn list(document: &Document, expanded: &Expanded, written: &mut Written, found: &mut Extraction) {
    let containers = Containers::of(&expanded.root);
    for job in jobs::of(&expanded.root) {
        let body = views::of_job(&job, &containers, &expanded.chosen);
        views::collect(written, &body);
        let mut resource = Resource::of_file(document, "azure-pipelines/job", body, job.header, Typing::Loose);
        resource.address = format!("{}#{}", document.path, job.name).into();
        resource.span = job.span;
        resource.identity.label = format!("#{}", job.name).into();
        resource.names = vec![job.name.as_str().into()];
        found.resources.push(resource);
    }
    views::declared(written, &containers);
}
