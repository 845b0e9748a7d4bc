use super::programs;
use crate::dialect::facts;
use crate::document::Node;
use crate::scan;
use crate::source::{FileId, Workspace};
use crate::syntax;

/// The program that a file is told to be for.
fn told(path: &str, text: &str) -> Option<&'static str> {
    if !(super::TASKS.candidate)(path, text) {
        return None;
    }
    let workspace = Workspace::in_memory([(path, text)]);
    let syntax = syntax::named((super::TASKS.syntax)(path)?).unwrap();
    let document = syntax::parse(syntax, workspace.source(FileId(0)).unwrap());
    super::program(&document).map(|program| program.kind)
}

#[test]
fn files_are_told_by_their_names_and_by_what_they_say() {
    for (path, text, want) in [
        (".buildkite/pipeline.yml", "steps: [wait]\n", Some("buildkite")),
        ("pipeline.yml", "steps: [wait]\n", None),
        ("cloudbuild.prod.yaml", "\"st\\x65ps\": []\n", Some("cloud-build")),
        ("ci/cloudbuild.json", "{\"steps\": []}", Some("cloud-build")),
        ("build.yaml", "steps: []\n", None),
        ("buildspec.yml", "version: 0.2\nphases: {}\n", Some("codebuild")),
        ("spec.yml", "phases: {}\n", None),
        (".drone.yml", "kind: pipeline\nsteps: []\n", Some("drone")),
        (".drone.yml", "kind: secret\nname: a\n", None),
        (".woodpecker/test.yaml", "steps: {a: {image: b}}\n", Some("woodpecker")),
        (".travis.yml", "language: go\n", Some("travis")),
        ("travis.yml", "language: go\n", None),
        (".readthedocs.yaml", "version: 2\nbuild: {os: ubuntu-24.04}\n", Some("readthedocs")),
        (".readthedocs.yaml", "version: 2\npython: {install: []}\n", None),
        ("web.nomad.hcl", "job \"web\" {\n  group \"a\" {}\n}\n", Some("nomad")),
        ("etc/nomad.hcl", "client { enabled = true }\n", None),
        ("cron.hcl", "job \"a\" {\n  schedule = \"x\"\n}\n", None),
        ("skaffold.yaml", "apiVersion: skaffold/v4beta13\nkind: Config\n", Some("skaffold")),
        ("skaffold.yaml", "apiVersion: v1\nkind: Config\n", None),
        ("docker-bake.hcl", "target \"a\" {}\n", Some("docker-bake")),
        ("bake.hcl", "target \"a\" {}\n", None),
        ("project.toml", "[io.buildpacks]\nbuilder = \"a\"\n", Some("buildpacks")),
        ("project.toml", "[project]\nbuilder = \"a\"\n", None),
        ("Taskfile.dist.yaml", "version: '3'\ntasks: {}\n", Some("task")),
        ("package.json", "{\"scripts\": {\"a\": \"b\"}}", Some("npm")),
        ("package.json", "{\"name\": \"scripts\"}", None),
        ("composer.json", "{\"scripts\": {\"a\": [\"b\"]}}", Some("composer")),
        ("justfile", "a:\n  ls\n", Some("just")),
        ("tox.ini", "[testenv]\ncommands = pytest\n", Some("tox")),
        ("tox.ini", "[flake8]\nignore = E1\n", None),
        ("Procfile", "web: node a.js\n", Some("procfile")),
        ("http/rocky.ks", "lang en_US\n%post\nls\n%end\n", Some("kickstart")),
        ("http/ks.cfg", "lang en_US\n", None),
        ("Vagrantfile", "c.vm.provision \"shell\", inline: \"ls\"\n", Some("vagrant")),
        ("Vagrantfile.md", "inline\n", None),
        ("Earthfile", "VERSION 0.8\n", Some("earthly")),
        ("netlify.toml", "[build]\ncommand = \"a\"\n", Some("netlify")),
        ("netlify.toml", "[[redirects]]\nfrom = \"a\"\n", None),
        ("vercel.json", "{\"buildCommand\": \"a\"}", Some("vercel")),
        ("vercel.json", "{\"rewrites\": []}", None),
        ("lefthook.yml", "pre-commit: {commands: {a: {run: b}}}\n", Some("lefthook")),
        (".lefthook-local.yml", "pre-commit: {jobs: [{run: b}]}\n", Some("lefthook")),
        ("lefthook.yml", "extends: [a.yml]\n", None),
        ("mise.toml", "[tasks.a]\nrun = \"b\"\n", Some("mise")),
        (".config/mise/config.toml", "[tasks]\na = \"b\"\n", Some("mise")),
        ("mise.toml", "[tools]\nnode = \"24\"\n", None),
        ("deno.json", "{\"tasks\": {\"a\": \"b\"}}", Some("deno")),
        ("pixi.toml", "[tasks]\na = \"b\"\n", Some("pixi")),
        ("pyproject.toml", "[tool.poe.tasks]\na = \"b\"\n", Some("python")),
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n", None),
    ] {
        assert_eq!(told(path, text), want, "{path}: {text}");
    }
}

