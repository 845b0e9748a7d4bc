//! Built-in rules and fixtures of a debug build: as their files say when it starts, so that an edited rule needs no new program.
//!
//! Where the sources are gone, what is embedded counts. A file that is as it was when the program was made is not read again
//! as TOML: a debug build starts thousands of times in its tests.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::set::{Builtin, EMBEDDED, OfKinds};
use crate::catalogue::{self, Entry, Index};
use crate::discover::{self, door};
use crate::schema::twin;

/// A folder of the project, where it is there.
fn folder(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    door::is_folder(&folder).then_some(folder)
}

/// The text of a file; none where it cannot be read, which the loader then refuses.
fn read(path: &Path) -> String {
    String::from_utf8(door::read(path).unwrap_or_default()).unwrap_or_default()
}

/// The rules of the files.
pub(super) fn builtin() -> &'static [Builtin] {
    static RULES: LazyLock<Option<Vec<Builtin>>> = LazyLock::new(|| Some(rules(&folder("rules")?)));
    RULES.as_deref().unwrap_or(EMBEDDED)
}

/// Which rules are of which kinds.
pub(super) fn of_kinds() -> OfKinds {
    static OF: LazyLock<OfKinds> = LazyLock::new(|| {
        let Index { kinds, globs, any } = catalogue::index(builtin().iter().map(|rule| (rule.kinds, rule.links)));
        OfKinds { kinds: kinds.leak(), globs: globs.leak(), any: any.leak() }
    });
    *OF
}

fn rules(folder: &Path) -> Vec<Builtin> {
    let known: HashMap<&str, &Builtin> = EMBEDDED.iter().map(|builtin| (builtin.path, builtin)).collect();
    let as_it_was = !twin::is_edited();
    let mut rules: Vec<Builtin> = discover::files_below(folder, "toml")
        .filter_map(|path| {
            let below = discover::relative(folder, &path)?;
            let text = read(&path);
            let same = known.get(format!("rules/{below}").as_str()).filter(|builtin| as_it_was && builtin.text == text);
            Some(same.map_or_else(|| made(catalogue::entry(&below, &text, twin::table()), text), |builtin| **builtin))
        })
        .collect();
    rules.sort_by_key(|builtin| (builtin.id, builtin.path));
    rules
}

/// What a program that lives as long as its rules knows of one.
fn made(entry: Entry, text: String) -> Builtin {
    Builtin {
        id: entry.id.leak(),
        pack: entry.pack.leak(),
        path: entry.path.leak(),
        title: entry.title.leak(),
        severity: entry.severity.leak(),
        kinds: entry.kinds.leak(),
        links: entry.links.leak(),
        far: entry.far.leak(),
        far_from: entry.far_from.leak(),
        files: entry.files.leak(),
        aliases: entry.aliases.leak(),
        controls: entry.controls.leak(),
        text: text.leak(),
        digest: entry.digest,
        tree: usize::MAX,
    }
}

/// The files below the folder of a rule's fixtures, with their texts; none where the sources are gone.
pub(super) fn fixtures(rule: &str) -> Option<Vec<(String, String)>> {
    let folder = folder("fixtures")?.join(rule);
    let files = discover::all_files_below(&folder);
    let texts = files.filter_map(|path| {
        let text = String::from_utf8(door::read(&path).ok()?).ok()?;
        Some((discover::relative(&folder, &path)?, text))
    });
    Some(texts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of each file that is as it was, all that the build script found is found again.
    #[test]
    fn what_is_embedded_is_what_is_read() {
        if twin::is_edited() {
            return;
        }
        let files: HashMap<&str, &str> = builtin().iter().map(|rule| (rule.path, rule.text)).collect();
        let same = EMBEDDED.iter().filter(|rule| files.get(rule.path) == Some(&rule.text));
        for rule in same {
            let below = rule.path.strip_prefix("rules/").unwrap();
            let again = made(catalogue::entry(below, rule.text, twin::table()), rule.text.to_owned());
            assert_eq!(Builtin { tree: rule.tree, ..again }, *rule);
        }
    }
}
