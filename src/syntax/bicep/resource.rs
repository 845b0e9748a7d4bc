//! Resources and modules: their bodies, conditions and loops, and the resources that are written within them.

use std::sync::Arc;

use super::ast::{Expr, Form, Member, Name};
use super::cursor::{Parser, Read};
use super::lower::{self, entry};
use crate::document::{Entry, Map, Node, Value};
use crate::source::Span;

/// The type of resource that a module is deployed as.
const DEPLOYMENT: &str = "Microsoft.Resources/deployments";

/// What a resource or module says outside of its body.
const OWN: &[&str] = &["type", "apiVersion", "existing", "condition", "for", "module", "resources"];

/// A resource or a module, without what it is called.
pub(super) struct Declared {
    pub(super) symbol: Name,
    /// From the word to the type or path.
    header: Span,
    /// The type or path.
    named: Expr,
    is_existing: bool,
    item: Vec<Entry>,
    rest: Option<Node>,
    nested: Vec<Entry>,
}

impl Parser<'_> {
    /// The rest of a resource or module, whose first word was read.
    pub(super) fn resource(&mut self, start: usize, is_module: bool) -> Read<Declared> {
        let symbol = self.expect_identifier("a name")?;
        self.skip();
        let named = self.nested(Parser::text)?;
        let header = self.since(start);
        self.skip();
        let is_existing = !is_module && self.eat_word("existing");
        let mut item = Vec::new();
        let mut nested = Vec::new();
        self.equals()?;
        self.skip_lines();
        let body = if self.eat("[") {
            self.skip_lines();
            let repeated = self.nested(|parser| parser.repeated(|parser| parser.body(&mut nested)))?;
            let over = lower::repeated(&repeated, self.text);
            item.push(entry("for", over.span, over));
            item.extend(repeated.condition.as_ref().map(|condition| self.condition_entry(condition)));
            repeated.body
        } else {
            let condition = self.condition()?;
            item.extend(condition.as_ref().map(|condition| self.condition_entry(condition)));
            self.skip_lines();
            self.body(&mut nested)?
        };
        let Form::Object(members) = &body.form else { return Err(self.fault("expected `{`")) };
        let (entries, rest) = lower::body(members, self.text);
        if let Some(own) = entries.iter().find(|entry| OWN.contains(&&*entry.key.name)) {
            self.at = own.key.span.range().start;
            return Err(self.fault(format!("`{}` is not written in a body", own.key.name)));
        }
        item.splice(0..0, entries);
        Ok(Declared { symbol, header, named, is_existing, item, rest, nested })
    }

    fn condition_entry(&self, condition: &Expr) -> Entry {
        entry("condition", condition.span, lower::value(condition, self.text))
    }

    /// A body: its members, beside the resources that are declared within it.
    fn body(&mut self, nested: &mut Vec<Entry>) -> Read<Expr> {
        let start = self.at;
        let members = self.nested(|parser| {
            let mut members: Vec<Member> = Vec::new();
            parser.expect("{", "before the body")?;
            loop {
                parser.decorators()?;
                if parser.eat("}") {
                    return Ok(members);
                }
                match parser.nested_resource()? {
                    Some(resource) => nested.push(resource),
                    None => members.push(parser.member()?),
                }
                parser.end_of_member(b'}')?;
            }
        })?;
        Ok(Expr { form: Form::Object(members), span: self.since(start) })
    }

    /// `resource name 'type' = …` within a body, when that stands here.
    fn nested_resource(&mut self) -> Read<Option<Entry>> {
        let start = self.at;
        if !self.eat_word("resource") {
            return Ok(None);
        }
        self.skip();
        if self.word().is_empty() {
            self.at = start;
            return Ok(None);
        }
        let declared = self.nested(|parser| parser.resource(start, false))?;
        Ok(Some(self.made(declared, start)))
    }

    /// The item of a template that a declaration makes.
    pub(super) fn made(&self, declared: Declared, start: usize) -> Entry {
        let Declared { symbol, header, named, is_existing, mut item, rest, nested } = declared;
        let whole = self.since(start);
        let word = Span { end: header.start, ..header }.to(symbol.span);
        let is_module = self.text.get(start..).is_some_and(|text| text.starts_with("module"));
        let named_by = lower::value(&named, self.text);
        if is_module {
            item.push(entry("type", word, Node::text(DEPLOYMENT, named.span)));
            item.push(entry("module", named.span, named_by));
        } else {
            let (kind, version) = named.as_str().map_or(("", ""), |text| text.split_once('@').unwrap_or((text, "")));
            let kind = if kind.is_empty() { named_by } else { Node::verbatim(kind, named.span, 1) };
            item.push(entry("type", word, kind));
            if !version.is_empty() {
                item.push(entry("apiVersion", named.span, Node::text(version, named.span)));
            }
        }
        if is_existing {
            item.push(entry("existing", named.span, Node::new(Value::Bool(true), named.span)));
        }
        if let (Some(first), Some(last)) = (nested.first(), nested.last()) {
            let span = first.span().to(last.span());
            item.push(entry("resources", span, Node::map(nested, span)));
        }
        let mut node = Node::map(item, whole);
        if let (Value::Map(map), Some(Node { value: Value::Unresolved(rest), .. })) = (&mut node.value, rest) {
            *Arc::make_mut(map) = Map { rest: Some(rest), ..Map::clone(map) };
        }
        entry(&symbol.text, symbol.span, node)
    }
}
