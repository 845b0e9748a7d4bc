//! The files of a project and what they take from each other.

use std::collections::HashSet;
use std::sync::Arc;

use super::environment::Environment;
use super::{CODE, COMPOSE, booleans, interpolate, merge, unresolved, with_entries};
use crate::dialect::{Corpus, join};
use crate::document::{Document, Entry, Node, Problem, Value};
use crate::kernel::budget::Share;
use crate::source::Span;
use crate::syntax;

/// Services extend services to this length of chain.
const MAX_CHAIN: usize = 16;

/// Most files that one project includes.
const MAX_FILES: usize = 64;

/// A Compose file that is started on its own, with all it refers to.
pub(super) struct Project<'a> {
    corpus: &'a Corpus<'a>,
    environment: Environment,
    main: (String, Node),
    included: Vec<(String, Node)>,
    pub(super) problems: Vec<Problem>,
}

/// Whether a file is an override of one beside it, and therefore judged as a part of that.
pub(super) fn is_merged_elsewhere(document: &Document, corpus: &Corpus<'_>) -> bool {
    let name = document.file_name();
    ["docker-compose.", "compose."].iter().any(|stem| {
        let overrides = name.strip_prefix(stem).is_some_and(|rest| matches!(rest, "override.yml" | "override.yaml"));
        overrides && beside(document, stem, &["yaml", "yml"], corpus).is_some()
    })
}

/// Whether a service says what it runs.
pub(super) fn is_whole(service: &Node) -> bool {
    service.get("image").or_else(|| service.get("build")).is_some()
}

/// Whether another Compose file of the same directory has a service of this name that says what it runs.
pub(super) fn has_whole_service_beside(name: &str, document: &Document, corpus: &Corpus<'_>) -> bool {
    let others = corpus.in_directory("compose", document.directory()).into_iter();
    let mut others = others.filter(|other| other.file != document.file).flat_map(|other| &other.roots);
    others.any(|root| root.at(&["services", name]).is_some_and(is_whole))
}

/// The first of the files `stem` + ending in the directory of a document that is a Compose file.
fn beside<'a>(document: &Document, stem: &str, endings: &[&str], corpus: &Corpus<'a>) -> Option<&'a Document> {
    let directory = document.directory();
    endings.iter().find_map(|ending| {
        let path = join(directory, &format!("{stem}{ending}"))?;
        let file = corpus.workspace.find(&path)?;
        corpus.document("compose", file)
    })
}

