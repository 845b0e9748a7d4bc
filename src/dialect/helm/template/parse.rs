//! Templates as trees.

use std::rc::Rc;
use std::sync::Arc;

use super::lex::{self, Chunk, Token, Word};
use super::text::Place;
use crate::source::{FileId, Span};

/// Deepest nesting of blocks and parentheses.
const MAX_NESTING: usize = 64;

/// Where a template's text stands.
#[derive(Clone)]
pub enum Base {
    /// In a file.
    File {
        /// The file.
        file: FileId,
        /// What it is, for labels.
        what: Arc<str>,
    },
    /// Made by a template (`tpl`): all of it came from one place.
    Made(Rc<Place>),
}

/// A part of a template.
#[derive(Debug)]
pub enum Item {
    /// Literal text.
    Text {
        text: Rc<str>,
        /// Its offset in the file, when it stands in one.
        source: Option<usize>,
        place: Rc<Place>,
    },
    /// `{{ pipeline }}`
    Output { pipe: Pipe, place: Rc<Place> },
    /// `if`, `with` and `range`.
    Branch { kind: Branch, pipe: Pipe, body: Vec<Item>, otherwise: Vec<Item>, place: Rc<Place> },
    /// `{{ template "name" pipeline }}`
    Template { name: Rc<str>, argument: Option<Pipe>, place: Rc<Place> },
    /// `{{ break }}`
    Break,
    /// `{{ continue }}`
    Continue,
}

/// What a branch does with its pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Branch {
    /// Tests it.
    If,
    /// Tests it and makes it the dot.
    With,
    /// Goes through it.
    Range,
}

/// Commands, each of which hands its value to the next.
#[derive(Debug)]
pub struct Pipe {
    /// `$a, $b :=`
    pub variables: Vec<Rc<str>>,
    /// `=` instead of `:=`.
    pub assigns: bool,
    /// The commands; never empty.
    pub commands: Vec<Vec<Expr>>,
}

/// A part of a command.
#[derive(Debug)]
pub enum Expr {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true` and `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(Rc<str>),
    /// `.a.b`
    Field(Vec<Rc<str>>),
    /// `$a.b`
    Variable(Rc<str>, Vec<Rc<str>>),
    /// `(pipeline).a`
    Paren(Box<Pipe>, Vec<Rc<str>>),
    /// A function.
    Function(Rc<str>),
}

/// A template and those it defines.
pub struct Parsed {
    /// The text outside of definitions.
    pub items: Vec<Item>,
    /// Named templates, in their order.
    pub defines: Vec<(Rc<str>, Vec<Item>)>,
}

/// What is wrong with a template, and the offset.
pub type Wrong = (String, usize);

/// Reads a template.
pub fn parse(text: &str, base: &Base) -> Result<Parsed, Wrong> {
    let chunks = lex::chunks(text)?;
    let mut parser = Parser { text, base, chunks: chunks.into_iter(), defines: Vec::new(), end: text.len() };
    let (items, ending) = parser.block(0)?;
    match ending {
        Ending::File => Ok(Parsed { items, defines: parser.defines }),
        Ending::End(at) | Ending::Else(at, _) => Err(("this ends nothing".to_owned(), at)),
    }
}

struct Parser<'a> {
    text: &'a str,
    base: &'a Base,
    chunks: std::vec::IntoIter<Chunk>,
    defines: Vec<(Rc<str>, Vec<Item>)>,
    end: usize,
}

/// What ended a block.
enum Ending {
    File,
    End(usize),
    /// The words after `else`.
    Else(usize, Vec<Token>),
}

