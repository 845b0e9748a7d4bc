//! Folders that are symbolic links to other folders of the tree.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Links that lead through links are followed so often.
const MAX_LINKS: usize = 8;

/// Linked folders, with the folders that they lead to; all paths are relative to the root. The files in such a folder are
/// those of the other one: they are listed there, and found under both paths.
#[derive(Clone, Debug, Default)]
pub struct LinkedFolders(BTreeMap<String, String>);

impl LinkedFolders {
    /// Adds a link.
    pub fn insert(&mut self, link: String, folder: String) {
        self.0.insert(link, folder);
    }

    /// The folders to which a link leads here and not in the other one, or the other way round.
    pub fn differing<'a>(&'a self, other: &'a LinkedFolders) -> impl Iterator<Item = &'a str> {
        let only = |one: &'a LinkedFolders, other: &'a LinkedFolders| {
            one.0.iter().filter(|(link, folder)| other.0.get(*link) != Some(*folder)).map(|(_, folder)| folder.as_str())
        };
        only(self, other).chain(only(other, self))
    }

    /// The path without links on its way; as it is where it leads through more of them than are followed.
    pub fn real<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(path);
        }
        let mut real = Cow::Borrowed(path);
        for _ in 0..MAX_LINKS {
            let Some(next) = self.step(&real) else { return real };
            real = Cow::Owned(next);
        }
        Cow::Borrowed(path)
    }

    /// The path with the first link of its way replaced; none where it has none.
    fn step(&self, path: &str) -> Option<String> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain(std::iter::once(path.len()));
        ends.into_iter().find_map(|end| {
            let folder = self.0.get(path.get(..end)?)?;
            let rest = path.get(end..)?.trim_start_matches('/');
            Some(match (folder.as_str(), rest) {
                (folder, "") => folder.to_owned(),
                ("", rest) => rest.to_owned(),
                (folder, rest) => format!("{folder}/{rest}"),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_the_links_on_their_way() {
        let mut linked = LinkedFolders::default();
        for (link, folder) in
            [("app/modules", "shared/modules"), ("shared/modules/x", "y"), ("up", ""), ("a", "b"), ("b", "a")]
        {
            linked.insert(link.into(), folder.into());
        }
        for (path, want) in [
            ("app/modules/db/main.tf", "shared/modules/db/main.tf"),
            ("app/modules", "shared/modules"),
            ("app/modules/x/z", "y/z"),
            ("app/modulesx/db", "app/modulesx/db"),
            ("up/app/modules/db", "shared/modules/db"),
            ("up", ""),
            ("a/c", "a/c"),
            ("", ""),
        ] {
            assert_eq!(linked.real(path), want, "{path}");
        }
    }
}
