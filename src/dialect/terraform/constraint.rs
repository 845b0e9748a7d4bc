//! Type constraints as variables write them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::convert::{Constraint, Defaults, convert};
use super::value::{Attribute, Type, Value};
use crate::syntax::hcl::ast::{Expr, ExprKind, MemberKey};

/// The constraint that an expression writes; `evaluate` gives the defaults of `optional()`. None when it is no type.
pub fn read(expr: &Expr, evaluate: &mut dyn FnMut(&Expr) -> Option<Value>) -> Option<Constraint> {
    let mut defaults = Defaults::default();
    let ty = read_type(expr, &mut defaults, evaluate)?;
    let defaults = (!defaults.is_empty()).then_some(defaults);
    Some(Constraint { ty, defaults })
}

fn read_type(expr: &Expr, defaults: &mut Defaults, evaluate: &mut dyn FnMut(&Expr) -> Option<Value>) -> Option<Type> {
    match &expr.kind {
        ExprKind::Variable(name) => keyword(name),
        // Before Terraform 0.12 types were written as text.
        ExprKind::Text(text) => keyword(text.as_str()),
        ExprKind::Call(call) => {
            let [of] = call.args.as_slice() else { return None };
            match &*call.name.text {
                "list" => Some(Type::list(read_item(of, defaults, evaluate)?)),
                "set" => Some(Type::set(read_item(of, defaults, evaluate)?)),
                "map" => Some(Type::map(read_item(of, defaults, evaluate)?)),
                "object" => read_object(of, defaults, evaluate),
                "tuple" => match &of.kind {
                    ExprKind::Tuple(items) => {
                        let mut ignored = Defaults::default();
                        let types = items.iter().map(|item| read_type(item, &mut ignored, evaluate));
                        Some(Type::Tuple(Arc::new(types.collect::<Option<_>>()?)))
                    }
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

fn read_item(expr: &Expr, defaults: &mut Defaults, evaluate: &mut dyn FnMut(&Expr) -> Option<Value>) -> Option<Type> {
    let mut inner = Defaults::default();
    let ty = read_type(expr, &mut inner, evaluate)?;
    if !inner.is_empty() {
        defaults.children.insert(Arc::from(""), inner);
    }
    Some(ty)
}

fn read_object(expr: &Expr, defaults: &mut Defaults, evaluate: &mut dyn FnMut(&Expr) -> Option<Value>) -> Option<Type> {
    let ExprKind::Object(members) = &expr.kind else { return None };
    let mut attributes = BTreeMap::new();
    for member in members {
        let name = match &member.key {
            MemberKey::Word(name) => Arc::clone(&name.text),
            MemberKey::Expr(key) => Arc::from(key.as_str()?),
        };
        let mut inner = Defaults::default();
        let (ty, optional, default) = read_attribute(&member.value, &mut inner, evaluate)?;
        if let Some(default) = default {
            // The default is itself of the attribute's type, with the defaults within.
            let whole = Constraint { ty: ty.clone(), defaults: (!inner.is_empty()).then(|| inner.clone()) };
            let default = whole.apply(&default).or_else(|_| convert(&default, &Type::Dynamic)).ok()?;
            defaults.values.insert(Arc::clone(&name), default);
        }
        if !inner.is_empty() {
            defaults.children.insert(Arc::clone(&name), inner);
        }
        attributes.insert(name, Attribute { ty, optional });
    }
    Some(Type::Object(Arc::new(attributes)))
}

fn read_attribute(
    expr: &Expr,
    defaults: &mut Defaults,
    evaluate: &mut dyn FnMut(&Expr) -> Option<Value>,
) -> Option<(Type, bool, Option<Value>)> {
    if let ExprKind::Call(call) = &expr.kind
        && &*call.name.text == "optional"
    {
        let ty = read_type(call.args.first()?, defaults, evaluate)?;
        let default = call.args.get(1).and_then(evaluate);
        return Some((ty, true, default));
    }
    Some((read_type(expr, defaults, evaluate)?, false, None))
}

fn keyword(name: &str) -> Option<Type> {
    Some(match name {
        "any" => Type::Dynamic,
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "list" => Type::list(Type::Dynamic),
        "set" => Type::set(Type::Dynamic),
        "map" => Type::map(Type::Dynamic),
        _ => return None,
    })
}
