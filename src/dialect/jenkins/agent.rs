//! Where pipelines and stages run: machines, containers and pods.

use super::tree::{Call, word};
use crate::document::{Entry, Node};
use crate::source::Span;

/// Where something runs.
pub(super) struct Agent<'n> {
    /// `any`, `none`, `label`, `node`, `docker`, `dockerfile`, `kubernetes`.
    pub kind: String,
    pub label: Option<&'n Node>,
    pub image: Option<&'n Node>,
    pub arguments: Option<&'n Node>,
    pub registry: Option<&'n Node>,
    pub stage: Option<usize>,
    pub span: Span,
}

/// A pod that is written out.
pub(super) enum Pod<'n> {
    /// As a manifest in a text.
    Manifest(&'n Node),
    /// As a container of a template.
    Container(&'n Node),
}

/// What a call says of where things run, and the pods that it writes out.
pub(super) fn of<'n>(call: Call<'n>, stage: Option<usize>) -> (Option<Agent<'n>>, Vec<Pod<'n>>) {
    let span = call.node.get("arguments").map_or_else(|| call.head(), |arguments| call.head().to(arguments.span));
    let empty = |kind: &str| Agent {
        kind: kind.to_owned(),
        label: None,
        image: None,
        arguments: None,
        registry: None,
        stage,
        span,
    };
    match call.name {
        "node" => (Some(Agent { label: call.value("label"), ..empty("node") }), Vec::new()),
        "podTemplate" => {
            let containers = call.get("containers").map_or(&[][..], Node::items).iter().filter_map(Call::of);
            let containers = containers.filter(|inner| inner.name == "containerTemplate");
            let images: Vec<Pod<'n>> = containers.filter_map(|inner| inner.get("image")).map(Pod::Container).collect();
            let manifest = call.get("yaml").map(Pod::Manifest);
            (Some(empty("kubernetes")), manifest.into_iter().chain(images).collect())
        }
        _ => {
            if let Some(kind) = call.arguments().first().and_then(word) {
                return (Some(empty(kind)), Vec::new());
            }
            let Some(inner) = call.block().iter().find_map(Call::of) else {
                // `agent { label 'x' }` and its like have a call, a library may hand over anything.
                return (Some(empty("open")), Vec::new());
            };
            let own = |key: &str| part(inner, key);
            let label = if inner.name == "label" { inner.arguments().first() } else { own("label") };
            let direct = inner.arguments().first().filter(|_| inner.name == "docker" && !inner.has_block());
            let image = own("image").or(direct).filter(|_| inner.name == "docker");
            let agent = Agent {
                label,
                image: image.filter(|image| image.as_map().is_none()),
                arguments: own("args"),
                registry: own("registryUrl"),
                span: inner.node.span,
                ..empty(inner.name)
            };
            let manifest = own("yaml").filter(|_| inner.name == "kubernetes").map(Pod::Manifest);
            let template = inner.block().iter().filter_map(Call::of).filter(|inner| inner.name == "containerTemplate");
            let images: Vec<Pod<'n>> = template.filter_map(|inner| part(inner, "image")).map(Pod::Container).collect();
            (Some(agent), manifest.into_iter().chain(images).collect())
        }
    }
}

/// The container that a step runs: `docker.image('x').inside('-u 0') { }`.
pub(super) fn of_step(call: Call<'_>, stage: Option<usize>) -> Option<Agent<'_>> {
    let of = call.node.get("of").and_then(Call::of).filter(|of| of.name == "docker.image")?;
    let image = of.arguments().first().filter(|_| ["inside", "withRun", "run"].contains(&call.name))?;
    let arguments = call.arguments().first().filter(|first| first.as_map().is_none());
    let span = call.node.span;
    Some(Agent { kind: "docker".to_owned(), label: None, image: Some(image), arguments, registry: None, stage, span })
}

/// What is said under a name: as an argument, or as a call in the block.
fn part<'n>(call: Call<'n>, key: &str) -> Option<&'n Node> {
    let inner = || call.block().iter().filter_map(Call::of).find(|inner| inner.name == key)?.arguments().first();
    call.get(key).or_else(inner)
}

/// The view of where something runs.
pub(super) fn view(agent: &Agent<'_>, stage: Option<&str>, shown: &dyn Fn(&Node) -> Node) -> Node {
    let span = agent.span;
    let parts = [
        ("label", agent.label.map(shown)),
        ("image", agent.image.map(shown)),
        ("args", agent.arguments.map(shown)),
        ("registry", agent.registry.map(shown)),
        ("stage", stage.map(|stage| Node::text(stage, span))),
    ];
    let kind = Entry::new("kind", span, Node::text(agent.kind.as_str(), span));
    let parts = parts.into_iter().filter_map(|(name, value)| Some(Entry::new(name, span, value?)));
    Node::map(std::iter::once(kind).chain(parts).collect(), span)
}
