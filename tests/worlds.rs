//! What the program says where a condition that nobody decides chooses, and where texts are known in part: small files of each
//! language, and the outcomes of one rule.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::process::Command;

/// The outcomes of a rule over a few files, each with what would decide it.
fn outcomes(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let run = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(["check", ".", "--format", "json", "--outcomes", "fail,open,pass", "--rule", rule])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let found = report.get("findings").and_then(serde_json::Value::as_array).unwrap().iter();
    let text = |finding: &serde_json::Value, key: &str| {
        finding.get(key).and_then(serde_json::Value::as_str).map(str::to_owned)
    };
    found
        .map(|finding| match (text(finding, "outcome").unwrap(), text(finding, "open_because")) {
            (outcome, Some(because)) if outcome == "open" => format!("open: {because}"),
            (outcome, _) => outcome,
        })
        .collect()
}

#[track_caller]
fn judged(file: &str, text: &str, rule: &str, want: &[&str]) {
    assert_eq!(outcomes(&[(file, text)], rule), want, "{rule} on\n{text}");
}

const VARIABLES: &str =
    "variable \"prod\" { type = bool }\nvariable \"env\" {}\nvariable \"sizes\" { type = list(string) }\n";

#[test]
fn arguments_that_hang_on_one_condition_are_judged_together() {
    for (engine, encrypted, want) in [
        ("var.prod ? \"aurora\" : \"mysql\"", "var.prod ? false : true", "pass"),
        ("var.prod ? \"aurora\" : \"mysql\"", "!var.prod", "pass"),
        ("var.prod ? \"aurora\" : \"mysql\"", "!var.prod ? true : false", "pass"),
        ("var.prod == true ? \"aurora\" : \"mysql\"", "var.prod ? false : true", "pass"),
        ("var.prod ? \"aurora\" : \"mysql\"", "var.prod", "open: fails where `var.prod` is false"),
        ("var.env == \"prod\" ? \"aurora\" : \"mysql\"", "var.env != \"prod\"", "pass"),
        ("var.env == \"prod\" ? \"aurora\" : \"mysql\"", "\"prod\" != var.env ? true : false", "pass"),
        (
            "var.env == \"prod\" ? \"aurora\" : \"mysql\"",
            "var.env == \"test\"",
            "open: fails where `var.env` is not \"prod\" or \"test\"",
        ),
        ("length(var.sizes) > 0 ? \"aurora\" : \"mysql\"", "length(var.sizes)  > 0 ? false : true", "pass"),
        ("var.prod || var.env == \"x\" ? \"aurora\" : \"mysql\"", "!var.prod && var.env != \"x\"", "pass"),
        ("lower(var.prod ? \"AURORA\" : \"MYSQL\")", "!var.prod", "pass"),
        ("\"${var.prod ? \"aurora\" : \"my\"}-sql\"", "!var.prod", "pass"),
        ("\"mysql\"", "var.prod ? false : false", "fail"),
        ("\"mysql\"", "var.prod || !var.prod", "pass"),
        ("\"mysql\"", "var.prod && !var.prod", "fail"),
        ("\"mysql\"", "var.env == \"a\" || var.env != \"a\"", "pass"),
    ] {
        let text = format!(
            "{VARIABLES}resource \"aws_db_instance\" \"a\" {{\n  engine = {engine}\n  storage_encrypted = {encrypted}\n}}\n"
        );
        judged("main.tf", &text, "rds-storage-unencrypted", &[want]);
    }
}

