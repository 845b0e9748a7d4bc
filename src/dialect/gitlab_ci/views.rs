//! The views of jobs, and of all that is written in a file.

use std::collections::{BTreeMap, BTreeSet};

use super::configuration::Configuration;
use super::variables::{Variables, plain};
use super::{image, texts};
use crate::dialect::{given, lost, reread};
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::source::Span;
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled;

/// The scripts of a job, in the order in which they run.
const SCRIPTS: &[&str] = &["before_script", "script", LAST];

/// The script of which no failure fails the job. <https://docs.gitlab.com/ci/yaml/#after_script>
const LAST: &str = "after_script";

/// Adds the views of a job: `id`, `image_name`, `service_images`, `images`, `variables_effective`, `commands`, `includes` and
/// `workflow`.
pub(super) fn of_job(body: &mut Node, entry: &Entry, configuration: &Configuration) {
    if body.entries().is_empty() {
        return;
    }
    let variables = Variables::of_job(body, configuration);
    let image = body.get("image").and_then(name).map(|image| variables.expand(image));
    let services = body.get("services").map_or(&[][..], Node::items).iter().filter_map(name);
    let service_images = body.get("services").map(|list| {
        let names = services.clone().map(|service| variables.expand(service));
        Node::list(names.collect(), list.span)
    });
    let images = body.get("image").and_then(name).into_iter().chain(services);
    let images: Vec<Node> = images.filter_map(|image| image::view(image, &variables)).collect();
    let images = list(images, entry.key.span);
    let includes = body.at(&["trigger", "include"]).map(includes);
    let commands = is_posix(body).then(|| commands(body)).flatten();
    let views = [
        ("id", Some(Node::text(&*entry.key.name, entry.key.span))),
        ("image_name", image),
        ("service_images", service_images),
        ("images", Some(images)),
        ("commands", commands),
        ("includes", includes),
        ("variables_effective", Some(Node::map(variables.all(), entry.key.span))),
        ("workflow", workflow(configuration, entry)),
    ];
    for (name, view) in views {
        if let Some(view) = view {
            body.derive(name, view);
        }
    }
}

/// When pipelines run at all; unknown where a file from elsewhere may say so.
fn workflow(configuration: &Configuration, entry: &Entry) -> Option<Node> {
    let written = configuration.get("workflow").cloned();
    let because = "a file from elsewhere may say when the pipeline runs";
    written.or_else(|| configuration.foreign.then(|| Node::unresolved("workflow", because, entry.key.span)))
}

/// The name of an image, in the short or the long form.
fn name(image: &Node) -> Option<&Node> {
    match &image.value {
        Value::Map(_) => image.get("name"),
        Value::Null => None,
        _ => Some(image),
    }
}

/// The images and services of jobs, each place and value once.
pub(super) fn images<'a>(jobs: impl Iterator<Item = &'a Node>) -> Vec<Node> {
    let mut seen = BTreeSet::new();
    let mut places = BTreeSet::new();
    let mut images = Vec::new();
    for job in jobs {
        // What only templates have is not the only one of its place, once a job has it.
        let template = job.get("id").and_then(Node::as_str).is_some_and(|id| id.starts_with('.'));
        for image in job.get("images").map_or(&[][..], Node::items) {
            let place = (image.span.file, image.span.start);
            let text = |part: &Node| {
                let open = part.as_unresolved().map(|open| &*open.expression);
                part.as_str().or(open).unwrap_or("").to_owned()
            };
            let value = (text(image), ["name", "tag", "digest"].map(|part| image.get(part).map(text)));
            if (!template || !places.contains(&place)) && seen.insert((place, value)) {
                images.push((template, place, image.clone()));
            }
            if !template {
                places.insert(place);
            }
        }
    }
    images.sort_by_key(|(_, place, _)| *place);
    images.into_iter().map(|(_, _, image)| image).collect()
}

/// Adds the views of a file: `images`, `commands`, `texts_used`, `variables_set` and `includes`.
pub(super) fn of_pipeline(body: &mut Node, images: &[Node], jobs: &[&(Entry, Node)]) {
    let file = body.span.file;
    let here = |node: &&Node| node.span.file == file;
    let images = images.iter().filter(here).cloned().collect();
    let included = body.get("include").map(includes);
    let (written, set) = (written(body, jobs), set(body));
    let top = body.span;
    body.derive("images", list(images, top));
    body.derive("texts_used", list(reread::uses(&written, &set, &texts::DECIDERS), top));
    body.derive("commands", list(written, top));
    body.derive("variables_set", list(set, top));
    if let Some(included) = included {
        body.derive("includes", included);
    }
}

/// A list that stands where its items do.
fn list(items: Vec<Node>, otherwise: Span) -> Node {
    let span = items.iter().map(|item| item.span).reduce(Span::to).unwrap_or(otherwise);
    Node::list(items, span)
}

