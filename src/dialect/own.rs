//! Whose repository this is, as far as its own files say: who owns it, and its full name.
//!
//! The remote of a clone is not asked: that of a fork is another one, and what is found must not depend on it.

use std::collections::{BTreeMap, BTreeSet};

use super::repository::code_owners;
use crate::document::{MAX_DEPTH, Node};
use crate::source::Workspace;

/// Manifests that name the repository, and what stands before its address there.
const MANIFESTS: &[(&str, &str)] = &[
    ("go.mod", "module"),
    // What tests a module of Terraform is one of Go.
    ("test/go.mod", "module"),
    ("tests/go.mod", "module"),
    ("Cargo.toml", "repository"),
    ("package.json", "\"repository\""),
    ("package.json", "\"homepage\""),
    ("pyproject.toml", "epository"),
    ("composer.json", "\"source\""),
    ("pom.xml", "<scm>"),
    ("code.json", "\"repositoryURL\""),
];

/// Where a repository shows how its own workflows fare.
const READMES: &[&str] = &["README.md", "readme.md", "Readme.md", ".github/README.md", "README.rst"];

/// Where Renovate is told which presets to begin with, and what stands before one that is on the platform of the repository itself.
const RENOVATE: &[&str] = &[
    "renovate.json",
    "renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".github/renovate.json",
    ".github/renovate.json5",
];
const PRESET: &str = "local>";

/// So many presets are looked at, and so many bytes of a file: who asks whose something is asks anew.
const MOST: usize = 64;
const FAR: usize = 1 << 16;

/// How the picture of that ends, and where workflows are.
const BADGE: &str = "/badge.svg";
const WORKFLOWS: &str = ".github/workflows/";

/// So many bytes before that end its address may begin.
const LONGEST: usize = 300;

/// What an address of a repository begins with.
const HOSTS: &[&str] = &["github.com/", "github.com:", "github:"];

/// What a condition compares with the name of the repository, and with its owner.
const COMPARED: &[&str] = &["github.repository", "github.repository_owner"];

/// Whose a repository is, in small letters.
#[derive(Debug, Default)]
pub(super) struct Own {
    owners: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Own {
    /// What CODEOWNERS, the manifests at the top, the README and the presets of Renovate say.
    pub fn of(workspace: &Workspace) -> Own {
        let mut own = Own::default();
        let owners = code_owners(workspace).unwrap_or_default();
        let teams = owners.iter().filter_map(|owner| owner.as_str()?.strip_prefix('@')?.split_once('/'));
        own.owners.extend(teams.map(|(owner, _)| owner.to_ascii_lowercase()));
        for (path, before) in MANIFESTS {
            if let Some(name) = beginning(workspace, path).and_then(|text| addressed(&text, before)) {
                own.add(&name);
            }
        }
        for path in READMES {
            let is_there = |workflow: &str| workspace.find(workflow).is_some();
            let Some(text) = beginning(workspace, path) else { continue };
            if let Some(name) = shown(&text, &is_there) {
                own.add(&name);
            }
            own.owners.extend(linked_alone(&text));
        }
        for path in RENOVATE {
            let text = beginning(workspace, path).unwrap_or_default();
            let presets = text.split(PRESET).skip(1).take(MOST).filter_map(|preset| preset.split_once('/'));
            let owners = presets.map(|(owner, _)| owner).filter(|owner| is_name(owner));
            own.owners.extend(owners.map(str::to_ascii_lowercase));
        }
        own
    }

    /// The same with what the conditions of a workflow compare.
    #[must_use]
    pub fn and_in(mut self, workflow: &Node) -> Own {
        self.compared(workflow, 0);
        self
    }

    /// Whether this is the owner; none where nothing says who is.
    pub fn is_owner(&self, owner: &str) -> Option<bool> {
        (!self.owners.is_empty()).then(|| self.owners.contains(&owner.to_ascii_lowercase()))
    }

    /// The owners.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        self.owners.iter().map(String::as_str)
    }

