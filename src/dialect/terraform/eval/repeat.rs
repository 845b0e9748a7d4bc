//! Expressions that go through collections: splats and `for`.

use std::sync::Arc;

use super::trail::stepped_element;
use super::{Eval, Evaluated, MOST_ELEMENTS, object_key, stepped};
use crate::dialect::terraform::convert::{convert, unify};
use crate::dialect::terraform::functions::Refusal;
use crate::dialect::terraform::operate;
use crate::dialect::terraform::value::{Data, Growing, Members, Partial, Type, Value};
use crate::syntax::hcl::ast::{Expr, For};

impl Eval<'_, '_> {
    pub(super) fn splat(&mut self, of: &Expr, each: &Expr) -> Evaluated {
        let of = self.eval(of)?;
        let mut each_way = |mut ways: Vec<Value>| match ways.pop() {
            Some(of) => self.splat_over(&of, each),
            None => Err(Refusal::new("a splat goes through nothing")),
        };
        match operate::lifted(std::slice::from_ref(&of), &mut each_way) {
            Some(lifted) => lifted,
            None => self.splat_over(&of, each),
        }
    }

    fn splat_over(&mut self, of: &Value, each: &Expr) -> Evaluated {
        let items = match of.data() {
            Data::Null(_) => return Ok(Value::tuple(Vec::new())),
            Data::List(_, items) | Data::Set(_, items) | Data::Tuple(items) => items.to_vec(),
            Data::Unknown(unknown) => match &unknown.partial {
                Some(Partial::Items(items)) => {
                    let taken = self.splat_each(of, items, each)?;
                    return Ok(Value::unknown_from(Type::Dynamic, [of]).with_partial(Partial::Items(taken.into())));
                }
                Some(Partial::Members(_) | Partial::Template(_)) => vec![of.clone()],
                _ if matches!(unknown.ty, Type::Object(_) | Type::Map(_)) || unknown.ty.is_primitive() => {
                    vec![of.clone()]
                }
                _ => return Ok(Value::unknown_from(Type::Dynamic, [of])),
            },
            _ => vec![of.clone()],
        };
        let taken = self.splat_each(of, &items, each)?;
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
        let mut growing = Growing::default();
        for item in items {
            let item = match of.origin.span {
                Some(span) if !std::ptr::eq(of, item) => stepped(of, item.clone(), span),
                _ => item.clone(),
            };
            let spread = item.as_unknown().is_some_and(|unknown| unknown.spread);
            self.items.push(item);
            let value = self.eval(each);
            self.items.pop();
            let value = value?;
            if let Some(limit) = self.cut().or_else(|| growing.add(&value)) {
                taken.push(limit.spread());
                break;
            }
            taken.push(if spread { value.spread() } else { value });
        }
        Ok(taken)
    }

    pub(super) fn repeat(&mut self, repeated: &For) -> Evaluated {
        let collection = self.eval(&repeated.collection)?;
        let mut each_way = |mut ways: Vec<Value>| match ways.pop() {
            Some(collection) => self.repeat_over(repeated, &collection),
            None => Err(Refusal::new("`for` goes through nothing")),
        };
        match operate::lifted(std::slice::from_ref(&collection), &mut each_way) {
            Some(lifted) => lifted,
            None => self.repeat_over(repeated, &collection),
        }
    }

    /// A `for` over a collection that is not known: any number of items, or of members, of one form.
    fn repeat_unknown(&mut self, repeated: &For, collection: &Value) -> Value {
        let whole = Value::unknown_from(Type::Dynamic, [collection]);
        if repeated.grouped {
            return whole;
        }
        let bound = self.bindings.names.len();
        let names = repeated.key.iter().chain([&repeated.value]);
        let unknown = Value::unknown_from(Type::Dynamic, [collection]);
        self.bindings.names.extend(names.map(|name| (Arc::clone(&name.text), unknown.clone())));
        if let (Some(form), Some((_, value))) = (operate::form_of_elements(collection), self.bindings.names.last_mut())
        {
            *value = form;
        }
        let item = self.eval(&repeated.result);
        self.bindings.names.truncate(bound);
        match item {
            Ok(item) if repeated.key_result.is_some() => operate::each_of(std::slice::from_ref(collection), vec![item]),
            Ok(item) => whole.with_partial(Partial::Items(Arc::new(vec![operate::perhaps(&item, Some(collection))]))),
            Err(_) => whole,
        }
    }

