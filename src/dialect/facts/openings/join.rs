//! Rules of one group taken together: what those that deny take away, and who gets in by several rules only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Said;
use crate::dialect::Resource;
use crate::document::{Node, Value};
use crate::fact::opening::Opening;
use crate::kernel::addresses::{Addresses, Named};
use crate::kernel::lift::relocated;
use crate::kernel::ports::{LAST, Range, ports};

/// Most rules of a group that are looked at together.
const MOST: usize = 512;

/// The openings that are left of all that is said, and those that several rules make together.
pub fn joined<'r>(said: &[(&'r Resource, Said)]) -> Vec<(&'r Resource, Opening)> {
    let mut groups: BTreeMap<(&str, &str, String), Vec<usize>> = BTreeMap::new();
    for (at, (of, said)) in said.iter().enumerate() {
        if let Some(group) = &said.group {
            groups.entry((&*of.scope, &*of.deployment, group.clone())).or_default().push(at);
        }
    }
    let mut left: Vec<Vec<Opening>> =
        said.iter().map(|(_, said)| if said.denies { Vec::new() } else { vec![said.opening.clone()] }).collect();
    let mut more: Vec<(&'r Resource, Opening)> = Vec::new();
    for members in groups.values().filter(|members| members.len() > 1) {
        let all: Vec<(usize, &'r Resource, &Said)> =
            members.iter().take(MOST).filter_map(|at| said.get(*at).map(|(of, said)| (*at, *of, said))).collect();
        for (at, _, one) in &all {
            if let Some(slot) = left.get_mut(*at) {
                let own = std::mem::take(slot).into_iter().flat_map(|opening| by_protocol(opening, one, &all));
                *slot = own.filter_map(|opening| narrowed(opening, one, &all)).collect();
            }
        }
        let of_each = |(at, of, _): &(usize, &'r Resource, &Said)| {
            let own = left.get(*at).map(Vec::as_slice).unwrap_or_default();
            own.iter().map(|opening| (*of, opening)).collect::<Vec<_>>()
        };
        let open: Vec<(&'r Resource, &Opening)> = all.iter().flat_map(of_each).collect();
        more.extend(together(&open));
    }
    let owners = said.iter().map(|(of, _)| *of);
    owners.zip(left).flat_map(|(of, own)| own.into_iter().map(move |opening| (of, opening))).chain(more).collect()
}

/// The protocols with ports.
const WITH_PORTS: [&str; 2] = ["tcp", "udp"];

/// An opening for all protocols as one for each of those with ports, where a rule that comes first denies one of them alone.
fn by_protocol(opening: Opening, said: &Said, all: &[(usize, &Resource, &Said)]) -> Vec<Opening> {
    let splits = |(_, _, other): &(usize, &Resource, &Said)| {
        let first = other.order.zip(said.order).is_some_and(|(theirs, own)| theirs <= own);
        first && other.denies && other.opening.protocol.as_str().is_some_and(|name| WITH_PORTS.contains(&name))
    };
    if opening.protocol.as_str() != Some("all") || !all.iter().any(splits) {
        return vec![opening];
    }
    let alone = |(at, name): (usize, &&str)| Opening {
        key: if at == 0 { opening.key.clone() } else { format!("{}:{name}", opening.key) },
        protocol: Node { value: Node::text(*name, opening.protocol.span).value, ..opening.protocol.clone() },
        ..opening.clone()
    };
    WITH_PORTS.iter().enumerate().map(alone).collect()
}

/// What rules that come first and deny leave of an opening; nothing where they close it.
fn narrowed(opening: Opening, said: &Said, all: &[(usize, &Resource, &Said)]) -> Option<Opening> {
    let Some(order) = said.order else { return Some(opening) };
    let Some(own) = ranges(opening.ports.as_ref()) else { return Some(opening) };
    let mut left = own.clone();
    for (_, _, other) in
        all.iter().filter(|(_, _, other)| other.denies && other.order.is_some_and(|first| first <= order))
    {
        let deny = &other.opening;
        if deny.condition.is_none() && same(&deny.direction, &opening.direction) && is_for(deny, &opening) {
            for closed in ranges(deny.ports.as_ref()).unwrap_or_default() {
                left = left.into_iter().flat_map(|range| without(range, closed)).collect();
            }
        }
    }
    if left == own {
        return Some(opening);
    }
    let texts = left.iter().map(|(from, to)| format!("{from}-{to}")).collect::<Vec<_>>();
    let place = opening.ports.clone()?;
    let node = Node { value: Node::text(texts.join(","), place.span).value, ..place };
    (!left.is_empty()).then_some(Opening { ports: Some(node), ..opening })
}

/// Whether a rule that denies is for all that an opening is for, but for the ports.
fn is_for(deny: &Opening, opening: &Opening) -> bool {
    let protocol = deny.protocol.as_str() == Some("all") || same(&deny.protocol, &opening.protocol);
    let closed = addresses(&deny.addresses);
    let (own, complete) = (addresses(&opening.addresses), is_complete(&opening.addresses));
    let everybody = closed.cover(&Named::read("*").addresses);
    protocol && is_complete(&deny.addresses) && (everybody || complete && !own.is_empty() && closed.cover(&own))
}

fn same(left: &Node, right: &Node) -> bool {
    left.as_str().is_some() && left.as_str() == right.as_str()
}

fn without((from, to): Range, closed: Range) -> Vec<Range> {
    if closed.1 < from || to < closed.0 {
        return vec![(from, to)];
    }
    let below = closed.0.checked_sub(1).filter(|end| *end >= from).map(|end| (from, end));
    let above = Some(closed.1 + 1).filter(|start| *start <= to).map(|start| (start, to));
    below.into_iter().chain(above).collect()
}

/// One rule of a group with what is known of it.
struct Member<'r, 'o> {
    of: &'r Resource,
    opening: &'o Opening,
    ports: Vec<Range>,
    addresses: Addresses,
}

/// The openings that let the whole internet in by several rules, none of which does so alone.
fn together<'r>(open: &[(&'r Resource, &Opening)]) -> Vec<(&'r Resource, Opening)> {
    let known = open.iter().filter_map(|(of, opening)| {
        let decided = opening.condition.is_none() && of.condition.is_none();
        let incoming = decided && opening.direction.as_str() == Some("in");
        let ports = ranges(opening.ports.as_ref()).filter(|_| incoming)?;
        let addresses = addresses(&opening.addresses);
        (!addresses.is_empty() && !addresses.cover_the_internet()).then_some(Member { of, opening, ports, addresses })
    });
    let members: Vec<Member<'r, '_>> = known.collect();
    let everything = Addresses::union(members.iter().map(|member| member.addresses.clone()));
    if members.len() < 2 || !everything.cover_the_internet() {
        return Vec::new();
    }
    let protocols: BTreeSet<&str> = members.iter().filter_map(|member| member.opening.protocol.as_str()).collect();
    let single = protocols.len() == 1;
    let of_protocol = |protocol: &str| {
        let is = |member: &&Member<'r, '_>| matches!(member.opening.protocol.as_str(), Some(own) if own == protocol || own == "all");
        let members: Vec<&Member<'r, '_>> = members.iter().filter(is).collect();
        stretches(&members).into_iter().filter_map(|(range, by)| joint(range, protocol, &by)).collect::<Vec<_>>()
    };
    protocols.into_iter().filter(|protocol| single || *protocol != "all").flat_map(of_protocol).collect()
}

