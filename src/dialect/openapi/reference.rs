//! `$ref`: parts of a document that stand elsewhere in it, or in another file of the repository.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dialect::{Corpus, join, ties};
use crate::document::{Document, Node, Problem};
use crate::kernel::budget::Budget;
use crate::syntax;

/// References lead to references to this depth.
const DEEPEST: usize = 8;

/// What a reference costs, in steps of the budget.
const STEP: u32 = 16;

/// The documents that references of one document lead to.
pub(super) struct References<'a> {
    document: &'a Document,
    corpus: &'a Corpus<'a>,
    budget: &'a Budget,
    read: RefCell<BTreeMap<String, Option<Arc<Node>>>>,
    missing: RefCell<BTreeMap<String, Problem>>,
}

impl<'a> References<'a> {
    pub(super) fn new(document: &'a Document, corpus: &'a Corpus<'a>, budget: &'a Budget) -> References<'a> {
        References { document, corpus, budget, read: RefCell::default(), missing: RefCell::default() }
    }

    /// What a part refers to; itself where it refers to nothing.
    pub(super) fn followed(&self, node: &Node) -> Node {
        let mut at = node.clone();
        let mut path = self.document.path.to_string();
        for _ in 0..DEEPEST {
            let Some(written) = at.get("$ref").filter(|_| !self.budget.is_spent()) else { return at };
            self.budget.spend(STEP);
            let Some((target, file)) = written.as_str().and_then(|text| self.target(text, &path, written)) else {
                return open(written);
            };
            (at, path) = (target, file);
        }
        open(&at)
    }

    fn target(&self, written: &str, from: &str, at: &Node) -> Option<(Node, String)> {
        let (file, pointer) = written.split_once('#').unwrap_or((written, ""));
        let path = if file.is_empty() { from.to_owned() } else { join(ties::directory(from), file)? };
        let root = if *path == *self.document.path {
            Arc::new(self.document.roots.first()?.clone())
        } else {
            let root = self.root(&path);
            if root.is_none() && !written.contains("://") {
                let message = format!("`{file}` is not in this repository: what it describes is not judged");
                let problem = Problem::notice(super::CODE, &*self.document.path, Some(at.span), message);
                self.missing.borrow_mut().entry(path.clone()).or_insert(problem);
            }
            root?
        };
        let found = pointer.split('/').filter(|part| !part.is_empty()).try_fold(&*root, |node, part| {
            let key = part.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}");
            node.get(&key)
        });
        Some((found?.clone(), path))
    }

    fn root(&self, path: &str) -> Option<Arc<Node>> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let read = || {
            let file = self.corpus.workspace.find(path)?;
            let source = self.corpus.workspace.source(file).ok()?;
            let syntax = syntax::named(super::syntax_of(path)?)?;
            self.budget.spend(u32::try_from(source.text().len() / 16).unwrap_or(u32::MAX));
            syntax::parse(syntax, source).roots.into_iter().next().map(Arc::new)
        };
        let root = read();
        self.read.borrow_mut().insert(path.to_owned(), root.clone());
        root
    }

    /// What could not be followed.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.missing.into_inner().into_values().collect()
    }
}

fn open(written: &Node) -> Node {
    Node::unresolved(written.as_str().unwrap_or("$ref"), "what it refers to is not in this repository", written.span)
}
