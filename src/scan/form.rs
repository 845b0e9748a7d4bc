//! Files that some program takes under their names alone, and that hold no mapping: whoever uses them refuses them, so nothing in them
//! can be judged, and that is told.

use crate::document::{Node, Problem, Value};
use crate::source::{Source, Span};
use crate::syntax;

/// A kind of file that is told by its path.
struct Form {
    dialect: &'static str,
    shown: &'static str,
    is: fn(folder: &str, name: &str) -> bool,
}

#[rustfmt::skip] // One line each, so that additions do not meet.
const FORMS: &[Form] = &[
    Form { dialect: "azure-pipelines", shown: "a pipeline of Azure", is: |_, name| name == "azure-pipelines" },
    Form { dialect: "bitbucket-pipelines", shown: "a pipeline of Bitbucket", is: |_, name| name == "bitbucket-pipelines" },
    Form { dialect: "circleci", shown: "a configuration of CircleCI", is: |folder, name| is_in(folder, ".circleci") && name == "config" },
    Form { dialect: "compose", shown: "a project of Compose", is: |_, name| is_project(name) },
    Form { dialect: "github-actions", shown: "a workflow of GitHub", is: |folder, _| is_in(folder, ".github/workflows") },
    Form { dialect: "gitlab-ci", shown: "a pipeline of GitLab", is: |_, name| name == ".gitlab-ci" },
    Form { dialect: "helm", shown: "a chart of Helm", is: |_, name| name == "Chart" },
    Form { dialect: "kustomize", shown: "an overlay of Kustomize", is: |_, name| name == "kustomization" },
];

fn is_project(name: &str) -> bool {
    ["compose", "docker-compose"]
        .iter()
        .any(|own| name.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

fn is_in(folder: &str, wanted: &str) -> bool {
    folder.strip_suffix(wanted).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// What is wrong with a file of such a path that one of these dialects would read, where it holds no mapping. One that is empty, or
/// all in comments, is only told: nothing comes of it.
pub(super) fn fault(source: &Source, dialects: &[&str]) -> Option<Problem> {
    let path = source.path();
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"))?;
    let form = FORMS.iter().find(|form| dialects.contains(&form.dialect) && (form.is)(folder, stem))?;
    let document = syntax::parse(syntax::named("yaml")?, source);
    let is_map = |root: &Node| root.as_map().is_some() || root.as_unresolved().is_some();
    if document.is_broken() || document.roots.iter().any(is_map) {
        return None;
    }
    let shown = form.shown;
    let written = document.roots.iter().find(|root| !matches!(root.value, Value::Null));
    let Some(written) = written else {
        let message = format!("is empty, where {shown} holds a mapping");
        let start = Span::new(source.id(), 0, 0);
        return Some(
            Problem::notice("dialect::form", path, Some(start), message)
                .help("nothing in it was judged: fill it in, or remove the file"),
        );
    };
    let found = if matches!(written.value, Value::List(_)) { "a list" } else { "a single value" };
    let message = format!("holds {found}, where {shown} holds a mapping");
    let help = "nothing in it was judged: write it as keys with values, since what would use it refuses it as it is";
    Some(Problem::error("dialect::form", path, Some(written.span), message).help(help))
}
