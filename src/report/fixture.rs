//! One fixed report that every format is shown with.

use std::sync::Arc;
use std::time::Duration;

use crate::control::ControlId;
use crate::document::Problem;
use crate::evaluate::{Outcome, Related};
use crate::governance::Governance;
use crate::posture::change::Change;
use crate::posture::{self, Ledger, State};
use crate::rule::{Rule, Severity, Strength};
use crate::source::{NO_FILE, Span, Workspace};
use crate::triage::{Finding, ResourceRef, Suppressed, SuppressedBy};

use super::{Format, Options, Report, Since, Summary};

const DB: &str = "# ä 𝒳 the database\r\nresource \"aws_db_instance\" \"main\" {\r\n  name              = \"büro 🗄\"\r\n  \
                  storage_encrypted = var.encrypted\r\n  public = /* é */ true\r\n}\r\n";
const VARS: &str = "variable \"encrypted\" {\n  type    = bool\n  default = false\n}\n\n\n\n\nvariable \"size\" {}\n";
const NET: &str = "locals {\n  everywhere = \"0.0.0.0/0\"\n}\n\n\n\n\n\n\nresource \"aws_security_group\" \"web\" {\n  \
                   ingress {\n    cidr_blocks = [local.everywhere]\n    from_port   = 22\n  }\n}\n";
const EVIL: &str = "name: \"\u{1b}]0;owned\u{7}\u{202e}<script>alert(1)</script> | `x` @admin #1\"\n";

/// The files of the fixed report.
pub fn workspace() -> Workspace {
    let long = format!("{{{}\"admin\":true,{}}}", "\"k\":\"värde\",".repeat(400), "\"k\":1,".repeat(400));
    Workspace::in_memory([
        ("infra/db.tf", DB),
        ("infra/vars.tf", VARS),
        ("infra/net, web.tf", NET),
        ("k8s/evil.yaml", EVIL),
        ("dist/app.min.json", &long),
        ("broken.tf", "resource \"a\" {\n  b = \n}\n"),
    ])
}

fn rule(id: &str, title: &str, severity: Severity, controls: &[(&str, Strength)]) -> Arc<Rule> {
    let controls: Vec<(ControlId, Strength)> = controls.iter().map(|(id, how)| (id.parse().unwrap(), *how)).collect();
    Arc::new(Rule {
        id: id.into(),
        title: title.into(),
        severity,
        controls,
        aliases: vec!["CKV_AWS_16".into()],
        why: "Anyone who gets hold of a disk or snapshot reads the data.".into(),
        fix: "Set storage_encrypted = true; an existing instance has to be restored from an encrypted snapshot.".into(),
        references: vec!["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html".into()],
        checks: Vec::new(),
        fix_with: None,
        pack: "aws".into(),
    })
}

fn at(workspace: &Workspace, path: &str, needle: &str) -> Span {
    let source = workspace.source(workspace.find(path).unwrap()).unwrap();
    let start = source.text().find(needle).unwrap();
    source.span(start, start + needle.len())
}

fn finding(
    number: u32,
    rule: &Arc<Rule>,
    outcome: Outcome,
    span: Span,
    message: &str,
    resource: ResourceRef,
) -> Finding {
    Finding {
        rule: Arc::clone(rule),
        check: 0,
        outcome,
        span,
        related: Vec::new(),
        message: message.into(),
        open_because: None,
        resource,
        suppressed: None,
        fingerprint: format!("{number:032x}"),
    }
}

fn resource(kind: &str, address: &str, span: Span) -> ResourceRef {
    ResourceRef { kind: kind.into(), address: address.into(), span }
}

