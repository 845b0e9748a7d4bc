//! Who the principals of a statement are.

use super::condition::{fixed, narrow};
use super::pattern::Pattern;
use super::reach::is_given;
use crate::document::{Node, PartialText, Unresolved, Value};
use crate::truth::Truth;

/// A class of principals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Everybody, without signing in or with any account.
    Anyone,
    /// Everybody who has signed in anywhere.
    AnyoneSignedIn,
    /// Everybody whom a public provider of identities knows, such as the workflows of every repository.
    FederatedAny,
    /// Whom a provider of identities knows, as far as conditions let them.
    Federated,
    /// All of an account.
    Account,
    /// A service of the cloud.
    Service,
    /// A certain user, group, role or account of a service.
    Named,
}

impl Class {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Class::Anyone => "anyone",
            Class::AnyoneSignedIn => "anyone-signed-in",
            Class::FederatedAny => "federated-any",
            Class::Federated => "federated",
            Class::Account => "account",
            Class::Service => "service",
            Class::Named => "named",
        }
    }
}

/// A principal as it is written, and what it may be: one class where that is decided, none where it may be any.
#[derive(Clone, Debug)]
pub struct Principal<'n> {
    /// Where it stands.
    pub node: &'n Node,
    /// The classes that it may be of.
    pub classes: Vec<Class>,
}

/// What claim of a public provider tells its users apart, and what a value must fix.
struct Provider {
    host: &'static str,
    claims: &'static [&'static str],
    fixes: fn(&str) -> bool,
}

/// Providers of identities that everybody can be a user of: what they vouch for says nothing until a claim is asked for.
const PUBLIC: &[Provider] = &[
    Provider {
        host: "token.actions.githubusercontent.com",
        claims: &[
            "sub",
            "repository",
            "repository_id",
            "repository_owner",
            "repository_owner_id",
            "job_workflow_ref",
            "enterprise",
            "enterprise_id",
        ],
        fixes: fixes_repository,
    },
    Provider {
        host: "gitlab.com",
        claims: &["sub", "project_id", "project_path", "namespace_id", "namespace_path"],
        fixes: fixes_repository,
    },
    Provider { host: "app.terraform.io", claims: &["sub", "terraform_organization_id"], fixes: fixes_word },
    Provider { host: "agent.buildkite.com", claims: &["sub", "organization_slug"], fixes: fixes_word },
    Provider { host: "oidc.codefresh.io", claims: &["sub"], fixes: fixes_word },
    Provider { host: "cognito-identity.amazonaws.com", claims: &["aud", "sub"], fixes: fixes_all },
    Provider { host: "accounts.google.com", claims: &["aud", "oaud", "sub", "email"], fixes: fixes_all },
    Provider { host: "graph.facebook.com", claims: &["app_id", "id"], fixes: fixes_all },
    Provider { host: "www.amazon.com", claims: &["app_id", "user_id"], fixes: fixes_all },
];

/// The principals of a statement that lets in everybody but those named are everybody.
pub fn of_statement<'n>(
    principal: Option<&'n Node>,
    not_principal: Option<&'n Node>,
    condition: Option<&Node>,
    named: &dyn Fn(&Unresolved) -> Option<String>,
) -> Vec<Principal<'n>> {
    if let Some(node) = not_principal {
        return vec![Principal { node, classes: vec![Class::Anyone] }];
    }
    let Some(node) = principal else { return Vec::new() };
    let Some(map) = node.as_map() else {
        return items(node).map(|node| Principal { node, classes: of_account(node) }).collect();
    };
    let mut found = Vec::new();
    for entry in map.written() {
        let kind = &*entry.key.name;
        for node in items(&entry.value) {
            let classes = match kind {
                "AWS" => of_account(node),
                "Federated" => of_provider(node, condition, named),
                "Service" => vec![Class::Service],
                _ if node.as_str() == Some("*") => vec![Class::Anyone],
                _ => vec![Class::Named],
            };
            found.push(Principal { node, classes });
        }
    }
    if map.rest.is_some() {
        found.push(Principal { node, classes: Vec::new() });
    }
    found
}

fn items(node: &Node) -> impl Iterator<Item = &Node> {
    match &node.value {
        Value::List(items) => items.iter(),
        Value::Null => [].iter(),
        _ => std::slice::from_ref(node).iter(),
    }
}