/// The commands that are written in a file, each once: aliases lead to where they stand.
fn written(root: &Node, jobs: &[&(Entry, Node)]) -> Vec<Node> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut add = |block: &Node, set: &[Entry], at: Span| {
        let commands = commands(block).map(|commands| given::with(&commands, given::named(set), at));
        for command in commands.iter().flat_map(Node::items) {
            let span = command.span;
            if command.as_unresolved().is_none() && seen.insert((span.file, span.start, span.end)) {
                found.push(command.clone());
            }
        }
    };
    let bodies: BTreeMap<&str, &Node> = jobs.iter().map(|(job, body)| (&*job.key.name, body)).collect();
    let global = root.get("variables").map_or(&[][..], Node::entries);
    add(root, global, root.span);
    for entry in root.entries() {
        let body = bodies.get(&*entry.key.name);
        if body.is_none_or(|body| is_posix(body)) {
            let effective = body.and_then(|body| body.get("variables_effective")).map(Node::entries);
            let own = || entry.value.get("variables").map_or(&[][..], Node::entries);
            let set = effective.map_or_else(|| [global, own()].concat(), <[Entry]>::to_vec);
            add(&entry.value, &set, entry.key.span);
        }
    }
    found
}

/// The commands of the scripts of a job.
fn commands(job: &Node) -> Option<Node> {
    let mut found = Vec::new();
    let mut place: Option<Span> = None;
    for (key, script) in SCRIPTS.iter().filter_map(|key| Some((*key, job.get(key)?))) {
        place = Some(place.map_or(script.span, |place| place.to(script.span)));
        let before = found.len();
        lines(script, 0, &mut found);
        if key == LAST {
            let after = Node::list(found.split_off(before), script.span);
            found.extend(lost::ignored_where(&after, |command| command.as_map().is_some()).items().iter().cloned());
        }
    }
    place.map(|place| Node::list(found, place))
}

/// A line, or lists of lines, which GitLab flattens. As deep as the syntax allows.
fn lines(script: &Node, depth: usize, found: &mut Vec<Node>) {
    match &script.value {
        Value::Str(text) => {
            found.extend(shell::commands(text, script.span, Shell::Posix).items().iter().cloned());
        }
        Value::List(items) if depth < MAX_DEPTH => items.iter().for_each(|item| lines(item, depth + 1, found)),
        Value::Unresolved(_) => found.push(script.clone()),
        _ => {}
    }
}

/// Whether a POSIX shell runs the scripts, as far as the tags of the runner and the image tell.
fn is_posix(job: &Node) -> bool {
    let windows = |node: &Node| {
        let text = node.as_str().unwrap_or("").to_ascii_lowercase();
        ["windows", "powershell", "pwsh", "nanoserver", "servercore"].iter().any(|word| text.contains(word))
    };
    let tags = job.get("tags").map_or(&[][..], Node::items);
    !tags.iter().any(windows) && !job.get("image").and_then(name).is_some_and(windows)
}

/// The variables that a file sets, wherever: each a map of `name` and `value`.
fn set(root: &Node) -> Vec<Node> {
    let mut places = vec![root.get("variables")];
    for block in std::iter::once(root).chain(root.entries().iter().map(|entry| &entry.value)) {
        places.push(block.get("variables").filter(|_| !std::ptr::eq(block, root)));
        let rules = block.get("rules").map_or(&[][..], Node::items);
        places.extend(rules.iter().map(|rule| rule.get("variables")));
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for entry in places.into_iter().flatten().flat_map(Node::entries).map(plain) {
        let origin = entry.value.steps().last().map_or(entry.value.span, |step| step.span);
        if seen.insert((origin.file, origin.start, origin.end)) {
            let name = Node::text(&*entry.key.name, entry.key.span);
            let parts = vec![Entry::new("name", entry.key.span, name), value(&entry)];
            found.push(Node::map(parts, entry.span()));
        }
    }
    found
}

/// What a variable holds; unresolved where it refers to others.
fn value(entry: &Entry) -> Entry {
    let refers = entry.value.as_str().is_some_and(|text| text.contains('$') && !text.contains("$$"));
    let because = "it is made of other variables";
    let open = |text: &str| Node::unresolved(text, because, entry.value.span);
    let value = if refers { open(entry.value.as_str().unwrap_or("")) } else { entry.value.clone() };
    Entry::new("value", entry.value.span, value)
}

/// What `include` names: each a map with `kind` (`local`, `remote`, `project`, `component`, `template`), and `version` where
/// a component has one.
fn includes(include: &Node) -> Node {
    let items = match &include.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![include],
    };
    list(items.into_iter().filter_map(included).collect(), include.span)
}

fn included(item: &Node) -> Option<Node> {
    const KINDS: &[&str] = &["local", "remote", "project", "component", "template"];
    let written = match (&item.value, item.as_str()) {
        (_, Some(address)) => {
            let kind = if address.contains("://") { "remote" } else { "local" };
            Node::map(vec![Entry::new(kind, item.span, item.clone())], item.span)
        }
        (Value::Map(_), _) => item.clone(),
        _ => return None,
    };
    let kind = KINDS.iter().find(|kind| written.get(kind).is_some())?;
    let mut entries = written.entries().to_vec();
    entries.push(Entry::new("kind", item.span, Node::text(*kind, item.span)));
    if let Some(Node { value: Value::Str(text), span, .. }) = written.get("component")
        && let Some(at) = text.as_str().rfind('@')
    {
        let version = spelled::node(spelled::part(text, at + 1, text.as_str().len()), *span);
        entries.push(Entry::new("version", version.span, version));
    }
    Some(Node::map(entries, item.span))
}
