//! The filters: by theme, state, owner and the five attributes. They appear only where the script runs.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::control;
use crate::posture::{Ledger, Standing, State};
use crate::report::gap::overview::{self, ATTRIBUTES, THEMES};
use crate::report::text::visible;
use crate::report::words::Language;

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
pub fn form(language: Language, ledger: &Ledger) -> Markup {
    let states = State::ALL.iter().filter(|state| ledger.controls.iter().any(|of| of.state == **state));
    let said = |text: &str| language.say(text).into_owned();
    let states = states.map(|state| (state.name().to_owned(), said(&state.words()))).collect();
    let owners: BTreeSet<&str> = ledger.controls.iter().map(|of| overview::owner(ledger, of).unwrap_or("")).collect();
    let owners = owners.into_iter().map(|owner| {
        let shown = if owner.is_empty() { said("nobody") } else { owner.to_owned() };
        (owner.to_owned(), shown)
    });
    html! {
        form #filters hidden aria-label=(language.say("Filter the controls")) {
            (choice(language, "theme", "Theme", THEMES.iter().map(|(_, name)| ((*name).to_owned(), said(name))).collect()))
            (choice(language, "state", "State", states))
            (choice(language, "owner", "Owner", owners.collect()))
            @for (number, (key, name)) in ATTRIBUTES.iter().enumerate() { (choice(language, key, name, values(language, ledger, number))) }
            button type="reset" { (language.say("Show all")) }
            p #shown role="status" data-words=(language.say("# of 93 controls shown")) {}
        }
    }
}

/// The values of an attribute that occur.
fn values(language: Language, ledger: &Ledger, number: usize) -> Vec<(String, String)> {
    let of = |standing: &Standing| overview::attributes(standing.id).into_iter().nth(number);
    let values: BTreeSet<&str> =
        ledger.controls.iter().filter_map(of).flat_map(|(_, values)| values.iter().map(|value| &**value)).collect();
    values.into_iter().map(|value| (value.to_owned(), language.say(&overview::value(value)).into_owned())).collect()
}

fn choice(language: Language, key: &str, name: &str, values: Vec<(String, String)>) -> Markup {
    let id = format!("filter-{key}");
    html! {
        div {
            label for=(id) { (language.say(name)) }
            select id=(id) name=(key) {
                option value="*" { (language.say("all")) }
                @for (value, shown) in values { option value=(visible(&value)) { (visible(&shown)) } }
            }
        }
    }
}
