//! What tasks are about, however their modules name it: a file, a unit, packages.
//!
//! A name that a template gives is no view: a rule about one file, unit or package does not ask about a task that may be
//! about any.

use crate::document::{Node, Text, Value};
use crate::syntax::spelled;

/// Shortest known beginning of a path that says where a file lies: `/etc/`.
const KNOWN_PATH: usize = 5;

/// Modules that start and stop units.
const UNITS: &[&str] = &["ansible.builtin.service", "ansible.builtin.systemd", "ansible.builtin.sysvinit"];

/// Modules that install packages of the system.
const PACKAGES: &[&str] = &[
    "ansible.builtin.apt",
    "ansible.builtin.dnf",
    "ansible.builtin.dnf5",
    "ansible.builtin.package",
    "ansible.builtin.yum",
    "community.general.apk",
    "community.general.pacman",
    "community.general.zypper",
];

/// The views of a task by name.
pub(super) fn of_task(module: &str, args: &Node) -> Vec<(&'static str, Node)> {
    let first = |keys: &[&str]| keys.iter().find_map(|key| args.get(key));
    let file = first(&["path", "dest", "destfile"]).filter(|file| is_known(file)).cloned();
    let unit = UNITS.contains(&module).then(|| first(&["name", "service", "unit"])).flatten().and_then(unit);
    let packages = PACKAGES.contains(&module).then(|| first(&["name", "pkg", "package"])).flatten().map(packages);
    let views = [("file", file), ("adds", adds(args)), ("unit", unit), ("packages", packages)];
    views.into_iter().filter_map(|(name, view)| Some((name, view?))).collect()
}

/// What is written into a file that has more in it. The text of a whole file is judged as that file, unless not all of it is known.
fn adds(args: &Node) -> Option<Node> {
    let part = ["line", "replace", "block"].iter().find_map(|key| args.get(key));
    part.or_else(|| args.get("content").filter(|content| content.as_str().is_none())).cloned()
}

/// Whether it is known at least where a file lies.
fn is_known(file: &Node) -> bool {
    let partial = file.as_unresolved().and_then(|open| open.partial.as_ref());
    file.as_str().is_some() || partial.is_some_and(|partial| partial.prefix().len() >= KNOWN_PATH)
}

/// The name of a unit; services without their ending.
fn unit(name: &Node) -> Option<Node> {
    let Value::Str(text) = &name.value else { return None };
    let length = text.as_str().strip_suffix(".service").unwrap_or(text.as_str()).len();
    let bare = spelled::node(spelled::part(text, 0, length), name.span);
    Some(Node { value: bare.value, ..name.clone() })
}

/// The names of packages, without versions.
fn packages(written: &Node) -> Node {
    let items = if written.items().is_empty() { std::slice::from_ref(written) } else { written.items() };
    let mut found = Vec::new();
    for item in items {
        if let Value::Str(text) = &item.value {
            found.extend(names(text, item));
        }
    }
    Node::list(found, written.span)
}

fn names(text: &Text, item: &Node) -> Vec<Node> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.as_str().split(',') {
        let name = part.split(['=', '<', '>']).next().unwrap_or("").trim_end();
        let start = at + (name.len() - name.trim_start().len());
        let bare = spelled::node(spelled::part(text, start, at + name.len()), item.span);
        found.push(Node { value: bare.value, ..item.clone() });
        at += part.len() + 1;
    }
    found
}
