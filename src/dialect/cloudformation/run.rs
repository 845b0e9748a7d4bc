//! What one extraction shares: the templates of the run, the values that were given, and what could not be done.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{NAME, looks_like_template, parameter, syntax_of, words};
use crate::dialect::Corpus;
use crate::document::{Node, Problem};
use crate::source::{FileId, Span};
use crate::syntax;

/// One extraction.
pub struct Run<'a> {
    /// The files and documents.
    pub corpus: &'a Corpus<'a>,
    /// Values of parameter files, by the parameter's name.
    pub given: BTreeMap<String, parameter::Given>,
    problems: RefCell<BTreeSet<Problem>>,
    visited: RefCell<BTreeSet<FileId>>,
}

/// A template as it was read.
#[derive(Clone)]
pub struct Template {
    /// Its file.
    pub file: FileId,
    /// The path of its file.
    pub path: Arc<str>,
    /// The whole of it.
    pub root: Node,
}

impl<'a> Run<'a> {
    /// An extraction over a corpus; reads the parameter files.
    pub fn new(corpus: &'a Corpus<'a>) -> Run<'a> {
        let mut run = Run::without_parameters(corpus);
        run.given = parameter::read_files(&run);
        run
    }

    /// An extraction that takes no parameter files.
    pub fn without_parameters(corpus: &'a Corpus<'a>) -> Run<'a> {
        Run { corpus, given: BTreeMap::new(), problems: RefCell::default(), visited: RefCell::default() }
    }

    /// Reports a problem, once.
    pub fn report(&self, problem: Problem) {
        self.problems.borrow_mut().insert(problem);
    }

    /// The problems, in their order.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner().into_iter().collect()
    }

    /// Notes that the resources of a template are listed; whether this is the first time.
    pub fn visit(&self, file: FileId) -> bool {
        self.visited.borrow_mut().insert(file)
    }

    /// Whether the resources of a template have been listed.
    pub fn has_visited(&self, file: FileId) -> bool {
        self.visited.borrow().contains(&file)
    }

    /// The template in a file, when there is one: among the documents, or read now (a file that was not asked for).
    pub fn template(&self, file: FileId) -> Option<Template> {
        let path = self.corpus.workspace.path(file);
        let mut root = match self.corpus.document(NAME, file) {
            Some(document) => document.roots.iter().find(|root| looks_like_template(root))?.clone(),
            None => self.read(file).filter(looks_like_template)?,
        };
        if let Ok(source) = self.corpus.workspace.source(file) {
            words::restore(&mut root, source);
        }
        Some(Template { file, path: path.into(), root })
    }

    /// The first tree of a file that is no document of this dialect.
    pub fn read(&self, file: FileId) -> Option<Node> {
        let source = self.corpus.workspace.source(file).ok()?;
        let syntax = syntax::named(syntax::fitting(syntax_of(source.path())?, source.text()))?;
        syntax::parse(syntax, source).roots.into_iter().next()
    }

    /// What is written at a place, on one line and not too long.
    pub fn expression(&self, span: Span) -> Box<str> {
        const LONGEST: usize = 120;
        let Ok(source) = self.corpus.workspace.source(span.file) else { return "".into() };
        let mut words = String::new();
        for word in source.slice(span).split_whitespace() {
            words.push_str(if words.is_empty() { "" } else { " " });
            words.push_str(word);
            if words.len() > LONGEST {
                let end = words.char_indices().nth(LONGEST).map_or(words.len(), |(at, _)| at);
                words.truncate(end);
                words.push('…');
                break;
            }
        }
        words.into()
    }
}
