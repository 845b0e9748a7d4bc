//! Suppression comments from files to findings, through the parsers and dialects that users get.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

use std::sync::Arc;

use annexa::dialect::{DIALECTS, Inputs};
use annexa::evaluate::Outcome;
use annexa::evaluate::engine::{Options, judge_all};
use annexa::rule::{Rule, load};
use annexa::scan;
use annexa::source::{FileId, Source, Workspace};
use annexa::triage::suppression::Names;
use annexa::triage::{Context, triage};

fn rule(id: &str, aliases: &str, check: &str) -> Arc<Rule> {
    let text = format!(
        "title = \"t\"\nseverity = \"low\"\ncontrols = {{ \"8.9\" = \"direct\" }}\naliases = [{aliases}]\n\
         why = \"w\"\nfix = \"f\"\n[[check]]\n{check}\n"
    );
    let source = Source::from_text(FileId(0), &format!("rules/test/{id}.toml"), &text);
    Arc::new(
        load::rule(&source, "test", DIALECTS, load::Against::Schemas)
            .unwrap_or_else(|faults| panic!("{id}: {faults:?}")),
    )
}

/// The failing findings of the files, `path:line rule`, with a reason where one is silenced; then the problems.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let rules = [
        rule(
            "root-user",
            "\"CKV_DOCKER_8\"",
            "kind = \"dockerfile/image\"\ndeny = { \"final_stage.user\" = \"root\" }",
        ),
        rule(
            "upgrade-run",
            "\"DL3008\"",
            "kind = \"dockerfile/image\"\neach = \"run\"\ndeny = { value = { contains = \"upgrade\" } }",
        ),
        rule(
            "privileged-pod",
            "\"CKV_K8S_16\", \"kube-linter:privileged-container\"",
            "kind = \"kubernetes/Pod\"\neach = \"containers\"\ndeny = { \"securityContext.privileged\" = true }",
        ),
        rule(
            "unencrypted-db",
            "\"CKV_AWS_16\", \"AVD-AWS-0080\"",
            "kind = \"terraform/aws_db_instance\"\nassert = { storage_encrypted = true }",
        ),
        rule(
            "open-rule",
            "\"CKV_AWS_260\"",
            "kind = \"terraform/aws_security_group\"\neach = \"ingress\"\ndeny = { cidr_blocks = { covers-internet = true } }",
        ),
        rule(
            "open-port",
            "{ id = \"CKV_AWS_24\", facet = \"ssh\" }, { id = \"CKV_AWS_25\", facet = \"rdp\" }, { id = \"CKV_AWS_277\", relation = \"stricter\" }",
            "kind = \"terraform/aws_vpc_security_group_ingress_rule\"\ndeny = { ports = { includes = [22, 3389] } }\n\
             facet = { ssh = { ports = { includes = [22] } }, rdp = { ports = { includes = [3389] } } }",
        ),
        rule(
            "open-storage",
            "\"CKV_AZURE_3\"",
            "kind = \"arm/Microsoft.Storage/storageAccounts\"\nassert = { \"properties.supportsHttpsTrafficOnly\" = true }",
        ),
        rule(
            "unencrypted-instance",
            "{ id = \"CKV_AWS_96\", kind = \"cloudformation/AWS::RDS::DBCluster\" }, { id = [\"CKV_AWS_17\", \"RDS_STORAGE_ENCRYPTED\"], kind = \"cloudformation/AWS::RDS::DBInstance\" }",
            "kind = [\"cloudformation/AWS::RDS::DBInstance\", \"cloudformation/AWS::RDS::DBCluster\"]\nassert = { StorageEncrypted = true }",
        ),
        rule("privileged-service", "\"CKV_COMPOSE_1\"", "kind = \"compose/service\"\ndeny = { privileged = true }"),
        rule("moving-tag", "", "kind = \"fact/image\"\ndeny = { tag = \"latest\" }"),
        rule("written-out", "", "kind = \"fact/credential\"\ndeny = { form = \"literal\" }"),
    ];
    let workspace = Workspace::in_memory(files.iter().copied());
    let today = jiff::civil::date(2026, 1, 15);
    let parsed = scan::parse(&workspace);
    let extracted = scan::extract(&workspace, &parsed, &Inputs::default());
    let names = Names::new(rules.iter().map(|rule| {
        (rule.id.to_string().into(), annexa::rule::card::PeerNames::Read(rule.aliases.as_slice().into()), true)
    }));
    let mut suppressions = scan::suppressions(&workspace, &parsed, &extracted.resources, &names, today);
    let options = Options { today, explain_passes: false, subjects: false, coverage: false };
    let judged = judge_all(&rules, &extracted.resources, options);
    let context = Context { rules: &rules, resources: &extracted.resources, workspace: &workspace };
    let findings = triage(judged, context, Some(&mut suppressions));
    let failed = findings.iter().filter(|finding| finding.outcome == Outcome::Fail).map(|finding| {
        let source = workspace.source(finding.span.file).unwrap();
        let line = source.position(finding.span.start).line;
        let reason =
            finding.suppressed.as_ref().map_or(String::new(), |suppressed| format!(" ({})", suppressed.reason));
        format!("{}:{line} {}{reason}", source.path(), finding.rule.id)
    });
    let told = suppressions.problems().iter().cloned().chain(suppressions.told(today));
    failed.chain(told.map(|problem| format!("{}: {}", problem.path, problem.code))).collect()
}

