//! What is given to a root module: variable files, variables of the command line, and installed modules.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::declarations::{body_of, join};
use super::functions::Refusal;
use super::module::{Instance, Named, World};
use super::terragrunt::Unit;
use super::value::{Type, Value};
use crate::dialect::{Corpus, file_name};
use crate::document::Text;
use crate::source::{FileId, Workspace};
use crate::syntax::hcl::ast::Attribute;
use crate::syntax::hcl::{Place, parse_expression};
use crate::syntax::json::JSON;

/// What is given to a root module.
#[derive(Debug, Default)]
pub struct Given<'c> {
    /// The variable files of the deployment at hand.
    pub deployed_with: Vec<String>,
    /// The unit of Terragrunt that deploys the module.
    pub unit: Option<&'c Unit>,
    /// Variables of files, the last file's values, with the name of the file.
    files: BTreeMap<Arc<str>, (Attribute, Arc<str>)>,
    /// Variables of the command line.
    line: BTreeMap<String, String>,
    /// Directories of installed modules by the names of the calls.
    installed: BTreeMap<String, String>,
}

/// Whether a directory has files with values that Terraform takes of itself.
pub fn has_values(corpus: &Corpus<'_>, directory: &str) -> bool {
    !own_files(corpus.workspace, directory).is_empty()
}

/// Whether Terraform takes a file with values of itself where it is run in a directory.
pub fn takes(workspace: &Workspace, directory: &str, file: FileId) -> bool {
    own_files(workspace, directory).contains(&file)
}

/// The files with values that Terraform takes of itself in a directory, in its order.
fn own_files(workspace: &Workspace, directory: &str) -> Vec<FileId> {
    let named = |name: &str| join(directory, name).and_then(|path| workspace.find(&path));
    let named = ["terraform.tfvars", "terraform.tfvars.json"].into_iter().filter_map(named);
    let automatic = workspace.in_directory(directory).filter(|file| {
        let path = workspace.path(*file);
        path.ends_with(".auto.tfvars") || path.ends_with(".auto.tfvars.json")
    });
    named.chain(automatic).collect()
}

impl<'c> Given<'c> {
    /// Reads what is given to the root module of a directory. Later files go before earlier ones.
    pub fn read(corpus: &Corpus<'_>, root: &str, deployed_with: &[String]) -> Given<'c> {
        let workspace = corpus.workspace;
        let mut files = own_files(workspace, root);
        files.extend(deployed_with.iter().filter_map(|path| workspace.find(path)));
        let installed = installed(corpus, root);
        Given { installed, deployed_with: deployed_with.to_vec(), ..Given::of(corpus, files) }
    }

    /// Reads what is given to the module that a unit deploys.
    pub fn by_unit(corpus: &Corpus<'_>, unit: &'c Unit) -> Given<'c> {
        let mut files = own_files(corpus.workspace, &unit.module);
        if unit.folder != unit.module {
            files.extend(own_files(corpus.workspace, &unit.folder));
        }
        files.extend(unit.variable_files.iter().flatten());
        Given { installed: installed(corpus, &unit.directory), unit: Some(unit), ..Given::of(corpus, files) }
    }

    fn of(corpus: &Corpus<'_>, mut files: Vec<FileId>) -> Given<'c> {
        files.extend(corpus.inputs.variable_files.iter().filter_map(|path| corpus.workspace.find(path)));
        Given::by_files(corpus, files)
    }

    /// Reads what variable files and the command line give.
    pub fn by_files(corpus: &Corpus<'_>, files: Vec<FileId>) -> Given<'c> {
        let workspace = corpus.workspace;
        let mut given = Given { line: corpus.inputs.variables.iter().cloned().collect(), ..Given::default() };
        for file in files {
            let what: Arc<str> = Arc::from(format!("value in {}", file_name(workspace.path(file))));
            for attribute in body_of(corpus, file).map(|body| body.attributes).unwrap_or_default() {
                given.files.insert(Arc::clone(&attribute.name.text), (attribute, Arc::clone(&what)));
            }
        }
        given
    }

    /// The value of a variable, when one is given.
    pub fn value(
        &self,
        world: &World<'c>,
        instance: &Rc<Instance<'c>>,
        name: &str,
        ty: &Type,
    ) -> Result<Option<Named>, Refusal> {
        if let Some(text) = self.line.get(name) {
            let what: Arc<str> = Arc::from(format!("value of `{name}` on the command line"));
            if *ty == Type::Dynamic || ty.is_primitive() {
                return Ok(Some((Value::string(text.as_str()), what)));
            }
            return Ok(Some((written_out(world, instance, text)?, what)));
        }
        if let Some(unit) = self.unit {
            if let Some(given) = unit.on_line(name) {
                return Ok(Some(given));
            }
            if let Err(because) = &unit.variable_files {
                return Ok(Some((
                    Value::unknown(Type::Dynamic, Arc::clone(because)),
                    "variable files of Terragrunt".into(),
                )));
            }
        }
        let Some((attribute, what)) = self.files.get(name) else {
            let Some((value, what)) = self.unit.and_then(|unit| unit.value(name)) else { return Ok(None) };
            // Terragrunt hands it over in the environment, where what is no text is written out.
            let written = value.as_str().filter(|_| !(*ty == Type::Dynamic || ty.is_primitive()));
            let read = written.map(|text| written_out(world, instance, text)).transpose()?;
            return Ok(Some((read.map_or(value.clone(), |read| read.with_origin(value.origin)), what)));
        };
        Ok(Some((world.evaluate(instance, &attribute.value)?, Arc::clone(what))))
    }

    /// The directory in which the module of a call is installed.
    pub fn installed(&self, call_path: &str) -> Option<&str> {
        self.installed.get(call_path).map(String::as_str)
    }
}

/// The value that a text writes out.
fn written_out<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, text: &str) -> Result<Value, Refusal> {
    let opaque = Text::opaque("");
    let expr = parse_expression(text, Place::Within(&opaque, instance.place())).map_err(Refusal::new)?;
    world.evaluate(instance, &expr)
}

/// Directories of installed modules, relative to the root of the scan.
pub fn installed(corpus: &Corpus<'_>, root: &str) -> BTreeMap<String, String> {
    let found = join(root, ".terraform/modules/modules.json").and_then(|path| corpus.workspace.find(&path));
    let Some(source) = found.and_then(|file| corpus.workspace.source(file).ok()) else { return BTreeMap::new() };
    let parsed = (JSON.parse)(source);
    let modules = parsed.roots.first().and_then(|document| document.get("Modules"));
    let entries = modules.map_or(&[][..], |modules| modules.items());
    entries
        .iter()
        .filter_map(|entry| {
            let key = entry.get("Key")?.as_str()?;
            let directory = join(root, entry.get("Dir")?.as_str()?)?;
            Some((key.to_owned(), directory))
        })
        .collect()
}
