//! What the commands take that tell where controls stand.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ColourArgument, Every, InputArguments, LanguageArgument};
use crate::cli::help;

/// Arguments of the commands that tell where controls stand.
#[derive(Args, Debug)]
pub struct LedgerArguments {
    /// Files and directories to look at.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// What to read.
    #[command(flatten)]
    pub input: InputArguments,
    /// How to report: NAME for standard output or NAME=FILE; may be given several times [default: pretty].
    #[arg(long, short, value_name = "NAME[=FILE]")]
    pub format: Vec<String>,
    /// When to use colour.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: ColourArgument,
    /// The language of what people read; csv, json and oscal are in English [default: `language` of annexa.toml, else en].
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<LanguageArgument>,
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
    /// The language of what people read; csv and json are in English.
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub language: LanguageArgument,
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
    #[arg(long, value_name = "FROM..TO", value_parser = crate::cli::review::period)]
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
