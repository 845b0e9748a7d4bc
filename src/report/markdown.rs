//! Markdown for a comment on a pull request and for the summary of a CI job: findings grouped by control.
//!
//! A comment on GitHub holds 65,536 characters; what does not fit is counted. Text from scanned files is shown as it
//! is: it cannot become markup, mention anybody, or link anywhere.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::control::ControlId;
use crate::evaluate::Outcome;
use crate::rule::{Rule, Severity, Strength};

use super::causes::Cause;
use super::place::{and_more, control_name, grade};
use super::text::{Part, counted, one_line, parts, shortened};
use super::{Format, Options, Report, Since, summary};

/// The format.
pub const MARKDOWN: Format = Format {
    name: "markdown",
    doc: "Markdown for a pull request comment or a job summary, by control.",
    ledger: false,
    render,
};

/// Findings are shown up to about this many bytes.
const BUDGET: usize = 60_000;
/// A message or remedy in a table is cut after this many characters.
const LONGEST: usize = 300;

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { text: String::new(), left_out: 0 };
    let failed = summary::failed(&report.summary);
    let headline = if failed.is_empty() { "nothing failed" } else { &failed };
    page.line(&format!("## annexa: {headline}\n"));
    if let Some(since) = &report.since {
        page.since(since);
    }
    page.line(&format!("{}\n", summary::counts(&report.summary)));
    page.findings(report, options);
    page.suppressed(report, options);
    page.problems(report);
    if page.left_out > 0 {
        page.line(&format!("{} did not fit in here; the full report has them.\n", counted(page.left_out, "more line")));
    }
    out.write_all(page.text.as_bytes())
}

/// The text so far, and how many rows did not fit.
struct Page {
    text: String,
    left_out: usize,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Adds a row of a table, if there is room.
    fn row(&mut self, cells: &[String]) {
        let row = row(cells);
        if self.has_room(row.len()) {
            self.line(&row);
        } else {
            self.left_out += 1;
        }
    }

    fn has_room(&self, length: usize) -> bool {
        self.text.len() + length <= BUDGET
    }

    fn since(&mut self, since: &Since) {
        if since.changes.is_empty() {
            return;
        }
        self.line("| Control | Before | Now | Because |\n|---|---|---|---|");
        for change in &since.changes {
            let [from, to] = [change.from, change.to].map(|state| state.name().to_owned());
            self.row(&[inline(&control_name(change.id)), from, to, inline(&change.reason)]);
        }
        self.line("");
    }

    /// The findings by control, the control with the worst first. Where there is no room for all, the mildest are left out.
    fn findings(&mut self, report: &Report<'_>, options: &Options) {
        let causes = report.told_once(report.to_tell(options));
        let rank = |cause: &Cause<'_>| (cause.finding.outcome, Reverse(cause.finding.severity()));
        let mut rows: Vec<(_, ControlId, usize)> = Vec::new();
        let mut groups: BTreeMap<ControlId, Vec<&Cause<'_>>> = BTreeMap::new();
        for (index, cause) in causes.iter().enumerate() {
            for (id, _) in cause.finding.rule.controls.iter().filter(|(_, strength)| *strength == Strength::Direct) {
                rows.push((rank(cause), *id, index));
                groups.entry(*id).or_default().push(cause);
            }
        }
        rows.sort_unstable();
        let mut left = BUDGET.saturating_sub(self.text.len());
        let mut controls: Vec<Section> = Vec::new();
        // What to do is said once for each rule of a section.
        let mut told: BTreeSet<(ControlId, &str)> = BTreeSet::new();
        for (_, id, index) in rows {
            let Some((cause, group)) = causes.get(index).zip(groups.get(&id)) else { continue };
            let at = controls.iter().position(|section| section.id == id);
            let title = || Section { id, title: head(&control_name(id), &tally(group)), rows: Vec::new() };
            let is_first = !told.contains(&(id, &*cause.finding.rule.id));
            let text = row(&finding_cells(report, cause, is_first));
            let opening = if at.is_some() { 0 } else { title().title.len() + COLUMNS.len() + CLOSING.len() + 2 };
            let Some(rest) = left.checked_sub(opening + text.len() + 1) else {
                self.left_out += 1;
                continue;
            };
            left = rest;
            told.insert((id, &*cause.finding.rule.id));
            let at = at.unwrap_or_else(|| {
                controls.push(title());
                controls.len() - 1
            });
            if let Some(section) = controls.get_mut(at) {
                section.rows.push(text);
            }
        }
        let untold = report.untold(options);
        if !untold.is_empty() {
            self.line(untold.trim_end());
            self.line("");
        }
        for section in controls {
            self.line(&section.title);
            self.line(COLUMNS);
            section.rows.iter().for_each(|row| self.line(row));
            self.close();
        }
    }

    fn suppressed(&mut self, report: &Report<'_>, options: &Options) {
        let silenced = report.shown(options).filter_map(|finding| Some((finding, finding.suppressed.as_ref()?)));
        let silenced: Vec<_> = silenced.collect();
        if silenced.is_empty() {
            return;
        }
        if !self.open("Suppressed", &silenced.len().to_string(), silenced.len()) {
            return;
        }
        self.line("| | Where | What | Reason |\n|---|---|---|---|");
        for (finding, suppressed) in silenced {
            self.row(&[
                grade(finding).to_owned(),
                code(&report.spot(finding.span)),
                format!("{}: {}", code(&finding.rule.id), inline(&finding.message)),
                inline(&suppressed.reason),
            ]);
        }
        self.close();
    }

