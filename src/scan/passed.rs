//! Passes that nobody asks to see: they are counted where they are judged, and not kept.
//!
//! Nine of ten judgements are passes, and of most runs only their number is told. Those are counted that would have been kept
//! (see [`super::held`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::held::LEAST;
use crate::dialect::Resource;
use crate::evaluate::{Engine, Judgement, Outcome};
use crate::rule::Rule;
use crate::source::FileId;
use crate::triage::Finding;

/// Passes that are counted.
#[derive(Default)]
pub struct Passed {
    /// How many there are.
    pub count: usize,
    /// The files that they would have told of.
    pub files: BTreeSet<FileId>,
    /// Those of which it is to be learned where secrets stand.
    pub telling: Vec<Telling>,
}

/// A pass of a check that says where secrets stand in what it judges.
pub struct Telling {
    /// The rule.
    pub rule: Arc<Rule>,
    /// Which of its checks.
    pub check: usize,
    /// The resource that it judged.
    pub resource: usize,
}

/// Passes of files of which none is judged anywhere else, while these are judged.
#[derive(Default)]
pub struct Counting {
    /// The places and rules.
    places: Vec<(FileId, u32, Arc<str>)>,
    /// The files that they would have told of.
    pub files: BTreeSet<FileId>,
    /// Those of which it is to be learned where secrets stand.
    pub telling: Vec<Telling>,
}

/// Such passes in the order in which findings are told.
#[derive(Default)]
pub struct Rows {
    /// Numbers of passes that follow each other, and whether so many of their rule and file came before that it depends on the
    /// run whether they are kept.
    rows: Vec<(usize, bool)>,
    files: BTreeSet<FileId>,
}

impl Passed {
    /// Counts a pass; whether it is one. Those of plans are kept until it is known what their sources say.
    pub fn takes(&mut self, engine: &Engine<'_>, resources: &[Resource], judgement: &Judgement) -> bool {
        let is_planned = || resources.get(judgement.resource).is_some_and(|resource| resource.identity.is_planned);
        let is_counted = is_counted(judgement) && !is_planned();
        if is_counted {
            self.count += 1;
            self.files.extend(told(resources, judgement));
            self.telling.extend(telling(engine, judgement));
        }
        is_counted
    }

    /// Takes what is left of passes out of findings.
    pub fn take_from(&mut self, findings: &mut Vec<Finding>) {
        let before = findings.len();
        findings.retain(|finding| !is_pass(finding));
        self.count += before - findings.len();
    }

    /// Adds passes of files, where a run keeps only so many.
    pub fn add(&mut self, rows: Rows, kept: &mut usize, most: usize) {
        for (count, depends) in rows.rows {
            let taken = if depends { count.min(most.saturating_sub(*kept)) } else { count };
            *kept += taken;
            self.count += taken;
        }
        self.files.extend(rows.files);
    }
}

impl Counting {
    /// Counts a pass; whether it is one.
    pub fn takes(&mut self, engine: &Engine<'_>, resources: &[Resource], judgement: &Judgement) -> bool {
        let is_counted = is_counted(judgement);
        if is_counted {
            let id = engine.rule(judgement.rule).map(|rule| Arc::clone(&rule.id)).unwrap_or_default();
            self.places.push((judgement.span.file, judgement.span.start, id));
            self.files.extend(told(resources, judgement));
            self.telling.extend(telling(engine, judgement));
        }
        is_counted
    }

    /// All of them in their order.
    pub fn rows(self) -> Rows {
        let Counting { mut places, files, telling: _ } = self;
        places.sort();
        let mut counts: FxHashMap<(FileId, Arc<str>), usize> = FxHashMap::default();
        let mut rows: Vec<(usize, bool)> = Vec::new();
        for (file, _, rule) in places {
            let of_rule = counts.entry((file, rule)).or_default();
            *of_rule += 1;
            let depends = *of_rule > LEAST;
            match rows.last_mut().filter(|row| row.1 == depends) {
                Some((count, _)) => *count += 1,
                None => rows.push((1, depends)),
            }
        }
        Rows { rows, files }
    }
}

fn is_pass(finding: &Finding) -> bool {
    finding.outcome == Outcome::Pass && !finding.vacuous
}

/// Whether a judgement is a pass that nobody asks to see.
fn is_counted(judgement: &Judgement) -> bool {
    judgement.outcome == Outcome::Pass && !judgement.vacuous
}

/// What is to be learned of a pass: what a rule says is secret is looked for where it passes, too.
fn telling(engine: &Engine<'_>, judgement: &Judgement) -> Option<Telling> {
    let Judgement { check, resource, .. } = *judgement;
    let rule = engine.rule(judgement.rule)?;
    rule.checks.get(check).filter(|check| !check.secret.is_empty())?;
    Some(Telling { rule: Arc::clone(rule), check, resource })
}

/// The files that a pass tells of.
fn told(resources: &[Resource], judgement: &Judgement) -> Vec<FileId> {
    let mut files: Vec<FileId> = judgement.related.iter().map(|related| related.span.file).collect();
    if !files.is_empty() {
        files.push(judgement.span.file);
        files.extend(resources.get(judgement.resource).map(|resource| resource.span.file));
    }
    files
}
