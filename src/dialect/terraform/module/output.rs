//! What module calls give back.

use std::rc::Rc;
use std::sync::Arc;

use super::{Cached, Instance, Named, World};
use crate::dialect::terraform::expand::{Expansion, Key};
use crate::dialect::terraform::functions::Refusal;
use crate::dialect::terraform::number::Number;
use crate::dialect::terraform::value::{Members, Type, Value};

impl<'c> World<'c> {
    /// `module.call.name` or `module.call[key].name`; none when the call has several modules and no key is given.
    pub fn output(
        &self,
        instance: &Rc<Instance<'c>>,
        call: &str,
        key: Option<&Value>,
        name: &str,
    ) -> Result<Option<Named>, Refusal> {
        let Some((call_name, block)) = instance.declarations.calls.get_key_value(call) else {
            return Err(Refusal::new(format!("module call `{call}` is not declared")));
        };
        let expansion = self.expansion(instance, &format!("module.{call}"), block);
        let wanted = match (&*expansion, key) {
            (Expansion::Once, None) | (Expansion::Open(_), _) => Key::None,
            (Expansion::Count(_), Some(key)) => match key.as_number().and_then(Number::as_usize) {
                Some(at) => Key::Number(at),
                None => return Ok(None),
            },
            (Expansion::Each(_), Some(key)) => match key.as_text() {
                Some(text) => Key::Text(text.shared()),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let found = self.called(instance, call_name, block).into_iter().find(|(key, _)| *key == wanted);
        let Some((_, child)) = found else {
            return Err(Refusal::new(format!("`module.{call}{wanted}` is not there")));
        };
        let (value, what) = self.output_of(instance, call, child, name)?;
        if let Expansion::Open(cause) = &*expansion
            && !value.is_known()
        {
            return Ok(Some((Value::unknown_from(Type::Dynamic, [cause, &value]), what)));
        }
        Ok(Some((value, what)))
    }

    fn output_of(
        &self,
        instance: &Rc<Instance<'c>>,
        call: &str,
        child: Option<usize>,
        name: &str,
    ) -> Result<Named, Refusal> {
        let Some(child) = child.and_then(|child| self.instance(child)) else {
            let because = format!("the sources of module call `{}module.{call}` are not there", instance.prefix);
            return Ok((Value::unknown(Type::Dynamic, because), Arc::from("")));
        };
        let Some((name, block)) = child.declarations.outputs.get_key_value(name) else {
            return Err(Refusal::new(format!("module call `{call}` has no output `{name}`")));
        };
        self.once(&child, Cached::Output(Arc::clone(name)), block.header, || {
            let Some(value) = block.body.attribute("value") else {
                return Err(Refusal::new(format!("output `{name}` has no value")));
            };
            let value = self.evaluate(&child, &value.value)?;
            Ok((value, Arc::from(format!("output `{name}` of module call `{call}`"))))
        })
    }

    /// `module.call`: all outputs, of all modules of the call.
    pub fn module_value(&self, instance: &Rc<Instance<'c>>, call: &str) -> Result<Value, Refusal> {
        let Some((name, block)) = instance.declarations.calls.get_key_value(call) else {
            return Err(Refusal::new(format!("module call `{call}` is not declared")));
        };
        let expansion = self.expansion(instance, &format!("module.{call}"), block);
        if let Expansion::Open(cause) = &*expansion {
            return Ok(Value::unknown_from(Type::Dynamic, [cause]));
        }
        let mut values = Vec::new();
        for (key, child) in self.called(instance, name, block) {
            values.push((key, self.outputs(instance, call, child)?));
        }
        Ok(match &*expansion {
            Expansion::Count(_) => Value::tuple(values.into_iter().map(|(_, value)| value).collect()),
            Expansion::Each(_) => Value::object(
                values
                    .into_iter()
                    .filter_map(|(key, value)| match key {
                        Key::Text(text) => Some((text, value)),
                        Key::None | Key::Number(_) => None,
                    })
                    .collect(),
            ),
            Expansion::Once | Expansion::Open(_) => {
                values.pop().map_or_else(|| Value::null(Type::Dynamic), |(_, value)| value)
            }
        })
    }

    fn outputs(&self, instance: &Rc<Instance<'c>>, call: &str, child: Option<usize>) -> Result<Value, Refusal> {
        let Some(module) = child.and_then(|child| self.instance(child)) else {
            return self.output_of(instance, call, None, "").map(|(value, _)| value);
        };
        let mut members = Members::new();
        for name in module.declarations.outputs.keys() {
            // One output that is refused does not take the others along.
            let value = match self.output_of(instance, call, child, name) {
                Ok((value, _)) => value,
                Err(refusal) => Value::unknown(Type::Dynamic, refusal.message),
            };
            members.insert(Arc::clone(name), value);
        }
        Ok(Value::object(members))
    }
}
