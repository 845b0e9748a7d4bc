//! Releases of charts of this repository, as Flux, Argo CD and Kustomize make them: with values of their own.
//!
//! A chart that is released is judged as its releases deploy it. What a release takes from a Secret, or from a file or
//! `ConfigMap` that is not in the repository, may set any value of the chart: those that the release does not set itself
//! are unknown then.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::application_set;
use super::chart::in_directory;
use super::template::Val;
use super::{CODE, values};
use crate::dialect::{Corpus, join, kubernetes, ties};
use crate::document::{Document, Node, Problem, Value};
use crate::source::{FileId, Workspace};
use crate::syntax;

/// A release of a chart.
pub(super) struct Release<'c> {
    /// What templates know it by.
    pub(super) name: String,
    /// The namespace it goes to.
    pub(super) namespace: String,
    /// The file that says so.
    pub(super) path: &'c str,
    layers: Vec<Layer>,
}

/// Values, later ones over earlier ones.
enum Layer {
    /// A values file, relative to the root of the repository.
    File(Node, Option<String>),
    /// Written in the release.
    Written(Node),
    /// A single value of a path.
    One(String, Node),
    /// The data of an object: its kind, its name, the key, and the path of the value where it is only one.
    Object { kind: String, name: String, key: String, path: Option<String>, at: Node },
}

/// What the values of a release come to.
pub(super) struct Given {
    pub(super) values: Val,
    /// Why others may be set that are not known.
    pub(super) open: Option<Arc<str>>,
    pub(super) problems: Vec<Problem>,
}

/// Whether an object releases a chart that is here.
pub(crate) fn is_followed(object: &Node, workspace: &Workspace) -> bool {
    let is_here = |source: &Source<'_>| workspace.find(&in_directory(&source.chart, "Chart.yaml")).is_some();
    releasing(object, Some(workspace)).iter().any(|object| sources(object).iter().any(is_here))
}

/// The objects that release, of one that does or that makes some that do.
pub(crate) fn releasing<'n>(object: &'n Node, workspace: Option<&Workspace>) -> Vec<Cow<'n, Node>> {
    if application_set::is_one(object) {
        return application_set::applications(object, workspace).into_iter().map(Cow::Owned).collect();
    }
    vec![Cow::Borrowed(object)]
}

/// A chart that an object releases.
struct Source<'n> {
    /// The directory of the chart.
    chart: String,
    helm: Option<&'n Node>,
}

fn text<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n str> {
    node.at(keys).and_then(Node::as_str)
}

fn items<'n>(node: &'n Node, keys: &[&str]) -> &'n [Node] {
    node.at(keys).map_or(&[][..], Node::items)
}

/// The charts that an object releases by their paths in a repository.
fn sources(object: &Node) -> Vec<Source<'_>> {
    let group = text(object, &["apiVersion"]).and_then(|version| version.split('/').next()).unwrap_or("");
    let directory = |path: &str| join("", path.trim_start_matches('/'));
    match (group, text(object, &["kind"]).unwrap_or("")) {
        ("helm.toolkit.fluxcd.io", "HelmRelease") => {
            let kept = matches!(
                text(object, &["spec", "chart", "spec", "sourceRef", "kind"]),
                Some("GitRepository" | "Bucket")
            );
            let chart = text(object, &["spec", "chart", "spec", "chart"]).filter(|_| kept).and_then(directory);
            chart.map(|chart| Source { chart, helm: None }).into_iter().collect()
        }
        ("argoproj.io", "Application") => {
            let one = object.at(&["spec", "source"]).into_iter();
            let sources = one.chain(items(object, &["spec", "sources"])).filter(|source| source.get("chart").is_none());
            let chart = |source: &'_ Node| text(source, &["path"]).and_then(directory);
            sources.filter_map(|source| Some(Source { chart: chart(source)?, helm: source.get("helm") })).collect()
        }
        _ => Vec::new(),
    }
}

/// The releases of all charts of a repository, by the directory of the chart.
pub(super) type Releases<'c> = BTreeMap<String, Vec<Release<'c>>>;

/// Who releases the charts that are here. A set of applications goes through all folders, so that is asked once for all charts.
pub(super) fn all<'c>(corpus: &'c Corpus<'_>) -> Releases<'c> {
    let documents = corpus.documents.get("kubernetes").map_or(&[][..], Vec::as_slice);
    let mut found = Releases::new();
    for document in corpus.documents.get("kustomize").into_iter().flatten() {
        for one in document.roots.iter().flat_map(|root| inflated(root, document.directory())) {
            let chart = corpus.workspace.real(&one.chart).into_owned();
            let Inflated { name, namespace, layers, .. } = one;
            let (name, namespace) = (name.to_owned(), namespace.to_owned());
            found.entry(chart).or_default().push(Release { name, namespace, path: &document.path, layers });
        }
    }
    for document in documents {
        let objects = document.roots.iter().flat_map(kubernetes::parts).map(|(object, _)| object);
        for object in objects.flat_map(|object| releasing(object, Some(corpus.workspace))) {
            for source in sources(&object) {
                let chart = corpus.workspace.real(&source.chart);
                if corpus.workspace.find(&in_directory(&chart, "Chart.yaml")).is_some() {
                    found.entry(chart.into_owned()).or_default().push(release(document, &object, &source));
                }
            }
        }
    }
    found
}

