//! Where the resources of each dialect speak of shared matters.
//!
//! A `Statement` names kinds of resource, the way to a value in their bodies, and what is said there; [`stated_by`] makes
//! the [facts](crate::fact) of a resource, which rules judge as resources of the dialect [`FACT`]. Facts that can stand
//! anywhere are [found](found_in) by looking at all of a body.
//!
//! To add a statement: a line in the list of its technology. To add a technology: a list, and its name in `LISTS`.

mod ci;
mod cloud;
mod containers;
mod fields;
mod found;
mod grants;
mod hosts;
mod images;
mod openings;
mod parts;
mod releases;
mod rows;
mod scripts;
mod skaffold;
mod tasks;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::OnceLock;

pub use fields::described_by;
pub use found::{SOURCES, found_in, joined, of_document, of_passages};
pub use grants::{Others, gives_rights, granted_by};
pub use openings::opened_by;
pub use releases::{released_by, released_in};

use super::own::Own;
use super::places::{Identity, Places};
use super::{Dialect, Extraction, Group, Kinds, Resource, Typing};
use rustc_hash::FxHashMap;

use crate::document::{Guard, MAX_DEPTH, Node, Unresolved, Value, shared};
use crate::fact::encoded::decoded;
use crate::fact::{Fact, Owner, command, expression, image, is_developed_in, mount, pulled, short};
use crate::source::Workspace;
use crate::syntax::json;
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled;

/// The dialect of facts. No file is of it: they are made of what the other dialects list.
pub const FACT: Dialect = Dialect {
    name: "fact",
    doc: "what resources of any dialect say of a shared matter: `fact/command` (a command that runs), `fact/credential` \
          (what stands where a password, token or key could), `fact/endpoint` (what is served or called, and how that is protected), `fact/expression` (a text from elsewhere that a pipeline uses where \
          it may become a program), `fact/grant` (who may do what on what), `fact/image` (an image of a container in use), \
          `fact/log` (what is logged), `fact/mount` (what of its machine a container is given), `fact/opening` (from where something can be reached, or what it can reach), `fact/release` (which release of something is in use, and until when it gets fixes), `fact/store` (how \
          data is kept)",
    syntax: |_| None,
    candidate: |_, _| false,
    recognise: |_| false,
    group: Group::Repository,
    with: &[],
    ties: None,
    extract: |_| Extraction::default(),
    typing: Typing::Strict,
    items: &[],
    kinds: Kinds::Closed(crate::dialect::offers::facts::KINDS),
    offers: crate::dialect::offers::facts::OFFERS,
};

