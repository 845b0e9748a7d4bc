//! The parts of each control that a repository can show, which rules speak to each, and what shows the control elsewhere.
//!
//! A rule speaks to at most one part of a control. Which one stands in the data file alone, so that a rule cannot claim
//! more than was agreed on.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::ControlId;

/// The data file.
pub const TOPICS: &str = include_str!("../../data/topics.toml");

/// What can be known of a control from its topics.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// What usually shows the control, in a repository or elsewhere.
    pub evidence: Vec<Arc<str>>,
    /// The parts that a repository can show; none where it can show nothing.
    pub topics: Vec<Topic>,
}

/// A part of a control that a repository can show.
#[derive(Clone, Debug, Default)]
pub struct Topic {
    /// Its id, unique within the control.
    pub id: Arc<str>,
    /// What is so where it is shown.
    pub title: Arc<str>,
    /// Why no rule speaks to it, where none does.
    pub unjudged: Option<Arc<str>>,
    /// Whether strangers get in, or at data, where it fails.
    pub opens: bool,
    rules: Vec<Arc<str>>,
}

impl Topic {
    /// A topic of nothing but patterns.
    #[cfg(test)]
    pub(crate) fn of_patterns(patterns: &[&str]) -> Topic {
        Topic { rules: patterns.iter().map(|&pattern| pattern.into()).collect(), ..Topic::default() }
    }

    /// What it names rules by.
    pub fn patterns(&self) -> &[Arc<str>] {
        &self.rules
    }

    /// Whether a pattern of it names a rule.
    pub fn names(&self, rule: &str) -> bool {
        self.closeness(rule).is_some()
    }

    /// How closely the topic names a rule: the length of the pattern, whole ids before all; none where it does not.
    fn closeness(&self, rule: &str) -> Option<usize> {
        let close = self.rules.iter().filter_map(|pattern| closeness(pattern, rule));
        close.max()
    }
}

/// A whole id, the start of ids (`s3-*`), or their end (`*-unencrypted`).
fn closeness(pattern: &str, rule: &str) -> Option<usize> {
    if pattern == rule {
        return Some(usize::MAX);
    }
    let starts = pattern.strip_suffix('*').is_some_and(|start| rule.starts_with(start));
    let ends = pattern.strip_prefix('*').is_some_and(|end| rule.ends_with(end));
    (starts || ends).then_some(pattern.len())
}

impl Parts {
    /// The place of the topic that a rule speaks to.
    pub fn topic_of(&self, rule: &str) -> Option<usize> {
        let close = self.topics.iter().enumerate().filter_map(|(place, topic)| Some((topic.closeness(rule)?, place)));
        close.max_by_key(|(close, place)| (*close, std::cmp::Reverse(*place))).map(|(_, place)| place)
    }
}

static READ: LazyLock<BTreeMap<ControlId, Parts>> = LazyLock::new(|| read(TOPICS));

static NOTHING: Parts = Parts { evidence: Vec::new(), topics: Vec::new() };

/// The parts of a control. Read on first use.
pub fn parts(id: ControlId) -> &'static Parts {
    READ.get(&id).unwrap_or(&NOTHING)
}

fn read(text: &str) -> BTreeMap<ControlId, Parts> {
    let Ok(table) = text.parse::<toml::Table>() else { return BTreeMap::new() };
    let entries = table.get("control").and_then(toml::Value::as_array);
    let read = entries.into_iter().flatten().filter_map(|entry| {
        let topics = entry.get("topic").and_then(toml::Value::as_array);
        let topics = topics.into_iter().flatten().filter_map(topic).collect();
        Some((entry.get("id")?.as_str()?.parse().ok()?, Parts { evidence: texts(entry, "evidence"), topics }))
    });
    read.collect()
}

fn topic(entry: &toml::Value) -> Option<Topic> {
    let text = |key: &str| -> Option<Arc<str>> { Some(entry.get(key)?.as_str()?.into()) };
    let opens = entry.get("opens").and_then(toml::Value::as_bool).unwrap_or(false);
    Some(Topic {
        id: text("id")?,
        title: text("title")?,
        unjudged: text("unjudged"),
        opens,
        rules: texts(entry, "rules"),
    })
}

fn texts(entry: &toml::Value, key: &str) -> Vec<Arc<str>> {
    let items = entry.get(key).and_then(toml::Value::as_array);
    items.into_iter().flatten().filter_map(toml::Value::as_str).map(Arc::from).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Rating, catalogue};
    use super::*;

    #[test]
    fn every_control_has_an_entry_that_fits_its_rating() {
        assert_eq!(READ.len(), 93);
        for control in catalogue() {
            let parts = parts(control.id);
            assert!(!parts.evidence.is_empty(), "{}", control.id);
            let people_only = control.evidence == Rating::AttestationOnly;
            assert_eq!(parts.topics.is_empty(), people_only, "{}", control.id);
            if control.evidence == Rating::Strong {
                assert!(parts.topics.len() >= 2, "{}: one part does not show it", control.id);
            }
            let mut ids: Vec<&str> = parts.topics.iter().map(|topic| &*topic.id).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), parts.topics.len(), "{}", control.id);
            for topic in &parts.topics {
                assert!(topic.title.len() > 15, "{} {}", control.id, topic.id);
                assert_ne!(topic.rules.is_empty(), topic.unjudged.is_none(), "{} {}", control.id, topic.id);
            }
        }
    }

    #[test]
    fn the_closest_pattern_decides() {
        let parts = Parts {
            evidence: Vec::new(),
            topics: [&["s3-*"][..], &["*-unencrypted", "s3-bucket-*"], &["s3-bucket-public"]]
                .map(Topic::of_patterns)
                .into(),
        };
        for (rule, wanted) in [
            ("s3-lifecycle", Some(0)),
            ("s3-bucket-open", Some(1)),
            ("s3-unencrypted", Some(1)),
            ("s3-bucket-public", Some(2)),
            ("gke-open", None),
        ] {
            assert_eq!(parts.topic_of(rule), wanted, "{rule}");
        }
    }
}