#[test]
fn dockerfiles() {
    let text = "# checkov:skip=CKV_DOCKER_8:built as root\n\
                FROM alpine:3.20\n\
                # hadolint ignore=DL3008\n\
                RUN apt-get update && \\\n    apt-get upgrade\n\
                # annexa:ignore upgrade-run the base image lags behind\n\
                RUN apk upgrade\n\
                RUN apk upgrade --all\n\
                USER root\n";
    assert_eq!(
        found(&[("Dockerfile", text)]),
        [
            "Dockerfile:4 upgrade-run (no reason given)",
            "Dockerfile:7 upgrade-run (the base image lags behind)",
            "Dockerfile:8 upgrade-run",
            "Dockerfile:9 root-user (built as root)",
        ]
    );
}

#[test]
fn kubernetes() {
    let pod = |annotation: &str, before: &str, trailing: &str| {
        format!(
            "{before}apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n{annotation}spec:\n  containers:\n    - name: c\n      \
             image: a:1\n      securityContext:\n        privileged: true{trailing}\n"
        )
    };
    let annotation = "  annotations:\n    checkov.io/skip1: CKV_K8S_16=it is a node agent\n";
    for (text, want) in [
        (pod("", "", ""), vec!["p.yaml:10 privileged-pod"]),
        (pod(annotation, "", ""), vec!["p.yaml:12 privileged-pod (it is a node agent)"]),
        (pod("", "", " # annexa:ignore privileged-pod agent"), vec!["p.yaml:10 privileged-pod (agent)"]),
        (pod("", "# annexa:ignore privileged-pod agent\n", ""), vec!["p.yaml:11 privileged-pod (agent)"]),
        (pod("", "# annexa:ignore privileged-pod agent\n---\n", ""), vec!["p.yaml:12 privileged-pod (agent)"]),
        (
            pod("", "", " # annexa:ignore privileged-pod"),
            vec!["p.yaml:10 privileged-pod", "p.yaml: suppression::reason"],
        ),
        (
            pod("", "# annexa:ignore root-user agent\n", ""),
            vec!["p.yaml:11 privileged-pod", "p.yaml: suppression::unused"],
        ),
    ] {
        assert_eq!(found(&[("p.yaml", &text)]), want, "{text}");
    }
    let two = [pod("", "", ""), pod("", "# annexa:ignore privileged-pod agent\n", "")].join("---\n");
    assert_eq!(
        found(&[("p.yaml", &two)]),
        ["p.yaml:10 privileged-pod", "p.yaml:22 privileged-pod (agent)"],
        "only the document below the comment"
    );
}

#[test]
fn compose() {
    let text = "services:\n  # annexa:ignore privileged-service it needs the host\n  a:\n    image: a:1\n    \
                privileged: true\n  b:\n    image: a:1\n    privileged: true\n";
    assert_eq!(
        found(&[("compose.yaml", text)]),
        ["compose.yaml:5 privileged-service (it needs the host)", "compose.yaml:8 privileged-service"]
    );
}

