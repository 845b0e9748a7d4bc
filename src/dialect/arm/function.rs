//! The functions of templates: one table, each entry a function of the call.
//!
//! To add a function: one entry in [`FUNCTIONS`].

use std::sync::Arc;

use super::array;
use super::call::Call;
use super::content;
use super::expression::Expression;
use super::ids;
use super::loops::copy_index;
use super::object;
use super::scope::Section;
use super::text;
use super::unevaluated;
use crate::document::{Guard, Node, Unresolved, Value};
use crate::kernel::lift::{
    Alternatives, Evaluated, Fault, MAX_ALTERNATIVES, equal_where, is_any_number, may_hold, merged, relocated,
};
use crate::syntax::json::parse_embedded;
use crate::truth::Truth;

/// Longest text or list that any function makes; a longer one stays open.
pub const MAX_LENGTH: usize = 1 << 16;

/// A function.
struct Function {
    /// Its name in lower case: Azure takes names in any case.
    name: &'static str,
    /// Its value.
    evaluate: fn(&Call<'_, '_>) -> Node,
}

/// Every function that the repository decides, given its arguments.
const FUNCTIONS: &[Function] = &[
    Function { name: "parameters", evaluate: |call| declared(Section::Parameters, call) },
    Function { name: "variables", evaluate: |call| declared(Section::Variables, call) },
    Function { name: "copyindex", evaluate: copy_index },
    Function { name: "if", evaluate: choose },
    Function { name: "equals", evaluate: equals },
    Function { name: "not", evaluate: not },
    Function { name: "and", evaluate: |call| join(call, Truth::all, Guard::all) },
    Function { name: "or", evaluate: |call| join(call, Truth::any, Guard::any) },
    Function { name: "true", evaluate: |call| call.node(Value::Bool(true)) },
    Function { name: "false", evaluate: |call| call.node(Value::Bool(false)) },
    Function { name: "null", evaluate: |call| call.node(Value::Null) },
    Function { name: "concat", evaluate: text::concat },
    Function { name: "format", evaluate: text::format },
    Function { name: "tolower", evaluate: |call| text::cased(call, str::to_lowercase) },
    Function { name: "toupper", evaluate: |call| text::cased(call, str::to_uppercase) },
    Function { name: "trim", evaluate: |call| text::map_text(call, |text| text.trim().to_owned()) },
    Function { name: "string", evaluate: |call| text::map_text(call, str::to_owned) },
    Function { name: "bool", evaluate: to_bool },
    Function { name: "int", evaluate: to_int },
    Function { name: "json", evaluate: from_json },
    Function { name: "createarray", evaluate: create_array },
    Function { name: "array", evaluate: array },
    Function { name: "createobject", evaluate: object::create },
    Function { name: "shallowmerge", evaluate: object::shallow_merge },
    Function { name: "union", evaluate: object::union },
    Function { name: "tryget", evaluate: try_get },
    Function { name: "first", evaluate: |call| end(call, <[Node]>::first) },
    Function { name: "last", evaluate: |call| end(call, <[Node]>::last) },
    Function { name: "greater", evaluate: |call| compare(call, |left, right| left > right) },
    Function { name: "greaterorequals", evaluate: |call| compare(call, |left, right| left >= right) },
    Function { name: "less", evaluate: |call| compare(call, |left, right| left < right) },
    Function { name: "lessorequals", evaluate: |call| compare(call, |left, right| left <= right) },
    Function { name: "length", evaluate: length },
    Function { name: "empty", evaluate: empty },
    Function { name: "contains", evaluate: contains },
    Function { name: "coalesce", evaluate: coalesce },
    Function { name: "resourceid", evaluate: ids::resource },
    Function { name: "tenantresourceid", evaluate: ids::of_tenant },
    Function { name: "subscriptionresourceid", evaluate: |call| ids::below(call, "subscriptionresourceid") },
    Function { name: "managementgroupresourceid", evaluate: |call| ids::below(call, "managementgroupresourceid") },
    Function { name: "any", evaluate: same_value },
    // Whoever is handed it decodes it: it is judged as what it says, at the places where that is written.
    Function { name: "base64", evaluate: same_value },
    Function { name: "loadjsoncontent", evaluate: |call| content::loaded(call, content::Form::Json) },
    Function { name: "loadyamlcontent", evaluate: |call| content::loaded(call, content::Form::Yaml) },
    Function { name: "loadtextcontent", evaluate: |call| content::loaded(call, content::Form::Text) },
    Function { name: "range", evaluate: array::range },
    Function { name: "take", evaluate: |call| array::part(call, true) },
    Function { name: "skip", evaluate: |call| array::part(call, false) },
    Function { name: "flatten", evaluate: array::flatten },
    Function { name: "items", evaluate: array::of_object },
    Function { name: "split", evaluate: array::split },
    Function { name: "join", evaluate: array::join },
    Function { name: "map", evaluate: array::map },
    Function { name: "filter", evaluate: array::filter },
    Function { name: "lambdavariables", evaluate: lambda_variable },
    Function { name: "startswith", evaluate: |call| text::ask_text(call, |text, part| text.starts_with(part)) },
    Function { name: "endswith", evaluate: |call| text::ask_text(call, |text, part| text.ends_with(part)) },
    Function { name: "cidrsubnet", evaluate: text::cidr_subnet },
    Function { name: "replace", evaluate: text::replace },
    Function { name: "add", evaluate: |call| calculate(call, i64::checked_add) },
    Function { name: "sub", evaluate: |call| calculate(call, i64::checked_sub) },
    Function { name: "mul", evaluate: |call| calculate(call, i64::checked_mul) },
    Function { name: "div", evaluate: |call| calculate(call, i64::checked_div) },
    Function { name: "mod", evaluate: |call| calculate(call, i64::checked_rem) },
];

