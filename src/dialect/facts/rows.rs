//! Commands that are written apart and run one after the other: those of a job, and those of the stages of a build with what these
//! take from each other.

use std::iter;

use crate::dialect::Resource;
use crate::document::{Node, Value};
use crate::fact::Fact;
use crate::fact::command::Step;

/// Kinds whose commands all run on one machine, in the order in which they are written.
const IN_A_ROW: &[&str] = &["github-actions/job", "github-actions/action"];

/// Kinds whose provisioners run one after the other in the image, and nothing else that they run does.
const PROVISIONED: &str = "packer/build";

/// How many stages a stage is followed back through.
const MOST_STAGES: usize = 16;

/// How many rows lead on from one stage to another in a build.
const MOST_WAYS: usize = 64;

/// The rows in which the commands of a resource run, which are among these facts.
pub(super) fn of(resource: &Resource, facts: &[Fact]) -> Vec<Vec<Step>> {
    match &*resource.kind {
        "dockerfile/image" => of_build(&resource.body, facts),
        PROVISIONED => vec![of_provisioners(facts)],
        kind if IN_A_ROW.contains(&kind) => vec![(0..facts.len()).map(Step::Runs).collect()],
        _ => Vec::new(),
    }
}

/// What runs in an image while it is made, in the order in which it is written; what runs beside Packer is on another machine.
fn of_provisioners(facts: &[Fact]) -> Vec<Step> {
    let is_within =
        |fact: &Fact| fact.says.iter().any(|said| &*said.key.name == "used" && said.value.as_str() == Some("build"));
    let mut within: Vec<(u32, usize)> =
        facts.iter().enumerate().filter(|(_, fact)| is_within(fact)).map(|(at, fact)| (fact.span.start, at)).collect();
    within.sort_unstable();
    within.into_iter().map(|(_, at)| Step::Runs(at)).collect()
}

/// A stage of a build.
struct Stage<'n> {
    name: Option<&'n str>,
    /// The stage that it is built from.
    parent: Option<usize>,
    steps: Vec<Step>,
    /// What it takes from other stages.
    taken: Vec<Taken<'n>>,
}

/// Files that a stage takes from another one.
struct Taken<'n> {
    /// After how many steps they are there.
    after: usize,
    /// What the other stage is called: a name or a number.
    from: &'n str,
    /// From which path to which they come.
    ways: Vec<(String, String)>,
}

/// A row for each stage, after what it is built from, and one for each that takes files from another.
fn of_build(image: &Node, facts: &[Fact]) -> Vec<Vec<Step>> {
    let mut starts: Vec<(u32, usize)> = facts.iter().enumerate().map(|(at, fact)| (fact.span.start, at)).collect();
    starts.sort_unstable();
    let mut stages: Vec<Stage<'_>> = Vec::new();
    for node in image.get("stages").map_or(&[][..], Node::items) {
        let base = node.get("base").and_then(Node::as_str);
        let base = base.filter(|_| node.get("base_is_stage").and_then(Node::as_bool) == Some(true));
        let parent = base.and_then(|base| named(&stages, base));
        let mut stage =
            Stage { name: node.get("name").and_then(Node::as_str), parent, steps: Vec::new(), taken: Vec::new() };
        for instruction in node.get("instructions").map_or(&[][..], Node::items) {
            stage.add(instruction, &starts);
        }
        stages.push(stage);
    }
    let before = |of: usize| {
        let chain = iter::successors(Some(of), |at| stages.get(*at)?.parent).take(MOST_STAGES);
        chain.filter_map(|at| stages.get(at)).collect::<Vec<_>>().into_iter().rev()
    };
    let row = |of: usize| before(of).flat_map(|stage| stage.steps.iter().cloned()).collect::<Vec<_>>();
    let ways = stages.iter().flat_map(|stage| stage.taken.iter().map(move |taken| (stage, taken)));
    let ways = ways.filter_map(|(stage, taken)| {
        let from = taken.from.parse().ok().or_else(|| named(&stages, taken.from))?;
        let later = stage.steps.get(taken.after..)?.iter().cloned();
        Some(row(from).into_iter().chain([Step::Carried(taken.ways.clone())]).chain(later).collect())
    });
    (0..stages.len()).map(row).chain(ways.take(MOST_WAYS)).collect()
}

/// The last of some stages that has a name.
fn named(stages: &[Stage<'_>], name: &str) -> Option<usize> {
    stages.iter().rposition(|stage| stage.name.is_some_and(|own| own.eq_ignore_ascii_case(name)))
}

impl<'n> Stage<'n> {
    /// Adds what an instruction does; `starts` are the places of the facts, in order.
    fn add(&mut self, instruction: &'n Node, starts: &[(u32, usize)]) {
        if let Some(destination) = instruction.get("destination").and_then(Node::as_str) {
            let sources: Vec<&str> =
                instruction.get("sources").map_or(&[][..], Node::items).iter().filter_map(Node::as_str).collect();
            self.steps.push(Step::Written(sources.iter().flat_map(|source| written(source, destination)).collect()));
            if let Some(Value::Str(from)) = instruction.at(&["flags", "from"]).map(|from| &from.value) {
                let ways = sources.iter().map(|source| ((*source).to_owned(), destination.to_owned())).collect();
                self.taken.push(Taken { after: self.steps.len(), from: from.as_str(), ways });
            }
            return;
        }
        let span = instruction.span;
        let from = starts.partition_point(|(start, _)| *start < span.start);
        let within = starts.get(from..).unwrap_or(&[]).iter().take_while(|(start, _)| *start < span.end);
        // The order in which they run is not always that in which they stand there.
        let mut places: Vec<usize> = within.map(|(_, at)| *at).collect();
        places.sort_unstable();
        self.steps.extend(places.into_iter().map(Step::Runs));
    }
}

/// The names that a file may have where it is copied to: the destination, or its own in that folder.
fn written(source: &str, destination: &str) -> Vec<String> {
    let name = source.rsplit('/').next().unwrap_or("");
    let inside = format!("{}/{name}", destination.trim_end_matches('/'));
    if destination.ends_with('/') || matches!(destination, "." | "./") {
        return vec![inside];
    }
    vec![destination.to_owned(), inside]
}
