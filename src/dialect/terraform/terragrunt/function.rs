//! The functions that Terragrunt has beside Terraform's.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::place::{Place, absolute, resolve};
use super::{ROOT, UNITS, config};
use crate::dialect::terraform::declarations::{Declarations, body_of};
use crate::dialect::terraform::functions::json_text;
use crate::dialect::terraform::module::{World, relative};
use crate::dialect::terraform::operate;
use crate::dialect::terraform::value::{Asks, Partial, Type, Value};
use crate::dialect::ties::ancestors;
use crate::document::{Guard, Question};

/// Calls a function; what only a run of Terragrunt decides is unknown.
pub fn call(place: &Place<'_>, name: &str, args: &[Value]) -> Value {
    if let ("read_tfvars_file", [path]) = (name, args)
        && let Some(chosen) = chosen_variables(place, path)
    {
        return chosen;
    }
    // What a call does with one of several values it does with each.
    let mut each = |args: Vec<Value>| Ok(of_decided(place, name, &args));
    operate::lifted(args, &mut each).and_then(Result::ok).unwrap_or_else(|| of_decided(place, name, args))
}

fn of_decided(place: &Place<'_>, name: &str, args: &[Value]) -> Value {
    let because = || Value::unknown(Type::Dynamic, format!("`{name}` is known when Terragrunt runs"));
    if args.iter().any(|arg| !arg.is_known()) {
        return Value::unknown_from(Type::Dynamic, args);
    }
    let text = |at: usize| args.get(at).and_then(Value::as_str);
    let found = match name {
        "find_in_parent_folders" => upwards(place, text(0)).or_else(|| args.get(1).cloned()),
        "get_terragrunt_dir" | "get_original_terragrunt_dir" => Some(Value::string(absolute(&place.unit))),
        "get_parent_terragrunt_dir" => parent(place, text(0)).map(|parent| Value::string(absolute(parent))),
        "get_repo_root" => Some(Value::string(absolute(""))),
        "get_path_from_repo_root" => Some(Value::string(relative("", &place.unit))),
        "get_path_to_repo_root" => Some(Value::string(relative(&place.unit, ""))),
        "path_relative_to_include" => parent(place, text(0)).map(|parent| Value::string(relative(parent, &place.unit))),
        "path_relative_from_include" => {
            parent(place, text(0)).map(|parent| Value::string(relative(&place.unit, parent)))
        }
        "get_env" => args.get(1).cloned().or_else(|| text(0).map(environment)),
        // All of them have those that count here.
        name if name.starts_with("get_terraform_commands_that_need_") => {
            Some(Value::tuple(["apply", "plan", "destroy"].map(Value::string).into()))
        }
        "mark_as_read" => args.first().cloned(),
        "read_terragrunt_config" => text(0).and_then(|path| read(place, path)).or_else(|| args.get(1).cloned()),
        "read_tfvars_file" => text(0).and_then(|path| variables(place, path)),
        _ => None,
    };
    found.unwrap_or_else(because)
}

/// The first file or folder of a name above the unit.
fn upwards(place: &Place<'_>, name: Option<&str>) -> Option<Value> {
    let workspace = place.corpus.workspace;
    let names: &[&str] = match &name {
        Some(name) => std::slice::from_ref(name),
        None => &[UNITS[0], ROOT],
    };
    let above = || ancestors(&place.unit).filter(|_| !place.unit.is_empty());
    let found = names.iter().find_map(|name| {
        above().filter_map(|folder| resolve(folder, name)).find(|path| {
            let there = workspace.find(path).is_some();
            there || workspace.under(path).next().is_some()
        })
    })?;
    Some(Value::string(absolute(&found)))
}

/// The directory of the configuration that a name stands for; in an included one it is that itself.
fn parent<'p>(place: &'p Place<'_>, name: Option<&str>) -> Option<&'p str> {
    if place.included {
        return Some(&place.directory);
    }
    match name {
        Some(name) => place.parents.iter().find(|(known, _)| known == name).map(|(_, directory)| directory.as_str()),
        None => Some(place.parents.first().map_or(place.unit.as_str(), |(_, directory)| directory)),
    }
}

/// A variable of the environment, which whoever runs Terragrunt sets.
fn environment(name: &str) -> Value {
    let shown = format!("get_env(\"{name}\")");
    let because = format!("variable `{name}` of the environment is set where Terragrunt runs");
    let question = Question::new(format!("env {name}"), shown);
    Value::unknown(Type::String, because).asking(Asks { question: Some(Arc::new(question)), ..Asks::default() })
}

fn read(place: &Place<'_>, path: &str) -> Option<Value> {
    let read = place.reading(place.find(path)?)?;
    config::read(&read).map(|config| config.value())
}

/// A variables file, as the JSON that the function gives. Its path begins at the unit.
fn variables(place: &Place<'_>, path: &str) -> Option<Value> {
    let body = body_of(place.corpus, place.find_from_unit(path).or_else(|| place.find(path))?)?;
    let declarations = Declarations::default();
    let world = World::of_config(place.clone(), &declarations, Vec::new());
    let instance = world.instance(0)?;
    let members = body.attributes.iter().map(|attribute| {
        let value = super::or_open(world.evaluate(&instance, &attribute.value));
        (Arc::clone(&attribute.name.text), value)
    });
    let object = Value::object(members.collect());
    object.is_wholly_known().then(|| json_text(&object))
}

/// The variables files of which a path with one open part is one, when there are several: each is read where the part is what
/// its name has there. Where it is something else nothing is deployed, since there is no file.
fn chosen_variables(place: &Place<'_>, path: &Value) -> Option<Value> {
    let Some(Partial::Template(pieces)) = &path.as_unknown()?.partial else { return None };
    let (before, rest) = leading(pieces);
    let (open, rest) = rest.split_first()?;
    let (after, rest) = leading(rest);
    let question = open.as_unknown()?.asks.question.clone().filter(|_| rest.is_empty())?;
    let workspace = place.corpus.workspace;
    let start = before.rfind('/').map_or(0, |at| at + 1);
    let (folder, begins) = before.split_at(start);
    let (ends, below) = after.split_at(after.find('/').unwrap_or(after.len()));
    let folder = resolve(&place.unit, folder)?;
    let skip = if folder.is_empty() { 0 } else { folder.len() + 1 };
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for file in workspace.under(&folder) {
        let path = workspace.path(file).get(skip..).unwrap_or("");
        let (first, inner) = path.split_at(path.find('/').unwrap_or(path.len()));
        let filled = first.strip_prefix(begins).and_then(|first| first.strip_suffix(ends));
        names.extend(filled.filter(|name| inner == below && !name.is_empty()));
    }
    let (mut values, mut guards) = (Vec::new(), Vec::new());
    for name in names {
        values.push(variables(place, &format!("{before}{name}{after}"))?);
        let answer = serde_json::Value::from(name).to_string();
        guards.push(Guard::Is(Arc::clone(&question), answer.into()));
    }
    (values.len() > 1).then(|| Value::either(&[path], values, Some(guards)))
}

/// The known text that pieces begin with, and the others.
fn leading(pieces: &[Value]) -> (String, &[Value]) {
    let known = pieces.iter().take_while(|piece| piece.is_known()).count();
    let (known, rest) = pieces.split_at(known);
    (known.iter().filter_map(Value::as_str).collect(), rest)
}
