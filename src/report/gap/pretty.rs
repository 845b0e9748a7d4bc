//! The gap analysis for a terminal: a table of the controls, then what is to be done.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::posture::{FORMULA, Ledger, State};
use crate::report::place::control_title;
use crate::report::text::{counted, one_line};
use crate::report::{Format, Options, Report, pretty};

use super::overview::{self, THEMES};
use super::{axes, others};

/// The format.
pub const PRETTY: Format =
    Format { name: "pretty", doc: "A table of the controls and the plan, for a terminal.", ledger: true, render };

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    pretty::problems(report, options, out)?;
    let mut page = Page { text: String::new(), colour: options.colour, width: options.width.max(60) };
    page.line(&format!("Gap analysis against ISO/IEC 27002:2022 on {}", ledger.today));
    page.line(&overview::headline(ledger));
    if let Some(pressing) = overview::pressing(ledger) {
        let shown = page.paint("31", &pressing);
        page.wrapped("", &shown);
    }
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

struct Page {
    text: String,
    colour: bool,
    width: usize,
}

/// Columns of the widest state.
const STATE_WIDTH: usize = 19;

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        let shown = self.paint("1", text);
        let _ = write!(self.text, "\n{shown}\n");
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Words below a lead, broken at the width of the terminal.
    fn wrapped(&mut self, lead: &str, text: &str) {
        let indent = " ".repeat(columns(lead));
        let mut line = lead.to_owned();
        for word in one_line(text).split(' ') {
            if columns(&line) + 1 + columns(word) > self.width && line.trim() != lead.trim() {
                self.line(&line);
                line.clone_from(&indent);
            }
            if !line.ends_with(' ') && !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&line);
    }

    fn states(&mut self, ledger: &Ledger) {
        self.heading("States");
        let names: Vec<String> = THEMES.iter().map(|(_, name)| format!("{name:>16}")).collect();
        self.line(&format!("  {:<STATE_WIDTH$} {:>4}{}", "", "all", names.concat()));
        for count in overview::counts(ledger).iter().filter(|count| count.total() > 0) {
            let by_theme: Vec<String> = count.by_theme.iter().map(|number| format!("{number:>16}")).collect();
            let state = self.state(count.state);
            let line = format!("  {state} {:>4}{}", count.total(), by_theme.concat());
            self.line(&line);
        }
    }

    fn axes(&mut self, ledger: &Ledger) {
        self.heading("Said and found");
        let heads: Vec<String> = axes::FOUND.iter().map(|found| format!("  {found}")).collect();
        self.line(&format!("  {:<24}{}", "", heads.concat()));
        for row in axes::rows(ledger) {
            let numbers = row.found.iter().zip(axes::FOUND).map(|(number, head)| format!("  {number:>0$}", head.len()));
            let line = format!("  {:<24}{}", row.said, numbers.collect::<String>());
            self.line(&line);
        }
    }

    fn readiness(&mut self, ledger: &Ledger) {
        for stage in &ledger.readiness {
            self.heading(stage.title);
            for point in &stage.points {
                let missing = axes::missing(point);
                let tail = if missing.is_empty() { String::new() } else { format!("; missing: {missing}") };
                self.wrapped(&format!("  {:>9}  ", axes::figure(point)), &format!("{}{tail}", point.title));
            }
        }
    }

    fn state(&self, state: State) -> String {
        let code = match state {
            State::Contradicted | State::Gap => "31",
            State::Open => "35",
            State::Stale | State::Waived => "33",
            State::NotAssessed | State::NotApplicable => "2",
            State::Attested | State::Documented | State::PartiallyEvidenced => "36",
            State::Evidenced => "32",
        };
        self.paint(code, &format!("{:<STATE_WIDTH$}", state.words()))
    }

    fn theme(&mut self, ledger: &Ledger, clause: u8, theme: &str) {
        self.heading(&format!("{clause} {theme} controls"));
        self.line(&format!("  {:<5} {:<STATE_WIDTH$} topics rules resources", "", ""));
        for standing in overview::of_theme(ledger, clause) {
            let state = self.state(standing.state);
            let basis = standing.tally.basis;
            let [rules, resources] = [basis.rules, basis.subjects].map(|number| match number {
                0 => String::new(),
                _ => number.to_string(),
            });
            let topics = match basis.topics_known {
                0 => String::new(),
                known => format!("{}/{known}", basis.topics),
            };
            let title = control_title(standing.id);
            let lead = format!("  {:<5} {state} {topics:>6} {rules:>5} {resources:>9} ", standing.id.to_string());
            let said = axes::said(standing).map_or(String::new(), |said| format!(" (said: {said})"));
            self.wrapped(&lead, &format!("{title}{said}: {}", standing.reason));
        }
    }

    fn plan(&mut self, ledger: &Ledger) {
        if ledger.plan.is_empty() {
            self.heading("Plan: nothing to do");
            return;
        }
        self.heading(&format!("Plan: {} to do", counted(ledger.plan.len(), "thing")));
        self.wrapped("  ", FORMULA);
        for (number, item) in ledger.plan.iter().enumerate() {
            let overdue = if item.overdue { self.paint("31", "OVERDUE ") } else { String::new() };
            let lead = format!("  {:>3}. {overdue}{:>5}  ", number + 1, item.priority);
            let mut text = item.title.clone();
            if let Some(rule) = &item.rule {
                let _ = write!(text, " [{rule}] in {}", counted(item.findings.len(), "place"));
            }
            self.wrapped(&lead, &text);
            let mut facts = vec![format!("controls {}", overview::ids(&item.controls)), overview::priority(item)];
            facts.push(item.owner.as_ref().map_or("no owner".to_owned(), |owner| format!("owner {owner}")));
            facts.extend(Some(overview::due(item)).filter(|due| !due.is_empty()).map(|due| format!("due {due}")));
            facts.extend(item.exposure.words().map(|words| words.replace('`', "")));
            facts.extend((!item.with.is_empty()).then(|| format!("same cause: {}", item.with.join(" "))));
            facts.extend(item.action.as_ref().map(|action| format!("action {action}")));
            facts.extend(item.risk.as_ref().map(|risk| format!("risk {risk}")));
            self.wrapped("              ", &facts.join(", "));
        }
    }

    fn nonconformities(&mut self, ledger: &Ledger) {
        if ledger.nonconformities.is_empty() {
            return;
        }
        self.heading("Nonconformities");
        for of in overview::nonconformities(ledger) {
            let progress = if of.overdue { self.paint("31", "OVERDUE") } else { of.progress().to_owned() };
            let mut facts = vec![format!("{} ({}): {}", progress, of.grade.name(), of.title)];
            facts.extend(Some(of.requirements()).filter(|text| !text.is_empty()));
            facts.extend(of.due.map(|due| format!("due {due}")));
            facts.push(of.owner.as_ref().map_or("no owner".to_owned(), |owner| format!("owner {owner}")));
            self.wrapped(&format!("  {}: ", of.id), &facts.join(", "));
        }
    }

    fn others(&mut self, ledger: &Ledger) {
        if ledger.origins.is_empty() {
            return;
        }
        self.heading("Results of other tools");
        for origin in &ledger.origins {
            let [tool, file, day, until, passed, failed, open, silenced, unjudged] = others::row(origin);
            let facts = format!(
                "{file} of {day}, {until}; {passed} passed, {failed} failed, {open} open, {silenced} accepted there, {unjudged} not judged; \
                 controls {}",
                others::controls(ledger, origin)
            );
            self.wrapped(&format!("  {tool}: "), &facts);
        }
    }

    fn waivers(&mut self, ledger: &Ledger) {
        if ledger.waivers.is_empty() {
            return;
        }
        self.heading("Waivers");
        for waiver in &ledger.waivers {
            let over = if waiver.is_over(ledger.today) { "OVER, " } else { "" };
            let lead = format!("  {}: ", waiver.id);
            let uses = counted(waiver.used, "finding");
            let text = format!(
                "{over}{} ({}) until {}, {uses}, approved by {}: {}",
                waiver.rule.id, waiver.kind, waiver.holds_until, waiver.approved_by, waiver.reason
            );
            self.wrapped(&lead, &text);
        }
    }

    fn risks(&mut self, ledger: &Ledger) {
        if ledger.risks.is_empty() {
            return;
        }
        self.heading("Risks");
        for risk in ledger.risks_by_score() {
            let after = risk.residual.map_or(String::new(), |after| format!(" → {after}"));
            let lead = format!("  {:>2}{after:<5} {}: ", risk.score(), risk.id);
            let controls = overview::ids(&risk.controls);
            self.wrapped(
                &lead,
                &format!("{} ({}, owner {}, controls {controls})", risk.title, risk.treatment, risk.owner),
            );
        }
    }

    fn clauses(&mut self, ledger: &Ledger) {
        self.heading("Clauses of ISO/IEC 27001:2022");
        for of in &ledger.clauses {
            let state = self.state(of.state);
            let lead = format!("  {:<13} {state} ", of.clause.id);
            self.wrapped(&lead, &format!("{}: {}", of.clause.title, of.reason().replace('`', "")));
        }
    }

    fn looked_at(&mut self, report: &Report<'_>, ledger: &Ledger) {
        self.heading("Looked at");
        self.wrapped("  ", &crate::report::summary::counts(&report.summary));
        let kinds: Vec<String> = report.about.kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        self.list("  kinds: ", &kinds);
        self.list("  governance files: ", &files(&ledger.registers));
        self.heading("Not looked at");
        self.list("  governance files not there: ", &files(&overview::missing_registers(ledger)));
        let without: Vec<String> = overview::without_rule(ledger).iter().map(ToString::to_string).collect();
        self.list("  controls without a rule: ", &without);
        let wrong = overview::files_with_problems(report);
        let wrong: Vec<String> = wrong.iter().map(|(path, count)| format!("{path} ({count})")).collect();
        self.list("  files with problems: ", &wrong);
        let coverage = &report.about.coverage;
        let not_read: Vec<String> =
            coverage.not_read.iter().map(|of| format!("{} ({})", of.path, of.what.name)).collect();
        self.list("  files recognised, not read: ", &not_read);
        let kinds: Vec<String> = coverage.without_rule.iter().map(ToString::to_string).collect();
        self.list("  kinds that no rule judges: ", &kinds);
        if !coverage.excluded.is_empty() {
            let excluded: Vec<String> = coverage.excluded.iter().map(ToString::to_string).collect();
            self.list("  left out by `exclude` of the settings: ", &excluded);
        }
    }

    fn list(&mut self, lead: &str, items: &[String]) {
        let text = if items.is_empty() { "none".to_owned() } else { items.join(", ") };
        self.wrapped(lead, &text);
    }
}

fn files(names: &[&'static str]) -> Vec<String> {
    names.iter().map(|name| format!("{name}.toml")).collect()
}

/// The columns that a text takes, in which colours take none.
fn columns(text: &str) -> usize {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().map_or(0, |part| part.chars().count());
    first + parts.map(|part| part.split_once('m').map_or(0, |(_, rest)| rest.chars().count())).sum::<usize>()
}
