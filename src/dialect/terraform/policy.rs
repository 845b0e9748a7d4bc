//! Policies: the structure of a document that is text in the configuration, and the data sources that render one.

use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

use super::block;
use super::declarations::Declared;
use super::eval::Bindings;
use super::functions::Host as _;
use super::host::Files;
use super::module::{Instance, World};
use super::number::Number;
use super::value::{Data, Members, Partial, Type, Value};
use crate::document::{Node, Run, Text, Value as Plain};
use crate::source::Span;
use crate::syntax::json::parse_embedded;

/// Stands around the number of an insertion whose value is not known, while the text around it is read as JSON.
const MARK: char = '\u{f8ff}';

/// The structure of a string: what it was rendered from, or what its JSON holds when that is a policy, or containers that are
/// not all known. Other JSON that is known is read where a rule leads into it.
pub fn structure(value: &Value) -> Option<Value> {
    if let Some(structure) = &value.origin.structure {
        return is_composite(structure).then(|| (**structure).clone());
    }
    let parsed = parsed(value)?;
    let has = |value: &Value, names: &[&str]| {
        value.members().is_some_and(|members| names.iter().any(|name| members.contains_key(*name)))
    };
    let is_policy = has(&parsed, &["Statement", "bindings"]);
    let items = parsed.items().filter(|_| value.as_unknown().is_some()).unwrap_or(&[]);
    let are_containers = !items.is_empty() && items.iter().all(|item| has(item, &["image"]));
    (is_policy || are_containers).then_some(parsed)
}

fn is_composite(value: &Value) -> bool {
    value.items().is_some() || value.members().is_some()
}

/// What the JSON of a string holds, also when parts of the string are not known.
pub fn parsed(value: &Value) -> Option<Value> {
    let home = super::eval::steps_of(&value.origin.trail).last().map(|step| step.span).or(value.origin.span)?;
    match value.data() {
        Data::Text(text) => {
            let host = if text.is_traced() { home } else { value.origin.span? };
            Some(value_of(&parse_embedded(text, host)?, &[]))
        }
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Template(pieces)) => {
                let node = parse_embedded(&marked(pieces, home)?, home)?;
                Some(value_of(&node, pieces))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The pieces of a template as one text, in which what is not known is marked by its number.
fn marked(pieces: &[Value], home: Span) -> Option<Text> {
    let first = pieces.iter().find_map(Value::as_str)?;
    if !first.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let (mut text, mut runs) = (String::new(), Vec::new());
    let mut quoted = false;
    for (number, piece) in pieces.iter().enumerate() {
        let at = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let span = piece.origin.span?;
        let known = piece.as_text();
        match known.and_then(Text::runs) {
            Some(found) if span.file == home.file && home.contains(span) => {
                runs.extend(found.iter().map(|run| Run { text: run.text.saturating_add(at), ..*run }));
            }
            _ => runs.push(Run { text: at, source: span.start, verbatim: false }),
        }
        if let Some(known) = known {
            quoted = ends_quoted(known.as_str(), quoted);
            text.push_str(known.as_str());
        } else {
            let quote = if quoted { "" } else { "\"" };
            let _ = write!(text, "{quote}{MARK}{number}{MARK}{quote}");
        }
    }
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    runs.push(Run { text: end, source: home.end, verbatim: true });
    Some(Text::with_runs(text, runs))
}

/// Whether a piece of JSON ends within a string.
fn ends_quoted(text: &str, mut quoted: bool) -> bool {
    let mut escaped = false;
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
    }
    quoted
}

/// A node of JSON as a value; marks become the pieces they stand for.
fn value_of(node: &Node, pieces: &[Value]) -> Value {
    let value = match &node.value {
        Plain::Null => Value::null(Type::Dynamic),
        Plain::Bool(truth) => Value::bool(*truth),
        Plain::Int(whole) => Value::number(*whole),
        Plain::Float(float) => match Number::from_f64(*float) {
            Some(number) => Value::number(number),
            None => Value::null(Type::Number),
        },
        Plain::Str(text) => text_of(text, pieces),
        Plain::List(items) => Value::tuple(items.iter().map(|item| value_of(item, pieces)).collect()),
        Plain::Map(map) => {
            let mut members = Members::new();
            for entry in map.written() {
                let mut member = value_of(&entry.value, pieces);
                member.origin.key = Some(entry.key.span);
                members.insert(Arc::clone(&entry.key.name), member);
            }
            Value::object(members)
        }
        Plain::Unresolved(unresolved) => Value::unknown(Type::Dynamic, Arc::from(&*unresolved.because)),
    };
    value.written_at(node.span)
}

fn text_of(text: &Text, pieces: &[Value]) -> Value {
    if !text.as_str().contains(MARK) {
        return Value::text(text.clone());
    }
    let marks: Vec<&str> = text.as_str().split(MARK).collect();
    // Text and numbers take turns.
    let found: Vec<Value> = marks
        .iter()
        .enumerate()
        .filter_map(|(at, part)| {
            if at % 2 == 0 {
                return (!part.is_empty()).then(|| Value::string(*part));
            }
            pieces.get(part.parse::<usize>().ok()?).cloned()
        })
        .collect();
    if let [only] = found.as_slice() {
        return only.clone();
    }
    let unknown = Value::unknown_from(Type::String, &found);
    unknown.with_partial(Partial::Template(Arc::new(found)))
}

/// Whether something of a resource or data source is known without its provider.
pub fn is_known(declared: &Declared) -> bool {
    match declared.kind() {
        "aws_iam_policy_document" | "google_iam_policy" | "template_file" | "local_file" => declared.data,
        "terraform_data" => !declared.data,
        _ => false,
    }
}

/// The attributes of a resource or data source that are known without its provider.
pub fn known<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, declared: &Declared, bindings: Bindings) -> Members {
    let google = declared.kind() == "google_iam_policy";
    let body = block::of(world, instance, &declared.block, bindings);
    let Some(members) = body.members() else { return Members::new() };
    // Terraform's own resource gives back what it is given.
    if declared.kind() == "terraform_data" {
        let given = members.iter().filter(|(name, _)| matches!(&***name, "input" | "triggers_replace"));
        return given.map(|(name, value)| (Arc::clone(name), value.clone())).collect();
    }
    // Files of the repository, as they are or filled in.
    let read = match declared.kind() {
        "template_file" => Some(("rendered", rendered(world, instance, members))),
        "local_file" => Some(("content", content(world, instance, members))),
        _ => None,
    };
    if let Some((name, value)) = read {
        return value.into_iter().map(|value| (Arc::from(name), value)).collect();
    }
    let mut document = if google { google_policy(members) } else { aws_document(members) };
    document.origin.span = Some(declared.block.span);
    let mut text = if document.is_wholly_known() {
        super::functions::json_text(&document)
    } else {
        Value::unknown_from(Type::String, [&document])
    };
    text.origin.span = Some(declared.block.span);
    text.origin.structure = Some(Arc::new(document));
    let names: &[&str] = if google { &["policy_data"] } else { &["json", "minified_json"] };
    names.iter().map(|name| (Arc::from(*name), text.clone())).collect()
}

