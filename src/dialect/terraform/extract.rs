//! The resources of all root modules.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::block;
use super::declarations::is_configuration;
use super::environment::{self, Environment};
use super::eval::{Bindings, UNDECLARED};
use super::expand::{self, Expansion, Key};
use super::inputs;
use super::library::Library;
use super::module::{Instance, World, cause_of};
use super::node::Nodes;
use super::object;
use super::origins;
use super::plan;
use super::provider;
use super::terragrunt::{self, Units};
use super::value::{Unknown, Value};
use crate::dialect::ties::directory;
use crate::dialect::{Extraction, Resource, Typing, Unit};
use crate::document::{Node, Problem, Value as Plain};
use crate::kernel::budget::{Share, Spent};
use crate::syntax::hcl::ast::Block;

/// Attributes by whose literal value other resources may refer to a resource.
const NAMES: &[&str] = &[
    "bucket",
    "name",
    "id",
    "identifier",
    "function_name",
    "cluster_identifier",
    "cluster_id",
    "cluster_name",
    "replication_group_id",
    "db_name",
    "domain_name",
    "domain",
    "repository",
    "key_name",
    "alias",
    "account_id",
    "project_id",
];

/// What a root module may take where it is the only one.
const ROOT: Share = Share { steps: 2_000_000, bytes: 64 << 20 };

/// The resources of every root module that the documents are part of.
pub fn extract(unit: &Unit<'_>) -> Extraction {
    let library = Library::read(unit.corpus);
    let Units { units, problems } = Units::read(unit.corpus, &library, &unit.documents);
    let (environments, told) = environment::read(unit.corpus, &library);
    let roots = roots(unit, &library, &units, &environments);
    let left_out = not_given(unit, &library, &roots, &units);
    let problems = problems.into_iter().chain(told).chain(left_out).collect();
    let mut extraction = Extraction { problems, ..Extraction::default() };
    let extracted = unit.corpus.divided(roots.len(), ROOT, |at, share| {
        roots.get(at).map_or_else(Default::default, |root| of_root(unit, &library, root, share))
    });
    for Extraction { resources, problems } in extracted {
        extraction.resources.extend(resources);
        extraction.problems.extend(problems);
    }
    tell_once(&mut extraction.problems);
    for document in unit.documents.iter().filter(|document| plan::is_plan(document)) {
        extraction.resources.extend(plan::resources(document, &library, unit.corpus.workspace));
    }
    extraction
}

/// What is told of modules that are judged without values that lie in them.
fn not_given(unit: &Unit<'_>, library: &Library, roots: &[Root<'_>], units: &[terragrunt::Unit]) -> Vec<Problem> {
    let given = units.iter().flat_map(|unit| unit.variable_files.iter().flatten().copied()).collect();
    let roots = roots.iter().filter_map(|root| if let Root::Directory(root) = root { Some(*root) } else { None });
    let roots = roots.collect();
    environment::not_given(unit.corpus, library, (&roots, &given), unit.documents.iter().copied())
}

/// What is not declared in a module is one problem, told at the first place that refers to it.
pub fn tell_once(problems: &mut Vec<Problem>) {
    let is_undeclared = |problem: &Problem| problem.code == UNDECLARED;
    let (mut undeclared, others): (Vec<Problem>, Vec<Problem>) = problems.drain(..).partition(is_undeclared);
    undeclared.sort();
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    undeclared.retain(|problem| known.insert((directory(&problem.path).to_owned(), problem.message.clone())));
    problems.extend(others);
    problems.extend(undeclared);
}

