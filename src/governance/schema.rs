//! What may stand in the governance files: one table a file.
//!
//! The table is the single source of what is accepted and of what a fault is told as. To add a register: one
//! [`Schema`] here, or with its neighbours in a file below, and one line in [`SCHEMAS`].

mod collected;
mod cycle;

pub use collected::{EVIDENCE, FORMATS};
pub use cycle::{AUDITS, CONTEXT, GRADES, INPUTS, MANAGEMENT_REVIEWS, NONCONFORMITIES, OBJECTIVES};

/// A governance file: a list of records of one kind.
#[derive(Debug)]
pub struct Schema {
    /// The file's name without `.toml`.
    pub file: &'static str,
    /// The key of the list of tables: `waiver` for `[[waiver]]`.
    pub record: &'static str,
    /// What it is for, in one sentence.
    pub doc: &'static str,
    /// Controls that the register bears on.
    pub controls: &'static [&'static str],
    /// A table beside the records, which says something of all of them.
    pub head: Option<Head>,
    /// The keys of a record.
    pub fields: &'static [Field],
}

/// A table that stands once in a file.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// Its key: `programme` for `[programme]`.
    pub key: &'static str,
    /// What it is for, in one sentence.
    pub doc: &'static str,
    /// Its keys.
    pub fields: &'static [Field],
}

