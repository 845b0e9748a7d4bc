//! Tasks: one resource for each, also for those in blocks and for each round of a loop that is written out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::earlier::Earlier;
use super::variables::Scope;
use super::words::{self, BLOCK_PARTS, BOOLEAN_KEYWORDS, INHERITED};
use super::{arguments, jinja, mode, template, value, views};
use crate::dialect::{Resource, Typing};
use crate::document::{Document, Entry, Node, Value};
use crate::source::{Span, Workspace};
use crate::syntax::shell::{self, Shell};

/// Most rounds of a loop that are told apart.
const MAX_ROUNDS: usize = 64;

/// Modules whose `cmd` a POSIX shell reads, or that are started like it.
const POSIX: &[&str] =
    &["ansible.builtin.command", "ansible.builtin.raw", "ansible.builtin.script", "ansible.builtin.shell"];

/// What the play and the blocks around a task say.
#[derive(Clone)]
pub(super) struct Around<'a> {
    pub scope: Scope<'a>,
    /// Keywords, outermost first, with what says them.
    pub keywords: Vec<(&'a Entry, &'static str)>,
    /// Arguments that modules have unless a task says otherwise, outermost first.
    pub defaults: Vec<&'a Node>,
    pub handler: bool,
}

/// Lists the tasks of one file.
pub(super) struct Tasks<'a> {
    pub document: &'a Document,
    pub workspace: &'a Workspace,
    /// How often an address was given.
    pub addresses: BTreeMap<String, usize>,
    pub found: Vec<Resource>,
}

/// Arguments that say what a task is about, the most telling first. None of them holds a secret.
const ABOUT: &[&str] = &["dest", "path", "name", "src"];

/// The module of a task: its full name, where that is written, and what is handed to it.
struct Call {
    module: String,
    key: Span,
    written: Node,
}

impl Call {
    /// What a task is called that has no name: the module with what it is about, or with the program that it runs, so that
    /// another task before it changes nothing of that.
    fn name(&self) -> String {
        const LONGEST: usize = 80;
        let argument = ABOUT.iter().find_map(|key| self.written.get(key)).and_then(Node::as_str);
        let program = self.written.as_str().and_then(|text| text.split_whitespace().next());
        let about = argument.or(program.filter(|word| !word.contains('='))).unwrap_or("").trim();
        let short: String = about.chars().take(LONGEST).filter(|letter| !letter.is_control()).collect();
        if short.is_empty() { self.module.clone() } else { format!("{} {short}", self.module) }
    }
}

impl<'a> Around<'a> {
    /// With what a play, a block or a task says itself.
    pub(super) fn within(&self, node: &'a Node, what: &'static str) -> Around<'a> {
        let mut inner = self.clone();
        inner.scope.layers.extend(node.get("vars").map(|vars| (vars, what)));
        let said = node.entries().iter().filter(|entry| INHERITED.contains(&&*entry.key.name));
        inner.keywords.extend(said.map(|entry| (entry, what)));
        inner.defaults.extend(node.get("module_defaults"));
        inner
    }
}

impl<'a> Tasks<'a> {
    /// Lists tasks, which know from then on what those before them set; as deep as the syntax allows, no deeper.
    pub(super) fn list(&mut self, tasks: &'a Node, around: &mut Around<'a>) {
        for task in tasks.items() {
            let parts: Vec<&Node> = BLOCK_PARTS.iter().filter_map(|part| task.get(part)).collect();
            if parts.is_empty() {
                self.task(task, around);
                if let Some(earlier) = Earlier::of(task, &around.scope) {
                    around.scope.set_by(earlier);
                }
            } else {
                let inner = around.within(task, "the block");
                if task.get("when").is_some_and(|when| inner.scope.is_off(when)) {
                    continue;
                }
                let known = inner.scope.earlier.len();
                for part in parts {
                    let mut within = inner.clone();
                    self.list(part, &mut within);
                    // What is rescued ran or did not; without that, who comes after the block has come through all of it.
                    if task.get("rescue").is_none() {
                        around.scope.set_within(task, within.scope.earlier.get(known..).unwrap_or(&[]));
                    }
                }
            }
        }
    }

    fn task(&mut self, task: &'a Node, around: &Around<'a>) {
        let Some(call) = call(task) else { return };
        let mut scope = around.scope.clone();
        scope.layers.extend(task.get("vars").map(|vars| (vars, "the task")));
        if task.get("when").is_some_and(|when| scope.is_off(when)) {
            return;
        }
        scope.place = call.key;
        let address = self.address(task, &call);
        let Some((name, items)) = rounds(task, &scope) else {
            return self.resource(task, &call, around, &scope, address);
        };
        let because = items.as_ref().err().cloned().unwrap_or_default();
        let Some(items) = items.ok().filter(|_| mentions(task, name)) else {
            scope.item = Some((name, Err(because)));
            return self.resource(task, &call, around, &scope, address);
        };
        for (index, item) in items.into_iter().enumerate() {
            scope.item = Some((name, Ok(item)));
            self.resource(task, &call, around, &scope, format!("{address}[{index}]"));
        }
    }

