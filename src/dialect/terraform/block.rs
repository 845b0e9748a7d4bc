//! Blocks to values: an object of a block's attributes, with nested blocks as lists under their kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::eval::{Bindings, Eval, referred};
use super::expand::MOST_INSTANCES;
use super::operate;
use super::value::{Data, Growing, Members, Partial, Type, Value};
use crate::document::Guard;
use crate::syntax::hcl::ast::{Attribute, Block, Body, Expr, ExprKind, Member, MemberKey};

/// Attributes that name things of the configuration rather than having a value.
const STATIC: &[&str] =
    &["depends_on", "provider", "providers", "ignore_changes", "replace_triggered_by", "configuration_aliases"];

/// The value of a block. Attributes that Terraform would refuse are unknown, with that reason.
pub fn value(eval: &mut Eval<'_, '_>, block: &Block) -> Value {
    body(eval, &block.body, |_| true).written_at(block.span)
}

/// A nested block; its labels are one more level each.
fn labelled(eval: &mut Eval<'_, '_>, block: &Block) -> Value {
    let inner = value(eval, block);
    block.labels.iter().rev().fold(inner, |mut inner, label| {
        inner.origin.key = Some(label.span);
        Value::object([(Arc::clone(&label.text), inner)].into()).written_at(block.span)
    })
}

fn body(eval: &mut Eval<'_, '_>, body: &Body, wanted: impl Fn(&Attribute) -> bool) -> Value {
    let mut members = Members::new();
    for attribute in body.attributes.iter().filter(|attribute| wanted(attribute)) {
        let mut value = self::attribute(eval, attribute);
        value.origin.key = Some(attribute.name.span);
        members.insert(Arc::clone(&attribute.name.text), value);
    }
    let mut lists: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for block in &body.blocks {
        if let ("dynamic", [label]) = (&*block.kind.text, block.labels.as_slice()) {
            let list = lists.entry(Arc::clone(&label.text)).or_default();
            dynamic(eval, block, &label.text, list);
        } else {
            lists.entry(Arc::clone(&block.kind.text)).or_default().push(labelled(eval, block));
        }
    }
    // A dynamic block that goes through nothing makes no block, which is not the same as an empty list.
    for (kind, items) in lists.into_iter().filter(|(_, items)| !items.is_empty()) {
        let mut value = list(items);
        let first = body
            .blocks
            .iter()
            .find(|block| block.kind.text == kind || block.labels.first().is_some_and(|label| label.text == kind));
        value.origin.span = first.map(|block| block.span);
        value.origin.key = first.map(|block| block.header);
        members.insert(kind, value);
    }
    Value::object(members)
}

/// Items of which some may stand for any number.
fn list(items: Vec<Value>) -> Value {
    let open: Vec<Value> =
        items.iter().filter(|item| item.as_unknown().is_some_and(|unknown| unknown.spread)).cloned().collect();
    if open.is_empty() {
        return Value::tuple(items);
    }
    Value::unknown_from(Type::Dynamic, &open).with_partial(Partial::Items(Arc::new(items)))
}

fn attribute(eval: &mut Eval<'_, '_>, attribute: &Attribute) -> Value {
    let expr = &attribute.value;
    if STATIC.contains(&&*attribute.name.text) {
        return as_written(eval, expr);
    }
    // A required provider names its aliases within an object.
    if let ExprKind::Object(members) = &expr.kind
        && members.iter().any(|member| is_static(&member.key))
    {
        let mut named = |member: &Member| {
            let MemberKey::Word(name) = &member.key else { return None };
            let mut value =
                if is_static(&member.key) { as_written(eval, &member.value) } else { evaluated(eval, &member.value) };
            value.origin.key = Some(name.span);
            Some((Arc::clone(&name.text), value))
        };
        return Value::object(members.iter().filter_map(&mut named).collect()).written_at(expr.span);
    }
    evaluated(eval, expr)
}

fn is_static(key: &MemberKey) -> bool {
    matches!(key, MemberKey::Word(name) if STATIC.contains(&&*name.text))
}

/// The value of an expression, at the place of the expression.
pub fn evaluated(eval: &mut Eval<'_, '_>, expr: &Expr) -> Value {
    match eval.eval(expr) {
        Ok(value) => match value.origin.span {
            Some(span) if expr.span.contains(span) => value,
            _ => referred(value, expr.span, &Arc::from("the value comes from here")),
        },
        Err(refusal) => Value::unknown(Type::Dynamic, refusal.message).written_at(expr.span),
    }
}

/// References as text.
fn as_written(eval: &Eval<'_, '_>, expr: &Expr) -> Value {
    let text = |expr: &Expr| {
        let source = eval.world.corpus.workspace.source(expr.span.file);
        let text = expr.as_str().unwrap_or_else(|| source.map_or("", |source| source.slice(expr.span)));
        Value::string(text).written_at(expr.span)
    };
    match &expr.kind {
        ExprKind::Tuple(items) => Value::tuple(items.iter().map(text).collect()).written_at(expr.span),
        // The providers that a module is handed, by the names that it has for them.
        ExprKind::Object(members) => {
            let source = eval.world.corpus.workspace.source(expr.span.file).ok();
            let named = |member: &Member| {
                let (name, span) = match &member.key {
                    MemberKey::Word(name) => (Arc::clone(&name.text), name.span),
                    MemberKey::Expr(key) => (key.as_str().or_else(|| Some(source?.slice(key.span)))?.into(), key.span),
                };
                let mut value = text(&member.value);
                value.origin.key = Some(span);
                Some((name, value))
            };
            Value::object(members.iter().filter_map(named).collect()).written_at(expr.span)
        }
        _ => text(expr),
    }
}

