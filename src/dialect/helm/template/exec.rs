//! Executes templates.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use super::asked::Asked;
use super::doubt::{doubted, open_of};
use super::function::{self, Call};
use super::parse::{self, Base, Branch, Expr, Item, Pipe};
use super::text::{Build, Place, Str};
use super::value::{Kind, Object, Val};
use crate::kernel::budget::Budget;
use crate::source::{Source, Workspace};

/// How many bytes of text, counted wherever it is copied, cost a step.
const BYTES_A_STEP: usize = 64;

/// Deepest nesting of blocks, parentheses and included templates in each other.
const MAX_DEPTH: usize = 360;

/// Most patterns that are kept.
const MAX_PATTERNS: usize = 256;

/// Why a template cannot be rendered.
#[derive(Debug)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// The action that failed.
    pub place: Option<Rc<Place>>,
    /// The chart itself refuses these values (`fail`, `required`).
    pub refused: bool,
}

impl From<String> for Fault {
    fn from(message: String) -> Fault {
        Fault { message, place: None, refused: false }
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Fault {
        message.to_owned().into()
    }
}

/// A named template.
struct Define {
    items: Vec<Item>,
}

/// What makes a loop end early.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Goes,
    Breaks,
    Continues,
}

/// What names mean while a template is executed.
struct Scope {
    dot: Val,
    root: Val,
    variables: Vec<(Rc<str>, Val)>,
}

/// The templates of one chart and of those it depends on.
pub struct Engine<'a> {
    /// Where the files of the chart are read.
    pub workspace: &'a Workspace,
    templates: FxHashMap<Rc<str>, Rc<Define>>,
    functions: FxHashMap<&'static str, Call>,
    /// The charts that are depended on and are not in the repository, with where they are named.
    pub missing: Vec<(Rc<str>, Rc<Place>)>,
    /// Patterns that were asked for: charts ask for the same few again and again.
    patterns: FxHashMap<Box<str>, Regex>,
    budget: &'a Budget,
    depth: usize,
    /// The action that is being executed.
    pub(super) current: Option<Rc<Place>>,
    /// What is taken for granted of conditions that nobody knows.
    pub(super) assumed: BTreeMap<Box<str>, bool>,
    /// What conditions asked since that was taken.
    pub(super) asked: Vec<Asked>,
}

