//! The gap analysis for a terminal: a table of the controls, then what is to be done.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::posture::{FORMULA, Ledger, State};
use crate::report::place::control_title;
use crate::report::screen::Screen;
use crate::report::text::counted;
use crate::report::{Format, Options, Report, pretty};

use super::overview::{self, THEMES};
use super::{axes, others};

/// The format.
pub const PRETTY: Format =
    Format { name: "pretty", doc: "A table of the controls and the plan, for a terminal.", ledger: true, render };

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    pretty::problems(report, options, out)?;
    let mut page = Screen::of(options);
    let title = page.say(&format!("Gap analysis against ISO/IEC 27002:2022 on {}", ledger.today));
    page.line(&title);
    page.line(&page.say(&overview::headline(ledger)));
    if let Some(pressing) = overview::pressing(ledger) {
        let shown = page.paint("31", &page.say(&pressing));
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

impl Screen {
    fn states(&mut self, ledger: &Ledger) {
        self.heading("States");
        let names: Vec<String> = THEMES.iter().map(|(_, name)| format!("{:>16}", self.say(name))).collect();
        let width = self.state_width();
        self.line(&format!("  {:<width$} {:>4}{}", "", self.say("all"), names.concat()));
        for count in overview::counts(ledger).iter().filter(|count| count.total() > 0) {
            let by_theme: Vec<String> = count.by_theme.iter().map(|number| format!("{number:>16}")).collect();
            let state = self.state(count.state);
            let line = format!("  {state} {:>4}{}", count.total(), by_theme.concat());
            self.line(&line);
        }
    }

    fn axes(&mut self, ledger: &Ledger) {
        self.heading("Said and found");
        let said: Vec<String> = axes::FOUND.iter().map(|found| self.say(found)).collect();
        let heads: Vec<String> = said.iter().map(|found| format!("  {found}")).collect();
        let width = axes::SAID.iter().map(|claim| self.say(claim).chars().count()).max().unwrap_or(0);
        self.line(&format!("  {:<width$}{}", "", heads.concat()));
        for row in axes::rows(ledger) {
            let numbers =
                row.found.iter().zip(&said).map(|(number, head)| format!("  {number:>0$}", head.chars().count()));
            let line = format!("  {:<width$}{}", self.say(row.said), numbers.collect::<String>());
            self.line(&line);
        }
    }

    fn readiness(&mut self, ledger: &Ledger) {
        for stage in &ledger.readiness {
            self.heading(stage.title);
            for point in &stage.points {
                let missing = self.say(&axes::missing(point));
                let tail =
                    if missing.is_empty() { String::new() } else { format!("; {}: {missing}", self.say("missing")) };
                let figure = self.say(&axes::figure(point));
                self.wrapped(&format!("  {figure:>9}  "), &format!("{}{tail}", self.say(point.title)));
            }
        }
    }

    /// Columns of the widest state.
    fn state_width(&self) -> usize {
        State::ALL.iter().map(|state| self.say(&state.words()).chars().count()).max().unwrap_or(0)
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
        let width = self.state_width();
        self.paint(code, &format!("{:<width$}", self.say(&state.words())))
    }

    fn theme(&mut self, ledger: &Ledger, clause: u8, theme: &str) {
        self.heading(&format!("{clause} {theme} controls"));
        let width = self.state_width();
        self.line(&format!("  {:<5} {:<width$} {}", "", "", self.say("topics rules resources")));
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
            let title = self.say(control_title(standing.id));
            let lead = format!("  {:<5} {state} {topics:>6} {rules:>5} {resources:>9} ", standing.id.to_string());
            let said =
                axes::said(standing).map_or(String::new(), |said| format!(" ({})", self.say(&format!("said: {said}"))));
            self.wrapped(&lead, &format!("{title}{said}: {}", self.say(&standing.reason)));
        }
    }

    fn plan(&mut self, ledger: &Ledger) {
        if ledger.plan.is_empty() {
            self.heading("Plan: nothing to do");
            return;
        }
        self.heading(&format!("Plan: {} to do", counted(ledger.plan.len(), "thing")));
        self.wrapped("  ", &self.say(FORMULA));
        for (number, item) in ledger.plan.iter().enumerate() {
            let overdue = if item.overdue {
                self.paint("31", &(self.say("overdue").to_uppercase() + " "))
            } else {
                String::new()
            };
            let lead = format!("  {:>3}. {overdue}{:>5}  ", number + 1, item.priority);
            let mut text = self.say(&item.title);
            if let Some(rule) = &item.rule {
                let _ =
                    write!(text, " [{rule}] {}", self.say(&format!("in {}", counted(item.findings.len(), "place"))));
            }
            self.wrapped(&lead, &text);
            let mut facts = vec![self.named("controls", &overview::ids(&item.controls)), overview::priority(item)];
            facts.push(self.owner(item.owner.as_deref()));
            facts.extend(
                Some(overview::due(item)).filter(|due| !due.is_empty()).map(|due| self.say(&format!("due {due}"))),
            );
            facts.extend(item.exposure.words().map(|words| self.say(&words).replace('`', "")));
            facts.extend((!item.with.is_empty()).then(|| self.named("same cause:", &item.with.join(" "))));
            facts.extend(item.action.as_ref().map(|action| self.named("action", action)));
            facts.extend(item.risk.as_ref().map(|risk| self.named("risk", risk)));
            self.wrapped("              ", &facts.join(", "));
        }
    }

    fn nonconformities(&mut self, ledger: &Ledger) {
        if ledger.nonconformities.is_empty() {
            return;
        }
        self.heading("Nonconformities");
        for of in overview::nonconformities(ledger) {
            let progress = self.say(of.progress());
            let progress = if of.overdue { self.paint("31", &progress.to_uppercase()) } else { progress };
            let mut facts = vec![format!("{progress} ({}): {}", self.say(of.grade.name()), of.title)];
            facts.extend(Some(of.requirements()).filter(|text| !text.is_empty()).map(|text| self.say(&text)));
            facts.extend(of.due.map(|due| self.say(&format!("due {due}"))));
            facts.push(self.owner(of.owner.as_deref()));
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
            self.wrapped(&format!("  {}: ", self.say(&tool)), &self.say(&facts));
        }
    }

    fn waivers(&mut self, ledger: &Ledger) {
        if ledger.waivers.is_empty() {
            return;
        }
        self.heading("Waivers");
        for waiver in &ledger.waivers {
            let over =
                if waiver.is_over(ledger.today) { self.say("over").to_uppercase() + ", " } else { String::new() };
            let lead = format!("  {}: ", waiver.id);
            let uses = self.say(&counted(waiver.used, "finding"));
            let (until, approved) = (self.say(&format!("until {}", waiver.holds_until)), self.say("approved by"));
            let text = format!(
                "{over}{} ({}) {until}, {uses}, {approved} {}: {}",
                waiver.rule.id,
                self.say(&waiver.kind),
                waiver.approved_by,
                waiver.reason
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
            let controls = self.named("controls", &overview::ids(&risk.controls));
            let owner = self.owner(Some(&*risk.owner));
            self.wrapped(&lead, &format!("{} ({}, {owner}, {controls})", risk.title, self.say(&risk.treatment)));
        }
    }

    fn clauses(&mut self, ledger: &Ledger) {
        self.heading("Clauses of ISO/IEC 27001:2022");
        for of in &ledger.clauses {
            let state = self.state(of.state);
            let lead = format!("  {:<13} {state} ", of.clause.id);
            self.wrapped(
                &lead,
                &format!(
                    "{}: {}",
                    overview::clause_title(self.language(), of.clause),
                    self.say(&of.reason()).replace('`', "")
                ),
            );
        }
    }

    fn looked_at(&mut self, report: &Report<'_>, ledger: &Ledger) {
        self.heading("Looked at");
        self.wrapped("  ", &self.say(&crate::report::summary::counts(&report.summary)));
        let kinds: Vec<String> = report.about.kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        self.list("kinds", &kinds);
        self.list("governance files", &files(&ledger.registers));
        self.heading("Not looked at");
        self.list("governance files not there", &files(&overview::missing_registers(ledger)));
        let without: Vec<String> = overview::without_rule(ledger).iter().map(ToString::to_string).collect();
        self.list("controls without a rule", &without);
        let wrong = overview::files_with_problems(report);
        let wrong: Vec<String> = wrong.iter().map(|(path, count)| format!("{path} ({count})")).collect();
        self.list("files with problems", &wrong);
        let coverage = &report.about.coverage;
        let not_read: Vec<String> =
            coverage.not_read.iter().map(|of| format!("{} ({})", of.path, of.what.name)).collect();
        self.list("files recognised, not read", &not_read);
        let kinds: Vec<String> = coverage.without_rule.iter().map(ToString::to_string).collect();
        self.list("kinds that no rule judges", &kinds);
        if !coverage.excluded.is_empty() {
            let excluded: Vec<String> = coverage.excluded.iter().map(ToString::to_string).collect();
            self.list("left out by `exclude` of the settings", &excluded);
        }
    }

    /// "controls 8.9, 8.24"
    fn named(&self, name: &str, what: &str) -> String {
        format!("{} {what}", self.say(name))
    }

    fn owner(&self, owner: Option<&str>) -> String {
        owner.map_or_else(|| self.say("no owner"), |owner| self.named("owner", owner))
    }

    fn list(&mut self, lead: &str, items: &[String]) {
        let text = if items.is_empty() { self.say("none") } else { items.join(", ") };
        self.wrapped(&format!("  {}: ", self.say(lead)), &text);
    }
}

fn files(names: &[&'static str]) -> Vec<String> {
    names.iter().map(|name| format!("{name}.toml")).collect()
}
