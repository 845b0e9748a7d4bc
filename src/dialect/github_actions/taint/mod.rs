//! Who decides what an expression comes to: nobody, the writers of the repository, or an outsider.
//!
//! A text is followed to where it comes from, through variables, the matrix, outputs of steps and jobs, and the inputs of
//! workflows and actions that the repository calls itself. Each thing that it may be made of keeps the way that led there.
//! What a comparison returns, a number or a hash is nobody's: nothing can be written into it.

mod calls;
mod contexts;
mod filter;
mod outputs;
mod refs;
mod scope;
mod script;
#[cfg(test)]
mod tests;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::super::Corpus;
use super::super::own::Own;
use super::expression::{self, Expression, Kind, Root, Step};
use super::guard;
use crate::document::{Document, Node, Step as Passage, Text, Value};
use crate::kernel::budget::{Budget, Share};
use crate::source::Span;
use crate::syntax::spelled;
use calls::{Call, Index, Started};
pub(super) use calls::{called, file};
pub(super) use refs::only_branch;
pub(super) use scope::{File, Scope};

/// How many expressions and texts are looked at for one place; of a text each [`WEIGHT`] bytes count as one. A file has a share of
/// the run beside that.
const MAX_WORK: usize = 4_000;

/// Bytes of a script that are as much work as an expression.
const WEIGHT: usize = 256;

/// How far a value is followed.
const MAX_DEPTH: usize = 32;

/// Most things that a text is said to be made of.
const MAX_SOURCES: usize = 16;

/// Who decides a text; what comes later matters more where a text is made of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    /// Nobody: it is written out, or has a form that carries no command.
    Constant,
    /// A program that the repository runs prints it.
    Program,
    /// Those who may write to the repository, or set it up.
    Writer,
    /// That is not known.
    Unknown,
    /// Whoever calls the workflow or action, from somewhere else.
    Caller,
    /// Anybody.
    Outsider,
}

/// A thing that a text may be made of.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub by: By,
    /// What it is called: a context, a variable, an input; or what is not known of it.
    pub name: Arc<str>,
    /// Whether it names a commit of a stranger.
    pub stranger: bool,
    /// The places through which it came, nearest first.
    pub trail: Vec<Passage>,
}

/// What a text may be made of; nothing where all of it is constant.
#[derive(Clone, Debug, Default)]
pub(super) struct Taint {
    sources: Vec<Source>,
}

impl Taint {
    fn of(by: By, name: impl Into<Arc<str>>) -> Taint {
        Taint { sources: vec![Source { by, name: name.into(), stranger: false, trail: Vec::new() }] }
    }

    /// What a reference to a pull request leads to: `refs/pull/12/merge`. Nothing for any other text.
    fn of_request(text: &str) -> Taint {
        if !text.contains("refs/pull/") {
            return Taint::default();
        }
        let source = Source { by: By::Constant, name: "refs/pull".into(), stranger: true, trail: Vec::new() };
        Taint { sources: vec![source] }
    }

    /// What is not followed any more.
    fn too_far() -> Taint {
        Taint::of(By::Unknown, "it comes from too far away, or is too large, to be followed")
    }

    /// What a program prints.
    pub fn of_program() -> Taint {
        Taint::of(By::Program, "what a command prints")
    }

    /// The things, in the order in which they were found.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Who decides.
    pub fn by(&self) -> By {
        self.worst().map_or(By::Constant, |source| source.by)
    }

    /// The first of those that matter most.
    pub fn worst(&self) -> Option<&Source> {
        let most = self.sources.iter().map(|source| source.by).max()?;
        self.sources.iter().find(|source| source.by == most)
    }

    /// What of it names a commit of a stranger.
    pub fn stranger(&self) -> Option<&Source> {
        self.sources.iter().find(|source| source.stranger)
    }

    /// Either of two.
    #[must_use]
    pub fn or(mut self, other: Taint) -> Taint {
        for source in other.sources {
            let known = |own: &Source| (own.by, &own.name, own.stranger) == (source.by, &source.name, source.stranger);
            if self.sources.iter().any(known) {
                continue;
            }
            if self.sources.len() < MAX_SOURCES {
                self.sources.push(source);
            } else if source.by > self.by()
                && let Some(last) = self.sources.last_mut()
            {
                *last = source;
            }
        }
        self
    }

