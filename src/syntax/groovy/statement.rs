//! Statements and blocks.

use super::cursor::{Parser, Read, word_length};
use super::expr::{Place, not_understood};
use crate::document::{Entry, Node};

/// Words that stand before a declaration and say nothing here.
const MODIFIERS: &[&str] = &[
    "def",
    "final",
    "static",
    "private",
    "public",
    "protected",
    "synchronized",
    "abstract",
    "transient",
    "volatile",
    "var",
];

/// Types with small letters.
const TYPES: &[&str] = &["int", "long", "boolean", "void", "double", "float", "byte", "short", "char"];

/// What changes a name by a value.
const ASSIGNING: &[&str] = &["+=", "-=", "*=", "/=", "?=", "<<="];

/// How far a declaration is looked ahead for, in bytes.
const FURTHEST: usize = 400;

/// Whether a declaration was here.
enum Declared {
    /// It was: with what comes of it, which is nothing for one without a value.
    Here(Option<Node>),
    Nothing,
}

impl Parser<'_> {
    /// The statements up to the brace that closes them, or to the end of the file.
    pub(super) fn statements(&mut self, in_block: bool) -> Vec<Node> {
        let mut found = Vec::new();
        loop {
            self.skip_lines();
            let start = self.at;
            match self.peek() {
                None => {
                    if in_block {
                        let fault = self.fault("a block is not closed");
                        self.tell(fault);
                    }
                    break;
                }
                Some(b';') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    if in_block {
                        break;
                    }
                    self.at = start;
                    let fault = self.fault("a brace closes nothing");
                    self.tell(fault);
                    self.at = start + 1;
                }
                Some(_) => match self.statement() {
                    Ok(node) => found.extend(node),
                    Err(fault) => {
                        self.at = start;
                        self.skip_statement();
                        if self.at == start {
                            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
                        }
                        found.push(not_understood(self.slice(start, self.at), self.since(start), &fault));
                    }
                },
            }
        }
        found
    }

    /// A block in braces, which begins here: its statements.
    pub(super) fn block(&mut self) -> Read<Node> {
        self.nested(|parser| {
            let start = parser.at;
            parser.expect("{", "before a block")?;
            parser.skip_parameters();
            let statements = parser.statements(true);
            Ok(Node::list(statements, parser.since(start)))
        })
    }

    /// `name, String other ->`, when it is here.
    fn skip_parameters(&mut self) {
        let is_part = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_$,.<>[]=?".contains(c);
        let rest = self.rest();
        let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len()).min(FURTHEST);
        if rest.get(end..).is_some_and(|rest| rest.starts_with("->")) {
            self.at += end + 2;
        }
    }

    /// A block, or the one statement in its place.
    fn body(&mut self, entries: &mut Vec<Entry>) -> Read<()> {
        self.skip_lines();
        let start = self.at;
        if self.peek() == Some(b'{') {
            let block = self.block()?;
            entries.push(Entry::new("block", block.span, block));
        } else if self.peek().is_some_and(|byte| byte != b'}' && byte != b';') {
            let only = self.nested(Parser::statement)?;
            let block = Node::list(only.into_iter().collect(), self.since(start));
            entries.push(Entry::new("block", block.span, block));
        }
        Ok(())
    }

    fn statement(&mut self) -> Read<Option<Node>> {
        let start = self.at;
        let word = self.word();
        match word {
            "import" | "package" => {
                self.skip_statement();
                return Ok(None);
            }
            "break" | "continue" => {
                self.at += word.len();
                return Ok(None);
            }
            "else" | "try" | "finally" | "do" => {
                self.at += word.len();
                return self.control(word, start, false).map(Some);
            }
            "if" | "while" | "for" | "switch" | "catch" => {
                self.at += word.len();
                return self.control(word, start, true).map(Some);
            }
            "class" | "interface" | "enum" | "trait" => return self.class(word, start).map(Some),
            "return" | "throw" | "assert" => return self.ending(word, start).map(Some),
            "case" => return self.case().map(|()| None),
            "default" if self.rest().get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with(':')) => {
                self.at += word.len();
                self.skip();
                self.eat(":");
                return Ok(None);
            }
            _ => {}
        }
        if self.peek() == Some(b'@') && !self.looking_at("@Library") {
            self.at += 1;
            self.at += word_length(self.rest());
            if self.peek() == Some(b'(') {
                self.skip_bracketed()?;
            }
            return Ok(None);
        }
        if word == "_" || self.is_label(word) {
            self.at += word.len();
            self.skip();
            self.eat(":");
            return Ok(None);
        }
        match self.declaration(start)? {
            Declared::Here(set) => return Ok(set),
            Declared::Nothing => {}
        }
        if let Some(set) = self.assignment(start)? {
            return Ok(Some(set));
        }
        let node = self.expr(Place::STATEMENT)?;
        self.end_of_statement()?;
        Ok(Some(node))
    }

    /// Whether a word stands before a statement, with a colon, to name it.
    fn is_label(&self, word: &str) -> bool {
        let behind = self.rest().get(word.len()..).unwrap_or("").trim_start_matches([' ', '\t']);
        !word.is_empty() && behind.starts_with(':') && !behind.starts_with("::")
    }

    /// After a statement comes a line end, a semicolon, or the end of the block.
    fn end_of_statement(&mut self) -> Read<()> {
        self.skip();
        match self.peek() {
            // A brace opens in `} else {`, `} catch (e) {`, and one closure behind another.
            None | Some(b'\n' | b'\r' | b';' | b'}' | b'{') => Ok(()),
            _ if ["else", "catch", "finally", "while", "_", "import"].contains(&self.word()) => Ok(()),
            _ => Err(self.fault("expected the end of the statement")),
        }
    }

    /// A control structure behind its word: its condition and its block.
    fn control(&mut self, word: &str, start: usize, has_condition: bool) -> Read<Node> {
        let head = self.since(start);
        let mut entries = vec![Entry::new("call", head, Node::text(word, head))];
        self.skip();
        if has_condition {
            let at = self.at;
            let read = self.nested(|parser| {
                parser.expect("(", "before a condition")?;
                let node = parser.expr(Place::WITHIN)?;
                parser.skip_lines();
                parser.expect(")", "after a condition")?;
                Ok(node)
            });
            let condition = if let Ok(node) = read {
                node
            } else {
                self.at = at;
                self.skip_bracketed()?;
                Node::unresolved(self.slice(at, self.at), super::WORKED_OUT, self.since(at))
            };
            let span = self.since(at);
            entries.push(Entry::new("arguments", span, Node::list(vec![condition], span)));
        }
        if word == "else" && self.word() == "if" {
            let at = self.at;
            self.at += "if".len();
            let inner = self.nested(|parser| parser.control("if", at, true))?;
            let span = inner.span;
            entries.push(Entry::new("block", span, Node::list(vec![inner], span)));
        } else {
            self.body(&mut entries)?;
        }
        Ok(Node::map(entries, self.since(start)))
    }

    fn class(&mut self, word: &str, start: usize) -> Read<Node> {
        self.at += word.len();
        let head = self.since(start);
        let end = memchr::memchr(b'{', self.rest().as_bytes()).filter(|end| *end < FURTHEST);
        let Some(end) = end else { return Err(self.fault("expected the body of a class")) };
        self.at += end;
        let block = self.block()?;
        let name = Entry::new("call", head, Node::text(word, head));
        Ok(Node::map(vec![name, Entry::new("block", block.span, block)], self.since(start)))
    }

    /// `return` and the like, with the value behind them.
    fn ending(&mut self, word: &str, start: usize) -> Read<Node> {
        self.at += word.len();
        let head = self.since(start);
        let mut entries = vec![Entry::new("call", head, Node::text(word, head))];
        self.skip();
        if !matches!(self.peek(), None | Some(b'\n' | b'\r' | b';' | b'}')) {
            let value = self.expr(Place::STATEMENT)?;
            let span = value.span;
            entries.push(Entry::new("arguments", span, Node::list(vec![value], span)));
        }
        Ok(Node::map(entries, self.since(start)))
    }

    /// The label of a case, `case 'x':`.
    fn case(&mut self) -> Read<()> {
        self.at += "case".len();
        self.skip();
        self.expr(Place::ARGUMENT)?;
        self.skip();
        self.expect(":", "after a case")
    }

    /// A declaration of a variable or of a function, when one is here.
    fn declaration(&mut self, start: usize) -> Read<Declared> {
        let mut is_declared = false;
        while MODIFIERS.contains(&self.word()) {
            let word = self.word();
            let after = self.slice(self.at + word.len(), self.at + word.len() + 1);
            if !after.starts_with([' ', '\t', '\n']) {
                break;
            }
            is_declared = true;
            self.at += word.len();
            self.skip_lines();
        }
        if self.peek() == Some(b'(') && is_declared {
            let at = self.at;
            self.skip_bracketed()?;
            let name = self.slice(at, self.at).to_owned();
            return self.assigned(name, at, start).map(Declared::Here);
        }
        let has_type = self.skip_type();
        if !is_declared && !has_type {
            self.at = start;
            return Ok(Declared::Nothing);
        }
        let at = self.at;
        let name = self.word().to_owned();
        self.at += name.len();
        if name.is_empty() && matches!(self.peek(), Some(b'\'' | b'"')) {
            self.text()?;
        }
        let head = self.since(at);
        let name = self.slice(at, self.at).to_owned();
        let behind = self.rest().trim_start_matches([' ', '\t']);
        if behind.starts_with('(') {
            self.skip();
            self.skip_bracketed()?;
            self.skip_lines();
            if self.word() == "throws" {
                let end = self.rest().find(['{', '\n']).unwrap_or(0);
                self.at += end;
                self.skip_lines();
            }
            if self.peek() != Some(b'{') {
                // A type behind a name in parentheses is no declaration: it is called.
                self.at = start;
                return if is_declared {
                    Err(self.fault("expected the body of a function"))
                } else {
                    Ok(Declared::Nothing)
                };
            }
            let block = self.block()?;
            let entries =
                vec![Entry::new("method", head, Node::text(name, head)), Entry::new("block", block.span, block)];
            return Ok(Declared::Here(Some(Node::map(entries, self.since(start)))));
        }
        self.assigned(name, at, start).map(Declared::Here)
    }

    /// Takes a type with a name behind it: up to that name. Whether there was one.
    fn skip_type(&mut self) -> bool {
        let before = self.at;
        let mut word = self.word();
        self.at += word.len();
        while self.looking_at(".") && word_length(self.rest().get(1..).unwrap_or("")) > 0 {
            self.at += 1;
            word = self.word();
            self.at += word.len();
        }
        if !(word.starts_with(|c: char| c.is_uppercase()) || TYPES.contains(&word)) {
            self.at = before;
            return false;
        }
        if self.rest().trim_start_matches(' ').starts_with('<') {
            self.skip();
            self.skip_generics();
        }
        while self.eat("[]") {}
        let is_apart = matches!(self.peek(), Some(b' ' | b'\t'));
        self.skip();
        let name = self.word();
        let behind = self.rest().get(name.len()..).unwrap_or("").trim_start_matches([' ', '\t']);
        let is_declared = (behind.starts_with('=') && !behind.starts_with("==") && !behind.starts_with("=~"))
            || behind.starts_with(['\n', '\r', '(', ';'])
            || behind.is_empty();
        if is_apart && is_declared && !name.is_empty() {
            return true;
        }
        self.at = before;
        false
    }

    /// What a name that was just read is given; nothing for one that is only declared.
    fn assigned(&mut self, name: String, at: usize, start: usize) -> Read<Option<Node>> {
        let (mut name, mut head) = (name, self.since(at));
        loop {
            let before = self.at;
            self.skip();
            if self.eat("=") {
                break;
            }
            // `def a, b = 1` declares two names.
            if !self.eat(",") {
                self.at = before;
                return Ok(None);
            }
            self.skip_lines();
            let at = self.at;
            self.word().clone_into(&mut name);
            self.at += name.len();
            head = self.since(at);
        }
        self.skip_lines();
        let value = self.expr(Place::STATEMENT)?;
        self.end_of_statement()?;
        let span = self.since(start);
        let set = Node::map(vec![Entry::new(name, head, value)], span);
        Ok(Some(Node::map(vec![Entry::new("set", head, set)], span)))
    }

    /// An assignment to a name, a property or an item, when one is here.
    fn assignment(&mut self, start: usize) -> Read<Option<Node>> {
        let is_target = self.skip_target()?;
        let head = self.since(start);
        let name = self.slice(start, self.at).to_owned();
        self.skip();
        let is_set = (self.looking_at("=") && !self.looking_at("==") && !self.looking_at("=~"))
            || ASSIGNING.iter().any(|operator| self.looking_at(operator));
        if !is_target || !is_set {
            self.at = start;
            return Ok(None);
        }
        while !self.eat("=") {
            self.at += 1;
        }
        self.skip_lines();
        let value = self.expr(Place::STATEMENT)?;
        self.end_of_statement()?;
        let span = self.since(start);
        let set = Node::map(vec![Entry::new(name, head, value)], span);
        Ok(Some(Node::map(vec![Entry::new("set", head, set)], span)))
    }

    /// Goes past what may be given a value: a name with names and items of it. Whether there was one.
    fn skip_target(&mut self) -> Read<bool> {
        let word = self.word();
        self.at += word.len();
        while !word.is_empty() {
            if self.peek() == Some(b'[') {
                self.skip_bracketed()?;
                continue;
            }
            let dots = ["?.", "."].iter().find(|dots| self.looking_at(dots)).map_or(0, |dots| dots.len());
            let name = word_length(self.rest().get(dots..).unwrap_or(""));
            if dots == 0 || name == 0 {
                break;
            }
            self.at += dots + name;
        }
        Ok(!word.is_empty())
    }
}
