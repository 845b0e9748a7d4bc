//! name, and what only looks new. Asked of `--base`, `--staged` and a baseline alike.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

mod scene;

use std::fmt::Write as _;

use scene::{Scene, TODAY};
use serde_json::Value;

type Files<'t> = Vec<(&'t str, String)>;

/// What a change is, the rules that it is about, whether it brings something new, and the files before and after.
type Row = (&'static str, &'static str, bool, Files<'static>, Files<'static>);

fn put(scene: &Scene, files: &Files<'_>, old: &Files<'_>) {
    for (path, _) in old {
        std::fs::remove_file(scene.root().join(path)).unwrap();
    }
    for (path, text) in files {
        scene.write(path, text);
    }
    scene.git(&["add", "-A"]);
}

/// The findings of some rules that fail and that nothing silences.
fn failing(scene: &Scene, rules: &str, more: &[&str]) -> Vec<String> {
    let first = ["check", ".", "--format", "json", "--today", TODAY];
    let report = scene.json(&[&first, more].concat());
    let text = |one: &Value, at: &str| one.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let findings = report.get("findings").and_then(Value::as_array).unwrap().iter();
    let counted = findings.filter(|one| {
        let about = rules.split(' ').any(|rule| text(one, "/rule") == rule);
        about && text(one, "/outcome") == "fail" && one.get("suppressed").is_some_and(Value::is_null)
    });
    counted.map(|one| format!("{} {}", text(one, "/rule"), text(one, "/resource/address"))).collect()
}

#[track_caller]
fn all_right(rows: Vec<Row>, kinds: &[&str]) {
    let mut wrong = Vec::new();
    for (what, rules, new, before, after) in rows {
        let scene = Scene::new();
        let files: Vec<(&str, &str)> = before.iter().map(|(path, text)| (*path, text.as_str())).collect();
        scene.commit(TODAY, &files);
        assert!(!failing(&scene, rules, &[]).is_empty(), "{what}: nothing fails before");
        let kept = scene.root().with_extension("json");
        let kept = kept.to_string_lossy().into_owned();
        let made = scene.annexa_in("", &["baseline", "--out", &kept, "--today", TODAY]);
        assert_eq!(made.status, 0, "{what}: {}", made.err);
        put(&scene, &after, &before);
        for kind in kinds {
            let told = match *kind {
                "base" => failing(&scene, rules, &["--base", "HEAD"]),
                "staged" => failing(&scene, rules, &["--staged"]),
                _ => failing(&scene, rules, &["--baseline", &kept]),
            };
            if told.is_empty() == new {
                wrong.push(format!("{what}, {kind}: {told:?}"));
            }
        }
        std::fs::remove_file(&kept).unwrap();
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const EACH: &[&str] = &["base", "staged", "baseline"];

const CERTIFICATE: &str = "command-skips-certificate-check";
const BAD: &str = "curl -k https://a.example/x";
const GOOD: &str = "curl https://a.example/x";

fn gitlab(jobs: &[(&str, &[&str])]) -> Files<'static> {
    let job = |(name, lines): &(&str, &[&str])| {
        let lines: Vec<String> = lines.iter().map(|line| format!("    - {line}\n")).collect();
        format!("{name}:\n  image: registry.example.org/a:1.0\n  script:\n{}", lines.concat())
    };
    vec![(".gitlab-ci.yml", jobs.iter().map(job).collect())]
}

/// A workflow; of each job its name and its steps, of each of these its name, where it has one, and its script.
type Steps<'s> = &'s [(&'s str, &'s str)];

fn github(jobs: &[(&str, Steps<'_>)]) -> Files<'static> {
    let mut text = "on: push\npermissions: {}\njobs:\n".to_owned();
    for (job, steps) in jobs {
        write!(text, "  {job}:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n").unwrap();
        for (name, script) in *steps {
            let name = if name.is_empty() { String::new() } else { format!("name: {name}\n        ") };
            writeln!(text, "      - {name}run: {script}").unwrap();
        }
    }
    vec![(".github/workflows/ci.yml", text)]
}

fn dockerfile(build: &str, last: &str, name: &str) -> Files<'static> {
    let text = format!(
        "FROM registry.example.org/a:1.0 AS {name}\n{build}\nRUN make\nFROM registry.example.org/b:1.0\nCOPY --from={name} /x /x\n{last}\nUSER 1000\n"
    );
    vec![("Dockerfile", text)]
}

fn compose(a: &str, b: &str) -> Files<'static> {
    let service = |name: &str, command: &str| {
        format!("  {name}:\n    image: registry.example.org/{name}:1.0\n    command: {command}\n")
    };
    vec![("compose.yaml", format!("services:\n{}{}", service("a", a), service("b", b)))]
}

fn pod(containers: &[(&str, &str)]) -> Files<'static> {
    let container = |(name, command): &(&str, &str)| {
        format!("    - name: {name}\n      image: registry.example.org/a:1.0\n      command: [sh, -c, '{command}']\n")
    };
    let containers: String = containers.iter().map(container).collect();
    let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n";
    vec![("pod.yaml", format!("{head}{containers}"))]
}

fn play(tasks: &[(&str, &str)]) -> Files<'static> {
    let task = |(name, command): &(&str, &str)| format!("    - name: {name}\n      shell: {command}\n");
    vec![("play.yml", format!("- hosts: all\n  tasks:\n{}", tasks.iter().map(task).collect::<String>()))]
}

