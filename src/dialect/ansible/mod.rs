//! Ansible: plays, tasks, variables and `ansible.cfg`.
//!
//! A task is judged as it is written, once for each round of a loop that is written out, with what its blocks and its
//! play say. Templates are filled in where the repository sets their variables once, to literals; what else they may
//! hold is unresolved, and so is what the vault encrypts. A task with `when` is judged like any other: it is there for
//! the hosts that it is for. What templates stand for in commands is left as written, like variables of a shell.

mod arguments;
mod condition;
mod config;
mod earlier;
mod expression;
mod inventory;
mod jinja;
mod mode;
mod named;
mod object;
mod place;
mod play;
mod task;
mod template;
#[cfg(test)]
mod tests;
mod value;
mod variables;
mod views;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ties::{self, Pool, Ties};
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit};
use crate::document::{Document, Node, Problem, Value};
use crate::kernel::budget::{Budget, Share};
use crate::source::Span;

use place::Part;
use task::{Around, Tasks};

/// How deep variables are followed that are made of others.
const DEEPEST: u32 = 5;
use variables::{Definitions, Scope};

/// The dialect.
pub const ANSIBLE: Dialect = Dialect {
    name: "ansible",
    doc: "Ansible: `ansible/play` (without its tasks), `ansible/task` (each task and handler, with `module`, `args`, \
          `commands`, `permissions`, `file`, `rendered`, `unit` and `packages`), `ansible/variables` (of groups, hosts and roles, also those of an inventory) and `ansible/config` \
          (`ansible.cfg`)",
    syntax: place::syntax,
    candidate: place::candidate,
    recognise: |document| place::part(document).is_some(),
    group: Group::Repository,
    with: &[],
    ties: Some(&TIES),
    extract,
    typing: Typing::Loose,
    items: &[
        Items::unnamed("args.allowed", "a protocol with its ports"),
        Items::unnamed("args.rules", "what it lets in"),
        Items::by("Statement", &["Sid"]),
        Items::by("commands", &["name"]),
        Items::one("ansible_host_key_checking"),
        Items::one("ansible_ssh_host_key_checking"),
        Items::one("ansible_ssh_common_args"),
        Items::one("ansible_ssh_extra_args"),
        Items::one("ansible_ssh_args"),
        Items::one("args.password"),
        Items::one("args.login_password"),
        Items::one("args.url_password"),
        Items::one("args.passphrase"),
        Items::one("args.api_token"),
        Items::one("args.secret_key"),
        Items::one("args.aws_secret_key"),
    ],
    kinds: Kinds::Closed(&["play", "task", "variables", "config"]),
    offers: crate::dialect::offers::ansible::OFFERS,
};

/// A variable is known where all of the repository sets it once, so every file decides about all others.
const TIES: Ties = Ties {
    pool: |path, text, _| {
        let may_be = place::syntax(path).is_some() && place::candidate(path, text);
        if may_be { Pool::Decides } else { Pool::Outside }
    },
    names: |path| super::has_extension(path, &[".yaml", ".yml"]),
    named: named::ties,
    ..ties::NONE
};

fn extract(unit: &Unit<'_>) -> Extraction {
    let named = named::documents(&unit.documents, unit.corpus.workspace);
    let inventories = inventory::all(&unit.documents);
    let definitions = Definitions::read(&unit.documents, &named, &inventories, unit.corpus);
    unit.each(Share::SCOPE, |document, share| {
        let written = document.roots.iter().map(|root| root.span.len()).sum();
        let budget = Budget::of(share.for_input(written)).with_levels(DEEPEST);
        let mut resources = resources(document, unit, &definitions, &budget);
        let mut problems: Vec<Problem> = budget.spent().is_short.then(|| too_much(document)).into_iter().collect();
        if place::part(document) == Some(Part::Inventory) && resources.len() > inventory::MOST {
            resources.truncate(inventory::MOST);
            problems.push(too_many(document));
        }
        (Extraction { resources, problems }, budget.spent())
    })
}

fn too_much(document: &Document) -> Problem {
    let message = "variables make more text than a file may have of the run: what they are filled into is open";
    let place = document.roots.first().map(|root| root.span);
    Problem::error("ansible::limit", &*document.path, place, message)
        .help("let tasks share less text, or split the file")
}

fn too_many(document: &Document) -> Problem {
    let message = format!("more than {} hosts and groups have variables; the others are not judged", inventory::MOST);
    let place = document.roots.first().map(|root| root.span);
    Problem::error("ansible::limit", &*document.path, place, message).help("split the file")
}

/// The resources of one file.
fn resources<'a>(
    document: &'a Document,
    unit: &Unit<'a>,
    definitions: &'a Definitions<'a>,
    budget: &'a Budget,
) -> Vec<Resource> {
    let top = Span::new(document.file, 0, 0);
    let role = variables::of_role(&document.path, unit.corpus);
    let unread = definitions.unread(&document.path, None);
    let scope = Scope {
        definitions,
        layers: Vec::new(),
        earlier: Vec::new(),
        done: 0,
        role,
        beside: Arc::new(definitions.beside(&document.path)),
        item: None,
        bound: Vec::new(),
        unread,
        place: top,
        budget,
    };
    let handler = document.path.split('/').rev().nth(1) == Some("handlers");
    let around = Around { scope, keywords: Vec::new(), defaults: Vec::new(), handler };
    let is_test = place::is_test(&document.path);
    let workspace = unit.corpus.workspace;
    let mut tasks = Tasks { document, workspace, addresses: BTreeMap::new(), found: Vec::new() };
    match place::part(document) {
        Some(Part::Config) => return config::resource(document).into_iter().collect(),
        Some(Part::Inventory) => return inventory::resources(document, &around.scope),
        Some(Part::Variables) => return variables(document, &around.scope).into_iter().collect(),
        Some(Part::Playbook) => {
            for (index, play) in document.roots.iter().flat_map(Node::items).enumerate() {
                let mut inner = around.within(play, "the play");
                inner.scope.beside = Arc::new(variables::roles_of(play));
                inner.scope.unread = definitions.unread(&document.path, Some(index));
                let files = definitions.of_play(document.file, index).iter();
                inner.scope.layers.extend(files.map(|root| (*root, "a file that the play names")));
                tasks.found.extend(play::resource(document, play, &inner, index));
                play::tasks(play, &inner, &mut tasks);
            }
        }
        Some(Part::Tasks) => document.roots.iter().for_each(|root| tasks.list(root, &mut around.clone())),
        None => {}
    }
    if is_test {
        tasks.found.iter_mut().for_each(|found| found.body.derive("test", Node::new(Value::Bool(true), found.header)));
    }
    let objects: Vec<Resource> = tasks.found.iter().flat_map(object::of).collect();
    tasks.found.extend(objects);
    tasks.found
}

fn variables(document: &Document, scope: &Scope<'_>) -> Option<Resource> {
    let root = document.roots.first()?;
    let header = root.entries().first().map_or(root.span, |entry| entry.key.span);
    let body = jinja::resolved(root, scope);
    Some(Resource::of_file(document, "ansible/variables", body, header, Typing::Loose))
}
