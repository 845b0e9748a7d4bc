//! The gap analysis as a Markdown page for a repository or a job summary.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::posture::{FORMULA, Item, Ledger, Part, StagePoint, Standing};
use crate::report::markdown::{code, inline};
use crate::report::place::control_title;
use crate::report::text::counted;
use crate::report::words::Language;
use crate::report::{Format, Options, Report, summary};

use super::overview::{self, THEMES};
use super::{axes, others};

/// The format.
pub const MARKDOWN: Format =
    Format { name: "markdown", doc: "A page for a repository or a job summary.", ledger: true, render };

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let mut page = Page::of(options.language);
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
    page.roles(ledger);
    page.clauses(ledger);
    page.looked_at(report, ledger);
    out.write_all(page.text.as_bytes())
}

/// A page of Markdown that is being written.
#[derive(Default)]
pub struct Page {
    /// What there is so far.
    pub text: String,
    language: Language,
}

impl Page {
    /// An empty page in a language.
    pub fn of(language: Language) -> Page {
        Page { text: String::new(), language }
    }

    /// A text of ours as Markdown, in the language of the page.
    pub fn say(&self, text: &str) -> String {
        inline(&self.language.say(text))
    }

    /// A day, in the manner of the language.
    pub fn day(&self, day: Option<Date>) -> String {
        day.map(|day| self.language.day(day)).unwrap_or_default()
    }

    /// Adds a heading of ours, and an empty line.
    pub fn heading(&mut self, level: usize, text: &str) {
        let line = format!("{} {}\n", "#".repeat(level), self.say(text));
        self.line(&line);
    }

    /// Adds a line.
    pub fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Adds a table with heads of ours and cells that are Markdown already; nothing where there are no rows.
    pub fn table(&mut self, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        let said: Vec<String> = head.iter().map(|text| self.language.say(text).into_owned()).collect();
        self.line(&format!("| {} |\n|{}", said.join(" | "), "---|".repeat(head.len())));
        for row in rows {
            self.line(&format!("| {} |", row.join(" | ")));
        }
        self.line("");
    }

    fn head(&mut self, report: &Report<'_>, ledger: &Ledger) {
        self.heading(1, "Gap analysis against ISO/IEC 27002:2022");
        self.line(&format!("{}.\n", self.say(&overview::headline(ledger))));
        if let Some(pressing) = overview::pressing(ledger) {
            self.line(&format!("**{}.**\n", self.say(&pressing)));
        }
        self.line(&format!("- {}: {}", self.say("Day"), self.language.day(ledger.today)));
        if let Some(scope) = ledger.statement.as_ref().and_then(|head| head.scope.as_ref()) {
            self.line(&format!("- {}: {}", self.say("Scope"), inline(scope)));
        }
        if let Some(commit) = &report.about.commit {
            self.line(&format!("- {}: {}", self.say("Commit"), code(commit)));
        }
        self.line(&format!("- {}: {}", self.say("Looked at"), self.say(&summary::counts(&report.summary))));
        self.made_by(&report.rules_hash);
    }

    fn states(&mut self, ledger: &Ledger) {
        self.heading(2, "States");
        let head: Vec<&str> =
            ["State", "All"].into_iter().chain(THEMES.map(|(_, name)| name)).chain(["Meaning"]).collect();
        let rows = overview::counts(ledger).map(|count| {
            let numbers = std::iter::once(count.total()).chain(count.by_theme).map(|number| number.to_string());
            let name = std::iter::once(self.say(&count.state.words()));
            name.chain(numbers).chain([self.say(overview::meaning(count.state))]).collect()
        });
        self.table(&head, rows);
    }

    fn axes(&mut self, ledger: &Ledger) {
        self.heading(2, "Said and found");
        let head: Vec<&str> = std::iter::once("The Statement says").chain(axes::FOUND).collect();
        let rows = axes::rows(ledger).into_iter().map(|row| {
            let numbers = row.found.iter().map(ToString::to_string);
            std::iter::once(self.say(row.said)).chain(numbers).collect()
        });
        let rows: Vec<_> = rows.collect();
        self.table(&head, rows);
    }

    fn readiness(&mut self, ledger: &Ledger) {
        for stage in &ledger.readiness {
            self.heading(2, stage.title);
            let of = |point: &StagePoint| {
                vec![self.say(point.title), self.say(&axes::figure(point)), self.say(&axes::missing(point))]
            };
            let rows: Vec<_> = stage.points.iter().map(of).collect();
            self.table(&["What is asked for", "There", "Missing"], rows);
        }
    }