/// A report with everything in it that a format has to cope with.
pub fn report(workspace: &Workspace) -> Report<'_> {
    let at = |path: &str, needle: &str| at(workspace, path, needle);
    let related = |path: &str, needle: &str, message: &str| Related { span: at(path, needle), message: message.into() };
    let encrypted = rule(
        "rds-storage-unencrypted",
        "RDS storage is not encrypted at rest",
        Severity::High,
        &[("5.33", Strength::Supporting), ("8.24", Strength::Direct)],
    );
    let open_port = rule(
        "security-group-admin-port-open",
        "Security group opens an administration port to the internet",
        Severity::Critical,
        &[("8.20", Strength::Direct), ("8.22", Strength::Direct)],
    );
    let admin = rule("pod-admin", "Pod <runs> as | admin", Severity::Medium, &[("8.2", Strength::Direct)]);
    let contact = rule("security-contact-missing", "No security contact", Severity::Low, &[("5.5", Strength::Direct)]);
    let db = resource("terraform/aws_db_instance", "aws_db_instance.main", {
        let span = at("infra/db.tf", "resource");
        Span { end: u32::try_from(DB.len()).unwrap() - 2, ..span }
    });
    let web = resource("terraform/aws_security_group", "aws_security_group.web", {
        at("infra/net, web.tf", NET.split_at(NET.find("resource").unwrap()).1.trim_end())
    });
    let pod = resource("kubernetes/Pod", "Pod/evil\u{1b}[2J", at("k8s/evil.yaml", "name"));
    let app = resource("compose/service", "app", at("dist/app.min.json", "{"));
    let mut findings = vec![
        finding(1, &admin, Outcome::Fail, at("dist/app.min.json", "\"admin\":true"), "`admin` is true", app.clone()),
        finding(
            2,
            &encrypted,
            Outcome::Fail,
            at("infra/db.tf", "var.encrypted"),
            "`storage_encrypted` is false",
            db.clone(),
        ),
        finding(3, &encrypted, Outcome::Open, at("infra/db.tf", "true"), "`public` is not decided", db.clone()),
        finding(4, &encrypted, Outcome::Pass, at("infra/db.tf", "\"büro 🗄\""), "`name` is set", db),
        finding(
            5,
            &open_port,
            Outcome::Fail,
            at("infra/net, web.tf", "[local.everywhere]"),
            "`cidr_blocks` covers the internet",
            web.clone(),
        ),
        finding(6, &open_port, Outcome::Fail, at("infra/net, web.tf", "22"), "`from_port` is 22", web),
        finding(
            7,
            &admin,
            Outcome::Fail,
            at("k8s/evil.yaml", EVIL.trim_start_matches("name: ").trim_end()),
            "`name` is \u{1b}[31m\"<b>\"\nand, so: 100% | `x`",
            pod,
        ),
        finding(
            8,
            &contact,
            Outcome::Fail,
            Span::new(NO_FILE, 0, 0),
            "no file says whom to tell",
            resource("repository", ".", Span::new(NO_FILE, 0, 0)),
        ),
    ];
    findings[1].related = vec![related("infra/vars.tf", "false", "default of variable `encrypted`")];
    findings[2].open_because = Some("variable `public` has no default and no value".into());
    findings[4].related = vec![
        related("infra/net, web.tf", "\"0.0.0.0/0\"", "local `everywhere`"),
        related("infra/net, web.tf", "22", "the port"),
        related("infra/vars.tf", "variable \"size\" {}", &"elsewhere, far away, ".repeat(10)),
    ];
    findings[5].suppressed = Some(Suppressed {
        by: SuppressedBy::Comment,
        reason: "bastion, reviewed < 2026 & fine".into(),
        span: Some(at("infra/net, web.tf", "from_port")),
    });
    findings[6].suppressed = None;
    let problems = vec![
        Problem::error("syntax::hcl", "broken.tf", Some(at("broken.tf", "b = ")), "expected a value after `=`")
            .help("write a value, or remove the line"),
        Problem::error("discover::read", "img/logo.yaml", None, "is a binary file"),
        Problem::notice("settings::edition", "", None, "2013:12.4.1 was read as 8.15"),
        Problem::notice("settings::edition", "", None, "2013:12.4.2 was read as 8.15"),
    ];
    let rules: Vec<&[(ControlId, Strength)]> =
        findings.iter().map(|finding| finding.rule.controls.as_slice()).collect();
    let mut ledger = Ledger::of(posture::Inputs {
        rules: &rules,
        findings: &findings,
        governance: &Governance::default(),
        waivers: &[],
        workspace,
        today: jiff::civil::date(2026, 1, 15),
        whole: true,
    });
    // The other controls stand as the first does.
    ledger.controls.retain(|standing| standing.tally.rules > 0 || standing.id.to_string() == "5.1");
    let summary = Summary {
        files: 5,
        resources: 5,
        rules_evaluated: 4,
        failed: [1, 1, 2, 1, 0],
        open: 1,
        passed: 1,
        suppressed: 1,
        known: Some(2),
        problems: 2,
        elapsed: Duration::from_millis(123),
    };
    let worse = Change {
        id: "8.24".parse().unwrap(),
        from: State::Evidenced,
        to: State::Contradicted,
        reason: "1 finding of rules that check it directly stands".into(),
    };
    let since = Since { commit: "0123456789abcdef".repeat(2).into(), changes: vec![worse] };
    Report {
        workspace,
        findings,
        problems,
        ledger: Some(ledger),
        summary,
        since: Some(since),
        rules_hash: "0f".repeat(32),
    }
}

/// The fixed report in a format, as it is asked for by default.
pub fn rendered(format: &Format) -> String {
    rendered_with(format, &[Outcome::Fail, Outcome::Open])
}

/// The fixed report in a format, with these outcomes.
pub fn rendered_with(format: &Format, outcomes: &[Outcome]) -> String {
    let workspace = workspace();
    let options = Options { colour: false, width: 100, outcomes: outcomes.to_vec() };
    let mut bytes = Vec::new();
    (format.render)(&report(&workspace), &options, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}
