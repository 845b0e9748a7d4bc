//! Files of variables that plays and tasks name: those that are in the repository are read, and of the others it is known
//! what runs with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::jinja::{self, PieceKind};
use super::place::{self, Part};
use super::words::{BLOCK_PARTS, PLAY_PARTS, full_name};
use super::{template, ties};
use crate::dialect::ties::Tie;
use crate::dialect::{Corpus, file_name, join};
use crate::document::{Document, Node};
use crate::source::{Span, Workspace};
use crate::syntax;

/// Most files of variables that are read beside those of groups, hosts and roles.
const MOST_FILES: usize = 1000;

/// Most unread files that are told apart: of each resource it is asked which of them it runs with.
pub(super) const MOST_UNREAD: usize = 1000;

/// The files of variables that the repository names and that lie where nothing else looks for variables.
pub(super) fn documents(documents: &[&Document], workspace: &Workspace) -> Vec<Document> {
    let mut paths = BTreeSet::new();
    for document in documents {
        let named = |found: Named<'_>| found.at.into_iter().chain(found.fits).map(str::to_owned).collect::<Vec<_>>();
        paths.extend(all(document, workspace).into_iter().flat_map(named));
    }
    let known: BTreeSet<&str> = documents.iter().map(|document| &*document.path).collect();
    let read = |path: String| {
        let source = workspace.seen(workspace.find(&path)?)?;
        Some(syntax::parse(syntax::named("yaml-1.1")?, &source))
    };
    paths.into_iter().filter(|path| !known.contains(path.as_str())).take(MOST_FILES).filter_map(read).collect()
}

/// A file that a play or a task names.
pub(super) struct Named<'a> {
    /// As it is written.
    pub written: &'a str,
    /// Where it is, if it is in the repository and named in so many words.
    pub at: Option<&'a str>,
    /// The files of the repository of which a name with a template in it means one.
    pub fits: Vec<&'a str>,
}

fn all<'a>(document: &'a Document, workspace: &'a Workspace) -> Vec<Named<'a>> {
    let roots = document.roots.iter();
    match place::part(document) {
        Some(Part::Playbook) => roots
            .flat_map(Node::items)
            .flat_map(|play| {
                let tasks = task_lists(play).flat_map(|tasks| files(tasks, document, workspace));
                of_play(play, document, workspace).into_iter().chain(tasks.collect::<Vec<_>>())
            })
            .collect(),
        Some(Part::Tasks) => roots.flat_map(|tasks| files(tasks, document, workspace)).collect(),
        _ => Vec::new(),
    }
}

fn files<'a>(tasks: &'a Node, document: &Document, workspace: &'a Workspace) -> Vec<Named<'a>> {
    included(tasks, document, workspace).into_iter().map(|(_, file)| file).collect()
}

/// The tasks of a play.
pub(super) fn task_lists(play: &Node) -> impl Iterator<Item = &Node> {
    PLAY_PARTS.iter().filter(|part| **part != "roles").filter_map(|part| play.get(part))
}

/// The files of a play's `vars_files`; of a list in it the first that is there.
pub(super) fn of_play<'a>(play: &'a Node, document: &Document, workspace: &'a Workspace) -> Vec<Named<'a>> {
    let Some(files) = play.get("vars_files") else { return Vec::new() };
    let one = std::slice::from_ref(files);
    let files = if files.as_str().is_some() { one } else { files.items() };
    files
        .iter()
        .map(|file| match file.as_str() {
            Some(written) => found(written, document, workspace),
            None => first(file, document, workspace),
        })
        .collect()
}

fn first<'a>(files: &'a Node, document: &Document, workspace: &'a Workspace) -> Named<'a> {
    let mut last = Named { written: "a list of files", at: None, fits: Vec::new() };
    for written in files.items().iter().filter_map(Node::as_str) {
        last = found(written, document, workspace);
        if last.at.is_some() || jinja::is_template(written) {
            break;
        }
    }
    last
}

