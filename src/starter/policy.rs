//! Drafts of policies: headings and what belongs under each, to be made one's own.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::File;
use super::found::Found;
use crate::control::ControlId;

const POLICIES: &str = include_str!("../../data/policies.toml");

/// What stands at the end of the names of drafts: no rule reads them, and no control is documented by them.
const DRAFT: &str = ".md.draft";

struct PolicyDraft {
    file: String,
    title: String,
    controls: Vec<ControlId>,
    sections: Vec<(String, String)>,
}

static READ: LazyLock<Vec<PolicyDraft>> = LazyLock::new(|| {
    let Ok(table) = POLICIES.parse::<toml::Table>() else { return Vec::new() };
    table.get("policy").and_then(toml::Value::as_array).into_iter().flatten().filter_map(read).collect()
});

fn read(entry: &toml::Value) -> Option<PolicyDraft> {
    let text = |value: Option<&toml::Value>| value.and_then(toml::Value::as_str).map(str::to_owned);
    let list = |key: &str| entry.get(key).and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    Some(PolicyDraft {
        file: text(entry.get("file"))?,
        title: text(entry.get("title"))?,
        controls: list("controls").iter().filter_map(|id| id.as_str()?.parse().ok()).collect(),
        sections: list("sections").iter().filter_map(|pair| Some((text(pair.get(0))?, text(pair.get(1))?))).collect(),
    })
}

/// Drafts of the policies that are about controls of which no policy here is, in a folder.
pub fn drafts(found: &Found, folder: &str) -> Vec<File> {
    let is_about = |id: &ControlId| {
        let about = |policy: &super::found::FoundPolicy| {
            policy.declared.contains(id) || policy.words_of().any(|topic| topic.controls.contains(id))
        };
        found.policies.iter().any(about)
    };
    let missing = READ.iter().filter(|policy| !policy.controls.iter().any(is_about));
    missing.map(|policy| File { path: format!("{folder}/{}{DRAFT}", policy.file), text: text(policy) }).collect()
}

fn text(policy: &PolicyDraft) -> String {
    let controls: Vec<String> = policy.controls.iter().map(|id| format!("\"{id}\"")).collect();
    let mut text = format!(
        "---\ntitle: {}\nowner: <role>\ncontrols: [{}]\n# approved_by: <role of management>\n# approved_on: <day>\n# next_review: <day>\n---\n# {}\n\n\
         <!-- A draft. Say what is so where something stands between < and >, take this line away, and leave `.draft` out of the name. -->\n",
        policy.title,
        controls.join(", "),
        policy.title
    );
    for (heading, words) in &policy.sections {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n## {heading}\n\n{words}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::found::FoundPolicy;
    use super::*;

    #[test]
    fn every_draft_has_headings_with_something_under_each() {
        assert_eq!(READ.len(), POLICIES.matches("[[policy]]").count());
        for policy in READ.iter() {
            assert!(policy.sections.len() >= 3 && !policy.controls.is_empty(), "{}", policy.file);
            assert!(
                policy.sections.iter().all(|(heading, words)| heading.len() > 3 && words.len() > 20),
                "{}",
                policy.file
            );
        }
    }

    #[test]
    fn what_a_policy_here_is_about_is_not_drafted_again() {
        let words = FoundPolicy { words: "backup".into(), ..FoundPolicy::default() };
        let declared = FoundPolicy { declared: vec!["8.24".parse().unwrap()], ..FoundPolicy::default() };
        let found = Found { policies: vec![words, declared], ..Found::default() };
        let paths: Vec<String> = drafts(&found, "docs/policies").into_iter().map(|file| file.path).collect();
        assert!(!paths.iter().any(|path| path.contains("backup") || path.contains("cryptography")), "{paths:?}");
        assert!(paths.contains(&"docs/policies/access-control.md.draft".to_owned()), "{paths:?}");
    }
}
