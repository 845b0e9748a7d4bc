use super::*;
use crate::dialect::{DIALECTS, Inputs};
use crate::evaluate::Options;
use crate::rule::set::RuleSet;
use crate::scan::apart::tests::{similar, told};
use crate::scan::assess::Request;
use crate::scan::extract::extract_asked;
use crate::scan::{Demand, parse_with};
use crate::source::Workspace;
use crate::triage::suppression::Names;

/// A module whose password and group depend on who calls it.
const MODULE: &str = r#"variable "password" {
  default = "changeme-Aq81-zz"
}
variable "ranges" {
  default = ["10.0.0.0/8", "0.0.0.0/0"]
}
resource "aws_db_instance" "a" {
  password = var.password
}
resource "aws_security_group" "a" {
  ingress {
    from_port   = 22
    to_port     = 22
    cidr_blocks = var.ranges
  }
}
"#;

const CHART: &str = "apiVersion: v2\nname: a\nversion: 1.0.0\n";
const VALUES: &str = "password: Xk29-aQpl-7\nprivileged: true\n";
const TEMPLATE: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: a\n      env: [{name: PASSWORD, value: {{ .Values.password }}}]\n      securityContext: {privileged: {{ .Values.privileged }}}\n";
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: a, securityContext: {privileged: true}}]}\n";
const STACK: &str = "AWSTemplateFormatVersion: 2010-09-09\nResources:\n  B:\n    Type: AWS::S3::Bucket\n  G:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: a\n      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]\n";

fn call(password: &str, state: &str) -> String {
    format!(
        "terraform {{\n  backend \"s3\" {{\n    bucket = \"b\"\n    key    = \"{state}\"\n  }}\n}}\nmodule \"m\" {{\n  source = \"../../modules/m\"{password}\n}}\n"
    )
}

/// Files of every technology that hands over, some of which several scopes show.
fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = [
        ("modules/m/main.tf", MODULE),
        ("charts/a/Chart.yaml", CHART),
        ("charts/a/values.yaml", VALUES),
        ("charts/a/templates/pod.yaml", TEMPLATE),
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("base/pod.yaml", POD),
        ("overlays/a/kustomization.yaml", "resources: [../../base]\nnamePrefix: a-\n"),
        ("overlays/b/kustomization.yaml", "resources: [../../base]\nnamePrefix: b-\n"),
        ("stack.yaml", STACK),
        ("loose.yaml", POD),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    // More than are handed over at once.
    for at in 0..20 {
        let password = if at == 3 { "\n  password = \"hunter2-Qz81-mm\"" } else { "" };
        let state = if at % 10 == 0 { "same".to_owned() } else { at.to_string() };
        files.push((format!("envs/e{at}/main.tf"), call(password, &state)));
    }
    files
}

/// The kinds and scopes of what is left to the rest of the run.
fn left(files: &[(String, String)]) -> BTreeSet<(String, String)> {
    let workspace = Workspace::in_memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let (rules, names, inputs) = (RuleSet::builtin(DIALECTS), Names::default(), Inputs::default());
    let request = Request::new(&rules, &names, &inputs, "2026-01-01".parse().unwrap());
    let options = Options { today: request.today, explain_passes: false, subjects: false, coverage: false };
    let apart = Apart::of(&workspace, request, (options, false)).unwrap();
    let mut parsed = parse_with(&workspace, &Demand::of(&rules, &inputs), None, Some(&apart));
    let mut settled = std::mem::take(&mut parsed.settled);
    let before = std::mem::take(&mut settled.before);
    let scopes = Scopes::of(&apart, &parsed, (settled, Some(Suppressions::default())));
    let asked = |kind: &str| rules.asks(kind);
    let extracted = extract_asked(&workspace, &parsed.documents, &inputs, &asked, (&before, Some(&scopes)));
    let is_of_text = |kind: &str| kind.starts_with("fact/") || is_of_text(kind);
    let of = extracted.resources.iter().filter(|of| !is_of_text(&of.kind) && of.span.file != NO_FILE);
    of.map(|of| (of.kind.to_string(), of.scope.to_string())).collect()
}

