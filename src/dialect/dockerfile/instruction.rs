//! One instruction: its arguments with variables replaced, and the views that rules ask for.

use crate::document::{Entry, Node, Text, Value};
use crate::source::Span;
use crate::syntax::spelled::{self, Spelled};
use crate::syntax::variables::Budget;

use super::variables::Variables;
use crate::syntax::shell::{self, Shell};

/// What an instruction is read with.
pub(super) struct Context<'a> {
    /// What is known at this place.
    pub variables: &'a Variables,
    /// The character that escapes.
    pub escape: char,
    /// The shell of the stage.
    pub shell: Shell,
    /// The index of the stage; none before the first.
    pub stage: Option<usize>,
    /// Shared by the file.
    pub budget: &'a Budget,
}

impl Context<'_> {
    /// The instruction as rules see it.
    pub fn read(&self, written: &Node) -> Node {
        let keyword = written.get("keyword").and_then(Node::as_str).unwrap_or("");
        let mut entries = Vec::new();
        let mut keep = |name: &str| entries.extend(written.entry(name).cloned());
        keep("keyword");
        keep("heredocs");
        if let Some(flags) = written.entry("flags") {
            entries.push(Entry { value: self.flags(&flags.value), ..flags.clone() });
        }
        if let Some(stage) = self.stage.and_then(|stage| i64::try_from(stage).ok()) {
            entries.push(new("stage", Node::new(Value::Int(stage), written.span)));
        }
        match keyword {
            "RUN" | "CMD" | "ENTRYPOINT" | "SHELL" => entries.extend(self.command(written)),
            "HEALTHCHECK" => {
                entries.extend(written.entry("value").cloned());
                entries.extend(written.get("check").into_iter().flat_map(|check| self.command(check)));
            }
            "ONBUILD" => {
                entries.extend(written.entry("value").cloned());
                entries.extend(written.get("trigger").map(|trigger| new("trigger", self.read(trigger))));
            }
            "ENV" | "ARG" | "LABEL" => {
                entries.extend(written.entry("value").cloned());
                let pairs = self.pairs(written, keyword != "ARG");
                entries.push(new("pairs", Node::list(pairs.into_iter().map(pair_node).collect(), written.span)));
            }
            _ => entries.extend(self.words(keyword, written)),
        }
        Node::map(entries, written.span)
    }

    fn expand(&self, node: &Node) -> Node {
        self.variables.expand(node, self.escape, self.budget)
    }

    fn flags(&self, flags: &Node) -> Node {
        let expanded = |node: &Node| match &node.value {
            Value::List(items) => Node::list(items.iter().map(|item| self.expand(item)).collect(), node.span),
            _ => self.expand(node),
        };
        let entries = flags.entries().iter().map(|flag| Entry { value: expanded(&flag.value), ..flag.clone() });
        Node::map(entries.collect(), flags.span)
    }

    /// What is run: in the exec form its words, in the shell form its text; in both the commands.
    fn command(&self, written: &Node) -> Vec<Entry> {
        let mut entries: Vec<Entry> =
            ["value", "form", "argv"].iter().filter_map(|key| written.entry(key).cloned()).collect();
        if let Some(shell) = written.get("shell") {
            let script = script(shell, written.get("heredocs"));
            if let Value::Str(text) = &script.value {
                let (commands, files) = shell::commands_and_files(text, script.span, self.shell);
                entries.push(new("commands", commands));
                entries.extend(files.map(|files| new("files", files)));
            }
            entries.push(new("shell", script));
        } else if let Some(argv) = written.get("argv") {
            entries.push(new("commands", shell::of_words(argv, self.shell)));
        }
        entries
    }

    /// The words of all other instructions, and the whole of them as `value`.
    fn words(&self, keyword: &str, written: &Node) -> Vec<Entry> {
        let exec = written.get("argv");
        let mut words: Vec<Node> = exec
            .or_else(|| written.get("words"))
            .map_or(&[][..], Node::items)
            .iter()
            .map(|word| self.expand(word))
            .collect();
        let mut entries: Vec<Entry> = written.entry("form").cloned().into_iter().collect();
        let value = written.get("value").map_or_else(|| Node::text("", written.span), |value| self.expand(value));
        let list = Node::list(words.clone(), value.span);
        match keyword {
            "FROM" => {
                let named = |word: &Node| word.as_str().is_some_and(|word| word.eq_ignore_ascii_case("AS"));
                let name = words.iter().position(named).and_then(|at| words.get(at + 1));
                entries.extend(words.first().map(|image| new("image", image.clone())));
                entries.extend(name.map(|name| new("name", name.clone())));
            }
            "COPY" | "ADD" => {
                let destination = words.pop();
                let file = destination.as_ref().and_then(|to| self.file(written.get("heredocs")?, &words, to));
                entries.extend(file.map(|file| new("files", Node::list(vec![file], value.span))));
                entries.push(new("sources", Node::list(words, value.span)));
                entries.extend(destination.map(|word| new("destination", word)));
            }
            "EXPOSE" => entries.push(new("ports", list.clone())),
            "USER" => entries.extend(user_and_group(&value)),
            _ => {}
        }
        entries.push(new("value", value));
        entries.push(new("argv", list));
        entries
    }

    /// The file that lines of the instruction itself are copied to.
    fn file(&self, heredocs: &Node, sources: &[Node], destination: &Node) -> Option<Node> {
        let ([heredoc], [source]) = (heredocs.items(), sources) else { return None };
        let text = heredoc.get("text").filter(|_| source.as_str().is_some_and(|source| source.starts_with("<<")))?;
        let is_quoted = heredoc.get("quoted").and_then(Node::as_bool) == Some(true);
        let name = heredoc.get("name").and_then(Node::as_str).unwrap_or("");
        // A folder is given the file under the name that ends it.
        let path = destination.as_str()?;
        let path = if path.ends_with('/') { format!("{path}{name}") } else { path.to_owned() };
        let content = if is_quoted { text.clone() } else { self.expand(text) };
        Some(Node::map(vec![new("path", Node::text(path, destination.span)), new("content", content)], heredoc.span))
    }

    /// The names and values of ENV, LABEL and ARG. `legacy`: a name and, after a blank, its value is one pair.
    pub fn pairs(&self, written: &Node, legacy: bool) -> Vec<(Node, Option<Node>)> {
        let words = written.get("words").map_or(&[][..], Node::items);
        let Some(Value::Str(value)) = written.get("value").map(|node| &node.value) else { return Vec::new() };
        let first = words.first().and_then(Node::as_str).unwrap_or("");
        if legacy && words.len() > 1 && equals_sign(first).is_none() {
            let name = self.expand_part(value, 0, first.len(), written.span);
            let rest = value.as_str().get(first.len()..).unwrap_or("");
            let start = first.len() + (rest.len() - rest.trim_start().len());
            return vec![(name, Some(self.expand_part(value, start, value.as_str().len(), written.span)))];
        }
        words.iter().filter_map(|word| self.pair(word)).collect()
    }

    fn pair(&self, word: &Node) -> Option<(Node, Option<Node>)> {
        let Value::Str(text) = &word.value else { return None };
        let length = text.as_str().len();
        let Some(at) = equals_sign(text.as_str()) else { return Some((self.expand(word), None)) };
        let name = self.expand_part(text, 0, at, word.span);
        Some((name, Some(self.expand_part(text, at + 1, length, word.span))))
    }

    fn expand_part(&self, text: &Text, start: usize, end: usize, within: Span) -> Node {
        self.variables.expand_part(text, start..end, within, self.escape, self.budget)
    }
}

