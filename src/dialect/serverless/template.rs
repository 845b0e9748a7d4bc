//! The template that a service is deployed as: its own resources, and those that functions become.
//!
//! Names of resources are those that the framework gives. What it makes beside them (its bucket, deployments, versions) is left
//! out: nothing in the file says how.

use std::sync::Arc;

use super::routes;
use crate::document::{Entry, Map, Node, Unresolved, Value};
use crate::source::Span;

/// Properties of a function by the keys of a service; those of the provider hold where the function says nothing.
const PROPERTIES: &[(&str, &str)] = &[
    ("architecture", "Architectures"),
    ("ephemeralStorageSize", "EphemeralStorage"),
    ("handler", "Handler"),
    ("kmsKeyArn", "KmsKeyArn"),
    ("awsKmsKeyArn", "KmsKeyArn"),
    ("layers", "Layers"),
    ("memorySize", "MemorySize"),
    ("reservedConcurrency", "ReservedConcurrentExecutions"),
    ("runtime", "Runtime"),
    ("timeout", "Timeout"),
];

/// Keys of which only what a function says itself counts: it alone has them, or the provider's is judged where it is written.
const OWN: &[&str] = &["handler", "reservedConcurrency", "ephemeralStorageSize", "layers", "runtime"];

/// The template of a service whose variables are filled in.
pub(super) fn of(service: &Node) -> Node {
    let mut resources = Vec::new();
    let functions = parts(service.get("functions"));
    let provider = service.get("provider");
    let mut is_shared = false;
    for entry in functions.iter().flat_map(|part| part.entries()) {
        Function { entry, provider }.resources(&mut resources, &mut is_shared);
    }
    resources.extend(role_of_provider(provider));
    resources.extend(routes::gateway(provider));
    let (mut sections, mut own) = (Vec::new(), Vec::new());
    for part in parts(service.get("resources")) {
        own.extend(part.get("Resources").map_or(&[][..], Node::entries).iter().cloned());
        let others = part.entries().iter().filter(|entry| !["Resources", "extensions"].contains(&&*entry.key.name));
        sections.extend(others.cloned());
    }
    // What a service declares under a name of the framework takes its place.
    resources.retain(|made: &Entry| own.iter().all(|own| own.key.name != made.key.name));
    resources.extend(own);
    let span = service.span;
    sections.push(entry("Resources", span, Node::map(resources, span)));
    // It declares names that are not in the file.
    sections.push(entry("Transform", span, Node::text("Serverless", span)));
    Node::map(sections, span)
}

/// A section as its parts: it may be a list of maps.
pub(super) fn parts(section: Option<&Node>) -> Vec<&Node> {
    match section {
        Some(Node { value: Value::List(items), .. }) => items.iter().collect(),
        Some(node) => vec![node],
        None => Vec::new(),
    }
}

/// An entry that nobody wrote, at a place.
pub(super) fn entry(name: &str, at: Span, value: Node) -> Entry {
    Entry::new(name, at, value)
}

/// A map whose entries are at one place.
pub(super) fn map(at: Span, entries: Vec<(&str, Node)>) -> Node {
    Node::map(entries.into_iter().map(|(name, value)| Entry::new(name, at, value)).collect(), at)
}

/// A resource that the framework makes of what stands at a place.
pub(super) fn resource(name: &str, key: Span, whole: Span, kind: &str, properties: Vec<Entry>) -> Entry {
    let entries =
        vec![entry("Type", key, Node::text(kind, key)), entry("Properties", key, Node::map(properties, whole))];
    Entry::new(name, key, Node::map(entries, whole))
}

/// What the framework calls a function in the names of resources.
fn logical(name: &str) -> String {
    let spelt = name.replace('-', "Dash").replace('_', "Underscore");
    let mut letters = spelt.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

struct Function<'n> {
    entry: &'n Entry,
    provider: Option<&'n Node>,
}

