//! Helm charts, rendered as `helm template` would with their default values.
//!
//! The manifests that come out are read as Kubernetes objects; every value of them stands where the template's action
//! is and has a trail to the helper and the line of the values file. A template that cannot be rendered is a problem
//! with its reason, and the others go on. What a chart makes up when it is installed (passwords, certificates) is
//! unresolved. The release is called `release-name` and goes to the namespace `release-namespace`, but for charts that Flux or
//! Argo CD release: those are rendered as each of these releases deploys them.

mod application_set;
mod beside;
mod chart;
mod ignore;
mod lines;
mod place;
mod release;
mod template;
#[cfg(test)]
mod tests;
mod ties;
mod values;
mod worlds;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::dialect::{
    Corpus, Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, deployed_with, file_name, has_extension,
    kubernetes,
};
use crate::document::{Document, Level, Node, Problem, Unresolved};
use crate::kernel::budget::{Budget, Share, Spent};
use crate::source::{FileId, NO_FILE, Source, Span};
use crate::syntax;

pub(super) use application_set::common as application_of_set;
use chart::{Chart, Loader, in_directory};
use place::Rendered;
use release::{Release, Releases};
pub(crate) use release::{are_here, is_followed, releasing};
use template::{Engine, Fault, HELM_VERSION, Kind, Object, Val};
use worlds::{Assumed, World};

/// The dialect.
pub const HELM: Dialect = Dialect {
    name: "helm",
    doc: "Helm charts: the chart itself, and the Kubernetes objects that its templates become with default values",
    syntax: |path| (file_name(path) == "Chart.yaml").then_some("yaml"),
    candidate: |_, _| true,
    recognise,
    group: Group::Repository,
    with: &["kubernetes", "kustomize"],
    ties: Some(&ties::TIES),
    extract,
    typing: Typing::Strict,
    items: &[crate::dialect::Items::by("dependencies", &["name", "alias"])],
    kinds: Kinds::Closed(&["chart"]),
    offers: crate::dialect::offers::helm::OFFERS,
};

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::helm";

fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    broken || document.roots.iter().any(|root| root.get("name").is_some() && root.get("version").is_some())
}

/// The place of what is in no file.
fn nowhere() -> Span {
    Span::new(NO_FILE, 0, 0)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let releases = if unit.documents.is_empty() { Releases::new() } else { release::all(unit.corpus) };
    unit.each(CHART, |document, share| of_chart(document, (unit.corpus, &releases), share))
}

/// What one chart comes to, as each of its releases deploys it.
fn of_chart(
    document: &Document,
    (corpus, releases): (&Corpus<'_>, &Releases<'_>),
    share: Share,
) -> (Extraction, Spent) {
    let mut made = Made { found: Extraction::default(), budget: Rc::new(Budget::of(share)), is_cut: false };
    let mut loader = Loader::new(corpus.workspace);
    let Some(mut chart) = loader.load(document.directory()) else { return Default::default() };
    made.found.resources.push(described(&chart, corpus));
    // The parent of one that is vendored renders it, and says what is wrong with it.
    if is_vendored(document.directory(), corpus) {
        return made.finish();
    }
    made.found.problems.append(&mut loader.problems);
    if chart.library {
        return made.finish();
    }
    let releases = releases.get(&chart.directory).map_or(&[][..], Vec::as_slice);
    if releases.is_empty() {
        let given = given(corpus, &mut made.found);
        if corpus.inputs.values_files.is_empty() {
            made.found.problems.extend(beside::told(&chart, corpus.workspace));
        }
        if corpus.inputs.open_defaults {
            chart.switch_on();
        }
        let deployed = Deployed::by_default(&chart, corpus);
        render(&mut chart, &given, &deployed, corpus, &mut made);
    }
    for release in releases {
        // What a release disables is taken out of its own chart.
        if let Some(mut chart) = Loader::new(corpus.workspace).load(document.directory()) {
            released(&mut chart, release, corpus, &mut made);
        }
    }
    made.finish()
}

/// What one chart may take where it is the only one: what is written into templates takes more steps than it looks.
const CHART: Share = Share { steps: 4_000_000, bytes: 64 << 20 };

/// What an object counts for beside its nodes, in bytes.
const OBJECT: usize = 8192;

/// What a node of an object counts for, in bytes.
const NODE: usize = 64;

/// Most nodes that are counted of one object.
const MOST_NODES: usize = 100_000;

/// What a chart comes to, in the making.
struct Made {
    found: Extraction,
    budget: Rc<Budget>,
    /// Whether objects were left out.
    is_cut: bool,
}

