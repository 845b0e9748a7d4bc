//! The grammar of expressions.
//!
//! Line ends matter only between the members of objects and the items of arrays, which no operator but `-` can begin.

use super::ast::{Expr, Form, Item, Loop, Member, Name, Operator};
use super::cursor::{LONGEST_CHAIN, Parser, Read};
use crate::document::{Text, Value};

/// The operators with their strength, longer spellings first.
const OPERATORS: &[(&str, Operator, u8)] = &[
    ("??", Operator::Coalesce, 1),
    ("||", Operator::Or, 2),
    ("&&", Operator::And, 3),
    ("==", Operator::Equal, 4),
    ("!=", Operator::NotEqual, 4),
    ("=~", Operator::Alike, 4),
    ("!~", Operator::NotAlike, 4),
    ("<=", Operator::LessOrEqual, 5),
    (">=", Operator::GreaterOrEqual, 5),
    ("<", Operator::Less, 5),
    (">", Operator::Greater, 5),
    ("+", Operator::Add, 6),
    ("-", Operator::Subtract, 6),
    ("*", Operator::Multiply, 7),
    ("/", Operator::Divide, 7),
    ("%", Operator::Remainder, 7),
];

impl Parser<'_> {
    /// An expression.
    pub(super) fn expr(&mut self) -> Read<Expr> {
        self.nested(|parser| {
            parser.skip_lines();
            let condition = parser.binary(1)?;
            parser.skip();
            if !parser.skip_lines_to(|rest| rest.starts_with('?')) {
                return Ok(condition);
            }
            parser.at += 1;
            let then = parser.expr()?;
            parser.skip_lines();
            parser.expect(":", "between the two values of a condition")?;
            let otherwise = parser.expr()?;
            let span = condition.span.to(otherwise.span);
            Ok(Expr { form: Form::Conditional(Box::new([condition, then, otherwise])), span })
        })
    }

    /// Operands with operators of this strength at least between them.
    fn binary(&mut self, least: u8) -> Read<Expr> {
        let mut left = self.unary()?;
        for _ in 0..LONGEST_CHAIN {
            let Some((operator, strength)) = self.operator(least) else { return Ok(left) };
            self.skip_lines();
            let right = self.nested(|parser| parser.binary(strength + 1))?;
            let span = left.span.to(right.span);
            left = Expr { form: Form::Binary(operator, Box::new([left, right])), span };
        }
        Err(self.fault(format!("more than {LONGEST_CHAIN} operators in a row, the limit here")))
    }

    /// Goes past an operator of this strength at least.
    fn operator(&mut self, least: u8) -> Option<(Operator, u8)> {
        let before = self.at;
        self.skip();
        let line_ends = matches!(self.peek(), Some(b'\n' | b'\r'));
        self.skip_lines();
        let found = OPERATORS.iter().find(|(spelt, ..)| self.looking_at(spelt));
        let found = found.filter(|(spelt, _, strength)| {
            let is_arrow = self.looking_at("=>");
            *strength >= least && !is_arrow && !(line_ends && *spelt == "-")
        });
        let Some((spelt, operator, strength)) = found else {
            self.at = before;
            return None;
        };
        self.at += spelt.len();
        Some((*operator, *strength))
    }

    fn unary(&mut self) -> Read<Expr> {
        self.skip();
        let start = self.at;
        let make: fn(Box<Expr>) -> Form = match self.peek() {
            Some(b'!') => Form::Not,
            Some(b'-') => Form::Negate,
            Some(b'+') => {
                self.at += 1;
                return self.nested(Parser::unary);
            }
            _ => return self.steps(),
        };
        self.at += 1;
        let inner = self.nested(Parser::unary)?;
        let form = match (self.text.as_bytes().get(start), inner.form) {
            (Some(b'-'), Form::Constant(Value::Int(number))) => Form::Constant(Value::Int(number.wrapping_neg())),
            (_, form) => make(Box::new(Expr { form, span: inner.span })),
        };
        Ok(Expr { form, span: self.since(start) })
    }

    /// A value and the properties, items and functions that are asked of it.
    fn steps(&mut self) -> Read<Expr> {
        let start = self.at;
        let mut expr = self.primary()?;
        for _ in 0..LONGEST_CHAIN {
            // `a!`: that it is there is taken for granted.
            if self.looking_at("!") && !self.looking_at("!=") && !self.looking_at("!~") {
                self.at += 1;
                continue;
            }
            let is_dot = |rest: &str| rest.starts_with('.') && !rest.starts_with("...");
            let is_step = self.looking_at("[") || self.looking_at("::") || self.skip_lines_to(is_dot);
            if !is_step {
                return Ok(expr);
            }
            let form = self.step(Box::new(expr))?;
            expr = Expr { form, span: self.since(start) };
        }
        Err(self.fault(format!("more than {LONGEST_CHAIN} properties in a row, the limit here")))
    }

    /// `[key]`, `.key`, `::key` or `.key(…)`, which begins here.
    fn step(&mut self, of: Box<Expr>) -> Read<Form> {
        if self.eat("[") {
            let safe = self.eat("?");
            let key = self.expr()?;
            self.skip_lines();
            self.expect("]", "after an index")?;
            return Ok(Form::Select { of, key: Box::new(key), safe });
        }
        let _ = self.eat("::") || self.eat(".");
        let safe = self.eat("?");
        self.skip_lines();
        let Some(name) = self.identifier() else { return Err(self.fault("expected the name of a property")) };
        if self.at_arguments() {
            let arguments = self.arguments()?;
            return Ok(Form::Call { of: Some(of), name, arguments });
        }
        Ok(Form::Select { of, key: Box::new(text_of(&name)), safe })
    }

    /// Goes to the arguments of a call, when they come next on the line.
    fn at_arguments(&mut self) -> bool {
        let before = self.at;
        self.skip();
        let is_there = self.looking_at("(");
        if !is_there {
            self.at = before;
        }
        is_there
    }

    fn arguments(&mut self) -> Read<Vec<Expr>> {
        self.expect("(", "before the arguments")?;
        let mut arguments = Vec::new();
        loop {
            self.skip_lines();
            if self.eat(")") {
                return Ok(arguments);
            }
            arguments.push(self.expr()?);
            self.skip_lines();
            if !self.eat(",") && !self.looking_at(")") {
                return Err(self.fault("expected `,` or `)`"));
            }
        }
    }

    fn primary(&mut self) -> Read<Expr> {
        let start = self.at;
        let form = match self.peek() {
            Some(b'\'' | b'$') if self.at_text() => return self.nested(Parser::text),
            Some(b'{') => Form::Object(self.nested(Parser::object)?),
            Some(b'[') => self.nested(Parser::array)?,
            Some(b'(') => {
                if let Some(lambda) = self.lambda_of_several()? {
                    lambda
                } else {
                    self.at += 1;
                    let inner = self.expr()?;
                    self.skip_lines();
                    self.expect(")", "after an expression in parentheses")?;
                    inner.form
                }
            }
            Some(b'0'..=b'9') => self.number()?,
            _ => self.named()?,
        };
        Ok(Expr { form, span: self.since(start) })
    }

    pub(super) fn number(&mut self) -> Read<Form> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number = rest.get(..length).and_then(|digits| digits.parse().ok());
        let Some(number) = number else { return Err(self.fault("the number is too large")) };
        self.at += length;
        Ok(Form::Constant(Value::Int(number)))
    }

    fn named(&mut self) -> Read<Form> {
        let Some(name) = self.identifier() else { return Err(self.fault("expected a value")) };
        if self.at_arguments() {
            let arguments = self.arguments()?;
            return Ok(Form::Call { of: None, name, arguments });
        }
        if self.arrow() {
            return Ok(Form::Lambda(vec![name], Box::new(self.expr()?)));
        }
        Ok(match &*name.text {
            "null" => Form::Constant(Value::Null),
            "true" => Form::Constant(Value::Bool(true)),
            "false" => Form::Constant(Value::Bool(false)),
            _ => Form::Name(name),
        })
    }

    fn arrow(&mut self) -> bool {
        let before = self.at;
        self.skip();
        let is_there = self.eat("=>");
        if !is_there {
            self.at = before;
        }
        is_there
    }

    /// `(a, b) => c`, when that stands here.
    fn lambda_of_several(&mut self) -> Read<Option<Form>> {
        let before = self.at;
        self.at += 1;
        let mut names = Vec::new();
        loop {
            self.skip_lines();
            names.extend(self.identifier());
            self.skip_lines();
            if !self.eat(",") {
                break;
            }
        }
        if self.eat(")") && self.arrow() {
            return Ok(Some(Form::Lambda(names, Box::new(self.expr()?))));
        }
        self.at = before;
        Ok(None)
    }

    fn object(&mut self) -> Read<Vec<Member>> {
        let mut members = Vec::new();
        self.expect("{", "before the members of an object")?;
        loop {
            self.skip_lines();
            if self.eat("}") {
                return Ok(members);
            }
            members.push(self.member()?);
            self.end_of_member(b'}')?;
        }
    }

    /// A member of an object.
    pub(super) fn member(&mut self) -> Read<Member> {
        if self.eat("...") {
            return Ok(Member::Spread(self.expr()?));
        }
        let key = if self.at_text() {
            self.nested(Parser::text)?
        } else {
            let Some(name) = self.identifier() else { return Err(self.fault("expected the name of a property")) };
            text_of(&name)
        };
        self.skip();
        self.expect(":", "after the name of a property")?;
        Ok(Member::Entry(key, self.expr()?))
    }

    fn array(&mut self) -> Read<Form> {
        self.expect("[", "before the items of an array")?;
        self.skip_lines();
        if self.word() == "for" {
            let repeated = self.repeated(Parser::expr)?;
            return Ok(Form::Loop(Box::new(repeated)));
        }
        let mut items = Vec::new();
        loop {
            self.skip_lines();
            if self.eat("]") {
                return Ok(Form::Array(items));
            }
            items.push(if self.eat("...") { Item::Spread(self.expr()?) } else { Item::Value(self.expr()?) });
            self.end_of_member(b']')?;
        }
    }

    /// The rest of `[for x in y: …]`, from the word on; `body` reads what is made of each item.
    pub(super) fn repeated(&mut self, body: impl FnOnce(&mut Self) -> Read<Expr>) -> Read<Loop> {
        self.eat_word("for");
        self.skip();
        let (item, index) = if self.eat("(") {
            let item = self.expect_identifier("the name of an item")?;
            self.skip();
            self.expect(",", "between the names of an item and of its number")?;
            let index = self.expect_identifier("the name of its number")?;
            self.skip();
            self.expect(")", "after the names of a loop")?;
            (item, Some(index))
        } else {
            (self.expect_identifier("the name of an item")?, None)
        };
        self.skip();
        if !self.eat_word("in") {
            return Err(self.fault("expected `in`"));
        }
        let over = self.expr()?;
        self.skip_lines();
        self.expect(":", "before what is made of each item")?;
        self.skip_lines();
        let condition = self.condition()?;
        self.skip_lines();
        let body = body(self)?;
        self.skip_lines();
        self.expect("]", "after a loop")?;
        Ok(Loop { item, index, over, condition, body })
    }

    /// `if (…)`, when that stands here.
    pub(super) fn condition(&mut self) -> Read<Option<Expr>> {
        if !self.eat_word("if") {
            return Ok(None);
        }
        self.skip_lines();
        if self.peek() != Some(b'(') {
            return Err(self.fault("expected `(` before a condition"));
        }
        self.at += 1;
        let condition = self.expr()?;
        self.skip_lines();
        self.expect(")", "after a condition")?;
        Ok(Some(condition))
    }
}

/// A name as the text that it stands for.
pub(super) fn text_of(name: &Name) -> Expr {
    let text = Text::verbatim(name.text.clone(), name.span.start);
    Expr { form: Form::Constant(Value::Str(text)), span: name.span }
}
