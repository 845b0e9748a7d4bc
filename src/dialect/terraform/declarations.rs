//! What the files of a directory declare, before anything is evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::json;
use crate::dialect::{Corpus, file_name, has_extension};
use crate::document::Problem;
use crate::source::{FileId, Span, Workspace};
use crate::syntax::hcl::ast::{Attribute, Block, Body, Expr};
use crate::syntax::hcl::parse_body;
use crate::syntax::json::JSON;

/// The declarations of one directory.
#[derive(Debug, Default)]
pub struct Declarations {
    /// The directory, relative to the root of the scan; `""` is that root.
    pub directory: String,
    /// Variables by name.
    pub variables: BTreeMap<Arc<str>, Block>,
    /// Locals by name.
    pub locals: BTreeMap<Arc<str>, Attribute>,
    /// Managed resources and data sources by address within the module.
    pub resources: BTreeMap<String, Declared>,
    /// Module calls by name.
    pub calls: BTreeMap<Arc<str>, Block>,
    /// Outputs by name.
    pub outputs: BTreeMap<Arc<str>, Block>,
    /// Providers and settings (`terraform`), in order.
    pub others: Vec<Block>,
    /// Managed resources and data sources whose address another one has already, with that address.
    pub again: Vec<(String, Declared)>,
    /// What was moved within the module, as addresses from and to.
    pub moved: Vec<(String, String)>,
    /// What is declared more than once, which Terraform refuses.
    pub problems: Vec<Problem>,
    /// Variables and locals that are declared more than once: which value counts is not decided.
    pub ambiguous: BTreeSet<String>,
    /// Why there may be further declarations, which are not known.
    pub rest: Option<Arc<str>>,
}

/// A resource or data source.
#[derive(Debug)]
pub struct Declared {
    /// Its block.
    pub block: Block,
    /// Whether it is a data source.
    pub data: bool,
}

impl Declared {
    /// The type: `aws_db_instance`.
    pub fn kind(&self) -> &str {
        self.block.labels.first().map_or("", |label| &label.text)
    }

    /// The kind as rules name it: `aws_db_instance`, `data.aws_ami`.
    pub fn full_kind(&self) -> String {
        if self.data { format!("data.{}", self.kind()) } else { self.kind().to_owned() }
    }

    /// The address within the module: `aws_db_instance.main`, `data.aws_ami.this`.
    fn address(block: &Block, data: bool) -> Option<String> {
        let [kind, name] = block.labels.as_slice() else { return None };
        let prefix = if data { "data." } else { "" };
        Some(format!("{prefix}{}.{}", kind.text, name.text))
    }
}

/// Whether a path is of a file that declares something. Terraform passes over hidden files and the copies of editors.
pub fn is_configuration(path: &str) -> bool {
    has_extension(path, &[".tf", ".tofu", ".tf.json", ".tofu.json"]) && !file_name(path).starts_with('.')
}

impl Declarations {
    /// Reads the files of a directory. Files whose names end in `override` come last and take the place of what they
    /// name; a `.tofu` file goes before a `.tf` file of the same name.
    pub fn read(corpus: &Corpus<'_>, directory: &str) -> Declarations {
        Declarations::with(corpus, directory, Vec::new())
    }

    /// The same with files that are put there before Terraform runs, each in the place of one of its name.
    pub fn with(corpus: &Corpus<'_>, directory: &str, put: Vec<(String, Body)>) -> Declarations {
        let path = |file: FileId| corpus.workspace.path(file);
        let there = configuration_files(corpus.workspace, directory).into_iter();
        let there = there.filter(|file| put.iter().all(|(name, _)| name != file_name(path(*file))));
        let read = there.filter_map(|file| Some((is_override(path(file)), body_of(corpus, file)?)));
        let mut bodies: Vec<(bool, Body)> = read.collect();
        bodies.extend(put.into_iter().map(|(name, body)| (is_override(&name), body)));
        bodies.sort_by_key(|(overrides, _)| *overrides);
        let declarations = Declarations { directory: directory.into(), ..Declarations::default() };
        let mut reader = Reader { workspace: corpus.workspace, declarations, overrides: false };
        for (overrides, body) in bodies {
            reader.overrides = overrides;
            reader.add(body);
        }
        reader.declarations
    }

