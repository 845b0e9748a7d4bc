//! The page of a bundle that is opened first: what it is of, what is in it, how it is checked, and what shows each control.

use maud::{Markup, html};

use super::copied::Copied;
use super::{File, INPUT_SUMS, LEDGER, MANIFEST, Report, SUMS};
use crate::hex;
use crate::posture::{Ledger, Standing};
use crate::report::gap::{axes, others, overview};
use crate::report::html::shell::{kept, page, prose, state, table};
use crate::report::place::control_title;
use crate::report::text::{counted, uri, visible};
use crate::report::words::Language;

/// The name of the page.
pub const INDEX: &str = "index.html";

/// What the parts of every bundle hold.
const PARTS: [(&str, &str); 7] = [
    (LEDGER, "where each control stands and why, for programs (`annexa org` reads it)"),
    ("verdicts.ndjson", "every judgement, passes included, one a line"),
    ("soa.json", "the Statement of Applicability"),
    (INPUT_SUMS, "the hashes of all files that were looked at, to be checked in the repository"),
    (MANIFEST, "what made the bundle, of which day and commit, and the hashes of its files"),
    (SUMS, "the hashes of all files of the bundle; what is signed"),
    (INDEX, "this page"),
];

/// The page, with the files that are in the bundle beside it.
pub fn page_of(report: &Report<'_>, files: &[File], copied: &[Copied]) -> String {
    let Some(ledger) = &report.ledger else { return String::new() };
    let body = html! {
        header {
            h1 { "Evidence against ISO/IEC 27002:2022" }
            p.headline { (overview::headline(ledger)) }
            (head(report, ledger))
        }
        nav aria-label="Contents" { ul {
            li { a href="#check" { "Checking it" } }
            li { a href="#files" { "Files" } }
            li { a href="#copies" { "Policies and other evidence (" (copied.len()) ")" } }
            li { a href="#controls" { "Controls" } }
        } }
        section { h2 id="check" { "Checking it" } (checking()) }
        section { h2 id="files" { "Files" } (parts(files)) }
        section { h2 id="copies" { "Policies and other evidence" } (copies(copied)) }
        section { h2 id="controls" { "Controls" } (controls(ledger, copied)) }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) ", rules " code { (report.rules_hash) } }
    };
    let page = page(&format!("Evidence of {}", ledger.today), &body).into_string();
    report.secrets.guard(&page).into_owned()
}

fn head(report: &Report<'_>, ledger: &Ledger) -> Markup {
    let statement = ledger.statement.as_ref();
    html! { dl {
        dt { "Day" } dd { (ledger.today) }
        @if let Some(repository) = &report.about.repository { dt { "Repository" } dd { (visible(repository)) } }
        @if let Some(commit) = &report.about.commit { dt { "Commit" } dd { code { (commit) } } }
        @else { dt { "Commit" } dd { "none: files differed from the last one, or there is no git" } }
        @if let Some(scope) = statement.and_then(|head| head.scope.as_ref()) { dt { "Scope" } dd { (visible(scope)) } }
        @if let Some(head) = statement {
            dt { "Statement of Applicability" }
            dd {
                @if let Some(version) = &head.version { "version " (visible(version)) }
                @if let Some(role) = &head.approved_by { ", approved by " (visible(role)) }
                @if let Some(day) = head.approved_on { " on " (day) }
            }
        }
        dt { "Could not be read" } dd { (counted(overview::files_with_problems(report).len(), "file")) }
    } }
}

fn checking() -> Markup {
    html! {
        ol {
            li { "Whether every file is as it was written: " code { "annexa verify ." } ", or " code { "sha256sum --check " (SUMS) } "." }
            li {
                "Who wrote it, where it is signed: " code {
                    "ssh-keygen -Y verify -f ALLOWED_SIGNERS -I WHO -n annexa-evidence -s " (SUMS) ".sig < " (SUMS)
                } "."
            }
            li { "Whether the repository is still what was looked at: " code { "sha256sum --check " (INPUT_SUMS) } " there." }
        }
        p { "Hashes tell that nothing changed since, not that what is written is so: whoever wrote the bundle vouches for that." }
    }
}

fn link(path: &str) -> Markup {
    html! { a href=(uri(path)) { code { (visible(path)) } } }
}

fn parts(files: &[File]) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { "File" } th scope="col" { "What it is" } } }
        tbody {
            @for (name, what) in PARTS { tr { th scope="row" { (link(name)) } td { (prose(what)) } } }
            @for file in files.iter().filter(|file| file.path.starts_with("governance/")) {
                tr { th scope="row" { (link(&file.path)) } td { "a register, or the settings" } }
            }
        }
    };
    table("Files of the bundle", &content)
}

fn copies(copied: &[Copied]) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { "File of the repository" } th scope="col" { "What it is" } th scope="col" { "SHA-256 of the copy" } } }
        tbody { @for of in copied { tr {
            th scope="row" { @match &of.file { Some(file) => a href=(uri(&file.path)) { code { (visible(&of.path)) } }, None => code { (visible(&of.path)) } } }
            td { (of.what.join(", ")) @if of.redacted { "; secrets were taken out of the copy" } }
            td { @match &of.file { Some(file) => code.hash { (hex::sha256(&file.bytes)) }, None => "not copied: it could not be read, or is too large" } }
        } } }
    };
    html! {
        @if copied.is_empty() { p { "None: there is no policy or record, and neither the Statement nor an attestation names a file." } }
        @else { (table("Policies and other evidence", &content)) }
    }
}

/// What shows each control, for those of which something is known.
fn controls(ledger: &Ledger, copied: &[Copied]) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { "Control" } th scope="col" { "State" } th scope="col" { "Said" } th scope="col" { "Because" } th scope="col" { "Shown by" } } }
        tbody { @for standing in &ledger.controls { tr {
            th scope="row" { (standing.id) " " (control_title(standing.id)) }
            td { (state(standing.state)) }
            td { (axes::said(standing).unwrap_or("nothing")) }
            td { (prose(&standing.reason)) }
            td { (shown_by(standing, copied)) }
        } } }
    };
    table("Controls", &content)
}

fn shown_by(standing: &Standing, copied: &[Copied]) -> Markup {
    let copy = |path: &str| copied.iter().find(|of| *of.path == *path).and_then(|of| of.file.as_ref());
    let rules = standing.rules.iter().filter(|judged| judged.tally.passed > 0).count();
    let tools = others::tools(standing);
    html! {
        @for shown in &standing.evidence {
            @match shown.kept.path().and_then(|path| copy(path)) {
                Some(file) => a href=(uri(&file.path)) { code { (visible(shown.name())) } },
                None => (kept(Language::English, &shown.kept)),
            }
            @if !shown.is_here() { " (kept elsewhere: it was not looked at here)" }
            @if let Some(words) = shown.collected_words() { ", " (visible(&words)) }
            @if !shown.there { " (not there)" } @else if shown.empty { " (empty)" } @else if shown.changed { " (changed since)" }
            br;
        }
        @for attestation in &standing.attestations {
            "attestation " code { (visible(&attestation.id)) } ", " @if attestation.expired { "expired on " } @else { "until " } (attestation.expires)
            br;
        }
        @if rules > 0 { (counted(rules, "rule")) " passed" br; }
        @if !tools.is_empty() { "results of " (visible(&tools.join(", "))) }
    }
}
