//! Templates in strings: where `{{ … }}`, `{% … %}` and `{# … #}` stand, and what becomes of a string that has them.

use std::ops::Range;
use std::sync::Arc;

use super::value;
use super::variables::Scope;
use crate::document::{Entry, Map, Node, PartialBuilder, PartialText, Step, Text, Trail, Unresolved, Value};
use crate::kernel::lift::Evaluated;
use crate::syntax::spelled::{Spelled, node as spelled_node};

/// Most steps that a trail grows to.
const MAX_STEPS: usize = 16;

/// Longest text that expressions are filled into.
const MAX_FILLED: usize = 1 << 20;

/// What stands in a string besides text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// `{{ … }}`
    Expression,
    /// `{% … %}`
    Statement,
    /// `{# … #}`
    Comment,
}

/// One of them: all of it, and what is between its braces.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub kind: PieceKind,
    pub whole: Range<usize>,
    pub inner: Range<usize>,
}

/// Whether a string is a template.
pub(super) fn is_template(text: &str) -> bool {
    !pieces(text).is_empty()
}

/// Whether a string of the tree is a template, or a value that only the vault knows.
pub(super) fn is_literal(node: &Node) -> bool {
    match &node.value {
        Value::Str(text) => !is_template(text.as_str()),
        Value::List(items) => items.iter().all(is_literal),
        Value::Map(map) => {
            map.rest.is_none() && map.entries.iter().all(|entry| !is_tag(&entry.key.name) && is_literal(&entry.value))
        }
        Value::Unresolved(_) => false,
        _ => true,
    }
}

fn is_tag(key: &str) -> bool {
    key.starts_with('!')
}

pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| memchr::memchr(b'{', rest.as_bytes())) {
        let start = at + open;
        let kind = match text.as_bytes().get(start + 1) {
            Some(b'{') => PieceKind::Expression,
            Some(b'%') => PieceKind::Statement,
            Some(b'#') => PieceKind::Comment,
            _ => {
                at = start + 1;
                continue;
            }
        };
        // One that is not closed is an error of the template: what comes of it is not known either.
        let end = closing(text, start + 2, kind).unwrap_or(text.len());
        let whole = start..(end + 2).min(text.len());
        at = whole.end;
        found.push(Piece { kind, whole, inner: start + 2..end });
    }
    found
}

