//! A sample of the verdicts on a control, for an auditor who looks at some of them with their own eyes.
//!
//! Drawn by a seed that the auditor chooses: the same seed over the same files gives the same sample, and nobody who writes
//! files can know beforehand what will be in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::control::ControlId;
use crate::evaluate::Outcome;
use crate::hex;
use crate::rule::Strength;
use crate::triage::Finding;

/// How a sample is drawn, for the reader.
pub const METHOD: &str = "Population: every verdict (pass, fail or open, silenced ones included) of a rule that bears on the control \
directly, on something that could have failed it. Each verdict has a number: SHA-256 over the seed, the control, and the verdict's \
rule, kind, resource, deployment, fingerprint and outcome, in that order, with a line feed after each. Verdicts are taken in the \
order of their numbers: first one of each stratum (rule and kind of resource), then one of each outcome of a stratum that is not yet \
in the sample, then of all that are left, until the size is reached. The same seed over the same files gives the same sample.";

/// What was drawn for one control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The control.
    pub control: ControlId,
    /// How many verdicts there are: passing, failing and open ones.
    pub population: [usize; 3],
    /// The strata, in order.
    pub strata: Vec<Stratum>,
    /// The places of the drawn verdicts in the list of findings, in the order of that list.
    pub drawn: Vec<usize>,
}

/// The verdicts of one rule on resources of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// The rule.
    pub rule: Arc<str>,
    /// The kind of resource.
    pub kind: Arc<str>,
    /// How many verdicts there are.
    pub population: usize,
    /// How many of them were drawn.
    pub drawn: usize,
}

impl Sample {
    /// How many verdicts there are.
    pub fn all(&self) -> usize {
        self.population.iter().sum()
    }

    /// How many strata nothing was drawn of.
    pub fn left_out(&self) -> usize {
        self.strata.iter().filter(|stratum| stratum.drawn == 0).count()
    }
}

/// A verdict with its number.
struct Numbered {
    number: String,
    place: usize,
    stratum: usize,
    outcome: usize,
}

/// Draws a sample of so many verdicts, or all where there are fewer; `findings` are all judgements, passes included.
pub fn draw(findings: &[Finding], control: ControlId, size: usize, seed: &str) -> Sample {
    let mut strata: BTreeMap<(&Arc<str>, &str), usize> = BTreeMap::new();
    let bears = |finding: &&Finding| finding.rule.controls.contains(&(control, Strength::Direct)) && !finding.vacuous;
    for finding in findings.iter().filter(bears) {
        *strata.entry((&finding.rule.id, &finding.resource.kind)).or_default() += 1;
    }
    let places: BTreeMap<(&Arc<str>, &str), usize> = strata.keys().enumerate().map(|(at, key)| (*key, at)).collect();
    let mut population = [0; 3];
    let mut same: BTreeMap<String, usize> = BTreeMap::new();
    let mut numbered: Vec<Numbered> = Vec::new();
    for (place, finding) in findings.iter().enumerate().filter(|(_, finding)| bears(finding)) {
        let outcome = outcome(finding.outcome);
        if let Some(count) = population.get_mut(outcome) {
            *count += 1;
        }
        let stratum = places.get(&(&finding.rule.id, &*finding.resource.kind)).copied().unwrap_or_default();
        let identity = identity(finding);
        // Of verdicts that nothing tells apart each has its turn.
        let turn = same.entry(identity.clone()).or_default();
        let number = hex::sha256(format!("{seed}\n{control}\n{identity}{turn}\n").as_bytes());
        *turn += 1;
        numbered.push(Numbered { number, place, stratum, outcome });
    }
    numbered.sort_by(|a, b| a.number.cmp(&b.number));
    let mut drawn = chosen(&numbered, size);
    let mut of_strata: Vec<Stratum> = strata
        .into_iter()
        .map(|((rule, kind), population)| Stratum { rule: Arc::clone(rule), kind: kind.into(), population, drawn: 0 })
        .collect();
    let held: BTreeSet<usize> = drawn.iter().copied().collect();
    for of in &numbered {
        if held.contains(&of.place)
            && let Some(stratum) = of_strata.get_mut(of.stratum)
        {
            stratum.drawn += 1;
        }
    }
    drawn.sort_unstable();
    Sample { control, population, strata: of_strata, drawn }
}

