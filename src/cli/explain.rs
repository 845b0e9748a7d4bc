//! `annexa explain FILE:LINE`: what stands there after evaluation, and where its values came from.

use std::fmt::Write;
use std::path::PathBuf;

use crate::cli::args::ExplainArguments;
use crate::cli::output::{self, Exit, Failure};
use crate::cli::prepare::{self, Against};
use crate::dialect::Resource;
use crate::dialect::secrets::concealed;
use crate::document::{Entry, Node, Value};
use crate::report::one_line;
use crate::scan;
use crate::source::{Span, Workspace};

/// Longest list or text that is shown whole.
const SHOWN: usize = 400;

/// Runs the command.
pub fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let (file, line) = place(&arguments.place)?;
    let path = PathBuf::from(file);
    let prepared = prepare::prepare(&[path], &arguments.input, Against::Nothing)?;
    if let Some(problem) =
        prepared.problems.iter().find(|problem| matches!(problem.code, "discover::missing" | "discover::named"))
    {
        return Err(Failure::Message(format!("{}: {}", problem.path, problem.message)));
    }
    let parsed = scan::parse(&prepared.workspace);
    let extracted = scan::extract(&prepared.workspace, &parsed, &prepared.inputs);
    let mut text = String::new();
    for resource in &extracted.resources {
        if lines(&prepared.workspace, resource.span).is_some_and(|(first, last)| (first..=last).contains(&line)) {
            describe(&mut text, &prepared.workspace, resource, line);
        }
    }
    if text.is_empty() {
        return Err(Failure::Message(format!("{}: no resource stands at this line", arguments.place)));
    }
    output::print(text.as_bytes())?;
    Ok(Exit::Clean)
}

fn place(text: &str) -> Result<(&str, u32), Failure> {
    let parts = text.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?)));
    parts
        .filter(|(_, line)| *line > 0)
        .ok_or_else(|| Failure::Message(format!("`{text}` is not FILE:LINE, such as main.tf:12")))
}

fn lines(workspace: &Workspace, span: Span) -> Option<(u32, u32)> {
    let source = workspace.source(span.file).ok()?;
    Some((source.position(span.start).line, source.position(span.end.saturating_sub(1).max(span.start)).line))
}

/// The resource, and of its body what touches the line; all of it where the line is that of its header.
fn describe(text: &mut String, workspace: &Workspace, resource: &Resource, line: u32) {
    let at = located(workspace, resource.span);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{} {}  ({at})", one_line(&resource.kind), one_line(&resource.address));
    if let Some(condition) = &resource.condition {
        let (expression, because) = (one_line(&condition.expression), one_line(&condition.because));
        let _ = writeln!(text, "  exists only if `{expression}` holds: {because}");
    }
    for step in resource.trail.iter().flat_map(|trail| trail.iter()) {
        let _ = writeln!(text, "  {} ({})", one_line(&step.what), located(workspace, step.span));
    }
    let whole = lines(workspace, resource.header).is_none_or(|(first, last)| (first..=last).contains(&line));
    for entry in resource.body.entries() {
        let touches = lines(workspace, entry.span()).is_some_and(|(first, last)| (first..=last).contains(&line));
        if whole || touches {
            show_entry(text, workspace, entry, 1);
        }
    }
    text.push('\n');
}

fn show_entry(text: &mut String, workspace: &Workspace, entry: &Entry, depth: usize) {
    let view = if entry.derived { " (view)" } else { "" };
    let _ = write!(text, "{:indent$}{}{view}:", "", one_line(&entry.key.name), indent = depth * 2);
    show_node(text, workspace, &entry.value, depth);
}

fn show_node(text: &mut String, workspace: &Workspace, node: &Node, depth: usize) {
    match &node.value {
        Value::Map(map) if !map.entries.is_empty() => {
            text.push('\n');
            for entry in &map.entries {
                show_entry(text, workspace, entry, depth + 1);
            }
            if let Some(rest) = &map.rest {
                let because = one_line(&rest.because);
                let _ = writeln!(text, "{:indent$}… further keys: {because}", "", indent = depth * 2 + 2);
            }
        }
        Value::List(items) if !items.is_empty() => {
            text.push('\n');
            for item in items.iter() {
                let _ = write!(text, "{:indent$}-", "", indent = depth * 2 + 2);
                show_node(text, workspace, item, depth + 1);
            }
        }
        _ => {
            let _ = writeln!(text, " {}", scalar(node));
        }
    }
    for step in node.steps() {
        let (what, at) = (one_line(&step.what), located(workspace, step.span));
        let _ = writeln!(text, "{:indent$}← {what} ({at})", "", indent = depth * 2 + 2);
    }
}

fn scalar(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Str(value) => {
            let shown: String = value.as_str().chars().take(SHOWN).collect();
            let cut = if shown.len() < value.as_str().len() { " …" } else { "" };
            format!("{:?}{cut}", concealed(&shown))
        }
        Value::List(_) => "[]".into(),
        Value::Map(map) => {
            let undecided = |because: &str| format!("{{…}} undecided: {}", one_line(because));
            map.rest.as_ref().map_or_else(|| "{}".into(), |rest| undecided(&rest.because))
        }
        Value::Unresolved(open) => {
            format!("undecided: {} (`{}`)", one_line(&open.because), one_line(&open.expression))
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
