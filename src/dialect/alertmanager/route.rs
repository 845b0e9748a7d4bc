//! Where alerts go: what routes ask of labels, and which receivers alerts with some labels come to.
//! <https://prometheus.io/docs/alerting/latest/configuration/#route>

use std::cell::Cell;

use regex::Regex;

use crate::document::{Entry, MAX_DEPTH, Node};
use crate::source::Span;
use crate::truth::Truth;

/// Most routes of a file that are looked at, and how often routes are looked at for the alerts of a file.
const MOST: usize = 10_000;
const MOST_LOOKS: usize = 2_000_000;

/// What a route asks of a label.
#[derive(Clone, Debug)]
pub(super) struct Matcher {
    label: String,
    operator: Operator,
    value: String,
    /// What a pattern comes to, where it is one.
    regex: Option<Regex>,
    span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Is,
    IsNot,
    Matches,
    MatchesNot,
}

/// The operators as they are written, longest first.
const OPERATORS: &[(&str, Operator)] =
    &[("=~", Operator::Matches), ("!~", Operator::MatchesNot), ("!=", Operator::IsNot), ("=", Operator::Is)];

/// The labels of an alert: what one is, none where that is not known.
pub(in crate::dialect) type Labels<'l> = &'l dyn Fn(&str) -> Option<&'l str>;

/// A receiver that alerts come to.
pub(in crate::dialect) struct Ending<'n> {
    /// Its name.
    pub receiver: &'n Node,
    /// Whether no route but the first one names the alert.
    pub by_default: bool,
}

impl Matcher {
    fn new(label: String, operator: Operator, value: String, span: Span) -> Matcher {
        let is_pattern = matches!(operator, Operator::Matches | Operator::MatchesNot);
        let regex = is_pattern.then(|| Regex::new(&format!("^(?:{value})$")).ok()).flatten();
        Matcher { label, operator, value, regex, span }
    }

    /// It in words that rules can ask for.
    pub(super) fn node(&self) -> Node {
        let operator = OPERATORS.iter().find(|(_, operator)| *operator == self.operator).map_or("", |(text, _)| text);
        let fields = [("label", self.label.as_str()), ("operator", operator), ("value", &self.value)];
        let entries = fields.into_iter().map(|(key, text)| Entry::new(key, self.span, Node::text(text, self.span)));
        Node::map(entries.collect(), self.span)
    }

    fn holds(&self, labels: Labels<'_>) -> Truth {
        let Some(value) = labels(&self.label) else { return Truth::Unknown };
        let matches = || self.regex.as_ref().map_or(Truth::Unknown, |regex| regex.is_match(value).into());
        match self.operator {
            Operator::Is => Truth::from(value == self.value),
            Operator::IsNot => Truth::from(value != self.value),
            Operator::Matches => matches(),
            Operator::MatchesNot => !matches(),
        }
    }
}

/// What a route asks of labels by itself, in the three ways in which that can be written.
pub(super) fn matchers(route: &Node) -> Vec<Matcher> {
    let mut found = Vec::new();
    for (key, operator) in [("match", Operator::Is), ("match_re", Operator::Matches)] {
        let entries = route.get(key).map_or(&[][..], Node::entries).iter();
        found.extend(entries.filter_map(|entry| {
            let value = entry.value.as_str()?.to_owned();
            Some(Matcher::new(entry.key.name.to_string(), operator, value, entry.value.span))
        }));
    }
    let listed = route.get("matchers").map_or(&[][..], Node::items).iter();
    found.extend(listed.flat_map(|item| {
        let text = item.as_str().unwrap_or("").trim();
        let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        parts(inner.unwrap_or(text)).into_iter().filter_map(|part| written(&part, item.span)).collect::<Vec<_>>()
    }));
    found
}

/// The parts of a text between commas that stand in no quotes.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in text.chars() {
        quoted ^= letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        match parts.last_mut() {
            Some(_) if letter == ',' && !quoted => parts.push(String::new()),
            Some(part) => part.push(letter),
            None => {}
        }
    }
    parts
}

/// `severity =~ "critical|page"`.
fn written(text: &str, span: Span) -> Option<Matcher> {
    let at = text.find(['=', '!'])?;
    let (label, rest) = text.split_at_checked(at)?;
    let (token, operator) = OPERATORS.iter().find(|(token, _)| rest.starts_with(token))?;
    let value = rest.get(token.len()..)?.trim();
    let bare =
        value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).map(|value| value.replace("\\\"", "\""));
    let label = label.trim().trim_matches('"').to_owned();
    Some(Matcher::new(label, *operator, bare.unwrap_or_else(|| value.to_owned()), span))
}

