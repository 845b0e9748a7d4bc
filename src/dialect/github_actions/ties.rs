//! Which workflows and actions of a repository call each other: what one hands in decides about the other, and what that
//! returns about the first.

use super::taint::called;
use super::{is_action, is_workflow};
use crate::dialect::ties::{self, Pool, Tie, Ties};

/// The ties of the dialect.
pub const TIES: Ties =
    Ties { names: is_ours, named, elsewhere, sought: |path, _| is_ours(path), follows: true, pool, ..ties::NONE };

/// Workflows and actions of other repositories.
fn elsewhere(path: &str, text: &str) -> Vec<String> {
    let mut uses = ties::under_keys(path, text, &["uses"]);
    uses.retain(|uses| uses.contains('@') && !uses.starts_with('.'));
    uses
}

fn is_ours(path: &str) -> bool {
    is_workflow(path) || is_action(path)
}

/// The files that a text calls.
fn named(path: &str, text: &str) -> Vec<Tie> {
    let mut ties = Vec::new();
    let full = full_names(text).filter_map(|inner| called(path, &format!("./{inner}")));
    for called in calls(text).filter_map(|uses| called(path, uses)).chain(full) {
        if is_workflow(&called) {
            ties.push(Tie::File(called));
        } else {
            ties.extend(["action.yml", "action.yaml"].into_iter().filter_map(|name| ties::file(&called, name)));
        }
    }
    ties
}

/// What calls others decides about them, and each about what it calls in turn.
fn pool(path: &str, text: &str, _: ties::Linked<'_>) -> Pool {
    if !is_ours(path) {
        Pool::Outside
    } else if calls(text).next().is_some() || full_names(text).next().is_some() {
        Pool::Decides
    } else if is_action(path) || text.contains("workflow_call") {
        Pool::Judged
    } else {
        Pool::Outside
    }
}

/// What stands after `uses` and begins as a path of the repository does; more than that may be found, never less.
fn calls(text: &str) -> impl Iterator<Item = &str> {
    let after = text.match_indices("./").map(|(at, _)| text.get(at..).unwrap_or(""));
    let after = after.filter(move |_| text.contains("uses"));
    after.map(|rest| {
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '}' | ']' | '#'));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)
    })
}

/// The paths behind the full names of repositories, of which this one may be: below `.github`, where such things are kept.
fn full_names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '}' | '{' | '[' | ']'));
    let inner = words.filter_map(|word| word.split_once('@')?.0.splitn(3, '/').nth(2));
    inner.filter(|inner| inner.starts_with(".github/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_workflow_calls_is_named() {
        let text = "jobs:\n  a: {uses: ./.github/workflows/b.yml}\n  b:\n    steps: [{uses: \"./tools/x\"}, {uses: a/b@v1}, {uses: acme/shop/.github/own@v1}]\n";
        let names = named(".github/workflows/a.yml", text);
        for want in [".github/workflows/b.yml", "tools/x/action.yml", "tools/x/action.yaml", ".github/own/action.yml"] {
            assert!(names.contains(&Tie::File(want.to_owned())), "{want}: {names:?}");
        }
    }
}
