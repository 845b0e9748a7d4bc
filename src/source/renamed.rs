//! Where files went: which of the files that came holds what one of the files that are gone held.
//!
//! As git tells renames: equal content first, then content of which at least half is common, by whole lines.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A path and the text that stands there.
pub type Held<'a> = (&'a str, &'a str);

/// Most files that are gone, and most that came, of which it is looked where they went.
pub const MOST_FILES: usize = 5_000;

/// Longer texts are only compared as wholes.
const MAX_BYTES: usize = 1 << 20;

/// So many pairs of files are all compared line by line.
const MAX_PAIRS: usize = 10_000;

/// Where there are more, each file that is gone is compared with so many that share most with it, and with so many of its name.
const MOST_LIKELY: usize = 16;

/// A line that stands in more of the files that came does not tell where one went.
const MOST_SHARING: usize = 64;

/// The new path of each file that went somewhere. Every new path is given once; the same whatever the order is.
pub fn renamed<'a>(gone: &[Held<'a>], came: &[Held<'a>]) -> BTreeMap<&'a str, &'a str> {
    let mut went = BTreeMap::new();
    let mut by_text: HashMap<&str, Vec<&'a str>> = HashMap::new();
    for (path, text) in came.iter().rev().filter(|(_, text)| !text.trim().is_empty()) {
        by_text.entry(text).or_default().push(path);
    }
    for paths in by_text.values_mut() {
        paths.sort_unstable_by(|one, other| other.cmp(one));
    }
    let mut gone = gone.to_vec();
    gone.sort_unstable();
    // Of several of one text, that of the same name.
    for one_name in [true, false] {
        for (path, text) in &gone {
            if went.contains_key(path) {
                continue;
            }
            let Some(paths) = by_text.get_mut(text) else { continue };
            let new = if one_name {
                paths.iter().rposition(|new| name(new) == name(path)).map(|at| paths.remove(at))
            } else {
                paths.pop()
            };
            went.extend(new.map(|new| (*path, new)));
        }
    }
    let taken: HashSet<&str> = went.values().copied().collect();
    let gone = lines_of(gone.iter().filter(|(path, _)| !went.contains_key(path)));
    let came = lines_of(came.iter().filter(|(path, _)| !taken.contains(path)));
    let index = (gone.len() * came.len() > MAX_PAIRS).then(|| Index::of(&came));
    let mut pairs: Vec<(usize, &str, &str)> = Vec::new();
    for (old, before) in &gone {
        let likely = index.as_ref().map_or_else(|| (0..came.len()).collect(), |index| index.likely(old, before));
        let likely = likely.into_iter().filter_map(|at| came.get(at));
        let likeness = likely.map(|(new, after)| (alike(before, after), *old, *new));
        pairs.extend(likeness.filter(|(alike, ..)| *alike >= 50));
    }
    pairs.sort_unstable_by_key(|(alike, old, new)| (Reverse(*alike), name(old) != name(new), *old, *new));
    let mut taken: HashSet<&str> = HashSet::new();
    for (_, old, new) in pairs {
        if !went.contains_key(old) && taken.insert(new) {
            went.insert(old, new);
        }
    }
    went
}

/// Which of the files that came may be one that is gone.
struct Index<'a> {
    paths: Vec<&'a str>,
    by_line: HashMap<&'a str, Vec<usize>>,
    by_name: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(came: &[(&'a str, Lines<'a>)]) -> Index<'a> {
        let mut index = Index { paths: Vec::new(), by_line: HashMap::new(), by_name: HashMap::new() };
        for (at, (path, lines)) in came.iter().enumerate() {
            index.paths.push(path);
            index.by_name.entry(name(path)).or_default().push(at);
            for line in lines.keys() {
                let sharing = index.by_line.entry(line).or_default();
                if sharing.len() <= MOST_SHARING {
                    sharing.push(at);
                }
            }
        }
        index
    }

    /// The places of the files that share most bytes with one, and of those of its name whose folders are called most alike.
    fn likely(&self, path: &str, lines: &Lines<'_>) -> BTreeSet<usize> {
        let mut common: HashMap<usize, usize> = HashMap::new();
        for (line, count) in lines {
            let sharing = self.by_line.get(line).filter(|sharing| sharing.len() <= MOST_SHARING);
            for at in sharing.into_iter().flatten() {
                *common.entry(*at).or_default() += (line.len() + 1) * count;
            }
        }
        let mut common: Vec<(usize, usize)> = common.into_iter().collect();
        common.sort_unstable_by_key(|(at, bytes)| (Reverse(*bytes), *at));
        let mut named = self.by_name.get(name(path)).cloned().unwrap_or_default();
        named.sort_by_key(|at| (Reverse(self.paths.get(*at).map_or(0, |new| common_end(path, new))), *at));
        let common = common.into_iter().map(|(at, _)| at).take(MOST_LIKELY);
        common.chain(named.into_iter().take(MOST_LIKELY)).collect()
    }
}

