//! The table.

use super::{Told, Unread};
use crate::dialect::wording::says;
use crate::dialect::{file_name, has_extension};
use crate::document::Node;

/// Every technology that is recognised and not read. The first that fits a file is what it is said to be.
pub static UNREAD: &[Unread] = &[
    // Infrastructure.
    text(
        "nomad",
        "Nomad: how jobs are confined, and what they are given (what they run is read)",
        |path| ends(path, &[".nomad", ".hcl"]),
        |text| begins_line(text, &["job \""]) && one(text, &["group ", "task "]),
    )
    .in_part(),
    text(
        "vault-policy",
        "policies of Vault, Consul and OpenBao",
        |path| ends(path, &[".hcl", ".policy"]),
        |text| {
            begins_line(text, &["path \"", "key_prefix \"", "service_prefix \"", "node_prefix \""])
                && one(text, &["capabilities", "policy"])
        },
    ),
    keys(
        "pulumi",
        "Pulumi: projects and stacks",
        |path| file_name(path).starts_with("Pulumi.") && yaml(path),
        &["runtime", "config", "resources"],
        |root| has_one(root, &["runtime", "config", "resources"]),
    ),
    keys(
        "cdk",
        "the Cloud Development Kit: what its program makes (templates that it wrote are read)",
        |path| ["cdk.json", "cdktf.json"].contains(&file_name(path)),
        &["app"],
        |root| has(root, "app"),
    ),
    text(
        "serverless",
        "the Serverless Framework, as a program",
        |path| ["serverless.ts", "serverless.js"].contains(&file_name(path)),
        |text| says(text, "provider") && says(text, "functions"),
    ),
    keys("deployment-manager", "Google Cloud Deployment Manager", yaml, &["resources"], |root| {
        let typed = |item: &Node| text_of(item, "type").is_some_and(|kind| kind.contains('.') || kind.contains('/'));
        let items = items(root, "resources");
        !items.is_empty()
            && items.iter().all(|item| typed(item) && has(item, "name"))
            && items.iter().any(|item| has(item, "properties"))
    }),
    keys(
        "iam-policy",
        "policy documents of AWS in files of their own",
        |path| ends(path, &[".json"]),
        &["Statement"],
        |root| {
            let statements = root
                .get("Statement")
                .map(|node| if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() });
            statements
                .is_some_and(|all| all.iter().all(|one| has(one, "Effect") && has_one(one, &["Action", "NotAction"])))
        },
    )
    .of_others(),
    keys(
        "helmfile",
        "Helmfile: releases of charts",
        |path| {
            file_name(path).starts_with("helmfile.") && yaml(path)
                || path.split('/').any(|part| part == "helmfile.d") && yaml(path)
        },
        &["releases", "helmfiles"],
        |root| has_one(root, &["releases", "helmfiles"]),
    ),
    text(
        "helmfile",
        "Helmfile: releases of charts",
        |path| file_name(path).starts_with("helmfile.") && ends(path, &[".gotmpl"]),
        |text| says(text, "releases"),
    ),
    keys(
        "skaffold",
        "Skaffold: what it builds and deploys (what it runs itself is read)",
        |path| file_name(path).starts_with("skaffold.") && yaml(path),
        &["apiVersion"],
        |root| text_of(root, "apiVersion").is_some_and(|version| version.starts_with("skaffold/")),
    )
    .in_part(),
    keys(
        "werf",
        "werf: builds and deployments",
        |path| file_name(path).starts_with("werf.") && yaml(path),
        &["configVersion"],
        |root| has(root, "configVersion"),
    ),
    text("tilt", "Tilt: workplaces", |path| file_name(path) == "Tiltfile", |text| says(text, "(")),
    text(
        "vagrant",
        "Vagrant: what virtual machines are made of (scripts that are written out are read)",
        |path| file_name(path).starts_with("Vagrantfile"),
        |text| says(text, "Vagrant.configure"),
    )
    .in_part(),
    keys(
        "docker-bake",
        "Docker Bake: how images are built",
        |path| file_name(path) == "docker-bake.json",
        &["target"],
        |root| has(root, "target"),
    ),
    text(
        "docker-bake",
        "Docker Bake: how images are built",
        |path| file_name(path).starts_with("docker-bake.") && ends(path, &[".hcl"]),
        |text| begins_line(text, &["target ", "group "]),
    )
    .in_part(),
    text(
        "earthly",
        "Earthly: what images hold (what is run in them is read)",
        |path| file_name(path) == "Earthfile",
        |text| begins_line(text, &["VERSION "]),
    )
    .in_part(),
    keys(
        "platform",
        "settings of hosting platforms (App Engine, Render, Vercel, Cloud Foundry, Heroku, Amplify)",
        |path| PLATFORMS.contains(&file_name(path)),
        OF_PLATFORMS,
        |root| has_one(root, OF_PLATFORMS) && !has(root, "apiVersion"),
    ),
    text(
        "platform",
        "settings of hosting platforms (Fly, Netlify)",
        |path| ["fly.toml", "netlify.toml"].contains(&file_name(path)),
        |text| begins_line(text, &["["]),
    ),
    text(
        "jsonnet",
        "Jsonnet: a program that writes manifests",
        |path| ends(path, &[".jsonnet", ".libsonnet"]),
        |text| says(text, "{"),
    ),
    text(
        "cue",
        "CUE: a program that writes manifests",
        |path| ends(path, &[".cue"]),
        |text| begins_line(text, &["package ", "import "]),
    ),
    // Objects of Kubernetes.
    group("argo", "Argo: what applications deploy, and what events start", &["argoproj.io"]),
    group("flux", "Flux: what releases and kustomizations deploy", &["toolkit.fluxcd.io"]),
    group("tekton", "Tekton: what tasks and pipelines run", &["tekton.dev"]),
    group("crossplane", "Crossplane: what compositions and claims make", &["crossplane.io", "upbound.io"]),
    group(
        "cloud-objects",
        "resources of clouds as objects of Kubernetes",
        &["cnrm.cloud.google.com", "services.k8s.aws", "azure.com"],
    ),
    group("oam", "Open Application Model (KubeVela): what components become", &["core.oam.dev"]),
    group("local-cluster", "clusters for trying things out (kind, k3d)", &["kind.x-k8s.io", "k3d.io"]),
    // Pipelines.
    text("nox", "Nox: sessions of a program", |path| file_name(path) == "noxfile.py", |text| says(text, "session")),
    keys(
        "appveyor",
        "AppVeyor",
        |path| file_name(path).trim_start_matches('.').starts_with("appveyor.") && yaml(path),
        &["image", "build", "test", "version"],
        |root| root.as_map().is_some(),
    ),
    // Interfaces.
    keys(
        "asyncapi",
        "AsyncAPI: what messages an interface takes",
        |path| yaml(path) || ends(path, &[".json"]),
        &["asyncapi"],
        |root| has(root, "asyncapi") && has_one(root, &["info", "components", "channels"]),
    )
    .of_others(),
    // Servers.
    text(
        "iis",
        "IIS: its configuration",
        |path| ["web.config", "applicationhost.config"].contains(&&*file_name(path).to_ascii_lowercase()),
        |text| says(text, "<configuration"),
    ),
    text(
        "postgresql",
        "PostgreSQL: which user of the machine is which of the database",
        |path| file_name(path).starts_with("pg_ident.conf"),
        has_settings,
    ),
    text(
        "redis-sentinel",
        "Redis Sentinel: its configuration",
        |path| file_name(path) == "sentinel.conf",
        has_settings,
    ),
    text(
        "firewall",
        "rules of nftables and iptables",
        |path| ends(path, &[".nft", ".rules"]) || ["rules.v4", "rules.v6"].contains(&file_name(path)),
        |text| begins_line(text, &["table ", "*filter", "*nat", "add table ", "-A "]),
    ),
    text(
        "puppet",
        "Puppet: what it does to hosts",
        |path| ends(path, &[".pp"]),
        |text| begins_line(text, &["class ", "node ", "define ", "include "]) || says(text, "=>"),
    ),
    text("salt", "Salt: what it does to hosts", |path| ends(path, &[".sls"]), |text| says(text, ":")),
    text(
        "chef",
        "Chef: what it does to hosts",
        |path| ends(path, &[".rb"]) && ["recipes", "resources"].iter().any(|folder| below(path, folder)),
        |text| {
            begins_line(
                text,
                &["package ", "service ", "template ", "file ", "execute ", "cookbook_file ", "directory "],
            )
        },
    ),
];

