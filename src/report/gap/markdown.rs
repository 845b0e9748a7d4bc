//! The gap analysis as a Markdown page for a repository or a job summary.

use std::io::{self, Write};

use crate::posture::{FORMULA, Item, Ledger, Standing};
use crate::report::markdown::{code, inline};
use crate::report::place::{control_name, control_title};
use crate::report::text::counted;
use crate::report::{Format, Options, Report, summary};

use super::overview::{self, THEMES};
use super::{axes, others};

/// The format.
pub const MARKDOWN: Format =
    Format { name: "markdown", doc: "A page for a repository or a job summary.", ledger: true, render };

fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let mut page = Page::default();
    page.head(report, ledger);
    page.states(ledger);
    page.axes(ledger);
    page.readiness(ledger);
    for (clause, theme) in THEMES {
        page.theme(ledger, clause, theme);
    }
    page.plan(ledger);
    page.nonconformities(ledger);
    page.others(ledger);
    page.waivers(ledger);
    page.risks(ledger);
    page.clauses(ledger);
    page.looked_at(report, ledger);
    out.write_all(page.text.as_bytes())
}

/// A page of Markdown that is being written.
#[derive(Default)]
pub struct Page {
    /// What there is so far.
    pub text: String,
}

impl Page {
    /// Adds a line.
    pub fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Adds a table with cells that are Markdown already; nothing where there are no rows.
    pub fn table(&mut self, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        self.line(&format!("| {} |\n|{}", head.join(" | "), "---|".repeat(head.len())));
        for row in rows {
            self.line(&format!("| {} |", row.join(" | ")));
        }
        self.line("");
    }

    fn head(&mut self, report: &Report<'_>, ledger: &Ledger) {
        self.line(&format!("# Gap analysis against ISO/IEC 27002:2022\n\n{}.\n", overview::headline(ledger)));
        if let Some(pressing) = overview::pressing(ledger) {
            self.line(&format!("**{}.**\n", inline(&pressing)));
        }
        self.line(&format!("- Day: {}", ledger.today));
        if let Some(scope) = ledger.statement.as_ref().and_then(|head| head.scope.as_ref()) {
            self.line(&format!("- Scope: {}", inline(scope)));
        }
        if let Some(commit) = &report.about.commit {
            self.line(&format!("- Commit: {}", code(commit)));
        }
        self.line(&format!("- Looked at: {}", summary::counts(&report.summary)));
        self.line(&format!("- Made by: annexa {}, rules {}\n", env!("CARGO_PKG_VERSION"), code(&report.rules_hash)));
    }

    fn states(&mut self, ledger: &Ledger) {
        self.line("## States\n");
        let head: Vec<&str> =
            ["State", "All"].into_iter().chain(THEMES.map(|(_, name)| name)).chain(["Meaning"]).collect();
        let rows = overview::counts(ledger).map(|count| {
            let numbers = std::iter::once(count.total()).chain(count.by_theme).map(|number| number.to_string());
            let name = std::iter::once(count.state.words());
            name.chain(numbers).chain([overview::meaning(count.state).to_owned()]).collect()
        });
        self.table(&head, rows);
    }

    fn axes(&mut self, ledger: &Ledger) {
        self.line("## Said and found\n");
        let head: Vec<&str> = std::iter::once("The Statement says").chain(axes::FOUND).collect();
        let rows = axes::rows(ledger).into_iter().map(|row| {
            let numbers = row.found.iter().map(ToString::to_string);
            std::iter::once(row.said.to_owned()).chain(numbers).collect()
        });
        self.table(&head, rows);
    }

    fn readiness(&mut self, ledger: &Ledger) {
        for stage in &ledger.readiness {
            self.line(&format!("## {}\n", stage.title));
            let rows = stage
                .points
                .iter()
                .map(|point| vec![point.title.to_owned(), axes::figure(point), inline(&axes::missing(point))]);
            self.table(&["What is asked for", "There", "Missing"], rows);
        }
    }

    fn theme(&mut self, ledger: &Ledger, clause: u8, theme: &str) {
        self.line(&format!("## {clause} {theme} controls\n"));
        let row = |standing: &Standing| {
            vec![
                standing.id.to_string(),
                control_title(standing.id).to_owned(),
                axes::said(standing).unwrap_or_default().to_owned(),
                format!("**{}**", standing.state.words()),
                inline(&standing.reason),
                standing.tally.basis.words(),
                overview::owner(ledger, standing).map(inline).unwrap_or_default(),
            ]
        };
        self.table(
            &["Control", "Name", "Said", "State", "Because", "Rests on", "Owner"],
            overview::of_theme(ledger, clause).map(row),
        );
    }

    fn plan(&mut self, ledger: &Ledger) {
        if ledger.plan.is_empty() {
            self.line("## Plan\n\nNothing to do.\n");
            return;
        }
        self.line(&format!("## Plan\n\n{} to do. {FORMULA}\n", counted(ledger.plan.len(), "thing")));
        let row = |(number, item): (usize, &Item)| {
            let due = overview::due(item);
            let due = if item.overdue { format!("**{due}, overdue**") } else { due };
            vec![
                (number + 1).to_string(),
                overview::priority(item),
                what(item),
                overview::ids(&item.controls),
                item.owner.as_deref().map(inline).unwrap_or_default(),
                due,
                item.action.as_deref().map(inline).unwrap_or_default(),
                inline(&item.fix),
            ]
        };
        let head = ["#", "Priority", "What", "Controls", "Owner", "Due", "Action", "How"];
        self.table(&head, ledger.plan.iter().enumerate().map(row));
    }

