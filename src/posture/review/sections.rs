//! The parts of clause 9.3.2, one function each.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Moment, ReviewSection, ReviewTable, WrittenRecord};
use crate::governance::Record;
use crate::posture::{Action, Nonconformity, Risk, State};
use crate::rule::Severity;

/// A period, and what is known at both of its ends.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub from: Date,
    pub to: Date,
    pub before: Option<Moment<'a>>,
    pub now: Moment<'a>,
}

/// A section while it is made.
#[derive(Default)]
struct Draft {
    tables: Vec<ReviewTable>,
    missing: Vec<String>,
}

impl Draft {
    /// Adds rows; nothing where there are none.
    fn table(&mut self, title: impl Into<String>, head: &[&'static str], rows: Vec<Vec<String>>) {
        if !rows.is_empty() {
            self.tables.push(ReviewTable { title: title.into(), head: head.to_vec(), rows });
        }
    }

    fn lacks(&mut self, what: impl Into<String>) {
        self.missing.push(what.into());
    }
}

fn said(text: Option<&Arc<str>>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

fn day(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// "before → now", or what there is where nothing changed or nothing is known of the start.
fn changed(before: Option<String>, now: String) -> String {
    match before {
        Some(before) if before != now => format!("{before} → {now}"),
        _ => now,
    }
}

/// Most things of the plan that are named.
const MOST_ITEMS: usize = 5;

impl<'a> Look<'a> {
    /// Every section, in the order of the clause.
    pub fn sections(self) -> Vec<ReviewSection> {
        let section = |input, clause, title, draft: Draft| ReviewSection {
            input,
            clause,
            title,
            tables: draft.tables,
            missing: draft.missing,
        };
        vec![
            section("actions", "9.3.2 a", "Actions of earlier reviews", self.actions()),
            section("issues", "9.3.2 b", "Changes of internal and external issues", self.issues()),
            section("interested-parties", "9.3.2 c", "Changes of what interested parties require", self.parties()),
            section("nonconformities", "9.3.2 d 1", "Nonconformities and corrective actions", self.nonconformities()),
            section("measurements", "9.3.2 d 2", "Results of monitoring and measurement", self.measurements()),
            section("audits", "9.3.2 d 3", "Results of audits", self.audits()),
            section("objectives", "9.3.2 d 4", "Fulfilment of objectives", self.objectives()),
            section("feedback", "9.3.2 e", "Feedback of interested parties", self.feedback()),
            section("risks", "9.3.2 f", "Results of risk assessment and status of the treatment plan", self.risks()),
            section("improvement", "9.3.2 g", "Opportunities for improvement", self.improvement()),
        ]
    }

    fn within(&self, day: Option<Date>) -> bool {
        day.is_some_and(|day| self.from <= day && day <= self.to)
    }

    fn records(&self, file: &str) -> &'a [Record] {
        self.now.governance.records(file)
    }

    fn written(&self, kind: &str) -> Vec<&'a WrittenRecord> {
        self.now.ledger.records.iter().filter(|record| &*record.kind == kind).collect()
    }

    fn actions(&self) -> Draft {
        let mut draft = Draft::default();
        let held = |record: &&Record| record.date("held_on").is_some_and(|held| held <= self.to);
        let mut reviews: Vec<&Record> = self.records("management-reviews").iter().filter(held).collect();
        reviews.sort_by_key(|review| std::cmp::Reverse(review.date("held_on")));
        let written = self.written("management-review");
        let written: Vec<_> = written.into_iter().filter(|of| of.day.is_some_and(|day| day <= self.to)).collect();
        if reviews.is_empty() && written.is_empty() {
            draft.lacks(
                "no earlier management review is recorded (management-reviews.toml, or records in management-review/)",
            );
        }
        let mut rows = Vec::new();
        for review in &reviews {
            let linked = review
                .texts("actions")
                .iter()
                .filter_map(|(id, _)| self.now.ledger.actions.iter().find(|action| action.id == *id));
            rows.extend(
                linked.map(|action| {
                    Self::action_row(action, &format!("{} ({})", review.id, day(review.date("held_on"))))
                }),
            );
        }
        for record in &written {
            rows.extend(record.actions.iter().map(|action| {
                let late = !action.done && action.due.is_some_and(|due| due < self.now.ledger.today);
                let status = if action.done {
                    "done"
                } else if late {
                    "overdue"
                } else {
                    "open"
                };
                let name = format!("{} ({})", record.title, day(record.day));
                vec![name, action.title.to_string(), said(action.owner.as_ref()), day(action.due), status.to_owned()]
            }));
        }
        if rows.is_empty() && !(reviews.is_empty() && written.is_empty()) {
            draft.lacks("the earlier reviews name no action");
        }
        draft.table("Status of actions", &["Review", "Action", "Owner", "Due", "Status"], rows);
        draft
    }

    fn action_row(action: &Action, of: &str) -> Vec<String> {
        let status = if action.overdue { "overdue".to_owned() } else { action.status.to_string() };
        vec![
            of.to_owned(),
            format!("{}: {}", action.id, action.title),
            action.owner.to_string(),
            action.due.to_string(),
            status,
        ]
    }

    fn issues(&self) -> Draft {
        let mut draft = Draft::default();
        self.changes(&mut draft, &["internal-issue", "external-issue"], "Issues that are new, changed or gone");
        let climate = self.now.governance.head("context");
        match climate {
            Some(head) => {
                let matters = if head.flag("relevant") == Some(true) { "matters" } else { "does not matter" };
                let row = vec![
                    matters.to_owned(),
                    said(head.text("reason")),
                    said(head.text("decided_by")),
                    day(head.date("reviewed_on")),
                ];
                draft.table(
                    "Climate change (Amendment 1:2024)",
                    &["It", "Because", "Decided by", "Looked at"],
                    vec![row],
                );
            }
            None => draft.lacks("nobody decided whether climate change matters: [climate-change] in context.toml"),
        }
        if let Some(head) = self.now.ledger.statement.as_ref() {
            let before =
                self.before.and_then(|before| before.ledger.statement.as_ref()).and_then(|head| head.scope.clone());
            if let (Some(before), Some(now)) = (before, &head.scope)
                && before != *now
            {
                draft.table("The scope changed", &["Before", "Now"], vec![vec![before.to_string(), now.to_string()]]);
            }
        }
        draft
    }

    fn parties(&self) -> Draft {
        let mut draft = Draft::default();
        self.changes(&mut draft, &["interested-party"], "Interested parties that are new, changed or gone");
        draft
    }

    /// Entries of the context that are new, otherwise than they were, or gone; and those that nobody looked at.
    fn changes(&self, draft: &mut Draft, kinds: &[&str], title: &str) {
        if !self.now.governance.has("context") {
            draft.lacks("there is no context.toml");
            return;
        }
        let of_kind = |record: &&Record| record.text("kind").is_some_and(|kind| kinds.contains(&&**kind));
        let entries: Vec<&Record> = self.records("context").iter().filter(of_kind).collect();
        if entries.is_empty() {
            draft.lacks(format!("context.toml has no entry of kind {}", kinds.join(" or ")));
        }
        let earlier = self.before.filter(|before| before.governance.has("context"));
        let words = |record: &Record| {
            let requirements: Vec<&str> = record.texts("requirements").iter().map(|(text, _)| &**text).collect();
            if requirements.is_empty() {
                said(record.text("title"))
            } else {
                format!("{}: {}", said(record.text("title")), requirements.join("; "))
            }
        };
        let mut rows = Vec::new();
        for entry in &entries {
            let before = earlier.and_then(|before| before.governance.record("context", &entry.id));
            let what = match before {
                Some(before) if words(before) != words(entry) => "changed",
                Some(_) if self.within(entry.date("since")) => "changed",
                Some(_) => continue,
                None if earlier.is_some() => "new",
                None if self.within(entry.date("since")) => "new",
                None => "there; its start is not known",
            };
            rows.push(vec![
                entry.id.to_string(),
                what.to_owned(),
                words(entry),
                day(entry.date("since")),
                said(entry.text("owner")),
            ]);
        }
        let known = |id: &str| self.now.governance.knows("context", id);
        let gone =
            earlier.into_iter().flat_map(|before| before.governance.records("context")).filter(of_kind_of(kinds));
        rows.extend(gone.filter(|entry| !known(&entry.id)).map(|entry| {
            vec![entry.id.to_string(), "gone".to_owned(), words(entry), String::new(), said(entry.text("owner"))]
        }));
        if rows.is_empty() && !entries.is_empty() {
            let all = match entries.len() {
                1 => "1 entry, as it was".to_owned(),
                many => format!("{many} entries, as they were"),
            };
            rows.push(vec![String::new(), all, String::new(), String::new(), String::new()]);
        }
        draft.table(title, &["Id", "Change", "What", "Since", "Owner"], rows);
        for entry in entries.iter().filter(|entry| entry.date("reviewed_on").is_some_and(|looked| looked < self.from)) {
            draft.lacks(format!(
                "`{}` was not looked at in the period, but on {}",
                entry.id,
                day(entry.date("reviewed_on"))
            ));
        }
    }

    fn nonconformities(&self) -> Draft {
        let mut draft = Draft::default();
        let all = &self.now.ledger.nonconformities;
        if all.is_empty() {
            draft.lacks("no nonconformity is recorded (nonconformities.toml, or records of audits): check whether there was none");
        }
        let in_period = |of: &&Nonconformity| of.is_open || self.within(of.found_on) || self.within(of.closed_on);
        let rows = all.iter().filter(in_period).map(|of| {
            vec![
                of.id.to_string(),
                of.grade.name().to_owned(),
                of.title.to_string(),
                of.requirements(),
                day(of.found_on),
                day(of.due),
                of.progress().to_owned(),
                said(of.root_cause.as_ref()),
                said(of.owner.as_ref()),
            ]
        });
        let head = ["Id", "Grade", "What", "Not met", "Found", "Due", "How far", "Root cause", "Owner"];
        let rows = rows.collect();
        draft.table("Found or closed in the period, or open", &head, rows);
        let open = |moment: Moment<'_>, grade: &str| {
            moment.ledger.nonconformities.iter().filter(|of| of.is_open && of.grade.name() == grade).count().to_string()
        };
        let trend = ["major", "minor", "observation"].map(|grade| {
            vec![
                grade.to_owned(),
                self.before.map_or("not known".to_owned(), |before| open(before, grade)),
                open(self.now, grade),
            ]
        });
        if !all.is_empty() {
            draft.table("Open ones", &["Grade", "At the start", "At the end"], trend.to_vec());
        }
        let incidents = self.written("incident").into_iter().filter(|of| self.within(of.day)).map(|of| {
            let over = of.closed.map_or("open".to_owned(), |closed| format!("closed {closed}"));
            vec![day(of.day), said(of.severity.as_ref()), of.title.to_string(), over, of.path.to_string()]
        });
        draft.table("Incidents of the period", &["Day", "Severity", "What", "Status", "Record"], incidents.collect());
        draft
    }

