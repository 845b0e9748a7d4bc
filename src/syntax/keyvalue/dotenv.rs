//! `.env` files: a name and a value on each line.
//!
//! The tree is a map from name to string. Variables are replaced by what the file set before; one that it does not set
//! makes the value unresolved, and so does a name without a value, which is taken from the environment.

use std::collections::HashMap;

use crate::document::{Entry, Node, Problem, Text};
use crate::source::Source;
use crate::syntax::lines::{Line, lines_from};
use crate::syntax::variables::{Budget, Known, Rules, Scope, expand};
use crate::syntax::{Parsed, Syntax};

/// The syntax of `.env` files.
pub const DOTENV: Syntax =
    Syntax { name: "dotenv", doc: "names and values of an environment", comments: &["#"], parse };

const CODE: &str = "syntax::dotenv";
const BARE: Rules = Rules { quotes: false, escape: None, control: false };
const QUOTED: Rules = Rules { quotes: false, escape: Some('\\'), control: true };

struct Reader<'a> {
    source: &'a Source,
    entries: Vec<Entry>,
    /// The last entry of each name.
    last: HashMap<String, usize>,
    budget: Budget,
    problems: Vec<Problem>,
}

fn parse(source: &Source) -> Parsed {
    let mut reader =
        Reader { source, entries: Vec::new(), last: HashMap::new(), budget: Budget::default(), problems: Vec::new() };
    let mut at = 0;
    while let Some(line) = lines_from(source.text(), at).next() {
        at = reader.line(&line);
    }
    Parsed { roots: vec![Node::map(reader.entries, source.whole())], problems: reader.problems }
}

impl Reader<'_> {
    /// Reads one assignment; returns the offset after its value, which a quoted value moves past the line.
    fn line(&mut self, line: &Line<'_>) -> usize {
        let text = line.text.trim_end();
        let trimmed = text.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return line.next;
        }
        let exported = trimmed.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map(str::trim_start);
        let rest = exported.unwrap_or(trimmed);
        let start = line.start + text.len() - rest.len();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c))).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let after = after.trim_start();
        let value = after.strip_prefix(['=', ':']).map(|value| value.trim_start_matches([' ', '\t']));
        if name.is_empty() || (value.is_none() && !after.is_empty() && !after.starts_with('#')) {
            self.problem(start, line.start + text.len(), "expected a name and `=`");
            return line.next;
        }
        let key = self.source.span(start, start + name.len());
        let (node, end) = match value {
            Some(value) => self.value(value, line.start + text.len() - value.len(), line.next),
            None => (Node::unresolved(name, format!("`{name}` is taken from the environment"), key), line.next),
        };
        self.last.insert(name.to_owned(), self.entries.len());
        self.entries.push(Entry::new(name, key, node));
        end
    }

    /// The value that begins at `at`, and the offset at which the next line begins.
    fn value(&mut self, value: &str, at: usize, next: usize) -> (Node, usize) {
        let Some(quote @ ('"' | '\'')) = value.chars().next() else { return (self.bare(value, at), next) };
        if let Some(close) = closing(self.source.text(), at + 1, quote) {
            return self.quoted(at, close, quote);
        }
        self.problem(at, at + value.len(), "this quote is not closed");
        (Node::verbatim(value, self.source.span(at, at + value.len()), 0), next)
    }

    fn bare(&self, value: &str, at: usize) -> Node {
        let blank_before = |at: usize| value.get(..at).is_some_and(|s| s.is_empty() || s.ends_with([' ', '\t']));
        let comment = value.match_indices('#').map(|(at, _)| at).find(|at| blank_before(*at));
        let value = comment.and_then(|at| value.get(..at)).unwrap_or(value).trim_end();
        self.expand(at, at + value.len(), BARE)
    }

    fn quoted(&mut self, open: usize, close: usize, quote: char) -> (Node, usize) {
        let rest = lines_from(self.source.text(), close + 1).next();
        let (after, next) = rest.map_or(("", close + 1), |line| (line.text.trim_end(), line.next));
        if !after.trim_start().is_empty() && !after.trim_start().starts_with('#') {
            self.problem(close + 1, close + 1 + after.len(), "unexpected text after the closing quote");
        }
        let text = self.source.text().get(open + 1..close).unwrap_or("");
        let mut node = match quote {
            '"' => self.expand(open + 1, close, QUOTED),
            _ => Node::verbatim(text, self.source.span(open + 1, close), 0),
        };
        node.span = self.source.span(open, close + 1);
        (node, next)
    }

    fn expand(&self, start: usize, end: usize, rules: Rules) -> Node {
        let span = self.source.span(start, end);
        let text = Text::verbatim(self.source.slice(span), span.start);
        let lookup = |name: &str| match self.last.get(name).and_then(|index| self.entries.get(*index)) {
            Some(entry) => Known::Value(entry.value.clone(), format!("value of `{name}`").into()),
            None => Known::Unset(format!("variable `{name}` is not set in this file")),
        };
        expand(&text, 0..span.len(), span, rules, &Scope { lookup: &lookup, spend: &|bytes| self.budget.spend(bytes) })
    }

    fn problem(&mut self, start: usize, end: usize, message: &str) {
        self.problems.push(Problem::error(CODE, self.source.path(), Some(self.source.span(start, end)), message));
    }
}

