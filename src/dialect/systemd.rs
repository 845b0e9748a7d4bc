//! systemd units, with the drop-in files beside them.
//!
//! A setting that is given several times is a list of all its values since it was last emptied. Drop-ins in the
//! repository are part of their unit; one without its unit says that there may be more.

use std::sync::Arc;

use super::ties::{self, Tie, Ties};
use super::whole_file::further;
use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, Map, Node, Value};
use crate::source::Span;

/// The dialect of systemd units.
pub const SYSTEMD: Dialect = Dialect {
    name: "systemd",
    doc: "unit files and their drop-ins: `systemd/unit`, sections as maps",
    syntax: |path| is_unit(path).then_some("ini"),
    candidate: |_, text| text.contains('['),
    recognise: |document| document.roots.first().is_some_and(|root| root.entries().iter().any(is_section)),
    group: Group::File,
    with: &[],
    ties: Some(&TIES),
    extract,
    typing: Typing::Loose,
    items: &[],
    kinds: Kinds::Closed(&["unit"]),
    offers: crate::dialect::offers::systemd::OFFERS,
};

const ENDINGS: &[&str] =
    &["service", "socket", "timer", "mount", "automount", "swap", "path", "slice", "scope", "target"];

const SECTIONS: &[&str] =
    &["Unit", "Install", "Service", "Socket", "Timer", "Mount", "Automount", "Swap", "Path", "Slice", "Scope"];

fn is_unit_name(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && ENDINGS.contains(&ending))
}

fn is_unit(path: &str) -> bool {
    is_unit_name(file_name(path)) || unit_of_drop_in(path).is_some()
}

/// A unit is judged with its drop-ins.
const TIES: Ties = Ties {
    unit: |path, _| match unit_of_drop_in(path) {
        Some(unit) => vec![Tie::File(unit.to_owned()), Tie::Folder(format!("{unit}.d"))],
        None if is_unit_name(file_name(path)) => vec![Tie::Folder(format!("{path}.d"))],
        None => Vec::new(),
    },
    ..ties::NONE
};

/// The path of the unit that a drop-in changes: `a/x.service` of `a/x.service.d/10.conf`.
fn unit_of_drop_in(path: &str) -> Option<&str> {
    let (directory, name) = path.rsplit_once('/')?;
    let unit = directory.strip_suffix(".d")?;
    (has_extension(name, &[".conf"]) && is_unit_name(file_name(unit))).then_some(unit)
}

fn is_section(entry: &Entry) -> bool {
    SECTIONS.contains(&&*entry.key.name) && entry.value.as_map().is_some()
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().filter_map(|document| resource(document, unit)).collect();
    Extraction { resources, ..Extraction::default() }
}

fn resource(document: &Document, unit: &Unit<'_>) -> Option<Resource> {
    let known = |path: &str| unit.corpus.workspace.find(path).and_then(|id| unit.corpus.document("systemd", id));
    let changes = unit_of_drop_in(&document.path);
    if changes.and_then(known).is_some() {
        return None;
    }
    let root = document.roots.first()?;
    let header = root.entries().first().map_or(root.span, |entry| entry.key.span);
    let mut sections: Vec<(Entry, Vec<Entry>)> = Vec::new();
    add(&mut sections, root, None);
    for other in unit.corpus.in_directory("systemd", &format!("{}.d", document.path)) {
        other.roots.iter().for_each(|root| add(&mut sections, root, Some(header)));
    }
    let rest =
        changes.map(|unit| further(unit, format!("`{unit}`, which this file changes, is not in the repository")));
    let entries = sections
        .into_iter()
        .map(|(section, settings)| {
            let map = Map { entries: settings, rest: rest.clone() };
            Entry { value: Node::new(Value::Map(Arc::new(map)), section.value.span), ..section }
        })
        .collect();
    let body = Node::new(Value::Map(Arc::new(Map { entries, rest })), root.span);
    Some(Resource::of_file(document, "systemd/unit", body, header, Typing::Loose))
}

