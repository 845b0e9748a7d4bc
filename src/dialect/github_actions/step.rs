//! One step of a job or of a composite action, with its views.

use super::expression::{self, Site};
use super::taint::{Follower, Scope};
use super::{text, texts};
use crate::dialect::own::Own;
use crate::dialect::{given, lost};
use crate::document::{Entry, Node, Text, Value};
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled;

/// Inputs of any action that are scripts.
const SCRIPTS: &[&str] = &["script", "inlinescript", "inline-script", "inline_script"];

/// Inputs of some actions that are scripts of another language, or run as a part of one.
const SCRIPTS_OF: &[(&str, &[&str])] = &[
    ("addnab/docker-run-action", &["options"]),
    ("cardinalby/js-eval-action", &["expression"]),
    ("devorbitus/yq-action-output", &["cmd"]),
    ("gautamkrishnar/blog-post-workflow", &["item_exec"]),
    ("mikefarah/yq", &["cmd"]),
    ("sergeysova/jq-action", &["cmd"]),
    ("skitionek/notify-microsoft-teams", &["overwrite"]),
    ("8398a7/action-slack", &["custom_payload"]),
    ("tibdex/backport", &["body_template", "head_template", "labels_template", "title_template"]),
];

/// Inputs of some actions that a POSIX shell runs, there or on another machine.
const SHELL_OF: &[(&str, &[&str])] = &[
    ("addnab/docker-run-action", &["run"]),
    ("appleboy/ssh-action", &["script"]),
    ("azure/cli", &["inlinescript"]),
    ("devcontainers/ci", &["runcmd"]),
    ("nick-fields/retry", &["command"]),
    ("nick-invision/retry", &["command"]),
    ("reactivecircus/android-emulator-runner", &["script", "pre-emulator-launch-script"]),
    ("uraimo/run-on-arch-action", &["run", "install", "setup"]),
    ("vmactions/freebsd-vm", &["run", "prepare"]),
    ("vmactions/openbsd-vm", &["run", "prepare"]),
    ("wandalen/wretry.action", &["command"]),
];

/// What runs the steps that name no shell.
#[derive(Clone, Default)]
pub(super) struct Shells {
    /// Named for all steps.
    pub default: Option<String>,
    /// The runner, which decides where nothing is named.
    pub runner: Option<Node>,
}

/// The steps as rules see them: each with `uses_action`, `expressions`, `texts_used` and, where a
/// POSIX shell runs them, `commands`.
pub(super) fn steps<'c>(
    steps: &'c Node,
    shells: &Shells,
    site: &Site,
    (scope, follower): (Scope<'c>, &Follower<'c>),
) -> Node {
    let Value::List(items) = &steps.value else { return steps.clone() };
    let view = |(at, item): (usize, &'c Node)| {
        let mut view = step(item, shells, (site, follower.own()));
        let texts = texts::of_step(item, scope.step(at), follower);
        let span = texts.first().map_or(item.span, |text| text.span);
        view.derive("texts_used", Node::list(texts, span));
        view
    };
    let items = items.iter().enumerate().filter(|(_, item)| !never_runs(item)).map(view).collect();
    Node { value: Node::list(items, steps.span).value, ..steps.clone() }
}

/// Whether a step or a job is switched off by its condition, which is written out.
pub(super) fn never_runs(node: &Node) -> bool {
    let Some(condition) = node.get("if") else { return false };
    let text = condition.as_str().map(str::trim);
    let inner = text.and_then(|text| text.strip_prefix("${{")?.strip_suffix("}}")).map(str::trim);
    condition.as_bool() == Some(false) || inner.or(text) == Some("false")
}

