//! What is known of a variable at one place of a Dockerfile.

use std::collections::HashMap;

use crate::document::{Node, Text, Value};
use crate::source::Span;
use crate::syntax::variables::{Budget, Known, Rules, Scope, expand};

/// Arguments that the builder sets by itself, once they are declared.
const BY_BUILDER: &[&str] = &[
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
    "SOURCE_DATE_EPOCH",
];

/// The variables of a stage, or of the lines before the first one.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    /// Build arguments with their defaults.
    arguments: HashMap<String, Option<Node>>,
    /// Environment variables.
    environment: HashMap<String, Node>,
    /// Whether a base image may have set further ones.
    has_base: bool,
}

impl Variables {
    /// Those of a new stage; `has_base` unless it is built from nothing.
    pub fn of_base(has_base: bool) -> Variables {
        Variables { has_base, ..Variables::default() }
    }

    /// Declares a build argument. Without a default it takes the one given before the first stage.
    pub fn argument(&mut self, name: &str, default: Option<Node>, before: &Variables) {
        let default = default.or_else(|| before.arguments.get(name).cloned().flatten());
        let kept = default.or_else(|| self.arguments.get(name).cloned().flatten());
        self.arguments.insert(name.to_owned(), kept);
    }

    /// Sets an environment variable.
    pub fn set(&mut self, name: &str, value: Node) {
        self.environment.insert(name.to_owned(), value);
    }

    fn known(&self, name: &str) -> Known {
        if let Some(value) = self.environment.get(name) {
            return Known::Value(value.clone(), format!("value of ENV `{name}`").into());
        }
        match self.arguments.get(name) {
            Some(Some(default)) => Known::Value(default.clone(), format!("default of ARG `{name}`").into()),
            _ if BY_BUILDER.contains(&name) => Known::Elsewhere(format!("`{name}` is set by the builder")),
            Some(None) => Known::Unset(format!("ARG `{name}` has no default")),
            None if self.has_base => {
                Known::Elsewhere(format!("`{name}` is not set in this file, only by the base image"))
            }
            None => Known::Unset(format!("`{name}` is not set in this file")),
        }
    }

    /// A string of the file with its quotes removed and its variables replaced.
    pub fn expand(&self, node: &Node, escape: char, budget: &Budget) -> Node {
        match &node.value {
            Value::Str(text) => self.expand_part(text, 0..text.as_str().len(), node.span, escape, budget),
            _ => node.clone(),
        }
    }

    /// Part of a string of the file.
    pub fn expand_part(
        &self,
        text: &Text,
        range: std::ops::Range<usize>,
        within: Span,
        escape: char,
        budget: &Budget,
    ) -> Node {
        let rules = Rules { quotes: true, escape: Some(escape), control: false };
        expand(
            text,
            range,
            within,
            rules,
            &Scope { lookup: &|name| self.known(name), spend: &|bytes| budget.spend(bytes) },
        )
    }
}
