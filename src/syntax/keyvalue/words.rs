//! Files of words, line by line: `pg_hba.conf`, sudoers, the configuration of Redis, `MySQL` and PostgreSQL, the rules that
//! iptables saves.
//!
//! The tree is a map whose `lines` is a list of maps, in the order of the file: `text`, without its comment, and its `words`,
//! without quotes. A line that ends in a backslash goes on in the next one. What the words mean is the dialect's affair; a
//! style says what begins a comment and which lines cannot be.

use crate::document::{Entry, Node, Problem, Text, Value};
use crate::source::{Source, Span};
use crate::syntax::lines::lines;
use crate::syntax::spelled::{Spelled, node, part, span};
use crate::syntax::{Parsed, Syntax};

/// The syntax of lines of words.
pub const WORDS: Syntax = Syntax {
    name: "words",
    doc: "lines of words: redis.conf, postgresql.conf, my.cnf, rules of iptables",
    comments: &["#", ";"],
    parse: |source| parse(source, &PLAIN),
};

/// The syntax of `pg_hba.conf`.
pub const PG_HBA: Syntax = Syntax {
    name: "pg-hba",
    doc: "who may connect to PostgreSQL, and how: pg_hba.conf",
    comments: &["#"],
    parse: |source| parse(source, &HBA),
};

/// The syntax of sudoers.
pub const SUDOERS: Syntax = Syntax {
    name: "sudoers",
    doc: "who may run what as whom: sudoers",
    comments: &["#"],
    parse: |source| parse(source, &SUDO),
};

/// The syntax of zone files.
pub const ZONE: Syntax = Syntax {
    name: "zone",
    doc: "records of a zone of the DNS",
    comments: &[";"],
    parse: |source| parse(source, &RECORDS),
};

/// What differs between files of words.
struct Style {
    name: &'static str,
    comment: char,
    quotes: &'static [char],
    /// Whether what follows a `#` is no comment.
    hash_is_word: fn(before: &str, after: &str) -> bool,
    /// What is wrong with a line, where it cannot be one.
    fault: fn(words: &[&str]) -> Option<&'static str>,
}

const PLAIN: Style =
    Style { name: "syntax::words", comment: '#', quotes: &['"', '\''], hash_is_word: |_, _| false, fault: |_| None };

const RECORDS: Style = Style { name: "syntax::zone", comment: ';', quotes: &['"'], ..PLAIN };

const HBA: Style = Style {
    name: "syntax::pg-hba",
    comment: '#',
    quotes: &['"'],
    hash_is_word: |_, _| false,
    fault: |words| {
        const TYPES: &[&str] = &[
            "local",
            "host",
            "hostssl",
            "hostnossl",
            "hostgssenc",
            "hostnogssenc",
            "include",
            "include_if_exists",
            "include_dir",
        ];
        let is_known = words.first().is_some_and(|word| TYPES.contains(word));
        (!is_known)
            .then_some("expected a type of connection: local, host, hostssl, hostnossl, hostgssenc or hostnogssenc")
    },
};

const SUDO: Style = Style {
    name: "syntax::sudoers",
    comment: '#',
    quotes: &['"'],
    // A number after it is that of a user, and older files include others so.
    hash_is_word: |before, after| {
        after.starts_with(|c: char| c.is_ascii_digit())
            || before.trim().is_empty() && (after.starts_with("include ") || after.starts_with("includedir "))
    },
    fault: |words| {
        let first = words.first().copied().unwrap_or("");
        let known = first.starts_with("Defaults") || first.starts_with('@') || first.starts_with("#include");
        (!known && !words.iter().any(|word| word.contains('=')))
            .then_some("expected a rule: who, on which host, `=`, what")
    },
};

fn parse(source: &Source, style: &Style) -> Parsed {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    let mut open = Spelled::default();
    let mut ended = 0;
    let mut all = lines(source.text()).peekable();
    while let Some(line) = all.next() {
        let said = without_comment(line.text, style);
        let continued = said.len() == line.text.len() && line.text.ends_with('\\');
        let said = if continued { said.strip_suffix('\\').unwrap_or(said) } else { said.trim_end() };
        if !open.is_empty() {
            open.escape(" ", ended, line.start);
        }
        open.verbatim(said, line.start);
        ended = line.start + said.len();
        if !continued || all.peek().is_none() {
            let text = std::mem::take(&mut open).finish();
            found.extend(self::line(source, &text, style, &mut problems));
        }
    }
    let whole = source.whole();
    let header = found.first().map_or(source.span(0, 0), |first| first.span);
    let entries = vec![Entry::new("lines", header, Node::list(found, whole))];
    Parsed { roots: vec![Node::map(entries, whole)], problems }
}

/// What stands on a line before its comment.
fn without_comment<'t>(text: &'t str, style: &Style) -> &'t str {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if open == c && before != '\\' => quote = None,
            None if style.quotes.contains(&c)
                && before != '\\'
                && text.get(at + 1..).is_some_and(|rest| rest.contains(c)) =>
            {
                quote = Some(c);
            }
            None if c == style.comment && (before.is_whitespace() || at == 0) => {
                let (said, after) = text.split_at_checked(at).unwrap_or((text, ""));
                if !(style.hash_is_word)(said, after.get(1..).unwrap_or("")) {
                    return said;
                }
            }
            _ => {}
        }
        before = c;
    }
    text
}

