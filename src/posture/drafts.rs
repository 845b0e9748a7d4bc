//! What people wrote and nobody answers for yet, or does no longer: it shows nothing, neither of a control nor of a clause.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::standing::Judged;
use crate::dialect::Resource;
use crate::governance::front_matter;
use crate::governance::paths::Cover;
use crate::source::Workspace;

/// The policies that are not in force, and what rests on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drafts {
    /// Their paths.
    pub paths: BTreeSet<Arc<str>>,
    /// The rules that pass for these alone.
    pub rules: BTreeSet<Arc<str>>,
}

impl Drafts {
    /// The drafts among documents; no rule rests on them yet.
    pub fn of(resources: &[Resource], workspace: &Workspace, today: Date) -> Drafts {
        let policies = resources.iter().filter(|resource| &*resource.kind == "document/policy");
        let drafts = policies.filter(|policy| !front_matter::is_in_force(policy.body.get("front_matter"), today));
        Drafts { paths: drafts.map(|draft| workspace.path(draft.span.file).into()).collect(), rules: BTreeSet::new() }
    }

    /// Whether a file is a draft, or all that a folder or a glob leads to are.
    pub(super) fn hold(&self, path: &str, workspace: &Workspace) -> bool {
        let bare = path.trim_start_matches("./");
        if self.paths.is_empty() || workspace.find(bare).is_some() {
            return self.paths.contains(bare);
        }
        let cover = Cover::of(path);
        let covers = |path: &str| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            cover.covers(folder, path)
        };
        let mut files = workspace.ids().map(|file| workspace.path(file)).filter(|path| covers(path)).peekable();
        files.peek().is_some() && files.all(|path| self.paths.contains(path))
    }

    /// Whether a rule that bears on a control passes for drafts alone.
    pub(super) fn pass(&self, rules: &[Judged]) -> bool {
        rules.iter().any(|judged| self.rules.contains(&judged.rule))
    }
}
