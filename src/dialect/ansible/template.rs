//! What a task makes of a template: the file that it becomes, with the variables of the task filled in.
//!
//! Expressions are those of every other text; of statements `if`, `for` and `set` are followed where it is known what they ask
//! for. A part under a condition nobody knows is a hole, and a template with other statements is not made at all.

mod rounds;

use super::jinja::{Filling, Piece, PieceKind, pieces};
use super::value::{self, Verdict, of_when};
use super::variables::Scope;
use super::{place, ties};
use crate::dialect::{file_name, has_extension, join};
use crate::document::{Document, Entry, Node, Text, Value};
use crate::source::{FileId, Source, Span, Workspace};

/// Modules that make a file of a template.
const MODULES: &[&str] = &["ansible.builtin.template", "ansible.windows.win_template"];

/// Longest template that is made.
const MAX_TEMPLATE: usize = 1 << 18;

/// Most items of a list that a template is made for, and most of all its loops together.
const MAX_ROUNDS: usize = 64;
const MAX_ALL_ROUNDS: usize = 512;

/// Most names that are in force at once: each use of a name goes through them.
const MAX_NAMES: usize = 256;

/// How deep statements stand in each other.
const MAX_DEPTH: usize = 16;

/// The path and the content of the file that a task makes of a template in the repository.
pub(super) fn of_task(
    module: &str,
    args: &Node,
    (document, workspace): (&Document, &Workspace),
    scope: &Scope<'_>,
) -> Option<Node> {
    let (src, dest) = (args.get("src")?, args.get("dest")?);
    let (name, path) = (src.as_str()?, dest.as_str()?);
    let file = MODULES.contains(&module).then(|| found(name, document, workspace))??;
    let source = workspace.seen(file).filter(|source| source.text().len() <= MAX_TEMPLATE)?;
    let content = made(&source, scope)?;
    let stem = file_name(name).strip_suffix(".j2").unwrap_or(file_name(name));
    let path = if path.ends_with('/') { format!("{path}{stem}") } else { path.to_owned() };
    let path = Node { value: Value::Str(Text::opaque(path)), ..dest.clone() };
    let entries = vec![Entry::new("path", dest.span, path), Entry::new("content", src.span, content)];
    Some(Node::map(entries, src.span))
}

/// The folders in which Ansible looks for a template.
fn folders(path: &str) -> impl Iterator<Item = String> {
    let own = ties::directory(path).to_owned();
    let bases = [place::role_of(path).map(str::to_owned), Some(own)];
    let templates = |base: String| [join(&base, "templates"), Some(base)];
    bases.into_iter().flatten().flat_map(templates).flatten()
}

fn found(name: &str, document: &Document, workspace: &Workspace) -> Option<FileId> {
    folders(&document.path).find_map(|folder| workspace.find(&join(&folder, name)?))
}

/// What a text of tasks may make files of.
pub(super) fn named<'t>(path: &str, text: &'t str) -> impl Iterator<Item = String> + use<'t> {
    const MOST: usize = 1_000;
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '{' | '}' | '='));
    let named = words.filter(|word| has_extension(word, &[".j2"])).take(MOST);
    let folders: Vec<String> = folders(path).collect();
    named.flat_map(move |word| folders.iter().filter_map(|folder| join(folder, word)).collect::<Vec<_>>())
}

/// The text that a template becomes; none where it has statements that are not followed.
fn made(source: &Source, scope: &Scope<'_>) -> Option<Node> {
    let text = source.text();
    let span = Span::new(source.id(), 0, text.len());
    // The first line may set other signs for templates.
    let start = if text.starts_with("#jinja2:") { text.find('\n')? + 1 } else { 0 };
    if text.get(..start).is_some_and(|line| line.contains("_string")) {
        return None;
    }
    if scope.budget.is_spent() || !scope.budget.keep(text.len()) {
        return None;
    }
    let whole = Text::verbatim(text, 0);
    let node = Node::new(Value::Str(whole.clone()), span);
    let pieces = pieces(text);
    let filling = Filling::new(&whole, &node, scope);
    let mut making = Making { text, pieces: &pieces, filling, scope: scope.clone(), rounds: 0, at: start };
    let end = making.list(0, 0)?;
    making.literal(text.len());
    if end < pieces.len() {
        return None;
    }
    // The places of what is filled in are those of the template, which is where it is mended.
    Some(Node { trail: None, ..making.filling.finish() })
}

struct Making<'m> {
    text: &'m str,
    pieces: &'m [Piece],
    filling: Filling<'m>,
    /// The variables, with those that the template has set up to here.
    scope: Scope<'m>,
    rounds: usize,
    /// Up to where the text is taken in.
    at: usize,
}

/// The parts of an `if` or a `for`: what each is under, and the pieces that it consists of.
struct Parts<'m> {
    parts: Vec<(&'m str, usize)>,
    end: usize,
}

