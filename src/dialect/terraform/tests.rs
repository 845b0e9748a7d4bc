mod declared;
mod environment;
mod terragrunt;

use std::collections::BTreeMap;

use super::TERRAFORM;
use crate::dialect::{Corpus, Extraction, Inputs, Resource, testing};
use crate::document::testing::{CODE, Line, WORDS};
use crate::document::{Node, Unresolved};
use crate::source::Workspace;

/// What the dialect finds in these files.
fn extract_with(files: &[(&str, &str)], inputs: &Inputs) -> (Workspace, Extraction) {
    let workspace = Workspace::in_memory(files.iter().copied());
    let found = testing::extract(&[&TERRAFORM], &workspace, inputs);
    (workspace, found)
}

fn extract(files: &[(&str, &str)]) -> (Workspace, Extraction) {
    extract_with(files, &Inputs::default())
}

fn resources(text: &str) -> Vec<Resource> {
    extract(&[("main.tf", text)]).1.resources
}

fn find<'r>(resources: &'r [Resource], address: &str) -> &'r Resource {
    resources.iter().find(|resource| &*resource.address == address).unwrap_or_else(|| {
        let known: Vec<&str> = resources.iter().map(|resource| &*resource.address).collect();
        panic!("no {address} among {known:?}")
    })
}

/// A node as short text: `?` is unresolved.
fn show(node: &Node) -> String {
    let open = |open: &Unresolved, _| if open.spread { "?*" } else { "?" }.to_owned();
    Line { open, float: WORDS.float, ..CODE }.of(node)
}

fn written(text: &str, span: crate::source::Span) -> &str {
    text.get(span.range()).unwrap()
}

fn at<'n>(node: &'n Node, path: &str) -> &'n Node {
    crate::document::testing::at(node, path).unwrap_or_else(|| panic!("no {path} in {}", show(node)))
}

#[test]
fn variables_and_locals_are_followed_in_any_order_and_leave_a_trail() {
    let text = "resource \"aws_s3_bucket\" \"a\" {\n  bucket = local.name\n  acl = var.acl\n}\n\
                locals {\n  name = \"${local.prefix}-logs\"\n  prefix = var.prefix\n}\n\
                variable \"prefix\" {\n  default = \"acme\"\n}\nvariable \"acl\" {}\n";
    let found = resources(text);
    let bucket = find(&found, "aws_s3_bucket.a");
    assert_eq!(show(at(&bucket.body, "bucket")), "\"acme-logs\"");
    let node = at(&bucket.body, "bucket");
    assert_eq!(written(text, node.span), "local.name");
    assert_eq!(written(text, node.steps()[0].span), "\"${local.prefix}-logs\"");
    assert_eq!(&*node.steps()[0].what, "local `name`");
    let acl = at(&bucket.body, "acl");
    assert_eq!(&*acl.as_unresolved().unwrap().because, "variable `acl` has no default and no value");
    assert_eq!(&*acl.as_unresolved().unwrap().expression, "var.acl");
    assert_eq!(bucket.names.iter().map(|name| &**name).collect::<Vec<_>>(), ["acme-logs"]);
}

#[test]
fn an_undeclared_variable_is_open_and_says_so() {
    let found = resources("resource \"a_b\" \"c\" {\n  d = var.nope\n}\n");
    let node = at(&find(&found, "a_b.c").body, "d");
    assert_eq!(&*node.as_unresolved().unwrap().because, "variable `nope` is not declared");
}

