//! Manifests in JSON, TOML and XML.

use super::{Dependency, Manifest};
use crate::document::{Entry, Node};

/// Groups of a manifest: where they stand, and what they are for.
type Groups = &'static [(&'static str, &'static str)];

/// `package.json`.
pub(super) fn npm(root: &Node) -> Manifest {
    const GROUPS: Groups = &[
        ("dependencies", "runtime"),
        ("devDependencies", "development"),
        ("peerDependencies", "peer"),
        ("optionalDependencies", "optional"),
    ];
    Manifest {
        name: root.get("name").cloned(),
        version: root.get("version").cloned(),
        licence: root.get("license").cloned(),
        dependencies: tables(root, GROUPS),
    }
}

/// `composer.json`. What is asked of PHP itself counts too.
pub(super) fn composer(root: &Node) -> Manifest {
    Manifest {
        name: root.get("name").cloned(),
        version: root.get("version").cloned(),
        licence: root.get("license").cloned(),
        dependencies: tables(root, &[("require", "runtime"), ("require-dev", "development")]),
    }
}

/// `Cargo.toml`, also of a workspace.
pub(super) fn cargo(root: &Node) -> Manifest {
    const GROUPS: Groups =
        &[("dependencies", "runtime"), ("dev-dependencies", "development"), ("build-dependencies", "build")];
    let targets = root.get("target").map_or(&[][..], Node::entries).iter().map(|target| &target.value);
    let parts = std::iter::once(root).chain(root.get("workspace")).chain(targets);
    let said = |key: &str| root.at(&["package", key]).cloned();
    Manifest {
        name: said("name"),
        version: said("version"),
        licence: said("license"),
        dependencies: parts.flat_map(|part| tables(part, GROUPS)).collect(),
    }
}

/// `Pipfile`.
pub(super) fn pipfile(root: &Node) -> Manifest {
    let dependencies = tables(root, &[("packages", "runtime"), ("dev-packages", "development")]);
    Manifest { dependencies, ..Manifest::default() }
}

/// `pyproject.toml`, with the tables of Poetry.
pub(super) fn pyproject(root: &Node) -> Manifest {
    let of = |path: &[&str]| root.at(path);
    let said = |key: &str| of(&["project", key]).or_else(|| of(&["tool", "poetry", key])).cloned();
    let mut dependencies = Vec::new();
    let mut listed = |list: Option<&Node>, group: &str| {
        dependencies.extend(list.map_or(&[][..], Node::items).iter().filter_map(|item| python(item, group)));
    };
    listed(of(&["project", "dependencies"]), "runtime");
    listed(of(&["build-system", "requires"]), "build");
    for path in [&["project", "optional-dependencies"][..], &["dependency-groups"]] {
        for group in of(path).map_or(&[][..], Node::entries) {
            listed(Some(&group.value), &group.key.name);
        }
    }
    if let Some(poetry) = of(&["tool", "poetry"]) {
        dependencies.extend(tables(poetry, &[("dependencies", "runtime"), ("dev-dependencies", "development")]));
        for group in poetry.get("group").map_or(&[][..], Node::entries) {
            let table = group.value.get("dependencies").map_or(&[][..], Node::entries);
            dependencies.extend(table.iter().map(|entry| keyed(entry, &group.key.name)));
        }
    }
    Manifest { name: said("name"), version: said("version"), licence: said("license"), dependencies }
}

/// A requirement as Python's tools write it: `name[extra] >= 1; marker`, `name @ address`.
pub(super) fn python(item: &Node, group: &str) -> Option<Dependency> {
    let text = item.as_str()?.split(';').next()?.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let name = text.get(..text.find(|c: char| !plain(c)).unwrap_or(text.len())).filter(|name| !name.is_empty())?;
    let rest = text.get(name.len()..)?.trim_start();
    let rest = if rest.starts_with('[') { rest.split_once(']').map_or("", |(_, rest)| rest) } else { rest }.trim();
    let (requirement, source) = match rest.strip_prefix('@') {
        Some(address) => (None, Some(said(item, address.trim()))),
        None if rest.is_empty() => (None, None),
        None => (Some(said(item, rest)), None),
    };
    Some(Dependency { name: said(item, name), requirement, group: group.to_owned(), source })
}

