//! The registers of the cycle that a management system lives in: what it stands in, what it aims at, who looks whether it
//! works, what is found, and what management makes of that.

use super::{Head, Schema, Shape, may, must};

/// What a management review looks at, by the words that stand for it: each is a part of clause 9.3.2.
pub const INPUTS: &[&str] = &[
    "actions",
    "issues",
    "interested-parties",
    "nonconformities",
    "measurements",
    "audits",
    "objectives",
    "feedback",
    "risks",
    "improvement",
];

/// What the organisation stands in.
pub const CONTEXT: Schema = Schema {
    file: "context",
    record: "context",
    doc: "What the management system stands in: issues within and outside, interested parties and what they require, what \
          changed, what they say, and what could be better.",
    controls: &["5.4"],
    head: Some(Head {
        key: "climate-change",
        doc: "Whether climate change is an issue that matters to the management system (Amendment 1:2024 to clause 4.1).",
        fields: &[
            must("relevant", Shape::Flag, "whether it matters"),
            must("reason", Shape::Text, "why, or why not"),
            must("decided_by", Shape::Role, "who decided that"),
            must("reviewed_on", Shape::PastDay, "when it was last looked at"),
        ],
    }),
    fields: &[
        must("id", Shape::Id, "a short name"),
        must(
            "kind",
            Shape::Word(&["internal-issue", "external-issue", "interested-party", "feedback", "opportunity"]),
            "what sort it is",
        ),
        must("title", Shape::Text, "what matters, who the party is, what was said, what could be better"),
        may("requirements", Shape::Texts, "what an interested party requires of information security"),
        may("party", Shape::Link("context"), "whose feedback it is"),
        may("obligations", Shape::Links("legal"), "laws and contracts that the requirements stand in"),
        may("controls", Shape::Controls, "what answers it"),
        may("risks", Shape::Links("risks"), "risks that come of it"),
        may("actions", Shape::Links("plan"), "what is done about it"),
        may("since", Shape::PastDay, "when it became so, or was said"),
        must("owner", Shape::Role, "who follows it"),
        must("reviewed_on", Shape::PastDay, "when it was last looked at"),
    ],
};

/// What is aimed at.
pub const OBJECTIVES: Schema = Schema {
    file: "objectives",
    record: "objective",
    doc: "Information security objectives: what is measured, the target, the value, who measures and how often.",
    controls: &["5.4"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "what is aimed at"),
        must("metric", Shape::Text, "what is measured, and how"),
        may("unit", Shape::Text, "in what: percent, days, a count"),
        must("target", Shape::Number(0, 1_000_000_000), "the value that is aimed at"),
        may("better", Shape::Word(&["higher", "lower"]), "whether more or less is better; higher unless said"),
        may("value", Shape::Number(0, 1_000_000_000), "the value when it was last measured"),
        may("measured_on", Shape::PastDay, "when that was"),
        must("interval", Shape::Span, "how often it is measured"),
        may("due", Shape::Date, "when it is to be reached"),
        must("owner", Shape::Role, "who answers for it"),
        may("measured_by", Shape::Role, "who measures and judges it; the owner unless said"),
        may("controls", Shape::Controls, "whose effect it shows"),
        may("clauses", Shape::Clauses, "clauses whose effect it shows"),
        may("actions", Shape::Links("plan"), "what is done to reach it"),
        may("resources", Shape::Text, "what that takes"),
        may("evidence", Shape::Evidence, "what shows the value"),
    ],
};

