//! Files that are written as texts of other files: what a `ConfigMap` holds under the name of a file, what a play or cloud-init
//! writes to a path. Each is what a file of that name would be, with its places in the file that it is a text of. Templates of clouds
//! that a resource deploys are such files, too, and manifests that a script hands to a cluster.
//!
//! It has the scope to itself, and is deployed by what deploys its owner. A text that came from a file which is judged by itself
//! is left to that. Where the text is not all known, or is packed, that is told; of one that is one of several each is judged.

mod holders;
mod manifests;
mod templates;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use holders::{Form, Held, Holder};

use super::{Corpus, Dialect, Extraction, Identity, Inputs, Resource, Unit, file_name, is_aside};
use crate::document::{Document, Node, Problem, Text, Unresolved, Value};
use crate::fact::encoded;
use crate::kernel::budget::Share;
use crate::kernel::holes;
use crate::source::{FileId, Span, Workspace};
use crate::syntax;

/// The dialects of configurations: what programs of hosts and containers are set up with.
const PROGRAMS: &[&Dialect] = &[
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
    &super::time_sync::TIME_SYNC,
];

/// What else hosts are set up with.
const HOSTS: &[&Dialect] = &[&super::cron::CRON, &super::packet_filter::PACKET_FILTER];

/// The dialects whose files others may hold.
fn readers() -> impl Iterator<Item = &'static Dialect> {
    PROGRAMS.iter().chain(HOSTS).copied()
}

/// Most files of a resource that are looked at.
const MOST: usize = 1_000;

/// Whether resources of a kind hold files.
pub fn is_holder(kind: &str) -> bool {
    Holder::of(kind).is_some() || templates::is_deployer(kind)
}

/// What the objects of a manifest in a script are called by, behind what holds it.
const MANIFEST: &str = "manifest";

/// Whether a resource may be one of a file that another holds.
pub fn is_held(resource: &Resource) -> bool {
    let kind = &resource.kind;
    kind.split_once('/').is_some_and(|(name, _)| readers().any(|dialect| dialect.name == name))
        || templates::is_deployed(kind)
        || resource
            .address
            .split_once(MANIFEST)
            .is_some_and(|(owner, own)| owner.ends_with('/') && own.starts_with('#'))
}

/// Whether a dialect is one of configurations of programs.
pub fn is_of_programs(dialect: &Dialect) -> bool {
    PROGRAMS.iter().any(|known| known.name == dialect.name)
}

/// The resources of the files that some resources hold.
pub fn of(resources: &[Resource], workspace: &Workspace, inputs: &Inputs) -> Extraction {
    let documents = BTreeMap::new();
    let corpus = Corpus::new(workspace, &documents, inputs);
    let ground = Ground { corpus: &corpus, names: OnceCell::new() };
    let mut found = Extraction::default();
    let mut left = Share::RUN;
    for owner in resources {
        if let Some(template) =
            templates::of(owner).filter(|template| !ground.came_from(template.node, owner, template.dialect))
        {
            let placed = |resource: Resource| placed(resource, owner, &template.document, "template", None);
            found.resources.extend(template.resources(&corpus, &mut left).into_iter().map(placed));
        }
        let Some(holder) = Holder::of(&owner.kind) else { continue };
        let is_read = |held: &Held<'_>| readers().any(|dialect| (dialect.syntax)(&held.path).is_some());
        let files = (holder.files)(&owner.body).into_iter().filter(|held| manifests::is_one(held) || is_read(held));
        let files: Vec<Held<'_>> = files.collect();
        if files.len() > MOST {
            let path = workspace.path(owner.span.file);
            let message = format!("more than {MOST} files stand in one resource; the others are not judged");
            let problem = Problem::error("dialect::contained", path, Some(owner.header), message);
            found.problems.push(problem.help("split the resource"));
        }
        for held in files.into_iter().take(MOST) {
            if manifests::is_one(&held) {
                ground.add_manifest(owner, &held, &mut found);
            }
            for dialect in readers() {
                ground.add(dialect, owner, &held, &mut found);
            }
        }
    }
    found
}

/// What files are held against.
struct Ground<'a, 'c> {
    corpus: &'a Corpus<'c>,
    /// The files of the run by their names, gathered when first asked for.
    names: OnceCell<FxHashMap<&'a str, Vec<FileId>>>,
}

