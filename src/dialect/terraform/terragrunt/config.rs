//! A configuration file, evaluated together with what it includes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::arguments::Arguments;
use super::generated::Written;
use super::place::{Place, around_root};
use super::{dependency, or_open};
use crate::dialect::terraform::declarations::{Declarations, body_of};
use crate::dialect::terraform::module::{Instance, World};
use crate::dialect::terraform::operate;
use crate::dialect::terraform::value::{Members, Partial, Type, Value};
use crate::document::{Guard, Problem};
use crate::source::{FileId, Span};
use crate::syntax::hcl::ast::{Block, Body, Expr, ExprKind, MemberKey};

/// What a configuration says.
#[derive(Clone, Debug)]
pub struct Config {
    /// The source of the module, and where it is written.
    pub source: Option<(Value, Span)>,
    /// What is handed to the module.
    pub inputs: Value,
    /// What is handed to Terraform beside that.
    pub arguments: Arguments,
    /// What is written beside the module.
    pub written: Written,
    /// The configurations that it includes.
    pub included: Vec<FileId>,
    /// What could not be followed.
    pub problems: Vec<Problem>,
    /// The directories of units whose outputs it uses.
    pub needs: BTreeSet<String>,
    locals: Value,
    dependencies: Members,
}

/// An `include` block, followed.
struct Included {
    name: Arc<str>,
    config: Config,
    merge: Merge,
}

/// How what is included meets what includes it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Merge {
    Not,
    Shallow,
    Deep,
}

impl Config {
    /// As a value that other configurations look into.
    pub fn value(&self) -> Value {
        let outputs = Value::object(self.dependencies.clone());
        let members = [("locals", &self.locals), ("inputs", &self.inputs), ("dependency", &outputs)];
        Value::object(members.into_iter().map(|(name, value)| (Arc::from(name), value.clone())).collect())
    }
}

/// Reads a configuration; none when it cannot be read at all.
pub fn read(place: &Place<'_>) -> Option<Config> {
    let body = body_of(place.corpus, place.file)?;
    let declarations = Declarations::of_locals(&place.directory, &body);
    let mut problems = Vec::new();
    let mut place = place.clone();
    // Only what a unit includes itself counts, not what that includes.
    let (included, missing) =
        if place.included { (Vec::new(), None) } else { include(&mut place, &declarations, &body, &mut problems) };
    let given = place.values.clone();
    let (dependencies, needs) = {
        let names = names(&included, &Members::new(), &body, given.clone());
        dependencies(&World::of_config(place.clone(), &declarations, names), &body, &included)
    };
    let world = World::of_config(place, &declarations, names(&included, &dependencies, &body, given));
    let instance = world.instance(0)?;
    let locals = declarations.locals.iter().map(|(name, local)| {
        let value = or_open(world.evaluate(&instance, &local.value));
        (Arc::clone(name), value)
    });
    let locals = Value::object(locals.collect());
    let own = match body.attribute("inputs") {
        Some(inputs) => members_of(&world, &instance, &inputs.value),
        None => Value::object(Members::new()),
    };
    let mut inputs = missing.unwrap_or_else(|| Value::object(Members::new()));
    for one in included.iter().filter(|one| one.merge != Merge::Not) {
        inputs = merged(&inputs, &one.config.inputs, one.merge);
    }
    let deep = included.iter().any(|one| one.merge == Merge::Deep);
    let inputs = merged(&inputs, &own, if deep { Merge::Deep } else { Merge::Shallow });
    let source = body.blocks_of("terraform").find_map(|block| block.body.attribute("source"));
    let source = source.map(|source| (or_open(world.evaluate(&instance, &source.value)), source.value.span));
    let arguments = Arguments::of(&world, &instance, &body);
    let written = Written::of(&world, &instance, &body);
    problems.extend(world.into_problems());
    let mut config = Config {
        source,
        inputs: shown(&inputs),
        arguments,
        written,
        included: included.iter().flat_map(|one| one.config.included.iter().copied()).collect(),
        problems,
        needs,
        locals,
        dependencies,
    };
    for Included { config: parent, merge, .. } in included {
        config.problems.extend(parent.problems);
        if merge == Merge::Not {
            continue;
        }
        config.source = config.source.or(parent.source);
        config.arguments.over(parent.arguments);
        config.written.over(parent.written);
    }
    Some(config)
}

