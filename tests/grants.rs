//! Who is given which rights, as the rules about it tell: small files of each system, and the outcomes of one rule.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use annexa::dialect::DIALECTS;
use annexa::document::{Node, Value};
use annexa::evaluate::{Options, Outcome, judge_all};
use annexa::proof;
use annexa::rule::set::RuleSet;
use annexa::scan;
use annexa::source::Workspace;

/// The worst outcome of a rule over one file; none where it does not apply.
fn outcome(file: &str, text: &str, rule: &str) -> &'static str {
    let workspace = Workspace::in_memory([(file, text)]);
    let (resources, problems) = scan::resources(&workspace);
    assert!(problems.is_empty(), "{text}\n{problems:?}");
    let rule = RuleSet::builtin(DIALECTS).rule(rule).unwrap().unwrap();
    let options = Options { today: proof::TODAY, explain_passes: false, subjects: false, coverage: false };
    let found: Vec<Outcome> =
        judge_all(&[rule], &resources, options).iter().map(|judgement| judgement.outcome).collect();
    match () {
        () if found.contains(&Outcome::Fail) => "fail",
        () if found.contains(&Outcome::Open) => "open",
        () if found.is_empty() => "none",
        () => "pass",
    }
}

#[track_caller]
fn judged(file: &str, text: &str, rule: &str, want: &str) {
    assert_eq!(outcome(file, text, rule), want, "{rule} on\n{text}");
}

const VARIABLES: &str = "variable \"prod\" { type = bool }\nvariable \"env\" {}\ndata \"aws_caller_identity\" \"me\" {}\n\
                         resource \"aws_sns_topic\" \"t\" { name = \"t\" }\n";

