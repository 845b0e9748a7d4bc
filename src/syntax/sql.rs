//! SQL, as far as its statements: which there are, without comments, their blanks made single.
//!
//! No grammar is held against them, since each database has its own; what counts is where a statement ends.

use super::{Parsed, Syntax};
use crate::document::{Entry, Node};
use crate::source::Source;

/// The syntax of SQL.
pub const SQL: Syntax = Syntax { name: "sql", doc: "statements of SQL, of any database", comments: &["--"], parse };

/// Most statements of a file that are told apart, and most bytes of one that are kept.
const MOST: usize = 20_000;
const MOST_BYTES: usize = 8 * 1024;

fn parse(source: &Source) -> Parsed {
    let text = source.text();
    let mut statements = Vec::new();
    let mut reader = Reader { text, at: 0 };
    while statements.len() < MOST {
        let Some((start, end, statement)) = reader.statement() else { break };
        if statement.is_empty() {
            continue;
        }
        let span = source.span(start, end);
        let verb = statement.split(' ').next().unwrap_or("").to_ascii_uppercase();
        let entries = vec![
            Entry::new("verb", span, Node::text(verb, span)),
            Entry::new("text", span, Node::text(statement, span)),
        ];
        statements.push(Node::map(entries, span));
    }
    let whole = source.whole();
    let root = Node::map(vec![Entry::new("statements", whole, Node::list(statements, whole))], whole);
    Parsed { roots: vec![root], problems: Vec::new() }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    /// The next statement: where it begins and ends, and its text; none at the end of the file.
    fn statement(&mut self) -> Option<(usize, usize, String)> {
        let mut said = String::new();
        let mut bounds: Option<(usize, usize)> = None;
        loop {
            let rest = self.text.get(self.at..)?;
            let Some(first) = rest.chars().next() else {
                return bounds.map(|(start, end)| (start, end, said.trim_end().to_owned()));
            };
            let (length, is_said) = match first {
                ';' => {
                    let start = self.at;
                    self.at += 1;
                    let (start, end) = bounds.unwrap_or((start, start + 1));
                    return Some((start, end, said.trim_end().to_owned()));
                }
                '-' if rest.starts_with("--") => (line(rest), false),
                '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), false),
                '\'' | '"' | '`' => (quoted(rest, first), true),
                '$' => (dollars(rest).unwrap_or(1), true),
                first if first.is_whitespace() => (first.len_utf8(), false),
                first => (first.len_utf8(), true),
            };
            if !is_said && !said.is_empty() && !said.ends_with(' ') && said.len() < MOST_BYTES {
                said.push(' ');
            }
            if is_said {
                let from = bounds.map_or(self.at, |(start, _)| start);
                bounds = Some((from, self.at + length));
                if said.len() < MOST_BYTES {
                    said.push_str(rest.get(..length).unwrap_or(""));
                }
            }
            self.at += length;
        }
    }
}

/// How long a line is, with its end.
fn line(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |end| end + 1)
}

/// How long a quoted text is: a quote in it is written twice, or behind a backslash.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == quote && !escaped {
            return at + letter.len_utf8();
        }
        escaped = letter == '\\' && !escaped;
    }
    text.len()
}

/// How long a text between dollars is: `$$ … $$`, `$body$ … $body$`.
fn dollars(text: &str) -> Option<usize> {
    let end = text.get(1..)?.find('$')? + 2;
    let tag = text.get(..end)?;
    let is_tag = tag.get(1..end - 1)?.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let close = is_tag.then(|| text.get(end..)?.find(tag)).flatten()?;
    Some(end + close + tag.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn statements_end_where_databases_end_them() {
        for (text, want) in [
            ("SELECT 1; SELECT 2", vec!["SELECT 1", "SELECT 2"]),
            ("GRANT  ALL\n  ON x -- all; of it\n TO a;", vec!["GRANT ALL ON x TO a"]),
            ("/* a; b */ SELECT ';';", vec!["SELECT ';'"]),
            ("SELECT 'it''s; so'; SELECT \"a;b\"", vec!["SELECT 'it''s; so'", "SELECT \"a;b\""]),
            ("SELECT 'a\\'; b'; x", vec!["SELECT 'a\\'; b'", "x"]),
            ("DO $$ BEGIN; END $$; x", vec!["DO $$ BEGIN; END $$", "x"]),
            ("f $t$ a; $$ b; $t$ ; x $1", vec!["f $t$ a; $$ b; $t$", "x $1"]),
            (";;", vec![]),
            ("SELECT 'open", vec!["SELECT 'open"]),
            ("/* open", vec![]),
            ("", vec![]),
        ] {
            let parsed = parse(&Source::from_text(FileId(0), "a.sql", text));
            let statements = parsed.roots[0].get("statements").unwrap();
            let found: Vec<&str> =
                statements.items().iter().map(|one| one.get("text").unwrap().as_str().unwrap()).collect();
            assert_eq!(found, want, "{text}");
        }
    }
}