    /// The same, come through a place.
    /// What is left of it once a program has given it a form: which commit it names, and that a program made it.
    fn formed(mut self) -> Taint {
        self.sources.retain(|source| source.stranger || source.by <= By::Program);
        self
    }

    fn through(mut self, span: Span, what: &str) -> Taint {
        let what: Arc<str> = what.into();
        for source in &mut self.sources {
            source.trail.insert(0, Passage { span, what: Arc::clone(&what) });
        }
        self
    }
}

/// Follows the texts of one file.
pub(super) struct Follower<'c> {
    corpus: &'c Corpus<'c>,
    /// What is left for the place that is looked at.
    work: Cell<usize>,
    /// What is left for the file.
    budget: Budget,
    /// The variables of the shell that are being followed.
    assigned: RefCell<Vec<String>>,
    index: OnceCell<Index<'c>>,
    own: OnceCell<Own>,
    /// The files that are looked at.
    roots: Vec<&'c Node>,
    triggers: RefCell<BTreeMap<&'c str, Started>>,
}

impl<'c> Follower<'c> {
    pub fn new(corpus: &'c Corpus<'c>, documents: &[&'c Document]) -> Follower<'c> {
        let files = corpus.documents.get(super::DIALECT).map_or(1, Vec::len);
        let written = documents.iter().flat_map(|document| &document.roots).map(|root| root.span.len()).sum();
        Follower {
            corpus,
            work: Cell::new(MAX_WORK),
            budget: Budget::of(Share::of(Share::RUN, files, Share::SCOPE).for_input(written)),
            assigned: RefCell::default(),
            index: OnceCell::new(),
            own: OnceCell::new(),
            roots: documents.iter().flat_map(|document| &document.roots).collect(),
            triggers: RefCell::default(),
        }
    }

    /// Whose repository this is.
    pub fn own(&self) -> &Own {
        let own = || self.roots.iter().fold(Own::of(self.corpus.workspace), |own, root| own.and_in(root));
        self.own.get_or_init(own)
    }

    /// The conditions under which each call of the repository uses a file that nothing but calls starts.
    pub fn conditions_of_calls(&self, file: File<'c>) -> Vec<Vec<&'c Node>> {
        let calls = if Self::is_called_alone(file) { self.callers(file) } else { Rc::default() };
        calls.iter().map(Self::conditions_of).collect()
    }

    /// Whether nothing but calls starts a file, and each of them is made for writers alone.
    pub fn are_calls_by_writers(&self, file: File<'c>) -> bool {
        let calls = if Self::is_called_alone(file) { self.callers(file) } else { Rc::default() };
        let is_guarded = |call: &Call<'c>| {
            self.is_started_by_writers(call.scope.file)
                || Self::conditions_of(call).into_iter().any(guard::lets_only_writers_in)
        };
        !calls.is_empty() && calls.iter().all(is_guarded)
    }

    fn conditions_of(call: &Call<'c>) -> Vec<&'c Node> {
        let step = call.scope.steps.get(call.scope.at);
        let of_job = call.scope.job.map(|job| guard::conditions(&job.value, call.scope.file.root));
        of_job.into_iter().flatten().chain(step.and_then(|step| step.get("if"))).collect()
    }

    /// What one expression may be made of, which is given without its braces.
    pub fn written(&self, text: &str, scope: Scope<'c>) -> Taint {
        self.work.set(MAX_WORK);
        self.inner(text, scope, 0)
    }

    /// What a text with expressions in it may be made of.
    pub fn text(&self, node: &Node, scope: Scope<'c>) -> Taint {
        self.work.set(MAX_WORK);
        self.deep(node, scope, None, 0)
    }

    /// What a part of a script may be made of, its variables included.
    pub fn shell(&self, script: &Text, part: std::ops::Range<usize>, within: Span, scope: Scope<'c>) -> Taint {
        self.work.set(MAX_WORK);
        self.script(script::Script { text: script, within }, part, scope, 0)
    }

    /// Whether one more thing may be looked at.
    fn spend(&self, depth: usize) -> bool {
        self.spend_on(0) && depth < MAX_DEPTH
    }

    /// Whether a text of so many bytes may be looked through.
    fn spend_on(&self, bytes: usize) -> bool {
        let work = 1 + bytes / WEIGHT;
        let left = self.work.get().checked_sub(work);
        self.work.set(left.unwrap_or(0));
        self.budget.spend(u32::try_from(work).unwrap_or(u32::MAX));
        left.is_some() && !self.budget.is_spent()
    }

    fn inner(&self, text: &str, scope: Scope<'c>, depth: usize) -> Taint {
        if !self.spend(depth) {
            return Taint::too_far();
        }
        match expression::parse(text) {
            Some(parsed) => self.value(&parsed, scope, false, depth),
            None => Taint::of(By::Unknown, "the expression cannot be read"),
        }
    }

    /// What the expressions of all texts in a tree may be made of; `what` is the place that they come through.
    fn deep(&self, node: &Node, scope: Scope<'c>, what: Option<&str>, depth: usize) -> Taint {
        match &node.value {
            Value::Str(text) => {
                let request = Taint::of_request(text.as_str());
                let each = expression::find(text.as_str()).into_iter().map(|range| {
                    let place = spelled::span(text, range.start, range.end, node.span);
                    let taint = self.inner(text.as_str().get(range).unwrap_or(""), scope, depth + 1);
                    match what {
                        Some(what) => taint.through(place, what),
                        None => taint,
                    }
                });
                each.fold(request, Taint::or)
            }
            _ if !self.spend(depth) => Taint::default(),
            Value::List(items) => self.all(items.iter(), scope, what, depth),
            Value::Map(map) => self.all(map.written().map(|entry| &entry.value), scope, what, depth),
            _ => Taint::default(),
        }
    }

    fn all<'n>(
        &self,
        nodes: impl Iterator<Item = &'n Node>,
        scope: Scope<'c>,
        what: Option<&str>,
        depth: usize,
    ) -> Taint {
        nodes.map(|node| self.deep(node, scope, what, depth + 1)).fold(Taint::default(), Taint::or)
    }

    /// What an expression may be made of; `whole` where an object is written out with all that it holds.
    fn value(&self, expression: &Expression, scope: Scope<'c>, whole: bool, depth: usize) -> Taint {
        if !self.spend(depth) {
            return Taint::too_far();
        }
        let value = |part: &Expression| self.value(part, scope, whole, depth);
        match &expression.kind {
            Kind::Literal(_) | Kind::Not(_) | Kind::Compare(..) => Taint::default(),
            Kind::Path(root, steps) => self.path(root, steps, scope, whole, depth),
            Kind::All(parts) => {
                let Some((last, before)) = parts.split_last() else { return Taint::default() };
                // Of those before the last, what counts as false is returned, which is no text.
                let never = before.iter().any(|part| part.literal().is_some_and(expression::Literal::is_false));
                if never { Taint::default() } else { value(last) }
            }
            Kind::Any(parts) => {
                let decided = |part: &Expression| part.literal().is_some_and(|literal| !literal.is_false());
                let end = parts.iter().position(decided).unwrap_or(parts.len());
                parts.iter().take(end).map(value).fold(Taint::default(), Taint::or)
            }
            Kind::Call(name, arguments) => self.call(name, arguments, scope, depth),
        }
    }

    /// <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions>
    fn call(&self, name: &str, arguments: &[Expression], scope: Scope<'c>, depth: usize) -> Taint {
        let join = |arguments: &mut dyn Iterator<Item = &Expression>, whole: bool| {
            arguments.map(|part| self.value(part, scope, whole, depth + 1)).fold(Taint::default(), Taint::or)
        };
        match &*name.to_ascii_lowercase() {
            "contains" | "startswith" | "endswith" | "hashfiles" | "success" | "always" | "cancelled" | "failure" => {
                Taint::default()
            }
            // Conditions and values take turns; the last value stands alone.
            "case" => {
                let last = arguments.len().saturating_sub(1);
                let values = arguments.iter().enumerate().filter(|(at, _)| at % 2 == 1 || *at == last);
                join(&mut values.map(|(_, part)| part), false)
            }
            "format" => join(&mut arguments.iter(), false),
            _ => join(&mut arguments.iter(), true),
        }
    }

    fn path(&self, root: &Root, steps: &[Step], scope: Scope<'c>, whole: bool, depth: usize) -> Taint {
        match root {
            Root::Context(name) => self.context(name, steps, scope, whole, depth),
            Root::Value(inner) => match &inner.kind {
                // The way goes on from each of the operands.
                Kind::Any(parts) => {
                    let each = parts.iter().map(|part| self.into(part, steps, scope, whole, depth));
                    each.fold(Taint::default(), Taint::or)
                }
                Kind::All(parts) => {
                    parts.last().map(|part| self.into(part, steps, scope, whole, depth)).unwrap_or_default()
                }
                _ => self.into(inner, steps, scope, whole, depth),
            },
        }
    }

    /// What stands at the end of a way that begins at an expression.
    fn into(&self, from: &Expression, steps: &[Step], scope: Scope<'c>, whole: bool, depth: usize) -> Taint {
        match &from.kind {
            Kind::Path(Root::Context(name), first) => {
                let steps: Vec<Step> = first.iter().chain(steps).cloned().collect();
                self.context(name, &steps, scope, whole, depth)
            }
            Kind::Call(name, arguments) if name.eq_ignore_ascii_case("fromJSON") => match arguments.as_slice() {
                [Expression { kind: Kind::Call(name, arguments), .. }] if name.eq_ignore_ascii_case("toJSON") => {
                    arguments.first().map(|inner| self.into(inner, steps, scope, whole, depth + 1)).unwrap_or_default()
                }
                _ => self.value(from, scope, true, depth + 1),
            },
            _ => self.value(from, scope, true, depth + 1),
        }
    }

    /// What a context holds at the end of a way into it.
    fn context(&self, name: &str, steps: &[Step], scope: Scope<'c>, whole: bool, depth: usize) -> Taint {
        let shown = shown(name, steps);
        let mut path = vec![contexts::root(name)];
        path.extend(steps.iter().map(|step| match step {
            Step::Key(key) => key.to_ascii_lowercase(),
            Step::Every | Step::Index(_) => "*".to_owned(),
        }));
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["env", rest @ ..] => self.in_environment(rest.first().copied(), steps, scope, depth),
            ["matrix", rest @ ..] => self.in_matrix(rest.first().copied(), scope, depth),
            ["inputs", rest @ ..] | ["github", "event", "inputs", rest @ ..] => {
                self.of_input(rest.first().copied(), &shown, scope, depth)
            }
            ["steps", rest @ ..] => self.of_steps(rest, &shown, scope, whole, depth),
            ["needs" | "jobs", rest @ ..] => self.of_jobs(rest, &shown, scope, whole, depth),
            _ => self.of_event(&path, &shown, scope, whole),
        }
    }

    fn of_event(&self, path: &[&str], shown: &str, scope: Scope<'c>, whole: bool) -> Taint {
        // A context that is not known is no context, and empty.
        let mut by = contexts::who(path, whole).unwrap_or(By::Constant);
        let in_event = path.starts_with(&["github", "event"]);
        if by == By::Outsider
            && in_event
            && !contexts::comes_with_writers(path)
            && self.is_started_by_writers(scope.file)
        {
            by = By::Constant;
        }
        if self.is_fixed_ref(path, scope.file) {
            by = By::Constant;
        }
        let stranger = contexts::is_of_stranger(path);
        if by == By::Constant && !stranger {
            return Taint::default();
        }
        Taint { sources: vec![Source { by, name: shown.into(), stranger, trail: Vec::new() }] }
    }
}

/// A path as it is mostly written.
fn shown(name: &str, steps: &[Step]) -> String {
    let mut shown = name.to_owned();
    for step in steps {
        match step {
            Step::Key(key) => shown.extend([".", key]),
            Step::Every | Step::Index(_) => shown.push_str(".*"),
        }
    }
    shown
}