fn dynamic(eval: &mut Eval<'_, '_>, block: &Block, kind: &Arc<str>, list: &mut Vec<Value>) {
    let Some(content) = block.body.blocks_of("content").next() else { return };
    let Some(each) = block.body.attribute("for_each") else { return };
    let collection = evaluated(eval, &each.value);
    let name = match block.body.attribute("iterator").map(|iterator| &iterator.value.kind) {
        Some(ExprKind::Variable(name)) => Arc::clone(name),
        _ => Arc::clone(kind),
    };
    let span = block.span;
    if let Some(ways) = known_ways(&collection) {
        for (elements, guard) in ways {
            for (key, value) in elements {
                let content = bound(eval, &name, (key, value), content);
                let absent = Value::null(Type::Dynamic);
                let guards = vec![guard.clone(), guard.negated()];
                list.push(Value::either(&[&collection], vec![content, absent], Some(guards)).written_at(span));
            }
        }
        return;
    }
    let Some((elements, open)) = operate::elements(&collection) else {
        list.push(match collection.data() {
            Data::Unknown(_) => {
                let form = operate::form_of_elements(&collection);
                let form = form.unwrap_or_else(|| Value::unknown_from(Type::Dynamic, [&collection]));
                one_of_many(eval, &name, (&collection, form), content).written_at(span)
            }
            _ => Value::unknown(Type::Dynamic, "`for_each` of the dynamic block is not a collection")
                .spread()
                .written_at(span),
        });
        return;
    };
    if elements.len() > MOST_INSTANCES {
        let limit = "`for_each` of the dynamic block goes through more than 1024 elements, the limit here";
        list.push(Value::unknown(Type::Dynamic, limit).spread().written_at(span));
        return;
    }
    let mut growing = Growing::default();
    for (key, value) in elements {
        if let Some(cut) = eval.cut() {
            list.push(cut.spread().written_at(span));
            return;
        }
        if value.as_unknown().is_some_and(|unknown| unknown.spread) {
            list.push(match operate::form_of_item(&value) {
                Some(form) => one_of_many(eval, &name, (&value, form), content),
                None => Value::unknown_from(Type::Dynamic, [&value]).spread(),
            });
            if let Some(made) = list.last_mut() {
                *made = made.clone().written_at(span);
            }
            continue;
        }
        let value = bound(eval, &name, (key, value), content);
        if let Some(limit) = growing.add(&value) {
            list.push(limit.spread().written_at(span));
            return;
        }
        list.push(value);
    }
    if open && collection.as_unknown().is_some_and(|unknown| matches!(unknown.partial, Some(Partial::Members(_)))) {
        list.push(Value::unknown_from(Type::Dynamic, [&collection]).spread().written_at(span));
    }
}

/// What a dynamic block makes of elements that nobody knows, or of which it is only known what each is like: blocks that all say what its
/// content says. They are listed once, as one that may not be there.
fn one_of_many(eval: &mut Eval<'_, '_>, name: &Arc<str>, (cause, form): (&Value, Value), content: &Block) -> Value {
    let key = Value::unknown_from(Type::Dynamic, [cause]);
    let made = bound(eval, name, (key, form), content);
    Value::either(&[cause], vec![made, Value::null(Type::Dynamic)], None)
}

/// The content of a dynamic block for one element.
fn bound(eval: &mut Eval<'_, '_>, name: &Arc<str>, (key, value): (Value, Value), content: &Block) -> Value {
    // The key of a set is its element.
    let iterator = Value::object([("key".into(), key), ("value".into(), value)].into());
    eval.bindings.names.push((Arc::clone(name), iterator));
    let value = self::value(eval, content);
    eval.bindings.names.pop();
    value
}

/// Keys and values.
type Elements = Vec<(Value, Value)>;

/// The elements of each collection that this may be, with its guard; none where one of them is not known, or too large.
fn known_ways(collection: &Value) -> Option<Vec<(Elements, Guard)>> {
    let ways = collection.ways()?.into_iter();
    let ways: Vec<(Elements, Guard)> =
        ways.map(|(value, guard)| Some((value.elements()?, guard?.clone()))).collect::<Option<_>>()?;
    (ways.iter().map(|(elements, _)| elements.len()).sum::<usize>() <= MOST_INSTANCES).then_some(ways)
}

/// The value of a block of a module, with bindings. An instance of a known key is without the `for_each` that it is one
/// element of: a copy of the whole in each of its parts would grow with the square of their number.
pub fn of<'c>(
    world: &super::module::World<'c>,
    instance: &std::rc::Rc<super::module::Instance<'c>>,
    block: &Block,
    bindings: Bindings,
) -> Value {
    let keyed = bindings.each.as_ref().is_some_and(|(key, _)| key.is_known());
    let wanted = |attribute: &Attribute| !(keyed && &*attribute.name.text == "for_each");
    body(&mut Eval::new(world, instance, bindings), &block.body, wanted).written_at(block.span)
}
