//! Fixtures in the formats of the kinds: one writer a format.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::sample::{Literal, Shape, Tree};
use crate::starter::File;

/// A format of fixtures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    Terraform,
    CloudFormation,
    Arm,
    Kubernetes,
    Yaml,
}

impl Writer {
    /// The format of a kind; none where fixtures are written by hand.
    pub fn of(kind: &str) -> Option<Writer> {
        let (dialect, name) = kind.split_once('/')?;
        match dialect {
            "terraform" if name.contains('_') && !name.starts_with("provider.") => Some(Writer::Terraform),
            "cloudformation" if name.contains("::") => Some(Writer::CloudFormation),
            "arm" => Some(Writer::Arm),
            "kubernetes" => Some(Writer::Kubernetes),
            "file" if name == "yaml" => Some(Writer::Yaml),
            _ => None,
        }
    }

    /// Whether a file of the format can leave a value open.
    pub fn has_variables(self) -> bool {
        !matches!(self, Writer::Kubernetes | Writer::Yaml)
    }

    /// The files of a fixture below the folder of its rule.
    pub fn files(self, id: &str, kind: &str, name: &str, tree: &Tree) -> Vec<File> {
        let kind = kind.split_once('/').map_or(kind, |(_, kind)| kind);
        let mark = format!("expect: {id}");
        let open = name.starts_with("open");
        let (ending, text) = match self {
            Writer::Terraform => ("tf", terraform(kind, &mark, open, tree)),
            Writer::CloudFormation => ("yaml", cloudformation(kind, &mark, open, tree)),
            Writer::Kubernetes => ("yaml", kubernetes(kind, &mark, tree)),
            Writer::Yaml => ("yaml", file(&mark, tree)),
            Writer::Arm => ("json", arm(kind, open, &plain(tree, false))),
        };
        let about = match name {
            "pass" => "right",
            _ if open => "variable",
            _ => "wrong",
        };
        let path = format!("{id}/{name}-{about}.{ending}");
        // JSON has no comments: the lines stand in a file beside it.
        let marked = (self == Writer::Arm && name != "pass").then(|| arm(kind, open, &plain(tree, true)));
        let expected = marked.map(|marked| {
            let lines = (1u32..).zip(marked.lines()).filter(|(_, line)| line.contains(MARK));
            let numbers: Vec<String> = lines.map(|(number, _)| number.to_string()).collect();
            File { path: format!("{path}.expect"), text: format!("{}\n", numbers.join("\n")) }
        });
        std::iter::once(File { path, text }).chain(expected).collect()
    }
}

fn scalar(literal: &Literal) -> String {
    match literal {
        Literal::Bool(truth) => truth.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Text(text) => super::quoted(text),
        Literal::Texts(text) => format!("[{}]", super::quoted(text)),
    }
}

fn terraform(kind: &str, mark: &str, open: bool, tree: &Tree) -> String {
    let (word, ty) = kind.strip_prefix("data.").map_or(("resource", kind), |ty| ("data", ty));
    let mut text = String::new();
    if open {
        text.push_str("variable \"value\" {}\n\n");
    }
    let _ = writeln!(text, "{word} \"{ty}\" \"example\" {{");
    hcl(tree, mark, 1, &mut text);
    text.push_str("}\n");
    text
}

fn hcl(tree: &Tree, mark: &str, depth: usize, text: &mut String) {
    let Tree::Fields(fields) = tree else { return };
    let indent = "  ".repeat(depth);
    for (name, shape, value) in fields {
        let _ = match value {
            Tree::Leaf(literal, true) => writeln!(text, "{indent}{name} = {} # {mark}", scalar(literal)),
            Tree::Leaf(literal, false) => writeln!(text, "{indent}{name} = {}", scalar(literal)),
            Tree::Open => writeln!(text, "{indent}{name} = var.value # {mark}"),
            Tree::Fields(_) => {
                let sign = if *shape == Shape::Map { " =" } else { "" };
                let _ = writeln!(text, "{indent}{name}{sign} {{");
                hcl(value, mark, depth + 1, text);
                writeln!(text, "{indent}}}")
            }
        };
    }
}