#[test]
fn each_instance_of_count_and_for_each_is_a_resource_of_its_own() {
    let found = resources(
        "resource \"aws_ebs_volume\" \"v\" {\n  count = 2\n  encrypted = count.index == 0\n}\n\
         resource \"aws_x\" \"k\" {\n  for_each = { a = 1, b = 2 }\n  key = each.key\n  value = each.value\n}\n\
         resource \"aws_x\" \"none\" {\n  count = 0\n}\n\
         resource \"aws_x\" \"open\" {\n  count = var.n\n  at = count.index\n}\n\
         variable \"n\" {}\n\
         resource \"aws_x\" \"s\" {\n  for_each = toset([\"x\"])\n  key = each.key\n}\n",
    );
    assert_eq!(show(at(&find(&found, "aws_ebs_volume.v[0]").body, "encrypted")), "true");
    assert_eq!(show(at(&find(&found, "aws_ebs_volume.v[1]").body, "encrypted")), "false");
    assert_eq!(show(at(&find(&found, "aws_x.k[\"b\"]").body, "value")), "2");
    assert!(!found.iter().any(|resource| resource.address.starts_with("aws_x.none")));
    let open = find(&found, "aws_x.open");
    assert_eq!(&*open.condition.as_ref().unwrap().because, "variable `n` has no default and no value");
    assert_eq!(show(at(&open.body, "at")), "?");
}

#[test]
fn ports_opened_by_a_dynamic_block_are_seen_where_they_are_written() {
    let text = "variable \"ports\" {\n  default = [22, 443]\n}\n\
                resource \"aws_security_group\" \"g\" {\n  dynamic \"ingress\" {\n    for_each = var.ports\n    iterator = port\n    content {\n\
                from_port = port.value\n to_port = port.value\n protocol = \"tcp\"\n cidr_blocks = [\"0.0.0.0/0\"]\n    }\n  }\n\
                dynamic \"egress\" {\n    for_each = var.unknown\n    content {}\n  }\n}\nvariable \"unknown\" {}\n";
    let found = resources(text);
    let body = &find(&found, "aws_security_group.g").body;
    assert_eq!(at(body, "ingress").items().len(), 2);
    assert_eq!(show(at(body, "ingress.0.from_port")), "22");
    assert_eq!(show(at(body, "ingress.0.ports")), "\"22\"");
    let port = at(body, "ingress.0.from_port");
    assert_eq!(written(text, port.span), "port.value");
    assert_eq!(written(text, port.steps()[0].span), "22");
    assert_eq!(show(at(body, "egress")), "[?]");
}

#[test]
fn a_dynamic_block_that_goes_through_nothing_is_no_block() {
    for (each, also, want) in [
        ("[]", "", "-"),
        ("toset([])", "", "-"),
        ("{}", "", "-"),
        ("var.none", "", "-"),
        ("[]", "  b {\n    x = 1\n  }\n", "[{x: 1}]"),
        ("[2]", "", "[{x: 2}]"),
        ("var.open", "", "[?]"),
    ] {
        let text = format!(
            "resource \"a_b\" \"c\" {{\n  dynamic \"b\" {{\n    for_each = {each}\n    content {{\n      x = b.value\n    }}\n  }}\n{also}}}\nvariable \"none\" {{\n  default = []\n}}\nvariable \"open\" {{}}\n"
        );
        let found = resources(&text);
        let block = find(&found, "a_b.c").body.get("b").map_or("-".to_owned(), show);
        assert_eq!(block, want, "{each}{also}");
    }
}

#[test]
fn blocks_of_an_open_collection_say_what_their_content_says() {
    let text = "variable \"open\" {}\nresource \"a_b\" \"c\" {\n  dynamic \"b\" {\n    for_each = var.open\n    content {\n      port = 22\n      from = \"${b.value}/32\"\n    }\n  }\n}\n";
    let found = resources(text);
    let items = at(&find(&found, "a_b.c").body, "b").items().to_vec();
    let ways = &items[0].as_unresolved().unwrap().alternatives;
    assert_eq!((items.len(), ways.len()), (1, 2), "it may not be there");
    assert_eq!(show(at(&ways[0], "port")), "22");
    assert_eq!(at(&ways[0], "from").as_unresolved().unwrap().partial.as_ref().unwrap().suffix(), "/32");
}

