use super::*;
use crate::rule::set::RuleSet;

/// What has to be judged, and be there, because of some files.
fn reached(files: &[(&str, &str)], changed: &[&str], inputs: &Inputs) -> Vec<String> {
    let workspace = Workspace::in_memory(files.iter().copied());
    let rules = RuleSet::builtin(DIALECTS);
    let linked = Linked::of(&rules);
    let changed: Paths = changed.iter().map(|path| Arc::from(*path)).collect();
    let ground = Ground::new(&workspace, inputs, &linked, &changed, None);
    ground.needed(&ground.affected(&changed)).iter().map(ToString::to_string).collect()
}

const CALL: &str = "module \"m\" {\n  source = \"../../modules/db\"\n}\n";
const POLICY: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n";
const WORKLOAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n";

#[test]
fn a_change_reaches_what_hangs_together_with_it_and_nothing_else() {
    let terraform: &[(&str, &str)] = &[
        ("app/main.py", ""),
        ("envs/dev/main.tf", CALL),
        ("envs/dev/vars.tf", ""),
        ("envs/prod/main.tf", CALL),
        ("modules/db/main.tf", "module \"t\" {\n  source = \"../tags\"\n}\n"),
        ("modules/tags/main.tf", ""),
        ("modules/net/main.tf", "x = file(\"${path.module}/net.json\")"),
        ("modules/net/net.json", ""),
        ("other/main.tf", ""),
    ];
    let all_of_db =
        &["envs/dev/main.tf", "envs/dev/vars.tf", "envs/prod/main.tf", "modules/db/main.tf", "modules/tags/main.tf"];
    let kubernetes: &[(&str, &str)] = &[
        ("a/deploy.yaml", WORKLOAD),
        ("b/deploy.yaml", WORKLOAD),
        ("b/kustomization.yaml", "resources: [deploy.yaml, policy.yaml]"),
        ("b/policy.yaml", POLICY),
        ("c/values.yaml", "a: 1"),
        ("d/deploy.yaml", WORKLOAD),
    ];
    let images: &[(&str, &str)] = &[
        ("app/.dockerignore", "*.md"),
        ("app/Dockerfile", "FROM debian:12"),
        ("job/Dockerfile", "FROM debian:12"),
        ("job/web.Dockerfile", "FROM debian:12"),
        ("job/web.Dockerfile.dockerignore", "*.md"),
    ];
    for (files, changed, want) in [
        (images, "app/.dockerignore", &["app/.dockerignore", "app/Dockerfile"][..]),
        (images, "job/web.Dockerfile.dockerignore", &["job/web.Dockerfile", "job/web.Dockerfile.dockerignore"]),
        (terraform, "app/main.py", &["app/main.py"][..]),
        (terraform, "other/main.tf", &["other/main.tf"]),
        (terraform, "modules/db/gone.tf", &[&all_of_db[..3], &["modules/db/gone.tf"], &all_of_db[3..]].concat()),
        (terraform, "modules/tags/main.tf", all_of_db),
        (terraform, "envs/prod/main.tf", &["envs/prod/main.tf", "modules/db/main.tf", "modules/tags/main.tf"]),
        (terraform, "modules/net/net.json", &["modules/net/main.tf", "modules/net/net.json"]),
        // What decides about a workload is there, with what it is a part of.
        (kubernetes, "a/deploy.yaml", &["a/deploy.yaml", "b/deploy.yaml", "b/kustomization.yaml", "b/policy.yaml"]),
        (kubernetes, "c/values.yaml", &["c/values.yaml"]),
        (
            kubernetes,
            "b/policy.yaml",
            &["a/deploy.yaml", "b/deploy.yaml", "b/kustomization.yaml", "b/policy.yaml", "d/deploy.yaml"],
        ),
    ] {
        let mut want: Vec<&str> = want.to_vec();
        want.sort_unstable();
        assert_eq!(reached(files, &[changed], &Inputs::default()), want, "{changed}");
    }
}

#[test]
fn files_that_the_settings_name_reach_everything_that_they_are_given_to() {
    let files: &[(&str, &str)] = &[
        ("a/Chart.yaml", "name: a\nversion: 1.0.0"),
        ("a/templates/x.yaml", ""),
        ("prod.tfvars", ""),
        ("prod.yaml", ""),
        ("x/main.tf", ""),
        ("y/main.tf", ""),
    ];
    let inputs = Inputs {
        variable_files: vec!["prod.tfvars".into()],
        values_files: vec!["prod.yaml".into()],
        ..Inputs::default()
    };
    assert_eq!(reached(files, &["prod.tfvars"], &inputs), ["prod.tfvars", "x/main.tf", "y/main.tf"]);
    assert_eq!(reached(files, &["prod.yaml"], &inputs), ["a/Chart.yaml", "a/templates/x.yaml", "prod.yaml"]);
}

#[test]
fn registers_are_held_against_everything() {
    let workspace = Workspace::in_memory([("compliance/risks.toml", ""), ("risks.toml", "")]);
    let (inputs, linked) = (Inputs::default(), Linked::default());
    for (path, boundless) in [("compliance/risks.toml", true), ("risks.toml", false), ("main.tf", false)] {
        let changed = Paths::from([Arc::from(path)]);
        let ground = Ground::new(&workspace, &inputs, &linked, &changed, None);
        assert_eq!(ground.is_boundless(&changed), boundless, "{path}");
    }
}

#[test]
fn what_only_the_other_workspace_names_is_read_there() {
    let include = "include: [{local: ci/one}]\n";
    let linked = Linked::default();
    let inputs = Inputs::default();
    let files = |main: &'static str| {
        [
            (".gitlab-ci.yml", main),
            ("ci/one", "include: [{local: ci/two.txt}]\n"),
            ("ci/two.txt", "a:\n  script: [x]\n"),
        ]
    };
    let (now, before) = (Workspace::in_memory(files("a: {script: [x]}\n")), Workspace::in_memory(files(include)));
    let changed = Paths::from([Arc::from(".gitlab-ci.yml")]);
    let ground = Ground::new(&now, &inputs, &linked, &changed, None);
    assert_eq!(ground.needed(&ground.affected(&changed)), changed);
    let earlier = Ground::new(&before, &inputs, &linked, &changed, Some(&ground));
    let reached = earlier.needed(&earlier.affected(&changed));
    assert_eq!(reached.iter().map(|path| &**path).collect::<Vec<_>>(), [".gitlab-ci.yml", "ci/one", "ci/two.txt"]);
}
