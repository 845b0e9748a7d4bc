//! Texts put together from parts, with the way back to each of them.

use crate::document::{Node, Run, Text, Value};
use crate::source::Span;

/// Longest text that any function makes; a longer one stays open.
pub const MAX_TEXT: usize = 1 << 20;

/// A text in the making, whose bytes are followed back to one file.
pub struct Builder {
    text: String,
    runs: Vec<Run>,
    place: Span,
}

impl Builder {
    /// A text that stands for the expression at `place`.
    pub fn new(place: Span) -> Builder {
        Builder { text: String::new(), runs: Vec::new(), place }
    }

    /// Appends a part of a text that is written in the file of the expression.
    pub fn written(&mut self, text: &Text, range: std::ops::Range<usize>, at: Span) {
        let Some(part) = text.as_str().get(range.clone()).filter(|_| !self.is_too_long()) else { return };
        let Some(runs) = text.runs().filter(|_| at.file == self.place.file) else { return self.placed(part, at) };
        let (start, end) = (offset(range.start), offset(range.end));
        let first = runs.partition_point(|run| run.text <= start).saturating_sub(1);
        for run in runs.get(first..).unwrap_or(&[]).iter().take_while(|run| run.text < end) {
            let begins = run.text.max(start);
            let source = if run.verbatim { run.source + (begins - run.text) } else { run.source };
            self.runs.push(Run { text: self.length() + (begins - start), source, ..*run });
        }
        self.text.push_str(part);
    }

    /// Appends text that is not written where it is used: all of it leads to the place of its use.
    pub fn placed(&mut self, text: &str, at: Span) {
        // What is too long stays open, however much longer it would be.
        if text.is_empty() || self.is_too_long() {
            return;
        }
        let at = if at.file == self.place.file { at } else { self.place };
        self.runs.push(Run { text: self.length(), source: at.start, verbatim: false });
        self.text.push_str(text);
    }

    /// Appends a value whose text is `text`: in full detail when it is a string that is written within the expression.
    pub fn value(&mut self, node: &Node, text: &str, at: Span) {
        match &node.value {
            Value::Str(written) if node.trail.is_none() && self.place.contains(node.span) => {
                self.written(written, 0..written.as_str().len(), node.span);
            }
            _ => self.placed(text, at),
        }
    }

    /// How many bytes of memory the text takes, with the way back to its parts.
    pub fn size(&self) -> usize {
        self.text.len() + self.runs.len() * std::mem::size_of::<Run>()
    }

    /// Whether the text is longer than any may be.
    pub fn is_too_long(&self) -> bool {
        self.text.len() > MAX_TEXT
    }

    /// The text as a string at the place of the expression.
    pub fn finish(mut self) -> Node {
        self.runs.push(Run { text: self.length(), source: self.place.end, verbatim: true });
        Node::new(Value::Str(Text::with_runs(self.text, self.runs)), self.place)
    }

    fn length(&self) -> u32 {
        offset(self.text.len())
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A part of a string as a string of its own, with the place of the part where that is known.
pub fn part_of(node: &Node, text: &Text, range: std::ops::Range<usize>) -> Node {
    let part = text.as_str().get(range.clone()).unwrap_or("");
    let place = if node.trail.is_some() { None } else { text.trace(range.start, range.end) };
    let Some((start, end)) = place else { return Node { trail: node.trail.clone(), ..Node::text(part, node.span) } };
    let span = Span::new(node.span.file, start as usize, end as usize);
    if span.len() == part.len() { Node::verbatim(part, span, 0) } else { Node::text(part, span) }
}

/// The value as JSON text; none when a part of it is open.
pub fn json(node: &Node) -> Option<String> {
    let mut text = String::new();
    write_json(node, &mut text).then_some(text)
}

fn write_json(node: &Node, out: &mut String) -> bool {
    if out.len() > MAX_TEXT {
        return false;
    }
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => out.push_str(&value.to_string()),
        Value::Float(value) => out.push_str(&value.to_string()),
        Value::Str(text) => out.push_str(&quoted(text.as_str())),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                if !write_json(item, out) {
                    return false;
                }
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (index, entry) in map.written().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(&quoted(&entry.key.name));
                out.push(':');
                if !write_json(&entry.value, out) {
                    return false;
                }
            }
            out.push('}');
            return map.rest.is_none();
        }
        Value::Unresolved(_) => return false,
    }
    true
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A piece of a `Fn::Sub` template.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Text that stays: a range of the template.
    Literal(std::ops::Range<usize>),
    /// `${Name}`: the name, and the range of the whole.
    Variable(&'t str, std::ops::Range<usize>),
}

/// The pieces of a `Fn::Sub` template. `${!Name}` stays as `${Name}`, a `${` that is never closed as it is.
pub fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut literal = 0;
    let mut at = 0;
    while let Some(open) = template.get(at..).and_then(|rest| rest.find("${")).map(|found| at + found) {
        let inside = open + 2;
        let Some(close) = template.get(inside..).and_then(|rest| rest.find('}')).map(|found| inside + found) else {
            break;
        };
        let name = template.get(inside..close).unwrap_or("");
        at = close + 1;
        if name.starts_with('!') {
            pieces.push(Piece::Literal(literal..inside));
            literal = inside + 1;
        } else {
            pieces.push(Piece::Literal(literal..open));
            pieces.push(Piece::Variable(name.trim(), open..at));
            literal = at;
        }
    }
    pieces.push(Piece::Literal(literal..template.len()));
    pieces.retain(|piece| !matches!(piece, Piece::Literal(range) if range.is_empty()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn a_template_falls_into_literals_and_variables() {
        for (template, want) in [
            ("plain", "plain"),
            ("a${B}c", "a|<B>|c"),
            ("${A}${B.C}", "<A>|<B.C>"),
            ("${ AWS::Region }", "<AWS::Region>"),
            ("${!Lit}x", "${|Lit}x"),
            ("open ${A", "open ${A"),
            ("", ""),
            ("é${A}é", "é|<A>|é"),
        ] {
            let shown: Vec<String> = pieces(template)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Literal(range) => template.get(range).unwrap().into(),
                    Piece::Variable(name, _) => format!("<{name}>"),
                })
                .collect();
            assert_eq!(shown.join("|"), want, "{template}");
        }
    }

    #[test]
    fn bytes_of_a_composed_text_lead_back_to_their_parts() {
        // `"ab${X}cd"` at 100: the text itself begins at 101.
        let file = FileId(0);
        let template = Text::verbatim("ab${X}cd", 101);
        let place = Span::new(file, 100, 110);
        let mut builder = Builder::new(place);
        builder.written(&template, 0..2, place);
        builder.placed("value", Span::new(file, 103, 107));
        builder.written(&template, 6..8, place);
        let node = builder.finish();
        let Value::Str(text) = &node.value else { panic!("a string") };
        assert_eq!(text.as_str(), "abvaluecd");
        for (start, end, want) in [(0, 2, (101, 103)), (2, 7, (103, 107)), (7, 9, (107, 109)), (1, 8, (102, 108))] {
            assert_eq!(text.trace(start, end), Some(want), "{start}..{end}");
        }
    }

    #[test]
    fn json_is_compact_and_refuses_open_parts() {
        let at = Span::new(FileId(0), 0, 0);
        let open = Node::unresolved("x", "y", at);
        let list = Node::list(vec![Node::text("a\"b", at), Node::new(Value::Int(1), at)], at);
        assert_eq!(json(&list).as_deref(), Some(r#"["a\"b",1]"#));
        assert_eq!(json(&Node::list(vec![open], at)), None);
    }
}
