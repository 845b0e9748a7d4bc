//! What names and traversals stand for.

use std::sync::Arc;

use super::computed::computed;
use super::{Eval, Evaluated, referred, stepped, unknown_reference};
use crate::dialect::terraform::functions::Refusal;
use crate::dialect::terraform::operate;
use crate::dialect::terraform::value::{Members, Origin, Partial, Type, Value};
use crate::document::Problem;
use crate::source::Span;
use crate::syntax::hcl::ast::{Expr, ExprKind, Name};

/// The code of what is said of references to nothing.
pub const UNDECLARED: &str = "terraform::undeclared";

impl Eval<'_, '_> {
    /// A name on its own.
    pub(super) fn variable(&mut self, name: &str, span: Span) -> Evaluated {
        if let Some(bound) = self.bound(name) {
            return Ok(referred(bound.clone(), span, &Arc::from(format!("`{name}`"))));
        }
        if self.bindings.closed {
            return Err(Refusal::new(format!("the template's variables have no `{name}`")));
        }
        if let Some(value) = self.world.filled(name) {
            return Ok(value);
        }
        match name {
            "each" | "count" | "path" | "terraform" | "var" | "local" | "module" | "data" => {
                Err(Refusal::new(format!("`{name}` must be followed by a name")))
            }
            "self" => Ok(Value::unknown(Type::Dynamic, "`self` is known when the resource exists")),
            _ => Err(Refusal::new(format!("nothing is called `{name}` here"))),
        }
    }

    fn bound(&self, name: &str) -> Option<&Value> {
        self.bindings.names.iter().rev().find(|(bound, _)| &**bound == name).map(|(_, value)| value)
    }

    /// `of.name`: of what the module declares, or of a value.
    pub(super) fn attribute(&mut self, of: &Expr, name: &Name, span: Span) -> Evaluated {
        if !self.bindings.closed
            && let Some(value) = self.declared(of, name, span)
        {
            return value;
        }
        let written = of.span;
        let of = self.eval(of)?;
        if of.is_null() {
            return Err(self.of_nothing(written, &name.text));
        }
        let found = computed(&of, &name.text, operate::attribute(&of, &name.text)?);
        Ok(stepped(&of, found, span))
    }

    /// Why nothing is taken of a null, which Terraform would refuse.
    fn of_nothing(&self, written: Span, name: &str) -> Refusal {
        const LONGEST: usize = 80;
        let source = self.world.corpus.workspace.source(written.file);
        let text = source.map_or("", |source| source.slice(written));
        if text.is_empty() || text.len() > LONGEST || text.contains('\n') {
            return Refusal::new(format!("what has the attribute `{name}` is null, so Terraform would refuse this"));
        }
        Refusal::new(format!("`{text}` is null and has no `{name}`, so Terraform would refuse this"))
    }

