//! Other frameworks and the ids of theirs that are related to a control: a pair says "related", never "equal".

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::ControlId;

/// The data file, with the source and the terms of each list.
pub const CROSSWALK: &str = include_str!("../../data/crosswalk.toml");

/// What requirements of laws are about, and why no control answers some.
const REQUIREMENTS: &str = include_str!("../../data/requirements.toml");

/// A framework to which controls are related.
#[derive(Clone, Debug)]
pub struct Framework {
    /// Its key in the data and in reports: `nist_csf_2_0`.
    pub key: Arc<str>,
    /// Its short name.
    pub name: Arc<str>,
    /// Its whole name.
    pub title: Arc<str>,
    /// The version whose ids these are.
    pub version: Arc<str>,
    /// What it is called on the command line, the usual name first.
    pub names: Vec<Arc<str>>,
    /// How each pair relates, in a word.
    pub relation: Arc<str>,
    /// Where the pairs come from.
    pub source: Arc<str>,
    /// Under which terms that may be used.
    pub terms: Arc<str>,
    /// What is to be known when the pairs are read.
    pub note: Arc<str>,
    /// Whether all its requirements are listed, also those without a related control.
    pub whole: bool,
    /// Which of them are listed.
    pub listed: Arc<str>,
    /// Its requirements, in order, each with the related controls.
    requirements: Vec<Requirement>,
    related: BTreeMap<ControlId, Vec<Arc<str>>>,
}

/// A requirement of another framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Its id there.
    pub id: Arc<str>,
    /// What it is about, in our own words, where these are known.
    pub title: Option<Arc<str>>,
    /// The related controls, in order; none where no source names one.
    pub controls: Vec<ControlId>,
    /// Why no control answers it, where somebody looked.
    pub unanswered: Option<Arc<str>>,
}

impl Requirement {
    fn of(id: Arc<str>, words: Words<'_>) -> Requirement {
        let said = |table: Option<&toml::Table>| Some(table?.get(&*id)?.as_str()?.into());
        Requirement { title: said(words.titles), unanswered: said(words.unanswered), controls: Vec::new(), id }
    }

    /// Why it stands beside no control.
    pub fn without_control(&self) -> &str {
        self.unanswered.as_deref().unwrap_or("no related control is known")
    }
}

/// What is said of the requirements of one framework.
#[derive(Clone, Copy)]
struct Words<'t> {
    titles: Option<&'t toml::Table>,
    unanswered: Option<&'t toml::Table>,
}

static READ: LazyLock<Vec<Framework>> = LazyLock::new(|| read(CROSSWALK, REQUIREMENTS));

/// Every framework. Read on first use.
pub fn frameworks() -> &'static [Framework] {
    &READ
}

/// The framework of a name on the command line, in any case.
pub fn named(name: &str) -> Option<&'static Framework> {
    let is = |known: &Arc<str>| known.eq_ignore_ascii_case(name);
    frameworks().iter().find(|framework| framework.names.iter().any(is) || is(&framework.key) || is(&framework.name))
}

