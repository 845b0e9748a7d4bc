//! What Terragrunt writes beside a module before Terraform runs: the files of `generate` blocks, and the place of the state.
//!
//! The text of such a file is read where it is written. What is inserted in it and not known is a name there, which stands for
//! the value as the configuration has it ([`World::filled`](super::super::module::World::filled)).

use std::rc::Rc;
use std::sync::Arc;

use super::config::member;
use super::or_open;
use crate::dialect::file_name;
use crate::dialect::terraform::declarations::{Declarations, is_configuration, join, source_of};
use crate::dialect::terraform::eval::{Bindings, Eval, steps_of};
use crate::dialect::terraform::module::{Instance, World};
use crate::dialect::terraform::value::{Members, Partial, Type, Value};
use crate::dialect::{Corpus, has_extension};
use crate::document::{Problem, Run, Text};
use crate::source::Span;
use crate::syntax::hcl::ast::{Attribute, Block, Body, Expr, ExprKind, Name};
use crate::syntax::hcl::{Place, parse_written};

/// What a name begins with that stands for an inserted value.
const FILLING: &str = "terragrunt--";

/// Most files that are generated for one unit.
const MOST_FILES: usize = 100;

/// A file that is written.
#[derive(Clone, Debug)]
pub struct Generated {
    /// What it is called among the files that the configuration generates.
    label: Arc<str>,
    /// The name of the file; none where it is not known.
    name: Option<String>,
    /// Whether a file of this name that is there stays.
    yields: bool,
    /// What is written, in pieces with their places.
    pieces: Vec<(Span, Value)>,
    /// The block.
    at: Span,
}

/// Where the state is kept.
#[derive(Clone, Debug)]
pub struct State {
    backend: Arc<str>,
    /// Whether the block is generated; else it is in the module, and is given what it is set to.
    is_generated: bool,
    config: Value,
    at: Span,
}

/// What is written for one unit.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The files, those of what is included first.
    pub files: Vec<Generated>,
    /// Where the state is kept, when that is said.
    pub state: Option<State>,
}

/// The declarations of a module with what is written beside it.
#[derive(Debug)]
pub struct Overlaid {
    /// The declarations.
    pub declarations: Declarations,
    /// The values that stand behind inserted names.
    pub fillings: Vec<Value>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Written {
    /// What a configuration writes itself.
    pub fn of<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, body: &Body) -> Written {
        let mut written = Written::default();
        for block in body.blocks_of("generate").take(MOST_FILES) {
            let label = block.labels.first().map_or_else(|| Arc::from(""), |label| Arc::clone(&label.text));
            let values = block.body.attributes.iter().filter(|attribute| &*attribute.name.text != "contents");
            let values = values.map(|attribute| value_of(world, instance, attribute)).collect();
            let contents = block.body.attribute("contents").map(|contents| &contents.value);
            let pieces = contents.map(|contents| pieces(world, instance, contents)).unwrap_or_default();
            written.files.extend(generated(label, &values, pieces, block.header));
        }
        for block in body.blocks_of("remote_state") {
            let values = block.body.attributes.iter().map(|attribute| value_of(world, instance, attribute)).collect();
            written.state = State::of(&values, block.header);
        }
        // Both may be values, taken from elsewhere.
        let value = |name: &str| {
            let attribute = body.attribute(name)?;
            Some((or_open(world.evaluate(instance, &attribute.value)), attribute.value.span))
        };
        if let Some((files, at)) = value("generate") {
            for (label, file) in files.members().into_iter().flatten().take(MOST_FILES) {
                let members = file.members().cloned().unwrap_or_default();
                let contents = members.get("contents").map(|contents| pieces_of(contents, at));
                written.files.extend(generated(Arc::clone(label), &members, contents.unwrap_or_default(), at));
            }
        }
        if let Some((state, at)) = value("remote_state") {
            written.state = state.members().and_then(|members| State::of(members, at));
        }
        written
    }

    /// This over what an included configuration writes.
    pub fn over(&mut self, included: Written) {
        let own = std::mem::take(&mut self.files);
        let kept = included.files.into_iter().filter(|file| own.iter().all(|own| own.label != file.label));
        self.files = kept.chain(own.iter().cloned()).take(MOST_FILES).collect();
        self.state = self.state.take().or(included.state);
    }

    /// Whether resources or calls are generated, so that there is something to deploy without a module.
    pub fn deploys(&self) -> bool {
        let words = ["resource ", "module "];
        let text = |(_, value): &(Span, Value)| {
            value.as_str().is_some_and(|text| text.lines().any(|line| words.iter().any(|word| line.starts_with(word))))
        };
        self.files.iter().any(|file| file.pieces.iter().any(text))
    }

