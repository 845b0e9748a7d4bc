use jiff::civil::date;
use serde_json::{Value, json};

use super::read::ledgers;
use super::*;

const TODAY: Date = date(2026, 5, 10);

/// A ledger in which all controls are in a state but for some.
fn ledger(day: &str, usual: &str, others: &[(&str, &str)]) -> Value {
    let controls = ControlId::all().map(|id| {
        let id = id.to_string();
        let state = others.iter().find(|(of, _)| *of == id).map_or(usual, |(_, state)| state);
        json!({ "id": id, "title": "…", "state": state, "owner": null, "claim": null, "rules": [{ "id": "x" }] })
    });
    json!({
        "tool": { "name": "annexa", "version": "1.2.0", "rules-hash": "ab" }, "today": day, "commit": null, "statement": null,
        "controls": controls.collect::<Vec<_>>(), "findings": [{ "file": "a" }], "problems": [],
    })
}

fn read(value: &Value) -> LedgerRead {
    let mut found = Vec::new();
    ledgers(value.to_string().as_bytes(), |ledger| found.push(ledger));
    found.remove(0).unwrap()
}

fn isms(claims: &[(&str, Value)]) -> LedgerRead {
    let mut value = ledger("2026-05-09", "not-assessed", &[]);
    value["statement"] = json!({ "file": "compliance/soa.toml" });
    for control in value["controls"].as_array_mut().unwrap() {
        control["owner"] = "security-lead".into();
        if let Some((_, claim)) = claims.iter().find(|(id, _)| control["id"] == *id) {
            control["claim"] = claim.clone();
        }
    }
    read(&value)
}

fn merged(isms: Option<LedgerRead>, repositories: &[(&str, Value)]) -> OrgLedger {
    let mut org = OrgLedger::new(TODAY, 7);
    if let Some(isms) = isms {
        org.set_isms("isms", isms).unwrap();
    }
    for (name, ledger) in repositories {
        org.add(name, read(ledger)).unwrap();
    }
    org
}

fn standing(org: &OrgLedger, id: &str) -> OrgStanding {
    org.standings().into_iter().find(|of| of.id.to_string() == id).unwrap()
}

#[test]
fn the_worst_of_all_repositories_counts_beside_what_the_statement_says() {
    let implemented = json!({ "applicable": true, "implementation": "implemented" });
    let planned = json!({ "applicable": true, "implementation": "planned" });
    let excluded = json!({ "applicable": false, "implementation": null });
    for (claim, states, state, reason) in [
        (None, ["evidenced", "gap"], State::Gap, "gap in 1 of 2 repositories"),
        (
            None,
            ["evidenced", "not-assessed"],
            State::Evidenced,
            "evidenced in 1 of 2 repositories, and nothing is known of 1",
        ),
        (None, ["not-assessed", "not-assessed"], State::NotAssessed, "nothing looked at it anywhere"),
        (Some(&planned), ["gap", "gap"], State::Gap, "gap in 2 of 2 repositories"),
        (
            Some(&implemented),
            ["gap", "evidenced"],
            State::Contradicted,
            "said to be implemented, and a check fails in 1 of 2 repositories",
        ),
        (
            Some(&excluded),
            ["not-assessed", "not-assessed"],
            State::NotApplicable,
            "excluded by the Statement, with a justification",
        ),
        (
            Some(&excluded),
            ["evidenced", "not-assessed"],
            State::Contradicted,
            "excluded by the Statement, although 1 of 2 repositories have things that it is about",
        ),
    ] {
        let isms = claim.map(|claim| isms(&[("8.24", claim.clone())]));
        let [one, two] = states.map(|state| ledger("2026-05-09", "documented", &[("8.24", state)]));
        let org = merged(isms, &[("one", one), ("two", two)]);
        let found = standing(&org, "8.24");
        assert_eq!((found.state, found.reason.as_str()), (state, reason), "{claim:?} {states:?}");
    }
}

#[test]
fn what_an_old_ledger_shows_is_stale_and_what_fails_there_still_fails() {
    let others = [("8.24", "evidenced"), ("8.9", "gap"), ("7.1", "not-assessed")];
    let org = merged(None, &[("old", ledger("2026-05-02", "documented", &others))]);
    assert_eq!(org.stale, 1);
    for (id, state) in [("8.24", State::Stale), ("8.9", State::Gap), ("7.1", State::NotAssessed)] {
        assert_eq!(standing(&org, id).state, state, "{id}");
    }
    let org = merged(None, &[("kept", ledger("2026-05-03", "documented", &others))]);
    assert_eq!((org.stale, standing(&org, "8.24").state), (0, State::Evidenced), "the last day counts");
}

#[test]
fn what_cannot_be_merged_is_told() {
    let mut org = OrgLedger::new(TODAY, 7);
    let one = read(&ledger("2026-05-09", "gap", &[]));
    org.add("shop", one.clone()).unwrap();
    assert_eq!(org.add("shop", one.clone()), Err("is a second ledger of `shop`; the first counts".to_owned()));
    let ahead = LedgerRead { today: date(2026, 5, 11), ..one.clone() };
    assert_eq!(org.add("ahead", ahead), Err("speaks of 2026-05-11, which is still to come".to_owned()));
    assert_eq!(org.set_isms("isms", one), Err("has no Statement of Applicability".to_owned()));
    assert_eq!(org.merged, 1);
}

