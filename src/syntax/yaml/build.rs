//! From the parser's events to trees, without recursion.

use std::sync::Arc;

use granit_parser::{Event, ScalarStyle, ScanError, Span as ParserSpan, Tag};
use rustc_hash::{FxHashMap, FxHashSet};

use super::scalar::{self, Schema};
use super::{CODE, MAX_ALIASED, MAX_PROBLEMS, problem, runs};
use crate::document::{Entry, MAX_DEPTH, Map, Node, Problem, UNREAD, Unresolved, Value};
use crate::source::{Source, Span};
use crate::syntax::Parsed;
use crate::syntax::keys::written_twice;

/// Builds the trees of one file.
pub(super) struct Builder<'a> {
    source: &'a Source,
    schema: Schema,
    roots: Vec<Node>,
    problems: Vec<Problem>,
    open: Vec<Frame>,
    anchors: FxHashMap<usize, Anchored>,
    keys: FxHashSet<Arc<str>>,
    /// Collections that are open below the deepest one that is read.
    too_deep: usize,
    aliased: usize,
}

/// What an anchor names. `depth` and `size` keep aliases from building what nobody could walk through.
struct Anchored {
    node: Node,
    depth: usize,
    size: usize,
    written: Option<Arc<str>>,
}

/// A collection whose end has not been seen.
struct Frame {
    content: Content,
    span: Span,
    flow: bool,
    anchor: usize,
    tag: Option<Tagged>,
    depth: usize,
    size: usize,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, merges: Vec<Merge>, key: Option<PendingKey> },
}

struct PendingKey {
    name: Arc<str>,
    span: Span,
    merge: bool,
}

/// What stands after a merge key.
struct Merge {
    node: Node,
    key: Span,
}

struct Tagged {
    name: Arc<str>,
    span: Span,
}

