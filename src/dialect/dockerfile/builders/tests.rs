use super::super::{DOCKERFILE, built};
use crate::dialect::{DIALECTS, Dialect, Inputs, testing};
use crate::document::Node;
use crate::source::Workspace;

/// What an image may be built from, in order; the last way is that without arguments.
fn bases(builder: (&str, &str), path: &str) -> Vec<String> {
    let text = "ARG V=1\nARG W\nFROM ${W:-a}:$V\n";
    let files = [(path, text), builder, ("other/Dockerfile", "FROM scratch\n")];
    let workspace = Workspace::in_memory(files);
    let others = DIALECTS.iter().copied().filter(|dialect| built::BUILDERS.contains(&dialect.name));
    let dialects: Vec<&Dialect> = others.chain([&DOCKERFILE]).collect();
    let found = testing::extract(&dialects, &workspace, &Inputs::default());
    let image = testing::at(&found.resources, path);
    let base = image.body.at(&["final_stage", "base"]).unwrap();
    let shown = |node: &Node| node.as_str().map_or_else(|| "?".to_owned(), str::to_owned);
    match base.as_unresolved() {
        Some(open) if !open.alternatives.is_empty() => open.alternatives.iter().map(shown).collect(),
        _ => vec![shown(base)],
    }
}

#[test]
fn builders_give_arguments_in_many_ways() {
    let workflow = |step: &str| format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{step}");
    let run = |command: &str| workflow(&format!("      - run: {command}\n"));
    let two = ["a:2", "a:1"];
    for (path, text, file, want) in [
        ("b.sh", "docker build --build-arg V=2 .\n".to_owned(), "Dockerfile", two),
        ("b.sh", "docker buildx build \\\n  --build-arg=V=2 -t x \\\n  -f app/Dockerfile .\n".to_owned(), "app/Dockerfile", two),
        ("b.sh", "podman build --build-arg 'V=2' app\n".to_owned(), "app/Dockerfile", two),
        ("app/b.sh", "cd \"$HERE\"\nbuildah bud --build-arg V=2 .\n".to_owned(), "app/Dockerfile", two),
        (".github/workflows/a.yml", run("docker build --build-arg V=2 -t x app"), "app/Dockerfile", two),
        (".github/workflows/a.yml", run("'docker build --build-arg V=2 app'"), "app/Dockerfile", two),
        (
            ".gitlab-ci.yml",
            "b:\n  script:\n    - /kaniko/executor --context $CI_PROJECT_DIR --dockerfile \"$CI_PROJECT_DIR/app/Dockerfile\" --build-arg V=2\n".to_owned(),
            "app/Dockerfile",
            two,
        ),
        (
            ".github/workflows/a.yml",
            workflow("      - uses: docker/build-push-action@v6\n        with:\n          context: app\n          build-args: |\n            V=2\n"),
            "app/Dockerfile",
            two,
        ),
        (
            ".github/workflows/a.yml",
            workflow("      - uses: docker/build-push-action@v6\n        with: {file: app/x.Dockerfile, build-args: V=2}\n"),
            "app/x.Dockerfile",
            two,
        ),
        (
            "docker-bake.hcl",
            "variable \"N\" { default = \"2\" }\ntarget \"b\" { args = { V = N } }\ntarget \"a\" {\n  inherits = [\"b\"]\n  context = \"app\"\n}\n".to_owned(),
            "app/Dockerfile",
            two,
        ),
        (
            "app/docker-bake.json",
            r#"{"target": {"a": {"args": {"V": "2"}}}}"#.to_owned(),
            "app/Dockerfile",
            two,
        ),
        (
            "skaffold.yaml",
            "build:\n  artifacts:\n    - image: x\n      context: app\n      docker: {dockerfile: d/Dockerfile, buildArgs: {V: 2}}\n".to_owned(),
            "app/d/Dockerfile",
            two,
        ),
        (
            "app/skaffold.yaml",
            "kind: Config\n---\nbuild:\n  artifacts:\n    - image: x\n      kaniko: {buildArgs: {V: '2'}}\n".to_owned(),
            "app/Dockerfile",
            two,
        ),
        (
            "p.yml",
            "- hosts: all\n  tasks:\n    - community.docker.docker_image: {name: x, build: {path: \"{{ playbook_dir }}/app\", args: {V: '2'}}}\n".to_owned(),
            "app/Dockerfile",
            two,
        ),
        // What a variable gives.
        ("b.sh", "docker build --build-arg V=$N .\n".to_owned(), "Dockerfile", ["a:?", "a:1"]),
        ("docker-bake.hcl", "target \"a\" { args = { V = upper(\"b\") } }\n".to_owned(), "Dockerfile", ["a:?", "a:1"]),
    ] {
        let got = bases((path, &text), file);
        let want = want.map(|one| if one.contains('?') { "?".to_owned() } else { one.to_owned() });
        assert_eq!(got, want, "{path}: {text}");
    }
}

#[test]
fn a_text_that_goes_to_too_many_folders_tells_nothing() {
    let text = |count: usize| {
        let folders: Vec<String> = (0..count).map(|n| format!("cd d{n}\n")).collect();
        format!("{}docker build --build-arg V=2 .\n", folders.concat())
    };
    assert_eq!(bases(("b.sh", &text(10)), "Dockerfile"), ["a:2", "a:1"]);
    assert_eq!(bases(("b.sh", &text(100)), "Dockerfile"), ["a:1"]);
}

#[test]
fn builds_of_which_the_file_is_not_certain_tell_nothing() {
    for (path, text) in [
        ("b.sh", "docker build --build-arg V=2 $DIR\n"),
        ("b.sh", "docker build --build-arg V=2 -f - .\n"),
        ("b.sh", "docker build --build-arg V=2 https://example.com/a.git\n"),
        ("b.sh", "cd other && docker build --build-arg V=2 .\n"),
        ("b.sh", "args --build-arg V=2\n"),
        ("b.sh", "# docker run x\n"),
        ("docker-bake.hcl", "target \"a\" {\n  context = other(\"x\")\n  args = { V = \"2\" }\n}\n"),
        ("docker-bake.hcl", "target \"a\" {\n  dockerfile-inline = \"FROM a\"\n  args = { V = \"2\" }\n}\n"),
        ("docker-bake.hcl", "target \"a\" {\n  inherits = [\"a\"]\n}\n"),
        (
            "skaffold.yaml",
            "build:\n  artifacts:\n    - image: x\n      context: ../..\n      docker: {buildArgs: {V: '2'}}\n",
        ),
        ("p.yml", "- hosts: all\n  tasks:\n    - docker_image: {name: x, build: {path: /srv/app, args: {V: '2'}}}\n"),
    ] {
        assert_eq!(bases((path, text), "Dockerfile"), ["a:1"], "{path}: {text}");
    }
}
