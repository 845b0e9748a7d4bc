//! Modules: files of the repository that another file deploys.

use std::rc::Rc;
use std::sync::Arc;

use super::names::Symbol;
use crate::dialect::arm::parameter::{self, Values};
use crate::dialect::arm::scope::{Origin, Scope};
use crate::dialect::{Document, join};
use crate::document::Node;

/// Deepest nesting of modules.
const MAX_NESTED: usize = 12;

/// The files that a template names as modules, and those whose names it imports.
pub fn called(document: &Document) -> impl Iterator<Item = &str> {
    let resources = document.roots.iter().filter_map(|root| root.get("resources")).flat_map(Node::entries);
    resources.filter_map(|entry| entry.value.get("module")?.as_str())
}

impl<'t> Scope<'t> {
    /// The scope of the file that a module names, with what is passed to it; or why there is none.
    pub fn module(&self, item: &Node, shown: &str) -> Result<Scope<'t>, String> {
        let Some(path) = item.get("module").and_then(Node::as_str) else {
            return Err("its path is not plain text".to_owned());
        };
        let document = self.document(path)?;
        let Some(template) = document.roots.first() else { return Err(format!("`{path}` is no template")) };
        let passed = item.get("params").map(|params| self.value(params));
        let what = format!("passed to module `{shown}`");
        let given = passed.map_or_else(Values::new, |passed| {
            parameter::passed(&passed, template, &what, |value| Some(value.clone()))
        });
        let origin = Origin {
            prefix: format!("{}{shown}.", self.origin.prefix),
            callers: self.origin.callers.iter().copied().chain([self.origin.document.file]).collect(),
            ..Origin::of(document, self.origin.corpus)
        };
        Ok(Scope::new(origin, template, given, Rc::clone(&self.budget)))
    }

    /// A file of the dialect, by its path from this one.
    fn document(&self, path: &str) -> Result<&'t Document, String> {
        let Origin { document, corpus, callers, .. } = &self.origin;
        let is_local = !path.split('/').next().unwrap_or("").contains(':');
        let named = join(document.directory(), path).filter(|_| is_local);
        let file = named.and_then(|path| corpus.workspace.find(&path));
        let Some(file) = file else { return Err(format!("`{path}` is not in the repository")) };
        if file == document.file || callers.contains(&file) {
            return Err("the file deploys itself".to_owned());
        }
        if callers.len() >= MAX_NESTED || self.budget.is_spent() {
            return Err(format!("modules are nested more than {MAX_NESTED} deep"));
        }
        corpus.document(crate::dialect::arm::NAME, file).ok_or_else(|| format!("`{path}` is no template"))
    }

    /// The output of a module that is there once.
    pub fn output(&self, symbol: &Symbol<'t>, name: &str) -> Option<Node> {
        if symbol.entry.value.get("for").is_some() {
            return None;
        }
        let module =
            self.once(format!("module {}", symbol.address), || self.module(&symbol.entry.value, &symbol.address))?;
        Some(module.value(module.template.at(&["outputs", name, "value"])?))
    }

    /// The scope of a file whose names are imported.
    pub fn library(&self, path: &str) -> Result<Rc<Scope<'t>>, String> {
        let document = self.document(path)?;
        let make = || {
            let template = document.roots.first().ok_or_else(String::new)?;
            let callers = self.origin.callers.iter().copied().chain([self.origin.document.file]).collect();
            let origin = Origin { callers, ..Origin::of(document, self.origin.corpus) };
            Ok(Scope::new(origin, template, Values::new(), Rc::clone(&self.budget)))
        };
        self.once(format!("import {path}"), make).ok_or_else(|| format!("`{path}` imports this file"))
    }

    /// Another scope, made on first use; none while it is being made, or where it cannot be.
    fn once(&self, key: String, make: impl FnOnce() -> Result<Scope<'t>, String>) -> Option<Rc<Scope<'t>>> {
        if let Some(known) = self.others.borrow().get(&key) {
            return known.clone();
        }
        self.others.borrow_mut().insert(key.clone(), None);
        let other = self.apart(make).ok().map(Rc::new);
        self.others.borrow_mut().insert(key, other.clone());
        other
    }
}

impl<'t> Origin<'t> {
    /// A file that is deployed by itself.
    pub fn of(document: &'t Document, corpus: &'t crate::dialect::Corpus<'t>) -> Origin<'t> {
        let is_bicep = document.syntax == crate::syntax::bicep::BICEP.name;
        // The text of a template in JSON is looked into by nobody: it is not read again, and would stay.
        let source = is_bicep.then(|| corpus.workspace.source(document.file).ok()).flatten();
        let text = source.map(crate::source::Source::text);
        Origin { document, corpus, text, prefix: String::new(), callers: Vec::new() }
    }

    /// The path of the file.
    pub fn path(&self) -> Arc<str> {
        Arc::clone(&self.document.path)
    }
}
