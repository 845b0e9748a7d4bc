//! What the lines of a program assign to names, where it is a text: settings in Python, JavaScript, Ruby, Elixir and HOCON, and
//! schemas of Prisma.
//!
//! The tree is a map of names and texts. What stands in brackets behind a name, and what is indented below a class of Python, is a map
//! under that name; a name that comes again keeps all its entries. What is computed (a call, a text that is put together, a text
//! with a hole) is left out, and so is whatever else the program says: nothing here is ever wrong.

use std::ops::Range;

use super::{Parsed, Syntax};
use crate::document::{Entry, Node, Text};
use crate::source::Source;

/// The syntax of such files.
pub const ASSIGNED: Syntax = Syntax {
    name: "assignments",
    doc: "texts that the lines of a program assign to names: `settings.py`, `config/prod.exs`, `knexfile.js`, `application.conf`",
    comments: &["#", "//"],
    parse,
};

/// So far it is looked for a value that stands below its name, and for the end of a text of several lines, in bytes.
const NEAR: usize = 256;
const LONGEST: usize = 4_096;

/// Deepest nesting that is kept; what is nested deeper stands where it ends.
const DEEPEST: usize = 24;

fn parse(source: &Source) -> Parsed {
    let mut reader =
        Reader { source, text: source.text(), at: 0, name: None, frames: vec![Frame::default()], deeper: 0 };
    reader.read();
    Parsed { roots: vec![Node::map(reader.end(), source.whole())], problems: Vec::new() }
}

/// What is in brackets, or below a class.
#[derive(Default)]
struct Frame {
    /// What it is called, and where that stands.
    name: Option<(String, Range<usize>)>,
    entries: Vec<Entry>,
    /// Whether it is a class, which ends with what is not indented.
    is_class: bool,
}