#[test]
fn blocks_and_companions_that_hang_on_a_condition_are_there_where_it_holds() {
    let rule = |each: &str, port: &str| {
        format!(
            "{VARIABLES}resource \"aws_security_group\" \"a\" {{\n  dynamic \"ingress\" {{\n    for_each = {each}\n    content {{\n      \
             from_port = {port}\n      to_port = {port}\n      protocol = \"tcp\"\n      cidr_blocks = [\"0.0.0.0/0\"]\n    }}\n  }}\n}}\n"
        )
    };
    // Blocks of which never two are there are one opening.
    for (each, port, want) in [
        ("var.prod ? [443] : [80]", "ingress.value", &["pass"][..]),
        ("var.prod ? [22] : []", "ingress.value", &["open: fails where `var.prod` is true"][..]),
        ("var.prod ? [22] : [3389]", "ingress.value", &["fail"][..]),
        ("var.prod ? [1] : [1]", "22", &["fail"][..]),
        ("var.prod ? [1] : []", "var.prod ? 443 : 22", &["pass"][..]),
    ] {
        judged("main.tf", &rule(each, port), "admin-port-open", want);
    }
    for (own, other, want) in [
        ("var.prod ? 1 : 0", "var.prod ? 1 : 0", "pass"),
        ("var.prod ? 1 : 0", "!var.prod ? 0 : 1", "pass"),
        ("var.prod ? 1 : 0", "1", "pass"),
        ("1", "var.prod ? 1 : 0", "open: fails where `var.prod` is false"),
    ] {
        let text = format!(
            "{VARIABLES}resource \"aws_s3_bucket\" \"b\" {{\n  count = {own}\n  bucket = \"b\"\n}}\nresource \"aws_s3_bucket_versioning\" \"v\" {{\n  \
             count = {other}\n  bucket = aws_s3_bucket.b[0].id\n  versioning_configuration {{ status = \"Enabled\" }}\n}}\n"
        );
        judged("main.tf", &text, "s3-bucket-not-versioned", &[want]);
    }
}

#[test]
fn conditions_of_templates_are_worlds_too() {
    let cloudformation = |engine: &str, encrypted: &str| {
        format!(
            "Parameters:\n  Env: {{Type: String}}\n  Size: {{Type: String, AllowedValues: [small, large]}}\nConditions:\n  Prod: !Equals [!Ref Env, prod]\n  \
             Other: !Not [!Condition Prod]\n  Large: !Equals [!Ref Size, large]\nResources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      \
             Engine: {engine}\n      StorageEncrypted: {encrypted}\n"
        )
    };
    for (engine, encrypted, want) in [
        ("!If [Prod, aurora, mysql]", "!If [Prod, false, true]", "pass"),
        ("!If [Prod, aurora, mysql]", "!If [Other, true, false]", "pass"),
        ("!If [Large, aurora, mysql]", "!If [Large, false, true]", "pass"),
        ("!If [Prod, aurora, mysql]", "!If [Prod, true, false]", "open: fails where `Env` is not \"prod\""),
        ("mysql", "!If [Prod, false, 'False']", "fail"),
    ] {
        judged("t.yaml", &cloudformation(engine, encrypted), "rds-storage-unencrypted", &[want]);
    }
}

#[test]
fn parts_of_texts_that_are_known_decide() {
    let role = |principal: &str| {
        format!(
            "{VARIABLES}resource \"aws_kms_key\" \"k\" {{}}\nresource \"aws_iam_role\" \"r\" {{\n  assume_role_policy = jsonencode({{ Statement = [{{ Effect = \
             \"Allow\", Action = \"sts:AssumeRole\", Principal = {{ AWS = {principal} }} }}] }})\n}}\n"
        )
    };
    for (principal, want) in [
        ("\"arn:aws:iam::${var.env}:root\"", "pass"),
        ("[for one in var.sizes : \"arn:aws:iam::${one}:root\"]", "pass"),
        ("aws_kms_key.k.arn", "pass"),
        ("var.prod ? \"arn:aws:iam::${var.env}:root\" : \"arn:aws:iam::${var.env}:user/x\"", "pass"),
    ] {
        judged("main.tf", &role(principal), "iam-role-assumable-by-anyone", &[want]);
    }
    for (image, want) in [
        ("${REGISTRY}/web:latest", &["fail"][..]),
        ("${REGISTRY}/web:1.2", &["pass", "pass"][..]),
        ("${REGISTRY}/web", &["fail"][..]),
        ("web:1.2-${FLAVOUR}", &["pass", "pass"][..]),
    ] {
        let text = format!("ARG REGISTRY\nARG FLAVOUR\nFROM {image}\nUSER 1\n");
        let found = outcomes(&[("Dockerfile", &text)], "image-base-tag-moving");
        let decided: Vec<&str> = found.iter().map(String::as_str).filter(|outcome| *outcome == "fail").collect();
        let want: Vec<&str> = want.iter().copied().filter(|outcome| *outcome == "fail").collect();
        assert!(decided == want && !found.iter().any(|outcome| outcome.starts_with("open")), "{image}: {found:?}");
    }
    for (image, want) in [("${REGISTRY}/web:latest", "fail"), ("${REGISTRY}/web:1.2", "pass"), ("${REGISTRY}", "open")]
    {
        let text = format!("services:\n  web:\n    image: {image}\n");
        let found = outcomes(&[("compose.yaml", &text)], "compose-image-tag-moving");
        let is = |outcome: &str| found.iter().any(|found| found.starts_with(outcome));
        let worst = ["fail", "open", "pass"].into_iter().find(|outcome| is(outcome));
        assert_eq!(worst, Some(want), "{image}: {found:?}");
    }
}

