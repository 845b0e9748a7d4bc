//! INI files, systemd units among them: sections of keys and values.
//!
//! The tree is a map with one map for each section; a section that comes back goes on where it was, and keys before any
//! section stand at the top. A key that is set again keeps all its entries, in order. A value that ends in a backslash
//! goes on in the next line (comments between are dropped), and so does one whose next line is indented and sets nothing.

use std::collections::HashMap;

use crate::document::{Entry, Node, Problem, Value};
use crate::source::{Source, Span};
use crate::syntax::lines::{Line, lines};
use crate::syntax::spelled::{Spelled, node};
use crate::syntax::{Parsed, Syntax};

/// The syntax of INI files.
pub const INI: Syntax =
    Syntax { name: "ini", doc: "sections of keys and values: systemd units, .ini, .cfg", comments: &["#", ";"], parse };

struct Section {
    name: String,
    key: Span,
    span: Span,
    entries: Vec<Entry>,
}

/// A key and as much of its value as was read.
struct Open {
    key: String,
    key_span: Span,
    value: Spelled,
    start: usize,
    end: usize,
}

struct Reader<'a> {
    source: &'a Source,
    sections: Vec<Section>,
    by_name: HashMap<String, usize>,
    current: usize,
    open: Option<Open>,
    problems: Vec<Problem>,
}

fn parse(source: &Source) -> Parsed {
    let top = source.span(0, 0);
    let root = Section { name: String::new(), key: top, span: source.whole(), entries: Vec::new() };
    let mut reader =
        Reader { source, sections: vec![root], by_name: HashMap::new(), current: 0, open: None, problems: Vec::new() };
    let mut continued = false;
    for line in lines(source.text()) {
        continued = reader.line(&line, continued);
    }
    reader.close();
    let mut sections = reader.sections.into_iter();
    let mut entries = sections.next().map_or_else(Vec::new, |root| root.entries);
    entries.extend(sections.map(|s| Entry::new(s.name, s.key, Node::map(s.entries, s.span))));
    Parsed { roots: vec![Node::map(entries, source.whole())], problems: reader.problems }
}

impl Reader<'_> {
    /// Reads a line; returns whether it is continued.
    fn line(&mut self, line: &Line<'_>, continued: bool) -> bool {
        let text = line.text.trim();
        if text.starts_with(['#', ';']) {
            return continued;
        }
        if continued {
            return self.value(line.text.trim_end(), line.start, " ");
        }
        if text.is_empty() {
            self.close();
            return false;
        }
        let start = line.start + line.indent();
        if let Some(name) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            self.close();
            self.section(name, line, start);
            return false;
        }
        let separator = text.find(['=', ':']);
        match separator.and_then(|at| text.split_at_checked(at)) {
            Some((key, rest)) if !key.trim().is_empty() => {
                self.close();
                let key = key.trim();
                let value = rest.get(1..).unwrap_or("").trim_start();
                let at = start + text.len() - value.len();
                let key_span = self.source.span(start, start + key.len());
                self.open = Some(Open { key: key.into(), key_span, value: Spelled::default(), start: at, end: at });
                self.value(value, at, "")
            }
            None if self.open.is_some() && line.indent() > 0 => self.value(text, start, "\n"),
            _ => {
                let span = self.source.span(start, start + text.len());
                let message = "expected a section or a key with `=`";
                self.problems.push(Problem::error("syntax::ini", self.source.path(), Some(span), message));
                false
            }
        }
    }

    /// Adds a piece to the open value; returns whether it is continued.
    fn value(&mut self, text: &str, at: usize, joint: &str) -> bool {
        let Some(open) = &mut self.open else { return false };
        let piece = text.strip_suffix('\\');
        if !open.value.is_empty() {
            open.value.escape(joint, open.end, at);
        }
        open.value.verbatim(piece.unwrap_or(text), at);
        open.end = at + text.len();
        piece.is_some()
    }

    fn section(&mut self, name: &str, line: &Line<'_>, start: usize) {
        let next = self.sections.len();
        self.current = *self.by_name.entry(name.to_owned()).or_insert(next);
        if self.current == next {
            let key = self.source.span(start, line.start + line.text.trim_end().len());
            self.sections.push(Section { name: name.into(), key, span: key, entries: Vec::new() });
        }
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let span = self.source.span(open.start, open.end);
        let mut value = open.value;
        value.trim_end();
        let mut value = node(value.finish(), span);
        if let Value::Str(_) = value.value {
            value.span = span;
        }
        if let Some(section) = self.sections.get_mut(self.current) {
            section.span = section.span.to(span);
            section.entries.push(Entry::new(open.key, open.key_span, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(text: &str) -> (Source, Parsed) {
        let source = Source::from_text(FileId(0), "a.service", text);
        let parsed = parse(&source);
        (source, parsed)
    }

    #[test]
    fn sections_keys_and_continuations_are_read() {
        let text = "top = 1\n; c\n[Unit]\nDescription=a \\\n# c\n  b\r\n[Service]\nExecStart=/bin/x -a=b\nExecStart=\n\n[Unit]\nAfter=x\n[py]\nlist =\n  one\n  two\n";
        let (source, parsed) = read(text);
        assert_eq!(parsed.problems, []);
        let root = &parsed.roots[0];
        for (path, want) in [
            (&["top"][..], "1"),
            (&["Unit", "Description"], "a    b"),
            (&["Unit", "After"], "x"),
            (&["Service", "ExecStart"], ""),
            (&["py", "list"], "one\ntwo"),
        ] {
            assert_eq!(root.at(path).and_then(Node::as_str), Some(want), "{path:?}");
        }
        let exec = &root.get("Service").unwrap().entries()[0];
        assert_eq!(source.slice(exec.span()), "ExecStart=/bin/x -a=b");
        assert_eq!(source.slice(root.entry("Unit").unwrap().key.span), "[Unit]");
    }

    #[test]
    fn what_is_neither_section_nor_key_is_pointed_at() {
        let (source, parsed) = read("[a]\ngarbage here\n= x\n");
        let places: Vec<_> = parsed.problems.iter().map(|problem| source.slice(problem.span.unwrap())).collect();
        assert_eq!(places, ["garbage here", "= x"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_or_leads_out_of_the_file(text in "[a-b \\t\\n\\r=:#;\\\\é\\[\\]]{0,80}") {
            let (source, parsed) = read(&text);
            crate::syntax::invariants::hold(&source, &parsed);
        }
    }
}
