//! The views of jobs, and of all that is written in a file.

use super::expand::Job;
use super::parameters::hidden;
use crate::dialect::given;
use crate::dialect::reread::{self, Deciders};
use crate::dialect::written::{Written, list, variable};
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::source::FileId;
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled;

/// Variables of the service, by who decides what they hold.
/// <https://circleci.com/docs/reference/variables/#built-in-environment-variables>
const DECIDERS: Deciders = Deciders {
    outsiders: &["CIRCLE_PR_REPONAME", "CIRCLE_PR_USERNAME", "CIRCLE_USERNAME"],
    writers: &["CIRCLE_BRANCH", "CIRCLE_TAG"],
};

/// The body of a job with its views: `id`, `containers`, `images`, `machine_image`, `runner`,
/// `environment_effective`, `contexts` and `steps_run`.
pub(super) fn of_job(job: &Job<'_>) -> Node {
    let mut body = job.body.clone();
    let header = job.header;
    let containers = job.executor.get("docker").cloned().unwrap_or_else(|| Node::list(Vec::new(), header));
    let images = containers.items().iter().filter_map(|container| container.get("image")).cloned().collect();
    let environment = job.executor.get("environment").cloned().unwrap_or_else(|| Node::map(Vec::new(), header));
    let steps = job.steps.iter().map(|step| of_step(step, job)).collect();
    let contexts: Vec<Node> = job.contexts.iter().map(|context| (*context).clone()).collect();
    let views = [
        ("id", Some(Node::text(job.name.as_str(), header))),
        ("images", Some(list(images, header))),
        ("containers", Some(containers)),
        ("machine_image", machine_image(&job.executor)),
        ("runner", machine_image(&job.executor).and_then(|image| runner(&image))),
        ("environment_effective", Some(environment)),
        ("contexts", Some(list(contexts, header))),
        ("steps_run", Some(list(steps, header))),
    ];
    for (name, view) in views {
        if let Some(view) = view {
            body.derive(name, view);
        }
    }
    body
}

/// The image of a machine or of macOS.
fn machine_image(executor: &Node) -> Option<Node> {
    let machine = executor.get("machine")?;
    machine.get("image").or_else(|| Some(machine).filter(|machine| machine.as_str().is_some())).cloned()
}

/// The system of a machine as others call it: `ubuntu-20.04` of `ubuntu-2004:202010-01`.
fn runner(image: &Node) -> Option<Node> {
    let text = image.as_str()?;
    let digits = text.strip_prefix("ubuntu-")?.split(':').next()?;
    let (year, month) = digits.split_at_checked(2).filter(|_| digits.len() == 4)?;
    let name = digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| format!("ubuntu-{year}.{month}"))?;
    Some(Node { value: Node::text(name, image.span).value, ..image.clone() })
}

/// A step with `shell`, `commands` and, added to what is pasted into it, the variables that it has run once more.
fn of_step(step: &Node, job: &Job<'_>) -> Node {
    let mut step = step.clone();
    let Some(Node { value: Value::Str(text), span, .. }) = step.get("command").cloned() else { return step };
    let written = step.get("shell").or_else(|| job.executor.get("shell")).and_then(Node::as_str);
    let shell = match written.map(str::to_ascii_lowercase) {
        Some(shell) if ["powershell", "pwsh", "cmd"].iter().any(|word| shell.contains(word)) => Some(Shell::Windows),
        Some(shell) if shell::SHELLS.iter().any(|name| is_called(&shell, name)) => Some(Shell::Posix),
        Some(_) => None,
        None if is_windows(job) => Some(Shell::Windows),
        None => Some(Shell::Posix),
    };
    let commands =
        shell.map_or_else(|| Node::list(Vec::new(), span), |shell| shell::commands(&hidden(&text), span, shell));
    let environment = job.executor.get("environment").map_or(&[][..], Node::entries).iter().map(variable);
    let set: Vec<Node> = environment.collect();
    let mut texts = step.get("texts_used").map_or(&[][..], Node::items).to_vec();
    texts.extend(reread::uses(commands.items(), &set, &DECIDERS));
    step.derive("scripts", Node::list(vec![Node::new(Value::Str(text), span)], span));
    step.derive("commands", commands);
    step.derive("texts_used", Node::list(texts, span));
    step
}

