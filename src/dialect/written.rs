//! What pipelines run and use, listed once where it is written, however many jobs it becomes.

use std::collections::BTreeSet;

use crate::document::{Entry, Node, Value};
use crate::source::{FileId, Span};

/// The scripts and images of all jobs.
#[derive(Default)]
pub(super) struct Written {
    scripts: Vec<Node>,
    images: Vec<Node>,
    seen: BTreeSet<(Span, String)>,
}

impl Written {
    /// Takes a step with the views `commands` and `texts_used`, and perhaps `scripts`; of its other keys those of `parts`.
    /// `ignored` says that the file lets a failure of it stop nothing.
    pub(super) fn script(&mut self, step: &Node, parts: &[&str], ignored: bool) {
        let Some(commands) = step.get("commands") else { return };
        let text = step.get("scripts").map_or(&[][..], Node::items).iter().filter_map(Node::as_str).collect();
        if self.seen.insert((commands.span, text)) {
            let commands = self.commands(commands, ignored);
            let texts = step.get("texts_used").map_or(&[][..], Node::items).iter();
            let texts = texts.filter(|text| self.seen.insert((text.span, "texts".to_owned()))).cloned().collect();
            let span = commands.span;
            let parts = parts.iter().filter_map(|key| step.entry(key).cloned());
            let parts = parts.map(|entry| Entry { derived: false, ..entry });
            let lists =
                [Entry::new("commands", span, commands), Entry::new("texts_used", span, Node::list(texts, span))];
            self.scripts.push(Node::map(parts.chain(lists).collect(), span));
        }
    }

    /// The commands of a script. One that several callers leave as it is, is one, but for those that say how the shell goes
    /// on.
    fn commands(&mut self, commands: &Node, ignored: bool) -> Node {
        let mut found = Vec::new();
        for command in commands.items() {
            let ignored = ignored || command.get("ignored").and_then(Node::as_bool) == Some(true);
            let text = command.get("text").and_then(Node::as_str).unwrap_or("").to_owned();
            if self.seen.insert((command.span, format!("{ignored} {text}"))) || text.starts_with("set ") {
                let mut command = command.clone();
                command.derive("ignored", Node::new(Value::Bool(ignored), command.span));
                found.push(command);
            }
        }
        Node::list(found, commands.span)
    }

    /// Takes an image.
    pub(super) fn image(&mut self, image: &Node) {
        let text = image.as_str().or(image.as_unresolved().map(|open| &*open.expression)).unwrap_or("");
        if self.seen.insert((image.span, text.to_owned())) {
            self.images.push(image.clone());
        }
    }

    /// The scripts that are written in a file.
    pub(super) fn scripts_in(&self, file: FileId) -> Vec<Node> {
        self.scripts.iter().filter(|script| script.span.file == file).cloned().collect()
    }

    /// The images that are written in a file.
    pub(super) fn images_in(&self, file: FileId) -> Vec<Node> {
        self.images.iter().filter(|image| image.span.file == file).cloned().collect()
    }
}

/// A list that stands where its items do.
pub(super) fn list(items: Vec<Node>, otherwise: Span) -> Node {
    let same = |item: &&Node| item.span.file == otherwise.file;
    let span = items.iter().filter(same).map(|item| item.span).reduce(Span::to).unwrap_or(otherwise);
    Node::list(items, span)
}

/// A variable that a pipeline sets, as a map of `name` and `value`; what it holds is open where that is made of others.
pub(super) fn variable(entry: &Entry) -> Node {
    let span = entry.value.span;
    let value = match entry.value.as_str() {
        Some(text) if text.contains('$') => {
            Node::unresolved(text, "it is made of what is known when the pipeline runs", span)
        }
        _ => entry.value.clone(),
    };
    let name = Node::text(&*entry.key.name, entry.key.span);
    Node::map(vec![Entry::new("name", entry.key.span, name), Entry::new("value", span, value)], entry.span())
}
