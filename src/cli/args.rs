//! The command line as typed.

mod ledger;
mod rules;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use ledger::{
    AgendaArguments, DocumentArgument, EvidenceArguments, GapArguments, LedgerArguments, OrgArguments, OscalArguments,
    PlanArguments, ReviewArguments, SampleArguments, StatementArguments, VerifyArguments,
};
pub use rules::{ControlsCommand, RulesCommand};

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
    /// Leave alone what `exclude` leaves out even where it is named, as a hook names what is staged.
    #[arg(long)]
    pub force_exclude: bool,
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