impl Function<'_> {
    /// Adds what the function becomes; of the logs of functions that say nothing of them those of the first stand for all, since
    /// one setting of the provider decides.
    fn resources(&self, found: &mut Vec<Entry>, is_shared: &mut bool) {
        let body = &self.entry.value;
        if body.as_map().is_none() {
            return;
        }
        let name = logical(&self.entry.key.name);
        found.push(self.resource(&format!("{name}LambdaFunction"), "AWS::Lambda::Function", self.properties(&name)));
        let says = body.get("logRetentionInDays").is_some();
        if body.get("disableLogs").and_then(Node::as_bool) != Some(true)
            && (says || !std::mem::replace(is_shared, true))
        {
            found.push(self.resource(&format!("{name}LogGroup"), "AWS::Logs::LogGroup", self.log_group()));
        }
        if let Some(url) = body.entry("url") {
            found.extend(routes::url(&name, url));
        }
        let statements = body.entry("iamRoleStatements");
        if let Some(statements) = statements {
            found.push(role(&format!("{name}IamRoleLambdaExecution"), statements, Some(statements), &[]));
        }
        for (at, event) in body.get("events").map_or(&[][..], Node::items).iter().enumerate() {
            found.extend(routes::route(self.provider, &name, at, event));
        }
    }

    fn resource(&self, name: &str, kind: &str, properties: Vec<Entry>) -> Entry {
        resource(name, self.entry.key.span, self.entry.value.span, kind, properties)
    }

    /// What the function says, else what the provider does.
    fn said(&self, key: &str) -> Option<Entry> {
        let own = self.entry.value.entry(key).cloned();
        let of_provider = || self.provider?.entry(key).cloned();
        own.or_else(|| if OWN.contains(&key) { None } else { of_provider() })
    }

    fn properties(&self, name: &str) -> Vec<Entry> {
        let at = self.entry.key.span;
        let mut properties: Vec<Entry> = Vec::new();
        for (key, property) in PROPERTIES {
            if let Some(said) = self.said(key).filter(|said| !matches!(said.value.value, Value::Null)) {
                let value = match *property {
                    "Architectures" => Node::list(vec![said.value.clone()], said.value.span),
                    "EphemeralStorage" => map(said.value.span, vec![("Size", said.value.clone())]),
                    _ => said.value.clone(),
                };
                properties.push(Entry::new(*property, said.key.span, value));
            }
        }
        properties.extend(self.image());
        properties.extend(self.environment());
        properties.extend(self.network());
        properties.extend(self.tracing());
        if let Some(target) = self.entry.value.entry("onError") {
            let value = map(target.value.span, vec![("TargetArn", target.value.clone())]);
            properties.push(Entry::new("DeadLetterConfig", target.key.span, value));
        }
        let own_role = self.entry.value.get("iamRoleStatements").is_some();
        let role = self.said("role").map(|role| role.value);
        let role = role.or_else(|| self.provider?.at(&["iam", "role"]).filter(|role| role.as_str().is_some()).cloned());
        let made = if own_role { format!("{name}IamRoleLambdaExecution") } else { "IamRoleLambdaExecution".to_owned() };
        let reference = || Node::list(vec![Node::text(made.as_str(), at), Node::text("Arn", at)], at);
        properties.push(entry("Role", at, role.unwrap_or_else(|| map(at, vec![("Fn::GetAtt", reference())]))));
        properties
    }

    fn image(&self) -> Vec<Entry> {
        let Some(image) = self.entry.value.entry("image") else { return Vec::new() };
        let uri = image.value.get("uri").or_else(|| image.value.get("name")).unwrap_or(&image.value);
        // A name is that of an image that the service declares, and builds unless it says where that is.
        let declared = uri.as_str().and_then(|name| self.provider?.at(&["ecr", "images"])?.get(name));
        let uri = match declared {
            Some(declared) => declared.get("uri").or(Some(declared)).filter(|uri| uri.as_str().is_some()),
            None => Some(uri).filter(|uri| uri.as_str().is_none_or(|text| text.contains('/'))),
        };
        let code = map(image.value.span, uri.map(|uri| ("ImageUri", uri.clone())).into_iter().collect());
        let kind = Node::text("Image", image.value.span);
        vec![Entry::new("Code", image.key.span, code), Entry::new("PackageType", image.key.span, kind)]
    }

    /// The variables of the function; those of the provider are judged where they are written.
    fn environment(&self) -> Option<Entry> {
        let own = self.entry.value.entry("environment");
        let shared = self.provider.and_then(|provider| provider.entry("environment"));
        let place = own.or(shared)?;
        let mut variables = own.map_or_else(|| Node::map(Vec::new(), place.value.span), |own| own.value.clone());
        if let (Some(_), Value::Map(map)) = (shared, &mut variables.value) {
            let because = "the provider of the service sets further variables".into();
            let open = Unresolved { expression: "provider.environment".into(), because, ..Unresolved::default() };
            let rest = Some(Arc::new(open));
            *map = Arc::new(Map { entries: map.entries.clone(), rest });
        }
        Some(Entry::new("Environment", place.key.span, map(place.value.span, vec![("Variables", variables)])))
    }

    fn network(&self) -> Option<Entry> {
        let vpc = self.said("vpc")?;
        Some(Entry::new("VpcConfig", vpc.key.span, network_of(&vpc.value)?))
    }

    fn tracing(&self) -> Option<Entry> {
        let own = self.entry.value.entry("tracing");
        let said = own.or_else(|| self.provider?.get("tracing")?.entry("lambda"))?;
        let mode = match &said.value.value {
            Value::Bool(true) => Node::text("Active", said.value.span),
            Value::Bool(false) => return None,
            _ => said.value.clone(),
        };
        Some(Entry::new("TracingConfig", said.key.span, map(said.value.span, vec![("Mode", mode)])))
    }

    fn log_group(&self) -> Vec<Entry> {
        let retention = self.said("logRetentionInDays");
        retention.into_iter().map(|said| Entry::new("RetentionInDays", said.key.span, said.value)).collect()
    }
}

