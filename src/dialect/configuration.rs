//! Settings of applications and values of charts, told by the names that frameworks give them: `configuration/file`.

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Node};

/// The dialect of settings.
pub const CONFIGURATION: Dialect = Dialect {
    name: "configuration",
    doc: "settings of applications (`application.yml`, `appsettings.json`, `*.properties`, `database.yml`, `config/production.yaml`, `config.toml`, \
          `web.config`), also where they are a program (`settings.py`, `config/prod.exs`, `knexfile.js`: the texts that it assigns), of package \
          managers (`.npmrc`, `.pypirc`, `settings.xml`), of tools that sign in (`flyway.conf`, `profiles.yml`, `airflow.cfg`), values of charts, data of Hiera, parameters of templates, and what \
          pipelines and platforms are handed that nothing else reads (`app.yaml`, `appveyor.yml`, `netlify.toml`, `wrangler.toml`): \
          `configuration/file`, as it is written",
    syntax,
    candidate: |_, text| text.contains([':', '=', '<']),
    recognise: |document| {
        // `app.yaml` is a platform's, or a manifest.
        let is_object = |root: &Node| root.get("apiVersion").is_some() && of_platform(&document.path).is_some();
        let is_ours = |root: &Node| !root.entries().is_empty() && !is_object(root) || is_list_of_parameters(root);
        document.roots.iter().any(is_ours)
    },
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[
        super::Items::unnamed("spring.datasource.url", "it is one text"),
        super::Items::unnamed("database.host", "it is one text"),
        super::Items::unnamed("database.url", "it is one text"),
        super::Items::unnamed("externalDatabase.host", "it is one text"),
    ],
    kinds: Kinds::Closed(&["file"]),
    offers: crate::dialect::offers::configuration::OFFERS,
};

/// Names of files in YAML and in TOML, without what stands between the first and the ending (`application-production.yml`).
const NAMES: &[&str] =
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

/// Files of tools that sign in, with their syntaxes.
const TOOLS: &[(&str, &str)] = &[
    (".boto", "ini"),
    (".condarc", "yaml"),
    (".dockercfg", "json-relaxed"),
    (".dockerconfigjson", "json-relaxed"),
    (".npmrc", "ini"),
    (".pg_service.conf", "ini"),
    (".pypirc", "ini"),
    (".s3cfg", "ini"),
    ("airflow.cfg", "ini"),
    ("alembic.ini", "ini"),
    ("auth.json", "json-relaxed"),
    ("credentials.tfrc.json", "json-relaxed"),
    ("flyway.conf", "ini"),
    ("flyway.toml", "toml"),
    ("hibernate.cfg.xml", "xml"),
    ("launchsettings.json", "json-relaxed"),
    ("local.settings.json", "json-relaxed"),
    ("ngrok.yml", "yaml"),
    ("odoo.conf", "ini"),
    ("persistence.xml", "xml"),
    ("pg_service.conf", "ini"),
    ("profiles.yml", "yaml"),
    ("rclone.conf", "ini"),
    ("schema.prisma", "assignments"),
    ("sftp-config.json", "json-relaxed"),
    ("sftp.json", "json-relaxed"),
    ("zabbix_agent2.conf", "ini"),
    ("zabbix_agentd.conf", "ini"),
    ("zabbix_proxy.conf", "ini"),
    ("zabbix_server.conf", "ini"),
    ("pgbouncer.ini", "ini"),
    ("pip.conf", "ini"),
    ("pom.xml", "xml"),
    ("grafana.ini", "ini"),
    ("prometheus.yml", "yaml"),
    ("prometheus.yaml", "yaml"),
    ("samconfig.toml", "toml"),
    ("settings.xml", "xml"),
    ("beans.xml", "xml"),
    ("applicationcontext.xml", "xml"),
    ("autounattend.xml", "xml"),
    ("unattend.xml", "xml"),
];

/// Names of programs that are settings, without what stands between the first and the ending.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("settings", &[".py"]),
    ("local_settings", &[".py"]),
    ("config", &[".py"]),
    ("superset_config", &[".py"]),
    ("jupyterhub_config", &[".py"]),
    ("webserver_config", &[".py"]),
    ("knexfile", &[".js", ".cjs", ".mjs", ".ts"]),
    ("ormconfig", &[".js", ".ts"]),
    ("ecosystem", &[".js", ".cjs"]),
    ("application", &[".conf"]),
];

