//! Modules as units of Terragrunt deploy them.

use super::*;

const MODULE: &str = "variable \"v\" {}\nvariable \"w\" {\n  default = \"w\"\n}\nresource \"x_y\" \"z\" {\n  v = var.v\n  w = var.w\n}\n";

/// The values of `v` and `w` in the module, as the unit in `live/prod/db` deploys it.
fn deployed(files: &[(&str, &str)]) -> String {
    let all: Vec<(&str, &str)> = files.iter().copied().chain([("modules/db/main.tf", MODULE)]).collect();
    let (_, found) = extract(&all);
    let units = found.resources.iter().filter(|one| &*one.address == "x_y.z");
    let shown: Vec<String> = units.map(|one| format!("{} {}", one.deployment, show(&one.body))).collect();
    shown.join("; ")
}

#[test]
fn a_module_is_judged_as_its_units_deploy_it() {
    let source = "terraform {\n  source = \"../../../modules/db\"\n}\n";
    for (inputs, want) in [
        ("inputs = { v = false }", "{v: false, w: \"w\"}"),
        ("inputs = { \"v\" = [1, 2], w = \"x\" }", "{v: [1, 2], w: \"x\"}"),
        ("locals {\n  a = { v = 1 }\n}\ninputs = merge(local.a, { w = \"x\" })", "{v: 1, w: \"x\"}"),
        ("", "{v: ?, w: \"w\"}"),
        (
            "dependency \"a\" {\n  config_path = \"../a\"\n  mock_outputs = { x = 1 }\n}\ninputs = { v = dependency.a.outputs.x, w = 2 }",
            "{v: ?, w: 2}",
        ),
        ("inputs = { v = nothing.at.all, w = 2 }", "{v: ?, w: 2}"),
        ("inputs = { v = run_cmd(\"date\"), w = get_env(\"W\", \"x\") }", "{v: ?, w: \"x\"}"),
        ("inputs = merge({ v = 1, w = 2 }, jsondecode(run_cmd(\"date\")))", "{v: ?, w: ?}"),
        ("inputs = { v = \"${get_terragrunt_dir()}/x\", w = basename(get_terragrunt_dir()) }", "{v: ?, w: \"db\"}"),
        (
            "inputs = { v = file(\"${get_repo_root()}/note\"), w = file(\"${get_terragrunt_dir()}/../note\") }",
            "{v: \"a\", w: \"b\"}",
        ),
        (
            "inputs = { v = get_path_from_repo_root(), w = get_path_to_repo_root() }",
            "{v: \"live/prod/db\", w: \"../../..\"}",
        ),
    ] {
        let files = [
            ("live/prod/db/terragrunt.hcl", format!("{source}{inputs}\n")),
            ("note", "a".to_owned()),
            ("live/prod/note", "b".to_owned()),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        assert_eq!(deployed(&files), format!("live/prod/db {want}"), "{inputs}");
    }
}

#[test]
fn a_text_for_what_is_no_text_is_read_as_terraform_reads_its_environment() {
    for (ty, given, want) in [
        ("list(string)", "get_env(\"A\", \"[\\\"a\\\", \\\"b\\\"]\")", "[\"a\", \"b\"]"),
        ("map(string)", "\"{ x = 1 }\"", "{x: \"1\"}"),
        ("string", "\"[1]\"", "\"[1]\""),
        ("any", "\"[1]\"", "\"[1]\""),
        ("list(string)", "[\"a\"]", "[\"a\"]"),
    ] {
        let unit = format!("terraform {{\n  source = \"../../m\"\n}}\ninputs = {{ v = {given} }}\n");
        let module = format!("variable \"v\" {{\n  type = {ty}\n}}\nresource \"x_y\" \"z\" {{\n  v = var.v\n}}\n");
        let (_, found) = extract(&[("live/a/terragrunt.hcl", &unit), ("m/main.tf", &module)]);
        let deployed = found.resources.iter().find(|one| &*one.deployment == "live/a" && &*one.address == "x_y.z");
        let shown = deployed.and_then(|one| one.body.get("v")).map(show);
        assert_eq!(shown.as_deref(), Some(want), "{ty} {given}");
    }
}

#[test]
fn sources_are_found_as_terragrunt_finds_them() {
    for (source, found) in [
        ("../../../modules/db", true),
        ("../../..//modules/db", true),
        ("${get_repo_root()}/modules//db", true),
        ("${dirname(find_in_parent_folders(\"root.hcl\"))}/modules/db", true),
        ("${get_path_to_repo_root()}/modules/db", true),
        ("${path_relative_from_include(\"root\")}/modules/db", true),
        ("${local.base}/db", true),
        ("../modules/gone", false),
        ("git::https://example.org/modules.git//db?ref=v1", false),
        ("tfr:///terraform-aws-modules/vpc/aws?version=1.0", false),
        ("${get_env(\"BASE\")}/db", false),
    ] {
        let unit = format!(
            "include \"root\" {{\n  path = find_in_parent_folders(\"root.hcl\")\n}}\nlocals {{\n  base = \"${{get_terragrunt_dir()}}/../../../modules\"\n}}\nterraform {{\n  source = \"{source}\"\n}}\ninputs = {{ v = 1 }}\n"
        );
        let files = [("live/prod/db/terragrunt.hcl", unit.as_str()), ("root.hcl", ""), ("modules/db/main.tf", MODULE)];
        let (_, told) = extract(&files);
        let deployment = told.resources.iter().find(|one| &*one.address == "x_y.z").map(|one| &*one.deployment);
        assert_eq!(deployment, Some(if found { "live/prod/db" } else { "modules/db" }), "{source}");
        assert_eq!(told.problems.len(), usize::from(!found), "{source}: {:?}", told.problems);
    }
}

#[test]
fn what_is_included_counts_as_it_is_merged() {
    let unit = |include: &str, inputs: &str| {
        format!("include \"root\" {{\n  path = find_in_parent_folders()\n{include}}}\ninputs = {inputs}\n")
    };
    let root = "locals {\n  region = \"eu\"\n  account = read_terragrunt_config(find_in_parent_folders(\"account.hcl\"))\n  common = yamldecode(file(\"common.yaml\"))\n}\nterraform {\n  source = \"${get_parent_terragrunt_dir()}/..//modules/${basename(path_relative_to_include())}\"\n}\ninputs = { v = { a = local.account.locals.id, b = local.common.b }, w = path_relative_to_include() }\n";
    for (include, inputs, want) in [
        ("", "{}", "{v: {a: 7, b: 8}, w: \"prod/db\"}"),
        ("", "{ w = 1 }", "{v: {a: 7, b: 8}, w: 1}"),
        ("", "{ v = { a = 1 } }", "{v: {a: 1}, w: \"prod/db\"}"),
        ("  merge_strategy = \"deep\"\n", "{ v = { a = 1 } }", "{v: {a: 1, b: 8}, w: \"prod/db\"}"),
        (
            "  expose = true\n",
            "{ w = include.root.locals.region, v = include.root.inputs.w }",
            "{v: \"prod/db\", w: \"eu\"}",
        ),
    ] {
        let unit = unit(include, inputs);
        let files = [
            ("live/terragrunt.hcl", root),
            ("live/common.yaml", "b: 8\n"),
            ("live/prod/account.hcl", "locals {\n  id = 7\n}\n"),
            ("live/prod/db/terragrunt.hcl", unit.as_str()),
        ];
        assert_eq!(deployed(&files), format!("live/prod/db {want}"), "{include}{inputs}");
    }
    let missing = "include {\n  path = find_in_parent_folders(\"gone.hcl\")\n}\nterraform {\n  source = \"../../../modules/db\"\n}\ninputs = { v = 1 }\n";
    assert_eq!(deployed(&[("live/prod/db/terragrunt.hcl", missing)]), "live/prod/db {v: 1, w: ?}");
}

#[test]
fn configurations_that_read_each_other_come_to_an_end() {
    let reads = |name: &str| {
        format!("locals {{\n  a = read_terragrunt_config(\"{name}\")\n  b = read_terragrunt_config(\"{name}\")\n}}\n")
    };
    let unit =
        format!("{}terraform {{\n  source = \"../../../modules/db\"\n}}\ninputs = {{ v = local.a }}\n", reads("a.hcl"));
    let (a, b) = (reads("b.hcl"), reads("a.hcl"));
    let files =
        [("live/prod/db/terragrunt.hcl", unit.as_str()), ("live/prod/db/a.hcl", &a), ("live/prod/db/b.hcl", &b)];
    assert!(deployed(&files).starts_with("live/prod/db {"));
    let circle = "include {\n  path = \"terragrunt.hcl\"\n}\n";
    assert!(deployed(&[("live/prod/db/terragrunt.hcl", circle)]).starts_with("modules/db {"));
}

/// Every resource of the module in `live/prod/db`, as the unit there deploys it.
fn all_deployed(unit: &str, others: &[(&str, &str)], module: &str) -> (Vec<String>, Vec<String>) {
    let unit = format!("terraform {{\n  source = \"../../../modules/db\"\n}}\n{unit}\n");
    let files: Vec<(&str, &str)> = others
        .iter()
        .copied()
        .chain([("live/prod/db/terragrunt.hcl", unit.as_str()), ("modules/db/main.tf", module)])
        .collect();
    let (_, found) = extract(&files);
    let shown = found.resources.iter().filter(|one| &*one.kind != "terraform/variable");
    let shown = shown.map(|one| format!("{} {} {}", one.deployment, one.address, show(&one.body))).collect();
    (shown, found.problems.iter().map(|problem| problem.message.clone()).collect())
}

#[test]
fn what_is_generated_counts_as_part_of_the_module() {
    let module = "resource \"x_y\" \"z\" {\n  v = var.v\n}\n";
    let variable = "variable \"v\" {\n  default = 1\n}\n";
    for (unit, want, told) in [
        ("", "live/prod/db x_y.z {v: ?}", &["variable `v` is not declared"][..]),
        (
            "generate \"a\" {\n  path = \"v.tf\"\n  if_exists = \"overwrite\"\n  contents = file(\"v.txt\")\n}",
            "live/prod/db x_y.z {v: 1}",
            &[],
        ),
        (
            "generate \"a\" {\n  path = \"v.tf\"\n  if_exists = \"overwrite\"\n  contents = <<-EOF\n    variable \"v\" {\n      default = \"${local.a}-${get_env(\"A\")}\"\n    }\n  EOF\n}\nlocals {\n  a = 7\n}",
            "live/prod/db x_y.z {v: ?}",
            &[],
        ),
        (
            "generate = { a = { path = \"v.tf\", if_exists = \"skip\", contents = \"variable \\\"v\\\" {\\n  default = [1, ${2 + 1}]\\n}\\n\" } }",
            "live/prod/db x_y.z {v: [1, 3]}",
            &[],
        ),
        (
            "generate \"a\" {\n  path = \"v.txt\"\n  if_exists = \"overwrite\"\n  contents = file(\"v.txt\")\n}",
            "live/prod/db x_y.z {v: ?}",
            &["variable `v` is not declared"],
        ),
        (
            "generate \"a\" {\n  path = \"v.tf\"\n  disable = true\n  contents = file(\"v.txt\")\n}",
            "live/prod/db x_y.z {v: ?}",
            &["variable `v` is not declared"],
        ),
        (
            "generate \"a\" {\n  path = \"v.tf\"\n  if_exists = \"overwrite\"\n  contents = run_cmd(\"make\")\n}",
            "live/prod/db x_y.z {v: ?}",
            &[],
        ),
    ] {
        let (resources, problems) = all_deployed(unit, &[("live/prod/db/v.txt", variable)], module);
        assert_eq!((resources.join("; ").as_str(), problems.join("; ")), (want, told.join("; ")), "{unit}");
    }
}

#[test]
fn one_name_that_is_not_declared_is_one_problem() {
    let module = "resource \"x_y\" \"z\" {\n  a = var.v\n  b = var.v\n  c = local.v\n}\n";
    let (_, problems) = all_deployed("", &[("modules/db/more.tf", "output \"v\" {\n  value = var.v\n}\n")], module);
    assert_eq!(problems, ["variable `v` is not declared", "local `v` is not declared"]);
}

#[test]
fn the_state_is_where_the_configuration_says() {
    let config =
        "config = {\n    bucket = \"b\"\n    encrypt = true\n    key = \"${path_relative_to_include()}/x\"\n  }";
    let generated = "generate = {\n    path = \"backend.tf\"\n    if_exists = \"overwrite\"\n  }";
    for (state, module, want) in [
        (
            format!("remote_state {{\n  backend = \"s3\"\n  {generated}\n  {config}\n}}"),
            "resource \"x_y\" \"z\" {\n}\n",
            "backend.s3 {bucket: \"b\", encrypt: true, key: \"./x\"}",
        ),
        (
            format!("remote_state {{\n  backend = \"s3\"\n  {config}\n}}"),
            "terraform {\n  backend \"s3\" {\n    bucket = \"c\"\n  }\n}\n",
            "backend.s3 {bucket: \"c\", encrypt: true, key: \"./x\"}",
        ),
    ] {
        let (resources, problems) = all_deployed(&state, &[], module);
        assert!(resources.contains(&format!("live/prod/db {want}")), "{resources:?} {problems:?}");
    }
}

#[test]
fn arguments_hand_over_variable_files_and_variables() {
    let extra = |inner: &str| {
        format!(
            "terraform {{\n  source = \"../../../modules/db\"\n  extra_arguments \"x\" {{\n    commands = get_terraform_commands_that_need_vars()\n    {inner}\n  }}\n}}\ninputs = {{ v = 0 }}\n"
        )
    };
    for (inner, want) in [
        ("required_var_files = [\"${get_parent_terragrunt_dir()}/a.tfvars\"]", "{v: 1, w: \"w\"}"),
        ("optional_var_files = [\"a.tfvars\", \"gone.tfvars\"]", "{v: 1, w: \"w\"}"),
        ("required_var_files = [\"gone.tfvars\"]", "{v: ?, w: ?}"),
        ("required_var_files = [\"${get_env(\"X\")}.tfvars\"]", "{v: ?, w: ?}"),
        ("arguments = [\"-var-file=a.tfvars\", \"-lock=false\", \"-var\", \"w=x\"]", "{v: 1, w: \"x\"}"),
        ("env_vars = { TF_VAR_v = 5, TF_VAR_w = \"y\", OTHER = 1 }", "{v: 5, w: \"y\"}"),
        ("env_vars = { OTHER = get_env(\"X\") }", "{v: 0, w: \"w\"}"),
    ] {
        let unit = extra(inner);
        let files = [("live/prod/db/terragrunt.hcl", unit.as_str()), ("live/prod/db/a.tfvars", "v = 1\n")];
        assert_eq!(deployed(&files), format!("live/prod/db {want}"), "{inner}");
    }
    let other = extra("required_var_files = [\"gone.tfvars\"]")
        .replace("get_terraform_commands_that_need_vars()", "[\"init\"]");
    assert_eq!(deployed(&[("live/prod/db/terragrunt.hcl", &other)]), "live/prod/db {v: 0, w: \"w\"}");
}

#[test]
fn what_the_environment_chooses_is_one_choice() {
    let unit = "locals {\n  vars = jsondecode(read_tfvars_file(\"../${get_env(\"STAGE\")}.tfvars\"))\n}\nterraform {\n  source = \"${get_env(\"STAGE\") == \"prod\" ? \"git::https://example.org/db?ref=${get_env(\"V\")}\" : \"../../../modules/db\"}\"\n}\ninputs = merge(local.vars, { w = local.vars.v })\n";
    let files = [
        ("live/prod/db/terragrunt.hcl", unit),
        ("live/prod/dev.tfvars", "v = 1\n"),
        ("live/prod/prod.tfvars", "v = 2\n"),
        ("modules/db/main.tf", MODULE),
    ];
    let (_, found) = extract(&files);
    assert_eq!(found.problems, []);
    let body = &find(&found.resources, "x_y.z").body;
    for name in ["v", "w"] {
        let open = at(body, name).as_unresolved().unwrap();
        let shown: Vec<String> = open.guarded().map(|(node, guard)| format!("{} {guard:?}", show(node))).collect();
        assert!(shown[0].starts_with("1 Is(") && shown[0].contains("dev"), "{name}: {shown:?}");
        assert!(shown[1].starts_with("2 Is(") && shown[1].contains("prod"), "{name}: {shown:?}");
    }
}

#[test]
fn stacks_deploy_copies_of_their_units() {
    let stack = "locals {\n  w = \"x\"\n}\nunit \"a\" {\n  source = \"../../units/db\"\n  path = \"a\"\n  values = {\n    v = 1\n    w = local.w\n  }\n}\nunit \"b\" {\n  source = \"../../units/db\"\n  path = \"b\"\n  values = {\n    v = 2\n    w = get_env(\"W\")\n  }\n}\nunit \"gone\" {\n  source = \"git::https://example.org/units//db\"\n  path = \"c\"\n}\nstack \"inner\" {\n  source = \"../../stacks/inner\"\n  path = \"in\"\n  values = {\n    v = 3\n  }\n}\n";
    let inner = "unit \"d\" {\n  source = \"${get_repo_root()}/units/db\"\n  path = \"d\"\n  values = {\n    v = values.v\n    w = 4\n  }\n}\n";
    let unit = "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\nterraform {\n  source = \"${get_repo_root()}/modules/db\"\n}\ninputs = { v = values.v, w = values.w }\n";
    let files = [
        ("live/prod/terragrunt.stack.hcl", stack),
        ("live/root.hcl", ""),
        ("stacks/inner/terragrunt.stack.hcl", inner),
        ("units/db/terragrunt.hcl", unit),
        ("modules/db/main.tf", MODULE),
    ];
    let (_, found) = extract(&files);
    let units = found.resources.iter().filter(|one| &*one.address == "x_y.z");
    let shown: Vec<String> = units.map(|one| format!("{} {}", one.deployment, show(&one.body))).collect();
    assert_eq!(
        shown,
        [
            "live/prod/.terragrunt-stack/a {v: 1, w: \"x\"}",
            "live/prod/.terragrunt-stack/b {v: 2, w: ?}",
            "live/prod/.terragrunt-stack/in/.terragrunt-stack/d {v: 3, w: 4}",
        ]
    );
    let told: Vec<&str> = found.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told, ["the unit is not judged: `git::https://example.org/units//db` is not in the repository"]);
}

