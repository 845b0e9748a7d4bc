//! `annexa doctor PATH…`: what is made of a file, and why; of a folder, a table.
//!
//! Says the names of dialects, kinds and rules, and nothing of what stands in a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use crate::cli::args::DoctorArguments;
use crate::cli::output::{self, Exit, Failure};
use crate::cli::prepare;
use crate::cli::run::{self, Asked, Run};
use crate::dialect::ties::Tie;
use crate::dialect::{DIALECTS, Dialect};
use crate::discover::{self, door};
use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::report::{counted, one_line};
use crate::scan::{self, Look};
use crate::source::FileId;
use crate::syntax::text::TEXT;

/// Most files and kinds that a table names of a sort.
const NAMED: usize = 20;

/// Runs the command.
pub fn run(arguments: &DoctorArguments) -> Result<Exit, Failure> {
    let run = run::run(Asked::new(&arguments.paths, &arguments.input))?;
    let missing = run.assessment.problems.iter().filter(|problem| problem.code == "discover::missing");
    let missing: Vec<&Problem> = missing.collect();
    let mut text = String::new();
    for path in arguments.paths.iter().filter(|path| door::is_there(path)) {
        Doctor { run: &run, text: &mut text }.path(path)?;
    }
    output::print(text.as_bytes())?;
    let Some(problem) = missing.first() else { return Ok(Exit::Clean) };
    Err(Failure::Message(format!("{}: {}", problem.path, problem.message)))
}

struct Doctor<'a> {
    run: &'a Run,
    text: &'a mut String,
}

impl<'a> Doctor<'a> {
    fn path(&mut self, path: &Path) -> Result<(), Failure> {
        let full = prepare::absolute(path)?;
        match discover::relative(&self.run.prepared.root, &full) {
            Some(folder) if door::is_folder(path) => self.folder(&folder),
            Some(file) => self.file(&file),
            None => self.line(&format!("{}: outside of what is scanned", path.display())),
        }
        Ok(())
    }

