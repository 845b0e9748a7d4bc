//! `dependency` blocks: what the modules of other units put out.
//!
//! The outputs of a unit are those of its module, evaluated with the inputs of that unit, which may be outputs of units before
//! it. Units are therefore worked out in the order in which they depend on each other; those that do so in a circle, and what
//! depends on them, Terragrunt would not run: their outputs are unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::place::resolve;
use super::{Candidate, UNITS, Unit, config, or_open, units_of};
use crate::dialect::Corpus;
use crate::dialect::terraform::module::World;
use crate::dialect::terraform::value::{Data, Members, Origin, Partial, Type, Unknown, Value};
use crate::document::Problem;
use crate::kernel::budget::Share;
use crate::syntax::hcl::ast::Block;

/// Most values that the outputs of all units are made of, together.
const MOST_VALUES: u32 = 400_000;

/// So many values the outputs of a unit may be made of, however many units there are.
const LEAST_VALUES: u32 = 500;

/// What the evaluation of a unit's outputs may take.
const OUTPUTS: Share = Share { steps: 500_000, bytes: 16 << 20 };

/// The directories of which one is the unit that a block names; none where its outputs are not read, or where that is not known.
pub fn directories(world: &World<'_>, block: &Block) -> Vec<String> {
    let (Some(place), Some(instance)) = (&world.terragrunt, world.instance(0)) else { return Vec::new() };
    let value = |name: &str| block.body.attribute(name).map(|own| or_open(world.evaluate(&instance, &own.value)));
    let is = |name: &str, wanted: bool| value(name).is_none_or(|value| value.as_bool() == Some(wanted));
    let path = value("config_path").filter(|_| is("enabled", true) && is("skip_outputs", false));
    let Some(path) = path.as_ref().and_then(Value::as_str) else { return Vec::new() };
    let folder = UNITS.iter().find_map(|name| path.strip_suffix(name)).unwrap_or(path).trim_end_matches('/');
    // In what is included a path begins at either.
    let mut found: Vec<String> =
        [&place.directory, &place.unit].into_iter().filter_map(|from| resolve(from, folder)).collect();
    found.dedup();
    found
}

/// The outputs of the dependency of a name, which is the unit of one of these directories.
pub fn outputs(world: &World<'_>, name: &str, directories: &[String]) -> Value {
    let known = world.terragrunt.as_ref().map(|place| &place.outputs);
    let mut known = directories.iter().filter_map(|directory| known?.get(directory));
    match (known.next(), known.next()) {
        (Some(only), None) => only.clone(),
        _ => Value::unknown(Type::Dynamic, format!("output of the dependency `{name}`, known when that is deployed")),
    }
}

/// The units of the candidates, in their order, each with the outputs of those that it depends on.
pub fn settled(corpus: &Corpus<'_>, candidates: &[Candidate<'_>]) -> Vec<(Vec<Unit>, Vec<Problem>)> {
    let order = Order::of(candidates);
    let most = (MOST_VALUES / u32::try_from(order.needed.len()).unwrap_or(u32::MAX).max(1)).max(LEAST_VALUES);
    let share = Share::of(Share::RUN, order.needed.len(), OUTPUTS);
    let mut outputs: BTreeMap<String, Value> = BTreeMap::new();
    for at in &order.circular {
        let Some(one) = candidates.get(*at) else { continue };
        let because = format!("output of `{}`, whose dependencies lead back to itself", one.place.directory);
        outputs.insert(one.place.directory.clone(), Value::unknown(Type::Dynamic, because));
    }
    let mut made: BTreeMap<usize, (Vec<Unit>, Vec<Problem>)> = BTreeMap::new();
    for level in &order.levels {
        let done = corpus.map(level.len(), |at| {
            let at = *level.get(at)?;
            let one = candidates.get(at)?;
            let (units, problems) = units_of(one.given(&outputs));
            let is_asked = order.needed.contains(&at) && !order.circular.contains(&at);
            let own = is_asked.then(|| (one.place.directory.clone(), outputs_of(one, &units, share, most)));
            Some((at, (units, problems), own))
        });
        for (at, units, own) in done.into_iter().flatten() {
            outputs.extend(own);
            made.insert(at, units);
        }
    }
    for (at, told) in order.told(corpus, candidates) {
        if let Some((_, problems)) = made.get_mut(&at) {
            problems.push(told);
        }
    }
    made.into_values().collect()
}