    fn measurements(&self) -> Draft {
        let mut draft = Draft::default();
        let count =
            |moment: Moment<'_>, state: State| moment.ledger.controls.iter().filter(|of| of.state == state).count();
        let rows = State::ALL.into_iter().filter_map(|state| {
            let now = count(self.now, state);
            let before = self.before.map(|before| count(before, state));
            (now > 0 || before.is_some_and(|before| before > 0)).then(|| {
                vec![state.words(), before.map_or("not known".to_owned(), |before| before.to_string()), now.to_string()]
            })
        });
        draft.table("Controls by state", &["State", "At the start", "At the end"], rows.collect());
        let rows = Severity::WORST_FIRST.iter().zip(self.now.failed).enumerate().map(|(place, (severity, now))| {
            let before = self.before.and_then(|before| before.failed.get(place).copied());
            vec![
                severity.name().to_owned(),
                before.map_or("not known".to_owned(), |before| before.to_string()),
                now.to_string(),
            ]
        });
        draft.table("Failing checks by severity", &["Severity", "At the start", "At the end"], rows.collect());
        self.counts(&mut draft);
        if self.before.is_none() {
            draft.lacks("the start of the period is not known, so there is no trend");
        }
        draft
    }

    /// What registers say was done in the period: training, reviews of access, exercises, tests.
    fn counts(&self, draft: &mut Draft) {
        let number =
            |record: &Record, key: &str| record.number(key).map(|number| number.to_string()).unwrap_or_default();
        let in_period = |key: &'static str| move |record: &&Record| self.within(record.date(key));
        let training = self.records("training").iter().filter(in_period("period_end")).map(|course| {
            vec![
                said(course.text("title")),
                format!("{} of {}", number(course, "completed"), number(course, "invited")),
                number(course, "target_percent") + " %",
            ]
        });
        draft.table("Training", &["Course", "Completed", "Target"], training.collect());
        let confirmed = self.records("acknowledgements").iter().filter(in_period("counted_on")).map(|of| {
            vec![
                said(of.text("title")),
                format!("{} of {}", number(of, "acknowledged"), number(of, "asked")),
                number(of, "target_percent") + " %",
            ]
        });
        draft.table("Policies confirmed", &["Policies", "Confirmed", "Target"], confirmed.collect());
        let reviews = self.records("access-reviews").iter().filter(in_period("reviewed_on")).map(|review| {
            vec![
                said(review.text("system")),
                day(review.date("reviewed_on")),
                number(review, "rights"),
                number(review, "withdrawn"),
            ]
        });
        draft.table("Reviews of access rights", &["System", "Day", "Rights", "Withdrawn"], reviews.collect());
        let exercises = self.records("exercises").iter().filter(in_period("held_on")).map(|exercise| {
            vec![
                said(exercise.text("title")),
                said(exercise.text("kind")),
                day(exercise.date("held_on")),
                said(exercise.text("result")),
            ]
        });
        draft.table("Exercises", &["Scenario", "Kind", "Day", "Result"], exercises.collect());
    }