/// `pom.xml`. What a property is called is put in where the file has it.
pub(super) fn maven(root: &Node) -> Manifest {
    let Some(project) = root.get("project") else { return Manifest::default() };
    let properties = project.get("properties");
    let decided = |node: &Node| match node.as_str().and_then(|text| text.strip_prefix("${")?.strip_suffix('}')) {
        None => node.clone(),
        Some(name) => match properties.and_then(|properties| properties.get(name)) {
            Some(value) => Node { span: node.span, ..value.clone() },
            None => Node::unresolved(
                &format!("${{{name}}}"),
                format!("`{name}` is no property of this file: a parent may set it"),
                node.span,
            ),
        },
    };
    let mut dependencies = Vec::new();
    for path in [&["dependencies", "dependency"][..], &["dependencyManagement", "dependencies", "dependency"]] {
        for dependency in project.at(path).into_iter().flat_map(one_or_several) {
            let (Some(group), Some(artifact)) = (dependency.get("groupId"), dependency.get("artifactId")) else {
                continue;
            };
            let (Some(group), Some(name)) = (group.as_str(), artifact.as_str()) else { continue };
            let scope = dependency.get("scope").and_then(Node::as_str).unwrap_or("compile");
            dependencies.push(Dependency {
                name: said(artifact, &format!("{group}:{name}")),
                requirement: dependency.get("version").map(decided),
                group: if path.len() > 2 { "managed".to_owned() } else { word_of(scope).to_owned() },
                source: None,
            });
        }
    }
    let first = |path: &[&str]| project.at(path).and_then(|node| one_or_several(node).next()).cloned();
    Manifest {
        name: project.get("artifactId").cloned(),
        version: project.get("version").map(decided),
        licence: first(&["licenses", "license", "name"]),
        dependencies,
    }
}

/// What a scope of Maven is elsewhere.
fn word_of(scope: &str) -> &str {
    match scope {
        "compile" | "runtime" => "runtime",
        "test" => "development",
        other => other,
    }
}

/// Projects of .NET, the file of central versions, and `packages.config`.
pub(super) fn nuget(root: &Node) -> Manifest {
    let project = root.get("Project");
    let mut dependencies = Vec::new();
    let mut add = |reference: &Node, name: &str, version: &str, group: &str| {
        if let Some(name) = reference.get(name) {
            dependencies.push(Dependency {
                name: name.clone(),
                requirement: reference.get(version).or_else(|| reference.get("VersionOverride")).cloned(),
                group: group.to_owned(),
                source: None,
            });
        }
    };
    for items in project.and_then(|project| project.get("ItemGroup")).into_iter().flat_map(one_or_several) {
        for (element, group) in [("PackageReference", "runtime"), ("PackageVersion", "managed")] {
            for reference in items.get(element).into_iter().flat_map(one_or_several) {
                add(reference, "Include", "Version", group);
            }
        }
    }
    for package in root.at(&["packages", "package"]).into_iter().flat_map(one_or_several) {
        add(package, "id", "version", "runtime");
    }
    let said = |key: &str| {
        let mut groups = project.and_then(|project| project.get("PropertyGroup")).into_iter().flat_map(one_or_several);
        groups.find_map(|group| group.get(key)).cloned()
    };
    Manifest {
        name: said("PackageId"),
        version: said("Version"),
        licence: said("PackageLicenseExpression"),
        dependencies,
    }
}

/// What stands in tables from names to requirements.
fn tables(node: &Node, groups: Groups) -> Vec<Dependency> {
    let of = |(key, group): &(&str, &'static str)| {
        let entries = node.get(key).map_or(&[][..], Node::entries);
        entries.iter().map(|entry| keyed(entry, group)).collect::<Vec<_>>()
    };
    groups.iter().flat_map(of).collect()
}

/// A name with its requirement, or with a table of that and where it comes from.
fn keyed(entry: &Entry, group: &str) -> Dependency {
    const SOURCES: &[&str] = &["git", "path", "url", "registry", "file", "hg", "svn"];
    let value = &entry.value;
    let name = value.get("package").cloned().unwrap_or_else(|| Node::text(&*entry.key.name, entry.key.span));
    let (requirement, source) = match value.as_str() {
        Some(text) if is_address(text) => (None, Some(value.clone())),
        Some(_) => (Some(value.clone()), None),
        None => (value.get("version").cloned(), SOURCES.iter().find_map(|key| value.get(key)).cloned()),
    };
    Dependency { name, requirement, group: group.to_owned(), source }
}

/// Whether what stands for a version says where a package comes from (npm).
fn is_address(text: &str) -> bool {
    const STARTS: &[&str] = &["git", "http:", "https:", "file:", "link:", "ssh:", "github:", "gitlab:", "bitbucket:"];
    STARTS.iter().any(|start| text.starts_with(start)) && text.contains([':', '+'])
        || (text.contains('/') && !text.starts_with("npm:") && !text.contains(' '))
}

/// The items of a list, or the one that stands in its place.
fn one_or_several(node: &Node) -> impl Iterator<Item = &Node> {
    if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() }.iter()
}

/// A part of what a node says, at its place.
fn said(node: &Node, text: &str) -> Node {
    Node::text(text, node.span)
}
