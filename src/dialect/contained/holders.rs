//! Which resources hold files, and where.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::manifests;
use crate::dialect::machines;
use crate::document::{Entry, Node, Value};
use crate::fact::{command, encoded, first_start};
use crate::kernel::holes;
use crate::syntax::shell::{self, Shell};
use crate::syntax::yaml;

/// A file that stands in a resource: where it is written to, and its text.
pub(super) struct Held<'r> {
    pub path: Cow<'r, str>,
    pub text: Cow<'r, Node>,
    pub form: Form,
}

/// How the text of a file is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// In base 64.
    Encoded,
    /// In another way, which is not undone.
    Packed,
}

/// Where resources of some kinds hold files.
pub(super) struct Holder {
    pub kinds: &'static [&'static str],
    pub files: fn(&Node) -> Vec<Held<'_>>,
}

impl Holder {
    /// Where resources of a kind hold files.
    pub fn of(kind: &str) -> Option<&'static Holder> {
        let is = |known: &&str| match known.strip_suffix('*') {
            Some(dialect) => kind.starts_with(dialect),
            None => *known == kind,
        };
        HOLDERS.iter().find(|holder| holder.kinds.iter().any(is))
    }
}

#[rustfmt::skip] // One line each, so that additions do not meet.
const HOLDERS: &[Holder] = &[
    Holder { kinds: &["kubernetes/ConfigMap"], files: |body| named(body.get("data"), body.get("binaryData")) },
    Holder { kinds: &["kubernetes/Secret"], files: |body| named(body.get("stringData"), body.get("data")) },
    Holder { kinds: &["ansible/task"], files: of_task },
    Holder { kinds: &["server/cloud-init"], files: written },
    Holder { kinds: &["server/butane"], files: of_butane },
    Holder { kinds: &["compose/project"], files: mounted },
    Holder { kinds: &["compose/service"], files: of_service },
    Holder { kinds: WORKLOADS, files: of_pod },
    Holder { kinds: &["shell/script"], files: of_script },
    Holder { kinds: &["dockerfile/image"], files: of_image },
    Holder { kinds: PIPELINES, files: of_pipeline },
    Holder { kinds: &["terraform/local_file"], files: local },
    Holder { kinds: machines::SERVERS, files: of_machine },
    Holder { kinds: machines::PARTS, files: of_parts },
    Holder { kinds: machines::AZURE_SERVERS, files: of_machine },
    Holder { kinds: machines::GOOGLE_SERVERS, files: of_machine },
    Holder { kinds: machines::STACK_SERVERS, files: of_stack },
    Holder { kinds: &["cloudformation/AWS::AutoScaling::AutoScalingGroup"], files: of_stack },
    Holder { kinds: machines::ARM_SERVERS, files: of_machine },
];

/// What runs scripts on a machine that is gone afterwards; `/*` stands for all of a dialect.
const PIPELINES: &[&str] = &[
    "azure-pipelines/pipeline",
    "bitbucket-pipelines/pipeline",
    "circleci/config",
    "github-actions/action",
    "github-actions/job",
    "gitlab-ci/job",
    "jenkins/pipeline",
    "kubernetes/Pipeline",
    "kubernetes/Task",
    "tasks/*",
];

/// Objects of Kubernetes that run containers.
const WORKLOADS: &[&str] = &[
    "kubernetes/CronJob",
    "kubernetes/DaemonSet",
    "kubernetes/Deployment",
    "kubernetes/DeploymentConfig",
    "kubernetes/Job",
    "kubernetes/Pod",
    "kubernetes/PodTemplate",
    "kubernetes/ReplicaSet",
    "kubernetes/ReplicationController",
    "kubernetes/Rollout",
    "kubernetes/StatefulSet",
];

/// A file for each key of a map of texts, and of one of texts in base 64.
fn named<'r>(texts: Option<&'r Node>, encoded: Option<&'r Node>) -> Vec<Held<'r>> {
    let entries = |data: Option<&'r Node>| data.map_or(&[][..], Node::entries).iter().filter(|entry| !entry.derived);
    let held =
        |entry: &'r Entry, form| Held { path: Cow::Borrowed(&entry.key.name), text: Cow::Borrowed(&entry.value), form };
    let texts = entries(texts).map(|entry| held(entry, Form::Plain));
    texts.chain(entries(encoded).map(|entry| held(entry, Form::Encoded))).collect()
}

/// A file whose path and content are told beside each other.
fn pair<'r>(node: Option<&'r Node>, path: &str) -> Option<Held<'r>> {
    let node = node?;
    let (path, text) = (node.get(path)?.as_str()?, node.get("content")?);
    Some(Held { path: Cow::Borrowed(path), text: Cow::Borrowed(text), form: form(node) })
}

