//! A chart on disk, with the charts it depends on.

use std::collections::BTreeMap;
use std::rc::Rc;

use semver::{Version, VersionReq};

use super::ignore::Ignored;
use super::template::{self, Kind, Object, Val};
use super::{CODE, is_archive, values};
use crate::document::{Node, Problem};
use crate::source::{FileId, Span, Workspace};
use crate::{dialect, syntax};

/// Charts depend on charts to this depth.
const MAX_NESTING: usize = 8;

/// A chart.
pub(super) struct Chart {
    /// Its directory.
    pub(super) directory: String,
    /// What it is called: by its parent, where that gives it another name.
    pub(super) name: Rc<str>,
    /// `Chart.yaml`.
    pub(super) meta: Node,
    /// `values.yaml`.
    pub(super) values: Val,
    /// Whether it only defines templates for others.
    pub(super) library: bool,
    /// Whether it is rendered with its parent: it lies in the folder of that, or is handed values by it. One that only stands
    /// beside it is judged as a chart of its own.
    pub(super) rendered: bool,
    /// The charts it depends on.
    pub(super) dependencies: Vec<Dependency>,
    /// Those of them that are not in the repository.
    pub(super) missing: Vec<Missing>,
    /// What is no part of it.
    ignored: Rc<Ignored>,
}

impl Chart {
    /// Takes its switches, and those of the charts it depends on, for on, as whoever installs it may set them.
    pub(super) fn switch_on(&mut self) {
        self.values = values::switched_on(&self.values);
        self.dependencies.iter_mut().for_each(|dependency| dependency.chart.switch_on());
    }
}

/// A chart that another one depends on.
pub(super) struct Dependency {
    pub(super) chart: Chart,
    place: Place,
    declared: Declared,
}

/// A chart that another one depends on and that is not in the repository. What it says is not known.
pub(super) struct Missing {
    /// What its parent calls it.
    pub(super) name: Rc<str>,
    /// The chart's own name: that of the templates which it defines.
    pub(super) chart: Rc<str>,
    /// Where its parent names it, and why nothing is known of it.
    pub(super) place: Rc<template::Place>,
    declared: Declared,
}

/// What a chart says of one that it depends on.
struct Declared {
    /// Paths of values, the first of which to exist decides whether it is there.
    conditions: Vec<String>,
    tags: Vec<String>,
    /// Values of it that its parent takes over: from, to.
    imports: Vec<(String, String)>,
}

/// Where a dependency is found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the `charts` folder of its parent.
    Inside,
    /// At the path that its parent names with `file://`.
    Named,
    /// Beside its parent, which takes it from a repository of charts.
    Beside,
}

