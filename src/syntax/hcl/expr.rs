//! The grammar of expressions.

use std::sync::Arc;

use super::ast::{Call, Expr, ExprKind, For, Member, MemberKey, Name, Operator};
use super::cursor::{LONGEST_CHAIN, Parser, Read};

/// Operators by how tightly they bind, the loosest first; longer spellings before shorter ones.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("||", Operator::Or)],
    &[("&&", Operator::And)],
    &[("==", Operator::Equal), ("!=", Operator::NotEqual)],
    &[("<=", Operator::LessOrEqual), (">=", Operator::GreaterOrEqual), ("<", Operator::Less), (">", Operator::Greater)],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

impl Parser<'_> {
    pub(super) fn expr(&mut self) -> Read<Expr> {
        let lines = self.lines_matter();
        self.nested(lines, Self::conditional)
    }

    fn conditional(&mut self) -> Read<Expr> {
        self.skip();
        let condition = self.binary(0)?;
        self.skip();
        if !self.eat("?") {
            return Ok(condition);
        }
        let then = self.expr()?;
        self.skip();
        self.expect(":", "between the two results of a conditional")?;
        let otherwise = self.expr()?;
        let span = condition.span.to(otherwise.span);
        Ok(Expr { kind: ExprKind::Conditional(Box::new([condition, then, otherwise])), span })
    }

    fn binary(&mut self, level: usize) -> Read<Expr> {
        let Some(operators) = LEVELS.get(level) else { return self.term() };
        let mut left = self.binary(level + 1)?;
        for _ in 0..LONGEST_CHAIN {
            let before = self.at;
            self.skip();
            let Some(operator) = self.operator(operators) else {
                self.at = before;
                return Ok(left);
            };
            self.skip();
            let right = self.binary(level + 1)?;
            let span = left.span.to(right.span);
            left = Expr { kind: ExprKind::Binary(operator, Box::new([left, right])), span };
        }
        Err(self.fault(format!("more than {LONGEST_CHAIN} operators in a row, the limit here")))
    }

    fn operator(&mut self, operators: &[(&str, Operator)]) -> Option<Operator> {
        // `=>` and `=` end an expression; `!` before anything but `=` begins one.
        operators.iter().find(|(spelling, _)| self.eat(spelling)).map(|(_, operator)| *operator)
    }

    fn term(&mut self) -> Read<Expr> {
        self.skip();
        let start = self.at;
        let negated = match self.peek() {
            Some(b'-') => ExprKind::Negate,
            Some(b'!') => ExprKind::Not,
            _ => {
                let primary = self.primary()?;
                return self.steps(primary);
            }
        };
        self.at += 1;
        let lines = self.lines_matter();
        let operand = self.nested(lines, Self::term)?;
        let span = self.span(start, start).to(operand.span);
        Ok(Expr { kind: negated(Box::new(operand)), span })
    }

    fn primary(&mut self) -> Read<Expr> {
        let start = self.at;
        match self.peek() {
            Some(b'(') => {
                self.at += 1;
                let inner = self.nested(false, |parser| {
                    let inner = parser.expr()?;
                    parser.skip();
                    parser.expect(")", "to close the parenthesis")?;
                    Ok(inner)
                })?;
                let span = self.span(start, self.at);
                Ok(Expr { kind: ExprKind::Parenthesised(Box::new(inner)), span })
            }
            Some(b'[') => self.tuple(),
            Some(b'{') => self.object(),
            Some(b'"') => self.quoted(),
            Some(b'<') if self.looking_at("<<") => self.heredoc(),
            Some(byte) if byte.is_ascii_digit() => Ok(self.number()),
            _ => match self.identifier() {
                Some(name) => self.named(name),
                None => Err(self.fault("expected an expression")),
            },
        }
    }

    fn number(&mut self) -> Expr {
        let start = self.at;
        self.digits();
        if self.peek() == Some(b'.') && self.peek_at(1).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.peek_at(1), Some(b'+' | b'-')));
            if self.peek_at(1 + sign).is_some_and(|byte| byte.is_ascii_digit()) {
                self.at += 1 + sign;
                self.digits();
            }
        }
        let text = self.text.get(start..self.at).unwrap_or("0");
        Expr { kind: ExprKind::Number(Arc::from(text)), span: self.span(start, self.at) }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    /// What a word begins: a literal, a call or a traversal.
    fn named(&mut self, mut name: Name) -> Read<Expr> {
        while self.eat("::") {
            let Some(next) = self.identifier() else { return Err(self.fault("expected a function's name")) };
            name.span = name.span.to(next.span);
            name.text = [&*name.text, "::", &*next.text].concat().into();
        }
        let after = self.at;
        self.skip();
        if self.peek() == Some(b'(') {
            return self.call(name);
        }
        self.at = after;
        let kind = match &*name.text {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "null" => ExprKind::Null,
            _ => ExprKind::Variable(name.text),
        };
        Ok(Expr { kind, span: name.span })
    }

    fn call(&mut self, name: Name) -> Read<Expr> {
        self.at += 1;
        let (args, expand) = self.nested(false, |parser| {
            let mut args = Vec::new();
            let mut expand = false;
            loop {
                parser.skip();
                if parser.eat(")") {
                    return Ok((args, expand));
                }
                args.push(parser.expr()?);
                parser.skip();
                expand = parser.eat("...");
                parser.skip();
                if !parser.eat(",") || expand {
                    parser.skip();
                    parser.expect(")", "after the arguments of a call")?;
                    return Ok((args, expand));
                }
            }
        })?;
        let span = name.span.to(self.span(self.at, self.at));
        Ok(Expr { kind: ExprKind::Call(Call { name, args: fitted(args), expand }), span })
    }

    fn tuple(&mut self) -> Read<Expr> {
        let start = self.at;
        self.at += 1;
        let kind = self.nested(false, |parser| {
            parser.skip();
            if parser.at_for() {
                return parser.for_expr("]");
            }
            let mut items = Vec::new();
            loop {
                parser.skip();
                if parser.eat("]") {
                    return Ok(ExprKind::Tuple(fitted(items)));
                }
                items.push(parser.expr()?);
                parser.skip();
                if !parser.eat(",") {
                    parser.expect("]", "or `,` after an item")?;
                    return Ok(ExprKind::Tuple(fitted(items)));
                }
            }
        })?;
        Ok(Expr { kind, span: self.span(start, self.at) })
    }

    fn object(&mut self) -> Read<Expr> {
        let start = self.at;
        self.at += 1;
        let kind = self.nested(true, |parser| {
            parser.skip_lines();
            if parser.at_for() {
                return parser.nested(false, |parser| parser.for_expr("}"));
            }
            let mut members = Vec::new();
            loop {
                parser.skip_lines();
                if parser.eat("}") {
                    return Ok(ExprKind::Object(fitted(members)));
                }
                members.push(parser.member()?);
                parser.skip();
                let separated = parser.eat(",") || matches!(parser.peek(), Some(b'\n' | b'\r' | b'}'));
                if !separated {
                    return Err(parser.fault("expected `,`, a new line or `}` after a member of an object"));
                }
            }
        })?;
        Ok(Expr { kind, span: self.span(start, self.at) })
    }

    fn member(&mut self) -> Read<Member> {
        let start = self.at;
        let word = self.identifier();
        self.skip();
        let key = match word {
            Some(name) if matches!(self.peek(), Some(b'=' | b':')) => MemberKey::Word(name),
            _ => {
                self.at = start;
                MemberKey::Expr(self.expr()?)
            }
        };
        self.skip();
        if self.looking_at("==") || !(self.eat("=") || self.eat(":")) {
            return Err(self.fault("expected `=` or `:` after the key of a member"));
        }
        self.skip();
        Ok(Member { key, value: self.expr()? })
    }

    fn at_for(&self) -> bool {
        self.at_word("for") && matches!(self.peek_at(3), Some(b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'#'))
    }

    fn for_expr(&mut self, close: &str) -> Read<ExprKind> {
        let (key, value, collection) = self.for_header()?;
        self.skip();
        self.expect(":", "after what is gone through")?;
        let mut result = self.expr()?;
        let mut key_result = None;
        self.skip();
        if close == "}" {
            self.expect("=>", "between key and value")?;
            key_result = Some(std::mem::replace(&mut result, self.expr()?));
            self.skip();
        }
        let grouped = self.eat("...");
        self.skip();
        let condition = if self.eat_word("if") { Some(self.expr()?) } else { None };
        self.skip();
        self.expect(close, "to close the for expression")?;
        Ok(ExprKind::For(Box::new(For { key, value, collection, key_result, result, condition, grouped })))
    }

    /// `for key, value in collection`, of an expression or of a directive.
    pub(super) fn for_header(&mut self) -> Read<(Option<Name>, Name, Expr)> {
        self.eat_word("for");
        self.skip();
        let Some(mut value) = self.identifier() else { return Err(self.fault("expected a name")) };
        let mut key = None;
        self.skip();
        if self.eat(",") {
            self.skip();
            let Some(second) = self.identifier() else { return Err(self.fault("expected a second name")) };
            key = Some(std::mem::replace(&mut value, second));
        }
        self.skip();
        if !self.eat_word("in") {
            return Err(self.fault("expected `in`"));
        }
        Ok((key, value, self.expr()?))
    }

    /// The steps of a traversal, as far as they go.
    fn steps(&mut self, mut of: Expr) -> Read<Expr> {
        for _ in 0..LONGEST_CHAIN {
            let before = self.at;
            self.skip();
            match self.step(of)? {
                Stepped::On(next) => of = next,
                Stepped::End(whole) => {
                    self.at = before;
                    return Ok(whole);
                }
            }
        }
        Err(self.fault(format!("more than {LONGEST_CHAIN} steps in a row, the limit here")))
    }

    fn step(&mut self, of: Expr) -> Read<Stepped> {
        if self.peek() == Some(b'[') {
            return self.index(of).map(Stepped::On);
        }
        if self.peek() != Some(b'.') || self.looking_at("..") {
            return Ok(Stepped::End(of));
        }
        self.at += 1;
        self.skip();
        if self.eat("*") {
            let item = Expr { kind: ExprKind::Item, span: of.span };
            let each = self.attribute_steps(item)?;
            let span = of.span.to(self.span(self.at, self.at));
            return Ok(Stepped::On(Expr { kind: ExprKind::Splat(Box::new(of), Box::new(each)), span }));
        }
        self.attribute_step(of).map(Stepped::On)
    }

    /// The steps that belong to each item of `.*`: names and numbers, no brackets.
    fn attribute_steps(&mut self, mut of: Expr) -> Read<Expr> {
        for _ in 0..LONGEST_CHAIN {
            let before = self.at;
            self.skip();
            let goes_on = self.peek() == Some(b'.') && !matches!(self.peek_at(1), Some(b'.' | b'*'));
            if !goes_on {
                self.at = before;
                break;
            }
            self.at += 1;
            self.skip();
            of = self.attribute_step(of)?;
        }
        Ok(of)
    }

    fn attribute_step(&mut self, of: Expr) -> Read<Expr> {
        let start = self.at;
        if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.digits();
            let text = self.text.get(start..self.at).unwrap_or("0");
            let key = Expr { kind: ExprKind::Number(Arc::from(text)), span: self.span(start, self.at) };
            let span = of.span.to(key.span);
            return Ok(Expr { kind: ExprKind::Index(Box::new(of), Box::new(key)), span });
        }
        let Some(name) = self.identifier() else { return Err(self.fault("expected a name after `.`")) };
        let span = of.span.to(name.span);
        Ok(Expr { kind: ExprKind::Attribute(Box::new(of), name), span })
    }

    fn index(&mut self, of: Expr) -> Read<Expr> {
        self.at += 1;
        let before = self.at;
        self.skip_lines();
        if self.eat("*") {
            self.skip_lines();
            if self.eat("]") {
                let item = Expr { kind: ExprKind::Item, span: of.span };
                let lines = self.lines_matter();
                let each = self.nested(lines, |parser| parser.steps(item))?;
                let span = of.span.to(self.span(self.at, self.at));
                return Ok(Expr { kind: ExprKind::Splat(Box::new(of), Box::new(each)), span });
            }
            self.at = before;
        }
        let key = self.nested(false, |parser| {
            let key = parser.expr()?;
            parser.skip();
            parser.expect("]", "to close the index")?;
            Ok(key)
        })?;
        let span = of.span.to(self.span(self.at, self.at));
        Ok(Expr { kind: ExprKind::Index(Box::new(of), Box::new(key)), span })
    }
}

/// A list without room to spare: trees stay as long as a run lasts, and most lists in them have one item.
fn fitted<T>(mut list: Vec<T>) -> Vec<T> {
    list.shrink_to_fit();
    list
}

/// Whether a traversal went on.
enum Stepped {
    On(Expr),
    End(Expr),
}
