//! The same matter in the same words, whatever file it was written in.
//!
//! A dialect says where its resources speak of a shared matter (an image in use, a command that runs); what is found there
//! becomes a [`Fact`], which rules judge as `fact/NAME` like any other resource. Below the dialects: a fact knows nothing of
//! the file it came from but its places.
//!
//! To add a matter: a file beside this one, a line in [`MATTERS`].

pub mod command;
mod download;
pub mod image;

use std::sync::Arc;

use crate::document::{Entry, Node, Unresolved};
use crate::source::Span;

/// A matter that several technologies speak of.
#[derive(Debug)]
pub struct Matter {
    /// Its name: the part of the kind after `fact/`.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// What a fact of it holds: the key, and what stands there.
    pub fields: &'static [(&'static str, &'static str)],
}

/// Every matter.
pub const MATTERS: &[&Matter] = &[&command::COMMAND, &image::IMAGE];

/// Something that a resource says of a matter.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is about.
    pub matter: &'static Matter,
    /// What tells it from the others of its resource, as far as anything does: the name of a program, of an image.
    pub key: String,
    /// What is said, by the fields of the matter.
    pub body: Node,
    /// Where.
    pub at: Span,
    /// Present when it is not certain that it is said at all.
    pub condition: Option<Arc<Unresolved>>,
}

impl Fact {
    /// A fact of some fields, all of which stand at one place.
    fn new(matter: &'static Matter, key: impl Into<String>, at: &Node, entries: Vec<Entry>) -> Fact {
        let body = Node { trail: at.trail.clone(), ..Node::map(entries, at.span) };
        Fact { matter, key: key.into(), body, at: at.span, condition: None }
    }
}

/// An entry whose key has the place of its value.
fn entry(name: &str, value: Node) -> Entry {
    Entry::new(name, value.span, value)
}