#[test]
fn every_program_is_shown() {
    let text = include_str!("tests.rs");
    for kind in programs::KINDS {
        assert!(text.contains(&format!("Some(\"{kind}\")")), "{kind}");
    }
}

/// The commands and images that a file states, in the order in which they are told.
fn stated(path: &str, text: &str) -> String {
    let (resources, problems) = scan::resources(&Workspace::in_memory([(path, text)]));
    assert!(problems.is_empty(), "{path}: {problems:?}");
    let shown = |fact: &crate::dialect::Resource| {
        let word = |key: &str| fact.body.get(key).and_then(Node::as_str).map(str::to_owned);
        match &*fact.kind {
            "fact/command" => {
                let argv = fact.body.get("argv").map_or(&[][..], Node::items);
                Some(argv.iter().filter_map(Node::as_str).collect::<Vec<_>>().join(" "))
            }
            "fact/image" => Some([word("name")?, word("tag").unwrap_or_default()].join(":")),
            "fact/mount" => word("path").or_else(|| word("source")).map(|path| format!("mount {path}")),
            _ => None,
        }
    };
    assert!(resources.iter().all(|found| found.span.start <= found.span.end));
    resources.iter().filter_map(shown).filter(|shown| !shown.is_empty()).collect::<Vec<_>>().join(" | ")
}

#[test]
fn what_programs_are_told_to_run_is_stated() {
    assert!(facts::SOURCES.iter().all(|kind| !kind.starts_with("tasks/")));
    for (path, text, want) in [
        (
            ".buildkite/pipeline.yml",
            "steps:\n- wait\n- {label: x, command: make a}\n- commands: [b, c]\n- {group: g, steps: [{command: d}]}\n- plugins: [{docker#v5: {image: \"node:22\"}}]\n",
            "make a | b | c | d | node:22",
        ),
        (
            "cloudbuild.yaml",
            "steps:\n- {name: \"a/b:1\", entrypoint: bash, args: [-c, \"make a\"]}\n- {name: c, script: \"ls\\n\"}\n",
            "b:1 | c: | ls | make a",
        ),
        (
            "buildspec.yml",
            "phases:\n  install: {commands: [a]}\n  build: {commands: [b, \"c\"], finally: [d]}\n",
            "a | b | c | d",
        ),
        (
            ".drone.yml",
            "kind: pipeline\nsteps:\n- {name: a, image: \"r.org/x:1\", commands: [b, c]}\nvolumes: [{name: s, host: {path: /var/run}}]\n---\nkind: secret\nname: t\n",
            "b | c | x:1 | mount /var/run",
        ),
        (
            ".woodpecker.yml",
            "steps:\n  a: {image: \"r.org/x:1\", commands: [b]}\nservices:\n  db: {image: \"postgres:17\"}\n",
            "b | x:1 | postgres:17",
        ),
        (
            ".travis.yml",
            "install: a\nscript: [b, c]\njobs: {include: [{script: d}]}\ndeploy: {provider: script, script: e}\n",
            "a | b | c | d | e",
        ),
        (
            ".readthedocs.yaml",
            "build:\n  os: ubuntu-24.04\n  commands: [a]\n  jobs: {pre_install: [b], build: {html: [c, d]}}\n",
            "a | b | c | d",
        ),
        (
            "a.nomad",
            "job \"a\" {\n  group \"g\" {\n    task \"t\" {\n      driver = \"docker\"\n      config {\n        image = \"r.org/x:1\"\n        command = \"sh\"\n        args = [\"-c\", \"b\"]\n        volumes = [\"/etc:/e\"]\n      }\n    }\n  }\n}\n",
            "x:1 | b | mount /etc",
        ),
        (
            "netlify.toml",
            "[build]\ncommand = \"make a\"\n[context.production]\ncommand = \"make b\"\n",
            "make a | make b",
        ),
        (
            "vercel.json",
            "{\"installCommand\": \"make a\", \"buildCommand\": null, \"ignoreCommand\": \"b\"}",
            "make a | b",
        ),
        (
            "lefthook.yml",
            "pre-commit:\n  commands: {a: {run: make a}}\npre-push:\n  jobs: [{run: b}, {group: {jobs: [{run: c}]}}]\n",
            "make a | b | c",
        ),
        ("mise.toml", "[tasks]\na = \"b\"\n[tasks.c]\nrun = [\"d\", \"e\"]\n", "b | d | e"),
        ("deno.json", "{\"tasks\": {\"a\": \"b\", \"c\": {\"command\": \"d\"}}}", "b | d"),
        (
            "pyproject.toml",
            "[tool.poe.tasks]\na = \"b\"\nc = { shell = \"d\" }\n[tool.hatch.envs.default.scripts]\ne = [\"f\", \"g\"]\n",
            "b | d | f | g",
        ),
        (
            "skaffold.yaml",
            "apiVersion: skaffold/v4beta11\nbuild:\n  artifacts:\n  - {image: a, hooks: {before: [{command: [sh, -c, b]}]}}\n  - {image: c, custom: {buildCommand: ./d.sh}}\n",
            "b | ./d.sh",
        ),
        (
            "Taskfile.yml",
            "version: '3'\nvars: {V: {sh: a}}\ntasks:\n  x: b\n  y: [c]\n  z: {cmds: [d, {cmd: e}, {task: x}], status: [f], preconditions: [{sh: g}]}\n",
            "b | c | d | e | g | f | a",
        ),
        ("package.json", "{\"name\": \"x\", \"bin\": \"y\", \"scripts\": {\"a\": \"b && c\"}}", "b | c"),
        ("composer.json", "{\"scripts\": {\"a\": [\"b\", \"@php c\"]}}", "b | @php c"),
        ("project.toml", "[io.buildpacks]\nbuilder = \"r.org/b:latest\"\n", "b:latest"),
        (
            "docker-bake.hcl",
            "target \"a\" {\n  contexts = { b = \"docker-image://r.org/b:2\", c = \"./c\" }\n}\n",
            "b:2",
        ),
        ("docker-bake.hcl", "target \"a\" {\n  dockerfile-inline = \"FROM x:1\\nRUN b\"\n}\n", "x:1 | b"),
    ] {
        assert_eq!(stated(path, text), want, "{path}");
    }
}

