//! Manifests that are text: `requirements.txt`, `go.mod`, `Gemfile`.

use super::read::python;
use super::{Dependency, Manifest};
use crate::document::Node;
use crate::source::Span;
use crate::syntax::lines::{Line, lines};

/// A part of a line, at its place.
fn part(root: &Node, line: &Line<'_>, text: &str) -> Node {
    // `text` is a part of the line, so the distance of their addresses is its offset.
    let at = line.start + text.as_ptr().addr().saturating_sub(line.text.as_ptr().addr());
    Node::text(text, Span::new(root.span.file, at, at + text.len()))
}

/// A line without its comment and the blanks around it.
fn said<'l>(line: &Line<'l>, comment: &str) -> &'l str {
    line.text.split(comment).next().unwrap_or("").trim()
}

/// `requirements*.txt`. Other files that it includes are manifests of their own.
pub(super) fn requirements(root: &Node) -> Manifest {
    let mut dependencies = Vec::new();
    for line in lines(root.as_str().unwrap_or("")) {
        let text = said(&line, " #").trim_end_matches('\\').trim_end();
        let editable = text.strip_prefix("-e ").or_else(|| text.strip_prefix("--editable ")).map(str::trim);
        if text.starts_with('#') || (text.starts_with('-') && editable.is_none()) {
            continue;
        }
        if let Some(address) =
            editable.or_else(|| Some(text).filter(|text| text.contains("://") && !text.contains('@')))
        {
            let source = part(root, &line, address);
            let name = address.rsplit(['=', '/']).next().unwrap_or(address);
            let name = part(root, &line, name);
            dependencies.push(Dependency {
                name,
                requirement: None,
                group: "runtime".to_owned(),
                source: Some(source),
            });
            continue;
        }
        // The hashes that follow are no part of the requirement.
        let requirement = text.split(" --").next().unwrap_or("").trim();
        dependencies.extend(python(&part(root, &line, requirement), "runtime"));
    }
    Manifest { dependencies, ..Manifest::default() }
}

/// `go.mod`.
pub(super) fn go(root: &Node) -> Manifest {
    let mut manifest = Manifest::default();
    let mut block = "";
    for line in lines(root.as_str().unwrap_or("")) {
        let text = said(&line, "//");
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let entry = match (block, word, rest.trim()) {
            (_, ")", _) => {
                block = "";
                continue;
            }
            ("", word, "(") => {
                block = word;
                continue;
            }
            ("", "module", name) => {
                manifest.name = Some(part(root, &line, name));
                continue;
            }
            ("", "require", entry) => entry,
            ("require", ..) => text,
            _ => continue,
        };
        let Some((name, version)) = entry.split_once(char::is_whitespace) else { continue };
        manifest.dependencies.push(Dependency {
            name: part(root, &line, name),
            requirement: Some(part(root, &line, version.trim())),
            group: if line.text.contains("// indirect") { "indirect" } else { "runtime" }.to_owned(),
            source: None,
        });
    }
    manifest
}

/// `Gemfile`: what it calls `gem`, with the groups around. It is a program; what it computes is not followed.
pub(super) fn gemfile(root: &Node) -> Manifest {
    let mut dependencies = Vec::new();
    let mut groups: Vec<Option<String>> = Vec::new();
    for line in lines(root.as_str().unwrap_or("")) {
        let text = said(&line, " #");
        let words = |text: &str| text.trim_end_matches(" do").replace([':', ','], " ").trim().to_owned();
        if text.ends_with(" do") || text.contains(" do |") {
            groups.push(text.strip_prefix("group ").map(words));
        } else if text == "end" {
            groups.pop();
        } else if let Some(rest) = text.strip_prefix("gem ").or_else(|| text.strip_prefix("gem(")) {
            let quoted = quoted(rest);
            let Some((name, more)) = quoted.split_first() else { continue };
            let keyed = |key: &str| {
                let at = rest.find(&format!("{key}:")).or_else(|| rest.find(&format!(":{key} =>")))?;
                Some(part(root, &line, self::quoted(rest.get(at..)?).first()?))
            };
            let around = groups.iter().flatten().next_back().cloned();
            let starts_as_version =
                |text: &&&str| text.starts_with(|c: char| c.is_ascii_digit() || "~><=!".contains(c));
            dependencies.push(Dependency {
                name: part(root, &line, name),
                requirement: more.iter().find(starts_as_version).map(|text| part(root, &line, text)),
                group: around.unwrap_or_else(|| "runtime".to_owned()),
                source: ["git", "github", "path", "source"].into_iter().find_map(keyed),
            });
        }
    }
    Manifest { dependencies, ..Manifest::default() }
}

/// The texts in quotes.
fn quoted(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['"', '\'']) {
        let quote = rest.get(open..=open).unwrap_or("\"");
        let Some((inner, after)) = rest.get(open + 1..).and_then(|inner| inner.split_once(quote)) else { break };
        found.push(inner);
        rest = after;
    }
    found
}
