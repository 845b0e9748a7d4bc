//! Which findings of a check have one cause: those whose values are the same where the check's `one` says so.

use sha2::{Digest, Sha256};

use super::item;
use super::scene::Scene;
use crate::document::Value;
use crate::rule::walk::Place;
use crate::rule::{One, Within};
use crate::source::Span;

/// A hash that is equal for findings of one check with one cause. None where the first of the values is missing: what nobody wrote is
/// nothing that two have in common. A value that is not decided is what is written of it.
pub(super) fn cause(scene: &Scene<'_>, one: &One, judged: &Place<'_>, at: Span) -> Option<u64> {
    let mut hash = Sha256::new();
    let mut written = None;
    for paths in &one.same {
        item::reached(scene, paths, judged, &mut |_, node| {
            if !matches!(&node.value, Value::Unresolved(open) if open.expression.is_empty()) {
                written.get_or_insert(node.steps().last().map_or(at.file, |step| step.span.file));
            }
            item::digest(node, &mut hash);
        });
        hash.update([0]);
        written?;
    }
    match one.within {
        Within::File => hash.update(written?.0.to_le_bytes()),
        Within::Deployment => hash.update(&*scene.resource.deployment),
        Within::Repository => {}
    }
    hash.finalize().first_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}
