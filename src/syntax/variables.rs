//! Variables in strings, as Dockerfiles and `.env` files write them: `$NAME`, `${NAME}`, `${NAME:-default}`.
//!
//! What a variable holds is asked of a [`Scope`]; one that nobody decides makes the whole string unresolved. Every
//! byte of the result keeps its way back: the text of a variable leads to the place that uses it, and the trail to the
//! place that sets it.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use super::spelled::{Spelled, node, part, span};
use crate::document::{Node, PartialBuilder, Step, Text, Unresolved, Value};
use crate::source::Span;

/// How a string is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Whether quotes group and are removed; nothing is replaced between single ones.
    pub quotes: bool,
    /// What takes the meaning from the next character.
    pub escape: Option<char>,
    /// Whether an escaped `n`, `r` or `t` is a control character.
    pub control: bool,
}

/// What is known of a variable.
pub(crate) enum Known {
    /// Its value, and what it is, for the trail.
    Value(Node, Arc<str>),
    /// Nothing sets it; the clause says so.
    Unset(String),
    /// It is set, but not by the repository; the clause says by what.
    Elsewhere(String),
    /// Nothing in the repository sets it, and hardly anything else does: a default holds. The clause says what might.
    Hardly(String),
}

/// Deepest nesting of defaults within defaults.
const MAX_NESTING: usize = 16;

/// Longest text between the braces of one variable.
const MAX_BRACES: usize = 4096;

/// Most steps that a trail grows to.
const MAX_STEPS: usize = 16;

/// How many bytes the variables of one file may still be replaced by: variables made of variables grow without end.
#[derive(Debug)]
pub(crate) struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Budget {
        Budget(Cell::new(4 << 20))
    }
}

impl Budget {
    /// Takes so many bytes; false where there are not so many left.
    pub(crate) fn spend(&self, bytes: usize) -> bool {
        let left = self.0.get().checked_sub(bytes);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// What variables are replaced by.
pub(crate) struct Scope<'a> {
    /// Answers what is known of a variable.
    pub lookup: &'a dyn Fn(&str) -> Known,
    /// Takes so many bytes of what variables may be replaced by; false where there are not so many left.
    pub spend: &'a dyn Fn(usize) -> bool,
}

/// The string in `range` of a text with its variables replaced; `within` is its place.
pub(crate) fn expand(text: &Text, range: Range<usize>, within: Span, rules: Rules, scope: &Scope<'_>) -> Node {
    let place = span(text, range.start, range.end, within);
    let mut expansion = Expansion { out: Spelled::default(), trail: Vec::new(), open: None, text, rules, scope };
    expansion.run(range.clone(), 0);
    let Expansion { out, trail, open, .. } = expansion;
    let mut result = match open {
        Some(open) => open.node(part(text, range.start, range.end).as_str(), out.as_str(), place),
        None => Node::new(node(out.finish(), place).value, place),
    };
    if !trail.is_empty() {
        result.trail = Some(Arc::new(trail));
    }
    result
}

struct Expansion<'a> {
    out: Spelled,
    trail: Vec<Step>,
    open: Option<Open>,
    text: &'a Text,
    rules: Rules,
    scope: &'a Scope<'a>,
}

/// What keeps a string from being decided.
struct Open {
    /// The clause that says what would decide it.
    because: String,
    /// Where in what is known the variables stand that are not decided.
    holes: PartialBuilder,
}

impl Open {
    /// The string as an open question; `known` is what it would be if its undecided variables were empty.
    fn node(self, expression: &str, known: &str, place: Span) -> Node {
        // A variable on its own may stand for nothing at all.
        let partial = self.holes.finish(known).filter(|partial| !partial.is_blank()).map(Box::new);
        let because = self.because.into();
        let open = Unresolved { expression: expression.into(), because, partial, ..Unresolved::default() };
        Node::new(Value::Unresolved(Arc::new(open)), place)
    }
}

