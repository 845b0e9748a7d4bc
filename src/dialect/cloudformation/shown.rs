//! Where a template hands its parameters to whoever may describe the stack: in outputs, and in what is said of a resource in
//! `Metadata`. CloudFormation hides a parameter with `NoEcho` in neither.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>

use std::collections::BTreeSet;
use std::sync::Arc;

use super::stack::{Member, Stack};
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::source::Span;
use crate::truth::Truth;

/// Most uses of a template that are told.
const MOST: usize = 1000;

impl Stack<'_> {
    /// The parameters that outputs and resources show, once for each of these.
    pub(super) fn parameters_shown(&self, outputs: &[Member], span: Span) -> Node {
        let mut found = Found { stack: self, seen: BTreeSet::new(), items: Vec::new() };
        for (member, section) in outputs.iter().map(|member| (member, "Outputs")) {
            found.member(member, section, &member.value);
        }
        for member in &self.resources {
            if let Some(metadata) = member.value.get("Metadata") {
                found.member(member, "Resources", metadata);
            }
        }
        Node::list(found.items, span)
    }

    /// Whether a parameter is hidden where CloudFormation tells of parameters.
    fn is_hidden(&self, name: &str, span: Span) -> Option<Node> {
        let declared = self.template.root.get("Parameters")?.get(name)?;
        let hidden = match declared.get("NoEcho") {
            Some(node) if node.as_unresolved().is_some() => return Some(node.clone()),
            Some(node) => {
                node.as_bool() == Some(true) || node.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
            }
            None => false,
        };
        Some(Node::new(Value::Bool(hidden), span))
    }
}

struct Found<'s, 'a> {
    stack: &'s Stack<'a>,
    /// Places and parameters.
    seen: BTreeSet<(String, String)>,
    items: Vec<Node>,
}

impl Found<'_, '_> {
    fn member(&mut self, member: &Member, section: &str, shown: &Node) {
        let (verdict, _) = self.stack.existence(member);
        if verdict.truth != Truth::False {
            self.within(shown, &format!("{section}.{}", member.name), 0);
        }
    }

    fn within(&mut self, node: &Node, place: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        node.items().iter().for_each(|item| self.within(item, place, depth + 1));
        for entry in node.entries() {
            match &*entry.key.name {
                "Ref" => self.add(entry.value.as_str(), place, node.span),
                "Fn::Sub" => self.substituted(&entry.value, place),
                _ => {}
            }
            self.within(&entry.value, place, depth + 1);
        }
    }

    /// The names in a text that the second argument does not give another meaning.
    fn substituted(&mut self, argument: &Node, place: &str) {
        let parts = argument.items();
        let text = parts.first().unwrap_or(argument);
        let own = |name: &str| parts.get(1).is_some_and(|given| given.get(name).is_some());
        for part in text.as_str().unwrap_or("").split("${").skip(1) {
            let name = part.split_once('}').map(|(name, _)| name.trim()).filter(|name| !own(name));
            self.add(name, place, text.span);
        }
    }

    fn add(&mut self, name: Option<&str>, place: &str, span: Span) {
        let Some((name, hidden)) = name.and_then(|name| Some((name, self.stack.is_hidden(name, span)?))) else {
            return;
        };
        if self.items.len() < MOST && self.seen.insert((place.to_owned(), name.to_owned())) {
            let entry = |key: &str, value: Node| Entry::new(Arc::<str>::from(key), span, value);
            let text = |text: &str| Node::text(text, span);
            let entries = vec![entry("parameter", text(name)), entry("place", text(place)), entry("hidden", hidden)];
            self.items.push(Node::map(entries, span));
        }
    }
}
