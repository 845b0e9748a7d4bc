//! Applications that an `ApplicationSet` of Argo CD makes: one for each set of parameters that its generators give.
//!
//! Lists, and folders of the repository, are followed, also in a matrix of two. What other generators would give (clusters,
//! files, pull requests) is not known, so such a set is one application in whose texts those parameters stay as they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use crate::document::{Entry, Map, Node, Value};
use crate::source::Workspace;

/// Most applications that one set makes.
const MOST: usize = 256;

/// Deepest nesting of generators.
const MAX_DEPTH: usize = 3;

/// The values of parameters, by name.
type Parameters = BTreeMap<String, String>;

/// Whether an object is a set of applications.
pub(super) fn is_one(object: &Node) -> bool {
    let text = |key: &str| object.get(key).and_then(Node::as_str).unwrap_or("");
    text("kind") == "ApplicationSet" && text("apiVersion").starts_with("argoproj.io/")
}

/// The applications that a set makes, each once. Folders are those of a repository where it is there.
pub(super) fn applications(set: &Node, workspace: Option<&Workspace>) -> Vec<Node> {
    let Some(template) = set.at(&["spec", "template"]) else { return Vec::new() };
    let generators = set.at(&["spec", "generators"]).map_or(&[][..], Node::items);
    let all = generators.iter().flat_map(|generator| parameters(generator, workspace, 0));
    let distinct: BTreeSet<Parameters> = all.take(MOST).collect();
    distinct.iter().map(|parameters| application(&filled(template, parameters), set)).collect()
}

/// What all applications of a set have in common: the template as an application, with its parameters as they are written.
pub fn common(set: &Node) -> Option<Node> {
    let template = set.at(&["spec", "template"]).filter(|template| is_one(set) && template.as_map().is_some())?;
    Some(application(template, set))
}

/// The globs of folders that generators of a set look for.
pub(super) fn folders(set: &Node) -> Vec<&str> {
    let generators = set.at(&["spec", "generators"]).map_or(&[][..], Node::items);
    let nested = generators.iter().flat_map(|generator| {
        let inner = ["matrix", "merge"].iter().filter_map(|key| generator.at(&[key, "generators"]));
        std::iter::once(generator).chain(inner.flat_map(Node::items))
    });
    nested
        .filter_map(|generator| generator.at(&["git", "directories"]))
        .flat_map(Node::items)
        .filter_map(path)
        .collect()
}

fn path(node: &Node) -> Option<&str> {
    node.get("path").and_then(Node::as_str)
}

/// A template as the application that it becomes, known as one.
fn application(template: &Node, set: &Node) -> Node {
    let Value::Map(map) = &template.value else { return template.clone() };
    let mut entries: Vec<Entry> = ["apiVersion"].iter().filter_map(|key| set.entry(key)).cloned().collect();
    let kind =
        set.entry("kind").map(|entry| Entry { value: Node::text("Application", entry.value.span), ..entry.clone() });
    entries.extend(kind);
    entries.extend(map.entries.iter().cloned());
    Node { value: Value::Map(Arc::new(Map { entries, rest: map.rest.clone() })), ..template.clone() }
}

fn parameters(generator: &Node, workspace: Option<&Workspace>, depth: usize) -> Vec<Parameters> {
    let elements = generator.at(&["list", "elements"]).map_or(&[][..], Node::items);
    if !elements.is_empty() {
        return elements.iter().map(of_element).collect();
    }
    let directories = generator.at(&["git", "directories"]).map_or(&[][..], Node::items);
    if let Some(workspace) = workspace.filter(|_| !directories.is_empty()) {
        return of_folders(directories, workspace);
    }
    let both = generator.at(&["matrix", "generators"]).map_or(&[][..], Node::items);
    if let ([one, other], true) = (both, depth < MAX_DEPTH) {
        let others = parameters(other, workspace, depth + 1);
        let all = parameters(one, workspace, depth + 1).into_iter().flat_map(|one| {
            others.iter().map(move |other| one.clone().into_iter().chain(other.clone()).collect()).collect::<Vec<_>>()
        });
        return all.take(MOST).collect();
    }
    vec![Parameters::new()]
}

/// The scalars of an element, by their paths.
fn of_element(element: &Node) -> Parameters {
    let mut found = Parameters::new();
    let mut open = vec![(String::new(), element)];
    while let Some((path, node)) = open.pop() {
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match &node.value {
            Value::Map(map) => open.extend(map.entries.iter().map(|entry| (below(&entry.key.name), &entry.value))),
            Value::Str(text) => drop(found.insert(path, text.as_str().to_owned())),
            Value::Int(number) => drop(found.insert(path, number.to_string())),
            Value::Bool(truth) => drop(found.insert(path, truth.to_string())),
            _ => {}
        }
    }
    found
}