impl<'a> Engine<'a> {
    /// An engine without templates.
    pub fn new(workspace: &'a Workspace, budget: &'a Budget) -> Engine<'a> {
        Engine {
            workspace,
            templates: FxHashMap::default(),
            functions: function::all(),
            missing: Vec::new(),
            patterns: FxHashMap::default(),
            budget,
            depth: 0,
            current: None,
            assumed: BTreeMap::new(),
            asked: Vec::new(),
        }
    }

    /// Adds a file under a name, and the templates that it defines. A later definition of a name replaces an earlier.
    pub fn add(&mut self, name: &str, source: &Source) -> Result<(), (String, usize)> {
        let base = Base::File { file: source.id(), what: format!("template `{}`", short(source.path())).into() };
        let parsed = parse::parse(source.text(), &base)?;
        for (name, items) in parsed.defines {
            self.templates.insert(name, Rc::new(Define { items }));
        }
        self.templates.insert(name.into(), Rc::new(Define { items: parsed.items }));
        Ok(())
    }

    /// Renders the template of a name.
    pub fn render(&mut self, name: &str, dot: &Val) -> Result<Str, Fault> {
        let Some(define) = self.templates.get(name).cloned() else {
            if let Some(open) = self.elsewhere(name) {
                return Ok(open.printed());
            }
            return Err(format!("there is no template `{name}`").into());
        };
        self.run(&define.items, dot)
    }

    /// Executes a text as a template.
    pub fn render_text(&mut self, text: &Str, dot: &Val) -> Result<Str, Fault> {
        if !text.as_str().contains("{{") {
            return Ok(text.clone());
        }
        let made = || {
            self.current.clone().unwrap_or_else(|| Place::new(crate::dialect::helm::nowhere(), Arc::from("template")))
        };
        let base = Base::Made(text.place().unwrap_or_else(made));
        let parsed = parse::parse(text.as_str(), &base).map_err(|(message, _)| Fault::from(message))?;
        for (name, items) in parsed.defines {
            self.templates.insert(name, Rc::new(Define { items }));
        }
        self.run(&parsed.items, dot)
    }

    /// A regular expression.
    pub fn pattern(&mut self, written: &Str) -> Result<Regex, Fault> {
        if let Some(known) = self.patterns.get(written.as_str()) {
            return Ok(known.clone());
        }
        let built = RegexBuilder::new(written.as_str()).size_limit(1 << 20).build();
        let pattern = built.map_err(|_| Fault::from(format!("`{}` is not a pattern", written.as_str())))?;
        if self.patterns.len() < MAX_PATTERNS {
            self.patterns.insert(written.as_str().into(), pattern.clone());
        }
        Ok(pattern)
    }

    /// The action that is being executed.
    pub fn current(&self) -> Option<Rc<Place>> {
        self.current.clone()
    }

    /// Takes note of work that is done.
    pub fn charge(&mut self, steps: usize, bytes: usize) -> Result<(), Fault> {
        let steps = steps.saturating_add(bytes / BYTES_A_STEP);
        self.budget.spend(u32::try_from(steps).unwrap_or(u32::MAX));
        if self.budget.is_spent() {
            return Err("it takes too long to render".into());
        }
        Ok(())
    }

    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err("templates include each other too deeply".into());
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    fn run(&mut self, items: &[Item], dot: &Val) -> Result<Str, Fault> {
        let mut scope = Scope { dot: dot.clone(), root: dot.clone(), variables: Vec::new() };
        let mut out = Build::default();
        let before = self.current.take();
        let result = self.deeper(|engine| engine.items(items, &mut scope, &mut out));
        self.current = before;
        result?;
        Ok(out.finish())
    }

    fn items(&mut self, items: &[Item], scope: &mut Scope, out: &mut Build) -> Result<Flow, Fault> {
        for item in items {
            self.charge(1, 0)?;
            let flow = match item {
                Item::Text { text, source, place } => {
                    self.charge(0, text.len())?;
                    out.push_literal(text, *source, place);
                    Flow::Goes
                }
                Item::Break => Flow::Breaks,
                Item::Continue => Flow::Continues,
                Item::Output { place, .. } | Item::Branch { place, .. } | Item::Template { place, .. } => {
                    self.current = Some(Rc::clone(place));
                    let result = self.deeper(|engine| engine.action(item, scope, out));
                    result.map_err(|fault| Fault { place: fault.place.or_else(|| Some(Rc::clone(place))), ..fault })?
                }
            };
            if flow != Flow::Goes {
                return Ok(flow);
            }
        }
        Ok(Flow::Goes)
    }

    fn action(&mut self, item: &Item, scope: &mut Scope, out: &mut Build) -> Result<Flow, Fault> {
        match item {
            Item::Output { pipe, place } => {
                let value = self.pipe(pipe, scope)?;
                if pipe.variables.is_empty() {
                    self.output(&value.printed(), place, out)?;
                }
                Ok(Flow::Goes)
            }
            Item::Template { name, argument, place } => {
                let dot = argument.as_ref().map_or_else(|| Ok(Val::nil()), |pipe| self.pipe(pipe, scope))?;
                let text = self.render(name, &dot)?;
                self.output(&text, place, out)?;
                Ok(Flow::Goes)
            }
            Item::Branch { kind: Branch::Range, pipe, body, otherwise, .. } => {
                self.range(pipe, (body, otherwise), scope, out)
            }
            Item::Branch { kind, pipe, body, otherwise, .. } => {
                let mark = scope.variables.len();
                let value = self.pipe(pipe, scope)?;
                let holds = self.holds(pipe, &value);
                let chosen = if holds { body } else { otherwise };
                let flow = if *kind == Branch::With && holds {
                    let dot = std::mem::replace(&mut scope.dot, value);
                    let flow = self.items(chosen, scope, out);
                    scope.dot = dot;
                    flow
                } else {
                    self.items(chosen, scope, out)
                };
                scope.variables.truncate(mark);
                flow
            }
            Item::Text { .. } | Item::Break | Item::Continue => Ok(Flow::Goes),
        }
    }

    fn output(&mut self, text: &Str, place: &Rc<Place>, out: &mut Build) -> Result<(), Fault> {
        self.charge(text.pieces().len(), text.as_str().len())?;
        out.push_output(text, place);
        Ok(())
    }

    fn range(
        &mut self,
        pipe: &Pipe,
        (body, otherwise): (&[Item], &[Item]),
        scope: &mut Scope,
        out: &mut Build,
    ) -> Result<Flow, Fault> {
        let over = self.commands(pipe, scope)?;
        let mut pairs = self.pairs(&over)?;
        if let Some(rest) = over.rest()
            && self.holds(pipe, &rest)
        {
            pairs.push((rest.clone(), rest));
        }
        if pairs.is_empty() {
            return self.items(otherwise, scope, out);
        }
        let before = scope.dot.clone();
        let mark = scope.variables.len();
        let mut result = Ok(Flow::Goes);
        for (key, value) in pairs {
            match pipe.variables.as_slice() {
                [one] => bind(scope, one, value.clone(), pipe.assigns),
                [first, second] => {
                    bind(scope, first, key, pipe.assigns);
                    bind(scope, second, value.clone(), pipe.assigns);
                }
                _ => {}
            }
            scope.dot = value;
            let flow = self.charge(1, 0).and_then(|()| self.items(body, scope, out));
            scope.variables.truncate(mark);
            match flow {
                Ok(Flow::Breaks) => break,
                Ok(_) => {}
                Err(fault) => {
                    result = Err(fault);
                    break;
                }
            }
        }
        scope.dot = before;
        result
    }

    /// What a loop goes through.
    fn pairs(&mut self, over: &Val) -> Result<Vec<(Val, Val)>, Fault> {
        Ok(match &over.kind {
            Kind::Nil => Vec::new(),
            Kind::Str(_) if over.is_open() => Vec::new(),
            Kind::List(items) => (0i64..).map(|at| Val::new(Kind::Int(at))).zip(items.iter().cloned()).collect(),
            Kind::Map(map) => map
                .borrow()
                .iter()
                .map(|(key, value)| (Val::text(Rc::clone(key)).placed(value.origin()), value.clone()))
                .collect(),
            Kind::Int(count) => {
                let count = (*count).max(0);
                self.charge(usize::try_from(count).unwrap_or(usize::MAX / 2), 0)?;
                (0..count).map(|at| (Val::new(Kind::Int(at)), Val::new(Kind::Int(at)))).collect()
            }
            Kind::Object(Object::Files(files)) => {
                let mut pairs = Vec::new();
                for (name, path) in files.iter() {
                    pairs.push((Val::text(Rc::clone(name)), Val::str(self.file(path))));
                }
                pairs
            }
            _ => return Err(format!("`range` cannot go through a {}", over.kind_name()).into()),
        })
    }

    /// The text of a file of the chart; nothing of one that is not text.
    pub fn file(&self, path: &str) -> Str {
        let source = self.workspace.find(path).and_then(|file| self.workspace.seen(file));
        match source {
            Some(source) => {
                let place = Place::new(source.whole(), format!("file `{}`", short(path)).into());
                let mut build = Build::default();
                build.push_literal(source.text(), Some(0), &place);
                build.finish()
            }
            None => Str::plain(""),
        }
    }

    fn pipe(&mut self, pipe: &Pipe, scope: &mut Scope) -> Result<Val, Fault> {
        let value = self.commands(pipe, scope)?;
        for variable in &pipe.variables {
            bind(scope, variable, value.clone(), pipe.assigns);
        }
        Ok(value)
    }

    fn commands(&mut self, pipe: &Pipe, scope: &mut Scope) -> Result<Val, Fault> {
        let mut piped: Option<Val> = None;
        for command in &pipe.commands {
            piped = Some(self.deeper(|engine| engine.command(command, piped.take(), scope))?);
        }
        Ok(piped.unwrap_or_else(Val::nil))
    }

    fn command(&mut self, command: &[Expr], piped: Option<Val>, scope: &mut Scope) -> Result<Val, Fault> {
        let Some((head, rest)) = command.split_first() else { return Ok(Val::nil()) };
        if let Expr::Function(name) = head {
            if matches!(&**name, "and" | "or") {
                return self.lazy(&**name == "and", rest, piped, scope);
            }
            let mut arguments = Vec::with_capacity(rest.len() + 1);
            for part in rest {
                arguments.push(self.expression(part, scope)?);
            }
            arguments.extend(piped);
            return self.call(name, &arguments);
        }
        let mut arguments = Vec::new();
        for part in rest {
            arguments.push(self.expression(part, scope)?);
        }
        arguments.extend(piped);
        if arguments.is_empty() {
            return self.expression(head, scope);
        }
        let (base, fields) = match head {
            Expr::Field(fields) => (scope.dot.clone(), fields),
            Expr::Variable(name, fields) => (variable(scope, name)?, fields),
            Expr::Paren(pipe, fields) => (self.pipe(pipe, scope)?, fields),
            _ => return Err("a value cannot be given arguments".into()),
        };
        let Some((last, before)) = fields.split_last() else {
            return Err("a value cannot be given arguments".into());
        };
        let base = self.fields(base, before)?;
        self.field(&base, last, &arguments)
    }

    /// `and` and `or` evaluate no further than they must.
    fn lazy(&mut self, and: bool, parts: &[Expr], piped: Option<Val>, scope: &mut Scope) -> Result<Val, Fault> {
        let mut seen = Vec::with_capacity(parts.len());
        let mut last = None;
        for part in parts {
            let value = self.expression(part, scope)?;
            if value.truth() != and {
                return Ok(doubted(value, &seen));
            }
            seen.extend(value.doubt().is_some().then(|| value.clone()));
            last = Some(value);
        }
        let last = piped.or(last).unwrap_or_else(Val::nil);
        Ok(doubted(last, &seen))
    }

    fn expression(&mut self, expression: &Expr, scope: &mut Scope) -> Result<Val, Fault> {
        self.charge(1, 0)?;
        Ok(match expression {
            Expr::Dot => scope.dot.clone(),
            Expr::Nil => Val::nil(),
            Expr::Bool(value) => Val::bool(*value),
            Expr::Int(value) => Val::new(Kind::Int(*value)),
            Expr::Float(value) => Val::new(Kind::Float(*value)),
            Expr::Text(text) => Val::text(Rc::clone(text)),
            Expr::Field(fields) => self.fields(scope.dot.clone(), fields)?,
            Expr::Variable(name, fields) => self.fields(variable(scope, name)?, fields)?,
            Expr::Paren(pipe, fields) => {
                let value = self.deeper(|engine| engine.pipe(pipe, scope))?;
                self.fields(value, fields)?
            }
            Expr::Function(name) if matches!(&**name, "and" | "or") => {
                return Err(format!("`{name}` needs arguments").into());
            }
            Expr::Function(name) => self.call(name, &[])?,
        })
    }

    /// A chain of fields. As in Go, a chain that starts with nothing is nothing, and one that runs into nothing fails:
    /// hence the parentheses in `(.Values.a).b`.
    fn fields(&mut self, base: Val, fields: &[Rc<str>]) -> Result<Val, Fault> {
        if matches!(base.kind, Kind::Nil) {
            return Ok(base);
        }
        fields.iter().try_fold(base, |value, field| self.field(&value, field, &[]))
    }

    fn field(&mut self, value: &Val, name: &str, arguments: &[Val]) -> Result<Val, Fault> {
        match &value.kind {
            Kind::Map(_) if arguments.is_empty() => Ok(value.entry(name).unwrap_or_else(Val::nil)),
            Kind::Str(_) if value.is_open() => Ok(value.entry(name).unwrap_or_else(|| value.clone())),
            Kind::Map(_) => Err(format!("`{name}` is not a method").into()),
            Kind::Object(object) => function::method(self, object, name, arguments),
            Kind::Nil => Err(format!("nothing is set where `.{name}` is read from").into()),
            _ => Err(format!("a {} has no field `{name}`", value.kind_name()).into()),
        }
    }

    /// Calls a function.
    pub fn call(&mut self, name: &str, arguments: &[Val]) -> Result<Val, Fault> {
        let Some(function) = self.functions.get(name).copied() else {
            return Err(format!("there is no function `{name}`").into());
        };
        let size = |value: &Val| match &value.kind {
            Kind::Str(text) => text.as_str().len() / 64,
            Kind::List(items) => items.len() / 8,
            _ => 0,
        };
        self.charge(1 + arguments.iter().map(size).sum::<usize>(), 0)?;
        let made = function(self, arguments);
        if let Some(open) = open_of(name, made.as_ref(), arguments) {
            return Ok(open);
        }
        let made = made.map_err(|fault| match fault.refused {
            true => fault,
            false if fault.place.is_some() => fault,
            false => Fault { message: format!("{name}: {}", fault.message), ..fault },
        });
        // What a key leads to says itself whether it is known.
        let is_step = |value: &Val| matches!(name, "dig" | "get" | "index") && value.is_unfinished();
        let from: Vec<Val> = arguments.iter().filter(|value| !is_step(value)).cloned().collect();
        made.map(|made| doubted(made, &from))
    }
}

fn variable(scope: &Scope, name: &str) -> Result<Val, Fault> {
    if name.is_empty() {
        return Ok(scope.root.clone());
    }
    let found = scope.variables.iter().rev().find(|(known, _)| &**known == name);
    found.map(|(_, value)| value.clone()).ok_or_else(|| format!("there is no variable `${name}`").into())
}

/// Declares a variable, or changes the nearest one of the name.
fn bind(scope: &mut Scope, name: &Rc<str>, value: Val, assigns: bool) {
    if assigns && let Some((_, old)) = scope.variables.iter_mut().rev().find(|(known, _)| known == name) {
        *old = value;
        return;
    }
    scope.variables.push((Rc::clone(name), value));
}

/// The last parts of a path, for labels.
fn short(path: &str) -> &str {
    let cut = path.rmatch_indices('/').nth(2).map_or(0, |(at, _)| at + 1);
    path.get(cut..).unwrap_or(path)
}
