//! Bicep's expressions as those of templates: its operators are functions there.

use crate::dialect::arm::expression::{Expression, Form, Item, Member};
use crate::document::{Node, Text, Value};
use crate::source::Span;
use crate::syntax::bicep::ast::{self, Expr, Operator, Part};

/// The namespaces of functions that need not be written.
const NAMESPACES: &[&str] = &["az", "sys"];

/// The expression that stands at a place of a file.
pub fn read(text: &str, place: Span) -> Option<Expression> {
    crate::syntax::bicep::expression(text, place).map(|expr| of(&expr))
}

fn of(expr: &Expr) -> Expression {
    let form = match &expr.form {
        ast::Form::Constant(value) => Form::Value(Node::new(value.clone(), expr.span)),
        ast::Form::Template(parts) => template(parts, expr.span),
        ast::Form::Name(name) => Form::Name(name.text.to_string()),
        ast::Form::Call { of, name, arguments } => Form::Call(function(of.as_deref(), &name.text), all(arguments)),
        ast::Form::Select { of: whole, key, safe } => {
            Form::Select { of: Box::new(of(whole)), key: Box::new(of(key)), safe: *safe }
        }
        ast::Form::Object(members) => Form::Object(members.iter().map(member).collect()),
        ast::Form::Array(items) => Form::Array(items.iter().map(item).collect()),
        ast::Form::Loop(repeated) => {
            let names = std::iter::once(&repeated.item).chain(&repeated.index);
            let names = names.map(|name| name.text.to_string()).collect();
            Form::Loop(names, Box::new([of(&repeated.over), of(&repeated.body)]))
        }
        ast::Form::Conditional(parts) => Form::Call("if".into(), all(&**parts)),
        ast::Form::Not(inner) => Form::Call("not".into(), vec![of(inner)]),
        ast::Form::Negate(inner) => {
            let zero = Expression { form: Form::Number(0), range: inner.span.range() };
            Form::Call("sub".into(), vec![zero, of(inner)])
        }
        ast::Form::Binary(operator, sides) => binary(*operator, all(&**sides), expr.span),
        ast::Form::Lambda(names, body) => {
            Form::Lambda(names.iter().map(|name| name.text.to_string()).collect(), Box::new(of(body)))
        }
    };
    Expression { form, range: expr.span.range() }
}

fn all(exprs: &[Expr]) -> Vec<Expression> {
    exprs.iter().map(of).collect()
}

fn member(member: &ast::Member) -> Member {
    match member {
        ast::Member::Entry(key, value) => Member::Entry(of(key), of(value)),
        ast::Member::Spread(value) => Member::Spread(of(value)),
    }
}

fn item(item: &ast::Item) -> Item {
    match item {
        ast::Item::Value(value) => Item::Value(of(value)),
        ast::Item::Spread(value) => Item::Spread(of(value)),
    }
}

/// The name of a function as templates have it. What is asked of a resource (`account.listKeys()`) is its function.
fn function(of: Option<&Expr>, name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match of.map(|of| &of.form) {
        Some(ast::Form::Name(of)) if !NAMESPACES.contains(&&*of.text) && !name.starts_with("list") => {
            format!("{}.{name}", of.text.to_ascii_lowercase())
        }
        _ => name,
    }
}

/// A text with values in it is made by `format`.
fn template(parts: &[Part], span: Span) -> Form {
    let mut written = String::new();
    let mut arguments = Vec::new();
    for part in parts {
        match part {
            Part::Text(text) => written.push_str(&text.replace('{', "{{").replace('}', "}}")),
            Part::Value(value) => {
                written.extend(["{", &arguments.len().to_string(), "}"]);
                arguments.push(of(value));
            }
        }
    }
    let written = Form::Value(Node::new(Value::Str(Text::opaque(written)), span));
    arguments.insert(0, Expression { form: written, range: span.range() });
    Form::Call("format".into(), arguments)
}

fn binary(operator: Operator, sides: Vec<Expression>, span: Span) -> Form {
    let not = |form: Form| Form::Call("not".into(), vec![Expression { form, range: span.range() }]);
    let alike = |sides: Vec<Expression>| {
        let lower = |side: Expression| {
            let range = side.range.clone();
            Expression { form: Form::Call("tolower".into(), vec![side]), range }
        };
        Form::Call("equals".into(), sides.into_iter().map(lower).collect())
    };
    let name = match operator {
        Operator::NotEqual => return not(Form::Call("equals".into(), sides)),
        Operator::Alike => return alike(sides),
        Operator::NotAlike => return not(alike(sides)),
        Operator::Coalesce => "coalesce",
        Operator::Or => "or",
        Operator::And => "and",
        Operator::Equal => "equals",
        Operator::Less => "less",
        Operator::LessOrEqual => "lessorequals",
        Operator::Greater => "greater",
        Operator::GreaterOrEqual => "greaterorequals",
        Operator::Add => "add",
        Operator::Subtract => "sub",
        Operator::Multiply => "mul",
        Operator::Divide => "div",
        Operator::Remainder => "mod",
    };
    Form::Call(name.into(), sides)
}
