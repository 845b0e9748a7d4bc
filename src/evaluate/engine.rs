//! The rules of a run against the resources of a run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::about::{Checks, Turned};
use super::cover::Globs;
use super::coverage::{Coverage, Seen};
use super::judge;
use super::link::Links;
use super::scene::Scene;
use super::together::{self, Beside};
use super::worlds::Met;
use crate::dialect::Resource;
use crate::evaluate::{Judgement, Outcome};
use crate::kernel::world::World;
use crate::rule::Rule;
use crate::rule::walk::Embedded;
use crate::source::{FileId, NO_FILE, Span, Workspace};
use crate::truth::Truth;

/// Most resources that are kept as they are in a world.
const MOST_KEPT: usize = 1024;

/// How to evaluate.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The day that dates are compared with.
    pub today: jiff::civil::Date,
    /// Whether passes say what they rest on; else they only say that they are.
    pub explain_passes: bool,
    /// Whether passes say that nothing could have failed them; else none does.
    pub subjects: bool,
    /// Whether to record which comparisons came out how.
    pub coverage: bool,
}

/// The rules of a run, indexed by the kinds they judge, and the resources with the links between them.
///
/// Nothing changes after construction but caches: resources may be judged in any order and on any thread.
pub struct Engine<'r> {
    pub(super) rules: &'r [Arc<Rule>],
    pub(super) resources: &'r [Resource],
    pub(super) options: Options,
    pub(super) links: Links,
    pub(super) globs: Globs,
    /// The resources that are judged together.
    pub(super) beside: Beside,
    /// The files that the resources stand in, for rules that ask where that is.
    workspace: Option<&'r Workspace>,
    checks: FxHashMap<&'r str, Checks<'r>>,
    embedded: Vec<Embedded>,
    /// Resources as they are in a world, by index and world.
    made: Mutex<FxHashMap<(usize, String), Arc<Resource>>>,
    seen: Option<Mutex<Coverage>>,
}

