//! `annexa.toml`: what a repository sets for its own scans.
//!
//! Every key is optional, and every mistake is reported with its place: a settings file with a fault is not used in
//! part.

use std::sync::Arc;

use globset::{Glob, GlobMatcher};

use crate::control::ControlId;
use crate::document::{Node, Problem};
use crate::lower::{Faults, Fields};
use crate::report::words::Language;
use crate::rule::Severity;
use crate::source::{Source, Span, Workspace};
use crate::syntax;
use crate::triage::disable::Disabled;
use crate::triage::waiver::{self, Longest};

/// The file's name at the root of what is scanned.
pub const FILE_NAME: &str = "annexa.toml";

/// What a repository sets for its own scans.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The path of the file; empty where there is none.
    pub path: Arc<str>,
    /// Globs of paths to leave out, in the syntax of `.gitignore`.
    pub exclude: Vec<Arc<str>>,
    /// Folders with further rules, relative to the root.
    pub rules: Vec<Arc<str>>,
    /// Findings of this severity or worse fail.
    pub fail_at: Option<Severity>,
    /// Undecided checks fail too.
    pub strict: bool,
    /// Rules that are not evaluated, or do not count on some paths.
    pub disabled: Vec<Disabled>,
    /// Rules with another severity than their own, and where it is said.
    pub severities: Vec<(Arc<str>, Severity, Span)>,
    /// Terraform variable files, relative to the root.
    pub terraform_var_files: Vec<Arc<str>>,
    /// Globs of Terraform variable files, or of folders with some, each of which is a deployment.
    pub terraform_deployments: Vec<Arc<str>>,
    /// Helm values files, relative to the root.
    pub helm_values: Vec<Arc<str>>,
    /// CloudFormation parameter files, relative to the root.
    pub cloudformation_parameters: Vec<Arc<str>>,
    /// Every file and glob of files that is named, and where.
    pub named_files: Vec<(Arc<str>, Span)>,
    /// Globs of the folders where policy documents live.
    pub policies: Vec<Arc<str>>,
    /// The folder of the governance files, relative to the root, without slashes around it.
    pub compliance: Option<Arc<str>>,
    /// Where the pages of the rules are published; none where it is where the project publishes them.
    pub rules_url: Option<Arc<str>>,
    /// The language of what is handed over.
    pub language: Option<Language>,
    /// How long waivers may live.
    pub longest_waiver: Longest,
    /// What becomes of a check that the base revision decided and that is open now.
    pub newly_open: NewlyOpen,
    /// Rules that a file with faults names, which is not used: whether they exist is told with the faults.
    pub named: Vec<(Arc<str>, Span)>,
}

/// A settings file with faults, of which nothing is used.
#[derive(Debug)]
pub struct Refused {
    /// The faults, all at once.
    pub faults: Vec<Problem>,
    /// The settings to go on with: none, but for what else has to be looked at.
    pub instead: Settings,
}

/// What becomes of a check that was decided and is open now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NewlyOpen {
    /// It fails, as bad as its rule is.
    #[default]
    Fail,
    /// It is open like any other, and says what it was.
    Warn,
}

/// Reads a settings file; all its faults at once.
pub fn read(source: &Source) -> Result<Settings, Box<Refused>> {
    let mut faults = Faults::new("settings", source.path());
    let parsed = syntax::named("toml").map(|toml| (toml.parse)(source)).unwrap_or_default();
    faults.extend(parsed.problems);
    let mut settings = Settings::default();
    if let Some(root) = parsed.roots.first()
        && let Some(fields) = faults.fields(root, "the settings")
    {
        settings = lower(fields, &mut faults);
        settings.path = source.path().into();
    }
    if faults.is_empty() {
        return Ok(settings);
    }
    // Rules of the user's own would not be known.
    let named = if settings.rules.is_empty() { settings.rules_named() } else { Vec::new() };
    let instead = Settings { named, path: settings.path, ..Settings::default() };
    Err(Box::new(Refused { faults: faults.into_problems(), instead }))
}

impl Settings {
    /// The rules that are named, and where.
    pub fn rules_named(&self) -> Vec<(Arc<str>, Span)> {
        let disabled = self.disabled.iter().filter_map(|entry| Some((Arc::clone(entry.rule.as_ref()?), entry.span)));
        let severities = self.severities.iter().map(|(rule, _, span)| (Arc::clone(rule), *span));
        disabled.chain(severities).chain(self.named.iter().cloned()).collect()
    }
}

