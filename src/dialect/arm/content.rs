//! Files whose content is a value: `loadJsonContent`, `loadYamlContent`, `loadTextContent`.

use super::call::Call;
use super::function::MAX_LENGTH;
use crate::dialect::join;
use crate::document::{Level, Node};
use crate::kernel::lift::Fault;
use crate::syntax;

/// How a file is read.
#[derive(Clone, Copy)]
pub enum Form {
    /// As JSON, with comments.
    Json,
    /// As YAML.
    Yaml,
    /// As it is.
    Text,
}

/// The content of a file of the repository.
pub fn loaded(call: &Call<'_, '_>, form: Form) -> Node {
    call.lift(&call.values(), &|values| {
        let Some(path) = values.first().and_then(Option::as_ref).and_then(Node::as_str) else {
            return Err(Fault::Refused("the path of a file is expected".into()));
        };
        if values.len() > 1 {
            return Err(Fault::Open("a part of a file is not followed".into()));
        }
        let origin = &call.scope.origin;
        let file = join(origin.document.directory(), path).and_then(|path| origin.corpus.workspace.find(&path));
        let source = file.and_then(|file| origin.corpus.workspace.source(file).ok());
        let Some(source) = source else { return Err(Fault::Open(format!("`{path}` is not in the repository"))) };
        if source.text().len() > MAX_LENGTH {
            return Err(Fault::Open(format!("`{path}` is too long to be followed")));
        }
        let name = match form {
            Form::Json => "json-relaxed",
            Form::Yaml => "yaml",
            Form::Text => return Ok(Some(Node::verbatim(source.text(), source.whole(), 0))),
        };
        let mut document = syntax::parse(syntax::named(name).unwrap_or(&syntax::json::JSON), source);
        let is_sound = document.problems.iter().all(|problem| problem.level != Level::Error);
        match (document.roots.pop(), is_sound && document.roots.is_empty()) {
            (Some(root), true) => Ok(Some(root)),
            _ => Err(Fault::Open(format!("`{path}` cannot be read"))),
        }
    })
}
