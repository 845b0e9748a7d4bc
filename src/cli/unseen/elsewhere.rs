//! Where the text of what failed went: files that came, or hold another text now.

use std::collections::BTreeSet;

use super::Unseen;
use crate::cli::written::{self, Written};
use crate::dialect::has_extension;
use crate::discover::door::Door;
use crate::source::{FileId, NO_FILE, Source, Span};
use crate::triage::Finding;

/// In more files than this that came or changed it is not looked for what went elsewhere, and in none that is longer.
const MAX_FILES: usize = 2000;
const MAX_BYTES: usize = 1 << 20;

/// So many bytes are looked through for all that is gone together.
const MAX_LOOKED: usize = 4 << 30;

/// Shorter commands are in many scripts, in bytes.
const SHORTEST_COMMAND: usize = 12;

impl Unseen<'_> {
    /// Of how many findings it is asked where their texts went.
    pub(super) fn sought(&self) -> usize {
        let bytes: usize = self.came().iter().map(|(_, source)| source.text().len()).sum();
        MAX_LOOKED / bytes.max(1)
    }

    /// Where the text of a finding went, if the rule judges it in none of the files that came or changed.
    pub(super) fn fate_elsewhere(&self, finding: &Finding, written: &Written) -> Option<String> {
        if finding.resource.kind.starts_with("fact/command") {
            return self.fate_of_command(finding);
        }
        let path = self.before.path(finding.span.file);
        let mut unseen = None;
        for (new, source) in self.came().iter().filter(|(new, _)| new != path) {
            let places = written.places_elsewhere(source);
            if places.is_empty() {
                continue;
            }
            let file = self.workspace.find(new);
            if file.is_some_and(|file| !self.at(file, &places, |now| now.rule.id == finding.rule.id).is_empty()) {
                return None;
            }
            unseen = unseen.or(Some(format!("went to `{new}`, where it is not judged")));
        }
        unseen
    }

    /// Where a command went: a line is enough to know it again, whatever it stands in.
    fn fate_of_command(&self, finding: &Finding) -> Option<String> {
        let source = self.before.source(finding.span.file).ok()?;
        let command = source.slice(finding.span).trim();
        if command.len() < SHORTEST_COMMAND || !command.contains(' ') || command.contains('\n') {
            return None;
        }
        let mut unseen = None;
        for (new, source) in self.came() {
            let before = self.before.find(new).and_then(|file| self.before.glance(file).ok());
            let there_before = before.map_or(0, |before| written::with(&before, command).count());
            // In the file of the finding, what stood there is what is gone.
            let there_before = there_before.saturating_sub(usize::from(**new == *self.before.path(finding.span.file)));
            let places: Vec<Span> = written::with(source, command).collect();
            if places.len() <= there_before {
                continue;
            }
            let file = self.workspace.find(new);
            let places: Vec<Span> =
                places.into_iter().map(|place| Span { file: file.unwrap_or(NO_FILE), ..place }).collect();
            if file.is_some_and(|file| !self.at(file, &places, |now| now.rule.id == finding.rule.id).is_empty()) {
                return None;
            }
            unseen = unseen.or(Some(format!("went to `{new}`, where it is not judged")));
        }
        unseen
    }

    /// The files that came, or hold another text now, also those that the run leaves out; without prose.
    pub(super) fn came(&self) -> &[(String, Source)] {
        self.came.get_or_init(|| {
            let Some(base) = self.prepared.base() else { return Vec::new() };
            let door = Door::new(&self.prepared.root);
            let listed = self.workspace.ids().map(|file| self.workspace.path(file).to_owned());
            let paths: BTreeSet<String> = listed.chain(base.indexed().unwrap_or_default().files).collect();
            // Where git cannot tell what changed, all of it may have.
            let changed = base.changed(&paths).unwrap_or(paths);
            let is_prose = |path: &str| has_extension(path, &[".md", ".mdx", ".rst", ".adoc"]);
            let sources = changed.into_iter().filter(|path| !is_prose(path)).filter_map(|path| {
                let bytes = door.read_at_most(&path, MAX_BYTES).ok()?;
                let source = Source::decode(FileId(0), path.as_str().into(), bytes).ok()?;
                Some((path, source))
            });
            sources.take(MAX_FILES).collect()
        })
    }
}
