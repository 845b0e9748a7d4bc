//! The merged ledgers of many repositories on one page, for people and programs.
//!
//! Ledgers come from elsewhere, so their texts are made visible like any other text from outside.

use std::io::{self, Write};

use maud::html;
use serde_json::{Value, json};

use super::gap::{Page, overview, record::Day};
use super::html::shell::{page, state as shown_state, table};
use super::markdown::inline;
use super::place::{control_name, control_title};
use super::sheet::Sheet;
use super::text::{Escaping, counted, one_line, visible};
use super::{Format, Options, Report, pretty};
use crate::control::ControlId;
use crate::governance::soa::Implementation;
use crate::posture::State;
use crate::posture::org::read::ClaimRead;
use crate::posture::org::{MOST_REPOSITORIES, OrgLedger, OrgStanding, RepositoryRow, StateCounts};

/// Every format of the merged ledgers.
pub const ORG_FORMATS: &[&Format] = &[
    &Format { name: "pretty", doc: "Controls, owners and repositories, for a terminal.", ledger: false, render: text },
    &Format { name: "markdown", doc: "A page for a repository or a job summary.", ledger: false, render: markdown },
    &Format {
        name: "json",
        doc: "One JSON object for programs; see docs/org.schema.json.",
        ledger: false,
        render: json,
    },
    &Format { name: "csv", doc: "One row for each control, for spreadsheets.", ledger: false, render: csv },
    &Format { name: "html", doc: "A page in one file.", ledger: false, render: html },
];

const TITLE: &str = "Controls of ISO/IEC 27002:2022 over all repositories";

/// "93 controls over 120 repositories: 3 contradicted, …"
fn headline(org: &OrgLedger, standings: &[OrgStanding]) -> String {
    let mut counts = StateCounts::default();
    for of in standings {
        counts.add(of.state);
    }
    format!("{} controls over {}: {}", standings.len(), repositories(org.merged), states(counts))
}

fn repositories(count: usize) -> String {
    if count == 1 { "1 repository".to_owned() } else { format!("{count} repositories") }
}

/// "3 contradicted, 1 open"
fn states(counts: StateCounts) -> String {
    counts.occurring().map(|(state, count)| state.counted(count)).collect::<Vec<_>>().join(", ")
}

/// What the Statement says of a control, in a word or two.
fn said(claim: Option<ClaimRead>) -> &'static str {
    match claim {
        None => "",
        Some(ClaimRead { applicable: false, .. }) => "excluded",
        Some(ClaimRead { implementation: None, .. }) => "applies",
        Some(ClaimRead { implementation: Some(how_far), .. }) => match how_far {
            Implementation::Planned => "planned",
            Implementation::Partial => "partly implemented",
            Implementation::Implemented => "implemented",
        },
    }
}

/// What has to be known of the ledgers before their figures are read.
fn facts(org: &OrgLedger) -> Vec<(&'static str, String)> {
    let isms = org.isms.as_ref().map_or("none given: nothing is known of claims and exclusions".to_owned(), |isms| {
        let stale = if isms.is_stale { ", which is stale" } else { "" };
        format!("{}, of {}{stale}", one_line(&isms.name), isms.today)
    });
    let versions = org.versions.iter().map(|((version, rules), count)| {
        let rules: String = rules.chars().take(12).collect();
        format!("{} with rules {} ({count})", one_line(version), one_line(&rules))
    });
    let further = (org.further_versions > 0).then(|| format!("others ({})", org.further_versions));
    let versions: Vec<String> = versions.chain(further).collect();
    let differ = if versions.len() > 1 { "; what was made with other rules is not comparable in all" } else { "" };
    vec![
        ("Day", org.today.to_string()),
        ("Management system", isms),
        ("Repositories", org.merged.to_string()),
        (
            "Stale",
            format!(
                "{} older than {}: what spoke for a control there is stale",
                org.stale,
                counted(org.stale_after as usize, "day")
            ),
        ),
        ("Incomplete", format!("{} with files that could not be read", org.incomplete)),
        ("Made by annexa", format!("{}{differ}", versions.join(", "))),
    ]
}