/// Follows the `include` blocks. The second part is what is known of inputs where one cannot be followed.
fn include(
    place: &mut Place<'_>,
    declarations: &Declarations,
    body: &Body,
    problems: &mut Vec<Problem>,
) -> (Vec<Included>, Option<Value>) {
    let mut included = Vec::new();
    let mut missing = None;
    for block in body.blocks_of("include") {
        let name = block.labels.first().map_or_else(|| Arc::from(""), |label| Arc::clone(&label.text));
        let world = World::of_config(place.clone(), declarations, Vec::new());
        let Some(instance) = world.instance(0) else { continue };
        let text = |name: &str| {
            let value = or_open(world.evaluate(&instance, &block.body.attribute(name)?.value));
            value.as_str().map(str::to_owned)
        };
        let file = text("path").and_then(|path| place.find(&path));
        let parent = file.and_then(|file| place.including(file));
        let Some(config) = parent.as_ref().and_then(read) else {
            let because = "what this includes is not in the repository";
            let path = place.corpus.workspace.path(place.file);
            let problem = Problem::notice("terraform::include", path, Some(block.header), because);
            problems.push(problem.help("what it would hand to the module is unknown"));
            missing = Some(Value::unknown(Type::Dynamic, "an included configuration is not in the repository"));
            continue;
        };
        let merge = match text("merge_strategy").as_deref() {
            Some("no_merge") => Merge::Not,
            Some("deep" | "deep_map_only") => Merge::Deep,
            _ => Merge::Shallow,
        };
        let config = Config { included: file.into_iter().collect(), ..config };
        place.parents.extend(parent.map(|parent| (name.to_string(), parent.directory)));
        included.push(Included { name, config, merge });
    }
    (included, missing)
}

/// What the configuration depends on, itself and by what it includes, and the directories of those units.
fn dependencies(world: &World<'_>, body: &Body, included: &[Included]) -> (Members, BTreeSet<String>) {
    let (mut found, mut needs) = (Members::new(), BTreeSet::new());
    for config in included.iter().map(|one| &one.config) {
        found.extend(config.dependencies.iter().map(|(name, value)| (Arc::clone(name), value.clone())));
        needs.extend(config.needs.iter().cloned());
    }
    for block in body.blocks_of("dependency") {
        let Some(name) = block.labels.first() else { continue };
        let directories = dependency::directories(world, block);
        let outputs = dependency::outputs(world, &name.text, &directories).written_at(block.header);
        needs.extend(directories);
        found.insert(Arc::clone(&name.text), Value::object([(Arc::from("outputs"), outputs)].into()));
    }
    (found, needs)
}

/// The names that expressions of a configuration may use, beside its locals.
fn names(included: &[Included], dependencies: &Members, body: &Body, given: Option<Value>) -> Vec<(Arc<str>, Value)> {
    let include = match included {
        [only] if only.name.is_empty() => only.config.value(),
        all => Value::object(all.iter().map(|one| (Arc::clone(&one.name), one.config.value())).collect()),
    };
    let feature = |block: &Block| {
        let because = "a feature may be set when Terragrunt runs";
        let value = Value::unknown(Type::Dynamic, because).written_at(block.header);
        Some((Arc::clone(&block.labels.first()?.text), Value::object([(Arc::from("value"), value)].into())))
    };
    let features: Members = body.blocks_of("feature").filter_map(feature).collect();
    let values = given.unwrap_or_else(|| Value::unknown(Type::Dynamic, "values of a unit are given by its stack"));
    vec![
        ("include".into(), include),
        ("dependency".into(), Value::object(dependencies.clone())),
        ("feature".into(), Value::object(features)),
        ("values".into(), values),
    ]
}

/// The members of an object as it is written: one that is refused leaves the others known.
fn members_of<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, expr: &Expr) -> Value {
    let expr = match &expr.kind {
        ExprKind::Parenthesised(inner) => inner,
        _ => expr,
    };
    let ExprKind::Object(members) = &expr.kind else { return or_open(world.evaluate(instance, expr)) };
    let mut known = Members::new();
    for member in members {
        let (name, key) = match &member.key {
            MemberKey::Word(name) => (Arc::clone(&name.text), name.span),
            MemberKey::Expr(key) => match or_open(world.evaluate(instance, key)).as_text() {
                Some(text) => (text.shared(), key.span),
                None => return or_open(world.evaluate(instance, expr)),
            },
        };
        let mut value = or_open(world.evaluate(instance, &member.value));
        value.origin.span.get_or_insert(member.value.span);
        value.origin.key = Some(key);
        known.insert(name, value);
    }
    Value::object(known)
}

