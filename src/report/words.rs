//! Reports in other languages, from one table of texts.
//!
//! A text is written once, in English, where it comes about; what is handed over may be asked for in another language. The table has
//! texts with holes (`{n} findings stand`), and what a hole holds is said in the other language too where the table marks it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;

/// The German texts by topic. Of sentences that fit a text the first counts, so what is narrower stands before what is wider.
pub const GERMAN: &[&str] = &[
    include_str!("../../data/words/de/controls.toml"),
    include_str!("../../data/words/de/topics.toml"),
    include_str!("../../data/words/de/gap.toml"),
    include_str!("../../data/words/de/plan.toml"),
    include_str!("../../data/words/de/review.toml"),
    include_str!("../../data/words/de/states.toml"),
    include_str!("../../data/words/de/statement.toml"),
    include_str!("../../data/words/de/org.toml"),
    include_str!("../../data/words/de/counts.toml"),
];

/// A language that reports are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// The languages with their codes.
    pub const ALL: &[(&str, Language)] = &[("en", Language::English), ("de", Language::German)];

    /// The language of a code.
    pub fn named(code: &str) -> Option<Language> {
        Language::ALL.iter().find(|(known, _)| *known == code).map(|(_, language)| *language)
    }

    /// Its code.
    pub fn code(self) -> &'static str {
        Language::ALL.iter().find(|(_, of)| *of == self).map_or("en", |(code, _)| code)
    }

    /// A text of ours in this language; what the table does not have stays as it is.
    pub fn say(self, text: &str) -> Cow<'_, str> {
        match self {
            Language::English => Cow::Borrowed(text),
            Language::German => TABLE.say(text, 0).map_or(Cow::Borrowed(text), Cow::Owned),
        }
    }

    /// What marks a text that is English in every language, such as that of a rule, in a page of this language.
    pub fn mark(self) -> Option<&'static str> {
        (self != Language::English).then_some(Language::English.code())
    }

    /// A day as it is written.
    pub fn day(self, day: Date) -> String {
        match self {
            Language::English => day.to_string(),
            Language::German => format!("{:02}.{:02}.{}", day.day(), day.month(), day.year()),
        }
    }
}

/// Longest text that is looked at, in bytes: texts of ours are sentences.
const MAX_TEXT: usize = 4000;

/// How deep texts stand in texts.
const MAX_DEPTH: usize = 12;

/// How often a hole may be tried anew.
const MAX_TRIES: usize = 2000;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(GERMAN));

/// Texts of ours with what they are in another language.
struct Table {
    plain: BTreeMap<String, String>,
    /// In the order of the file: the first that fits counts.
    with_holes: Vec<(Vec<Piece>, Vec<Piece>)>,
}

/// A part of a text: words, or a hole.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    /// A name, and whether what it holds is said in the other language too. One that begins with `n` holds a number, one with
    /// `day` a day, and one with `word` no blank.
    Hole(String, bool),
}

impl Table {
    fn read(topics: &[&str]) -> Table {
        let mut table = Table { plain: BTreeMap::new(), with_holes: Vec::new() };
        for topic in topics {
            let read = topic.parse::<toml::Table>().unwrap_or_default();
            for (english, other) in read.get("texts").and_then(toml::Value::as_table).into_iter().flatten() {
                table.plain.insert(english.clone(), other.as_str().unwrap_or(english).to_owned());
            }
            for entry in read.get("sentence").and_then(toml::Value::as_array).into_iter().flatten() {
                let of = |key: &str| pieces(entry.get(key).and_then(toml::Value::as_str).unwrap_or_default());
                table.with_holes.push((of("en"), of("de")));
            }
        }
        table
    }

    fn say(&self, text: &str, depth: usize) -> Option<String> {
        if let Some(said) = self.plain.get(text) {
            return Some(said.clone());
        }
        if let Some(day) = text.parse::<Date>().ok().filter(|_| text.len() == 10) {
            return Some(Language::German.day(day));
        }
        if depth > MAX_DEPTH || text.len() > MAX_TEXT {
            return None;
        }
        self.with_holes.iter().find_map(|(english, other)| {
            let mut held = Vec::new();
            let mut tries = MAX_TRIES;
            if !fits(english, text, &mut held, &mut tries) {
                return None;
            }
            let mut said = String::new();
            for piece in other {
                match piece {
                    Piece::Words(words) => said.push_str(words),
                    Piece::Hole(name, is_said) => {
                        let held = held.iter().find(|(known, _)| *known == name).map_or("", |(_, held)| held);
                        let again = if *is_said { self.say(held, depth + 1) } else { None };
                        said.push_str(again.as_deref().unwrap_or(held));
                    }
                }
            }
            Some(said)
        })
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let Some((name, more)) = after.split_once('}') else { break };
        if !words.is_empty() {
            pieces.push(Piece::Words(words.to_owned()));
        }
        let bare = name.trim_end_matches('*');
        pieces.push(Piece::Hole(bare.to_owned(), bare.len() < name.len()));
        rest = more;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.to_owned()));
    }
    pieces
}

