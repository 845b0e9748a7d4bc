use super::PACKER;
use crate::dialect::testing::{at, found};
use crate::dialect::{Extraction, Resource};
use crate::document::{Node, Value};

fn extract(files: &[(&str, &str)]) -> Extraction {
    found(&PACKER, files).1
}

fn addresses(extraction: &Extraction) -> Vec<&str> {
    extraction.resources.iter().map(|resource| &*resource.address).collect()
}

fn text<'r>(resource: &'r Resource, path: &[&str]) -> Option<&'r str> {
    resource.body.at(path).and_then(Node::as_str)
}

/// Why a value is open.
fn open<'r>(resource: &'r Resource, path: &[&str]) -> Option<&'r str> {
    resource.body.at(path)?.as_unresolved().map(|open| &*open.because)
}

const SOURCES: &str = r#"
packer {
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = "~> 1.3"
    }
  }
}
source "amazon-ebs" "web" {
  region    = var.region
  user_data = file("${path.root}/start.sh")
  dynamic "launch_block_device_mappings" {
    for_each = ["/dev/sda1", "/dev/sdb"]
    content {
      device_name = launch_block_device_mappings.value
      encrypted   = true
    }
  }
}
"#;

const REST: &str = r#"
variable "region" {
  type    = string
  default = "eu-west-1"
}
variables {
  owner = "platform"
}
local "token" {
  expression = vault("secret/data/ci", "token")
  sensitive  = true
}
locals {
  name = "web-${var.region}"
}
data "amazon-ami" "base" {
  owners = [var.owner]
}
build {
  sources = ["source.amazon-ebs.web"]
  provisioner "shell" {
    environment_vars = ["NAME=${local.name}", "TOKEN=${local.token}"]
    inline           = ["echo ${source.name}"]
  }
  post-processors {
    post-processor "manifest" {}
  }
}
"#;

#[test]
fn a_folder_is_one_template() {
    let files =
        [("img/a.pkr.hcl", SOURCES), ("img/b.pkr.hcl", REST), ("img/start.sh", "#!/bin/sh\n"), ("c.pkr.hcl", "")];
    let extraction = extract(&files);
    assert_eq!(extraction.problems, []);
    assert_eq!(
        addresses(&extraction),
        ["packer", "var.owner", "var.region", "data.amazon-ami.base", "source.amazon-ebs.web", "build"]
    );
    let source = at(&extraction.resources, "source.amazon-ebs.web");
    assert_eq!((&*source.kind, &*source.deployment), ("packer/amazon-ebs", "img"));
    assert_eq!(text(source, &["region"]), Some("eu-west-1"));
    assert_eq!(text(source, &["user_data"]), Some("#!/bin/sh\n"));
    let devices = source.body.get("launch_block_device_mappings").map_or(0, |list| list.items().len());
    assert_eq!(devices, 2);
    let base = at(&extraction.resources, "data.amazon-ami.base");
    assert_eq!(base.body.get("owners").map(Node::items).and_then(|owners| owners.first()?.as_str()), Some("platform"));
}

#[test]
fn what_a_build_alone_knows_is_open() {
    let extraction = extract(&[("a.pkr.hcl", &format!("{SOURCES}{REST}"))]);
    let build = at(&extraction.resources, "build");
    let shell = build.body.get("provisioner").and_then(|list| list.items().first()?.get("shell").cloned()).unwrap();
    let variables = shell.get("environment_vars").map_or(&[][..], Node::items);
    assert_eq!(variables.first().and_then(Node::as_str), Some("NAME=web-eu-west-1"));
    let token = variables.get(1).and_then(Node::as_unresolved).unwrap();
    assert_eq!(&*token.because, "it is kept in Vault");
    let inline = shell.get("inline").and_then(|list| list.items().first()?.as_unresolved().cloned()).unwrap();
    assert_eq!(&*inline.because, "it is known when the image is built");
}