/// How the text of a file is written, as what stands beside it says.
fn form(file: &Node) -> Form {
    match file.get("encoding").and_then(Node::as_str) {
        None | Some("plain" | "text/plain") => Form::Plain,
        Some("b64" | "base64") => Form::Encoded,
        Some(_) => Form::Packed,
    }
}

/// What a task writes, and what it makes of a template.
fn of_task(task: &Node) -> Vec<Held<'_>> {
    let written = pair(task.get("args"), "dest").into_iter().chain(pair(task.get("rendered"), "path"));
    written.chain(of_script(task)).collect()
}

/// The files that a script writes.
fn of_script(script: &Node) -> Vec<Held<'_>> {
    let files = script.get("files").map_or(&[][..], Node::items).iter();
    files.filter_map(|file| pair(Some(file), "path")).filter(|held| !is_granted(held)).collect()
}

/// What the scripts of a pipeline hand to a cluster, wherever they stand in it; files that they write are gone with their machine.
fn of_pipeline(body: &Node) -> Vec<Held<'_>> {
    let mut found: Vec<Held<'_>> = Vec::new();
    let mut seen = FxHashSet::default();
    let mut left = vec![body];
    while let Some(node) = left.pop() {
        match &node.value {
            Value::Str(text) if may_hand_over(text.as_str()) => {
                let handed = by_script(node).into_iter().filter(manifests::is_one);
                // Views have scripts once more.
                found.extend(handed.filter(|held| seen.insert((held.text.span.file, held.text.span.start))));
            }
            Value::List(items) => left.extend(items.iter()),
            Value::Map(map) => {
                let entries = map.entries.iter().filter(|entry| &*entry.key.name != "commands" || !entry.derived);
                left.extend(entries.map(|entry| &entry.value));
            }
            _ => {}
        }
    }
    found.sort_by_key(|held| held.text.span.start);
    found
}

/// Whether a script may hand lines to a cluster: few do.
fn may_hand_over(script: &str) -> bool {
    script.contains("<<") && (script.contains("kubectl") || script.contains("oc "))
}

/// Whether it is the one line of a right that a command prints into a file for it: rules about commands tell of that.
fn is_granted(held: &Held<'_>) -> bool {
    held.path.contains("sudoers") && held.text.as_str().is_some_and(|text| !text.contains('\n'))
}

/// The files that the instructions of the last stage write, and of those that it is built from. Who may become root in a container
/// has no more of the host.
fn of_image(image: &Node) -> Vec<Held<'_>> {
    let instructions = ["run", "copy", "add"].into_iter().filter_map(|keyword| image.get("final_stage")?.get(keyword));
    let held = instructions.flat_map(Node::items).flat_map(of_script);
    held.filter(|held| !held.path.contains("sudoers")).collect()
}

/// The files that cloud-init writes.
fn written(root: &Node) -> Vec<Held<'_>> {
    let files = root.get("write_files").map_or(&[][..], Node::items).iter();
    files.filter_map(|file| pair(Some(file), "path")).collect()
}

/// The files and units that Butane writes for a machine.
fn of_butane(root: &Node) -> Vec<Held<'_>> {
    let items = |path: &[&str]| root.at(path).map_or(&[][..], Node::items).iter();
    let files = items(&["storage", "files"])
        .filter_map(|file| Some(plain(file.get("path")?.as_str()?, file.at(&["contents", "inline"])?)));
    let units =
        items(&["systemd", "units"]).filter_map(|unit| Some(plain(unit.get("name")?.as_str()?, unit.get("contents")?)));
    files.chain(units).collect()
}

/// The configurations of a Compose project, each where the first service has it.
fn mounted(project: &Node) -> Vec<Held<'_>> {
    let services = project.get("services").map_or(&[][..], Node::entries);
    let mut targets: FxHashMap<&str, Option<&str>> = FxHashMap::default();
    for using in services.iter().filter_map(|service| service.value.get("configs")).flat_map(Node::items) {
        if let Some(name) = using.get("source").unwrap_or(using).as_str() {
            targets.entry(name).or_insert_with(|| using.get("target").and_then(Node::as_str));
        }
    }
    let configs = project.get("configs").map_or(&[][..], Node::entries).iter();
    configs
        .filter_map(|config| {
            let (text, name) = (config.value.get("content")?, &*config.key.name);
            let path = targets.get(name).copied().flatten().unwrap_or(name);
            Some(plain(path, text))
        })
        .collect()
}

