//! Dockerfiles: instructions with their flags, words, JSON form and heredocs.
//!
//! The tree is a map with `directives` (parser directives such as `escape` and `syntax`, when there are any) and
//! `instructions`, a list of maps: `keyword` in upper case, `value` (the arguments without flags, continuations
//! joined), `flags` (a flag given twice is a list, one without a value is true), `form` and `argv` (where the JSON form
//! is possible), `words` (as written, for all but the instructions that a shell splits), `heredocs`, `check` (the
//! command of HEALTHCHECK) and `trigger` (the instruction behind ONBUILD). Variables are left as they stand: what they
//! are is the dialect's affair.

mod logical;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

use super::embedded::Host;
use super::lines::lines;
use super::spelled::{node, part, span, trimmed};
use super::{Parsed, Syntax};
use crate::document::{Entry, Node, Problem, Text, Value};
use crate::source::{Source, Span};
use logical::{Heredoc, Logical, Reader};

/// The syntax of Dockerfiles.
pub const DOCKERFILE: Syntax = Syntax {
    name: "dockerfile",
    doc: "Dockerfile and Containerfile: instructions, heredocs, parser directives",
    comments: &["#"],
    parse,
};

const KEYWORDS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// The Dockerfile that a string holds, with spans in the file that the string stands in.
pub fn parse_embedded(text: &Text, host: Span) -> Vec<Node> {
    let source = Source::from_text(host.file, "", text.as_str());
    let host = Host { text, span: host };
    parse(&source).roots.into_iter().map(|root| host.node(root)).collect()
}

fn parse(source: &Source) -> Parsed {
    let directives = Directives::read(source);
    let mut reader = Reader::new(source, directives.end, directives.escape);
    let mut problems = Vec::new();
    let mut instructions = Vec::new();
    while let Some(line) = reader.next(&mut problems) {
        let mut instruction = Instruction { source, line: &line, escape: directives.escape, problems: &mut problems };
        instructions.push(instruction.read(0, false));
    }
    let whole = source.whole();
    let mut entries = Vec::new();
    if !directives.entries.is_empty() {
        let span = directives.entries.iter().fold(source.span(0, 0), |span, entry| span.to(entry.span()));
        entries.push(Entry::new("directives", span, Node::map(directives.entries, span)));
    }
    let header = instructions.first().map_or(source.span(0, 0), |first| first.span);
    entries.push(Entry::new("instructions", header, Node::list(instructions, whole)));
    Parsed { roots: vec![Node::map(entries, whole)], problems }
}

/// The comments at the top that tell the builder how to read the file.
struct Directives {
    entries: Vec<Entry>,
    escape: char,
    end: usize,
}

impl Directives {
    fn read(source: &Source) -> Directives {
        let mut found = Directives { entries: Vec::new(), escape: '\\', end: 0 };
        for line in lines(source.text()) {
            let Some((name, value, at)) = directive(line.text) else { break };
            found.end = line.next;
            let name = name.to_ascii_lowercase();
            if !["syntax", "escape", "check"].contains(&name.as_str()) {
                continue;
            }
            if name == "escape" && value == "`" {
                found.escape = '`';
            }
            let span = source.span(line.start + at, line.start + at + value.len());
            found.entries.push(Entry::new(name, source.span(line.start, line.end()), Node::verbatim(value, span, 0)));
        }
        found
    }
}

/// Name, value, and the offset of the value of a line such as `# syntax=docker/dockerfile:1`.
fn directive(line: &str) -> Option<(&str, &str, usize)> {
    let (name, value) = line.strip_prefix('#')?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
    let at = line.find('=')? + 1;
    let blanks = line.get(at..)?.len() - line.get(at..)?.trim_start().len();
    (word && !value.is_empty()).then_some((name, value, at + blanks))
}

/// One logical line on its way to a node.
struct Instruction<'a> {
    source: &'a Source,
    line: &'a Logical,
    escape: char,
    problems: &'a mut Vec<Problem>,
}