/// The value of a call of a function, by its name in lower case.
pub fn call(name: &str, call: &Call<'_, '_>) -> Node {
    if let Some(value) = call.scope.defined(name, call) {
        return value;
    }
    if let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) {
        return (function.evaluate)(call);
    }
    let written = call.written(call.whole);
    let shown = written.split('(').next().unwrap_or(name);
    if name.contains('.') {
        return call.open(format!("`{shown}` is a function of the template, which is not followed"));
    }
    unevaluated::call(name, shown, call)
}

/// The value of a property or item.
pub fn select(call: &Call<'_, '_>, of: &Expression, key: &Expression, safe: bool) -> Node {
    selected(call, call.value(of), call.value(key), safe)
}

/// `tryGet(object, 'name', …)`: null where one is missing.
fn try_get(call: &Call<'_, '_>) -> Node {
    let mut values = call.values().into_iter();
    let of = values.next().flatten();
    let found = values
        .fold(of, |of, key| Some(selected(call, of, key, true)).filter(|node| !matches!(node.value, Value::Null)));
    found.unwrap_or_else(|| call.node(Value::Null))
}

fn selected(call: &Call<'_, '_>, of: Evaluated, key: Evaluated, safe: bool) -> Node {
    if let (Some(Node { value: Value::List(items), .. }), Some(Node { value: Value::Unresolved(open), .. })) =
        (&of, &key)
        && (1..=MAX_ALTERNATIVES).contains(&items.len())
    {
        let mut unresolved = merged(call.written(call.whole).into(), &[open]);
        unresolved.alternatives =
            items.iter().map(|item| relocated(item, call.place.span, "item is written here")).collect();
        return call.node(Value::Unresolved(Arc::new(unresolved)));
    }
    // A property by a name that nobody knows is one of those there are: with any other the deployment fails.
    if let (Some(Node { value: Value::Map(map), .. }), Some(Node { value: Value::Unresolved(open), .. })) = (&of, &key)
        && !safe
        && open.alternatives.is_empty()
        && map.rest.is_none()
        && (1..=MAX_ALTERNATIVES).contains(&map.written().count())
    {
        let mut unresolved = merged(call.written(call.whole).into(), &[open]);
        let each = map.written().map(|entry| relocated(&entry.value, call.place.span, "property is written here"));
        unresolved.alternatives = each.collect();
        return call.node(Value::Unresolved(Arc::new(unresolved)));
    }
    call.lift(&[of, key], &|values| {
        let [of, Some(key)] = values else { return Err(Fault::Refused("an index is null".into())) };
        let missing = |what: String| if safe { Ok(None) } else { Err(Fault::Refused(what)) };
        match (of.as_ref().map(|node| &node.value), &key.value) {
            (None, _) => missing("a property of null is asked for".into()),
            (Some(Value::List(items)), Value::Int(index)) => {
                let index_in = usize::try_from(*index).ok();
                if items.iter().take(index_in.map_or(0, |index| index.saturating_add(1))).any(is_any_number) {
                    return Err(Fault::Open("it is not known which items are before it".into()));
                }
                match index_in.and_then(|index| items.get(index)) {
                    Some(item) => Ok(Some(item.clone())),
                    None => missing(format!("there is no item {index}")),
                }
            }
            (Some(Value::Map(map)), Value::Str(name)) => {
                let name = name.as_str();
                match map.entries.iter().rev().find(|entry| entry.key.name.eq_ignore_ascii_case(name)) {
                    Some(entry) => Ok(Some(entry.value.clone())),
                    None => match &map.rest {
                        Some(rest) => Err(Fault::Open(rest.because.to_string())),
                        None => missing(format!("there is no property `{name}`")),
                    },
                }
            }
            _ => Err(Fault::Refused("it is neither an object with a property nor an array with an index".into())),
        }
    })
}

