//! Variable files as deployments.

use super::*;

#[test]
fn variable_files_that_the_settings_name_are_deployments() {
    let files = [
        ("infra/main.tf", "variable \"v\" {}\nresource \"x_y\" \"z\" {\n  v = var.v\n}\n"),
        ("infra/env/dev.tfvars", "v = 1\n"),
        ("infra/env/prod.tfvars", "v = 2\n"),
        ("infra/stages/a/x.tfvars", "v = 3\n"),
        ("infra/stages/a/y.tfvars", "v = 4\n"),
        ("infra/stages/b/x.tfvars.json", "{\"v\": 5}"),
        ("elsewhere/x.tfvars", ""),
    ];
    for (deployments, want, problems) in [
        (vec![], vec!["infra ?"], 1),
        (vec!["infra/env/prod.tfvars"], vec!["infra + infra/env/prod.tfvars 2"], 0),
        (vec!["infra/env/*.tfvars"], vec!["infra + infra/env/dev.tfvars 1", "infra + infra/env/prod.tfvars 2"], 0),
        (
            vec!["infra/stages/*/"],
            vec![
                "infra + infra/stages/a/x.tfvars + infra/stages/a/y.tfvars 4",
                "infra + infra/stages/b/x.tfvars.json 5",
            ],
            0,
        ),
        (vec!["elsewhere/*", "gone/*"], vec!["infra ?"], 2),
    ] {
        let inputs = Inputs {
            deployments: deployments.iter().map(|glob: &&str| (*glob).to_owned()).collect(),
            ..Inputs::default()
        };
        let (_, found) = extract_with(&files, &inputs);
        let resources = found.resources.iter().filter(|one| &*one.address == "x_y.z");
        let shown: Vec<String> =
            resources.map(|one| format!("{} {}", one.deployment, show(one.body.get("v").unwrap()))).collect();
        assert_eq!(
            (shown, found.problems.len()),
            (want.into_iter().map(str::to_owned).collect(), problems),
            "{deployments:?}"
        );
    }
}

#[test]
fn values_that_are_given_to_nobody_are_told_once_for_each_module() {
    let module = "variable \"v\" {}\nresource \"x_y\" \"z\" {\n  v = var.v\n}\n";
    let call = "module \"m\" {\n  source = \"../module\"\n  v = 1\n}\n";
    for (others, want) in [
        (vec![("infra/prod.tfvars", "v = 1")], vec!["`infra/prod.tfvars`"]),
        (
            vec![
                ("infra/env/prod.tfvars", "v = 1"),
                ("infra/env/dev.tfvars", "v = 2"),
                ("infra/b.tfvars.json", "{\"v\": 2}"),
            ],
            vec!["`infra/b.tfvars.json`, `infra/env/dev.tfvars`, `infra/env/prod.tfvars`"],
        ),
        // Those that Terraform takes, models of some, and what no variable of the module is given.
        (vec![("infra/terraform.tfvars", "v = 1"), ("infra/a.auto.tfvars", "v = 1")], vec![]),
        (vec![("infra/example.tfvars", "v = 1"), ("infra/examples/a.tfvars", "v = 1")], vec![]),
        (vec![("infra/prod.tfvars", "w = 1")], vec![]),
        (vec![("elsewhere/prod.tfvars", "v = 1")], vec![]),
        // One that a folder below takes is none for it of itself.
        (vec![("infra/env/terraform.tfvars", "v = 1")], vec!["`infra/env/terraform.tfvars`"]),
        // A module that others call is given values by them.
        (vec![("module/main.tf", module), ("root/main.tf", call), ("module/prod.tfvars", "v = 1")], vec![]),
    ] {
        let files: Vec<(&str, &str)> = std::iter::once(("infra/main.tf", module)).chain(others).collect();
        let (_, found) = extract(&files);
        let told: Vec<&str> = found.problems.iter().map(|problem| &*problem.message).collect();
        let want: Vec<String> =
            want.iter().map(|files| format!("the module is judged without the values of {files}")).collect();
        assert_eq!(told, want, "{files:?}");
    }
}