fn azure(a: &str, b: &str) -> Files<'static> {
    let job = |name: &str, script: &str| {
        format!("  - job: {name}\n    steps:\n      - script: {script}\n        displayName: one\n")
    };
    vec![("azure-pipelines.yml", format!("pool: {{vmImage: ubuntu-24.04}}\njobs:\n{}{}", job("a", a), job("b", b)))]
}

fn task_definition(a: &str, b: &str) -> Files<'static> {
    let container = |name: &str, command: &str| {
        format!("{{name=\"{name}\", image=\"r.example.org/a:1\", command=[\"sh\",\"-c\",\"{command}\"]}}")
    };
    let text = format!(
        "resource \"aws_ecs_task_definition\" \"t\" {{\n  family = \"t\"\n  container_definitions = jsonencode([{}, {}])\n}}\n",
        container("a", a),
        container("b", b)
    );
    vec![("main.tf", text)]
}

#[test]
fn what_stands_in_another_place_is_new() {
    let injected = |one: &str, two: &str| {
        let mut files = github(&[("build", &[("one", one), ("two", two)])]);
        files[0].1 = files[0].1.replace("on: push", "on: issues");
        files
    };
    let title = "echo ${{ github.event.issue.title }}";
    let unit = |before: &str, start: &str| {
        vec![("x.service", format!("[Service]\nExecStartPre=/usr/bin/{before}\nExecStart=/usr/bin/{start}\n"))]
    };
    let secret = "ENV API_TOKEN=q8Zr4mXv2LpW9tKd";
    let image = |a: &str, b: &str| {
        vec![(
            ".gitlab-ci.yml",
            format!("a:\n  image: acme/x:{a}\n  script: [ls]\nb:\n  image: acme/x:{b}\n  script: [ls]\n"),
        )]
    };
    let rows: Vec<Row> = vec![
        (
            "jobs of GitLab",
            CERTIFICATE,
            true,
            gitlab(&[("a", &[BAD]), ("b", &[GOOD])]),
            gitlab(&[("a", &[GOOD]), ("b", &[BAD])]),
        ),
        (
            "a job of GitLab that had none",
            CERTIFICATE,
            true,
            gitlab(&[("a", &["ls", BAD]), ("b", &["ls"])]),
            gitlab(&[("a", &["ls"]), ("b", &["ls", BAD])]),
        ),
        ("images of jobs", "container-image-tag-moving", true, image("latest", "1.0"), image("1.0", "latest")),
        (
            "steps",
            CERTIFICATE,
            true,
            github(&[("b", &[("one", BAD), ("two", GOOD)])]),
            github(&[("b", &[("one", GOOD), ("two", BAD)])]),
        ),
        (
            "a step that had none",
            CERTIFICATE,
            true,
            github(&[("b", &[("one", BAD), ("two", "ls")])]),
            github(&[("b", &[("one", "ls"), ("two", BAD)])]),
        ),
        (
            "a job that had none",
            CERTIFICATE,
            true,
            github(&[("a", &[("", BAD)]), ("b", &[("", "ls")])]),
            github(&[("a", &[("", "ls")]), ("b", &[("", BAD)])]),
        ),
        ("an expression", "template-injection", true, injected(title, "ls"), injected("ls", title)),
        (
            "the last stage",
            CERTIFICATE,
            true,
            dockerfile(&format!("RUN {BAD}"), "RUN ls", "build"),
            dockerfile("RUN ls", &format!("RUN {BAD}"), "build"),
        ),
        (
            "a secret of the last stage",
            "dockerfile-secret-in-env-or-arg",
            true,
            dockerfile(secret, "ENV A=1", "build"),
            dockerfile("ENV A=1", secret, "build"),
        ),
        (
            "a variable of the last stage",
            CERTIFICATE,
            true,
            dockerfile("ENV PYTHONHTTPSVERIFY=0", "ENV A=1", "build"),
            dockerfile("ENV A=1", "ENV PYTHONHTTPSVERIFY=0", "build"),
        ),
        ("services", CERTIFICATE, true, compose(BAD, GOOD), compose(GOOD, BAD)),
        ("containers", CERTIFICATE, true, pod(&[("a", BAD), ("b", "ls")]), pod(&[("a", "ls"), ("b", BAD)])),
        ("tasks", CERTIFICATE, true, play(&[("one", BAD), ("two", "ls")]), play(&[("one", "ls"), ("two", BAD)])),
        ("lines of a unit", CERTIFICATE, true, unit(BAD, GOOD), unit(GOOD, BAD)),
        ("jobs of Azure", CERTIFICATE, true, azure(BAD, "ls"), azure("ls", BAD)),
        ("containers of a task", CERTIFICATE, true, task_definition(BAD, GOOD), task_definition(GOOD, BAD)),
    ];
    all_right(rows, EACH);
}

