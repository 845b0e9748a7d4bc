//! The command line as typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::help;
use crate::report::words::Language;

/// Policy as code for ISO/IEC 27002:2022: checks infrastructure files and repository artifacts, and tells where each of
/// the 93 controls stands.
#[derive(Debug, Parser)]
#[command(name = "annexa", version, disable_help_subcommand = true, max_term_width = 100, after_help = help::PROGRAM)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check files and report what does not meet the rules.
    Check(Box<CheckArguments>),
    /// List the findings that are there now, so that `check --baseline FILE` reports only others.
    Baseline(Box<BaselineArguments>),
    /// Mend what rules know how to mend, where that is written in the files themselves; what changed is judged again first.
    Fix(Box<FixArguments>),
    /// Tell where each control stands and what is to be done: the gap analysis and the remediation plan.
    Gap(Box<GapArguments>),
    /// Tell what is to be done in which order, by whom and when: the remediation plan in time.
    Plan(Box<PlanArguments>),
    /// Tell what is due, expires or is to be looked at again, by owner.
    Agenda(Box<AgendaArguments>),
    /// Draw a sample of verdicts by a seed, for the working paper of an audit.
    Sample(Box<SampleArguments>),
    /// Write what a management review looks at, by the parts of clause 9.3.2 of ISO/IEC 27001, and what of it is missing.
    Review(Box<ReviewArguments>),
    /// Write the Statement of Applicability: each control with its reason, owner, implementation and what was found.
    Soa(Box<StatementArguments>),
    /// Write a document of OSCAL 1.2: assessment results, a component definition, a plan of action and milestones, or the
    /// controls as a catalog or a profile.
    Oscal(Box<OscalArguments>),
    /// Write a bundle of evidence: hashes of all files that were looked at, every verdict, the ledger, the governance files.
    Evidence(Box<EvidenceArguments>),
    /// Check a bundle of evidence: that every file in it is the one that was written, and that none is missing or added.
    Verify(VerifyArguments),
    /// Merge the ledgers or bundles of many repositories: where each control stands over all of them.
    Org(Box<OrgArguments>),
    /// Write a starting set of settings and governance files, fitted to what the repository holds; nothing in it counts as
    /// decided that nobody decided.
    Init(InitArguments),
    /// List, show, check and prove rules.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// List and show the controls of ISO/IEC 27002:2022.
    #[command(subcommand)]
    Controls(ControlsCommand),
    /// Show what stands at a line after evaluation, and where its values came from.
    Explain(ExplainArguments),
    /// Tell what is made of files: which dialect reads them, which kinds of resource are in them, which rules look at those,
    /// and why not.
    Doctor(DoctorArguments),
    /// Show the state of each control over past revisions, read from git without a checkout.
    History(HistoryArguments),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Arguments that decide what is read.