/// The configurations that the image of a service takes out of a variable, and what its command writes.
fn of_service(service: &Node) -> Vec<Held<'_>> {
    const VARIABLES: &[(&str, &str)] = &[("GITLAB_OMNIBUS_CONFIG", "gitlab.rb")];
    let variables = service.get("environment_map");
    let held = |&(name, path)| Some(plain(path, variables?.get(name)?));
    VARIABLES.iter().filter_map(held).chain(by_container(service, command::COMPOSE)).collect()
}

/// What the containers of a pod write before their program runs.
fn of_pod(object: &Node) -> Vec<Held<'_>> {
    let containers = object.get("containers").map_or(&[][..], Node::items).iter();
    containers.flat_map(|container| by_container(container, command::KUBERNETES)).collect()
}

/// The files that the script of a container writes.
fn by_container(container: &Node, keys: &[&str]) -> Vec<Held<'static>> {
    let Some(words) = command::started_by(container, keys) else { return Vec::new() };
    let line = match &words.value {
        Value::Str(line) => Some(shell::commands(line, words.span, Shell::Posix)),
        _ => None,
    };
    let commands = line.as_ref().map_or(&[][..], Node::items).iter().filter_map(|command| command.get("argv"));
    let scripts = commands.chain([&words]).filter_map(|argv| shell::script_of(argv.items()));
    scripts.flat_map(by_script).filter(|held| !held.path.contains("sudoers")).collect()
}

/// A file whose text stands there as it is.
fn plain<'r>(path: &'r str, text: &'r Node) -> Held<'r> {
    Held { path: Cow::Borrowed(path), text: Cow::Borrowed(text), form: Form::Plain }
}

/// The file that Terraform writes itself.
fn local(file: &Node) -> Vec<Held<'_>> {
    pair(Some(file), "filename").into_iter().collect()
}

/// What the first start of a machine writes.
fn of_machine(machine: &Node) -> Vec<Held<'_>> {
    let mut found = Vec::new();
    first_start::handed_over(machine, &mut |data| found.extend(by_script(&data.value)));
    found
}

/// The same of what it is put together from.
fn of_parts(config: &Node) -> Vec<Held<'_>> {
    let parts = config.get("part").map_or(&[][..], Node::items).iter();
    parts.filter_map(|part| part.get("content")).flat_map(by_script).collect()
}

/// What the first start of a machine of a stack writes, and what `cfn-init` does.
fn of_stack(machine: &Node) -> Vec<Held<'_>> {
    let metadata = machine.get("@attributes").and_then(|attributes| attributes.get("Metadata"));
    let init = metadata.and_then(|metadata| metadata.get("AWS::CloudFormation::Init"));
    let configs = init.map_or(&[][..], Node::entries).iter();
    let files = configs.filter_map(|config| config.value.get("files")).flat_map(Node::entries);
    let held = files.filter_map(|file| {
        let text = Cow::Borrowed(file.value.get("content")?);
        Some(Held { path: Cow::Borrowed(&*file.key.name), text, form: form(&file.value) })
    });
    held.chain(of_machine(machine)).collect()
}

/// The files of a script, or of a configuration of cloud-init; what is not known of it stands open in them.
fn by_script(data: &Node) -> Vec<Held<'static>> {
    let open = data.as_unresolved();
    let partial = open.and_then(|open| open.partial.as_deref()).filter(|partial| !partial.is_blank());
    let decoded = match partial {
        Some(partial) => Node::text(partial.filled(&holes::mark(0)), data.span),
        None => encoded::decoded(data),
    };
    let Value::Str(text) = &decoded.value else { return Vec::new() };
    let files = if first_start::is_cloud_config(text.as_str()) {
        let roots = yaml::parse_embedded(text, data.span).unwrap_or_default();
        roots.iter().filter_map(|root| root.get("write_files")).flat_map(Node::items).cloned().collect()
    } else {
        let (_, files) = shell::commands_and_files(text, data.span, Shell::Posix);
        files.map_or_else(Vec::new, |files| files.items().to_vec())
    };
    let filling: Vec<Node> = partial.map(|_| data.clone()).into_iter().collect();
    let files = files.iter().map(|file| holes::opened(file, &filling));
    let owned = |held: Held<'_>| Held {
        path: Cow::Owned(held.path.into_owned()),
        text: Cow::Owned(held.text.into_owned()),
        form: held.form,
    };
    let held = files.filter_map(|file| pair(Some(&file), "path").map(owned));
    held.filter(|held| !is_granted(held)).collect()
}
