//! Variables that a service pastes into its scripts before a shell reads them.
//!
//! Drone and Woodpecker replace `${NAME}` when they read a file, Buildkite `$NAME` as well when a pipeline is uploaded, and Google Cloud
//! Build in the words of a step; `$$` stands for a dollar in all of them.
//! <https://docs.drone.io/pipeline/environment/substitution/>, <https://woodpecker-ci.org/docs/usage/environment>,
//! <https://buildkite.com/docs/agent/cli/reference/pipeline#environment-variable-substitution>,
//! <https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values>

use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::syntax::spelled;

/// A service that pastes.
struct Service {
    kind: &'static str,
    /// Whether names without braces are replaced too.
    bare: bool,
    /// Variables that hold what anybody may write, and those that hold what only those write who may write to the repository.
    outsiders: &'static [&'static str],
    writers: &'static [&'static str],
}

const SERVICES: &[Service] = &[
    Service {
        kind: "drone",
        bare: false,
        outsiders: &[
            "DRONE_COMMIT_AUTHOR_EMAIL",
            "DRONE_COMMIT_AUTHOR_NAME",
            "DRONE_COMMIT_MESSAGE",
            "DRONE_PULL_REQUEST_TITLE",
            "DRONE_SOURCE_BRANCH",
        ],
        writers: &["DRONE_BRANCH", "DRONE_COMMIT_BRANCH", "DRONE_COMMIT_REF", "DRONE_TAG", "DRONE_TARGET_BRANCH"],
    },
    Service {
        kind: "woodpecker",
        bare: false,
        outsiders: &[
            "CI_COMMIT_AUTHOR_EMAIL",
            "CI_COMMIT_MESSAGE",
            "CI_COMMIT_PULL_REQUEST_LABELS",
            "CI_COMMIT_SOURCE_BRANCH",
            "CI_PIPELINE_TITLE",
        ],
        writers: &["CI_COMMIT_BRANCH", "CI_COMMIT_REF", "CI_COMMIT_TAG", "CI_COMMIT_TARGET_BRANCH"],
    },
    // Builds of forks are off until somebody allows them.
    Service {
        kind: "buildkite",
        bare: true,
        outsiders: &[],
        writers: &[
            "BUILDKITE_BRANCH",
            "BUILDKITE_BUILD_AUTHOR",
            "BUILDKITE_BUILD_AUTHOR_EMAIL",
            "BUILDKITE_MESSAGE",
            "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
            "BUILDKITE_TAG",
        ],
    },
    Service {
        kind: "cloud-build",
        bare: true,
        outsiders: &["_HEAD_BRANCH"],
        writers: &["BRANCH_NAME", "REF_NAME", "TAG_NAME", "_BASE_BRANCH"],
    },
];

/// Adds `texts_used` to a file of a service that pastes.
pub(super) fn add(kind: &str, body: &mut Node) {
    let Some(service) = SERVICES.iter().find(|service| service.kind == kind) else { return };
    let mut found = Vec::new();
    service.scripts(body, 0, &mut found);
    if !found.is_empty() {
        let span = body.span;
        body.derive("texts_used", Node::list(found, span));
    }
}

impl Service {
    /// The uses in the scripts of a tree.
    fn scripts(&self, node: &Node, depth: usize, found: &mut Vec<Node>) {
        if depth >= MAX_DEPTH {
            return;
        }
        for entry in node.entries().iter().filter(|entry| !entry.derived) {
            match (&*entry.key.name, &entry.value) {
                ("args", words) if self.kind == "cloud-build" => {
                    // The word after `-c` is a script.
                    let after = words.items().iter().skip_while(|word| !is_script_option(word)).nth(1);
                    if let Some(script) = after {
                        self.texts(script, found);
                    }
                }
                ("command" | "commands", script) if self.kind != "cloud-build" => self.texts(script, found),
                (_, inner) => self.scripts(inner, depth + 1, found),
            }
        }
        for item in node.items() {
            self.scripts(item, depth + 1, found);
        }
    }

