//! The views of a pipeline and of its stages.

use std::collections::BTreeSet;

use super::names::Names;
use super::outside;
use super::read::{Reading, SCRIPTS, Step};
use super::tree::{Call, bare, of_environment};
use crate::dialect::written::list;
use crate::dialect::{given, lost, reread};
use crate::document::{Entry, Node, Text, Value};
use crate::fact::command::HOLE;
use crate::source::Span;
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled;

/// Steps that are listed with what they are handed.
const LISTED: &[&str] = &[
    "archiveArtifacts",
    "build",
    "checkout",
    "echo",
    "evaluate",
    "git",
    "httpRequest",
    "input",
    "load",
    "println",
    "readTrusted",
    "stash",
    "writeFile",
];

/// A script that a step runs.
pub(super) struct Script {
    pub stage: Option<usize>,
    pub node: Node,
}

/// The scripts of a pipeline; the places of those of which nothing is known are added to `unread`.
pub(super) fn scripts(reading: &Reading<'_>, names: &Names<'_>, unread: &mut Vec<Span>) -> Vec<Script> {
    let set: Vec<Node> = variables(reading, names);
    let mut found = Vec::new();
    for step in reading.steps.iter().filter(|step| SCRIPTS.contains(&step.call.name)) {
        let Some(written) = step.call.value("script") else { continue };
        match script(step, written, stage(reading, step), names, &set) {
            Some(node) => found.push(Script { stage: step.stage, node }),
            None => unread.push(written.span),
        }
    }
    found
}

fn script(step: &Step<'_>, written: &Node, stage: &str, names: &Names<'_>, set: &[Node]) -> Option<Node> {
    let (text, span, filled) = names.script(written)?;
    let shell = if step.call.name == "sh" { Shell::Posix } else { Shell::Windows };
    let commands = if is_shell(&text) { shell::commands(&text, span, shell) } else { Node::list(Vec::new(), span) };
    let commands = if shell == Shell::Posix { lost::in_pipes(commands, text.as_str()) } else { commands };
    let commands = if step.is_ignored { lost::ignored_where(&commands, |_| true) } else { commands };
    let commands = given::with(&commands, set.iter().filter_map(named_value), span).items().to_vec();
    let mut texts = outside::uses(&filled, names);
    if shell == Shell::Posix {
        texts.extend(reread::uses(&commands, set, &outside::DECIDERS));
    }
    let label = step.call.get("label").and_then(Node::as_str).map(|label| Node::text(label, span));
    let parts = [
        ("name", Some(Node::text(stage, step.call.head()))),
        ("step", Some(Node::text(step.call.name, step.call.head()))),
        ("label", label),
        ("commands", Some(Node::list(commands, span))),
        ("texts_used", Some(Node::list(texts, span))),
        ("secrets_used", Some(Node::list(outside::secrets(&filled, &step.bound), span))),
    ];
    let parts = parts.into_iter().filter_map(|(name, value)| Some(Entry::new(name, span, value?)));
    Some(Node::map(parts.collect(), span))
}

/// A variable that is listed with its name.
fn named_value(variable: &Node) -> Option<(String, Node)> {
    Some((variable.get("name")?.as_str()?.to_owned(), variable.get("value")?.clone()))
}

/// Whether a script is for a shell, by its first line.
fn is_shell(text: &Text) -> bool {
    let first = text.as_str().trim_start().lines().next().unwrap_or("");
    let interpreter = first.strip_prefix("#!").unwrap_or("sh");
    interpreter.split([' ', '/']).any(|word| shell::SHELLS.contains(&word))
}

fn stage<'r>(reading: &'r Reading<'_>, step: &Step<'_>) -> &'r str {
    named(reading, step.stage)
}

fn named<'r>(reading: &'r Reading<'_>, stage: Option<usize>) -> &'r str {
    stage.and_then(|at| reading.stages.get(at)).map_or("", |stage| &stage.name)
}

