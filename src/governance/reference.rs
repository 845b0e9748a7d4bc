//! The reference of governance files and documents, from the tables that read them.

use std::fmt::Write as _;

use crate::governance::front_matter::KEYS;
use crate::governance::schema::{EVIDENCE_KEYS, Field, SCHEMAS, Shape};

/// What stands at the top of the page.
const INTRODUCTION: &str = "\
<!-- Written by `UPDATE_DOCS=1 cargo test --test docs`; do not edit. -->

# Governance files and documents

What an organisation says of its controls stands in TOML files of one folder: `compliance`, or what `compliance = \"…\"` in
`annexa.toml` says. None has to be there. A file that is there is read strictly: an unknown key, an id that leads nowhere, a
day that cannot be, each is told with its place. Rules then judge what the files say: dates that have passed, owners that are
missing, suppliers that code uses and nobody registered.

Dates are written `2026-01-31`, ids of controls in quotes (`\"5.10\"`: 5.10 is not 5.1), lengths of time `4h` or `30d`. A
control of the 2013 edition is written `2013:12.4.1` and translated with a notice. Registers hold counts, roles and
references, no personal data. A person who approves is never the one who asks.
";

const STATEMENT: &str = "
## soa.toml

The Statement of Applicability. At its head stand `version`, `scope`, `approved_by` (a role), `approved_on` and
`next_review`; then a table for each control: `[control.\"5.1\"]`, and `[custom.\"X-1\"]` with a `title` for controls of the
organisation's own.

| Key | Holds | Says |
| --- | --- | --- |
| `applicable` | true or false, required | whether the control applies |
| `reasons` | list | why it was chosen: `risk:ID`, `legal:ID`, `contract:ID` or `practice:WORD`; required where it applies |
| `exclusion` | text | why it does not apply; required where it does not |
| `implementation` | `planned`, `partial` or `implemented` | how far it is; required where it applies |
| `owner`, `accountable` | role | who owns it, and who answers for it |
| `how` | text | how it is implemented |
| `evidence` | [evidence](#evidence) | what shows it |
| `inherited_from` | id in `suppliers.toml` | the supplier that does it; its `covers` has to list the control |
| `current_level`, `target_level` | whole number from 0 to 5 | maturity as a person sees it |
";

const ATTESTING: &str = "
## What only people can vouch for

Some controls no file can show: screening, walls, clear desks. For these add an `[[attestation]]` that lists them: what is
so, who says so, who checked it (someone else), for which period, until when it may be relied on, and the record that shows
it, best with its `sha256`. A control that is inherited needs the supplier's proof in its place.
";

const EVIDENCE: &str = "
## Evidence

Where a key holds evidence stands a list: paths of the repository (or globs), or tables that say more.

```toml
evidence = [
    \"docs/policies/people-and-devices.md\",
    { path = \"compliance/evidence/office-walk.md\", sha256 = \"7c58…\" },
    { url = \"https://records.example.org/audits/2026-04\", collected_on = \"2026-04-30\", collected_by = \"people-lead\" },
    { ticket = \"SEC-481\", collected_on = \"2026-05-04\", collected_by = \"platform-lead\", period_from = \"2026-01-01\", period_to = \"2026-03-31\" },
]
```

A file has to be there, and says something: an empty one, or one of headings alone, shows nothing. What is kept elsewhere nobody can look
at here: it is listed for whoever audits, with its day, its collector and, where it is written, its hash, but it raises no state by itself.
Where it is all that there is, attest the control and name it in the attestation.

| Key | Says |
| --- | --- |
";

const ROLES: &str = "
## Who does what in a control

Four parts, after the letters of RACI: the `owner` in the Statement carries a control out (responsible); its `accountable`, or else the role whose
`controls` in `raci.toml` name it, answers for it; `consulted` and `informed` of `raci.toml` say who is asked before and who is told after.
`annexa gap` shows them as a table of roles and at each control, and has them in csv and json.
";

/// The head of the table of keys.
const COLUMNS: &str = "| Key | Holds | Says |\n| --- | --- | --- |\n";

/// The page.
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str(ATTESTING);
    page.push_str(EVIDENCE);
    page.extend(EVIDENCE_KEYS.iter().map(|(key, doc)| format!("| `{key}` | {doc} |\n")));
    page.push_str(ROLES);
    page.push_str(STATEMENT);
    for schema in SCHEMAS {
        let about = if schema.controls.is_empty() {
            String::new()
        } else {
            format!(" Bears on {}.", schema.controls.join(", "))
        };
        // Writing to a string does not fail.
        let _ = write!(
            page,
            "\n## {}.toml\n\n{} Records: `[[{}]]`.{about}\n\n{COLUMNS}",
            schema.file, schema.doc, schema.record
        );
        page.extend(schema.fields.iter().map(row));
        if let Some(head) = schema.head {
            let _ = write!(page, "\n{} Table: `[{}]`.\n\n{COLUMNS}", head.doc, head.key);
            page.extend(head.fields.iter().map(row));
        }
    }
    page.push_str(
        "\n## Front matter of documents\n\nPolicies are Markdown in `policies`, `docs/policies` (or `richtlinien`, `docs/richtlinien`) and the `policies` folder \
         beside the governance\nfiles (or where `policies` in `annexa.toml` says), records in folders called `records` and, \
         beside the governance files,\n`incidents`, `audits`, `management-review` and the like, runbooks in `runbooks` and in \
         files called `RUNBOOK…`. Front matter\nis YAML between `---` or TOML between `+++`; of other keys those are told\nthat generators of sites do not know either; `x-…` never is.\n\n\
         | Key | In | Says |\n| --- | --- | --- |\n",
    );
    page.extend(KEYS.iter().map(|key| format!("| `{}` | {} | {} |\n", key.name, key.of, key.doc)));
    page
}

fn row(field: &Field) -> String {
    let required = if field.required { ", required" } else { "" };
    format!("| `{}` | {}{required} | {} |\n", field.key, holds(field.shape), field.doc)
}

fn holds(shape: Shape) -> String {
    match shape {
        Shape::Id => "id".to_owned(),
        Shape::Text => "text".to_owned(),
        Shape::Texts => "texts".to_owned(),
        Shape::Date => "day".to_owned(),
        Shape::PastDay => "day, not to come".to_owned(),
        Shape::Flag => "true or false".to_owned(),
        Shape::Number(low, high) => format!("whole number from {low} to {high}"),
        Shape::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Shape::Words(words) => {
            format!("some of {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))
        }
        Shape::Controls => "controls".to_owned(),
        Shape::Clauses => "clauses".to_owned(),
        Shape::Role => "role".to_owned(),
        Shape::Links(file) => format!("ids in `{file}.toml`"),
        Shape::Link(file) => format!("id in `{file}.toml`"),
        Shape::Paths => "paths or globs".to_owned(),
        Shape::Span => "length of time".to_owned(),
        Shape::Bearings => "controls by name: `{ \"CVE-*\" = [\"8.8\"] }`".to_owned(),
        Shape::Files => "files: paths, or `{ path = \"…\", sha256 = \"…\" }`".to_owned(),
        Shape::Evidence => "[evidence](#evidence)".to_owned(),
    }
}