#[derive(Args, Clone, Debug, Default)]
pub struct InputArguments {
    /// Settings file [default: annexa.toml at the root of what is scanned].
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Folder with further rules; may be given several times.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// Leave out paths that match this glob (as in .gitignore); may be given several times.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Set a Terraform input variable; may be given several times.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = pair)]
    pub variables: Vec<(String, String)>,
    /// Read Terraform input variables from a file; may be given several times.
    #[arg(long = "var-file", value_name = "FILE")]
    pub variable_files: Vec<String>,
    /// Read Helm values from a file; may be given several times.
    #[arg(long = "values", value_name = "FILE")]
    pub values_files: Vec<String>,
    /// Set a Helm value; may be given several times.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// Read CloudFormation parameters from a file; may be given several times.
    #[arg(long = "parameters", value_name = "FILE")]
    pub parameter_files: Vec<String>,
    /// The day that dates are compared with [default: the current day].
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<jiff::civil::Date>,
    /// How many threads to use [default: one for each core].
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// Arguments of `annexa check`.
#[derive(Args, Debug)]
#[command(after_help = help::check())]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct CheckArguments {
    /// Files and directories to check.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// How to report: NAME for standard output or NAME=FILE; may be given several times [default: pretty].
    #[arg(long, short, value_name = "NAME[=FILE]")]
    pub format: Vec<String>,
    /// Which outcomes to report [default: fail,open; fail alone in sarif].
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub outcomes: Vec<OutcomeArgument>,
    /// List findings of severity info too, which pretty, concise, github and markdown only count [default: where one is asked
    /// for by --rule, --control, --outcomes or --fail-at info].
    #[arg(long)]
    pub advice: bool,
    /// Show silenced findings in sarif too, with what silences them.
    #[arg(long)]
    pub silenced: bool,
    /// Fail at findings of this severity or worse [default: medium].
    #[arg(long, value_name = "SEVERITY")]
    pub fail_at: Option<SeverityArgument>,
    /// Let undecided checks fail too.
    #[arg(long)]
    pub strict: bool,
    /// Evaluate only these rules; may be given several times.
    #[arg(long = "rule", value_name = "RULE", value_delimiter = ',')]
    pub only_rules: Vec<String>,
    /// Evaluate only rules that bear on these controls; may be given several times.
    #[arg(long = "control", value_name = "CONTROL", value_delimiter = ',')]
    pub only_controls: Vec<String>,
    /// Count findings that a comment in the file silences.
    #[arg(long)]
    pub no_suppressions: bool,
    /// Read one file from standard input (PATH is `-`) under this path.
    #[arg(long = "as", value_name = "PATH")]
    pub stdin_path: Option<String>,
    /// Leave out findings that this file lists.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Accept what the waivers of this file say, beside those of the governance files; may be given several times. A file
    /// of the repository is taken from the revision of `--base`.
    #[arg(long, value_name = "FILE")]
    pub accept: Vec<PathBuf>,
    /// Report only what is new since the merge base of this revision and HEAD; settings, rules, governance files and
    /// suppressions are taken from there.
    #[arg(long, value_name = "REV", conflicts_with_all = ["staged", "changed", "baseline", "stdin_path"])]
    pub base: Option<String>,
    /// With a revision to compare with: also report what was there before, where its line changed.
    #[arg(long)]
    pub touched: bool,
    /// Report what is new since HEAD by what is staged, as it is staged, in whichever file.
    #[arg(long, conflicts_with_all = ["changed", "stdin_path"])]
    pub staged: bool,
    /// Report what is new since HEAD on disk, in whichever file.
    #[arg(long, conflicts_with = "stdin_path")]
    pub changed: bool,
    /// When to use colour.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: ColourArgument,
}

/// Arguments of `annexa baseline`.
#[derive(Args, Debug)]
pub struct BaselineArguments {
    /// Files and directories to check.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// The file to write [default: standard output].
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Arguments of `annexa fix`.
#[derive(Args, Debug)]
#[command(after_help = help::PAGE)]
pub struct FixArguments {
    /// Files and directories to mend.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// Print the changes as a patch, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Mend only findings of this rule, by its id or a peer's name; may be given several times.
    #[arg(long = "rule", value_name = "RULE")]
    pub only_rules: Vec<String>,
    /// Mend only findings of rules that bear on this control; may be given several times.
    #[arg(long = "control", value_name = "CONTROL")]
    pub only_controls: Vec<String>,
    /// Leave findings of this file alone, as `check --baseline` does.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
}

/// Arguments of the commands that tell where controls stand.
#[derive(Args, Debug)]
pub struct LedgerArguments {
    /// Files and directories to look at.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// How to report: NAME for standard output or NAME=FILE; may be given several times [default: pretty; markdown for
    /// sample and review].
    #[arg(long, short, value_name = "NAME[=FILE]")]
    pub format: Vec<String>,
    /// When to use colour.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: ColourArgument,
}

/// Arguments of `annexa gap`.
#[derive(Args, Debug)]
#[command(after_help = help::gap())]
pub struct GapArguments {
    /// What to look at, and how to report.
    #[command(flatten)]
    pub ledger: LedgerArguments,
    /// Show the states of past revisions too, back to this day (in the HTML page).
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<jiff::civil::Date>,
    /// Show the newest commit of each of these periods.
    #[arg(long, value_name = "PERIOD", default_value = "week", requires = "since")]
    pub every: Every,
    /// Tell instead where the requirements of another framework stand, by the controls that are related to them;
    /// `annexa controls frameworks` lists the names.
    #[arg(long, value_name = "NAME", conflicts_with = "since")]
    pub framework: Option<String>,
    /// What the repository is called among others, for `annexa org`; it stands in the JSON.
    #[arg(long, value_name = "NAME")]
    pub repository: Option<String>,
}

/// Arguments of `annexa org`.
#[derive(Args, Debug)]
#[command(after_help = help::org())]
pub struct OrgArguments {
    /// Ledgers (`annexa gap --format json`), one or several a file, bundles of `annexa evidence`, and folders of these; `-`
    /// reads ledgers from standard input.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// The ledger or bundle of the repository that holds the Statement of Applicability.
    #[arg(long, value_name = "PATH")]
    pub isms: Option<PathBuf>,
    /// A ledger that is older than so many days is stale.
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u32).range(0..=3660))]
    pub stale_after: u32,
    /// The day that dates are compared with [default: the current day].
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<jiff::civil::Date>,
    /// How to report: NAME for standard output or NAME=FILE; may be given several times [default: pretty].
    #[arg(long, short, value_name = "NAME[=FILE]")]
    pub format: Vec<String>,
    /// When to use colour.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: ColourArgument,
}

