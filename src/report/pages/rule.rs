//! The page of a rule.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::example::{self, Pair};
use super::frame::{self, Place};
use super::reads::{self, Reads};
use super::{Described, list, silence};
use crate::dialect::DIALECTS;
use crate::report::html::shell::{prose, table};
use crate::report::text::visible;
use crate::rule::Rule;
use crate::rule::alias::{Alias, Peer, Relation};
use crate::rule::fixture::Fixture;

const SCRIPT: &str = include_str!("copy.js");

/// Most kinds that are listed at once.
const MOST_KINDS: usize = 10;

/// The page.
pub fn page(of: &Described<'_>) -> String {
    let rule = &*of.rule;
    let pairs = example::pairs(&of.fixtures, &rule.id);
    let reads = reads::of(&rule.checks, of.source);
    let content = html! {
        header.(rule.severity.name()) {
            h1 { (visible(&rule.title)) }
            p.meta {
                a.badge href=(Place::Below.search("severity", rule.severity.name())) { (rule.severity.name()) } " "
                code { (rule.id) }
                @if rule.is_mendable() { " " span.mendable { "mended by " code { "annexa fix" } } }
                @if let Some(since) = rule.since() { " " span.soft { "since " (visible(since)) } }
            }
        }
        div.top {
            section { h2 { "Why it matters" } p { (prose(&rule.why)) } }
            section {
                h2 { "What to do" } p { (prose(&rule.fix)) }
                @if rule.is_mendable() {
                    p { code { "annexa fix --rule " (rule.id) } " does it where the value is written in the file itself; " code { "--dry-run" } " shows the change." }
                }
            }
            section { h2 { "Controls" } (list::controls(&rule.controls, Place::Below)) }
        }
        @if !pairs.is_empty() { section { h2 { "Wrong and right" } (examples(&pairs, rule)) } }
        section { h2 { "What is read" } (read(&reads)) (written(of)) }
        section { h2 { "When it is open" } (open(&reads, &of.fixtures, rule)) }
        @if !rule.unseen.is_empty() {
            section { h2 { "What it does not see" } ul { @for text in &rule.unseen { li { (prose(text)) } } } }
        }
        section { h2 { "How to silence it" } (silence::ways(rule, &languages(&pairs, rule))) }
        @if !rule.aliases.is_empty() { section { h2 { "In other tools" } (peers(rule)) } }
        @if !rule.references.is_empty() {
            section { h2 { "References" } ul.plain { @for reference in &rule.references { li {
                a href=(reference) rel="noreferrer" { (visible(reference)) }
            } } } }
        }
    };
    let pack = (Place::Below.to(&format!("packs/{}.html", rule.pack)), html! { (rule.pack) });
    frame::page(Place::Below, &rule.title, &[pack], &content, Some(SCRIPT))
}

/// The languages of the examples, where findings stand in a file.
fn languages(pairs: &[Pair<'_>], rule: &Rule) -> Vec<String> {
    let in_file = |pair: &&Pair<'_>| pair.wrong.expected(&rule.id).marks.iter().any(|(path, _)| !path.is_empty());
    pairs.iter().filter(in_file).map(|pair| pair.language.clone()).collect()
}

fn examples(pairs: &[Pair<'_>], rule: &Rule) -> Markup {
    let both = |pair: &Pair<'_>| {
        html! {
            div.pair {
                div.wrong { h3 { "Wrong" } (example::wrong(pair.wrong, &rule.id)) }
                @if let Some(right) = pair.right { div.right { h3 { "Right" } (example::right(right, pair.wrong)) } }
            }
        }
    };
    html! {
        @for (number, pair) in pairs.iter().enumerate() {
            @if number == 0 { (both(pair)) } @else {
                details { summary { "The same in " code { (visible(&pair.language)) } } (both(pair)) }
            }
        }
    }
}

fn read(reads: &[Reads]) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { "Kind" } th scope="col" { "What is looked at" } th scope="col" { "Where nothing is written" } } }
        tbody { @for one in reads { (row(one)) } }
    };
    let names: BTreeSet<&str> =
        reads.iter().flat_map(|one| &one.kinds).map(|kind| kind.split('/').next().unwrap_or(kind)).collect();
    let dialects: Vec<_> = DIALECTS.iter().filter(|dialect| names.contains(dialect.name)).collect();
    html! {
        (table("What is read", &content))
        dl.dialects { @for dialect in dialects { dt { code { (dialect.name) } } dd { (prose(dialect.doc)) } } }
    }
}

