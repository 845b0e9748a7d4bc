use super::nonconformity::{Grade, Nonconformity};
use super::others::OfOthers;
use super::standing::{Attestation, Claim, Shown, ShownBy, TopicStanding};
use super::state::{Assurance, Inherited, Known, decide};
use super::{Basis, Judged, State, Tally};
use crate::control::topic::{self, Topic};
use crate::control::{Control, Rating, catalogue};
use crate::governance::record::{Collected, Kept};
use crate::governance::soa::Implementation;
use crate::rule::{Severity, Strength};
use crate::source::{FileId, Span};

const RATINGS: [Rating; 4] = [Rating::Strong, Rating::Partial, Rating::DocumentEvidence, Rating::AttestationOnly];

fn claim(applicable: bool, implementation: Option<Implementation>) -> Claim {
    Claim {
        span: Span::new(FileId(0), 0, 0),
        applicable,
        reasons: Vec::new(),
        exclusion: None,
        implementation,
        owner: None,
        accountable: None,
        how: None,
        inherited_from: None,
        current_level: None,
        target_level: None,
    }
}

fn attestation(expired: bool, changed: bool) -> Attestation {
    Attestation {
        id: "a1".into(),
        span: Span::new(FileId(0), 0, 0),
        statement: "so it is".into(),
        made_by: "lead".into(),
        approved_by: "ciso".into(),
        expires: jiff::civil::date(2026, 6, 30),
        expired,
        changed,
    }
}

fn shown(changed: bool) -> Shown {
    let (kept, collected) = (Kept::Here("a.pdf".into()), Collected::default());
    Shown { kept, collected, there: true, empty: false, sha256: None, changed, by: ShownBy::Statement }
}

/// Two things of two kinds, judged by two rules for both topics of a control.
const BROAD: Basis = Basis { subjects: 2, things: 2, kinds: 2, rules: 2, topics: 2, topics_known: 2 };

