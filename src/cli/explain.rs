//! `annexa explain FILE:LINE`: what stands there after evaluation, and where its values came from.

use std::fmt::Write;
use std::path::PathBuf;

use crate::cli::args::ExplainArguments;
use crate::cli::consequence;
use crate::cli::output::{self, Exit, Failure};
use crate::cli::prepare::{self, Against};
use crate::dialect::{DIALECTS, Resource};
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::report::one_line;
use crate::rule::set::RuleSet;
use crate::scan;
use crate::secrecy::tree::Hidden;
use crate::secrecy::{MASK, Secrets};
use crate::source::{NO_FILE, Part, Span, Workspace};

/// Longest list or text that is shown whole.
const SHOWN: usize = 400;

/// Runs the command.
pub fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let (file, line) = place(&arguments.place)?;
    let path = PathBuf::from(file);
    let mut prepared = prepare::prepare(&[path], &arguments.input, Against::Nothing)?;
    if let Some(problem) =
        prepared.problems.iter().find(|problem| matches!(problem.code, "discover::missing" | "discover::named"))
    {
        return Err(Failure::Message(format!("{}: {}", problem.path, problem.message)));
    }
    // What stands in the file may be made of others: a template with the values of its chart, a module with its caller.
    consequence::narrow(&mut prepared, &RuleSet::builtin(DIALECTS));
    let parsed = scan::parse(&prepared.workspace);
    let extracted = scan::extract(&prepared.workspace, &parsed, &prepared.inputs);
    let secrets = scan::hidden::declared(&prepared.workspace, &parsed, &extracted.resources);
    let mut page = Page::new(&prepared.workspace, secrets);
    // What one resource makes a secret of may be written under a name of another one that says nothing.
    extracted.resources.iter().for_each(|resource| page.learn(resource));
    let there: Vec<(&Resource, Option<Item<'_>>)> = extracted
        .resources
        .iter()
        .filter(|resource| stands(&prepared.workspace, resource, line))
        .map(|resource| (resource, item(&prepared.workspace, resource, line)))
        .collect();
    for (resource, item) in &there {
        // What stands in a resource within another one (a job in a workflow) is told there, where more is read of it.
        let is_told_within = item.as_ref().is_some_and(|item| {
            let narrower = |other: &Resource| other.span != resource.span && resource.span.contains(other.span);
            there
                .iter()
                .any(|(other, of)| narrower(other) && of.as_ref().is_some_and(|of| of.node.span == item.node.span))
        });
        if !is_told_within {
            page.describe(resource, item.as_ref(), line);
        }
    }
    if page.text.is_empty() {
        return Err(Failure::Message(format!("{}: no resource stands at this line", arguments.place)));
    }
    output::print(page.secrets.guard(&page.text).as_bytes())?;
    Ok(Exit::Clean)
}

fn place(text: &str) -> Result<(&str, u32), Failure> {
    let parts = text.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?)));
    parts
        .filter(|(_, line)| *line > 0)
        .ok_or_else(|| Failure::Message(format!("`{text}` is not FILE:LINE, such as main.tf:12")))
}

/// The first and the last line of what stands in the file that was asked for; what hangs together with it is in others.
fn lines(workspace: &Workspace, span: Span) -> Option<(u32, u32)> {
    if span.file != NO_FILE && workspace.part(span.file) != Part::Asked {
        return None;
    }
    let source = workspace.source(span.file).ok()?;
    Some((source.position(span.start).line, source.position(span.end.saturating_sub(1).max(span.start)).line))
}

/// Whether what stands in the file that was asked for is at a line.
fn touches(workspace: &Workspace, span: Span, line: u32) -> bool {
    lines(workspace, span).is_some_and(|(first, last)| (first..=last).contains(&line))
}

/// Whether a resource is at a line; a fact, whose owner is told itself, where it says something of that line.
fn stands(workspace: &Workspace, resource: &Resource, line: u32) -> bool {
    let says = || resource.body.entries().iter().any(|entry| touches(workspace, entry.span(), line));
    touches(workspace, resource.span, line) && (!resource.kind.starts_with("fact/") || says())
}

/// A part of a resource, and the way to it: `steps[2]`, `jobs.build.runs-on`.
struct Item<'n> {
    way: String,
    node: &'n Node,
}

/// The smallest item of a list that a line is in (a step, a rule, a container), else the smallest key of maps in maps. None where the
/// line is that of the resource's header, or of a key of its own.
fn item<'n>(workspace: &Workspace, resource: &'n Resource, line: u32) -> Option<Item<'n>> {
    let is_header = lines(workspace, resource.header).is_none_or(|(first, last)| (first..=last).contains(&line));
    if is_header { None } else { item_below(workspace, &resource.body, line, &Way::default()) }
}

/// How a part is reached.
#[derive(Default)]
struct Way {
    text: String,
    depth: usize,
    /// Whether an item of a list is on it: what is in that is told with it.
    is_listed: bool,
}

impl Way {
    fn step(&self, step: &str, is_listed: bool) -> Way {
        Way { text: [&*self.text, step].concat(), depth: self.depth + 1, is_listed: self.is_listed || is_listed }
    }
}

fn item_below<'n>(workspace: &Workspace, node: &'n Node, line: u32, way: &Way) -> Option<Item<'n>> {
    if way.depth > MAX_DEPTH {
        return None;
    }
    let written = node.entries().iter().filter(|entry| !entry.derived && touches(workspace, entry.span(), line));
    let below = written.filter_map(|entry| {
        let dot = if way.depth == 0 { "" } else { "." };
        let to = way.step(&format!("{dot}{}", entry.key.name), false);
        let deeper = item_below(workspace, &entry.value, line, &to);
        let is_part = way.depth > 0 && !way.is_listed;
        deeper.or_else(|| is_part.then_some(Item { way: to.text, node: &entry.value }))
    });
    let listed = node.items().iter().enumerate().filter(|(_, item)| touches(workspace, item.span, line));
    let among = listed.filter_map(|(number, node)| {
        let to = way.step(&format!("[{number}]"), true);
        let deeper = item_below(workspace, node, line, &to);
        deeper.or_else(|| matches!(node.value, Value::Map(_)).then_some(Item { way: to.text, node }))
    });
    below.chain(among).next()
}

