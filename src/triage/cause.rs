//! Where the cause of a finding is, when that is not where it fails.
//!
//! Decided once, for every format: where the place that fails did not change and one that led to it did, the change is there.

use super::Finding;
use crate::source::Span;

/// Names the cause of each finding that has one: the first changed place of those that its value came through.
pub fn name(findings: &mut [Finding], changed: &dyn Fn(Span) -> bool) {
    for finding in findings {
        if !changed(finding.span) {
            finding.cause = finding.related.iter().find(|related| changed(related.span)).cloned().map(Box::new);
        }
    }
}

impl Finding {
    /// The place that whoever made the change should look at first.
    pub fn primary(&self) -> Span {
        self.cause.as_ref().map_or(self.span, |cause| cause.span)
    }

    /// The other places with what they are; the one that fails first, where that is not the primary one.
    pub fn others(&self) -> impl Iterator<Item = (Span, &str)> {
        let fails = self.cause.as_ref().map(|_| (self.span, "this fails because of it"));
        let primary = self.primary();
        let related = self.related.iter().map(|related| (related.span, &*related.message));
        fails.into_iter().chain(related.filter(move |(span, _)| *span != primary))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::finding;
    use super::*;
    use crate::evaluate::{Outcome, Related};
    use crate::source::FileId;

    #[test]
    fn the_cause_is_the_first_changed_place_where_the_own_one_did_not_change() {
        let at = |file| Span::new(FileId(file), 0, 1);
        for (changed, cause) in
            [(vec![], None), (vec![7], Some(7)), (vec![7, 8], Some(7)), (vec![8], Some(8)), (vec![0, 7], None)]
        {
            let mut finding = finding("storage", "a.tf", "x.y", Outcome::Fail);
            finding.span = at(0);
            finding.related = [7, 8].map(|file| Related { span: at(file), message: "set here".into() }).to_vec();
            let mut findings = [finding];
            name(&mut findings, &|span| changed.contains(&span.file.0));
            assert_eq!(findings[0].cause.as_ref().map(|cause| cause.span.file.0), cause, "{changed:?}");
            let others: Vec<u32> = findings[0].others().map(|(span, _)| span.file.0).collect();
            assert!(!others.contains(&findings[0].primary().file.0), "{changed:?}");
        }
    }
}
