//! Expressions to values.
//!
//! An expression either has a value (which may be unknown) or is refused, as Terraform would refuse it. What a value was
//! made from stays with it: a reference gives the value the place of the reference, and the place it had before becomes
//! the first step of its trail.

mod computed;
mod names;
mod repeat;
mod template;
mod trail;

use std::rc::Rc;
use std::sync::Arc;

pub use computed::{as_written, found_by, metadata_of};
pub use names::UNDECLARED;
pub use trail::{narrowed, referred, stepped, steps_of, unknown_reference};

use super::convert::convert;
use super::functions::{self, Refusal};
use super::host::Files;
use super::module::{Instance, World};
use super::number::Number;
use super::operate;
use super::terragrunt;
use super::value::{Asks, Growing, Members, Partial, Type, Value};
use crate::document::{Guard, Question, Text};
use crate::source::Span;
use crate::syntax::hcl::ast::{Call, Expr, ExprKind, Member, MemberKey, Operator};

/// Most elements that one `for` or directive goes through.
const MOST_ELEMENTS: usize = 20_000;

/// What names stand for, beyond what the module declares.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    /// `each.key` and `each.value`.
    pub each: Option<(Value, Value)>,
    /// `count.index`.
    pub count: Option<Value>,
    /// Names of `for`, of dynamic blocks and of template variables; the last one of a name counts.
    pub names: Vec<(Arc<str>, Value)>,
    /// Only the names count: a template does not see the module.
    pub closed: bool,
}

/// The evaluation of one expression.
pub struct Eval<'w, 'c> {
    /// The tree of modules.
    pub world: &'w World<'c>,
    /// The module that the expression stands in.
    pub instance: &'w Rc<Instance<'c>>,
    /// What names stand for.
    pub bindings: Bindings,
    items: Vec<Value>,
}

/// A value, or why Terraform would refuse the expression.
pub type Evaluated = Result<Value, Refusal>;

impl<'w, 'c> Eval<'w, 'c> {
    /// An evaluation with bindings.
    pub fn new(world: &'w World<'c>, instance: &'w Rc<Instance<'c>>, bindings: Bindings) -> Eval<'w, 'c> {
        Eval { world, instance, bindings, items: Vec::new() }
    }

    /// What stands for the rest of a loop where no further step may be taken.
    pub fn cut(&self) -> Option<Value> {
        self.world.is_spent().then(|| Value::unknown(Type::Dynamic, self.world.limit()))
    }

    /// The value of an expression.
    pub fn eval(&mut self, expr: &Expr) -> Evaluated {
        let Some(_guard) = self.world.enter() else {
            return Ok(Value::unknown(Type::Dynamic, self.world.limit()).written_at(expr.span));
        };
        let mut evaluated = self.eval_kind(expr);
        if let Ok(value) = &mut evaluated {
            value.origin.span.get_or_insert(expr.span);
        }
        evaluated
    }

    /// Each kind has its function, so that this one, through which all recursion goes, needs little of the stack.
    fn eval_kind(&mut self, expr: &Expr) -> Evaluated {
        match &expr.kind {
            ExprKind::Wrapped(inner) | ExprKind::Parenthesised(inner) => self.eval(inner),
            ExprKind::Template(parts) => self.template(parts, expr.span),
            ExprKind::Tuple(items) => self.tuple(items),
            ExprKind::Object(members) => self.object(members),
            ExprKind::Variable(name) => self.variable(name, expr.span),
            ExprKind::Attribute(of, name) => self.attribute(of, name, expr.span),
            ExprKind::Index(of, key) => self.index(of, key, expr.span),
            ExprKind::Splat(of, each) => self.splat(of, each),
            ExprKind::Call(call) => self.call(call),
            ExprKind::For(repeated) => self.repeat(repeated),
            ExprKind::Conditional(parts) => self.conditional(parts),
            ExprKind::Binary(operator, parts) => self.binary(*operator, parts),
            ExprKind::Negate(inner) => self.eval(inner).and_then(|value| operate::negate(&value)),
            ExprKind::Not(inner) => self.eval(inner).and_then(|value| operate::not(&value)),
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Item => {
                self.simple(&expr.kind)
            }
        }
    }

