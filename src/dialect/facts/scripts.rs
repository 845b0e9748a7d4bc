//! Scripts that do not stand there as such: those of which parts are open, and what machines, images and builds are told to run in
//! formats of their own.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{FORGIVING, forgives};
use crate::document::{Entry, MAX_DEPTH, Node, PartialText, Text, Value};
use crate::fact::encoded::{self, decoded};
use crate::fact::{Fact, command, first_start, image};
use crate::source::{Span, Workspace};
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled::{self, Spelled};
use crate::syntax::yaml;

/// A script, or a list of them, with [`command::HOLE`] in the place of what is not known of it: what stands in other lines, and in other
/// words of one line, runs whatever that is.
pub(super) fn readable<'n>(node: &'n Node, workspace: &Workspace) -> Cow<'n, Node> {
    match &node.value {
        Value::Unresolved(open) if open.alternatives.is_empty() => {
            let partial = open.partial.as_deref().filter(|partial| !partial.is_blank());
            let text = partial.map(|partial| with_holes(partial, node.span, workspace));
            text.map_or(Cow::Borrowed(node), |text| Cow::Owned(Node { value: Value::Str(text), ..node.clone() }))
        }
        Value::List(items) if items.iter().any(|item| item.as_unresolved().is_some()) => {
            let items = items.iter().map(|item| readable(item, workspace).into_owned()).collect();
            Cow::Owned(Node { value: Node::list(items, node.span).value, ..node.clone() })
        }
        _ => Cow::Borrowed(node),
    }
}

/// The scripts of a body of which parts are open, under their keys, as far as they are known; none where there are no such.
pub(super) fn handed_over(body: &Node, workspace: &Workspace) -> Option<Node> {
    let mut found = Vec::new();
    first_start::handed_over(body, &mut |entry| {
        if entry.value.as_unresolved().is_some() {
            let value = readable(&entry.value, workspace).into_owned();
            found.extend(value.as_str().is_some().then(|| Entry { value, ..entry.clone() }));
        }
    });
    (!found.is_empty()).then(|| Node::map(found, body.span))
}

/// How many bytes ahead the next line of a script is looked for where it was written.
const FURTHEST: usize = 4_096;

/// The text with its holes. What is known of it leads back to where it stands in the span, line by line, as far as it stands there.
fn with_holes(partial: &PartialText, span: Span, workspace: &Workspace) -> Text {
    let Some(source) = workspace.seen(span.file) else { return Text::opaque(partial.filled(command::HOLE)) };
    let (written, start) = (source.slice(span), span.start as usize);
    let mut text = Spelled::default();
    let mut at = 0;
    for (number, piece) in partial.pieces().enumerate() {
        if number > 0 {
            text.escape(command::HOLE, start + at, start + at);
        }
        for line in piece.split_inclusive('\n') {
            let known = line.trim();
            let furthest = written.len().min(at + FURTHEST + known.len());
            let end = (at..=furthest).rev().find(|end| written.is_char_boundary(*end)).unwrap_or(at);
            let ahead = written.get(at..end).filter(|_| !known.is_empty());
            let found = ahead.and_then(|ahead| ahead.find(known));
            let Some(found) = found else {
                text.escape(line, start + at, start + at);
                continue;
            };
            let (before, after) = line.split_at(line.len() - line.trim_start().len());
            text.escape(before, start + at, start + at + found);
            text.verbatim(known, start + at + found);
            at += found + known.len();
            text.escape(after.get(known.len()..).unwrap_or(""), start + at, start + at);
        }
    }
    text.finish()
}

/// The commands of what a machine is handed for its first start: of a script, or of a configuration of cloud-init.
pub(super) fn of_first_start(data: &Node, used: &'static str) -> Vec<Fact> {
    let Value::Str(text) = &data.value else { return command::of_script(data, used) };
    if !first_start::is_cloud_config(text.as_str()) {
        return command::of_script(data, used);
    }
    let roots = yaml::parse_embedded(text, data.span).unwrap_or_default();
    roots.iter().flat_map(|root| of_cloud_config(root, used)).collect()
}