impl Parser<'_> {
    fn place(&self, start: usize, end: usize) -> Rc<Place> {
        match self.base {
            Base::File { file, what } => Place::new(Span::new(*file, start, end), Arc::clone(what)),
            Base::Made(place) => Rc::clone(place),
        }
    }

    fn block(&mut self, depth: usize) -> Result<(Vec<Item>, Ending), Wrong> {
        let mut items = Vec::new();
        while let Some(chunk) = self.chunks.next() {
            match chunk {
                Chunk::Text(start, end) => items.push(self.literal(start, end)),
                Chunk::Action(start, end, words) => {
                    if depth > MAX_NESTING {
                        return Err(("blocks are nested too deeply".to_owned(), start));
                    }
                    match self.action(&mut items, (start, end), &words, depth)? {
                        None => {}
                        Some(ending) => return Ok((items, ending)),
                    }
                }
            }
        }
        Ok((items, Ending::File))
    }

    fn literal(&self, start: usize, end: usize) -> Item {
        let source = matches!(self.base, Base::File { .. }).then_some(start);
        Item::Text { text: self.text.get(start..end).unwrap_or("").into(), source, place: self.place(start, end) }
    }

    fn action(
        &mut self,
        items: &mut Vec<Item>,
        (start, end): (usize, usize),
        words: &[Token],
        depth: usize,
    ) -> Result<Option<Ending>, Wrong> {
        let place = self.place(start, end);
        let keyword = match words.first().map(|word| &word.kind) {
            Some(Word::Name(name)) => name.clone(),
            _ => String::new(),
        };
        let rest = || words.get(1..).unwrap_or(&[]);
        match keyword.as_str() {
            "if" | "with" | "range" => {
                let kind = branch_of(&keyword);
                items.push(self.branch(kind, rest(), place, start, depth)?);
            }
            "end" => return Ok(Some(Ending::End(start))),
            "else" => return Ok(Some(Ending::Else(start, rest().to_vec()))),
            "break" if words.len() == 1 => items.push(Item::Break),
            "continue" if words.len() == 1 => items.push(Item::Continue),
            "define" | "block" => {
                let name = name_of(rest(), start)?;
                let body = self.closed(start, depth)?;
                self.defines.push((Rc::clone(&name), body));
                if keyword == "block" {
                    let argument = Self::argument(words.get(2..).unwrap_or(&[]), start)?;
                    items.push(Item::Template { name, argument, place });
                }
            }
            "template" => {
                let name = name_of(rest(), start)?;
                let argument = Self::argument(words.get(2..).unwrap_or(&[]), start)?;
                items.push(Item::Template { name, argument, place });
            }
            _ => {
                let pipe = Words::new(words, start).whole()?;
                items.push(Item::Output { pipe, place });
            }
        }
        Ok(None)
    }

    fn argument(words: &[Token], start: usize) -> Result<Option<Pipe>, Wrong> {
        if words.is_empty() { Ok(None) } else { Words::new(words, start).whole().map(Some) }
    }

    /// The body of a definition.
    fn closed(&mut self, start: usize, depth: usize) -> Result<Vec<Item>, Wrong> {
        match self.block(depth + 1)? {
            (items, Ending::End(_)) => Ok(items),
            (_, Ending::Else(at, _)) => Err(("`else` belongs to no `if`".to_owned(), at)),
            (_, Ending::File) => Err(("there is no `end` for this".to_owned(), start)),
        }
    }

    fn branch(
        &mut self,
        kind: Branch,
        words: &[Token],
        place: Rc<Place>,
        start: usize,
        depth: usize,
    ) -> Result<Item, Wrong> {
        let pipe = Words::new(words, start).whole()?;
        let (body, ending) = self.block(depth + 1)?;
        let otherwise = match ending {
            Ending::End(_) => Vec::new(),
            Ending::File => return Err(("there is no `end` for this".to_owned(), start.min(self.end))),
            Ending::Else(at, words) => match words.first().map(|word| &word.kind) {
                None => self.closed(start, depth)?,
                Some(Word::Name(name)) if matches!(name.as_str(), "if" | "with") => {
                    let rest = words.get(1..).unwrap_or(&[]);
                    let end = words.last().map_or(at, |word| word.end);
                    let place = self.place(at, end);
                    vec![self.branch(branch_of(name), rest, place, at, depth + 1)?]
                }
                Some(_) => return Err(("expected nothing, `if` or `with` after `else`".to_owned(), at)),
            },
        };
        Ok(Item::Branch { kind, pipe, body, otherwise, place })
    }
}

fn branch_of(keyword: &str) -> Branch {
    match keyword {
        "with" => Branch::With,
        "range" => Branch::Range,
        _ => Branch::If,
    }
}

fn name_of(words: &[Token], start: usize) -> Result<Rc<str>, Wrong> {
    match words.first().map(|word| &word.kind) {
        Some(Word::Text(name)) => Ok(name.as_str().into()),
        _ => Err(("expected the name of a template in quotes".to_owned(), start)),
    }
}

/// The words of one action, read from the left.
struct Words<'a> {
    all: &'a [Token],
    at: usize,
    start: usize,
}

impl<'a> Words<'a> {
    fn new(all: &'a [Token], start: usize) -> Words<'a> {
        Words { all, at: 0, start }
    }

    fn peek(&self) -> Option<&'a Token> {
        self.all.get(self.at)
    }