fn cloudformation(kind: &str, mark: &str, open: bool, tree: &Tree) -> String {
    let mut text = String::new();
    if open {
        text.push_str("Parameters:\n  Value:\n    Type: String\n");
    }
    let _ = write!(text, "Resources:\n  Example:\n    Type: {kind}\n    Properties:\n");
    yaml(tree, mark, 3, false, &mut text);
    text
}

fn kubernetes(kind: &str, mark: &str, tree: &Tree) -> String {
    let mut text = format!("apiVersion: v1\nkind: {kind}\n");
    let Tree::Fields(fields) = tree else { return text };
    if !fields.iter().any(|(name, ..)| name == "metadata") {
        text.push_str("metadata:\n  name: example\n");
    }
    yaml(tree, mark, 0, false, &mut text);
    text
}

fn file(mark: &str, tree: &Tree) -> String {
    let mut text = String::new();
    yaml(tree, mark, 0, false, &mut text);
    text
}

/// The lines of a tree; `item`: the first of them stands behind the dash of a list.
fn yaml(tree: &Tree, mark: &str, depth: usize, item: bool, text: &mut String) {
    let Tree::Fields(fields) = tree else { return };
    for (index, (name, shape, value)) in fields.iter().enumerate() {
        let indent = if item && index == 0 { String::new() } else { "  ".repeat(depth) };
        let _ = match value {
            Tree::Leaf(literal, true) => writeln!(text, "{indent}{name}: {} # {mark}", scalar(literal)),
            Tree::Leaf(literal, false) => writeln!(text, "{indent}{name}: {}", scalar(literal)),
            Tree::Open => writeln!(text, "{indent}{name}: !Ref Value # {mark}"),
            Tree::Fields(_) => writeln!(text, "{indent}{name}:"),
        };
        match shape {
            Shape::List if matches!(value, Tree::Fields(_)) => {
                let _ = write!(text, "{}- ", "  ".repeat(depth + 1));
                yaml(value, mark, depth + 2, true, text);
            }
            _ => yaml(value, mark, depth + 1, false, text),
        }
    }
}

/// What stands in place of the value that a fixture is about, to find its line.
const MARK: &str = "what the fixture is about";

fn arm(kind: &str, open: bool, body: &Value) -> String {
    let mut resource = Map::new();
    resource.insert("type".to_owned(), json!(kind));
    resource.insert("apiVersion".to_owned(), json!("2024-01-01"));
    // The name of a resource within another one has as many parts.
    let name = vec!["example"; kind.split('/').count().saturating_sub(1).max(1)].join("/");
    resource.insert("name".to_owned(), json!(name));
    if let Value::Object(fields) = body {
        resource.extend(fields.clone());
    }
    let mut template = Map::new();
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    template.insert("$schema".to_owned(), json!(schema));
    template.insert("contentVersion".to_owned(), json!("1.0.0.0"));
    if open {
        template.insert("parameters".to_owned(), json!({ "value": { "type": "string" } }));
    }
    template.insert("resources".to_owned(), json!([resource]));
    format!("{:#}\n", Value::Object(template))
}

fn plain(tree: &Tree, marked: bool) -> Value {
    match tree {
        Tree::Leaf(_, true) | Tree::Open if marked => json!(MARK),
        Tree::Leaf(Literal::Bool(truth), _) => json!(truth),
        Tree::Leaf(Literal::Number(number), _) => json!(number),
        Tree::Leaf(Literal::Text(text), _) => json!(text),
        Tree::Leaf(Literal::Texts(text), _) => json!([text]),
        Tree::Open => json!("[parameters('value')]"),
        Tree::Fields(fields) => {
            let members = fields.iter().map(|(name, shape, value)| {
                let value = plain(value, marked);
                (name.clone(), if *shape == Shape::List && value.is_object() { json!([value]) } else { value })
            });
            Value::Object(members.collect())
        }
    }
}