fn of_account(node: &Node) -> Vec<Class> {
    if let Some(open) = node.as_unresolved().filter(|open| is_given(open)) {
        match Pattern::of(node) {
            Pattern::Partly(partial) if !partial.is_blank() => {}
            // Twelve digits, whichever they are.
            Pattern::Partly(_) if open.references.is_empty() => return vec![Class::Account],
            _ => return vec![Class::Named],
        }
    }
    let mut classes = of_pattern(&Pattern::of(node));
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// What a principal of AWS may be of which nothing is known: users of a provider of identities and services are named
/// under other keys.
const OF_AWS: [Class; 3] = [Class::Anyone, Class::Account, Class::Named];

/// The classes that an AWS principal may be of.
fn of_pattern(pattern: &Pattern<'_>) -> Vec<Class> {
    match pattern {
        Pattern::Known(text) => vec![of_text(text)],
        Pattern::Partly(partial) => of_partial(partial),
        Pattern::Open => OF_AWS.to_vec(),
        Pattern::Either(all) => all.iter().flat_map(of_pattern).collect(),
    }
}

fn of_text(text: &str) -> Class {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte == b'*') {
        Class::Anyone
    } else if text.ends_with(":root") || text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Class::Account
    } else {
        Class::Named
    }
}

fn of_partial(partial: &PartialText) -> Vec<Class> {
    if partial.pieces().all(|piece| piece.bytes().all(|byte| byte == b'*')) {
        return OF_AWS.to_vec();
    }
    if partial.suffix().ends_with(":root") { vec![Class::Account] } else { vec![Class::Named] }
}

/// The class of a provider of identities: who of its users is let in say the conditions.
fn of_provider(node: &Node, condition: Option<&Node>, named: &dyn Fn(&Unresolved) -> Option<String>) -> Vec<Class> {
    let address = match (&node.value, Pattern::of(node)) {
        (Value::Str(text), _) => Some(text.as_str().to_owned()),
        (Value::Unresolved(open), pattern) => match pattern {
            Pattern::Partly(partial) if partial.suffix().contains('.') || partial.suffix().contains('/') => {
                Some(partial.suffix().to_owned())
            }
            _ => named(open).filter(|address| is_told(address)),
        },
        _ => None,
    };
    let provider = match &address {
        Some(address) => PUBLIC.iter().find(|provider| is_host(address, provider.host)),
        // Which provider it is may be told by the claims that are asked for.
        None => PUBLIC.iter().find(|provider| claims(condition, provider).next().is_some()),
    };
    match (provider, address.is_some() || is_subject_fixed(condition)) {
        (Some(provider), _) => match restricted(condition, provider) {
            Truth::True => vec![Class::Federated],
            Truth::Unknown => vec![Class::FederatedAny, Class::Federated],
            Truth::False => vec![Class::FederatedAny],
        },
        (None, true) => vec![Class::Federated],
        (None, false) => vec![Class::FederatedAny, Class::Federated],
    }
}

/// Whether a condition fixes the subject of whichever provider it is: no user of another one has the same, and only a cluster
/// vouches for accounts of services.
fn is_subject_fixed(condition: Option<&Node>) -> bool {
    let operators = condition.into_iter().flat_map(Node::entries).filter(|entry| !entry.derived);
    let mut subjects = operators.flat_map(|operator| {
        let subjects = operator.value.entries().iter().filter(|entry| entry.key.name.ends_with(":sub"));
        subjects.map(|entry| (&*operator.key.name, &entry.value))
    });
    subjects.any(|(operator, values)| match operator {
        "StringEquals" => {
            items(values).all(|value| value.as_unresolved().is_some() || narrow(value, &fixes_all) == Truth::True)
        }
        "StringLike" => items(values).all(|value| narrow(value, &fixes_account) == Truth::True),
        _ => false,
    })
}

/// Whether it is told of which provider an address is: what is known of its beginning (up to a `*`) may be all that matters.
fn is_told(address: &str) -> bool {
    let Some((start, _)) = address.split_once('*') else { return true };
    let start = start.trim_start_matches("https://");
    !start.is_empty() && PUBLIC.iter().all(|one| !one.host.starts_with(start) && !start.starts_with(one.host))
}