    fn simple(&self, kind: &ExprKind) -> Evaluated {
        Ok(match kind {
            ExprKind::Bool(truth) => Value::bool(*truth),
            ExprKind::Number(text) => match Number::parse(text) {
                Some(number) => Value::number(number),
                None => return Err(Refusal::new(format!("the number `{text}` is out of range"))),
            },
            ExprKind::Text(text) => Value::text(text.clone()),
            ExprKind::Item => self.items.last().cloned().unwrap_or_else(|| Value::null(Type::Dynamic)),
            _ => Value::null(Type::Dynamic),
        })
    }

    fn tuple(&mut self, items: &[Expr]) -> Evaluated {
        let mut values = Vec::with_capacity(items.len());
        let mut growing = Growing::default();
        for item in items {
            let value = self.eval(item)?;
            if let Some(limit) = growing.add(&value) {
                return Ok(limit);
            }
            values.push(value);
        }
        Ok(Value::tuple(values))
    }

    fn index(&mut self, of: &Expr, key: &Expr, span: Span) -> Evaluated {
        let of = self.eval(of)?;
        let key = self.eval(key)?;
        // Where one of several values has no such item, nothing is deployed that way.
        let pair = [of, key];
        let mut taken = |pair: Vec<Value>| match pair.as_slice() {
            [of, key] => Ok(stepped(of, operate::index(of, key)?, span)),
            _ => Err(Refusal::new("an index needs a value and a key")),
        };
        match operate::lifted(&pair, &mut taken) {
            Some(lifted) => lifted,
            None => taken(pair.to_vec()),
        }
    }

    fn binary(&mut self, operator: Operator, parts: &[Expr; 2]) -> Evaluated {
        let [left, right] = parts;
        let left = self.eval(left)?;
        let right = self.eval(right)?;
        operate::binary(operator, &left, &right)
    }

    fn object(&mut self, members: &[Member]) -> Evaluated {
        let mut known = Members::new();
        let (mut open, mut forms) = (Vec::new(), Vec::new());
        let mut growing = Growing::default();
        for member in members {
            let (key, key_span) = match &member.key {
                MemberKey::Word(name) => (Arc::clone(&name.text), name.span),
                MemberKey::Expr(expr) => {
                    let key = self.eval(expr)?;
                    match (object_key(&key)?, claim(&key)) {
                        (Some(name), _) => (name, expr.span),
                        (None, Some(name)) => {
                            open.push(key);
                            (name, expr.span)
                        }
                        (None, None) => {
                            open.push(key);
                            forms.push(self.eval(&member.value)?);
                            continue;
                        }
                    }
                }
            };
            let mut value = self.eval(&member.value)?;
            if let Some(limit) = growing.add(&value) {
                return Ok(limit);
            }
            value.origin.key = Some(key_span);
            known.insert(key, value);
        }
        if open.is_empty() {
            return Ok(Value::object(known));
        }
        if known.is_empty() {
            return Ok(operate::each_of(&open, forms));
        }
        Ok(Value::unknown_from(Type::Dynamic, &open).with_partial(Partial::Members(Arc::new(known))))
    }

