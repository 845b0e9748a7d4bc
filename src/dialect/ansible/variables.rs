//! What variables hold, where that is certain.
//!
//! Ansible has over twenty places to set a variable, and extra variables of the command line win over all of them. A
//! variable counts as known where the repository sets it once, to a literal, and where that place is in force: `vars` of
//! the task, of a block or of the play around it, variables of the role, or of all hosts. The defaults of a role are the
//! last resort, for variables that nothing else sets. Files that `vars_files` and `include_vars` name are read where they are
//! in the repository; where one is not, nothing is certain of what runs with it. The trail says where a value came from.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::earlier::Earlier;
use super::inventory::{self, Inventory};
use super::jinja;
use super::named::{self, Calls, Unread};
use super::place::{self, Part};
use super::words::BLOCK_PARTS;
use crate::dialect::Corpus;
use crate::document::{Document, Entry, Guard, Node, Question, Unresolved, Value};
use crate::kernel::budget::Budget;
use crate::source::{FileId, Span};

/// Keys of an entry of `roles` that are no variables.
const ROLE_KEYWORDS: &[&str] =
    &["role", "name", "tags", "when", "vars", "become", "become_user", "become_method", "delegate_to", "no_log"];

/// What is set in the repository.
#[derive(Default)]
pub(super) struct Definitions<'a> {
    /// How often a name is set, but for the defaults of roles.
    counts: BTreeMap<&'a str, usize>,
    /// The values that are written out, for names that are set in variables of files, plays and tasks, with the files.
    values: BTreeMap<&'a str, Settings<'a>>,
    /// What roles have defaults for, with the names of these.
    defaults: BTreeMap<&'a str, Vec<(&'a str, &'a Node)>>,
    /// The roles that each play lists.
    plays: Vec<BTreeSet<&'a str>>,
    /// Variables of all hosts.
    shared: Vec<&'a Entry>,
    /// What the files set that a play names, by its file and its place there.
    of_plays: BTreeMap<(FileId, usize), Vec<&'a Node>>,
    /// The files of variables that a play or a task names and that are not in the repository.
    unread: Vec<Unread>,
    /// What the files set that tasks include, by the places of these tasks.
    included: BTreeMap<(FileId, u32), &'a Node>,
}

/// The values that a variable is set to.
#[derive(Default)]
struct Settings<'a> {
    all: Vec<Setting<'a>>,
    /// One of them, once that was asked: thousands of hosts may set what thousands of tasks fill in.
    one: OnceLock<Option<Node>>,
}

/// A value that a variable is set to.
#[derive(Clone, Copy)]
struct Setting<'a> {
    value: &'a Node,
    path: &'a str,
}

/// What is known of a variable.
pub(super) enum Found {
    /// Its value, and where it comes from.
    Value(Node, String),
    /// What it is where another place sets it that is not in force here, or may not be; the clause says so.
    Perhaps(Node, Guard, String),
    /// Nothing in the repository sets it.
    Nowhere,
    /// It is not certain; the clause says why.
    Open(String),
}

