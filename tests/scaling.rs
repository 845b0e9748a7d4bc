//! Work grows with the input and no faster: inputs of n, 2n and 4n of each language and construct, and how much memory the
//! run asks for in all, and has at once.
//!
//! Bytes are counted, not seconds: they are the same on any machine under any load. What goes through a list for each item of
//! a list asks for no memory; `benches/bombs.py` has the times.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::alloc::System;
use std::fmt::Write as _;

use annexa::dialect::Inputs;
use annexa::rule::set::RuleSet;
use annexa::scan::assess::{Request, assess};
use annexa::source::Workspace;
use annexa::triage::suppression::Names;
use annexa::{dialect, scan};
use cap::Cap;

#[global_allocator]
static ALLOCATED: Cap<System> = Cap::new(System, usize::MAX);

/// A construct: its name, the path of its file, the text before the first one, and the text of the one of a number.
type Construct = (&'static str, &'static str, &'static str, fn(usize) -> String);

const CONSTRUCTS: &[Construct] = &[
    ("resources", "main.tf", "", |n| format!("resource \"aws_s3_bucket\" \"b{n}\" {{\n  bucket = \"b{n}\"\n}}\n")),
    ("locals", "main.tf", "locals {\n  a0 = 1\n}\n", |n| format!("locals {{\n  a{} = local.a{n}\n}}\n", n + 1)),
    ("variables given", "terraform.tfvars", "", |n| format!("x{n} = \"v{n}\"\n")),
    ("outputs", "main.tf", "", |n| format!("output \"o{n}\" {{\n  value = \"{n}\"\n}}\n")),
    ("rules of a group", "main.tf", "", |n| {
        format!(
            "resource \"aws_security_group_rule\" \"r{n}\" {{\n  security_group_id = \"sg\"\n  type = \"ingress\"\n  from_port = {n}\n  to_port = {n}\n  protocol = \"tcp\"\n  cidr_blocks = [\"10.0.0.0/8\"]\n}}\n"
        )
    }),
    ("companions", "main.tf", "", |n| {
        format!(
            "resource \"aws_s3_bucket\" \"b{n}\" {{\n  bucket = \"b{n}\"\n}}\nresource \"aws_s3_bucket_versioning\" \"v{n}\" {{\n  bucket = aws_s3_bucket.b{n}.id\n}}\n"
        )
    }),
    ("suppressions", "main.tf", "", |n| {
        format!("resource \"aws_s3_bucket\" \"b{n}\" {{ # annexa:ignore s3-bucket-not-versioned a reason\n}}\n")
    }),
    ("stacks", "t.yaml", "Resources:\n", |n| {
        format!("  B{n}:\n    Type: AWS::S3::Bucket\n    Properties: {{BucketName: !Sub \"b${{AWS::Region}}{n}\"}}\n")
    }),
    ("templates of Azure", "main.bicep", "", |n| {
        format!("resource s{n} 'Microsoft.Storage/storageAccounts@2021-04-01' = {{\n  name: 's{n}'\n}}\n")
    }),
    ("manifests", "all.yaml", "", |n| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\nspec: {{containers: [{{name: a, image: x}}]}}\n"
        )
    }),
    ("services", "compose.yaml", "services:\n", |n| format!("  s{n}: {{image: \"x:{n}\"}}\n")),
    ("jobs that extend", ".gitlab-ci.yml", ".base: {script: [x], image: \"a:latest\"}\n", |n| {
        format!("j{n}: {{extends: .base}}\n")
    }),
    ("jobs of a workflow", ".github/workflows/a.yml", "on: issues\npermissions: {}\njobs:\n", |n| {
        format!("  j{n}:\n    runs-on: ubuntu-24.04\n    steps:\n    - run: echo ${{{{ github.event.issue.title }}}}\n")
    }),
    ("steps of a pipeline", "azure-pipelines.yml", "steps:\n", |n| format!("- script: echo {n}\n")),
    ("jobs of CircleCI", ".circleci/config.yml", "commands:\n  c: {steps: [{run: make}]}\njobs:\n", |n| {
        format!("  j{n}: {{docker: [{{image: \"x:latest\"}}], steps: [c, {{run: echo {n}}}]}}\n")
    }),
    ("steps of Bitbucket", "bitbucket-pipelines.yml", "pipelines:\n  default:\n", |n| {
        format!("  - step: {{image: \"x:latest\", script: [echo {n}]}}\n")
    }),
    ("operations", "api.yaml", "openapi: 3.1.0\nsecurity: [{a: [b]}]\npaths:\n", |n| {
        format!("  /p{n}: {{get: {{security: [{{a: [b]}}]}}}}\n")
    }),
    ("functions", "serverless.yml", "service: a\nprovider: {name: aws, runtime: nodejs12.x}\nfunctions:\n", |n| {
        format!("  f{n}: {{handler: a, environment: {{A: \"${{self:service}}-{n}\"}}}}\n")
    }),
    (
        "templates of a workflow",
        "w.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec:\n  templates:\n",
        |n| format!("  - {{name: t{n}, script: {{image: x, command: [sh], source: \"echo {{{{item}}}} {n}\"}}}}\n"),
    ),
    ("directives", "a.service", "[Service]\n", |n| format!("Environment=A{n}=b\n")),
    ("lines of a Dockerfile", "Dockerfile", "FROM debian:12\n", |n| format!("RUN echo {n}\n")),
    ("tasks", "playbook.yml", "- hosts: all\n  tasks:\n", |n| {
        format!("  - name: t{n}\n    ansible.builtin.command: echo {n}\n")
    }),
    ("names and values", ".env", "", |n| format!("A{n}=b{n}\n")),
    ("objects of a chart", "c/templates/a.yaml", "", |n| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\nspec: {{containers: [{{name: a, image: x}}]}}\n"
        )
    }),
    ("objects of an overlay", "k/p.yaml", "", |n| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\nspec: {{containers: [{{name: a, image: x}}]}}\n"
        )
    }),
    ("roles and bindings", "all.yaml", "", |n| {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: r{n}}}\nrules: [{{apiGroups: ['*'], resources: ['*'], verbs: ['*']}}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: b{n}}}\nroleRef: {{kind: ClusterRole, name: r{n}, apiGroup: rbac.authorization.k8s.io}}\nsubjects: [{{kind: User, name: u{n}, apiGroup: rbac.authorization.k8s.io}}]\n"
        )
    }),
    ("blocks of a resource", "main.tf", "resource \"aws_s3_bucket\" \"b\" {\n}\n", |n| {
        format!(
            "resource \"aws_security_group\" \"g{n}\" {{\n  ingress {{\n    from_port = {n}\n    to_port = {n}\n    protocol = \"tcp\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }}\n}}\n"
        )
    }),
    ("hooks", ".pre-commit-config.yaml", "repos:\n", |n| {
        format!("- repo: https://github.com/a/b{n}\n  rev: main\n  hooks: [{{id: a}}]\n")
    }),
    ("lines of a script", "run.sh", "#!/bin/sh\n", |n| format!("curl -k https://example.org/{n} | sh\n")),
    ("users of sudo", "sudoers", "", |n| format!("u{n} ALL=(ALL) NOPASSWD: ALL\n")),
    ("blocks of sshd", "sshd_config", "", |n| format!("Match User u{n}\n  PasswordAuthentication yes\n")),
    ("records of PostgreSQL", "pg_hba.conf", "", |n| format!("host db{n} all 10.0.0.0/8 trust\n")),
    ("links of a policy", "policies/a.md", "# A\n", |n| format!("## H{n}\n\n[l](b{n}.md)\n\n")),
    ("servers", "nginx.conf", "http {\n}\n", |n| format!("server {{\n  listen {n};\n}}\n")),
];