/// What the data source `template_file` makes of its template.
fn rendered<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, members: &Members) -> Option<Value> {
    let template = members.get("template")?;
    // Up to Terraform 0.11 they were written as a block.
    let variables = match members.get("vars") {
        Some(variables) => match variables.items() {
            Some([only]) => only.members()?.clone(),
            Some(_) => return None,
            None => variables.members()?.clone(),
        },
        None => Members::new(),
    };
    Files { world, instance }.render(template, &variables).ok()
}

/// What the data source `local_file` reads.
fn content<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, members: &Members) -> Option<Value> {
    Files { world, instance }.read(members.get("filename")?.as_str()?).ok()
}

/// The policy that `aws_iam_policy_document` renders: source documents, then its statements, then overrides; a
/// statement takes the place of an earlier one with the same `Sid`.
fn aws_document(body: &Members) -> Value {
    let mut statements: Vec<Value> = Vec::new();
    for name in ["source_json", "source_policy_documents"] {
        add_documents(body.get(name), &mut statements, false);
    }
    if let Some(own) = body.get("statement") {
        for statement in parts(own) {
            add(&mut statements, statement_of(&statement), false);
        }
    }
    for name in ["override_json", "override_policy_documents"] {
        add_documents(body.get(name), &mut statements, true);
    }
    let mut document = Members::new();
    document.insert("Version".into(), body.get("version").cloned().unwrap_or_else(|| Value::string("2012-10-17")));
    if let Some(id) = body.get("policy_id") {
        document.insert("Id".into(), id.clone());
    }
    document.insert("Statement".into(), sequence(statements));
    Value::object(document)
}

/// Items, and those of a list that is known in part.
fn parts(value: &Value) -> Vec<Value> {
    match value.data() {
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Items(items)) => items.to_vec(),
            _ => vec![value.clone().spread()],
        },
        Data::Null(_) => Vec::new(),
        _ => value.items().map_or_else(|| vec![value.clone()], <[Value]>::to_vec),
    }
}

fn is_spread(value: &Value) -> bool {
    value.as_unknown().is_some_and(|unknown| unknown.spread)
}

/// A list of items of which some may stand for several.
fn sequence(items: Vec<Value>) -> Value {
    let open: Vec<Value> = items.iter().filter(|item| is_spread(item)).cloned().collect();
    if open.is_empty() {
        return Value::tuple(items);
    }
    Value::unknown_from(Type::Dynamic, &open).with_partial(Partial::Items(Arc::new(items)))
}