#[test]
fn a_comment_above_the_first_key_of_a_file_of_values_is_about_that_key() {
    for path in ["values.yaml", "group_vars/all.yml", "config/production.yaml"] {
        let text = "# annexa:ignore written-out of a demo\npassword: Hydrangea-7Kq2vT9x\ntoken: Hydrangea-8Kq2vT9x\n";
        let want = [format!("{path}:2 written-out (of a demo)"), format!("{path}:3 written-out")];
        assert_eq!(found(&[(path, text), ("site.yml", "- hosts: all\n  tasks: []\n")]), want, "{path}");
    }
    let pipeline = "# annexa:ignore moving-tag ours\nimage: alpine:latest\na: {script: [make]}\nb: {image: 'node:latest', script: [make]}\n";
    let want = [".gitlab-ci.yml:2 moving-tag (ours)", ".gitlab-ci.yml:4 moving-tag"];
    assert_eq!(found(&[(".gitlab-ci.yml", pipeline)]), want);
    let block =
        "# annexa:ignore written-out of a demo\ndb:\n  password: Hydrangea-7Kq2vT9x\ntoken: Hydrangea-8Kq2vT9x\n";
    assert_eq!(
        found(&[("values.yaml", block)]),
        ["values.yaml:3 written-out (of a demo)", "values.yaml:4 written-out"],
        "all of the block below the comment"
    );
}

#[test]
fn terraform() {
    let main = "# annexa:ignore open-rule the office\nmodule \"net\" {\n  source = \"./net\"\n}\n\
                resource \"aws_db_instance\" \"a\" {\n  #checkov:skip=CKV_AWS_16:replica\n  storage_encrypted = false\n}\n\
                #tfsec:ignore:AVD-AWS-0080\nresource \"aws_db_instance\" \"b\" {\n  storage_encrypted = false\n}\n\
                resource \"aws_db_instance\" \"c\" {\n  storage_encrypted = false # annexa:ignore unencrypted-db it is a test\n}\n\
                # annexa:ignore unencrypted-db it is a test\nresource \"aws_db_instance\" \"d\" {\n  name = \"d\"\n}\n\
                resource \"aws_db_instance\" \"e\" {\n  name = \"e\"\n}\n\
                resource \"aws_security_group\" \"f\" {\n  ingress {\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n\
                \x20 # annexa:ignore open-rule a mirror\n  ingress {\n    from_port = 1\n    cidr_blocks = [\n      \"0.0.0.0/0\",\n    ]\n  }\n}\n";
    let net = "resource \"aws_security_group\" \"n\" {\n  ingress {\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n";
    assert_eq!(
        found(&[("main.tf", main), ("net/main.tf", net)]),
        [
            "main.tf:7 unencrypted-db (replica)",
            "main.tf:11 unencrypted-db (no reason given)",
            "main.tf:14 unencrypted-db (it is a test)",
            "main.tf:17 unencrypted-db (it is a test)",
            "main.tf:20 unencrypted-db",
            "main.tf:25 open-rule",
            "main.tf:30 open-rule (a mirror)",
            "net/main.tf:3 open-rule (the office)",
        ]
    );
}

/// A pod in a chart, with an action that makes the file no YAML; the lines before the containers and after them.
fn template(before: &str, at_end: &str) -> String {
    format!(
        "{before}apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{{{ .Release.Name }}}}\nspec:\n  containers:\n    - name: c\n      \
         image: a:1\n      securityContext:\n        privileged: true{at_end}\n"
    )
}

#[test]
fn templates_of_helm() {
    let annotated =
        |annotation: &str| template("", "").replace("spec:", &format!("  annotations:\n    {annotation}\nspec:"));
    let steered = |comment: &str| {
        let text = template("", "");
        text.replace(
            "      securityContext:",
            &format!("      {comment}\n      {{{{- if true }}}}\n      securityContext:"),
        ) + "      {{- end }}\n"
    };
    for (text, want) in [
        (template("", ""), vec!["c/templates/p.yaml:10 privileged-pod"]),
        (template("", " # annexa:ignore privileged-pod agent"), vec!["c/templates/p.yaml:10 privileged-pod (agent)"]),
        (
            template("# annexa:ignore-file privileged-pod agent\n", ""),
            vec!["c/templates/p.yaml:11 privileged-pod (agent)"],
        ),
        (
            template("{{/* annexa:ignore-file privileged-pod agent */}}\n", ""),
            vec!["c/templates/p.yaml:11 privileged-pod (agent)"],
        ),
        (template("# annexa:ignore privileged-pod agent\n", ""), vec!["c/templates/p.yaml:11 privileged-pod (agent)"]),
        (steered("# annexa:ignore privileged-pod agent"), vec!["c/templates/p.yaml:12 privileged-pod (agent)"]),
        (annotated("checkov.io/skip1: CKV_K8S_16=agent"), vec!["c/templates/p.yaml:12 privileged-pod (agent)"]),
        (
            annotated("ignore-check.kube-linter.io/privileged-container: agent"),
            vec!["c/templates/p.yaml:12 privileged-pod (agent)"],
        ),
        (
            template("# annexa:ignore root-user agent\n", ""),
            vec!["c/templates/p.yaml:11 privileged-pod", "c/templates/p.yaml: suppression::unused"],
        ),
        (
            template("", " # annexa:ignore privileged-pod until 2026-01-14 agent"),
            vec!["c/templates/p.yaml:10 privileged-pod", "c/templates/p.yaml: suppression::expired"],
        ),
    ] {
        let chart = "apiVersion: v2\nname: c\nversion: 0.1.0\n";
        assert_eq!(found(&[("c/Chart.yaml", chart), ("c/templates/p.yaml", &text)]), want, "{text}");
    }
}