/// What is deployed on its own.
#[derive(Clone, Copy)]
enum Root<'l> {
    /// The module of a directory.
    Directory(&'l str),
    /// The module of a directory with the variable files of a deployment.
    Environment(&'l Environment),
    /// The module of a unit of Terragrunt.
    Unit(&'l terragrunt::Unit),
}

/// The resources of one root module.
fn of_root(unit: &Unit<'_>, library: &Library, root: &Root<'_>, share: Share) -> (Extraction, Spent) {
    let overlaid = match root {
        Root::Unit(deployed) => deployed.overlaid(unit.corpus),
        Root::Directory(_) | Root::Environment(_) => None,
    };
    let world = match root {
        Root::Directory(root) => World::new(unit.corpus, library, root),
        Root::Environment(Environment { directory, files }) => World::deployed(unit.corpus, library, directory, files),
        Root::Unit(deployed) => World::of_unit(unit.corpus, library, deployed, overlaid.as_ref()),
    };
    let directory: &str = match root {
        Root::Directory(directory) => directory,
        Root::Environment(environment) => &environment.directory,
        Root::Unit(deployed) => &deployed.module,
    };
    let world = world.within(share.for_input(written(unit, directory)));
    let mut resources = Vec::new();
    if let Some(instance) = world.instance(0) {
        module(&world, &instance, &mut resources);
        provider::settle(&mut resources);
        origins::settle(&mut resources, unit.corpus.workspace);
    }
    let spent = world.spent();
    world.tell_limit();
    (Extraction { resources, problems: world.into_problems() }, spent)
}

/// How many bytes of configuration stand in a directory.
fn written(unit: &Unit<'_>, directory: &str) -> usize {
    let workspace = unit.corpus.workspace;
    let files = workspace.in_directory(directory).filter(|file| is_configuration(workspace.path(*file)));
    files.filter_map(|file| workspace.source(file).ok()).map(|source| source.text().len()).sum()
}

/// The directories that are evaluated on their own: those with documents that no other directory calls, and those that
/// only modules call which are never evaluated themselves; and the units of Terragrunt.
fn roots<'l>(
    unit: &Unit<'_>,
    library: &'l Library,
    units: &'l [terragrunt::Unit],
    environments: &'l [Environment],
) -> Vec<Root<'l>> {
    let judged: BTreeSet<&str> = unit
        .documents
        .iter()
        .filter(|document| is_configuration(&document.path) && unit.corpus.workspace.is_judged(document.file))
        .map(|document| document.directory())
        .collect();
    let mut calls: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (directory, declarations) in library.directories() {
        let mut called: Vec<String> = declarations.local_sources().map(|(_, directory)| directory).collect();
        if !is_installed(directory) {
            called.extend(inputs::installed(unit.corpus, directory).into_values());
        }
        // Behind a link it is the directory that the link leads to.
        called = called.iter().filter_map(|called| Some(library.get(called)?.directory.clone())).collect();
        called.retain(|called| called != directory);
        calls.insert(directory, called);
    }
    let written: Vec<String> = units.iter().flat_map(terragrunt::Unit::called).collect();
    let deployed = units.iter().map(|unit| unit.module.as_str()).chain(written.iter().map(String::as_str));
    let called: BTreeSet<&str> = calls.values().flatten().map(String::as_str).chain(deployed).collect();
    let mut roots: Vec<&str> = Vec::new();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for deployed in units {
        let mut under = reach(&deployed.module, &calls);
        for called in deployed.called().iter().filter_map(|called| calls.get_key_value(called.as_str())) {
            under.extend(reach(called.0, &calls));
        }
        let asked = unit.corpus.workspace.is_judged(deployed.file);
        if asked || under.iter().any(|directory| judged.contains(directory)) {
            found.push(Root::Unit(deployed));
        }
        reached.extend(under);
    }
    // What was put there by an installation is not judged; what is under version control there was put there by somebody.
    let candidates = library.directories().map(|(directory, _)| directory);
    let candidates = candidates.filter(|directory| !is_installed(directory) || judged.contains(directory));
    // What has a state or values of its own is deployed on its own too, whoever else calls it.
    let deployed_too: BTreeSet<&str> = library
        .directories()
        .filter(|(directory, declarations)| {
            // The state of what a unit of Terragrunt deploys is the unit's.
            called.contains(directory)
                && units.iter().all(|unit| unit.module != *directory)
                && judged.contains(directory)
                && !is_installed(directory)
                && (declarations.keeps_state() || inputs::has_values(unit.corpus, directory))
        })
        .map(|(directory, _)| directory)
        .collect();
    for directory in &deployed_too {
        roots.push(directory);
        reached.insert(directory);
    }
    let uncalled = candidates.clone().filter(|directory| !called.contains(directory));
    // Modules that call each other in a circle have no caller outside: the first of them is taken.
    for directory in uncalled.chain(candidates) {
        if reached.contains(directory) {
            continue;
        }
        let under = reach(directory, &calls);
        if under.iter().any(|directory| judged.contains(directory)) {
            roots.push(directory);
        }
        reached.extend(under);
    }
    roots.sort_unstable();
    for root in roots {
        let own: Vec<Root<'_>> =
            environments.iter().filter(|one| one.directory == root).map(Root::Environment).collect();
        found.extend(if own.is_empty() { vec![Root::Directory(root)] } else { own });
    }
    found
}

