//! Passes that rest on drafts: they show nothing, and the verdicts stay as they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dialect::Resource;
use crate::document::{Node, Value};
use crate::evaluate::{Options, Outcome, judge_all};
use crate::posture::drafts::Drafts;
use crate::rule::Rule;
use crate::source::Workspace;
use crate::triage::Finding;

/// The resource that holds what an organisation wrote.
const ORGANISATION: &str = "governance/organisation";

/// The drafts among the documents. What passes for these alone is marked as showing nothing: it is judged once more over
/// what is in force.
pub fn discounted(findings: &mut [Finding], resources: &[Resource], workspace: &Workspace, options: Options) -> Drafts {
    let mut drafts = Drafts::of(resources, workspace, options.today);
    if drafts.paths.is_empty() {
        return drafts;
    }
    let passes = |finding: &Finding| finding.outcome == Outcome::Pass && &*finding.resource.kind == ORGANISATION;
    let passing: BTreeMap<&Arc<str>, &Arc<Rule>> =
        findings.iter().filter(|finding| passes(finding)).map(|finding| (&finding.rule.id, &finding.rule)).collect();
    let rules: Vec<Arc<Rule>> = passing.into_values().map(Arc::clone).collect();
    let in_force: Vec<Resource> = resources
        .iter()
        .filter(|resource| &*resource.kind == ORGANISATION)
        .map(|resource| Resource { body: without(&resource.body, &drafts), ..resource.clone() })
        .collect();
    let judgements = judge_all(&rules, &in_force, options);
    let fails = judgements.iter().filter(|judgement| judgement.outcome != Outcome::Pass);
    drafts.rules = fails.filter_map(|judgement| Some(Arc::clone(&rules.get(judgement.rule)?.id))).collect();
    for finding in findings.iter_mut().filter(|finding| passes(finding)) {
        finding.vacuous |= drafts.rules.contains(&finding.rule.id);
    }
    drafts
}

/// What an organisation wrote, but for drafts.
fn without(body: &Node, drafts: &Drafts) -> Node {
    let Value::Map(map) = &body.value else { return body.clone() };
    let entries = map.entries.iter().map(|entry| {
        let mut entry = entry.clone();
        if &*entry.key.name == "policies" {
            let stays =
                |item: &&Node| item.get("path").and_then(Node::as_str).is_none_or(|path| !drafts.paths.contains(path));
            entry.value = Node::list(entry.value.items().iter().filter(stays).cloned().collect(), entry.value.span);
        }
        entry
    });
    Node::map(entries.collect(), body.span)
}
