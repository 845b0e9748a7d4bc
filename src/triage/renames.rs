//! Files and folders that were moved between two states of a repository.
//!
//! A file that is new was one that is gone where their texts are the same, or similar enough, as git has it. A folder that
//! is new was the one that most of its files come from.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dialect::{deployed_with, deployment_paths, file_name};
use crate::source::renamed::{Held, MOST_FILES, renamed};
use crate::source::{Source, Workspace};

/// Where files and folders come from, by where they are now.
#[derive(Debug, Default)]
pub struct Renames {
    files: BTreeMap<Arc<str>, Arc<str>>,
    folders: BTreeMap<String, String>,
}

impl Renames {
    /// What was moved between two workspaces.
    pub fn between(before: &Workspace, now: &Workspace) -> Renames {
        let (gone, came) = (only_in(before, now), only_in(now, before));
        let went = renamed(&held(&gone), &held(&came));
        let files: BTreeMap<Arc<str>, Arc<str>> =
            went.into_iter().map(|(was, is)| (Arc::from(is), Arc::from(was))).collect();
        let folders = folders(&files, &|folder| before.under(folder).next().is_some());
        Renames { files, folders }
    }

    /// What was moved, files and deployments, as pairs of now and then.
    pub fn of(files: Vec<(Arc<str>, Arc<str>)>, deployments: Vec<(Arc<str>, Arc<str>)>) -> Renames {
        let folders = deployments.into_iter().map(|(now, was)| (now.to_string(), was.to_string()));
        Renames { files: files.into_iter().collect(), folders: folders.collect() }
    }

    /// Where a file was.
    pub fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|path| &**path)
    }

    /// What a deployment was called before its folder or file was moved; none where it was not.
    pub fn deployment(&self, deployment: &str) -> Option<String> {
        if let Some(was) = self.folders.get(deployment).filter(|was| !was.is_empty()) {
            return Some(was.clone());
        }
        let mut moved = false;
        let parts: Vec<String> = deployment_paths(deployment)
            .map(|path| {
                let was = self.file(path).map(str::to_owned).or_else(|| self.folder(path));
                moved |= was.is_some();
                was.unwrap_or_else(|| path.to_owned())
            })
            .collect();
        let (first, others) = parts.split_first()?;
        moved.then(|| deployed_with(first, others).to_string())
    }

    /// Where a folder was: it, or the nearest around it that was moved.
    fn folder(&self, path: &str) -> Option<String> {
        let mut around = path;
        loop {
            if let Some(was) = self.folders.get(around) {
                let rest = path.get(around.len()..).unwrap_or("");
                return Some(if was.is_empty() {
                    deployed_with(rest.trim_start_matches('/'), &[]).to_string()
                } else {
                    format!("{was}{rest}")
                });
            }
            around = around.rsplit_once('/')?.0;
        }
    }
}

/// The first files that one workspace has and another has not.
fn only_in<'w>(one: &'w Workspace, other: &Workspace) -> Vec<Cow<'w, Source>> {
    let only = one.ids().filter(|id| other.find(one.path(*id)).is_none()).take(MOST_FILES);
    only.filter_map(|id| one.glance(id).ok()).collect()
}

fn held<'s>(sources: &'s [Cow<'_, Source>]) -> Vec<Held<'s>> {
    sources.iter().map(|source| (source.path(), source.text())).collect()
}

/// The folders that were not there, by the folder that most of their files come from. What files say of the folders
/// around theirs is said too, as long as the rest of the way is the same.
fn folders(files: &BTreeMap<Arc<str>, Arc<str>>, was_there: &dyn Fn(&str) -> bool) -> BTreeMap<String, String> {
    let mut votes: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (now, was) in files {
        let (mut now, mut was) = (parent(now), parent(was));
        loop {
            *votes.entry(now).or_default().entry(was).or_default() += 1;
            if now.is_empty() || was.is_empty() || file_name(now) != file_name(was) {
                break;
            }
            (now, was) = (parent(now), parent(was));
        }
    }
    let settled = votes.into_iter().filter(|(now, _)| !now.is_empty() && !was_there(now));
    let most = settled.filter_map(|(now, from)| {
        let (was, _) = from.into_iter().max_by_key(|(was, count)| (*count, std::cmp::Reverse(*was)))?;
        (was != now).then(|| (now.to_owned(), was.to_owned()))
    });
    most.collect()
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(before: &[(&str, &str)], now: &[(&str, &str)]) -> Renames {
        Renames::between(&Workspace::in_memory(before.to_vec()), &Workspace::in_memory(now.to_vec()))
    }

    #[test]
    fn files_are_followed_by_equal_and_by_similar_text() {
        let (text, changed, other) = ("a\nb\nc\nd\n", "a\nb\nc\nx\n", "p\nq\nr\ns\n");
        for (before, now, path, want) in [
            (vec![("x/a.tf", text)], vec![("y/a.tf", text)], "y/a.tf", Some("x/a.tf")),
            (vec![("x/a.tf", text)], vec![("y/b.tf", changed)], "y/b.tf", Some("x/a.tf")),
            (vec![("x/a.tf", text)], vec![("y/a.tf", other)], "y/a.tf", None),
            (vec![("x/a.tf", text)], vec![("x/a.tf", text), ("y/a.tf", text)], "y/a.tf", None),
            (vec![("x/a.tf", text), ("z/b.tf", text)], vec![("y/b.tf", text)], "y/b.tf", Some("z/b.tf")),
            (vec![("x/a.tf", "")], vec![("y/a.tf", "")], "y/a.tf", None),
        ] {
            assert_eq!(between(&before, &now).file(path), want, "{before:?} to {now:?}");
        }
    }

    #[test]
    fn a_folder_was_where_most_of_its_files_were() {
        let (one, two, three) = ("1\n1\n", "2\n2\n", "3\n3\n");
        let before = [("envs/dev/a.tf", one), ("envs/dev/b.tf", two), ("old/c.tf", three), ("top.tf", "4\n4\n")];
        let now = [("live/dev/a.tf", one), ("live/dev/b.tf", two), ("live/dev/c.tf", three), ("in/top.tf", "4\n4\n")];
        let renames = between(&before, &now);
        for (deployment, want) in [
            ("live/dev", Some("envs/dev")),
            ("live", Some("envs")),
            ("live/dev/a.tf", Some("envs/dev/a.tf")),
            ("in", Some(".")),
            ("live/dev + in/top.tf", Some("envs/dev + top.tf")),
            ("other", None),
            (".", None),
            ("", None),
        ] {
            assert_eq!(renames.deployment(deployment).as_deref(), want, "{deployment}");
        }
    }

    #[test]
    fn a_folder_that_was_there_is_not_another_one() {
        let before = [("dev/a.tf", "1\n"), ("prod/b.tf", "2\n")];
        let now = [("prod/a.tf", "1\n"), ("prod/b.tf", "2\n")];
        assert_eq!(between(&before, &now).deployment("prod"), None);
    }
}