#[test]
fn texts_are_read_as_their_programs_read_them() {
    for (path, text, want) in [
        (
            "justfile",
            "v := \"x\"\n\n# a: b\n@a arg=\"1\" *rest: b\n  @-make {{ arg }} \\\n    -x\n\n  ls\nb:\n    #!/usr/bin/env python3\n    import os\nc:\n\t#!/usr/bin/env bash\n\tset -e\n\tif d; then e; fi\nset export := true\n",
            "make ${_arg__} -x | ls | set -e | d | e",
        ),
        ("justfile", "set shell := ['pwsh', '-c']\na:\n  curl x\n", ""),
        ("justfile", "set shell := [\"bash\", \"-uc\"]\na:\n  curl x\n", "curl x"),
        ("Procfile", "# x: y\nweb: a --port $PORT\nworker:b\nnot a process\n", "a --port $PORT | b"),
        (
            "tox.ini",
            "[tox]\nenvlist = a\n[testenv]\ndeps =\n  pytest\ncommands_pre = x\ncommands =\n  # c\n  - a {posargs}\n  b\nsetenv =\n  C=d\n[testenv:lint]\ncommands = e\n[flake8]\ncommands = no\n",
            "x | a {posargs} | b | e",
        ),
        (
            "a.ks",
            "rootpw --lock\n%packages\ncurl\n%end\n%pre\na\n%end\n%post --interpreter=/usr/bin/python3\nimport b\n%end\n%post --log=/x --interpreter /bin/bash\nc\n%end\n",
            "a | c",
        ),
        (
            "Vagrantfile",
            "$s = <<-'X'\n  a #{b}\nX\n# inline: \"no\"\nc.vm.provision \"shell\", inline: \"d \\\"e\\\" #{f}\"\nc.vm.provision :shell, :inline => <<~SHELL\n  g\nSHELL\nc.vm.provision \"shell\", inline: $s\nc.vm.provision \"shell\", path: \"h.sh\"\n",
            "d e ${f} | g | a",
        ),
        (
            "Earthfile",
            "VERSION 0.8\nFROM --platform=linux/amd64 debian:12.7\na:\n  FROM +b\n  RUN --push --secret X=y --mount=type=cache,target=/c make \\\n    # no\n    all\nb:\n  FROM ./c+d\n  COPY +a/x y\n  RUN ls\n",
            "make all | ls | debian:12.7",
        ),
    ] {
        assert_eq!(stated(path, text), want, "{path}:\n{text}");
    }
}

