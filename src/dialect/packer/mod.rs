//! Packer: images of machines and containers, from which source they are made and what runs in them before they are kept.
//!
//! Templates in HCL are evaluated as Terraform's modules are, those in JSON are read as the tree that they would be in HCL: a folder
//! of templates is one scope, with its variables, locals and data sources. A source is what its own block says together with
//! what a build adds to it.

mod legacy;
mod resources;
mod template;
#[cfg(test)]
mod tests;

use super::terraform::declarations::body_of;
use super::terraform::ties::reads_of;
use super::ties::{self, Tie, Ties, directory};
use super::wording::may_have_key;
use super::{Corpus, Dialect, Extraction, Group, Items, Kinds, Typing, Unit, has_extension};
use crate::document::{Document, Node};
use crate::kernel::budget::Share;
use crate::syntax::hcl::ast::Body;

/// The dialect.
pub const PACKER: Dialect = Dialect {
    name: "packer",
    doc: "templates of Packer (`.pkr.hcl`, `.pkr.json`, and templates in JSON with `builders`), evaluated folder by folder, with \
          variable files (`.auto.pkrvars.hcl`): `packer/settings`, `packer/variable`, `packer/build` with its provisioners and \
          post-processors, a kind for each type of source (`packer/amazon-ebs`) with what builds add to it, and one for each type of \
          data source (`packer/data.amazon-ami`)",
    syntax,
    candidate: |path, text| is_named(path) || may_have_key(text, &["builders"]),
    recognise: |document| is_named(&document.path) || document.roots.first().is_some_and(is_legacy),
    group: Group::Repository,
    with: &[],
    ties: Some(&TIES),
    extract,
    typing: Typing::Loose,
    items: &[
        Items::place("provisioner", PROVISIONER),
        Items::by("launch_block_device_mappings", &["device_name"]),
        Items::one("boot_iso"),
        Items::by("additional_iso_files", &["iso_url", "iso_file"]),
        Items::by("Statement", &["Sid"]),
    ],
    kinds: Kinds::Open { accepts: accepts_kind, example: "amazon-ebs" },
    offers: crate::dialect::offers::packer::OFFERS,
};

/// What names a provisioner: the script or file that it brings.
const PROVISIONER: &[&str] = &[
    "shell.name|shell.script|shell.scripts",
    "shell-local.name|shell-local.script|shell-local.scripts",
    "powershell.name|powershell.script|powershell.scripts",
    "windows-shell.name|windows-shell.script|windows-shell.scripts",
    "ansible.playbook_file",
    "ansible-local.playbook_file",
    "file.destination",
];

/// A folder is evaluated as one, and reads files by functions as a module of Terraform does.
const TIES: Ties = Ties {
    unit: |path, _| if is_of_folder(path) { vec![Tie::Folder(directory(path).to_owned())] } else { Vec::new() },
    names: is_of_folder,
    named: reads_of,
    mentions: true,
    given: |inputs| &inputs.variable_files,
    ..ties::NONE
};

/// What a folder of templates may take where it is the only one.
const TEMPLATE: Share = Share { steps: 500_000, bytes: 16 << 20 };

fn syntax(path: &str) -> Option<&'static str> {
    if has_extension(path, &[".pkr.hcl", ".pkrvars.hcl"]) {
        Some("hcl")
    } else {
        has_extension(path, &[".json"]).then_some("json")
    }
}

/// Whether the name alone says that a file is Packer's.
fn is_named(path: &str) -> bool {
    is_configuration(path) || is_variables(path)
}

/// Whether a file is evaluated together with others of its folder.
fn is_of_folder(path: &str) -> bool {
    is_configuration(path) || is_automatic(path)
}

fn is_configuration(path: &str) -> bool {
    has_extension(path, &[".pkr.hcl", ".pkr.json"])
}

fn is_variables(path: &str) -> bool {
    has_extension(path, &[".pkrvars.hcl", ".pkrvars.json"])
}

/// Whether Packer takes a file of variables of itself.
fn is_automatic(path: &str) -> bool {
    has_extension(path, &[".auto.pkrvars.hcl", ".auto.pkrvars.json"])
}

/// Whether a document is a template in JSON: it has builders of some type, and nothing that Packer would refuse beside them.
fn is_legacy(root: &Node) -> bool {
    const KEYS: &[&str] = &[
        "builders",
        "description",
        "error-cleanup-provisioner",
        "min_packer_version",
        "post-processors",
        "provisioners",
        "push",
        "sensitive-variables",
        "variables",
    ];
    let is_known = |key: &str| KEYS.contains(&key) || key.starts_with('_');
    let builders = root.get("builders").map_or(&[][..], Node::items);
    !builders.is_empty()
        && builders.iter().all(|builder| builder.get("type").is_some_and(|kind| kind.as_str().is_some()))
        && root.entries().iter().all(|entry| is_known(&entry.key.name))
}

/// The words for what has no type, `data.amazon-ami`, and the types of sources, which are of plugins.
fn accepts_kind(kind: &str) -> bool {
    let word = |text: &str| {
        text.starts_with(|ch: char| ch.is_ascii_lowercase())
            && text.chars().all(|ch| ch.is_ascii_lowercase() || ch.is_ascii_digit() || matches!(ch, '-' | '_'))
    };
    word(kind.strip_prefix("data.").unwrap_or(kind))
}

/// The contents of a template in HCL, in either of its syntaxes.
fn configuration(corpus: &Corpus<'_>, document: &Document) -> Option<Body> {
    if has_extension(&document.path, &[".json"]) {
        return document.roots.first().map(legacy::json_of_hcl);
    }
    body_of(corpus, document.file)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let templates = template::read(unit);
    let found = unit.corpus.divided(templates.len(), TEMPLATE, |at, share| match templates.get(at) {
        Some(template) => resources::of(template, unit.corpus, share),
        None => Default::default(),
    });
    found.into_iter().collect()
}
