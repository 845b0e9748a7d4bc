//! The line that every text format ends with.

use std::fmt::Write as _;

use crate::rule::Severity;

use super::place::control_name;
use super::text::counted;
use super::{Since, Summary};

/// `12 files, 34 resources, 56 rules: 3 critical, 1 high, 2 open, 1 suppressed, 0 problems in 0.12 s`
pub fn line(summary: &Summary) -> String {
    let mut line = format!("{} in {:.2} s", counts(summary), summary.elapsed.as_secs_f64());
    line.push('\n');
    line
}

/// The line without the time.
pub fn counts(summary: &Summary) -> String {
    let mut line = format!(
        "{}, {}, {}: ",
        counted(summary.files, "file"),
        counted(summary.resources, "resource"),
        counted(summary.rules_evaluated, "rule")
    );
    let failed = failed(summary);
    line.push_str(if failed.is_empty() { "nothing failed" } else { &failed });
    // Writing to a string cannot fail.
    let _ = write!(line, ", {} open, {} suppressed", summary.open, summary.suppressed);
    if summary.waived > 0 {
        let _ = write!(line, ", {} waived", summary.waived);
    }
    if let Some(known) = summary.known {
        let _ = write!(line, ", {known} known");
    }
    let _ = write!(line, ", {}", counted(summary.problems, "problem"));
    match summary.pressing {
        0 => {}
        1 => line.push_str(", 1 major nonconformity overdue"),
        many => drop(write!(line, ", {many} major nonconformities overdue")),
    }
    if summary.not_read > 0 {
        let _ = write!(line, ", {} recognised but not read", counted(summary.not_read, "file"));
    }
    if summary.not_judged > 0 {
        let _ = write!(line, ", {} not judged", counted(summary.not_judged, "file"));
    }
    line
}

/// "8.24 Use of cryptography: evidenced → contradicted": what became of controls since a revision, a line each.
pub fn changes(since: &Since) -> Vec<String> {
    let lines = since
        .changes
        .iter()
        .map(|change| format!("{}: {} → {}", control_name(change.id), change.from.name(), change.to.name()));
    lines.collect()
}

/// "3 critical, 1 high": the severities that occur.
pub fn failed(summary: &Summary) -> String {
    let pairs = Severity::WORST_FIRST.iter().zip(summary.failed).filter(|(_, count)| *count > 0);
    pairs.map(|(severity, count)| format!("{count} {}", severity.name())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_run_says_so() {
        let summary = Summary { files: 1, resources: 2, rules_evaluated: 3, passed: 4, ..Summary::default() };
        assert_eq!(
            line(&summary),
            "1 file, 2 resources, 3 rules: nothing failed, 0 open, 0 suppressed, 0 problems in 0.00 s\n"
        );
    }
}
