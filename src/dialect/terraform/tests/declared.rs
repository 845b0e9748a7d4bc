//! What is declared, and how often.

use super::*;
use crate::dialect::terraform::declarations::is_configuration;

#[test]
fn files_that_terraform_passes_over_declare_nothing() {
    for (path, counts) in [
        ("a.tf", true),
        ("a.tofu", true),
        ("a.tf.json", true),
        (".a.tf", false),
        (".a.tf.json", false),
        ("a.tf~", false),
        ("#a.tf#", false),
        ("sub/.a.tf", false),
        (".sub/a.tf", true),
    ] {
        assert_eq!(is_configuration(path), counts, "{path}");
        assert_eq!((TERRAFORM.candidate)(path, ""), counts, "{path}");
    }
}

#[test]
fn what_is_declared_twice_is_told_and_both_are_judged() {
    let block = |kind: &str, body: &str| format!("{kind} {{\n  {body}\n}}\n");
    for (kind, first, second) in [
        ("resource \"aws_s3_bucket\" \"b\"", "bucket = \"one\"", "bucket = \"two\""),
        ("data \"aws_ami\" \"b\"", "owners = [\"one\"]", "owners = [\"two\"]"),
    ] {
        let (_, found) = extract(&[("a.tf", &block(kind, first)), ("b.tf", &block(kind, second))]);
        assert_eq!(found.resources.len(), 2, "{kind}");
        assert_eq!(found.resources[0].address, found.resources[1].address, "{kind}");
        assert_eq!(found.problems.len(), 1, "{kind}");
        assert!(found.problems[0].message.ends_with("is declared twice: first in `a.tf`, line 1"), "{kind}");
        assert_eq!(&*found.problems[0].path, "b.tf", "{kind}");
    }
    let counted = "resource \"aws_s3_bucket\" \"b\" {\n  count = 2\n}\nresource \"aws_s3_bucket\" \"b\" {}\n";
    assert_eq!(resources(counted).len(), 3, "each is there as often as it says itself");
    for (declared, value) in [("variable \"v\" {\n  default = 1\n}\n", "var.v"), ("locals {\n  v = 1\n}\n", "local.v")]
    {
        let user = format!("{declared}resource \"x_y\" \"z\" {{\n  value = {value}\n  other = 2\n}}\n");
        let (_, found) = extract(&[("a.tf", &user), ("b.tf", &declared.replace('1', "2"))]);
        let body = show(&find(&found.resources, "x_y.z").body);
        assert_eq!(body, "{other: 2, value: ?}", "{declared}");
        assert_eq!(found.problems.len(), 1, "{declared}");
    }
}

#[test]
fn an_override_file_replaces_and_is_no_second_declaration() {
    let (_, found) = extract(&[
        (
            "main.tf",
            "locals {\n  a = 1\n}\nvariable \"v\" {\n  default = 1\n}\nresource \"x_y\" \"z\" {\n  value = [var.v, local.a]\n  kept = true\n  dynamic \"rule\" {\n    for_each = [1, 2]\n    content {\n      n = rule.value\n    }\n  }\n}\n",
        ),
        (
            "x_override.tf",
            "locals {\n  a = 2\n}\nvariable \"v\" {\n  default = 2\n}\nresource \"x_y\" \"z\" {\n  rule {\n    n = 3\n  }\n}\n",
        ),
    ]);
    let body = show(&find(&found.resources, "x_y.z").body);
    assert_eq!((body.as_str(), found.problems.len()), ("{kept: true, rule: [{n: 3}], value: [2, 2]}", 0));
}

#[test]
fn what_has_a_state_or_values_of_its_own_is_deployed_on_its_own_too() {
    let call = "module \"p\" {\n  source = \"../prod\"\n  v = true\n}\n";
    let main = "variable \"v\" {\n  default = false\n}\nresource \"x_y\" \"z\" {\n  value = var.v\n}\n";
    let backend = "terraform {\n  backend \"s3\" {}\n}\n";
    for (others, deployments) in [
        (&[][..], &["caller"][..]),
        (&[("prod/state.tf", backend)], &["caller", "prod"]),
        (&[("prod/terraform.tfvars", "v = false\n")], &["caller", "prod"]),
    ] {
        let files: Vec<(&str, &str)> =
            [("caller/main.tf", call), ("prod/main.tf", main)].into_iter().chain(others.iter().copied()).collect();
        let (_, found) = extract(&files);
        let judged = found.resources.iter().filter(|resource| &*resource.kind == "terraform/x_y");
        let mut of: Vec<&str> = judged.map(|resource| &*resource.deployment).collect();
        of.sort_unstable();
        assert_eq!(of, deployments, "{others:?}");
    }
}