/// The places that are drawn, of verdicts in the order of their numbers.
fn chosen(numbered: &[Numbered], size: usize) -> Vec<usize> {
    let mut taken = vec![false; numbered.len()];
    let mut drawn = Vec::new();
    // Of a key that nothing was drawn of, the first; a key of all is never met again.
    let mut round = |key: &dyn Fn(&Numbered) -> (usize, usize)| {
        let met = numbered.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(of, _)| key(of));
        let mut met: BTreeSet<(usize, usize)> = met.collect();
        for (of, taken) in numbered.iter().zip(&mut taken) {
            if drawn.len() < size && !*taken && met.insert(key(of)) {
                *taken = true;
                drawn.push(of.place);
            }
        }
    };
    round(&|of| (of.stratum, 0));
    round(&|of| (of.stratum, of.outcome));
    round(&|of| (usize::MAX, of.place));
    drawn
}

/// Pass, fail, open.
fn outcome(outcome: Outcome) -> usize {
    match outcome {
        Outcome::Pass => 0,
        Outcome::Fail => 1,
        Outcome::Open => 2,
    }
}

/// What tells a verdict from others, a line each.
fn identity(finding: &Finding) -> String {
    let resource = &finding.resource;
    let outcome = ["pass", "fail", "open"].get(outcome(finding.outcome)).copied().unwrap_or_default();
    let print = finding.fingerprint.as_str();
    format!(
        "{}\n{}\n{}\n{}\n{print}\n{outcome}\n",
        finding.rule.id, resource.kind, resource.address, resource.deployment
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::tests::finding;

    const CONTROL: &str = "8.24";

    fn of(rule: &str, kind: &str, address: &str, outcome: Outcome) -> Finding {
        let mut finding = finding(rule, "a.tf", address, outcome);
        Arc::get_mut(&mut finding.rule).unwrap().controls = vec![(CONTROL.parse().unwrap(), Strength::Direct)];
        Arc::get_mut(&mut finding.resource).unwrap().kind = kind.into();
        finding
    }

    fn population() -> Vec<Finding> {
        let many = (0..40).map(|number| of("keys", "a", &format!("key{number}"), Outcome::Pass));
        let few = [
            of("keys", "a", "bad", Outcome::Fail),
            of("keys", "b", "other", Outcome::Pass),
            of("disks", "c", "disk", Outcome::Open),
        ];
        many.chain(few).collect()
    }

    fn drawn(size: usize, seed: &str) -> Sample {
        draw(&population(), CONTROL.parse().unwrap(), size, seed)
    }

    #[test]
    fn each_stratum_then_each_outcome_is_in_the_sample_before_anything_else() {
        for seed in ["a", "b", "c", "2026-01-15"] {
            let three = drawn(3, seed);
            assert_eq!((three.left_out(), three.all(), three.strata.len()), (0, 43, 3), "{seed}");
            assert_eq!(three.population, [41, 1, 1]);
            let four = drawn(4, seed);
            assert!(four.drawn.contains(&40) || three.drawn.contains(&40), "{seed}: the one that fails");
            assert!(
                three.drawn.iter().all(|place| four.drawn.contains(place)),
                "{seed}: a larger one holds a smaller one"
            );
        }
        assert_eq!(drawn(2, "a").left_out(), 1);
    }

    #[test]
    fn a_seed_decides_and_nothing_else_does() {
        assert_eq!(drawn(10, "a"), drawn(10, "a"));
        assert_ne!(drawn(10, "a").drawn, drawn(10, "b").drawn);
        // The order of files is no part of it.
        let mut turned = population();
        turned.reverse();
        let names = |findings: &[Finding], sample: &Sample| -> Vec<String> {
            let mut names: Vec<String> =
                sample.drawn.iter().map(|place| findings[*place].resource.address.to_string()).collect();
            names.sort();
            names
        };
        let again = draw(&turned, CONTROL.parse().unwrap(), 10, "a");
        assert_eq!(names(&turned, &again), names(&population(), &drawn(10, "a")));
    }

    #[test]
    fn what_could_not_fail_or_bears_on_another_control_is_none_of_it() {
        let mut findings = population();
        findings[0].vacuous = true;
        assert_eq!(draw(&findings, CONTROL.parse().unwrap(), 100, "a").all(), 42);
        let other = draw(&findings, "5.1".parse().unwrap(), 100, "a");
        assert_eq!((other.all(), other.drawn.len(), other.strata.len()), (0, 0, 0));
        assert_eq!(drawn(100, "a").drawn.len(), 43);
        assert_eq!(drawn(0, "a").drawn.len(), 0);
    }
}