#[test]
fn of_two_commands_of_one_place_the_texts_tell_which_it_is() {
    let (one, two) = ("https://a.example/one", "https://b.example/two");
    let script = |a: String, b: String| vec![("x.sh", format!("#!/bin/sh\n{a}\n{b}\n"))];
    let bad = |address: &str| format!("curl -k {address}");
    let good = |address: &str| format!("curl {address}");
    let rows: Vec<Row> = vec![
        ("the other one", CERTIFICATE, true, script(bad(one), good(two)), script(good(one), bad(two))),
        ("another order", CERTIFICATE, false, script(bad(one), good(two)), script(good(two), bad(one))),
        (
            "another address",
            CERTIFICATE,
            false,
            script(bad(one), good(two)),
            script(bad("https://c.example"), good(two)),
        ),
    ];
    all_right(rows, &["base", "staged"]);
}

#[test]
fn another_name_of_a_place_is_nothing_new() {
    let rows: Vec<Row> = vec![
        (
            "a job of GitLab",
            CERTIFICATE,
            false,
            gitlab(&[("a", &[BAD]), ("b", &["ls"])]),
            gitlab(&[("c", &[BAD]), ("b", &["ls"])]),
        ),
        (
            "the order of jobs",
            CERTIFICATE,
            false,
            gitlab(&[("a", &[BAD]), ("b", &[GOOD])]),
            gitlab(&[("b", &[GOOD]), ("a", &[BAD])]),
        ),
        (
            "a step",
            CERTIFICATE,
            false,
            github(&[("b", &[("one", BAD), ("two", GOOD)])]),
            github(&[("b", &[("uno", BAD), ("two", GOOD)])]),
        ),
        ("a step that had none", CERTIFICATE, false, github(&[("b", &[("", BAD)])]), github(&[("b", &[("one", BAD)])])),
        ("a job", CERTIFICATE, false, github(&[("build", &[("one", BAD)])]), github(&[("make", &[("one", BAD)])])),
        (
            "a stage",
            CERTIFICATE,
            false,
            dockerfile(&format!("RUN {BAD}"), "RUN ls", "build"),
            dockerfile(&format!("RUN {BAD}"), "RUN ls", "compile"),
        ),
        ("a container", CERTIFICATE, false, pod(&[("a", BAD), ("b", "ls")]), pod(&[("c", BAD), ("b", "ls")])),
        ("a task", CERTIFICATE, false, play(&[("one", BAD), ("two", GOOD)]), play(&[("uno", BAD), ("two", GOOD)])),
        (
            "one stage more",
            CERTIFICATE,
            false,
            vec![("Dockerfile", format!("FROM registry.example.org/a:1\nRUN {BAD}\nUSER 1000\n"))],
            vec![(
                "Dockerfile",
                format!(
                    "FROM registry.example.org/a:1 AS build\nRUN {BAD}\nFROM registry.example.org/b:1\nCOPY --from=build /x /x\nUSER 1000\n"
                ),
            )],
        ),
    ];
    all_right(rows, EACH);
}

