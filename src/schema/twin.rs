//! One property, spelt by several formats: read from `data/twins.toml` when the program is built, and by a debug build again when
//! it starts.

/// Kinds whose properties are the same under other names.
#[derive(Debug)]
pub struct Twin {
    /// The kinds in whose spelling a check is written.
    pub from: &'static [&'static str],
    /// The kinds that it is made for as well.
    pub to: &'static [&'static str],
    /// Each path of `from` and what it is called in `to`.
    pub paths: &'static [(&'static str, &'static str)],
}

include!(concat!(env!("OUT_DIR"), "/twins.rs"));

/// Every pair of spellings.
pub fn twins() -> &'static [Twin] {
    #[cfg(rules_embedded)]
    let twins = EMBEDDED;
    #[cfg(not(rules_embedded))]
    let twins = if is_edited() { fresh::twins() } else { EMBEDDED };
    twins
}

#[cfg(not(rules_embedded))]
pub(crate) use fresh::{is_edited, table};

/// The table of a debug build, which may have been edited since that was made.
#[cfg(not(rules_embedded))]
mod fresh {
    use std::path::Path;
    use std::sync::LazyLock;

    use super::{TABLE, Twin};
    use crate::catalogue;
    use crate::discover::door;

    /// The text of the table where it is another one.
    static EDITED: LazyLock<Option<String>> = LazyLock::new(|| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/twins.toml");
        let text = String::from_utf8(door::read(&file).ok()?).ok()?;
        (text != TABLE).then_some(text)
    });

    /// Whether the table is another one than that which is embedded.
    pub(crate) fn is_edited() -> bool {
        EDITED.is_some()
    }

    /// The table; one that cannot be read has no twins, so that the rules that ask for them are refused.
    pub(crate) fn table() -> &'static [catalogue::Twin] {
        static READ: LazyLock<Vec<catalogue::Twin>> =
            LazyLock::new(|| catalogue::twins(EDITED.as_deref().unwrap_or(TABLE)).unwrap_or_default());
        &READ
    }

    pub(super) fn twins() -> &'static [Twin] {
        static TWINS: LazyLock<Vec<Twin>> = LazyLock::new(|| table().iter().map(kept).collect());
        &TWINS
    }

    fn kept(twin: &'static catalogue::Twin) -> Twin {
        let all = |kinds: &'static [String]| -> &'static [&'static str] {
            kinds.iter().map(String::as_str).collect::<Vec<_>>().leak()
        };
        let paths: Vec<(&str, &str)> = twin.paths.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        Twin { from: all(&twin.from), to: all(&twin.to), paths: paths.leak() }
    }
}

/// The twins of a kind, as it is written in a rule.
pub fn twins_of(kind: &str) -> impl Iterator<Item = &'static Twin> {
    twins().iter().filter(move |twin| twin.from.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{self, Known, Type};

    /// Whether a kind has a path, as far as its schema is known. A glob stands for the first of its kinds.
    fn has(kind: &str, path: &str) -> bool {
        let mut one = kind.to_owned();
        while let Some((before, (inside, after))) =
            one.split_once('{').and_then(|(b, rest)| Some((b, rest.split_once('}')?)))
        {
            one = format!("{before}{}{after}", inside.split(',').next().unwrap());
        }
        let Known::Shape(shape) = schema::of(&one) else { return one.starts_with("arm/") };
        let mut ty: &Type = &shape;
        path.split('.').all(|step| match ty.field(step) {
            Some(field) => {
                ty = &field.ty;
                true
            }
            // What lies deeper than the table says may be anything.
            None => matches!(ty, Type::Any),
        })
    }

    #[test]
    fn both_spellings_are_those_of_the_schemas() {
        for twin in twins() {
            for (ours, theirs) in twin.paths {
                assert!(twin.from.iter().any(|kind| has(kind, ours)), "{:?} has no {ours}", twin.from);
                assert!(twin.to.iter().any(|kind| has(kind, theirs)), "{:?} has no {theirs}", twin.to);
            }
        }
    }

    #[test]
    fn a_path_is_paired_once() {
        for twin in twins() {
            for (at, (ours, _)) in twin.paths.iter().enumerate() {
                assert!(!twin.paths.iter().skip(at + 1).any(|(other, _)| other == ours), "{:?}: {ours}", twin.from);
            }
        }
    }
}