impl Made {
    fn finish(self) -> (Extraction, Spent) {
        let spent = self.budget.spent();
        (self.found, spent)
    }

    /// Whether there is room for one more object; where there is none, that is told once.
    fn has_room(&mut self, object: &Node, path: &str, file: FileId) -> bool {
        let room = self.budget.keep(OBJECT + object.weight(MOST_NODES) * NODE);
        if !room && !std::mem::replace(&mut self.is_cut, true) {
            let message =
                "the chart makes more objects than its part of the run may have; from here on they are not judged";
            let problem = Problem::error("helm::limit", path, Some(Span::new(file, 0, 0)), message);
            self.found.problems.push(problem.help("let the chart make fewer objects by default"));
        }
        room
    }
}

/// Renders a chart as a release deploys it.
fn released(chart: &mut Chart, release: &Release<'_>, corpus: &Corpus<'_>, made: &mut Made) {
    let given = release.values(corpus);
    made.found.problems.extend(given.problems);
    if let Some(because) = &given.open {
        chart.values = values::opened(&chart.values, because);
    }
    let deployment = deployed_with(&chart.directory, &[release.path.to_owned()]);
    let deployed = Deployed {
        scope: format!("{deployment} {}", release.name),
        deployment,
        name: &release.name,
        namespace: &release.namespace,
    };
    render(chart, &given.values, &deployed, corpus, made);
}

/// Whether a chart lies in the `charts` folder of another one.
fn is_vendored(directory: &str, corpus: &Corpus<'_>) -> bool {
    let above = directory.rsplit_once("/charts/");
    let above = above.or_else(|| directory.strip_prefix("charts/").map(|name| ("", name)));
    above.is_some_and(|(parent, name)| {
        let packed = name.split_once('/').is_some_and(|(archive, name)| is_archive(archive) && !name.contains('/'));
        (packed || !name.contains('/')) && corpus.workspace.find(&in_directory(parent, "Chart.yaml")).is_some()
    })
}

/// Whether a folder of `charts` is a packaged chart.
fn is_archive(name: &str) -> bool {
    has_extension(name, &[".tgz"])
}

/// The chart itself as a resource, with its values as a view.
fn described(chart: &Chart, corpus: &Corpus<'_>) -> Resource {
    let mut body = chart.meta.clone();
    let file = corpus.workspace.find(&in_directory(&chart.directory, "values.yaml"));
    let source = file.and_then(|file| corpus.workspace.seen(file));
    let values = source.zip(syntax::named("yaml")).map(|(source, yaml)| syntax::parse(yaml, &source));
    if let Some(root) = values.and_then(|document| document.roots.into_iter().next()) {
        body.derive("values", root);
    }
    Resource {
        identity: crate::dialect::Identity::default(),
        kind: "helm/chart".into(),
        address: chart.name.as_ref().into(),
        scope: chart.directory.as_str().into(),
        deployment: deployment(chart, corpus),
        span: chart.meta.span,
        header: chart.header(),
        body,
        typing: Typing::Strict,
        names: vec![chart.name.as_ref().into()],
        condition: None,
        trail: None,
    }
}

/// What deploys the objects of a chart: the chart, with the values files that were given.
fn deployment(chart: &Chart, corpus: &Corpus<'_>) -> Arc<str> {
    deployed_with(&chart.directory, &corpus.inputs.values_files)
}

/// A chart that is rendered, as its templates and objects are told of it.
struct Deployed<'r> {
    scope: String,
    deployment: Arc<str>,
    name: &'r str,
    namespace: &'r str,
}

impl Deployed<'_> {
    /// A chart that nothing in the repository releases.
    fn by_default(chart: &Chart, corpus: &Corpus<'_>) -> Deployed<'static> {
        Deployed {
            scope: chart.directory.clone(),
            deployment: deployment(chart, corpus),
            name: "release-name",
            namespace: "release-namespace",
        }
    }
}

/// Most conditions of a template that the chart refuses that are answered otherwise.
const MOST_TRIED: usize = 8;