impl<'a> Project<'a> {
    pub(super) fn read(document: &Document, corpus: &'a Corpus<'a>) -> Project<'a> {
        let given = corpus.inputs.environments.first().and_then(|path| corpus.workspace.find(path));
        let own = || join(document.directory(), ".env").and_then(|path| corpus.workspace.find(&path));
        let variables = given.or_else(own).and_then(|file| corpus.workspace.source(file).ok());
        let written = corpus.workspace.source(document.file).map_or(0, |source| source.text().len());
        let written = written + variables.map_or(0, |source| source.text().len());
        let projects = corpus.documents.get(COMPOSE.name).map_or(1, Vec::len);
        let share = Share::of(Share::RUN, projects, Share::SCOPE).for_input(written);
        let environment =
            variables.map_or_else(|| Environment::within(share), |source| Environment::read(source, share));
        let nothing = Node::map(Vec::new(), Span::new(document.file, 0, 0));
        let mut root = document.roots.first().map_or(nothing, |root| interpolate::tree(root, &environment));
        for stem in ["docker-compose", "compose"] {
            let plain = matches!(document.file_name().strip_prefix(stem), Some(".yml" | ".yaml"));
            let endings = [".override.yaml", ".override.yml"];
            let upper = beside(document, stem, &endings, corpus).filter(|_| plain);
            if let Some(upper) = upper.and_then(|upper| upper.roots.first()) {
                root = merge::lay(&root, &interpolate::tree(upper, &environment), "");
            }
        }
        let main = (document.path.to_string(), root);
        let mut project = Project { corpus, environment, main, included: Vec::new(), problems: Vec::new() };
        project.include();
        project
    }

    /// The project's own file, and the included ones that are not judged as Compose files of their own.
    pub(super) fn files(&self) -> Vec<(String, Node)> {
        let own = |path: &str| {
            let file = self.corpus.workspace.find(path);
            file.is_some_and(|file| self.corpus.document("compose", file).is_some())
        };
        let others = self.included.iter().filter(|(path, _)| !own(path));
        std::iter::once(&self.main).chain(others).cloned().collect()
    }

    /// The names of services that say what they run in a file which the project includes: another file of the project can only add to these.
    pub(super) fn whole_services_included(&self) -> HashSet<Arc<str>> {
        let services = self.included.iter().filter_map(|(_, root)| root.get("services")).flat_map(Node::entries);
        services.filter(|entry| is_whole(&entry.value)).map(|entry| Arc::clone(&entry.key.name)).collect()
    }

    /// Reads the files that `include` names, and those that they include.
    fn include(&mut self) {
        let mut todo = vec![self.main.clone()];
        while let Some((path, root)) = todo.pop() {
            for (wanted, span) in included_paths(&root) {
                let known = |path: &str| self.included.iter().any(|(known, _)| known == path);
                let target = join(directory(&path), &wanted).filter(|target| *target != self.main.0);
                let target = target.filter(|target| !known(target));
                let Some(target) = target.filter(|_| self.included.len() < MAX_FILES) else { continue };
                match self.load(&target) {
                    Some(node) => {
                        self.included.push((target.clone(), node.clone()));
                        todo.push((target, node));
                    }
                    None => self.missing(&path, span, &wanted),
                }
            }
        }
    }

    fn load(&self, path: &str) -> Option<Node> {
        let file = self.corpus.workspace.find(path)?;
        let source = self.corpus.workspace.source(file).ok()?;
        let document = syntax::parse(syntax::named("yaml")?, source);
        document.roots.first().map(|root| interpolate::tree(root, &self.environment))
    }

    fn missing(&mut self, path: &str, span: Span, wanted: &str) {
        let message = format!("`{wanted}` is not in this repository");
        let notice = Problem::notice(CODE, path, Some(span), message);
        self.problems.push(notice.help("what it would add to the project is unknown"));
    }

    /// Tells that something was left open for want of room.
    pub(super) fn tell_limit(&mut self) {
        if self.environment.is_short() {
            let message =
                "the variables of the project make more text than its part of the run may have, the limit here";
            let problem = Problem::error("compose::limit", &*self.main.0, None, message);
            self.problems.push(problem.help("let variables be made of fewer variables, or split the project"));
        }
    }

    /// A service with all that it extends.
    pub(super) fn service(&mut self, path: &str, root: &Node, entry: &Entry) -> Node {
        booleans::typed_service(&merge::settled(&self.extended(path, root, &entry.key.name, &entry.value, 0)))
    }

    fn extended(&mut self, path: &str, root: &Node, name: &str, service: &Node, depth: usize) -> Node {
        let Some(extends) = service.entry("extends") else { return service.clone() };
        let at = extends.span();
        let base_name = extends.value.as_str().or_else(|| extends.value.get("service").and_then(Node::as_str));
        let Some(base_name) = base_name else { return open(service, "what it extends is not known") };
        if depth >= MAX_CHAIN {
            let message = format!("service `{name}` extends itself");
            self.problems.push(Problem::error(CODE, path, Some(at), message).help("break the circle of `extends`"));
            return open(service, "it extends itself");
        }
        let (base_path, base_root) = match extends.value.get("file") {
            None => (path.to_owned(), root.clone()),
            Some(file) => {
                let wanted = file.as_str().unwrap_or_default();
                let found =
                    join(directory(path), wanted).and_then(|target| Some((target.clone(), self.load(&target)?)));
                let Some(found) = found else {
                    self.missing(path, file.span, wanted);
                    return open(
                        service,
                        &format!("it extends a service of `{wanted}`, which is not in this repository"),
                    );
                };
                found
            }
        };
        let Some(base) = base_root.at(&["services", base_name]) else {
            let message = format!("there is no service `{base_name}` to extend");
            self.problems.push(Problem::error(CODE, path, Some(at), message).help("correct the name"));
            return open(service, "the service it extends does not exist");
        };
        let base = self.extended(&base_path, &base_root, base_name, base, depth + 1);
        merge::lay(&inherited(&merge::settled(&base), base_name, at, service.span), service, "")
    }
}

/// The entries of a service as another one inherits them: they stand where it says `extends`.
fn inherited(base: &Node, name: &str, at: Span, span: Span) -> Node {
    let Some(map) = base.as_map() else { return base.clone() };
    let what: Arc<str> = format!("service `{name}`").into();
    let entries = map.entries.iter().filter(|entry| &*entry.key.name != "extends");
    let entries =
        entries.map(|entry| Entry::new(Arc::clone(&entry.key.name), at, entry.value.used_at(at, Arc::clone(&what))));
    Node::new(with_entries(map, entries.collect()), span)
}

/// A service that inherits what nobody knows.
fn open(service: &Node, because: &str) -> Node {
    let mut service = service.clone();
    if let Value::Map(map) = &mut service.value {
        Arc::make_mut(map).rest = Some(unresolved("extends", because));
    }
    service
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The paths under `include`, short and long form.
pub(super) fn included_paths(root: &Node) -> Vec<(String, Span)> {
    let mut paths = Vec::new();
    for item in root.get("include").map_or(&[][..], Node::items) {
        let place = item.get("path").unwrap_or(item);
        for path in std::iter::once(place).chain(place.items()) {
            paths.extend(path.as_str().map(|text| (text.to_owned(), path.span)));
        }
    }
    paths
}
