//! Work grows with the input and no faster: inputs of n, 2n and 4n of each language and construct, how much memory the run
//! asks for in all, and how many steps it takes.
//!
//! Bytes and steps are counted, not seconds: they are the same on any machine under any load. Steps are those of evaluators, of
//! paths through resources and of links between them; what else goes through a list for each item of a list asks for no
//! memory and takes no step: `benches/growth.py` has the times.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::alloc::System;
use std::fmt::Write as _;
use std::sync::LazyLock;

use annexa::dialect::Inputs;
use annexa::kernel::budget::counted;
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
    ("stages of Jenkins", "Jenkinsfile", "", |n| {
        format!("stage('s{n}') {{\n  docker.image('x:latest').inside {{ sh \"echo ${{params.A}} {n}\" }}\n}}\n")
    }),
    ("names of Jenkins", "Jenkinsfile", "node { sh \"${a1}\" }\n", |n| format!("def a{n} = \"${{a{}}}-{n}\"\n", n + 1)),
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
    ("sources of an image", "a.pkr.hcl", "variable \"a\" {\n  default = \"x\"\n}\n", |n| {
        format!("source \"null\" \"s{n}\" {{\n  a = var.a\n}}\n")
    }),
    ("builds of one source", "a.pkr.hcl", "source \"null\" \"a\" {\n}\n", |n| {
        format!("build {{\n  name = \"b{n}\"\n  source \"null.a\" {{\n    a = {n}\n  }}\n}}\n")
    }),
    ("jobs that need others", ".gitlab-ci.yml", "j0: {script: [x]}\n", |n| {
        format!("j{}: {{script: [x], needs: [j{n}]}}\n", n + 1)
    }),
    ("rights for all branches", "bitbucket-pipelines.yml", "pipelines:\n  branches:\n", |n| {
        format!("    b{n}: [{step}]\n", step = "{step: {image: \"x:latest\", script: [echo $BITBUCKET_BRANCH]}}")
    }),
    (
        "commands of CircleCI",
        ".circleci/config.yml",
        "version: 2.1\njobs: {j: {docker: [{image: a}], steps: [c1]}}\ncommands:\n",
        |n| format!("  c{n}: {{steps: [{{run: make}}]}}\n"),
    ),
    ("jobs of Azure Pipelines", "azure-pipelines.yml", "jobs:\n", |n| {
        format!(
            "- job: j{n}\n  pool: {{vmImage: ubuntu-latest}}\n  steps: [{{script: \"echo $(Build.SourceBranchName)\"}}]\n"
        )
    }),
    ("parameters of Bicep", "main.bicep", "", |n| {
        format!(
            "param p{n} string = 'a'\nresource s{n} 'Microsoft.Storage/storageAccounts@2021-04-01' = {{\n  name: p{n}\n}}\n"
        )
    }),
    ("schemas of an interface", "api.yaml", "openapi: 3.1.0\npaths: {/a: {get: {}}}\ncomponents:\n  schemas:\n", |n| {
        format!("    S{n}: {{type: object, properties: {{a: {{$ref: '#/components/schemas/S0'}}}}}}\n")
    }),
    (
        "values of Serverless",
        "serverless.yml",
        "service: a\nprovider: {name: aws, runtime: nodejs12.x}\nfunctions: {f: {handler: a}}\ncustom:\n",
        |n| format!("  a{n}: ${{self:service}}-{n}\n"),
    ),
    (
        "steps of a workflow of Argo",
        "w.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec:\n  entrypoint: m\n  templates:\n  - {name: t, script: {image: x, command: [sh], source: a}}\n  - name: m\n    steps:\n",
        |n| format!("    - [{{name: s{n}, template: t}}]\n"),
    ),
    (
        "members of a binding",
        "main.tf",
        "resource \"google_project_iam_binding\" \"b\" {\n  role = \"roles/owner\"\n}\n",
        |n| {
            format!(
                "resource \"google_project_iam_member\" \"b{n}\" {{\n  role = \"roles/owner\"\n  member = \"user:u{n}@example.org\"\n}}\n"
            )
        },
    ),
    (
        "variables of a workflow",
        ".github/workflows/a.yml",
        "on: issues\njobs:\n  j:\n    runs-on: ubuntu-24.04\n    steps: [{run: a}]\n    env:\n",
        |n| format!("      V{n}: ${{{{ github.event.issue.title }}}}\n"),
    ),
    ("directives", "a.service", "[Service]\n", |n| format!("Environment=A{n}=b\n")),
    ("lines of a Dockerfile", "Dockerfile", "FROM debian:12\n", |n| format!("RUN echo {n}\n")),
    ("tasks", "playbook.yml", "- hosts: all\n  tasks:\n", |n| {
        format!("  - name: t{n}\n    ansible.builtin.command: echo {n}\n")
    }),
    ("plays that set a variable", "playbook.yml", "", |n| {
        format!(
            "- hosts: h{n}\n  vars: {{p: v{n}}}\n  tasks:\n  - name: t{n}\n    ansible.builtin.file: {{path: \"/{{{{ p }}}}\", mode: \"0777\"}}\n"
        )
    }),
    ("tasks that set a variable", "playbook.yml", "- hosts: all\n  tasks:\n", |n| {
        format!(
            "  - ansible.builtin.set_fact: {{p{n}: v}}\n  - name: t{n}\n    ansible.builtin.file: {{path: \"/{{{{ p{n} }}}}\", mode: \"0777\"}}\n"
        )
    }),
    ("names and values", ".env", "", |n| format!("A{n}=b{n}\n")),
    ("texts of a program", "settings.py", "", |n| format!("A{n} = {{'b': 'c{n}'}}\n\n\n")),
    (
        "rules of a packet filter",
        "nftables.conf",
        "define A = 22\ntable inet f {\nchain c {\ntype filter hook input priority 0; policy drop;\n",
        |n| format!("ip saddr != 10.0.{}.{} tcp dport $A accept\n", n / 256, n % 256),
    ),
    ("listeners", "mosquitto.conf", "per_listener_settings true\n", |n| {
        format!("listener {}\nallow_anonymous true\n", 1_000 + n)
    }),
    ("lists of addresses", "named.conf", "options {\nrecursion yes;\n};\n", |n| {
        format!("acl a{n} {{ a{}; any; }};\n", n + 1)
    }),
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
    ("conditions of a script", "run.sh", "#!/bin/sh\n", |n| {
        format!("if ! npm audit; then echo {n}; fi\nnpm audit &\n")
    }),
    ("recipes", "justfile", "", |n| format!("r{n}:\n  curl -k https://example.org/{n} | sh\n")),
    ("steps of a build", "cloudbuild.yaml", "steps:\n", |n| {
        format!("- {{name: 'a:{n}', script: 'curl -k https://example.org/{n}'}}\n")
    }),
    ("variables of a Makefile", "Makefile", "", |n| {
        format!("A{n} = -k\nt{n}:\n\tcurl $(A{n}) https://example.org/{n} | sh\n")
    }),
    ("variables of jobs", ".gitlab-ci.yml", "", |n| {
        format!("j{n}: {{variables: {{A{n}: -k}}, script: [\"curl $A{n} https://example.org | sh\"]}}\n")
    }),
    ("commands of PowerShell", "run.ps1", "", |n| format!("<# {n} #>\niwr https://example.org/{n} | iex\n")),
    (
        "objects of a template",
        "openshift.yaml",
        "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nparameters: [{name: A, value: b}]\nobjects:\n",
        |n| {
            format!(
                "- {{apiVersion: v1, kind: Pod, metadata: {{name: '${{A}}{n}'}}, spec: {{containers: [{{name: a, image: x}}]}}}}\n"
            )
        },
    ),
    ("kustomizations of Flux", "flux.yaml", "", |n| {
        format!(
            "---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: k{n}}}\nspec: {{path: ./k, targetNamespace: n{n}}}\n"
        )
    }),
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
    ("flux.yaml", "k/kustomization.yaml", "resources: [p.yaml]\n"),
    (
        "flux.yaml",
        "k/p.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x}]}\n",
    ),
];