    /// The task's name, or that of its module with what it is about; numbered where it is taken.
    fn address(&mut self, task: &Node, call: &Call) -> String {
        let name = task.get("name").and_then(Node::as_str).map(str::trim).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| call.name(), str::to_owned);
        let count = self.addresses.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name } else { format!("{name} ({count})") }
    }

    fn resource(&mut self, task: &'a Node, call: &Call, around: &Around<'a>, scope: &Scope<'a>, address: String) {
        let resource = Resource {
            identity: crate::dialect::Identity { label: address.as_str().into(), ..Default::default() },
            kind: "ansible/task".into(),
            address: address.into(),
            scope: Arc::clone(&self.document.path),
            deployment: Arc::clone(&self.document.path),
            body: self.body(task, call, around, scope),
            span: task.span,
            header: call.key,
            typing: Typing::Loose,
            names: Vec::new(),
            condition: None,
            trail: None,
        };
        self.found.push(resource);
    }

    fn body(&self, task: &'a Node, call: &Call, around: &Around<'a>, scope: &Scope<'a>) -> Node {
        let mut body = keywords(task, scope);
        without_args(&mut body);
        body.derive("module", Node::text(&*call.module, call.key));
        let defaults: Vec<Node> = defaults(&around.defaults, call);
        let resolve = |node: &Node| jinja::resolved(node, scope);
        // A template in place of all arguments gives a map that only the run knows.
        let further: Vec<Node> = task.get("args").into_iter().map(resolve).collect();
        let further: Vec<&Node> = further.iter().chain(&defaults).collect();
        let written = arguments::of_task(&call.module, &call.written, &further);
        let mut args = resolve(&written);
        arguments::typed(&mut args);
        if let Some((commands, files)) = commands(&call.module, &written, &args) {
            body.derive("commands", commands);
            if let Some(files) = files {
                body.derive("files", files);
            }
        }
        if let Some(permissions) = args.get("mode").and_then(|node| mode::view(node, self.workspace)) {
            body.derive("permissions", permissions);
        }
        for (name, view) in views::of_task(&call.module, &args) {
            body.derive(name, view);
        }
        if let Some(made) = template::of_task(&call.module, &args, (self.document, self.workspace), scope) {
            body.derive("rendered", made);
        }
        body.derive("args", args);
        for (entry, what) in around.keywords.iter().rev() {
            if body.get(&entry.key.name).is_none() {
                let value = keyword(entry, &around.scope).used_at(call.key, format!("`{}` of {what}", entry.key.name));
                body.derive(&entry.key.name, value);
            }
        }
        if around.handler {
            body.derive("handler", Node::new(Value::Bool(true), call.key));
        }
        body
    }
}

/// The keyword `args` is part of the arguments, which stand in its place.
fn without_args(body: &mut Node) {
    if let Value::Map(map) = &mut body.value {
        Arc::make_mut(map).entries.retain(|entry| &*entry.key.name != "args");
    }
}

/// What a map says, with templates filled in but where a keyword is an expression itself.
pub(super) fn keywords(node: &Node, scope: &Scope<'_>) -> Node {
    let Value::Map(map) = &node.value else { return node.clone() };
    let mut map = map.as_ref().clone();
    for entry in &mut map.entries {
        entry.value = keyword(entry, scope);
    }
    Node { value: Value::Map(Arc::new(map)), ..node.clone() }
}

fn keyword(entry: &Entry, scope: &Scope<'_>) -> Node {
    let name = &*entry.key.name;
    if words::is_bare(name) {
        return entry.value.clone();
    }
    let mut value = jinja::resolved(&entry.value, scope);
    if BOOLEAN_KEYWORDS.contains(&name)
        && let Some(meant) = words::meant(&value)
    {
        value.value = Value::Bool(meant);
    }
    value
}

/// The module that a task calls.
fn call(task: &Node) -> Option<Call> {
    let action = ["action", "local_action"].iter().find_map(|key| task.entry(key));
    if let Some(action) = action {
        return called_by(action);
    }
    let entry = task.entries().iter().find(|entry| !words::is_keyword(&entry.key.name))?;
    let module = words::full_name(&entry.key.name);
    Some(Call { module, key: entry.key.span, written: entry.value.clone() })
}

