//! The rule language: what a rule is once it has been read and found sound.
//!
//! A [`Rule`] exists only if nothing is wrong with it: unknown keys, kinds, controls, operators and arguments were
//! refused by [`load`], all at once and each with its place. Evaluation therefore has no errors.

pub mod alias;
pub mod card;
pub mod fault;
pub mod files;
pub mod fixture;
#[cfg(not(rules_embedded))]
mod fresh;
mod index;
pub mod json_schema;
pub mod kind;
pub mod load;
pub mod message;
pub mod operator;
pub mod operators;
pub mod parity;
pub mod path;
pub mod predicate;
pub mod reference;
pub mod set;
pub mod structure;
pub mod walk;

use std::sync::{Arc, OnceLock};

use crate::control::ControlId;
use crate::document::Node;
use crate::source::Span;

pub use alias::Alias;
pub use files::Files;
pub use kind::KindPattern;
pub use message::Message;
pub use path::Path;
pub use predicate::Predicate;

/// How bad a finding of a rule is. Ordered: `Info` is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Hardening.
    Low,
    /// A weakness that needs another one to be used.
    Medium,
    /// A weakness that can be used.
    High,
    /// A weakness that will be used.
    Critical,
}

impl Severity {
    /// The severities with their names, worst first.
    pub const ALL: &[(&str, Severity)] = &[
        ("critical", Severity::Critical),
        ("high", Severity::High),
        ("medium", Severity::Medium),
        ("low", Severity::Low),
        ("info", Severity::Info),
    ];

    /// The severity of a name.
    pub fn named(name: &str) -> Option<Severity> {
        Severity::ALL.iter().find(|(known, _)| *known == name).map(|(_, severity)| *severity)
    }
}

/// How a rule bears on a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// It checks (a part of) what the control asks for.
    Direct,
    /// It helps.
    Supporting,
}

/// The pack of rules that did not come with the program.
pub const USER: &str = "user";

/// The release of the rules that came with the program and name no other.
const FIRST_RELEASE: &str = "0.1.0";

/// One requirement: one TOML file.
#[derive(Debug)]
pub struct Rule {
    /// The file stem: lower-case words joined by hyphens, naming what is wrong.
    pub id: Arc<str>,
    /// What is wrong, in one line.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whether who runs it said how bad it is, for all places alike.
    pub is_severity_chosen: bool,
    /// The controls it bears on, in their order.
    pub controls: Vec<(ControlId, Strength)>,
    /// What peers call the same check, or a part of it; their suppression comments are honoured.
    pub aliases: Vec<Alias>,
    /// Why it matters.
    pub why: String,
    /// What to change.
    pub fix: String,
    /// Where to read more.
    pub references: Vec<String>,
    /// What it does not see, a sentence each.
    pub unseen: Vec<String>,
    /// The release that it came with, where its file says so.
    pub since: Option<String>,
    /// What is judged; never empty.
    pub checks: Vec<Check>,
    /// The pack it is in: the folder below `rules/` (`aws`), or `user`.
    pub pack: Arc<str>,
}

impl Rule {
    /// Whether `annexa fix` may mend what a check of it finds.
    pub fn is_mendable(&self) -> bool {
        self.checks.iter().any(|check| check.fix_with.is_some())
    }

    /// How bad what it finds is in what only shows, tries or tests something: one step less up to medium, since nobody's data are there. What
    /// is high or critical stays what it is, and so does what somebody else wrote or chose.
    pub fn severity_for_show(&self) -> Severity {
        match self.severity {
            said if self.is_severity_chosen || !self.is_built_in() => said,
            Severity::Medium => Severity::Low,
            Severity::Low => Severity::Info,
            said => said,
        }
    }

    /// Whether it came with the program.
    pub fn is_built_in(&self) -> bool {
        *self.pack != *USER
    }

