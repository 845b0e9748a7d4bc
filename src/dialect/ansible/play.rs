//! Plays: what they say of themselves, and their tasks.

use std::sync::Arc;

use super::task::{self, Around, Tasks};
use super::words::PLAY_PARTS;
use crate::dialect::{Resource, Typing};
use crate::document::{Document, Node, Value};

/// The play, without its tasks, which are resources of their own.
pub(super) fn resource(document: &Document, play: &Node, around: &Around<'_>, index: usize) -> Option<Resource> {
    let hosts = play.entry("hosts")?;
    let mut body = task::keywords(play, &around.scope);
    if let Value::Map(map) = &mut body.value {
        let is_task_list = |key: &str| PLAY_PARTS.contains(&key) && key != "roles";
        Arc::make_mut(map).entries.retain(|entry| !is_task_list(&entry.key.name));
    }
    let name = play.get("name").and_then(Node::as_str).map_or_else(|| format!("play[{index}]"), str::to_owned);
    Some(Resource {
        identity: crate::dialect::Identity::default(),
        kind: "ansible/play".into(),
        address: name.into(),
        scope: Arc::clone(&document.path),
        deployment: Arc::clone(&document.path),
        body,
        span: play.span,
        header: hosts.key.span,
        typing: Typing::Loose,
        names: Vec::new(),
        condition: None,
        trail: None,
    })
}

/// Lists the tasks of a play.
pub(super) fn tasks<'a>(play: &'a Node, around: &Around<'a>, tasks: &mut Tasks<'a>) {
    let mut inner = around.clone();
    for part in PLAY_PARTS.iter().filter(|part| **part != "roles") {
        if let Some(list) = play.get(part) {
            inner.handler = *part == "handlers";
            tasks.list(list, &mut inner);
        }
    }
}
