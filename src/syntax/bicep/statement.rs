//! Declarations: what a file consists of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ast::{Expr, Form, Name};
use super::cursor::{Parser, Read};
use super::kind::Kind;
use super::lower::{self, entry};
use crate::document::{Entry, Node};
use crate::source::Span;

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
    outputs: Vec<(Name, Output)>,
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

struct Output {
    kind: Option<(Kind, Span)>,
    is_secure: bool,
    value: Node,
}

/// `@name(arguments)`
pub(super) struct Decorator {
    name: Name,
    arguments: Vec<Expr>,
}

impl Declarations {
    /// The tree of a file.
    pub(super) fn tree(self, span: Span) -> Node {
        let types = self.types;
        let parameters: Vec<Entry> =
            self.parameters.into_iter().map(|(name, parameter)| parameter.entry(&name, &types)).collect();
        let outputs: Vec<Entry> = self.outputs.into_iter().map(|(name, output)| output.entry(&name, &types)).collect();
        let sections = [
            ("parameters", parameters),
            ("variables", self.variables),
            ("functions", self.functions),
            ("resources", self.resources),
            ("outputs", outputs),
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

impl Output {
    fn entry(self, name: &Name, types: &BTreeMap<String, Kind>) -> Entry {
        let mut entries = Vec::new();
        if let Some((kind, span)) = &self.kind {
            let said = kind.resolved(types).entries(self.is_secure, *span);
            entries.extend(said.into_iter().filter(|entry| &*entry.key.name == "type"));
        }
        let span = self.value.span;
        entries.push(entry("value", span, self.value));
        entry(&name.text, name.span, Node::map(entries, span))
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
                let symbol = declared.symbol.clone();
                into.resources.push(self.made(declared, start));
                // Which of two is meant nobody knows: both are listed.
                self.declare(&symbol, into)?;
            }
            "output" => self.output(&decorators, into)?,
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

    pub(super) fn decorators(&mut self) -> Read<Vec<Decorator>> {
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

    pub(super) fn equals(&mut self) -> Read<()> {
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

    fn output(&mut self, decorators: &[Decorator], into: &mut Declarations) -> Read<()> {
        let name = self.expect_identifier("a name")?;
        self.skip();
        let mut kind = None;
        if self.eat_word("resource") {
            self.skip();
            drop(self.nested(Parser::text)?);
        } else if self.peek() != Some(b'=') {
            let at = self.at;
            kind = Some((self.kind()?, self.since(at)));
        }
        let value = lower::value(&self.set_to()?, self.text);
        let is_secure = decorators.iter().any(|decorator| &*decorator.name.text == "secure");
        into.outputs.push((name, Output { kind, is_secure, value }));
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
        let members =
            vec![entry("parameters", whole, Node::list(parameters, whole)), entry("output", value.span, value)];
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
}
