//! What documents of the management system say something of, by type, and whether a section says anything at all.

use std::sync::{Arc, LazyLock};

/// The data file.
pub const DOCUMENTS: &str = include_str!("../../data/documents.toml");

/// A type of document.
#[derive(Clone, Debug)]
pub struct DocumentType {
    /// Its id, as `type:` of front matter names it.
    pub id: Arc<str>,
    /// Words of a name or title that tell it.
    about: Vec<Arc<str>>,
    /// What it says something of.
    pub parts: Vec<DocumentPart>,
}

/// Something that a type of document says something of.
#[derive(Clone, Debug)]
pub struct DocumentPart {
    /// What it is about, in words that end a sentence.
    pub title: Arc<str>,
    words: Vec<Arc<str>>,
}

static READ: LazyLock<Vec<DocumentType>> = LazyLock::new(|| read(DOCUMENTS));

/// The types, in order.
pub fn document_types() -> &'static [DocumentType] {
    &READ
}

/// The type of a document: the one that front matter names, else the first whose words stand in the name or title.
pub fn document_type(named: Option<&str>, about: &str) -> Option<&'static DocumentType> {
    let named = named.and_then(|id| document_types().iter().find(|of| &*of.id == id));
    let about = about.to_lowercase();
    named.or_else(|| document_types().iter().find(|of| of.about.iter().any(|word| about.contains(&**word))))
}

impl DocumentPart {
    /// Whether a text says something of it: a word of the text begins with one of its words.
    pub fn is_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let begins = |word: &str| {
            let mut at = text.match_indices(word).map(|(at, _)| text.get(..at).unwrap_or_default());
            at.any(|before| !before.ends_with(char::is_alphanumeric))
        };
        self.words.iter().any(|word| begins(word))
    }
}

/// Words that stand where something is still to be written.
const PLACEHOLDERS: [&str; 9] = ["todo", "tbd", "tba", "tbc", "fixme", "xxx", "wip", "folgt", "ausstehend"];

/// How many words a text has that say something: marks, comments and placeholders are none.
pub fn words(text: &str) -> usize {
    let mut count = 0;
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once("<!--").unwrap_or((rest, ""));
        count += before.split_whitespace().filter(|word| is_word(word)).count();
        match after.split_once("-->") {
            Some((_, after)) => rest = after,
            None => return count,
        }
    }
}

fn is_word(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    !bare.is_empty() && !PLACEHOLDERS.contains(&bare.as_str())
}

/// Whether a text in Markdown says nothing: it has front matter, headings, comments and placeholders alone.
pub fn is_bare(text: &str) -> bool {
    let fence = ["---", "+++"].into_iter().find(|fence| text.starts_with(fence));
    let body = fence.and_then(|fence| {
        let rest = text.get(fence.len()..)?;
        let close = rest.find(&format!("\n{fence}"))?;
        rest.get(close + 1 + fence.len()..)
    });
    let lines = body.unwrap_or(text).lines().filter(|line| !line.trim_start().starts_with('#'));
    words(&lines.collect::<Vec<_>>().join("\n")) == 0
}

fn read(text: &str) -> Vec<DocumentType> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let entries = table.get("document").and_then(toml::Value::as_array);
    let texts = |entry: &toml::Value, key: &str| {
        let list = entry.get(key).and_then(toml::Value::as_array);
        list.into_iter().flatten().filter_map(toml::Value::as_str).map(Arc::from).collect()
    };
    let read = entries.into_iter().flatten().filter_map(|entry| {
        let parts = entry.get("parts").and_then(toml::Value::as_array).into_iter().flatten();
        let parts = parts.filter_map(|part| {
            Some(DocumentPart { title: part.get("title")?.as_str()?.into(), words: texts(part, "words") })
        });
        Some(DocumentType {
            id: entry.get("id")?.as_str()?.into(),
            about: texts(entry, "about"),
            parts: parts.collect(),
        })
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_says_how_it_is_told_and_what_it_holds() {
        assert!(document_types().len() >= 7);
        for of in document_types() {
            assert!(!of.about.is_empty() && of.parts.len() >= 2, "{}", of.id);
            for part in &of.parts {
                assert!(
                    !part.words.is_empty() && part.words.iter().all(|word| **word == word.to_lowercase()),
                    "{}",
                    part.title
                );
            }
        }
    }

    #[test]
    fn types_are_told_by_front_matter_then_by_name_and_title() {
        for (named, about, want) in [
            (None, "Access Control policy", Some("access-control")),
            (None, "Richtlinie Datensicherung", Some("backup")),
            (Some("backup"), "access control", Some("backup")),
            (Some("no type"), "Verschlüsselung", Some("cryptography")),
            (None, "Holidays", None),
        ] {
            assert_eq!(document_type(named, about).map(|of| &*of.id), want, "{about}");
        }
    }

    #[test]
    fn a_part_is_said_by_the_beginning_of_a_word() {
        let access = document_type(Some("access-control"), "").unwrap();
        let said = |text: &str| access.parts.iter().map(|part| part.is_in(text)).collect::<Vec<_>>();
        assert_eq!(said("Owners grant rights by role, review them and revoke them."), [true; 4]);
        assert_eq!(said("Preview of disapproval"), [false; 4]);
        assert_eq!(said("Rechte werden jährlich überprüft."), [false, false, true, false]);
    }

    #[test]
    fn headings_comments_and_placeholders_say_nothing() {
        for (text, bare) in [
            ("", true),
            ("# Access control\n\n## Rules\n", true),
            ("---\ntitle: Access\n---\n# Access\n<!-- write it -->\n", true),
            ("# Access\n\nTODO\n\n- TBD.\n- …\n", true),
            ("# Access\n\nOwners grant it.\n", false),
            ("---\nnever: closed\n", false),
        ] {
            assert_eq!(is_bare(text), bare, "{text}");
        }
    }
}
