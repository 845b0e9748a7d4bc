//! The configuration language of nginx, and of BIND: directives with arguments, and blocks of them.
//!
//! A block is a map. A directive that occurs once has its argument for a value, or the list of its arguments; one that
//! occurs several times is a list of those. A directive with a block is always a list of maps, each with its arguments
//! under the derived key `arguments`. Code in Lua blocks is a string.

mod reader;
#[cfg(test)]
mod tests;

use super::{Parsed, Syntax};
use crate::document::{Entry, Key, Node};
use crate::source::{Source, Span};
use reader::{Flavour, Item, Reader};

/// The syntax of nginx configurations.
pub const NGINX: Syntax =
    Syntax { name: "nginx", doc: "configuration of nginx", comments: &["#"], parse: |source| parse(source, &OWN) };

/// The syntax of BIND, whose blocks end in a semicolon too.
pub const NAMED_CONF: Syntax = Syntax {
    name: "named-conf",
    doc: "configuration of BIND: named.conf",
    comments: &["#", "//"],
    parse: |source| parse(source, &BIND),
};

const OWN: Flavour = Flavour { code: "syntax::nginx", like_c: false };
const BIND: Flavour = Flavour { code: "syntax::named-conf", like_c: true };

fn parse(source: &Source, flavour: &Flavour) -> Parsed {
    let mut reader = Reader::new(source, flavour);
    let items = reader.items();
    let root = block(items, source.whole());
    Parsed { roots: vec![root], problems: reader.problems }
}

/// The map of a block.
fn block(items: Vec<Item>, span: Span) -> Node {
    let mut groups: Vec<(Key, Vec<Node>, bool)> = Vec::new();
    let mut index = std::collections::HashMap::new();
    for item in items {
        let is_block = item.block.is_some();
        let key = Key { name: item.name.as_str().into(), span: item.name_span };
        let next = groups.len();
        let at = *index.entry((item.name.clone(), is_block)).or_insert(next);
        if at == next {
            groups.push((key, Vec::new(), is_block));
        }
        let node = value(item);
        if let Some((_, nodes, _)) = groups.get_mut(at) {
            nodes.push(node);
        }
    }
    let entries = groups
        .into_iter()
        .map(|(key, mut nodes, is_block)| {
            let span = nodes.iter().map(|node| node.span).reduce(Span::to).unwrap_or(key.span);
            let value = match nodes.pop() {
                Some(only) if nodes.is_empty() && !is_block => only,
                last => {
                    nodes.extend(last);
                    Node::list(nodes, span)
                }
            };
            Entry { key, value, derived: false }
        })
        .collect();
    Node::map(entries, span)
}

fn value(item: Item) -> Node {
    let Item { name_span, mut arguments, block: inner, span, .. } = item;
    let Some(items) = inner else {
        return match arguments.pop() {
            Some(only) if arguments.is_empty() => only,
            last => {
                arguments.extend(last);
                let span = arguments.iter().map(|node| node.span).reduce(Span::to).unwrap_or(name_span);
                Node::list(arguments, span)
            }
        };
    };
    let mut node = block(items, span);
    let place = arguments.iter().map(|node| node.span).reduce(Span::to).unwrap_or(name_span);
    node.derive("arguments", Node::list(arguments, place));
    node
}
