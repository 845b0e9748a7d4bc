//! What rules can ask of Dockerfiles.

use crate::schema::{Offer, Written, view};

macro_rules! instruction {
    () => {
        concat!("(keyword:s value:s stage:n argv:[s flags:{s form:s commands:", commands!(), " shell:s heredocs:a text:s words:a destination:s sources:[s from_image:s image:s name:s pairs:[(name:s value:s) ports:[s user:s group:s check:a trigger:a)")
    };
}
macro_rules! stage {
    () => {
        concat!(
            "name:s called:s base:s base_is_stage:b final:b instructions:[",
            instruction!(),
            " add:[",
            instruction!(),
            " arg:[",
            instruction!(),
            " cmd:[",
            instruction!(),
            " copy:[",
            instruction!(),
            " entrypoint:[",
            instruction!(),
            " env:[",
            instruction!(),
            " expose:[",
            instruction!(),
            " from:[",
            instruction!(),
            " healthcheck:[",
            instruction!(),
            " label:[",
            instruction!(),
            " maintainer:[",
            instruction!(),
            " onbuild:[",
            instruction!(),
            " run:[",
            instruction!(),
            " shell:[",
            instruction!(),
            " stopsignal:[",
            instruction!(),
            " user:[",
            instruction!(),
            " volume:[",
            instruction!(),
            " workdir:[",
            instruction!()
        )
    };
}
macro_rules! final_stage {
    () => {
        concat!(
            "name:s base:s base_is_stage:b final:b instructions:[",
            instruction!(),
            " user:s entrypoint:",
            instruction!(),
            " cmd:",
            instruction!(),
            " healthcheck:",
            instruction!(),
            " exposed:[s env:{s labels:{s add:[",
            instruction!(),
            " arg:[",
            instruction!(),
            " copy:[",
            instruction!(),
            " from:[",
            instruction!(),
            " maintainer:[",
            instruction!(),
            " onbuild:[",
            instruction!(),
            " run:[",
            instruction!(),
            " shell:[",
            instruction!(),
            " stopsignal:[",
            instruction!(),
            " volume:[",
            instruction!(),
            " workdir:[",
            instruction!()
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
            "final_stage",
            concat!("(", final_stage!(), ")"),
            "what is shipped: the last stage with all that it inherits from stages before",
            "{ \"base\": \"alpine:3.22\", \"user\": \"app\" }",
        ),
        view("stage_names", "[s", "the names of the stages", "[ \"build\" ]"),
        view("directives", "{s", "parser directives", "{ \"syntax\": \"docker/dockerfile:1\" }"),
        view("add", concat!("[", instruction!()), "the `ADD` instructions of all stages", "[{ \"keyword\": \"ADD\" }]"),
        view("arg", concat!("[", instruction!()), "the `ARG` instructions of all stages", "[{ \"keyword\": \"ARG\" }]"),
        view("cmd", concat!("[", instruction!()), "the `CMD` instructions of all stages", "[{ \"keyword\": \"CMD\" }]"),
        view(
            "copy",
            concat!("[", instruction!()),
            "the `COPY` instructions of all stages",
            "[{ \"keyword\": \"COPY\" }]",
        ),
        view(
            "entrypoint",
            concat!("[", instruction!()),
            "the `ENTRYPOINT` instructions of all stages",
            "[{ \"keyword\": \"ENTRYPOINT\" }]",
        ),
        view("env", concat!("[", instruction!()), "the `ENV` instructions of all stages", "[{ \"keyword\": \"ENV\" }]"),
        view(
            "expose",
            concat!("[", instruction!()),
            "the `EXPOSE` instructions of all stages",
            "[{ \"keyword\": \"EXPOSE\" }]",
        ),
        view(
            "from",
            concat!("[", instruction!()),
            "the `FROM` instructions of all stages",
            "[{ \"keyword\": \"FROM\" }]",
        ),
        view(
            "healthcheck",
            concat!("[", instruction!()),
            "the `HEALTHCHECK` instructions of all stages",
            "[{ \"keyword\": \"HEALTHCHECK\" }]",
        ),
        view(
            "label",
            concat!("[", instruction!()),
            "the `LABEL` instructions of all stages",
            "[{ \"keyword\": \"LABEL\" }]",
        ),
        view(
            "maintainer",
            concat!("[", instruction!()),
            "the `MAINTAINER` instructions of all stages",
            "[{ \"keyword\": \"MAINTAINER\" }]",
        ),
        view(
            "onbuild",
            concat!("[", instruction!()),
            "the `ONBUILD` instructions of all stages",
            "[{ \"keyword\": \"ONBUILD\" }]",
        ),
        view("run", concat!("[", instruction!()), "the `RUN` instructions of all stages", "[{ \"keyword\": \"RUN\" }]"),
        view(
            "shell",
            concat!("[", instruction!()),
            "the `SHELL` instructions of all stages",
            "[{ \"keyword\": \"SHELL\" }]",
        ),
        view(
            "stopsignal",
            concat!("[", instruction!()),
            "the `STOPSIGNAL` instructions of all stages",
            "[{ \"keyword\": \"STOPSIGNAL\" }]",
        ),
        view(
            "user",
            concat!("[", instruction!()),
            "the `USER` instructions of all stages",
            "[{ \"keyword\": \"USER\" }]",
        ),
        view(
            "volume",
            concat!("[", instruction!()),
            "the `VOLUME` instructions of all stages",
            "[{ \"keyword\": \"VOLUME\" }]",
        ),
        view(
            "workdir",
            concat!("[", instruction!()),
            "the `WORKDIR` instructions of all stages",
            "[{ \"keyword\": \"WORKDIR\" }]",
        ),
    ],
}];
