//! What peers call a check of ours, and how their check relates to it.
//!
//! A peer's comment silences exactly what the peer's check would have said. So the name alone is not enough: a check that
//! asks for more (a key of one's own, where ours asks for encryption) says nothing of ours when it is skipped, and one that
//! finds a part of what ours finds silences that part.

use std::sync::Arc;

use crate::rule::KindPattern;

/// A tool whose names and comments are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// Checkov.
    Checkov,
    /// Trivy: `AVD-AWS-0080`, `AWS-0080`.
    Trivy,
    /// tfsec: `aws-rds-encrypt-instance-storage-data`, and before that `AWS052`. Trivy understands the former.
    Tfsec,
    /// KICS, by the ids of its queries.
    Kics,
    /// zizmor.
    Zizmor,
    /// hadolint.
    Hadolint,
    /// kube-linter.
    KubeLinter,
    /// gitleaks.
    Gitleaks,
    /// detect-secrets.
    DetectSecrets,
    /// `TruffleHog`.
    Trufflehog,
    /// `GitGuardian`'s ggshield.
    Ggshield,
    /// The registry of rules of AWS CloudFormation Guard: `RDS_STORAGE_ENCRYPTED`.
    Guard,
}

impl Peer {
    /// The peers with the word that may stand before a name of theirs (`zizmor:unpinned-uses`).
    pub const ALL: &[(&str, Peer)] = &[
        ("checkov", Peer::Checkov),
        ("trivy", Peer::Trivy),
        ("tfsec", Peer::Tfsec),
        ("kics", Peer::Kics),
        ("zizmor", Peer::Zizmor),
        ("hadolint", Peer::Hadolint),
        ("kube-linter", Peer::KubeLinter),
        ("gitleaks", Peer::Gitleaks),
        ("detect-secrets", Peer::DetectSecrets),
        ("trufflehog", Peer::Trufflehog),
        ("ggshield", Peer::Ggshield),
        ("guard", Peer::Guard),
    ];

    /// Whose name this is: by the word before it, else by its shape.
    pub fn of(id: &str) -> Option<Peer> {
        if let Some((word, _)) = id.split_once(':') {
            return Peer::ALL.iter().find(|(name, _)| *name == word).map(|(_, peer)| *peer);
        }
        let lower = id.to_ascii_lowercase();
        let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        let letters = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
        let parts: Vec<&str> = lower.strip_prefix("avd-").unwrap_or(&lower).split('-').collect();
        match parts.as_slice() {
            [one] if one.split('_').next().is_some_and(|head| matches!(head, "ckv" | "ckv2" | "ckv3")) => {
                Some(Peer::Checkov)
            }
            [one]
                if one
                    .split_at_checked(2)
                    .is_some_and(|(head, rest)| matches!(head, "dl" | "sc") && digits(rest, 4)) =>
            {
                Some(Peer::Hadolint)
            }
            [one] if one.split_at_checked(3).is_some_and(|(head, rest)| letters(head) && digits(rest, 3)) => {
                Some(Peer::Tfsec)
            }
            [group, number] if letters(group) && digits(number, 4) => Some(Peer::Trivy),
            [_] if is_shouted(id) => Some(Peer::Guard),
            five if is_uuid(five) => Some(Peer::Kics),
            [provider, _, _, ..] if TFSEC_PROVIDERS.contains(provider) => Some(Peer::Tfsec),
            _ => None,
        }
    }

    /// Whether comments of `other` may use names of this peer: Trivy took over tfsec's, and tfsec's comments name both.
    pub fn is_understood_by(self, other: Peer) -> bool {
        let family = |peer| if peer == Peer::Tfsec { Peer::Trivy } else { peer };
        family(self) == family(other)
    }
}

/// What tfsec's long names begin with.
const TFSEC_PROVIDERS: &[&str] = &[
    "aws",
    "azure",
    "google",
    "digitalocean",
    "github",
    "openstack",
    "oracle",
    "kubernetes",
    "general",
    "nifcloud",
    "cloudstack",
];

