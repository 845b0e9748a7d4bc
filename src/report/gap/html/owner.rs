//! A page for each owner: that role's controls, actions and lines of the plan.

use std::borrow::Cow;
use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::posture::{Action, Item, Ledger, Standing};
use crate::report::gap::overview;
use crate::report::place::control_title;
use crate::report::text::visible;

use super::{map, plan};
use crate::report::html::shell::{state_in, table};
use crate::report::words::Language;

/// A page for each owner in order, and one for what nobody owns.
pub fn pages(language: Language, ledger: &Ledger) -> Markup {
    let of_controls = ledger.controls.iter().filter_map(|standing| overview::owner(ledger, standing));
    let of_actions = ledger.actions.iter().filter(|action| action.is_open).map(|action| &*action.owner);
    let of_items = ledger.plan.iter().filter_map(|item| item.owner.as_deref());
    let owners: BTreeSet<&str> = of_controls.chain(of_actions).chain(of_items).collect();
    let owners: Vec<Option<&str>> = owners.into_iter().map(Some).chain([None]).collect();
    let pages: Vec<(usize, Option<&str>, Markup)> = owners
        .into_iter()
        .enumerate()
        .filter_map(|(number, owner)| Some((number + 1, owner, page(language, ledger, owner, number + 1)?)))
        .collect();
    html! {
        p {
            (language.say("To print the page of one owner alone, follow its link first:")) " "
            @for (place, (number, owner, _)) in pages.iter().enumerate() {
                @if place > 0 { ", " }
                a href=(format!("#owner-{number}")) { (name(language, *owner)) }
            }
        }
        @for (_, _, page) in &pages { (page) }
    }
}

fn name(language: Language, owner: Option<&str>) -> Cow<'_, str> {
    owner.map_or_else(|| language.say("Nobody"), visible)
}

/// None where there is nothing to say.
fn page(language: Language, ledger: &Ledger, owner: Option<&str>, number: usize) -> Option<Markup> {
    let controls: Vec<&Standing> =
        ledger.controls.iter().filter(|standing| overview::owner(ledger, standing) == owner).collect();
    let actions: Vec<&Action> =
        ledger.actions.iter().filter(|action| action.is_open && Some(&*action.owner) == owner).collect();
    let items: Vec<(usize, &Item)> =
        ledger.plan.iter().enumerate().filter(|(_, item)| item.owner.as_deref() == owner).collect();
    let name = name(language, owner);
    let is_empty = controls.is_empty() && actions.is_empty() && items.is_empty();
    (!is_empty).then(|| {
        html! {
            div.owner id=(format!("owner-{number}")) {
                h3 { (name) }
                @if !actions.is_empty() {
                    h4 { (language.say("Actions")) }
                    ul { @for action in actions { li {
                        (visible(&action.id)) ": " (visible(&action.title)) ", " (language.say(&format!("due {}", action.due)))
                        @if action.overdue { ", " strong.overdue { (language.say("overdue")) } }
                    } } }
                }
                @if !items.is_empty() { h4 { (language.say("Plan")) } (plan::items(language, &language.say(&format!("Plan of {name}")), items.into_iter())) }
                @if !controls.is_empty() { h4 { (language.say("Controls")) } (table(&language.say(&format!("Controls of {name}")), &rows(language, &controls))) }
            }
        }
    })
}

fn rows(language: Language, controls: &[&Standing]) -> Markup {
    html! {
        thead { tr { th scope="col" { (language.say("Control")) } th scope="col" { (language.say("Name")) } th scope="col" { (language.say("State")) } } }
        tbody { @for standing in controls { tr {
            th scope="row" { a href=(format!("#{}", map::anchor(standing.id))) { (standing.id) } }
            td { (language.say(control_title(standing.id))) }
            td { (state_in(language, standing.state)) }
        } } }
    }
}
