//! What must hold of every tree of every syntax; called from property tests.

use super::Parsed;
use crate::document::{Node, Text, Value};
use crate::source::{Source, Span};

/// Refuses spans outside the file or off character boundaries, and texts whose verbatim runs differ from the file.
pub(crate) fn hold(source: &Source, parsed: &Parsed) {
    for root in &parsed.roots {
        node(source, root);
    }
    for problem in &parsed.problems {
        if let Some(place) = problem.span {
            span(source, place);
        }
    }
}

fn node(source: &Source, found: &Node) {
    span(source, found.span);
    match &found.value {
        Value::Str(found) => text(source, found),
        Value::List(items) => items.iter().for_each(|item| node(source, item)),
        Value::Map(map) => map.entries.iter().for_each(|entry| {
            span(source, entry.key.span);
            node(source, &entry.value);
        }),
        _ => {}
    }
}

fn span(source: &Source, found: Span) {
    assert_eq!(found.file, source.id());
    assert!(found.start <= found.end && source.text().get(found.range()).is_some(), "{found:?} of {:?}", source.text());
}

fn text(source: &Source, found: &Text) {
    let length = u32::try_from(found.as_str().len()).unwrap();
    let Some(runs) = found.runs() else { return };
    for (index, run) in runs.iter().enumerate() {
        let end = runs.get(index + 1).map_or(length, |next| next.text);
        assert!(run.text <= end, "runs are in order");
        let piece = found.as_str().get(run.text as usize..end as usize).unwrap();
        if run.verbatim {
            let at = run.source as usize;
            assert_eq!(source.text().get(at..at + piece.len()), Some(piece), "{runs:?} of {:?}", source.text());
        }
    }
}