#[test]
fn module_calls_pass_values_down_and_outputs_up() {
    let files = [
        (
            "main.tf",
            "module \"net\" {\n  source = \"./net\"\n  count = 1\n  cidr = local.cidr\n}\nlocals {\n  cidr = \"0.0.0.0/0\"\n}\nresource \"a_b\" \"c\" {\n  x = module.net[0].cidr\n  y = module.net[*].id\n  z = module.gone.x\n}\nmodule \"gone\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n",
        ),
        (
            "net/main.tf",
            "variable \"cidr\" {}\nresource \"aws_x\" \"r\" {\n  cidr = var.cidr\n}\noutput \"cidr\" {\n  value = var.cidr\n}\noutput \"id\" {\n  value = aws_x.r.id\n}\n",
        ),
    ];
    let (workspace, extraction) = extract(&files);
    let found = &extraction.resources;
    let inner = find(found, "module.net[0].aws_x.r");
    let cidr = at(&inner.body, "cidr");
    assert_eq!(show(cidr), "\"0.0.0.0/0\"");
    assert_eq!(workspace.path(cidr.span.file), "net/main.tf");
    let steps: Vec<(&str, &str)> =
        cidr.steps().iter().map(|step| (workspace.path(step.span.file), &*step.what)).collect();
    assert_eq!(steps, [("main.tf", "passed by module call `net`"), ("main.tf", "local `cidr`")]);
    let outer = find(found, "a_b.c");
    assert_eq!(show(at(&outer.body, "x")), "\"0.0.0.0/0\"");
    assert_eq!(&*at(&outer.body, "y.0").as_unresolved().unwrap().references[0], "module.net[0].aws_x.r");
    assert_eq!(show(at(&outer.body, "z")), "?");
    let notices: Vec<&str> = extraction.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        notices,
        ["module call `gone` is not followed: `terraform-aws-modules/vpc/aws` is not in the repository"]
    );
    assert!(!found.iter().any(|resource| &*resource.address == "aws_x.r"), "a called module is not judged on its own");
}

#[test]
fn policies_are_seen_however_they_are_written() {
    let statement = "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}";
    let main = "resource \"aws_iam_policy\" \"encoded\" {\n  policy = jsonencode({ Statement = [for a in [\"*\"] : { Effect = \"Allow\", Action = a, Resource = aws_s3_bucket.b.arn }] })\n}\n\
         resource \"aws_iam_policy\" \"merged\" {\n  policy = jsonencode(merge({ Version = \"x\" }, { Statement = { Action = \"*\" } }))\n}\n\
         resource \"aws_iam_policy\" \"file\" {\n  policy = file(\"${path.module}/policy.json\")\n}\n\
         resource \"aws_iam_policy\" \"heredoc\" {\n  policy = <<-EOT\n    {\"Statement\": [{\"Action\": \"*\", \"Resource\": \"${aws_s3_bucket.b.arn}/*\"}]}\n  EOT\n}\n\
         data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\"*\"]\n    resources = [\"*\"]\n    principals {\n      type = \"AWS\"\n      identifiers = [\"*\"]\n    }\n  }\n}\n\
         resource \"aws_iam_policy\" \"document\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n\
         resource \"aws_s3_bucket\" \"b\" {}\n";
    let (_, extraction) = extract(&[("main.tf", main), ("policy.json", statement)]);
    for name in ["encoded", "merged", "file", "heredoc", "document"] {
        let resource = find(&extraction.resources, &format!("aws_iam_policy.{name}"));
        let action = at(&resource.body, "policy.statements.0.Action.0");
        assert_eq!(show(action), "\"*\"", "{name}");
        assert!(resource.span.contains(action.span), "{name}");
    }
    let heredoc = at(&find(&extraction.resources, "aws_iam_policy.heredoc").body, "policy.Statement.0.Action");
    assert_eq!(written(main, heredoc.span), "\"*\"");
    let document = find(&extraction.resources, "aws_iam_policy.document");
    assert_eq!(show(at(&document.body, "policy.statements.0.principals")), "[\"*\"]");
    assert_eq!(written(main, at(&document.body, "policy.Statement.0.Action").steps().last().unwrap().span), "\"*\"");
}