/// Variables in force at a place.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    pub definitions: &'a Definitions<'a>,
    /// `vars` around the place, innermost last, with what has them.
    pub layers: Vec<(&'a Node, &'static str)>,
    /// The tasks that set variables before the one that uses them.
    pub earlier: Vec<Earlier<'a>>,
    /// How many of them have run here.
    pub done: usize,
    /// The variables and the defaults of the role.
    pub role: [Vec<&'a Node>; 2],
    /// The roles whose defaults are in force beside those of the role.
    pub beside: Arc<BTreeSet<&'a str>>,
    /// The variable of a loop, and what it holds in this round, or why that is not known.
    pub item: Option<(&'a str, Result<Node, String>)>,
    /// What a template names itself, innermost last.
    pub bound: Vec<(Arc<str>, Node)>,
    /// A file of variables that is in force here and is not known.
    pub unread: Option<&'a Unread>,
    /// Where a value is pointed at that stands in the expression itself.
    pub place: Span,
    /// What texts may still be filled with.
    pub budget: &'a Budget,
}

impl<'a> Definitions<'a> {
    /// Everything that a repository sets, with the files that it names in so many words.
    pub(super) fn read(
        documents: &[&'a Document],
        named: &'a [Document],
        inventories: &'a [Inventory<'a>],
        corpus: &Corpus<'a>,
    ) -> Definitions<'a> {
        let mut read = Definitions::default();
        for Inventory { path, given } in inventories {
            for (host, vars) in given {
                vars.entries().iter().for_each(|entry| read.set_to(entry, path));
                read.shared.extend((&**host == "all").then(|| vars.entries()).into_iter().flatten());
            }
        }
        for document in named {
            document.roots.iter().flat_map(Node::entries).for_each(|entry| read.set_to(entry, &document.path));
        }
        for document in documents {
            let roots = document.roots.iter();
            match place::part(document) {
                Some(Part::Variables) if place::is_defaults(&document.path) => {
                    let role = place::role_with_defaults(&document.path);
                    for entry in roots.flat_map(Node::entries) {
                        read.defaults.entry(&entry.key.name).or_default().push((role, &entry.value));
                    }
                }
                Some(Part::Variables) => {
                    for entry in roots.flat_map(Node::entries) {
                        read.set_to(entry, &document.path);
                        if place::is_for_all_hosts(&document.path) {
                            read.shared.push(entry);
                        }
                    }
                }
                Some(Part::Playbook) => roots.flat_map(Node::items).for_each(|play| read.play(play, &document.path)),
                Some(Part::Tasks) => roots.for_each(|root| read.tasks(root, &document.path)),
                Some(Part::Config | Part::Inventory) | None => {}
            }
        }
        read.files(documents, named, corpus);
        read
    }

    /// The files that plays and tasks name.
    fn files(&mut self, documents: &[&'a Document], named: &'a [Document], corpus: &Corpus<'a>) {
        let known = documents.iter().copied().chain(named).map(|document| (&*document.path, document)).collect();
        let mut reader = Files { known, given: BTreeSet::new(), calls: OnceCell::new() };
        for document in documents.iter().copied() {
            let roots = document.roots.iter();
            match place::part(document) {
                Some(Part::Playbook) => {
                    for (index, play) in roots.flat_map(Node::items).enumerate() {
                        for file in named::of_play(play, document, corpus.workspace) {
                            if let Some(root) = reader.root(&file, self) {
                                self.of_plays.entry((document.file, index)).or_default().push(root);
                            } else if file.fits.is_empty() {
                                let calls = || reader.calls.get_or_init(|| Calls::read(documents, corpus));
                                self.add_unread(|| Unread::of_play(file.written, (document, index), play, calls()));
                            }
                        }
                        named::task_lists(play).for_each(|tasks| self.included(tasks, document, &mut reader, corpus));
                    }
                }
                Some(Part::Tasks) => {
                    roots.for_each(|tasks| self.included(tasks, document, &mut reader, corpus));
                }
                _ => {}
            }
        }
    }

    fn included(&mut self, tasks: &'a Node, document: &'a Document, reader: &mut Files<'a>, corpus: &Corpus<'a>) {
        for (task, file) in named::included(tasks, document, corpus.workspace) {
            match reader.root(&file, self) {
                Some(root) => {
                    self.included.insert((task.file, task.start), root);
                }
                // What roles include lies with their variables, all of which are read.
                None if place::is_of_roles(&document.path) || !file.fits.is_empty() => {}
                None => self.add_unread(|| Unread::of_tasks(file.written, &document.path)),
            }
        }
    }

    fn add_unread(&mut self, unread: impl FnOnce() -> Unread) {
        match self.unread.len() {
            few if few < named::MOST_UNREAD => self.unread.push(unread()),
            named::MOST_UNREAD => self.unread.push(Unread::of_others()),
            _ => {}
        }
    }

    /// A file of variables that is in force in a file, or in a play of it, and is not known.
    pub(super) fn unread(&self, path: &str, play: Option<usize>) -> Option<&Unread> {
        self.unread.iter().find(|unread| unread.reaches(path, play))
    }

    /// What the files set that a play names.
    pub(super) fn of_play(&self, file: FileId, play: usize) -> &[&'a Node] {
        self.of_plays.get(&(file, play)).map_or(&[], Vec::as_slice)
    }

    /// What the file sets that a task includes, where it is in the repository.
    pub(super) fn included_by(&self, task: Span) -> Option<&'a Node> {
        self.included.get(&(task.file, task.start)).copied()
    }

    /// The roles whose defaults are in force in a file of a role: those that a play lists beside it.
    pub(super) fn beside(&self, path: &str) -> BTreeSet<&'a str> {
        let Some(role) = place::role_of(path) else { return BTreeSet::new() };
        let own = role.rsplit('/').next().unwrap_or(role);
        self.plays.iter().filter(|roles| roles.contains(own)).flatten().copied().filter(|role| *role != own).collect()
    }

    /// How often a variable is set, but for defaults of roles.
    pub(super) fn times_set(&self, name: &str) -> usize {
        self.counts.get(name).copied().unwrap_or_default()
    }

    fn set(&mut self, name: &'a str) {
        *self.counts.entry(name).or_default() += 1;
    }

    fn set_to(&mut self, entry: &'a Entry, path: &'a str) {
        self.set(&entry.key.name);
        self.values.entry(&entry.key.name).or_default().all.push(Setting { value: &entry.value, path });
    }

    fn all_of(&mut self, node: Option<&'a Node>, path: &'a str) {
        node.map_or(&[][..], Node::entries).iter().for_each(|entry| self.set_to(entry, path));
    }

    /// One of the values of a variable that is set in several places, where all of them are literals.
    fn one_of(&self, name: &str) -> Option<Node> {
        let Settings { all, one } = self.values.get(name)?;
        let made = || {
            let all_told = self.counts.get(name) == Some(&all.len()) && !self.defaults.contains_key(name);
            if !all_told || all.iter().any(|setting| !jinja::is_literal(setting.value)) {
                return None;
            }
            let question = Arc::new(asked(all, name));
            let guards = question.answers.iter().map(|answer| Guard::Is(Arc::clone(&question), Arc::clone(answer)));
            one_of(all.iter().map(|setting| setting.value.clone()).zip(guards), &several(name))
        };
        one.get_or_init(made).clone()
    }

    fn play(&mut self, play: &'a Node, path: &'a str) {
        self.plays.extend(Some(roles_of(play)).filter(|roles| !roles.is_empty()));
        self.all_of(play.get("vars"), path);
        for prompt in play.get("vars_prompt").map_or(&[][..], Node::items) {
            prompt.get("name").and_then(Node::as_str).into_iter().for_each(|name| self.set(name));
        }
        for role in play.get("roles").map_or(&[][..], Node::items) {
            self.all_of(role.get("vars"), path);
            let given = role.entries().iter().map(|entry| &*entry.key.name);
            given.filter(|name| !ROLE_KEYWORDS.contains(name)).for_each(|name| self.set(name));
        }
        super::words::PLAY_PARTS
            .iter()
            .filter(|part| **part != "roles")
            .filter_map(|part| play.get(part))
            .for_each(|tasks| self.tasks(tasks, path));
    }

    /// As deep as the syntax allows, no deeper.
    fn tasks(&mut self, tasks: &'a Node, path: &'a str) {
        for task in tasks.items() {
            self.all_of(task.get("vars"), path);
            for facts in ["set_fact", "ansible.builtin.set_fact"].iter().filter_map(|key| task.get(key)) {
                self.all_of(Some(facts), path);
                if let Some(text) = facts.as_str() {
                    text.split_whitespace()
                        .filter_map(|word| word.split_once('='))
                        .for_each(|(name, _)| self.set(name));
                }
            }
            let named = [task.get("register"), task.at(&["loop_control", "loop_var"])];
            named.into_iter().flatten().filter_map(Node::as_str).for_each(|name| self.set(name));
            BLOCK_PARTS.iter().filter_map(|part| task.get(part)).for_each(|tasks| self.tasks(tasks, path));
        }
    }
}