/// The JSON schema of the settings file, for editors.
pub fn json_schema() -> String {
    let severities: Vec<&str> = Severity::ALL.iter().map(|(name, _)| *name).collect();
    let texts = serde_json::json!({ "type": "array", "items": { "type": "string", "minLength": 1 } });
    let table = |key: &str| {
        let texts = &texts;
        serde_json::json!({ "type": "object", "additionalProperties": false, "properties": { key: texts } })
    };
    let days = serde_json::json!({ "type": "integer", "minimum": 1, "maximum": 3660 });
    let longest: serde_json::Map<String, serde_json::Value> =
        severities.iter().map(|name| ((*name).to_owned(), days.clone())).collect();
    let schema = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of annexa",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "exclude": texts,
            "policies": texts,
            "rules": texts,
            "newly-open": { "enum": ["fail", "warn"] },
            "longest-waiver": { "type": "object", "additionalProperties": false, "properties": longest },
            "fail-at": { "enum": severities },
            "strict": { "type": "boolean" },
            "compliance": { "type": "string", "minLength": 1 },
            "language": { "enum": Language::ALL.iter().map(|(code, _)| code).collect::<Vec<_>>() },
            "rules-url": { "type": "string", "pattern": "^https?://[^\\s]+$" },
            "disable": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["reason"],
                    "additionalProperties": false,
                    "properties": {
                        "rule": { "type": "string", "minLength": 1 },
                        "reason": { "type": "string", "minLength": 1 },
                        "until": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
                        "controls": texts,
                        "paths": texts,
                    },
                },
            },
            "severity": { "type": "object", "additionalProperties": { "enum": severities } },
            "terraform": {
                "type": "object",
                "additionalProperties": false,
                "properties": { "var-files": texts, "deployments": texts },
            },
            "helm": table("values"),
            "cloudformation": table("parameters"),
        },
    });
    format!("{schema:#}\n")
}

fn lower(mut fields: Fields<'_>, faults: &mut Faults) -> Settings {
    let mut texts = |key: &'static str| fields.optional(key).map(|node| faults.texts(node, key)).unwrap_or_default();
    let mut settings = Settings { exclude: texts("exclude"), policies: texts("policies"), ..Settings::default() };
    settings.rules = fields.optional("rules").map(|node| paths_within(node, "rules", faults)).unwrap_or_default();
    let words = [("fail", NewlyOpen::Fail), ("warn", NewlyOpen::Warn)];
    let newly_open = fields.optional("newly-open").and_then(|node| faults.word(node, "newly-open", &words));
    settings.newly_open = newly_open.unwrap_or_default();
    settings.longest_waiver = longest(&mut fields, faults);
    settings.fail_at = fields.optional("fail-at").and_then(|node| faults.word(node, "fail-at", Severity::ALL));
    settings.strict = fields.optional("strict").and_then(|node| faults.boolean(node, "strict")).unwrap_or(false);
    settings.compliance = fields.optional("compliance").and_then(|node| folder(node, faults));
    settings.language = fields.optional("language").and_then(|node| faults.word(node, "language", Language::ALL));
    settings.rules_url = fields.optional("rules-url").and_then(|node| address(node, faults));
    if let Some(node) = fields.optional("disable") {
        settings.disabled = faults.list(node, "disable", disabled);
    }
    if let Some(node) = fields.optional("severity") {
        settings.severities = severities(node, faults);
    }
    if let Some(mut inner) = fields.optional("terraform").and_then(|node| faults.fields(node, "terraform")) {
        let files = inner.optional("var-files").map(|node| files_within(node, "var-files", faults));
        let globs = inner
            .optional("deployments")
            .map(|node| faults.list(node, "deployments", |faults, item| Some((glob_within(faults, item)?, item.span))));
        settings.terraform_var_files = settings.noted(files);
        settings.terraform_deployments = settings.noted(globs);
        inner.finish(faults);
    }
    let values = nested(&mut fields, faults, "helm", "values");
    settings.helm_values = settings.noted(Some(values));
    let parameters = nested(&mut fields, faults, "cloudformation", "parameters");
    settings.cloudformation_parameters = settings.noted(Some(parameters));
    fields.finish(faults);
    settings
}

