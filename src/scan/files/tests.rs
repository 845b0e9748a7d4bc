use super::*;
use crate::dialect::policies::Places;

/// The dialects that take a file for theirs, but for those that look through any text; with what it is told to be else.
fn taken(path: &str, text: &str) -> Vec<&'static str> {
    let workspace = Workspace::in_memory([(path, text)]);
    let outcome = read(&workspace, FileId(0), &Demand::default(), &|_| true);
    let structured = outcome.documents.iter().filter(|(document, _)| document.syntax != "text");
    let names = structured.flat_map(|(_, names)| names.iter().copied());
    names.chain(outcome.not_read.iter().map(|entry| entry.name)).collect()
}

/// A dialect, files that are its, and near misses that nobody may take.
type Spellings = (&'static str, &'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

const SPELLINGS: &[Spellings] = &[
    (
        "kubernetes",
        &[
            ("a.yaml", "apiVersion: v1\nkind: Pod\n"),
            ("a.yml", "\u{feff}---\r\n# x\r\napiVersion: v1\r\nkind: Pod\r\n"),
            ("a.yaml", "&a apiVersion: v1\nkind: &b Pod\n"),
            ("a.yaml", "? apiVersion\n: v1\n? kind\n: Pod\n"),
            ("a.yaml", "? \"api\\\n  Version\"\n: v1\nkind: Pod\n"),
            ("a.yaml", "\"api\\u0056ersion\": v1\n'kind': \"P\\x6fd\"\n"),
            ("a.yaml", "!!map {!!str apiVersion: v1, kind: !!str Pod}\n"),
            ("a.yaml", "!mine\napiVersion: v1\nkind: !mine Pod\n"),
            ("a.yaml", "x: &x {kind: Pod}\n---\n<<: {kind: Pod}\napiVersion: v1\n"),
            ("a.yaml", "other: 1\n---\n{\"apiVersion\": \"v1\",\n\t\"kind\": \"Pod\"}\n...\n"),
            ("a.yaml", "%YAML 1.2\n---\napiVersion: v1\nkind: Pod\n"),
            ("templates/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: \"{{ x }}\"}\n"),
            ("a.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  t: |\n    {{ range .x }}\n"),
            ("a.json", r#"{"ap\u0069Version": "v1", "kin\u0064": "Pod"}"#),
            ("a.json", r#"[{"apiVersion": "v1", "kind": "Pod"}]"#),
        ],
        &[
            ("a.yaml", "# apiVersion, kind\nname: x\n"),
            ("a.yaml", "text: |\n  apiVersion: v1\n  kind: Pod\n"),
            ("a.yaml", "apiVersion: v1\nname: kind\n"),
            ("a.json", r#"{"a": {"apiVersion": "v1", "kind": "Pod"}, "b": "\u0061"}"#),
            ("a.txt", "apiVersion: v1\nkind: Pod\n"),
        ],
    ),
    (
        "cloudformation",
        &[
            ("t.yaml", "Resources:\n  A: {Type: \"AWS\\u003a:S3::Bucket\"}\n"),
            ("t.yml", "\"\\x52esources\":\n  A:\n    ? Type\n    : AWS::S3::Bucket\n"),
            ("t.json", r#"{"\u0052esources": {"A": {"Type": "AWS::S3::Bucket"}}}"#),
            ("t.json", r#"{"AWSTemplateFormatVersion": "2010-09-09""#),
            ("t.template", "{\n\t\"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\"}}\n}"),
            ("t.template", "{Resources: {A: {Type: AWS::S3::Bucket}}}\n"),
            ("t.template", "Resources:\n  A: {Type: \"AWS::S3::Bucket\"}\n"),
            ("t.template.json", r#"{"Resources": {"A": {"Type": "Third::Party::Thing"}}}"#),
        ],
        &[
            ("t.yaml", "Resources:\n  A: {Type: bucket}\nnote: 'AWS::'\n"),
            ("t.json", r#"{"Template": {"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}}"#),
            ("t.template", "Dear {{ name }},\n"),
            ("t.json", r#"{"broken": "\u0041" "AWS": }"#),
        ],
    ),
    (
        "arm",
        &[
            (
                "template.json",
                r#"{"$schema": "https:\/\/schema.management.azure.com\/schemas\/2019-04-01\/deploymentTemplate.json#", "resources": []}"#,
            ),
            ("t.jsonc", "{// x\n\"\\u0024schema\": \"https://x/DEPLOYMENTTEMPLATE.JSON\", \"resources\": {}}"),
            ("t.json", r#"{"$schema": "https://x/subscriptionDeploymentTemplate\u002ejson#", "\u0072esources": []}"#),
            ("main.bicep", "param name string\n"),
            ("Main.BICEP", "resource a 'A.B/c@1' = {\n"),
            ("dev.bicepparam", "using 'main.bicep'\n"),
        ],
        &[
            ("main.bicep", "// nothing yet\n"),
            ("main.bicep.txt", "param name string\n"),
            ("t.json", r#"{"$schema": "https://x/deploymentParameters.json#", "resources": []}"#),
            ("t.json", r#"{"about": "$schema deploymentTemplate.json", "resources": []}"#),
        ],
    ),
    (
        "compose",
        &[
            ("docker-compose.prod.yml", "services: {a: {}}\n"),
            ("compose.override.yaml", "\"\\x73ervices\": {a: {}}\n"),
            ("deploy/prod.compose.yaml", "services: {a: {}}\n"),
            ("compose.yaml", "include: [a.yml]\n"),
            ("stack.yml", "version: '3.9'\nservices:\n  a: {image: x}\nx-common: {}\n"),
            ("inc/x.yml", "? services\n: a: {build: .}\n"),
        ],
        &[
            ("services.yaml", "services:\n  _defaults: {autowire: true}\n"),
            ("replicas.yaml", "services:\n  a: {image: x}\nreplicas: 2\n"),
            ("x.yml", "services: [{image: x}]\n"),
            ("x.yml", "services:\n  a: {image: {name: x}}\n"),
            ("compose.yml", "name: x\n"),
            ("composer.yml", "services: {a: {}}\n"),
        ],
    ),
    (
        "dockerfile",
        &[
            ("Dockerfile", "FROM a\n"),
            ("Dockerfile.prod", "# x\nARG A=1\nfrom a\n"),
            ("prod.Dockerfile", "FROM a\n"),
            ("prod-dockerfile", "FROM a\n"),
            ("Containerfile", "FR\\\nOM a\n"),
            ("Dockerfile.go", "FROM a\nRUN go version\n"),
            ("dockerfile.yaml", "# syntax=docker/dockerfile:1\nFROM a\n"),
            ("Dockerfile2", "FROM a\n"),
        ],
        &[
            ("Dockerfile.go", "package a\n\nconst From = 1\n"),
            ("Dockerfile", "RUN x\n"),
            ("dockerfile_parser.py", "from re import match\nKEYWORDS = 1\n"),
            ("Dockerfile.dockerignore", "FROM a\n"),
        ],
    ),
    (
        "github-actions",
        &[
            (".github/workflows/a.yml", "on: push\n\"j\\x6fbs\": {a: {}}\n"),
            (".github/workflows/a.yaml", "? jobs\n: a: {}\n"),
            (".github/workflows/a.yml", "jobs:\n  a: [\n"),
            ("x/action.yml", "&a runs: {using: node24}\n"),
        ],
        &[
            (".github/workflows/sub/a.yml", "jobs: {a: {}}\n"),
            ("workflows/a.yml", "jobs: {a: {}}\n"),
            (".github/workflows/a.yml", "# jobs\nname: x\n"),
        ],
    ),
    (
        "azure-pipelines",
        &[
            ("azure-pipelines.yml", "pool: x\nstages: [\n"),
            ("azure-pipelines.yml", "\"st\\u0061ges\": [{stage: x}]\n"),
            ("ci/x.yaml", "\"st\\x65ps\": [{script: x}]\n"),
            ("ci/x.yml", "? jobs\n: [{job: a}]\n"),
            ("t.yml", "extends: {template: a.yml}\n"),
        ],
        &[("x.yml", "steps: [{run: x}]\n"), ("x.yml", "stages: [a]\n"), ("x.yml", "# steps\nname: x\n")],
    ),
    (
        "circleci",
        &[
            (".circleci/config.yml", "version: 2.1\n\"j\\x6fbs\": {a: {}}\n"),
            ("sub/.circleci/continue.yaml", "? workflows\n: {a: {}}\n"),
            (".circleci/config.yml", "jobs:\n  a: [\n"),
        ],
        &[("circle.yml", "jobs: {a: {}}\n"), (".circleci/notes.yml", "# jobs\nname: x\n")],
    ),
    (
        "bitbucket-pipelines",
        &[
            ("bitbucket-pipelines.yml", "\"pip\\x65lines\": {default: []}\n"),
            ("a/bitbucket-pipelines.yaml", "definitions: {pipelines: {}}\n"),
        ],
        &[("pipelines.yml", "pipelines: {default: []}\n"), ("bitbucket-pipelines.yml", "name: x\n")],
    ),
    (
        "jenkins",
        &[
            ("Jenkinsfile", "pipeline { agent any }\n"),
            ("ci/Jenkinsfile.release", "buildPlugin()\n"),
            ("deploy.jenkinsfile", "node {\n  sh 'make'\n}\n"),
            ("vars/build.groovy", "def call() {\n  sh 'make'\n}\n"),
        ],
        &[
            ("Jenkinsfile", "// nothing\n"),
            ("Jenkinsfile.html", "pipeline { agent any }\n"),
            ("vars/helper.groovy", "def call(a) {\n  return a.size()\n}\n"),
            ("src/build.groovy", "node { sh 'make' }\n"),
        ],
    ),
    (
        "openapi",
        &[
            ("api.yaml", "openapi: 3.1.0\ninfo: {}\n"),
            ("v2.json", r#"{"swag\u0067er": "2.0", "paths": {}}"#),
            ("a.yml", "? openapi\n: 3.0.0\ncomponents: {}\n"),
        ],
        &[("a.yaml", "openapi: generator\ninfo: {}\n"), ("notes.json", r#"{"dependencies": {"openapi": "1"}}"#)],
    ),
    (
        "serverless",
        &[
            ("serverless.yml", "service: a\n\"provid\\x65r\": {name: aws}\n"),
            ("a/serverless.prod.json", r#"{"provider": "aws", "functions": {}}"#),
        ],
        &[("serverless.yml", "a: 1\n"), ("service.yml", "service: a\nprovider: {name: aws}\n")],
    ),
    (
        "packer",
        &[
            ("a.pkr.hcl", "build {}\n"),
            ("a.pkrvars.hcl", "region = \"x\"\n"),
            ("a.json", r#"{"build\u0065rs": [{"type": "docker"}]}"#),
            ("a.json", r#"{"_why": "x", "builders": [{"\u0074ype": "null"}], "provisioners": []}"#),
        ],
        &[
            ("a.hcl", "build {}\n"),
            ("a.json", r#"{"builders": {"a": {"type": "x"}}}"#),
            ("a.json", r#"{"builders": [{"type": "docker"}], "generators": []}"#),
        ],
    ),
    (
        "gitlab-ci",
        &[(".gitlab-ci.yml", "a: {\"scr\\u0069pt\": [x]}\n"), ("sub/.gitlab/ci/a.yaml", "a:\n  ? script\n  : [x]\n")],
        &[(".gitlab/x.yml", "name: script\n"), ("gitlab.yml", "a: {script: [x]}\n")],
    ),
    (
        "ansible",
        &[
            ("site.yml", "- hosts: all\n  tasks: []\n"),
            ("site.yml", "--- # plays\n# x\n- hosts: all\n  roles: []\n"),
            ("site.yml", "--- !!seq\n- {\"h\\x6fsts\": all, \"t\\x61sks\": []}\n"),
            ("site.yml", "&plays\n- hosts: all\n  tasks: []\n"),
            ("site.yml", "[{hosts: all, tasks: []}]\n"),
            ("roles/a/tasks/main.yml", "- ansible.builtin.command: x\n"),
            ("tasks.yml", "- \"ansible\\x2ebuiltin.command\": x\n"),
            ("group_vars/all.yml", "a: 1\n"),
        ],
        &[("list.yml", "- hosts: all\n"), ("map.yml", "hosts: all\ntasks: []\n"), ("x.yml", "---- hosts tasks\n")],
    ),
    (
        "fleet",
        &[
            ("default.yml", "\"controls\" : {enable_disk_encryption: true}\n"),
            ("a.yml", "- {name: a, query: q, \"res\\x6flution\": r, platform: p}\n"),
        ],
        &[("a.yml", "controls: {zoom: true}\n")],
    ),
    (
        "mdm",
        &[("d.json", r#"{"Type": "com.apple.c\u006fnfiguration.passcode.settings", "Payload": {}}"#)],
        &[("d.json", r#"{"Type": "com.apple.activation.simple", "Payload": {}}"#)],
    ),
    (
        "nginx",
        &[
            ("nginx.conf", "# {{ x\nserver { listen 80; }\n"),
            ("conf.d/default.conf", "server {\n  listen 80;\n}\n"),
            ("nginx/a.conf", "server { set $a \"{{\"; }\n"),
            ("sites-enabled/a", "server { listen 80; }\n"),
        ],
        &[("nginx/a.conf", "server x\n"), ("b.conf", "server { weight 5; }\n"), ("b.txt", "server { listen 80; }\n")],
    ),
    (
        "terraform",
        &[
            ("a.tf", ""),
            ("a.tf.json", "{}"),
            ("prod.tfvars.json", "{}"),
            ("plan.json", r#"{"format_version": "1.2", "planned_v\u0061lues": {}}"#),
        ],
        &[("plan.json", r#"{"about": "planned_values"}"#)],
    ),
    (
        "template",
        &[
            ("k8s/a.yaml", "apiVersion: v1\nkind: Pod\n{{- if .x }}\nspec: {}\n{{- end }}\n"),
            ("k8s/b.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .x }}-a\n"),
            (
                "net.json",
                "{\"$schema\": \"deploymentTemplate.json\", \"resources\": [\n{% for a in b %}\n{}\n{% endfor %}\n]}",
            ),
            ("roles/a/templates/nginx.conf.j2", "server {}\n"),
            ("main.tf.tmpl", "resource {}\n"),
        ],
        &[("letter.txt.j2", "Dear {{ name }}\n"), ("a.yaml", "apiVersion: v1\nname: '{{ x }}'\n")],
    ),
];

#[test]
fn a_file_that_is_used_as_it_stands_is_no_template_for_a_mark() {
    let keys = "name: a\nstages:\nservices:\njobs:\npipelines:\nsteps:\n";
    let (line, lines) = ("- run: curl -H \"A: {{ x }}\" https://x\n", "{{ if .x }}\na: b: c\n{{ end }}\n");
    let (line, lines) = ([keys, line].concat(), [keys, lines].concat());
    let (line, lines) = (line.as_str(), lines.as_str());
    for (path, text, want) in [
        (".github/workflows/a.yml", line, &["github-actions"][..]),
        (".gitlab-ci.yml", line, &["gitlab-ci"]),
        ("compose.yaml", line, &["compose"]),
        (".circleci/config.yml", line, &["circleci"]),
        ("azure-pipelines.yml", line, &["azure-pipelines"]),
        ("bitbucket-pipelines.yml", line, &["bitbucket-pipelines"]),
        ("kustomization.yaml", line, &["kustomize"]),
        ("chart/Chart.yaml", line, &["helm"]),
        (".github/dependabot.yml", line, &["dependabot"]),
        (".pre-commit-config.yaml", line, &["pre-commit"]),
        (".pre-commit-config.yaml", "repos: [\n", &["pre-commit"]),
        (".github/workflows/a.yml", lines, &["template"]),
        ("compose.yaml", lines, &["template"]),
        ("{{cookiecutter.name}}/compose.yaml", line, &["template"]),
        // What else it may be is told by what stands in it.
        ("k8s/a.yaml", "apiVersion: v1\nkind: Pod\na: b: {{ x }}\n", &["template"]),
    ] {
        assert_eq!(taken(path, text), want, "{path}:\n{text}");
    }
}

#[test]
fn every_spelling_is_recognised_and_no_near_miss() {
    for (dialect, theirs, others) in SPELLINGS {
        for (path, text) in *theirs {
            assert_eq!(taken(path, text), [*dialect], "{path}:\n{text}");
        }
        for (path, text) in *others {
            assert_eq!(taken(path, text), Vec::<&str>::new(), "{path}:\n{text}");
        }
    }
}

#[test]
fn what_precedes_and_follows_a_template_is_judged() {
    let text = "apiVersion: v1\nkind: Pod\n---\napiVersion: v1\n{{ if .x }}\nkind: Pod\n{{ end }}\n---\napiVersion: v1\nkind: Job\n";
    let workspace = Workspace::in_memory([("a.yaml", text)]);
    let outcome = read(&workspace, FileId(0), &Demand::default(), &|_| true);
    let [(document, names)] = outcome.documents.as_slice() else { panic!("{}", outcome.documents.len()) };
    let kinds: Vec<_> = document.roots.iter().filter_map(|root| root.get("kind")?.as_str()).collect();
    assert_eq!((names.as_slice(), kinds), (&["kubernetes"][..], vec!["Pod", "Job"]));
    assert_eq!((document.problems.len(), outcome.not_read.len()), (0, 1));
}

#[test]
fn an_error_away_from_template_lines_is_an_error() {
    let text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  t: |\n    {{ range .x }}\n    y\n    z\n    w\nbroken: [\n";
    let workspace = Workspace::in_memory([("a.yaml", text)]);
    let outcome = read(&workspace, FileId(0), &Demand::default(), &|_| true);
    let problems: usize = outcome.documents.iter().map(|(document, _)| document.problems.len()).sum();
    assert_eq!((problems, outcome.not_read.len()), (1, 0));
}

#[test]
fn of_markdown_that_is_no_document_only_the_front_matter_stays() {
    let front = "---\ntitle: A\n---\n# A\n\n";
    let plain = [front, "[l](https://example.org/)\n"].concat();
    for (path, is_whole) in [("README.md", false), ("policies/a.md", true)] {
        let workspace = Workspace::in_memory([(path, plain.as_str())]).whole();
        let demand = Demand { places: Some(Places::default()), ..Demand::default() };
        let outcome = read(&workspace, FileId(0), &demand, &|_| true);
        let (document, _) = outcome.documents.iter().find(|(_, names)| names.contains(&"document")).unwrap();
        let root = &document.roots[0];
        assert!(root.at(&["front_matter", "title"]).is_some(), "{path}");
        assert_eq!(root.get("links").is_some(), is_whole, "{path}");
        assert!(whole(document, &workspace)[0].get("links").is_some(), "{path}: read again");
        assert!(workspace.was_read(FileId(0)), "{path}: it counts as read");
    }
}

#[test]
fn of_definitions_of_kinds_the_schemas_stay_where_a_rule_may_ask_for_them() {
    let schema = "openAPIV3Schema: {type: object, properties: {a: {type: string}}}";
    let crd =
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.x.org}\nspec:\n";
    let now = [crd, "  versions: [{name: v1, schema: {", schema, "}}]\n"].concat();
    let earlier = [crd, "  validation: {", schema, "}\n"].concat();
    let indented: String = now.lines().flat_map(|line| ["  ", line, "\n"]).collect();
    let list = format!("apiVersion: v1\nkind: List\nitems:\n-\n{indented}");
    let others = ["kind: ConfigMap\nspec: {validation: {", schema, "}}\napiVersion: v1\n"].concat();
    for (text, is_definition) in [(now, true), (earlier, true), (list, true), (others, false)] {
        for schemas in [false, true] {
            let workspace = Workspace::in_memory([("a.yaml", &*text)]);
            let outcome = read(&workspace, FileId(0), &Demand { schemas, ..Demand::default() }, &|_| true);
            let document = &outcome.documents[0].0;
            let (shown, stays) = (format!("{:?}", document.roots), !is_definition || schemas);
            assert_eq!(shown.contains("\"properties\""), stays, "{text}");
            assert!(shown.contains("openAPIV3Schema") && document.problems.is_empty(), "{text}");
        }
    }
}

#[test]
fn a_patch_of_a_schema_is_no_mistake() {
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.x.org}\nspec: {versions: [{schema: {openAPIV3Schema: {type: object}}}]}\n";
    let patch = |path: &str| {
        let operation = format!("[{{op: remove, path: /spec/versions/0/{path}}}]");
        format!(
            "resources: [a.yaml]\npatches: [{{target: {{kind: CustomResourceDefinition}}, patch: \"{operation}\"}}]\n"
        )
    };
    for (path, is_there) in
        [("schema/openAPIV3Schema/type", true), ("schema/openAPIV3Schema", true), ("scheme/x", false)]
    {
        let files = [("a.yaml", crd.to_owned()), ("kustomization.yaml", patch(path))];
        let workspace = Workspace::in_memory(files.iter().map(|(path, text)| (*path, &**text)));
        let parsed = super::super::parse_with(&workspace, &Demand { schemas: false, ..Demand::default() }, None, None);
        let extracted = super::super::extract(&workspace, &parsed, &crate::dialect::Inputs::default());
        assert_eq!(extracted.problems.is_empty(), is_there, "{path}: {:?}", extracted.problems);
    }
}

#[test]
fn what_only_mappings_may_be_is_told_where_it_is_none() {
    for (path, text, want) in [
        (
            "compose.yaml",
            "- services: {web: {image: nginx}}\n",
            Some("holds a list, where a project of Compose holds a mapping"),
        ),
        (
            "app/kustomization.yaml",
            "just words\n",
            Some("holds a single value, where an overlay of Kustomize holds a mapping"),
        ),
        ("compose.yaml", "services: {}\n", None),
        (
            "playbooks/groups/releng-compose.yml",
            "- import_playbook: include/services.yml\n- hosts: web\n  tasks: [{name: services, ansible.builtin.service: {name: y}}]\n",
            None,
        ),
        ("compose.yaml", "# services:\n", Some("is empty, where a project of Compose holds a mapping")),
        ("compose.prod.yaml", "x\n", Some("holds a single value, where a project of Compose holds a mapping")),
        (".gitlab-ci.yml", "- a\n", Some("holds a list, where a pipeline of GitLab holds a mapping")),
        (".gitlab-ci.yml", "a: {script: b}\n", None),
        (".github/workflows/a.yml", "- a\n", Some("holds a list, where a workflow of GitHub holds a mapping")),
        (".github/workflows/a.yml", "", Some("is empty, where a workflow of GitHub holds a mapping")),
        ("a/Chart.yaml", "- a\n", Some("holds a list, where a chart of Helm holds a mapping")),
        (
            ".circleci/config.yml",
            "a\n",
            Some("holds a single value, where a configuration of CircleCI holds a mapping"),
        ),
        ("b/azure-pipelines.yml", "- a\n", Some("holds a list, where a pipeline of Azure holds a mapping")),
        ("app/config.yml", "- a\n", None),
        ("composer.yaml", "- a\n", None),
        // Lists of tasks, and what Ansible's vault encrypts.
        ("roles/a/tasks/gone.yml", "- name: x\n  some_module: {state: absent}\n", None),
        ("group_vars/all/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n6364\n", None),
    ] {
        let workspace = Workspace::in_memory([(path, text)]);
        let problems = read(&workspace, FileId(0), &Demand::default(), &|_| true).problems;
        assert_eq!(problems.first().map(|problem| &*problem.message), want, "{path} {text}");
    }
}