impl<'c> Candidate<'c> {
    /// The same, read with what other units put out.
    fn given(&self, outputs: &BTreeMap<String, Value>) -> Candidate<'c> {
        let needs = &self.config.needs;
        let own: BTreeMap<String, Value> =
            needs.iter().filter_map(|unit| Some((unit.clone(), outputs.get(unit)?.clone()))).collect();
        let place = self.place.clone().given(own);
        let again = if needs.is_empty() { None } else { config::read(&place) };
        Candidate { place, config: again.unwrap_or_else(|| self.config.clone()), file: self.file }
    }
}

/// In which order units are worked out.
struct Order {
    /// Those of a level depend on those of levels before it alone, but for the last, which are circular.
    levels: Vec<Vec<usize>>,
    /// Those that others depend on.
    needed: BTreeSet<usize>,
    /// Those that depend on themselves, through others perhaps, and those that depend on such.
    circular: BTreeSet<usize>,
    needs: Vec<BTreeSet<usize>>,
}

impl Order {
    fn of(candidates: &[Candidate<'_>]) -> Order {
        let places: BTreeMap<&str, usize> =
            candidates.iter().enumerate().map(|(at, one)| (one.place.directory.as_str(), at)).collect();
        let needs: Vec<BTreeSet<usize>> = candidates
            .iter()
            .map(|one| one.config.needs.iter().filter_map(|unit| places.get(unit.as_str()).copied()).collect())
            .collect();
        let mut needed_by: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, own) in needs.iter().enumerate() {
            for other in own {
                needed_by.entry(*other).or_default().push(at);
            }
        }
        let mut open: Vec<usize> = needs.iter().map(BTreeSet::len).collect();
        let mut level: Vec<usize> = (0..open.len()).filter(|at| open.get(*at) == Some(&0)).collect();
        let mut circular: BTreeSet<usize> = (0..open.len()).collect();
        let mut levels = Vec::new();
        while !level.is_empty() {
            let mut next = Vec::new();
            for at in &level {
                circular.remove(at);
                for other in needed_by.get(at).into_iter().flatten() {
                    let Some(left) = open.get_mut(*other) else { continue };
                    *left -= 1;
                    next.extend((*left == 0).then_some(*other));
                }
            }
            levels.push(std::mem::replace(&mut level, next));
        }
        levels.push(circular.iter().copied().collect());
        Order { levels, needed: needed_by.into_keys().collect(), circular, needs }
    }

    /// What is said of the units that are part of a circle, or between two of them.
    fn told(&self, corpus: &Corpus<'_>, candidates: &[Candidate<'_>]) -> Vec<(usize, Problem)> {
        let needs = |at: &usize| self.needs.get(*at).into_iter().flatten().filter(|need| self.circular.contains(need));
        let mut users: BTreeMap<usize, usize> = self.circular.iter().map(|at| (*at, 0)).collect();
        for need in self.circular.iter().flat_map(needs) {
            *users.entry(*need).or_default() += 1;
        }
        let mut within = self.circular.clone();
        let mut unused: Vec<usize> = users.iter().filter(|(_, users)| **users == 0).map(|(at, _)| *at).collect();
        while let Some(at) = unused.pop() {
            within.remove(&at);
            for need in needs(&at) {
                let Some(left) = users.get_mut(need) else { continue };
                *left -= 1;
                unused.extend((*left == 0).then_some(*need));
            }
        }
        let told = within.into_iter().filter_map(|at| Some((at, candidates.get(at)?)));
        let told = told.map(|(at, one)| {
            let message = format!("the unit `{}` depends on itself, through others perhaps", one.place.directory);
            let problem = Problem::error("terraform::cycle", corpus.workspace.path(one.file), None, message);
            (at, problem.help("Terragrunt runs no units that depend on each other in a circle"))
        });
        told.collect()
    }
}