/// Who looks whether it works.
pub const AUDITS: Schema = Schema {
    file: "audits",
    record: "audit",
    doc: "The audit programme and its audits: what was and will be looked at, by whom, against what, and what came of it.",
    controls: &["5.35"],
    head: Some(Head {
        key: "programme",
        doc: "The cycle within which every clause and every applicable control is audited.",
        fields: &[
            must("from", Shape::Date, "the first day of the cycle"),
            must("to", Shape::Date, "its last day"),
            must("owner", Shape::Role, "who keeps the programme"),
            may("approved_by", Shape::Role, "who approved it"),
            may("approved_on", Shape::PastDay, "when that was"),
            may("considers", Shape::Text, "how importance, risks and earlier results decided what is looked at when"),
        ],
    }),
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "what the audit is about"),
        may(
            "kind",
            Shape::Word(&["internal", "certification", "customer", "supplier"]),
            "who wants it; internal unless said",
        ),
        may("clauses", Shape::Clauses, "clauses of ISO/IEC 27001 that are looked at"),
        may("controls", Shape::Controls, "controls that are looked at"),
        may("scope", Shape::Text, "sites, teams and systems that are looked at"),
        may("criteria", Shape::Texts, "what is audited against: the standard, policies, contracts"),
        must("auditor", Shape::Role, "who audits; never one that answers for what is audited"),
        must("planned_on", Shape::Date, "when it is to be held"),
        may("done_on", Shape::PastDay, "when it was over"),
        may("sample", Shape::Paths, "the working paper: what was drawn and what was seen"),
        may("seed", Shape::Text, "the seed that `annexa sample` drew it with"),
        may("revision", Shape::Text, "the commit that it was drawn from"),
        may("result", Shape::Word(&["conforms", "minor", "major"]), "the worst that was found"),
        may("report", Shape::Paths, "where it is written up"),
        may("reported_to", Shape::Role, "the management that was told"),
        may("reported_on", Shape::PastDay, "when that was"),
    ],
};

/// What was found not to be so.
pub const NONCONFORMITIES: Schema = Schema {
    file: "nonconformities",
    record: "nonconformity",
    doc: "Nonconformities: what was found, how it was corrected, why it came about, what keeps it from coming again, and \
          whether that worked.",
    controls: &["5.35", "5.36"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("title", Shape::Text, "what was found: the requirement that is not met, and how that shows"),
        must(
            "source",
            Shape::Word(&["audit", "certification", "incident", "review", "check", "complaint", "supplier", "other"]),
            "where it comes from",
        ),
        may("audit", Shape::Link("audits"), "the audit that found it"),
        must("grade", Shape::Word(GRADES), "how grave it is"),
        must("found_on", Shape::PastDay, "when it was found"),
        may("clauses", Shape::Clauses, "clauses of ISO/IEC 27001 that are not met"),
        may("controls", Shape::Controls, "controls that are not met"),
        must("owner", Shape::Role, "who answers for what becomes of it"),
        may("evidence", Shape::Evidence, "what shows what was found, or what became of it"),
        may("correction", Shape::Text, "what was done at once"),
        may("root_cause", Shape::Text, "why it came about"),
        may("similar", Shape::Text, "whether the like stands or could come about elsewhere"),
        may("actions", Shape::Links("plan"), "corrective actions: what removes the cause"),
        may("due", Shape::Date, "until when it is closed"),
        may("check_due", Shape::Date, "when it is looked whether the actions were effective"),
        may("checked_by", Shape::Role, "who looked; not one that acted"),
        may("checked_on", Shape::PastDay, "when that was"),
        may("effective", Shape::Flag, "whether they were"),
        may("effect", Shape::Text, "what the check of effectiveness saw"),
        may("closed_on", Shape::PastDay, "when it was closed"),
    ],
};

/// How grave a nonconformity is, the worst first.
pub const GRADES: &[&str] = &["major", "minor", "observation"];

/// What management makes of it.
pub const MANAGEMENT_REVIEWS: Schema = Schema {
    file: "management-reviews",
    record: "management-review",
    doc: "Management reviews: the period, what was looked at, what was decided. `annexa review` writes what there is to look \
          at.",
    controls: &["5.4"],
    head: None,
    fields: &[
        must("id", Shape::Id, "a short name"),
        must("held_on", Shape::PastDay, "when it was held"),
        must("period_from", Shape::Date, "the first day that it speaks of"),
        must("period_to", Shape::Date, "the last day that it speaks of"),
        must("chair", Shape::Role, "the role of management that led it"),
        may("attendees", Shape::Links("raci"), "further roles that took part"),
        must("inputs", Shape::Words(INPUTS), "what was looked at; clause 9.3.2 asks for all of these"),
        may("decisions", Shape::Texts, "what was decided, also that nothing has to change"),
        may("actions", Shape::Links("plan"), "what follows from that"),
        may("minutes", Shape::Paths, "where it is written up"),
        must("next", Shape::Date, "when the next one is"),
    ],
};