/// A document, how often it is there, and a policy that refers to it.
fn policy(action: &str, how_often: &str, reference: &str) -> String {
    format!(
        r#"{VARIABLES}variable "count" {{ type = number }}
data "aws_iam_policy_document" "a" {{
  {how_often}
  statement {{
    actions   = ["{action}"]
    resources = ["*"]
  }}
}}
resource "aws_iam_policy" "a" {{
  policy = {reference}
}}
"#
    )
}

#[test]
fn what_a_block_says_counts_however_often_it_is_there() {
    let document = "data.aws_iam_policy_document.a";
    for (how_often, reference) in [
        ("count = var.prod ? 1 : 0", format!("{document}[0].json")),
        ("count = var.prod ? 1 : 0", format!("{document}.0.json")),
        ("count = var.prod ? 1 : 0", format!("one({document}[*].json)")),
        ("count = var.prod ? 1 : 0", format!("join(\"\", {document}.*.json)")),
        ("count = var.prod ? 2 : 1", format!("{document}[0].json")),
        ("count = var.count", format!("{document}[0].json")),
        ("count = length(var.sizes)", format!("{document}[1].json")),
        ("for_each = var.prod ? toset([\"x\"]) : toset([])", format!("{document}[\"x\"].json")),
        ("for_each = toset(var.sizes)", format!("{document}[var.env].json")),
    ] {
        judged("main.tf", &policy("s3:GetObject", how_often, &reference), "iam-policy-allows-everything", &["pass"]);
        let [outcome] = <[String; 1]>::try_from(outcomes(
            &[("main.tf", &policy("*", how_often, &reference))],
            "iam-policy-allows-everything",
        ))
        .unwrap();
        assert!(outcome == "fail" || outcome.starts_with("open: fails where"), "{how_often}, {reference}: {outcome}");
    }
}

#[test]
fn a_rendered_policy_is_the_same_through_a_variable_with_a_type() {
    let caller = |action: &str| {
        format!(
            r#"variable "account" {{}}
data "aws_iam_policy_document" "more" {{
  statement {{
    actions   = ["{action}"]
    resources = ["arn:aws:s3:::reports-${{var.account}}/*"]
    principals {{
      type        = "AWS"
      identifiers = ["arn:aws:iam::${{var.account}}:root"]
    }}
  }}
}}
module "bucket" {{
  source = "./bucket"
  more   = [data.aws_iam_policy_document.more.json]
}}
"#
        )
    };
    let module = r#"variable "more" { type = list(string) }
data "aws_iam_policy_document" "all" {
  source_policy_documents = flatten([var.more])
}
resource "aws_s3_bucket_policy" "a" {
  bucket = "reports"
  policy = data.aws_iam_policy_document.all.json
}
"#;
    let files = |action: &str| {
        outcomes(&[("main.tf", &caller(action)), ("bucket/main.tf", module)], "resource-policy-open-to-anyone")
    };
    // Once for what the principal is, and once for a star in the place of its account.
    assert_eq!(files("s3:GetObject"), ["pass", "pass"]);
}