    /// Writing to a string cannot fail.
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{}", one_line(text));
    }

    fn file(&mut self, path: &str) {
        let Run { prepared, assessment, .. } = self.run;
        let workspace = &prepared.workspace;
        let Some(id) = workspace.find(path) else {
            return self.line(&format!("{path}: left out, by `exclude` or since it is a link or no regular file"));
        };
        let kinds = self.kinds_of(id);
        let coverage = &assessment.coverage;
        let not_read: Vec<&str> =
            coverage.not_read.iter().filter(|of| &*of.path == path).map(|of| of.what.doc).collect();
        let not_judged = coverage.not_judged.iter().find(|of| &*of.path == path);
        let state = match (kinds.is_empty(), not_read.is_empty(), not_judged) {
            (true, _, Some(_)) => "could not be judged",
            (false, _, Some(_)) => "judged in part",
            (true, false, None) => "recognised, not read",
            (false, _, None) => "judged",
            (true, true, None) if workspace.was_read(id) => "read, on its own or for others that refer to it",
            (true, true, None) => "not ours",
        };
        self.line(&format!("{path}: {state}"));
        let because = not_judged.map(|of| format!("  {}", assessment.secrets.conceal(&of.because)));
        let lines: Vec<String> = not_read.iter().map(|doc| format!("  not read: {doc}")).chain(because).collect();
        for line in lines {
            self.line(&line);
        }
        match workspace.source(id) {
            Ok(source) => {
                if let Some(oddity) = source.oddity() {
                    self.line(&format!("  {oddity}"));
                }
                let looks = scan::looks(source, workspace);
                let recognised = |look: &scan::Looked| (look.2 == Look::Recognised).then_some(look.0.name);
                let own: BTreeSet<&str> = looks.iter().filter_map(recognised).collect();
                self.looks(looks);
                self.through(path, id, &own);
            }
            Err(error) => self.line(&format!("  {error}")),
        }
        for (kind, count) in kinds {
            self.kind(id, kind, count);
        }
    }

    /// What each dialect that reads files of such a name makes of it.
    fn looks(&mut self, looks: Vec<scan::Looked>) {
        if looks.is_empty() {
            self.line("  no dialect reads files of this name");
        }
        for (dialect, syntax, look) in looks {
            let why = match look {
                Look::Recognised => format!("recognised, read as {syntax}"),
                Look::NotRecognised => format!("not recognised: read as {syntax}, it has not the keys"),
                Look::NoCandidate if syntax == TEXT.name => "nothing of it in the text".to_owned(),
                Look::NoCandidate => "not recognised: its words are not in the text".to_owned(),
            };
            self.line(&format!("  {}: {why}", dialect.name));
        }
    }

    /// The dialects whose files are made of this one, where its resources come from there: a chart of its templates. `own`
    /// are those that it is a file of itself.
    fn through(&mut self, path: &str, file: FileId, own: &BTreeSet<&str>) {
        let Run { prepared, assessment, .. } = self.run;
        let of_file = assessment.findings.iter().filter(|of| of.resource.span.file == file);
        let deployed: BTreeSet<&str> = of_file.map(|of| &*of.resource.deployment).collect();
        if deployed.is_empty() {
            return;
        }
        let whole = |dialect: &Dialect| {
            let unit = dialect.ties.map(|ties| (ties.unit)(path, &prepared.workspace)).unwrap_or_default();
            unit.into_iter().find_map(|tie| if let Tie::Tree(folder) = tie { Some(folder) } else { None })
        };
        let others = DIALECTS.iter().filter(|dialect| !own.contains(dialect.name));
        for (dialect, folder) in others.filter_map(|dialect| Some((dialect, whole(dialect)?))) {
            let folder = if folder.is_empty() { "." } else { &folder };
            let deployed: Vec<&str> = deployed.iter().copied().filter(|name| !name.is_empty()).take(NAMED).collect();
            let as_what = if deployed.is_empty() { String::new() } else { format!(", as {}", deployed.join(", ")) };
            self.line(&format!("  {}: read as a part of {folder}{as_what}", dialect.name));
        }
    }

    /// Which rules looked at the resources of a kind in a file, and which had nothing to judge.
    fn kind(&mut self, file: FileId, kind: &str, count: usize) {
        let run = self.run;
        let mut outcomes: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
        let findings = run.assessment.findings.iter();
        for finding in findings.filter(|of| of.resource.span.file == file && *of.resource.kind == *kind) {
            let place = match finding.outcome {
                Outcome::Fail => 0,
                Outcome::Open => 1,
                Outcome::Pass => 2,
            };
            if let Some(count) = outcomes.entry(&finding.rule.id).or_default().get_mut(place) {
                *count += 1;
            }
        }
        let about: Vec<&str> = run.rules.about(kind).map(|card| &*card.id).collect();
        self.line(&format!("  {kind}: {}", counted(count, "resource")));
        if about.is_empty() {
            let by_facts = !run.assessment.coverage.without_rule.iter().any(|of| **of == *kind);
            self.line(if by_facts { "    judged by the facts that it states" } else { "    no rule judges this kind" });
        }
        for (rule, [failed, open, passed]) in &outcomes {
            let parts = [(failed, "failed"), (open, "open"), (passed, "passed")];
            let parts: Vec<String> =
                parts.iter().filter(|(count, _)| **count > 0).map(|(count, word)| format!("{count} {word}")).collect();
            self.line(&format!("    {rule}: {}", parts.join(", ")));
        }
        let idle: Vec<&str> = about.into_iter().filter(|rule| !outcomes.contains_key(rule)).collect();
        if !idle.is_empty() {
            self.line(&format!("    nothing to judge for {}: {}", counted(idle.len(), "rule"), idle.join(", ")));
        }
    }

    fn kinds_of(&self, file: FileId) -> Vec<(&'a Arc<str>, usize)> {
        let run: &'a Run = self.run;
        let of_file = run.assessment.by_file.iter().filter(|((of, _), _)| *of == file);
        of_file.map(|((_, kind), count)| (kind, *count)).collect()
    }

    fn folder(&mut self, folder: &str) {
        let Run { prepared, assessment, .. } = self.run;
        let workspace = &prepared.workspace;
        let within =
            |path: &str| folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let files = workspace.ids().filter(|id| workspace.is_judged(*id) && within(workspace.path(*id))).count();
        let mut dialects: BTreeMap<&str, (BTreeSet<FileId>, usize)> = BTreeMap::new();
        for ((file, kind), count) in &assessment.by_file {
            if within(workspace.path(*file)) {
                let name = kind.split_once('/').map_or(&**kind, |(name, _)| name);
                let of = dialects.entry(name).or_default();
                of.0.insert(*file);
                of.1 += count;
            }
        }
        self.line(&format!("{}: {}", if folder.is_empty() { "." } else { folder }, counted(files, "file")));
        for (name, (files, resources)) in dialects {
            let (files, resources) = (counted(files.len(), "file"), counted(resources, "resource"));
            self.line(&format!("  {name:<20} {files:>12} {resources:>16}"));
        }
        let coverage = &assessment.coverage;
        let not_read = coverage.not_read.iter().filter(|of| within(&of.path));
        self.named("recognised, not read", not_read.map(|of| format!("{}: {}", of.path, of.what.doc)));
        let not_judged = coverage.not_judged.iter().filter(|of| within(&of.path));
        let not_judged = not_judged.map(|of| format!("{}: {}", of.path, assessment.secrets.conceal(&of.because)));
        self.named("could not be judged, or not all of it", not_judged);
        let kinds = coverage
            .without_rule
            .iter()
            .filter(|kind| assessment.by_file.keys().any(|(file, of)| of == *kind && within(workspace.path(*file))));
        self.named("kinds that no rule judges", kinds.map(ToString::to_string));
        let notices =
            assessment.problems.iter().filter(|problem| problem.level == Level::Notice && within(&problem.path));
        let notices = notices.filter(|problem| !problem.path.is_empty());
        let notices =
            notices.map(|problem| format!("{}: {}", problem.path, assessment.secrets.conceal(&problem.message)));
        self.named("worth knowing", notices);
        if folder.is_empty() {
            self.line(&format!("  read in all {}, not ours {}", coverage.judged, coverage.not_ours));
        }
    }

    fn named(&mut self, what: &str, items: impl Iterator<Item = String>) {
        let items: Vec<String> = items.collect();
        if items.is_empty() {
            return;
        }
        self.line(&format!("  {what}: {}", items.len()));
        for item in items.iter().take(NAMED) {
            self.line(&format!("    {item}"));
        }
        if items.len() > NAMED {
            self.line(&format!("    and {} more, in `annexa check --format json`", items.len() - NAMED));
        }
    }
}