    /// The release that it came with; of rules of others, what they say themselves.
    pub fn since(&self) -> Option<&str> {
        self.since.as_deref().or(self.is_built_in().then_some(FIRST_RELEASE))
    }
}

/// What is judged of one or several kinds of resource.
#[derive(Debug)]
pub struct Check {
    /// Kinds, with globs.
    pub kinds: Vec<KindPattern>,
    /// The files that are judged, where they are told by their paths.
    pub files: Option<Arc<Files>>,
    /// To which resources the rule applies at all.
    pub when: Option<Condition>,
    /// What is judged on its own: every node at this path, or the resource itself.
    pub each: Option<Vec<Path>>,
    /// Which of those.
    pub filter: Option<Condition>,
    /// What must hold, or must not.
    pub test: Test,
    /// The parts of what it finds that have a name of their own.
    pub facets: Facets,
    /// What an unresolved outcome counts as, and why.
    pub open: Option<OpenAs>,
    /// What must not be shown: what stands at these paths from the judged node on.
    pub secret: Vec<Path>,
    /// A message in place of the generated one.
    pub message: Option<Message>,
    /// What makes several of its findings one cause.
    pub one: Option<One>,
    /// How a machine may mend what fails.
    pub fix_with: Option<Arc<Fix>>,
    /// Where the check stands in its rule file.
    pub span: Span,
}

/// Findings of a check that have the same values here have one cause, and are told once.
#[derive(Debug)]
pub struct One {
    /// Where the values stand, each with its alternatives. Never empty.
    pub same: Vec<Vec<Path>>,
    /// How far they are one.
    pub within: Within,
}

/// How far what has the same values is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// In one file: that in which the first value is written, where it comes from another one.
    File,
    /// In what is deployed together.
    Deployment,
    /// In all files of a run.
    Repository,
}

impl Within {
    /// The words for each.
    pub const WORDS: [(&'static str, Within); 3] =
        [("file", Within::File), ("deployment", Within::Deployment), ("repository", Within::Repository)];
}

/// The parts of what a check finds that peers have checks of their own for.
#[derive(Debug, Default)]
pub enum Facets {
    /// It has none.
    #[default]
    None,
    /// All that it finds is one of them.
    Whole(Arc<str>),
    /// Each with what a judged node is like that is of it; a node may be of several.
    Parts(Vec<(Arc<str>, Condition)>),
}

impl Facets {
    /// Their names.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Facets::None => Vec::new(),
            Facets::Whole(name) => vec![name],
            Facets::Parts(parts) => parts.iter().map(|(name, _)| &**name).collect(),
        }
    }
}

/// What must hold, or must not.
#[derive(Debug)]
pub enum Test {
    /// A finding where this does not hold.
    Assert(Condition),
    /// A finding where this holds.
    Deny(Condition),
}

/// An outcome in place of `open`.
#[derive(Debug)]
pub struct OpenAs {
    /// Counts as a failure; else as a pass.
    pub fails: bool,
    /// Why that is right.
    pub reason: String,
}

/// A condition: all of a table's entries.
#[derive(Debug)]
pub enum Condition {
    /// Every part holds.
    All(Vec<Condition>),
    /// Some part holds.
    Any(Vec<Condition>),
    /// The part does not hold.
    Not(Box<Condition>),
    /// A resource that is linked to this one exists and satisfies a condition.
    Linked(Box<Link>),
    /// What stands at a path satisfies predicates.
    At(Box<Comparison>),
}

/// A question about what stands at a path.
#[derive(Debug)]
pub struct Comparison {
    /// Alternatives: the first path that reaches a node counts. Never empty.
    pub paths: Vec<Path>,
    /// The question.
    pub ask: Ask,
    /// What several nodes must do together: by polarity every one under `assert` and some one elsewhere, unless the rule
    /// says otherwise.
    pub quantifier: Quantifier,
    /// The documented default, taken when nothing stands at the path.
    pub default: Option<Node>,
    /// Where the comparison stands in its rule file: names it for coverage.
    pub span: Span,
    /// What it asks for in words, said once for all resources that are judged by it.
    pub words: OnceLock<Option<String>>,
}

