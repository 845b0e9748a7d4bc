//! What is evaluated together: the templates of a folder, or one file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{configuration, is_automatic, is_configuration, is_variables, legacy};
use crate::dialect::terraform::declarations::Declarations;
use crate::dialect::{Corpus, Unit, deployed_with};
use crate::document::Document;
use crate::source::FileId;
use crate::syntax::hcl::ast::{Attribute, Block, Body, Expr, ExprKind, Name};

/// The declarations of one scope.
pub struct Template {
    /// What it is deployed by: the folder, or the file that stands alone.
    pub deployment: Arc<str>,
    /// Variables, locals and data sources.
    pub declarations: Declarations,
    /// The settings of Packer itself.
    pub settings: Vec<Block>,
    /// What images are made from.
    pub sources: Vec<Block>,
    /// How they are made.
    pub builds: Vec<Block>,
    /// The files of variables that count.
    pub values: Vec<FileId>,
    /// How many bytes of it are written.
    pub size: usize,
}

/// The templates of some documents, as far as they are judged.
pub fn read(unit: &Unit<'_>) -> Vec<Template> {
    let workspace = unit.corpus.workspace;
    let is_judged = |document: &&Document| workspace.is_judged(document.file);
    let (named, others): (Vec<&Document>, Vec<&Document>) =
        unit.documents.iter().copied().partition(|document| super::is_named(&document.path));
    let mut folders: BTreeMap<&str, Vec<&Document>> = BTreeMap::new();
    for document in named {
        folders.entry(document.directory()).or_default().push(document);
    }
    folders.retain(|_, documents| documents.iter().any(is_judged));
    let legacy = others.into_iter().filter(is_judged).filter_map(|document| {
        let body = legacy::body(document.roots.first()?);
        let path = Arc::from(&*document.path);
        Some(Template::of(unit.corpus, path, document.directory(), vec![body], Vec::new()))
    });
    folders
        .into_iter()
        .flat_map(|(folder, documents)| of_folder(unit.corpus, folder, &documents))
        .chain(legacy)
        .collect()
}

/// A folder is one template, unless its files name one thing twice: then Packer is handed one file after the other.
fn of_folder(corpus: &Corpus<'_>, folder: &str, documents: &[&Document]) -> Vec<Template> {
    let configurations = documents.iter().filter(|document| is_configuration(&document.path));
    let bodies: Vec<(&Document, Body)> =
        configurations.filter_map(|document| Some((*document, configuration(corpus, document)?))).collect();
    if bodies.is_empty() {
        return Vec::new();
    }
    let given = corpus.inputs.variable_files.iter().filter(|path| is_variables(path));
    let own = documents.iter().filter(|document| is_automatic(&document.path)).map(|document| document.file);
    let values: Vec<FileId> = own.chain(given.filter_map(|path| corpus.workspace.find(path))).collect();
    let all = bodies.iter().map(|(_, body)| body.clone()).collect();
    let whole = Template::of(corpus, deployed_with(folder, &[]), folder, all, values.clone());
    if bodies.len() == 1 || !whole.names_twice() {
        return vec![whole];
    }
    let apart = bodies
        .into_iter()
        .map(|(document, body)| Template::of(corpus, Arc::from(&*document.path), folder, vec![body], values.clone()));
    apart.collect()
}

impl Template {
    fn of(corpus: &Corpus<'_>, deployment: Arc<str>, folder: &str, bodies: Vec<Body>, values: Vec<FileId>) -> Template {
        let mut template = Template {
            deployment,
            declarations: Declarations::default(),
            settings: Vec::new(),
            sources: Vec::new(),
            builds: Vec::new(),
            values,
            size: 0,
        };
        let bodies = bodies.into_iter().map(|body| template.sorted(body)).collect();
        template.declarations = Declarations::of_bodies(corpus.workspace, folder, bodies);
        template
    }

    /// Takes what is Packer's own out of a body; the rest is declared as in Terraform.
    fn sorted(&mut self, body: Body) -> Body {
        let mut rest = Body::default();
        for block in body.blocks {
            self.size += block.span.len();
            match (&*block.kind.text, block.labels.len()) {
                ("source", 2) => self.sources.push(block),
                ("build", _) => self.builds.push(block),
                ("packer", _) => self.settings.push(block),
                ("local", 1) => rest.blocks.extend(local(block)),
                ("variables", 0) => rest.blocks.extend(block.body.attributes.into_iter().map(variable)),
                _ => rest.blocks.push(block),
            }
        }
        rest
    }

    fn names_twice(&self) -> bool {
        let mut seen = BTreeSet::new();
        let mut twice = self.sources.iter().filter_map(address).filter(|address| !seen.insert(address.clone()));
        !self.declarations.problems.is_empty() || twice.next().is_some()
    }

    /// What builds name as sources that they make images from as these stand, as far as it is written out.
    pub fn named(&self) -> BTreeSet<&str> {
        let lists = self.builds.iter().filter_map(|build| build.body.attribute("sources"));
        let items = lists.flat_map(|list| match &list.value.kind {
            ExprKind::Tuple(items) => items.as_slice(),
            _ => &[],
        });
        items.filter_map(Expr::as_str).map(|name| name.strip_prefix("source.").unwrap_or(name)).collect()
    }

    /// What builds add to sources, by what these are called: the number of the build, and its block.
    pub fn added(&self) -> BTreeMap<&str, Vec<(usize, &Block)>> {
        let mut added: BTreeMap<&str, Vec<(usize, &Block)>> = BTreeMap::new();
        for (at, build) in self.builds.iter().enumerate() {
            for block in build.body.blocks_of("source") {
                let named = block.labels.first().map_or("", |label| &*label.text);
                added.entry(named.strip_prefix("source.").unwrap_or(named)).or_default().push((at, block));
            }
        }
        added
    }
}

/// What a source is called: `amazon-ebs.web`.
pub fn address(source: &Block) -> Option<String> {
    let [kind, name] = source.labels.as_slice() else { return None };
    Some(format!("{}.{}", kind.text, name.text))
}

/// `local "x" { expression = … }` as the block of locals that it is.
fn local(mut block: Block) -> Option<Block> {
    let name = block.labels.pop()?;
    let expression = block.body.attributes.into_iter().find(|attribute| &*attribute.name.text == "expression")?;
    let attributes = vec![Attribute { name, ..expression }];
    let kind = Name { text: Arc::from("locals"), ..block.kind };
    Some(Block { kind, body: Body { attributes, blocks: Vec::new() }, labels: Vec::new(), ..block })
}

/// A variable of a block of several, which have nothing but a default.
fn variable(attribute: Attribute) -> Block {
    let span = attribute.name.span.to(attribute.value.span);
    let word = |text: &str| Name { text: Arc::from(text), span: attribute.name.span };
    Block {
        kind: word("variable"),
        header: attribute.name.span,
        span,
        body: Body {
            attributes: vec![Attribute { name: word("default"), value: attribute.value }],
            blocks: Vec::new(),
        },
        labels: vec![attribute.name],
    }
}