    /// The directories that module calls name as local sources, with the call.
    pub fn local_sources(&self) -> impl Iterator<Item = (&Block, String)> {
        self.calls.values().filter_map(|call| {
            let source = source_of(call)?;
            (source.starts_with("./") || source.starts_with("../") || source == "." || source == "..")
                .then(|| join(&self.directory, source))
                .flatten()
                .map(|directory| (call, directory))
        })
    }
}

impl Declarations {
    /// Whether a place for a state is named, which only what is deployed on its own has.
    pub fn keeps_state(&self) -> bool {
        let mut settings = self.others.iter().filter(|block| &*block.kind.text == "terraform");
        settings.any(|block| block.body.blocks.iter().any(|inner| matches!(&*inner.kind.text, "backend" | "cloud")))
    }

    /// What bodies of other languages with these blocks declare together.
    pub fn of_bodies(workspace: &Workspace, directory: &str, bodies: Vec<Body>) -> Declarations {
        let declarations = Declarations { directory: directory.into(), ..Declarations::default() };
        let mut reader = Reader { workspace, declarations, overrides: false };
        for body in bodies {
            reader.add(body);
        }
        reader.declarations
    }

    /// The locals of a configuration of Terragrunt.
    pub fn of_locals(directory: &str, body: &Body) -> Declarations {
        let locals = body.blocks_of("locals").flat_map(|block| &block.body.attributes);
        let locals = locals.map(|local| (Arc::clone(&local.name.text), local.clone())).collect();
        Declarations { directory: directory.into(), locals, ..Declarations::default() }
    }
}

/// Declarations while the files of a directory are read.
struct Reader<'w> {
    workspace: &'w Workspace,
    declarations: Declarations,
    /// Whether the file at hand is laid over what is there.
    overrides: bool,
}

impl Reader<'_> {
    fn add(&mut self, body: Body) {
        for block in body.blocks {
            let name = block.labels.first().map(|label| Arc::clone(&label.text));
            match (&*block.kind.text, name) {
                ("locals", _) => self.add_locals(block),
                ("variable", Some(name)) => self.put(|declared| &mut declared.variables, name, block),
                ("output", Some(name)) => self.put(|declared| &mut declared.outputs, name, block),
                ("module", Some(name)) => self.put(|declared| &mut declared.calls, name, block),
                ("resource", Some(_)) => self.add_resource(block, false),
                ("data", Some(_)) => self.add_resource(block, true),
                ("check", _) => self.add_checks(block),
                ("moved", _) => self.add_moved(&block),
                ("provider" | "terraform", _) => self.declarations.others.push(block),
                _ => {}
            }
        }
    }

    fn add_moved(&mut self, block: &Block) {
        let address = |name: &str| {
            let span = block.body.attribute(name)?.value.span;
            let text = self.workspace.source(span.file).ok()?.slice(span).trim_matches('"').to_owned();
            (!text.is_empty()).then_some(text)
        };
        let moved = address("from").zip(address("to"));
        self.declarations.moved.extend(moved);
    }

    /// A check holds data sources.
    fn add_checks(&mut self, block: Block) {
        for inner in block.body.blocks {
            if &*inner.kind.text == "data" {
                self.add_resource(inner, true);
            }
        }
    }

    fn add_locals(&mut self, block: Block) {
        for attribute in block.body.attributes {
            let name = Arc::clone(&attribute.name.text);
            let first = self.declarations.locals.get(&name).map(|local| local.name.span).filter(|_| !self.overrides);
            match first {
                Some(first) => {
                    self.ambiguous("local", &name);
                    self.twice(&format!("local `{name}`"), first, attribute.name.span);
                }
                None => {
                    self.declarations.locals.insert(name, attribute);
                }
            }
        }
    }

    fn add_resource(&mut self, block: Block, data: bool) {
        let Some(address) = Declared::address(&block, data) else { return };
        match self.declarations.resources.get_mut(&address) {
            Some(declared) if self.overrides => merge(&mut declared.block, block),
            Some(declared) => {
                let first = declared.block.header;
                self.twice(&format!("`{address}`"), first, block.header);
                self.declarations.again.push((address, Declared { block, data }));
            }
            None => {
                self.declarations.resources.insert(address, Declared { block, data });
            }
        }
    }

    fn put(&mut self, into: fn(&mut Declarations) -> &mut BTreeMap<Arc<str>, Block>, name: Arc<str>, block: Block) {
        match into(&mut self.declarations).get_mut(&name) {
            Some(declared) if self.overrides => merge(declared, block),
            Some(declared) => {
                let first = declared.header;
                self.ambiguous(&block.kind.text, &name);
                self.twice(&format!("{} `{name}`", block.kind.text), first, block.header);
            }
            None => {
                into(&mut self.declarations).insert(name, block);
            }
        }
    }

    fn ambiguous(&mut self, kind: &str, name: &str) {
        self.declarations.ambiguous.insert(format!("{kind} `{name}`"));
    }

    /// Tells what is declared once more.
    fn twice(&mut self, what: &str, first: Span, second: Span) {
        let path = self.workspace.path(second.file);
        let before = self.workspace.source(first.file).map_or(1, |source| source.position(first.start).line);
        let message =
            format!("{what} is declared twice: first in `{}`, line {before}", self.workspace.path(first.file));
        let problem = Problem::error("terraform::duplicate", path, Some(second), message);
        self.declarations
            .problems
            .push(problem.help("Terraform refuses the module; remove one of the two, or rename it"));
    }
}

