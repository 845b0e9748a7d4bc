//! Plain text: the tree is one string, the whole file.

use super::{Parsed, Syntax};
use crate::document::Node;
use crate::source::Source;

/// The syntax of plain text.
pub const TEXT: Syntax =
    Syntax { name: "text", doc: "any text, as one string", comments: &["#", "//", "--", ";"], parse };

fn parse(source: &Source) -> Parsed {
    Parsed { roots: vec![Node::verbatim(source.text(), source.whole(), 0)], problems: Vec::new() }
}
