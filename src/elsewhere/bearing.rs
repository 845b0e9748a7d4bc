//! From what another tool says of a rule to the controls that it speaks of.
//!
//! The register decides where it names the rule. Else what the tool itself says of Annex A counts, then rules of ours that are the
//! same check, then requirements of NIST that are related to controls: a relation is no equality, so passes of those show nothing
//! by themselves. Frameworks of which one requirement is related to many controls (laws, for instance) lead nowhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::gathered::Tag;
use super::{ForeignBearing, KnownBy};
use crate::control::crosswalk::{self, Framework};
use crate::control::{self, ControlId};
use crate::governance::record::Bearing;
use crate::rule::alias::{Peer, spelling};
use crate::rule::card::Card;
use crate::rule::{Severity, Strength};

/// What rules of ours that peers have too bear on, by the peer and its name.
pub(super) struct Aliases {
    by_name: BTreeMap<(Peer, String), Vec<OurRule>>,
}

/// A rule of ours: its id, how bad what it finds is, and what it bears on.
struct OurRule {
    id: Arc<str>,
    severity: Option<Severity>,
    controls: Vec<(ControlId, Strength)>,
}

impl Aliases {
    pub fn of<'c>(cards: impl Iterator<Item = &'c Card>) -> Aliases {
        let mut by_name: BTreeMap<(Peer, String), Vec<OurRule>> = BTreeMap::new();
        for card in cards {
            for alias in card.aliases.all().iter() {
                let Some(peer) = Peer::of(&alias.id) else { continue };
                let of = by_name.entry((peer, spelling(&alias.id))).or_default();
                let (severity, controls) = (card.severity, card.controls.clone());
                of.push(OurRule { id: Arc::clone(&card.id), severity, controls });
            }
        }
        Aliases { by_name }
    }

    /// The rules of ours that a tool's rule is.
    fn find(&self, tool: &str, rule: &str) -> impl Iterator<Item = &OurRule> {
        let peer = peer(tool);
        let word = |peer: Peer| Peer::ALL.iter().find(|(_, known)| *known == peer).map_or("", |(word, _)| word);
        let names = peer.map(|of| {
            let bare = rule.strip_prefix(word(of)).and_then(|rest| rest.strip_prefix(['/', ':'])).unwrap_or(rule);
            // A name of tfsec may stand in a report of Trivy.
            let named = Peer::of(bare).filter(|other| other.is_understood_by(of)).unwrap_or(of);
            [(named, spelling(bare)), (of, format!("{}:*", word(of)))]
        });
        names.into_iter().flatten().filter_map(|name| self.by_name.get(&name)).flatten()
    }
}

impl Aliases {
    /// How bad the worst of our rules is that a tool's rule is.
    pub fn severity(&self, tool: &str, rule: &str) -> Option<Severity> {
        self.find(tool, rule).filter_map(|ours| ours.severity).max()
    }
}

/// The peer that a tool is, by its name.
fn peer(tool: &str) -> Option<Peer> {
    let lower = tool.to_lowercase();
    let words: Vec<&str> = lower.split([' ', '/', '_']).collect();
    let is = |word: &str| words.contains(&word);
    if is("cfn-guard") {
        return Some(Peer::Guard);
    }
    // `guard` alone is part of many names.
    Peer::ALL.iter().find(|(word, peer)| is(word) && *peer != Peer::Guard).map(|(_, peer)| *peer)
}

/// What the register says of rules, compiled.
pub(super) struct Named<'r> {
    entries: Vec<(globset::GlobMatcher, &'r Bearing)>,
}