/// What the module of a unit puts out. That is not all there may be: what was deployed before may have put out more.
fn outputs_of(candidate: &Candidate<'_>, units: &[Unit], share: Share, most: u32) -> Value {
    let directory = &candidate.place.directory;
    let unknown = |because: &str| Value::unknown(Type::Dynamic, format!("output of `{directory}`, {because}"));
    let unit = match units {
        [only] => only,
        [] => return unknown("whose module is not in the repository"),
        _ => return unknown("which may deploy one of several modules"),
    };
    let (corpus, library) = (candidate.place.corpus, candidate.place.library);
    let overlaid = unit.overlaid(corpus);
    let world = World::of_unit(corpus, library, unit, overlaid.as_ref()).within(share);
    let Some(root) = world.instance(0) else { return unknown("whose module is not in the repository") };
    let mut members = Members::new();
    let mut left = most;
    for (name, block) in &root.declarations.outputs {
        let Some(value) = block.body.attribute("value") else { continue };
        let value = or_open(world.evaluate(&root, &value.value));
        let own = match left.checked_sub(value.weight()) {
            Some(rest) => {
                left = rest;
                apart(&value, &format!("output `{name}` of `{directory}`: "))
            }
            None => unknown("of which there are more values than the limit here"),
        };
        members.insert(Arc::clone(name), own);
    }
    unknown("which its module does not declare").with_partial(Partial::Members(Arc::new(members)))
}

/// A value as another root module sees it: what is not known there is not known here, for a reason that begins so, and neither the
/// resources that it refers to nor the questions that it depends on are those of the same names here.
fn apart(value: &Value, begins: &str) -> Value {
    let each = |items: &[Value]| items.iter().map(|item| apart(item, begins)).collect();
    let named = |members: &Members| members.iter().map(|(name, own)| (Arc::clone(name), apart(own, begins))).collect();
    let structure = value.origin.structure.as_ref().map(|structure| Arc::new(apart(structure, begins)));
    let origin = Origin { structure, ..value.origin.clone() };
    if value.is_wholly_known() {
        return value.clone().with_origin(origin);
    }
    let seen = match value.data() {
        Data::Null(_) | Data::Bool(_) | Data::Number(_) | Data::Text(_) => value.clone(),
        Data::List(ty, items) => Value::list(ty.clone(), each(items)),
        Data::Set(ty, items) => Value::set(ty.clone(), each(items)),
        Data::Map(ty, members) => Value::map(ty.clone(), named(members)),
        Data::Tuple(items) => Value::tuple(each(items)),
        Data::Object(members) => Value::object(named(members)),
        Data::Unknown(unknown) => {
            let Unknown { ty, because, partial, spread, .. } = &**unknown;
            let because =
                if because.starts_with("output ") { Arc::clone(because) } else { format!("{begins}{because}").into() };
            let seen = Value::unknown(ty.clone(), because);
            let seen = match partial {
                Some(Partial::Items(items)) => seen.with_partial(Partial::Items(Arc::new(each(items)))),
                Some(Partial::Template(pieces)) => seen.with_partial(Partial::Template(Arc::new(each(pieces)))),
                Some(Partial::Either(ways)) => seen.with_partial(Partial::Either(Arc::new(each(ways)))),
                Some(Partial::Members(members)) => seen.with_partial(Partial::Members(Arc::new(named(members)))),
                Some(Partial::Each(form)) => seen.with_partial(Partial::Each(Arc::new(apart(form, begins)))),
                None => seen,
            };
            if *spread { seen.spread() } else { seen }
        }
    };
    seen.with_origin(origin)
}
