//! A sample of verdicts as an auditor's working paper: what was drawn, how, and room for what was seen.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::gap::Page;
use super::markdown::{code, inline};
use super::place::control_title;
use super::screen::Screen;
use super::sheet::Sheet;
use super::text::{Escaping, counted};
use super::words::Language;
use super::{Format, Options, Report};
use crate::control::topic;
use crate::evaluate::Outcome;
use crate::hex;
use crate::posture::Ledger;
use crate::posture::sample::{METHOD, Sample};
use crate::source::NO_FILE;
use crate::triage::Finding;

/// What was drawn.
#[derive(Clone, Debug)]
pub struct Samples {
    /// The seed.
    pub seed: String,
    /// How many verdicts were asked for, of each control.
    pub size: usize,
    /// A sample for each control.
    pub samples: Vec<Sample>,
}

/// Every format.
pub const SAMPLE_FORMATS: &[&Format] = &[
    &Format { name: "pretty", doc: "A list by control, for a terminal.", ledger: true, render: pretty },
    &Format { name: "markdown", doc: "A working paper with room for what was seen.", ledger: true, render: markdown },
    &Format { name: "csv", doc: "One row for each verdict, for spreadsheets.", ledger: true, render: csv },
    &Format { name: "json", doc: "One JSON object.", ledger: true, render: json },
];

/// What is shown of a drawn verdict.
struct Row<'r> {
    finding: &'r Finding,
    place: String,
    path: Option<&'r str>,
    sha256: Option<String>,
    commit: Option<&'r str>,
}

impl<'r> Row<'r> {
    fn of(report: &'r Report<'_>, finding: &'r Finding) -> Row<'r> {
        let file = Some(finding.span.file).filter(|file| *file != NO_FILE);
        let path = file.map(|file| report.workspace.path(file));
        Row {
            finding,
            place: report.spot(finding.span),
            path,
            sha256: file.and_then(|file| report.workspace.bytes(file).ok()).map(|bytes| hex::sha256(&bytes)),
            commit: path.and_then(|path| report.about.commits.get(path)).map(String::as_str),
        }
    }

    /// "pass", "fail", "open"; silenced ones say so.
    fn verdict(&self) -> String {
        let word = match self.finding.outcome {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Open => "open",
        };
        match &self.finding.suppressed {
            Some(_) if self.finding.is_waived() => format!("{word}, waived"),
            Some(_) => format!("{word}, silenced"),
            None => word.to_owned(),
        }
    }
}

fn rows<'r>(report: &'r Report<'_>, sample: &'r Sample) -> impl Iterator<Item = Row<'r>> {
    sample.drawn.iter().filter_map(|place| Some(Row::of(report, report.findings.get(*place)?)))
}

/// "10 of 43 verdicts (41 pass, 1 fails, 1 open), of 3 strata"
fn figures(sample: &Sample) -> String {
    let [passed, failed, open] = sample.population;
    let verdicts = counted(sample.all(), "verdict");
    let strata = sample.strata.len();
    let left = match sample.left_out() {
        0 => String::new(),
        left => format!(
            ", {left} of which {} not in it: a size of {strata} holds each",
            if left == 1 { "is" } else { "are" }
        ),
    };
    let strata = if strata == 1 { "1 stratum".to_owned() } else { format!("{strata} strata") };
    format!("{} of {verdicts} ({passed} pass, {failed} fail, {open} open), of {strata}{left}", sample.drawn.len())
}

/// How much of a hash is shown where people read.
const SHORT: usize = 12;

fn short(hash: &str) -> &str {
    hash.get(..SHORT).unwrap_or(hash)
}

fn markdown(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((ledger, samples)) = report.ledger.as_ref().zip(report.about.samples.as_ref()) else { return Ok(()) };
    let language = options.language;
    let mut page = Page::of(language);
    page.heading(1, "Audit sample");
    for (name, said) in facts(language, report, ledger, samples) {
        page.line(&format!("- {name}: {said}"));
    }
    page.made_by(&report.rules_hash);
    page.line(&format!("{}: ____________________  {}: ____________________\n", page.say("Auditor"), page.say("Day")));
    for sample in &samples.samples {
        page.line(&format!("## {} {}\n", sample.control, page.say(control_title(sample.control))));
        if sample.all() == 0 {
            page.line(&format!("{}\n", inline(&nothing(language, sample))));
            continue;
        }
        page.line(&format!("{}.\n", page.say(&figures(sample))));
        let table = rows(report, sample).enumerate().map(|(number, row)| {
            let finding = row.finding;
            vec![
                (number + 1).to_string(),
                page.say(&row.verdict()),
                code(&finding.rule.id),
                format!("{} ({})", code(&finding.resource.address), inline(&finding.resource.kind)),
                code(&row.place),
                row.sha256.as_deref().map(|hash| code(short(hash))).unwrap_or_default(),
                row.commit.map(|commit| code(short(commit))).unwrap_or_default(),
                inline(&finding.message),
                String::new(),
            ]
        });
        let head = [
            "#",
            "Verdict",
            "Rule",
            "Resource",
            "Where",
            "SHA-256 of the file",
            "Last commit",
            "What was judged",
            "Seen",
        ];
        let table: Vec<_> = table.collect();
        page.table(&head, table);
    }
    out.write_all(page.text.trim_end().as_bytes())?;
    out.write_all(b"\n")
}