#[test]
fn a_source_has_what_a_build_adds() {
    let template = r#"
source "docker" "a" {
  image = "alpine:3.20"
}
source "docker" "b" {
  image = "debian:12"
}
build {
  name = "first"
  source "docker.a" {
    commit = true
  }
  sources = ["docker.b"]
}
build {
  sources = ["docker.a"]
}
"#;
    let extraction = extract(&[("a.pkr.hcl", template)]);
    assert_eq!(
        addresses(&extraction),
        ["source.docker.a", "build.first.source.docker.a", "source.docker.b", "build.first", "build[1]"]
    );
    let added = |address: &str| at(&extraction.resources, address).body.get("commit").and_then(Node::as_bool);
    assert_eq!(added("build.first.source.docker.a"), Some(true));
    assert_eq!(added("source.docker.a"), None);
}

#[test]
fn files_that_name_one_thing_twice_are_built_one_by_one() {
    let of = |image: &str| {
        format!(
            "variable \"image\" {{\n  default = \"{image}\"\n}}\nsource \"docker\" \"a\" {{\n  image = var.image\n}}\n"
        )
    };
    let (first, second) = (of("alpine"), of("debian"));
    let extraction = extract(&[("x/a.pkr.hcl", &first), ("x/b.pkr.hcl", &second)]);
    assert_eq!(extraction.problems, []);
    let sources = extraction.resources.iter().filter(|of| &*of.kind == "packer/docker");
    let told: Vec<_> = sources.map(|of| (&*of.deployment, text(of, &["image"]))).collect();
    assert_eq!(told, [("x/a.pkr.hcl", Some("alpine")), ("x/b.pkr.hcl", Some("debian"))]);
}

#[test]
fn variable_files_that_packer_takes_of_itself_count() {
    let template = "variable \"a\" {}\nvariable \"b\" {\n  default = \"0\"\n}\nsource \"null\" \"x\" {\n  first  = var.a\n  second = var.b\n}\n";
    let values = [
        ("t.pkr.hcl", template),
        ("x.auto.pkrvars.hcl", "a = \"1\"\n"),
        ("y.auto.pkrvars.json", "{\"b\": \"2\"}"),
        ("z.pkrvars.hcl", "a = \"3\"\n"),
    ];
    let extraction = extract(&values);
    let source = at(&extraction.resources, "source.null.x");
    assert_eq!((text(source, &["first"]), text(source, &["second"])), (Some("1"), Some("2")));
    let extraction = extract(&values[..1]);
    let source = at(&extraction.resources, "source.null.x");
    assert_eq!(open(source, &["first"]), Some("variable `a` has no default and no value"));
}

#[test]
fn hcl_in_json_is_the_same_tree() {
    let template = r#"{
  "variable": {"image": {"type": "string", "default": "alpine"}},
  "source": {"docker": {"a": {"image": "${var.image}:3.20"}}},
  "build": {"sources": ["source.docker.a"], "provisioner": [{"shell": {"inline": ["true"]}}]}
}"#;
    let extraction = extract(&[("a.pkr.json", template)]);
    assert_eq!(addresses(&extraction), ["var.image", "source.docker.a", "build"]);
    assert_eq!(text(at(&extraction.resources, "source.docker.a"), &["image"]), Some("alpine:3.20"));
    let build = at(&extraction.resources, "build");
    assert!(build.body.get("provisioner").is_some_and(|list| list.items()[0].get("shell").is_some()));
}

