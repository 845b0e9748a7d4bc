//! Regular expressions asked of texts of which parts are known.
//!
//! The expression becomes an automaton whose states are made as they are needed. A known byte leads from each state to one
//! other, a hole to all those that some text leads to, so the answer takes time in proportion to the text and to the
//! states of the automaton. Both are bounded: an expression that needs more decides nothing.

use std::sync::Mutex;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};
use rustc_hash::FxHashSet;

use crate::document::PartialText;
use crate::truth::Truth;

/// Largest automaton before its states are made, in bytes.
const NFA_BYTES: usize = 1 << 20;

/// Largest store of states, in bytes.
const CACHE_BYTES: usize = 4 << 20;

/// Most pairs of a state of the automaton and one of the encoding that one hole leads to.
const MOST_STATES: usize = 4096;

/// Regular expressions of which one has to match somewhere.
pub struct Pattern {
    dfa: DFA,
    cache: Mutex<Cache>,
    /// Whether it asks for edges of words, of which it knows those between letters of ASCII.
    has_edges: bool,
}

/// What came of the texts so far: states of those that did not match yet, and whether some did.
struct Progress {
    open: Vec<LazyStateID>,
    matched: bool,
    /// Some text left the automaton without a match.
    failed: bool,
}

/// The automaton cannot tell.
struct Lost;

impl Pattern {
    /// The automaton of some expressions; none where it would be too large.
    pub fn new(expressions: &[&str], ignore_case: bool) -> Option<Pattern> {
        let plain: Vec<String> = expressions.iter().map(|expression| with_plain_edges(expression)).collect();
        let plain: Vec<&str> = plain.iter().map(String::as_str).collect();
        let pattern = Pattern::built(&plain, syntax::Config::new().case_insensitive(ignore_case))?;
        Some(Pattern { has_edges: plain != expressions, ..pattern })
    }

    /// The automaton of the expressions that globs come to, which speak of bytes and go over lines.
    pub fn of_globs(expressions: &[&str], ignore_case: bool) -> Option<Pattern> {
        let syntax = syntax::Config::new().case_insensitive(ignore_case).utf8(false).dot_matches_new_line(true);
        Pattern::built(expressions, syntax)
    }

    fn built(expressions: &[&str], syntax: syntax::Config) -> Option<Pattern> {
        let config = Config::new()
            .match_kind(MatchKind::All)
            .unicode_word_boundary(true)
            .cache_capacity(CACHE_BYTES)
            .minimum_cache_clear_count(Some(0));
        let dfa = DFA::builder()
            .configure(config)
            .thompson(thompson::Config::new().utf8(syntax.get_utf8()).nfa_size_limit(Some(NFA_BYTES)))
            .syntax(syntax)
            .build_many(expressions)
            .ok()?;
        let cache = Mutex::new(dfa.create_cache());
        Some(Pattern { dfa, cache, has_edges: false })
    }

    /// Whether one of the expressions matches the text, whatever its holes hold.
    pub fn matches(&self, partial: &PartialText) -> Truth {
        if self.has_edges && !partial.pieces().all(str::is_ascii) {
            return Truth::Unknown;
        }
        let Ok(mut cache) = self.cache.lock() else { return Truth::Unknown };
        self.run(partial, &mut cache).unwrap_or_else(|Lost| {
            cache.reset(&self.dfa);
            Truth::Unknown
        })
    }

