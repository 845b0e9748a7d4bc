//! A file with its expressions evaluated and the templates of the same repository put in.
//!
//! A condition that is not decided chooses between runs: what stands below it is there in some of them, so items of lists
//! stay, and a key that only some runs have, or have with other values, is a choice.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::branch::{Branches, Directive, directive, is_directive};
use super::expression;
use super::function::plain;
use super::scope::{Scope, bind};
use super::{SECTIONS, is_script_key};
use crate::dialect::ties::directory;
use crate::dialect::{Corpus, join};
use crate::document::{Entry, Key, Map, Node, Unresolved, Value};
use crate::kernel::budget::{Budget, Share};
use crate::source::{FileId, Span};
use crate::syntax;

/// Most items that a loop over what is written goes through.
const MAX_ROUNDS: usize = 2_000;

/// What a node costs, in steps of the budget.
const NODE: u32 = 4;

/// What a round of a loop costs, in steps: what it makes was not written, and is judged as if it were.
const ROUND: u32 = 48;

/// Deepest nesting of templates, as the service allows.
const MAX_TEMPLATES: u32 = 50;

/// Why something is open where the limits are reached.
const TOO_LARGE: &str = "the pipeline is too large";

/// What is put together while a file is expanded.
pub(super) struct Expander<'a> {
    corpus: &'a Corpus<'a>,
    pub budget: Budget,
    templates: Cell<u32>,
    /// The files that were put in.
    pub reached: RefCell<BTreeSet<FileId>>,
    /// Where expressions of scripts and variables begin that whoever starts the run may make any text of.
    pub chosen: RefCell<BTreeSet<(FileId, u32)>>,
    /// Whether a limit was reached.
    pub is_cut: Cell<bool>,
}

/// Keys and values on their way into a map.
#[derive(Default)]
pub(super) struct Made {
    pub entries: Vec<Entry>,
    pub rest: Option<Arc<Unresolved>>,
}

