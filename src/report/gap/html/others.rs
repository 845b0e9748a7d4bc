//! What other tools found: where that is from, and what of it speaks of a control.

use maud::{Markup, html};

use crate::posture::{Ledger, Standing};
use crate::report::gap::others;
use crate::report::html::shell::{prose, table};
use crate::report::text::{counted, visible};
use crate::rule::Strength;

/// The files with results, each with its origin.
pub fn origins(ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr { @for head in others::HEAD { th scope="col" { (head) } } th scope="col" { "Controls" } th scope="col" { "Collected by" } } }
        tbody { @for origin in &ledger.origins { tr {
            @for (place, cell) in others::row(origin).into_iter().enumerate() {
                @match place {
                    0 => th scope="row" { (visible(&cell)) },
                    1 => td { code { (visible(&cell)) } br; "sha256 " code { (origin.sha256) } },
                    2 => td.fixed { (cell) },
                    3 => td { (prose(&cell)) },
                    _ => td.number { (cell) },
                }
            }
            td { (others::controls(ledger, origin)) }
            td { (visible(&origin.owner)) }
        } } }
    };
    html! {
        p { "Verdicts of these tools, not of annexa. How a rule of theirs comes to a control stands with each control." }
        (table("Results of other tools", &content))
    }
}

/// The rules of other tools that speak of a control.
pub fn of_control(standing: &Standing) -> Markup {
    let (rules, more) = others::of_control(standing);
    let content = html! {
        thead { tr {
            th scope="col" { "Rule, and what it is about" } th scope="col" { "Found by" } th scope="col" { "Severity" } th scope="col" { "Bears on it" }
            th.number scope="col" { "Passed" } th.number scope="col" { "Failed" } th.number scope="col" { "Open" } th.number scope="col" { "Accepted there" }
        } }
        tbody { @for rule in &rules { @if let Some(bearing) = rule.on(standing.id) { tr {
            th scope="row" {
                code { (visible(&rule.id)) } " " (visible(&rule.title))
                @for place in &rule.places { br; code.where { (visible(place)) } }
            }
            td { (visible(&rule.origin.tool_words())) ", " (prose(&rule.origin.file_words())) }
            td { (rule.severity.name()) }
            td { @match bearing.strength { Strength::Direct => "directly, ", Strength::Supporting => "in support, " } (prose(&bearing.by.words())) }
            td.number { (rule.counts.passed) } td.number { (rule.counts.failed) } td.number { (rule.counts.open) } td.number { (rule.counts.silenced) }
        } } } }
    };
    html! {
        h4 { "Results of other tools" }
        (table(&format!("Results of other tools for {}", standing.id), &content))
        @if more > 0 { p { "And " (counted(more, "rule")) " more, in the JSON of the gap analysis." } }
    }
}