    fn repeat_over(&mut self, repeated: &For, collection: &Value) -> Evaluated {
        if collection.is_null() {
            return Err(Refusal::new("`for` goes through null"));
        }
        let mut gathered = Gathered::default();
        let elements = match operate::elements(collection) {
            Some((elements, open)) => {
                if open {
                    gathered.open.push(collection.clone());
                }
                elements
            }
            None if !collection.is_known() => return Ok(self.repeat_unknown(repeated, collection)),
            None => return Err(Refusal::new("`for` goes through lists, sets, maps and objects only")),
        };
        if elements.len() > MOST_ELEMENTS {
            return Ok(Value::unknown(Type::Dynamic, "`for` goes through more than 20,000 elements, the limit here"));
        }
        let bound = self.bindings.names.len();
        for (key, value) in elements {
            if let Some(cut) = self.cut() {
                return Ok(cut);
            }
            if let Some(name) = &repeated.key {
                self.bindings.names.push((Arc::clone(&name.text), key));
            }
            let value = stepped_element(collection, value);
            let spread = value.as_unknown().is_some_and(|unknown| unknown.spread);
            self.bindings.names.push((Arc::clone(&repeated.value.text), operate::single_of(value)));
            let done = self.element(repeated, spread, &mut gathered);
            self.bindings.names.truncate(bound);
            if let Some(limit) = done? {
                return Ok(limit);
            }
        }
        Ok(gathered.finish(repeated))
    }

    /// Adds what an element gives; or gives what stands for the whole, where that now holds too much.
    fn element(&mut self, repeated: &For, mut maybe: bool, gathered: &mut Gathered) -> Result<Option<Value>, Refusal> {
        if let Some(condition) = &repeated.condition {
            let condition = self.eval(condition)?;
            if condition.is_null() {
                return Err(Refusal::new("the condition of `for` is null"));
            }
            match convert(&condition, &Type::Bool)?.as_bool() {
                Some(false) => return Ok(None),
                Some(true) => {}
                None => {
                    gathered.open.push(condition);
                    maybe = true;
                }
            }
        }
        let Some(key) = &repeated.key_result else {
            let value = self.eval(&repeated.result)?;
            let limit = gathered.growing.add(&value);
            gathered.items.push(if maybe { operate::perhaps(&value, gathered.open.last()) } else { value });
            return Ok(limit);
        };
        let key = self.eval(key)?;
        let value = self.eval(&repeated.result)?;
        let limit = gathered.growing.add(&value);
        match object_key(&key)? {
            None => {
                gathered.open.push(key);
                gathered.forms.push(value);
            }
            Some(_) if maybe => {
                gathered.open.push(value.clone());
                gathered.forms.push(value);
            }
            Some(name) if repeated.grouped => gathered.groups.entry(name).or_default().push(value),
            Some(name) => {
                if gathered.members.insert(Arc::clone(&name), value).is_some() {
                    return Err(Refusal::new(format!("two elements have the key `{name}`")));
                }
            }
        }
        Ok(limit)
    }
}

/// What a `for` has gathered so far.
#[derive(Default)]
struct Gathered {
    items: Vec<Value>,
    members: Members,
    groups: std::collections::BTreeMap<Arc<str>, Vec<Value>>,
    open: Vec<Value>,
    /// The members of which it is not known under which keys they are, or whether they are there.
    forms: Vec<Value>,
    growing: Growing,
}

impl Gathered {
    fn finish(self, repeated: &For) -> Value {
        let Gathered { items, mut members, groups, open, forms, .. } = self;
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
        if members.is_empty() && !forms.is_empty() && !repeated.grouped {
            return operate::each_of(&open, forms);
        }
        Value::unknown_from(Type::Dynamic, &open).with_partial(Partial::Members(Arc::new(members)))
    }
}
