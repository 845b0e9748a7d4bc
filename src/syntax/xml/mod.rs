//! XML as a tree: the outermost element is the one key of the root; elements and attributes are keys, elements of one name
//! a list.
//!
//! An element with nothing but text is that text; beside attributes or elements, text is the key `text`. Prefixes of
//! namespaces are left out of names. What would keep the parser busy without bound is refused before parsing.

pub(super) mod guard;

use ::roxmltree::{Document as Xml, Node as Element, ParsingOptions};

use self::guard::Limits;
use crate::document::{Entry, MAX_DEPTH, Node, Problem, Text, Value};
use crate::source::{Source, Span};
use crate::syntax::{Parsed, Syntax};

/// The syntax.
pub const XML: Syntax = Syntax { name: "xml", doc: "XML", comments: &["<!--"], parse };

/// The stable name of this syntax's problems.
const CODE: &str = "syntax::xml";

/// Most elements, texts and comments that are read.
const MAX_NODES: u32 = 1 << 20;

const LIMITS: Limits = Limits { tag: 4096, namespaces: 64, of: "longer than any that is read" };

fn parse(source: &Source) -> Parsed {
    // A byte order mark and blank lines before the declaration do no harm to those who read such files.
    let start = source.text().len() - source.text().trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
    let text = source.text().get(start..).unwrap_or("");
    let reading = Reading { source, start };
    let refused = |span: Span, message: &str| Parsed {
        roots: vec![Node::unresolved("", message, source.whole())],
        problems: vec![Problem::error(CODE, source.path(), Some(span), message)],
    };
    if let Some((place, because)) = guard::refusal(text, &LIMITS) {
        return refused(reading.bounded(place.start, place.end), because);
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    match Xml::parse_with_options(text, options) {
        Ok(xml) => {
            let root = xml.root_element();
            let entry = Entry::new(root.tag_name().name(), reading.name(root), reading.element(root, 0));
            Parsed { roots: vec![Node::map(vec![entry], source.whole())], problems: Vec::new() }
        }
        Err(error) => refused(guard::place(source, start, error.pos()), &guard::message(&error)),
    }
}

struct Reading<'a> {
    source: &'a Source,
    /// Where the XML begins.
    start: usize,
}

impl Reading<'_> {
    fn element(&self, element: Element<'_, '_>, depth: usize) -> Node {
        let range = element.range();
        let span = self.bounded(range.start, range.end);
        if depth > MAX_DEPTH {
            return Node::unresolved("", format!("it is nested deeper than {MAX_DEPTH} levels"), span);
        }
        let text = self.text(element, span);
        let mut keys: Vec<(String, Span, Vec<Node>)> = Vec::new();
        let mut places: rustc_hash::FxHashMap<String, usize> = rustc_hash::FxHashMap::default();
        let mut add = |name: &str, key: Span, value: Node| {
            let at = *places.entry(name.to_owned()).or_insert(keys.len());
            match keys.get_mut(at) {
                Some((.., values)) => values.push(value),
                None => keys.push((name.to_owned(), key, vec![value])),
            }
        };
        for attribute in element.attributes() {
            let (name, value) = (attribute.range_qname(), attribute.range_value());
            let value_span = self.bounded(value.start, value.end);
            add(attribute.name(), self.bounded(name.start, name.end), Node::text(attribute.value(), value_span));
        }
        for child in element.children().filter(Element::is_element) {
            add(child.tag_name().name(), self.name(child), self.element(child, depth + 1));
        }
        if keys.is_empty() {
            return text.unwrap_or_else(|| Node::new(Value::Str(Text::opaque("")), span));
        }
        let mut entries: Vec<Entry> = keys.into_iter().map(|(name, key, values)| entry(&name, key, values)).collect();
        if let Some(text) = text.filter(|_| !entries.iter().any(|entry| &*entry.key.name == "text")) {
            entries.push(Entry::new("text", text.span, text));
        }
        Node::map(entries, span)
    }

    /// The text directly in an element, without the blanks around it.
    fn text(&self, element: Element<'_, '_>, within: Span) -> Option<Node> {
        let mut whole = String::new();
        let mut place: Option<Span> = None;
        for child in element.children().filter(Element::is_text) {
            let Some(text) = child.text().filter(|text| !text.trim().is_empty()) else { continue };
            let range = child.range();
            let span = self.trimmed(range.start, range.end);
            place = Some(place.map_or(span, |place| place.to(span)));
            whole.push_str(text);
        }
        let text = whole.trim();
        (!text.is_empty()).then(|| Node::text(text, place.unwrap_or(within)))
    }

    /// A range without the blanks at its ends.
    fn trimmed(&self, start: usize, end: usize) -> Span {
        let text = self.source.text().get(self.start + start..self.start + end).unwrap_or("");
        let lead = text.len() - text.trim_start().len();
        self.bounded(start + lead, start + lead + text.trim().len())
    }

    /// The name in the tag that an element begins with.
    fn name(&self, element: Element<'_, '_>) -> Span {
        let start = element.range().start;
        let rest = self.source.text().get(self.start + start..).unwrap_or("");
        let length = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(rest.len());
        self.bounded(start + 1, start + length.max(1))
    }

    fn bounded(&self, start: usize, end: usize) -> Span {
        let length = self.source.text().len();
        self.source.span((self.start + start).min(length), (self.start + end).min(length))
    }
}

