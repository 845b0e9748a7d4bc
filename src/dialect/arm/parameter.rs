//! Parameters: declared in a template, given in a file beside it or by the deployment that nests it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dialect::file_name;
use crate::document::{Level, Node, Problem, Question, Unresolved, Value};
use crate::kernel::lift::{MAX_ALTERNATIVES, one_of};
use crate::source::{FileId, Workspace};
use crate::syntax;

/// A value that comes from outside the template; nothing in it is an expression of the template.
#[derive(Clone)]
pub struct Given {
    /// The value, where it is written.
    pub value: Node,
    /// What that place is, for a label.
    pub what: Arc<str>,
}

/// Values of parameters by their names in lower case: Azure does not tell names by their case.
pub type Values = BTreeMap<String, Given>;

/// The paths of the parameter files that a template of this path may have, and of the templates that a parameter file of
/// this path may be of.
pub fn beside_each_other(path: &str) -> impl Iterator<Item = String> {
    let name = file_name(path);
    let directory = path.strip_suffix(name).unwrap_or("");
    let of = |name: &str, ending: &str| {
        let stem = name.rsplit_once('.').filter(|(_, ending)| ["json", "jsonc", "bicep"].contains(ending))?.0;
        Some(match (stem.strip_suffix(".parameters"), stem) {
            (None, _) if ending == ".bicep" => return None,
            (Some(template), _) => format!("{directory}{template}{ending}"),
            (None, "parameters") => format!("{directory}template{ending}"),
            (None, "template") if ending == ".jsonc" => format!("{directory}parameters.json"),
            (None, stem) => format!("{directory}{stem}.parameters.json"),
        })
    };
    [of(name, ".json"), of(name, ".jsonc"), of(name, ".bicep")].into_iter().flatten()
}

/// The parameter file in JSON beside a template: `NAME.parameters.json`, or `parameters.json` beside `template.json`.
fn file_beside(workspace: &Workspace, template: &str) -> Option<FileId> {
    let name = file_name(template);
    let directory = template.strip_suffix(name).unwrap_or("");
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let exported = (stem == "template").then(|| format!("{directory}parameters.json"));
    let paths = [Some(format!("{directory}{stem}.parameters.json")), exported];
    paths.iter().flatten().find_map(|path| workspace.find(path))
}

/// Whether there is a parameter file in JSON beside a template.
pub fn has_beside(workspace: &Workspace, template: &str) -> bool {
    file_beside(workspace, template).is_some()
}

/// The values of the parameter file in JSON beside a template.
pub fn beside(workspace: &Workspace, template: &str, problems: &mut Vec<Problem>) -> Values {
    let Some(file) = file_beside(workspace, template) else { return Values::new() };
    let (Some(source), Some(json)) = (workspace.seen(file), syntax::named("json-relaxed")) else {
        return Values::new();
    };
    let document = syntax::parse(json, &source);
    problems.extend(document.problems.into_iter().filter(|problem| problem.level == Level::Error));
    let written = document.roots.first().and_then(|root| root.get("parameters")).map_or(&[][..], Node::entries);
    values(written.iter().filter_map(|entry| {
        let what = format!("value of parameter `{}` in {}", entry.key.name, document.path);
        Some((&*entry.key.name, filled_in(&value(&entry.value)?), what))
    }))
}

/// Values by their names in lower case.
pub fn values<'n>(given: impl Iterator<Item = (&'n str, Node, String)>) -> Values {
    given.map(|(name, value, what)| (name.to_ascii_lowercase(), Given { value, what: what.into() })).collect()
}

/// The values that a deployment passes to a template; where it is open which ones, all that the template declares are.
/// `value` is what an entry for a parameter gives.
pub fn passed(passed: &Node, template: &Node, what: &str, value: fn(&Node) -> Option<Node>) -> Values {
    let open = match &passed.value {
        Value::Unresolved(open) => Some(open),
        Value::Map(map) => map.rest.as_ref(),
        _ => None,
    };
    let mut given = Values::new();
    if let Some(open) = open {
        let open = Unresolved { alternatives: Vec::new(), partial: None, ..(**open).clone() };
        let node = Node { value: Value::Unresolved(Arc::new(open)), ..passed.clone() };
        let declared = template.get("parameters").map_or(&[][..], Node::entries).iter();
        given = values(declared.map(|entry| (&*entry.key.name, node.clone(), what.to_owned())));
    }
    let written = passed.entries().iter();
    given.extend(values(written.filter_map(|entry| Some((&*entry.key.name, value(&entry.value)?, what.to_owned())))));
    given
}

