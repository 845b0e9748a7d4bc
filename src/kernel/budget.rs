//! Bounds on the work that files may cause, however hostile they are.
//!
//! A technology has so many steps and bytes in a run, and its scopes (root modules, templates, charts, overlays, pipelines)
//! have shares of them that are fixed before any scope is evaluated: what one takes is never taken from another, and what
//! stays open depends on no thread. What the scopes with enough leave over is for those that ran out, in a second round
//! (see [`rest`]).

use std::cell::Cell;

/// What may be taken: steps of an evaluation, and bytes of what it makes that stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Steps.
    pub steps: u32,
    /// Bytes.
    pub bytes: usize,
}

/// What a scope took of its share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// What was taken.
    pub taken: Share,
    /// Whether more was asked for than there was.
    pub is_short: bool,
}

impl Spent {
    /// What two parts of a scope took together.
    #[must_use]
    pub fn and(self, other: Spent) -> Spent {
        let taken = Share {
            steps: self.taken.steps.saturating_add(other.taken.steps),
            bytes: self.taken.bytes.saturating_add(other.taken.bytes),
        };
        Spent { taken, is_short: self.is_short || other.is_short }
    }
}

impl Share {
    /// What one scope may take where it is the only one.
    pub const SCOPE: Share = Share { steps: 1_000_000, bytes: 64 << 20 };

    /// What the scopes of one technology may take in a run, together.
    pub const RUN: Share = Share { steps: 10_000_000, bytes: 128 << 20 };

    /// The smallest share, however many scopes there are: each has a file at least, so that all of them together still
    /// grow no faster than the input.
    pub const LEAST: Share = Share { steps: 20_000, bytes: 64 << 10 };

    /// The share of each of so many scopes in a whole, up to a most.
    #[must_use]
    pub fn of(whole: Share, scopes: usize, most: Share) -> Share {
        let scopes = u32::try_from(scopes).unwrap_or(u32::MAX).max(1);
        let part = Share { steps: whole.steps / scopes, bytes: whole.bytes / scopes as usize };
        part.or_more(Share::LEAST).and_most(most)
    }

    /// The share of the next of scopes that are evaluated one after the other, of what is left: an eighth, so that a few that
    /// take all they can leave something to those after them.
    #[must_use]
    pub fn next(left: Share, most: Share) -> Share {
        Share { steps: left.steps / 8, bytes: left.bytes / 8 }.or_more(Share::LEAST).and_most(most)
    }

    /// What is left after something was taken.
    #[must_use]
    pub fn without(self, taken: Share) -> Share {
        Share { steps: self.steps.saturating_sub(taken.steps), bytes: self.bytes.saturating_sub(taken.bytes) }
    }

    /// The share of a scope that is made from so many bytes of a file: at least what these need when they are read once, so
    /// that what is written out is never cut, however long it is.
    #[must_use]
    pub fn for_input(self, bytes: usize) -> Share {
        let steps = u32::try_from(bytes.saturating_mul(STEPS_A_BYTE)).unwrap_or(u32::MAX);
        let own = Share {
            steps: steps.saturating_add(Share::LEAST.steps),
            bytes: bytes.saturating_mul(BYTES_A_BYTE).saturating_add(Share::LEAST.bytes),
        };
        self.or_more(own)
    }

    fn or_more(self, other: Share) -> Share {
        Share { steps: self.steps.max(other.steps), bytes: self.bytes.max(other.bytes) }
    }

    fn and_most(self, other: Share) -> Share {
        Share { steps: self.steps.min(other.steps), bytes: self.bytes.min(other.bytes) }
    }
}

/// The share of each scope that ran out in the first round, of what all of them left over; none where that is no more than
/// it had.
pub fn rest(whole: Share, had: Share, most: Share, spent: &[Spent]) -> Option<Share> {
    let short = spent.iter().filter(|spent| spent.is_short).count();
    let content = spent.iter().filter(|spent| !spent.is_short);
    let left = content.fold(whole, |left, spent| left.without(spent.taken));
    let share = Share::of(left, short, most).or_more(had);
    (short > 0 && share != had).then_some(share)
}

/// What the scopes of a technology took that were done before the others, for each division of the work in its order.
#[derive(Debug, Default)]
pub struct Earlier(Vec<Vec<Spent>>);

impl Earlier {
    /// What was taken in a division.
    pub fn of(&self, division: usize) -> &[Spent] {
        self.0.get(division).map_or(&[], Vec::as_slice)
    }

    /// Adds a division after the others.
    pub fn push(&mut self, spent: Vec<Spent>) {
        self.0.push(spent);
    }

    /// Adds what other scopes took.
    pub fn add(&mut self, other: Earlier) {
        for (at, spent) in other.0.into_iter().enumerate() {
            match self.0.get_mut(at) {
                Some(known) => known.extend(spent),
                None => self.0.push(spent),
            }
        }
    }

    /// Whether one of the scopes ran out.
    pub fn is_short(&self) -> bool {
        self.0.iter().flatten().any(|spent| spent.is_short)
    }
}

/// How many steps a byte of a file allows for, whoever else there is.
const STEPS_A_BYTE: usize = 2;

/// How many bytes a byte of a file allows for, whoever else there is.
const BYTES_A_BYTE: usize = 128;