/// The routes of a configuration, read once.
pub(in crate::dialect) struct Routes<'n> {
    first: Route<'n>,
    /// How many routes may still be looked at.
    left: Cell<usize>,
}

struct Route<'n> {
    receiver: Option<&'n Node>,
    matchers: Vec<Matcher>,
    goes_on: bool,
    children: Vec<Route<'n>>,
}

impl<'n> Routes<'n> {
    /// The routes of a configuration, where it has some.
    pub(in crate::dialect) fn read(root: &'n Node) -> Option<Routes<'n>> {
        let mut most = MOST;
        let first = route(root.get("route")?, 0, &mut most)?;
        Some(Routes { first, left: Cell::new(MOST_LOOKS) })
    }

    /// The receivers that an alert comes to; none where labels that are not known decide about that.
    pub(in crate::dialect) fn endings(&self, labels: Labels<'_>) -> Option<Vec<Ending<'n>>> {
        let mut found = Vec::new();
        self.walk(&self.first, self.first.receiver, (true, labels), &mut found)?;
        Some(found)
    }

    /// `receiver` is its own, or that of the route above; and whether it is the first one.
    fn walk(
        &self,
        route: &Route<'n>,
        receiver: Option<&'n Node>,
        (is_first, labels): (bool, Labels<'_>),
        found: &mut Vec<Ending<'n>>,
    ) -> Option<()> {
        let mut is_taken = false;
        for child in &route.children {
            self.left.set(self.left.get().checked_sub(1)?);
            match Truth::all(child.matchers.iter().map(|matcher| matcher.holds(labels))) {
                Truth::Unknown => return None,
                Truth::False => continue,
                Truth::True => {}
            }
            is_taken = true;
            self.walk(child, child.receiver.or(receiver), (false, labels), found)?;
            if !child.goes_on {
                return Some(());
            }
        }
        if !is_taken {
            found.push(Ending { receiver: receiver?, by_default: is_first });
        }
        Some(())
    }
}

/// A route with those below it; none where there are too many, or they lie too deep.
fn route<'n>(node: &'n Node, depth: usize, most: &mut usize) -> Option<Route<'n>> {
    *most = most.checked_sub(1)?;
    let children = node.get("routes").map_or(&[][..], Node::items).iter();
    let children =
        (depth < MAX_DEPTH).then(|| children.map(|child| route(child, depth + 1, most)).collect::<Option<_>>())??;
    let goes_on = node.get("continue").is_some_and(|goes_on| goes_on.as_bool() != Some(false));
    Some(Route { receiver: node.get("receiver"), matchers: matchers(node), goes_on, children })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Source};

    const CONFIG: &str = "route:\n  receiver: default\n  routes:\n  - receiver: pager\n    matchers: ['severity =~ \"critical|page\"']\n  \
                          - receiver: web\n    match: { team: web }\n    continue: true\n  - receiver: quiet\n    matchers: ['{severity=\"info\",team!=web}']\n";

    #[test]
    fn alerts_come_to_the_receivers_of_the_routes_that_match() {
        let source = Source::from_text(FileId(0), "alertmanager.yml", CONFIG);
        let parsed = (crate::syntax::named("yaml").unwrap().parse)(&source);
        for (labels, want) in [
            (&[("severity", "critical")][..], Some("pager")),
            (&[("severity", "warning")], None),
            (&[("severity", "warning"), ("team", "db")], Some("default*")),
            (&[("severity", "warning"), ("team", "web")], Some("web")),
            (&[("severity", "info"), ("team", "db")], Some("quiet")),
            (&[("severity", "info"), ("team", "web")], Some("web")),
            (&[], None),
        ] {
            let label = |name: &str| labels.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            let found = Routes::read(&parsed.roots[0]).unwrap().endings(&label);
            let told = found.map(|found| {
                let one = |ending: &Ending<'_>| {
                    format!("{}{}", ending.receiver.as_str().unwrap(), if ending.by_default { "*" } else { "" })
                };
                found.iter().map(one).collect::<Vec<_>>().join(" ")
            });
            assert_eq!(told.as_deref(), want, "{labels:?}");
        }
    }
}