#[test]
fn instances_by_keys_that_may_be_there_have_one_of_the_keys() {
    for (roles, want) in [
        (r#"["roles/run.viewer", "roles/logging.logWriter"]"#, "pass"),
        (r#"["roles/run.viewer", "roles/owner"]"#, "open"),
    ] {
        let text = format!(
            "{VARIABLES}resource \"google_project_iam_member\" \"a\" {{\n  for_each = toset(var.prod ? {roles} : [])\n  project  = \"shop\"\n  role     = each.key\n  member   = \"user:jo@example.com\"\n}}\n"
        );
        let found = outcomes(&[("main.tf", &text)], "project-basic-role");
        assert!(found.len() == 1 && found.iter().all(|outcome| outcome.starts_with(want)), "{roles}: {found:?}");
    }
}

#[test]
fn files_that_data_sources_read_are_known() {
    let text = r#"variable "image" {
  default = "shop/web:1.2"
}
data "template_file" "containers" {
  template = file("containers.json")
  vars     = { image = var.image }
}
resource "aws_ecs_task_definition" "a" {
  family                = "a"
  container_definitions = data.template_file.containers.rendered
}
"#;
    for (privileged, want) in [("false", "pass"), ("true", "fail")] {
        let template = format!(r#"[{{"name": "web", "image": "${{image}}", "privileged": {privileged}}}]"#);
        let found = outcomes(&[("main.tf", text), ("containers.json", &template)], "ecs-container-privileged");
        assert_eq!(found, [want]);
    }
}

#[test]
fn variables_of_ansible_that_several_files_set_have_one_of_their_values() {
    let tasks =
        "- name: keys\n  ansible.builtin.file:\n    path: /etc/keys\n    owner: root\n    mode: '{{ keys.mode }}'\n";
    let vars = |mode: &str| format!("keys:\n  owner: root\n  mode: '{mode}'\n");
    for (debian, redhat, want) in [
        ("0600", "0600", "pass"),
        ("0600", "0640", "pass"),
        ("0602", "0606", "fail"),
        ("0600", "0666", "fail"),
        (
            "0600",
            "{{ other }}",
            "open: variable `keys` is set in several places, and the hosts decide which of them counts",
        ),
    ] {
        let (debian, redhat) = (vars(debian), vars(redhat));
        let files = [
            ("roles/keys/tasks/main.yml", tasks),
            ("roles/keys/vars/Debian.yml", &debian),
            ("roles/keys/vars/RedHat.yml", &redhat),
        ];
        assert_eq!(outcomes(&files, "ansible-file-world-writable"), [want], "{debian} and {redhat}");
    }
}

#[test]
fn a_binding_of_kubernetes_binds_the_role_that_it_refers_to() {
    for (name, fails) in [("reader", false), ("cluster-admin", true)] {
        let text = format!(
            r#"variable "role" {{
  default = "{name}"
}}
resource "kubernetes_cluster_role_v1" "a" {{
  metadata {{
    name = var.role
  }}
  rule {{
    api_groups = [""]
    resources  = ["pods"]
    verbs      = ["get"]
  }}
}}
resource "kubernetes_cluster_role_binding_v1" "a" {{
  metadata {{
    name = "a"
  }}
  role_ref {{
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = kubernetes_cluster_role_v1.a.metadata[0].name
  }}
  subject {{
    kind = "Group"
    name = "shop"
  }}
}}
"#
        );
        let found = outcomes(&[("main.tf", &text)], "rbac-cluster-admin-bound");
        assert!(found.iter().all(|outcome| outcome == "fail") && found.is_empty() != fails, "{name}: {found:?}");
    }
}

#[test]
fn a_role_of_kubernetes_is_bound_to_whom_a_binding_that_refers_to_it_names() {
    let (object, binding) =
        ("metadata {\n    name = \"a\"\n    namespace = \"shop\"\n  }\n", "kubernetes_role_binding_v1");
    for (subject, want) in [("system:serviceaccounts", "[anyone-signed-in]"), ("shop", "[named]")] {
        let text = format!(
            "resource \"{binding}\" \"a\" {{\n  {object}  role_ref {{\n    api_group = \"rbac.authorization.k8s.io\"\n    kind = \"Role\"\n    name = kubernetes_role_v1.a.metadata[0].name\n  }}\n  subject {{\n    kind = \"Group\"\n    name = \"{subject}\"\n  }}\n}}\nresource \"kubernetes_role_v1\" \"a\" {{\n  {object}  rule {{\n    api_groups = [\"\"]\n    resources = [\"pods\"]\n    verbs = [\"get\"]\n  }}\n}}\n"
        );
        let (resources, _) =
            annexa::scan::resources(&annexa::source::Workspace::in_memory([("main.tf", text.as_str())]));
        let role = resources.iter().find(|of| &*of.kind == "fact/grant" && of.body.get("actions").is_some()).unwrap();
        let classes = role.body.get("principal").unwrap().items().iter().filter_map(|class| class.as_str());
        assert_eq!(format!("[{}]", classes.collect::<Vec<_>>().join(", ")), want, "{subject}");
    }
}

