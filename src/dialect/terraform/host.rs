//! What functions reach beyond their arguments: files of the scanned tree, and templates.

use std::rc::Rc;
use std::sync::Arc;

use super::declarations::join;
use super::eval::{Bindings, Eval};
use super::functions::{Host, Notation, Refusal};
use super::module::{Instance, World};
use super::terragrunt::below_root;
use super::value::{Members, Type, Value};
use crate::document::Text;
use crate::source::Unreadable;
use crate::syntax::hcl::{Place, parse_template};

/// The files as one module sees them.
pub struct Files<'w, 'c> {
    /// The tree of modules.
    pub world: &'w World<'c>,
    /// The module.
    pub instance: &'w Rc<Instance<'c>>,
}

impl Files<'_, '_> {
    /// The path within the scanned tree; relative paths start in the root module's directory.
    fn resolve(&self, path: &str) -> Option<String> {
        if let Some(rest) = self.world.terragrunt.as_ref().and_then(|_| below_root(path)) {
            return join("", rest);
        }
        if path.starts_with('/') || path.starts_with('~') {
            return None;
        }
        self.world.from_working_directory(path)
    }
}

impl Host for Files<'_, '_> {
    fn read(&self, path: &str) -> Result<Value, Refusal> {
        let outside = || Value::unknown(Type::String, format!("the file `{path}` is outside of what is scanned"));
        let Some(resolved) = self.resolve(path) else { return Ok(outside()) };
        let workspace = self.world.corpus.workspace;
        let Some(file) = workspace.find(&resolved) else {
            return Err(Refusal::new(format!("there is no file `{resolved}`")));
        };
        match workspace.source(file) {
            Ok(source) if !source.is_verbatim() => {
                let because =
                    format!("the file `{resolved}` has a byte order mark or is UTF-16, which Terraform takes as bytes");
                Ok(Value::unknown(Type::String, because))
            }
            Ok(source) => {
                let text = Value::text(Text::verbatim(source.text(), 0));
                Ok(text.written_at(source.whole()))
            }
            Err(Unreadable::Io(_)) => Err(Refusal::new(format!("the file `{resolved}` cannot be read"))),
            Err(error) => Ok(Value::unknown(Type::String, format!("the file `{resolved}` {error}"))),
        }
    }

    fn exists(&self, path: &str) -> Option<bool> {
        Some(self.world.corpus.workspace.find(&self.resolve(path)?).is_some())
    }

    fn list(&self, directory: &str) -> Option<Vec<String>> {
        let resolved = self.resolve(directory)?;
        let workspace = self.world.corpus.workspace;
        let resolved = workspace.real(&resolved);
        let skip = if resolved.is_empty() { 0 } else { resolved.len() + 1 };
        Some(workspace.under(&resolved).filter_map(|file| workspace.path(file).get(skip..).map(String::from)).collect())
    }

    fn render(&self, template: &Value, variables: &Members) -> Result<Value, Refusal> {
        let Some(text) = template.as_text() else { return Ok(Value::unknown_from(Type::String, [template])) };
        let place = match (template.origin.span, text.runs()) {
            (Some(span), Some(_)) => Place::Within(text, span),
            (span, _) => Place::Within(text, span.unwrap_or_else(|| self.instance.place())),
        };
        // A template file stands in its file as it is: its own texts lead back to it.
        let verbatim = text.verbatim_at() == Some(0);
        let place = match template.origin.span {
            Some(span) if verbatim && span.start == 0 && span.len() == text.as_str().len() => Place::File(span.file, 0),
            _ => place,
        };
        let parse = || parse_template(text.as_str(), place).map_err(Refusal::new);
        let expr = match place {
            Place::File(file, 0) => self.world.library.template(file, parse)?,
            _ => Arc::new(parse()?),
        };
        let names = variables.iter().map(|(name, value)| (Arc::clone(name), value.clone())).collect();
        let bindings = Bindings { names, closed: true, ..Bindings::default() };
        Eval::new(self.world, self.instance, bindings).eval(&expr)
    }

    fn decoded(
        &self,
        notation: Notation,
        text: &Arc<str>,
        decode: &dyn Fn() -> Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        self.world.library.decoded(notation, text, decode)
    }

    fn working_directory(&self) -> Option<String> {
        None
    }
}