fn release<'c>(document: &'c Document, object: &Node, source: &Source<'_>) -> Release<'c> {
    let name = text(object, &["metadata", "name"]).unwrap_or("release-name");
    let own = text(object, &["metadata", "namespace"]);
    let Some(helm) = source.helm else {
        let target = text(object, &["spec", "targetNamespace"]);
        let argo = text(object, &["spec", "destination", "namespace"]);
        let made = target.map_or_else(|| name.to_owned(), |target| format!("{target}-{name}"));
        return Release {
            name: text(object, &["spec", "releaseName"]).map_or(made, str::to_owned),
            namespace: target.or(argo).or(own).unwrap_or("release-namespace").to_owned(),
            path: &document.path,
            layers: of_flux(object),
        };
    };
    Release {
        name: text(helm, &["releaseName"]).unwrap_or(name).to_owned(),
        namespace: text(object, &["spec", "destination", "namespace"]).unwrap_or("release-namespace").to_owned(),
        path: &document.path,
        layers: of_argo(helm, &source.chart),
    }
}

/// A chart that a kustomization renders.
struct Inflated<'n> {
    chart: String,
    name: &'n str,
    namespace: &'n str,
    layers: Vec<Layer>,
}

/// The charts below its folder that a kustomization renders.
/// <https://kubectl.docs.kubernetes.io/references/kustomize/builtins/#_helmchartinflationgenerator_>
fn inflated<'n>(root: &'n Node, folder: &str) -> Vec<Inflated<'n>> {
    let home = text(root, &["helmGlobals", "chartHome"]).unwrap_or("charts");
    let of = |entry: &'n Node| {
        let name = text(entry, &["name"])?;
        let chart = join(folder, &format!("{home}/{name}"))?;
        let own = entry.get("valuesFile").into_iter().chain(items(entry, &["additionalValuesFiles"]));
        let files = own.map(|file| Layer::File(file.clone(), file.as_str().and_then(|path| join(folder, path))));
        let inline = entry.get("valuesInline").cloned().map(Layer::Written);
        let layers = match text(entry, &["valuesMerge"]) {
            Some("replace") if inline.is_some() => inline.into_iter().collect(),
            Some("merge") => inline.into_iter().chain(files).collect(),
            _ => files.chain(inline).collect(),
        };
        let release = text(entry, &["releaseName"]).unwrap_or("release-name");
        let namespace = text(entry, &["namespace"]).or_else(|| text(root, &["namespace"]));
        Some(Inflated { chart, name: release, namespace: namespace.unwrap_or("release-namespace"), layers })
    };
    items(root, &["helmCharts"]).iter().filter_map(of).collect()
}

/// Whether all charts that a kustomization renders are in the repository.
pub(crate) fn are_here(root: &Node, folder: &str, workspace: &Workspace) -> bool {
    let all = inflated(root, folder);
    let is_here = |one: &Inflated<'_>| workspace.find(&in_directory(&one.chart, "Chart.yaml")).is_some();
    all.len() == items(root, &["helmCharts"]).len() && all.iter().all(is_here)
}

/// What a kustomization names that renders charts: the charts, and the values files.
pub(super) fn named_by_kustomization(path: &str, text: &str) -> Vec<ties::Tie> {
    let Some(document) = ties::read("yaml-1.1", path, text) else { return Vec::new() };
    let all = document.roots.iter().flat_map(|root| inflated(root, ties::directory(path)));
    let ties = all.flat_map(|Inflated { chart, layers, .. }| {
        let files = layers.into_iter().filter_map(|layer| match layer {
            Layer::File(_, path) => path.map(ties::Tie::File),
            _ => None,
        });
        files.chain([ties::Tie::Tree(chart)]).collect::<Vec<_>>()
    });
    ties.collect()
}

fn of_flux(object: &Node) -> Vec<Layer> {
    let files = items(object, &["spec", "chart", "spec", "valuesFiles"]).iter();
    let mut layers: Vec<Layer> =
        files.map(|file| Layer::File(file.clone(), file.as_str().and_then(|path| join("", path)))).collect();
    layers.extend(items(object, &["spec", "valuesFrom"]).iter().map(|from| Layer::Object {
        kind: text(from, &["kind"]).unwrap_or("").to_owned(),
        name: text(from, &["name"]).unwrap_or("").to_owned(),
        key: text(from, &["valuesKey"]).unwrap_or("values.yaml").to_owned(),
        path: text(from, &["targetPath"]).map(str::to_owned),
        at: from.clone(),
    }));
    layers.extend(object.at(&["spec", "values"]).cloned().map(Layer::Written));
    layers
}

