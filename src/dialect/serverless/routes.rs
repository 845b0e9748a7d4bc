//! How functions are reached: methods and routes of gateways, and addresses of their own.

use super::template::{entry, map, resource};
use crate::document::{Entry, Node, Value};
use crate::source::Span;

/// What the framework calls the gateway of methods.
const GATEWAY: &str = "ApiGatewayRestApi";

const IAM: &str = "AWS_IAM";
const NONE: &str = "NONE";

/// The method or route that an event of a function is.
pub(super) fn route(provider: Option<&Node>, function: &str, number: usize, event: &Node) -> Option<Entry> {
    let (called, is_method) = match (event.entry("http"), event.entry("httpApi")) {
        (Some(called), _) => (called, true),
        (_, Some(called)) => (called, false),
        _ => return None,
    };
    let at = called.key.span;
    let of_api = || provider?.at(&["httpApi", "authorizer"]).filter(|_| !is_method);
    let authorization = authorization(called.value.get("authorizer").or_else(of_api), at);
    let mut properties = vec![entry("AuthorizationType", authorization.span, authorization)];
    let (method, path) = written(&called.value);
    if !is_method {
        let key = format!("{} {}", method.as_ref().map_or("ANY", |(_, text)| text), path.unwrap_or_default());
        properties.push(entry("RouteKey", at, Node::text(key, called.value.span)));
        return Some(resource(
            &format!("{function}Event{number}"),
            at,
            event.span,
            "AWS::ApiGatewayV2::Route",
            properties,
        ));
    }
    properties.extend(method.map(|(span, text)| entry("HttpMethod", span, Node::text(text, span))));
    let private = called.value.entry("private");
    properties.extend(private.map(|private| Entry::new("ApiKeyRequired", private.key.span, private.value.clone())));
    // A schema or a parameter that is asked for makes a validator.
    let asked = called
        .value
        .get("request")
        .and_then(|request| ["schemas", "schema", "parameters"].iter().find_map(|key| request.entry(key)));
    properties.extend(asked.map(|asked| {
        let name = Node::text(format!("{function}Validator"), asked.value.span);
        Entry::new("RequestValidatorId", asked.key.span, name)
    }));
    let shared = provider.and_then(|provider| provider.at(&["apiGateway", "restApiId"]));
    let api = shared.cloned().unwrap_or_else(|| map(at, vec![("Ref", Node::text(GATEWAY, at))]));
    properties.push(entry("RestApiId", at, api));
    Some(resource(&format!("{function}Event{number}"), at, event.span, "AWS::ApiGateway::Method", properties))
}

/// The gateway of all methods, with who reaches it; none where it is one from elsewhere.
pub(super) fn gateway(provider: Option<&Node>) -> Option<Entry> {
    let provider = provider?;
    if provider.at(&["apiGateway", "restApiId"]).is_some() {
        return None;
    }
    let policy = provider.get("apiGateway").and_then(|gateway| gateway.entry("resourcePolicy"));
    let policy = policy.or_else(|| provider.entry("resourcePolicy"));
    let reach = provider.entry("endpointType");
    let at = reach.or(policy)?.key.span;
    let mut properties: Vec<Entry> = Vec::new();
    properties.extend(reach.map(|reach| {
        let upper = reach.value.as_str().map(str::to_ascii_uppercase);
        let kind = upper.map_or_else(|| reach.value.clone(), |text| Node::text(text, reach.value.span));
        let types = map(reach.value.span, vec![("Types", Node::list(vec![kind], reach.value.span))]);
        Entry::new("EndpointConfiguration", reach.key.span, types)
    }));
    properties.extend(policy.map(|policy| {
        let document = map(policy.value.span, vec![("Statement", policy.value.clone())]);
        Entry::new("Policy", policy.key.span, document)
    }));
    Some(resource(GATEWAY, at, at, "AWS::ApiGateway::RestApi", properties))
}

/// The address at which a function is reached without a gateway.
pub(super) fn url(function: &str, url: &Entry) -> Option<Entry> {
    if matches!(url.value.value, Value::Bool(false) | Value::Null) {
        return None;
    }
    let at = url.value.span;
    let asked = match url.value.get("authorizer") {
        Some(written) if written.as_str().is_some_and(|name| name.eq_ignore_ascii_case(IAM)) => {
            Node::text(IAM, written.span)
        }
        Some(written) if written.as_unresolved().is_some() => written.clone(),
        _ => Node::text(NONE, at),
    };
    let properties = vec![entry("AuthType", asked.span, asked)];
    Some(resource(&format!("{function}LambdaFunctionUrl"), url.key.span, at, "AWS::Lambda::Url", properties))
}

/// Who may call, in the words of the gateway.
fn authorization(authorizer: Option<&Node>, at: Span) -> Node {
    let Some(authorizer) = authorizer else { return Node::text(NONE, at) };
    let named = authorizer.get("type").or(Some(authorizer)).and_then(Node::as_str);
    match (&authorizer.value, named) {
        (Value::Unresolved(_), _) => authorizer.clone(),
        (_, Some(name)) if name.eq_ignore_ascii_case(IAM) => Node::text(IAM, authorizer.span),
        _ => Node::text("CUSTOM", authorizer.span),
    }
}

/// The method, with where it is written, and the path, whether they stand in one text (`get /orders`) or apart.
fn written(event: &Node) -> (Option<(Span, String)>, Option<String>) {
    if let Some(text) = event.as_str() {
        let mut words = text.split_whitespace();
        let method = words.next().map(|method| match method {
            "*" => "ANY".to_owned(),
            method => method.to_ascii_uppercase(),
        });
        return (method.map(|method| (event.span, method)), words.next().map(str::to_owned));
    }
    let method = event.get("method").and_then(|node| Some((node.span, node.as_str()?.to_ascii_uppercase())));
    (method, event.get("path").and_then(Node::as_str).map(str::to_owned))
}
