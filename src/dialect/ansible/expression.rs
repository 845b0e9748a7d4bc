//! Expressions of Jinja, as far as they decide something by themselves.
//!
//! What calls, loops or computes is no expression here: it is known only when the play runs.

use std::ops::Range;

/// Deepest nesting of an expression.
const MAX_DEPTH: usize = 32;

/// Most operators of an expression: what is joined by a chain of them lies within each other.
const MAX_OPERATORS: usize = 256;

/// An expression, and where it stands in its text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expression {
    pub kind: Kind,
    pub span: Range<usize>,
}

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A text that is written out.
    Text(String),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// `none`.
    Nothing,
    /// A variable and keys of it.
    Name(Vec<String>),
    /// A list.
    List(Vec<Expression>),
    /// `then if condition else otherwise`.
    Choice(Box<Expression>, Box<[Expression; 2]>),
    /// `not`.
    Not(Box<Expression>),
    /// `and`.
    All(Box<[Expression; 2]>),
    /// `or`.
    Any(Box<[Expression; 2]>),
    /// `==`, or `!=` where it is not to hold.
    Equal(Box<[Expression; 2]>, bool),
    /// `in`, or `not in`.
    In(Box<[Expression; 2]>, bool),
    /// `is defined`, or `is not defined`.
    Defined(Box<Expression>, bool),
    /// `~`.
    Joined(Box<[Expression; 2]>),
    /// `+`.
    Sum(Box<[Expression; 2]>),
    /// What a filter makes of a value.
    Filter(Box<Expression>, String, Vec<Expression>),
}

impl Expression {
    /// Adds the variables that it asks for. As deep as expressions are.
    pub(super) fn names<'e>(&'e self, names: &mut Vec<&'e str>) {
        match &self.kind {
            Kind::Text(_) | Kind::Int(_) | Kind::Bool(_) | Kind::Nothing => {}
            Kind::Name(path) => names.extend(path.first().map(String::as_str)),
            Kind::List(items) => items.iter().for_each(|item| item.names(names)),
            Kind::Not(inner) | Kind::Defined(inner, _) => inner.names(names),
            Kind::Choice(condition, both) => {
                condition.names(names);
                both.iter().for_each(|one| one.names(names));
            }
            Kind::All(both)
            | Kind::Any(both)
            | Kind::Equal(both, _)
            | Kind::In(both, _)
            | Kind::Joined(both)
            | Kind::Sum(both) => both.iter().for_each(|one| one.names(names)),
            Kind::Filter(inner, _, arguments) => {
                inner.names(names);
                for argument in arguments {
                    argument.names(names);
                }
            }
        }
    }
}

/// Reads an expression; none where it is of another kind, or none at all.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let mut parser = Parser { text, at: 0, operators: 0 };
    let found = parser.choice(0)?;
    parser.blanks();
    (parser.at == text.len()).then_some(found)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    /// How many operators and filters there were.
    operators: usize,
}