/// The outcome of a rule over one file: that of the check that does not pass, where one does not.
fn outcome(file: &str, text: &str, rule: &str) -> String {
    let mut found = outcomes(&[(file, text)], rule);
    found.sort_by_key(|outcome| outcome == "pass");
    found.first().cloned().unwrap()
}

#[test]
fn what_happens_in_some_run_fails() {
    let job = |matrix: &str, container: &str| {
        format!(
            "on: push\npermissions: {{}}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    strategy:\n      matrix:\n        {matrix}\n    container: {container}\n    steps:\n      - run: make\n"
        )
    };
    for (matrix, container, want) in [
        ("image: [\"node:latest\", \"node:20.1\"]", "${{ matrix.image }}", "fail"),
        ("image: [\"node:20.2\", \"node:20.1\"]", "${{ matrix.image }}", "pass"),
        ("tag: [latest, 20.1]", "node:${{ matrix.tag }}", "fail"),
        ("tag: [latest, 20.1]\n        exclude: [{ tag: latest }]", "node:${{ matrix.tag }}", "pass"),
        ("tag: [\"20.1\"]", "node:${{ github.event_name == 'push' && matrix.tag || 'latest' }}", "pass"),
        ("tag: [\"20.1\"]", "node:${{ github.event_name != 'push' && matrix.tag || 'latest' }}", "fail"),
        (
            "tag: [\"20.1\"]",
            "node:${{ github.ref == 'refs/heads/main' && matrix.tag || 'latest' }}",
            "open: fails where `github.ref` is not \"refs/heads/main\"",
        ),
        (
            "tag: ${{ fromJSON(needs.x.outputs.y) }}",
            "node:${{ matrix.tag }}",
            "open: `matrix.tag` is known only when the workflow runs",
        ),
    ] {
        let text = job(matrix, container);
        assert_eq!(outcome(".github/workflows/a.yml", &text, "container-image-tag-moving"), want, "{text}");
    }
    let token = |value: &str| {
        format!(
            "on: push\npermissions: {{}}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: actions/create-github-app-token@8ade135a41bc03ea155e62e844d188df1ea18608\n        with:\n          permission-contents: read\n          skip-token-revoke: {value}\n"
        )
    };
    for (value, want) in [
        ("${{ github.event_name == 'push' && 'false' || 'true' }}", "pass"),
        ("${{ github.event_name == 'push' && 'true' || 'false' }}", "fail"),
        ("${{ inputs.keep && 'true' || 'false' }}", "open: fails where `inputs.keep` is true"),
    ] {
        assert_eq!(outcome(".github/workflows/a.yml", &token(value), "app-token-too-wide"), want, "{value}");
    }
    let gitlab = |rules: &str| {
        format!(
            "variables: {{ IMG: \"node:20.1\" }}\na:\n  image: $IMG\n  script: [make]\n  rules:\n{rules}    - when: on_success\n"
        )
    };
    for (rules, want) in [
        ("    - if: $A\n      variables: { IMG: \"node:latest\" }\n", "fail"),
        ("    - if: $A\n      variables: { IMG: \"node:22.1\" }\n", "pass"),
        ("    - if: $A\n      variables: { IMG: \"node:latest\" }\n      when: never\n", "pass"),
    ] {
        assert_eq!(outcome(".gitlab-ci.yml", &gitlab(rules), "container-image-tag-moving"), want, "{rules}");
    }
    let play = "- hosts: all\n  tasks:\n    - name: t\n      ansible.builtin.file: { path: /x, mode: \"{{ m }}\" }\n";
    for (first, second, want) in [
        ("group_vars/a.yml", "group_vars/b.yml", "fail"),
        ("group_vars/all.yml", "group_vars/b.yml", "open: fails where `file of variables` is group_vars/all.yml"),
    ] {
        let files = [("play.yml", play), (first, "m: \"0777\"\n"), (second, "m: \"0644\"\n")];
        assert_eq!(outcomes(&files, "ansible-file-world-writable"), [want], "{first}");
    }
}

