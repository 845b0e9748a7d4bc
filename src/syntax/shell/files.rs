//! The files that a script writes whole: the lines that it hands to `cat > FILE` or `tee FILE`, and what `echo` prints into one; and
//! those that it hands to a cluster (`kubectl apply -f -`).
//!
//! What is added to a file (`>>`, `tee -a`) is no file, and what another program prints is not known.

use super::{Command, Word, base_name};
use crate::document::{Entry, Node, PartialText, Text, TextPart, Unresolved, Value};
use crate::source::Span;
use crate::syntax::spelled::{self, Spelled};
use crate::syntax::variables::reference;

/// The lines that a command is handed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heredoc {
    pub start: usize,
    pub end: usize,
    /// Tabs before each line are dropped.
    pub strip: bool,
    /// Variables in it stand for themselves.
    pub quoted: bool,
}

/// The path of what a cluster is handed: it is in no file.
pub(crate) const HANDED_TO_CLUSTER: &str = "/dev/stdin";

/// The files that commands of a script write, each with `path` and `content`.
pub(super) fn written(script: &Text, within: Span, commands: &[Command]) -> Vec<Node> {
    let mut files = Vec::new();
    for (at, command) in commands.iter().enumerate() {
        let next = command.piped_to.as_ref().and_then(|_| commands.get(at + 1));
        let Some((path, content)) =
            file(script, within, command, next).or_else(|| manifest(script, within, command, next))
        else {
            continue;
        };
        let place = spelled::span(script, command.start, command.end, within);
        files.push(Node::map(vec![Entry::new("path", place, path), Entry::new("content", place, content)], place));
    }
    files
}

/// The path and the text of the file that a command writes, by itself or through the next one of its pipe.
fn file(script: &Text, within: Span, command: &Command, next: Option<&Command>) -> Option<(Node, Node)> {
    let program = command.program()?;
    let content = match (&*program, command.heredoc) {
        ("cat" | "tee", Some(heredoc)) if program == "tee" || operands(command, "cat").next().is_none() => {
            lines(script, within, heredoc)
        }
        ("echo", None) => echoed(script, within, command)?,
        _ => return None,
    };
    let path = match (&*program, next) {
        ("tee", _) => teed(command)?,
        (_, None) => redirected(command)?,
        (_, Some(next)) if next.program().as_deref() == Some("tee") => teed(next)?,
        _ => return None,
    };
    Some((Node::text(path, within), content))
}

/// What a cluster is handed by a command, or by the one before it in its pipe.
fn manifest(script: &Text, within: Span, command: &Command, next: Option<&Command>) -> Option<(Node, Node)> {
    let heredoc = command.heredoc?;
    let prints = command.program().as_deref() == Some("cat") && operands(command, "cat").next().is_none();
    let applies = applies(command) || prints && next.is_some_and(applies);
    applies.then(|| (Node::text(HANDED_TO_CLUSTER, within), lines(script, within, heredoc)))
}

/// Whether a command makes what it is handed in a cluster.
fn applies(command: &Command) -> bool {
    if !command.program().is_some_and(|program| matches!(&*program, "kubectl" | "oc")) {
        return false;
    }
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let is_verb = |word: &&str| matches!(*word, "apply" | "create" | "replace");
    let is_tried = |word: &&str| word.starts_with("--dry-run") && !word.ends_with("=none");
    let named = words.windows(2).any(|pair| matches!(pair, ["-f" | "--filename", "-" | "/dev/stdin"]));
    let joined = |word: &&str| matches!(*word, "-f-" | "-f=-" | "--filename=-");
    (named || words.iter().any(joined)) && words.iter().any(is_verb) && !words.iter().any(is_tried)
}

/// The words after a program that are no options.
fn operands<'c>(command: &'c Command, program: &'static str) -> impl Iterator<Item = &'c Word> {
    let after = command.words.iter().skip_while(move |word| base_name(word.text.as_str()) != program).skip(1);
    after.filter(|word| !word.text.as_str().starts_with('-'))
}

/// The file that `tee` writes anew.
fn teed(command: &Command) -> Option<String> {
    let adds = |word: &Word| matches!(word.text.as_str(), "-a" | "--append" | "-ai" | "-ia");
    let path = operands(command, "tee").next().filter(|_| !command.words.iter().any(adds))?;
    Some(path.text.as_str().to_owned())
}

