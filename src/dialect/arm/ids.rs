//! Functions of templates that make the id of a resource of its type and the names of its parts.

use std::sync::Arc;

use super::call::Call;
use super::kind::{is_kind, joined};
use super::text::{self, text_of};
use super::unevaluated;
use crate::document::{Node, PartialText, Unresolved, Value};
use crate::kernel::lift::Fault;

/// `resourceId([subscription, group,] 'Provider/type', 'name', …)`: a reference, where the name is decided.
pub(super) fn resource(call: &Call<'_, '_>) -> Node {
    let texts = texts(call);
    let mut references = Vec::new();
    if let Some((kind, names)) =
        own(&texts).filter(|_| texts.first().cloned().flatten().is_some_and(|first| is_kind(&first)))
    {
        references.push(format!("{}/{}", joined(None, &kind), names.join("/")).into());
    }
    let suffix = texts.last().cloned().flatten().unwrap_or_default();
    let unresolved = Unresolved {
        expression: call.written(call.whole).into(),
        because: "the id of a resource has the subscription and the resource group of the deployment".into(),
        references,
        partial: Some(Box::new(PartialText::around("/", suffix))),
        ..Unresolved::default()
    };
    call.node(Value::Unresolved(Arc::new(unresolved)))
}

/// `tenantResourceId('Provider/type', 'name', …)`: the id of what belongs to no subscription.
pub(super) fn of_tenant(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| {
        let texts: Vec<Option<String>> = values.iter().map(|value| value.as_ref().and_then(text_of)).collect();
        let id = own(&texts).and_then(|(kind, names)| id_of(&kind, &names));
        text::text_node(call, id.ok_or_else(|| Fault::Refused("it takes a type and its names".into()))?)
    })
}

/// The id of what belongs to a subscription or a management group, which only the deployment knows: how it ends is known with the
/// type and the names.
pub(super) fn below(call: &Call<'_, '_>, name: &str) -> Node {
    let written = call.written(call.whole);
    let node = unevaluated::call(name, written.split('(').next().unwrap_or(name), call);
    match (&node.value, own(&texts(call)).and_then(|(kind, names)| id_of(&kind, &names))) {
        (Value::Unresolved(open), Some(id)) => {
            let partial = Some(Box::new(PartialText::around("/", id)));
            Node { value: Value::Unresolved(Arc::new(Unresolved { partial, ..Unresolved::clone(open) })), ..node }
        }
        _ => node,
    }
}

/// The arguments, as far as they are known texts.
fn texts(call: &Call<'_, '_>) -> Vec<Option<String>> {
    call.values().iter().map(|value| value.as_ref().and_then(text_of)).collect()
}

/// The type among some arguments, and the names after it, where all of these are known.
fn own(texts: &[Option<String>]) -> Option<(String, Vec<String>)> {
    let at = texts.iter().position(|text| text.as_deref().is_some_and(is_kind))?;
    let mut own = texts.get(at..)?.iter().cloned().collect::<Option<Vec<String>>>()?.into_iter();
    Some((own.next()?, own.collect()))
}

/// `/providers/Provider/type/name/…` of a type and the names of its parts.
fn id_of(kind: &str, names: &[String]) -> Option<String> {
    let (provider, types) = kind.split_once('/')?;
    let types: Vec<&str> = types.split('/').collect();
    let each = types.iter().zip(names).map(|(of, name)| format!("/{of}/{name}"));
    (types.len() == names.len()).then(|| format!("/providers/{provider}{}", each.collect::<String>()))
}
