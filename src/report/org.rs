//! The merged ledgers of many repositories on one page, for people and programs.
//!
//! Ledgers come from elsewhere, so their texts are made visible like any other text from outside.

use std::io::{self, Write};

use maud::html;
use serde_json::{Value, json};

use super::gap::{Page, overview, record::Day};
use super::html::shell::{page_in, state_in, table};
use super::markdown::inline;
use super::place::control_title;
use super::sheet::Sheet;
use super::text::{Escaping, counted, one_line, shortened, visible};
use super::words::Language;
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

/// Most characters of a title in a terminal; a cut has one more.
const WIDTH: usize = 19;

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

fn owners(org: &OrgLedger, language: Language) -> Vec<(String, StateCounts)> {
    let say = |text: &str| language.say(text).into_owned();
    let owners = org.owners.iter().map(|(owner, counts)| (owner.clone().unwrap_or_else(|| say("nobody")), *counts));
    let further = (org.further_owners.all() > 0).then(|| (say("other owners"), org.further_owners));
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
    let say = |text: &str| options.language.say(text).into_owned();
    pretty::problems(report, options, out)?;
    let standings = org.standings();
    writeln!(out, "{}\n{}\n", say(TITLE), say(&headline(org, &standings)))?;
    for (name, said) in facts(org) {
        writeln!(out, "{:<18} {}", say(name), say(&said))?;
    }
    let head = ["looked at", "shown", "failing"].map(say);
    writeln!(
        out,
        "\n{:29}{:22} {:>10} {:>8} {:>8}  {}; {}",
        say("Controls"),
        "",
        head[0],
        head[1],
        head[2],
        say("said"),
        say("because")
    )?;
    for of in &standings {
        let repositories = fails_in(of);
        let named = if repositories.is_empty() { repositories } else { format!(" ({repositories})") };
        let said = Some(said(of.claim))
            .filter(|said| !said.is_empty())
            .map_or(String::new(), |said| format!("{}; ", say(said)));
        let (looked_at, shown, failing) = (of.counts.looked_at(), shown(of.counts), of.counts.failing());
        let of_control = say(control_title(of.id));
        let title = shortened(&of_control, WIDTH);
        writeln!(
            out,
            "  {:5} {title:20} {:22} {looked_at:>10} {shown:>8} {failing:>8}  {said}{}{named}",
            of.id.to_string(),
            say(&of.state.words()),
            say(&of.reason)
        )?;
    }
    writeln!(out, "\n{}", say("Owners (controls over all repositories)"))?;
    for (owner, counts) in owners(org, options.language) {
        writeln!(out, "  {}: {}", one_line(&owner), say(&states(counts)))?;
    }
    writeln!(out, "\n{}", say("Repositories, the worst first"))?;
    for row in org.repositories() {
        let marks = say(&marks(row));
        let marks = if marks.is_empty() { marks } else { format!(" [{marks}]") };
        let day = options.language.day(row.today);
        writeln!(out, "  {} ({day}){marks}: {}", one_line(&row.name), say(&states(row.counts)))?;
    }
    left_out(org).map_or(Ok(()), |told| writeln!(out, "  {}", say(&told)))
}

