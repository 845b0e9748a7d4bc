//! The branch or tag of a run: who may word it is decided by the events that start the workflow.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows> says of each event what its
//! ref is.

use crate::document::Node;

/// Events whose runs are on the default branch, and of no pull request.
#[rustfmt::skip] // Words fill lines.
const ON_DEFAULT: &[&str] = &[
    "branch_protection_rule", "check_run", "check_suite", "delete", "discussion", "discussion_comment", "fork", "gollum",
    "image_version", "issue_comment", "issues", "label", "milestone", "page_build", "public", "repository_dispatch",
    "schedule", "status", "watch", "workflow_run",
];

/// Further events that are of no pull request.
const OF_NO_REQUEST: &[&str] =
    &["create", "deployment", "deployment_status", "push", "registry_package", "release", "workflow_dispatch"];

/// Signs of a pattern in a filter of branches.
const PATTERN: &[char] = &['*', '?', '+', '[', ']', '!', '$'];

/// The name under which a context or a variable of the runner tells the ref of a run, or those of its pull request.
pub(super) fn named(path: &[&str]) -> Option<&'static str> {
    match path {
        ["github", "head_ref"] | ["GITHUB_HEAD_REF"] => Some("head_ref"),
        ["github", "base_ref"] | ["GITHUB_BASE_REF"] => Some("base_ref"),
        ["github", "ref" | "ref_name"] | ["GITHUB_REF" | "GITHUB_REF_NAME"] => Some("ref"),
        _ => None,
    }
}

/// Whether nobody words the ref of a name in runs for an event with these settings: it is empty, a number, the default branch, or
/// one of the branches that the settings list.
pub(super) fn is_fixed(name: &str, event: &str, settings: &Node) -> bool {
    let is_of_none = ON_DEFAULT.contains(&event) || OF_NO_REQUEST.contains(&event);
    match name {
        "head_ref" => is_of_none,
        "base_ref" => is_of_none || lists_branches(settings),
        _ => match event {
            // The merge of a pull request has a number; once it is merged the ref is the branch that it went to.
            "pull_request" if settings.get("types").is_none_or(|types| !words(types).contains(&"closed")) => true,
            "pull_request" | "pull_request_target" | "merge_group" => lists_branches(settings),
            "push" => {
                !["tags", "tags-ignore"].iter().any(|key| settings.get(key).is_some()) && lists_branches(settings)
            }
            _ => ON_DEFAULT.contains(&event),
        },
    }
}

/// The one branch that a workflow runs on, where pushes to it are all that starts it.
pub(in super::super) fn only_branch(events: &Node) -> Option<&Node> {
    let [event] = events.entries() else { return None };
    let is_fixed = &*event.key.name == "push" && is_fixed("ref", "push", &event.value);
    let branches = event.value.get("branches").filter(|_| is_fixed)?;
    match branches.items() {
        [only] => Some(only),
        [] => Some(branches),
        _ => None,
    }
}

/// Whether a filter lists branches by their names.
fn lists_branches(settings: &Node) -> bool {
    let Some(branches) = settings.get("branches") else { return false };
    let listed = words(branches);
    !listed.is_empty()
        && listed.len() == branches.items().len().max(1)
        && listed.iter().all(|branch| !branch.contains(PATTERN))
}

/// A text, or the texts of a list.
fn words(node: &Node) -> Vec<&str> {
    node.items().iter().chain([node]).filter_map(Node::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Source};
    use crate::syntax::yaml::YAML;

    fn tree(text: &str) -> Node {
        (YAML.parse)(&Source::from_text(FileId(0), "a.yml", text)).roots.remove(0)
    }

    #[test]
    fn a_ref_is_fixed_by_the_event_and_its_filter() {
        for (name, event, settings, want) in [
            ("head_ref", "push", "{}", true),
            ("head_ref", "workflow_run", "{}", true),
            ("head_ref", "pull_request", "{branches: [main]}", false),
            ("head_ref", "pull_request_target", "{}", false),
            ("head_ref", "pull_request_review", "{}", false),
            ("head_ref", "new_event", "{}", false),
            ("base_ref", "push", "{}", true),
            ("base_ref", "pull_request", "{}", false),
            ("base_ref", "pull_request", "{branches: main}", true),
            ("base_ref", "pull_request", "{branches: ['release/**']}", false),
            ("ref", "push", "{}", false),
            ("ref", "push", "{branches: [main, develop]}", true),
            ("ref", "push", "{branches: [main, 'v*']}", false),
            ("ref", "push", "{branches: []}", false),
            ("ref", "push", "{branches: [main], tags: ['v*']}", false),
            ("ref", "push", "{branches: ['**', '!main']}", false),
            ("ref", "push", "{branches-ignore: [main]}", false),
            ("ref", "push", "{paths: [a]}", false),
            ("ref", "pull_request", "{}", true),
            ("ref", "pull_request", "{types: [opened, closed]}", false),
            ("ref", "pull_request", "{types: closed, branches: [main]}", true),
            ("ref", "pull_request_target", "{}", false),
            ("ref", "pull_request_target", "{branches: [main]}", true),
            ("ref", "release", "{}", false),
            ("ref", "create", "{}", false),
            ("ref", "registry_package", "{}", false),
            ("head_ref", "registry_package", "{}", true),
            ("ref", "workflow_dispatch", "{}", false),
            ("ref", "issue_comment", "{}", true),
            ("ref", "schedule", "{}", true),
        ] {
            assert_eq!(is_fixed(name, event, &tree(settings)), want, "{name} {event} {settings}");
        }
    }

    #[test]
    fn the_only_branch_is_that_of_a_filter_of_pushes() {
        for (events, want) in [
            ("{push: {branches: [main]}}", Some("main")),
            ("{push: {branches: main}}", Some("main")),
            ("{push: {branches: [main, b]}}", None),
            ("{push: {branches: ['m*']}}", None),
            ("{push: {}}", None),
            ("{push: {branches: [main]}, schedule: {}}", None),
            ("{pull_request_target: {branches: [main]}}", None),
        ] {
            assert_eq!(only_branch(&tree(events)).and_then(Node::as_str), want, "{events}");
        }
    }
}