#[test]
fn blocks_that_may_be_none_are_not_certainly_there() {
    let text = |each: &str| {
        format!(
            "{VARIABLES}resource \"aws_eks_cluster\" \"a\" {{\n  name = \"a\"\n  dynamic \"encryption_config\" {{\n    for_each = {each}\n    \
             content {{\n      resources = [\"secrets\"]\n      provider {{\n        key_arn = \"arn:aws:kms:eu-west-1:111122223333:key/a\"\n      }}\n    }}\n  }}\n}}\n"
        )
    };
    for (each, want) in
        [("var.sizes", "open: variable `sizes` has no default and no value"), ("[\"a\"]", "pass"), ("[]", "fail")]
    {
        judged("main.tf", &text(each), "eks-secrets-without-own-key", &[want]);
    }
}

/// What does not pass.
#[track_caller]
fn not_passed(file: &str, text: &str, rule: &str, want: &[&str]) {
    let found: Vec<String> = outcomes(&[(file, text)], rule).into_iter().filter(|outcome| outcome != "pass").collect();
    assert_eq!(found, want, "{rule} on\n{text}");
}

#[test]
fn facts_that_are_wrong_whichever_of_them_is_the_case_are_one_failure() {
    let machine = |script: &str| {
        format!(
            "{VARIABLES}variable \"blue\" {{ type = bool }}\nresource \"aws_instance\" \"a\" {{\n  ami = \"ami-1\"\n  user_data = {script}\n}}\n"
        )
    };
    let skips = |host: &str| format!("\"#!/bin/sh\\ncurl -k https://{host}.example.org/a\\n\"");
    let (bad, worse, fine) = (skips("a"), skips("b"), "\"#!/bin/sh\\ntrue\\n\"");
    let there = "open: whether `aws_instance.a#curl` exists: variable `prod` has no default and no value";
    for (script, want) in [
        (format!("var.prod ? {bad} : {worse}"), vec!["fail"]),
        (format!("var.prod ? {bad} : {fine}"), vec![there]),
        (format!("var.prod ? {bad} : (var.blue ? {worse} : {bad})"), vec!["fail"]),
        (format!("var.prod ? {bad} : (var.blue ? {worse} : {fine})"), vec![there, there]),
    ] {
        not_passed("main.tf", &machine(&script), "command-skips-certificate-check", &want);
    }
    let image = |image: &str| {
        format!(
            "{VARIABLES}resource \"kubernetes_pod\" \"a\" {{\n  metadata {{ name = \"a\" }}\n  spec {{\n    container {{\n      name = \"a\"\n      \
             image = {image}\n    }}\n  }}\n}}\n"
        )
    };
    for (written, want) in [
        ("var.prod ? \"r.example.org/a:latest\" : \"r.example.org/a\"", "fail"),
        ("var.prod ? \"r.example.org/a:latest\" : \"r.example.org/a:1.2\"", "open: fails where `var.prod` is true"),
    ] {
        not_passed("main.tf", &image(written), "container-image-tag-moving", &[want]);
    }
    let role = |role: &str| {
        format!(
            "{VARIABLES}resource \"google_project_iam_member\" \"a\" {{\n  project = \"p\"\n  member = \"group:a@example.org\"\n  role = {role}\n}}\n"
        )
    };
    for (written, want) in [
        ("var.prod ? \"roles/owner\" : \"roles/editor\"", vec!["fail"]),
        ("var.prod ? \"roles/owner\" : \"roles/viewer\"", vec!["open: fails where `var.prod` is true"]),
    ] {
        not_passed("main.tf", &role(written), "project-basic-role", &want);
    }
    let group = |other: &str| {
        let inbound = |port: &str| {
            format!(
                "{{ name: 'a', properties: {{ priority: 100, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', sourceAddressPrefix: '*', \
                 sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '{port}' }} }}"
            )
        };
        format!(
            "param b bool\nresource n 'Microsoft.Network/networkSecurityGroups@2023-09-01' = {{\n  name: 'n'\n  properties: {{\n    \
             securityRules: b ? [ {} ] : [ {} ]\n  }}\n}}\n",
            inbound("22"),
            inbound(other)
        )
    };
    for (port, want) in [("3389", "fail"), ("443", "open: fails where `b` is true")] {
        not_passed("main.bicep", &group(port), "admin-port-open", &[want]);
    }
}

