//! Who may call: security schemes, and the requirements that name them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::reference::References;
use crate::document::{Entry, Node, Value};
use crate::source::Span;

/// The security schemes of a document, with what they are in the words of OpenAPI 3.
pub(super) struct Schemes {
    declared: Vec<(Entry, Node)>,
    by_name: BTreeMap<Arc<str>, usize>,
    /// The scopes that each declares.
    scopes: Vec<BTreeSet<Arc<str>>>,
    /// Whether roles may stand beside any scheme, as since OpenAPI 3.1.
    has_roles: bool,
}

impl Schemes {
    pub(super) fn of(root: &Node, references: &References<'_>) -> Schemes {
        let written = root.get("securityDefinitions").or_else(|| root.at(&["components", "securitySchemes"]));
        let declared: Vec<(Entry, Node)> = written
            .map_or(&[][..], Node::entries)
            .iter()
            .map(|entry| {
                let mut body = references.followed(&entry.value);
                let (method, flows) = (method(&body), flows(&body));
                if let Some(method) = method {
                    let span = body.get("type").map_or(entry.key.span, |kind| kind.span);
                    body.derive("method", Node::text(method, span));
                }
                body.derive("flows_offered", flows);
                body.derive("name_of_scheme", Node::text(&*entry.key.name, entry.key.span));
                (entry.clone(), body)
            })
            .collect();
        let by_name = declared.iter().enumerate().map(|(at, (entry, _))| (Arc::clone(&entry.key.name), at)).collect();
        let scopes = declared.iter().map(|(_, body)| scopes_of(body)).collect();
        let has_roles = root.get("openapi").and_then(Node::as_str).is_some_and(|version| !version.starts_with("3.0"));
        Schemes { declared, by_name, scopes, has_roles }
    }

    pub(super) fn declared(&self) -> impl Iterator<Item = (&Entry, Node)> {
        self.declared.iter().map(|(entry, body)| (entry, body.clone()))
    }

    /// What requirements name: `name`, `declared`, `method`, and of the scopes `unknown` (not among those of the scheme) and
    /// `meaningless` (of a scheme that has none).
    pub(super) fn used(&self, security: Option<&Entry>, header: Span) -> Node {
        let requirements = security.map_or(&[][..], |entry| entry.value.items());
        let named = requirements.iter().flat_map(Node::entries).map(|entry| self.named(entry)).collect();
        let at = security.map_or(header, |entry| entry.value.span);
        Node::list(named, at)
    }

    fn named(&self, entry: &Entry) -> Node {
        let span = entry.key.span;
        let at = self.by_name.get(&entry.key.name).copied();
        let scheme = at.and_then(|at| self.declared.get(at)).map(|(_, body)| body);
        let mut entries = vec![
            Entry::new("name", span, Node::text(&*entry.key.name, span)),
            Entry::new("declared", span, Node::new(Value::Bool(scheme.is_some()), span)),
        ];
        if let Some(scheme) = scheme {
            entries.extend(scheme.entry("method").map(|method| Entry { derived: false, ..method.clone() }));
            let is_oauth = scheme.get("type").and_then(Node::as_str) == Some("oauth2");
            let scopes = entry.value.items().iter();
            if is_oauth {
                let known = at.and_then(|at| self.scopes.get(at));
                let is_known =
                    |scope: &&Node| scope.as_str().is_some_and(|name| known.is_some_and(|known| known.contains(name)));
                let unknown = scopes.filter(|scope| !is_known(scope)).cloned();
                entries.push(Entry::new("unknown_scopes", span, Node::list(unknown.collect(), entry.value.span)));
            } else if !self.has_roles && scheme.get("type").and_then(Node::as_str) != Some("openIdConnect") {
                entries.push(Entry::new(
                    "meaningless_scopes",
                    span,
                    Node::list(scopes.cloned().collect(), entry.value.span),
                ));
            }
        }
        Node::map(entries, entry.span())
    }
}

/// Whether whoever calls is asked for something, whichever of the requirements they choose.
pub(super) fn is_asked(security: Option<&Entry>, header: Span) -> Node {
    let Some(entry) = security else { return Node::new(Value::Bool(false), header) };
    let asked = match &entry.value.value {
        Value::List(items) => {
            !items.is_empty() && items.iter().all(|item| item.as_map().is_none_or(|map| !map.entries.is_empty()))
        }
        Value::Unresolved(_) => return entry.value.clone(),
        _ => false,
    };
    Node::new(Value::Bool(asked), entry.span())
}

/// How a scheme tells who calls: `basic`, `bearer`, `apiKey-query`, `oauth2`, ...
fn method(scheme: &Node) -> Option<String> {
    let kind = scheme.get("type")?.as_str()?;
    let of = |key: &str| scheme.get(key).and_then(Node::as_str).map(str::to_ascii_lowercase);
    Some(match kind {
        "http" => of("scheme")?,
        "apiKey" => format!("key-in-{}", of("in")?),
        other => other.to_ascii_lowercase(),
    })
}

/// The flows of OAuth 2, each by its name in OpenAPI 3.
fn flows(scheme: &Node) -> Node {
    let name = |written: &str| match written {
        "accessCode" => "authorizationCode".to_owned(),
        "application" => "clientCredentials".to_owned(),
        other => other.to_owned(),
    };
    let is_oauth = scheme.get("type").and_then(Node::as_str) == Some("oauth2");
    let one = scheme.entry("flow").into_iter().filter_map(|entry| {
        Some(Node { value: Node::text(name(entry.value.as_str()?), entry.value.span).value, ..entry.value.clone() })
    });
    let several = scheme.get("flows").map_or(&[][..], Node::entries).iter();
    let several = several.map(|entry| Node::text(name(&entry.key.name), entry.key.span));
    let all: Vec<Node> = if is_oauth { one.chain(several).collect() } else { Vec::new() };
    let span = all.iter().map(|flow| flow.span).reduce(Span::to).unwrap_or(scheme.span);
    Node::list(all, span)
}

/// The scopes that a scheme of OAuth 2 declares.
fn scopes_of(scheme: &Node) -> BTreeSet<Arc<str>> {
    let flows = scheme.get("flows").map_or(&[][..], Node::entries).iter().filter_map(|flow| flow.value.get("scopes"));
    let scopes = scheme.get("scopes").into_iter().chain(flows);
    scopes.flat_map(Node::entries).map(|entry| Arc::clone(&entry.key.name)).collect()
}
