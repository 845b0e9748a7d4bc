//! Who does what in a control: who carries it out, who answers for it, who is consulted and who is informed.

use std::sync::Arc;

use super::ledger::Ledger;
use super::standing::Standing;
use crate::control::ControlId;
use crate::governance::Record;

/// A role, and the controls in which it has a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: Arc<str>,
    /// What it is called.
    pub title: Arc<str>,
    /// The team or account that holds it.
    pub held_by: Option<Arc<str>>,
    /// The controls that the register says it answers for.
    answers: Vec<ControlId>,
    /// Those on which it is consulted.
    consulted: Vec<ControlId>,
    /// Those of which it is informed.
    informed: Vec<ControlId>,
}

/// The part of a role in a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// It carries it out: the owner of the Statement of Applicability.
    Responsible,
    /// It answers for it, by the Statement or by the register of roles.
    Accountable,
    /// It is asked before something is decided.
    Consulted,
    /// It is told afterwards.
    Informed,
}

impl Part {
    /// All, in the order of their letters in RACI.
    pub const ALL: [Part; 4] = [Part::Responsible, Part::Accountable, Part::Consulted, Part::Informed];

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Part::Responsible => "Responsible",
            Part::Accountable => "Accountable",
            Part::Consulted => "Consulted",
            Part::Informed => "Informed",
        }
    }
}

impl Role {
    /// None where the record lacks what its schema demands; that has been told.
    pub(super) fn of(record: &Record) -> Option<Role> {
        let controls = |key: &str| record.controls(key).iter().map(|(id, _)| *id).collect();
        Some(Role {
            id: Arc::clone(&record.id),
            title: Arc::clone(record.text("title")?),
            held_by: record.text("held_by").cloned(),
            answers: controls("controls"),
            consulted: controls("consulted"),
            informed: controls("informed"),
        })
    }

    /// Whether it has a part in a control.
    pub fn has(&self, part: Part, standing: &Standing) -> bool {
        let claimed = |role: Option<&Arc<str>>| role.is_some_and(|role| *role == self.id);
        let claim = standing.claim.as_ref();
        match part {
            Part::Responsible => claimed(claim.and_then(|claim| claim.owner.as_ref())),
            Part::Accountable => match claim.and_then(|claim| claim.accountable.as_ref()) {
                Some(named) => *named == self.id,
                None => self.answers.contains(&standing.id),
            },
            Part::Consulted => self.consulted.contains(&standing.id),
            Part::Informed => self.informed.contains(&standing.id),
        }
    }
}

impl Ledger {
    /// The ids of the roles that have a part in a control, in the order of the register.
    pub fn having(&self, part: Part, standing: &Standing) -> Vec<&str> {
        self.roles.iter().filter(|role| role.has(part, standing)).map(|role| &*role.id).collect()
    }

    /// The controls in which a role has a part, in order. What is excluded nobody has a part in.
    pub fn parts(&self, role: &Role, part: Part) -> Vec<ControlId> {
        let applies = |standing: &&Standing| standing.claim.as_ref().is_none_or(|claim| claim.applicable);
        let controls = self.controls.iter().filter(applies).filter(|standing| role.has(part, standing));
        controls.map(|standing| standing.id).collect()
    }
}
