//! From the register of evidence to what the tools found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::bearing::{Aliases, Named, bearing, bearings};
use super::gathered::{FileFaults, Gathered, RuleRead};
use super::{Elsewhere, ForeignRule, KnownBy, Origin, csv, fleet, hdf, ocsf, oscal, sarif};
use crate::document::{Problem, named};
use crate::governance::record::Evidence;
use crate::governance::{Governance, Record};
use crate::hex;
use crate::rule::card::Card;
use crate::rule::{Severity, Strength};
use crate::source::{FileId, Span, Workspace};

/// Most files that are read for all records.
const MAX_FILES: usize = 500;

/// Days for which passes may be relied on, unless the register says otherwise.
const DAYS: i64 = 90;

type Reader = fn(&str, &mut FileFaults) -> Vec<Gathered>;

/// The readers of formats, by the words of the register.
const READERS: [(&str, Reader); 6] = [
    ("sarif", sarif::read),
    ("oscal", oscal::read),
    ("ocsf", ocsf::read),
    ("hdf", hdf::read),
    ("fleet", fleet::read),
    ("csv", csv::read),
];

/// Reads all that `evidence.toml` names. `cards` are those of our rules, which know what peers call them.
pub fn collect<'c>(
    workspace: &Workspace,
    governance: &Governance,
    cards: impl Iterator<Item = &'c Card>,
    today: Date,
) -> Elsewhere {
    let records = governance.records("evidence");
    let Some(register) = governance.file("evidence").filter(|_| !records.is_empty()) else {
        return Elsewhere::default();
    };
    let mut collector = Collector {
        workspace,
        register: workspace.path(register).into(),
        aliases: Aliases::of(cards),
        today,
        seen: BTreeMap::new(),
        found: Elsewhere::default(),
    };
    for record in records {
        collector.record(record);
    }
    collector.found
}

/// A file with results, and the record that names it.
struct ResultFile<'f> {
    record: &'f Record,
    path: &'f Arc<str>,
    sha256: &'f str,
    /// Whether it is the file that the record vouches for.
    vouched: bool,
}

struct Collector<'a> {
    workspace: &'a Workspace,
    register: Arc<str>,
    aliases: Aliases,
    today: Date,
    /// The files that were read, with the records that name them.
    seen: BTreeMap<FileId, Arc<str>>,
    found: Elsewhere,
}

