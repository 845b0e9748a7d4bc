//! SQL, as far as its statements: which there are, without comments, their blanks made single.
//!
//! No grammar is held against them, since each database has its own; what counts is where a statement ends.

use super::{Parsed, Syntax};
use crate::document::{Entry, Node, Problem};
use crate::source::Source;

/// The syntax of SQL.
pub const SQL: Syntax = Syntax { name: "sql", doc: "statements of SQL, of any database", comments: &["--"], parse };

/// Most statements of a file that are told apart, and most bytes of one that are kept.
const MOST: usize = 20_000;
const MOST_BYTES: usize = 8 * 1024;

/// So many bytes, and four times the file, are searched for the ends of texts between dollars: a file of nothing but beginnings
/// would be gone through for each of them.
const FOR_DOLLARS: usize = 1 << 20;

fn parse(source: &Source) -> Parsed {
    let text = source.text();
    let mut statements = Vec::new();
    let mut reader = Reader { text, at: 0, cut: None, left: FOR_DOLLARS + text.len() * 4 };
    let mut problems = Vec::new();
    while let Some((start, end, statement)) = reader.statement() {
        if statements.len() >= MOST {
            reader.cut = Some((start, end));
            break;
        }
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
    if let Some((start, end)) = reader.cut {
        let message = "there are more statements, or a longer one, than are read: what is beyond that is not judged";
        let place = Some(source.span(start, end));
        problems.push(Problem::notice("syntax::sql", source.path(), place, message).help("split the file"));
    }
    let whole = source.whole();
    let root = Node::map(vec![Entry::new("statements", whole, Node::list(statements, whole))], whole);
    Parsed { roots: vec![root], problems }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The last statement of which not all is kept.
    cut: Option<(usize, usize)>,
    /// How many bytes may still be searched for the ends of texts between dollars.
    left: usize,
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
                '$' => (self.dollars(rest).unwrap_or(1), true),
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
                } else if is_about_rights(&said) {
                    self.cut = bounds;
                }
            }
            self.at += length;
        }
    }

    /// How long a text between dollars is: `$$ … $$`, `$body$ … $body$`.
    fn dollars(&mut self, text: &str) -> Option<usize> {
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let name = text.bytes().skip(1).take_while(is_letter).count();
        let end = name + 2;
        let tag = text.get(..end).filter(|tag| tag.ends_with('$'))?;
        let inner = text.get(end..)?;
        if inner.len() > self.left {
            self.cut = Some((self.at, self.at + end));
            return None;
        }
        let close = inner.find(tag);
        self.left -= close.unwrap_or(inner.len());
        Some(end + close? + tag.len())
    }
}

/// Whether a statement may be about rights or users: what others say in full, such as the rows of a table, is nobody's business.
fn is_about_rights(said: &str) -> bool {
    let mut words = said.split(' ');
    let is_one = |word: Option<&str>, known: &[&str]| {
        word.is_some_and(|word| known.iter().any(|known| known.eq_ignore_ascii_case(word)))
    };
    let verb = words.next();
    is_one(verb, &["grant", "revoke"])
        || is_one(verb, &["alter", "create"]) && is_one(words.next(), &["role", "user", "login", "group"])
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn what_is_beyond_the_bounds_is_told() {
        let names = "a_name_of_some_length, ".repeat(500);
        let many = "x;\n".repeat(MOST + 1);
        for (text, want) in [
            (many.as_str(), 1),
            (&(0..60_000).map(|at| format!("$a{at}$ ")).collect::<Vec<_>>().concat(), 1),
            (&format!("GRANT ALL ON {names} b TO c;"), 1),
            (&format!("create role {names};"), 1),
            (&format!("CREATE TABLE {names};"), 0),
            ("GRANT ALL ON a TO b;", 0),
        ] {
            let problems = parse(&Source::from_text(FileId(0), "a.sql", text)).problems;
            assert_eq!(problems.len(), want, "{}", text.chars().take(40).collect::<String>());
        }
    }

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
