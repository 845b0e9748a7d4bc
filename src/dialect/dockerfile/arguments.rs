//! Build arguments that those who build images of a Dockerfile give it.
//!
//! A service of Compose, or another builder, says which file it builds and with which arguments. Of an argument without a default these
//! are all the values that it has; one with a default may have that too, since anybody may build the file without arguments. An
//! argument that is given to what may be any file is left as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::builders;
use crate::dialect::{Corpus, compose};
use crate::document::{Guard, Node, Question, Unresolved, Value};

/// Most builds of one file that are told apart.
const MOST_BUILDS: usize = 16;

/// The builds of all Dockerfiles of a repository.
#[derive(Default)]
pub(super) struct Builds {
    by_file: BTreeMap<String, Vec<Build>>,
    /// Arguments that are given to what may be any file.
    elsewhere: BTreeSet<String>,
}

/// One build: what it is told by, and its arguments.
#[derive(Clone, Debug)]
struct Build {
    told: Arc<str>,
    arguments: BTreeMap<Arc<str>, Option<Node>>,
}

/// What a Dockerfile is given.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    builds: Vec<Build>,
    /// Which of them it is; none where there is only one way to build it.
    question: Option<Arc<Question>>,
}

/// What a build gives for an argument.
pub(super) enum Argument {
    /// A value, and what it is, for the trail.
    Value(Node, Arc<str>),
    /// What its environment holds; the clause says so.
    Elsewhere(String),
}

impl Builds {
    /// Those that the files of a repository tell.
    pub(super) fn read(corpus: &Corpus<'_>) -> Builds {
        let mut read = Builds::default();
        for built in compose::builds::all(corpus) {
            let told = format!("the build of service `{}` in `{}`", built.service, built.path).into();
            let value = |node: &Node| match &node.value {
                Value::Null => None,
                Value::Str(_) | Value::Unresolved(_) => Some(node.clone()),
                // As it is written: `3.10` is no number here.
                _ => {
                    let source = corpus.workspace.seen(node.span.file)?;
                    let text = source.slice(node.span).trim_matches(['"', '\'']).to_owned();
                    Some(Node { trail: node.trail.clone(), ..Node::text(text, node.span) })
                }
            };
            let arguments = built.arguments.iter().map(|entry| (Arc::clone(&entry.key.name), value(&entry.value)));
            let build = Build { told, arguments: arguments.collect() };
            read.by_file.entry(built.file).or_default().push(build);
        }
        let builders::Found { builds, elsewhere, .. } = builders::all(corpus);
        for built in builds {
            let build = Build { told: built.told.into(), arguments: built.arguments.into_iter().collect() };
            read.by_file.entry(built.file).or_default().push(build);
        }
        read.elsewhere = elsewhere;
        read
    }

    /// What the builds of a file give it.
    pub(super) fn of(&self, path: &str) -> Given {
        let Some(builds) = self.by_file.get(path).filter(|builds| builds.len() <= MOST_BUILDS) else {
            return Given::default();
        };
        let mut builds = builds.clone();
        for build in &mut builds {
            build.arguments.retain(|name, _| !self.elsewhere.contains(&**name));
        }
        if builds.iter().all(|build| build.arguments.is_empty()) {
            return Given::default();
        }
        builds.push(Build { told: "a build without arguments".into(), arguments: BTreeMap::new() });
        let answers = builds.iter().map(|build| Arc::clone(&build.told)).collect();
        let question = Question::of_runs(format!("build of {path}"), "the build", answers);
        Given { builds, question: Some(Arc::new(question)) }
    }
}

impl Given {
    /// How many ways there are to build the file; the last one is that without arguments.
    pub(super) fn ways(&self) -> usize {
        self.builds.len().max(1)
    }

    /// What an argument is in one way to build the file; nothing where it is what the file says.
    pub(super) fn argument(&self, name: &str, way: usize, has_default: bool) -> Option<Argument> {
        let build = self.builds.get(way)?;
        if let Some(found) = build.arguments.get(name) {
            return Some(match found {
                Some(node) => Argument::Value(node.clone(), format!("argument `{name}` of {}", build.told).into()),
                None => Argument::Elsewhere(format!("`{name}` is what the environment of {} holds", build.told)),
            });
        }
        // Nobody builds the file without what it needs.
        let is_last = way + 1 == self.builds.len();
        let (_, told) = self.builds.split_last()?;
        let all_give = told.iter().all(|build| build.arguments.contains_key(name));
        if is_last && !has_default && all_give { self.argument(name, 0, has_default) } else { None }
    }

    /// What a value made in one way to build the file is there, where it differs between them.
    pub(super) fn seen(&self, node: &Node, way: usize) -> Node {
        let (Some(question), Value::Unresolved(open)) = (&self.question, &node.value) else { return node.clone() };
        let here = |guard: &Guard| matches!(guard, Guard::Is(asked, answer) if asked.id == question.id && self.builds.get(way).is_some_and(|build| build.told == *answer));
        open.guarded().find(|(_, guard)| here(guard)).map_or_else(|| node.clone(), |(one, _)| one.clone())
    }

    /// What a text is, made in each way to build the file: one value, or one for each.
    pub(super) fn joined(&self, made: Vec<Node>, written: &str) -> Option<Node> {
        let first = made.first()?.clone();
        let same = |node: &Node| match (node.as_unresolved(), first.as_unresolved()) {
            (Some(one), Some(other)) => one == other && one.alternatives.is_empty() && other.alternatives.is_empty(),
            (None, None) => node.as_str().is_some() && node.as_str() == first.as_str(),
            _ => false,
        };
        let is_same = made.iter().all(same);
        let Some(question) = self.question.as_ref().filter(|_| made.len() > 1 && !is_same) else { return Some(first) };
        let guards = self.builds.iter().map(|build| Guard::Is(Arc::clone(question), Arc::clone(&build.told))).collect();
        let because = made.iter().find_map(|node| node.as_unresolved()).map(|open| open.because.to_string());
        let open = Unresolved {
            expression: written.into(),
            because: because.unwrap_or_else(|| "builds give it different arguments".to_owned()).into(),
            alternatives: made,
            guards,
            ..Unresolved::default()
        };
        Some(Node { value: Value::Unresolved(Arc::new(open)), ..first })
    }
}