impl Collector<'_> {
    fn record(&mut self, record: &Record) {
        let bearings = record.bearings("rules");
        let named = Named::of(bearings);
        let mut used: BTreeSet<usize> = BTreeSet::new();
        for evidence in record.evidence("files") {
            let Some(path) = evidence.kept.path() else { continue };
            for file in self.files(path) {
                if let Some(other) = self.seen.insert(file, Arc::clone(&record.id)) {
                    let message = format!("`{}` is read for `{other}` already", self.workspace.path(file));
                    self.notice(evidence.span, message, "name each file once");
                } else if self.seen.len() > MAX_FILES {
                    let message = format!("more than {MAX_FILES} files with results; `{path}` is not read");
                    self.error(evidence.span, message, "leave older ones out");
                    return;
                } else {
                    self.file(file, record, evidence, &named, &mut used);
                }
            }
        }
        let unused = bearings.iter().enumerate().filter(|(place, _)| !used.contains(place)).map(|(_, of)| of);
        for (name, at, _) in unused {
            self.notice(
                *at,
                format!("no rule of these results is called `{name}`"),
                "correct the name, or take it out",
            );
        }
    }

    /// The files at a path or glob, in order.
    fn files(&self, path: &str) -> Vec<FileId> {
        let bare = path.trim_start_matches("./");
        if let Some(file) = self.workspace.find(bare) {
            return vec![file];
        }
        let glob = globset::GlobBuilder::new(bare).literal_separator(true).build().map(|glob| glob.compile_matcher());
        let Ok(glob) = glob else { return Vec::new() };
        self.workspace.ids().filter(|file| glob.is_match(self.workspace.path(*file))).collect()
    }

    fn file(
        &mut self,
        file: FileId,
        record: &Record,
        evidence: &Evidence,
        named: &Named<'_>,
        used: &mut BTreeSet<usize>,
    ) {
        let path: Arc<str> = self.workspace.path(file).into();
        let (Ok(bytes), Ok(source)) = (self.workspace.bytes(file), self.workspace.glance(file)) else {
            let reason = self.workspace.bytes(file).err().map_or("is not text".to_owned(), |error| error.to_string());
            self.found.problems.push(Problem::error("evidence", path, None, format!("cannot be read: {reason}")));
            return;
        };
        let format = record.text("format").map_or("", |format| format);
        let Some((_, reader)) = READERS.iter().find(|(known, _)| *known == format) else { return };
        let mut faults = FileFaults::default();
        let text = source.text().trim_start_matches('\u{feff}');
        let before = source.text().len() - text.len();
        let runs = if text.trim().is_empty() { Vec::new() } else { reader(text, &mut faults) };
        self.tell(&path, file, before, faults);
        let sha256 = hex::sha256(&bytes);
        let vouched = evidence.sha256.as_ref().is_none_or(|written| written.eq_ignore_ascii_case(&sha256));
        if !vouched {
            let message = format!("`{path}` is another file than was vouched for: its SHA-256 is {sha256}");
            self.error(evidence.span, message, "look at it again, then write its hash");
        }
        if runs.iter().all(|run| run.counts.all() == 0) {
            let message = "holds no result, so it shows nothing";
            self.found.problems.push(Problem::notice("evidence", Arc::clone(&path), None, message));
        }
        let of = ResultFile { record, path: &path, sha256: &sha256, vouched };
        for run in runs {
            self.run(run, &of, named, used);
        }
    }

    fn run(&mut self, run: Gathered, of: &ResultFile<'_>, named: &Named<'_>, used: &mut BTreeSet<usize>) {
        let ResultFile { record, path, sha256, .. } = *of;
        let said = |key: &str| record.text(key).cloned();
        let tool = run.tool.as_deref().map(Arc::from).or_else(|| said("tool"));
        let tool: Arc<str> = tool.unwrap_or_else(|| Arc::clone(&record.id));
        let day = run.day.or_else(|| record.date("collected_on"));
        let valid_until = day.and_then(|day| day.checked_add(days(record).days()).ok());
        let mut rules: Vec<(Arc<str>, RuleRead, Vec<_>)> = Vec::new();
        let mut without: Vec<Arc<str>> = Vec::new();
        for (id, read) in run.rules {
            let known = named.find(&id).map(|(place, controls)| {
                used.insert(place);
                controls.iter().map(|id| bearing(*id, Strength::Direct, KnownBy::Register)).collect()
            });
            let is_named = known.is_some();
            let found = known.unwrap_or_else(|| bearings(&tool, &id, read.tags.iter(), &self.aliases));
            let id: Arc<str> = id.into();
            if found.is_empty() && !is_named {
                without.push(Arc::clone(&id));
            }
            rules.push((id, read, found));
        }
        let origin = Arc::new(Origin {
            record: Arc::clone(&record.id),
            span: record.span,
            path: Arc::clone(path),
            sha256: sha256.to_owned(),
            format: said("format").unwrap_or_default(),
            tool,
            version: run.version.as_deref().map(Arc::from).or_else(|| said("version")),
            day,
            valid_until,
            owner: said("owner").unwrap_or_default(),
            doubt: self.doubt(day, valid_until, of),
            counts: run.counts,
            without_control: without.len(),
        });
        self.tell_run(&origin, record, &without, run.dropped);
        self.found.rules.extend(rules.into_iter().map(|(id, read, bearings)| {
            let ours = self.aliases.severity(&origin.tool, &id);
            Arc::new(ForeignRule {
                origin: Arc::clone(&origin),
                title: read.title.unwrap_or_else(|| Arc::clone(&id)),
                id,
                // Of tools that only warn or call it an error, our rule that checks the same knows more.
                severity: read.severity.or(ours).or(read.level).unwrap_or(Severity::Medium),
                fix: read.fix,
                bearings,
                counts: read.counts,
                places: read.places,
            })
        }));
        self.found.origins.push(origin);
    }

    /// Why passes show nothing.
    fn doubt(&self, day: Option<Date>, valid_until: Option<Date>, of: &ResultFile<'_>) -> Option<String> {
        if of.record.faulty {
            return Some(format!("something is wrong with `{}` in the register", of.record.id));
        }
        let (Some(day), Some(valid_until)) = (day, valid_until) else {
            return Some("nothing says on which day they were collected".to_owned());
        };
        if !of.vouched {
            return Some("the file is another one than was vouched for".to_owned());
        }
        // Somewhere it is tomorrow already.
        if self.today.tomorrow().is_ok_and(|tomorrow| day > tomorrow) {
            return Some(format!("they are of {day}, a day to come"));
        }
        (valid_until < self.today).then(|| format!("they are of {day}, and could be relied on until {valid_until}"))
    }

    fn tell_run(&mut self, origin: &Origin, record: &Record, without: &[Arc<str>], dropped: u64) {
        let at = record.at("files");
        if origin.counts.all() > 0
            && let Some(doubt) = &origin.doubt
        {
            let message = format!("passes of {} in `{}` show nothing: {doubt}", origin.tool_words(), origin.path);
            let help = match origin.day {
                Some(_) => "collect the results again",
                None => "add `collected_on`, the day on which they were collected",
            };
            self.notice(at, message, help);
        }
        if !without.is_empty() {
            let rules =
                if without.len() == 1 { "1 rule leads".to_owned() } else { format!("{} rules lead", without.len()) };
            let of = origin.tool_words();
            let message = format!("{rules} to no control ({of} in `{}`): {}", origin.path, named(without));
            self.notice(at, message, "name them in `rules`: { \"CVE-*\" = [\"8.8\"] }");
        }
        if dropped > 0 {
            let message = format!("{dropped} results of further rules in `{}` are not kept", origin.path);
            self.error(at, message, "split the file");
        }
    }

    /// Tells what is wrong with a file.
    fn tell(&mut self, path: &Arc<str>, file: FileId, before: usize, faults: FileFaults) {
        let FileFaults { told, more } = faults;
        let problems = told.into_iter().map(|fault| {
            let span = fault.at.map(|at| Span::new(file, before + at, before + at));
            Problem::error("evidence", Arc::clone(path), span, fault.message)
        });
        self.found.problems.extend(problems);
        if more > 0 {
            let message = format!("{more} more items could not be read");
            self.found.problems.push(Problem::error("evidence", Arc::clone(path), None, message));
        }
    }

    fn notice(&mut self, at: Span, message: String, help: &str) {
        let problem = Problem::notice("evidence", Arc::clone(&self.register), Some(at), message);
        self.found.problems.push(problem.help(help));
    }

    fn error(&mut self, at: Span, message: String, help: &str) {
        let problem = Problem::error("evidence", Arc::clone(&self.register), Some(at), message);
        self.found.problems.push(problem.help(help));
    }
}

/// For how many days passes may be relied on.
fn days(record: &Record) -> i64 {
    record.hours("valid_for").map_or(DAYS, |hours| hours.saturating_add(23) / 24)
}