    /// The path below `.github` of this repository that `OWNER/REPOSITORY/PATH@REF` leads to.
    pub fn path<'u>(&self, uses: &'u str) -> Option<&'u str> {
        let (named, _) = uses.trim().split_once('@')?;
        let mut parts = named.splitn(3, '/');
        let (owner, repository, path) = (parts.next()?, parts.next()?, parts.next()?);
        let is_own = || self.names.contains(&format!("{owner}/{repository}").to_ascii_lowercase());
        (path.starts_with(".github/") && is_own()).then_some(path)
    }

    fn add(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        self.owners.extend(name.split('/').next().map(str::to_owned));
        self.names.insert(name);
    }

    fn compared(&mut self, node: &Node, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        if let Some(text) = node.as_str().filter(|text| text.contains("github.repository")) {
            for context in COMPARED {
                for name in text.match_indices(context).filter_map(|(at, _)| operand(text.get(at + context.len()..)?)) {
                    match name.split('/').count() {
                        2 if *context == "github.repository" => self.add(name),
                        1 if *context == "github.repository_owner" => {
                            self.owners.insert(name.to_ascii_lowercase());
                        }
                        _ => {}
                    }
                }
            }
        }
        let parts = node.items().iter().chain(node.entries().iter().map(|entry| &entry.value));
        parts.for_each(|part| self.compared(part, depth + 1));
    }
}

/// The text of a file at the top, as far as it is looked at.
fn beginning(workspace: &Workspace, path: &str) -> Option<String> {
    let source = workspace.seen(workspace.find(path)?)?;
    let text = source.text();
    (0..=FAR.min(text.len())).rev().find_map(|end| text.get(..end)).map(str::to_owned)
}

/// The text that something is compared with: `== 'a/b'`.
fn operand(after: &str) -> Option<&str> {
    let after = after.trim_start();
    let quoted = after.strip_prefix("==").or_else(|| after.strip_prefix("!="))?.trim_start().strip_prefix('\'')?;
    quoted.split_once('\'').map(|(name, _)| name).filter(|name| is_name(name))
}

/// The value behind a key, up to where it ends: what stands after it may speak of others.
fn value(after: &str) -> &str {
    let value = after.trim_start_matches(['=', ':', ' ', '\t', '\r', '\n']);
    let end = match value.chars().next() {
        Some('{') => value.find('}'),
        Some('<') => value.find("</scm>"),
        _ => value.find([',', '}', '\n']),
    };
    value.get(..end.unwrap_or(value.len())).unwrap_or(value)
}

/// The full name in the address behind a word.
fn addressed(text: &str, before: &str) -> Option<String> {
    let value = value(text.split_once(before)?.1);
    let address = HOSTS.iter().find_map(|host| value.split_once(host).map(|(_, rest)| rest))?;
    let mut parts = address.split(|sign: char| !is_of_name(sign));
    let (owner, repository) = (parts.next()?, parts.next()?);
    let name = format!("{owner}/{}", repository.strip_suffix(".git").unwrap_or(repository));
    is_name(&name).then_some(name)
}

/// The full name in the first address of a picture of a workflow that is there:
/// `github.com/OWNER/REPOSITORY/actions/workflows/FILE/badge.svg`.
fn shown(text: &str, is_there: &dyn Fn(&str) -> bool) -> Option<String> {
    text.match_indices(BADGE).find_map(|(end, _)| {
        let start = (end.saturating_sub(LONGEST)..end).find(|at| text.is_char_boundary(*at))?;
        let before = text.get(start..end)?;
        let (_, address) = before.rsplit_once(HOSTS.first()?)?;
        let (name, file) = address.split_once("/actions/workflows/")?;
        let is_full = name.split('/').count() == 2 && is_name(name) && is_name(file);
        (is_full && is_there(&format!("{WORKFLOWS}{file}"))).then(|| name.to_owned())
    })
}