#[test]
fn files_are_those_of_the_module_and_of_the_unit() {
    let module =
        "resource \"x_y\" \"z\" {\n  a = file(\"own\")\n  b = file(\"${path.module}/theirs\")\n  c = path.module\n}\n";
    let files = [("modules/db/own", "1"), ("modules/db/theirs", "2"), ("live/prod/db/own", "3")];
    let (resources, problems) = all_deployed("", &files, module);
    assert_eq!(resources, ["live/prod/db x_y.z {a: \"3\", b: \"2\", c: \".\"}"], "{problems:?}");
}

/// What `v` of the module comes to where the unit in `live/prod/db` hands it an output of `live/prod/vpc`.
fn handed(output: &str, vpc: &str, dependency: &str) -> (String, Vec<String>) {
    let unit = format!(
        "terraform {{\n  source = \"../../../modules/db\"\n}}\n{dependency}\ninputs = {{ v = dependency.vpc.outputs.x }}\n"
    );
    let unit_of_vpc = format!("terraform {{\n  source = \"../../../modules/vpc\"\n}}\n{vpc}\n");
    let module = format!(
        "variable \"a\" {{\n  default = \"d\"\n}}\nvariable \"b\" {{\n  type = bool\n}}\nresource \"x_y\" \"z\" {{}}\noutput \"x\" {{\n  value = {output}\n}}\n"
    );
    let files = [
        ("live/prod/db/terragrunt.hcl", unit.as_str()),
        ("live/prod/vpc/terragrunt.hcl", unit_of_vpc.as_str()),
        ("modules/vpc/main.tf", module.as_str()),
        ("modules/db/main.tf", MODULE),
    ];
    let (_, found) = extract(&files);
    let own = found.resources.iter().find(|one| &*one.deployment == "live/prod/db" && &*one.address == "x_y.z");
    let value = own.and_then(|one| one.body.get("v")).map(|node| match node.as_unresolved() {
        Some(open) => format!("{} {:?}", open.because, open.references),
        None => show(node),
    });
    (value.unwrap_or_default(), found.problems.iter().map(|problem| problem.message.clone()).collect())
}

