//! Paths of the rule language: `ingress.cidr_blocks`, `**.password`, `annotations["a.b/c"]`, `listeners[0].port`.
//!
//! A path is read once, when the rule is loaded; walking one cannot fail (see [`super::walk`]).

use std::sync::Arc;

/// Most steps of one path.
const MAX_STEPS: usize = 64;

/// A path into a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    text: Arc<str>,
    start: Start,
    steps: Vec<Step>,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the node that is judged.
    Here,
    /// At the resource's body, also where a node of it is judged (`@resource.name`).
    Resource,
    /// At the body of the resource that asks about linked ones (`@asking.name`, in `with`).
    Asking,
    /// At the resource's address (`@address`).
    Address,
    /// At the resource's kind (`@kind`).
    Kind,
    /// At the last part of the resource's address (`@name`).
    Name,
    /// At the key under which the judged node stands (`@key`).
    Key,
    /// At the path of the file that the resource stands in (`@file`).
    File,
    /// At whether the file is there for tests, or somebody else's (`@test`).
    Test,
    /// At the path of what it is deployed by: a root module, an overlay, a chart (`@deployment`).
    Deployment,
    /// At what tells a fact from another one of its kind without showing it: of a credential, a few bits of a hash of its text
    /// (`@measure`).
    Measure,
}

/// The words that paths begin with for what is not in the judged node.
pub const STARTS: &[(&str, Start)] = &[
    ("@resource", Start::Resource),
    ("@asking", Start::Asking),
    ("@address", Start::Address),
    ("@kind", Start::Kind),
    ("@name", Start::Name),
    ("@key", Start::Key),
    ("@file", Start::File),
    ("@test", Start::Test),
    ("@deployment", Start::Deployment),
    ("@measure", Start::Measure),
];

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value of a key.
    Key(Arc<str>),
    /// An item of a list; from the end when negative.
    Item(i64),
    /// Every value of a map, every item of a list (`*`).
    Any,
    /// Any number of steps, none included (`**`).
    Deep,
}

/// What is wrong with a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathFault {
    /// Where, in bytes of the path's text.
    pub at: std::ops::Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: &'static str,
}

impl Path {
    /// The path as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it begins.
    pub fn start(&self) -> Start {
        self.start
    }

    /// Its steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Reads one path.
    pub fn parse(text: &str) -> Result<Path, PathFault> {
        let mut reader = Reader { text, at: 0, end: text.len() };
        reader.path()
    }

