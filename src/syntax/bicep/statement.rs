//! Declarations: what a file consists of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ast::{Expr, Form, Member, Name};
use super::cursor::{Parser, Read};
use super::kind::Kind;
use super::lower::{self, entry};
use crate::document::{Entry, Map, Node, Value};
use crate::source::Span;

/// The type of resource that a module is deployed as.
const DEPLOYMENT: &str = "Microsoft.Resources/deployments";

/// What a resource or module says outside of its body.
const OWN: &[&str] = &["type", "apiVersion", "existing", "condition", "for", "module", "resources"];

/// Words that a declaration begins with.
pub(super) const WORDS: &[&str] = &[
    "assert",
    "extends",
    "extension",
    "func",
    "import",
    "metadata",
    "module",
    "output",
    "param",
    "provider",
    "resource",
    "targetScope",
    "test",
    "type",
    "using",
    "var",
];

/// What the declarations of a file come to: the sections of a template.
#[derive(Default)]
pub(super) struct Declarations {
    parameters: Vec<(Name, Parameter)>,
    variables: Vec<Entry>,
    resources: Vec<Entry>,
    outputs: Vec<Entry>,
    functions: Vec<Entry>,
    imports: Vec<Node>,
    others: Vec<Entry>,
    types: BTreeMap<String, Kind>,
    names: BTreeSet<Arc<str>>,
}

struct Parameter {
    kind: Option<(Kind, Span)>,
    is_secure: bool,
    value: Option<Node>,
    allowed: Option<Node>,
    span: Span,
}

/// `@name(arguments)`
struct Decorator {
    name: Name,
    arguments: Vec<Expr>,
}

/// A resource or a module, without what it is called.
struct Declared {
    symbol: Name,
    /// From the word to the type or path.
    header: Span,
    /// The type or path.
    named: Expr,
    is_existing: bool,
    item: Vec<Entry>,
    rest: Option<Node>,
    nested: Vec<Entry>,
}

impl Declarations {
    /// The tree of a file.
    pub(super) fn tree(self, span: Span) -> Node {
        let types = self.types;
        let parameters: Vec<Entry> =
            self.parameters.into_iter().map(|(name, parameter)| parameter.entry(&name, &types)).collect();
        let sections = [
            ("parameters", parameters),
            ("variables", self.variables),
            ("functions", self.functions),
            ("resources", self.resources),
            ("outputs", self.outputs),
        ];
        let mut entries = self.others;
        for (name, section) in sections {
            if let (Some(first), Some(last)) = (section.first(), section.last()) {
                let whole = first.span().to(last.span());
                entries.push(entry(name, whole, Node::map(section, whole)));
            }
        }
        if let (Some(first), Some(last)) = (self.imports.first(), self.imports.last()) {
            let whole = first.span.to(last.span);
            entries.push(entry("imports", whole, Node::list(self.imports, whole)));
        }
        Node::map(entries, span)
    }
}

impl Parameter {
    fn entry(self, name: &Name, types: &BTreeMap<String, Kind>) -> Entry {
        let mut entries = Vec::new();
        if let Some((kind, span)) = &self.kind {
            entries.extend(kind.resolved(types).entries(self.is_secure, *span));
        }
        entries.extend(self.allowed.map(|allowed| entry("allowedValues", allowed.span, allowed)));
        entries.extend(self.value.map(|value| entry("defaultValue", value.span, value)));
        entry(&name.text, name.span, Node::map(entries, self.span))
    }
}