/// The file that the output of a command goes to.
fn redirected(command: &Command) -> Option<String> {
    let target = |word: &Word| {
        let written = word.text.as_str();
        let written = written.strip_prefix('1').unwrap_or(written).strip_prefix('>')?;
        let path = written.strip_prefix('|').unwrap_or(written);
        (!path.starts_with(['>', '&'])).then(|| path.trim().trim_matches(['"', '\'']).to_owned())
    };
    command.redirects.iter().rev().find_map(target).filter(|path| !path.is_empty())
}

/// The one word that `echo` prints.
fn echoed(script: &Text, within: Span, command: &Command) -> Option<Node> {
    let mut words = operands(command, "echo");
    let (word, None) = (words.next()?, words.next()) else { return None };
    let text = word.text.as_str();
    let is_literal = script.as_str().get(word.start..)?.starts_with('\'');
    let is_plain = !text.contains('\\') && (is_literal || !text.contains(['$', '`']));
    is_plain.then(|| spelled::node(word.text.clone(), within))
}

/// The lines of a heredoc as the program reads them.
fn lines(script: &Text, within: Span, heredoc: Heredoc) -> Node {
    let mut reading = Reading { script, spelled: Spelled::default(), parts: Vec::new(), from: 0 };
    let all = script.as_str();
    let mut at = heredoc.start;
    while at < heredoc.end {
        let line = all.get(at..heredoc.end).and_then(|rest| rest.split_inclusive('\n').next()).unwrap_or("");
        let skip = if heredoc.strip { line.len() - line.trim_start_matches('\t').len() } else { 0 };
        let end = at + line.len();
        if heredoc.quoted {
            reading.spelled.part(script, at + skip, end);
        } else {
            reading.line(at + skip, end);
        }
        if line.is_empty() {
            break;
        }
        at = end;
    }
    let span = spelled::span(script, heredoc.start, heredoc.end, within);
    reading.finish(span)
}

/// A text in which variables are replaced.
struct Reading<'s> {
    script: &'s Text,
    spelled: Spelled,
    parts: Vec<TextPart<'static>>,
    /// How much of what is spelled is among the parts.
    from: usize,
}

impl Reading<'_> {
    fn line(&mut self, start: usize, end: usize) {
        let all = self.script.as_str();
        let mut at = start;
        while at < end {
            let rest = all.get(at..end).unwrap_or("");
            let plain = rest.find(['\\', '$', '`']).unwrap_or(rest.len());
            self.spelled.part(self.script, at, at + plain);
            at += plain;
            let mut signs = all.get(at..end).unwrap_or("").chars();
            match (signs.next(), signs.next()) {
                (None, _) => break,
                (Some('\\'), Some(sign @ ('$' | '`' | '\\'))) => {
                    let (from, to) = self.script.trace(at, at + 2).unwrap_or((0, 0));
                    self.spelled.escape(sign.encode_utf8(&mut [0; 4]), from as usize, to as usize);
                    at += 2;
                }
                (Some('\\'), Some('\n')) => at += 2,
                (Some('$'), Some('(')) | (Some('`'), _) => {
                    self.hole();
                    // What a command prints may be any lines.
                    let is_ended = all.get(..end).is_some_and(|read| read.ends_with('\n'));
                    self.spelled.part(self.script, end - usize::from(is_ended), end);
                    at = end;
                }
                (Some(sign), _) => {
                    let found = reference(all, at, end).filter(|found| sign == '$' && !found.name.is_empty());
                    if let Some(found) = found {
                        self.hole();
                        at = found.range.end;
                    } else {
                        self.spelled.part(self.script, at, at + sign.len_utf8());
                        at += sign.len_utf8();
                    }
                }
            }
        }
    }

    /// Something that only the shell knows stands here.
    fn hole(&mut self) {
        let known = self.spelled.as_str().get(self.from..).unwrap_or("").to_owned();
        self.from = self.spelled.as_str().len();
        self.parts.extend([TextPart::Known(known.into()), TextPart::Hole]);
    }

    fn finish(mut self, span: Span) -> Node {
        if self.parts.is_empty() {
            return Node::new(Value::Str(self.spelled.finish()), span);
        }
        let rest = self.spelled.as_str().get(self.from..).unwrap_or("").to_owned();
        self.parts.push(TextPart::Known(rest.into()));
        let partial = PartialText::joined(self.parts).map(Into::into);
        let because = "the shell fills in variables".into();
        let open = Unresolved { expression: "the lines of a script".into(), because, partial, ..Unresolved::default() };
        Node::new(Value::Unresolved(open.into()), span)
    }
}