/// Where Ansible finds a file that a file of plays or tasks names.
fn found<'a>(written: &'a str, document: &Document, workspace: &'a Workspace) -> Named<'a> {
    let bases = [document.directory(), ties::directory(document.directory())];
    let paths = bases.iter().flat_map(|base| ["vars/", ""].map(|folder| join(base, &format!("{folder}{written}"))));
    let file = paths.flatten().find_map(|path| workspace.find(&path));
    let at = file.filter(|_| !jinja::is_template(written)).map(|file| workspace.path(file));
    Named { written, at, fits: fitting(written, &bases, workspace) }
}

/// The files of a folder that a name may mean in which something is filled in; a name of which not even a folder or a word is known
/// means none.
fn fitting<'a>(written: &str, bases: &[&str], workspace: &'a Workspace) -> Vec<&'a str> {
    let pieces = jinja::pieces(written);
    let starts: Vec<usize> = pieces.iter().map(|piece| piece.whole.start).collect();
    let (Some(first), true) = (starts.first(), pieces.iter().all(|piece| piece.kind == PieceKind::Expression)) else {
        return Vec::new();
    };
    let (folder, lead) =
        written.get(..*first).map_or(("", ""), |before| before.rsplit_once('/').unwrap_or(("", before)));
    let ends = pieces.iter().map(|piece| piece.whole.end);
    let nexts = starts.iter().skip(1).copied().chain([written.len()]);
    let after: Vec<&str> = ends.zip(nexts).filter_map(|(end, next)| written.get(end..next)).collect();
    if after.iter().any(|part| part.contains('/')) {
        return Vec::new();
    }
    let says = !lead.is_empty() || after.iter().any(|part| part.len() > ".yaml".len());
    let fits = |name: &str| {
        let inner = name.strip_prefix(lead).and_then(|rest| {
            let (last, between) = after.split_last()?;
            between.iter().try_fold(rest, |rest, part| rest.split_once(part).map(|(_, rest)| rest))?.strip_suffix(last)
        });
        inner.is_some() && [".yml", ".yaml", ".json"].iter().any(|ending| name.ends_with(ending))
    };
    for base in bases {
        for around in ["vars/", ""] {
            if around.is_empty() && folder.is_empty() && !says {
                continue;
            }
            let Some(directory) = join(base, &format!("{around}{folder}")) else { continue };
            let files = workspace.in_directory(&directory).map(|file| workspace.path(file));
            let found: Vec<&str> = files.filter(|path| fits(file_name(path))).take(MOST_FILES).collect();
            if !found.is_empty() {
                return found;
            }
        }
    }
    Vec::new()
}

/// The files that tasks include variables from, with the places of these tasks, as deep as the syntax allows.
pub(super) fn included<'a>(tasks: &'a Node, document: &Document, workspace: &'a Workspace) -> Vec<(Span, Named<'a>)> {
    let mut all = Vec::new();
    for task in tasks.items() {
        let call = task.entries().iter().find(|entry| full_name(&entry.key.name) == "ansible.builtin.include_vars");
        if let Some(call) = call {
            let file = call.value.as_str().or_else(|| call.value.get("file").and_then(Node::as_str));
            // With a name, what is in the file is in a variable of that name; a folder is all that is in it.
            let plain = call.value.entries().iter().all(|entry| &*entry.key.name == "file");
            let file = match file.filter(|text| plain && !text.contains('=')) {
                Some(written) => found(written, document, workspace),
                None => Named { written: "include_vars", at: None, fits: Vec::new() },
            };
            all.push((task.span, file));
        }
        let parts = BLOCK_PARTS.iter().filter_map(|part| task.get(part));
        all.extend(parts.flat_map(|tasks| included(tasks, document, workspace)));
    }
    all
}

