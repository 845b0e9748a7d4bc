//! The secrets of one run.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::known::Known;
use super::leaving::Leaving;
use super::tree::{self, Sighting};
use super::{Hit, MASK, declared, lexical, mask, values};
use crate::document::{Node, Problem, Value};
use crate::source::{FileId, NO_FILE, Seen, Source, Span};

/// Longest text that is searched as a whole, in bytes; of a longer one only what is shown, with what is around it.
const MAX_WHOLE: usize = 4 << 20;

/// How far around a part of a longer text is searched, in bytes.
const REACH: usize = 64 * 1024;

/// A large file is searched in pieces of this length, in bytes, so that findings beside each other share what was found.
const PIECE: usize = 256 * 1024;

/// Shortest secret that is masked wherever it occurs, in words that were never about it.
const SHORTEST: usize = 8;

/// Shortest declared secret that is masked where it stands on its own.
const SHORTEST_DECLARED: usize = 4;

/// Most secrets at one place that are looked for in what is said of it.
const MAX_TOLD: usize = 32;

/// Where a piece of a file begins and ends, in bytes.
type Piece = (usize, usize);

/// All of a file.
const WHOLE: Piece = (0, usize::MAX);

/// What trees tell of a file that is too long to be searched as a whole.
const TOLD: Piece = (0, usize::MAX - 1);

/// What is hidden in the pieces of a file that were asked for.
type Pieces = BTreeMap<Piece, Arc<Vec<Range<usize>>>>;

/// The secrets of a run: where they stand, and the texts that must not be shown anywhere.
#[derive(Debug, Default)]
pub struct Secrets {
    /// Places that trees tell.
    places: BTreeMap<FileId, Vec<Range<usize>>>,
    /// Texts that cannot be mistaken for anything else.
    texts: BTreeSet<Arc<str>>,
    /// Places of values that are declared to be secret.
    declared: BTreeMap<FileId, Vec<Range<usize>>>,
    /// Declared texts that are too short to be masked within words.
    short: BTreeSet<Arc<str>>,
    /// The names under which such values are given, in lower case.
    names: BTreeSet<String>,
    /// All of them at once, made when it is first asked for.
    known: OnceLock<Option<Known>>,
    /// What the files that were asked for hide.
    hidden: Mutex<BTreeMap<FileId, Pieces>>,
}

