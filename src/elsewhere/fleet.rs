//! Policies of Fleet with their counts of hosts, as its API lists them.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Verdict;
use super::gathered::{FileFaults, Gathered, Reading, day};
use super::json;
use crate::rule::Severity;

#[derive(Deserialize)]
struct Listed<'t> {
    #[serde(borrow)]
    policies: Option<Vec<&'t RawValue>>,
    #[serde(default, borrow)]
    inherited_policies: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct Policy {
    name: String,
    resolution: Option<String>,
    #[serde(default)]
    critical: bool,
    passing_host_count: Option<u64>,
    failing_host_count: Option<u64>,
    host_count_updated_at: Option<String>,
}

pub(super) fn read(text: &str, faults: &mut FileFaults) -> Vec<Gathered> {
    let listed = match json::object::<Listed<'_>>(text) {
        Ok(listed) => listed,
        Err(fault) => {
            faults.add(fault);
            return Vec::new();
        }
    };
    let Some(policies) = listed.policies else {
        faults.say(None, "has no `policies`, as Fleet lists them");
        return Vec::new();
    };
    let mut gathered = Gathered::of(Some("Fleet".to_owned()), None);
    for raw in policies.into_iter().chain(listed.inherited_policies) {
        let Some(policy) = json::item::<Policy>(text, raw, faults) else { continue };
        let reading = || Reading {
            rule: policy.name.clone(),
            title: Some(policy.name.clone()),
            severity: Some(if policy.critical { Severity::High } else { Severity::Medium }),
            fix: policy.resolution.clone(),
            ..Reading::default()
        };
        let (passed, failed) = (policy.passing_host_count.unwrap_or(0), policy.failing_host_count.unwrap_or(0));
        if passed + failed == 0 {
            // No host has answered: nothing was judged, and its day would make the others older.
            gathered.add(reading(), Verdict::Unjudged, 1);
            continue;
        }
        gathered.on(policy.host_count_updated_at.as_deref().and_then(day));
        for (verdict, times) in [(Verdict::Pass, passed), (Verdict::Fail, failed)] {
            if times > 0 {
                gathered.add(reading(), verdict, times);
            }
        }
    }
    vec![gathered]
}