impl<'a> Ground<'a, '_> {
    /// Adds what a dialect makes of a file.
    fn add(&self, dialect: &Dialect, owner: &Resource, held: &Held<'_>, found: &mut Extraction) {
        let name = held.path.trim_start_matches('/');
        let here = self.corpus.workspace.path(owner.span.file);
        // What is set up in a test is told by where its file lies.
        let path = if is_aside(here) { format!("tests/{name}") } else { name.to_owned() };
        let Some(wanted) = (dialect.syntax)(&path) else { return };
        let (choices, condition) = match &held.text.value {
            Value::Unresolved(open) if !open.alternatives.is_empty() => (open.alternatives.as_slice(), Some(open)),
            _ => (std::slice::from_ref(&*held.text), None),
        };
        for choice in choices {
            let Some((text, span, is_open)) = known(choice, held.form) else {
                // Of a text of which nothing is known, its name alone may tell what it is.
                if !matches!(choice.value, Value::Null) && (dialect.candidate)(&path, "") {
                    let why = if held.form == Form::Plain { Unjudged::Open } else { Unjudged::Packed };
                    found.problems.push(unjudged(owner, held, here, why));
                }
                continue;
            };
            let is_no_candidate = text.as_str().trim().is_empty() || !(dialect.candidate)(&path, text.as_str());
            if is_no_candidate || self.is_judged_itself(dialect, owner, held) {
                continue;
            }
            let syntax = syntax::named(syntax::fitting(wanted, text.as_str())).unwrap_or(&syntax::text::TEXT);
            let document = syntax::parse_within(syntax, &path, &text, span);
            if !(dialect.recognise)(&document) {
                continue;
            }
            if is_open || document.is_broken() {
                let why = if is_open { Unjudged::PartlyOpen } else { Unjudged::Broken };
                found.problems.push(unjudged(owner, held, here, why));
                continue;
            }
            let unit = Unit { documents: vec![&document], corpus: self.corpus };
            let placed = |resource: Resource| placed(resource, owner, &document, name, condition);
            found.resources.extend((dialect.extract)(&unit).resources.into_iter().map(placed));
        }
    }

    /// Adds the objects of a manifest that a script hands to a cluster.
    fn add_manifest(&self, owner: &Resource, held: &Held<'_>, found: &mut Extraction) {
        let Some((document, objects)) = manifests::of(owner, held, self.corpus) else {
            let here = self.corpus.workspace.path(owner.span.file);
            let span = (held.text.span.file == owner.span.file).then_some(held.text.span);
            let message = "the manifest that `kubectl` is handed here is not judged: it cannot be read as YAML";
            let problem = Problem::notice("dialect::contained", here, span, message);
            found.problems.push(problem.help("keep it in a file of its own, which is judged by itself"));
            return;
        };
        found.resources.extend(objects.into_iter().map(|object| placed(object, owner, &document, MANIFEST, None)));
    }

    /// Whether a text in a resource came from another file that a dialect reads.
    fn came_from(&self, text: &Node, owner: &Resource, dialect: &Dialect) -> bool {
        let is_read = |file: FileId| (dialect.syntax)(self.corpus.workspace.path(file)).is_some();
        text.steps().iter().any(|step| step.span.file != owner.span.file && is_read(step.span.file))
    }

    /// Whether a text came from a file that its dialect reads: its way says so, or it does not stand in the owner and is that of a
    /// file of its name (a chart and an overlay take files in).
    fn is_judged_itself(&self, dialect: &Dialect, owner: &Resource, held: &Held<'_>) -> bool {
        let workspace = self.corpus.workspace;
        let is_read = |path: &str| (dialect.syntax)(path).is_some();
        if self.came_from(&held.text, owner, dialect) {
            return true;
        }
        let Value::Str(text) = &held.text.value else { return false };
        if text.is_traced() || !owner.kind.starts_with("kubernetes/") {
            return false;
        }
        let others = self.named(file_name(&held.path)).iter().filter(|file| **file != owner.span.file);
        let mut read = others.filter(|file| is_read(workspace.path(**file)));
        read.any(|file| workspace.seen(*file).is_some_and(|source| is_made_of(text.as_str(), source.text())))
    }

    /// The files of the run that are called so.
    fn named(&self, name: &str) -> &[FileId] {
        let workspace: &'a Workspace = self.corpus.workspace;
        let names = self.names.get_or_init(|| {
            let mut names: FxHashMap<&str, Vec<FileId>> = FxHashMap::default();
            for file in workspace.ids() {
                names.entry(file_name(workspace.path(file))).or_default().push(file);
            }
            names
        });
        names.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Whether a text is that of a file: all of its lines stand there, but for as many as a template fills in.
fn is_made_of(text: &str, file: &str) -> bool {
    let lines: FxHashSet<&str> = file.lines().map(str::trim).collect();
    let filled = lines.iter().filter(|line| line.contains("{{")).count();
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !lines.contains(line)).nth(filled).is_none()
}