/// The script of the shell form: the line itself, or the heredoc when the line only opens one.
fn script(shell: &Node, heredocs: Option<&Node>) -> Node {
    let line = shell.as_str().unwrap_or("");
    let only = match heredocs.map_or(&[][..], Node::items) {
        [only] if line.starts_with("<<") => only,
        [] => return shell.clone(),
        several => return with_heredocs(shell, several),
    };
    let interpreter = line.split_whitespace().nth(1).unwrap_or("sh");
    let posix = ["sh", "bash", "dash", "ash", "/bin/sh", "/bin/bash"].contains(&interpreter);
    match only.get("text") {
        Some(text) if posix && !text.as_str().is_some_and(foreign) => text.clone(),
        _ => shell.clone(),
    }
}

/// A line with the heredocs that it opens below it, as a shell reads them.
fn with_heredocs(line: &Node, heredocs: &[Node]) -> Node {
    let Value::Str(text) = &line.value else { return line.clone() };
    let mut whole = Spelled::default();
    whole.part(text, 0, text.as_str().len());
    let end = line.span.end as usize;
    for heredoc in heredocs {
        let (Some(Value::Str(lines)), Some(name)) =
            (heredoc.get("text").map(|text| &text.value), heredoc.get("name").and_then(Node::as_str))
        else {
            continue;
        };
        whole.escape("\n", end, end);
        whole.part(lines, 0, lines.as_str().len());
        let after = heredoc.span.end as usize;
        whole.escape(&format!("{name}\n"), after, after);
    }
    Node::new(Value::Str(whole.finish()), line.span)
}

/// Whether a heredoc names an interpreter that is no shell.
fn foreign(script: &str) -> bool {
    script.lines().next().and_then(|line| line.strip_prefix("#!")).is_some_and(|line| !line.contains("sh"))
}

/// Where the first equals sign outside quotes stands.
fn equals_sign(word: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in word.char_indices() {
        match (quote, c) {
            (None, '=') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

fn user_and_group(value: &Node) -> Vec<Entry> {
    let Value::Str(text) = &value.value else { return Vec::new() };
    let Some(at) = text.as_str().find(':') else { return vec![new("user", value.clone())] };
    let part = |start, end| spelled::node(spelled::part(text, start, end), value.span);
    vec![new("user", part(0, at)), new("group", part(at + 1, text.as_str().len()))]
}

fn pair_node((name, value): (Node, Option<Node>)) -> Node {
    let span = value.as_ref().map_or(name.span, |value| name.span.to(value.span));
    let mut entries = vec![new("name", name)];
    entries.extend(value.map(|value| new("value", value)));
    Node::map(entries, span)
}

/// An entry whose key has the place of its value.
pub(super) fn new(name: &str, value: Node) -> Entry {
    Entry::new(name, value.span, value)
}