/// The folders of the repository that globs name, each with what is known of its path.
fn of_folders(directories: &[Node], workspace: &Workspace) -> Vec<Parameters> {
    let globs = |excluded: bool| -> Vec<GlobMatcher> {
        let is_excluded = |node: &&Node| node.get("exclude").and_then(Node::as_bool).unwrap_or(false) == excluded;
        let globs = directories.iter().filter(is_excluded).filter_map(path);
        let built = globs.filter_map(|glob| GlobBuilder::new(glob).literal_separator(true).build().ok());
        built.map(|glob| glob.compile_matcher()).collect()
    };
    let (wanted, excluded) = (globs(false), globs(true));
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    for file in workspace.ids() {
        let mut path = workspace.path(file);
        while let Some((folder, _)) = path.rsplit_once('/') {
            path = folder;
            if !folders.insert(folder) {
                break;
            }
        }
    }
    let is_wanted = |folder: &&&str| {
        wanted.iter().any(|glob| glob.is_match(folder)) && !excluded.iter().any(|glob| glob.is_match(folder))
    };
    folders.iter().filter(is_wanted).take(MOST).map(|folder| of_folder(folder)).collect()
}

fn of_folder(folder: &str) -> Parameters {
    let last = folder.rsplit('/').next().unwrap_or(folder);
    let mut found = Parameters::from(
        [("path", folder), ("path.path", folder), ("path.basename", last)]
            .map(|(name, text)| (name.to_owned(), text.to_owned())),
    );
    found.extend(folder.split('/').enumerate().map(|(at, part)| (format!("path[{at}]"), part.to_owned())));
    found
}

/// A tree with the parameters that are known filled in. As deep as trees are.
fn filled(node: &Node, parameters: &Parameters) -> Node {
    let value = match &node.value {
        Value::Str(text) if text.as_str().contains("{{") => {
            return Node { trail: node.trail.clone(), ..Node::text(filled_text(text.as_str(), parameters), node.span) };
        }
        Value::List(items) => Value::List(Arc::new(items.iter().map(|item| filled(item, parameters)).collect())),
        Value::Map(map) => {
            let entry = |entry: &Entry| Entry { value: filled(&entry.value, parameters), ..entry.clone() };
            Value::Map(Arc::new(Map { entries: map.entries.iter().map(entry).collect(), rest: map.rest.clone() }))
        }
        _ => return node.clone(),
    };
    Node { value, span: node.span, trail: node.trail.clone() }
}

/// A text with its parameters filled in, as both kinds of templates write them: `{{name}}`, `{{ .name }}`.
fn filled_text(text: &str, parameters: &Parameters) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((inner, after)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        let name = inner.trim_matches(['-', ' ']);
        match parameters.get(name.strip_prefix('.').unwrap_or(name)) {
            Some(value) => out.push_str(value),
            None => out.extend(["{{", inner, "}}"]),
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn a_set_makes_an_application_for_each_of_its_parameters() {
        let files =
            [("apps/a/Chart.yaml", "x"), ("apps/b/deep/Chart.yaml", "x"), ("apps/old/Chart.yaml", "x"), ("c/x", "")];
        for (generators, want) in [
            ("- list: {elements: [{env: dev, n: 1}, {env: prod, more: {x: y}}]}", &["dev-- ", "prod--y "][..]),
            (
                "- git: {directories: [{path: 'apps/*'}, {path: apps/old, exclude: true}]}",
                &["-apps/a- a", "-apps/b- b"],
            ),
            (
                "- matrix: {generators: [{git: {directories: [{path: apps/a}]}}, {list: {elements: [{env: x}, {env: z}]}}]}",
                &["x-apps/a- a", "z-apps/a- a"],
            ),
            ("- clusters: {}", &["-- "]),
            ("[]", &[]),
        ] {
            let set = format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec:\n  generators:\n  {generators}\n  template:\n    spec: {{name: '{{{{env}}}}-{{{{ .path.path }}}}-{{{{more.x}}}} {{{{path.basename}}}}'}}\n"
            );
            let workspace = Workspace::in_memory(files.into_iter().chain([("set.yaml", set.as_str())]));
            let source = workspace.source(workspace.find("set.yaml").unwrap()).unwrap();
            let document = syntax::parse(syntax::named("yaml").unwrap(), source);
            let set = &document.roots[0];
            assert!(is_one(set));
            let made = applications(set, Some(&workspace));
            let names: Vec<String> = made
                .iter()
                .map(|one| {
                    let name = one.at(&["spec", "name"]).and_then(Node::as_str).unwrap().to_owned();
                    let unknown = ["{{env}}", "{{ .path.path }}", "{{more.x}}", "{{path.basename}}"];
                    unknown.iter().fold(name, |name, hole| name.replace(hole, ""))
                })
                .collect();
            assert_eq!(names, want, "{generators}");
            assert!(made.iter().all(|one| one.get("kind").and_then(Node::as_str) == Some("Application")));
        }
    }
}