/// Adds the sections of a file; `used_at` is the unit's place, for those of a drop-in.
fn add(sections: &mut Vec<(Entry, Vec<Entry>)>, root: &Node, used_at: Option<Span>) {
    for section in root.entries() {
        let index = sections.iter().position(|(known, _)| known.key.name == section.key.name).unwrap_or_else(|| {
            let span = used_at.unwrap_or(section.value.span);
            let empty = Node::map(Vec::new(), span);
            sections
                .push((Entry::new(section.key.name.clone(), used_at.unwrap_or(section.key.span), empty), Vec::new()));
            sections.len() - 1
        });
        let Some((known, settings)) = sections.get_mut(index) else { continue };
        for setting in section.value.entries() {
            let place = used_at.map(|_| known.key.span);
            set(settings, setting, place);
        }
    }
}

fn set(settings: &mut Vec<Entry>, setting: &Entry, used_at: Option<Span>) {
    let value = match used_at {
        Some(span) => setting.value.used_at(span, "drop-in file"),
        None => setting.value.clone(),
    };
    let key_span = used_at.unwrap_or(setting.key.span);
    let Some(known) = settings.iter_mut().find(|known| known.key.name == setting.key.name) else {
        return settings.push(Entry::new(setting.key.name.clone(), key_span, value));
    };
    // An empty value takes back what was given before, and gives way to what comes after.
    let empty = |node: &Node| node.as_str() == Some("");
    if empty(&value) || empty(&known.value) {
        known.value = value;
        return;
    }
    let before = &known.value;
    let mut items = if before.items().is_empty() { vec![before.clone()] } else { before.items().to_vec() };
    let span = before.span.to(value.span);
    items.push(value);
    known.value = Node::list(items, span);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{Corpus, Inputs};
    use super::*;
    use crate::source::Workspace;

    fn read(files: &[(&str, &str)]) -> Vec<Resource> {
        let workspace = Workspace::in_memory(files.iter().copied());
        let syntax = crate::syntax::named("ini").unwrap();
        let parsed: Vec<Document> =
            workspace.ids().map(|id| crate::syntax::parse(syntax, workspace.source(id).unwrap())).collect();
        let documents = BTreeMap::from([("systemd", parsed.iter().collect::<Vec<_>>())]);
        let inputs = Inputs::default();
        let corpus = Corpus::new(&workspace, &documents, &inputs);
        extract(&Unit { documents: parsed.iter().collect(), corpus: &corpus }).resources
    }

    #[test]
    fn settings_add_up_until_they_are_emptied() {
        let text = "[Unit]\nAfter=a\nAfter=b\n[Service]\nExecStart=/x\nExecStart=\nExecStart=/y\nUser=app\nCapabilityBoundingSet=a\nCapabilityBoundingSet=\n";
        let units = read(&[("x.service", text)]);
        let body = &units[0].body;
        assert_eq!(body.at(&["Unit", "After"]).unwrap().items().len(), 2);
        assert_eq!(body.at(&["Service", "ExecStart"]).unwrap().as_str(), Some("/y"));
        assert_eq!(body.at(&["Service", "CapabilityBoundingSet"]).unwrap().as_str(), Some(""));
        assert_eq!(body.at(&["Service", "User"]).unwrap().as_str(), Some("app"));
    }

    #[test]
    fn a_drop_in_is_part_of_its_unit() {
        let unit = ("a/x.service", "[Service]\nUser=root\n");
        let drop_in = ("a/x.service.d/10.conf", "[Service]\nNoNewPrivileges=yes\n");
        let both = read(&[unit, drop_in]);
        assert_eq!(both.len(), 1);
        let setting = both[0].body.at(&["Service", "NoNewPrivileges"]).unwrap();
        assert_eq!((setting.as_str(), setting.steps().len()), (Some("yes"), 1));
        let alone = read(&[drop_in]);
        assert!(alone[0].body.get("Service").unwrap().as_map().unwrap().rest.is_some());
    }
}