/// What a file of plays or tasks may name, by its text.
pub(super) fn ties(path: &str, text: &str) -> Vec<Tie> {
    let mut all: Vec<Tie> = Vec::new();
    if let Some(role) = place::role_of(path) {
        all.extend(ties::file(role, "meta/main.yml"));
    }
    all.extend(template::named(path, text).map(Tie::File));
    if !["vars_files", "include_vars"].iter().any(|word| text.contains(word)) {
        return all;
    }
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '[' | ']' | ',' | '{' | '}' | '='));
    let named = words.filter(|word| [".yml", ".yaml", ".json"].iter().any(|ending| word.ends_with(ending)));
    let bases = [ties::directory(path), ties::directory(ties::directory(path))];
    for word in named.take(MOST_FILES) {
        let paths =
            bases.iter().flat_map(|base| ["vars/", ""].map(|folder| ties::file(base, &format!("{folder}{word}"))));
        all.extend(paths.flatten());
        // What is filled in before the ending means any file of a folder.
        if word.starts_with('.') || text.contains("}}") {
            let folder = word.rsplit_once('/').map_or("", |(folder, _)| folder);
            let folders =
                bases.iter().flat_map(|base| ["vars/", ""].map(|around| join(base, &format!("{around}{folder}"))));
            all.extend(folders.flatten().map(Tie::Folder));
        }
    }
    all
}

/// A file of variables that is not in the repository, or is named by a template: what it sets is not known.
pub(super) struct Unread {
    /// The play or file that names it, and the file as it is written there.
    pub told: String,
    reach: Reach,
}

/// What runs with it.
enum Reach {
    /// Whatever there is.
    All,
    /// A play, and the roles and files of tasks that it runs.
    Play { path: Arc<str>, index: usize, runs: Runs },
}

/// Roles by their names, and files of tasks by their paths or the ends of these.
#[derive(Default)]
struct Runs {
    roles: BTreeSet<String>,
    files: BTreeSet<String>,
    /// Whether a template says what else there is.
    is_open: bool,
}

impl Unread {
    /// Of tasks that include it: what they set holds for their hosts to the end of the run.
    pub(super) fn of_tasks(written: &str, path: &str) -> Unread {
        Unread { told: format!("`{written}`, which `include_vars` of `{path}` names"), reach: Reach::All }
    }

    /// Of more plays than are told apart.
    pub(super) fn of_others() -> Unread {
        Unread { told: format!("files that `vars_files` of more than {MOST_UNREAD} plays name"), reach: Reach::All }
    }

    /// Of a play.
    pub(super) fn of_play(written: &str, (document, index): (&Document, usize), play: &Node, all: &Calls) -> Unread {
        let name = play.get("name").and_then(Node::as_str);
        let name = name.map_or_else(|| format!("play {}", index + 1), |name| format!("play \"{name}\""));
        let told = format!("`{written}`, which `vars_files` of the {name} in `{}` names", document.path);
        let runs = all.from(play);
        let reach = Reach::Play { path: Arc::clone(&document.path), index, runs };
        Unread { told, reach }
    }

    /// Whether it is in force in a file, of plays in one of these.
    pub(super) fn reaches(&self, path: &str, play: Option<usize>) -> bool {
        let Reach::Play { path: own, index, runs } = &self.reach else { return true };
        if let Some(play) = play {
            return **own == *path && *index == play;
        }
        let of_role = place::role_of(path).or_else(|| ties::directory(path).rsplit_once('/').map(|(role, _)| role));
        let name = of_role.map(|role| role.rsplit('/').next().unwrap_or(role));
        let is_shared = name.is_none_or(|name| matches!(name, "group_vars" | "host_vars"));
        runs.is_open || is_shared || name.is_some_and(|name| runs.roles.contains(name)) || runs.has_file(path)
    }
}

impl Runs {
    fn has_file(&self, path: &str) -> bool {
        self.files.iter().any(|file| is_at(path, file))
    }

    fn role(&mut self, named: Option<&str>) {
        match named {
            Some(name) if !jinja::is_template(name) => {
                self.roles.insert(name.rsplit(['/', '.']).next().unwrap_or(name).to_owned());
            }
            _ => self.is_open = true,
        }
    }

    fn file(&mut self, named: Option<&str>) {
        let named = named.and_then(|text| text.split_whitespace().next());
        match named {
            Some(path) if !jinja::is_template(path) => {
                self.files.insert(path.trim_start_matches("../").trim_start_matches("./").to_owned());
            }
            _ => self.is_open = true,
        }
    }