/// What can be known of a control, in every combination that matters.
fn every_case(control: &Control, mut see: impl FnMut(State, Known<'_>)) {
    let tallies = [
        Tally::default(),
        Tally { rules: 2, passed: 2, passed_technically: 2, basis: BROAD, ..Tally::default() },
        Tally { rules: 1, passed: 2, ..Tally::default() },
        Tally { rules: 1, passed: 2, passed_technically: 1, failed: 1, ..Tally::default() },
        Tally { rules: 1, passed: 1, noted: 1, ..Tally::default() },
        Tally { rules: 1, open: 1, ..Tally::default() },
        Tally { rules: 1, waived: 1, ..Tally::default() },
        Tally { rules: 1, suppressed: 1, ..Tally::default() },
    ];
    let claims = [
        None,
        Some(claim(false, None)),
        Some(claim(true, Some(Implementation::Planned))),
        Some(claim(true, Some(Implementation::Partial))),
        Some(claim(true, Some(Implementation::Implemented))),
    ];
    let attestations =
        [vec![], vec![attestation(false, false)], vec![attestation(true, false)], vec![attestation(false, true)]];
    let evidence = [vec![], vec![shown(false)], vec![shown(true)], vec![Shown { there: false, ..shown(false) }]];
    let supplier = |assurance| Some(Inherited { supplier: "cloud", covers: true, assurance });
    for tally in tallies {
        for claim in &claims {
            for attestations in &attestations {
                for evidence in &evidence {
                    for inherited in
                        [None, supplier(Assurance::Unnamed), supplier(Assurance::Over), supplier(Assurance::Current)]
                    {
                        for whole in [true, false] {
                            let known = Known {
                                ceiling: control.evidence,
                                tally,
                                topics: &[],
                                rules: &[],
                                claim: claim.as_ref(),
                                attestations,
                                evidence,
                                kept_elsewhere: None,
                                drafts: false,
                                nonconformities: &[],
                                others: &OfOthers::default(),
                                inherited,
                                whole,
                            };
                            see(decide(known).0, known);
                        }
                    }
                }
            }
        }
    }
}

/// The states that a rating allows.
fn allowed(rating: Rating) -> Vec<State> {
    let above = |state: &State| match rating {
        Rating::Strong => false,
        Rating::Partial => *state == State::Evidenced,
        Rating::DocumentEvidence => matches!(state, State::Evidenced | State::PartiallyEvidenced),
        Rating::AttestationOnly => {
            matches!(state, State::Evidenced | State::PartiallyEvidenced | State::Documented)
        }
    };
    State::ALL.into_iter().filter(|state| !above(state)).collect()
}

#[test]
fn each_of_the_93_controls_reaches_every_state_that_its_rating_allows_and_none_above() {
    assert_eq!(catalogue().len(), 93);
    for control in catalogue() {
        let mut reached = std::collections::BTreeSet::new();
        every_case(control, |state, _| {
            reached.insert(state);
        });
        let reached: Vec<State> = reached.into_iter().collect();
        assert_eq!(reached, allowed(control.evidence), "{}", control.id);
    }
}

#[test]
fn nothing_assessed_is_never_met_and_a_failing_check_contradicts_those_who_say_that_it_is_met() {
    for control in catalogue() {
        every_case(control, |state, known| {
            if known.tally.failed > 0 {
                let claimed = known.claim.is_some_and(|claim| {
                    !claim.applicable || claim.implementation == Some(Implementation::Implemented)
                });
                let attested = known.attestations.iter().any(|attestation| !attestation.expired);
                let wanted = if claimed || attested { State::Contradicted } else { State::Gap };
                assert_eq!(state, wanted, "{}", control.id);
            }
            let nothing = known.tally.judged() == 0 && known.attestations.is_empty() && known.evidence.is_empty();
            if nothing && known.inherited.is_none() && known.claim.is_none() {
                assert_eq!(state, State::NotAssessed, "{}", control.id);
            }
        });
    }
}

#[test]
fn the_worst_that_speaks_against_a_control_wins() {
    for rating in RATINGS {
        let control = catalogue().iter().find(|control| control.evidence == rating).unwrap();
        let changed = [shown(true)];
        let all = Tally {
            rules: 1,
            passed: 1,
            passed_technically: 1,
            failed: 1,
            noted: 1,
            open: 1,
            suppressed: 1,
            waived: 1,
            vacuous: 1,
            basis: BROAD,
        };
        let known = Known {
            ceiling: control.evidence,
            tally: all,
            topics: &[],
            rules: &[],
            claim: None,
            attestations: &[],
            evidence: &changed,
            kept_elsewhere: None,
            drafts: false,
            nonconformities: &[],
            others: &OfOthers::default(),
            inherited: None,
            whole: true,
        };
        let state = |tally: Tally| decide(Known { tally, ..known }).0;
        assert_eq!(state(all), State::Gap);
        assert_eq!(state(Tally { failed: 0, ..all }), State::Open);
        assert_eq!(state(Tally { failed: 0, open: 0, ..all }), State::Stale);
        assert_eq!(
            decide(Known { tally: Tally { failed: 0, open: 0, ..all }, evidence: &[], ..known }).0,
            State::Waived
        );
    }
}

#[test]
fn the_reason_names_the_worst_rules_that_fail() {
    let judged = |rule: &str, severity, strength, failed| Judged {
        rule: rule.into(),
        title: "".into(),
        is_built_in: true,
        severity,
        strength,
        tally: Tally { failed, ..Tally::default() },
    };
    let rules = [
        judged("a", Severity::Low, Strength::Direct, 9),
        judged("b", Severity::High, Strength::Supporting, 1),
        judged("c", Severity::High, Strength::Direct, 1),
        judged("d", Severity::Info, Strength::Direct, 5),
        judged("e", Severity::Medium, Strength::Direct, 0),
        judged("f", Severity::Low, Strength::Direct, 2),
    ];
    let known = Known {
        ceiling: Rating::Strong,
        tally: Tally { rules: 6, failed: 12, ..Tally::default() },
        topics: &[],
        rules: &rules,
        claim: None,
        attestations: &[],
        evidence: &[],
        kept_elsewhere: None,
        drafts: false,
        nonconformities: &[],
        others: &OfOthers::default(),
        inherited: None,
        whole: true,
    };
    assert_eq!(decide(known).1, "12 findings stand: `c`, `a` and 1 more rule");
    assert_eq!(decide(Known { rules: &rules[..1], ..known }).1, "12 findings stand: `a`");
}

#[test]
fn claims_are_held_against_what_was_found() {
    let implemented = claim(true, Some(Implementation::Implemented));
    let unreasoned = claim(false, None);
    let excluded = Claim { exclusion: Some("there is none".into()), ..unreasoned.clone() };
    let known = Known {
        ceiling: Rating::Strong,
        tally: Tally::default(),
        topics: &[],
        rules: &[],
        claim: Some(&implemented),
        attestations: &[],
        evidence: &[],
        kept_elsewhere: None,
        drafts: false,
        nonconformities: &[],
        others: &OfOthers::default(),
        inherited: None,
        whole: true,
    };
    assert_eq!(decide(known).1, "said to be implemented, and nothing shows it");
    assert_eq!(
        decide(Known { whole: false, ..known }).0,
        State::NotAssessed,
        "a part of the repository proves nothing missing"
    );
    let passed = Tally { rules: 1, passed: 2, passed_technically: 2, basis: BROAD, ..Tally::default() };
    let (state, reason) = decide(Known { claim: Some(&excluded), tally: passed, ..known });
    assert_eq!((state, &*reason), (State::Contradicted, "excluded, although there are 2 things it is about"));
    assert_eq!(decide(Known { claim: Some(&excluded), ..known }).0, State::NotApplicable);
    assert_eq!(decide(Known { claim: Some(&unreasoned), ..known }).1, "excluded, and nothing says why");
    let everywhere = Tally { basis: Basis { things: 0, ..BROAD }, ..passed };
    assert_eq!(
        decide(Known { claim: Some(&excluded), tally: everywhere, ..known }).0,
        State::NotApplicable,
        "that files are no dumps does not make test data a subject"
    );
}

#[test]
fn a_state_is_as_broad_as_what_it_rests_on() {
    let known = Known {
        ceiling: Rating::Strong,
        tally: Tally { rules: 2, passed: 2, passed_technically: 2, basis: BROAD, ..Tally::default() },
        topics: &[],
        rules: &[],
        claim: None,
        attestations: &[],
        evidence: &[],
        kept_elsewhere: None,
        drafts: false,
        nonconformities: &[],
        others: &OfOthers::default(),
        inherited: None,
        whole: true,
    };
    let keys = Box::leak(Box::new(Topic::of_patterns(&["key-*"])));
    keys.id = "keys".into();
    let unseen = [TopicStanding { topic: keys, tally: Tally::default() }];
    let of = |basis: Basis| decide(Known { topics: &unseen, tally: Tally { basis, ..known.tally }, ..known });
    let rows = [
        (BROAD, State::Evidenced, "2 checks passed, none failed; 2 of 2 topics, 2 resources"),
        (
            Basis { kinds: 1, ..BROAD },
            State::PartiallyEvidenced,
            "2 resources, of a single kind, which shows only a part of it",
        ),
        (Basis { topics: 1, ..BROAD }, State::PartiallyEvidenced, "1 of 2 topics, 2 resources, nothing of `keys`"),
        (Basis { topics: 0, topics_known: 0, ..BROAD }, State::PartiallyEvidenced, "nothing of `keys`"),
    ];
    for (basis, state, reason) in rows {
        let (found, because) = of(basis);
        assert_eq!(found, state, "{basis:?}");
        assert!(because.ends_with(reason), "{because}");
    }
    let planned = claim(true, Some(Implementation::Planned));
    let (state, because) = decide(Known { claim: Some(&planned), ..known });
    assert_eq!(state, State::PartiallyEvidenced);
    assert!(because.ends_with("the Statement says it is only planned"), "{because}");
    let nothing = Tally { rules: 2, vacuous: 5, ..Tally::default() };
    assert_eq!(
        decide(Known { tally: nothing, ..known }),
        (State::NotAssessed, "2 rules bear on it, and nothing here could fail them".to_owned())
    );
}

#[test]
fn evidence_that_is_not_there_shows_nothing() {
    let gone = [Shown { there: false, ..shown(false) }];
    for rating in RATINGS {
        let known = Known {
            ceiling: rating,
            tally: Tally::default(),
            topics: &[],
            rules: &[],
            claim: None,
            attestations: &[],
            evidence: &gone,
            kept_elsewhere: None,
            drafts: false,
            nonconformities: &[],
            others: &OfOthers::default(),
            inherited: None,
            whole: true,
        };
        assert_eq!(decide(known), (State::Stale, "the evidence `a.pdf` is not there".to_owned()));
        let empty = [Shown { empty: true, ..shown(false) }];
        let of_empty = decide(Known { evidence: &empty, ..known });
        assert_eq!(of_empty, (State::Stale, "the evidence `a.pdf` is empty".to_owned()));
        let said = claim(true, Some(Implementation::Implemented));
        let ticket = "SEC-481".into();
        let elsewhere = Known { evidence: &[], claim: Some(&said), kept_elsewhere: Some(&ticket), ..known };
        let want =
            "said to be implemented, and what is named of it is kept elsewhere (`SEC-481`), and nobody attests it";
        assert_eq!(decide(elsewhere), (State::Contradicted, want.to_owned()));
        let attested = [attestation(false, false)];
        let state = decide(Known { attestations: &attested, ..elsewhere }).0;
        assert_eq!(state, State::Attested);
    }
}

#[test]
fn every_direct_rule_speaks_to_one_topic_of_its_controls_and_every_pattern_names_a_rule() {
    let rules = crate::rule::set::RuleSet::builtin(crate::dialect::DIALECTS);
    let direct = |id| rules.cards().filter(move |card| card.controls.contains(&(id, Strength::Direct)));
    let mut faults = Vec::new();
    for control in catalogue() {
        let parts = topic::parts(control.id);
        let spoken: Vec<_> = direct(control.id).map(|card| (&card.id, parts.topic_of(&card.id))).collect();
        let silent = spoken.iter().filter(|(_, topic)| topic.is_none());
        faults.extend(silent.map(|(rule, _)| format!("{rule} is in no topic of {}", control.id)));
        for (place, topic) in parts.topics.iter().enumerate() {
            let idle = topic.patterns().iter().filter(|pattern| {
                let alone = Topic::of_patterns(&[pattern]);
                !spoken.iter().any(|(rule, of)| *of == Some(place) && alone.names(rule))
            });
            faults.extend(idle.map(|pattern| format!("{pattern} in {} {} names no rule", control.id, topic.id)));
        }
    }
    assert!(faults.is_empty(), "see data/topics.toml\n{}", faults.join("\n"));
}

fn nonconformity(id: &str, grade: Grade, overdue: bool) -> Nonconformity {
    Nonconformity {
        id: id.into(),
        span: Span::new(FileId(0), 0, 1),
        path: "compliance/nonconformities.toml".into(),
        title: "rights stay".into(),
        grade,
        source: "audit".into(),
        audit: None,
        found_on: None,
        due: Some(jiff::civil::date(2026, 1, 14)),
        closed_on: None,
        is_open: true,
        overdue,
        owner: None,
        controls: vec!["5.18".parse().unwrap()],
        clauses: Vec::new(),
        root_cause: None,
        actions: Vec::new(),
        effective: None,
    }
}

#[test]
fn an_open_nonconformity_speaks_against_its_control() {
    let implemented = claim(true, Some(Implementation::Implemented));
    let planned = claim(true, Some(Implementation::Planned));
    let passed = Tally { rules: 1, passed: 2, passed_technically: 2, ..Tally::default() };
    let failed = Tally { rules: 1, failed: 1, ..passed };
    let major = nonconformity("n1", Grade::Major, true);
    let minor = nonconformity("n2", Grade::Minor, false);
    for (claim, tally, of, want) in [
        (
            Some(&implemented),
            passed,
            &major,
            (
                State::Contradicted,
                "said to be implemented, and the major nonconformity `n1` is overdue since 2026-01-14",
            ),
        ),
        (Some(&planned), passed, &major, (State::Gap, "the major nonconformity `n1` is overdue since 2026-01-14")),
        (
            None,
            failed,
            &major,
            (State::Gap, "1 finding stands, and the major nonconformity `n1` is overdue since 2026-01-14"),
        ),
        (None, failed, &minor, (State::Gap, "1 finding stands, and the minor nonconformity `n2` stands")),
    ] {
        let known = Known {
            ceiling: Rating::Strong,
            tally,
            topics: &[],
            rules: &[],
            claim,
            attestations: &[],
            evidence: &[],
            kept_elsewhere: None,
            drafts: false,
            nonconformities: &[of],
            others: &OfOthers::default(),
            inherited: None,
            whole: true,
        };
        let (state, reason) = decide(known);
        assert_eq!((state, reason.as_str()), want);
    }
}

#[test]
fn what_checks_show_and_a_person_found_not_met_is_never_all_shown() {
    let basis = Basis { subjects: 3, things: 3, kinds: 2, rules: 1, topics: 1, topics_known: 1 };
    let known = Known {
        ceiling: Rating::Strong,
        tally: Tally { rules: 1, passed: 3, passed_technically: 3, basis, ..Tally::default() },
        topics: &[],
        rules: &[],
        claim: None,
        attestations: &[],
        evidence: &[],
        kept_elsewhere: None,
        drafts: false,
        nonconformities: &[],
        others: &OfOthers::default(),
        inherited: None,
        whole: true,
    };
    assert_eq!(decide(known).0, State::Evidenced);
    let minor = nonconformity("n2", Grade::Minor, false);
    let (state, reason) = decide(Known { nonconformities: &[&minor], ..known });
    assert_eq!(state, State::PartiallyEvidenced);
    assert!(reason.ends_with("and the minor nonconformity `n2` stands"), "{reason}");
}
