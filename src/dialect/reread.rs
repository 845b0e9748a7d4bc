//! Where a script has the value of a variable run as a program.
//!
//! Pipelines hand variables to the shell, where they are words: what is in them runs only where a command reads its text once
//! more. Variables that the pipeline makes of others are followed.

use std::sync::Arc;

use crate::document::{Entry, Node, Step, Value};
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

/// How far a variable is followed.
const MAX_DEPTH: usize = 8;

/// Who decides a value, from the harmless on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Constant,
    Writer,
    Outsider,
}

/// What a variable is made of that matters most.
#[derive(Clone)]
struct Origin {
    by: By,
    name: Arc<str>,
    trail: Vec<Step>,
}

/// The values that commands have read as programs, as maps with the fields of `fact/expression`; `set` are the variables of
/// the pipeline.
pub(super) fn uses(commands: &[Node], set: &[Node], deciders: &Deciders) -> Vec<Node> {
    let mut found = Vec::new();
    for command in commands {
        let Some(Node { value: Value::Str(text), span, .. }) = command.get("text") else { continue };
        let piped_to = command.get("piped_to").and_then(Node::as_str);
        for (range, name) in shell::reread(text.as_str(), piped_to) {
            let written = spelled::node(spelled::part(text, range.start, range.end), *span);
            found.push(used(written, origin(name, set, deciders, 0)));
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

/// What a variable is made of: any of the values that the pipeline gives it, in whichever job.
fn origin(name: &str, set: &[Node], deciders: &Deciders, depth: usize) -> Origin {
    let by = match name {
        _ if deciders.outsiders.contains(&name) => By::Outsider,
        _ if deciders.writers.contains(&name) => By::Writer,
        _ => By::Constant,
    };
    let own = Origin { by, name: name.into(), trail: Vec::new() };
    if by != By::Constant || depth >= MAX_DEPTH {
        return own;
    }
    let values = set.iter().filter(|variable| variable.get("name").and_then(Node::as_str) == Some(name));
    let origins = values.filter_map(|variable| variable.get("value")).flat_map(|value| {
        let text = value.as_str().or_else(|| value.as_unresolved().map(|open| &*open.expression)).unwrap_or("");
        let names = text.match_indices('$').filter_map(|(at, _)| Some(reference(text, at, text.len())?.name));
        names.filter(|inner| *inner != name).map(|inner| {
            let mut origin = origin(inner, set, deciders, depth + 1);
            origin.trail.insert(0, Step { span: value.span, what: format!("variable `{name}` is set here").into() });
            origin
        })
    });
    origins.fold(own, |worst, origin| if origin.by > worst.by { origin } else { worst })
}