    /// What `of.name` is when `of` is a namespace; none when it is not.
    fn declared(&mut self, of: &Expr, name: &Name, span: Span) -> Option<Evaluated> {
        match &of.kind {
            ExprKind::Variable(space) if self.bound(space).is_none() => self.in_space(space, name, span),
            ExprKind::Attribute(inner, middle) => match &inner.kind {
                ExprKind::Variable(space) if self.bound(space).is_some() => None,
                ExprKind::Variable(space) if &**space == "data" => {
                    Some(self.resource(&format!("data.{}.{}", middle.text, name.text), span))
                }
                ExprKind::Variable(space) if &**space == "module" => self.output(&middle.text, None, name, span),
                _ => None,
            },
            ExprKind::Index(inner, key) => match &inner.kind {
                ExprKind::Attribute(root, call) => match &root.kind {
                    ExprKind::Variable(space) if &**space == "module" && self.bound(space).is_none() => {
                        let key = match self.eval(key) {
                            Ok(key) => key,
                            Err(refusal) => return Some(Err(refusal)),
                        };
                        self.output(&call.text, Some(&key), name, span)
                    }
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    fn in_space(&mut self, space: &str, name: &Name, span: Span) -> Option<Evaluated> {
        let text = &*name.text;
        let declarations = self.instance.declarations;
        Some(match space {
            "var" if !declarations.variables.contains_key(text) => {
                Ok(self.undeclared(&format!("variable `{text}`"), None, span))
            }
            "local" if !declarations.locals.contains_key(text) => {
                Ok(self.undeclared(&format!("local `{text}`"), None, span))
            }
            "var" => self.world.variable(self.instance, text).map(|(value, what)| referred(value, span, &what)),
            "local" => self.world.local(self.instance, text).map(|(value, what)| referred(value, span, &what)),
            "each" => self.each(text, span),
            "count" => match (text, &self.bindings.count) {
                ("index", Some(index)) => Ok(index.clone().with_origin(Origin::default())),
                _ => Err(Refusal::new("`count.index` is known only where `count` is set")),
            },
            "path" => self.path(text),
            "terraform" | "tofu" => {
                Ok(Value::unknown(Type::Dynamic, format!("`terraform.{text}` is known when Terraform runs")))
            }
            "module" => self.world.module_value(self.instance, text),
            "self" | "ephemeral" | "data" => return None,
            _ => self.resource(&format!("{space}.{text}"), span),
        })
    }

    fn each(&self, name: &str, span: Span) -> Evaluated {
        let Some((key, value)) = &self.bindings.each else {
            return Err(Refusal::new("`each` is known only where `for_each` is set"));
        };
        match name {
            "key" => Ok(referred(key.clone(), span, &Arc::from("key of `for_each`"))),
            "value" => Ok(referred(value.clone(), span, &Arc::from("value of `for_each`"))),
            _ => Err(Refusal::new(format!("`each` has `key` and `value`, not `{name}`"))),
        }
    }

    fn path(&self, name: &str) -> Evaluated {
        match name {
            "module" => Ok(Value::string(self.world.module_path(self.instance))),
            "root" => Ok(Value::string(".")),
            "cwd" => Ok(self.working_directory()),
            _ => Err(Refusal::new(format!("`path` has no `{name}`"))),
        }
    }

    /// Terraform runs in the directory of the root module, wherever the repository is.
    fn working_directory(&self) -> Value {
        let above = Value::unknown(Type::String, "the working directory is known when Terraform runs");
        match self.world.root() {
            "" => above,
            root => {
                let pieces = vec![above.clone(), Value::string(format!("/{root}"))];
                above.with_partial(Partial::Template(Arc::new(pieces)))
            }
        }
    }

    fn resource(&mut self, address: &str, span: Span) -> Evaluated {
        if !self.instance.declarations.resources.contains_key(address) {
            return Ok(self.undeclared(&format!("`{address}`"), Some(address), span));
        }
        self.world.resource_value(self.instance, address)
    }

    /// What is not declared is a problem, and an open value: what stands around it has its value all the same.
    fn undeclared(&self, what: &str, address: Option<&str>, span: Span) -> Value {
        let because = match &self.instance.declarations.rest {
            Some(rest) => format!("{what} may be generated: {rest}"),
            None => format!("{what} is not declared"),
        };
        if self.instance.declarations.rest.is_none() {
            let path = self.world.corpus.workspace.path(span.file);
            let problem = Problem::notice(UNDECLARED, path, Some(span), because.clone());
            self.world.tell(problem.help("declare it in this module; until then what depends on it stays open"));
        }
        match address {
            Some(address) => {
                let reference = format!("{}{address}", self.instance.prefix);
                let members = Partial::Members(Arc::new(Members::new()));
                unknown_reference(because, &reference).with_partial(members)
            }
            None => Value::unknown(Type::Dynamic, because),
        }
    }

    fn output(&mut self, call: &str, key: Option<&Value>, name: &Name, span: Span) -> Option<Evaluated> {
        match self.world.output(self.instance, call, key, &name.text) {
            Ok(Some((value, what))) => Some(Ok(referred(value, span, &what))),
            Ok(None) => None,
            Err(refusal) => Some(Err(refusal)),
        }
    }
}
