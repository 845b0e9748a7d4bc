//! What a reader calls the things in a resource: what its file writes, and what its dialect knows items by.

use std::cell::Cell;

use crate::dialect::Dialect;
use crate::dialect::items::Items;
use crate::dialect::offers::said;
use crate::schema::View;

/// The names in the resources of a kind.
#[derive(Clone, Copy)]
pub(super) struct Names<'k> {
    pub dialect: Option<&'static Dialect>,
    /// The kind, without the dialect's name.
    pub kind: &'k str,
    /// How many nodes may still be looked at for the places that views were made of.
    pub left: &'k Cell<usize>,
}

impl Names<'_> {
    /// How the items of the list that these keys lead to are told apart.
    pub fn items_of(self, keys: &[&str]) -> Option<&'static Items> {
        self.dialect.and_then(|dialect| dialect.items_of(keys))
    }

    /// Where users write what a dialect offers at these keys.
    pub fn spelling(self, keys: &[&str]) -> Option<&'static str> {
        let mut views = self.dialect?.offers_for(self.kind).flat_map(|offer| offer.views);
        views.find(|view| view.path.split('.').eq(keys.iter().copied())).and_then(View::spelling)
    }

    /// The words for what a dialect offers at these keys, where nobody writes it.
    pub fn words(self, keys: &[&str]) -> Option<&'static str> {
        said::words(self.dialect?.name, self.kind, keys)
    }

    /// The resource as the subject of a sentence: "the job" where the kind is a word, else "it".
    pub fn resource(self) -> String {
        let is_word = self.kind.len() > 1 && self.kind.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_word { format!("the {}", self.kind) } else { "it".to_owned() }
    }
}