/// The files of variables that are read, while it is found out who names which.
struct Files<'a> {
    known: BTreeMap<&'a str, &'a Document>,
    /// Defaults of roles that somebody names, whose variables count as set from then on.
    given: BTreeSet<&'a str>,
    calls: OnceCell<Calls>,
}

impl<'a> Files<'a> {
    /// What a file that is named sets; nothing where it is not known.
    fn root(&mut self, file: &named::Named<'_>, definitions: &mut Definitions<'a>) -> Option<&'a Node> {
        let document = *self.known.get(file.at?)?;
        let root = document.roots.first().filter(|root| root.as_map().is_some())?;
        if place::is_defaults(&document.path) && self.given.insert(&document.path) {
            root.entries().iter().for_each(|entry| definitions.set_to(entry, &document.path));
        }
        Some(root)
    }
}

/// The roles that a play lists, by the last part of their names.
pub(super) fn roles_of(play: &Node) -> BTreeSet<&str> {
    let listed = play.get("roles").map_or(&[][..], Node::items).iter();
    let named = listed
        .filter_map(|role| role.as_str().or_else(|| ["role", "name"].iter().find_map(|key| role.get(key)?.as_str())));
    named.filter(|name| !jinja::is_template(name)).filter_map(|name| name.rsplit(['/', '.']).next()).collect()
}