impl Framework {
    /// The ids that are related to a control. None says that no public source was found, not that nothing is related.
    pub fn related(&self, id: ControlId) -> &[Arc<str>] {
        self.related.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Its requirements, in order.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// The requirements of an id, or below it: `32` has `32(1)(a)`, and `PR.DS` has `PR.DS-01`.
    pub fn below(&self, id: &str) -> Vec<&Requirement> {
        let wanted = id.trim().to_lowercase();
        let is_below = |requirement: &&Requirement| {
            let rest = requirement.id.to_lowercase().strip_prefix(&wanted).map(|rest| rest.chars().next());
            rest.is_some_and(|next| next.is_none_or(|next| !next.is_alphanumeric()))
        };
        self.requirements.iter().filter(is_below).collect()
    }
}

fn read(pairs: &str, requirements: &str) -> Vec<Framework> {
    let (Ok(table), Ok(words)) = (pairs.parse::<toml::Table>(), requirements.parse::<toml::Table>()) else {
        return Vec::new();
    };
    let list = |key: &str| table.get(key).and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    list("framework").iter().filter_map(|entry| framework(entry, list("control"), &words)).collect()
}

fn framework(entry: &toml::Value, controls: &[toml::Value], words: &toml::Table) -> Option<Framework> {
    let text = |key: &str| -> Option<Arc<str>> { Some(entry.get(key)?.as_str()?.into()) };
    let key = text("key")?;
    let of_control = |control: &toml::Value| Some((control.get("id")?.as_str()?.parse().ok()?, texts(control, &key)));
    let related: BTreeMap<ControlId, Vec<Arc<str>>> = controls.iter().filter_map(of_control).collect();
    let of = |name: &str| words.get(name).and_then(|table| table.get(&*key)).and_then(toml::Value::as_table);
    let words = Words { titles: of("titles"), unanswered: of("unanswered") };
    let titled = words.titles.into_iter().flatten().map(|(id, _)| Arc::from(id.as_str()));
    let every: Vec<Arc<str>> = texts(entry, "every").into_iter().chain(titled).collect();
    let whole = !every.is_empty() && entry.get("listed").is_none();
    let mut by_id: Vec<Requirement> = every.into_iter().map(|id| Requirement::of(id, words)).collect();
    let mut places: BTreeMap<Arc<str>, usize> =
        by_id.iter().enumerate().map(|(place, known)| (Arc::clone(&known.id), place)).collect();
    for (control, id) in related.iter().flat_map(|(control, ids)| ids.iter().map(move |id| (*control, id))) {
        let place = *places.entry(Arc::clone(id)).or_insert(by_id.len());
        if place == by_id.len() {
            by_id.push(Requirement::of(Arc::clone(id), words));
        }
        by_id.get_mut(place)?.controls.push(control);
    }
    if !whole || words.titles.is_some() {
        by_id.sort_by(|one, other| in_order(&one.id, &other.id));
    }
    Some(Framework {
        name: text("name")?,
        title: text("title")?,
        version: text("version")?,
        names: texts(entry, "names"),
        relation: text("relation")?,
        source: text("source")?,
        terms: text("terms")?,
        note: text("note")?,
        listed: text("listed").unwrap_or_else(|| listed(whole).into()),
        whole,
        requirements: by_id,
        related,
        key,
    })
}

fn listed(whole: bool) -> &'static str {
    if whole {
        "All its requirements are listed, also those without a related control."
    } else {
        "Only requirements with a related control are listed; the framework has others."
    }
}

fn texts(entry: &toml::Value, key: &str) -> Vec<Arc<str>> {
    let items = entry.get(key).and_then(toml::Value::as_array);
    items.into_iter().flatten().filter_map(toml::Value::as_str).map(Arc::from).collect()
}

/// Ids by their words and numbers: `AC-2` stands before `AC-10`, and `AC-2(1)` between them.
fn in_order(one: &str, other: &str) -> Ordering {
    words(one).cmp(&words(other))
}

