//! Conditions that keep strangers out: a job or a step that begins for branches of the own repository alone.

use super::expression::{Comparison, Expression, Kind, Literal, Root, Step, parse};
use super::graph;
use crate::document::Node;

/// Repositories that what starts a workflow may come from, a fork among them.
const FROM: &[&str] = &["github.event.pull_request.head.repo", "github.event.workflow_run.head_repository"];

/// Names of the repository that the workflow is in.
const OWN: &[&str] =
    &["github.event.repository", "github.event.pull_request.base.repo", "github.event.workflow_run.repository"];

/// What tells a repository, or its owner, and the shorter way to that of the own one.
const TOLD_BY: &[(&str, &str)] =
    &[("full_name", "github.repository"), ("id", "github.repository_id"), ("owner.login", "github.repository_owner")];

/// Events that only those start who may write to the repository, or its schedule.
const BY_WRITERS: &[&str] = &["push", "schedule", "workflow_dispatch", "release", "merge_group"];

/// Functions with which a condition asks about the jobs before; without one of them a job is left out with those it needs.
const STATES: &[&str] = &["always", "failure", "cancelled", "success"];

/// Most jobs that a job is followed to.
const MOST_JOBS: usize = 64;

/// The conditions under which a job begins: its own, and those of the jobs that it needs, since what is left out there leaves it
/// out as well.
pub(super) fn conditions<'c>(job: &'c Node, workflow: &'c Node) -> Vec<&'c Node> {
    let mut followed = vec![job];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(job) = followed.get(at).copied().filter(|_| at < MOST_JOBS) {
        at += 1;
        let own = job.get("if");
        found.extend(own);
        if own.and_then(Node::as_str).is_some_and(asks_about_jobs) {
            continue;
        }
        for name in graph::needs(job) {
            let needed = workflow.at(&["jobs", &name]);
            followed.extend(needed.filter(|needed| !followed.iter().any(|known| std::ptr::eq(*known, *needed))));
        }
    }
    found
}

/// Whether a condition decides itself what becomes of a job whose needed ones were left out. Names of functions have no case.
fn asks_about_jobs(condition: &str) -> bool {
    let bare: String = condition.to_ascii_lowercase().split_whitespace().collect();
    STATES.iter().any(|state| bare.contains(&format!("{state}(")))
}

/// Whether a condition lets nothing begin but what writers of the repository decide: `head.repo.full_name == github.repository`.
pub(super) fn lets_only_writers_in(condition: &Node) -> bool {
    let text = condition.as_str().map_or("", str::trim);
    let inner = text.strip_prefix("${{").and_then(|text| text.strip_suffix("}}")).unwrap_or(text);
    parse(inner.trim()).is_some_and(|condition| needs_writer(&condition))
}

/// Whether an expression counts as true for writers alone.
fn needs_writer(condition: &Expression) -> bool {
    match &condition.kind {
        Kind::All(parts) => parts.iter().any(needs_writer),
        Kind::Any(parts) => parts.iter().all(needs_writer),
        Kind::Not(part) => is_fork(part),
        Kind::Compare(operands, comparisons) => {
            let ([one, other], [Comparison::Equal]) = (operands.as_slice(), comparisons.as_slice()) else {
                return false;
            };
            is_pair_of_writer(one, other) || is_pair_of_writer(other, one)
        }
        Kind::Literal(_) | Kind::Path(..) | Kind::Call(..) => false,
    }
}

/// Whether two values are equal for writers alone.
fn is_pair_of_writer(one: &Expression, other: &Expression) -> bool {
    let Some(one_path) = path(one) else { return false };
    match other.literal() {
        Some(Literal::Bool(false)) => is_fork(one),
        Some(Literal::Text(event)) => match &*one_path {
            "github.event_name" => BY_WRITERS.iter().any(|known| known.eq_ignore_ascii_case(event)),
            "github.event.workflow_run.event" => event.eq_ignore_ascii_case("push"),
            _ => false,
        },
        Some(_) => false,
        None => path(other).is_some_and(|other| is_same_repository(&one_path, &other)),
    }
}

fn is_same_repository(from: &str, own: &str) -> bool {
    TOLD_BY.iter().any(|(told, short)| {
        let of = |path: &str, roots: &[&str]| {
            let root = path.strip_suffix(told).and_then(|path| path.strip_suffix('.'));
            root.is_some_and(|root| roots.contains(&root))
        };
        of(from, FROM) && (own == *short || of(own, OWN))
    })
}

