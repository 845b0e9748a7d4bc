//! The clauses of ISO/IEC 27001:2022, and whether the repository holds what usually shows each.
//!
//! A document that is there says that somebody wrote it, and no more: a clause is never more than documented, and stale
//! where checks say that what shows it is no longer kept up.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::drafts::Drafts;
use super::standing::State;
use crate::control::ControlId;
use crate::control::clause::{Clause, clauses};
use crate::evaluate::Outcome;
use crate::governance::schema::SCHEMAS;
use crate::governance::{Governance, Record};
use crate::source::{FileId, Workspace};
use crate::triage::Finding;

/// What the repository holds for a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseStanding {
    /// The clause.
    pub clause: &'static Clause,
    /// Documented where there is something, stale where that is no longer kept up, else not assessed.
    pub state: State,
    /// What there is: paths, at most three, in order.
    pub shown_by: Vec<String>,
    /// What was looked for.
    pub looked_for: Vec<String>,
    /// The rules whose findings say that it is no longer kept up, in order.
    pub stale_by: BTreeSet<Arc<str>>,
    /// What it says nothing of, though it should.
    pub lacks: Option<&'static str>,
}

impl ClauseStanding {
    /// Why it is in its state; paths and rules stand between backticks.
    pub fn reason(&self) -> String {
        let quoted = |text: &str| format!("`{text}`");
        let shown: Vec<String> = self.shown_by.iter().map(|path| quoted(path)).collect();
        let rules: Vec<String> = self.stale_by.iter().map(|rule| quoted(rule)).collect();
        match self.state {
            State::NotAssessed => format!("looked for {}", self.looked_for.join(", ")),
            State::Stale => {
                let why: Vec<String> = rules.into_iter().chain(self.lacks.map(str::to_owned)).collect();
                format!("{} ({})", why.join(", "), shown.join(", "))
            }
            _ => shown.join(", "),
        }
    }
}

/// Where each clause stands; `findings` are all judgements.
pub fn standings(
    governance: &Governance,
    workspace: &Workspace,
    findings: &[Finding],
    drafts: &Drafts,
) -> Vec<ClauseStanding> {
    let failing: Vec<&Finding> =
        findings.iter().filter(|of| of.outcome == Outcome::Fail && of.suppressed.is_none()).collect();
    clauses().iter().map(|clause| standing(clause, governance, (workspace, drafts), &failing)).collect()
}

/// Most files that are named for one clause.
const MOST_SHOWN: usize = 3;

fn standing(
    clause: &'static Clause,
    governance: &Governance,
    (workspace, drafts): (&Workspace, &Drafts),
    failing: &[&Finding],
) -> ClauseStanding {
    let mut shown = Vec::new();
    for artefact in &clause.artefacts {
        shown.extend(match artefact.split_once(':') {
            Some(("register", name)) => register(governance, name).into_iter().collect(),
            Some(("head", name)) => head(governance, name).into_iter().collect(),
            Some(("statement", key)) => statement(governance, key).into_iter().collect(),
            _ => in_force(files(workspace, artefact), drafts),
        });
    }
    let is_stale = |finding: &&&Finding| {
        let here = || shown.iter().any(|(_, file)| *file == Some(finding.span.file));
        clause.stale_by.contains(&finding.rule.id) && (!finding.resource.kind.starts_with("document/") || here())
    };
    let stale_by: BTreeSet<Arc<str>> =
        failing.iter().filter(is_stale).map(|finding| Arc::clone(&finding.rule.id)).collect();
    let lacks = clause.says_because.as_deref().filter(|_| !says(workspace, &shown, &clause.says));
    let state = match (shown.is_empty(), stale_by.is_empty() && lacks.is_none()) {
        (true, _) => State::NotAssessed,
        (false, false) => State::Stale,
        (false, true) => State::Documented,
    };
    let shown_by = shown.into_iter().take(MOST_SHOWN).map(|(words, _)| words).collect();
    let looked_for = clause.artefacts.iter().map(|artefact| words(artefact)).collect();
    ClauseStanding { clause, state, shown_by, looked_for, stale_by, lacks }
}

/// What shows a clause, in words, and the file that it stands in.
type ShowsClause = (String, Option<FileId>);

/// Whether one of the files has one of the words, in capitals or not.
fn says(workspace: &Workspace, shown: &[ShowsClause], words: &[Arc<str>]) -> bool {
    let texts = shown.iter().filter_map(|(_, file)| workspace.bytes((*file)?).ok());
    let mut texts = texts.map(|bytes| String::from_utf8_lossy(&bytes).to_lowercase());
    texts.any(|text| words.iter().any(|word| text.contains(&word.to_lowercase())))
}