/// The variables and the defaults of the role that a file belongs to: `vars/main.yml`, or the files of `vars/main`.
pub(super) fn of_role<'a>(path: &str, corpus: &Corpus<'a>) -> [Vec<&'a Node>; 2] {
    let Some(role) = place::role_of(path) else { return [Vec::new(), Vec::new()] };
    let slash = if role.is_empty() { "" } else { "/" };
    ["vars", "defaults"].map(|folder| {
        let folder = format!("{role}{slash}{folder}");
        let files = ["main.yml", "main.yaml"].into_iter().filter_map(|name| {
            let file = corpus.workspace.find(&format!("{folder}/{name}"))?;
            corpus.document("ansible", file)
        });
        let parts = corpus.in_directory("ansible", &format!("{folder}/main"));
        files.chain(parts).filter_map(|document| document.roots.first()).collect()
    })
}

impl Scope<'_> {
    /// What stands at a path that begins with a variable.
    pub(super) fn find(&self, path: &[String]) -> Found {
        let Some((name, keys)) = path.split_first() else { return Found::Nowhere };
        let (node, what) = match self.variable(name) {
            Found::Value(node, what) => (node, what),
            other => return other,
        };
        let mut at = node;
        for key in keys {
            let next = match &at.value {
                Value::List(items) => key.parse().ok().and_then(|index: usize| items.get(index)),
                Value::Unresolved(open) if !open.alternatives.is_empty() => {
                    let taken = open.guarded().map(|(one, guard)| Some((one.get(key)?.clone(), guard.clone())));
                    let taken: Option<Vec<(Node, Guard)>> = taken.collect();
                    match taken.and_then(|taken| one_of(taken.into_iter(), &open.because)) {
                        Some(next) => at = next,
                        None => return Found::Open(several(name)),
                    }
                    continue;
                }
                Value::Unresolved(_) => return Found::Value(at, what),
                _ => at.get(key),
            };
            let Some(next) = next.cloned() else {
                return Found::Open(format!("`{name}` does not write `{key}` out"));
            };
            at = next;
        }
        Found::Value(at, what)
    }

    fn variable(&self, name: &str) -> Found {
        if let Some((_, node)) = self.bound.iter().rev().find(|(bound, _)| **bound == *name) {
            return Found::Value(node.clone(), format!("`{name}` of the template"));
        }
        if let Some((item, value)) = &self.item
            && *item == name
        {
            return match value {
                Ok(node) => Found::Value(node.clone(), format!("`{name}` of the loop")),
                Err(because) => Found::Open(because.clone()),
            };
        }
        if let Some(found) = self.of_earlier(name) {
            return found;
        }
        let count = self.definitions.counts.get(name);
        if let Some(unread) = self.unread
            && count.is_none_or(|count| *count == 1)
        {
            return Found::Open(format!("variable `{name}` may be set by {}", unread.told));
        }
        match count {
            None => self.default(name),
            Some(1) => self.only(name),
            Some(_) => match self.definitions.one_of(name) {
                Some(node) => Found::Value(node, format!("variable `{name}`")),
                None => Found::Open(several(name)),
            },
        }
    }

    /// A variable that is set once.
    fn only(&self, name: &str) -> Found {
        let of_layers = self.layers.iter().rev().find_map(|(vars, what)| Some((vars.get(name)?, *what)));
        let [vars, _] = &self.role;
        let shared = || self.definitions.shared.iter().find(|entry| &*entry.key.name == name);
        let found = of_layers
            .or_else(|| Some((vars.iter().find_map(|vars| vars.get(name))?, "the role")))
            .or_else(|| Some((&shared()?.value, "all hosts")));
        match found {
            Some((node, what)) => self.made(name, node, format!("variable `{name}` of {what}")),
            None => self.elsewhere(name),
        }
    }

    /// A variable that is set once, in a place that is not in force here for certain: it is that, or the role's default.
    fn elsewhere(&self, name: &str) -> Found {
        let because = format!("variable `{name}` is set elsewhere");
        let settings = self.definitions.values.get(name).map_or(&[][..], |settings| &settings.all);
        let [Setting { value, path }] = settings else { return Found::Open(because) };
        let [_, defaults] = &self.role;
        let default = defaults.iter().find_map(|defaults| defaults.get(name));
        // A play that names the defaults of the role sets what they are anyway.
        if default.is_some_and(|default| std::ptr::eq(default, *value)) {
            return self.default(name);
        }
        if !jinja::is_literal(value) {
            return Found::Open(because);
        }
        let answers = vec![Arc::from(*path), Arc::from("another one")];
        let asked = Question::new(format!("file of variables: {path}"), "file of variables");
        let is_of_runs = place::chosen_beside(path).is_some() || inventory::may_be(path);
        let question = Question { answers, is_of_runs, ..asked };
        let guard = Guard::Is(Arc::new(question), Arc::from(*path));
        match default
            .filter(|node| jinja::is_literal(node))
            .and_then(|default| either((*value).clone(), default.clone(), &guard, &because))
        {
            Some(node) => Found::Value(node, format!("variable `{name}`")),
            None => Found::Perhaps((*value).clone(), guard, because),
        }
    }

    /// What a variable comes to that is set to this: what it is made of is asked where it is used.
    pub(super) fn made(&self, name: &str, node: &Node, what: String) -> Found {
        if jinja::is_literal(node) {
            return Found::Value(node.clone(), what);
        }
        if node.entries().iter().any(|entry| entry.key.name.starts_with("!vault")) {
            return Found::Open(format!("variable `{name}` is encrypted with the vault's password"));
        }
        let Some(_level) = self.budget.enter() else {
            return Found::Open(format!("variable `{name}` is made of others, and these of others, too deeply"));
        };
        self.budget.spend(u32::try_from(node.weight(MOST_NODES)).unwrap_or(u32::MAX));
        Found::Value(jinja::resolved(node, self), what)
    }

    /// A variable that nothing sets, but perhaps the defaults of a role.
    pub(super) fn default(&self, name: &str) -> Found {
        let [_, defaults] = &self.role;
        if let Some(node) = defaults.iter().find_map(|defaults| defaults.get(name)) {
            return self.made(name, node, format!("default of the role's variable `{name}`"));
        }
        let of_others = self.definitions.defaults.get(name).map_or(&[][..], Vec::as_slice);
        let mut beside = of_others.iter().filter(|(role, _)| self.beside.contains(role));
        if let (Some((role, node)), None) = (beside.next(), beside.next()) {
            return self.made(name, node, format!("default of the role `{role}`, which the play lists too"));
        }
        if !of_others.is_empty() {
            return Found::Open(format!("variable `{name}` has a default in another role"));
        }
        // Facts, and what Ansible sets itself.
        let magic = ["ansible_", "inventory_", "group", "hostvars", "playbook_", "role_", "play_"];
        if magic.iter().any(|start| name.starts_with(start)) || ["item", "omit", "vars"].contains(&name) {
            return Found::Open(format!("`{name}` is known only when the play runs"));
        }
        Found::Nowhere
    }
}