/// Renders a chart and those it depends on, and lists their objects.
fn render(chart: &mut Chart, given: &Val, deployed: &Deployed<'_>, corpus: &Corpus<'_>, made: &mut Made) {
    let settled = chart.settle(given);
    let budget = Rc::clone(&made.budget);
    let mut engine = Engine::new(corpus.workspace, &budget);
    let mut jobs = Vec::new();
    let name = Rc::clone(&chart.name);
    let mut into = Preparation { engine: &mut engine, corpus, deployed, jobs: &mut jobs, found: &mut made.found };
    prepare(chart, &name, &settled, true, &mut into);
    jobs.sort_by(|a, b| a.name.cmp(&b.name));
    for job in jobs {
        let path = corpus.workspace.path(job.file);
        engine.assume(&Assumed::new());
        let first = match engine.render(&job.name, &job.dot) {
            Ok(text) => {
                let (objects, problems) = read(&Rendered { text: &lines::kept_whole(&text), file: job.file }, path);
                made.found.problems.extend(problems);
                World { objects, asked: engine.asked() }
            }
            Err(fault) => {
                let Some(world) = elsewhere(&mut engine, &job, path, &fault) else {
                    made.found.problems.push(not_rendered(&fault, path, job.file));
                    continue;
                };
                world
            }
        };
        let found = worlds::all(first, &mut |assumed| again(&mut engine, &job, path, assumed));
        list(found, path, &job, deployed, made);
    }
}

/// A world in which the chart does not refuse a template that it refuses as the values are: one in which a condition that nobody
/// knows is answered otherwise.
fn elsewhere(engine: &mut Engine<'_>, job: &Job, path: &str, fault: &Fault) -> Option<World> {
    if !fault.refused {
        return None;
    }
    let asked = engine.asked();
    asked.iter().rev().take(MOST_TRIED).find_map(|question| {
        let other = Assumed::from([(question.id.clone(), !question.holds)]);
        let mut world = again(engine, job, path, &other)?;
        world.asked.iter_mut().filter(|asked| asked.id == question.id).for_each(|asked| asked.holds = !question.holds);
        Some(world)
    })
}

/// Renders a template once more, with other answers to what its conditions ask; nothing where that is refused, or is no YAML.
fn again(engine: &mut Engine<'_>, job: &Job, path: &str, assumed: &Assumed) -> Option<World> {
    engine.assume(assumed);
    let text = engine.render(&job.name, &job.dot).ok()?;
    let (objects, problems) = read(&Rendered { text: &lines::kept_whole(&text), file: job.file }, path);
    problems.iter().all(|problem| problem.level != Level::Error).then(|| World { objects, asked: engine.asked() })
}

/// The values of `--values` and `--set`.
fn given(corpus: &Corpus<'_>, found: &mut Extraction) -> Val {
    let mut given = Val::map(BTreeMap::new());
    for path in &corpus.inputs.values_files {
        let source = corpus.workspace.find(path).and_then(|file| corpus.workspace.source(file).ok());
        let Some((source, yaml)) = source.zip(syntax::named("yaml-1.1")) else {
            let message = "the values file is not in the repository";
            found.problems.push(Problem::error(CODE, path.as_str(), None, message).help("correct the path"));
            continue;
        };
        let document = syntax::parse(yaml, source);
        found.problems.extend(document.problems);
        if let Some(root) = document.roots.first().filter(|root| root.as_map().is_some()) {
            given = values::lay_given(&given, &values::from_file(root));
        }
    }
    corpus.inputs.set.iter().fold(given, |given, (key, value)| values::set(&given, key, value))
}

/// A template that is to be rendered.
struct Job {
    name: Rc<str>,
    file: FileId,
    dot: Val,
}

/// What [`prepare`] fills.
struct Preparation<'a, 'c> {
    engine: &'a mut Engine<'c>,
    corpus: &'a Corpus<'c>,
    deployed: &'a Deployed<'a>,
    jobs: &'a mut Vec<Job>,
    found: &'a mut Extraction,
}

/// Adds the templates of a chart and of those it depends on; the deepest first, so that a parent's definition of a name
/// is the one that counts.
fn prepare(chart: &Chart, prefix: &str, settled: &Val, root: bool, into: &mut Preparation<'_, '_>) -> Val {
    let mut subcharts: BTreeMap<Rc<str>, Val> = BTreeMap::new();
    for dependency in &chart.dependencies {
        let inner = &dependency.chart;
        let below = values::map_at(settled, &inner.name);
        let dot = prepare(inner, &format!("{prefix}/charts/{}", inner.name), &below, false, into);
        subcharts.insert(Rc::clone(&inner.name), dot);
    }
    for missing in &chart.missing {
        into.engine.missing.push((Rc::clone(&missing.chart), Rc::clone(&missing.place)));
        subcharts.insert(Rc::clone(&missing.name), Val::open(Rc::clone(&missing.place)));
    }
    let dot = context(chart, settled, (root, into.deployed), subcharts, into.corpus);
    let workspace = into.corpus.workspace;
    for file in chart.templates(workspace) {
        let path = workspace.path(file);
        let Some(source) = workspace.seen(file) else { continue };
        let inner = path.get(in_directory(&chart.directory, "").len()..).unwrap_or(path);
        let name: Rc<str> = format!("{prefix}/{inner}").into();
        if let Err((message, at)) = into.engine.add(&name, &source) {
            let span = source.span(at, at + 1);
            let message = format!("not a template: {message}");
            into.found.problems.push(Problem::error(CODE, path, Some(span), message).help("correct the template"));
            continue;
        }
        if chart.rendered && !chart.library && makes_manifests(path) {
            let template = [
                ("Name".into(), Val::text(Rc::clone(&name))),
                ("BasePath".into(), Val::text(format!("{prefix}/templates"))),
            ];
            let dot = values::with(&dot, &["Template"], Val::map(template.into()));
            into.jobs.push(Job { name, file, dot });
        }
    }
    dot
}