    fn theme(&mut self, ledger: &Ledger, clause: u8, theme: &str) {
        self.heading(2, &format!("{clause} {theme} controls"));
        let row = |standing: &Standing| {
            vec![
                standing.id.to_string(),
                self.say(control_title(standing.id)),
                self.say(axes::said(standing).unwrap_or_default()),
                format!("**{}**", self.say(&standing.state.words())),
                self.say(&standing.reason),
                self.say(&standing.tally.basis.words()),
                overview::owner(ledger, standing).map(inline).unwrap_or_default(),
            ]
        };
        let rows: Vec<_> = overview::of_theme(ledger, clause).map(row).collect();
        self.table(&["Control", "Name", "Said", "State", "Because", "Rests on", "Owner"], rows);
    }

    fn plan(&mut self, ledger: &Ledger) {
        if ledger.plan.is_empty() {
            self.heading(2, "Plan");
            self.line(&format!("{}\n", self.say("Nothing to do.")));
            return;
        }
        self.heading(2, "Plan");
        let to_do = self.say(&format!("{} to do.", counted(ledger.plan.len(), "thing")));
        self.line(&format!("{to_do} {}\n", self.language.say(FORMULA)));
        let row = |(number, item): (usize, &Item)| {
            let due = self.say(&overview::due(item));
            let due = if item.overdue { format!("**{due}, {}**", self.say("overdue")) } else { due };
            vec![
                (number + 1).to_string(),
                overview::priority(item),
                what(self.language, item),
                overview::ids(&item.controls),
                item.owner.as_deref().map(inline).unwrap_or_default(),
                due,
                item.action.as_deref().map(inline).unwrap_or_default(),
                self.say(&item.fix),
            ]
        };
        let head = ["#", "Priority", "What", "Controls", "Owner", "Due", "Action", "How"];
        let rows: Vec<_> = ledger.plan.iter().enumerate().map(row).collect();
        self.table(&head, rows);
    }

    fn nonconformities(&mut self, ledger: &Ledger) {
        if ledger.nonconformities.is_empty() {
            return;
        }
        self.heading(2, "Nonconformities");
        let rows = overview::nonconformities(ledger).into_iter().map(|of| {
            let progress = self.say(of.progress());
            vec![
                inline(&of.id),
                self.say(of.grade.name()),
                inline(&of.title),
                self.say(&of.requirements()),
                self.day(of.found_on),
                self.day(of.due),
                if of.overdue { format!("**{progress}**") } else { progress },
                of.root_cause.as_deref().map(inline).unwrap_or_default(),
                of.actions.iter().map(|id| inline(id)).collect::<Vec<_>>().join(", "),
                of.owner.as_deref().map(inline).unwrap_or_default(),
            ]
        });
        let head =
            ["Id", "Grade", "What", "Not met", "Found", "Due", "How far", "Root cause", "Corrective actions", "Owner"];
        let rows: Vec<_> = rows.collect();
        self.table(&head, rows);
    }

    fn others(&mut self, ledger: &Ledger) {
        if ledger.origins.is_empty() {
            return;
        }
        self.heading(2, "Results of other tools");
        self.line(&format!("{}\n", self.say("Verdicts of these tools, not of annexa.")));
        let head: Vec<&str> = others::HEAD.into_iter().chain(["Controls", "Collected by", "SHA-256"]).collect();
        let rows = ledger.origins.iter().map(|origin| {
            let cells = others::row(origin).into_iter().map(|cell| self.say(&cell));
            let rest = [self.say(&others::controls(ledger, origin)), inline(&origin.owner), code(&origin.sha256)];
            cells.chain(rest).collect()
        });
        let rows: Vec<_> = rows.collect();
        self.table(&head, rows);
    }

    fn waivers(&mut self, ledger: &Ledger) {
        if ledger.waivers.is_empty() {
            return;
        }
        self.heading(2, "Waivers");
        let rows = ledger.waivers.iter().map(|waiver| {
            let until = self.language.day(waiver.holds_until);
            vec![
                inline(&waiver.id),
                code(&waiver.rule.id),
                self.say(&waiver.kind),
                if waiver.is_over(ledger.today) { format!("**{until}, {}**", self.say("over")) } else { until },
                waiver.used.to_string(),
                inline(&waiver.approved_by),
                inline(&waiver.reason),
            ]
        });
        let rows: Vec<_> = rows.collect();
        self.table(&["Waiver", "Rule", "Kind", "Until", "Findings", "Approved by", "Reason"], rows);
    }