    fn nonconformities(&mut self, ledger: &Ledger) {
        if ledger.nonconformities.is_empty() {
            return;
        }
        self.line("## Nonconformities\n");
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let rows = overview::nonconformities(ledger).into_iter().map(|of| {
            let progress = of.progress();
            vec![
                inline(&of.id),
                of.grade.name().to_owned(),
                inline(&of.title),
                of.requirements(),
                day(of.found_on),
                day(of.due),
                if of.overdue { format!("**{progress}**") } else { progress.to_owned() },
                of.root_cause.as_deref().map(inline).unwrap_or_default(),
                of.actions.iter().map(|id| inline(id)).collect::<Vec<_>>().join(", "),
                of.owner.as_deref().map(inline).unwrap_or_default(),
            ]
        });
        let head =
            ["Id", "Grade", "What", "Not met", "Found", "Due", "How far", "Root cause", "Corrective actions", "Owner"];
        self.table(&head, rows);
    }

    fn others(&mut self, ledger: &Ledger) {
        if ledger.origins.is_empty() {
            return;
        }
        self.line("## Results of other tools\n\nVerdicts of these tools, not of annexa.\n");
        let head: Vec<&str> = others::HEAD.into_iter().chain(["Controls", "Collected by", "SHA-256"]).collect();
        let rows = ledger.origins.iter().map(|origin| {
            let cells = others::row(origin).into_iter().map(|cell| inline(&cell));
            let rest = [others::controls(ledger, origin), inline(&origin.owner), code(&origin.sha256)];
            cells.chain(rest).collect()
        });
        self.table(&head, rows);
    }

    fn waivers(&mut self, ledger: &Ledger) {
        if ledger.waivers.is_empty() {
            return;
        }
        self.line("## Waivers\n");
        let rows = ledger.waivers.iter().map(|waiver| {
            let until = waiver.holds_until.to_string();
            vec![
                inline(&waiver.id),
                code(&waiver.rule.id),
                inline(&waiver.kind),
                if waiver.is_over(ledger.today) { format!("**{until}, over**") } else { until },
                waiver.used.to_string(),
                inline(&waiver.approved_by),
                inline(&waiver.reason),
            ]
        });
        self.table(&["Waiver", "Rule", "Kind", "Until", "Findings", "Approved by", "Reason"], rows);
    }

    fn risks(&mut self, ledger: &Ledger) {
        if ledger.risks.is_empty() {
            return;
        }
        self.line("## Risks\n");
        let rows = ledger.risks_by_score().into_iter().map(|risk| {
            vec![
                inline(&risk.id),
                inline(&risk.title),
                format!("{} × {} = {}", risk.likelihood, risk.impact, risk.score()),
                risk.residual.map(|after| after.to_string()).unwrap_or_default(),
                inline(&risk.treatment),
                inline(&risk.owner),
                overview::ids(&risk.controls),
            ]
        });
        let head = ["Risk", "What", "Likelihood × impact", "After treatment", "Treatment", "Owner", "Controls"];
        self.table(&head, rows);
    }

    fn clauses(&mut self, ledger: &Ledger) {
        self.line("## Clauses of ISO/IEC 27001:2022\n");
        let rows = ledger.clauses.iter().map(|of| {
            let state = format!("**{}**", of.state.words());
            vec![of.clause.id.to_string(), of.clause.title.to_string(), state, inline(&of.reason())]
        });
        self.table(&["Clause", "Name", "State", "Because"], rows);
    }

    fn looked_at(&mut self, report: &Report<'_>, ledger: &Ledger) {
        self.line("## What was and was not looked at\n");
        let rows = report.about.kinds.iter().map(|(kind, count)| vec![code(kind), count.to_string()]);
        self.table(&["Kind", "Resources"], rows);
        let names = |names: &[&'static str]| list(names.iter().map(|name| code(&format!("{name}.toml"))));
        self.line(&format!("- Governance files that are there: {}", names(&ledger.registers)));
        self.line(&format!("- Governance files that are not there: {}", names(&overview::missing_registers(ledger))));
        let without = overview::without_rule(ledger);
        self.line(&format!("- Controls without a rule: {}", list(without.iter().map(|id| control_name(*id)))));
        let wrong = overview::files_with_problems(report);
        let wrong = wrong.iter().map(|(path, count)| format!("{} ({})", code(path), counted(*count, "problem")));
        self.line(&format!("- Files with problems: {}", list(wrong)));
        let coverage = &report.about.coverage;
        let not_read = coverage.not_read.iter().map(|of| format!("{} ({})", code(&of.path), of.what.name));
        self.line(&format!("- Files that are recognised and not read: {}", list(not_read)));
        let kinds = coverage.without_rule.iter().map(|kind| code(kind));
        self.line(&format!("- Kinds of resource that no rule judges: {}", list(kinds)));
        if !coverage.excluded.is_empty() {
            let excluded = coverage.excluded.iter().map(|pattern| code(pattern));
            self.line(&format!("- Left out by `exclude` of the settings: {}", list(excluded)));
        }
    }
}

/// What an item is about, where, and how exposed that is.
pub fn what(item: &Item) -> String {
    let exposed = item.exposure.words().map(|words| format!(" ({})", inline(&words))).unwrap_or_default();
    let Some(rule) = &item.rule else { return inline(&item.title) + &exposed };
    let further: Vec<String> = item.with.iter().map(|rule| code(rule)).collect();
    let with = if further.is_empty() { String::new() } else { format!(", with {}", further.join(", ")) };
    let places = counted(item.findings.len(), "place");
    format!("{} {} in {places}{with}{exposed}", inline(&item.title), code(rule))
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "none".to_owned() } else { items.join(", ") }
}