/// A key of a record.
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether a record must have it.
    pub required: bool,
    /// What it says, in a clause.
    pub doc: &'static str,
}

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A short name, unique in its file.
    Id,
    /// A text.
    Text,
    /// Texts.
    Texts,
    /// A day, as `2026-01-31`.
    Date,
    /// A day on which something was so, or was done: it may not be to come.
    PastDay,
    /// True or false.
    Flag,
    /// A whole number in a range.
    Number(i64, i64),
    /// One of a few words.
    Word(&'static [&'static str]),
    /// Some of a few words.
    Words(&'static [&'static str]),
    /// Ids of controls, in quotes.
    Controls,
    /// Ids of clauses of ISO/IEC 27001, in quotes: `9.2.1`, or `9` for all below it.
    Clauses,
    /// The id of a role in `raci.toml`.
    Role,
    /// Ids of records of another file.
    Links(&'static str),
    /// The id of a record of another file.
    Link(&'static str),
    /// Paths or globs of files of the repository; there must be one.
    Paths,
    /// A length of time in hours or days: `4h`, `30d`.
    Span,
    /// Files with content that is read: `{ path = "…", sha256 = "…" }` or a path.
    Files,
    /// What shows something: a path, or a table of where it is kept (`path`, `url` or `ticket`) and of what [`EVIDENCE_KEYS`] name.
    Evidence,
    /// Controls by the names of what is about them: `{ "CVE-*" = ["8.8"] }`.
    Bearings,
}

/// The keys of evidence that is written as a table.
pub const EVIDENCE_KEYS: &[(&str, &str)] = &[
    ("path", "a file of the repository, or a glob"),
    ("url", "an address elsewhere, without credentials in it"),
    ("ticket", "a ticket of another system, by its id"),
    ("sha256", "the SHA-256 of the file when it was looked at"),
    ("collected_on", "the day on which it was collected; of what is kept elsewhere it must be said"),
    ("collected_by", "the role that collected it; of what is kept elsewhere it must be said"),
    ("period_from", "first day it speaks of"),
    ("period_to", "last day it speaks of"),
];

const fn must(key: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field { key, shape, required: true, doc }
}

const fn may(key: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field { key, shape, required: false, doc }
}

/// Every governance file that is a list of records; the Statement of Applicability has a form of its own.
pub const SCHEMAS: &[&Schema] = &[
    &WAIVERS,
    &ATTESTATIONS,
    &RISKS,
    &PLAN,
    &RACI,
    &ASSETS,
    &SUPPLIERS,
    &CONTACTS,
    &LEGAL,
    &TRAINING,
    &ACKNOWLEDGEMENTS,
    &ACCESS_REVIEWS,
    &EXERCISES,
    &RETENTION,
    &CONTEXT,
    &OBJECTIVES,
    &AUDITS,
    &NONCONFORMITIES,
    &MANAGEMENT_REVIEWS,
    &EVIDENCE,
];

/// Findings that are accepted for a time.
pub const WAIVERS: Schema = Schema {
    file: "waivers",
    record: "waiver",
    doc: "Findings that are accepted for a time: reported as waived, not counted as failures.",
    controls: &["5.36"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("rule", Shape::Text, "the rule whose findings are accepted"),
        may(
            "paths",
            Shape::Texts,
            "globs of the files it holds for, or of what deploys them (the folder of a root module, an overlay, a chart)",
        ),
        may("resource", Shape::Text, "a glob of the resource addresses it holds for"),
        may("fingerprint", Shape::Text, "the fingerprint of the one finding it holds for"),
        must("reason", Shape::Text, "why the risk is acceptable until then"),
        must(
            "kind",
            Shape::Word(&["accepted", "compensated", "deferred", "false-alarm"]),
            "what sort of decision it is",
        ),
        must("requested_by", Shape::Role, "who asks for it"),
        must("approved_by", Shape::Role, "who decides; not the one who asks"),
        must("approved_on", Shape::PastDay, "when it was decided"),
        must("expires", Shape::Date, "the last day it holds"),
        may("risk", Shape::Link("risks"), "the risk it belongs to"),
        may("action", Shape::Link("plan"), "the action that ends it"),
    ],
};

/// What people state where no file can show it.
pub const ATTESTATIONS: Schema = Schema {
    file: "attestations",
    record: "attestation",
    doc: "What a person states of controls that no file can show, for a period, with an expiry date.",
    controls: &["5.36"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("controls", Shape::Controls, "what it is about"),
        must("statement", Shape::Text, "what is so; counts and references, no personal data"),
        must("made_by", Shape::Role, "who states it"),
        must("approved_by", Shape::Role, "who has checked it; not the one who states it"),
        may("approved_on", Shape::PastDay, "when it was checked; what changed later is no longer covered"),
        must("period_from", Shape::Date, "first day it speaks of"),
        must("period_to", Shape::PastDay, "last day it speaks of"),
        must("expires", Shape::Date, "the last day it may be relied on"),
        may("evidence", Shape::Evidence, "what shows it"),
    ],
};

/// The risks that controls answer.
pub const RISKS: Schema = Schema {
    file: "risks",
    record: "risk",
    doc: "Information security risks, how they are treated, and the controls that answer them.",
    controls: &[],
    head: Some(Head {
        key: "criteria",
        doc: "The criteria by which risks are accepted (clause 6.1.2 a).",
        fields: &[
            must(
                "owners_accept_up_to",
                Shape::Number(1, 25),
                "likelihood times impact up to which its owner accepts what remains of a risk; more is for management to accept",
            ),
            must("decided_by", Shape::Role, "who decided that"),
            must("decided_on", Shape::PastDay, "when that was"),
        ],
    }),
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "what could happen, to what, with what effect"),
        must("likelihood", Shape::Number(1, 5), "before treatment"),
        must("impact", Shape::Number(1, 5), "before treatment"),
        must("treatment", Shape::Word(&["reduce", "accept", "avoid", "transfer"]), "what is done about it"),
        must("owner", Shape::Role, "who answers for it"),
        must("controls", Shape::Controls, "what answers it"),
        may("residual_likelihood", Shape::Number(1, 5), "after treatment"),
        may("residual_impact", Shape::Number(1, 5), "after treatment"),
        may("accepted_by", Shape::Role, "who accepts what remains"),
        must("reviewed_on", Shape::PastDay, "when it was last looked at"),
    ],
};

/// What is to be done, by whom and when.
pub const PLAN: Schema = Schema {
    file: "plan",
    record: "action",
    doc: "The remediation plan: what is to be done, by whom and until when.",
    controls: &[],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "what is done"),
        may("controls", Shape::Controls, "what it improves"),
        may("rules", Shape::Texts, "rules whose findings it mends"),
        may("fingerprints", Shape::Texts, "findings that it mends"),
        may("risks", Shape::Links("risks"), "risks that it reduces"),
        may("after", Shape::Links("plan"), "actions that have to be done first"),
        must("owner", Shape::Role, "who does it"),
        must("due", Shape::Date, "until when"),
        may("effort", Shape::Word(&["hours", "days", "weeks", "months"]), "how much work it is"),
        must("status", Shape::Word(&["open", "doing", "done", "dropped"]), "how far it is"),
        may("done_on", Shape::PastDay, "when it was done"),
    ],
};

