//! Semantic versions.

use std::cmp::Ordering;

use super::{Table, text};
use crate::dialect::helm::template::exec::Fault;
use crate::dialect::helm::template::value::{Kind, Val};

pub const TABLE: Table = &[
    ("semver", |_, arguments| {
        let written = text(arguments, 0)?;
        let version = Version::parse(written.as_str()).ok_or_else(|| not_a_version(written.as_str()))?;
        let number = |value: u64| Val::new(Kind::Int(i64::try_from(value).unwrap_or(i64::MAX)));
        let [major, minor, patch] = version.numbers;
        Ok(Val::map(
            [
                ("Major".into(), number(major)),
                ("Minor".into(), number(minor)),
                ("Patch".into(), number(patch)),
                ("Prerelease".into(), Val::text(version.pre.as_str())),
                ("Metadata".into(), Val::text("")),
                ("Original".into(), Val::str(written.clone())),
            ]
            .into(),
        ))
    }),
    ("semverCompare", |_, arguments| {
        let (constraint, written) = (text(arguments, 0)?, text(arguments, 1)?);
        let version = Version::parse(written.as_str()).ok_or_else(|| not_a_version(written.as_str()))?;
        let holds = satisfies(constraint.as_str(), &version);
        holds.map(Val::bool).ok_or_else(|| format!("`{}` is not a version constraint", constraint.as_str()).into())
    }),
];

fn not_a_version(written: &str) -> Fault {
    format!("`{written}` is not a version").into()
}

/// A version; parts that are not written are 0, but known to be missing.
struct Version {
    numbers: [u64; 3],
    /// How many of the numbers were written.
    written: usize,
    pre: semver::Prerelease,
}

impl Version {
    fn parse(text: &str) -> Option<Version> {
        let text = text.trim().trim_start_matches(['v', 'V']);
        let text = text.split('+').next().unwrap_or(text);
        let (numbers, pre) = text.split_once('-').unwrap_or((text, ""));
        let mut parsed = Version { numbers: [0; 3], written: 0, pre: semver::Prerelease::new(pre).ok()? };
        for (index, part) in numbers.split('.').enumerate() {
            if matches!(part, "x" | "X" | "*") {
                break;
            }
            *parsed.numbers.get_mut(index)? = part.parse().ok()?;
            parsed.written = index + 1;
        }
        Some(parsed)
    }

    fn order(&self, other: &Version) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| self.pre.cmp(&other.pre))
    }

    /// The first version that a range up to this one, as far as it is written, does not hold.
    fn after(&self, index: usize) -> Version {
        let mut numbers = [0; 3];
        for (at, (new, old)) in numbers.iter_mut().zip(self.numbers).enumerate() {
            match at.cmp(&index) {
                Ordering::Less => *new = old,
                Ordering::Equal => *new = old.saturating_add(1),
                Ordering::Greater => {}
            }
        }
        Version { numbers, written: 3, pre: semver::Prerelease::EMPTY }
    }
}

/// Whether a version fits `a b || c`; nothing when that is no constraint.
fn satisfies(constraint: &str, version: &Version) -> Option<bool> {
    let mut any = false;
    for alternative in constraint.split("||") {
        let spaced = [">=", "<=", "!=", "=", ">", "<", "~", "^"]
            .iter()
            .fold(alternative.replace(',', " "), |text, sign| text.replace(&format!("{sign} "), sign));
        let mut all = true;
        let words: Vec<&str> = spaced.split_whitespace().collect();
        if let [from, "-", to] = words.as_slice() {
            all = one(&format!(">={from}"), version)? && one(&format!("<={to}"), version)?;
        } else {
            for word in words {
                all &= one(word, version)?;
            }
        }
        any |= all;
    }
    Some(any)
}

fn one(constraint: &str, version: &Version) -> Option<bool> {
    let bare = constraint.trim_start_matches(['=', '!', '<', '>', '~', '^']);
    let sign = constraint.get(..constraint.len() - bare.len())?;
    let bound = Version::parse(bare)?;
    // A prerelease fits only where the constraint names one.
    if !version.pre.is_empty() && bound.pre.is_empty() {
        return Some(false);
    }
    let order = version.order(&bound);
    let below = |index: usize| version.order(&bound.after(index)).is_lt();
    let wild = bound.written == 0;
    let same = if wild { true } else { order.is_ge() && below(bound.written - 1) };
    Some(match sign {
        "" | "=" | "==" if bound.written == 3 => order.is_eq(),
        "" | "=" | "==" => same,
        "!=" if bound.written == 3 => order.is_ne(),
        "!=" => !same,
        ">" if bound.written < 3 && !wild => order.is_ge() && !same,
        ">" => order.is_gt(),
        "<" => order.is_lt(),
        ">=" | "=>" => order.is_ge(),
        "<=" | "=<" if bound.written < 3 => order.is_lt() || same,
        "<=" | "=<" => order.is_le(),
        "~" | "~>" => wild || (order.is_ge() && below(usize::from(bound.written > 1))),
        "^" => {
            let first = bound.numbers.iter().position(|number| *number > 0).unwrap_or(2);
            wild || (order.is_ge() && below(first.min(bound.written - 1)))
        }
        _ => return None,
    })
}
