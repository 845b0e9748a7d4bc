//! The tree of modules: variables, locals, calls and outputs, each evaluated once, when it is first asked for.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::constraint;
use super::convert::Constraint;
use super::declarations::{Declarations, Declared, source_of};
use super::eval::{Bindings, Eval, unknown_reference};
use super::expand::{self, Expansion, Key};
use super::functions::Refusal;
use super::inputs::Given;
use super::library::Library;
use super::policy;
use super::value::{Members, Partial, Type, Unknown, Value};
use crate::dialect::Corpus;
use crate::document::{Problem, Step, Trail};
use crate::source::Span;
use crate::syntax::hcl::ast::{Block, Expr};

/// Deepest nesting of expressions under evaluation, references included.
const DEEPEST: u32 = 250;

/// Most expressions that are evaluated for one root module.
const MOST_STEPS: u32 = 10_000_000;

/// Most values in the resources of one root module.
const MOST_NODES: u32 = 3_000_000;

/// Deepest nesting of module calls.
const DEEPEST_CALL: usize = 32;

/// Most modules of one root module.
const MOST_INSTANCES: usize = 4096;

/// The modules under one root module.
pub struct World<'c> {
    /// The run.
    pub corpus: &'c Corpus<'c>,
    /// What it shares with the other root modules.
    pub library: &'c Library,
    root: &'c str,
    given: Given,
    instances: RefCell<Vec<Rc<Instance<'c>>>>,
    problems: RefCell<BTreeSet<Problem>>,
    depth: Cell<u32>,
    steps: Cell<u32>,
    nodes: Cell<u32>,
}

/// One module: a directory's declarations, called from somewhere.
pub struct Instance<'c> {
    id: usize,
    /// What its directory declares.
    pub declarations: &'c Declarations,
    /// The address of the call with a dot, or nothing for the root module.
    pub prefix: String,
    /// The module calls that lead here, nearest first.
    pub trail: Trail,
    /// Present when it is not certain that the call is made at all.
    pub condition: Option<Arc<Unknown>>,
    parent: Option<Caller<'c>>,
    depth: usize,
    cache: RefCell<FxHashMap<Cached, State>>,
    expansions: RefCell<FxHashMap<String, Option<Rc<Expansion>>>>,
    children: RefCell<Children>,
}

/// The modules of the calls made so far; none for a call whose sources are not there.
type Children = BTreeMap<(Arc<str>, Key), Option<usize>>;

struct Caller<'c> {
    instance: usize,
    call: &'c Block,
    bindings: Bindings,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Cached {
    Variable(Arc<str>),
    Local(Arc<str>),
    Output(Arc<str>),
    Resource(Arc<str>),
    Data(Arc<str>),
}

#[derive(Clone)]
enum State {
    Busy,
    Done(Result<Named, Refusal>),
}

/// A value, and what the place is where it stands: "default of variable `x`".
pub type Named = (Value, Arc<str>);

/// Held while an expression is under evaluation.
pub struct Depth<'a>(&'a Cell<u32>);

impl Drop for Depth<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Instance<'_> {
    /// Its place in the list of the world.
    pub fn id(&self) -> usize {
        self.id
    }

    /// A place to point at when there is no better one.
    pub fn place(&self) -> Span {
        let declarations = self.declarations;
        let resource = declarations.resources.values().next().map(|declared| declared.block.header);
        resource.unwrap_or(Span { file: crate::source::NO_FILE, start: 0, end: 0 })
    }
}