#[test]
fn scripts_stand_where_they_are_written() {
    for (path, text) in [
        ("justfile", "a:\r\n  curl x\r\n"),
        ("Vagrantfile", "a.inline = \"\\n\\\"ü\\\"; curl x\"\n"),
        ("Earthfile", "VERSION 0.8\na:\n\tRUN --ssh curl x\n"),
        ("tox.ini", "[testenv]\ncommands =\n  ü\n  - curl x\n"),
        ("a.ks", "%pre\ncurl x\n%end\n"),
    ] {
        let workspace = Workspace::in_memory([(path, text)]);
        let (resources, _) = scan::resources(&workspace);
        let curl = resources.iter().find(|found| found.address.ends_with("#curl")).unwrap();
        assert_eq!(workspace.source(FileId(0)).unwrap().slice(curl.body.span), "curl x", "{path}");
    }
}

#[test]
fn what_a_service_looks_for_at_the_top_is_run_there_alone() {
    for (known, path, want) in [
        (&[""][..], ".travis.yml", false),
        (&[""], "roles/a/.travis.yml", true),
        (&["", "roles/a"], "roles/a/.travis.yml", false),
        (&[], "roles/a/.travis.yml", false),
        (&[""], "app/.drone.yml", false),
        (&[""], "app/package.json", false),
    ] {
        let tops = known.iter().map(|folder| (*folder).to_owned()).collect();
        let workspace = Workspace::in_memory([(path, "")]).with_tops(tops);
        assert_eq!(super::is_never_run(path, &workspace), want, "{path} of {known:?}");
    }
}

/// The commands of a file whose failure stops nothing.
fn lost(path: &str, text: &str) -> String {
    let (resources, _) = scan::resources(&Workspace::in_memory([(path, text)]));
    let of = |fact: &crate::dialect::Resource| {
        let word = |key: &str| fact.body.get(key).and_then(Node::as_str).map(str::to_owned);
        word("text").filter(|_| word("status").as_deref() == Some("lost"))
    };
    resources.iter().filter_map(of).collect::<Vec<_>>().join(" | ")
}

#[test]
fn what_may_fail_is_told() {
    for (path, text, want) in [
        (".buildkite/pipeline.yml", "steps:\n- {command: a, soft_fail: true}\n- {command: b}\n", "a"),
        (".buildkite/pipeline.yml", "steps:\n- {command: a, soft_fail: [{exit_status: 1}]}\n", "a"),
        (".buildkite/pipeline.yml", "steps:\n- {command: a, soft_fail: [{exit_status: 137}]}\n", ""),
        (".drone.yml", "steps:\n- {image: x, failure: ignore, commands: [a]}\n- {image: x, commands: [b]}\n", "a"),
        (
            "cloudbuild.yaml",
            "steps:\n- {name: x, entrypoint: a, args: [b], allowFailure: true}\n- {name: x, entrypoint: c}\n",
            "a b",
        ),
        (".woodpecker.yml", "steps:\n  s: {image: x, failure: fail, commands: [a]}\n", ""),
        ("cloudbuild.yaml", "steps:\n- {name: x, script: a, allowFailure: true}\n- {name: x, script: b}\n", "a"),
        (
            "cloudbuild.yaml",
            "steps:\n- {name: x, script: a, allowExitCodes: [1]}\n- {name: x, script: b, allowExitCodes: [2]}\n",
            "a",
        ),
        (
            "buildspec.yml",
            "phases:\n  build: {on-failure: CONTINUE, commands: [a]}\n  post_build: {commands: [b]}\n",
            "a",
        ),
        (
            "Taskfile.yml",
            "tasks:\n  t: {ignore_error: true, cmds: [a]}\n  u: {cmds: [{cmd: b, ignore_error: true}, c]}\n",
            "a | b",
        ),
        ("justfile", "t:\n  -a\n  @-b\n  c -d\n", "a | b"),
        ("tox.ini", "[testenv]\ncommands =\n  - a\n  b - c\ncommands_post = - d\n", "a | d"),
        (
            "package.json",
            "{\"scripts\": {\"t\": \"a; exit 0\", \"u\": \"b && exit 0\", \"v\": \"exit 0\"}}",
            "a | exit 0 | exit 0",
        ),
    ] {
        assert_eq!(lost(path, text), want, "{path}: {text}");
    }
}