/// What is written of the environment: `environment` for what has a name of its own, `env` for the assignments of `withEnv`.
pub(super) fn environment(reading: &Reading<'_>, names: &Names<'_>, top: Span) -> Vec<Entry> {
    let set = reading.set.iter().filter(|set| set.is_environment).map(|set| {
        let name = of_environment(&set.entry.key.name);
        Entry::new(name, set.entry.key.span, names.shown(&set.entry.value))
    });
    let set: Vec<Entry> = set.collect();
    // They stand all over the file, so the lists of them have no place.
    let nowhere = Span { end: top.start, ..top };
    let assigned: Vec<Node> = reading.assignments.iter().map(|node| names.shown(node)).collect();
    vec![
        Entry::new("environment", nowhere, Node::map(set, nowhere)),
        Entry::new("env", nowhere, Node::list(assigned, nowhere)),
    ]
}

/// Adds the views of a pipeline.
pub(super) fn of_pipeline(body: &mut Node, reading: &Reading<'_>, names: &Names<'_>, scripts: &[Script]) {
    let top = body.span;
    let agents = reading.agents.iter().map(|agent| {
        let stage = agent.stage.map(|at| named(reading, Some(at)));
        super::agent::view(agent, stage, &|node| names.shown(node))
    });
    let views = [
        ("agents", agents.collect()),
        ("images", images(reading, names)),
        (
            "mounts",
            reading.agents.iter().filter_map(|agent| agent.arguments).flat_map(|node| mounts(node, names)).collect(),
        ),
        ("scripts", scripts.iter().map(|script| script.node.clone()).collect()),
        ("steps_listed", reading.steps.iter().filter_map(|step| listed(step, stage(reading, step), names)).collect()),
        ("connections", reading.steps.iter().flat_map(|step| connections(step.call, names)).collect()),
        ("variables_set", variables(reading, names)),
        ("parameters_set", reading.parameters.iter().map(|call| said(*call, "kind", names)).collect()),
        ("options_set", reading.options.iter().map(|call| said(*call, "option", names)).collect()),
        ("triggers_set", reading.triggers.iter().map(|call| said(*call, "trigger", names)).collect()),
        ("libraries_used", reading.libraries.iter().filter_map(|library| of_library(library)).collect()),
        ("credentials_used", credentials(reading, names)),
    ];
    for (name, items) in views {
        body.derive(name, list(items, top));
    }
}

/// The images that agents and steps run in.
fn images(reading: &Reading<'_>, names: &Names<'_>) -> Vec<Node> {
    let of_agents = reading.agents.iter().filter_map(|agent| agent.image).map(|image| names.shown(image));
    let of_pods = reading.pods.iter().filter_map(|pod| match pod {
        super::agent::Pod::Container(image) => Some(names.shown(image)),
        super::agent::Pod::Manifest(_) => None,
    });
    let mut seen = BTreeSet::new();
    of_agents.chain(of_pods).filter(|image| seen.insert(image.span)).collect()
}

/// What the arguments of a container mount: `-v /a:/b`, `--volume=/a:/b`.
fn mounts(arguments: &Node, names: &Names<'_>) -> Vec<Node> {
    let shown = names.shown(arguments);
    let filled = shown.as_unresolved().and_then(|open| Some(open.partial.as_ref()?.filled(HOLE)));
    let text = match &shown.value {
        Value::Str(text) => text.clone(),
        _ => Text::opaque(filled.unwrap_or_default()),
    };
    let commands = shell::commands(&text, shown.span, Shell::Posix);
    let words = commands.items().first().and_then(|command| command.get("argv")).map_or(&[][..], Node::items);
    let option = |word: &Node| word.as_str().is_some_and(|word| ["-v", "--volume"].contains(&word));
    let behind =
        words.iter().zip(words.iter().skip(1)).filter(|(word, _)| option(word)).map(|(_, mount)| mount.clone());
    let within = words.iter().filter_map(|word| {
        let Value::Str(text) = &word.value else { return None };
        let at = ["--volume=", "-v"].iter().find(|start| text.as_str().starts_with(**start))?.len();
        (at < text.as_str().len() && text.as_str().contains(':'))
            .then(|| spelled::node(spelled::part(text, at, text.as_str().len()), word.span))
    });
    behind.chain(within).filter(|mount| !mount.as_str().is_some_and(|mount| mount.starts_with(HOLE))).collect()
}

