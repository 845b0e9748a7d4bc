//! Days on which something happened, and which are still to come: nobody has held, approved or closed anything on them yet.

use jiff::civil::Date;

use super::record::Evidence;
use super::schema::{Field, SCHEMAS};
use super::{Governance, Record};
use crate::document::Problem;
use crate::lower::Faults;
use crate::source::Workspace;

impl Governance {
    /// Leaves out what has not happened by a day, with a problem for each: a nonconformity that is to be closed tomorrow is open
    /// today. The approval of a Statement of Applicability is left out without a word, since a rule tells of it.
    pub fn as_of(&mut self, today: Date, workspace: &Workspace) -> Vec<Problem> {
        let mut problems = Vec::new();
        for schema in SCHEMAS {
            let Some(register) = self.registers.get_mut(schema.file) else { continue };
            let mut faults = Faults::new("governance::to-come", workspace.path(register.file));
            if let (Some(record), Some(head)) = (&mut register.head, schema.head) {
                leave_out(record, head.fields, today, &mut faults);
            }
            for record in &mut register.records {
                leave_out(record, schema.fields, today, &mut faults);
            }
            problems.extend(faults.into_problems());
        }
        if let Some(statement) = &mut self.statement {
            statement.approved_on = statement.approved_on.filter(|(approved, _)| *approved <= today);
            if let Some(file) = statement.span.map(|span| span.file) {
                let mut faults = Faults::new("governance::to-come", workspace.path(file));
                let custom = statement.custom.iter().map(|(_, entry)| entry);
                for item in statement.entries.values().chain(custom).flat_map(|entry| &entry.evidence) {
                    tell_to_come(item, today, &mut faults);
                }
                problems.extend(faults.into_problems());
            }
        }
        problems
    }
}

/// Leaves out of one record what has not happened by a day.
pub(super) fn leave_out(record: &mut Record, fields: &'static [Field], today: Date, faults: &mut Faults) {
    for (key, at, day) in record.days_to_come(fields, today) {
        let message = format!("`{key}` ({day}) is still to come: today is {today}");
        faults.add(at, message, "write the day on which it was, by UTC; what is planned has keys of its own");
        record.forget(key);
    }
    for item in fields.iter().flat_map(|field| record.evidence(field.key)) {
        tell_to_come(item, today, faults);
    }
}

/// Evidence that nobody has collected yet. It stays: what it names is there or not, whatever day is written beside it.
fn tell_to_come(item: &Evidence, today: Date, faults: &mut Faults) {
    if let Some(day) = item.collected.on.filter(|day| *day > today) {
        let message = format!("`collected_on` ({day}) is still to come: today is {today}");
        faults.add(item.span, message, "write the day on which it was collected, by UTC");
    }
}