#[test]
fn what_a_helper_of_a_chart_says_reaches_what_includes_it() {
    let pod = template("", "").replace("        privileged: true", "        {{- include \"sec\" . | nindent 8 }}");
    let chart = "apiVersion: v2\nname: c\nversion: 0.1.0\n";
    for (comment, want) in [
        ("annexa:ignore privileged-pod agent", vec!["c/templates/p.yaml:10 privileged-pod (agent)"]),
        (
            "annexa:ignore root-user agent",
            vec!["c/templates/p.yaml:10 privileged-pod", "c/templates/_helpers.tpl: suppression::unused"],
        ),
    ] {
        for body in [format!("# {comment}\nprivileged: true"), format!("privileged: true # {comment}")] {
            let helper = format!("{{{{- define \"sec\" -}}}}\n{body}\n{{{{- end -}}}}\n");
            let files =
                [("c/Chart.yaml", chart), ("c/templates/p.yaml", &*pod), ("c/templates/_helpers.tpl", &*helper)];
            assert_eq!(found(&files), want, "{body}");
        }
    }
}

#[test]
fn annotations_that_come_from_the_values_of_a_chart_count() {
    let chart = "apiVersion: v2\nname: c\nversion: 0.1.0\n";
    for (annotations, values) in [
        ("  annotations: {{- toYaml .Values.own | nindent 4 }}\n", "own:\n  checkov.io/skip1: CKV_K8S_16=agent\n"),
        ("  annotations:\n    checkov.io/skip1: {{ .Values.own | quote }}\n", "own: CKV_K8S_16=agent\n"),
    ] {
        let pod = template("", "").replace("spec:", &format!("{annotations}spec:"));
        let files = [("c/Chart.yaml", chart), ("c/templates/p.yaml", &*pod), ("c/values.yaml", values)];
        let all = found(&files);
        assert!(all.iter().any(|one| one.ends_with("privileged-pod (agent)")), "{values}: {all:?}");
    }
}

