//! Comments that silence findings where they are made: ours with a reason, and those of peers by a rule's aliases.
//!
//! `annexa:ignore RULE[,RULE…] reason` silences the line it stands on; alone on its line, the next line with code and
//! the block or resource that begins there. `annexa:ignore-file RULE reason` in the first ten lines silences the file.
//! One of ours that has a fault does nothing and is reported; so is one that silences nothing. A peer's comment speaks
//! only of what a rule names among its aliases, is never at fault, and never does more than it says: one that has
//! expired or depends on a workspace does nothing.

mod marker;
mod place;
mod reader;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use super::{Suppressed, SuppressedBy};
use crate::document::{Document, Problem, Step};
use crate::source::{FileId, Source, Span};
use marker::{Marker, Voice};

/// The names that suppressions may use.
#[derive(Debug, Default)]
pub struct Names {
    /// Rule ids, and whether the rule is evaluated in this run.
    ids: BTreeMap<Arc<str>, bool>,
    /// What peers call the rules, in one spelling.
    aliases: BTreeMap<String, Vec<Arc<str>>>,
}

/// The suppressions of one file.
#[derive(Debug, Default)]
pub struct FileSuppressions {
    found: Vec<Suppression>,
    problems: Vec<Problem>,
}

/// The suppressions of a run.
#[derive(Debug, Default)]
pub struct Suppressions {
    files: BTreeMap<FileId, Vec<Suppression>>,
    problems: Vec<Problem>,
}

/// One rule (or, in a peer's comment, several) silenced in one place.
#[derive(Debug)]
struct Suppression {
    path: Arc<str>,
    span: Span,
    rules: BTreeSet<Arc<str>>,
    reason: String,
    reach: Reach,
    /// One of ours, about a rule that is evaluated: to be reported if it silences nothing.
    owed: bool,
    used: bool,
}

/// What is silenced.
#[derive(Debug)]
enum Reach {
    /// What begins or ends on this line.
    Line(Range<usize>),
    /// What begins in these lines; also a resource, and all of it.
    Block(Range<usize>),
    /// The resource that this byte is in.
    Resource(usize),
    /// The file.
    File,
}

/// Where a finding is.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The place that decided it.
    pub span: Span,
    /// The resource.
    pub resource: Span,
    /// How the resource came to be: the module calls that led to it.
    pub trail: &'a [Step],
}

impl Names {
    /// The names of rules: the id, what peers call it, and whether it is evaluated in this run.
    pub fn new<'a>(rules: impl IntoIterator<Item = (&'a Arc<str>, &'a [Arc<str>], bool)>) -> Names {
        let mut names = Names::default();
        for (id, aliases, evaluated) in rules {
            names.ids.insert(Arc::clone(id), evaluated);
            for alias in aliases {
                names.aliases.entry(spelling(alias)).or_default().push(Arc::clone(id));
            }
        }
        names
    }

    /// The rules that a peer's name stands for; all those that the peer knows where it gives none.
    fn of_peer(&self, marker: &Marker<'_>) -> BTreeSet<Arc<str>> {
        if marker.names.is_empty() {
            let known = self.aliases.iter().filter(|(alias, _)| is_of(alias, marker.voice));
            return known.flat_map(|(_, rules)| rules.iter().cloned()).collect();
        }
        let named = marker.names.iter().filter_map(|name| self.aliases.get(&spelling(name)));
        named.flatten().cloned().collect()
    }
}

/// One spelling for the names of a peer: Trivy writes `AVD-AWS-0080`, `avd-aws-0080` and `AWS-0080` for the same, and a
/// rule may put the peer before a name that does not tell (`zizmor:unpinned-uses`).
fn spelling(alias: &str) -> String {
    const PEERS: [&str; 6] = ["checkov", "hadolint", "kics", "tfsec", "trivy", "zizmor"];
    let lower = alias.to_lowercase();
    let name = match lower.split_once(':') {
        Some((peer, name)) if PEERS.contains(&peer) => name,
        _ => &lower,
    };
    name.strip_prefix("avd-").unwrap_or(name).to_owned()
}

