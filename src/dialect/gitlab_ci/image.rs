//! What is known of the version of an image, also where variables leave its name open.

use super::variables::{ANYTHING, MACHINE, SPECIFIC, Variables, is_machine};
use crate::document::{Entry, Node, Value};

/// Stands for a tag or digest that is not a moving one, whatever its variables are.
const SPECIFIC_TAG: &str = "(set by the run)";

/// An image that a job names: `name`, and `tag` and `digest` where it has them; unresolved where that is not known, and none
/// where it is no image.
pub(super) fn view(written: &Node, variables: &Variables) -> Option<Node> {
    let name = variables.expand(written);
    let outline = match &written.value {
        Value::Str(text) => variables.outline(text.as_str()),
        _ => ANYTHING.to_string(),
    };
    if is_machine(&outline) || outline.contains(MACHINE) {
        return None;
    }
    let (tag, digest) = parts(&outline);
    let pinned = matches!(digest, Part::Text(_) | Part::Specific);
    if !pinned && (tag == Part::Open || digest == Part::Open) {
        return Some(name);
    }
    let part = |part: Part| match part {
        Part::Absent | Part::Open => None,
        Part::Text(text) => Some(Node::text(text, name.span)),
        Part::Specific => Some(Node::text(SPECIFIC_TAG, name.span)),
    };
    let mut entries = vec![Entry::new("name", name.span, name.clone())];
    for (key, value) in [("tag", part(tag)), ("digest", part(digest))] {
        entries.extend(value.map(|value| Entry::new(key, name.span, Node { trail: name.trail.clone(), ..value })));
    }
    Some(Node { trail: name.trail.clone(), ..Node::map(entries, name.span) })
}

/// A part of the name of an image.
#[derive(Debug, PartialEq)]
enum Part {
    Absent,
    Text(String),
    /// It is there, and it is not `latest`, whatever the variables are.
    Specific,
    Open,
}

/// The tag and the digest of an image.
fn parts(outline: &str) -> (Part, Part) {
    let (name, digest) = match outline.split_once('@') {
        Some((name, digest)) if digest.contains(ANYTHING) => (name, Part::Open),
        Some((name, digest)) if digest.contains(SPECIFIC) => (name, Part::Specific),
        Some((name, digest)) => (name, Part::Text(digest.to_owned())),
        None => (outline, Part::Absent),
    };
    let last = name.rsplit_once('/').map_or(name, |(_, last)| last);
    let tag = match last.split_once(':') {
        Some((_, tag)) if !may_be(tag, "latest") => {
            if tag.contains([ANYTHING, SPECIFIC]) {
                Part::Specific
            } else {
                Part::Text(tag.to_owned())
            }
        }
        Some((_, "latest")) => Part::Text("latest".to_owned()),
        Some(_) => Part::Open,
        None if last.contains(ANYTHING) => Part::Open,
        None => Part::Absent,
    };
    let open = digest == Part::Absent && outline.ends_with(ANYTHING) && !matches!(tag, Part::Specific);
    (tag, if open { Part::Open } else { digest })
}

/// Whether a tag may be a word, whatever its variables are.
fn may_be(tag: &str, word: &str) -> bool {
    let Some(first) = tag.find([ANYTHING, SPECIFIC]) else { return tag == word };
    if tag.contains(SPECIFIC) {
        return false;
    }
    let before = tag.get(..first).unwrap_or("");
    let after = tag.rsplit(ANYTHING).next().unwrap_or("");
    let between = tag.get(first..).is_some_and(|rest| rest.trim_matches(ANYTHING).len() > after.len());
    !between && word.len() >= before.len() + after.len() && word.starts_with(before) && word.ends_with(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_variables_leave_of_a_tag_is_known() {
        let text = |text: &str| Part::Text(text.to_owned());
        for (outline, tag, digest) in [
            ("alpine", Part::Absent, Part::Absent),
            ("localhost:5000/app", Part::Absent, Part::Absent),
            ("\0/app:1.2", text("1.2"), Part::Absent),
            ("\0/app:latest", text("latest"), Part::Absent),
            ("\u{1}/app", Part::Absent, Part::Absent),
            ("\u{1}:\u{1}-build", Part::Specific, Part::Absent),
            ("app:v\0", Part::Specific, Part::Absent),
            ("app:l\0", Part::Open, Part::Open),
            ("app:\0-\0", Part::Specific, Part::Absent),
            ("app:\0", Part::Open, Part::Open),
            ("\0", Part::Open, Part::Open),
            ("\0-slim", Part::Open, Part::Absent),
            ("app:\0@sha256:00", Part::Open, text("sha256:00")),
            ("app@\u{1}", Part::Absent, Part::Specific),
        ] {
            assert_eq!(parts(outline), (tag, digest), "{outline:?}");
        }
    }
}
