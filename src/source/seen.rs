//! Texts that are looked at and let go.

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use super::{FileId, Source};

/// So many bytes of texts that nobody keeps are there at once, and one text in any case.
const MOST: usize = 4 << 20;

/// The text of a file, for as long as it is looked at.
#[derive(Clone, Debug)]
pub enum Seen<'w> {
    /// One that is kept.
    Kept(&'w Source),
    /// One that is let go once others were looked at.
    Passing(Arc<Source>),
}

impl Deref for Seen<'_> {
    type Target = Source;

    fn deref(&self) -> &Source {
        match self {
            Seen::Kept(source) => source,
            Seen::Passing(source) => source,
        }
    }
}

/// The texts that were looked at last, the newest first.
#[derive(Debug, Default)]
pub(super) struct Passing(Mutex<VecDeque<Arc<Source>>>);

impl Passing {
    /// The text of a file, where it was looked at not long ago.
    pub fn get(&self, id: FileId) -> Option<Arc<Source>> {
        let sources = self.0.lock().ok()?;
        sources.iter().find(|source| source.id() == id).map(Arc::clone)
    }

    /// Adds a text, for which older ones go.
    pub fn add(&self, source: Source) -> Arc<Source> {
        let source = Arc::new(source);
        if let Ok(mut sources) = self.0.lock() {
            sources.push_front(Arc::clone(&source));
            let mut bytes = 0;
            let fits = |source: &&Arc<Source>| {
                let is_first = bytes == 0;
                bytes += source.text().len().max(1);
                is_first || bytes <= MOST
            };
            let count = sources.iter().take_while(fits).count();
            sources.truncate(count);
        }
        source
    }
}