    fn tasks(&mut self, tasks: &Node) {
        for task in tasks.items() {
            for entry in task.entries() {
                let argument = |keys: [&str; 2]| {
                    entry.value.as_str().or_else(|| keys.iter().find_map(|key| entry.value.get(key)?.as_str()))
                };
                match &*full_name(&entry.key.name) {
                    "ansible.builtin.include_role" | "ansible.builtin.import_role" => {
                        let plain = argument(["name", "role"]);
                        self.role(plain.map(|text| text.strip_prefix("name=").unwrap_or(text)));
                    }
                    "ansible.builtin.include_tasks" | "ansible.builtin.import_tasks" | "ansible.builtin.include" => {
                        self.file(argument(["file", "_raw_params"]));
                    }
                    _ => {}
                }
            }
            BLOCK_PARTS.iter().filter_map(|part| task.get(part)).for_each(|tasks| self.tasks(tasks));
        }
    }

    fn listed(&mut self, roles: Option<&Node>) {
        for role in roles.map_or(&[][..], Node::items) {
            let name = ["role", "name"].iter().find_map(|key| role.get(key)?.as_str());
            self.role(role.as_str().or(name));
        }
    }

    fn add(&mut self, other: &Runs) {
        self.roles.extend(other.roles.iter().cloned());
        self.files.extend(other.files.iter().cloned());
        self.is_open |= other.is_open;
    }
}

/// Whether a path is that of a file, or ends in it.
fn is_at(path: &str, file: &str) -> bool {
    path.strip_suffix(file).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// What the files of tasks of a repository run themselves.
#[derive(Default)]
pub(super) struct Calls {
    /// By the name of the role, and what each of them depends on.
    roles: BTreeMap<String, Runs>,
    /// By the name of the file, with its path.
    files: BTreeMap<String, Vec<(Arc<str>, Runs)>>,
}

impl Calls {
    /// Those of a repository.
    pub(super) fn read(documents: &[&Document], corpus: &Corpus<'_>) -> Calls {
        let mut calls = Calls::default();
        let mut folders = BTreeSet::new();
        for document in documents.iter().filter(|document| place::part(document) == Some(Part::Tasks)) {
            let mut runs = Runs::default();
            document.roots.iter().for_each(|tasks| runs.tasks(tasks));
            if let Some(role) = place::role_of(&document.path) {
                let name = role.rsplit('/').next().unwrap_or(role);
                calls.roles.entry(name.to_owned()).or_default().add(&runs);
                folders.insert(role);
            }
            let of_name = calls.files.entry(document.file_name().to_owned()).or_default();
            of_name.push((Arc::clone(&document.path), runs));
        }
        for role in folders {
            let file = join(role, "meta/main.yml").and_then(|path| corpus.workspace.find(&path));
            let source = file.and_then(|file| corpus.workspace.seen(file)).zip(syntax::named("yaml-1.1"));
            let Some(meta) = source.map(|(source, yaml)| syntax::parse(yaml, &source)) else { continue };
            let name = role.rsplit('/').next().unwrap_or(role);
            let runs = calls.roles.entry(name.to_owned()).or_default();
            runs.listed(meta.roots.first().and_then(|root| root.get("dependencies")));
        }
        calls
    }

    /// What a play runs, and what that runs in turn.
    fn from(&self, play: &Node) -> Runs {
        let mut own = Runs::default();
        own.listed(play.get("roles"));
        task_lists(play).for_each(|tasks| own.tasks(tasks));
        let (mut runs, mut open) = (Runs::default(), vec![&own]);
        while let Some(found) = open.pop() {
            runs.is_open |= found.is_open;
            for role in &found.roles {
                if runs.roles.insert(role.clone()) {
                    open.extend(self.roles.get(role));
                }
            }
            for file in &found.files {
                if runs.files.insert(file.clone()) {
                    let of_name = self.files.get(file_name(file)).into_iter().flatten();
                    open.extend(of_name.filter(|(path, _)| is_at(path, file)).map(|(_, inner)| inner));
                }
            }
        }
        runs
    }
}
