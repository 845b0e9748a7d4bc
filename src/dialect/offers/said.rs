//! What messages call what nobody writes: fields of facts, and what a stage of a Dockerfile comes to.
//!
//! To add one: a line in `SAID`. A name in backquotes is what users write; anything else is words.

/// The words for the fields of the kinds of a dialect: the dialect, the kind (`*` is every kind), the fields with the words
/// for them.
type Words = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const SAID: &[Words] = &[
    (
        "dockerfile",
        "image",
        &[
            ("final_stage.base", "the base image"),
            ("stages.base", "the base image"),
            ("final_stage.user", "`USER`"),
            ("instructions.argv", "the command"),
            ("final_stage.instructions.argv", "the command"),
        ],
    ),
    ("nginx", "*", &[("effective", "what holds in the block"), ("effective.headers", "what is sent with each answer")]),
    (
        "document",
        "*",
        &[
            ("history", "what became of the text"),
            ("history.changed_on", "when the text was changed"),
            ("history.changed_after_approval", "whether the text was changed after it was approved"),
            ("history.dates_only", "whether more than the dates was changed"),
        ],
    ),
    (
        "fact",
        "opening",
        &[
            ("addresses", "who may reach it"),
            ("ports", "which ports are open"),
            ("inside", "which ports are open"),
            ("direction", "the direction"),
            ("protocol", "the protocol"),
        ],
    ),
    (
        "fact",
        "grant",
        &[
            ("principal", "who has the right"),
            ("principals", "who has the right"),
            ("role", "the role"),
            ("actions", "what is allowed"),
            ("but", "what is left out"),
            ("everything", "what is allowed"),
            ("all_but_some", "what is allowed"),
            ("all_of_a_service", "what is allowed"),
            ("covers", "what is allowed"),
            ("escalates", "what is allowed"),
            ("resources", "on what it is allowed"),
            ("names", "on what it is allowed"),
            ("reach", "on what it is allowed"),
            ("restricted", "whether a condition restricts it"),
            ("restricted_by", "whether a condition restricts it"),
        ],
    ),
    (
        "fact",
        "endpoint",
        &[
            ("tls_minimum", "the lowest version of TLS"),
            ("plain", "whether it does without TLS"),
            ("address", "the address"),
            ("direction", "the direction"),
        ],
    ),
    ("fact", "expression", &[("by", "who decides what it says")]),
    (
        "fact",
        "image",
        &[
            ("tag", "the tag"),
            ("digest", "the digest"),
            ("registry", "the registry"),
            ("repository", "the name of the image"),
            ("name", "the name of the image"),
            ("text", "the image"),
        ],
    ),
    (
        "fact",
        "command",
        &[
            ("argv", "the command"),
            ("text", "the command"),
            ("name", "the program"),
            ("program", "the program"),
            ("piped_to", "what it is piped to"),
            ("download", "what it downloads"),
        ],
    ),
    (
        "fact",
        "store",
        &[
            ("encrypted", "whether it is encrypted"),
            ("own_key", "whose key encrypts it"),
            ("backup_days", "how long backups are kept"),
            ("versions", "whether versions are kept"),
            ("restorable", "whether it can be restored to any time"),
            ("public", "whether the internet reaches it"),
            ("logged", "whether its use is logged"),
            ("guarded", "whether it is protected from being deleted"),
            ("place", "the region"),
        ],
    ),
    (
        "fact",
        "log",
        &[
            ("days", "how long it is kept"),
            ("on", "whether it is switched on"),
            ("encrypted", "whether it is encrypted"),
            ("to", "where it goes to"),
        ],
    ),
];

/// The words for what stands at these keys in a kind of a dialect, where nobody writes that there.
pub fn words(dialect: &str, kind: &str, keys: &[&str]) -> Option<&'static str> {
    let (_, _, fields) = SAID.iter().find(|(of, name, _)| *of == dialect && (*name == kind || *name == "*"))?;
    fields.iter().find(|(path, _)| path.split('.').eq(keys.iter().copied())).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::REGISTERS;

    #[test]
    fn words_are_of_fields_that_facts_have() {
        for (_, kind, fields) in SAID.iter().filter(|(dialect, ..)| *dialect == "fact") {
            let register = REGISTERS.iter().find(|register| register.name == *kind);
            let views = register.map_or(&[][..], |register| register.fields);
            for (path, _) in *fields {
                assert!(views.iter().any(|view| view.path == *path), "{kind} has no `{path}`");
            }
        }
    }
}
