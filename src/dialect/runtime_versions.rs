//! Files that say which versions of runtimes and tools a project is worked on with: `.tool-versions`, `mise.toml`, and those of
//! one runtime (`.nvmrc`, `.python-version`, `runtime.txt`, …); and where a manifest names the version that it is worked on with
//! (`global.json`, `Pipfile`, `Gemfile`, `environment.yml`).

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name};
use crate::document::{Document, Entry, Node, Value};
use crate::source::Span;
use crate::syntax::lines::{Line, lines};

/// The dialect of these files.
pub const RUNTIME: Dialect = Dialect {
    name: "runtime",
    doc: "which versions of runtimes and tools a project uses: `runtime/versions` of `.tool-versions`, `mise.toml`, `.nvmrc`, \
          `.node-version`, `.python-version`, `.ruby-version`, `.java-version`, `.go-version`, `.php-version`, `runtime.txt`, `global.json`, `Pipfile`, `Gemfile` and `environment.yml` of Conda, with \
          the list `tools`",
    syntax,
    candidate: |_, text| !text.trim().is_empty(),
    recognise,
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[Items::by("tools", &["tool"])],
    kinds: Kinds::Closed(&["versions"]),
    offers: crate::dialect::offers::runtime_versions::OFFERS,
};

/// Files that hold the versions of one tool, and what that is called.
const OF_ONE: &[(&str, &str)] = &[
    (".nvmrc", "nodejs"),
    (".node-version", "nodejs"),
    (".python-version", "python"),
    (".ruby-version", "ruby"),
    (".java-version", "java"),
    (".go-version", "go"),
    (".php-version", "php"),
];

/// Files that hold those of many.
const OF_MANY: &str = ".tool-versions";

/// Where mise looks for its settings.
const MISE: &[&str] = &["mise.toml", ".mise.toml", "mise/config.toml", ".mise/config.toml"];

/// Where buildpacks look for the version of Python: `python-3.12.7`.
const OF_BUILDPACK: &str = "runtime.txt";

/// Manifests in which one version stands: their name, their syntax, where in them, and what that is of.
const MANIFESTS: &[(&str, &str, &[&str], &str)] = &[
    ("global.json", "json-relaxed", &["sdk", "version"], "dotnet"),
    ("Pipfile", "toml", &["requires", "python_version"], "python"),
    ("environment.yml", "yaml", &["dependencies"], "python"),
    ("environment.yaml", "yaml", &["dependencies"], "python"),
];

/// Where Bundler is told the version of Ruby: `ruby "3.4.1"`.
const OF_BUNDLER: &str = "Gemfile";

/// Whether a file says versions. One that is called as buildpacks expect it may be anything.
fn recognise(document: &Document) -> bool {
    if let Some((.., tool)) = manifest(document.file_name()) {
        return document.roots.first().is_some_and(|root| !of_manifest(document.file_name(), root, tool).is_empty());
    }
    let text = document.roots.first().and_then(Node::as_str).unwrap_or("");
    if document.file_name() == OF_BUNDLER {
        return text.lines().any(|line| rubies(line).is_some());
    }
    syntax(&document.path).is_some()
        && (document.file_name() != OF_BUILDPACK || text.trim_start().starts_with("python-"))
}

fn syntax(path: &str) -> Option<&'static str> {
    let name = file_name(path);
    if let Some((_, syntax, ..)) = manifest(name) {
        return Some(syntax);
    }
    if matches!(name, OF_MANY | OF_BUILDPACK | OF_BUNDLER) || of_one(name).is_some() {
        return Some("text");
    }
    let is_settings =
        |known: &str| path.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('/'));
    MISE.iter().any(|known| is_settings(known)).then_some("toml")
}

fn of_one(name: &str) -> Option<&'static str> {
    OF_ONE.iter().find(|(file, _)| *file == name).map(|(_, tool)| *tool)
}

fn manifest(name: &str) -> Option<(&'static str, &'static str, &'static [&'static str], &'static str)> {
    MANIFESTS.iter().find(|(file, ..)| *file == name).copied()
}

