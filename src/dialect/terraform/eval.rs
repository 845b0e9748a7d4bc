//! Expressions to values.
//!
//! An expression either has a value (which may be unknown) or is refused, as Terraform would refuse it. What a value was
//! made from stays with it: a reference gives the value the place of the reference, and the place it had before becomes
//! the first step of its trail.

use std::rc::Rc;
use std::sync::Arc;

use super::convert::{convert, unify};
use super::functions::{self, Refusal};
use super::host::Files;
use super::module::{Instance, World};
use super::number::Number;
use super::operate;
use super::value::{Data, Members, Origin, Partial, Type, Unknown, Value};
use crate::document::{Run, Step, Text, Trail};
use crate::source::Span;
use crate::syntax::hcl::ast::{Call, Expr, ExprKind, For, Member, MemberKey, Name, Operator, Part};

/// Longest trail that is kept.
const LONGEST_TRAIL: usize = 16;

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
        for item in items {
            values.push(self.eval(item)?);
        }
        Ok(Value::tuple(values))
    }

    fn index(&mut self, of: &Expr, key: &Expr, span: Span) -> Evaluated {
        let of = self.eval(of)?;
        let key = self.eval(key)?;
        let found = operate::index(&of, &key)?;
        Ok(stepped(&of, found, span))
    }

    fn binary(&mut self, operator: Operator, parts: &[Expr; 2]) -> Evaluated {
        let [left, right] = parts;
        let left = self.eval(left)?;
        let right = self.eval(right)?;
        operate::binary(operator, &left, &right)
    }

    fn object(&mut self, members: &[Member]) -> Evaluated {
        let mut known = Members::new();
        let mut open = Vec::new();
        for member in members {
            let (key, key_span) = match &member.key {
                MemberKey::Word(name) => (Arc::clone(&name.text), name.span),
                MemberKey::Expr(expr) => {
                    let key = self.eval(expr)?;
                    let Some(name) = object_key(&key)? else {
                        open.push(key);
                        self.eval(&member.value)?;
                        continue;
                    };
                    (name, expr.span)
                }
            };
            let mut value = self.eval(&member.value)?;
            value.origin.key = Some(key_span);
            known.insert(key, value);
        }
        if open.is_empty() {
            return Ok(Value::object(known));
        }
        Ok(Value::unknown_from(Type::Dynamic, &open).with_partial(Partial::Members(Arc::new(known))))
    }

    /// A name on its own.
    fn variable(&mut self, name: &str, span: Span) -> Evaluated {
        if let Some(bound) = self.bound(name) {
            return Ok(referred(bound.clone(), span, &Arc::from(format!("`{name}`"))));
        }
        if self.bindings.closed {
            return Err(Refusal::new(format!("the template's variables have no `{name}`")));
        }
        match name {
            "each" | "count" | "path" | "terraform" | "var" | "local" | "module" | "data" => {
                Err(Refusal::new(format!("`{name}` must be followed by a name")))
            }
            "self" => Ok(Value::unknown(Type::Dynamic, "`self` is known when the resource exists")),
            _ => Err(Refusal::new(format!("nothing is called `{name}` here"))),
        }
    }

    fn bound(&self, name: &str) -> Option<&Value> {
        self.bindings.names.iter().rev().find(|(bound, _)| &**bound == name).map(|(_, value)| value)
    }

    /// `of.name`: of what the module declares, or of a value.
    fn attribute(&mut self, of: &Expr, name: &Name, span: Span) -> Evaluated {
        if !self.bindings.closed
            && let Some(value) = self.declared(of, name, span)
        {
            return value;
        }
        let of = self.eval(of)?;
        let found = operate::attribute(&of, &name.text)?;
        Ok(stepped(&of, found, span))
    }

    /// What `of.name` is when `of` is a namespace; none when it is not.
    fn declared(&mut self, of: &Expr, name: &Name, span: Span) -> Option<Evaluated> {
        match &of.kind {
            ExprKind::Variable(space) if self.bound(space).is_none() => self.in_space(space, name, span),
            ExprKind::Attribute(inner, middle) => match &inner.kind {
                ExprKind::Variable(space) if self.bound(space).is_some() => None,
                ExprKind::Variable(space) if &**space == "data" => {
                    Some(self.resource(&format!("data.{}.{}", middle.text, name.text)))
                }
                ExprKind::Variable(space) if &**space == "module" => self.output(&middle.text, None, name, span),
                _ => None,
            },
            ExprKind::Index(inner, key) => match &inner.kind {
                ExprKind::Attribute(root, call) => match &root.kind {
                    ExprKind::Variable(space) if &**space == "module" && self.bound(space).is_none() => {
                        let key = match self.eval(key) {
                            Ok(key) => key,
                            Err(refusal) => return Some(Err(refusal)),
                        };
                        self.output(&call.text, Some(&key), name, span)
                    }
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    fn in_space(&mut self, space: &str, name: &Name, span: Span) -> Option<Evaluated> {
        let text = &*name.text;
        Some(match space {
            "var" => self.world.variable(self.instance, text).map(|(value, what)| referred(value, span, &what)),
            "local" => self.world.local(self.instance, text).map(|(value, what)| referred(value, span, &what)),
            "each" => self.each(text, span),
            "count" => match (text, &self.bindings.count) {
                ("index", Some(index)) => Ok(index.clone().with_origin(Origin::default())),
                _ => Err(Refusal::new("`count.index` is known only where `count` is set")),
            },
            "path" => self.path(text),
            "terraform" | "tofu" => {
                Ok(Value::unknown(Type::Dynamic, format!("`terraform.{text}` is known when Terraform runs")))
            }
            "module" => self.world.module_value(self.instance, text),
            "self" | "ephemeral" | "data" => return None,
            _ => self.resource(&format!("{space}.{text}")),
        })
    }

    fn each(&self, name: &str, span: Span) -> Evaluated {
        let Some((key, value)) = &self.bindings.each else {
            return Err(Refusal::new("`each` is known only where `for_each` is set"));
        };
        match name {
            "key" => Ok(referred(key.clone(), span, &Arc::from("key of `for_each`"))),
            "value" => Ok(referred(value.clone(), span, &Arc::from("value of `for_each`"))),
            _ => Err(Refusal::new(format!("`each` has `key` and `value`, not `{name}`"))),
        }
    }

    fn path(&self, name: &str) -> Evaluated {
        match name {
            "module" => Ok(Value::string(self.world.module_path(self.instance))),
            "root" => Ok(Value::string(".")),
            "cwd" => Ok(self.working_directory()),
            _ => Err(Refusal::new(format!("`path` has no `{name}`"))),
        }
    }

    /// Terraform runs in the directory of the root module, wherever the repository is.
    fn working_directory(&self) -> Value {
        let above = Value::unknown(Type::String, "the working directory is known when Terraform runs");
        match self.world.root() {
            "" => above,
            root => {
                let pieces = vec![above.clone(), Value::string(format!("/{root}"))];
                above.with_partial(Partial::Template(Arc::new(pieces)))
            }
        }
    }

    fn resource(&mut self, address: &str) -> Evaluated {
        self.world.resource_value(self.instance, address)
    }

    fn output(&mut self, call: &str, key: Option<&Value>, name: &Name, span: Span) -> Option<Evaluated> {
        match self.world.output(self.instance, call, key, &name.text) {
            Ok(Some((value, what))) => Some(Ok(referred(value, span, &what))),
            Ok(None) => None,
            Err(refusal) => Some(Err(refusal)),
        }
    }

    fn splat(&mut self, of: &Expr, each: &Expr) -> Evaluated {
        let of = self.eval(of)?;
        let items = match of.data() {
            Data::Null(_) => return Ok(Value::tuple(Vec::new())),
            Data::List(_, items) | Data::Set(_, items) | Data::Tuple(items) => items.to_vec(),
            Data::Unknown(unknown) => match &unknown.partial {
                Some(Partial::Items(items)) => {
                    let taken = self.splat_each(&of, items, each)?;
                    return Ok(Value::unknown_from(Type::Dynamic, [&of]).with_partial(Partial::Items(taken.into())));
                }
                Some(Partial::Members(_) | Partial::Template(_)) => vec![of.clone()],
                _ if matches!(unknown.ty, Type::Object(_) | Type::Map(_)) || unknown.ty.is_primitive() => {
                    vec![of.clone()]
                }
                _ => return Ok(Value::unknown_from(Type::Dynamic, [&of])),
            },
            _ => vec![of.clone()],
        };
        let taken = self.splat_each(&of, &items, each)?;
        if matches!(of.data(), Data::List(..) | Data::Set(..)) {
            let types: Vec<Type> = taken.iter().map(Value::ty).collect();
            if let Some(ty) = unify(&types) {
                let items = taken.iter().map(|item| convert(item, &ty)).collect::<Result<_, _>>()?;
                return Ok(Value::list(ty, items));
            }
        }
        Ok(Value::tuple(taken))
    }

    fn splat_each(&mut self, of: &Value, items: &[Value], each: &Expr) -> Result<Vec<Value>, Refusal> {
        let mut taken = Vec::with_capacity(items.len());
        for item in items {
            let item = match of.origin.span {
                Some(span) if !std::ptr::eq(of, item) => stepped(of, item.clone(), span),
                _ => item.clone(),
            };
            let spread = item.as_unknown().is_some_and(|unknown| unknown.spread);
            self.items.push(item);
            let value = self.eval(each);
            self.items.pop();
            taken.push(if spread { value?.spread() } else { value? });
        }
        Ok(taken)
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
            if name.contains("::") {
                return Ok(Value::unknown(Type::Dynamic, format!("`{name}` is a provider's function")));
            }
            return Err(Refusal::new(format!("there is no function `{name}`")));
        };
        functions::invoke(function, args, &Files { world: self.world, instance: self.instance })
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

    fn conditional(&mut self, parts: &[Expr; 3]) -> Evaluated {
        let [condition, then, otherwise] = parts;
        let condition = self.eval(condition)?;
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
                (Ok(then), Ok(otherwise)) => Ok(operate::either(&condition, then, otherwise)),
                // Terraform looks at a branch that it would refuse only when the condition is known to choose it.
                (Ok(_), Err(_)) | (Err(_), Ok(_)) => Ok(Value::unknown_from(Type::Dynamic, [&condition])),
                (Err(refusal), Err(_)) => Err(refusal),
            },
        }
    }

    fn repeat(&mut self, repeated: &For) -> Evaluated {
        let collection = self.eval(&repeated.collection)?;
        if collection.is_null() {
            return Err(Refusal::new("`for` goes through null"));
        }
        let mut gathered = Gathered::default();
        let elements = match operate::elements(&collection) {
            Some((elements, open)) => {
                if open {
                    gathered.open.push(collection.clone());
                }
                elements
            }
            None if !collection.is_known() => return Ok(Value::unknown_from(Type::Dynamic, [&collection])),
            None => return Err(Refusal::new("`for` goes through lists, sets, maps and objects only")),
        };
        if elements.len() > MOST_ELEMENTS {
            return Ok(Value::unknown(Type::Dynamic, "`for` goes through more than 20,000 elements, the limit here"));
        }
        let bound = self.bindings.names.len();
        for (key, value) in elements {
            if let Some(name) = &repeated.key {
                self.bindings.names.push((Arc::clone(&name.text), key));
            }
            let value = stepped_element(&collection, value);
            let spread = value.as_unknown().is_some_and(|unknown| unknown.spread);
            self.bindings.names.push((Arc::clone(&repeated.value.text), value));
            let done = self.element(repeated, spread, &mut gathered);
            self.bindings.names.truncate(bound);
            done?;
        }
        Ok(gathered.finish(repeated))
    }

    fn element(&mut self, repeated: &For, mut maybe: bool, gathered: &mut Gathered) -> Result<(), Refusal> {
        if let Some(condition) = &repeated.condition {
            let condition = self.eval(condition)?;
            if condition.is_null() {
                return Err(Refusal::new("the condition of `for` is null"));
            }
            match convert(&condition, &Type::Bool)?.as_bool() {
                Some(false) => return Ok(()),
                Some(true) => {}
                None => {
                    gathered.open.push(condition);
                    maybe = true;
                }
            }
        }
        let Some(key) = &repeated.key_result else {
            let value = self.eval(&repeated.result)?;
            gathered.items.push(if maybe { operate::perhaps(&value, gathered.open.last()) } else { value });
            return Ok(());
        };
        let key = self.eval(key)?;
        let value = self.eval(&repeated.result)?;
        match object_key(&key)? {
            None => gathered.open.push(key),
            Some(_) if maybe => gathered.open.push(value),
            Some(name) if repeated.grouped => gathered.groups.entry(name).or_default().push(value),
            Some(name) => {
                if gathered.members.insert(Arc::clone(&name), value).is_some() {
                    return Err(Refusal::new(format!("two elements have the key `{name}`")));
                }
            }
        }
        Ok(())
    }

    fn template(&mut self, parts: &[Part], span: Span) -> Evaluated {
        let mut pieces = Vec::new();
        self.pieces(parts, &mut pieces)?;
        if pieces.iter().any(|(_, value)| !value.is_known()) {
            let values: Vec<Value> = pieces.into_iter().map(|(span, value)| value.written_at(span)).collect();
            let unknown = Value::unknown_from(Type::String, &values);
            return Ok(unknown.with_partial(Partial::Template(Arc::new(values))));
        }
        Ok(Value::text(joined(&pieces, span)))
    }

    fn pieces(&mut self, parts: &[Part], pieces: &mut Vec<(Span, Value)>) -> Result<(), Refusal> {
        for part in parts {
            match part {
                Part::Text(text, span) => pieces.push((*span, Value::text(text.clone()))),
                Part::Value(expr) => {
                    let value = self.eval(expr)?;
                    if value.is_null() {
                        return Err(Refusal::new("a null is inserted in a template"));
                    }
                    pieces.push((expr.span, convert(&value, &Type::String)?));
                }
                Part::If { condition, then, otherwise } => {
                    let value = self.eval(condition)?;
                    if value.is_null() {
                        return Err(Refusal::new("the condition of a template's `if` is null"));
                    }
                    match convert(&value, &Type::Bool)?.as_bool() {
                        Some(true) => self.pieces(then, pieces)?,
                        Some(false) => self.pieces(otherwise, pieces)?,
                        None => pieces.push((condition.span, Value::unknown_from(Type::String, [&value]))),
                    }
                }
                Part::For { key, value, collection, body } => {
                    self.piece_for(key.as_ref(), value, collection, body, pieces)?;
                }
            }
            if pieces.len() > MOST_ELEMENTS {
                return Err(Refusal::new("the template has more than 20,000 pieces, the limit here"));
            }
        }
        Ok(())
    }

    fn piece_for(
        &mut self,
        key: Option<&Name>,
        value: &Name,
        collection: &Expr,
        body: &[Part],
        pieces: &mut Vec<(Span, Value)>,
    ) -> Result<(), Refusal> {
        let evaluated = self.eval(collection)?;
        let Some(elements) = evaluated.elements() else {
            if evaluated.is_known() {
                return Err(Refusal::new("a template's `for` goes through lists, sets, maps and objects only"));
            }
            pieces.push((collection.span, Value::unknown_from(Type::String, [&evaluated])));
            return Ok(());
        };
        let bound = self.bindings.names.len();
        for (at, element) in elements {
            if let Some(name) = key {
                self.bindings.names.push((Arc::clone(&name.text), at));
            }
            self.bindings.names.push((Arc::clone(&value.text), stepped_element(&evaluated, element)));
            let done = self.pieces(body, pieces);
            self.bindings.names.truncate(bound);
            done?;
        }
        Ok(())
    }
}

/// What a `for` has gathered so far.
#[derive(Default)]
struct Gathered {
    items: Vec<Value>,
    members: Members,
    groups: std::collections::BTreeMap<Arc<str>, Vec<Value>>,
    open: Vec<Value>,
}

impl Gathered {
    fn finish(self, repeated: &For) -> Value {
        let Gathered { items, mut members, groups, open } = self;
        if repeated.key_result.is_none() {
            if open.is_empty() {
                return Value::tuple(items);
            }
            return Value::unknown_from(Type::Dynamic, &open).with_partial(Partial::Items(Arc::new(items)));
        }
        members.extend(groups.into_iter().map(|(key, values)| (key, Value::tuple(values))));
        if open.is_empty() {
            return Value::object(members);
        }
        Value::unknown_from(Type::Dynamic, &open).with_partial(Partial::Members(Arc::new(members)))
    }
}

/// The text of a key; none when it is not known.
fn object_key(key: &Value) -> Result<Option<Arc<str>>, Refusal> {
    if key.is_null() {
        return Err(Refusal::new("a key is null"));
    }
    let key = convert(key, &Type::String)?;
    Ok(key.as_text().map(Text::shared))
}

/// The pieces as one text. The text of an insertion leads back to the insertion, as an escape does.
fn joined(pieces: &[(Span, Value)], whole: Span) -> Text {
    let mut text = String::new();
    let mut runs = Vec::new();
    let mut traced = true;
    for (span, value) in pieces {
        let Some(piece) = value.as_text() else { continue };
        let offset = u32::try_from(text.len()).unwrap_or(u32::MAX);
        traced &= span.file == whole.file;
        match piece.runs() {
            Some(found) if value.origin.span.is_none() => {
                runs.extend(found.iter().map(|run| Run { text: run.text.saturating_add(offset), ..*run }));
            }
            _ => runs.push(Run { text: offset, source: span.start, verbatim: false }),
        }
        text.push_str(piece.as_str());
    }
    if traced && runs.iter().any(|run| run.verbatim) {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        runs.push(Run { text: end, source: pieces.last().map_or(whole.end, |(span, _)| span.end), verbatim: true });
        Text::with_runs(text, runs)
    } else {
        Text::opaque(text)
    }
}

/// A value that is used at a place: where it stood becomes the first step of its trail.
pub fn referred(value: Value, at: Span, what: &Arc<str>) -> Value {
    let first = value.origin.span.map(|span| Step { span, what: Arc::clone(what) });
    let steps: Vec<Step> =
        first.into_iter().chain(steps_of(&value.origin.trail).iter().cloned()).take(LONGEST_TRAIL).collect();
    let structure = value.origin.structure.clone();
    value.with_origin(Origin { span: Some(at), key: None, trail: trail(steps), structure })
}

/// A part of a value that came along a trail: the step in which the part was written is narrowed to it.
pub fn stepped(of: &Value, part: Value, at: Span) -> Value {
    let structure = part.origin.structure.clone();
    let key = part.origin.key;
    let trail = narrowed(&of.origin, &part.origin);
    part.with_origin(Origin { span: Some(at), key, trail, structure })
}

/// The same for an element that keeps the place it was written at, when the collection was written there too.
fn stepped_element(of: &Value, element: Value) -> Value {
    match of.origin.span {
        Some(span) if element.origin.span.is_none_or(|own| !span.contains(own)) => stepped(of, element, span),
        _ => element,
    }
}

/// The trail of a part: that of the whole, as far as the part was written in one of its steps.
pub fn narrowed(of: &Origin, part: &Origin) -> Trail {
    let whole = steps_of(&of.trail);
    let Some(own) = part.span else { return of.trail.clone() };
    let mut steps: Vec<Step> = Vec::new();
    match whole.iter().position(|step| step.span.contains(own)) {
        Some(at) => {
            steps.extend(whole.iter().take(at).cloned());
            steps.extend(whole.get(at).map(|step| Step { span: own, what: Arc::clone(&step.what) }));
        }
        None if of.span.is_some_and(|span| span.contains(own)) => {}
        None => {
            steps.extend(whole.iter().cloned());
            steps.push(Step { span: own, what: Arc::from("the value comes from here") });
        }
    }
    steps.extend(steps_of(&part.trail).iter().cloned());
    steps.truncate(LONGEST_TRAIL);
    trail(steps)
}

/// The steps of a trail.
pub fn steps_of(trail: &Trail) -> &[Step] {
    trail.as_ref().map_or(&[], |steps| steps.as_slice())
}

fn trail(steps: Vec<Step>) -> Trail {
    (!steps.is_empty()).then(|| Arc::new(steps))
}

/// An unknown with a reference.
pub fn unknown_reference(because: impl Into<Arc<str>>, reference: &str) -> Value {
    Value::from(Unknown {
        ty: Type::Dynamic,
        because: because.into(),
        references: vec![Arc::from(reference)],
        partial: None,
        spread: false,
    })
}
