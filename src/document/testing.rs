//! How tests write trees and texts with holes.

#![expect(clippy::missing_panics_doc, reason = "tests panic where they fail")]

use super::{Node, PartialText, TextPart, Unresolved, Value};

/// How a tree is written on one line.
#[derive(Clone, Copy)]
pub struct Line {
    /// Between a key and its value.
    pub is: &'static str,
    /// Between items, and between entries.
    pub next: &'static str,
    /// A number that is not whole.
    pub float: fn(f64) -> String,
    /// A text.
    pub text: fn(&str) -> String,
    /// What is not decided.
    pub open: fn(&Unresolved, Line) -> String,
}

/// As words: `{a=b c=[1 2]}`, with `?` for what is not decided.
pub const WORDS: Line =
    Line { is: "=", next: " ", float: |value| value.to_string(), text: str::to_owned, open: |_, _| "?".to_owned() };

/// As code: `{a: "b", c: [1, 2]}`, with the expression of what is not decided.
pub const CODE: Line = Line {
    is: ": ",
    next: ", ",
    float: |value| format!("{value:?}"),
    text: |text| format!("{text:?}"),
    open: |unresolved, _| format!("?{}", unresolved.expression),
};

impl Line {
    /// A tree on one line. What is made of it by a dialect is left out; `...` stands for entries that nobody knows.
    pub fn of(self, node: &Node) -> String {
        match &node.value {
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float(value) => (self.float)(*value),
            Value::Str(text) => (self.text)(text.as_str()),
            Value::List(items) => {
                format!("[{}]", items.iter().map(|item| self.of(item)).collect::<Vec<_>>().join(self.next))
            }
            Value::Map(map) => {
                let entry = |key: &str, value: &Node| format!("{key}{}{}", self.is, self.of(value));
                let mut entries: Vec<String> = map.written().map(|of| entry(of.key.name.as_ref(), &of.value)).collect();
                entries.extend(map.rest.iter().map(|_| "...".to_owned()));
                format!("{{{}}}", entries.join(self.next))
            }
            Value::Unresolved(open) => (self.open)(open, self),
        }
    }

    /// Trees, one after another.
    pub fn all(self, nodes: &[Node], between: &str) -> String {
        nodes.iter().map(|node| self.of(node)).collect::<Vec<_>>().join(between)
    }
}

/// The pieces of a text in which `…` stands for holes.
pub fn pieces(written: &str) -> Vec<TextPart<'_>> {
    written.split('…').flat_map(|piece| [TextPart::Hole, TextPart::known(piece)]).skip(1).collect()
}

/// A text with holes, where `…` stands.
pub fn in_part(written: &str) -> PartialText {
    PartialText::joined(pieces(written)).unwrap()
}

/// What stands at a path of keys and indices, with dots between.
pub fn at<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.').try_fold(node, |node, step| match step.parse::<usize>() {
        Ok(index) => node.items().get(index),
        Err(_) => node.get(step),
    })
}