/// Whether `terraform init` or Terragrunt put modules there, which are judged only as they are called.
fn is_installed(directory: &str) -> bool {
    directory.split('/').any(|part| matches!(part, ".terraform" | ".terragrunt-cache"))
}

fn reach<'c>(from: &'c str, calls: &'c BTreeMap<&'c str, Vec<String>>) -> BTreeSet<&'c str> {
    let mut reached = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(directory) = open.pop() {
        for called in calls.get(directory).into_iter().flatten() {
            if reached.insert(called) {
                open.push(called);
            }
        }
    }
    reached
}

/// The resources of a module and of the modules it calls.
fn module<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, found: &mut Vec<Resource>) {
    let declarations = instance.declarations;
    let from = found.len();
    for other in &declarations.others {
        settings(world, instance, other, found);
    }
    for (name, variable) in &declarations.variables {
        single(world, instance, variable, "variable", &format!("var.{name}"), found);
    }
    declarations.problems.iter().cloned().for_each(|problem| world.tell(problem));
    for (address, declared) in &declarations.resources {
        repeated(world, instance, &declared.block, (&declared.full_kind(), address), address, found);
    }
    for (at, (address, declared)) in declarations.again.iter().enumerate() {
        let told = format!("{address} once more {at}");
        repeated(world, instance, &declared.block, (&declared.full_kind(), address), &told, found);
    }
    for (name, output) in &declarations.outputs {
        single(world, instance, output, "output", &format!("output.{name}"), found);
    }
    for (name, call) in &declarations.calls {
        let address = format!("module.{name}");
        repeated(world, instance, call, ("module", &address), &address, found);
        for (_, child) in world.called(instance, name, call) {
            if world.is_cut() {
                return;
            }
            if let Some(child) = child.and_then(|child| world.instance(child)) {
                module(world, &child, found);
            }
        }
    }
    for (was, is) in &declarations.moved {
        let inner = found.get_mut(from..).unwrap_or(&mut []);
        for resource in inner {
            moved(resource, &instance.prefix, was, is);
        }
    }
}

/// Notes what a resource was called before, where a block of its module, or of one around it, says so.
fn moved(resource: &mut Resource, prefix: &str, was: &str, is: &str) {
    let known = resource.identity.was.as_ref().unwrap_or(&resource.address);
    let Some(rest) = known.strip_prefix(prefix).and_then(|own| own.strip_prefix(is)) else { return };
    if rest.is_empty() || rest.starts_with(['.', '[']) {
        resource.identity.was = Some(format!("{prefix}{was}{rest}").into());
    }
}

/// Providers, backends and the settings themselves.
fn settings<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, block: &Block, found: &mut Vec<Resource>) {
    if &*block.kind.text == "provider" {
        let name = block.labels.first().map_or("", |label| &label.text);
        let alias = block.body.attribute("alias").and_then(|alias| alias.value.as_str());
        let address = alias.map_or_else(|| format!("provider.{name}"), |alias| format!("provider.{name}.{alias}"));
        single(world, instance, block, &format!("provider.{name}"), &address, found);
        return;
    }
    single(world, instance, block, "settings", "terraform", found);
    for backend in block.body.blocks_of("backend") {
        let name = backend.labels.first().map_or("", |label| &label.text);
        single(world, instance, backend, &format!("backend.{name}"), &format!("backend.{name}"), found);
    }
}

fn single<'c>(
    world: &World<'c>,
    instance: &Rc<Instance<'c>>,
    block: &Block,
    kind: &str,
    address: &str,
    found: &mut Vec<Resource>,
) {
    if world.has_room(block.header) {
        found.push(resource(world, instance, block, kind, address, Bindings::default(), None));
    }
}