impl<'r> Named<'r> {
    pub fn of(bearings: &'r [Bearing]) -> Named<'r> {
        let compiled = bearings.iter().filter_map(|of| {
            let glob = globset::GlobBuilder::new(&of.0).case_insensitive(true).build().ok()?;
            Some((glob.compile_matcher(), of))
        });
        Named { entries: compiled.collect() }
    }

    /// The first entry that a rule matches, by its place.
    pub fn find(&self, rule: &str) -> Option<(usize, &'r [ControlId])> {
        let is_named = |(glob, of): &(globset::GlobMatcher, &Bearing)| *of.0 == *rule || glob.is_match(rule);
        let place = self.entries.iter().position(is_named)?;
        self.entries.get(place).map(|(_, of)| (place, of.2.as_slice()))
    }
}

/// The controls that a rule speaks of, in order, where the register does not say.
pub(super) fn bearings<'t>(
    tool: &str,
    rule: &str,
    tags: impl Iterator<Item = &'t Tag> + Clone,
    aliases: &Aliases,
) -> Vec<ForeignBearing> {
    let by_tool = tags.clone().filter_map(|tag| match tag {
        Tag::Control(id) => Some(bearing(*id, Strength::Direct, KnownBy::Tool)),
        Tag::Nist(_) | Tag::Csf(_) => None,
    });
    let found = one_each(by_tool);
    if !found.is_empty() {
        return found;
    }
    let ours = aliases.find(tool, rule).flat_map(|ours| {
        ours.controls.iter().map(|(id, strength)| bearing(*id, *strength, KnownBy::Alias(Arc::clone(&ours.id))))
    });
    let found = one_each(ours);
    if !found.is_empty() {
        return found;
    }
    one_each(tags.flat_map(|tag| match tag {
        Tag::Control(_) => Vec::new(),
        Tag::Nist(id) => related("nist_sp_800_53_r5", &nist(id)),
        Tag::Csf(id) => related("nist_csf_2_0", std::slice::from_ref(id)),
    }))
}

pub(super) fn bearing(control: ControlId, strength: Strength, by: KnownBy) -> ForeignBearing {
    ForeignBearing { control, strength, by }
}

/// Of several that are about one control the strongest, in the order of controls.
fn one_each(all: impl Iterator<Item = ForeignBearing>) -> Vec<ForeignBearing> {
    let mut by_control: BTreeMap<ControlId, ForeignBearing> = BTreeMap::new();
    for of in all {
        match by_control.get(&of.control) {
            Some(known) if *known <= of => {}
            _ => drop(by_control.insert(of.control, of)),
        }
    }
    by_control.into_values().collect()
}

/// The controls that the first known of some ids is related to.
fn related(framework: &str, ids: &[String]) -> Vec<ForeignBearing> {
    let Some(framework) = crosswalk::named(framework) else { return Vec::new() };
    let Some((id, controls)) = ids.iter().find_map(|id| known(framework, id)) else { return Vec::new() };
    let by = |id: &Arc<str>| KnownBy::Framework(Arc::clone(&framework.name), Arc::clone(id));
    controls.iter().map(|control| bearing(*control, Strength::Supporting, by(id))).collect()
}

fn known<'f>(framework: &'f Framework, id: &str) -> Option<(&'f Arc<str>, &'f [ControlId])> {
    let requirement = framework.requirements().iter().find(|of| *of.id == *id && !of.controls.is_empty())?;
    Some((&requirement.id, &requirement.controls))
}

/// What an id of a framework says, as tools name both: `ISO27001-2022`, `NIST-800-53-Revision-5`.
pub(super) fn tags_of(framework: &str, id: &str) -> Vec<Tag> {
    let bare: String = framework.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    if bare.contains("27001") || bare.contains("27002") {
        let controls =
            if bare.contains("2013") { control::named(&format!("2013:{}", annex(id))) } else { control_of(id) };
        return controls.into_iter().map(Tag::Control).collect();
    }
    if bare.contains("nist80053") || (bare.contains("80053") && !bare.contains("171")) {
        return vec![Tag::Nist(id.to_owned())];
    }
    if bare.contains("csf20") || bare.contains("csfv2") {
        return vec![Tag::Csf(id.to_owned())];
    }
    Vec::new()
}

/// The number of a control of Annex A: `A.8.24` and `a.8.24` as well as `8.24`.
fn annex(id: &str) -> &str {
    id.trim().strip_prefix(['A', 'a']).map_or(id.trim(), |rest| rest.trim_start_matches(['.', '-']))
}

fn control_of(id: &str) -> Vec<ControlId> {
    control::named(annex(id))
}

/// The control of a target in OSCAL: `a.8.24`, `a.8.24_smt`, `a.8.24_obj.1`. A bare number could be one of anything.
pub(super) fn control_of_oscal(target: &str) -> Option<ControlId> {
    let id = target.split('_').next()?;
    id.starts_with(['A', 'a']).then(|| control_of(id).first().copied()).flatten()
}

