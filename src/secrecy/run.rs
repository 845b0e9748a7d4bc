//! The secrets of one run.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::tree::{self, Sighting};
use super::{Hit, lexical, mask, values};
use crate::document::{Node, Problem};
use crate::source::{FileId, NO_FILE, Source, Span};

/// Longest text that is searched as a whole, in bytes; of a longer one only what is shown, with what is around it.
const MAX_WHOLE: usize = 4 << 20;

/// How far around a part of a longer text is searched, in bytes.
const REACH: usize = 64 * 1024;

/// Shortest secret that is masked wherever it occurs, in words that were never about it.
const SHORTEST: usize = 8;

/// The secrets of a run: where they stand, and the texts that must not be shown anywhere.
#[derive(Debug, Default)]
pub struct Secrets {
    /// Places that trees tell.
    places: BTreeMap<FileId, Vec<Range<usize>>>,
    /// Texts that cannot be mistaken for anything else.
    texts: BTreeSet<Arc<str>>,
    /// What the files that were asked for hide.
    hidden: Mutex<BTreeMap<FileId, Arc<Vec<Range<usize>>>>>,
}

impl Secrets {
    /// Adds what the keys of a tree tell, named as for [`tree::walk`].
    pub fn add_tree<'s>(&mut self, root: &Node, name: Option<&str>, source: &dyn Fn(FileId) -> Option<&'s Source>) {
        tree::walk(root, name, &mut |sighting| {
            if sighting.nature.is_hidden() {
                self.add_sighting(&sighting, source);
            }
        });
    }

    fn add_sighting<'s>(&mut self, sighting: &Sighting<'_>, source: &dyn Fn(FileId) -> Option<&'s Source>) {
        let node = sighting.node;
        self.add_text(&sighting.text);
        if let Some(written) = node.as_str() {
            match &sighting.part {
                Some(part) => self.add_text(written.get(part.clone()).unwrap_or("")),
                None => self.add_text(written),
            }
        }
        let exact = sighting.part.as_ref().and_then(|part| traced(node, part));
        match exact {
            Some(span) => self.add_place(span),
            None if sighting.part.is_some() => {}
            None => self.add_value(node.span, source),
        }
        // The value may have been written elsewhere, as the default of a variable.
        if sighting.part.is_none() {
            for step in node.steps() {
                if source(step.span.file).is_some_and(|source| holds(source.slice(step.span), node)) {
                    self.add_value(step.span, source);
                }
            }
        }
    }

    /// Hides the value at a place, and keeps its quotes.
    pub fn add_value<'s>(&mut self, span: Span, source: &dyn Fn(FileId) -> Option<&'s Source>) {
        let Some(written) = source(span.file).map(|source| source.slice(span)) else { return };
        // The value of a step may be the whole of an assignment.
        let value =
            lexical::hits(written).first().map(|hit| hit.range.clone()).filter(|_| written.contains(['=', ':']));
        let quotes = ['"', '\''];
        let range = match value {
            Some(range) => range,
            None if written.len() > 1
                && quotes.iter().any(|quote| written.starts_with(*quote) && written.ends_with(*quote)) =>
            {
                1..written.len() - 1
            }
            None => 0..written.len(),
        };
        self.add_place(Span::new(span.file, span.range().start + range.start, span.range().start + range.end));
    }

    /// Hides a range of a file.
    fn add_place(&mut self, span: Span) {
        if span.file != NO_FILE && !span.is_empty() {
            self.places.entry(span.file).or_default().push(span.range());
            if let Ok(mut hidden) = self.hidden.lock() {
                hidden.remove(&span.file);
            }
        }
    }

    /// Hides a text wherever it occurs, where it is distinct enough.
    pub fn add_text(&mut self, text: &str) {
        for line in text.lines().map(str::trim).filter(|line| line.len() >= SHORTEST) {
            if values::is_distinct(line) && !values::is_reference(line) {
                // Formats spell some characters in other ways.
                let json = serde_json::to_string(line).unwrap_or_default();
                let markup =
                    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
                self.texts.extend([line, json.trim_matches('"'), &markup].map(Arc::from));
            }
        }
    }

    /// Adds what the looks of a file tell: its secrets are then hidden wherever they occur.
    pub fn add_source(&mut self, source: &Source) {
        for range in self.hidden(source).iter() {
            self.add_text(source.text().get(range.clone()).unwrap_or(""));
        }
    }

    /// Adds all of another part of the run.
    pub fn extend(&mut self, other: Secrets) {
        for (file, places) in other.places {
            self.places.entry(file).or_default().extend(places);
        }
        self.texts.extend(other.texts);
        if let (Ok(mut own), Ok(others)) = (self.hidden.lock(), other.hidden.into_inner()) {
            own.extend(others);
        }
    }

    /// The ranges of a file that must not be shown, in order and apart.
    pub fn hidden(&self, source: &Source) -> Arc<Vec<Range<usize>>> {
        let id = source.id();
        if let Some(known) = self.hidden.lock().ok().and_then(|hidden| hidden.get(&id).cloned()) {
            return known;
        }
        let found = if source.text().len() <= MAX_WHOLE { lexical::hits(source.text()) } else { Vec::new() };
        let ranges = Arc::new(self.ranges(source, found, 0));
        if let Ok(mut hidden) = self.hidden.lock() {
            hidden.insert(id, Arc::clone(&ranges));
        }
        ranges
    }

    /// The same of a part of a file.
    pub fn hidden_in(&self, source: &Source, part: &Range<usize>) -> Arc<Vec<Range<usize>>> {
        let text = source.text();
        if text.len() <= MAX_WHOLE {
            return self.hidden(source);
        }
        let start = lexical::floor(text, part.start.saturating_sub(REACH));
        let end = lexical::floor(text, part.end.saturating_add(REACH));
        Arc::new(self.ranges(source, lexical::hits(text.get(start..end).unwrap_or("")), start))
    }

    fn ranges(&self, source: &Source, found: Vec<Hit>, lead: usize) -> Vec<Range<usize>> {
        let told = self.places.get(&source.id()).into_iter().flatten().cloned();
        mask::joined(found.into_iter().map(|hit| hit.range.start + lead..hit.range.end + lead).chain(told).collect())
    }

    /// A text without what is secret in it, whether its looks tell or it is known from elsewhere.
    pub fn conceal<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut places: Vec<Range<usize>> = lexical::hits(text).into_iter().map(|hit| hit.range).collect();
        places.extend(self.occurrences(text));
        mask::without(text, &mask::joined(places))
    }

    /// A rendering without the secrets that are known: the last look at what leaves the program.
    pub fn guarded(&self, rendering: Vec<u8>) -> Vec<u8> {
        match String::from_utf8(rendering) {
            Ok(text) => match self.guard(&text) {
                Cow::Borrowed(_) => text.into_bytes(),
                Cow::Owned(shown) => shown.into_bytes(),
            },
            Err(error) => error.into_bytes(),
        }
    }

    /// A text without the secrets that are known, whatever its looks.
    pub fn guard<'t>(&self, text: &'t str) -> Cow<'t, str> {
        mask::without(text, &mask::joined(self.occurrences(text)))
    }

    fn occurrences(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for secret in self.texts.iter().filter(|secret| secret.len() <= text.len()) {
            found.extend(memchr::memmem::find_iter(text.as_bytes(), secret.as_bytes()).map(|at| at..at + secret.len()));
        }
        found
    }

    /// The lines of a file with their ends, as they may be shown.
    pub fn lines(&self, source: &Source) -> Vec<String> {
        let hidden = self.hidden(source);
        let mut start = 0;
        let text = source.text();
        let line = |line: &str| {
            let range = start..start + line.trim_end_matches(['\r', '\n']).len();
            let first = hidden.partition_point(|place| place.end <= range.start);
            let within = hidden.iter().skip(first).take_while(|place| place.start < range.end);
            let within = within.map(|place| place.start.max(range.start) - start..place.end.min(range.end) - start);
            let shown = mask::without(line, &within.collect::<Vec<_>>()).into_owned();
            start += line.len();
            shown
        };
        text.split_inclusive('\n').map(line).collect()
    }

    /// A file's text without its secrets.
    pub fn redacted<'s>(&self, source: &'s Source) -> Cow<'s, str> {
        mask::without(source.text(), &self.hidden(source))
    }
}

impl Problem {
    /// Takes what is secret out of its words.
    pub fn conceal(&mut self, secrets: &Secrets) {
        let texts = std::iter::once(&mut self.message).chain(&mut self.help);
        for text in texts {
            let shown = secrets.conceal(text);
            if *shown != *text {
                *text = shown.into_owned();
            }
        }
    }
}

/// Where a part of a node's text stands in its file.
fn traced(node: &Node, part: &Range<usize>) -> Option<Span> {
    let crate::document::Value::Str(text) = &node.value else { return None };
    let (start, end) = text.trace(part.start, part.end)?;
    Some(Span { file: node.span.file, start, end })
}

/// Whether a range of a file spells a value.
fn holds(written: &str, node: &Node) -> bool {
    node.as_str().is_some_and(|text| text.lines().next().is_some_and(|line| !line.is_empty() && written.contains(line)))
}
