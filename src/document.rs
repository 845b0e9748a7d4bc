//! One spanned tree for every language.
//!
//! A [`Node`] keeps the range it was read from; so does every key. What a file writes but does not decide is a value of
//! its own, [`Value::Unresolved`], which remembers the expression: it is never missing and never guessed. Trees are
//! cheap to clone (their insides are shared), so a dialect may show one part of a document in several places.
//!
//! A node that came from elsewhere (a variable, a local, a Helm value) has the span of the place that *uses* it and a
//! [`Node::trail`] of the places it came from, nearest first.

mod guard;
mod name;
mod partial;
#[cfg(test)]
pub mod testing;
mod text;

use std::sync::Arc;

pub use guard::{Guard, Question};
pub use name::{Name, shared};
pub use partial::{PartialBuilder, PartialText, TextPart};
pub use text::{Run, Runs, Text};

use crate::source::{FileId, Span};

/// Deepest nesting that any syntax reads; what lies deeper is a problem.
pub const MAX_DEPTH: usize = 128;

/// Room for so many views is made at once.
const VIEWS: usize = 4;

/// A value and where it was written.
#[derive(Clone, Debug)]
pub struct Node {
    /// What was written.
    pub value: Value,
    /// Where it was written: the whole value, with quotes or brackets.
    pub span: Span,
    /// Where the value came from, nearest first; empty for a value written in place.
    pub trail: Trail,
}

/// The places a value came from, nearest first. Shared, and one word when empty.
pub type Trail = Option<Arc<Vec<Step>>>;

/// One step of a [`Trail`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The place.
    pub span: Span,
    /// What it is, for a label: "default of variable `cidr`", "passed by module call `net`".
    pub what: Arc<str>,
}

/// The kinds of value that any language is reduced to.
#[derive(Clone, Debug)]
pub enum Value {
    /// An explicit null (not the absence of a key).
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Text),
    /// A sequence.
    List(Arc<Vec<Node>>),
    /// Keys and values, in the order written.
    Map(Arc<Map>),
    /// Written here, decided elsewhere.
    Unresolved(Arc<Unresolved>),
}

/// A map in the order written. A key written twice keeps its last value; syntaxes report the first as a problem where
/// the language forbids it.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// Keys and values.
    pub entries: Vec<Entry>,
    /// There may be further keys that the file does not decide (a merge with an unresolved map): a key that is not
    /// among the entries is then unknown, not absent.
    pub rest: Option<Arc<Unresolved>>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Node,
    /// Added by a dialect as a typed view: found by its name, but not by `*` and `**`, and not shown as the user's.
    pub derived: bool,
}

/// A key and where it was written.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key's text.
    pub name: Arc<str>,
    /// Where the key stands.
    pub span: Span,
}

/// Something that was written in the file and that the file does not decide. Two are equal when they are the same open
/// question, whatever answers are known to be possible.
#[derive(Clone, Debug, Default)]
pub struct Unresolved {
    /// The expression as written.
    pub expression: Box<str>,
    /// What would decide it, as a clause: "variable `cidr` has no default and no value".
    pub because: Box<str>,
    /// Addresses of resources of the same scope that the expression is a reference to (`aws_s3_bucket.logs`), for
    /// links.
    pub references: Vec<Box<str>>,
    /// As an item of a list: stands for any number of items, none included.
    pub spread: bool,
    /// Every value that it can take, where those are known (the allowed values of a parameter, both branches of a
    /// condition): a verdict on which all of them agree stands, any other is unknown. A null among them means that the
    /// key or item may be absent. Empty when it may be anything.
    pub alternatives: Vec<Node>,
    /// When each of the alternatives is the case, in their order: exactly one of the conditions holds. Empty (or of another
    /// length than the alternatives) where nothing tells them apart; then they are independent of everything else.
    pub guards: Vec<Guard>,
    /// What is asked here, where the same question may decide other values too.
    pub question: Option<Arc<Question>>,
    /// Set when it is certain that there is a value (it is not null, and no list of none): what is known of its text.
    /// What that decides is decided: `arn:aws:s3:::${Bucket}/*` is not `*`.
    pub partial: Option<Box<PartialText>>,
    /// Set when every value of its scope that has the same words here is the same text, whatever that is.
    pub same: Option<Box<str>>,
}

/// Why nothing is known of what stands behind a syntax error.
pub const UNREAD: &str = "a syntax error keeps the rest of the document from being read";

impl Unresolved {
    /// The alternatives, each with the condition under which it is the case; nothing where those are not known.
    pub fn guarded(&self) -> impl Iterator<Item = (&Node, &Guard)> {
        let known = self.guards.len() == self.alternatives.len();
        self.alternatives.iter().zip(&self.guards).filter(move |_| known)
    }

