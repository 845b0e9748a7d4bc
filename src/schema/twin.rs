//! One property, spelt by several formats: read from `data/twins.toml` when the program is built.

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

/// The twins of a kind, as it is written in a rule.
pub fn twins_of(kind: &str) -> impl Iterator<Item = &'static Twin> {
    TWINS.iter().filter(move |twin| twin.from.contains(&kind))
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
            None => false,
        })
    }

    #[test]
    fn both_spellings_are_those_of_the_schemas() {
        for twin in TWINS {
            for (ours, theirs) in twin.paths {
                assert!(twin.from.iter().any(|kind| has(kind, ours)), "{:?} has no {ours}", twin.from);
                assert!(twin.to.iter().any(|kind| has(kind, theirs)), "{:?} has no {theirs}", twin.to);
            }
        }
    }

    #[test]
    fn a_path_is_paired_once() {
        for twin in TWINS {
            for (at, (ours, _)) in twin.paths.iter().enumerate() {
                assert!(!twin.paths.iter().skip(at + 1).any(|(other, _)| other == ours), "{:?}: {ours}", twin.from);
            }
        }
    }
}