/// The ranges of ports that the members let everybody in at, with the members that do so.
fn stretches<'m, 'r, 'o>(members: &[&'m Member<'r, 'o>]) -> Vec<(Range, Vec<&'m Member<'r, 'o>>)> {
    let mut cuts: BTreeSet<u32> = BTreeSet::new();
    for (from, to) in members.iter().flat_map(|member| &member.ports) {
        cuts.extend([*from, to + 1]);
    }
    let ends = cuts.iter().skip(1).chain(std::iter::once(&(LAST + 1)));
    let mut found: Vec<(Range, Vec<&'m Member<'r, 'o>>)> = Vec::new();
    for (from, next) in cuts.iter().zip(ends) {
        let has = |member: &&&'m Member<'r, 'o>| member.ports.iter().any(|(start, end)| start <= from && from <= end);
        let by: Vec<&'m Member<'r, 'o>> = members.iter().filter(has).copied().collect();
        if !Addresses::union(by.iter().map(|member| member.addresses.clone())).cover_the_internet() {
            continue;
        }
        let range = (*from, next.saturating_sub(1));
        match found.last_mut() {
            Some((last, same)) if last.1 + 1 == range.0 && same.len() == by.len() && all_same(same, &by) => {
                last.1 = range.1;
            }
            _ => found.push((range, by)),
        }
    }
    found
}

fn all_same(left: &[&Member<'_, '_>], right: &[&Member<'_, '_>]) -> bool {
    left.iter().zip(right).all(|(left, right)| std::ptr::eq(left.opening, right.opening))
}

/// The opening that several rules make together, at the place of the last one.
fn joint<'r>((from, to): Range, protocol: &str, by: &[&Member<'r, '_>]) -> Option<(&'r Resource, Opening)> {
    let (last, others) = by.split_last()?;
    let own = last.opening;
    let place = own.addresses.span;
    let listed = |node: &Node| if node.items().is_empty() { vec![node.clone()] } else { node.items().to_vec() };
    let mut items = listed(&own.addresses);
    for other in others.iter().flat_map(|other| listed(&other.opening.addresses)) {
        items.push(relocated(&other, place, "another rule of the group lets these in"));
    }
    let ports = own.ports.clone()?;
    let range = if from == to { from.to_string() } else { format!("{from}-{to}") };
    let opening = Opening {
        key: format!("together:{protocol}:{range}"),
        addresses: Node { value: Value::List(Arc::new(items)), ..own.addresses.clone() },
        ports: Some(Node { value: Node::text(range, ports.span).value, ..ports }),
        protocol: Node { value: Node::text(protocol, own.protocol.span).value, ..own.protocol.clone() },
        ..own.clone()
    };
    Some((last.of, opening))
}

/// The ports of an opening; none where they are not decided.
fn ranges(node: Option<&Node>) -> Option<Vec<Range>> {
    let node = node?;
    if node.items().is_empty() {
        return ports(node);
    }
    node.items().iter().map(ports).collect::<Option<Vec<_>>>().map(|all| all.into_iter().flatten().collect())
}

/// The addresses that are known to be among those of a list.
fn addresses(node: &Node) -> Addresses {
    let texts = std::iter::once(node).chain(node.items()).filter_map(Node::as_str);
    Addresses::union(texts.map(|text| Named::read(text).addresses))
}

/// Whether all of a list is decided.
fn is_complete(node: &Node) -> bool {
    node.as_unresolved().is_none() && node.items().iter().all(|item| item.as_unresolved().is_none())
}