    fn call(&mut self, call: &Call) -> Evaluated {
        let name = &*call.name.text;
        match name.strip_prefix("core::").unwrap_or(name) {
            "try" => return self.attempt(&call.args),
            "can" => {
                let [only] = call.args.as_slice() else { return Err(Refusal::new("`can` takes one argument")) };
                return Ok(match self.eval(only) {
                    Err(_) => Value::bool(false),
                    Ok(value) if value.is_wholly_known() => Value::bool(true),
                    Ok(value) => Value::unknown_from(Type::Bool, [&value]),
                });
            }
            _ => {}
        }
        let mut args = call.args.iter().map(|arg| self.eval(arg)).collect::<Result<Vec<_>, _>>()?;
        if call.expand {
            match args.pop() {
                Some(last) if !last.is_known() => {
                    if let Some(merged) = functions::merged_of_many(name, &args, &last) {
                        return Ok(merged);
                    }
                    args.push(last);
                    return Ok(Value::unknown_from(Type::Dynamic, &args));
                }
                Some(last) => match last.items() {
                    Some(items) => args.extend(items.iter().cloned()),
                    None => return Err(Refusal::new("only a list can be expanded into arguments")),
                },
                None => {}
            }
        }
        let Some(function) = functions::named(name) else {
            if let Some(place) = &self.world.terragrunt {
                return Ok(terragrunt::call(place, name, &args));
            }
            if let Some(made) = self.world.call(name, &args) {
                return Ok(made);
            }
            if name.contains("::") {
                return Ok(Value::unknown(Type::Dynamic, format!("`{name}` is a provider's function")));
            }
            return Err(Refusal::new(format!("there is no function `{name}`")));
        };
        let host = Files { world: self.world, instance: self.instance };
        // What a call does with one of several values it does with each.
        let lifted = operate::lifted(&args, &mut |args| functions::invoke(function, args, &host));
        let made = lifted.unwrap_or_else(|| functions::invoke(function, args, &host))?;
        self.world.charge(&made);
        Ok(made)
    }

    fn attempt(&mut self, args: &[Expr]) -> Evaluated {
        let mut refused = Refusal::new("`try` needs an argument");
        for arg in args {
            match self.eval(arg) {
                Ok(value) => return Ok(value),
                Err(refusal) => refused = refusal,
            }
        }
        Err(refused)
    }

    /// An open condition that nothing else tells from others is told by how it is written, where its names mean the same
    /// all over the module.
    fn told(&self, condition: Value, expr: &Expr) -> Value {
        let Some(unknown) = condition.as_unknown().filter(|unknown| unknown.asks.truth.is_none()) else {
            return condition;
        };
        if self.bindings.each.is_some() || self.bindings.count.is_some() || !self.bindings.names.is_empty() {
            return condition;
        }
        let Ok(source) = self.world.corpus.workspace.source(expr.span.file) else { return condition };
        let written = source.slice(expr.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let id = format!("{} {written}", self.instance.prefix);
        let question = Arc::new(Question::of_truth(id, written));
        let asks = Asks { truth: Some(Guard::holds(&question)), ..unknown.asks.clone() };
        condition.asking(asks)
    }

    fn conditional(&mut self, parts: &[Expr; 3]) -> Evaluated {
        let [written, then, otherwise] = parts;
        let condition = self.eval(written)?;
        if condition.is_null() {
            return Err(Refusal::new("the condition is null"));
        }
        let condition = convert(&condition, &Type::Bool)?;
        let (then, otherwise) = (self.eval(then), self.eval(otherwise));
        match condition.as_bool() {
            Some(truth) => {
                let (taken, left) = if truth { (then?, otherwise) } else { (otherwise?, then) };
                match left {
                    Ok(left) => operate::alike(taken, &left),
                    Err(_) => Ok(taken),
                }
            }
            None => match (then, otherwise) {
                (Ok(then), Ok(otherwise)) => {
                    let condition = self.told(condition, written);
                    Ok(operate::either(&condition, then, otherwise))
                }
                // Terraform looks at a branch that it would refuse only when the condition is known to choose it.
                (Ok(_), Err(_)) | (Err(_), Ok(_)) => Ok(Value::unknown_from(Type::Dynamic, [&condition])),
                (Err(refusal), Err(_)) => Err(refusal),
            },
        }
    }
}

/// A key of which it is known how it ends, by a colon and a word: a claim of a provider that is not known (`${…}:sub`). What
/// stands there is kept below what is known of the key.
fn claim(key: &Value) -> Option<Arc<str>> {
    let shown = key.shown_key().filter(|_| !key.is_known())?;
    let (_, word) = shown.rsplit_once(':')?;
    (!word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')).then_some(shown)
}

/// The text of a key; none when it is not known.
fn object_key(key: &Value) -> Result<Option<Arc<str>>, Refusal> {
    if key.is_null() {
        return Err(Refusal::new("a key is null"));
    }
    let key = convert(key, &Type::String)?;
    Ok(key.as_text().map(Text::shared))
}
