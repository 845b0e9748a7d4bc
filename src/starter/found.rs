//! What a repository tells of itself: what is deployed, which services code uses, which teams own code.

use std::collections::{BTreeMap, BTreeSet};

use super::library::{PolicyTopic, library};
use crate::control::{self, ControlId};
use crate::dialect::Resource;
use crate::document::Node;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Directories that are deployed, each with what makes it so (`image`, `chart`, `terraform`, …), in order.
    pub units: Vec<(String, String)>,
    /// Services that code uses, by name, each with its kinds (`provider`, `registry`, `action`, `module`), in order.
    pub services: BTreeMap<String, BTreeSet<String>>,
    /// Teams of CODEOWNERS, as `@organisation/team`, in order. People are left out: no personal data.
    pub teams: BTreeSet<String>,
    /// Package ecosystems, in order.
    pub ecosystems: BTreeSet<String>,
    /// Dialects that have a resource, with how many, in order.
    pub technologies: BTreeMap<String, usize>,
    /// Terraform variable files that Terraform does not read by itself, in order.
    pub variable_files: Vec<String>,
    /// Policy documents, in order.
    pub policies: Vec<FoundPolicy>,
}

/// A policy document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundPolicy {
    /// Its path.
    pub path: String,
    /// The controls that its front matter names.
    pub declared: Vec<ControlId>,
    /// The role that its front matter says keeps it current.
    pub owner: Option<String>,
    /// Its name, title and headings, in lower case, a line each.
    pub words: String,
}

impl FoundPolicy {
    fn of(resource: &Resource) -> FoundPolicy {
        let front = resource.body.get("front_matter");
        let text = |key: &str| front.and_then(|front| front.get(key)).and_then(Node::as_str).map(str::to_owned);
        let controls = front.and_then(|front| front.get("controls")).map_or(&[][..], Node::items);
        let headings = resource.body.get("headings").map_or(&[][..], Node::items);
        let headings = headings.iter().filter_map(|heading| heading.get("text").and_then(Node::as_str));
        let path = resource.address.to_string();
        let name = path.rsplit('/').next().unwrap_or(&path).replace(['-', '_'], " ");
        let words: Vec<String> =
            headings.map(str::to_owned).chain(text("title")).chain([name]).map(|words| words.to_lowercase()).collect();
        FoundPolicy {
            declared: controls.iter().filter_map(Node::as_str).flat_map(control::named).collect(),
            owner: text("owner"),
            words: words.join("\n"),
            path,
        }
    }

    /// What it is about by its words.
    pub fn words_of(&self) -> impl Iterator<Item = &'static PolicyTopic> {
        library().policies.iter().filter(|topic| topic.words.iter().any(|word| self.words.contains(word.as_str())))
    }
}

/// Reads it off the resources of a scan. Units and services are there only where the scan had the registers `assets` and
/// `suppliers`, empty ones included.
pub fn find(resources: &[Resource]) -> Found {
    let mut found = Found::default();
    for resource in resources {
        let text = |key: &str| resource.body.get(key).and_then(Node::as_str).unwrap_or("").to_owned();
        match &*resource.kind {
            "governance/unit" => found.units.push((text("path"), text("kind"))),
            "governance/usage" => {
                found.services.entry(text("name")).or_default().insert(text("kind"));
            }
            "repository" => found.repository(&resource.body),
            "document/policy" => found.policies.push(FoundPolicy::of(resource)),
            kind => found.technology(kind),
        }
    }
    found.units.sort();
    found.policies.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// What resources are of that no technology makes.
#[rustfmt::skip] // Words fill lines.
const NO_TECHNOLOGIES: &[&str] = &[
    "governance", "posture", "document", "secrets", "fact", "deployment", "file", "personal-data",
];

impl Found {
    fn technology(&mut self, kind: &str) {
        let dialect = kind.split('/').next().unwrap_or(kind);
        if !NO_TECHNOLOGIES.contains(&dialect) {
            *self.technologies.entry(dialect.to_owned()).or_default() += 1;
        }
    }

    fn repository(&mut self, body: &Node) {
        let texts = |node: Option<&Node>| -> Vec<String> {
            node.map_or(&[][..], Node::items).iter().filter_map(Node::as_str).map(str::to_owned).collect()
        };
        self.ecosystems.extend(texts(body.get("ecosystems")));
        let rules = body.at(&["codeowners", "rules"]).map_or(&[][..], Node::items);
        let owners = rules.iter().flat_map(|rule| texts(rule.get("owners")));
        self.teams.extend(owners.filter(|owner| owner.starts_with('@') && owner.contains('/')));
        let automatic = |path: &str| path.ends_with("terraform.tfvars") || path.ends_with(".auto.tfvars");
        let files = texts(body.get("files"));
        self.variable_files.extend(files.into_iter().filter(|path| path.ends_with(".tfvars") && !automatic(path)));
    }

    /// The roles that policies name as their owners: an id, and the path of the first such policy.
    pub fn keepers(&self) -> BTreeMap<&str, &str> {
        let mut keepers = BTreeMap::new();
        for policy in &self.policies {
            if let Some(owner) = policy.owner.as_deref().filter(|owner| is_id(owner)) {
                keepers.entry(owner).or_insert(policy.path.as_str());
            }
        }
        keepers
    }

    /// The roles that teams become: an id and the team.
    pub fn roles(&self) -> Vec<(String, &str)> {
        let mut taken: BTreeSet<String> = [super::LEAD, super::MANAGEMENT].map(str::to_owned).into();
        let name = |team: &'_ str| team.rsplit('/').next().unwrap_or(team).to_owned();
        self.teams.iter().map(|team| (id(&name(team), &mut taken), team.as_str())).collect()
    }
}

/// Whether a text is an id as the registers have them.
pub fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.len() <= 80 && text.chars().all(fits)
}

/// An id for a name: letters, digits and dashes, told apart from those that are taken.
pub fn id(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut id = String::new();
    for character in name.chars().take(60) {
        match character {
            'a'..='z' | '0'..='9' => id.push(character),
            'A'..='Z' => id.push(character.to_ascii_lowercase()),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    let id = id.trim_end_matches('-');
    let base = if id.is_empty() { "root" } else { id };
    let mut unique = base.to_owned();
    let mut number = 2;
    while !taken.insert(unique.clone()) {
        unique = format!("{base}-{number}");
        number += 1;
    }
    unique
}