impl Secrets {
    /// Adds what the keys of a tree tell, with a name and a kind as for [`tree::walk`].
    pub fn add_tree<'s>(
        &mut self,
        root: &Node,
        name: Option<&str>,
        kind: Option<&str>,
        source: &dyn Fn(FileId) -> Option<&'s Source>,
    ) {
        tree::walk(root, name, kind, &mut |sighting| {
            if sighting.nature.is_hidden() {
                self.add_sighting(&sighting, source);
            }
        });
    }

    /// Adds the values that a file declares to be secret.
    pub fn add_declared<'s>(&mut self, root: &Node, source: &dyn Fn(FileId) -> Option<&'s Source>) {
        for value in declared::values(root, &mut self.names) {
            self.declare(value, source, 0);
        }
    }

    /// Adds the values that a file gives to what was declared to be secret, in this file or another one.
    pub fn add_given<'s>(&mut self, root: &Node, is_given: bool, source: &dyn Fn(FileId) -> Option<&'s Source>) {
        if !self.names.is_empty() {
            for value in declared::given(root, &self.names, is_given) {
                self.declare(value, source, 0);
            }
        }
    }

    /// Whether a file declared a name whose value is given elsewhere to be secret.
    pub fn names_any(&self) -> bool {
        !self.names.is_empty()
    }

    /// The names that some trees give values to and that were not declared so far, as hashes in order: for who looks at the
    /// trees no longer once more names are known.
    pub fn gives_beside(&self, roots: &[Node], is_given: bool) -> Box<[u64]> {
        let names: BTreeSet<u64> = roots.iter().flat_map(|root| declared::names_given(root, is_given)).collect();
        let own: BTreeSet<u64> = self.names.iter().map(|name| declared::hash(name)).collect();
        names.difference(&own).copied().collect()
    }

    /// Whether one of these hashes is that of a name that was declared.
    pub fn names_one_of(&self, gives: &[u64]) -> bool {
        self.names.iter().any(|name| gives.binary_search(&declared::hash(name)).is_ok())
    }

    fn declare<'s>(&mut self, node: &Node, source: &dyn Fn(FileId) -> Option<&'s Source>, depth: usize) {
        if depth > crate::document::MAX_DEPTH {
            return;
        }
        match &node.value {
            Value::Map(map) => map.written().for_each(|entry| self.declare(&entry.value, source, depth + 1)),
            Value::List(items) => items.iter().for_each(|item| self.declare(item, source, depth + 1)),
            Value::Str(text) if !text.as_str().trim().is_empty() && !values::is_reference(text.as_str()) => {
                self.declare_places(node, source);
                self.declare_text(text.as_str());
            }
            Value::Int(_) | Value::Float(_) => {
                self.declared.entry(node.span.file).or_default().push(node.span.range());
                self.add_value(node.span, source);
            }
            Value::Str(_) | Value::Null | Value::Bool(_) | Value::Unresolved(_) => {}
        }
    }

    /// Hides a declared value where it is written: at its place, or where the value of an expression came from.
    fn declare_places<'s>(&mut self, node: &Node, source: &dyn Fn(FileId) -> Option<&'s Source>) {
        let mut own = node.steps().is_empty();
        for step in node.steps() {
            let written = source(step.span.file).map_or("", |source| source.slice(step.span));
            let part = written.trim().trim_matches(['"', '\'']);
            if holds(written, node) {
                self.declared.entry(step.span.file).or_default().push(step.span.range());
                self.add_value(step.span, source);
            } else if values::is_chosen(part) && node.as_str().is_some_and(|text| text.contains(part)) {
                // A part of it that varies as secrets do.
                self.add_value(step.span, source);
                self.declare_text(part);
            }
        }
        own |= source(node.span.file).is_some_and(|source| holds(source.slice(node.span), node));
        if own {
            self.declared.entry(node.span.file).or_default().push(node.span.range());
            self.add_value(node.span, source);
        }
    }

    /// Hides a declared text wherever it occurs, on its own at least; it may be shorter than what is only suspected.
    fn declare_text(&mut self, text: &str) {
        self.add_text(text);
        if values::is_chosen(text) {
            self.known = OnceLock::new();
            self.texts.insert(text.into());
        } else if text.len() >= SHORTEST_DECLARED && text.len() < SHORTEST {
            self.short.insert(text.into());
        }
    }

    /// Whether a value is one that was declared to be secret, or came from there.
    pub fn declares(&self, node: &Node) -> bool {
        let spans = std::iter::once(node.span).chain(node.steps().iter().map(|step| step.span));
        !self.declared.is_empty()
            && spans.into_iter().any(|span| {
                let own = span.range();
                let places = self.declared.get(&span.file).into_iter().flatten();
                places.into_iter().any(|place| place.start <= own.start && own.end <= place.end && !own.is_empty())
            })
    }

    /// A text without what is hidden at some places of files, which it tells of: also where that is too short, or too much
    /// of a word, to be masked everywhere.
    pub fn told_of<'t, 's>(
        &self,
        text: &'t str,
        places: impl Iterator<Item = Span>,
        source: &dyn Fn(FileId) -> Option<Seen<'s>>,
    ) -> Cow<'t, str> {
        let mut shown = Cow::Borrowed(text);
        if text.is_empty() {
            return shown;
        }
        for place in places.filter(|place| !self.hides_nothing_in(place.file)) {
            let Some(file) = source(place.file) else { continue };
            let part = place.range();
            let hidden = self.hidden_in(&file, &part);
            let first = hidden.partition_point(|range| range.end <= part.start);
            for range in hidden.iter().skip(first).take_while(|range| range.start < part.end).take(MAX_TOLD) {
                let secret = file.text().get(range.clone()).unwrap_or("");
                if !secret.is_empty() && shown.trim() == secret.trim() {
                    return Cow::Borrowed(MASK);
                }
                let before = file.text().get(part.start..range.start).unwrap_or("");
                if let Some(next) = replaced(&shown, secret, stands_under(before, secret)) {
                    shown = Cow::Owned(next);
                }
            }
        }
        shown
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
        let exact = sighting.part.as_ref().and_then(|part| traced(node, part).or_else(|| spelled(node, part, source)));
        match exact {
            Some(span) => self.add_place(span),
            None if sighting.part.is_some() => {}
            None => self.add_value(node.span, source),
        }
        // The value may have been written elsewhere, as the default of a variable.
        if sighting.part.is_some() {
            self.add_origin(sighting, source);
        } else {
            for step in node.steps() {
                if source(step.span.file).is_some_and(|source| holds(source.slice(step.span), node)) {
                    self.add_value(step.span, source);
                }
            }
        }
    }

    /// Hides a part of a value where it was written, which is on the way that the value came.
    fn add_origin<'s>(&mut self, sighting: &Sighting<'_>, source: &dyn Fn(FileId) -> Option<&'s Source>) {
        for step in sighting.node.steps() {
            let written = source(step.span.file).map_or("", |source| source.slice(step.span));
            // A letter or two stand anywhere.
            let is_told = sighting.text.len() > 2 || written.trim().trim_matches(['"', '\'']) == &*sighting.text;
            let Some(at) = written.find(&*sighting.text).filter(|_| is_told && !sighting.text.is_empty()) else {
                continue;
            };
            let Ok(at) = u32::try_from(at) else { continue };
            let length = u32::try_from(sighting.text.len()).unwrap_or(0);
            let start = step.span.start.saturating_add(at);
            self.add_place(Span { file: step.span.file, start, end: start.saturating_add(length) });
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
                self.known = OnceLock::new();
                // Formats spell some characters in other ways.
                let json = serde_json::to_string(line).unwrap_or_default();
                let markup =
                    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
                let (upper, lower) = (line.to_ascii_uppercase(), line.to_ascii_lowercase());
                let packed = STANDARD.encode(line);
                self.texts.extend([line, json.trim_matches('"'), &markup, &packed].map(Arc::from));
                // What a function makes of it.
                self.texts.extend([upper, lower].into_iter().filter(|text| values::is_distinct(text)).map(Arc::from));
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
        self.short.extend(other.short);
        self.known = OnceLock::new();
        self.names.extend(other.names);
        for (file, places) in other.declared {
            self.declared.entry(file).or_default().extend(places);
        }
        if let (Ok(mut own), Ok(others)) = (self.hidden.lock(), other.hidden.into_inner()) {
            own.extend(others);
        }
    }

    /// The ranges of a file that must not be shown, in order and apart.
    pub fn hidden(&self, source: &Source) -> Arc<Vec<Range<usize>>> {
        let id = source.id();
        if source.text().len() > MAX_WHOLE {
            return self.kept(id, TOLD, &|| self.ranges(source, Vec::new(), 0));
        }
        self.kept(id, WHOLE, &|| self.ranges(source, lexical::hits(source.text()), 0))
    }

    /// Whether a file was searched as a whole, and nothing found.
    fn hides_nothing_in(&self, id: FileId) -> bool {
        let is_empty = || Some(self.hidden.lock().ok()?.get(&id)?.get(&WHOLE)?.is_empty());
        is_empty().unwrap_or(false)
    }

    /// What is hidden in a piece of a file; found once.
    fn kept(&self, id: FileId, piece: Piece, find: &dyn Fn() -> Vec<Range<usize>>) -> Arc<Vec<Range<usize>>> {
        let known = || self.hidden.lock().ok()?.get(&id)?.get(&piece).cloned();
        known().unwrap_or_else(|| {
            let ranges = Arc::new(find());
            if let Ok(mut hidden) = self.hidden.lock() {
                hidden.entry(id).or_default().insert(piece, Arc::clone(&ranges));
            }
            ranges
        })
    }

    /// The same of a part of a file.
    pub fn hidden_in(&self, source: &Source, part: &Range<usize>) -> Arc<Vec<Range<usize>>> {
        let text = source.text();
        if text.len() <= MAX_WHOLE {
            return self.hidden(source);
        }
        let first = part.start / PIECE * PIECE;
        let last = part.end.min(text.len()).div_ceil(PIECE) * PIECE;
        self.kept(source.id(), (first, last), &|| {
            let start = lexical::floor(text, first.saturating_sub(REACH));
            let end = lexical::floor(text, last.saturating_add(REACH));
            self.ranges(source, lexical::hits(text.get(start..end).unwrap_or("")), start)
        })
    }

    fn ranges(&self, source: &Source, found: Vec<Hit>, lead: usize) -> Vec<Range<usize>> {
        let told = self.places.get(&source.id()).into_iter().flatten().cloned();
        mask::joined(found.into_iter().map(|hit| hit.range.start + lead..hit.range.end + lead).chain(told).collect())
    }

    /// A text without what is secret in it, whether its looks tell or it is known from elsewhere.
    pub fn conceal<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut places: Vec<Range<usize>> = lexical::hits(text).into_iter().map(|hit| hit.range).collect();
        places.extend(self.occurrences(text));
        places.extend(self.short.iter().flat_map(|secret| standing_alone(text, secret)));
        mask::without(text, &mask::joined(places))
    }

    /// Where a rendering leaves without the secrets that are known.
    pub fn leaving<W: std::io::Write>(&self, out: W) -> Leaving<'_, W> {
        Leaving::new(self, out)
    }

    /// A text without the secrets that are known, whatever its looks.
    pub fn guard<'t>(&self, text: &'t str) -> Cow<'t, str> {
        mask::without(text, &mask::joined(self.occurrences(text)))
    }

    /// Hides at its own places only what files are called after, or a part of their paths: formats lead to files by these. So
    /// it is with words that resources are called by, since what cannot be read cannot be waived; what varies as secrets do may
    /// stand in the sentence that somebody calls a task by, and stays hidden.
    pub fn leave<'p>(&mut self, paths: impl Iterator<Item = &'p str>, names: impl Iterator<Item = &'p str>) {
        if self.texts.is_empty() {
            return;
        }
        let part = |path: &'p str| self.occurrences(path).into_iter().filter_map(move |range| path.get(range));
        let is_word = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_-".contains(&byte));
        let public = paths.flat_map(part).chain(names.flat_map(part).filter(is_word));
        let public: BTreeSet<Arc<str>> = public.map(Arc::from).collect();
        if !public.is_empty() {
            self.texts.retain(|text| !public.contains(text));
        }
    }

    /// Where known secrets stand in a text.
    pub(super) fn occurrences(&self, text: &str) -> Vec<Range<usize>> {
        if self.texts.is_empty() {
            return Vec::new();
        }
        match self.known.get_or_init(|| Known::of(&self.texts)) {
            Some(known) => known.places_in(text, &self.texts),
            None => self.searched(text),
        }
    }

    /// The length of the longest text that must not be shown, in bytes.
    pub(super) fn longest(&self) -> usize {
        self.texts.iter().map(|text| text.len()).max().unwrap_or(0)
    }

    /// The same, one after the other: where there are too many for one search.
    fn searched(&self, text: &str) -> Vec<Range<usize>> {
        let all = self.texts.iter().filter(|secret| secret.len() <= text.len());
        all.flat_map(|secret| text.match_indices(&**secret).map(|(at, found)| at..at + found.len())).collect()
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

    /// A file's text without its secrets, however long it is.
    pub fn redacted<'s>(&self, source: &'s Source) -> Cow<'s, str> {
        let text = source.text();
        if text.len() <= MAX_WHOLE {
            return mask::without(text, &self.hidden(source));
        }
        let pieces = (0..text.len()).step_by(PIECE);
        let hidden = pieces.flat_map(|start| self.hidden_in(source, &(start..start + 1)).to_vec());
        mask::without(text, &mask::joined(hidden.collect()))
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

