//! What decided a condition: the values and their places.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::expected;
use super::item;
use super::link;
use super::said::Said;
use super::scene::Scene;
use super::sight::Sight;
use super::wanted;
use super::words;
use super::worlds::MOST_WORLDS;
use super::written;
use crate::document::{Node, Step, Unresolved, Value};
use crate::evaluate::Related;
use crate::rule::path::{Path, Step as PathStep};
use crate::rule::walk::{Place, Reached};
use crate::rule::{Ask, Comparison, Condition, Link, Predicate, Quantifier};
use crate::source::{NO_FILE, Span};
use crate::truth::Truth;

/// Most cases that one comparison brings forward.
const MOST: usize = 4;

/// One thing that is the case, and its places.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The place to point at, in the resource where possible.
    pub span: Span,
    /// Where the value came from.
    pub from: Vec<Related>,
    /// "`acl` is "public-read"".
    pub said: Said,
    /// Something stands there: better to point at than something that is missing.
    pub stands: bool,
    /// What would decide it.
    pub because: Option<String>,
    /// A hash of the value, where it is a single one that stands here.
    pub decided: Option<u64>,
}

/// The cases that make a condition come out as it does.
pub(super) fn blame(
    scene: &Scene<'_>,
    condition: &Condition,
    truth: Truth,
    root: &Place<'_>,
    expecting: bool,
) -> Vec<Case> {
    let mut cases = Vec::new();
    Blame { scene: *scene, expecting, cases: &mut cases }.condition(condition, truth, root);
    cases
}

struct Blame<'b> {
    scene: Scene<'b>,
    /// The condition is one that was expected to hold: say what was expected.
    expecting: bool,
    cases: &'b mut Vec<Case>,
}

impl Blame<'_> {
    fn condition(&mut self, condition: &Condition, truth: Truth, root: &Place<'_>) {
        match condition {
            // All parts make it true (or keep it from being decided); those that are so make it false.
            Condition::All(parts) | Condition::Any(parts) => {
                for part in parts {
                    if self.scene.holds(part, root) == truth {
                        self.condition(part, truth, root);
                    }
                }
            }
            Condition::Not(part) => {
                let expecting = self.expecting;
                self.expecting = !expecting;
                self.condition(part, !truth, root);
                self.expecting = expecting;
            }
            Condition::Linked(link) => self.cases.push(link_case(&self.scene, link, truth, root)),
            Condition::At(comparison) => self.comparison(comparison, truth, root),
        }
    }

    fn comparison(&mut self, comparison: &Comparison, truth: Truth, root: &Place<'_>) {
        // Under `none`, the values that hold are what is wrong.
        let wanted = if comparison.quantifier == Quantifier::None { !truth } else { truth };
        let scene = self.scene;
        let expecting = self.expecting && truth != Truth::True;
        let before = self.cases.len();
        scene.compare(
            comparison,
            root,
            Some(&mut |sight, value, place: &Place<'_>| {
                // Where it is not decided which there are, their number says nothing.
                let is_moot =
                    truth == Truth::Unknown && self.cases.iter().skip(before).any(|case| case.because.is_some());
                let counts = if matches!(sight, Sight::Number(_)) { !is_moot } else { value == wanted };
                if !counts || self.cases.len() >= before + MOST {
                    return;
                }
                // Where one of many would have done, the fault is not the first of them but that there is none.
                let none_of_many = comparison.quantifier == Quantifier::Some && truth == Truth::False;
                if let (true, Some((_, length)), Some(list)) = (none_of_many, place.item, place.parent)
                    && (length > 1 || list.node.span.file == NO_FILE)
                {
                    if self.cases.len() == before {
                        self.cases.push(case(&scene, comparison, (sight, value), list, expecting));
                    }
                    return;
                }
                match (&comparison.ask, sight) {
                    (Ask::Nodes(Predicate::Nested(condition)), Sight::Value) => self.condition(condition, value, place),
                    _ => self.cases.push(case(&scene, comparison, (sight, value), place, expecting)),
                }
            }),
        );
        if self.cases.len() == before {
            let found = alternatives(&scene, comparison, truth, root);
            self.cases.push(found.unwrap_or_else(|| here(&scene, root)));
        }
    }
}

/// The first value of a comparison that has several possible values, which decide it only together.
fn alternatives(scene: &Scene<'_>, comparison: &Comparison, truth: Truth, root: &Place<'_>) -> Option<Case> {
    let mut found = None;
    let _ = scene.branches(&comparison.paths, root, &mut |reached, place| {
        let open = match reached {
            Reached::Node => place.node.as_unresolved(),
            Reached::More(open) | Reached::Choice(open, _) => Some(open),
            Reached::Absent => None,
        };
        let Some(open) = open else { return ControlFlow::Continue(()) };
        let mut case = undecided(scene, open, place);
        if truth != Truth::Unknown && !open.alternatives.is_empty() {
            case.said = words::one_of(&written::path(scene.names(), place), &open.alternatives);
            case.because = None;
        }
        found = Some(case);
        ControlFlow::Break(())
    });
    found
}