/// The version that a manifest names. Conda has it among what an environment is made of (`python=3.12`); an SDK that may roll forward to
/// any newer one is a lower bound.
fn of_manifest(name: &str, root: &Node, tool: &str) -> Vec<Node> {
    let Some(found) = manifest(name).and_then(|(_, _, path, _)| root.at(path)) else { return Vec::new() };
    let rolls = root.at(&["sdk", "rollForward"]).and_then(Node::as_str);
    if rolls.is_some_and(|way| ["major", "latestMajor"].contains(&way)) {
        return Vec::new();
    }
    let named = |version: Node| entry(Node::text(tool, version.span), version);
    if let Value::List(items) = &found.value {
        let prefix = format!("{tool}=");
        let version = |item: &Node| {
            let version = item.as_str()?.strip_prefix(&prefix)?.trim_start_matches('=');
            Some(named(Node { value: Node::text(version, item.span).value, ..item.clone() }))
        };
        return items.iter().filter_map(version).collect();
    }
    matches!(found.value, Value::Str(_) | Value::Float(_)).then(|| named(found.clone())).into_iter().collect()
}

/// The version of Ruby that a line of a `Gemfile` asks for.
fn rubies(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("ruby")?.trim_start_matches(['(', ' ']);
    let quote = rest.chars().next().filter(|first| ['"', '\''].contains(first))?;
    rest.get(1..)?.split(quote).next().filter(|version| version.starts_with(|first: char| first.is_ascii_digit()))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    Extraction {
        resources: unit.documents.iter().filter_map(|document| file(document)).collect(),
        ..Extraction::default()
    }
}

fn file(document: &Document) -> Option<Resource> {
    let root = document.roots.first()?;
    let tools = match root.as_str() {
        Some(text) if document.file_name() == OF_BUNDLER => of_bundler(document, text),
        Some(text) => of_text(document, text),
        None => match manifest(document.file_name()) {
            Some((.., tool)) => of_manifest(document.file_name(), root, tool),
            None => root.get("tools").map_or_else(Vec::new, of_map),
        },
    };
    if tools.is_empty() {
        return None;
    }
    let top = Span::new(document.file, 0, 0);
    let body = Node::map(vec![Entry::new("tools", root.span, Node::list(tools, root.span))], root.span);
    Some(Resource::of_file(document, "runtime/versions", body, top, Typing::Strict))
}

/// A version of a tool.
fn entry(tool: Node, version: Node) -> Node {
    let span = tool.span.to(version.span);
    Node::map(vec![Entry::new("tool", tool.span, tool), Entry::new("version", version.span, version)], span)
}

/// Lines of a tool and its versions, or of the versions of the tool that the file is for.
fn of_text(document: &Document, text: &str) -> Vec<Node> {
    let one = of_one(document.file_name());
    let mut tools = Vec::new();
    for line in lines(text) {
        let written = line.text.split('#').next().unwrap_or("");
        let at = |word: &str| {
            let start = line.start + word.as_ptr().addr().saturating_sub(line.text.as_ptr().addr());
            Node::verbatim(word, Span::new(document.file, start, start + word.len()), 0)
        };
        let is_buildpack = document.file_name() == OF_BUILDPACK;
        let separates = |char: char| char.is_whitespace() || is_buildpack && char == '-';
        let mut words = written.split(separates).filter(|word| !word.is_empty());
        let Some(tool) = one.map(|tool| (tool, None)).or_else(|| words.next().map(|word| (word, Some(word)))) else {
            continue;
        };
        for version in words.map(at) {
            let name = tool.1.map_or_else(|| Node::text(tool.0, version.span), at);
            tools.push(entry(name, version));
        }
    }
    tools
}

fn of_bundler(document: &Document, text: &str) -> Vec<Node> {
    let version = |line: Line<'_>| {
        let version = rubies(line.text)?;
        let start = line.start + version.as_ptr().addr().saturating_sub(line.text.as_ptr().addr());
        let span = Span::new(document.file, start, start + version.len());
        Some(entry(Node::text("ruby", span), Node::verbatim(version, span, 0)))
    };
    lines(text).filter_map(version).collect()
}

/// A table of tools, whose values are a version, a list of those, or a table with one.
fn of_map(map: &Node) -> Vec<Node> {
    let mut tools = Vec::new();
    for Entry { key, value, .. } in map.entries() {
        let versions = if value.items().is_empty() { std::slice::from_ref(value) } else { value.items() };
        for version in versions {
            let version = version.get("version").unwrap_or(version);
            if matches!(version.value, Value::Str(_) | Value::Int(_) | Value::Float(_)) {
                tools.push(entry(Node::verbatim(key.name.clone(), key.span, 0), version.clone()));
            }
        }
    }
    tools
}
