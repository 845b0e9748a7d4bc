//! Files that are written as texts of other files: what a `ConfigMap` holds under the name of a file, what a play or cloud-init
//! writes to a path. Each is what a file of that name would be, with its places in the file that it is a text of.
//!
//! It has the scope to itself, and is deployed by what deploys its owner. A text that came from a file which is judged by itself
//! is left to that. Where the text is not all known, that is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Corpus, Dialect, Extraction, Inputs, Resource, Unit, file_name, is_aside};
use crate::document::{Document, Entry, Node, Problem, Step, Text, Value};
use crate::kernel::holes;
use crate::source::Workspace;
use crate::syntax;

/// The dialects of configurations: what programs of hosts and containers are set up with.
const HELD: &[&Dialect] = &[
    &super::alertmanager::ALERTMANAGER,
    &super::mysql::MYSQL,
    &super::nginx::NGINX,
    &super::postgres::POSTGRES,
    &super::prometheus::PROMETHEUS,
    &super::redis::REDIS,
    &super::server::SERVER,
    &super::sshd::SSHD,
    &super::sudo::SUDO,
    &super::systemd::SYSTEMD,
];

/// Most files of a resource that are looked at.
const MOST: usize = 1_000;

/// A file that stands in a resource: where it is written to, and its text.
struct Held<'r> {
    path: &'r str,
    text: &'r Node,
}

/// Where resources of some kinds hold files.
struct Holder {
    kinds: &'static [&'static str],
    files: fn(&Node) -> Vec<Held<'_>>,
    /// The kinds of files that rules see in these resources themselves.
    seen: &'static [&'static str],
}

/// What rules about tasks say of the files that these write.
const SEEN_IN_TASKS: &[&str] = &["postgres/hba", "sshd/config", "sudo/policy"];

#[rustfmt::skip] // One line each, so that additions do not meet.
const HOLDERS: &[Holder] = &[
    Holder { kinds: &["kubernetes/ConfigMap"], files: |body| named(body.get("data")), seen: &[] },
    Holder { kinds: &["kubernetes/Secret"], files: |body| named(body.get("stringData")), seen: &[] },
    Holder { kinds: &["ansible/task"], files: |body| pair(body.get("args"), "dest").into_iter().collect(), seen: SEEN_IN_TASKS },
    Holder { kinds: &["server/cloud-init"], files: written, seen: &[] },
    Holder { kinds: &["compose/project"], files: mounted, seen: &[] },
];

/// The resources of the files that some resources hold.
pub fn of(resources: &[Resource], workspace: &Workspace, inputs: &Inputs) -> Extraction {
    let documents = BTreeMap::new();
    let corpus = Corpus::new(workspace, &documents, inputs);
    let mut found = Extraction::default();
    for owner in resources {
        let Some(holder) = HOLDERS.iter().find(|holder| holder.kinds.contains(&&*owner.kind)) else { continue };
        let mut all = Extraction::default();
        for held in (holder.files)(&owner.body).into_iter().take(MOST) {
            for dialect in HELD {
                add(dialect, owner, &held, &corpus, &mut all);
            }
        }
        all.resources.retain(|resource| !holder.seen.contains(&&*resource.kind));
        found.resources.append(&mut all.resources);
        found.problems.append(&mut all.problems);
    }
    found
}

/// A file for each key.
fn named(data: Option<&Node>) -> Vec<Held<'_>> {
    let entries = data.map_or(&[][..], Node::entries).iter();
    entries
        .filter(|entry| !entry.derived)
        .map(|Entry { key, value, .. }| Held { path: &key.name, text: value })
        .collect()
}

/// A file whose path and content are told beside each other.
fn pair<'r>(node: Option<&'r Node>, path: &str) -> Option<Held<'r>> {
    let node = node?;
    Some(Held { path: node.get(path)?.as_str()?, text: node.get("content")? })
}

/// The files that cloud-init writes, but for those whose text is packed.
fn written(root: &Node) -> Vec<Held<'_>> {
    let files = root.get("write_files").map_or(&[][..], Node::items).iter();
    files.filter(|file| file.get("encoding").is_none()).filter_map(|file| pair(Some(file), "path")).collect()
}

/// The configurations of a Compose project, each where the first service has it.
fn mounted(project: &Node) -> Vec<Held<'_>> {
    let services = project.get("services").map_or(&[][..], Node::entries);
    let uses: Vec<&Node> =
        services.iter().filter_map(|service| service.value.get("configs")).flat_map(Node::items).collect();
    let target = |name: &str| {
        let using = uses.iter().find(|one| one.get("source").unwrap_or(one).as_str() == Some(name))?;
        using.get("target").and_then(Node::as_str)
    };
    let configs = project.get("configs").map_or(&[][..], Node::entries).iter();
    configs
        .filter_map(|config| {
            let text = config.value.get("content")?;
            Some(Held { path: target(&config.key.name).unwrap_or(&config.key.name), text })
        })
        .collect()
}