/// The commands of a configuration of cloud-init, and those of the scripts that it writes.
pub(super) fn of_cloud_config(root: &Node, used: &'static str) -> Vec<Fact> {
    let lists = ["bootcmd", "runcmd"].into_iter().filter_map(|key| root.get(key));
    let commands: Vec<Node> = lists.flat_map(|list| list.items().iter().flat_map(started)).collect();
    let mut facts = command::of_commands(&commands, used, &[]);
    let files = root.get("write_files").map_or(&[][..], Node::items);
    let contents = files.iter().filter_map(|file| {
        let content = file.get("content")?;
        Some(if encoded::is_encoded(file) { encoded::decoded(content) } else { content.clone() })
    });
    facts.extend(contents.flat_map(|content| of_marked(&content, used)));
    facts
}

/// A list is a program with its words, a text a line of a shell.
fn started(item: &Node) -> Vec<Node> {
    match &item.value {
        Value::List(_) => shell::of_words(item, Shell::Posix).items().to_vec(),
        Value::Str(text) => shell::commands(text, item.span, Shell::Posix).items().to_vec(),
        _ => Vec::new(),
    }
}

/// The command of a program that is handed options by their names: in a map, or in a list of maps of `name` and `value`. Where
/// others are set is not known, so it runs on a host and not in a container that says all of them.
pub(super) fn of_options(options: &Node, program: &str) -> Vec<Fact> {
    let pair = |name: &str, at: &Node| {
        let value = match &at.value {
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Str(text) => text.as_str().to_owned(),
            _ => return None,
        };
        Some(Node::text(format!("--{name}={value}"), at.span))
    };
    let named = options.entries().iter().filter_map(|entry| pair(&entry.key.name, &entry.value));
    let listed = options.items().iter().filter_map(|item| pair(item.get("name")?.as_str()?, item.get("value")?));
    // k3s and RKE2: `- anonymous-auth=false`.
    let spelled = options.items().iter().filter_map(|item| {
        let word = item.as_str()?.trim_start_matches('-');
        (!word.is_empty()).then(|| Node::text(format!("--{word}"), item.span))
    });
    let mut words = vec![Node::text(program, options.span)];
    words.extend(named.chain(listed).chain(spelled));
    if words.len() == 1 {
        return Vec::new();
    }
    command::of_words(&Node::list(words, options.span), "host")
}

/// The commands of a text that says in its first line that a shell runs it.
pub(super) fn of_marked(text: &Node, used: &'static str) -> Vec<Fact> {
    match text.as_str() {
        Some(script) if script.starts_with("#!") => command::of_script(text, used),
        _ => Vec::new(),
    }
}

/// The commands of a build of `CodeBuild`, as a tree or as the text of one.
pub(super) fn of_build(build: &Node, used: &'static str) -> Vec<Fact> {
    let parsed = match &build.value {
        Value::Str(text) => yaml::parse_embedded(text, build.span).unwrap_or_default(),
        _ => vec![build.clone()],
    };
    let phases = parsed.iter().filter_map(|root| root.get("phases")).flat_map(Node::entries);
    let of_phase = |phase: &Node| {
        let lists = ["commands", "finally"].into_iter().filter_map(|key| phase.get(key));
        let commands: Vec<Node> = lists.flat_map(|list| lines(list, 0)).collect();
        let forgives = FORGIVING.iter().any(|key| phase.get(key).is_some_and(forgives));
        (commands, forgives)
    };
    let phases: Vec<(Vec<Node>, bool)> = phases.map(|phase| of_phase(&phase.value)).collect();
    let mut facts =
        command::of_commands(&phases.iter().flat_map(|(commands, _)| commands.clone()).collect::<Vec<_>>(), used, &[]);
    let lost: BTreeSet<Span> = phases
        .iter()
        .filter(|(_, forgives)| *forgives)
        .flat_map(|(all, _)| all.iter().map(|command| command.span))
        .collect();
    facts.iter_mut().filter(|fact| lost.contains(&fact.span)).for_each(command::lose);
    facts
}

