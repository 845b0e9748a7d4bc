//! The words of template actions.

/// A word of an action, and its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: Word,
    pub start: usize,
    pub end: usize,
    /// Whether blanks stand before it: `.a .b` are two things, `.a.b` is one.
    pub spaced: bool,
}

/// The kinds of word.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// `.name`
    Field(String),
    /// `.`
    Dot,
    /// `$name` or `$`, without the dollar sign.
    Variable(String),
    /// A function or a keyword.
    Name(String),
    /// A quoted string.
    Text(String),
    /// A whole number, or a character.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `|`
    Pipe,
    /// `:=`
    Declare,
    /// `=`
    Assign,
    /// `,`
    Comma,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Chunk {
    /// Literal text, as a range of the template.
    Text(usize, usize),
    /// An action: the range with its braces, and its words.
    Action(usize, usize, Vec<Token>),
}

/// What is wrong, and where.
pub type Wrong = (String, usize);

/// The parts of a template, with the blanks that `{{-` and `-}}` take away already gone.
pub fn chunks(text: &str) -> Result<Vec<Chunk>, Wrong> {
    let mut chunks = Vec::new();
    let mut at = 0;
    let mut trim_left = false;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memmem::find(rest.as_bytes(), b"{{")) {
        let open = at + found;
        let after = text.get(open + 2..).unwrap_or("");
        let trims = after.starts_with('-') && after.get(1..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
        push_text(&mut chunks, text, (at, open), trim_left, trims);
        let inner = open + 2 + usize::from(trims);
        let action = match comment(text, inner) {
            Some(end) => Action { end: end?, words: Vec::new() },
            None => words(text, inner)?,
        };
        let before_end = text.get(..action.end).unwrap_or("");
        trim_left = before_end.ends_with('-')
            && before_end
                .strip_suffix('-')
                .is_some_and(|rest| rest.ends_with(|last: char| last.is_whitespace() || last == '/'));
        at = action.end + 2;
        if !action.words.is_empty() {
            chunks.push(Chunk::Action(open, at, action.words));
        }
    }
    push_text(&mut chunks, text, (at, text.len()), trim_left, false);
    Ok(chunks)
}

/// An action up to its closing braces.
struct Action {
    end: usize,
    words: Vec<Token>,
}

fn push_text(chunks: &mut Vec<Chunk>, text: &str, range: (usize, usize), left: bool, right: bool) {
    let (mut start, mut end) = range;
    let mut part = text.get(start..end).unwrap_or("");
    if left {
        let trimmed = part.trim_start_matches([' ', '\t', '\r', '\n']);
        start += part.len() - trimmed.len();
        part = trimmed;
    }
    if right {
        end = start + part.trim_end_matches([' ', '\t', '\r', '\n']).len();
    }
    if start < end {
        chunks.push(Chunk::Text(start, end));
    }
}

/// Where a comment's closing braces stand, when the action is one.
fn comment(text: &str, inner: usize) -> Option<Result<usize, Wrong>> {
    let rest = text.get(inner..)?;
    let body = rest.trim_start();
    let start = inner + rest.len() - body.len();
    let body = body.strip_prefix("/*")?;
    let wrong = || Err(("comment is not closed".to_owned(), start));
    let Some(close) = memchr::memmem::find(body.as_bytes(), b"*/") else { return Some(wrong()) };
    let after = body.get(close + 2..).unwrap_or("");
    Some(match memchr::memmem::find(after.as_bytes(), b"}}") {
        Some(braces) => Ok(start + 2 + close + 2 + braces),
        None => wrong(),
    })
}

/// The words from `start` to the closing braces.
fn words(text: &str, start: usize) -> Result<Action, Wrong> {
    let mut words = Vec::new();
    let mut at = start;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let bare = rest.trim_start();
        let spaced = bare.len() < rest.len();
        at += rest.len() - bare.len();
        if bare.starts_with("}}") {
            return Ok(Action { end: at, words });
        }
        if spaced && bare.starts_with("-}}") {
            return Ok(Action { end: at + 1, words });
        }
        let Some(first) = bare.chars().next() else {
            return Err(("action is not closed with `}}`".to_owned(), start));
        };
        let (kind, length) = word(bare, first).map_err(|message| (message, at))?;
        words.push(Token { kind, start: at, end: at + length, spaced });
        at += length;
    }
}

