//! Functions that read files of the scanned tree, and those on paths.

use globset::GlobBuilder;

use super::string::renamed;
use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::value::{Partial, Type, Value};

const PATH: Param = Param::one("path", Accepts::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "abspath", params: &[PATH], gives: Accepts::String, call: abspath },
    Function {
        name: "basename",
        params: &[PATH.open()],
        gives: Accepts::String,
        call: |call| Ok(last_part(call.arg(0))),
    },
    Function {
        name: "dirname",
        params: &[PATH],
        gives: Accepts::String,
        call: |call| {
            let path = call.str(0);
            let end = path.rfind('/').map_or(0, |at| at + 1);
            Ok(Value::string(clean(path.get(..end).unwrap_or(""))))
        },
    },
    Function { name: "file", params: &[PATH], gives: Accepts::String, call: |call| call.host.read(call.str(0)) },
    Function {
        name: "fileexists",
        params: &[PATH],
        gives: Accepts::Bool,
        call: |call| {
            let path = call.str(0);
            let outside = || Value::unknown(Type::Bool, format!("the file `{path}` is outside of what is scanned"));
            Ok(call.host.exists(path).map_or_else(outside, Value::bool))
        },
    },
    Function {
        name: "fileset",
        params: &[PATH, Param::one("pattern", Accepts::String)],
        gives: Accepts::Any,
        call: fileset,
    },
    Function {
        name: "pathexpand",
        params: &[PATH],
        gives: Accepts::String,
        call: |call| match call.str(0) {
            path if path == "~" || path.starts_with("~/") => {
                Ok(Value::unknown(Type::String, "the home directory is known when Terraform runs"))
            }
            path if path.starts_with('~') => Err(Refusal::new("the home directory of another user is not known")),
            path => Ok(Value::string(path)),
        },
    },
    Function {
        name: "templatefile",
        params: &[PATH, Param::one("vars", Accepts::Any).open()],
        gives: Accepts::String,
        call: templatefile,
    },
];

/// A path as Go's `filepath.Clean` shortens it.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            ("..", _) if rooted => {}
            _ => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

fn basename(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        rest => rest.rsplit('/').next().unwrap_or(rest),
    }
}

/// The last part of a path, also of one of which only the end is known.
fn last_part(path: &Value) -> Value {
    if let Some(path) = path.as_str() {
        return Value::string(basename(path));
    }
    let end = match path.as_unknown().and_then(|unknown| unknown.partial.as_ref()) {
        Some(Partial::Template(pieces)) => pieces.last().and_then(Value::as_str).unwrap_or(""),
        _ => "",
    };
    match end.trim_end_matches('/').rsplit_once('/') {
        Some((_, last)) => Value::string(last),
        None => Value::unknown_from(Type::String, [path]),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of the table")]
fn abspath(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let path = call.str(0);
    if path.starts_with('/') {
        return Ok(Value::string(clean(path)));
    }
    Ok(match call.host.working_directory() {
        Some(directory) => Value::string(clean(&format!("{directory}/{path}"))),
        None => Value::unknown(Type::String, "the working directory is known when Terraform runs"),
    })
}

fn fileset(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (directory, pattern) = (call.str(0), call.str(1));
    let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
    let matcher = glob.map_err(|_| Refusal::new(format!("`{pattern}` is not a pattern")))?.compile_matcher();
    let Some(files) = call.host.list(directory) else {
        let because = format!("the directory `{directory}` is outside of what is scanned");
        return Ok(Value::unknown(Type::set(Type::String), because));
    };
    let matching = files.into_iter().filter(|file| matcher.is_match(file)).map(Value::string).collect();
    Ok(Value::set(Type::String, matching))
}

fn templatefile(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let template = call.host.read(call.str(0))?;
    match (call.arg(1).members(), call.arg(1).is_known()) {
        (Some(variables), _) => call.host.render(&template, &renamed(variables)?),
        (None, false) => Ok(Value::unknown_from(Type::String, [call.arg(1)])),
        (None, true) => Err(Refusal::new("the variables must be a map or an object")),
    }
}