#[test]
fn variable_files_and_the_command_line_take_the_place_of_defaults() {
    let files = [
        (
            "main.tf",
            "variable \"a\" {\n  default = 0\n}\nvariable \"b\" {\n  type = list(string)\n}\nvariable \"c\" {\n  type = number\n}\nresource \"x_y\" \"z\" {\n  a = var.a\n  b = var.b\n  c = var.c\n}\n",
        ),
        ("terraform.tfvars", "a = 1\nb = [1]\n"),
        ("x.auto.tfvars.json", "{\"a\": 2}"),
    ];
    let inputs = Inputs { variables: vec![("c".into(), "7".into())], ..Inputs::default() };
    let (workspace, extraction) = extract_with(&files, &inputs);
    let body = &find(&extraction.resources, "x_y.z").body;
    assert_eq!(show(body), "{a: 2, b: [\"1\"], c: 7}");
    assert_eq!(workspace.path(at(body, "a").steps()[0].span.file), "x.auto.tfvars.json");
    assert_eq!(&*at(body, "b").steps()[0].what, "value in terraform.tfvars");
}

#[test]
fn a_cycle_is_a_problem_and_leaves_the_value_open() {
    let (_, extraction) = extract(&[(
        "main.tf",
        "locals {\n  a = local.b\n  b = local.a\n}\nresource \"x_y\" \"z\" {\n  a = local.a\n}\n",
    )]);
    assert_eq!(show(at(&find(&extraction.resources, "x_y.z").body, "a")), "?");
    assert_eq!(extraction.problems[0].code, "terraform::cycle");
}

#[test]
fn nothing_grows_or_nests_without_end() {
    use std::fmt::Write as _;
    let mut text = String::from("locals {\n  l0 = [\"x\"]\n  s0 = \"xxxxxxxxxx\"\n  r = range(1000000)\n");
    for at in 1..400 {
        let below = at - 1;
        writeln!(
            text,
            "  l{at} = [local.l{below}, local.l{below}]\n  s{at} = \"${{local.s{below}}}${{local.s{below}}}\""
        )
        .unwrap();
    }
    text.push_str(
        "}\nresource \"x_y\" \"z\" {\n  l = local.l399\n  s = local.s399\n}\nmodule \"m\" {\n  source = \"./\"\n}\n",
    );
    let (_, extraction) = extract(&[("main.tf", &text)]);
    let body = &find(&extraction.resources, "x_y.z").body;
    assert_eq!(show(at(body, "s")), "?");
}

#[test]
fn configurations_in_json_are_read_alike() {
    let files = [(
        "main.tf.json",
        "{\"variable\": {\"n\": {\"default\": 22}}, \"resource\": {\"aws_security_group\": {\"g\": {\"ingress\": [{\"from_port\": \"${var.n}\", \"to_port\": 22}], \"dynamic\": {\"egress\": {\"for_each\": [1], \"content\": {\"a\": \"x${egress.value}\"}}}}}}}",
    )];
    let (_, extraction) = extract(&files);
    let body = &find(&extraction.resources, "aws_security_group.g").body;
    assert_eq!(show(at(body, "ingress.0.ports")), "\"22\"");
    assert_eq!(show(at(body, "egress")), "[{a: \"x1\"}]");
}

