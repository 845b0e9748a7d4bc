//! The long options of a command, by name.
//!
//! Programs differ in whether an option that is followed by a word takes it: here it does, which is right for all that are
//! asked for by value. What may hold any options (`$OPTIONS`, a word that a template makes) leaves the others open.

use std::sync::Arc;

use crate::document::{Entry, Map, Node, PartialText, Unresolved, Value};
use crate::syntax::spelled;

/// The options that words set: `--name=value`, `--name value`, and `--name` alone, which is `true`. Of one that is set twice
/// the last holds. None where no word is one, or may be.
pub(super) fn of(argv: &[Node]) -> Option<Node> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut rest: Option<Arc<Unresolved>> = None;
    // The first word is the program, unless that is named elsewhere.
    let program = usize::from(!argv.first().is_some_and(is_option));
    let mut words = argv.iter().skip(program).peekable();
    while let Some(word) = words.next() {
        match &word.value {
            Value::Str(text) if text.as_str() == "--" => break,
            Value::Str(text) => match named(text.as_str()) {
                Some((name, Some(from))) => {
                    let value = Value::Str(spelled::part(text, from, text.as_str().len()));
                    set(&mut entries, name, Node { value, ..word.clone() }, word);
                }
                Some((name, None)) => {
                    let value = words.next_if(|next| !is_option(next)).cloned();
                    set(&mut entries, name, value.unwrap_or_else(|| Node::text("true", word.span)), word);
                }
                None if stands_for_words(text.as_str()) => {
                    rest.get_or_insert_with(|| Arc::new(variable(text.as_str())));
                }
                None => {}
            },
            Value::Unresolved(open) => match open.partial.as_deref().and_then(named_partly) {
                Some(name) => {
                    let value = Unresolved { partial: None, alternatives: Vec::new(), ..Unresolved::clone(open) };
                    set(&mut entries, &name, Node { value: Value::Unresolved(Arc::new(value)), ..word.clone() }, word);
                }
                None if is_option(word) || !begins(open.partial.as_deref()) => {
                    rest.get_or_insert_with(|| Arc::clone(open));
                }
                None => {}
            },
            _ => {}
        }
    }
    let span = argv.iter().map(|word| word.span).reduce(crate::source::Span::to)?;
    let is_one = !entries.is_empty() || rest.is_some();
    is_one.then(|| Node::new(Value::Map(Arc::new(Map { entries, rest })), span))
}

/// Programs of which it is known which options take the word after them, whatever that looks like: short ones by their letters,
/// and long ones. <https://curl.se/docs/manpage.html>, <https://www.gnu.org/software/wget/manual/wget.html>
const TAKING: &[(&str, &str, &[&str])] = &[
    (
        "curl",
        "AbcCdDeEFhHKmoPQrtTuUwxXyYz",
        &[
            "--cacert",
            "--capath",
            "--cert",
            "--config",
            "--connect-timeout",
            "--cookie",
            "--cookie-jar",
            "--data",
            "--data-ascii",
            "--data-binary",
            "--data-raw",
            "--data-urlencode",
            "--form",
            "--form-string",
            "--header",
            "--json",
            "--key",
            "--max-time",
            "--oauth2-bearer",
            "--output",
            "--output-dir",
            "--pass",
            "--proxy",
            "--proxy-header",
            "--proxy-user",
            "--range",
            "--referer",
            "--request",
            "--resolve",
            "--retry",
            "--stderr",
            "--unix-socket",
            "--upload-file",
            "--url",
            "--user",
            "--user-agent",
            "--write-out",
        ],
    ),
    (
        "wget",
        "aABDeiIlOoPQRtTUwX",
        &[
            "--append-output",
            "--body-data",
            "--body-file",
            "--ca-certificate",
            "--certificate",
            "--directory-prefix",
            "--execute",
            "--header",
            "--input-file",
            "--method",
            "--output-document",
            "--output-file",
            "--password",
            "--post-data",
            "--post-file",
            "--private-key",
            "--referer",
            "--tries",
            "--user",
            "--user-agent",
        ],
    ),
];

/// The options of a program as they are written, without words that are the value of one; none where it is not known which those
/// are.
pub(super) fn switches(program: &str, argv: &Node) -> Option<Node> {
    let (_, letters, long) = TAKING.iter().find(|(name, ..)| *name == program)?;
    let takes = |word: &str| match word.strip_prefix("--") {
        Some(_) => long.contains(&word),
        // Of several letters the first that takes a value has the rest, where there is one.
        None => word
            .strip_prefix('-')
            .and_then(|short| short.find(|letter| letters.contains(letter)))
            .is_some_and(|at| at + 2 == word.len()),
    };
    let mut found = Vec::new();
    let mut words = argv.items().iter();
    while let Some(word) = words.next() {
        if !is_option(word) {
            continue;
        }
        found.push(word.clone());
        if word.as_str().is_some_and(takes) {
            words.next();
        }
    }
    Some(Node::list(found, argv.span))
}

fn set(entries: &mut Vec<Entry>, name: &str, value: Node, word: &Node) {
    entries.retain(|entry| &*entry.key.name != name);
    entries.push(Entry::new(name, word.span, value));
}

