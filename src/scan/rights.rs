//! The rights that resources give, within a bound: each of many resources may give each of many rights, and both are written in a few
//! lines.
//!
//! A deployment may have so many for each byte that it is written in, and a share of a number for the run beside these. One that
//! has more states none and is told, so that what the others state depends neither on it nor on threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashSet;

use super::extract::Spread;
use crate::dialect::Resource;
use crate::dialect::facts;
use crate::document::Problem;
use crate::source::{FileId, Span, Workspace};

/// How many rights there may be beside those that the length of the files allows: in a run, of which each deployment has a share, and
/// in each deployment at least; and how many bytes of a file allow one.
#[derive(Clone, Copy)]
struct Bound {
    run: usize,
    least: usize,
    bytes: usize,
}

/// What is tried first.
const WIDE: Bound = Bound { run: 40_000, least: 1_000, bytes: 16 };

/// What holds where that comes to more than a run may have.
const NARROW: Bound = Bound { run: 40_000, least: 64, bytes: 48 };

/// Most rights of a run that is bounded widely, beside those that the length of the files allows.
const MOST: usize = 100_000;

/// What a deployment may state, and has.
struct Limit {
    most: usize,
    stated: AtomicUsize,
    /// The first resource that gives rights.
    first: Span,
}

/// The rights that each resource gives, and what tells of deployments with too many.
pub(super) fn given(
    resources: &[Resource],
    workspace: &Workspace,
    spread: Spread,
) -> (Vec<Vec<Resource>>, Vec<Problem>) {
    let wide = limits(resources, WIDE);
    let written: usize = wide.values().map(|limit| limit.most).sum();
    let given = within(resources, &wide, MOST + written / 4, (workspace, spread));
    let (given, limits) = if let Some(given) = given {
        (given, wide)
    } else {
        let narrow = limits(resources, NARROW);
        (within(resources, &narrow, usize::MAX, (workspace, spread)).unwrap_or_default(), narrow)
    };
    let over = limits.iter().filter(|(_, limit)| limit.is_over());
    (given, over.map(|(deployment, limit)| too_many(deployment, limit, workspace)).collect())
}

impl Limit {
    /// Adds rights, and says how many of them count for the run: of a deployment that is over its limit one more than that, in whatever
    /// order its resources come.
    fn state(&self, rights: usize) -> usize {
        let before = self.stated.fetch_add(rights, Ordering::Relaxed);
        (before + rights).min(self.most + 1) - before.min(self.most + 1)
    }

    fn is_over(&self) -> bool {
        self.stated.load(Ordering::Relaxed) > self.most
    }
}

/// The rights of deployments that keep to their limits; none where they are more than so many together.
fn within(
    resources: &[Resource],
    limits: &BTreeMap<&str, Limit>,
    most: usize,
    (workspace, spread): (&Workspace, Spread),
) -> Option<Vec<Vec<Resource>>> {
    let others = facts::Others::among(resources);
    let all = AtomicUsize::new(0);
    let limit = |of: &Resource| limits.get(&*of.deployment);
    let mut given = spread.map(resources, |of| {
        let Some(limit) = limit(of).filter(|limit| !limit.is_over() && all.load(Ordering::Relaxed) <= most) else {
            return Vec::new();
        };
        let rights = facts::granted_by(of, &others, workspace);
        all.fetch_add(limit.state(rights.len()), Ordering::Relaxed);
        rights
    });
    for (of, rights) in resources.iter().zip(&mut given) {
        if limit(of).is_some_and(Limit::is_over) {
            *rights = Vec::new();
        }
    }
    (all.into_inner() <= most).then_some(given)
}

/// What each deployment that gives rights may state.
fn limits(resources: &[Resource], bound: Bound) -> BTreeMap<&str, Limit> {
    let mut limits: BTreeMap<&str, Limit> = BTreeMap::new();
    let mut seen: FxHashSet<(&str, FileId, u32)> = FxHashSet::default();
    for of in resources.iter().filter(|of| facts::gives_rights(&of.kind)) {
        let first = || Limit { most: 0, stated: AtomicUsize::new(0), first: of.header };
        let limit = limits.entry(&of.deployment).or_insert_with(first);
        // Several instances are written once.
        if seen.insert((&of.deployment, of.span.file, of.span.start)) {
            limit.most += of.span.len() / bound.bytes;
        }
    }
    let share = (bound.run / limits.len().max(1)).max(bound.least);
    for limit in limits.values_mut() {
        limit.most += share;
    }
    limits
}

fn too_many(deployment: &str, limit: &Limit, workspace: &Workspace) -> Problem {
    let message = format!("the rights in `{deployment}` are not judged: there are over {}", limit.most);
    Problem::error("facts::limit", workspace.path(limit.first.file), Some(limit.first), message)
        .help("give them to a group once, or make fewer instances")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{terraform, testing};

    #[test]
    fn a_deployment_with_too_many_rights_states_none_and_the_others_state_theirs() {
        let policy = |count: usize, statements: usize| {
            format!(
                "resource \"aws_iam_role_policy\" \"p\" {{\n  count = {count}\n  role = \"r\"\n  policy = jsonencode({{ Version = \"2012-10-17\", \
                 Statement = [for i in range({statements}) : {{ Effect = \"Allow\", Action = \"s3:GetObject\", Resource = \"arn:aws:s3:::b${{i}}/*\" }}] }})\n}}\n"
            )
        };
        let (many, few) = (policy(20, 20), policy(2, 2));
        let (workspace, found) = testing::found(&terraform::TERRAFORM, &[("a/main.tf", &many), ("b/main.tf", &few)]);
        let resources = &found.resources[..];
        let stated = |bound: Bound, most: usize| {
            let limits = limits(resources, bound);
            let given = within(resources, &limits, most, (&workspace, Spread::One))?;
            let of = |root: &str| -> usize {
                let each = resources.iter().zip(&given).filter(|(of, _)| &*of.deployment == root);
                each.map(|(_, rights)| rights.len()).sum()
            };
            Some((of("a"), of("b"), limits.values().filter(|limit| limit.is_over()).count()))
        };
        let bound = |least| Bound { run: 0, least, bytes: 1_000 };
        assert_eq!(stated(bound(400), usize::MAX), Some((400, 4, 0)));
        assert_eq!(stated(bound(399), usize::MAX), Some((0, 4, 1)));
        assert_eq!(stated(bound(400), 404), Some((400, 4, 0)));
        assert_eq!(stated(bound(400), 300), None);
        let (given, problems) = given(resources, &workspace, Spread::Threads(1));
        assert_eq!((given.iter().map(Vec::len).sum::<usize>(), problems.len()), (404, 0));
    }
}