/// What is asked of a path.
#[derive(Debug)]
pub enum Ask {
    /// Whether the nodes satisfy a predicate.
    Nodes(Predicate),
    /// Whether something stands there (or nothing does).
    Present(bool),
    /// Whether the number of nodes satisfies a predicate.
    Count(Predicate),
    /// Whether the number of different nodes satisfies a predicate.
    Distinct(Predicate),
}

/// What several nodes must do together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// Each of them, and there is one.
    Every,
    /// At least one.
    Some,
    /// Not one.
    None,
}

/// Resources that are linked to this one.
#[derive(Debug)]
pub struct Link {
    /// Kinds, with globs.
    pub kinds: Vec<KindPattern>,
    /// How they are joined with this one, in all of these ways; by none, any other one is.
    pub joins: Vec<Join>,
    /// Whether they are looked for in all of the repository, not only in the scope of this one.
    pub everywhere: bool,
    /// Whether only those count that stand before this one, so that two that are wrong together are told once.
    pub earlier: bool,
    /// What each of them must satisfy to count; nothing means that it exists.
    pub with: Option<Condition>,
    /// What is asked of those that count.
    pub wanted: Wanted,
    /// Where the link stands in its rule file.
    pub span: Span,
    /// What it leads to in words, and whether that says all of it: said once, as above.
    pub words: OnceLock<(String, bool)>,
}

/// What is asked of the resources that a link leads to.
#[derive(Debug)]
pub enum Wanted {
    /// That there is one.
    One,
    /// That their number satisfies a predicate.
    Count(Predicate),
    /// That what stands in all of them, taken together, satisfies a condition.
    Together(Condition),
}

/// How two resources are joined.
#[derive(Debug)]
pub enum Join {
    /// The other one refers to this one at this path (`by = "bucket"`).
    By(Path),
    /// This one refers to the other one at this path (`to = "role"`).
    To(Path),
    /// Both have an equal value (`on = ["metadata.name", "spec.name"]`: ours, theirs).
    On(Path, Path),
    /// Our selector selects their labels (`selects = ["spec.selector", "pod_metadata.labels"]`: ours, theirs).
    Selects(Path, Path),
    /// Our labels are selected by their selector (`selected-by = ["pod_metadata.labels", "spec.podSelector"]`).
    SelectedBy(Path, Path),
    /// Our paths and globs cover their path (`covers = ["paths", "@file"]`: ours, theirs).
    Covers(Path, Path),
    /// Our path is covered by their paths and globs (`covered-by = ["@file", "paths"]`).
    CoveredBy(Path, Path),
}

impl Join {
    /// Whether it is asked of each resource by itself, and not looked up by a key.
    pub fn is_asked_one_by_one(&self) -> bool {
        matches!(self, Join::Selects(..) | Join::SelectedBy(..) | Join::Covers(..) | Join::CoveredBy(..))
    }

    /// Our side, where it stands at a path.
    pub fn ours(&self) -> Option<&Path> {
        match self {
            Join::By(_) => None,
            Join::To(path)
            | Join::On(path, _)
            | Join::Selects(path, _)
            | Join::SelectedBy(path, _)
            | Join::Covers(path, _)
            | Join::CoveredBy(path, _) => Some(path),
        }
    }
}

/// Keys that lead from the judged node to a place that a [`Fix`] changes; of several ways the first that is there, else the
/// first.
pub type Ways = Vec<Vec<Arc<str>>>;

/// How a machine may mend a finding; applied by `annexa fix`.
#[derive(Debug)]
pub struct Fix {
    /// Places and the values to set.
    pub set: Vec<(Ways, Node)>,
    /// Places to remove.
    pub remove: Vec<Ways>,
    /// Places of lists, and the item or items to add.
    pub add: Vec<(Ways, Node)>,
}
