//! What rules can ask of governance files.

use crate::governance;
use crate::governance::schema::{SCHEMAS, Shape};
use crate::schema::{Field, Offer, Type, Written, view};

macro_rules! evidence {
    () => {
        "[(path:s sha256:s sha256_matches:b exists:b commit:s changed_on:s changed_since:b)"
    };
}

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["folder", "organisation"],
        written: Written::Nothing,
        views: &[
            view("folder", "s", "where the governance files are", "compliance"),
            view("files", "[s", "the files in it", "[ \"compliance/soa.toml\" ]"),
            view("kept", "[s", "the registers that are kept", "[ \"risks\" ]"),
            view("applicable", "[s", "the controls that apply", "[ \"5.1\" ]"),
            view("excluded", "[s", "the controls that do not", "[ \"7.4\" ]"),
            view("programme", "b", "whether there is a programme of audits", "true"),
            view(
                "policies",
                "[(about:s approved_by:s approver_known:b approver_manages:b controls:[s owner:s path:s title:s next_review:s)",
                "the policies",
                "[{ \"path\": \"policies/access.md\" }]",
            ),
            view(
                "records",
                "[(about:s controls:[s date:s kind:s owner:s path:s reviewer:s title:s)",
                "the records",
                "[{ \"kind\": \"incident\" }]",
            ),
            view(
                "runbooks",
                "[(about:s controls:[s owner:s path:s title:s)",
                "the runbooks",
                "[{ \"path\": \"runbooks/restore.md\" }]",
            ),
        ],
    },
    Offer {
        kinds: &["register"],
        written: Written::Nothing,
        views: &[
            view("path", "s", "its file", "compliance/risks.toml"),
            view("file", "s", "its name", "risks"),
            view("records", "n", "how many records it has", "3"),
            view("head", "b", "whether the table beside its records is there, where it can have one", "true"),
            view("kinds", "[s", "the kinds of its records", "[ \"interested-party\" ]"),
            view("owned", "b", "whether code owners guard it", "true"),
        ],
    },
    Offer {
        kinds: &["code-owner"],
        written: Written::Nothing,
        views: &[
            view("name", "s", "who is named", "@acme/security"),
            view("registered", "b", "whether a role holds that name", "true"),
        ],
    },
    Offer {
        kinds: &["unit"],
        written: Written::Nothing,
        views: &[
            view("kind", "s", "what is deployed there", "terraform"),
            view("path", "s", "where", "services/mail"),
            view("registered", "b", "whether an asset names the path", "true"),
        ],
    },
    Offer {
        kinds: &["usage"],
        written: Written::Nothing,
        views: &[
            view("kind", "s", "how it is used", "registry"),
            view("name", "s", "what is used", "terraform-aws-modules"),
            view("registered", "b", "whether a supplier provides it", "true"),
        ],
    },
    Offer {
        kinds: &["statement"],
        written: Written::Keys("scope:s version:a approved_by:s approved_on:s next_review:s"),
        views: &[
            view("listed", "n", "how many controls it lists", "93"),
            view("missing", "[s", "the controls it leaves out", "[ \"8.24\" ]"),
        ],
    },
    Offer {
        kinds: &["applicability"],
        written: Written::Keys(
            "applicable:b implementation:s reasons:[s exclusion:s owner:s how:s evidence:a inherited_from:s documents:a custom:a since:s",
        ),
        views: &[
            view("control", "s", "the control", "8.24"),
            view("theme", "s", "its theme", "technological"),
            view("rating", "s", "how far files can show it", "strong"),
            view(
                "evidence_items",
                concat!(evidence!()),
                "its evidence, each with what git knows",
                "[{ \"path\": \"docs/a.md\", \"exists\": true }]",
            ),
            view("covered_by_supplier", "b", "whether a supplier takes it over", "true"),
            view("assured_by_supplier", "b", "whether that supplier names a certificate or report", "true"),
            view("certificate_expires", "s", "until when that supplier is certified", "2027-01-01"),
        ],
    },
    Offer {
        kinds: &["action"],
        written: Written::Made(register),
        views: &[view("control_ids", "[s", "the controls, as ids", "[ \"8.24\" ]")],
    },
    Offer {
        kinds: &["asset"],
        written: Written::Made(register),
        views: &[
            view("recovery_hours", "n", "the recovery time in hours", "4"),
            view("point_hours", "n", "the recovery point in hours", "24"),
            view("exercised", "b", "whether an exercise recovered it", "true"),
        ],
    },
    Offer {
        kinds: &["attestation"],
        written: Written::Made(register),
        views: &[
            view("control_ids", "[s", "the controls, as ids", "[ \"7.1\" ]"),
            view("days", "n", "how long it holds", "365"),
            view("renewed", "b", "whether others that hold longer state the same controls", "false"),
            view(
                "evidence_items",
                concat!(evidence!()),
                "its evidence, each with what git knows",
                "[{ \"path\": \"docs/a.md\", \"exists\": true }]",
            ),
        ],
    },
    Offer {
        kinds: &["audit"],
        written: Written::Made(register),
        views: &[
            view("control_ids", "[s", "the controls, as ids", "[ \"8.24\" ]"),
            view("own_work", "[s", "what of the audited the auditor answers for", "[ \"8.24\" ]"),
            view("registered", "n", "how many nonconformities name the audit", "2"),
        ],
    },
    Offer {
        kinds: &["programme"],
        written: Written::Made(head),
        views: &[
            view("uncovered_controls", "[s", "controls that apply and no audit of the cycle looks at", "[ \"8.24\" ]"),
            view("uncovered_clauses", "[s", "clauses that no audit of the cycle looks at", "[ \"9.3.1\" ]"),
        ],
    },
    Offer {
        kinds: &["nonconformity"],
        written: Written::Made(register),
        views: &[
            view("control_ids", "[s", "the controls, as ids", "[ \"8.24\" ]"),
            view("requirement", "b", "whether a clause or a control is named", "true"),
            view("open_actions", "n", "how many of its actions are not done", "1"),
            view("checked_by_actor", "b", "whether who acted checked the effect", "false"),
        ],
    },
    Offer {
        kinds: &["management-review"],
        written: Written::Made(register),
        views: &[
            view("missing_inputs", "[s", "what it did not look at", "[ \"feedback\" ]"),
            view("led_by_management", "b", "whether a role of management led it", "true"),
            view("newest", "b", "whether no later one was held", "true"),
        ],
    },
    Offer {
        kinds: &["objective"],
        written: Written::Made(register),
        views: &[
            view("control_ids", "[s", "the controls, as ids", "[ \"8.24\" ]"),
            view("reached", "b", "whether the target is reached", "true"),
            view("measure_again", "s", "the day by which it is measured again", "2026-04-01"),
        ],
    },
    Offer {
        kinds: &["context"],
        written: Written::Made(register),
        views: &[view("control_ids", "[s", "the controls, as ids", "[ \"5.34\" ]")],
    },
    Offer { kinds: &["criteria"], written: Written::Made(head), views: &[] },
    Offer { kinds: &["climate-change"], written: Written::Made(head), views: &[] },
    Offer { kinds: &["contact"], written: Written::Made(register), views: &[] },
    Offer { kinds: &["evidence"], written: Written::Made(register), views: &[] },
    Offer {
        kinds: &["acknowledgement"],
        written: Written::Made(register),
        views: &[
            view("percent", "n", "how many of a hundred confirmed", "95"),
            view("reached", "b", "whether that is the target", "true"),
            view("newest", "b", "whether no later one of that title was counted", "true"),
            view(
                "approved_since",
                "[s",
                "the policies among them that were approved after the day of the numbers",
                "[ \"docs/policies/access-control.md\" ]",
            ),
        ],
    },
    Offer {
        kinds: &["course"],
        written: Written::Made(register),
        views: &[
            view("percent", "n", "how many of a hundred completed it", "95"),
            view("reached", "b", "whether that is the target", "true"),
            view("newest", "b", "whether no later course of that title was held", "true"),
        ],
    },
    Offer {
        kinds: &["exercise"],
        written: Written::Made(register),
        views: &[
            view("recovery_hours", "n", "how long the recovery took", "3"),
            view("promised_hours", "n", "how long it may take", "4"),
            view("in_time", "b", "whether it was fast enough", "true"),
        ],
    },
    Offer {
        kinds: &["obligation"],
        written: Written::Made(register),
        views: &[view("control_ids", "[s", "the controls, as ids", "[ \"5.34\" ]")],
    },
    Offer {
        kinds: &["retention"],
        written: Written::Made(register),
        views: &[
            view("keep_days", "n", "how long they are kept at least, in days", "365"),
            view("delete_days", "n", "after how many days they are gone", "400"),
        ],
    },
    Offer {
        kinds: &["review"],
        written: Written::Made(register),
        views: &[view("newest", "b", "whether no later one of that system was held", "true")],
    },
    Offer {
        kinds: &["risk"],
        written: Written::Made(register),
        views: &[
            view("control_ids", "[s", "the controls, as ids", "[ \"8.1\" ]"),
            view("score", "n", "impact times likelihood", "12"),
            view("residual_score", "n", "the same after treatment", "6"),
            view("planned", "b", "whether an action treats it", "true"),
            view("reduced", "b", "whether treatment lowers it", "true"),
            view("accepted_by_owner", "b", "whether its owner accepts what remains", "true"),
            view("accepted_by_management", "b", "whether a role of management accepts what remains", "false"),
            view("remains", "n", "impact times likelihood that remain", "6"),
            view("beyond_owners", "b", "whether that is more than owners may accept by `[criteria]`", "false"),
        ],
    },
    Offer {
        kinds: &["role"],
        written: Written::Made(register),
        views: &[
            view("vacant", "b", "whether nobody holds it", "false"),
            view("owns", "b", "whether anything has it as owner", "true"),
        ],
    },
    Offer {
        kinds: &["supplier"],
        written: Written::Made(register),
        views: &[
            view("control_ids", "[s", "the controls it takes over", "[ \"7.4\" ]"),
            view("used", "b", "whether an asset names it", "true"),
            view("personal_data", "b", "whether an asset with personal data names it", "true"),
            view("inherited", "b", "whether a control is inherited from it", "true"),
        ],
    },
    Offer {
        kinds: &["waiver"],
        written: Written::Made(register),
        views: &[
            view("days", "n", "how long it holds", "90"),
            view("scoped", "b", "whether it is narrower than its rule", "true"),
        ],
    },
];

