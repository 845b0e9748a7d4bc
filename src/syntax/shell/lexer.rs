//! From the text of a script to its commands, in one pass.

use std::sync::Arc;

use super::files::Heredoc;
use super::word::{MAX_NESTING, is_assignment};
use super::{Command, Shell, Word};
use crate::document::Text;

/// The commands of a script, in the order they are written.
pub(super) fn read(script: &Text, shell: Shell) -> Vec<Command> {
    let mut lexer = Lexer { text: script, script: script.as_str(), shell, at: 0, depth: 0, found: Vec::new() };
    while lexer.at < lexer.script.len() {
        // A closing parenthesis that nothing opened ends a list; the next one begins after it.
        lexer.list(None);
        lexer.at += 1;
    }
    let mut found = lexer.found;
    found.sort_by_key(|command| command.start);
    found
}

pub(super) struct Lexer<'a> {
    pub text: &'a Text,
    pub script: &'a str,
    pub shell: Shell,
    pub at: usize,
    pub depth: usize,
    found: Vec<Command>,
}

/// What is open in a list of commands.
#[derive(Default)]
pub(super) struct List {
    pub command: Command,
    /// The command before in a pipe.
    pipe: Option<usize>,
    /// Subshells that are open.
    parentheses: usize,
    /// `case` statements that are open, and whether a pattern comes next.
    cases: usize,
    pattern: bool,
    /// The commands since the last separator that end together: `a && b`.
    chain: Vec<usize>,
    /// The commands whose failure the next one takes the place of.
    failing: Vec<usize>,
    /// Heredocs whose lines come after the line.
    heredocs: Vec<Opened>,
    within: Option<String>,
    /// Whether the commands are a condition.
    asked: bool,
    /// For each `if` that is open, the commands of its conditions.
    conditions: Vec<Vec<usize>>,
    /// The function whose body comes next.
    named: Option<Arc<str>>,
    /// The groups that are open, with the functions that they are in.
    groups: Vec<Option<Arc<str>>>,
}

/// A heredoc whose lines come after the line.
struct Opened {
    /// The word that ends it.
    name: String,
    /// Tabs before each line are dropped.
    strip: bool,
    quoted: bool,
    /// Which command opened it.
    command: usize,
}

