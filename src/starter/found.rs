//! What a repository tells of itself: what is deployed, which services code uses, which teams own code.

use std::collections::{BTreeMap, BTreeSet};

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
            kind => found.technology(kind),
        }
    }
    found.units.sort();
    found
}

impl Found {
    fn technology(&mut self, kind: &str) {
        let dialect = kind.split('/').next().unwrap_or(kind);
        if !matches!(dialect, "governance" | "posture" | "document" | "secret") {
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

    /// The roles that teams become: an id and the team.
    pub fn roles(&self) -> Vec<(String, &str)> {
        let mut taken: BTreeSet<String> = [super::LEAD, super::MANAGEMENT].map(str::to_owned).into();
        let name = |team: &'_ str| team.rsplit('/').next().unwrap_or(team).to_owned();
        self.teams.iter().map(|team| (id(&name(team), &mut taken), team.as_str())).collect()
    }
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
