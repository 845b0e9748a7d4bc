//! What people wrote and nobody answers for yet: it shows nothing, neither of a control nor of a clause.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::standing::{Judged, Shown};
use crate::dialect::Resource;
use crate::governance::front_matter;
use crate::source::Workspace;

/// The policies without an owner or an approval, and what rests on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drafts {
    /// Their paths.
    pub paths: BTreeSet<Arc<str>>,
    /// The rules that pass for these alone.
    pub rules: BTreeSet<Arc<str>>,
}

impl Drafts {
    /// The drafts among documents; no rule rests on them yet.
    pub fn of(resources: &[Resource], workspace: &Workspace) -> Drafts {
        let policies = resources.iter().filter(|resource| &*resource.kind == "document/policy");
        let drafts = policies.filter(|policy| !front_matter::is_in_force(policy.body.get("front_matter")));
        Drafts { paths: drafts.map(|draft| workspace.path(draft.span.file).into()).collect(), rules: BTreeSet::new() }
    }

    /// Whether what would document a control is a draft: a file that the Statement names, or what a rule passes for.
    pub(super) fn document(&self, shown: &[Shown], rules: &[Judged]) -> bool {
        shown.iter().any(|shown| self.paths.contains(&shown.path))
            || rules.iter().any(|judged| self.rules.contains(&judged.rule))
    }
}