fn line(source: &Source, text: &Text, style: &Style, problems: &mut Vec<Problem>) -> Option<Node> {
    let written = text.as_str();
    let start = written.len() - written.trim_start().len();
    let end = written.trim_end().len();
    if start >= end {
        return None;
    }
    let said = node(part(text, start, end), source.span(0, 0));
    let span = said.span;
    let words = words(text, style, span);
    let plain: Vec<&str> = words.iter().filter_map(Node::as_str).collect();
    if let Some(fault) = (style.fault)(&plain) {
        problems.push(Problem::error(style.name, source.path(), Some(span), fault));
        return None;
    }
    let entries = vec![Entry::new("text", span, said.clone()), Entry::new("words", span, Node::list(words, span))];
    Some(Node::map(entries, span))
}

/// The words of a line, each without its quotes; a quote that is not closed is a character like others.
fn words(text: &Text, style: &Style, line: Span) -> Vec<Node> {
    let written = text.as_str();
    let mut words = Vec::new();
    let mut word: Option<(Spelled, usize)> = None;
    let mut at = 0;
    while let Some(c) = written.get(at..).and_then(|rest| rest.chars().next()) {
        let next = at + c.len_utf8();
        if c.is_whitespace() {
            words.extend(word.take().map(|word| finished(text, word, at, line)));
            at = next;
            continue;
        }
        let (spelled, _) = word.get_or_insert_with(|| (Spelled::default(), at));
        let closing = style.quotes.contains(&c).then(|| written.get(next..).and_then(|rest| rest.find(c))).flatten();
        if let Some(length) = closing {
            spelled.part(text, next, next + length);
            at = next + length + c.len_utf8();
        } else {
            spelled.part(text, at, next);
            at = next;
        }
    }
    words.extend(word.take().map(|word| finished(text, word, written.len(), line)));
    words
}

/// A word without its quotes, at the place that it has with them.
fn finished(text: &Text, (spelled, start): (Spelled, usize), end: usize, line: Span) -> Node {
    Node::new(Value::Str(spelled.finish()), span(text, start, end, line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(syntax: &'static Syntax, text: &str) -> (Vec<Vec<String>>, Vec<String>) {
        let source = Source::from_text(FileId(0), "a", text);
        let parsed = (syntax.parse)(&source);
        let lines = parsed.roots[0].get("lines").unwrap().items();
        let of = |line: &Node| {
            line.get("words").unwrap().items().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
        };
        (lines.iter().map(of).collect(), parsed.problems.into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn words_are_read_without_quotes_and_comments() {
        for (syntax, text, want) in [
            (
                &WORDS,
                "bind 0.0.0.0 ::1 # all\n# no\n\nsave \"\"\n",
                vec![vec!["bind", "0.0.0.0", "::1"], vec!["save", ""]],
            ),
            (&WORDS, "a 'b c'd \"e\n", vec![vec!["a", "b cd", "\"e"]]),
            (
                &WORDS,
                "-A INPUT -m comment --comment \"a # b\" -j DROP",
                vec![vec!["-A", "INPUT", "-m", "comment", "--comment", "a # b", "-j", "DROP"]],
            ),
            (&PG_HBA, "host \"a b\" all \\\n 10.0.0.0/8 md5\n", vec![vec!["host", "a b", "all", "10.0.0.0/8", "md5"]]),
            (
                &SUDOERS,
                "#includedir /etc/sudoers.d\n#1000 ALL=ALL\n# a\n%wheel ALL=(ALL) ALL # b\n",
                vec![
                    vec!["#includedir", "/etc/sudoers.d"],
                    vec!["#1000", "ALL=ALL"],
                    vec!["%wheel", "ALL=(ALL)", "ALL"],
                ],
            ),
        ] {
            assert_eq!(
                read(syntax, text),
                (want.iter().map(|line| line.iter().map(|word| (*word).to_owned()).collect()).collect(), vec![]),
                "{text}"
            );
        }
    }

    #[test]
    fn lines_that_cannot_be_are_pointed_at() {
        for (syntax, text) in [(&PG_HBA, "hosts all all all md5\n"), (&SUDOERS, "deploy ALL ALL\n")] {
            assert_eq!(read(syntax, text).1.len(), 1, "{text}");
        }
    }

    #[test]
    fn words_are_found_where_they_stand() {
        let text = "a \\\n  \"b c\" d\n";
        let source = Source::from_text(FileId(0), "a", text);
        let parsed = (WORDS.parse)(&source);
        let words = parsed.roots[0].get("lines").unwrap().items()[0].get("words").unwrap().items().to_vec();
        let slices: Vec<&str> = words.iter().map(|word| source.slice(word.span)).collect();
        assert_eq!(slices, ["a", "\"b c\"", "d"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_or_leads_out_of_the_file(text in "[a-b \\t\\n\\r=#;\\\\é\"']{0,80}") {
            let source = Source::from_text(FileId(0), "a", &text);
            for syntax in [&WORDS, &PG_HBA, &SUDOERS, &ZONE] {
                crate::syntax::invariants::hold(&source, &(syntax.parse)(&source));
            }
        }
    }
}