/// The commands of a text, or of the texts of a list.
fn lines(node: &Node, depth: usize) -> Vec<Node> {
    match &node.value {
        Value::List(items) if depth < MAX_DEPTH => items.iter().flat_map(|item| lines(item, depth + 1)).collect(),
        Value::Str(text) => shell::commands(text, node.span, Shell::Posix).items().to_vec(),
        _ => Vec::new(),
    }
}

/// The commands that stand under some keys of a map.
pub(super) fn of_keys(map: &Node, keys: &[&str], used: &'static str, workspace: &Workspace) -> Vec<Fact> {
    let scripts = keys.iter().filter_map(|key| map.get(key));
    scripts.flat_map(|script| command::of_script(&readable(script, workspace), used)).collect()
}

/// The commands of a check of a container: a list begins with how what follows is started, and a text is for a shell
/// (docs.docker.com/reference/compose-file/services, `healthcheck`; docs.aws.amazon.com/AmazonECS, `HealthCheck`).
pub(super) fn of_check(check: &Node, used: &'static str) -> Vec<Fact> {
    let Some((first, rest)) = check.items().split_first() else { return command::of_script(check, used) };
    let words = || {
        let span = rest.iter().map(|word| word.span).reduce(Span::to).unwrap_or(check.span);
        Node::list(rest.to_vec(), span)
    };
    match first.as_str() {
        Some("CMD-SHELL") => command::of_script(&words(), used),
        Some("CMD") => command::of_words(&words(), used),
        _ => command::of_words(check, used),
    }
}

/// The languages of hooks whose `entry` is no command: an expression, a message, an image (pre-commit.com, "Supported languages").
const NO_COMMANDS: &[&str] = &["docker", "docker_image", "fail", "pygrep"];

/// What a hook of pre-commit brings itself: its command, with arguments, or the image of one.
pub(super) fn of_hook(hook: &Node, used: &'static str) -> Vec<Fact> {
    let Some(entry) = hook.get("entry") else { return Vec::new() };
    match hook.get("language").and_then(Node::as_str) {
        Some("docker_image") => {
            let Value::Str(text) = &entry.value else { return Vec::new() };
            // Options of `docker run` may stand before it, and their values.
            let mut words = text.as_str().split_whitespace();
            let is_reference = |word: &&str| !word.starts_with(['-', '/', '.']) && !word.contains('=');
            let first = words.clone().next().filter(is_reference);
            let image = first.or_else(|| words.find(|word| is_reference(word) && word.contains(['/', ':'])));
            let at = image.and_then(|image| text.as_str().find(image).map(|at| (at, at + image.len())));
            let node = at.map(|(start, end)| spelled::node(spelled::part(text, start, end), entry.span));
            node.and_then(|node| image::used(&node, "job")).into_iter().collect()
        }
        Some(language) if NO_COMMANDS.contains(&language) => Vec::new(),
        _ => command::of_script(entry, used),
    }
}

/// The commands of a part that is handed to cloud-init with the type of what it is.
pub(super) fn of_part(part: &Node, used: &'static str, workspace: &Workspace) -> Vec<Fact> {
    let Some(content) = part.get("content") else { return Vec::new() };
    let content = decoded(&readable(content, workspace));
    let is_config = part.get("content_type").and_then(Node::as_str).is_some_and(|kind| kind.contains("cloud-config"));
    let marked = content.as_str().is_some_and(first_start::is_cloud_config);
    match &content.value {
        Value::Str(text) if is_config && !marked => {
            let roots = yaml::parse_embedded(text, content.span).unwrap_or_default();
            roots.iter().flat_map(|root| of_cloud_config(root, used)).collect()
        }
        // What was encoded as YAML is the tree that it was.
        Value::Map(_) if is_config => of_cloud_config(&content, used),
        _ => of_first_start(&content, used),
    }
}
