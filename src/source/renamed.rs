//! Where files went: which of the files that came holds what one of the files that are gone held.
//!
//! As git tells renames: equal content first, then content of which at least half is common, by whole lines.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// A path and the text that stands there.
pub type Held<'a> = (&'a str, &'a str);

/// Longer texts are only compared as wholes.
const MAX_BYTES: usize = 1 << 20;

/// So many pairs of files are compared line by line; where there are more, only equal contents are matched.
const MAX_PAIRS: usize = 10_000;

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
    let taken: Vec<&str> = went.values().copied().collect();
    let gone = lines_of(gone.iter().filter(|(path, _)| !went.contains_key(path)));
    let came = lines_of(came.iter().filter(|(path, _)| !taken.contains(path)));
    if gone.len() * came.len() <= MAX_PAIRS {
        let mut pairs: Vec<(usize, &str, &str)> = Vec::new();
        for (old, before) in &gone {
            let likeness = came.iter().map(|(new, after)| (alike(before, after), *old, *new));
            pairs.extend(likeness.filter(|(alike, ..)| *alike >= 50));
        }
        pairs.sort_unstable_by_key(|(alike, old, new)| (Reverse(*alike), name(old) != name(new), *old, *new));
        let mut taken: Vec<&str> = Vec::new();
        for (_, old, new) in pairs {
            if !went.contains_key(old) && !taken.contains(&new) {
                went.insert(old, new);
                taken.push(new);
            }
        }
    }
    went
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
    compared.map(|(path, text)| (*path, count(text))).collect()
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
}