/// A place in the resources of some kinds that speaks of a shared matter.
struct Statement {
    /// Kinds with their dialect; a `*` at the end stands for any rest.
    kinds: &'static [&'static str],
    /// Keys from the body on, with dots between. Lists and JSON in strings are gone through; `*` is every value of a map.
    path: &'static str,
    /// What stands there.
    says: Says,
    /// A key beside the last one of the path: where it is there and not false, nothing is said.
    unless: Option<&'static str>,
    /// A key of the body and its values: nothing is said where it has none of them.
    only: Option<(&'static str, &'static [&'static str])>,
}

/// What stands at the place of a statement; each with what it is used for.
#[derive(Clone, Copy)]
enum Says {
    /// A reference to an image.
    Image(&'static str),
    /// What an app of Azure runs, which may be an image: `DOCKER|registry/name:tag`.
    App(&'static str),
    /// A reference to an image in a manifest, which Skaffold may fill in.
    Manifest(&'static str),
    /// Commands, as the lexer of shells lists them.
    Commands(&'static str),
    /// A script, or a list of scripts that run one after the other.
    Script(&'static str),
    /// A script for PowerShell or cmd, or a list of such.
    Windows(&'static str),
    /// What a machine runs when it first starts, in base64 or as it is: a script, or a configuration of cloud-init.
    Encoded(&'static str),
    /// A configuration of cloud-init.
    CloudConfig(&'static str),
    /// A text that is a script where its first line says so.
    Marked(&'static str),
    /// A build of `CodeBuild`: a tree, or the text of one.
    Build(&'static str),
    /// Options that a program is started with, by their names: this program.
    Options(&'static str),
    /// A program and its arguments, as a list or a text.
    Words(&'static str),
    /// A map with the keys of an entry point and its arguments, which are one command.
    Container(&'static [&'static str], &'static str),
    /// A map of which each of some keys holds a script, or a list of such.
    Scripts(&'static [&'static str], &'static str),
    /// A check of whether a container is well: a script, or a list that says how it is started.
    Health(&'static str),
    /// A hook of pre-commit, which may bring a command.
    Hook(&'static str),
    /// An image that is named in parts: the keys of its registry, its name and its tag.
    Parts(&'static [&'static str; 3], &'static str),
    /// The values that tell a chart which image to run.
    Overridden(&'static str),
    /// A release of Terraform: the values that tell a chart which images to run, in texts of YAML and one by one.
    Chart(&'static str),
    /// A further context of a build, which may be an image: `docker-image://name:tag`.
    Context(&'static str),
    /// The arguments of a module that handles an image, where it is told to pull that.
    Pulled(&'static str),
    /// A pod in YAML: the containers that a machine starts.
    Pod(&'static str),
    /// A part of what a machine is handed for its first start, which says itself what it is.
    Part(&'static str),
    /// A path of the machine that runs it.
    HostPath,
    /// A mount: a text, or a map with its source and target.
    Mount,
    /// Uses of texts from elsewhere, as a view lists them.
    Expressions,
    /// A map with the version of something that is released.
    Release(releases::Reading),
}

const fn says(kinds: &'static [&'static str], path: &'static str, says: Says) -> Statement {
    Statement { kinds, path, says, unless: None, only: None }
}

/// The statements of all technologies.
const LISTS: &[&[Statement]] = &[
    ci::STATEMENTS,
    cloud::STATEMENTS,
    containers::STATEMENTS,
    hosts::STATEMENTS,
    images::STATEMENTS,
    tasks::STATEMENTS,
];

/// What resources ask of the repository as a whole, once for all of them.
#[derive(Default)]
pub struct Known(OnceLock<Own>);

impl Known {
    /// Whether somebody is who owns the repository, as far as its files say.
    fn is_owner(&self, owner: &str, workspace: &Workspace) -> Option<bool> {
        self.0.get_or_init(|| Own::of(workspace)).is_owner(owner)
    }
}

/// The facts that a resource states, as resources.
pub fn stated_by(resource: &Resource, workspace: &Workspace, known: &Known) -> Vec<Resource> {
    said_in(LISTS, resource, workspace, known)
}

/// What the statements of some lists say of a resource.
fn said_in(lists: &[&'static [Statement]], resource: &Resource, workspace: &Workspace, known: &Known) -> Vec<Resource> {
    let mut found = Vec::new();
    let dialect = resource.kind.split('/').next().and_then(super::named);
    for statement in lists.iter().copied().flatten().filter(|statement| statement.is_about(resource)) {
        let steps: Vec<&str> = statement.path.split('.').filter(|step| !step.is_empty()).collect();
        let mut walk = Walk {
            statement,
            steps: &steps,
            dialect,
            places: Vec::new(),
            set: Vec::new(),
            ignored: false,
            workspace,
            found: &mut found,
        };
        walk.node(&resource.body, &steps, None, 0);
    }
    let pulled = pulled::of_facts(&found);
    found.extend(pulled);
    let rows = rows::of(resource, &found);
    command::run_in_rows(&mut found, &rows);
    command::say_whose(&mut found, &|owner| known.is_owner(owner, workspace));
    let named = |fact: &Fact| match &*fact.key {
        "" => resource.address.to_string(),
        key => format!("{}#{key}", resource.address),
    };
    found.iter().map(|fact| self::resource(resource, fact, &named(fact), workspace)).collect()
}

fn owner<'a>(resource: &'a Resource, workspace: &'a Workspace) -> Owner<'a> {
    let Resource { kind, body, .. } = resource;
    let development = body.get("development").filter(|_| kind.starts_with("compose/"));
    let path = workspace.path(resource.span.file);
    Owner { kind, name: resource.own_name(), path, body, development, is_developed: is_developed_in(path) }
}

/// A fact as a resource: it stands where its owner does, so that what is said of the owner holds for it.
fn resource(of: &Resource, fact: &Fact, address: &str, workspace: &Workspace) -> Resource {
    let place = place(of, fact);
    let item = place.as_ref().map(|place| format!("@{place}")).unwrap_or_default();
    let place = place.map(|place| format!("{}#{place}", of.address).into());
    let place = place.or_else(|| (!of.identity.label.is_empty()).then(|| Arc::clone(&of.address)));
    Resource {
        kind: shared(&format!("fact/{}", fact.register)),
        address: address.into(),
        scope: Arc::clone(&of.scope),
        deployment: Arc::clone(&of.deployment),
        body: fact.body(&owner(of, workspace), &of.address),
        span: if is_all_of_a_file(of) { fact.span } else { of.span },
        header: fact.span,
        typing: Typing::Strict,
        names: Vec::new(),
        condition: fact.condition.clone().or_else(|| of.condition.clone()),
        trail: of.trail.clone(),
        identity: Identity {
            places: Places::default(),
            label: Arc::clone(&of.identity.label),
            was: of.identity.was.as_ref().map(|was| address.replacen(&*of.address, was, 1).into()),
            place,
            item: item.into(),
            measure: fact.measure.as_slice().into(),
            is_of_all: fact.span == of.header,
            is_planned: of.identity.is_planned,
        },
    }
}

/// Kinds of which one resource is all that a file says.
const WHOLE_FILES: &[&str] = &[
    "azure-pipelines/pipeline",
    "bitbucket-pipelines/pipeline",
    "circleci/config",
    "devcontainer/config",
    "gitlab-ci/pipeline",
    "jenkins/pipeline",
    "pre-commit/config",
    "server/cloud-init",
];

/// Whether a resource is all that a file says: what it holds begins where that stands, and not with the file. A comment above the first
/// key is about that key.
fn is_all_of_a_file(of: &Resource) -> bool {
    SOURCES.contains(&&*of.kind) || WHOLE_FILES.contains(&&*of.kind) || of.kind.starts_with("tasks/")
}

/// The names of the places in its owner that a fact stands in.
fn place(of: &Resource, fact: &Fact) -> Option<String> {
    let around = || of.identity.places.at(fact.span).map(str::to_owned);
    if fact.place.is_empty() { around() } else { Some(fact.place.clone()) }
}

/// Adds to facts that nothing else tells apart what is written there, so that their order does not matter.
pub fn tell_apart(facts: &mut [Resource]) {
    let mut places: FxHashMap<[Arc<str>; 4], Vec<usize>> = FxHashMap::default();
    for (index, fact) in facts.iter().enumerate() {
        let Resource { kind, deployment, address, identity, .. } = fact;
        let called = [kind, deployment, address, &identity.item].map(Arc::clone);
        places.entry(called).or_default().push(index);
    }
    for index in places.into_values().filter(|alike| alike.len() > 1).flatten() {
        let Some(fact) = facts.get_mut(index) else { continue };
        let written = ["text", "expression"].iter().find_map(|key| fact.body.get(key)).unwrap_or(&fact.body);
        let content = crate::hex::encode(&short([&*super::items::spelled(written, 0)]).to_be_bytes());
        fact.identity.item = format!("{}#{content}", fact.identity.item).into();
    }
}

impl Statement {
    const fn unless(self, key: &'static str) -> Statement {
        Statement { unless: Some(key), ..self }
    }

    const fn only(self, key: &'static str, values: &'static [&'static str]) -> Statement {
        Statement { only: Some((key, values)), ..self }
    }

    fn is_about(&self, resource: &Resource) -> bool {
        let named = self.kinds.iter().any(|own| match own.strip_suffix('*') {
            Some(start) => resource.kind.starts_with(start),
            None => *own == &*resource.kind,
        });
        let has = |(key, values): (&str, &[&str])| {
            resource.body.get(key).and_then(Node::as_str).is_some_and(|value| values.contains(&value))
        };
        named && self.only.is_none_or(has)
    }
}

/// The way of one statement through one resource.
struct Walk<'w> {
    statement: &'static Statement,
    /// The whole way.
    steps: &'w [&'w str],
    dialect: Option<&'static Dialect>,
    /// What the places are called that the way leads through.
    places: Vec<String>,
    /// The options that variables of the environment hold on the way.
    set: Vec<(String, String)>,
    /// Whether something on the way says that a failure stops nothing.
    ignored: bool,
    workspace: &'w Workspace,
    found: &'w mut Vec<Fact>,
}

/// Where variables of the environment are set for what is written beside.
const ENVIRONMENTS: [&str; 4] = ["arg", "env", "variables", "Environment"];

/// Names files beside such variables, which say last what these hold.
const OVERRIDING: &str = "EnvironmentFile";

/// Keys of steps and tasks that may say that a failure stops nothing: of Buildkite, Drone and Woodpecker, Cloud Build, Task, Tekton and
/// `CodeBuild`. Those of pipelines that a dialect evaluates are known to that.
pub(super) const FORGIVING: [&str; 7] =
    ["soft_fail", "failure", "allowFailure", "allowExitCodes", "ignore_error", "onError", "on-failure"];

/// Whether the value of such a key says so, for the status that most programs end with where they found something.
pub(super) fn forgives(node: &Node) -> bool {
    let is_first = |node: &Node| match &node.value {
        Value::Int(status) => *status == 1,
        Value::Str(text) => matches!(text.as_str(), "1" | "*"),
        _ => false,
    };
    match &node.value {
        Value::Bool(forgives) => *forgives,
        Value::Str(text) => matches!(text.as_str().to_ascii_lowercase().as_str(), "true" | "ignore" | "continue"),
        Value::List(items) => items.iter().any(|item| is_first(item) || item.get("exit_status").is_some_and(is_first)),
        _ => false,
    }
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, steps: &[&str], condition: Option<&Arc<Unresolved>>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        if let Value::Unresolved(open) = &node.value
            && (!open.alternatives.is_empty() || !steps.is_empty())
        {
            return self.open((node, open), steps, condition, depth);
        }
        let Some((first, rest)) = steps.split_first() else {
            return self.end(node, condition, depth);
        };
        match &node.value {
            Value::List(items) => {
                for item in items.iter() {
                    self.item(item, steps, |walk| walk.node(item, steps, condition, depth + 1));
                }
            }
            Value::Map(map) if *first == "*" => {
                for entry in map.written() {
                    self.within(Some(entry.key.name.to_string()), |walk| {
                        walk.node(&entry.value, rest, condition, depth + 1);
                    });
                }
            }
            Value::Map(_) if rest.is_empty() && self.is_left_out(node) => {}
            Value::Map(map) => {
                if let Some(entry) = map.entry(first) {
                    let (before, ignored) = (self.set.len(), self.ignored);
                    self.ignored |= FORGIVING.iter().any(|key| node.get(key).is_some_and(forgives));
                    let environments = ENVIRONMENTS.iter().filter_map(|key| node.get(key));
                    let certain = node.get(OVERRIDING).is_none();
                    self.set.extend(environments.filter(|_| certain).flat_map(options));
                    self.node(&entry.value, rest, condition, depth + 1);
                    self.set.truncate(before);
                    self.ignored = ignored;
                }
            }
            Value::Str(text) => {
                if let Some(inner) = json::parse_embedded(text, node.span) {
                    self.node(&inner, steps, condition, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// One of several values, each of which is followed; or any, of which no more is known.
    fn open(
        &mut self,
        (node, open): (&Node, &Arc<Unresolved>),
        steps: &[&str],
        condition: Option<&Arc<Unresolved>>,
        depth: usize,
    ) {
        // What a job or service is as a whole is mostly an image; only a mount itself may be any mount.
        if open.alternatives.is_empty() && !steps.is_empty() && matches!(self.statement.says, Says::Mount) {
            return;
        }
        if steps.is_empty() && matches!(self.statement.says, Says::Image(_) | Says::Manifest(_))
            || open.alternatives.is_empty()
        {
            return self.state(node, condition);
        }
        let guards: Vec<&Guard> = open.guarded().map(|(_, guard)| guard).collect();
        let around = condition.and_then(|condition| condition.when_true());
        for (at, alternative) in open.alternatives.iter().enumerate() {
            let own = guards.get(at).and_then(|guard| Guard::all(around.iter().chain([*guard]).cloned()));
            let own = own.map(|guard| Arc::new((**open).clone().true_where(&guard, node.span)));
            self.node(alternative, steps, Some(own.as_ref().unwrap_or(open)), depth + 1);
        }
    }

    fn end(&mut self, node: &Node, condition: Option<&Arc<Unresolved>>, depth: usize) {
        match &node.value {
            Value::Null => {}
            Value::List(items) if !self.statement.says.takes_lists() => {
                for item in items.iter() {
                    self.item(item, &[], |walk| walk.node(item, &[], condition, depth + 1));
                }
            }
            _ => self.state(node, condition),
        }
    }

    /// States what a node says, where a condition holds.
    fn state(&mut self, node: &Node, condition: Option<&Arc<Unresolved>>) {
        let mut facts = self.statement.says.facts(node, &self.set, self.workspace);
        if self.ignored || FORGIVING.iter().any(|key| node.get(key).is_some_and(forgives)) {
            facts.iter_mut().for_each(command::lose);
        }
        self.add(facts.into_iter().map(|fact| Fact { condition: condition.cloned(), ..fact }).collect());
    }

    /// Adds what is stated at a place.
    fn add(&mut self, facts: Vec<Fact>) {
        // Which of several scripts of one place it is, is a part of the place.
        let named = self.statement.says.is_script();
        let last = named.then(|| self.steps.iter().filter(|step| **step != "*").copied().collect::<Vec<_>>().join("."));
        let place = self.places.iter().map(String::as_str).chain(last.as_deref()).collect::<Vec<_>>().join("/");
        self.found.extend(facts.into_iter().map(|fact| Fact { place: place.clone(), ..fact }));
    }

    /// Goes on into an item of the list that the way has led to.
    fn item(&mut self, item: &Node, rest: &[&str], go_on: impl FnOnce(&mut Self)) {
        let way = self.steps.get(..self.steps.len().saturating_sub(rest.len())).unwrap_or(&[]);
        let items = self.dialect.and_then(|dialect| dialect.items_of(way)).filter(|items| items.place);
        self.within(items.and_then(|items| items.name(item)), go_on);
    }

    fn within(&mut self, place: Option<String>, go_on: impl FnOnce(&mut Self)) {
        let is_one = place.is_some();
        self.places.extend(place);
        go_on(self);
        if is_one {
            self.places.pop();
        }
    }

    fn is_left_out(&self, parent: &Node) -> bool {
        let beside = self.statement.unless.and_then(|key| parent.get(key));
        beside.is_some_and(|node| !matches!(node.value, Value::Null | Value::Bool(false) | Value::Unresolved(_)))
    }
}

/// The variables of a map, of a list of pairs, or of lines of assignments. Commands are told those whose values are options of programs;
/// others may be secret, and are there by their names alone. One that is set to several values is such a one too.
fn options(variables: &Node) -> Vec<(String, String)> {
    let mut set: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut add = |name: &str, value: Option<&str>| {
        let value = value.filter(|value| value.starts_with('-')).map(str::to_owned);
        let known = set.entry(name.to_owned()).or_insert_with(|| value.clone());
        if *known != value {
            *known = None;
        }
    };
    for entry in variables.entries() {
        add(&entry.key.name, entry.value.as_str());
    }
    let lines = if variables.items().is_empty() { std::slice::from_ref(variables) } else { variables.items() };
    for line in lines {
        let pairs = line.get("pairs").map_or(std::slice::from_ref(line), Node::items);
        for pair in pairs {
            if let Some(name) = pair.get("name").and_then(Node::as_str) {
                add(name, pair.get("value").and_then(Node::as_str));
            }
        }
        let Value::Str(text) = &line.value else { continue };
        for command in shell::commands(text, line.span, Shell::Posix).items() {
            // A word that is quoted as a whole is no assignment to a shell.
            let words = ["assignments", "argv"].iter().filter_map(|key| command.get(key)).flat_map(Node::items);
            for (name, value) in words.filter_map(|word| word.as_str()?.split_once('=')) {
                add(name, Some(value));
            }
        }
    }
    set.into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect()
}

/// The image that an app of Azure runs, where it runs one; of a text of which parts are filled in it is known as far as it is written.
fn app(node: &Node) -> Option<Node> {
    const MARK: &str = "DOCKER|";
    let value = match &node.value {
        Value::Str(text) => {
            text.as_str().strip_prefix(MARK)?;
            Value::Str(spelled::part(text, MARK.len(), text.as_str().len()))
        }
        Value::Unresolved(open) => {
            let partial = open.partial.as_ref().filter(|partial| partial.prefix().starts_with(MARK));
            let partial = partial.and_then(|partial| partial.behind(MARK.len())).map(Box::new);
            let alternatives: Vec<Node> = open.alternatives.iter().filter_map(app).collect();
            // What may be no image is none.
            let known = partial.is_some() || !alternatives.is_empty() && alternatives.len() == open.alternatives.len();
            known.then(|| Value::Unresolved(Arc::new(Unresolved { alternatives, partial, ..(**open).clone() })))?
        }
        _ => return None,
    };
    Some(Node { value, ..node.clone() })
}

impl Says {
    /// What is stated of a node; `set` are the options that variables hold there.
    fn facts(self, node: &Node, set: &[(String, String)], workspace: &Workspace) -> Vec<Fact> {
        match self {
            Says::Image(used) => image::used(node, used).into_iter().collect(),
            Says::App(used) => app(node).and_then(|image| image::used(&image, used)).into_iter().collect(),
            Says::Manifest(used) => {
                let filled = skaffold::filled(node, workspace);
                image::used(filled.as_ref().unwrap_or(node), used).into_iter().collect()
            }
            Says::Commands(used) => command::of_commands(node.items(), used, set),
            Says::Script(used) => command::of_script(&scripts::readable(node, workspace), used),
            Says::Windows(used) => command::of_windows(&scripts::readable(node, workspace), used),
            Says::Encoded(used) => scripts::of_first_start(&decoded(&scripts::readable(node, workspace)), used),
            Says::Words(used) => command::of_words(&scripts::readable(node, workspace), used),
            Says::CloudConfig(used) => scripts::of_cloud_config(node, used),
            Says::Marked(used) => scripts::of_marked(&scripts::readable(node, workspace), used),
            Says::Options(program) => scripts::of_options(node, program),
            Says::Build(used) => scripts::of_build(&scripts::readable(node, workspace), used),
            Says::Scripts(keys, used) => scripts::of_keys(node, keys, used, workspace),
            Says::Health(used) => scripts::of_check(&scripts::readable(node, workspace), used),
            Says::Hook(used) => scripts::of_hook(node, used),
            Says::Parts(keys, used) => {
                parts::image(node, keys).map_or_else(Vec::new, |image| image::used(&image, used).into_iter().collect())
            }
            Says::Overridden(used) => {
                let told = parts::overridden(node);
                told.map_or_else(Vec::new, |image| image::used(&image, used).into_iter().collect())
            }
            Says::Chart(used) => parts::of_chart(node).iter().filter_map(|image| image::used(image, used)).collect(),
            Says::Context(used) => {
                parts::context(node).and_then(|image| image::used(&image, used)).into_iter().collect()
            }
            Says::Pulled(used) => {
                let pulled = parts::pulled(node);
                pulled.map_or_else(Vec::new, |image| image::used(&image, used).into_iter().collect())
            }
            Says::Pod(used) => parts::of_pod(&scripts::readable(node, workspace), used),
            Says::Part(used) => scripts::of_part(node, used, workspace),
            Says::Expressions => expression::of_use(node).into_iter().collect(),
            Says::HostPath => mount::of_path(node).into_iter().collect(),
            Says::Mount => mount::of_mount(node).into_iter().collect(),
            Says::Release(reading) => reading.facts(node),
            Says::Container(keys, used) => {
                let words = command::started_by(node, keys);
                words.map_or_else(Vec::new, |words| command::of_words(&scripts::readable(&words, workspace), used))
            }
        }
    }

    /// Whether it is a script.
    fn is_script(self) -> bool {
        matches!(
            self,
            Says::Script(_)
                | Says::Windows(_)
                | Says::Words(_)
                | Says::Encoded(_)
                | Says::CloudConfig(_)
                | Says::Marked(_)
                | Says::Build(_)
                | Says::Scripts(..)
                | Says::Health(_)
        )
    }

    /// Whether a list at the end of the way is one value.
    fn takes_lists(self) -> bool {
        !matches!(
            self,
            Says::Image(_)
                | Says::Manifest(_)
                | Says::Container(..)
                | Says::Scripts(..)
                | Says::Hook(_)
                | Says::Part(_)
                | Says::Parts(..)
                | Says::Overridden(_)
                | Says::Pulled(_)
                | Says::Expressions
                | Says::HostPath
                | Says::Mount
                | Says::Release(_)
        )
    }
}
