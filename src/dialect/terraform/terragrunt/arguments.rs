//! What a configuration hands to Terraform beside its inputs: `extra_arguments`.

use std::rc::Rc;
use std::sync::Arc;

use super::or_open;
use super::place::{Place, below_root, resolve};
use crate::dialect::terraform::module::{Instance, World};
use crate::dialect::terraform::value::{Members, Type, Value};
use crate::source::FileId;
use crate::syntax::hcl::ast::{Block, Body};

/// What is handed over.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    blocks: Vec<Extra>,
}

/// One block.
#[derive(Clone, Debug, Default)]
struct Extra {
    label: Arc<str>,
    files: Vec<VariableFile>,
    /// Variables of the command line.
    line: Members,
    /// Variables of the environment.
    environment: Members,
}

/// A variable file.
#[derive(Clone, Debug)]
struct VariableFile {
    /// Its path, as it is written; or why that is not known.
    path: Result<String, Arc<str>>,
    /// Whether it may be missing.
    is_optional: bool,
}

impl Arguments {
    /// Those that a configuration has itself.
    pub fn of<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, body: &Body) -> Arguments {
        let blocks = body.blocks_of("terraform").flat_map(|block| block.body.blocks_of("extra_arguments"));
        let read = |block: &Block| {
            let value = |name: &str| {
                let attribute = block.body.attribute(name)?;
                Some(or_open(world.evaluate(instance, &attribute.value)))
            };
            let label = block.labels.first().map_or_else(|| Arc::from(""), |label| Arc::clone(&label.text));
            Extra::of(label, &value)
        };
        Arguments { blocks: blocks.map(read).collect() }
    }

    /// These beside those of an included configuration.
    pub fn over(&mut self, included: Arguments) {
        let own = std::mem::take(&mut self.blocks);
        let kept = included.blocks.into_iter().filter(|block| own.iter().all(|own| own.label != block.label));
        self.blocks = kept.chain(own.iter().cloned()).collect();
    }

    /// The variable files that are there, in order; or why it is not known which.
    pub fn files(&self, place: &Place<'_>, module: &str) -> Result<Vec<FileId>, Arc<str>> {
        let mut found = Vec::new();
        for file in self.blocks.iter().flat_map(|block| &block.files) {
            let path = file.path.clone()?;
            // Relative paths begin where Terraform runs: there are the files of the unit and those of the module.
            let at = [&place.directory, module].into_iter().find_map(|folder| {
                let path = resolve(folder, &path)?;
                place.corpus.workspace.find(&place.real(&path))
            });
            match at {
                Some(at) => found.push(at),
                None if file.is_optional => {}
                None => {
                    let shown = below_root(&path).unwrap_or(&path);
                    return Err(format!("the variable file `{shown}` is not in the repository").into());
                }
            }
        }
        Ok(found)
    }

    /// The value of a variable on the command line.
    pub fn on_line(&self, name: &str) -> Option<&Value> {
        self.blocks.iter().rev().find_map(|block| block.line.get(name))
    }

    /// The value of a variable in the environment.
    pub fn in_environment(&self, name: &str) -> Option<&Value> {
        self.blocks.iter().rev().find_map(|block| block.environment.get(name))
    }
}

impl Extra {
    fn of(label: Arc<str>, value: &dyn Fn(&str) -> Option<Value>) -> Extra {
        let mut extra = Extra { label, ..Extra::default() };
        let commands = value("commands").unwrap_or_else(|| Value::tuple(Vec::new()));
        let applies = |command: &Value| command.as_str().is_none_or(|command| matches!(command, "apply" | "plan"));
        if commands.items().is_some_and(|commands| !commands.iter().any(applies)) {
            return extra;
        }
        for (name, is_optional) in [("required_var_files", false), ("optional_var_files", true)] {
            extra.add_files(value(name).as_ref(), is_optional);
        }
        if let Some(arguments) = value("arguments") {
            extra.add_arguments(&arguments);
        }
        for (name, value) in value("env_vars").as_ref().and_then(Value::members).into_iter().flatten() {
            if let Some(variable) = name.strip_prefix("TF_VAR_") {
                extra.environment.insert(variable.into(), value.clone());
            }
        }
        extra
    }

    fn add_files(&mut self, files: Option<&Value>, is_optional: bool) {
        let Some(files) = files else { return };
        match files.items() {
            Some(items) => {
                let file = |item: &Value| VariableFile { path: text_of(item), is_optional };
                self.files.extend(items.iter().map(file));
            }
            None => self.files.push(VariableFile { path: text_of(files), is_optional }),
        }
    }

    fn add_arguments(&mut self, arguments: &Value) {
        let mut items = arguments.items().unwrap_or(std::slice::from_ref(arguments)).iter();
        while let Some(item) = items.next() {
            let Some(text) = item.as_str() else {
                let open = text_of(item);
                if open.is_err() {
                    self.files.push(VariableFile { path: open, is_optional: false });
                }
                continue;
            };
            // One argument may hold a flag and its value.
            let mut words = text.splitn(2, [' ', '=']);
            let flag = words.next().unwrap_or("").trim_start_matches('-');
            if !matches!(flag, "var" | "var-file") {
                continue;
            }
            let value = match words.next() {
                Some(value) => Ok(value.trim().trim_matches('\'').to_owned()),
                None => items.next().map_or_else(|| Ok(String::new()), text_of),
            };
            match (flag, value) {
                ("var", Ok(set)) => {
                    if let Some((name, value)) = set.split_once('=') {
                        self.line.insert(name.into(), Value::string(value));
                    }
                }
                (_, path) => self.files.push(VariableFile { path, is_optional: false }),
            }
        }
    }
}

/// The text of a value; or why it is not known.
fn text_of(value: &Value) -> Result<String, Arc<str>> {
    value.as_str().map(str::to_owned).ok_or_else(|| {
        let open = Value::unknown_from(Type::String, [value]);
        open.as_unknown()
            .map_or_else(|| Arc::from("which variable files are read is not known"), |open| Arc::clone(&open.because))
    })
}
