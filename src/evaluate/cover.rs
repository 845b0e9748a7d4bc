//! Paths that hold others: a folder holds all that is below it, a glob what it matches.

use std::sync::{Arc, Mutex, PoisonError};

use globset::{GlobBuilder, GlobMatcher};
use rustc_hash::FxHashMap;

use super::scene::Scene;
use crate::document::Node;
use crate::rule::walk::Place;
use crate::rule::{Join, Link, Path};
use crate::truth::Truth;

/// Most globs that are kept ready.
const MOST: usize = 10_000;

/// Globs that were asked for; none for what is no glob.
#[derive(Default)]
pub(super) struct Globs(Mutex<FxHashMap<Box<str>, Option<Arc<GlobMatcher>>>>);

impl Globs {
    /// Whether a path or glob holds a path.
    fn hold(&self, glob: &str, path: &str) -> bool {
        let glob = glob.trim_start_matches("./").trim_end_matches('/');
        let is_below = path.strip_prefix(glob).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_below || glob.is_empty() || glob == "." {
            return true;
        }
        if !glob.contains(['*', '?', '[', '{']) {
            return false;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > MOST {
            known.clear();
        }
        let matcher = known.entry(glob.into()).or_insert_with(|| {
            let built = GlobBuilder::new(glob).literal_separator(true).build();
            built.ok().map(|glob| Arc::new(glob.compile_matcher()))
        });
        let matcher = matcher.clone();
        drop(known);
        matcher.is_some_and(|matcher| matcher.is_match(path))
    }
}

/// Whether the paths of a link cover, or are covered by, those of another resource.
pub(super) fn joined(scene: &Scene<'_>, link: &Link, index: usize, root: &Place<'_>) -> Truth {
    let mut truth = Truth::True;
    for join in &link.joins {
        let (ours, theirs, is_ours) = match join {
            Join::Covers(ours, theirs) => (ours, theirs, true),
            Join::CoveredBy(ours, theirs) => (ours, theirs, false),
            Join::By(_) | Join::To(_) | Join::On(..) | Join::Selects(..) | Join::SelectedBy(..) => continue,
        };
        let Some(other) = scene.engine.scene(index, scene.rule, scene.met) else { return Truth::False };
        let ours = standing(scene, ours, root);
        let theirs = standing(&other, theirs, &Place::root(&other.resource.body));
        let (globs, paths) = if is_ours { (ours, theirs) } else { (theirs, ours) };
        truth = truth.min(cover(scene, globs, paths));
        if truth == Truth::False {
            break;
        }
    }
    truth
}

/// The texts at a path, and whether there may be others; where the judged node says nothing, those of the resource.
fn standing(scene: &Scene<'_>, path: &Path, root: &Place<'_>) -> (Vec<Node>, bool) {
    let at = |root: &Place<'_>| scene.values(std::slice::from_ref(path), root);
    let (found, is_open) = at(root);
    if is_open || !found.is_empty() { (found, is_open) } else { at(&Place::root(&scene.resource.body)) }
}

fn cover(scene: &Scene<'_>, (globs, more_globs): (Vec<Node>, bool), (paths, more_paths): (Vec<Node>, bool)) -> Truth {
    let texts =
        |nodes: &'_ [Node]| nodes.iter().filter_map(|node| node.as_str().map(str::to_owned)).collect::<Vec<_>>();
    let (globs, paths) = (texts(&globs), texts(&paths));
    let is_covered = globs.iter().any(|glob| paths.iter().any(|path| scene.engine.globs.hold(glob, path)));
    if !is_covered && (more_globs || more_paths) { Truth::Unknown } else { Truth::from(is_covered) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_hold_what_is_below_and_globs_what_they_match() {
        for (glob, path, want) in [
            ("infra", "infra/db.tf", true),
            ("infra/", "infra/db.tf", true),
            ("./infra", "infra/a/db.tf", true),
            ("infra", "infrared/db.tf", false),
            ("infra/db.tf", "infra/db.tf", true),
            ("infra/*.tf", "infra/db.tf", true),
            ("infra/*.tf", "infra/a/db.tf", false),
            ("infra/**", "infra/a/db.tf", true),
            (".", "a", true),
            ("[", "a", false),
        ] {
            assert_eq!(Globs::default().hold(glob, path), want, "{glob} {path}");
        }
    }
}