/// What is known of a text, where it stands, and whether that is not all of it.
fn known(node: &Node, form: Form) -> Option<(Text, Span, bool)> {
    match &node.value {
        Value::Str(text) if form == Form::Encoded => {
            let decoded = encoded::decoded(node);
            let plain = decoded.as_str().filter(|plain| *plain != text.as_str())?;
            Some((Text::opaque(plain), node.span, false))
        }
        _ if form != Form::Plain => None,
        // What came from elsewhere stands there, and not at the place that it is used at.
        Value::Str(text) if node.steps().is_empty() => Some((text.clone(), node.span, false)),
        Value::Str(text) => Some((Text::opaque(text.shared()), node.span, false)),
        Value::Unresolved(open) => {
            let partial = open.partial.as_deref().filter(|partial| !partial.is_blank())?;
            Some((Text::opaque(partial.filled(&holes::mark(0))), node.span, true))
        }
        _ => None,
    }
}

/// Why a file is not judged.
#[derive(Clone, Copy)]
enum Unjudged {
    Open,
    PartlyOpen,
    Packed,
    Broken,
}

/// What tells of a file that is not judged.
fn unjudged(owner: &Resource, held: &Held<'_>, here: &str, why: Unjudged) -> Problem {
    let because = match why {
        Unjudged::Open => "its text is not known",
        Unjudged::PartlyOpen => "parts of its text are not known",
        Unjudged::Packed => "its text is packed",
        Unjudged::Broken => "its text cannot be read as a file of that name",
    };
    let message = format!("`{}` is not judged: {because}", file_name(&held.path));
    let span = (held.text.span.file == owner.span.file).then_some(held.text.span);
    Problem::notice("dialect::contained", here, span, message)
        .help("keep it in a file of its own, which is judged by itself")
}