/// What stands beside a construct's file.
const BESIDE: &[(&str, &str, &str)] = &[
    ("c/templates/a.yaml", "c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
    ("k/p.yaml", "k/kustomization.yaml", "resources: [p.yaml]\n"),
];

/// What a run over so many asks for.
fn bytes(construct: Construct, count: usize) -> usize {
    let (_, path, before, of) = construct;
    let mut text = before.to_owned();
    (0..count).for_each(|at| write!(text, "{}", of(at)).unwrap());
    let beside = BESIDE.iter().filter(|(of, ..)| *of == path).map(|(_, path, text)| (*path, *text));
    let workspace = Workspace::in_memory(beside.chain([(path, text.as_str())])).whole();
    let (set, names, inputs) = (RuleSet::builtin(dialect::DIALECTS), Names::default(), Inputs::default());
    let before = ALLOCATED.total_allocated();
    let assessment = assess(&workspace, Request::new(&set, &names, &inputs, jiff::civil::date(2025, 1, 1)));
    assert!(!assessment.findings.is_empty() || path.ends_with("tfvars"), "{path}: nothing is judged");
    ALLOCATED.total_allocated() - before
}

/// One test, so that nothing else asks for memory beside it.
#[test]
fn twice_the_input_is_twice_the_work() {
    scan::use_threads(1).unwrap();
    let mut grown = Vec::new();
    for construct in CONSTRUCTS {
        // What is made once (tables, patterns) is made before anything is counted.
        bytes(*construct, 100);
        let [one, two, four] = [200, 400, 800].map(|count| bytes(*construct, count));
        let (first, second) = (two.saturating_sub(one), four.saturating_sub(two));
        // Twice the step, and at most a fifth more; a list that doubles its room when it is full may do so in one of them.
        if second * 10 > first * 2 * 12 {
            grown.push(format!("{}: {one}, {two}, {four} bytes", construct.0));
        }
    }
    assert!(grown.is_empty(), "more than linear:\n{}", grown.join("\n"));
}
