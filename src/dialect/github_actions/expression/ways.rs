//! What an expression comes to in each run that there may be.
//!
//! Runs of a matrix all happen. What else decides (the event, an input, a function) is a question, told by how it is written.

use std::sync::Arc;

use super::matrix::{Matrix, is_literal, value_of};
use super::{Comparison, Expression, Kind, Literal, Root, Step, find, parse};
use crate::document::{Entry, Guard, Node, Question, Value};
use crate::kernel::lift::{MAX_ALTERNATIVES, answer, may_hold};
use crate::source::Span;

/// Where an expression stands.
#[derive(Clone, Default)]
pub(in super::super) struct Site {
    /// The name of the job.
    pub job: Arc<str>,
    /// The matrix, where it is written out.
    pub matrix: Option<Arc<Matrix>>,
    /// What each caller hands in, where only calls start the workflow.
    pub calls: Option<Arc<Matrix>>,
    /// Every event that starts the workflow; none where they are not known.
    pub events: Vec<Arc<str>>,
    /// The branch of every run, where it is written out.
    pub branch: Option<Node>,
    /// The variables of the environment that are written out and that no script of the job is seen to change; of two of a
    /// name the last one counts.
    pub env: Arc<Vec<Entry>>,
}

impl Site {
    /// The same with further variables.
    pub fn with(&self, env: &Node) -> Site {
        let further = env.entries().iter().cloned();
        Site { env: Arc::new(self.env.iter().cloned().chain(further).collect()), ..self.clone() }
    }
}

/// A value in some runs.
type Way = (Met, Guard);

/// A value, as far as it is known.
#[derive(Clone)]
struct Met {
    value: Option<Node>,
    /// Whether it counts as true.
    counts: Option<bool>,
}

impl Met {
    const OPEN: Met = Met { value: None, counts: None };

    fn known(value: Node) -> Met {
        Met { counts: Some(counts(&value)), value: Some(value) }
    }
}

/// What a text comes to: the values in all runs, each with its runs; nothing for one that is not known. None where the text
/// has too many.
pub(super) fn of_text(text: &str, at: Span, site: &Site) -> Option<Vec<(Option<Node>, Guard)>> {
    let lower = text.to_ascii_lowercase();
    let matrix = site.matrix.as_ref().filter(|_| lower.contains("matrix"));
    let calls = site.calls.as_ref().filter(|_| lower.contains("inputs"));
    let mut ways: Vec<Way> = Vec::new();
    if matrix.is_none() && calls.is_none() {
        ways = in_run(text, at, site, Run::default())?;
    } else {
        for (matrix, guard) in runs_of(matrix) {
            for (call, calling) in runs_of(calls) {
                for (value, own) in in_run(text, at, site, Run { matrix, call })? {
                    add(&mut ways, value, Guard::all([guard.clone(), calling.clone(), own])?);
                }
            }
        }
        // What comes to the same in every run does not depend on it.
        if let [(_, guard)] = ways.as_mut_slice() {
            *guard = Guard::Decided(true);
        }
    }
    (ways.len() <= MAX_ALTERNATIVES).then(|| ways.into_iter().map(|(met, guard)| (met.value, guard)).collect())
}

/// One run: of the matrix, and for a caller.
#[derive(Clone, Copy, Default)]
struct Run<'r> {
    matrix: Option<&'r [Entry]>,
    call: Option<&'r [Entry]>,
}

/// The runs that there are, each with when it is that one; one where nothing tells runs apart.
fn runs_of(matrix: Option<&Arc<Matrix>>) -> Vec<(Option<&[Entry]>, Guard)> {
    match matrix {
        Some(matrix) => matrix.runs().map(|(run, guard)| (Some(run), guard)).collect(),
        None => vec![(None, Guard::Decided(true))],
    }
}