    /// The directories of the modules that what is written beside a module calls.
    pub fn called(&self, module: &str) -> Vec<String> {
        let mut found = Vec::new();
        for file in &self.files {
            let calls = file.pieces.iter().any(|(_, value)| value.as_str().is_none_or(|text| text.contains("module")));
            if calls && file.name.as_deref().is_some_and(is_configuration) {
                let (body, _) = file.body(&mut Vec::new());
                let sources = body.blocks_of("module").filter_map(source_of).filter(|source| source.starts_with('.'));
                found.extend(sources.filter_map(|source| join(module, source)));
            }
        }
        found
    }

    /// The declarations of a module with what is written beside it; none where nothing is that Terraform reads.
    pub fn overlaid(&self, corpus: &Corpus<'_>, module: &str) -> Option<Overlaid> {
        let mut fillings = Vec::new();
        let mut problems = Vec::new();
        let (mut put, mut rest) = (Vec::new(), None);
        for file in &self.files {
            let Some(name) = &file.name else {
                rest = Some("which files Terragrunt generates is known when it runs");
                continue;
            };
            let there = corpus.workspace.in_directory(module).any(|id| file_name(corpus.workspace.path(id)) == name);
            if !is_configuration(name) || there && file.yields {
                continue;
            }
            if has_extension(name, &[".json"]) {
                rest = Some("a file in JSON that Terragrunt generates is not read");
                continue;
            }
            let (body, faults) = file.body(&mut fillings);
            put.push((name.clone(), body));
            if file.pieces.iter().any(|(_, value)| !value.is_known()) || file.pieces.is_empty() {
                rest = Some("a part of what Terragrunt generates is known when it runs");
            } else if let Some(fault) = faults.first() {
                let path = corpus.workspace.path(file.at.file);
                let message = format!("what is generated as `{name}` cannot be read: {fault}");
                problems.push(Problem::notice("terraform::generate", path, Some(file.at), message));
            }
        }
        if let Some(state) = self.state.as_ref().filter(|state| state.is_generated) {
            put.push(("backend.tf".into(), state.body(&mut fillings)));
        }
        let given = self.state.as_ref().filter(|state| !state.is_generated);
        if put.is_empty() && rest.is_none() && given.is_none() {
            return None;
        }
        let mut declarations = Declarations::with(corpus, module, put);
        declarations.rest = rest.map(Arc::from);
        if let Some(state) = given {
            let backends = declarations.others.iter_mut().flat_map(|block| &mut block.body.blocks);
            let named = |block: &&mut Block| {
                &*block.kind.text == "backend" && block.labels.first().is_some_and(|label| label.text == state.backend)
            };
            for backend in backends.filter(named) {
                let set = state.attributes(&mut fillings);
                let new = set.into_iter().filter(|set| backend.body.attribute(&set.name.text).is_none());
                let new: Vec<Attribute> = new.collect();
                backend.body.attributes.extend(new);
            }
        }
        Some(Overlaid { declarations, fillings, problems })
    }
}

/// An attribute of a block as a member.
fn value_of<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, attribute: &Attribute) -> (Arc<str>, Value) {
    let mut value = or_open(world.evaluate(instance, &attribute.value));
    value.origin.span.get_or_insert(attribute.value.span);
    (Arc::clone(&attribute.name.text), value)
}

fn generated(label: Arc<str>, values: &Members, pieces: Vec<(Span, Value)>, at: Span) -> Option<Generated> {
    if values.get("disable").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let text = |name: &str| values.get(name).and_then(Value::as_str);
    let name = text("path").map(|path| file_name(path).to_owned());
    let yields = matches!(text("if_exists"), Some("skip"));
    Some(Generated { label, name, yields, pieces, at })
}

/// The pieces that a text is written in: each keeps its place, and what is not known of it.
fn pieces<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, contents: &Expr) -> Vec<(Span, Value)> {
    let bindings = Bindings { names: world.names().to_vec(), ..Bindings::default() };
    match Eval::new(world, instance, bindings).pieces_of(contents) {
        Some(pieces) => pieces,
        None => pieces_of(&or_open(world.evaluate(instance, contents)), contents.span),
    }
}

fn pieces_of(contents: &Value, at: Span) -> Vec<(Span, Value)> {
    let pieces = match contents.as_unknown().map(|unknown| &unknown.partial) {
        Some(Some(Partial::Template(pieces))) => pieces.iter().collect(),
        _ => vec![contents],
    };
    let home = |value: &Value| steps_of(&value.origin.trail).last().map(|step| step.span).or(value.origin.span);
    pieces.into_iter().map(|piece| (home(piece).unwrap_or(at), piece.clone())).collect()
}