/// Deepest evaluation: nesting of expressions and of what they refer to, together.
const MAX_LEVELS: u32 = 200;

/// What is left of the work that one scope may cause.
#[derive(Debug)]
pub struct Budget {
    share: Share,
    deepest: u32,
    steps: Cell<u32>,
    bytes: Cell<usize>,
    levels: Cell<u32>,
    is_short: Cell<bool>,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::of(Share::SCOPE)
    }
}

/// A level of the evaluation, left when dropped.
pub struct Level<'b>(&'b Cell<u32>);

impl Budget {
    /// The budget of a scope with a share.
    pub fn of(share: Share) -> Budget {
        Budget {
            share,
            deepest: MAX_LEVELS,
            steps: Cell::new(0),
            bytes: Cell::new(0),
            levels: Cell::new(0),
            is_short: Cell::new(false),
        }
    }

    /// The same for an evaluation that may go deeper, or less deep.
    #[must_use]
    pub fn with_levels(mut self, deepest: u32) -> Budget {
        self.deepest = deepest;
        self
    }

    /// Goes one level deeper, unless the limits are reached.
    pub fn enter(&self) -> Option<Level<'_>> {
        if self.is_spent() || self.levels.get() >= self.deepest {
            return None;
        }
        self.spend(1);
        self.levels.set(self.levels.get() + 1);
        Some(Level(&self.levels))
    }

    /// Takes steps for work that is dearer than it looks.
    pub fn spend(&self, steps: u32) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }

    /// Takes bytes for what was made and stays; false, and nothing taken, where there are not so many left.
    pub fn keep(&self, bytes: usize) -> bool {
        let kept = self.bytes.get().saturating_add(bytes);
        let enough = kept <= self.share.bytes;
        if enough {
            self.bytes.set(kept);
        } else {
            self.is_short.set(true);
        }
        enough
    }

    /// Whether no further step may be taken.
    pub fn is_spent(&self) -> bool {
        let spent = self.steps.get() >= self.share.steps;
        if spent {
            self.is_short.set(true);
        }
        spent
    }

    /// What was taken so far.
    pub fn spent(&self) -> Spent {
        let taken = Share { steps: self.steps.get(), bytes: self.bytes.get() };
        Spent { taken, is_short: self.is_short.get() }
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        count(self.steps.get());
    }
}

thread_local! {
    static COUNTED: Cell<u64> = const { Cell::new(0) };
}

/// Counts steps that this thread took, within a budget or under another bound.
pub fn count(steps: u32) {
    COUNTED.set(COUNTED.get().wrapping_add(u64::from(steps)));
}

/// The steps that this thread took so far. Nothing is decided by them: a test holds them against the size of the input.
pub fn counted() -> u64 {
    COUNTED.get()
}

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(steps: u32, is_short: bool) -> Spent {
        Spent { taken: Share { steps, bytes: 0 }, is_short }
    }

    #[test]
    fn a_share_depends_on_nothing_but_how_many_there_are() {
        for (scopes, want) in [(0, 1_000_000), (1, 1_000_000), (10, 1_000_000), (100, 100_000), (1_000_000, 20_000)] {
            assert_eq!(Share::of(Share::RUN, scopes, Share::SCOPE).steps, want, "{scopes} scopes");
        }
    }

    #[test]
    fn what_is_written_out_has_room() {
        let small = Share::of(Share::RUN, 1_000_000, Share::SCOPE);
        assert!(small.for_input(100_000_000).bytes > Share::RUN.bytes);
        assert_eq!(Share::SCOPE.for_input(100), Share::SCOPE);
    }

    #[test]
    fn one_after_the_other_leaves_something_to_the_next() {
        let mut left = Share::RUN;
        for _ in 0..5 {
            let share = Share::next(left, Share::SCOPE);
            assert!(share.steps >= Share::SCOPE.steps / 2, "{share:?}");
            left = left.without(share);
        }
        assert_eq!(Share::next(Share::default(), Share::SCOPE), Share::LEAST);
    }

    #[test]
    fn what_is_left_over_is_for_those_that_ran_out() {
        let had = Share::of(Share::RUN, 100, Share::SCOPE);
        let mut all = vec![spent(1_000, false); 100];
        assert_eq!(rest(Share::RUN, had, Share::SCOPE, &all), None, "nobody ran out");
        all[7] = spent(100_000, true);
        assert_eq!(rest(Share::RUN, had, Share::SCOPE, &all).map(|share| share.steps), Some(1_000_000));
        let all = vec![spent(100_000, true); 100];
        assert_eq!(rest(Share::RUN, had, Share::SCOPE, &all), None, "there is nothing left over");
    }

    #[test]
    fn a_budget_is_refused_beyond_its_share() {
        let budget = Budget::of(Share { steps: 3, bytes: 10 }).with_levels(2);
        assert!(budget.keep(10) && !budget.keep(1));
        let one = budget.enter().unwrap();
        let two = budget.enter().unwrap();
        assert!(budget.enter().is_none(), "too deep");
        drop((one, two));
        assert!(budget.enter().is_some() && budget.enter().is_none(), "no steps left");
        assert!(budget.spent().is_short);
        let before = counted();
        drop(budget);
        assert_eq!(counted() - before, 3);
    }
}
