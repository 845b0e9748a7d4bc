//! Rules of groups, subnets and firewalls whose fields stand side by side, as the rows of `rows` say.

use std::sync::Arc;

use super::parts::{as_it_is, first_of, is, part, protocol, rules, together, word};
use super::rows::{Direction, Group, ROWS, Row};
use super::{Others, Said, either};
use crate::dialect::Resource;
use crate::document::{Entry, Node, Unresolved, Value};
use crate::fact::opening::Opening;
use crate::kernel::lift::{each_way, relocated};
use crate::syntax::spelled;
use crate::truth::Truth;

/// The kinds that it is about.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    ROWS.iter().flat_map(|row| row.kinds.iter().copied())
}

/// What the rules of a resource say.
pub fn said(of: &Resource, others: &Others<'_>) -> Vec<Said> {
    let rows = ROWS.iter().filter(|row| row.kinds.contains(&&*of.kind));
    rows.flat_map(|row| match row.rules {
        "" => vec![row.said(of, others, &of.body, "")],
        path => {
            let rules = rules(part(&of.body, path));
            rules.iter().map(|rule| row.said(of, others, rule, row.rules)).collect()
        }
    })
    .collect()
}

impl Row {
    fn said(&self, of: &Resource, others: &Others<'_>, rule: &Node, list: &str) -> Said {
        let (rule, missing) = &as_it_is(rule);
        let rule = &self.taken_apart(rule);
        let span = if list.is_empty() { of.header } else { rule.span };
        let at = Node { span, value: Value::Null, trail: rule.trail.clone() };
        let direction = self.direction(rule, &at);
        let written = first_of(rule, self.protocol);
        let protocol = protocol(written.as_ref(), &at);
        let ports = self.ports(rule, &protocol, &at);
        let access = part(rule, self.access).filter(|_| !self.access.is_empty());
        let denies = Truth::any(["deny", "drop", "reject"].iter().map(|word| is(access.as_ref(), word)));
        let undecided = access.as_ref().and_then(|access| match &access.value {
            Value::Unresolved(open) if denies == Truth::Unknown => Some(Arc::clone(open)),
            _ => None,
        });
        let opening = Opening {
            key: self.key(rule, list, &direction, &protocol, ports.as_ref()),
            addresses: self.addresses(of, others, rule, &direction),
            direction,
            ports,
            inside: None,
            protocol,
            words: self.words,
            condition: either(missing.clone(), undecided),
            at,
        };
        let order = part(rule, self.order).filter(|_| !self.order.is_empty()).and_then(|order| number(&order));
        Said { opening, group: self.group(of, rule), denies: denies == Truth::True, order }
    }

    /// A rule that is a text as the map of its parts.
    fn taken_apart(&self, rule: &Node) -> Node {
        let Value::Str(text) = &rule.value else { return rule.clone() };
        let mut start = 0;
        let parts = text.as_str().split('#').zip(self.parts).map(|(written, name)| {
            let node = spelled::node(spelled::part(text, start, start + written.len()), rule.span);
            start += written.len() + 1;
            Entry::new(*name, node.span, node)
        });
        Node { value: Node::map(parts.collect(), rule.span).value, ..rule.clone() }
    }

    fn ports(&self, rule: &Node, protocol: &Node, at: &Node) -> Option<Node> {
        let named = |text: &str| {
            let is_every = !self.every_port.is_empty() && text == self.every_port;
            Some(if is_every { "all".to_owned() } else { text.replace([':', '/'], "-") })
        };
        let ports = first_of(rule, self.ports).map(|ports| match &ports.value {
            Value::Int(number) if number.to_string() == self.every_port => {
                Node { value: Node::text("all", ports.span).value, ..ports }
            }
            Value::Int(_) | Value::List(_) | Value::Map(_) => ports,
            _ => word(&ports, &named),
        });
        // Where all protocols are meant, no ports mean all of them.
        let is_all = protocol.as_str() == Some("all");
        let is_every = is_all || self.unnamed && matches!(protocol.as_str(), None | Some("tcp" | "udp"));
        ports.or_else(|| {
            is_every
                .then(|| Node { value: Node::text("all", at.span).value, ..if is_all { protocol } else { at }.clone() })
        })
    }

    fn direction(&self, rule: &Node, at: &Node) -> Node {
        let fixed = |text: &str| Node { value: Node::text(text, at.span).value, ..at.clone() };
        match self.direction {
            Direction::In => fixed("in"),
            Direction::Out => fixed("out"),
            Direction::Said(key) => match part(rule, key) {
                None => fixed("in"),
                Some(node) => word(&node, &|text| {
                    let name = match text.to_ascii_lowercase().as_str() {
                        "egress" | "outbound" | "out" | "true" => "out",
                        _ => "in",
                    };
                    Some(name.to_owned())
                }),
            },
        }
    }

