//! Text for a terminal, broken at its width.

use std::fmt::Write as _;

use super::Options;
use super::text::one_line;
use super::words::Language;

/// Least columns that text is broken at.
const LEAST_WIDTH: usize = 60;

/// Text for a terminal that is being written.
pub struct Screen {
    /// What there is so far.
    pub text: String,
    colour: bool,
    width: usize,
    language: Language,
}

impl Screen {
    /// An empty screen.
    pub fn of(options: &Options) -> Screen {
        let width = options.width.max(LEAST_WIDTH);
        Screen { text: String::new(), colour: options.colour, width, language: options.language }
    }

    /// The language of the text.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A text of ours in the language of the reader.
    pub fn say(&self, text: &str) -> String {
        self.language.say(text).into_owned()
    }

    /// Adds a line.
    pub fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// Adds a heading of ours after an empty line.
    pub fn heading(&mut self, text: &str) {
        let shown = self.paint("1", &self.say(text));
        // Writing to a string cannot fail.
        let _ = write!(self.text, "\n{shown}\n");
    }

    /// A text in a colour, where colours are wanted.
    pub fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Adds words beside a lead, broken at the width of the terminal.
    pub fn wrapped(&mut self, lead: &str, text: &str) {
        let indent = " ".repeat(columns(lead));
        let mut line = lead.to_owned();
        for word in one_line(text).split(' ') {
            if columns(&line) + 1 + columns(word) > self.width && line.trim() != lead.trim() {
                self.line(&line);
                line.clone_from(&indent);
            }
            if !line.ends_with(' ') && !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&line);
    }
}

/// The columns that a text takes, in which colours take none.
fn columns(text: &str) -> usize {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().map_or(0, |part| part.chars().count());
    first + parts.map(|part| part.split_once('m').map_or(0, |(_, rest)| rest.chars().count())).sum::<usize>()
}