/// Reads charts.
pub(super) struct Loader<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Loader<'a> {
    pub(super) fn new(workspace: &'a Workspace) -> Loader<'a> {
        Loader { workspace, problems: Vec::new() }
    }

    /// The chart in a directory.
    pub(super) fn load(&mut self, directory: &str) -> Option<Chart> {
        self.read(directory, None, None, 0)
    }

    /// The chart in a directory; `parent` is the one in whose folder it lies.
    fn read(&mut self, directory: &str, alias: Option<&str>, parent: Option<&Chart>, depth: usize) -> Option<Chart> {
        let directory = &*self.workspace.real(directory);
        let meta = self.parse(&in_directory(directory, "Chart.yaml"))?;
        let name = alias.or_else(|| meta.get("name").and_then(Node::as_str)).unwrap_or("chart").to_owned();
        let own = self.parse(&in_directory(directory, "values.yaml"));
        let empty = || Val::map(BTreeMap::new());
        let values = own.map(|root| values::from_file(&root)).filter(|values| values.as_map().is_some());
        let mut chart = Chart {
            directory: directory.to_owned(),
            name: name.as_str().into(),
            library: meta.get("type").and_then(Node::as_str) == Some("library"),
            values: values.unwrap_or_else(empty),
            rendered: depth == 0 || parent.is_some_and(|parent| parent.rendered),
            ignored: parent.map_or_else(|| Rc::new(self.ignored(directory)), |parent| Rc::clone(&parent.ignored)),
            dependencies: Vec::new(),
            missing: Vec::new(),
            meta,
        };
        if depth < MAX_NESTING {
            self.dependencies(&mut chart, depth);
        }
        Some(chart)
    }

    /// What the `.helmignore` of a chart says.
    fn ignored(&mut self, directory: &str) -> Ignored {
        let file = self.workspace.find(&in_directory(directory, ".helmignore"));
        let Some(source) = file.and_then(|file| self.workspace.seen(file)) else {
            return Ignored::read(directory, "").0;
        };
        let (ignored, refused) = Ignored::read(directory, source.text());
        self.problems.extend(refused.into_iter().map(|(at, because)| {
            let problem = Problem::error(CODE, source.path(), Some(source.span(at, at + 1)), because);
            problem.help("write a pattern for each folder")
        }));
        ignored
    }

    fn parse(&mut self, path: &str) -> Option<Node> {
        let source = self.workspace.seen(self.workspace.find(path)?)?;
        let document = syntax::parse(syntax::named("yaml-1.1")?, &source);
        self.problems.extend(document.problems.into_iter().filter(|_| !path.ends_with("Chart.yaml")));
        document.roots.into_iter().next()
    }

    fn dependencies(&mut self, chart: &mut Chart, depth: usize) {
        let legacy = self.parse(&in_directory(&chart.directory, "requirements.yaml"));
        let lists =
            [chart.meta.get("dependencies").cloned(), legacy.and_then(|root| root.get("dependencies").cloned())];
        let wanted: Vec<Node> = lists.iter().flatten().flat_map(|list| list.items().to_vec()).collect();
        let mut known = Vec::new();
        for dependency in &wanted {
            let Some(name) = dependency.get("name").and_then(Node::as_str) else { continue };
            known.push(name.to_owned());
            let alias = dependency.get("alias").and_then(Node::as_str).unwrap_or(name);
            match self.find(chart, name, dependency).and_then(|(directory, place)| {
                let parent = (place == Place::Inside).then_some(&*chart);
                Some((self.read(&directory, Some(alias), parent, depth + 1)?, place))
            }) {
                Some((found, place)) => chart.dependencies.push(Dependency::new(found, dependency, place)),
                None => self.missing(chart, (name, alias), dependency),
            }
        }
        // What lies in the folder is loaded without being asked for.
        for directory in self.vendored(chart) {
            if known.iter().any(|name| directory.rsplit('/').next() == Some(name)) {
                continue;
            }
            if let Some(found) = self.read(&directory, None, Some(chart), depth + 1)
                && !known.iter().any(|name| **name == *found.name)
            {
                let nothing = Node::map(Vec::new(), chart.meta.span);
                chart.dependencies.push(Dependency::new(found, &nothing, Place::Inside));
            }
        }
    }

    /// Where a dependency is: in the chart's `charts` folder, at its `file://` path, or beside the chart.
    fn find(&self, chart: &Chart, name: &str, dependency: &Node) -> Option<(String, Place)> {
        let is_chart = |directory: &String| self.workspace.find(&in_directory(directory, "Chart.yaml")).is_some();
        let inside = in_directory(&chart.directory, &format!("charts/{name}"));
        if is_chart(&inside) {
            return Some((inside, Place::Inside));
        }
        if let Some(packed) = self.packed(chart, name, dependency) {
            return Some((packed, Place::Inside));
        }
        let repository = dependency.get("repository").and_then(Node::as_str).unwrap_or("");
        let local = repository.strip_prefix("file://").and_then(|path| dialect::join(&chart.directory, path));
        let beside = || {
            let (parent, own) = chart.directory.rsplit_once('/').unwrap_or(("", &chart.directory));
            (own != name && !own.is_empty()).then(|| in_directory(parent, name))
        };
        let named = local.filter(is_chart).map(|directory| (directory, Place::Named));
        named.or_else(|| Some((beside().filter(is_chart)?, Place::Beside)))
    }

    /// The charts in the `charts` folder of a chart, packaged ones too.
    fn vendored(&self, chart: &Chart) -> Vec<String> {
        let mut found = Vec::new();
        for directory in self.subdirectories(&in_directory(&chart.directory, "charts")) {
            if is_archive(&directory) {
                found.extend(self.subdirectories(&directory));
            } else if !chart.ignored.covers(&in_directory(&directory, "Chart.yaml")) {
                found.push(directory);
            }
        }
        found
    }

    /// The packaged chart of a name; of several the one of the version that is asked for.
    fn packed(&self, chart: &Chart, name: &str, dependency: &Node) -> Option<String> {
        let mut packed = self.vendored(chart).into_iter().filter(|directory| {
            directory.rsplit_once('/').is_some_and(|(archive, inner)| inner == name && is_archive(archive))
        });
        let wanted = dependency.get("version").and_then(Node::as_str).and_then(|text| VersionReq::parse(text).ok());
        let first = packed.next()?;
        let fits = |directory: &String| {
            let archive = directory.rsplit_once('/').and_then(|(archive, _)| archive.rsplit('/').next());
            let version =
                archive.and_then(|archive| archive.strip_prefix(name)?.strip_prefix('-')?.strip_suffix(".tgz"));
            let version = version.and_then(|text| Version::parse(text).ok());
            version.zip(wanted.as_ref()).is_some_and(|(version, wanted)| wanted.matches(&version))
        };
        if fits(&first) { Some(first) } else { packed.find(fits).or(Some(first)) }
    }

    fn missing(&mut self, chart: &mut Chart, (name, alias): (&str, &str), dependency: &Node) {
        let path = in_directory(&chart.directory, "Chart.yaml");
        let span = dependency.entry("name").map_or(dependency.span, crate::document::Entry::span);
        let message = format!("chart `{name}`, which this one depends on, is not in this repository");
        let help = "what comes from it is open; run `helm dependency update` and scan the result to judge it too";
        self.problems.push(Problem::notice(CODE, path, Some(span), message).help(help));
        let because = format!("chart `{name}` is not in the repository (`helm dependency update` fetches it)");
        let place = template::Place::new(span, format!("value `{alias}`").into());
        chart.missing.push(Missing {
            name: alias.into(),
            chart: name.into(),
            place: Rc::new(template::Place { unknown: Some(because.into()), ..(*place).clone() }),
            declared: Declared::read(dependency),
        });
    }

    /// The directories directly in a directory that have files.
    fn subdirectories(&self, directory: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let directory = &*self.workspace.real(directory);
        for file in self.workspace.under(directory) {
            let rest = self.workspace.path(file).get(directory.len() + 1..).unwrap_or("");
            if let Some((name, _)) = rest.split_once('/') {
                let path = format!("{directory}/{name}");
                if found.last() != Some(&path) {
                    found.push(path);
                }
            }
        }
        found
    }
}

