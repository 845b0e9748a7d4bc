//! `${VARIABLE}` in the values of a Compose file.

use std::sync::Arc;

use super::environment::Environment;
use super::{unresolved, with_entries};
use crate::document::{Entry, Guard, Node, PartialBuilder, Question, Run, Step, Text, Unresolved, Value};
use crate::syntax::yaml;

/// Defaults within defaults are followed to this depth.
const MAX_NESTING: usize = 8;

/// Why a variable is not filled in that is known.
const LIMIT: &str = "the variables of the project make more text than its part of the run may have, the limit here";

/// A tree with its variables filled in; shares what has none.
pub(super) fn tree(node: &Node, environment: &Environment) -> Node {
    changed(node, environment).unwrap_or_else(|| node.clone())
}

/// The tree, where some value of it has a variable. As deep as the syntax allows, no deeper.
fn changed(node: &Node, environment: &Environment) -> Option<Node> {
    let value = match &node.value {
        Value::Str(text) => return string(node, text, environment),
        Value::List(items) => {
            let new: Vec<Option<Node>> = items.iter().map(|item| changed(item, environment)).collect();
            if new.iter().all(Option::is_none) {
                return None;
            }
            let whole = items.iter().zip(new).map(|(old, new)| new.unwrap_or_else(|| old.clone()));
            Value::List(Arc::new(whole.collect()))
        }
        Value::Map(map) => {
            let new: Vec<Option<Node>> = map.entries.iter().map(|entry| changed(&entry.value, environment)).collect();
            if new.iter().all(Option::is_none) {
                return None;
            }
            let whole = map.entries.iter().zip(new).map(|(old, new)| match new {
                Some(value) => Entry { key: old.key.clone(), value, derived: old.derived },
                None => old.clone(),
            });
            with_entries(map, whole.collect())
        }
        _ => return None,
    };
    Some(Node { value, span: node.span, trail: node.trail.clone() })
}

/// A string with its variables filled in. As Compose does, the result is read as a scalar once more, so that
/// `${DEBUG:-true}` is true.
fn string(node: &Node, text: &Text, environment: &Environment) -> Option<Node> {
    if !text.as_str().contains('$') {
        return None;
    }
    let mut filling = Filling::new(environment);
    filling.fill(text.as_str(), Some(text));
    if let Some((name, because)) = filling.missing {
        let because = because.unwrap_or_else(|| {
            if environment.is_short() {
                LIMIT.to_owned()
            } else {
                format!("variable `{name}` is set where the project is started")
            }
        });
        // A variable on its own may stand for no text at all.
        let partial = filling.holes.finish(&filling.out).filter(|partial| !partial.is_blank()).map(Box::new);
        let question =
            is_alone(text.as_str()).then(|| Arc::new(Question::new(format!("value of {name}"), name.clone())));
        let mut open = Unresolved { question, partial, ..(*unresolved(text.as_str(), &because)).clone() };
        if let Some(chosen) = filling.chosen.as_deref().and_then(|name| either(node, text, environment, name)) {
            (open.alternatives, open.guards) = chosen;
        }
        return Some(Node { value: Value::Unresolved(Arc::new(open)), span: node.span, trail: node.trail.clone() });
    }
    Some(filled(node, text, filling))
}

/// Whether a text is one variable and nothing else.
fn is_alone(text: &str) -> bool {
    let (length, expression) = expression(text);
    length == text.len() && expression.is_some_and(|expression| matches!(expression.operator, None | Some('?')))
}

/// What a text comes to where a variable is set, and where it is not, when nothing else is open in it.
fn either(node: &Node, text: &Text, environment: &Environment, name: &str) -> Option<(Vec<Node>, Vec<Guard>)> {
    let answers = vec!["set".into(), "not set".into()];
    let question = Arc::new(Question { answers, ..Question::new(format!("whether {name} is set"), name) });
    let holds = Guard::Is(question, "set".into());
    let mut nodes = Vec::new();
    for is_set in [true, false] {
        let mut filling = Filling { assumed: Some((name.to_owned(), is_set)), ..Filling::new(environment) };
        filling.fill(text.as_str(), Some(text));
        if filling.missing.is_some() {
            return None;
        }
        nodes.push(filled(node, text, filling));
    }
    let not = holds.negated();
    Some((nodes, vec![holds, not]))
}

/// A text of which all is filled in.
fn filled(node: &Node, text: &Text, filling: Filling<'_>) -> Node {
    let typed = match yaml::plain(&filling.out, yaml::Schema::Core) {
        Some(value @ (Value::Bool(_) | Value::Int(_) | Value::Float(_))) => value,
        _ if text.is_traced() => Value::Str(Text::with_runs(filling.out, filling.runs)),
        _ => Value::Str(Text::opaque(filling.out)),
    };
    let mut steps = filling.steps;
    steps.extend(node.steps().iter().cloned());
    let trail = (!steps.is_empty()).then(|| Arc::new(steps));
    Node { value: typed, span: node.span, trail }
}

/// A text with its variables filled in; nothing when one is not known.
pub(super) fn plain(text: &str, environment: &Environment) -> Option<String> {
    let mut filling = Filling::new(environment);
    filling.fill(text, None);
    filling.missing.is_none().then_some(filling.out)
}

/// A text while its variables are filled in.
struct Filling<'a> {
    environment: &'a Environment,
    out: String,
    runs: Vec<Run>,
    steps: Vec<Step>,
    /// The first variable that is not known, and the message that its expression demands.
    missing: Option<(String, Option<String>)>,
    /// A variable of which it only counts whether it is set.
    chosen: Option<String>,
    /// That it is set, or is not.
    assumed: Option<(String, bool)>,
    /// Where in what is written so far something is not known.
    holes: PartialBuilder,
}