struct Reader<'s> {
    source: &'s Source,
    text: &'s str,
    at: usize,
    /// The name that a value may follow, and where it stands; without a sign between the two it is only the last word.
    name: Option<(String, Range<usize>, bool)>,
    frames: Vec<Frame>,
    /// Brackets that are open beyond the deepest kept.
    deeper: usize,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(c) = self.peek() {
            match c {
                '"' | '\'' | '`' => self.quoted(c),
                '#' if self.begins_comment() => self.skip_line(),
                '/' if self.rest().starts_with("//") && self.begins_comment() => self.skip_line(),
                '/' if self.rest().starts_with("/*") => self.skip_past("*/"),
                '{' | '[' | '(' => self.open(),
                '}' | ']' | ')' => self.close(),
                '=' | ':' => self.sign(),
                '\n' => self.line(),
                ',' | ';' => {
                    self.name = None;
                    self.at += 1;
                }
                _ if is_word(c) => self.word(),
                _ => {
                    // A mark of Elixir's maps, a symbol of Ruby, or part of an expression.
                    if !c.is_whitespace() && !['%', '@', '$'].contains(&c) {
                        self.name = None;
                    }
                    self.at += c.len_utf8();
                }
            }
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Whether nothing, or a blank, stands before.
    fn begins_comment(&self) -> bool {
        self.text.get(..self.at).and_then(|before| before.chars().next_back()).is_none_or(char::is_whitespace)
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    fn skip_past(&mut self, end: &str) {
        let rest = self.text.get(self.at..).unwrap_or("");
        let inner = rest.get(end.len()..).unwrap_or("");
        self.at += inner.find(end).map_or(rest.len(), |found| found + 2 * end.len());
    }

    /// A line ends: only a text or a bracket is still the value of a name, and a class ends before what is not indented.
    fn line(&mut self) {
        self.at += 1;
        let is_assigned = self.name.as_ref().is_some_and(|(.., assigned)| *assigned);
        let begins_value = |c: char| ['"', '\'', '`', '{', '[', '('].contains(&c);
        let mut near = self.rest().chars().take(NEAR);
        if !is_assigned || !near.find(|c| !c.is_whitespace()).is_some_and(begins_value) {
            self.name = None;
        }
        let is_margin = self.peek().is_some_and(|next| is_word(next) || next == '@');
        if is_margin && self.frames.last().is_some_and(|frame| frame.is_class) {
            self.pop();
        }
    }

    /// A word that may be the name of something, with its dots; `class` begins one of Python.
    fn word(&mut self) {
        let start = self.at;
        let is_part = |c: char| is_word(c) || c == '.' || c == '-';
        let length = self.rest().find(|c| !is_part(c)).unwrap_or(self.rest().len());
        self.at += length;
        let word = self.text.get(start..self.at).unwrap_or("");
        if word == "class" && self.frames.len() == 1 && self.begins_line(start) {
            let named: String = self.rest().trim_start().chars().take_while(|c| is_word(*c)).collect();
            let line = self.rest().find('\n').unwrap_or(self.rest().len());
            if self.rest().get(..line).is_some_and(|line| line.trim_end().ends_with(':')) && !named.is_empty() {
                let from = self.at + 1;
                let name = Some((named.clone(), from..from + named.len()));
                self.frames.push(Frame { name, entries: Vec::new(), is_class: true });
                self.at += line;
                return;
            }
        }
        // A mark of the kind of text in Python; what is computed in one is not known.
        if matches!(self.peek(), Some('"' | '\'')) && word.len() <= 2 {
            if word.chars().any(|c| matches!(c, 'f' | 'F')) {
                self.name = None;
            }
            return;
        }
        let assigned = self.name.as_ref().is_some_and(|(.., assigned)| *assigned);
        if !assigned {
            self.name = Some((word.to_owned(), start..self.at, false));
        } else if !self.rest().trim_start_matches([' ', '\t']).starts_with('=') {
            // What follows the sign is no text, and no type either that stands before another sign.
            self.name = None;
        }
    }

    fn begins_line(&self, at: usize) -> bool {
        self.text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with('\n'))
    }

    /// `=`, `:` and `=>` lead from a name to its value; `==` and `::` do not.
    fn sign(&mut self) {
        let rest = self.rest();
        let is_other = ["==", "=~", "::"].iter().any(|other| rest.starts_with(other));
        self.at += if is_other || rest.starts_with("=>") { 2 } else { 1 };
        if is_other {
            self.name = None;
        } else if let Some((.., assigned)) = &mut self.name {
            *assigned = true;
        }
    }

    /// A text: a name where a sign follows, else the value of one where an end follows.
    fn quoted(&mut self, quote: char) {
        let triple: String = std::iter::repeat_n(quote, 3).collect();
        if self.rest().starts_with(&triple) {
            self.name = None;
            self.skip_past(&triple);
            return;
        }
        let start = self.at + 1;
        let Some(end) = self.end_of(quote, start) else {
            // A quote in a sentence or a pattern: the rest of the line is no text.
            self.name = None;
            self.skip_line();
            return;
        };
        self.at = end + 1;
        let text = self.text;
        let said = text.get(start..end).unwrap_or("");
        let after = text.get(self.at..).unwrap_or("").trim_start_matches([' ', '\t']);
        let is_choice = text.get(..start - 1).is_some_and(|before| before.trim_end_matches([' ', '\t']).ends_with('?'));
        let is_key = !is_choice && (after.starts_with(':') || after.starts_with("=>") || after.starts_with(']'));
        match self.name.take() {
            Some((name, place, true)) if ends(after) && is_plain(said) => self.add(name, place, said, start..end),
            Some((.., true)) => {}
            _ if is_key => self.name = Some((said.to_owned(), start..end, false)),
            _ => {}
        }
        // `NAME["KEY"] = …` assigns to the key.
        if self.name.is_some() && after.starts_with(']') {
            self.at += self.rest().find(']').map_or(0, |bracket| bracket + 1);
            self.shut();
        }
    }

    /// Where a text in quotes ends that begins at `start`, within its line; one of several lines is no longer than [`LONGEST`].
    fn end_of(&self, quote: char, start: usize) -> Option<usize> {
        let mut is_escaped = false;
        for (at, c) in self.text.get(start..)?.char_indices() {
            match c {
                '\n' if quote != '`' || at > LONGEST => return None,
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                _ if c == quote => return Some(start + at),
                _ => {}
            }
        }
        None
    }

    fn add(&mut self, name: String, place: Range<usize>, said: &str, at: Range<usize>) {
        let span = self.source.span(at.start, at.end);
        let text = match u32::try_from(at.start) {
            Ok(start) => Text::verbatim(said, start),
            Err(_) => Text::opaque(said),
        };
        let value = Node::new(crate::document::Value::Str(text), span);
        let key = self.source.span(place.start, place.end);
        if let Some(frame) = self.frames.last_mut() {
            frame.entries.push(Entry::new(name, key, value));
        }
    }

    fn open(&mut self) {
        let name = self.name.take().filter(|(.., assigned)| *assigned || !self.rest().starts_with(['[', '(']));
        self.at += 1;
        if self.frames.len() < DEEPEST {
            let name = name.map(|(name, place, _)| (name, place));
            self.frames.push(Frame { name, ..Frame::default() });
        } else {
            self.deeper += 1;
        }
    }

    fn close(&mut self) {
        self.at += 1;
        self.name = None;
        self.shut();
    }

    /// Ends the innermost bracket.
    fn shut(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if self.frames.len() > 1 && !self.frames.last().is_some_and(|frame| frame.is_class) {
            self.pop();
        }
    }

    /// Hands what a frame holds to the one around it.
    fn pop(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let Some(around) = self.frames.last_mut() else { return };
        match (frame.name, frame.entries.first(), frame.entries.last()) {
            (Some((name, place)), Some(first), Some(last)) => {
                let span = first.span().to(last.span());
                let key = self.source.span(place.start, place.end);
                around.entries.push(Entry::new(name, key, Node::map(frame.entries, span)));
            }
            _ => around.entries.extend(frame.entries),
        }
    }

    fn end(mut self) -> Vec<Entry> {
        while self.frames.len() > 1 {
            self.pop();
        }
        self.frames.pop().map(|frame| frame.entries).unwrap_or_default()
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a value ends before what follows it in its line: nothing is added to it, or asked of it.
fn ends(after: &str) -> bool {
    after.is_empty()
        || after.starts_with([',', ';', '}', ']', '\n', '\r', '#'])
        || after.starts_with("//")
        || after.starts_with("/*")
        // The end of the arguments of a call that names them.
        || after.strip_prefix(')').is_some_and(|rest| {
            let rest = rest.trim_start_matches([' ', '\t', ')']);
            rest.is_empty() || rest.starts_with(['\n', '\r', ',', ';'])
        })
}

/// Whether nothing is filled into a text.
fn is_plain(said: &str) -> bool {
    !["${", "#{", "{{", "<%", "%{", "\\"].iter().any(|hole| said.contains(hole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::invariants;

    /// What is assigned, by the path to it.
    fn read(text: &str) -> Vec<String> {
        let source = Source::from_text(FileId(0), "settings.py", text);
        let parsed = parse(&source);
        invariants::hold(&source, &parsed);
        let mut found = Vec::new();
        list(&parsed.roots[0], "", &mut found);
        found
    }

    fn list(node: &Node, before: &str, found: &mut Vec<String>) {
        for entry in node.entries() {
            let path = format!("{before}{}", entry.key.name);
            match entry.value.as_str() {
                Some(text) => found.push(format!("{path}={text}")),
                None => list(&entry.value, &format!("{path}/"), found),
            }
        }
    }

    #[test]
    fn texts_are_assigned_in_many_languages() {
        for (text, want) in [
            ("A = \"x\"\nB = 'y' # z\n", "A=x B=y"),
            ("A = os.environ[\"B\"]\nC = 'd'\n", "C=d"),
            ("A = os.environ.get('B', 'c')\n", ""),
            ("A = 'x' + b\nC = f'{d}'\nE = r'f'\n", "E=f"),
            ("D = {'e': {'F': 'g', \"H\": env('i')}}\n", "D/e/F=g"),
            ("class Prod(Base):\n    A = 'x'\n\n    B = 'y'\nC = 'z'\n", "Prod/A=x Prod/B=y C=z"),
            ("\"\"\"A = 'x'\n\"\"\"\nB = 'y'\n", "B=y"),
            ("config :a, B.C,\n  url: [host: \"h\", port: 1],\n  key: \"k\"\n", "url/host=h key=k"),
            ("config :a, key: System.fetch_env!(\"K\")\n", ""),
            ("config :a, key: \"#{x}\"\n", ""),
            (
                "module.exports = {\n  // a: 'b',\n  prod: { pw: 'x', n: 1 }, /* q: 'r' */\n};\n",
                "module.exports/prod/pw=x",
            ),
            ("const a = `b${c}`;\nconst d = 'e';\n", "d=e"),
            ("x = { pw: process.env.P || 'y' }\n", ""),
            ("config.secret_key = 'x'\nconfig.a = { :b => 'c' }\n", "config.secret_key=x config.a/b=c"),
            ("conf['A'] = 'x'\n", "A=x"),
            ("db.url=\"x\"\nplay { http { key = \"y\" } }\n", "db.url=x play/http/key=y"),
            ("datasource db {\n  url = \"u\"\n}\n", "db/url=u"),
            ("if a == 'x':\n  pass\n", ""),
            ("connect(user='u', password='p')\n", "user=u password=p"),
            ("# it's\nA = 'x'\n", "A=x"),
            ("if a == 'x':\n  A = 'y'\n", "A=y"),
            ("A: str = 'x'\nB: str\nC =\n  'y'\n", "A=x C=y"),
            ("type: shown ? 'password' : 'text',\n", ""),
        ] {
            assert_eq!(read(text).join(" "), want, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_or_leads_out_of_the_file(text in "([a-bé.:=\\[\\]{}()'\"`#/*\\\\\\n ,f$?]|class b:\\n){0,60}") {
            read(&text);
        }
    }
}