fn declared(section: Section, call: &Call<'_, '_>) -> Node {
    let [argument] = call.arguments else { return call.open("a name is expected") };
    let name = call.value(argument);
    match &name.as_ref().map(|node| &node.value) {
        Some(Value::Str(name)) => call.scope.declared(section, name.as_str(), call),
        Some(Value::Unresolved(open)) => call.open(open.because.clone()),
        _ => call.open("a name is expected"),
    }
}

/// Whether a value is true; where all the values that it may have agree, that.
pub fn truth_of(node: &Node) -> Truth {
    match &node.value {
        Value::Bool(value) => Truth::from(*value),
        Value::Str(text) if text.as_str().eq_ignore_ascii_case("true") => Truth::True,
        Value::Str(text) if text.as_str().eq_ignore_ascii_case("false") => Truth::False,
        Value::Unresolved(open) => {
            let mut truths = open.alternatives.iter().map(|node| match node.value {
                Value::Unresolved(_) => Truth::Unknown,
                _ => truth_of(node),
            });
            let first = truths.next().unwrap_or(Truth::Unknown);
            if truths.all(|truth| truth == first) { first } else { Truth::Unknown }
        }
        _ => Truth::Unknown,
    }
}

fn choose(call: &Call<'_, '_>) -> Node {
    let [condition, then, otherwise] = call.arguments else { return call.open("`if` takes three arguments") };
    let condition = call.value(condition);
    let decided = condition.as_ref().map_or(Truth::Unknown, truth_of);
    let (then, otherwise) = match decided {
        Truth::True => (Some(call.value(then)), None),
        Truth::False => (None, Some(call.value(otherwise))),
        Truth::Unknown => (Some(call.value(then)), Some(call.value(otherwise))),
    };
    if let (Some(chosen), None) | (None, Some(chosen)) = (&then, &otherwise) {
        let condition = condition.filter(|node| node.as_unresolved().is_none());
        return match chosen {
            Some(open) if open.as_unresolved().is_some() => open.clone(),
            _ => call.lift(&[condition, chosen.clone()], &|values| Ok(values.last().cloned().flatten())),
        };
    }
    let open = condition.as_ref().and_then(Node::as_unresolved);
    let Some(open) = open else { return call.open("the condition is neither true nor false") };
    let mut unresolved = merged(call.written(call.whole).into(), &[open]);
    let guard = condition_of(open);
    let mut alternatives = Alternatives::default();
    alternatives.add(then.flatten(), guard.clone(), call.place.span);
    alternatives.add(otherwise.flatten(), guard.map(|guard| guard.negated()), call.place.span);
    alternatives.give(&mut unresolved);
    let trail = condition.as_ref().and_then(|node| node.trail.clone());
    Node { trail, ..call.node(Value::Unresolved(Arc::new(unresolved))) }
}

/// When an open condition holds; none where nothing tells it from another.
pub fn condition_of(open: &Unresolved) -> Option<Guard> {
    open.when_true().or_else(|| Some(Guard::holds(open.question.as_ref()?)))
}

