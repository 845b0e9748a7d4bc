//! Who decides what the contexts of GitHub hold, as data.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/contexts> says which contexts there are,
//! <https://docs.github.com/en/actions/concepts/security/script-injections> by which endings free text is known, and
//! <https://docs.github.com/en/webhooks/webhook-events-and-payloads> what an event holds.

use super::By;

/// Contexts of which all is decided by one side: the beginning of the path, and who.
const CONTEXTS: &[(&str, By)] = &[
    ("secrets", By::Writer),
    ("vars", By::Writer),
    ("runner", By::Constant),
    ("job", By::Constant),
    ("strategy", By::Constant),
    ("github.head_ref", By::Outsider),
    ("github.ref", By::Writer),
    ("github.ref_name", By::Writer),
    ("github.base_ref", By::Writer),
    ("github.token", By::Writer),
    ("github.event.client_payload", By::Writer),
    ("github.event.ref", By::Writer),
    ("github.event.base_ref", By::Writer),
    ("github.event.release.tag_name", By::Writer),
    ("github.event.release.target_commitish", By::Writer),
    ("github.event.workflow_run.name", By::Writer),
    ("github.event.workflow_run.repository", By::Writer),
    ("github.event.pull_request.base", By::Writer),
    ("github.event.label", By::Writer),
    ("github.event.repository", By::Constant),
    ("github.event.organization", By::Constant),
    ("github.event.enterprise", By::Constant),
    ("github.event.workflow", By::Writer),
    ("github.event.deployment", By::Writer),
    ("github.event.deployment_status", By::Writer),
    ("github.event.check_run.name", By::Writer),
    ("github.event.sender", By::Constant),
    ("github.event.installation", By::Constant),
];

/// Steps of a path in an event below which writers decide, wherever they stand.
const OF_WRITERS: &[&str] = &["assignee", "assignees", "base", "category", "labels", "milestone"];

/// The last step of a path in an event that holds free text: a title, a branch, the name of a file.
#[rustfmt::skip] // Words fill lines.
const FREE: &[&str] = &[
    "added", "body", "default_branch", "description", "diff_hunk", "display_title", "email", "from", "head_branch",
    "head_ref", "homepage", "label", "message", "modified", "name", "page_name", "path", "ref", "removed", "summary", "text",
    "title", "topics",
];

/// The last step of a path in an event whose text has a form that carries no command: a number, a hash, an address of GitHub,
/// the name of an account, one of a few words.
#[rustfmt::skip] // Words fill lines.
const FORMED: &[&str] = &[
    "action", "additions", "after", "author_association", "before", "changed_files", "comments", "commits", "conclusion",
    "created", "deleted", "deletions", "draft", "event", "fork", "forced", "full_name", "id", "locked", "login",
    "mergeable", "mergeable_state", "merged", "node_id", "number", "position", "private", "rebaseable", "ref_type",
    "run_attempt", "run_number", "sha", "site_admin", "size", "state", "state_reason", "status", "timestamp", "tree_id",
    "type", "url", "username", "visibility",
];

/// Endings of such steps.
const FORMED_ENDINGS: &[&str] = &["_url", "_at", "_count", "_id", "_sha", "_date", "_oid"];

/// Parts of an event that hold what outsiders write.
#[rustfmt::skip] // Words fill lines.
const OUTSIDE: &[&str] = &[
    "answer", "changes", "check_run", "check_suite", "comment", "commit", "commits", "discussion", "forkee", "head_commit", "issue",
    "merge_group", "old_answer", "pages", "pull_request", "release", "review", "review_comment", "thread", "workflow_run",
];