/// A step with what it is handed.
fn listed(step: &Step<'_>, stage: &str, names: &Names<'_>) -> Option<Node> {
    let call = step.call;
    if !LISTED.contains(&call.name) {
        return None;
    }
    let mut node = said(call, "step", names);
    node.derive("stage", Node::text(stage, call.head()));
    Some(node)
}

/// A call with its name under a key, its arguments by their names, and the first of the others as `value`.
fn said(call: Call<'_>, key: &str, names: &Names<'_>) -> Node {
    let span = call.node.span;
    let mut entries = vec![Entry::new(key, call.head(), Node::text(call.name, call.head()))];
    for entry in call.named().iter().filter(|entry| &*entry.key.name != key) {
        entries.push(Entry { value: names.shown(&entry.value), ..entry.clone() });
    }
    // `input { message 'x' }` of a stage.
    for inner in call.block().iter().filter_map(Call::of).filter(|_| call.name == "input") {
        let value = inner.arguments().first();
        entries.extend(value.map(|value| Entry::new(inner.name, inner.head(), names.shown(value))));
    }
    if let Some(first) =
        call.arguments().first().filter(|first| first.entries().is_empty() || first.get("call").is_some())
    {
        entries.push(Entry::new("value", first.span, names.shown(first)));
    }
    Node::map(entries, span)
}

/// What a step talks to: `what`, `address`, `plain` and `unchecked`.
fn connections(call: Call<'_>, names: &Names<'_>) -> Vec<Node> {
    let unchecked = |call: Call<'_>| call.get("ignoreSslErrors").map(|node| names.shown(node));
    let found: Vec<(&str, Node, Option<Node>)> = match call.name {
        "httpRequest" => {
            let address = call.get("url").or_else(|| call.value("url"));
            address.map(|address| ("hook", names.shown(address), unchecked(call))).into_iter().collect()
        }
        "git" => call.value("url").map(|address| ("source", names.shown(address), None)).into_iter().collect(),
        "checkout" => remotes(call).into_iter().map(|address| ("source", names.shown(address), None)).collect(),
        _ => Vec::new(),
    };
    let connection = |(what, address, unchecked): (&str, Node, Option<Node>)| {
        let span = address.span;
        let begins = address.as_str().or_else(|| Some(address.as_unresolved()?.partial.as_ref()?.prefix()));
        let plain = begins.is_some_and(|text| text.starts_with("http://"));
        let known = begins.is_some_and(|text| text.contains("://")).then(|| Node::new(Value::Bool(plain), span));
        let plain = known.unwrap_or_else(|| Node::unresolved("", "the address is not known", span));
        let entries = [
            ("what", Some(Node::text(what, span))),
            ("address", Some(address)),
            ("plain", Some(plain)),
            ("unchecked", unchecked),
        ];
        Node::map(entries.into_iter().filter_map(|(name, value)| Some(Entry::new(name, span, value?))).collect(), span)
    };
    found.into_iter().map(connection).collect()
}

/// The addresses of a checkout: `scmGit(userRemoteConfigs: [[url: 'x']])`, or the map of it.
fn remotes(call: Call<'_>) -> Vec<&Node> {
    let inner = call.value("scm").and_then(Call::of);
    let configs = call.get("userRemoteConfigs").or_else(|| inner?.get("userRemoteConfigs"));
    configs.map_or(&[][..], Node::items).iter().filter_map(|config| config.get("url")).collect()
}