fn equals(call: &Call<'_, '_>) -> Node {
    let arguments = call.values();
    if let [Some(left), Some(right)] = arguments.as_slice()
        && let Some(guard) = equal_where_decided(left, right).or_else(|| equal_where_decided(right, left))
        && let Some(open) = left.as_unresolved().or_else(|| right.as_unresolved())
        && may_hold(&guard)
        && may_hold(&guard.negated())
    {
        let unresolved = merged(call.written(call.whole).into(), &[open]);
        return call.node(Value::Unresolved(Arc::new(unresolved.true_where(&guard, call.place.span))));
    }
    let result = call.lift(&arguments, &|values| {
        let [left, right] = values else { return Err(Fault::Refused("`equals` takes two arguments".into())) };
        let same = match (left, right) {
            (Some(left), Some(right)) => {
                same(left, right).ok_or_else(|| Fault::Open("a part is not decided".into()))?
            }
            (left, right) => left.is_none() == right.is_none(),
        };
        Ok(Some(call.node(Value::Bool(same))))
    });
    settled(call, result)
}

fn equal_where_decided(open: &Node, decided: &Node) -> Option<Guard> {
    equal_where(open.as_unresolved()?, decided, |node| same(node, decided))
        .filter(|_| decided.as_unresolved().is_none())
}

/// Whether two values are equal; none where a part is open.
pub fn same(left: &Node, right: &Node) -> Option<bool> {
    Some(match (&left.value, &right.value) {
        (Value::Unresolved(_), _) | (_, Value::Unresolved(_)) => return None,
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Int(left), Value::Int(right)) => left == right,
        (Value::Str(left), Value::Str(right)) => left.as_str() == right.as_str(),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && all(left.iter().zip(right.iter()).map(|(left, right)| same(left, right)))?
        }
        (Value::Map(left), Value::Map(right)) => {
            if left.rest.is_some() || right.rest.is_some() {
                return None;
            }
            let entries = left.entries.iter().map(|entry| match right.entry(&entry.key.name) {
                Some(other) => same(&entry.value, &other.value),
                None => Some(false),
            });
            left.entries.len() == right.entries.len() && all(entries)?
        }
        _ => false,
    })
}

fn all(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    parts.try_fold(true, |whole, part| Some(whole && part?))
}

/// A truth value on which all the values that it may have agree is that.
pub fn settled(call: &Call<'_, '_>, node: Node) -> Node {
    match truth_of(&node) {
        Truth::Unknown => node,
        truth => Node { trail: node.trail, ..call.node(Value::Bool(truth == Truth::True)) },
    }
}

/// The first or last item of an array.
fn end(call: &Call<'_, '_>, end: fn(&[Node]) -> Option<&Node>) -> Node {
    call.lift(&call.values(), &|values| match values {
        [Some(Node { value: Value::List(items), .. })] => match end(items) {
            Some(item) if is_any_number(item) => Err(Fault::Open("it is not known what is there".into())),
            item => Ok(item.cloned()),
        },
        _ => Err(Fault::Open("it is no array".into())),
    })
}

fn compare(call: &Call<'_, '_>, holds: fn(i64, i64) -> bool) -> Node {
    let result = call.lift(&call.values(), &|values| match values {
        [Some(Node { value: Value::Int(left), .. }), Some(Node { value: Value::Int(right), .. })] => {
            Ok(Some(call.node(Value::Bool(holds(*left, *right)))))
        }
        _ => Err(Fault::Open("only numbers are compared".into())),
    });
    settled(call, result)
}

/// A number made of two.
fn calculate(call: &Call<'_, '_>, result: fn(i64, i64) -> Option<i64>) -> Node {
    call.lift(&call.values(), &|values| match values {
        [Some(Node { value: Value::Int(left), .. }), Some(Node { value: Value::Int(right), .. })] => {
            let number = result(*left, *right).ok_or_else(|| Fault::Refused("there is no such number".into()))?;
            Ok(Some(call.node(Value::Int(number))))
        }
        _ => Err(Fault::Refused("only numbers are calculated with".into())),
    })
}

/// `any(value)`: the value, whatever its type.
fn same_value(call: &Call<'_, '_>) -> Node {
    let [argument] = call.arguments else { return call.open("`any` takes one argument") };
    call.scope.evaluate(argument, call.place)
}