/// Arguments of `annexa verify`.
#[derive(Args, Debug)]
#[command(after_help = help::VERIFY)]
pub struct VerifyArguments {
    /// The bundle: a directory that `annexa evidence` wrote.
    #[arg(value_name = "DIR")]
    pub bundle: PathBuf,
}

/// Arguments of `annexa soa`.
#[derive(Args, Debug)]
#[command(after_help = help::statement())]
pub struct StatementArguments {
    /// What to look at, and how to report.
    #[command(flatten)]
    pub ledger: LedgerArguments,
    /// Show what is said otherwise than at this revision.
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// The language of pages and documents [default: `language` of annexa.toml, else en].
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<LanguageArgument>,
}

/// Arguments of `annexa plan`.
#[derive(Args, Debug)]
#[command(after_help = help::plan())]
pub struct PlanArguments {
    /// What to look at, and how to report.
    #[command(flatten)]
    pub ledger: LedgerArguments,
    /// How many days of a week an owner has for the plan, from 1 to 7: DAYS for all of whom nothing else is said (1), or
    /// ROLE=DAYS; may be given several times.
    #[arg(long, value_name = "[ROLE=]DAYS", value_parser = capacity)]
    pub capacity: Vec<(Option<String>, u8)>,
}

/// Arguments of `annexa agenda`.
#[derive(Args, Debug)]
#[command(after_help = help::agenda())]
pub struct AgendaArguments {
    /// What to look at, and how to report.
    #[command(flatten)]
    pub ledger: LedgerArguments,
    /// Tell what is due within so many days; what is overdue is told in any case.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=3660))]
    pub within: u32,
}

/// Arguments of `annexa sample`.
#[derive(Args, Debug)]
#[command(after_help = help::sample(), group(clap::ArgGroup::new("of").required(true).args(["control", "all"])))]
pub struct SampleArguments {
    /// What to look at, and how to report.
    #[command(flatten)]
    pub ledger: LedgerArguments,
    /// Draw for this control; may be given several times.
    #[arg(long, value_name = "CONTROL", value_delimiter = ',')]
    pub control: Vec<String>,
    /// Draw for each control that something was judged of.
    #[arg(long)]
    pub all: bool,
    /// How many verdicts are drawn for a control.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = sample_size)]
    pub size: usize,
    /// What decides which: any text; the same over the same files draws the same [default: the day that dates are
    /// compared with].
    #[arg(long, value_name = "TEXT", value_parser = seed)]
    pub seed: Option<String>,
}

/// Arguments of `annexa review`.
#[derive(Args, Debug)]
#[command(after_help = help::review())]
pub struct ReviewArguments {
    /// What to look at, and how to report.
    #[command(flatten)]
    pub ledger: LedgerArguments,
    /// The first and the last day of the period; the newest commits up to these are compared (of a period that is not over
    /// the files as they are).
    #[arg(long, value_name = "FROM..TO", value_parser = super::review::period)]
    pub period: (jiff::civil::Date, jiff::civil::Date),
}

fn sample_size(text: &str) -> Result<usize, String> {
    let size = text.parse().ok().filter(|size| (1..=1000).contains(size));
    size.ok_or_else(|| "expected a number from 1 to 1000".to_owned())
}

fn seed(text: &str) -> Result<String, String> {
    let sound = !text.trim().is_empty() && text.chars().count() <= 100 && !text.contains(char::is_control);
    if sound { Ok(text.to_owned()) } else { Err("expected a text of 1 to 100 characters on one line".to_owned()) }
}