    /// Whether null, for nothing, is among the values that it is known to have. As deep as choices are nested.
    pub fn may_be_null(&self) -> bool {
        self.alternatives.iter().any(|node| match &node.value {
            Value::Null => true,
            Value::Unresolved(inner) => inner.may_be_null(),
            _ => false,
        })
    }

    /// The condition under which the value is true; none where that is not known.
    pub fn when_true(&self) -> Option<Guard> {
        let truths = self.guarded().map(|(node, guard)| Some((node.as_bool()?, guard)));
        let truths: Vec<(bool, &Guard)> = truths.collect::<Option<_>>()?;
        if truths.is_empty() {
            return None;
        }
        Guard::any(truths.into_iter().filter(|(holds, _)| *holds).map(|(_, guard)| guard.clone()))
    }

    /// Makes this a value that is true exactly where a condition holds.
    #[must_use]
    pub fn true_where(self, guard: &Guard, span: Span) -> Unresolved {
        let alternatives = [true, false].map(|value| Node::new(Value::Bool(value), span)).into();
        Unresolved { alternatives, guards: vec![guard.clone(), guard.negated()], ..self }
    }
}

impl PartialEq for Unresolved {
    fn eq(&self, other: &Unresolved) -> bool {
        (&self.expression, &self.because, &self.references, self.spread)
            == (&other.expression, &other.because, &other.references, other.spread)
    }
}

impl Eq for Unresolved {}

/// A file after parsing: its trees, and what could not be read.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// Its path, relative to the root, with `/`.
    pub path: Arc<str>,
    /// The syntax it was read as (a name of the syntax table).
    pub syntax: &'static str,
    /// The trees of the file; more than one only in multi-document formats.
    pub roots: Vec<Node>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Document {
    /// Whether some of it could not be read.
    pub fn is_broken(&self) -> bool {
        self.problems.iter().any(|problem| problem.level == Level::Error)
    }
}

/// Something that kept the tool from doing all of its work, or that the reader should know about how it did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// A stable dotted name, such as `syntax::yaml`.
    pub code: &'static str,
    /// How much it matters.
    pub level: Level,
    /// The path it is about, relative to the root; empty for none.
    pub path: Arc<str>,
    /// The place, where there is one.
    pub span: Option<Span>,
    /// What is wrong, in lower case without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// How much a [`Problem`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something could not be judged: the exit status says so.
    Error,
    /// Nothing was lost; worth knowing.
    Notice,
}

impl Node {
    /// A node written in place.
    pub fn new(value: Value, span: Span) -> Node {
        Node { value, span, trail: None }
    }

    /// A string that stands in the source as it is, from `span.start + lead` on.
    pub fn verbatim(text: impl Into<Arc<str>>, span: Span, lead: u32) -> Node {
        Node::new(Value::Str(Text::verbatim(text, span.start + lead)), span)
    }

    /// A string with no way back but the node's span.
    pub fn text(text: impl Into<Arc<str>>, span: Span) -> Node {
        Node::new(Value::Str(Text::opaque(text)), span)
    }

    /// A list.
    pub fn list(mut items: Vec<Node>, span: Span) -> Node {
        items.shrink_to_fit();
        Node::new(Value::List(Arc::new(items)), span)
    }

    /// A map.
    pub fn map(mut entries: Vec<Entry>, span: Span) -> Node {
        entries.shrink_to_fit();
        Node::new(Value::Map(Arc::new(Map { entries, rest: None })), span)
    }

    /// A value that is decided elsewhere.
    pub fn unresolved(expression: &str, because: impl Into<Box<str>>, span: Span) -> Node {
        let unresolved = Unresolved { expression: expression.into(), because: because.into(), ..Unresolved::default() };
        Node::new(Value::Unresolved(Arc::new(unresolved)), span)
    }

    /// The same value, used at `span`: the place it stood becomes the first step of its trail.
    #[must_use]
    pub fn used_at(&self, span: Span, what: impl Into<Arc<str>>) -> Node {
        let mut steps = vec![Step { span: self.span, what: what.into() }];
        steps.extend(self.trail.iter().flat_map(|trail| trail.iter().cloned()));
        Node { value: self.value.clone(), span, trail: Some(Arc::new(steps)) }
    }

    /// The steps of the trail, nearest first.
    pub fn steps(&self) -> &[Step] {
        self.trail.as_ref().map_or(&[], |trail| trail.as_slice())
    }