impl Expansion<'_> {
    fn run(&mut self, range: Range<usize>, depth: usize) {
        let text = self.text.as_str();
        let mut quote = None;
        let mut at = range.start;
        while let Some(c) = text.get(at..range.end).and_then(|rest| rest.chars().next()) {
            let next = at + c.len_utf8();
            let single = quote == Some('\'');
            if self.rules.quotes && (quote == Some(c) || (quote.is_none() && matches!(c, '"' | '\''))) {
                quote = if quote.is_some() { None } else { Some(c) };
                at = next;
            } else if !single && Some(c) == self.rules.escape {
                at = self.escaped(at, next, range.end, quote.is_some());
            } else if let Some(reference) = (c == '$' && !single).then(|| reference(text, at, range.end)).flatten() {
                at = reference.range.end;
                self.replace(&reference, depth);
            } else {
                self.out.part(self.text, at, next);
                at = next;
            }
        }
    }

    /// Adds what the escape at `at` stands for; returns the offset after it.
    fn escaped(&mut self, at: usize, next: usize, end: usize, quoted: bool) -> usize {
        let Some(c) = self.text.as_str().get(next..end).and_then(|rest| rest.chars().next()) else {
            self.out.part(self.text, at, next);
            return next;
        };
        let after = next + c.len_utf8();
        let control = match c {
            'n' => Some("\n"),
            'r' => Some("\r"),
            't' => Some("\t"),
            _ => None,
        };
        if let (true, Some(meant)) = (self.rules.control, control) {
            self.spell(meant, at, after);
        } else if quoted && !matches!(c, '"' | '$') && Some(c) != self.rules.escape {
            self.out.part(self.text, at, after);
        } else {
            self.out.part(self.text, next, after);
        }
        after
    }

    fn spell(&mut self, meant: &str, from: usize, to: usize) {
        match self.text.trace(from, to) {
            Some((from, to)) => self.out.escape(meant, from as usize, to as usize),
            None => self.out.part(&Text::opaque(meant), 0, meant.len()),
        }
    }

    fn replace(&mut self, reference: &Reference<'_>, depth: usize) {
        if depth >= MAX_NESTING {
            return self.undecided("variables are nested too deeply".into());
        }
        let known = (self.scope.lookup)(reference.name);
        let Some((modifier, argument)) = &reference.modifier else { return self.put(known, reference) };
        let unset = match &known {
            Known::Value(node, _) => match &node.value {
                Value::Unresolved(_) => return self.put(known, reference),
                _ => modifier.empty_is_unset && node.as_str() == Some(""),
            },
            Known::Unset(_) | Known::Hardly(_) => true,
            Known::Elsewhere(_) => return self.put(known, reference),
        };
        match (modifier.sign, unset) {
            ('-', true) | ('+', false) => self.run(argument.clone(), depth + 1),
            ('+', true) => {}
            ('-' | '?', false) => self.put(known, reference),
            _ => self.undecided(format!("what becomes of variable `{}` is not decided here", reference.name)),
        }
    }

    fn put(&mut self, known: Known, reference: &Reference<'_>) {
        match known {
            Known::Value(node, what) => {
                self.trail.push(Step { span: node.span, what });
                self.trail.extend(node.steps().iter().cloned());
                self.trail.truncate(MAX_STEPS);
                match &node.value {
                    Value::Str(value) if !(self.scope.spend)(value.as_str().len()) => {
                        self.undecided("variables are made of variables beyond the limit of 4 MiB".into());
                    }
                    Value::Str(value) => self.spell(value.as_str(), reference.range.start, reference.range.end),
                    Value::Unresolved(unresolved) => self.put_open(unresolved, reference),
                    _ => self.undecided(format!("variable `{}` is not a string", reference.name)),
                }
            }
            Known::Unset(because) | Known::Elsewhere(because) | Known::Hardly(because) => self.undecided(because),
        }
    }

    /// Puts what is known of a variable that is itself undecided.
    fn put_open(&mut self, unresolved: &Unresolved, reference: &Reference<'_>) {
        let because = unresolved.because.to_string();
        let range = &reference.range;
        match &unresolved.partial {
            Some(partial) if (self.scope.spend)(partial.pieces().map(str::len).sum()) => {
                for (at, piece) in partial.pieces().enumerate() {
                    if at > 0 {
                        self.undecided(because.clone());
                    }
                    self.spell(piece, range.start, range.end);
                }
            }
            _ => self.undecided(because),
        }
    }

    fn undecided(&mut self, because: String) {
        let known = self.out.as_str().len();
        let open = self.open.get_or_insert(Open { because, holes: PartialBuilder::default() });
        open.holes.hole(known);
    }
}

/// A variable in a string.
#[derive(Debug)]
pub(crate) struct Reference<'a> {
    /// Its name.
    pub name: &'a str,
    /// From the dollar sign to the last byte.
    pub range: Range<usize>,
    /// What follows the name in braces, and where its argument stands.
    modifier: Option<(Modifier, Range<usize>)>,
}

#[derive(Clone, Copy, Debug)]
struct Modifier {
    sign: char,
    empty_is_unset: bool,
}

