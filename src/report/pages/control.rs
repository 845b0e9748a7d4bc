//! The page of a control: what it is for, its parts, and the rules that speak to them.

use maud::{Markup, html};

use super::frame::{self, Place};
use super::{Described, list};
use crate::control::{Control, crosswalk, topic};
use crate::report::catalogue::shows;
use crate::report::gap::overview;
use crate::report::place::control_name;
use crate::report::text::counted;
use crate::rule::Strength;

/// The page.
pub fn page(control: &Control, described: &[Described<'_>]) -> String {
    let bearing = |strength| -> Vec<&Described<'_>> {
        described.iter().filter(|one| one.rule.controls.contains(&(control.id, strength))).collect()
    };
    let (direct, supporting) = (bearing(Strength::Direct), bearing(Strength::Supporting));
    let content = html! {
        header {
            h1 { (control_name(control.id)) }
            p.lead { (control.purpose) }
            p {
                (counted(direct.len(), "rule")) " about it, " (supporting.len()) " in support. A repository can show "
                (shows(control.evidence)) ". "
                a href=(Place::Below.search("control", &control.id.to_string())) { "Search its rules" }
            }
        }
        (topics(control, &direct))
        @if !supporting.is_empty() {
            section { h2 { "Rules in support" } (list::of(&supporting, Place::Below)) }
        }
        (facts(control))
    };
    frame::page(Place::Below, &control_name(control.id), &[], &content, None)
}

/// The parts that a repository can show, each with its rules, and the rules of no part.
fn topics(control: &Control, direct: &[&Described<'_>]) -> Markup {
    let parts = topic::parts(control.id);
    let of = |place: Option<usize>| -> Vec<&Described<'_>> {
        direct.iter().copied().filter(|one| parts.topic_of(&one.rule.id) == place).collect()
    };
    let others = of(None);
    html! {
        @for (place, topic) in parts.topics.iter().enumerate() {
            section {
                h2 { (topic.title) }
                @if let Some(reason) = &topic.unjudged { p { "No rule judges it: " (reason) } }
                @let rules = of(Some(place));
                @if !rules.is_empty() { (list::of(&rules, Place::Below)) }
            }
        }
        @if !others.is_empty() {
            section {
                h2 { @if parts.topics.is_empty() { "Rules" } @else { "Other rules" } }
                (list::of(&others, Place::Below))
            }
        }
    }
}

fn facts(control: &Control) -> Markup {
    let joined = |values: Vec<String>| values.join(", ");
    html! {
        section {
            h2 { "About the control" }
            dl {
                dt { "Theme" } dd { (control.theme) }
                @for (name, values) in overview::attributes(control.id) {
                    dt { (name) } dd { (joined(values.iter().map(|value| overview::value(value)).collect())) }
                }
                dt { "Usually shown by" } dd { (topic::parts(control.id).evidence.join("; ")) }
                dt { "2013 edition" } dd { @if control.new_in_2022 { "new in 2022" } @else { (control.predecessors.join(", ")) } }
                @for framework in crosswalk::frameworks() {
                    @let ids = framework.related(control.id);
                    @if !ids.is_empty() { dt { (framework.name) } dd { (ids.join(", ")) } }
                }
            }
        }
    }
}