/// `lambdaVariables('name')`
fn lambda_variable(call: &Call<'_, '_>) -> Node {
    let name = call.values().into_iter().next().flatten();
    let value = name.as_ref().and_then(Node::as_str).and_then(|name| call.scope.local(name));
    value.map_or_else(|| call.open("there is no such name"), |value| call.used(&value, "an item of the array"))
}

fn not(call: &Call<'_, '_>) -> Node {
    if let [Some(Node { value: Value::Unresolved(open), .. })] = call.values().as_slice()
        && let Some(guard) = condition_of(open)
    {
        let unresolved = merged(call.written(call.whole).into(), &[open]);
        return call.node(Value::Unresolved(Arc::new(unresolved.true_where(&guard.negated(), call.place.span))));
    }
    let result = call.lift(&call.values(), &|values| match values {
        [Some(value)] => match truth_of(value) {
            Truth::Unknown => Err(Fault::Refused("`not` takes true or false".into())),
            truth => Ok(Some(call.node(Value::Bool(truth == Truth::False)))),
        },
        _ => Err(Fault::Refused("`not` takes true or false".into())),
    });
    settled(call, result)
}

fn join(call: &Call<'_, '_>, join: fn(Vec<Truth>) -> Truth, guard_of: fn(Vec<Guard>) -> Option<Guard>) -> Node {
    let values: Vec<Node> = call.values().into_iter().flatten().collect();
    if values.is_empty() || values.len() < call.arguments.len() {
        return call.open("`and` and `or` take true and false");
    }
    match join(values.iter().map(truth_of).collect()) {
        Truth::Unknown => {
            let open: Vec<&Unresolved> = values.iter().filter_map(Node::as_unresolved).collect();
            if open.is_empty() {
                return call.open("`and` and `or` take true and false");
            }
            let unresolved = merged(call.written(call.whole).into(), &open);
            let guards: Option<Vec<Guard>> = values
                .iter()
                .map(|node| match truth_of(node) {
                    Truth::Unknown => condition_of(node.as_unresolved()?),
                    truth => Some(Guard::Decided(truth == Truth::True)),
                })
                .collect();
            let guard = guards.and_then(guard_of);
            // Whatever the answer to what they ask, it comes to one thing.
            if let Some(holds) = guard.as_ref().and_then(Guard::decided) {
                return call.node(Value::Bool(holds));
            }
            let unresolved = match guard {
                Some(guard) => unresolved.true_where(&guard, call.place.span),
                None => unresolved,
            };
            call.node(Value::Unresolved(Arc::new(unresolved)))
        }
        truth => {
            let decided: Vec<Evaluated> =
                values.into_iter().filter(|node| node.as_unresolved().is_none()).map(Some).collect();
            call.lift(&decided, &|_| Ok(Some(call.node(Value::Bool(truth == Truth::True)))))
        }
    }
}

/// A list that is made.
pub fn listed(call: &Call<'_, '_>, items: Vec<Node>) -> Result<Evaluated, Fault> {
    if items.len() > MAX_LENGTH {
        return Err(Fault::Open("the array is too long to be followed".into()));
    }
    call.scope.budget.spend(u32::try_from(items.len()).unwrap_or(u32::MAX));
    Ok(Some(call.node(Value::List(Arc::new(items)))))
}

fn to_bool(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| match values {
        [Some(Node { value: Value::Int(number), .. })] => Ok(Some(call.node(Value::Bool(*number != 0)))),
        [Some(value)] if truth_of(value) != Truth::Unknown => {
            Ok(Some(call.node(Value::Bool(truth_of(value) == Truth::True))))
        }
        _ => Err(Fault::Refused("it is neither true nor false".into())),
    })
}

fn to_int(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| {
        let number = match values {
            [Some(Node { value: Value::Int(number), .. })] => Some(*number),
            [Some(Node { value: Value::Str(text), .. })] => text.as_str().trim().parse().ok(),
            _ => None,
        };
        number.map(|number| Some(call.node(Value::Int(number)))).ok_or_else(|| Fault::Refused("it is no number".into()))
    })
}

