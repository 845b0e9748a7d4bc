//! The layers of ARCHITECTURE.md, enforced: a module imports only from modules to its left.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::{Path, PathBuf};

/// From left to right. A module may use any that stands before it, and itself.
const LAYERS: &[&str] = &[
    "truth",
    "hex",
    "catalogue",
    "source",
    "document",
    "pem",
    "secrecy",
    "control",
    "lower",
    "discover",
    "syntax",
    "kernel",
    "schema",
    "governance",
    "fact",
    "dialect",
    "rule",
    "elsewhere",
    "evaluate",
    "triage",
    "fix",
    "posture",
    "report",
    "settings",
    "scan",
    "starter",
    "proof",
    "cli",
];

/// What only some files may say, as the beginnings of their paths: the file system, the environment, threads.
const OUTSIDE: &[(&[&str], &[&str])] = &[
    (
        &[
            "std::fs",
            ".exists()",
            ".is_dir()",
            ".is_file()",
            ".canonicalize()",
            "symlink_metadata",
            "walkdir",
            "WalkBuilder",
        ],
        &["discover/"],
    ),
    (&["fs::read", "fs::write", "File::open", "File::create", "OpenOptions"], &["discover/door.rs"]),
    (&["std::env", "std::process", "println!", "eprintln!"], &["discover/", "cli/"]),
    (&["std::net::Tcp", "std::net::Udp", "UnixStream"], &[]),
    (&["rayon"], &["scan/"]),
];

fn rust_files(directory: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Every library file with the layer it is in and its text up to its tests.
fn library() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let mut library = Vec::new();
    for file in files {
        let shown = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let layer = shown.split(['/', '.']).next().unwrap().to_owned();
        if layer == "lib" || layer == "main" || shown.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
        library.push((layer, shown, code));
    }
    library
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|known| *known == layer)
}

#[test]
fn imports_only_point_down() {
    let mut wrong = Vec::new();
    for (layer, file, code) in library() {
        let Some(own) = rank(&layer) else {
            wrong.push(format!("{file}: layer `{layer}` is not in the list of this test"));
            continue;
        };
        for (number, line) in code.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for (at, _) in line.match_indices("crate::") {
                let rest = line.get(at + "crate::".len()..).unwrap_or("");
                let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if rank(&name).is_some_and(|used| used > own) {
                    wrong.push(format!("{file}:{}: `{layer}` uses `{name}`, which is to its right", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_ends_touch_the_outside() {
    let mut wrong = Vec::new();
    for (_, file, code) in library() {
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for (words, allowed) in OUTSIDE {
                if allowed.iter().any(|place| file.starts_with(place)) {
                    continue;
                }
                let said = words.iter().filter(|word| line.contains(**word));
                wrong.extend(said.map(|word| format!("{file}:{}: `{word}`", number + 1)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