impl Unread {
    const fn of_others(self) -> Unread {
        Unread { part: true, ..self }
    }

    /// It is told where a dialect reads some of it, too.
    const fn in_part(self) -> Unread {
        Unread { rest: true, ..self }
    }
}

const fn text(name: &'static str, doc: &'static str, path: fn(&str) -> bool, says: fn(&str) -> bool) -> Unread {
    Unread { name, doc, told: Told::Text { path, says }, part: false, rest: false }
}

const fn keys(
    name: &'static str,
    doc: &'static str,
    path: fn(&str) -> bool,
    words: &'static [&'static str],
    has: fn(&Node) -> bool,
) -> Unread {
    Unread { name, doc, told: Told::Keys { path, words, has }, part: false, rest: false }
}

const fn group(name: &'static str, doc: &'static str, groups: &'static [&'static str]) -> Unread {
    Unread { name, doc, told: Told::Group(groups), part: false, rest: false }
}

fn ends(path: &str, endings: &[&str]) -> bool {
    has_extension(path, endings)
}

fn yaml(path: &str) -> bool {
    has_extension(path, &[".yaml", ".yml"])
}

/// Whether a path lies in a folder of this name.
fn below(path: &str, folder: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| part == folder)
}

fn one(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| says(text, word))
}

fn begins_line(text: &str, words: &[&str]) -> bool {
    text.lines().any(|line| words.iter().any(|word| line.trim_start().starts_with(word)))
}

/// Whether a line says something beside comments.
fn has_settings(text: &str) -> bool {
    text.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with('#'))
}

fn has(node: &Node, key: &str) -> bool {
    node.get(key).is_some()
}

fn has_one(node: &Node, keys: &[&str]) -> bool {
    keys.iter().any(|key| has(node, key))
}

fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).map_or(&[][..], Node::items)
}

fn text_of<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::as_str)
}

/// Files that hosting platforms look for.
const PLATFORMS: &[&str] = &[
    "amplify.yml",
    "app.yaml",
    "app.yml",
    "apprunner.yaml",
    "heroku.yml",
    "manifest.yaml",
    "manifest.yml",
    "render.yaml",
    "vercel.json",
];

/// Keys of which such a file has one.
const OF_PLATFORMS: &[&str] = &[
    "applications",
    "backend",
    "build",
    "builds",
    "frontend",
    "functions",
    "headers",
    "routes",
    "runtime",
    "services",
    "variables",
];
