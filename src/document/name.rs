//! Names that occur over and over.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashSet;

/// So many names are shared, each no longer than [`LONGEST`]; what comes after them is allocated each time.
const MOST: usize = 4_096;

/// Longest name that is shared: keys are shorter, texts are not.
const LONGEST: usize = 40;

thread_local! {
    static NAMES: RefCell<FxHashSet<Arc<str>>> = RefCell::default();
}

/// A name as a text that all equal names of a thread share, as long as there are not too many of them.
pub fn shared(name: &str) -> Arc<str> {
    if name.len() > LONGEST {
        return name.into();
    }
    NAMES.with_borrow_mut(|names| {
        if let Some(known) = names.get(name) {
            return Arc::clone(known);
        }
        let text: Arc<str> = name.into();
        if names.len() < MOST {
            names.insert(Arc::clone(&text));
        }
        text
    })
}

/// What the name of a key can be made of. What is a text of its own already stays one.
pub trait Name {
    /// The text.
    fn text(self) -> Arc<str>;
}

impl Name for &str {
    fn text(self) -> Arc<str> {
        shared(self)
    }
}

impl Name for String {
    fn text(self) -> Arc<str> {
        shared(&self)
    }
}

impl Name for Cow<'_, str> {
    fn text(self) -> Arc<str> {
        shared(&self)
    }
}

impl Name for Arc<str> {
    fn text(self) -> Arc<str> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_one_text_until_there_are_too_many() {
        assert!(Arc::ptr_eq(&shared("name"), &shared("name")));
        let long = "n".repeat(LONGEST + 1);
        assert!(!Arc::ptr_eq(&shared(&long), &shared(&long)));
        (0..=MOST).for_each(|at| drop(shared(&at.to_string())));
        let last = MOST.to_string();
        assert_eq!(shared(&last), shared(&last));
        assert!(!Arc::ptr_eq(&shared(&last), &shared(&last)));
        assert!(NAMES.with_borrow(|names| names.len() <= MOST));
    }
}
