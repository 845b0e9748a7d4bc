//! Terraform's functions: one table.
//!
//! [`invoke`] does for every function what Terraform does before a function runs: counts the arguments, converts them
//! to the types of the parameters, refuses nulls, and answers "not known" when an argument that matters is not known. A
//! [`Function`] therefore finds its arguments as its [`Param`]s say, and deals with unknowns only where it asked for
//! them. `try` and `can` are the evaluator's, because their arguments may fail.
//!
//! To add a function: one entry in the table of its file.

mod choice;
mod collection;
mod date;
mod encoding;
mod filesystem;
mod format;
mod hash;
mod join;
mod kept;
mod list;
mod map;
mod network;
mod number;
mod partly;
mod pattern;
mod read;
mod set;
mod string;
mod types;
mod write_yaml;

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

pub use collection::merged_of_many;
pub use kept::anywhere;

use super::convert::convert;
use super::number::Number;
use super::value::{Members, Partial, Type, Value};

/// A function.
pub struct Function {
    /// Its name, as it is called.
    pub name: &'static str,
    /// Its parameters; the last one is repeated where it says so.
    pub params: &'static [Param],
    /// The type of the result, for a result that is not known.
    pub gives: Accepts,
    /// Computes the result. An argument of which the function has no use (an impure function) gives an unknown.
    pub call: fn(&mut Call<'_>) -> Result<Value, Refusal>,
}

/// A parameter.
pub struct Param {
    /// Its name, for messages.
    pub name: &'static str,
    /// The type that arguments are converted to.
    pub accepts: Accepts,
    /// What must be known of an argument for the function to be called.
    pub needs: Needs,
    /// Whether null is an argument.
    pub nullable: bool,
    /// How often it may be given.
    pub times: Times,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// Anything, unconverted; the function looks at the type itself.
    Any,
    /// `string`
    String,
    /// `number`
    Number,
    /// `bool`
    Bool,
    /// `list(any)`: also sets and tuples, their items unified.
    List,
    /// `list(string)`
    ListOfString,
    /// `list(bool)`
    ListOfBool,
    /// `list(number)`
    ListOfNumber,
    /// `list(list(string))`
    ListOfListOfString,
    /// `set(any)`: also lists and tuples, their items unified.
    Set,
    /// `map(any)`: also objects, their values unified.
    Map,
    /// `map(list(string))`
    MapOfListOfString,
}

/// What must be known of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// All of it, to the last item.
    Whole,
    /// The value itself; items may be unknown.
    Itself,
    /// Nothing: the function deals with unknowns.
    Nothing,
}

/// How often a parameter may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// Exactly once.
    Once,
    /// Once or not at all; only last.
    Optional,
    /// Any number of times, none included; only last.
    Any,
}

/// A call that is under way.
pub struct Call<'a> {
    /// The arguments, converted to the types of the parameters.
    pub args: Vec<Value>,
    /// The way to files and templates.
    pub host: &'a dyn Host,
}

/// What functions may reach beyond their arguments.
pub trait Host {
    /// The text of a file, at a path as the configuration writes it; unknown when the file is outside of what is
    /// scanned or not text. The value keeps its place in that file.
    fn read(&self, path: &str) -> Result<Value, Refusal>;
    /// Whether there is a file; none when the path is outside of what is scanned.
    fn exists(&self, path: &str) -> Option<bool>;
    /// The files under a directory, at any depth, relative to it; none when it is outside of what is scanned.
    fn list(&self, directory: &str) -> Option<Vec<String>>;
    /// The result of a template with these variables.
    fn render(&self, template: &Value, variables: &Members) -> Result<Value, Refusal>;
    /// What a text holds in a notation; a host may remember it. The value has no place yet.
    fn decoded(
        &self,
        _notation: Notation,
        _text: &Arc<str>,
        decode: &dyn Fn() -> Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        decode()
    }
    /// `path.module` and the like as text: what relative paths are resolved against, for `abspath`.
    fn working_directory(&self) -> Option<String>;
}

/// A notation that functions decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notation {
    /// `jsondecode`
    Json,
    /// `yamldecode`
    Yaml,
}

/// Why Terraform would refuse an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What is wrong, in lower case without a full stop.
    pub message: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(message: impl Into<String>) -> Refusal {
        Refusal { message: message.into() }
    }
}

impl Param {
    /// A parameter that is given once, must be wholly known and is not null.
    pub const fn one(name: &'static str, accepts: Accepts) -> Param {
        Param { name, accepts, needs: Needs::Whole, nullable: false, times: Times::Once }
    }

