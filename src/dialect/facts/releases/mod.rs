//! Which releases are in use: of what images are made of, and what functions, databases, clusters, steps and files name.
//!
//! To add a place: a row in `table`. To add a product or a cycle: `data/end-of-life.toml`.

mod images;
mod table;

pub use images::released_in;

use super::{Known, Statement, said_in};
use crate::dialect::Resource;
use crate::document::{Node, Value};
use crate::fact::Fact;
use crate::fact::release::table::{Product, of_tool, product};
use crate::fact::release::{by_product, of_version, undecided};
use crate::source::Workspace;

const LISTS: &[&[Statement]] = &[table::CLOUD, table::MACHINES, table::PIPELINES];

/// The releases that a resource names, as facts.
pub fn released_by(resource: &Resource, workspace: &Workspace, known: &Known) -> Vec<Resource> {
    said_in(LISTS, resource, workspace, known)
}

/// How the version of something is read off a map.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// What for it is in use.
    used: &'static str,
    /// Where in the map the version stands, with dots.
    version: &'static str,
    /// What it is a version of.
    of: Of,
    /// Only where the text at a place, with dots, is one of these.
    only: Option<(&'static str, &'static [&'static str])>,
    /// Whether what is open may be something else altogether, and is left out.
    decided: bool,
}

/// What a version is one of.
#[derive(Clone, Copy)]
enum Of {
    /// A product.
    Product(&'static str),
    /// What another text of the map names, in any case; or else a product, where one is given.
    Beside(&'static str, &'static [(&'static str, &'static str)], Option<&'static str>),
    /// What the text of the version begins with, in any case.
    Start(&'static [Start]),
    /// What stands within the text of the version, in any case.
    Within(&'static [Start]),
    /// What the key of a map calls a tool.
    Tool(&'static str),
}

/// How a text with a product and its version in it begins.
#[derive(Clone, Copy)]
struct Start {
    text: &'static str,
    product: &'static str,
    /// After how many digits of what follows a dot is left out: `python312`, `ubuntu-1804-lts`; 0 where none is.
    dot: usize,
}

/// Before the version of Java in files with the versions of tools.
const JAVAS: &[(&str, &str)] =
    &[("temurin", "temurin"), ("adoptopenjdk", "temurin"), ("corretto", "corretto"), ("temurin64", "temurin")];

/// A runner of one's own: which system its further labels name is up to its owner.
const OWN_RUNNER: &str = "self-hosted";

const fn reads(used: &'static str, version: &'static str, of: Of) -> Reading {
    Reading { used, version, of, only: None, decided: false }
}

impl Reading {
    const fn only(self, key: &'static str, values: &'static [&'static str]) -> Reading {
        Reading { only: Some((key, values)), ..self }
    }

    const fn decided(self) -> Reading {
        Reading { decided: true, ..self }
    }

    /// The facts that a map states.
    pub(super) fn facts(self, map: &Node) -> Vec<Fact> {
        let is_meant =
            self.only.is_none_or(|(key, values)| text_at(map, key).is_some_and(|text| values.contains(&text)));
        let Some(version) = at(map, self.version).filter(|_| is_meant) else { return Vec::new() };
        if let Value::List(items) = &version.value {
            let own = items.iter().any(|item| item.as_str() == Some(OWN_RUNNER));
            let items = items.iter().filter(|_| !own);
            return items.flat_map(|item| self.of_scalar(map, item)).collect();
        }
        self.of_scalar(map, version)
    }

    /// One version, or several that stand on a line each.
    fn of_scalar(self, map: &Node, version: &Node) -> Vec<Fact> {
        match &version.value {
            Value::Str(text) if text.as_str().contains("${{") => self.of_expression(map, version, text.as_str()),
            Value::Str(text) if text.as_str().trim().contains('\n') => {
                let lines = text.as_str().lines().filter(|line| !line.trim().is_empty());
                let of = |line: &str| Node { value: Node::text(line, version.span).value, ..version.clone() };
                lines.flat_map(|line| self.of_version(map, &of(line))).collect()
            }
            Value::Unresolved(open)
                if is_of_matrix(&open.expression) || self.decided && open.alternatives.is_empty() =>
            {
                Vec::new()
            }
            Value::Str(_) | Value::Int(_) | Value::Float(_) | Value::Unresolved(_) => self.of_version(map, version),
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => Vec::new(),
        }
    }

    /// An expression that a run decides. On the versions of a matrix something is tried: none of them is what is in use.
    fn of_expression(self, map: &Node, version: &Node, text: &str) -> Vec<Fact> {
        if self.decided || is_of_matrix(text) {
            return Vec::new();
        }
        let open = Node::unresolved(text, "it is known when the pipeline runs", version.span);
        self.of_version(map, &Node { value: open.value, ..version.clone() })
    }

    fn of_version(self, map: &Node, version: &Node) -> Vec<Fact> {
        let of = |product: Option<&'static Product>| product.map(|product| of_version(product, version, self.used));
        let one = match self.of {
            Of::Product(id) => of(product(id)),
            Of::Tool(key) => return self.of_tool(text_at(map, key).unwrap_or(""), version),
            Of::Beside(key, names, otherwise) => {
                let of_text = |text: &str| names.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
                match at(map, key).map(|node| &node.value) {
                    Some(Value::Str(text)) => of(of_text(text.as_str()).and_then(|(_, id)| product(id))),
                    Some(Value::Unresolved(open)) => {
                        let beside = Node { value: Value::Unresolved(open.clone()), ..version.clone() };
                        undecided(&beside, self.used)
                    }
                    _ => otherwise.and_then(|id| of(product(id))),
                }
            }
            Of::Start(starts) if begins_otherwise(version, starts) => return Vec::new(),
            Of::Start(starts) => return self.of_start(version, &|text| begun(text, starts)),
            Of::Within(starts) => return self.of_start(version, &|text| within(text, starts)),
        };
        one.into_iter().collect()
    }

    /// Of a text in which `find` finds, in lower case, how the product is named and what follows that.
    fn of_start(self, version: &Node, find: &dyn Fn(&str) -> Option<(Start, String)>) -> Vec<Fact> {
        let found = by_product(version, &|text| {
            let (start, rest) = find(&text.to_ascii_lowercase())?;
            let rest = match rest.split_at_checked(start.dot) {
                Some((major, minor)) if !major.is_empty() && !minor.is_empty() => {
                    format!("{major}.{}", minor.trim_start_matches(['-', '.']))
                }
                _ => rest.replace('_', "."),
            };
            Some((product(start.product)?, rest))
        });
        if found.is_empty() {
            return undecided(version, self.used).into_iter().collect();
        }
        found.into_iter().map(|(product, version)| of_version(product, &version, self.used)).collect()
    }

    fn of_tool(self, tool: &str, version: &Node) -> Vec<Fact> {
        let tool = tool.rsplit(':').next().unwrap_or(tool);
        let product = of_tool(tool);
        if tool != "java" {
            return product.map(|product| of_version(product, version, self.used)).into_iter().collect();
        }
        let found = by_product(version, &|text| {
            let (vendor, rest) = text.split_once('-')?;
            let (_, id) = JAVAS.iter().find(|(name, _)| *name == vendor)?;
            Some((self::product(id)?, rest.trim_start_matches("jre-").to_owned()))
        });
        found.into_iter().map(|(product, version)| of_version(product, &version, self.used)).collect()
    }
}

/// Whether what is known of a text with holes says that none of the products is meant: `DOCKER|${registry}/web`.
fn begins_otherwise(version: &Node, starts: &[Start]) -> bool {
    let Value::Unresolved(open) = &version.value else { return false };
    let Some(prefix) = open.partial.as_ref().map(|partial| partial.prefix().to_ascii_lowercase()) else { return false };
    let may_be = |start: &Start| start.text.starts_with(&*prefix) || prefix.starts_with(start.text);
    open.alternatives.is_empty() && !starts.iter().any(may_be)
}

/// The start that a text has, and what follows it.
fn begun(text: &str, starts: &[Start]) -> Option<(Start, String)> {
    starts.iter().find_map(|start| Some((*start, text.strip_prefix(start.text)?.to_owned())))
}

/// The start that is found in a text, and the word that follows it.
fn within(text: &str, starts: &[Start]) -> Option<(Start, String)> {
    starts.iter().find_map(|start| {
        let (_, rest) = text.split_once(start.text)?;
        Some((*start, rest.split_whitespace().next()?.to_owned()))
    })
}

fn is_of_matrix(expression: &str) -> bool {
    expression.contains("matrix.")
}

/// What stands at keys with dots between.
fn at<'n>(map: &'n Node, keys: &str) -> Option<&'n Node> {
    keys.split('.').try_fold(map, |node, key| node.get(key))
}

fn text_at<'n>(map: &'n Node, keys: &str) -> Option<&'n str> {
    at(map, keys).and_then(Node::as_str)
}
