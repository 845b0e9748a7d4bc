//! Which rules of a set judge resources of a kind, and to which their links lead. That of the built-in rules is made with the
//! program: every run asks for some kinds, and few for more than a dozen.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::kind::{KindText, MARKS};
use super::set::of_kinds;

/// A rule by its place in a list, and whether it is a link that leads to the kind.
type Asking = (usize, bool);

/// The index of a set.
#[derive(Default)]
pub(super) struct Index {
    /// Where each built-in rule stands in the set; none that was left out.
    places: Vec<Option<usize>>,
    /// The kinds of the user's rules.
    own: FxHashMap<String, Vec<Asking>>,
    globs: Vec<(KindText, Vec<Asking>)>,
    /// Those that may judge anything.
    any: Vec<usize>,
}

impl Index {
    /// The index of a set in which the built-in rules have these places.
    pub(super) fn new(places: Vec<Option<usize>>) -> Index {
        let mut index = Index { places, ..Index::default() };
        let of = of_kinds();
        let lines = of.globs.lines().filter_map(|line| line.split_once(' '));
        index.globs = lines.map(|(glob, rules)| (KindText::from(glob), index.builtin(rules).collect())).collect();
        index.any = of.any.iter().filter_map(|rule| *index.places.get(*rule)?).collect();
        index
    }

    /// Adds a rule of a user.
    pub(super) fn add(&mut self, place: usize, kinds: &[KindText], links: &[KindText]) {
        for (kinds, is_link) in [(kinds, false), (links, true)] {
            for kind in kinds {
                if kind.contains(MARKS) {
                    self.globs.push((kind.clone(), vec![(place, is_link)]));
                } else {
                    self.own.entry(kind.to_string()).or_default().push((place, is_link));
                }
            }
        }
        if kinds.is_empty() {
            self.any.push(place);
        }
    }

    /// The rules that may judge one of some kinds, or that link to it as well; in order.
    pub(super) fn asking(&self, kinds: &BTreeSet<&str>, links: bool) -> Vec<usize> {
        let exact = kinds.iter().flat_map(|kind| self.of(kind));
        let globs =
            self.globs.iter().filter(|(glob, _)| glob.occurs(kinds)).flat_map(|(_, rules)| rules.iter().copied());
        let asking = exact.chain(globs).filter(|(_, is_link)| links || !is_link);
        let mut rules: Vec<usize> = asking.map(|(rule, _)| rule).chain(self.any.iter().copied()).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// The rules that name a kind, or a glob that it satisfies, as what they judge; in order.
    pub(super) fn about(&self, kind: &str) -> Vec<usize> {
        let mut about = self.asking(&BTreeSet::from([kind]), false);
        about.retain(|rule| !self.any.contains(rule));
        about
    }

    /// Those of some kinds that some rule judges by name.
    pub(super) fn judged<'k>(&self, kinds: &BTreeSet<&'k str>) -> BTreeSet<&'k str> {
        let judges = |(_, is_link): &Asking| !is_link;
        let by_name = |kind: &&str| self.of(kind).any(|rule| judges(&rule));
        let mut of_rules: BTreeSet<&str> = kinds.iter().copied().filter(by_name).collect();
        for (glob, _) in self.globs.iter().filter(|(_, rules)| rules.iter().any(judges)) {
            of_rules.extend(glob.matching(kinds));
        }
        of_rules
    }

    /// The rules that name a kind.
    fn of<'i>(&'i self, kind: &str) -> impl Iterator<Item = Asking> + use<'i> {
        let own = self.own.get(kind).into_iter().flatten().copied();
        self.builtin(line_of(of_kinds().kinds, kind).unwrap_or("")).chain(own)
    }

    /// Built-in rules as they stand in a line: their numbers, with a `~` after those that only link.
    fn builtin<'i>(&'i self, rules: &'static str) -> impl Iterator<Item = Asking> + use<'i> {
        rules.split_ascii_whitespace().filter_map(|rule| {
            let number = rule.strip_suffix('~');
            let place = self.places.get(number.unwrap_or(rule).parse::<usize>().ok()?)?;
            Some(((*place)?, number.is_some()))
        })
    }
}

/// What follows a key in a text of lines that are in the order of their keys.
fn line_of(lines: &'static str, key: &str) -> Option<&'static str> {
    let (mut low, mut high) = (0, lines.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = lines.get(..middle)?.rfind('\n').map_or(0, |before| before + 1);
        let line = lines.get(start..)?.lines().next()?;
        let (found, rest) = line.split_once(' ')?;
        match found.cmp(key) {
            std::cmp::Ordering::Equal => return Some(rest),
            std::cmp::Ordering::Less => low = start + line.len() + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_by_its_key() {
        for lines in [of_kinds().kinds, "a 1\n", "a 1\nb 2~\nb/c 3 4\n", ""] {
            for (key, rest) in lines.lines().filter_map(|line| line.split_once(' ')) {
                assert_eq!(line_of(lines, key), Some(rest), "{key}");
                for other in [format!("{key}!"), format!("{key}/"), key.chars().skip(1).collect()] {
                    let is_there = lines.lines().any(|line| line.starts_with(&format!("{other} ")));
                    assert_eq!(line_of(lines, &other).is_some(), is_there, "{other}");
                }
            }
        }
    }
}