/// Paths that name a commit, branch or repository of a stranger; `*` is any step, and what
/// follows is of it.
const STRANGERS: &[&str] = &[
    "github.event.pull_request.head",
    "github.event.pull_request.merge_commit_sha",
    "github.event.issue.pull_request",
    "github.event.review.commit_id",
    "github.event.comment.commit_id",
    "github.event.workflow_run.head_sha",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit",
    "github.event.workflow_run.head_repository",
    "github.event.workflow_run.pull_requests.*.head",
    "github.event.check_run.head_sha",
    "github.event.check_suite.head_sha",
    "github.event.check_suite.head_branch",
];

/// Variables that the runner sets, and who decides what they hold; all others of it have a form.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>
const VARIABLES: &[(&str, By)] = &[
    ("GITHUB_HEAD_REF", By::Outsider),
    ("GITHUB_REF", By::Writer),
    ("GITHUB_REF_NAME", By::Writer),
    ("GITHUB_BASE_REF", By::Writer),
];

/// Events that only those start who may write to the repository, or that a clock starts; they come with nothing that
/// outsiders wrote but commits.
#[rustfmt::skip] // Words fill lines.
const BY_WRITERS: &[&str] = &[
    "create", "delete", "deployment", "push", "repository_dispatch", "schedule", "workflow_dispatch",
];

/// The name of a context as it is looked up: what Gitea and Forgejo call after themselves is the same thing.
/// <https://docs.gitea.com/usage/actions/comparison>, <https://forgejo.org/docs/latest/user/actions/reference/>
pub(super) fn root(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    if ["forge", "forgejo", "gitea"].contains(&name.as_str()) { "github".to_owned() } else { name }
}

/// Who decides what stands at a path of a context, given in lower case; `whole` where an object is written out with all that
/// it holds. None where the context is not known here.
pub(super) fn who(path: &[&str], whole: bool) -> Option<By> {
    let known = CONTEXTS.iter().filter(|(start, _)| begins(path, start)).max_by_key(|(start, _)| start.len());
    match (path, known) {
        (["github"] | ["github", "event"], _) => Some(if whole { By::Outsider } else { By::Constant }),
        (_, Some((start, by))) if start.starts_with("github.event.") && !start.contains("client_payload") => {
            Some(if path.last().is_some_and(|last| is_formed(last)) { By::Constant } else { *by })
        }
        (_, Some((_, by))) => Some(*by),
        (["github", "event", rest @ ..], None) => Some(in_event(rest, whole)),
        // What else there is of a run: its id, its actor, its commit, its address.
        (["github", ..], None) => Some(By::Constant),
        _ => None,
    }
}

fn in_event(path: &[&str], whole: bool) -> By {
    let last = path.iter().rev().find(|step| **step != "*").copied().unwrap_or("");
    let above = path.split_last().filter(|_| !whole).map_or(path, |(_, above)| above);
    if above.iter().any(|step| OF_WRITERS.contains(step)) {
        return if is_formed(last) { By::Constant } else { By::Writer };
    }
    // The names of the parts of an event are words like others below it: `pull_request.commits` is a number.
    let is_part = path.first().is_some_and(|first| OUTSIDE.contains(first) || *first == "*");
    let is_free = FREE.contains(&last) && (path.len() > 1 || !is_part);
    let is_object = is_part && (path.len() == 1 || !is_formed(last));
    if is_free || (whole && is_object) { By::Outsider } else { By::Constant }
}

fn is_formed(step: &str) -> bool {
    FORMED.contains(&step) || FORMED_ENDINGS.iter().any(|ending| step.ends_with(ending))
}

/// Whether a path names what a stranger wants to be checked out.
pub(super) fn is_of_stranger(path: &[&str]) -> bool {
    let is_flag = path.last().is_some_and(|last| *last == "fork");
    !is_flag && STRANGERS.iter().any(|start| begins(path, start))
}

/// Who decides what a variable of the runner holds; none where it is no variable of it.
pub(super) fn of_runner(name: &str) -> Option<By> {
    let known = VARIABLES.iter().find(|(known, _)| *known == name).map(|(_, by)| *by);
    known.or_else(|| (name.starts_with("GITHUB_") || name.starts_with("RUNNER_")).then_some(By::Constant))
}

