//! How a finding of a rule is silenced: what is to be written, ready to be copied.

use maud::{Markup, html};

use crate::rule::Rule;

/// The ways. `languages` are those of the examples; none where findings are about the repository itself.
pub fn ways(rule: &Rule, languages: &[String]) -> Markup {
    let id = &*rule.id;
    let judges =
        |prefix: &str| rule.checks.iter().flat_map(|check| &check.kinds).any(|kind| kind.text.starts_with(prefix));
    let has_json = languages.iter().any(|language| language == "json");
    let mut comments: Vec<String> = Vec::new();
    for (before, after) in languages.iter().filter_map(|language| comment(language)) {
        let text = format!("{before}annexa:ignore {id} why it is accepted{after}");
        if !comments.contains(&text) {
            comments.push(text);
        }
    }
    html! {
        @if !comments.is_empty() {
            h3 { "A comment in the file" }
            p { "At the end of the line, or on a line of its own before the line or block. " code { "until 2027-03-31" } " after the id gives it a last day." }
            @for comment in &comments { (copied(comment)) }
        }
        @if has_json && judges("cloudformation/") {
            h3 { "Metadata of a resource in JSON" }
            (copied(&format!("\"Metadata\": {{ \"annexa\": {{ \"ignore\": [{{ \"rule\": \"{id}\", \"reason\": \"why it is accepted\" }}] }} }}")))
        }
        @if has_json && judges("arm/") {
            h3 { "Metadata of a resource in a template of Azure" }
            (copied(&format!("\"metadata\": {{ \"annexa\": {{ \"ignore\": [{{ \"rule\": \"{id}\", \"reason\": \"why it is accepted\" }}] }} }}")))
        }
        h3 { "Switched off, in " code { "annexa.toml" } }
        p { "With " code { "paths = [\"legacy/**\"]" } " only there, with " code { "until = 2027-03-31" } " only so long." }
        (copied(&format!("[[disable]]\nrule = \"{id}\"\nreason = \"why it does not matter here\"")))
        h3 { "A waiver, in " code { "compliance/waivers.toml" } }
        p { "For what an auditor will ask about: somebody approves it, and it ends." }
        (copied(&format!(
            "[[waiver]]\nid = \"{id}-1\"\nrule = \"{id}\"\npaths = [\"path/of/the/file\"]\nreason = \"why the risk is acceptable until then\"\n\
             kind = \"accepted\"\nrequested_by = \"the role that asks\"\napproved_by = \"the role that decides\"\n\
             approved_on = 2026-12-01\nexpires = 2026-12-31"
        )))
    }
}

/// A text with a button that copies it, where scripts run.
fn copied(text: &str) -> Markup {
    html! { div.copy { pre tabindex="0" { code { (text) } } button type="button" hidden { "Copy" } } }
}

/// What stands before and after a comment in a language; none where it has no comments.
fn comment(language: &str) -> Option<(&'static str, &'static str)> {
    match language {
        "json" | "csv" | "txt" | "pem" | "crt" | "key" => None,
        "bicep" | "jsonc" | "json5" | "gradle" | "groovy" | "Jenkinsfile" | "js" | "ts" => Some(("// ", "")),
        "md" | "markdown" | "xml" | "html" | "plist" | "mobileconfig" | "config" => Some(("<!-- ", " -->")),
        "sql" => Some(("-- ", "")),
        _ => Some(("# ", "")),
    }
}