/// Roles, and who holds them.
pub const RACI: Schema = Schema {
    file: "raci",
    record: "role",
    doc: "Roles that own, approve and answer; holders by team or reference, not by personal data.",
    controls: &["5.2"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "what the role is called"),
        may("held_by", Shape::Text, "a team or an account that holds it"),
        may("management", Shape::Flag, "whether it is a management role"),
        may("controls", Shape::Controls, "what it answers for"),
        may("consulted", Shape::Controls, "controls about which it is asked before something is decided"),
        may("informed", Shape::Controls, "controls about which it is told what was decided or happened"),
    ],
};

/// What there is to protect.
pub const ASSETS: Schema = Schema {
    file: "assets",
    record: "asset",
    doc: "What there is to protect, who owns it, how sensitive it is and how soon it must be back.",
    controls: &["5.9", "5.30"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "what it is"),
        must(
            "kind",
            Shape::Word(&["service", "data", "software", "infrastructure", "device", "site"]),
            "what sort it is",
        ),
        must("owner", Shape::Role, "who answers for it"),
        must("classification", Shape::Text, "its class in the classification scheme"),
        may("paths", Shape::Paths, "where its code and configuration stand"),
        may("personal_data", Shape::Flag, "whether it holds personal data"),
        may("exposed", Shape::Flag, "whether strangers can reach it, over the internet for instance"),
        may("threat_model", Shape::Paths, "what could go wrong with it, and the requirements that follow"),
        may(
            "criticality",
            Shape::Word(&["low", "medium", "high", "critical"]),
            "how much depends on it: what is wrong with what is high or critical is done sooner",
        ),
        may("recovery_time", Shape::Span, "how soon it must be back"),
        may("recovery_point", Shape::Span, "how much data may be lost"),
        may("suppliers", Shape::Links("suppliers"), "who provides it"),
        must("reviewed_on", Shape::PastDay, "when the entry was last checked"),
    ],
};

/// Who provides what.
pub const SUPPLIERS: Schema = Schema {
    file: "suppliers",
    record: "supplier",
    doc: "Suppliers of products and services, what they provide, and how they are overseen.",
    controls: &["5.19", "5.20", "5.22"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "who it is"),
        must("owner", Shape::Role, "who oversees it"),
        must("criticality", Shape::Word(&["low", "medium", "high", "critical"]), "how much depends on it"),
        may(
            "provides",
            Shape::Texts,
            "providers, registries and owners of actions as code names them: `aws`, `ghcr.io`, `actions`",
        ),
        must("assessed_on", Shape::PastDay, "when its security was last assessed"),
        may("contract", Shape::Text, "where the contract is kept"),
        may("contract_end", Shape::Date, "when it ends"),
        may("security_clause", Shape::Flag, "whether the contract states security duties"),
        may("data_processing_agreement", Shape::Flag, "whether there is one"),
        may("development", Shape::Flag, "whether it develops software for the organisation"),
        may("secure_development", Shape::Flag, "whether the contract asks for secure development, review and tests"),
        may("certificate", Shape::Text, "the assurance it offers"),
        may("certificate_expires", Shape::Date, "until when that holds"),
        may("covers", Shape::Controls, "controls that are inherited from it"),
        must("next_review", Shape::Date, "when it is looked at again"),
    ],
};

/// Whom to reach.
pub const CONTACTS: Schema = Schema {
    file: "contacts",
    record: "contact",
    doc: "Authorities and interest groups, and how to reach them.",
    controls: &["5.5", "5.6"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("kind", Shape::Word(&["authority", "group", "emergency", "supplier"]), "what sort it is"),
        must("title", Shape::Text, "who it is"),
        must("reach", Shape::Text, "how it is reached"),
        may("when", Shape::Text, "in which case"),
        must("owner", Shape::Role, "who keeps it current"),
        must("verified_on", Shape::PastDay, "when it was last tried"),
    ],
};

