//! The expressions of templates, and how those in JSON are read: `[concat(parameters('a'), 'b')[0].c]`.
//!
//! Total: whatever is written, there is an expression or a reason why there is none.

use std::ops::Range;

use crate::document::Node;

/// Deepest nesting of calls and brackets.
const MAX_DEPTH: usize = 32;

/// Most properties and indices after one value.
const MAX_STEPS: usize = 32;

/// Why a text in brackets is no expression.
pub const NOT_UNDERSTOOD: &str = "the expression is not understood";

/// What a string of a template is.
#[derive(Debug)]
pub enum Written {
    /// The text itself.
    Literal,
    /// `[[…]`: the text after the first bracket.
    Escaped,
    /// `[…]`: the value of an expression.
    Expression(Expression),
    /// `[…]` that cannot be read, with the reason.
    Broken(&'static str),
}

/// An expression, with its range in the string.
#[derive(Debug)]
pub struct Expression {
    /// What it is.
    pub form: Form,
    /// Where it stands in the string.
    pub range: Range<usize>,
}

/// The kinds of expression.
#[derive(Debug)]
pub enum Form {
    /// `'text'`.
    Text(String),
    /// `42`.
    Number(i64),
    /// `concat(…)`: the name in lower case, and the arguments.
    Call(String, Vec<Expression>),
    /// `of.name`, `of[index]`; `safe` where a missing one is null (`of.?name`).
    Select {
        /// The object or array.
        of: Box<Expression>,
        /// The name or index.
        key: Box<Expression>,
        /// Whether a missing one is null.
        safe: bool,
    },
    /// A value that is written out; this and all that follow are Bicep's.
    Value(Node),
    /// What a name stands for.
    Name(String),
    /// `{ name: value, ...value }`
    Object(Vec<Member>),
    /// `[value, ...value]`
    Array(Vec<Item>),
    /// `[for item in array: value]`: the names of an item and of its number, the array, and what is made of each.
    Loop(Vec<String>, Box<[Expression; 2]>),
    /// `(a, b) => value`
    Lambda(Vec<String>, Box<Expression>),
}

/// A member of an object.
#[derive(Debug)]
pub enum Member {
    /// A name and a value.
    Entry(Expression, Expression),
    /// All members of an object.
    Spread(Expression),
}

/// An item of an array.
#[derive(Debug)]
pub enum Item {
    /// The item itself.
    Value(Expression),
    /// All items of an array.
    Spread(Expression),
}

/// What a string of a template is.
pub fn read(text: &str) -> Written {
    if !(text.len() >= 2 && text.starts_with('[') && text.ends_with(']')) {
        return Written::Literal;
    }
    if text.starts_with("[[") {
        return Written::Escaped;
    }
    let mut parser = Parser { text, at: 1 };
    let expression = parser.expression(0);
    parser.skip_blank();
    match expression {
        Some(expression) if parser.at + 1 == text.len() => Written::Expression(expression),
        _ => Written::Broken(NOT_UNDERSTOOD),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Goes past a word, after blanks, when it comes next.
    fn take(&mut self, word: &str) -> bool {
        self.skip_blank();
        let is_next = self.rest().starts_with(word);
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    fn expression(&mut self, depth: usize) -> Option<Expression> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_blank();
        let start = self.at;
        let form = match self.rest().chars().next()? {
            '\'' => Form::Text(self.quoted()?),
            c if c.is_ascii_digit() || c == '-' => Form::Number(self.number()?),
            c if c.is_ascii_alphabetic() || c == '_' => self.call(depth)?,
            _ => return None,
        };
        let mut expression = Expression { form, range: start..self.at };
        for _ in 0..MAX_STEPS {
            let Some((key, safe)) = self.step(depth)? else { return Some(expression) };
            let form = Form::Select { of: Box::new(expression), key: Box::new(key), safe };
            expression = Expression { form, range: start..self.at };
        }
        None
    }

    /// A property or index, when one comes next; nothing at all when it cannot be read.
    #[expect(clippy::option_option, reason = "the outer one is the failure")]
    fn step(&mut self, depth: usize) -> Option<Option<(Expression, bool)>> {
        if self.take(".") {
            let safe = self.take("?");
            self.skip_blank();
            let start = self.at;
            let name = self.word()?;
            return Some(Some((Expression { form: Form::Text(name), range: start..self.at }, safe)));
        }
        if self.take("[") {
            let safe = self.take("?");
            let key = self.expression(depth + 1)?;
            return self.take("]").then_some(Some((key, safe)));
        }
        Some(None)
    }

    fn call(&mut self, depth: usize) -> Option<Form> {
        let mut name = self.word()?;
        while self.rest().starts_with('.') {
            self.at += 1;
            name = format!("{name}.{}", self.word()?);
        }
        if !self.take("(") {
            return None;
        }
        let mut arguments = Vec::new();
        if !self.take(")") {
            loop {
                arguments.push(self.expression(depth + 1)?);
                if self.take(")") {
                    break;
                }
                if !self.take(",") {
                    return None;
                }
            }
        }
        Some(Form::Call(name.to_ascii_lowercase(), arguments))
    }

    fn word(&mut self) -> Option<String> {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let word = rest.get(..length).filter(|word| !word.is_empty())?.to_owned();
        self.at += length;
        Some(word)
    }

    fn number(&mut self) -> Option<i64> {
        let rest = self.rest();
        let digits = rest.trim_start_matches('-');
        let sign = rest.len() - digits.len();
        let length = sign + digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let number = rest.get(..length)?.parse().ok()?;
        self.at += length;
        Some(number)
    }

    /// `'it''s'`.
    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        self.at += 1;
        loop {
            let rest = self.rest();
            let end = rest.find('\'')?;
            text.push_str(rest.get(..end)?);
            let is_doubled = rest.get(end + 1..)?.starts_with('\'');
            self.at += end + 1;
            if !is_doubled {
                return Some(text);
            }
            text.push('\'');
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An expression on one line: `concat('a' 1).b`.
    fn show(expression: &Expression) -> String {
        match &expression.form {
            Form::Text(text) => format!("'{text}'"),
            Form::Number(number) => number.to_string(),
            Form::Call(name, arguments) => {
                format!("{name}({})", arguments.iter().map(show).collect::<Vec<_>>().join(" "))
            }
            Form::Select { of, key, safe } => format!("{}[{}{}]", show(of), if *safe { "?" } else { "" }, show(key)),
            _ => "of Bicep".to_owned(),
        }
    }

    #[test]
    fn strings_are_literals_escapes_or_expressions() {
        for (text, want) in [
            ("plain", "literal"),
            ("", "literal"),
            ("[", "literal"),
            ("[open", "literal"),
            ("[[parameters('a')]", "escaped"),
            ("[]", "broken"),
            ("[parameters('a')]", "parameters('a')"),
            ("[Parameters( 'a' )]", "parameters('a')"),
            ("[concat('it''s', 1, -2)]", "concat('it's' 1 -2)"),
            ("[f()]", "f()"),
            ("[resourceGroup().location]", "resourcegroup()['location']"),
            ("[a('x')[0].b[variables('i')]]", "a('x')[0]['b'][variables('i')]"),
            ("[a('x').?b]", "a('x')[?'b']"),
            ("[a('x')[?0]]", "a('x')[?0]"),
            ("[ns.f(1)]", "ns.f(1)"),
            ("[ns.f(1).g]", "ns.f(1)['g']"),
            ("['a]b']", "'a]b'"),
            ("[\n f(\n1,\n2)\n]", "f(1 2)"),
            ("[f(é)]", "broken"),
            ("[f('é')]", "f('é')"),
            ("[f(1]", "broken"),
            ("[f(1,)]", "broken"),
            ("[f() g()]", "broken"),
            ("['open]", "broken"),
            ("[true]", "broken"),
            ("[1, 2]", "broken"),
            ("[99999999999999999999]", "broken"),
            ("[--1]", "broken"),
            ("[a.]", "broken"),
        ] {
            let got = match read(text) {
                Written::Literal => "literal".to_owned(),
                Written::Escaped => "escaped".to_owned(),
                Written::Broken(_) => "broken".to_owned(),
                Written::Expression(expression) => show(&expression),
            };
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn ranges_are_those_of_the_string() {
        let text = "[if(f('a'), 'x', 2)]";
        let Written::Expression(whole) = read(text) else { panic!("an expression") };
        let Form::Call(_, arguments) = &whole.form else { panic!("a call") };
        let slices: Vec<&str> = arguments.iter().map(|part| text.get(part.range.clone()).unwrap()).collect();
        assert_eq!(
            (text.get(whole.range.clone()).unwrap(), slices),
            ("if(f('a'), 'x', 2)", vec!["f('a')", "'x'", "2"])
        );
    }

    #[test]
    fn nesting_has_a_limit() {
        for text in ["f(".repeat(100_000), format!("f(){}", ".a".repeat(100_000)), "f()[".repeat(100_000)] {
            assert!(matches!(read(&format!("[{text}]")), Written::Broken(_)));
        }
    }

    proptest! {
        #[test]
        fn any_string_is_read(text in ".*") {
            let _ = read(&text);
            let _ = read(&format!("[{text}]"));
        }

        #[test]
        fn any_pieces_of_expressions_are_read(parts in prop::collection::vec(
            prop::sample::select(vec!["[", "]", "(", ")", "'", "''", ",", ".", "?", "f", "parameters", "1", "-", " ", "é"]), 0..24,
        )) {
            let text = format!("[{}]", parts.concat());
            if let Written::Expression(expression) = read(&text) {
                prop_assert!(text.get(expression.range.clone()).is_some());
            }
        }
    }
}
