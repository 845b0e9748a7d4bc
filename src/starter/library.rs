//! What a start is proposed from: profiles, what cloud providers do, words of policies, and a library of risks; data alone.

use std::sync::LazyLock;

use crate::control::ControlId;

const STARTING: &str = include_str!("../../data/starting.toml");
const RISKS: &str = include_str!("../../data/risks.toml");

/// A sort of organisation, and what such organisations often exclude.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name on the command line.
    pub id: String,
    /// What it is, in a clause.
    pub doc: String,
    /// Why the controls are excluded.
    pub because: String,
    /// The controls.
    pub excluded: Vec<ControlId>,
}

/// A provider of a public cloud, and who does what there.
#[derive(Clone, Debug)]
pub struct CloudProvider {
    /// The id of its record among the suppliers.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it is called in code.
    pub names: Vec<String>,
    /// Where it says who does what.
    pub source: String,
    /// What it does alone.
    pub inherited: Vec<ControlId>,
    /// What both do, each for its own layer.
    pub shared: Vec<ControlId>,
}

/// What a policy with some words is about.
#[derive(Clone, Debug)]
pub struct PolicyTopic {
    /// Words in lower case, one of which its title, name or headings have.
    pub words: Vec<String>,
    /// The controls.
    pub controls: Vec<ControlId>,
}

/// A risk to choose.
#[derive(Clone, Debug)]
pub struct KnownRisk {
    /// Its id.
    pub id: String,
    /// What could happen.
    pub title: String,
    /// What answers it.
    pub controls: Vec<ControlId>,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Library {
    /// The profiles.
    pub profiles: Vec<Profile>,
    /// The providers.
    pub providers: Vec<CloudProvider>,
    /// What policies are about.
    pub policies: Vec<PolicyTopic>,
    /// The risks.
    pub risks: Vec<KnownRisk>,
}

static READ: LazyLock<Library> = LazyLock::new(|| Library {
    profiles: read(STARTING, "profile", |entry| {
        Some(Profile {
            id: text(entry, "id")?,
            doc: text(entry, "doc")?,
            because: text(entry, "because")?,
            excluded: controls(entry, "excluded"),
        })
    }),
    providers: read(STARTING, "provider", |entry| {
        Some(CloudProvider {
            id: text(entry, "id")?,
            title: text(entry, "title")?,
            names: texts(entry, "names"),
            source: text(entry, "source")?,
            inherited: controls(entry, "inherited"),
            shared: controls(entry, "shared"),
        })
    }),
    policies: read(STARTING, "policy", |entry| {
        Some(PolicyTopic { words: texts(entry, "words"), controls: controls(entry, "controls") })
    }),
    risks: read(RISKS, "risk", |entry| {
        Some(KnownRisk { id: text(entry, "id")?, title: text(entry, "title")?, controls: controls(entry, "controls") })
    }),
});

/// The library. Read on first use.
pub fn library() -> &'static Library {
    &READ
}

/// The profile of a name.
pub fn profile(name: &str) -> Option<&'static Profile> {
    library().profiles.iter().find(|profile| profile.id.eq_ignore_ascii_case(name))
}

fn read<T>(data: &str, list: &str, entry: impl Fn(&toml::Value) -> Option<T>) -> Vec<T> {
    let Ok(table) = data.parse::<toml::Table>() else { return Vec::new() };
    table.get(list).and_then(toml::Value::as_array).into_iter().flatten().filter_map(entry).collect()
}

fn text(entry: &toml::Value, key: &str) -> Option<String> {
    Some(entry.get(key)?.as_str()?.to_owned())
}

fn texts(entry: &toml::Value, key: &str) -> Vec<String> {
    let items = entry.get(key).and_then(toml::Value::as_array);
    items.into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

fn controls(entry: &toml::Value, key: &str) -> Vec<ControlId> {
    texts(entry, key).iter().filter_map(|id| id.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_read_and_every_control_is_one() {
        let count = |data: &str, list: &str| data.matches(&format!("[[{list}]]")).count();
        let library = library();
        assert_eq!(library.profiles.len(), count(STARTING, "profile"));
        assert_eq!(library.providers.len(), count(STARTING, "provider"));
        assert_eq!(library.policies.len(), count(STARTING, "policy"));
        assert_eq!(library.risks.len(), count(RISKS, "risk"));
        let quoted = |data: &str| {
            data.matches("\"5.").count()
                + data.matches("\"6.").count()
                + data.matches("\"7.").count()
                + data.matches("\"8.").count()
        };
        let read: usize = library.risks.iter().map(|risk| risk.controls.len()).sum();
        assert_eq!(read, quoted(RISKS));
        assert!(library.risks.iter().all(|risk| !risk.controls.is_empty() && risk.title.len() > 20));
        assert!(library.providers.iter().all(|of| of.source.starts_with("https://") && !of.inherited.is_empty()));
        assert!(library.policies.iter().all(|of| of.words.iter().all(|word| *word == word.to_lowercase())));
    }
}
