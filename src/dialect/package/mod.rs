//! Manifests of packages: what a project is called, and what it asks for, in the same words for every ecosystem.
//!
//! Files of this dialect are read only where a rule asks for its kind: most repositories have many, and no built-in rule does.

mod read;
mod text;

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, Node, Value};
use crate::source::Span;

/// The dialect of package manifests.
pub const PACKAGE: Dialect = Dialect {
    name: "package",
    doc: "manifests of packages (`package.json`, `pyproject.toml`, `Pipfile`, `requirements*.txt`, `go.mod`, `Cargo.toml`, `pom.xml`, \
          `Gemfile`, `composer.json`, `*.csproj` and its kin, `packages.config`): `package/manifest`, with what they ask for in the same \
          words, and as written",
    syntax,
    candidate: |_, text| !text.trim().is_empty(),
    recognise: |document| !document.roots.is_empty(),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[Items::by("dependencies", &["name"])],
    kinds: Kinds::Closed(&["manifest"]),
    offers: crate::dialect::offers::package::OFFERS,
};

/// What a manifest says, in words that all ecosystems share.
#[derive(Default)]
pub(super) struct Manifest {
    name: Option<Node>,
    version: Option<Node>,
    licence: Option<Node>,
    dependencies: Vec<Dependency>,
}

/// Something that a manifest asks for.
pub(super) struct Dependency {
    name: Node,
    /// Which versions will do, as it is written.
    requirement: Option<Node>,
    /// What it is for: `runtime`, `development`, or what the manifest calls it.
    group: String,
    /// Where it comes from, where that is not the registry of the ecosystem.
    source: Option<Node>,
}

/// An ecosystem: its name, which files are its manifests, the syntax of these, and how they are read.
struct Ecosystem {
    name: &'static str,
    is_manifest: fn(name: &str) -> bool,
    syntax: &'static str,
    read: fn(&Node) -> Manifest,
}

#[rustfmt::skip] // One line each.
const ECOSYSTEMS: &[Ecosystem] = &[
    Ecosystem { name: "npm", is_manifest: |name| name == "package.json", syntax: "json", read: read::npm },
    Ecosystem { name: "composer", is_manifest: |name| name == "composer.json", syntax: "json", read: read::composer },
    Ecosystem { name: "cargo", is_manifest: |name| name == "Cargo.toml", syntax: "toml", read: read::cargo },
    Ecosystem { name: "pip", is_manifest: |name| name == "pyproject.toml", syntax: "toml", read: read::pyproject },
    Ecosystem { name: "pip", is_manifest: |name| name == "Pipfile", syntax: "toml", read: read::pipfile },
    Ecosystem { name: "pip", is_manifest: is_requirements, syntax: "text", read: text::requirements },
    Ecosystem { name: "gomod", is_manifest: |name| name == "go.mod", syntax: "text", read: text::go },
    Ecosystem { name: "bundler", is_manifest: |name| name == "Gemfile", syntax: "text", read: text::gemfile },
    Ecosystem { name: "maven", is_manifest: |name| name == "pom.xml", syntax: "xml", read: read::maven },
    Ecosystem { name: "nuget", is_manifest: is_of_dotnet, syntax: "xml", read: read::nuget },
];

fn is_requirements(name: &str) -> bool {
    name.starts_with("requirements") && has_extension(name, &[".txt", ".in"])
}

fn is_of_dotnet(name: &str) -> bool {
    has_extension(name, &[".csproj", ".fsproj", ".vbproj"])
        || ["packages.config", "Directory.Packages.props"].contains(&name)
}

fn ecosystem(path: &str) -> Option<&'static Ecosystem> {
    let name = file_name(path);
    let foreign = path.split('/').any(|part| ["node_modules", "vendor"].contains(&part));
    ECOSYSTEMS.iter().find(|ecosystem| !foreign && (ecosystem.is_manifest)(name))
}

fn syntax(path: &str) -> Option<&'static str> {
    ecosystem(path).map(|ecosystem| ecosystem.syntax)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().filter_map(|document| resource(document)).collect();
    Extraction { resources, ..Extraction::default() }
}

fn resource(document: &Document) -> Option<Resource> {
    // A list under the name of a manifest is of a tool of one's own.
    let root = document.roots.first().filter(|root| !matches!(root.value, Value::List(_)))?;
    let ecosystem = ecosystem(&document.path)?;
    let manifest = (ecosystem.read)(root);
    let top = Span::new(document.file, 0, 0);
    let header = root.entries().first().map_or(top, |entry| entry.key.span);
    let dependencies: Vec<Node> = manifest.dependencies.into_iter().map(Dependency::node).collect();
    let mut entries = vec![
        Entry::new("path", top, Node::text(&*document.path, top)),
        Entry::new("ecosystem", top, Node::text(ecosystem.name, top)),
        Entry::new("dependencies", top, Node::list(dependencies, top)),
    ];
    let said = [("name", manifest.name), ("version", manifest.version), ("licence", manifest.licence)];
    entries.extend(said.into_iter().filter_map(|(key, node)| Some((key, node?))).map(|(key, node)| {
        let span = node.span;
        Entry::new(key, span, node)
    }));
    if !matches!(root.value, Value::Str(_)) {
        entries.push(Entry::new("written", root.span, root.clone()));
    }
    Some(Resource::of_file(document, "package/manifest", Node::map(entries, root.span), header, Typing::Strict))
}

impl Dependency {
    fn node(self) -> Node {
        let at = self.name.span;
        let mut entries = vec![Entry::new("group", at, Node::text(self.group, at)), Entry::new("name", at, self.name)];
        for (key, node) in [("requirement", self.requirement), ("source", self.source)] {
            entries.extend(node.map(|node| {
                let span = node.span;
                Entry::new(key, span, node)
            }));
        }
        let span = entries.iter().fold(at, |span, entry| span.to(entry.value.span));
        Node::map(entries, span)
    }
}
