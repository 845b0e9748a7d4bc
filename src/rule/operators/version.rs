//! Versions, as loosely as the world writes them.

use std::cmp::Ordering;

use super::argument::refused;
use crate::document::{Node, Value};
use crate::rule::operator::{Operator, Partly, Test};
use crate::truth::Truth;

/// `version`.
pub const VERSION: Operator = Operator {
    name: "version",
    expects: "a version",
    doc: "The version meets every part of the requirement: `>=1.2, <2`. Parts begin with `>=`, `>`, `<=`, `<`, `=`, `!=`, \
          `^`, `~` or `~>`; a part without one means `=`. Versions are compared to the precision of the requirement: 1.2.9 \
          is `=1.2` and `<=1.2`. A leading `v` or `TLSv` is passed over, and so is what a distribution adds \
          (`3.18-alpine`); pre-releases come before their release.",
    build: |argument| {
        const EXPECTED: &str = "a version requirement such as \">=1.2, <2\"";
        let text = argument.as_str().ok_or_else(|| refused(EXPECTED, argument))?;
        let parts: Option<Vec<Part>> = text.split(',').map(|part| Part::read(part.trim())).collect();
        let parts = parts.ok_or_else(|| refused(EXPECTED, argument))?;
        Ok(Test::One(Box::new(move |node, _| {
            Truth::from(version_of(node).is_some_and(|version| parts.iter().all(|part| part.admits(&version))))
        })))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("\">=1.2, <2\"", "\"1.2.0\"", Truth::True),
        ("\">=1.2, <2\"", "\"2.0.0\"", Truth::False),
        ("\">=1.10\"", "\"v1.9.3\"", Truth::False),
        ("\">=1.2\"", "\"TLSv1.3\"", Truth::True),
        ("\">=1.2\"", "\"TLS1_1\"", Truth::False),
        ("\"<3.18\"", "\"3.18-alpine\"", Truth::False),
        ("\">=2\"", "\"2.0.0-rc.1\"", Truth::False),
        ("\"~>1.2\"", "1.9", Truth::True),
        ("\">=1\"", "\"latest\"", Truth::False),
        ("\"=5.7\"", "\"5.7.mysql_aurora.2.11.1\"", Truth::True),
    ],
};

/// A version: its numbers, and what comes before the release of those.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    numbers: Vec<u64>,
    pre: Option<semver::Prerelease>,
}

fn version_of(node: &Node) -> Option<Version> {
    match &node.value {
        Value::Str(text) => Version::read(text.as_str()),
        Value::Int(number) => Version::read(&number.to_string()),
        Value::Float(number) => Version::read(&number.to_string()),
        _ => None,
    }
}

impl Version {
    fn read(text: &str) -> Option<Version> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(tls) = text.strip_prefix("tls") {
            return Version::of_tls(tls);
        }
        let (numbers, rest) = numbers(text.strip_prefix('v').unwrap_or(&text))?;
        Some(Version { numbers, pre: pre_release(rest) })
    }

    /// The version in what follows `TLS`: `v1.2`, `1_2`, `12`.
    fn of_tls(text: &str) -> Option<Version> {
        let text = text.trim_start_matches(['v', '_', '-', ' ']).replace('_', ".");
        let mut digits = text.chars().map(|digit| digit.to_digit(10));
        if let (Some(Some(major)), Some(Some(minor)), None) = (digits.next(), digits.next(), digits.next()) {
            return Some(Version { numbers: vec![major.into(), minor.into()], pre: None });
        }
        let (numbers, _) = numbers(&text)?;
        Some(Version { numbers, pre: None })
    }

    fn number(&self, index: usize) -> u64 {
        self.numbers.get(index).copied().unwrap_or(0)
    }

    /// The order against a bound, to the precision of the bound.
    fn compare(&self, bound: &Version) -> Ordering {
        let numbers = (0..bound.numbers.len()).map(|index| self.number(index).cmp(&bound.number(index)));
        let order = numbers.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal);
        order.then_with(|| {
            // A pre-release of 1.2.1 is past 1.2: only one of the bound itself comes before it.
            let of_the_bound = self.numbers.iter().skip(bound.numbers.len()).all(|number| *number == 0);
            match (&self.pre, &bound.pre) {
                (Some(pre), Some(other)) => pre.cmp(other),
                (Some(_), None) if of_the_bound => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                _ => Ordering::Equal,
            }
        })
    }
}

