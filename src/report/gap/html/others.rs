//! What other tools found: where that is from, and what of it speaks of a control.

use maud::{Markup, html};

use crate::posture::{Ledger, Standing};
use crate::report::gap::others;
use crate::report::html::shell::{prose, table};
use crate::report::text::{counted, visible};
use crate::report::words::Language;
use crate::rule::Strength;

/// The files with results, each with its origin.
pub fn origins(language: Language, ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr { @for head in others::HEAD { th scope="col" { (language.say(head)) } } th scope="col" { (language.say("Controls")) } th scope="col" { (language.say("Collected by")) } } }
        tbody { @for origin in &ledger.origins { tr {
            @for (place, cell) in others::row(origin).into_iter().enumerate() {
                @match place {
                    0 => th scope="row" { (visible(&language.say(&cell))) },
                    1 => td { code { (visible(&cell)) } br; "sha256 " code { (origin.sha256) } },
                    2 => td.fixed { (language.say(&cell)) },
                    3 => td { (prose(&language.say(&cell))) },
                    _ => td.number { (cell) },
                }
            }
            td { (language.say(&others::controls(ledger, origin))) }
            td { (visible(&origin.owner)) }
        } } }
    };
    html! {
        p { (language.say("Verdicts of these tools, not of annexa. How a rule of theirs comes to a control stands with each control.")) }
        (table(&language.say("Results of other tools"), &content))
    }
}

/// The rules of other tools that speak of a control.
pub fn of_control(language: Language, standing: &Standing) -> Markup {
    let (rules, more) = others::of_control(standing);
    let content = html! {
        thead { tr {
            th scope="col" { (language.say("Rule, and what it is about")) } th scope="col" { (language.say("Found by")) } th scope="col" { (language.say("Severity")) } th scope="col" { (language.say("Bears on it")) }
            th.number scope="col" { (language.say("Passed")) } th.number scope="col" { (language.say("Failed")) } th.number scope="col" { (language.say("Open")) } th.number scope="col" { (language.say("Accepted there")) }
        } }
        tbody { @for rule in &rules { @if let Some(bearing) = rule.on(standing.id) { tr {
            th scope="row" {
                code { (visible(&rule.id)) } " " (visible(&rule.title))
                @for place in &rule.places { br; code.where { (visible(place)) } }
            }
            td { (visible(&language.say(&rule.origin.tool_words()))) ", " (prose(&language.say(&rule.origin.file_words()))) }
            td { (language.say(rule.severity.name())) }
            td { (language.say(match bearing.strength { Strength::Direct => "directly", Strength::Supporting => "in support" })) ", " (prose(&language.say(&bearing.by.words()))) }
            td.number { (rule.counts.passed) } td.number { (rule.counts.failed) } td.number { (rule.counts.open) } td.number { (rule.counts.silenced) }
        } } } }
    };
    html! {
        h4 { (language.say("Results of other tools")) }
        (table(&language.say(&format!("Results of other tools for {}", standing.id)), &content))
        @if more > 0 { p { (language.say(&format!("And {} more, in the JSON of the gap analysis.", counted(more, "rule")))) } }
    }
}
