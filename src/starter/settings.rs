//! `annexa.toml` to start from: every key as a comment, and what was found.

use std::fmt::Write as _;

use super::found::Found;
use super::{Draft, quoted};

/// The text of the settings file.
pub fn text(found: &Found, drafts: &[Draft]) -> String {
    let mut text = String::from(
        "# Settings of annexa. Every key is optional; what is commented shows the default or an example.\n",
    );
    // Writing to a string cannot fail, here and below.
    if !found.technologies.is_empty() {
        let names: Vec<String> = found.technologies.iter().map(|(name, count)| format!("{name} ({count})")).collect();
        let _ = writeln!(text, "# Found here: {}.", names.join(", "));
    }
    if !found.ecosystems.is_empty() {
        let names: Vec<&str> = found.ecosystems.iter().map(String::as_str).collect();
        let _ = writeln!(text, "# Packages of: {}.", names.join(", "));
    }
    text.push_str(
        "\n# Paths to leave out, as in .gitignore.\n# exclude = [\"/vendor/\"]\n\
         \n# Findings of this severity or worse fail: critical, high, medium, low, info.\nfail-at = \"medium\"\n\
         \n# Let undecided checks fail too.\n# strict = false\n\
         \n# Folders with rules of your own.\n# rules = [\"policy/rules\"]\n\
         \n# Rules that are not evaluated, each with a reason.\n\
         # disable = [{ rule = \"changelog-missing\", reason = \"releases are described elsewhere\" }]\n\
         \n# Where policy documents live, besides the usual folders.\n# policies = [\"handbook/**\"]\n\
         \n# Where the governance files live.\n# compliance = \"compliance\"\n\
         \n# Where the output of `annexa rules pages` is published, for links in reports.\n\
         # rules-url = \"https://docs.example.org/annexa/\"\n\
         \n# The language of what is handed over: en or de.\n# language = \"en\"\n\
         \n# How many days a waiver may live, by the severity of its rule.\n\
         # longest-waiver = { critical = 30, high = 90, medium = 180, low = 365, info = 365 }\n",
    );
    terraform(&mut text, found);
    if found.technologies.contains_key("helm") {
        text.push_str("\n# Values that charts are rendered with.\n# [helm]\n# values = [\"deploy/prod.yaml\"]\n");
    }
    if found.technologies.contains_key("cloudformation") {
        text.push_str(
            "\n# Parameters that templates are read with.\n# [cloudformation]\n# parameters = [\"infra/prod.json\"]\n",
        );
    }
    lowered(&mut text, drafts);
    text
}

fn lowered(text: &mut String, drafts: &[Draft]) {
    if drafts.is_empty() {
        text.push_str("\n# Severities of your own.\n# [severity]\n# changelog-missing = \"info\"\n");
        return;
    }
    text.push_str(
        "\n# Severities of your own. What `annexa init` drafted and nobody has decided yet is shown and stops no commit;\n\
         # take a line away once it is done.\n[severity]\n",
    );
    for draft in drafts {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} = \"low\"  # {}", draft.rule, draft.title);
    }
}

/// The variable files that are there are named, and used only when somebody says so: they may be of different stages.
fn terraform(text: &mut String, found: &Found) {
    if !found.technologies.contains_key("terraform") {
        return;
    }
    let files: Vec<String> = found.variable_files.iter().map(|file| quoted(file)).collect();
    let files = if files.is_empty() { "\"infra/prod.tfvars\"".to_owned() } else { files.join(", ") };
    let _ = write!(
        text,
        "\n# Variable files that Terraform configurations are read with; without a value a variable leaves checks open.\n# \
         [terraform]\n# var-files = [{files}]\n"
    );
}
