//! Facts: the same matter in shared words, whatever file it was written in.
//!
//! A fact is stated of an [`Owner`], a resource of any dialect, and is judged by rules as a resource of kind `fact/NAME`.
//! It knows what owns it, which key tells it from the owner's others, where it stands, and where it was written first.
//! Facts are found by looking at bodies of resources; they know nothing of dialects, and dialects nothing of them.
//!
//! To add a fact: one file beside this one, one line in [`REGISTERS`].

pub mod credential;

use std::sync::Arc;

use crate::document::{Entry, Node, Trail};
use crate::source::Span;

/// A thing that facts are stated of.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Dialect and kind.
    pub kind: &'a str,
    /// What it is called itself, without where it is.
    pub name: &'a str,
    /// The path of its file.
    pub path: &'a str,
    /// What is known of it.
    pub body: &'a Node,
}

/// Something that is the case.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The register it is an entry of: the part of the kind after the slash.
    pub register: &'static str,
    /// What tells it from the other facts of its owner, whatever its place.
    pub key: Arc<str>,
    /// Where it stands in its owner: the key and the value.
    pub span: Span,
    /// Where it was written first, which is elsewhere where a value came through a variable.
    pub origin: Span,
    /// How it came from there.
    pub trail: Trail,
    /// What is said of it.
    pub says: Vec<Entry>,
}

/// Facts of one matter.
pub struct Register {
    /// Its name: the part of the kind after the slash.
    pub name: &'static str,
    /// What it lists, for the reference.
    pub doc: &'static str,
    /// States the facts of an owner.
    pub state: fn(&Owner<'_>) -> Vec<Fact>,
}

/// Every register.
pub const REGISTERS: &[&Register] = &[&credential::CREDENTIAL];

impl Fact {
    /// What is said of it as a body, with who owns it.
    pub fn body(&self, owner: &Owner<'_>, address: &str) -> Node {
        let node = |text: &str| Node::text(text, self.span);
        let of = [("kind", owner.kind), ("address", address), ("file", owner.path)];
        let of = of.into_iter().map(|(name, text)| Entry::new(name, self.span, node(text))).collect();
        let mut entries = self.says.clone();
        entries.push(Entry::new("owner", self.span, Node::map(of, self.span)));
        Node::map(entries, self.span)
    }
}
