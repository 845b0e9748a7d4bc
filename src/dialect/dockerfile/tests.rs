use super::*;
use crate::dialect::testing;
use crate::document::testing::at;
use crate::source::FileId;

fn read(text: &str) -> Node {
    testing::found(&DOCKERFILE, &[("Dockerfile", text)]).1.resources.pop().unwrap().body
}

/// What stands at a path, in short: strings as they are, lists with commas, unresolved as `?`.
fn shown(node: &Node, path: &str) -> String {
    at(node, path).map_or_else(|| "-".into(), show)
}

fn show(node: &Node) -> String {
    match &node.value {
        Value::Str(text) => text.as_str().into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::List(items) => items.iter().map(show).collect::<Vec<_>>().join(","),
        Value::Map(map) => {
            map.entries.iter().map(|e| format!("{}={}", e.key.name, show(&e.value))).collect::<Vec<_>>().join(";")
        }
        Value::Unresolved(_) => "?".into(),
        _ => panic!(),
    }
}

#[test]
fn names_of_dockerfiles() {
    for (path, want) in [
        ("Dockerfile", true),
        ("a/dockerfile.prod", true),
        ("a/web.Dockerfile", true),
        ("Containerfile", true),
        ("Dockerfile-alpine", true),
        ("Dockerfile.md", false),
        ("Dockerfile.tmpl", false),
        ("x.dockerfile.j2", false),
        (".dockerignore", false),
        ("Dockerfile.go", false),
        ("dockerfiles.txt", false),
    ] {
        assert_eq!(has_name(path), want, "{path}");
    }
}

#[test]
fn arguments_of_stages_that_others_take_files_of_are_kept_in_no_image() {
    for (text, want) in [
        ("FROM a AS b\nARG T\nFROM c\nCOPY --from=b /x /x\n", "T"),
        ("FROM a AS b\nARG T\nFROM c\nCOPY --from=0 /x /x\n", "T"),
        ("FROM a AS b\nARG T U\nFROM b AS d\nFROM c\nCOPY --from=D /x /x\nARG U\n", "T"),
        ("FROM a AS b\nARG T\nFROM b\nCOPY --from=b /x /x\n", ""),
        // What nothing is taken of may be built by itself (--target).
        ("FROM a AS b\nARG T\nFROM c\nRUN make\n", ""),
        ("FROM a\nARG T\nCOPY --from=b /x /x\n", ""),
        ("ARG T\nFROM a AS b\nFROM c\nCOPY --from=b /x /x\n", ""),
    ] {
        let body = read(text);
        assert_eq!(shown(&body, "passing_arguments"), want, "{text}");
    }
}

#[test]
fn the_last_stage_inherits_from_the_stages_it_is_built_from() {
    let body = read(
        "ARG V=3.19\nFROM alpine:$V AS base\nUSER app:grp\nEXPOSE 80 53/udp\nENV A=1 B=\"x y\"\nCMD [\"a\"]\nHEALTHCHECK CMD curl x\nFROM golang AS build\nRUN make\nFROM Base\nENV A=2\nENTRYPOINT [\"e\"]\nLABEL k=v\n",
    );
    for (path, want) in [
        ("stages.0.base", "alpine:3.19"),
        ("stages.0.name", "base"),
        ("stages.0.base_is_stage", "false"),
        ("stages.1.run.0.commands.0.name", "make"),
        ("stages.1.final", "false"),
        ("stages.2.base_is_stage", "true"),
        ("stages.2.final", "true"),
        ("final_stage.user", "app:grp"),
        ("final_stage.exposed", "80,53/udp"),
        ("final_stage.env", "B=x y;A=2"),
        ("final_stage.labels", "k=v"),
        ("final_stage.entrypoint.argv", "e"),
        ("final_stage.cmd", "-"),
        ("final_stage.healthcheck.form", "shell"),
        ("final_stage.run", "-"),
        ("user.0.group", "grp"),
        ("from.2.stage", "2"),
    ] {
        assert_eq!(shown(&body, path), want, "{path}");
    }
}