/// The variables that are set: each a map of `name` and `value`.
fn variables(reading: &Reading<'_>, names: &Names<'_>) -> Vec<Node> {
    let pair = |name: &str, value: Node, span: Span| {
        let entries = vec![Entry::new("name", span, Node::text(name, span)), Entry::new("value", value.span, value)];
        Node::map(entries, span)
    };
    let set = reading
        .set
        .iter()
        .map(|set| pair(of_environment(&set.entry.key.name), names.shown(&set.entry.value), set.entry.span()));
    let assigned = reading.assignments.iter().filter_map(|node| {
        let shown = names.shown(node);
        match &shown.value {
            Value::Str(text) => {
                let at = text.as_str().find('=')?;
                let value = spelled::node(spelled::part(text, at + 1, text.as_str().len()), node.span);
                Some(pair(text.as_str().get(..at)?, value, node.span))
            }
            Value::Unresolved(open) => {
                let (name, _) = open.partial.as_ref()?.prefix().split_once('=')?;
                Some(pair(name, Node::unresolved(&open.expression, &*open.because, node.span), node.span))
            }
            _ => None,
        }
    });
    set.chain(assigned).collect()
}

/// A library: `name`, and `version` where one is written.
fn of_library(written: &Node) -> Option<Node> {
    let written = bare(written);
    let span = written.span;
    let whole = match &written.value {
        Value::Str(text) => text.clone(),
        Value::Unresolved(open) => Text::opaque(open.partial.as_ref()?.filled("…")),
        _ => return None,
    };
    let at = whole.as_str().find('@');
    let name = spelled::node(spelled::part(&whole, 0, at.unwrap_or(whole.as_str().len())), span);
    let mut entries = vec![Entry::new("name", name.span, name)];
    if let Some(at) = at {
        let version = match &written.value {
            Value::Unresolved(open) => Node::unresolved(&open.expression, &*open.because, span),
            _ => spelled::node(spelled::part(&whole, at + 1, whole.as_str().len()), span),
        };
        entries.push(Entry::new("version", version.span, version));
    }
    Some(Node::map(entries, span))
}

/// The credentials that are bound to variables.
fn credentials(reading: &Reading<'_>, names: &Names<'_>) -> Vec<Node> {
    let one = |bound: &super::secrets::Bound<'_>| {
        let span = bound.at.span;
        let parts = [
            ("variable", Some(Node::text(bound.variable, span))),
            ("binding", Some(Node::text(bound.kind, span))),
            ("id", bound.id.map(|id| names.shown(id))),
        ];
        Node::map(parts.into_iter().filter_map(|(name, value)| Some(Entry::new(name, span, value?))).collect(), span)
    };
    reading.bound.iter().map(one).collect()
}

/// Adds the views of a stage: `id`, `commands`, `waits_for`, `asked`, `condition` and `agent_effective`.
pub(super) fn of_stage(
    number: usize,
    id: &str,
    reading: &Reading<'_>,
    names: &Names<'_>,
    scripts: &[Script],
    waits_for: Node,
) -> Node {
    let Some(stage) = reading.stages.get(number) else { return Node::map(Vec::new(), waits_for.span) };
    let mut body = stage.node.clone();
    let own = scripts.iter().filter(|script| script.stage == Some(number));
    let commands = own.filter_map(|script| script.node.get("commands")).flat_map(Node::items).cloned().collect();
    // The stages around it have smaller numbers, and end after it.
    let is_around = |at: usize| reading.stages.get(at).is_some_and(|outer| at <= number && number < outer.until);
    let agent = reading.agents.iter().rev().find(|agent| agent.stage.is_none_or(is_around));
    let agent = agent.map(|agent| super::agent::view(agent, None, &|node| names.shown(node)));
    let is_asked =
        reading.stages.iter().take(number + 1).enumerate().any(|(at, outer)| outer.is_asked && is_around(at));
    let views = [
        ("id", Some(Node::text(id, stage.header))),
        ("commands", Some(list(commands, stage.header))),
        ("waits_for", Some(waits_for)),
        ("asked", Some(Node::new(Value::Bool(is_asked), stage.header))),
        ("condition", stage.when.cloned()),
        ("agent_effective", agent),
    ];
    for (name, view) in views {
        if let Some(view) = view {
            body.derive(name, view);
        }
    }
    body
}