const DOCUMENT: &str = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = [\"*\"]\n    resources = [\"*\"]\n  }\n}\n";

#[test]
fn a_grant_that_a_condition_decides_about_is_told_by_its_words() {
    let text = "variable \"on\" { type = bool }\nlocals {\n  group = var.on ? \"group:a@example.org\" : \"\"\n}\nresource \"google_project_iam_member\" \"v\" {\n  count = local.group != \"\" ? 1 : 0\n  project = \"p\"\n  role = \"roles/viewer\"\n  member = local.group\n}\n";
    let workspace = Workspace::in_memory([("main.tf", text)]);
    let (resources, _) = scan::resources(&workspace);
    let rule = RuleSet::builtin(DIALECTS).rule("project-viewer-granted").unwrap().unwrap();
    let options = Options { today: proof::TODAY, explain_passes: false, subjects: false, coverage: false };
    let messages: Vec<String> =
        judge_all(&[rule], &resources, options).into_iter().map(|judgement| judgement.message.clone()).collect();
    assert_eq!(messages, ["`roles/viewer` is granted on a whole project"]);
}

#[test]
fn a_policy_of_an_account_is_none_of_aws() {
    for (arn, want) in [
        ("arn:aws:iam::aws:policy/AdministratorAccess", "fail"),
        ("arn:${var.env}:iam::aws:policy/AdministratorAccess", "fail"),
        ("arn:aws:iam::111122223333:policy/AdministratorAccess", "pass"),
        ("arn:aws:iam::${data.aws_caller_identity.me.account_id}:policy/AdministratorAccess", "pass"),
        ("arn:aws:iam::${var.env}:policy/${var.env}", "pass"),
        ("arn:${var.env}:iam::${var.env}:policy/Deploy", "pass"),
        ("arn:aws:iam::${var.env}/Deploy", "open"),
    ] {
        let text = format!(
            "{VARIABLES}resource \"aws_iam_role_policy_attachment\" \"a\" {{\n  role = \"r\"\n  policy_arn = \"{arn}\"\n}}\n"
        );
        judged("main.tf", &text, "iam-administrator-attached", want);
    }
}

#[test]
fn a_document_is_judged_where_it_is_used_and_else_where_it_is_written() {
    for (rest, want) in [
        ("", "fail"),
        ("output \"json\" {\n  value = data.aws_iam_policy_document.d.json\n}\n", "fail"),
        // What limits a network, an organisation or a role gives nobody anything.
        ("resource \"aws_vpc_endpoint\" \"e\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n", "none"),
        ("resource \"aws_iam_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n", "fail"),
    ] {
        judged("main.tf", &format!("{DOCUMENT}{rest}"), "iam-policy-allows-everything", want);
    }
    for (statement, rule, want) in [
        ("principals {\n type = \"*\"\n identifiers = [\"*\"]\n }", "resource-policy-open-to-anyone", "fail"),
        ("principals {\n type = \"AWS\"\n identifiers = [\"*\"]\n }", "resource-policy-open-to-anyone", "fail"),
        (
            "principals {\n type = \"AWS\"\n identifiers = [\"*\"]\n }\n condition {\n test = \"StringEquals\"\n variable = \"aws:SourceVpc\"\n values = [\"vpc-1\"]\n }",
            "resource-policy-open-to-anyone",
            "pass",
        ),
        (
            "principals {\n type = \"Service\"\n identifiers = [\"sns.amazonaws.com\"]\n }",
            "resource-policy-open-to-anyone",
            "pass",
        ),
        ("effect = \"Deny\"", "iam-policy-reads-every-secret", "none"),
        ("", "iam-policy-reads-every-secret", "fail"),
    ] {
        let text = format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions = [\"s3:GetObject\"]\n    resources = [\"*\"]\n{statement}\n  }}\n}}\n"
        );
        judged("main.tf", &text, rule, want);
    }
}

#[test]
fn policies_of_identities_are_sets_of_actions() {
    for (statement, rule, want) in [
        ("Action = \"*\", Resource = \"*\"", "iam-policy-allows-everything", "fail"),
        ("Action = \"*:*\", Resource = [\"*\"]", "iam-policy-allows-everything", "fail"),
        ("Action = [\"s3:Get*\", \"**\"], Resource = \"*\"", "iam-policy-allows-everything", "fail"),
        ("Action = \"*\", Resource = \"arn:aws:s3:::${var.env}/*\"", "iam-policy-allows-everything", "pass"),
        ("Action = \"${var.env}:*\", Resource = \"*\"", "iam-policy-allows-everything", "open"),
        ("Action = \"s3:${var.env}\", Resource = \"*\"", "iam-policy-allows-everything", "pass"),
        ("Action = var.prod ? \"*\" : \"**\", Resource = \"*\"", "iam-policy-allows-everything", "fail"),
        ("Action = var.prod ? \"*\" : \"s3:Get*\", Resource = \"*\"", "iam-policy-allows-everything", "open"),
        (
            "Action = var.prod ? \"*\" : \"s3:Get*\", Resource = var.prod ? \"arn:aws:s3:::a\" : \"*\"",
            "iam-policy-allows-everything",
            "pass",
        ),
        ("Action = \"iam:*\", Resource = \"*\"", "iam-policy-escalation", "fail"),
        ("Action = \"iam:P*\", Resource = \"*\"", "iam-policy-escalation", "fail"),
        ("Action = \"iam:Get*\", Resource = \"*\"", "iam-policy-escalation", "pass"),
        ("Action = \"lambda:UpdateFunctionCode\", Resource = \"*\"", "iam-policy-escalation", "fail"),
        ("Action = [\"iam:PassRole\", \"lambda:*\"], Resource = \"*\"", "iam-policy-escalation", "fail"),
        ("Action = [\"iam:PassRole\", \"s3:*\"], Resource = \"*\"", "iam-policy-escalation", "pass"),
        ("Action = [\"iam:PassRole\", \"ec2:*\"], Resource = aws_sns_topic.t.arn", "iam-policy-escalation", "pass"),
        ("NotAction = \"iam:*\", Resource = \"*\"", "iam-policy-allows-all-but-some", "fail"),
        ("NotAction = \"*\", Resource = \"*\"", "iam-policy-allows-all-but-some", "pass"),
        ("NotAction = \"iam:*\", NotResource = \"arn:aws:s3:::a\"", "iam-policy-allows-all-but-some", "fail"),
        ("Action = \"dynamodb:*\", Resource = \"*\"", "iam-policy-allows-a-whole-service", "fail"),
        (
            "Action = \"dynamodb:*\", Resource = \"arn:aws:dynamodb:*:*:table/*\"",
            "iam-policy-allows-a-whole-service",
            "fail",
        ),
        (
            "Action = \"dynamodb:*\", Resource = \"arn:aws:dynamodb:*:*:table/orders\"",
            "iam-policy-allows-a-whole-service",
            "pass",
        ),
    ] {
        let text = format!(
            "{VARIABLES}resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", {statement} }}] }})\n}}\n"
        );
        judged("main.tf", &text, rule, want);
    }
}

