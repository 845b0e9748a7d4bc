//! What the files of a directory declare, before anything is evaluated.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::json;
use crate::dialect::{Corpus, file_name, has_extension};
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

    /// The address within the module: `aws_db_instance.main`, `data.aws_ami.this`.
    fn address(block: &Block, data: bool) -> Option<String> {
        let [kind, name] = block.labels.as_slice() else { return None };
        let prefix = if data { "data." } else { "" };
        Some(format!("{prefix}{}.{}", kind.text, name.text))
    }
}

/// Whether a path is of a file that declares something.
pub fn is_configuration(path: &str) -> bool {
    has_extension(path, &[".tf", ".tofu", ".tf.json", ".tofu.json"])
}

impl Declarations {
    /// Reads the files of a directory. Files whose names end in `override` come last and take the place of what they
    /// name; a `.tofu` file goes before a `.tf` file of the same name.
    pub fn read(corpus: &Corpus<'_>, directory: &str) -> Declarations {
        let mut files: Vec<FileId> = configuration_files(corpus.workspace, directory);
        files.sort_by_key(|file| is_override(corpus.workspace.path(*file)));
        let mut declarations = Declarations { directory: directory.into(), ..Declarations::default() };
        for file in files {
            let overrides = is_override(corpus.workspace.path(file));
            if let Some(body) = body_of(corpus, file) {
                declarations.add(body, overrides);
            }
        }
        declarations
    }

    fn add(&mut self, body: Body, overrides: bool) {
        for block in body.blocks {
            let name = block.labels.first().map(|label| Arc::clone(&label.text));
            match (&*block.kind.text, name) {
                ("locals", _) => self.add_locals(block),
                ("variable", Some(name)) => put(&mut self.variables, name, block, overrides),
                ("output", Some(name)) => put(&mut self.outputs, name, block, overrides),
                ("module", Some(name)) => put(&mut self.calls, name, block, overrides),
                ("resource", Some(_)) => self.add_resource(block, false, overrides),
                ("data", Some(_)) => self.add_resource(block, true, overrides),
                ("check", _) => self.add_checks(block, overrides),
                ("provider" | "terraform", _) => self.others.push(block),
                _ => {}
            }
        }
    }

    /// A check holds data sources.
    fn add_checks(&mut self, block: Block, overrides: bool) {
        for inner in block.body.blocks {
            if &*inner.kind.text == "data" {
                self.add_resource(inner, true, overrides);
            }
        }
    }

    fn add_locals(&mut self, block: Block) {
        for attribute in block.body.attributes {
            self.locals.insert(Arc::clone(&attribute.name.text), attribute);
        }
    }

    fn add_resource(&mut self, block: Block, data: bool, overrides: bool) {
        let Some(address) = Declared::address(&block, data) else { return };
        match self.resources.get_mut(&address) {
            Some(declared) if overrides => merge(&mut declared.block, block),
            Some(_) => {}
            None => {
                self.resources.insert(address, Declared { block, data });
            }
        }
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

/// The source of a module call, when it is plain text.
pub fn source_of(call: &Block) -> Option<&str> {
    call.body.attribute("source").and_then(|source| source.value.as_str())
}

fn put(into: &mut BTreeMap<Arc<str>, Block>, name: Arc<str>, block: Block, overrides: bool) {
    match into.get_mut(&name) {
        Some(declared) if overrides => merge(declared, block),
        Some(_) => {}
        None => {
            into.insert(name, block);
        }
    }
}

/// An override file replaces attributes by name and nested blocks by kind.
fn merge(declared: &mut Block, other: Block) {
    for attribute in other.body.attributes {
        declared.body.attributes.retain(|existing| existing.name.text != attribute.name.text);
        declared.body.attributes.push(attribute);
    }
    let replaced: Vec<Arc<str>> = other.body.blocks.iter().map(|block| Arc::clone(&block.kind.text)).collect();
    declared.body.blocks.retain(|block| !replaced.contains(&block.kind.text));
    declared.body.blocks.extend(other.body.blocks);
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
        return document.roots.first().map(json::body);
    }
    (JSON.parse)(source).roots.first().map(json::body)
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