/// What is known of the members of a value, and whether there may be others.
fn known_members(value: &Value) -> (Members, bool) {
    if let Some(ways) = value.ways() {
        return members_of_ways(value, &ways);
    }
    match (value.members(), value.as_unknown().map(|unknown| &unknown.partial)) {
        (Some(members), _) => (members.clone(), false),
        (None, Some(Some(Partial::Members(members)))) => ((**members).clone(), true),
        (None, Some(_)) => (Members::new(), true),
        (None, None) => (Members::new(), false),
    }
}

/// The same for one of several values: what all of them have is one of what they have.
fn members_of_ways(value: &Value, ways: &[(&Value, Option<&Guard>)]) -> (Members, bool) {
    let (mut each, mut open) = (Vec::new(), false);
    for (way, guard) in ways {
        let (known, more) = known_members(way);
        open |= more;
        each.push((known, guard.cloned()));
    }
    let Some(((first, _), others)) = each.split_first() else { return (Members::new(), true) };
    open |= others.iter().any(|(other, _)| !other.keys().eq(first.keys()));
    let one = |(name, own): (&Arc<str>, &Value)| {
        let all = each.iter().map(|(known, guard)| Some((known.get(name)?.clone(), guard.clone())));
        let all: Option<Vec<(Value, Option<Guard>)>> = all.collect();
        let mut one = operate::one_of(&[value], &all?);
        one.origin = own.origin.clone();
        Some((Arc::clone(name), one))
    };
    (first.iter().filter_map(one).collect(), open)
}

/// The inputs of one configuration over those of another.
fn merged(lower: &Value, upper: &Value, merge: Merge) -> Value {
    let ((below, below_open), (above, above_open)) = (known_members(lower), known_members(upper));
    // What may be written over is not known any more.
    let mut known: BTreeMap<_, _> = if above_open { Members::new() } else { below };
    for (name, value) in above {
        let both = known.get(&name).filter(|lower| merge == Merge::Deep && both_maps(lower, &value));
        let value = both.map_or_else(|| value.clone(), |lower| merged(lower, &value, merge));
        known.insert(name, value);
    }
    if below_open || above_open {
        return Value::unknown_from(Type::Dynamic, [lower, upper]).with_partial(Partial::Members(Arc::new(known)));
    }
    Value::object(known).with_origin(upper.origin.clone())
}

fn both_maps(lower: &Value, upper: &Value) -> bool {
    lower.members().is_some() && upper.members().is_some()
}

/// The value of a member; unknown where there may be one.
pub fn member(value: &Value, name: &str) -> Option<Value> {
    let (known, open) = known_members(value);
    known.get(name).cloned().or_else(|| open.then(|| Value::unknown_from(Type::Dynamic, [value])))
}

/// A value as a module may see it: where the repository is on the machine that runs Terragrunt is not known.
fn shown(value: &Value) -> Value {
    let origin = value.origin.clone();
    let shown = if let Some(text) = value.as_str() {
        let Some(parts) = around_root(text) else { return value.clone() };
        let root = Value::unknown(Type::String, "where the repository is, is known when Terragrunt runs");
        let mut pieces = Vec::new();
        for (at, part) in parts.into_iter().enumerate() {
            pieces.extend((at > 0).then(|| root.clone()));
            pieces.extend((!part.is_empty()).then(|| Value::string(part)));
        }
        root.with_partial(Partial::Template(Arc::new(pieces)))
    } else if let Some(members) = value.members() {
        Value::object(members.iter().map(|(name, value)| (Arc::clone(name), self::shown(value))).collect())
    } else if let Some(items) = value.items() {
        Value::tuple(items.iter().map(self::shown).collect())
    } else if let Some(ways) = value.ways() {
        let guards: Option<Vec<Guard>> = ways.iter().map(|(_, guard)| guard.cloned()).collect();
        Value::either(&[value], ways.iter().map(|(way, _)| self::shown(way)).collect(), guards)
    } else if let Some(Partial::Members(members)) = value.as_unknown().and_then(|unknown| unknown.partial.as_ref()) {
        let members = members.iter().map(|(name, value)| (Arc::clone(name), self::shown(value))).collect();
        return value.clone().with_partial(Partial::Members(Arc::new(members)));
    } else {
        return value.clone();
    };
    shown.with_origin(origin)
}
