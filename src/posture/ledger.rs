//! The ledger: everything that is known of every control, in one value.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::agenda::DocumentDay;
use super::clause::{self, ClauseStanding};
use super::drafts::Drafts;
use super::exposure::Assets;
use super::nonconformity::{self, Nonconformity};
use super::others::OfOthers;
use super::plan::{self, Item};
use super::readiness::{self, AuditStage};
use super::review::WrittenRecord;
use super::roles::Role;
use super::standing::{Attestation, Claim, Shown, ShownBy, Standing};
use super::state::{Assurance, Inherited, Known, decide};
use super::tally::Tallies;
use crate::control::{Control, ControlId, catalogue};
use crate::elsewhere::{Elsewhere, ForeignRule, Origin};
use crate::governance::parts;
use crate::governance::paths::{Found, Paths};
use crate::governance::record::Evidence;
use crate::governance::soa::Entry;
use crate::governance::{Governance, Record};
use crate::hex;
use crate::rule::Strength;
use crate::source::{Span, Workspace};
use crate::triage::Finding;
use crate::triage::waiver::Waiver;

/// What a ledger is made of.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The controls that each loaded rule bears on.
    pub rules: &'a [&'a [(ControlId, Strength)]],
    /// All judgements, passes included.
    pub findings: &'a [Finding],
    /// What the governance files say.
    pub governance: &'a Governance,
    /// The waivers, applied.
    pub waivers: &'a [Waiver],
    /// The nonconformities, those of documents included.
    pub nonconformities: &'a [Nonconformity],
    /// What other tools found.
    pub elsewhere: &'a Elsewhere,
    /// What people wrote that is not in force.
    pub drafts: &'a Drafts,
    /// The files.
    pub workspace: &'a Workspace,
    /// The day that dates are compared with.
    pub today: Date,
    /// Whether all of the repository was looked at by every rule, so that claims can be held against what was found.
    pub whole: bool,
}

/// Everything that is known of every control.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The day that dates were compared with.
    pub today: Date,
    /// The head of the Statement of Applicability, when there is one.
    pub statement: Option<Head>,
    /// The 93 controls, in order.
    pub controls: Vec<Standing>,
    /// Controls of the organisation's own, in the order written.
    pub custom: Vec<Custom>,
    /// The assessable clauses of ISO/IEC 27001, in order.
    pub clauses: Vec<ClauseStanding>,
    /// The risks, in the order written.
    pub risks: Vec<Risk>,
    /// The actions, in the order written.
    pub actions: Vec<Action>,
    /// The waivers, in the order written.
    pub waivers: Vec<Waiver>,
    /// The nonconformities: those of the register in the order written, then those of documents.
    pub nonconformities: Vec<Nonconformity>,
    /// Where results of other tools are from, in the order of the register of evidence.
    pub origins: Vec<Arc<Origin>>,
    /// What is to be done, the most urgent first.
    pub plan: Vec<Item>,
    /// How far the two stages of an audit are.
    pub readiness: [AuditStage; 2],
    /// What law and contracts ask for, in the order written.
    pub obligations: Vec<Titled>,
    /// The roles of the register, in the order written.
    pub roles: Vec<Role>,
    /// The names of the governance files that are there, without `.toml`.
    pub registers: Vec<&'static str>,
    /// The days in the front matter of documents; the run adds them.
    pub documents: Vec<DocumentDay>,
    /// The records that documents hold; the run adds them.
    pub records: Vec<WrittenRecord>,
}

/// A control of the organisation's own.
#[derive(Clone, Debug)]
pub struct Custom {
    /// Its name in the Statement of Applicability.
    pub name: Arc<str>,
    /// What it is called; the name where nothing else is said.
    pub title: Arc<str>,
    /// What the Statement says of it.
    pub claim: Claim,
    /// Files that the Statement names for it.
    pub evidence: Vec<Shown>,
}

/// A record of a register of which no more is needed than what it is called: an obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Titled {
    /// Its id.
    pub id: Arc<str>,
    /// What it is.
    pub title: Arc<str>,
}

/// The head of the Statement of Applicability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its path.
    pub path: Arc<str>,
    /// Its version.
    pub version: Option<Arc<str>>,
    /// What it covers.
    pub scope: Option<Arc<str>>,
    /// The role that approved it.
    pub approved_by: Option<Arc<str>>,
    /// When that was.
    pub approved_on: Option<Date>,
    /// When it is reviewed next.
    pub next_review: Option<Date>,
}

/// A risk of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    /// Its id.
    pub id: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// What could happen.
    pub title: Arc<str>,
    /// From 1 to 5, before treatment.
    pub likelihood: i64,
    /// From 1 to 5, before treatment.
    pub impact: i64,
    /// Likelihood times impact that remain after treatment, where the register says so.
    pub residual: Option<i64>,
    /// What is done about it.
    pub treatment: Arc<str>,
    /// The role that answers for it.
    pub owner: Arc<str>,
    /// What answers it.
    pub controls: Vec<ControlId>,
}