fn disabled(faults: &mut Faults, item: &Node) -> Option<Disabled> {
    let errors = faults.errors();
    let mut fields = faults.fields(item, "an entry of `disable`")?;
    let rule = fields.optional("rule").and_then(|node| faults.text(node, "rule"));
    let reason = fields.required("reason", faults).and_then(|node| faults.text(node, "reason"));
    let until = fields.optional("until").and_then(|node| faults.parsed(node, "until", "a day such as 2027-03-31"));
    let controls = fields.optional("controls").map(|node| faults.list(node, "controls", control)).unwrap_or_default();
    let paths = fields.optional("paths").map(|node| faults.list(node, "paths", path)).unwrap_or_default();
    fields.finish(faults);
    if rule.is_none() && controls.is_empty() && faults.errors() == errors {
        faults.add(item.span, "this entry names neither a `rule` nor `controls`", "say what is disabled");
    }
    let is_sound = faults.errors() == errors;
    is_sound.then(|| Disabled { rule, controls, paths, until, reason: reason.unwrap_or_default(), span: item.span })
}

fn control(faults: &mut Faults, node: &Node) -> Option<ControlId> {
    faults.parsed(node, "controls", "the id of a control such as \"8.24\"")
}

fn path(faults: &mut Faults, node: &Node) -> Option<GlobMatcher> {
    let text = faults.text(node, "paths")?;
    match waiver::matcher(&text, true) {
        Ok(glob) => Some(glob),
        Err(message) => {
            faults.add(node.span, message, "`*` is any part of a name, `**` any folders: `legacy/**`");
            None
        }
    }
}

/// The severities of rules; whether the rules exist is found when they are known.
fn severities(node: &Node, faults: &mut Faults) -> Vec<(Arc<str>, Severity, Span)> {
    if node.as_map().is_none() {
        faults.add(
            node.span,
            "`severity` is not a table",
            "write `[severity]`, and below it lines such as `rule-id = \"low\"`",
        );
    }
    let entries = node.entries().iter();
    let lowered = entries.filter_map(|entry| {
        let severity = faults.word(&entry.value, "severity", Severity::ALL)?;
        Some((Arc::clone(&entry.key.name), severity, entry.key.span))
    });
    lowered.collect()
}

/// The folder of the governance files.
fn folder(node: &Node, faults: &mut Faults) -> Option<Arc<str>> {
    path_within(node, "compliance", faults)
}

/// The address of a folder of pages. It is written into pages, terminals and JSON: what could end a link is refused.
fn address(node: &Node, faults: &mut Faults) -> Option<Arc<str>> {
    let text = faults.text(node, "rules-url")?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or("");
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>`\\?#".contains(&byte);
    if rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[') && rest.bytes().all(is_plain) {
        return Some(text);
    }
    let message = format!("`{}` is no address of a folder of pages", text.escape_debug());
    faults.add(node.span, message, "write it whole: `https://docs.example.org/annexa/`");
    None
}

/// Paths of the repository.
fn paths_within(node: &Node, what: &str, faults: &mut Faults) -> Vec<Arc<str>> {
    faults.list(node, what, |faults, item| path_within(item, what, faults))
}

/// A path or glob, and where it stands.
type Placed = (Arc<str>, Span);

/// Files of the repository.
fn files_within(node: &Node, what: &str, faults: &mut Faults) -> Vec<Placed> {
    faults.list(node, what, |faults, item| Some((path_within(item, what, faults)?, item.span)))
}

impl Settings {
    /// Keeps where files are named, and returns their paths.
    fn noted(&mut self, files: Option<Vec<Placed>>) -> Vec<Arc<str>> {
        let files = files.unwrap_or_default();
        self.named_files.extend(files.iter().cloned());
        files.into_iter().map(|(path, _)| path).collect()
    }

