//! Where what a rule judged is written.
//!
//! Rules ask for the typed views that dialects derive (`containers`, `ports`, `uses_action`); a reader knows only what
//! stands in the file. A view keeps the spans of what it was made of, so the written place is found by its span.

use crate::document::{MAX_DEPTH, Node, Value};
use crate::rule::walk::Place;
use crate::source::{NO_FILE, Span};

use super::names::Names;
use super::words;

/// Most nodes that are looked at for one place.
const MAX_VISITS: usize = 20_000;

/// Most nodes that are looked at for all places of one check in one resource: each of thousands of items would have all others
/// looked through. What comes after them is told by the place around it.
pub(super) const MOST_SEARCHED: usize = 200_000;

/// The written place of a derived one.
pub(super) struct Written<'n> {
    /// The path from the resource to it, as a rule would write it.
    pub path: String,
    /// What stands there.
    pub node: &'n Node,
    /// Whether it is all that the derived place was made of, and not only a part of it.
    pub exact: bool,
}

/// The written place of a place that leads through a view; none where the place is written itself, or where the view is
/// of nothing that is.
pub(super) fn of<'p>(names: Names<'p>, place: &'p Place<'p>) -> Option<Written<'p>> {
    let derived = outermost_view(place)?;
    let span = place.node.span;
    if span.file == NO_FILE || span.is_empty() {
        return None;
    }
    derived.parent?.chain().filter(|around| matches!(around.node.value, Value::Map(_))).find_map(|around| {
        let mut search = Search {
            names,
            view: place.node,
            key: place.key.map(|key| &*key.name),
            best: None,
            way: Vec::new(),
            left: MAX_VISITS.min(names.left.get()),
        };
        let most = search.left;
        search.below(around.node, 0);
        names.left.set(names.left.get().saturating_sub(most - search.left));
        let around_it = Found { way: Vec::new(), node: around.node, rank: (true, true, 0, 0, true) };
        let found = search.best.or_else(|| around.node.span.contains(span).then_some(around_it))?;
        let path = words::joined(std::iter::once(words::path(names, around)).chain(found.way));
        Some(Written { path, node: found.node, exact: found.node.span == span })
    })
}

/// The path to a place in the words of its file, as far as it can be told: where it is written; below a view of nothing
/// that is, from there on.
pub(super) fn path(names: Names<'_>, place: &Place<'_>) -> String {
    match of(names, place) {
        Some(written) if !written.path.is_empty() => written.path,
        _ => spelled(names, place).unwrap_or_else(|| below_view(names, place)),
    }
}

/// The words for a place that nobody writes, where its dialect has some.
pub(super) fn words(names: Names<'_>, place: &Place<'_>) -> Option<&'static str> {
    names.words(&keys_to(place))
}

/// The path to a place that leads through a view of which its dialect says where users write it.
fn spelled(names: Names<'_>, place: &Place<'_>) -> Option<String> {
    let spelling = |place: &Place<'_>| names.spelling(&keys_to(place));
    let view = place.chain().find(|place| place.key.is_some() && spelling(place).is_some())?;
    let whole = spelling(view)?;
    let around = view.parent?;
    let outer = around.chain().filter(|place| place.key.is_some()).find_map(spelling);
    let within = outer.and_then(|outer| whole.strip_prefix(outer)?.strip_prefix('.'));
    let (above, tail) = match within {
        Some(tail) => (path(names, around), tail),
        None => (String::new(), whole),
    };
    Some(words::joined([above, tail.to_owned(), words::path_below(names, place, view.node)].into_iter()))
}

/// The keys that lead to a place.
fn keys_to<'p>(place: &Place<'p>) -> Vec<&'p str> {
    let mut keys: Vec<&str> = place.chain().filter_map(|place| place.key).map(|key| &*key.name).collect();
    keys.reverse();
    keys
}

/// The path to a place from the view on that it leads through.
pub(super) fn below_view(names: Names<'_>, place: &Place<'_>) -> String {
    match outermost_view(place) {
        Some(view) if !std::ptr::eq(view.node, place.node) => {
            let path = words::path_below(names, place, view.node);
            // Which item of a view it is says nothing to a reader.
            path.strip_prefix("[].").map_or(path.clone(), str::to_owned)
        }
        _ => words::path(names, place),
    }
}

/// Where something is missing from a view: the written place of the view, and else of what it was added to. The second is
/// whether the view itself is written there, so that what is missing from it is missing there.
pub(super) fn standing(names: Names<'_>, place: &Place<'_>) -> String {
    let written = of(names, place);
    if !written.as_ref().is_some_and(|written| written.exact && leads_on(written.node))
        && let Some(path) = spelled(names, place)
    {
        return path;
    }
    let views = place.chain().filter(|place| is_derived(place));
    match (written, views.last()) {
        (Some(written), _) if leads_on(written.node) && !written.path.is_empty() => written.path,
        (_, None) => words::path(names, place),
        (_, Some(view)) if std::ptr::eq(view.node, place.node) => String::new(),
        (_, Some(_)) => place.parent.map(|place| path(names, place)).unwrap_or_default(),
    }
}