/// Whether a name is words in capitals, joined by underscores.
fn is_shouted(id: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    id.starts_with(|first: char| first.is_ascii_uppercase()) && id.matches('_').count() > 1 && id.bytes().all(is_part)
}

fn is_uuid(parts: &[&str]) -> bool {
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// One spelling for the names of a peer: Trivy writes `AVD-AWS-0080`, `avd-aws-0080` and `AWS-0080` for the same, and wrote
/// `KSV017` for `KSV-0017`; a rule may put the peer before a name that does not tell.
pub fn spelling(id: &str) -> String {
    let lower = id.to_lowercase();
    let name = match lower.split_once(':') {
        // What stands for all of a peer's checks is no name without the peer.
        Some((word, name)) if name != "*" && Peer::ALL.iter().any(|(known, _)| *known == word) => name,
        _ => &lower,
    };
    let name = name.strip_prefix("avd-").unwrap_or(name);
    let old = ["ksv", "kcv"].iter().find_map(|group| Some((group, name.strip_prefix(group)?)));
    match old.filter(|(_, digits)| digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit())) {
        Some((group, digits)) => format!("{group}-0{digits}"),
        None => name.to_owned(),
    }
}

/// What a peer calls a check of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The peer's name for it, as the rule has it.
    pub id: Arc<str>,
    /// How the peer's check relates to the rule.
    pub relation: Relation,
}

/// Makes a relation of what limits it.
pub type FromPart = fn(Part) -> Relation;

/// How a peer's check relates to a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Both say the same: skipping theirs silences ours.
    Same,
    /// Theirs asks for more than this part of ours. Who skips it may still do what ours asks for: nothing is silenced.
    Stricter(Part),
    /// Theirs finds only some of what this part of ours finds, and which cannot be told: nothing is silenced.
    Laxer(Part),
    /// Theirs says what a part of ours says: that part is silenced.
    Part(Part),
}

/// Which findings of a rule a peer's check would have made, too. What is not limited is all of the rule, of which the peer's
/// check then says other things besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Those of these facets of the rule's checks; all where there are none.
    pub facets: Vec<Arc<str>>,
    /// Those about resources of these kinds, with globs; all where there are none.
    pub kinds: Vec<Arc<str>>,
}

impl Part {
    /// Whether it is about resources of a kind.
    pub fn is_about(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|text| KindPattern::new(text).is_ok_and(|of| of.matches(kind)))
    }
}

impl Part {
    /// Whether all of a finding about a resource of a kind, and of some facets, is of it.
    pub fn covers(&self, kind: &str, facets: &[Arc<str>]) -> bool {
        let of_facets = !facets.is_empty() && facets.iter().all(|facet| self.facets.contains(facet));
        self.is_about(kind) && (self.facets.is_empty() || of_facets)
    }
}

impl Relation {
    /// The words of rule files, with what makes a relation of each.
    pub const WORDS: &[(&str, FromPart)] = &[
        ("same", |_| Relation::Same),
        ("stricter", Relation::Stricter),
        ("laxer", Relation::Laxer),
        ("part", Relation::Part),
    ];

    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Relation::Same => "same",
            Relation::Stricter(_) => "stricter",
            Relation::Laxer(_) => "laxer",
            Relation::Part(_) => "part",
        }
    }

    /// What a comment that skips the peer's check silences of the rule; nothing where that cannot be told from what it
    /// leaves.
    pub fn silenced(&self) -> Option<Part> {
        match self {
            Relation::Same => Some(Part::default()),
            Relation::Part(part) => Some(part.clone()),
            Relation::Stricter(_) | Relation::Laxer(_) => None,
        }
    }

    /// What of the rule it is about; none where it is about all.
    pub fn part(&self) -> Option<&Part> {
        match self {
            Relation::Same => None,
            Relation::Stricter(part) | Relation::Laxer(part) | Relation::Part(part) => Some(part),
        }
    }

    /// How a check that silences nothing of the rule differs from it, in a word after "asks for".
    pub fn difference(&self) -> &'static str {
        if matches!(self, Relation::Laxer(_)) { "less" } else { "more" }
    }

    /// The relation of a word and of what limits it, as [`Relation::word`] wrote it.
    pub fn of(word: &str, part: Part) -> Option<Relation> {
        Relation::WORDS.iter().find(|(known, _)| *known == word).map(|(_, make)| make(part))
    }
}