#[test]
fn outputs_of_a_dependency_are_those_of_its_module_with_its_inputs() {
    const HERE: &str = "dependency \"vpc\" {\n  config_path = \"../vpc\"\n}";
    for (output, vpc, dependency, want) in [
        ("\"a\"", "", HERE, "\"a\""),
        ("var.a", "", HERE, "\"d\""),
        ("var.a", "inputs = { a = [1, 2] }", HERE, "[1, 2]"),
        ("{ y = var.a }", "inputs = { a = 1 }", HERE, "{y: 1}"),
        ("x_y.z.id", "", HERE, "output `x` of `live/prod/vpc`: `x_y.z` is known to its provider []"),
        ("var.b", "", HERE, "output `x` of `live/prod/vpc`: variable `b` has no default and no value []"),
        ("[\"a\", x_y.z.id]", "", HERE, "[\"a\", ?]"),
        (
            "1",
            "",
            "locals {\n  base = \"../\"\n}\ndependency \"vpc\" {\n  config_path = \"${local.base}vpc/terragrunt.hcl\"\n  mock_outputs = { x = 2 }\n}",
            "1",
        ),
        (
            "1",
            "",
            "dependency \"vpc\" {\n  config_path = \"../vpc\"\n  skip_outputs = true\n}",
            "output of the dependency `vpc`, known when that is deployed []",
        ),
        (
            "1",
            "",
            "dependency \"vpc\" {\n  config_path = \"../vpc\"\n  enabled = get_env(\"A\")\n}",
            "output of the dependency `vpc`, known when that is deployed []",
        ),
        (
            "1",
            "",
            "dependency \"vpc\" {\n  config_path = \"../gone\"\n  mock_outputs = { x = 2 }\n}",
            "output of the dependency `vpc`, known when that is deployed []",
        ),
    ] {
        let (value, problems) = handed(output, vpc, dependency);
        assert_eq!((value.as_str(), problems), (want, Vec::new()), "{output} {vpc} {dependency}");
    }
}

