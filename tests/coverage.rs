//! Every control of ISO/IEC 27002:2022 can be shown somehow: by a rule that bears on it directly or a register that is
//! about it; and what only people can vouch for, by an attestation.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::{BTreeMap, BTreeSet};

use annexa::control::{ControlId, Rating, catalogue};
use annexa::dialect::DIALECTS;
use annexa::governance;
use annexa::governance::schema::SCHEMAS;
use annexa::rule::Strength;
use annexa::rule::set::{RuleSet, builtin};
use annexa::source::Workspace;

/// The controls that built-in rules bear on directly, with the rules.
fn direct() -> BTreeMap<ControlId, BTreeSet<&'static str>> {
    let set = RuleSet::builtin(DIALECTS);
    let mut direct: BTreeMap<ControlId, BTreeSet<&'static str>> = BTreeMap::new();
    for builtin in builtin() {
        // That none is refused is proven elsewhere.
        let Ok(rule) = set.rule(builtin.id).unwrap() else { continue };
        for (id, strength) in &rule.controls {
            if *strength == Strength::Direct {
                direct.entry(*id).or_default().insert(builtin.id);
            }
        }
    }
    direct
}

#[test]
fn every_control_that_a_repository_can_show_has_a_rule_or_a_register() {
    let direct = direct();
    let registers: BTreeSet<ControlId> =
        SCHEMAS.iter().flat_map(|schema| schema.controls).map(|id| id.parse().unwrap()).collect();
    let shown = |id: &ControlId| direct.contains_key(id) || registers.contains(id);
    let bare: Vec<String> = catalogue()
        .iter()
        .filter(|control| control.evidence != Rating::AttestationOnly && !shown(&control.id))
        .map(|control| format!("{} {}", control.id, control.title))
        .collect();
    assert_eq!(bare, Vec::<String>::new(), "nothing shows these");
}

#[test]
fn what_is_rated_strong_or_partial_has_a_rule_and_not_only_a_register() {
    let direct = direct();
    let rated = |control: &&annexa::control::Control| matches!(control.evidence, Rating::Strong | Rating::Partial);
    let bare: Vec<String> = catalogue()
        .iter()
        .filter(rated)
        .filter(|control| !direct.contains_key(&control.id))
        .map(|control| control.id.to_string())
        .collect();
    assert_eq!(bare, Vec::<String>::new());
}

/// A rule that is direct for such a control would contradict it by a failure although no pass could ever show it.
#[test]
fn no_rule_claims_to_show_what_only_people_can_vouch_for() {
    let direct = direct();
    for control in catalogue().iter().filter(|control| control.evidence == Rating::AttestationOnly) {
        assert_eq!(direct.get(&control.id), None, "{} {}", control.id, control.title);
    }
}

#[test]
fn what_only_people_can_vouch_for_can_be_attested_and_a_rule_says_how() {
    for control in catalogue().iter().filter(|control| control.evidence == Rating::AttestationOnly) {
        let role = |id: &str| format!("[[role]]\nid = \"{id}\"\ntitle = \"{id}\"\n");
        let attestation = format!(
            "[[attestation]]\nid = \"a\"\ncontrols = [\"{}\"]\nstatement = \"3 of 3 were looked at\"\nmade_by = \"one\"\n\
             approved_by = \"two\"\nperiod_from = \"2025-01-01\"\nperiod_to = \"2025-12-31\"\nexpires = \"2026-12-31\"\n",
            control.id
        );
        let raci = role("one") + &role("two");
        let files = [("compliance/raci.toml", raci.as_str()), ("compliance/attestations.toml", attestation.as_str())];
        let (read, problems) = governance::read(&Workspace::in_memory(files), governance::DEFAULT_FOLDER);
        assert_eq!(problems, [], "{}", control.id);
        assert_eq!(read.records("attestations").len(), 1, "{}", control.id);
    }
    let set = RuleSet::builtin(DIALECTS);
    let rule = set.rule("control-not-attested").unwrap().unwrap_or_else(|_| panic!("refused"));
    for word in ["attestations.toml", "statement", "made_by", "approved_by", "period_from", "expires", "evidence"] {
        assert!(rule.fix.contains(word), "the rule does not say {word}");
    }
}

/// A key of front matter that rules ask for and the reference does not name cannot be known to anybody.
#[test]
fn the_front_matter_that_rules_ask_for_is_documented() {
    let keys: BTreeSet<&str> = governance::front_matter::KEYS.iter().map(|key| key.name).collect();
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    for builtin in builtin() {
        for (at, word) in builtin.text.match_indices("front_matter.") {
            let rest = builtin.text.get(at + word.len()..).unwrap();
            asked.extend(rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next());
        }
    }
    assert!(asked.len() > 10, "{asked:?}");
    assert_eq!(asked.difference(&keys).collect::<Vec<_>>(), Vec::<&&str>::new());
}
