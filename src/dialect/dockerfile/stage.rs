//! The stages of a build, in the order of the file, and what the last one inherits.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::document::{Entry, Node, Value};
use crate::kernel::text as known;
use crate::source::Span;
use crate::syntax::spelled;
use crate::syntax::variables::Budget;
use crate::truth::Truth;

use super::arguments::Given;
use super::instruction::{Context, new};
use super::variables::Variables;
use super::{boolean, view};
use crate::syntax::shell::Shell;

/// The keywords that have a list of their own, in the order of the reference.
const LISTS: &[&str] = &[
    "FROM",
    "RUN",
    "COPY",
    "ADD",
    "USER",
    "ENV",
    "ARG",
    "LABEL",
    "EXPOSE",
    "HEALTHCHECK",
    "WORKDIR",
    "VOLUME",
    "CMD",
    "ENTRYPOINT",
    "SHELL",
    "ONBUILD",
    "MAINTAINER",
    "STOPSIGNAL",
];

/// The keywords that put something into the image.
const FILLING: &[&str] = &["RUN", "COPY", "ADD"];

/// A Dockerfile in the reading.
pub(super) struct Build {
    escape: char,
    budget: Budget,
    /// Arguments before the first stage.
    before: Variables,
    instructions: Vec<Node>,
    stages: Vec<Stage>,
}

/// A stage.
struct Stage {
    name: Option<Node>,
    base: Node,
    /// The stage it is built from, when the base is one.
    parent: Option<usize>,
    /// What is known of the base may be the name of an earlier stage.
    may_be_earlier: bool,
    header: Span,
    variables: Variables,
    shell: Shell,
    instructions: Vec<Node>,
    settings: Settings,
    /// Whether CMD was given in this very stage.
    own_command: bool,
}

/// What a stage amounts to, with what it inherits.
#[derive(Clone, Default)]
struct Settings {
    user: Option<Node>,
    entrypoint: Option<Node>,
    command: Option<Node>,
    healthcheck: Option<Node>,
    exposed: Vec<Node>,
    environment: Vec<Entry>,
    labels: Vec<Entry>,
}

impl Build {
    /// A file whose escape character is known.
    pub fn new(escape: char, given: Given) -> Build {
        let given = Rc::new(given);
        Build {
            escape,
            budget: Budget::default(),
            before: Variables::given(given),
            instructions: Vec::new(),
            stages: Vec::new(),
        }
    }

    /// How many stages there are so far.
    pub fn stages(&self) -> usize {
        self.stages.len()
    }

    /// The FROM of the last stage.
    pub fn header(&self) -> Option<Span> {
        self.stages.last().map(|stage| stage.header)
    }

    /// Takes in the next instruction.
    pub fn instruction(&mut self, written: &Node) {
        let keyword = written.get("keyword").and_then(Node::as_str).unwrap_or("");
        if keyword == "FROM" {
            let context = self.context(&self.before, Shell::Posix, Some(self.stages.len()));
            let read = context.read(written);
            let stage = self.stage(read.clone());
            self.stages.push(stage);
            self.instructions.push(read);
            return;
        }
        let index = self.stages.len().checked_sub(1);
        let stage = self.stages.last();
        let variables = stage.map_or(&self.before, |stage| &stage.variables);
        let context = self.context(variables, stage.map_or(Shell::Posix, |stage| stage.shell), index);
        let read = self.with_source(context.read(written));
        let pairs = match keyword {
            "ARG" | "ENV" | "LABEL" => context.pairs(written, keyword != "ARG"),
            _ => Vec::new(),
        };
        self.instructions.push(read.clone());
        match self.stages.last_mut() {
            Some(stage) => {
                stage.instructions.push(read.clone());
                stage.apply(keyword, read, pairs, &self.before);
            }
            None => self.before.declare(pairs),
        }
    }

