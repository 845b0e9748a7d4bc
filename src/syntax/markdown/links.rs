//! The links in a line of Markdown, or in the lines of a paragraph: inline links and images, reference definitions, and addresses in angle brackets.
//!
//! Linear in the length of the line: brackets are matched with a stack, code spans by the places of their backticks,
//! and the target of a link has a length limit.

use std::collections::HashMap;
use std::ops::Range;

use crate::document::{Node, Value};
use crate::syntax::spelled::Spelled;

/// Longest target of a link, with its title.
const MAX_TARGET: usize = 4096;

/// A link: where its text and its target stand in the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// The text between the square brackets; the target itself where there is none.
    pub text: Range<usize>,
    /// The target, without title and angle brackets.
    pub target: Range<usize>,
}

/// Whether a line says where a name leads.
pub(super) fn is_definition(line: &str) -> bool {
    definition(line).is_some()
}

/// The links of a line, or of lines that belong together.
pub(super) fn links(line: &str) -> Vec<Link> {
    if let Some(link) = definition(line).filter(|_| !line.contains('\n')) {
        return vec![link];
    }
    if memchr::memchr2(b'[', b'<', line.as_bytes()).is_none() {
        return Vec::new();
    }
    let ticks = Backticks::of(line);
    let mut found = Vec::new();
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(byte) = line.as_bytes().get(at) {
        let next = match byte {
            b'\\' => at + 2,
            b'`' => ticks.after(at),
            b'[' => {
                open.push(at + 1);
                at + 1
            }
            b']' => match (open.pop(), target(line, at + 1)) {
                (Some(start), Some((target, end))) => {
                    found.push(Link { text: start..at, target });
                    end
                }
                _ => at + 1,
            },
            b'<' => match address(line, at + 1).or_else(|| attribute(line, at + 1)) {
                Some(target) => {
                    let end = target.end + 1;
                    found.push(Link { text: target.clone(), target });
                    end
                }
                None => at + 1,
            },
            _ => at + 1,
        };
        at = next;
    }
    found
}

/// A target as it is followed: a backslash before a sign of ASCII takes its meaning, and is no part of it (`CommonMark` 0.31.2, 2.4);
/// `&amp;` is the sign that addresses have.
pub(super) fn unescaped(target: Node) -> Node {
    let Value::Str(written) = &target.value else { return target };
    let text = written.as_str();
    if !text.contains('\\') && !text.contains("&amp;") {
        return target;
    }
    let mut spelled = Spelled::default();
    let place = |start: usize, end: usize| {
        written.trace(start, end).map_or((0, 0), |(start, end)| (start as usize, end as usize))
    };
    let mut at = 0;
    while let Some(sign) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or("");
        let escaped = rest.strip_prefix('\\').and_then(|rest| rest.chars().next()).filter(char::is_ascii_punctuation);
        let (read, length) = match escaped {
            Some(sign) => (Some(sign), 1 + sign.len_utf8()),
            None if rest.starts_with("&amp;") => (Some('&'), "&amp;".len()),
            None => (None, sign.len_utf8()),
        };
        match read {
            Some(read) => {
                let (from, to) = place(at, at + length);
                spelled.escape(read.encode_utf8(&mut [0; 4]), from, to);
            }
            None => spelled.part(written, at, at + length),
        }
        at += length;
    }
    Node { value: Value::Str(spelled.finish()), ..target }
}

/// `[name]: target`, which no code span or other link can be part of.
fn definition(line: &str) -> Option<Link> {
    let indent = line.len() - line.trim_start().len();
    let rest = line.get(indent..)?.strip_prefix('[')?;
    let close = rest.find(']').filter(|close| indent < 4 && *close > 0)?;
    let name = rest.get(..close)?;
    let after = rest.get(close + 1..)?.strip_prefix(':')?;
    if name.starts_with('^') || name.contains('[') {
        return None;
    }
    let start = line.len() - after.trim_start().len();
    let target = bare_target(line, start, char::is_whitespace)?;
    (!target.is_empty()).then_some(Link { text: indent + 1..indent + 1 + close, target })
}

/// The target in parentheses that begins at `at`, and the offset after the closing one.
fn target(line: &str, at: usize) -> Option<(Range<usize>, usize)> {
    let rest = line.get(at..)?.strip_prefix('(')?;
    let start = at + 1 + (rest.len() - rest.trim_start().len());
    let mut depth = 0_usize;
    let mut quote = None;
    let mut titled = false;
    let mut end = None;
    let mut escaped = false;
    for (offset, byte) in line.as_bytes().get(start..)?.iter().enumerate().take(MAX_TARGET) {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, byte) {
            (_, b'\\') => escaped = true,
            (Some(open), close) if open == *close => quote = None,
            (None, b'"' | b'\'') if titled => quote = Some(*byte),
            (None, b' ' | b'\t' | b'\r' | b'\n') => titled = true,
            (None, b'(') => depth += 1,
            (None, b')') if depth == 0 => {
                end = Some(start + offset);
                break;
            }
            (None, b')') => depth -= 1,
            _ => {}
        }
    }
    let end = end?;
    let target = bare_target(line.get(..end)?, start, char::is_whitespace)?;
    // Only a title may follow: `({{ url }})` is no link.
    let after = line.get(target.end..end)?.trim_start_matches('>').trim_start();
    (after.is_empty() || after.starts_with(['"', '\'', '('])).then_some((target, end + 1))
}