/// The variable whose dollar sign stands at `at`, when it ends before `end`.
pub(crate) fn reference(text: &str, at: usize, end: usize) -> Option<Reference<'_>> {
    let rest = text.get(at + 1..end)?;
    let Some(inner) = rest.strip_prefix('{') else {
        let length = name_length(rest);
        let name = rest.get(..length).filter(|name| !name.is_empty())?;
        return Some(Reference { name, range: at..at + 1 + length, modifier: None });
    };
    let length = name_length(inner);
    let name = inner.get(..length).filter(|name| !name.is_empty())?;
    let close = closing_brace(inner)?;
    let range = at..at + 2 + close + 1;
    if close == length {
        return Some(Reference { name, range, modifier: None });
    }
    let after = inner.get(length..close)?;
    let (empty_is_unset, signs) = after.strip_prefix(':').map_or((false, after), |signs| (true, signs));
    let sign = signs.chars().next()?;
    let argument = at + 2 + close - (signs.len() - sign.len_utf8())..at + 2 + close;
    Some(Reference { name, range, modifier: Some((Modifier { sign, empty_is_unset }, argument)) })
}

fn name_length(text: &str) -> usize {
    let length = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    if text.starts_with(|c: char| c.is_ascii_digit()) { 0 } else { length }
}

fn closing_brace(inner: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in inner.bytes().enumerate().take(MAX_BRACES) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::PartialText;
    use crate::source::FileId;

    const SHELL: Rules = Rules { quotes: true, escape: Some('\\'), control: false };

    fn known(name: &str) -> Known {
        match name {
            "A" => {
                Known::Value(Node::verbatim("alpha", Span::new(FileId(0), 100, 105), 0), "default of ARG `A`".into())
            }
            "EMPTY" => Known::Value(Node::text("", Span::new(FileId(0), 90, 90)), "value".into()),
            "ARCH" => Known::Elsewhere("set by the builder".into()),
            "OPEN" => {
                let partial = PartialText::around("https://", "/end");
                let open = Unresolved { partial: Some(Box::new(partial)), ..Unresolved::default() };
                let open = Value::Unresolved(Arc::new(open));
                Known::Value(Node::new(open, Span::new(FileId(0), 80, 85)), "value".into())
            }
            _ => Known::Unset(format!("`{name}` is not set")),
        }
    }

    fn expanded(text: &str) -> Node {
        let whole = Span::new(FileId(0), 0, text.len());
        expand(&Text::verbatim(text, 0), 0..text.len(), whole, SHELL, &Scope { lookup: &known, spend: &|_| true })
    }

    #[test]
    fn variables_are_replaced_by_what_is_known() {
        for (text, want) in [
            ("x-$A/${A}b", Some("x-alpha/alphab")),
            ("'$A' \"$A\"", Some("$A alpha")),
            (r#"\$A \"q\" "a\b\"c""#, Some(r#"$A "q" a\b"c"#)),
            ("${B:-x$A}", Some("xalpha")),
            ("${EMPTY:-d} ${EMPTY-d}|", Some("d |")),
            ("${A:+set}${B:+set}", Some("set")),
            ("$B", None),
            ("${ARCH:-amd64}", None),
            ("${A#al}", None),
            ("a$ $1 ${", Some("a$ $1 ${")),
        ] {
            assert_eq!(expanded(text).as_str(), want, "{text}");
        }
    }

    #[test]
    fn what_stands_around_an_undecided_variable_is_known() {
        for (text, want) in [
            ("https://$A/$NO/x", Some("https://alpha/…/x")),
            ("$NO$ARCH", None),
            ("a$NO.$ARCH", Some("a….…")),
            ("${ARCH}z", Some("…z")),
            ("x${OPEN}y", Some("xhttps://…/endy")),
            ("$NO", None),
        ] {
            let node = expanded(text);
            let partial = node.as_unresolved().unwrap().partial.as_deref();
            assert_eq!(partial.map(|partial| partial.filled("…")).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn a_value_leads_back_to_its_use_and_to_its_origin() {
        let node = expanded("img:${A}-x");
        assert_eq!(node.steps(), [Step { span: Span::new(FileId(0), 100, 105), what: "default of ARG `A`".into() }]);
        let Value::Str(text) = &node.value else { panic!() };
        assert_eq!(text.trace(4, 9), Some((4, 8)));
        assert_eq!(text.trace(9, 11), Some((8, 10)));
        let open = expanded("img:$NO");
        assert_eq!(&*open.as_unresolved().unwrap().because, "`NO` is not set");
    }
}
