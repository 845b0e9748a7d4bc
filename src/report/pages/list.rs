//! Rules one below the other, with links to their pages.

use std::cmp::Reverse;

use maud::{Markup, html};

use super::frame::Place;
use super::{Described, path_of};
use crate::control::ControlId;
use crate::report::place::control_title;
use crate::report::text::visible;
use crate::rule::Strength;

/// Some rules, the worst first.
pub fn of(described: &[&Described<'_>], place: Place) -> Markup {
    let mut sorted: Vec<&&Described<'_>> = described.iter().collect();
    sorted.sort_by_key(|one| Reverse(one.rule.severity));
    html! { ul.rules { @for one in sorted { li.(one.rule.severity.name()) { (entry(one, place)) } } } }
}

/// A rule with its severity.
pub fn entry(one: &Described<'_>, place: Place) -> Markup {
    html! {
        span.badge { (one.rule.severity.name()) }
        div { a href=(place.to(&path_of(&one.rule.id))) { (visible(&one.rule.title)) } " " code { (one.rule.id) } }
    }
}

/// The controls that a rule bears on, with links to their pages.
pub fn controls(of: &[(ControlId, Strength)], place: Place) -> Markup {
    html! {
        ul.plain { @for (id, strength) in of { li {
            a href=(place.to(&format!("controls/{id}.html"))) { (id) " " (control_title(*id)) }
            @if *strength == Strength::Supporting { span.soft { " in support" } }
        } } }
    }
}
