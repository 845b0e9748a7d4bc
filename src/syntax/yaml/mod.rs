//! YAML, all documents of a stream.
//!
//! - Scalars follow the core schema of YAML 1.2; the second syntax, `yaml-1.1`, also reads the plain *values* `yes no on
//!   off y n` as booleans and `0644` as octal, as the readers of Kubernetes and Ansible do. Keys are always text.
//! - An alias has the span of the place where it is written and a trail to its anchor; so have the entries that a merge
//!   key (`<<`) brings in. Local keys win over merged ones.
//! - A node with a tag of its own, `!Name x`, becomes the map `{"!Name": x}`. The tags of CloudFormation become its long
//!   forms: `!Ref x` is `{Ref: x}`, `!Sub x` is `{"Fn::Sub": x}`.
//! - A syntax error costs the rest of its document, not the documents after it. What precedes it is kept, and the
//!   collections it interrupted say that they may hold more.
//! - Aliases cannot multiply without bound: see [`MAX_ALIASED`].

mod build;
mod problem;
mod runs;
mod scalar;
#[cfg(test)]
mod tests;

use granit_parser::{Parser, options};

use crate::document::{Level, Node, Text, Value};
use crate::source::{Source, Span};
use crate::syntax::embedded::Host;
use crate::syntax::{Parsed, Syntax};

use build::Builder;
pub use scalar::Schema;

/// The syntax.
pub const YAML: Syntax = Syntax {
    name: "yaml",
    doc: "YAML 1.2: several documents, anchors, merge keys, tags",
    comments: &["#"],
    parse: |source| parse(source, Schema::Core),
};

/// The syntax with the booleans of YAML 1.1.
pub const YAML_1_1: Syntax = Syntax {
    name: "yaml-1.1",
    doc: "YAML with the plain values yes, no, on, off, y and n as booleans and numbers with a leading 0 as octal",
    comments: &["#"],
    parse: |source| parse(source, Schema::Old),
};

/// Most nodes that the aliases of one file may stand for, taken together.
pub const MAX_ALIASED: usize = 1_000_000;

/// The stable name of this syntax's problems.
const CODE: &str = "syntax::yaml";

/// Most problems that are listed for one file.
const MAX_PROBLEMS: usize = 25;

/// The value of a plain scalar, when it is not text: for dialects that read text as YAML once more.
pub fn plain(written: &str, schema: Schema) -> Option<Value> {
    scalar::resolve(written, schema)
}

/// The documents that a string holds, with spans in the file the string stands in; nothing when it is not YAML.
pub fn parse_embedded(text: &Text, host: Span) -> Option<Vec<Node>> {
    let source = Source::from_text(host.file, "", text.as_str());
    let parsed = parse(&source, Schema::Old);
    let sound = parsed.problems.iter().all(|problem| problem.level != Level::Error);
    let host = Host { text, span: host };
    sound.then(|| parsed.roots.into_iter().map(|root| host.node(root)).collect())
}

fn parse(source: &Source, schema: Schema) -> Parsed {
    let options =
        options! { emit_unresolved_aliases: true, emit_comments: false, block_scalar_eof_without_line_feed: true };
    let mut parser = Parser::new_from_str_with_options(source.text(), options);
    let mut builder = Builder::new(source, schema);
    while let Some(next) = parser.next_event() {
        let error = match next {
            Ok((event, span)) => {
                builder.event(event, span);
                continue;
            }
            Err(error) => error,
        };
        builder.broken(&error);
        match parser.proceed_next_document() {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                builder.broken(&error);
                break;
            }
        }
    }
    builder.finish()
}