/// What is told, and what must not be.
struct Page<'a> {
    workspace: &'a Workspace,
    text: String,
    secrets: Secrets,
    hidden: Hidden,
}

impl<'a> Page<'a> {
    fn new(workspace: &'a Workspace, secrets: Secrets) -> Page<'a> {
        Page { workspace, text: String::new(), secrets, hidden: Hidden::default() }
    }

    /// Takes note of the secrets of a resource.
    fn learn(&mut self, resource: &Resource) {
        let workspace = self.workspace;
        let (name, kind) = (Some(resource.own_name()), Some(&*resource.kind));
        self.secrets.add_tree(&resource.body, name, kind, &|file| workspace.source(file).ok());
    }

    /// The resource, and of its body the item or else what touches the line; all of it where the line is that of its header.
    fn describe(&mut self, resource: &Resource, item: Option<&Item<'_>>, line: u32) {
        let workspace = self.workspace;
        let (name, kind) = (Some(resource.own_name()), Some(&*resource.kind));
        self.hidden.add(&resource.body, name, kind);
        let (address, at) = (self.secrets.conceal(&resource.address), located(workspace, resource.span));
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{} {}  ({at})", one_line(&resource.kind), one_line(&address));
        if let Some(condition) = &resource.condition {
            let told = format!("exists only if `{}` holds: {}", condition.expression, condition.because);
            let _ = writeln!(self.text, "  {}", one_line(&self.secrets.conceal(&told)));
        }
        for step in resource.trail.iter().flat_map(|trail| trail.iter()) {
            let _ = writeln!(self.text, "  {} ({})", one_line(&step.what), located(workspace, step.span));
        }
        if let Some(item) = item {
            let _ = write!(self.text, "  {}:", one_line(&item.way));
            self.node(item.node, 1);
            self.text.push('\n');
            return;
        }
        let whole = lines(workspace, resource.header).is_none_or(|(first, last)| (first..=last).contains(&line));
        for entry in resource.body.entries() {
            if whole || touches(workspace, entry.span(), line) {
                self.entry(entry, 1);
            }
        }
        self.text.push('\n');
    }

    fn entry(&mut self, entry: &Entry, depth: usize) {
        let view = if entry.derived { " (view)" } else { "" };
        let _ = write!(self.text, "{:indent$}{}{view}:", "", one_line(&entry.key.name), indent = depth * 2);
        self.node(&entry.value, depth);
    }

    fn node(&mut self, node: &Node, depth: usize) {
        let indent = depth * 2 + 2;
        match &node.value {
            Value::Map(map) if !map.entries.is_empty() => {
                self.text.push('\n');
                for entry in &map.entries {
                    self.entry(entry, depth + 1);
                }
                if let Some(rest) = &map.rest {
                    let _ = writeln!(self.text, "{:indent$}… further keys: {}", "", one_line(&rest.because));
                }
            }
            Value::List(items) if !items.is_empty() => {
                self.text.push('\n');
                for item in items.iter() {
                    let _ = write!(self.text, "{:indent$}-", "");
                    self.node(item, depth + 1);
                }
            }
            _ => {
                let shown = self.scalar(node);
                let _ = writeln!(self.text, " {shown}");
            }
        }
        for step in node.steps() {
            let (what, at) = (one_line(&step.what), located(self.workspace, step.span));
            let _ = writeln!(self.text, "{:indent$}← {what} ({at})", "");
        }
    }

    fn scalar(&self, node: &Node) -> String {
        match &node.value {
            Value::Null => "null".into(),
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) if self.secrets.declares(node) => {
                MASK.into()
            }
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => self.hidden.shown(node).unwrap_or_else(|| value.to_string()),
            Value::Float(value) => value.to_string(),
            Value::Str(value) => {
                let told = self.hidden.shown(node);
                let whole = self.secrets.conceal(told.as_deref().unwrap_or(value.as_str()));
                // What stands around it in its file may tell of it too.
                let places = std::iter::once(node.span).chain(node.steps().iter().map(|step| step.span));
                let whole = self.secrets.told_of(&whole, places, &|file| self.workspace.seen(file));
                let shown: String = whole.chars().take(SHOWN).collect();
                let cut = if shown.len() < whole.len() { " …" } else { "" };
                format!("{shown:?}{cut}")
            }
            Value::List(_) => "[]".into(),
            Value::Map(map) => {
                let undecided = |because: &str| format!("{{…}} undecided: {}", one_line(because));
                map.rest.as_ref().map_or_else(|| "{}".into(), |rest| undecided(&rest.because))
            }
            Value::Unresolved(open) => {
                let told = self.hidden.shown(node);
                let expression = self.secrets.conceal(told.as_deref().unwrap_or(&open.expression));
                let because = self.secrets.conceal(&open.because);
                format!("undecided: {} (`{}`)", one_line(&because), one_line(&expression))
            }
        }
    }
}

fn located(workspace: &Workspace, span: Span) -> String {
    match workspace.source(span.file) {
        Ok(source) => {
            let position = source.position(span.start);
            format!("{}:{}:{}", one_line(source.path()), position.line, position.column)
        }
        Err(_) => "no file".into(),
    }
}