impl Dependency {
    fn new(chart: Chart, declared: &Node, place: Place) -> Dependency {
        Dependency { chart, place, declared: Declared::read(declared) }
    }
}

impl Declared {
    fn read(declared: &Node) -> Declared {
        let texts = |node: Option<&Node>| -> Vec<String> {
            node.map_or(&[][..], Node::items).iter().filter_map(Node::as_str).map(str::to_owned).collect()
        };
        let condition = declared.get("condition").and_then(Node::as_str).unwrap_or("");
        let imports = declared.get("import-values").map_or(&[][..], Node::items).iter().filter_map(|import| {
            if let Some(name) = import.as_str() {
                return Some((format!("exports.{name}"), String::new()));
            }
            Some((import.get("child")?.as_str()?.to_owned(), import.get("parent")?.as_str()?.to_owned()))
        });
        Declared {
            conditions: condition
                .split(',')
                .map(|path| path.trim().to_owned())
                .filter(|path| !path.is_empty())
                .collect(),
            tags: texts(declared.get("tags")),
            imports: imports.collect(),
        }
    }

    /// Whether values leave the chart in.
    fn enabled(&self, values: &Val) -> bool {
        let truth = |path: &str| match path.split('.').try_fold(values.clone(), |at, key| at.get(key))?.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        };
        if let Some(decided) = self.conditions.iter().find_map(|path| truth(path)) {
            return decided;
        }
        let tags: Vec<bool> = self.tags.iter().filter_map(|tag| truth(&format!("tags.{tag}"))).collect();
        tags.is_empty() || tags.contains(&true)
    }
}