    fn audits(&self) -> Draft {
        let mut draft = Draft::default();
        let audits = self.records("audits");
        let registered = |audit: &Record| {
            self.now.ledger.nonconformities.iter().filter(|of| of.audit.as_ref() == Some(&audit.id)).count()
        };
        let held = audits.iter().filter(|audit| self.within(audit.date("done_on")));
        let mut rows: Vec<Vec<String>> = held
            .map(|audit| {
                vec![
                    audit.id.to_string(),
                    said(audit.text("title")),
                    day(audit.date("done_on")),
                    said(audit.text("auditor")),
                    audit.text("result").map_or("not said".to_owned(), ToString::to_string),
                    registered(audit).to_string(),
                ]
            })
            .collect();
        let written = self.written("audit").into_iter().chain(self.written("penetration-test"));
        rows.extend(written.filter(|of| self.within(of.day)).map(|of| {
            let found = self.now.ledger.nonconformities.iter().filter(|found| found.path == of.path).count();
            vec![
                of.path.to_string(),
                of.title.to_string(),
                day(of.day),
                String::new(),
                String::new(),
                found.to_string(),
            ]
        }));
        if rows.is_empty() {
            draft.lacks("no audit of the period is recorded");
        }
        draft.table("Held in the period", &["Id", "What", "Day", "Auditor", "Result", "Nonconformities"], rows);
        let late = |audit: &&Record| {
            audit.date("done_on").is_none() && audit.date("planned_on").is_some_and(|planned| planned <= self.to)
        };
        for audit in audits.iter().filter(late) {
            draft.lacks(format!(
                "the audit `{}` was planned for {} and not held",
                audit.id,
                day(audit.date("planned_on"))
            ));
        }
        let coming = audits.iter().filter(|audit| {
            audit.date("done_on").is_none() && audit.date("planned_on").is_some_and(|planned| planned > self.to)
        });
        let rows =
            coming.map(|audit| vec![audit.id.to_string(), said(audit.text("title")), day(audit.date("planned_on"))]);
        draft.table("Planned next", &["Id", "What", "Day"], rows.collect());
        if self.now.governance.head("audits").is_none() {
            draft.lacks("audits.toml has no [programme]");
        }
        draft
    }

