//! The tree of modules: variables, locals, calls and outputs, each evaluated once, when it is first asked for.

mod call;
mod input;
mod output;

pub use call::relative;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::declarations::{Declarations, Declared, join};
use super::eval::{Bindings, Eval, as_written, found_by, metadata_of, unknown_reference};
use super::expand::{self, Expansion, Key};
use super::functions::Refusal;
use super::inputs::Given;
use super::library::Library;
use super::policy;
use super::terragrunt::{self, Overlaid, Place, Unit};
use super::value::{Members, Partial, Type, Unknown, Value};
use crate::dialect::{Corpus, deployed_with};
use crate::document::{Problem, Trail};
use crate::kernel::budget::{Budget, Level, Share, Spent};
use crate::source::{NO_FILE, Span};
use crate::syntax::hcl::ast::{Attribute, Block};

/// Deepest nesting of expressions under evaluation, references included.
const DEEPEST: u32 = 250;

/// What a value in the body of a resource counts for, in bytes.
const NODE: usize = 160;

/// What a resource counts for beside its values, in bytes: its address, what is stated of it, what rules conclude.
const RESOURCE: usize = 4096;

/// How what a limit was reached in may be mended.
const LET_MAKE_LESS: &str = "let it make fewer values and resources, or split it";

/// How many bytes of a text that is made cost a step.
const BYTES_A_STEP: usize = 128;

/// Deepest nesting of module calls.
const DEEPEST_CALL: usize = 32;

/// Most modules of one root module.
const MOST_INSTANCES: usize = 4096;

/// Functions of another language that is evaluated as Terraform is: the result of a call, where there is one of that name.
pub type Functions = fn(name: &str, args: &[Value]) -> Option<Value>;

/// The modules under one root module.
pub struct World<'c> {
    /// The run.
    pub corpus: &'c Corpus<'c>,
    /// What it shares with the other root modules.
    pub library: &'c Library,
    root: &'c str,
    given: Given<'c>,
    /// Where the expressions stand that are evaluated, when they are those of a configuration of Terragrunt.
    pub terragrunt: Option<Place<'c>>,
    /// Names that all expressions may use.
    names: Vec<(Arc<str>, Value)>,
    /// Functions that Terraform does not have.
    functions: Functions,
    /// What names stand for that were inserted in files which are generated.
    fillings: &'c [Value],
    instances: RefCell<Vec<Rc<Instance<'c>>>>,
    problems: RefCell<BTreeSet<Problem>>,
    budget: Budget,
    /// Whether resources were left out.
    is_cut: Cell<bool>,
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

impl Instance<'_> {
    /// Its place in the list of the world.
    pub fn id(&self) -> usize {
        self.id
    }

    /// A place to point at when there is no better one.
    pub fn place(&self) -> Span {
        let declarations = self.declarations;
        let resource = declarations.resources.values().next().map(|declared| declared.block.header);
        resource.unwrap_or(Span { file: NO_FILE, start: 0, end: 0 })
    }
}

