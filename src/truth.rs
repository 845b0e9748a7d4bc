//! Three-valued logic: yes, no, or "the file does not say".
//!
//! The variants are ordered so that *and* is the minimum and *or* the maximum; there is no table to get wrong
//! (Kleene's strong logic of indeterminacy).

/// The answer to a question about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// The file says no.
    False,
    /// The file does not decide it.
    Unknown,
    /// The file says yes.
    True,
}

impl Truth {
    /// Holds when every part holds; an empty list holds.
    pub fn all(parts: impl IntoIterator<Item = Truth>) -> Truth {
        parts.into_iter().min().unwrap_or(Truth::True)
    }

    /// Holds when some part holds; an empty list does not.
    pub fn any(parts: impl IntoIterator<Item = Truth>) -> Truth {
        parts.into_iter().max().unwrap_or(Truth::False)
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Unknown};

    const EVERY: [Truth; 3] = [False, Unknown, True];

    #[test]
    fn and_is_the_weakest_part_and_or_the_strongest() {
        for (a, b, and, or) in [
            (False, False, False, False),
            (False, Unknown, False, Unknown),
            (False, True, False, True),
            (Unknown, Unknown, Unknown, Unknown),
            (Unknown, True, Unknown, True),
            (True, True, True, True),
        ] {
            assert_eq!(Truth::all([a, b]), and, "{a:?} and {b:?}");
            assert_eq!(Truth::all([b, a]), and, "{b:?} and {a:?}");
            assert_eq!(Truth::any([a, b]), or, "{a:?} or {b:?}");
            assert_eq!(Truth::any([b, a]), or, "{b:?} or {a:?}");
        }
    }

    #[test]
    fn nothing_to_check_holds_and_nothing_to_find_does_not() {
        assert_eq!(Truth::all([]), True);
        assert_eq!(Truth::any([]), False);
    }

    #[test]
    fn de_morgan_holds_for_every_pair() {
        for a in EVERY {
            for b in EVERY {
                assert_eq!(!Truth::all([a, b]), Truth::any([!a, !b]), "{a:?} {b:?}");
            }
        }
    }
}