    /// The addresses of the other side, with those of the lists that it names.
    fn addresses(&self, of: &Resource, others: &Others<'_>, rule: &Node, direction: &Node) -> Node {
        let written = self.written(rule, direction);
        let everybody = self.everybody_unless.filter(|keys| is_nothing(&written) && first_of(rule, keys).is_none());
        if everybody.is_some() {
            return Node { value: Node::text("*", written.span).value, ..written };
        }
        let lists = self.lists.iter().filter_map(|key| part(rule, key));
        let named: Vec<Node> = lists.filter(|list| !is_nothing(list)).collect();
        if named.is_empty() {
            return written;
        }
        let mut items: Vec<Node> = match &written.value {
            Value::List(items) => items.to_vec(),
            _ => vec![written.clone()],
        };
        for list in &named {
            let ids = if list.items().is_empty() { std::slice::from_ref(list) } else { list.items() };
            items.extend(ids.iter().flat_map(|id| networks_of(of, others, id)));
        }
        let place = if is_nothing(&written) { named.first().cloned().unwrap_or(written) } else { written };
        Node { value: Value::List(Arc::new(items)), ..place }
    }

    /// The addresses that are written; where the direction is one of several, those of each.
    fn written(&self, rule: &Node, direction: &Node) -> Node {
        let outward = || together(rule, self.reached);
        match &direction.value {
            _ if self.reached.is_empty() => together(rule, self.addresses),
            Value::Unresolved(_) => {
                let chosen = each_way(direction, &|direction| Some(self.written(rule, direction)));
                chosen.unwrap_or_else(|| direction.clone())
            }
            _ if direction.as_str() == Some("out") => outward(),
            _ => together(rule, self.addresses),
        }
    }

    /// What tells a rule from the others of its list: its name, else what it is about.
    fn key(&self, rule: &Node, list: &str, direction: &Node, protocol: &Node, ports: Option<&Node>) -> String {
        if list.is_empty() {
            return String::new();
        }
        let name = first_of(rule, self.name).as_ref().and_then(text);
        name.unwrap_or_else(|| {
            let said = [Some(direction), Some(protocol), ports];
            let said = said.into_iter().flatten().map(|node| text(node).unwrap_or_else(|| "…".to_owned()));
            // One port is one, however it is written.
            let said = said.map(|part| match part.split_once('-') {
                Some((from, to)) if from == to => from.to_owned(),
                _ => part,
            });
            said.collect::<Vec<String>>().join(":")
        })
    }

    fn group(&self, of: &Resource, rule: &Node) -> Option<String> {
        match self.group {
            Group::Alone => None,
            Group::Own => Some(of.address.to_string()),
            Group::By(keys) => {
                let named = first_of(rule, keys)?;
                match &named.value {
                    Value::Str(text) => Some(text.as_str().to_owned()),
                    Value::Unresolved(open) => match open.references.as_slice() {
                        [only] => Some(only.to_string()),
                        _ => None,
                    },
                    _ => None,
                }
            }
        }
    }
}

/// Whether a list is empty, or its only text is.
fn is_nothing(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.is_empty(),
        Value::Str(text) => text.as_str().is_empty(),
        _ => false,
    }
}

/// The networks of a list that is named by its id: those that the repository says, else an open item for any number of them.
fn networks_of(of: &Resource, others: &Others<'_>, id: &Node) -> Vec<Node> {
    let Value::Unresolved(open) = &id.value else {
        let because = "what networks the list holds is not in the repository";
        return vec![Node::unresolved(id.as_str().unwrap_or("…"), because, id.span)];
    };
    let any_number = || {
        let open = Unresolved { spread: true, ..Unresolved::clone(open) };
        vec![Node { value: Value::Unresolved(Arc::new(open)), ..id.clone() }]
    };
    let Some(list) = others.meant_by(of, open) else { return any_number() };
    if list.body.get("name").is_some_and(is_of_amazon) {
        return Vec::new();
    }
    let entries = rules(part(&list.body, "entry"));
    if entries.is_empty() {
        return any_number();
    }
    let networks = entries.iter().filter_map(|entry| part(entry, "cidr"));
    networks.map(|network| relocated(&network, id.span, "an entry of the list of networks")).collect()
}

/// Whether a list is that of a service of AWS: it holds the addresses of the service and no others.
fn is_of_amazon(name: &Node) -> bool {
    const START: &str = "com.amazonaws.";
    match &name.value {
        Value::Str(text) => text.as_str().starts_with(START),
        Value::Unresolved(open) => open.partial.as_deref().is_some_and(|partial| partial.prefix().starts_with(START)),
        _ => false,
    }
}

fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::List(items) => items.iter().map(text).collect::<Option<Vec<String>>>().map(|all| all.join(",")),
        _ => None,
    }
}

fn number(node: &Node) -> Option<i64> {
    match &node.value {
        Value::Int(number) => Some(*number),
        Value::Str(text) => text.as_str().trim().parse().ok(),
        _ => None,
    }
}