impl Risk {
    /// Likelihood times impact before treatment, from 1 to 25.
    pub fn score(&self) -> i64 {
        self.likelihood * self.impact
    }

    /// The same after treatment, where that is said.
    pub fn remaining(&self) -> i64 {
        self.residual.unwrap_or_else(|| self.score())
    }
}

/// An action of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its id.
    pub id: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// What is done.
    pub title: Arc<str>,
    /// The role that does it.
    pub owner: Arc<str>,
    /// Until when.
    pub due: Date,
    /// How much work it is.
    pub effort: Option<Arc<str>>,
    /// `open`, `doing`, `done` or `dropped`.
    pub status: Arc<str>,
    /// What it improves.
    pub controls: Vec<ControlId>,
    /// Rules whose findings it mends.
    pub rules: Vec<Arc<str>>,
    /// Fingerprints of findings that it mends.
    pub fingerprints: Vec<Arc<str>>,
    /// Actions that have to be done first.
    pub after: Vec<Arc<str>>,
    /// Whether it is neither done nor dropped.
    pub is_open: bool,
    /// Whether it is open and its day has passed.
    pub overdue: bool,
}

impl Ledger {
    /// Puts together what is known.
    pub fn of(inputs: Inputs<'_>) -> Ledger {
        let governance = inputs.governance;
        let tallies = Tallies::of(inputs.rules.iter().copied(), inputs.findings);
        let risks: Vec<Risk> = governance.records("risks").iter().filter_map(risk).collect();
        let actions: Vec<Action> =
            governance.records("plan").iter().filter_map(|record| action(record, inputs.today)).collect();
        let mut paths = Paths::new(inputs.workspace);
        let attested = Attested::of(inputs, &mut paths);
        let books = Books { inputs, tallies: &tallies, risks: &risks, actions: &actions, attested: &attested };
        let controls: Vec<Standing> = catalogue().iter().map(|control| books.standing(control, &mut paths)).collect();
        let assets = Assets::of(governance, inputs.workspace, inputs.findings);
        let plan = plan::ranked(plan::PlanInputs {
            controls: &controls,
            risks: &risks,
            actions: &actions,
            findings: inputs.findings,
            nonconformities: inputs.nonconformities,
            elsewhere: &inputs.elsewhere.rules,
            assets: &assets,
            today: inputs.today,
        });
        let clauses = clause::standings(governance, inputs.workspace, inputs.findings, inputs.drafts);
        let statement = head(inputs);
        let readiness = readiness::stages(readiness::StageInputs {
            controls: &controls,
            clauses: &clauses,
            head: statement.as_ref(),
            risks: &risks,
            actions: &actions,
            nonconformities: inputs.nonconformities,
            audits: governance.records("audits"),
            today: inputs.today,
        });
        Ledger {
            today: inputs.today,
            statement,
            custom: custom(inputs, &mut paths),
            clauses,
            readiness,
            controls,
            plan,
            risks,
            actions,
            waivers: inputs.waivers.to_vec(),
            nonconformities: inputs.nonconformities.to_vec(),
            origins: inputs.elsewhere.origins.clone(),
            obligations: governance.records("legal").iter().filter_map(titled).collect(),
            roles: governance.records("raci").iter().filter_map(Role::of).collect(),
            registers: governance.files().collect(),
            documents: Vec::new(),
            records: Vec::new(),
        }
    }

    /// The standing of a control.
    pub fn control(&self, id: ControlId) -> Option<&Standing> {
        self.controls.iter().find(|standing| standing.id == id)
    }

    /// The risks, the worst before treatment first.
    pub fn risks_by_score(&self) -> Vec<&Risk> {
        let mut risks: Vec<&Risk> = self.risks.iter().collect();
        risks.sort_by_key(|risk| (-risk.score(), &risk.id));
        risks
    }

    /// The title of the risk, law or contract that a reason of the Statement leads to, such as `risk:r1`.
    pub fn reason(&self, written: &str) -> Option<&Arc<str>> {
        match written.split_once(':')? {
            ("risk", id) => self.risks.iter().find(|risk| &*risk.id == id).map(|risk| &risk.title),
            ("legal" | "contract", id) => {
                self.obligations.iter().find(|known| &*known.id == id).map(|known| &known.title)
            }
            _ => None,
        }
    }
}

fn head(inputs: Inputs<'_>) -> Option<Head> {
    let statement = inputs.governance.statement.as_ref()?;
    let file = statement.span?.file;
    Some(Head {
        path: inputs.workspace.path(file).into(),
        version: statement.version.clone(),
        scope: statement.scope.clone(),
        approved_by: statement.approved_by.as_ref().map(|(role, _)| Arc::clone(role)),
        approved_on: statement.approved_on.map(|(date, _)| date),
        next_review: statement.next_review.map(|(date, _)| date),
    })
}