/// What a text comes to in one run.
fn in_run(text: &str, at: Span, site: &Site, run: Run<'_>) -> Option<Vec<Way>> {
    let expressions = find(text);
    let whole = expressions.len() == 1 && text.trim().starts_with("${{") && text.trim().ends_with("}}");
    let mut ways: Vec<Way> = vec![(Met::known(Node::text("", at)), Guard::Decided(true))];
    let mut from = 0;
    for range in expressions {
        let inner = text.get(range.clone())?;
        let own = Ways { text: inner, at, site, run }.of(&parse(inner)?)?;
        if whole {
            return Some(own);
        }
        let before = text.get(from..range.start)?.trim_end();
        let before = before.strip_suffix("${{").unwrap_or(before);
        let joined = |left: &Met, right: &Met| {
            let texts = left.value.as_ref().and_then(text_of).zip(right.value.as_ref().and_then(text_of));
            texts.map_or(Met::OPEN, |(left, right)| Met::known(Node::text(format!("{left}{before}{right}"), at)))
        };
        ways = product(&ways, &own, &joined)?;
        let rest = text.get(range.end..)?;
        from = range.end + rest.find("}}").map_or(rest.len(), |at| at + 2);
    }
    let rest = text.get(from..)?;
    let ended = |(met, guard): Way| {
        let text = met.value.as_ref().and_then(text_of);
        (text.map_or(Met::OPEN, |text| Met::known(Node::text(format!("{text}{rest}"), at))), guard)
    };
    Some(ways.into_iter().map(ended).collect())
}

struct Ways<'w> {
    text: &'w str,
    at: Span,
    site: &'w Site,
    run: Run<'w>,
}