    fn run(&self, partial: &PartialText, cache: &mut Cache) -> Result<Truth, Lost> {
        let first = self.dfa.start_state(cache, &start::Config::new().anchored(Anchored::No)).map_err(|_| Lost)?;
        let mut progress = Progress { open: Vec::new(), matched: false, failed: false };
        progress.enter(first)?;
        for (at, piece) in partial.pieces().enumerate() {
            if at > 0 {
                self.pass_hole(&mut progress, cache)?;
            }
            for byte in piece.bytes() {
                let before = std::mem::take(&mut progress.open);
                for state in before {
                    progress.enter(self.dfa.next_state(cache, state, byte).map_err(|_| Lost)?)?;
                }
                progress.open.sort_unstable();
                progress.open.dedup();
            }
        }
        for state in std::mem::take(&mut progress.open) {
            let end = self.dfa.next_eoi_state(cache, state).map_err(|_| Lost)?;
            if end.is_match() { progress.matched = true } else { progress.failed = true }
        }
        Ok(match (progress.matched, progress.failed) {
            (true, false) => Truth::True,
            (false, true) => Truth::False,
            _ => Truth::Unknown,
        })
    }

    /// All states that some text leads to, from those that are open.
    fn pass_hole(&self, progress: &mut Progress, cache: &mut Cache) -> Result<(), Lost> {
        let mut seen: FxHashSet<(LazyStateID, Utf8)> = FxHashSet::default();
        let mut waiting: Vec<(LazyStateID, Utf8)> =
            std::mem::take(&mut progress.open).into_iter().map(|state| (state, Utf8::Whole)).collect();
        seen.extend(waiting.iter().copied());
        while let Some((state, within)) = waiting.pop() {
            if within == Utf8::Whole {
                progress.open.push(state);
            }
            for (bytes, after) in within.steps() {
                for byte in bytes {
                    let next = self.dfa.next_state(cache, state, byte).map_err(|_| Lost)?;
                    let before = progress.open.len();
                    progress.enter(next)?;
                    // What `enter` keeps is reached here, and is open only where a character is complete.
                    if progress.open.len() > before {
                        progress.open.truncate(before);
                        if seen.insert((next, after)) {
                            waiting.push((next, after));
                        }
                    }
                }
            }
            if seen.len() > MOST_STATES {
                return Err(Lost);
            }
        }
        Ok(())
    }
}

/// The expression with edges of words as ASCII has them: of others no automaton can tell. What a hole may hold is the same either way,
/// since it may hold letters of ASCII as well as others.
fn with_plain_edges(expression: &str) -> String {
    let mut plain = String::with_capacity(expression.len());
    let mut signs = expression.chars().peekable();
    while let Some(sign) = signs.next() {
        match (sign, signs.peek().copied()) {
            ('\\', Some(edge @ ('b' | 'B'))) => {
                signs.next();
                let is_half = signs.peek() == Some(&'{');
                plain.push_str(if is_half { "\\" } else { "(?-u:\\" });
                plain.push(edge);
                plain.push_str(if is_half { "" } else { ")" });
            }
            ('\\', Some(next)) => {
                signs.next();
                plain.extend(['\\', next]);
            }
            _ => plain.push(sign),
        }
    }
    plain
}

impl Progress {
    fn enter(&mut self, state: LazyStateID) -> Result<(), Lost> {
        if state.is_quit() {
            return Err(Lost);
        }
        if state.is_match() {
            self.matched = true;
        } else if state.is_dead() {
            self.failed = true;
        } else {
            self.open.push(state);
        }
        Ok(())
    }
}

/// Where in the encoding of a character a text stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Utf8 {
    /// Between two characters.
    Whole,
    /// So many bytes are to come, any of those that continue a character.
    More(u8),
    /// The next byte is from here to there, and so many follow it.
    Within(u8, u8, u8),
}