/// Whether a text is of these pieces; notes what its holes hold, each as short as it can be.
fn fits<'p, 't>(pieces: &'p [Piece], text: &'t str, held: &mut Vec<(&'p str, &'t str)>, tries: &mut usize) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return text.is_empty() };
    let (name, next) = match first {
        Piece::Words(words) => {
            return text.strip_prefix(words.as_str()).is_some_and(|text| fits(rest, text, held, tries));
        }
        Piece::Hole(name, _) => (name, rest.first()),
    };
    let ends: Vec<usize> = match next {
        Some(Piece::Words(words)) => text.match_indices(words.as_str()).map(|(at, _)| at).collect(),
        _ => vec![text.len()],
    };
    for end in ends {
        let Some(left) = tries.checked_sub(1) else { return false };
        *tries = left;
        let (part, after) = text.split_at(end);
        if may_hold(name, part) {
            held.push((name, part));
            if fits(rest, after, held, tries) {
                return true;
            }
            held.pop();
        }
    }
    false
}

/// Whether a hole of a name holds such a part.
fn may_hold(name: &str, part: &str) -> bool {
    if name.starts_with("day") {
        return part.len() == 10 && part.parse::<Date>().is_ok();
    }
    if name.starts_with("word") {
        return !part.is_empty() && !part.contains(' ');
    }
    !name.starts_with('n') || (!part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::catalogue;
    use crate::posture::State;

    fn german(text: &str) -> String {
        Language::German.say(text).into_owned()
    }

    #[test]
    fn every_text_has_the_same_holes_in_both_languages_and_stands_there_once() {
        let mut seen = std::collections::BTreeSet::new();
        for topic in GERMAN {
            let read: toml::Table = topic.parse().unwrap();
            assert!(read.keys().all(|key| key == "texts" || key == "sentence"));
            for (english, other) in read.get("texts").and_then(toml::Value::as_table).into_iter().flatten() {
                let other = other.as_str().unwrap();
                assert!(!format!("{english}{other}").contains(['{', '}']), "{english}");
                assert!(seen.insert(english.clone()), "{english} stands there twice");
            }
            for entry in read.get("sentence").and_then(toml::Value::as_array).into_iter().flatten() {
                let of = |key: &str| entry[key].as_str().unwrap();
                let names = |text: &str| {
                    let holes = pieces(text).into_iter().filter_map(|piece| match piece {
                        Piece::Hole(name, _) => Some(name),
                        Piece::Words(_) => None,
                    });
                    holes.collect::<std::collections::BTreeSet<String>>()
                };
                assert_eq!(names(of("en")), names(of("de")), "{}", of("en"));
                assert!(of("en").chars().any(char::is_alphabetic), "{}", of("en"));
                assert!(seen.insert(of("en").to_owned()), "{} stands there twice", of("en"));
            }
        }
    }

    #[test]
    fn controls_and_states_have_german_names() {
        for control in catalogue() {
            assert_ne!(german(&control.title), *control.title, "{}", control.id);
        }
        for state in State::ALL {
            assert_ne!(german(&state.words()), state.words(), "{}", state.name());
        }
    }

    #[test]
    fn sentences_are_said_with_what_they_hold() {
        for (english, want) in [
            (
                "12 findings stand: `a`, `b` and 3 more rules",
                "12 Feststellungen bestehen: `a`, `b` und 3 weitere Regeln",
            ),
            ("1 finding stands: `a`", "1 Feststellung besteht: `a`"),
            (
                "said to be implemented, and 2 findings stand: `a`; and 1 result of Prowler 5.3.0 fails: `x`",
                "laut Erklärung umgesetzt, aber 2 Feststellungen bestehen: `a`; und 1 Ergebnis von Prowler 5.3.0 ist nicht bestanden: `x`",
            ),
            (
                "4 checks passed, none failed; 2 of 3 topics, 5 resources, nothing of `keys`",
                "4 Prüfungen bestanden, keine nicht bestanden; 2 von 3 Teilthemen, 5 Objekte, nichts zu `keys`",
            ),
            (
                "1 file, 1 resource, 1 rule: nothing failed, 0 open, 0 suppressed, 1 problem",
                "1 Datei, 1 Objekt, 1 Regel: keine Feststellung besteht, 0 offen, 0 unterdrückt, 1 Problem",
            ),
            (
                "12 files, 5 resources, 3 rules: 1 high, 2 info, 0 open, 0 suppressed, 1 waived, 4 known, 2 problems, \
                 2 major nonconformities overdue, 3 files recognised but not read, 2 files not judged",
                "12 Dateien, 5 Objekte, 3 Regeln: 1 hoch, 2 Hinweise, 0 offen, 0 unterdrückt, 1 mit Ausnahme, 4 bekannt, \
                 2 Probleme, 2 Hauptabweichungen überfällig, 3 Dateien erkannt, aber nicht gelesen, 2 Dateien nicht beurteilt",
            ),
            ("attested by `hr-2025` until 2027-01-31", "bestätigt durch `hr-2025` bis 31.01.2027"),
            ("2026-01-31", "31.01.2026"),
            ("a text of somebody", "a text of somebody"),
            ("", ""),
        ] {
            assert_eq!(german(english), want);
            assert_eq!(Language::English.say(english), english);
        }
    }

    #[test]
    fn no_text_takes_long() {
        let long = "1 finding, and ".repeat(200);
        assert_eq!(german(&long), long);
    }
}
