//! Tables with a result in each row, with commas, semicolons or tabs between.

use super::Verdict;
use super::gathered::{FileFaults, Gathered, Reading, Tag, day, severity};
use crate::control;
use crate::secrecy::quoted;

/// What a column holds, and what it may be called.
const COLUMNS: [(&str, &[&str]); 9] = [
    ("result", &["result", "status", "outcome"]),
    ("rule", &["rule", "rule_id", "check", "check_id", "id"]),
    ("controls", &["control", "controls", "iso27002", "iso_27002", "annex_a"]),
    ("title", &["title", "check_title", "name"]),
    ("severity", &["severity"]),
    ("place", &["place", "resource", "resource_uid", "resource_id", "file", "host"]),
    ("day", &["day", "date", "timestamp", "checked_on"]),
    ("muted", &["muted", "accepted", "silenced"]),
    ("fix", &["fix", "remediation", "resolution"]),
];

pub(super) fn read(text: &str, faults: &mut FileFaults) -> Vec<Gathered> {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|of| head.bytes().filter(|byte| byte == of).count());
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter.unwrap_or(b',')).flexible(true).from_reader(text.as_bytes());
    let Ok(heads) = reader.headers().cloned() else {
        faults.say(Some(0), "has no head");
        return Vec::new();
    };
    let column = |what: &str| {
        let names = COLUMNS.iter().find(|(name, _)| *name == what).map_or(&[][..], |(_, names)| names);
        let is = |head: &str| names.iter().any(|name| name.eq_ignore_ascii_case(&head.trim().replace([' ', '-'], "_")));
        heads.iter().position(is)
    };
    let (Some(result), Some(rule)) = (column("result"), column("rule").or_else(|| column("controls"))) else {
        faults.say(Some(0), "has no column `result`, or neither `rule` nor `controls`");
        return Vec::new();
    };
    let places: Vec<(&str, Option<usize>)> = COLUMNS.iter().map(|(name, _)| (*name, column(name))).collect();
    let mut gathered = Gathered::default();
    for row in reader.records() {
        let Ok(row) = row else {
            faults.say(None, "a row is not text");
            continue;
        };
        let at = row.position().and_then(|at| usize::try_from(at.byte()).ok());
        let cell = |what: &str| {
            let place = places.iter().find(|(name, _)| *name == what).and_then(|(_, place)| *place)?;
            row.get(place).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let Some(rule) = row.get(rule).map(str::trim).filter(|text| !text.is_empty()) else {
            faults.say(at, "a row names no rule");
            continue;
        };
        let word = row.get(result).map(str::trim).unwrap_or_default();
        let Some(verdict) = verdict(word) else {
            faults.say(
                at,
                format!("{} is no result, expected `pass`, `fail`, `open`, `waived` or `skipped`", quoted(word)),
            );
            continue;
        };
        let muted =
            cell("muted").is_some_and(|word| word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("yes"));
        let verdict = if verdict == Verdict::Fail && muted { Verdict::Silenced } else { verdict };
        let mut tags = Vec::new();
        for written in cell("controls").unwrap_or_default().split([' ', ',', ';', '|']).filter(|id| !id.is_empty()) {
            let named = control::named(written);
            if named.is_empty() {
                faults.say(at, format!("there is no control {} in ISO/IEC 27002:2022", quoted(written)));
            }
            tags.extend(named.into_iter().map(Tag::Control));
        }
        let read = cell("day").map(|written| (day(&written), written));
        if let Some((None, written)) = &read {
            faults.say(at, format!("{} is no day, expected one such as `2026-01-31`", quoted(written)));
        }
        gathered.on(read.and_then(|(day, _)| day));
        let read = cell("severity").map(|written| (severity(&written), written));
        if let Some((None, written)) = &read {
            faults.say(
                at,
                format!("{} is no severity, expected `critical`, `high`, `medium`, `low` or `info`", quoted(written)),
            );
        }
        let severity = read.and_then(|(severity, _)| severity);
        let (title, fix, place) = (cell("title"), cell("fix"), cell("place"));
        let reading = Reading { rule: rule.to_owned(), title, severity, level: None, fix, tags, place };
        gathered.add(reading, verdict, 1);
    }
    vec![gathered]
}

fn verdict(word: &str) -> Option<Verdict> {
    let word = word.to_lowercase().replace(['_', '-'], " ");
    Some(match word.as_str() {
        "pass" | "passed" | "ok" | "compliant" | "satisfied" | "success" => Verdict::Pass,
        "fail" | "failed" | "non compliant" | "noncompliant" | "not satisfied" | "failure" => Verdict::Fail,
        "open" | "unknown" | "error" | "undecided" => Verdict::Open,
        "waived" | "accepted" | "suppressed" | "muted" => Verdict::Silenced,
        "skipped" | "manual" | "not applicable" | "n/a" | "not reviewed" | "info" => Verdict::Unjudged,
        _ => return None,
    })
}