/// What a run takes.
#[derive(Clone, Copy)]
struct Taken {
    bytes: usize,
    steps: u64,
}

/// The steps of all threads so far.
fn steps() -> u64 {
    rayon::broadcast(|_| counted()).into_iter().sum::<u64>() + counted()
}

/// The rules of all runs: a pattern is made whole once much was asked of it.
static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::builtin(dialect::DIALECTS));

/// What a run over so many takes.
fn taken(construct: Construct, count: usize) -> Taken {
    let (_, path, before, of) = construct;
    let mut text = before.to_owned();
    (0..count).for_each(|at| write!(text, "{}", of(at)).unwrap());
    let beside = BESIDE.iter().filter(|(of, ..)| *of == path).map(|(_, path, text)| (*path, *text));
    let workspace = Workspace::in_memory(beside.chain([(path, text.as_str())])).whole();
    let (names, inputs) = (Names::default(), Inputs::default());
    let before = Taken { bytes: ALLOCATED.total_allocated(), steps: steps() };
    let assessment = assess(&workspace, Request::new(&RULES, &names, &inputs, jiff::civil::date(2025, 1, 1)));
    assert!(!assessment.findings.is_empty() || path.ends_with("tfvars"), "{path}: nothing is judged");
    Taken { bytes: ALLOCATED.total_allocated() - before.bytes, steps: steps() - before.steps }
}

/// One test, so that nothing else asks for memory beside it.
#[test]
fn twice_the_input_is_twice_the_work() {
    scan::use_threads(Some(1)).unwrap();
    let mut grown = Vec::new();
    // After so many bytes tables are made that are worth their time then, once.
    taken(("text", ".env", "", |n| format!("NAME{n}=some words\n")), 20_000);
    for construct in CONSTRUCTS {
        // What is made once (tables, patterns) is made before anything is counted.
        taken(*construct, 1_600);
        let runs = [200, 400, 800].map(|count| taken(*construct, count));
        let bytes = runs.map(|run| u64::try_from(run.bytes).unwrap());
        for (what, [one, two, four]) in [("bytes", bytes), ("steps", runs.map(|run| run.steps))] {
            let (first, second) = (two.saturating_sub(one), four.saturating_sub(two));
            // Twice the step, and at most a fifth more; a list that doubles its room when it is full may do so in one of
            // them, and a few steps are none.
            if second * 10 > first * 2 * 12 + 1_000 {
                grown.push(format!("{}: {one}, {two}, {four} {what}", construct.0));
            }
        }
    }
    assert!(grown.is_empty(), "more than linear:\n{}", grown.join("\n"));
}