impl<'c> World<'c> {
    /// The world of a root module.
    pub fn new(corpus: &'c Corpus<'c>, library: &'c Library, root: &'c str) -> World<'c> {
        World::deployed(corpus, library, root, &[])
    }

    /// The world of a root module as variable files deploy it.
    pub fn deployed(corpus: &'c Corpus<'c>, library: &'c Library, root: &'c str, files: &[String]) -> World<'c> {
        let world = World::empty(corpus, library, root, Given::read(corpus, root, files));
        if let Some(declarations) = library.get(root) {
            world.add(declarations, String::new(), None, None, None);
        }
        world
    }

    /// The world of the module that a unit of Terragrunt deploys: what it is given is the unit's.
    pub fn of_unit(
        corpus: &'c Corpus<'c>,
        library: &'c Library,
        unit: &'c Unit,
        overlaid: Option<&'c Overlaid>,
    ) -> World<'c> {
        let given = Given::by_unit(corpus, unit);
        let fillings = overlaid.map_or(&[][..], |overlaid| &overlaid.fillings);
        let world = World { fillings, ..World::empty(corpus, library, &unit.directory, given) };
        overlaid.iter().flat_map(|overlaid| &overlaid.problems).for_each(|problem| world.tell(problem.clone()));
        let declarations = overlaid.map(|overlaid| &overlaid.declarations).or_else(|| library.get(&unit.module));
        if let Some(declarations) = declarations {
            world.add(declarations, String::new(), None, None, None);
        }
        world
    }

    /// The same with a share of the run's budget.
    #[must_use]
    pub fn within(self, share: Share) -> World<'c> {
        World { budget: Budget::of(share).with_levels(DEEPEST), ..self }
    }

    /// A configuration of Terragrunt, with the names that its expressions may use.
    pub fn of_config(place: Place<'c>, declarations: &'c Declarations, names: Vec<(Arc<str>, Value)>) -> World<'c> {
        let (corpus, library) = (place.corpus, place.library);
        let mut world = World::empty(corpus, library, &declarations.directory, Given::default());
        world.names = names;
        world.terragrunt = Some(place);
        world.add(declarations, String::new(), None, None, None);
        world
    }

    /// The declarations of another language, with its names and functions.
    pub fn of_declarations(
        corpus: &'c Corpus<'c>,
        library: &'c Library,
        declarations: &'c Declarations,
        given: Given<'c>,
        (names, functions): (Vec<(Arc<str>, Value)>, Functions),
    ) -> World<'c> {
        let world = World::empty(corpus, library, &declarations.directory, given);
        let world = World { names, functions, ..world };
        world.add(declarations, String::new(), None, None, None);
        world
    }

    fn empty(corpus: &'c Corpus<'c>, library: &'c Library, root: &'c str, given: Given<'c>) -> World<'c> {
        World {
            corpus,
            library,
            root,
            given,
            terragrunt: None,
            names: Vec::new(),
            functions: |_, _| None,
            fillings: &[],
            instances: RefCell::default(),
            problems: RefCell::default(),
            budget: Budget::default().with_levels(DEEPEST),
            is_cut: Cell::new(false),
        }
    }

    /// Names that all expressions may use.
    pub fn names(&self) -> &[(Arc<str>, Value)] {
        &self.names
    }

    /// The result of a function that Terraform does not have.
    pub fn call(&self, name: &str, args: &[Value]) -> Option<Value> {
        (self.functions)(name, args)
    }

    /// What a name stands for that was inserted in a file which is generated.
    pub fn filled(&self, name: &str) -> Option<Value> {
        self.fillings.get(terragrunt::filling(name)?).cloned()
    }

    /// Where a path leads that begins where Terraform runs. A unit of Terragrunt runs in a copy of its module, with the unit's own
    /// files beside the module's.
    pub fn from_working_directory(&self, path: &str) -> Option<String> {
        if let Some(place) = &self.terragrunt {
            return join(&place.directory, path).map(|path| place.real(&path).into_owned());
        }
        let Some(unit) = self.given.unit else { return join(self.root, path) };
        let own = join(&unit.folder, path).filter(|path| self.corpus.workspace.holds(path));
        own.or_else(|| join(&unit.module, path))
    }

    /// The directory in which Terraform runs.
    pub fn working_directory(&self) -> &str {
        self.given.unit.map_or(self.root, |unit| &unit.module)
    }

    /// The directory of the root module.
    pub fn root(&self) -> &str {
        self.root
    }

    /// What deploys its resources: the directory, with the variable files of a deployment of its own.
    pub fn deployment(&self) -> Arc<str> {
        deployed_with(self.root, &self.given.deployed_with)
    }

    /// A module.
    pub fn instance(&self, id: usize) -> Option<Rc<Instance<'c>>> {
        self.instances.borrow().get(id).cloned()
    }

    /// What was found wrong.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner().into_iter().collect()
    }

    /// Reports a problem, once.
    pub fn tell(&self, problem: Problem) {
        self.problems.borrow_mut().insert(problem);
    }

    /// Begins the evaluation of an expression; none when a limit is reached.
    pub fn enter(&self) -> Option<Level<'_>> {
        self.budget.enter()
    }

    /// Whether no further step may be taken.
    pub fn is_spent(&self) -> bool {
        self.budget.is_spent()
    }

    /// Takes steps for what a function made: as many as there are values in it, or kilobits of text in it.
    pub fn charge(&self, made: &Value) {
        let text = made.as_str().map_or(0, |text| text.len() / BYTES_A_STEP);
        self.budget.spend(made.weight().saturating_add(u32::try_from(text).unwrap_or(u32::MAX)));
    }

    /// Takes what a resource with so many values holds; false where there is not so much left.
    pub fn keep(&self, values: u32) -> bool {
        self.budget.keep((values as usize).saturating_mul(NODE))
    }

    /// Whether there is room for one more resource; where there is none, that is told once, and what follows is not listed.
    pub fn has_room(&self, at: Span) -> bool {
        let room = !self.budget.is_spent() && self.budget.keep(RESOURCE);
        if !room && !self.is_cut.replace(true) {
            let path = self.corpus.workspace.path(at.file);
            let message =
                format!("the root module `{}` is not judged from here on: {}", self.root_name(), self.limit());
            self.tell(Problem::error("terraform::limit", path, Some(at), message).help(LET_MAKE_LESS));
        }
        room
    }

    /// Tells that values were left open since a limit was reached, unless that is told already.
    pub fn tell_limit(&self) {
        let place = self.instance(0).map(|root| root.place()).filter(|place| place.file != NO_FILE);
        let Some(place) = place.filter(|_| self.spent().is_short && !self.is_cut()) else { return };
        let path = self.corpus.workspace.path(place.file);
        let message = format!("values of the root module `{}` are open: {}", self.root_name(), self.limit());
        self.tell(Problem::error("terraform::limit", path, Some(place), message).help(LET_MAKE_LESS));
    }

    /// Whether resources were left out for want of room.
    pub fn is_cut(&self) -> bool {
        self.is_cut.get()
    }

    fn root_name(&self) -> &str {
        if self.root.is_empty() { "." } else { self.root }
    }

    /// What was taken of the budget.
    pub fn spent(&self) -> Spent {
        self.budget.spent()
    }

    /// The limit that was reached.
    pub fn limit(&self) -> &'static str {
        if self.budget.spent().is_short {
            "the root module makes more values and resources than its part of the run may have, the limit here"
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
        let expansion = self.expansion(instance, address, &declared.block);
        // A resource of which it is not known how often it is there is listed once, without a key.
        let listed_once = matches!(*expansion, Expansion::Open(_));
        let one = |key: &Key, bindings: Bindings| {
            let own = format!("{full}{key}");
            let known = self.known(instance, &own, declared, bindings);
            let reference = if listed_once { full.clone() } else { own };
            let because = format!("`{reference}` is known to its provider");
            unknown_reference(because, &reference).with_partial(Partial::Members(Arc::new(known)))
        };
        let all = |expansion: &Expansion| match expansion {
            Expansion::Once => Some(one(&Key::None, Bindings::default())),
            Expansion::Count(count) => {
                Some(Value::tuple((0..*count).map(|at| one(&Key::Number(at), expand::counted(at))).collect()))
            }
            Expansion::Each(pairs) => {
                let pair = |(key, value): &(Arc<str>, Value)| {
                    (Arc::clone(key), one(&Key::Text(Arc::clone(key)), expand::keyed(key, value)))
                };
                Some(Value::object(pairs.iter().map(pair).collect()))
            }
            Expansion::Open(_) => None,
        };
        let Expansion::Open(cause) = &*expansion else {
            return all(&expansion).unwrap_or_else(|| Value::null(Type::Dynamic));
        };
        let ways = expand::ways(&declared.block, cause).and_then(|(ways, guards)| {
            let ways: Option<Vec<Value>> = ways.iter().map(all).collect();
            Some((ways?, guards))
        });
        if let Some((ways, guards)) = ways {
            return Value::either(&[cause], ways, guards);
        }
        // However many there are, each is what the block says.
        let form = one(&Key::None, expand::open(&declared.block, cause));
        let because = cause
            .as_unknown()
            .map_or_else(|| Arc::from("how many there are is not known"), |unknown| Arc::clone(&unknown.because));
        unknown_reference(because, &full).with_partial(Partial::Items(Arc::new(vec![form.spread()])))
    }

    /// What a resource has because it is written, where that is decided.
    fn written(&self, instance: &Rc<Instance<'c>>, declared: &Declared, bindings: Bindings) -> Members {
        let mut eval = Eval::new(self, instance, bindings);
        let mut named = |name: Arc<str>, attribute: &Attribute| {
            let value = eval.eval(&attribute.value).ok().filter(|value| value.is_wholly_known() && !value.is_null())?;
            Some((name, value))
        };
        if declared.data {
            let found = found_by(&declared.block).filter_map(|(name, argument)| named(Arc::from(name), argument));
            return found.collect();
        }
        let mut value = |attribute: &Attribute| named(Arc::clone(&attribute.name.text), attribute);
        let metadata = metadata_of(&declared.block).map(|block| {
            let known: Members = block.body.attributes.iter().filter_map(&mut value).collect();
            // What a cluster adds to it is not known.
            let because = "the cluster decides it when the object is made";
            let own = Value::unknown(Type::Dynamic, because).with_partial(Partial::Members(Arc::new(known)));
            (Arc::from("metadata"), Value::tuple(vec![own]))
        });
        as_written(&declared.block).filter_map(&mut value).chain(metadata).collect()
    }

    /// What is known of a resource or data source without its provider, worked out once.
    fn known(&self, instance: &Rc<Instance<'c>>, reference: &str, declared: &Declared, bindings: Bindings) -> Members {
        let is_known = policy::is_known(declared);
        let writes = |block: &Block| {
            if declared.data {
                found_by(block).next().is_some()
            } else {
                as_written(block).next().is_some() || metadata_of(block).is_some()
            }
        };
        if !is_known && !writes(&declared.block) {
            return Members::new();
        }
        let result = self.once(instance, Cached::Data(Arc::from(reference)), declared.block.header, || {
            let known = if is_known {
                policy::known(self, instance, declared, bindings)
            } else {
                self.written(instance, declared, bindings)
            };
            Ok((Value::object(known), Arc::from("")))
        });
        result.ok().and_then(|(value, _)| value.members().cloned()).unwrap_or_default()
    }
}

/// Keeps only what a reader of an unknown condition needs.
pub fn cause_of(unknown: &Unknown) -> Arc<crate::document::Unresolved> {
    let unresolved = crate::document::Unresolved {
        because: (&*unknown.because).into(),
        references: unknown.references.iter().map(|reference| (&**reference).into()).collect(),
        ..crate::document::Unresolved::default()
    };
    let Some(guard) = &unknown.asks.truth else { return Arc::new(unresolved) };
    Arc::new(unresolved.true_where(guard, Span { file: NO_FILE, start: 0, end: 0 }))
}