fn capacity(text: &str) -> Result<(Option<String>, u8), String> {
    let (role, days) = text.split_once('=').map_or((None, text), |(role, days)| (Some(role.to_owned()), days));
    match days.parse() {
        Ok(days @ 1..=7) => Ok((role, days)),
        _ => Err(format!("`{days}` is no number of days of a week: expected 1 to 7, or ROLE=DAYS")),
    }
}

/// Arguments of `annexa oscal`.
#[derive(Args, Debug)]
pub struct OscalArguments {
    /// Which document.
    #[arg(value_name = "DOCUMENT")]
    pub document: DocumentArgument,
    /// Files and directories to look at.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// The moment that the document is dated with [default: midnight (UTC) of `--today`].
    #[arg(long, value_name = "RFC3339")]
    pub timestamp: Option<jiff::Timestamp>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A document of OSCAL on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DocumentArgument {
    /// What was observed, and a verdict for each control that was looked at.
    AssessmentResults,
    /// How each control is implemented, as the Statement of Applicability says.
    ComponentDefinition,
    /// The ranked plan.
    Poam,
    /// The 93 controls: ids and short names.
    Catalog,
    /// The controls that apply, as the Statement of Applicability says.
    Profile,
}

/// Arguments of `annexa evidence`.
#[derive(Args, Debug)]
pub struct EvidenceArguments {
    /// Files and directories to look at.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// The directory to write to: new or empty.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// What the repository is called among others, for `annexa org`.
    #[arg(long, value_name = "NAME")]
    pub repository: Option<String>,
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
}

/// Arguments of `annexa init`.
#[derive(Args, Debug)]
pub struct InitArguments {
    /// The directory to write to, and to look at.
    #[arg(value_name = "DIR", default_value = ".")]
    pub path: PathBuf,
    /// Write only annexa.toml.
    #[arg(long)]
    pub minimal: bool,
    /// The sort of organisation, whose usual exclusions are proposed.
    #[arg(long, value_name = "PROFILE", conflicts_with = "minimal")]
    pub profile: Option<ProfileArgument>,
    /// Ask about roles, suppliers, risks and each control, and write down what is answered; what is not stays a proposal.
    #[arg(long, conflicts_with = "minimal")]
    pub ask: bool,
    /// Write drafts of the policies that are not there too, into docs/policies; no rule reads a draft.
    #[arg(long, conflicts_with = "minimal")]
    pub policies: bool,
    /// The day that is written [default: the current day].
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<jiff::civil::Date>,
}

/// A sort of organisation on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileArgument {
    /// Software from a public cloud, no premises of one's own.
    Saas,
    /// An office, and systems in a public cloud.
    Office,
    /// Offices and server rooms of one's own.
    OnPremises,
}

impl ProfileArgument {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            ProfileArgument::Saas => "saas",
            ProfileArgument::Office => "office",
            ProfileArgument::OnPremises => "on-premises",
        }
    }
}