/// What law and contracts ask for.
pub const LEGAL: Schema = Schema {
    file: "legal",
    record: "obligation",
    doc: "Laws, regulations and contracts that bear on information security.",
    controls: &["5.31"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("kind", Shape::Word(&["law", "regulation", "contract", "standard"]), "what sort it is"),
        must("title", Shape::Text, "what it is"),
        must("owner", Shape::Role, "who follows it"),
        may("controls", Shape::Controls, "what answers it"),
        may("paths", Shape::Paths, "where the code and configuration stand that it bears on"),
        may("regions", Shape::Texts, "the regions in which data may be kept, as providers call them: `eu-central-1`"),
        must("reviewed_on", Shape::PastDay, "when it was last looked at"),
    ],
};

/// Who learnt what.
pub const TRAINING: Schema = Schema {
    file: "training",
    record: "course",
    doc: "Awareness and training: audiences and completion, counts only.",
    controls: &["6.3"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "what is taught"),
        must("audience", Shape::Text, "for whom"),
        must("owner", Shape::Role, "who runs it"),
        must("period_end", Shape::PastDay, "last day the numbers speak of"),
        must("invited", Shape::Number(0, 1_000_000), "how many were to take it"),
        must("completed", Shape::Number(0, 1_000_000), "how many did"),
        must("target_percent", Shape::Number(1, 100), "the share to be reached"),
    ],
};

/// Who has read which policy.
pub const ACKNOWLEDGEMENTS: Schema = Schema {
    file: "acknowledgements",
    record: "acknowledgement",
    doc: "Who of those whom a policy binds has confirmed that it was read and understood; counts only.",
    controls: &["5.1"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "what is confirmed"),
        must("policies", Shape::Paths, "the policies that were confirmed together"),
        must("audience", Shape::Text, "whom they bind"),
        must("owner", Shape::Role, "who asks for it"),
        must("counted_on", Shape::PastDay, "the day of the numbers"),
        must("asked", Shape::Number(0, 1_000_000), "how many were asked to confirm"),
        must("acknowledged", Shape::Number(0, 1_000_000), "how many did"),
        must("target_percent", Shape::Number(1, 100), "the share to be reached"),
    ],
};

/// Reviews of access rights.
pub const ACCESS_REVIEWS: Schema = Schema {
    file: "access-reviews",
    record: "review",
    doc: "Reviews of access rights, counts only.",
    controls: &["5.18"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("system", Shape::Text, "whose rights were reviewed"),
        must("reviewer", Shape::Role, "who did it"),
        must("reviewed_on", Shape::PastDay, "when"),
        must("rights", Shape::Number(0, 10_000_000), "how many were looked at"),
        must("withdrawn", Shape::Number(0, 10_000_000), "how many were taken away"),
        must("next_review", Shape::Date, "when it is done again"),
    ],
};

/// Tests of recovery and response.
pub const EXERCISES: Schema = Schema {
    file: "exercises",
    record: "exercise",
    doc: "Exercises of recovery, continuity and incident response.",
    controls: &["5.24", "5.29", "5.30", "8.13"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("kind", Shape::Word(&["restore", "failover", "continuity", "incident", "crisis"]), "what was tried"),
        must("title", Shape::Text, "the scenario"),
        must("owner", Shape::Role, "who ran it"),
        must("held_on", Shape::PastDay, "when"),
        may("assets", Shape::Links("assets"), "what was recovered or tried"),
        must("result", Shape::Word(&["passed", "partly", "failed"]), "how it went"),
        may("recovery_time", Shape::Span, "how long it took"),
        may("report", Shape::Paths, "where it is written up"),
        may("actions", Shape::Links("plan"), "what follows from it"),
        must("next", Shape::Date, "when the next one is"),
    ],
};

/// How long what is kept.
pub const RETENTION: Schema = Schema {
    file: "retention",
    record: "retention",
    doc: "The retention schedule: how long which data are kept, and where that is set.",
    controls: &["5.33", "8.10"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "which data"),
        must("kind", Shape::Word(&["logs", "backups", "objects", "records", "messages"]), "what sort they are"),
        must("owner", Shape::Role, "who answers for it"),
        may("keep", Shape::Span, "how long they are kept at least"),
        may("delete_after", Shape::Span, "after how long they are gone"),
        may("reason", Shape::Text, "the law, contract or need behind it"),
        must("paths", Shape::Paths, "where the code and configuration stand that keep them"),
        must("reviewed_on", Shape::PastDay, "when it was last looked at"),
    ],
};
