//! Dockerfiles: a word in the place of another one, and instructions that go.

use super::super::Edit;
use super::keyvalue::NOWHERE;
use super::{Writer, Written, lines, literals};
use crate::document::{Entry, Node, Value};
use crate::source::{Source, Span};

/// The writer.
pub(super) const DOCKERFILE: Writer = Writer {
    syntaxes: &["dockerfile"],
    literal,
    insert: |_, _, _, _| Err(NOWHERE.to_owned()),
    remove,
    push,
    repeats: true,
};

/// A word; what a shell or the reader of the file would take apart is none.
fn literal(node: &Node) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    match &node.value {
        Value::Int(value) => Some(value.to_string()),
        Value::Str(text) if !text.as_str().is_empty() && text.as_str().chars().all(plain) => {
            Some(text.as_str().to_owned())
        }
        _ => None,
    }
}

/// Options stand behind what the program is told to do, other words at the end.
fn push(source: &Source, words: &Node, items: &[&Node]) -> Written {
    let literals = literals(items, literal)?;
    let [program, rest @ ..] = words.items() else { return Err("it is no command".to_owned()) };
    let is_option = |word: &str| word.starts_with('-');
    let told = rest.iter().find(|word| word.as_str().is_some_and(|word| !is_option(word))).unwrap_or(program);
    let last = rest.last().unwrap_or(program);
    let anchor = if literals.iter().all(|item| is_option(item)) { told } else { last };
    let (text, end) = (source.text(), anchor.span.range().end);
    let is_quoted = text.get(anchor.span.range().start..end + 1).is_some_and(|word| word.contains(['"', '\'']));
    if is_quoted || anchor.span.is_empty() {
        return Err("its words are in quotes".to_owned());
    }
    Ok(Edit::new(Span::new(source.id(), end, end), format!(" {}", literals.join(" "))))
}

/// A word goes with the blanks after it.
fn remove(source: &Source, _: &Node, entry: &Entry) -> Written {
    let text = source.text();
    let range = entry.value.span.range();
    if text.get(range.clone()).is_some_and(|word| word.contains(['\n', ' '])) {
        return Err("it is more than a word".to_owned());
    }
    let after = text.get(range.end..lines::end(text, range.end)).unwrap_or("");
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    Ok(Edit::new(Span::new(source.id(), range.start, range.end + blanks), String::new()))
}