/// Whether an event is started by those who may write, and brings nothing else along.
pub(super) fn is_by_writers(event: &str) -> bool {
    BY_WRITERS.contains(&event)
}

/// Whether a path of an event is there when only writers start it: the commits of a push.
pub(super) fn comes_with_writers(path: &[&str]) -> bool {
    matches!(path.get(2), None | Some(&("commits" | "head_commit" | "commit" | "*")))
}

fn begins(path: &[&str], start: &str) -> bool {
    let mut steps = path.iter();
    start.split('.').all(|wanted| steps.next().is_some_and(|step| *step == wanted || wanted == "*" || *step == "*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_outsiders_write_is_told_by_its_place() {
        for (path, want) in [
            ("github.event.issue.title", By::Outsider),
            ("github.event.pull_request.head.ref", By::Outsider),
            ("github.event.pull_request.head.label", By::Outsider),
            ("github.event.pull_request.head.sha", By::Constant),
            ("github.event.pull_request.head.repo.full_name", By::Constant),
            ("github.event.pull_request.head.repo.description", By::Outsider),
            ("github.event.pull_request.labels.*.name", By::Writer),
            ("github.event.issue.labels.*.id", By::Constant),
            ("github.event.label.name", By::Writer),
            ("github.event.label.description", By::Writer),
            ("github.event.milestone.title", By::Writer),
            ("github.event.assignee.name", By::Writer),
            ("github.event.issue.assignees.*.login", By::Constant),
            ("github.event.pull_request.number", By::Constant),
            ("github.event.pull_request.commits", By::Constant),
            ("github.event.pull_request.user.login", By::Constant),
            ("github.event.pull_request.base.ref", By::Writer),
            ("github.event.pull_request.base.sha", By::Constant),
            ("github.event.pull_request.html_url", By::Constant),
            ("github.event.pull_request.milestone.title", By::Writer),
            ("github.event.commits.*.author.name", By::Outsider),
            ("github.event.commits.*.author.username", By::Constant),
            ("github.event.head_commit.message", By::Outsider),
            ("github.event.workflow_run.head_branch", By::Outsider),
            ("github.event.workflow_run.id", By::Constant),
            ("github.event.pages.*.page_name", By::Outsider),
            ("github.event.changes.title.from", By::Outsider),
            ("github.event.client_payload.any.thing", By::Writer),
            ("github.event.repository.default_branch", By::Constant),
            ("github.event.repository.description", By::Constant),
            ("github.event.repository.full_name", By::Constant),
            ("github.event.sender.login", By::Constant),
            ("github.event.before", By::Constant),
            ("github.event.number", By::Constant),
            ("github.event.issue", By::Constant),
            ("github.event", By::Constant),
            ("github.head_ref", By::Outsider),
            ("github.ref_name", By::Writer),
            ("github.run_id", By::Constant),
            ("github.actor", By::Constant),
            ("secrets.token", By::Writer),
            ("runner.os", By::Constant),
        ] {
            let steps: Vec<&str> = path.split('.').collect();
            assert_eq!(who(&steps, false), Some(want), "{path}");
        }
        for (path, want) in [
            ("github", By::Outsider),
            ("github.event", By::Outsider),
            ("github.event.issue", By::Outsider),
            ("github.event.pull_request.head", By::Outsider),
            ("github.event.pull_request.number", By::Constant),
            ("github.event.repository", By::Constant),
            ("github.event.pull_request.labels", By::Writer),
            ("github.event.issue.milestone", By::Writer),
            ("github.event.pull_request.head.label", By::Outsider),
            ("github.event.sender", By::Constant),
        ] {
            let steps: Vec<&str> = path.split('.').collect();
            assert_eq!(who(&steps, true), Some(want), "all of {path}");
        }
        assert_eq!(who(&["needs", "a"], false), None);
    }
}