    /// The same, of which only the value itself must be known.
    #[must_use]
    pub const fn itself(self) -> Param {
        Param { needs: Needs::Itself, ..self }
    }

    /// The same, of which nothing must be known.
    #[must_use]
    pub const fn open(self) -> Param {
        Param { needs: Needs::Nothing, ..self }
    }

    /// The same, which may be null.
    #[must_use]
    pub const fn nullable(self) -> Param {
        Param { nullable: true, ..self }
    }

    /// The same, which may be left out.
    #[must_use]
    pub const fn optional(self) -> Param {
        Param { times: Times::Optional, ..self }
    }

    /// The same, any number of times.
    #[must_use]
    pub const fn any_number(self) -> Param {
        Param { times: Times::Any, ..self }
    }
}

impl Accepts {
    /// The type.
    pub fn ty(self) -> Type {
        match self {
            Accepts::Any => Type::Dynamic,
            Accepts::String => Type::String,
            Accepts::Number => Type::Number,
            Accepts::Bool => Type::Bool,
            Accepts::List => Type::list(Type::Dynamic),
            Accepts::ListOfString => Type::list(Type::String),
            Accepts::ListOfBool => Type::list(Type::Bool),
            Accepts::ListOfNumber => Type::list(Type::Number),
            Accepts::ListOfListOfString => Type::list(Type::list(Type::String)),
            Accepts::Set => Type::set(Type::Dynamic),
            Accepts::Map => Type::map(Type::Dynamic),
            Accepts::MapOfListOfString => Type::map(Type::list(Type::String)),
        }
    }
}

impl Call<'_> {
    /// An argument; null when it was not given.
    pub fn arg(&self, at: usize) -> &Value {
        static ABSENT: OnceLock<Value> = OnceLock::new();
        self.args.get(at).unwrap_or_else(|| ABSENT.get_or_init(|| Value::null(Type::Dynamic)))
    }

    /// How many arguments were given.
    pub fn count(&self) -> usize {
        self.args.len()
    }

    /// The text of an argument whose parameter is a string.
    pub fn str(&self, at: usize) -> &str {
        self.arg(at).as_str().unwrap_or("")
    }

    /// The number of an argument whose parameter is a number.
    pub fn number(&self, at: usize) -> Number {
        self.arg(at).as_number().cloned().unwrap_or_else(|| Number::from(0))
    }

    /// The whole number of an argument whose parameter is a number, or a refusal.
    pub fn whole(&self, at: usize) -> Result<i64, Refusal> {
        self.number(at).as_i64().ok_or_else(|| Refusal::new("a whole number is required"))
    }

    /// The truth of an argument whose parameter is a bool.
    pub fn bool(&self, at: usize) -> bool {
        self.arg(at).as_bool().unwrap_or(false)
    }

    /// The items of an argument that is a list, set or tuple.
    pub fn items(&self, at: usize) -> &[Value] {
        self.arg(at).items().unwrap_or(&[])
    }
}

/// The function of a name.
pub fn named(name: &str) -> Option<&'static Function> {
    static BY_NAME: OnceLock<FxHashMap<&'static str, &'static Function>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| all().map(|function| (function.name, function)).collect());
    by_name.get(name.strip_prefix("core::").unwrap_or(name)).copied()
}