/// The name of a long option, and where its value begins if it has one in the same word.
fn named(word: &str) -> Option<(&str, Option<usize>)> {
    let after = word.strip_prefix("--")?;
    let end = after.find('=').unwrap_or(after.len());
    let name = after.get(..end)?;
    let is_name = name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_name.then(|| (name, after.get(end..).filter(|rest| !rest.is_empty()).map(|_| end + 3)))
}

/// The name of an option of which the value is not known.
fn named_partly(partial: &PartialText) -> Option<String> {
    let (name, value) = named(partial.prefix())?;
    value.map(|_| name.to_owned())
}

/// Whether a word begins with what is known of it.
fn begins(partial: Option<&PartialText>) -> bool {
    partial.is_some_and(|partial| !partial.prefix().is_empty())
}

fn is_option(word: &Node) -> bool {
    let start = match &word.value {
        Value::Str(text) => text.as_str(),
        Value::Unresolved(open) => open.partial.as_deref().map_or("", PartialText::prefix),
        _ => "",
    };
    start.starts_with('-') && start.len() > 1
}

/// Whether a word is a variable and no more, of a shell, a unit or a pod: it may stand for several words.
fn stands_for_words(word: &str) -> bool {
    let Some(name) = word.strip_prefix('$') else { return false };
    let name = name.trim_start_matches(['{', '(']).trim_end_matches(['}', ')']);
    matches!(name, "@" | "*")
        || !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_[]@*".contains(&byte))
}

fn variable(word: &str) -> Unresolved {
    Unresolved {
        expression: word.into(),
        because: format!("`{word}` may stand for further options").into(),
        ..Unresolved::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn shown(words: &str) -> String {
        let span = Span::new(FileId(0), 0, words.len());
        let argv: Vec<Node> = words
            .split(' ')
            .map(|word| match word.split_once('…') {
                None => Node::text(word, span),
                Some((before, after)) => {
                    let partial = Some(Box::new(PartialText::around(before, after)));
                    let open = Unresolved { expression: "x".into(), partial, ..Unresolved::default() };
                    Node::new(Value::Unresolved(Arc::new(open)), span)
                }
            })
            .collect();
        let Some(options) = of(&argv) else { return String::new() };
        let Value::Map(map) = &options.value else { return String::new() };
        let one = |entry: &Entry| format!("{}={}", entry.key.name, entry.value.as_str().unwrap_or("?"));
        let all = map.entries.iter().map(one).chain(map.rest.as_ref().map(|_| "...".to_owned()));
        all.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_the_value_of_an_option_is_no_option() {
        for (words, want) in [
            ("curl -k https://x", "-k"),
            ("curl -A -k https://x", "-A"),
            ("curl -fsSLo -k https://x", "-fsSLo"),
            ("curl -ok https://x", "-ok"),
            ("curl -okay -k https://x", "-okay -k"),
            ("curl --output -k https://x", "--output"),
            ("curl --output=a -k https://x", "--output=a -k"),
            ("curl -d - -k https://x", "-d -k"),
            ("wget -O --no-check-certificate https://x", "-O"),
            ("wget -nv --no-check-certificate https://x", "-nv --no-check-certificate"),
            ("curl -o", "-o"),
            ("git -c a", "?"),
        ] {
            let span = Span::new(FileId(0), 0, words.len());
            let argv = Node::list(words.split(' ').map(|word| Node::text(word, span)).collect(), span);
            let program = words.split(' ').next().unwrap();
            let found = switches(program, &argv).map_or_else(
                || "?".to_owned(),
                |found| found.items().iter().filter_map(Node::as_str).collect::<Vec<_>>().join(" "),
            );
            assert_eq!(found, want, "{words}");
        }
    }

    #[test]
    fn options_are_known_by_their_names() {
        for (words, want) in [
            ("etcd --auto-tls=true", "auto-tls=true"),
            ("etcd --auto-tls true --data-dir /x", "auto-tls=true data-dir=/x"),
            ("etcd --auto-tls --data-dir=/x", "auto-tls=true data-dir=/x"),
            ("kubelet --v=2 --v=4", "v=4"),
            ("kubelet --node-labels=a=b,c=d", "node-labels=a=b,c=d"),
            ("kubelet --empty= -v 2 x", "empty="),
            ("kubectl get pods", ""),
            ("kubectl exec a -- etcd --auto-tls", ""),
            ("echo ---", ""),
            ("kubelet $KUBELET_ARGS --v=2", "v=2 ..."),
            ("kubelet ${KUBELET_ARGS[@]}", "..."),
            ("kubelet --dir $DIR", "dir=$DIR"),
            ("kubelet $(ARGS)", "..."),
            ("kubelet a$ARGS", ""),
            ("kubelet --v=…", "v=?"),
            ("kubelet --v…", "..."),
            ("kubelet …", "..."),
            ("--v=2 --dir /x", "v=2 dir=/x"),
            ("--v 2 x", "v=2"),
            ("-v 2 --dir=/x", "dir=/x"),
            ("--v=… --dir=/x", "v=? dir=/x"),
            ("kubelet a…", ""),
            ("kubelet --dir …/x", "dir=?"),
        ] {
            assert_eq!(shown(words), want, "{words}");
        }
    }
}