/// Pages of a repository that its own README leads to.
const PAGES: &[&str] = &["issues", "pulls", "commits", "releases", "graphs", "actions", "discussions"];

/// What a text links to of one owner.
#[derive(Default)]
struct Links<'t> {
    times: usize,
    pages: usize,
    repositories: BTreeSet<&'t str>,
}

/// The owner of whom a text names several repositories, or pages of one, and hardly anybody else's: who writes so is at home.
fn linked_alone(text: &str) -> Option<String> {
    let mut owners: BTreeMap<String, Links<'_>> = BTreeMap::new();
    for rest in text.match_indices("://github.com/").filter_map(|(at, host)| text.get(at + host.len()..)) {
        let mut parts = rest.split(|sign: char| !is_of_name(sign));
        let (Some(owner), Some(repository)) = (parts.next(), parts.next()) else { continue };
        if !owner.is_empty() && !repository.is_empty() && rest.as_bytes().get(owner.len()) == Some(&b'/') {
            let links = owners.entry(owner.to_ascii_lowercase()).or_default();
            links.times += 1;
            links.pages += usize::from(parts.next().is_some_and(|page| PAGES.contains(&page)));
            links.repositories.insert(repository);
        }
    }
    let all: usize = owners.values().map(|links| links.times).sum();
    let is_home = |links: &Links<'_>| {
        let is_at_home = links.pages >= 3 || links.repositories.len() >= 2;
        links.times >= 3 && is_at_home && (all - links.times) * 4 <= links.times
    };
    owners.into_iter().find(|(_, links)| is_home(links)).map(|(owner, _)| owner)
}

fn is_of_name(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.')
}