/// The numbers at the start of a text, and what follows them.
fn numbers(text: &str) -> Option<(Vec<u64>, &str)> {
    let (mut numbers, mut rest) = (Vec::new(), text);
    loop {
        let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        let Some((digits, after)) = rest.split_at_checked(end).filter(|(digits, _)| !digits.is_empty()) else { break };
        numbers.push(digits.parse().ok()?);
        rest = after;
        match after.strip_prefix('.') {
            Some(next) if next.starts_with(|character: char| character.is_ascii_digit()) => rest = next,
            _ => break,
        }
    }
    (!numbers.is_empty()).then_some((numbers, rest))
}

/// What follows the numbers, when it says that this comes before the release.
fn pre_release(rest: &str) -> Option<semver::Prerelease> {
    const WORDS: [&str; 10] =
        ["alpha", "beta", "rc", "pre", "dev", "snapshot", "canary", "nightly", "milestone", "unstable"];
    let rest = rest.split('+').next()?.trim_start_matches(['-', '.', '_', '~']);
    // Python writes `1.0a1` and `1.0b2`.
    let short =
        rest.strip_prefix(['a', 'b']).is_some_and(|rest| rest.bytes().next().is_some_and(|b| b.is_ascii_digit()));
    if !short && !WORDS.iter().any(|word| rest.starts_with(word)) {
        return None;
    }
    // What `semver` does not take is a pre-release all the same.
    semver::Prerelease::new(rest).or_else(|_| semver::Prerelease::new("pre")).ok()
}

/// One part of a requirement.
#[derive(Debug)]
struct Part {
    comparison: Comparison,
    bound: Version,
}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    Equal,
    NotEqual,
    Above,
    AtLeast,
    Below,
    AtMost,
    /// Not before the bound, and the same up to so many numbers.
    Within(usize),
}

impl Part {
    fn read(text: &str) -> Option<Part> {
        const SIGNS: [(&str, Comparison); 7] = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            ("!=", Comparison::NotEqual),
            ("==", Comparison::Equal),
            ("=", Comparison::Equal),
            (">", Comparison::Above),
            ("<", Comparison::Below),
        ];
        for (sign, kept) in [("~>", Tilde::Ruby), ("~", Tilde::Npm), ("^", Tilde::Caret)] {
            if let Some(rest) = text.strip_prefix(sign) {
                let bound = bound(rest)?;
                return Some(Part { comparison: Comparison::Within(kept.kept(&bound)), bound });
            }
        }
        let signed = SIGNS.iter().find_map(|(sign, comparison)| Some((text.strip_prefix(sign)?, *comparison)));
        let (rest, comparison) = signed.unwrap_or((text, Comparison::Equal));
        Some(Part { comparison, bound: bound(rest)? })
    }

    fn admits(&self, version: &Version) -> bool {
        let order = version.compare(&self.bound);
        match self.comparison {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Above => order.is_gt(),
            Comparison::AtLeast => order.is_ge(),
            Comparison::Below => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Within(kept) => {
                order.is_ge() && (0..kept).all(|index| version.number(index) == self.bound.number(index))
            }
        }
    }
}

/// The ways to say "this one and what is compatible with it".
#[derive(Clone, Copy)]
enum Tilde {
    Ruby,
    Npm,
    Caret,
}

impl Tilde {
    /// How many numbers of the bound may not change.
    fn kept(self, bound: &Version) -> usize {
        let written = bound.numbers.len();
        match self {
            Tilde::Ruby => written.saturating_sub(1).max(1),
            Tilde::Npm => written.min(2),
            Tilde::Caret => bound.numbers.iter().position(|number| *number != 0).map_or(written, |first| first + 1),
        }
    }
}