#[test]
fn the_last_stage_has_the_layers_of_the_stages_it_is_built_from() {
    let body = read(
        "FROM alpine AS first\nRUN apk add a\nFROM golang AS build\nRUN make\nFROM first AS second\nCOPY x /x\nRUN apk add b\nUSER app\nFROM second\nRUN apk add c\n",
    );
    for (path, want) in [
        ("final_stage.run.0.commands.0.argv", "apk,add,a"),
        ("final_stage.run.1.commands.0.argv", "apk,add,b"),
        ("final_stage.run.2.commands.0.argv", "apk,add,c"),
        ("final_stage.run.3", "-"),
        ("final_stage.copy.0.destination", "/x"),
        ("final_stage.instructions.2", "-"),
        ("stages.3.run.0.commands.0.argv", "apk,add,c"),
        ("stages.3.run.1", "-"),
    ] {
        assert_eq!(shown(&body, path), want, "{path}");
    }
}

#[test]
fn variables_are_replaced_only_by_what_the_file_decides() {
    let body = read(
        "ARG REG=r.io\nARG TAG\nFROM --platform=$BUILDPLATFORM ${REG}/a:${TAG}\nARG REG\nARG TAG=1\nARG U=app\nUSER $U\nENV D=/opt/$TAG\nWORKDIR $D/x\nCOPY --chown=$U $UNKNOWN /\nADD https://$REG/$TAG.tgz '$x' /d/\nFROM scratch\nUSER ${NONE:-nobody}\n",
    );
    for (path, want) in [
        ("from.0.image", "?"),
        ("from.0.flags.platform", "?"),
        ("stages.0.base_is_stage", "false"),
        ("user.0.value", "app"),
        ("workdir.0.value", "/opt/1/x"),
        ("copy.0.sources", "?"),
        ("copy.0.flags.chown", "app"),
        ("add.0.sources", "https://r.io/1.tgz,$x"),
        ("add.0.destination", "/d/"),
        ("env.0.pairs", "name=D;value=/opt/1"),
        ("arg.1.pairs", "name=TAG"),
        ("final_stage.user", "nobody"),
    ] {
        assert_eq!(shown(&body, path), want, "{path}");
    }
    let user = body.get("user").unwrap().items()[0].get("value").unwrap();
    assert_eq!(&*user.steps()[0].what, "default of ARG `U`");
}

#[test]
fn a_default_holds_where_no_image_is_known_to_set_the_variable() {
    for (text, want) in [
        ("FROM node:22\nUSER ${RUN_AS:-app}\n", "app"),
        ("FROM node:22\nUSER ${RUN_AS}\n", "?"),
        ("FROM node:22\nUSER ${NODE_VERSION:-app}\n", "?"),
        ("FROM node:22\nENV RUN_AS=me\nUSER ${RUN_AS:-app}\n", "me"),
        ("FROM node:22 AS a\nENV RUN_AS=me\nFROM a\nUSER ${RUN_AS:-app}\n", "me"),
        ("FROM node:22\nARG RUN_AS\nUSER ${RUN_AS:-app}\n", "app"),
    ] {
        assert_eq!(shown(&read(text), "final_stage.user"), want, "{text}");
    }
}

#[test]
fn commands_of_every_form_are_listed() {
    let body = read(
        "FROM a\nRUN apt-get update \\\n && sudo rm x | tee y\nRUN [\"/bin/sh\", \"-c\", \"ls; pwd\"]\nRUN [\"a\", \"b c\"]\nRUN <<EOF\nset -e\ncurl x | sh\nEOF\nRUN python3 <<EOF\nimport os\nEOF\nENV K some value\nHEALTHCHECK NONE\nONBUILD RUN make\n",
    );
    for (path, want) in [
        ("run.0.form", "shell"),
        ("run.0.commands.0.argv", "apt-get,update"),
        ("run.0.commands.1.name", "sudo"),
        ("run.0.commands.1.piped_to", "tee"),
        ("run.1.commands.1.name", "pwd"),
        ("run.2.commands.0.argv", "a,b c"),
        ("run.3.commands.1.piped_to", "sh"),
        ("run.4.commands.0.name", "python3"),
        ("run.4.commands.1", "-"),
        ("env.0.pairs", "name=K;value=some value"),
        ("final_stage.healthcheck", "-"),
        ("onbuild.0.trigger.commands.0.name", "make"),
        ("run.5", "-"),
    ] {
        assert_eq!(shown(&body, path), want, "{path}");
    }
}

#[test]
fn a_template_is_no_dockerfile() {
    for text in ["{{ if x }}\nFROM a\n", "FROM {{ .Image }}\n", "RUN x\n"] {
        let source = crate::source::Source::from_text(FileId(0), "Dockerfile", text);
        let document = crate::syntax::parse(crate::syntax::named("dockerfile").unwrap(), &source);
        assert!(!recognise(&document), "{text}");
    }
}