/// The instances of a block with `count` or `for_each`; `told` tells it from the other blocks of its module.
fn repeated<'c>(
    world: &World<'c>,
    instance: &Rc<Instance<'c>>,
    block: &Block,
    (kind, address): (&str, &str),
    told: &str,
    found: &mut Vec<Resource>,
) {
    let mut add = |key: &Key, bindings: Bindings, condition: Option<&Unknown>| {
        if !world.has_room(block.header) {
            return;
        }
        let address = format!("{address}{key}");
        let resource = resource(world, instance, block, kind, &address, bindings, condition);
        let object = object::of(&resource, world.corpus.workspace);
        found.push(resource);
        found.extend(object);
    };
    match &*world.expansion(instance, told, block) {
        Expansion::Once => add(&Key::None, Bindings::default(), None),
        Expansion::Count(count) => (0..*count).for_each(|at| add(&Key::Number(at), expand::counted(at), None)),
        Expansion::Each(pairs) => {
            for (key, value) in pairs {
                add(&Key::Text(Arc::clone(key)), expand::keyed(key, value), None);
            }
        }
        Expansion::Open(cause) => add(&Key::None, expand::open(block, cause), cause.as_unknown()),
    }
}

fn resource<'c>(
    world: &World<'c>,
    instance: &Rc<Instance<'c>>,
    block: &Block,
    kind: &str,
    address: &str,
    bindings: Bindings,
    condition: Option<&Unknown>,
) -> Resource {
    let value =
        if kind == "variable" { variable(world, instance, block) } else { block::of(world, instance, block, bindings) };
    let nodes = Nodes { world, within: block.span, module: &instance.prefix };
    let mut body = nodes.body(&value);
    finish(kind, &mut body);
    let scope = world.deployment();
    let condition = condition.map(cause_of).or_else(|| instance.condition.as_deref().map(cause_of));
    Resource {
        identity: crate::dialect::Identity::default(),
        kind: Arc::from(format!("terraform/{kind}")),
        address: Arc::from(format!("{}{address}", instance.prefix)),
        scope: Arc::clone(&scope),
        deployment: scope,
        names: names(&body),
        body,
        span: block.span,
        header: block.header,
        typing: Typing::Loose,
        condition,
        trail: instance.trail.clone(),
    }
}

/// The body of a variable's declaration: its type is text, and its checks are not values.
pub fn variable<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, block: &Block) -> Value {
    let mut shown = block.clone();
    shown.body.blocks.clear();
    shown.body.attributes.retain(|attribute| &*attribute.name.text != "type");
    let value = block::of(world, instance, &shown, Bindings::default());
    let Some(ty) = block.body.attribute("type") else { return value };
    let source = world.corpus.workspace.source(ty.value.span.file);
    let mut written = Value::string(source.map_or("", |source| source.slice(ty.value.span))).written_at(ty.value.span);
    written.origin.key = Some(ty.name.span);
    let mut members = value.members().cloned().unwrap_or_default();
    members.insert("type".into(), written);
    Value::object(members).with_origin(value.origin.clone())
}

/// Adds the views that only a kind of resource has.
pub fn finish(kind: &str, body: &mut Node) {
    let policy = kind.starts_with("google_compute_") && kind.ends_with("firewall_policy_rule");
    if policy || kind == "google_compute_firewall" {
        firewall_ports(body);
    }
}

/// The literal names of a resource, and those that are not decided and the same wherever they are written so.
pub fn names(body: &Node) -> Vec<Arc<str>> {
    let name = |node: &Node| match node.as_unresolved() {
        Some(open) => open.same.as_deref().map(Arc::from),
        None => node.as_str().map(Arc::from),
    };
    NAMES.iter().filter_map(|key| body.get(key)).filter_map(name).collect()
}

/// A rule of a Google firewall that names no ports is for every port, where its protocol has ports.
fn firewall_ports(body: &mut Node) {
    let Plain::Map(map) = &mut body.value else { return };
    for entry in &mut Arc::make_mut(map).entries {
        let Plain::List(items) = &mut entry.value.value else { continue };
        match &*entry.key.name {
            "allow" | "deny" | "layer4_configs" => Arc::make_mut(items).iter_mut().for_each(every_port),
            "match" => Arc::make_mut(items).iter_mut().for_each(firewall_ports),
            _ => {}
        }
    }
}

fn every_port(item: &mut Node) {
    let protocol = item.get("protocol").or_else(|| item.get("ip_protocol"));
    let word = protocol.and_then(Node::as_str).map(str::to_ascii_lowercase);
    let ported = matches!(word.as_deref(), Some("all" | "tcp" | "udp" | "sctp" | "6" | "17" | "132"));
    if ported && item.get("ports").is_none_or(|ports| matches!(ports.value, Plain::Null)) {
        let span = protocol.map_or(item.span, |protocol| protocol.span);
        item.derive("ports", Node::text("all", span));
    }
}
