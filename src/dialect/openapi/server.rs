//! Where an interface is served.

use crate::document::{Entry, Node, PartialText, TextPart, Unresolved, Value};
use crate::fact::connection;

/// The schemes that carry no TLS, in lower case.
const PLAIN: &[&str] = &["http", "ws"];

/// Stands for a part of an address that is not known; a private character that no document holds.
const HOLE: &str = "\u{f8ff}";

/// The servers of a document, as maps of `url`, `scheme`, `plain` and `reach`; of relative addresses only `url` is known.
pub(super) fn of_document(root: &Node) -> Vec<Node> {
    if let Some(servers) = root.get("servers") {
        return servers.items().iter().map(server).collect();
    }
    of_schemes(root.get("schemes"), root)
}

/// Those that an operation or its path names itself.
pub(super) fn of_operation(root: &Node, path: &Node, operation: &Node) -> Vec<Node> {
    let servers = operation.get("servers").or_else(|| path.get("servers"));
    if let Some(servers) = servers {
        return servers.items().iter().map(server).collect();
    }
    of_schemes(operation.get("schemes"), root)
}

/// In Swagger 2 schemes and the host stand apart.
fn of_schemes(schemes: Option<&Node>, root: &Node) -> Vec<Node> {
    let host = root.get("host").and_then(Node::as_str).filter(|host| !host.is_empty());
    let of = |scheme: &Node| {
        let address = format!("{}://{}", scheme.as_str().unwrap_or(""), host.unwrap_or(""));
        // Without a host the scheme alone is known.
        let named = host.map_or_else(
            || scheme.clone(),
            |_| Node { value: Node::text(address.as_str(), scheme.span).value, ..scheme.clone() },
        );
        described(scheme, named, &address)
    };
    schemes.map_or(&[][..], Node::items).iter().filter(|scheme| scheme.as_str().is_some()).map(of).collect()
}

fn server(written: &Node) -> Node {
    let Some(url) = written.get("url") else { return written.clone() };
    let Some(text) = url.as_str() else { return described(written, url.clone(), "") };
    let (filled, holes) = filled(text, written.get("variables"));
    if holes {
        let parts = filled.split(HOLE).flat_map(|part| [TextPart::Hole, TextPart::known(part)]).skip(1);
        let partial = PartialText::joined(parts).filter(|partial| !partial.is_blank()).map(Box::new);
        let because = "a variable of the server has no default".into();
        let open = Unresolved { expression: text.into(), because, partial, ..Unresolved::default() };
        let node = Node { value: Value::Unresolved(std::sync::Arc::new(open)), ..url.clone() };
        return described(written, node, &filled.replace(HOLE, "{}"));
    }
    let node = if filled == text {
        url.clone()
    } else {
        Node { value: Node::text(filled.as_str(), url.span).value, ..url.clone() }
    };
    described(written, node, &filled)
}

/// An address with the defaults of its variables, and with a [`HOLE`] for those without one; whether there are some.
fn filled(text: &str, variables: Option<&Node>) -> (String, bool) {
    let (mut out, mut rest, mut holes) = (String::new(), text, false);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        let default = variables.and_then(|all| all.get(name)?.get("default")?.as_str());
        holes |= default.is_none();
        out.push_str(default.unwrap_or(HOLE));
        rest = after;
    }
    out.push_str(rest);
    (out, holes)
}

fn described(at: &Node, url: Node, address: &str) -> Node {
    let span = url.span;
    let mut entries = vec![Entry::new("url", span, url)];
    if let Some((scheme, rest)) = address.split_once("://") {
        let scheme = scheme.trim().to_ascii_lowercase();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
        entries.push(Entry::new("plain", span, Node::new(Value::Bool(PLAIN.contains(&&*scheme)), span)));
        entries.push(Entry::new("scheme", span, Node::text(scheme, span)));
        let reach = if authority.is_empty() { Some("network") } else { connection::reach_of(authority) };
        entries.extend(reach.map(|reach| Entry::new("reach", span, Node::text(reach, span))));
    }
    Node { trail: at.trail.clone(), ..Node::map(entries, span) }
}