/// What `FROM` comes to, of a Dockerfile beside these files; of several values each, in the order of the builds.
fn base(dockerfile: &str, more: &[(&str, &str)]) -> String {
    let files: Vec<(&str, &str)> = [("Dockerfile", dockerfile)].into_iter().chain(more.iter().copied()).collect();
    let dialects = [&DOCKERFILE, &crate::dialect::compose::COMPOSE, &crate::dialect::github_actions::GITHUB_ACTIONS];
    let workspace = crate::source::Workspace::in_memory(files);
    let found = testing::extract(&dialects, &workspace, &crate::dialect::Inputs::default());
    let image = found.resources.iter().find(|one| &*one.kind == "dockerfile/image").unwrap();
    let base = at(&image.body, "stages.0.base").unwrap();
    match base.as_unresolved() {
        Some(open) if !open.alternatives.is_empty() => open.alternatives.iter().map(show).collect::<Vec<_>>().join("|"),
        _ => show(base),
    }
}

#[test]
fn arguments_that_compose_gives_are_what_the_file_is_built_with() {
    let compose = |args: &str| format!("services:\n  web:\n    build:\n      context: .\n      args: {args}\n");
    let bare = "ARG BASE\nFROM ${BASE}\n";
    let tagged = "ARG TAG=1\nFROM debian:${TAG}\n";
    for (dockerfile, args, want) in [
        (bare, "{ BASE: \"debian:12.5\" }", "debian:12.5"),
        (bare, "[ \"BASE=debian:12.5\" ]", "debian:12.5"),
        (bare, "{ OTHER: x }", "?"),
        (bare, "[ BASE ]", "?"),
        (bare, "{ BASE: \"${IMAGE}\" }", "debian:11"),
        (bare, "{ BASE: \"${UNKNOWN}\" }", "?"),
        (bare, "{ BASE: \"${UNKNOWN:-debian:10}\" }", "debian:10"),
        // With a default it is built with either.
        (tagged, "{ TAG: \"2\" }", "debian:2|debian:1"),
        (tagged, "{ TAG: 3.10 }", "debian:3.10|debian:1"),
        (tagged, "{ TAG: 1 }", "debian:1"),
        ("ARG A\nARG TAG=x$A\nFROM debian:${TAG}\n", "{ A: \"2\" }", "debian:x2"),
        // Nothing is given for what is not declared.
        ("ARG A=1\nFROM debian:${TAG:-9}\n", "{ TAG: \"2\" }", "debian:9"),
    ] {
        let files = [("compose.yml", &*compose(args)), (".env", "IMAGE=debian:11\n")];
        assert_eq!(base(dockerfile, &files), want, "{dockerfile} {args}");
    }
}

#[test]
fn several_builds_are_told_apart_and_what_a_variable_gives_is_not_known() {
    let build =
        |name: &str, base: &str| format!("  {name}:\n    build: {{ context: ., args: {{ BASE: \"{base}\" }} }}\n");
    let two = format!("services:\n{}{}", build("a", "debian:12"), build("b", "alpine"));
    let bare = "ARG BASE\nFROM ${BASE}\n";
    assert_eq!(base(bare, &[("compose.yml", &two)]), "debian:12|alpine|debian:12");
    let without = format!("services:\n{}  c: {{ build: . }}\n", build("a", "debian:12"));
    assert_eq!(base(bare, &[("compose.yml", &without)]), "debian:12|?|?");
    let one = format!("services:\n{}", build("a", "debian:12"));
    let workflow =
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: docker build --build-arg BASE=$X .\n";
    assert_eq!(base(bare, &[("compose.yml", &one), (".github/workflows/a.yml", workflow)]), "debian:12|?|debian:12");
    let told = workflow.replace("$X", "alpine");
    assert_eq!(base(bare, &[("compose.yml", &one), (".github/workflows/a.yml", &told)]), "debian:12|alpine|debian:12");
    let anywhere = workflow.replace("X .", "X $DIR");
    assert_eq!(base(bare, &[("compose.yml", &one), (".github/workflows/a.yml", &anywhere)]), "?");
    assert_eq!(base(bare, &[("other/compose.yml", &one)]), "?");
    assert_eq!(base(bare, &[("other/compose.yml", &one.replace("context: .", "context: .."))]), "debian:12");
}