    fn objectives(&self) -> Draft {
        let mut draft = Draft::default();
        let objectives = self.records("objectives");
        if objectives.is_empty() {
            draft.lacks("there is no objectives.toml, or nothing in it");
        }
        let value = |objective: &Record| objective.number("value").map(|value| value.to_string());
        let rows = objectives.iter().map(|objective| {
            let before =
                self.before.and_then(|before| before.governance.record("objectives", &objective.id)).and_then(value);
            let now = value(objective).unwrap_or_else(|| "not measured".to_owned());
            let lower = objective.text("better").is_some_and(|better| &**better == "lower");
            let reached = match objective.number("value").zip(objective.number("target")) {
                Some((value, target)) if (lower && value <= target) || (!lower && value >= target) => "reached",
                Some(_) => "not reached",
                None => "not known",
            };
            let target = objective.number("target").map(|target| target.to_string()).unwrap_or_default();
            let target = if lower { format!("at most {target}") } else { format!("at least {target}") };
            vec![
                format!("{}: {}", objective.id, said(objective.text("title"))),
                said(objective.text("unit")),
                target,
                changed(before, now),
                day(objective.date("measured_on")),
                reached.to_owned(),
                day(objective.date("due")),
                said(objective.text("owner")),
            ]
        });
        let head = ["Objective", "Unit", "Target", "Value", "Measured", "Status", "Due", "Owner"];
        draft.table("Objectives", &head, rows.collect());
        for objective in
            objectives.iter().filter(|of| of.date("measured_on").is_none_or(|measured| measured < self.from))
        {
            draft.lacks(format!("`{}` was not measured in the period", objective.id));
        }
        draft
    }

