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