fn step(step: &Node, shells: &Shells, (site, own): (&Site, &Own)) -> Node {
    let mut step = step.clone();
    if step.as_map().is_none() {
        return step;
    }
    let action = step.get("uses").and_then(Node::as_str).unwrap_or("");
    let action = action.split('@').next().unwrap_or("").to_ascii_lowercase();
    let scripts: Vec<Node> = step
        .get("run")
        .into_iter()
        .chain(
            step.get("with")
                .map_or(&[][..], Node::entries)
                .iter()
                .filter(|entry| is_script(&action, &entry.key.name))
                .map(|entry| &entry.value),
        )
        .cloned()
        .collect();
    let expressions = scripts.iter().flat_map(expression::nodes).collect();
    let span = scripts.first().map_or(step.span, |script| script.span);
    step.derive("expressions", Node::list(expressions, span));
    let within = step.get("env").map(|env| site.with(env));
    super::set(&mut step, "with", |with| inputs(with, within.as_ref().unwrap_or(site)));
    // Variables that an expression gives all at once are not known.
    super::set(&mut step, "env", |env| expression::resolved(env, site));
    if let Some(action) = step.get("uses").and_then(|uses| uses_action(uses, own)) {
        step.derive("uses_action", action);
    }
    let named = step.get("shell").and_then(Node::as_str).map(str::to_owned);
    let script = step.get("run").cloned().zip(shell_of(named.as_deref(), shells));
    if let Some((Node { value: Value::Str(text), span, .. }, shell)) = &script {
        let commands = shell::commands(text, *span, *shell);
        let is_piped = *shell == Shell::Posix && !sets_pipefail(named.as_deref().or(shells.default.as_deref()));
        let commands = if is_piped { lost::in_pipes(commands, text.as_str()) } else { commands };
        let own = step.get("env").map_or(&[][..], Node::entries);
        let set = given::named(&site.env).chain(given::named(own));
        step.derive("commands", given::with(&commands, set.collect::<Vec<_>>(), *span));
    } else if let Some(commands) = commands_of(&action, step.get("with")) {
        step.derive("commands", commands);
    }
    step
}

/// The commands that an action is handed, which is given in lower case.
fn commands_of(action: &str, with: Option<&Node>) -> Option<Node> {
    let (_, inputs) = SHELL_OF.iter().find(|(name, _)| *name == action)?;
    let scripts: Vec<&Node> = with?
        .as_map()?
        .written()
        .filter(|entry| inputs.contains(&&*entry.key.name.to_ascii_lowercase()))
        .map(|entry| &entry.value)
        .collect();
    let place = scripts.first()?.span;
    let commands = scripts.iter().flat_map(|script| match &script.value {
        Value::Str(text) => shell::commands(text, script.span, Shell::Posix).items().to_vec(),
        _ => Vec::new(),
    });
    Some(Node::list(commands.collect(), place))
}

/// Whether an input of an action, which is given in lower case, is a script.
pub(super) fn is_script(action: &str, input: &str) -> bool {
    let input = input.to_ascii_lowercase();
    let mut of_actions = SCRIPTS_OF.iter().chain(SHELL_OF);
    SCRIPTS.contains(&&*input) || of_actions.any(|(name, inputs)| *name == action && inputs.contains(&&*input))
}

/// The inputs of a step with two views for each that needs them: names are read in any case, and a value that is an
/// expression of a single written value is that; one of which every run is known is one of several.
fn inputs(with: &Node, site: &Site) -> Node {
    let mut with = with.clone();
    let written: Vec<Entry> = with.as_map().map(|map| map.written().cloned().collect()).unwrap_or_default();
    if let Value::Map(map) = &mut with.value {
        for entry in &mut std::sync::Arc::make_mut(map).entries {
            if let Some(constant) = entry.value.as_str().and_then(expression::constant) {
                entry.value.value = Value::Str(Text::opaque(constant));
            } else if let Some(decided) = expression::decided(&entry.value, site) {
                entry.value = decided;
            }
        }
    }
    for entry in written {
        let lower = entry.key.name.to_ascii_lowercase();
        if *lower != *entry.key.name
            && let Some(value) = with.get(&entry.key.name).cloned()
        {
            with.derive(&lower, value);
        }
    }
    with
}