    fn problems(&mut self, report: &Report<'_>) {
        if report.problems.is_empty() {
            return;
        }
        let problems = report.notable();
        if !self.open("Problems", &report.problems.len().to_string(), problems.len()) {
            return;
        }
        self.line("| | Where | What | Remedy |\n|---|---|---|---|");
        for (problem, more) in problems {
            self.row(&[
                problem.level.name().to_owned(),
                code(&report.problem_spot(problem)),
                inline(&problem.message) + &and_more(more),
                inline(problem.help.as_deref().unwrap_or_default()),
            ]);
        }
        self.close();
    }

    /// Begins a section of so many rows, if there is room.
    fn open(&mut self, title: &str, count: &str, rows: usize) -> bool {
        let head = head(title, count);
        let fits = self.has_room(head.len());
        if fits {
            self.line(&head);
        } else {
            self.left_out += rows;
        }
        fits
    }

    fn close(&mut self) {
        self.line(CLOSING);
    }
}

/// The findings of a control that are shown.
struct Section {
    id: ControlId,
    title: String,
    rows: Vec<String>,
}

/// The columns of findings.
const COLUMNS: &str = "| | Where | What | Fix |\n|---|---|---|---|";

/// The end of a section.
const CLOSING: &str = "\n</details>\n";

fn head(title: &str, count: &str) -> String {
    format!("<details>\n<summary><b>{title}</b>: {count}</summary>\n")
}

fn row(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

fn finding_cells(report: &Report<'_>, cause: &Cause<'_>, with_fix: bool) -> [String; 4] {
    let finding = cause.finding;
    [
        grade(finding).to_owned(),
        code(&report.spot(finding.primary())),
        format!("{}: {}", named(report, &finding.rule), inline(&(report.sentence(cause) + &report.elsewhere(finding)))),
        if with_fix { inline(&finding.rule.fix) } else { "as above".to_owned() },
    ]
}

/// The id of a rule, with a link to its page where it has one.
fn named(report: &Report<'_>, rule: &Rule) -> String {
    let id = code(&rule.id);
    report.about.published.page(rule).map_or_else(|| id.clone(), |page| format!("[{id}]({page})"))
}

/// "1 critical, 2 open"
fn tally(causes: &[&Cause<'_>]) -> String {
    let all = || causes.iter().flat_map(|cause| std::iter::once(cause.finding).chain(cause.others.iter().copied()));
    let failing = |severity: Severity| {
        all().filter(|finding| finding.outcome == Outcome::Fail && finding.severity() == severity).count()
    };
    let counts = Severity::WORST_FIRST.map(|severity| (failing(severity), severity.name()));
    let open = all().filter(|finding| finding.outcome == Outcome::Open).count();
    let counts = counts.into_iter().chain([(open, "open")]).filter(|(count, _)| *count > 0);
    counts.map(|(count, name)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

/// Code.
pub fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", plain(&one_line(text))) }
}

/// A message: what stands between backticks becomes code.
pub fn inline(text: &str) -> String {
    let text = one_line(text.trim());
    let mut shown = String::new();
    for part in parts(&shortened(&text, LONGEST)) {
        match part {
            Part::Plain(text) => shown.push_str(&plain(text)),
            Part::Code(text) => shown.push_str(&code(text)),
        }
    }
    shown
}

/// Text that Markdown shows as it is. A comment within them keeps mentions, issue numbers, addresses and emoji names from
/// becoming anything else; an entity would not, since GitHub looks for them after Markdown has been read.
pub fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        match character {
            // Within a word it means nothing.
            '_' if next.is_alphanumeric() && escaped.ends_with(char::is_alphanumeric) => escaped.push('_'),
            '&' | '<' | '>' | '`' | '|' | '*' | '_' | '~' | '[' | ']' | '\\' | '$' | '^' | '{' | '}' => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            '@' | '#' if next.is_alphanumeric() => {
                escaped.push(character);
                escaped.push_str("<!-- -->");
            }
            ':' if next == '/' || names_emoji(rest.clone()) => escaped.push_str(":<!-- -->"),
            '.' if escaped.ends_with("www") => escaped.push_str(".<!-- -->"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Whether what follows a colon is a name and another colon.
fn names_emoji(rest: impl Iterator<Item = char>) -> bool {
    let is_name = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '+' | '-');
    let mut rest = rest.peekable();
    rest.peek().is_some_and(is_name) && rest.find(|c| !is_name(c)) == Some(':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn text_of_a_file_cannot_become_markup() {
        for (text, want) in [
            ("a | b", "a &#124; b"),
            ("`a|b` is <b>", "<code>a&#124;b</code> is &#60;b&#62;"),
            ("snake_case _em_", "snake_case &#95;em&#95;"),
            ("one ` alone", "one &#96; alone"),
            (
                "@team #12 https://x www.x :tada:",
                "@<!-- -->team #<!-- -->12 https:<!-- -->//x www.<!-- -->x :<!-- -->tada:",
            ),
            ("![x](y)\n# no", "!&#91;x&#93;(y) # no"),
            ("it's \"so\": risk:insider AWS::EC2", "it's \"so\": risk:insider AWS::EC2"),
        ] {
            assert_eq!(inline(text), want);
        }
    }

    #[test]
    fn a_comment_is_not_longer_than_github_takes() {
        let workspace = fixture::workspace();
        let mut report = fixture::report(&workspace);
        let mut findings: Vec<_> = report.findings.iter().cycle().take(10_000).cloned().collect();
        for (number, finding) in findings.iter_mut().enumerate() {
            finding.message = format!("{number} {}", "|".repeat(number % 400));
        }
        report.findings = findings;
        let options = Options { width: 80, ..Options::default() };
        let mut bytes = Vec::new();
        render(&report, &options, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.chars().count() < 65_536, "{}", text.len());
        assert!(text.contains("did not fit in here"));
        let delta = text.find("| Control | Before | Now | Because |").unwrap();
        assert!(delta < 200, "what became of controls comes first: {delta}");
    }
}