fn markdown(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(org) = &report.about.org else { return Ok(()) };
    let say = |text: &str| options.language.say(text).into_owned();
    let standings = org.standings();
    let mut page = Page::of(options.language);
    page.line(&format!("# {}\n\n{}.\n", say(TITLE), say(&headline(org, &standings))));
    for (name, said) in facts(org) {
        page.line(&format!("- {}: {}", say(name), inline(&say(&said))));
    }
    for (problem, _) in report.notable() {
        page.line(&format!("- {}: {}: {}", say("Problem"), inline(&problem.path), inline(&problem.message)));
    }
    page.line(&format!("\n## {}\n", say("Controls")));
    let row = |of: &OrgStanding| {
        vec![
            of.id.to_string(),
            say(control_title(of.id)),
            say(said(of.claim)),
            format!("**{}**", say(&of.state.words())),
            inline(&say(&of.reason)),
            say(&found(of)),
            shown(of.counts).to_string(),
            of.counts.failing().to_string(),
            inline(&say(&fails_in(of))),
            of.owner.as_deref().map(inline).unwrap_or_default(),
        ]
    };
    let head = ["Control", "Name", "Said", "State", "Because", "Looked at", "Shown", "Failing", "Worst in", "Owner"];
    page.table(&head, standings.iter().map(row));
    page.line(&format!("## {}\n", say("Owners")));
    let row = |(owner, counts): (String, StateCounts)| {
        vec![inline(&owner), say(&worst(counts).words()), counts.all().to_string(), say(&states(counts))]
    };
    page.table(&["Owner", "Worst", "Controls", "States"], owners(org, options.language).into_iter().map(row));
    page.line(&format!("## {}\n", say("Repositories, the worst first")));
    let row = |of: &RepositoryRow| {
        vec![
            inline(&of.name),
            say(&worst(of.counts).words()),
            say(&format!("{} of {}", of.counts.looked_at(), of.counts.all())),
            say(&states(of.counts)),
            options.language.day(of.today),
            inline(&of.version),
            say(&marks(of)),
        ]
    };
    let head = ["Repository", "Worst", "Looked at", "States", "Day", "annexa", "To note"];
    page.table(&head, org.repositories().map(row));
    if let Some(told) = left_out(org) {
        page.line(&say(&told));
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

fn html(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(org) = &report.about.org else { return Ok(()) };
    let language = options.language;
    let say = |text: &str| language.say(text).into_owned();
    let standings = org.standings();
    let controls = html! {
        thead { tr {
            th scope="col" { (say("Control")) } th scope="col" { (say("State")) } th scope="col" { (say("Because")) } th scope="col" { (say("Said")) }
            th.number scope="col" { (say("Looked at")) } th.number scope="col" { (say("Shown")) } th.number scope="col" { (say("Failing")) }
            th scope="col" { (say("Worst in")) } th scope="col" { (say("Owner")) }
        } }
        tbody { @for of in &standings { tr id=(anchor(of.id)) {
            th scope="row" { (of.id) " " (say(control_title(of.id))) }
            td { (state_in(language, of.state)) }
            td { (say(&of.reason)) }
            td { (say(said(of.claim))) }
            td.number { (of.counts.looked_at()) } td.number { (shown(of.counts)) } td.number { (of.counts.failing()) }
            td { (say(&fails_in(of))) }
            td { @if let Some(owner) = &of.owner { (visible(owner)) } }
        } } }
    };
    let of_owners = html! {
        thead { tr { th scope="col" { (say("Owner")) } th scope="col" { (say("Worst")) } th.number scope="col" { (say("Controls")) } th scope="col" { (say("States")) } } }
        tbody { @for (owner, counts) in owners(org, language) { tr {
            th scope="row" { (visible(&owner)) } td { (state_in(language, worst(counts))) } td.number { (counts.all()) } td { (say(&states(counts))) }
        } } }
    };
    let rows = html! {
        thead { tr {
            th scope="col" { (say("Repository")) } th scope="col" { (say("Worst")) } th.number scope="col" { (say("Looked at")) } th scope="col" { (say("States")) }
            th scope="col" { (say("Day")) } th scope="col" { (say("annexa")) } th scope="col" { (say("To note")) }
        } }
        tbody { @for row in org.repositories() { tr {
            th scope="row" { (visible(&row.name)) }
            td { (state_in(language, worst(row.counts))) }
            td.number { (row.counts.looked_at()) }
            td { (say(&states(row.counts))) } td { (language.day(row.today)) } td { (visible(&row.version)) } td { (say(&marks(row))) }
        } } }
    };
    let meanings = html! {
        thead { tr { th scope="col" { (say("State")) } th scope="col" { (say("Meaning")) } } }
        tbody { @for state in State::ALL { tr { th scope="row" { (state_in(language, state)) } td { (say(overview::meaning(state))) } } } }
    };
    let body = html! {
        header {
            h1 { (say(TITLE)) }
            p.headline { (say(&headline(org, &standings))) }
            dl { @for (name, said) in facts(org) { dt { (say(name)) } dd { (say(&said)) } } }
        }
        @if !report.problems.is_empty() {
            section { h2 { (say("Not merged")) } ul { @for problem in &report.problems {
                li { code { (visible(&problem.path)) } " " (visible(&problem.message)) }
            } } }
        }
        section { h2 { (say("Controls")) } (table(&say("Controls"), &controls)) }
        section { h2 { (say("Owners")) } p { (say("Controls over all repositories.")) } (table(&say("Owners"), &of_owners)) }
        section {
            h2 { (say("Repositories, the worst first")) }
            (table(&say("Repositories"), &rows))
            @if let Some(told) = left_out(org) { p { (say(&told)) } }
        }
        section { h2 { (say("States")) } (table(&say("States"), &meanings)) }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) }
    };
    out.write_all(page_in(language, &say(TITLE), &body, "", None).into_string().as_bytes())
}

#[cfg(test)]
mod tests;
