//! What Compose files name, and what lies beside them: overrides, parts of services, `.env`.

use super::project::included_paths;
use crate::dialect::file_name;
use crate::dialect::ties::{self, Tie, Ties, directory};
use crate::dialect::wording::may_say;
use crate::document::Node;

/// The ties of the dialect.
pub const TIES: Ties = Ties {
    unit: |path, _| {
        let is_of_project = super::syntax(path).is_some() || file_name(path) == ".env";
        if is_of_project { vec![Tie::Folder(directory(path).to_owned())] } else { Vec::new() }
    },
    names: |path| super::syntax(path).is_some(),
    named,
    follows: true,
    ..ties::NONE
};

fn named(path: &str, text: &str) -> Vec<Tie> {
    let may_name = may_say(text, "include") || (may_say(text, "extends") && may_say(text, "file"));
    if !may_name {
        return Vec::new();
    }
    let Some(document) = ties::read("yaml", path, text) else { return Vec::new() };
    let Some(root) = document.roots.first() else { return Vec::new() };
    let services = root.get("services").map_or(&[][..], Node::entries).iter();
    let extended = services.filter_map(|service| service.value.at(&["extends", "file"])?.as_str());
    let included = included_paths(root);
    let paths = included.iter().map(|(path, _)| path.as_str()).chain(extended);
    paths.filter_map(|named| tie(path, named)).collect()
}

/// A path with variables in it may be that of any file of the same name.
fn tie(path: &str, named: &str) -> Option<Tie> {
    if !named.contains('$') {
        return ties::file(directory(path), named);
    }
    Some(file_name(named)).filter(|name| !name.contains('$')).map(|name| Tie::Name(name.to_owned()))
}