fn several(name: &str) -> String {
    format!("variable `{name}` is set in several places, and the hosts decide which of them counts")
}

/// Most nodes of a variable that are counted.
const MOST_NODES: usize = 100_000;

/// Most values that a variable may be one of.
const MOST_VALUES: usize = 64;

/// One value where a guard holds, else another one.
pub(super) fn either(one: Node, other: Node, guard: &Guard, because: &str) -> Option<Node> {
    let guards = [guard.clone(), guard.negated()];
    one_of([one, other].into_iter().zip(guards), because)
}

/// Which of the places counts that set a variable. Those that are set in the same files are decided by one question; where these
/// are those of groups, of hosts or of systems, side by side, each of them is in force somewhere.
fn asked(settings: &[Setting<'_>], name: &str) -> Question {
    let mut paths: Vec<&str> = settings.iter().map(|setting| setting.path).collect();
    paths.sort_unstable();
    paths.dedup();
    if paths.len() < settings.len() {
        let places = settings.iter().map(|setting| format!("{}:{}", setting.path, setting.value.span.start));
        let answers = places.map(Arc::from).collect();
        let is_of_runs = paths.iter().all(|path| inventory::may_be(path));
        return Question {
            answers,
            is_of_runs,
            ..Question::new(format!("place of {name}"), format!("the place that sets `{name}`"))
        };
    }
    let answers = settings.iter().map(|setting| Arc::from(setting.path)).collect();
    let id = format!("file of variables: {}", paths.join(" "));
    let question = Question { answers, ..Question::new(id, "file of variables") };
    let mut beside = paths.iter().map(|path| place::chosen_beside(path));
    let first = beside.next().flatten();
    let are_of_hosts = first.is_some() && beside.all(|other| other == first);
    Question { is_of_runs: are_of_hosts || paths.iter().all(|path| inventory::may_be(path)), ..question }
}

/// A value that is one of several, or that all of them are; none where there are too many, or none.
fn one_of(values: impl Iterator<Item = (Node, Guard)>, because: &str) -> Option<Node> {
    let mut distinct: Vec<(Node, Guard)> = Vec::new();
    for (value, guard) in values {
        let same = |other: &&mut (Node, Guard)| value.as_str().is_some() && value.as_str() == other.0.as_str();
        match distinct.iter_mut().find(same) {
            Some((_, known)) => *known = Guard::any([known.clone(), guard])?,
            None => distinct.push((value, guard)),
        }
        if distinct.len() > MOST_VALUES {
            return None;
        }
    }
    let (first, others) = distinct.split_first()?;
    if others.is_empty() {
        return Some(first.0.clone());
    }
    let span = first.0.span;
    let (alternatives, guards) = distinct.into_iter().unzip();
    let open = Unresolved { because: because.into(), alternatives, guards, ..Unresolved::default() };
    Some(Node::new(Value::Unresolved(Arc::new(open)), span))
}
