//! What is known of a variable at one place of a Dockerfile.

use std::collections::HashMap;
use std::rc::Rc;

use super::arguments::{Argument, Given};
use crate::document::{Node, Text, Value};
use crate::source::Span;
use crate::syntax::variables::{Budget, Known, Rules, Scope, expand};

/// Variables that images set for whoever builds on them.
const OF_IMAGES: &[&str] =
    &["HOME", "USER", "SHELL", "LANG", "LC_ALL", "LANGUAGE", "TERM", "HOSTNAME", "PWD", "TZ", "VERSION"];

/// How the names of such variables end: `NODE_VERSION`, `JAVA_HOME`, `LD_LIBRARY_PATH`.
const ENDS_OF_IMAGES: &[&str] = &["_VERSION", "_HOME", "PATH", "_DIR", "_OPTS", "_CONFDIR", "_ENV"];

/// Whether an image is known to set a variable of this name.
fn is_of_images(name: &str) -> bool {
    OF_IMAGES.contains(&name) || ENDS_OF_IMAGES.iter().any(|end| name.ends_with(end))
}

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
    /// What those who build the file give it.
    given: Rc<Given>,
}

impl Variables {
    /// Those before the first stage.
    pub fn given(given: Rc<Given>) -> Variables {
        Variables { given, ..Variables::default() }
    }

    /// Those of a new stage; `has_base` unless it is built from nothing.
    pub fn of_base(&self, has_base: bool) -> Variables {
        Variables { has_base, given: Rc::clone(&self.given), ..Variables::default() }
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

    /// What is known of a variable in one way to build the file.
    fn known(&self, name: &str, way: usize) -> Known {
        if let Some(value) = self.environment.get(name) {
            return Known::Value(self.given.seen(value, way), format!("value of ENV `{name}`").into());
        }
        let declared = self.arguments.get(name);
        let given = declared.and_then(|default| self.given.argument(name, way, default.is_some()));
        match given {
            Some(Argument::Value(value, what)) => return Known::Value(value, what),
            Some(Argument::Elsewhere(because)) => return Known::Elsewhere(because),
            None => {}
        }
        match declared {
            Some(Some(default)) => {
                Known::Value(self.given.seen(default, way), format!("default of ARG `{name}`").into())
            }
            _ if BY_BUILDER.contains(&name) => Known::Elsewhere(format!("`{name}` is set by the builder")),
            Some(None) => Known::Unset(format!("ARG `{name}` has no default")),
            None if self.has_base => {
                let because = format!("`{name}` is not set in this file, only by the base image");
                if is_of_images(name) { Known::Elsewhere(because) } else { Known::Hardly(because) }
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
        let written = text.as_str().get(range.clone()).unwrap_or("");
        let ways = if written.contains('$') { self.given.ways() } else { 1 };
        let made = (0..ways).map(|way| {
            let scope = Scope { lookup: &|name| self.known(name, way), spend: &|bytes| budget.spend(bytes) };
            expand(text, range.clone(), within, rules, &scope)
        });
        self.given.joined(made.collect(), written).unwrap_or_else(|| Node::unresolved(written, "", within))
    }
}
