//! The message of a check: a text with places for values of what is judged.

/// What a check says where it fails: `control {id} is implemented, and {failed} findings stand`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    parts: Vec<Part>,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// The value under these keys, one below the other; of no keys, the judged node itself.
    Value(Vec<String>),
}

impl Message {
    /// Reads a message; none where a brace is left over or holds something else than keys joined by dots.
    pub fn read(text: &str) -> Option<Message> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (keys, after) = after.split_once('}')?;
            parts.push(words(before)?);
            let keys = if keys == "." { Some(Vec::new()) } else { keys.split('.').map(key).collect() };
            parts.push(Part::Value(keys?));
            rest = after;
        }
        parts.push(words(rest)?);
        parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        Some(Message { parts })
    }

    /// Its parts in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }
}

fn words(text: &str) -> Option<Part> {
    (!text.contains('}')).then(|| Part::Text(text.to_owned()))
}

fn key(text: &str) -> Option<String> {
    let sound = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    (!text.is_empty() && text.chars().all(sound)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_words() {
        for (text, parts) in [
            ("", Some(0)),
            ("words", Some(1)),
            ("{a}", Some(1)),
            ("{a}{b.c-d}", Some(2)),
            ("a {b_c} d", Some(3)),
            ("a {.}", Some(2)),
            ("{", None),
            ("}", None),
            ("a } b", None),
            ("{}", None),
            ("{a..b}", None),
            ("{a b}", None),
            ("{a{b}}", None),
        ] {
            assert_eq!(Message::read(text).map(|message| message.parts().len()), parts, "{text}");
        }
    }
}