fn is_name(name: &str) -> bool {
    name.split('/').all(|part| !part.is_empty() && part.chars().all(is_of_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_a_repository_is_stands_in_its_files() {
        for (path, text, owners, name) in [
            ("CODEOWNERS", "* @Acme/platform @someone\n", "acme", None),
            ("go.mod", "module github.com/acme/shop/v2\n\ngo 1.24\n", "acme", Some("acme/shop")),
            (
                "package.json",
                "{\"repository\": {\"url\": \"git+https://github.com/Acme/shop.git\"}}",
                "acme",
                Some("acme/shop"),
            ),
            ("package.json", "{\"repository\": \"github:acme/shop\"}", "acme", Some("acme/shop")),
            (
                "code.json",
                "{\"releases\": [{\"repositoryURL\": \"https://github.com/Acme/shop\"}]}",
                "acme",
                Some("acme/shop"),
            ),
            ("Cargo.toml", "[package]\nrepository = \"https://github.com/acme/shop\"\n", "acme", Some("acme/shop")),
            ("Cargo.toml", "[dependencies]\na = { git = \"https://github.com/other/a\" }\n", "", None),
            ("package.json", "{\"repository\": \"https://gitlab.com/acme/shop\"}", "", None),
            ("package.json", "{\"homepage\": \"https://acme.example\", \"bin\": \"github:other/a\"}", "", None),
            ("package.json", "{\"repository\": {\"url\": \"x\"}, \"bin\": \"github:other/a\"}", "", None),
            (
                "Cargo.toml",
                "repository.workspace = true\n[x]\na = { git = \"https://github.com/other/a\" }\n",
                "",
                None,
            ),
            (
                "pom.xml",
                "<scm>\n  <tag>HEAD</tag>\n  <url>https://github.com/acme/shop</url>\n</scm>\n",
                "acme",
                Some("acme/shop"),
            ),
            ("test/go.mod", "module github.com/acme/shop\n", "acme", Some("acme/shop")),
            ("sub/go.mod", "module github.com/acme/shop\n", "", None),
            (
                "renovate.json",
                "{\"extends\": [\"local>Acme/.github:renovate\", \"github>other/presets\"]}",
                "acme",
                None,
            ),
            (".github/renovate.json5", "{extends: ['config:base', 'local>acme/presets']}", "acme", None),
            ("renovate.json", "{\"extends\": [\"local>a b/c\", \"local>\"]}", "", None),
            ("apps/renovate.json", "{\"extends\": [\"local>acme/presets\"]}", "", None),
        ] {
            let own = Own::of(&Workspace::in_memory([(path, text)]));
            assert_eq!(own.owners().collect::<Vec<_>>().join(" "), owners, "{path}: {text}");
            let uses = "acme/shop/.github/workflows/a.yml@v1";
            assert_eq!(own.path(uses), name.map(|_| ".github/workflows/a.yml"), "{path}: {text}");
        }
    }

    #[test]
    fn a_picture_of_a_workflow_of_its_own_says_whose_it_is() {
        let badge = |name: &str, file: &str| {
            format!("# Shop\n[![CI](https://github.com/{name}/actions/workflows/{file}/badge.svg?branch=main)](x)\n")
        };
        for (path, text, owners) in [
            ("README.md", badge("Acme/shop", "ci.yml"), "acme"),
            ("README.md", badge("other/tool", "release.yml"), ""),
            ("README.md", badge("other/tool", "release.yml") + &badge("acme/shop", "ci.yml"), "acme"),
            ("README.md", badge("acme", "ci.yml"), ""),
            ("README.md", badge("acme/shop", "a/../ci.yml"), ""),
            ("README.md", "https://github.com/acme/shop/actions/workflows/ci.yml".to_owned(), ""),
            ("docs/README.md", badge("acme/shop", "ci.yml"), ""),
            ("README.md", BADGE.to_owned(), ""),
        ] {
            let own = Own::of(&Workspace::in_memory([(path, &*text), (".github/workflows/ci.yml", "on: push\n")]));
            assert_eq!(own.owners().collect::<Vec<_>>().join(" "), owners, "{path}: {text}");
        }
    }

    #[test]
    fn who_writes_of_nobody_elses_repositories_is_at_home() {
        let link = |name: &str| format!("[x](https://github.com/{name}/blob/main/a.md)\n");
        for (text, owners) in [
            (link("Acme/flows") + &link("acme/shop") + &link("acme/flows"), "acme"),
            (link("acme/flows") + &link("acme/flows") + &link("acme/flows"), ""),
            (link("acme/flows") + &link("acme/shop"), ""),
            (link("acme/flows") + &link("acme/shop") + &link("acme/flows") + &link("other/tool"), ""),
            (link("acme/flows").repeat(3) + &link("acme/shop") + &link("other/tool"), "acme"),
            ("https://github.com/acme\n".repeat(4), ""),
            ("https://github.com/acme/shop/issues https://github.com/acme/shop/pulls\n".repeat(2), "acme"),
        ] {
            let own = Own::of(&Workspace::in_memory([("README.md", &*text)]));
            assert_eq!(own.owners().collect::<Vec<_>>().join(" "), owners, "{text}");
        }
    }

    #[test]
    fn a_condition_says_whose_it_is() {
        for (text, owners) in [
            ("github.repository == 'Acme/shop'", "acme"),
            ("${{ github.event_name == 'push' && github.repository!='acme/shop' }}", "acme"),
            ("github.repository_owner == 'acme'", "acme"),
            ("github.repository == github.event.x", ""),
            ("contains(github.repository, 'acme/shop')", ""),
            ("github.repository_owner == 'acme/shop'", ""),
        ] {
            let node = Node::list(
                vec![Node::text(text, crate::source::Span::new(crate::source::FileId(0), 0, 0))],
                crate::source::Span::new(crate::source::FileId(0), 0, 0),
            );
            let own = Own::default().and_in(&node);
            assert_eq!(own.owners().collect::<Vec<_>>().join(" "), owners, "{text}");
            let asked = own.is_owner("ACME");
            assert_eq!(asked, (!owners.is_empty()).then_some(true), "{text}");
        }
    }
}
