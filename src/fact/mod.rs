//! Facts: the same matter in shared words, whatever file it was written in.
//!
//! A fact is stated of an [`Owner`], a resource of any dialect, and is judged by rules as a resource of kind `fact/NAME`.
//! It knows what owns it, which key tells it from the owner's others, where it stands, and where it was written first.
//! Some are found by looking at bodies of resources; of others a dialect says where they stand. Facts know nothing of
//! dialects.
//!
//! To add a fact: one file beside this one, one line in [`REGISTERS`].

mod called;
pub mod command;
pub mod connection;
pub mod credential;
mod download;
pub mod encoded;
pub mod endpoint;
pub mod expression;
pub mod first_start;
pub mod grant;
pub mod image;
pub mod image_partial;
pub mod known_images;
mod loaded;
pub mod log;
pub mod mount;
pub mod opening;
mod options;
pub mod pulled;
pub mod release;
mod script;
mod status;
pub mod store;
pub mod verification;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::document::{Entry, Map, Node, PartialText, Trail, Unresolved, Value, shared};
use crate::schema::{View, view};
use crate::source::Span;

/// A thing that facts are stated of.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Dialect and kind.
    pub kind: &'a str,
    /// What it is called itself, without where it is.
    pub name: &'a str,
    /// The path of its file.
    pub path: &'a str,
    /// What is known of it.
    pub body: &'a Node,
    /// Whether somebody develops with it, where it says that.
    pub development: Option<&'a Node>,
    /// Whether it lies where somebody develops.
    pub is_developed: bool,
}

/// Something that is the case.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The register it is an entry of: the part of the kind after the slash.
    pub register: &'static str,
    /// What tells it from the other facts of its owner, whatever its place.
    pub key: Arc<str>,
    /// Where it stands in its owner: the key and the value.
    pub span: Span,
    /// Where it was written first, which is elsewhere where a value came through a variable.
    pub origin: Span,
    /// How it came from there.
    pub trail: Trail,
    /// What is said of it.
    pub says: Vec<Entry>,
    /// Set where more may be said of it, which the file does not decide.
    pub rest: Option<Arc<Unresolved>>,
    /// Set where it is not certain that it is the case at all.
    pub condition: Option<Arc<Unresolved>>,
    /// The place in its owner, by the names that people give, where it is known; empty otherwise.
    pub place: String,
    /// What makes it more than it was, as short hashes (see [`short`]): where one is added, it is worse.
    pub measure: Vec<u32>,
}

/// Facts of one matter.
pub struct Register {
    /// Its name: the part of the kind after the slash.
    pub name: &'static str,
    /// What it lists, for the reference.
    pub doc: &'static str,
    /// What an entry holds, which is what rules can ask of it.
    pub fields: &'static [View],
    /// Finds the facts of an owner by looking at all of it; none where dialects say where they stand.
    pub find: Option<fn(&Owner<'_>) -> Vec<Fact>>,
}

/// Every register.
#[rustfmt::skip] // One line each, so that additions do not meet.
pub const REGISTERS: &[&Register] = &[
    &command::COMMAND,
    &credential::CREDENTIAL,
    &endpoint::ENDPOINT,
    &expression::EXPRESSION,
    &grant::GRANT,
    &image::IMAGE,
    &log::LOG,
    &mount::MOUNT,
    &opening::OPENING,
    &release::RELEASE,
    &store::STORE,
    &verification::VERIFICATION,
];

/// The field that every fact has.
const OWNER: View = view(
    "owner",
    "(kind:s address:s file:s development:b)",
    "the resource that states it; `development`: whether somebody develops with it, which a project of Compose says, or a folder such as `local-dev`",
    "{ \"kind\": \"compose/service\" }",
);

impl Register {
    /// An entry with what is said of it.
    pub fn stated(&self, key: &str, at: &Node, says: Vec<Entry>, condition: Option<Arc<Unresolved>>) -> Fact {
        Fact { condition, ..Fact::said(self, key, at, says) }
    }
}

impl Fact {
    /// What is said at one place.
    fn said(register: &Register, key: &str, at: &Node, says: Vec<Entry>) -> Fact {
        let origin = at.steps().last().map_or(at.span, |step| step.span);
        let (register, trail) = (register.name, at.trail.clone());
        Fact {
            register,
            key: key.into(),
            span: at.span,
            origin,
            trail,
            says,
            rest: None,
            condition: None,
            place: String::new(),
            measure: Vec::new(),
        }
    }