/// Whether an address or ARN is that of a provider, and not of one below its path.
fn is_host(address: &str, host: &str) -> bool {
    let address = address.rsplit_once("oidc-provider/").map_or(address, |(_, rest)| rest);
    let address = address.trim_start_matches("https://").trim_end_matches('/');
    address.eq_ignore_ascii_case(host)
}

/// The conditions about claims of a provider: the operator, the claim, the values.
fn claims<'n>(
    condition: Option<&'n Node>,
    provider: &'static Provider,
) -> impl Iterator<Item = (&'n str, &'n str, &'n Node)> {
    let operators = condition.into_iter().flat_map(Node::entries).filter(|entry| !entry.derived);
    let entries = operators.flat_map(|operator| {
        operator.value.entries().iter().map(move |entry| (&*operator.key.name, &*entry.key.name, &entry.value))
    });
    entries.filter_map(move |(operator, key, values)| {
        let (host, claim) = key.rsplit_once(':')?;
        host.eq_ignore_ascii_case(provider.host).then_some((operator, claim, values))
    })
}

fn restricted(condition: Option<&Node>, provider: &'static Provider) -> Truth {
    let open = |node: &Node| node.as_unresolved().is_some() || node.as_map().is_some_and(|map| map.rest.is_some());
    let unknown = condition
        .is_some_and(|condition| open(condition) || condition.entries().iter().any(|operator| open(&operator.value)));
    if PUBLIC.iter().any(|other| other.host != provider.host && asks(condition, other)) {
        return Truth::True;
    }
    let each = claims(condition, provider).map(|(operator, claim, values)| {
        if !provider.claims.iter().any(|own| own.eq_ignore_ascii_case(claim)) {
            return Truth::False;
        }
        let operator = operator.rsplit(':').next().unwrap_or(operator);
        let is = |names: &[&str]| names.iter().any(|name| operator.eq_ignore_ascii_case(name));
        if is(&["StringEquals", "StringEqualsIgnoreCase"]) {
            return Truth::True;
        }
        if !is(&["StringLike"]) {
            return Truth::False;
        }
        Truth::all(items(values).map(|value| narrow(value, &provider.fixes)))
    });
    Truth::any(each.chain([if unknown { Truth::Unknown } else { Truth::False }]))
}

/// Whether a condition asks for a claim of a provider in a way that only its own users can meet: what another one vouches for has no
/// such claim, and an operator that compares with a value does not hold of what is not there.
fn asks(condition: Option<&Node>, provider: &'static Provider) -> bool {
    const COMPARING: &[&str] =
        &["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ForAnyValue:StringLike", "ForAnyValue:StringEquals"];
    claims(condition, provider).any(|(operator, _, _)| COMPARING.iter().any(|name| operator.eq_ignore_ascii_case(name)))
}

fn fixes_all(text: &str) -> bool {
    !text.is_empty() && fixed(text).len() == text.len()
}

/// The namespace of an account of a cluster: `system:serviceaccount:shop:*`.
fn fixes_account(text: &str) -> bool {
    fixed(text).strip_prefix("system:serviceaccount:").is_some_and(|rest| rest.contains(':'))
}

/// Something behind the name of the part: `organization:acme:*`.
fn fixes_word(text: &str) -> bool {
    let fixed = fixed(text);
    fixed.split_once(':').map_or(fixed, |(_, rest)| rest).len() > 1
}

