//! Which hosts of an Ingress are served with TLS.

use crate::document::{Entry, Node, Value};

/// Adds the view `hosts_served` to the body of an Ingress: each host that its rules name, with `tls`, whether an entry of
/// `spec.tls` names it too. Where an entry names none, the certificate of the controller may serve any.
pub(super) fn derive(body: &mut Node) {
    let rules = body.at(&["spec", "rules"]).map_or(&[][..], Node::items);
    let entries = body.at(&["spec", "tls"]).map_or(&[][..], Node::items);
    let open = body.at(&["spec", "tls"]).filter(|tls| tls.as_unresolved().is_some());
    let hosts = rules.iter().filter_map(|rule| rule.get("host"));
    let served = hosts.map(|host| {
        let tls = open.cloned().unwrap_or_else(|| covered(host, entries));
        Node::map(vec![Entry::new("host", host.span, host.clone()), Entry::new("tls", host.span, tls)], host.span)
    });
    let served: Vec<Node> = served.collect();
    if let Some(first) = served.first() {
        let span = first.span;
        body.derive("hosts_served", Node::list(served, span));
    }
}

/// Whether entries of TLS name a host; unresolved where that is not decided.
fn covered(host: &Node, entries: &[Node]) -> Node {
    let names = || entries.iter().flat_map(|entry| entry.get("hosts").map_or(&[][..], Node::items));
    let any = entries.iter().any(|entry| entry.get("hosts").is_none_or(|hosts| matches!(hosts.value, Value::Null)));
    let said = |truth: bool| Node::new(Value::Bool(truth), host.span);
    let Some(wanted) = host.as_str() else {
        return if any { said(true) } else { Node { span: host.span, ..host.clone() } };
    };
    if any || names().filter_map(Node::as_str).any(|name| covers(name, wanted)) {
        return said(true);
    }
    let lists = entries.iter().filter_map(|entry| entry.get("hosts"));
    let open = names().chain(lists).find(|node| node.as_unresolved().is_some());
    open.cloned().unwrap_or_else(|| said(false))
}

/// Whether a name stands for a host; `*` stands for one part of it.
fn covers(name: &str, host: &str) -> bool {
    let rest = name.strip_prefix("*.");
    name.eq_ignore_ascii_case(host)
        || rest.zip(host.split_once('.')).is_some_and(|(rest, (_, parent))| rest.eq_ignore_ascii_case(parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_one_part() {
        for (name, host, want) in [
            ("a.example.com", "a.example.com", true),
            ("A.example.com", "a.Example.com", true),
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "a.b.example.com", false),
            ("*.example.com", "example.com", false),
            ("*.example.com", "*.example.com", true),
            ("a.example.com", "b.example.com", false),
        ] {
            assert_eq!(covers(name, host), want, "{name} {host}");
        }
    }
}
