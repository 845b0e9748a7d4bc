//! `${self:custom.table}`, `${opt:stage, 'dev'}`, `${file(env.yml):dev}`: what is put into a service before it is deployed.
//!
//! A default counts as a value, as long as nobody deploys otherwise. `${AWS::Region}` and `${Name}` are CloudFormation's.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::dialect::items::spelled;
use crate::dialect::{Corpus, join};
use crate::document::{Entry, Map, Node, Text, Unresolved, Value};
use crate::kernel::budget::{Budget, Share};
use crate::kernel::joined::Joined;
use crate::kernel::lift::{MAX_ALTERNATIVES, relocated};
use crate::source::Span;
use crate::syntax;

/// How many bytes of text cost a step of the budget.
const BYTES_A_STEP: usize = 16;

/// What a node costs, in steps of the budget.
const NODE: u32 = 2;

/// Deepest nesting of variables within variables in one text.
const DEEPEST: usize = 8;

/// Why something is open where the limits are reached.
const TOO_LARGE: &str = "the service is too large";

/// A service whose variables are filled in.
pub(super) struct Variables<'a> {
    root: &'a Node,
    directory: &'a str,
    corpus: &'a Corpus<'a>,
    pub budget: Budget,
    files: RefCell<BTreeMap<String, Option<Arc<Node>>>>,
    /// Whether a limit was reached.
    pub is_cut: Cell<bool>,
}