/// A network as CloudFormation has it, or each of several.
fn network_of(vpc: &Node) -> Option<Node> {
    match &vpc.value {
        Value::Map(_) => {
            let part = |key: &str, property: &str| {
                let said = vpc.entry(key)?;
                Some(Entry::new(property, said.key.span, said.value.clone()))
            };
            let parts = [part("securityGroupIds", "SecurityGroupIds"), part("subnetIds", "SubnetIds")];
            Some(Node::map(parts.into_iter().flatten().collect(), vpc.span))
        }
        Value::Unresolved(open) => {
            let alternatives = open.alternatives.iter().map(network_of).collect::<Option<_>>().unwrap_or_default();
            let open = Unresolved { alternatives, ..(**open).clone() };
            Some(Node { value: Value::Unresolved(Arc::new(open)), ..vpc.clone() })
        }
        _ => None,
    }
}

/// The role that all functions have.
fn role_of_provider(provider: Option<&Node>) -> Option<Entry> {
    let provider = provider?;
    let iam = provider.get("iam").and_then(|iam| iam.get("role"));
    let statements = iam.and_then(|role| role.entry("statements")).or_else(|| provider.entry("iamRoleStatements"));
    let managed = iam.and_then(|role| role.entry("managedPolicies")).or_else(|| provider.entry("iamManagedPolicies"));
    let first = statements.or(managed)?;
    let boundary = iam.and_then(|role| role.entry("permissionsBoundary"));
    let beside: Vec<Entry> = [("ManagedPolicyArns", managed), ("PermissionsBoundary", boundary)]
        .into_iter()
        .filter_map(|(name, said)| said.map(|said| Entry::new(name, said.key.span, said.value.clone())))
        .collect();
    Some(role("IamRoleLambdaExecution", first, statements, &beside))
}

/// A role of functions, which stands where its rights are written.
fn role(name: &str, written: &Entry, statements: Option<&Entry>, beside: &[Entry]) -> Entry {
    let (key, at) = (written.key.span, written.value.span);
    let text = |text: &str| Node::text(text, key);
    let trusted = map(
        key,
        vec![
            ("Effect", text("Allow")),
            ("Principal", map(key, vec![("Service", text("lambda.amazonaws.com"))])),
            ("Action", text("sts:AssumeRole")),
        ],
    );
    let trust = map(key, vec![("Version", text("2012-10-17")), ("Statement", Node::list(vec![trusted], key))]);
    let mut properties = vec![entry("AssumeRolePolicyDocument", key, trust)];
    properties.extend(statements.map(|statements| {
        let document = map(at, vec![("Version", text("2012-10-17")), ("Statement", statements.value.clone())]);
        let policy = map(at, vec![("PolicyName", text("lambda")), ("PolicyDocument", document)]);
        entry("Policies", key, Node::list(vec![policy], at))
    }));
    properties.extend(beside.iter().cloned());
    resource(name, key, at, "AWS::IAM::Role", properties)
}
