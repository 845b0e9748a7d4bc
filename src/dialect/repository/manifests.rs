//! Package ecosystems: their manifests, and the lock files that pin what the manifests ask for.

use std::collections::BTreeSet;

use super::super::{file_name, has_extension};
use super::{entry, flag, locks, path_node, text};
use crate::document::Node;
use crate::source::{FileId, Span, Workspace};

/// A package ecosystem, by the name that Dependabot has for it.
pub(super) struct Ecosystem {
    pub name: &'static str,
    /// Whether a file of this path is a manifest.
    is_manifest: fn(path: &str) -> bool,
    /// Names of lock files, in the manifest's directory.
    locks: &'static [&'static str],
    /// Whether a lock file further up counts, as in workspaces.
    inherits: bool,
    /// Whether all manifests of a directory are one.
    by_directory: bool,
}

const ECOSYSTEMS: &[Ecosystem] = &[
    Ecosystem {
        name: "npm",
        is_manifest: |path| file_name(path) == "package.json",
        locks: &["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"],
        inherits: true,
        by_directory: true,
    },
    Ecosystem {
        name: "cargo",
        is_manifest: |path| file_name(path) == "Cargo.toml",
        locks: &["Cargo.lock"],
        inherits: true,
        by_directory: true,
    },
    Ecosystem {
        name: "pip",
        is_manifest: |path| {
            let name = file_name(path);
            ["pyproject.toml", "Pipfile", "setup.py", "setup.cfg"].contains(&name)
                || (name.starts_with("requirements") && has_extension(name, &[".txt", ".in"]))
        },
        locks: &["poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"],
        inherits: true,
        by_directory: true,
    },
    Ecosystem {
        name: "gomod",
        is_manifest: |path| file_name(path) == "go.mod",
        locks: &["go.sum"],
        inherits: false,
        by_directory: true,
    },
    Ecosystem {
        name: "maven",
        is_manifest: |path| file_name(path) == "pom.xml",
        locks: &[],
        inherits: false,
        by_directory: true,
    },
    Ecosystem {
        name: "gradle",
        is_manifest: |path| ["build.gradle", "build.gradle.kts"].contains(&file_name(path)),
        locks: &["gradle.lockfile"],
        inherits: false,
        by_directory: true,
    },
    Ecosystem {
        name: "docker",
        is_manifest: super::super::dockerfile::has_name,
        locks: &[],
        inherits: false,
        by_directory: false,
    },
    Ecosystem {
        name: "github-actions",
        is_manifest: |path| path.starts_with(".github/workflows/") && has_extension(path, &[".yml", ".yaml"]),
        locks: &[],
        inherits: false,
        by_directory: false,
    },
    Ecosystem {
        name: "terraform",
        is_manifest: |path| has_extension(path, &[".tf", ".tofu"]),
        locks: &[".terraform.lock.hcl"],
        inherits: false,
        by_directory: true,
    },
    Ecosystem {
        name: "bundler",
        is_manifest: |path| file_name(path) == "Gemfile",
        locks: &["Gemfile.lock"],
        inherits: false,
        by_directory: true,
    },
    Ecosystem {
        name: "composer",
        is_manifest: |path| file_name(path) == "composer.json",
        locks: &["composer.lock"],
        inherits: false,
        by_directory: true,
    },
    Ecosystem {
        name: "nuget",
        is_manifest: |path| {
            has_extension(path, &[".csproj", ".fsproj", ".vbproj"]) || file_name(path) == "packages.config"
        },
        locks: &["packages.lock.json"],
        inherits: false,
        by_directory: true,
    },
    Ecosystem {
        name: "helm",
        is_manifest: |path| file_name(path) == "Chart.yaml",
        locks: &["Chart.lock"],
        inherits: false,
        by_directory: true,
    },
];

/// A manifest and the lock file that belongs to it.
pub(super) struct Manifest {
    pub ecosystem: &'static Ecosystem,
    file: FileId,
    lock: Option<FileId>,
}

/// The manifests among some files, in the order of files.
pub(super) fn of(workspace: &Workspace, files: &[FileId]) -> Vec<Manifest> {
    let mut found = Vec::new();
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for file in files {
        let path = workspace.path(*file);
        if path.split('/').any(|part| ["node_modules", "vendor", ".terraform"].contains(&part)) {
            continue;
        }
        for ecosystem in ECOSYSTEMS.iter().filter(|ecosystem| (ecosystem.is_manifest)(path)) {
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            if ecosystem.by_directory && !seen.insert((ecosystem.name, directory)) {
                continue;
            }
            let lock = ecosystem.lock(workspace, directory);
            found.push(Manifest { ecosystem, file: *file, lock });
        }
    }
    found
}

impl Ecosystem {
    fn lock(&self, workspace: &Workspace, directory: &str) -> Option<FileId> {
        let mut directory = directory;
        loop {
            let in_directory = |name: &&str| {
                let path = if directory.is_empty() { (*name).to_owned() } else { format!("{directory}/{name}") };
                workspace.find(&path)
            };
            let found = self.locks.iter().find_map(in_directory);
            if found.is_some() || !self.inherits || directory.is_empty() {
                return found;
            }
            directory = directory.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
}

impl Manifest {
    /// The file.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// Whether it is a module of Go that requires no other one: none has then anything to be locked.
    fn asks_for_nothing(&self, workspace: &Workspace) -> bool {
        let source = || workspace.seen(self.file);
        file_name(workspace.path(self.file)) == "go.mod"
            && source()
                .is_some_and(|source| !source.text().lines().any(|line| line.trim_start().starts_with("require")))
    }

    /// Path, ecosystem, whether there is anything that a lock file could hold, the lock file, and what the two say together.
    pub fn node(&self, workspace: &Workspace) -> Node {
        let span = Span::new(self.file, 0, 0);
        let mut entries = vec![
            entry("path", path_node(workspace, self.file)),
            entry("ecosystem", text(self.ecosystem.name)),
            entry("lockable", flag(!self.ecosystem.locks.is_empty() && !self.asks_for_nothing(workspace), span)),
        ];
        entries.extend(self.lock.map(|lock| entry("lockfile", path_node(workspace, lock))));
        entries.extend(locks::facts(workspace, self.file, self.lock));
        Node::map(entries, span)
    }
}