/// What the records of a register hold, as its own table says.
fn register(kind: &str) -> Type {
    let schema = SCHEMAS.iter().find(|schema| schema.record == kind);
    schema.map_or(Type::Any, |schema| table(schema.fields))
}

/// What the table beside the records of a register holds.
fn head(kind: &str) -> Type {
    let head = SCHEMAS.iter().filter_map(|schema| schema.head).find(|head| head.key == kind);
    head.map_or(Type::Any, |head| table(head.fields))
}

fn table(known: &[governance::schema::Field]) -> Type {
    let fields = known.iter().map(|field| {
        let ty = match field.shape {
            Shape::Texts | Shape::Words(_) | Shape::Controls | Shape::Clauses | Shape::Links(_) | Shape::Paths => {
                Type::List(Box::new(Type::Text))
            }
            Shape::Flag => Type::Bool,
            Shape::Number(..) => Type::Number,
            Shape::Word(words) => Type::Choice(words.to_vec()),
            Shape::Files | Shape::Evidence | Shape::Bearings => Type::Any,
            Shape::Id | Shape::Text | Shape::Date | Shape::PastDay | Shape::Role | Shape::Link(_) | Shape::Span => {
                Type::Text
            }
        };
        Field { name: field.key, required: field.required, ty }
    });
    Type::Object(fields.collect())
}
