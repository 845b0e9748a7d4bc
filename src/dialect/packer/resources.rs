//! The resources of a template.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::template::{Template, address};
use crate::dialect::terraform::block;
use crate::dialect::terraform::eval::Bindings;
use crate::dialect::terraform::extract;
use crate::dialect::terraform::inputs::Given;
use crate::dialect::terraform::library::Library;
use crate::dialect::terraform::module::{Instance, World};
use crate::dialect::terraform::node::Nodes;
use crate::dialect::terraform::value::{Type, Value};
use crate::dialect::{Corpus, Extraction, Identity, Resource, Typing};
use crate::document::{Node, Value as Plain};
use crate::kernel::budget::{Share, Spent};
use crate::syntax::hcl::ast::Block;

/// Functions that Terraform does not have, and who knows what they come to.
const FUNCTIONS: &[(&str, &str)] = &[
    ("aws_secretsmanager", "it is kept in AWS Secrets Manager"),
    ("aws_secretsmanager_raw", "it is kept in AWS Secrets Manager"),
    ("consul_key", "it is kept in Consul"),
    ("engine", "Packer fills it in when the image is built"),
    ("env", "the environment in which Packer runs decides it"),
    ("legacy_isotime", "it is the time of the build"),
    ("legacy_strftime", "it is the time of the build"),
    ("vault", "it is kept in Vault"),
];

/// Names of what is known when an image is built.
const NAMES: &[(&str, &str)] = &[
    ("build", "it is known when the image is built"),
    ("packer", "it is of the Packer that runs"),
    ("source", "it is known when the image is built"),
];

fn call(name: &str, _: &[Value]) -> Option<Value> {
    let because = FUNCTIONS.iter().find(|(own, _)| *own == name).map(|(_, because)| *because)?;
    Some(Value::unknown(Type::String, because))
}

fn names() -> Vec<(Arc<str>, Value)> {
    NAMES.iter().map(|(name, because)| (Arc::from(*name), Value::unknown(Type::Dynamic, *because))).collect()
}

/// The resources of a template, with its share of the budget.
pub fn of(template: &Template, corpus: &Corpus<'_>, share: Share) -> (Extraction, Spent) {
    let library = Library::default();
    let given = Given::by_files(corpus, template.values.clone());
    let world = World::of_declarations(corpus, &library, &template.declarations, given, (names(), call));
    let world = world.within(share.for_input(template.size));
    let mut resources = Vec::new();
    if let Some(instance) = world.instance(0) {
        let mut list = List { world: &world, instance, template, found: Vec::new() };
        list.all();
        resources = list.found;
    }
    let spent = world.spent();
    let mut problems = world.into_problems();
    extract::tell_once(&mut problems);
    (Extraction { resources, problems }, spent)
}

/// Resources while they are listed.
struct List<'w, 'c> {
    world: &'w World<'c>,
    instance: Rc<Instance<'c>>,
    template: &'w Template,
    found: Vec<Resource>,
}

impl List<'_, '_> {
    fn all(&mut self) {
        let template = self.template;
        for block in &template.settings {
            self.add(block, "settings", "packer");
        }
        for (name, block) in &template.declarations.variables {
            self.add(block, "variable", &format!("var.{name}"));
        }
        for (address, declared) in &template.declarations.resources {
            self.add(&declared.block, &declared.full_kind(), address);
        }
        let (added, named) = (template.added(), template.named());
        for source in &template.sources {
            self.source(source, &added, &named);
        }
        for (at, build) in template.builds.iter().enumerate() {
            let address = self.called(at);
            self.add(build, "build", &address);
        }
    }

    /// A source as each build that adds something to it has it, and as it stands where one takes it so, or none adds anything.
    fn source(&mut self, source: &Block, added: &BTreeMap<&str, Vec<(usize, &Block)>>, named: &BTreeSet<&str>) {
        let (Some(name), Some(kind)) = (address(source), source.labels.first()) else { return };
        let added = added.get(&*name).map_or(&[][..], Vec::as_slice);
        if added.is_empty() || named.contains(&*name) {
            self.add(source, &kind.text, &format!("source.{name}"));
        }
        for (at, block) in added {
            let build = self.called(*at);
            self.add(&together(source, block), &kind.text, &format!("{build}.source.{name}"));
        }
    }

    /// What a build is called: by its name, where it has one that is written out.
    fn called(&self, at: usize) -> String {
        let build = self.template.builds.get(at);
        let name = build.and_then(|build| build.body.attribute("name")?.value.as_str());
        match name {
            Some(name) => format!("build.{name}"),
            None if self.template.builds.len() == 1 => "build".to_owned(),
            None => format!("build[{at}]"),
        }
    }

    fn add(&mut self, block: &Block, kind: &str, address: &str) {
        if !self.world.has_room(block.header) {
            return;
        }
        let value = if kind == "variable" {
            extract::variable(self.world, &self.instance, block)
        } else {
            let bindings = Bindings { names: self.world.names().to_vec(), ..Bindings::default() };
            block::of(self.world, &self.instance, block, bindings)
        };
        let nodes = Nodes { world: self.world, within: block.span, module: "" };
        let mut body = nodes.body(&value);
        if kind == "variable" {
            let is_written = body.get("default").and_then(Node::as_str).is_some_and(|text| !text.is_empty());
            body.derive("is_written_out", Node::new(Plain::Bool(is_written), block.header));
        }
        self.found.push(Resource {
            kind: Arc::from(format!("packer/{kind}")),
            address: Arc::from(address),
            scope: Arc::clone(&self.template.deployment),
            deployment: Arc::clone(&self.template.deployment),
            body,
            span: block.span,
            header: block.header,
            typing: Typing::Loose,
            names: Vec::new(),
            condition: None,
            trail: None,
            identity: Identity::default(),
        });
    }
}

/// A source with what a build adds: Packer refuses what both say.
fn together(source: &Block, added: &Block) -> Block {
    let mut block = source.clone();
    block.body.attributes.extend(added.body.attributes.iter().cloned());
    block.body.blocks.extend(added.body.blocks.iter().cloned());
    block
}