fn custom(inputs: Inputs<'_>, paths: &mut Paths<'_>) -> Vec<Custom> {
    let entries = inputs.governance.statement.iter().flat_map(|statement| &statement.custom);
    let read = entries.map(|(name, entry)| Custom {
        name: Arc::clone(name),
        title: entry.title.clone().unwrap_or_else(|| Arc::clone(name)),
        claim: claim(entry),
        evidence: evidence(&entry.evidence, ShownBy::Statement, inputs.workspace, paths),
    });
    read.collect()
}

fn titled(record: &Record) -> Option<Titled> {
    Some(Titled { id: Arc::clone(&record.id), title: Arc::clone(record.text("title")?) })
}

fn claim(entry: &Entry) -> Claim {
    let role = |role: &Option<(Arc<str>, Span)>| role.as_ref().map(|(role, _)| Arc::clone(role));
    Claim {
        span: entry.span,
        applicable: entry.applicable,
        reasons: entry.reasons.iter().map(|(reason, _)| reason.to_string()).collect(),
        exclusion: entry.exclusion.clone(),
        implementation: entry.implementation,
        owner: role(&entry.owner),
        accountable: role(&entry.accountable),
        how: entry.how.clone(),
        inherited_from: role(&entry.inherited_from),
        current_level: entry.current_level,
        target_level: entry.target_level,
    }
}

/// None where the record lacks what its schema demands; that has been told.
fn risk(record: &Record) -> Option<Risk> {
    let residual = record.number("residual_likelihood").zip(record.number("residual_impact"));
    Some(Risk {
        id: Arc::clone(&record.id),
        span: record.span,
        title: Arc::clone(record.text("title")?),
        likelihood: record.number("likelihood")?,
        impact: record.number("impact")?,
        residual: residual.map(|(likelihood, impact)| likelihood * impact),
        treatment: Arc::clone(record.text("treatment")?),
        owner: Arc::clone(record.text("owner")?),
        controls: ids(record),
    })
}

fn action(record: &Record, today: Date) -> Option<Action> {
    let texts = |key| record.texts(key).iter().map(|(text, _)| Arc::clone(text)).collect();
    let status = Arc::clone(record.text("status")?);
    let due = record.date("due")?;
    let is_open = matches!(&*status, "open" | "doing");
    Some(Action {
        id: Arc::clone(&record.id),
        span: record.span,
        title: Arc::clone(record.text("title")?),
        owner: Arc::clone(record.text("owner")?),
        due,
        effort: record.text("effort").cloned(),
        status,
        controls: ids(record),
        rules: texts("rules"),
        fingerprints: texts("fingerprints"),
        after: texts("after"),
        is_open,
        overdue: is_open && due < today,
    })
}

pub(super) fn ids(record: &Record) -> Vec<ControlId> {
    record.controls("controls").iter().map(|(id, _)| *id).collect()
}

/// What people state, by control.
struct Attested {
    by_control: BTreeMap<ControlId, Vec<(Attestation, Vec<Shown>)>>,
}

impl Attested {
    fn of(inputs: Inputs<'_>, paths: &mut Paths<'_>) -> Attested {
        let mut by_control: BTreeMap<ControlId, Vec<(Attestation, Vec<Shown>)>> = BTreeMap::new();
        for record in inputs.governance.records("attestations").iter().filter(|record| !record.faulty) {
            let shown = evidence(record.evidence("evidence"), ShownBy::Attestation, inputs.workspace, paths);
            let Some(attestation) = attestation(record, &shown, inputs.today) else { continue };
            for id in ids(record) {
                by_control.entry(id).or_default().push((attestation.clone(), shown.clone()));
            }
        }
        Attested { by_control }
    }
}

fn attestation(record: &Record, shown: &[Shown], today: Date) -> Option<Attestation> {
    let expires = record.date("expires")?;
    Some(Attestation {
        id: Arc::clone(&record.id),
        span: record.span,
        statement: Arc::clone(record.text("statement")?),
        made_by: Arc::clone(record.text("made_by")?),
        approved_by: Arc::clone(record.text("approved_by")?),
        expires,
        expired: expires < today,
        changed: shown.iter().any(|shown| shown.changed || shown.empty || !shown.there),
    })
}

