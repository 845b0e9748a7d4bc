//! Inventories: the hosts and groups that there are, with the variables that they are given, in INI or YAML.
//!
//! What a host or group is given is a resource of its own: two of them may hold other things under one name. What is filled in
//! elsewhere may be what any of them is given.

use std::sync::Arc;

use super::jinja;
use super::place::{self, Part};
use super::variables::Scope;
use crate::dialect::{Resource, Typing, file_name, has_extension};
use crate::document::{Document, Entry, MAX_DEPTH, Node, Value};
use crate::source::Span;
use crate::syntax::spelled;

/// Names of inventories without their ending.
const NAMES: &[&str] = &["hosts", "inventory"];

/// Folders of inventories.
const FOLDERS: &[&str] = &["inventory", "inventories"];

/// Keys of a group in YAML.
const GROUP: &[&str] = &["children", "hosts", "vars"];

/// Most hosts and groups of a file that have variables.
pub(super) const MOST: usize = 10_000;

/// Whether a file of this path may be an inventory.
pub(super) fn may_be(path: &str) -> bool {
    let name = file_name(path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_written = ["", "ini", "yml", "yaml"].contains(&ending);
    let in_folder = path.split('/').rev().skip(1).any(|folder| FOLDERS.contains(&folder));
    is_written && (NAMES.contains(&stem) || in_folder && (!ending.is_empty() || is_name_of_stage(name)))
}

fn is_name_of_stage(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Whether an inventory of this path is one of lines.
pub(super) fn is_of_lines(path: &str) -> bool {
    may_be(path) && !has_extension(path, &[".yml", ".yaml"])
}

/// Whether lines may be those of an inventory: a group has its name in brackets, and something is Ansible's.
pub(super) fn may_say(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with('[')) && text.contains("ansible_")
        || text.lines().any(|line| line.trim().ends_with(":vars]"))
}

/// Whether a tree is an inventory in YAML: all of it are groups, some of which may be empty.
pub(super) fn is_tree(root: &Node) -> bool {
    let is_group = |entry: &Entry| match &entry.value.value {
        Value::Null => true,
        Value::Map(map) => map.entries.iter().all(|member| GROUP.contains(&&*member.key.name)),
        _ => false,
    };
    root.entries().iter().any(|entry| !entry.value.entries().is_empty()) && root.entries().iter().all(is_group)
}

/// What hosts and groups are given in one file.
pub(super) struct Inventory<'a> {
    pub path: &'a str,
    /// The variables of each of them, by its name.
    pub given: Vec<(Arc<str>, Node)>,
}

/// Those of a repository.
pub(super) fn all<'a>(documents: &[&'a Document]) -> Vec<Inventory<'a>> {
    let inventories = documents.iter().filter(|document| place::part(document) == Some(Part::Inventory));
    inventories.map(|document| Inventory { path: &document.path, given: given(document) }).collect()
}

fn given(document: &Document) -> Vec<(Arc<str>, Node)> {
    let Some(root) = document.roots.first() else { return Vec::new() };
    let mut found = Vec::new();
    match root.get("lines").filter(|_| is_of_lines(&document.path)) {
        Some(lines) => of_lines(lines.items(), &mut found),
        None => root.entries().iter().for_each(|group| of_group(group, 0, &mut found)),
    }
    found.truncate(MOST + 1);
    found
}

/// The variables of each host and group; one more than are judged where there are more.
pub(super) fn resources(document: &Document, scope: &Scope<'_>) -> Vec<Resource> {
    let resource = |(name, body): (Arc<str>, Node)| {
        let header = body.entries().first().map_or(body.span, |entry| entry.key.span);
        let span = body.span;
        let body = jinja::resolved(&body, scope);
        let of_file = Resource::of_file(document, "ansible/variables", body, header, Typing::Loose);
        Resource { address: format!("{}#{name}", document.path).into(), span, ..of_file }
    };
    given(document).into_iter().map(resource).collect()
}

/// A group of YAML with its hosts, and the groups below it.
fn of_group(group: &Entry, depth: usize, found: &mut Vec<(Arc<str>, Node)>) {
    if depth > MAX_DEPTH {
        return;
    }
    let is_told = |node: &Node| !node.entries().is_empty();
    let vars = group.value.get("vars").filter(|vars| is_told(vars));
    found.extend(vars.map(|vars| (Arc::clone(&group.key.name), vars.clone())));
    let hosts = group.value.get("hosts").map_or(&[][..], Node::entries).iter().filter(|host| is_told(&host.value));
    found.extend(hosts.map(|host| (Arc::clone(&host.key.name), host.value.clone())));
    for child in group.value.get("children").map_or(&[][..], Node::entries) {
        of_group(child, depth + 1, found);
    }
}

/// What stands in a section of lines.
enum Section {
    Hosts,
    Vars,
    Groups,
}

fn of_lines(lines: &[Node], found: &mut Vec<(Arc<str>, Node)>) {
    let mut section = Section::Hosts;
    let mut vars: Option<(Arc<str>, Vec<Entry>)> = None;
    let mut groups: Vec<(Arc<str>, Vec<Entry>)> = Vec::new();
    for line in lines {
        let words = line.get("words").map_or(&[][..], Node::items);
        let first = words.first().and_then(Node::as_str).unwrap_or("");
        if let Some(header) = first.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            groups.extend(vars.take());
            section = match header.rsplit_once(':') {
                Some((name, "vars")) => {
                    vars = Some((name.into(), Vec::new()));
                    Section::Vars
                }
                Some((_, "children")) => Section::Groups,
                _ => Section::Hosts,
            };
            continue;
        }
        match section {
            Section::Groups => {}
            Section::Vars => {
                let entry = line.get("text").and_then(assignment);
                if let Some((_, entries)) = &mut vars {
                    entries.extend(entry);
                }
            }
            Section::Hosts => {
                let entries: Vec<Entry> = words.iter().skip(1).filter_map(assignment).collect();
                found.extend((!entries.is_empty()).then(|| (first.into(), Node::map(entries, line.span))));
            }
        }
    }
    groups.extend(vars);
    found.extend(groups.into_iter().filter_map(|(name, entries)| {
        let span = entries.iter().map(Entry::span).reduce(Span::to)?;
        Some((name, Node::map(entries, span)))
    }));
}

/// A variable and its value, without quotes.
fn assignment(node: &Node) -> Option<Entry> {
    let Value::Str(text) = &node.value else { return None };
    let written = text.as_str();
    let at = written.find('=')?;
    let name = written.get(..at)?.trim();
    let key = spelled::span(text, 0, name.len(), node.span);
    let value = spelled::trimmed(&spelled::part(text, at + 1, written.len()));
    let inner = value.as_str();
    let quoted =
        ['"', '\''].iter().any(|quote| inner.len() > 1 && inner.starts_with(*quote) && inner.ends_with(*quote));
    let value = if quoted { spelled::part(&value, 1, inner.len() - 1) } else { value };
    (!name.is_empty()).then(|| Entry::new(name, key, spelled::node(value, node.span)))
}