impl Instruction<'_> {
    /// Reads the instruction that begins at `start` of the line; `nested` is one behind ONBUILD.
    fn read(&mut self, start: usize, nested: bool) -> Node {
        let text = self.line.text.as_str();
        let rest = text.get(start..).unwrap_or("");
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let keyword = rest.get(..length).unwrap_or("").to_ascii_uppercase();
        let keyword_span = self.span(start, start + length);
        let (flags, args) = self.flags(start + length);
        let whole = Span { start: keyword_span.start, ..self.line.span };
        let mut entries = vec![
            entry("keyword", Node::new(Value::Str(Text::opaque(keyword.as_str())), keyword_span)),
            entry("value", self.part(args, text.len())),
        ];
        entries.extend(flags.map(|flags| entry("flags", flags)));
        if KEYWORDS.contains(&keyword.as_str()) {
            self.arguments(&keyword, args, nested, &mut entries);
        } else {
            self.problem(keyword_span, format!("`{keyword}` is not an instruction of Dockerfiles"));
        }
        if !nested && !self.line.heredocs.is_empty() {
            entries.push(entry("heredocs", heredocs(&self.line.heredocs, self.line.span)));
        }
        Node::map(entries, whole)
    }

    fn arguments(&mut self, keyword: &str, args: usize, nested: bool, entries: &mut Vec<Entry>) {
        let text = self.line.text.as_str();
        let written = text.get(args..).unwrap_or("").trim();
        if written.is_empty() && !["RUN", "CMD", "ENTRYPOINT"].contains(&keyword) {
            return self.problem(self.line.span, format!("{keyword} has no arguments"));
        }
        match keyword {
            "RUN" | "CMD" | "ENTRYPOINT" | "SHELL" => entries.extend(self.command(args)),
            "ADD" | "COPY" | "VOLUME" => {
                entries.extend(self.exec(args));
                entries.push(self.words(args));
            }
            "HEALTHCHECK" => {
                let first = written.split_whitespace().next().unwrap_or("");
                if first.eq_ignore_ascii_case("CMD") {
                    let command = self.command(args + first.len());
                    let span = self.span(args, text.len());
                    entries.push(entry("check", Node::map(command, span)));
                } else if !first.eq_ignore_ascii_case("NONE") {
                    self.problem(self.span(args, text.len()), "HEALTHCHECK is followed by CMD or NONE".into());
                }
            }
            "ONBUILD" if nested => self.problem(self.line.span, "ONBUILD cannot be behind ONBUILD".into()),
            "ONBUILD" => {
                let trigger = self.read(args, true);
                entries.push(entry("trigger", trigger));
            }
            _ => entries.push(self.words(args)),
        }
    }

    /// Form, and words or text, of what is run.
    fn command(&self, args: usize) -> Vec<Entry> {
        let exec = self.exec(args);
        if !exec.is_empty() {
            return exec;
        }
        let text = trimmed(&part(&self.line.text, args, self.line.text.as_str().len()));
        let shell = node(text, self.line.span);
        vec![entry("form", Node::text("shell", shell.span)), entry("shell", shell)]
    }

    /// Form and words, when the arguments are in the JSON form.
    fn exec(&self, args: usize) -> Vec<Entry> {
        let Some(strings) = words::json_strings(&self.line.text, args) else { return Vec::new() };
        let items = strings.into_iter().map(|(text, range)| {
            let span = self.span(range.start, range.end);
            Node::new(Value::Str(text), span)
        });
        let items: Vec<Node> = items.collect();
        let span = self.span(args, self.line.text.as_str().len());
        vec![entry("form", Node::text("exec", span)), entry("argv", Node::list(items, span))]
    }

    fn words(&self, args: usize) -> Entry {
        let text = self.line.text.as_str();
        let ranges = words::split(text.get(args..).unwrap_or(""), self.escape);
        let words = ranges.into_iter().map(|range| self.part(args + range.start, args + range.end)).collect();
        entry("words", Node::list(words, self.span(args, text.len())))
    }

    /// The flags from `start` on, and where the arguments after them begin.
    fn flags(&self, start: usize) -> (Option<Node>, usize) {
        let text = self.line.text.as_str();
        let rest = text.get(start..).unwrap_or("");
        let mut args = start + (rest.len() - rest.trim_start().len());
        if !rest.trim_start().starts_with("--") {
            return (None, args);
        }
        let mut found: Vec<(Arc<str>, Span, Vec<Node>)> = Vec::new();
        for word in words::split(rest, self.escape) {
            let (from, to) = (start + word.start, start + word.end);
            args = from;
            let Some(flag) = text.get(from..to).and_then(|word| word.strip_prefix("--")) else { break };
            args = to;
            let name = flag.split_once('=').map_or(flag, |(name, _)| name);
            if name.is_empty() {
                break;
            }
            let key = self.span(from, from + 2 + name.len());
            let value = match flag.split_once('=') {
                Some(_) => self.part(from + 3 + name.len(), to),
                None => Node::new(Value::Bool(true), key),
            };
            match found.iter_mut().find(|(known, ..)| **known == *name) {
                Some((_, _, values)) => values.push(value),
                None => found.push((name.into(), key, vec![value])),
            }
        }
        let after = text.get(args..).unwrap_or("");
        let end = args + (after.len() - after.trim_start().len());
        let entries: Vec<Entry> = found.into_iter().map(|(name, key, values)| flag_entry(name, key, values)).collect();
        let span = self.span(start, args);
        ((!entries.is_empty()).then(|| Node::map(entries, span)), end)
    }

    fn part(&self, start: usize, end: usize) -> Node {
        let text = part(&self.line.text, start, end);
        let within = self.span(start, end);
        node(text, within)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        span(&self.line.text, start, end, self.line.span)
    }

    fn problem(&mut self, span: Span, message: String) {
        self.problems.push(Problem::error("syntax::dockerfile", self.source.path(), Some(span), message));
    }
}

fn entry(name: &str, value: Node) -> Entry {
    Entry::new(name, value.span, value)
}

fn flag_entry(name: Arc<str>, key: Span, mut values: Vec<Node>) -> Entry {
    let value = match values.pop() {
        Some(only) if values.is_empty() => only,
        last => {
            values.extend(last);
            let span = values.iter().fold(key, |span, value| span.to(value.span));
            Node::list(values, span)
        }
    };
    Entry::new(name, key, value)
}

fn heredocs(heredocs: &[Heredoc], within: Span) -> Node {
    let items: Vec<Node> = heredocs
        .iter()
        .map(|heredoc| {
            let entries = vec![
                entry("name", Node::text(heredoc.name.as_str(), heredoc.span)),
                entry("quoted", Node::new(Value::Bool(heredoc.quoted), heredoc.span)),
                entry("text", node(heredoc.text.clone(), heredoc.span)),
            ];
            Node::map(entries, heredoc.span)
        })
        .collect();
    let span = items.iter().map(|item| item.span).reduce(Span::to).unwrap_or(within);
    Node::list(items, span)
}
