//! The parser of expressions: small, bounded and total.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions>

use super::tree::{Comparison, Expression, Kind, Literal, Root, Step};

/// Longest expression that GitHub takes, in characters.
const MAX_LENGTH: usize = 21_000;

/// Deepest nesting that GitHub takes.
const MAX_NESTING: usize = 50;

/// The expression that a text is; none where GitHub would refuse it.
pub(in super::super) fn parse(text: &str) -> Option<Expression> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let mut parser = Parser { text, at: 0 };
    let whole = parser.any(0)?;
    parser.blanks();
    (parser.at == text.len()).then_some(whole)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Passes over what comes next, when it is this.
    fn eat(&mut self, token: &str) -> bool {
        self.blanks();
        let is_next = self.rest().starts_with(token);
        self.at += if is_next { token.len() } else { 0 };
        is_next
    }

    /// Passes over the longest run of characters of a kind.
    fn run(&mut self, of: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let end = rest.find(|c| !of(c)).unwrap_or(rest.len());
        let run = rest.get(..end).unwrap_or("").to_owned();
        self.at += end;
        run
    }

    fn from(&self, start: usize, kind: Kind) -> Expression {
        let written = self.text.get(start..self.at).unwrap_or("");
        Expression { kind, span: start..start + written.trim_end().len() }
    }

    fn start(&mut self) -> usize {
        self.blanks();
        self.at
    }

    fn any(&mut self, depth: usize) -> Option<Expression> {
        self.joined(depth, "||", Parser::all, Kind::Any)
    }

    fn all(&mut self, depth: usize) -> Option<Expression> {
        self.joined(depth, "&&", Parser::equality, Kind::All)
    }

    /// Operands with an operator between them; one alone stands for itself.
    fn joined(
        &mut self,
        depth: usize,
        operator: &str,
        operand: fn(&mut Self, usize) -> Option<Expression>,
        join: fn(Vec<Expression>) -> Kind,
    ) -> Option<Expression> {
        let start = self.start();
        let first = operand(self, depth)?;
        let mut operands = vec![first];
        while self.eat(operator) {
            operands.push(operand(self, depth)?);
        }
        match <[Expression; 1]>::try_from(operands) {
            Ok([only]) => Some(only),
            Err(several) => Some(self.from(start, join(several))),
        }
    }

    fn equality(&mut self, depth: usize) -> Option<Expression> {
        self.compared(depth, true, Parser::order)
    }

    fn order(&mut self, depth: usize) -> Option<Expression> {
        self.compared(depth, false, Parser::unary)
    }

    fn compared(
        &mut self,
        depth: usize,
        equality: bool,
        operand: fn(&mut Self, usize) -> Option<Expression>,
    ) -> Option<Expression> {
        let start = self.start();
        let mut operands = vec![operand(self, depth)?];
        let mut operators = Vec::new();
        while let Some(operator) = self.comparison(equality) {
            operators.push(operator);
            operands.push(operand(self, depth)?);
        }
        match <[Expression; 1]>::try_from(operands) {
            Ok([only]) => Some(only),
            Err(several) => Some(self.from(start, Kind::Compare(several, operators))),
        }
    }

    fn comparison(&mut self, equality: bool) -> Option<Comparison> {
        self.blanks();
        let (token, comparison) = Comparison::ALL.iter().find(|(token, _)| self.rest().starts_with(token))?;
        (comparison.is_equality() == equality && self.eat(token)).then_some(*comparison)
    }

    fn unary(&mut self, depth: usize) -> Option<Expression> {
        let start = self.start();
        if depth >= MAX_NESTING {
            return None;
        }
        if self.rest().starts_with('!') && !self.rest().starts_with("!=") && self.eat("!") {
            let operand = self.unary(depth + 1)?;
            return Some(self.from(start, Kind::Not(Box::new(operand))));
        }
        self.path(depth)
    }

    /// A value and the way into it.
    fn path(&mut self, depth: usize) -> Option<Expression> {
        let start = self.start();
        let root = self.value(depth)?;
        let mut steps = Vec::new();
        loop {
            if self.eat(".") {
                self.blanks();
                steps.push(if self.eat("*") { Step::Every } else { Step::Key(self.name()?) });
            } else if self.eat("[") {
                steps.push(self.index(depth)?);
            } else {
                break;
            }
        }
        match root {
            Value::Context(name) => Some(self.from(start, Kind::Path(Root::Context(name), steps))),
            Value::Other(other) if steps.is_empty() => Some(other),
            Value::Other(other) => Some(self.from(start, Kind::Path(Root::Value(Box::new(other)), steps))),
        }
    }

    fn index(&mut self, depth: usize) -> Option<Step> {
        if self.eat("*") {
            return self.eat("]").then_some(Step::Every);
        }
        let index = self.any(depth + 1)?;
        let step = match index.literal() {
            Some(Literal::Text(key)) => Step::Key(key.clone()),
            _ => Step::Index(Box::new(index)),
        };
        self.eat("]").then_some(step)
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        let start = self.start();
        let literal = |parser: &Self, literal| Some(Value::Other(parser.from(start, Kind::Literal(literal))));
        match self.rest().chars().next()? {
            '(' => {
                self.eat("(");
                let inner = self.any(depth + 1)?;
                self.eat(")").then_some(Value::Other(inner))
            }
            '\'' => {
                let text = self.quoted()?;
                literal(self, Literal::Text(text))
            }
            '0'..='9' | '-' | '+' | '.' => {
                let number = self.number()?;
                literal(self, Literal::Number(number))
            }
            _ => {
                let name = self.name()?;
                self.blanks();
                match &*name.to_ascii_lowercase() {
                    _ if self.rest().starts_with('(') => {
                        let arguments = self.arguments(depth)?;
                        Some(Value::Other(self.from(start, Kind::Call(name, arguments))))
                    }
                    "true" => literal(self, Literal::Bool(true)),
                    "false" => literal(self, Literal::Bool(false)),
                    "null" => literal(self, Literal::Null),
                    "nan" | "infinity" => literal(self, Literal::Number(name)),
                    _ => Some(Value::Context(name)),
                }
            }
        }
    }

    fn arguments(&mut self, depth: usize) -> Option<Vec<Expression>> {
        self.eat("(");
        let mut arguments = Vec::new();
        if self.eat(")") {
            return Some(arguments);
        }
        loop {
            arguments.push(self.any(depth + 1)?);
            if self.eat(")") {
                return Some(arguments);
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        let starts = self.rest().starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        starts.then(|| self.run(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'))
    }

    /// A string; two quotes within are one.
    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = characters.next() {
            if c != '\'' {
                text.push(c);
            } else if characters.next_if(|(_, next)| *next == '\'').is_some() {
                text.push('\'');
            } else {
                self.at += at + 1;
                return Some(text);
            }
        }
        None
    }

    fn number(&mut self) -> Option<String> {
        let start = self.at;
        let mut written = self.run(|c| matches!(c, '+' | '-'));
        written.push_str(&self.run(|c| c.is_ascii_alphanumeric() || c == '.'));
        if written.ends_with(['e', 'E']) && !written.contains(['x', 'X']) {
            written.push_str(&self.run(|c| matches!(c, '+' | '-') || c.is_ascii_digit()));
        }
        let digits = |prefix: &str, radix| {
            written.strip_prefix(prefix).is_some_and(|digits| i64::from_str_radix(digits, radix).is_ok())
        };
        let name = written.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_alphabetic());
        let valid = digits("0x", 16) || digits("0o", 8) || (!name && written.parse::<f64>().is_ok());
        if !valid {
            self.at = start;
        }
        valid.then_some(written)
    }
}

/// What a path may begin with.
enum Value {
    Context(String),
    Other(Expression),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes an expression with all the parentheses it can have.
    fn print(expression: &Expression) -> String {
        let list = |parts: &[Expression], between: &str| parts.iter().map(print).collect::<Vec<_>>().join(between);
        match &expression.kind {
            Kind::Literal(Literal::Text(text)) => format!("'{}'", text.replace('\'', "''")),
            Kind::Literal(Literal::Null) => "null".to_owned(),
            Kind::Literal(literal) => literal.text().to_owned(),
            Kind::Path(root, steps) => {
                let root = match root {
                    Root::Context(name) => name.clone(),
                    Root::Value(inner) => print(inner),
                };
                let steps = steps.iter().map(|step| match step {
                    Step::Key(key) => format!("['{}']", key.replace('\'', "''")),
                    Step::Every => "[*]".to_owned(),
                    Step::Index(index) => format!("[{}]", print(index)),
                });
                format!("{root}{}", steps.collect::<String>())
            }
            Kind::Call(name, arguments) => format!("{name}({})", list(arguments, ", ")),
            Kind::Not(inner) => format!("(!{})", print(inner)),
            Kind::All(parts) => format!("({})", list(parts, " && ")),
            Kind::Any(parts) => format!("({})", list(parts, " || ")),
            Kind::Compare(parts, operators) => {
                let written = |operator| Comparison::ALL.iter().find(|(_, known)| known == operator).unwrap().0;
                let mut text = print(&parts[0]);
                for (operator, part) in operators.iter().zip(&parts[1..]) {
                    text = format!("{text} {} {}", written(operator), print(part));
                }
                format!("({text})")
            }
        }
    }

    /// The same without places.
    fn bare(mut expression: Expression) -> Expression {
        expression.span = 0..0;
        let all = |parts: Vec<Expression>| parts.into_iter().map(bare).collect();
        expression.kind = match expression.kind {
            Kind::Literal(literal) => Kind::Literal(literal),
            Kind::Path(root, steps) => {
                let root = match root {
                    Root::Value(inner) => Root::Value(Box::new(bare(*inner))),
                    context @ Root::Context(_) => context,
                };
                let step = |step| match step {
                    Step::Index(index) => Step::Index(Box::new(bare(*index))),
                    other => other,
                };
                Kind::Path(root, steps.into_iter().map(step).collect())
            }
            Kind::Call(name, arguments) => Kind::Call(name, all(arguments)),
            Kind::Not(inner) => Kind::Not(Box::new(bare(*inner))),
            Kind::Compare(parts, operators) => Kind::Compare(all(parts), operators),
            Kind::All(parts) => Kind::All(all(parts)),
            Kind::Any(parts) => Kind::Any(all(parts)),
        };
        expression
    }

    fn of(kind: Kind) -> Expression {
        Expression { kind, span: 0..0 }
    }

    fn trees() -> impl Strategy<Value = Expression> {
        let literal = prop_oneof![
            Just(Literal::Null),
            any::<bool>().prop_map(Literal::Bool),
            any::<u16>().prop_map(|number| Literal::Number(number.to_string())),
            "[a-z' }{]{0,6}".prop_map(Literal::Text),
        ];
        let name = "(github|env|needs|x_[a-z]{1,3}-y)";
        let leaf = prop_oneof![
            literal.prop_map(|literal| of(Kind::Literal(literal))),
            name.prop_map(|name| of(Kind::Path(Root::Context(name), Vec::new()))),
        ];
        leaf.prop_recursive(4, 40, 4, move |inner| {
            let several = prop::collection::vec(inner.clone(), 2..4);
            let step = prop_oneof![
                "[a-z' ]{1,4}".prop_map(Step::Key),
                Just(Step::Every),
                (0_u8..9).prop_map(|at| { Step::Index(Box::new(of(Kind::Literal(Literal::Number(at.to_string()))))) }),
            ];
            let root = prop_oneof![
                name.prop_map(Root::Context),
                inner.clone().prop_filter_map("a path goes on", |inner| {
                    (!matches!(inner.kind, Kind::Path(..))).then(|| Root::Value(Box::new(inner)))
                }),
            ];
            let order = prop::sample::select(vec![Comparison::Less, Comparison::AtLeast]);
            let equality = prop::sample::select(vec![Comparison::Equal, Comparison::NotEqual]);
            let compared =
                |operator: prop::sample::Select<Comparison>| prop::collection::vec((operator, inner.clone()), 1..3);
            let compare = |(first, rest): (Expression, Vec<(Comparison, Expression)>)| {
                let (operators, others): (Vec<_>, Vec<_>) = rest.into_iter().unzip();
                of(Kind::Compare(std::iter::once(first).chain(others).collect(), operators))
            };
            prop_oneof![
                (root, prop::collection::vec(step, 1..4)).prop_map(|(root, steps)| of(Kind::Path(root, steps))),
                ("(contains|format|fromJSON)", prop::collection::vec(inner.clone(), 0..3))
                    .prop_map(|(name, arguments)| of(Kind::Call(name, arguments))),
                inner.clone().prop_map(|inner| of(Kind::Not(Box::new(inner)))),
                several.clone().prop_map(|parts| of(Kind::All(parts))),
                several.prop_map(|parts| of(Kind::Any(parts))),
                (inner.clone(), compared(order)).prop_map(compare),
                (inner.clone(), compared(equality)).prop_map(compare),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(tree in trees()) {
            let written = print(&tree);
            prop_assert_eq!(parse(&written).map(bare), Some(tree), "{}", written);
        }

        #[test]
        fn no_text_is_too_strange(text in "[a-z.'()\\[\\]!=<>&|*, 0-9-]{0,40}|.{0,40}") {
            if let Some(expression) = parse(&text) {
                prop_assert!(text.get(expression.span).is_some());
            }
        }
    }

    #[test]
    fn operators_bind_as_github_has_it() {
        for (text, want) in [
            ("a || b && c", "(a || (b && c))"),
            ("a && b || c", "((a && b) || c)"),
            ("!a == b", "((!a) == b)"),
            ("a < b == c >= d", "((a < b) == (c >= d))"),
            ("!(a || b).c", "(!(a || b)['c'])"),
            ("a['b'].c[0].*", "a['b']['c'][0][*]"),
            ("a . b [ 'c' ]", "a['b']['c']"),
            ("f( 'it''s' , -1.5e3,0xff)", "f('it''s', -1.5e3, 0xff)"),
            ("github.event.client-payload", "github['event']['client-payload']"),
            ("\n a\n && b\n", "(a && b)"),
            ("TRUE && Null", "(true && null)"),
        ] {
            assert_eq!(parse(text).map(|tree| print(&tree)).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn what_github_refuses_is_nothing() {
        for text in [
            "", "a b", "a.", "a[", "a[]", "f(", "f(a,)", "'open", "a ||", "&& a", "1x", "a = b", "\"a\"", "a..b", "1e",
            "--1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"(".repeat(30_000)), None);
        assert_eq!(parse(&format!("{}a{}", "(".repeat(200), ")".repeat(200))), None);
        assert!(parse(&vec!["a"; 4_000].join("||")).is_some());
        assert!(parse(&format!("a{}", ".b".repeat(4_000))).is_some());
    }
}