#[test]
fn scopes_are_handed_over_where_nothing_else_has_a_part_in_them() {
    let with = |more: &[(&str, &str)]| {
        let mut files = files();
        for (path, text) in more {
            files.retain(|(known, _)| known != path);
            files.push(((*path).to_owned(), (*text).to_owned()));
        }
        left(&files)
    };
    let scopes = |left: BTreeSet<(String, String)>| -> BTreeSet<String> {
        left.into_iter().filter(|(kind, _)| kind != "deployment").map(|(_, scope)| scope).collect()
    };
    let of = |all: &[&str]| all.iter().map(|scope| (*scope).to_owned()).collect::<BTreeSet<String>>();
    // Loose manifests are one scope, a base is nobody's, and files of values are told before.
    let rest = ["base", "charts/a/values.yaml", "kubernetes"];
    assert_eq!(scopes(with(&[])), of(&rest));
    let and = |more: &str| of(&[&rest[..], &[more]].concat());
    // Two technologies call their scopes after one directory.
    let both = [("charts/a/main.tf", "resource \"aws_s3_bucket\" \"b\" {}\n")];
    assert_eq!(scopes(with(&both)), and("charts/a"));
    // A comment in a template is read once all that the template makes is known.
    let silenced = format!("{TEMPLATE}# annexa:ignore container-privileged it is not\n");
    let marked = [("charts/a/templates/pod.yaml", silenced.as_str())];
    assert_eq!(scopes(with(&marked)), and("charts/a"));
}

#[test]
fn what_is_handed_over_is_judged_as_among_others() {
    let whole = files();
    let with = |more: &[(&str, &str)]| {
        let mut files = whole.clone();
        for (path, text) in more {
            files.retain(|(known, _)| known != path);
            files.push(((*path).to_owned(), (*text).to_owned()));
        }
        files
    };
    let silenced =
        MODULE.replace("    from_port", "    # annexa:ignore security-group-admin-port-open not here\n    from_port");
    let unused = format!("# annexa:ignore security-group-admin-port-open there is none\n{}", call("", "x"));
    let template = format!("{TEMPLATE}# annexa:ignore container-privileged it is not\n");
    let reads = "locals {\n  s = jsondecode(file(\"${path.module}/appsettings.json\"))\n}\nresource \"aws_db_instance\" \"r\" {\n  password = local.s.password\n}\n";
    let settings = "{\"password\": \"Xk29-aQpl-7\", \"ConnectionStrings\": {\"A\": \"Server=a;Password=Xk29-aQpl-7\"}}";
    let secret = "variable \"ranges\" {\n  sensitive = true\n  default = \"Tr0ub4dor-and-3\"\n}\nresource \"aws_db_instance\" \"a\" {\n  identifier = var.ranges\n}\n";
    let keys = |stage: &str| {
        format!(
            "provider \"aws\" {{\n  region = \"eu-west-1\"\n  assume_role {{\n    role_arn = \"arn:aws:iam::123456789012:role/deploy\"\n  }}\n}}\nresource \"aws_db_instance\" \"{stage}\" {{\n  kms_key_id = \"alias/data\"\n}}\n"
        )
    };
    let (prod, staging) = (keys("prod"), keys("staging"));
    let policy = "---\ntitle: TLS\ntls_minimum: \"1.3\"\n---\n# TLS\n";
    let suppliers = "[[supplier]]\nid = \"a\"\nname = \"A\"\n";
    for more in [
        &[][..],
        &[("modules/m/main.tf", silenced.as_str()), ("envs/e1/main.tf", unused.as_str())],
        &[("charts/a/templates/pod.yaml", template.as_str())],
        &[("app/main.tf", reads), ("app/appsettings.json", settings)],
        &[("s/main.tf", secret), ("envs/e2/terraform.tfvars", "ranges = \"Tr0ub4dor-and-3\"\n")],
        &[("live/prod/main.tf", prod.as_str()), ("live/staging/main.tf", staging.as_str())],
        &[("policies/tls.md", policy), ("compliance/suppliers.toml", suppliers)],
        &[("charts/a/main.tf", "resource \"aws_s3_bucket\" \"b\" {}\n")],
    ] {
        let files = with(more);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        similar(&told(&files, true), &told(&files, false));
    }
}