/// `annexa rules …`
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List the rules.
    List {
        /// Only rules that bear on this control.
        #[arg(long, value_name = "CONTROL")]
        control: Option<String>,
        /// Folder with further rules; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show one rule: why it matters, what to change, what it looks at.
    Show {
        /// The rule's id, or a peer's id for the same check.
        rule: String,
        /// Folder with further rules; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Read rule files and report every fault in them.
    Check {
        /// Rule files and folders [default: those that `rules` of annexa.toml names].
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// A further file or folder, as `annexa check` takes it; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
    },
    /// List what other tools check: the rule that says it and how the two relate, or why there is none.
    Parity {
        /// Whose checks: checkov, trivy, tfsec, kics, zizmor, hadolint, kube-linter, guard [default: how many of each].
        #[arg(value_name = "PEER")]
        peer: Option<String>,
        /// Folder with further rules; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write a new rule and its fixtures, ready to be filled in.
    New {
        /// The rule's id: what is wrong, in lower-case words joined by hyphens.
        id: String,
        /// The kind of resource that it judges, such as `terraform/aws_db_instance`.
        #[arg(long, value_name = "KIND")]
        kind: String,
        /// What it asks for, such as `storage_encrypted`; may be given several times [default: the kind's first switch].
        #[arg(long, value_name = "PATH")]
        path: Vec<String>,
        /// Folder of the rules.
        #[arg(long, value_name = "DIR", default_value = "rules")]
        rules: PathBuf,
        /// Folder of the fixtures [default: `fixtures` beside the rules].
        #[arg(long, value_name = "DIR")]
        fixtures: Option<PathBuf>,
    },
    /// Write a page for each rule, pack and control, with an index that searches them: static HTML that loads nothing.
    Pages {
        /// The folder to write to.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Folder with further rules; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
        /// Folder with the fixtures of these, for the examples [default: `fixtures` beside the rules].
        #[arg(long, value_name = "DIR")]
        fixtures: Option<PathBuf>,
    },
    /// Print the JSON schema of rule files.
    Schema,
    /// Prove rules by their fixtures; built-in ones are taken from the folder in place of those in the program.
    Test {
        /// Folders with the rules [default: those that `rules` of annexa.toml names].
        #[arg(value_name = "DIR")]
        paths: Vec<PathBuf>,
        /// A further folder, as `annexa check` takes it; may be given several times.
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
        /// Folder with the fixtures [default: `fixtures` beside the rules].
        #[arg(long, value_name = "DIR")]
        fixtures: Option<PathBuf>,
    },
}

/// `annexa controls …`
#[derive(Debug, Subcommand)]
pub enum ControlsCommand {
    /// List the 93 controls, or the requirements of another framework with the controls that are related to them.
    List {
        /// The framework; `annexa controls frameworks` lists the names.
        #[arg(long, value_name = "NAME")]
        framework: Option<String>,
        /// Only these requirements, and those below them: `32` has `32(1)(a)`, and `PR.DS` has `PR.DS-01`.
        #[arg(value_name = "REQUIREMENT", requires = "framework")]
        requirements: Vec<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the other frameworks that controls are related to: versions, sources and terms.
    Frameworks {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show one control, and the rules that bear on it.
    Show {
        /// The control's id, such as 8.24.
        control: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Arguments of `annexa explain`.
#[derive(Args, Debug)]
pub struct ExplainArguments {
    /// The place.
    #[arg(value_name = "FILE:LINE")]
    pub place: String,
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
}

/// Arguments of `annexa doctor`.
#[derive(Args, Debug)]
pub struct DoctorArguments {
    /// Files, each of which is explained, and directories, of which there is a table.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
}

/// Arguments of `annexa history`.
#[derive(Args, Debug)]
#[command(after_help = help::history())]
pub struct HistoryArguments {
    /// A directory of the repository.
    #[arg(value_name = "DIR", default_value = ".")]
    pub path: PathBuf,
    /// Go back to this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<jiff::civil::Date>,
    /// Show the newest commit of each of these periods.
    #[arg(long, value_name = "PERIOD", default_value = "week")]
    pub every: Every,
    /// Show no more than so many revisions, the newest ones.
    #[arg(long, value_name = "N", default_value_t = 52, value_parser = limit)]
    pub limit: usize,
    /// How to report: NAME for standard output or NAME=FILE; may be given several times [default: text].
    #[arg(long, short, value_name = "NAME[=FILE]")]
    pub format: Vec<String>,
    /// Settings file [default: annexa.toml of the directory].
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Folder with further rules; may be given several times.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// How many threads to use [default: one for each core].
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// A period on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Every {
    /// Each day that has commits.
    Day,
    /// Each week, from Monday on.
    Week,
    /// Each month.
    Month,
    /// Every commit.
    Commit,
}

/// An outcome on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutcomeArgument {
    /// Requirements that are not met.
    Fail,
    /// Requirements that the repository does not decide.
    Open,
    /// Requirements that are met.
    Pass,
}

/// A severity on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SeverityArgument {
    /// Everything.
    Info,
    /// Hardening and worse.
    Low,
    /// Weaknesses that need another one to be used, and worse.
    Medium,
    /// Weaknesses that can be used, and worse.
    High,
    /// Weaknesses that will be used.
    Critical,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColourArgument {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The language of pages and documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LanguageArgument {
    /// English.
    En,
    /// German.
    De,
}

impl From<LanguageArgument> for Language {
    fn from(argument: LanguageArgument) -> Language {
        match argument {
            LanguageArgument::En => Language::English,
            LanguageArgument::De => Language::German,
        }
    }
}

/// Most revisions that are looked at.
pub const MAX_REVISIONS: usize = 1000;

fn limit(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|number| (1..=MAX_REVISIONS).contains(number))
        .ok_or_else(|| format!("expected a number from 1 to {MAX_REVISIONS}"))
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}