fn words(id: &str) -> Vec<(u64, &str)> {
    let mut words = Vec::new();
    let mut rest = id;
    while let Some(first) = rest.chars().next() {
        let is_number = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        words.push(if is_number { (word.parse().unwrap_or(u64::MAX), "") } else { (0, word) });
        rest = after;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_framework_says_where_its_pairs_come_from() {
        assert_eq!(frameworks().len(), 7);
        for framework in frameworks() {
            assert_eq!(framework.related.len(), 93, "{}", framework.key);
            assert!(framework.relation.starts_with("related"), "{}", framework.key);
            for text in [&framework.source, &framework.terms, &framework.note, &framework.title, &framework.version] {
                assert!(text.len() > 5, "{}", framework.key);
            }
            let own = &framework.names[0];
            assert_eq!(named(&own.to_uppercase()).map(|of| &of.key), Some(&framework.key));
            let mut ids: Vec<&str> = framework.requirements.iter().map(|of| &*of.id).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), framework.requirements.len(), "{}", framework.key);
        }
        assert!(named("iso-9001").is_none());
    }

    #[test]
    fn pairs_are_found_from_both_sides() {
        let cryptography: ControlId = "8.24".parse().unwrap();
        let of = |name: &str| named(name).unwrap();
        let has = |ids: &[Arc<str>], id: &str| ids.iter().any(|known| &**known == id);
        assert!(has(of("800-53").related(cryptography), "SC-12"));
        let [found] = &*of("800-53").below("sc-12") else { panic!("SC-12 alone") };
        assert!(found.controls.contains(&cryptography));
        assert!(has(of("csf").related("5.1".parse().unwrap()), "GV.PO-01"));
    }

    #[test]
    fn what_lies_below_an_id_is_found_and_no_more() {
        let ids = |name: &str, id: &str| -> Vec<String> {
            named(name).unwrap().below(id).iter().map(|of| of.id.to_string()).collect()
        };
        assert_eq!(ids("gdpr", "32"), ["32(1)(a)", "32(1)(b)", "32(1)(c)", "32(1)(d)", "32(2)"]);
        assert_eq!(ids("csf", "pr.ds"), ["PR.DS-01", "PR.DS-02", "PR.DS-10", "PR.DS-11"]);
        assert_eq!(ids("800-53", "AC-1"), ["AC-1"], "neither AC-10 nor AC-17");
        assert_eq!(ids("gdpr", "3"), Vec::<String>::new());
    }

    #[test]
    fn all_requirements_are_listed_where_they_are_known() {
        let csf = named("csf").unwrap();
        assert!(csf.whole);
        assert_eq!(csf.requirements.len(), 106, "the subcategories of version 2.0");
        assert_eq!(csf.requirements.iter().filter(|of| of.controls.is_empty()).count(), 9);
        let gdpr = named("gdpr").unwrap();
        assert!(!gdpr.whole && gdpr.requirements.iter().all(|of| !of.controls.is_empty()));
    }

    #[test]
    fn laws_of_the_union_are_related_by_our_own_judgement_which_says_so() {
        let requirements = |name: &str| named(name).unwrap().requirements.len();
        for (name, count) in [("nis2", 19), ("nis2-2024-2690", 53), ("dora", 95), ("dora-2024-1774", 42)] {
            let of = named(name).unwrap();
            assert_eq!(requirements(name), count, "{name}");
            assert!(of.relation.contains("own judgement") && of.source.contains("own judgement"), "{name}");
            for requirement in &of.requirements {
                assert!(requirement.title.is_some(), "{name} {}", requirement.id);
                assert_ne!(
                    requirement.controls.is_empty(),
                    requirement.unanswered.is_none(),
                    "{name} {}",
                    requirement.id
                );
            }
        }
        for (name, parts) in [
            ("nis2-2024-2690", &[2, 3, 6, 3, 2, 10, 3, 2, 3, 4, 7, 5, 3][..]),
            ("dora", &[0, 0, 0, 0, 4, 10, 1, 7, 9, 4, 11, 7, 7, 3, 1, 10]),
        ] {
            let counted = |chapter: usize| named(name).unwrap().below(&chapter.to_string()).len();
            let found: Vec<usize> = (1..=parts.len()).map(counted).collect();
            assert_eq!(found, parts, "{name}: points of each chapter, or paragraphs of each article");
        }
        let letters: Vec<String> = ('a'..='j').map(|letter| format!("21(2)({letter})")).collect();
        let of = named("NIS2").unwrap();
        assert!(
            letters.iter().all(|id| of.requirements.iter().any(|known| *known.id == **id)),
            "every measure of 21(2)"
        );
        let id = |text: &str| text.parse::<ControlId>().unwrap();
        for (name, requirement, control) in [
            ("nis2", "21(2)(h)", "8.24"),
            ("nis2", "21(2)(d)", "5.21"),
            ("2024/2690", "6.8", "8.22"),
            ("2024/2690", "11.7", "8.5"),
            ("dora", "12(1)", "8.13"),
            ("dora", "9(4)(e)", "8.32"),
            ("2024/1774", "7", "8.24"),
            ("2024/1774", "12", "8.15"),
        ] {
            let [found, ..] = &*named(name).unwrap().below(requirement) else { panic!("{name} {requirement}") };
            assert!(found.controls.contains(&id(control)), "{name} {requirement} {control}");
        }
    }

    #[test]
    fn numbers_count_as_numbers() {
        let mut ids = ["AC-10", "AC-2(12)", "AC-2", "AC-2(3)", "5(2)", "27(1)"];
        ids.sort_by(|one, other| in_order(one, other));
        assert_eq!(ids, ["AC-2", "AC-2(3)", "AC-2(12)", "AC-10", "5(2)", "27(1)"]);
    }
}
