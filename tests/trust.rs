//! What a pull request could try to excuse itself: each way is told or judged, never obeyed in silence.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

mod scene;

use scene::{Run, Scene, TODAY, database};

const SILENCED: &str = "# annexa:ignore rds-storage-unencrypted replaced in March\n";

const OWNER_RULE: &str = "title = \"Bucket has no owner\"\nseverity = \"high\"\ncontrols = { \"5.9\" = \"direct\" }\n\
                          why = \"Nobody can say whether it may go.\"\nfix = \"Add the tag owner.\"\n\n[[check]]\n\
                          kind = \"terraform/aws_s3_bucket\"\nassert = { \"tags.owner\" = { present = true } }\n";

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: c\n      image: a:1\n";

fn silenced(name: &str) -> String {
    [SILENCED, &database(name, false)].concat()
}

fn module(name: &str) -> String {
    format!("{SILENCED}module \"{name}\" {{\n  source = \"../modules/db\"\n}}\n")
}

/// A repository with rules of its own, exceptions with reasons, and a branch `change` checked out.
fn repository() -> Scene {
    let scene = Scene::new();
    let lab = ["# annexa:ignore-file rds-storage-unencrypted a laboratory\n", &database("lab", false)].concat();
    scene.commit(
        "2025-12-01",
        &[
            ("annexa.toml", "fail-at = \"low\"\nexclude = [\"/vendor/\"]\nrules = [\"policy/rules\"]\n"),
            ("policy/rules/bucket-without-owner.toml", OWNER_RULE),
            ("infra/main.tf", &database("main", true)),
            ("infra/legacy.tf", &silenced("legacy")),
            ("infra/lab.tf", &lab),
            ("infra/calls.tf", &module("first")),
            ("modules/db/main.tf", &database("inner", false)),
            ("k8s/pod.yaml", POD),
            ("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
            ("chart/values.yaml", "image: a:1\n"),
            (
                "chart/templates/pod.yaml",
                &POD.replace("image: a:1", "{{ if .Values.image }}\n      image: {{ .Values.image }}\n      {{ end }}"),
            ),
        ],
    );
    scene.git(&["checkout", "-q", "-b", "change"]);
    scene
}

/// A check of these paths against the base by the two rules that the repository is about.
fn check(scene: &Scene, more: &[&str]) -> Run {
    let rules = "rds-storage-unencrypted,bucket-without-owner";
    let first = ["check", "--format", "concise", "--today", TODAY, "--base", "main", "--rule", rules];
    scene.annexa_in("", &[&first, more].concat())
}

fn remove(scene: &Scene, path: &str) {
    std::fs::remove_file(scene.root().join(path)).unwrap();
}

fn rename(scene: &Scene, from: &str, to: &str) {
    let to = scene.root().join(to);
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::rename(scene.root().join(from), to).unwrap();
}

/// A way to be excused: what it is, the change, the paths asked for, and what has to be told.
type Way = (&'static str, fn(&Scene), &'static [&'static str], &'static str);

const WAYS: &[Way] = &[
    ("new comment", |s| s.commit("2025-12-02", &[("infra/new.tf", &silenced("new"))]), &[], "infra/new.tf:4:3: high"),
    (
        "comment and resource copied above",
        |s| s.commit("2025-12-02", &[("infra/legacy.tf", &[silenced("copy"), silenced("legacy")].concat())]),
        &[],
        "infra/legacy.tf:4:3: high",
    ),
    (
        "another resource under an old comment",
        |s| s.commit("2025-12-02", &[("infra/legacy.tf", &silenced("other"))]),
        &[],
        "infra/legacy.tf:4:3: high",
    ),
    (
        "comment moved to another resource",
        |s| s.commit("2025-12-02", &[("infra/legacy.tf", ""), ("infra/main.tf", &silenced("main"))]),
        &[],
        "infra/main.tf:4:3: high",
    ),
    (
        "another resource in a file that is ignored",
        |s| {
            let text = std::fs::read_to_string(s.root().join("infra/lab.tf")).unwrap();
            s.commit("2025-12-02", &[("infra/lab.tf", &[text, database("second", false)].concat())]);
        },
        &[],
        "infra/lab.tf:8:3: high",
    ),
    (
        "another call with the comment of the first",
        |s| s.commit("2025-12-02", &[("infra/calls.tf", &[module("first"), module("second")].concat())]),
        &[],
        "infra/calls.tf:6:1: high",
    ),
    (
        "a skip within the resource",
        |s| {
            let text = database("new", false).replace("{\n", "{\n  #checkov:skip=CKV_AWS_16:later\n");
            s.commit("2025-12-02", &[("infra/new.tf", &text)]);
        },
        &[],
        "infra/new.tf:4:3: high",
    ),
    (
        "settings below the root",
        |s| {
            s.commit(
                "2025-12-02",
                &[("infra/annexa.toml", ""), ("infra/b.tf", "resource \"aws_s3_bucket\" \"b\" {}\n")],
            );
        },
        &["infra"],
        "infra/b.tf:1:1: high[bucket-without-owner]",
    ),
    (
        "settings",
        |s| {
            let settings = "fail-at = \"critical\"\nexclude = [\"**\"]\n";
            s.commit("2025-12-02", &[("annexa.toml", settings), ("infra/new.tf", &database("new", false))]);
        },
        &[],
        "infra/new.tf:3:3: high",
    ),
    (
        "ignore files",
        |s| {
            s.write("infra/new.tf", &database("new", false));
            s.commit("2025-12-02", &[]);
            s.commit("2025-12-02", &[(".gitignore", "infra/\n"), ("infra/.ignore", "*\n")]);
        },
        &[],
        "infra/new.tf:3:3: high",
    ),
    (
        "rules removed",
        |s| {
            remove(s, "policy/rules/bucket-without-owner.toml");
            s.commit("2025-12-02", &[("infra/b.tf", "resource \"aws_s3_bucket\" \"b\" {}\n")]);
        },
        &[],
        "high[bucket-without-owner]",
    ),
    (
        "waiver",
        |s| s.commit("2025-12-02", &[("compliance/waivers.toml", WAIVER), ("infra/new.tf", &database("new", false))]),
        &[],
        "infra/new.tf:3:3: high",
    ),
    (
        "renamed to another ending",
        |s| rename(s, "infra/main.tf", "infra/main.txt"),
        &[],
        "infra/main.tf: error[base::lost] was judged in the base revision and went to `infra/main.txt`",
    ),
    (
        "moved to what is left out",
        |s| {
            rename(s, "infra/main.tf", "vendor/main.tf");
            s.commit("2025-12-02", &[]);
        },
        &[],
        "infra/main.tf: error[base::lost] was judged in the base revision and went to `vendor/main.tf`",
    ),
    (
        "moved away from what is asked for",
        |s| rename(s, "infra/main.tf", "elsewhere/main.tf"),
        &["infra"],
        "infra/main.tf: error[base::lost] was judged in the base revision and went to `elsewhere/main.tf`",
    ),
    (
        "below .terraform",
        |s| {
            let call = "module \"v\" {\n  source = \"./.terraform/modules/v\"\n}\n";
            s.write("infra/.terraform/modules/v/main.tf", &database("v", false));
            s.git(&["add", "-f", "infra/.terraform"]);
            s.commit("2025-12-02", &[("infra/v.tf", call), (".gitignore", ".terraform\n")]);
        },
        &[],
        "infra/.terraform/modules/v/main.tf:3:3: high",
    ),
    (
        "unparsable",
        |s| s.commit("2025-12-02", &[("infra/main.tf", "resource \"aws_db_instance\" \"main\" {\n  a = [\n")]),
        &[],
        "infra/main.tf",
    ),
    (
        "no longer what it was",
        |s| s.commit("2025-12-02", &[("k8s/pod.yaml", &POD.replace("kind: Pod", "kinds: Pod"))]),
        &[],
        "k8s/pod.yaml: error[base::lost] was judged in the base revision and is no longer recognised as what it was",
    ),
    (
        "over a limit",
        |s| {
            let file = std::fs::OpenOptions::new().write(true).open(s.root().join("infra/main.tf")).unwrap();
            file.set_len(65 * 1024 * 1024).unwrap();
        },
        &[],
        "infra/main.tf: error[discover::read] is longer than the 64 MiB that are read",
    ),
    (
        "another encoding",
        |s| {
            let text = ["# \u{e9}\n", &database("main", false)].concat();
            let bytes: Vec<u8> = text.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
            std::fs::write(s.root().join("infra/main.tf"), bytes).unwrap();
        },
        &[],
        "infra/main.tf",
    ),
    (
        "open instead of decided",
        |s| {
            let text = database("main", true).replace("= true", "= var.nobody_says");
            s.commit("2025-12-02", &[("infra/main.tf", &text), ("infra/v.tf", "variable \"nobody_says\" {}\n")]);
        },
        &[],
        "it passed in the base revision",
    ),
    (
        "a submodule instead of a folder",
        |s| {
            let id = s.git(&["rev-parse", "HEAD"]);
            s.git(&["rm", "-q", "-r", "infra"]);
            s.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{id},infra")]);
            s.git(&["commit", "-q", "-m", "x"]);
        },
        &["."],
        "infra/main.tf: error[base::lost] was judged in the base revision and is in a submodule now",
    ),
    (
        "a caller that deploys nothing",
        |s| {
            let call = "module \"p\" {\n  source = \"../infra\"\n  count  = 0\n}\n";
            s.commit("2025-12-02", &[("infra/main.tf", &database("main", false)), ("zz/main.tf", call)]);
        },
        &[],
        "infra/main.tf: error[base::lost] was judged in the base revision and is written there still",
    ),
    (
        "a file that takes the place of another",
        |s| s.commit("2025-12-02", &[("infra/main.tf", &database("main", false)), ("infra/main.tofu", "# nothing\n")]),
        &[],
        "infra/main.tf: error[base::lost] was judged in the base revision and is passed over now for `infra/main.tofu`",
    ),
    (
        "a folder of installed modules that git tracks",
        |s| s.commit("2025-12-02", &[("infra/.terraform/x/db.tf", &database("db", false))]),
        &[],
        "infra/.terraform/x/db.tf",
    ),
    (
        "a tag of the same name",
        |s| {
            s.commit("2025-12-02", &[("infra/new.tf", &database("new", false))]);
            s.git(&["tag", "main"]);
        },
        &[],
        "both `refs/tags/main` and `refs/heads/main`: write out which is meant, such as `refs/heads/main`",
    ),
];

const WAIVER: &str = "[[waiver]]\nid = \"w1\"\nrule = \"rds-storage-unencrypted\"\nresource = \"aws_db_instance.new\"\n\
                      reason = \"holds no data of persons\"\nkind = \"accepted\"\nrequested_by = \"platform\"\n\
                      approved_by = \"ciso\"\napproved_on = 2026-01-10\nexpires = 2026-02-01\n";

const ROLES: &str = "[[role]]\nid = \"platform\"\ntitle = \"Platform\"\n\n[[role]]\nid = \"ciso\"\ntitle = \"CISO\"\n";

#[test]
fn no_change_excuses_itself() {
    for (what, change, paths, told) in WAYS {
        let scene = repository();
        let before = check(&scene, &[]);
        assert_eq!(before.status, 0, "{what}: without a change: {}{}", before.out, before.err);
        change(&scene);
        let run = check(&scene, paths);
        let text = [&*run.out, &run.err].concat();
        assert!(matches!(run.status, 1 | 2), "{what}: {text}");
        assert!(text.contains(told), "{what}: {text}");
    }
}

/// What a change does, and how.
type Right = (&'static str, fn(&Scene));

#[test]
fn what_is_no_excuse_passes() {
    let ways: [Right; 12] = [
        ("deleted", |s| remove(s, "infra/main.tf")),
        ("renamed", |s| rename(s, "infra/main.tf", "platform/main.tf")),
        ("emptied", |s| s.commit("2025-12-02", &[("infra/main.tf", "\n")])),
        ("silenced as before in a file that is renamed", |s| rename(s, "infra/legacy.tf", "infra/old.tf")),
        ("silenced as before in a folder that is renamed", |s| rename(s, "infra", "platform")),
        ("comment worded otherwise", |s| {
            let text = silenced("legacy").replace("in March", "in May");
            s.commit("2025-12-02", &[("infra/legacy.tf", &text)]);
        }),
        ("comment and resource moved down", |s| {
            s.commit("2025-12-02", &[("infra/legacy.tf", &["locals {}\n\n", &silenced("legacy")].concat())]);
        }),
        ("switched off", |s| {
            let off = database("main", true).replacen('{', "{\n  count = 0", 1);
            s.commit("2025-12-02", &[("infra/main.tf", &off)]);
        }),
        ("commented out", |s| {
            s.commit("2025-12-02", &[("k8s/pod.yaml", &POD.replace('\n', "\n# ").replacen("api", "# api", 1))]);
        }),
        ("folder moved, with a link in its place", |s| {
            rename(s, "k8s", "deploy/k8s");
            link(s, "deploy/k8s", "k8s");
        }),
        ("link within the tree", |s| link(s, "infra/main.tf", "again.tf")),
        ("installed modules that git does not track", |s| {
            s.write("infra/.terraform/modules/v/main.tf", &database("v", false));
            s.write(".gitignore", ".terraform\n");
        }),
    ];
    for (what, change) in ways {
        let scene = repository();
        change(&scene);
        let run = check(&scene, &[]);
        assert_eq!(run.status, 0, "{what}: {}{}", run.out, run.err);
    }
}

#[test]
fn an_exception_that_somebody_else_approved_makes_a_new_resource_green() {
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("waivers.toml");
    std::fs::write(&file, WAIVER).unwrap();
    let file = file.to_str().unwrap();
    let change = |scene: &Scene| scene.commit("2025-12-02", &[("infra/new.tf", &database("new", false))]);
    let scene = repository();
    change(&scene);
    assert_eq!(check(&scene, &[]).status, 1);
    let run = check(&scene, &["--accept", file]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("1 waived"), "{}", run.out);
    // A file of the change itself is not outside of the change.
    scene.commit("2025-12-03", &[("accepted.toml", WAIVER)]);
    let run = check(&scene, &["--accept", "accepted.toml"]);
    assert_eq!(run.status, 2, "{}", run.out);
    assert!(run.err.contains("accepted.toml: there is no such file in the base revision"), "{}", run.err);
    // One that was merged first is part of the base.
    let scene = repository();
    scene.git(&["checkout", "-q", "main"]);
    scene.commit("2025-12-02", &[("compliance/waivers.toml", WAIVER), ("compliance/raci.toml", ROLES)]);
    scene.git(&["checkout", "-q", "-B", "change"]);
    change(&scene);
    let run = check(&scene, &[]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
}

#[test]
fn a_submodule_is_not_held_against_its_own_past() {
    let inner = Scene::new();
    inner.commit("2025-12-01", &[("new.tf", &database("new", false))]);
    let scene = repository();
    scene.git(&["rm", "-q", "-r", "infra"]);
    let url = format!("file://{}", inner.root().display());
    scene.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "infra"]);
    scene.commit("2025-12-02", &[]);
    let run = check(&scene, &["infra"]);
    assert_eq!(run.status, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains("infra is a repository of its own that the base revision does not have"), "{}", run.err);
}

#[test]
fn what_is_newly_open_only_warns_where_the_base_says_so() {
    for (set, status, outcome) in
        [("", 1, "fail"), ("newly-open = \"fail\"\n", 1, "fail"), ("newly-open = \"warn\"\n", 0, "open")]
    {
        let scene = Scene::new();
        scene.commit("2025-12-01", &[("annexa.toml", set), ("main.tf", &database("a", true))]);
        scene.git(&["checkout", "-q", "-b", "change"]);
        scene.commit(
            "2025-12-02",
            &[
                ("annexa.toml", "newly-open = \"warn\"\n"),
                ("main.tf", &database("a", true).replace("= true", "= var.x")),
                ("v.tf", "variable \"x\" {}\n"),
            ],
        );
        assert_eq!(scene.check(&["--base", "main"]).status, status, "{set}");
        let first = ["check", "--base", "main", "--format", "json", "--today", TODAY];
        let report = scene.json(&[&first[..], &["--rule", "rds-storage-unencrypted"]].concat());
        let finding = report.get("findings").and_then(|findings| findings.get(0)).unwrap();
        assert_eq!(finding.get("outcome").unwrap(), outcome, "{set}");
        assert!(finding.to_string().contains("it passed in the base revision"), "{set}: {finding}");
    }
}

#[test]
fn rules_that_are_named_are_those_of_the_base() {
    let scene = repository();
    let lax = OWNER_RULE.replace("present = true", "present = false");
    let bucket = "resource \"aws_s3_bucket\" \"b\" {}\n";
    scene.commit("2025-12-02", &[("own/bucket-without-owner.toml", &lax), ("infra/b.tf", bucket)]);
    for folder in ["own", "policy/rules"] {
        let run = check(&scene, &["--rules", folder]);
        assert!(matches!(run.status, 1 | 2), "{folder}: {}{}", run.out, run.err);
        assert!(run.out.contains("infra/b.tf:1:1: high[bucket-without-owner]"), "{folder}: {}", run.out);
    }
}

/// Paths and texts.
type Files<'a> = &'a [(&'a str, &'a str)];

/// A way to hide what fails: what it is, the files of the base, those of the change, and what has to be told.
type Hidden = (&'static str, Files<'static>, Files<'static>, &'static str);

const PRIVILEGED: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: c\n      \
                          image: a:1\n      securityContext:\n        privileged: true\n";

const SWITCHED: &str = "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: b\nspec:\n  containers:\n    - name: c\n      \
                        image: a:1\n      securityContext:\n        privileged: true\n{{- end }}\n";

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.0.0\n";

const JOB: &str = "job:\n  image: a:1\n  script:\n    - curl -k https://example.com/a\n";

const INCLUDES: &str = "include:\n  - local: /ci/job.yml\nother:\n  script: [make]\n";

const STACK: &str = "Parameters:\n  Encrypted:\n    Type: String\n    Default: \"false\"\nResources:\n  D:\n    \
                     Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: postgres\n      DBInstanceClass: a\n      \
                     StorageEncrypted: !Ref Encrypted\n";

const NESTS: &str =
    "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./child.yaml\n";

const MODULE: &str = "variable \"encrypted\" {\n  default = false\n}\nresource \"aws_db_instance\" \"a\" {\n  \
                      engine            = \"postgres\"\n  storage_encrypted = var.encrypted\n}\n";

const DATABASE: &str =
    "resource \"aws_db_instance\" \"a\" {\n  engine            = \"postgres\"\n  storage_encrypted = false\n}\n";

const HARMLESS: &str = "resources: [../k]\npatches:\n  - target: {kind: Pod}\n    patch: |-\n      - op: replace\n        \
                        path: /spec/containers/0/securityContext/privileged\n        value: false\n";

const BEHIND_A_DEFAULT: &str = "variable \"encrypted\" {\n  default = true\n}\nresource \"aws_db_instance\" \"a\" {\n  \
                                engine            = \"postgres\"\n  storage_encrypted = var.encrypted\n}\n";

const SERVICE: &str = "services:\n  a:\n    image: a:1\n    privileged: true\n";

const CONDITIONED: &str = "Parameters:\n  Encrypted:\n    Type: String\n    Default: \"false\"\n  On:\n    Type: String\n    \
                           Default: no\nConditions:\n  On: !Equals [!Ref On, yes]\nResources:\n  D:\n    \
                           Type: AWS::RDS::DBInstance\n    Condition: On\n    Properties:\n      Engine: postgres\n      \
                           DBInstanceClass: a\n      StorageEncrypted: !Ref Encrypted\n";

const CALLS: &str =
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./.github/actions/a\n";

const ACTION: &str =
    "name: a\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: curl -k https://example.com/a\n";

/// The text of a file that a change deletes.
const GONE: &str = "\0";

const HIDDEN: &[Hidden] = &[
    (
        "an include of a pipeline is taken away",
        &[(".gitlab-ci.yml", INCLUDES), ("ci/job.yml", JOB)],
        &[(".gitlab-ci.yml", "other:\n  script: [make]\n")],
        "ci/job.yml: error[base::lost] was judged in the base revision and stands there still",
    ),
    (
        "an include of a pipeline with a variable",
        &[(".gitlab-ci.yml", INCLUDES), ("ci/job.yml", JOB)],
        &[(".gitlab-ci.yml", "include:\n  - local: /$DIRECTORY/job.yml\nother:\n  script: [make]\n")],
        "ci/job.yml: error[base::lost] was judged in the base revision and stands there still",
    ),
    (
        "a module of another place",
        &[("main.tf", "module \"m\" {\n  source    = \"./m\"\n  encrypted = false\n}\n"), ("m/main.tf", MODULE)],
        &[("main.tf", "module \"m\" {\n  source    = \"git::https://example.com/m.git\"\n  encrypted = false\n}\n")],
        "main.tf:1:1: error[base::lost]",
    ),
    (
        "a nested stack of another place",
        &[("root.yaml", NESTS), ("child.yaml", STACK)],
        &[(
            "root.yaml",
            "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: https://example.com/child.yaml\n",
        )],
        "root.yaml:5:20: error[base::lost] the template of nested stack `S` is not in this repository; in the base revision it led",
    ),
    (
        "a base of another place",
        &[
            ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
            ("base/pod.yaml", PRIVILEGED),
            ("prod/kustomization.yaml", "resources: [../base]\n"),
        ],
        &[("prod/kustomization.yaml", "resources: ['https://example.com/base']\n")],
        "prod/kustomization.yaml:1:13: error[base::lost]",
    ),
    (
        "a library",
        &[("c/Chart.yaml", CHART), ("c/templates/pod.yaml", PRIVILEGED)],
        &[("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\ntype: library\n")],
        "c/templates/pod.yaml: error[base::lost]",
    ),
    (
        "a template that the chart ignores",
        &[("c/Chart.yaml", CHART), ("c/templates/pod.yaml", PRIVILEGED)],
        &[("c/.helmignore", "pod.yaml\n")],
        "c/templates/pod.yaml: error[base::lost]",
    ),
    (
        "switched off by a value that a file of values sets otherwise",
        &[
            ("c/Chart.yaml", CHART),
            ("c/values.yaml", "on: true\n"),
            ("c/values-prod.yaml", "on: true\n"),
            ("c/templates/pod.yaml", SWITCHED),
        ],
        &[("c/values.yaml", "on: false\n")],
        "c/templates/pod.yaml: error[base::lost] failed in the base revision (container-privileged) and fails still where \
         `c/values-prod.yaml` is given",
    ),
    (
        "switched off by a value that a script sets otherwise",
        &[("c/Chart.yaml", CHART), ("c/values.yaml", "on: true\n"), ("c/templates/pod.yaml", SWITCHED)],
        &[("c/values.yaml", "on: false\n"), ("deploy.sh", "helm upgrade c ./c --set on=true\n")],
        "c/templates/pod.yaml: error[base::lost] failed in the base revision (container-privileged) and fails still where \
         values are given as in `deploy.sh`",
    ),
    (
        "a value that a file of variables gives",
        &[("main.tf", DATABASE)],
        &[("main.tf", BEHIND_A_DEFAULT), ("prod.tfvars", "encrypted = false\n")],
        "main.tf: error[base::lost] failed in the base revision (rds-storage-unencrypted) and fails still where `prod.tfvars` is given",
    ),
    (
        "a value that a pipeline gives",
        &[("main.tf", DATABASE)],
        &[("main.tf", BEHIND_A_DEFAULT), ("apply.sh", "TF_VAR_encrypted=false terraform apply\n")],
        "main.tf: error[base::lost] failed in the base revision (rds-storage-unencrypted) and fails still where values are given as in `apply.sh`",
    ),
    (
        "a value that a file of parameters gives",
        &[("stack.yaml", STACK)],
        &[
            (
                "stack.yaml",
                "Parameters:\n  Encrypted:\n    Type: String\n    Default: \"true\"\nResources:\n  D:\n    \
                            Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: postgres\n      DBInstanceClass: a\n      \
                            StorageEncrypted: !Ref Encrypted\n",
            ),
            ("prod-params.json", "[{\"ParameterKey\": \"Encrypted\", \"ParameterValue\": \"false\"}]"),
        ],
        "stack.yaml: error[base::lost] failed in the base revision (rds-storage-unencrypted) and fails still where `prod-params.json` is given",
    ),
    (
        "a value that an environment of Compose gives",
        &[("compose.yaml", SERVICE)],
        &[
            ("compose.yaml", "services:\n  a:\n    image: a:1\n    privileged: ${PRIVILEGED:-false}\n"),
            ("prod.env", "PRIVILEGED=true\n"),
        ],
        "compose.yaml: error[base::lost] failed in the base revision (compose-service-privileged) and fails still where `prod.env` is given",
    ),
    (
        "a file that Compose lays over another one",
        &[("compose.yaml", SERVICE)],
        &[("compose.override.yaml", "services:\n  a:\n    privileged: !reset null\n")],
        "compose.yaml: error[base::lost] failed in the base revision (compose-service-privileged) and is written there still; only \
         `compose.override.yaml` says otherwise",
    ),
    (
        "a number of instances that a default decides",
        &[("main.tf", DATABASE)],
        &[(
            "main.tf",
            "variable \"on\" {\n  default = false\n}\nresource \"aws_db_instance\" \"a\" {\n  count = var.on ? 1 : 0\n  \
                       engine            = \"postgres\"\n  storage_encrypted = false\n}\n",
        )],
        "main.tf: error[base::lost] failed in the base revision (rds-storage-unencrypted) and is written there still, now under a condition",
    ),
    (
        "a module call that a default decides",
        &[("main.tf", "module \"m\" {\n  source = \"./m\"\n}\n"), ("m/main.tf", DATABASE)],
        &[(
            "main.tf",
            "variable \"on\" {\n  default = false\n}\nmodule \"m\" {\n  source = \"./m\"\n  count = var.on ? 1 : 0\n}\n",
        )],
        "m/main.tf: error[base::lost] failed in the base revision (rds-storage-unencrypted) and is written there still, now under a condition",
    ),
    (
        "a condition of a stack that a default decides",
        &[("stack.yaml", STACK)],
        &[("stack.yaml", CONDITIONED)],
        "stack.yaml: error[base::lost] failed in the base revision (rds-storage-unencrypted) and is written there still, now under a condition",
    ),
    (
        "a type that nobody knows",
        &[("stack.yaml", STACK)],
        &[(
            "stack.yaml",
            "Parameters:\n  Encrypted:\n    Type: String\n    Default: \"false\"\nResources:\n  D:\n    \
                          Type: Acme::RDS::DBInstance\n    Properties:\n      Engine: postgres\n      DBInstanceClass: a\n      \
                          StorageEncrypted: !Ref Encrypted\n",
        )],
        "stack.yaml: error[base::lost] failed in the base revision (rds-storage-unencrypted) and is written there still, in something \
         of another kind now",
    ),
    (
        "resources from elsewhere in the place of what failed",
        &[("stack.yaml", STACK)],
        &[(
            "stack.yaml",
            "Resources:\n  Fn::Transform:\n    Name: AWS::Include\n    Parameters:\n      Location: s3://b/c.yaml\n  \
                          T:\n    Type: AWS::SNS::Topic\n",
        )],
        "stack.yaml:2:3: error[base::lost] the resources that `Fn::Transform` adds are not in this repository; what failed here",
    ),
    (
        "a module of a registry that is told the same",
        &[("main.tf", DATABASE)],
        &[(
            "main.tf",
            "module \"a\" {\n  source            = \"acme/db/aws\"\n  engine            = \"postgres\"\n  \
                       storage_encrypted = false\n}\n",
        )],
        "main.tf: error[base::lost] failed in the base revision (rds-storage-unencrypted) and is written there still",
    ),
    (
        "a text within a text",
        &[("main.tf", DATABASE)],
        &[(
            "main.tf",
            "resource \"local_file\" \"a\" {\n  filename = \"gen.tf\"\n  content  = <<EOT\n\
                       resource \"aws_db_instance\" \"a\" {\n  engine            = \"postgres\"\n  storage_encrypted = false\n}\nEOT\n}\n",
        )],
        "main.tf: error[base::lost] failed in the base revision (rds-storage-unencrypted) and is written there still",
    ),
    (
        "a command that goes to a Makefile",
        &[(".gitlab-ci.yml", JOB)],
        &[
            (".gitlab-ci.yml", "job:\n  script: [make fetch]\n"),
            ("Makefile", "fetch:\n\tcurl -k https://example.com/a\n"),
        ],
        "Makefile:2:2: medium[command-skips-certificate-check] `curl` is told not to check the certificate",
    ),
    (
        "a command that goes to a script without ending",
        &[(".gitlab-ci.yml", JOB)],
        &[(".gitlab-ci.yml", "job:\n  script: [sh run]\n"), ("run", "curl -k https://example.com/a\n")],
        ".gitlab-ci.yml: error[base::lost] failed in the base revision (command-skips-certificate-check) and went to `run`",
    ),
    (
        "a pipeline of another project whose file was here",
        &[(".gitlab-ci.yml", INCLUDES), ("ci/job.yml", JOB)],
        &[
            (".gitlab-ci.yml", "include:\n  - project: acme/ci\n    file: /job.yml\nother:\n  script: [make]\n"),
            ("ci/job.yml", GONE),
        ],
        "ci/job.yml: error[base::lost] failed in the base revision (command-skips-certificate-check) and is gone with its file; \
         `.gitlab-ci.yml`, which led to it, says now: `acme/ci`",
    ),
    (
        "an action of another repository whose file was here",
        &[(".github/workflows/a.yml", CALLS), (".github/actions/a/action.yml", ACTION)],
        &[
            (
                ".github/workflows/a.yml",
                "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: acme/a@main\n",
            ),
            (".github/actions/a/action.yml", GONE),
        ],
        ".github/actions/a/action.yml: error[base::lost] failed in the base revision (command-skips-certificate-check) and is gone",
    ),
    (
        "a dependency that is switched off",
        &[
            (
                "c/Chart.yaml",
                "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n  - name: d\n    version: 1.0.0\n    condition: d.on\n",
            ),
            ("c/values.yaml", "d:\n  on: true\n"),
            ("c/charts/d/Chart.yaml", "apiVersion: v2\nname: d\nversion: 1.0.0\n"),
            ("c/charts/d/templates/pod.yaml", PRIVILEGED),
        ],
        &[("c/values.yaml", "d:\n  on: false\n"), ("ops/values.yaml", "d:\n  on: true\n")],
        "c/charts/d/templates/pod.yaml: error[base::lost]",
    ),
    (
        "text that goes to a name nobody reads",
        &[("infra/main.tf", DATABASE)],
        &[("infra/main.tf", "# moved\n"), ("infra/main.txt", DATABASE)],
        "infra/main.tf: error[base::lost] failed in the base revision (rds-storage-unencrypted) and went to `infra/main.txt`",
    ),
    (
        "a caller of a stack with harmless parameters",
        &[("child.yaml", STACK)],
        &[(
            "root.yaml",
            "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./child.yaml\n      Parameters:\n        Encrypted: \"true\"\n",
        )],
        "child.yaml: error[base::lost]",
    ),
    (
        "a caller of a module with harmless parameters",
        &[("m/main.tf", MODULE)],
        &[("z/main.tf", "module \"m\" {\n  source    = \"../m\"\n  encrypted = true\n}\n")],
        "m/main.tf: error[base::lost] failed in the base revision (rds-storage-unencrypted) and is written there still; it is \
         looked at only as `z` deploys it",
    ),
    (
        "a kustomization that deletes what the folder still holds",
        &[("k/pod.yaml", PRIVILEGED)],
        &[(
            "k/kustomization.yaml",
            "resources: [pod.yaml]\npatches:\n  - patch: |-\n      $patch: delete\n      apiVersion: v1\n      kind: Pod\n      metadata:\n        name: a\n",
        )],
        "k/pod.yaml: error[base::lost]",
    ),
    (
        "an overlay that patches what was deployed without it",
        &[("k/kustomization.yaml", "resources: [pod.yaml]\n"), ("k/pod.yaml", PRIVILEGED)],
        &[("z/kustomization.yaml", HARMLESS)],
        "k/pod.yaml: error[base::lost]",
    ),
];

/// A check against the base by the rules that something is hidden from.
fn check_hidden(scene: &Scene) -> Run {
    let rules =
        "rds-storage-unencrypted,container-privileged,command-skips-certificate-check,compose-service-privileged";
    let first = ["check", ".", "--format", "concise", "--today", TODAY, "--rule", rules];
    scene.annexa_in("", &[&first[..], &["--base", "main"]].concat())
}

#[test]
fn what_fails_is_not_hidden() {
    for (what, base, change, told) in HIDDEN {
        let scene = Scene::new();
        scene.commit("2025-12-01", base);
        scene.git(&["checkout", "-q", "-b", "change"]);
        let is_gone = |(_, text): &(&str, &str)| *text == GONE;
        let (deleted, written): (Vec<_>, Vec<_>) = change.iter().copied().partition(is_gone);
        for (path, _) in deleted {
            remove(&scene, path);
        }
        scene.commit("2025-12-02", &written);
        let run = check_hidden(&scene);
        let text = [&*run.out, &run.err].concat();
        assert!(matches!(run.status, 1 | 2), "{what}: {text}");
        assert!(text.contains(told), "{what}: {text}");
    }
}

#[test]
fn what_a_default_switches_off_is_told_and_stops_nothing_where_the_switch_was_there() {
    let switch = |on: bool| -> String {
        let resource = DATABASE.replacen('{', "{\n  count = var.on ? 1 : 0", 1);
        format!("variable \"on\" {{\n  default = {on}\n}}\n{resource}")
    };
    let chart = [("c/Chart.yaml", CHART), ("c/values.yaml", "on: true\n"), ("c/templates/pod.yaml", SWITCHED)];
    let rows: [(&str, Files<'_>, Files<'_>, &str); 4] = [
        (
            "a chart",
            &chart,
            &[("c/values.yaml", "on: false\n")],
            "c/templates/pod.yaml:11:9: notice[base::switched-off]",
        ),
        (
            "a chart that gets the switch",
            &[("c/Chart.yaml", CHART), ("c/values.yaml", "a: 1\n"), ("c/templates/pod.yaml", PRIVILEGED)],
            &[
                ("c/values.yaml", "on: false\n"),
                ("c/templates/pod.yaml", &["{{- if .Values.on }}\n", PRIVILEGED, "{{- end }}\n"].concat()),
            ],
            "c/templates/pod.yaml:11:9: notice[base::switched-off]",
        ),
        (
            "a chart whose tests switch it on",
            &[chart[0], chart[1], chart[2], ("c/ci/on-values.yaml", "on: true\n")],
            &[("c/values.yaml", "on: false\n")],
            "c/templates/pod.yaml:11:9: notice[base::switched-off]",
        ),
        (
            "a root",
            &[("main.tf", &switch(true))],
            &[("main.tf", &switch(false))],
            "main.tf:7:3: notice[base::switched-off]",
        ),
    ];
    for (what, base, change, told) in rows {
        let scene = Scene::new();
        scene.commit("2025-12-01", base);
        scene.git(&["checkout", "-q", "-b", "change"]);
        scene.commit("2025-12-02", change);
        let run = check_hidden(&scene);
        let text = [&*run.out, &run.err].concat();
        assert_eq!(run.status, 0, "{what}: {text}");
        assert!(text.contains(told), "{what}: {text}");
    }
}

#[test]
fn what_is_switched_off_for_all_of_a_root_is_not_lost() {
    let module = "module \"m\" {\n  source = \"./m\"\n}\n";
    let rows: [(&str, Files<'_>, Files<'_>); 4] = [
        ("count", &[("main.tf", DATABASE)], &[("main.tf", &DATABASE.replacen('{', "{\n  count = 0", 1))]),
        ("a comment", &[("main.tf", DATABASE)], &[("main.tf", &["/*\n", DATABASE, "*/\n"].concat())]),
        (
            "a local",
            &[("main.tf", DATABASE)],
            &[("main.tf", &["locals {\n  on = 0\n}\n", &DATABASE.replacen('{', "{\n  count = local.on", 1)].concat())],
        ),
        (
            "a call",
            &[("main.tf", module), ("m/main.tf", DATABASE)],
            &[("main.tf", &module.replace('}', "  count = 0\n}"))],
        ),
    ];
    for (what, base, change) in rows {
        let scene = Scene::new();
        scene.commit("2025-12-01", base);
        scene.git(&["checkout", "-q", "-b", "change"]);
        scene.commit("2025-12-02", change);
        let run = check_hidden(&scene);
        assert_eq!(run.status, 0, "{what}: {}{}", run.out, run.err);
    }
}

#[test]
fn the_severity_of_the_command_line_decides_what_is_lost() {
    let scene = Scene::new();
    scene.commit("2025-12-01", &[("annexa.toml", "fail-at = \"critical\"\n"), ("infra/main.tf", DATABASE)]);
    scene.git(&["checkout", "-q", "-b", "change"]);
    scene.commit("2025-12-02", &[("infra/main.tf", "# moved\n"), ("infra/main.txt", DATABASE)]);
    let first = ["check", ".", "--format", "concise", "--today", TODAY, "--base", "main"];
    let rule = ["--rule", "rds-storage-unencrypted"];
    for (more, status) in [(&[][..], 0), (&["--fail-at", "high"][..], 2)] {
        let run = scene.annexa_in("", &[&first[..], &rule, more].concat());
        assert_eq!(run.status, status, "{more:?}: {}{}", run.out, run.err);
    }
}

#[test]
fn what_is_staged_is_judged_by_the_rules_that_are_staged() {
    let scene = repository();
    let lax = OWNER_RULE.replace("present = true", "present = false");
    scene.write("policy/rules/bucket-without-owner.toml", &lax);
    scene.write("infra/b.tf", "resource \"aws_s3_bucket\" \"b\" {}\n");
    scene.git(&["add", "infra/b.tf"]);
    let first = ["check", "--format", "concise", "--today", TODAY, "--staged", "--rule", "bucket-without-owner"];
    for more in [&[][..], &["--rules", "policy/rules"][..]] {
        let run = scene.annexa_in("", &[&first[..], more].concat());
        assert_eq!(run.status, 1, "{more:?}: {}{}", run.out, run.err);
        assert!(run.out.contains("infra/b.tf:1:1: high[bucket-without-owner]"), "{more:?}: {}", run.out);
    }
    // What is not staged is none of the commit, and a folder of which nothing is staged is told.
    scene.write("own/x.toml", &lax);
    let run = scene.annexa_in("", &[&first[..], &["--rules", "own"]].concat());
    assert!(run.out.contains("no rule of this folder is staged"), "{}{}", run.out, run.err);
}

/// A change that hides nothing: what it is, what is written, and what is deleted.
type Honest<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

#[test]
fn what_is_mended_or_gone_is_not_taken_for_hidden() {
    let others: &[(&str, &str)] = &[
        ("infra/main.tf", DATABASE),
        (
            "infra/other.tf",
            "resource \"aws_db_instance\" \"b\" {\n  engine            = \"postgres\"\n  storage_encrypted = true\n}\n",
        ),
        ("k/pod.yaml", PRIVILEGED),
        ("k/service.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: s\nspec:\n  type: ClusterIP\n"),
        ("c/Chart.yaml", CHART),
        ("c/values.yaml", "on: true\n"),
        ("c/templates/pod.yaml", SWITCHED),
        (".gitlab-ci.yml", INCLUDES),
        ("ci/job.yml", JOB),
    ];
    let ways: &[Honest<'_>] = &[
        ("mended", &[("infra/main.tf", &DATABASE.replace("false", "true"))], &[]),
        ("commented out", &[("infra/main.tf", &["/*\n", DATABASE, "*/\n"].concat())], &[]),
        ("switched off", &[("infra/main.tf", &DATABASE.replacen('{', "{\n  count = 0", 1))], &[]),
        (
            "deleted",
            &[(".gitlab-ci.yml", "other:\n  script: [make]\n")],
            &["ci/job.yml", "infra/main.tf", "k/pod.yaml"],
        ),
        ("renamed", &[("infra/db.tf", DATABASE), ("deploy/pod.yaml", PRIVILEGED)], &["infra/main.tf", "k/pod.yaml"]),
        ("patched by an overlay of its own", &[("k/kustomization.yaml", "resources: [pod.yaml, service.yaml]\n")], &[]),
        (
            "mended by a default, and a variable of that name in another root",
            &[
                ("infra/main.tf", BEHIND_A_DEFAULT),
                ("other/main.tf", "variable \"encrypted\" {\n  default = true\n}\n"),
                ("other/prod.tfvars", "encrypted = false\n"),
            ],
            &[],
        ),
        (
            "written into the pipeline",
            &[(".gitlab-ci.yml", &["other:\n  script: [make]\n", JOB].concat())],
            &["ci/job.yml"],
        ),
        ("a chart less", &[], &["c/Chart.yaml", "c/values.yaml", "c/templates/pod.yaml"]),
    ];
    for (what, change, gone) in ways {
        let scene = Scene::new();
        scene.commit("2025-12-01", others);
        scene.git(&["checkout", "-q", "-b", "change"]);
        gone.iter().for_each(|path| remove(&scene, path));
        scene.commit("2025-12-02", change);
        let run = check_hidden(&scene);
        // What another deployment deploys may be new there; here it matters that nothing counts as lost.
        let text = [&*run.out, &run.err].concat();
        assert!(run.status != 2 && !text.contains("base::lost"), "{what}: {text}");
    }
}

fn link(scene: &Scene, target: &str, path: &str) {
    std::os::unix::fs::symlink(target, scene.root().join(path)).unwrap();
}

#[test]
fn what_a_chart_deploys_now_is_new_there_and_not_lost() {
    let scene = Scene::new();
    scene.commit("2025-12-01", &[("k/pod.yaml", PRIVILEGED), ("c/Chart.yaml", CHART), ("c/values.yaml", "on: true\n")]);
    scene.git(&["checkout", "-q", "-b", "change"]);
    remove(&scene, "k/pod.yaml");
    scene.commit("2025-12-02", &[("c/templates/pod.yaml", PRIVILEGED)]);
    let run = check_hidden(&scene);
    let text = [&*run.out, &run.err].concat();
    assert!(run.status != 2 && !text.contains("base::lost"), "{text}");
}