impl Utf8 {
    /// The bytes that may come next, and where the text stands after them.
    fn steps(self) -> Vec<(std::ops::RangeInclusive<u8>, Utf8)> {
        let after = |left: u8| if left == 0 { Utf8::Whole } else { Utf8::More(left) };
        match self {
            Utf8::Whole => vec![
                (0x00..=0x7f, Utf8::Whole),
                (0xc2..=0xdf, Utf8::More(1)),
                (0xe0..=0xe0, Utf8::Within(0xa0, 0xbf, 1)),
                (0xe1..=0xec, Utf8::More(2)),
                (0xed..=0xed, Utf8::Within(0x80, 0x9f, 1)),
                (0xee..=0xef, Utf8::More(2)),
                (0xf0..=0xf0, Utf8::Within(0x90, 0xbf, 2)),
                (0xf1..=0xf3, Utf8::More(3)),
                (0xf4..=0xf4, Utf8::Within(0x80, 0x8f, 2)),
            ],
            Utf8::More(left) => vec![(0x80..=0xbf, after(left - 1))],
            Utf8::Within(from, to, left) => vec![(from..=to, after(left))],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::testing::in_part;
    use proptest::prelude::*;

    #[test]
    fn an_expression_is_decided_by_what_is_known() {
        use Truth::{False, True, Unknown};
        for (expression, written, want) in [
            ("^arn", "arn:…", True),
            ("^arn:", "arn:…/*", True),
            ("^s", "arn:…", False),
            ("^arn$", "arn:…", False),
            ("^ar$", "arn:…", False),
            ("latest$", "…/web:latest", True),
            ("^[a-z]+:latest$", "…/web:latest", False),
            ("^[a-z/]+:latest$", "…/web:latest", Unknown),
            ("x", "a…b", Unknown),
            ("a.*b", "a…b", Unknown),
            ("(?s)a.*b", "a…b", True),
            ("(?s)^a.*b.*c$", "a…b…c", True),
            ("^[^/]*$", "a…/…b", False),
            (r"rn\b", "arn:…", True),
            (r"\bfoo\b", "…foo", Unknown),
            (r"(?m)^\s*Login[\s=]+yes\b", "Port …\nLogin yes\n…", True),
            (r"\byes\b", "… é yes", Unknown),
            (r"\\byes", r"…\byes", True),
            (r"\Byes", "…ayes", True),
            ("^$", "…", Unknown),
            ("", "…", True),
            ("(?m)^b$", "a…", Unknown),
            ("(?m)^b$", "a…\nb\n…", True),
            ("^.{3}$", "abcd…", False),
            ("(?s)^.{3}", "abcd…", True),
        ] {
            let got = Pattern::new(&[expression], false).unwrap().matches(&in_part(written));
            assert_eq!(got, want, "{expression} {written}");
        }
        let pattern = Pattern::new(&["^a$", "^b"], true).unwrap();
        assert_eq!(pattern.matches(&in_part("B…")), True);
        assert_eq!(pattern.matches(&in_part("c…")), False);
    }

    #[test]
    fn an_expression_of_many_states_decides_nothing() {
        let pattern = Pattern::new(&[r"(?:\w{40}|\pL{0,60}x)$"], true);
        if let Some(pattern) = pattern {
            let _ = pattern.matches(&in_part("a…b…c"));
            assert_eq!(pattern.matches(&in_part("…")), Truth::Unknown);
        }
    }

    proptest! {
        #[test]
        fn what_is_decided_holds_for_every_filling(
            expression in "[\\^]?(a|b|/|\\\\b|\\.|\\.\\*|[ab]|[^a]|a\\+|\\(a\\|b\\)|é|\\\\w){0,4}[$]?",
            pieces in prop::collection::vec("[ab/é]{0,3}", 2..4),
            fillings in prop::collection::vec("([ab/é]{0,4})|(.{0,3})|(\\PC{0,2})", 8),
        ) {
            let Ok(regex) = regex::Regex::new(&expression) else { return Ok(()) };
            let Some(pattern) = Pattern::new(&[&expression], false) else { return Ok(()) };
            let text = in_part(&pieces.join("…"));
            let truth = pattern.matches(&text);
            for filling in fillings {
                let filled = text.filled(&filling);
                let holds = Truth::from(regex.is_match(&filled));
                prop_assert!(truth == Truth::Unknown || truth == holds, "{expression} {text:?} {filled:?} {truth:?}");
            }
        }
    }
}
