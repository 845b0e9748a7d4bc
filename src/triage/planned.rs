//! A plan beside its sources: what is judged of a resource in both is said once.
//!
//! Where both say the same of one place, the sources' judgement stays, so that a plan that comes and goes changes no identity. What
//! the sources leave open is the plan's to say, where a rule judges the thing there. What only one of them says stays.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Context;
use crate::dialect::Resource;
use crate::evaluate::{Judgement, Outcome};
use crate::source::Span;

/// A thing that is both in a plan and in sources: the folder of both, the kind and the address.
type Thing<'a> = (&'a str, &'a str, &'a str);

/// What is said of a thing: the rule, the conclusion, the place, the item and the words.
type Said = (usize, Outcome, Span, Arc<str>, String);

/// Leaves out what a plan and its sources both say, and what the sources leave open where the plan decides by the same rule.
pub(super) fn settle(judgements: &mut Vec<Judgement>, context: &Context<'_>) {
    let planned = context.resources.iter().filter(|resource| resource.identity.is_planned);
    let plans: FxHashSet<&str> = planned.map(|resource| &*resource.deployment).collect();
    if plans.is_empty() {
        return;
    }
    let is_of_plan = |resource: &Resource| plans.contains(&*resource.deployment);
    let things: FxHashSet<Thing<'_>> =
        context.resources.iter().filter(|of| is_of_plan(of)).map(|of| thing(home(&of.deployment), of)).collect();
    let has_twin = |resource: &Resource| things.contains(&thing(&resource.deployment, resource));
    let said = |is_wanted: &dyn Fn(&Resource) -> bool| -> FxHashSet<Said> {
        let of = |judgement: &&Judgement| context.resources.get(judgement.resource).is_some_and(is_wanted);
        judgements.iter().filter(of).map(what).collect()
    };
    let of_sources = said(&|resource| !is_of_plan(resource) && has_twin(resource));
    let of_plans = said(&is_of_plan);
    let of_plan = |judgement: &Judgement| {
        let resource = context.resources.get(judgement.resource).filter(|resource| is_of_plan(resource))?;
        Some((judgement.rule, thing(home(&resource.deployment), resource)))
    };
    let judged: FxHashSet<(usize, Thing<'_>)> = judgements.iter().filter_map(of_plan).collect();
    judgements.retain(|judgement| {
        let Some(resource) = context.resources.get(judgement.resource) else { return true };
        if is_of_plan(resource) {
            !of_sources.contains(&what(judgement))
        } else {
            let is_judged = judged.contains(&(judgement.rule, thing(&resource.deployment, resource)));
            judgement.outcome != Outcome::Open || !is_judged || of_plans.contains(&what(judgement))
        }
    });
}

fn what(judgement: &Judgement) -> Said {
    let Judgement { rule, outcome, span, item, message, .. } = judgement;
    (*rule, *outcome, *span, item.clone(), message.clone())
}

fn thing<'a>(home: &'a str, resource: &'a Resource) -> Thing<'a> {
    (home, &resource.kind, &resource.address)
}

/// The folder of a plan, as the deployment of its sources is called.
fn home(plan: &str) -> &str {
    plan.rsplit_once('/').map_or(".", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{judgement, resource, rule, workspace};
    use super::*;

    #[test]
    fn a_plan_and_its_sources_say_a_thing_once() {
        use Outcome::{Fail, Open, Pass};
        let workspace = workspace();
        let file = workspace.find("a.tf").unwrap();
        let of = |deployment: &str, is_planned: bool| {
            let mut made = resource(file, "x.y", 0, 17);
            made.deployment = deployment.into();
            made.identity.is_planned = is_planned;
            made
        };
        let at = |start: usize| Span::new(file, start, start + 1);
        for (sources, plan, want) in [
            // The same at one place is that of the sources.
            ((".", Fail, 8), ("plan.json", Fail, 8), vec![0]),
            (("infra", Fail, 8), ("infra/plan.json", Fail, 8), vec![0]),
            ((".", Open, 8), ("plan.json", Open, 8), vec![0]),
            // What the sources leave open is the plan's.
            ((".", Open, 8), ("plan.json", Fail, 8), vec![1]),
            ((".", Open, 8), ("plan.json", Pass, 8), vec![1]),
            // What differs stays.
            ((".", Pass, 8), ("plan.json", Fail, 8), vec![0, 1]),
            ((".", Fail, 8), ("plan.json", Fail, 10), vec![0, 1]),
            // A plan of another folder, or of other variables, is another deployment.
            ((".", Open, 8), ("infra/plan.json", Fail, 8), vec![0, 1]),
            ((". + prod.tfvars", Open, 8), ("plan.json", Fail, 8), vec![0, 1]),
        ] {
            let resources = [of(sources.0, false), of(plan.0, true)];
            let mut judgements = vec![judgement(0, 0, at(sources.2), sources.1), judgement(0, 1, at(plan.2), plan.1)];
            let rules = [Arc::new(rule("storage", &[]))];
            settle(&mut judgements, &Context { rules: &rules, resources: &resources, workspace: &workspace });
            let left: Vec<usize> = judgements.iter().map(|judgement| judgement.resource).collect();
            assert_eq!(left, want, "{sources:?} {plan:?}");
        }
    }

    #[test]
    fn what_no_rule_asks_of_the_plan_stays_open() {
        let workspace = workspace();
        let file = workspace.find("a.tf").unwrap();
        let mut planned = resource(file, "x.y", 0, 17);
        planned.deployment = "plan.json".into();
        planned.identity.is_planned = true;
        let mut source = resource(file, "x.y", 0, 17);
        source.deployment = ".".into();
        let mut judgements = vec![judgement(0, 0, Span::new(file, 8, 9), Outcome::Open)];
        let rules = [Arc::new(rule("storage", &[]))];
        let resources = [source, planned];
        settle(&mut judgements, &Context { rules: &rules, resources: &resources, workspace: &workspace });
        assert_eq!(judgements.len(), 1);
    }
}