/// Where the quote that was opened before `from` is closed.
fn closing(text: &str, from: usize, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (offset, c) in text.get(from..)?.char_indices() {
        if c == quote && !escaped {
            return Some(from + offset);
        }
        escaped = quote == '"' && c == '\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(text: &str) -> (Source, Parsed) {
        let source = Source::from_text(FileId(0), ".env", text);
        let parsed = parse(&source);
        (source, parsed)
    }

    #[test]
    fn names_and_values_are_read() {
        for (text, want) in [
            ("A=1", Some("1")),
            ("export A = x y  # c", Some("x y")),
            ("A: x", Some("x")),
            ("A=a#b", Some("a#b")),
            ("A=", Some("")),
            ("A=# c", Some("")),
            ("A='$B \\n' # c", Some("$B \\n")),
            ("A=\"x\\n\\\"y\\\"\nz\"", Some("x\n\"y\"\nz")),
            ("B=1\r\nA=${B}-$B\r\n", Some("1-1")),
            ("A=${C:-d}", Some("d")),
            ("A=$C", None),
            ("A", None),
        ] {
            let (_, parsed) = read(text);
            assert_eq!(parsed.problems, [], "{text}");
            let value = parsed.roots[0].get("A").unwrap();
            assert_eq!(value.as_str(), want, "{text}");
            assert_eq!(value.as_unresolved().is_some(), want.is_none(), "{text}");
        }
    }

    #[test]
    fn values_are_found_where_they_stand() {
        let (source, parsed) = read("# c\nA=\"b\nc\"\nD=e\n");
        let root = &parsed.roots[0];
        assert_eq!(source.slice(root.get("A").unwrap().span), "\"b\nc\"");
        assert_eq!(source.slice(root.entry("D").unwrap().span()), "D=e");
    }

    #[test]
    fn variables_made_of_variables_have_a_limit() {
        let (_, parsed) = read(&format!("A=xx\n{}", "A=$A$A\n".repeat(200)));
        assert!(parsed.roots[0].get("A").unwrap().as_unresolved().unwrap().because.contains("limit"));
    }

    #[test]
    fn what_is_not_an_assignment_is_pointed_at() {
        for (text, place, message) in [
            ("a b\n", "a b", "expected a name and `=`"),
            ("A=\"x", "\"x", "this quote is not closed"),
            ("A='x' y\n", " y", "unexpected text after the closing quote"),
        ] {
            let (source, parsed) = read(text);
            let [problem] = &parsed.problems[..] else { panic!("{text}") };
            assert_eq!((source.slice(problem.span.unwrap()), problem.message.as_str()), (place, message));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_or_leads_out_of_the_file(text in "[AB \\t\\n\\r=:#$é{}\"'\\\\-]{0,80}") {
            let (source, parsed) = read(&text);
            crate::syntax::invariants::hold(&source, &parsed);
        }
    }
}