    fn feedback(&self) -> Draft {
        let mut draft = Draft::default();
        let said_in_period = |record: &&Record| {
            record.text("kind").is_some_and(|kind| &**kind == "feedback")
                && self.within(record.date("since").or(record.date("reviewed_on")))
        };
        let rows: Vec<Vec<String>> = self
            .records("context")
            .iter()
            .filter(said_in_period)
            .map(|record| {
                let party = record.text("party").and_then(|party| self.now.governance.record("context", party));
                let party = party.and_then(|party| party.text("title")).or(record.text("party"));
                vec![
                    day(record.date("since").or(record.date("reviewed_on"))),
                    said(party),
                    said(record.text("title")),
                    said(record.text("owner")),
                ]
            })
            .collect();
        if rows.is_empty() {
            draft.lacks("no feedback of the period is recorded (kind `feedback` in context.toml)");
        }
        draft.table("Feedback", &["Day", "Of", "What", "Owner"], rows);
        draft
    }

    fn risks(&self) -> Draft {
        let mut draft = Draft::default();
        let risks = &self.now.ledger.risks;
        if risks.is_empty() {
            draft.lacks("there is no risks.toml, or nothing in it");
        }
        let earlier = |id: &str| self.before.and_then(|before| before.ledger.risks.iter().find(|risk| &*risk.id == id));
        let residual = |risk: &Risk| risk.residual.map_or("not said".to_owned(), |residual| residual.to_string());
        let rows = self.now.ledger.risks_by_score().into_iter().map(|risk| {
            let before = earlier(&risk.id);
            let is_new = self.before.is_some() && before.is_none();
            vec![
                format!("{}: {}", risk.id, risk.title),
                changed(before.map(|risk| risk.score().to_string()), risk.score().to_string()),
                changed(before.map(residual), residual(risk)),
                risk.treatment.to_string(),
                risk.owner.to_string(),
                if is_new { "new".to_owned() } else { String::new() },
            ]
        });
        let head = ["Risk", "Likelihood × impact", "Residual risk", "Treatment", "Owner", "Change"];
        draft.table("Risks, the largest first", &head, rows.collect());
        let gone = self.before.into_iter().flat_map(|before| &before.ledger.risks);
        let gone = gone.filter(|risk| risks.iter().all(|now| now.id != risk.id));
        let rows = gone.map(|risk| vec![format!("{}: {}", risk.id, risk.title), risk.score().to_string()]);
        draft.table("Risks that are gone", &["Risk", "Likelihood × impact"], rows.collect());
        for risk in
            self.records("risks").iter().filter(|risk| risk.date("reviewed_on").is_some_and(|day| day < self.from))
        {
            draft.lacks(format!(
                "the risk `{}` was not looked at in the period, but on {}",
                risk.id,
                day(risk.date("reviewed_on"))
            ));
        }
        self.treatment(&mut draft);
        draft
    }