/// Adds what a dialect makes of a file.
fn add(dialect: &Dialect, owner: &Resource, held: &Held<'_>, corpus: &Corpus<'_>, found: &mut Extraction) {
    let name = held.path.trim_start_matches('/');
    let here = corpus.workspace.path(owner.span.file);
    // What is set up in a test is told by where its file lies.
    let path = if is_aside(here) { format!("tests/{name}") } else { name.to_owned() };
    let Some(wanted) = (dialect.syntax)(&path) else { return };
    let Some((text, is_open)) = known(held.text) else { return };
    let is_no_candidate = text.as_str().trim().is_empty() || !(dialect.candidate)(&path, text.as_str());
    if is_no_candidate || is_judged_itself(dialect, owner, held, corpus.workspace) {
        return;
    }
    let syntax = syntax::named(syntax::fitting(wanted, text.as_str())).unwrap_or(&syntax::text::TEXT);
    let document = syntax::parse_within(syntax, &path, &text, held.text.span);
    if !(dialect.recognise)(&document) {
        return;
    }
    if is_open || document.is_broken() {
        found.problems.push(unjudged(owner, held, here, is_open));
        return;
    }
    let unit = Unit { documents: vec![&document], corpus };
    let extraction = (dialect.extract)(&unit);
    found.resources.extend(extraction.resources.into_iter().map(|resource| placed(resource, owner, &document, name)));
}

/// What is known of a text, and whether that is not all of it.
fn known(node: &Node) -> Option<(Text, bool)> {
    match &node.value {
        // What came from elsewhere stands there, and not at the place that it is used at.
        Value::Str(text) if node.steps().is_empty() => Some((text.clone(), false)),
        Value::Str(text) => Some((Text::opaque(text.shared()), false)),
        Value::Unresolved(open) => {
            let partial = open.partial.as_deref().filter(|partial| !partial.is_blank())?;
            Some((Text::opaque(partial.filled(&holes::mark(0))), true))
        }
        _ => None,
    }
}

/// Whether a text came from a file that its dialect reads: its way says so, or it does not stand in the owner and a file has its
/// name (a chart and an overlay take files in).
fn is_judged_itself(dialect: &Dialect, owner: &Resource, held: &Held<'_>, workspace: &Workspace) -> bool {
    let is_read = |path: &str| (dialect.syntax)(path).is_some();
    let is_from = |step: &Step| step.span.file != owner.span.file && is_read(workspace.path(step.span.file));
    let is_made = matches!(&held.text.value, Value::Str(text) if !text.is_traced());
    let name = file_name(held.path);
    let has_name = |path: &str| file_name(path) == name && is_read(path);
    held.text.steps().iter().any(is_from)
        || is_made && workspace.ids().any(|file| file != owner.span.file && has_name(workspace.path(file)))
}

/// What tells of a file that is not judged.
fn unjudged(owner: &Resource, held: &Held<'_>, here: &str, is_open: bool) -> Problem {
    let name = file_name(held.path);
    let message = if is_open {
        format!("`{name}` is not judged: parts of its text are not known")
    } else {
        format!("`{name}` is not judged: its text cannot be read as a file of that name")
    };
    let span = (held.text.span.file == owner.span.file).then_some(held.text.span);
    Problem::notice("dialect::contained", here, span, message)
        .help("keep it in a file of its own, which is judged by itself")
}

