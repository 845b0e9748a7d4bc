//! What rules can ask of the ledger.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["control"],
        written: Written::Nothing,
        views: &[
            view("id", "s", "the control", "8.24"),
            view("theme", "s", "its theme", "technological"),
            view("state", "s", "its state", "evidenced"),
            view("applicable", "b", "whether it applies", "true"),
            view("implementation", "s", "what is claimed", "implemented"),
            view("attested", "b", "whether a person attests it", "false"),
            view("has_evidence", "b", "whether evidence is named", "true"),
            view("shown", "b", "whether checks show it", "true"),
            view("judged", "n", "how many rules judged something", "4"),
            view("subjects", "n", "how many things they judged", "12"),
            view("passed", "n", "how many rules passed", "3"),
            view("failed", "n", "how many findings failed", "1"),
            view("serious", "n", "how many of these are medium or worse", "1"),
            view("open", "n", "how many are open", "0"),
            view("failed_elsewhere", "n", "how many results of other tools that are medium or worse failed", "0"),
        ],
    },
    Offer {
        kinds: &["rule"],
        written: Written::Nothing,
        views: &[
            view("id", "s", "the rule", "licence-missing"),
            view("severity", "s", "its severity", "low"),
            view("failed", "n", "how many findings failed", "1"),
            view("unplanned", "n", "how many of them no action names", "1"),
        ],
    },
    Offer {
        kinds: &["waiver"],
        written: Written::Nothing,
        views: &[
            view("id", "s", "the waiver", "old-database"),
            view("rule", "s", "its rule", "rds-storage-unencrypted"),
            view("kind", "s", "its kind", "deferred"),
            view("severity", "s", "the severity of its rule", "high"),
            view("expires", "s", "its last day", "2026-06-01"),
            view("holds_until", "s", "its last day, or that of the longest life", "2026-04-01"),
            view("days", "n", "how long it holds", "90"),
            view("longest", "n", "how long one may hold for that severity", "90"),
            view("too_long", "b", "whether it holds longer", "false"),
            view("over", "b", "whether it is over", "false"),
            view("used", "n", "how many findings it waives", "1"),
            view("missed", "n", "how many it waived before it was over", "0"),
        ],
    },
];
