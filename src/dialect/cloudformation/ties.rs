//! What templates name: the templates of nested stacks.

use super::nested::location;
use super::{candidate, syntax_of};
use crate::dialect::ties::{self, Tie, Ties, directory};
use crate::document::Node;

/// The ties of the dialect.
pub const TIES: Ties = Ties {
    names: |path| syntax_of(path).is_some(),
    named,
    sought: candidate,
    given: |inputs| &inputs.parameter_files,
    ..ties::NONE
};

fn named(path: &str, text: &str) -> Vec<Tie> {
    let nests = ["AWS::CloudFormation::Stack", "AWS::Serverless::Application"];
    // Nothing but an escape hides the type of a resource from its text.
    let may_nest = nests.iter().any(|kind| text.contains(kind)) || (text.contains('\\') && candidate(path, text));
    if !may_nest {
        return Vec::new();
    }
    let document = syntax_of(path).and_then(|syntax| ties::read(syntax, path, text));
    let Some(document) = document else { return Vec::new() };
    let resources = document.roots.iter().filter_map(|root| root.get("Resources")).flat_map(Node::entries);
    let located = resources.filter_map(|resource| {
        let property = location(resource.value.get("Type")?.as_str()?)?;
        resource.value.at(&["Properties", property])
    });
    let tie = |located: &Node| match located.as_str() {
        Some(text) => ties::file(directory(path), text),
        // A path that is made of parameters leads somewhere below, as a rule.
        None => Some(Tie::Tree(directory(path).to_owned())),
    };
    located.filter_map(tie).collect()
}