#[test]
fn what_is_there_once_or_more_is_there() {
    let volume = |often: &str| {
        format!(
            "{VARIABLES}resource \"aws_ebs_volume\" \"a\" {{\n  {often}\n  availability_zone = \"a\"\n  size = 1\n  encrypted = false\n}}\n"
        )
    };
    let there = "open: whether `aws_ebs_volume.a` exists: variable `prod` has no default and no value";
    for (often, want) in [
        ("count = var.prod ? 1 : 2", "fail"),
        ("count = var.prod ? 1 : 0", there),
        ("for_each = var.prod ? toset([\"a\"]) : toset([\"b\"])", "fail"),
        ("for_each = var.prod ? toset([\"a\"]) : toset([])", there),
    ] {
        not_passed("main.tf", &volume(often), "ebs-volume-unencrypted", &[want]);
    }
}

#[test]
fn an_item_that_is_known_is_known_of_what_is_made_of_its_list() {
    let rule = |networks: &str| {
        format!(
            "variable \"more\" {{ type = list(string) }}\nvariable \"named\" {{ type = map(string) }}\nresource \"aws_security_group\" \"a\" {{\n  \
             ingress {{\n    from_port = 22\n    to_port = 22\n    protocol = \"tcp\"\n    cidr_blocks = {networks}\n  }}\n}}\n"
        )
    };
    let open = "open: variable `more` has no default and no value";
    for (networks, want) in [
        ("distinct(concat(var.more, [\"0.0.0.0/0\"]))", "fail"),
        ("distinct(concat(var.more, [\"10.0.0.0/8\"]))", open),
        ("setunion(toset(var.more), [\"0.0.0.0/0\"])", "fail"),
        ("setsubtract(concat(var.more, [\"0.0.0.0/0\"]), [\"10.0.0.0/8\"])", "fail"),
        ("setsubtract(concat(var.more, [\"0.0.0.0/0\"]), [\"0.0.0.0/0\"])", open),
        ("tolist(toset(sort(concat([\"0.0.0.0/0\"], var.more))))", "fail"),
        ("[sort(concat([\"0.0.0.0/0\"], var.more))[0]]", open),
        ("[reverse(concat(var.more, [\"0.0.0.0/0\"]))[0]]", "fail"),
        ("[reverse(concat([\"0.0.0.0/0\"], var.more))[0]]", open),
        ("[for network in concat(var.more, [\" 0.0.0.0/0\"]) : trimspace(network)]", "fail"),
        ("[for network in concat(var.more, [\"0.0.0.0\"]) : \"${network}/0\"]", "fail"),
        ("values(merge(var.named, { all = \"0.0.0.0/0\" }))", "fail"),
        ("values(merge({ all = \"0.0.0.0/0\" }, var.named))", "open: variable `named` has no default and no value"),
        ("split(\",\", join(\",\", concat(var.more, [\"0.0.0.0/0\"])))", "fail"),
        ("split(\",\", join(\",\", concat([\"0.0.0.0/0\"], var.more)))", "fail"),
        ("split(\",\", \"10.0.0.0/8,${var.more[0]},0.0.0.0/0\")", "fail"),
        ("split(\",\", \"10.0.0.0/8,${var.more[0]}0.0.0.0/0\")", open),
        ("[for network in setunion(toset(var.more), [\"10.0.0.0/8\"]) : network]", open),
    ] {
        not_passed("main.tf", &rule(networks), "admin-port-open", &[want]);
    }
}

#[test]
fn an_item_that_is_known_is_known_of_arrays_that_are_joined() {
    let app = |settings: &str| {
        format!(
            "param more array\nresource w 'Microsoft.Web/sites@2023-01-01' = {{\n  name: 'w'\n  properties: {{ siteConfig: {{ appSettings: {settings} }} }}\n}}\n"
        )
    };
    let bad = "{ name: 'DB_PASSWORD', value: 'mAdeUp7Kq2vT9xLmZ4' }";
    for (settings, want) in [
        (format!("concat([ {bad} ], more)"), vec!["fail"]),
        (format!("union(more, [ {bad} ])"), vec!["fail"]),
        (format!("flatten([ more, [ {bad} ] ])"), vec!["fail"]),
        (format!("[for one in concat(more, [ {bad} ]): {{ name: one.name, value: one.value }}]"), vec!["fail"]),
        (format!("map(concat(more, [ {bad} ]), one => {{ name: one.name, value: one.value }})"), vec!["fail"]),
        ("concat([ { name: 'WEB', value: 'a' } ], more)".to_owned(), vec![]),
    ] {
        not_passed("main.bicep", &app(&settings), "credential-written-out", &want);
    }
}
