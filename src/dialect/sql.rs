//! Scripts of SQL: migrations, schemas, what sets up a database.

use super::wording::may_say_in_any_case;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, has_extension, is_sample};
use crate::document::{Document, Node};
use crate::source::Span;

/// The dialect of scripts of SQL.
pub const SQL: Dialect = Dialect {
    name: "sql",
    doc: "scripts of SQL that give rights or make users: `sql/script`, with the list `statements`; not those of tests and examples",
    syntax: |path| has_extension(path, &[".sql"]).then_some("sql"),
    candidate: |path, text| !is_sample(path) && WORDS.iter().any(|word| may_say_in_any_case(text, word)),
    recognise: |document| document.roots.first().is_some_and(|root| root.get("statements").is_some()),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[Items::by("statements", &["text"])],
    kinds: Kinds::Closed(&["script"]),
    offers: crate::dialect::offers::sql::OFFERS,
};

/// What statements about rights and users have.
const WORDS: &[&str] = &["grant", "role", "user", "identified"];

/// What such statements begin with; the others of a script are not kept.
const VERBS: &[&str] = &["GRANT", "CREATE", "ALTER", "SET", "REVOKE"];

fn extract(unit: &Unit<'_>) -> Extraction {
    Extraction {
        resources: unit.documents.iter().filter_map(|document| script(document)).collect(),
        ..Extraction::default()
    }
}

fn script(document: &Document) -> Option<Resource> {
    let root = document.roots.first()?;
    let is_kept =
        |statement: &&Node| statement.get("verb").and_then(Node::as_str).is_some_and(|verb| VERBS.contains(&verb));
    let kept: Vec<Node> = root.get("statements")?.items().iter().filter(is_kept).cloned().collect();
    let top = Span::new(document.file, 0, 0);
    let mut body = Node::map(Vec::new(), root.span);
    body.derive("statements", Node::list(kept, root.span));
    Some(Resource::of_file(document, "sql/script", body, top, Typing::Strict))
}