    /// What is told of files and globs that are named and that no file of a run is called like.
    pub fn missing_files(&self, workspace: &Workspace) -> Vec<Problem> {
        let is_there = |named: &str| {
            let glob = Glob::new(named.trim_end_matches('/')).ok().map(|glob| glob.compile_matcher());
            let fits = |path: &str| {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                glob.as_ref().is_some_and(|glob| glob.is_match(path) || glob.is_match(folder))
            };
            workspace.find(named).is_some() || workspace.ids().any(|file| fits(workspace.path(file)))
        };
        let missing = self.named_files.iter().filter(|(named, _)| !is_there(named));
        let told = missing.map(|(named, span)| {
            let message =
                format!("`{named}` is none of the files of this run, so what depends on it is judged without it");
            Problem::error("settings::missing-file", Arc::clone(&self.path), Some(*span), message)
                .help("correct the path, or take the entry out")
        });
        told.collect()
    }
}

/// A pattern of paths of the repository.
fn glob_within(faults: &mut Faults, node: &Node) -> Option<Arc<str>> {
    let path = path_within(node, "deployments", faults)?;
    if let Err(error) = Glob::new(&path) {
        faults.add(
            node.span,
            format!("`{path}` is no pattern: {}", error.kind()),
            "`env/*.tfvars`, or `env/*` for folders",
        );
        return None;
    }
    Some(path)
}

/// A path of the repository: relative to the root, within it, and without slashes around it.
fn path_within(node: &Node, what: &str, faults: &mut Faults) -> Option<Arc<str>> {
    let text = faults.text(node, what)?;
    let outside = text.starts_with('/') || text.contains(['\\', ':']) || text.split('/').any(|part| part == "..");
    if outside {
        let message = format!("`{text}` is no path within the repository");
        faults.add(node.span, message, "write it relative to the root, such as `compliance` or `docs/isms`");
        return None;
    }
    let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    Some(parts.join("/").into())
}

/// The longest life of waivers in days, by severity; what is not set stays as it is.
fn longest(fields: &mut Fields<'_>, faults: &mut Faults) -> Longest {
    let mut longest = Longest::default();
    let table = fields.optional("longest-waiver");
    let Some(mut inner) = table.and_then(|node| faults.fields(node, "longest-waiver")) else { return longest };
    let names = ["critical", "high", "medium", "low", "info"];
    for (name, days) in names.into_iter().zip(&mut longest.days) {
        if let Some(set) = inner.optional(name).and_then(|node| faults.integer(node, name, 1..=3660)) {
            *days = set;
        }
    }
    inner.finish(faults);
    longest
}

/// A list of files, the only key of a table.
fn nested(fields: &mut Fields<'_>, faults: &mut Faults, table: &'static str, key: &'static str) -> Vec<Placed> {
    let Some(mut inner) = fields.optional(table).and_then(|node| faults.fields(node, table)) else { return Vec::new() };
    let paths = inner.optional(key).map(|node| files_within(node, key, faults)).unwrap_or_default();
    inner.finish(faults);
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn the_address_of_pages_is_one() {
        for (text, sound) in [
            ("https://docs.example.org/annexa", true),
            ("http://localhost:8080/", true),
            ("https://[::1]/rules/", true),
            ("docs.example.org", false),
            ("javascript:alert(1)", false),
            ("https://", false),
            ("https:///rules", false),
            ("https://x/a b", false),
            ("https://x/\\u001b\\\\", false),
            ("https://x/?rule=", false),
            ("https://x/#", false),
        ] {
            let source = Source::from_text(FileId(0), FILE_NAME, &format!("rules-url = \"{text}\""));
            assert_eq!(read(&source).is_ok(), sound, "{text}");
        }
    }

    #[test]
    fn paths_stay_within_the_repository() {
        for (text, sound) in [
            ("rules = ['policy/rules', './more/']", true),
            ("rules = ['../outside']", false),
            ("rules = ['a/../../outside']", false),
            ("rules = ['/etc']", false),
            ("rules = ['C:/rules']", false),
            ("compliance = '..'", false),
            ("terraform.var-files = ['/dev/stdin']", false),
            ("terraform.deployments = ['../env/*']", false),
            ("terraform.deployments = ['env/{a']", false),
            ("terraform = {var-files = ['a.tfvars'], deployments = ['env/*.tfvars']}", true),
            ("helm.values = ['../x.yaml']", false),
            ("cloudformation.parameters = ['a\\..\\b.json']", false),
            ("helm.values = ['deploy/prod.yaml']", true),
        ] {
            let source = Source::from_text(FileId(0), FILE_NAME, text);
            assert_eq!(read(&source).is_ok(), sound, "{text}");
        }
    }
}
