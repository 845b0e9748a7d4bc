//! `podSpecPatch`: a strategic merge patch of the pod, written as a text in which placeholders are filled in first.

use std::sync::Arc;

use super::placeholders;
use crate::dialect::strategic;
use crate::document::{Entry, MAX_DEPTH, Map, Node, Unresolved, Value};
use crate::kernel::joined::Joined;
use crate::syntax::yaml;

/// What stands for a placeholder that is not decided while the text is read: a word that no patch has.
const MARK: &str = "annexa-placeholder-";

/// Most bytes of patches that are read for the pods of one workflow, with what is filled into them: one of the workflow itself is laid
/// over each.
pub(super) const MOST: usize = 256 << 10;

/// A pod with a patch laid over it. What the patch does not decide is open where it says so, and all of the pod where the patch
/// cannot be read.
pub(super) fn patched<'n>(
    pod: Node,
    written: &Node,
    left: &mut usize,
    value: impl Fn(&str) -> Option<&'n Node>,
) -> Node {
    match read(written, left, value).and_then(|patch| strategic::merge(&pod, &patch)) {
        Some(patched) => patched,
        None => open(pod),
    }
}

fn open(pod: Node) -> Node {
    let because = "a patch in the workflow says more of the pod".into();
    let rest = Some(Arc::new(Unresolved { expression: "podSpecPatch".into(), because, ..Unresolved::default() }));
    let entries = pod.entries().to_vec();
    Node { value: Value::Map(Arc::new(Map { entries, rest })), ..pod }
}

/// The patch that a text is.
fn read<'n>(written: &Node, left: &mut usize, value: impl Fn(&str) -> Option<&'n Node>) -> Option<Node> {
    let Value::Str(text) = &written.value else { return None };
    let whole = text.as_str();
    let mut spend = |bytes: usize| {
        *left = left.checked_sub(bytes)?;
        Some(())
    };
    spend(whole.len())?;
    let (mut joined, mut from, mut holes) = (Joined::default(), 0, Vec::new());
    for (range, name) in placeholders(whole) {
        joined.part(text, from, range.start);
        let known = value(name).and_then(|value| Some((value, value.as_str()?)));
        if let Some((value, filled)) = known.filter(|(_, filled)| !filled.contains("{{")) {
            spend(filled.len())?;
            joined.filled(text, range.start, range.end, filled, value);
        } else {
            joined.filled(text, range.start, range.end, &format!("{MARK}{}-", holes.len()), written);
            holes.push(name);
        }
        from = range.end;
    }
    joined.part(text, from, whole.len());
    let Value::Str(filled) = joined.node(written).value else { return None };
    let [root] = <[Node; 1]>::try_from(yaml::parse_embedded(&filled, written.span)?).ok()?;
    root.as_map()?;
    Some(marked_open(&root, &holes, 0))
}

/// A tree in which what holds a mark is open.
fn marked_open(node: &Node, holes: &[&str], depth: usize) -> Node {
    let hole = |text: &str| {
        let name = text.split(MARK).nth(1).and_then(|rest| rest.split('-').next()).and_then(|at| at.parse().ok());
        let name: &str = name.and_then(|at: usize| holes.get(at)).copied().unwrap_or("podSpecPatch");
        let because = format!("`{name}` is known when the workflow runs").into();
        Arc::new(Unresolved { expression: name.into(), because, ..Unresolved::default() })
    };
    let value = match &node.value {
        Value::Str(text) if text.as_str().contains(MARK) => Value::Unresolved(hole(text.as_str())),
        Value::List(items) if depth < MAX_DEPTH => {
            Value::List(Arc::new(items.iter().map(|item| marked_open(item, holes, depth + 1)).collect()))
        }
        Value::Map(map) if depth < MAX_DEPTH => {
            let mut rest = map.rest.clone();
            let mut entries: Vec<Entry> = Vec::with_capacity(map.entries.len());
            for entry in &map.entries {
                if entry.key.name.contains(MARK) {
                    rest = Some(hole(&entry.key.name));
                } else {
                    entries.push(Entry { value: marked_open(&entry.value, holes, depth + 1), ..entry.clone() });
                }
            }
            Value::Map(Arc::new(Map { entries, rest }))
        }
        _ => return node.clone(),
    };
    Node { value, ..node.clone() }
}
