//! What a SARIF log refers to by number: rules, controls, files.

use std::collections::{BTreeMap, BTreeSet};

use crate::control::{Control, ControlId, catalogue};
use crate::report::causes::Cause;
use crate::report::{REPOSITORY, Report};
use crate::rule::Rule;

use super::MOST_PLACES;

/// The rules, controls and files of a report, each in its order.
pub struct Index<'r> {
    rules: BTreeMap<&'r str, (usize, &'r Rule)>,
    controls: BTreeMap<ControlId, (usize, &'static Control)>,
    paths: BTreeMap<&'r str, usize>,
}

impl<'r> Index<'r> {
    /// Everything that the findings and the problems of a report mention.
    pub fn of(report: &'r Report<'_>, causes: &[Cause<'r>]) -> Index<'r> {
        let mut rules: BTreeMap<&str, (usize, &Rule)> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        let mut paths: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in causes.iter().map(|cause| cause.finding) {
            rules.entry(&*finding.rule.id).or_insert((0, &*finding.rule));
            ids.extend(finding.rule.controls.iter().map(|(id, _)| *id));
            let silenced = finding.suppressed.iter().filter_map(|suppressed| suppressed.span);
            let related = finding.related.iter().take(MOST_PLACES).map(|related| related.span);
            paths.extend(related.chain(silenced).chain([finding.span]).map(|span| (report.path(span), 0)));
            paths.extend(report.face().filter(|_| report.path(finding.span) == REPOSITORY).map(|path| (path, 0)));
        }
        paths.extend(report.problems.iter().map(|problem| (report.problem_path(problem), 0)));
        paths.retain(|path, _| !path.is_empty() && *path != REPOSITORY);
        (0..).zip(rules.values_mut()).for_each(|(number, rule)| rule.0 = number);
        (0..).zip(paths.values_mut()).for_each(|(number, path)| *path = number);
        let controls = catalogue().iter().filter(|control| ids.contains(&control.id));
        let controls = controls.enumerate().map(|(number, control)| (control.id, (number, control))).collect();
        Index { rules, controls, paths }
    }

    /// The rules, by id.
    pub fn rules(&self) -> impl Iterator<Item = &'r Rule> {
        self.rules.values().map(|(_, rule)| *rule)
    }

    /// The number of a rule.
    pub fn rule(&self, id: &str) -> Option<usize> {
        self.rules.get(id).map(|(number, _)| *number)
    }

    /// The controls that the rules bear on.
    pub fn controls(&self) -> impl Iterator<Item = &'static Control> {
        self.controls.values().map(|(_, control)| *control)
    }

    /// The number of a control.
    pub fn control(&self, id: ControlId) -> Option<usize> {
        self.controls.get(&id).map(|(number, _)| *number)
    }

    /// The files.
    pub fn paths(&self) -> impl Iterator<Item = &'r str> {
        self.paths.keys().copied()
    }

    /// The number of a file.
    pub fn path(&self, path: &str) -> Option<usize> {
        self.paths.get(path).copied()
    }
}