/// A target up to a stop, or in angle brackets.
fn bare_target(line: &str, start: usize, stop: fn(char) -> bool) -> Option<Range<usize>> {
    let rest = line.get(start..)?;
    if let Some(inner) = rest.strip_prefix('<') {
        let length = inner.find('>')?;
        return Some(start + 1..start + 1 + length);
    }
    Some(start..start + rest.find(stop).unwrap_or(rest.len()))
}

/// `https://…` or a mail address up to a closing angle bracket.
fn address(line: &str, start: usize) -> Option<Range<usize>> {
    let bytes = line.as_bytes().get(start..)?;
    let length = bytes.iter().take(MAX_TARGET).position(|b| matches!(b, b'>' | b'<' | b' ' | b'\t' | b'\r' | b'\n'))?;
    let inner = line.get(start..start + length).filter(|_| bytes.get(length) == Some(&b'>'))?;
    let scheme = inner.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) && !rest.is_empty()
    });
    (scheme || (inner.contains('@') && !inner.contains('/'))).then_some(start..start + length)
}

/// Elements of HTML that lead somewhere, and the attribute that says where.
const LEADING: &[(&str, &str)] = &[("a ", "href="), ("img ", "src=")];

/// Longest tag that is looked at, in bytes.
const MAX_TAG: usize = 1024;

/// Where an element of HTML leads whose tag begins at `start`, in quotes.
fn attribute(line: &str, start: usize) -> Option<Range<usize>> {
    let rest = line.get(start..)?;
    let (_, key) =
        LEADING.iter().find(|(tag, _)| rest.get(..tag.len()).is_some_and(|own| own.eq_ignore_ascii_case(tag)))?;
    let end = rest.bytes().take(MAX_TAG).position(|byte| byte == b'>')?;
    let tag = rest.get(..end)?;
    let at =
        tag.to_ascii_lowercase().match_indices(key).map(|(at, _)| at).find(|at| {
            tag.get(..*at).is_some_and(|before| before.ends_with(|last: char| last.is_ascii_whitespace()))
        })?;
    let quote = tag.get(at + key.len()..)?.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let from = at + key.len() + 1;
    let length = tag.get(from..)?.find(quote)?;
    Some(start + from..start + from + length)
}

/// The runs of backticks of a line, for code spans.
struct Backticks {
    runs: Vec<(usize, usize)>,
    /// The last run of each length.
    last: HashMap<usize, usize>,
}

impl Backticks {
    fn of(line: &str) -> Backticks {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for at in memchr::memchr_iter(b'`', line.as_bytes()) {
            match runs.last_mut() {
                Some((start, length)) if *start + *length == at => *length += 1,
                _ => runs.push((at, 1)),
            }
        }
        let last = runs.iter().map(|(start, length)| (*length, *start)).collect();
        Backticks { runs, last }
    }

    /// The offset after the code span that opens at `at`, or after the backticks when nothing closes them.
    fn after(&self, at: usize) -> usize {
        let index = self.runs.partition_point(|(start, length)| start + length <= at);
        let Some((start, length)) = self.runs.get(index) else { return at + 1 };
        // Some of the run may have been escaped.
        let length = start + length - at;
        if self.last.get(&length).is_none_or(|last| *last <= at) {
            return at + length;
        }
        let closing = self.runs.iter().skip(index + 1).find(|(_, other)| *other == length);
        closing.map_or(at + length, |(start, length)| start + length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_are_escaped_are_no_part_of_a_target() {
        for (written, want) in [
            (r"a\(1\).md", "a(1).md"),
            ("a?b=1&amp;c=2", "a?b=1&c=2"),
            (r"a\b.md", r"a\b.md"),
            (r"é\_.md", "é_.md"),
            ("a.md", "a.md"),
            (r"a\", r"a\"),
        ] {
            let span = crate::source::Span::new(crate::source::FileId(0), 0, written.len());
            let node = unescaped(Node::verbatim(written, span, 0));
            assert_eq!(node.as_str(), Some(want));
        }
    }

    #[test]
    fn links_are_found_and_code_is_left_alone() {
        for (line, want) in [
            ("see [the plan](plan.md) and [x](<a b.md> \"T\")", vec![("the plan", "plan.md"), ("x", "a b.md")]),
            ("[![img](a.png)](b.md 't)')", vec![("img", "a.png"), ("![img](a.png)", "b.md")]),
            ("`[a](b)` ``[`c`](d)`` [e](f(g))", vec![("e", "f(g)")]),
            (r"\[a](b) [c\]](d)", vec![(r"c\]", "d")]),
            ("[id]: docs/a.md 'title'", vec![("id", "docs/a.md")]),
            ("[^1]: a footnote", vec![]),
            ("<https://a.b/c> <b> <me@a.b>", vec![("https://a.b/c", "https://a.b/c"), ("me@a.b", "me@a.b")]),
            ("[a] [b][c] [d](", vec![]),
            (r#"<a class="x" href="b.md">c</a> <IMG src='d.png'/>"#, vec![("b.md", "b.md"), ("d.png", "d.png")]),
            (r#"<a name="x"> <a data-href="y"> <abbr href="z"> <a href=w> `<a href="v">`"#, vec![]),
            ("[]()", vec![("", "")]),
            ("[a]({{ url }}) [b](c d) [e](f (g)) [h](i  )", vec![("e", "f"), ("h", "i")]),
            ("a [b\nc](d\n 'e') [f]\n(g)", vec![("b\nc", "d")]),
            ("`a\n[b](c)` [d](e)", vec![("d", "e")]),
        ] {
            let part = |range| line.get(range).unwrap();
            let got: Vec<_> = links(line).into_iter().map(|l| (part(l.text), part(l.target))).collect();
            assert_eq!(got, want, "{line}");
        }
    }
}