/// Endings of programs that are settings where they are called after what they set, in a folder for settings.
const PROGRAM_ENDINGS: &[&str] = &[".py", ".exs", ".js", ".cjs", ".mjs", ".ts", ".rb", ".conf"];

/// What programs in folders for settings set, and what frameworks call them.
const PROGRAM_NAMES: &[&str] = &[
    "auth",
    "base",
    "common",
    "config",
    "database",
    "databases",
    "db",
    "devise",
    "env",
    "mail",
    "mailer",
    "releases",
    "runtime",
    "secret_token",
    "secrets",
    "session_store",
    "settings",
    "smtp",
];

/// Names of files of .NET, without what stands between the first and the ending (`Web.Release.config`).
const DOTNET: &[&str] = &["web", "app", "nuget"];

/// How files of pipelines and platforms begin that no dialect evaluates: what they hand to programs may be a password all the same.
const PLATFORMS: &[(&str, &[&str], &str)] = &[
    (".appveyor.", &[".yml", ".yaml"], "yaml"),
    ("appveyor.", &[".yml", ".yaml"], "yaml"),
    ("app.", &[".yml", ".yaml"], "yaml"),
    ("apprunner.", &[".yml", ".yaml"], "yaml"),
    ("amplify.", &[".yml", ".yaml"], "yaml"),
    ("heroku.", &[".yml", ".yaml"], "yaml"),
    ("manifest.", &[".yml", ".yaml"], "yaml"),
    ("render.", &[".yml", ".yaml"], "yaml"),
    ("app.", &[".json"], "json"),
    ("ecs.", &[".json"], "json"),
    ("ecs-task", &[".json"], "json"),
    ("task-def", &[".json"], "json"),
    ("task_def", &[".json"], "json"),
    ("taskdef", &[".json"], "json"),
    ("fly.", &[".toml"], "toml"),
    ("netlify.", &[".toml"], "toml"),
    ("vercel.", &[".json"], "json"),
    ("wrangler.", &[".toml"], "toml"),
    ("mise.", &[".toml"], "toml"),
    (".mise.", &[".toml"], "toml"),
];

/// The syntax of a file of a pipeline or platform that no dialect evaluates.
fn of_platform(path: &str) -> Option<&'static str> {
    let name = file_name(path).to_ascii_lowercase();
    let own = PLATFORMS.iter().find(|(start, endings, _)| name.starts_with(start) && has_extension(&name, endings));
    own.map(|(.., syntax)| *syntax)
}

/// How files with the parameters of a template are called.
const PARAMETERS: &[&str] = &["parameters.json", "params.json"];

/// Whether a tree is a list of parameters with their values, as CloudFormation is handed them.
fn is_list_of_parameters(root: &Node) -> bool {
    root.items().iter().any(|item| item.get("ParameterKey").is_some())
}

/// Whether a file lies in a folder for settings.
fn in_folder(path: &str) -> bool {
    path.split('/').rev().skip(1).take(2).any(|folder| FOLDERS.contains(&folder))
}

/// The syntax of a file that is named by its stage.
fn of_stage(path: &str, name: &str) -> Option<&'static str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let syntax = match ending {
        "yml" | "yaml" => "yaml",
        "json" => "json-relaxed",
        "toml" => "toml",
        _ => return None,
    };
    (in_folder(path) && STAGES.contains(&stem)).then_some(syntax)
}

/// The syntax of a program that is settings.
fn of_program(path: &str, name: &str) -> Option<&'static str> {
    let stem = name.split('.').next().unwrap_or("");
    let is_one = PROGRAMS.iter().any(|(called, endings)| {
        let is_called = stem.strip_prefix(called).is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '-']));
        is_called && has_extension(name, endings)
    });
    let is_of_stage = PROGRAM_NAMES.contains(&stem) || STAGES.contains(&stem);
    let folder = path.rsplit('/').nth(1).unwrap_or("");
    let is_in_folder = FOLDERS.contains(&folder) || folder == "initializers";
    (is_one || is_in_folder && is_of_stage && has_extension(name, PROGRAM_ENDINGS)).then_some("assignments")
}

