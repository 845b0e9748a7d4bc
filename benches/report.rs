//! How long the formats take for ten thousand findings in a file of five megabytes: once with lines of ordinary length,
//! once with everything on one line.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to measure")]

use std::sync::Arc;

use annexa::evaluate::{Outcome, Related};
use annexa::report::{About, FORMATS, Options, Report, Summary};
use annexa::rule::{Rule, Severity, Strength};
use annexa::secrecy::Secrets;
use annexa::source::{FileId, Span, Workspace};
use annexa::triage::{Finding, ResourceRef};

const FINDINGS: usize = 10_000;
const BYTES: usize = 5_000_000;

fn main() {
    divan::main();
}

fn text(separator: &str) -> String {
    let entry = format!("\"storage_encrypted\": false, \"name\": \"büro\",{separator}");
    entry.repeat(BYTES / entry.len())
}

fn findings(text: &str) -> Vec<Finding> {
    let rule = Arc::new(Rule {
        id: "rds-storage-unencrypted".into(),
        title: "RDS storage is not encrypted at rest".into(),
        severity: Severity::High,
        is_severity_chosen: false,
        controls: vec![("8.24".parse().unwrap(), Strength::Direct)],
        aliases: Vec::new(),
        why: "Anyone who gets hold of a disk or snapshot reads the data.".into(),
        fix: "Set storage_encrypted = true and restore the instance from an encrypted snapshot.".into(),
        references: Vec::new(),
        unseen: Vec::new(),
        since: None,
        checks: Vec::new(),
        pack: "aws".into(),
    });
    let places: Vec<usize> = text.match_indices("false").map(|(at, _)| at).collect();
    let stride = places.len() / FINDINGS;
    let span = |at: usize| Span::new(FileId(0), at, at + 5);
    let places = places.iter().copied().step_by(stride.max(1)).take(FINDINGS);
    let finding = |at: usize| Finding {
        rule: Arc::clone(&rule),
        check: 0,
        outcome: Outcome::Fail,
        span: span(at),
        related: vec![Related { span: span(22), message: "default of variable `encrypted`".into() }],
        message: "`storage_encrypted` is false".into(),
        open_because: None,
        resource: std::sync::Arc::new(ResourceRef {
            kind: "terraform/aws_db_instance".into(),
            address: "main".into(),
            deployment: ".".into(),
            span: span(at),
            extent: span(at),
            trail: None,
        }),
        suppressed: None,
        fingerprint: format!("{at:032x}"),
        facets: Vec::new(),
        item: "".into(),
        standing: annexa::triage::Standing::default(),
        cause: None,
        decided: None,
        one: None,
        unit: None,
        vacuous: false,
        is_for_show: false,
    };
    places.map(finding).collect()
}

fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name)
}

fn bench(bencher: divan::Bencher<'_, '_>, name: &str, text: &str) {
    let workspace = Workspace::in_memory([("main.json", text)]);
    let report = Report {
        workspace: &workspace,
        findings: findings(text),
        problems: Vec::new(),
        ledger: None,
        since: None,
        about: About::default(),
        summary: Summary::default(),
        rules_hash: String::new(),
        secrets: Secrets::default(),
    };
    assert_eq!(report.findings.len(), FINDINGS);
    let format = annexa::report::named(name).unwrap();
    let options = Options { colour: true, asked: Some(vec![Outcome::Fail]), ..Options::default() };
    bencher.bench_local(|| (format.render)(&report, &options, &mut std::io::sink()).unwrap());
}

#[divan::bench(args = names(), sample_count = 5)]
fn ordinary_lines(bencher: divan::Bencher<'_, '_>, name: &str) {
    bench(bencher, name, &text("\n"));
}

#[divan::bench(args = names(), sample_count = 5)]
fn one_line(bencher: divan::Bencher<'_, '_>, name: &str) {
    bench(bencher, name, &text(""));
}