    fn texts(&self, script: &Node, found: &mut Vec<Node>) {
        if let Value::Str(text) = &script.value {
            let uses = self.pasted(text.as_str()).map(|(start, end, name, by)| {
                let written = spelled::node(spelled::part(text, start, end), script.span);
                used(written, name, by)
            });
            found.extend(uses);
        }
        script.items().iter().filter(|line| line.as_str().is_some()).for_each(|line| self.texts(line, found));
    }

    /// Variables of a text that somebody decides: where each is written, and by whom it is decided.
    fn pasted<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize, &'t str, &'static str)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            loop {
                let start = at + memchr::memchr(b'$', text.as_bytes().get(at..)?)?;
                let rest = text.get(start + 1..)?;
                at = start + 1;
                if rest.starts_with('$') {
                    at += 1;
                    continue;
                }
                let (inner, braces) = match rest.strip_prefix('{') {
                    Some(inner) => (inner, true),
                    None => (rest, false),
                };
                let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let length = inner.find(|c| !is_of_name(c)).unwrap_or(inner.len());
                let name = inner.get(..length)?;
                let has = |names: &[&str]| names.contains(&name);
                let by = if has(self.outsiders) { "outsider" } else { "writer" };
                if (braces || self.bare) && (by == "outsider" || has(self.writers)) {
                    let end = if braces { inner.find('}').map_or(length, |end| end + 1) + 1 } else { length };
                    return Some((start, start + 1 + end, name, by));
                }
            }
        })
    }
}

/// Whether a word says that the next one is a script: `-c`, `-ec`.
fn is_script_option(word: &Node) -> bool {
    word.as_str().is_some_and(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))
}

fn used(written: Node, name: &str, by: &'static str) -> Node {
    let span = written.span;
    let entries = [
        ("expression", written),
        ("used", Node::text("script", span)),
        ("by", Node::text(by, span)),
        ("names", Node::list(vec![Node::text(name, span)], span)),
    ];
    Node::map(entries.into_iter().map(|(name, value)| Entry::new(name, span, value)).collect(), span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_pastes_is_told_by_who_decides_it() {
        for (kind, text, want) in [
            (
                "drone",
                "echo ${DRONE_COMMIT_MESSAGE} ${DRONE_BRANCH}",
                "${DRONE_COMMIT_MESSAGE} outsider, ${DRONE_BRANCH} writer",
            ),
            ("drone", "echo $DRONE_COMMIT_MESSAGE $${DRONE_TAG} ${DRONE_COMMIT_SHA:0:8}", ""),
            ("drone", "echo ${DRONE_TAG##v}", "${DRONE_TAG##v} writer"),
            ("woodpecker", "echo ${CI_COMMIT_MESSAGE} ${CI_COMMIT_SHA}", "${CI_COMMIT_MESSAGE} outsider"),
            (
                "buildkite",
                "echo $BUILDKITE_MESSAGE ${BUILDKITE_BRANCH} $$BUILDKITE_TAG",
                "$BUILDKITE_MESSAGE writer, ${BUILDKITE_BRANCH} writer",
            ),
            (
                "cloud-build",
                "echo $BRANCH_NAME $_HEAD_BRANCH $_OWN $SHORT_SHA",
                "$BRANCH_NAME writer, $_HEAD_BRANCH outsider",
            ),
            ("cloud-build", "echo $$BRANCH_NAME \\$", ""),
            ("drone", "${DRONE_TAG", "${DRONE_TAG writer"),
        ] {
            let service = SERVICES.iter().find(|service| service.kind == kind).unwrap();
            let told: Vec<String> = service
                .pasted(text)
                .map(|(start, end, _, by)| format!("{} {by}", text.get(start..end).unwrap_or("?")))
                .collect();
            assert_eq!(told.join(", "), want, "{text}");
        }
    }
}