/// The source of a module call, when it is plain text.
pub fn source_of(call: &Block) -> Option<&str> {
    call.body.attribute("source").and_then(|source| source.value.as_str())
}

/// An override file replaces attributes by name and nested blocks by kind.
fn merge(declared: &mut Block, other: Block) {
    for attribute in other.body.attributes {
        declared.body.attributes.retain(|existing| existing.name.text != attribute.name.text);
        declared.body.attributes.push(attribute);
    }
    let replaced: Vec<Arc<str>> = other.body.blocks.iter().map(|block| Arc::clone(made(block))).collect();
    declared.body.blocks.retain(|block| !replaced.contains(made(block)));
    declared.body.blocks.extend(other.body.blocks);
}

/// The kind of block that a block stands for: a dynamic one for those that it makes.
fn made(block: &Block) -> &Arc<str> {
    match block.labels.first() {
        Some(label) if &*block.kind.text == "dynamic" => &label.text,
        _ => &block.kind.text,
    }
}

fn is_override(path: &str) -> bool {
    let name = file_name(path);
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    stem == "override" || stem.ends_with("_override")
}

fn configuration_files(workspace: &Workspace, directory: &str) -> Vec<FileId> {
    let all: Vec<FileId> =
        workspace.in_directory(directory).filter(|file| is_configuration(workspace.path(*file))).collect();
    let replaced = |path: &str| {
        let stem = path.strip_suffix(".tf").map(|stem| format!("{stem}.tofu"));
        stem.is_some_and(|tofu| all.iter().any(|file| workspace.path(*file) == tofu))
    };
    all.iter().copied().filter(|file| !replaced(workspace.path(*file))).collect()
}

/// The contents of a configuration or variables file; none when it cannot be read at all.
pub fn body_of(corpus: &Corpus<'_>, file: FileId) -> Option<Body> {
    let source = corpus.workspace.source(file).ok()?;
    if !has_extension(source.path(), &[".json"]) {
        return Some(parse_body(source).0);
    }
    if let Some(document) = corpus.document("terraform", file) {
        return document.roots.first().map(|root| json::body(root, &json::TERRAFORM));
    }
    (JSON.parse)(source).roots.first().map(|root| json::body(root, &json::TERRAFORM))
}

/// A path relative to a directory, both relative to the root of the scan; none when it leads out of it.
pub fn join(directory: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The attribute of a block that must be evaluated to know how often it is there.
pub fn repetition<'b>(block: &'b Block, name: &str) -> Option<&'b Expr> {
    block.body.attribute(name).map(|attribute| &attribute.value)
}

/// The whole of a block, for messages.
pub fn header(block: &Block) -> Span {
    block.header
}
