//! Ranges of addresses that are given by their first and last, as the networks they are made of.

use std::net::Ipv4Addr;

use ipnet::Ipv4Subnets;

use crate::document::{Node, Value};
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

/// The network of an address and a length of its prefix: `10.0.0.0/8`.
pub(super) fn network(node: &Node, address: &str, length: &str) -> Option<Node> {
    let (address, length) = (node.get(address)?, node.get(length)?);
    let open = [address, length].into_iter().find(|node| node.as_unresolved().is_some());
    let span = open.unwrap_or(address).span;
    let expression = || open.and_then(Node::as_unresolved).map_or_else(Box::default, |open| open.expression.clone());
    Site { span, expression: &expression }.lift(&[Some(address.clone()), Some(length.clone())], &|known| {
        let [Some(address), Some(length)] = known else { return Ok(None) };
        let bits = match &length.value {
            Value::Int(bits) => bits.to_string(),
            _ => length.as_str().unwrap_or("").to_owned(),
        };
        let network = address.as_str().map(|address| format!("{}/{bits}", address.trim()));
        let network = network.filter(|network| network.parse::<ipnet::IpNet>().is_ok());
        Ok(network.map(|network| Node { trail: address.trail.clone(), ..Node::text(network, address.span) }))
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
