//! The index: search, packs, controls, and all rules.
//!
//! The list of all rules is what the search goes through: each entry has the words it is found by, so that there is no second
//! list that could differ.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::frame::{self, Place};
use super::{Described, by_severity, list};
use crate::control::catalogue;
use crate::report::gap::overview::THEMES;
use crate::report::text::{counted, visible};
use crate::rule::Severity;
use crate::rule::alias::{Alias, Peer};

const SCRIPT: &str = include_str!("search.js");

/// The page.
pub fn page(described: &[Described<'_>], packs: &BTreeMap<&str, Vec<&Described<'_>>>) -> String {
    let content = html! {
        header {
            h1 { "Rules of annexa" }
            p.lead { (counted(described.len(), "rule")) " in " (counted(packs.len(), "pack")) ", each with an example, its remedy and the controls of ISO/IEC 27002:2022 that it bears on." }
        }
        (form(described, packs))
        section.browse { h2 id="packs" { "Packs" } (of_packs(packs)) }
        section.browse { h2 id="controls" { "Controls" } (of_controls(described)) }
        section {
            h2 id="all" { "All rules" }
            ul.rules id="rules" { @for one in described { (entry(one)) } }
        }
    };
    frame::page(Place::Top, "Rules of annexa", &[], &content, Some(SCRIPT))
}

/// The search. Hidden until the script shows it.
fn form(described: &[Described<'_>], packs: &BTreeMap<&str, Vec<&Described<'_>>>) -> Markup {
    let plain = |name: &str| (name.to_owned(), name.to_owned());
    let kinds: BTreeSet<&str> = described.iter().flat_map(|one| one.card.kinds.iter().map(|kind| &**kind)).collect();
    let technologies: BTreeSet<&str> = kinds.iter().map(|kind| kind.split('/').next().unwrap_or(kind)).collect();
    let controls =
        catalogue().iter().map(|control| (control.id.to_string(), format!("{} {}", control.id, control.title)));
    html! {
        form id="search" role="search" hidden {
            div.words {
                label for="q" { "Words, a rule, a kind, or the id of another tool's check" }
                input id="q" name="q" type="search" autocomplete="off" spellcheck="false";
            }
            (choice("pack", "Pack", packs.keys().map(|name| plain(name)).collect()))
            (choice("severity", "Severity", Severity::WORST_FIRST.map(|severity| plain(severity.name())).into()))
            (choice("control", "Control", controls.collect()))
            (choice("peer", "Other tool", Peer::ALL.iter().map(|(name, _)| plain(name)).collect()))
            div.last {
                label for="kind" { "Kind" }
                input id="kind" name="kind" list="kinds" autocomplete="off" spellcheck="false";
                datalist id="kinds" {
                    @for name in &technologies { option value=(name) {} }
                    @for kind in kinds.iter().filter(|kind| !technologies.contains(**kind)) { option value=(visible(kind)) {} }
                }
            }
            p id="count" role="status" {}
            button type="reset" { "Clear" }
        }
    }
}

fn choice(key: &str, name: &str, values: Vec<(String, String)>) -> Markup {
    html! {
        div {
            label for=(key) { (name) }
            select id=(key) name=(key) {
                option value="" { "any" }
                @for (value, shown) in values { option value=(value) { (shown) } }
            }
        }
    }
}

fn of_packs(packs: &BTreeMap<&str, Vec<&Described<'_>>>) -> Markup {
    html! {
        ul.packs { @for (name, rules) in packs { li {
            a href=(format!("packs/{name}.html")) { (name) }
            span.number { (rules.len()) }
            span.bar aria-hidden="true" { @for (severity, count) in by_severity(rules) {
                span.(severity.name()) style=(format!("flex-grow:{count}")) {}
            } }
        } } }
    }
}

fn of_controls(described: &[Described<'_>]) -> Markup {
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for (id, _) in described.iter().flat_map(|one| &one.rule.controls) {
        *counts.entry(*id).or_default() += 1;
    }
    html! {
        @for (clause, theme) in THEMES {
            h3.theme { (clause) " " (theme) }
            ul.controls { @for control in catalogue().iter().filter(|control| control.id.clause() == clause) { li {
                a href=(format!("controls/{}.html", control.id)) { b { (control.id) } " " (control.title) }
                span.number { (counts.get(&control.id).copied().unwrap_or(0)) }
            } } }
        }
    }
}

fn entry(one: &Described<'_>) -> Markup {
    let rule = &*one.rule;
    let controls: Vec<String> = rule.controls.iter().map(|(id, _)| id.to_string()).collect();
    let kinds: Vec<&str> = one.card.kinds.iter().map(|kind| &**kind).collect();
    let tools: BTreeSet<&str> = rule.aliases.iter().filter_map(tool).collect();
    let peers: Vec<&str> = rule.aliases.iter().map(|alias| &*alias.id).collect();
    let joined = |texts: Vec<&str>| visible(&texts.join(" ")).into_owned();
    html! {
        li.(rule.severity.name()) data-id=(rule.id) data-pack=(rule.pack) data-severity=(rule.severity.name())
            data-controls=(controls.join(" ")) data-kinds=(joined(kinds)) data-tools=(joined(tools.into_iter().collect()))
            data-peers=(joined(peers)) {
            (list::entry(one, Place::Top))
        }
    }
}

/// Whose check it is.
fn tool(alias: &Alias) -> Option<&'static str> {
    let peer = Peer::of(&alias.id)?;
    Peer::ALL.iter().find(|(_, known)| *known == peer).map(|(name, _)| *name)
}