fn add_documents(documents: Option<&Value>, statements: &mut Vec<Value>, replaces: bool) {
    for document in documents.map(parts).unwrap_or_default() {
        let structure = document.origin.structure.as_deref().cloned().or_else(|| parsed(&document));
        match structure.as_ref().and_then(Value::members).and_then(|members| members.get("Statement")) {
            Some(found) if found.members().is_some() => add(statements, found.clone(), replaces),
            Some(found) => {
                for statement in parts(found) {
                    add(statements, statement, replaces);
                }
            }
            None if document.is_known() => {}
            None => add(statements, Value::unknown_from(Type::Dynamic, [&document]).spread(), replaces),
        }
    }
}

fn add(statements: &mut Vec<Value>, statement: Value, replaces: bool) {
    let sid = |value: &Value| {
        let sid = value.members()?.get("Sid")?.as_str()?;
        (!sid.is_empty()).then(|| sid.to_owned())
    };
    if let Some(wanted) = sid(&statement).filter(|_| replaces)
        && let Some(found) = statements.iter_mut().find(|found| sid(found).as_ref() == Some(&wanted))
    {
        *found = statement;
        return;
    }
    statements.push(statement);
}

/// A `statement` block as the statement of a policy.
fn statement_of(block: &Value) -> Value {
    let Some(members) = block.members() else { return block.clone() };
    let mut statement = Members::new();
    let mut take = |from: &str, to: &str, value: Option<Value>| {
        if let Some(mut value) = value.filter(|value| !value.is_null()) {
            value.origin.key = members.get(from).and_then(|member| member.origin.key);
            statement.insert(to.into(), value);
        }
    };
    take("sid", "Sid", members.get("sid").cloned());
    let effect = members.get("effect").filter(|effect| !effect.is_null()).cloned();
    take("effect", "Effect", Some(effect.unwrap_or_else(|| Value::string("Allow"))));
    for (from, to) in [
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ] {
        take(from, to, members.get(from).filter(|list| !list.is_null()).map(alone));
    }
    for (from, to) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        take(from, to, members.get(from).map(principals));
    }
    take("condition", "Condition", members.get("condition").map(conditions));
    let mut origin = block.origin.clone();
    origin.structure = None;
    Value::object(statement).with_origin(origin)
}

/// The only item of a list, or the list.
fn alone(list: &Value) -> Value {
    match list.items() {
        Some([only]) => only.clone(),
        _ => list.clone(),
    }
}

fn principals(blocks: &Value) -> Value {
    let mut by_type = Members::new();
    for block in parts(blocks) {
        let Some(members) = block.members() else {
            return Value::unknown_from(Type::Dynamic, [&block]).with_origin(blocks.origin.clone());
        };
        let (Some(kind), Some(identifiers)) = (members.get("type"), members.get("identifiers")) else { continue };
        let Some(kind) = kind.as_text() else {
            return Value::unknown_from(Type::Dynamic, [kind]).with_origin(kind.origin.clone());
        };
        let everyone = identifiers.items().is_some_and(|items| items.iter().all(|item| item.as_str() == Some("*")));
        if kind.as_str() == "*" && everyone {
            return Value::string("*").with_origin(identifiers.origin.clone());
        }
        let mut identifiers = identifiers.clone();
        if let Some(earlier) = by_type.get(kind.as_str()) {
            let origin = identifiers.origin.clone();
            identifiers = sequence(parts(earlier).into_iter().chain(parts(&identifiers)).collect()).with_origin(origin);
        }
        by_type.insert(kind.shared(), identifiers);
    }
    Value::object(by_type).with_origin(blocks.origin.clone())
}

fn conditions(blocks: &Value) -> Value {
    let mut tests = Members::new();
    let mut open: Vec<Value> = Vec::new();
    for block in parts(blocks) {
        let Some(members) = block.members() else {
            return Value::unknown_from(Type::Dynamic, [&block]).with_origin(blocks.origin.clone());
        };
        let variable = members.get("variable");
        let operator = members.get("test").and_then(Value::as_text).map(Text::shared);
        let (Some(operator), Some(key), Some(values)) =
            (operator, variable.and_then(Value::shown_key), members.get("values"))
        else {
            return Value::unknown_from(Type::Dynamic, members.values()).with_origin(blocks.origin.clone());
        };
        open.extend(variable.filter(|variable| !variable.is_known()).cloned());
        let mut variables = tests.get(&operator).and_then(Value::members).cloned().unwrap_or_default();
        variables.insert(key, alone(values));
        tests.insert(operator, Value::object(variables).with_origin(block.origin.clone()));
    }
    if open.is_empty() {
        return Value::object(tests).with_origin(blocks.origin.clone());
    }
    let known = Partial::Members(Arc::new(tests));
    Value::unknown_from(Type::Dynamic, &open).with_partial(known).with_origin(blocks.origin.clone())
}

/// The policy that `google_iam_policy` renders.
fn google_policy(body: &Members) -> Value {
    let bindings = body.get("binding").map(parts).unwrap_or_default();
    Value::object([("bindings".into(), sequence(bindings))].into())
}