impl Ways<'_> {
    fn of(&self, expression: &Expression) -> Option<Vec<Way>> {
        let ways = match &expression.kind {
            Kind::Literal(literal) => vec![(Met::known(self.literal(literal)), Guard::Decided(true))],
            Kind::Path(root, steps) => {
                let known = self.in_matrix(root, steps).or_else(|| self.in_env(root, steps));
                let known = known.or_else(|| self.branch(root, steps)).or_else(|| self.handed_in(root, steps));
                vec![(known.map_or(Met::OPEN, Met::known), Guard::Decided(true))]
            }
            Kind::Call(..) => vec![(Met::OPEN, Guard::Decided(true))],
            Kind::Not(inner) => {
                self.truths(inner)?.into_iter().map(|(truth, guard)| (self.truth(!truth), guard)).collect()
            }
            Kind::Compare(operands, comparisons) => self.compared(expression, operands, comparisons)?,
            Kind::All(operands) => self.chosen(operands, false)?,
            Kind::Any(operands) => self.chosen(operands, true)?,
        };
        (ways.len() <= MAX_ALTERNATIVES).then_some(ways)
    }

    fn literal(&self, literal: &Literal) -> Node {
        let value = match literal {
            Literal::Null => Value::Null,
            Literal::Bool(truth) => Value::Bool(*truth),
            Literal::Number(written) => match (written.parse::<i64>(), written.parse::<f64>()) {
                (Ok(whole), _) => Value::Int(whole),
                (_, Ok(number)) => Value::Float(number),
                _ => return Node::text(written.as_str(), self.at),
            },
            Literal::Text(text) => return Node::text(text.as_str(), self.at),
        };
        Node::new(value, self.at)
    }

    fn truth(&self, truth: bool) -> Met {
        Met::known(Node::new(Value::Bool(truth), self.at))
    }

    /// The value of `env.A`, where it is written out.
    fn in_env(&self, root: &Root, steps: &[Step]) -> Option<Node> {
        let (Root::Context(context), [Step::Key(name)]) = (root, steps) else { return None };
        let value = value_of(&self.site.env, name).filter(|_| context.eq_ignore_ascii_case("env"))?;
        let text = text_of(value)?;
        find(&text).is_empty().then(|| Node::text(text, value.span))
    }

    /// The value of `github.ref` and `github.ref_name`, where every run is on one branch.
    fn branch(&self, root: &Root, steps: &[Step]) -> Option<Node> {
        let (Root::Context(context), [Step::Key(name)]) = (root, steps) else { return None };
        let branch = self.site.branch.as_ref().filter(|_| context.eq_ignore_ascii_case("github"))?;
        match &*name.to_ascii_lowercase() {
            "ref_name" => Some(branch.clone()),
            "ref" => Some(Node::text(format!("refs/heads/{}", branch.as_str()?), branch.span)),
            _ => None,
        }
    }

    /// The value of `inputs.a`, where the caller writes it out.
    fn handed_in(&self, root: &Root, steps: &[Step]) -> Option<Node> {
        let (Root::Context(context), [Step::Key(name)]) = (root, steps) else { return None };
        let value = value_of(self.run.call?, name).filter(|_| context.eq_ignore_ascii_case("inputs"))?;
        (is_literal(value) && text_of(value).is_some()).then(|| value.clone())
    }

    /// The value of `matrix.a.b`.
    fn in_matrix(&self, root: &Root, steps: &[Step]) -> Option<Node> {
        let Root::Context(context) = root else { return None };
        let (matrix, run) = self.site.matrix.as_ref().zip(self.run.matrix)?;
        let (Step::Key(first), rest) = steps.split_first()? else { return None };
        // What no run has is a slip, or comes from elsewhere.
        if !context.eq_ignore_ascii_case("matrix") || !matrix.runs().any(|(run, _)| value_of(run, first).is_some()) {
            return None;
        }
        let nothing = Node::new(Value::Null, self.at);
        let mut value = value_of(run, first).unwrap_or(&nothing);
        for step in rest {
            let Step::Key(key) = step else { return None };
            value = value_of(value.entries(), key).unwrap_or(&nothing);
        }
        (text_of(value).is_some() || value.as_map().is_some()).then(|| value.clone())
    }

    /// Whether an expression counts as true.
    fn truths(&self, expression: &Expression) -> Option<Vec<(bool, Guard)>> {
        let mut truths = Vec::new();
        for (met, guard) in self.of(expression)? {
            truths.extend(self.truths_of(&met, guard, expression)?);
        }
        truths.retain(|(_, guard)| may_hold(guard));
        Some(truths)
    }

    /// Whether a value of an expression counts as true: both, where that is not known.
    fn truths_of(&self, met: &Met, guard: Guard, expression: &Expression) -> Option<Vec<(bool, Guard)>> {
        if let Some(truth) = met.counts {
            return Some(vec![(truth, guard)]);
        }
        let holds = Guard::holds(&Arc::new(self.asks(expression)));
        let not = Guard::all([guard.clone(), holds.negated()])?;
        Some(vec![(true, Guard::all([guard, holds])?), (false, not)])
    }

    /// The question whether an expression is true.
    fn asks(&self, expression: &Expression) -> Question {
        let written = self.written(expression);
        Question::of_truth(format!("{}{written}", self.scope(&written)), written)
    }

    fn written(&self, expression: &Expression) -> String {
        let text = self.text.get(expression.span.clone()).unwrap_or("");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What a name means the same in: a job, or (of variables, which each step may set) one place.
    fn scope(&self, written: &str) -> String {
        let lower = written.to_ascii_lowercase();
        if lower.contains("env.") || lower.contains("env[") {
            format!("{}:{} ", self.site.job, self.at.start)
        } else {
            format!("{} ", self.site.job)
        }
    }

    fn compared(&self, whole: &Expression, operands: &[Expression], comparisons: &[Comparison]) -> Option<Vec<Way>> {
        let asked = || {
            let holds = Guard::holds(&Arc::new(self.asks(whole)));
            Some(vec![(self.truth(true), holds.clone()), (self.truth(false), holds.negated())])
        };
        let ([left, right], [comparison]) = (operands, comparisons) else { return asked() };
        if !comparison.is_equality() {
            return asked();
        }
        let mut found: Vec<Way> = Vec::new();
        for (a, first) in self.of(left)? {
            for (b, second) in self.of(right)? {
                let Some(both) = Guard::all([first.clone(), second]).filter(may_hold) else { continue };
                let equal = match (&a.value, &b.value) {
                    (Some(a), Some(b)) => Guard::Decided(is_equal(a, b)),
                    (None, Some(known)) if known.as_str().is_some() => self.is(left, known)?,
                    (Some(known), None) if known.as_str().is_some() => self.is(right, known)?,
                    // What else it could be equal to depends on its type.
                    _ => return asked(),
                };
                for (truth, guard) in [(true, equal.clone()), (false, equal.negated())] {
                    let truth = truth == (*comparison == Comparison::Equal);
                    add(&mut found, self.truth(truth), Guard::all([both.clone(), guard])?);
                }
            }
        }
        found.retain(|(_, guard)| may_hold(guard));
        Some(found)
    }

    /// When something that is not known is this. Texts are compared in any case.
    fn is(&self, open: &Expression, known: &Node) -> Option<Guard> {
        let written = self.written(open);
        let lower = written.to_ascii_lowercase();
        let id = format!("{}value of {lower}", self.scope(&lower));
        let events = &self.site.events;
        let question = if lower == "github.event_name" && !events.is_empty() {
            let answers = events.iter().map(|event| serde_json::Value::from(&**event).to_string().into());
            Question::of_runs(id, written, answers.collect())
        } else {
            Question::new(id, written)
        };
        let known = Node::text(known.as_str()?.to_lowercase(), known.span);
        Some(Guard::Is(Arc::new(question), answer(&known)?))
    }

    /// The first operand that counts as what decides, or the last one.
    fn chosen(&self, operands: &[Expression], decisive: bool) -> Option<Vec<Way>> {
        let (last, others) = operands.split_last()?;
        let mut done: Vec<Way> = Vec::new();
        let mut so_far = vec![Guard::Decided(true)];
        for operand in others {
            let own = self.of(operand)?;
            let mut next = Vec::new();
            for before in &so_far {
                for (met, guard) in &own {
                    let both = Guard::all([before.clone(), guard.clone()])?;
                    let truths = self.truths_of(met, both, operand)?;
                    for (truth, guard) in truths.into_iter().filter(|(_, guard)| may_hold(guard)) {
                        if truth == decisive {
                            add(&mut done, Met { counts: Some(truth), ..met.clone() }, guard);
                        } else {
                            next.push(guard);
                        }
                    }
                }
            }
            so_far = next;
            if so_far.len() > MAX_ALTERNATIVES {
                return None;
            }
        }
        for before in so_far {
            for (value, guard) in self.of(last)? {
                let both = Guard::all([before.clone(), guard])?;
                if may_hold(&both) {
                    add(&mut done, value, both);
                }
            }
        }
        Some(done)
    }
}

