use std::collections::BTreeSet;

use super::*;
use crate::source::{FileId, Workspace};

fn told(path: &str, text: &str) -> Option<&'static str> {
    let workspace = Workspace::in_memory([(path, text)]);
    let source = workspace.source(FileId(0)).unwrap();
    assert!(of_file(source, false).is_none() || may_be(path), "{path}");
    of_file(source, false).map(|entry| entry.name)
}

/// Each with a file that is told, and one of like name or content that is not.
const FILES: &[(&str, &str, &str, &str, &str)] = &[
    ("nomad", "web.nomad.hcl", "job \"web\" {\n  group \"a\" {}\n}\n", "web.hcl", "jobs = 1\n"),
    ("vault-policy", "p.hcl", "path \"secret/*\" {\n  capabilities = [\"read\"]\n}\n", "p.hcl", "x = \"path\"\n"),
    ("pulumi", "Pulumi.yaml", "name: a\nruntime: go\n", "pulumi.yaml", "name: a\nruntime: go\n"),
    ("cdk", "cdk.json", r#"{"app": "npx ts-node bin/a.ts"}"#, "cdk.json", "{}"),
    ("serverless", "serverless.ts", "export default { provider: {}, functions: {} }", "serverless.ts", "export {}"),
    (
        "deployment-manager",
        "vm.yaml",
        "resources:\n- {name: a, type: compute.v1.instance, properties: {}}\n",
        "vm.yaml",
        "resources:\n- a.yaml\n",
    ),
    (
        "iam-policy",
        "policy.json",
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
        "policy.json",
        r#"{"Statement": "x"}"#,
    ),
    ("helmfile", "helmfile.yaml", "releases: []\n", "helm.yaml", "releases: []\n"),
    ("helmfile", "helmfile.yaml.gotmpl", "releases:\n{{ if }}\n", "helmfile.gotmpl", "a\n"),
    ("skaffold", "skaffold.yaml", "apiVersion: skaffold/v4beta13\nkind: Config\n", "skaffold.yaml", "apiVersion: v1\n"),
    ("werf", "werf.yaml", "configVersion: 1\nproject: a\n", "werf.yaml", "project: a\n"),
    ("tilt", "Tiltfile", "k8s_yaml('a.yaml')\n", "Tiltfile", "\n"),
    ("vagrant", "Vagrantfile", "Vagrant.configure(\"2\") do |c|\nend\n", "Vagrantfile.md", "# Vagrant\n"),
    ("docker-bake", "docker-bake.json", r#"{"target": {}}"#, "bake.json", r#"{"target": {}}"#),
    ("docker-bake", "docker-bake.hcl", "target \"a\" {}\n", "bake.hcl", "target \"a\" {}\n"),
    ("earthly", "Earthfile", "VERSION 0.8\n", "Earthfile", "\n"),
    ("platform", "app.yaml", "runtime: python312\n", "app.yaml", "name: x\n"),
    ("platform", "web/manifest.yml", "applications: []\n", "manifest.yml", "name: x\n"),
    ("platform", "fly.toml", "[build]\n", "fly.toml", "app = 'x'\n"),
    ("jsonnet", "a.jsonnet", "{a: 1}\n", "a.json5", "{a: 1}\n"),
    ("cue", "a.cue", "package a\n", "a.cue", "FILE \"x.wav\" WAVE\n"),
    ("nox", "noxfile.py", "import nox\n@nox.session\ndef lint(session): pass\n", "noxfile.py", "import nox\n"),
    ("appveyor", "appveyor.yml", "version: 1.0\n", "appveyor.yml", "- version\n"),
    ("asyncapi", "api/v1.yaml", "asyncapi: 3.0.0\ninfo: {}\nchannels: {}\n", "v1.yaml", "about: asyncapi\ninfo: {}\n"),
    (
        "asyncapi",
        "v2.json",
        r#"{"asyn\u0063api": "2.6.0", "channels": {}}"#,
        "v2.json",
        r#"{"dependencies": {"asyncapi": "1"}}"#,
    ),
    ("iis", "Web.config", "<configuration/>\n", "Web.config", "<a/>\n"),
    ("postgresql", "pg_ident.conf", "a b c\n", "pg_ident.conf", "# nothing\n"),
    ("redis-sentinel", "sentinel.conf", "port 26379\n", "sentinel.conf", "# port\n"),
    ("firewall", "ufw/before.rules", "*filter\n:ufw-before-input - [0:0]\n", "audit.rules", "-w /etc\n"),
    ("puppet", "a.pp", "class a {}\n", "a.pp", "\n"),
    ("salt", "top.sls", "base:\n  '*': []\n", "top.sls", "\n"),
    ("chef", "cookbooks/a/recipes/default.rb", "package 'nginx'\n", "lib/default.rb", "package 'nginx'\n"),
];

#[test]
fn files_are_told_by_name_and_content() {
    for (name, path, text, other, near) in FILES {
        assert_eq!(told(path, text), Some(*name), "{path}: {text}");
        assert_eq!(told(other, near), None, "{other}: {near}");
    }
}

#[test]
fn every_entry_has_an_example() {
    let shown: BTreeSet<&str> = FILES.iter().map(|(name, ..)| *name).collect();
    let of_files = UNREAD.iter().filter(|entry| !matches!(entry.told, Told::Group(_)));
    assert_eq!(of_files.map(|entry| entry.name).collect::<BTreeSet<_>>(), shown);
}

#[test]
fn objects_are_told_by_the_group_of_their_interface() {
    for (version, want) in [
        ("argoproj.io/v1alpha1", Some("argo")),
        ("helm.toolkit.fluxcd.io/v2", Some("flux")),
        ("tekton.dev/v1", Some("tekton")),
        ("s3.aws.upbound.io/v1beta1", Some("crossplane")),
        ("iam.services.k8s.aws/v1alpha1", Some("cloud-objects")),
        ("template.openshift.io/v1", None),
        ("core.oam.dev/v1beta1", Some("oam")),
        ("kind.x-k8s.io/v1alpha4", Some("local-cluster")),
        ("k3d.io/v1alpha5", Some("local-cluster")),
        ("nottekton.dev/v1", None),
        ("apps/v1", None),
        ("v1", None),
    ] {
        let text = format!("apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: {version}, kind: Thing}}\n");
        let workspace = Workspace::in_memory([("a.yaml", &*text)]);
        let document = syntax::parse(&syntax::yaml::YAML, workspace.source(FileId(0)).unwrap());
        let found: Vec<&str> = in_manifests(&document, &workspace).iter().map(|entry| entry.name).collect();
        assert_eq!(found, Vec::from_iter(want), "{version}");
    }
}