/// Where the braces that close a piece stand. Braces in strings and in brackets do not close it.
fn closing(text: &str, start: usize, kind: PieceKind) -> Option<usize> {
    let bytes = text.as_bytes();
    let close: &[u8] = match kind {
        PieceKind::Expression => b"}}",
        PieceKind::Statement => b"%}",
        PieceKind::Comment => b"#}",
    };
    let (mut quote, mut depth, mut at) = (None, 0_usize, start);
    while let Some(&byte) = bytes.get(at) {
        let here = quote.is_none() && depth == 0 && bytes.get(at..).is_some_and(|rest| rest.starts_with(close));
        match byte {
            _ if here => return Some(at),
            _ if kind == PieceKind::Comment => {}
            b'\\' if quote.is_some() => at += 1,
            b'\'' | b'"' if quote == Some(byte) => quote = None,
            b'\'' | b'"' if quote.is_none() => quote = Some(byte),
            b'{' | b'[' | b'(' if quote.is_none() => depth += 1,
            b'}' | b']' | b')' if quote.is_none() => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// A text for the shell: within the braces nothing is an operator, a blank or a quote, so that each template is one word.
pub(super) fn masked(text: &Text) -> Text {
    let found = pieces(text.as_str());
    if found.is_empty() {
        return text.clone();
    }
    let mut ahead = found.iter().peekable();
    let mut inside = |at: usize| {
        while ahead.next_if(|piece| piece.whole.end <= at).is_some() {}
        ahead.peek().is_some_and(|piece| piece.whole.contains(&at))
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '{' | '}' | '%' | ':' | '/' | '-');
    let mut out = String::with_capacity(text.as_str().len());
    for (at, c) in text.as_str().char_indices() {
        // As many bytes as before, so that places stay right.
        if inside(at) && c.is_ascii() && !plain(c) { out.push('_') } else { out.push(c) }
    }
    match text.runs() {
        Some(runs) => Text::with_runs(out, runs.to_vec()),
        None => Text::opaque(out),
    }
}

/// A tree with its templates filled in where that is certain, and open where it is not. What is `omit` is not there.
pub(super) fn resolved(node: &Node, scope: &Scope<'_>) -> Node {
    filled(node, scope).unwrap_or_else(|| Node { value: Value::Null, ..node.clone() })
}

fn filled(node: &Node, scope: &Scope<'_>) -> Evaluated {
    let value = match &node.value {
        Value::Str(text) => return string(node, text, scope),
        Value::List(items) => Value::List(Arc::new(items.iter().filter_map(|item| filled(item, scope)).collect())),
        Value::Map(map) => {
            if let [only] = map.entries.as_slice()
                && is_tag(&only.key.name)
            {
                return Some(tagged(node, only));
            }
            let entry = |entry: &Entry| Some(Entry { value: filled(&entry.value, scope)?, ..entry.clone() });
            Value::Map(Arc::new(Map {
                entries: map.entries.iter().filter_map(entry).collect(),
                rest: map.rest.clone(),
            }))
        }
        _ => return Some(node.clone()),
    };
    Some(Node { value, span: node.span, trail: node.trail.clone() })
}

/// `!vault`, `!unsafe` and what other tags there may be.
fn tagged(node: &Node, entry: &Entry) -> Node {
    let because = match &*entry.key.name {
        "!unsafe" => return Node { span: node.span, ..entry.value.clone() },
        "!vault" | "!vault-encrypted" => "it is encrypted with the vault's password",
        _ => "its tag is read only by Ansible",
    };
    let open = Unresolved { expression: (&*entry.key.name).into(), because: because.into(), ..Unresolved::default() };
    Node { value: Value::Unresolved(Arc::new(open)), ..node.clone() }
}

fn string(node: &Node, text: &Text, scope: &Scope<'_>) -> Evaluated {
    let found = pieces(text.as_str());
    let written = text.as_str();
    if let [only] = found.as_slice()
        && only.kind == PieceKind::Expression
        && written.trim().len() == only.whole.len()
    {
        return whole(node, written, written.get(only.inner.clone()).unwrap_or(""), scope);
    }
    Some(if found.is_empty() { node.clone() } else { Filling::new(text, node, scope).fill(&found) })
}

/// A string that is one expression has the value of it, whatever its type.
fn whole(node: &Node, written: &str, expression: &str, scope: &Scope<'_>) -> Evaluated {
    let mut value = value::of(expression, node.span, scope)?;
    if let Value::Unresolved(open) = &mut value.value {
        Arc::make_mut(open).expression = written.trim().into();
    }
    Some(value)
}

fn open_node(node: &Node, written: &str, because: &str, partial: Option<Box<PartialText>>, trail: Trail) -> Node {
    let open =
        Unresolved { expression: written.trim().into(), because: because.into(), partial, ..Unresolved::default() };
    Node { value: Value::Unresolved(Arc::new(open)), span: node.span, trail }
}

/// A string while its expressions are filled in.
pub(super) struct Filling<'a> {
    text: &'a Text,
    node: &'a Node,
    scope: &'a Scope<'a>,
    out: Spelled,
    /// The same, part by part; none once a part is no value.
    parts: Option<Vec<Evaluated>>,
    steps: Vec<Step>,
    /// What keeps it from being decided.
    open: Option<String>,
    /// Where in what is known the open places stand.
    holes: PartialBuilder,
    /// Where the first statement stood: what follows, up to the last one, may be there or not.
    first_statement: Option<usize>,
}

impl<'a> Filling<'a> {
    pub(super) fn new(text: &'a Text, node: &'a Node, scope: &'a Scope<'a>) -> Filling<'a> {
        Filling {
            text,
            node,
            scope,
            out: Spelled::default(),
            parts: Some(Vec::new()),
            steps: Vec::new(),
            open: None,
            holes: PartialBuilder::default(),
            first_statement: None,
        }
    }

    fn fill(mut self, found: &[Piece]) -> Node {
        let mut at = 0;
        for piece in found {
            self.literal(at, piece.whole.start);
            at = piece.whole.end;
            match piece.kind {
                PieceKind::Comment => {}
                PieceKind::Expression => self.expression(piece, self.scope),
                PieceKind::Statement => {
                    self.undecided("what its statements come to is known only when the play runs".to_owned());
                    self.parts = None;
                    let here = self.out.as_str().len();
                    self.holes.cover(*self.first_statement.get_or_insert(here)..here);
                    // A line break right after a statement is dropped.
                    at += usize::from(self.text.as_str().as_bytes().get(at) == Some(&b'\n'));
                }
            }
        }
        self.literal(at, self.text.as_str().len());
        self.finish()
    }

    pub(super) fn literal(&mut self, start: usize, end: usize) {
        self.out.part(self.text, start, end);
        let part = || Some(Node::text(self.text.as_str().get(start..end)?, self.node.span));
        self.parts.iter_mut().for_each(|parts| parts.push(part()));
    }

    pub(super) fn expression(&mut self, piece: &Piece, scope: &Scope<'_>) {
        let inner = self.text.as_str().get(piece.inner.clone()).unwrap_or("");
        let Some(value) = value::of(inner, self.node.span, scope) else {
            self.parts = None;
            return self.undecided("what is left out is filled into a text".to_owned());
        };
        self.steps.extend(value.steps().iter().cloned());
        self.steps.truncate(MAX_STEPS);
        match (&value.value, value::printed(&value)) {
            (Value::Unresolved(open), _) => self.undecided(open.because.to_string()),
            (_, Some(text)) => self.spell(&text, piece),
            _ => self.undecided("a list or a map is filled into a text".to_owned()),
        }
        self.parts.iter_mut().for_each(|parts| parts.push(Some(value.clone())));
    }

    fn spell(&mut self, filled: &str, piece: &Piece) {
        if self.out.as_str().len() + filled.len() > MAX_FILLED {
            return self.undecided("what is filled in is longer than 1 MiB".to_owned());
        }
        if !self.scope.budget.keep(filled.len()) {
            return self.undecided("variables make more text than a file may have of the run".to_owned());
        }
        match self.text.trace(piece.whole.start, piece.whole.end) {
            Some((from, to)) => self.out.escape(filled, from as usize, to as usize),
            None => self.out.part(&Text::opaque(filled), 0, filled.len()),
        }
    }

    pub(super) fn undecided(&mut self, because: String) {
        self.holes.hole(self.out.as_str().len());
        self.open.get_or_insert(because);
    }

    pub(super) fn finish(self) -> Node {
        let mut steps = self.steps;
        steps.extend(self.node.steps().iter().cloned());
        let trail = (!steps.is_empty()).then(|| Arc::new(steps));
        let Some(because) = self.open else {
            let filled = spelled_node(self.out.finish(), self.node.span);
            return Node { value: filled.value, span: self.node.span, trail };
        };
        let written = self.text.as_str();
        // A variable on its own may stand for no text at all.
        let partial = self.holes.finish(self.out.as_str()).filter(|partial| !partial.is_blank());
        let mut node = open_node(self.node, written, &because, partial.map(Box::new), trail);
        let whole = self.parts.and_then(|parts| value::joined(&parts, self.node.span, written, self.scope));
        if let (Value::Unresolved(open), Some(Value::Unresolved(whole))) =
            (&mut node.value, whole.map(|node| node.value))
        {
            let open = Arc::make_mut(open);
            open.alternatives.clone_from(&whole.alternatives);
            open.guards.clone_from(&whole.guards);
        }
        node
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_end_at_their_own_braces() {
        for (text, want) in [
            ("a {{ b }} c {% if x %}d{% endif %}", vec!["{{ b }}", "{% if x %}", "{% endif %}"]),
            ("{{ {'a': {'b': 1}} }} }}", vec!["{{ {'a': {'b': 1}} }}"]),
            ("{{ '}}' }}x", vec!["{{ '}}' }}"]),
            ("{{ 'it\\'s }}' }}", vec!["{{ 'it\\'s }}' }}"]),
            ("{{ open", vec!["{{ open"]),
            ("{ a } ${b} {", vec![]),
            ("{# no '}} #}x", vec!["{# no '}} #}"]),
        ] {
            let got: Vec<_> = pieces(text).into_iter().map(|piece| text.get(piece.whole).unwrap()).collect();
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn a_template_is_one_word_for_the_shell() {
        let text = masked(&Text::verbatim("curl {{ url | default('a b') }} | sh", 7));
        assert_eq!(text.as_str(), "curl {{_url___default__a_b___}} | sh");
        assert_eq!(text.trace(5, 10), Some((12, 17)));
    }
}
