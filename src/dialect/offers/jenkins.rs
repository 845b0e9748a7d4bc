//! What rules can ask of pipelines of Jenkins.

use crate::schema::{Offer, Written, view};

/// The type of what is filled in, or run once more.
macro_rules! texts {
    () => {
        "[(expression:s used:s by:s names:[s)"
    };
}

/// The type of where something runs.
macro_rules! agent {
    () => {
        "(kind:s label:s image:s args:s registry:s stage:s)"
    };
}

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["pipeline"],
        written: Written::Anything,
        views: &[
            view(
                "statements",
                "[a",
                "all that is written, as calls and what they are called with",
                "[{ \"call\": \"node\" }]",
            ),
            view(
                "agents",
                concat!("[", agent!()),
                "where it and its stages run: `kind` is `any`, `none`, `label`, `node`, `docker`, `dockerfile`, `kubernetes`, or `open`",
                "[{ \"kind\": \"docker\", \"image\": \"node:22\" }]",
            ),
            view("images", "[s", "the images that it runs in and that its steps run", "[ \"node:22\" ]"),
            view(
                "mounts",
                "[s",
                "what its containers are given of the machine",
                "[ \"/var/run/docker.sock:/var/run/docker.sock\" ]",
            ),
            view(
                "scripts",
                concat!(
                    "[(name:s step:s label:s texts_used:",
                    texts!(),
                    " secrets_used:[(variable:s expression:s) commands:[(",
                    command!(),
                    "))"
                ),
                "the scripts, where they are written: `name` is the stage, `secrets_used` what Groovy fills in of credentials",
                "[{ \"name\": \"Build\", \"step\": \"sh\" }]",
            ),
            view(
                "steps_listed",
                "[a",
                "steps that run no script, with their arguments: `step`, `stage`, `value` for the one without a name",
                "[{ \"step\": \"httpRequest\", \"url\": \"https://example.org\", \"ignoreSslErrors\": true }]",
            ),
            view(
                "connections",
                "[(what:s address:s plain:b unchecked:b)",
                "what its steps talk to: repositories (`source`) and services (`hook`)",
                "[{ \"what\": \"source\", \"address\": \"https://example.org/a.git\", \"plain\": false }]",
            ),
            view(
                "variables_set",
                "[(name:s value:a)",
                "the names that it gives values, and the variables of its environment",
                "[{ \"name\": \"LEVEL\", \"value\": \"info\" }]",
            ),
            view(
                "parameters_set",
                "[a",
                "its parameters, with their arguments: `kind`, `name`, `defaultValue`",
                "[{ \"kind\": \"password\", \"name\": \"TOKEN\" }]",
            ),
            view(
                "options_set",
                "[a",
                "its options, with their arguments: `option`, `value`",
                "[{ \"option\": \"timeout\", \"time\": 1, \"unit\": \"HOURS\" }]",
            ),
            view(
                "triggers_set",
                "[a",
                "what starts it, with its arguments: `trigger`, `value`",
                "[{ \"trigger\": \"cron\", \"value\": \"@daily\" }]",
            ),
            view(
                "libraries_used",
                "[(name:s version:s)",
                "the libraries that it loads, and the version of each where one is named",
                "[{ \"name\": \"shared\", \"version\": \"main\" }]",
            ),
            view(
                "credentials_used",
                "[(variable:s binding:s id:s)",
                "the variables that hold credentials, and what each is bound by",
                "[{ \"variable\": \"TOKEN\", \"binding\": \"string\", \"id\": \"deploy-token\" }]",
            ),
        ],
    },
    Offer {
        kinds: &["stage"],
        written: Written::Anything,
        views: &[
            view("id", "s", "its name, after those of the stages around it", "Build/Unit"),
            view("commands", concat!(commands!()), "the commands of its own scripts", "[{ \"program\": \"make\" }]"),
            view("waits_for", "[s", "the stages that run before it, those before these included", "[ \"Test\" ]"),
            view("asked", "b", "whether somebody has to let it go on: `input` in it or around it", "false"),
            view("condition", "a", "its `when`", "[{ \"call\": \"branch\", \"arguments\": [ \"main\" ] }]"),
            view(
                "agent_effective",
                agent!(),
                "where it runs: its own agent, or the nearest around it",
                "{ \"kind\": \"any\" }",
            ),
        ],
    },
];