impl Generated {
    /// What the file says, and what is wrong with it.
    fn body(&self, fillings: &mut Vec<Value>) -> (Body, Vec<String>) {
        if let [(span, value)] = self.pieces.as_slice()
            && let Some(text) = value.as_text()
        {
            let whole = text.verbatim_at() == Some(0);
            let is_file = whole && span.start == 0 && span.len() == text.as_str().len();
            let place = if is_file { Place::File(span.file, 0) } else { Place::Within(text, *span) };
            return parse_written(text.as_str(), place);
        }
        let text = joined(&self.pieces, self.at, fillings);
        let whole = self.pieces.iter().map(|(span, _)| *span).filter(|span| span.file == self.at.file);
        let whole = whole.reduce(Span::to).unwrap_or(self.at);
        parse_written(text.as_str(), Place::Within(&text, whole))
    }
}

/// The pieces as one text, in which a name stands for each that is not known.
fn joined(pieces: &[(Span, Value)], at: Span, fillings: &mut Vec<Value>) -> Text {
    let (mut text, mut runs) = (String::new(), Vec::new());
    let mut context = Context::default();
    for (span, value) in pieces {
        let offset = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let known = value.as_text();
        let within = |run: &Run| span.start <= run.source && run.source <= span.end;
        match known.and_then(Text::runs).filter(|runs| span.file == at.file && runs.iter().all(within)) {
            Some(found) => runs.extend(found.iter().map(|run| Run { text: run.text.saturating_add(offset), ..*run })),
            None if span.file == at.file => runs.push(Run { text: offset, source: span.start, verbatim: false }),
            None => runs.push(Run { text: offset, source: at.start, verbatim: false }),
        }
        if let Some(known) = known {
            context.read(known.as_str());
            text.push_str(known.as_str());
            continue;
        }
        let name = format!("{FILLING}{}", fillings.len());
        if context.is_text() {
            fillings.push(value.clone());
            text.push_str("${");
            text.push_str(&name);
            text.push('}');
        } else {
            // It will be read as an expression, whatever its text is.
            fillings.push(Value::unknown_from(Type::Dynamic, [value]));
            text.push_str(&name);
        }
    }
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    runs.push(Run { text: end, source: at.end, verbatim: true });
    Text::with_runs(text, runs)
}

/// Where in a configuration a text ends, as far as insertions are concerned.
#[derive(Default)]
struct Context {
    quoted: bool,
    /// The word that ends the heredoc that is open.
    heredoc: Option<String>,
    line: String,
}

impl Context {
    fn read(&mut self, text: &str) {
        for letter in text.chars() {
            if letter == '\n' {
                self.end_line();
                continue;
            }
            let escaped = self.quoted && self.line.ends_with('\\');
            self.quoted ^= letter == '"' && self.heredoc.is_none() && !escaped;
            self.line.push(letter);
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.quoted = false;
        if let Some(end) = &self.heredoc {
            if line.trim() == end {
                self.heredoc = None;
            }
        } else if let Some((_, word)) = line.rsplit_once("<<") {
            let word = word.trim_start_matches('-').trim();
            let is_word = !word.is_empty() && word.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
            self.heredoc = is_word.then(|| word.to_owned());
        }
    }

    fn is_text(&self) -> bool {
        self.quoted || self.heredoc.is_some()
    }
}

impl State {
    fn of(values: &Members, at: Span) -> Option<State> {
        let values = Value::object(values.clone());
        let backend = member(&values, "backend")?;
        let generate = member(&values, "generate").filter(|generate| !generate.is_null());
        let config = member(&values, "config").unwrap_or_else(|| Value::object(Members::new()));
        Some(State { backend: backend.as_str()?.into(), is_generated: generate.is_some(), config, at })
    }

    /// The block as a file has it.
    fn body(&self, fillings: &mut Vec<Value>) -> Body {
        let name = |text: &str| Name { text: text.into(), span: self.at };
        let block = |kind: &str, labels: Vec<Name>, body: Body| Block {
            kind: name(kind),
            labels,
            body,
            span: self.at,
            header: self.at,
        };
        let attributes = self.attributes(fillings);
        let backend = block("backend", vec![name(&self.backend)], Body { attributes, blocks: Vec::new() });
        let settings = block("terraform", Vec::new(), Body { attributes: Vec::new(), blocks: vec![backend] });
        Body { attributes: Vec::new(), blocks: vec![settings] }
    }

    fn attributes(&self, fillings: &mut Vec<Value>) -> Vec<Attribute> {
        let members = self.config.members().cloned().unwrap_or_default();
        let attribute = |(name, value): (Arc<str>, Value)| {
            let span = value.origin.span.unwrap_or(self.at);
            let name = Name { text: name, span: value.origin.key.unwrap_or(span) };
            let kind = ExprKind::Variable(format!("{FILLING}{}", fillings.len()).into());
            fillings.push(value);
            Attribute { name, value: Expr { kind, span } }
        };
        members.into_iter().map(attribute).collect()
    }
}

/// The number of the inserted value that a name stands for.
pub fn filling(name: &str) -> Option<usize> {
    name.strip_prefix(FILLING)?.parse().ok()
}