/// The resource in the place of its owner.
fn placed(resource: Resource, owner: &Resource, document: &Document, name: &str) -> Resource {
    let own = resource.address.strip_prefix(&*document.path).unwrap_or(&resource.address);
    let joint = if own.is_empty() || own.starts_with(['#', '[', '/', ':']) { "" } else { "#" };
    let address: Arc<str> = format!("{}/{name}{joint}{own}", owner.address).into();
    Resource {
        scope: format!("{}/{}/{name}", owner.deployment, owner.address).into(),
        address,
        deployment: Arc::clone(&owner.deployment),
        condition: resource.condition.clone().or_else(|| owner.condition.clone()),
        trail: resource.trail.clone().or_else(|| owner.trail.clone()),
        ..resource
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Extraction, kubernetes};
    use super::*;
    use crate::document::{PartialText, Unresolved};
    use crate::source::{FileId, Span};

    fn resource(kind: &str, path: &str, body: Node) -> Resource {
        let file = body.span.file;
        let roots = vec![body.clone()];
        let document = Document { file, path: path.into(), syntax: "yaml", roots, problems: Vec::new() };
        Resource::of_file(&document, kind, body, Span::new(file, 0, 0), super::super::Typing::Strict)
    }

    /// The first file of a workspace as a resource of a kind, and what it holds.
    fn held(kind: &str, files: &[(&str, &str)]) -> (Workspace, Extraction) {
        let workspace = Workspace::in_memory(files.iter().copied());
        let (path, _) = files[0];
        let id = workspace.find(path).unwrap();
        let yaml = syntax::named("yaml-1.1").unwrap();
        let document = syntax::parse(yaml, workspace.source(id).unwrap());
        let owners = match kind {
            "kubernetes" => kubernetes::objects(&document.roots[0], "cluster", &document.path),
            kind => vec![resource(kind, path, document.roots[0].clone())],
        };
        let found = of(&owners, &workspace, &Inputs::default());
        (workspace, found)
    }

    #[test]
    fn a_text_under_the_name_of_a_file_is_that_file() {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: redis, namespace: shop}\ndata:\n  note: protected-mode no\n  redis.conf: |\n    bind 0.0.0.0\n    protected-mode no\n";
        let (workspace, found) = held("kubernetes", &[("cm.yaml", map)]);
        let [redis] = &found.resources[..] else { panic!("{:?}", found.resources) };
        assert_eq!((&*redis.kind, &*redis.address), ("redis/config", "ConfigMap/shop/redis/redis.conf"));
        assert_eq!(&*redis.deployment, "cm.yaml");
        let source = workspace.source(FileId(0)).unwrap();
        let mode = redis.body.get("protected-mode").unwrap();
        assert_eq!((mode.as_str(), source.slice(mode.span)), (Some("no"), "no"));
        assert_eq!(source.position(mode.span.start).line, 8);
    }

    #[test]
    fn files_are_held_in_many_places() {
        for (kind, text, want) in [
            (
                "ansible/task",
                "args: {dest: /etc/systemd/system/web.service, content: \"[Service]\\nUser=root\\n\"}\n",
                "systemd/unit",
            ),
            ("ansible/task", "args: {dest: /etc/ssh/sshd_config.d/a.conf, content: \"PermitRootLogin yes\\n\"}\n", ""),
            ("ansible/task", "args: {dest: /tmp/a.txt, content: \"PermitRootLogin yes\\n\"}\n", ""),
            (
                "server/cloud-init",
                "write_files:\n  - path: /etc/redis/redis.conf\n    content: |\n      bind 0.0.0.0\n",
                "redis/config",
            ),
            (
                "server/cloud-init",
                "write_files:\n  - {path: /etc/redis/redis.conf, encoding: b64, content: YmluZA==}\n",
                "",
            ),
            (
                "compose/project",
                "services:\n  web: {image: a, configs: [{source: c, target: /etc/redis.conf}]}\nconfigs:\n  c:\n    content: |\n      bind 0.0.0.0\n",
                "redis/config",
            ),
            (
                "kubernetes",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  pg_hba.conf: |\n    host all all 0.0.0.0/0 trust\n",
                "postgres/hba",
            ),
            (
                "kubernetes",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  nginx.conf: |\n    events {}\n    http { server { listen 80; } }\n",
                "nginx/server",
            ),
            ("kubernetes", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  redis.conf: bind\n", ""),
        ] {
            let (_, found) = held(kind, &[("a.yaml", text)]);
            let kinds: Vec<&str> = found.resources.iter().map(|one| &*one.kind).collect();
            assert!(if want.is_empty() { kinds.is_empty() } else { kinds.contains(&want) }, "{text}: {kinds:?}");
        }
    }

    #[test]
    fn what_is_not_judged_is_told_and_what_is_judged_by_itself_is_not_judged_twice() {
        let text = "args: {dest: /etc/redis/redis.conf, content: \"bind 0.0.0.0\\n\"}\n";
        let (_, found) = held("ansible/task", &[("a.yaml", text)]);
        assert_eq!(found.resources.len(), 1);

        let files = [("a.yaml", text), ("b/redis.conf", "bind 0.0.0.0\n")];
        let workspace = Workspace::in_memory(files);
        let span = Span::new(workspace.find("a.yaml").unwrap(), 0, 4);
        let other = Span::new(workspace.find("b/redis.conf").unwrap(), 0, 4);
        let args = |content: Node| {
            let entries = vec![
                Entry::new("dest", span, Node::text("/etc/redis.conf", span)),
                Entry::new("content", span, content),
            ];
            let body = Node::map(vec![Entry::new("args", span, Node::map(entries, span))], span);
            of(&[resource("ansible/task", "a.yaml", body)], &workspace, &Inputs::default())
        };
        let taken = Node::text("bind 0.0.0.0\n", other).used_at(span, "the file");
        assert!(args(taken).resources.is_empty());

        let partial = Some(Box::new(PartialText::around("bind ", "\n")));
        let open = Unresolved { partial, ..Unresolved::default() };
        let found = args(Node::new(Value::Unresolved(Arc::new(open)), span));
        assert_eq!((found.resources.len(), found.problems.len()), (0, 1));
        assert!(found.problems[0].message.starts_with("`redis.conf` is not judged"), "{:?}", found.problems);
    }
}