/// `action: module key=value`, or a map with `module`.
fn called_by(action: &Entry) -> Option<Call> {
    let key = action.key.span;
    if let Value::Str(text) = &action.value.value {
        let written = text.as_str();
        let start = written.len() - written.trim_start().len();
        let length = written.trim_start().find(char::is_whitespace).unwrap_or(written.trim_start().len());
        let module = words::full_name(written.get(start..start + length)?);
        let rest = crate::syntax::spelled::part(text, start + length, written.len());
        return Some(Call { module, key, written: crate::syntax::spelled::node(rest, action.value.span) });
    }
    let module = words::full_name(action.value.get("module")?.as_str()?);
    let arguments = action.value.entries().iter().filter(|entry| &*entry.key.name != "module").cloned().collect();
    Some(Call { module, key, written: Node::map(arguments, action.value.span) })
}

/// The arguments that a module has unless a task says otherwise, innermost first, as if they stood at the module.
fn defaults(all: &[&Node], call: &Call) -> Vec<Node> {
    let here = |entry: &Entry| {
        Entry::new(Arc::clone(&entry.key.name), call.key, entry.value.used_at(call.key, "`module_defaults`"))
    };
    let of = |node: &&Node| {
        let mut entries = node.entries().iter();
        let named = entries.rfind(|entry| words::full_name(&entry.key.name) == call.module)?;
        Some(Node::map(named.value.entries().iter().map(here).collect(), call.key))
    };
    all.iter().rev().filter_map(of).collect()
}

/// The variable of a task's loop, and the values it takes where those are written out, or why they are not known.
fn rounds<'a>(task: &'a Node, scope: &Scope<'a>) -> Option<(&'a str, Result<Vec<Node>, String>)> {
    let list = |entry: &&Entry| *entry.key.name == *"loop" || entry.key.name.starts_with("with_");
    let entry = task.entries().iter().find(list)?;
    let name = task.at(&["loop_control", "loop_var"]).and_then(Node::as_str).unwrap_or("item");
    let mut plain = ["loop", "with_items", "with_list"].contains(&&*entry.key.name);
    let mut values = jinja::resolved(&entry.value, scope);
    if &*entry.key.name == "with_dict"
        && let Some(pairs) = value::pairs(&values)
    {
        (values.value, plain) = (pairs, true);
    }
    let when_run = || format!("`{name}` takes values that are known only when the play runs");
    let Value::List(items) = &values.value else {
        let because = values.as_unresolved().map(|open| &*open.because).filter(|because| !because.is_empty());
        let because = because.map(|because| format!("`{name}` takes values that are not known: {because}"));
        return Some((name, Err(because.unwrap_or_else(when_run))));
    };
    let mut flat: Vec<Node> = Vec::new();
    for item in items.iter() {
        match &item.value {
            // `with_items` takes lists in its list apart.
            Value::List(inner) if &*entry.key.name == "with_items" => flat.extend(inner.iter().cloned()),
            _ => flat.push(item.clone()),
        }
    }
    let certain = plain && flat.len() <= MAX_ROUNDS && entry.value.as_unresolved().is_none();
    Some((name, if certain { Ok(flat) } else { Err(when_run()) }))
}

/// Whether a template of the task has a word in it.
fn mentions(node: &Node, word: &str) -> bool {
    match &node.value {
        Value::Str(text) => jinja::is_template(text.as_str()) && text.as_str().contains(word),
        Value::List(items) => items.iter().any(|item| mentions(item, word)),
        Value::Map(map) => map.entries.iter().any(|entry| mentions(&entry.value, word)),
        _ => false,
    }
}

/// What puts a job into a table of cron.
const CRON: &str = "ansible.builtin.cron";

/// Modules whose `cmd` or `script` PowerShell or cmd reads.
const WINDOWS: &[&str] =
    &["ansible.windows.win_command", "ansible.windows.win_powershell", "ansible.windows.win_shell"];

/// The commands that a module starts, and the files that they write. What templates stand for is left as it is, like variables of
/// the shell.
fn commands(module: &str, written: &Node, args: &Node) -> Option<(Node, Option<Node>)> {
    let shell = if WINDOWS.contains(&module) {
        Shell::Windows
    } else {
        (POSIX.contains(&module) || module == CRON).then_some(Shell::Posix)?
    };
    if let Some(argv) = args.get("argv").filter(|argv| !argv.items().is_empty()) {
        return Some((shell::of_words(argv, shell), None));
    }
    let keys = if module == CRON { &["job"][..] } else { &["cmd", "script"] };
    let key = keys.iter().find(|key| args.get(key).is_some())?;
    let filled = args.get(key)?;
    if let Value::Str(text) = &filled.value {
        return Some(shell::commands_and_files(text, filled.span, shell));
    }
    match written.get(key).map(|cmd| &cmd.value) {
        Some(Value::Str(text)) => Some((shell::commands(&jinja::masked(text), filled.span, shell), None)),
        _ => None,
    }
}