    /// Reads alternatives, separated by `|`.
    pub fn parse_alternatives(text: &str) -> Result<Vec<Path>, PathFault> {
        let mut paths = Vec::new();
        for (start, end) in split(text) {
            let mut reader = Reader { text, at: start, end };
            paths.push(reader.path()?);
        }
        Ok(paths)
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// The ranges between the `|` that stand outside quotes, without blanks around them.
fn split(text: &str) -> Vec<(usize, usize)> {
    let mut quote = None;
    let mut bars = Vec::new();
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            (None, '|') => bars.push(at),
            _ => {}
        }
    }
    let starts = std::iter::once(0).chain(bars.iter().map(|bar| bar + 1));
    let ends = bars.iter().copied().chain(std::iter::once(text.len()));
    starts
        .zip(ends)
        .map(|(start, end)| {
            let part = text.get(start..end).unwrap_or("");
            let lead = part.len() - part.trim_start().len();
            (start + lead, start + lead + part.trim().len())
        })
        .collect()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    fn take(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    fn path(&mut self) -> Result<Path, PathFault> {
        let text: Arc<str> = self.rest().into();
        let from = self.at;
        if self.rest() == "." {
            return Ok(Path { text, start: Start::Here, steps: Vec::new() });
        }
        let mut steps = vec![self.step(from)?];
        while self.at < self.end {
            let dot = self.at;
            if !self.take(".") && !self.rest().starts_with('[') {
                return fault(dot..dot + 1, "a dot is missing before the next step", "write `a.b`, `a[0]` or `a.*`");
            }
            steps.push(self.step(dot)?);
        }
        if steps.len() > MAX_STEPS {
            return fault(from..self.end, "the path has more than 64 steps", "use `**` for any depth");
        }
        if steps.iter().filter(|step| **step == Step::Deep).count() > 1 {
            return fault(from..self.end, "`**` may stand once in a path", "judge the outer nodes with `each`");
        }
        let start = special(&steps);
        if matches!(start, Start::Resource | Start::Asking) {
            steps.remove(0);
        } else if start != Start::Here {
            if steps.len() > 1 {
                return fault(from..self.end, "nothing lies below a path that starts with `@`", "compare it as text");
            }
            steps.clear();
        }
        Ok(Path { text, start, steps })
    }

    fn step(&mut self, from: usize) -> Result<Step, PathFault> {
        if self.take("[") {
            return self.bracket(from);
        }
        let rest = self.rest();
        let length = rest.find(['.', '[', ']', '"', '\'']).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or("");
        let place = self.at..self.at + length.max(1);
        self.at += length;
        match word {
            "" => fault(from..(from + 1).max(place.start), "a step of the path is empty", "write a key between dots"),
            "*" => Ok(Step::Any),
            "**" => Ok(Step::Deep),
            _ if word.contains('*') => fault(
                place,
                "`*` stands for a whole key",
                "write `*` alone, and compare the key with `@key` under `each`",
            ),
            _ if word.contains(char::is_whitespace) => {
                fault(place, "the key has a blank in it", "write it in brackets and quotes: `[\"a key\"]`")
            }
            _ => Ok(Step::Key(word.into())),
        }
    }

    fn bracket(&mut self, from: usize) -> Result<Step, PathFault> {
        const HELP: &str = "write `[0]`, `[-1]` or `[\"a.key\"]`";
        for quote in ["\"", "'"] {
            if self.take(quote) {
                let Some(length) = self.rest().find(quote) else {
                    return fault(from..self.end, "a quote is not closed", HELP);
                };
                let key = self.rest().get(..length).unwrap_or("");
                self.at += length + 1;
                if !self.take("]") {
                    return fault(from..self.at, "a bracket is not closed", HELP);
                }
                return Ok(Step::Key(key.into()));
            }
        }
        let Some(length) = self.rest().find(']') else {
            return fault(from..self.end, "a bracket is not closed", HELP);
        };
        let inside = self.rest().get(..length).unwrap_or("");
        self.at += length + 1;
        match inside.parse() {
            Ok(index) => Ok(Step::Item(index)),
            Err(_) => fault(from..self.at, format!("`{inside}` is not the place of an item"), HELP),
        }
    }
}

/// `@attributes` and the like are keys of a dialect's own.
fn special(steps: &[Step]) -> Start {
    let Some(Step::Key(key)) = steps.first() else { return Start::Here };
    STARTS.iter().find(|(word, _)| *word == &**key).map_or(Start::Here, |(_, start)| *start)
}

fn fault<T>(at: std::ops::Range<usize>, message: impl Into<String>, help: &'static str) -> Result<T, PathFault> {
    Err(PathFault { at, message: message.into(), help })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Step {
        Step::Key(name.into())
    }

    #[test]
    fn steps_are_keys_items_and_wildcards() {
        for (text, want) in [
            ("a", vec![key("a")]),
            (".", vec![]),
            ("a.b.0", vec![key("a"), key("b"), key("0")]),
            ("a[0].b[-1]", vec![key("a"), Step::Item(0), key("b"), Step::Item(-1)]),
            ("a.[0]", vec![key("a"), Step::Item(0)]),
            ("*.**.c", vec![Step::Any, Step::Deep, key("c")]),
            ("[\"a.b\"]['c|d'].e", vec![key("a.b"), key("c|d"), key("e")]),
            ("Condition.Bool.aws:SecureTransport", vec![key("Condition"), key("Bool"), key("aws:SecureTransport")]),
            ("@attributes.DeletionPolicy", vec![key("@attributes"), key("DeletionPolicy")]),
        ] {
            assert_eq!(Path::parse(text).map(|path| path.steps), Ok(want), "{text}");
        }
    }

    #[test]
    fn special_starts_stand_alone() {
        for (text, want) in
            STARTS.iter().filter(|(_, start)| !matches!(start, Start::Resource | Start::Asking)).copied()
        {
            let path = Path::parse(text).unwrap();
            assert_eq!((path.start, path.steps.len()), (want, 0), "{text}");
        }
        assert!(Path::parse("@key.x").is_err());
        let path = Path::parse("@resource.a").unwrap();
        assert_eq!((path.start, path.steps), (Start::Resource, vec![key("a")]));
    }

    #[test]
    fn alternatives_are_separated_by_bars_outside_quotes() {
        let texts = |text| -> Vec<String> {
            Path::parse_alternatives(text).unwrap().iter().map(|path| path.text().to_owned()).collect()
        };
        assert_eq!(texts("a.b | c"), ["a.b", "c"]);
        assert_eq!(texts("[\"a|b\"]|c"), ["[\"a|b\"]", "c"]);
        assert_eq!(texts("a"), ["a"]);
    }

    #[test]
    fn a_fault_points_at_the_step() {
        for (text, at) in [
            ("", 0..1),
            ("a..b", 1..2),
            ("a.", 1..2),
            (".a", 0..1),
            ("a*", 0..2),
            ("a.b c", 2..5),
            ("a[x]", 1..4),
            ("a[0", 1..3),
            ("a[\"b]", 1..5),
            ("a[0]b", 4..5),
            ("**.a.**", 0..7),
        ] {
            assert_eq!(Path::parse(text).map_err(|fault| fault.at), Err(at), "{text}");
        }
    }
}