impl<'a> Filling<'a> {
    fn new(environment: &'a Environment) -> Filling<'a> {
        Filling {
            environment,
            out: String::new(),
            runs: Vec::new(),
            steps: Vec::new(),
            missing: None,
            chosen: None,
            assumed: None,
            holes: PartialBuilder::default(),
        }
    }

    fn fill(&mut self, text: &str, traced: Option<&Text>) {
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr(b'$', rest.as_bytes())) {
            self.literal(text, at, at + found, traced);
            let dollar = at + found;
            let rest = text.get(dollar..).unwrap_or("");
            let (length, expression) = expression(rest);
            let out = self.out.len();
            match expression {
                Some(expression) => match self.value(expression, 0) {
                    Some(value) => self.out.push_str(&value),
                    None => self.holes.hole(self.out.len()),
                },
                None => self.out.push('$'),
            }
            if self.out.len() > out {
                self.run(out, dollar, traced, false);
            }
            at = dollar + length;
        }
        self.literal(text, at, text.len(), traced);
        self.run(self.out.len(), text.len(), traced, true);
    }

    fn literal(&mut self, text: &str, start: usize, end: usize, traced: Option<&Text>) {
        if start < end {
            // A literal part is followed byte by byte only if the string itself is.
            self.run(self.out.len(), start, traced, true);
            self.out.push_str(text.get(start..end).unwrap_or(""));
        }
    }

    fn run(&mut self, out: usize, at: usize, traced: Option<&Text>, verbatim: bool) {
        let source = traced.and_then(|text| text.trace(at, at)).map(|(start, _)| start);
        if let (Some(source), Ok(text)) = (source, u32::try_from(out)) {
            self.runs.push(Run { text, source, verbatim });
        }
    }

    fn value(&mut self, expression: Expression<'_>, depth: usize) -> Option<String> {
        let variable = self.environment.get(expression.name);
        let usable = variable.filter(|variable| !(expression.or_empty && variable.value.is_empty()));
        match (expression.operator, usable) {
            (None | Some('-' | '?'), Some(variable)) => {
                if !self.environment.keep(&variable.value) {
                    return self.miss(expression.name, Some(LIMIT.to_owned()));
                }
                let what = format!("variable `{}`", expression.name);
                self.steps.push(Step { span: variable.span, what: what.into() });
                Some(variable.value.clone())
            }
            (Some('-'), None) | (Some('+'), Some(_)) => self.nested(expression.word, depth),
            (Some('?'), None) if !expression.word.is_empty() => {
                let because = format!("variable `{}` must be set: {}", expression.name, expression.word);
                self.miss(expression.name, Some(because))
            }
            (Some('+'), None) if variable.is_some() => Some(String::new()),
            // Whether the shell sets it is not known either.
            (Some('+'), None) => match &self.assumed {
                Some((name, is_set)) if name == expression.name => {
                    if *is_set {
                        self.nested(expression.word, depth)
                    } else {
                        Some(String::new())
                    }
                }
                _ => {
                    self.chosen.get_or_insert_with(|| expression.name.to_owned());
                    self.miss(expression.name, None)
                }
            },
            _ => self.miss(expression.name, None),
        }
    }

    fn miss(&mut self, name: &str, because: Option<String>) -> Option<String> {
        if self.missing.is_none() {
            self.missing = Some((name.to_owned(), because));
        }
        None
    }

    /// The word after an operator may have variables of its own.
    fn nested(&mut self, word: &str, depth: usize) -> Option<String> {
        if depth >= MAX_NESTING {
            return self.miss(word, Some("its defaults are nested too deeply".to_owned()));
        }
        let mut out = String::new();
        let mut rest = word;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            let dollar = rest.get(before.len()..).unwrap_or("");
            let (length, expression) = expression(dollar);
            match expression {
                Some(expression) => out.push_str(&self.value(expression, depth + 1)?),
                None => out.push('$'),
            }
            rest = dollar.get(length..).unwrap_or(after);
        }
        out.push_str(rest);
        Some(out)
    }
}

/// `${name:-word}` and its kin.
#[derive(Clone, Copy)]
struct Expression<'a> {
    name: &'a str,
    /// `-`, `?` or `+`.
    operator: Option<char>,
    /// A colon before the operator: an empty variable counts as one that is not set.
    or_empty: bool,
    word: &'a str,
}

/// The expression at the start of a text that starts with `$`, and its length; none for `$$` and a lone `$`.
fn expression(text: &str) -> (usize, Option<Expression<'_>>) {
    let rest = text.get(1..).unwrap_or("");
    if rest.starts_with('$') {
        return (2, None);
    }
    let Some(braced) = rest.strip_prefix('{') else {
        let name = name_of(rest);
        let expression = Expression { name, operator: None, or_empty: false, word: "" };
        return if name.is_empty() { (1, None) } else { (1 + name.len(), Some(expression)) };
    };
    let Some(close) = closing(braced) else { return (1, None) };
    let inner = braced.get(..close).unwrap_or("");
    let name = name_of(inner);
    let after = inner.get(name.len()..).unwrap_or("");
    let (or_empty, after) = after.strip_prefix(':').map_or((false, after), |after| (true, after));
    let operator = after.chars().next().filter(|operator| matches!(operator, '-' | '?' | '+'));
    let word = if operator.is_some() { after.get(1..).unwrap_or("") } else { "" };
    (close + 3, Some(Expression { name, operator, or_empty, word }))
}

fn name_of(text: &str) -> &str {
    let digit_first = text.starts_with(|first: char| first.is_ascii_digit());
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    if digit_first { "" } else { text.get(..length).unwrap_or("") }
}

/// The brace that closes the one before this text.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' if open == 0 => return Some(at),
            b'}' => open -= 1,
            _ => {}
        }
    }
    None
}