fn found(of: &OrgStanding) -> String {
    format!("{} of {}", of.counts.looked_at(), of.counts.all())
}

fn shown(of: StateCounts) -> usize {
    of.of_any(&[State::Evidenced, State::PartiallyEvidenced, State::Documented, State::Attested])
}

/// The repositories in which it fails, where it does.
fn fails_in(of: &OrgStanding) -> String {
    let total = of.counts.worst().map_or(0, |worst| of.counts.of(worst));
    if of.counts.worst().is_none_or(|worst| worst > State::Stale) {
        return String::new();
    }
    let named: Vec<String> = of.worst_in.iter().map(|name| one_line(name).into_owned()).collect();
    match total.saturating_sub(named.len()) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn owners(org: &OrgLedger) -> Vec<(String, StateCounts)> {
    let owners = org.owners.iter().map(|(owner, counts)| (owner.clone().unwrap_or("nobody".to_owned()), *counts));
    let further = (org.further_owners.all() > 0).then(|| ("other owners".to_owned(), org.further_owners));
    owners.chain(further).collect()
}

fn left_out(org: &OrgLedger) -> Option<String> {
    let left = org.merged - org.repositories().len();
    (left > 0).then(|| format!("The {MOST_REPOSITORIES} worst are listed; {left} more count in all figures above."))
}

fn worst(counts: StateCounts) -> State {
    counts.worst().unwrap_or(State::NotAssessed)
}

fn marks(row: &RepositoryRow) -> String {
    let stale = row.is_stale.then(|| "stale".to_owned());
    let errors =
        (row.errors > 0).then(|| counted(row.errors, "file not read").replace("file not reads", "files not read"));
    stale.into_iter().chain(errors).collect::<Vec<_>>().join(", ")
}

fn text(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(org) = &report.about.org else { return Ok(()) };
    pretty::problems(report, options, out)?;
    let standings = org.standings();
    writeln!(out, "{TITLE}\n{}\n", headline(org, &standings))?;
    for (name, said) in facts(org) {
        writeln!(out, "{name:<18} {said}")?;
    }
    writeln!(out, "\nControls{:18}{:19} {:>9} {:>7} {:>7}  said; because", "", "", "looked at", "shown", "failing")?;
    for of in &standings {
        let repositories = fails_in(of);
        let named = if repositories.is_empty() { repositories } else { format!(" ({repositories})") };
        let said =
            Some(said(of.claim)).filter(|said| !said.is_empty()).map_or(String::new(), |said| format!("{said}; "));
        let (looked_at, shown, failing) = (of.counts.looked_at(), shown(of.counts), of.counts.failing());
        let title = shortened(control_title(of.id));
        writeln!(
            out,
            "  {:5} {title:20} {:19} {looked_at:>8} {shown:>7} {failing:>7}  {said}{}{named}",
            of.id.to_string(),
            of.state.words(),
            of.reason
        )?;
    }
    writeln!(out, "\nOwners (controls over all repositories)")?;
    for (owner, counts) in owners(org) {
        writeln!(out, "  {}: {}", one_line(&owner), states(counts))?;
    }
    writeln!(out, "\nRepositories, the worst first")?;
    for row in org.repositories() {
        let marks = marks(row);
        let marks = if marks.is_empty() { marks } else { format!(" [{marks}]") };
        writeln!(out, "  {} ({}){marks}: {}", one_line(&row.name), row.today, states(row.counts))?;
    }
    left_out(org).map_or(Ok(()), |told| writeln!(out, "  {told}"))
}

/// A title in the width of its column.
fn shortened(title: &str) -> String {
    const WIDTH: usize = 20;
    if title.chars().count() <= WIDTH {
        return title.to_owned();
    }
    let start: String = title.chars().take(WIDTH - 1).collect();
    format!("{}…", start.trim_end())
}

fn markdown(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(org) = &report.about.org else { return Ok(()) };
    let standings = org.standings();
    let mut page = Page::default();
    page.line(&format!("# {TITLE}\n\n{}.\n", headline(org, &standings)));
    for (name, said) in facts(org) {
        page.line(&format!("- {name}: {}", inline(&said)));
    }
    for (problem, _) in report.notable() {
        page.line(&format!("- Problem: {}: {}", inline(&problem.path), inline(&problem.message)));
    }
    page.line("\n## Controls\n");
    let row = |of: &OrgStanding| {
        vec![
            of.id.to_string(),
            control_title(of.id).to_owned(),
            said(of.claim).to_owned(),
            format!("**{}**", of.state.words()),
            inline(&of.reason),
            found(of),
            shown(of.counts).to_string(),
            of.counts.failing().to_string(),
            inline(&fails_in(of)),
            of.owner.as_deref().map(inline).unwrap_or_default(),
        ]
    };
    let head = ["Control", "Name", "Said", "State", "Because", "Looked at", "Shown", "Failing", "Worst in", "Owner"];
    page.table(&head, standings.iter().map(row));
    page.line("## Owners\n");
    let row = |(owner, counts): (String, StateCounts)| {
        vec![inline(&owner), worst(counts).words(), counts.all().to_string(), states(counts)]
    };
    page.table(&["Owner", "Worst", "Controls", "States"], owners(org).into_iter().map(row));
    page.line("## Repositories, the worst first\n");
    let row = |of: &RepositoryRow| {
        vec![
            inline(&of.name),
            worst(of.counts).words(),
            format!("{} of {}", of.counts.looked_at(), of.counts.all()),
            states(of.counts),
            of.today.to_string(),
            inline(&of.version),
            marks(of),
        ]
    };
    let head = ["Repository", "Worst", "Looked at", "States", "Day", "annexa", "To note"];
    page.table(&head, org.repositories().map(row));
    if let Some(told) = left_out(org) {
        page.line(&told);
    }
    out.write_all(page.text.trim_end().as_bytes())?;
    out.write_all(b"\n")
}

fn counts_json(counts: StateCounts) -> Value {
    counts
        .occurring()
        .map(|(state, count)| (state.name().to_owned(), count.into()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn json(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(org) = &report.about.org else { return Ok(()) };
    let controls = org.standings().into_iter().map(|of| {
        json!({
            "id": of.id,
            "title": control_title(of.id),
            "state": of.state,
            "reason": of.reason,
            "looked_at": of.counts.looked_at(),
            "shown": shown(of.counts),
            "failing": of.counts.failing(),
            "repositories": counts_json(of.counts),
            "worst_in": of.worst_in,
            "isms": of.isms,
            "claim": of.claim.map(|claim| json!({ "applicable": claim.applicable, "implementation": claim.implementation })),
            "owner": of.owner,
            "failing_elsewhere": of.failing_elsewhere,
        })
    });
    let owners = org.owners.iter().map(|(owner, counts)| {
        json!({ "owner": owner, "worst": worst(*counts), "controls": counts.all(), "states": counts_json(*counts) })
    });
    let repositories = org.repositories().map(|row| {
        json!({
            "name": row.name,
            "today": Day(row.today),
            "version": row.version,
            "stale": row.is_stale,
            "errors": row.errors,
            "worst": worst(row.counts),
            "looked_at": row.counts.looked_at(),
            "states": counts_json(row.counts),
        })
    });
    let versions = org
        .versions
        .iter()
        .map(|((version, rules), count)| json!({ "version": version, "rules-hash": rules, "ledgers": count }));
    let problems = report.problems.iter().map(|problem| json!({ "path": &*problem.path, "message": problem.message }));
    let whole = json!({
        "tool": super::json::ToolView::of(report),
        "today": Day(org.today),
        "stale_after": org.stale_after,
        "isms": org.isms.as_ref().map(|isms| json!({ "name": isms.name, "today": Day(isms.today), "stale": isms.is_stale })),
        "merged": org.merged,
        "stale": org.stale,
        "incomplete": org.incomplete,
        "versions": versions.collect::<Vec<_>>(),
        "further_versions": org.further_versions,
        "controls": controls.collect::<Vec<_>>(),
        "owners": owners.collect::<Vec<_>>(),
        "further_owners": counts_json(org.further_owners),
        "repositories": repositories.collect::<Vec<_>>(),
        "further_repositories": org.merged - org.repositories().len(),
        "problems": problems.collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(Escaping(&mut *out), &whole)?;
    out.write_all(b"\n")
}

fn csv(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(org) = &report.about.org else { return Ok(()) };
    let fixed = ["control", "title", "state", "reason", "said", "owner", "looked at", "shown", "failing", "worst in"];
    let states = State::ALL.map(State::name);
    let mut sheet = Sheet::new(&mut *out, &[&fixed[..], &states].concat())?;
    for of in org.standings() {
        let mut row = vec![
            format!("A.{}", of.id),
            control_title(of.id).to_owned(),
            of.state.name().to_owned(),
            of.reason.clone(),
            said(of.claim).to_owned(),
            of.owner.clone().unwrap_or_default(),
            of.counts.looked_at().to_string(),
            shown(of.counts).to_string(),
            of.counts.failing().to_string(),
            fails_in(&of),
        ];
        row.extend(State::ALL.map(|state| of.counts.of(state).to_string()));
        sheet.row(&row)?;
    }
    sheet.finish()
}

fn anchor(id: ControlId) -> String {
    format!("control-{id}")
}

fn html(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(org) = &report.about.org else { return Ok(()) };
    let standings = org.standings();
    let controls = html! {
        thead { tr {
            th scope="col" { "Control" } th scope="col" { "State" } th scope="col" { "Because" } th scope="col" { "Said" }
            th.number scope="col" { "Looked at" } th.number scope="col" { "Shown" } th.number scope="col" { "Failing" }
            th scope="col" { "Worst in" } th scope="col" { "Owner" }
        } }
        tbody { @for of in &standings { tr id=(anchor(of.id)) {
            th scope="row" { (control_name(of.id)) }
            td { (shown_state(of.state)) }
            td { (of.reason) }
            td { (said(of.claim)) }
            td.number { (of.counts.looked_at()) } td.number { (shown(of.counts)) } td.number { (of.counts.failing()) }
            td { (fails_in(of)) }
            td { @if let Some(owner) = &of.owner { (visible(owner)) } }
        } } }
    };
    let of_owners = html! {
        thead { tr { th scope="col" { "Owner" } th scope="col" { "Worst" } th.number scope="col" { "Controls" } th scope="col" { "States" } } }
        tbody { @for (owner, counts) in owners(org) { tr {
            th scope="row" { (visible(&owner)) } td { (shown_state(worst(counts))) } td.number { (counts.all()) } td { (states(counts)) }
        } } }
    };
    let rows = html! {
        thead { tr {
            th scope="col" { "Repository" } th scope="col" { "Worst" } th.number scope="col" { "Looked at" } th scope="col" { "States" }
            th scope="col" { "Day" } th scope="col" { "annexa" } th scope="col" { "To note" }
        } }
        tbody { @for row in org.repositories() { tr {
            th scope="row" { (visible(&row.name)) }
            td { (shown_state(worst(row.counts))) }
            td.number { (row.counts.looked_at()) }
            td { (states(row.counts)) } td { (row.today) } td { (visible(&row.version)) } td { (marks(row)) }
        } } }
    };
    let meanings = html! {
        thead { tr { th scope="col" { "State" } th scope="col" { "Meaning" } } }
        tbody { @for state in State::ALL { tr { th scope="row" { (shown_state(state)) } td { (overview::meaning(state)) } } } }
    };
    let body = html! {
        header {
            h1 { (TITLE) }
            p.headline { (headline(org, &standings)) }
            dl { @for (name, said) in facts(org) { dt { (name) } dd { (said) } } }
        }
        @if !report.problems.is_empty() {
            section { h2 { "Not merged" } ul { @for problem in &report.problems {
                li { code { (visible(&problem.path)) } " " (visible(&problem.message)) }
            } } }
        }
        section { h2 { "Controls" } (table("Controls", &controls)) }
        section { h2 { "Owners" } p { "Controls over all repositories." } (table("Owners", &of_owners)) }
        section {
            h2 { "Repositories, the worst first" }
            (table("Repositories", &rows))
            @if let Some(told) = left_out(org) { p { (told) } }
        }
        section { h2 { "States" } (table("States", &meanings)) }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) }
    };
    out.write_all(page(TITLE, &body).into_string().as_bytes())
}

#[cfg(test)]
mod tests;