/// Whether something can be missing below a node.
pub(super) fn leads_on(node: &Node) -> bool {
    matches!(node.value, Value::List(_) | Value::Map(_))
}

/// Whether a scalar is what a view was made of: some text of the view stands in it.
pub(super) fn is_made_of(view: &Node, written: &Node) -> bool {
    match (&view.value, written.as_str()) {
        (_, None) => !leads_on(view),
        (Value::Map(map), Some(text)) => {
            let mut texts = map.entries.iter().filter_map(|entry| entry.value.as_str());
            texts.any(|part| !part.is_empty() && text.contains(part))
        }
        (Value::List(_), Some(_)) => false,
        (_, Some(_)) => true,
    }
}

/// The view nearest to the resource that a place leads through.
fn outermost_view<'a, 'p>(place: &'a Place<'p>) -> Option<&'a Place<'p>> {
    place.chain().filter(|place| is_derived(place)).last()
}

/// Whether the key that a place stands under was added by a dialect.
fn is_derived(place: &Place<'_>) -> bool {
    let Some((key, map)) = place.key.zip(place.parent.and_then(|parent| parent.node.as_map())) else { return false };
    map.entries.iter().any(|entry| entry.derived && std::ptr::eq(&raw const entry.key, key))
}

/// A written node, and the way to it.
struct Found<'n> {
    way: Vec<String>,
    node: &'n Node,
    /// The smaller, the better: whether it is not all of the view, in the same shape; whether it says something else than
    /// the view; how long it is; how many keys of the view it lacks; and whether it stands under another key. What one line of a
    /// template makes has one span, all of a document in a text without a way back has, and so have a map and its only entry.
    rank: (bool, bool, u32, usize, bool),
}

/// So many keys of a view tell what was made into it.
const MOST_KEYS: usize = 16;

/// How many written keys of a view a node lacks.
fn lacking(view: &Node, node: &Node) -> usize {
    let Some(map) = view.as_map() else { return 0 };
    map.written().take(MOST_KEYS).filter(|entry| node.get(&entry.key.name).is_none()).count()
}

/// A step on the way to a node; its words are only made where they are told.
#[derive(Clone, Copy)]
enum Way<'n> {
    Key(&'n str),
    /// One of several items.
    Item(&'n Node),
    /// The only item of a list.
    Only,
}

/// Looks for the smallest written node that holds the span of a view.
struct Search<'n> {
    names: Names<'n>,
    view: &'n Node,
    key: Option<&'n str>,
    best: Option<Found<'n>>,
    way: Vec<Way<'n>>,
    left: usize,
}

impl<'n> Search<'n> {
    fn below(&mut self, node: &'n Node, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match &node.value {
            Value::List(items) => {
                for item in items.iter() {
                    let way = if items.len() > 1 { Way::Item(item) } else { Way::Only };
                    self.step(way, item, item.span, depth);
                }
            }
            Value::Map(map) => {
                for entry in map.written() {
                    self.step(Way::Key(&entry.key.name), &entry.value, entry.span(), depth);
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, way: Way<'n>, node: &'n Node, extent: Span, depth: usize) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        self.way.push(way);
        let span = self.view.span;
        if node.span.contains(span) || extent.contains(span) {
            let other = node.as_str().is_none() || node.as_str() != self.view.as_str();
            let whole = node.span == span && leads_on(node) && leads_on(self.view);
            let is_its = |key: &str| matches!(way, Way::Key(name) if words::key_text(name) == key);
            let length = node.span.end - node.span.start;
            let rank = (!whole, other, length, lacking(self.view, node), !self.key.is_some_and(is_its));
            if self.best.as_ref().is_none_or(|best| rank < best.rank) {
                self.best = Some(Found { way: self.told(), node, rank });
            }
        }
        self.below(node, depth + 1);
        self.way.pop();
    }

    /// The words for the way so far.
    fn told(&self) -> Vec<String> {
        let (mut told, mut keys): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for way in &self.way {
            match way {
                Way::Key(name) => {
                    let text = words::key_text(name);
                    keys.extend((!text.starts_with('[')).then(|| text.clone()));
                    told.push(text);
                }
                Way::Item(item) => {
                    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                    told.push(words::item_text(self.names, &keys, item));
                }
                // It is a step all the same for those who know lists by their keys.
                Way::Only => keys.push(String::new()),
            }
        }
        told.retain(|step| !step.is_empty());
        told
    }
}