#[test]
fn an_output_that_a_module_does_not_declare_is_open() {
    let unit = "terraform {\n  source = \"../../../modules/db\"\n}\ndependency \"vpc\" {\n  config_path = \"../vpc\"\n}\ninputs = { v = dependency.vpc.outputs.y, w = 1 }\n";
    let vpc = "terraform {\n  source = \"../../../modules/vpc\"\n}\n";
    let files = [
        ("live/prod/db/terragrunt.hcl", unit),
        ("live/prod/vpc/terragrunt.hcl", vpc),
        ("modules/vpc/main.tf", "output \"x\" {\n  value = 1\n}\n"),
    ];
    assert_eq!(deployed(&files), "live/prod/db {v: ?, w: 1}");
}

#[test]
fn outputs_go_through_units_and_what_they_include() {
    let module = "variable \"v\" {}\noutput \"x\" {\n  value = var.v\n}\n";
    let unit = |name: &str| {
        format!(
            "include \"root\" {{\n  path = find_in_parent_folders(\"root.hcl\")\n}}\nterraform {{\n  source = \"../../../modules/{name}\"\n}}\n"
        )
    };
    let (db, b) = (unit("db"), unit("m"));
    let db =
        format!("{db}dependency \"b\" {{\n  config_path = \"../b\"\n}}\ninputs = {{ w = dependency.b.outputs.x }}\n");
    let b =
        format!("{b}dependency \"c\" {{\n  config_path = \"../c\"\n}}\ninputs = {{ v = dependency.c.outputs.x }}\n");
    let root = "dependency \"common\" {\n  config_path = \"${get_terragrunt_dir()}/../../common\"\n}\ninputs = { v = dependency.common.outputs.x }\n";
    let plain = "terraform {\n  source = \"../../../modules/m\"\n}\ninputs = { v = \"c\" }\n";
    let common = "terraform {\n  source = \"../../modules/m\"\n}\ninputs = { v = \"common\" }\n";
    let files = [
        ("live/prod/db/terragrunt.hcl", db.as_str()),
        ("live/prod/b/terragrunt.hcl", &b),
        ("live/prod/c/terragrunt.hcl", plain),
        ("live/common/terragrunt.hcl", common),
        ("root.hcl", root),
        ("modules/m/main.tf", module),
    ];
    assert_eq!(deployed(&files), "live/prod/db {v: \"common\", w: \"c\"}");
}

