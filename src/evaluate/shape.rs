//! What a predicate says of a text of which only the beginning and the end are known.
//!
//! Sound: the answer is that for every text of the shape, or unknown.

use crate::document::{Node, Shape, Value};
use crate::rule::operator::Setting;
use crate::rule::predicate::Predicate;
use crate::truth::Truth;

/// What a predicate says of every text of a shape.
pub(super) fn decide(predicate: &Predicate, shape: &Shape, setting: Setting) -> Truth {
    match predicate {
        Predicate::All(parts) => Truth::all(parts.iter().map(|part| decide(part, shape, setting))),
        Predicate::Not(part) => !decide(part, shape, setting),
        Predicate::IgnoringCase(part) => decide(part, shape, Setting { ignore_case: true, ..setting }),
        Predicate::Test { operator, argument, .. } => test(operator.name, argument, &Known::new(shape, setting)),
        Predicate::Empty(wanted) if !shape.prefix.is_empty() || !shape.suffix.is_empty() => (!wanted).into(),
        Predicate::Empty(_) | Predicate::View { .. } | Predicate::Nested(_) | Predicate::Length(_) => Truth::Unknown,
    }
}

fn test(operator: &str, argument: &Node, known: &Known) -> Truth {
    match operator {
        "equals" => known.equals(argument),
        "one-of" => any(argument, &|choice| known.equals(choice)),
        "none-of" => !any(argument, &|choice| known.equals(choice)),
        "starts-with" => any(argument, &|choice| known.begins(choice)),
        "ends-with" => any(argument, &|choice| known.ends(choice)),
        "contains" => any(argument, &|choice| known.contains(choice)),
        "matches" => known.matches(argument),
        _ => Truth::Unknown,
    }
}

/// Whether it holds of one of the items of the argument, or of the argument where it is no list.
fn any(argument: &Node, holds: &dyn Fn(&Node) -> Truth) -> Truth {
    match &argument.value {
        Value::List(items) => Truth::any(items.iter().map(holds)),
        _ => holds(argument),
    }
}

/// A text in the case that letters are compared in, letter by letter.
fn folded(text: &str, ignore_case: bool) -> String {
    if ignore_case { text.chars().flat_map(char::to_lowercase).collect() } else { text.to_owned() }
}

/// A shape in the case that letters are compared in.
struct Known {
    prefix: String,
    suffix: String,
    ignore_case: bool,
}

impl Known {
    fn new(shape: &Shape, setting: Setting) -> Known {
        let ignore_case = setting.ignore_case;
        Known { prefix: folded(&shape.prefix, ignore_case), suffix: folded(&shape.suffix, ignore_case), ignore_case }
    }

    /// A string of the rule; none for any other value, about which the shape says nothing.
    fn text(&self, node: &Node) -> Option<String> {
        node.as_str().map(|text| folded(text, self.ignore_case))
    }

    fn equals(&self, node: &Node) -> Truth {
        let Some(text) = self.text(node) else { return Truth::Unknown };
        let fits = text.len() >= self.prefix.len() + self.suffix.len()
            && text.starts_with(&self.prefix)
            && text.ends_with(&self.suffix);
        if fits { Truth::Unknown } else { Truth::False }
    }

    fn begins(&self, node: &Node) -> Truth {
        let Some(text) = self.text(node) else { return Truth::Unknown };
        if self.prefix.starts_with(&text) {
            Truth::True
        } else if text.starts_with(&self.prefix) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    fn ends(&self, node: &Node) -> Truth {
        let Some(text) = self.text(node) else { return Truth::Unknown };
        if self.suffix.ends_with(&text) {
            Truth::True
        } else if text.ends_with(&self.suffix) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    fn contains(&self, node: &Node) -> Truth {
        let Some(text) = self.text(node) else { return Truth::Unknown };
        if self.prefix.contains(&text) || self.suffix.contains(&text) { Truth::True } else { Truth::Unknown }
    }

    /// An expression that matches before the end of the prefix matches there whatever follows: nothing that it looks at
    /// is beyond what is known.
    fn matches(&self, node: &Node) -> Truth {
        let pattern = node.as_str().filter(|_| !self.prefix.is_empty() && !self.ignore_case);
        let found = pattern.and_then(|pattern| regex::Regex::new(pattern).ok()).and_then(|regex| {
            let found = regex.find(&self.prefix)?;
            (found.end() < self.prefix.len()).then_some(Truth::True)
        });
        found.unwrap_or(Truth::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};
    use Truth::{False, True, Unknown};

    #[test]
    fn ends_that_are_known_decide_what_they_can() {
        for (operator, argument, want) in [
            ("equals", "*", False),
            ("equals", "arn:x/*", Unknown),
            ("equals", "arn:/*", Unknown),
            ("equals", "arn:*", False),
            ("equals", "ARN:/*", False),
            ("none-of", "*", True),
            ("none-of", "arn:x/*", Unknown),
            ("starts-with", "ar", True),
            ("starts-with", "arn:aws", Unknown),
            ("starts-with", "s3", False),
            ("ends-with", "*", True),
            ("ends-with", "x/*", Unknown),
            ("ends-with", "x", False),
            ("contains", "rn", True),
            ("contains", "x", Unknown),
            ("matches", "^s", Unknown),
            ("matches", "^arn", True),
            ("matches", "^arn:", Unknown),
            ("matches", "^arn$", Unknown),
            ("matches", "(?m)n$", Unknown),
            ("matches", "rn\\b", True),
        ] {
            let shape = Shape { prefix: "arn:".into(), suffix: "/*".into() };
            let setting = Setting {
                typing: crate::dialect::Typing::Loose,
                ignore_case: false,
                today: jiff::civil::date(2026, 1, 15),
            };
            let node = Node::text(argument, Span::new(FileId(0), 0, 0));
            assert_eq!(test(operator, &node, &Known::new(&shape, setting)), want, "{operator} {argument}");
        }
    }
}