impl<'m> Making<'m> {
    fn statement(&self, at: usize) -> Option<&'m str> {
        let piece = self.pieces.get(at).filter(|piece| piece.kind == PieceKind::Statement)?;
        Some(self.text.get(piece.inner.clone())?.trim_matches(['-', '+']).trim())
    }

    /// Takes in text up to a place, unless it was.
    fn literal(&mut self, end: usize) {
        if self.at < end {
            self.filling.literal(self.at, end);
            self.at = end;
        }
    }

    /// Goes to the text after a piece. A line break right after a statement is dropped, with a minus all blanks are, with a plus nothing is.
    fn after(&mut self, piece: &Piece) {
        self.at = piece.whole.end;
        let rest = self.text.get(self.at..).unwrap_or("");
        let inner = self.text.get(piece.inner.clone()).unwrap_or("");
        if inner.ends_with('-') {
            self.at += rest.len() - rest.trim_start().len();
        } else if piece.kind != PieceKind::Expression && !inner.ends_with('+') {
            self.at += usize::from(rest.starts_with('\n'));
        }
    }

    /// Takes in the text before a piece.
    fn before(&mut self, piece: &Piece) {
        let end = match self.text.get(piece.inner.clone()) {
            Some(inner) if inner.starts_with('-') => self.text.get(..piece.whole.start).unwrap_or("").trim_end().len(),
            _ => piece.whole.start,
        };
        self.literal(end);
    }

    /// Takes in pieces up to one that ends the part they are of; its number.
    fn list(&mut self, mut number: usize, depth: usize) -> Option<usize> {
        if depth > MAX_DEPTH {
            return None;
        }
        while let Some(piece) = self.pieces.get(number) {
            if self.scope.budget.is_spent() {
                return None;
            }
            self.scope.budget.spend(1);
            let word = self.statement(number).and_then(|text| text.split_whitespace().next());
            if matches!(word, Some("elif" | "else" | "endif" | "endfor")) {
                return Some(number);
            }
            self.before(piece);
            match (piece.kind, word) {
                (PieceKind::Comment, _) => self.after(piece),
                (PieceKind::Expression, _) => {
                    self.filling.expression(piece, &self.scope);
                    self.after(piece);
                }
                (PieceKind::Statement, Some("if")) => number = self.choice(number, depth)?,
                (PieceKind::Statement, Some("for")) => number = self.each(number, depth)?,
                (PieceKind::Statement, Some("set")) => {
                    self.set(number)?;
                    self.after(piece);
                }
                (PieceKind::Statement, _) => return None,
            }
            number += 1;
        }
        Some(number)
    }

    /// The parts of a statement that has some; none where it is not closed.
    fn parts(&self, number: usize, close: &str) -> Option<Parts<'m>> {
        let mut parts = vec![(self.statement(number)?, number)];
        let mut depth = 0_usize;
        for at in number + 1..self.pieces.len() {
            let Some(text) = self.statement(at) else { continue };
            match text.split_whitespace().next().unwrap_or("") {
                "if" | "for" => depth += 1,
                "endif" | "endfor" if depth > 0 => depth -= 1,
                word if word == close => return Some(Parts { parts, end: at }),
                "endif" | "endfor" => return None,
                "elif" | "else" if depth == 0 => parts.push((text, at)),
                _ => {}
            }
        }
        None
    }

    /// Takes in one part of a statement.
    fn part(&mut self, number: usize, depth: usize) -> Option<()> {
        let piece = self.pieces.get(number)?;
        self.after(piece);
        let end = self.list(number + 1, depth + 1)?;
        let closing = self.pieces.get(end)?;
        self.before(closing);
        Some(())
    }

    fn choice(&mut self, number: usize, depth: usize) -> Option<usize> {
        let Parts { parts, end } = self.parts(number, "endif")?;
        for (text, at) in parts {
            let condition = text.split_once(char::is_whitespace).map(|(_, condition)| condition.trim());
            let holds = match condition {
                Some(condition) => of_when(&Node::text(condition, self.scope.place), &self.scope),
                None => Verdict::Known(true),
            };
            match holds {
                Verdict::Known(true) => {
                    self.part(at, depth)?;
                    break;
                }
                Verdict::Known(false) => {}
                // What is set there would be known or not.
                Verdict::Open(..) if (at..end).any(|inner| self.is_set(inner)) => return None,
                Verdict::Open(_, why) => {
                    self.filling.undecided(why.because.to_string());
                    break;
                }
            }
        }
        self.after(self.pieces.get(end)?);
        Some(end)
    }

    fn is_set(&self, number: usize) -> bool {
        self.statement(number).is_some_and(|text| text.split_whitespace().next() == Some("set"))
    }

    /// `set name = value`
    fn set(&mut self, number: usize) -> Option<()> {
        if self.scope.bound.len() >= MAX_NAMES {
            return None;
        }
        let (name, written) = self.statement(number)?.strip_prefix("set")?.split_once('=')?;
        let value = value::of(written.trim(), self.scope.place, &self.scope)?;
        self.scope.bound.push((rounds::name(name)?.into(), value));
        Some(())
    }

    /// `for name in list`
    fn each(&mut self, number: usize, depth: usize) -> Option<usize> {
        let Parts { parts, end } = self.parts(number, "endfor")?;
        let (text, start) = *parts.first()?;
        let otherwise = match parts.as_slice() {
            [_] => None,
            [_, ("else", at)] => Some(*at),
            _ => return None,
        };
        let close = self.pieces.get(otherwise.unwrap_or(end))?.whole.start;
        let length = close.saturating_sub(self.pieces.get(start)?.whole.end);
        match (rounds::of(text, MAX_ROUNDS, &self.scope)?, otherwise) {
            (Err(because), _) => self.filling.undecided(because),
            (Ok(rounds), Some(at)) if rounds.is_empty() => self.part(at, depth)?,
            (Ok(rounds), _) => {
                let outside = self.scope.bound.len();
                for names in rounds {
                    self.rounds += 1;
                    if self.rounds > MAX_ALL_ROUNDS || !self.scope.budget.keep(length) {
                        return None;
                    }
                    self.scope.bound.extend(names);
                    self.part(start, depth)?;
                    self.scope.bound.truncate(outside);
                }
            }
        }
        self.after(self.pieces.get(end)?);
        Some(end)
    }
}