    /// The value of a key, when this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key, when this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_map()?.entry(key)
    }

    /// The value at a chain of keys; a convenience for dialects, without lists or wildcards.
    pub fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// How many nodes there are in it, itself included, counted up to a most.
    pub fn weight(&self, most: usize) -> usize {
        let mut count = 0;
        let mut open = vec![self];
        while let Some(node) = open.pop() {
            count += 1;
            if count >= most {
                return most;
            }
            match &node.value {
                Value::List(items) => open.extend(items.iter()),
                Value::Map(map) => open.extend(map.entries.iter().map(|entry| &entry.value)),
                _ => {}
            }
        }
        count
    }

    /// The text, when this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Str(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The truth value, when this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The items, when this is a list; else none.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The map, when this is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The entries, when this is a map; else none.
    pub fn entries(&self) -> &[Entry] {
        self.as_map().map_or(&[], |map| &map.entries)
    }

    /// The expression, when this is decided elsewhere.
    pub fn as_unresolved(&self) -> Option<&Unresolved> {
        match &self.value {
            Value::Unresolved(unresolved) => Some(unresolved),
            _ => None,
        }
    }

    /// Adds (or replaces) a typed view of a map; nothing happens on any other value.
    pub fn derive(&mut self, name: &str, view: Node) {
        if let Value::Map(map) = &mut self.value {
            let map = Arc::make_mut(map);
            let key = Key { name: name::shared(name), span: view.span };
            map.entries.retain(|entry| !(entry.derived && &*entry.key.name == name));
            // A body has a few views beside what is written; twice the room would mostly stay empty.
            if map.entries.len() == map.entries.capacity() {
                map.entries.reserve_exact(VIEWS);
            }
            map.entries.push(Entry { key, value: view, derived: true });
        }
    }
}

impl Entry {
    /// A key and value as written.
    pub fn new(name: impl Name, key_span: Span, value: Node) -> Entry {
        Entry { key: Key { name: name.text(), span: key_span }, value, derived: false }
    }

    /// From the key to the end of the value, where both are in one file.
    pub fn span(&self) -> Span {
        self.key.span.to(self.value.span)
    }
}

impl Map {
    /// The entry of a key: the last one written; what was written goes before a dialect's view of the same name.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let mut named = self.entries.iter().rev().filter(|entry| &*entry.key.name == key);
        let last = named.next()?;
        if last.derived { Some(named.find(|entry| !entry.derived).unwrap_or(last)) } else { Some(last) }
    }

    /// The entries as written, without a dialect's views.
    pub fn written(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.derived)
    }
}

impl Value {
    /// The word for this kind of value in messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Int(_) | Value::Float(_) => "number",
            Value::Str(_) => "string",
            Value::List(_) => "list",
            Value::Map(_) => "map",
            Value::Unresolved(_) => "unresolved",
        }
    }
}

impl Problem {
    /// A problem that cost something.
    pub fn error(
        code: &'static str,
        path: impl Into<Arc<str>>,
        span: Option<Span>,
        message: impl Into<String>,
    ) -> Problem {
        Problem { code, level: Level::Error, path: path.into(), span, message: message.into(), help: None }
    }

    /// A problem that cost nothing.
    pub fn notice(
        code: &'static str,
        path: impl Into<Arc<str>>,
        span: Option<Span>,
        message: impl Into<String>,
    ) -> Problem {
        Problem { level: Level::Notice, ..Problem::error(code, path, span, message) }
    }

    /// The same with a remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }
}

/// How many names a problem tells.
const MOST_NAMED: usize = 5;

/// The first names of a list as a problem tells them, and how many more there are: "`a`, `b` and 4 more".
pub fn named<T: AsRef<str>>(names: &[T]) -> String {
    let first: Vec<String> = names.iter().take(MOST_NAMED).map(|name| format!("`{}`", name.as_ref())).collect();
    match names.len().saturating_sub(MOST_NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_made_of_small_parts() {
        // Most of the memory of a run: what makes one of them longer has to be worth it.
        for (what, size, most) in [
            ("value", size_of::<Value>(), 24),
            ("node", size_of::<Node>(), 48),
            ("entry", size_of::<Entry>(), 88),
            ("run", size_of::<Run>(), 12),
        ] {
            assert!(size <= most, "{what}: {size}");
        }
    }

    #[test]
    fn what_was_written_goes_before_a_view_of_the_same_name() {
        let span = Span::new(FileId(0), 0, 1);
        let mut node = Node::map(vec![Entry::new("ports", span, Node::text("written", span))], span);
        node.derive("ports", Node::text("view", span));
        node.derive("argv", Node::text("view", span));
        assert_eq!(node.get("ports").and_then(Node::as_str), Some("written"));
        assert_eq!(node.get("argv").and_then(Node::as_str), Some("view"));
        assert_eq!(node.as_map().unwrap().written().count(), 1);
    }
}
