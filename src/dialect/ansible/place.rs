//! Which files are Ansible's: by name and content.

use super::inventory;
use super::words::{self, BLOCK_PARTS, IMPORTS, PLAY_PARTS};
use crate::dialect::wording::{may_say, may_say_one};
use crate::dialect::{file_name, has_extension};
use crate::document::{Document, Node, Value};

/// What a file is to Ansible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// `ansible.cfg`.
    Config,
    /// Plays.
    Playbook,
    /// Tasks or handlers.
    Tasks,
    /// Variables: of groups, of hosts, or of a role.
    Variables,
    /// Hosts and groups with their variables.
    Inventory,
}

/// The syntax to read a file with.
pub(super) fn syntax(path: &str) -> Option<&'static str> {
    if file_name(path) == "ansible.cfg" {
        Some("ini")
    } else if inventory::is_of_lines(path) {
        Some("words")
    } else {
        has_extension(path, &[".yaml", ".yml"]).then_some("yaml-1.1")
    }
}

/// Whether a text may be Ansible's.
pub(super) fn candidate(path: &str, text: &str) -> bool {
    if file_name(path) == "ansible.cfg" || holds_variables(path) {
        return true;
    }
    if inventory::is_of_lines(path) {
        return inventory::may_say(text);
    }
    if inventory::may_be(path) && may_say_one(text, &["hosts", "children", "vars"]) {
        return true;
    }
    is_list(text)
        && (in_tasks(path)
            || may_say_one(text, &["import_playbook", "ansible.builtin."])
            || (may_say(text, "hosts") && may_say_one(text, PLAY_PARTS)))
}

/// Whether the first thing that a text holds may be a list.
fn is_list(text: &str) -> bool {
    let written = |line: &&str| !(line.is_empty() || line.starts_with(['#', '%']) || *line == "...");
    let lines = text.trim_start_matches('\u{feff}').lines().map(|line| {
        let line = line.trim();
        line.strip_prefix("---").filter(|rest| !rest.starts_with('-')).map_or(line, str::trim_start)
    });
    let mut written = lines.filter(written);
    // A tag or an anchor may be all of its line.
    written.next().is_some_and(|first| first.starts_with(['-', '[', '&', '!']))
}

/// What a document is to Ansible, if anything.
pub(super) fn part(document: &Document) -> Option<Part> {
    let path = &*document.path;
    if document.file_name() == "ansible.cfg" {
        return Some(Part::Config);
    }
    let broken = document.is_broken();
    if holds_variables(path) {
        let map = document.roots.iter().any(|root| root.as_map().is_some());
        return (map || broken).then_some(Part::Variables);
    }
    let root = document.roots.first();
    if inventory::is_of_lines(path) {
        return Some(Part::Inventory);
    }
    if inventory::may_be(path) && root.is_some_and(inventory::is_tree) {
        return Some(Part::Inventory);
    }
    let items = root.map_or(&[][..], Node::items);
    if items.iter().any(is_play) {
        return Some(Part::Playbook);
    }
    let tasks = are_tasks(items) && (in_tasks(path) || has_full_names(items));
    let of_role = in_tasks(path) && is_of_roles(path);
    (tasks || (broken && of_role)).then_some(Part::Tasks)
}

/// Whether a file lies where roles and playbooks keep tasks.
fn in_tasks(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| part == "tasks" || part == "handlers")
}

/// Whether a file lies where Ansible looks for variables.
fn holds_variables(path: &str) -> bool {
    if !has_extension(path, &[".yaml", ".yml"]) {
        return false;
    }
    let mut folders = path.split('/').rev().skip(1).skip_while(|folder| *folder == "main");
    let of_role = matches!(folders.next(), Some("defaults" | "vars"));
    of_groups(path) || (of_role && (file_name(path).starts_with("main.") || folders.nth(1) == Some("roles")))
}

fn of_groups(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| part == "group_vars" || part == "host_vars")
}