/// The resource in the place of its owner; `choice` is what decides whether it is this one.
fn placed(
    resource: Resource,
    owner: &Resource,
    document: &Document,
    name: &str,
    choice: Option<&Arc<Unresolved>>,
) -> Resource {
    let own = resource.address.strip_prefix(&*document.path).unwrap_or(&resource.address);
    let joint = if own.is_empty() || own.starts_with(['#', '[', '/', ':']) { "" } else { "#" };
    let address: Arc<str> = format!("{}/{name}{joint}{own}", owner.address).into();
    let Identity { is_planned, .. } = owner.identity;
    Resource {
        scope: format!("{}/{}/{name}", owner.deployment, owner.address).into(),
        address,
        deployment: Arc::clone(&owner.deployment),
        condition: resource.condition.clone().or_else(|| choice.cloned()).or_else(|| owner.condition.clone()),
        trail: resource.trail.clone().or_else(|| owner.trail.clone()),
        identity: Identity { is_planned, ..resource.identity.clone() },
        ..resource
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Extraction, kubernetes};
    use super::*;
    use crate::document::{Entry, PartialText};

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
    fn what_a_script_hands_to_a_cluster_is_a_manifest() {
        for (kind, text, want) in [
            (
                "shell/script",
                "files: [{path: /dev/stdin, content: \"apiVersion: v1\\nkind: Pod\\nmetadata: {name: a}\\n\"}]\n",
                "kubernetes/Pod",
            ),
            ("shell/script", "files: [{path: /dev/stdin, content: \"bind 0.0.0.0\\n\"}]\n", ""),
            (
                "github-actions/job",
                "steps:\n- run: |\n    cat <<E | kubectl apply -f -\n    apiVersion: v1\n    kind: Pod\n    metadata: {name: $A}\n    E\n",
                "kubernetes/Pod",
            ),
            (
                "azure-pipelines/pipeline",
                "stages: [{jobs: [{steps: [{script: \"kubectl apply -f - <<E\\napiVersion: v1\\nkind: Pod\\nmetadata: {name: a}\\nE\\n\"}]}]}]\n",
                "kubernetes/Pod",
            ),
            (
                "tasks/task",
                "tasks: {a: {cmds: [ls, \"kubectl apply -f - <<E\\napiVersion: v1\\nkind: Pod\\nmetadata: {name: a}\\nE\\n\"]}}\n",
                "kubernetes/Pod",
            ),
            ("github-actions/job", "steps:\n- run: |\n    cat > /etc/redis.conf <<E\n    bind 0.0.0.0\n    E\n", ""),
            (
                "gitlab-ci/job",
                "script:\n- ls\n- |\n  oc create --filename=- <<'E'\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  E\n",
                "kubernetes/Pod",
            ),
            (
                "gitlab-ci/job",
                "script:\n- |\n  kubectl apply --dry-run=client -f - <<'E'\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  E\n",
                "",
            ),
        ] {
            let (_, found) = held(kind, &[("a.yaml", text)]);
            let kinds: Vec<&str> = found.resources.iter().map(|one| &*one.kind).collect();
            assert!(if want.is_empty() { kinds.is_empty() } else { kinds.contains(&want) }, "{text}: {kinds:?}");
        }
    }

    #[test]
    fn files_are_held_in_many_places() {
        for (kind, text, want) in [
            (
                "ansible/task",
                "args: {dest: /etc/systemd/system/web.service, content: \"[Service]\\nUser=root\\n\"}\n",
                "systemd/unit",
            ),
            (
                "ansible/task",
                "args: {dest: /etc/ssh/sshd_config.d/a.conf, content: \"PermitRootLogin yes\\n\"}\n",
                "sshd/config",
            ),
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
                "server/cloud-init",
                "write_files:\n  - path: /etc/nftables.conf\n    content: |\n      table inet f { chain c { type filter hook input priority 0; policy accept; } }\n",
                "packet-filter/chain",
            ),
            (
                "shell/script",
                "files: [{path: $ROOT/etc/chrony.conf, content: \"pool a.example iburst\\n\"}]\n",
                "time-sync/config",
            ),
            (
                "dockerfile/image",
                "final_stage: {copy: [{files: [{path: /etc/ssh/sshd_config, content: \"PermitRootLogin yes\\n\"}]}]}\n",
                "sshd/config",
            ),
            ("terraform/local_file", "{filename: out/redis.conf, content: \"bind 0.0.0.0\\n\"}\n", "redis/config"),
            (
                "terraform/aws_instance",
                "user_data: |\n  #!/bin/sh\n  cat > /etc/redis/redis.conf <<'E'\n  bind 0.0.0.0\n  E\n",
                "redis/config",
            ),
            (
                "terraform/cloudinit_config",
                "part:\n- content: |\n    #cloud-config\n    write_files: [{path: /etc/redis.conf, content: \"bind 0.0.0.0\\n\"}]\n",
                "redis/config",
            ),
            (
                "terraform/google_compute_instance_template",
                "metadata:\n  user-data: |\n    #cloud-config\n    write_files: [{path: /etc/redis.conf, content: \"bind 0.0.0.0\\n\"}]\n",
                "redis/config",
            ),
            (
                "cloudformation/AWS::AutoScaling::AutoScalingGroup",
                "'@attributes': {Metadata: {'AWS::CloudFormation::Init': {config: {files: {/etc/redis.conf: {content: \"bind 0.0.0.0\\n\"}}}}}}\n",
                "redis/config",
            ),
            (
                "cloudformation/AWS::EC2::Instance",
                "'@attributes': {Metadata: {'AWS::CloudFormation::Init': {config: {files: {/etc/redis.conf: {encoding: base64, content: YmluZCAwLjAuMC4wCg==}}}}}}\n",
                "redis/config",
            ),
            (
                "arm/Microsoft.Compute/virtualMachines",
                "properties: {osProfile: {customData: I2Nsb3VkLWNvbmZpZwp3cml0ZV9maWxlczoKLSB7cGF0aDogL2V0Yy9yZWRpcy5jb25mLCBjb250ZW50OiAiYmluZCAwLjAuMC4wXG4ifQo=}}\n",
                "redis/config",
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
    fn templates_that_a_resource_deploys_are_judged_in_its_place() {
        let stack = "{name: bastion, template_body: \"Parameters: {From: {Type: String, Default: 10.0.0.0/8}}\\nResources:\\n  Group:\\n    Type: AWS::EC2::SecurityGroup\\n    Properties: {GroupDescription: !Ref From}\\n\", parameters: {From: 0.0.0.0/0}}\n";
        let stacks = "{TemplateBody: \"Resources: {Group: {Type: 'AWS::EC2::SecurityGroup', Properties: {GroupDescription: a}}}\", Parameters: []}\n";
        let json = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "parameters": {"p": {"type": "string", "defaultValue": "a"}}, "resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "a", "kind": "[parameters('p')]"}]}"#;
        let deployment = format!(
            "{{template_content: '{}', parameters_content: '{{\"p\": {{\"value\": \"b\"}}}}'}}\n",
            json.replace('\'', "''")
        );
        let body =
            "{type: 'Microsoft.Storage/storageAccounts@2023-05-01', name: a, location: b, body: {kind: StorageV2}}\n";
        let as_text =
            "{type: 'Microsoft.Storage/storageAccounts@2023-05-01', name: a, body: '{\"kind\": \"StorageV2\"}'}\n";
        for (kind, text, want, path, value) in [
            (
                "terraform/aws_cloudformation_stack",
                stack,
                "cloudformation/AWS::EC2::SecurityGroup",
                "GroupDescription",
                "0.0.0.0/0",
            ),
            (
                "cloudformation/AWS::CloudFormation::StackSet",
                stacks,
                "cloudformation/AWS::EC2::SecurityGroup",
                "GroupDescription",
                "a",
            ),
            (
                "terraform/azurerm_resource_group_template_deployment",
                &deployment,
                "arm/Microsoft.Storage/storageAccounts",
                "kind",
                "b",
            ),
            ("terraform/azapi_resource", body, "arm/Microsoft.Storage/storageAccounts", "kind", "StorageV2"),
            ("terraform/azapi_resource", as_text, "arm/Microsoft.Storage/storageAccounts", "kind", "StorageV2"),
            ("terraform/azapi_resource", "{type: 'Microsoft.Storage/storageAccounts@2023-05-01'}\n", "", "", ""),
        ] {
            let (_, found) = held(kind, &[("a.yaml", text)]);
            let of_kind = found.resources.iter().find(|one| &*one.kind == want);
            let said = of_kind.and_then(|one| one.body.get(path)).and_then(Node::as_str);
            assert_eq!(said, Some(value).filter(|value| !value.is_empty()), "{text}: {:?}", found.resources);
        }
        let (_, found) =
            held("terraform/aws_cloudformation_stack", &[("a.yaml", &stack.replace("{From: 0.0.0.0/0}", "[]"))]);
        assert!(
            found.resources[0].body.get("GroupDescription").unwrap().as_unresolved().is_some(),
            "nobody knows what is given"
        );
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

        let found = args(Node::new(Value::Unresolved(Arc::default()), span));
        assert_eq!(found.problems[0].message, "`redis.conf` is not judged: its text is not known");

        let alternatives = vec![Node::text("bind 0.0.0.0\n", span), Node::text("bind 127.0.0.1\n", span)];
        let found =
            args(Node::new(Value::Unresolved(Arc::new(Unresolved { alternatives, ..Unresolved::default() })), span));
        let is_uncertain = |one: &Resource| &*one.kind == "redis/config" && one.condition.is_some();
        assert!(found.resources.len() == 2 && found.resources.iter().all(is_uncertain), "{:?}", found.resources);

        let packed =
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  redis.conf: YmluZA==\n  note: YmluZA==\n";
        let (_, found) = held("kubernetes", &[("a.yaml", packed)]);
        let messages: Vec<&str> = found.problems.iter().map(|problem| &*problem.message).collect();
        assert_eq!(messages, ["`redis.conf` is not judged: its text is packed"]);

        // bind 0.0.0.0, protected-mode no
        let encoded = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  redis.conf: YmluZCAwLjAuMC4wCnByb3RlY3RlZC1tb2RlIG5vCg==\n";
        let (workspace, found) = held("kubernetes", &[("a.yaml", encoded)]);
        let mode = found.resources[0].body.get("protected-mode").unwrap();
        let written = workspace.source(FileId(0)).unwrap().slice(mode.span);
        assert_eq!((mode.as_str(), written.starts_with("YmluZ")), (Some("no"), true));
    }

    #[test]
    fn a_text_is_that_of_a_file_where_all_of_it_stands_there() {
        for (text, file, want) in [
            ("bind 0.0.0.0\nport 1\n", "  bind 0.0.0.0\n\nport 1\n", true),
            ("bind 0.0.0.0\nport 1\n", "bind 0.0.0.0\nport {{ .Values.port }}\n", true),
            ("bind 0.0.0.0\nport 1\n", "bind 0.0.0.0\nport 2\n", false),
            ("bind 0.0.0.0\n", "", false),
            ("", "port 2\n", true),
        ] {
            assert_eq!(is_made_of(text, file), want, "{text} {file}");
        }
    }
}
