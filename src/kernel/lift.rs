//! Open values on their way through functions: how open arguments make an open result, for every dialect that evaluates
//! expressions to nodes.
//!
//! What depends on one condition stays together: of two arguments that one condition chooses, only those values meet that it
//! chooses together.

use std::sync::Arc;

use super::world::World;
use crate::document::{Guard, Node, PartialText, Question, Step, Text, TextPart, Trail, Unresolved, Value};
use crate::source::Span;
use crate::truth::Truth;

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
        self.alternatives(arguments, &open, apply).give(&mut unresolved);
        let node = Node::new(Value::Unresolved(Arc::new(unresolved)), self.span);
        Some(Node { trail: trails(arguments.iter().flatten()), ..node })
    }

    fn alternatives(&self, arguments: &[Evaluated], open: &[&Unresolved], apply: Apply<'_>) -> Alternatives {
        let ways = open.iter().try_fold(1_usize, |ways, part| {
            let ways = ways * part.alternatives.len();
            (1..=MAX_ALTERNATIVES).contains(&ways).then_some(ways)
        });
        let mut results = Alternatives::default();
        for mut way in 0..ways.unwrap_or(0) {
            let mut guard = Some(Guard::Decided(true));
            let chosen: Vec<Evaluated> =
                arguments.iter().map(|argument| choose(argument, &mut way, &mut guard)).collect();
            // One condition chooses for all the arguments that depend on it.
            if guard.as_ref().is_some_and(|guard| !may_hold(guard)) {
                continue;
            }
            let result = match apply(&chosen) {
                Ok(result) => result.map(|node| self.placed(node, &chosen)),
                Err(Fault::Open(because)) => Some(self.open(because)),
                Err(Fault::Refused(_)) => continue,
            };
            results.add(result, guard, self.span);
        }
        results
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

/// One of the alternatives of an open argument, by a number that is used up digit by digit; the guard is that of all that
/// was chosen so far.
fn choose(argument: &Evaluated, way: &mut usize, guard: &mut Option<Guard>) -> Evaluated {
    let node = argument.as_ref()?;
    let Some(unresolved) = node.as_unresolved() else { return Some(node.clone()) };
    let count = unresolved.alternatives.len().max(1);
    let chosen = unresolved.alternatives.get(*way % count).cloned();
    let own = unresolved.guarded().nth(*way % count).map(|(_, guard)| guard.clone());
    *guard = guard.take().zip(own).and_then(|(so_far, own)| Guard::all([so_far, own]));
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

/// Whether a condition may hold: it does not contradict itself, as far as that is seen.
pub fn may_hold(guard: &Guard) -> bool {
    World::default().where_holds(guard).truth(guard) != Truth::False
}

/// What a function says of a value; of one of several values, of each of them.
pub fn each_way(node: &Node, say: &dyn Fn(&Node) -> Option<Node>) -> Option<Node> {
    let Value::Unresolved(open) = &node.value else { return say(node) };
    let expression = || open.expression.clone();
    let site = Site { span: node.span, expression: &expression };
    let lifted = site.lift(&[Some(node.clone())], &|known| match known {
        [Some(known)] => Ok(each_way(known, say)),
        _ => Ok(None),
    })?;
    Some(Node { trail: node.trail.clone(), ..lifted })
}

/// What an open value comes to as items of a list: any number of them.
pub fn any_number(open: &Node) -> Node {
    let Value::Unresolved(inner) = &open.value else { return open.clone() };
    let spread =
        Unresolved { spread: true, alternatives: Vec::new(), guards: Vec::new(), partial: None, ..(**inner).clone() };
    Node { value: Value::Unresolved(Arc::new(spread)), ..open.clone() }
}

/// What is made of an item that stands for any number of items, as such an item itself.
pub fn as_often(made: Node, item: &Node) -> Node {
    let spread = match (&made.value, item.as_unresolved()) {
        (Value::Unresolved(open), _) => Unresolved { spread: true, ..(**open).clone() },
        (_, Some(open)) => {
            Unresolved { spread: true, alternatives: vec![made.clone()], ..merged(open.expression.clone(), &[open]) }
        }
        (_, None) => return made,
    };
    Node { value: Value::Unresolved(Arc::new(spread)), ..made }
}

/// One of the items that an item stands for.
pub fn one_of_any_number(item: &Node) -> Node {
    match item.as_unresolved().map(|open| (open, open.alternatives.as_slice())) {
        Some((_, [form])) => form.clone(),
        Some((open, _)) => {
            let one = Unresolved { spread: false, ..open.clone() };
            Node { value: Value::Unresolved(Arc::new(one)), ..item.clone() }
        }
        None => item.clone(),
    }
}

/// Whether a node stands for any number of items of the list that it is in.
pub fn is_any_number(node: &Node) -> bool {
    node.as_unresolved().is_some_and(|open| open.spread)
}

/// Items of which none stands for any number of items.
pub fn counted(items: &[Node]) -> Result<&[Node], Fault> {
    match items.iter().find_map(|item| item.as_unresolved().filter(|open| open.spread)) {
        Some(open) => Err(Fault::Open(open.because.to_string())),
        None => Ok(items),
    }
}

/// The arguments of a function that joins lists, where one of them is a list: of another one that nobody knows it is known that it is
/// any number of items.
pub fn as_lists(mut arguments: Vec<Evaluated>) -> Vec<Evaluated> {
    if arguments.iter().flatten().any(|node| matches!(node.value, Value::List(_))) {
        let is_open = |node: &&mut Node| node.as_unresolved().is_some_and(|open| open.alternatives.is_empty());
        for node in arguments.iter_mut().flatten().filter(is_open) {
            *node = Node { value: Value::List(Arc::new(vec![any_number(node)])), ..node.clone() };
        }
    }
    arguments
}

/// The values that an open value may have, as they are found.
#[derive(Default)]
pub struct Alternatives {
    nodes: Vec<Node>,
    guards: Vec<Guard>,
    /// Some of them are the case under conditions that are not known.
    untold: bool,
}

impl Alternatives {
    /// Adds a result, which is the case where the guard holds: the alternatives of an open one, when they are known; null
    /// for none.
    pub fn add(&mut self, result: Evaluated, guard: Option<Guard>, span: Span) {
        let node = result.unwrap_or_else(|| Node::new(Value::Null, span));
        let inner = node.as_unresolved().filter(|open| !open.alternatives.is_empty() && !open.spread);
        let told = guard.is_some();
        match inner {
            Some(inner) if !told || inner.guarded().next().is_some() => {
                for (at, alternative) in inner.alternatives.iter().enumerate() {
                    let own = inner.guarded().nth(at).map(|(_, guard)| guard.clone());
                    let both = guard.clone().zip(own).and_then(|(outer, own)| Guard::all([outer, own]));
                    if both.as_ref().is_none_or(may_hold) {
                        self.push(alternative.clone(), both);
                    }
                }
            }
            // What nothing tells apart stays one value, so that the condition around it is kept.
            _ => self.push(node, guard),
        }
    }

    fn push(&mut self, node: Node, guard: Option<Guard>) {
        self.nodes.push(node);
        self.untold |= guard.is_none();
        self.guards.extend(guard);
    }

    /// Gives an open value these alternatives, unless they are too many.
    pub fn give(self, open: &mut Unresolved) {
        if self.nodes.len() > MAX_ALTERNATIVES {
            return;
        }
        open.alternatives = self.nodes;
        open.guards = if self.untold { Vec::new() } else { self.guards };
    }
}

/// The condition under which one value is another, which is decided; none where nothing tells when.
pub fn equal_where(open: &Unresolved, other: &Node, same: impl Fn(&Node) -> Option<bool>) -> Option<Guard> {
    if open.guarded().next().is_some() {
        let mut ways = Vec::new();
        for (node, guard) in open.guarded() {
            if same(node)? {
                ways.push(guard.clone());
            }
        }
        return Guard::any(ways);
    }
    let question = open.question.as_ref().filter(|_| open.alternatives.is_empty())?;
    Some(Guard::Is(Arc::clone(question), answer(other)?))
}

/// A decided scalar as the answer to a question.
pub fn answer(node: &Node) -> Option<Arc<str>> {
    match &node.value {
        Value::Str(text) => Some(serde_json::Value::from(text.as_str()).to_string().into()),
        Value::Bool(value) => Some(value.to_string().into()),
        Value::Int(value) => Some(value.to_string().into()),
        _ => None,
    }
}

/// Gives an open value, which must be one of these, their guards: each is an answer to its question.
pub fn one_of(open: &mut Unresolved, question: Question, values: Vec<Node>) {
    let answers: Option<Vec<Arc<str>>> = values.iter().map(answer).collect();
    if let Some(answers) = answers.filter(|answers| !answers.is_empty()) {
        let question = Arc::new(Question { answers: answers.clone(), ..question });
        open.guards = answers.into_iter().map(|answer| Guard::Is(Arc::clone(&question), answer)).collect();
        open.question = Some(question);
    } else {
        open.question = Some(Arc::new(question));
    }
    open.alternatives = values;
}

/// What several open parts make of a whole: every reason and every reference, once.
pub fn merged(expression: Box<str>, open: &[&Unresolved]) -> Unresolved {
    let mut reasons: Vec<&str> = Vec::new();
    let mut references: Vec<Box<str>> = Vec::new();
    for part in open {
        // A part may have several reasons itself.
        for reason in part.because.split("; ") {
            if !reasons.contains(&reason) && reasons.len() < 3 {
                reasons.push(reason);
            }
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