impl<'c> World<'c> {
    /// The world of a root module.
    pub fn new(corpus: &'c Corpus<'c>, library: &'c Library, root: &'c str) -> World<'c> {
        let world = World {
            corpus,
            library,
            root,
            given: Given::read(corpus, root),
            instances: RefCell::default(),
            problems: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            nodes: Cell::new(0),
        };
        if let Some(declarations) = library.get(root) {
            world.add(declarations, String::new(), None, None, None);
        }
        world
    }

    /// The directory of the root module.
    pub fn root(&self) -> &str {
        self.root
    }

    /// A module.
    pub fn instance(&self, id: usize) -> Option<Rc<Instance<'c>>> {
        self.instances.borrow().get(id).cloned()
    }

    /// What was found wrong.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner().into_iter().collect()
    }

    fn tell(&self, problem: Problem) {
        self.problems.borrow_mut().insert(problem);
    }

    /// Begins the evaluation of an expression; none when a limit is reached.
    pub fn enter(&self) -> Option<Depth<'_>> {
        if self.depth.get() >= DEEPEST || self.steps.get() >= MOST_STEPS {
            return None;
        }
        self.steps.set(self.steps.get() + 1);
        self.depth.set(self.depth.get() + 1);
        Some(Depth(&self.depth))
    }

    /// Takes the nodes of a value from those that a root module may have; false when there are not so many left.
    pub fn spend(&self, nodes: u32) -> bool {
        let spent = self.nodes.get().saturating_add(nodes);
        let enough = spent <= MOST_NODES;
        if enough {
            self.nodes.set(spent);
        }
        enough
    }

    /// The limit that was reached.
    pub fn limit(&self) -> &'static str {
        if self.steps.get() >= MOST_STEPS {
            "the module takes more than 10,000,000 steps to evaluate, the limit here"
        } else {
            "expressions refer to each other more than 250 levels deep, the limit here"
        }
    }

    fn add(
        &self,
        declarations: &'c Declarations,
        prefix: String,
        parent: Option<Caller<'c>>,
        condition: Option<Arc<Unknown>>,
        trail: Trail,
    ) -> usize {
        let mut instances = self.instances.borrow_mut();
        let id = instances.len();
        let depth = parent.as_ref().and_then(|parent| instances.get(parent.instance)).map_or(0, |up| up.depth + 1);
        instances.push(Rc::new(Instance {
            id,
            declarations,
            prefix,
            trail,
            condition,
            parent,
            depth,
            cache: RefCell::default(),
            expansions: RefCell::default(),
            children: RefCell::default(),
        }));
        id
    }

    /// A value that is evaluated once; a value that asks for itself is refused.
    fn once(
        &self,
        instance: &Rc<Instance<'c>>,
        key: Cached,
        place: Span,
        compute: impl FnOnce() -> Result<Named, Refusal>,
    ) -> Result<Named, Refusal> {
        let state = instance.cache.borrow().get(&key).cloned();
        match state {
            Some(State::Done(result)) => return result,
            Some(State::Busy) => {
                let name = match &key {
                    Cached::Variable(name) => format!("var.{name}"),
                    Cached::Local(name) => format!("local.{name}"),
                    Cached::Output(name) => format!("output.{name}"),
                    Cached::Resource(address) | Cached::Data(address) => address.to_string(),
                };
                let path = self.corpus.workspace.path(place.file);
                self.tell(Problem::error(
                    "terraform::cycle",
                    path,
                    Some(place),
                    format!("`{name}` refers to itself, through others perhaps"),
                ));
                return Err(Refusal::new(format!("`{name}` refers to itself")));
            }
            None => {}
        }
        instance.cache.borrow_mut().insert(key.clone(), State::Busy);
        let result = compute();
        instance.cache.borrow_mut().insert(key, State::Done(result.clone()));
        result
    }

    /// The value of a local.
    pub fn local(&self, instance: &Rc<Instance<'c>>, name: &str) -> Result<Named, Refusal> {
        let Some((name, local)) = instance.declarations.locals.get_key_value(name) else {
            return Err(Refusal::new(format!("local `{name}` is not declared")));
        };
        self.once(instance, Cached::Local(Arc::clone(name)), local.name.span, || {
            let value = self.evaluate(instance, &local.value)?;
            Ok((value, Arc::from(format!("local `{name}`"))))
        })
    }

    /// Evaluates an expression of a module, without bindings.
    pub fn evaluate(&self, instance: &Rc<Instance<'c>>, expr: &Expr) -> Result<Value, Refusal> {
        Eval::new(self, instance, Bindings::default()).eval(expr)
    }

    /// The value of a variable.
    pub fn variable(&self, instance: &Rc<Instance<'c>>, name: &str) -> Result<Named, Refusal> {
        let Some((name, block)) = instance.declarations.variables.get_key_value(name) else {
            return Err(Refusal::new(format!("variable `{name}` is not declared")));
        };
        self.once(instance, Cached::Variable(Arc::clone(name)), block.header, || self.input(instance, name, block))
    }

    fn input(&self, instance: &Rc<Instance<'c>>, name: &Arc<str>, block: &'c Block) -> Result<Named, Refusal> {
        let constraint = self.constraint(instance, block);
        let nullable = match block.body.attribute("nullable") {
            Some(nullable) => self.evaluate(instance, &nullable.value)?.as_bool() != Some(false),
            None => true,
        };
        let given = match &instance.parent {
            Some(caller) => self.passed(caller, name)?,
            None => self.given.value(self, instance, name, &constraint.ty)?,
        };
        let default = block.body.attribute("default");
        let (value, what) = match (given, default) {
            (Some((value, _)), Some(default)) if value.is_null() && !nullable => {
                (self.evaluate(instance, &default.value)?, Arc::from(format!("default of variable `{name}`")))
            }
            (Some(given), _) => given,
            (None, Some(default)) => {
                (self.evaluate(instance, &default.value)?, Arc::from(format!("default of variable `{name}`")))
            }
            (None, None) => {
                let unknown =
                    Value::unknown(constraint.ty.clone(), format!("variable `{name}` has no default and no value"));
                (unknown.written_at(block.header), Arc::from(format!("variable `{name}`")))
            }
        };
        match constraint.apply(&value) {
            Ok(value) => Ok((value, what)),
            Err(refusal) => Err(Refusal::new(format!("variable `{name}`: {}", refusal.message))),
        }
    }

    fn constraint(&self, instance: &Rc<Instance<'c>>, block: &Block) -> Constraint {
        let Some(ty) = block.body.attribute("type") else { return Constraint::any() };
        let mut evaluate = |expr: &Expr| self.evaluate(instance, expr).ok();
        constraint::read(&ty.value, &mut evaluate).unwrap_or_else(Constraint::any)
    }

    /// What the call passes for a variable.
    fn passed(&self, caller: &Caller<'c>, name: &str) -> Result<Option<Named>, Refusal> {
        let Some(argument) = caller.call.body.attribute(name) else { return Ok(None) };
        let Some(parent) = self.instance(caller.instance) else { return Ok(None) };
        let value = Eval::new(self, &parent, caller.bindings.clone()).eval(&argument.value)?;
        let call = caller.call.labels.first().map_or("", |label| &label.text);
        Ok(Some((value, Arc::from(format!("passed by module call `{call}`")))))
    }

    /// How often a block with `count` or `for_each` is there. The address is the cache's key.
    pub fn expansion(&self, instance: &Rc<Instance<'c>>, address: &str, block: &Block) -> Rc<Expansion> {
        let found = instance.expansions.borrow().get(address).cloned();
        match found {
            Some(Some(expansion)) => return expansion,
            Some(None) => {
                let path = self.corpus.workspace.path(block.header.file);
                let message = format!("how often `{address}` is there depends on itself");
                self.tell(Problem::error("terraform::cycle", path, Some(block.header), message));
                return Rc::new(Expansion::Open(Value::unknown(Type::Dynamic, "the expression refers to itself")));
            }
            None => {}
        }
        instance.expansions.borrow_mut().insert(address.into(), None);
        let expansion = Rc::new(expand::expansion(self, instance, block));
        instance.expansions.borrow_mut().insert(address.into(), Some(Rc::clone(&expansion)));
        expansion
    }

    /// What a reference to a resource or data source gives: its attributes are the provider's. Made once: it holds a
    /// value for every instance.
    pub fn resource_value(&self, instance: &Rc<Instance<'c>>, address: &str) -> Result<Value, Refusal> {
        let Some((address, declared)) = instance.declarations.resources.get_key_value(address) else {
            return Err(Refusal::new(format!("`{address}` is not declared")));
        };
        let key = Cached::Resource(Arc::from(address.as_str()));
        let made = self.once(instance, key, declared.block.header, || {
            Ok((self.instances_of(instance, address, declared), Arc::from("")))
        });
        made.map(|(value, _)| value)
    }

    fn instances_of(&self, instance: &Rc<Instance<'c>>, address: &str, declared: &Declared) -> Value {
        let full = format!("{}{address}", instance.prefix);
        let one = |key: &Key, bindings: Bindings| {
            let reference = format!("{full}{key}");
            let because = format!("`{reference}` is known to its provider");
            let known = self.known(instance, &reference, declared, bindings);
            unknown_reference(because, &reference).with_partial(Partial::Members(Arc::new(known)))
        };
        match &*self.expansion(instance, address, &declared.block) {
            Expansion::Once => one(&Key::None, Bindings::default()),
            Expansion::Count(count) => {
                Value::tuple((0..*count).map(|at| one(&Key::Number(at), expand::counted(at))).collect())
            }
            Expansion::Each(pairs) => {
                let pair = |(key, value): &(Arc<str>, Value)| {
                    (Arc::clone(key), one(&Key::Text(Arc::clone(key)), expand::keyed(key, value)))
                };
                Value::object(pairs.iter().map(pair).collect())
            }
            Expansion::Open(cause) => {
                let mut unknown = Value::unknown_from(Type::Dynamic, [cause]);
                if let Some(reason) = unknown.as_unknown().map(|unknown| Arc::clone(&unknown.because)) {
                    unknown = unknown_reference(reason, &full);
                }
                unknown
            }
        }
    }

    /// What is known of a resource or data source without its provider, worked out once.
    fn known(&self, instance: &Rc<Instance<'c>>, reference: &str, declared: &Declared, bindings: Bindings) -> Members {
        if !policy::is_known(declared) {
            return Members::new();
        }
        let result = self.once(instance, Cached::Data(Arc::from(reference)), declared.block.header, || {
            Ok((Value::object(policy::known(self, instance, declared, bindings)), Arc::from("")))
        });
        result.ok().and_then(|(value, _)| value.members().cloned()).unwrap_or_default()
    }

    /// The modules that a call makes, with their keys.
    pub fn called(&self, instance: &Rc<Instance<'c>>, name: &Arc<str>, call: &'c Block) -> Vec<(Key, Option<usize>)> {
        let address = format!("module.{name}");
        match &*self.expansion(instance, &address, call) {
            Expansion::Once => vec![(Key::None, self.child(instance, name, call, Key::None, Bindings::default()))],
            Expansion::Count(count) => (0..*count)
                .map(|at| (Key::Number(at), self.child(instance, name, call, Key::Number(at), expand::counted(at))))
                .collect(),
            Expansion::Each(pairs) => pairs
                .iter()
                .map(|(key, value)| {
                    let bindings = expand::keyed(key, value);
                    let key = Key::Text(Arc::clone(key));
                    (key.clone(), self.child(instance, name, call, key, bindings))
                })
                .collect(),
            Expansion::Open(cause) => {
                let bindings = expand::open(call, cause);
                vec![(Key::None, self.child(instance, name, call, Key::None, bindings))]
            }
        }
    }

    /// The module of a call, made on first use; none when its sources are not there.
    fn child(
        &self,
        instance: &Rc<Instance<'c>>,
        name: &Arc<str>,
        call: &'c Block,
        key: Key,
        bindings: Bindings,
    ) -> Option<usize> {
        let cached = instance.children.borrow().get(&(Arc::clone(name), key.clone())).copied();
        if let Some(found) = cached {
            return found;
        }
        let made = self.make(instance, name, call, &key, bindings);
        instance.children.borrow_mut().insert((Arc::clone(name), key), made);
        made
    }

    fn make(
        &self,
        instance: &Rc<Instance<'c>>,
        name: &Arc<str>,
        call: &'c Block,
        key: &Key,
        bindings: Bindings,
    ) -> Option<usize> {
        let declarations = match self.sources(instance, name, call) {
            Ok(declarations) => declarations,
            Err(reason) => {
                let path = self.corpus.workspace.path(call.header.file);
                let message = format!("module call `{name}` is not followed: {reason}");
                self.tell(
                    Problem::notice("terraform::module", path, Some(call.header), message)
                        .help("run `terraform init` before the scan to have its sources under .terraform/modules"),
                );
                return None;
            }
        };
        let address = format!("module.{name}");
        let condition = match &*self.expansion(instance, &address, call) {
            Expansion::Open(cause) => cause.as_unknown().map(|unknown| Arc::new(unknown.clone())),
            _ => None,
        };
        let mut steps = vec![Step { span: call.header, what: Arc::from(format!("module call `{name}`")) }];
        steps.extend(instance.trail.iter().flat_map(|trail| trail.iter().cloned()));
        let prefix = format!("{}{address}{key}.", instance.prefix);
        let caller = Caller { instance: instance.id, call, bindings };
        let condition = condition.or_else(|| instance.condition.clone());
        Some(self.add(declarations, prefix, Some(caller), condition, Some(Arc::new(steps))))
    }

    /// The declarations that a call names, or why they are not there.
    fn sources(&self, instance: &Rc<Instance<'c>>, name: &Arc<str>, call: &Block) -> Result<&'c Declarations, String> {
        if instance.depth >= DEEPEST_CALL || self.instances.borrow().len() >= MOST_INSTANCES {
            return Err("there are more module calls than the limit here".into());
        }
        let Some(source) = source_of(call) else { return Err("its source is not plain text".into()) };
        let installed = || {
            let key = self.call_path(instance, name);
            self.given.installed(&key).and_then(|directory| self.library.get(directory))
        };
        let local = source.starts_with("./") || source.starts_with("../") || source == "." || source == "..";
        if !local {
            return installed().ok_or_else(|| format!("`{source}` is not in the repository"));
        }
        let directory = super::declarations::join(&instance.declarations.directory, source);
        let found = directory.as_deref().and_then(|directory| self.library.get(directory));
        if found.is_some_and(|found| self.is_within(instance, found)) {
            return Err("the module calls itself".into());
        }
        found.ok_or_else(|| format!("there is no module in `{source}`"))
    }

    /// Whether a module is one of these declarations, or is called from it.
    fn is_within(&self, instance: &Rc<Instance<'c>>, declarations: &Declarations) -> bool {
        let mut at = Some(Rc::clone(instance));
        while let Some(instance) = at {
            if std::ptr::eq(instance.declarations, declarations) {
                return true;
            }
            at = instance.parent.as_ref().and_then(|caller| self.instance(caller.instance));
        }
        false
    }

    /// The names of the calls that lead to a call, with dots, as `modules.json` keys them.
    fn call_path(&self, instance: &Rc<Instance<'c>>, name: &str) -> String {
        let mut names = vec![name.to_owned()];
        let mut up = instance.parent.as_ref().map(|caller| (caller.instance, caller.call));
        while let Some((id, call)) = up {
            names.push(call.labels.first().map_or_else(String::new, |label| label.text.to_string()));
            up = self.instance(id).and_then(|up| up.parent.as_ref().map(|caller| (caller.instance, caller.call)));
        }
        names.reverse();
        names.join(".")
    }

    /// `path.module`: the way from the root module to a module.
    pub fn module_path(&self, instance: &Rc<Instance<'c>>) -> String {
        relative(self.root, &instance.declarations.directory)
    }

    /// `module.call.name` or `module.call[key].name`; none when the call has several modules and no key is given.
    pub fn output(
        &self,
        instance: &Rc<Instance<'c>>,
        call: &str,
        key: Option<&Value>,
        name: &str,
    ) -> Result<Option<Named>, Refusal> {
        let Some((call_name, block)) = instance.declarations.calls.get_key_value(call) else {
            return Err(Refusal::new(format!("module call `{call}` is not declared")));
        };
        let expansion = self.expansion(instance, &format!("module.{call}"), block);
        let wanted = match (&*expansion, key) {
            (Expansion::Once, None) | (Expansion::Open(_), _) => Key::None,
            (Expansion::Count(_), Some(key)) => match key.as_number().and_then(super::number::Number::as_usize) {
                Some(at) => Key::Number(at),
                None => return Ok(None),
            },
            (Expansion::Each(_), Some(key)) => match key.as_text() {
                Some(text) => Key::Text(text.shared()),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let found = self.called(instance, call_name, block).into_iter().find(|(key, _)| *key == wanted);
        let Some((_, child)) = found else {
            return Err(Refusal::new(format!("`module.{call}{wanted}` is not there")));
        };
        let (value, what) = self.output_of(instance, call, child, name)?;
        if let Expansion::Open(cause) = &*expansion
            && !value.is_known()
        {
            return Ok(Some((Value::unknown_from(Type::Dynamic, [cause, &value]), what)));
        }
        Ok(Some((value, what)))
    }

    fn output_of(
        &self,
        instance: &Rc<Instance<'c>>,
        call: &str,
        child: Option<usize>,
        name: &str,
    ) -> Result<Named, Refusal> {
        let Some(child) = child.and_then(|child| self.instance(child)) else {
            let because = format!("the sources of module call `{}module.{call}` are not there", instance.prefix);
            return Ok((Value::unknown(Type::Dynamic, because), Arc::from("")));
        };
        let Some((name, block)) = child.declarations.outputs.get_key_value(name) else {
            return Err(Refusal::new(format!("module call `{call}` has no output `{name}`")));
        };
        self.once(&child, Cached::Output(Arc::clone(name)), block.header, || {
            let Some(value) = block.body.attribute("value") else {
                return Err(Refusal::new(format!("output `{name}` has no value")));
            };
            let value = self.evaluate(&child, &value.value)?;
            Ok((value, Arc::from(format!("output `{name}` of module call `{call}`"))))
        })
    }

    /// `module.call`: all outputs, of all modules of the call.
    pub fn module_value(&self, instance: &Rc<Instance<'c>>, call: &str) -> Result<Value, Refusal> {
        let Some((name, block)) = instance.declarations.calls.get_key_value(call) else {
            return Err(Refusal::new(format!("module call `{call}` is not declared")));
        };
        let expansion = self.expansion(instance, &format!("module.{call}"), block);
        if let Expansion::Open(cause) = &*expansion {
            return Ok(Value::unknown_from(Type::Dynamic, [cause]));
        }
        let mut values = Vec::new();
        for (key, child) in self.called(instance, name, block) {
            values.push((key, self.outputs(instance, call, child)?));
        }
        Ok(match &*expansion {
            Expansion::Count(_) => Value::tuple(values.into_iter().map(|(_, value)| value).collect()),
            Expansion::Each(_) => Value::object(
                values
                    .into_iter()
                    .filter_map(|(key, value)| match key {
                        Key::Text(text) => Some((text, value)),
                        Key::None | Key::Number(_) => None,
                    })
                    .collect(),
            ),
            Expansion::Once | Expansion::Open(_) => {
                values.pop().map_or_else(|| Value::null(Type::Dynamic), |(_, value)| value)
            }
        })
    }

    fn outputs(&self, instance: &Rc<Instance<'c>>, call: &str, child: Option<usize>) -> Result<Value, Refusal> {
        let Some(module) = child.and_then(|child| self.instance(child)) else {
            return self.output_of(instance, call, None, "").map(|(value, _)| value);
        };
        let mut members = Members::new();
        for name in module.declarations.outputs.keys() {
            // One output that is refused does not take the others along.
            let value = match self.output_of(instance, call, child, name) {
                Ok((value, _)) => value,
                Err(refusal) => Value::unknown(Type::Dynamic, refusal.message),
            };
            members.insert(Arc::clone(name), value);
        }
        Ok(Value::object(members))
    }
}

/// The path from one directory to another, as Terraform writes `path.module`.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(String::from).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    let path: Vec<String> = up.chain(to.into_iter().skip(common)).collect();
    if path.is_empty() { ".".into() } else { path.join("/") }
}

/// Keeps only what a reader of an unknown condition needs.
pub fn cause_of(unknown: &Unknown) -> Arc<crate::document::Unresolved> {
    Arc::new(crate::document::Unresolved {
        because: (&*unknown.because).into(),
        references: unknown.references.iter().map(|reference| (&**reference).into()).collect(),
        ..crate::document::Unresolved::default()
    })
}
