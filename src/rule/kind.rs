//! Kinds of resources as rules name them: by name, or by a glob.
//!
//! Every run asks several hundred globs about the kinds that occur, so those that are built of names, `*` and braces are
//! matched as they are; only what has more to it becomes an automaton.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

/// What makes a glob of a name.
pub const MARKS: [char; 4] = ['*', '?', '{', '['];

/// Most names that braces are written out to.
const MAX_WAYS: usize = 64;

/// A glob over kinds: `terraform/aws_*security_group`.
#[derive(Debug)]
pub struct KindPattern {
    /// As written.
    pub text: Arc<str>,
    shape: Shape,
}

/// A kind or a glob as it is written, made a pattern only where that is needed: most are of technologies that a run does
/// not meet.
#[derive(Clone, Debug)]
pub struct KindText {
    text: Cow<'static, str>,
    /// How many bytes stand before the first mark of a glob; none where it is one kind.
    plain: Option<usize>,
}

#[derive(Debug)]
enum Shape {
    /// The name itself.
    Name,
    /// One of several texts in which only `*` stands for something.
    Ways(Vec<String>),
    Glob(GlobMatcher),
}

impl KindPattern {
    /// Compiles a text; the error says why it is no glob.
    pub fn new(text: &str) -> Result<KindPattern, String> {
        let shape = if !text.contains(MARKS) {
            Shape::Name
        } else if let Some(ways) = written_out(text) {
            Shape::Ways(ways)
        } else {
            let glob = GlobBuilder::new(text).literal_separator(true).build();
            Shape::Glob(glob.map_err(|error| error.kind().to_string())?.compile_matcher())
        };
        Ok(KindPattern { text: text.into(), shape })
    }

    /// Whether it is a glob, not a name.
    pub fn is_glob(&self) -> bool {
        !matches!(self.shape, Shape::Name)
    }

    /// Whether a kind matches.
    pub fn matches(&self, kind: &str) -> bool {
        match &self.shape {
            Shape::Name => &*self.text == kind,
            Shape::Ways(ways) => ways.iter().any(|way| matches(way.as_bytes(), kind.as_bytes())),
            Shape::Glob(glob) => glob.is_match(kind),
        }
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for KindText {
    fn from(text: T) -> KindText {
        let text = text.into();
        // By bytes: some thousand kinds are looked at in each run.
        let plain = text.bytes().position(|byte| MARKS.contains(&char::from(byte)));
        KindText { text, plain }
    }
}

impl Deref for KindText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl KindText {
    /// Whether one of some kinds is meant.
    pub fn occurs(&self, kinds: &BTreeSet<&str>) -> bool {
        !self.matching(kinds).is_empty()
    }

    /// Those of some kinds that are meant.
    pub fn matching<'k>(&self, kinds: &BTreeSet<&'k str>) -> Vec<&'k str> {
        let Some(plain) = self.plain.and_then(|glob| self.text.get(..glob)) else {
            return kinds.get(&*self.text).copied().into_iter().collect();
        };
        if !kinds.range(plain..).next().is_some_and(|kind| kind.starts_with(plain)) {
            return Vec::new();
        }
        KindPattern::new(&self.text)
            .map_or_else(|_| Vec::new(), |pattern| kinds.iter().copied().filter(|kind| pattern.matches(kind)).collect())
    }
}

/// The texts that a glob's braces stand for. None where it has `?`, sets, escapes, `**`, braces in braces or an empty
/// alternative, and where there are many.
fn written_out(glob: &str) -> Option<Vec<String>> {
    if glob.contains(['?', '[', '\\']) || glob.contains("**") {
        return None;
    }
    let mut ways = vec![String::new()];
    let mut rest = glob;
    while let Some((before, braced)) = rest.split_once('{') {
        let (inner, after) = braced.split_once('}')?;
        if inner.split(',').any(str::is_empty) || inner.contains('{') || before.contains('}') {
            return None;
        }
        let next = |way: &String| inner.split(',').map(move |part| format!("{way}{before}{part}")).collect::<Vec<_>>();
        ways = ways.iter().flat_map(next).collect();
        if ways.len() > MAX_WAYS {
            return None;
        }
        rest = after;
    }
    if rest.contains('}') {
        return None;
    }
    // What braces put side by side could be a `**`.
    let whole = ways.into_iter().map(|way| way + rest).collect::<Vec<_>>();
    whole.iter().all(|way| !way.contains("**")).then_some(whole)
}

/// Whether a text matches a pattern in which `*` stands for any part of a name.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    // Where the last `*` stands, and how far it reaches.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&byte) = text.get(read) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
                continue;
            }
            Some(&other) if other == byte => {
                at += 1;
                read += 1;
                continue;
            }
            _ => {}
        }
        // The last star takes one character more, if that is none that ends a name.
        let Some((place, reached)) = star.filter(|(_, reached)| text.get(*reached) != Some(&b'/')) else {
            return false;
        };
        star = Some((place, reached + 1));
        at = place + 1;
        read = reached + 1;
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::{KindPattern, MARKS};
    use globset::GlobBuilder;
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    #[test]
    fn names_and_globs_match_whole_kinds() {
        for (pattern, kind, expected) in [
            ("terraform/aws_s3_bucket", "terraform/aws_s3_bucket", true),
            ("terraform/aws_s3_bucket", "terraform/aws_s3_bucket_policy", false),
            ("terraform/aws_*security_group", "terraform/aws_security_group", true),
            ("terraform/aws_*security_group", "terraform/aws_default_security_group", true),
            ("terraform/aws_*security_group", "terraform/aws_security_group_rule", false),
            ("kubernetes/{Pod,Job}", "kubernetes/Job", true),
            ("kubernetes/{Pod,Job}", "kubernetes/CronJob", false),
            ("kubernetes/*", "kubernetes/Pod/x", false),
            ("*/Pod", "kubernetes/Pod", true),
            ("terraform/azurerm_{linux,windows}_{web,function}_app", "terraform/azurerm_windows_function_app", true),
            ("fact/[ci]*", "fact/command", true),
        ] {
            assert_eq!(KindPattern::new(pattern).unwrap().matches(kind), expected, "{pattern} {kind}");
        }
    }

    #[test]
    fn what_is_no_glob_is_refused() {
        assert!(KindPattern::new("terraform/{a").is_err());
        assert!(KindPattern::new("terraform/[a").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn matching_by_hand_agrees_with_the_library(
            pattern in r"[ab/*?{},]{1,12}",
            kind in r"[ab/ä]{0,8}",
        ) {
            let library = GlobBuilder::new(&pattern).literal_separator(true).build();
            match (KindPattern::new(&pattern), library) {
                (Ok(ours), Ok(theirs)) => prop_assert_eq!(
                    ours.matches(&kind),
                    if ours.is_glob() { theirs.compile_matcher().is_match(&kind) } else { pattern == kind }
                ),
                (Err(_), Ok(_)) => panic!("{pattern} refused"),
                (Ok(_), Err(error)) if pattern.contains(MARKS) => panic!("{pattern} accepted: {error}"),
                _ => {}
            }
        }
    }
}