/// What is given for a parameter: a value, or the place of one.
pub fn value(written: &Node) -> Option<Node> {
    if let Some(reference) = written.get("reference") {
        let because = "it is looked up in a key vault at deployment";
        let mut node = Node::unresolved("", because, reference.span);
        if let Value::Unresolved(open) = &mut node.value {
            Arc::make_mut(open).partial = Some(Box::default());
        }
        return Some(node);
    }
    let Value::Unresolved(open) = &written.value else { return written.get("value").cloned() };
    // Of several objects of which one is passed, each has its value.
    let values: Option<Vec<Node>> = open.alternatives.iter().map(|object| object.get("value").cloned()).collect();
    let open = Unresolved { alternatives: values.unwrap_or_default(), partial: None, ..(**open).clone() };
    Some(Node { value: Value::Unresolved(Arc::new(open)), ..written.clone() })
}

/// A value of a parameter file, in which `${NAME}` is filled in from the environment by the tool that deploys it. What stands
/// for a variable that is not set (`${NAME=default}`) counts, as it does in Compose.
fn filled_in(value: &Node) -> Node {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let variable = value.as_str().and_then(|text| text.strip_prefix("${")?.strip_suffix('}'));
    let Some(inner) = variable else { return value.clone() };
    let (name, rest) = inner.split_at(inner.find(|c| !is_name(c)).unwrap_or(inner.len()));
    if name.is_empty() || !(rest.is_empty() || rest.starts_with([':', '=', '-'])) {
        return value.clone();
    }
    let default = rest.strip_prefix(':').unwrap_or(rest).strip_prefix(['=', '-']);
    if let Some(default) = default.filter(|default| !default.contains('$')) {
        return Node::text(default, value.span);
    }
    let because = format!("variable `{name}` of the environment fills it in");
    Node::unresolved(value.as_str().unwrap_or(""), because, value.span)
}

/// A given value where the parameter has a default: null may be taken for null or for nothing at all.
pub fn or_default(name: &str, given: &Node, default: impl FnOnce() -> Node) -> Node {
    let is_null = |node: &Node| matches!(node.value, Value::Null);
    match &given.value {
        Value::Null => {
            let unresolved = Unresolved {
                because: format!("null is passed for parameter `{name}`, which has a default").into(),
                alternatives: vec![given.clone(), default()],
                ..Unresolved::default()
            };
            Node { value: Value::Unresolved(Arc::new(unresolved)), ..given.clone() }
        }
        Value::Unresolved(open) if open.alternatives.iter().any(is_null) => {
            let mut open = (**open).clone();
            open.alternatives.push(default());
            if open.alternatives.len() > MAX_ALTERNATIVES {
                open.alternatives.clear();
            }
            Node { value: Value::Unresolved(Arc::new(open)), ..given.clone() }
        }
        _ => given.clone(),
    }
}

/// The value of a parameter that is not given and has no default; `shown` is how the template names it.
pub fn undecided(name: &str, shown: String, declaration: &Node) -> Node {
    // One declaration may be read for several deployments, each of which is judged on its own.
    let place = declaration.span;
    let id = format!("arm parameter {}:{} {name}", place.file.0, place.start);
    let is = |wanted: &[&str]| {
        let kind = declaration.get("type").and_then(Node::as_str).unwrap_or("");
        wanted.iter().any(|known| known.eq_ignore_ascii_case(kind))
    };
    let allowed = declaration.get("allowedValues").map_or(&[][..], Node::items);
    let is_list = is(&["array"]);
    let question = if is(&["bool"]) { Question::of_truth(id, shown) } else { Question::new(id, shown) };
    let mut unresolved = Unresolved {
        because: format!("parameter `{name}` has no default").into(),
        partial: is(&["string", "securestring", "int", "bool"]).then(Box::default),
        ..Unresolved::default()
    };
    let is_closed = !(is_list || allowed.len() > MAX_ALTERNATIVES);
    one_of(&mut unresolved, question, if is_closed { allowed.to_vec() } else { Vec::new() });
    Node::new(Value::Unresolved(Arc::new(unresolved)), declaration.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn what_stands_for_a_variable_that_is_not_set_counts() {
        for (written, want) in [
            ("${A}", None),
            ("${A=auto}", Some("auto")),
            ("${A:=auto}", Some("auto")),
            ("${A:-auto}", Some("auto")),
            ("${A-}", Some("")),
            ("${A=${B}}", None),
            ("${A:?must}", None),
            ("${a b}", Some("${a b}")),
            ("$A", Some("$A")),
        ] {
            let filled = filled_in(&Node::text(written, Span::new(FileId(0), 0, 0)));
            assert_eq!(filled.as_str(), want, "{written}");
        }
    }
}
