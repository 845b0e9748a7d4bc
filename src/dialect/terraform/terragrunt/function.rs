//! The functions that Terragrunt has beside Terraform's.

use std::sync::Arc;

use super::place::{Place, absolute, resolve};
use super::{ROOT, UNITS, config};
use crate::dialect::terraform::declarations::{Declarations, body_of};
use crate::dialect::terraform::functions::json_text;
use crate::dialect::terraform::module::{World, relative};
use crate::dialect::terraform::value::{Type, Value};
use crate::dialect::ties::ancestors;

/// Calls a function; what only a run of Terragrunt decides is unknown.
pub fn call(place: &Place<'_>, name: &str, args: &[Value]) -> Value {
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
        "get_env" => args.get(1).cloned(),
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

fn read(place: &Place<'_>, path: &str) -> Option<Value> {
    let read = place.reading(place.find(path)?)?;
    config::read(&read).map(|config| config.value())
}

/// A variables file, as the JSON that the function gives.
fn variables(place: &Place<'_>, path: &str) -> Option<Value> {
    let body = body_of(place.corpus, place.find(path)?)?;
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
