//! `sshd_config`: a keyword and its arguments on each line.
//!
//! The tree is a map whose `directives` is a list of maps, in the order of the file: `keyword` as written, `arguments`
//! without quotes, and `value`, all of them as written. Order matters (the first value counts), and what `Match` means
//! is the dialect's affair.

use crate::document::{Entry, Node, Problem};
use crate::source::Source;
use crate::syntax::lines::{Line, lines};
use crate::syntax::spelled::{Spelled, node};
use crate::syntax::{Parsed, Syntax};

/// The syntax of `sshd_config`.
pub const SSHD_CONFIG: Syntax =
    Syntax { name: "sshd-config", doc: "configuration of the OpenSSH server", comments: &["#"], parse };

const CODE: &str = "syntax::sshd-config";

fn parse(source: &Source) -> Parsed {
    let mut problems = Vec::new();
    let directives: Vec<Node> =
        lines(source.text()).filter_map(|line| directive(source, &line, &mut problems)).collect();
    let whole = source.whole();
    let header = directives.first().map_or(source.span(0, 0), |first| first.span);
    let entries = vec![Entry::new("directives", header, Node::list(directives, whole))];
    Parsed { roots: vec![Node::map(entries, whole)], problems }
}

fn directive(source: &Source, line: &Line<'_>, problems: &mut Vec<Problem>) -> Option<Node> {
    let text = line.text.trim();
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    let start = line.start + line.indent();
    let length = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (keyword, rest) = text.split_at_checked(length)?;
    let value = rest.trim_start().strip_prefix('=').unwrap_or(rest).trim_start();
    let separated = rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == '=');
    let mut refuse = |from: usize, to: usize, message: String| {
        problems.push(Problem::error(CODE, source.path(), Some(source.span(from, to)), message));
    };
    if keyword.is_empty() || !separated {
        refuse(start, start + text.len(), "expected a keyword and its arguments".into());
        return None;
    }
    let at = start + text.len() - value.len();
    let (arguments, end, closed) = arguments(source, value, at);
    if !closed {
        refuse(at, start + text.len(), "a quoted argument is not closed".into());
    }
    if arguments.is_empty() {
        refuse(start, start + keyword.len(), format!("`{keyword}` has no arguments"));
        return None;
    }
    let value = source.text().get(at..end).unwrap_or("");
    let span = source.span(start, end);
    let key = source.span(start, start + keyword.len());
    let list = source.span(at, end);
    let entries = vec![
        Entry::new("keyword", key, Node::verbatim(keyword, key, 0)),
        Entry::new("arguments", list, Node::list(arguments, list)),
        Entry::new("value", list, Node::verbatim(value, list, 0)),
    ];
    Some(Node::map(entries, span))
}

/// The arguments, the offset after the last of them, and whether every quote was closed. A `#` where an argument could
/// begin starts a comment.
fn arguments(source: &Source, value: &str, at: usize) -> (Vec<Node>, usize, bool) {
    let mut found = Vec::new();
    let (mut end, mut closed) = (at, true);
    let mut rest = value;
    while !rest.is_empty() && !rest.starts_with('#') {
        let start = at + (value.len() - rest.len());
        let mut argument = Spelled::default();
        let mut quote = None;
        let mut length = rest.len();
        let mut chars = rest.char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            let place = start + offset;
            let escapes = chars.peek().filter(|(_, next)| c == '\\' && matches!(next, '"' | '\'' | '\\'));
            if let Some((_, next)) = escapes.copied() {
                argument.escape(next.encode_utf8(&mut [0; 4]), place, place + 2);
                chars.next();
            } else if quote == Some(c) || (quote.is_none() && matches!(c, '"' | '\'')) {
                quote = if quote.is_some() { None } else { Some(c) };
            } else if quote.is_none() && c.is_whitespace() {
                length = offset;
                break;
            } else {
                argument.verbatim(c.encode_utf8(&mut [0; 4]), place);
            }
        }
        closed &= quote.is_none();
        end = start + length;
        let span = source.span(start, end);
        let mut argument = node(argument.finish(), span);
        argument.span = span;
        found.push(argument);
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    (found, end, closed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(text: &str) -> (Source, Parsed) {
        let source = Source::from_text(FileId(0), "sshd_config", text);
        let parsed = parse(&source);
        (source, parsed)
    }

    #[test]
    fn keywords_and_arguments_are_read_as_the_server_reads_them() {
        for (line, keyword, arguments) in [
            ("PermitRootLogin no", "PermitRootLogin", vec!["no"]),
            ("  Port=22 # why", "Port", vec!["22"]),
            ("Port = 22", "Port", vec!["22"]),
            ("AllowUsers a \"b c\" d#e", "AllowUsers", vec!["a", "b c", "d#e"]),
            ("Match User \"x\\\"y\"\r", "Match", vec!["User", "x\"y"]),
        ] {
            let (_, parsed) = read(line);
            assert_eq!(parsed.problems, [], "{line}");
            let [directive] = parsed.roots[0].get("directives").unwrap().items() else { panic!("{line}") };
            let got: Vec<_> = directive.get("arguments").unwrap().items().iter().map(|a| a.as_str().unwrap()).collect();
            assert_eq!((directive.get("keyword").unwrap().as_str(), got), (Some(keyword), arguments), "{line}");
        }
    }

    #[test]
    fn what_is_not_a_directive_is_pointed_at() {
        for (line, place, message) in [
            ("Port", "Port", "`Port` has no arguments"),
            ("Port # 22", "Port", "`Port` has no arguments"),
            ("{{ x }} y", "{{ x }} y", "expected a keyword and its arguments"),
            ("Banner \"x", "\"x", "a quoted argument is not closed"),
        ] {
            let (source, parsed) = read(line);
            let [problem] = &parsed.problems[..] else { panic!("{line}") };
            assert_eq!((source.slice(problem.span.unwrap()), problem.message.as_str()), (place, message));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_or_leads_out_of_the_file(text in "[A-Za-z \\t\\n\\r=\"'#\\\\é{}]{0,80}") {
            let (source, parsed) = read(&text);
            crate::syntax::invariants::hold(&source, &parsed);
        }
    }
}