/// A register with records, or with one that has a key: `audits/done_on`. One with a fault shows nothing, and neither does what was dropped.
fn register(governance: &Governance, named: &str) -> Option<ShowsClause> {
    let (name, key) = named.split_once('/').map_or((named, None), |(name, key)| (name, Some(key)));
    let dropped = |record: &Record| record.text("status").is_some_and(|status| &**status == "dropped");
    let mut records = governance.records(name).iter().filter(|record| !record.faulty && !dropped(record));
    let is_there = records.any(|record| key.is_none_or(|key| record.held(key).is_some()));
    is_there.then(|| (format!("{name}.toml"), governance.file(name)))
}

/// A register with a head.
fn head(governance: &Governance, name: &str) -> Option<ShowsClause> {
    let head = governance.head(name).filter(|head| !head.faulty);
    head.map(|head| (format!("[{}] in {name}.toml", head.id), governance.file(name)))
}

fn statement(governance: &Governance, key: &str) -> Option<ShowsClause> {
    let statement = governance.statement.as_ref()?;
    let said = match key {
        "scope" => statement.scope.is_some(),
        "approved_by" => statement.approved_by.is_some(),
        "decided" => statement.approved_on.is_some() && ControlId::all().all(|id| statement.entries.contains_key(&id)),
        _ => statement.approved_on.is_some(),
    };
    let words = if key == "decided" {
        "soa.toml, which decides every control".to_owned()
    } else {
        format!("{key} in soa.toml")
    };
    said.then_some((words, None))
}

fn files(workspace: &Workspace, glob: &str) -> Vec<ShowsClause> {
    let built = globset::GlobBuilder::new(glob).literal_separator(true).build();
    let Ok(matcher) = built.map(|glob| glob.compile_matcher()) else { return Vec::new() };
    let matching = workspace.ids().filter(|id| matcher.is_match(workspace.path(*id)));
    let says_something = |id: &FileId| workspace.bytes(*id).is_ok_and(|bytes| !bytes.trim_ascii().is_empty());
    matching.filter(says_something).map(|id| (workspace.path(id).to_owned(), Some(id))).collect()
}

/// Those of some files that are no drafts.
fn in_force(files: Vec<ShowsClause>, drafts: &Drafts) -> Vec<ShowsClause> {
    files.into_iter().filter(|(path, _)| !drafts.paths.contains(path.as_str())).collect()
}

/// What is looked for, in words: a glob stands as it is.
pub fn words(artefact: &str) -> String {
    match artefact.split_once(':') {
        Some(("register", named)) => match named.split_once('/') {
            Some((name, key)) => format!("records with `{key}` in {name}.toml"),
            None => format!("records in {named}.toml"),
        },
        Some(("head", name)) => {
            let schema = SCHEMAS.iter().find(|schema| schema.file == name);
            let head = schema.and_then(|schema| schema.head).map_or("", |head| head.key);
            format!("[{head}] in {name}.toml")
        }
        Some(("statement", "decided")) => "an approved soa.toml that decides every control".to_owned(),
        Some(("statement", key)) => format!("`{key}` in soa.toml"),
        _ => artefact.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_thirty_clauses_and_each_says_where_to_look() {
        assert_eq!(clauses().len(), 30);
        for clause in clauses() {
            assert!(!clause.artefacts.is_empty(), "{}", clause.id);
            for artefact in &clause.artefacts {
                let known = match artefact.split_once(':') {
                    Some(("register", named)) => {
                        let (name, key) = named.split_once('/').unwrap_or((named, "id"));
                        let schema = SCHEMAS.iter().find(|schema| schema.file == name);
                        schema.is_some_and(|schema| schema.fields.iter().any(|field| field.key == key))
                    }
                    Some(("head", name)) => SCHEMAS.iter().any(|schema| schema.file == name && schema.head.is_some()),
                    Some(("statement", key)) => ["scope", "approved_by", "approved_on", "decided"].contains(&key),
                    _ => globset::Glob::new(artefact).is_ok(),
                };
                assert!(known, "{artefact}");
            }
        }
    }

    #[test]
    fn rules_that_tell_of_staleness_exist() {
        let rules = crate::rule::set::RuleSet::builtin(crate::dialect::DIALECTS);
        for rule in clauses().iter().flat_map(|clause| &clause.stale_by) {
            assert!(rules.find(rule).is_some(), "{rule}");
        }
    }

    #[test]
    fn a_file_that_says_something_documents_its_clause() {
        let workspace = Workspace::in_memory([
            ("isms/scope.md", "All of it."),
            ("docs/metrics.md", "The exporter listens on port 9090."),
            ("isms/context.md", " \n"),
            ("records/audits/2026.md", "Done."),
        ]);
        let standings = standings(&Governance::default(), &workspace, &[], &Drafts::default());
        let documented: Vec<(&str, &[String])> = standings
            .iter()
            .filter(|of| of.state == State::Documented)
            .map(|of| (&*of.clause.id, &*of.shown_by))
            .collect();
        assert_eq!(
            documented,
            [
                ("clause:4.3", &["isms/scope.md".to_owned()][..]),
                ("clause:9.2.1", &["records/audits/2026.md".to_owned()][..]),
            ]
        );
    }
}