impl Lexer<'_> {
    pub fn peek(&self, ahead: usize) -> Option<u8> {
        self.script.as_bytes().get(self.at + ahead).copied()
    }

    /// Reads commands up to the end, or to the parenthesis that closes a substitution, and stays before it.
    pub fn list(&mut self, within: Option<String>) {
        let mut list = List { within, ..List::default() };
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' => {
                    self.end(&mut list, false);
                    list.chain.clear();
                    self.at += 1;
                    self.heredocs(&mut list);
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.shell == Shell::Posix && self.line_end(1).is_some() => {
                    self.at += 1 + self.line_end(1).unwrap_or(0);
                }
                b'#' => self.at = self.line_after(),
                b';' => self.semicolons(&mut list),
                b'&' if self.peek(1) == Some(b'>') => self.redirect(&mut list, self.at),
                b'&' => {
                    let and = self.peek(1) == Some(b'&');
                    self.at += if and { 2 } else { 1 };
                    let before = self.found.len();
                    self.end(&mut list, false);
                    if !and {
                        let ended = self.found.get_mut(before..).and_then(<[Command]>::last_mut);
                        if let Some(command) = ended {
                            command.background = true;
                        }
                        list.chain.clear();
                    }
                }
                b'|' if list.pattern => self.at += 1,
                b'|' => {
                    let or = self.peek(1) == Some(b'|');
                    self.at += if or || self.peek(1) == Some(b'&') { 2 } else { 1 };
                    self.end(&mut list, !or);
                    if or {
                        list.failing = std::mem::take(&mut list.chain);
                    }
                }
                b'(' => self.open_parenthesis(&mut list),
                b')' if list.pattern => {
                    list.pattern = false;
                    list.command = Command::default();
                    self.at += 1;
                }
                b')' if list.parentheses > 0 => {
                    self.end(&mut list, false);
                    list.parentheses -= 1;
                    self.at += 1;
                }
                b')' => break,
                b'<' | b'>' => self.redirect(&mut list, self.at),
                _ => self.word_in(&mut list),
            }
        }
        self.end(&mut list, false);
    }

    /// The length of the line end at `ahead`, when one is there.
    pub fn line_end(&self, ahead: usize) -> Option<usize> {
        match (self.peek(ahead), self.peek(ahead + 1)) {
            (Some(b'\n'), _) => Some(1),
            (Some(b'\r'), Some(b'\n')) => Some(2),
            _ => None,
        }
    }

    /// The offset of the end of this line.
    fn line_after(&self) -> usize {
        let rest = self.script.as_bytes().get(self.at..).unwrap_or(&[]);
        memchr::memchr(b'\n', rest).map_or(self.script.len(), |length| self.at + length)
    }

    fn semicolons(&mut self, list: &mut List) {
        self.end(list, false);
        list.chain.clear();
        self.at += 1;
        let double = matches!(self.peek(0), Some(b';' | b'&'));
        if double {
            self.at += 1;
            list.pattern = list.cases > 0;
        }
    }

    fn open_parenthesis(&mut self, list: &mut List) {
        let is_posix = self.shell != Shell::Windows;
        if is_posix && self.peek(1) == Some(b'(') && list.command.words.is_empty() && !list.pattern {
            return self.arithmetic(2);
        }
        self.at += 1;
        if list.pattern {
            return;
        }
        if !list.command.words.is_empty() && self.peek(0) == Some(b')') {
            // `name()`: what was read is the name of a function.
            let name = std::mem::take(&mut list.command).words.pop();
            list.named = name.and_then(|name| function(name.text.as_str()));
            self.at += 1;
            return;
        }
        // In PowerShell what stands in parentheses is an argument.
        if let Some(last) = list.command.words.last().filter(|_| self.shell == Shell::Windows) {
            let word = self.plain_word(self.at - 1, self.at);
            let program = super::base_name(last.text.as_str()).to_owned();
            self.nested(Some(program));
            return push(&mut list.command, |command| &mut command.words, Word { end: self.at, ..word });
        }
        self.end(list, false);
        list.parentheses += 1;
    }

    /// Closes the open command.
    fn end(&mut self, list: &mut List, piped: bool) {
        let mut command = std::mem::take(&mut list.command);
        let before = list.pipe.take();
        if command.words.is_empty() && command.assignments.is_empty() && command.redirects.is_empty() {
            // A subshell or a keyword between: the pipe goes on to the next command.
            list.pipe = before;
            return;
        }
        if list.pattern {
            return;
        }
        command.within.clone_from(&list.within);
        command.asked = list.asked;
        // What comes before the body is none of it: `name() ( … )`.
        list.named = None;
        command.function = list.groups.last().cloned().flatten();
        if let Some(before) = before.and_then(|index| self.found.get_mut(index)) {
            before.piped_to = command.program();
        }
        for failing in list.failing.drain(..) {
            if let Some(failing) = self.found.get_mut(failing) {
                failing.otherwise = Some(command.line());
            }
        }
        if let Some(conditions) = list.conditions.last_mut().filter(|_| list.asked) {
            conditions.push(self.found.len());
        }
        list.chain.push(self.found.len());
        list.pipe = piped.then_some(self.found.len());
        self.found.push(command);
    }

    /// Skips the lines of the heredocs that the line before opened, or reads them where it hands them to a shell.
    fn heredocs(&mut self, list: &mut List) {
        let is_script = self.found.last().is_some_and(Command::reads_script) && self.depth < MAX_NESTING;
        for Opened { name, strip, quoted, command } in list.heredocs.drain(..) {
            let (start, mut body) = (self.at, self.at);
            while self.at < self.script.len() {
                let end = self.line_after();
                let line = self.script.get(self.at..end).unwrap_or("").trim_end_matches('\r');
                self.at = (end + 1).min(self.script.len());
                if name == if strip { line.trim_start_matches('\t') } else { line } {
                    break;
                }
                body = self.at;
            }
            if is_script {
                self.within(start, body);
            } else if let Some(command) = self.found.get_mut(command) {
                command.heredoc = Some(Heredoc { start, end: body, strip, quoted });
            }
        }
    }

    /// Reads a part of the script as one of its own, and stays where it was.
    fn within(&mut self, start: usize, end: usize) {
        let (after, whole) = (self.at, self.script);
        self.script = whole.get(..end).unwrap_or(whole);
        self.at = start;
        self.depth += 1;
        while self.at < self.script.len() {
            self.list(None);
            self.at += 1;
        }
        self.depth -= 1;
        (self.at, self.script) = (after, whole);
    }

    fn redirect(&mut self, list: &mut List, start: usize) {
        let operator = self.script.get(self.at..).unwrap_or("");
        if operator.starts_with("<(") || operator.starts_with(">(") {
            self.at += 2;
            self.nested(list.command.program());
            let word = self.plain_word(start, self.at);
            return push(&mut list.command, |command| &mut command.words, word);
        }
        let length = operator.bytes().take_while(|b| matches!(b, b'<' | b'>' | b'&' | b'|' | b'-')).count();
        let heredoc = match operator.get(..length) {
            Some("<<") => Some(false),
            Some("<<-") => Some(true),
            _ => None,
        };
        // `>-` is `>` and a word; only a heredoc or a closed descriptor has the dash.
        let dash = operator.get(..length).is_some_and(|o| o.ends_with('-') && !o.ends_with("&-") && o != "<<-");
        self.at += length - usize::from(dash);
        while matches!(self.peek(0), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let target = self.word(list);
        if let (Some(strip), Some(word)) = (heredoc, &target) {
            let (name, quoted) = (word.text.as_str().to_owned(), word.quoted);
            list.heredocs.push(Opened { name, strip, quoted, command: self.found.len() });
        }
        let word = self.plain_word(start, target.map_or(self.at, |word| word.end));
        push(&mut list.command, |command| &mut command.redirects, word);
    }

    fn plain_word(&self, start: usize, end: usize) -> Word {
        let text = crate::syntax::spelled::part(self.text, start, end);
        Word { text, start, end, quoted: true }
    }

    /// Reads a word and puts it where it belongs.
    fn word_in(&mut self, list: &mut List) {
        let Some(word) = self.word(list) else {
            self.at += 1;
            return;
        };
        let text = word.text.as_str();
        let descriptor = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if descriptor && matches!(self.peek(0), Some(b'<' | b'>')) && self.at == word.end {
            return self.redirect(list, word.start);
        }
        if list.pattern {
            if !word.quoted && text == "esac" {
                list.pattern = false;
                list.cases = list.cases.saturating_sub(1);
            }
            return;
        }
        if !list.command.words.is_empty() {
            return push(&mut list.command, |command| &mut command.words, word);
        }
        if !word.quoted && list.command.assignments.is_empty() && self.keyword(text, list) {
            return;
        }
        if text == "[[" {
            self.test(list, word);
        } else if is_assignment(self.script.get(word.start..word.end).unwrap_or("")) {
            push(&mut list.command, |command| &mut command.assignments, word);
        } else {
            push(&mut list.command, |command| &mut command.words, word);
        }
    }

    /// Reads `[[ … ]]`, in which operators are words.
    fn test(&mut self, list: &mut List, mut word: Word) {
        loop {
            let closing = word.text.as_str() == "]]";
            push(&mut list.command, |command| &mut command.words, word);
            if closing {
                return;
            }
            let start = self.at;
            word = match (self.peek(0), self.word(list)) {
                (None, _) => return,
                (_, Some(word)) => word,
                (Some(b' ' | b'\t' | b'\r' | b'\n'), None) => {
                    let rest = self.script.get(start..).unwrap_or("");
                    self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
                    match self.word(list) {
                        Some(word) => word,
                        None if self.peek(0).is_some() => self.operator(),
                        None => return,
                    }
                }
                (Some(_), None) => self.operator(),
            };
        }
    }

    /// Takes one character of an operator for a word.
    fn operator(&mut self) -> Word {
        self.at += 1;
        self.plain_word(self.at - 1, self.at)
    }

    /// Reads past a keyword and what belongs to it; false when the word is none.
    fn keyword(&mut self, word: &str, list: &mut List) -> bool {
        match word {
            "if" | "elif" => {
                list.asked = self.shell == Shell::Posix;
                if word == "if" {
                    list.conditions.push(Vec::new());
                }
            }
            "then" => list.asked = false,
            "fi" => {
                for condition in list.conditions.pop().unwrap_or_default() {
                    if let Some(command) = self.found.get_mut(condition) {
                        command.decides_until = Some(self.at);
                    }
                }
            }
            "{" => {
                let function = list.named.take().or_else(|| list.groups.last().cloned().flatten());
                list.groups.push(function);
            }
            "}" => {
                list.groups.pop();
            }
            "else" | "do" | "done" | "while" | "until" | "!" => {}
            "for" | "select" => self.skip_words(list, None),
            "function" => {
                let rest = self.script.get(self.at..).unwrap_or("").trim_start();
                let name = rest.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
                list.named = function(name);
                self.skip_words(list, Some(1));
            }
            "case" => {
                self.skip_words(list, Some(2));
                list.cases += 1;
                list.pattern = true;
            }
            "esac" => list.cases = list.cases.saturating_sub(1),
            _ => return false,
        }
        true
    }

    /// Reads past words: as many as said, or all up to the end of the command.
    fn skip_words(&mut self, list: &mut List, count: Option<usize>) {
        let mut left = count.unwrap_or(usize::MAX);
        while left > 0 {
            match self.peek(0) {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') if count == Some(2) => self.at += 1,
                Some(b'(') if count.is_none() && self.peek(1) == Some(b'(') => self.arithmetic(2),
                Some(b'(' | b')') if count.is_none() => self.at += 1,
                Some(b'(') => {
                    // `function name()`
                    self.at += 1 + usize::from(self.peek(1) == Some(b')'));
                    left = 0;
                }
                _ => {
                    if self.word(list).is_none() {
                        return;
                    }
                    left -= 1;
                }
            }
        }
        if count == Some(1) && self.peek(0) == Some(b'(') && self.peek(1) == Some(b')') {
            self.at += 2;
        }
    }
}

/// Longest name of a function that is kept, in bytes: each of its commands says whose it is.
const LONGEST: usize = 64;

fn function(name: &str) -> Option<Arc<str>> {
    (name.len() <= LONGEST).then(|| name.into())
}

fn push(command: &mut Command, place: fn(&mut Command) -> &mut Vec<Word>, word: Word) {
    let empty = command.words.is_empty() && command.assignments.is_empty() && command.redirects.is_empty();
    command.start = if empty { word.start } else { command.start.min(word.start) };
    command.end = command.end.max(word.end);
    place(command).push(word);
}