#[test]
fn what_is_worse_under_the_same_name_is_new() {
    let policy = |actions: &str| {
        let statement = format!("{{Sid=\"A\",Effect=\"Allow\",Action=[{actions}],Resource=\"*\"}}");
        vec![(
            "main.tf",
            format!(
                "resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{Version=\"2012-10-17\",Statement=[{statement}]}})\n}}\n"
            ),
        )]
    };
    let password = |value: &str| {
        vec![(
            "compose.yaml",
            format!(
                "services:\n  a:\n    image: registry.example.org/a:1.0\n    environment:\n      DB_PASSWORD: {value}\n"
            ),
        )]
    };
    let uses = |action: &str| {
        let head =
            "on: push\npermissions: {}\njobs:\n  b:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n";
        vec![(".github/workflows/ci.yml", format!("{head}      - name: x\n        uses: {action}\n"))]
    };
    let ports = |range: &str| {
        vec![(
            "main.tf",
            format!(
                "resource \"azurerm_network_security_rule\" \"r\" {{\n  name = \"in\"\n  access = \"Allow\"\n  direction = \"Inbound\"\n  protocol = \"Tcp\"\n  priority = 100\n  source_address_prefix = \"*\"\n  source_port_range = \"*\"\n  destination_address_prefix = \"*\"\n  destination_port_range = \"{range}\"\n}}\n"
            ),
        )]
    };
    let service = "iam-policy-allows-a-whole-service";
    let secret = "compose-secret-in-environment";
    let rows: Vec<Row> = vec![
        ("all of one more service", service, true, policy("\"s3:*\""), policy("\"s3:*\", \"sqs:*\"")),
        ("one action more", service, false, policy("\"s3:*\""), policy("\"s3:*\", \"sqs:ListQueues\"")),
        ("all of one service less", service, false, policy("\"s3:*\", \"sqs:*\""), policy("\"s3:*\"")),
        ("another password", secret, true, password("q8Zr4mXv2LpW9tKd"), password("Zz8Zr4mXv2LpW9tKQ")),
        ("the same in quotes", secret, false, password("q8Zr4mXv2LpW9tKd"), password("\"q8Zr4mXv2LpW9tKd\"")),
        ("another reference", "action-not-pinned", true, uses("acme/build@v1"), uses("acme/build@v2")),
        ("more ports", "admin-port-open", true, ports("22"), ports("22-3389")),
    ];
    all_right(rows, EACH);
}

const STORAGE: &str = "rds-storage-unencrypted";

fn database(name: &str, more: &str) -> String {
    scene::database(name, false).replacen("{\n", &format!("{{\n{more}"), 1)
}

fn call(name: &str, source: &str, more: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"{source}\"\n{more}}}\n")
}

fn moved(from: &str, to: &str) -> String {
    format!("moved {{\n  from = {from}\n  to   = {to}\n}}\n")
}