fn word(text: &str, first: char) -> Result<(Word, usize), String> {
    let one = |word| Ok((word, 1));
    match first {
        '(' => one(Word::Open),
        ')' => one(Word::Close),
        '|' => one(Word::Pipe),
        ',' => one(Word::Comma),
        '=' => one(Word::Assign),
        ':' if text.starts_with(":=") => Ok((Word::Declare, 2)),
        '"' => quoted(text),
        '`' => {
            let close = text.get(1..).and_then(|rest| rest.find('`')).ok_or("string is not closed")?;
            Ok((Word::Text(text.get(1..=close).unwrap_or("").to_owned()), close + 2))
        }
        '\'' => character(text),
        '.' => {
            let name = name_length(text.get(1..).unwrap_or(""));
            if name > 0 {
                return Ok((Word::Field(text.get(1..=name).unwrap_or("").to_owned()), name + 1));
            }
            if text.get(1..).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit())) {
                return number(text);
            }
            one(Word::Dot)
        }
        '$' => {
            let name = name_length(text.get(1..).unwrap_or(""));
            Ok((Word::Variable(text.get(1..=name).unwrap_or("").to_owned()), name + 1))
        }
        '0'..='9' | '-' | '+' => number(text),
        _ => {
            let length = name_length(text);
            if length == 0 {
                return Err(format!("unexpected `{first}` in an action"));
            }
            Ok((Word::Name(text.get(..length).unwrap_or("").to_owned()), length))
        }
    }
}

/// The length of a name at the start of a text. Fields may start with a digit.
fn name_length(text: &str) -> usize {
    text.chars().take_while(|char| char.is_alphanumeric() || *char == '_').map(char::len_utf8).sum()
}

fn quoted(text: &str) -> Result<(Word, usize), String> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Ok((Word::Text(out), at + 1)),
            '\n' => break,
            '\\' => {
                let Some((_, letter)) = chars.next() else { break };
                out.push(escape(letter, &mut chars).ok_or_else(|| format!("there is no escape `\\{letter}`"))?);
            }
            other => out.push(other),
        }
    }
    Err("string is not closed".to_owned())
}

fn escape(letter: char, chars: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    let mut digits = |count: usize| {
        let digits: String = chars.by_ref().take(count).map(|(_, char)| char).collect();
        u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
    };
    Some(match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '0' => '\0',
        'x' => digits(2)?,
        'u' => digits(4)?,
        'U' => digits(8)?,
        '\\' | '"' | '\'' => letter,
        _ => return None,
    })
}

fn character(text: &str) -> Result<(Word, usize), String> {
    let mut chars = text.char_indices().skip(1);
    let wrong = || "character is not closed".to_owned();
    let (_, first) = chars.next().ok_or_else(wrong)?;
    let value = if first == '\\' {
        let (_, letter) = chars.next().ok_or_else(wrong)?;
        escape(letter, &mut chars).ok_or_else(wrong)?
    } else {
        first
    };
    match chars.next() {
        Some((at, '\'')) => Ok((Word::Int(i64::from(u32::from(value))), at + 1)),
        _ => Err(wrong()),
    }
}

fn number(text: &str) -> Result<(Word, usize), String> {
    let sign = usize::from(text.starts_with(['+', '-']));
    let length = sign
        + text
            .get(sign..)
            .unwrap_or("")
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'))
            .count();
    let written = text.get(..length).unwrap_or("").replace('_', "");
    let wrong = || format!("`{}` is not a number", text.get(..length.max(1)).unwrap_or(""));
    let digits = written.trim_start_matches(['+', '-']);
    let negative = written.starts_with('-');
    let whole = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => i64::from_str_radix(digits.get(2..).unwrap_or(""), 16).ok(),
        Some("0o") => i64::from_str_radix(digits.get(2..).unwrap_or(""), 8).ok(),
        Some("0b") => i64::from_str_radix(digits.get(2..).unwrap_or(""), 2).ok(),
        _ if digits.len() > 1 && digits.starts_with('0') => i64::from_str_radix(digits, 8).ok(),
        _ => digits.parse().ok(),
    };
    if let Some(whole) = whole {
        return Ok((Word::Int(if negative { -whole } else { whole }), length));
    }
    written.parse().map(|value| (Word::Float(value), length)).map_err(|_| wrong())
}