/// A node on its way into its collection.
struct Built {
    node: Node,
    depth: usize,
    size: usize,
    /// The text, where it is a scalar: what it is called when it is a key.
    written: Option<Arc<str>>,
    plain: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a Source, schema: Schema) -> Builder<'a> {
        Builder {
            source,
            schema,
            roots: Vec::new(),
            problems: Vec::new(),
            open: Vec::new(),
            anchors: FxHashMap::default(),
            keys: FxHashSet::default(),
            too_deep: 0,
            aliased: 0,
        }
    }

    pub(super) fn finish(mut self) -> Parsed {
        self.unwind();
        Parsed { roots: self.roots, problems: self.problems }
    }

    pub(super) fn event(&mut self, event: Event<'_>, at: ParserSpan) {
        if self.too_deep > 0 {
            self.pass_over(&event);
            return;
        }
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let built = self.scalar(&value, style, tag.as_deref(), at);
                self.anchored(anchor, built);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let flow = style == granit_parser::StructureStyle::Flow;
                self.start(Content::List(Vec::new()), flow, anchor, tag.as_deref(), at);
            }
            Event::MappingStart(style, anchor, tag) => {
                let flow = style == granit_parser::StructureStyle::Flow;
                let content = Content::Map { entries: Vec::new(), merges: Vec::new(), key: None };
                self.start(content, flow, anchor, tag.as_deref(), at);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(Some(at), false),
            Event::Alias(id) => {
                let built = self.alias(id, at);
                self.push(built);
            }
            Event::UnresolvedAlias(name) => {
                let span = self.span(at);
                self.error(span, format!("there is no anchor `{name}` above"), "define it with `&` before it is used");
                self.push(Built::leaf(Node::unresolved(&format!("*{name}"), "the anchor does not exist", span)));
            }
            Event::DocumentStart(..) | Event::DocumentEnd => self.anchors.clear(),
            // Metadata, and whatever later versions of the parser may add.
            _ => {}
        }
    }

    /// Takes note of a syntax error and closes what it interrupted.
    pub(super) fn broken(&mut self, error: &ScanError) {
        let (message, help) = problem::explain(error.kind());
        let text = self.source.text();
        let start = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
        let start = (0..=start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let length = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let mut problem =
            Problem::error(CODE, self.source.path(), Some(self.source.span(start, start + length)), message);
        problem.help = help.map(str::to_owned);
        self.report(problem);
        self.doubt_last(start);
        self.unwind();
        self.anchors.clear();
    }

    /// What ended right before an error may not have been meant to end there.
    fn doubt_last(&mut self, error: usize) {
        let Some(frame) = self.open.last_mut() else { return };
        let last = match &mut frame.content {
            Content::List(items) => items.last_mut(),
            Content::Map { entries, key: None, .. } => entries.last_mut().map(|entry| &mut entry.value),
            Content::Map { .. } => None,
        };
        if let Some(last) = last {
            doubt(last, self.source.text(), error);
        }
    }

    fn unwind(&mut self) {
        self.too_deep = 0;
        while !self.open.is_empty() {
            self.end(None, true);
        }
    }

    fn start(&mut self, content: Content, flow: bool, anchor: usize, tag: Option<&Tag>, at: ParserSpan) {
        let span = self.span(at);
        if self.open.len() >= MAX_DEPTH {
            let because = format!("it is nested deeper than {MAX_DEPTH} levels");
            self.error(span, because.clone(), "flatten the structure");
            self.push(Built::leaf(Node::unresolved("", because, span)));
            self.too_deep = 1;
            return;
        }
        let tag = self.tagged(tag, at);
        // A block collection has no bracket: its start is that of its first item, its end that of its last.
        let span = Span { end: if flow { span.end } else { span.start }, ..span };
        self.open.push(Frame { content, span, flow, anchor, tag, depth: 0, size: 1 });
    }

    fn pass_over(&mut self, event: &Event<'_>) {
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => self.too_deep += 1,
            Event::SequenceEnd | Event::MappingEnd => self.too_deep -= 1,
            _ => {}
        }
    }

    /// Closes the innermost collection. A `cut` one was interrupted by an error and may hold more than was read.
    fn end(&mut self, at: Option<ParserSpan>, cut: bool) {
        let Some(mut frame) = self.open.pop() else { return };
        if let Some(at) = at.filter(|_| frame.flow) {
            frame.span = frame.span.to(self.span(at));
        }
        let value = match frame.content {
            Content::List(mut items) => {
                if cut {
                    items.push(Node::new(Value::Unresolved(unread(true)), end_of(frame.span)));
                }
                items.shrink_to_fit();
                Value::List(Arc::new(items))
            }
            Content::Map { mut entries, merges, key } => {
                if let Some(key) = key {
                    let value = Node::new(Value::Unresolved(unread(false)), end_of(key.span));
                    entries.push(Entry::new(key.name, key.span, value));
                }
                self.duplicates(&entries);
                let mut rest = cut.then(|| unread(false));
                self.merge(&mut entries, merges, &mut rest);
                entries.shrink_to_fit();
                Value::Map(Arc::new(Map { entries, rest }))
            }
        };
        let mut built = Built {
            node: Node::new(value, frame.span),
            depth: frame.depth + 1,
            size: frame.size,
            written: None,
            plain: false,
        };
        if let Some(tag) = frame.tag {
            built = built.tagged(tag);
        }
        self.anchored(frame.anchor, built);
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, tag: Option<&Tag>, at: ParserSpan) -> Built {
        let span = self.span(at);
        let plain = style == ScalarStyle::Plain;
        let core = tag.and_then(Tag::core_suffix);
        let textual = match core {
            Some(name) => name == "str" || name == "binary" || (name == "timestamp"),
            None => !plain || tag.is_some_and(|tag| tag.handle().is_empty() && tag.suffix() == "!"),
        };
        let shared = self.intern(value);
        let resolved = if textual { None } else { scalar::resolve(value, self.schema) };
        let node = match resolved {
            Some(Value::Null) if span.is_empty() => Node::new(Value::Null, self.place_of_nothing(span)),
            Some(value) => Node::new(value, span),
            None => {
                let written = self.source.slice(span);
                let text = runs::text(&shared, written, span.start as usize, style);
                // A block scalar ends with its last line, not with the blank ones after it.
                let blank = if plain { 0 } else { written.len() - written.trim_end().len() };
                let end = (span.end as usize).saturating_sub(blank);
                Node::new(Value::Str(text), self.source.span(span.start as usize, end))
            }
        };
        let built = Built { written: Some(shared), plain, ..Built::leaf(node) };
        match self.tagged(tag, at) {
            Some(tag) => built.tagged(tag),
            None => built,
        }
    }

    /// Where a value that is not written stands: right after its key.
    fn place_of_nothing(&self, span: Span) -> Span {
        match self.open.last().map(|frame| &frame.content) {
            Some(Content::Map { key: Some(key), .. }) => end_of(key.span),
            _ => span,
        }
    }

    fn alias(&mut self, id: usize, at: ParserSpan) -> Built {
        let span = self.span(at);
        let name = self.source.slice(span).trim_start_matches('*').to_owned();
        let refuse = |because: &str| Built::leaf(Node::unresolved(&format!("*{name}"), because, span));
        let Some(anchored) = self.anchors.get(&id) else {
            self.error(span, format!("anchor `{name}` contains itself"), "a value cannot be a part of itself");
            return refuse("the anchor contains itself");
        };
        if self.aliased.saturating_add(anchored.size) > MAX_ALIASED || self.open.len() + anchored.depth > MAX_DEPTH {
            let because = "the aliases of this file stand for more than is read";
            self.error(span, because.to_owned(), "write the values out, or nest the aliases less deeply");
            return refuse(because);
        }
        self.aliased += anchored.size;
        Built {
            node: anchored.node.used_at(span, format!("anchor `{name}`")),
            depth: anchored.depth,
            size: anchored.size,
            written: anchored.written.clone(),
            plain: false,
        }
    }

    fn anchored(&mut self, anchor: usize, built: Built) {
        if anchor != 0 {
            let (depth, size, written) = (built.depth, built.size, built.written.clone());
            self.anchors.insert(anchor, Anchored { node: built.node.clone(), depth, size, written });
        }
        self.push(built);
    }

    /// Puts a node where it belongs: it is a key, a value, an item or a root.
    fn push(&mut self, built: Built) {
        let Some(frame) = self.open.last_mut() else {
            let nothing = matches!(built.node.value, Value::Null) && built.node.span.is_empty();
            self.roots.extend((!nothing).then_some(built.node));
            return;
        };
        frame.span = frame.span.to(built.node.span);
        frame.depth = frame.depth.max(built.depth);
        frame.size = frame.size.saturating_add(built.size);
        match &mut frame.content {
            Content::List(items) => items.push(built.node),
            Content::Map { entries, merges, key } => match key.take() {
                None => {
                    let merge = built.plain && built.written.as_deref() == Some("<<");
                    let span = built.node.span;
                    let name = built.written.unwrap_or_else(|| self.source.slice(span).into());
                    *key = Some(PendingKey { name, span, merge });
                }
                Some(key) if key.merge => merges.push(Merge { node: built.node, key: key.span }),
                Some(key) => entries.push(Entry::new(key.name, key.span, built.node)),
            },
        }
    }

    /// Brings in what the merge keys name; what is there already stays.
    fn merge(&mut self, entries: &mut Vec<Entry>, merges: Vec<Merge>, rest: &mut Option<Arc<Unresolved>>) {
        if merges.is_empty() {
            return;
        }
        let mut known: FxHashSet<Arc<str>> = entries.iter().map(|entry| Arc::clone(&entry.key.name)).collect();
        for Merge { node, key } in merges {
            let several = matches!(node.value, Value::List(_));
            let sources = if several { node.items() } else { std::slice::from_ref(&node) };
            for source in sources {
                match &source.value {
                    Value::Map(map) => {
                        *rest = rest.take().or_else(|| map.rest.clone());
                        let fresh = map.entries.iter().filter(|entry| known.insert(Arc::clone(&entry.key.name)));
                        entries.extend(fresh.map(|entry| merged(entry, source)));
                    }
                    Value::Unresolved(unresolved) => *rest = Some(Arc::clone(unresolved)),
                    Value::Null => {}
                    _ => {
                        let help = "give it an alias of a map, or a list of them";
                        self.error(source.span.to(key), "a merge key needs a map".to_owned(), help);
                    }
                }
            }
        }
    }

    fn tagged(&self, tag: Option<&Tag>, at: ParserSpan) -> Option<Tagged> {
        let tag = tag?;
        let namespace =
            tag.handle().starts_with("tag:yaml.org,2002:") || tag.suffix().starts_with("tag:yaml.org,2002:");
        let name = tag.original();
        if namespace || name == "!" || name.is_empty() {
            return None;
        }
        let span = at.tag_span().map_or_else(|| self.span(at), |span| self.span(span));
        Some(Tagged { name: long_form(&name).into(), span })
    }

    fn duplicates(&mut self, entries: &[Entry]) {
        for entry in written_twice(entries) {
            let message = format!("key `{}` is written twice", entry.key.name);
            let notice = Problem::notice(CODE, self.source.path(), Some(entry.key.span), message);
            self.report(notice.help("the last one counts, where the file is accepted at all; remove the other"));
        }
    }

    fn intern(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.keys.get(text) {
            return Arc::clone(known);
        }
        let name: Arc<str> = text.into();
        self.keys.insert(Arc::clone(&name));
        name
    }

    fn span(&self, at: ParserSpan) -> Span {
        let length = self.source.text().len();
        let start = at.start.byte_offset().unwrap_or(length).min(length);
        let end = at.end.byte_offset().unwrap_or(length).min(length);
        self.source.span(start, end)
    }

    fn error(&mut self, span: Span, message: String, help: &str) {
        self.report(Problem::error(CODE, self.source.path(), Some(span), message).help(help));
    }

    fn report(&mut self, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

impl Built {
    fn leaf(node: Node) -> Built {
        Built { node, depth: 0, size: 1, written: None, plain: false }
    }

    /// The map that stands for a node with a tag.
    fn tagged(self, tag: Tagged) -> Built {
        let span = tag.span.to(self.node.span);
        let node = Node::map(vec![Entry::new(tag.name, tag.span, self.node)], span);
        Built { node, depth: self.depth + 1, size: self.size.saturating_add(1), written: None, plain: false }
    }
}

/// An entry as a merge brings it in. One that comes through an alias stands where the alias is written.
fn merged(entry: &Entry, source: &Node) -> Entry {
    let Some(step) = source.steps().first() else { return entry.clone() };
    let what = format!("merged from {}", step.what);
    Entry::new(Arc::clone(&entry.key.name), source.span, entry.value.used_at(source.span, what))
}

/// A scalar on the line of an error may be only a part of what was meant (`a: b: c`); a block collection above it may
/// go on below. What was closed by a bracket was meant to be closed.
fn doubt(node: &mut Node, text: &str, error: usize) {
    let span = node.span;
    if node.trail.is_some() || text.get(span.range()).is_some_and(|written| written.starts_with(['{', '['])) {
        return;
    }
    match &mut node.value {
        Value::List(items) => {
            let items = Arc::make_mut(items);
            if let Some(last) = items.last_mut() {
                doubt(last, text, error);
            }
            items.push(Node::new(Value::Unresolved(unread(true)), end_of(span)));
        }
        Value::Map(map) => {
            let map = Arc::make_mut(map);
            if let Some(last) = map.entries.last_mut() {
                doubt(&mut last.value, text, error);
            }
            map.rest = map.rest.take().or_else(|| Some(unread(false)));
        }
        scalar => {
            let between = text.get(span.end as usize..error);
            if between.is_some_and(|between| !between.contains('\n')) {
                *scalar = Value::Unresolved(unread(false));
            }
        }
    }
}

/// What was not read because of a syntax error.
fn unread(spread: bool) -> Arc<Unresolved> {
    Arc::new(Unresolved { expression: "".into(), because: UNREAD.into(), spread, ..Unresolved::default() })
}

fn end_of(span: Span) -> Span {
    Span { start: span.end, ..span }
}

/// The key that stands for a tag: the intrinsics of CloudFormation have a long form, others keep their name.
fn long_form(tag: &str) -> String {
    let name = tag.trim_start_matches('!');
    match name {
        "Ref" | "Condition" => name.to_owned(),
        "And" | "Base64" | "Cidr" | "Contains" | "EachMemberEquals" | "EachMemberIn" | "Equals" | "FindInMap"
        | "ForEach" | "GetAZs" | "GetAtt" | "If" | "ImportValue" | "Join" | "Length" | "Not" | "Or" | "RefAll"
        | "Select" | "Split" | "Sub" | "ToJsonString" | "Transform" | "ValueOf" | "ValueOfAll" => format!("Fn::{name}"),
        _ => tag.to_owned(),
    }
}
