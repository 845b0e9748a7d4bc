//! What rules can ask of Dockerfiles.

use crate::schema::{Offer, Written, view};

macro_rules! instruction {
    () => {
        concat!("(keyword:s value:s stage:n argv:[s flags:{s form:s commands:", commands!(), " shell:s heredocs:a files:[(path:s content:s) text:s words:a destination:s sources:[s from_image:s image:s name:s pairs:[(name:s value:s) ports:[s user:s group:s check:a trigger:a)")
    };
}
/// A list of instructions for each of some keywords, as fields of a stage.
macro_rules! lists {
    ($($keyword:literal)*) => {
        concat!($(" ", $keyword, ":[", instruction!()),*)
    };
}
/// The instructions of a keyword in all stages.
macro_rules! of_all {
    ($name:literal, $keyword:literal) => {
        view(
            $name,
            concat!("[", instruction!()),
            concat!("the `", $keyword, "` instructions of all stages"),
            concat!("[{ \"keyword\": \"", $keyword, "\" }]"),
        )
    };
}
macro_rules! stage {
    () => {
        concat!(
            "name:s called:s base:s base_is_stage:b final:b",
            lists!("instructions" "add" "arg" "cmd" "copy" "entrypoint" "env" "expose" "from" "healthcheck" "label" "maintainer"
                "onbuild" "run" "shell" "stopsignal" "user" "volume" "workdir")
        )
    };
}
macro_rules! final_stage {
    () => {
        concat!(
            "name:s base:s base_is_stage:b final:b",
            lists!("instructions"),
            " user:s entrypoint:",
            instruction!(),
            " cmd:",
            instruction!(),
            " healthcheck:",
            instruction!(),
            " exposed:[s env:{s labels:{s",
            lists!("add" "arg" "copy" "from" "maintainer" "onbuild" "run" "shell" "stopsignal" "volume" "workdir")
        )
    };
}

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["image"],
    written: Written::Nothing,
    views: &[
        view(
            "instructions",
            concat!("[", instruction!()),
            "every instruction in order",
            "[{ \"keyword\": \"RUN\", \"shell\": \"apk add curl\" }]",
        ),
        view(
            "stages",
            concat!("[(", stage!(), ")"),
            "the stages, each with a list for each keyword",
            "[{ \"name\": \"build\", \"base\": \"golang:1.24\" }]",
        ),
        view(
            "passing_arguments",
            "[s",
            "arguments that are declared only in stages of which others take files, and from which what is shipped is not built",
            "[ \"NPM_TOKEN\" ]",
        ),
        view(
            "final_stage",
            concat!("(", final_stage!(), ")"),
            "what is shipped: the last stage with all that it inherits from stages before",
            "{ \"base\": \"alpine:3.22\", \"user\": \"app\" }",
        ),
        view(
            "secrets_copied",
            "[(path:s ignored:b)",
            "files with secrets in folders that its last stage copies, and whether `.dockerignore` leaves them out; not there where it is built in another folder",
            "[{ \"path\": \".env\", \"ignored\": false }]",
        ),
        view("stage_names", "[s", "the names of the stages", "[ \"build\" ]"),
        view("directives", "{s", "parser directives", "{ \"syntax\": \"docker/dockerfile:1\" }"),
        of_all!("add", "ADD"),
        of_all!("arg", "ARG"),
        of_all!("cmd", "CMD"),
        of_all!("copy", "COPY"),
        of_all!("entrypoint", "ENTRYPOINT"),
        of_all!("env", "ENV"),
        of_all!("expose", "EXPOSE"),
        of_all!("from", "FROM"),
        of_all!("healthcheck", "HEALTHCHECK"),
        of_all!("label", "LABEL"),
        of_all!("maintainer", "MAINTAINER"),
        of_all!("onbuild", "ONBUILD"),
        of_all!("run", "RUN"),
        of_all!("shell", "SHELL"),
        of_all!("stopsignal", "STOPSIGNAL"),
        of_all!("user", "USER"),
        of_all!("volume", "VOLUME"),
        of_all!("workdir", "WORKDIR"),
    ],
}];
