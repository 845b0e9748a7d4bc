//! The programs, and how their files are told.

use super::texts::{self, Found};
use super::vagrant;
use crate::dialect::wording::{may_have_key, says};
use crate::dialect::{file_name, has_extension};
use crate::document::{Node, Text};

/// A program that files tell what to run.
pub(super) struct Program {
    /// Its kind, without the name of the dialect.
    pub kind: &'static str,
    /// Whether a file of this path may be for it.
    path: fn(&str) -> bool,
    /// What its files are written in; `None` is YAML, JSON or TOML, by the ending.
    syntax: Option<&'static str>,
    /// Of these words one is in every such file: keys of a tree, texts of another format.
    words: &'static [&'static str],
    /// What such a file holds.
    pub holds: Holds,
    /// Whether it looks for its file at the top of a repository alone.
    pub at_top: bool,
}

/// What a file holds.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    /// A tree that is of the program where this is true of it.
    Tree(fn(&Node) -> bool),
    /// A tree of which only what stands under a key says what is run.
    Under(&'static str),
    /// A text, and who reads it.
    Text(fn(&Text) -> Found),
}

impl Program {
    const fn at_top(self) -> Program {
        Program { at_top: true, ..self }
    }

    /// Whether a text may be for it.
    pub fn may_be(&self, text: &str) -> bool {
        match self.holds {
            Holds::Text(_) => self.words.is_empty() || self.words.iter().any(|word| says(text, word)),
            Holds::Under(key) => may_have_key(text, &[key]),
            Holds::Tree(_) if self.syntax == Some("hcl") => self.words.iter().any(|word| says(text, word)),
            Holds::Tree(_) => may_have_key(text, self.words),
        }
    }

    /// Whether a tree is for it.
    pub fn is(&self, root: &Node) -> bool {
        match self.holds {
            Holds::Tree(has) => has(root),
            Holds::Under(key) => root.get(key).is_some_and(|node| node.as_map().is_some()),
            Holds::Text(_) => root.as_str().is_some(),
        }
    }
}

/// The syntax that a file of a path is read in, if it may be for a program.
pub(super) fn syntax_of(path: &str) -> Option<&'static str> {
    of_path(path).map(|program| match program.syntax {
        Some(syntax) => syntax,
        None if has_extension(path, &[".json"]) => "json-relaxed",
        None if has_extension(path, &[".toml"]) => "toml",
        None => "yaml",
    })
}

/// The program that a file of a path may be for.
pub(super) fn of_path(path: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| (program.path)(path))
}

const fn tree(
    kind: &'static str,
    path: fn(&str) -> bool,
    words: &'static [&'static str],
    has: fn(&Node) -> bool,
) -> Program {
    Program { kind, path, syntax: None, words, holds: Holds::Tree(has), at_top: false }
}

const fn under(kind: &'static str, path: fn(&str) -> bool, key: &'static str) -> Program {
    Program { kind, path, syntax: None, words: &[], holds: Holds::Under(key), at_top: false }
}

const fn text(
    kind: &'static str,
    path: fn(&str) -> bool,
    words: &'static [&'static str],
    read: fn(&Text) -> Found,
) -> Program {
    Program { kind, path, syntax: Some("text"), words, holds: Holds::Text(read), at_top: false }
}

const fn hcl(
    kind: &'static str,
    path: fn(&str) -> bool,
    words: &'static [&'static str],
    has: fn(&Node) -> bool,
) -> Program {
    Program { syntax: Some("hcl"), ..tree(kind, path, words, has) }
}

/// The kinds, in the order of the table.
pub(super) const KINDS: &[&str] = &{
    let mut kinds = [""; PROGRAMS.len()];
    let (mut places, mut programs): (&mut [&str], &[Program]) = (&mut kinds, PROGRAMS);
    while let ([place, further @ ..], [program, others @ ..]) = (places, programs) {
        *place = program.kind;
        (places, programs) = (further, others);
    }
    kinds
};