/// Whether an alias, in one spelling, is a name that this peer gives.
fn is_of(alias: &str, voice: Voice) -> bool {
    let shape = |lengths: &[usize]| alias.split('-').map(str::len).eq(lengths.iter().copied());
    match voice {
        Voice::Kics => shape(&[8, 4, 4, 4, 12]) && alias.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
        Voice::Trivy => [
            "aws-",
            "azu-",
            "azure-",
            "gcp-",
            "google-",
            "ksv-",
            "ds-",
            "dig-",
            "nif-",
            "ocp-",
            "openstack-",
            "oracle-",
        ]
        .iter()
        .any(|provider| alias.starts_with(provider)),
        Voice::Annexa | Voice::Checkov | Voice::Zizmor | Voice::Hadolint => false,
    }
}

impl FileSuppressions {
    /// Reads the suppressions of a file. The documents are all that the file was parsed as; a file without markers is
    /// seen through once and that is all.
    pub fn read(source: &Source, documents: &[&Document], names: &Names, today: Date) -> FileSuppressions {
        reader::read(source, &reader::Setup::of(documents), names, today)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty() && self.problems.is_empty()
    }
}

impl Suppressions {
    /// The suppressions of all files.
    pub fn new(files: impl IntoIterator<Item = FileSuppressions>) -> Suppressions {
        let mut all = Suppressions::default();
        for file in files {
            all.problems.extend(file.problems);
            for suppression in file.found {
                all.files.entry(suppression.span.file).or_default().push(suppression);
            }
        }
        all
    }

    /// The suppression of a finding of a rule at a place, if there is one. It counts as used from then on.
    pub fn find(&mut self, rule: &str, place: &Place<'_>) -> Option<Suppressed> {
        if self.files.is_empty() {
            return None;
        }
        let files: BTreeSet<FileId> = [place.span.file, place.resource.file]
            .into_iter()
            .chain(place.trail.iter().map(|step| step.span.file))
            .collect();
        let mut found: Option<Suppressed> = None;
        for file in files {
            for suppression in self.files.get_mut(&file).into_iter().flatten() {
                if suppression.rules.contains(rule) && suppression.reaches(place) {
                    suppression.used = true;
                    found.get_or_insert_with(|| Suppressed {
                        by: SuppressedBy::Comment,
                        reason: suppression.reason.clone(),
                        span: Some(suppression.span),
                    });
                }
            }
        }
        found
    }

    /// What is wrong with suppressions, in the order of files and places.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// One notice for each of ours that silenced nothing although its rule was evaluated.
    pub fn unused(&self) -> Vec<Problem> {
        let unused = self.files.values().flatten().filter(|suppression| suppression.owed && !suppression.used);
        unused
            .map(|suppression| {
                let rule = suppression.rules.first().map_or("", |rule| &**rule);
                let message = format!("nothing here is found by `{rule}`: this suppression silences nothing");
                let path = Arc::clone(&suppression.path);
                Problem::notice("suppression::unused", path, Some(suppression.span), message).help("remove it")
            })
            .collect()
    }
}

impl Suppression {
    fn reaches(&self, place: &Place<'_>) -> bool {
        let here = |span: Span| span.file == self.span.file;
        let starts = |range: &Range<usize>, span: Span| here(span) && range.contains(&span.range().start);
        match &self.reach {
            Reach::File => here(place.span) || here(place.resource),
            Reach::Resource(at) => here(place.resource) && place.resource.range().contains(at),
            Reach::Line(range) => {
                let ends = here(place.span)
                    && place.span != place.resource
                    && place.span.range().end.checked_sub(1).is_some_and(|last| range.contains(&last));
                starts(range, place.span) || ends
            }
            Reach::Block(range) => {
                starts(range, place.span)
                    || starts(range, place.resource)
                    || place.trail.iter().any(|step| starts(range, step.span))
            }
        }
    }
}
