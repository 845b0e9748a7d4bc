//! What places (files, deployments) that are gone have become, where nothing is known of them but what was found in them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many pairs of places are compared; of more it is not looked what became of them.
const MOST_PAIRS: usize = 1_000_000;

/// Rule, what is said, and the resource without the path that may stand in its address.
pub(super) type What<'a> = (&'a str, &'a str, String);

/// How often what was found in a place.
type Found<'a> = BTreeMap<What<'a>, usize>;

/// What places that are gone have become: a place of which nothing was known was one that is gone if most of what is found
/// in it was found there, however much of that was mended since; of several the one that is nearest, then one of the same format, and
/// then that of the most.
pub(super) fn moved<'a>(
    then: impl Iterator<Item = (&'a str, What<'a>)>,
    now: Vec<(Arc<str>, What<'_>)>,
    is_there: &dyn Fn(&str) -> bool,
) -> Vec<(Arc<str>, Arc<str>)> {
    let mut known: BTreeMap<&str, Found<'_>> = BTreeMap::new();
    for (place, what) in then {
        *known.entry(place).or_default().entry(what).or_default() += 1;
    }
    let mut new: BTreeMap<Arc<str>, Found<'_>> = BTreeMap::new();
    for (place, what) in now {
        if !known.contains_key(&*place) {
            *new.entry(place).or_default().entry(what).or_default() += 1;
        }
    }
    known.retain(|place, _| !place.is_empty() && !is_there(place));
    if known.len().saturating_mul(new.len()) > MOST_PAIRS {
        return Vec::new();
    }
    let mut scored = Vec::new();
    for (place, found) in &new {
        for (was, held) in &known {
            let common: usize = found.iter().map(|(what, count)| held.get(what).map_or(0, |of| *of.min(count))).sum();
            let all = found.values().sum::<usize>();
            // Where name and folder are both others, what fails alike may as well be a second one.
            let near = nearness(place, was);
            let akin = near > 0 || !(place.contains('/') && was.contains('/'));
            if common * 2 >= all && akin {
                scored.push((
                    Reverse((near, format(place) == format(was), common, letters(place, was))),
                    &**place,
                    *was,
                ));
            }
        }
    }
    scored.sort_unstable();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let mut pairs: BTreeMap<&str, &str> = BTreeMap::new();
    for (_, place, was) in scored {
        if !pairs.contains_key(place) && taken.insert(was) {
            pairs.insert(place, was);
        }
    }
    pairs.into_iter().map(|(place, was)| (place.into(), was.into())).collect()
}

/// How many parts two paths have in common, in their order; of a file the name without its ending.
fn nearness(one: &str, other: &str) -> usize {
    let (one, other) = (parts(one), parts(other));
    // The row of the table of longest common subsequences that is being filled in.
    let mut row = vec![0usize; other.len() + 1];
    for part in one {
        let mut corner = 0;
        for (at, of) in other.iter().enumerate() {
            let above = row.get(at + 1).copied().unwrap_or(0);
            let left = row.get(at).copied().unwrap_or(0);
            let best = if part == *of { corner + 1 } else { above.max(left) };
            corner = above;
            if let Some(cell) = row.get_mut(at + 1) {
                *cell = best;
            }
        }
    }
    row.last().copied().unwrap_or(0)
}

/// How many bytes the names of two files have in common at their beginnings.
fn letters(one: &str, other: &str) -> usize {
    let (one, other) = (crate::dialect::file_name(one), crate::dialect::file_name(other));
    one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count()
}

/// The format that the ending of a name tells; a `.template` is mostly YAML, as `.yml` is.
fn format(place: &str) -> &str {
    match crate::dialect::file_name(place).rsplit_once('.').map_or("", |(_, ending)| ending) {
        "yml" | "template" => "yaml",
        ending => ending,
    }
}

/// The most parts of a path that are compared.
const MOST_PARTS: usize = 32;

fn parts(path: &str) -> Vec<&str> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem });
    folders.split('/').filter(|part| !part.is_empty()).take(MOST_PARTS).chain([stem]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was found where, what is found now, and which place it was.
    type Row<'r> = (&'r [(&'r str, &'r str)], &'r [(&'r str, &'r str)], Option<&'r str>);

    #[test]
    fn places_become_those_in_which_the_same_is_found() {
        let what = |rule: &'static str| -> What<'static> { (rule, "said", "r".to_owned()) };
        let rows: [Row<'_>; 9] = [
            // Another folder and another ending.
            (&[("aws/ecs/vpc.yml", "a")], &[("ecs/vpc.yaml", "a")], Some("aws/ecs/vpc.yml")),
            // Most of it was mended on the way.
            (&[("x/one-vpc", "a"), ("x/one-vpc", "b"), ("x/one-vpc", "c")], &[("x/one", "a")], Some("x/one-vpc")),
            // Most of what is found is new.
            (&[("x/one", "a")], &[("x/two", "a"), ("x/two", "b"), ("x/two", "c")], None),
            // The nearest of several.
            (&[("a/b/web.tf", "a"), ("c/b/web.tf", "a")], &[("c/d/b/web.tf", "a")], Some("c/b/web.tf")),
            (&[("a/web.yml", "a")], &[("b/web.yaml", "a"), ("b/web.json", "a")], Some("a/web.yml")),
            // One that was written anew in another format beside it.
            (
                &[("a/web.template", "a"), ("a/web.template", "b")],
                &[("b/web.yaml", "a"), ("b/web.json", "a"), ("b/web.json", "b")],
                Some("a/web.template"),
            ),
            // Nothing in common but what fails.
            (&[("a/one.tf", "a")], &[("b/two.tf", "a")], None),
            (&[("one.tf", "a")], &[("two.tf", "a")], Some("one.tf")),
            // It is still there.
            (&[("here/a.tf", "a")], &[("there/a.tf", "a")], None),
        ];
        for (then, now, was) in rows {
            let then = then.iter().map(|(place, rule)| (*place, what(rule)));
            let now: Vec<(Arc<str>, What<'_>)> =
                now.iter().map(|(place, rule)| ((*place).into(), what(rule))).collect();
            let place = Arc::clone(&now[0].0);
            let found = moved(then, now, &|place| place.starts_with("here/"));
            let found: Vec<(&str, &str)> = found.iter().map(|(new, old)| (&**new, &**old)).collect();
            assert_eq!(found, was.map(|was| (&*place, was)).into_iter().collect::<Vec<_>>(), "{place}");
        }
    }
}
