//! `annexa.toml`: what a repository sets for its own scans.
//!
//! Every key is optional, and every mistake is reported with its place: a settings file with a fault is not used in
//! part.

use std::sync::Arc;

use crate::document::{Node, Problem};
use crate::lower::{Faults, Fields};
use crate::rule::Severity;
use crate::source::{Source, Span};
use crate::syntax;
use crate::triage::waiver::Longest;

/// The file's name at the root of what is scanned.
pub const FILE_NAME: &str = "annexa.toml";

/// What a repository sets for its own scans.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Globs of paths to leave out, in the syntax of `.gitignore`.
    pub exclude: Vec<Arc<str>>,
    /// Folders with further rules, relative to the root.
    pub rules: Vec<Arc<str>>,
    /// Findings of this severity or worse fail.
    pub fail_at: Option<Severity>,
    /// Undecided checks fail too.
    pub strict: bool,
    /// Rules that are not evaluated.
    pub disabled: Vec<Disabled>,
    /// Terraform variable files, relative to the root.
    pub terraform_var_files: Vec<Arc<str>>,
    /// Helm values files, relative to the root.
    pub helm_values: Vec<Arc<str>>,
    /// CloudFormation parameter files, relative to the root.
    pub cloudformation_parameters: Vec<Arc<str>>,
    /// Globs of the folders where policy documents live.
    pub policies: Vec<Arc<str>>,
    /// The folder of the governance files, relative to the root, without slashes around it.
    pub compliance: Option<Arc<str>>,
    /// How long waivers may live.
    pub longest_waiver: Longest,
}

/// A rule that is not evaluated.
#[derive(Clone, Debug)]
pub struct Disabled {
    /// Its id.
    pub rule: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// Where it is said.
    pub span: Span,
}

/// Reads a settings file; all its faults at once.
pub fn read(source: &Source) -> Result<Settings, Vec<Problem>> {
    let mut faults = Faults::new("settings", source.path());
    let parsed = syntax::named("toml").map(|toml| (toml.parse)(source)).unwrap_or_default();
    faults.extend(parsed.problems);
    let mut settings = Settings::default();
    if let Some(root) = parsed.roots.first()
        && let Some(fields) = faults.fields(root, "the settings")
    {
        settings = lower(fields, &mut faults);
    }
    if faults.is_empty() { Ok(settings) } else { Err(faults.into_problems()) }
}

fn lower(mut fields: Fields<'_>, faults: &mut Faults) -> Settings {
    let mut texts = |key: &'static str| fields.optional(key).map(|node| faults.texts(node, key)).unwrap_or_default();
    let mut settings = Settings {
        exclude: texts("exclude"),
        rules: texts("rules"),
        policies: texts("policies"),
        ..Settings::default()
    };
    settings.longest_waiver = longest(&mut fields, faults);
    settings.fail_at = fields.optional("fail-at").and_then(|node| faults.word(node, "fail-at", Severity::ALL));
    settings.strict = fields.optional("strict").and_then(|node| faults.boolean(node, "strict")).unwrap_or(false);
    settings.compliance = fields.optional("compliance").and_then(|node| folder(node, faults));
    if let Some(node) = fields.optional("disable") {
        settings.disabled = faults.list(node, "disable", |faults, item| {
            let mut fields = faults.fields(item, "a disabled rule")?;
            let rule = fields.required("rule", faults).and_then(|node| faults.text(node, "rule"));
            let reason = fields.required("reason", faults).and_then(|node| faults.text(node, "reason"));
            fields.finish(faults);
            Some(Disabled { rule: rule?, reason: reason?, span: item.span })
        });
    }
    settings.terraform_var_files = nested(&mut fields, faults, "terraform", "var-files");
    settings.helm_values = nested(&mut fields, faults, "helm", "values");
    settings.cloudformation_parameters = nested(&mut fields, faults, "cloudformation", "parameters");
    fields.finish(faults);
    settings
}

/// A folder of the repository: relative to the root, and within it.
fn folder(node: &Node, faults: &mut Faults) -> Option<Arc<str>> {
    let text = faults.text(node, "compliance")?;
    let outside = text.starts_with('/') || text.contains('\\') || text.split('/').any(|part| part == "..");
    if outside {
        let message = format!("`{text}` is not a folder of the repository");
        faults.add(node.span, message, "write it relative to the root: `compliance`, `docs/isms`");
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

/// A list of texts, the only key of a table.
fn nested(fields: &mut Fields<'_>, faults: &mut Faults, table: &'static str, key: &'static str) -> Vec<Arc<str>> {
    let Some(mut inner) = fields.optional(table).and_then(|node| faults.fields(node, table)) else { return Vec::new() };
    let texts = inner.optional(key).map(|node| faults.texts(node, key)).unwrap_or_default();
    inner.finish(faults);
    texts
}
