//! One report, many renderings.
//!
//! To add a format: one file beside this one, one line in [`FORMATS`]. A renderer is a pure function of the report: the
//! same report gives the same bytes.

pub mod agenda;
mod calendar;
pub mod catalogue;
mod causes;
pub mod certification;
mod concise;
pub mod evidence;
#[cfg(test)]
mod fixture;
pub mod gap;
mod github;
mod gitlab;
pub mod history;
mod html;
mod json;
mod junit;
mod markdown;
mod ndjson;
mod office;
pub mod org;
pub mod oscal;
pub mod pages;
mod place;
mod pretty;
mod published;
pub mod review;
pub mod roadmap;
pub mod sample;
mod sarif;
mod screen;
mod sheet;
pub mod soa;
mod summary;
mod text;
mod window;
pub mod words;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::dialect::coverage::Coverage;
use crate::document::Problem;
use crate::evaluate::Outcome;
use crate::governance::difference::Difference;
use crate::posture::change::Change;
use crate::posture::framework::FrameworkLedger;
use crate::posture::history::History;
use crate::posture::org::OrgLedger;
use crate::posture::review::Review;
use crate::posture::roadmap::RoadmapSlot;
use crate::posture::{Ledger, Standing};
use crate::secrecy::Secrets;
use crate::source::Workspace;
use crate::triage::Finding;

use agenda::Agenda;
use sample::Samples;
use words::Language;

pub use place::{Location, REPOSITORY};
pub use pretty::problems;
pub use published::Published;
pub use text::{counted, escaped_json, one_line, visible};

/// Everything that a run found out.
pub struct Report<'a> {
    /// The files, for lines, columns and excerpts.
    pub workspace: &'a Workspace,
    /// Every judgement that is to be reported, passes included, in the order of file, place and rule.
    pub findings: Vec<Finding>,
    /// What could not be done, in the order of file and place.
    pub problems: Vec<Problem>,
    /// Where each control stands; none where no format of the run asks for it.
    pub ledger: Option<Ledger>,
    /// Counts.
    pub summary: Summary,
    /// What the run was held against, and what became of the controls since; none where it was not.
    pub since: Option<Since>,
    /// SHA-256 over the ids and texts of the rules that were loaded, in hex; empty where no format of the run asks for it.
    pub rules_hash: String,
    /// What the run was about.
    pub about: About,
    /// What must not be shown of the files.
    pub secrets: Secrets,
}

/// What a run was about, beyond what it found.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Where the pages of the rules are.
    pub published: Published,
    /// How many resources were judged, by kind.
    pub kinds: BTreeMap<Arc<str>, usize>,
    /// What was not judged.
    pub coverage: Coverage,
    /// The id of the commit that was looked at, where it is known and nothing is changed since.
    pub commit: Option<String>,
    /// The id of the commit that last changed a file, by path, where it is known.
    pub commits: BTreeMap<Arc<str>, String>,
    /// The moment that documents are dated with where they need one; midnight (UTC) of the ledger's day where none is given.
    pub moment: Option<jiff::Timestamp>,
    /// What the Statement of Applicability says otherwise than at an earlier revision, and the name of that; none where
    /// nobody asked.
    pub differences: Option<(String, Vec<Difference>)>,
    /// The states of the controls at past revisions; none where nobody asked.
    pub history: Option<History>,
    /// When each thing of the plan is done; empty where nobody asked.
    pub roadmap: Vec<RoadmapSlot>,
    /// What is due; none where nobody asked.
    pub agenda: Option<Agenda>,
    /// The inputs of a management review; none where nobody asked.
    pub review: Option<Review>,
    /// What was drawn for an audit; none where nobody asked.
    pub samples: Option<Samples>,
    /// The merged ledgers of many repositories; none where nobody asked.
    pub org: Option<OrgLedger>,
    /// What the repository is called among others; none where nobody says so.
    pub repository: Option<String>,
    /// Where the requirements of another framework stand; none where nobody asked.
    pub framework: Option<FrameworkLedger>,
}

/// An earlier revision that a run is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The full id of its commit, in hex digits.
    pub commit: Arc<str>,
    /// The controls whose state is another one now, those that became worse first.
    pub changes: Vec<Change>,
}

/// The counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were read and judged.
    pub files: usize,
    /// Resources in them.
    pub resources: usize,
    /// Rules that applied to some resource.
    pub rules_evaluated: usize,
    /// Failing findings that count, by severity: critical, high, medium, low, info.
    pub failed: [usize; 5],
    /// Undecided ones that count.
    pub open: usize,
    /// Passing ones.
    pub passed: usize,
    /// Failing or undecided ones that a comment or a baseline silences.
    pub suppressed: usize,
    /// Failing or undecided ones that a waiver accepts.
    pub waived: usize,
    /// Failing or undecided ones that are left out, because they were there in the revision that the run is held
    /// against; none where there is no such revision.
    pub known: Option<usize>,
    /// Problems of level error.
    pub problems: usize,
    /// Files that are recognised and not read.
    pub not_read: usize,
    /// Files that could not be judged, in whole or in part.
    pub not_judged: usize,
    /// Major nonconformities that are overdue, where all of the repository was looked at.
    pub pressing: usize,
    /// Wall time of the run; not part of any machine-readable format.
    pub elapsed: Duration,
}