#[test]
fn resources_of_terraform_are_known_again() {
    let root = |text: String| vec![("main.tf", text)];
    let of_module = |text: String| vec![("main.tf", text), ("m/main.tf", database("main", ""))];
    let called = |text: String| vec![("prod/main.tf", text), ("modules/db/main.tf", database("main", ""))];
    let alone = || vec![("modules/db/main.tf", database("main", ""))];
    let json = r#"{"resource":{"aws_db_instance":{"main":{"engine":"mysql","storage_encrypted":false}}}}"#;
    let (one, here) = ("  count = 1\n", "aws_db_instance.main");
    let both = || {
        let other = call("db", "../modules/db", "");
        vec![("prod/main.tf", call("db", "../modules/db", "")), ("dev/main.tf", other), alone().remove(0)]
    };
    let rows: Vec<Row> = vec![
        ("a count", STORAGE, false, root(database("main", "")), root(database("main", one))),
        ("no count", STORAGE, false, root(database("main", one)), root(database("main", ""))),
        ("one more of a count", STORAGE, true, root(database("main", one)), root(database("main", "  count = 2\n"))),
        (
            "for each",
            STORAGE,
            false,
            root(database("main", "")),
            root(database("main", "  for_each = toset([\"a\"])\n")),
        ),
        ("a count of a call", STORAGE, false, of_module(call("m", "./m", "")), of_module(call("m", "./m", one))),
        (
            "a moved resource",
            STORAGE,
            false,
            root(database("main", "")),
            root(database("store", "") + &moved(here, "aws_db_instance.store")),
        ),
        ("a renamed resource", STORAGE, true, root(database("main", "")), root(database("store", ""))),
        (
            "moved into a module",
            STORAGE,
            false,
            root(database("main", "")),
            of_module(call("m", "./m", "") + &moved(here, "module.m.aws_db_instance.main")),
        ),
        (
            "a moved call",
            STORAGE,
            false,
            of_module(call("m", "./m", "")),
            of_module(call("n", "./m", "") + &moved("module.m", "module.n")),
        ),
        ("the only caller is gone", STORAGE, false, called(call("db", "../modules/db", "")), alone()),
        ("the first caller", STORAGE, false, alone(), called(call("db", "../modules/db", ""))),
        ("the second caller", STORAGE, true, called(call("db", "../modules/db", "")), both()),
        ("the other spelling", STORAGE, false, root(database("main", "")), vec![("main.tf.json", json.to_owned())]),
    ];
    all_right(rows, EACH);
}

fn privileged(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  containers:\n    - name: a\n      image: registry.example.org/a:1.0\n      securityContext: {{privileged: true}}\n"
    )
}

#[test]
fn objects_of_kubernetes_are_known_again() {
    let rule = "container-privileged";
    let all = || vec![("k/all.yaml", format!("{}---\n{}", privileged("x"), privileged("y")))];
    let each = || vec![("k/x.yaml", privileged("x")), ("k/y/pod.yaml", privileged("y"))];
    let json = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","namespace":"shop"},"spec":{"containers":[{"name":"a","image":"registry.example.org/a:1.0","securityContext":{"privileged":true}}]}}"#;
    let base =
        || vec![("base/pod.yaml", privileged("x")), ("base/kustomization.yaml", "resources: [pod.yaml]\n".to_owned())];
    let overlaid = || {
        let overlay = "namespace: prod\nresources: [../base]\n".to_owned();
        [base(), vec![("prod/kustomization.yaml", overlay)]].concat()
    };
    let chart = |version: &str| {
        let pod = privileged("\"web-{{ .Chart.Version }}\"");
        vec![("c/Chart.yaml", format!("apiVersion: v2\nname: web\nversion: {version}\n")), ("c/templates/p.yaml", pod)]
    };
    let values = |name: &'static str, listed: &str| {
        vec![
            ("annexa.toml", format!("[helm]\nvalues = [{listed}]\n")),
            (name, "privileged: true\nother: 1\n".to_owned()),
            ("values/more.yaml", "more: 1\n".to_owned()),
            ("c/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n".to_owned()),
            ("c/templates/p.yaml", privileged("web").replace("true", "{{ .Values.privileged }}")),
        ]
    };
    let (prod, two) = ("\"values/prod.yaml\"", "\"values/prod.yaml\", \"values/more.yaml\"");
    let rows: Vec<Row> = vec![
        ("a file for each", rule, false, all(), each()),
        ("one file for all", rule, false, each(), all()),
        ("the other spelling", rule, false, vec![("k/p.yaml", privileged("x"))], vec![("k/p.json", json.to_owned())]),
        (
            "another folder beside",
            rule,
            true,
            vec![("dev/p.yaml", privileged("x")), ("prod/q.yaml", privileged("y"))],
            vec![("dev/p.yaml", String::new()), ("prod/q.yaml", privileged("y") + "---\n" + &privileged("x"))],
        ),
        ("the only overlay is gone", rule, false, overlaid(), base()),
        ("the first overlay", rule, false, base(), overlaid()),
        ("the version of a chart", rule, false, chart("1.2.3"), chart("1.3.0")),
        (
            "another file of values",
            rule,
            false,
            values("values/prod.yaml", prod),
            values("values/live.yaml", "\"values/live.yaml\""),
        ),
        ("one file of values less", rule, false, values("values/prod.yaml", two), values("values/prod.yaml", prod)),
    ];
    all_right(rows, EACH);
}

