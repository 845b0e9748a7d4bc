//! A text from elsewhere that a pipeline makes a part of a program, of its environment, or of what it checks out.

use super::{Fact, OWNER, Register};
use crate::document::{Entry, Node};
use crate::schema::view;

/// The register of expressions.
pub const EXPRESSION: Register = Register {
    name: "expression",
    doc: "a text from elsewhere that a pipeline uses where it may become a program: in a script, its environment, a checkout",
    fields: &[
        view("expression", "s", "what is used, as it is written", "${{ github.event.issue.title }}"),
        view(
            "used",
            "s",
            "where: `script` (pasted into one), `input` (of an action that runs it), `shell`, `argument` (of a container), \
             `reread` (run once more by `eval`, `sh -c` and the like), `environment` (of later steps), `checkout`",
            "script",
        ),
        view(
            "by",
            "s",
            "who decides it: `constant` (nobody: it carries no command), `program` (one that the pipeline runs), `writer` \
             (who may write to the repository), `caller` (of the workflow or action, from elsewhere), `outsider`",
            "outsider",
        ),
        view(
            "names",
            "[s",
            "the contexts, variables and inputs that it is made of",
            "[ \"github.event.issue.title\" ]",
        ),
        view("code", "s", "of a checkout: `stranger` where it leads to the commit of one, else `own`", "own"),
        view("triggers", "a", "what starts the pipeline: a map from event to settings", "{ \"issues\": {} }"),
        view(
            "conditions",
            "a",
            "the conditions of the job and the step, and of the only call in the repository",
            "[ \"github.ref == 'x'\" ]",
        ),
        view(
            "by_writers",
            "b",
            "whether one of these conditions lets nothing begin but what writers of the repository decide",
            "true",
        ),
        OWNER,
    ],
    find: None,
};

/// The fact of a use, which a dialect lists as a map with these fields.
pub fn of_use(used: &Node) -> Option<Fact> {
    let written = used.get("expression")?;
    let key = written.as_str().unwrap_or("");
    let says: Vec<Entry> = used.entries().to_vec();
    let by = used.get("by").unwrap_or(written);
    Some(Fact { span: written.span, ..Fact::said(&EXPRESSION, key, by, says) })
}
