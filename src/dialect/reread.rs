//! Where a script has the value of a variable run as a program.
//!
//! Pipelines hand variables to the shell, where they are words: what is in them runs only where a command reads its text once
//! more. Variables that the pipeline makes of others are followed.

use std::cell::LazyCell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::document::{Entry, Node, Step, Value};
use crate::source::Span;
use crate::syntax::shell;
use crate::syntax::spelled;
use crate::syntax::variables::reference;

/// Variables of a service, by who decides what they hold; nobody decides the others.
pub(super) struct Deciders {
    /// Those that hold what anybody may write.
    pub outsiders: &'static [&'static str],
    /// Those that hold what only those write who may write to the repository.
    pub writers: &'static [&'static str],
}

/// Most steps of a way that are told.
const MOST_STEPS: usize = 8;

/// Who decides a value, from the harmless on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Constant,
    Writer,
    Outsider,
}

/// What a variable is made of that matters most.
struct Origin {
    by: By,
    name: Arc<str>,
    trail: Vec<Step>,
}

/// The values that commands have read as programs, as maps with the fields of `fact/expression`; `set` are the variables of
/// the pipeline.
pub(super) fn uses(commands: &[Node], set: &[Node], deciders: &Deciders) -> Vec<Node> {
    let mut found = Vec::new();
    // Most commands read nothing once more.
    let origins = LazyCell::new(|| Origins::of(set, deciders));
    for command in commands {
        let Some(Node { value: Value::Str(text), span, .. }) = command.get("text") else { continue };
        let piped_to = command.get("piped_to").and_then(Node::as_str);
        for (range, name) in shell::reread(text.as_str(), piped_to) {
            let written = spelled::node(spelled::part(text, range.start, range.end), *span);
            found.push(used(written, origins.of_name(name)));
        }
    }
    found
}

fn used(written: Node, origin: Origin) -> Node {
    let span = written.span;
    let by = match origin.by {
        By::Constant => "constant",
        By::Writer => "writer",
        By::Outsider => "outsider",
    };
    let trail = (!origin.trail.is_empty()).then(|| Arc::new(origin.trail));
    let names = Node::list(vec![Node::text(origin.name, span)], span);
    let entries = [
        ("expression", written),
        ("used", Node::text("reread", span)),
        ("by", Node { trail, ..Node::text(by, span) }),
        ("names", names),
    ];
    Node::map(entries.into_iter().map(|(name, value)| Entry::new(name, span, value)).collect(), span)
}

/// What variables are made of that others decide. It is followed from those that are decided to those that are made of them, so that
/// each is looked at once, however many are made of it.
struct Origins<'s> {
    deciders: &'s Deciders,
    /// The variable that one is made of, and where that is written; the nearest way to one that outsiders decide, else to one that
    /// writers do.
    made_of: BTreeMap<&'s str, (&'s str, Span)>,
}

impl<'s> Origins<'s> {
    fn of(set: &'s [Node], deciders: &'s Deciders) -> Origins<'s> {
        let mut used_in: BTreeMap<&str, Vec<(&str, Span)>> = BTreeMap::new();
        for variable in set {
            let name = variable.get("name").and_then(Node::as_str);
            let (Some(name), Some(value)) = (name, variable.get("value")) else { continue };
            let text = value.as_str().or_else(|| value.as_unresolved().map(|open| &*open.expression)).unwrap_or("");
            for (at, _) in text.match_indices('$') {
                let inner = reference(text, at, text.len()).map(|reference| reference.name);
                if let Some(inner) = inner.filter(|inner| *inner != name) {
                    used_in.entry(inner).or_default().push((name, value.span));
                }
            }
        }
        let mut origins = Origins { deciders, made_of: BTreeMap::new() };
        for by in [By::Outsider, By::Writer] {
            let mut waiting: VecDeque<&str> =
                used_in.keys().copied().filter(|name| origins.decided(name) == by).collect();
            while let Some(inner) = waiting.pop_front() {
                for (name, span) in used_in.get(inner).into_iter().flatten() {
                    let is_new = origins.decided(name) == By::Constant && !origins.made_of.contains_key(name);
                    if is_new {
                        origins.made_of.insert(name, (inner, *span));
                        waiting.push_back(name);
                    }
                }
            }
        }
        origins
    }

    /// Who decides a variable itself.
    fn decided(&self, name: &str) -> By {
        match name {
            _ if self.deciders.outsiders.contains(&name) => By::Outsider,
            _ if self.deciders.writers.contains(&name) => By::Writer,
            _ => By::Constant,
        }
    }

    /// What a variable is made of: any of the values that the pipeline gives it, in whichever job.
    fn of_name(&self, name: &str) -> Origin {
        let mut trail = Vec::new();
        let mut at = name;
        while let Some((inner, span)) = self.made_of.get(at) {
            if trail.len() < MOST_STEPS {
                trail.push(Step { span: *span, what: format!("variable `{at}` is set here").into() });
            }
            at = inner;
        }
        Origin { by: self.decided(at), name: at.into(), trail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    const DECIDERS: Deciders = Deciders { outsiders: &["TITLE"], writers: &["BRANCH"] };

    #[test]
    fn variables_are_followed_however_many_are_made_of_others() {
        let span = Span::new(FileId(0), 0, 1);
        let variable = |name: &str, value: &str| {
            let entry = |key: &str, text: &str| Entry::new(key, span, Node::text(text, span));
            Node::map(vec![entry("name", name), entry("value", value)], span)
        };
        // Each of many is made of all the others: what is asked is answered once.
        let all: Vec<String> = (0..60).map(|at| format!("V{at}")).collect();
        let of_all = format!("${}", all.join("$"));
        let mut set: Vec<Node> = all.iter().map(|name| variable(name, &of_all)).collect();
        set.extend([
            variable("A", "x $B"),
            variable("B", "${TITLE}"),
            variable("C", "$BRANCH $D"),
            variable("D", "$C"),
            variable("E", "$BRANCH"),
            variable("E", "$A"),
        ]);
        let origins = Origins::of(&set, &DECIDERS);
        for (name, by, from, steps) in [
            ("A", By::Outsider, "TITLE", 2),
            ("TITLE", By::Outsider, "TITLE", 0),
            ("C", By::Writer, "BRANCH", 1),
            ("D", By::Writer, "BRANCH", 2),
            ("E", By::Outsider, "TITLE", 3),
            ("V7", By::Constant, "V7", 0),
            ("F", By::Constant, "F", 0),
        ] {
            let origin = origins.of_name(name);
            assert!(origin.by == by && &*origin.name == from && origin.trail.len() == steps, "{name}");
        }
    }
}