/// What to say of a control that nothing was judged for.
fn nothing(language: Language, sample: &Sample) -> String {
    let shown = topic::parts(sample.control).evidence.iter().map(|text| language.say(text)).collect::<Vec<_>>();
    let shown = shown.join("; ");
    let ask =
        if shown.is_empty() { String::new() } else { format!(" {}: {shown}.", language.say("It is usually shown by")) };
    language.say("No rule judged anything here that could have failed, so nothing can be drawn.").into_owned() + &ask
}

/// What the sample is of and how it was drawn, as Markdown.
fn facts(language: Language, report: &Report<'_>, ledger: &Ledger, samples: &Samples) -> [(String, String); 5] {
    let say = |text: &str| language.say(text).into_owned();
    let commit = report.about.commit.as_deref().map_or_else(|| say("none, or files are changed since"), code);
    let size = say(&format!("{} for each control", samples.size));
    let day = language.day(ledger.today);
    let facts =
        [("Day", day), ("Commit", commit), ("Seed", code(&samples.seed)), ("Size", size), ("Method", say(METHOD))];
    facts.map(|(name, said)| (say(name), said))
}

fn pretty(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((ledger, samples)) = report.ledger.as_ref().zip(report.about.samples.as_ref()) else { return Ok(()) };
    let language = options.language;
    let mut page = Screen::of(options);
    page.line(&page.say(&format!("Audit sample of {}, seed {}", ledger.today, samples.seed)));
    page.wrapped("", &page.say(METHOD));
    for sample in &samples.samples {
        page.heading(&format!("{} {}", sample.control, page.say(control_title(sample.control))));
        if sample.all() == 0 {
            page.wrapped("  ", &nothing(language, sample));
            continue;
        }
        page.wrapped("  ", &format!("{}.", page.say(&figures(sample))));
        for (number, row) in rows(report, sample).enumerate() {
            let finding = row.finding;
            let of =
                format!("{} [{}] {} ({})", row.place, finding.rule.id, finding.resource.address, finding.resource.kind);
            page.wrapped(&format!("  {:>3}. {:<8} ", number + 1, page.say(&row.verdict())), &of);
        }
    }
    out.write_all(page.text.as_bytes())
}

fn csv(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(samples) = &report.about.samples else { return Ok(()) };
    let head = [
        "control",
        "verdict",
        "rule",
        "kind",
        "resource",
        "deployment",
        "where",
        "sha256",
        "last commit",
        "message",
        "fingerprint",
        "seed",
        "seen",
        "agrees",
        "remark",
    ];
    let mut sheet = Sheet::new(&mut *out, &head)?;
    for sample in &samples.samples {
        for row in rows(report, sample) {
            let finding = row.finding;
            sheet.row(&[
                format!("A.{}", sample.control),
                row.verdict(),
                finding.rule.id.to_string(),
                finding.resource.kind.to_string(),
                finding.resource.address.to_string(),
                finding.resource.deployment.to_string(),
                row.place.clone(),
                row.sha256.clone().unwrap_or_default(),
                row.commit.unwrap_or_default().to_owned(),
                finding.message.clone(),
                finding.fingerprint.clone(),
                samples.seed.clone(),
                String::new(),
                String::new(),
                String::new(),
            ])?;
        }
    }
    sheet.finish()
}

fn json(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((ledger, samples)) = report.ledger.as_ref().zip(report.about.samples.as_ref()) else { return Ok(()) };
    let of = |sample: &Sample| {
        let [passed, failed, open] = sample.population;
        let strata = sample
            .strata
            .iter()
            .map(|of| json!({ "rule": &*of.rule, "kind": &*of.kind, "population": of.population, "drawn": of.drawn }));
        json!({
            "control": sample.control,
            "population": { "all": sample.all(), "pass": passed, "fail": failed, "open": open },
            "strata": strata.collect::<Vec<Value>>(),
            "drawn": rows(report, sample).map(|row| verdict(report, &row)).collect::<Vec<Value>>(),
        })
    };
    let shown = json!({
        "tool": { "name": "annexa", "version": env!("CARGO_PKG_VERSION"), "rules-hash": report.rules_hash },
        "today": ledger.today.to_string(),
        "commit": report.about.commit,
        "seed": samples.seed,
        "size": samples.size,
        "method": METHOD,
        "samples": samples.samples.iter().map(of).collect::<Vec<Value>>(),
    });
    serde_json::to_writer_pretty(Escaping(&mut *out), &shown)?;
    out.write_all(b"\n")
}

fn verdict(report: &Report<'_>, row: &Row<'_>) -> Value {
    let finding = row.finding;
    json!({
        "outcome": finding.outcome,
        "silenced": finding.suppressed.as_ref().map(|of| &*of.reason),
        "rule": &*finding.rule.id,
        "severity": finding.severity(),
        "kind": &*finding.resource.kind,
        "resource": &*finding.resource.address,
        "deployment": &*finding.resource.deployment,
        "file": row.path,
        "line": report.location(finding.span).map(|at| at.start.line),
        "sha256": row.sha256,
        "commit": row.commit,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
    })
}