/// Every program, each with a kind of its own.
#[rustfmt::skip] // One line each, so that additions do not meet.
pub(super) const PROGRAMS: &[Program] = &[
    // Services that build.
    tree("buildkite", |path| yaml(path) && (below(path, ".buildkite") || file_name(path).starts_with("buildkite")), &["steps"], |root| has(root, "steps")),
    tree("cloud-build", |path| begins(path, "cloudbuild") && (yaml(path) || has_extension(path, &[".json"])), &["steps"], |root| has(root, "steps")),
    tree("codebuild", |path| begins(path, "buildspec") && yaml(path), &["phases"], |root| has(root, "phases")),
    tree("drone", |path| yaml(path) && file_name(path).starts_with(".drone."), &["steps", "pipeline"], |root| has(root, "steps") || has(root, "pipeline")),
    tree("woodpecker", |path| yaml(path) && (file_name(path).starts_with(".woodpecker.") || below(path, ".woodpecker")), &["steps", "pipeline"], |root| has(root, "steps") || has(root, "pipeline")),
    tree("travis", |path| yaml(path) && file_name(path).starts_with(".travis."), TRAVIS, |root| TRAVIS.iter().any(|key| has(root, key))).at_top(),
    tree("readthedocs", |path| yaml(path) && file_name(path).trim_start_matches('.').starts_with("readthedocs."), &["build"], |root| has(root, "build")),
    // What deploys, and what builds images.
    hcl("docker-bake", |path| file_name(path).starts_with("docker-bake.") && has_extension(path, &[".hcl"]), &["target"], |root| has(root, "target")),
    tree("buildpacks", |path| file_name(path) == "project.toml", &["builder"], |root| root.at(&["io", "buildpacks", "builder"]).or_else(|| root.at(&["build", "builder"])).is_some()),
    hcl("nomad", |path| has_extension(path, &[".nomad", ".hcl"]), &["job"], is_job),
    tree("skaffold", |path| yaml(path) && file_name(path).starts_with("skaffold."), &["apiVersion"], |root| root.get("apiVersion").and_then(Node::as_str).is_some_and(|version| version.starts_with("skaffold/"))),
    tree("netlify", |path| file_name(path) == "netlify.toml", &["build", "context"], |root| has(root, "build") || has(root, "context")),
    tree("vercel", |path| file_name(path) == "vercel.json", VERCEL, |root| VERCEL.iter().any(|key| has(root, key))),
    // Runners of tasks.
    tree("lefthook", |path| file_name(path).trim_start_matches('.').starts_with("lefthook") && has_extension(path, &[".yml", ".yaml", ".toml", ".json"]), LEFTHOOK, |root| root.entries().iter().any(|hook| LEFTHOOK.iter().any(|key| hook.value.get(key).is_some()))),
    tree("task", |path| begins(path, "taskfile.") && yaml(path), &["tasks"], |root| has(root, "tasks")),
    tree("mise", is_of_mise, &["tasks"], |root| has(root, "tasks")),
    tree("pixi", |path| file_name(path) == "pixi.toml", &["tasks"], |root| has(root, "tasks")),
    tree("deno", |path| ["deno.json", "deno.jsonc"].contains(&file_name(path)), &["tasks"], |root| has(root, "tasks")),
    tree("python", |path| file_name(path) == "pyproject.toml", PYTHON, |root| PYTHON.iter().any(|tool| root.at(&["tool", tool]).is_some())),
    under("npm", |path| file_name(path) == "package.json", "scripts"),
    under("composer", |path| file_name(path) == "composer.json", "scripts"),
    text("just", |path| ["justfile", ".justfile"].iter().any(|name| file_name(path).eq_ignore_ascii_case(name)) || has_extension(path, &[".just"]), &[":"], texts::justfile),
    text("procfile", |path| file_name(path) == "Procfile" || file_name(path).starts_with("Procfile."), &[":"], texts::procfile),
    text("tox", |path| file_name(path) == "tox.ini", &["commands"], texts::tox),
    // Machines and images.
    text("kickstart", |path| has_extension(path, &[".ks"]) || ["ks", "kickstart"].iter().any(|name| named(path, name)) && has_extension(path, &[".cfg"]), &["%pre", "%post"], texts::kickstart),
    text("vagrant", |path| file_name(path).starts_with("Vagrantfile") && !has_extension(path, &[".md", ".erb", ".j2", ".tmpl"]), &["inline"], vagrant::scripts),
    text("earthly", |path| file_name(path) == "Earthfile", &["VERSION"], texts::earthfile),
];

/// Keys of which Travis CI has one at the top of a file that makes it do anything.
const TRAVIS: &[&str] = &["language", "script", "jobs", "matrix", "install", "before_install", "import"];

/// Keys of a project of Vercel that hold commands.
const VERCEL: &[&str] = &["buildCommand", "installCommand", "devCommand", "ignoreCommand"];

/// Runners of tasks that have theirs in the file of a project in Python.
const PYTHON: &[&str] = &["poe", "taskipy", "pdm", "hatch", "pixi"];

/// Whether mise reads a file of this path.
fn is_of_mise(path: &str) -> bool {
    let name = file_name(path).trim_start_matches('.');
    has_extension(path, &[".toml"])
        && (name.starts_with("mise.") || name == "config.toml" && (below(path, "mise") || below(path, ".mise")))
}

/// Keys of which each hook of lefthook has one.
const LEFTHOOK: &[&str] = &["commands", "jobs", "scripts"];

fn yaml(path: &str) -> bool {
    has_extension(path, &[".yaml", ".yml"])
}

/// Whether the name of a file begins with a word, in any case.
fn begins(path: &str, word: &str) -> bool {
    file_name(path).get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Whether a path lies in a folder of this name.
fn below(path: &str, folder: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| part == folder)
}

/// Whether the name of a file has this among its words.
fn named(path: &str, word: &str) -> bool {
    file_name(path).split(['-', '_', '.']).any(|part| part.eq_ignore_ascii_case(word))
}

fn has(node: &Node, key: &str) -> bool {
    node.get(key).is_some()
}

/// Whether a tree has a job of Nomad: a block with a name and groups or tasks.
fn is_job(root: &Node) -> bool {
    let jobs = root.get("job").map_or(&[][..], Node::items).iter().flat_map(Node::entries);
    jobs.into_iter().any(|job| has(&job.value, "group") || has(&job.value, "task"))
}
