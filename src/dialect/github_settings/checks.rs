//! The checks that a branch asks for, and whether a workflow of the repository makes them.

use crate::dialect::Corpus;
use crate::dialect::github_actions::{CheckName, check_names};
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::kernel::text;
use crate::truth::Truth;

/// The app whose checks are the jobs of workflows.
const ACTIONS: i64 = 15368;

/// What the names of checks begin with that other services and apps make.
const OTHERS: &[&str] = &[
    "ci/",
    "continuous-integration/",
    "codecov",
    "coverage/",
    "coveralls",
    "netlify/",
    "vercel",
    "license/",
    "cla",
    "easycla",
    "dco",
    "wip",
    "semantic",
    "snyk",
    "security/snyk",
    "sonar",
    "renovate/",
    "codeclimate",
    "codefactor",
    "codacy",
    "codeql",
    "code scanning results",
    "readthedocs",
    "docs/readthedocs",
    "deepsource",
    "pre-commit.ci",
    "atlantis/",
    "buildkite/",
    "gitguardian",
    "lgtm",
    "percy",
    "chromatic",
    "mergify",
    "fossa",
    "header rules",
    "pages changed",
    "redirect rules",
    "deploy/",
    "tide",
    "pull-",
    "terraform cloud",
    "spacelift/",
    "cirrus",
    "travis ci",
    "appveyor",
    "azure pipelines",
    "jenkins",
];

/// Files of other services that report checks of any name.
const OTHER_PIPELINES: &[&str] = &[
    ".circleci/config.yml",
    ".travis.yml",
    ".cirrus.yml",
    ".drone.yml",
    ".gitlab-ci.yml",
    ".buildkite/pipeline.yml",
    ".semaphore/semaphore.yml",
    ".woodpecker.yml",
    ".appveyor.yml",
    ".packit.yaml",
    "appveyor.yml",
    "azure-pipelines.yml",
    "bitrise.yml",
    "cloudbuild.yaml",
    "Jenkinsfile",
    "atlantis.yaml",
];

/// The checks that the repository makes.
pub(super) struct Made {
    names: Vec<CheckName>,
    others: bool,
}

impl Made {
    /// None where not all of the repository is looked at, or it has no workflow.
    pub(super) fn of(corpus: &Corpus<'_>) -> Option<Made> {
        let names = corpus.workspace.is_whole().then(|| check_names(corpus))?;
        let others = OTHER_PIPELINES.iter().any(|path| corpus.workspace.find(path).is_some());
        (!names.is_empty()).then_some(Made { names, others })
    }

    /// Whether a workflow makes a check of this name, of an app where one is named.
    fn makes(&self, context: &str, app: Option<i64>) -> Truth {
        let holds = |name: &CheckName| match name {
            CheckName::Known(name) => Truth::from(name == context),
            CheckName::Partly(partial) => text::equals(partial, context),
        };
        let made = self.names.iter().map(holds).max().unwrap_or(Truth::False);
        let lower = context.to_ascii_lowercase();
        let is_other = match app {
            Some(ACTIONS) => false,
            Some(app) => app > 0,
            None => self.others || OTHERS.iter().any(|start| lower.starts_with(start)),
        };
        if is_other { made.max(Truth::Unknown) } else { made }
    }
}

/// The checks that settings ask for, wherever they do.
pub(super) fn required(root: &Node, made: &Made) -> Node {
    let mut found = Vec::new();
    below(root, made, 0, &mut found);
    Node::list(found, root.span)
}

fn below(node: &Node, made: &Made, depth: usize, found: &mut Vec<Node>) {
    if depth > MAX_DEPTH {
        return;
    }
    node.items().iter().for_each(|item| below(item, made, depth + 1, found));
    for entry in node.entries() {
        if &*entry.key.name != "required_status_checks" {
            below(&entry.value, made, depth + 1, found);
            continue;
        }
        let listed = ["contexts", "checks"].into_iter().filter_map(|key| entry.value.get(key)).flat_map(Node::items);
        found.extend(listed.chain(entry.value.items()).filter_map(|check| one(check, made)));
    }
}

/// A check: its name, or a map with its name and the app that makes it.
fn one(check: &Node, made: &Made) -> Option<Node> {
    let name = check.get("context").unwrap_or(check);
    let context = name.as_str()?;
    let app = check.get("integration_id").or_else(|| check.get("app_id")).and_then(|app| match app.value {
        Value::Int(app) => Some(app),
        _ => None,
    });
    let span = name.span;
    let made = match made.makes(context, app) {
        Truth::Unknown => Node::unresolved(context, "another service may make this check", span),
        truth => Node::new(Value::Bool(truth == Truth::True), span),
    };
    let entries = vec![Entry::new("context", span, Node::text(context, span)), Entry::new("made", span, made)];
    Some(Node::map(entries, span))
}