    /// Adds `from_image` to an instruction, or to what one triggers, that takes files from an image: by `--from`, or by `from=` of a
    /// mount.
    fn with_source(&self, mut read: Node) -> Node {
        if let Some(trigger) = read.get("trigger") {
            let trigger = self.with_source(trigger.clone());
            if let Value::Map(map) = &mut read.value {
                let entries = &mut Arc::make_mut(map).entries;
                entries.iter_mut().filter(|entry| &*entry.key.name == "trigger").for_each(|entry| {
                    entry.value = trigger.clone();
                });
            }
            return read;
        }
        let mounts = read.at(&["flags", "mount"]);
        let mounts = mounts.map_or(&[][..], |mounts| match &mounts.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(mounts),
        });
        let named = read.at(&["flags", "from"]).cloned().into_iter().chain(mounts.iter().filter_map(source_of_mount));
        let mut sources: Vec<Node> = named.filter_map(|from| self.image_taken(&from)).collect();
        let source = match sources.as_slice() {
            [] => return read,
            [_] => sources.remove(0),
            [first, ..] => Node::list(sources.clone(), first.span),
        };
        read.derive("from_image", source);
        read
    }

    /// The image that files are taken from, where this names none of the stages before.
    fn image_taken(&self, from: &Node) -> Option<Node> {
        let text = from.as_str()?;
        let is_stage = text.parse::<usize>().is_ok() || self.stages.iter().any(|stage| stage.is_named(text));
        // One word may also be a build context that is named on the command line.
        let source = if text.contains(['/', ':', '@']) {
            from.clone()
        } else {
            Node::unresolved(text, "it may name an image, or a context that the build is given", from.span)
        };
        (!is_stage).then_some(source)
    }

    fn context<'a>(&'a self, variables: &'a Variables, shell: Shell, stage: Option<usize>) -> Context<'a> {
        let shell = if self.escape == '`' { Shell::Windows } else { shell };
        Context { variables, escape: self.escape, shell, stage, budget: &self.budget }
    }

    fn stage(&self, from: Node) -> Stage {
        let base = from.get("image").cloned().unwrap_or_else(|| Node::text("", from.span));
        let named = |stage: &Stage| base.as_str().is_some_and(|base| stage.is_named(base));
        let parent = self.stages.iter().rposition(named);
        let may_name = |stage: &Stage| match (stage.name.as_ref().and_then(Node::as_str), base.as_unresolved()) {
            (Some(name), Some(open)) => open.partial.as_ref().is_none_or(|text| {
                let lower = text.map(str::to_lowercase);
                known::equals(&lower, &name.to_lowercase()) != Truth::False
            }),
            (Some(_), None) | (None, _) => false,
        };
        let may_be_earlier = self.stages.iter().any(may_name);
        let inherited = parent.and_then(|index| self.stages.get(index));
        let own = self.before.of_base(base.as_str() != Some("scratch"));
        Stage {
            name: from.get("name").cloned(),
            base,
            parent,
            may_be_earlier,
            header: from.span,
            variables: inherited.map_or(own, |stage| stage.variables.clone()),
            shell: inherited.map_or(Shell::Posix, |stage| stage.shell),
            settings: inherited.map_or_else(Settings::default, |stage| stage.settings.clone()),
            instructions: vec![from],
            own_command: false,
        }
    }

    /// The entries of the resource's body.
    pub fn finish(self, whole: Span) -> Vec<Entry> {
        let header = self.header().unwrap_or(whole);
        let inherited = self.inherited();
        let lists = lists(&self.instructions, &[]);
        let passing = self.passing_arguments();
        let mut entries = vec![view("instructions", header, Node::list(self.instructions, whole))];
        entries.extend(lists);
        let last = self.stages.len().saturating_sub(1);
        let nodes: Vec<Node> =
            self.stages.iter().enumerate().map(|(index, stage)| stage.node(index == last, None)).collect();
        let names: Vec<Node> = self.stages.iter().filter_map(|stage| stage.name.clone()).collect();
        entries.push(view("stages", header, Node::list(nodes, whole)));
        let given = names.iter().map(|name| name.span).reduce(Span::to).unwrap_or(header);
        entries.push(view("stage_names", header, Node::list(names, given)));
        entries.push(view("passing_arguments", header, Node::list(passing, header)));
        entries.extend(self.stages.last().map(|stage| view("final_stage", header, stage.node(true, Some(&inherited)))));
        entries
    }

    /// A stage and those that it is built from, by their numbers.
    fn chain(&self, stage: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(stage), |index| self.stages.get(*index)?.parent)
    }

    /// The names of arguments that are declared only in stages of which others take files, and from which the last one is not built:
    /// they are in the history of nothing that is kept.
    fn passing_arguments(&self) -> Vec<Node> {
        let last = self.stages.len().saturating_sub(1);
        let kept: BTreeSet<usize> = self.chain(last).collect();
        let mut passing = BTreeSet::new();
        let mut stages = BTreeMap::new();
        for (at, stage) in self.stages.iter().enumerate() {
            for from in stage.said("COPY", &["flags", "from"]).filter_map(Node::as_str) {
                let named = stages.get(&from.to_ascii_lowercase()).copied();
                let Some(taken) = named.or_else(|| from.parse().ok().filter(|index| *index < at)) else { continue };
                for index in self.chain(taken) {
                    if kept.contains(&index) || !passing.insert(index) {
                        break;
                    }
                }
            }
            if let Some(name) = stage.name.as_ref().and_then(Node::as_str) {
                stages.insert(name.to_ascii_lowercase(), at);
            }
        }
        let passing = &passing;
        let declared = |is_passing: bool| {
            let stages = self.stages.iter().enumerate().filter(move |(at, _)| passing.contains(at) == is_passing);
            stages
                .flat_map(|(_, stage)| stage.said("ARG", &["pairs"]))
                .flat_map(Node::items)
                .filter_map(|pair| pair.get("name"))
        };
        let kept: BTreeSet<&str> = declared(false).filter_map(Node::as_str).collect();
        declared(true).filter(|name| name.as_str().is_some_and(|name| !kept.contains(name))).cloned().collect()
    }

    /// The instructions of the stages that the last one is built from which put something into its image, in the order of
    /// the build.
    fn inherited(&self) -> Vec<Node> {
        let parent = |stage: &&Stage| stage.parent.and_then(|index| self.stages.get(index));
        let chain: Vec<&Stage> =
            std::iter::successors(self.stages.last().as_ref().and_then(parent), |stage| parent(stage)).collect();
        let instructions = chain.iter().rev().flat_map(|stage| &stage.instructions);
        let puts =
            |node: &&Node| node.get("keyword").and_then(Node::as_str).is_some_and(|word| FILLING.contains(&word));
        instructions.filter(puts).cloned().collect()
    }
}

