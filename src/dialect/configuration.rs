//! Settings of applications and values of charts, told by the names that frameworks give them: `configuration/file`.

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::Document;

/// The dialect of settings.
pub const CONFIGURATION: Dialect = Dialect {
    name: "configuration",
    doc: "settings of applications (`application.yml`, `appsettings.json`, `*.properties`, `database.yml`, `config/production.yaml`) and values of \
          charts: `configuration/file`, as it is written",
    syntax,
    candidate: |_, text| text.contains([':', '=']),
    recognise: |document| document.roots.iter().any(|root| !root.entries().is_empty()),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[super::Items::unnamed("spring.datasource.url", "it is one text")],
    kinds: Kinds::Closed(&["file"]),
    offers: crate::dialect::offers::configuration::OFFERS,
};

/// Names of YAML files, without what stands between the first and the ending (`application-production.yml`).
const YAML: &[&str] =
    &["application", "bootstrap", "values", "database", "secrets", "credentials", "config", "settings", "parameters"];

/// Names of files of a stage, in folders for settings: `config/production.yaml`, `config/environments/prod.toml`.
const STAGES: &[&str] = &[
    "default",
    "production",
    "prod",
    "live",
    "staging",
    "stage",
    "preprod",
    "qa",
    "uat",
    "development",
    "dev",
    "test",
    "local",
];

/// Folders for settings.
const FOLDERS: &[&str] = &["config", "conf", "configs", "settings", "environments"];

/// The syntax of a file that is named by its stage.
fn of_stage(path: &str, name: &str) -> Option<&'static str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let in_folder = path.split('/').rev().skip(1).take(2).any(|folder| FOLDERS.contains(&folder));
    let syntax = match ending {
        "yml" | "yaml" => "yaml",
        "json" => "json-relaxed",
        "toml" => "toml",
        _ => return None,
    };
    (in_folder && STAGES.contains(&stem)).then_some(syntax)
}

fn syntax(path: &str) -> Option<&'static str> {
    let name = file_name(path).to_ascii_lowercase();
    let template = path.split('/').any(|part| ["templates", "node_modules", ".circleci"].contains(&part));
    if template || name.contains(".example.") || name.contains(".sample.") {
        return None;
    }
    let stem = name.split(['.', '-', '_']).next().unwrap_or("");
    let values = name.trim_end_matches(".yaml").trim_end_matches(".yml").ends_with("values");
    if has_extension(&name, &[".yml", ".yaml"]) && (YAML.contains(&stem) || values) {
        return Some("yaml");
    }
    if has_extension(&name, &[".json"]) && stem == "appsettings" {
        return Some("json-relaxed");
    }
    if has_extension(&name, &[".properties"]) || name == "grafana.ini" {
        return Some("ini");
    }
    if name == "prometheus.yml" || name == "prometheus.yaml" {
        return Some("yaml");
    }
    of_stage(path, &name)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let file = |document: &&Document| {
        let root = document.roots.first()?;
        let header = root.entries().first().map_or(root.span, |entry| entry.key.span);
        Some(Resource::of_file(document, "configuration/file", root.clone(), header, Typing::Loose))
    };
    Extraction { resources: unit.documents.iter().filter_map(file).collect(), ..Extraction::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_by_their_names() {
        for (path, want) in [
            ("src/main/resources/application.yml", Some("yaml")),
            ("src/main/resources/application-prod.yaml", Some("yaml")),
            ("application.properties", Some("ini")),
            ("appsettings.Production.json", Some("json-relaxed")),
            ("chart/values.yaml", Some("yaml")),
            ("env/prod-values.yaml", Some("yaml")),
            ("chart/templates/values.yaml", None),
            ("config/database.yml", Some("yaml")),
            ("config/production.yaml", Some("yaml")),
            ("app/config/environments/prod.toml", Some("toml")),
            ("config/default.json", Some("json-relaxed")),
            ("data/production.yaml", None),
            ("etc/grafana/grafana.ini", Some("ini")),
            ("prometheus.yml", Some("yaml")),
            ("package.json", None),
            ("deploy.yaml", None),
        ] {
            assert_eq!(syntax(path), want, "{path}");
        }
    }
}