/// Every function of the table.
pub fn all() -> impl Iterator<Item = &'static Function> {
    [
        choice::FUNCTIONS,
        collection::FUNCTIONS,
        date::FUNCTIONS,
        encoding::FUNCTIONS,
        filesystem::FUNCTIONS,
        format::FUNCTIONS,
        hash::FUNCTIONS,
        join::FUNCTIONS,
        list::FUNCTIONS,
        map::FUNCTIONS,
        network::FUNCTIONS,
        number::FUNCTIONS,
        pattern::FUNCTIONS,
        read::FUNCTIONS,
        set::FUNCTIONS,
        string::FUNCTIONS,
        types::FUNCTIONS,
        write_yaml::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

/// Calls a function as Terraform does.
pub fn invoke(function: &Function, args: Vec<Value>, host: &dyn Host) -> Result<Value, Refusal> {
    let required = function.params.iter().filter(|param| param.times == Times::Once).count();
    let repeats = function.params.last().is_some_and(|param| param.times == Times::Any);
    if args.len() < required {
        let missing = function.params.get(args.len()).map_or("", |param| param.name);
        return Err(Refusal::new(format!("function `{}` needs the argument `{missing}`", function.name)));
    }
    if args.len() > function.params.len() && !repeats {
        return Err(Refusal::new(format!("function `{}` takes {} arguments", function.name, function.params.len())));
    }
    let mut converted = Vec::with_capacity(args.len());
    let mut open = false;
    for (at, arg) in args.into_iter().enumerate() {
        let Some(param) = function.params.get(at).or(function.params.last()) else { continue };
        let value = argument(function, param, &arg)?;
        open |= match param.needs {
            Needs::Whole => !value.is_wholly_known(),
            Needs::Itself => !value.is_known(),
            Needs::Nothing => false,
        };
        converted.push(value);
    }
    if open {
        let whole = Value::unknown_from(function.gives.ty(), &converted);
        if let Some(items) = kept::of(function, &converted) {
            return Ok(whole.with_partial(Partial::Items(Arc::new(items))));
        }
        return Ok(match partly::of(function, &converted, host) {
            Some(pieces) => whole.with_partial(Partial::Template(Arc::new(pieces))),
            None => something(function, whole),
        });
    }
    let refused = |refusal: Refusal| Refusal::new(format!("function `{}`: {}", function.name, refusal.message));
    let value = (function.call)(&mut Call { args: converted, host }).map_err(refused)?;
    Ok(something(function, value))
}

/// Functions that give a text, or null for null.
const HANDS_NULL_ON: &[&str] = &["tostring"];

/// The result of a function, of which it is known that it is a text where the function never gives null.
fn something(function: &Function, value: Value) -> Value {
    let unknown = value.as_unknown().filter(|unknown| unknown.partial.is_none() && !unknown.spread);
    if unknown.is_none() || function.gives != Accepts::String || HANDS_NULL_ON.contains(&function.name) {
        return value;
    }
    value.with_partial(Partial::Template(Arc::new(vec![Value::unknown(Type::String, "")])))
}

fn argument(function: &Function, param: &Param, arg: &Value) -> Result<Value, Refusal> {
    if arg.is_null() && !param.nullable {
        return Err(Refusal::new(format!("function `{}`: `{}` must not be null", function.name, param.name)));
    }
    convert(arg, &param.accepts.ty()).map_err(|refusal| {
        Refusal::new(format!("function `{}`, argument `{}`: {}", function.name, param.name, refusal.message))
    })
}

/// The JSON text of a value that is wholly known.
pub fn json_text(value: &Value) -> Value {
    encoding::json_text(value)
}

/// The reason of a result that differs from one run to the next.
pub(super) fn impure(ty: Type, name: &str) -> Value {
    Value::unknown(ty, Arc::from(format!("`{name}` gives another result on every run")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A host without files.
    pub struct Nothing;

    impl Host for Nothing {
        fn read(&self, path: &str) -> Result<Value, Refusal> {
            Err(Refusal::new(format!("no file `{path}`")))
        }
        fn exists(&self, _: &str) -> Option<bool> {
            Some(false)
        }
        fn list(&self, _: &str) -> Option<Vec<String>> {
            Some(Vec::new())
        }
        fn render(&self, template: &Value, _: &Members) -> Result<Value, Refusal> {
            Ok(template.clone())
        }
        fn working_directory(&self) -> Option<String> {
            None
        }
    }

    fn call(name: &str, args: Vec<Value>) -> Result<Value, Refusal> {
        invoke(named(name).unwrap(), args, &Nothing)
    }

    #[test]
    fn every_name_is_in_the_table_once() {
        let mut names: Vec<&str> = all().map(|function| function.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn arguments_are_counted_converted_and_checked_before_the_call() {
        assert_eq!(call("upper", vec![Value::number(5)]).unwrap().as_str(), Some("5"));
        assert!(call("upper", vec![]).is_err(), "too few");
        assert!(call("upper", vec![Value::string("a"), Value::string("b")]).is_err(), "too many");
        assert!(call("upper", vec![Value::null(Type::String)]).is_err(), "null");
        let unknown = call("upper", vec![Value::unknown(Type::Dynamic, "why")]).unwrap();
        assert_eq!(&*unknown.as_unknown().unwrap().because, "why");
    }

    #[test]
    fn a_text_that_is_not_known_is_not_null() {
        let open = || Value::unknown(Type::Dynamic, "why");
        for (name, args, want) in [
            ("timestamp", vec![], true),
            ("timeadd", vec![open(), Value::string("1h")], true),
            ("jsonencode", vec![open()], true),
            ("filebase64", vec![open()], true),
            ("tostring", vec![open()], false),
            ("lookup", vec![open(), Value::string("a")], false),
            ("jsondecode", vec![open()], false),
        ] {
            let value = call(name, args).unwrap();
            assert_eq!(value.as_unknown().unwrap().is_certainly_something(), want, "{name}");
        }
    }

    #[test]
    fn what_is_known_of_a_text_is_known_of_what_is_made_of_it() {
        let text = || {
            let pieces = vec![Value::string("Run a\n"), Value::unknown(Type::String, "why"), Value::string("\nend")];
            Value::unknown(Type::String, "why").with_partial(Partial::Template(Arc::new(pieces)))
        };
        for (name, args, want) in [
            ("base64encode", vec![text()], Some("Run a\n…\nend")),
            ("trimspace", vec![text()], Some("Run a\n…\nend")),
            ("chomp", vec![text()], Some("Run a\n…\nend")),
            ("trim", vec![text(), Value::string("Rd")], Some("un a\n…\nen")),
            ("trimprefix", vec![text(), Value::string("Run ")], Some("a\n…\nend")),
            ("trimprefix", vec![text(), Value::string("Go ")], Some("Run a\n…\nend")),
            ("trimprefix", vec![text(), Value::string("Run a\nb")], None),
            ("trimsuffix", vec![text(), Value::string("\nend")], Some("Run a\n…")),
            ("trimsuffix", vec![text(), Value::string("b\nend")], None),
            ("upper", vec![text()], Some("RUN A\n…\nEND")),
            ("indent", vec![Value::number(2), text()], Some("Run a\n  …\n  end")),
            ("replace", vec![text(), Value::string("a"), Value::string("b")], Some("Run b\n…\nend")),
            ("replace", vec![text(), Value::string("/^a/"), Value::string("b")], None),
            ("replace", vec![text(), Value::unknown(Type::String, "why"), Value::string("b")], None),
            ("strrev", vec![text()], None),
        ] {
            let value = call(name, args).unwrap();
            let known = match &value.as_unknown().unwrap().partial {
                Some(Partial::Template(pieces)) if pieces.len() == 3 => {
                    Some(pieces.iter().map(|piece| piece.as_str().unwrap_or("…")).collect::<String>())
                }
                _ => None,
            };
            assert_eq!(known.as_deref(), want, "{name}");
        }
    }

    #[test]
    fn a_network_within_a_known_range_begins_as_the_range_does() {
        let open = || Value::unknown(Type::Number, "why");
        let range = Value::string;
        for (name, args, want) in [
            ("cidrsubnet", vec![range("10.20.0.0/16"), Value::number(8), open()], Some("10.20.…/24")),
            ("cidrsubnet", vec![range("10.20.0.0/14"), open(), Value::number(1)], Some("10.…")),
            ("cidrhost", vec![range("192.0.2.0/24"), open()], Some("192.0.2.…")),
            ("cidrsubnet", vec![range("0.0.0.0/0"), Value::number(8), open()], None),
            ("cidrsubnet", vec![range("fd00::/16"), Value::number(8), open()], None),
            ("cidrsubnet", vec![Value::unknown(Type::String, "why"), Value::number(8), Value::number(1)], None),
        ] {
            let value = call(name, args).unwrap();
            let known = match &value.as_unknown().unwrap().partial {
                Some(Partial::Template(pieces)) if pieces.len() > 1 => {
                    Some(pieces.iter().map(|piece| piece.as_str().unwrap_or("…")).collect::<String>())
                }
                _ => None,
            };
            assert_eq!(known.as_deref(), want, "{name}");
        }
    }

    #[test]
    fn a_merge_with_an_unknown_map_keeps_what_is_known() {
        let known = Value::object([("a".into(), Value::number(1))].into());
        let merged = call("merge", vec![known, Value::unknown(Type::Dynamic, "why")]).unwrap();
        let unknown = merged.as_unknown().unwrap();
        assert!(matches!(&unknown.partial, Some(Partial::Members(m)) if m.contains_key("a")));
    }

    #[test]
    fn rendered_json_remembers_its_structure() {
        let object = Value::object([("a".into(), Value::string("<b>"))].into());
        let text = call("jsonencode", vec![object]).unwrap();
        assert_eq!(text.as_str(), Some(r#"{"a":"\u003cb\u003e"}"#));
        assert!(text.origin.structure.is_some());
    }
}
