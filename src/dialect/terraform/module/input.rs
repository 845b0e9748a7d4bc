//! Variables and locals.

use std::rc::Rc;
use std::sync::Arc;

use super::{Cached, Caller, Instance, Named, World};
use crate::dialect::terraform::constraint;
use crate::dialect::terraform::convert::Constraint;
use crate::dialect::terraform::eval::{Bindings, Eval};
use crate::dialect::terraform::functions::Refusal;
use crate::dialect::terraform::value::{Asks, Type, Value};
use crate::document::{Guard, Question};
use crate::source::Span;
use crate::syntax::hcl::ast::{Block, Expr};

/// What a variable without a value is told by.
fn asks(instance: &Instance<'_>, name: &str, ty: &Type) -> Asks {
    let (id, shown) = (format!("{}var.{name}", instance.prefix), format!("var.{name}"));
    if *ty == Type::Bool {
        let question = Arc::new(Question::of_truth(id, shown));
        return Asks { truth: Some(Guard::holds(&question)), question: Some(question), guards: Vec::new() };
    }
    Asks { question: Some(Arc::new(Question::new(id, shown))), ..Asks::default() }
}

/// What is declared twice has no value that counts.
fn declared_twice(what: &str, place: Span) -> Named {
    let unknown = Value::unknown(Type::Dynamic, format!("{what} is declared twice"));
    (unknown.written_at(place), Arc::from(what))
}

impl<'c> World<'c> {
    /// The value of a local.
    pub fn local(&self, instance: &Rc<Instance<'c>>, name: &str) -> Result<Named, Refusal> {
        let Some((name, local)) = instance.declarations.locals.get_key_value(name) else {
            return Err(Refusal::new(format!("local `{name}` is not declared")));
        };
        let what = format!("local `{name}`");
        if instance.declarations.ambiguous.contains(&what) {
            return Ok(declared_twice(&what, local.name.span));
        }
        self.once(instance, Cached::Local(Arc::clone(name)), local.name.span, || {
            let value = self.evaluate(instance, &local.value)?;
            Ok((value, Arc::from(what)))
        })
    }

    /// Evaluates an expression of a module, without bindings.
    pub fn evaluate(&self, instance: &Rc<Instance<'c>>, expr: &Expr) -> Result<Value, Refusal> {
        Eval::new(self, instance, Bindings { names: self.names.clone(), ..Bindings::default() }).eval(expr)
    }

    /// The value of a variable.
    pub fn variable(&self, instance: &Rc<Instance<'c>>, name: &str) -> Result<Named, Refusal> {
        let Some((name, block)) = instance.declarations.variables.get_key_value(name) else {
            return Err(Refusal::new(format!("variable `{name}` is not declared")));
        };
        self.once(instance, Cached::Variable(Arc::clone(name)), block.header, || self.input(instance, name, block))
    }

    fn input(&self, instance: &Rc<Instance<'c>>, name: &Arc<str>, block: &'c Block) -> Result<Named, Refusal> {
        let what = format!("variable `{name}`");
        if instance.declarations.ambiguous.contains(&what) {
            return Ok(declared_twice(&what, block.header));
        }
        let constraint = self.constraint(instance, block);
        let nullable = match block.body.attribute("nullable") {
            Some(nullable) => self.evaluate(instance, &nullable.value)?.as_bool() != Some(false),
            None => true,
        };
        let given = match &instance.parent {
            Some(caller) => self.passed(caller, name)?,
            None => self.given.value(self, instance, name, &constraint.ty)?,
        };
        let is_open = self.corpus.inputs.open_defaults && instance.parent.is_none();
        let default = block.body.attribute("default").filter(|_| !is_open);
        let (value, what) = match (given, default) {
            (Some((value, _)), Some(default)) if value.is_null() && !nullable => {
                (self.evaluate(instance, &default.value)?, Arc::from(format!("default of variable `{name}`")))
            }
            (Some(given), _) => given,
            (None, Some(default)) => {
                (self.evaluate(instance, &default.value)?, Arc::from(format!("default of variable `{name}`")))
            }
            (None, None) => {
                let unknown =
                    Value::unknown(constraint.ty.clone(), format!("variable `{name}` has no default and no value"));
                let unknown = unknown.asking(asks(instance, name, &constraint.ty));
                (unknown.written_at(block.header), Arc::from(format!("variable `{name}`")))
            }
        };
        match constraint.apply(&value) {
            Ok(value) => Ok((value, what)),
            Err(refusal) => Err(Refusal::new(format!("variable `{name}`: {}", refusal.message))),
        }
    }

    fn constraint(&self, instance: &Rc<Instance<'c>>, block: &Block) -> Constraint {
        let Some(ty) = block.body.attribute("type") else { return Constraint::any() };
        let mut evaluate = |expr: &Expr| self.evaluate(instance, expr).ok();
        constraint::read(&ty.value, &mut evaluate).unwrap_or_else(Constraint::any)
    }

    /// What the call passes for a variable.
    fn passed(&self, caller: &Caller<'c>, name: &str) -> Result<Option<Named>, Refusal> {
        let Some(argument) = caller.call.body.attribute(name) else { return Ok(None) };
        let Some(parent) = self.instance(caller.instance) else { return Ok(None) };
        let value = Eval::new(self, &parent, caller.bindings.clone()).eval(&argument.value)?;
        let call = caller.call.labels.first().map_or("", |label| &label.text);
        Ok(Some((value, Arc::from(format!("passed by module call `{call}`")))))
    }
}