impl Parser<'_> {
    /// A declaration, with its decorators.
    pub(super) fn declaration(&mut self, into: &mut Declarations) -> Read<()> {
        let decorators = self.decorators()?;
        let start = self.at;
        let Some(word) = self.identifier() else { return Err(self.fault("expected a declaration")) };
        match &*word.text {
            "param" => self.parameter(start, &decorators, into)?,
            "var" => {
                let name = self.declared(into)?;
                self.typed()?;
                let value = self.set_to()?;
                into.variables.push(entry(&name.text, name.span, lower::value(&value, self.text)));
            }
            "resource" | "module" => {
                let declared = self.resource(start, &*word.text == "module")?;
                self.declare(&declared.symbol, into)?;
                into.resources.push(self.made(declared, start)?);
            }
            "output" => self.output(into)?,
            "type" => {
                let name = self.declared(into)?;
                self.equals()?;
                let kind = self.kind()?;
                into.types.insert(name.text.to_string(), kind);
            }
            "func" => self.function(start, into)?,
            "import" if self.is_import() => self.import(start, into)?,
            "using" | "extends" | "targetScope" => {
                self.skip();
                let _ = self.eat("=");
                let value = self.expr()?;
                self.skip();
                if self.eat_word("with") {
                    self.skip();
                    self.skip_bracketed()?;
                }
                into.others.push(entry(&word.text, word.span, lower::value(&value, self.text)));
            }
            // What these say is nothing that is deployed.
            "metadata" | "assert" | "extension" | "provider" | "import" | "test" => self.skip_declaration()?,
            other => {
                self.at = start;
                return Err(self.fault(format!("`{other}` begins no declaration")));
            }
        }
        self.end_of_declaration()
    }

    fn end_of_declaration(&mut self) -> Read<()> {
        self.skip();
        match self.peek() {
            None | Some(b'\n' | b'\r') => Ok(()),
            Some(_) => Err(self.fault("expected a new line after a declaration")),
        }
    }

    /// Goes to the end of the line, past what is in brackets and quotes on the way.
    fn skip_declaration(&mut self) -> Read<()> {
        loop {
            self.skip();
            match self.peek() {
                None | Some(b'\n' | b'\r') => return Ok(()),
                Some(b'{' | b'[' | b'(') => self.skip_bracketed()?,
                Some(b'\'' | b'$') if self.at_text() => drop(self.nested(Parser::text)?),
                Some(_) => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
            }
        }
    }

    fn decorators(&mut self) -> Read<Vec<Decorator>> {
        let mut decorators = Vec::new();
        loop {
            self.skip_lines();
            if !self.eat("@") {
                return Ok(decorators);
            }
            let decorator = self.expr()?;
            if let Form::Call { name, arguments, .. } = decorator.form {
                decorators.push(Decorator { name, arguments });
            }
        }
    }

    /// The name of what is declared, which nothing else may have.
    fn declared(&mut self, into: &mut Declarations) -> Read<Name> {
        let name = self.expect_identifier("a name")?;
        self.declare(&name, into)?;
        Ok(name)
    }

    fn declare(&mut self, name: &Name, into: &mut Declarations) -> Read<()> {
        if into.names.insert(Arc::clone(&name.text)) {
            return Ok(());
        }
        self.at = name.span.range().start;
        Err(self.fault(format!("`{}` is declared twice", name.text)))
    }

    /// Goes past a type before `=`, when there is one.
    fn typed(&mut self) -> Read<()> {
        self.skip();
        if self.peek() != Some(b'=') {
            self.kind()?;
        }
        Ok(())
    }

    fn equals(&mut self) -> Read<()> {
        self.skip();
        self.expect("=", "before what it is")
    }

    fn set_to(&mut self) -> Read<Expr> {
        self.equals()?;
        self.skip();
        if matches!(self.peek(), Some(b'\n' | b'\r')) {
            return Err(self.fault("expected a value"));
        }
        self.expr()
    }

    fn parameter(&mut self, start: usize, decorators: &[Decorator], into: &mut Declarations) -> Read<()> {
        let name = self.declared(into)?;
        self.skip();
        let at = self.at;
        let kind = if self.peek() == Some(b'=') { None } else { Some((self.kind()?, self.since(at))) };
        self.skip();
        let value = if self.peek() == Some(b'=') { Some(lower::value(&self.set_to()?, self.text)) } else { None };
        let named = |name: &str| decorators.iter().find(|decorator| &*decorator.name.text == name);
        let allowed = named("allowed").and_then(|decorator| decorator.arguments.first());
        let parameter = Parameter {
            kind,
            is_secure: named("secure").is_some(),
            value,
            allowed: allowed.map(|allowed| lower::value(allowed, self.text)),
            span: self.since(start),
        };
        into.parameters.push((name, parameter));
        Ok(())
    }

    fn output(&mut self, into: &mut Declarations) -> Read<()> {
        let name = self.expect_identifier("a name")?;
        self.skip();
        if self.eat_word("resource") {
            self.skip();
            drop(self.nested(Parser::text)?);
        } else {
            self.typed()?;
        }
        let value = self.set_to()?;
        into.outputs.push(entry(&name.text, name.span, lower::value(&value, self.text)));
        Ok(())
    }

    /// `func name(a string) string => value`
    fn function(&mut self, start: usize, into: &mut Declarations) -> Read<()> {
        let name = self.declared(into)?;
        self.expect("(", "before the parameters of a function")?;
        let mut parameters = Vec::new();
        loop {
            self.skip_lines();
            if self.eat(")") {
                break;
            }
            let parameter = self.expect_identifier("the name of a parameter")?;
            parameters.push(Node::text(&*parameter.text, parameter.span));
            self.skip();
            self.kind()?;
            self.skip_lines();
            let _ = self.eat(",");
        }
        let whole = self.since(start);
        self.skip();
        self.kind()?;
        self.skip_lines();
        self.expect("=>", "before the value of a function")?;
        let value = lower::value(&self.expr()?, self.text);
        let members = vec![
            entry("parameters", whole, Node::list(parameters, whole)),
            entry("output", value.span, value),
        ];
        into.functions.push(entry(&name.text, name.span, Node::map(members, self.since(start))));
        Ok(())
    }

    /// Whether what is imported are names of a file.
    fn is_import(&mut self) -> bool {
        self.skip();
        matches!(self.peek(), Some(b'{' | b'*'))
    }

    /// `import { a, b as c } from 'path'`, `import * as a from 'path'`
    fn import(&mut self, start: usize, into: &mut Declarations) -> Read<()> {
        let mut names = Vec::new();
        if self.eat("*") {
            self.skip();
            if !self.eat_word("as") {
                return Err(self.fault("expected `as`"));
            }
            let name = self.declared(into)?;
            names.push(entry(&name.text, name.span, Node::text("*", name.span)));
        } else {
            self.expect("{", "before what is imported")?;
            loop {
                self.skip_lines();
                if self.eat("}") {
                    break;
                }
                let name = self.expect_identifier("a name")?;
                self.skip();
                let alias = if self.eat_word("as") { self.expect_identifier("a name")? } else { name.clone() };
                self.declare(&alias, into)?;
                names.push(entry(&alias.text, alias.span, Node::text(&*name.text, name.span)));
                self.skip();
                let _ = self.eat(",");
            }
        }
        self.skip();
        if !self.eat_word("from") {
            return Err(self.fault("expected `from`"));
        }
        self.skip();
        let path = self.nested(Parser::text)?;
        let path = lower::value(&path, self.text);
        let whole = self.since(start);
        let members = vec![entry("from", path.span, path), entry("names", whole, Node::map(names, whole))];
        into.imports.push(Node::map(members, whole));
        Ok(())
    }

    /// The rest of a resource or module, whose first word was read.
    fn resource(&mut self, start: usize, is_module: bool) -> Read<Declared> {
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
        self.made(declared, start).map(Some)
    }

    /// The item of a template that a declaration makes.
    fn made(&self, declared: Declared, start: usize) -> Read<Entry> {
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
        Ok(entry(&symbol.text, symbol.span, node))
    }
}