    fn risks(&mut self, ledger: &Ledger) {
        if ledger.risks.is_empty() {
            return;
        }
        self.heading(2, "Risks");
        let rows = ledger.risks_by_score().into_iter().map(|risk| {
            vec![
                inline(&risk.id),
                inline(&risk.title),
                format!("{} × {} = {}", risk.likelihood, risk.impact, risk.score()),
                risk.residual.map(|after| after.to_string()).unwrap_or_default(),
                self.say(&risk.treatment),
                inline(&risk.owner),
                overview::ids(&risk.controls),
            ]
        });
        let head = ["Risk", "What", "Likelihood × impact", "After treatment", "Treatment", "Owner", "Controls"];
        let rows: Vec<_> = rows.collect();
        self.table(&head, rows);
    }

    fn roles(&mut self, ledger: &Ledger) {
        let rows = overview::roles(ledger).into_iter().map(|(role, parts)| {
            let named = match &role.held_by {
                Some(held_by) => format!("{} ({})", inline(&role.title), inline(held_by)),
                None => inline(&role.title),
            };
            std::iter::once(named).chain(parts.iter().map(|ids| overview::ids(ids))).collect()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        if rows.is_empty() {
            return;
        }
        self.heading(2, "Roles");
        let head: Vec<&str> = std::iter::once("Role").chain(Part::ALL.map(Part::word)).collect();
        self.table(&head, rows);
    }

    fn clauses(&mut self, ledger: &Ledger) {
        self.heading(2, "Clauses of ISO/IEC 27001:2022");
        let rows = ledger.clauses.iter().map(|of| {
            let state = format!("**{}**", self.say(&of.state.words()));
            vec![
                of.clause.id.to_string(),
                inline(&overview::clause_title(self.language, of.clause)),
                state,
                self.say(&of.reason()),
            ]
        });
        let rows: Vec<_> = rows.collect();
        self.table(&["Clause", "Name", "State", "Because"], rows);
    }

    fn looked_at(&mut self, report: &Report<'_>, ledger: &Ledger) {
        self.heading(2, "What was and was not looked at");
        let rows = report.about.kinds.iter().map(|(kind, count)| vec![code(kind), count.to_string()]);
        let rows: Vec<_> = rows.collect();
        self.table(&["Kind", "Resources"], rows);
        let names = |names: &[&'static str]| names.iter().map(|name| code(&format!("{name}.toml"))).collect::<Vec<_>>();
        self.list("Governance files that are there", &names(&ledger.registers));
        self.list("Governance files that are not there", &names(&overview::missing_registers(ledger)));
        let name = |id| format!("{id} {}", self.say(control_title(id)));
        let without: Vec<String> = overview::without_rule(ledger).into_iter().map(name).collect();
        self.list("Controls without a rule", &without);
        let wrong = overview::files_with_problems(report).into_iter();
        let wrong = wrong.map(|(path, count)| format!("{} ({})", code(path), self.say(&counted(count, "problem"))));
        let wrong: Vec<String> = wrong.collect();
        self.list("Files with problems", &wrong);
        let coverage = &report.about.coverage;
        let not_read = coverage.not_read.iter().map(|of| format!("{} ({})", code(&of.path), of.what.name));
        self.list("Files that are recognised and not read", &not_read.collect::<Vec<_>>());
        self.list(
            "Kinds of resource that no rule judges",
            &coverage.without_rule.iter().map(|kind| code(kind)).collect::<Vec<_>>(),
        );
        if !coverage.excluded.is_empty() {
            let excluded = coverage.excluded.iter().map(|pattern| code(pattern));
            self.list("Left out by `exclude` of the settings", &excluded.collect::<Vec<_>>());
        }
    }

    /// Adds a line of things of one sort.
    fn list(&mut self, name: &str, items: &[String]) {
        let items = if items.is_empty() { self.say("none") } else { items.join(", ") };
        self.line(&format!("- {}: {items}", self.language.say(name)));
    }

    /// Adds which version and which rules made the page.
    pub fn made_by(&mut self, rules_hash: &str) {
        let (version, hash) = (env!("CARGO_PKG_VERSION"), code(rules_hash));
        self.line(&format!("- {}: annexa {version}, {} {hash}\n", self.say("Made by"), self.say("rules")));
    }
}

/// What an item is about, where, and how exposed that is.
pub fn what(language: Language, item: &Item) -> String {
    let said = |text: &str| inline(&language.say(text));
    let exposed = item.exposure.words().map(|words| format!(" ({})", said(&words))).unwrap_or_default();
    let Some(rule) = &item.rule else { return said(&item.title) + &exposed };
    let further: Vec<String> = item.with.iter().map(|rule| code(rule)).collect();
    let with = if further.is_empty() { String::new() } else { format!(", {} {}", said("with"), further.join(", ")) };
    let places = said(&format!("in {}", counted(item.findings.len(), "place")));
    format!("{} {} {places}{with}{exposed}", said(&item.title), code(rule))
}