/// Whether the runner starts a shell with `pipefail`: `bash` where it is named, and a line of options that says so.
fn sets_pipefail(shell: Option<&str>) -> bool {
    shell.is_some_and(|shell| shell.trim() == "bash" || shell.contains("pipefail"))
}

/// The shell that runs a step; none where it is no shell, or nobody knows which one.
fn shell_of(named: Option<&str>, shells: &Shells) -> Option<Shell> {
    if let Some(shell) = named.or(shells.default.as_deref()) {
        let program = shell.split_whitespace().next().unwrap_or("");
        return match program.rsplit_once('/').map_or(program, |(_, name)| name) {
            "bash" | "sh" => Some(Shell::Posix),
            "pwsh" | "powershell" | "cmd" => Some(Shell::Windows),
            _ => None,
        };
    }
    let windows = |node: &Node| node.as_str().is_some_and(|label| label.to_ascii_lowercase().contains("windows"));
    let labels = |node: &Node| windows(node) || node.items().iter().any(windows);
    let Some(runner) = &shells.runner else { return Some(Shell::Posix) };
    // A runner that the file does not decide may be one of Windows, where PowerShell is the default.
    if let Some(open) = runner.as_unresolved() {
        let is_decided = !open.alternatives.is_empty() && !open.alternatives.iter().any(windows);
        return is_decided.then_some(Shell::Posix);
    }
    let is_windows = labels(runner) || runner.get("labels").is_some_and(labels);
    Some(if is_windows { Shell::Windows } else { Shell::Posix })
}

/// What `uses` names, in its parts.
pub(super) fn uses_action(uses: &Node, own: &Own) -> Option<Node> {
    let Value::Str(written) = &uses.value else { return None };
    let name = written.as_str();
    let part = |start: usize, end: usize| spelled::node(spelled::part(written, start, end), uses.span);
    let kind = |kind: &str| view("ref_kind", text(kind, uses.span));
    let entries = if let Some(image) = name.strip_prefix("docker://") {
        vec![view("image", part(name.len() - image.len(), name.len())), kind("docker")]
    } else if name.starts_with("./") || name.starts_with("../") {
        vec![view("path", part(0, name.len())), kind("local")]
    } else {
        let at = name.rfind('@');
        let mut entries = parts(written, at.unwrap_or(name.len()), &part);
        let reference = at.and_then(|at| name.get(at + 1..)).unwrap_or("");
        entries.extend(at.map(|at| view("ref", part(at + 1, name.len()))));
        let is_own = own.is_owner(name.split('/').next().unwrap_or(""));
        entries.extend(is_own.map(|is_own| view("own", Node::new(Value::Bool(is_own), uses.span))));
        entries.push(kind(if at.is_none() || reference.is_empty() {
            "none"
        } else if is_commit(reference) {
            "sha"
        } else {
            "tag-or-branch"
        }));
        entries
    };
    Some(Node::map(entries, uses.span))
}

/// Owner, repository and path of `owner/repo/path`, which ends at `end`.
fn parts(written: &Text, end: usize, part: &dyn Fn(usize, usize) -> Node) -> Vec<Entry> {
    let name = written.as_str().get(..end).unwrap_or("");
    let first = name.find('/').unwrap_or(end);
    let second = name.get(first + 1..).and_then(|rest| rest.find('/')).map_or(end, |at| first + 1 + at);
    // Names of owners and repositories are read in any case.
    let lower = |node: Node| match node.as_str().filter(|name| name.contains(|c: char| c.is_ascii_uppercase())) {
        Some(name) => text(&name.to_ascii_lowercase(), node.span),
        None => node,
    };
    let mut entries = vec![view("owner", lower(part(0, first)))];
    if first < end {
        entries.push(view("repo", lower(part(first + 1, second))));
    }
    if second < end {
        entries.push(view("path", part(second + 1, end)));
    }
    entries
}

fn is_commit(reference: &str) -> bool {
    [40, 64].contains(&reference.len()) && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn view(name: &str, value: Node) -> Entry {
    Entry::new(name, value.span, value)
}