    /// What is said under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.says.iter().find(|entry| &*entry.key.name == key).map(|entry| &entry.value)
    }

    /// What is said of it as a body, with who owns it.
    pub fn body(&self, owner: &Owner<'_>, address: &Arc<str>) -> Node {
        let of = [("kind", shared(owner.kind)), ("address", Arc::clone(address)), ("file", shared(owner.path))];
        let of = of.map(|(name, text)| Entry::new(name, self.span, Node::text(text, self.span)));
        let told = || owner.is_developed.then(|| Node::new(Value::Bool(true), self.span));
        let what_for = owner.development.map(|node| Node { span: self.span, ..node.clone() }).or_else(told);
        let what_for = what_for.map(|node| Entry::new("development", self.span, node));
        let owner = Entry::new("owner", self.span, Node::map(of.into_iter().chain(what_for).collect(), self.span));
        let entries = self.says.iter().cloned().chain([owner]).collect();
        let map = Map { entries, rest: self.rest.clone() };
        Node { trail: self.trail.clone(), ..Node::new(Value::Map(Arc::new(map)), self.span) }
    }
}

/// Names of folders that stand for the machine of who develops, wherever they are. `dev` may as well be a server that several share.
const DEVELOPED_IN: &[&str] =
    &["localdev", "local-dev", "local-development", "devenv", "dev-env", "kind", "k3d", "minikube"];

/// Words of a path that say that something is in use.
pub const IN_USE: &[&str] = &["prod", "production", "staging", "live"];

/// Whether a file lies in a folder of what somebody develops with on a machine of their own; a dot or underscore before its name does
/// not count.
pub fn is_developed_in(path: &str) -> bool {
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    let plain = |folder: &&str| folder.trim_start_matches(['.', '_']).replace('_', "-").to_ascii_lowercase();
    folders.iter().any(|folder| DEVELOPED_IN.contains(&&*plain(folder)))
        && !path.to_ascii_lowercase().split(['/', '.', '-', '_']).any(|word| IN_USE.contains(&word))
}

/// A short hash of parts of a text.
pub fn short<'t>(parts: impl IntoIterator<Item = &'t str>) -> u32 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

/// Whether nothing is known of a value, nor of any of those that it is a list of.
fn is_untold(node: &Node) -> bool {
    match &node.value {
        Value::Unresolved(open) => {
            open.alternatives.is_empty() && open.partial.as_deref().is_none_or(PartialText::is_blank)
        }
        Value::List(items) => !items.is_empty() && items.iter().all(is_untold),
        _ => false,
    }
}

/// An entry whose key has the place of its value.
fn entry(name: &str, value: Node) -> Entry {
    Entry::new(name, value.span, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_may_stand_for_the_machine_of_who_develops() {
        for (path, want) in [
            ("local-dev/apps/shop.yaml", true),
            ("infra/Local_Dev/shop.yaml", true),
            ("devcontainer/compose.yaml", false),
            (".dev-env/compose.yaml", true),
            ("deploy/local/shop.yaml", false),
            ("environments/dev/main.tf", false),
            ("config/kind/shop.yaml", true),
            ("kinds/shop.yaml", false),
            ("local-dev.yaml", false),
            ("local-dev-for-all/shop.yaml", false),
            ("local-dev/production/shop.yaml", false),
            ("local-dev/values-prod.yaml", false),
        ] {
            assert_eq!(is_developed_in(path), want, "{path}");
        }
    }
}
