//! What files declare to be secret: `sensitive = true`, `NoEcho: true`, `securestring`, `sensitive_values` of a plan.
//!
//! A declaration is a map with a mark, and the value beside the mark is secret whatever it is called. What is declared may be
//! given elsewhere (a variable file, the call of a module, a parameter file, a nested stack), so the names of what was
//! declared are gathered first, and looked for where values are given.

use std::collections::BTreeSet;
use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use super::tree::is_value_key;
use crate::document::{MAX_DEPTH, Node, Value};

/// Keys that say that the value beside them is secret, where they are true.
const MARKS: &[&str] = &["sensitive", "ephemeral", "noecho", "issecret", "secret", "masked", "masked_and_hidden"];

/// Types whose values are secret.
const TYPES: &[&str] = &["securestring", "secureobject", "secret"];

/// Keys under which names are declared that are given a value elsewhere.
const DECLARING: &[&str] = &["variable", "parameters", "variables"];

/// Keys under which values are given by name.
const GIVING: &[&str] = &["module", "inputs", "parameters", "params", "variables", "parameter_overrides"];

/// A value in a plan, and what says which parts of it are secret.
const OVERLAYS: &[(&str, &str)] =
    &[("values", "sensitive_values"), ("after", "after_sensitive"), ("before", "before_sensitive")];

/// How deep below such a key a name may stand.
const NEAR: usize = 4;

/// Most nodes that are looked at below one root.
const MAX_NODES: usize = 400_000;

/// Whether a text can hold a declaration: a cheap look before its tree is searched.
pub fn may_declare(text: &str) -> bool {
    ["ensitive", "phemeral", "oEcho", "ecure", "isSecret", "secret\"", "secret ", "SECRET\"", "masked"]
        .iter()
        .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// The values below a root that are declared to be secret; the names under which values are given elsewhere are added, in
/// lower case.
pub fn values<'n>(root: &'n Node, names: &mut BTreeSet<String>) -> Vec<&'n Node> {
    let mut search = Search { found: Vec::new(), left: MAX_NODES };
    search.declarations(root, None, None, names, 0);
    search.found
}

/// The values below a root that are given to names that were declared to be secret. `is_given` says that the root itself
/// holds names and their values, as variable files do.
pub fn given<'n>(root: &'n Node, names: &BTreeSet<String>, is_given: bool) -> Vec<&'n Node> {
    let mut search = Search { found: Vec::new(), left: MAX_NODES };
    search.given(root, names, if is_given { Some(NEAR - 1) } else { None }, 0);
    search.found
}

/// The names that something below a root may give a value to, as hashes.
pub fn names_given(root: &Node, is_given: bool) -> BTreeSet<u64> {
    let mut names = BTreeSet::new();
    let mut search = Search { found: Vec::new(), left: MAX_NODES };
    search.names(root, if is_given { Some(NEAR - 1) } else { None }, 0, &mut names);
    names
}

/// The hash of a name in lower case.
pub fn hash(name: &str) -> u64 {
    FxBuildHasher.hash_one(name)
}

/// How near the names of values are below a key, where they are at or below a key that gives them.
fn near_below(name: &str, near: Option<usize>) -> Option<usize> {
    if GIVING.iter().any(|giving| name.eq_ignore_ascii_case(giving)) {
        Some(NEAR)
    } else {
        near.and_then(|near| near.checked_sub(1))
    }
}

struct Search<'n> {
    found: Vec<&'n Node>,
    left: usize,
}

impl<'n> Search<'n> {
    fn is_over(&mut self, depth: usize) -> bool {
        let over = depth > MAX_DEPTH || self.left == 0;
        self.left = self.left.saturating_sub(1);
        over
    }

    fn declarations(
        &mut self,
        node: &'n Node,
        name: Option<&'n str>,
        above: Option<&'n str>,
        names: &mut BTreeSet<String>,
        depth: usize,
    ) {
        if self.is_over(depth) {
            return;
        }
        for item in node.items() {
            self.declarations(item, name, above, names, depth + 1);
        }
        if is_marked(node) {
            let values = node.entries().iter().filter(|entry| is_value_key(&entry.key.name));
            self.found.extend(values.map(|entry| &entry.value));
            let declares = above.is_some_and(|above| is_one_of(above, DECLARING));
            names.extend(name.filter(|_| declares).map(str::to_ascii_lowercase));
        }
        for (values, marks) in OVERLAYS {
            if let (Some(value), Some(mark)) = (node.get(values), node.get(marks)) {
                self.overlaid(value, mark, depth + 1);
            }
        }
        for entry in node.entries() {
            // The labels of a block, and the items of a list, stand between a kind and its names.
            self.declarations(&entry.value, Some(&entry.key.name), name, names, depth + 1);
        }
    }

    /// What of a value is secret: where the mark is true, all of it is.
    fn overlaid(&mut self, value: &'n Node, mark: &Node, depth: usize) {
        if self.is_over(depth) {
            return;
        }
        match &mark.value {
            Value::Bool(true) => self.found.push(value),
            Value::List(marks) => {
                for (value, mark) in value.items().iter().zip(marks.iter()) {
                    self.overlaid(value, mark, depth + 1);
                }
            }
            Value::Map(marks) => {
                for entry in &marks.entries {
                    if let Some(value) = value.get(&entry.key.name) {
                        self.overlaid(value, &entry.value, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn names(&mut self, node: &'n Node, near: Option<usize>, depth: usize, names: &mut BTreeSet<u64>) {
        if self.is_over(depth) {
            return;
        }
        for item in node.items() {
            self.names(item, near, depth + 1, names);
        }
        if let Some(key) = node.get("ParameterKey").and_then(Node::as_str) {
            names.insert(hash(&key.to_ascii_lowercase()));
        }
        for entry in node.entries() {
            if near.is_some() {
                names.insert(hash(&entry.key.name.to_ascii_lowercase()));
            }
            self.names(&entry.value, near_below(&entry.key.name, near), depth + 1, names);
        }
    }

    fn given(&mut self, node: &'n Node, names: &BTreeSet<String>, near: Option<usize>, depth: usize) {
        if self.is_over(depth) {
            return;
        }
        for item in node.items() {
            self.given(item, names, near, depth + 1);
        }
        let key = node.get("ParameterKey").and_then(Node::as_str);
        if let (Some(key), Some(value)) = (key, node.get("ParameterValue"))
            && names.contains(&key.to_ascii_lowercase())
        {
            self.found.push(value);
        }
        for entry in node.entries() {
            let name = entry.key.name.to_ascii_lowercase();
            if near.is_some() && names.contains(&name) {
                self.found.push(&entry.value);
            } else {
                self.given(&entry.value, names, near_below(&name, near), depth + 1);
            }
        }
    }
}

fn is_one_of(name: &str, known: &[&str]) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a map says that the value in it is secret.
pub fn is_marked(node: &Node) -> bool {
    node.entries().iter().any(|entry| match &entry.value.value {
        Value::Bool(true) => is_one_of(&entry.key.name, MARKS),
        Value::Str(text) => {
            let (text, name) = (text.as_str(), &entry.key.name);
            text.eq_ignore_ascii_case("true") && is_one_of(name, MARKS)
                || name.eq_ignore_ascii_case("type") && is_one_of(text, TYPES)
        }
        _ => false,
    })
}