impl<'a> Expander<'a> {
    pub(super) fn new(corpus: &'a Corpus<'a>, share: Share) -> Expander<'a> {
        Expander {
            corpus,
            budget: Budget::of(share),
            templates: Cell::new(0),
            reached: RefCell::default(),
            chosen: RefCell::default(),
            is_cut: Cell::new(false),
        }
    }

    /// A file as it is run on its own.
    pub(super) fn pipeline(&self, root: &Node) -> Node {
        self.file(root, None, &Scope::default())
    }

    /// A file with its parameters, and what it extends.
    fn file(&self, root: &Node, given: Option<(&Node, &Node)>, outer: &Scope) -> Node {
        let default = |node: &Node| self.tree(node, &Scope::default(), None);
        let scope = outer.of_file(root.span.file, bind(root.get("parameters"), given, &default));
        let Value::Map(map) = &root.value else { return root.clone() };
        let entries = map.entries.iter().filter(|entry| &*entry.key.name != "parameters").cloned().collect();
        let body = Map { entries, rest: map.rest.clone() };
        let body = Node { value: Value::Map(Arc::new(body)), ..root.clone() };
        let expanded = self.tree(&body, &scope, None);
        let Some(extends) = expanded.get("extends") else { return expanded };
        // Of a template that is not here, what it is given is known: it is written to be run.
        let base = self.called(extends, &scope).or_else(|| extends.get("parameters").cloned());
        let Some(base) = base else { return expanded };
        let (Value::Map(over), Value::Map(base)) = (&expanded.value, &base.value) else { return expanded };
        let mut entries = over.entries.clone();
        entries.extend(base.entries.iter().filter(|entry| over.entry(&entry.key.name).is_none()).cloned());
        let map = Map { entries, rest: over.rest.clone().or_else(|| base.rest.clone()) };
        Node { value: Value::Map(Arc::new(map)), ..expanded.clone() }
    }

    /// A tree; `section` is the list of the pipeline that it is, if any.
    fn tree(&self, node: &Node, scope: &Scope, section: Option<&str>) -> Node {
        let Some(_level) = self.budget.enter() else {
            self.is_cut.set(true);
            return Node::unresolved("", TOO_LARGE, node.span);
        };
        self.budget.spend(NODE);
        match &node.value {
            Value::Str(_) => self.text(node, scope),
            Value::List(items) => {
                let items = self.list(items, scope, section);
                Node { value: Value::List(Arc::new(items)), ..node.clone() }
            }
            Value::Map(map) => self.map(node, map, scope),
            _ => node.clone(),
        }
    }

    fn map(&self, node: &Node, map: &Map, scope: &Scope) -> Node {
        let inner = map.entry("variables").map(|entry| {
            let usual = self.tree(&entry.value, scope, Some("variables"));
            let any = scope.is_chosen().then(|| self.tree(&entry.value, &scope.for_any_run(), Some("variables")));
            scope.with_variables(&usual, any.as_ref())
        });
        let mut made = Made::default();
        self.entries(map, inner.as_ref().unwrap_or(scope), &mut made);
        let map = Map { entries: made.entries, rest: made.rest };
        Node { value: Value::Map(Arc::new(map)), ..node.clone() }
    }

    fn entries(&self, map: &Map, scope: &Scope, made: &mut Made) {
        made.rest = made.rest.take().or_else(|| map.rest.clone());
        let mut branches = Branches::default();
        for entry in map.written() {
            let directive = directive(&entry.key.name);
            if !matches!(directive, Some(Directive::ElseIf(_) | Directive::Else)) {
                std::mem::take(&mut branches).give(made);
            }
            match directive {
                None => made.entries.push(self.entry(entry, &entry.key.name, scope)),
                Some(Directive::Each(name, over)) => {
                    let open =
                        self.rounds(&over, &name, entry.key.span, scope, |inner| self.inserted(entry, inner, made));
                    made.rest = made.rest.take().or(open);
                }
                Some(Directive::Insert) => self.inserted(entry, scope, made),
                Some(Directive::Name(name)) => {
                    let name = expression::value(&name, entry.key.span, scope);
                    match (plain(&name), name.value) {
                        (Some(name), _) => made.entries.push(self.entry(entry, &name, scope)),
                        (None, Value::Unresolved(open)) => made.rest = made.rest.take().or(Some(open)),
                        _ => {}
                    }
                }
                Some(Directive::If(_) | Directive::ElseIf(_) | Directive::Else) => {
                    let condition = directive.and_then(Directive::condition);
                    if branches.applies(condition.as_deref(), entry.key.span, scope) {
                        let mut branch = Made::default();
                        self.inserted(entry, scope, &mut branch);
                        branches.add(branch, made);
                    }
                }
            }
        }
        branches.give(made);
    }

    fn entry(&self, entry: &Entry, name: &str, scope: &Scope) -> Entry {
        let section = SECTIONS.iter().copied().find(|section| *section == name);
        let script = section == Some("variables") || is_script_key(name);
        let value = if script {
            self.tree(&entry.value, &scope.for_script(), section)
        } else {
            self.tree(&entry.value, scope, section)
        };
        Entry { key: Key { name: name.into(), ..entry.key.clone() }, value, ..entry.clone() }
    }

    /// Puts the entries of the map below a directive in.
    fn inserted(&self, entry: &Entry, scope: &Scope, made: &mut Made) {
        match &entry.value.value {
            Value::Map(map) => self.entries(map, scope, made),
            _ => match self.tree(&entry.value, scope, None).value {
                Value::Map(map) => {
                    made.entries.extend(map.written().cloned());
                    made.rest = made.rest.take().or_else(|| map.rest.clone());
                }
                Value::Unresolved(open) => made.rest = made.rest.take().or(Some(open)),
                _ => {}
            },
        }
    }

    /// Does something for each item of a list or map; where it is open, once, and gives what is open.
    fn rounds(
        &self,
        over: &str,
        name: &str,
        at: Span,
        scope: &Scope,
        mut each: impl FnMut(&Scope),
    ) -> Option<Arc<Unresolved>> {
        let over = expression::value(over, at, scope);
        match &over.value {
            Value::List(items) => {
                for item in items.iter().take(MAX_ROUNDS).take_while(|_| self.goes_on()) {
                    each(&scope.with_local(name, item.clone()));
                }
                self.is_cut.set(self.is_cut.get() || items.len() > MAX_ROUNDS);
            }
            Value::Map(map) => {
                for Entry { key, value, .. } in map.written().take(MAX_ROUNDS).take_while(|_| self.goes_on()) {
                    let key = Entry::new("key", key.span, Node::text(&*key.name, key.span));
                    let pair = Node::map(vec![key, Entry::new("value", value.span, value.clone())], value.span);
                    each(&scope.with_local(name, pair));
                }
                self.is_cut.set(self.is_cut.get() || map.entries.len() > MAX_ROUNDS);
            }
            Value::Unresolved(open) => {
                each(&scope.with_local(name, Node::unresolved(name, open.because.clone(), at)));
                return Some(Arc::clone(open));
            }
            _ => {}
        }
        None
    }

    /// Whether another round may be taken: within a loop in a loop, rounds that come to nothing would still be as many.
    fn goes_on(&self) -> bool {
        self.budget.spend(ROUND);
        let goes_on = !self.budget.is_spent();
        self.is_cut.set(self.is_cut.get() || !goes_on);
        goes_on
    }

    fn list(&self, items: &[Node], scope: &Scope, section: Option<&str>) -> Vec<Node> {
        let mut found = Vec::new();
        let mut branches = Branches::default();
        for item in items {
            let is_directives = item.as_map().is_some_and(|map| {
                let mut names = map.written().map(|entry| &*entry.key.name).peekable();
                names.peek().is_some() && names.all(is_directive)
            });
            if !is_directives {
                branches = Branches::default();
                self.item(item, scope, section, &mut found);
                continue;
            }
            for entry in item.entries() {
                let directive = directive(&entry.key.name);
                match &directive {
                    Some(Directive::If(_)) => branches = Branches::default(),
                    Some(Directive::Each(name, over)) => {
                        self.rounds(over, name, entry.key.span, scope, |inner| {
                            self.spliced(&entry.value, inner, section, &mut found);
                        });
                        continue;
                    }
                    Some(Directive::ElseIf(_) | Directive::Else) => {}
                    _ => {
                        self.item(item, scope, section, &mut found);
                        break;
                    }
                }
                let condition = directive.and_then(Directive::condition);
                if branches.applies(condition.as_deref(), entry.key.span, scope) {
                    self.spliced(&entry.value, scope, section, &mut found);
                }
            }
        }
        found
    }

    /// What stands below a directive in a list: further items.
    fn spliced(&self, value: &Node, scope: &Scope, section: Option<&str>, found: &mut Vec<Node>) {
        match &value.value {
            Value::List(items) => found.extend(self.list(items, scope, section)),
            _ => self.item(value, scope, section, found),
        }
    }

    /// An item: a list in the place of an item becomes the items of that, and so does a template.
    fn item(&self, item: &Node, scope: &Scope, section: Option<&str>, found: &mut Vec<Node>) {
        let expanded = self.tree(item, scope, None);
        match &expanded.value {
            Value::List(inner) if item.as_str().is_some() => {
                for item in inner.iter() {
                    self.followed(item, scope, section, found);
                }
            }
            Value::Unresolved(open) if item.as_str().is_some() && section.is_some() => {
                let open = Unresolved { spread: true, ..(**open).clone() };
                found.push(Node { value: Value::Unresolved(Arc::new(open)), ..expanded });
            }
            _ => self.followed(&expanded, scope, section, found),
        }
    }

    fn followed(&self, item: &Node, scope: &Scope, section: Option<&str>, found: &mut Vec<Node>) {
        let called = section.filter(|_| item.get("template").is_some());
        let file = called.and_then(|_| self.called(item, scope));
        let Some((section, file)) = called.zip(file) else {
            found.push(item.clone());
            return;
        };
        match file.get(section).map(|node| &node.value) {
            Some(Value::List(items)) => found.extend(items.iter().cloned()),
            Some(Value::Map(map)) => found.extend(map.written().map(|entry| {
                let name = Node::text(&*entry.key.name, entry.key.span);
                let name = Entry::new("name", entry.key.span, name);
                Node::map(vec![name, Entry::new("value", entry.value.span, entry.value.clone())], entry.span())
            })),
            _ => {}
        }
    }

    /// The file of this repository that `template` names, with its parameters.
    fn called(&self, call: &Node, scope: &Scope) -> Option<Node> {
        let template = call.get("template")?;
        let path = self.corpus.workspace.path(template.span.file);
        let file = self.corpus.workspace.find(&local(directory(path), template.as_str()?)?)?;
        if self.templates.get() >= MAX_TEMPLATES {
            self.is_cut.set(true);
            return None;
        }
        let root = self.root(file)?;
        self.reached.borrow_mut().insert(file);
        let none = Node::map(Vec::new(), call.span);
        let usual = call.get("parameters").unwrap_or(&none);
        // What a caller passes on is looked at again for any run, since its callers may choose.
        let any =
            if scope.is_chosen() && scope.is_of(call.span.file) { self.written_for_any_run(call, scope) } else { None };
        self.templates.set(self.templates.get() + 1);
        let expanded = self.file(&root, Some((usual, any.as_ref().unwrap_or(usual))), scope);
        self.templates.set(self.templates.get() - 1);
        Some(expanded)
    }

    /// The parameters of a call for any run: where one came from a choice, the choice.
    fn written_for_any_run(&self, call: &Node, scope: &Scope) -> Option<Node> {
        let document = self.root(call.span.file)?;
        let written = find_at(&document, call.span, 0)?;
        Some(self.tree(written.get("parameters")?, &scope.for_any_run(), None))
    }

    fn root(&self, file: FileId) -> Option<Node> {
        if let Some(document) = self.corpus.document(super::NAME, file) {
            return document.roots.first().cloned();
        }
        let source = self.corpus.workspace.source(file).ok()?;
        syntax::parse(syntax::named("yaml")?, source).roots.first().cloned()
    }
}

/// The path of a template of this repository; none where it is one of another.
pub(super) fn local(directory: &str, named: &str) -> Option<String> {
    let (path, repository) = named.split_once('@').unwrap_or((named, "self"));
    if !repository.eq_ignore_ascii_case("self") {
        return None;
    }
    let path = path.trim().replace('\\', "/");
    match path.strip_prefix('/') {
        Some(path) => join("", path),
        None => join(directory, &path),
    }
}

/// The map of a tree that stands at a place.
fn find_at(node: &Node, at: Span, depth: usize) -> Option<&Node> {
    if node.span == at && node.as_map().is_some() {
        return Some(node);
    }
    if !node.span.contains(at) || depth > expression::DEEPEST {
        return None;
    }
    let inner = node.items().iter().chain(node.entries().iter().map(|entry| &entry.value));
    inner.into_iter().find_map(|inner| find_at(inner, at, depth + 1))
}
