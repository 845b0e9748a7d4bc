//! Patterns of actions and resources: `*` stands for any text and `?` for any character, in any case.
//!
//! A pattern may be known in part or not at all; every answer is then that for all texts it may be, or unknown.

use std::sync::Arc;

use crate::document::{Node, PartialText, Unresolved, Value};
use crate::truth::Truth;

/// A pattern as far as it is known.
#[derive(Clone, Debug)]
pub enum Pattern<'n> {
    /// It is this.
    Known(&'n str),
    /// Pieces of it are known.
    Partly(&'n PartialText),
    /// It is one of these.
    Either(Vec<Pattern<'n>>),
    /// Nothing is known of it; it may stand for any number of patterns.
    Open,
}

/// Patterns of which one suffices.
#[derive(Clone, Debug, Default)]
pub struct Patterns<'n> {
    /// Each with the node it was written in.
    pub items: Vec<(Pattern<'n>, &'n Node)>,
}

impl<'n> Pattern<'n> {
    /// The pattern that a node is.
    pub fn of(node: &'n Node) -> Pattern<'n> {
        match &node.value {
            Value::Str(text) => Pattern::Known(text.as_str()),
            Value::Unresolved(open) => Pattern::of_open(open),
            _ => Pattern::Open,
        }
    }

    fn of_open(open: &'n Unresolved) -> Pattern<'n> {
        match &open.partial {
            Some(partial) if open.alternatives.is_empty() => Pattern::Partly(partial),
            _ if open.alternatives.is_empty() || open.alternatives.iter().any(|node| !is_scalar(node)) => Pattern::Open,
            _ => Pattern::Either(open.alternatives.iter().map(Pattern::of).collect()),
        }
    }

    /// What a question about known texts comes to; `partly` answers it for texts that are known in part.
    fn asked(&self, known: &impl Fn(&str) -> Truth, partly: &impl Fn(&PartialText) -> Truth) -> Truth {
        match self {
            Pattern::Known(text) => known(text),
            Pattern::Partly(partial) => partly(partial),
            Pattern::Open => Truth::Unknown,
            Pattern::Either(all) => {
                let mut answers = all.iter().map(|one| one.asked(known, partly));
                let first = answers.next().unwrap_or(Truth::Unknown);
                if answers.all(|answer| answer == first) { first } else { Truth::Unknown }
            }
        }
    }

    /// Whether it covers a text.
    pub fn covers(&self, text: &str) -> Truth {
        self.asked(&|pattern| matches(pattern, text).into(), &|partial| {
            if matches(&partial.filled("*"), text) { Truth::Unknown } else { Truth::False }
        })
    }

    /// Whether it covers every action there can be: `*`, `**`, `*:*`.
    pub fn is_everything(&self) -> Truth {
        self.asked(&|pattern| is_everything(pattern).into(), &|partial| {
            if partial.pieces().all(|piece| piece.bytes().all(|byte| b"*:".contains(&byte))) {
                Truth::Unknown
            } else {
                Truth::False
            }
        })
    }

    /// Whether it covers all of a service, and no more: `s3:*`.
    pub fn is_all_of_a_service(&self) -> Truth {
        self.asked(&|pattern| is_all_of_a_service(pattern).into(), &|partial| {
            if may_be_all_of_a_service(partial) { Truth::Unknown } else { Truth::False }
        })
    }

    /// Whether it may cover any action at all: without a colon and a star it is none.
    fn may_be_of_actions(&self) -> bool {
        !matches!(self, Pattern::Known(text) if !text.contains([':', '*']))
    }
}

impl<'n> Patterns<'n> {
    /// The patterns of a value that is one item or a list of items.
    pub fn of(node: Option<&'n Node>) -> Patterns<'n> {
        let Some(node) = node else { return Patterns::default() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            Value::Null => &[],
            _ => std::slice::from_ref(node),
        };
        Patterns { items: items.iter().map(|item| (Pattern::of(item), item)).collect() }
    }

    /// The patterns of actions: those that can cover one.
    pub fn of_actions(node: Option<&'n Node>) -> Patterns<'n> {
        let mut patterns = Patterns::of(node);
        patterns.items.retain(|(pattern, _)| pattern.may_be_of_actions());
        patterns
    }

    /// Whether one of them covers a text.
    pub fn cover(&self, text: &str) -> Truth {
        Truth::any(self.items.iter().map(|(pattern, _)| pattern.covers(text)))
    }

    /// Whether one of them has a property.
    pub fn any(&self, asks: impl Fn(&Pattern<'n>) -> Truth) -> Truth {
        Truth::any(self.items.iter().map(|(pattern, _)| asks(pattern)))
    }

    /// The node of the first that says most of a property.
    pub fn shown(&self, asks: impl Fn(&Pattern<'n>) -> Truth) -> Option<&'n Node> {
        let most = self.any(&asks);
        self.items.iter().find(|(pattern, _)| asks(pattern) == most).map(|(_, node)| *node)
    }

    /// The first open value among them.
    pub fn open(&self) -> Option<&'n Arc<Unresolved>> {
        self.items.iter().find_map(|(_, node)| match &node.value {
            Value::Unresolved(open) => Some(open),
            _ => None,
        })
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.value, Value::List(_) | Value::Map(_))
}

fn is_everything(pattern: &str) -> bool {
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte == b'*');
    match pattern.split_once(':') {
        Some((service, action)) => all(service) && all(action),
        None => all(pattern),
    }
}

fn is_all_of_a_service(pattern: &str) -> bool {
    pattern.split_once(':').is_some_and(|(service, action)| {
        !service.is_empty() && !action.is_empty() && action.bytes().all(|byte| byte == b'*') && !is_everything(pattern)
    })
}

/// Whether some text in the place of the holes makes it all of a service: then only stars follow the colon, which a hole may bring.
fn may_be_all_of_a_service(partial: &PartialText) -> bool {
    let stars = |text: &str| text.bytes().all(|byte| byte == b'*');
    let mut after_colon = false;
    for piece in partial.pieces() {
        match piece.split_once(':') {
            _ if after_colon && !stars(piece) => return false,
            Some((_, rest)) if !stars(rest) => return false,
            Some(_) => after_colon = true,
            None => {}
        }
    }
    after_colon || stars(partial.suffix())
}

/// Whether a pattern covers a text, ignoring case. In the time of their product at most.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut read) = (0, 0);
    // Where the last `*` stands, and how much it stood for when last tried.
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(read) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(own) if *own == b'?' || own.eq_ignore_ascii_case(byte) => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                (at, read) = (place + 1, taken + 1);
            }
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_as_documented() {
        for (pattern, text, want) in [
            ("*", "iam:PassRole", true),
            ("**", "iam:PassRole", true),
            ("iam:*", "IAM:passrole", true),
            ("iam:P*", "iam:PutUserPolicy", true),
            ("iam:P*", "iam:GetUser", false),
            ("s3:Get?bject", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObjectAcl", false),
            ("*:Get*", "s3:GetObject", true),
            ("", "s3:GetObject", false),
            ("s3:*a*b*", "s3:xxaxxbxx", true),
            ("s3:*a*b*", "s3:xxbxxaxx", false),
        ] {
            assert_eq!(matches(pattern, text), want, "{pattern} {text}");
        }
    }

    #[test]
    fn wide_patterns_are_told_by_their_stars() {
        for (pattern, everything, service) in [
            ("*", true, false),
            ("***", true, false),
            ("*:*", true, false),
            ("s3:*", false, true),
            ("S3:**", false, true),
            ("s3*:*", false, true),
            ("s3:", false, false),
            (":*", false, false),
            ("s3:Get*", false, false),
            ("", false, false),
        ] {
            let known = Pattern::Known(pattern);
            assert_eq!(known.is_everything(), everything.into(), "{pattern}");
            assert_eq!(known.is_all_of_a_service(), service.into(), "{pattern}");
        }
    }

    #[test]
    fn what_is_known_of_a_pattern_decides() {
        let partial = |before: &str, after: &str| PartialText::around(before, after);
        for (before, after, covers, everything, service) in [
            ("s3:", "", Truth::False, Truth::False, Truth::Unknown),
            ("iam:", "", Truth::Unknown, Truth::False, Truth::Unknown),
            ("", ":*", Truth::Unknown, Truth::Unknown, Truth::Unknown),
            ("", "", Truth::Unknown, Truth::Unknown, Truth::Unknown),
            ("iam:Get", "", Truth::False, Truth::False, Truth::False),
        ] {
            let text = partial(before, after);
            let pattern = Pattern::Partly(&text);
            assert_eq!(pattern.covers("iam:PassRole"), covers, "{before}…{after}");
            assert_eq!(pattern.is_everything(), everything, "{before}…{after}");
            assert_eq!(pattern.is_all_of_a_service(), service, "{before}…{after}");
        }
    }
}