/// Adds a value in some runs; equal ones are one.
fn add(ways: &mut Vec<Way>, value: Met, guard: Guard) {
    let same = |known: &&mut Way| match (&known.0.value, &value.value) {
        (Some(known), Some(value)) => text_of(known) == text_of(value) && known.value.kind() == value.value.kind(),
        (None, None) => known.0.counts == value.counts,
        _ => false,
    };
    let joined = ways.iter_mut().find(same).and_then(|known| {
        known.1 = Guard::any([known.1.clone(), guard.clone()])?;
        Some(())
    });
    if joined.is_none() {
        ways.push((value, guard));
    }
}

/// What two values come to together, in every run; none where there are too many.
fn product(left: &[Way], right: &[Way], join: &dyn Fn(&Met, &Met) -> Met) -> Option<Vec<Way>> {
    let mut ways = Vec::new();
    for (a, first) in left {
        for (b, second) in right {
            let guard = Guard::all([first.clone(), second.clone()])?;
            if may_hold(&guard) {
                add(&mut ways, join(a, b), guard);
            }
        }
    }
    (ways.len() <= MAX_ALTERNATIVES).then_some(ways)
}

/// Whether a value counts as true.
fn counts(value: &Node) -> bool {
    match &value.value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Int(number) => *number != 0,
        Value::Float(number) => *number != 0.0,
        Value::Str(text) => !text.as_str().is_empty(),
        _ => true,
    }
}

/// Whether two values are equal for a runner: texts in any case, other values as numbers.
fn is_equal(left: &Node, right: &Node) -> bool {
    if let (Some(left), Some(right)) = (left.as_str(), right.as_str()) {
        return left.to_lowercase() == right.to_lowercase();
    }
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left.total_cmp(&right).is_eq(),
        _ => false,
    }
}

fn number(value: &Node) -> Option<f64> {
    match &value.value {
        Value::Null => Some(0.0),
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Value::Int(number) => number.to_string().parse().ok(),
        Value::Float(number) => Some(*number),
        Value::Str(text) if text.as_str().trim().is_empty() => Some(0.0),
        Value::Str(text) => text.as_str().trim().parse().ok(),
        _ => None,
    }
}

/// The text that a value becomes in another one; none for lists and maps.
fn text_of(value: &Node) -> Option<String> {
    match &value.value {
        Value::Null => Some(String::new()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Str(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}
