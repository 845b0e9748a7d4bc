//! The identity of a finding across edits.
//!
//! It is made of what a reader would say the finding is about: the rule, the deployment, the resource, and what tells several
//! judgements of one resource apart. Never of lines, messages or severities, so that it survives whatever moves or
//! rewords a finding.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::hex;

/// The version of the identity: what fingerprints are made of. Those of different versions do not compare.
pub const VERSION: u8 = 3;

/// Hands out fingerprints, and numbers those that would be the same within one report.
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: BTreeMap<[u8; 16], u32>,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// The path of the root that the resource is deployed by.
    pub deployment: &'a str,
    /// The resource's kind.
    pub kind: &'a str,
    /// The resource's address.
    pub address: &'a str,
    /// What tells judgements of one rule and resource apart.
    pub item: &'a str,
}

/// The fingerprint of a subject that no other is equal to.
pub fn alone(subject: Subject<'_>) -> String {
    hex::encode(&digest(subject, 0))
}

impl Fingerprints {
    /// The fingerprint of a finding: 32 hexadecimal digits. The second finding of the same subject gets another one, and
    /// so on; the order in which they are asked for decides which is which.
    pub fn of(&mut self, subject: Subject<'_>) -> String {
        let first = digest(subject, 0);
        let count = self.seen.entry(first).or_insert(0);
        let number = *count;
        *count += 1;
        hex::encode(&if number == 0 { first } else { digest(subject, number) })
    }
}

fn digest(subject: Subject<'_>, number: u32) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update([VERSION]);
    let Subject { rule, deployment, kind, address, item } = subject;
    for part in [rule, deployment, kind, address, item] {
        // The length keeps one part from running into the next.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(number.to_le_bytes());
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: Subject<'_> = Subject { rule: "r", deployment: "a", kind: "terraform/x", address: "x.y", item: "" };

    #[test]
    fn a_fingerprint_never_changes_within_a_version() {
        assert_eq!(Fingerprints::default().of(SUBJECT), "93b3ef8913b6c301901371f45964b565");
    }

    #[test]
    fn every_part_counts_and_none_runs_into_the_next() {
        let others = [
            SUBJECT,
            Subject { rule: "s", ..SUBJECT },
            Subject { deployment: "b", ..SUBJECT },
            Subject { kind: "terraform/y", ..SUBJECT },
            Subject { address: "x.z", ..SUBJECT },
            Subject { item: "ingress[0]", ..SUBJECT },
            Subject { rule: "ra", deployment: "", ..SUBJECT },
        ];
        let distinct: std::collections::BTreeSet<String> =
            others.iter().map(|subject| Fingerprints::default().of(*subject)).collect();
        assert_eq!(distinct.len(), others.len());
        assert!(distinct.iter().all(|text| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())));
    }

    #[test]
    fn findings_of_one_subject_are_numbered() {
        let mut prints = Fingerprints::default();
        let three = [prints.of(SUBJECT), prints.of(SUBJECT), prints.of(SUBJECT)];
        assert_eq!(three[0], Fingerprints::default().of(SUBJECT));
        assert!(three[0] != three[1] && three[1] != three[2] && three[0] != three[2]);
    }
}
