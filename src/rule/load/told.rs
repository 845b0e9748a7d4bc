//! How what a check finds is told: in which words, what of it is hidden, and which findings are told as one.

use super::Loader;
use crate::document::{Node, Value};
use crate::rule::fault::What;
use crate::rule::message::Part;
use crate::rule::path::Path;
use crate::rule::{Message, One, Within};

impl Loader<'_> {
    /// `true` for the judged node, or paths from it on.
    pub(super) fn secret(&mut self, node: &Node, each: bool) -> Vec<Path> {
        match &node.value {
            Value::Bool(true) if each => self.paths(".", node.span).unwrap_or_default(),
            Value::Bool(_) => {
                self.wrong_type(node, "secret", "paths, or `true` for what `each` names");
                Vec::new()
            }
            _ => self.paths_in(node, "secret").into_iter().flatten().collect(),
        }
    }

    /// A path or a list of them, each with its alternatives, from the judged node on.
    fn paths_in(&mut self, node: &Node, key: &'static str) -> Vec<Vec<Path>> {
        let texts: Vec<&Node> = match &node.value {
            Value::List(items) => items.iter().collect(),
            _ => vec![node],
        };
        let mut paths = Vec::new();
        for node in texts {
            let text = self.text(node, key);
            let Some(read) = text.and_then(|text| self.paths(&text, node.span)) else { continue };
            self.led(&read, node.span);
            paths.push(read);
        }
        paths
    }

    /// Paths from the judged node on, or a table that also says how far they are one.
    pub(super) fn one(&mut self, node: &Node) -> Option<One> {
        let (paths, within) = match &node.value {
            Value::Map(_) => {
                self.keys(node, &["same", "within"]);
                let within = node.get("within").map(|node| self.word(node, "within", &Within::WORDS));
                if node.get("same").is_none() {
                    self.refuse(node.span, What::MissingKey("`one`", "same"), "add `same = …`: the paths");
                }
                (node.get("same")?, within.unwrap_or(Some(Within::File))?)
            }
            _ => (node, Within::File),
        };
        let same = self.paths_in(paths, "one");
        if same.is_empty() {
            self.refuse(paths.span, What::Blank("one".to_owned()), "name a path");
            return None;
        }
        Some(One { same, within })
    }

    pub(super) fn message(&mut self, node: &Node) -> Option<Message> {
        let text = self.line(node, "message")?;
        let message = Message::read(&text);
        if text.contains('{') {
            self.not_of_twins("message", node.span);
        }
        if message.is_none() {
            let help = "`{key}` or `{key.key}` puts in a value; other braces are not allowed";
            self.refuse(node.span, What::BadMessage(text), help);
        }
        for part in message.iter().flat_map(Message::parts) {
            let Part::Value(keys) = part else { continue };
            if let Ok(path) = Path::parse(&keys.join(".")) {
                self.led_either(&path, node.span);
            }
        }
        message
    }
}
