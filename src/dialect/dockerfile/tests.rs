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
