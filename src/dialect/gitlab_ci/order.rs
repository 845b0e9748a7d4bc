//! The order of jobs: by stages, or by what a job names with `needs`.
//! <https://docs.gitlab.com/ci/yaml/#stages>

use std::sync::Arc;

use super::configuration::Configuration;
use crate::dialect::waits::Waits;
use crate::document::{Entry, Node};
use crate::source::Span;

/// The stages that there are where the file names none.
const STAGES: &[&str] = &["build", "test", "deploy"];

/// Most jobs whose stages are compared: each may wait for all others.
const MOST: usize = 512;

/// What comes before what.
pub(super) struct Order {
    waits: Waits,
    is_open: bool,
}

impl Order {
    pub(super) fn of(configuration: &Configuration, jobs: &[(Entry, Node)]) -> Order {
        let stages = configuration.get("stages").map_or(&[][..], Node::items);
        let known = configuration.get("stages").map_or_else(
            || (!configuration.foreign).then(|| STAGES.to_vec()),
            |_| stages.iter().map(Node::as_str).collect::<Option<Vec<_>>>(),
        );
        let Some(stages) = known.filter(|_| jobs.len() <= MOST) else {
            return Order { waits: Waits::default(), is_open: true };
        };
        let at: Vec<usize> = jobs.iter().map(|(_, body)| place(body, &stages)).collect();
        let before = |own: usize| {
            let all = jobs.iter().zip(&at).filter(move |(_, other)| **other < own);
            all.map(|((entry, _), _)| Arc::clone(&entry.key.name)).collect::<Vec<_>>()
        };
        let waits = Waits::of(jobs.iter().zip(&at).map(|((entry, body), own)| {
            (Arc::clone(&entry.key.name), body.get("needs").map_or_else(|| before(*own), named))
        }));
        Order { waits, is_open: false }
    }

    /// All that a job waits for.
    pub(super) fn list(&self, job: &str, place: Span) -> Node {
        if self.is_open {
            return Node::unresolved("stages", "the order of the stages is not decided in this repository", place);
        }
        self.waits.list(job, place)
    }
}

/// Which stage a job is in, `.pre` first and `.post` last.
fn place(body: &Node, stages: &[&str]) -> usize {
    let stage = body.get("stage").and_then(Node::as_str).unwrap_or("test");
    match stage {
        ".pre" => 0,
        ".post" => stages.len() + 1,
        stage => stages.iter().position(|known| *known == stage).map_or(stages.len() + 1, |at| at + 1),
    }
}

/// The jobs that `needs` names: texts, or maps with `job`.
fn named(needs: &Node) -> Vec<Arc<str>> {
    let job = |item: &Node| item.get("job").unwrap_or(item).as_str().map(Arc::from);
    needs.items().iter().filter_map(job).collect()
}