#[test]
fn ledgers_come_one_after_the_other_on_lines_of_their_own_or_not() {
    let one = ledger("2026-05-09", "gap", &[]);
    let stream = format!("{one}\n{one:#}{one}\n");
    let mut found = Vec::new();
    ledgers(stream.as_bytes(), |ledger| found.push(ledger));
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|of| of.as_ref().is_ok_and(|of| of.version == "1.2.0")));
    let mut other = one.clone();
    other["tool"]["name"] = "another".into();
    let mut short = one.clone();
    short["controls"].as_array_mut().unwrap().pop();
    let mut unknown = one.clone();
    unknown["controls"][0]["state"] = "met".into();
    for (text, reason) in [
        (other.to_string(), "was made by `another`, not by annexa"),
        (short.to_string(), "has 92 controls, expected the 93 in order"),
        (unknown.to_string(), "is no ledger of `annexa gap --format json`: unknown variant `met`"),
        ("{\"a\":".to_owned(), "is no ledger of `annexa gap --format json`: EOF while parsing an object"),
        ("[]".to_owned(), "is no ledger of `annexa gap --format json`: invalid length 0"),
    ] {
        let mut found = Vec::new();
        ledgers(format!("{text}\n{one}").as_bytes(), |ledger| found.push(ledger));
        let told = found.first().and_then(|of| of.as_ref().err()).cloned().unwrap_or_default();
        assert!(told.starts_with(reason), "{told}");
    }
}

/// Thousands of repositories of as many owners and versions.
fn many(number: usize) -> OrgLedger {
    let mut org = OrgLedger::new(TODAY, 7);
    let states = ["gap", "evidenced", "not-assessed", "open", "contradicted"];
    let mut template = read(&ledger("2026-05-09", "gap", &[("8.24", "evidenced")]));
    for number in 0..number {
        template.version = format!("1.{number}.0");
        template.rules_hash = "a".repeat(number);
        for (place, control) in template.controls.iter_mut().enumerate() {
            control.owner = Some(format!("team-{}", number * 93 + place));
            let state = states[(number + place) % states.len()];
            control.state = State::ALL.into_iter().find(|known| known.name() == state).unwrap();
        }
        org.add(&format!("team/{number:06}/{}", "x".repeat(1_000)), template.clone()).unwrap();
    }
    org
}

#[test]
fn what_is_held_does_not_grow_with_the_number_of_ledgers() {
    let (some, more) = (many(1_000), many(4_000));
    assert_eq!(some.held(), more.held());
    assert_eq!(more.held(), 93 * MOST_NAMED + MOST_REPOSITORIES + MOST_OWNERS + MOST_VERSIONS);
    assert_eq!(more.merged, 4_000);
    let longest = more.repositories().map(|row| row.name.len()).max();
    assert_eq!(longest, Some(MAX_NAME));
    let counted: usize = more.owners.values().chain([&more.further_owners]).map(StateCounts::all).sum();
    assert_eq!(counted, 4_000 * 93, "every control of every repository counts for somebody");
    assert_eq!(more.versions.values().sum::<usize>() + more.further_versions, 4_000);
    assert_eq!(standing(&more, "5.1").counts.all(), 4_000);
}

#[test]
fn the_worst_are_listed_whatever_the_order_they_come_in() {
    let names: Vec<String> = (0..300).map(|number| format!("r{number:03}")).collect();
    let of = |number: usize| {
        let failing: Vec<(String, &str)> =
            ControlId::all().take(number % 90).map(|id| (id.to_string(), "gap")).collect();
        let failing: Vec<(&str, &str)> = failing.iter().map(|(id, state)| (id.as_str(), *state)).collect();
        read(&ledger("2026-05-09", "documented", &failing))
    };
    let listed = |numbers: &mut dyn Iterator<Item = usize>| -> Vec<String> {
        let mut org = OrgLedger::new(TODAY, 7);
        for number in numbers {
            org.add(&names[number], of(number)).unwrap();
        }
        org.repositories().map(|row| row.name.clone()).collect()
    };
    let forwards = listed(&mut (0..300));
    assert_eq!(forwards, listed(&mut (0..300).rev()));
    assert_eq!(forwards.len(), MOST_REPOSITORIES);
    assert_eq!(forwards[0], "r089");
}

#[test]
fn the_owner_is_that_of_the_ledger_else_that_of_the_statement() {
    let mut own = ledger("2026-05-09", "gap", &[]);
    own["controls"][0]["owner"] = "platform".into();
    let org = merged(Some(isms(&[])), &[("shop", own)]);
    let counts = |owner: &str| org.owners.get(&Some(owner.to_owned())).map(StateCounts::all);
    assert_eq!((counts("platform"), counts("security-lead")), (Some(1), Some(92)));
}
