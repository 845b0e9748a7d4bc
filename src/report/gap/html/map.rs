//! The map of the 93 controls, and how many are in each state.

use maud::{Markup, html};

use crate::control::ControlId;
use crate::posture::{Ledger, Standing};
use crate::report::gap::axes;
use crate::report::gap::overview::{self, THEMES};
use crate::report::html::shell::{state_in, table};
use crate::report::place::control_title;
use crate::report::text::visible;
use crate::report::words::Language;

/// The element of a control.
pub fn anchor(id: ControlId) -> String {
    format!("control-{id}")
}

/// The states with their letters, meanings and counts.
pub fn states(language: Language, ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { (language.say("State")) } th.number scope="col" { (language.say("All")) }
            @for (_, theme) in THEMES { th.number scope="col" { (language.say(theme)) } }
            th scope="col" { (language.say("Meaning")) }
        } }
        tbody { @for count in overview::counts(ledger) { tr {
            th scope="row" { (state_in(language, count.state)) }
            td.number { (count.total()) }
            @for number in count.by_theme { td.number { (number) } }
            td { (language.say(overview::meaning(count.state))) }
        } } }
    };
    table(&language.say("Controls by state and theme"), &content)
}

/// What is said of the controls against what was found.
pub fn axes(language: Language, ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { (language.say("The Statement says")) }
            @for found in axes::FOUND { th.number scope="col" { (language.say(found)) } }
        } }
        tbody { @for row in axes::rows(ledger) { tr {
            th scope="row" { (language.say(row.said)) }
            @for number in row.found { td.number { (number) } }
        } } }
    };
    table(&language.say("Controls by what is said and what was found"), &content)
}

/// How far the stages of an audit are.
pub fn readiness(language: Language, ledger: &Ledger) -> Markup {
    html! {
        @for stage in &ledger.readiness {
            h3.part { (language.say(stage.title)) }
            (table(&language.say(stage.title), &html! {
                thead { tr { th scope="col" { (language.say("What is asked for")) } th.number scope="col" { (language.say("There")) } th scope="col" { (language.say("Missing")) } } }
                tbody { @for point in &stage.points { tr {
                    th scope="row" { (language.say(point.title)) }
                    td.fixed { (language.say(&axes::figure(point))) }
                    td { (visible(&language.say(&axes::missing(point)))) }
                } } }
            }))
        }
    }
}

/// The map, by theme.
pub fn map(language: Language, ledger: &Ledger) -> Markup {
    html! {
        @for (clause, theme) in THEMES {
            h3.theme { (language.say(&format!("{clause} {theme} controls"))) }
            ul.map { @for standing in overview::of_theme(ledger, clause) { (cell(language, ledger, standing)) } }
        }
    }
}

fn cell(language: Language, ledger: &Ledger, standing: &Standing) -> Markup {
    let title = language.say(control_title(standing.id));
    let words = standing.state.words();
    let words = language.say(&words);
    html! {
        li.filtered data-control=(standing.id) data-facets=(super::filter::facets(ledger, standing)) {
            a.cell.(standing.state.name()) href=(format!("#{}", anchor(standing.id))) title=(format!("{title}: {words}")) {
                b { (standing.id) } " "
                span.letter aria-hidden="true" { (standing.state.letter()) }
                span.hidden { (title) ", " (words) }
            }
        }
    }
}
