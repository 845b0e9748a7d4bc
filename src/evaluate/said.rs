//! What is said of what was judged: the sentences of its cases, those that say the same of several things as one.

use std::fmt::{self, Write as _};

use super::blame::Case;
use crate::evaluate::Outcome;
use crate::source::Span;

/// Most cases that one message tells.
const MOST: usize = 3;

/// A sentence about one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// What it is about: "`acl`"; empty where the sentence is one of its own.
    subject: String,
    /// What is the case with it: "is \"public\"".
    is: String,
    /// What was expected instead.
    expected: Option<String>,
    /// Whether it tells a reader nothing that others do not.
    aside: bool,
}

impl Said {
    pub fn new(subject: String, is: impl Into<String>) -> Said {
        Said { subject, is: is.into(), ..Said::default() }
    }

    /// A sentence of its own.
    pub fn whole(text: impl Into<String>) -> Said {
        Said::new(String::new(), text)
    }

    /// A sentence that is told only where there is no other.
    pub fn aside(text: impl Into<String>) -> Said {
        Said { aside: true, ..Said::whole(text) }
    }

    /// That something is not there under any of its names, with what follows from that.
    pub fn missing(paths: &[String], expected_or_default: Option<String>) -> Said {
        let then = expected_or_default.unwrap_or_default();
        match paths {
            [only] => Said::new(super::words::subject(only), format!("is not set{then}")),
            [one, other] => Said::new(format!("neither `{one}` nor `{other}`"), format!("is set{then}")),
            _ => Said::new(format!("none of {}", listed(paths)), format!("is set{then}")),
        }
    }

    pub fn expecting(self, expected: Option<&str>) -> Said {
        let known = |expected: &&str| self.is != format!("is {}", expected.strip_prefix("not ").unwrap_or("\0"));
        let expected = expected.filter(known).map(str::to_owned);
        Said { expected, ..self }
    }

    pub fn is_empty(&self) -> bool {
        self.is.is_empty()
    }

    /// Whether this says the same as the other one, of something else.
    fn agrees(&self, other: &Said) -> bool {
        let joins = self.is.starts_with("is not ") && !self.subject.is_empty() && !other.subject.is_empty();
        joins && self.is == other.is && self.expected.is_none() && other.expected.is_none()
    }

    /// Whether both name a thing that is among the same ones.
    fn lists_too(&self, other: &Said) -> bool {
        let has = |said: &Said| said.is.starts_with("has ") && said.expected.is_none();
        has(self) && has(other) && self.subject == other.subject
    }

    /// Whether another sentence tells more of the same thing.
    fn is_idle(&self, others: &[&Said]) -> bool {
        let tells_more = |other: &&Said| other.subject == self.subject && other.is != self.is;
        (self.aside && others.iter().any(|other| !other.aside))
            || (self.is == "is set" && others.iter().any(tells_more))
    }

    /// Whether this says the same of the same thing, of which something else was expected.
    fn demands_too(&self, other: &Said) -> bool {
        let both = self.expected.is_some() && other.expected.is_some();
        both && self.subject == other.subject && self.is == other.is
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.subject)?;
        if !self.subject.is_empty() {
            f.write_str(" ")?;
        }
        f.write_str(&self.is)?;
        self.expected.as_ref().map_or(Ok(()), |expected| write!(f, ", expected {expected}"))
    }
}

/// "`a`, `b` and 4 more".
fn listed(paths: &[String]) -> String {
    let quoted: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    enumerated(&quoted)
}

/// "a, b and c"; of many the first ones and how many more.
fn enumerated(items: &[String]) -> String {
    let shown = items.get(..MOST).unwrap_or(items);
    match (shown, items.len() - shown.len()) {
        (shown, more @ 1..) => format!("{} and {more} more", shown.join(", ")),
        ([first @ .., last], _) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => shown.join(", "),
    }
}

/// What several cases say together.
pub(super) fn message(cases: &[Case], outcome: Outcome) -> String {
    let mut told: Vec<(Said, Vec<String>)> = Vec::new();
    let all: Vec<&Said> = cases.iter().map(|case| &case.said).filter(|said| !said.is_empty()).collect();
    for said in all.iter().copied().filter(|said| !said.is_idle(&all)) {
        if told
            .iter()
            .any(|(known, subjects)| known == said || (known.agrees(said) && subjects.contains(&said.subject)))
        {
            continue;
        }
        if let Some((_, subjects)) = told.iter_mut().find(|(known, _)| known.agrees(said)) {
            subjects.push(said.subject.clone());
        } else if let Some((known, _)) = told.iter_mut().find(|(known, _)| known.demands_too(said)) {
            let both = known.expected.iter().chain(&said.expected).cloned().collect::<Vec<_>>();
            known.expected = Some(both.join(" or "));
        } else if let Some((known, _)) = told.iter_mut().find(|(known, _)| known.lists_too(said)) {
            // Writing to a string cannot fail, here and below.
            let _ = write!(known.is, " and {}", said.is.trim_start_matches("has "));
        } else {
            told.push((said.clone(), vec![said.subject.clone()]));
        }
    }
    if told.is_empty() {
        return match outcome {
            Outcome::Pass => "the requirement is met".to_owned(),
            Outcome::Fail => "the requirement is not met".to_owned(),
            Outcome::Open => "the files do not decide it".to_owned(),
        };
    }
    let more = told.len().saturating_sub(MOST);
    told.truncate(MOST);
    // "and" would join what comes next to what was expected.
    let expecting = told.iter().rev().skip(1).any(|(said, _)| said.expected.is_some());
    let texts: Vec<String> = told.iter().map(|(said, subjects)| together(said, subjects)).collect();
    let mut text = texts.join(if expecting { "; " } else { " and " });
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// One sentence about several subjects.
fn together(said: &Said, subjects: &[String]) -> String {
    match said.is.strip_prefix("is ") {
        Some(is) if subjects.len() > 1 => format!("{} are {is}", enumerated(subjects)),
        _ => said.to_string(),
    }
}

/// What would decide the cases that are open.
pub(super) fn because(cases: &[Case]) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for reason in cases.iter().filter_map(|case| case.because.as_deref()) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() { "the value is only partly decided".to_owned() } else { reasons.join("; ") }
}

/// Says of what fails where it does; `worlds` are the ones in which it fails, `chosen` the places of what is chosen.
pub(super) fn fails_where(cases: &mut [Case], worlds: &[String], chosen: &[Span]) {
    let [shown @ .., last] = worlds else { return };
    let mut place = shown.iter().take(MOST - 1).cloned().collect::<Vec<_>>();
    place.push(last.clone());
    let place = format!("fails where {}", place.join(", or where "));
    let is_chosen = |case: &Case| chosen.contains(&case.span);
    let all = !cases.iter().any(is_chosen);
    for case in cases.iter_mut() {
        let because = (all || is_chosen(case)).then(|| place.clone());
        case.because = because;
    }
}
