//! Trees of TOML that were parsed when the program was made, as the build script packs them: those of built-in rules, which a run
//! would parse again and again.
//!
//! A value is a tag, its place (where it begins and how long it is) and what the tag asks for: `t`able (the number of entries; of each
//! the place of its key, 0 or 1 and the name where it does not stand there as it is, and the value), `l`ist (the number of items, and
//! they), `s`tring that stands there between single quotes of either kind, `e` for other strings (the text), `i`nteger and `f`loat
//! (as texts), `y`es, `n`o, `d`ate. Texts come after their length; numbers are of seven bits a byte, the lowest first.

use super::text;
use crate::document::{Entry, MAX_DEPTH, Node, Text, Value};
use crate::source::{Source, Span};

/// The tree of a file that begins at the first of some bytes; none where they are not what the build script writes.
pub fn tree(source: &Source, packed: &[u8]) -> Option<Node> {
    let mut reader = Reader { source, left: packed };
    let root = reader.node(0)?;
    Some(Node { span: source.whole(), ..root })
}

struct Reader<'a> {
    source: &'a Source,
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    fn node(&mut self, depth: usize) -> Option<Node> {
        let tag = self.byte()?;
        let span = self.place()?;
        if depth > MAX_DEPTH {
            return None;
        }
        let start = span.start;
        let value = match tag {
            b't' => return self.table(span, depth),
            b'l' => {
                let count = self.number()?;
                let items: Vec<Node> = (0..count).map(|_| self.node(depth + 1)).collect::<Option<_>>()?;
                let span = items.iter().fold(span, |whole, item| whole.to(item.span));
                return Some(Node::list(items, span));
            }
            b's' => {
                let written = self.source.slice(span);
                Value::Str(Text::verbatim(written.get(1..written.len().checked_sub(1)?)?, start + 1))
            }
            b'e' => Value::Str(text::of(self.text()?, self.source.slice(span), span.range().start)),
            b'i' => Value::Int(self.text()?.parse().ok()?),
            b'f' => Value::Float(self.text()?.parse().ok()?),
            b'y' => Value::Bool(true),
            b'n' => Value::Bool(false),
            b'd' => return Some(Node::verbatim(self.source.slice(span), span, 0)),
            _ => return None,
        };
        Some(Node::new(value, span))
    }

    fn table(&mut self, own: Span, depth: usize) -> Option<Node> {
        let mut span = own;
        let count = self.number()?;
        let mut entries = Vec::with_capacity(count.min(self.left.len()));
        for _ in 0..count {
            let at = self.place()?;
            let name = if self.byte()? == 0 { self.source.slice(at) } else { self.text()? };
            let value = self.node(depth + 1)?;
            span = if span.is_empty() { at } else { span.to(at) }.to(value.span);
            entries.push(Entry::new(name, at, value));
        }
        Some(Node::map(entries, span))
    }

    fn place(&mut self) -> Option<Span> {
        let start = self.number()?;
        let length = self.number()?;
        Some(self.source.span(start, start.checked_add(length)?))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        let (text, left) = self.left.split_at_checked(length)?;
        self.left = left;
        std::str::from_utf8(text).ok()
    }

    fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0_usize, 0);
        loop {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, left) = self.left.split_first()?;
        self.left = left;
        Some(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::set::{BUILTIN_FILE, EMBEDDED, PACKED};
    use crate::syntax::toml::TOML;

    #[test]
    fn the_tree_of_every_built_in_rule_is_that_of_its_file() {
        for builtin in EMBEDDED {
            let source = Source::from_text(BUILTIN_FILE, builtin.path, builtin.text);
            let parsed = (TOML.parse)(&source).roots.pop();
            let packed = tree(&source, PACKED.get(builtin.tree..).unwrap());
            assert_eq!(format!("{packed:?}"), format!("{parsed:?}"), "{}", builtin.id);
        }
    }

    #[test]
    fn bytes_that_nobody_wrote_are_no_tree() {
        let source = Source::from_text(BUILTIN_FILE, "a.toml", "a = 1");
        for bytes in [
            &b""[..],
            b"t",
            b"t\0\0",
            b"t\0\0\x01",
            b"x\0\0",
            b"s\0\0",
            b"i\0\x01\x01x",
            b"t\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        ] {
            assert!(tree(&source, bytes).is_none(), "{bytes:?}");
        }
        let deep = [b"l\0\0\x01".repeat(MAX_DEPTH + 2), b"y\0\0".to_vec()].concat();
        assert!(tree(&source, &deep).is_none());
    }
}
