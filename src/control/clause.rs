//! The 30 assessable clauses of ISO/IEC 27001:2022 as facts, read from one data file: what they are called, and where one
//! looks for what usually shows them.

use std::sync::{Arc, LazyLock};

/// The data file; ids are without the prefix `clause:`.
pub const CLAUSES: &str = include_str!("../../data/clauses.toml");

/// A clause of ISO/IEC 27001.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its id as `clause:6.1.3`: fourteen bare ids are controls as well.
    pub id: Arc<str>,
    /// Its short name.
    pub title: Arc<str>,
    /// Where one looks: globs, `register:NAME`, `register:NAME/KEY`, `head:NAME`, `statement:KEY`.
    pub artefacts: Vec<Arc<str>>,
    /// Rules that fail where what shows it is no longer kept up.
    pub stale_by: Vec<Arc<str>>,
    /// What has to be said in what shows it, in any of these words.
    pub says: Vec<Arc<str>>,
    /// What is missing where none of them is said.
    pub says_because: Option<Arc<str>>,
}

impl Clause {
    /// Its id without the prefix: `6.1.3`.
    pub fn number(&self) -> &str {
        self.id.strip_prefix("clause:").unwrap_or(&self.id)
    }
}

static READ: LazyLock<Vec<Clause>> = LazyLock::new(|| read(CLAUSES));

/// The clauses, in order.
pub fn clauses() -> &'static [Clause] {
    &READ
}

/// The clauses that a written id stands for: one, or all below it (`9.3`, `clause:9`). None where there is no such clause.
pub fn named(written: &str) -> Vec<&'static Clause> {
    let bare = written.strip_prefix("clause:").unwrap_or(written);
    let is_below =
        |number: &str| number.strip_prefix(bare).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    clauses().iter().filter(|clause| !bare.is_empty() && is_below(clause.number())).collect()
}

fn read(text: &str) -> Vec<Clause> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let entries = table.get("clause").and_then(toml::Value::as_array);
    let read = entries.into_iter().flatten().filter_map(|entry| {
        let text = |key: &str| entry.get(key)?.as_str();
        let texts = |key: &str| {
            let list = entry.get(key).and_then(toml::Value::as_array);
            list.into_iter().flatten().filter_map(toml::Value::as_str).map(Arc::from).collect()
        };
        Some(Clause {
            id: format!("clause:{}", text("id")?).into(),
            title: text("title")?.into(),
            artefacts: texts("artefacts"),
            stale_by: texts("stale-by"),
            says: texts("says"),
            says_because: text("says-because").map(Arc::from),
        })
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_is_named_by_itself_or_by_what_it_is_part_of() {
        for (written, want) in [
            ("9.2.1", &["9.2.1"][..]),
            ("clause:9.2", &["9.2.1", "9.2.2"]),
            ("10", &["10.1", "10.2"]),
            ("clause:10.1", &["10.1"]),
            ("1", &[]),
            ("9.2.", &[]),
            ("9.4", &[]),
            ("", &[]),
            ("clause:", &[]),
        ] {
            let found: Vec<&str> = named(written).into_iter().map(Clause::number).collect();
            assert_eq!(found, want, "{written}");
        }
    }
}