/// A version of a requirement, of which nothing is passed over but a final `.*` or `.x`.
fn bound(text: &str) -> Option<Version> {
    let text = text.trim();
    let text = text.strip_suffix(".*").or_else(|| text.strip_suffix(".x")).unwrap_or(text);
    let (_, rest) = numbers(text.strip_prefix('v').unwrap_or(text))?;
    let version = Version::read(text)?;
    (rest.is_empty() || version.pre.is_some()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn admits(requirement: &str, version: &str) -> bool {
        let parts: Vec<Part> = requirement.split(',').map(|part| Part::read(part.trim()).unwrap()).collect();
        Version::read(version).is_some_and(|version| parts.iter().all(|part| part.admits(&version)))
    }

    #[test]
    fn requirements_are_met_to_their_own_precision() {
        for (requirement, met, not_met) in [
            ("=1.2", vec!["1.2", "1.2.0", "1.2.9", "v1.2"], vec!["1.3", "1", "1.20"]),
            (">1.2", vec!["1.3", "2"], vec!["1.2.9", "1.2", "1.1"]),
            ("<=1.2", vec!["1.2.9", "1.1", "0"], vec!["1.3.0"]),
            (">=1.2.3", vec!["1.2.3", "1.2.10", "2"], vec!["1.2.2", "1.2", "1.2.3-rc.1"]),
            ("<2", vec!["1.99", "2.0.0-rc.1", "2.0b1"], vec!["2", "2.0.0", "2.0.1-rc.1"]),
            ("!=1.2.*", vec!["1.3"], vec!["1.2", "1.2.7"]),
            ("~>1.2.3", vec!["1.2.3", "1.2.9"], vec!["1.3.0", "1.2.2"]),
            ("~>1.2", vec!["1.2", "1.9"], vec!["2.0", "1.1"]),
            ("~1.2.3", vec!["1.2.9"], vec!["1.3"]),
            ("~1", vec!["1.9"], vec!["2"]),
            ("^1.2", vec!["1.2", "1.9.9"], vec!["2", "1.1"]),
            ("^0.3.1", vec!["0.3.2"], vec!["0.4", "0.3.0"]),
            ("^0.0.3", vec!["0.0.3"], vec!["0.0.4"]),
            (">=1.2, <1.4", vec!["1.3.7"], vec!["1.4", "1.1"]),
            ("1.29", vec!["1.29.3-gke.100", "1.29.0-eks-a5ec690"], vec!["1.30"]),
            (">=1.0.0-beta.2", vec!["1.0.0-beta.11", "1.0.0"], vec!["1.0.0-beta.1", "1.0.0-alpha"]),
            (">=1.2", vec!["TLS_1_2", "TLSv1.2", "tls13", "TLS1_2"], vec!["TLSv1", "TLS10", "SSLv3", "TLS"]),
        ] {
            for version in met {
                assert!(admits(requirement, version), "{version} meets {requirement}");
            }
            for version in not_met {
                assert!(!admits(requirement, version), "{version} does not meet {requirement}");
            }
        }
    }

    proptest! {
        #[test]
        fn exactly_one_of_below_equal_and_above_holds(
            version in prop::collection::vec(0u64..4, 1..5),
            bound in prop::collection::vec(0u64..4, 1..4),
            pre: bool,
        ) {
            let dotted = |numbers: &[u64]| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
            let written = dotted(&version) + if pre { "-rc.1" } else { "" };
            let holding = ["<", "=", ">"].iter().filter(|sign| admits(&format!("{sign}{}", dotted(&bound)), &written));
            prop_assert_eq!(holding.count(), 1);
        }

        #[test]
        fn no_text_is_too_strange(text in "[v0-9.+~^<>=a-c-]{0,24}|.{0,24}") {
            Version::read(&text);
            Part::read(&text);
        }
    }
}
