//! Stacks (`terragrunt.stack.hcl`): each of their units is a copy of a configuration elsewhere, with values of its own.

use std::sync::Arc;

use super::place::{Place, resolve};
use super::{STACK, UNITS, or_open};
use crate::dialect::terraform::declarations::{Declarations, body_of, join};
use crate::dialect::terraform::module::World;
use crate::document::Problem;
use crate::source::FileId;
use crate::syntax::hcl::ast::{Block, Body};

/// The folder beside a stack that its units are copied to.
const COPIES: &str = ".terragrunt-stack";

/// What a stack comes to.
#[derive(Default)]
pub struct Copies<'c> {
    /// The configurations of the units, where they are copied to.
    pub units: Vec<Place<'c>>,
    /// The stacks within it.
    pub stacks: Vec<FileId>,
    /// What could not be followed.
    pub problems: Vec<Problem>,
}

impl<'c> Copies<'c> {
    /// Adds the units of a stack, and of the stacks within it.
    pub fn add(&mut self, stack: &Place<'c>) {
        let Some(body) = body_of(stack.corpus, stack.file) else { return };
        let declarations = Declarations::of_locals(&stack.directory, &body);
        for (kind, name) in [("unit", UNITS[0]), ("stack", STACK)] {
            for block in body.blocks_of(kind) {
                match copied(stack, &declarations, block, name) {
                    Ok(place) if kind == "unit" => self.units.push(place.apart()),
                    Ok(place) => {
                        self.stacks.push(place.file);
                        self.add(&place);
                    }
                    Err(because) => self.problems.push(not_followed(stack, block, &because)),
                }
            }
        }
    }
}

/// The configuration that a block copies.
fn copied<'c>(stack: &Place<'c>, declarations: &Declarations, block: &Block, name: &str) -> Result<Place<'c>, String> {
    let given = stack.values.clone();
    let names = given.map(|values| (Arc::from("values"), values)).into_iter().collect();
    let world = World::of_config(stack.clone(), declarations, names);
    let Some(instance) = world.instance(0) else { return Err("it cannot be read".into()) };
    let value = |body: &Body, name: &str| Some(or_open(world.evaluate(&instance, &body.attribute(name)?.value)));
    let text = |name: &str| value(&block.body, name).and_then(|value| value.as_str().map(str::to_owned));
    let source = text("source").ok_or("its source is known when Terragrunt runs")?;
    let path = text("path").ok_or("its path is known when Terragrunt runs")?;
    let values = value(&block.body, "values");
    let beside = value(&block.body, "no_dot_terragrunt_stack").and_then(|beside| beside.as_bool()) == Some(true);
    let folder = resolve(&stack.directory, &source).ok_or_else(|| format!("`{source}` is not in the repository"))?;
    let file = join(&folder, name).and_then(|path| stack.corpus.workspace.find(&stack.real(&path)));
    let file = file.ok_or_else(|| format!("there is no `{name}` in `{folder}`"))?;
    let below = if beside { path } else { format!("{COPIES}/{path}") };
    let directory = join(&stack.directory, &below).ok_or("its path leads out of the repository")?;
    stack.copying(file, directory, values).ok_or_else(|| "there are more units than the limit here".into())
}

fn not_followed(stack: &Place<'_>, block: &Block, because: &str) -> Problem {
    let path = stack.corpus.workspace.path(stack.file);
    let message = format!("the {} is not judged: {because}", block.kind.text);
    Problem::notice("terraform::module", path, Some(block.header), message)
        .help("scan a repository that holds what it names, or what `terragrunt stack generate` makes of it")
}