fn of_argo(helm: &Node, chart: &str) -> Vec<Layer> {
    let files = items(helm, &["valueFiles"]).iter();
    let mut layers: Vec<Layer> = files
        .map(|file| {
            // `$name/path` is below the root of the repository that another source names.
            let path = file.as_str().and_then(|path| match path.strip_prefix('$') {
                Some(rest) => join("", rest.split_once('/')?.1),
                None => path.strip_prefix('/').map_or_else(|| join(chart, path), |path| join("", path)),
            });
            Layer::File(file.clone(), path)
        })
        .collect();
    layers.extend(["values", "valuesObject"].iter().filter_map(|key| helm.get(key)).cloned().map(Layer::Written));
    layers.extend(items(helm, &["parameters"]).iter().filter_map(|parameter| {
        Some(Layer::One(text(parameter, &["name"])?.to_owned(), parameter.get("value")?.clone()))
    }));
    layers
}

impl Release<'_> {
    /// The values that the release gives, in the order in which they count.
    pub(super) fn values(&self, corpus: &Corpus<'_>) -> Given {
        let mut given = Given { values: Val::map(BTreeMap::new()), open: None, problems: Vec::new() };
        for layer in &self.layers {
            let (found, at, what) = match layer {
                Layer::File(at, path) => {
                    let file = path.as_ref().and_then(|path| corpus.workspace.find(path));
                    (file.and_then(|file| in_file(corpus, file)), at, "a values file")
                }
                Layer::Written(node) => (written(node), node, "what is no map"),
                Layer::One(path, node) => {
                    given.values = match node.as_str() {
                        Some(text) => values::set(&given.values, path, text),
                        None => values::set_value(&given.values, path, values::from_file(node)),
                    };
                    continue;
                }
                Layer::Object { kind, name, key, path, at } => {
                    let data = data(corpus, kind, name, key);
                    if let (Some(path), Some(data)) = (path, data) {
                        given.values = values::set(&given.values, path, data.as_str().unwrap_or(""));
                        continue;
                    }
                    (data.and_then(written), at, "an object")
                }
            };
            if let Some(values) = found {
                given.values = values::lay_given(&given.values, &values);
                continue;
            }
            let because = format!("{what} that gives values is not in the repository");
            let problem = Problem::notice(CODE, self.path, Some(at.span), because.clone());
            given.problems.push(problem.help("values of the chart that the release does not set are open"));
            given.open = Some(because.into());
        }
        given
    }
}

fn in_file(corpus: &Corpus<'_>, file: FileId) -> Option<Val> {
    let source = corpus.workspace.source(file).ok()?;
    let document = syntax::parse(syntax::named("yaml-1.1")?, source);
    written(document.roots.first()?)
}

/// Values as a map, or as the text of one.
fn written(node: &Node) -> Option<Val> {
    let embedded = match &node.value {
        Value::Str(text) => syntax::yaml::parse_embedded(text, node.span)?.into_iter().next(),
        _ => None,
    };
    let root = embedded.as_ref().unwrap_or(node);
    root.as_map().map(|_| values::from_file(root))
}

/// What an object of the repository holds under a key; secrets are not looked into.
fn data<'c>(corpus: &'c Corpus<'_>, kind: &str, name: &str, key: &str) -> Option<&'c Node> {
    let documents = corpus.documents.get("kubernetes").filter(|_| kind == "ConfigMap")?;
    let objects = documents.iter().flat_map(|document| document.roots.iter().flat_map(kubernetes::parts));
    let mut named = objects.filter(|(node, of)| *of == kind && text(node, &["metadata", "name"]) == Some(name));
    named.find_map(|(node, _)| node.at(&["data", key]))
}

/// What a manifest names that releases charts: the charts, and the values files.
pub(super) fn named(path: &str, text: &str) -> Vec<ties::Tie> {
    let Some(document) = ties::read("yaml-1.1", path, text) else { return Vec::new() };
    let mut found = Vec::new();
    let objects = document.roots.iter().flat_map(kubernetes::parts).map(|(object, _)| object);
    for object in objects.clone().filter(|object| application_set::is_one(object)) {
        // Which folders there are is not known here: any below what is written out may be a chart.
        let begin = |glob: &str| glob.split(['*', '?', '[', '{']).next().unwrap_or("").trim_end_matches('/').to_owned();
        found.extend(application_set::folders(object).into_iter().map(|glob| ties::Tie::Tree(begin(glob))));
    }
    for object in objects.flat_map(|object| releasing(object, None)) {
        for source in sources(&object) {
            let layers = source.helm.map_or_else(|| of_flux(&object), |helm| of_argo(helm, &source.chart));
            found.extend(layers.into_iter().filter_map(|layer| match layer {
                Layer::File(_, path) => path.map(ties::Tie::File),
                _ => None,
            }));
            found.push(ties::Tie::Tree(source.chart));
        }
    }
    found
}