fn evidence(named: &[Evidence], by: ShownBy, workspace: &Workspace, paths: &mut Paths<'_>) -> Vec<Shown> {
    let shown = named.iter().map(|evidence| {
        let Evidence { kept, sha256, collected, .. } = evidence;
        let (kept, collected) = (kept.clone(), collected.clone());
        let Some(path) = evidence.kept.path() else {
            let sha256 = sha256.as_ref().map(ToString::to_string);
            return Shown { kept, collected, there: true, empty: false, sha256, changed: false, by };
        };
        let file = workspace.find(path);
        let bytes = file.and_then(|file| workspace.bytes(file).ok());
        let empty = bytes.as_ref().is_some_and(|bytes| says_nothing(path, bytes));
        let sha256 = bytes.map(|bytes| hex::sha256(&bytes));
        let written = evidence.sha256.as_ref();
        let changed =
            written.is_some_and(|written| !sha256.as_ref().is_some_and(|now| now.eq_ignore_ascii_case(written)));
        // What was not looked for may be there.
        let there = matches!(paths.find(path), Found::Something | Found::TooMany);
        Shown { kept, collected, there, empty, sha256, changed, by }
    });
    shown.collect()
}

/// Whether a file is empty, or a document of nothing but headings: neither shows anything.
fn says_nothing(path: &str, bytes: &[u8]) -> bool {
    let is_document = path.rsplit_once('.').is_some_and(|(_, end)| matches!(end, "md" | "markdown"));
    bytes.trim_ascii().is_empty() || (is_document && parts::is_bare(&String::from_utf8_lossy(bytes)))
}

/// All that standings are read from.
struct Books<'a> {
    inputs: Inputs<'a>,
    tallies: &'a Tallies<'a>,
    risks: &'a [Risk],
    actions: &'a [Action],
    attested: &'a Attested,
}

impl Books<'_> {
    fn standing(&self, control: &Control, paths: &mut Paths<'_>) -> Standing {
        let id = control.id;
        let entry = self.inputs.governance.statement.as_ref().and_then(|statement| statement.entries.get(&id));
        let claim = entry.map(claim);
        let named = entry.map_or(&[][..], |entry| &entry.evidence);
        let shown = evidence(named, ShownBy::Statement, self.inputs.workspace, paths);
        let attested = self.attested.by_control.get(&id).map_or(&[][..], Vec::as_slice);
        let attestations: Vec<Attestation> = attested.iter().map(|(attestation, _)| attestation.clone()).collect();
        let nonconformities = nonconformity::against(self.inputs.nonconformities, id);
        let ((tally, topics), rules) = (self.tallies.direct(id), self.tallies.judged(id));
        let elsewhere: Vec<Arc<ForeignRule>> =
            self.inputs.elsewhere.rules.iter().filter(|rule| rule.on(id).is_some()).cloned().collect();
        let drafts = self.inputs.drafts;
        // A draft speaks for nothing; what changed speaks against the control in any case.
        let is_draft = |shown: &Shown| drafts.hold(shown.name(), self.inputs.workspace);
        let counts = |shown: &&Shown| shown.is_here() && (shown.changed || shown.empty || !is_draft(shown));
        let counting: Vec<Shown> = shown.iter().filter(counts).cloned().collect();
        let elsewhere_named = shown.iter().find(|shown| !shown.is_here());
        let (state, reason) = decide(Known {
            ceiling: control.evidence,
            tally,
            topics: &topics,
            rules: &rules,
            claim: claim.as_ref(),
            attestations: &attestations,
            evidence: &counting,
            kept_elsewhere: elsewhere_named.map(Shown::name),
            drafts: shown.iter().any(|shown| shown.is_here() && !counts(&shown)) || drafts.pass(&rules),
            nonconformities: &nonconformities,
            others: &OfOthers { id: Some(id), rules: &elsewhere },
            inherited: entry.and_then(|entry| self.inherited(id, entry)),
            whole: self.inputs.whole,
        });
        let further = attested.iter().flat_map(|(_, shown)| shown.iter().cloned());
        Standing {
            id,
            state,
            reason,
            tally,
            topics,
            claim,
            evidence: shown.into_iter().chain(further).collect(),
            attestations,
            nonconformities: nonconformity::ids(&nonconformities),
            risks: self
                .risks
                .iter()
                .filter(|risk| risk.controls.contains(&id))
                .map(|risk| Arc::clone(&risk.id))
                .collect(),
            actions: self
                .actions
                .iter()
                .filter(|action| action.controls.contains(&id))
                .map(|action| Arc::clone(&action.id))
                .collect(),
            rules,
            elsewhere,
        }
    }

    fn inherited<'e>(&self, id: ControlId, entry: &'e Entry) -> Option<Inherited<'e>> {
        let (supplier, _) = entry.inherited_from.as_ref()?;
        let record = self.inputs.governance.record("suppliers", supplier).filter(|record| !record.faulty)?;
        Some(Inherited {
            supplier,
            covers: record.controls("covers").iter().any(|(covered, _)| *covered == id),
            assurance: Assurance::of(record, self.inputs.today),
        })
    }
}
