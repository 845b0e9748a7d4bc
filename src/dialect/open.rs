//! Open values on their way through functions: how open arguments make an open result, for every dialect that evaluates
//! expressions.

use std::sync::Arc;

use crate::document::{Node, PartialText, Step, Text, TextPart, Trail, Unresolved, Value};
use crate::source::Span;

/// What an expression gives: nothing where it stands for the absence of a value.
pub type Evaluated = Option<Node>;

/// Most values that are kept for an open value.
pub const MAX_ALTERNATIVES: usize = 64;

/// Why a function has no value.
#[derive(Debug)]
pub enum Fault {
    /// Something is not decided, or too large: there may be a value.
    Open(String),
    /// The tool refuses it: nothing is deployed with such arguments.
    Refused(String),
}

/// A function of values that are not open.
pub type Apply<'f> = &'f dyn Fn(&[Evaluated]) -> Result<Evaluated, Fault>;

/// Where an expression stands.
#[derive(Clone, Copy)]
pub struct Site<'s> {
    /// The whole expression.
    pub span: Span,
    /// The expression as written; made only when it is needed.
    pub expression: &'s dyn Fn() -> Box<str>,
}

impl Site<'_> {
    /// The result when nothing in the repository decides it.
    pub fn open(&self, because: impl Into<Box<str>>) -> Node {
        Node::unresolved(&(self.expression)(), because, self.span)
    }

    /// Applies a function. Open arguments make an open result that has every reason and reference of theirs, and, where
    /// they have few enough alternatives, the results for all of those.
    pub fn lift(&self, arguments: &[Evaluated], apply: Apply<'_>) -> Evaluated {
        let open: Vec<&Unresolved> = arguments.iter().flatten().filter_map(Node::as_unresolved).collect();
        if open.is_empty() {
            return match apply(arguments) {
                Ok(result) => result.map(|node| self.placed(node, arguments)),
                Err(Fault::Open(because) | Fault::Refused(because)) => Some(self.open(because)),
            };
        }
        let mut unresolved = merged((self.expression)(), &open);
        unresolved.alternatives = self.alternatives(arguments, &open, apply);
        let node = Node::new(Value::Unresolved(Arc::new(unresolved)), self.span);
        Some(Node { trail: trails(arguments.iter().flatten()), ..node })
    }

    fn alternatives(&self, arguments: &[Evaluated], open: &[&Unresolved], apply: Apply<'_>) -> Vec<Node> {
        let ways = open.iter().try_fold(1_usize, |ways, part| {
            let ways = ways * part.alternatives.len();
            (1..=MAX_ALTERNATIVES).contains(&ways).then_some(ways)
        });
        let mut results = Vec::new();
        for mut way in 0..ways.unwrap_or(0) {
            let chosen: Vec<Evaluated> = arguments.iter().map(|argument| choose(argument, &mut way)).collect();
            let result = match apply(&chosen) {
                Ok(result) => result.map(|node| self.placed(node, &chosen)),
                Err(Fault::Open(because)) => Some(self.open(because)),
                Err(Fault::Refused(_)) => continue,
            };
            add_alternative(&mut results, result, self.span);
        }
        if results.len() > MAX_ALTERNATIVES { Vec::new() } else { results }
    }

    /// A result at the place of the expression, unless it is written within the expression itself.
    fn placed(&self, node: Node, arguments: &[Evaluated]) -> Node {
        if self.span.contains(node.span) {
            let trail = trails(std::iter::once(&node).chain(arguments.iter().flatten()));
            return Node { trail, ..node };
        }
        let steps = arguments.iter().flatten().filter_map(|argument| argument.steps().first());
        let what = steps.map(|step| Arc::clone(&step.what)).next();
        relocated(&node, self.span, what.unwrap_or_else(|| "value comes from here".into()))
    }
}

/// One of the alternatives of an open argument, by a number that is used up digit by digit.
fn choose(argument: &Evaluated, way: &mut usize) -> Evaluated {
    let node = argument.as_ref()?;
    let Some(unresolved) = node.as_unresolved() else { return Some(node.clone()) };
    let count = unresolved.alternatives.len().max(1);
    let chosen = unresolved.alternatives.get(*way % count).cloned();
    *way /= count;
    chosen.filter(|node| !matches!(node.value, Value::Null))
}

/// The same, when it is open, with what is known of its text.
pub fn known_in_part(result: Evaluated, partial: impl FnOnce() -> PartialText) -> Evaluated {
    let mut node = result?;
    if let Value::Unresolved(open) = &mut node.value {
        Arc::make_mut(open).partial = Some(Box::new(partial()));
    }
    Some(node)
}

/// What is known of a text put together from parts.
pub fn partial<'p>(parts: impl IntoIterator<Item = TextPart<'p>>) -> PartialText {
    PartialText::joined(parts).unwrap_or_default()
}

/// Adds a result to alternatives: those of an open one, when they are known; null for none.
pub fn add_alternative(alternatives: &mut Vec<Node>, result: Evaluated, span: Span) {
    let Some(node) = result else {
        alternatives.push(Node::new(Value::Null, span));
        return;
    };
    match node.as_unresolved() {
        Some(unresolved) if !unresolved.alternatives.is_empty() => {
            alternatives.extend(unresolved.alternatives.iter().cloned());
        }
        _ => alternatives.push(node),
    }
}

/// What several open parts make of a whole: every reason and every reference, once.
pub fn merged(expression: Box<str>, open: &[&Unresolved]) -> Unresolved {
    let mut reasons: Vec<&str> = Vec::new();
    let mut references: Vec<Box<str>> = Vec::new();
    for part in open {
        if !reasons.contains(&&*part.because) && reasons.len() < 3 {
            reasons.push(&part.because);
        }
        for reference in &part.references {
            if !references.contains(reference) {
                references.push(reference.clone());
            }
        }
    }
    Unresolved { expression, because: reasons.join("; ").into(), references, ..Unresolved::default() }
}

/// The steps of several values, each place once.
fn trails<'n>(nodes: impl Iterator<Item = &'n Node>) -> Trail {
    const MOST: usize = 16;
    let mut steps: Vec<Step> = Vec::new();
    for step in nodes.flat_map(Node::steps) {
        if steps.len() < MOST && !steps.contains(step) {
            steps.push(step.clone());
        }
    }
    if steps.is_empty() { None } else { Some(Arc::new(steps)) }
}

/// A value that is written elsewhere, used here. Its text is no longer followed byte by byte: those bytes are not here.
pub fn relocated(node: &Node, at: Span, what: impl Into<Arc<str>>) -> Node {
    let mut node = node.used_at(at, what);
    if let Value::Str(text) = &node.value {
        node.value = Value::Str(Text::opaque(text.shared()));
    }
    node
}