/// Whether the words of a shell start a program.
fn is_called(shell: &str, name: &str) -> bool {
    shell.split_whitespace().any(|word| shell::base_name(word) == name)
}

fn is_windows(job: &Job<'_>) -> bool {
    let says = |node: &Node| node.as_str().is_some_and(|text| text.to_ascii_lowercase().contains("windows"));
    let executor = job.body.get("executor");
    let named = executor.and_then(|executor| executor.get("name").or(Some(executor))).and_then(Node::as_str);
    named.is_some_and(|name| name.starts_with("win/") || name.to_ascii_lowercase().contains("windows"))
        || job.executor.get("resource_class").is_some_and(says)
        || machine_image(&job.executor).as_ref().is_some_and(says)
}

/// A step whose commands are given the variables of the job and its own.
fn in_environment(step: &Node, job: &Node) -> Node {
    let set = [job, step].into_iter().filter_map(|of| of.get("environment")).flat_map(Node::entries);
    let set: Vec<Entry> = set.cloned().collect();
    let (Some(commands), false) = (step.get("commands"), set.is_empty()) else { return step.clone() };
    let commands = given::with(commands, given::named(&set), commands.span);
    let mut step = step.clone();
    if let Value::Map(map) = &mut step.value {
        for entry in &mut std::sync::Arc::make_mut(map).entries {
            if &*entry.key.name == "commands" {
                entry.value = commands.clone();
            }
        }
    }
    step
}

/// Takes the scripts and images of a job.
pub(super) fn collect(written: &mut Written, job: &Node) {
    for step in job.get("steps_run").map_or(&[][..], Node::items) {
        written.script(&in_environment(step, job), &["name", "shell"], false);
    }
    for image in job.get("images").map_or(&[][..], Node::items) {
        written.image(image);
    }
}

/// Adds the views of a file: `scripts`, `images`, `variables_set` and `orbs_used`.
pub(super) fn of_config(body: &mut Node, file: FileId, written: &Written) {
    let top = body.span;
    let mut variables = Vec::new();
    set(body, 0, &mut variables);
    let orbs = body.get("orbs").map_or(&[][..], Node::entries).iter().filter_map(orb).collect();
    for (name, items) in [
        ("scripts", written.scripts_in(file)),
        ("images", written.images_in(file)),
        ("variables_set", variables),
        ("orbs_used", orbs),
    ] {
        body.derive(name, list(items, top));
    }
}

/// An orb: `name`, `source`, and `version` where one is written; none for one that is written in the file itself.
fn orb(entry: &Entry) -> Option<Node> {
    let Value::Str(text) = &entry.value.value else { return None };
    let span = entry.value.span;
    let whole = text.as_str();
    let at = whole.find('@');
    let end = at.unwrap_or(whole.len());
    let source = spelled::node(spelled::part(text, 0, end), span);
    let mut entries = vec![
        Entry::new("name", entry.key.span, Node::text(&*entry.key.name, entry.key.span)),
        Entry::new("source", source.span, source),
    ];
    if let Some(at) = at {
        let version = spelled::node(spelled::part(text, at + 1, whole.len()), span);
        entries.push(Entry::new("version", version.span, version));
    }
    Some(Node::map(entries, entry.span()))
}

/// The variables that are set anywhere in a file: each a map of `name` and `value`.
fn set(node: &Node, depth: usize, found: &mut Vec<Node>) {
    if depth > MAX_DEPTH {
        return;
    }
    for item in node.items() {
        set(item, depth + 1, found);
    }
    for entry in node.entries().iter().filter(|entry| !entry.derived) {
        if &*entry.key.name == "environment" {
            found.extend(entry.value.entries().iter().map(variable));
        }
        set(&entry.value, depth + 1, found);
    }
}
