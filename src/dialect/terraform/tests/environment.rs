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
        (vec![], vec!["infra ?"], 0),
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
        (vec!["elsewhere/*", "gone/*"], vec!["infra ?"], 1),
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