/// How many names at the end of two paths are the same.
fn common_end(one: &str, other: &str) -> usize {
    one.rsplit('/').zip(other.rsplit('/')).take_while(|(one, other)| one == other).count()
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The lines of a text, and how often each is there.
type Lines<'a> = HashMap<&'a str, usize>;

fn lines_of<'a, 'h>(held: impl Iterator<Item = &'h Held<'a>>) -> Vec<(&'a str, Lines<'a>)>
where
    'a: 'h,
{
    let compared = held.filter(|(_, text)| text.len() <= MAX_BYTES && !text.trim().is_empty());
    let count = |text: &'a str| {
        let mut lines = Lines::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            *lines.entry(line).or_default() += 1;
        }
        lines
    };
    let mut compared: Vec<(&str, Lines<'_>)> = compared.map(|(path, text)| (*path, count(text))).collect();
    compared.sort_unstable_by_key(|(path, _)| *path);
    compared
}

/// How much of the longer text is common to both, in percent of its bytes.
fn alike(one: &Lines<'_>, other: &Lines<'_>) -> usize {
    let size = |lines: &Lines<'_>| lines.iter().map(|(line, count)| (line.len() + 1) * count).sum::<usize>();
    let common = one.iter().map(|(line, count)| (line.len() + 1) * count.min(other.get(line).unwrap_or(&0)));
    common.sum::<usize>() * 100 / size(one).max(size(other)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_again_by_what_they_hold() {
        let long = "a = 1\nb = 2\nc = 3\nd = 4\n";
        let edited = "a = 1\nb = 2\nc = 3\nd = 5\n";
        let other = "x = 1\ny = 2\nz = 3\n";
        for (gone, came, want) in [
            (vec![("a", long)], vec![("b", long)], vec![("a", "b")]),
            (vec![("a", long)], vec![("b", other), ("c", edited)], vec![("a", "c")]),
            (vec![("a", long)], vec![("b", edited), ("c", long)], vec![("a", "c")]),
            (vec![("a", long)], vec![("b", other)], vec![]),
            (vec![("a", "\n")], vec![("b", "\n")], vec![]),
            (vec![("a", long), ("b", long)], vec![("c", long), ("d", long)], vec![("a", "c"), ("b", "d")]),
            (vec![("a", long), ("b", other)], vec![("c", edited)], vec![("a", "c")]),
            (
                vec![("a/x", long), ("b/y", long)],
                vec![("c/x", long), ("c/y", long)],
                vec![("a/x", "c/x"), ("b/y", "c/y")],
            ),
            (vec![("b/y", long)], vec![("c/x", long), ("c/y", long)], vec![("b/y", "c/y")]),
            (vec![], vec![("c", edited)], vec![]),
        ] {
            let want: BTreeMap<&str, &str> = want.into_iter().collect();
            assert_eq!(renamed(&gone, &came), want, "{gone:?} to {came:?}");
            let back: Vec<Held<'_>> = came.iter().rev().copied().collect();
            assert_eq!(renamed(&gone, &back), want, "whatever the order");
        }
    }

    fn held(files: &[(String, String)]) -> Vec<Held<'_>> {
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
    }

    #[test]
    fn many_files_that_moved_and_changed_are_found_again() {
        let text = |at: usize, version: &str| {
            format!("terraform {{\n}}\nname = \"app-{at}\"\nsize = {at}\nregion = \"eu\"\nversion = \"{version}\"\n")
        };
        let of = |folder: &str, version: &str| -> Vec<(String, String)> {
            (0..300).map(|at| (format!("{folder}/app{at}/main.tf"), text(at, version))).collect()
        };
        let (gone, came) = (of("old", "1"), of("live/eu", "2"));
        let (gone, came) = (held(&gone), held(&came));
        let want: BTreeMap<&str, &str> = gone.iter().zip(&came).map(|((old, _), (new, _))| (*old, *new)).collect();
        assert_eq!(renamed(&gone, &came), want);
        let back: Vec<Held<'_>> = came.iter().rev().copied().collect();
        assert_eq!(renamed(&gone, &back), want, "whatever the order");
    }
}