#[test]
fn a_plan_lists_what_is_planned_and_points_at_the_sources_beside_it() {
    let main = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = var.name\n  versioning {\n    enabled = true\n  }\n}\n\
                resource \"aws_x\" \"v\" {\n  bucket = aws_s3_bucket.b.id\n}\nmodule \"m\" {\n  source = \"./m\"\n}\n";
    let plan = r#"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [
        {"address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b",
         "values": {"bucket": "acme", "versioning": [{"enabled": true}], "acl": null}},
        {"address": "aws_x.v", "mode": "managed", "type": "aws_x", "name": "v", "values": {}}],
        "child_modules": [{"address": "module.m[0]", "resources": [
          {"address": "module.m[0].aws_x.w", "mode": "managed", "type": "aws_x", "name": "w", "values": {"a": 1}}]}]}},
        "resource_changes": [{"address": "aws_x.v", "change": {"after_unknown": {"bucket": true}}}],
        "configuration": {"root_module": {"resources": [{"address": "aws_x.v",
          "expressions": {"bucket": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}}}]}}}"#;
    let files = [("main.tf", main), ("m/main.tf", "resource \"aws_x\" \"w\" {\n  a = 1\n}\n"), ("tfplan.json", plan)];
    let (workspace, extraction) = extract(&files);
    let found: Vec<Resource> =
        extraction.resources.into_iter().filter(|resource| &*resource.scope == "tfplan.json").collect();
    let bucket = find(&found, "aws_s3_bucket.b");
    let name = at(&bucket.body, "bucket");
    assert_eq!((show(name).as_str(), written(main, name.span)), ("\"acme\"", "var.name"));
    assert_eq!(written(plan, name.steps()[0].span), "\"acme\"");
    assert_eq!(written(main, at(&bucket.body, "versioning.0.enabled").span), "true");
    let open = at(&find(&found, "aws_x.v").body, "bucket");
    assert_eq!(&*open.as_unresolved().unwrap().references[0], "aws_s3_bucket.b");
    let inner = find(&found, "module.m[0].aws_x.w");
    assert_eq!(workspace.path(inner.span.file), "m/main.tf");
}

#[test]
fn a_state_is_printed_as_a_plan_of_which_all_is_known() {
    let state = r#"{"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": [
        {"address": "aws_x.v", "mode": "managed", "type": "aws_x", "name": "v", "values": {"a": 1}}],
        "child_modules": [{"address": "module.m", "resources": [
          {"address": "module.m.aws_x.w", "mode": "managed", "type": "aws_x", "name": "w", "values": {"a": 2}}]}]}}}"#;
    let other = r#"{"format_version": "1.0", "values": {"root_module": {"resources": [
        {"address": "aws_x.v", "mode": "managed", "type": "aws_x", "name": "v", "values": {"a": 1}}]}}}"#;
    let (_, extraction) = extract(&[("state.json", state), ("other.json", other)]);
    let found: Vec<(&str, String)> = extraction
        .resources
        .iter()
        .filter(|resource| resource.address.contains("aws_x"))
        .map(|resource| (&*resource.scope, show(at(&resource.body, "a"))))
        .collect();
    assert_eq!(found, [("state.json", "1".to_owned()), ("state.json", "2".to_owned())]);
}

/// The body that a plan tells of one resource.
fn planned(values: &str, unknown: &str, hidden: &str, expressions: Option<&str>, source: Option<&str>) -> Node {
    let configuration = expressions.map_or(String::new(), |expressions| {
        format!(
            r#", "configuration": {{"root_module": {{"resources": [{{"address": "aws_x.v", "expressions": {expressions}}}]}}}}"#
        )
    });
    let plan = format!(
        r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{"resources": [{{"address": "aws_x.v",
        "mode": "managed", "type": "aws_x", "name": "v", "values": {values}, "sensitive_values": {hidden}}}]}}}},
        "resource_changes": [{{"address": "aws_x.v", "change": {{"after_unknown": {unknown}}}}}]{configuration}}}"#
    );
    let mut files = vec![("tfplan.json", plan.as_str())];
    files.extend(source.map(|source| ("main.tf", source)));
    let found = extract(&files).1.resources;
    let plan = found.into_iter().find(|resource| &*resource.scope == "tfplan.json").unwrap();
    plan.body
}