/// What stands between the braces of one variable: the ways to a value, of which the first that leads to one counts.
fn alternatives(inner: &str) -> Vec<&str> {
    let (mut found, mut from, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, c) in inner.char_indices() {
        match c {
            _ if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(c),
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(inner.get(from..at).unwrap_or("").trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(inner.get(from..).unwrap_or("").trim());
    found
}

/// The variables of a text that are of this language, the outermost: from the dollar sign to the closing brace.
fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("${")).map(|start| at + start) {
        let Some(end) = closing(text, start + 2) else { break };
        let inner = text.get(start + 2..end).unwrap_or("").trim_start();
        let kind = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(inner.len());
        let after = inner.get(kind..).unwrap_or("");
        let is_own = kind > 0 && (after.starts_with(':') && !after.starts_with("::") || after.starts_with('('))
            || inner.starts_with(['"', '\'']);
        let is_escaped = text.get(..start).is_some_and(|before| before.ends_with('\\'));
        if is_own && !is_escaped {
            found.push(start..end + 1);
            at = end + 1;
        } else {
            at = start + 2;
        }
    }
    found
}

/// Where the brace closes that opened before an offset.
fn closing(text: &str, from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.get(from..)?.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(from + at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

impl<'a> Variables<'a> {
    pub(super) fn new(root: &'a Node, directory: &'a str, corpus: &'a Corpus<'a>, share: Share) -> Variables<'a> {
        Variables {
            root,
            directory,
            corpus,
            budget: Budget::of(share),
            files: RefCell::default(),
            is_cut: Cell::new(false),
        }
    }

    /// A tree with its variables filled in.
    pub(super) fn tree(&self, node: &Node) -> Node {
        let Some(_level) = self.budget.enter() else { return self.cut(node.span) };
        self.budget.spend(NODE);
        match &node.value {
            Value::Str(text) => self.text(node, text),
            Value::List(items) => {
                let items = items.iter().map(|item| self.tree(item)).collect();
                Node { value: Value::List(Arc::new(items)), ..node.clone() }
            }
            Value::Map(map) => {
                let entries = map.entries.iter().map(|entry| Entry { value: self.tree(&entry.value), ..entry.clone() });
                let map = Map { entries: entries.collect(), rest: map.rest.clone() };
                Node { value: Value::Map(Arc::new(map)), ..node.clone() }
            }
            _ => node.clone(),
        }
    }

    fn cut(&self, span: Span) -> Node {
        self.is_cut.set(true);
        Node::unresolved("", TOO_LARGE, span)
    }

    fn text(&self, node: &Node, text: &Text) -> Node {
        let whole = text.as_str();
        let found = find(whole);
        if let [only] = found.as_slice()
            && only.len() == whole.trim().len()
        {
            let value = self.variable(whole, only, node.span, 0);
            let what = format!("`{}`", whole.trim());
            return match value {
                // What is put in stays where it is written.
                Some(value) if matches!(value.value, Value::List(_) | Value::Map(_)) => value,
                Some(value) => relocated(&value, node.span, what),
                None => open(whole, node.span),
            };
        }
        if found.is_empty() {
            return node.clone();
        }
        let mut joined = Joined::default();
        let mut from = 0;
        for range in found {
            joined.part(text, from, range.start);
            let value = self.variable(whole, &range, node.span, 0);
            let value = value.unwrap_or_else(|| open(whole.get(range.clone()).unwrap_or(""), node.span));
            match (plain(&value), value.as_unresolved()) {
                (Some(filled), _) if !self.budget.keep(filled.len()) => return self.cut(node.span),
                (Some(filled), _) => joined.filled(text, range.start, range.end, &filled, &value),
                (None, Some(unresolved)) => joined.hole(&Arc::new(unresolved.clone())),
                (None, None) => {
                    let because = "what it stands for is no text";
                    let hole = Node::unresolved(whole.get(range.clone()).unwrap_or(""), because, node.span);
                    hole.as_unresolved().into_iter().for_each(|open| joined.hole(&Arc::new(open.clone())));
                }
            }
            from = range.end;
        }
        joined.part(text, from, whole.len());
        self.budget.spend(u32::try_from(joined.len() / BYTES_A_STEP).unwrap_or(u32::MAX));
        if self.budget.keep(joined.len()) { joined.node(node) } else { self.cut(node.span) }
    }

    /// The value of a variable in a text; none where the files do not decide it.
    fn variable(&self, whole: &str, range: &Range<usize>, at: Span, depth: usize) -> Option<Node> {
        let _level = self.budget.enter()?;
        let inner = whole.get(range.start + 2..range.end.saturating_sub(1))?;
        if depth >= DEEPEST {
            return None;
        }
        for way in alternatives(inner) {
            let Some(filled) = self.inner(way, at, depth) else {
                return self.any_of(way, whole.get(range.clone())?, at);
            };
            let way = filled;
            match self.source(&way, at) {
                Found::Value(value) => return Some(value),
                Found::Nothing => {}
                Found::Elsewhere(because) => {
                    // A default is for those who give nothing.
                    if !way.starts_with("opt:") && !way.starts_with("env:") && !way.starts_with("param:") {
                        return Some(Node::unresolved(whole.get(range.clone())?, because, at));
                    }
                }
            }
        }
        None
    }

    /// What a way leads to in which one key is not known until the service is deployed: one of the values that stand there.
    fn any_of(&self, way: &str, expression: &str, at: Span) -> Option<Node> {
        let found = find(way);
        let ([key], Some(path)) = (found.as_slice(), way.strip_prefix("self:")) else { return None };
        let lead = way.len() - path.len();
        let before = path.get(..key.start.checked_sub(lead)?)?.strip_suffix('.')?;
        let after = path.get(key.end.checked_sub(lead)?..)?;
        if !(after.is_empty() || after.starts_with('.')) {
            return None;
        }
        let of = self.tree(below(self.root, before)?);
        let values: Vec<Node> =
            of.entries().iter().map(|entry| below(&entry.value, after).cloned()).collect::<Option<_>>()?;
        if !(1..=MAX_ALTERNATIVES).contains(&values.len()) {
            return None;
        }
        let because = format!("`{}` is known when the service is deployed", way.get(key.clone())?);
        let mut open = Unresolved { expression: expression.into(), because: because.into(), ..Unresolved::default() };
        open.alternatives = values;
        Some(Node::new(Value::Unresolved(Arc::new(open)), at))
    }

    /// A way with the variables that are a part of it filled in.
    fn inner(&self, way: &str, at: Span, depth: usize) -> Option<String> {
        let found = find(way);
        if found.is_empty() {
            return Some(way.to_owned());
        }
        let (mut out, mut from) = (String::new(), 0);
        for range in found {
            out.push_str(way.get(from..range.start)?);
            let value = self.variable(way, &range, at, depth + 1)?;
            out.push_str(&plain(&self.tree(&value))?);
            from = range.end;
        }
        out.push_str(way.get(from..)?);
        self.budget.keep(out.len()).then_some(out)
    }

    fn source(&self, way: &str, at: Span) -> Found {
        if let Some(text) = quoted(way) {
            return Found::Value(Node::text(text, at));
        }
        if let Some(path) = way.strip_prefix("self:") {
            return found(below(self.root, path).map(|node| self.tree(node)));
        }
        if let Some((file, key)) = way.strip_prefix("file(").and_then(|rest| rest.split_once(')')) {
            let Some(root) = self.file(file.trim()) else {
                return Found::Elsewhere(format!("`{}` is no file of the repository that can be read", file.trim()));
            };
            return found(below(&root, key.trim_start_matches(':')).map(|node| self.tree(node)));
        }
        match way {
            "true" => Found::Value(Node::new(Value::Bool(true), at)),
            "false" => Found::Value(Node::new(Value::Bool(false), at)),
            "null" => Found::Value(Node::new(Value::Null, at)),
            number if number.parse::<i64>().is_ok() => {
                Found::Value(Node::new(Value::Int(number.parse().unwrap_or_default()), at))
            }
            _ => Found::Elsewhere(format!("`{way}` is known when the service is deployed")),
        }
    }

    fn file(&self, named: &str) -> Option<Arc<Node>> {
        let path = join(self.directory, named)?;
        if let Some(known) = self.files.borrow().get(&path) {
            return known.clone();
        }
        let read = || {
            let file = self.corpus.workspace.find(&path)?;
            let source = self.corpus.workspace.source(file).ok()?;
            let syntax = syntax::named(super::syntax_of_part(&path)?)?;
            self.budget.spend(u32::try_from(source.text().len() / BYTES_A_STEP).unwrap_or(u32::MAX));
            syntax::parse(syntax, source).roots.into_iter().next().map(Arc::new)
        };
        let root = read();
        self.files.borrow_mut().insert(path, root.clone());
        root
    }
}

/// What a way leads to.
enum Found {
    Value(Node),
    /// Nothing is there.
    Nothing,
    /// It is decided elsewhere; why.
    Elsewhere(String),
}

fn found(value: Option<Node>) -> Found {
    match value {
        None | Some(Node { value: Value::Null, .. }) => Found::Nothing,
        Some(value) => Found::Value(value),
    }
}

/// What stands at keys with dots between; numbers count the items of lists.
fn below<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.').filter(|part| !part.is_empty()).try_fold(node, |node, part| match &node.value {
        Value::List(items) => items.get(part.parse::<usize>().ok()?),
        _ => node.get(part),
    })
}

fn quoted(way: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| way.strip_prefix(quote)?.strip_suffix(quote))
}

/// The text of a value that can be a part of another one.
fn plain(node: &Node) -> Option<String> {
    let is_scalar = matches!(node.value, Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_));
    is_scalar.then(|| spelled(node, 0))
}

fn open(expression: &str, at: Span) -> Node {
    Node::unresolved(expression, "it is known when the service is deployed", at)
}
