//! Bake files of Buildx: targets with what they inherit, in HCL or JSON.
//! <https://docs.docker.com/build/bake/reference/>

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Found, Written, is_plain, known, trees};
use crate::dialect::ties::directory;
use crate::document::{Node, Value};
use crate::source::{Source, Workspace};

/// How many targets a target inherits at most, one through the other.
const MOST: usize = 64;

/// Adds the targets of a file.
pub(super) fn add(source: &Source, workspace: &Workspace, found: &mut Found) {
    let roots = trees(source);
    let Some(root) = roots.first() else { return };
    let [targets, variables] = ["target", "variable"].map(|kind| named(root, kind));
    let variables: BTreeMap<&str, &Node> =
        variables.into_iter().filter_map(|(name, block)| Some((name, block.get("default")?))).collect();
    let bases = [directory(source.path()).to_owned()];
    for name in targets.keys() {
        let mut target = Target::default();
        target.take(name, &targets, &mut 0);
        let given = target.arguments.into_iter().map(|(name, value)| {
            let value = value.and_then(|value| text(value, &variables));
            (name, value)
        });
        let text = |key: &str| target.settings.get(key).and_then(|node| text(node, &variables));
        let (context, file) = (text("context"), text("dockerfile"));
        let folder = context.as_ref().and_then(Node::as_str).unwrap_or(".");
        // The path of the file is relative to the folder of the build.
        let file = format!("{folder}/{}", file.as_ref().and_then(Node::as_str).unwrap_or("Dockerfile"));
        let is_open =
            ["context", "dockerfile"].iter().any(|key| target.settings.contains_key(key) && text(key).is_none())
                || target.settings.contains_key("dockerfile-inline");
        let written = Written {
            told: format!("target `{name}` of `{}`", source.path()),
            context: Some(folder),
            file: Some(if is_open { "$" } else { &file }),
            bases: &bases,
            is_certain: true,
            arguments: given.collect(),
        };
        found.add(written, workspace);
    }
}

/// The blocks of a kind by their labels.
fn named<'n>(root: &'n Node, kind: &str) -> BTreeMap<&'n str, &'n Node> {
    let Some(node) = root.get(kind) else { return BTreeMap::new() };
    let one = std::slice::from_ref(node);
    let blocks = if node.items().is_empty() { one } else { node.items() };
    blocks.iter().flat_map(Node::entries).map(|entry| (&*entry.key.name, &entry.value)).collect()
}

/// A target with what it inherits: what is said later, and by the target itself, goes before.
#[derive(Default)]
struct Target<'n> {
    settings: BTreeMap<&'n str, &'n Node>,
    arguments: BTreeMap<Arc<str>, Option<&'n Node>>,
}

impl<'n> Target<'n> {
    fn take(&mut self, name: &str, targets: &BTreeMap<&str, &'n Node>, taken: &mut usize) {
        *taken += 1;
        let Some(target) = targets.get(name).filter(|_| *taken <= MOST) else { return };
        for inherited in target.get("inherits").map_or(&[][..], Node::items).iter().filter_map(Node::as_str) {
            self.take(inherited, targets, taken);
        }
        self.settings.extend(target.entries().iter().map(|entry| (&*entry.key.name, &entry.value)));
        for entry in target.get("args").map_or(&[][..], Node::entries) {
            let value = (!matches!(entry.value.value, Value::Null)).then_some(&entry.value);
            self.arguments.insert(Arc::clone(&entry.key.name), value);
        }
    }
}

/// A value as a text, with the defaults of variables filled in; none where it is made otherwise.
fn text(node: &Node, variables: &BTreeMap<&str, &Node>) -> Option<Node> {
    if let Some(known) = known(node) {
        return Some(known);
    }
    let written = match &node.value {
        Value::Str(text) => text.as_str(),
        Value::Unresolved(open) => &*open.expression,
        _ => return None,
    };
    if let Some(default) = variables.get(written) {
        return known(default).map(|value| Node { span: node.span, ..value });
    }
    let quoted = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(written);
    let mut filled = String::new();
    let mut rest = quoted;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) = after.split_once('}')?;
        filled.push_str(before);
        filled.push_str(variables.get(name)?.as_str()?);
        rest = behind;
    }
    filled.push_str(rest);
    let is_made = written.starts_with('"') || matches!(node.value, Value::Str(_));
    (is_made && is_plain(&filled) && !filled.contains('"')).then(|| Node::text(filled, node.span))
}