    /// How far the plan is.
    fn treatment(&self, draft: &mut Draft) {
        let actions = &self.now.ledger.actions;
        if actions.is_empty() {
            draft.lacks("there is no plan.toml, or nothing in it");
            return;
        }
        let done_on =
            |action: &Action| self.now.governance.record("plan", &action.id).and_then(|record| record.date("done_on"));
        let done = actions.iter().filter(|action| self.within(done_on(action))).count();
        let open = actions.iter().filter(|action| action.is_open).count();
        let overdue = actions.iter().filter(|action| action.overdue).count();
        let row = vec![done.to_string(), open.to_string(), overdue.to_string()];
        draft.table("The treatment plan", &["Done in the period", "Open", "Of these overdue"], vec![row]);
        let rows = actions.iter().filter(|action| action.is_open).map(|action| {
            let status = if action.overdue { "overdue".to_owned() } else { action.status.to_string() };
            vec![format!("{}: {}", action.id, action.title), action.owner.to_string(), action.due.to_string(), status]
        });
        draft.table("Open actions", &["Action", "Owner", "Due", "Status"], rows.collect());
    }

    fn improvement(&self) -> Draft {
        let mut draft = Draft::default();
        let opportunities = self
            .records("context")
            .iter()
            .filter(|record| record.text("kind").is_some_and(|kind| &**kind == "opportunity"));
        let rows: Vec<Vec<String>> = opportunities
            .map(|record| vec![record.id.to_string(), said(record.text("title")), said(record.text("owner"))])
            .collect();
        if rows.is_empty() {
            draft.lacks("no opportunity is recorded (kind `opportunity` in context.toml)");
        }
        draft.table("Opportunities", &["Id", "What", "Owner"], rows);
        let observations =
            self.now.ledger.nonconformities.iter().filter(|of| of.is_open && of.grade.name() == "observation");
        let rows = observations.map(|of| vec![of.id.to_string(), of.title.to_string(), said(of.owner.as_ref())]);
        draft.table("Open observations", &["Id", "What", "Owner"], rows.collect());
        let rows = self
            .now
            .ledger
            .plan
            .iter()
            .take(MOST_ITEMS)
            .map(|item| vec![item.title.clone(), item.priority.to_string(), said(item.owner.as_ref())]);
        draft.table("What the plan holds most urgent", &["What", "Priority", "Owner"], rows.collect());
        draft
    }
}

fn of_kind_of<'k>(kinds: &'k [&'k str]) -> impl Fn(&&Record) -> bool + 'k {
    |record| record.text("kind").is_some_and(|kind| kinds.contains(&&**kind))
}