/// A key with its value, or with the list of its values.
fn entry(name: &str, key: Span, mut values: Vec<Node>) -> Entry {
    let value = match (values.pop(), values.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            values.extend(last);
            let span = values.iter().fold(key, |span, node| span.to(node.span));
            Node::list(values, span)
        }
    };
    Entry::new(name, key, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[track_caller]
    fn at(text: &str, span: Span) -> &str {
        text.get(span.range()).unwrap()
    }

    fn read(text: &str) -> Parsed {
        parse(&Source::from_text(FileId(0), "a.xml", text))
    }

    #[test]
    fn elements_and_attributes_are_keys() {
        let text = "<?xml version=\"1.0\"?>\n<project xmlns=\"http://x/y\" xmlns:p=\"http://z\">\n  <name> shop &amp; co </name>\n  \
                    <p:item id=\"1\">a</p:item><item id=\"2\"/>\n  <empty/>\n</project>\n";
        let parsed = read(text);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let root = &parsed.roots[0];
        let said = |path: &[&str]| root.at(path).and_then(Node::as_str);
        assert_eq!(said(&["project", "name"]), Some("shop & co"));
        assert_eq!(said(&["project", "empty"]), Some(""));
        let items = root.at(&["project", "item"]).unwrap().items();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].get("text").and_then(Node::as_str), Some("a"));
        assert_eq!(items[1].get("id").and_then(Node::as_str), Some("2"));
        let span = items[1].get("id").unwrap().span;
        assert_eq!(at(text, span), "2");
        let key = root.at(&["project"]).unwrap().entry("name").unwrap().key.span;
        assert_eq!(at(text, key), "name");
        assert_eq!(at(text, root.at(&["project", "name"]).unwrap().span), "shop &amp; co");
    }

    #[test]
    fn what_is_no_xml_or_a_bomb_is_told() {
        for text in [
            "",
            "<a>",
            "<a></b>",
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            &format!("<a {}/>", "b=\"\" ".repeat(2000)),
            "<a>&nothing;</a>",
        ] {
            assert_eq!(read(text).problems.len(), 1, "{}", text.chars().take(40).collect::<String>());
        }
    }

    #[test]
    fn deep_elements_do_no_harm() {
        let text = format!("{}{}", "<a>".repeat(MAX_DEPTH + 50), "</a>".repeat(MAX_DEPTH + 50));
        let _ = read(&text);
    }
}
