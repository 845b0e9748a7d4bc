//! What the provider of a resource is told, and the tags that it puts on all of its resources.

use rustc_hash::FxHashMap;

use crate::dialect::Resource;
use crate::document::{Entry, Node, Value};

/// Where a provider's block says which tags or labels all resources get, the attribute of a resource with its own, and the
/// name under which the provider knows all of them.
const DEFAULTS: &[(&str, &[&str], &str, &str)] = &[
    ("aws", &["default_tags", "tags"], "tags", "tags_all"),
    ("google", &["default_labels"], "labels", "effective_labels"),
    ("google-beta", &["default_labels"], "labels", "effective_labels"),
];

/// Adds the views `provider_settings`, and `tags_all` or `effective_labels`, to the resources of a root module.
pub(super) fn settle(resources: &mut [Resource]) {
    let configured = Configured::among(resources);
    if configured.providers.is_empty() {
        return;
    }
    for resource in resources {
        let Some(ty) = resource.kind.strip_prefix("terraform/").filter(|ty| ty.contains('_')) else { continue };
        let (module, _) = split(&resource.address);
        let told = resource.body.get("provider").and_then(written);
        let name = told.unwrap_or_else(|| ty.trim_start_matches("data.").split('_').next().unwrap_or(ty).to_owned());
        let Some(settings) = configured.of(module, &name).cloned() else { continue };
        let provider = name.split('.').next().unwrap_or(&name);
        let of_provider = DEFAULTS.iter().find(|(of, ..)| *of == provider);
        if let Some((_, path, own, all)) = of_provider
            && resource.body.get(all).is_none()
            && let Some(defaults) = within(&settings, path)
        {
            let tags = together(defaults, resource.body.get(own));
            resource.body.derive(all, tags);
        }
        resource.body.derive("provider_settings", settings);
    }
}

/// The blocks of providers by their addresses, and what modules are handed.
struct Configured {
    providers: FxHashMap<String, Node>,
    /// By the address of a call without its instance: the names inside and outside.
    handed: FxHashMap<String, FxHashMap<String, String>>,
}

impl Configured {
    fn among(resources: &[Resource]) -> Configured {
        let mut configured = Configured { providers: FxHashMap::default(), handed: FxHashMap::default() };
        for resource in resources {
            if resource.kind.starts_with("terraform/provider.") {
                configured.providers.insert(resource.address.to_string(), resource.body.clone());
            } else if &*resource.kind == "terraform/module"
                && let Some(providers) = resource.body.get("providers")
            {
                let pairs = providers.entries().iter();
                let pairs = pairs.filter_map(|entry| Some((entry.key.name.to_string(), written(&entry.value)?)));
                configured.handed.insert(resource.address.to_string(), pairs.collect());
            }
        }
        configured
    }

    /// The block that a name of a module stands for: its own, what it is handed, or for a name without an alias what the
    /// module around it has.
    fn of(&self, module: &str, name: &str) -> Option<&Node> {
        let (mut module, mut name) = (module.to_owned(), name.to_owned());
        loop {
            let dot = if module.is_empty() { "" } else { "." };
            if let Some(settings) = self.providers.get(&format!("{module}{dot}provider.{name}")) {
                return Some(settings);
            }
            if module.is_empty() {
                return None;
            }
            match self.handed.get(&module).and_then(|handed| handed.get(&name)) {
                Some(outside) => name.clone_from(outside),
                None if name.contains('.') => return None,
                None => {}
            }
            module = parent(&module).to_owned();
        }
    }
}

/// The address of the module that a resource is in, and the rest.
fn split(address: &str) -> (&str, &str) {
    let mut end = 0;
    while let Some(rest) = address.get(end..).map(|rest| rest.strip_prefix('.').unwrap_or(rest))
        && rest.starts_with("module.")
    {
        let from = address.len() - rest.len() + "module.".len();
        let Some(length) = address.get(from..).and_then(name_end) else { break };
        end = from + length;
    }
    (address.get(..end).unwrap_or(""), address.get(end..).unwrap_or(address))
}

/// Where the name of a call ends, its instance included.
fn name_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, character)| {
        quoted ^= character == '"';
        (character == '.' && !quoted).then_some(at)
    })
}

fn parent(module: &str) -> &str {
    let mut last = "";
    let mut at = 0;
    while let Some(length) = module.get(at..).and_then(name_end).filter(|_| at < module.len()) {
        let end = at + length;
        // Of `module.a.module.b` the dots that begin a call are those before `module`.
        if module.get(end + 1..).is_some_and(|rest| rest.starts_with("module.")) {
            last = module.get(..end).unwrap_or("");
        }
        at = end + 1;
    }
    last
}

/// The name of a provider's configuration, as it is referred to.
fn written(node: &Node) -> Option<String> {
    let text = match &node.value {
        Value::Str(text) => text.as_str().to_owned(),
        Value::Unresolved(open) => open.expression.to_string(),
        _ => return None,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (!text.is_empty() && text.chars().all(plain)).then_some(text)
}

fn within<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| node.items().first().unwrap_or(node).get(key))
}

/// The defaults with a resource's own over them.
fn together(defaults: &Node, own: Option<&Node>) -> Node {
    let own = own.filter(|own| !matches!(own.value, Value::Null));
    let (Some(map), Some(own_map)) = (defaults.as_map(), own.map_or(Some(None), |own| own.as_map().map(Some))) else {
        // Of one that is not decided, nothing is known of the whole either.
        return if defaults.as_map().is_some() { own.unwrap_or(defaults).clone() } else { defaults.clone() };
    };
    let mut entries: Vec<Entry> = own_map.map(|map| map.written().cloned().collect()).unwrap_or_default();
    let known = entries.len();
    for entry in map.written() {
        if !entries.iter().take(known).any(|own| own.key.name == entry.key.name) {
            entries.push(entry.clone());
        }
    }
    let rest = map.rest.clone().or_else(|| own_map.and_then(|map| map.rest.clone()));
    let span = own.map_or(defaults.span, |own| own.span);
    let mut all = Node::map(entries, span);
    if let (Value::Map(map), Some(_)) = (&mut all.value, &rest) {
        std::sync::Arc::make_mut(map).rest = rest;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (address, module, up) in [
            ("aws_vpc.main", "", ""),
            ("module.a.aws_vpc.main[0]", "module.a", ""),
            ("module.a[\"x.y\"].module.b[0].aws_vpc.main", "module.a[\"x.y\"].module.b[0]", "module.a[\"x.y\"]"),
        ] {
            assert_eq!(split(address).0, module, "{address}");
            assert_eq!(parent(module), up, "{address}");
        }
    }
}