fn from_json(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| {
        let [Some(Node { value: Value::Str(text), .. })] = values else {
            return Err(Fault::Refused("`json` takes a text".into()));
        };
        match text.as_str().trim() {
            "null" | "" => Ok(None),
            "true" => Ok(Some(call.node(Value::Bool(true)))),
            "false" => Ok(Some(call.node(Value::Bool(false)))),
            written => match (written.parse(), parse_embedded(text, call.place.span)) {
                (Ok(number), _) => Ok(Some(call.node(Value::Int(number)))),
                (Err(_), Some(node)) => Ok(Some(node)),
                (Err(_), None) => Err(Fault::Open("the text is not read as JSON".into())),
            },
        }
    })
}

/// A list of what is written: an open item does not make all of it open.
fn create_array(call: &Call<'_, '_>) -> Node {
    let null = || call.node(Value::Null);
    let items = call.values().into_iter().map(|value| value.unwrap_or_else(null)).collect();
    call.node(Value::List(Arc::new(items)))
}

fn array(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| match values {
        [Some(list @ Node { value: Value::List(_), .. })] => Ok(Some(list.clone())),
        [Some(value)] => listed(call, vec![value.clone()]),
        _ => Err(Fault::Refused("`array` takes one argument".into())),
    })
}

/// The number of characters, items or keys.
fn count(value: &Evaluated) -> Result<usize, Fault> {
    match value.as_ref().map(|node| &node.value) {
        Some(Value::Str(text)) => Ok(text.as_str().chars().count()),
        Some(Value::List(items)) if !items.iter().any(is_any_number) => Ok(items.len()),
        Some(Value::Map(map)) if map.rest.is_none() => Ok(map.entries.len()),
        None => Ok(0),
        _ => Err(Fault::Open("it has no known length".into())),
    }
}

fn length(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| match values {
        [value @ Some(_)] => Ok(Some(call.node(Value::Int(i64::try_from(count(value)?).unwrap_or(i64::MAX))))),
        _ => Err(Fault::Refused("`length` takes one argument".into())),
    })
}

fn empty(call: &Call<'_, '_>) -> Node {
    if let [Some(value)] = call.values().as_slice()
        && let Some(answer) = text::known(call, value, crate::kernel::text::is_empty)
    {
        return answer;
    }
    let result = call.lift(&call.values(), &|values| match values {
        [value] => Ok(Some(call.node(Value::Bool(count(value)? == 0)))),
        _ => Err(Fault::Refused("`empty` takes one argument".into())),
    });
    settled(call, result)
}

fn contains(call: &Call<'_, '_>) -> Node {
    if let [Some(whole), Some(Node { value: Value::Str(part), .. })] = call.values().as_slice()
        && let Some(answer) = text::known(call, whole, |partial| crate::kernel::text::contains(partial, part.as_str()))
    {
        return answer;
    }
    let result = call.lift(&call.values(), &|values| {
        let [Some(whole), Some(part)] = values else {
            return Err(Fault::Refused("`contains` takes two values".into()));
        };
        let holds = match (&whole.value, &part.value) {
            (Value::Str(whole), Value::Str(part)) => whole.as_str().contains(part.as_str()),
            (Value::List(items), _) => {
                call.scope.budget.spend(u32::try_from(items.len()).unwrap_or(u32::MAX));
                let found: Vec<Option<bool>> = items.iter().map(|item| same(item, part)).collect();
                if found.contains(&Some(true)) {
                    true
                } else if found.contains(&None) {
                    return Err(Fault::Open("an item is not decided".into()));
                } else {
                    false
                }
            }
            (Value::Map(map), Value::Str(name)) if map.rest.is_none() => {
                map.entries.iter().any(|entry| entry.key.name.eq_ignore_ascii_case(name.as_str()))
            }
            _ => return Err(Fault::Open("it is not known what it contains".into())),
        };
        Ok(Some(call.node(Value::Bool(holds))))
    });
    settled(call, result)
}

fn coalesce(call: &Call<'_, '_>) -> Node {
    let values: Vec<Evaluated> = call.values().into_iter().flatten().map(Some).collect();
    match values.first() {
        Some(Some(first)) if first.as_unresolved().is_none_or(|open| open.partial.is_some()) => first.clone(),
        _ => call.lift(&values, &|values| Ok(values.iter().flatten().next().cloned())),
    }
}
