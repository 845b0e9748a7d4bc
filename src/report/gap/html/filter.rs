//! The filters: by theme, state, owner and the five attributes. They appear only where the script runs.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::control;
use crate::posture::{Ledger, Standing, State};
use crate::report::gap::overview::{self, ATTRIBUTES, THEMES};
use crate::report::text::visible;

/// What a control is filtered by, as `key=value` on lines of their own.
pub fn facets(ledger: &Ledger, standing: &Standing) -> String {
    let theme = control::control(standing.id).map_or("", |control| &control.theme);
    let owner = overview::owner(ledger, standing).unwrap_or("");
    let mut facets =
        vec![format!("theme={theme}"), format!("state={}", standing.state.name()), format!("owner={owner}")];
    for ((key, _), (_, values)) in ATTRIBUTES.iter().zip(overview::attributes(standing.id)) {
        facets.extend(values.iter().map(|value| format!("{key}={value}")));
    }
    facets.iter().map(|facet| visible(&facet.replace('\n', " ")).into_owned()).collect::<Vec<_>>().join("\n")
}

/// The form. Hidden until the script shows it.
pub fn form(ledger: &Ledger) -> Markup {
    let states = State::ALL.iter().filter(|state| ledger.controls.iter().any(|of| of.state == **state));
    let states = states.map(|state| (state.name().to_owned(), state.words())).collect();
    let owners: BTreeSet<&str> = ledger.controls.iter().map(|of| overview::owner(ledger, of).unwrap_or("")).collect();
    let owners = owners.into_iter().map(|owner| {
        let shown = if owner.is_empty() { "nobody" } else { owner };
        (owner.to_owned(), shown.to_owned())
    });
    html! {
        form #filters hidden aria-label="Filter the controls" {
            (choice("theme", "Theme", THEMES.iter().map(|(_, name)| ((*name).to_owned(), (*name).to_owned())).collect()))
            (choice("state", "State", states))
            (choice("owner", "Owner", owners.collect()))
            @for (number, (key, name)) in ATTRIBUTES.iter().enumerate() { (choice(key, name, values(ledger, number))) }
            button type="reset" { "Show all" }
            p #shown role="status" {}
        }
    }
}

/// The values of an attribute that occur.
fn values(ledger: &Ledger, number: usize) -> Vec<(String, String)> {
    let of = |standing: &Standing| overview::attributes(standing.id).into_iter().nth(number);
    let values: BTreeSet<&str> =
        ledger.controls.iter().filter_map(of).flat_map(|(_, values)| values.iter().map(|value| &**value)).collect();
    values.into_iter().map(|value| (value.to_owned(), overview::value(value))).collect()
}

fn choice(key: &str, name: &str, values: Vec<(String, String)>) -> Markup {
    let id = format!("filter-{key}");
    html! {
        div {
            label for=(id) { (name) }
            select id=(id) name=(key) {
                option value="*" { "all" }
                @for (value, shown) in values { option value=(visible(&value)) { (visible(&shown)) } }
            }
        }
    }
}