impl std::fmt::Display for Alias {
    /// The id, and how it relates where that is not `same`.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.id)?;
        let Some(Part { facets, kinds }) = self.relation.part() else { return Ok(()) };
        let (word, of): (_, Vec<&str>) =
            (self.relation.word(), facets.iter().chain(kinds).map(|text| &**text).collect());
        if of.is_empty() { write!(out, " ({word})") } else { write!(out, " ({word}: {})", of.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_whose_they_are() {
        for (id, want) in [
            ("CKV_AWS_16", Some(Peer::Checkov)),
            ("CKV2_AWS_34", Some(Peer::Checkov)),
            ("ckv_k8s_20", Some(Peer::Checkov)),
            ("AVD-AWS-0080", Some(Peer::Trivy)),
            ("AWS-0080", Some(Peer::Trivy)),
            ("avd-ksv-0017", Some(Peer::Trivy)),
            ("DS-0002", Some(Peer::Trivy)),
            ("aws-rds-encrypt-instance-storage-data", Some(Peer::Tfsec)),
            ("AWS052", Some(Peer::Tfsec)),
            ("azure-storage-enforce-https", Some(Peer::Tfsec)),
            ("DL3008", Some(Peer::Hadolint)),
            ("SC2086", Some(Peer::Hadolint)),
            ("a1b2c3d4-0000-1111-2222-333344445555", Some(Peer::Kics)),
            ("RDS_STORAGE_ENCRYPTED", Some(Peer::Guard)),
            ("INCOMING_SSH", None),
            ("rds_storage_encrypted", None),
            ("zizmor:unpinned-uses", Some(Peer::Zizmor)),
            ("kube-linter:host-pid", Some(Peer::KubeLinter)),
            ("gitleaks:*", Some(Peer::Gitleaks)),
            ("unpinned-uses", None),
            ("who:knows", None),
            ("DL30", None),
            ("", None),
        ] {
            assert_eq!(Peer::of(id), want, "{id}");
        }
    }

    #[test]
    fn a_part_covers_what_is_of_it_alone() {
        let shared = |texts: &[&str]| texts.iter().map(|text| Arc::from(*text)).collect::<Vec<Arc<str>>>();
        for (facets, kinds, kind, of, want) in [
            (&[][..], &[][..], "terraform/x", &[][..], true),
            (&[], &["terraform/x"], "terraform/x", &["ssh"], true),
            (&[], &["terraform/y*"], "terraform/x", &["ssh"], false),
            (&["ssh"], &[], "terraform/x", &["ssh"], true),
            (&["ssh"], &[], "terraform/x", &["ssh", "rdp"], false),
            (&["ssh", "rdp"], &[], "terraform/x", &["ssh", "rdp"], true),
            (&["ssh"], &[], "terraform/x", &[], false),
        ] {
            let part = Part { facets: shared(facets), kinds: shared(kinds) };
            assert_eq!(part.covers(kind, &shared(of)), want, "{part:?} {kind} {of:?}");
        }
    }

    #[test]
    fn one_name_has_one_spelling() {
        for (id, want) in [
            ("AVD-AWS-0080", "aws-0080"),
            ("aws-0080", "aws-0080"),
            ("KSV017", "ksv-0017"),
            ("AVD-KSV-0017", "ksv-0017"),
            ("AWS052", "aws052"),
            ("zizmor:unpinned-uses", "unpinned-uses"),
            ("CKV_AWS_16", "ckv_aws_16"),
            ("gitleaks:*", "gitleaks:*"),
        ] {
            assert_eq!(spelling(id), want, "{id}");
        }
    }
}