#[test]
fn annotations_however_they_are_written() {
    for annotations in [
        "{ checkov.io/skip1: CKV_K8S_16=agent }",
        "{ \"checkov.io/skip12\": \"CKV_K8S_16=agent\" }",
        "{ 'ignore-check.kube-linter.io/privileged-container': agent }",
        "{ kube-linter.io/ignore-all: agent }",
    ] {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{ name: p, annotations: {annotations} }}\n\
             spec: {{ containers: [{{ name: c, image: \"a:1\", securityContext: {{ privileged: true }} }}] }}\n"
        );
        assert_eq!(found(&[("p.yaml", &text)]), ["p.yaml:4 privileged-pod (agent)"], "{text}");
    }
    for annotation in
        ["checkov.io/skip1: CKV_K8S_1=agent", "checkov.io/skipped: CKV_K8S_16=agent", "checkov: CKV_K8S_16"]
    {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{ name: p, annotations: {{ {annotation} }} }}\n\
             spec: {{ containers: [{{ name: c, image: \"a:1\", securityContext: {{ privileged: true }} }}] }}\n"
        );
        assert_eq!(found(&[("p.yaml", &text)]), ["p.yaml:4 privileged-pod"], "{text}");
    }
}

#[test]
fn metadata_of_templates() {
    let stack = |metadata: &str| {
        format!(
            "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n{metadata}    Properties:\n      StorageEncrypted: false\n"
        )
    };
    let checkov = |id: &str| {
        format!("    Metadata:\n      checkov:\n        skip:\n          - id: {id}\n            comment: copy\n")
    };
    let ours = |until: &str| {
        format!("    Metadata: {{ annexa: {{ ignore: [{{ rule: unencrypted-instance, reason: copy{until} }}] }} }}\n")
    };
    for (text, want) in [
        (stack(""), vec!["t.yaml:5 unencrypted-instance"]),
        (stack(&checkov("CKV_AWS_17")), vec!["t.yaml:10 unencrypted-instance (copy)"]),
        (stack(&checkov("CKV_AWS_96")), vec!["t.yaml:10 unencrypted-instance"]),
        (
            stack("    Metadata: { guard: { SuppressedRules: [RDS_STORAGE_ENCRYPTED, RDS_MULTI_AZ_SUPPORT] } }\n"),
            vec!["t.yaml:6 unencrypted-instance (no reason given)"],
        ),
        (
            stack("    Metadata: { guard: { SuppressedRules: [RDS_MULTI_AZ_SUPPORT] } }\n"),
            vec!["t.yaml:6 unencrypted-instance"],
        ),
        (stack(&ours("")), vec!["t.yaml:6 unencrypted-instance (copy)"]),
        (stack(&ours(", until: '2026-06-01'")), vec!["t.yaml:6 unencrypted-instance (copy (until 2026-06-01))"]),
        (stack(&ours(", until: '2026-01-01'")), vec!["t.yaml:6 unencrypted-instance", "t.yaml: suppression::expired"]),
        (stack(&ours(", until: soon")), vec!["t.yaml:6 unencrypted-instance", "t.yaml: suppression::marker"]),
    ] {
        assert_eq!(found(&[("t.yaml", &text)]), want, "{text}");
    }
    let arm = |metadata: &str| {
        format!(
            "{{\n  \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n  \
             \"contentVersion\": \"1.0.0.0\",\n  \"resources\": [{{\n    \"type\": \"Microsoft.Storage/storageAccounts\",\n    \
             \"apiVersion\": \"2023-01-01\",\n    \"name\": \"s\",{metadata}\n    \"properties\": {{ \"supportsHttpsTrafficOnly\": false }}\n  }}]\n}}\n"
        )
    };
    for (metadata, want) in [
        ("", vec!["t.json:8 open-storage"]),
        (
            " \"metadata\": { \"checkov\": { \"skip\": [{ \"id\": \"CKV_AZURE_3\", \"comment\": \"inner\" }] } },",
            vec!["t.json:8 open-storage (inner)"],
        ),
        (
            " \"metadata\": { \"annexa\": { \"ignore\": [{ \"rule\": \"open-storage\", \"reason\": \"inner\" }] } },",
            vec!["t.json:8 open-storage (inner)"],
        ),
        (
            " \"metadata\": { \"annexa\": { \"ignore\": [{ \"rule\": \"open-storage\" }] } },",
            vec!["t.json:8 open-storage", "t.json: suppression::reason"],
        ),
    ] {
        assert_eq!(found(&[("t.json", &arm(metadata))]), want, "{metadata}");
    }
}

#[test]
fn skips_inside_the_block_of_a_module_call() {
    let main = "module \"db\" {\n  #checkov:skip=CKV_AWS_16:agreed\n  source = \"./db\"\n}\nmodule \"other\" {\n  source = \"./db\"\n}\n";
    let inner = "resource \"aws_db_instance\" \"a\" {\n  storage_encrypted = false\n}\n";
    assert_eq!(
        found(&[("db/main.tf", inner), ("main.tf", main)]),
        ["db/main.tf:2 unencrypted-db (agreed)", "db/main.tf:2 unencrypted-db"]
    );
}

#[test]
fn parts_of_what_one_opening_is() {
    let rule = |from: u16, to: u16, skips: &str| {
        format!(
            "resource \"aws_vpc_security_group_ingress_rule\" \"a\" {{\n{skips}  from_port = {from}\n  to_port = {to}\n  ip_protocol = \"tcp\"\n}}\n"
        )
    };
    let (ssh, rdp) = ("  #checkov:skip=CKV_AWS_24:agreed\n", "  #checkov:skip=CKV_AWS_25:agreed\n");
    for (text, silent, told) in [
        (rule(22, 22, ssh), true, None),
        (rule(3389, 3389, ssh), false, None),
        (rule(0, 65535, ssh), false, None),
        (rule(0, 65535, &format!("{ssh}{rdp}")), true, None),
        (rule(22, 22, "  #checkov:skip=CKV_AWS_277:agreed\n"), false, Some("suppression::other-check")),
    ] {
        let found = found(&[("main.tf", &text)]);
        let [finding, rest @ ..] = found.as_slice() else { panic!("{text}") };
        assert_eq!(finding.ends_with("open-port (agreed)"), silent, "{text}: {found:?}");
        assert_eq!(rest.first().and_then(|problem| problem.split(": ").nth(1)), told, "{text}: {found:?}");
    }
}