impl Variables {
    fn declare(&mut self, pairs: Vec<(Node, Option<Node>)>) {
        let nothing = Variables::default();
        for (name, default) in pairs {
            self.argument(name.as_str().unwrap_or(""), default, &nothing);
        }
    }
}

impl Stage {
    /// What its instructions of a keyword say under a path.
    fn said<'s>(&'s self, keyword: &'s str, path: &'s [&'s str]) -> impl Iterator<Item = &'s Node> {
        let own =
            self.instructions.iter().filter(move |node| node.get("keyword").and_then(Node::as_str) == Some(keyword));
        own.filter_map(move |node| node.at(path))
    }

    fn is_named(&self, name: &str) -> bool {
        self.name.as_ref().and_then(Node::as_str).is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    fn apply(&mut self, keyword: &str, read: Node, pairs: Vec<(Node, Option<Node>)>, before: &Variables) {
        let settings = &mut self.settings;
        match keyword {
            "ARG" => {
                for (name, default) in pairs {
                    self.variables.argument(name.as_str().unwrap_or(""), default, before);
                }
            }
            "ENV" => {
                for (name, value) in pairs {
                    if let (Some(name), Some(value)) = (name.as_str(), &value) {
                        self.variables.set(name, value.clone());
                    }
                    set(&mut settings.environment, &name, value);
                }
            }
            "LABEL" => pairs.into_iter().for_each(|(name, value)| set(&mut settings.labels, &name, value)),
            "USER" => settings.user = read.get("value").cloned(),
            "EXPOSE" => settings.exposed.extend(read.get("ports").map_or(&[][..], Node::items).iter().cloned()),
            "ENTRYPOINT" => {
                settings.entrypoint = Some(read);
                if !self.own_command {
                    settings.command = None;
                }
            }
            "CMD" => {
                settings.command = Some(read);
                self.own_command = true;
            }
            "HEALTHCHECK" => settings.healthcheck = read.get("form").is_some().then_some(read),
            "SHELL" => self.shell = shell_of(&read),
            _ => {}
        }
    }

    /// What people call the stage: its name, else what it is built from.
    fn called(&self) -> Node {
        let base = || {
            let written = self.base.as_str().or_else(|| self.base.as_unresolved().map(|open| &*open.expression));
            let written = written.unwrap_or("").split('@').next().unwrap_or("");
            let tag = written.rfind(':').filter(|at| !written.get(*at..).unwrap_or("").contains(['/', '}']));
            written.get(..tag.unwrap_or(written.len())).unwrap_or(written)
        };
        match &self.name {
            Some(name) => name.clone(),
            None => Node::text(base(), self.header),
        }
    }

    /// The stage as rules see it. With what it inherits: its settings are those that hold in the end, and what stages below
    /// it put into the image stands before what it puts there itself.
    fn node(&self, last: bool, inherited: Option<&[Node]>) -> Node {
        let effective = inherited.is_some();
        let span = self.instructions.iter().fold(self.header, |span, instruction| span.to(instruction.span));
        let mut entries: Vec<Entry> = self.name.iter().map(|name| new("name", name.clone())).collect();
        entries.extend((!effective).then(|| new("called", self.called())));
        entries.push(new("base", self.base.clone()));
        let base_is_stage = match self.base.as_unresolved() {
            Some(open) if self.may_be_earlier => {
                Node::unresolved(&open.expression, open.because.clone(), self.base.span)
            }
            _ => boolean(self.parent.is_some(), self.base.span),
        };
        entries.push(new("base_is_stage", base_is_stage));
        entries.push(new("final", boolean(last, self.header)));
        entries.push(Entry::new("instructions", self.header, Node::list(self.instructions.clone(), span)));
        let replaced: &[&str] =
            if effective { &["USER", "ENTRYPOINT", "CMD", "HEALTHCHECK", "ENV", "LABEL", "EXPOSE"] } else { &[] };
        let all: Vec<Node> = inherited.unwrap_or(&[]).iter().chain(&self.instructions).cloned().collect();
        entries.extend(lists(&all, replaced));
        if effective {
            entries.extend(self.settings.entries(self.header));
        }
        Node::map(entries, span)
    }
}

impl Settings {
    fn entries(&self, header: Span) -> Vec<Entry> {
        let single = [
            ("user", &self.user),
            ("entrypoint", &self.entrypoint),
            ("cmd", &self.command),
            ("healthcheck", &self.healthcheck),
        ];
        let mut entries: Vec<Entry> =
            single.iter().filter_map(|(name, node)| Some(new(name, node.as_ref()?.clone()))).collect();
        entries.push(Entry::new("exposed", header, Node::list(self.exposed.clone(), header)));
        entries.push(Entry::new("env", header, Node::map(self.environment.clone(), header)));
        entries.push(Entry::new("labels", header, Node::map(self.labels.clone(), header)));
        entries
    }
}

fn set(entries: &mut Vec<Entry>, name: &Node, value: Option<Node>) {
    let (Some(key), Some(value)) = (name.as_str(), value) else { return };
    entries.retain(|entry| &*entry.key.name != key);
    entries.push(Entry::new(key, name.span, value));
}

/// One list for each keyword that occurs.
fn lists(instructions: &[Node], without: &[&str]) -> Vec<Entry> {
    let keyword = |node: &Node| match node.get("keyword").map(|node| &node.value) {
        Some(Value::Str(text)) => text.shared(),
        _ => "".into(),
    };
    let named = |list: &&str| !without.contains(list);
    LISTS
        .iter()
        .filter(|list| named(list))
        .filter_map(|list| {
            let of: Vec<Node> = instructions.iter().filter(|node| *keyword(node) == **list).cloned().collect();
            let span = of.iter().map(|node| node.span).reduce(Span::to)?;
            let key = of.first()?.span;
            Some(view(&list.to_ascii_lowercase(), key, Node::list(of, span)))
        })
        .collect()
}

/// What a mount names as its source: `type=bind,from=busybox:1.37,target=/b`.
fn source_of_mount(mount: &Node) -> Option<Node> {
    let Value::Str(text) = &mount.value else { return None };
    let mut start = 0;
    for part in text.as_str().split(',') {
        let end = start + part.len();
        if let Some(source) = part.strip_prefix("from=") {
            return Some(spelled::node(spelled::part(text, end - source.len(), end), mount.span));
        }
        start = end + 1;
    }
    None
}

fn shell_of(instruction: &Node) -> Shell {
    let program = instruction.get("argv").and_then(|argv| argv.items().first()).and_then(Node::as_str).unwrap_or("");
    let name = program.rsplit(['/', '\\']).next().unwrap_or("").to_ascii_lowercase();
    let windows = ["cmd", "powershell", "pwsh"].contains(&name.trim_end_matches(".exe"));
    if windows { Shell::Windows } else { Shell::Posix }
}