/// Whether a text names a requirement of SP 800-53.
pub(super) fn is_of_nist(text: &str) -> bool {
    !nist(text).is_empty()
}

/// The ids of SP 800-53 that a text may mean, the narrowest first: `ac_2_12_a`, `ac-2.12_obj` and `AC-2 (12)` are an
/// enhancement of `AC-2`.
fn nist(text: &str) -> Vec<String> {
    let upper = text.to_ascii_uppercase();
    let bytes = upper.as_bytes();
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    for at in 0..bytes.len() {
        let begins = is_letter(at) && is_letter(at + 1) && !is_letter(at + 2) && (at == 0 || !is_letter(at - 1));
        if !begins || !matches!(bytes.get(at + 2), Some(b'-' | b'_')) {
            continue;
        }
        let rest = upper.get(at + 3..).unwrap_or_default();
        let (number, rest) = digits(rest);
        let Some(number) = number else { continue };
        let id = format!("{}-{number}", upper.get(at..at + 2).unwrap_or_default());
        let rest = rest.trim_start();
        let (enhancement, _) = digits(rest.strip_prefix(['(', '.', '_']).unwrap_or_default());
        return enhancement.map(|of| format!("{id}({of})")).into_iter().chain([id]).collect();
    }
    Vec::new()
}

/// The number that a text begins with, without zeros before it, and what comes after.
fn digits(text: &str) -> (Option<u32>, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    (number.parse().ok(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_nist_are_read_as_tools_write_them() {
        for (written, want) in [
            ("AC-2", &["AC-2"][..]),
            ("AC-6 (9)", &["AC-6(9)", "AC-6"]),
            ("ac_2_12_a", &["AC-2(12)", "AC-2"]),
            ("ac_2_a", &["AC-2"]),
            ("ac-2.12_obj.a-1", &["AC-2(12)", "AC-2"]),
            ("ac-02_smt.a", &["AC-2"]),
            ("NIST.800-53.r5 SC-13", &["SC-13"]),
            ("Rev_4", &[]),
            ("CCI-000366", &[]),
            ("", &[]),
            ("ÄÖ-1", &[]),
        ] {
            assert_eq!(nist(written), want, "{written}");
        }
    }

    #[test]
    fn frameworks_are_told_by_their_names() {
        let control = |id: &str| Tag::Control(id.parse().unwrap());
        for (framework, id, want) in [
            ("ISO27001-2022", "A.8.24", vec![control("8.24")]),
            ("ISO27001-2013", "A.12.4.1", vec![control("8.15")]),
            ("ISO/IEC 27002:2022", "8.9", vec![control("8.9")]),
            ("NIST-800-53-Revision-5", "sc_28", vec![Tag::Nist("sc_28".into())]),
            ("NIST-CSF-2.0", "PR.DS-01", vec![Tag::Csf("PR.DS-01".into())]),
            ("NIST-CSF-1.1", "pr_ds_1", vec![]),
            ("GDPR", "article_32", vec![]),
            ("CIS-3.0", "2.1", vec![]),
        ] {
            assert_eq!(tags_of(framework, id), want, "{framework} {id}");
        }
    }

    #[test]
    fn a_bare_number_in_oscal_is_no_control_of_annex_a() {
        for (target, want) in
            [("a.8.24", Some("8.24")), ("A.5.1_smt", Some("5.1")), ("8.24", None), ("ac-2", None), ("a.9.9", None)]
        {
            assert_eq!(control_of_oscal(target), want.map(|id| id.parse().unwrap()), "{target}");
        }
    }

    #[test]
    fn tools_are_told_by_whole_words() {
        for (tool, want) in [
            ("Checkov", Some(Peer::Checkov)),
            ("Aqua Trivy", Some(Peer::Trivy)),
            ("cfn-guard", Some(Peer::Guard)),
            ("GitGuardian", None),
            ("AWS Guard Duty", None),
            ("zizmor", Some(Peer::Zizmor)),
        ] {
            assert_eq!(peer(tool), want, "{tool}");
        }
    }
}