impl<'r> Engine<'r> {
    /// Indexes rules by kind and resources by scope.
    pub fn new(rules: &'r [Arc<Rule>], resources: &'r [Resource], options: Options) -> Engine<'r> {
        let mut kinds: FxHashMap<&str, usize> = FxHashMap::default();
        for resource in resources {
            *kinds.entry(&*resource.kind).or_default() += 1;
        }
        let checks = kinds.into_iter().map(|(kind, count)| (kind, Checks::of(rules, kind, count))).collect();
        Engine {
            rules,
            resources,
            options,
            links: Links::new(resources),
            globs: Globs::default(),
            beside: together::beside(resources),
            workspace: None,
            checks,
            embedded: resources.iter().map(|_| Embedded::default()).collect(),
            made: Mutex::default(),
            seen: options.coverage.then(Mutex::default),
        }
    }

    /// The engine, told of the files that the resources stand in.
    #[must_use]
    pub fn over(self, workspace: &'r Workspace) -> Engine<'r> {
        Engine { workspace: Some(workspace), ..self }
    }

    /// A rule, as judgements count them.
    pub fn rule(&self, index: usize) -> Option<&Arc<Rule>> {
        self.rules.get(index)
    }

    /// Whether resources of files may be missing that nothing ties to those of the run.
    pub(super) fn is_part(&self) -> bool {
        self.workspace.is_some_and(|workspace| !workspace.is_whole())
    }

    /// The path of a file; empty where there is none.
    pub(super) fn path(&self, file: FileId) -> &str {
        self.workspace.filter(|_| file != NO_FILE).map_or("", |workspace| workspace.path(file))
    }

    /// Judges one resource by every check of its kind, in the order of the rules.
    pub fn judge_resource(&self, index: usize) -> Vec<Judgement> {
        together::joined(self, index, self.judged(index, None))
    }

    /// The same of a resource of which a check may say very much: of the passes only those stay that are kept, and those of a check are
    /// asked for before the next one is.
    pub fn judge_sifted(&self, index: usize, keeps: &mut dyn FnMut(&Judgement) -> bool) -> Vec<Judgement> {
        let mut keeps = |judgement: &Judgement| judgement.outcome != Outcome::Pass || keeps(judgement);
        together::joined(self, index, self.judged_by(index, None, &mut keeps))
    }

    /// Judges one resource by itself, by every rule or by some.
    pub(super) fn judged(&self, index: usize, rules: Option<&[usize]>) -> Vec<Judgement> {
        self.judged_by(index, rules, &mut |_| true)
    }

    fn judged_by(
        &self,
        index: usize,
        rules: Option<&[usize]>,
        keeps: &mut dyn FnMut(&Judgement) -> bool,
    ) -> Vec<Judgement> {
        let Some(resource) = self.resources.get(index) else { return Vec::new() };
        let mut judgements = Vec::new();
        for (rule, turn) in &*self.asked_of(index, resource) {
            if rules.is_some_and(|rules| !rules.contains(rule)) {
                continue;
            }
            let met = Met::default();
            let Some(scene) = self.scene(index, *rule, &met) else { continue };
            let Some(found) = self.rules.get(*rule).and_then(|rule| rule.checks.get(turn.number)) else { continue };
            let mut found_by = Vec::new();
            judge::check(&scene, found, *turn, &mut found_by);
            judgements.extend(found_by.into_iter().filter(|judgement| keeps(judgement)));
        }
        judgements
    }

    /// The checks that are asked of a resource. Where it is recorded what comparisons came to, that is each of its kind.
    fn asked_of(&self, index: usize, resource: &Resource) -> Arc<[Turned]> {
        match self.checks.get(&*resource.kind) {
            None => Arc::from([]),
            Some(checks) if self.options.coverage => Arc::clone(checks.all()),
            Some(checks) => checks.about(self, index, resource),
        }
    }

    /// How many checks are asked of a resource.
    #[cfg(test)]
    pub(super) fn checks_about(&self, index: usize) -> usize {
        self.resources.get(index).map_or(0, |resource| self.asked_of(index, resource).len())
    }

    /// The indices of the rules that some resource is of the kind of, in order.
    pub fn applicable(&self) -> impl Iterator<Item = usize> {
        let rules: std::collections::BTreeSet<usize> = self.turned().map(|(rule, _)| *rule).collect();
        rules.into_iter()
    }

    fn turned(&self) -> impl Iterator<Item = &Turned> {
        self.checks.values().flat_map(|checks| checks.all().iter())
    }

    /// What was recorded, when [`Options::coverage`] asked for it.
    pub fn coverage(&self) -> Coverage {
        let locked = self.seen.as_ref().map(|seen| seen.lock().unwrap_or_else(PoisonError::into_inner).clone());
        locked.unwrap_or(Coverage(BTreeMap::new()))
    }

    pub(super) fn record(&self, rule: usize, span: Span, truth: Truth) {
        let Some(seen) = &self.seen else { return };
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = seen.0.entry((rule, span)).or_insert(Seen::default());
        match truth {
            Truth::True => seen.held = true,
            Truth::False => seen.failed = true,
            Truth::Unknown => {}
        }
    }

    /// The scene of a resource, in which nothing is taken for granted.
    pub(super) fn scene<'s>(&'s self, index: usize, rule: usize, met: &'s Met) -> Option<Scene<'s>> {
        let resource = self.resources.get(index)?;
        let embedded = self.embedded.get(index)?;
        Some(Scene::new(self, resource, index, rule, (embedded, met)))
    }

    /// A resource as it is in a world.
    pub(super) fn seen_in(&self, index: usize, world: &World) -> Option<Arc<Resource>> {
        let resource = self.resources.get(index)?;
        let key = (index, world.key());
        let known = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if known.is_some() {
            return known;
        }
        let body = world.seen(&resource.body).unwrap_or_else(|| resource.body.clone());
        let made = Arc::new(Resource { body, ..resource.clone() });
        let mut kept = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&made));
        Some(made)
    }
}

/// Judges every resource, in order; a driver with threads asks the [`Engine`] itself.
pub fn judge_all(rules: &[Arc<Rule>], resources: &[Resource], options: Options) -> Vec<Judgement> {
    let engine = Engine::new(rules, resources, options);
    (0..resources.len()).flat_map(|index| engine.judge_resource(index)).collect()
}