/// Whether a template becomes manifests, rather than being for others or for the reader.
fn makes_manifests(path: &str) -> bool {
    !file_name(path).starts_with('_') && has_extension(path, &[".yaml", ".yml", ".json", ".tpl"])
}

/// The dot of a chart's templates.
fn context(
    chart: &Chart,
    settled: &Val,
    (root, deployed): (bool, &Deployed<'_>),
    subcharts: BTreeMap<Rc<str>, Val>,
    corpus: &Corpus<'_>,
) -> Val {
    let text = |text: &str| Val::text(text);
    let release = [
        ("Name".into(), text(deployed.name)),
        ("Namespace".into(), text(deployed.namespace)),
        ("Service".into(), text("Helm")),
        ("IsInstall".into(), Val::bool(true)),
        ("IsUpgrade".into(), Val::bool(false)),
        ("Revision".into(), Val::new(Kind::Int(1))),
    ];
    let helm = [("Version".into(), text(HELM_VERSION)), ("GoVersion".into(), text("go1.24"))];
    let capabilities = [
        ("KubeVersion".into(), Val::new(Kind::Object(Object::KubeVersion))),
        ("APIVersions".into(), Val::new(Kind::Object(Object::ApiVersions))),
        ("HelmVersion".into(), Val::map(helm.into())),
    ];
    let dot = [
        ("Values".into(), settled.clone()),
        ("Chart".into(), chart.described(root)),
        ("Release".into(), Val::map(release.into())),
        ("Capabilities".into(), Val::map(capabilities.into())),
        ("Files".into(), chart.files(corpus.workspace)),
        ("Subcharts".into(), Val::map(subcharts)),
    ];
    Val::map(dot.into())
}

/// Reads what a template became.
fn read(rendered: &Rendered<'_>, path: &str) -> (Vec<Node>, Vec<Problem>) {
    let yaml = syntax::named("yaml-1.1").filter(|_| !rendered.text.as_str().trim().is_empty());
    let Some(yaml) = yaml else { return Default::default() };
    let source = Source::from_text(rendered.file, path, rendered.text.as_str());
    let document = syntax::parse(yaml, &source);
    let roots = rendered.roots(&document);
    let told = document.problems.into_iter().map(|problem| {
        let message = format!("the rendered template: {}", problem.message);
        rendered.problem(Problem { message, ..problem })
    });
    (roots, told.collect())
}

/// Lists the objects of a template. What is there only under a condition that nobody knows may not exist.
fn list(found: Vec<worlds::Found>, path: &str, job: &Job, deployed: &Deployed<'_>, made: &mut Made) {
    for worlds::Found { node, guard } in found {
        if !made.has_room(&node, path, job.file) {
            break;
        }
        let condition = guard.map(|(guard, because)| {
            let open = Unresolved { because: (&*because).into(), ..Unresolved::default() };
            Arc::new(open.true_where(&guard, node.span))
        });
        let objects = kubernetes::objects(&node, &deployed.scope, &deployed.deployment);
        made.found
            .resources
            .extend(objects.into_iter().map(|object| Resource { condition: condition.clone(), ..object }));
    }
}

fn not_rendered(fault: &Fault, path: &str, file: FileId) -> Problem {
    let span = fault.place.as_ref().map(|place| place.span).filter(|span| span.file != NO_FILE);
    let message = if fault.refused {
        format!("not rendered: the chart refuses its default values: {}", fault.message)
    } else {
        format!("not rendered: {}", fault.message)
    };
    let help = "nothing in it was judged; set the values it needs in a values file";
    Problem::error(CODE, path, span.or(Some(Span::new(file, 0, 0))), message).help(help)
}
