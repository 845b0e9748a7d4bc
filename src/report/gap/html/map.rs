//! The map of the 93 controls, and how many are in each state.

use maud::{Markup, html};

use crate::control::ControlId;
use crate::posture::{Ledger, Standing};
use crate::report::gap::axes;
use crate::report::gap::overview::{self, THEMES};
use crate::report::html::shell::{state, table};
use crate::report::place::control_title;
use crate::report::text::visible;

/// The element of a control.
pub fn anchor(id: ControlId) -> String {
    format!("control-{id}")
}

/// The states with their letters, meanings and counts.
pub fn states(ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { "State" } th.number scope="col" { "All" }
            @for (_, theme) in THEMES { th.number scope="col" { (theme) } }
            th scope="col" { "Meaning" }
        } }
        tbody { @for count in overview::counts(ledger) { tr {
            th scope="row" { (state(count.state)) }
            td.number { (count.total()) }
            @for number in count.by_theme { td.number { (number) } }
            td { (overview::meaning(count.state)) }
        } } }
    };
    table("Controls by state and theme", &content)
}

/// What is said of the controls against what was found.
pub fn axes(ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { "The Statement says" }
            @for found in axes::FOUND { th.number scope="col" { (found) } }
        } }
        tbody { @for row in axes::rows(ledger) { tr {
            th scope="row" { (row.said) }
            @for number in row.found { td.number { (number) } }
        } } }
    };
    table("Controls by what is said and what was found", &content)
}

/// How far the stages of an audit are.
pub fn readiness(ledger: &Ledger) -> Markup {
    html! {
        @for stage in &ledger.readiness {
            h3.part { (stage.title) }
            (table(stage.title, &html! {
                thead { tr { th scope="col" { "What is asked for" } th.number scope="col" { "There" } th scope="col" { "Missing" } } }
                tbody { @for point in &stage.points { tr {
                    th scope="row" { (point.title) }
                    td.fixed { (axes::figure(point)) }
                    td { (visible(&axes::missing(point))) }
                } } }
            }))
        }
    }
}

/// The map, by theme.
pub fn map(ledger: &Ledger) -> Markup {
    html! {
        @for (clause, theme) in THEMES {
            h3.theme { (clause) " " (theme) " controls" }
            ul.map { @for standing in overview::of_theme(ledger, clause) { (cell(ledger, standing)) } }
        }
    }
}

fn cell(ledger: &Ledger, standing: &Standing) -> Markup {
    let title = control_title(standing.id);
    html! {
        li.filtered data-control=(standing.id) data-facets=(super::filter::facets(ledger, standing)) {
            a.cell.(standing.state.name()) href=(format!("#{}", anchor(standing.id))) title=(format!("{title}: {}", standing.state.words())) {
                b { (standing.id) } " "
                span.letter aria-hidden="true" { (standing.state.letter()) }
                span.hidden { (title) ", " (standing.state.words()) }
            }
        }
    }
}