/// Whether an expression says whether it comes from a fork.
fn is_fork(condition: &Expression) -> bool {
    let root = path(condition).and_then(|path| path.strip_suffix(".fork").map(str::to_owned));
    root.is_some_and(|root| FROM.contains(&&*root))
}

/// The path into a context that an expression is, in small letters.
fn path(expression: &Expression) -> Option<String> {
    let Kind::Path(Root::Context(context), steps) = &expression.kind else { return None };
    let mut path = context.to_ascii_lowercase();
    for step in steps {
        let Step::Key(key) = step else { return None };
        path.push('.');
        path.push_str(&key.to_ascii_lowercase());
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::github_actions::GITHUB_ACTIONS;
    use crate::dialect::testing;
    use crate::source::{FileId, Span};

    #[test]
    fn a_job_begins_under_the_conditions_of_those_it_needs_too() {
        let same = "github.event.pull_request.head.repo.full_name == github.repository";
        let jobs = format!(
            "on: pull_request\njobs:\n  a:\n    if: {same}\n    steps: [{{run: a}}]\n  b:\n    needs: a\n    steps: [{{run: a}}]\n  \
             c:\n    needs: [b, c]\n    if: github.ref == 'x'\n    steps: [{{run: a}}]\n  d:\n    needs: a\n    if: Always ()\n    \
             steps: [{{run: a}}]\n  e:\n    steps: [{{run: a}}]\n  f:\n    needs: a\n    if: success() || true\n    steps: [{{run: a}}]\n"
        );
        let (_, found) = testing::found(&GITHUB_ACTIONS, &[(".github/workflows/a.yml", &jobs)]);
        let by_writers = |name: &str| {
            let mut jobs = found.resources.iter().filter(|resource| &*resource.kind == "github-actions/job");
            jobs.any(|job| job.address.ends_with(name) && job.body.get("by_writers").is_some())
        };
        assert_eq!(["#a", "#b", "#c", "#d", "#e", "#f"].map(by_writers), [true, true, true, false, false, false]);
    }

    #[test]
    fn a_condition_lets_writers_in_alone_where_each_way_through_it_does() {
        const SAME: &str = "github.event.pull_request.head.repo.full_name == github.repository";
        for (condition, want) in [
            (SAME.to_owned(), true),
            (format!("${{{{ {SAME} }}}}"), true),
            (format!("always() && {SAME}"), true),
            (format!("github.event_name == 'push' || {SAME}"), true),
            (format!("({SAME}) || (github.event_name == 'schedule' && github.ref == 'x')"), true),
            (format!("{SAME} || contains(github.event.pull_request.labels.*.name, 'safe')"), false),
            (format!("{SAME} || github.event_name == 'issue_comment'"), false),
            (format!("!({SAME})"), false),
            (SAME.replace("==", "!="), false),
            (SAME.replace("head", "base"), false),
            (SAME.replace("github.repository", "'acme/shop'"), false),
            ("github.repository == github.event.workflow_run.head_repository.full_name".to_owned(), true),
            ("github.event.pull_request.head.repo.id == github.event.pull_request.base.repo.id".to_owned(), true),
            ("github.event.pull_request.head.repo.id == github.event.repository.full_name".to_owned(), false),
            ("github.event.pull_request['head'].Repo.owner.login == github.repository_owner".to_owned(), true),
            ("github.event.pull_request.head.repo.fork == false".to_owned(), true),
            ("!github.event.pull_request.head.repo.fork".to_owned(), true),
            ("github.event.pull_request.head.repo.fork".to_owned(), false),
            ("!github.event.repository.fork".to_owned(), false),
            ("github.event.workflow_run.event == 'push'".to_owned(), true),
            ("github.event.workflow_run.event == 'pull_request'".to_owned(), false),
            ("github.actor == 'a'".to_owned(), false),
            ("github.event.pull_request.head.repo.full_name ==".to_owned(), false),
            (String::new(), false),
        ] {
            let node = Node::text(condition.as_str(), Span::new(FileId(0), 0, 0));
            assert_eq!(lets_only_writers_in(&node), want, "{condition}");
        }
    }
}
