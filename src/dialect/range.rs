//! Ranges of addresses that are given by their first and last, as the networks they are made of.

use std::net::Ipv4Addr;

use ipnet::Ipv4Subnets;

use crate::document::Node;
use crate::kernel::lift::Site;

/// The networks of a range: `0.0.0.0/1` and so on; none where the two are no addresses in their order.
pub(super) fn addresses(node: &Node, first: &str, last: &str) -> Option<Node> {
    let (first, last) = (node.get(first)?, node.get(last)?);
    let open = [first, last].into_iter().find(|node| node.as_unresolved().is_some());
    let span = open.unwrap_or(first).span;
    let expression = || open.and_then(Node::as_unresolved).map_or_else(Box::default, |open| open.expression.clone());
    let arguments = [Some(first.clone()), Some(last.clone())];
    Site { span, expression: &expression }.lift(&arguments, &|known| {
        let [Some(first), Some(last)] = known else { return Ok(None) };
        Ok(networks(first, last))
    })
}

fn networks(first: &Node, last: &Node) -> Option<Node> {
    let address = |node: &Node| node.as_str()?.trim().parse::<Ipv4Addr>().ok();
    let (from, to) = (address(first)?, address(last)?);
    if from > to {
        return None;
    }
    let items = Ipv4Subnets::new(from, to, 0).map(|network| Node::text(network.to_string(), first.span));
    Some(Node { trail: first.trail.clone(), ..Node::list(items.collect(), first.span) })
}