/// An owner with the slash that ends its name: `repo:acme/*` are the repositories of acme, `repo:acme*` those of
/// `acme-of-somebody-else` too. What is told by another part must name that.
fn fixes_repository(text: &str) -> bool {
    let fixed = fixed(text);
    match fixed.split_once(':') {
        Some(("repo" | "project_path", rest)) => rest.split_once('/').is_some_and(|(owner, _)| !owner.is_empty()),
        Some((_, rest)) => !rest.is_empty(),
        None => fixed.len() == text.len() && !text.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Text;
    use crate::source::{FileId, Span};
    use crate::syntax::json::parse_embedded;

    fn classes(statement: &str) -> String {
        let span = Span::new(FileId(0), 0, statement.len());
        let node = parse_embedded(&Text::opaque(statement), span).unwrap();
        let found = of_statement(node.get("Principal"), node.get("NotPrincipal"), node.get("Condition"), &|_| None);
        let words = found.iter().flat_map(|principal| principal.classes.iter().map(|class| class.name()));
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn principals_are_told_apart() {
        for (statement, want) in [
            (r#"{"Principal": "*"}"#, "anyone"),
            (r#"{"Principal": {"AWS": "*"}}"#, "anyone"),
            (r#"{"Principal": {"AWS": ["111122223333", "*"]}}"#, "account anyone"),
            (r#"{"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}"#, "account"),
            (r#"{"Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}}"#, "named"),
            (r#"{"Principal": {"Service": ["ec2.amazonaws.com"], "CanonicalUser": "ab"}}"#, "service named"),
            (r#"{"NotPrincipal": {"AWS": "111122223333"}}"#, "anyone"),
            (r#"{"Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/acme"}}"#, "federated"),
            (r#"{"Principal": {"Federated": "cognito-identity.amazonaws.com"}}"#, "federated-any"),
            ("{}", ""),
        ] {
            assert_eq!(classes(statement), want, "{statement}");
        }
    }

    #[test]
    fn a_claim_of_another_provider_lets_nobody_in() {
        for (condition, want) in [
            (r#"{"StringEquals": {"accounts.google.com:aud": "a"}}"#, "federated"),
            (r#"{"ForAnyValue:StringLike": {"graph.facebook.com:app_id": "1"}}"#, "federated"),
            (r#"{"StringNotEquals": {"accounts.google.com:aud": "a"}}"#, "federated-any"),
            (r#"{"StringEqualsIfExists": {"accounts.google.com:aud": "a"}}"#, "federated-any"),
            (r#"{"ForAllValues:StringEquals": {"accounts.google.com:aud": "a"}}"#, "federated-any"),
            (r#"{"Null": {"accounts.google.com:aud": "true"}}"#, "federated-any"),
            (r#"{"StringEquals": {"cognito-identity.amazonaws.com:aud": "a"}}"#, "federated"),
            (
                r#"{"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}}"#,
                "federated-any",
            ),
        ] {
            let statement = format!(
                r#"{{"Principal": {{"Federated": "cognito-identity.amazonaws.com"}}, "Condition": {condition}}}"#
            );
            assert_eq!(classes(&statement), want, "{condition}");
        }
    }

    #[test]
    fn a_public_provider_is_restricted_by_the_claim_that_names_the_repository() {
        for (condition, want) in [
            (r#"{"StringEquals": {"H:aud": "sts.amazonaws.com"}}"#, "federated-any"),
            (r#"{"StringLike": {"H:sub": "*"}}"#, "federated-any"),
            (r#"{"StringLike": {"H:sub": "repo:*"}}"#, "federated-any"),
            (r#"{"StringLike": {"H:sub": "repo:acme*"}}"#, "federated-any"),
            (r#"{"StringLike": {"H:sub": "repo:*/shop:*"}}"#, "federated-any"),
            (r#"{"StringLike": {"H:sub": "repo:acme/*:*"}}"#, "federated"),
            (r#"{"StringLike": {"H:sub": "repo:acme/*"}}"#, "federated"),
            (r#"{"StringLike": {"H:sub": "repo:acme/shop:*"}}"#, "federated"),
            (r#"{"ForAnyValue:StringLike": {"H:sub": ["repo:acme/shop:*", "repo:acme/web:ref:*"]}}"#, "federated"),
            (r#"{"ForAnyValue:StringLike": {"H:sub": ["repo:acme/shop:*", "repo:*"]}}"#, "federated-any"),
            (r#"{"StringEquals": {"H:sub": "repo:acme/shop:ref:refs/heads/main"}}"#, "federated"),
            (r#"{"StringEquals": {"H:repository_owner": "acme"}}"#, "federated"),
            (r#"{"StringNotLike": {"H:sub": "repo:acme/shop:*"}}"#, "federated-any"),
            (r#"{"StringLike": {"other:sub": "repo:acme/shop:*"}}"#, "federated-any"),
        ] {
            let condition = condition.replace("H:", "token.actions.githubusercontent.com:");
            let statement = format!(
                r#"{{"Principal": {{"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}}, "Condition": {condition}}}"#
            );
            assert_eq!(classes(&statement), want, "{condition}");
        }
    }
}
