//! A bound on the work that one root of a dialect may cause, however hostile its files.

use std::cell::Cell;

/// Most steps that the evaluation of one root and all that it nests may take.
const MAX_STEPS: u32 = 1_000_000;

/// Deepest evaluation: nesting of expressions and of what they refer to, together.
const MAX_LEVELS: u32 = 200;

/// What is left of the work that one root may cause.
#[derive(Default)]
pub struct Budget {
    steps: Cell<u32>,
    levels: Cell<u32>,
}

/// A level of the evaluation, left when dropped.
pub struct Level<'b>(&'b Cell<u32>);

impl Budget {
    /// Goes one level deeper, unless the limits are reached.
    pub fn enter(&self) -> Option<Level<'_>> {
        if self.is_spent() || self.levels.get() >= MAX_LEVELS {
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

    /// Whether no further step may be taken.
    pub fn is_spent(&self) -> bool {
        self.steps.get() >= MAX_STEPS
    }
}

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}
