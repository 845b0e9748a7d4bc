//! From where what can be reached: rules of groups and firewalls, published ports, lists of who may come in.
//!
//! To add a kind whose rules have their fields side by side: a row in `rules`. To add another one: a file beside this one, and
//! a line in `sources`.

mod containers;
mod google;
mod join;
mod kubernetes;
mod lists;
pub(super) mod parts;
mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::resource;
use crate::dialect::Resource;
use crate::document::Unresolved;
use crate::fact::opening::Opening;
use crate::source::Workspace;

/// What resources of a kind say of what is open.
type Say = fn(&Resource, &Others<'_>) -> Vec<Said>;

/// Who says what is open, by kind.
fn sources() -> FxHashMap<&'static str, Say> {
    let fixed: [(&[&'static str], Say); 3] =
        [(google::KINDS, google::said), (kubernetes::KINDS, kubernetes::said), (containers::KINDS, containers::said)];
    let fixed = fixed.into_iter().flat_map(|(kinds, say)| kinds.iter().map(move |kind| (*kind, say)));
    let rows = rules::kinds().map(|kind| (kind, rules::said as Say));
    fixed.chain(rows).chain(lists::kinds().map(|kind| (kind, lists::said as Say))).collect()
}

/// What a resource says of one opening, or of one that it closes.
struct Said {
    opening: Opening,
    /// The rules that it counts together with.
    group: Option<String>,
    /// It closes what it names.
    denies: bool,
    /// Its place among the rules of its group where that decides: the lowest is first.
    order: Option<i64>,
}

/// Resources that others name when they say what is open.
struct Others<'r> {
    by_address: BTreeMap<(&'r str, &'r str), &'r Resource>,
}

/// Kinds that are named by others: lists of networks.
const NAMED: &[&str] = &["terraform/aws_ec2_managed_prefix_list", "terraform/data.aws_ec2_managed_prefix_list"];

impl<'r> Others<'r> {
    fn among(resources: &'r [Resource]) -> Others<'r> {
        let named = resources.iter().filter(|resource| NAMED.contains(&&*resource.kind));
        Others { by_address: named.map(|resource| ((&*resource.scope, &*resource.address), resource)).collect() }
    }

    /// The resource that an open value of another one is an attribute of.
    fn meant_by(&self, of: &Resource, open: &Unresolved) -> Option<&'r Resource> {
        let [reference] = open.references.as_slice() else { return None };
        self.by_address.get(&(&*of.scope, &**reference)).copied()
    }
}

/// What is open, as resources.
pub fn opened_by(resources: &[Resource], workspace: &Workspace) -> Vec<Resource> {
    let sources = sources();
    let others = Others::among(resources);
    let mut said: Vec<(&Resource, Said)> = Vec::new();
    for of in resources {
        if let Some(say) = sources.get(&*of.kind) {
            said.extend(say(of, &others).into_iter().map(|said| (of, said)));
        }
    }
    let opened = join::joined(&said);
    opened
        .iter()
        .map(|(of, opening)| {
            let address = match &*opening.key {
                "" => of.address.to_string(),
                key => format!("{}#{key}", of.address),
            };
            resource(of, &opening.fact(), &address, workspace)
        })
        .collect()
}

impl Said {
    /// An opening that counts alone.
    fn alone(opening: Opening) -> Said {
        Said { opening, group: None, denies: false, order: None }
    }
}

/// Either of two reasons why it is not certain that something is there.
fn either(one: Option<Arc<Unresolved>>, other: Option<Arc<Unresolved>>) -> Option<Arc<Unresolved>> {
    one.or(other)
}