#[test]
fn the_other_statements_of_a_policy_count() {
    for (deny, rule, want) in [
        ("Action = \"*\", Resource = \"*\"", "iam-policy-allows-everything", "pass"),
        ("Action = \"s3:*\", Resource = \"*\"", "iam-policy-allows-everything", "pass"),
        ("Action = \"s3:*\", Resource = \"*\"", "iam-policy-allows-all-but-some", "fail"),
        ("NotAction = \"s3:*\", Resource = \"*\"", "iam-policy-allows-all-but-some", "pass"),
        ("Action = \"s3:*\", Resource = \"arn:aws:s3:::a\"", "iam-policy-allows-everything", "fail"),
        (
            "Action = \"*\", Resource = \"*\", Condition = { Bool = { \"aws:SecureTransport\" = \"false\" } }",
            "iam-policy-allows-everything",
            "fail",
        ),
    ] {
        let text = format!(
            "resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }}, \
             {{ Effect = \"Deny\", {deny} }}] }})\n}}\n"
        );
        judged("main.tf", &text, rule, want);
    }
}

#[test]
fn conditions_count_where_they_restrict() {
    for (condition, want) in [
        ("{}", "fail"),
        ("{ Bool = { \"aws:SecureTransport\" = \"true\" } }", "fail"),
        ("{ StringEquals = { \"aws:PrincipalOrgID\" = var.env } }", "pass"),
        ("{ StringLike = { \"aws:PrincipalOrgID\" = var.env } }", "open"),
        ("{ ArnLike = { \"aws:SourceArn\" = aws_sns_topic.t.arn } }", "pass"),
        (
            "{ ArnEquals = { \"aws:SourceArn\" = \"arn:aws:sns:*:${data.aws_caller_identity.me.account_id}:*\" } }",
            "pass",
        ),
        ("{ ArnLike = { \"aws:SourceArn\" = \"arn:aws:sns:*:${var.env}:*\" } }", "open"),
        ("{ ArnLike = { \"aws:SourceArn\" = \"arn:aws:sns:*:111122223333:${var.env}\" } }", "pass"),
        ("{ IpAddress = { \"aws:SourceIp\" = var.env } }", "open"),
        ("{ IpAddress = { \"aws:SourceIp\" = [\"0.0.0.0/0\", var.env] } }", "fail"),
        ("var.prod ? { Bool = { \"aws:SecureTransport\" = \"true\" } } : {}", "fail"),
        ("{ StringEquals = { \"aws:SourceAccount\" = \"111122223333\" } }", "pass"),
    ] {
        let text = format!(
            "{VARIABLES}resource \"aws_sqs_queue_policy\" \"q\" {{\n  queue_url = \"q\"\n  policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Principal = \
             \"*\", Action = \"sqs:SendMessage\", Resource = \"*\", Condition = {condition} }}] }})\n}}\n"
        );
        judged("main.tf", &text, "resource-policy-open-to-anyone", want);
    }
}