fn row(one: &Reads) -> Markup {
    let kinds: Vec<&String> = one.kinds.iter().collect();
    let (first, more) = kinds.split_at(kinds.len().min(MOST_KINDS));
    let defaults: Vec<(&String, &String)> =
        one.paths.iter().filter_map(|(path, default)| Some((path, default.as_ref()?))).collect();
    html! {
        tr {
            td {
                @for kind in first { (kind_link(kind)) }
                @if !more.is_empty() { details { summary { (more.len()) " more" } @for kind in more { (kind_link(kind)) } } }
            }
            td {
                @for path in &one.each { div { "each " code { (visible(path)) } ":" } }
                @for (path, _) in &one.paths { div { code { (visible(path)) } } }
                @for kind in &one.linked { div { "with " (kind_link(kind)) } }
                @if one.paths.is_empty() && one.linked.is_empty() { "that it is there" }
            }
            td {
                @for (path, default) in &defaults { div { code { (visible(path)) } " counts as " code { (visible(default)) } } }
                @if defaults.is_empty() { span.soft { "nothing is assumed" } }
            }
        }
    }
}

fn kind_link(kind: &str) -> Markup {
    html! { a.kind href=(Place::Below.search("kind", kind)) { code { (visible(kind)) } } " " }
}

/// The checks as they stand in the rule's file.
fn written(of: &Described<'_>) -> Markup {
    let checks = crate::report::catalogue::checks(of.source.text());
    html! {
        @if let Some(checks) = checks {
            details { summary { "The checks as they are written" } pre.toml tabindex="0" { code { (visible(&checks)) } } }
        }
    }
}

fn open(reads: &[Reads], fixtures: &[Fixture], rule: &Rule) -> Markup {
    let overrides: BTreeSet<&(bool, String)> = reads.iter().filter_map(|one| one.open.as_ref()).collect();
    let all = reads.iter().all(|one| one.open.is_some());
    html! {
        @if !all {
            p {
                "Where what is looked at depends on something that the files do not decide (a variable without a value, what only the "
                "provider knows, a template that is filled in elsewhere), the outcome is neither a pass nor a failure: it is told as open, with what would decide it. "
                code { "--strict" } " lets it fail."
            }
        }
        @for (fails, reason) in overrides {
            p { "What is not decided counts as " @if *fails { "a failure" } @else { "a pass" } ": " (prose(reason)) }
        }
        @if let Some(fixture) = example::undecided(fixtures) { div.undecided { (example::wrong(fixture, &rule.id)) } }
    }
}

fn peers(rule: &Rule) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { "Check" } th scope="col" { "Tool" } th scope="col" { "How it relates" } th scope="col" { "What of this rule" } } }
        tbody { @for alias in &rule.aliases { (peer(alias)) } }
    };
    table("Checks of other tools", &content)
}

fn peer(alias: &Alias) -> Markup {
    let peer = Peer::of(&alias.id);
    // An id of ours that another rule took over has the shape of the id of a rule.
    let was_ours = peer.is_none()
        && alias.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let known = peer.and_then(|peer| Peer::ALL.iter().find(|(_, known)| *known == peer));
    let tool = known.map_or(if was_ours { "annexa" } else { "" }, |(name, _)| *name);
    let meaning = match (was_ours, &alias.relation) {
        (true, _) => "was a rule of its own: comments and waivers with this name still count",
        (_, Relation::Same) => "says the same: a comment that skips it silences this rule",
        (_, Relation::Part(_)) => "says a part of it: a comment that skips it silences that part",
        (_, Relation::Stricter(_)) => "asks for more: a comment that skips it silences nothing here",
        (_, Relation::Laxer(_)) => "asks for less: a comment that skips it silences nothing here",
    };
    let part = alias.relation.part();
    let (facets, kinds) = part.map(|part| (&*part.facets, &*part.kinds)).unwrap_or_default();
    html! {
        tr {
            th scope="row" { code { (visible(&alias.id)) } }
            td { (tool) }
            td { strong { (alias.relation.word()) } ", " (meaning) }
            td {
                @if facets.is_empty() && kinds.is_empty() { "all" }
                @for facet in facets { div { "the facet " code { (visible(facet)) } } }
                @for kind in kinds { div { code { (visible(kind)) } } }
            }
        }
    }
}