/// A text in which a secret is masked where it stands on its own; none where it does not. What is a word like others is masked
/// only where it is all that stands in quotes, and a name that has the same word is left: `password: password`.
fn replaced(text: &str, secret: &str, is_name: bool) -> Option<String> {
    let of_name = |range: &Range<usize>| {
        let before = text.get(..range.start).is_some_and(|before| before.ends_with('`'));
        is_name && before && text.get(range.end..).is_some_and(|after| after.starts_with('`'))
    };
    let places: Vec<Range<usize>> = standing_alone(text, secret).into_iter().filter(|range| !of_name(range)).collect();
    (!places.is_empty()).then(|| mask::without(text, &places).into_owned())
}

/// Whether a secret stands under a name that has the same word.
fn stands_under(before: &str, secret: &str) -> bool {
    let mark = |character: char| character.is_whitespace() || "\"'`:=".contains(character);
    let name = before.trim_end_matches(mark).strip_suffix(secret);
    name.is_some_and(|rest| rest.chars().next_back().is_none_or(mark)) && before.ends_with(mark)
}

/// Where a secret stands on its own in a text.
fn standing_alone(text: &str, secret: &str) -> Vec<Range<usize>> {
    let secret = secret.trim();
    let word = secret.len() < 4 || secret.bytes().all(|byte| byte.is_ascii_lowercase());
    if secret.is_empty() || secret == MASK {
        return Vec::new();
    }
    let is_end = |character: Option<char>, quoted: bool| match character {
        Some('"' | '`' | '\'') => true,
        Some(other) => !quoted && !other.is_alphanumeric(),
        None => !quoted,
    };
    text.match_indices(secret)
        .map(|(at, found)| at..at + found.len())
        .filter(|range| {
            let before = text.get(..range.start).and_then(|before| before.chars().next_back());
            let after = text.get(range.end..).and_then(|after| after.chars().next());
            is_end(before, word) && is_end(after, word)
        })
        .collect()
}

/// Where a part of the expression of a node that is filled in stands in its file.
fn spelled<'s>(node: &Node, part: &Range<usize>, source: &dyn Fn(FileId) -> Option<&'s Source>) -> Option<Span> {
    let expression = &*node.as_unresolved()?.expression;
    let at = source(node.span.file)?.slice(node.span).find(expression)?;
    let offset = |at: usize| u32::try_from(at).ok();
    let start = node.span.start.checked_add(offset(at + part.start)?)?;
    Some(Span { file: node.span.file, start, end: start.checked_add(offset(part.len())?)? })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_where_its_value_is_the_same_word() {
        for (before, text, want) in [
            ("password: ", "`password` is written out", None),
            ("\"password\" = \"", "`password` is \"password\"", Some("`password` is \"***\"")),
            ("db_password: ", "`password` is written out", Some("`***` is written out")),
            ("db: ", "`db` is \"password\"", Some("`db` is \"***\"")),
        ] {
            let found = replaced(text, "password", stands_under(before, "password"));
            assert_eq!(found.as_deref(), want, "{before}{text}");
        }
    }
}
