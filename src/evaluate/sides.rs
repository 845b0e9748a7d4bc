//! Where the joins of a link lead, together.
//!
//! Thousands of resources may have one value in common, and each of them would be held against all others: so lists of
//! candidates are looked through where they are, from the shortest one on, and no further than a link may go.

use std::iter;
use std::sync::Arc;

use super::link::Candidates;
use crate::kernel::budget;

/// So many candidates of the shortest list are looked through in any case, whatever the other joins say of them.
const LEAST_LOOKED: usize = 4_096;

/// The other ends of one join, as far as keys tell. Every list is in order.
#[derive(Default)]
pub(super) struct Side {
    /// All that there are of the join.
    pub candidates: Arc<Candidates>,
    /// What is looked up among them.
    pub keys: Vec<super::ends::JoinKey>,
    /// Others that are joined.
    pub joined: Vec<usize>,
    /// Others that may be.
    pub perhaps: Vec<usize>,
    /// Whether any of the candidates may be joined.
    pub open: bool,
    /// Whether all of the candidates are joined.
    pub every: bool,
}

/// The other ends of a link.
#[derive(Default)]
pub(super) struct Reach {
    /// Those that it joins with this resource, in order.
    pub joined: Vec<usize>,
    /// The others that it may join, in order.
    pub perhaps: Vec<usize>,
    /// Whether there are more than were looked at.
    pub is_cut: bool,
}

impl Side {
    /// The lists of those that are joined.
    fn sure(&self) -> impl Iterator<Item = &[usize]> {
        let by_key = self.keys.iter().filter_map(|key| self.candidates.by_key.get(key)).map(Vec::as_slice);
        let every = self.every.then_some(self.candidates.every.as_slice());
        by_key.chain(every).chain([self.joined.as_slice()])
    }

    /// The lists of those that are joined or may be.
    fn all(&self) -> impl Iterator<Item = &[usize]> {
        let every = self.open.then_some(self.candidates.every.as_slice());
        self.sure().chain(every).chain([self.perhaps.as_slice()])
    }

    fn is_sure(&self) -> bool {
        !self.open && self.perhaps.is_empty()
    }
}

/// Where all sides lead, up to so many of each sort.
pub(super) fn both(sides: &[Side], most: usize) -> Reach {
    let sure = common(sides, most, &[], &|side| side.sure().collect());
    // Where all is certain, what may be joined is what is.
    let perhaps = if sides.iter().all(Side::is_sure) {
        Found::default()
    } else {
        common(sides, most, &sure.list, &|side| side.all().collect())
    };
    Reach { joined: sure.list, perhaps: perhaps.list, is_cut: sure.is_cut || perhaps.is_cut }
}

#[derive(Default)]
struct Found {
    list: Vec<usize>,
    is_cut: bool,
}

/// What is on some list of each side and is not known, in order.
fn common<'s>(sides: &'s [Side], most: usize, known: &[usize], lists: &dyn Fn(&'s Side) -> Vec<&'s [usize]>) -> Found {
    let mut sides: Vec<Vec<&[usize]>> = sides.iter().map(lists).collect();
    sides.sort_by_key(|lists| lists.iter().map(|list| list.len()).sum::<usize>());
    let Some((shortest, others)) = sides.split_first() else { return Found::default() };
    let is_in = |lists: &Vec<&[usize]>, index: usize| lists.iter().any(|list| list.binary_search(&index).is_ok());
    let mut found = Found::default();
    let mut left = most.saturating_mul(16).max(LEAST_LOOKED);
    for index in merged(shortest).filter(|index| known.binary_search(index).is_err()) {
        if left == 0 || found.list.len() > most {
            found.is_cut = true;
            break;
        }
        left -= 1;
        budget::count(1);
        if others.iter().all(|lists| is_in(lists, index)) {
            found.list.push(index);
        }
    }
    found
}

/// All that is on some list, in order and once.
fn merged<'l>(lists: &[&'l [usize]]) -> impl Iterator<Item = usize> + use<'l> {
    let mut rest: Vec<&[usize]> = lists.iter().copied().filter(|list| !list.is_empty()).collect();
    iter::from_fn(move || {
        let next = rest.iter().filter_map(|list| list.first()).min().copied()?;
        for list in &mut rest {
            while let Some((first, others)) = list.split_first()
                && *first == next
            {
                *list = others;
            }
        }
        Some(next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::ends::JoinKey;

    fn side(keyed: &[&[usize]], joined: &[usize], perhaps: &[usize], open: bool) -> Side {
        let mut candidates = Candidates { every: (0..100).collect(), ..Candidates::default() };
        let key = |at: usize| JoinKey::Word(at.to_string().into());
        for (at, list) in keyed.iter().enumerate() {
            candidates.by_key.insert(key(at), list.to_vec());
        }
        Side {
            candidates: Arc::new(candidates),
            keys: (0..keyed.len()).map(key).collect(),
            joined: joined.into(),
            perhaps: perhaps.into(),
            open,
            every: false,
        }
    }

    #[test]
    fn sides_lead_where_all_of_them_do() {
        let one = || side(&[&[1, 2, 5], &[2, 7]], &[9], &[], false);
        for (sides, joined, perhaps) in [
            (vec![one()], vec![1, 2, 5, 7, 9], vec![]),
            (vec![one(), side(&[&[2, 9, 11]], &[], &[], false)], vec![2, 9], vec![]),
            (vec![one(), side(&[&[2, 9, 11]], &[], &[7], false)], vec![2, 9], vec![7]),
            (vec![one(), side(&[&[2]], &[], &[], true)], vec![2], vec![1, 5, 7, 9]),
            (vec![one(), side(&[], &[], &[], false)], vec![], vec![]),
            (vec![], vec![], vec![]),
        ] {
            let reach = both(&sides, 64);
            assert_eq!((reach.joined, reach.perhaps, reach.is_cut), (joined, perhaps, false));
        }
    }

    #[test]
    fn no_more_is_looked_at_than_a_link_may_look_at() {
        let every = Candidates { every: (0..50_000).collect(), ..Candidates::default() };
        let all = || Side { candidates: Arc::new(every.clone()), every: true, ..Side::default() };
        let reach = both(&[all()], 64);
        assert!(reach.is_cut && reach.joined == (0..65).collect::<Vec<_>>());
        // What another join tells apart is found, however many have the first one in common.
        let reach = both(&[all(), side(&[&[49_999]], &[], &[], false)], 64);
        assert_eq!((reach.joined, reach.is_cut), (vec![49_999], false));
        // Two long lists without anything in common are not looked through to their ends.
        let odd: Vec<usize> = (1..50_000).step_by(2).collect();
        let even: Vec<usize> = (0..50_000).step_by(2).collect();
        assert!(both(&[side(&[&odd], &[], &[], false), side(&[&even], &[], &[], false)], 64).is_cut);
    }
}