#[test]
fn templates_of_the_old_language_are_filled_in() {
    let template = r#"{
  "_comment": "how our image is made",
  "variables": {"version": "3.20", "password": null, "home": "{{env `HOME`}}"},
  "sensitive-variables": ["password"],
  "error-cleanup-provisioner": {"type": "shell", "inline": ["rm -r /tmp/x"]},
  "builders": [
    {"type": "docker", "image": "alpine:{{user `version`}}", "commit": true, "_why": "x"},
    {"type": "amazon-ebs", "name": "web", "ami_name": "web {{timestamp}}", "access_key": "{{ user \"home\" }}",
     "user_data_file": "{{template_dir}}/start.sh", "ssh_password": "{{user `password`}}"}
  ],
  "provisioners": [{"type": "shell", "inline": ["true"], "execute_command": "{{ .Vars }} sudo {{ .Path }}"}],
  "post-processors": ["manifest", [{"type": "docker-tag", "tag": "{{user `version`}}"}, "docker-push"]]
}"#;
    let extraction = extract(&[("img/t.json", template)]);
    assert_eq!(extraction.problems, []);
    assert_eq!(
        addresses(&extraction),
        ["var.home", "var.password", "var.version", "source.docker.docker", "source.amazon-ebs.web", "build"]
    );
    let docker = at(&extraction.resources, "source.docker.docker");
    assert_eq!((text(docker, &["image"]), &*docker.deployment), (Some("alpine:3.20"), "img/t.json"));
    assert!(docker.body.get("_why").is_none());
    let web = at(&extraction.resources, "source.amazon-ebs.web");
    assert_eq!(open(web, &["access_key"]), Some("Packer fills it in when the image is built"));
    assert_eq!(open(web, &["ssh_password"]), Some("variable `password` has no default and no value"));
    assert_eq!(text(web, &["user_data_file"]), Some("./start.sh"));
    assert!(
        matches!(web.body.get("ami_name").map(|name| &name.value), Some(Value::Unresolved(open)) if open.partial.is_some())
    );
    let sensitive = at(&extraction.resources, "var.password").body.get("sensitive").and_then(Node::as_bool);
    assert_eq!(sensitive, Some(true));
    let build = at(&extraction.resources, "build");
    let shell = &build.body.get("provisioner").unwrap().items()[0];
    assert_eq!(shell.at(&["shell", "execute_command"]).and_then(Node::as_str), Some("{{ .Vars }} sudo {{ .Path }}"));
    assert!(build.body.at(&["error-cleanup-provisioner"]).is_some_and(|all| all.items()[0].get("shell").is_some()));
    let post = build.body.get("post-processors").unwrap().items();
    assert_eq!(post.len(), 2);
    assert_eq!(post[1].get("post-processor").map(|all| all.items().len()), Some(2));
}

#[test]
fn a_variable_of_the_old_language_may_be_given_by_a_file_alone() {
    let template = r#"{
  "variables": {"image": "{{user `image`}}", "size": "2"},
  "builders": [{"type": "docker", "image": "{{user `image`}}", "memory": "{{user `memory`}}", "cpus": "{{user `size`}}"}]
}"#;
    let extraction = extract(&[("t.json", template)]);
    assert_eq!(extraction.problems, []);
    let docker = at(&extraction.resources, "source.docker.docker");
    assert_eq!(open(docker, &["image"]), Some("variable `image` has no default and no value"));
    assert_eq!(open(docker, &["memory"]), Some("variable `memory` has no default and no value"));
    assert_eq!(text(docker, &["cpus"]), Some("2"));
}

#[test]
fn only_templates_are_recognised() {
    for (path, text, want) in [
        ("a.json", r#"{"builders": [{"type": "docker", "image": "alpine"}]}"#, true),
        ("a.json", r#"{"builders": [{"type": "docker"}], "provisioners": [], "min_packer_version": "1.8"}"#, true),
        ("a.json", r#"{"builders": [{"type": "null"}], "error-cleanup-provisioner": {"type": "shell"}}"#, true),
        ("a.json", r#"{"builders": []}"#, false),
        ("a.json", r#"{"builders": [{"kind": "docker"}]}"#, false),
        ("a.json", r#"{"builders": {"karma": {"type": "x"}}}"#, false),
        ("a.json", r#"{"builders": [{"type": "docker"}], "plugins": []}"#, false),
        ("a.pkr.hcl", "build {}\n", true),
        ("a.hcl", "build {}\n", false),
        ("a.pkrvars.hcl", "a = 1\n", true),
    ] {
        let workspace = crate::source::Workspace::in_memory([(path, text)]);
        assert_eq!(!crate::dialect::testing::documents(&PACKER, &workspace).is_empty(), want, "{path}: {text}");
    }
}
