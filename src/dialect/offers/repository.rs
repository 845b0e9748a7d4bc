//! What rules can ask of the repository.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["*"],
    written: Written::Nothing,
    views: &[
        view("files", "[s", "the paths of all files", "[ \"README.md\" ]"),
        view("directories", "[s", "the paths of all directories", "[ \"src\" ]"),
        view("gitignore", "[s", "the lines of the `.gitignore` at the top", "[ \"target/\" ]"),
        view(
            "codeowners",
            "(path:s rules:[(pattern:s owners:[s) unowned_pipelines:[s)",
            "the file of code owners, and the files that say what pipelines do to which it gives none",
            "{ \"path\": \".github/CODEOWNERS\" }",
        ),
        view("ecosystems", "[s", "the package managers in use", "[ \"cargo\" ]"),
        view(
            "manifests",
            "[(path:s ecosystem:s licence:s lockable:b lockfile:s not_locked:[s publishable:b)",
            "the manifests of packages",
            "[{ \"path\": \"Cargo.toml\", \"ecosystem\": \"cargo\" }]",
        ),
        view(
            "updates",
            "[(name:s path:s updated:b)",
            "what an updater should watch, and whether one does",
            "[{ \"name\": \"docker\", \"updated\": false }]",
        ),
        view(
            "workflows",
            "[(path:s events:[s scheduled:b texts:[s released_by:[s passes_over:[s)",
            "the workflows, with what they run; `passes_over`: folders with code of a language that it looks at elsewhere, and that its filters of paths leave out of every event",
            "[{ \"path\": \".github/workflows/ci.yml\", \"scheduled\": true }]",
        ),
        view(
            "pipelines",
            "[(texts:[s workflows:[(path:s events:[s scheduled:b texts:[s released_by:[s passes_over:[s))",
            "the pipelines of all services together",
            "[{ \"texts\": [ \"make test\" ] }]",
        ),
        view(
            "builds",
            "[(texts:[s workflows:[(path:s events:[s scheduled:b texts:[s released_by:[s passes_over:[s))",
            "the pipelines that build or publish something",
            "[{ \"texts\": [ \"docker push\" ] }]",
        ),
        view("scripts", "[s", "what scripts and hooks run", "[ \"gitleaks protect\" ]"),
        view("pull_request_template", "s", "the template of pull or merge requests", "## What changes?"),
    ],
}];