fn syntax(path: &str) -> Option<&'static str> {
    let name = file_name(path).to_ascii_lowercase();
    let template = path.split('/').any(|part| ["templates", "node_modules", ".circleci"].contains(&part));
    if template || name.contains(".example.") || name.contains(".sample.") {
        return None;
    }
    let stem = name.split(['.', '-', '_']).next().unwrap_or("");
    let values = name.trim_end_matches(".yaml").trim_end_matches(".yml").ends_with("values");
    if has_extension(&name, &[".yml", ".yaml"]) && (NAMES.contains(&stem) || values) {
        return Some("yaml");
    }
    if has_extension(&name, &[".toml"]) && NAMES.contains(&stem) {
        return Some("toml");
    }
    if has_extension(&name, &[".config"]) && DOTNET.contains(&stem) {
        return Some("xml");
    }
    if path.ends_with(".docker/config.json") {
        return Some("json-relaxed");
    }
    if has_extension(&name, &[".json"]) && stem == "appsettings" {
        return Some("json-relaxed");
    }
    if PARAMETERS.iter().any(|end| name.ends_with(end)) {
        return Some("json-relaxed");
    }
    if has_extension(&name, &[".properties"]) || has_extension(&name, &[".ini"]) && in_folder(path) {
        return Some("ini");
    }
    if let Some((_, syntax)) = TOOLS.iter().find(|(tool, _)| name == *tool) {
        return Some(syntax);
    }
    // Of Puppet.
    let is_hiera = path.split('/').rev().skip(1).any(|folder| ["hiera", "hieradata"].contains(&folder));
    if is_hiera && has_extension(&name, &[".yml", ".yaml"]) {
        return Some("yaml");
    }
    // Data sources of JBoss.
    let is_of_jboss = name.ends_with("-ds.xml") || name.starts_with("standalone") || name.starts_with("domain");
    if is_of_jboss && has_extension(&name, &[".xml"]) {
        return Some("xml");
    }
    if path.ends_with("gh/hosts.yml") {
        return Some("yaml");
    }
    of_stage(path, &name).or_else(|| of_program(path, &name)).or_else(|| of_platform(path))
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
            (".m2/settings.xml", Some("xml")),
            (".npmrc", Some("ini")),
            ("config/app.ini", Some("ini")),
            ("tox.ini", None),
            ("azuredeploy.parameters.json", Some("json-relaxed")),
            ("infra/params.json", Some("json-relaxed")),
            ("samconfig.toml", Some("toml")),
            ("app/config.toml", Some("toml")),
            (".streamlit/secrets.toml", Some("toml")),
            ("Cargo.toml", None),
            ("src/Web.Release.config", Some("xml")),
            ("packages.config", None),
            ("NuGet.Config", Some("xml")),
            ("service/pom.xml", Some("xml")),
            ("home/.docker/config.json", Some("json-relaxed")),
            ("web/config.json", None),
            ("deploy.yaml", None),
            (".appveyor.yml", Some("yaml")),
            ("web/app.staging.yaml", Some("yaml")),
            ("wrangler.toml", Some("toml")),
            ("apps.yaml", None),
            ("deploy/task-definition.prod.json", Some("json")),
            ("ecs-task-web.json", Some("json")),
            ("tasks.json", None),
            ("src/main/webapp/WEB-INF/applicationContext.xml", Some("xml")),
            ("puppet/hieradata/nodes/a.yaml", Some("yaml")),
            ("data/nodes/a.yaml", None),
            ("app.toml", None),
            ("shop/settings.py", Some("assignments")),
            ("shop/settings/production.py", Some("assignments")),
            ("shop/settings_prod.py", Some("assignments")),
            ("shop/settingsview.py", None),
            ("config/prod.secret.exs", Some("assignments")),
            ("config/initializers/devise.rb", Some("assignments")),
            ("config/routes.rb", None),
            ("config/webpack.config.js", None),
            ("config/database.js", Some("assignments")),
            ("ecosystem.config.js", Some("assignments")),
            ("src/config/production.ts", Some("assignments")),
            ("conf/application.conf", Some("assignments")),
            ("db/flyway.conf", Some("ini")),
            ("deploy/shop-ds.xml", Some("xml")),
            ("wildfly/standalone-full.xml", Some("xml")),
            (".config/gh/hosts.yml", Some("yaml")),
            ("inventory/hosts.yml", None),
        ] {
            assert_eq!(syntax(path), want, "{path}");
        }
    }
}