impl<'a> Report<'a> {
    /// A report that has nothing but problems.
    pub fn of_problems(workspace: &'a Workspace, mut problems: Vec<Problem>) -> Report<'a> {
        let secrets = Secrets::default();
        for problem in &mut problems {
            problem.conceal(&secrets);
        }
        let (findings, summary) = (Vec::new(), Summary::default());
        let (rules_hash, about) = (String::new(), About::default());
        Report { workspace, findings, problems, ledger: None, summary, since: None, rules_hash, about, secrets }
    }

    /// Writes the report in a format, without what is secret. It is never held whole: a report may be far larger than what
    /// it is made of.
    pub fn write(&self, format: &Format, options: &Options, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        let mut leaving = self.secrets.leaving(out);
        (format.render)(self, options, &mut leaving)?;
        leaving.finish().map(|_| ())
    }

    /// The report in a format, without what is secret.
    pub fn rendered(&self, format: &Format, options: &Options) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.write(format, options, &mut bytes)?;
        Ok(bytes)
    }

    /// The 93 controls, in order.
    pub fn controls(&self) -> &[Standing] {
        self.ledger.as_ref().map_or(&[], |ledger| &ledger.controls)
    }
}

/// What becomes of links in text for a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// They are left out.
    Plain,
    /// The terminal shows them.
    Shown,
}

/// How to render.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether the text may use colour.
    pub colour: bool,
    /// Width of the terminal, in columns.
    pub width: usize,
    /// The outcomes to show; none where nobody said which.
    pub asked: Option<Vec<Outcome>>,
    /// Whether silenced findings are wanted where they are left out otherwise.
    pub silenced: bool,
    /// Whether findings of severity info are listed where people read, and not only counted.
    pub advice: bool,
    /// What becomes of links in text for a terminal.
    pub links: Links,
    /// The language of what is handed over.
    pub language: Language,
}

impl Options {
    /// The outcomes to show, failing and open ones unless said otherwise.
    pub fn outcomes(&self) -> &[Outcome] {
        self.asked.as_deref().unwrap_or(&[Outcome::Fail, Outcome::Open])
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            colour: false,
            width: 100,
            asked: None,
            silenced: false,
            advice: true,
            links: Links::Plain,
            language: Language::English,
        }
    }
}

/// A way to render a report.
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Whether it shows where controls stand, or which rules there were.
    pub ledger: bool,
    /// Writes it. The error is that of the writer.
    pub render: fn(&Report<'_>, &Options, &mut dyn std::io::Write) -> std::io::Result<()>,
}

/// Every format.
pub const FORMATS: &[&Format] = &[
    &pretty::PRETTY,
    &concise::CONCISE,
    &json::JSON,
    &ndjson::NDJSON,
    &sarif::SARIF,
    &junit::JUNIT,
    &github::GITHUB,
    &gitlab::GITLAB,
    &markdown::MARKDOWN,
    &html::HTML,
    &oscal::OSCAL,
];

/// The format of a name.
pub fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_shows_the_fixed_report_the_same_way_each_time() {
        for format in FORMATS {
            let shown = fixture::rendered(format);
            assert_eq!(shown, fixture::rendered(format), "{}", format.name);
            let shown = shown.replace(concat!('"', env!("CARGO_PKG_VERSION"), '"'), "\"[version]\"");
            let shown = shown.replace(concat!("annexa ", env!("CARGO_PKG_VERSION")), "annexa [version]");
            insta::assert_snapshot!(format.name, shown);
        }
    }

    #[test]
    fn a_problem_is_told_of_the_file_that_its_place_is_in() {
        let files = [("c/templates/names.tpl", "\n\n{{ .Values.a.b }}\n"), ("c/templates/pod.yaml", "a: b\n")];
        let workspace = Workspace::in_memory(files);
        let place = workspace.find("c/templates/names.tpl").map(|file| crate::source::Span::new(file, 2, 19));
        let problem = Problem::error("dialect::helm", "c/templates/pod.yaml", place, "not rendered");
        let report = Report::of_problems(&workspace, vec![problem]);
        for name in ["concise", "github", "gitlab", "json", "junit", "markdown", "ndjson", "pretty", "sarif"] {
            let Some(format) = named(name) else { panic!("no format {name}") };
            let mut bytes = Vec::new();
            report.write(format, &Options::default(), &mut bytes).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains("names.tpl") && !text.contains("pod.yaml"), "{name}: {text}");
        }
    }

    #[test]
    fn nothing_in_a_scanned_file_reaches_the_terminal() {
        for format in FORMATS {
            let shown = fixture::rendered(format);
            let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!shown.contains(acts), "{}", format.name);
        }
    }
}
