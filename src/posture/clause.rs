//! The 30 assessable clauses of ISO/IEC 27001:2022, and whether the repository holds what usually shows each.
//!
//! A document that is there says that somebody wrote it, and no more: a clause is never more than documented, and stale
//! where checks say that what shows it is no longer kept up.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use super::standing::State;
use crate::evaluate::Outcome;
use crate::governance::Governance;
use crate::source::{FileId, Workspace};
use crate::triage::Finding;

/// The data file; ids are without the prefix `clause:`.
pub const CLAUSES: &str = include_str!("../../data/clauses.toml");

/// A clause of ISO/IEC 27001.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its id as `clause:6.1.3`: fourteen bare ids are controls as well.
    pub id: Arc<str>,
    /// Its short name.
    pub title: Arc<str>,
    artefacts: Vec<Arc<str>>,
    /// Rules that fail where what shows it is no longer kept up.
    stale_by: Vec<Arc<str>>,
    /// What has to be said in what shows it, in any of these words, and why.
    says: Vec<Arc<str>>,
    says_because: Option<Arc<str>>,
}

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

static READ: LazyLock<Vec<Clause>> = LazyLock::new(|| read(CLAUSES));

/// The clauses, in order.
pub fn clauses() -> &'static [Clause] {
    &READ
}

fn read(text: &str) -> Vec<Clause> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let entries = table.get("clause").and_then(toml::Value::as_array);
    let read = entries.into_iter().flatten().filter_map(|entry| {
        let text = |key: &str| entry.get(key)?.as_str();
        let texts = |key: &str| {
            let list = entry.get(key).and_then(toml::Value::as_array);
            list.into_iter().flatten().filter_map(toml::Value::as_str).map(Arc::from).collect()
        };
        Some(Clause {
            id: format!("clause:{}", text("id")?).into(),
            title: text("title")?.into(),
            artefacts: texts("artefacts"),
            stale_by: texts("stale-by"),
            says: texts("says"),
            says_because: text("says-because").map(Arc::from),
        })
    });
    read.collect()
}

/// Where each clause stands; `findings` are all judgements.
pub fn standings(governance: &Governance, workspace: &Workspace, findings: &[Finding]) -> Vec<ClauseStanding> {
    let failing: Vec<&Finding> =
        findings.iter().filter(|of| of.outcome == Outcome::Fail && of.suppressed.is_none()).collect();
    clauses().iter().map(|clause| standing(clause, governance, workspace, &failing)).collect()
}

/// Most files that are named for one clause.
const MOST_SHOWN: usize = 3;

fn standing(
    clause: &'static Clause,
    governance: &Governance,
    workspace: &Workspace,
    failing: &[&Finding],
) -> ClauseStanding {
    let mut shown_by = Vec::new();
    for artefact in &clause.artefacts {
        shown_by.extend(match artefact.split_once(':') {
            Some(("register", name)) => register(governance, name).into_iter().collect(),
            Some(("statement", key)) => statement(governance, key).into_iter().collect(),
            _ => files(workspace, artefact),
        });
    }
    let is_stale = |finding: &&&Finding| {
        let here = || shown_by.iter().any(|path| path == workspace.path(finding.span.file));
        clause.stale_by.contains(&finding.rule.id) && (!finding.resource.kind.starts_with("document/") || here())
    };
    let stale_by: BTreeSet<Arc<str>> =
        failing.iter().filter(is_stale).map(|finding| Arc::clone(&finding.rule.id)).collect();
    let lacks = clause.says_because.as_deref().filter(|_| !says(workspace, &shown_by, &clause.says));
    let state = match (shown_by.is_empty(), stale_by.is_empty() && lacks.is_none()) {
        (true, _) => State::NotAssessed,
        (false, false) => State::Stale,
        (false, true) => State::Documented,
    };
    shown_by.truncate(MOST_SHOWN);
    let looked_for = clause.artefacts.iter().map(|artefact| words(artefact)).collect();
    ClauseStanding { clause, state, shown_by, looked_for, stale_by, lacks }
}

/// Whether one of the files has one of the words, in capitals or not.
fn says(workspace: &Workspace, paths: &[String], words: &[Arc<str>]) -> bool {
    let texts = paths.iter().filter_map(|path| workspace.bytes(workspace.find(path)?).ok());
    let mut texts = texts.map(|bytes| String::from_utf8_lossy(&bytes).to_lowercase());
    texts.any(|text| words.iter().any(|word| text.contains(&word.to_lowercase())))
}

fn register(governance: &Governance, name: &str) -> Option<String> {
    (!governance.records(name).is_empty()).then(|| format!("{name}.toml"))
}

fn statement(governance: &Governance, key: &str) -> Option<String> {
    let statement = governance.statement.as_ref()?;
    let said = match key {
        "scope" => statement.scope.is_some(),
        "approved_by" => statement.approved_by.is_some(),
        _ => statement.approved_on.is_some(),
    };
    said.then(|| format!("{key} in soa.toml"))
}

fn files(workspace: &Workspace, glob: &str) -> Vec<String> {
    let built = globset::GlobBuilder::new(glob).literal_separator(true).build();
    let Ok(matcher) = built.map(|glob| glob.compile_matcher()) else { return Vec::new() };
    let matching = workspace.ids().filter(|id| matcher.is_match(workspace.path(*id)));
    let says_something = |id: &FileId| workspace.bytes(*id).is_ok_and(|bytes| !bytes.trim_ascii().is_empty());
    matching.filter(says_something).map(|id| workspace.path(id).to_owned()).collect()
}

fn words(artefact: &str) -> String {
    match artefact.split_once(':') {
        Some(("register", name)) => format!("records in {name}.toml"),
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
                    Some(("register", name)) => {
                        crate::governance::schema::SCHEMAS.iter().any(|schema| schema.file == name)
                    }
                    Some(("statement", key)) => ["scope", "approved_by", "approved_on"].contains(&key),
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
        let standings = standings(&Governance::default(), &workspace, &[]);
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