#[test]
fn jobs_are_known_again_in_other_files() {
    let job = format!("build:\n  image: registry.example.org/a:1.0\n  script: [\"{BAD}\"]\n");
    let rest = "test:\n  script: [ls]\n";
    let here = vec![(".gitlab-ci.yml", format!("{rest}{job}"))];
    let there = vec![(".gitlab-ci.yml", format!("include: [{{local: ci/build.yml}}]\n{rest}")), ("ci/build.yml", job)];
    let workflow = github(&[("build", &[("fetch", BAD)])]);
    let text = workflow[0].1.clone();
    let head = "on: push\npermissions: {}\njobs:\n";
    let reused = vec![
        (".github/workflows/ci.yml", format!("{head}  call:\n    uses: ./.github/workflows/build.yml\n")),
        (".github/workflows/build.yml", text.replace("on: push", "on: workflow_call").replace("  build:", "  make:")),
    ];
    let step = "    - uses: ./.github/actions/fetch\n";
    let action = vec![
        (
            ".github/workflows/ci.yml",
            text.replace(&format!("  - name: fetch\n        run: {BAD}\n"), step.trim_start()),
        ),
        (
            ".github/actions/fetch/action.yml",
            format!(
                "name: fetch\nruns:\n  using: composite\n  steps:\n    - name: fetch\n      shell: bash\n      run: {BAD}\n"
            ),
        ),
    ];
    let rows: Vec<Row> = vec![
        ("into a file that is included", CERTIFICATE, false, here.clone(), there.clone()),
        ("out of it", CERTIFICATE, false, there, here),
        ("into a workflow that is called", CERTIFICATE, false, workflow.clone(), reused.clone()),
        ("out of it", CERTIFICATE, false, reused, workflow.clone()),
        ("into an action", CERTIFICATE, false, workflow, action),
    ];
    all_right(rows, EACH);
}

#[test]
fn a_base_is_not_taken_for_another_commit() {
    let scene = Scene::new();
    scene.commit(TODAY, &[("main.tf", &database("main", ""))]);
    let first = scene.git(&["rev-parse", "HEAD"]);
    scene.commit(TODAY, &[("new.tf", &database("new", ""))]);
    let told = |revision: &str| scene.check(&["--base", revision]);
    let new = told(&first);
    assert!(new.status == 1 && new.out.starts_with("new.tf:"), "{}{}", new.out, new.err);
    scene.git(&["replace", &first, "HEAD"]);
    assert!(told(&first).out.starts_with("new.tf:"), "replaced");
    for length in [7, 40] {
        let name = first.get(..length).unwrap();
        scene.git(&["update-ref", &format!("refs/heads/{name}"), "HEAD"]);
        let run = told(name);
        let both = format!("both `refs/heads/{name}` and the commit `{first}`");
        assert!(run.status == 2 && run.err.contains(&both), "{name}: {}", run.err);
        scene.git(&["update-ref", "-d", &format!("refs/heads/{name}")]);
    }
}