/// What is the case where a value is not decided and every value that it can have says the same.
fn decided(path: &str, open: &Unresolved) -> Said {
    if open.alternatives.is_empty() { words::begun(path, open) } else { words::one_of(path, &open.alternatives) }
}

/// One value that a comparison was asked of, and what it came out as.
fn case(
    scene: &Scene<'_>,
    comparison: &Comparison,
    (sight, value): (Sight<'_>, Truth),
    place: &Place<'_>,
    expecting: bool,
) -> Case {
    let expected = if expecting { expected::expected(comparison) } else { None };
    let names = scene.names();
    let written = written::of(names, place);
    let said = match (sight, &written) {
        (Sight::Undecided(open), _) if value != Truth::Unknown => decided(&written::path(names, place), open),
        (Sight::Undecided(open), _) => words::not_decided(subject(scene, place), open),
        (Sight::Value, Some(written)) => words::case_of_view(names, written, place, comparison, expected),
        (Sight::Absent | Sight::Default(_), Some(written))
            if !written::leads_on(written.node) && written::is_made_of(place.node, written.node) =>
        {
            words::case_of_view(names, written, place, comparison, None)
        }
        (Sight::Absent | Sight::Default(_), _) => {
            let paths = words::missing_paths(names, &comparison.paths, place, written::standing(names, place));
            words::missing(&paths, sight, expected)
        }
        (Sight::Number(count), _) => {
            // Of several paths it is the one that led here.
            let key = place.chain().find_map(|place| place.key);
            let leads_here = |path: &&Path| matches!((path.steps().last(), key), (Some(PathStep::Key(name)), Some(key)) if **name == *key.name);
            let path = comparison.paths.iter().find(leads_here).or(comparison.paths.last());
            let path = path.map(|path| words::spelled(names, path)).unwrap_or_default();
            words::number(&path, count, expected)
        }
        (Sight::Value | Sight::NoItems, _) => {
            words::case(&written::path(names, place), sight, place, comparison, expected)
        }
    };
    let because = match sight {
        Sight::Undecided(open) if value == Truth::Unknown => Some(words::reason(open)),
        Sight::Undecided(_) => None,
        _ => first_open(place.node, 0).map(|open| words::reason(&open)),
    };
    match sight {
        Sight::Absent | Sight::Default(_) => Case { because: None, ..missing(scene, place, said) },
        _ => Case { said, because, ..here(scene, place) },
    }
}

/// A place as the subject of a sentence.
fn subject(scene: &Scene<'_>, place: &Place<'_>) -> String {
    if let Some(words) = written::words(scene.names(), place) {
        return words.to_owned();
    }
    match written::path(scene.names(), place) {
        path if path.is_empty() => scene.names().resource(),
        path => words::subject(path.strip_suffix("[]").unwrap_or(&path)),
    }
}

fn link_case(scene: &Scene<'_>, link: &Link, truth: Truth, root: &Place<'_>) -> Case {
    let (asked, says_all) = expected::linked(link);
    let says_all = *says_all;
    let vowel = asked.trim_start_matches('`').starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    let one = format!("{} {asked}", if vowel { "an" } else { "a" });
    let alone = link.joins.is_empty();
    if let Some(said) = wanted::said(scene, link, root, asked) {
        let because = (truth == Truth::Unknown).then(|| format!("which {asked} there are, and what they say"));
        return Case { because, ..missing(scene, root, Said::aside(said)) };
    }
    let (text, because) = match truth {
        Truth::False if alone => (format!("there is no {asked}"), None),
        Truth::False => (format!("no {asked} belongs to it"), None),
        Truth::True if alone => (format!("there is {one}"), None),
        Truth::True => (format!("{one} belongs to it"), None),
        Truth::Unknown => (
            format!("whether {one} belongs to it is not decided"),
            Some(format!("which {asked} belongs to `{}`, and what it says", scene.resource.address)),
        ),
    };
    let said = if says_all { Said::whole(text) } else { Said::aside(text) };
    let case = Case { because, ..missing(scene, root, said) };
    let from = if truth == Truth::True { others(scene, link, root) } else { Vec::new() };
    Case { from: case.from.iter().cloned().chain(from).collect(), ..case }
}

/// The places of the resources elsewhere that a link leads to.
fn others(scene: &Scene<'_>, link: &Link, root: &Place<'_>) -> Vec<Related> {
    if !link.everywhere {
        return Vec::new();
    }
    let found = link::first(scene, link, root, MOST).into_iter();
    let found = found.filter_map(|index| scene.engine.scene(index, scene.rule, scene.met));
    found
        .map(|other| {
            let resource = other.resource;
            let message = format!("`{}` of `{}` is here", resource.address, resource.deployment);
            Related { span: resource.header, message: message.into() }
        })
        .collect()
}

/// That a judgement depends on more conditions than are followed.
pub(super) fn too_many_worlds(scene: &Scene<'_>, place: &Place<'_>) -> Case {
    let because = format!("it depends on more conditions than the {MOST_WORLDS} combinations that are looked at");
    Case { because: Some(because), ..here(scene, place) }
}

/// A value that the file does not decide, on the way to what was to be judged.
pub(super) fn undecided(scene: &Scene<'_>, open: &Unresolved, place: &Place<'_>) -> Case {
    let said = words::not_decided(subject(scene, place), open);
    Case { said, because: Some(words::reason(open)), ..here(scene, place) }
}

/// The first open question in a value.
fn first_open(node: &Node, depth: usize) -> Option<Arc<Unresolved>> {
    if depth > 16 {
        return None;
    }
    match &node.value {
        Value::Unresolved(open) => Some(Arc::clone(open)),
        Value::List(items) => items.iter().find_map(|item| first_open(item, depth + 1)),
        Value::Map(map) => {
            map.rest.clone().or_else(|| map.written().find_map(|entry| first_open(&entry.value, depth + 1)))
        }
        _ => None,
    }
}

/// The place of a value that stands: its attribute in the resource, or the nearest thing around it that is.
pub(super) fn here(scene: &Scene<'_>, place: &Place<'_>) -> Case {
    let resource = scene.resource;
    let inside = |span: Span| resource.span.contains(span) || (resource.span.file == NO_FILE && span.file != NO_FILE);
    let mut from = Vec::new();
    let mut found = None;
    for around in place.chain() {
        if around.parent.is_none() && found.is_none() {
            break;
        }
        let node = around.node.span;
        let attribute = around.key.map_or(node, |key| key.span.to(node));
        if inside(attribute) {
            found = Some(attribute);
            break;
        }
        if inside(node) {
            found = Some(node);
            break;
        }
        if from.is_empty() && node.file != NO_FILE && !node.is_empty() {
            from.push(Related { span: node, message: "the value is set here".into() });
        }
    }
    from.extend(place.node.steps().iter().map(related));
    // What a list is written of may come from elsewhere although the list does not.
    if place.node.steps().is_empty() {
        from.extend(place.node.items().iter().take(MOST).flat_map(Node::steps).map(related));
    }
    let scalar = !matches!(place.node.value, Value::List(_) | Value::Map(_) | Value::Unresolved(_));
    // What comes from elsewhere is decided there.
    let stands_here = scalar && from.is_empty() && found.is_some() && inside(place.node.span);
    let decided = stands_here.then(|| item::digest_of(place.node));
    let span = found.unwrap_or(resource.header);
    Case { span, from, said: Said::default(), stands: found.is_some(), because: None, decided }
}

/// The place where something is missing: the head of the deepest thing that is there.
fn missing(scene: &Scene<'_>, place: &Place<'_>, said: Said) -> Case {
    if place.parent.is_none() {
        let span = scene.resource.header;
        return Case { span, from: Vec::new(), said, stands: false, because: None, decided: None };
    }
    let resource = scene.resource;
    let inside = |span: Span| span.file != NO_FILE && resource.span.contains(span);
    // What is added to an item is added there, also where it is the only one; a block has no list around it.
    let key = match (place.item, place.parent) {
        (Some((_, 1)), Some(list)) if list.node.span == place.node.span => list.key,
        (Some(_), _) => None,
        (None, _) => place.key,
    };
    let span = key.map(|key| key.span).filter(|span| inside(*span));
    let base = here(scene, place);
    let span = span.unwrap_or_else(|| if inside(place.node.span) { head(place.node) } else { base.span });
    Case { span, said, stands: false, decided: None, ..base }
}

/// The beginning of a map: up to its first entry.
fn head(node: &Node) -> Span {
    let first = node.as_map().and_then(|map| map.written().map(|entry| entry.key.span).min_by_key(|span| span.start));
    match first {
        Some(first) if node.span.contains(first) && first.start > node.span.start => {
            Span { end: first.start, ..node.span }
        }
        Some(first) if node.span.contains(first) => first,
        _ => node.span,
    }
}

fn related(step: &Step) -> Related {
    Related { span: step.span, message: Arc::clone(&step.what) }
}

/// The primary place of several cases, all the others, and the value that stands at the first.
pub(super) fn places(scene: &Scene<'_>, cases: Vec<Case>) -> (Span, Vec<Related>, Option<u64>) {
    let mut decided = None;
    let first = cases.iter().position(|case| case.stands).unwrap_or(0);
    let mut span = scene.resource.header;
    let mut related_places: Vec<Related> = Vec::new();
    let mut others = Vec::new();
    for (index, case) in cases.into_iter().enumerate() {
        if index == first {
            span = case.span;
            decided = case.decided;
            related_places.extend(case.from);
        } else {
            others.push(Related { span: case.span, message: case.said.to_string().into() });
            others.extend(case.from);
        }
    }
    related_places.extend(others);
    related_places.extend(scene.resource.trail.iter().flat_map(|trail| trail.iter()).map(related));
    let mut unique: Vec<Related> = Vec::new();
    for place in related_places {
        let known = unique.iter().any(|known| known.span == place.span);
        if place.span != span && !known && place.span.file != NO_FILE {
            unique.push(place);
        }
    }
    (span, unique, decided)
}