/// What a path of a body leads to: a value, `open`, or nothing.
fn told(body: &Node, path: &str) -> String {
    let mut node = Some(body);
    for step in path.split('.') {
        node = node.and_then(|node| match step.parse::<usize>() {
            Ok(at) => node.items().get(at),
            Err(_) => node.get(step),
        });
    }
    match node {
        None => "nothing".to_owned(),
        Some(node) if node.as_unresolved().is_some() => "open".to_owned(),
        Some(node) => show(node),
    }
}

#[test]
fn a_plan_says_what_its_source_would() {
    // The planned values, what is known later, what is written; a path, and what stands there.
    for (values, unknown, written, path, want) in [
        // Nobody set it.
        ("{}", r#"{"k": true}"#, Some("{}"), "k", "nothing"),
        (r#"{"k": []}"#, "{}", Some("{}"), "k", "nothing"),
        (r#"{"k": {}}"#, "{}", Some("{}"), "k", "nothing"),
        (r#"{"b": [{"a": 1}]}"#, r#"{"b": [{"k": true}]}"#, Some(r#"{"b": [{"a": {}}]}"#), "b.0.k", "nothing"),
        (r#"{"b": [{"a": 1}]}"#, r#"{"b": [{"k": true}]}"#, Some(r#"{"b": {"a": {}}}"#), "b.0.k", "nothing"),
        (r#"{"b": {"a": 1, "k": []}}"#, "{}", Some(r#"{"b": {"a": {}}}"#), "b.k", "nothing"),
        // The provider's default is planned.
        (r#"{"k": true}"#, "{}", Some("{}"), "k", "true"),
        // Set, and known later.
        ("{}", r#"{"k": true}"#, Some(r#"{"k": {"references": ["aws_y.z"]}}"#), "k", "open"),
        ("{}", r#"{"k": true}"#, Some(r#"{"k": {}}"#), "k", "open"),
        (
            r#"{"b": [{}]}"#,
            r#"{"b": [{"k": true}]}"#,
            Some(r#"{"b": [{"k": {"references": ["x.y"]}}]}"#),
            "b.0.k",
            "open",
        ),
        (r#"{"k": ["a", null]}"#, r#"{"k": [false, true]}"#, Some(r#"{"k": {"references": ["x.y"]}}"#), "k.1", "open"),
        // Set to nothing.
        (r#"{"k": []}"#, "{}", Some(r#"{"k": {"constant_value": []}}"#), "k", "[]"),
        (r#"{"k": null}"#, "{}", Some(r#"{"k": {"references": ["var.k"]}}"#), "k", "null"),
        // A plan without its configuration does not say who set what.
        ("{}", r#"{"k": true}"#, None, "k", "open"),
        (r#"{"k": []}"#, "{}", None, "k", "[]"),
        // Blocks that were generated: nobody knows what was written of them.
        (r#"{"b": [{"a": 1}]}"#, r#"{"b": [{"k": true}]}"#, Some("{}"), "b.0.k", "open"),
        (
            r#"{"b": [{"a": 1}, {"a": 2}]}"#,
            r#"{"b": [{"k": true}, {}]}"#,
            Some(r#"{"b": [{"a": {}}]}"#),
            "b.0.k",
            "open",
        ),
        // Blocks of a set may be planned in another order than written.
        (
            r#"{"b": [{"a": 1}, {}]}"#,
            r#"{"b": [{}, {"k": true}]}"#,
            Some(r#"{"b": [{"k": {}}, {"a": {}}]}"#),
            "b.1.k",
            "open",
        ),
        (
            r#"{"b": [{"a": 1}, {}]}"#,
            r#"{"b": [{"m": true}, {}]}"#,
            Some(r#"{"b": [{"k": {}}, {"a": {}}]}"#),
            "b.0.m",
            "nothing",
        ),
    ] {
        let body = planned(values, unknown, "{}", written, None);
        assert_eq!(told(&body, path), want, "{values} {unknown} {written:?}");
    }
}

#[test]
fn what_a_plan_hides_is_not_unset() {
    for (values, written, want) in [
        (r#"{"k": null}"#, r#"{"k": {"references": ["var.k"]}}"#, "open"),
        ("{}", r#"{"k": {"references": ["var.k"]}}"#, "open"),
        ("{}", "{}", "nothing"),
        (r#"{"k": "x"}"#, r#"{"k": {"references": ["var.k"]}}"#, "\"x\""),
    ] {
        let body = planned(values, "{}", r#"{"k": true}"#, Some(written), None);
        assert_eq!(told(&body, "k"), want, "{values} {written}");
    }
}

#[test]
fn a_block_that_the_sources_generate_is_not_unset() {
    let source = "resource \"aws_x\" \"v\" {\n  dynamic \"b\" {\n    for_each = var.all\n    content {}\n  }\n}\n";
    for (source, want) in [(None, "nothing"), (Some(source), "open")] {
        let body = planned("{}", r#"{"b": true}"#, "{}", Some("{}"), source);
        assert_eq!(told(&body, "b"), want, "{source:?}");
    }
}

#[test]
fn template_files_are_rendered_as_terraform_renders_them() {
    // The results are those of Terraform 1.11.
    for (template, want) in [
        ("a\n%{ for x in l ~}\n  - ${x}\n%{ endfor ~}\nend\n", "a\n  - a\n  - b\nend\n"),
        (
            "a\n\n  %{~ if true ~}  \n\n  x\n  %{~ endif ~}\n\n end \"q\" \\n $${y} \n",
            "a\n\n\n  x\n\n end \"q\" \\n ${y} \n",
        ),
        ("${l[0]}", "a"),
        ("%{ for x in l }${x}\n%{ endfor }", "a\nb\n"),
        ("", ""),
        ("line $x % y\r\nz ${l[1]}\r\n", "line $x % y\r\nz b\r\n"),
    ] {
        let (_, rendered) = render(template);
        assert_eq!(rendered.unwrap().as_str(), Some(want), "{template}");
    }
    assert!(render("${other}").1.is_err(), "a name that is not passed");
    assert!(render("${upper(l[0])}").1.is_ok(), "functions are there");
}

fn render(template: &str) -> (Workspace, Result<super::value::Value, super::functions::Refusal>) {
    use super::functions::Host as _;
    use super::value::{Type, Value};
    let workspace = Workspace::in_memory([("main.tf", "locals {}\n"), ("a.tftpl", template)]);
    let (documents, inputs) = (BTreeMap::new(), Inputs::default());
    let rendered = {
        let corpus = Corpus::new(&workspace, &documents, &inputs);
        let library = super::library::Library::read(&corpus);
        let world = super::module::World::new(&corpus, &library, "");
        let instance = world.instance(0).unwrap();
        let files = super::host::Files { world: &world, instance: &instance };
        let list = Value::list(Type::String, vec![Value::string("a"), Value::string("b")]);
        files.render(&files.read("a.tftpl").unwrap(), &[("l".into(), list)].into())
    };
    (workspace, rendered)
}

#[test]
fn modules_that_are_installed_are_followed() {
    let modules = r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "v", "Dir": ".terraform/modules/v"},
        {"Key": "v.inner", "Dir": ".terraform/modules/v/inner"}]}"#;
    let (_, extraction) = extract(&[
        ("app/main.tf", "module \"v\" {\n  source = \"acme/vpc/aws\"\n  cidr = \"10.0.0.0/8\"\n}\n"),
        ("app/.terraform/modules/modules.json", modules),
        (
            "app/.terraform/modules/v/main.tf",
            "variable \"cidr\" {}\nmodule \"inner\" {\n  source = \"./inner\"\n  cidr = var.cidr\n}\n",
        ),
        (
            "app/.terraform/modules/v/inner/main.tf",
            "variable \"cidr\" {}\nresource \"aws_vpc\" \"v\" {\n  cidr_block = var.cidr\n}\n",
        ),
    ]);
    assert!(extraction.problems.is_empty(), "{:?}", extraction.problems);
    let vpc = find(&extraction.resources, "module.v.module.inner.aws_vpc.v");
    assert_eq!(show(at(&vpc.body, "cidr_block")), "\"10.0.0.0/8\"");
    assert_eq!(&*vpc.scope, "app");
    assert_eq!(extraction.resources.iter().filter(|resource| &*resource.kind == "terraform/aws_vpc").count(), 1);
}

#[test]
fn an_open_template_keeps_how_it_begins_and_ends() {
    let found = resources("resource \"a_b\" \"c\" {\n  x = \"arn:aws:s3:::${var.b}/*\"\n}\nvariable \"b\" {}\n");
    let partial = at(&find(&found, "a_b.c").body, "x").as_unresolved().unwrap().partial.clone().unwrap();
    assert_eq!(partial.filled("…"), "arn:aws:s3:::…/*");
}

#[test]
fn terraform_runs_in_the_directory_of_the_root_module() {
    let text = "resource \"a_b\" \"c\" {\n  name = \"ex-${basename(path.cwd)}\"\n  whole = path.cwd\n}\n";
    let (_, extraction) = extract(&[("examples/simple/main.tf", text)]);
    let body = &find(&extraction.resources, "a_b.c").body;
    assert_eq!(show(at(body, "name")), "\"ex-simple\"");
    let partial = at(body, "whole").as_unresolved().unwrap().partial.clone().unwrap();
    assert_eq!(partial.filled("…"), "…/examples/simple");
    let found = resources(text);
    assert_eq!(show(at(&find(&found, "a_b.c").body, "name")), "?", "nobody knows what the repository is called");
}

#[test]
fn a_branch_that_is_refused_does_not_decide_a_condition() {
    let found = resources(
        "variable \"open\" {}\nlocals {\n  empty = {}\n}\nresource \"a_b\" \"c\" {\n  x = var.open ? local.empty[\"gone\"] : \"other\"\n}\n",
    );
    let open = at(&find(&found, "a_b.c").body, "x").as_unresolved().unwrap();
    assert_eq!(&*open.because, "variable `open` has no default and no value");
    assert!(open.alternatives.is_empty());
}

#[test]
fn instances_are_without_the_collection_they_are_made_from() {
    let found = resources(
        "variable \"open\" {}\nresource \"a_b\" \"known\" {\n  for_each = { x = 1 }\n  v = each.value\n}\n\
         resource \"a_b\" \"open\" {\n  for_each = var.open\n  v = each.value\n}\n",
    );
    let known = &find(&found, "a_b.known[\"x\"]").body;
    assert!(known.get("for_each").is_none());
    assert_eq!(show(at(known, "v")), "1");
    assert_eq!(show(at(&find(&found, "a_b.open").body, "for_each")), "?");
}

#[test]
fn limits_are_told_as_the_reason() {
    let found = resources(
        "resource \"a_b\" \"many\" {\n  count = 5000\n}\nresource \"a_b\" \"deep\" {\n  x = local.l0\n}\nlocals {\n  l999 = 1\n"
            .to_owned()
            .chars()
            .chain((0..999).flat_map(|at| format!("  l{at} = [local.l{}]\n", at + 1).chars().collect::<Vec<_>>()))
            .chain("}\n".chars())
            .collect::<String>()
            .as_str(),
    );
    let condition = find(&found, "a_b.many").condition.clone().unwrap();
    assert!(condition.because.contains("1024"), "{}", condition.because);
    let mut node = at(&find(&found, "a_b.deep").body, "x").clone();
    while let Some(inner) = node.items().first().cloned() {
        node = inner;
    }
    assert!(node.as_unresolved().unwrap().because.contains("limit"), "{}", show(&node));
}