    fn next(&mut self) -> Option<&'a Token> {
        let word = self.all.get(self.at)?;
        self.at += 1;
        Some(word)
    }

    fn wrong<T>(&self, message: &str) -> Result<T, Wrong> {
        Err((message.to_owned(), self.peek().map_or(self.start, |word| word.start)))
    }

    fn whole(mut self) -> Result<Pipe, Wrong> {
        let pipe = self.pipe(0)?;
        if self.peek().is_some() { self.wrong("unexpected text in an action") } else { Ok(pipe) }
    }

    fn pipe(&mut self, depth: usize) -> Result<Pipe, Wrong> {
        if depth > MAX_NESTING {
            return self.wrong("parentheses are nested too deeply");
        }
        let (variables, assigns) = self.declaration();
        let mut commands = vec![self.command(depth)?];
        while self.peek().is_some_and(|word| word.kind == Word::Pipe) {
            self.at += 1;
            commands.push(self.command(depth)?);
        }
        Ok(Pipe { variables, assigns, commands })
    }

    /// `$a :=`, `$a, $b :=`, `$a =`
    fn declaration(&mut self) -> (Vec<Rc<str>>, bool) {
        let name = |at: usize| match self.all.get(at).map(|word| &word.kind) {
            Some(Word::Variable(name)) => Some(Rc::from(name.as_str())),
            _ => None,
        };
        let sign = |at: usize| match self.all.get(at).map(|word| &word.kind) {
            Some(Word::Declare) => Some(false),
            Some(Word::Assign) => Some(true),
            _ => None,
        };
        let comma = self.all.get(self.at + 1).is_some_and(|word| word.kind == Word::Comma);
        let found = match (name(self.at), sign(self.at + 1)) {
            (Some(first), Some(assigns)) => Some((vec![first], assigns, 2)),
            (Some(first), None) if comma => match (name(self.at + 2), sign(self.at + 3)) {
                (Some(second), Some(assigns)) => Some((vec![first, second], assigns, 4)),
                _ => None,
            },
            _ => None,
        };
        match found {
            Some((variables, assigns, length)) => {
                self.at += length;
                (variables, assigns)
            }
            None => (Vec::new(), false),
        }
    }

    fn command(&mut self, depth: usize) -> Result<Vec<Expr>, Wrong> {
        let mut parts = Vec::new();
        while let Some(word) = self.peek() {
            if matches!(word.kind, Word::Pipe | Word::Close) {
                break;
            }
            parts.push(self.expression(depth)?);
        }
        if parts.is_empty() { self.wrong("expected a value") } else { Ok(parts) }
    }

    fn expression(&mut self, depth: usize) -> Result<Expr, Wrong> {
        let Some(word) = self.next() else { return self.wrong("expected a value") };
        Ok(match &word.kind {
            Word::Dot => match self.fields() {
                fields if fields.is_empty() => Expr::Dot,
                fields => Expr::Field(fields),
            },
            Word::Field(name) => {
                let mut fields = vec![Rc::from(name.as_str())];
                fields.extend(self.fields());
                Expr::Field(fields)
            }
            Word::Variable(name) => Expr::Variable(name.as_str().into(), self.fields()),
            Word::Name(name) => match name.as_str() {
                "true" => Expr::Bool(true),
                "false" => Expr::Bool(false),
                "nil" => Expr::Nil,
                name => Expr::Function(name.into()),
            },
            Word::Text(text) => Expr::Text(text.as_str().into()),
            Word::Int(value) => Expr::Int(*value),
            Word::Float(value) => Expr::Float(*value),
            Word::Open => {
                let pipe = self.pipe(depth + 1)?;
                if !self.next().is_some_and(|word| word.kind == Word::Close) {
                    self.at = self.at.saturating_sub(1);
                    return self.wrong("expected `)`");
                }
                Expr::Paren(Box::new(pipe), self.fields())
            }
            Word::Close | Word::Pipe | Word::Declare | Word::Assign | Word::Comma => {
                self.at -= 1;
                return self.wrong("expected a value");
            }
        })
    }

    /// The fields that follow without a blank.
    fn fields(&mut self) -> Vec<Rc<str>> {
        let mut fields = Vec::new();
        while let Some(Token { kind: Word::Field(name), spaced: false, .. }) = self.peek() {
            fields.push(name.as_str().into());
            self.at += 1;
        }
        fields
    }
}