/// Whether a file gives variables to all hosts.
pub(super) fn is_for_all_hosts(path: &str) -> bool {
    let mut parts = path.split('/').rev();
    let (Some(name), Some(folder)) = (parts.next(), parts.next()) else { return false };
    let all = |name: &str| ["all.yml", "all.yaml"].contains(&name);
    (folder == "group_vars" && all(name)) || (folder == "all" && parts.next() == Some("group_vars"))
}

/// What the files of variables are beside each other in of which one each is in force for some host: groups, hosts, or the
/// variables of a role for different systems. None for what may be in force for all, and for other files.
pub(super) fn chosen_beside(path: &str) -> Option<&str> {
    if !holds_variables(path) || is_for_all_hosts(path) {
        return None;
    }
    for folder in ["group_vars", "host_vars"] {
        let start = format!("{folder}/");
        let at = if path.starts_with(&start) { Some(0) } else { path.rfind(&format!("/{start}")).map(|at| at + 1) };
        if let Some(at) = at {
            return path.get(..at + folder.len());
        }
    }
    let (folder, name) = path.rsplit_once('/')?;
    (!name.starts_with("main.") && !folder.ends_with("/main") && !is_defaults(path)).then_some(folder)
}

/// Whether a file holds what a role's variables are unless anything else sets them.
pub(super) fn is_defaults(path: &str) -> bool {
    let folder = path.split('/').rev().skip(1).find(|folder| *folder != "main");
    !of_groups(path) && folder == Some("defaults")
}

/// Whether a node is a play, or an import of some.
pub(super) fn is_play(node: &Node) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| node.get(key).is_some());
    (node.get("hosts").is_some() && has(PLAY_PARTS)) || has(IMPORTS)
}

/// Whether all items may be tasks, and one is for certain. A list that was cut short by an error ends in an open item.
fn are_tasks(items: &[Node]) -> bool {
    let known = |node: &Node| {
        let module = module_key(node);
        let block =
            BLOCK_PARTS.iter().any(|part| node.get(part).is_some_and(|part| matches!(part.value, Value::List(_))));
        block
            || node.get("action").or_else(|| node.get("local_action")).is_some()
            || module.is_some_and(words::is_module)
    };
    let may_be = |node: &Node| {
        let modules = node.entries().iter().filter(|entry| !words::is_keyword(&entry.key.name)).count();
        node.as_unresolved().is_some() || (node.as_map().is_some() && modules <= 1)
    };
    items.iter().all(may_be) && items.iter().any(known)
}

fn has_full_names(items: &[Node]) -> bool {
    items.iter().filter_map(module_key).any(|name| name.starts_with("ansible.builtin."))
}

/// The key of a task that is no keyword.
fn module_key(node: &Node) -> Option<&str> {
    node.entries().iter().map(|entry| &*entry.key.name).find(|key| !words::is_keyword(key))
}

/// The folder of the role that a file of tasks belongs to.
pub(super) fn role_of(path: &str) -> Option<&str> {
    let at = [path.rfind("/tasks/"), path.rfind("/handlers/")].into_iter().flatten().max();
    let top = ["tasks/", "handlers/"].iter().any(|folder| path.starts_with(folder)).then_some("");
    at.and_then(|at| path.get(..at)).or(top)
}

/// The name of the role that a file of defaults belongs to.
pub(super) fn role_with_defaults(path: &str) -> &str {
    let role = path.rfind("/defaults/").and_then(|at| path.get(..at)).unwrap_or("");
    role.rsplit('/').next().unwrap_or(role)
}

/// Whether a file belongs to a role that lies in `roles`, of which all variables are read.
pub(super) fn is_of_roles(path: &str) -> bool {
    path.split('/').any(|part| part == "roles")
}

/// Whether a file plays on machines that are made for tests only.
pub(super) fn is_test(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| part == "molecule")
}