#[test]
fn units_that_depend_on_each_other_in_a_circle_are_told() {
    let unit = |module: &str, other: &str| {
        format!(
            "terraform {{\n  source = \"../../../modules/{module}\"\n}}\ndependency \"o\" {{\n  config_path = \"../{other}\"\n}}\ninputs = {{ v = dependency.o.outputs.x, w = 1 }}\n"
        )
    };
    let (a, b, db) = (unit("m", "b"), unit("m", "a"), unit("db", "a"));
    let files = [
        ("live/prod/a/terragrunt.hcl", a.as_str()),
        ("live/prod/b/terragrunt.hcl", &b),
        ("live/prod/db/terragrunt.hcl", &db),
        ("modules/m/main.tf", "variable \"v\" {}\nvariable \"w\" {}\noutput \"x\" {\n  value = var.v\n}\n"),
        ("modules/db/main.tf", MODULE),
    ];
    let (_, found) = extract(&files);
    let told: Vec<&str> = found.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "the unit `live/prod/a` depends on itself, through others perhaps",
            "the unit `live/prod/b` depends on itself, through others perhaps"
        ]
    );
    let db = found.resources.iter().find(|one| &*one.address == "x_y.z").and_then(|one| one.body.get("v"));
    let because = db.and_then(|node| node.as_unresolved()).map(|open| open.because.to_string());
    assert_eq!(because.as_deref(), Some("output of `live/prod/a`, whose dependencies lead back to itself"));
}

#[test]
fn outputs_that_grow_from_unit_to_unit_come_to_an_end() {
    let module = "variable \"v\" {\n  default = [1]\n}\nresource \"x_y\" \"z\" {\n  v = var.v\n}\noutput \"x\" {\n  value = [var.v, var.v]\n}\n";
    let units: Vec<(String, String)> = (0..40)
        .map(|at| {
            let before = if at == 0 {
                String::new()
            } else {
                format!(
                    "dependency \"o\" {{\n  config_path = \"../u{}\"\n}}\ninputs = {{ v = dependency.o.outputs.x }}\n",
                    at - 1
                )
            };
            (
                format!("live/u{at}/terragrunt.hcl"),
                format!("terraform {{\n  source = \"../../modules/m\"\n}}\n{before}"),
            )
        })
        .collect();
    let mut files: Vec<(&str, &str)> = units.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("modules/m/main.tf", module));
    let (_, found) = extract(&files);
    let last = found.resources.iter().find(|one| &*one.deployment == "live/u39" && &*one.address == "x_y.z");
    let shown = last.and_then(|one| one.body.get("v")).map(show).unwrap_or_default();
    assert!(shown.contains('?') && shown.len() < 1 << 20, "{}", shown.len());
}