fn boxed(left: Expression, right: Expression) -> Box<[Expression; 2]> {
    Box::new([left, right])
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes a sign; one that is the beginning of a longer one is not it.
    fn sign(&mut self, sign: &str) -> bool {
        self.blanks();
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len() } else { 0 };
        found
    }

    fn peeked_word(&mut self) -> &'t str {
        self.blanks();
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| is_letter(*byte)).count();
        rest.get(..length).unwrap_or("")
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.peeked_word() == word;
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn made(&self, kind: Kind, start: usize) -> Expression {
        Expression { kind, span: start..self.at }
    }

    /// Counts an operator; none where there are too many.
    fn operator(&mut self) -> Option<()> {
        self.operators += 1;
        (self.operators <= MAX_OPERATORS).then_some(())
    }

    fn start(&mut self) -> usize {
        self.blanks();
        self.at
    }

    fn choice(&mut self, depth: usize) -> Option<Expression> {
        if depth > MAX_DEPTH {
            return None;
        }
        let start = self.start();
        let then = self.any(depth)?;
        if !self.word("if") {
            return Some(then);
        }
        let condition = self.any(depth)?;
        if !self.word("else") {
            // Nothing in the other case is an error of the play.
            return None;
        }
        let otherwise = self.choice(depth + 1)?;
        Some(self.made(Kind::Choice(Box::new(condition), boxed(then, otherwise)), start))
    }

    fn any(&mut self, depth: usize) -> Option<Expression> {
        let start = self.start();
        let mut left = self.all(depth)?;
        while self.word("or") {
            self.operator()?;
            let right = self.all(depth)?;
            left = self.made(Kind::Any(boxed(left, right)), start);
        }
        Some(left)
    }

    fn all(&mut self, depth: usize) -> Option<Expression> {
        let start = self.start();
        let mut left = self.not(depth)?;
        while self.word("and") {
            self.operator()?;
            let right = self.not(depth)?;
            left = self.made(Kind::All(boxed(left, right)), start);
        }
        Some(left)
    }

    fn not(&mut self, depth: usize) -> Option<Expression> {
        if depth > MAX_DEPTH {
            return None;
        }
        let start = self.start();
        if self.word("not") {
            let inner = self.not(depth + 1)?;
            return Some(self.made(Kind::Not(Box::new(inner)), start));
        }
        self.compared(depth)
    }

    fn compared(&mut self, depth: usize) -> Option<Expression> {
        let start = self.start();
        let left = self.joined(depth)?;
        let kind = if self.sign("==") {
            Kind::Equal(boxed(left, self.joined(depth)?), true)
        } else if self.sign("!=") {
            Kind::Equal(boxed(left, self.joined(depth)?), false)
        } else if self.word("in") {
            Kind::In(boxed(left, self.joined(depth)?), true)
        } else if self.word("not") {
            if !self.word("in") {
                return None;
            }
            Kind::In(boxed(left, self.joined(depth)?), false)
        } else if self.word("is") {
            self.test(left)?
        } else {
            return Some(left);
        };
        Some(self.made(kind, start))
    }

    fn test(&mut self, of: Expression) -> Option<Kind> {
        let holds = !self.word("not");
        if self.word("defined") {
            Some(Kind::Defined(Box::new(of), holds))
        } else if self.word("undefined") {
            Some(Kind::Defined(Box::new(of), !holds))
        } else {
            None
        }
    }

    fn joined(&mut self, depth: usize) -> Option<Expression> {
        let start = self.start();
        let mut left = self.filtered(depth)?;
        loop {
            let make = if self.sign("~") {
                Kind::Joined
            } else if self.sign("+") {
                Kind::Sum
            } else {
                return Some(left);
            };
            self.operator()?;
            let right = self.filtered(depth)?;
            left = self.made(make(boxed(left, right)), start);
        }
    }

    fn filtered(&mut self, depth: usize) -> Option<Expression> {
        let start = self.start();
        let mut value = self.value(depth)?;
        while self.sign("|") {
            self.operator()?;
            let mut name = self.peeked_word();
            self.at += name.len();
            for prefix in ["ansible", "builtin"] {
                if name == prefix && self.sign(".") {
                    name = self.peeked_word();
                    self.at += name.len();
                }
            }
            if name.is_empty() {
                return None;
            }
            let arguments = if self.sign("(") { self.list(")", depth)? } else { Vec::new() };
            value = self.made(Kind::Filter(Box::new(value), name.to_owned(), arguments), start);
        }
        Some(value)
    }

    /// Expressions up to a closing sign.
    fn list(&mut self, close: &str, depth: usize) -> Option<Vec<Expression>> {
        let mut items = Vec::new();
        while !self.sign(close) {
            items.push(self.choice(depth + 1)?);
            if !self.sign(",")
                && !{
                    self.blanks();
                    self.rest().starts_with(close)
                }
            {
                return None;
            }
        }
        Some(items)
    }

    fn value(&mut self, depth: usize) -> Option<Expression> {
        let start = self.start();
        let kind = match self.rest().bytes().next()? {
            quote @ (b'\'' | b'"') => self.text(char::from(quote))?,
            b'(' => {
                self.at += 1;
                let inner = self.choice(depth + 1)?;
                return self.sign(")").then_some(inner);
            }
            b'[' => {
                self.at += 1;
                Kind::List(self.list("]", depth)?)
            }
            byte if byte.is_ascii_digit() => {
                let digits = self.peeked_word();
                self.at += digits.len();
                Kind::Int(digits.parse().ok()?)
            }
            _ => match self.peeked_word() {
                word @ ("true" | "True" | "false" | "False") => {
                    self.at += word.len();
                    Kind::Bool(word.eq_ignore_ascii_case("true"))
                }
                word @ ("none" | "None") => {
                    self.at += word.len();
                    Kind::Nothing
                }
                "" | "not" | "and" | "or" | "if" | "else" | "in" | "is" => return None,
                _ => Kind::Name(self.path()?),
            },
        };
        // What is called, or taken a part of, is known only to Jinja.
        let after = self.rest().bytes().next();
        (!matches!(after, Some(b'(' | b'[' | b'.'))).then(|| self.made(kind, start))
    }

    fn text(&mut self, quote: char) -> Option<Kind> {
        let inner = self.rest().get(1..)?;
        let length = inner.find(quote)?;
        let text = inner.get(..length).filter(|text| !text.contains('\\'))?;
        self.at += length + 2;
        Some(Kind::Text(text.to_owned()))
    }

    /// `name.key['key'][0]`
    fn path(&mut self) -> Option<Vec<String>> {
        let mut steps = Vec::new();
        loop {
            let rest = self.rest();
            let length = rest.bytes().take_while(|byte| is_letter(*byte)).count();
            steps.push(rest.get(..length).filter(|name| !name.is_empty())?.to_owned());
            self.at += length;
            while let Some(inner) = self.rest().strip_prefix('[') {
                let (key, _) = inner.split_once(']')?;
                self.at += key.len() + 2;
                let key = key.trim();
                let quoted = |quote| key.strip_prefix(quote)?.strip_suffix(quote);
                let number = key.bytes().all(|byte| byte.is_ascii_digit()).then_some(key);
                steps.push(quoted('\'').or_else(|| quoted('"')).or(number)?.to_owned());
            }
            if !self.rest().starts_with('.') {
                return Some(steps);
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With every operator in brackets.
    fn show(expression: &Expression) -> String {
        let two = |[left, right]: &[Expression; 2], sign: &str| format!("({} {sign} {})", show(left), show(right));
        match &expression.kind {
            Kind::Text(text) => format!("'{text}'"),
            Kind::Int(number) => number.to_string(),
            Kind::Bool(truth) => truth.to_string(),
            Kind::Nothing => "none".to_owned(),
            Kind::Name(path) => path.join("/"),
            Kind::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            Kind::Choice(condition, both) => {
                let [then, otherwise] = &**both;
                format!("({} ? {} : {})", show(condition), show(then), show(otherwise))
            }
            Kind::Not(inner) => format!("!{}", show(inner)),
            Kind::All(both) => two(both, "&&"),
            Kind::Any(both) => two(both, "||"),
            Kind::Equal(both, true) => two(both, "=="),
            Kind::Equal(both, false) => two(both, "!="),
            Kind::In(both, true) => two(both, "in"),
            Kind::In(both, false) => two(both, "not in"),
            Kind::Defined(inner, holds) => format!("{}{}?", if *holds { "" } else { "!" }, show(inner)),
            Kind::Joined(both) => two(both, "~"),
            Kind::Sum(both) => two(both, "+"),
            Kind::Filter(inner, name, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(show).collect();
                format!("{}|{name}({})", show(inner), arguments.join(", "))
            }
        }
    }

    #[test]
    fn expressions_are_read_as_jinja_binds_them() {
        for (text, want) in [
            ("a", "a"),
            ("item['x-y'].z[0]", "item/x-y/z/0"),
            ("'x' if a else 'y' if b else 'z'", "(a ? 'x' : (b ? 'y' : 'z'))"),
            ("a or b and not c == 'x'", "(a || (b && !(c == 'x')))"),
            ("a | bool | ternary('x', \"y\")", "a|bool()|ternary('x', 'y')"),
            ("a|default(omit)", "a|default(omit)"),
            ("a | ansible.builtin.default(b, true)", "a|default(b, true)"),
            ("'a' ~ b | lower ~ 1", "(('a' ~ b|lower()) ~ 1)"),
            ("[1, 'x', ] + a", "([1, 'x'] + a)"),
            ("a is not defined or a in ['x']", "(!a? || (a in ['x']))"),
            ("a not in b", "(a not in b)"),
            ("(a)", "a"),
            ("None", "none"),
        ] {
            assert_eq!(parse(text).map(|found| show(&found)).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn what_runs_or_computes_is_not_read() {
        for text in [
            "",
            "lookup('env', 'X')",
            "a[b]",
            "a.b()",
            "a - 1",
            "'x' if a",
            "'\\n'",
            "a is match('x')",
            "{'a': 1}",
            "a |",
            "a < b",
            "a b",
            "(a",
            "[a",
            "'a",
            "a ==",
            "not",
            "a.",
            "('a').b",
            "0777x",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        for chain in [" or a", " and a", " ~ a", " + a", " | lower", " if a else a"] {
            assert!(parse(&format!("a{}", chain.repeat(20))).is_some(), "{chain}");
            assert_eq!(parse(&format!("a{}", chain.repeat(100_000))), None, "{chain}");
        }
        assert_eq!(parse(&"(".repeat(10_000)), None);
        assert_eq!(parse(&"not ".repeat(10_000)), None);
    }
}