impl Chart {
    /// The values that hold for the chart, given those from above. Takes out the dependencies that they disable.
    pub(super) fn settle(&mut self, given: &Val) -> Val {
        let mut own = self.values.clone();
        for dependency in &self.dependencies {
            for (from, to) in &dependency.declared.imports {
                let found = from.split('.').try_fold(dependency.chart.values.clone(), |at, key| at.get(key));
                let keys: Vec<&str> = to.split('.').filter(|key| !key.is_empty()).collect();
                if let Some(found) = found {
                    own = values::with(&own, &keys, found);
                }
            }
        }
        for missing in &self.missing {
            for (_, to) in &missing.declared.imports {
                own = values::imported(&own, to, &missing.place);
            }
        }
        let mut settled = values::lay(&own, given);
        let global = values::map_at(&settled, "global");
        settled = values::with(&settled, &["global"], global.clone());
        self.dependencies.retain(|dependency| dependency.declared.enabled(&settled));
        self.missing.retain(|missing| missing.declared.enabled(&settled));
        for dependency in &mut self.dependencies {
            let key = Rc::clone(&dependency.chart.name);
            let below = values::map_at(&settled, &key);
            // What only says whether it is there changes nothing of it.
            let is_condition =
                |name: &str| dependency.declared.conditions.iter().any(|path| *path == format!("{key}.{name}"));
            let is_given =
                |values: &Val| values.as_map().is_some_and(|map| map.borrow().keys().any(|name| !is_condition(name)));
            if dependency.place == Place::Named && (is_given(&below) || is_given(&global)) {
                dependency.chart.render();
            }
            let shared = values::lay(&values::map_at(&below, "global"), &global);
            let below = values::with(&below, &["global"], shared);
            let inner = dependency.chart.settle(&below);
            if let Some(map) = settled.as_map() {
                map.borrow_mut().insert(key, inner);
            }
        }
        for missing in &self.missing {
            let below = values::map_at(&settled, &missing.name);
            let shared = values::lay(&values::map_at(&below, "global"), &global);
            let inner = values::with(&values::unfinished(&below, &missing.place), &["global"], shared);
            if let Some(map) = settled.as_map() {
                map.borrow_mut().insert(Rc::clone(&missing.name), inner);
            }
        }
        settled
    }

    /// Has it rendered with its parent, and with it what lies in its folder.
    fn render(&mut self) {
        self.rendered = true;
        self.dependencies.iter_mut().filter(|of| of.place == Place::Inside).for_each(|of| of.chart.render());
    }

    /// The files of its `templates` folder.
    pub(super) fn templates(&self, workspace: &Workspace) -> Vec<FileId> {
        let files = workspace.under(&in_directory(&self.directory, "templates"));
        files.filter(|file| !self.ignored.covers(workspace.path(*file))).collect()
    }

    /// The files that templates may read.
    pub(super) fn files(&self, workspace: &Workspace) -> Val {
        let prefix = if self.directory.is_empty() { 0 } else { self.directory.len() + 1 };
        let mut files: BTreeMap<Rc<str>, Rc<str>> = BTreeMap::new();
        for file in workspace.under(&self.directory) {
            let path = workspace.path(file);
            let name = path.get(prefix..).unwrap_or(path);
            let hidden = ["templates/", "charts/"].iter().any(|folder| name.starts_with(folder));
            if !hidden
                && !self.ignored.covers(path)
                && !matches!(name, "Chart.yaml" | "Chart.lock" | "values.yaml" | "values.schema.json")
            {
                files.insert(name.into(), path.into());
            }
        }
        Val::new(Kind::Object(Object::Files(Rc::new(files))))
    }

    /// `.Chart`: the entries of `Chart.yaml` under the names that Go gives them.
    pub(super) fn described(&self, root: bool) -> Val {
        let meta = values::from_file(&self.meta);
        let mut entries: BTreeMap<Rc<str>, Val> = BTreeMap::new();
        if let Some(map) = meta.as_map() {
            for (key, value) in map.borrow().iter() {
                let mut letters = key.chars();
                let first = letters.next().map(|first| first.to_ascii_uppercase());
                let name: String = first.into_iter().chain(letters).collect();
                let name = if name == "ApiVersion" { "APIVersion".to_owned() } else { name };
                // Versions are text, however they are written.
                let is_text = matches!(&*name, "Version" | "AppVersion");
                entries.insert(name.into(), if is_text { Val::str(value.printed()) } else { value.clone() });
            }
        }
        let name = entries.get("Name").and_then(Val::origin);
        entries.insert("Name".into(), Val::text(Rc::clone(&self.name)).placed(name));
        entries.insert("IsRoot".into(), Val::bool(root));
        for absent in ["Version", "AppVersion", "Description", "Type", "Home", "Icon", "KubeVersion"] {
            entries.entry(absent.into()).or_insert_with(|| Val::text(""));
        }
        Val::map(entries)
    }

    /// The span of the entry that names the chart.
    pub(super) fn header(&self) -> Span {
        self.meta.entry("name").map_or(self.meta.span, |entry| entry.key.span.to(entry.value.span))
    }
}

/// The path of a file in a directory; `""` is the root.
pub(super) fn in_directory(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}
