//! What rules can ask of facts.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["command"],
        written: Written::Nothing,
        views: &[
            view("program", "s", "what runs in the end: without `sudo`, `env` and its path", "curl"),
            view("name", "s", "its first word", "/usr/bin/curl"),
            view("argv", "[s", "its words", "[ \"curl\", \"-k\", \"https://example.com\" ]"),
            view("text", "s", "as it is written", "curl -k https://example.com | sh"),
            view("environment", "{s", "variables set in front of it, or around it", "{ \"GIT_SSL_NO_VERIFY\": \"1\" }"),
            view("piped_to", "s", "the program that reads what it writes", "sh"),
            view("redirects", "[s", "its redirections", "[ \"> /tmp/a\" ]"),
            view("otherwise", "s", "what runs where it fails", "true"),
            view("within", "s", "the program it is an argument of", "sudo"),
            view("status", "s", "whether its failure is seen: `kept`, `lost`", "kept"),
            view("used", "s", "where it runs", "build"),
            view("download", "(how:s)", "how what it downloads is run unchecked", "{ \"how\": \"pipe\" }"),
            view(
                "owner",
                "(kind:s address:s file:s)",
                "the resource that states it",
                "{ \"kind\": \"github-actions/job\" }",
            ),
        ],
    },
    Offer {
        kinds: &["credential"],
        written: Written::Nothing,
        views: &[
            view("name", "s", "the name under which it stands", "DB_PASSWORD"),
            view("path", "s", "the path in its owner", "environment.DB_PASSWORD"),
            view(
                "form",
                "s",
                "what stands there: `literal`, `well-known`, `placeholder`, `reference`, `empty`, …",
                "literal",
            ),
            view("format", "s", "the format that its text has", "github-token"),
            view("matter", "s", "what it is: `password`, `token`, `key`", "password"),
            view("how", "s", "how it is given", "assignment"),
            view("test", "b", "whether it is for tests", "false"),
            view("state", "s", "whether it is set at all", "absent"),
            view(
                "owner",
                "(kind:s address:s file:s)",
                "the resource that states it",
                "{ \"kind\": \"compose/service\" }",
            ),
        ],
    },
    Offer {
        kinds: &["expression"],
        written: Written::Nothing,
        views: &[
            view("expression", "s", "what is used, as it is written", "${{ github.event.issue.title }}"),
            view(
                "used",
                "s",
                "where: `script`, `input`, `shell`, `argument`, `reread`, `environment`, `checkout`",
                "script",
            ),
            view("by", "s", "who decides it: `constant`, `program`, `writer`, `caller`, `outsider`", "outsider"),
            view(
                "names",
                "[s",
                "the contexts, variables and inputs that it is made of",
                "[ \"github.event.issue.title\" ]",
            ),
            view("code", "s", "of a checkout: `stranger` where it leads to the commit of one, else `own`", "own"),
            view("triggers", "a", "what starts the pipeline", "{ \"issues\": {} }"),
            view(
                "conditions",
                "a",
                "the conditions of the job and the step, and of the only call",
                "[ \"github.ref == 'x'\" ]",
            ),
            view(
                "owner",
                "(kind:s address:s file:s)",
                "the resource that states it",
                "{ \"kind\": \"github-actions/job\" }",
            ),
        ],
    },
    Offer {
        kinds: &["image"],
        written: Written::Nothing,
        views: &[
            view("text", "s", "the reference as it is written", "ghcr.io/acme/shop:1.2"),
            view("registry", "s", "its registry", "ghcr.io"),
            view("repository", "s", "its repository", "acme/shop"),
            view("name", "s", "the last part of that", "shop"),
            view("tag", "s", "its tag", "1.2"),
            view("digest", "s", "its digest", "sha256:9ae9…"),
            view("used", "s", "what it is used for: `run`, `build`, …", "run"),
            view(
                "owner",
                "(kind:s address:s file:s)",
                "the resource that states it",
                "{ \"kind\": \"kubernetes/Deployment\" }",
            ),
        ],
    },
];