#[test]
fn principals_are_known_in_part() {
    for (principal, want) in [
        ("\"*\"", "fail"),
        ("{ AWS = \"arn:aws:iam::${var.env}:root\" }", "pass"),
        ("{ AWS = [aws_sns_topic.t.arn, \"111122223333\"] }", "pass"),
        ("{ AWS = data.aws_caller_identity.me.account_id }", "pass"),
        ("{ AWS = var.env }", "open"),
        ("{ AWS = [var.env, \"*\"] }", "fail"),
        ("var.prod ? { AWS = \"*\" } : \"*\"", "fail"),
        ("{ Service = \"sns.amazonaws.com\" }", "pass"),
        ("{ CanonicalUser = \"ab\" }", "pass"),
    ] {
        let text = format!(
            "{VARIABLES}resource \"aws_iam_role\" \"r\" {{\n  assume_role_policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \
             \"sts:AssumeRole\", Principal = {principal} }}] }})\n}}\n"
        );
        judged("main.tf", &text, "iam-role-assumable-by-anyone", want);
    }
}

#[test]
fn rules_of_a_cluster_are_joined_with_bindings() {
    let role = |rule: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: r}}\nrules:\n  - {rule}\n"
        )
    };
    let binding = |kind: &str| {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: b, namespace: shop}}\nroleRef: {{kind: ClusterRole, name: r}}\n\
             subjects: [{{kind: User, name: jo}}]\n"
        )
    };
    let secrets = "{apiGroups: [\"\"], resources: [secrets], verbs: [list]}";
    for (rule, bound, id, want) in [
        (secrets, String::new(), "rbac-reads-all-secrets", "fail"),
        (secrets, binding("ClusterRoleBinding"), "rbac-reads-all-secrets", "fail"),
        (secrets, binding("RoleBinding"), "rbac-reads-all-secrets", "none"),
        (secrets, binding("RoleBinding") + &binding("ClusterRoleBinding"), "rbac-reads-all-secrets", "fail"),
        ("{apiGroups: [\"*\"], resources: [\"*\"], verbs: [get]}", String::new(), "rbac-reads-all-secrets", "fail"),
        ("{apiGroups: [apps], resources: [\"*\"], verbs: [get]}", String::new(), "rbac-reads-all-secrets", "pass"),
        (
            "{apiGroups: [\"\"], resources: [\"*/exec\"], verbs: [create]}",
            String::new(),
            "rbac-shell-into-pods",
            "fail",
        ),
        ("{apiGroups: [\"\"], resources: [pods], verbs: [\"*\"]}", String::new(), "rbac-shell-into-pods", "pass"),
        ("{apiGroups: [\"\"], resources: [serviceaccounts], verbs: [\"*\"]}", String::new(), "rbac-escalation", "fail"),
        ("{apiGroups: [apps], resources: [\"*\"], verbs: [\"*\"]}", String::new(), "rbac-everything-allowed", "pass"),
        ("{nonResourceURLs: [\"*\"], verbs: [\"*\"]}", String::new(), "rbac-everything-allowed", "pass"),
    ] {
        judged("role.yaml", &(role(rule) + &bound), id, want);
    }
}

#[test]
fn a_grant_says_what_it_covers_and_who_has_it() {
    let text = "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = [\"s3:GetObject\", \
                \"ec2:CreateTags\"], Resource = \"*\" }] })\n}\n";
    let workspace = Workspace::in_memory([("main.tf", text)]);
    let (resources, _) = scan::resources(&workspace);
    let grant = resources.iter().find(|resource| &*resource.kind == "fact/grant").unwrap();
    let words = |key: &str| -> Vec<&str> {
        let node = grant.body.get(key).unwrap();
        match &node.value {
            Value::List(items) => items.iter().filter_map(Node::as_str).collect(),
            _ => node.as_str().into_iter().collect(),
        }
    };
    assert_eq!(words("covers"), ["read", "tagging"]);
    assert_eq!(words("reach"), ["all"]);
    assert_eq!(words("via"), ["aws-identity"]);
    assert_eq!(grant.body.get("everything").and_then(Node::as_bool), Some(false));
}
