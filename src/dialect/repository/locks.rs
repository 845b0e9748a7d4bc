//! Whether a lock file holds what its manifest asks for, and under which licence a package is.
//!
//! Only names are compared, and only where the lock file is certain to be the manifest's: a doubt is no finding.

use memchr::memmem;

use super::{entry, flag};
use crate::document::{Entry, Node};
use crate::source::{FileId, Source, Workspace};
use crate::syntax;

/// Longest lock file that is searched, in bytes.
const MAX_BYTES: usize = 16 << 20;

/// The facts of a manifest of Cargo or npm: `licence`, `publishable`, and `not_locked`, the names that its lock file
/// lacks.
pub(super) fn facts(workspace: &Workspace, manifest: FileId, lock: Option<FileId>) -> Vec<Entry> {
    let path = workspace.path(manifest);
    let Ok(source) = workspace.source(manifest) else { return Vec::new() };
    let read = match super::super::file_name(path) {
        "Cargo.toml" => Package::cargo(source),
        "package.json" => Package::npm(source),
        _ => None,
    };
    let Some(package) = read else { return Vec::new() };
    let mut entries = vec![entry("publishable", flag(package.publishable, source.span(0, 0)))];
    entries.extend(package.licence.clone().map(|licence| entry("licence", licence)));
    let text =
        lock.and_then(|lock| workspace.source(lock).ok()).map(Source::text).filter(|text| text.len() <= MAX_BYTES);
    if let Some(text) = text.filter(|text| package.is_locked_by(text, workspace, manifest, lock)) {
        let missing: Vec<Node> =
            package.dependencies.iter().filter(|name| !package.holds(text, name)).cloned().collect();
        entries.push(entry("not_locked", Node::list(missing, source.span(0, 0))));
    }
    entries
}

/// What a manifest says.
struct Package {
    /// The package's own name, where Cargo's lock file has it.
    name: Option<String>,
    publishable: bool,
    licence: Option<Node>,
    /// Names as they stand in a lock file, each at its place.
    dependencies: Vec<Node>,
    cargo: bool,
}

impl Package {
    fn cargo(source: &Source) -> Option<Package> {
        let root = (syntax::named("toml")?.parse)(source).roots.into_iter().next()?;
        let package = root.get("package")?;
        let mut dependencies = Vec::new();
        let targets = root.get("target").map_or(&[][..], Node::entries).iter().map(|target| &target.value);
        for table in std::iter::once(&root).chain(targets) {
            for key in ["dependencies", "dev-dependencies", "build-dependencies"] {
                dependencies.extend(table.get(key).map_or(&[][..], Node::entries).iter().filter_map(crate_name));
            }
        }
        let publish = package.get("publish");
        let withheld = publish.is_some_and(|node| {
            node.as_bool() == Some(false)
                || (node.as_bool().is_none() && node.as_map().is_none() && node.items().is_empty())
        });
        Some(Package {
            name: package.get("name").and_then(Node::as_str).map(str::to_owned),
            publishable: !withheld,
            licence: package.get("license").or_else(|| package.get("license-file")).cloned(),
            dependencies,
            cargo: true,
        })
    }

    fn npm(source: &Source) -> Option<Package> {
        let root = (syntax::named("json")?.parse)(source).roots.into_iter().next()?;
        let mut dependencies = Vec::new();
        for key in ["dependencies", "devDependencies"] {
            dependencies.extend(root.get(key).map_or(&[][..], Node::entries).iter().filter_map(module_name));
        }
        let private = root.get("private").and_then(Node::as_bool) == Some(true);
        Some(Package {
            name: None,
            publishable: root.get("name").is_some() && root.get("version").is_some() && !private,
            licence: root.get("license").or_else(|| root.get("licenses")).cloned(),
            dependencies,
            cargo: false,
        })
    }

    /// Whether the lock file is this package's: it is in it, or stands beside it.
    fn is_locked_by(&self, text: &str, workspace: &Workspace, manifest: FileId, lock: Option<FileId>) -> bool {
        if self.cargo {
            return self.name.as_ref().is_some_and(|name| text.contains(&format!("name = \"{name}\"")));
        }
        let directory = |file: FileId| workspace.path(file).rsplit_once('/').map_or("", |(directory, _)| directory);
        lock.is_some_and(|lock| directory(lock) == directory(manifest))
    }

    fn holds(&self, text: &str, name: &Node) -> bool {
        let name = name.as_str().unwrap_or("");
        if self.cargo {
            return text.contains(&format!("name = \"{name}\""));
        }
        memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
            let opens = before.is_none_or(|c| matches!(c, '"' | '\'' | '/' | ' ' | '\n' | ','));
            opens && after.is_some_and(|c| matches!(c, '"' | '\'' | '@' | ':'))
        })
    }
}

/// The name under which Cargo locks a dependency; none for those whose name another file decides, or that a path gives.
fn crate_name(entry: &Entry) -> Option<Node> {
    let inherited = entry.value.get("workspace").is_some() || entry.value.get("path").is_some();
    let renamed = entry.value.get("package").cloned();
    (!inherited).then(|| renamed.unwrap_or_else(|| Node::text(&*entry.key.name, entry.key.span)))
}

/// The name under which npm locks a dependency; none for what does not come from a registry.
fn module_name(entry: &Entry) -> Option<Node> {
    const LOCAL: &[&str] = &["file:", "link:", "workspace:", "portal:", "catalog:", "git", "http", "./", "../"];
    let version = entry.value.as_str()?;
    (!LOCAL.iter().any(|start| version.starts_with(start))).then(|| Node::text(&*entry.key.name, entry.key.span))
}
